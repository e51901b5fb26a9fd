//! Where the filter may hold a frame's mask.

use super::types::row_bits;
use crate::geometry::Geometry;
use crate::rtl::*;

module! {
    /// The rows of a frame: one in the ways of the lower half, another in those of the upper half.
    ///
    /// A row is the frame's low bits, exclusive-or the bits above them folded to as many; for the
    /// upper half these are shifted by one first. So neighbouring frames have different rows, frames
    /// that share one in one half are apart in the other, and the row and the bits above tell the
    /// frame.
    ///
    /// Latency: combinational.
    pub module FreshRows(g: &Geometry) = "memento_fresh_rows" {
        parameters {
            /// bits, width of a frame's number within the memory
            frame_bits = g.frame_index_bits,
            /// bits, width of a row's number
            row_bits = row_bits(g),
        }
        derived {
            /// bits, width of a frame's number with one more to shift
            wide_bits = frame_bits + 1,
            /// pieces of a row's width above a row's bits
            pieces = (wide_bits - row_bits).div_ceil(row_bits),
        }
        ports {
            "Rows: combinational" {
                /// frame
                input frame: Word = frame_bits;
                /// its row in ways of the lower half
                output lower: Word = row_bits;
                /// its row in ways of the upper half
                output upper: Word = row_bits;
            }
        }
        wires {
            /// lower half: bits that aren't folded yet, the next piece lowest
            lower_rest[pieces + 1]: Word = wide_bits;
            /// those that are, lowest
            lower_fold[pieces + 1]: Word = wide_bits;
            /// upper half: bits that aren't folded yet
            upper_rest[pieces + 1]: Word = wide_bits;
            /// those that are
            upper_fold[pieces + 1]: Word = wide_bits;
        }
    }
}

impl Logic for FreshRows {
    #[hdl_gen]
    fn update(&mut self) {
        self.lower_rest[0].next = bits_to(self.frame.val(), self.wide_bits) >> self.row_bits;
        self.lower_fold[0].next = bits_to(self.frame.val(), self.wide_bits);
        self.upper_rest[0].next = (bits_to(self.frame.val(), self.wide_bits) >> self.row_bits) << 1;
        self.upper_fold[0].next = bits_to(self.frame.val(), self.wide_bits);
        for i in 0..self.pieces {
            self.lower_fold[i + 1].next = self.lower_fold[i].val() ^ self.lower_rest[i].val();
            self.lower_rest[i + 1].next = self.lower_rest[i].val() >> self.row_bits;
            self.upper_fold[i + 1].next = self.upper_fold[i].val() ^ self.upper_rest[i].val();
            self.upper_rest[i + 1].next = self.upper_rest[i].val() >> self.row_bits;
        }
        self.lower.next = bits_to(self.lower_fold[self.pieces].val(), self.row_bits);
        self.upper.next = bits_to(self.upper_fold[self.pieces].val(), self.row_bits);
    }
}
