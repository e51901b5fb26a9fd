//! What the page allocator's trace says beyond its answers.

use crate::geometry::Geometry;
use crate::pages::types_engine::PageOp;
use crate::rtl::*;

module! {
    /// Page trace: class and context of the cores' requests, for the record of their answers, and when
    /// frames are decided on and come back.
    ///
    /// The records are in the order in which requests are served, but for free_arena and destroy, whose
    /// answers come when their frames are back. A request gets its frames, or no_memory, by the pool as
    /// it is when they are decided on: without the frames that return in that cycle or later.
    ///
    /// Latency:    a record is given in the cycle that takes the answer, frames are told of at once.
    /// Throughput: one request, one claim and one answer a cycle; a core has one request and one
    ///             claim under way at most.
    /// Reset:      nothing to reset: what a record says comes from the request before it.
    pub module PageTrace(g: &Geometry) = "memento_page_trace" {
        parameters {
            /// cores
            cores = g.cores,
            /// bits, width of a class number
            class_bits = g.class_bits,
            /// bits, width of a context number
            context_bits = g.context_bits,
            /// 1: records are given
            traced = g.trace_port as usize,
        }
        derived {
            /// bits, width of a source's number
            source_bits = clog2(2 * g.cores + 1),
        }
        ports {
            "Request" {
                /// the page allocator accepts a request
                input request: bool;
                /// source: core i is i
                input request_source: Word = source_bits;
                /// class
                input request_class: Word = class_bits;
                /// context
                input request_context: Word = context_bits;
            }
            "Claim" {
                /// the page allocator accepts a claim
                input claim: bool;
                /// source: core i is i
                input claim_source: Word = source_bits;
                /// class
                input claim_class: Word = class_bits;
                /// context
                input claim_context: Word = context_bits;
            }
            "Answer" {
                /// an answer is taken
                input response: bool;
                /// source
                input response_source: Word = source_bits;
                /// operation
                input response_op: PageOp;
            }
            "Frames" {
                /// frames are decided on for the request under way
                input frames_decided: bool;
                /// a frame reaches the pool
                input frame_returned: bool;
            }
            "Record" {
                /// a record
                output trace_valid: bool;
                /// class; 0 for hosts and commands
                output trace_class: Word = class_bits;
                /// context; 0 for hosts and commands
                output trace_context: Word = context_bits;
                /// frames are decided on for the request whose record is next
                output trace_decided: bool;
                /// a frame reaches the pool
                output trace_returned: bool;
            }
        }
        data {
            /// class of core i's request
            asked_class[cores]: Word = class_bits;
            /// its context
            asked_context[cores]: Word = context_bits;
            /// class of core i's claim
            claimed_class[cores]: Word = class_bits;
            /// its context
            claimed_context[cores]: Word = context_bits;
        }
    }
}

impl Logic for PageTrace {
    #[hdl_gen]
    fn update(&mut self) {
        self.trace_class.next = bits(0, self.class_bits);
        self.trace_context.next = bits(0, self.context_bits);
        for i in 0..self.cores {
            self.asked_class[i].next = self.asked_class[i].val();
            self.asked_context[i].next = self.asked_context[i].val();
            if self.request.val() & (self.request_source.val() == i) {
                self.asked_class[i].next = self.request_class.val();
                self.asked_context[i].next = self.request_context.val();
            }
            self.claimed_class[i].next = self.claimed_class[i].val();
            self.claimed_context[i].next = self.claimed_context[i].val();
            if self.claim.val() & (self.claim_source.val() == i) {
                self.claimed_class[i].next = self.claim_class.val();
                self.claimed_context[i].next = self.claim_context.val();
            }
            if self.response_source.val() == i {
                if self.response_op.val() == PageOp::ClaimArena {
                    self.trace_class.next = self.claimed_class[i].val();
                    self.trace_context.next = self.claimed_context[i].val();
                } else {
                    self.trace_class.next = self.asked_class[i].val();
                    self.trace_context.next = self.asked_context[i].val();
                }
            }
        }
        if self.traced == 1 {
            self.trace_valid.next = self.response.val();
            self.trace_decided.next = self.frames_decided.val();
            self.trace_returned.next = self.frame_returned.val();
        } else {
            self.trace_valid.next = false;
            self.trace_decided.next = false;
            self.trace_returned.next = false;
        }
    }
}
