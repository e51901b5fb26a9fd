//! Frees of other contexts' objects, on their way to the core that runs the context.

use super::queue_pointers::QueuePointers;
use super::types::{ForwardState, Status};
use crate::geometry::{Geometry, OPERATIONS_IN_FLIGHT};
use crate::rtl::*;

module! {
    /// Forward unit: hands frees of other contexts' objects on, in order, one at a time.
    ///
    /// Every free of the request buffer has a place here, so the pipeline never waits for another
    /// core; an answer is always taken, so no other core waits for this one's host.
    ///
    /// Protocol:   puts are always accepted; valid/ready at the forward port and at the answer.
    /// Latency:    1 cycle from put to request, 1 cycle from response to answer.
    /// Throughput: one free at a time.
    /// Reset:      empty.
    pub module ForwardUnit(g: &Geometry) = "memento_forward_unit" {
        parameters {
            /// bits, width of an operand
            operand_bits = g.operand_bits,
            /// bits, width of a context number
            context_bits = g.context_bits,
            /// log2 of a lane's bytes
            lane_bits = g.lane_bits,
            /// frees kept, a power of two
            depth = OPERATIONS_IN_FLIGHT,
        }
        derived {
            /// bits of an address below the context field
            low_bits = lane_bits - context_bits,
        }
        features {
            /// 1: words of tables and queues are checked by a parity bit
            parity = g.parity as usize,
        }
        ports {
            "Put: always accepted" {
                /// a free is to be handed on
                input put: bool;
                /// address of the object
                input put_address: Word = operand_bits;
            }
            "Forward request: valid/ready" {
                /// a free is on offer
                output request_valid: bool;
                /// accepted
                input request_ready: bool;
                /// context that owns the object
                output request_context: Word = context_bits;
                /// address of the object
                output request_address: Word = operand_bits;
            }
            "Forward response: valid/ready" {
                /// the answer is there
                input response_valid: bool;
                /// taken
                output response_ready: bool;
                /// its status
                input response_status: Status;
            }
            "Answer: valid/ready, to the response queue" {
                /// an answer is there
                output answer_valid: bool;
                /// it is taken
                input answer_ready: bool;
                /// status
                output answer_status: Status;
            }
            "Check of the words kept" {
                /// the address that is on offer was not what was put, and is 0 instead
                output wrong[parity]: bool;
                /// every free has its answer
                output idle[parity]: bool;
            }
        }
        wires {
            /// oldest free
            oldest: Word = operand_bits;
        }
        state {
            /// what the unit does
            state: ForwardState;
        }
        data {
            /// status of the free last answered
            status: Status;
        }
        instances {
            /// where frees go and come from
            pointers: QueuePointers = QueuePointers::new(depth);
            /// addresses of the frees that wait
            addresses: leaf::LutRam = leaf::LutRam::protected(depth, operand_bits, parity == 1);
        }
    }
}

impl Logic for ForwardUnit {
    #[hdl_gen]
    fn update(&mut self) {
        self.pointers.push.next = self.put.val();
        self.addresses.write.next = self.put.val();
        self.addresses.write_address.next = self.pointers.push_entry.val();
        self.addresses.write_data.next = self.put_address.val();
        self.addresses.read_address.next = self.pointers.pop_entry.val();
        if self.parity == 1 {
            self.wrong[0].next = !self.pointers.empty.val() & self.addresses.wrong.val();
            self.idle[0].next =
                self.pointers.empty.val() & (self.state.val() == ForwardState::Request);
            if self.wrong[0].val() {
                self.oldest.next = bits(0, self.operand_bits);
            } else {
                self.oldest.next = self.addresses.read_data.val();
            }
        } else {
            self.oldest.next = self.addresses.read_data.val();
        }

        self.request_valid.next =
            (self.state.val() == ForwardState::Request) & !self.pointers.empty.val();
        self.request_context.next = bits_to(self.oldest.val() >> self.low_bits, self.context_bits);
        self.request_address.next = self.oldest.val();
        self.pointers.pop.next = self.request_valid.val() & self.request_ready.val();
        self.response_ready.next = self.state.val() == ForwardState::Answer;
        self.answer_valid.next = self.state.val() == ForwardState::Offer;
        self.answer_status.next = self.status.val();

        match self.state.val() {
            ForwardState::Request => {
                if self.request_ready.val() & !self.pointers.empty.val() {
                    self.state.next = ForwardState::Answer;
                }
            }
            ForwardState::Answer => {
                if self.response_valid.val() {
                    self.status.next = self.response_status.val();
                    self.state.next = ForwardState::Offer;
                }
            }
            ForwardState::Offer => {
                if self.answer_ready.val() {
                    self.state.next = ForwardState::Request;
                }
            }
        }
    }
}
