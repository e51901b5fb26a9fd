//! The object allocator of one core: `memento_core`.

use super::event_counters::EventCounters;
use super::hit_pipeline::HitPipeline;
use super::list_engine::ListEngine;
use super::miss_queue::MissQueue;
use super::request_buffer::RequestBuffer;
use super::response_queue::ResponseQueue;
use super::types::{Op, Status};
use crate::geometry::{BEAT_BITS, Geometry, PAGE_BITS};
use crate::rtl::*;

/// The counters, in the order of their numbers: name and what is counted.
pub const COUNTERS: [(&str, &str); 20] = [
    ("allocs", "allocations answered, whatever the status"),
    ("frees", "frees answered, whatever the status"),
    ("alloc_hits", "allocations served by the object table alone"),
    ("free_hits", "frees served by the object table alone"),
    ("list_pops", "arenas taken from an available list"),
    ("new_arenas", "arenas granted by the page allocator"),
    ("list_pushes", "arenas put on an available list"),
    ("released_arenas", "arenas given back to the page allocator"),
    ("too_large", "responses TOO_LARGE"),
    ("no_memory", "responses NO_MEMORY"),
    ("not_in_region", "responses NOT_IN_REGION"),
    ("bad_pointer", "responses BAD_POINTER"),
    ("double_free", "responses DOUBLE_FREE"),
    ("foreign_context", "responses FOREIGN_CONTEXT"),
    ("corrupt_header", "responses CORRUPT_HEADER"),
    ("not_enabled", "responses NOT_ENABLED"),
    ("bus_error", "responses BUS_ERROR"),
    (
        "refill_cycles",
        "cycles in which the pipeline waits for a refill",
    ),
    (
        "replay_cycles",
        "cycles in which the pipeline starts again behind a replay",
    ),
    (
        "response_stall_cycles",
        "cycles in which a response waits for response_ready",
    ),
];

