//! The `memento` command: [`run`] does what the command line says.
//!
//! - [`cli`]: what can be typed,
//! - [`area`](mod@area): what was kept of synthesis, place and route, side by side,
//! - [`build`](mod@build): a self-test as a bitstream for a board,
//! - [`check`](mod@check): proofs about the Verilog,
//! - [`generate`](mod@generate): configuration to Verilog,
//! - [`simulate`](mod@simulate): a recording through the hardware of one core and the golden model,
//!   to a [`report`],
//! - [`replay`](mod@replay): a counterexample, cycle by cycle,
//! - [`system`]: recordings as processes through the whole system,
//! - [`figures`](mod@figures): what recordings come to there, side by side,
//! - [`fuzz`](mod@fuzz): random programs in random surroundings,
//! - [`coverage`](mod@coverage): what of the Verilog a suite of programs reaches,
//! - [`fpga`]: a configuration through synthesis, place and route.

pub mod area;
pub mod build;
pub mod check;
pub mod cli;
pub mod coverage;
mod design;
mod error;
pub mod failure;
pub mod figures;
mod folder;
pub mod fpga;
pub mod fuzz;
pub mod generate;
mod manifest;
mod progress;
mod registers;
pub mod replay;
pub mod report;
pub mod simulate;
pub mod system;
mod vendor;

pub use error::{BAD_INPUT, CHECK_FAILED, Error, INTERRUPTED};

use cli::{Arguments, Command, Report};
use design::{Chosen, VERSION};
use serde::Serialize;
use std::fmt::Display;
use std::io::{self, Write};
use std::path::Path;
use std::sync::atomic::AtomicBool;

/// Does what the command line says, prints results on stdout and what failed on stderr; gives the
/// exit status. A raised `stop` ends it early, and cleanly.
///
/// # Errors
/// Whatever else ends a command early: see [`Error::exit_status`].
pub fn run(arguments: &Arguments, stop: &AtomicBool) -> Result<u8, Error> {
    match &arguments.command {
        Command::Generate(arguments) => {
            let generated = generate::generate(arguments, stop)?;
            show(&generated, arguments.json)?;
            Ok(0)
        }
        Command::Simulate(arguments) if arguments.replay.is_some() => {
            let path = arguments.replay.as_deref().unwrap_or(Path::new(""));
            let replayed = replay::replay(arguments, path, stop)?;
            show(&replayed, arguments.json)?;
            Ok(if replayed.fails() { CHECK_FAILED } else { 0 })
        }
        Command::Simulate(arguments) if arguments.system => {
            let report = system::simulate(arguments, stop)?;
            conclude_with(&report, report.failure.as_ref(), arguments.json)
        }
        Command::Simulate(arguments) => {
            let report = simulate::simulate(arguments, stop)?;
            conclude(&report, arguments.json)
        }
        Command::Synth(arguments) => {
            let synthesized = fpga::synth(&arguments.design, stop)?;
            show(&synthesized, arguments.design.json)?;
            Ok(0)
        }
        Command::Pnr(arguments) => {
            let routed = fpga::pnr(arguments, stop)?;
            show(&routed, arguments.design.json)?;
            Ok(0)
        }
        Command::Build(arguments) => {
            let built = build::build(arguments, stop)?;
            show(&built, arguments.json)?;
            Ok(0)
        }
        Command::Report(Report::Area(arguments)) => {
            show(&area::report(arguments)?, arguments.json)?;
            Ok(0)
        }
        Command::Report(Report::Coverage(arguments)) => {
            print(&coverage::page(arguments)?)?;
            Ok(0)
        }
        Command::Report(Report::Mutants(arguments)) => {
            print(&fuzz::mutants::page(arguments)?)?;
            Ok(0)
        }
        Command::Coverage(arguments) => {
            let report = coverage::coverage(arguments, stop)?;
            show(&report, arguments.json)?;
            let objections = report.objections();
            if arguments.json {
                objections
                    .iter()
                    .for_each(|objection| eprintln!("memento: {objection}"));
            }
            Ok(if objections.is_empty() {
                0
            } else {
                CHECK_FAILED
            })
        }
        Command::Figures(arguments) => {
            let table = figures::figures(arguments, stop)?;
            conclude_with(&table, table.failure.as_ref(), arguments.json)
        }
        Command::Fuzz(arguments) if arguments.mutants.is_some() => {
            let report = fuzz::mutants::try_mutants(arguments, stop)?;
            show(&report, arguments.json)?;
            Ok(if report.good() { 0 } else { CHECK_FAILED })
        }
        Command::Fuzz(arguments) => {
            let fuzzed = fuzz::fuzz(arguments, stop)?;
            conclude_with(&fuzzed, fuzzed.failure.as_ref(), arguments.json)
        }
        Command::Check(arguments) => {
            let checked = check::check(arguments, stop)?;
            show(&checked, arguments.json)?;
            Ok(if checked.good() { 0 } else { CHECK_FAILED })
        }
        Command::Config(choice) => {
            let chosen = Chosen::load(choice)?;
            let (origin, digest) = (&chosen.origin, chosen.config.digest());
            print(&format!(
                "# {origin} as memento {VERSION} resolves it, sha256 {digest}\n\n{}",
                chosen.config.to_toml()
            ))?;
            Ok(0)
        }
    }
}

/// Prints what a simulation came to; gives the exit status.
///
/// # Errors
/// The report can't be printed.
#[doc(hidden)]
pub fn conclude(report: &report::Report, json: bool) -> Result<u8, Error> {
    conclude_with(report, report.failure.as_ref(), json)
}

fn conclude_with(
    report: &(impl Display + Serialize),
    failure: Option<&impl Display>,
    json: bool,
) -> Result<u8, Error> {
    match failure {
        None => show(report, json).map(|()| 0),
        Some(failure) => {
            eprint!("memento: {failure}");
            if json {
                show(report, true)?;
            }
            Ok(CHECK_FAILED)
        }
    }
}

/// Prints a result for a person or for a program.
fn show(result: &(impl Display + Serialize), json: bool) -> Result<(), Error> {
    if !json {
        return print(&result.to_string());
    }
    let text = serde_json::to_string_pretty(result)
        .map_err(io::Error::from)
        .map_err(Error::file("write to", Path::new("stdout")))?;
    print(&(text + "\n"))
}

/// Prints on stdout. A reader that has gone away, as `head` does, has seen what it wanted.
fn print(text: &str) -> Result<(), Error> {
    let mut stdout = io::stdout().lock();
    match stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush())
    {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Error::file("write to", Path::new("stdout"))(error))
        }
        _ => Ok(()),
    }
}
