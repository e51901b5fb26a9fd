//! [`FpgaError`]: what can go wrong on the way to an FPGA.

use crate::build::Sites;
use crate::route::CriticalPath;
use std::collections::BTreeMap;
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
    /// A design is too large for a device.
    #[error(
        "the design is too large for {title}: {}; lower one or more of {lower}, or take a larger board; more in `{}`",
        excess(over), log.display()
    )]
    TooLarge {
        /// Board.
        title: &'static str,
        /// Sites of which there are too few, by kind.
        over: BTreeMap<String, Sites>,
        /// Settings that may be lowered, and their values.
        lower: String,
        /// All that place and route said.
        log: PathBuf,
    },
    /// A design is too slow for a board's clock.
    #[error(
        "the board {board} has a clock of {clock_mhz:.2} MHz, and the best of seeds 1 to {seeds} reaches {fmax_mhz:.2} MHz; \
         its path of {:.2} ns, {:.2} ns of it in wires, goes from {} to {} by way of {}; no bitstream was packed",
        path.delay_ns, path.routing_ns, path.from, path.to, path.signals.join(", ")
    )]
    Slow {
        /// Board.
        board: &'static str,
        /// Its clock.
        clock_mhz: f64,
        /// What was reached.
        fmax_mhz: f64,
        /// Seeds that were tried.
        seeds: u32,
        /// The path that limits it.
        path: Box<CriticalPath>,
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

/// By how much there are too few sites.
fn excess(over: &BTreeMap<String, Sites>) -> String {
    let kinds = over.iter().map(|(kind, sites)| {
        let Sites { used, available } = sites;
        let over = used - available;
        let percent = over as f64 * 100.0 / (*available).max(1) as f64;
        format!("{kind}: {used} of {available}, {over} ({percent:.0} %) too many")
    });
    kinds.collect::<Vec<_>>().join("; ")
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
