//! What keeps a proof from being tried.

use std::io;
use std::path::{Path, PathBuf};

/// What keeps a proof from being tried: the tools, files, or a property file that doesn't fit.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A tool isn't there.
    #[error("{tool} not found: looked in {searched}; install it with `make tools` in a checkout")]
    ToolMissing {
        /// Its name.
        tool: &'static str,
        /// Where it was looked for.
        searched: String,
    },
    /// A tool can't be run.
    #[error("cannot run {tool}: {source}; `make tools` installs it anew")]
    Run {
        /// Its name.
        tool: &'static str,
        /// The operating system's answer.
        source: io::Error,
    },
    /// A file can't be read or written.
    #[error("cannot {action} `{}`: {source}", path.display())]
    File {
        /// What was attempted.
        action: &'static str,
        /// File or folder.
        path: PathBuf,
        /// The operating system's answer.
        source: io::Error,
    },
    /// The design has no such module.
    #[error("proof `{group}`: the design has no module `{module}`")]
    NoModule {
        /// The proof.
        group: &'static str,
        /// The module.
        module: String,
    },
    /// The properties are stated for another size of the module.
    #[error(
        "proof `{group}` is stated for `{size}` = {value} of module `{module}`, as in preset tiny; this configuration's is another"
    )]
    Size {
        /// The proof.
        group: &'static str,
        /// The module.
        module: &'static str,
        /// The size.
        size: &'static str,
        /// What it is to be.
        value: usize,
    },
    /// A mutation's text isn't in the module.
    #[error("mutation `{what}`: `{from}` is not in module `{module}`")]
    NoText {
        /// The mutation.
        what: &'static str,
        /// The module.
        module: &'static str,
        /// The text.
        from: &'static str,
    },
    /// Yosys refuses properties and module together.
    #[error("proof `{group}`: Yosys refuses the module with its properties:\n{log}")]
    Refused {
        /// The proof.
        group: &'static str,
        /// The last lines it said.
        log: String,
    },
    /// The solver said nothing that is understood.
    #[error("proof `{group}`: the solver ended without a result:\n{log}")]
    NoResult {
        /// The proof.
        group: &'static str,
        /// The last lines it said.
        log: String,
    },
    /// No fault is of a proof of that name.
    #[error("no fault is for a proof called `{name}`; there are some for: {known}")]
    NoFault {
        /// The name as stated.
        name: String,
        /// All names of proofs that have faults.
        known: String,
    },
    /// A counterexample is of something that isn't there any more.
    #[error("the counterexample is of {what}, which isn't there any more: try the proof anew")]
    Unfit {
        /// What is missing.
        what: String,
    },
    /// No fault has that name, or several have.
    #[error(
        "not the words of one fault: `{words}`; {}",
        match found.is_empty() {
            true => "`memento check --mutations` names them all".to_owned(),
            false => format!("these have them:{found}"),
        }
    )]
    NoSuchFault {
        /// The words as stated.
        words: String,
        /// Faults that have them, a line each.
        found: String,
    },
    /// No property has that name.
    #[error("no property or proof is called `{name}`; there are: {known}")]
    NoProperty {
        /// The name as stated.
        name: String,
        /// All names of proofs.
        known: String,
    },
}

impl Error {
    /// For `map_err` on file operations.
    pub(crate) fn file(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Error {
        let path = path.to_owned();
        move |source| Error::File {
            action,
            path,
            source,
        }
    }
}
