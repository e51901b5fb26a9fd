//! [`Verilated`]: the object allocator as emitted Verilog, evaluated by Verilator.

use crate::core::Core;
use crate::mismatch::BenchError;
use crate::ports::{Inputs, Outputs, TraceRecord};
use memento_config::{Config, Reset};
use memento_hdl::Geometry;
use memento_hdl::allocator::object_allocator::ObjectAllocator;
use memento_hdl::verilog::{self, Design, emit};
use std::path::Path;
use std::sync::Arc;
use verilator_bindings::{
    Build, Clock, Counts, Coverage, Evaluation, In, Level, Library, Model, Optimize, Out, Start,
    Trace,
};

/// How a design is compiled for a bench.
#[derive(Clone, Copy, Debug, Default)]
pub struct CompileOptions {
    /// Waveforms can be recorded; slower.
    pub waveforms: bool,
    /// Block RAMs give neither word when a read meets a write, to show a missing forwarding path.
    pub ram_collisions: bool,
    /// The C++ compiler doesn't optimise: a build in seconds, a model several times slower.
    pub quick: bool,
    /// How much is evaluated in a cycle.
    pub evaluation: Evaluation,
    /// Lines, branches and `cover` statements that are reached are counted.
    pub coverage: bool,
}

impl CompileOptions {
    /// [`Default::default`], for constants.
    pub const DEFAULT: Self = Self {
        waveforms: false,
        ram_collisions: false,
        quick: false,
        evaluation: Evaluation::Changes,
        coverage: false,
    };

    /// Compiles a design for its top, or takes it from the cache.
    pub(crate) fn compile(
        self,
        top: &str,
        design: &Design,
    ) -> Result<Arc<Library>, verilator_bindings::Error> {
        let mut build = Build::new(top).evaluation(self.evaluation);
        for module in &design.modules {
            build = build.source_text(&module.file, &module.text);
        }
        if self.waveforms {
            build = build.trace(Trace::Vcd);
        }
        if self.ram_collisions {
            build = build.define("MEMENTO_RAM_COLLISION", 1);
        }
        if self.quick {
            build = build.optimize(Optimize::Quick);
        }
        if self.coverage {
            let coverage = Coverage {
                line: true,
                user: true,
            };
            // Blocks that are counted aren't split, and then some seem to wait for themselves: slower, not wrong.
            build = build.coverage(coverage).flag("-Wno-UNOPTFLAT");
        }
        build.compile()
    }
}

/// How a configuration's modules are emitted.
pub(crate) fn emit_options(config: &Config) -> verilog::Options {
    let reset = match config.reset() {
        Reset::ActiveHigh => verilog::Reset::ActiveHigh,
        Reset::ActiveLow => verilog::Reset::ActiveLow,
    };
    verilog::Options {
        reset,
        ..Default::default()
    }
}

/// Name of the reset port, and the level at which it resets.
pub(crate) fn reset_port(config: &Config) -> (&'static str, Level) {
    match config.reset() {
        Reset::ActiveHigh => ("reset", Level::High),
        Reset::ActiveLow => ("reset_n", Level::Low),
    }
}

/// An object allocator's Verilog, compiled; models of it are made from it.
pub struct VerilatedDesign {
    library: Arc<Library>,
    ports: Ports,
    reset_level: Level,
}

impl VerilatedDesign {
    /// Emits a configuration's object allocator and compiles it, or takes it from the cache.
    ///
    /// # Errors
    /// [`BenchError::Emit`]; [`BenchError::Verilator`] if the tool is missing or refuses.
    pub fn new(config: &Config, options: CompileOptions) -> Result<Self, BenchError> {
        let top = ObjectAllocator::new(&Geometry::new(config));
        let design = emit(&top, &emit_options(config))?;
        Self::of_design(config, &design, options)
    }

    /// Compiles a design that may have been changed since it was emitted.
    ///
    /// # Errors
    /// [`BenchError::Verilator`].
    pub fn of_design(
        config: &Config,
        design: &Design,
        options: CompileOptions,
    ) -> Result<Self, BenchError> {
        let library = options.compile("memento_core", design)?;
        let ports = Ports::of(&library, config)?;
        let (_, reset_level) = reset_port(config);
        Ok(VerilatedDesign {
            library,
            ports,
            reset_level,
        })
    }

    /// What its models have counted, those alive not included.
    ///
    /// # Errors
    /// [`BenchError::Verilator`]: it doesn't count, or counts were lost.
    pub fn counts(&self) -> Result<Counts, BenchError> {
        Ok(self.library.counts()?)
    }

    /// An object allocator just out of reset, its registers and memories random from `seed`.
    ///
    /// # Errors
    /// [`BenchError::Verilator`].
    pub fn model(&self, seed: u32) -> Result<Verilated, BenchError> {
        self.model_with(seed, &[])
    }

