//! Plays random programs on [`Lanes`], several at once, until something fails or enough is done; and cuts down what fails.

use super::Compile;
use super::lanes::{Lane, Lanes, write_whole};
use super::report::FuzzFailure;
use crate::error::Error;
use crate::progress::Spinner;
use memento_formal::text::{grouped, plural};
use memento_testbenches::fuzz::{Case, Effort, Failure, Level, Scenario, Subject};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Time of a core's lane for each second of a whole system's: what is rare on a core needs many operations.
const CORE_SHARE: f64 = 4.0;
/// Time between two writes of a campaign's state.
const SAVED: Duration = Duration::from_secs(2);
/// Time to spend on cutting a scenario down.
const SHRINKING: Duration = Duration::from_secs(120);

/// When enough is done; any of them.
pub(super) struct Limits {
    pub runs: Option<u64>,
    pub time: Option<Duration>,
    pub operations: Option<u64>,
    /// 0: as many as there are processors.
    pub threads: usize,
}

/// Hardware and model differ.
pub(super) struct Found {
    pub subject: Arc<Subject>,
    pub lane: Lane,
    pub seed: u64,
    pub scenario: Scenario,
    pub failure: Failure,
}

/// What runs have in common.
struct Shared<'a> {
    lanes: &'a mut Lanes,
    /// By lane, while no run of it is under way.
    subjects: Vec<Option<Option<Arc<Subject>>>>,
    /// Runs that may still begin.
    runs_left: u64,
    saved: Instant,
    found: Option<Found>,
    error: Option<Error>,
}

/// Plays until something fails, or a limit is reached, or `stop` is raised; with a folder, its state is kept there.
pub(super) fn run(
    lanes: &mut Lanes,
    limits: &Limits,
    folder: Option<&Path>,
    stop: &AtomicBool,
    compile: &Compile<'_>,
) -> Result<Option<Found>, Error> {
    let started = Instant::now();
    if let Some(folder) = folder {
        lanes.save(folder)?;
    }
    let before = lanes.operations();
    let shared = Mutex::new(Shared {
        subjects: lanes.lanes.iter().map(|_| Some(None)).collect(),
        lanes,
        runs_left: limits.runs.unwrap_or(u64::MAX),
        saved: started,
        found: None,
        error: None,
    });
    let spinner = Spinner::new("fuzzing");
    let work = || {
        while let Some((lane, subject)) = begin(&shared, limits, started, stop) {
            let ran = one(&shared, lane, subject, stop, compile);
            let mut shared = lock(&shared);
            if let Err(error) = ran {
                shared.error.get_or_insert(error);
                return;
            }
            spinner.say(progress(&shared, before, started));
            if let Some(folder) = folder
                && shared.saved.elapsed() > SAVED
            {
                shared.saved = Instant::now();
                if let Err(error) = shared.lanes.save(folder) {
                    shared.error.get_or_insert(error);
                }
            }
        }
    };
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(limits.threads)
        .build()
        .map_err(|error| Error::Usage(format!("cannot start threads: {error}")))?;
    pool.broadcast(|_| work());
    drop(spinner);
    let shared = shared.into_inner().unwrap_or_else(PoisonError::into_inner);
    if let Some(folder) = folder {
        shared.lanes.save(folder)?;
    }
    match shared.error {
        Some(error) => Err(error),
        None => Ok(shared.found),
    }
}

fn lock<'a, 'b>(shared: &'a Mutex<Shared<'b>>) -> MutexGuard<'a, Shared<'b>> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Takes the lane that has had least time, of those that nobody plays on; `None`: enough is done.
fn begin(
    shared: &Mutex<Shared<'_>>,
    limits: &Limits,
    started: Instant,
    stop: &AtomicBool,
) -> Option<(usize, Option<Arc<Subject>>)> {
    loop {
        let mut shared = lock(shared);
        let operations = shared.lanes.operations();
        let over = stop.load(Ordering::Relaxed)
            || shared.found.is_some()
            || shared.error.is_some()
            || shared.runs_left == 0
            || limits.time.is_some_and(|time| started.elapsed() >= time)
            || limits.operations.is_some_and(|most| operations >= most);
        if over {
            return None;
        }
        let shared = &mut *shared;
        let time = |at: usize| {
            let lane = &shared.lanes.lanes[at];
            match lane.level {
                Level::Core => lane.seconds,
                Level::System => lane.seconds * CORE_SHARE,
            }
        };
        let free = (0..shared.subjects.len()).filter(|at| shared.subjects[*at].is_some());
        let Some(at) = free.min_by(|a, b| time(*a).total_cmp(&time(*b))) else {
            // More threads than lanes: this one has nothing to do.
            return None;
        };
        if let Some(subject) = shared.subjects[at].take() {
            shared.runs_left -= 1;
            return Some((at, subject));
        }
    }
}

