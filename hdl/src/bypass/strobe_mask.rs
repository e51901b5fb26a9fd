//! Strobes as a mask of bits.

use crate::geometry::Geometry;
use crate::rtl::*;

module! {
    /// The bits that byte strobes stand for.
    ///
    /// Latency: combinational.
    pub module StrobeMask(g: &Geometry) = "memento_strobe_mask" {
        parameters {
            /// bits, width of the data bus
            data_bits = g.data_bits,
        }
        derived {
            /// bytes of the data bus
            bytes = data_bits / 8,
            /// bits below the highest byte
            below_top = data_bits - 8,
        }
        ports {
            "Mask: combinational" {
                /// one bit a byte
                input strobe: Word = bytes;
                /// eight bits a byte
                output mask: Word = data_bits;
            }
        }
        wires {
            /// the highest byte
            top: Word = data_bits;
            /// bytes so far, the last one on top
            shifted[bytes + 1]: Word = data_bits;
        }
    }
}

impl Logic for StrobeMask {
    #[hdl_gen]
    fn update(&mut self) {
        self.top.next = bits(255, self.data_bits) << self.below_top;
        self.shifted[0].next = bits(0, self.data_bits);
        for i in 0..self.bytes {
            if self.strobe.val().get_bit(i) {
                self.shifted[i + 1].next = (self.shifted[i].val() >> 8) | self.top.val();
            } else {
                self.shifted[i + 1].next = self.shifted[i].val() >> 8;
            }
        }
        self.mask.next = self.shifted[self.bytes].val();
    }
}
