//! Writes of fresh lines that memory hasn't answered yet.

use super::burst_counts::COUNT_BITS;
use super::types::{LINE_NUMBER_BITS, place_bits};
use crate::geometry::Geometry;
use crate::rtl::*;

/// Writes of fresh lines in flight at once; at full speed on 64 bits, memory has 64 cycles to answer.
const IN_FLIGHT: usize = 8;

module! {
    /// Writes of fresh lines in flight, and which of memory's answers are theirs.
    ///
    /// An entry counts the bursts of its ID that memory is to answer before it.
    ///
    /// Protocol:   begin only while there is room; every answer of memory is reported.
    /// Latency:    look-ups combinational; begin and answer show in the next cycle, an answer in
    ///             conflict and victim_in_flight one later, when its line is cleared.
    /// Reset:      empty.
    pub module WritesInFlight(g: &Geometry) = "memento_writes_in_flight" {
        parameters {
            /// bits, width of an ID
            id_bits = g.id_bits,
            /// bits, width of a frame's number within the memory
            frame_bits = g.frame_index_bits,
        }
        derived {
            /// writes in flight at most
            slots = IN_FLIGHT,
            /// bits, width of a count of bursts of one ID
            count_bits = COUNT_BITS,
            /// bits, width of the number of a mask's place
            place_bits = place_bits(g),
        }
        ports {
            "Begin" {
                /// a write begins
                input start: bool;
                /// there is room for one
                output room: bool;
                /// its frame
                input start_frame: Word = frame_bits;
                /// its line
                input start_line: Word = LINE_NUMBER_BITS;
                /// where its frame's mask is held
                input start_place: Word = place_bits;
                /// its ID
                input start_id: Word = id_bits;
                /// bursts of that ID that will be answered before it
                input start_ahead: Word = count_bits;
                /// the same line is in flight
                output conflict: bool;
            }
            "Answer" {
                /// an answer of memory is taken
                input answer: bool;
                /// its ID
                input answer_id: Word = id_bits;
                /// the answer is that of a write in flight
                output matched: bool;
                /// that write's frame
                output matched_frame: Word = frame_bits;
                /// its line
                output matched_line: Word = LINE_NUMBER_BITS;
                /// where its frame's mask is held
                output matched_place: Word = place_bits;
            }
            "Victim: combinational" {
                /// frame
                input victim_frame: Word = frame_bits;
                /// a write of one of its lines is in flight
                output victim_in_flight: bool;
            }
        }
        wires {
            /// the slot's write isn't answered, or its line isn't cleared
            open[slots]: bool;
            /// the slot is free and no lower one is
            taken[slots]: bool;
            /// a lower slot is free
            free_below[slots + 1]: bool;
            /// a lower slot has the line
            conflict_below[slots + 1]: bool;
            /// a lower slot has a line of the victim
            victim_below[slots + 1]: bool;
            /// the answer is the slot's
            matches[slots]: bool;
            /// the answer is a lower slot's
            matched_below[slots + 1]: bool;
            /// frame of the slot that matches, of those below
            frame_below[slots + 1]: Word = frame_bits;
            /// its line
            line_below[slots + 1]: Word = LINE_NUMBER_BITS;
            /// where its frame's mask is held
            place_below[slots + 1]: Word = place_bits;
        }
        state {
            /// the slot is in use
            held[slots]: bool;
            /// its write was answered in the last cycle
            closing[slots]: bool;
        }
        data {
            /// frame
            frame[slots]: Word = frame_bits;
            /// line
            line[slots]: Word = LINE_NUMBER_BITS;
            /// where the frame's mask is held
            place[slots]: Word = place_bits;
            /// ID
            id[slots]: Word = id_bits;
            /// bursts of the ID that are answered before
            ahead[slots]: Word = count_bits;
        }
    }
}

impl Logic for WritesInFlight {
    #[hdl_gen]
    fn update(&mut self) {
        self.free_below[0].next = false;
        self.conflict_below[0].next = false;
        self.victim_below[0].next = false;
        self.matched_below[0].next = false;
        self.frame_below[0].next = bits(0, self.frame_bits);
        self.line_below[0].next = bits(0, 6);
        self.place_below[0].next = bits(0, self.place_bits);
        for i in 0..self.slots {
            self.open[i].next = self.held[i].val() | self.closing[i].val();
            self.taken[i].next = !self.held[i].val() & !self.free_below[i].val();
            self.free_below[i + 1].next = !self.held[i].val() | self.free_below[i].val();
            self.conflict_below[i + 1].next = self.conflict_below[i].val()
                | (self.open[i].val()
                    & (self.frame[i].val() == self.start_frame.val())
                    & (self.line[i].val() == self.start_line.val()));
            self.victim_below[i + 1].next = self.victim_below[i].val()
                | (self.open[i].val() & (self.frame[i].val() == self.victim_frame.val()));
            self.matches[i].next = self.held[i].val()
                & (self.id[i].val() == self.answer_id.val())
                & !self.ahead[i].val().any();
            self.matched_below[i + 1].next = self.matched_below[i].val() | self.matches[i].val();
            if self.matches[i].val() {
                self.frame_below[i + 1].next = self.frame[i].val();
                self.line_below[i + 1].next = self.line[i].val();
                self.place_below[i + 1].next = self.place[i].val();
            } else {
                self.frame_below[i + 1].next = self.frame_below[i].val();
                self.line_below[i + 1].next = self.line_below[i].val();
                self.place_below[i + 1].next = self.place_below[i].val();
            }

            self.closing[i].next = self.answer.val() & self.matches[i].val();
            if self.answer.val() & (self.id[i].val() == self.answer_id.val()) {
                self.ahead[i].next = self.ahead[i].val() - 1;
                if self.matches[i].val() {
                    self.held[i].next = false;
                }
            }
            if self.start.val() & self.taken[i].val() {
                self.held[i].next = true;
                self.frame[i].next = self.start_frame.val();
                self.line[i].next = self.start_line.val();
                self.place[i].next = self.start_place.val();
                self.id[i].next = self.start_id.val();
                self.ahead[i].next = self.start_ahead.val();
            }
        }
        self.room.next = self.free_below[self.slots].val();
        self.conflict.next = self.conflict_below[self.slots].val();
        self.victim_in_flight.next = self.victim_below[self.slots].val();
        self.matched.next = self.matched_below[self.slots].val();
        self.matched_frame.next = self.frame_below[self.slots].val();
        self.matched_line.next = self.line_below[self.slots].val();
        self.matched_place.next = self.place_below[self.slots].val();
    }
}