module! {
    /// Memento's object allocator for one core: obj-alloc and obj-free.
    ///
    /// Serves objects of up to classes * 2^step_bits bytes. Each class has an entry in the hardware
    /// object table that names its current arena; allocations take its lowest free slot, and frees
    /// of its slots are as fast. Other frees and exhausted arenas go to the list engine, which
    /// reaches arena headers through the header port and arenas through the page allocator's ports.
    ///
    /// Protocol:   valid/ready on every channel: a transfer takes place at a rising edge that sees
    ///             both high; valid never waits for ready, and what is offered is held until taken.
    ///             Responses come in the order of the requests.
    /// Operations: alloc: operand = size in bytes; value = address, or 0 unless status is Ok.
    ///             free: operand = address; value = 0.
    /// Latency:    a hit with nothing ahead of it: depth_cycles from the edge that accepts the
    ///             request to the edge that takes the response.
    /// Throughput: one hit a cycle, of the same class too.
    /// Reset:      synchronous, two cycles at least; the first request is answered after the tables
    ///             and counters are swept (a cycle a class or a counter, whichever are more).
    ///             Memories and data registers are not reset.
    /// Assumes:    context_id and enable change only while no request is without its response.
    pub module ObjectAllocator(g: &Geometry) = "memento_core" {
        parameters {
            /// cycles from acceptance to response
            depth_cycles = g.depth_cycles,
            /// bits, width of an operand and of a value
            operand_bits = g.operand_bits,
            /// bits, width of a physical address
            physical_bits = g.physical_bits,
            /// size classes
            classes = g.classes,
            /// bits, width of a class number
            class_bits = g.class_bits,
            /// bits, width of a context number
            context_bits = g.context_bits,
            /// bits, width of an arena number
            arena_bits = g.arena_bits,
            /// log2 of the size step in bytes
            step_bits = g.step_bits,
            /// objects an arena
            objects = g.objects,
            /// free slots from which an arena outside the table is listed
            list_threshold = g.list_threshold,
            /// 1: the trace port is driven
            traced = g.trace_port as usize,
        }
        derived {
            /// event counters
            counters = COUNTERS.len(),
            /// bits, width of a frame number
            frame_bits = physical_bits - PAGE_BITS,
        }
        ports {
            "Request: valid/ready" {
                /// a request is there
                input request_valid: bool;
                /// it is accepted
                output request_ready: bool;
                /// 0 alloc, 1 free
                input request_op: Op;
                /// size in bytes, or address
                input request_operand: Word = operand_bits;
            }
            "Response: valid/ready, in order" {
                /// a response is on offer
                output response_valid: bool;
                /// it is taken
                input response_ready: bool;
                /// status code
                output response_status: Status;
                /// address, or 0
                output response_value: Word = operand_bits;
            }
            "Setting" {
                /// operations are executed; else answered NOT_ENABLED
                input enable: bool;
                /// context that runs
                input context_id: Word = context_bits;
            }
            "ALLOC_ARENA request: valid/ready" {
                /// an arena is asked for
                output alloc_arena_request_valid: bool;
                /// accepted
                input alloc_arena_request_ready: bool;
                /// class
                output alloc_arena_request_class: Word = class_bits;
                /// context
                output alloc_arena_request_context: Word = context_bits;
            }
            "ALLOC_ARENA response: valid/ready" {
                /// an answer is there
                input alloc_arena_response_valid: bool;
                /// taken
                output alloc_arena_response_ready: bool;
                /// Ok, NoMemory or BusError
                input alloc_arena_response_status: Status;
                /// arena number
                input alloc_arena_response_arena: Word = arena_bits;
                /// physical address of its header's line
                input alloc_arena_response_line: Word = physical_bits;
            }
            "FREE_ARENA request: valid/ready" {
                /// an arena is given back
                output free_arena_request_valid: bool;
                /// accepted
                input free_arena_request_ready: bool;
                /// class
                output free_arena_request_class: Word = class_bits;
                /// context
                output free_arena_request_context: Word = context_bits;
                /// arena number
                output free_arena_request_arena: Word = arena_bits;
            }
            "FREE_ARENA response: valid/ready" {
                /// an answer is there
                input free_arena_response_valid: bool;
                /// taken
                output free_arena_response_ready: bool;
                /// Ok or BusError
                input free_arena_response_status: Status;
            }
            "TRANSLATE request: valid/ready" {
                /// a header's address is asked about
                output translate_request_valid: bool;
                /// accepted
                input translate_request_ready: bool;
                /// virtual address of the header
                output translate_request_address: Word = operand_bits;
            }
            "TRANSLATE response: valid/ready" {
                /// an answer is there
                input translate_response_valid: bool;
                /// taken
                output translate_response_ready: bool;
                /// the page is not mapped
                input translate_response_fault: bool;
                /// the page allocator met a bus error
                input translate_response_error: bool;
                /// frame number
                input translate_response_frame: Word = frame_bits;
            }
            "Header read request: valid/ready" {
                /// a line of 64 bytes is asked for
                output header_read_request_valid: bool;
                /// accepted
                input header_read_request_ready: bool;
                /// its physical address, a multiple of 64
                output header_read_request_address: Word = physical_bits;
            }
            "Header read data: valid/ready, eight beats a line" {
                /// a beat is there
                input header_read_data_valid: bool;
                /// taken
                output header_read_data_ready: bool;
                /// eight bytes, the lowest address in the lowest bits
                input header_read_data: Word = BEAT_BITS;
                /// the memory failed
                input header_read_data_error: bool;
            }
            "Header write request: valid/ready" {
                /// a line of 64 bytes is to be written
                output header_write_request_valid: bool;
                /// accepted
                input header_write_request_ready: bool;
                /// its physical address, a multiple of 64
                output header_write_request_address: Word = physical_bits;
            }
            "Header write data: valid/ready, eight beats a line" {
                /// a beat is on offer
                output header_write_data_valid: bool;
                /// accepted
                input header_write_data_ready: bool;
                /// eight bytes, the lowest address in the lowest bits
                output header_write_data: Word = BEAT_BITS;
                /// the line's eighth beat
                output header_write_data_last: bool;
            }
            "Header write response: valid/ready" {
                /// the line is written
                input header_write_response_valid: bool;
                /// taken
                output header_write_response_ready: bool;
                /// the memory failed
                input header_write_response_error: bool;
            }
            "Counters: combinational" {
                /// counter number
                input counter_select: Word = clog2(counters);
                /// its count
                output counter_value: Word = 64;
            }
            "Trace: one record an operation, when its response is taken" {
                /// a record
                output trace_valid: bool;
                /// cycles since reset
                output trace_cycle: Word = 64;
                /// context
                output trace_context: Word = context_bits;
                /// 0 alloc, 1 free
                output trace_op: Op;
                /// size in bytes, or address
                output trace_operand: Word = operand_bits;
                /// status code
                output trace_status: Status;
                /// address, or 0
                output trace_value: Word = operand_bits;
            }
        }
        wires {
            /// a response is taken
            retire: bool;
            /// tables and counters are swept
            ready: bool;
            /// status of the response on offer
            status: Status;
            /// one bit a counter
            pulses: Word = counters;
        }
        state {
            /// cycles since reset
            cycle: Word = 64;
        }
        instances {
            /// requests from acceptance to response
            request_buffer: RequestBuffer = RequestBuffer::new(g);
            /// hardware object table and its hits
            hit_pipeline: HitPipeline = HitPipeline::new(g);
            /// misses, in order
            miss_queue: MissQueue = MissQueue::new(g);
            /// lists, headers, new and released arenas
            list_engine: ListEngine = ListEngine::new(g);
            /// responses, in order
            response_queue: ResponseQueue = ResponseQueue::new(g);
            /// counts of events
            event_counters: EventCounters = EventCounters::new(counters);
        }
    }
}

