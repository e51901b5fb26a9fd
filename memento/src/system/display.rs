//! A simulation of the whole system for a person.

use super::report::{BypassReport, ClassReport, CoreReport, Counts, SystemReport, of};
use crate::design::SHORT_DIGEST;
use crate::report::{events, row};
use memento_formal::text::{grouped, percent, plural};
use std::cmp::Reverse;
use std::fmt;

/// Classes in the text; the JSON has all.
const CLASSES_SHOWN: usize = 8;

impl fmt::Display for SystemReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let processes = self.traces.join(", ");
        writeln!(
            f,
            "{processes} on {}, whole system, {} issue: hardware and golden model agree",
            self.configuration, self.around.issue
        )?;
        writeln!(f)?;
        writeln!(
            f,
            "                   count      hits   latency p50    p99  p99.9    max"
        )?;
        for (number, core) in self.cores.iter().enumerate() {
            if self.cores.len() > 1 {
                writeln!(f, "core {number}")?;
            }
            operations(f, core)?;
        }
        writeln!(f)?;
        let remark = "every response, translation, word of data and counter compared, and memory as processes exit";
        row(f, "mismatches", self.mismatches, remark)?;
        row(f, "operations", self.operations, &self.not_sent())?;
        let per_operation = self.cycles as f64 / self.operations.max(1) as f64;
        let remark =
            format!("{per_operation:.2} an operation, lending frames and DESTROY included");
        row(f, "cycles", self.cycles, &remark)?;
        for core in &self.cores {
            let stalls = listed(&core.stall_cycles);
            row(f, "stalled", core.stall_cycles.values().sum(), &stalls)?;
        }
        let cores = |name| self.cores.iter().map(|core| of(&core.counters, name)).sum();
        let arenas = [
            (cores("list_pops"), "list pop"),
            (cores("list_pushes"), "list push"),
            (cores("released_arenas"), "release"),
        ];
        let remark = arenas.map(events).join(", ");
        row(f, "new arenas", cores("new_arenas"), &remark)?;
        self.pages(f)?;
        self.memory(f)?;
        if let Some(bypass) = &self.bypass {
            bypassed(f, bypass)?;
        }
        self.system(f)?;
        self.by_class(f)?;
        writeln!(f)?;
        writeln!(
            f,
            "fragmentation   {:.2} % inside objects",
            100.0 * self.internal_fragmentation
        )?;
        for (number, core) in self.cores.iter().enumerate() {
            writeln!(f, "placement hash  {}, core {number}", core.placement_hash)?;
        }
        let digest: String = self.config_digest.chars().take(SHORT_DIGEST).collect();
        writeln!(f, "configuration   sha256 {digest}")?;
        writeln!(
            f,
            "speed           {} operations/s, {:.2} M cycles/s, {:.2} s",
            grouped(self.operations_per_second as u64),
            self.cycles as f64 / self.seconds.max(f64::MIN_POSITIVE) / 1e6,
            self.seconds
        )
    }
}

/// A core's allocations and frees.
fn operations(f: &mut fmt::Formatter<'_>, core: &CoreReport) -> fmt::Result {
    for (name, count, hits, latency) in [
        (
            "allocations",
            "allocs",
            "alloc_hits",
            core.alloc_latency_cycles,
        ),
        ("frees", "frees", "free_hits", core.free_latency_cycles),
    ] {
        let count = of(&core.counters, count);
        writeln!(
            f,
            "{name:<14}{:>10}  {:>8}  {:>12}  {:>5}  {:>5}  {:>5}  cycles",
            grouped(count),
            percent(of(&core.counters, hits), count),
            grouped(latency.p50),
            grouped(latency.p99),
            grouped(latency.p999),
            grouped(latency.max)
        )?;
    }
    Ok(())
}

/// What of the bypass there is to tell.
fn bypassed(f: &mut fmt::Formatter<'_>, bypass: &BypassReport) -> fmt::Result {
    let count = |name| of(&bypass.counters, name);
    let reads = count("reads");
    let remark = format!(
        "of {}, answered without DRAM: {}",
        plural(reads, "read"),
        percent(count("bypassed_reads"), reads)
    );
    row(f, "bypassed", count("bypassed_reads"), &remark)?;
    let remark = format!(
        "whole, {} merged, of {}",
        grouped(count("merged_writes")),
        plural(count("writes"), "write")
    );
    row(f, "fresh writes", count("whole_writes"), &remark)?;
    let remark = format!(
        "{} of zeroing, {} fetched",
        percent(count("mask_spills"), bypass.zeroing_writes),
        grouped(count("mask_fetches"))
    );
    row(f, "mask spills", count("mask_spills"), &remark)?;
    let remark = format!(
        "writes of {}, of {} granted",
        grouped(bypass.zeroing_writes),
        plural(count("grants"), "frame")
    );
    row(f, "not zeroed", bypass.zeroing_avoided, &remark)
}

