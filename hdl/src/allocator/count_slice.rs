//! One of several counts side by side.

use crate::geometry::Geometry;
use crate::rtl::*;

module! {
    /// Count slice: the lowest of the counts of a bitmap's words, side by side, and the others.
    ///
    /// Protocol:   combinational.
    pub module CountSlice(g: &Geometry) = "memento_count_slice" {
        parameters {
            /// words a bitmap
            words = g.words,
            /// slots a word
            word_bits = g.word_bits,
        }
        derived {
            /// bits, width of a count of 0..=word_bits
            count_bits = clog2(word_bits + 1),
            /// bits, width of all words' counts
            counts_bits = words * count_bits,
        }
        ports {
            "Slice: combinational" {
                /// counts, the first word's in the lowest bits
                input counts: Word = counts_bits;
                /// the first
                output count: Word = count_bits;
                /// the others, moved down
                output rest: Word = counts_bits;
            }
        }
    }
}

impl Logic for CountSlice {
    #[hdl_gen]
    fn update(&mut self) {
        self.count.next = bits_to(self.counts.val(), self.count_bits);
        self.rest.next = self.counts.val() >> self.count_bits;
    }
}
