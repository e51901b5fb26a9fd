//! Programs of the caches' side, the same for every filter: random runs of several kinds, and a chase.

use super::axi::Burst;
use super::bench::{BASE, Bench, MASKS, Plan};
use super::dram::Manner;
use crate::fuzz::panics_as_errors;
use crate::verilated::CompileOptions;
use memento_hdl::bypass::bypass::COUNTERS;
use memento_hdl::verilog::Design;
use std::sync::Arc;
use verilator_bindings::Library;

/// Base of all seeds.
pub const SEED: u64 = 0x5eed_0000_2023_0001;

/// Cycles that a chase takes at most: several times what it does.
const CHASE_CYCLES: u64 = 1_000_000;

/// Runs of different kinds; frames in play beyond the places for masks, unless few are in all.
fn plans(frames: u64) -> Vec<Plan> {
    let quick = Manner {
        stall: 0,
        latency: (2, 6),
        mask_errors: 0,
        interleaved: 1,
    };
    let slow = Manner {
        stall: 40,
        latency: (1, 60),
        mask_errors: 0,
        interleaved: 1,
    };
    let usual = Plan {
        manner: slow,
        stall: 30,
        rate: 30,
        errors: 0,
        overlap: true,
        frames,
        cache_like: 60,
    };
    vec![
        usual,
        Plan {
            manner: quick,
            stall: 0,
            rate: 90,
            ..usual
        },
        Plan {
            frames: 4,
            cache_like: 30,
            rate: 60,
            ..usual
        },
        Plan {
            manner: quick,
            stall: 0,
            frames: 6,
            cache_like: 30,
            rate: 90,
            ..usual
        },
        Plan {
            errors: 15,
            ..usual
        },
        Plan {
            manner: Manner {
                mask_errors: 30,
                ..quick
            },
            overlap: false,
            rate: 60,
            ..usual
        },
        Plan {
            manner: quick,
            errors: 15,
            cache_like: 20,
            ..usual
        },
        // Answers wait longer than bursts take to be refused.
        Plan {
            manner: quick,
            stall: 92,
            rate: 60,
            frames: 6,
            cache_like: 0,
            ..usual
        },
        Plan {
            manner: Manner {
                interleaved: 4,
                ..quick
            },
            rate: 60,
            ..usual
        },
    ]
}

/// Bits of an ID on the caches' side.
fn id_bits(library: &Library) -> u64 {
    let mut ports = library.ports().iter();
    let port = ports.find(|port| port.name == "s_axi_awid");
    port.map_or(1, |port| port.width.into())
}

/// Random runs of every plan, drawn anew for each `round`, a chase, and a table that is full; what the filter's counters
/// came to, none of which may be idle. `bus`: bytes of a beat.
///
/// # Errors
/// What went wrong, the seed and the cycle of it.
pub fn suite(
    library: &Arc<Library>,
    bus: u64,
    frames: u64,
    round: u64,
) -> Result<Vec<u64>, String> {
    let mut counts = vec![0; COUNTERS.len()];
    for (i, plan) in plans(frames).into_iter().enumerate() {
        let seed = SEED
            .wrapping_mul(2 * i as u64 + 1)
            .rotate_left(round as u32);
        let mut bench = Bench::new(library, bus, id_bits(library), plan, seed);
        bench
            .run(8000)
            .map_err(|error| format!("seed {seed:#x}, {error}"))?;
        for (number, count) in counts.iter_mut().enumerate() {
            *count += bench.counter(number);
        }
    }
    let idle = COUNTERS.iter().zip(&counts).find(|((name, _), count)| {
        // Memory that never takes a mask is rare, and comes below.
        *name != "mask_errors" && **count == 0
    });
    if let Some(((name, _), _)) = idle {
        return Err(format!("an idle counter: {name}"));
    }
    chase(library, bus)?;
    no_room(library, bus, frames / 8)?;
    every_count(library, bus)?;
    Ok(counts)
}

/// A bench without stalls, memory answering after two cycles.
pub fn prompt(library: &Arc<Library>, bus: u64) -> Bench {
    prompt_but(library, bus, 2)
}

/// The same, memory answering after so many cycles.
pub fn prompt_but(library: &Arc<Library>, bus: u64, latency: u64) -> Bench {
    let manner = Manner {
        stall: 0,
        latency: (latency, latency),
        mask_errors: 0,
        interleaved: 1,
    };
    let plan = Plan {
        manner,
        stall: 0,
        rate: 0,
        errors: 0,
        overlap: true,
        frames: 12,
        cache_like: 100,
    };
    Bench::new(library, bus, id_bits(library), plan, SEED)
}

/// A line of a frame, as a cache asks for it.
pub fn line(bus: u64, frame: u64, number: u64, id: u64) -> Burst {
    Burst {
        id,
        address: frame + 64 * number,
        length: 64 / bus - 1,
        size: bus.trailing_zeros().into(),
        kind: 1,
        rest: [0; 4],
    }
}

