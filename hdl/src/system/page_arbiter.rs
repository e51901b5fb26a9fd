//! All that is asked of the page allocator, one request after the other.

use super::core_client::CoreClient;
use super::host_client::HostClient;
use super::round_robin::RoundRobin;
use crate::allocator::types::Status;
use crate::geometry::{Geometry, PAGE_BITS};
use crate::pages::types_engine::PageOp;
use crate::rtl::*;

module! {
    /// Page arbiter: cores, hosts' page walkers and commands in front of the page allocator.
    ///
    /// Sources are numbered: core i is i, its host's page walker cores + i, commands 2 * cores. Each
    /// core and host has one request under way at most; commands keep count themselves. An answer
    /// goes to the source that it names, and is kept there: whoever doesn't take one holds up nobody
    /// else. Cores' claims have a channel of their own to the page allocator, ahead of requests: one
    /// goes before all that is accepted in the same cycle or later. While a FREE_ARENA is under way
    /// no other one, and no PUSH, is accepted: they would have to wait for it at the page
    /// allocator, and hold up everyone.
    ///
    /// Protocol:   valid/ready on every channel; valid never waits for ready, and what is offered is
    ///             held until taken.
    /// Latency:    one cycle from a source's request to the page allocator's; one cycle from its
    ///             answer to the source's.
    /// Throughput: one request and one answer a cycle.
    /// Fairness:   round robin over the sources, and over the cores' claims.
    /// Reset:      nothing under way.
    pub module PageArbiter(g: &Geometry) = "memento_page_arbiter" {
        parameters {
            /// cores, and hosts' page walkers
            cores = g.cores,
            /// bits, width of a process number
            process_bits = g.process_bits,
            /// bits, width of a class number
            class_bits = g.class_bits,
            /// bits, width of a context number
            context_bits = g.context_bits,
            /// bits, width of an arena number
            arena_bits = g.arena_bits,
            /// bits, width of a virtual address
            operand_bits = g.operand_bits,
            /// bits, width of a physical address
            physical_bits = g.physical_bits,
        }
        derived {
            /// sources: cores, hosts, commands
            sources = 2 * cores + 1,
            /// bits, width of a source's number
            source_bits = clog2(2 * cores + 1),
            /// bits, width of a core's number
            core_bits = clog2(cores).max(1),
            /// bits, width of a link: an arena number and a bit for "none"
            link_bits = arena_bits + 1,
            /// bits, width of an address of either kind
            address_bits = operand_bits.max(physical_bits),
            /// bits, width of a frame number
            frame_bits = physical_bits - PAGE_BITS,
        }
        features {
            /// 1: words of tables and queues are checked by a parity bit
            parity = g.parity as usize,
        }
        ports {
            "Page allocator's state" {
                /// it answers nothing any more: cores and hosts are refused, nothing is asked of it
                input stopped[parity]: bool;
            }
            "Core i's ALLOC_ARENA request: valid/ready" {
                /// an arena is asked for
                input alloc_arena_request_valid[cores]: bool;
                /// accepted
                output alloc_arena_request_ready[cores]: bool;
                /// class
                input alloc_arena_request_class[cores]: Word = class_bits;
                /// context
                input alloc_arena_request_context[cores]: Word = context_bits;
                /// only look which arena it would be
                input alloc_arena_request_peek[cores]: bool;
            }
            "Core i's ALLOC_ARENA response: valid/ready" {
                /// an answer is there
                output alloc_arena_response_valid[cores]: bool;
                /// taken
                input alloc_arena_response_ready[cores]: bool;
                /// status
                output alloc_arena_response_status[cores]: Status;
                /// arena number
                output alloc_arena_response_arena[cores]: Word = arena_bits;
                /// physical address of its header's line
                output alloc_arena_response_line[cores]: Word = physical_bits;
                /// of a peek: next never used number, once the arena is granted
                output alloc_arena_response_unused[cores]: Word = link_bits;
                /// of a peek: link to the released ones, once the arena is granted
                output alloc_arena_response_released[cores]: Word = link_bits;
            }
            "Core i's CLAIM_ARENA request: valid/ready" {
                /// the arena of a peek is claimed
                input claim_arena_request_valid[cores]: bool;
                /// accepted
                output claim_arena_request_ready[cores]: bool;
                /// class
                input claim_arena_request_class[cores]: Word = class_bits;
                /// context
                input claim_arena_request_context[cores]: Word = context_bits;
                /// arena number
                input claim_arena_request_arena[cores]: Word = arena_bits;
                /// physical address of its header's line
                input claim_arena_request_line[cores]: Word = physical_bits;
                /// next never used number, as the peek foretold
                input claim_arena_request_unused[cores]: Word = link_bits;
                /// link to the released ones, as the peek foretold
                input claim_arena_request_released[cores]: Word = link_bits;
            }
            "Core i's CLAIM_ARENA response: valid/ready" {
                /// an answer is there
                output claim_arena_response_valid[cores]: bool;
                /// taken
                input claim_arena_response_ready[cores]: bool;
                /// status
                output claim_arena_response_status[cores]: Status;
            }
            "Core i's FREE_ARENA request: valid/ready" {
                /// an arena is given back
                input free_arena_request_valid[cores]: bool;
                /// accepted
                output free_arena_request_ready[cores]: bool;
                /// class
                input free_arena_request_class[cores]: Word = class_bits;
                /// context
                input free_arena_request_context[cores]: Word = context_bits;
                /// arena number
                input free_arena_request_arena[cores]: Word = arena_bits;
            }
            "Core i's FREE_ARENA response: valid/ready" {
                /// an answer is there
                output free_arena_response_valid[cores]: bool;
                /// taken
                input free_arena_response_ready[cores]: bool;
                /// status
                output free_arena_response_status[cores]: Status;
            }
            "Core i's TRANSLATE request: valid/ready" {
                /// a header's address is asked about
                input translate_request_valid[cores]: bool;
                /// accepted
                output translate_request_ready[cores]: bool;
                /// virtual address of the header
                input translate_request_address[cores]: Word = operand_bits;
            }
            "Core i's TRANSLATE response: valid/ready" {
                /// an answer is there
                output translate_response_valid[cores]: bool;
                /// taken
                input translate_response_ready[cores]: bool;
                /// the page is not mapped
                output translate_response_fault[cores]: bool;
                /// the page allocator met a bus error
                output translate_response_error[cores]: bool;
                /// frame number
                output translate_response_frame[cores]: Word = frame_bits;
            }
            "What core i runs, constant while it waits for an answer" {
                /// process
                input core_process[cores]: Word = process_bits;
            }
            "Host i's translation request: valid/ready" {
                /// an address is asked about
                input host_translate_request_valid[cores]: bool;
                /// accepted
                output host_translate_request_ready[cores]: bool;
                /// process
                input host_translate_request_process[cores]: Word = process_bits;
                /// virtual address
                input host_translate_request_address[cores]: Word = operand_bits;
            }
            "Host i's translation response: valid/ready" {
                /// an answer is there
                output host_translate_response_valid[cores]: bool;
                /// taken
                input host_translate_response_ready[cores]: bool;
                /// Ok, or why there is no frame
                output host_translate_response_status[cores]: Status;
                /// frame number
                output host_translate_response_frame[cores]: Word = frame_bits;
                /// bit 0 readable, bit 1 writable, bit 2 by user code; none without a frame
                output host_translate_response_permissions[cores]: Word = 3;
            }
            "Commands' request: valid/ready" {
                /// a command is on offer
                input command_request_valid: bool;
                /// accepted
                output command_request_ready: bool;
                /// operation
                input command_request_op: PageOp;
                /// process
                input command_request_process: Word = process_bits;
                /// address, or number of frames
                input command_request_address: Word = address_bits;
            }
            "Commands' response: valid/ready" {
                /// an answer is there
                output command_response_valid: bool;
                /// taken
                input command_response_ready: bool;
                /// operation that is answered
                output command_response_op: PageOp;
                /// status
                output command_response_status: Status;
                /// physical address
                output command_response_address: Word = physical_bits;
            }
            "Page allocator's request: valid/ready" {
                /// a request is on offer
                output request_valid: bool;
                /// accepted
                input request_ready: bool;
                /// operation
                output request_op: PageOp;
                /// source
                output request_source: Word = source_bits;
                /// process
                output request_process: Word = process_bits;
                /// class
                output request_class: Word = class_bits;
                /// context
                output request_context: Word = context_bits;
                /// arena number
                output request_arena: Word = arena_bits;
                /// address, or number of frames
                output request_address: Word = address_bits;
            }
            "Claim to the page allocator: valid/ready" {
                /// a claim is on offer
                output claim_valid: bool;
                /// accepted
                input claim_ready: bool;
                /// source: a core
                output claim_source: Word = source_bits;
                /// process
                output claim_process: Word = process_bits;
                /// class
                output claim_class: Word = class_bits;
                /// context
                output claim_context: Word = context_bits;
                /// arena number
                output claim_arena: Word = arena_bits;
                /// physical address of its header's line
                output claim_line: Word = physical_bits;
                /// next never used number
                output claim_unused: Word = link_bits;
                /// link to the released ones
                output claim_released: Word = link_bits;
            }
            "Page allocator's response: valid/ready" {
                /// an answer is there
                input response_valid: bool;
                /// taken
                output response_ready: bool;
                /// source
                input response_source: Word = source_bits;
                /// operation that is answered
                input response_op: PageOp;
                /// status
                input response_status: Status;
                /// arena number
                input response_arena: Word = arena_bits;
                /// physical address
                input response_address: Word = physical_bits;
                /// next never used number
                input response_unused: Word = link_bits;
                /// link to the released ones
                input response_released: Word = link_bits;
            }
        }
        wires {
            /// a request may be accepted
            open: bool;
            /// one is
            goes: bool;
            /// operation of the core or host whose turn it is
            turn_op: PageOp;
            /// its process
            turn_process: Word = process_bits;
            /// class of the core whose turn it is
            turn_class: Word = class_bits;
            /// its context
            turn_context: Word = context_bits;
            /// its arena number
            turn_arena: Word = arena_bits;
            /// virtual address of the core or host whose turn it is
            turn_address: Word = operand_bits;
            /// an answer is taken from the page allocator
            answer: bool;
            /// it is a claim's
            claim_answer: bool;
            /// it is for a command
            command_answer: bool;
            /// the command must wait for a FREE_ARENA
            command_waits: bool;
        }
        state {
            /// a request is on offer
            offered: bool;
            /// a claim has been offered, and isn't accepted
            claim_held: bool;
            /// a FREE_ARENA is under way
            freeing: bool;
            /// an answer to a command waits
            command_answered: bool;
        }
        data {
            /// core whose claim was offered last
            claimant: Word = core_bits;
            /// operation on offer
            op: PageOp;
            /// source
            source: Word = source_bits;
            /// process
            process_id: Word = process_bits;
            /// class
            size_class: Word = class_bits;
            /// context
            context_id: Word = context_bits;
            /// arena number
            arena: Word = arena_bits;
            /// address
            address: Word = address_bits;
            /// operation of the answer to a command
            command_op: PageOp;
            /// its status
            command_status: Status;
            /// its physical address
            command_address: Word = physical_bits;
        }
        instances {
            /// whose request is next
            turn: RoundRobin = RoundRobin::new(sources);
            /// whose claim is next
            claim_turn: RoundRobin = RoundRobin::new(cores);
            /// requests and answers of the cores
            core_clients[cores]: CoreClient = CoreClient::new(g);
            /// requests and answers of the hosts
            host_clients[cores]: HostClient = HostClient::new(g);
        }
    }
}