impl Logic for ObjectAllocator {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("Requests enter the pipeline, and enter it again where it asks for it.");
        self.ready.next = self.list_engine.ready.val() & self.event_counters.ready.val();
        self.request_buffer.request_valid.next = self.request_valid.val();
        self.request_ready.next = self.request_buffer.request_ready.val();
        self.request_buffer.request_op.next = self.request_op.val();
        self.request_buffer.request_operand.next = self.request_operand.val();
        self.request_buffer.hold.next =
            self.hit_pipeline.replay.val() | self.hit_pipeline.refilling.val() | !self.ready.val();
        self.request_buffer.commit.next = self.hit_pipeline.commit.val();
        self.request_buffer.replay.next = self.hit_pipeline.replay.val();
        self.hit_pipeline.enter.next = self.request_buffer.enter.val();
        self.hit_pipeline.enter_op.next = self.request_buffer.enter_op.val();
        self.hit_pipeline.enter_operand.next = self.request_buffer.enter_operand.val();
        self.hit_pipeline.enable.next = self.enable.val();
        self.hit_pipeline.context_id.next = self.context_id.val();

        comment!("Misses wait for the list engine.");
        self.miss_queue.put.next = self.hit_pipeline.miss.val();
        self.hit_pipeline.miss_ready.next = self.miss_queue.put_ready.val();
        self.miss_queue.put_refill.next = self.hit_pipeline.miss_refill.val();
        self.miss_queue.put_class.next = self.hit_pipeline.miss_class.val();
        self.miss_queue.put_arena.next = self.hit_pipeline.miss_arena.val();
        self.miss_queue.put_slot.next = self.hit_pipeline.miss_slot.val();
        self.list_engine.miss_valid.next = self.miss_queue.get_valid.val();
        self.miss_queue.get_ready.next = self.list_engine.miss_ready.val();
        self.list_engine.miss_refill.next = self.miss_queue.get_refill.val();
        self.list_engine.miss_class.next = self.miss_queue.get_class.val();
        self.list_engine.miss_arena.next = self.miss_queue.get_arena.val();
        self.list_engine.miss_slot.next = self.miss_queue.get_slot.val();
        self.list_engine.context_id.next = self.context_id.val();

