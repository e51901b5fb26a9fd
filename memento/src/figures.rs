//! `memento figures`: what recordings come to in the whole system, side by side.

use crate::cli::{Around, Choice, Figures, IssueOrder, Latency, Simulate};
use crate::design::Chosen;
use crate::error::Error;
use crate::report::Quantiles;
use crate::system::report::{SystemFailure, SystemReport, of};
use crate::system::simulate_on;
use memento_formal::text::{grouped, percent};
use memento_testbenches::CompileOptions;
use memento_testbenches::system::hardware::SystemDesign;
use serde::Serialize;
use std::fmt;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

/// Operations of each recording in the run that switches, and those of a turn.
const SWITCHED_OPERATIONS: u64 = 30_000;
const SWITCHED_QUANTUM: u64 = 1_000;

/// Figures of recordings, each alone with each cache, and of all as processes in turn.
#[derive(Clone, Debug, Serialize)]
pub struct FigureTable {
    /// Recording by recording, cache by cache.
    pub runs: Vec<Run>,
    /// All recordings, as many as there can be processes, that take turns on the cores.
    pub switches: Switching,
    /// The first difference between hardware and model, which ended it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<SystemFailure>,
}

/// One recording with one cache.
#[derive(Clone, Debug, Serialize)]
pub struct Run {
    /// The recording.
    pub trace: String,
    /// Bytes of the last-level cache.
    pub cache_bytes: u64,
    /// Operations sent.
    pub operations: u64,
    /// Clock cycles.
    pub cycles: u64,
    /// Operations sent in a second.
    pub operations_per_second: f64,
    /// Allocations that went well.
    pub allocs: u64,
    /// Of these, those that the object table served alone.
    pub alloc_hits: u64,
    /// Allocations but for the first of each process, context and class.
    pub later_allocs: u64,
    /// Of these, those answered later than after the pipeline's depth.
    pub waited: u64,
    /// Of these, those that waited for nothing but their turn behind a free that missed.
    pub behind_frees: u64,
    /// Of those that waited, those answered later than after twice that: beyond a replay.
    pub waited_long: u64,
    /// Cycles of an allocation that takes the head of a list.
    pub pop_latency_cycles: Quantiles,
    /// Cycles of an allocation that takes a new arena, but for first ones.
    pub new_latency_cycles: Quantiles,
    /// Look-ups of arena cursors, but for the first of each process, context and class.
    pub cursor_lookups: u64,
    /// Of these, those that the cursor cache answered.
    pub cursor_hits: u64,
    /// Look-ups that displaced other cursors.
    pub cursor_conflicts: u64,
    /// Times that the operating system lent frames because the pool was low.
    pub os_refills: u64,
    /// Lines of frames that the pool read back from its list in memory.
    pub pool_refills: u64,
    /// Masks that the bypass wrote to its table.
    pub mask_spills: u64,
    /// Writes that zeroing every frame granted would take.
    pub zeroing_writes: u64,
    /// Writes of zeroing that were made.
    pub zeroed_lines: u64,
    /// DRAM reads of lines that nobody wrote since their frame was granted.
    pub unwritten_reads: u64,
    /// Cycles of attaching the context.
    pub attach_cycles: u64,
    /// Cycles of detaching it.
    pub detach_cycles: u64,
    /// Lines that detaching it wrote.
    pub detach_lines: u64,
    /// Frames of the pool that the process had when it was destroyed.
    pub destroyed_frames: u64,
    /// Cycles of DESTROY.
    pub destroy_cycles: u64,
    /// Of these, cycles in which memory or an acknowledge was waited for.
    pub destroy_wait_cycles: u64,
}

/// Context switches of all recordings in turn.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Switching {
    /// Contexts saved.
    pub detached: u64,
    /// Lines written by all of them.
    pub lines: u64,
    /// Most lines that one wrote.
    pub most_lines: u64,
    /// Cycles of all of them.
    pub detach_cycles: u64,
    /// Contexts attached.
    pub attached: u64,
    /// Cycles of that.
    pub attach_cycles: u64,
}

