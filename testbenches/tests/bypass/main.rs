//! The main-memory bypass against its golden model: random bursts, grants, drops, evictions, errors;
//! and what it promises about masks, latency and throughput.

mod masks;
mod mutations;
mod timing;

use memento_config::Config;
use memento_hdl::Geometry;
use memento_hdl::bypass::bypass::{Bypass, COUNTERS};
use memento_hdl::verilog::{Design, Options, emit};
use memento_testbenches::bypass::{Bench, SEED, line, suite};
use std::sync::Arc;
use verilator_bindings::{Build, Library, Optimize};

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

/// Compiles a filter's Verilog.
fn compile(design: &Design) -> Arc<Library> {
    let mut build = Build::new("memento_bypass").define("MEMENTO_RAM_COLLISION", 1);
    for module in &design.modules {
        build = build.source_text(&module.file, &module.text);
    }
    build
        .optimize(Optimize::Quick)
        .compile()
        .unwrap_or_else(|error| panic!("{error}"))
}

fn random(entries: u32, data_bits: u32) {
    println!("entries {entries}, data_bits {data_bits}, SEED={SEED:#x}");
    let library = compile(&emitted(entries, data_bits));
    // Eight masks an entry, and half as many again.
    let frames = u64::from(entries) * 12;
    let counts =
        suite(&library, u64::from(data_bits / 8), frames, 0).unwrap_or_else(|e| panic!("{e}"));
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
