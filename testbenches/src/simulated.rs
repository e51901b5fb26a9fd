//! [`Simulated`]: the object allocator in plain Rust, by rust-hdl's evaluation of its kernels.

use crate::core::Core;
use crate::mismatch::BenchError;
use crate::ports::{Inputs, Outputs, TraceRecord};
use memento_config::Config;
use memento_hdl::Geometry;
use memento_hdl::allocator::object_allocator::ObjectAllocator;
use memento_hdl::allocator::types::{Op, Status};
use memento_hdl::rtl::{Simulation, Word};

/// The object allocator under rust-hdl's simulation: some thousand cycles a second.
pub struct Simulated(Simulation<ObjectAllocator>);

impl Simulated {
    /// An object allocator just out of reset.
    pub fn new(config: &Config) -> Simulated {
        Simulated(Simulation::new(ObjectAllocator::new(&Geometry::new(
            config,
        ))))
    }

    fn apply(&mut self, i: &Inputs) {
        let m = &mut self.0.module;
        let word = |value: u64, like: Word| Word::new(value.into(), like.bits());
        m.request_valid.next = i.request_valid;
        m.request_op.next = if i.request_free { Op::Free } else { Op::Alloc };
        m.request_operand.next = word(i.request_operand, m.request_operand.val());
        m.response_ready.next = i.response_ready;
        m.enable.next = i.enable;
        m.context_id.next = word(i.context_id.into(), m.context_id.val());
        m.alloc_arena_request_ready.next = i.alloc_arena_request_ready;
        m.alloc_arena_response_valid.next = i.alloc_arena_response_valid;
        m.alloc_arena_response_status.next = status(i.alloc_arena_response_status);
        m.alloc_arena_response_arena.next = word(
            i.alloc_arena_response_arena.into(),
            m.alloc_arena_response_arena.val(),
        );
        m.alloc_arena_response_line.next = word(
            i.alloc_arena_response_line,
            m.alloc_arena_response_line.val(),
        );
        m.free_arena_request_ready.next = i.free_arena_request_ready;
        m.free_arena_response_valid.next = i.free_arena_response_valid;
        m.free_arena_response_status.next = status(i.free_arena_response_status);
        m.translate_request_ready.next = i.translate_request_ready;
        m.translate_response_valid.next = i.translate_response_valid;
        m.translate_response_fault.next = i.translate_response_fault;
        m.translate_response_error.next = i.translate_response_error;
        m.translate_response_frame.next =
            word(i.translate_response_frame, m.translate_response_frame.val());
        m.header_read_request_ready.next = i.header_read_request_ready;
        m.header_read_data_valid.next = i.header_read_data_valid;
        m.header_read_data.next = word(i.header_read_data, m.header_read_data.val());
        m.header_read_data_error.next = i.header_read_data_error;
        m.header_write_request_ready.next = i.header_write_request_ready;
        m.header_write_data_ready.next = i.header_write_data_ready;
        m.header_write_response_valid.next = i.header_write_response_valid;
        m.header_write_response_error.next = i.header_write_response_error;
    }
}

/// The status with this code; the bench gives codes that exist.
fn status(code: u8) -> Status {
    match code {
        0 => Status::Ok,
        2 => Status::NoMemory,
        9 => Status::BusError,
        other => unreachable!("the page allocator never answers status {other}"),
    }
}

impl Core for Simulated {
    fn outputs(&self) -> Outputs {
        let m = &self.0.module;
        let small = |word: Word| word.value() as u32;
        let wide = |word: Word| word.value() as u64;
        let mut seen = Outputs {
            request_ready: m.request_ready.val(),
            response_valid: m.response_valid.val(),
            alloc_arena_request_valid: m.alloc_arena_request_valid.val(),
            alloc_arena_response_ready: m.alloc_arena_response_ready.val(),
            free_arena_request_valid: m.free_arena_request_valid.val(),
            free_arena_response_ready: m.free_arena_response_ready.val(),
            translate_request_valid: m.translate_request_valid.val(),
            translate_response_ready: m.translate_response_ready.val(),
            header_read_request_valid: m.header_read_request_valid.val(),
            header_read_data_ready: m.header_read_data_ready.val(),
            header_write_request_valid: m.header_write_request_valid.val(),
            header_write_data_valid: m.header_write_data_valid.val(),
            header_write_response_ready: m.header_write_response_ready.val(),
            ..Outputs::default()
        };
        if seen.response_valid {
            seen.response_status = m.response_status.val() as u8;
            seen.response_value = wide(m.response_value.val());
        }
        if seen.alloc_arena_request_valid {
            seen.alloc_arena_request_class = small(m.alloc_arena_request_class.val());
            seen.alloc_arena_request_context = small(m.alloc_arena_request_context.val());
        }
        if seen.free_arena_request_valid {
            seen.free_arena_request_class = small(m.free_arena_request_class.val());
            seen.free_arena_request_context = small(m.free_arena_request_context.val());
            seen.free_arena_request_arena = small(m.free_arena_request_arena.val());
        }
        if seen.translate_request_valid {
            seen.translate_request_address = wide(m.translate_request_address.val());
        }
        if seen.header_read_request_valid {
            seen.header_read_request_address = wide(m.header_read_request_address.val());
        }
        if seen.header_write_request_valid {
            seen.header_write_request_address = wide(m.header_write_request_address.val());
        }
        if seen.header_write_data_valid {
            seen.header_write_data = wide(m.header_write_data.val());
            seen.header_write_data_last = m.header_write_data_last.val();
        }
        seen
    }

    fn step(&mut self, inputs: &Inputs) -> Result<(), BenchError> {
        self.apply(inputs);
        self.0.tick();
        Ok(())
    }

    fn step_traced(&mut self, inputs: &Inputs) -> Result<Option<TraceRecord>, BenchError> {
        self.apply(inputs);
        self.0.eval();
        let m = &self.0.module;
        let record = m.trace_valid.val().then(|| TraceRecord {
            cycle: m.trace_cycle.val().value() as u64,
            context: m.trace_context.val().value() as u32,
            free: m.trace_op.val() == Op::Free,
            operand: m.trace_operand.val().value() as u64,
            status: m.trace_status.val() as u8,
            value: m.trace_value.val().value() as u64,
        });
        self.0.tick();
        Ok(record)
    }

    fn counter(&mut self, number: usize) -> Result<u64, BenchError> {
        let select = &mut self.0.module.counter_select;
        select.next = Word::new(number as u128, select.val().bits());
        self.0.eval();
        Ok(self.0.module.counter_value.val().value() as u64)
    }
}
