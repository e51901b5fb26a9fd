//! What the back end's tests share: emitting, compiling and driving a design by port name.
#![allow(dead_code)]

use memento_hdl::rtl::Block;
use memento_hdl::verilog::{Design, Dialect, Options, Reset, emit};
use std::collections::BTreeMap;
use verilator_bindings::{Build, Clock, In, Level, Model, Optimize, Out, Warnings};

/// SplitMix64: small, seeded, the same everywhere.
pub struct Random(pub u64);

impl Random {
    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `limit`.
    pub fn below(&mut self, limit: usize) -> usize {
        (self.bits() % limit as u64) as usize
    }

    /// A value of `width` bits: often a corner, else anything.
    pub fn value(&mut self, width: usize) -> u128 {
        let all = u128::MAX >> (128 - width);
        match self.below(6) {
            0 => 0,
            1 => all,
            2 => 1 & all,
            3 => (u128::from(self.bits()) % 5) & all,
            _ => (u128::from(self.bits()) << 64 | u128::from(self.bits())) & all,
        }
    }
}

/// Options without a banner.
pub fn options(dialect: Dialect, reset: Reset) -> Options {
    Options {
        dialect,
        reset,
        banner: String::new(),
    }
}

/// Emits, and shows all errors if there are any.
pub fn emitted(top: &dyn Block, options: &Options) -> Design {
    emit(top, options).unwrap_or_else(|errors| panic!("{errors}"))
}

/// The design as a build for Verilator.
pub fn build(design: &Design, dialect: Dialect) -> Build {
    let top = design.top().expect("a design has a top");
    let standard = match dialect {
        Dialect::SystemVerilog => "1800-2012",
        Dialect::Verilog2005 => "1364-2005",
    };
    let mut build = Build::new(&top.name)
        .flag("--language")
        .flag(standard)
        .optimize(Optimize::Quick)
        .warnings(Warnings::Allow);
    for module in &design.modules {
        build = build.source_text(&module.file, &module.text);
    }
    build
}

/// A compiled design whose ports are found by name.
pub struct Bench {
    model: Model,
    inputs: BTreeMap<String, In<u128>>,
    outputs: BTreeMap<String, Out<u128>>,
    clock: Option<Clock>,
    text: String,
}

impl Bench {
    /// The lines of the top module that name a signal, for messages.
    pub fn lines_about(&self, name: &str) -> String {
        let names = |line: &&str| {
            let mut words = line.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
            words.any(|word| word == name)
        };
        self.text
            .lines()
            .filter(names)
            .collect::<Vec<_>>()
            .join("\n")
    }

    /// Emits, compiles and resets the design.
    pub fn new(top: &dyn Block, dialect: Dialect, reset: Reset) -> Bench {
        Bench::with_flags(top, dialect, reset, &[])
    }

    /// The same, with further flags for Verilator.
    pub fn with_flags(top: &dyn Block, dialect: Dialect, reset: Reset, flags: &[&str]) -> Bench {
        Bench::of(
            &emitted(top, &options(dialect, reset)),
            dialect,
            reset,
            flags,
        )
    }

    /// Compiles and resets what was emitted.
    pub fn of(design: &Design, dialect: Dialect, reset: Reset, flags: &[&str]) -> Bench {
        let build = flags
            .iter()
            .fold(build(design, dialect), |b, flag| b.flag(*flag));
        let library = build.compile().unwrap_or_else(|error| panic!("{error}"));
        let mut bench = Bench {
            model: library.model().expect("a model"),
            inputs: BTreeMap::new(),
            outputs: BTreeMap::new(),
            clock: library.clock("clock").ok(),
            text: design.top().map(|top| top.text.clone()).unwrap_or_default(),
        };
        for port in library.ports() {
            let name = port.name.clone();
            match port.direction {
                verilator_bindings::Direction::Input => {
                    let input = library.input(&name).expect("an input");
                    bench.inputs.insert(name, input);
                }
                verilator_bindings::Direction::Output => {
                    let output = library.output(&name).expect("an output");
                    bench.outputs.insert(name, output);
                }
            }
        }
        let (port, level) = match reset {
            Reset::ActiveHigh => ("reset", Level::High),
            Reset::ActiveLow => ("reset_n", Level::Low),
        };
        if let (Some(clock), Ok(reset)) = (bench.clock, library.input::<bool>(port)) {
            let held = bench.model.reset(clock, reset, level, 2);
            held.expect("a reset");
        }
        bench
    }

    /// Sets an input.
    pub fn set(&mut self, port: &str, value: u128) {
        self.model.set(self.inputs[port], value);
    }

    /// Reads an output.
    pub fn get(&self, port: &str) -> u128 {
        self.model.get(self.outputs[port])
    }

    /// Names of the outputs.
    pub fn output_names(&self) -> Vec<String> {
        self.outputs.keys().cloned().collect()
    }

    /// Lets outputs follow inputs within the cycle.
    pub fn eval(&mut self) {
        self.model.eval().expect("an evaluation");
    }

    /// One clock cycle.
    pub fn tick(&mut self) {
        if let Some(clock) = self.clock {
            self.model.step(clock).expect("a cycle");
        }
    }
}