/// Runs every recording with every cache, then all in turn. A difference between hardware and model
/// ends it and is in the table.
///
/// # Errors
/// As those of `memento simulate --system`; no recording.
pub fn figures(arguments: &Figures, stop: &AtomicBool) -> Result<FigureTable, Error> {
    let traces = match arguments.traces.is_empty() {
        true => bundled()?,
        false => arguments.traces.clone(),
    };
    let mut table = FigureTable {
        runs: Vec::new(),
        switches: Switching::default(),
        failure: None,
    };
    // All runs are of one configuration: its hardware is made once.
    let mut made = None;
    let mut run = |simulate: &Simulate| {
        simulate_on(simulate, stop, |config| match &made {
            Some(design) => Ok(SystemDesign::clone(design)),
            None => {
                let design = SystemDesign::of_config(config, CompileOptions::default())?;
                Ok(made.insert(design).clone())
            }
        })
    };
    for trace in &traces {
        for &cache_bytes in &arguments.cache_bytes {
            eprintln!("{}, cache of {cache_bytes} bytes", trace.display());
            let mut simulate = simulation(arguments, vec![trace.clone()]);
            simulate.around.cache_bytes = cache_bytes;
            let report = run(&simulate)?;
            if report.failure.is_some() {
                table.failure = report.failure;
                return Ok(table);
            }
            table.runs.push(Run::of(&report, cache_bytes));
        }
    }
    eprintln!("all in turn");
    let mut traces = traces;
    traces.truncate(Chosen::load(&arguments.choice)?.config.processes() as usize);
    let mut simulate = simulation(arguments, traces);
    simulate.limit = Some(arguments.limit.unwrap_or(u64::MAX).min(SWITCHED_OPERATIONS));
    simulate.around.quantum = SWITCHED_QUANTUM;
    let report = run(&simulate)?;
    let os = &report.operating_system;
    table.switches = Switching {
        detached: os.detached,
        lines: os.detach_lines,
        most_lines: os.most_detach_lines,
        detach_cycles: os.detach_cycles,
        attached: os.attached,
        attach_cycles: os.attach_cycles,
    };
    table.failure = report.failure;
    Ok(table)
}

/// The recordings of the folder `traces`.
fn bundled() -> Result<Vec<PathBuf>, Error> {
    let names = std::fs::read_dir("traces").into_iter().flatten().flatten();
    let mut traces: Vec<PathBuf> = names
        .map(|entry| entry.path())
        .filter(|path| path.to_string_lossy().contains(".heaptrack"))
        .collect();
    traces.sort();
    match traces.is_empty() {
        true => Err(Error::Usage(
            "the folder `traces` is not here, or has no recording; state recordings by name".into(),
        )),
        false => Ok(traces),
    }
}

fn simulation(arguments: &Figures, trace: Vec<PathBuf>) -> Simulate {
    Simulate {
        trace,
        system: true,
        choice: Choice::clone(&arguments.choice),
        limit: arguments.limit,
        issue: IssueOrder::default(),
        seed: 1,
        json: false,
        waveform: None,
        replay: None,
        without_fault: false,
        artifacts: PathBuf::new(),
        latency: Latency::default(),
        around: Around::default(),
    }
}

