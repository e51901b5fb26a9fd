//! A counterexample as a design for a simulator: the module with its properties, begun in the counterexample's state and
//! given its inputs, cycle by cycle.
//!
//! Properties are printed instead of asserted: `FAILS` and the property's path as soon as one doesn't hold, `BROKEN` where
//! an assumption doesn't, `DIFFERS`, cycle, name and value of an output that isn't the counterexample's.

use crate::bind::bind;
use crate::counterexample::{Counterexample, width};
use crate::error::Error;
use crate::groups::GROUPS;
use crate::scopes::{FREE, Scopes, Signal, closing};
use memento_hdl::verilog::{Design, Direction, EmittedModule};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Name of the design's top; its clock is `clock`.
pub const TOP: &str = "memento_replay";

/// A counterexample to be played.
#[derive(Clone, Debug)]
pub struct Replay {
    /// Files: name and text.
    pub files: Vec<(String, String)>,
    /// Cycles.
    pub cycles: usize,
    /// Registers of the counterexample that the design has no longer.
    pub unknown: Vec<String>,
    sentences: BTreeMap<String, String>,
}

/// What a line that the design printed says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// A property doesn't hold, by instance and name.
    Fails {
        /// Instance and name, joined by a dot.
        property: String,
        /// What it says.
        sentence: String,
    },
    /// An assumption doesn't hold, by its path.
    Broken(String),
    /// An output isn't the counterexample's.
    Differs {
        /// Cycle, from 0.
        cycle: usize,
        /// The output.
        output: String,
    },
}

impl Replay {
    /// Makes the design that plays a counterexample on a module of `design`.
    ///
    /// # Errors
    /// There is no such proof or module any more, or it has no such input.
    pub fn new(counterexample: &Counterexample, design: &Design) -> Result<Replay, Error> {
        let unfit = |what: String| Error::Unfit { what };
        let group = GROUPS
            .iter()
            .find(|group| group.name == counterexample.proof);
        let group = group.ok_or_else(|| unfit(format!("proof `{}`", counterexample.proof)))?;
        let bound = bind(group, design)?;
        if bound.target.name != counterexample.module {
            return Err(unfit(format!("module `{}`", counterexample.module)));
        }
        let scopes = Scopes::of(&bound);
        let known = |path: &&String| scopes.kind(path) == Some(Signal::Register);
        let (state, unknown): (Vec<_>, Vec<_>) = counterexample.state.keys().partition(known);
        let ports = ports(&bound.target);
        for path in counterexample.inputs.iter().flat_map(BTreeMap::keys) {
            let port = ports.iter().any(|port| *port == (path, Direction::Input));
            if !port && scopes.kind(path) != Some(Signal::Free) {
                return Err(unfit(format!("input `{path}` of `{}`", bound.target.name)));
            }
        }
        let new = ports.iter().find(|(name, direction)| {
            let mut inputs = counterexample.inputs.iter();
            let known = inputs.all(|inputs| inputs.contains_key(*name));
            *direction == Direction::Input && *name != "clock" && !known
        });
        if let Some((name, _)) = new {
            return Err(unfit(format!(
                "`{}` as it was without the input `{name}`",
                bound.target.name
            )));
        }
        let top = wrapper(counterexample, (&bound.target.name, &ports), &state);
        let mut files = vec![(format!("{TOP}.sv"), top)];
        for (name, text) in &bound.files {
            let mut text = printed(text);
            if *name == bound.target.file {
                for far in &bound.far {
                    let head = format!(") {} (\n", far.instance);
                    let joined = format!("{head}        .{}({{{}}}),\n", far.port, far.from);
                    text = text.replacen(&head, &joined, 1);
                }
            }
            let mut of_properties = bound.instances.iter();
            if of_properties.any(|(_, file)| *name == format!("{}.sv", file.module)) {
                text = format!("`begin_keywords \"1364-2005\"\n{text}`end_keywords\n");
            }
            files.push((name.clone(), text));
        }
        let sentences = bound.instances.iter().flat_map(|(instance, file)| {
            let properties = file.properties.iter();
            properties.map(move |one| (format!("{instance}.{}", one.name), one.sentence.clone()))
        });
        Ok(Replay {
            files,
            cycles: counterexample.inputs.len(),
            unknown: unknown.into_iter().cloned().collect(),
            sentences: sentences.collect(),
        })
    }

