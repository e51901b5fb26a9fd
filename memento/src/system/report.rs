//! What a simulation of the whole system comes to, as JSON has it.

use crate::cli::Simulate;
use crate::design::Chosen;
use crate::error::Error;
use crate::report::{Quantiles, Versions};
use crate::simulate::name_of;
use memento_hdl::allocator::object_allocator::COUNTERS as CORE_COUNTERS;
use memento_hdl::bypass::bypass::COUNTERS as BYPASS_COUNTERS;
use memento_hdl::pages::page_allocator::PAGE_COUNTERS;
use memento_testbenches::LatencyCounts;
use memento_testbenches::system::axi::{Cause, LINE_BYTES};
use memento_testbenches::system::dram::FRAME_BYTES;
use memento_testbenches::system::error::SystemError;
use memento_testbenches::system::processes::Scheduler;
use memento_testbenches::system::waits::Waits;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;

/// Lines of a frame.
const FRAME_LINES: u64 = FRAME_BYTES / LINE_BYTES;

/// Counts by name.
pub type Counts = BTreeMap<&'static str, u64>;

/// Report of a simulation of the whole system. Every response, translation and word of data was as
/// the golden model says if `mismatches` is 0; so are the hardware's counters, and the pool at the
/// end. Counts are those of the run until all processes have exited.
#[derive(Clone, Debug, Serialize)]
pub struct SystemReport {
    /// The recordings, by process.
    pub traces: Vec<String>,
    /// Where the configuration came from.
    pub configuration: String,
    /// SHA-256 of the resolved configuration.
    pub config_digest: String,
    /// What ran.
    pub versions: Versions,
    /// Seed of the values that registers and memories started with.
    pub seed: u32,
    /// What was around the hardware.
    pub around: Surrounding,
    /// Operations sent.
    pub operations: u64,
    /// Allocations answered `OK`.
    pub allocs: u64,
    /// Frees answered `OK`.
    pub frees: u64,
    /// Allocations over the largest class, which are not sent.
    pub large_allocs: u64,
    /// Allocations refused, whose frees are not sent.
    pub failed_allocs: u64,
    /// Frees refused.
    pub failed_frees: u64,
    /// Frees of addresses that nothing is alive at in the recording, which are not sent.
    pub unknown_frees: u64,
    /// Differences between hardware and model; a run ends at the first.
    pub mismatches: u64,
    /// Clock cycles since reset.
    pub cycles: u64,
    /// Part of the granted bytes that nobody asked for, 0 to 1.
    pub internal_fragmentation: f64,
    /// By core.
    pub cores: Vec<CoreReport>,
    /// By process, those that exited.
    pub processes: Vec<ProcessReport>,
    /// The page allocator's counters.
    pub page_allocator: Counts,
    /// Frames of processes.
    pub frames: FrameReport,
    /// What the operating system did.
    pub operating_system: OsReport,
    /// The last-level cache.
    pub cache: Counts,
    /// Bursts that DRAM read, by cause.
    pub dram_reads: Counts,
    /// Bursts that DRAM wrote, by cause.
    pub dram_writes: Counts,
    /// Bursts that DRAM read of lines that nobody wrote since their frame was granted.
    pub unwritten_reads: u64,
    /// Shoot-downs and discards, as the hosts saw them.
    pub forgotten: Counts,
    /// The main-memory bypass, if the configuration has one.
    pub bypass: Option<BypassReport>,
    /// Memory by size class when processes had most frames, of the moments looked at; classes without
    /// any are left out.
    pub classes: Vec<ClassReport>,
    /// Time of the run, without that of compiling the hardware.
    pub seconds: f64,
    /// Operations sent in a second of that time.
    pub operations_per_second: f64,
    /// The mismatch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<SystemFailure>,
}

/// What was around the hardware.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Surrounding {
    /// Operations that a process ran before another one's turn.
    pub quantum: u64,
    /// Frames lent before the programs started.
    pub pool_frames: u64,
    /// Bytes of the last-level cache.
    pub cache_bytes: u64,
    /// Its ways.
    pub cache_ways: u32,
    /// Entries of each core's TLB.
    pub tlb_entries: u32,
    /// How a core's operations followed each other.
    pub issue: &'static str,
    /// Cycles from a read to its first beat.
    pub dram_latency: u32,
    /// Cycles a beat.
    pub dram_cycles_per_beat: u32,
    /// Reads, and writes, under way at once.
    pub dram_outstanding: u32,
}

