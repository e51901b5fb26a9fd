//! What the page allocator's trace says beyond its answers.

use crate::geometry::Geometry;
use crate::pages::types_engine::PageOp;
use crate::rtl::*;

module! {
    /// Page trace: class and context of the cores' requests, for the record of their answers.
    ///
    /// Latency:    a record is given in the cycle that takes the answer.
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
            "Record" {
                /// a record
                output trace_valid: bool;
                /// class; 0 for hosts and commands
                output trace_class: Word = class_bits;
                /// context; 0 for hosts and commands
                output trace_context: Word = context_bits;
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
        } else {
            self.trace_valid.next = false;
        }
    }
}