impl Logic for PageArbiter {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("Cores.");
        for i in 0..self.cores {
            self.core_clients[i].alloc_arena_request_valid.next =
                self.alloc_arena_request_valid[i].val();
            self.alloc_arena_request_ready[i].next =
                self.core_clients[i].alloc_arena_request_ready.val();
            self.core_clients[i].alloc_arena_request_class.next =
                self.alloc_arena_request_class[i].val();
            self.core_clients[i].alloc_arena_request_context.next =
                self.alloc_arena_request_context[i].val();
            self.alloc_arena_response_valid[i].next =
                self.core_clients[i].alloc_arena_response_valid.val();
            self.core_clients[i].alloc_arena_response_ready.next =
                self.alloc_arena_response_ready[i].val();
            self.alloc_arena_response_status[i].next =
                self.core_clients[i].alloc_arena_response_status.val();
            self.alloc_arena_response_arena[i].next =
                self.core_clients[i].alloc_arena_response_arena.val();
            self.alloc_arena_response_line[i].next =
                self.core_clients[i].alloc_arena_response_line.val();
            self.core_clients[i].alloc_arena_request_peek.next =
                self.alloc_arena_request_peek[i].val();
            self.alloc_arena_response_unused[i].next =
                self.core_clients[i].alloc_arena_response_unused.val();
            self.alloc_arena_response_released[i].next =
                self.core_clients[i].alloc_arena_response_released.val();
            self.core_clients[i].claim_arena_request_valid.next =
                self.claim_arena_request_valid[i].val();
            self.claim_arena_request_ready[i].next =
                self.core_clients[i].claim_arena_request_ready.val();
            self.core_clients[i].claim_arena_request_class.next =
                self.claim_arena_request_class[i].val();
            self.core_clients[i].claim_arena_request_context.next =
                self.claim_arena_request_context[i].val();
            self.core_clients[i].claim_arena_request_arena.next =
                self.claim_arena_request_arena[i].val();
            self.core_clients[i].claim_arena_request_line.next =
                self.claim_arena_request_line[i].val();
            self.core_clients[i].claim_arena_request_unused.next =
                self.claim_arena_request_unused[i].val();
            self.core_clients[i].claim_arena_request_released.next =
                self.claim_arena_request_released[i].val();
            self.claim_arena_response_valid[i].next =
                self.core_clients[i].claim_arena_response_valid.val();
            self.core_clients[i].claim_arena_response_ready.next =
                self.claim_arena_response_ready[i].val();
            self.claim_arena_response_status[i].next =
                self.core_clients[i].claim_arena_response_status.val();
            self.core_clients[i].free_arena_request_valid.next =
                self.free_arena_request_valid[i].val();
            self.free_arena_request_ready[i].next =
                self.core_clients[i].free_arena_request_ready.val();
            self.core_clients[i].free_arena_request_class.next =
                self.free_arena_request_class[i].val();
            self.core_clients[i].free_arena_request_context.next =
                self.free_arena_request_context[i].val();
            self.core_clients[i].free_arena_request_arena.next =
                self.free_arena_request_arena[i].val();
            self.free_arena_response_valid[i].next =
                self.core_clients[i].free_arena_response_valid.val();
            self.core_clients[i].free_arena_response_ready.next =
                self.free_arena_response_ready[i].val();
            self.free_arena_response_status[i].next =
                self.core_clients[i].free_arena_response_status.val();
            self.core_clients[i].translate_request_valid.next =
                self.translate_request_valid[i].val();
            self.translate_request_ready[i].next =
                self.core_clients[i].translate_request_ready.val();
            self.core_clients[i].translate_request_address.next =
                self.translate_request_address[i].val();
            self.translate_response_valid[i].next =
                self.core_clients[i].translate_response_valid.val();
            self.core_clients[i].translate_response_ready.next =
                self.translate_response_ready[i].val();
            self.translate_response_fault[i].next =
                self.core_clients[i].translate_response_fault.val();
            self.translate_response_error[i].next =
                self.core_clients[i].translate_response_error.val();
            self.translate_response_frame[i].next =
                self.core_clients[i].translate_response_frame.val();
        }

