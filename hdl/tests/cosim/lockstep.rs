//! A module in both simulators, driven and compared by port name.

use crate::carried::{Kind, kind, read, write};
use crate::common::{emitted, language, options};
use memento_config::Config;
use memento_hdl::rtl::{Block, Clocked, Ports, Simulation};
use memento_hdl::verilog::{Design, Dialect, Options};
use std::any::Any;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;
use verilator_bindings::{
    Build, Clock, Direction, In, Level, Library, Model, Optimize, Out, Warnings,
};

/// A described module of any type.
pub trait Module {
    /// Its Verilog.
    fn design(&self, options: &Options) -> Design;
    /// Its simulation in Rust, after reset.
    fn simulate(self: Box<Self>) -> Box<dyn Running>;
}

impl<M: Block + Clocked + Ports + 'static> Module for M {
    fn design(&self, options: &Options) -> Design {
        emitted(self, options)
    }
    fn simulate(self: Box<Self>) -> Box<dyn Running> {
        Box::new(Simulation::new(*self))
    }
}

/// A simulation in Rust of a module of any type.
pub trait Running {
    /// Lets outputs follow inputs.
    fn eval(&mut self);
    /// One clock cycle.
    fn tick(&mut self);
    /// Two clock cycles in reset.
    fn reset(&mut self);
    /// The module's ports.
    fn ports(&mut self) -> Vec<(String, &mut dyn Any)>;
}

impl<M: Block + Clocked + Ports> Running for Simulation<M> {
    fn eval(&mut self) {
        self.eval();
    }
    fn tick(&mut self) {
        self.tick();
    }
    fn reset(&mut self) {
        self.reset();
    }
    fn ports(&mut self) -> Vec<(String, &mut dyn Any)> {
        self.module.ports()
    }
}

struct InputPort {
    handle: In<u128>,
    kind: Kind,
    value: u128,
}

struct OutputPort {
    handle: Out<u128>,
    value: u128,
}

