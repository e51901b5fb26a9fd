//! The main-memory bypass against its golden model: random bursts, grants, drops, evictions, errors;
//! and what it promises about masks, latency and throughput.

mod axi;
mod bench;
mod buses;
mod dram;
mod masks;
mod mutations;
mod ports;
mod timing;

use axi::Burst;
use bench::{Bench, Plan};
use dram::Manner;
use memento_config::Config;
use memento_hdl::Geometry;
use memento_hdl::bypass::bypass::{Bypass, COUNTERS};
use memento_hdl::verilog::{Design, Options, emit};
use std::sync::Arc;
use verilator_bindings::Library;

/// Base of all seeds.
const SEED: u64 = 0x5eed_0000_2023_0001;

fn config(entries: u32, data_bits: u32) -> Config {
    let tiny = Config::preset("tiny").unwrap_or_else(|errors| panic!("{errors}"));
    let mut settings = tiny.settings().clone();
    settings.bypass.entries = entries;
    settings.system.data_bits = data_bits;
    Config::new(&settings, "bypass").unwrap_or_else(|errors| panic!("{errors}"))
}

fn emitted(entries: u32, data_bits: u32) -> Design {
    let g = Geometry::new(&config(entries, data_bits));
    emit(&Bypass::new(&g), &Options::default()).unwrap_or_else(|errors| panic!("{errors}"))
}

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

/// Random runs of every plan, and a chase.
fn suite(library: &Arc<Library>, bus: u64, frames: u64) -> Result<Vec<u64>, String> {
    let mut counts = vec![0; COUNTERS.len()];
    for (i, plan) in plans(frames).into_iter().enumerate() {
        let seed = SEED.wrapping_mul(2 * i as u64 + 1);
        let mut bench = Bench::new(library, bus, 2, plan, seed);
        bench
            .run(8000)
            .map_err(|error| format!("seed {seed:#x}, {error}"))?;
        for (number, count) in counts.iter_mut().enumerate() {
            *count += bench.counter(number);
        }
    }
    masks::chase(library, bus)?;
    Ok(counts)
}

fn random(entries: u32, data_bits: u32) {
    println!("entries {entries}, data_bits {data_bits}, SEED={SEED:#x}");
    let library = ports::compile(&emitted(entries, data_bits));
    // Eight masks an entry, and half as many again.
    let frames = u64::from(entries) * 12;
    let counts =
        suite(&library, u64::from(data_bits / 8), frames).unwrap_or_else(|e| panic!("{e}"));
    for ((name, _), count) in COUNTERS.iter().zip(counts) {
        println!("{name}: {count}");
        let rare = *name == "mask_errors";
        assert!(rare || count > 0, "an idle run: no {name}");
    }
}

#[test]
fn four_entries_64_bits() {
    random(4, 64);
}

#[test]
fn four_entries_128_bits() {
    random(4, 128);
}

#[test]
fn sixty_four_entries_64_bits() {
    random(64, 64);
}

#[test]
fn sixty_four_entries_128_bits() {
    random(64, 128);
}

/// A bench without stalls, memory answering after two cycles.
fn prompt(library: &Arc<Library>, bus: u64) -> Bench {
    prompt_but(library, bus, 2)
}

/// The same, memory answering after so many cycles.
fn prompt_but(library: &Arc<Library>, bus: u64, latency: u64) -> Bench {
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
    Bench::new(library, bus, 2, plan, SEED)
}

/// A line of a frame, as a cache asks for it.
fn line(bus: u64, frame: u64, number: u64, id: u64) -> Burst {
    Burst {
        id,
        address: frame + 64 * number,
        length: 64 / bus - 1,
        size: bus.trailing_zeros().into(),
        kind: 1,
        rest: [0; 4],
    }
}

/// Counter by its name.
fn count(bench: &mut Bench, name: &str) -> u64 {
    let number = COUNTERS.iter().position(|(counter, _)| *counter == name);
    bench.counter(number.unwrap_or_else(|| panic!("there is no counter {name}")))
}

fn grant(bench: &mut Bench, frame: u64) {
    bench.order_grant(frame, true);
    assert_eq!(grant_cycles(bench), 2, "nothing is under way");
}

/// Cycles that a grant is there, the one that accepts it included.
fn grant_cycles(bench: &mut Bench) -> u64 {
    let mut cycles = 0;
    loop {
        let (inputs, seen) = bench.step().unwrap_or_else(|error| panic!("{error}"));
        cycles += u64::from(inputs.grant_valid == 1);
        if seen.grant_ready == 1 {
            return cycles;
        }
    }
}

/// Cycles from the read of a fresh line of a frame to its first beat.
fn to_zeros(bench: &mut Bench, bus: u64, frame: u64) -> u64 {
    bench.order_read(line(bus, frame, 8, 1));
    let (mut asked, mut answered) = (None, None);
    while bench.waiting() {
        let cycle = bench.cycle;
        let (i, o) = bench.step().unwrap_or_else(|error| panic!("{error}"));
        if i.s_axi_arvalid & o.s_axi_arready == 1 {
            asked.get_or_insert(cycle);
        }
        if o.s_axi_rvalid & i.s_axi_rready == 1 {
            answered.get_or_insert(cycle);
        }
    }
    match (asked, answered) {
        (Some(asked), Some(answered)) => answered - asked,
        _ => panic!("no read was answered"),
    }
}
