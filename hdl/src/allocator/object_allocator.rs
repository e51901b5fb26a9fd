//! The object allocator of one core: `memento_core`.

use super::claim_unit::ClaimUnit;
use super::context_engine::ContextEngine;
use super::event_counters::EventCounters;
use super::forward_unit::ForwardUnit;
use super::found_parts::FoundParts;
use super::hit_pipeline::HitPipeline;
use super::list_engine::ListEngine;
use super::miss_queue::MissQueue;
use super::request_buffer::RequestBuffer;
use super::response_queue::ResponseQueue;
use super::types::{Op, Status, SwitchOp};
use crate::geometry::{BEAT_BITS, FREES_IN_FLIGHT, Geometry, OPERATIONS_IN_FLIGHT, PAGE_BITS};
use crate::rtl::*;

/// The counters, in the order of their numbers: name and what is counted.
pub const COUNTERS: [(&str, &str); 32] = [
    ("allocs", "allocations answered, whatever the status"),
    ("frees", "frees answered, whatever the status"),
    ("alloc_hits", "allocations served by the object table alone"),
    (
        "free_hits",
        "frees served by the object table alone, of inbox and mailbox too",
    ),
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
    ("loads", "classes loaded since their context was attached"),
    ("saves", "contexts detached and saved"),
    ("saved_headers", "arena headers written by switches"),
    ("saved_records", "records written by switches"),
    ("forwards", "frees handed on to another core"),
    (
        "inbox_frees",
        "frees of other cores answered, whatever the status",
    ),
    ("mailbox_frees", "frees taken from mailboxes"),
    ("mailbox_failures", "of these, those that were refused"),
    ("switch_cycles", "cycles in which a switch is under way"),
    (
        "fetched_arenas",
        "of the list pops and new arenas, those that were fetched ahead",
    ),
    (
        "dropped_arenas",
        "arenas fetched ahead and forgotten, for they would no longer be next",
    ),
    (
        "late_errors",
        "headers of arenas fetched ahead, and of those they displaced, that could not be written",
    ),
];

/// Parts of a core that find words wrong, in the order of their bits in ERROR_ADDRESS.
pub const CORE_PARTS: [(&str, &str); 7] = [
    (
        "objects",
        "the hardware object table and what serves hits from it",
    ),
    ("lists", "list engine, headers, translations"),
    ("context", "context switches"),
    ("misses", "misses that wait"),
    ("requests", "requests that wait, and the inbox's"),
    ("forwards", "frees on their way to other cores"),
    ("responses", "responses that wait, and the inbox's"),
];

