//! Responses, in the order of the requests.

use super::queue_pointers::QueuePointers;
use super::types::Status;
use crate::geometry::Geometry;
use crate::rtl::*;

bundle! {
    /// An operation's outcome; its status comes from the list engine where `from_engine` is set, from
    /// another core where `from_forward` is.
    pub struct Response { from_engine: bool, from_forward: bool, status: Status, value: Word }
}

fn response(g: &Geometry) -> ResponseShape {
    ResponseShape {
        from_engine: (),
        from_forward: (),
        status: (),
        value: g.operand_bits,
    }
}

module! {
    /// Response queue: merges the pipeline's outcomes with the list engine's and other cores', in
    /// program order.
    ///
    /// The pipeline leaves a placeholder for every operation that is answered elsewhere; the engine
    /// and the forward unit answer theirs in the same order. The engine never waits here, so that
    /// who doesn't take responses delays nobody else's operations.
    ///
    /// Protocol:   outcomes and the engine's answers are always accepted (the request buffer admits
    ///             no more operations than there are entries here); valid/ready towards the forward
    ///             unit and at the response.
    /// Latency:    an outcome is on offer one cycle later if nothing is ahead of it.
    /// Throughput: one response a cycle.
    /// Reset:      empty.
    pub module ResponseQueue(g: &Geometry, entries: usize) = "memento_response_queue" {
        parameters {
            /// bits, width of a value
            operand_bits = g.operand_bits,
            /// outcomes kept, a power of two
            depth = entries,
        }
        features {
            /// 1: words of tables and queues are checked by a parity bit
            parity = g.parity as usize,
        }
        ports {
            "Outcome: from the pipeline" {
                /// an operation leaves the pipeline
                input leave: bool;
                /// its status comes from the engine
                input leave_from_engine: bool;
                /// its status comes from another core
                input leave_from_forward: bool;
                /// status, if not
                input leave_status: Status;
                /// address, or 0
                input leave_value: Word = operand_bits;
            }
            "Check of the words kept" {
                /// a word of some table or queue was not what was written: every outcome is answered
                /// CORRUPT_HEADER, and waits for nobody
                input poisoned[parity]: bool;
                /// the oldest outcome, or the engine's oldest answer, is not what was kept
                output wrong[parity]: bool;
            }
            "Engine's answer: always taken" {
                /// an answer is there
                input engine_valid: bool;
                /// status
                input engine_status: Status;
            }
            "Other core's answer: valid/ready" {
                /// an answer is there
                input forward_valid: bool;
                /// it is taken
                output forward_ready: bool;
                /// status
                input forward_status: Status;
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
            /// the engine has answered
            answered: bool;
            /// the engine's answer to the oldest operation that it was left
            answer: Status;
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
            /// where the engine's answers go and come from
            answer_pointers: QueuePointers = QueuePointers::new(depth);
            /// outcomes that wait
            outcomes: leaf::LutRam<Response> = leaf::LutRam::protected(depth, response(g), parity == 1);
            /// the engine's answers that wait
            answers: leaf::LutRam<Status> = leaf::LutRam::protected(depth, (), parity == 1);
        }
    }
}

#[allow(
    clippy::collapsible_if,
    reason = "what only a feature has is named inside its own branch"
)]
impl Logic for ResponseQueue {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("The oldest outcome: from the queue, or straight from the pipeline.");
        self.outcomes.read_address.next = self.pointers.pop_entry.val();
        if self.pointers.empty.val() {
            self.next_outcome.next.from_engine = self.leave_from_engine.val();
            self.next_outcome.next.from_forward = self.leave_from_forward.val();
            self.next_outcome.next.status = self.leave_status.val();
            self.next_outcome.next.value = self.leave_value.val();
        } else {
            self.next_outcome.next = self.outcomes.read_data.val();
        }
        self.next_valid.next = self.leave.val() | !self.pointers.empty.val();
        self.answered.next = self.engine_valid.val() | !self.answer_pointers.empty.val();
        if self.parity == 1 {
            self.wrong[0].next = (!self.pointers.empty.val() & self.outcomes.wrong.val())
                | (!self.answer_pointers.empty.val() & self.answers.wrong.val());
            self.next_complete.next = self.next_valid.val()
                & (self.poisoned[0].val()
                    | ((!self.next_outcome.val().from_engine | self.answered.val())
                        & (!self.next_outcome.val().from_forward | self.forward_valid.val())));
        } else {
            self.next_complete.next = self.next_valid.val()
                & (!self.next_outcome.val().from_engine | self.answered.val())
                & (!self.next_outcome.val().from_forward | self.forward_valid.val());
        }
        self.load.next =
            self.next_complete.val() & (!self.offered.val() | self.response_ready.val());
        if self.parity == 1 {
            self.forward_ready.next =
                self.poisoned[0].val() | (self.load.val() & self.next_outcome.val().from_forward);
        } else {
            self.forward_ready.next = self.load.val() & self.next_outcome.val().from_forward;
        }

        comment!("The engine's answers: an answer whose turn has come isn't kept.");
        self.answer_pointers.pop.next = self.load.val()
            & self.next_outcome.val().from_engine
            & !self.answer_pointers.empty.val();
        self.answer_pointers.push.next = self.engine_valid.val()
            & !(self.load.val()
                & self.next_outcome.val().from_engine
                & self.answer_pointers.empty.val());
        if self.parity == 1 {
            if self.poisoned[0].val() {
                self.answer_pointers.push.next = false;
                self.answer_pointers.pop.next = !self.answer_pointers.empty.val();
            }
        }
        self.answers.write.next = self.answer_pointers.push.val();
        self.answers.write_address.next = self.answer_pointers.push_entry.val();
        self.answers.write_data.next = self.engine_status.val();
        self.answers.read_address.next = self.answer_pointers.pop_entry.val();
        if self.answer_pointers.empty.val() {
            self.answer.next = self.engine_status.val();
        } else {
            self.answer.next = self.answers.read_data.val();
        }

        self.keep.next = self.leave.val() & !(self.load.val() & self.pointers.empty.val());
        self.pointers.push.next = self.keep.val();
        self.pointers.pop.next = self.load.val() & !self.pointers.empty.val();
        self.outcomes.write.next = self.keep.val();
        self.outcomes.write_address.next = self.pointers.push_entry.val();
        self.outcomes.write_data.next.from_engine = self.leave_from_engine.val();
        self.outcomes.write_data.next.from_forward = self.leave_from_forward.val();
        self.outcomes.write_data.next.status = self.leave_status.val();
        self.outcomes.write_data.next.value = self.leave_value.val();

        if self.load.val() {
            self.offered.next = true;
            self.value.next = self.next_outcome.val().value;
            if self.next_outcome.val().from_engine {
                self.status.next = self.answer.val();
            } else if self.next_outcome.val().from_forward {
                self.status.next = self.forward_status.val();
            } else {
                self.status.next = self.next_outcome.val().status;
            }
        } else if self.response_ready.val() {
            self.offered.next = false;
        }
        if self.parity == 1 {
            if self.load.val() & self.poisoned[0].val() {
                self.value.next = bits(0, self.operand_bits);
                self.status.next = Status::CorruptHeader;
            }
        }
        self.response_valid.next = self.offered.val();
        self.response_status.next = self.status.val();
        self.response_value.next = self.value.val();
    }
}
