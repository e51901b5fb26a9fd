//! Running Verilator in a folder of its own.
//!
//! Sources are copied to `sources/<n>/` and include folders linked as
//! `include/<n>`, so that nothing Verilator writes depends on where the caller
//! keeps them. In messages the caller's paths are put back.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::build::{Build, Source, Trace, Warnings};
use crate::cache::Digest;
use crate::changes;
use crate::error::Error;
use crate::generated::PREFIX;
use crate::tool::{Verilator, command_line, run};

/// Flags that are refused, and why.
const REFUSED: [(&str, &str); 9] = [
    (
        "--timing",
        "an evaluation that waits cannot be left when the design stops; drive time from Rust",
    ),
    (
        "--threads",
        "an evaluation must stay on one thread; run several models in parallel",
    ),
    ("--sc", "only C++ output is understood"),
    ("--build", "the C++ compiler is run by this crate"),
    ("--exe", "the design is driven from Rust"),
    ("--binary", "the design is driven from Rust"),
    ("--prefix", "the prefix is fixed"),
    ("--Mdir", "the output folder belongs to the cache"),
    ("--trace", "use Build::trace"),
];

/// The content of everything that is known before Verilator runs.
#[derive(Debug)]
pub(crate) struct Inputs {
    sources: Vec<(String, Vec<u8>)>,
    includes: Vec<PathBuf>,
    paths: Paths,
}

impl Inputs {
    pub(crate) fn read(build: &Build) -> Result<Self, Error> {
        for flag in &build.flags {
            let word = flag.split(['=', ' ']).next().unwrap_or_default();
            // Verilator takes one dash for two.
            let word = format!("--{}", word.trim_start_matches('-'));
            if let Some((_, reason)) = REFUSED.iter().find(|(refused, _)| {
                word == *refused
                    || word
                        .strip_prefix(refused)
                        .is_some_and(|rest| rest.starts_with('-'))
            }) {
                return Err(Error::Option {
                    option: format!("Verilator flag `{flag}`"),
                    reason,
                });
            }
        }
        if build.sources.is_empty() {
            return Err(Error::Option {
                option: format!("a Build of `{}` without sources", build.top),
                reason: "add one with Build::source",
            });
        }
        let mut sources = Vec::new();
        for (index, source) in build.sources.iter().enumerate() {
            let (path, content) = match source {
                Source::Path(path) => (
                    path.as_path(),
                    fs::read(path).map_err(Error::file("read", path))?,
                ),
                Source::Text { name, text } => (Path::new(name), text.clone().into_bytes()),
            };
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            sources.push((format!("sources/{index}/{name}"), content));
        }
        let includes = build
            .includes
            .iter()
            .map(|folder| fs::canonicalize(folder).map_err(Error::file("open", folder)))
            .collect::<Result<Vec<_>, _>>()?;
        let paths = Paths::new(build, &sources);
        Ok(Self {
            sources,
            includes,
            paths,
        })
    }

    /// Adds all inputs to a key.
    pub(crate) fn digest(&self, digest: &mut Digest) -> Result<(), Error> {
        for (name, content) in &self.sources {
            digest.text(name);
            digest.bytes(content);
        }
        for folder in &self.includes {
            digest.text("include");
            // A file that appears here may be taken in place of a later one.
            let mut names = Vec::new();
            for entry in fs::read_dir(folder).map_err(Error::file("read", folder))? {
                let entry = entry.map_err(Error::file("read", folder))?;
                names.push(entry.file_name());
            }
            names.sort();
            for name in names {
                digest.text(&name.to_string_lossy());
            }
        }
        Ok(())
    }

    /// Lays the inputs out in `folder`.
    fn stage(&self, folder: &Path) -> Result<(), Error> {
        for (name, content) in &self.sources {
            let path = folder.join(name);
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent).map_err(Error::file("create", parent))?;
            }
            fs::write(&path, content).map_err(Error::file("write", path))?;
        }
        let links = folder.join("include");
        fs::create_dir_all(&links).map_err(Error::file("create", &links))?;
        for (index, include) in self.includes.iter().enumerate() {
            let link = links.join(index.to_string());
            symlink(include, &link).map_err(Error::file("create", link))?;
        }
        Ok(())
    }

    /// The path of a file as it is recorded in the cache's list.
    pub(crate) fn resolve(&self, recorded: &str) -> PathBuf {
        let included = recorded.strip_prefix("include/").and_then(|rest| {
            let (index, name) = rest.split_once('/')?;
            Some(self.includes.get(index.parse::<usize>().ok()?)?.join(name))
        });
        included.unwrap_or_else(|| PathBuf::from(recorded))
    }

    pub(crate) fn into_paths(self) -> Paths {
        self.paths
    }
}

