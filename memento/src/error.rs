//! What ends a command early, and with which exit status.

use memento_config::ConfigErrors;
use memento_fpga::FpgaError;
use memento_hdl::verilog::EmitErrors;
use memento_sim::trace::TraceError;
use memento_testbenches::BenchError;
use memento_testbenches::fuzz::Trouble;
use memento_testbenches::system::error::SystemError;
use memento_testbenches::trace_run::RunError;
use std::io;
use std::path::{Path, PathBuf};

/// Exit status of a run in which a check failed.
pub const CHECK_FAILED: u8 = 1;
/// Exit status of bad usage, configuration, recording or environment.
pub const BAD_INPUT: u8 = 2;
/// Exit status after Ctrl-C: 128 and the number of the signal, as shells have it.
pub const INTERRUPTED: u8 = 130;

/// What ends a command early.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The configuration is bad.
    #[error(transparent)]
    Config(#[from] ConfigErrors),
    /// The recording is bad.
    #[error(transparent)]
    Trace(#[from] TraceError),
    /// The design can't be written as Verilog.
    #[error(transparent)]
    Emit(#[from] EmitErrors),
    /// The bench can't run.
    #[error(transparent)]
    Bench(#[from] BenchError),
    /// The bench of the whole system can't run.
    #[error(transparent)]
    System(#[from] SystemError),
    /// Synthesis, place or route can't be done.
    #[error(transparent)]
    Fpga(#[from] FpgaError),
    /// A proof can't be tried.
    #[error(transparent)]
    Formal(#[from] memento_formal::Error),
    /// Random programs can't be played.
    #[error(transparent)]
    Fuzz(#[from] Trouble),
    /// A file that isn't what was asked for.
    #[error("`{}`: {problem}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, and what would be right.
        problem: String,
    },
    /// A check failed ahead of what was asked for.
    #[error("{0}")]
    Failed(String),
    /// Options that don't go together.
    #[error("{0}")]
    Usage(String),
    /// Verilator is missing or refuses.
    #[error(transparent)]
    Verilator(#[from] verilator_bindings::Error),
    /// A file can't be written.
    #[error("cannot {action} `{}`: {source}", path.display())]
    File {
        /// What was attempted.
        action: &'static str,
        /// File or folder.
        path: PathBuf,
        /// The operating system's answer.
        source: io::Error,
    },
    /// A folder can't be written to.
    #[error("cannot write to the folder `{}`: {source}; state another one", path.display())]
    Folder {
        /// The folder as stated.
        path: PathBuf,
        /// What is in the way.
        source: io::Error,
    },
    /// The output folder belongs to something else.
    #[error(
        "`{}` was not written by `memento generate`: it would be overwritten; \
         state another folder with --out",
        path.display()
    )]
    ForeignManifest {
        /// The manifest in the way.
        path: PathBuf,
    },
    /// A waveform's name promises another format.
    #[error("`{}`: waveforms are written as VCD; state a name that ends in .vcd", path.display())]
    WaveformFormat {
        /// The name as stated.
        path: PathBuf,
    },
    /// Ctrl-C.
    #[error("interrupted: {done}")]
    Interrupted {
        /// How far it came, and what is left behind.
        done: String,
    },
}

impl Error {
    /// The exit status that says so.
    pub fn exit_status(&self) -> u8 {
        match self {
            Error::Interrupted { .. } => INTERRUPTED,
            Error::Failed(_) | Error::Fpga(FpgaError::Slow { .. }) => CHECK_FAILED,
            _ => BAD_INPUT,
        }
    }

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

impl From<RunError> for Error {
    fn from(error: RunError) -> Self {
        match error {
            RunError::Trace(error) => Error::Trace(error),
            RunError::Bench(error) => Error::Bench(error),
        }
    }
}
