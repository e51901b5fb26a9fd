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

/// Frames whose masks are written to memory are written themselves meanwhile; says how many.
fn chase(library: &Arc<Library>, bus: u64) -> Result<u64, String> {
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
                let (i, o) = bench.step()?;
                if o.m_axi_awvalid & i.m_axi_awready == 1 && o.m_axi_awid >> 2 == 1 {
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

#[test]
fn a_frame_is_written_while_its_mask_leaves() {
    for data_bits in [64, 128] {
        let library = ports::compile(&emitted(4, data_bits));
        let chased = chase(&library, u64::from(data_bits / 8)).unwrap_or_else(|e| panic!("{e}"));
        assert!(chased > 20, "{chased} chased");
    }
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
    chase(library, bus)?;
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

/// Frames of whole groups, eight of each.
fn groups(count: u64) -> Vec<u64> {
    (0..count * 8).map(|frame| BASE + (frame << 12)).collect()
}

/// Grants frames and writes a line of each: from then on each needs a mask.
fn grant_and_write(bench: &mut Bench, bus: u64, frames: &[u64]) {
    for frame in frames {
        grant(bench, *frame);
        bench.order_write(line(bus, *frame, 9, 1));
        bench.drain().unwrap_or_else(|error| panic!("{error}"));
    }
}

/// Reads a fresh line of each frame.
fn read_fresh(bench: &mut Bench, bus: u64, frames: &[u64]) {
    let reads = bench.dram.reads;
    for frame in frames {
        bench.order_read(line(bus, *frame, 8, 1));
        bench.drain().unwrap_or_else(|error| panic!("{error}"));
    }
    assert_eq!(bench.dram.reads, reads, "reads of fresh lines");
}

#[test]
fn frames_granted_need_no_mask_until_they_are_written() {
    let library = ports::compile(&emitted(4, 64));
    let mut bench = prompt(&library, 8);
    // Many more than there are places.
    let frames = groups(100);
    for frame in &frames {
        grant(&mut bench, *frame);
    }
    read_fresh(&mut bench, 8, &frames);
    assert_eq!(count(&mut bench, "mask_spills"), 0);
    assert_eq!(count(&mut bench, "mask_fetches"), 0);
    assert_eq!(bench.dram.writes, 0);
}

#[test]
fn masks_that_memory_never_takes_stay_and_others_make_room() {
    let library = ports::compile(&emitted(4, 64));
    let mut bench = prompt(&library, 8);
    // Five groups for places that hold four.
    let frames = groups(5);
    bench.dram.dead_masks.insert(MASKS);
    grant_and_write(&mut bench, 8, &frames);
    let (spills, errors) = (
        count(&mut bench, "mask_spills"),
        count(&mut bench, "mask_errors"),
    );
    assert!(spills > 0 && errors > 0, "{spills} spills, {errors} errors");
    read_fresh(&mut bench, 8, &frames[..8]);
    assert_eq!(count(&mut bench, "mask_fetches"), 0, "the first group left");
    read_fresh(&mut bench, 8, &frames);
    assert!(count(&mut bench, "mask_fetches") > 0, "no other left");
}

#[test]
fn a_write_that_finds_no_room_is_refused_and_blocks_nothing() {
    let library = ports::compile(&emitted(4, 64));
    let mut bench = prompt(&library, 8);
    let frames = groups(6);
    for group in 0..6 {
        bench.dram.dead_masks.insert(MASKS + 64 * group);
    }
    grant_and_write(&mut bench, 8, &frames);
    let refused = count(&mut bench, "refused_writes");
    assert!(refused >= 16, "{refused} refused, 48 masks in 32 places");
    assert_eq!(count(&mut bench, "mask_errors"), 8 * refused);
    assert_eq!(count(&mut bench, "mask_spills"), 0);
    read_fresh(&mut bench, 8, &frames);
    bench.dram.dead_masks.clear();
    for frame in &frames {
        bench.order_write(line(8, *frame, 10, 1));
        bench.drain().unwrap_or_else(|error| panic!("{error}"));
    }
    assert_eq!(count(&mut bench, "refused_writes"), refused);
    assert_eq!(count(&mut bench, "whole_writes"), 48 - refused + 48);
}

#[test]
fn changed_masks_of_a_group_are_spilled_at_once_and_leave_unwritten_afterwards() {
    for data_bits in [64, 128] {
        let bus = u64::from(data_bits / 8);
        let library = ports::compile(&emitted(4, data_bits));
        let mut bench = prompt(&library, bus);
        // Five groups take turns in places for four.
        let frames = groups(5);
        grant_and_write(&mut bench, bus, &frames);
        let rounds = |bench: &mut Bench| {
            (0..3).for_each(|_| read_fresh(bench, bus, &frames));
            count(bench, "mask_spills")
        };
        // Each group was written once at most, and none twice while nothing changes.
        let spills = rounds(&mut bench);
        assert!((1..=5).contains(&spills), "{spills} spills");
        assert_eq!(rounds(&mut bench), spills);
        let fetches = count(&mut bench, "mask_fetches");
        assert!(fetches >= 8 * 6, "{fetches} fetches");
        // Changed masks are written once more.
        for frame in &frames {
            bench.order_write(line(bus, *frame, 10, 1));
        }
        bench.drain().unwrap_or_else(|error| panic!("{error}"));
        let changed = rounds(&mut bench);
        assert!(changed > spills, "{changed} spills");
        assert_eq!(rounds(&mut bench), changed);
    }
}

#[test]
fn a_beat_and_an_address_a_cycle() {
    for data_bits in [64, 128] {
        let bus = u64::from(data_bits / 8);
        let library = ports::compile(&emitted(4, data_bits));
        let mut bench = prompt(&library, bus);
        let frame = bench.frame(40);
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
        grant(&mut bench, granted);
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

        // Masks are made, changed and moved; traffic of other frames doesn't notice.
        let frames = groups(5);
        for granted in &frames {
            grant(&mut bench, *granted);
        }
        for (i, granted) in frames.iter().enumerate() {
            bench.order_write(line(bus, *granted, 9, i as u64 % 4));
        }
        (0..600).for_each(|i| bench.order_read(single(i)));
        let requests = spread(&mut bench, |i, o| {
            o.m_axi_arvalid & i.m_axi_arready == 1 && o.m_axi_arid >> 2 == 0
        });
        assert_eq!(requests, (600, 600), "read requests beside spills");
        assert!(count(&mut bench, "mask_spills") > 0);
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
    grant(&mut bench, granted);
    bench.order_write(line(8, granted, 2, 1));
    assert_eq!(
        run(&mut bench)[2..],
        [Some(5), Some(5), Some(1)],
        "first write"
    );
    bench.order_write(line(8, granted, 3, 1));
    assert_eq!(run(&mut bench)[2..], [Some(1); 3], "later writes");
    bench.order_read(line(8, granted, 2, 1));
    assert_eq!(run(&mut bench)[..2], [Some(1); 2], "a line no longer fresh");
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
