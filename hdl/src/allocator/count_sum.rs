//! The sum of two counts of different widths.

use crate::geometry::Geometry;
use crate::rtl::*;

module! {
    /// Count sum: a word's free slots, added to those of the words before it.
    ///
    /// Protocol:   combinational.
    pub module CountSum(g: &Geometry) = "memento_count_sum" {
        parameters {
            /// slots a word
            word_bits = g.word_bits,
            /// objects an arena
            objects = g.objects,
        }
        derived {
            /// bits, width of a count of 0..=word_bits
            count_bits = clog2(word_bits + 1),
            /// bits, width of a count of 0..=objects
            total_bits = clog2(objects + 1),
        }
        ports {
            "Sum: combinational" {
                /// free slots of the words before
                input sum_before: Word = total_bits;
                /// free slots of the word
                input count: Word = count_bits;
                /// both
                output total: Word = total_bits;
            }
        }
    }
}

impl Logic for CountSum {
    #[hdl_gen]
    fn update(&mut self) {
        self.total.next = self.sum_before.val() + bits_to(self.count.val(), self.total_bits);
    }
}
