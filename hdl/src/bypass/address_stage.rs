//! The register stage of an address channel.

use super::types::{Burst, burst};
use crate::geometry::Geometry;
use crate::rtl::*;

module! {
    /// Address stage: two bursts deep, so that neither direction has a path through.
    ///
    /// It tells a cycle ahead which frame will be at its head, for memories that are read a cycle
    /// later.
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
                /// frame that is at the head after the next edge, if any is
                output coming_frame: Word = frame_bits;
            }
        }
        wires {
            /// the burst that is put
            arriving: Burst = burst(g);
            /// the head is free after this cycle
            moves: bool;
            /// address that will be at the head
            coming: Word = physical_bits;
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
        self.moves.next = self.get_ready.val() | !self.head_held.val();
        if self.moves.val() {
            if self.second_held.val() {
                self.head.next = self.second.val();
                self.second_held.next = false;
                self.coming.next = self.second.val().address;
            } else {
                self.head.next = self.arriving.val();
                self.head_held.next = self.put_valid.val();
                self.coming.next = self.arriving.val().address;
            }
        } else {
            self.coming.next = self.head.val().address;
            if !self.second_held.val() {
                self.second.next = self.arriving.val();
                self.second_held.next = self.put_valid.val();
            }
        }
        self.coming_frame.next = bits_to(self.coming.val() >> 12, self.frame_bits);
    }
}