        if self.parity == 1 {
            for i in 0..self.cores {
                self.core_clients[i].stopped[0].next = self.stopped[0].val();
                self.host_clients[i].stopped[0].next = self.stopped[0].val();
            }
        }

        comment!("Hosts.");
        for i in 0..self.cores {
            self.host_clients[i].translate_request_valid.next =
                self.host_translate_request_valid[i].val();
            self.host_translate_request_ready[i].next =
                self.host_clients[i].translate_request_ready.val();
            self.host_translate_response_valid[i].next =
                self.host_clients[i].translate_response_valid.val();
            self.host_clients[i].translate_response_ready.next =
                self.host_translate_response_ready[i].val();
            self.host_translate_response_status[i].next =
                self.host_clients[i].translate_response_status.val();
            self.host_translate_response_frame[i].next =
                self.host_clients[i].translate_response_frame.val();
            self.host_translate_response_permissions[i].next =
                self.host_clients[i].translate_response_permissions.val();
        }

        comment!("Whose turn it is, and what it asks for.");
        self.open.next = !self.offered.val() | self.request_ready.val();
        self.goes.next = self.turn.any.val() & self.open.val();
        self.turn.advance.next = self.goes.val();
        self.turn_op.next = PageOp::TranslateBody;
        self.turn_process.next = self.command_request_process.val();
        self.turn_class.next = bits(0, self.class_bits);
        self.turn_context.next = bits(0, self.context_bits);
        self.turn_arena.next = bits(0, self.arena_bits);
        self.turn_address.next = bits(0, self.operand_bits);
        for i in 0..self.cores {
            self.turn.want[i].next = self.core_clients[i].request_valid.val()
                & !(self.freeing.val()
                    & (self.core_clients[i].request_op.val() == PageOp::FreeArena));
            if self.parity == 1 {
                self.core_clients[i].request_ready.next =
                    (self.turn.grant[i].val() & self.open.val()) | self.stopped[0].val();
            } else {
                self.core_clients[i].request_ready.next =
                    self.turn.grant[i].val() & self.open.val();
            }
            self.turn.want[self.cores + i].next = self.host_clients[i].request_valid.val();
            if self.parity == 1 {
                self.host_clients[i].request_ready.next = (self.turn.grant[self.cores + i].val()
                    & self.open.val())
                    | self.stopped[0].val();
            } else {
                self.host_clients[i].request_ready.next =
                    self.turn.grant[self.cores + i].val() & self.open.val();
            }
            if self.turn.grant[i].val() {
                self.turn_op.next = self.core_clients[i].request_op.val();
                self.turn_process.next = self.core_process[i].val();
                self.turn_class.next = self.core_clients[i].request_class.val();
                self.turn_context.next = self.core_clients[i].request_context.val();
                self.turn_arena.next = self.core_clients[i].request_arena.val();
                self.turn_address.next = self.core_clients[i].request_address.val();
            }
            if self.turn.grant[self.cores + i].val() {
                self.turn_process.next = self.host_translate_request_process[i].val();
                self.turn_address.next = self.host_translate_request_address[i].val();
            }
        }
        self.command_waits.next =
            self.freeing.val() & (self.command_request_op.val() == PageOp::Push);
        self.turn.want[self.cores + self.cores].next =
            self.command_request_valid.val() & !self.command_waits.val();
        self.command_request_ready.next =
            self.turn.grant[self.cores + self.cores].val() & self.open.val();