/// All modules side by side as one Verilog design, as a compilation each would take minutes.
///
/// Its ports are named `<module>__<port>`; clock and reset are shared.
pub fn compile(
    modules: &[(&'static str, Box<dyn Module>)],
    config: &Config,
    dialect: Dialect,
) -> Arc<Library> {
    let options = options(config, dialect);
    let (mut ports, mut instances, mut files) = (String::new(), String::new(), String::new());
    let implied = ["clock", reset_port(config).0];
    for (name, module) in modules {
        let design = module.design(&options);
        for module in &design.modules {
            files += &with_prefix(&module.text, name, &design);
        }
        let top = design.top().expect("a design has a top");
        let mut connections: Vec<String> = Vec::new();
        for port in &top.ports {
            let plain = &port.name;
            if implied.contains(&plain.as_str()) {
                connections.push(format!(".{plain}({plain})"));
                continue;
            }
            let direction = match port.direction {
                memento_hdl::verilog::Direction::Input => "input",
                memento_hdl::verilog::Direction::Output => "output",
            };
            let msb = port.width - 1;
            let _ = write!(ports, ",\n    {direction} wire [{msb}:0] {name}__{plain}");
            connections.push(format!(".{plain}({name}__{plain})"));
        }
        let connections = connections.join(", ");
        let _ = writeln!(
            instances,
            "    {name}__{} {name}__ ({connections});",
            top.name
        );
    }
    let [clock, reset] = implied;
    let top = format!(
        "module side_by_side (\n    input wire {clock},\n    input wire {reset}{ports}\n);\n\n\
         {instances}\nendmodule\n"
    );
    Build::new("side_by_side")
        .source_text("modules.v", files)
        .source_text("side_by_side.v", top)
        .flag("--language")
        .flag(language(dialect))
        .optimize(Optimize::Quick)
        .warnings(Warnings::Allow)
        .cache_dir(concat!(env!("CARGO_TARGET_TMPDIR"), "/models"))
        .compile()
        .unwrap_or_else(|error| panic!("{error}"))
}

/// A file with the design's modules renamed: other designs have modules of the same names.
fn with_prefix(text: &str, prefix: &str, design: &Design) -> String {
    let mut renamed = String::new();
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut rest = text;
    while let Some(start) = rest.find(is_word) {
        let (before, word) = rest.split_at(start);
        let (word, after) = word.split_at(word.find(|c| !is_word(c)).unwrap_or(word.len()));
        renamed += before;
        if design.modules.iter().any(|module| module.name == word) {
            renamed += prefix;
            renamed += "__";
        }
        renamed += word;
        rest = after;
    }
    renamed + rest
}

fn reset_port(config: &Config) -> (&'static str, Level) {
    match config.reset() {
        memento_config::Reset::ActiveHigh => ("reset", Level::High),
        memento_config::Reset::ActiveLow => ("reset_n", Level::Low),
    }
}

/// Both simulations of one module.
pub struct Lockstep {
    name: String,
    rust: Box<dyn Running>,
    verilog: Model,
    clock: Clock,
    reset: (In<bool>, Level),
    inputs: BTreeMap<String, InputPort>,
    outputs: BTreeMap<String, OutputPort>,
    cycle: u64,
}

impl Lockstep {
    /// Resets a module in both; `name` is that in the library, `origin` is for messages.
    pub fn new(
        name: &str,
        origin: &str,
        module: Box<dyn Module>,
        library: &Arc<Library>,
        config: &Config,
    ) -> Self {
        let mut rust = module.simulate();
        let (mut inputs, mut outputs) = (BTreeMap::new(), BTreeMap::new());
        for (port, signal) in rust.ports() {
            let verilog = format!("{name}__{port}");
            match kind(signal) {
                Some(kind) => {
                    let handle = library.input(&verilog).unwrap_or_else(|e| panic!("{e}"));
                    let value = 0;
                    inputs.insert(
                        port,
                        InputPort {
                            handle,
                            kind,
                            value,
                        },
                    );
                }
                None => {
                    assert!(
                        read(signal).is_some(),
                        "{verilog}: a type of port to add here"
                    );
                    let handle = library.output(&verilog).unwrap_or_else(|e| panic!("{e}"));
                    outputs.insert(port, OutputPort { handle, value: 0 });
                }
            }
        }
        let prefix = format!("{name}__");
        for port in library.ports() {
            let Some(plain) = port.name.strip_prefix(&prefix) else {
                continue;
            };
            let known = match port.direction {
                Direction::Input => inputs.contains_key(plain),
                Direction::Output => outputs.contains_key(plain),
            };
            assert!(known, "{name}.{plain}: a port of the Verilog alone");
        }
        let (reset, level) = reset_port(config);
        let reset = library.input(reset).unwrap_or_else(|e| panic!("{e}"));
        let mut lockstep = Lockstep {
            name: format!("{name} of {origin}"),
            rust,
            verilog: library.model().unwrap_or_else(|e| panic!("{e}")),
            clock: library.clock("clock").unwrap_or_else(|e| panic!("{e}")),
            reset: (reset, level),
            inputs,
            outputs,
            cycle: 0,
        };
        lockstep.reset_verilog();
        lockstep
    }

    /// The inputs and what they take.
    pub fn inputs(&self) -> Vec<(String, Kind)> {
        self.inputs
            .iter()
            .map(|(name, port)| (name.clone(), port.kind))
            .collect()
    }

    /// The outputs as of the last [`eval`](Self::eval).
    pub fn outputs(&self) -> impl Iterator<Item = u128> {
        self.outputs.values().map(|port| port.value)
    }

    /// Sets an input of both.
    pub fn set(&mut self, port: &str, value: u128) {
        let input = self.inputs.get_mut(port);
        let input = input.unwrap_or_else(|| panic!("{}: no input {port}", self.name));
        input.value = value;
    }

    /// An output as of the last [`eval`](Self::eval).
    pub fn get(&self, port: &str) -> u128 {
        let output = self.outputs.get(port);
        output
            .unwrap_or_else(|| panic!("{}: no output {port}", self.name))
            .value
    }

    /// Lets outputs follow inputs and compares them all.
    pub fn eval(&mut self) {
        for (port, signal) in self.rust.ports() {
            if let Some(input) = self.inputs.get_mut(&port) {
                input.value = write(signal, input.value);
                self.verilog.set(input.handle, input.value);
            }
        }
        self.rust.eval();
        let evaluated = self.verilog.eval();
        evaluated.unwrap_or_else(|error| panic!("{}: {error}", self.name));
        for (port, signal) in self.rust.ports() {
            let Some(expected) = read(signal) else {
                continue;
            };
            let output = self.outputs.get_mut(&port).expect("every output");
            let got = self.verilog.get(output.handle);
            output.value = expected;
            if got != expected {
                let inputs = self.inputs.iter();
                let inputs: Vec<String> = inputs
                    .map(|(name, port)| format!("{name} = {:#x}", port.value))
                    .collect();
                panic!(
                    "{}: {port} in cycle {}: Verilator says {got:#x}, Rust {expected:#x}; inputs: {}",
                    self.name,
                    self.cycle,
                    inputs.join(", ")
                );
            }
        }
    }

    /// One clock cycle.
    pub fn tick(&mut self) {
        self.rust.tick();
        let stepped = self.verilog.step(self.clock);
        stepped.unwrap_or_else(|error| panic!("{}: {error}", self.name));
        self.cycle += 1;
    }

    /// Two clock cycles in reset, with the present inputs.
    pub fn reset(&mut self) {
        self.rust.reset();
        self.reset_verilog();
    }

    fn reset_verilog(&mut self) {
        let (reset, level) = self.reset;
        let held = self.verilog.reset(self.clock, reset, level, 2);
        held.unwrap_or_else(|error| panic!("{}: {error}", self.name));
    }
}