/// One run.
fn one(
    shared: &Mutex<Shared<'_>>,
    at: usize,
    subject: Option<Arc<Subject>>,
    stop: &AtomicBool,
    compile: &Compile<'_>,
) -> Result<(), Error> {
    let subject = match subject {
        Some(subject) => subject,
        None => {
            let lane = lock(shared).lanes.lanes[at].clone();
            match compile(&lane) {
                Ok(subject) => Arc::new(subject),
                // Ctrl-C ends Verilator and the C++ compiler too.
                Err(_) if stop.load(Ordering::Relaxed) => return Ok(()),
                Err(error) => return Err(error.into()),
            }
        }
    };
    let started = Instant::now();
    let scenario = lock(shared).lanes.next(at);
    let played = subject.play(&scenario)?;
    let mut shared = lock(shared);
    let shared = &mut *shared;
    shared.subjects[at] = Some(Some(Arc::clone(&subject)));
    let lane = &mut shared.lanes.lanes[at];
    match played.failure {
        None => lane.add(&played, started.elapsed().as_secs_f64()),
        Some(failure) => {
            let found = Found {
                subject,
                lane: lane.clone(),
                seed: shared.lanes.seed,
                scenario,
                failure,
            };
            shared.found.get_or_insert(found);
        }
    }
    Ok(())
}

fn progress(shared: &Shared<'_>, before: u64, started: Instant) -> String {
    let operations = shared.lanes.operations();
    let runs: u64 = shared.lanes.lanes.iter().map(|lane| lane.runs).sum();
    let rate = (operations - before) as f64 / started.elapsed().as_secs_f64().max(1e-3);
    format!(
        "fuzzing: {} in {}, {}/s",
        plural(operations, "operation"),
        plural(runs, "run"),
        grouped(rate as u64)
    )
}

/// Cuts down what failed, and leaves it in a file.
pub(super) fn investigate(
    found: &Found,
    out: &Path,
    stop: &AtomicBool,
) -> Result<FuzzFailure, Error> {
    let spinner = Spinner::new("mismatch; playing it again");
    let started = Instant::now();
    let (mut runs, all) = (0, found.scenario.len());
    let go_on = |effort: Effort| {
        runs = effort.runs;
        spinner.say(format!(
            "mismatch; cutting it down: {} of {} left after {}",
            grouped(effort.events as u64),
            plural(all as u64, "event"),
            plural(effort.runs.into(), "run")
        ));
        started.elapsed() < SHRINKING && !stop.load(Ordering::Relaxed)
    };
    let shrunk = found
        .scenario
        .shrink(&found.subject, &found.failure, go_on)?;
    drop(spinner);
    let (scenario, again) = match shrunk {
        Some(scenario) => (scenario, true),
        None => (found.scenario.clone(), false),
    };
    let message = match found.subject.play(&scenario)?.failure {
        Some(failure) => failure.message,
        None => found.failure.message.clone(),
    };
    let case = Case::new(&found.lane.config, scenario, message.clone());
    write_whole(out, &case)?;
    Ok(FuzzFailure::new(
        found,
        &case.scenario,
        message,
        (runs, again),
        out,
    ))
}

/// An error, or that it was interrupted if that is why.
pub(crate) fn interrupted_or(error: Error, stop: &AtomicBool) -> Error {
    match stop.load(Ordering::Relaxed) {
        true => Error::Interrupted {
            done: "the hardware is not compiled yet".to_owned(),
        },
        false => error,
    }
}