        comment!("The request on offer.");
        self.offered.next = self.offered.val();
        self.op.next = self.op.val();
        self.source.next = self.source.val();
        self.process_id.next = self.process_id.val();
        self.size_class.next = self.size_class.val();
        self.context_id.next = self.context_id.val();
        self.arena.next = self.arena.val();
        self.address.next = self.address.val();
        if self.open.val() {
            self.offered.next = self.turn.any.val();
            self.op.next = self.turn_op.val();
            self.source.next = self.turn.number.val();
            self.process_id.next = self.turn_process.val();
            self.size_class.next = self.turn_class.val();
            self.context_id.next = self.turn_context.val();
            self.arena.next = self.turn_arena.val();
            self.address.next = bits_to(self.turn_address.val(), self.address_bits);
            if self.turn.grant[self.cores + self.cores].val() {
                self.op.next = self.command_request_op.val();
                self.address.next = self.command_request_address.val();
            }
        }
        if self.parity == 1 {
            self.request_valid.next = self.offered.val() & !self.stopped[0].val();
        } else {
            self.request_valid.next = self.offered.val();
        }
        self.request_op.next = self.op.val();
        self.request_source.next = self.source.val();
        self.request_process.next = self.process_id.val();
        self.request_class.next = self.size_class.val();
        self.request_context.next = self.context_id.val();
        self.request_arena.next = self.arena.val();
        self.request_address.next = self.address.val();

