//! Arenas that were fetched ahead and are taken, on their way to the page allocator.

use super::types::Status;
use crate::geometry::Geometry;
use crate::rtl::*;

module! {
    /// Claim unit: tells the page allocator that an arena which it was only asked about is taken.
    ///
    /// Protocol:   a claim is put only while idle; valid/ready at the page allocator's ports.
    /// Latency:    1 cycle from put to request.
    /// Throughput: one claim at a time.
    /// Reset:      idle.
    pub module ClaimUnit(g: &Geometry) = "memento_claim_unit" {
        parameters {
            /// bits, width of a class number
            class_bits = g.class_bits,
            /// bits, width of an arena number
            arena_bits = g.arena_bits,
            /// bits, width of a physical address
            physical_bits = g.physical_bits,
        }
        derived {
            /// bits, width of a link: an arena number and a bit for "none"
            link_bits = arena_bits + 1,
        }
        ports {
            "Put: only while idle" {
                /// an arena is taken
                input put: bool;
                /// class
                input put_class: Word = class_bits;
                /// arena number
                input put_arena: Word = arena_bits;
                /// physical address of its header's line
                input put_line: Word = physical_bits;
                /// next never used number
                input put_unused: Word = link_bits;
                /// number released last
                input put_released: Word = link_bits;
                /// no claim is under way
                output idle: bool;
                /// the page allocator hasn't accepted the claim yet
                output waiting: bool;
                /// the claimed arena's header could not be written: a pulse
                output failed: bool;
            }
            "CLAIM_ARENA request: valid/ready" {
                /// an arena is claimed
                output request_valid: bool;
                /// accepted
                input request_ready: bool;
                /// class
                output request_class: Word = class_bits;
                /// arena number
                output request_arena: Word = arena_bits;
                /// physical address of its header's line
                output request_line: Word = physical_bits;
                /// next never used number
                output request_unused: Word = link_bits;
                /// number released last
                output request_released: Word = link_bits;
            }
            "CLAIM_ARENA response: valid/ready" {
                /// an answer is there
                input response_valid: bool;
                /// taken
                output response_ready: bool;
                /// Ok or BusError
                input response_status: Status;
            }
        }
        state {
            /// a claim is on offer
            offered: bool;
            /// a claim waits for its answer
            accepted: bool;
        }
        data {
            /// class
            size_class: Word = class_bits;
            /// arena number
            arena: Word = arena_bits;
            /// physical address of its header's line
            line: Word = physical_bits;
            /// next never used number
            next_unused: Word = link_bits;
            /// number released last
            released: Word = link_bits;
        }
    }
}

impl Logic for ClaimUnit {
    #[hdl_gen]
    fn update(&mut self) {
        self.idle.next = !self.offered.val() & !self.accepted.val();
        self.waiting.next = self.offered.val();
        self.request_valid.next = self.offered.val();
        self.request_class.next = self.size_class.val();
        self.request_arena.next = self.arena.val();
        self.request_line.next = self.line.val();
        self.request_unused.next = self.next_unused.val();
        self.request_released.next = self.released.val();
        self.response_ready.next = self.accepted.val();
        self.failed.next = self.accepted.val()
            & self.response_valid.val()
            & (self.response_status.val() != Status::Ok);
        if self.put.val() {
            self.offered.next = true;
            self.size_class.next = self.put_class.val();
            self.arena.next = self.put_arena.val();
            self.line.next = self.put_line.val();
            self.next_unused.next = self.put_unused.val();
            self.released.next = self.put_released.val();
        } else if self.offered.val() & self.request_ready.val() {
            self.offered.next = false;
            self.accepted.next = true;
        } else if self.response_valid.val() {
            self.accepted.next = false;
        }
    }
}