    /// What a line says that the design has printed; `None`: nothing of ours.
    pub fn said(&self, line: &str) -> Option<Said> {
        let words: Vec<&str> = line.split_whitespace().collect();
        let path = |scope: &str| {
            let (_, path) = scope.split_once(".target.").unwrap_or(("", scope));
            let named = path
                .split('.')
                .filter(|part| !part.starts_with("unnamedblk"));
            named.collect::<Vec<_>>().join(".")
        };
        match words[..] {
            ["FAILS", scope] => {
                let property = path(scope);
                let sentence = self.sentences.get(&property).cloned();
                Some(Said::Fails {
                    sentence: sentence.unwrap_or_default(),
                    property,
                })
            }
            ["BROKEN", scope] => Some(Said::Broken(path(scope))),
            ["DIFFERS", cycle, output] => Some(Said::Differs {
                cycle: cycle.parse().ok()?,
                output: output.to_owned(),
            }),
            _ => None,
        }
    }
}

/// A path of names, of which some may be words of SystemVerilog: properties are written in Verilog, in which they aren't.
fn escaped(path: &str) -> String {
    let names = path.split('.').map(|name| match name.split_once('[') {
        Some((name, index)) => format!("\\{name} [{index}"),
        None => format!("\\{name} "),
    });
    names.collect::<Vec<_>>().join(".")
}

/// A module's ports: those that are listed, or, of one that is given as text, those that its text declares.
pub(crate) fn ports(module: &EmittedModule) -> Vec<(&str, Direction)> {
    if !module.ports.is_empty() {
        let ports = module.ports.iter();
        return ports
            .map(|port| (port.name.as_str(), port.direction))
            .collect();
    }
    let header = module.text.split("\n);\n").next().unwrap_or_default();
    let declared = header.lines().filter_map(|line| {
        let code = line.split("//").next().unwrap_or_default().trim();
        let (direction, rest) = match code.split_once(' ') {
            Some(("input", rest)) => (Direction::Input, rest),
            Some(("output", rest)) => (Direction::Output, rest),
            _ => return None,
        };
        let name = rest.trim_end_matches(',').rsplit([' ', ']']).next()?;
        Some((name, direction))
    });
    declared.collect()
}

/// The top: it holds the module, sets its state, and plays the inputs.
fn wrapper(
    counterexample: &Counterexample,
    (module, ports): (&str, &[(&str, Direction)]),
    state: &[&String],
) -> String {
    let mut text = format!(
        "module {TOP} (\n    input wire clock\n);\n    integer cycle = 0;\n    \
         always @(posedge clock) cycle <= cycle + 1;\n"
    );
    let mut connections = Vec::new();
    let is = |path: &str, way| ports.contains(&(path, way));
    for (name, direction) in ports {
        if *name == "clock" {
            connections.push("        .clock(clock)".to_owned());
            continue;
        }
        let (kind, values) = match direction {
            Direction::Input => ("reg ", &counterexample.inputs),
            Direction::Output => ("wire", &counterexample.outputs),
        };
        let value = values.iter().find_map(|values| values.get(*name));
        // An output that is new stays open.
        let Some(bits) = value.and_then(|value| width(value)) else {
            continue;
        };
        // Writing to a string can't fail.
        let _ = writeln!(text, "    {kind} [{}:0] at_{name};", bits.saturating_sub(1));
        connections.push(format!("        .{name}(at_{name})"));
    }
    let _ = writeln!(
        text,
        "    {module} target (\n{}\n    );",
        connections.join(",\n")
    );
    text += "    initial begin\n";
    for path in state {
        let _ = writeln!(
            text,
            "        target.{} = {};",
            escaped(path),
            counterexample.state[*path]
        );
    }
    text += "    end\n    always_comb\n        case (cycle)\n";
    let last = counterexample.inputs.len().saturating_sub(1);
    for (cycle, inputs) in counterexample.inputs.iter().enumerate() {
        let label = match cycle == last {
            true => "default".to_owned(),
            false => cycle.to_string(),
        };
        let _ = writeln!(text, "            {label}: begin");
        for (path, value) in inputs {
            let place = match is(path, Direction::Input) {
                true => format!("at_{path}"),
                false => format!("target.{}", escaped(path)),
            };
            let _ = writeln!(text, "                {place} = {value};");
        }
        text += "            end\n";
    }
    text += "        endcase\n    always @(posedge clock)\n        case (cycle)\n";
    for (cycle, outputs) in counterexample.outputs.iter().enumerate() {
        let _ = writeln!(text, "            {cycle}: begin");
        for (name, value) in outputs {
            if is(name, Direction::Output) {
                let _ = writeln!(
                    text,
                    "                if (at_{name} != {value}) $display(\"DIFFERS %0d {name}\", cycle);"
                );
            }
        }
        text += "            end\n";
    }
    text + "            default: ;\n        endcase\nendmodule\n"
}