    /// The design, compiled.
    pub fn library(&self) -> &Arc<Library> {
        &self.library
    }

    /// An object allocator just out of reset as [`VerilatedDesign::model`] makes one, with arguments for `$test$plusargs`
    /// and `$value$plusargs`, which a design may have that was changed since it was emitted.
    ///
    /// # Errors
    /// [`BenchError::Verilator`].
    pub fn model_with(&self, seed: u32, plusargs: &[String]) -> Result<Verilated, BenchError> {
        let start = Start {
            random: Some(seed),
            plusargs: plusargs.to_vec(),
        };
        let mut core = Verilated {
            model: self.library.model_from(&start)?,
            ports: self.ports,
            reset_level: self.reset_level,
            applied: Inputs::default(),
        };
        core.reset()?;
        Ok(core)
    }
}

/// An object allocator under Verilator.
pub struct Verilated {
    model: Model,
    ports: Ports,
    reset_level: Level,
    applied: Inputs,
}

impl Verilated {
    /// Resets it, whatever it is doing, for as few cycles as it takes; nothing is on its inputs then.
    ///
    /// # Errors
    /// [`BenchError::Verilator`].
    pub fn reset(&mut self) -> Result<(), BenchError> {
        let ports = self.ports;
        self.model
            .reset(ports.clock, ports.reset, self.reset_level, 2)?;
        self.apply_all(&Inputs::default());
        // Outputs are read between edges, when they follow the registers.
        Ok(self.model.eval()?)
    }

    /// What the design has printed since the last call.
    pub fn take_output(&mut self) -> String {
        self.model.take_output()
    }

    /// Starts to record a waveform.
    ///
    /// # Errors
    /// [`BenchError::Verilator`] if the file can't be written, or the design was compiled without.
    pub fn open_waveform(&mut self, path: &Path) -> Result<(), BenchError> {
        Ok(self.model.open_waveform(path)?)
    }
}