module! {
    /// Memento's object allocator for one core: obj-alloc and obj-free.
    ///
    /// Serves objects of up to classes * 2^step_bits bytes. Each class has an entry in the hardware
    /// object table that names its current arena; allocations take its lowest free slot, and frees
    /// of its slots are as fast. Other frees and exhausted arenas go to the list engine, which
    /// reaches arena headers through the header port and arenas through the page allocator's ports.
    ///
    /// One context runs at a time. Attach starts it, with nothing known: a class is loaded when its
    /// first operation comes. Detach saves it, discard drops it. Frees of other contexts' objects
    /// are handed on through the forward port; other cores' frees come through the inbox, which
    /// waits neither for the forward port nor for response_ready.
    ///
    /// Protocol:   valid/ready on every channel: a transfer takes place at a rising edge that sees
    ///             both high; valid never waits for ready, and what is offered is held until taken.
    ///             Responses come in the order of the requests.
    /// Operations: alloc: operand = size in bytes; value = address, or 0 unless status is Ok.
    ///             free: operand = address; value = 0.
    /// Latency:    a hit with nothing ahead of it: depth_cycles from the edge that accepts the
    ///             request to the edge that takes the response; 2 for an allocation whose class's
    ///             ready slot is known.
    /// Throughput: one hit a cycle, of the same class too.
    /// Reset:      synchronous, two cycles at least; the first request is answered after the tables
    ///             and counters are swept (a cycle a class or a counter, whichever are more).
    ///             Memories and data registers are not reset.
    ///             No context is attached.
    /// Switch:     takes no further request, finishes those under way, and is then carried out.
    /// Detached:   requests are answered NOT_ENABLED, frees in the inbox FOREIGN_CONTEXT.
    /// Assumes:    enable changes only while no request is without its response.
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
            /// 1: the next free slot of every class is kept at hand
            ready_slots = g.ready_slots as usize,
            /// 1: arenas are fetched ahead
            prefetch = g.prefetch as usize,
            /// 1: the trace port is driven
            traced = g.trace_port as usize,
        }
        derived {
            /// event counters
            counters = COUNTERS.len(),
            /// bits, width of a frame number
            frame_bits = physical_bits - PAGE_BITS,
            /// bits, width of a link: an arena number and a bit for "none"
            link_bits = arena_bits + 1,
        }
        features {
            /// 1: words of tables and queues are checked by a parity bit
            parity = g.parity as usize,
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
            }
            "Context that runs" {
                /// there is one
                output attached: bool;
                /// which
                output context_id: Word = context_bits;
            }
            "Switch request: valid/ready" {
                /// a switch is asked for
                input switch_request_valid: bool;
                /// it is accepted
                output switch_request_ready: bool;
                /// 0 attach, 1 detach, 2 discard
                input switch_request_op: SwitchOp;
                /// attach: context
                input switch_request_context: Word = context_bits;
                /// attach: physical address of the context's first record
                input switch_request_records: Word = physical_bits;
                /// attach: physical address of the context's mailbox
                input switch_request_mailbox: Word = physical_bits;
            }
            "Switch response: valid/ready" {
                /// the switch is done
                output switch_response_valid: bool;
                /// the response is taken
                input switch_response_ready: bool;
                /// Ok or BusError
                output switch_response_status: Status;
            }
            "Forward request: valid/ready, frees of other contexts' objects" {
                /// a free is on offer
                output forward_request_valid: bool;
                /// it is accepted
                input forward_request_ready: bool;
                /// context that owns the object
                output forward_request_context: Word = context_bits;
                /// address of the object
                output forward_request_address: Word = operand_bits;
            }
            "Forward response: valid/ready" {
                /// the answer is there
                input forward_response_valid: bool;
                /// taken
                output forward_response_ready: bool;
                /// the answer to the free
                input forward_response_status: Status;
            }
            "Inbox request: valid/ready, frees from other cores" {
                /// a free is there
                input inbox_request_valid: bool;
                /// it is accepted
                output inbox_request_ready: bool;
                /// address of the object
                input inbox_request_address: Word = operand_bits;
            }
            "Inbox response: valid/ready, in order" {
                /// a response is on offer
                output inbox_response_valid: bool;
                /// it is taken
                input inbox_response_ready: bool;
                /// status code
                output inbox_response_status: Status;
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
                /// only ask which arena would be granted without a frame, and change nothing
                output alloc_arena_request_peek: bool;
            }
            "ALLOC_ARENA response: valid/ready" {
                /// an answer is there
                input alloc_arena_response_valid: bool;
                /// taken
                output alloc_arena_response_ready: bool;
                /// Ok; BusError: granted, but its header isn't written; else: none granted
                input alloc_arena_response_status: Status;
                /// arena number
                input alloc_arena_response_arena: Word = arena_bits;
                /// physical address of its header's line
                input alloc_arena_response_line: Word = physical_bits;
                /// asked only: the next never used number once the arena is granted
                input alloc_arena_response_unused: Word = link_bits;
                /// asked only: the number released last once the arena is granted
                input alloc_arena_response_released: Word = link_bits;
            }
            "CLAIM_ARENA request: valid/ready, served ahead of all else that is accepted later" {
                /// an arena that was only asked about is taken
                output claim_arena_request_valid: bool;
                /// accepted
                input claim_arena_request_ready: bool;
                /// class
                output claim_arena_request_class: Word = class_bits;
                /// context
                output claim_arena_request_context: Word = context_bits;
                /// arena number
                output claim_arena_request_arena: Word = arena_bits;
                /// physical address of its header's line
                output claim_arena_request_line: Word = physical_bits;
                /// the next never used number from now on
                output claim_arena_request_unused: Word = link_bits;
                /// the number released last from now on
                output claim_arena_request_released: Word = link_bits;
            }
            "CLAIM_ARENA response: valid/ready" {
                /// an answer is there
                input claim_arena_response_valid: bool;
                /// taken
                output claim_arena_response_ready: bool;
                /// Ok; BusError: its header isn't written
                input claim_arena_response_status: Status;
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
            "Cause of a header request, read or write" {
                /// 0 header, 2 record of the process descriptor, 5 mailbox
                output header_cause: Word = 3;
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
                /// one bit a byte: it is written
                output header_write_data_strobe: Word = 8;
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
            "Check of the tables' words: a level" {
                /// a word of a table or queue was not what was written: nothing is granted, freed or saved any
                /// more, and everything is answered CORRUPT_HEADER, until the next attach
                output table_error[parity]: bool;
                /// parts that found one first, a bit each, while there is an error
                output table_parts[parity]: Word = CORE_PARTS.len();
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
            "Trace: in which order operations take effect" {
                /// an operation of host or inbox is decided
                output trace_commit_valid: bool;
                /// it is the inbox's
                output trace_commit_inbox: bool;
                /// the allocation that is decided takes an arena that was fetched ahead
                output trace_fetched: bool;
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
            /// neither host nor inbox may enter the pipeline
            held: bool;
            /// an operation of the inbox enters it
            inbox_enters: bool;
            /// a word that is used is not what was written
            wrong[parity]: bool;
            /// one was not, now or since the last attach
            poisoned[parity]: bool;
            /// bytes of a header's or record's beat that are written
            strobe[parity]: Word = 8;
        }
        state {
            /// cycles since reset
            cycle: Word = 64;
            /// the inbox's operation goes first
            inbox_first: bool;
            /// nothing is to be written to memory
            withheld[parity]: bool;
            /// a line's beat was on offer, and its last one wasn't taken
            line_begun[parity]: bool;
        }
        instances {
            /// requests from acceptance to response
            request_buffer: RequestBuffer = RequestBuffer::new(g, OPERATIONS_IN_FLIGHT, true);
            /// frees of other cores from acceptance to response
            inbox_buffer: RequestBuffer = RequestBuffer::new(g, FREES_IN_FLIGHT, false);
            /// hardware object table and its hits
            hit_pipeline: HitPipeline = HitPipeline::new(g);
            /// misses, in order
            miss_queue: MissQueue = MissQueue::new(g);
            /// lists, headers, new and released arenas
            list_engine: ListEngine = ListEngine::new(g);
            /// responses, in order
            response_queue: ResponseQueue = ResponseQueue::new(g, OPERATIONS_IN_FLIGHT);
            /// responses to other cores, in order
            inbox_queue: ResponseQueue = ResponseQueue::new(g, FREES_IN_FLIGHT);
            /// frees on their way to other cores
            forward_unit: ForwardUnit = ForwardUnit::new(g);
            /// arenas that were fetched ahead and are taken
            claim_unit: ClaimUnit = ClaimUnit::new(g);
            /// context switches
            context_engine: ContextEngine = ContextEngine::new(g);
            /// words that are not what was written
            found_parts[parity]: FoundParts = FoundParts::new(CORE_PARTS.len());
            /// counts of events
            event_counters: EventCounters = EventCounters::new(counters, parity == 1);
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
        self.request_buffer.closed.next = self.context_engine.host_closed.val();
        self.held.next = self.hit_pipeline.replay.val()
            | self.hit_pipeline.refilling.val()
            | self.list_engine.starving.val()
            | !self.ready.val();
        self.request_buffer.hold.next =
            self.held.val() | (self.inbox_first.val() & self.inbox_buffer.wants.val());
        self.request_buffer.commit.next =
            self.hit_pipeline.commit.val() & !self.hit_pipeline.commit_inbox.val();
        self.request_buffer.replay.next = self.hit_pipeline.replay.val();

        comment!("So do the inbox's, or the mailbox's while a switch drains it.");
        self.inbox_buffer.request_op.next = Op::Free;
        if self.context_engine.draining.val() {
            self.inbox_buffer.request_valid.next = self.context_engine.free_valid.val();
            self.inbox_buffer.request_operand.next = self.context_engine.free_address.val();
            self.inbox_buffer.closed.next = false;
            self.inbox_request_ready.next = false;
        } else {
            self.inbox_buffer.request_valid.next = self.inbox_request_valid.val();
            self.inbox_buffer.request_operand.next = self.inbox_request_address.val();
            self.inbox_buffer.closed.next = self.context_engine.inbox_closed.val();
            self.inbox_request_ready.next = self.inbox_buffer.request_ready.val();
        }
        self.context_engine.free_ready.next = self.inbox_buffer.request_ready.val();
        self.inbox_buffer.hold.next =
            self.held.val() | (!self.inbox_first.val() & self.request_buffer.wants.val());
        self.inbox_buffer.commit.next =
            self.hit_pipeline.commit.val() & self.hit_pipeline.commit_inbox.val();
        self.inbox_buffer.replay.next = self.hit_pipeline.replay.val();

        comment!("In turns; but after a replay, what could not be decided.");
        self.inbox_enters.next = self.inbox_buffer.enter.val();
        if self.hit_pipeline.replay.val() {
            self.inbox_first.next = self.hit_pipeline.replay_inbox.val();
        } else if self.inbox_buffer.enter.val() {
            self.inbox_first.next = false;
        } else if self.request_buffer.enter.val() {
            self.inbox_first.next = true;
        }
        self.hit_pipeline.enter.next =
            self.request_buffer.enter.val() | self.inbox_buffer.enter.val();
        self.hit_pipeline.enter_inbox.next = self.inbox_enters.val();
        if self.inbox_enters.val() {
            self.hit_pipeline.enter_op.next = Op::Free;
            self.hit_pipeline.enter_operand.next = self.inbox_buffer.enter_operand.val();
        } else {
            self.hit_pipeline.enter_op.next = self.request_buffer.enter_op.val();
            self.hit_pipeline.enter_operand.next = self.request_buffer.enter_operand.val();
        }
        self.hit_pipeline.enable.next = (self.enable.val() & self.context_engine.attached.val())
            | self.context_engine.draining.val();
        self.hit_pipeline.attached.next =
            self.context_engine.attached.val() | self.context_engine.draining.val();
        self.hit_pipeline.context_id.next = self.context_engine.context_id.val();

        comment!("Frees of other contexts' objects.");
        self.forward_unit.put.next =
            self.hit_pipeline.commit.val() & self.hit_pipeline.commit_forward.val();
        if self.parity == 1 {
            if self.request_buffer.decided_wrong[0].val() {
                self.forward_unit.put_address.next = bits(0, self.operand_bits);
            } else {
                self.forward_unit.put_address.next = self.request_buffer.decided_operand.val();
            }
        } else {
            self.forward_unit.put_address.next = self.request_buffer.decided_operand.val();
        }
        self.forward_request_valid.next = self.forward_unit.request_valid.val();
        self.forward_unit.request_ready.next = self.forward_request_ready.val();
        self.forward_request_context.next = self.forward_unit.request_context.val();
        self.forward_request_address.next = self.forward_unit.request_address.val();
        self.forward_unit.response_valid.next = self.forward_response_valid.val();
        self.forward_response_ready.next = self.forward_unit.response_ready.val();
        self.forward_unit.response_status.next = self.forward_response_status.val();

        comment!("Context switches.");
        self.context_engine.switch_request_valid.next = self.switch_request_valid.val();
        self.switch_request_ready.next = self.context_engine.switch_request_ready.val();
        self.context_engine.switch_request_op.next = self.switch_request_op.val();
        self.context_engine.switch_request_context.next = self.switch_request_context.val();
        self.context_engine.switch_request_records.next = self.switch_request_records.val();
        self.context_engine.switch_request_mailbox.next = self.switch_request_mailbox.val();
        self.switch_response_valid.next = self.context_engine.switch_response_valid.val();
        self.context_engine.switch_response_ready.next = self.switch_response_ready.val();
        self.switch_response_status.next = self.context_engine.switch_response_status.val();
        self.attached.next = self.context_engine.attached.val();
        self.context_id.next = self.context_engine.context_id.val();
        if self.parity == 1 {
            self.context_engine.host_idle.next =
                self.request_buffer.idle.val() & self.forward_unit.idle[0].val();
        } else {
            self.context_engine.host_idle.next = self.request_buffer.idle.val();
        }
        self.context_engine.inbox_idle.next = self.inbox_buffer.idle.val();
        self.context_engine.engine_idle.next =
            self.list_engine.idle.val() & self.hit_pipeline.idle.val() & self.claim_unit.idle.val();
        self.list_engine.forget.next = self.context_engine.forget.val();
        self.context_engine.forgotten.next = self.list_engine.ready.val();
        self.list_engine.records.next = self.context_engine.records.val();
        self.list_engine.view.next = self.context_engine.look.val();
        self.list_engine.view_class.next = self.context_engine.look_class.val();
        self.context_engine.entry_known.next = self.list_engine.view_known.val();
        self.context_engine.entry_valid.next = self.list_engine.view_valid.val();
        self.context_engine.entry_arena.next = self.list_engine.view_arena.val();
        self.context_engine.entry_line.next = self.list_engine.view_line.val();
        self.context_engine.entry_head.next = self.list_engine.view_head.val();
        self.hit_pipeline.look.next = self.context_engine.look.val();
        self.hit_pipeline.look_class.next = self.context_engine.look_class.val();
        self.hit_pipeline.look_word.next = self.context_engine.look_word.val();
        self.context_engine.look_mask.next = self.hit_pipeline.look_mask.val();
        self.context_engine.look_dirty.next = self.hit_pipeline.look_dirty.val();

        comment!("Misses wait for the list engine.");
        self.miss_queue.put.next = self.hit_pipeline.miss.val();
        self.hit_pipeline.miss_ready.next = self.miss_queue.put_ready.val();
        self.miss_queue.put_kind.next = self.hit_pipeline.miss_kind.val();
        self.miss_queue.put_inbox.next = self.hit_pipeline.miss_inbox.val();
        self.miss_queue.put_class.next = self.hit_pipeline.miss_class.val();
        self.miss_queue.put_arena.next = self.hit_pipeline.miss_arena.val();
        self.miss_queue.put_slot.next = self.hit_pipeline.miss_slot.val();
        self.list_engine.miss_valid.next = self.miss_queue.get_valid.val();
        self.miss_queue.get_ready.next = self.list_engine.miss_ready.val();
        self.list_engine.miss_kind.next = self.miss_queue.get_kind.val();
        self.list_engine.miss_inbox.next = self.miss_queue.get_inbox.val();
        self.list_engine.miss_class.next = self.miss_queue.get_class.val();
        self.list_engine.miss_arena.next = self.miss_queue.get_arena.val();
        self.list_engine.miss_slot.next = self.miss_queue.get_slot.val();
        self.list_engine.context_id.next = self.context_engine.context_id.val();

        comment!("Refills change the object table.");
        self.hit_pipeline.refilled.next = self.list_engine.refilled.val();
        self.hit_pipeline.refilled_status.next = self.list_engine.refilled_status.val();
        self.list_engine.drained.next = self.hit_pipeline.drained.val();
        self.hit_pipeline.free_served.next = self.list_engine.free_served.val();
        self.list_engine.asked.next = self.hit_pipeline.asked.val();
        self.list_engine.asked_class.next = self.hit_pipeline.asked_class.val();
        self.hit_pipeline.fetching.next = self.list_engine.fetching.val();
        self.hit_pipeline.withdraw.next = self.context_engine.host_closed.val();
        self.list_engine.closed.next = self.context_engine.host_closed.val();
        self.list_engine.claim_waiting.next = self.claim_unit.waiting.val();
        self.list_engine.install_ready.next = self.hit_pipeline.install_ready.val();
        self.list_engine.standby_ready.next = self.hit_pipeline.standby_ready.val();
        self.hit_pipeline.install_ahead.next = self.list_engine.install_ahead.val();
        self.hit_pipeline.install_standby.next = self.list_engine.install_standby.val();
        self.hit_pipeline.drop_standby.next = self.list_engine.drop_standby.val();
        self.hit_pipeline.install_fresh.next = self.list_engine.install_fresh.val();
        self.hit_pipeline.install_line.next = self.list_engine.install_line.val();
        self.hit_pipeline.install_unused.next = self.list_engine.install_unused.val();
        self.hit_pipeline.install_link.next = self.list_engine.install_link.val();
        self.hit_pipeline.install_lowest.next = self.list_engine.install_lowest.val();
        self.hit_pipeline.install_counts.next = self.list_engine.install_counts.val();
        self.hit_pipeline.install_word.next = self.list_engine.install_word.val();
        self.hit_pipeline.install_tag.next = self.list_engine.install_tag.val();
        self.hit_pipeline.install_class.next = self.list_engine.install_class.val();
        self.hit_pipeline.install_number.next = self.list_engine.install_number.val();
        self.hit_pipeline.install_mask.next = self.list_engine.install_mask.val();
        self.hit_pipeline.install_count.next = self.list_engine.install_count.val();
        self.hit_pipeline.install_known.next = self.list_engine.install_known.val();
        self.hit_pipeline.install_dirty.next = self.list_engine.install_dirty.val();
        self.hit_pipeline.install_valid.next = self.list_engine.install_valid.val();
        self.hit_pipeline.install_arena.next = self.list_engine.install_arena.val();

        comment!("Responses, the pipeline's and the engine's, in order.");
        self.response_queue.leave.next =
            self.hit_pipeline.leave.val() & !self.hit_pipeline.leave_inbox.val();
        self.response_queue.leave_from_engine.next = self.hit_pipeline.leave_from_engine.val();
        self.response_queue.leave_from_forward.next = self.hit_pipeline.leave_from_forward.val();
        self.response_queue.leave_status.next = self.hit_pipeline.leave_status.val();
        self.response_queue.leave_value.next = self.hit_pipeline.leave_value.val();
        self.response_queue.engine_valid.next =
            self.list_engine.answer_valid.val() & !self.list_engine.answer_inbox.val();
        self.response_queue.forward_valid.next = self.forward_unit.answer_valid.val();
        self.forward_unit.answer_ready.next = self.response_queue.forward_ready.val();
        self.response_queue.forward_status.next = self.forward_unit.answer_status.val();
        self.response_queue.engine_status.next = self.list_engine.answer_status.val();
        self.response_valid.next = self.response_queue.response_valid.val();
        self.response_queue.response_ready.next = self.response_ready.val();
        self.status.next = self.response_queue.response_status.val();
        self.response_status.next = self.status.val();
        self.response_value.next = self.response_queue.response_value.val();
        self.retire.next = self.response_queue.response_valid.val() & self.response_ready.val();
        self.request_buffer.retire.next = self.retire.val();

        comment!("The inbox's responses; those to the mailbox's frees are for the switch.");
        self.inbox_queue.leave.next =
            self.hit_pipeline.leave.val() & self.hit_pipeline.leave_inbox.val();
        self.inbox_queue.leave_from_engine.next = self.hit_pipeline.leave_from_engine.val();
        self.inbox_queue.leave_from_forward.next = false;
        self.inbox_queue.leave_status.next = self.hit_pipeline.leave_status.val();
        self.inbox_queue.leave_value.next = bits(0, self.operand_bits);
        self.inbox_queue.engine_valid.next =
            self.list_engine.answer_valid.val() & self.list_engine.answer_inbox.val();
        self.inbox_queue.engine_status.next = self.list_engine.answer_status.val();
        self.inbox_queue.forward_valid.next = false;
        self.inbox_queue.forward_status.next = Status::Ok;
        self.inbox_response_valid.next =
            self.inbox_queue.response_valid.val() & !self.context_engine.draining.val();
        self.inbox_response_status.next = self.inbox_queue.response_status.val();
        self.inbox_queue.response_ready.next =
            self.inbox_response_ready.val() | self.context_engine.draining.val();
        self.inbox_buffer.retire.next = self.inbox_queue.response_valid.val()
            & (self.inbox_response_ready.val() | self.context_engine.draining.val());
        self.context_engine.free_answered.next = self.inbox_queue.response_valid.val();
        self.context_engine.free_status.next = self.inbox_queue.response_status.val();

        comment!("Page allocator and header port; the latter is the switch's where it needs it.");
        self.alloc_arena_request_valid.next = self.list_engine.alloc_arena_request_valid.val();
        self.list_engine.alloc_arena_request_ready.next = self.alloc_arena_request_ready.val();
        self.alloc_arena_request_class.next = self.list_engine.alloc_arena_request_class.val();
        self.alloc_arena_request_context.next = self.list_engine.alloc_arena_request_context.val();
        self.list_engine.alloc_arena_response_valid.next = self.alloc_arena_response_valid.val();
        self.alloc_arena_response_ready.next = self.list_engine.alloc_arena_response_ready.val();
        self.list_engine.alloc_arena_response_status.next = self.alloc_arena_response_status.val();
        self.list_engine.alloc_arena_response_arena.next = self.alloc_arena_response_arena.val();
        self.list_engine.alloc_arena_response_line.next = self.alloc_arena_response_line.val();
        self.alloc_arena_request_peek.next = self.list_engine.alloc_arena_request_peek.val();
        self.list_engine.alloc_arena_response_unused.next = self.alloc_arena_response_unused.val();
        self.list_engine.alloc_arena_response_released.next =
            self.alloc_arena_response_released.val();
        self.claim_unit.put.next = self.hit_pipeline.claim.val();
        self.claim_unit.put_class.next = self.hit_pipeline.claim_class.val();
        self.claim_unit.put_arena.next = self.hit_pipeline.claim_arena.val();
        self.claim_unit.put_line.next = self.hit_pipeline.claim_line.val();
        self.claim_unit.put_unused.next = self.hit_pipeline.claim_unused.val();
        self.claim_unit.put_released.next = self.hit_pipeline.claim_released.val();
        self.hit_pipeline.claim_idle.next = self.claim_unit.idle.val();
        self.claim_arena_request_valid.next = self.claim_unit.request_valid.val();
        self.claim_unit.request_ready.next = self.claim_arena_request_ready.val();
        self.claim_arena_request_class.next = self.claim_unit.request_class.val();
        self.claim_arena_request_context.next = self.context_engine.context_id.val();
        self.claim_arena_request_arena.next = self.claim_unit.request_arena.val();
        self.claim_arena_request_line.next = self.claim_unit.request_line.val();
        self.claim_arena_request_unused.next = self.claim_unit.request_unused.val();
        self.claim_arena_request_released.next = self.claim_unit.request_released.val();
        self.claim_unit.response_valid.next = self.claim_arena_response_valid.val();
        self.claim_arena_response_ready.next = self.claim_unit.response_ready.val();
        self.claim_unit.response_status.next = self.claim_arena_response_status.val();
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
        if self.context_engine.port_taken.val() {
            self.header_cause.next = self.context_engine.cause.val();
            self.header_read_request_valid.next = self.context_engine.read_request_valid.val();
            self.header_read_request_address.next = self.context_engine.read_request_address.val();
            self.header_read_data_ready.next = self.context_engine.read_data_ready.val();
            self.header_write_request_valid.next = self.context_engine.write_request_valid.val();
            self.header_write_request_address.next =
                self.context_engine.write_request_address.val();
            self.header_write_data_valid.next = self.context_engine.write_data_valid.val();
            self.header_write_data.next = self.context_engine.write_data.val();
            if self.parity == 1 {
                self.strobe[0].next = self.context_engine.write_data_strobe.val();
            } else {
                self.header_write_data_strobe.next = self.context_engine.write_data_strobe.val();
            }
            self.header_write_data_last.next = self.context_engine.write_data_last.val();
            self.header_write_response_ready.next = self.context_engine.write_response_ready.val();
        } else {
            self.header_cause.next = bits_from(self.list_engine.header_record.val(), 3) << 1;
            self.header_read_request_valid.next = self.list_engine.header_read_request_valid.val();
            self.header_read_request_address.next =
                self.list_engine.header_read_request_address.val();
            self.header_read_data_ready.next = self.list_engine.header_read_data_ready.val();
            self.header_write_request_valid.next =
                self.list_engine.header_write_request_valid.val();
            self.header_write_request_address.next =
                self.list_engine.header_write_request_address.val();
            self.header_write_data_valid.next = self.list_engine.header_write_data_valid.val();
            self.header_write_data.next = self.list_engine.header_write_data.val();
            if self.parity == 1 {
                self.strobe[0].next = !bits(0, 8);
            } else {
                self.header_write_data_strobe.next = !bits(0, 8);
            }
            self.header_write_data_last.next = self.list_engine.header_write_data_last.val();
            self.header_write_response_ready.next =
                self.list_engine.header_write_response_ready.val();
        }
        self.list_engine.header_read_request_ready.next = self.header_read_request_ready.val();
        self.context_engine.read_request_ready.next = self.header_read_request_ready.val();
        self.list_engine.header_read_data_valid.next = self.header_read_data_valid.val();
        self.context_engine.read_data_valid.next = self.header_read_data_valid.val();
        self.list_engine.header_read_data.next = self.header_read_data.val();
        self.context_engine.read_data.next = self.header_read_data.val();
        self.list_engine.header_read_data_error.next = self.header_read_data_error.val();
        self.context_engine.read_data_error.next = self.header_read_data_error.val();
        self.list_engine.header_write_request_ready.next = self.header_write_request_ready.val();
        self.context_engine.write_request_ready.next = self.header_write_request_ready.val();
        self.list_engine.header_write_data_ready.next = self.header_write_data_ready.val();
        self.context_engine.write_data_ready.next = self.header_write_data_ready.val();
        self.list_engine.header_write_response_valid.next =
            self.header_write_response_valid.val() & !self.context_engine.port_taken.val();
        self.context_engine.write_response_valid.next = self.header_write_response_valid.val();
        self.list_engine.header_write_response_error.next = self.header_write_response_error.val();
        self.context_engine.write_response_error.next = self.header_write_response_error.val();

        if self.parity == 1 {
            comment!("A word that isn't what was written stops all but a fresh start.");
            self.hit_pipeline.swept[0].next = self.ready.val();
            self.hit_pipeline.poisoned[0].next = self.found_parts[0].stopped.val();
            self.hit_pipeline.look_used[0].next = self.context_engine.look_used[0].val();
            self.context_engine.poisoned[0].next = self.found_parts[0].stopped.val();
            self.found_parts[0].found[0].next = self.hit_pipeline.wrong[0].val();
            self.found_parts[0].found[1].next = self.list_engine.wrong[0].val();
            self.found_parts[0].found[2].next = self.context_engine.wrong[0].val();
            self.found_parts[0].found[3].next = self.miss_queue.wrong[0].val();
            self.found_parts[0].found[4].next = self.request_buffer.wrong[0].val()
                | self.inbox_buffer.wrong[0].val()
                | (self.hit_pipeline.commit.val()
                    & self.hit_pipeline.commit_forward.val()
                    & self.request_buffer.decided_wrong[0].val());
            self.found_parts[0].found[5].next = self.forward_unit.wrong[0].val();
            self.found_parts[0].found[6].next =
                self.response_queue.wrong[0].val() | self.inbox_queue.wrong[0].val();
            self.found_parts[0].clear.next = self.context_engine.forget.val();
            self.wrong[0].next = self.found_parts[0].wrong.val();
            self.table_parts[0].next = self.found_parts[0].parts.val();
            self.poisoned[0].next = self.found_parts[0].stopped.val() | self.wrong[0].val();
            self.response_queue.poisoned[0].next = self.poisoned[0].val();
            self.inbox_queue.poisoned[0].next = self.poisoned[0].val();
            comment!("A line that was begun is written to its end.");
            if self.header_write_data_valid.val() {
                self.line_begun[0].next =
                    !(self.header_write_data_ready.val() & self.header_write_data_last.val());
            }
            if (!self.header_write_data_valid.val() & !self.line_begun[0].val())
                | (self.header_write_data_valid.val()
                    & self.header_write_data_ready.val()
                    & self.header_write_data_last.val())
            {
                self.withheld[0].next = self.poisoned[0].val();
            }
            if self.withheld[0].val() {
                self.header_write_data_strobe.next = bits(0, 8);
            } else {
                self.header_write_data_strobe.next = self.strobe[0].val();
            }
            self.table_error[0].next = self.found_parts[0].stopped.val();
        }

        comment!("Counters, numbered from the least significant bit.");
        self.event_counters.select.next = self.counter_select.val();
        self.counter_value.next = self.event_counters.value.val();
        self.pulses.next = (bits_from(
            !self.context_engine.switch_request_ready.val(),
            self.counters,
        ) << 28)
            | (bits_from(
                self.list_engine.event_failure.val() | self.claim_unit.failed.val(),
                self.counters,
            ) << 31)
            | (bits_from(self.list_engine.event_drop.val(), self.counters) << 30)
            | (bits_from(
                self.hit_pipeline.event_pop.val() | self.hit_pipeline.event_new.val(),
                self.counters,
            ) << 29)
            | (bits_from(self.context_engine.event_failure.val(), self.counters) << 27)
            | (bits_from(self.context_engine.event_free.val(), self.counters) << 26)
            | (bits_from(
                self.inbox_response_valid.val() & self.inbox_response_ready.val(),
                self.counters,
            ) << 25)
            | (bits_from(
                self.forward_unit.request_valid.val() & self.forward_request_ready.val(),
                self.counters,
            ) << 24)
            | (bits_from(self.context_engine.event_record.val(), self.counters) << 23)
            | (bits_from(self.context_engine.event_header.val(), self.counters) << 22)
            | (bits_from(self.context_engine.event_save.val(), self.counters) << 21)
            | (bits_from(self.list_engine.event_load.val(), self.counters) << 20)
            | (bits_from(
                self.response_queue.response_valid.val() & !self.response_ready.val(),
                self.counters,
            ) << 19)
            | (bits_from(self.hit_pipeline.replay.val(), self.counters) << 18)
            | (bits_from(self.hit_pipeline.refilling.val(), self.counters) << 17)
            | (bits_from(
                self.retire.val() & (self.status.val() == Status::BusError),
                self.counters,
            ) << 16)
            | (bits_from(
                self.retire.val() & (self.status.val() == Status::NotEnabled),
                self.counters,
            ) << 15)
            | (bits_from(
                self.retire.val() & (self.status.val() == Status::CorruptHeader),
                self.counters,
            ) << 14)
            | (bits_from(
                self.retire.val() & (self.status.val() == Status::ForeignContext),
                self.counters,
            ) << 13)
            | (bits_from(
                self.retire.val() & (self.status.val() == Status::DoubleFree),
                self.counters,
            ) << 12)
            | (bits_from(
                self.retire.val() & (self.status.val() == Status::BadPointer),
                self.counters,
            ) << 11)
            | (bits_from(
                self.retire.val() & (self.status.val() == Status::NotInRegion),
                self.counters,
            ) << 10)
            | (bits_from(
                self.retire.val() & (self.status.val() == Status::NoMemory),
                self.counters,
            ) << 9)
            | (bits_from(
                self.retire.val() & (self.status.val() == Status::TooLarge),
                self.counters,
            ) << 8)
            | (bits_from(self.list_engine.event_release.val(), self.counters) << 7)
            | (bits_from(self.list_engine.event_push.val(), self.counters) << 6)
            | (bits_from(
                self.list_engine.event_new.val() | self.hit_pipeline.event_new.val(),
                self.counters,
            ) << 5)
            | (bits_from(
                self.list_engine.event_pop.val() | self.hit_pipeline.event_pop.val(),
                self.counters,
            ) << 4)
            | (bits_from(self.hit_pipeline.event_free_hit.val(), self.counters) << 3)
            | (bits_from(self.hit_pipeline.event_alloc_hit.val(), self.counters) << 2)
            | (bits_from(
                self.retire.val() & (self.request_buffer.oldest_op.val() == Op::Free),
                self.counters,
            ) << 1)
            | bits_from(
                self.retire.val() & (self.request_buffer.oldest_op.val() == Op::Alloc),
                self.counters,
            );
        self.event_counters.event_pulses.next = self.pulses.val();

        comment!("Trace.");
        self.cycle.next = self.cycle.val() + 1;
        if self.traced == 1 {
            self.trace_valid.next = self.retire.val();
            self.trace_commit_valid.next =
                self.hit_pipeline.commit.val() & !self.context_engine.draining.val();
            self.trace_fetched.next =
                self.hit_pipeline.event_pop.val() | self.hit_pipeline.event_new.val();
        } else {
            self.trace_valid.next = false;
            self.trace_commit_valid.next = false;
            self.trace_fetched.next = false;
        }
        self.trace_commit_inbox.next = self.hit_pipeline.commit_inbox.val();
        self.trace_cycle.next = self.cycle.val();
        self.trace_context.next = self.context_engine.context_id.val();
        self.trace_op.next = self.request_buffer.oldest_op.val();
        self.trace_operand.next = self.request_buffer.oldest_operand.val();
        self.trace_status.next = self.status.val();
        self.trace_value.next = self.response_queue.response_value.val();
    }
}
