//! Evaluating what has changed gives what evaluating everything gives.

use std::fs;
use std::path::PathBuf;

use proptest::prelude::*;
use tempfile::TempDir;
use verilator_bindings::{Build, Direction, Error, Evaluation, Library, Model, Trace, Words};

fn design() -> Build {
    let source = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/verilog/changes.sv");
    Build::new("changes")
        .source(source)
        .cache_dir(concat!(env!("CARGO_TARGET_TMPDIR"), "/models"))
}

type Values = Vec<(String, Vec<u32>)>;

/// Random bits for some inputs: often few of them, or none.
fn draw_inputs(library: &Library, draw: &mut impl FnMut() -> u32) -> Values {
    let mut values = Values::new();
    for port in library.ports() {
        if port.direction == Direction::Input && port.name != "clk" && draw() & 3 == 0 {
            let mut words: Vec<u32> = (0..port.words()).map(|_| draw()).collect();
            if port.name == "reset" {
                words[0] = u32::from(words[0] & 31 == 0);
            }
            values.push((port.name.clone(), words));
        }
    }
    values
}

fn set_inputs(library: &Library, model: &mut Model, values: &Values) {
    for (name, words) in values {
        let input = library.input::<Words>(name).unwrap();
        model.set_words(input, words);
    }
}

fn generator(seed: u64) -> impl FnMut() -> u32 {
    let mut state = seed;
    move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 32) as u32
    }
}

fn outputs(library: &Library, model: &Model) -> Values {
    let outputs = library.ports().iter();
    outputs
        .filter(|port| port.direction == Direction::Output)
        .map(|port| {
            let output = library.output::<Words>(&port.name).unwrap();
            (port.name.clone(), model.words(output))
        })
        .collect()
}

/// A model of each build; both are driven alike, with outputs compared after each evaluation.
fn alike(builds: [Build; 2], seed: u64) -> Result<(), TestCaseError> {
    let libraries = [builds[0].compile()?, builds[1].compile()?];
    prop_assert!(!libraries[0].follows_changes());
    prop_assert!(libraries[1].follows_changes());
    let mut draw = generator(seed);
    let mut models = [libraries[0].model()?, libraries[1].model()?];
    for _ in 0..600 {
        let values = draw_inputs(&libraries[0], &mut draw);
        for (library, model) in libraries.iter().zip(&mut models) {
            set_inputs(library, model, &values);
        }
        let how = draw();
        for (library, model) in libraries.iter().zip(&mut models) {
            let clock = library.clock("clk")?;
            match how & 3 {
                0 => model.eval()?,
                1 => model.step(clock)?,
                _ => model.tick(clock)?,
            }
        }
        prop_assert_eq!(
            outputs(&libraries[0], &models[0]),
            outputs(&libraries[1], &models[1])
        );
        prop_assert_eq!(models[0].take_output(), models[1].take_output());
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..Default::default() })]

    #[test]
    fn changes_alone_are_as_good_as_everything(seed: u64) {
        let whole = design().evaluation(Evaluation::Whole);
        alike([whole, design()], seed)?;
    }

    #[test]
    fn nothing_is_left_out_that_changes(seed: u64) {
        let whole = design().evaluation(Evaluation::Whole);
        alike([whole, design().evaluation(Evaluation::Checked)], seed)?;
    }

    #[test]
    fn text_is_printed_as_often(seed: u64) {
        let says = design().parameter("SAY", 1);
        alike([says.clone().evaluation(Evaluation::Whole), says], seed)?;
    }
}

/// A model whose compiler was given marks that lack one is stopped by the check, which so can fail.
#[test]
fn a_mark_that_is_missing_is_found() {
    let folder = TempDir::new().unwrap();
    let compiler = folder.path().join("compiler");
    let script = "#!/bin/sh\n\
        for file in Vmodel___024root__*.cpp; do\n\
          [ -f \"$file\" ] && sed -i '/before_line\\b\\|__DOT__count\\b/s/ vlSelfRef.changes_marks[^;]*;//g' \"$file\"\n\
        done\n\
        exec c++ \"$@\"\n";
    fs::write(&compiler, script).unwrap();
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    fs::set_permissions(&compiler, mode).unwrap();
    let build = design()
        .evaluation(Evaluation::Checked)
        .cache_dir(folder.path().join("models"))
        .compiler(&compiler);
    let library = build.compile().unwrap();
    let clock = library.clock("clk").unwrap();
    let mut model = library.model().unwrap();
    let mut draw = generator(1);
    let stopped = (0..200).find_map(|_| {
        let values = draw_inputs(&library, &mut draw);
        set_inputs(&library, &mut model, &values);
        model.tick(clock).err()
    });
    let Some(Error::Halted { .. }) = &stopped else {
        panic!("{stopped:?}")
    };
    assert!(stopped.unwrap().to_string().contains("stale: "));
}

#[test]
fn what_follows_changes_is_told() {
    assert!(design().compile().unwrap().follows_changes());
    let waveforms = design().trace(Trace::Vcd).compile().unwrap();
    assert!(!waveforms.follows_changes());
    let text = "module two (input clk, input tick, input a, output reg q, output reg r);\n\
        always @(posedge clk) q <= a;\n  always @(posedge tick) r <= q;\nendmodule\n";
    let two_clocks = Build::new("two")
        .source_text("two.v", text)
        .cache_dir(concat!(env!("CARGO_TARGET_TMPDIR"), "/models"));
    assert!(!two_clocks.compile().unwrap().follows_changes());
}
