//! `tick` skips an evaluation only where nobody can tell.

mod common;

use common::design;
use proptest::prelude::*;
use verilator_bindings::{Build, Direction, Library, Model, Optimize, Words};

/// Sets every input but the clock to bits drawn from `state`.
fn set_inputs(library: &Library, models: &mut [Model; 2], state: &mut u64) {
    for port in library.ports() {
        if port.direction == Direction::Input && port.name != "clk" {
            let words: Vec<u32> = (0..port.words())
                .map(|_| {
                    *state = state
                        .wrapping_mul(6_364_136_223_846_793_005)
                        .wrapping_add(1);
                    (*state >> 32) as u32
                })
                .collect();
            let input = library.input::<Words>(&port.name).unwrap();
            for model in models.iter_mut() {
                model.set_words(input, &words);
            }
        }
    }
}

fn same_outputs(library: &Library, models: &[Model; 2]) -> Result<(), TestCaseError> {
    for port in library
        .ports()
        .iter()
        .filter(|port| port.direction == Direction::Output)
    {
        let output = library.output::<Words>(&port.name)?;
        prop_assert_eq!(
            models[0].words(output),
            models[1].words(output),
            "port {}",
            port.name
        );
    }
    Ok(())
}

fn tick_equals_step(build: &Build, skips: bool, seed: u64) -> Result<(), TestCaseError> {
    let library = build.compile()?;
    let clock = library.clock("clk")?;
    prop_assert_eq!(clock.rising_edge_only(), skips);
    let mut models = [library.model()?, library.model()?];
    let mut state = seed;
    for _ in 0..200 {
        set_inputs(&library, &mut models, &mut state);
        models[0].step(clock)?;
        models[1].tick(clock)?;
        same_outputs(&library, &models)?;
        prop_assert_eq!(models[0].time(), models[1].time());
        // Combinational outputs follow without an edge.
        set_inputs(&library, &mut models, &mut state);
        models[0].eval()?;
        models[1].eval()?;
        same_outputs(&library, &models)?;
        // Inputs that stay as they are need not be followed again.
        for _ in 0..state >> 62 {
            models[0].step(clock)?;
            models[1].tick(clock)?;
            same_outputs(&library, &models)?;
        }
    }
    Ok(())
}

/// A design with one use of the clock beside a plain register.
fn with(statement: &str) -> Build {
    let text = format!(
        "module other (input clk, input en, input [7:0] a, output reg [7:0] q, output reg [7:0] r);
           initial r = 0;
           always @(posedge clk) q <= a;
           {statement}
         endmodule"
    );
    let cache = concat!(env!("CARGO_TARGET_TMPDIR"), "/models");
    Build::new("other")
        .source_text("other.v", text)
        .optimize(Optimize::Quick)
        .cache_dir(cache)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, failure_persistence: None, ..Default::default() })]

    #[test]
    fn rising_edge_designs_need_one_evaluation(seed: u64) {
        tick_equals_step(&design("table_alloc"), true, seed)?;
    }

    #[test]
    fn falling_edges_are_kept(seed: u64) {
        tick_equals_step(&with("always @(negedge clk) r <= a + q;"), false, seed)?;
    }

    #[test]
    fn the_level_of_the_clock_is_kept(seed: u64) {
        tick_equals_step(&with("always @* r = clk ? a : q;"), false, seed)?;
    }

    #[test]
    fn a_gated_clock_is_kept(seed: u64) {
        let gated = "wire g = clk & en; always @(posedge g) r <= r + a;";
        tick_equals_step(&with(gated), false, seed)?;
    }

    #[test]
    fn an_asynchronous_reset_is_kept(seed: u64) {
        let reset = "always @(posedge clk or posedge en) if (en) r <= 0; else r <= r + a;";
        tick_equals_step(&with(reset), false, seed)?;
    }
}
