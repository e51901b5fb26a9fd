//! Evaluation of what has changed alone.
//!
//! Verilator evaluates a whole design in each clock cycle. Of a large design most is at rest: few
//! signals change, and what depends on none of them would be given the value that it has. This
//! rewrites the functions of Verilator that follow the clock and the inputs (`nba` and `ico`; see
//! `generated.rs`) so that statements stand in groups, each of which is evaluated only if something
//! that it reads has changed since it was last evaluated:
//!
//! - *statements*: a function is a list of assignments and conditions, read from the text.
//! - *schedule*: statements are put into an order that keeps every dependence of the old order, and
//!   that keeps those of a module together; then cut into groups. All that write to a variable are
//!   in one group, so what a group leaves behind depends on nothing but what it reads.
//! - *guards*: what a statement reads in a branch alone counts where the branch is taken.
//! - *write*: a group has a bit that says that it must be evaluated. What a group writes is compared
//!   with what was there before; if it differs, the bits of the groups that read it are set, also
//!   that of a group which has its turn earlier, and so in the next cycle.
//!
//! `ico` writes some of what `nba` writes, by the same rule but from values of its own. So where one
//! changes a variable, the group of the other that writes it is evaluated again too.
//!
//! Only forms that are known are rewritten; of anything else Verilator's own functions stay as they
//! are, at their own speed. Statements that do something beside assigning (`$display`, an assertion)
//! are evaluated in each cycle and in their order. [`Evaluation::Checked`](crate::Evaluation)
//! evaluates all groups and stops where one that would have been left out changes anything.

mod guards;
mod schedule;
mod statements;
mod write;

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::generated::{PREFIX, read};
use statements::Variables;

/// What lets Verilator make one module of all, so that its parts are told apart by names alone, and
/// keeps it from merging conditions that have nothing to do with one another, and functions.
pub(crate) const VERILATOR_FLAGS: [&str; 5] = [
    "--flatten",
    "-fno-merge-cond",
    "-fno-merge-cond-motion",
    "--inline-cfuncs",
    "0",
];

/// A function of Verilator's and those that it calls, one after the other.
const PHASES: [(&str, &str); 2] = [
    ("eval_nba", "__VnbaTriggered"),
    ("eval_ico", "__VicoTriggered"),
];

/// Rewrites the evaluation in `folder`, in place; false if it has a form that isn't known.
pub(crate) fn rewrite(folder: &Path, checked: bool) -> Result<bool, Error> {
    let mut sources = sources(folder)?;
    let header = read(folder, "___024root.h")?;
    let Some(rewritten) = rewritten(&header, &sources, checked) else {
        return Ok(false);
    };
    for (name, text) in &rewritten.bodies {
        for (_, source) in &mut sources {
            if let Some((before, _, after)) = function(source, name) {
                *source = format!("{before}{}{text}\n}}\n{after}", head(name));
            }
        }
    }
    // All of them are in one function's file now.
    let tables: String = sources
        .iter()
        .flat_map(|(_, text)| text.lines())
        .filter(|line| line.starts_with("extern const "))
        .flat_map(|line| [line, "\n"])
        .collect();
    for (path, source) in &sources {
        let text = source.replacen(
            "#include \"Vmodel__pch.h\"\n",
            &format!("#include \"Vmodel__pch.h\"\n{tables}"),
            1,
        );
        fs::write(path, text).map_err(Error::file("write", path))?;
    }
    let path = folder.join(format!("{PREFIX}___024root.h"));
    fs::write(&path, rewritten.header).map_err(Error::file("write", path))?;
    Ok(true)
}

/// What becomes of the generated files.
struct Rewritten {
    header: String,
    /// Name and body of each function that is replaced.
    bodies: Vec<(String, String)>,
}

fn rewritten(header: &str, sources: &[(PathBuf, String)], checked: bool) -> Option<Rewritten> {
    let find = |name: &str| {
        sources
            .iter()
            .find_map(|(_, text)| function(text, name).map(|(_, body, _)| body))
    };
    let mut variables = Variables::declared(header)?;
    let mut phases = Vec::new();
    let mut names = Vec::new();
    for (caller, trigger) in PHASES {
        let called = called(find(&format!("{PREFIX}___024root___{caller}"))?, trigger)?;
        let mut statements = Vec::new();
        for name in &called {
            statements.extend(variables.statements(find(name)?, names.len())?);
            names.push(name.clone());
        }
        let groups = schedule::groups(&statements, &variables);
        phases.push(write::Phase {
            statements,
            groups,
            functions: called.len(),
        });
    }
    let written = write::Writer::new(&variables, &phases, checked).text();
    let bodies = names.into_iter().zip(written.bodies).collect();
    let private = "    // INTERNAL VARIABLES\n";
    header.contains(private).then(|| Rewritten {
        header: header
            .replacen(private, &format!("{}{private}", written.members), 1)
            .replacen("class Vmodel__Syms;", write::HEADER, 1),
        bodies,
    })
}

/// The functions that are called, in order, if the caller does nothing else, and that at one trigger.
fn called(body: &str, trigger: &str) -> Option<Vec<String>> {
    let (_, code) = body.split_once("// Body\n")?;
    let mut lines = code.lines().map(str::trim);
    let condition = format!("if ((1ULL & vlSelfRef.{trigger}[0U])) {{");
    if lines.next()? != condition {
        return None;
    }
    let mut names = Vec::new();
    for line in lines.by_ref() {
        if line == "}" {
            break;
        }
        names.push(line.strip_suffix("(vlSelf);")?.to_owned());
    }
    (lines.all(str::is_empty) && !names.is_empty()).then_some(names)
}

/// Splits a text into what is before a function, its body, and what is behind it.
fn function<'a>(text: &'a str, name: &str) -> Option<(&'a str, &'a str, &'a str)> {
    let head = head(name);
    let begin = text.find(&head)?;
    let body = &text[begin + head.len()..];
    let end = body.find("\n}\n")?;
    Some((&text[..begin], &body[..end], &body[end + 3..]))
}

fn head(name: &str) -> String {
    format!("\nvoid {name}(Vmodel___024root* vlSelf) {{\n")
}

/// The generated files that are evaluated in each cycle, by their paths.
fn sources(folder: &Path) -> Result<Vec<(PathBuf, String)>, Error> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(Error::file("read", folder))? {
        let path = entry.map_err(Error::file("read", folder))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with(&format!("{PREFIX}___024root"))
            && name.ends_with(".cpp")
            && !name.contains("Slow")
        {
            paths.push(path);
        }
    }
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(&path).map_err(Error::file("read", &path))?;
            Ok((path, text))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phase_that_does_more_than_call_is_left_alone() {
        let body = |code: &str| format!("    // Body\n    {code}\n");
        let trigger = "__VnbaTriggered";
        let one = "if ((1ULL & vlSelfRef.__VnbaTriggered[0U])) {\n        a(vlSelf);\n        b(vlSelf);\n    }";
        assert_eq!(called(&body(one), trigger).unwrap(), ["a", "b"]);
        let two_triggers =
            "if ((3ULL & vlSelfRef.__VnbaTriggered[0U])) {\n        a(vlSelf);\n    }";
        assert_eq!(called(&body(two_triggers), trigger), None);
        let instance =
            "if ((1ULL & vlSelfRef.__VnbaTriggered[0U])) {\n        a((&vlSymsp->TOP__b));\n    }";
        assert_eq!(called(&body(instance), trigger), None);
        let more = format!("{one}\n    vlSelfRef.x = 1U;");
        assert_eq!(called(&body(&more), trigger), None);
    }
}