        comment!("Claims: the clients keep them; a choice stays until it is accepted.");
        self.claim_source.next = bits(0, self.source_bits);
        self.claim_process.next = bits(0, self.process_bits);
        self.claim_class.next = bits(0, self.class_bits);
        self.claim_context.next = bits(0, self.context_bits);
        self.claim_arena.next = bits(0, self.arena_bits);
        self.claim_line.next = bits(0, self.physical_bits);
        self.claim_unused.next = bits(0, self.link_bits);
        self.claim_released.next = bits(0, self.link_bits);
        for i in 0..self.cores {
            self.claim_turn.want[i].next = self.core_clients[i].claim_valid.val()
                & (!self.claim_held.val() | (self.claimant.val() == i));
            self.core_clients[i].claim_ready.next =
                self.claim_turn.grant[i].val() & self.claim_ready.val();
            if self.claim_turn.grant[i].val() {
                self.claim_source.next = i.into();
                self.claim_process.next = self.core_process[i].val();
                self.claim_class.next = self.core_clients[i].claim_class.val();
                self.claim_context.next = self.core_clients[i].claim_context.val();
                self.claim_arena.next = self.core_clients[i].claim_arena.val();
                self.claim_line.next = self.core_clients[i].claim_line.val();
                self.claim_unused.next = self.core_clients[i].claim_unused.val();
                self.claim_released.next = self.core_clients[i].claim_released.val();
            }
        }
        if self.parity == 1 {
            self.claim_valid.next = self.claim_turn.any.val() & !self.stopped[0].val();
        } else {
            self.claim_valid.next = self.claim_turn.any.val();
        }
        self.claim_turn.advance.next = self.claim_turn.any.val() & self.claim_ready.val();
        self.claim_held.next = self.claim_turn.any.val() & !self.claim_ready.val();
        self.claimant.next = self.claim_turn.number.val();

