//! The self-test of a board, in Verilator, with what it says on its serial line; and that it fails where the
//! hardware does.

use memento_config::Config;
use memento_fpga::board::{BOARD_MODULE, Board, Level};
use memento_fpga::demo::Demo;
use memento_hdl::verilog::{Design, Options};
use std::path::Path;
use verilator_bindings::{Build, Model, Optimize, Start, Warnings};

/// Cycles within which a self-test has said its line, and more than those that it waits for a stuck allocator.
const MOST_CYCLES: u64 = 4_000_000;

/// The self-test of a preset on a board.
fn designed(board: &str, preset: &str) -> (Design, Demo) {
    let board = Board::named(board).unwrap();
    let config = Config::preset(preset).unwrap();
    board
        .design(&config, &board.plan(preset.to_owned()), &Options::default())
        .unwrap()
}

fn build(design: &Design) -> Build {
    let mut build = Build::new(BOARD_MODULE)
        .optimize(Optimize::Quick)
        .warnings(Warnings::Strict)
        .cache_dir(Path::new(env!("CARGO_TARGET_TMPDIR")).join("models"));
    for module in &design.modules {
        build = build.source_text(&module.file, &module.text);
    }
    build
}

/// The line that comes over the serial port, and the lamps then.
struct Told {
    line: String,
    lamps: u8,
}

/// Runs a design until it has told a line, from whatever its registers and memories begin with.
fn told(board: &Board, design: &Design, demo: &Demo, seed: u32) -> Told {
    let library = build(design).compile().unwrap();
    let clock = library.clock("clock").unwrap();
    let line = library.output::<bool>("uart_tx").unwrap();
    let lamps = library.output::<u8>("led").unwrap();
    let button = library.input::<bool>("button");
    let mut model = library
        .model_from(&Start {
            random: Some(seed),
            ..Start::default()
        })
        .unwrap();
    if let Ok(button) = button {
        model.set(button, board.button == Some(Level::Low));
    }
    let bit = demo.image.bit_cycles as u64;
    let mut text = String::new();
    let mut cycles = 0;
    let mut pass = |model: &mut Model, count: u64| {
        for _ in 0..count {
            model.tick(clock).unwrap();
        }
        cycles += count;
        assert!(cycles < MOST_CYCLES, "no line after {cycles} cycles: {text:?}");
        model.get(line)
    };
    // The line rests while the reset settles.
    pass(&mut model, 16);
    let mut said = String::new();
    while !said.ends_with('\n') {
        while pass(&mut model, 1) {}
        // In the middle of the start bit, then of each data bit.
        assert!(!pass(&mut model, bit / 2), "a start bit that is too short");
        let mut byte = 0;
        for number in 0..8 {
            byte |= u8::from(pass(&mut model, bit)) << number;
        }
        assert!(pass(&mut model, bit), "no stop bit after {said:?}");
        said.push(char::from(byte));
    }
    text.push_str(&said);
    Told {
        line: text,
        lamps: model.get(lamps),
    }
}

/// What a test that passed has to say, but for its cycles.
fn expected(demo: &Demo, preset: &str) -> (String, String) {
    let signature = demo.image.signature;
    (
        format!("memento {preset} PASS: {:04} operations in ", demo.image.program.len()),
        format!(" cycles, signature {signature:08x} of {signature:08x}\r\n"),
    )
}

fn passes(board: &str, preset: &str) {
    let (design, demo) = designed(board, preset);
    let at = Board::named(board).unwrap();
    let told = told(at, &design, &demo, 1);
    print!("{board}: {}", told.line);
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