/// Frames whose masks are written to memory are written themselves meanwhile; says how many.
///
/// # Errors
/// What went wrong.
pub fn chase(library: &Arc<Library>, bus: u64) -> Result<u64, String> {
    let mut bench = prompt_but(library, bus, 60);
    // One of each group, so that a spill tells whose mask it is.
    let frames: Vec<u64> = (0..40).map(|group| BASE + (group << 15)).collect();
    for frame in &frames {
        bench.order_grant(*frame, true);
        bench.drain()?;
    }
    let mut chased = 0;
    for round in 0..10 {
        for frame in &frames {
            bench.order_write(line(bus, *frame, round, 1));
            bench.drain()?;
        }
        for frame in &frames {
            bench.order_read(line(bus, *frame, 63, 1));
            while bench.waiting() {
                if bench.cycle > CHASE_CYCLES {
                    return Err("masks are spilled for ever".to_owned());
                }
                let (i, o) = bench.step()?;
                if o.m_axi_awvalid & i.m_axi_awready == 1 && o.m_axi_awid >> id_bits(library) == 1 {
                    let group = (o.m_axi_awaddr as u64 - MASKS) / 64;
                    bench.order_write(line(bus, BASE + (group << 15), 20 + round, 2));
                    chased += 1;
                }
            }
        }
    }
    for frame in &frames {
        (0..30).for_each(|number| bench.order_read(line(bus, *frame, number, 1)));
        bench.drain()?;
    }
    Ok(chased)
}

/// Masks with each number of fresh lines from 64 down to 0 are put out of the table by others, and come back.
///
/// # Errors
/// What went wrong.
fn every_count(library: &Arc<Library>, bus: u64) -> Result<(), String> {
    let mut bench = prompt(library, bus);
    // One of each group, which share no line of the table of masks.
    let frames: Vec<u64> = (0..65).map(|group| BASE + (group << 15)).collect();
    for (written, frame) in (0..).zip(&frames) {
        bench.order_grant(*frame, true);
        bench.drain()?;
        for number in 0..written {
            bench.order_write(line(bus, *frame, number, number % 2));
        }
        bench.drain()?;
    }
    for round in 0..2 {
        for (written, frame) in (0..).zip(&frames) {
            // A line that was written, and one that is fresh, as far as there are.
            bench.order_read(line(bus, *frame, written % 64, round));
            bench.order_read(line(bus, *frame, (written + 63) % 64, round));
            bench.drain()?;
        }
    }
    Ok(())
}

/// Memory takes no masks, of more groups of frames than there are places for: writes that find no room are refused, after
/// eight attempts each, and block nothing. Once memory takes them everything is written.
///
/// # Errors
/// What went wrong.
fn no_room(library: &Arc<Library>, bus: u64, groups: u64) -> Result<(), String> {
    let mut bench = prompt(library, bus);
    let frames: Vec<u64> = (0..groups * 8).map(|frame| BASE + (frame << 12)).collect();
    for group in 0..groups {
        bench.dram.dead_masks.insert(MASKS + 64 * group);
    }
    for frame in &frames {
        bench.order_grant(*frame, true);
        bench.drain()?;
        bench.order_write(line(bus, *frame, 9, 1));
        bench.drain()?;
    }
    let count = |bench: &mut Bench, name: &str| {
        let number = COUNTERS.iter().position(|(counter, _)| *counter == name);
        number.map_or(0, |number| bench.counter(number))
    };
    let refused = count(&mut bench, "refused_writes");
    let errors = count(&mut bench, "mask_errors");
    if refused == 0 || errors != 8 * refused || count(&mut bench, "mask_spills") > 0 {
        return Err(format!(
            "no room: {refused} writes refused, {errors} masks not taken"
        ));
    }
    bench.dram.dead_masks.clear();
    for frame in &frames {
        bench.order_write(line(bus, *frame, 10, 1));
        bench.drain()?;
    }
    match count(&mut bench, "refused_writes") == refused {
        true => Ok(()),
        false => Err("writes are refused though memory takes masks".to_owned()),
    }
}

/// Compiles a filter's Verilog.
///
/// # Errors
/// Verilator is missing, or refuses.
pub fn compile(
    design: &Design,
    options: CompileOptions,
) -> Result<Arc<Library>, verilator_bindings::Error> {
    options.compile("memento_bypass", design)
}

/// As [`suite`]; a filter that answers what can't be fails too, whatever the bench makes of it.
///
/// # Errors
/// What went wrong.
pub fn guarded_suite(
    library: &Arc<Library>,
    bus: u64,
    frames: u64,
    round: u64,
) -> Result<(), String> {
    panics_as_errors(|| suite(library, bus, frames, round).map(drop))
}
