//! Which lines a burst touches.

use super::types::{Burst, FRAME_LINES, LINE_NUMBER_BITS, burst};
use crate::geometry::{Geometry, LINE_BYTES};
use crate::rtl::*;

module! {
    /// The lines of its frame that a burst touches, an AXI4 burst being within 4 KiB.
    ///
    /// Latency: combinational.
    pub module BurstSpan(g: &Geometry) = "memento_burst_span" {
        parameters {
            /// log2 of the memory's bytes
            memory_bits = g.memory_bits,
            /// memory's base above its size
            memory_tag = g.memory_base >> g.memory_bits,
            /// bits, width of a frame's number within the memory
            frame_bits = g.frame_index_bits,
            /// bits, width of the data bus
            data_bits = g.data_bits,
        }
        derived {
            /// size of a full beat, as AXI4 encodes it
            full_size = clog2(data_bits / 8),
            /// length of a line of full beats, as AXI4 encodes it
            full_length = LINE_BYTES * 8 / data_bits - 1,
        }
        ports {
            "Burst" {
                /// the burst
                input burst: Burst = burst(g);
            }
            "Span: combinational" {
                /// it is in the memory that frames are lent from
                output in_memory: bool;
                /// its frame's number within that memory
                output frame: Word = frame_bits;
                /// its first line's number within the frame
                output line: Word = LINE_NUMBER_BITS;
                /// one bit for each line it touches
                output touched: Word = FRAME_LINES;
                /// it touches one line alone
                output one_line: bool;
                /// its beats cover that line, each byte once
                output whole_line: bool;
            }
        }
        wires {
            /// offset in the frame
            low: Word = 12;
            /// bytes of a beat less one
            beat_mask: Word = 12;
            /// bytes of the burst less one
            span: Word = 12;
            /// offset of its first byte
            first: Word = 12;
            /// offset of its last byte
            last: Word = 12;
            /// number of the last line
            last_line: Word = LINE_NUMBER_BITS;
            /// every line
            all_lines: Word = FRAME_LINES;
        }
    }
}

impl Logic for BurstSpan {
    #[hdl_gen]
    fn update(&mut self) {
        self.in_memory.next = (self.burst.val().address >> self.memory_bits) == self.memory_tag;
        self.frame.next = bits_to(self.burst.val().address >> 12, self.frame_bits);
        self.low.next = bits_to(self.burst.val().address, 12);
        self.beat_mask.next = (bits(1, 12) << self.burst.val().size) - 1;
        self.span.next =
            (bits_to(self.burst.val().length, 12) << self.burst.val().size) | self.beat_mask.val();
        comment!("Kinds: 0 FIXED, 1 INCR, 2 WRAP.");
        if self.burst.val().kind == 2 {
            self.first.next = self.low.val() & !self.span.val();
            self.last.next = self.low.val() | self.span.val();
        } else if self.burst.val().kind == 0 {
            self.first.next = self.low.val() & !self.beat_mask.val();
            self.last.next = self.low.val() | self.beat_mask.val();
        } else {
            self.first.next = self.low.val() & !self.beat_mask.val();
            self.last.next = (self.low.val() & !self.beat_mask.val()) + self.span.val();
        }
        self.line.next = bits_to(self.first.val() >> 6, 6);
        self.last_line.next = bits_to(self.last.val() >> 6, 6);
        self.all_lines.next = !bits(0, 64);
        self.touched.next = (self.all_lines.val() >> !self.last_line.val())
            & (self.all_lines.val() << self.line.val());
        self.one_line.next = self.line.val() == self.last_line.val();
        self.whole_line.next = (self.line.val() == self.last_line.val())
            & (self.burst.val().size == self.full_size)
            & (self.burst.val().length == self.full_length)
            & (self.burst.val().kind != 0);
    }
}
