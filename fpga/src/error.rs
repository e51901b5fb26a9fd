//! [`FpgaError`]: what can go wrong on the way to an FPGA.

use std::io;
use std::path::{Path, PathBuf};

/// What can go wrong on the way to an FPGA.
#[derive(Debug, thiserror::Error)]
pub enum FpgaError {
    /// A tool isn't installed.
    #[error(
        "{name} isn't installed: looked for `{}` below .tools/{folder}/bin in `{}` and above, and on PATH; run `{install}`",
        program, from.display()
    )]
    Missing {
        /// What the tool is called.
        name: &'static str,
        /// Its folder below .tools.
        folder: &'static str,
        /// Its program.
        program: &'static str,
        /// Folder from which it was looked for.
        from: PathBuf,
        /// What installs it.
        install: &'static str,
    },
    /// A tool can't be started.
    #[error("cannot start {name}, `{}`: {source}", program.display())]
    Start {
        /// What the tool is called.
        name: &'static str,
        /// Its program.
        program: PathBuf,
        /// The operating system's answer.
        source: io::Error,
    },
    /// A tool ended with an error.
    #[error("{name} failed; its last words, more in `{}`:\n{words}", log.display())]
    Failed {
        /// What the tool is called.
        name: &'static str,
        /// All that it said.
        log: PathBuf,
        /// The end of it.
        words: String,
    },
    /// A tool's result isn't what this version writes.
    #[error("{name} wrote `{}`, in which {what}; tried with {version}", file.display())]
    Result {
        /// What the tool is called.
        name: &'static str,
        /// Its result.
        file: PathBuf,
        /// What is missing or odd.
        what: String,
        /// Version that is known to work.
        version: &'static str,
    },
    /// A design can't be written.
    #[error(transparent)]
    Emit(#[from] memento_hdl::verilog::EmitErrors),
    /// A configuration has no self-test.
    #[error(
        "a self-test needs 2 arenas a class, and with address.region_bytes = {region_bytes} the class with the \
         fewest has {arenas}: make the region larger"
    )]
    NoDemo {
        /// Arenas of the class that has the fewest.
        arenas: u32,
        /// Bytes of the region.
        region_bytes: u64,
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
}

impl FpgaError {
    /// For `map_err` on file operations.
    pub(crate) fn file(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> FpgaError {
        let path = path.to_owned();
        move |source| FpgaError::File {
            action,
            path,
            source,
        }
    }
}