/// A text whose properties are printed when they don't hold, and whose free values are registers.
fn printed(text: &str) -> String {
    let without: Vec<&str> = text
        .lines()
        .map(|line| line.split("//").next().unwrap_or_default().trim_end())
        .collect();
    let mut rest = without.join("\n") + "\n";
    for free in FREE {
        rest = rest.replace(free, "reg");
    }
    // A state is set from outside beside these processes.
    rest = rest.replace("always_ff @", "always @");
    let mut text = String::new();
    while let Some((at, word)) = next_property(&rest) {
        let (before, found) = rest.split_at(at);
        let label = before.trim_end().strip_suffix(':').map(str::trim_end);
        let label = label.map(|before| {
            let begins = before
                .rfind(|c: char| !c.is_alphanumeric() && c != '_')
                .map_or(0, |at| at + 1);
            before.split_at(begins)
        });
        let (before, label) = match label {
            Some((before, label)) => (before, format!(" : {label}")),
            None => (before, String::new()),
        };
        let condition = &found[word.len()..];
        let end = closing(condition);
        let (condition, behind) = condition.split_at(end);
        text += before;
        let verdict = match word {
            "assert " => "FAILS",
            _ => "BROKEN",
        };
        text += &match word {
            "cover " => format!("begin{label} end"),
            _ => format!("begin{label} if (!{condition}) $display(\"{verdict} %m\"); end"),
        };
        rest = behind.strip_prefix(';').unwrap_or(behind).to_owned();
    }
    text + &rest
}

/// The next property in a text: where, and the word that introduces its condition.
fn next_property(text: &str) -> Option<(usize, &'static str)> {
    let of = |word: &'static str| {
        let mut found = text.match_indices(word);
        let begins = |at: usize| {
            let before = text[..at].chars().next_back();
            !before.is_some_and(|c| c.is_alphanumeric() || c == '_')
        };
        let is_it =
            |(at, _): &(usize, &str)| begins(*at) && text[*at + word.len()..].starts_with('(');
        found.find(is_it).map(|(at, _)| (at, word))
    };
    let all = ["assert ", "assume ", "cover "].into_iter().filter_map(of);
    all.min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_are_printed() {
        let text = "always @* if (!reset) begin\n    // Why.\n    one: assert (f(a) == (b));\n    \
                    two: cover (a);\n    assume (c || reset);\nend\n\
                    `define RULE(label, x) if (ASSUMED) assume (x); else label: assert (x)\n\
                    (* anyconst *) wire [3:0] w;\n";
        assert_eq!(
            printed(text),
            "always @* if (!reset) begin\n\n    \
             begin : one if (!(f(a) == (b))) $display(\"FAILS %m\"); end\n    \
             begin : two end\n    begin if (!(c || reset)) $display(\"BROKEN %m\"); end\nend\n\
             `define RULE(label, x) if (ASSUMED) begin if (!(x)) $display(\"BROKEN %m\"); end else \
             begin : label if (!(x)) $display(\"FAILS %m\"); end\nreg [3:0] w;\n"
        );
    }
}
