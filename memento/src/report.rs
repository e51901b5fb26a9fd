//! What a simulation comes to: for a person, and as JSON.

use crate::design::{SHORT_DIGEST, VERSION};
use crate::failure::Failure;
use memento_formal::text::{grouped, percent, plural};
use serde::Serialize;
use std::fmt;
use verilator_bindings::Verilator;

/// Report of a simulation, printed for one without mismatches. Counts are the golden model's; with `mismatches` at 0 the hardware's
/// counters, responses and headers in memory are all equal to it.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The recording.
    pub trace: String,
    /// Where the configuration came from.
    pub configuration: String,
    /// SHA-256 of the resolved configuration.
    pub config_digest: String,
    /// What ran.
    pub versions: Versions,
    /// How operations followed each other.
    pub issue: &'static str,
    /// Seed of the values that registers and memories started with.
    pub seed: u32,
    /// Operations sent: `allocs`, `failed_allocs`, `frees` and `failed_frees`.
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
    /// Allocations that the object table served alone.
    pub alloc_hits: u64,
    /// Frees that the object table served alone.
    pub free_hits: u64,
    /// Arenas taken from an available list.
    pub list_pops: u64,
    /// Arenas granted by the page allocator.
    pub new_arenas: u64,
    /// Arenas put on an available list.
    pub list_pushes: u64,
    /// Arenas given back to the page allocator.
    pub released_arenas: u64,
    /// Most arenas in use at once.
    pub peak_arenas: u64,
    /// Differences between hardware and model; a run ends at the first.
    pub mismatches: u64,
    /// Clock cycles since reset.
    pub cycles: u64,
    /// Hash of where every allocation was placed, 16 hex digits.
    pub placement_hash: String,
    /// From the edge that accepts an allocation to the edge that takes its response.
    pub alloc_latency_cycles: Quantiles,
    /// From the edge that accepts a free to the edge that takes its response.
    pub free_latency_cycles: Quantiles,
    /// Part of the granted bytes that nobody asked for, 0 to 1.
    pub internal_fragmentation: f64,
    /// Time of the run, without that of compiling the hardware.
    pub seconds: f64,
    /// Operations sent in a second of that time.
    pub operations_per_second: f64,
    /// The mismatch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
}

/// Versions of what ran.
#[derive(Clone, Debug, Serialize)]
pub struct Versions {
    /// This program.
    pub memento: &'static str,
    /// What Verilator says of itself.
    pub verilator: String,
}

impl Versions {
    /// The versions here.
    ///
    /// # Errors
    /// Verilator is missing.
    pub fn find() -> Result<Versions, verilator_bindings::Error> {
        Ok(Versions {
            memento: VERSION,
            verilator: Verilator::find()?.version()?,
        })
    }
}

/// Latencies in clock cycles that a part of all operations does not exceed.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Quantiles {
    /// Half of them.
    pub p50: u64,
    /// 99 of 100.
    pub p99: u64,
    /// 999 of 1000.
    pub p999: u64,
    /// All.
    pub max: u64,
}

impl Quantiles {
    /// What `quantile` gives for parts of a thousand, and the longest.
    pub(crate) fn of(quantile: impl Fn(u64) -> u64, max: u64) -> Quantiles {
        Quantiles {
            p50: quantile(500),
            p99: quantile(990),
            p999: quantile(999),
            max,
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rates = [
            (
                "allocations",
                self.allocs,
                self.alloc_hits,
                self.alloc_latency_cycles,
            ),
            (
                "frees",
                self.frees,
                self.free_hits,
                self.free_latency_cycles,
            ),
        ];
        let per_operation = self.cycles as f64 / self.operations.max(1) as f64;
        writeln!(
            f,
            "{} on {}, {} issue: hardware and golden model agree",
            self.trace, self.configuration, self.issue
        )?;
        writeln!(f)?;
        writeln!(
            f,
            "                   count      hits   latency p50    p99  p99.9    max"
        )?;
        for (name, count, hits, latency) in rates {
            writeln!(
                f,
                "{name:<14}{:>10}  {:>8}  {:>12}  {:>5}  {:>5}  {:>5}  cycles",
                grouped(count),
                percent(hits, count),
                grouped(latency.p50),
                grouped(latency.p99),
                grouped(latency.p999),
                grouped(latency.max)
            )?;
        }
        let arenas = [
            (self.new_arenas, "new arena"),
            (self.list_pops, "list pop"),
            (self.list_pushes, "list push"),
            (self.released_arenas, "release"),
        ];
        writeln!(f)?;
        row(
            f,
            "mismatches",
            self.mismatches,
            "every response, header and counter compared",
        )?;
        row(f, "operations", self.operations, &self.not_sent())?;
        row(
            f,
            "cycles",
            self.cycles,
            &format!("{per_operation:.2} an operation"),
        )?;
        row(
            f,
            "arenas at most",
            self.peak_arenas,
            &arenas.map(events).join(", "),
        )?;
        writeln!(f)?;
        writeln!(
            f,
            "fragmentation   {:.2} % inside objects",
            100.0 * self.internal_fragmentation
        )?;
        writeln!(f, "placement hash  {}", self.placement_hash)?;
        writeln!(
            f,
            "configuration   sha256 {}",
            self.config_digest
                .chars()
                .take(SHORT_DIGEST)
                .collect::<String>()
        )?;
        writeln!(
            f,
            "speed           {} operations/s, {:.2} M cycles/s, {:.2} s",
            grouped(self.operations_per_second as u64),
            self.cycles as f64 / self.seconds.max(f64::MIN_POSITIVE) / 1e6,
            self.seconds
        )
    }
}

impl Report {
    /// What of the recording is not among the operations, or was refused.
    fn not_sent(&self) -> String {
        let mut parts = Vec::new();
        for (count, what) in [
            (self.large_allocs, "larger allocation"),
            (self.unknown_frees, "unknown free"),
        ] {
            if count > 0 {
                parts.push(format!("{} not sent", plural(count, what)));
            }
        }
        for (count, what) in [
            (self.failed_allocs, "allocation"),
            (self.failed_frees, "free"),
        ] {
            if count > 0 {
                parts.push(format!("{} refused", plural(count, what)));
            }
        }
        parts.join(", ")
    }
}

pub(crate) fn row(f: &mut fmt::Formatter<'_>, name: &str, count: u64, remark: &str) -> fmt::Result {
    let line = format!("{name:<14}{:>10}  {remark}", grouped(count));
    writeln!(f, "{}", line.trim_end())
}

pub(crate) fn events((count, noun): (u64, &str)) -> String {
    match noun.strip_suffix("push") {
        Some(_) if count != 1 => format!("{} {noun}es", grouped(count)),
        _ => plural(count, noun),
    }
}