/// Puts the caller's paths back where Verilator names its copies.
#[derive(Debug, Clone)]
pub(crate) struct Paths(Vec<(String, String)>);

impl Paths {
    fn new(build: &Build, sources: &[(String, Vec<u8>)]) -> Self {
        let sources = sources
            .iter()
            .zip(build.source_paths())
            .map(|((staged, _), path)| (staged.clone(), path.display().to_string()));
        let includes = build.includes.iter().enumerate().map(|(index, folder)| {
            (
                format!("include/{index}/"),
                format!("{}/", folder.display()),
            )
        });
        Self(sources.chain(includes).collect())
    }

    pub(crate) fn restore(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, (staged, path)| {
            text.replace(staged, path)
        })
    }
}

/// Runs Verilator for its C++ output, into the sub-folder `generated`.
/// Returns the warnings.
pub(crate) fn generate(
    build: &Build,
    inputs: &Inputs,
    verilator: &Verilator,
    folder: &Path,
) -> Result<Vec<String>, Error> {
    inputs.stage(folder)?;
    let mut command = verilator.command();
    command.args(["--cc", "--prefix", PREFIX, "--Mdir", "generated"]);
    match build.warnings {
        Warnings::Standard => {}
        Warnings::Strict => drop(command.arg("-Wall")),
        Warnings::Allow => drop(command.arg("-Wno-fatal")),
    }
    match build.trace {
        Trace::Off => {}
        Trace::Vcd => drop(command.arg("--trace")),
        Trace::Fst => drop(command.arg("--trace-fst")),
    }
    if build.follows_changes() {
        command.args(changes::VERILATOR_FLAGS);
    }
    if build.coverage.line {
        command.arg("--coverage-line");
    }
    if build.coverage.user {
        command.arg("--coverage-user");
    }
    let text = verilate(build, inputs, command, folder)?;
    Ok(diagnostics(&text))
}

/// Runs Verilator's checks alone.
pub(crate) fn lint(build: &Build, verilator: &Verilator) -> Result<Vec<String>, Error> {
    let inputs = Inputs::read(build)?;
    let folder =
        tempfile::tempdir().map_err(Error::file("create a folder in", std::env::temp_dir()))?;
    let mut command = verilator.command();
    command.args(["--lint-only", "-Wall", "-Wno-fatal"]);
    let text = verilate(build, &inputs, command, &{
        inputs.stage(folder.path())?;
        folder.path().to_owned()
    })?;
    Ok(diagnostics(&text))
}

fn verilate(
    build: &Build,
    inputs: &Inputs,
    mut command: Command,
    folder: &Path,
) -> Result<String, Error> {
    command
        .current_dir(folder)
        .args(["--top-module", &build.top]);
    for (name, value) in &build.parameters {
        command.arg(format!("-G{name}={value}"));
    }
    for (name, value) in &build.defines {
        command.arg(if value.is_empty() {
            format!("-D{name}")
        } else {
            format!("-D{name}={value}")
        });
    }
    for index in 0..inputs.includes.len() {
        command.arg(format!("-Iinclude/{index}"));
    }
    command.args(&build.flags);
    command.args(inputs.sources.iter().map(|(name, _)| name));
    let output = run(&mut command)?;
    let text = inputs
        .paths
        .restore(&String::from_utf8_lossy(&output.stderr));
    if output.status.success() {
        return Ok(text);
    }
    Err(Error::Verilator {
        top: build.top.clone(),
        command: inputs.paths.restore(&command_line(&command)),
        text: if text.trim().is_empty() {
            output.status.to_string()
        } else {
            text
        },
    })
}

/// Splits Verilator's text at the lines that begin a diagnostic.
fn diagnostics(text: &str) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for line in text.lines() {
        if line.starts_with('%') {
            all.push(line.to_owned());
        } else if let Some(last) = all.last_mut() {
            last.push('\n');
            last.push_str(line);
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diagnostic_keeps_its_further_lines() {
        let text = "%Warning-A: x\n  : note\n%Warning-B: y\n    1 | code\n";
        assert_eq!(
            diagnostics(text),
            ["%Warning-A: x\n  : note", "%Warning-B: y\n    1 | code"]
        );
    }

    #[test]
    fn flags_that_break_the_crates_assumptions_are_refused() {
        for flag in [
            "--timing",
            "-timing",
            "--threads",
            "--trace-vcd",
            "--Mdir=x",
        ] {
            let build = Build::new("top").source_text("top.v", "").flag(flag);
            let error = Inputs::read(&build).unwrap_err();
            assert!(error.to_string().contains(flag), "{error}");
        }
        let build = Build::new("top")
            .source_text("top.v", "")
            .flag("--x-assign")
            .flag("unique");
        assert!(Inputs::read(&build).is_ok());
    }
}