/// A core.
#[derive(Clone, Debug, Serialize)]
pub struct CoreReport {
    /// The core's hardware counters: answers, hits, arenas, cycles by cause, switches.
    pub counters: Counts,
    /// Cycles in which its program did not go on, by cause.
    pub stall_cycles: Counts,
    /// From the edge that accepts an allocation to the edge that takes its response.
    pub alloc_latency_cycles: Quantiles,
    /// The same of frees.
    pub free_latency_cycles: Quantiles,
    /// Which of its allocations waited.
    pub waits: WaitReport,
    /// Pages translated for its host.
    pub translations: u64,
    /// Pages that could not be had, whose accesses were left out.
    pub untouched_pages: u64,
    /// Hash of where its allocations were placed, 16 hex digits.
    pub placement_hash: String,
}

/// Which allocations waited, beyond the first of each process, context and class.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct WaitReport {
    /// Allocations that went well, but for those first ones.
    pub allocations: u64,
    /// Of these, those answered later than a hit is.
    pub waited: u64,
    /// Of these, those that waited for nothing but their turn behind a free that missed.
    pub behind_frees: u64,
    /// Of those that waited, those answered later than a hit that is replayed once: after more than twice the depth.
    pub waited_long: u64,
    /// The first ones.
    pub first_allocations: u64,
    /// Latencies of allocations that took the head of a list.
    pub pop_latency_cycles: Quantiles,
    /// Latencies of allocations that took a new arena, but for the first ones.
    pub new_latency_cycles: Quantiles,
    /// Latencies of the first ones that took a new arena.
    pub first_new_latency_cycles: Quantiles,
}

impl WaitReport {
    fn of(waits: &Waits) -> WaitReport {
        WaitReport {
            allocations: waits.allocations,
            waited: waits.waited,
            behind_frees: waits.behind,
            waited_long: waits.waited_long,
            first_allocations: waits.firsts,
            pop_latency_cycles: quantiles(&waits.pops),
            new_latency_cycles: quantiles(&waits.news),
            first_new_latency_cycles: quantiles(&waits.first_news),
        }
    }
}

fn quantiles(counts: &LatencyCounts) -> Quantiles {
    Quantiles::of(|part| counts.quantile(part), counts.max())
}

/// A process that exited, with what it had then.
#[derive(Clone, Debug, Serialize)]
pub struct ProcessReport {
    /// Its number.
    pub process: usize,
    /// Frames that it had.
    pub frames: u64,
    /// Most that it ever had.
    pub peak_frames: u64,
    /// Of its frames those that are page tables.
    pub table_frames: u64,
    /// Those with headers.
    pub header_pages: u64,
    /// Those with objects.
    pub body_pages: u64,
}

/// Frames of processes.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct FrameReport {
    /// That they have at the end.
    pub in_use: u64,
    /// Most that they ever had at once.
    pub peak: u64,
}

/// What the operating system did.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct OsReport {
    /// Frames lent.
    pub lent_frames: u64,
    /// Times that the pool was low and got frames.
    pub refills: u64,
    /// Contexts attached.
    pub attached: u64,
    /// Cycles of that, from order to end.
    pub attach_cycles: u64,
    /// Contexts detached.
    pub detached: u64,
    /// Cycles of that.
    pub detach_cycles: u64,
    /// Lines that it wrote.
    pub detach_lines: u64,
    /// Most that one detaching wrote.
    pub most_detach_lines: u64,
    /// Processes destroyed.
    pub destroyed: u64,
    /// Cycles of that.
    pub destroy_cycles: u64,
    /// Of these, cycles in which memory or an acknowledge was waited for.
    pub destroy_wait_cycles: u64,
    /// Frames that they had.
    pub destroyed_frames: u64,
}

/// The main-memory bypass.
#[derive(Clone, Debug, Serialize)]
pub struct BypassReport {
    /// Its hardware counters.
    pub counters: Counts,
    /// Writes that zeroing every frame granted would take: its lines.
    pub zeroing_writes: u64,
    /// Of these, those that were not made.
    pub zeroing_avoided: u64,
}

/// Memory of a size class.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct ClassReport {
    /// Size of its objects.
    pub bytes: u32,
    /// Arenas in use.
    pub arenas: u64,
    /// Objects alive.
    pub objects: u64,
    /// Bytes of them.
    pub live_bytes: u64,
    /// Bytes of the pages mapped for them.
    pub resident_bytes: u64,
    /// Part of the resident bytes that no object has, 0 to 1.
    pub fragmentation: f64,
}

