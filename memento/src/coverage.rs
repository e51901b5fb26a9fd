//! `memento coverage`: which lines, branches and named situations of the emitted Verilog a suite of programs reaches.

use crate::cli::{Coverage, ReportFile};
use crate::design::SHORT_DIGEST;
use crate::error::Error;
use crate::fuzz::interrupted_or;
use crate::progress::Spinner;
use memento_formal::text::plural;
use memento_hdl::measured::Measured;
use memento_testbenches::coverage::covers::covers;
use memento_testbenches::coverage::unreached::unreached;
use memento_testbenches::coverage::{CountingHardware, CoverageResult, Extent, Job, lcov};
use memento_testbenches::fuzz::{Trouble, two_cores};
use serde::Serialize;
use std::fmt;
use std::fs;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Instant;

/// Plays the suite, and says what it reached. A raised `stop` ends it.
///
/// # Errors
/// A missing or failing Verilator, a file that can't be written, [`Error::Interrupted`].
pub fn coverage(arguments: &Coverage, stop: &AtomicBool) -> Result<CoverageReport, Error> {
    let started = Instant::now();
    let extent = match arguments.quick {
        true => Extent::quick(),
        false => Extent::full(),
    };
    let config = two_cores();
    let (covers, explained) = covers()
        .and_then(|covers| Ok((covers, unreached()?)))
        .map_err(Error::Usage)?;
    let spinner = Spinner::new("compiling hardware that counts");
    let hardware = CountingHardware::new(&config, &covers, arguments.quick)
        .map_err(|error| interrupted_or(error.into(), stop))?;
    let jobs = extent.jobs();
    let threads = arguments.threads.unwrap_or(0) as usize;
    let failures = play(&jobs, threads, &hardware, &spinner, stop)?;
    drop(spinner);
    if stop.load(Ordering::Relaxed) {
        return Err(Error::Interrupted {
            done: "nothing is kept of what was counted".to_owned(),
        });
    }
    let tally = hardware.tally()?;
    if let Some(path) = &arguments.lcov {
        let text = lcov(&hardware.tops.design, &tally);
        fs::write(path, text).map_err(Error::file("write", path))?;
    }
    let configuration = ("preset tiny with two cores".to_owned(), config.digest());
    let design = &hardware.tops.design;
    let mut result =
        CoverageResult::new(configuration, extent, design, &tally, &covers, &explained);
    result.measured = vec![Measured::now(&config)?];
    result.seconds = started.elapsed().as_secs_f64();
    result.failures = failures;
    Ok(CoverageReport {
        result,
        quick: arguments.quick,
    })
}

/// The page about a result that was kept.
///
/// # Errors
/// A file that isn't one.
pub fn page(arguments: &ReportFile) -> Result<String, Error> {
    arguments
        .read::<CoverageResult>("coverage")
        .map(|result| result.page())
}

/// Plays the jobs, several at once; runs in which hardware and model differ.
fn play(
    jobs: &[Job],
    threads: usize,
    hardware: &CountingHardware,
    spinner: &Spinner,
    stop: &AtomicBool,
) -> Result<Vec<String>, Error> {
    let next = AtomicUsize::new(0);
    let ended = Mutex::new((0u64, Vec::new(), None::<Trouble>));
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .map_err(|error| Error::Usage(format!("cannot start threads: {error}")))?;
    pool.broadcast(|_| {
        while let Some(job) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
            if stop.load(Ordering::Relaxed) {
                return;
            }
            let played = job.play(hardware);
            let Ok(mut ended) = ended.lock() else {
                return;
            };
            ended.0 += 1;
            match played {
                Ok(failure) => ended.1.extend(failure),
                Err(error) => ended.2 = Some(error),
            }
            let of = plural(jobs.len() as u64, "run");
            spinner.say(format!("{} of {of} played", ended.0));
        }
    });
    let ended = ended.into_inner();
    let (_, failures, trouble) = ended.unwrap_or_else(|poisoned| poisoned.into_inner());
    match trouble {
        Some(error) => Err(error.into()),
        None => Ok(failures),
    }
}

/// What a suite came to.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub struct CoverageReport {
    /// Its figures.
    pub result: CoverageResult,
    #[serde(skip)]
    quick: bool,
}

impl CoverageReport {
    /// What is against it. A quick suite isn't held to the goals, nor to what only the full one reaches.
    pub fn objections(&self) -> Vec<String> {
        match self.quick {
            true => self.result.failures.clone(),
            false => self.result.objections(),
        }
    }
}

impl fmt::Display for CoverageReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let result = &self.result;
        writeln!(
            f,
            "{} (sha256 {}), {:.0} s\n",
            result.configuration,
            &result.config_digest[..SHORT_DIGEST],
            result.seconds
        )?;
        writeln!(f, "{:<48}{:>16}{:>16}", "module", "lines", "branches")?;
        for module in &result.modules {
            writeln!(
                f,
                "{:<48}{:>14.1} %{:>14.1} %",
                module.module,
                module.lines.percent(),
                module.branches.percent()
            )?;
        }
        let covers = result.covers_reached();
        writeln!(
            f,
            "\nlines        {:>5} of {:>5}  {:6.2} %\nbranches     {:>5} of {:>5}  {:6.2} %\nnamed covers {:>5} of {:>5}  {:6.2} %",
            result.lines.reached,
            result.lines.all,
            result.lines.percent(),
            result.branches.reached,
            result.branches.all,
            result.branches.percent(),
            covers.reached,
            covers.all,
            covers.percent()
        )?;
        let explained = result
            .missed
            .iter()
            .filter(|missed| missed.reason.is_some());
        writeln!(
            f,
            "{} not reached, {} explained",
            plural(result.missed.len() as u64, "branch"),
            explained.count()
        )?;
        for objection in self.objections() {
            writeln!(f, "{objection}")?;
        }
        Ok(())
    }
}