/// What was counted, each with its name.
fn listed(counts: &Counts) -> String {
    let counted = counts.iter().filter(|(_, count)| **count > 0);
    let words =
        counted.map(|(name, count)| format!("{} {}", grouped(*count), name.replace('_', " ")));
    words.collect::<Vec<_>>().join(", ")
}

impl SystemReport {
    /// What of the recordings is not among the operations, or was refused.
    fn not_sent(&self) -> String {
        let mut parts = Vec::new();
        for (count, what, how) in [
            (self.large_allocs, "larger allocation", "not sent"),
            (self.unknown_frees, "unknown free", "not sent"),
            (self.failed_allocs, "allocation", "refused"),
            (self.failed_frees, "free", "refused"),
        ] {
            if count > 0 {
                parts.push(format!("{} {how}", plural(count, what)));
            }
        }
        parts.join(", ")
    }

    /// The page allocator and its frames.
    fn pages(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = |name| of(&self.page_allocator, name);
        let remark = format!(
            "at most; mapped in all: {}, {}, {} for objects",
            plural(count("table_frames"), "page table"),
            plural(count("header_pages"), "header page"),
            plural(count("repairs"), "page"),
        );
        row(f, "frames", self.frames.peak, &remark)?;
        let lookups = count("cursor_lookups");
        let later = lookups - count("cursor_first_lookups");
        let remark = format!(
            "{} hits but for classes without an arena yet, {}",
            percent(count("cursor_hits") - count("cursor_first_hits"), later),
            plural(count("cursor_conflicts"), "conflict")
        );
        row(f, "arena cursors", lookups, &remark)?;
        let untouched: u64 = self.cores.iter().map(|core| core.untouched_pages).sum();
        let remark = match untouched {
            0 => String::new(),
            _ => format!("{} not to be had", plural(untouched, "page")),
        };
        let asked = self.cores.iter().map(|core| core.translations).sum();
        row(f, "translations", asked, &remark)?;
        let remark = format!(
            "{} of the frame pool's list in memory",
            plural(count("pool_spills"), "spill")
        );
        row(f, "pool refills", count("pool_refills"), &remark)?;
        let remark = plural(count("discards"), "discard");
        row(f, "shoot-downs", count("shootdowns"), &remark)
    }

    /// Cache and DRAM.
    fn memory(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let remark = format!(
            "{}, {}, {} dropped",
            plural(of(&self.cache, "fills"), "fill"),
            plural(of(&self.cache, "write_backs"), "write-back"),
            grouped(of(&self.cache, "dropped"))
        );
        row(f, "cache accesses", of(&self.cache, "accesses"), &remark)?;
        for (name, counts) in [
            ("DRAM reads", &self.dram_reads),
            ("DRAM writes", &self.dram_writes),
        ] {
            row(f, name, counts.values().sum(), &listed(counts))?;
        }
        Ok(())
    }

    /// Operating system and processes.
    fn system(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let os = &self.operating_system;
        let cycles =
            |cycles: u64, times: u64| format!("{} each", plural(cycles / times.max(1), "cycle"));
        let remark = format!("{} as the pool was low", plural(os.refills, "refill"));
        row(f, "frames lent", os.lent_frames, &remark)?;
        let remark = cycles(os.attach_cycles, os.attached);
        row(f, "attached", os.attached, &remark)?;
        let remark = format!(
            "{}, {} lines written, {} at most",
            cycles(os.detach_cycles, os.detached),
            grouped(os.detach_lines / os.detached.max(1)),
            grouped(os.most_detach_lines)
        );
        row(f, "detached", os.detached, &remark)?;
        let remark = format!(
            "{}, {}",
            cycles(os.destroy_cycles, os.destroyed),
            plural(os.destroyed_frames, "frame")
        );
        row(f, "destroyed", os.destroyed, &remark)
    }

    /// Memory by class: of those that take most, and of all.
    fn by_class(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f)?;
        writeln!(
            f,
            "when most full    arenas   objects      live B  resident B  fragmentation"
        )?;
        let mut most: Vec<&ClassReport> = self.classes.iter().collect();
        most.sort_by_key(|class| Reverse(class.resident_bytes));
        most.truncate(CLASSES_SHOWN);
        most.sort_by_key(|class| class.bytes);
        for class in &most {
            by_class_row(f, &format!("{:>6} B", class.bytes), class)?;
        }
        let total = ClassReport::total(&self.classes);
        by_class_row(f, "all classes", &total)
    }
}

fn by_class_row(f: &mut fmt::Formatter<'_>, name: &str, class: &ClassReport) -> fmt::Result {
    writeln!(
        f,
        "{name:<14}{:>10}  {:>8}  {:>10}  {:>10}  {:>11.2} %",
        grouped(class.arenas),
        grouped(class.objects),
        grouped(class.live_bytes),
        grouped(class.resident_bytes),
        100.0 * class.fragmentation
    )
}
