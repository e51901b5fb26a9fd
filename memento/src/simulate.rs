//! `memento simulate`: a recording through the hardware of one core and the golden model.

use crate::cli::{Dialect, Simulate};
use crate::design::{Chosen, emit_allocator};
use crate::error::Error;
use crate::failure::{Failure, Investigation};
use crate::progress::{Progress, Spinner};
use crate::report::{Quantiles, Report, Versions};
use memento_config::Config;
use memento_formal::text::plural;
use memento_hdl::verilog::Design;
use memento_sim::trace::{Event, Recording, TraceError};
use memento_testbenches::reproduce::Symptom;
use memento_testbenches::trace_run::{RunError, Setting, TraceRun};
use memento_testbenches::{CompileOptions, Verilated, VerilatedDesign};
use std::fs::File;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

/// Operations between two looks at Ctrl-C and the progress bar: some hundredths of a second.
const BATCH: u64 = 8192;

/// Runs a recording through hardware and golden model; a mismatch is in the report. A raised `stop`
/// ends it.
///
/// # Errors
/// A bad configuration or recording, a missing or failing Verilator, a waveform that can't be
/// written, [`Error::Interrupted`].
pub fn simulate(arguments: &Simulate, stop: &AtomicBool) -> Result<Report, Error> {
    simulate_with_design(arguments, stop, |design| design)
}

/// As [`simulate`], with a design that was changed after it was written: for tests of what happens
/// when hardware is wrong.
///
/// # Errors
/// As [`simulate`].
#[doc(hidden)]
pub fn simulate_with_design(
    arguments: &Simulate,
    stop: &AtomicBool,
    change: impl FnOnce(Design) -> Design,
) -> Result<Report, Error> {
    let interrupted = |done: String| Error::Interrupted { done };
    let waveform = arguments.waveform.as_deref();
    if let Some(path) = waveform.filter(|path| path.extension().is_some_and(|e| e == "fst")) {
        let path = path.to_owned();
        return Err(Error::WaveformFormat { path });
    }
    let [trace] = arguments.trace.as_slice() else {
        let message = "one core runs one recording: state one --trace, or --system for several";
        return Err(Error::Usage(message.to_owned()));
    };
    let chosen = Chosen::load(&arguments.choice)?;
    let config = &chosen.config;
    let mut progress = Progress::new();
    let recording = open(trace, &progress)?;
    // Without origin in it, equal hardware is compiled once whatever its configuration's name.
    let design = change(emit_allocator(config, Dialect::default(), String::new())?);
    let compiled = compile(config, &design, waveform.is_some()).map_err(|error| {
        // Ctrl-C ends Verilator and the C++ compiler too, which then seem to fail.
        match stop.load(Ordering::Relaxed) {
            true => interrupted("the hardware is not compiled yet, nothing was written".to_owned()),
            false => error,
        }
    })?;
    let setting = Setting {
        issue: arguments.issue.into(),
        latencies: arguments.latency.resolve(),
        seed: arguments.seed,
    };
    let mut core = compiled.model(setting.seed)?;
    if let Some(path) = waveform {
        core.open_waveform(path)?;
    }
    let mut run = setting.start(config, core, recording);
    progress.start();
    let ended = drive(
        &mut run,
        arguments.limit.unwrap_or(u64::MAX),
        stop,
        &progress,
    );
    let seconds = progress.elapsed().as_secs_f64();
    drop(progress);
    let mut report = report(arguments, trace, &chosen, &run, seconds)?;
    let (taken, cycles) = (run.taken(), run.bench.cycles());
    // Completes the waveform.
    drop(run);

    match ended {
        Ok(true) => Ok(report),
        Ok(false) => {
            let mut done = format!(
                "{} in {} were as the golden model says",
                plural(report.operations, "operation"),
                plural(cycles, "cycle")
            );
            if let Some(path) = waveform {
                done += &format!("; `{}` is complete so far", path.display());
            }
            Err(interrupted(done))
        }
        Err(RunError::Bench(error)) => match Symptom::of(&error) {
            None => Err(error.into()),
            Some(symptom) => {
                let investigation = Investigation {
                    arguments,
                    trace,
                    config,
                    design: &design,
                    compiled: &compiled,
                    setting,
                    symptom,
                    taken,
                    cycle: cycle_of(&error).unwrap_or(cycles),
                };
                report.mismatches = 1;
                report.failure = Some(Failure::new(&error, &investigation, stop));
                Ok(report)
            }
        },
        Err(error) => Err(error.into()),
    }
}