/// Declares the handles of all ports, and how plain values go in and out. Flags are read in every
/// cycle, the payload of a channel only while its valid is high.
macro_rules! ports {
    (
        in { $($input:ident: $kind:ident),* $(,)? }
        flags { $($flag:ident),* $(,)? }
        payloads { $($valid:ident { $($payload:ident: $payload_kind:ident),* $(,)? })* }
    ) => {
        #[derive(Clone, Copy)]
        struct Ports {
            clock: Clock,
            reset: In<bool>,
            request_op: In<bool>,
            counter_select: In<u32>,
            counter_value: Out<u64>,
            trace_valid: Out<bool>,
            trace_cycle: Out<u64>,
            trace_context: Out<u32>,
            trace_op: Out<bool>,
            trace_operand: Out<u64>,
            trace_status: Out<u32>,
            trace_value: Out<u64>,
            $($input: In<$kind>,)*
            $($flag: Out<bool>,)*
            $($($payload: Out<$payload_kind>,)*)*
        }

        impl Ports {
            fn of(library: &Library, config: &Config) -> Result<Ports, verilator_bindings::Error> {
                let (reset, _) = reset_port(config);
                Ok(Ports {
                    clock: library.clock("clock")?,
                    reset: library.input(reset)?,
                    request_op: library.input("request_op")?,
                    counter_select: library.input("counter_select")?,
                    counter_value: library.output("counter_value")?,
                    trace_valid: library.output("trace_valid")?,
                    trace_cycle: library.output("trace_cycle")?,
                    trace_context: library.output("trace_context")?,
                    trace_op: library.output("trace_op")?,
                    trace_operand: library.output("trace_operand")?,
                    trace_status: library.output("trace_status")?,
                    trace_value: library.output("trace_value")?,
                    $($input: library.input(stringify!($input))?,)*
                    $($flag: library.output(stringify!($flag))?,)*
                    $($($payload: library.output(stringify!($payload))?,)*)*
                })
            }
        }

        impl Verilated {
            /// Sets every input.
            fn apply_all(&mut self, inputs: &Inputs) {
                self.model.set(self.ports.request_op, inputs.request_free);
                $(self.model.set(self.ports.$input, inputs.$input.into());)*
                self.applied = *inputs;
            }

            /// Sets the inputs that differ from those of the cycle before: most often none, else
            /// those of one channel.
            #[inline]
            fn apply(&mut self, inputs: &Inputs) {
                if self.applied == *inputs {
                    return;
                }
                if self.applied.request_free != inputs.request_free {
                    self.model.set(self.ports.request_op, inputs.request_free);
                }
                $(if self.applied.$input != inputs.$input {
                    self.model.set(self.ports.$input, inputs.$input.into());
                })*
                self.applied = *inputs;
            }

            #[inline]
            fn read(&self) -> Outputs {
                let (model, ports) = (&self.model, &self.ports);
                let mut seen = Outputs {
                    $($flag: model.get(ports.$flag),)*
                    ..Outputs::default()
                };
                $(if seen.$valid {
                    $(seen.$payload = model.get(ports.$payload) as _;)*
                })*
                seen
            }
        }
    };
}
ports! {
    in {
        request_valid: bool, request_operand: u64, response_ready: bool, enable: bool,
        switch_request_valid: bool, switch_request_op: u32, switch_request_context: u32,
        switch_request_records: u64, switch_request_mailbox: u64, switch_response_ready: bool,
        forward_request_ready: bool, forward_response_valid: bool, forward_response_status: u32,
        inbox_request_valid: bool, inbox_request_address: u64, inbox_response_ready: bool,
        alloc_arena_request_ready: bool, alloc_arena_response_valid: bool,
        alloc_arena_response_status: u32, alloc_arena_response_arena: u32,
        alloc_arena_response_line: u64,
        alloc_arena_response_unused: u32, alloc_arena_response_released: u32,
        claim_arena_request_ready: bool, claim_arena_response_valid: bool,
        claim_arena_response_status: u32,
        free_arena_request_ready: bool, free_arena_response_valid: bool,
        free_arena_response_status: u32,
        translate_request_ready: bool, translate_response_valid: bool,
        translate_response_fault: bool, translate_response_error: bool,
        translate_response_frame: u64,
        header_read_request_ready: bool, header_read_data_valid: bool, header_read_data: u64,
        header_read_data_error: bool,
        header_write_request_ready: bool, header_write_data_ready: bool,
        header_write_response_valid: bool, header_write_response_error: bool,
    }
    flags {
        request_ready, response_valid,
        switch_request_ready, switch_response_valid,
        forward_request_valid, forward_response_ready,
        inbox_request_ready, inbox_response_valid, trace_commit_valid, trace_fetched,
        alloc_arena_request_valid, alloc_arena_response_ready,
        claim_arena_request_valid, claim_arena_response_ready,
        free_arena_request_valid, free_arena_response_ready,
        translate_request_valid, translate_response_ready,
        header_read_request_valid, header_read_data_ready,
        header_write_request_valid, header_write_data_valid, header_write_response_ready,
    }
    payloads {
        response_valid { response_status: u32, response_value: u64 }
        switch_response_valid { switch_response_status: u32 }
        forward_request_valid { forward_request_context: u32, forward_request_address: u64 }
        inbox_response_valid { inbox_response_status: u32 }
        trace_commit_valid { trace_commit_inbox: bool }
        alloc_arena_request_valid {
            alloc_arena_request_class: u32, alloc_arena_request_context: u32,
            alloc_arena_request_peek: bool,
        }
        claim_arena_request_valid {
            claim_arena_request_class: u32, claim_arena_request_context: u32,
            claim_arena_request_arena: u32, claim_arena_request_line: u64,
            claim_arena_request_unused: u32, claim_arena_request_released: u32,
        }
        free_arena_request_valid {
            free_arena_request_class: u32, free_arena_request_context: u32,
            free_arena_request_arena: u32,
        }
        translate_request_valid { translate_request_address: u64 }
        header_read_request_valid { header_read_request_address: u64 }
        header_write_request_valid { header_write_request_address: u64 }
        header_write_data_valid {
            header_write_data: u64, header_write_data_strobe: u32, header_write_data_last: bool,
        }
    }
}

impl Core for Verilated {
    #[inline]
    fn outputs(&self) -> Outputs {
        self.read()
    }

    #[inline]
    fn step(&mut self, inputs: &Inputs) -> Result<(), BenchError> {
        self.apply(inputs);
        Ok(self.model.tick(self.ports.clock)?)
    }

    fn step_traced(&mut self, inputs: &Inputs) -> Result<Option<TraceRecord>, BenchError> {
        self.apply(inputs);
        self.model.eval()?;
        let (model, ports) = (&self.model, &self.ports);
        let record = model.get(ports.trace_valid).then(|| TraceRecord {
            cycle: model.get(ports.trace_cycle),
            context: model.get(ports.trace_context),
            free: model.get(ports.trace_op),
            operand: model.get(ports.trace_operand),
            status: model.get(ports.trace_status) as u8,
            value: model.get(ports.trace_value),
        });
        self.model.tick(self.ports.clock)?;
        Ok(record)
    }

    fn counter(&mut self, number: usize) -> Result<u64, BenchError> {
        self.model.set(self.ports.counter_select, number as u32);
        self.model.eval()?;
        Ok(self.model.get(self.ports.counter_value))
    }
}
