//! Responses, in the order of the requests.

use super::queue_pointers::QueuePointers;
use super::types::Status;
use crate::geometry::{Geometry, OPERATIONS_IN_FLIGHT};
use crate::rtl::*;

bundle! {
    /// An operation's outcome; its status comes from the list engine where `from_engine` is set.
    pub struct Response { from_engine: bool, status: Status, value: Word }
}

fn response(g: &Geometry) -> ResponseShape {
    ResponseShape {
        from_engine: (),
        status: (),
        value: g.operand_bits,
    }
}

module! {
    /// Response queue: merges the pipeline's outcomes with the list engine's, in program order.
    ///
    /// The pipeline leaves a placeholder for every operation that the engine answers; the engine
    /// answers in the same order.
    ///
    /// Protocol:   outcomes are always accepted (the request buffer admits no more operations than
    ///             there are entries here); valid/ready towards the engine and at the response.
    /// Latency:    an outcome is on offer one cycle later if nothing is ahead of it.
    /// Throughput: one response a cycle.
    /// Reset:      empty.
    pub module ResponseQueue(g: &Geometry) = "memento_response_queue" {
        parameters {
            /// bits, width of a value
            operand_bits = g.operand_bits,
            /// outcomes kept, a power of two
            depth = OPERATIONS_IN_FLIGHT,
        }
        ports {
            "Outcome: from the pipeline" {
                /// an operation leaves the pipeline
                input leave: bool;
                /// its status comes from the engine
                input leave_from_engine: bool;
                /// status, if not
                input leave_status: Status;
                /// address, or 0
                input leave_value: Word = operand_bits;
            }
            "Engine's answer: valid/ready" {
                /// an answer is there
                input engine_valid: bool;
                /// it is taken
                output engine_ready: bool;
                /// status
                input engine_status: Status;
            }
            "Response: valid/ready" {
                /// a response is on offer
                output response_valid: bool;
                /// it is taken
                input response_ready: bool;
                /// status
                output response_status: Status;
                /// address, or 0
                output response_value: Word = operand_bits;
            }
        }
        wires {
            /// outcome next in turn
            next_outcome: Response = response(g);
            /// there is one
            next_valid: bool;
            /// it has its status
            next_complete: bool;
            /// it goes to the output
            load: bool;
            /// the pipeline's outcome has to wait
            keep: bool;
        }
        state {
            /// a response is on offer
            offered: bool;
        }
        data {
            /// its status
            status: Status;
            /// its value
            value: Word = operand_bits;
        }
        instances {
            /// where outcomes go and come from
            pointers: QueuePointers = QueuePointers::new(depth);
            /// outcomes that wait
            outcomes: leaf::LutRam<Response> = leaf::LutRam::new(depth, response(g));
        }
    }
}

impl Logic for ResponseQueue {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("The oldest outcome: from the queue, or straight from the pipeline.");
        self.outcomes.read_address.next = self.pointers.pop_entry.val();
        if self.pointers.empty.val() {
            self.next_outcome.next.from_engine = self.leave_from_engine.val();
            self.next_outcome.next.status = self.leave_status.val();
            self.next_outcome.next.value = self.leave_value.val();
        } else {
            self.next_outcome.next = self.outcomes.read_data.val();
        }
        self.next_valid.next = self.leave.val() | !self.pointers.empty.val();
        self.next_complete.next = self.next_valid.val()
            & (!self.next_outcome.val().from_engine | self.engine_valid.val());
        self.load.next =
            self.next_complete.val() & (!self.offered.val() | self.response_ready.val());
        self.engine_ready.next = self.load.val() & self.next_outcome.val().from_engine;

        self.keep.next = self.leave.val() & !(self.load.val() & self.pointers.empty.val());
        self.pointers.push.next = self.keep.val();
        self.pointers.pop.next = self.load.val() & !self.pointers.empty.val();
        self.outcomes.write.next = self.keep.val();
        self.outcomes.write_address.next = self.pointers.push_entry.val();
        self.outcomes.write_data.next.from_engine = self.leave_from_engine.val();
        self.outcomes.write_data.next.status = self.leave_status.val();
        self.outcomes.write_data.next.value = self.leave_value.val();

        if self.load.val() {
            self.offered.next = true;
            self.value.next = self.next_outcome.val().value;
            if self.next_outcome.val().from_engine {
                self.status.next = self.engine_status.val();
            } else {
                self.status.next = self.next_outcome.val().status;
            }
        } else if self.response_ready.val() {
            self.offered.next = false;
        }
        self.response_valid.next = self.offered.val();
        self.response_status.next = self.status.val();
        self.response_value.next = self.value.val();
    }
}
