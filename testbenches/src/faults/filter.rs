//! Faults of the bypass alone, between random caches and memory.

use super::Verdict;
use super::memories::FLIPPED;
use crate::bypass::{Bench, Manner, Plan, SEED};
use crate::fuzz::panics_as_errors;
use std::ops::Range;
use std::sync::Arc;
use verilator_bindings::Library;

/// Cycles of random accesses; grants before and reads behind them take as many again.
const CYCLES: u64 = 1_500;
/// Cycles from reset, at the end of one of which a fault comes: tables are cleared by then.
pub const FAULT_CYCLES: Range<u32> = 1_100..4_000;

/// Random accesses; of every second seed with more frames partly fresh than there are places for.
fn plan(seed: u64) -> Plan {
    Plan {
        manner: Manner {
            stall: 10,
            latency: (2, 12),
            mask_errors: 0,
            interleaved: 1,
        },
        stall: 10,
        rate: 60,
        errors: 0,
        overlap: true,
        frames: [48, 6][(seed % 2) as usize],
        cache_like: 50,
    }
}

/// Plays the accesses of `seed` on a filter with a fault, and reads everything back. `bus`: bytes of a beat; `id_bits` on
/// the caches' side. A filter that has found a word wrong may refuse what it is asked, and must refuse what is read
/// back; whatever it answers otherwise is right all the same.
pub fn verdict(
    library: &Arc<Library>,
    (bus, id_bits): (u64, u64),
    seed: u64,
    fault: &[String],
) -> Verdict {
    let (mut found, mut flipped) = (false, false);
    let ran = panics_as_errors(|| {
        let mut bench = Bench::faulty(library, bus, id_bits, plan(seed), SEED ^ seed, fault);
        let ran = bench.run(CYCLES);
        found = bench.is_stopped();
        flipped = bench.take_output().contains(FLIPPED);
        ran
    });
    match (ran, found) {
        (Ok(()), false) if !flipped => Verdict::not_injected(),
        (Ok(()), false) => Verdict::harmless(),
        (Ok(()), true) => Verdict::detected("table_error, and refusals"),
        (Err(why), _) => Verdict::harmful(why),
    }
}