impl ClassReport {
    /// All classes together, as one of no size.
    pub(super) fn total(classes: &[ClassReport]) -> ClassReport {
        let sum = |part: fn(&ClassReport) -> u64| classes.iter().map(part).sum();
        let (live_bytes, resident_bytes): (u64, u64) = (
            sum(|class| class.live_bytes),
            sum(|class| class.resident_bytes),
        );
        let unused = resident_bytes.saturating_sub(live_bytes);
        ClassReport {
            bytes: 0,
            arenas: sum(|class| class.arenas),
            objects: sum(|class| class.objects),
            live_bytes,
            resident_bytes,
            fragmentation: unused as f64 / resident_bytes.max(1) as f64,
        }
    }
}

/// A difference between hardware and model.
#[derive(Clone, Debug, Serialize)]
pub struct SystemFailure {
    /// What differs.
    pub message: String,
    /// Process that the core ran.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub process: Option<u32>,
    /// Its recording.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trace: Option<String>,
    /// The command that does the same again.
    pub repeat: String,
}

impl fmt::Display for SystemFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "mismatch: {}", self.message)?;
        if let (Some(process), Some(trace)) = (self.process, &self.trace) {
            writeln!(f, "  process   {process}, {trace}")?;
        }
        writeln!(f, "repeat with: {}", self.repeat)
    }
}

/// The count of a name; 0 if it isn't counted.
pub(crate) fn of(counts: &Counts, name: &str) -> u64 {
    counts.get(name).copied().unwrap_or(0)
}

impl SystemReport {
    /// The report of a run that has not begun.
    ///
    /// # Errors
    /// Verilator is missing.
    pub(crate) fn new(arguments: &Simulate, chosen: &Chosen) -> Result<SystemReport, Error> {
        let around = &arguments.around;
        Ok(SystemReport {
            traces: arguments.trace.iter().map(|path| name_of(path)).collect(),
            configuration: chosen.origin.clone(),
            config_digest: chosen.config.digest(),
            versions: Versions::find()?,
            seed: arguments.seed,
            around: Surrounding {
                quantum: around.quantum,
                pool_frames: around.pool_frames,
                cache_bytes: around.cache_bytes,
                cache_ways: around.cache_ways,
                tlb_entries: around.tlb_entries,
                issue: arguments.issue.name(),
                dram_latency: around.dram_latency,
                dram_cycles_per_beat: around.dram_cycles_per_beat,
                dram_outstanding: around.dram_outstanding,
            },
            operations: 0,
            allocs: 0,
            frees: 0,
            large_allocs: 0,
            failed_allocs: 0,
            failed_frees: 0,
            unknown_frees: 0,
            mismatches: 0,
            cycles: 0,
            internal_fragmentation: 0.0,
            cores: Vec::new(),
            processes: Vec::new(),
            page_allocator: Counts::new(),
            frames: FrameReport::default(),
            operating_system: OsReport::default(),
            cache: Counts::new(),
            dram_reads: Counts::new(),
            dram_writes: Counts::new(),
            unwritten_reads: 0,
            forgotten: Counts::new(),
            bypass: None,
            classes: Vec::new(),
            seconds: 0.0,
            operations_per_second: 0.0,
            failure: None,
        })
    }