        comment!("Refills change the object table.");
        self.hit_pipeline.refilled.next = self.list_engine.refilled.val();
        self.hit_pipeline.refilled_status.next = self.list_engine.refilled_status.val();
        self.list_engine.drained.next = self.hit_pipeline.drained.val();
        self.hit_pipeline.install_word.next = self.list_engine.install_word.val();
        self.hit_pipeline.install_tag.next = self.list_engine.install_tag.val();
        self.hit_pipeline.install_class.next = self.list_engine.install_class.val();
        self.hit_pipeline.install_number.next = self.list_engine.install_number.val();
        self.hit_pipeline.install_mask.next = self.list_engine.install_mask.val();
        self.hit_pipeline.install_count.next = self.list_engine.install_count.val();
        self.hit_pipeline.install_valid.next = self.list_engine.install_valid.val();
        self.hit_pipeline.install_arena.next = self.list_engine.install_arena.val();

        comment!("Responses, the pipeline's and the engine's, in order.");
        self.response_queue.leave.next = self.hit_pipeline.leave.val();
        self.response_queue.leave_from_engine.next = self.hit_pipeline.leave_from_engine.val();
        self.response_queue.leave_status.next = self.hit_pipeline.leave_status.val();
        self.response_queue.leave_value.next = self.hit_pipeline.leave_value.val();
        self.response_queue.engine_valid.next = self.list_engine.answer_valid.val();
        self.list_engine.answer_ready.next = self.response_queue.engine_ready.val();
        self.response_queue.engine_status.next = self.list_engine.answer_status.val();
        self.response_valid.next = self.response_queue.response_valid.val();
        self.response_queue.response_ready.next = self.response_ready.val();
        self.status.next = self.response_queue.response_status.val();
        self.response_status.next = self.status.val();
        self.response_value.next = self.response_queue.response_value.val();
        self.retire.next = self.response_queue.response_valid.val() & self.response_ready.val();
        self.request_buffer.retire.next = self.retire.val();

        comment!("Page allocator and header port.");
        self.alloc_arena_request_valid.next = self.list_engine.alloc_arena_request_valid.val();
        self.list_engine.alloc_arena_request_ready.next = self.alloc_arena_request_ready.val();
        self.alloc_arena_request_class.next = self.list_engine.alloc_arena_request_class.val();
        self.alloc_arena_request_context.next = self.list_engine.alloc_arena_request_context.val();
        self.list_engine.alloc_arena_response_valid.next = self.alloc_arena_response_valid.val();
        self.alloc_arena_response_ready.next = self.list_engine.alloc_arena_response_ready.val();
        self.list_engine.alloc_arena_response_status.next = self.alloc_arena_response_status.val();
        self.list_engine.alloc_arena_response_arena.next = self.alloc_arena_response_arena.val();
        self.list_engine.alloc_arena_response_line.next = self.alloc_arena_response_line.val();
        self.free_arena_request_valid.next = self.list_engine.free_arena_request_valid.val();
        self.list_engine.free_arena_request_ready.next = self.free_arena_request_ready.val();
        self.free_arena_request_class.next = self.list_engine.free_arena_request_class.val();
        self.free_arena_request_context.next = self.list_engine.free_arena_request_context.val();
        self.free_arena_request_arena.next = self.list_engine.free_arena_request_arena.val();
        self.list_engine.free_arena_response_valid.next = self.free_arena_response_valid.val();
        self.free_arena_response_ready.next = self.list_engine.free_arena_response_ready.val();
        self.list_engine.free_arena_response_status.next = self.free_arena_response_status.val();
        self.translate_request_valid.next = self.list_engine.translate_request_valid.val();
        self.list_engine.translate_request_ready.next = self.translate_request_ready.val();
        self.translate_request_address.next = self.list_engine.translate_request_address.val();
        self.list_engine.translate_response_valid.next = self.translate_response_valid.val();
        self.translate_response_ready.next = self.list_engine.translate_response_ready.val();
        self.list_engine.translate_response_fault.next = self.translate_response_fault.val();
        self.list_engine.translate_response_error.next = self.translate_response_error.val();
        self.list_engine.translate_response_frame.next = self.translate_response_frame.val();
        self.header_read_request_valid.next = self.list_engine.header_read_request_valid.val();
        self.list_engine.header_read_request_ready.next = self.header_read_request_ready.val();
        self.header_read_request_address.next = self.list_engine.header_read_request_address.val();
        self.list_engine.header_read_data_valid.next = self.header_read_data_valid.val();
        self.header_read_data_ready.next = self.list_engine.header_read_data_ready.val();
        self.list_engine.header_read_data.next = self.header_read_data.val();
        self.list_engine.header_read_data_error.next = self.header_read_data_error.val();
        self.header_write_request_valid.next = self.list_engine.header_write_request_valid.val();
        self.list_engine.header_write_request_ready.next = self.header_write_request_ready.val();
        self.header_write_request_address.next =
            self.list_engine.header_write_request_address.val();
        self.header_write_data_valid.next = self.list_engine.header_write_data_valid.val();
        self.list_engine.header_write_data_ready.next = self.header_write_data_ready.val();
        self.header_write_data.next = self.list_engine.header_write_data.val();
        self.header_write_data_last.next = self.list_engine.header_write_data_last.val();
        self.list_engine.header_write_response_valid.next = self.header_write_response_valid.val();
        self.header_write_response_ready.next = self.list_engine.header_write_response_ready.val();
        self.list_engine.header_write_response_error.next = self.header_write_response_error.val();

