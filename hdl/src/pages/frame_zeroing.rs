//! Frames are made to read as zero.

use super::channels::{LineJob, line_job};
use super::types::CAUSE_ZEROING;
use super::types_engine::LineCommand;
use crate::geometry::{Geometry, LINE_BYTES};
use crate::rtl::*;

module! {
    /// Frame zeroing: makes a frame read as zero before anything names it, by a grant to the
    /// fresh-line filter, or, where there is none, by writing its 64 lines.
    ///
    /// Protocol:   zero and the frame are held until done, which lasts a cycle. A line to be written
    ///             is held until line_done.
    /// Latency:    done in the cycle in which the grant is taken, or the last line is written.
    /// Bus errors: done at once, with bus_error.
    /// Reset:      idle.
    pub module FrameZeroing(g: &Geometry) = "memento_frame_zeroing" {
        parameters {
            /// whether a fresh-line filter makes granted frames zero: 0 or 1
            filtered = (g.bypass_entries > 0) as usize,
            /// bits, width of a frame index
            frame_index_bits = g.frame_index_bits,
            /// cause of the memory accesses
            cause = CAUSE_ZEROING,
        }
        derived {
            /// entries a line
            entries = LINE_BYTES / g.pte_bytes,
            /// bits, width of an entry's number in its line
            entry_bits = clog2(entries),
        }
        ports {
            "Frame: held until done" {
                /// make it read as zero
                input zero: bool;
                /// its index
                input frame: Word = frame_index_bits;
                /// it does, or bus_error
                output done: bool;
                /// the memory failed
                output bus_error: bool;
            }
            "Grant, to the fresh-line filter: valid/ready" {
                /// the frame is granted
                output grant_valid: bool;
                /// accepted
                input grant_ready: bool;
            }
            "Line of zeros: held until done" {
                /// write one
                output line_valid: bool;
                /// which one
                output line_job: LineJob = line_job(g);
                /// it is written
                input line_done: bool;
                /// the memory failed
                input line_error: bool;
            }
        }
        state {
            /// line that is written next
            next_line: Word = 6;
        }
    }
}

impl Logic for FrameZeroing {
    #[hdl_gen]
    fn update(&mut self) {
        self.line_job.next.command = LineCommand::WriteZero;
        self.line_job.next.cause = bits(self.cause, 3);
        self.line_job.next.frame = self.frame.val();
        self.line_job.next.line = self.next_line.val();
        self.line_job.next.entry = bits(0, self.entry_bits);
        self.line_job.next.mask = !bits(0, self.entries);
        if self.filtered == 1 {
            self.grant_valid.next = self.zero.val();
            self.line_valid.next = false;
            self.done.next = self.zero.val() & self.grant_ready.val();
            self.bus_error.next = false;
        } else {
            self.grant_valid.next = false;
            self.line_valid.next = self.zero.val();
            self.done.next = self.zero.val()
                & self.line_done.val()
                & (self.line_error.val() | self.next_line.val().all());
            self.bus_error.next = self.line_error.val();
        }
        if self.done.val() {
            self.next_line.next = bits(0, 6);
        } else if self.line_valid.val() & self.line_done.val() {
            self.next_line.next = self.next_line.val() + 1;
        }
    }
}
