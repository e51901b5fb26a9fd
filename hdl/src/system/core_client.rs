//! What one core asks of the page allocator.

use crate::allocator::types::Status;
use crate::geometry::{Geometry, PAGE_BITS};
use crate::pages::types_engine::PageOp;
use crate::rtl::*;

module! {
    /// Core client: ALLOC_ARENA, FREE_ARENA and TRANSLATE of one core, one at a time, and beside
    /// them CLAIM_ARENA, one at a time too.
    ///
    /// Protocol:   valid/ready on the core's channels; the request to the arbiter is valid/ready and
    ///             no other follows before its answer, a pulse, has been taken by the core. A claim
    ///             is accepted at once, whatever else is under way, if the one before is answered.
    /// Latency:    requests combinational, claims one cycle; answers one cycle.
    /// Reset:      nothing asked.
    pub module CoreClient(g: &Geometry) = "memento_core_client" {
        parameters {
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
            /// bits, width of a link: an arena number and a bit for "none"
            link_bits = arena_bits + 1,
            /// log2 of a page's bytes
            page_bits = PAGE_BITS,
            /// bits, width of a frame number
            frame_bits = physical_bits - PAGE_BITS,
        }
        features {
            /// 1: words of tables and queues are checked by a parity bit
            parity = g.parity as usize,
        }
        ports {
            "Page allocator's state" {
                /// it answers nothing any more: whatever waits for it, or is asked for, is refused
                input stopped[parity]: bool;
            }
            "ALLOC_ARENA request: valid/ready" {
                /// an arena is asked for
                input alloc_arena_request_valid: bool;
                /// accepted
                output alloc_arena_request_ready: bool;
                /// class
                input alloc_arena_request_class: Word = class_bits;
                /// context
                input alloc_arena_request_context: Word = context_bits;
                /// only look which arena it would be
                input alloc_arena_request_peek: bool;
            }
            "ALLOC_ARENA response: valid/ready" {
                /// an answer is there
                output alloc_arena_response_valid: bool;
                /// taken
                input alloc_arena_response_ready: bool;
                /// status
                output alloc_arena_response_status: Status;
                /// arena number
                output alloc_arena_response_arena: Word = arena_bits;
                /// physical address of its header's line
                output alloc_arena_response_line: Word = physical_bits;
                /// of a peek: next never used number, once the arena is granted
                output alloc_arena_response_unused: Word = link_bits;
                /// of a peek: link to the released ones, once the arena is granted
                output alloc_arena_response_released: Word = link_bits;
            }
            "CLAIM_ARENA request: valid/ready" {
                /// the arena of a peek is claimed
                input claim_arena_request_valid: bool;
                /// accepted
                output claim_arena_request_ready: bool;
                /// class
                input claim_arena_request_class: Word = class_bits;
                /// context
                input claim_arena_request_context: Word = context_bits;
                /// arena number
                input claim_arena_request_arena: Word = arena_bits;
                /// physical address of its header's line
                input claim_arena_request_line: Word = physical_bits;
                /// next never used number, as the peek foretold
                input claim_arena_request_unused: Word = link_bits;
                /// link to the released ones, as the peek foretold
                input claim_arena_request_released: Word = link_bits;
            }
            "CLAIM_ARENA response: valid/ready" {
                /// an answer is there
                output claim_arena_response_valid: bool;
                /// taken
                input claim_arena_response_ready: bool;
                /// status
                output claim_arena_response_status: Status;
            }
            "FREE_ARENA request: valid/ready" {
                /// an arena is given back
                input free_arena_request_valid: bool;
                /// accepted
                output free_arena_request_ready: bool;
                /// class
                input free_arena_request_class: Word = class_bits;
                /// context
                input free_arena_request_context: Word = context_bits;
                /// arena number
                input free_arena_request_arena: Word = arena_bits;
            }
            "FREE_ARENA response: valid/ready" {
                /// an answer is there
                output free_arena_response_valid: bool;
                /// taken
                input free_arena_response_ready: bool;
                /// status
                output free_arena_response_status: Status;
            }
            "TRANSLATE request: valid/ready" {
                /// a header's address is asked about
                input translate_request_valid: bool;
                /// accepted
                output translate_request_ready: bool;
                /// virtual address of the header
                input translate_request_address: Word = operand_bits;
            }
            "TRANSLATE response: valid/ready" {
                /// an answer is there
                output translate_response_valid: bool;
                /// taken
                input translate_response_ready: bool;
                /// the page is not mapped
                output translate_response_fault: bool;
                /// the page allocator met a bus error
                output translate_response_error: bool;
                /// frame number
                output translate_response_frame: Word = frame_bits;
            }
            "Request to the arbiter: valid/ready" {
                /// a request is on offer
                output request_valid: bool;
                /// accepted
                input request_ready: bool;
                /// operation
                output request_op: PageOp;
                /// class
                output request_class: Word = class_bits;
                /// context
                output request_context: Word = context_bits;
                /// arena number
                output request_arena: Word = arena_bits;
                /// virtual address
                output request_address: Word = operand_bits;
            }
            "Its answer: a pulse" {
                /// it is here
                input answer: bool;
                /// status
                input answer_status: Status;
                /// arena number
                input answer_arena: Word = arena_bits;
                /// physical address
                input answer_address: Word = physical_bits;
                /// next never used number
                input answer_unused: Word = link_bits;
                /// link to the released ones
                input answer_released: Word = link_bits;
            }
            "Claim to the page allocator: valid/ready" {
                /// a claim is on offer
                output claim_valid: bool;
                /// accepted
                input claim_ready: bool;
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
            "Its answer: a pulse" {
                /// it is here
                input claim_answer: bool;
            }
        }
        wires {
            /// the core takes its answer
            taken: bool;
            /// a claim is accepted
            claimed: bool;
            /// the request is answered in the page allocator's place
            refused[parity]: bool;
            /// so is the claim
            claim_refused[parity]: bool;
        }
        state {
            /// a request is under way
            busy: bool;
            /// its answer waits for the core
            answered: bool;
            /// it is an ALLOC_ARENA
            allocates: bool;
            /// it is a FREE_ARENA
            frees: bool;
            /// a claim is under way
            claiming: bool;
            /// it waits for the page allocator
            claim_waits: bool;
            /// its answer waits for the core
            claim_answered: bool;
        }
        data {
            /// status
            status: Status;
            /// arena number
            arena: Word = arena_bits;
            /// physical address
            address: Word = physical_bits;
            /// next never used number
            next_arena: Word = link_bits;
            /// link to the released ones
            released: Word = link_bits;
            /// class of the claim
            claimed_class: Word = class_bits;
            /// its context
            claimed_context: Word = context_bits;
            /// its arena number
            claimed_arena: Word = arena_bits;
            /// physical address of its header's line
            claimed_line: Word = physical_bits;
            /// its next never used number
            claimed_unused: Word = link_bits;
            /// its link to the released ones
            claimed_released: Word = link_bits;
            /// status of the claim
            claim_status: Status;
        }
    }
}

impl Logic for CoreClient {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("A request, if none is under way.");
        self.alloc_arena_request_ready.next = false;
        self.free_arena_request_ready.next = false;
        self.translate_request_ready.next = false;
        self.request_op.next = PageOp::TranslateHeader;
        self.request_class.next = self.alloc_arena_request_class.val();
        self.request_context.next = self.alloc_arena_request_context.val();
        if self.alloc_arena_request_valid.val() {
            self.request_op.next = PageOp::AllocArena;
            if self.alloc_arena_request_peek.val() {
                self.request_op.next = PageOp::PeekArena;
            }
            self.alloc_arena_request_ready.next = self.request_ready.val() & !self.busy.val();
        } else if self.free_arena_request_valid.val() {
            self.request_op.next = PageOp::FreeArena;
            self.request_class.next = self.free_arena_request_class.val();
            self.request_context.next = self.free_arena_request_context.val();
            self.free_arena_request_ready.next = self.request_ready.val() & !self.busy.val();
        } else {
            self.translate_request_ready.next = self.request_ready.val() & !self.busy.val();
        }
        self.request_arena.next = self.free_arena_request_arena.val();
        self.request_address.next = self.translate_request_address.val();
        self.request_valid.next = !self.busy.val()
            & (self.alloc_arena_request_valid.val()
                | self.free_arena_request_valid.val()
                | self.translate_request_valid.val());

        comment!("Its answer, on the channel that it belongs to.");
        self.alloc_arena_response_valid.next = self.answered.val() & self.allocates.val();
        self.alloc_arena_response_status.next = self.status.val();
        self.alloc_arena_response_arena.next = self.arena.val();
        self.alloc_arena_response_line.next = self.address.val();
        self.alloc_arena_response_unused.next = self.next_arena.val();
        self.alloc_arena_response_released.next = self.released.val();
        self.free_arena_response_valid.next = self.answered.val() & self.frees.val();
        self.free_arena_response_status.next = self.status.val();
        self.translate_response_valid.next =
            self.answered.val() & !self.allocates.val() & !self.frees.val();
        self.translate_response_fault.next =
            (self.status.val() != Status::Ok) & (self.status.val() != Status::BusError);
        self.translate_response_error.next = self.status.val() == Status::BusError;
        self.translate_response_frame.next =
            bits_to(self.address.val() >> self.page_bits, self.frame_bits);
        if self.allocates.val() {
            self.taken.next = self.answered.val() & self.alloc_arena_response_ready.val();
        } else if self.frees.val() {
            self.taken.next = self.answered.val() & self.free_arena_response_ready.val();
        } else {
            self.taken.next = self.answered.val() & self.translate_response_ready.val();
        }

        comment!("How far it is.");
        self.busy.next = self.busy.val() & !self.taken.val();
        self.allocates.next = self.allocates.val();
        self.frees.next = self.frees.val();
        if self.request_valid.val() & self.request_ready.val() {
            self.busy.next = true;
            self.allocates.next = self.alloc_arena_request_valid.val();
            self.frees.next = self.request_op.val() == PageOp::FreeArena;
        }
        self.answered.next = self.answer.val() | (self.answered.val() & !self.taken.val());
        self.status.next = self.status.val();
        self.arena.next = self.arena.val();
        self.address.next = self.address.val();
        self.next_arena.next = self.next_arena.val();
        self.released.next = self.released.val();
        if self.answer.val() {
            self.status.next = self.answer_status.val();
            self.arena.next = self.answer_arena.val();
            self.address.next = self.answer_address.val();
            self.next_arena.next = self.answer_unused.val();
            self.released.next = self.answer_released.val();
        }

        if self.parity == 1 {
            comment!(
                "Without the page allocator: no arena, and a bus error for whatever else there is."
            );
            self.refused[0].next = self.stopped[0].val() & self.busy.val() & !self.answered.val();
            if self.refused[0].val() {
                self.answered.next = true;
                if self.allocates.val() {
                    self.status.next = Status::CorruptHeader;
                } else {
                    self.status.next = Status::BusError;
                }
            }
        }

        comment!("A claim, from its acceptance to its answer.");
        self.claim_arena_request_ready.next = !self.claiming.val();
        self.claimed.next = self.claim_arena_request_valid.val() & !self.claiming.val();
        self.claim_valid.next = self.claim_waits.val();
        self.claim_class.next = self.claimed_class.val();
        self.claim_context.next = self.claimed_context.val();
        self.claim_arena.next = self.claimed_arena.val();
        self.claim_line.next = self.claimed_line.val();
        self.claim_unused.next = self.claimed_unused.val();
        self.claim_released.next = self.claimed_released.val();
        self.claim_arena_response_valid.next = self.claim_answered.val();
        self.claim_arena_response_status.next = self.claim_status.val();
        self.claim_waits.next =
            self.claimed.val() | (self.claim_waits.val() & !self.claim_ready.val());
        self.claim_answered.next = self.claim_answer.val()
            | (self.claim_answered.val() & !self.claim_arena_response_ready.val());
        self.claiming.next = self.claimed.val()
            | (self.claiming.val()
                & !(self.claim_answered.val() & self.claim_arena_response_ready.val()));
        if self.claim_answer.val() {
            self.claim_status.next = self.answer_status.val();
        }
        if self.parity == 1 {
            self.claim_refused[0].next =
                self.stopped[0].val() & self.claiming.val() & !self.claim_answered.val();
            if self.claim_refused[0].val() {
                self.claim_waits.next = false;
                self.claim_answered.next = true;
                self.claim_status.next = Status::BusError;
            }
        }
        if self.claimed.val() {
            self.claimed_class.next = self.claim_arena_request_class.val();
            self.claimed_context.next = self.claim_arena_request_context.val();
            self.claimed_arena.next = self.claim_arena_request_arena.val();
            self.claimed_line.next = self.claim_arena_request_line.val();
            self.claimed_unused.next = self.claim_arena_request_unused.val();
            self.claimed_released.next = self.claim_arena_request_released.val();
        }
    }
}