impl Run {
    fn of(report: &SystemReport, cache_bytes: u64) -> Run {
        let core = &report.cores[0];
        let pages = |name| of(&report.page_allocator, name);
        let bypass = report.bypass.as_ref();
        let firsts = pages("cursor_first_lookups");
        let os = &report.operating_system;
        Run {
            trace: report.traces.join(", "),
            cache_bytes,
            operations: report.operations,
            cycles: report.cycles,
            operations_per_second: report.operations_per_second,
            allocs: report.allocs,
            alloc_hits: of(&core.counters, "alloc_hits"),
            later_allocs: core.waits.allocations,
            waited: core.waits.waited,
            behind_frees: core.waits.behind_frees,
            waited_long: core.waits.waited_long,
            pop_latency_cycles: core.waits.pop_latency_cycles,
            new_latency_cycles: core.waits.new_latency_cycles,
            cursor_lookups: pages("cursor_lookups") - firsts,
            cursor_hits: pages("cursor_hits") - pages("cursor_first_hits"),
            cursor_conflicts: pages("cursor_conflicts"),
            os_refills: os.refills,
            pool_refills: pages("pool_refills"),
            mask_spills: bypass.map_or(0, |bypass| of(&bypass.counters, "mask_spills")),
            zeroing_writes: bypass.map_or(0, |bypass| bypass.zeroing_writes),
            zeroed_lines: of(&report.dram_writes, "zeroing"),
            unwritten_reads: report.unwritten_reads,
            attach_cycles: os.attach_cycles,
            detach_cycles: os.detach_cycles,
            detach_lines: os.detach_lines,
            destroyed_frames: os.destroyed_frames,
            destroy_cycles: os.destroy_cycles,
            destroy_wait_cycles: os.destroy_wait_cycles,
        }
    }

    /// Its name and its cache in KiB.
    fn head(&self) -> String {
        let name = self.trace.split('.').next().unwrap_or_default();
        format!("{name:<16}{:>6}", self.cache_bytes >> 10)
    }
}

/// A part of a whole in per cent, four places.
fn finely(part: u64, whole: u64) -> String {
    format!("{:.4} %", 100.0 * part as f64 / whole.max(1) as f64)
}

impl fmt::Display for FigureTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "recording         KiB  operations  cycles/op       /s  alloc hits     waited  behind frees  beyond replay  pop p50    max  new p50    max"
        )?;
        for run in &self.runs {
            writeln!(
                f,
                "{}  {:>10}  {:>9.2}  {:>7}  {:>10}  {:>9}  {:>12}  {:>13}  {:>7}  {:>5}  {:>7}  {:>5}",
                run.head(),
                grouped(run.operations),
                run.cycles as f64 / run.operations.max(1) as f64,
                grouped(run.operations_per_second as u64),
                percent(run.alloc_hits, run.allocs),
                finely(run.waited, run.later_allocs),
                finely(run.behind_frees, run.later_allocs),
                finely(run.waited_long, run.later_allocs),
                run.pop_latency_cycles.p50,
                run.pop_latency_cycles.max,
                run.new_latency_cycles.p50,
                run.new_latency_cycles.max
            )?;
        }
        writeln!(f)?;
        writeln!(
            f,
            "recording         KiB  cursor hits  conflicts  OS refills  pool refills  mask spills  zeroed  unwritten reads  attach  detach  lines  DESTROY/frame  waits"
        )?;
        for run in &self.runs {
            let frames = run.destroyed_frames.max(1) as f64;
            writeln!(
                f,
                "{}  {:>11}  {:>9}  {:>10}  {:>12}  {:>11}  {:>6}  {:>15}  {:>6}  {:>6}  {:>5}  {:>13.2}  {:>5.2}",
                run.head(),
                percent(run.cursor_hits, run.cursor_lookups),
                grouped(run.cursor_conflicts),
                run.os_refills,
                grouped(run.pool_refills),
                percent(run.mask_spills, run.zeroing_writes),
                grouped(run.zeroed_lines),
                grouped(run.unwritten_reads),
                grouped(run.attach_cycles),
                grouped(run.detach_cycles),
                run.detach_lines,
                run.destroy_cycles as f64 / frames,
                run.destroy_wait_cycles as f64 / frames
            )?;
        }
        let switches = &self.switches;
        let each = |sum: u64, times: u64| sum as f64 / times.max(1) as f64;
        writeln!(f)?;
        writeln!(
            f,
            "all in turn: {} contexts saved, {:.1} lines written each, {} at most, {:.0} cycles each; attached in {:.0} cycles each",
            grouped(switches.detached),
            each(switches.lines, switches.detached),
            switches.most_lines,
            each(switches.detach_cycles, switches.detached),
            each(switches.attach_cycles, switches.attached)
        )
    }
}