        comment!("Answers: each source keeps its own; commands take theirs promptly.");
        self.response_ready.next = !self.command_answered.val() | self.command_response_ready.val();
        self.answer.next = self.response_valid.val() & self.response_ready.val();
        self.claim_answer.next = self.response_op.val() == PageOp::ClaimArena;
        self.freeing.next = (self.freeing.val()
            & !(self.answer.val() & (self.response_op.val() == PageOp::FreeArena)))
            | (self.goes.val() & (self.turn_op.val() == PageOp::FreeArena));
        for i in 0..self.cores {
            self.core_clients[i].answer.next =
                self.answer.val() & !self.claim_answer.val() & (self.response_source.val() == i);
            self.core_clients[i].claim_answer.next =
                self.answer.val() & self.claim_answer.val() & (self.response_source.val() == i);
            self.core_clients[i].answer_unused.next = self.response_unused.val();
            self.core_clients[i].answer_released.next = self.response_released.val();
            self.core_clients[i].answer_status.next = self.response_status.val();
            self.core_clients[i].answer_arena.next = self.response_arena.val();
            self.core_clients[i].answer_address.next = self.response_address.val();
            self.host_clients[i].answer.next =
                self.answer.val() & (self.response_source.val() == self.cores + i);
            self.host_clients[i].answer_status.next = self.response_status.val();
            self.host_clients[i].answer_address.next = self.response_address.val();
        }
        self.command_answer.next =
            self.answer.val() & (self.response_source.val() == self.cores + self.cores);
        self.command_answered.next = self.command_answer.val()
            | (self.command_answered.val() & !self.command_response_ready.val());
        self.command_op.next = self.command_op.val();
        self.command_status.next = self.command_status.val();
        self.command_address.next = self.command_address.val();
        if self.command_answer.val() {
            self.command_op.next = self.response_op.val();
            self.command_status.next = self.response_status.val();
            self.command_address.next = self.response_address.val();
        }
        self.command_response_valid.next = self.command_answered.val();
        self.command_response_op.next = self.command_op.val();
        self.command_response_status.next = self.command_status.val();
        self.command_response_address.next = self.command_address.val();
    }
}