        comment!("Counters, numbered from the least significant bit.");
        self.event_counters.select.next = self.counter_select.val();
        self.counter_value.next = self.event_counters.value.val();
        self.pulses.next = (bits_from(
            self.response_queue.response_valid.val() & !self.response_ready.val(),
            20,
        ) << 19)
            | (bits_from(self.hit_pipeline.replay.val(), 20) << 18)
            | (bits_from(self.hit_pipeline.refilling.val(), 20) << 17)
            | (bits_from(
                self.retire.val() & (self.status.val() == Status::BusError),
                20,
            ) << 16)
            | (bits_from(
                self.retire.val() & (self.status.val() == Status::NotEnabled),
                20,
            ) << 15)
            | (bits_from(
                self.retire.val() & (self.status.val() == Status::CorruptHeader),
                20,
            ) << 14)
            | (bits_from(
                self.retire.val() & (self.status.val() == Status::ForeignContext),
                20,
            ) << 13)
            | (bits_from(
                self.retire.val() & (self.status.val() == Status::DoubleFree),
                20,
            ) << 12)
            | (bits_from(
                self.retire.val() & (self.status.val() == Status::BadPointer),
                20,
            ) << 11)
            | (bits_from(
                self.retire.val() & (self.status.val() == Status::NotInRegion),
                20,
            ) << 10)
            | (bits_from(
                self.retire.val() & (self.status.val() == Status::NoMemory),
                20,
            ) << 9)
            | (bits_from(
                self.retire.val() & (self.status.val() == Status::TooLarge),
                20,
            ) << 8)
            | (bits_from(self.list_engine.event_release.val(), 20) << 7)
            | (bits_from(self.list_engine.event_push.val(), 20) << 6)
            | (bits_from(self.list_engine.event_new.val(), 20) << 5)
            | (bits_from(self.list_engine.event_pop.val(), 20) << 4)
            | (bits_from(self.hit_pipeline.event_free_hit.val(), 20) << 3)
            | (bits_from(self.hit_pipeline.event_alloc_hit.val(), 20) << 2)
            | (bits_from(
                self.retire.val() & (self.request_buffer.oldest_op.val() == Op::Free),
                20,
            ) << 1)
            | bits_from(
                self.retire.val() & (self.request_buffer.oldest_op.val() == Op::Alloc),
                20,
            );
        self.event_counters.event_pulses.next = self.pulses.val();

        comment!("Trace.");
        self.cycle.next = self.cycle.val() + 1;
        if self.traced == 1 {
            self.trace_valid.next = self.retire.val();
        } else {
            self.trace_valid.next = false;
        }
        self.trace_cycle.next = self.cycle.val();
        self.trace_context.next = self.context_id.val();
        self.trace_op.next = self.request_buffer.oldest_op.val();
        self.trace_operand.next = self.request_buffer.oldest_operand.val();
        self.trace_status.next = self.status.val();
        self.trace_value.next = self.response_queue.response_value.val();
    }
}
