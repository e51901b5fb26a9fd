//! `memento simulate --system`: recordings as processes through the whole system and the golden
//! model.

mod display;
pub mod report;

use crate::cli::{IssueOrder, Simulate};
use crate::design::Chosen;
use crate::error::Error;
use crate::failure::shell_word;
use crate::progress::{Progress, Spinner};
use crate::simulate::{name_of, open};
use memento_config::Config;
use memento_formal::text::plural;
use memento_sim::Geometry;
use memento_sim::trace::Replay;
use memento_testbenches::CompileOptions;
use memento_testbenches::system::axi::LINE_BYTES;
use memento_testbenches::system::bench::SystemBench;
use memento_testbenches::system::error::SystemError;
use memento_testbenches::system::hardware::SystemDesign;
use memento_testbenches::system::processes::Scheduler;
use memento_testbenches::system::program::{Program, Recorded};
use report::{SystemFailure, SystemReport};
use std::sync::atomic::{AtomicBool, Ordering};

/// Clock cycles between two looks at Ctrl-C and the progress bar: some tenths of a second.
const BATCH_CYCLES: u64 = 50_000;

/// Runs recordings as processes through the whole system and the golden model; a mismatch is in the
/// report. A raised `stop` ends it.
///
/// # Errors
/// Options that don't go together, a bad configuration or recording, a missing or failing Verilator,
/// [`Error::Interrupted`].
pub fn simulate(arguments: &Simulate, stop: &AtomicBool) -> Result<SystemReport, Error> {
    simulate_on(arguments, stop, |config| {
        SystemDesign::of_config(config, CompileOptions::default())
    })
}

/// As [`simulate`], on hardware that `design` makes: for tests.
///
/// # Errors
/// As [`simulate`].
#[doc(hidden)]
pub fn simulate_on(
    arguments: &Simulate,
    stop: &AtomicBool,
    design: impl FnOnce(&Config) -> Result<SystemDesign, SystemError>,
) -> Result<SystemReport, Error> {
    let chosen = Chosen::load(&arguments.choice)?;
    check(arguments, &chosen.config)?;
    let mut progress = Progress::new();
    let programs = programs(arguments, &chosen.config, &progress)?;
    let compiled = {
        let _spinner =
            Spinner::new("compiling the hardware with Verilator; the next run has it ready");
        design(&chosen.config)
    };
    let compiled = compiled.map_err(|error| match stop.load(Ordering::Relaxed) {
        // Ctrl-C ends Verilator and the C++ compiler too, which then seem to fail.
        true => Error::Interrupted {
            done: "the hardware is not compiled yet, nothing was written".to_owned(),
        },
        false => error.into(),
    })?;
    let around = arguments
        .around
        .surroundings(arguments.issue, arguments.seed);
    progress.start();
    let bench = SystemBench::new(&chosen.config, &compiled, &around);
    let started =
        bench.and_then(|bench| Scheduler::new(bench, arguments.around.policy(), programs));
    let mut report = SystemReport::new(arguments, &chosen)?;
    let mut scheduler = match started {
        Ok(scheduler) => scheduler,
        Err(error) => return fail(report, arguments, &chosen, None, error),
    };
    let ended = drive(&mut scheduler, stop, &progress);
    let seconds = progress.elapsed().as_secs_f64();
    drop(progress);
    report.count(&scheduler, seconds);
    let compared = match ended {
        Ok(true) => report
            .read_counters(&mut scheduler)
            .and_then(|()| scheduler.bench.compare()),
        Ok(false) => {
            return Err(Error::Interrupted {
                done: format!(
                    "{} in {} were as the golden model says",
                    plural(report.operations, "operation"),
                    plural(report.cycles, "cycle")
                ),
            });
        }
        Err(error) => Err(error),
    };
    match compared {
        Ok(()) => Ok(report),
        Err(error) => fail(report, arguments, &chosen, Some(&scheduler), error),
    }
}

/// What the options can't say of each other by themselves.
fn check(arguments: &Simulate, config: &Config) -> Result<(), Error> {
    let (around, processes) = (&arguments.around, arguments.trace.len());
    if u64::from(around.cache_ways) * LINE_BYTES > around.cache_bytes {
        return Err(Error::Usage(format!(
            "a cache of {} bytes has no {} of {LINE_BYTES} bytes; state fewer with --cache-ways",
            around.cache_bytes,
            plural(around.cache_ways.into(), "way")
        )));
    }
    if processes > config.processes() as usize {
        return Err(Error::Usage(format!(
            "{} are a process each, and the configuration allows {}",
            plural(processes as u64, "recording"),
            config.processes()
        )));
    }
    Ok(())
}

fn programs(
    arguments: &Simulate,
    config: &Config,
    progress: &Progress,
) -> Result<Vec<Box<dyn Program>>, Error> {
    let limit = arguments.limit.unwrap_or(u64::MAX);
    let mut programs = Vec::<Box<dyn Program>>::new();
    for trace in &arguments.trace {
        let replay = Replay::new(open(trace, progress)?, &Geometry::new(config));
        programs.push(Box::new(Recorded::new(replay, limit)));
    }
    Ok(programs)
}

/// Runs to the end, or until `stop` is raised; says which: true at the end.
fn drive(
    scheduler: &mut Scheduler,
    stop: &AtomicBool,
    progress: &Progress,
) -> Result<bool, SystemError> {
    loop {
        if scheduler.advance(BATCH_CYCLES)? {
            return Ok(true);
        }
        if stop.load(Ordering::Relaxed) {
            return Ok(false);
        }
        progress.show(scheduler.bench.issued());
    }
}

/// Puts what went wrong into the report, if it went wrong in the hardware.
fn fail(
    mut report: SystemReport,
    arguments: &Simulate,
    chosen: &Chosen,
    scheduler: Option<&Scheduler>,
    error: SystemError,
) -> Result<SystemReport, Error> {
    match error {
        SystemError::Trace(error) => return Err(error.into()),
        SystemError::Emit(error) => return Err(error.into()),
        SystemError::Verilator(error) => return Err(error.into()),
        SystemError::NoIds { .. } | SystemError::NoFrames { .. } => return Err(error.into()),
        _ => {}
    }
    let core = match &error {
        SystemError::Mismatch(mismatch) => Some(mismatch.core),
        SystemError::Unasked { core, .. } => Some(*core),
        _ => None,
    };
    let running = core.and_then(|core| scheduler?.bench.model.running(core));
    let process = running.map(|(process, _)| process);
    let trace = process.and_then(|process| arguments.trace.get(process as usize));
    report.mismatches = 1;
    report.failure = Some(SystemFailure {
        message: error.to_string(),
        process,
        trace: trace.map(|trace| name_of(trace)),
        repeat: repeat(arguments, chosen),
    });
    Ok(report)
}

/// The command that does the same again.
fn repeat(arguments: &Simulate, chosen: &Chosen) -> String {
    let mut words = vec!["memento simulate --system".to_owned()];
    match &arguments.choice.config {
        Some(path) => words.push(format!("--config {}", shell_word(&path.to_string_lossy()))),
        None => words.push(chosen.options.clone()),
    }
    for trace in &arguments.trace {
        words.push(format!("--trace {}", shell_word(&trace.to_string_lossy())));
    }
    if let Some(limit) = arguments.limit {
        words.push(format!("--limit {limit}"));
    }
    if arguments.issue != IssueOrder::default() {
        words.push(format!("--issue {}", arguments.issue.name()));
    }
    words.push(format!("--seed {}", arguments.seed));
    for (option, value) in arguments.around.stated() {
        words.push(format!("--{option} {value}"));
    }
    words.join(" ")
}
