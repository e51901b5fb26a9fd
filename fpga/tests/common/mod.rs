//! What the tests of self-tests share.
#![allow(dead_code, reason = "each test uses some of it")]

use memento_config::Config;
use memento_fpga::board::{BOARD_MODULE, Board, Level};
use memento_fpga::demo::Demo;
use memento_hdl::verilog::{Design, Options};
use std::path::Path;
use std::sync::Arc;
use verilator_bindings::{Build, Library, Model, Optimize, Start, Warnings};

/// A board that there is.
pub fn board(name: &str) -> &'static Board {
    Board::named(name).unwrap()
}

/// Cycles within which a self-test has said its line, and more than those that it waits for a stuck allocator.
const MOST_CYCLES: u64 = 4_000_000;

/// The self-test of a preset on a board.
pub fn designed(board: &str, preset: &str) -> (Design, Demo) {
    let board = self::board(board);
    let config = Config::preset(preset).unwrap();
    board
        .design(&config, &board.plan(preset.to_owned()), &Options::default())
        .unwrap()
}

/// A design as a build for Verilator, which has to have no warnings for it.
pub fn build(design: &Design) -> Build {
    let mut build = Build::new(BOARD_MODULE)
        .optimize(Optimize::Quick)
        .warnings(Warnings::Strict)
        .cache_dir(Path::new(env!("CARGO_TARGET_TMPDIR")).join("models"));
    for module in &design.modules {
        build = build.source_text(&module.file, &module.text);
    }
    build
}

/// A design, compiled.
pub fn compiled(design: &Design) -> Arc<Library> {
    build(design).compile().unwrap()
}

/// The line that comes over the serial port, and the lamps then.
pub struct Told {
    /// The line.
    pub line: String,
    /// A bit a lamp.
    pub lamps: u8,
}

/// Runs a design until it has told a line, from whatever its registers and memories begin with.
pub fn told(board: &Board, library: &Arc<Library>, demo: &Demo, seed: u32) -> Told {
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
    let mut cycles = 0;
    let mut pass = |model: &mut Model, count: u64| {
        for _ in 0..count {
            model.tick(clock).unwrap();
        }
        cycles += count;
        assert!(cycles < MOST_CYCLES, "no line after {cycles} cycles");
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
    Told {
        line: said,
        lamps: model.get(lamps),
    }
}
