//! Frees of objects that belong to a context on another core.

use super::round_robin::RoundRobin;
use crate::allocator::types::Status;
use crate::geometry::Geometry;
use crate::rtl::*;

module! {
    /// Forwarder: brings a free to the core that runs the object's context, and its status back.
    ///
    /// The core is found by process and context among those that are attached and not about to
    /// switch. Where none is found, or no longer, the status is FOREIGN_CONTEXT.
    ///
    /// Protocol:   valid/ready on every channel; one free of a source and one for a destination are
    ///             under way at most, so each source's frees keep their order. An inbox's response is
    ///             taken at once, whatever the source does: two cores that forward to each other
    ///             never wait for each other, as long as inboxes are served on their own.
    /// Switches:   closed keeps new frees from a core; once its inbox is idle, the core may switch.
    /// Latency:    two cycles from a request's acceptance to its offer at the inbox, where that is
    ///             idle; one cycle from the inbox's response to the source's.
    /// Fairness:   round robin at every destination.
    /// Reset:      nothing under way.
    pub module Forwarder(g: &Geometry) = "memento_forwarder" {
        parameters {
            /// cores
            cores = g.cores,
            /// bits, width of a process number
            process_bits = g.process_bits,
            /// bits, width of a context number
            context_bits = g.context_bits,
            /// bits, width of an address
            operand_bits = g.operand_bits,
        }
        derived {
            /// bits, width of a core's number
            core_bits = clog2(cores).max(1),
        }
        ports {
            "Core i's frees of foreign objects: valid/ready" {
                /// a free is on offer
                input forward_request_valid[cores]: bool;
                /// accepted
                output forward_request_ready[cores]: bool;
                /// context that the object belongs to
                input forward_request_context[cores]: Word = context_bits;
                /// the object's address
                input forward_request_address[cores]: Word = operand_bits;
            }
            "Their answers: valid/ready, in order" {
                /// an answer is there
                output forward_response_valid[cores]: bool;
                /// taken
                input forward_response_ready[cores]: bool;
                /// status of the free
                output forward_response_status[cores]: Status;
            }
            "Core i's inbox: valid/ready" {
                /// a free is there
                output inbox_request_valid[cores]: bool;
                /// accepted
                input inbox_request_ready[cores]: bool;
                /// the object's address
                output inbox_request_address[cores]: Word = operand_bits;
                /// the core that frees it; stays until the answer is taken
                output inbox_source[cores]: Word = core_bits;
            }
            "Its answers: valid/ready, in order" {
                /// an answer is on offer
                input inbox_response_valid[cores]: bool;
                /// taken
                output inbox_response_ready[cores]: bool;
                /// status of the free
                input inbox_response_status[cores]: Status;
            }
            "What core i runs" {
                /// it runs a context
                input attached[cores]: bool;
                /// it is about to switch: no more frees for it
                input closed[cores]: bool;
                /// its process
                input process_id[cores]: Word = process_bits;
                /// its context
                input context_id[cores]: Word = context_bits;
                /// no free is on its way to it or executed for another core
                output inbox_idle[cores]: bool;
            }
        }
        wires {
            /// core j runs the context that source i's free is for, at i * cores + j
            runs[cores * cores]: bool;
            /// some core runs it
            found[cores]: bool;
            /// source i's free goes to an inbox
            sends[cores]: bool;
            /// source i's free has been executed
            executed[cores]: bool;
            /// address for inbox j
            sent_address[cores]: Word = operand_bits;
            /// inbox j's answer arrives
            returns[cores]: bool;
        }
        state {
            /// source i's free waits for its inbox
            held[cores]: bool;
            /// source i's free is at an inbox
            away[cores]: bool;
            /// source i's free has a status
            answered[cores]: bool;
            /// a free is on offer to inbox j
            offered[cores]: bool;
            /// inbox j has accepted it
            accepted[cores]: bool;
        }
        data {
            /// context that source i's free is for
            held_context[cores]: Word = context_bits;
            /// its address
            held_address[cores]: Word = operand_bits;
            /// its status
            answer[cores]: Status;
            /// address of the free at inbox j
            address[cores]: Word = operand_bits;
            /// its source
            source[cores]: Word = core_bits;
        }
        instances {
            /// whose free goes to inbox j next
            turn[cores]: RoundRobin = RoundRobin::new(cores);
        }
    }
}

