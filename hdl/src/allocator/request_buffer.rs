//! Requests from acceptance to response.

use super::types::Op;
use crate::geometry::Geometry;
use crate::rtl::*;

bundle! {
    /// A request as it was accepted.
    pub struct Request { op: Op, operand: Word }
}

fn request(g: &Geometry) -> RequestShape {
    RequestShape {
        op: (),
        operand: g.operand_bits,
    }
}

module! {
    /// Request buffer: keeps every request from acceptance to response, so that the pipeline may
    /// drop what it can't decide and ask for it again.
    ///
    /// Protocol:   valid/ready at the request; one request is offered to the pipeline in each cycle
    ///             that has one (wants) and no hold.
    /// Latency:    none: a request that finds the buffer empty enters the pipeline at the edge that
    ///             accepts it.
    /// Throughput: one request a cycle.
    /// Full:       request_ready is low while depth requests wait for their responses, or closed.
    /// Reset:      empty.
    pub module RequestBuffer(g: &Geometry, entries: usize, host: bool) = "memento_request_buffer" {
        parameters {
            /// bits, width of an operand
            operand_bits = g.operand_bits,
            /// requests kept, a power of two
            depth = entries,
            /// 1: the oldest request's operand is shown, for the trace
            traced = (host && g.trace_port) as usize,
            /// 1: the operand of the request that is decided is shown, for forwarding
            forwards = host as usize,
        }
        derived {
            /// bits, width of an entry number
            entry_bits = clog2(depth),
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
                /// what it asks for
                input request_op: Op;
                /// size in bytes, or address
                input request_operand: Word = operand_bits;
            }
            "Intake" {
                /// no request is accepted
                input closed: bool;
                /// no request waits for its response
                output idle: bool;
            }
            "Operation: to the pipeline" {
                /// an operation would enter
                output wants: bool;
                /// offer nothing
                input hold: bool;
                /// an operation enters the pipeline
                output enter: bool;
                /// what it asks for
                output enter_op: Op;
                /// size in bytes, or address
                output enter_operand: Word = operand_bits;
            }
            "Progress" {
                /// one more operation is decided
                input commit: bool;
                /// start again behind the last decided operation
                input replay: bool;
                /// one more response is taken
                input retire: bool;
            }
            "Request next to be decided" {
                /// size in bytes, or address
                output decided_operand: Word = operand_bits;
            }
            "Check of the words kept" {
                /// the operation that would enter is not what was accepted
                output wrong[parity]: bool;
                /// nor is the operand of the request next to be decided
                output decided_wrong[parity]: bool;
            }
            "Oldest request without a response" {
                /// what it asks for
                output oldest_op: Op;
                /// size in bytes, or address
                output oldest_operand: Word = operand_bits;
            }
        }
        wires {
            /// a request is accepted in this cycle
            accept: bool;
            /// a request waits in the buffer
            waiting: bool;
            /// the request as it would be kept
            incoming: Request = request(g);
            /// the request next in turn
            waiting_request: Request = request(g);
        }
        state {
            /// requests accepted, modulo twice the depth
            accepted: Word = entry_bits + 1;
            /// requests that entered the pipeline
            entered: Word = entry_bits + 1;
            /// requests decided
            decided: Word = entry_bits + 1;
            /// requests answered
            retired: Word = entry_bits + 1;
        }
        instances {
            /// the requests, for the pipeline
            requests: leaf::LutRam<Request> = leaf::LutRam::protected(depth, request(g), parity == 1);
            /// what was asked for, by age
            ops: leaf::LutRam<Op> = leaf::LutRam::twin(depth, (), parity == 1);
            /// operands, for the trace
            operands: leaf::LutRam = leaf::LutRam::new(depth, operand_bits);
            /// operands, for forwarding
            forwarded: leaf::LutRam = leaf::LutRam::protected(depth, operand_bits, parity == 1);
        }
    }
}

impl Logic for RequestBuffer {
    #[hdl_gen]
    fn update(&mut self) {
        self.request_ready.next =
            ((self.accepted.val() - self.retired.val()) != self.depth) & !self.closed.val();
        self.idle.next = self.accepted.val() == self.retired.val();
        self.accept.next = self.request_valid.val() & self.request_ready.val();
        self.incoming.next.op = self.request_op.val();
        self.incoming.next.operand = self.request_operand.val();
        self.requests.write.next = self.accept.val();
        self.requests.write_address.next = bits_to(self.accepted.val(), self.entry_bits);
        self.requests.write_data.next = self.incoming.val();

        comment!("The next in turn: from the buffer, or the one just accepted.");
        self.waiting.next = self.entered.val() != self.accepted.val();
        self.requests.read_address.next = bits_to(self.entered.val(), self.entry_bits);
        self.waiting_request.next = self.requests.read_data.val();
        self.wants.next = self.waiting.val() | self.accept.val();
        self.enter.next = (self.waiting.val() | self.accept.val()) & !self.hold.val();
        if self.waiting.val() {
            self.enter_op.next = self.waiting_request.val().op;
            self.enter_operand.next = self.waiting_request.val().operand;
        } else {
            self.enter_op.next = self.request_op.val();
            self.enter_operand.next = self.request_operand.val();
        }

        if self.accept.val() {
            self.accepted.next = self.accepted.val() + 1;
        }
        if self.replay.val() {
            self.entered.next = self.decided.val();
        } else if self.enter.val() {
            self.entered.next = self.entered.val() + 1;
        }
        if self.commit.val() {
            self.decided.next = self.decided.val() + 1;
        }
        if self.retire.val() {
            self.retired.next = self.retired.val() + 1;
        }

        comment!("The next to be decided, in case another core has to free it.");
        if self.forwards == 1 {
            self.forwarded.write.next = self.accept.val();
            self.forwarded.write_address.next = bits_to(self.accepted.val(), self.entry_bits);
            self.forwarded.write_data.next = self.request_operand.val();
            self.forwarded.read_address.next = bits_to(self.decided.val(), self.entry_bits);
            self.decided_operand.next = self.forwarded.read_data.val();
        } else {
            self.decided_operand.next = bits(0, self.operand_bits);
        }

        if self.parity == 1 {
            self.wrong[0].next = self.waiting.val() & self.requests.wrong.val();
            if self.forwards == 1 {
                self.decided_wrong[0].next = self.forwarded.wrong.val();
            } else {
                self.decided_wrong[0].next = false;
            }
        }

        comment!("The oldest, for whoever watches.");
        self.ops.write.next = self.accept.val();
        self.ops.write_address.next = bits_to(self.accepted.val(), self.entry_bits);
        self.ops.write_data.next = self.request_op.val();
        self.ops.read_address.next = bits_to(self.retired.val(), self.entry_bits);
        self.oldest_op.next = self.ops.read_data.val();
        if self.traced == 1 {
            self.operands.write.next = self.accept.val();
            self.operands.write_address.next = bits_to(self.accepted.val(), self.entry_bits);
            self.operands.write_data.next = self.request_operand.val();
            self.operands.read_address.next = bits_to(self.retired.val(), self.entry_bits);
            self.oldest_operand.next = self.operands.read_data.val();
        } else {
            self.oldest_operand.next = bits(0, self.operand_bits);
        }
    }
}
