//! The main-memory bypass against its golden model: random bursts, grants, drops, evictions, errors,
//! and what it promises about latency and throughput.

mod axi;
mod bench;
mod buses;
mod dram;
mod mutations;
mod ports;

use axi::Burst;
use bench::{BASE, Bench, MASKS, Plan};
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

fn plans() -> Vec<Plan> {
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
        frames: 12,
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
            frames: 10,
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

/// Random runs of every plan.
fn suite(library: &Arc<Library>, bus: u64, cycles: u64) -> Result<Vec<u64>, String> {
    let mut counts = vec![0; COUNTERS.len()];
    for (i, plan) in plans().into_iter().enumerate() {
        let seed = SEED.wrapping_mul(2 * i as u64 + 1);
        let mut bench = Bench::new(library, bus, 2, plan, seed);
        bench
            .run(cycles)
            .map_err(|error| format!("seed {seed:#x}, {error}"))?;
        for (number, count) in counts.iter_mut().enumerate() {
            *count += bench.counter(number);
        }
    }
    Ok(counts)
}

fn random(entries: u32, data_bits: u32) {
    println!("entries {entries}, data_bits {data_bits}, SEED={SEED:#x}");
    let library = ports::compile(&emitted(entries, data_bits));
    let counts = suite(&library, u64::from(data_bits / 8), 6000).unwrap_or_else(|e| panic!("{e}"));
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
    let manner = Manner {
        stall: 0,
        latency: (2, 2),
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

/// Cycles in which `happens`, and from the first to the last of them.
fn spread(
    bench: &mut Bench,
    happens: impl Fn(&ports::Inputs, &ports::Outputs) -> bool,
) -> (u64, u64) {
    let (mut count, mut first, mut last) = (0, None, 0);
    while bench.waiting() {
        let cycle = bench.cycle;
        let (inputs, seen) = bench.step().unwrap_or_else(|error| panic!("{error}"));
        if happens(&inputs, &seen) {
            count += 1;
            first.get_or_insert(cycle);
            last = cycle;
        }
    }
    (count, last - first.unwrap_or(last) + 1)
}

/// Counter by its name.
fn count(bench: &mut Bench, name: &str) -> u64 {
    let number = COUNTERS.iter().position(|(counter, _)| *counter == name);
    bench.counter(number.unwrap_or_else(|| panic!("there is no counter {name}")))
}

fn grant(bench: &mut Bench, frame: u64) {
    bench.order_grant(frame, true);
    bench.drain().unwrap_or_else(|error| panic!("{error}"));
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

#[test]
fn masks_that_memory_never_takes_block_no_grant() {
    let library = ports::compile(&emitted(4, 64));
    let mut bench = prompt(&library, 8);
    let frames: Vec<u64> = (0..6).map(|group| bench.frame(2 * group)).collect();
    let dead = MASKS + ((frames[0] - BASE) >> 15 << 6);
    bench.dram.dead_masks.insert(dead);
    for frame in &frames {
        grant(&mut bench, *frame);
    }
    // The fifth and the sixth each try the oldest, and then another.
    assert_eq!(count(&mut bench, "mask_errors"), 2);
    assert_eq!(count(&mut bench, "mask_spills"), 2);
    for frame in &frames {
        bench.order_read(line(8, *frame, 9, 1));
    }
    let reads = bench.dram.reads;
    bench.drain().unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(bench.dram.reads, reads, "reads of fresh lines");
}

#[test]
fn a_group_is_spilled_once_and_removed_unwritten_if_memory_has_its_masks() {
    for data_bits in [64, 128] {
        let bus = u64::from(data_bits / 8);
        let library = ports::compile(&emitted(4, data_bits));
        let mut bench = prompt(&library, bus);
        // Five groups of two frames take turns in four ways.
        let frames: Vec<u64> = (0..10).map(|i| bench.frame(i)).collect();
        for frame in &frames {
            grant(&mut bench, *frame);
        }
        assert_eq!(count(&mut bench, "mask_spills"), 1);
        for _ in 0..3 {
            for frame in &frames {
                bench.order_read(line(bus, *frame, 9, 1));
                bench.drain().unwrap_or_else(|error| panic!("{error}"));
            }
        }
        // Each of the others was written as it first left; memory has all of them then.
        assert_eq!(count(&mut bench, "mask_spills"), 5);
        assert_eq!(count(&mut bench, "mask_fetches"), 15);
        assert_eq!(bench.dram.reads, 0, "reads of fresh lines");
        // Such a group makes room at once.
        let sixth = bench.frame(10);
        bench.order_grant(sixth, true);
        assert_eq!(grant_cycles(&mut bench), 8);
        bench.order_grant(sixth, false);
        assert_eq!(grant_cycles(&mut bench), 3);
        bench.order_grant(sixth, true);
        assert_eq!(grant_cycles(&mut bench), 3);
        bench.order_grant(sixth, false);
        // A write changes one mask: its group is written once more.
        bench.order_write(line(bus, frames[0], 9, 1));
        for frame in &frames {
            bench.order_read(line(bus, *frame, 9, 1));
            bench.drain().unwrap_or_else(|error| panic!("{error}"));
        }
        assert_eq!(count(&mut bench, "mask_spills"), 6);
    }
}

#[test]
fn a_beat_and_an_address_a_cycle() {
    for data_bits in [64, 128] {
        let bus = u64::from(data_bits / 8);
        let library = ports::compile(&emitted(4, data_bits));
        let mut bench = prompt(&library, bus);
        let frame = bench.frame(3);
        for i in 0..40 {
            bench.order_read(line(bus, frame, i, i % 4));
        }
        let beats = spread(&mut bench, |i, o| o.s_axi_rvalid & i.s_axi_rready == 1);
        assert_eq!(beats, (40 * 64 / bus, 40 * 64 / bus), "read data");
        for i in 0..40 {
            bench.order_write(line(bus, frame, i, i % 4));
        }
        let beats = spread(&mut bench, |i, o| o.m_axi_wvalid & i.m_axi_wready == 1);
        assert_eq!(beats, (40 * 64 / bus, 40 * 64 / bus), "write data");

        let single = |i: u64| Burst {
            length: 0,
            ..line(bus, frame, i % 64, i % 4)
        };
        (0..60).for_each(|i| bench.order_read(single(i)));
        let requests = spread(&mut bench, |i, o| o.m_axi_arvalid & i.m_axi_arready == 1);
        assert_eq!(requests, (60, 60), "read requests");
        (0..60).for_each(|i| bench.order_write(single(i)));
        let requests = spread(&mut bench, |i, o| o.m_axi_awvalid & i.m_axi_awready == 1);
        assert_eq!(requests, (60, 60), "write requests");

        let granted = bench.frame(5);
        bench.order_grant(granted, true);
        bench.drain().unwrap_or_else(|error| panic!("{error}"));
        let (reads, zeros) = (bench.dram.reads, 32 * 64 / bus);
        for i in 0..32 {
            bench.order_read(line(bus, granted, i, i % 4));
        }
        let beats = spread(&mut bench, |i, o| o.s_axi_rvalid & i.s_axi_rready == 1);
        assert_eq!(beats, (zeros, zeros), "zeros");
        assert_eq!(bench.dram.reads, reads, "reads of fresh lines");
        for i in 0..32 {
            bench.order_write(line(bus, granted, i, i % 4));
        }
        let beats = spread(&mut bench, |i, o| o.m_axi_wvalid & i.m_axi_wready == 1);
        assert_eq!(beats, (zeros, zeros), "whole writes of fresh lines");
    }
}

#[test]
fn one_cycle_a_channel() {
    let library = ports::compile(&emitted(4, 64));
    let mut bench = prompt(&library, 8);
    let frame = bench.frame(3);
    // Cycle of the first transfer on each channel.
    let mut firsts = [None::<u64>; 10];
    let mut run = |bench: &mut Bench| {
        firsts = [None; 10];
        while bench.waiting() {
            let cycle = bench.cycle;
            let (i, o) = bench.step().unwrap_or_else(|error| panic!("{error}"));
            let transfers = [
                i.s_axi_arvalid & o.s_axi_arready,
                o.m_axi_arvalid & i.m_axi_arready,
                i.m_axi_rvalid & o.m_axi_rready,
                o.s_axi_rvalid & i.s_axi_rready,
                i.s_axi_awvalid & o.s_axi_awready,
                o.m_axi_awvalid & i.m_axi_awready,
                i.s_axi_wvalid & o.s_axi_wready,
                o.m_axi_wvalid & i.m_axi_wready,
                i.m_axi_bvalid & o.m_axi_bready,
                o.s_axi_bvalid & i.s_axi_bready,
            ];
            for (first, transfer) in firsts.iter_mut().zip(transfers) {
                if transfer == 1 {
                    first.get_or_insert(cycle);
                }
            }
        }
        firsts
            .chunks(2)
            .map(|pair| Some(pair[1]? - pair[0]?))
            .collect::<Vec<_>>()
    };
    bench.order_read(line(8, frame, 1, 1));
    assert_eq!(run(&mut bench), [Some(1), Some(1), None, None, None]);
    bench.order_write(line(8, frame, 1, 1));
    assert_eq!(run(&mut bench), [None, None, Some(1), Some(1), Some(1)]);
    let granted = bench.frame(5);
    bench.order_grant(granted, true);
    bench.drain().unwrap_or_else(|error| panic!("{error}"));
    bench.order_read(line(8, granted, 1, 1));
    let mut count = 0;
    loop {
        let (i, o) = bench.step().unwrap_or_else(|error| panic!("{error}"));
        if o.s_axi_rvalid & i.s_axi_rready == 1 {
            break;
        }
        count += 1;
    }
    assert_eq!(
        count, 3,
        "cycles from a read of a fresh line to its first beat"
    );
}
