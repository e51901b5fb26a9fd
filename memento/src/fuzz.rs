//! `memento fuzz`: random programs in random surroundings, hardware against golden model.
//!
//! - `lanes`: the hardware that they are played on, and how far each has come,
//! - `run`: plays them, several at once, until something fails or enough is done,
//! - [`report`]: what came of it,
//! - [`mutants`]: how many faults, made by rule, they see.

mod lanes;
pub mod mutants;
pub mod report;
mod run;

use crate::cli::Fuzz;
use crate::error::Error;
use crate::progress::Spinner;
use lanes::{Lanes, STATE};
use memento_formal::text::plural;
use memento_testbenches::CompileOptions;
use memento_testbenches::fuzz::{Case, Subject, Trouble};
use report::{FuzzFailure, FuzzReport};
use run::Limits;
pub(crate) use run::interrupted_or;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Runs if nothing says when to stop.
const RUNS: u64 = 200;

/// How hardware is compiled: block RAMs punish a missing forwarding path.
const COMPILED: CompileOptions = CompileOptions {
    ram_collisions: true,
    ..CompileOptions::DEFAULT
};

/// Makes compiled hardware of a configuration.
pub(crate) type Compile<'a> = dyn Fn(&lanes::Lane) -> Result<Subject, Trouble> + Sync + 'a;

/// Plays random programs until something fails, or enough is done. A raised `stop` ends it; a campaign's state is kept.
///
/// # Errors
/// A bad configuration or file, a missing or failing Verilator, [`Error::Interrupted`] without a campaign.
pub fn fuzz(arguments: &Fuzz, stop: &AtomicBool) -> Result<FuzzReport, Error> {
    let compile = |lane: &lanes::Lane| Subject::new(lane.level, &lane.config, COMPILED);
    fuzz_with_hardware(arguments, stop, &compile)
}

/// As [`fuzz`], with hardware that was changed after it was written: for tests of what happens when it is wrong.
///
/// # Errors
/// As [`fuzz`].
#[doc(hidden)]
pub fn fuzz_with_hardware(
    arguments: &Fuzz,
    stop: &AtomicBool,
    compile: &Compile<'_>,
) -> Result<FuzzReport, Error> {
    if let Some(path) = &arguments.replay {
        return replay(path, stop, compile);
    }
    let started = Instant::now();
    let seed = seed(arguments);
    let mut lanes = match &arguments.campaign {
        Some(folder) if folder.join(STATE).exists() => Lanes::load(folder, arguments)?,
        _ => Lanes::new(arguments, seed)?,
    };
    let stated = arguments.runs.is_some() || arguments.time.is_some();
    let limits = Limits {
        runs: match arguments.operations {
            None if !stated => Some(RUNS),
            _ => arguments.runs,
        },
        time: arguments.time.map(Duration::from_secs),
        operations: arguments.operations,
        threads: arguments.threads.unwrap_or(0) as usize,
    };
    let found = run::run(
        &mut lanes,
        &limits,
        arguments.campaign.as_deref(),
        stop,
        compile,
    )?;
    let mut report = FuzzReport::new(&lanes, started.elapsed().as_secs_f64());
    if let Some(found) = found {
        let out = match &arguments.campaign {
            Some(folder) => folder.join("failure.json"),
            None => arguments.out.clone(),
        };
        report.mismatches = 1;
        report.failure = Some(run::investigate(&found, &out, stop)?);
    } else if stop.load(Ordering::Relaxed) {
        let mut done = format!(
            "{} were as the golden model says, seed {}",
            plural(report.operations, "operation"),
            report.seed
        );
        if let Some(folder) = &arguments.campaign {
            done += &format!("; `{}` has the state, to go on from", folder.display());
        }
        return Err(Error::Interrupted { done });
    }
    Ok(report)
}

/// The seed that is stated, or a new one.
fn seed(arguments: &Fuzz) -> u64 {
    arguments.seed.unwrap_or_else(|| {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        now.map_or(1, |now| now.as_nanos() as u64 % 1_000_000_000)
    })
}

/// Plays a file.
fn replay(path: &Path, stop: &AtomicBool, compile: &Compile<'_>) -> Result<FuzzReport, Error> {
    let started = Instant::now();
    let text = fs::read_to_string(path).map_err(Error::file("read", path))?;
    let unreadable = |problem: String| Error::Unreadable {
        path: path.to_owned(),
        problem,
    };
    let case: Case = serde_json::from_str(&text)
        .map_err(|error| unreadable(format!("not a file that `memento fuzz` writes: {error}")))?;
    case.check_format().map_err(|(found, known)| {
        unreadable(format!("its format is {found}, and {known} is read here"))
    })?;
    let config = case.config(&path.display().to_string())?;
    let mut lanes = Lanes::of_case(case.scenario.level(), config)?;
    let subject = {
        let _spinner = Spinner::new("compiling the hardware with Verilator");
        compile(&lanes.lanes[0])
    };
    let subject = subject.map_err(|error| run::interrupted_or(error.into(), stop))?;
    let played = subject.play(&case.scenario)?;
    lanes.lanes[0].add(&played, started.elapsed().as_secs_f64());
    let mut report = FuzzReport::new(&lanes, started.elapsed().as_secs_f64());
    if let Some(failure) = played.failure {
        report.mismatches = 1;
        report.failure = Some(FuzzFailure::of_replay(
            path,
            &case.scenario,
            failure.message,
        ));
    }
    Ok(report)
}
