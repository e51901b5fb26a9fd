//! How many bits of a word are one.

use crate::geometry::Geometry;
use crate::rtl::*;

module! {
    /// Number of ones in a word of up to 32 bits: pairs, then fours, and so on are added up.
    ///
    /// Latency: combinational.
    pub module Popcount(g: &Geometry) = "memento_popcount" {
        parameters {
            /// bits of the word
            word_bits = g.word_bits,
        }
        derived {
            /// bits, width of the count
            count_bits = clog2(word_bits + 1),
        }
        ports {
            "Count: combinational" {
                /// the word
                input word: Word = word_bits;
                /// its ones
                output count: Word = count_bits;
            }
        }
        wires {
            /// the word, as 32 bits
            ones: Word = 32;
            /// 16 sums of two bits
            twos: Word = 32;
            /// 8 sums of four bits
            fours: Word = 32;
            /// 4 sums of eight bits
            eights: Word = 32;
            /// 2 sums of sixteen bits
            sixteens: Word = 32;
            /// the sum
            sum: Word = 32;
        }
    }
}

impl Logic for Popcount {
    #[hdl_gen]
    fn update(&mut self) {
        self.ones.next = bits_to(self.word.val(), 32);
        self.twos.next = (self.ones.val() & 0x5555_5555) + ((self.ones.val() >> 1) & 0x5555_5555);
        self.fours.next = (self.twos.val() & 0x3333_3333) + ((self.twos.val() >> 2) & 0x3333_3333);
        self.eights.next =
            (self.fours.val() & 0x0f0f_0f0f) + ((self.fours.val() >> 4) & 0x0f0f_0f0f);
        self.sixteens.next =
            (self.eights.val() & 0x00ff_00ff) + ((self.eights.val() >> 8) & 0x00ff_00ff);
        self.sum.next =
            (self.sixteens.val() & 0x0000_ffff) + ((self.sixteens.val() >> 16) & 0x0000_ffff);
        self.count.next = bits_to(self.sum.val(), self.count_bits);
    }
}
