//! The whole object allocator in rust-hdl's simulation and in Verilator: the same, cycle by cycle.

mod common;

use common::*;
use memento_config::Config;
use memento_testbenches::ports::{Inputs, Outputs, TraceRecord};
use memento_testbenches::{BenchError, Core, Simulated, Verilated};

/// Both at once; every output that means something must agree in every cycle.
struct Both {
    rust: Simulated,
    verilog: Verilated,
}

/// What a bench may look at: the payload of a channel counts only while it is valid.
fn visible(mut o: Outputs) -> Outputs {
    let blank = Outputs::default();
    if !o.response_valid {
        (o.response_status, o.response_value) = (blank.response_status, blank.response_value);
    }
    if !o.alloc_arena_request_valid {
        o.alloc_arena_request_class = 0;
    }
    if !o.claim_arena_request_valid {
        (o.claim_arena_request_class, o.claim_arena_request_arena) = (0, 0);
    }
    if !o.free_arena_request_valid {
        (o.free_arena_request_class, o.free_arena_request_arena) = (0, 0);
    }
    if !o.translate_request_valid {
        o.translate_request_address = 0;
    }
    if !o.header_read_request_valid {
        o.header_read_request_address = 0;
    }
    if !o.header_write_request_valid {
        o.header_write_request_address = 0;
    }
    if !o.header_write_data_valid {
        (o.header_write_data, o.header_write_data_last) = (0, false);
        o.header_write_data_strobe = 0;
    }
    // Bytes without a strobe are nobody's.
    for byte in 0..8 {
        if (o.header_write_data_strobe >> byte) & 1 == 0 {
            o.header_write_data &= !(0xff << (byte * 8));
        }
    }
    o
}

impl Core for Both {
    fn outputs(&self) -> Outputs {
        let (rust, verilog) = (
            visible(self.rust.outputs()),
            visible(self.verilog.outputs()),
        );
        assert_eq!(
            rust, verilog,
            "rust-hdl's simulation (left) and Verilator (right)"
        );
        verilog
    }
    fn step(&mut self, inputs: &Inputs) -> Result<(), BenchError> {
        let (rust, verilog) = (
            self.rust.step_traced(inputs)?,
            self.verilog.step_traced(inputs)?,
        );
        assert_eq!(
            rust, verilog,
            "trace records of rust-hdl's simulation and Verilator"
        );
        Ok(())
    }
    fn step_traced(&mut self, inputs: &Inputs) -> Result<Option<TraceRecord>, BenchError> {
        self.step(inputs)?;
        Ok(None)
    }
    fn counter(&mut self, number: usize) -> Result<u64, BenchError> {
        let (rust, verilog) = (self.rust.counter(number)?, self.verilog.counter(number)?);
        assert_eq!(rust, verilog, "counter {number}");
        Ok(verilog)
    }
}

#[test]
fn the_same_in_every_cycle() -> Result<(), BenchError> {
    for (preset, actions) in [("tiny", 120), ("default", 30)] {
        let config = Config::preset(preset).expect("a preset");
        let both = Both {
            rust: Simulated::new(&config),
            verilog: compiled(&config).model(7)?,
        };
        let seed = SEED ^ 0x77;
        let mut bench = bench_on(&config, both, seed, true, None);
        play_all(
            &config,
            &mut bench,
            seed,
            &drawn(&switching(true), actions, seed),
        )?;
    }
    Ok(())
}

/// The trace port tells every operation once, in order, with what was asked and answered.
#[test]
fn the_trace_tells_every_operation() -> Result<(), BenchError> {
    struct Traced(Verilated, std::rc::Rc<std::cell::RefCell<Vec<TraceRecord>>>);
    impl Core for Traced {
        fn outputs(&self) -> Outputs {
            self.0.outputs()
        }
        fn step(&mut self, inputs: &Inputs) -> Result<(), BenchError> {
            self.1.borrow_mut().extend(self.0.step_traced(inputs)?);
            Ok(())
        }
        fn step_traced(&mut self, inputs: &Inputs) -> Result<Option<TraceRecord>, BenchError> {
            self.0.step_traced(inputs)
        }
        fn counter(&mut self, number: usize) -> Result<u64, BenchError> {
            self.0.counter(number)
        }
    }
    let config = Config::preset("tiny").expect("a preset");
    let records = std::rc::Rc::default();
    let core = Traced(compiled(&config).model(3)?, std::rc::Rc::clone(&records));
    let mut bench = bench_on(&config, core, SEED, true, None);
    let mut told = Vec::new();
    for turn in 0..500u64 {
        let size = turn % 40;
        let (_, outcome) = bench.issue(memento_testbenches::Operation::Alloc { size })?;
        told.push((false, size, outcome.response));
        if turn % 2 == 0 && outcome.response.value != 0 {
            let address = outcome.response.value + (turn % 16);
            let (_, outcome) = bench.issue(memento_testbenches::Operation::Free { address })?;
            told.push((true, address, outcome.response));
        }
    }
    bench.drain()?;
    let records = records.borrow();
    assert_eq!(records.len(), told.len());
    for (record, (free, operand, response)) in records.iter().zip(told) {
        assert_eq!((record.free, record.operand), (free, operand));
        assert_eq!(
            (record.status, record.value),
            (response.status.code(), response.value)
        );
        assert_eq!(
            record.context,
            ((SEED >> 48) as u32) % (1 << config.context_bits())
        );
    }
    assert!(
        records.windows(2).all(|pair| pair[0].cycle < pair[1].cycle),
        "one record a cycle"
    );
    Ok(())
}
