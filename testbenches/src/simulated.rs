//! [`Simulated`]: the object allocator in plain Rust, by rust-hdl's evaluation of its kernels.

use crate::core::Core;
use crate::mismatch::BenchError;
use crate::ports::{Inputs, Outputs, TraceRecord};
use memento_config::Config;
use memento_hdl::Geometry;
use memento_hdl::allocator::object_allocator::ObjectAllocator;
use memento_hdl::allocator::types::{Op, Status, SwitchOp};
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
        m.switch_request_valid.next = i.switch_request_valid;
        m.switch_request_op.next = match i.switch_request_op {
            0 => SwitchOp::Attach,
            1 => SwitchOp::Detach,
            _ => SwitchOp::Discard,
        };
        m.switch_request_context.next = word(
            i.switch_request_context.into(),
            m.switch_request_context.val(),
        );
        m.switch_request_records.next =
            word(i.switch_request_records, m.switch_request_records.val());
        m.switch_request_mailbox.next =
            word(i.switch_request_mailbox, m.switch_request_mailbox.val());
        m.switch_response_ready.next = i.switch_response_ready;
        m.forward_request_ready.next = i.forward_request_ready;
        m.forward_response_valid.next = i.forward_response_valid;
        m.forward_response_status.next = status(i.forward_response_status);
        m.inbox_request_valid.next = i.inbox_request_valid;
        m.inbox_request_address.next = word(i.inbox_request_address, m.inbox_request_address.val());
        m.inbox_response_ready.next = i.inbox_response_ready;
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
        m.alloc_arena_response_unused.next = word(
            i.alloc_arena_response_unused.into(),
            m.alloc_arena_response_unused.val(),
        );
        m.alloc_arena_response_released.next = word(
            i.alloc_arena_response_released.into(),
            m.alloc_arena_response_released.val(),
        );
        m.claim_arena_request_ready.next = i.claim_arena_request_ready;
        m.claim_arena_response_valid.next = i.claim_arena_response_valid;
        m.claim_arena_response_status.next = status(i.claim_arena_response_status);
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
        1 => Status::TooLarge,
        2 => Status::NoMemory,
        3 => Status::NotInRegion,
        4 => Status::BadPointer,
        5 => Status::DoubleFree,
        6 => Status::ForeignContext,
        7 => Status::CorruptHeader,
        8 => Status::NotEnabled,
        9 => Status::BusError,
        other => unreachable!("there is no status {other}"),
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
            switch_request_ready: m.switch_request_ready.val(),
            switch_response_valid: m.switch_response_valid.val(),
            forward_request_valid: m.forward_request_valid.val(),
            forward_response_ready: m.forward_response_ready.val(),
            inbox_request_ready: m.inbox_request_ready.val(),
            inbox_response_valid: m.inbox_response_valid.val(),
            trace_commit_valid: m.trace_commit_valid.val(),
            trace_fetched: m.trace_fetched.val(),
            claim_arena_request_valid: m.claim_arena_request_valid.val(),
            claim_arena_response_ready: m.claim_arena_response_ready.val(),
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
        if seen.switch_response_valid {
            seen.switch_response_status = m.switch_response_status.val() as u8;
        }
        if seen.forward_request_valid {
            seen.forward_request_context = small(m.forward_request_context.val());
            seen.forward_request_address = wide(m.forward_request_address.val());
        }
        if seen.inbox_response_valid {
            seen.inbox_response_status = m.inbox_response_status.val() as u8;
        }
        if seen.trace_commit_valid {
            seen.trace_commit_inbox = m.trace_commit_inbox.val();
        }
        if seen.alloc_arena_request_valid {
            seen.alloc_arena_request_class = small(m.alloc_arena_request_class.val());
            seen.alloc_arena_request_context = small(m.alloc_arena_request_context.val());
            seen.alloc_arena_request_peek = m.alloc_arena_request_peek.val();
        }
        if seen.claim_arena_request_valid {
            seen.claim_arena_request_class = small(m.claim_arena_request_class.val());
            seen.claim_arena_request_context = small(m.claim_arena_request_context.val());
            seen.claim_arena_request_arena = small(m.claim_arena_request_arena.val());
            seen.claim_arena_request_line = wide(m.claim_arena_request_line.val());
            seen.claim_arena_request_unused = small(m.claim_arena_request_unused.val());
            seen.claim_arena_request_released = small(m.claim_arena_request_released.val());
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
            seen.header_write_data_strobe = small(m.header_write_data_strobe.val()) as u8;
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
