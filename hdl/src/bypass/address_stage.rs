//! The register stage of an address channel.

use super::types::{Burst, burst};
use crate::geometry::Geometry;
use crate::rtl::*;

module! {
    /// Address stage: two bursts deep, so that neither direction has a path through.
    ///
    /// It tells a cycle ahead what will be at its head, for memories that are read a cycle later.
    ///
    /// Protocol:   valid/ready on both sides.
    /// Latency:    one cycle from put to get.
    /// Throughput: one burst a cycle.
    /// Reset:      empty.
    pub module AddressStage(g: &Geometry) = "memento_address_stage" {
        parameters {
            /// bits, width of a physical address
            physical_bits = g.physical_bits,
            /// bits, width of a frame's number within the memory
            frame_bits = g.frame_index_bits,
        }
        ports {
            "Put: valid/ready" {
                /// a burst is offered
                input put_valid: bool;
                /// it is accepted
                output put_ready: bool;
                /// the burst
                input put: Burst = burst(g);
            }
            "Get: valid/ready" {
                /// a burst is there
                output get_valid: bool;
                /// it is taken
                input get_ready: bool;
                /// the burst
                output get: Burst = burst(g);
            }
            "Ahead" {
                /// frame of the burst behind the head
                output ahead_frame: Word = frame_bits;
                /// that burst, if there is one, is at the head after the next edge
                output moves: bool;
            }
        }
        wires {
            /// the burst that is put
            arriving: Burst = burst(g);
            /// the head is free after this cycle
            leaves: bool;
            /// address of the burst behind the head
            ahead: Word = physical_bits;
        }
        state {
            /// the head holds a burst
            head_held: bool;
            /// there is another behind it
            second_held: bool;
        }
        data {
            /// oldest burst
            head: Burst = burst(g);
            /// the one behind it
            second: Burst = burst(g);
        }
    }
}

impl Logic for AddressStage {
    #[hdl_gen]
    fn update(&mut self) {
        self.arriving.next = self.put.val();
        self.put_ready.next = !self.second_held.val();
        self.get_valid.next = self.head_held.val();
        self.get.next = self.head.val();
        self.leaves.next = self.get_ready.val() | !self.head_held.val();
        self.moves.next = self.leaves.val();
        if self.second_held.val() {
            self.ahead.next = self.second.val().address;
        } else {
            self.ahead.next = self.arriving.val().address;
        }
        self.ahead_frame.next = bits_to(self.ahead.val() >> 12, self.frame_bits);
        if self.leaves.val() {
            if self.second_held.val() {
                self.head.next = self.second.val();
                self.second_held.next = false;
            } else {
                self.head.next = self.arriving.val();
                self.head_held.next = self.put_valid.val();
            }
        } else if !self.second_held.val() {
            self.second.next = self.arriving.val();
            self.second_held.next = self.put_valid.val();
        }
    }
}
