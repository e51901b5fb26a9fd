//! What one host's page walker asks of the page allocator.

use crate::allocator::types::Status;
use crate::geometry::{Geometry, PAGE_BITS};
use crate::rtl::*;

module! {
    /// Host client: translations of pages of objects for one host, one at a time.
    ///
    /// Protocol:   valid/ready on the host's channels; the request to the arbiter is valid/ready and
    ///             no other follows before its answer, a pulse, has been taken by the host.
    /// Latency:    requests combinational; answers one cycle.
    /// Reset:      nothing asked.
    pub module HostClient(g: &Geometry) = "memento_host_client" {
        parameters {
            /// bits, width of a physical address
            physical_bits = g.physical_bits,
        }
        derived {
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
            "Translation request: valid/ready" {
                /// an address is asked about
                input translate_request_valid: bool;
                /// accepted
                output translate_request_ready: bool;
            }
            "Translation response: valid/ready" {
                /// an answer is there
                output translate_response_valid: bool;
                /// taken
                input translate_response_ready: bool;
                /// Ok, or why there is no frame
                output translate_response_status: Status;
                /// frame number
                output translate_response_frame: Word = frame_bits;
                /// bit 0 readable, bit 1 writable, bit 2 by user code; none without a frame
                output translate_response_permissions: Word = 3;
            }
            "Request to the arbiter: valid/ready" {
                /// a request is on offer
                output request_valid: bool;
                /// accepted
                input request_ready: bool;
            }
            "Its answer: a pulse" {
                /// it is here
                input answer: bool;
                /// status
                input answer_status: Status;
                /// physical address
                input answer_address: Word = physical_bits;
            }
        }
        wires {
            /// the host takes its answer
            taken: bool;
            /// the request is answered in the page allocator's place
            refused[parity]: bool;
        }
        state {
            /// a request is under way
            busy: bool;
            /// its answer waits for the host
            answered: bool;
        }
        data {
            /// status
            status: Status;
            /// frame number
            frame: Word = frame_bits;
        }
    }
}

impl Logic for HostClient {
    #[hdl_gen]
    fn update(&mut self) {
        self.request_valid.next = !self.busy.val() & self.translate_request_valid.val();
        self.translate_request_ready.next = !self.busy.val() & self.request_ready.val();
        self.translate_response_valid.next = self.answered.val();
        self.translate_response_status.next = self.status.val();
        self.translate_response_frame.next = self.frame.val();
        self.translate_response_permissions.next = bits(0, 3);
        if self.status.val() == Status::Ok {
            self.translate_response_permissions.next = bits(7, 3);
        }
        self.taken.next = self.answered.val() & self.translate_response_ready.val();

        self.busy.next = self.busy.val() & !self.taken.val();
        if self.request_valid.val() & self.request_ready.val() {
            self.busy.next = true;
        }
        self.answered.next = self.answer.val() | (self.answered.val() & !self.taken.val());
        self.status.next = self.status.val();
        self.frame.next = self.frame.val();
        if self.answer.val() {
            self.status.next = self.answer_status.val();
            self.frame.next = bits_to(self.answer_address.val() >> self.page_bits, self.frame_bits);
        }
        if self.parity == 1 {
            self.refused[0].next = self.stopped[0].val() & self.busy.val() & !self.answered.val();
            if self.refused[0].val() {
                self.answered.next = true;
                self.status.next = Status::CorruptHeader;
                self.frame.next = bits(0, self.frame_bits);
            }
        }
    }
}
