//! The self-test of a board, in Verilator, with what it says on its serial line; and that it fails where the
//! hardware does.

mod common;

use common::{board, build, compiled, designed, told};
use memento_config::strategy::any_config;
use memento_config::{Config, PRESETS};
use memento_fpga::FpgaError;
use memento_fpga::board::{Board, Level};
use memento_fpga::demo::Demo;
use memento_hdl::verilog::{Dialect, Options, Reset};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config as RunnerConfig, RngAlgorithm, TestRng, TestRunner};
use rayon::prelude::*;

/// What a test that passed has to say, but for its cycles.
fn expected(demo: &Demo, preset: &str) -> (String, String) {
    let signature = demo.image.signature;
    (
        format!(
            "memento {preset} PASS: {:04} operations in ",
            demo.image.program.len()
        ),
        format!(" cycles, signature {signature:08x} of {signature:08x}\r\n"),
    )
}

fn passes(name: &str, preset: &str) {
    let (design, demo) = designed(name, preset);
    let at: &Board = board(name);
    let told = told(at, &compiled(&design), &demo, 1);
    print!("{name}: {}", told.line);
    let (start, end) = expected(&demo, preset);
    assert!(told.line.starts_with(&start), "{:?}", told.line);
    assert!(told.line.ends_with(&end), "{:?}", told.line);
    // Pass, neither fail nor busy; the beat is of no interest.
    let lit = if at.lit == Level::High {
        told.lamps
    } else {
        !told.lamps
    };
    assert_eq!(lit & 0b11, 0b01, "{:04b}", told.lamps);
}

#[test]
fn the_default_passes_on_ulx3s() {
    passes("ulx3s", "default");
}

#[test]
fn tiny_passes_on_ice40_and_says_so_on_lamps_that_are_lit_when_low() {
    passes("hx8k", "tiny");
    passes("icebreaker", "tiny");
}

/// A text of a module that becomes another, and the fault that the self-test then has to tell.
struct Fault {
    what: &'static str,
    module: &'static str,
    from: &'static str,
    to: &'static str,
    told: &'static str,
}

const FAULTS: [Fault; 6] = [
    Fault {
        what: "a status is another error's: the signature alone sees it",
        module: "memento_hit_pipeline",
        from: "decided_status = STATUS_DOUBLE_FREE",
        to: "decided_status = STATUS_DOUBLE_FREE ^ 4'd1",
        told: "fault 1 ",
    },
    Fault {
        what: "slots lie a step apart, whatever their size",
        module: "memento_address_encode",
        from: "{3'd0, slot} * {4'd0, size}",
        to: "{3'd0, slot} * 7'd1 + {7{1'b0}} * {4'd0, size}",
        told: "fault 2 ",
    },
    Fault {
        what: "a slot that is taken stays free",
        module: "memento_word_loop",
        from: "written_mask <= after;",
        to: "written_mask <= after | update_mask;",
        told: "fault 3 ",
    },
    Fault {
        what: "the next arena is the same again",
        module: "memento_demo_grants",
        from: "after.unused = stands.unused + 4'd1",
        to: "after.unused = stands.unused",
        told: "fault 3 ",
    },
    Fault {
        what: "a slot that is free can be given back",
        module: "memento_hit_pipeline",
        from: "wire double_free = in_table",
        to: "wire double_free = 1'b0 && in_table",
        told: "fault 4 ",
    },
    Fault {
        what: "answers stay away",
        module: "memento_response_queue_depth16",
        from: "assign response_valid = offered",
        to: "assign response_valid = offered && 1'b0",
        told: "fault 5 ",
    },
];

/// A self-test that can't fail tests nothing.
#[test]
fn hardware_that_is_wrong_fails_and_says_how() {
    let (design, demo) = designed("hx8k", "tiny");
    let missed: Vec<String> = FAULTS
        .par_iter()
        .filter_map(|fault| {
            let mut wrong = design.clone();
            let mut modules = wrong.modules.iter_mut();
            let module = modules.find(|module| module.name == fault.module).unwrap();
            assert!(module.text.contains(fault.from), "{}", fault.what);
            module.text = module.text.replace(fault.from, fault.to);
            let told = told(board("hx8k"), &compiled(&wrong), &demo, 1);
            print!("{}: {}", fault.what, told.line);
            let fails = told.line.contains("FAIL") && told.lamps & 0b11 == 0b10;
            (!fails || !told.line.contains(fault.told))
                .then(|| format!("{}: {}", fault.what, told.line))
        })
        .collect();
    assert!(missed.is_empty(), "{}", missed.concat());
}

/// Every preset's self-test in both languages, on a board with and on one without memories of look-up tables.
#[test]
fn verilator_has_nothing_to_say() {
    for (preset, _) in PRESETS {
        for name in ["ulx3s", "icebreaker"] {
            for dialect in [Dialect::SystemVerilog, Dialect::Verilog2005] {
                let config = Config::preset(preset).unwrap();
                let plan = board(name).plan((*preset).to_owned());
                let options = Options {
                    dialect,
                    ..Options::default()
                };
                let (design, _) = board(name).design(&config, &plan, &options).unwrap();
                assert_eq!(build(&design).lint().unwrap(), [""; 0], "{preset} {name}");
            }
        }
    }
}

/// Self-tests of random configurations can be written, and Verilator has nothing to say of them either; or there is none,
/// for a class has a single arena. `SELF_TEST_CONFIGS` says how many (default 12), `SELF_TEST_SEED` which.
#[test]
fn verilator_has_nothing_to_say_of_random_ones() {
    let setting = |name: &str, usual: u64| {
        let value = std::env::var(name).ok().and_then(|text| text.parse().ok());
        let value = value.unwrap_or(usual);
        println!("{name}={value}");
        value
    };
    let (count, seed) = (
        setting("SELF_TEST_CONFIGS", 12),
        setting("SELF_TEST_SEED", 1),
    );
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let random = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(RunnerConfig::default(), random);
    let mut written = 0;
    for _ in 0..count {
        let config = any_config().new_tree(&mut runner).unwrap().current();
        let plan = board("hx8k").plan("random".to_owned());
        match board("hx8k").design(&config, &plan, &options(&config)) {
            Ok((design, _)) => {
                assert_eq!(
                    build(&design).lint().unwrap(),
                    [""; 0],
                    "{}",
                    config.to_toml()
                );
                written += 1;
            }
            Err(FpgaError::NoDemo { arenas, .. }) => assert!(arenas < 2),
            Err(error) => panic!("{error}\n{}", config.to_toml()),
        }
    }
    assert!(written > 0);
}

fn options(config: &Config) -> Options {
    Options {
        reset: match config.reset() {
            memento_config::Reset::ActiveHigh => Reset::ActiveHigh,
            memento_config::Reset::ActiveLow => Reset::ActiveLow,
        },
        ..Options::default()
    }
}