impl Logic for Forwarder {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("Who runs the context of each source's free.");
        for i in 0..self.cores {
            self.found[i].next = false;
            for j in 0..self.cores {
                self.runs[i * self.cores + j].next = self.attached[j].val()
                    & !self.closed[j].val()
                    & (self.process_id[j].val() == self.process_id[i].val())
                    & (self.context_id[j].val() == self.held_context[i].val());
                if self.runs[i * self.cores + j].val() {
                    self.found[i].next = true;
                }
            }
        }

        comment!("One free at a time for each inbox.");
        for j in 0..self.cores {
            self.inbox_idle[j].next = !self.offered[j].val() & !self.accepted[j].val();
            self.sent_address[j].next = self.address[j].val();
            for i in 0..self.cores {
                self.turn[j].want[i].next = self.held[i].val()
                    & self.runs[i * self.cores + j].val()
                    & self.inbox_idle[j].val();
                if self.turn[j].grant[i].val() {
                    self.sent_address[j].next = self.held_address[i].val();
                }
            }
            self.turn[j].advance.next = self.turn[j].any.val();
            self.returns[j].next = self.accepted[j].val() & self.inbox_response_valid[j].val();
            self.inbox_request_valid[j].next = self.offered[j].val();
            self.inbox_request_address[j].next = self.address[j].val();
            self.inbox_source[j].next = self.source[j].val();
            self.inbox_response_ready[j].next = self.accepted[j].val();

            self.address[j].next = self.sent_address[j].val();
            self.source[j].next = self.source[j].val();
            if self.turn[j].any.val() {
                self.source[j].next = self.turn[j].number.val();
            }
            self.offered[j].next = self.turn[j].any.val()
                | (self.offered[j].val() & !self.inbox_request_ready[j].val());
            self.accepted[j].next = (self.offered[j].val() & self.inbox_request_ready[j].val())
                | (self.accepted[j].val() & !self.returns[j].val());
        }

        comment!("Each source's free, from acceptance to answer.");
        for i in 0..self.cores {
            self.sends[i].next = false;
            self.executed[i].next = false;
            self.answer[i].next = self.answer[i].val();
            if self.held[i].val() {
                self.answer[i].next = Status::ForeignContext;
            }
            for j in 0..self.cores {
                if self.turn[j].grant[i].val() {
                    self.sends[i].next = true;
                }
                if self.returns[j].val() & (self.source[j].val() == i) {
                    self.executed[i].next = true;
                    self.answer[i].next = self.inbox_response_status[j].val();
                }
            }
            self.forward_request_ready[i].next =
                !self.held[i].val() & !self.away[i].val() & !self.answered[i].val();
            self.forward_response_valid[i].next = self.answered[i].val();
            self.forward_response_status[i].next = self.answer[i].val();

            self.held_context[i].next = self.held_context[i].val();
            self.held_address[i].next = self.held_address[i].val();
            self.held[i].next = self.held[i].val() & self.found[i].val() & !self.sends[i].val();
            if self.forward_request_valid[i].val() & self.forward_request_ready[i].val() {
                self.held[i].next = true;
                self.held_context[i].next = self.forward_request_context[i].val();
                self.held_address[i].next = self.forward_request_address[i].val();
            }
            self.away[i].next =
                self.sends[i].val() | (self.away[i].val() & !self.executed[i].val());
            self.answered[i].next = (self.held[i].val() & !self.found[i].val())
                | self.executed[i].val()
                | (self.answered[i].val() & !self.forward_response_ready[i].val());
        }
    }
}