/// Opens a recording whose reading is counted.
pub(crate) fn open(path: &Path, progress: &Progress) -> Result<Recording, TraceError> {
    let opened = File::open(path).and_then(|file| Ok((file.metadata()?, file)));
    let (metadata, file) = opened.map_err(|source| TraceError::Open {
        path: path.to_owned(),
        source,
    })?;
    if metadata.is_dir() {
        let path = path.to_owned();
        return Err(TraceError::Directory { path });
    }
    let counted = progress.add(file, metadata.len());
    Recording::new(counted, &path.display().to_string())
}

/// A recording's name, without its folder.
pub(crate) fn name_of(trace: &Path) -> String {
    let name = trace.file_name();
    name.map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

/// Compiles a design, or takes it from the cache.
pub(crate) fn compile(
    config: &Config,
    design: &Design,
    waveforms: bool,
) -> Result<VerilatedDesign, Error> {
    let _spinner = Spinner::new("compiling the hardware with Verilator; the next run has it ready");
    let options = CompileOptions {
        waveforms,
        ..CompileOptions::default()
    };
    Ok(VerilatedDesign::of_design(config, design, options)?)
}

/// Runs to the end, or until `stop` is raised; says which: true at the end.
fn drive<E: Iterator<Item = Result<Event, TraceError>>>(
    run: &mut TraceRun<Verilated, E>,
    limit: u64,
    stop: &AtomicBool,
    progress: &Progress,
) -> Result<bool, RunError> {
    loop {
        let batch = BATCH.min(limit - run.taken());
        if run.advance(batch)? < BATCH {
            run.finish()?;
            return Ok(true);
        }
        if stop.load(Ordering::Relaxed) {
            return Ok(false);
        }
        progress.show(run.taken());
    }
}

/// The cycle in which an error shows, if it shows in one.
fn cycle_of(error: &memento_testbenches::BenchError) -> Option<u64> {
    use memento_testbenches::BenchError::{Hang, Mismatch, Unasked};
    match error {
        Mismatch(mismatch) => Some(mismatch.cycle),
        Unasked { cycle, .. } => Some(*cycle),
        // What went wrong, went wrong when the last response came.
        Hang { cycle, waited, .. } => Some(cycle - waited),
        _ => None,
    }
}

fn report<E: Iterator<Item = Result<Event, TraceError>>>(
    arguments: &Simulate,
    trace: &Path,
    chosen: &Chosen,
    run: &TraceRun<Verilated, E>,
    seconds: f64,
) -> Result<Report, Error> {
    let model = &run.bench.model;
    let (counters, skipped) = (model.counters(), run.skipped());
    let (alloc, free) = run.bench.latencies();
    let [alloc_latency_cycles, free_latency_cycles] =
        [alloc, free].map(|counts| Quantiles::of(|part| counts.quantile(part), counts.max()));
    Ok(Report {
        trace: name_of(trace),
        configuration: chosen.origin.clone(),
        config_digest: chosen.config.digest(),
        versions: Versions::find()?,
        issue: arguments.issue.name(),
        seed: arguments.seed,
        operations: run.bench.issued(),
        allocs: counters.allocs,
        frees: counters.frees,
        large_allocs: skipped.large_allocs,
        failed_allocs: counters.failed_allocs,
        failed_frees: counters.failed_frees,
        unknown_frees: skipped.unknown_frees,
        alloc_hits: counters.alloc_hits,
        free_hits: counters.free_hits,
        list_pops: counters.list_pops,
        new_arenas: counters.new_arenas,
        list_pushes: counters.list_pushes,
        released_arenas: counters.released_arenas,
        peak_arenas: counters.peak_arenas,
        mismatches: 0,
        cycles: run.bench.cycles(),
        placement_hash: format!("{:016x}", model.placement_hash()),
        alloc_latency_cycles,
        free_latency_cycles,
        internal_fragmentation: counters.internal_fragmentation(),
        seconds,
        operations_per_second: run.bench.issued() as f64 / seconds.max(f64::MIN_POSITIVE),
        failure: None,
    })
}