    /// Takes over what bench and model count.
    pub(crate) fn count(&mut self, scheduler: &Scheduler, seconds: f64) {
        let bench = &scheduler.bench;
        self.operations = bench.issued();
        self.cycles = bench.machine.cycle();
        self.seconds = seconds;
        self.operations_per_second = self.operations as f64 / seconds.max(f64::MIN_POSITIVE);
        for program in scheduler.finished() {
            let skipped = program.skipped();
            self.large_allocs += skipped.large_allocs;
            self.unknown_frees += skipped.unknown_frees;
        }
        let (mut requested, mut granted) = (0, 0);
        for core in 0..bench.model.cores() {
            if let Some(counters) = bench.model.counters(core) {
                self.allocs += counters.allocs;
                self.frees += counters.frees;
                self.failed_allocs += counters.failed_allocs;
                self.failed_frees += counters.failed_frees;
                requested += counters.requested_bytes;
                granted += counters.granted_bytes;
            }
            let (alloc, free) = bench.latencies(core);
            let stalls = bench.stalls(core);
            self.cores.push(CoreReport {
                counters: Counts::new(),
                stall_cycles: Counts::from([
                    ("request", stalls.request),
                    ("allocation", stalls.allocation),
                    ("access", stalls.access),
                    ("cache", stalls.cache),
                    ("translation", stalls.translation),
                    ("switch", stalls.switch),
                ]),
                alloc_latency_cycles: quantiles(alloc),
                free_latency_cycles: quantiles(free),
                waits: WaitReport::of(bench.waits(core)),
                translations: bench.translations(core),
                untouched_pages: bench.untouched(core),
                placement_hash: format!(
                    "{:016x}",
                    bench.model.placement_hash(core).unwrap_or_default()
                ),
            });
        }
        self.internal_fragmentation = match granted {
            0 => 0.0,
            _ => 1.0 - requested as f64 / granted as f64,
        };
        let exited = scheduler.exited().iter();
        self.processes.extend(exited.map(|exited| ProcessReport {
            process: exited.process,
            frames: exited.usage.frames,
            peak_frames: exited.usage.peak_frames,
            table_frames: exited.usage.table_frames,
            header_pages: exited.usage.header_pages,
            body_pages: exited.usage.body_pages,
        }));
        let statistics = bench.model.statistics();
        self.frames = FrameReport {
            in_use: statistics.frames,
            peak: statistics.peak_frames,
        };
        let counts = scheduler.counts();
        self.operating_system = OsReport {
            lent_frames: counts.pushed,
            refills: counts.refills,
            attached: counts.attached,
            attach_cycles: counts.attach_cycles,
            detached: counts.detached,
            detach_cycles: counts.detach_cycles,
            detach_lines: counts.detach_lines,
            most_detach_lines: counts.most_detach_lines,
            destroyed: counts.destroyed,
            destroy_cycles: counts.destroy_cycles,
            destroy_wait_cycles: counts.destroy_waits,
            destroyed_frames: counts.destroyed_frames,
        };
        let cache = bench.machine.cache.counts();
        self.cache = Counts::from([
            ("accesses", cache.accesses),
            ("fills", cache.fills),
            ("write_backs", cache.write_backs),
            ("dropped", cache.dropped),
        ]);
        let traffic = bench.machine.dram.traffic();
        let named = |counts: &[u64]| Cause::ALL.map(|cause| (cause.name(), counts[cause.index()]));
        self.dram_reads = Counts::from(named(&traffic.reads));
        self.dram_writes = Counts::from(named(&traffic.writes));
        self.unwritten_reads = traffic.unwritten_reads;
        let forgotten = bench.machine.acknowledger().counts();
        self.forgotten = Counts::from([
            ("shootdowns", forgotten.shootdowns),
            ("pages", forgotten.pages),
            ("discards", forgotten.discards),
            ("frames", forgotten.frames),
        ]);
        let geometry = bench.model.geometry();
        for (class, usage) in scheduler.fullest().classes.iter().enumerate() {
            if usage.arenas > 0 || usage.resident_bytes > 0 {
                self.classes.push(ClassReport {
                    bytes: geometry.size_bytes(class as u32),
                    arenas: usage.arenas,
                    objects: usage.objects,
                    live_bytes: usage.live_bytes,
                    resident_bytes: usage.resident_bytes,
                    fragmentation: usage.fragmentation(),
                });
            }
        }
    }

    /// Reads the hardware's counters, which takes cycles that aren't the run's.
    ///
    /// # Errors
    /// As those of a clock cycle.
    pub(crate) fn read_counters(&mut self, scheduler: &mut Scheduler) -> Result<(), SystemError> {
        let bench = &mut scheduler.bench;
        let zeroed = of(&self.dram_writes, Cause::Zeroing.name());
        if let Some(bypass) = &mut bench.machine.bypass {
            let mut counters = Counts::new();
            for (number, (name, _)) in BYPASS_COUNTERS.iter().enumerate() {
                counters.insert(name, bypass.counter(number as u32)?);
            }
            let zeroing_writes = FRAME_LINES * of(&counters, "grants");
            self.bypass = Some(BypassReport {
                counters,
                zeroing_writes,
                zeroing_avoided: zeroing_writes.saturating_sub(zeroed),
            });
        }
        for (number, (name, _)) in PAGE_COUNTERS.iter().enumerate() {
            let count = bench.counter(self.cores.len() as u32, number as u32)?;
            self.page_allocator.insert(name, count);
        }
        for (core, report) in self.cores.iter_mut().enumerate() {
            for (number, (name, _)) in CORE_COUNTERS.iter().enumerate() {
                let count = bench.counter(core as u32, number as u32)?;
                report.counters.insert(name, count);
            }
        }
        Ok(())
    }
}
