//! What a path sees of the fresh table.

use super::fresh_tags::FreshTags;
use super::types::{Change, FRAME_LINES, NOTE_BITS, change, place_bits};
use crate::geometry::Geometry;
use crate::rtl::*;

module! {
    /// A copy of what is known of every frame, for the oldest burst of one path.
    ///
    /// The burst behind the oldest one is looked up before it is known whether it moves up; masks and
    /// notes are read as it does. A change of the oldest burst's frame makes it looked up again.
    ///
    /// Latency: what is shown stands from the cycle on in which the burst is the oldest; after a
    ///          change of its frame it is unsettled for a cycle. A burst that moves up in that cycle
    ///          is unsettled for one more.
    /// Reset:   unsettled, and contents undefined, until every frame has been changed with every way.
    pub module FreshView(g: &Geometry) = "memento_fresh_view" {
        parameters {
            /// bits, width of a frame's number within the memory
            frame_bits = g.frame_index_bits,
        }
        derived {
            /// bits, width of a place's number
            place_bits = place_bits(g),
        }
        features {
            /// 1: words of tables and queues are checked by a parity bit
            parity = g.parity as usize,
        }
        ports {
            "Check of the words kept" {
                /// what is shown is not what was written
                output shown_wrong[parity]: bool;
                /// nor is a tag that is looked up, and shown from the next cycle on
                output tag_wrong[parity]: bool;
            }
            "Bursts" {
                /// frame of the burst behind the oldest one
                input ahead_frame: Word = frame_bits;
                /// that burst is the oldest one after this cycle
                input moves: bool;
                /// there is an oldest one
                input valid: bool;
                /// its frame
                input frame: Word = frame_bits;
            }
            "Its frame" {
                /// what is shown can be relied upon
                output settled: bool;
                /// the frame's mask is held
                output held: bool;
                /// its fresh lines, if its mask is held
                output mask: Word = FRAME_LINES;
                /// every line of it is fresh
                output whole: bool;
                /// memory has its mask
                output spilled: bool;
                /// where its mask is held, if it is
                output place: Word = place_bits;
            }
            "Change" {
                /// the table is cleared
                input serving: bool;
                /// what becomes of a frame
                input change: Change = change(g);
            }
        }
        wires {
            /// the change
            changed: Change = change(g);
            /// the oldest burst is looked up, not the one behind it
            looks_again: bool;
            /// the look-up is taken over
            takes: bool;
            /// frame of the oldest burst after this cycle
            coming: Word = frame_bits;
            /// where its mask is held, if it is
            coming_place: Word = place_bits;
            /// notes of the oldest burst's frame
            noted: Word = NOTE_BITS;
        }
        state {
            /// the oldest burst has to be looked up
            unsettled: bool;
        }
        data {
            /// its mask is held
            found: bool;
            /// there
            found_place: Word = place_bits;
        }
        instances {
            /// whose masks are held
            tags: FreshTags = FreshTags::new(g);
            /// those masks, by place
            masks: leaf::BlockRam = leaf::BlockRam::protected(1 << place_bits, FRAME_LINES, parity == 1);
            /// notes, a frame a word
            notes: leaf::BlockRam = leaf::BlockRam::protected(1 << frame_bits, NOTE_BITS, parity == 1);
        }
    }
}

impl Logic for FreshView {
    #[hdl_gen]
    fn update(&mut self) {
        self.changed.next = self.change.val();
        self.looks_again.next = self.valid.val() & self.unsettled.val();
        if self.looks_again.val() {
            self.tags.frame.next = self.frame.val();
        } else {
            self.tags.frame.next = self.ahead_frame.val();
        }
        self.takes.next = self.looks_again.val() | self.moves.val();
        if self.takes.val() {
            self.found.next = self.tags.found.val();
            self.coming_place.next = self.tags.place.val();
        } else {
            self.coming_place.next = self.found_place.val();
        }
        self.found_place.next = self.coming_place.val();
        self.place.next = self.found_place.val();
        if self.moves.val() {
            self.coming.next = self.ahead_frame.val();
        } else {
            self.coming.next = self.frame.val();
        }
        self.unsettled.next = !self.serving.val()
            | (self.looks_again.val() & self.moves.val())
            | ((self.changed.val().place | self.changed.val().put | self.changed.val().note)
                & (self.changed.val().frame == self.coming.val()));
        self.settled.next = !self.unsettled.val();
        self.held.next = self.found.val();
        self.masks.read_address.next = self.coming_place.val();
        self.mask.next = self.masks.read_data.val();
        self.notes.read_address.next = self.coming.val();
        self.noted.next = self.notes.read_data.val();
        self.whole.next = self.noted.val().get_bit(0);
        self.spilled.next = self.noted.val().get_bit(1);

        if self.parity == 1 {
            self.shown_wrong[0].next = self.valid.val()
                & !self.unsettled.val()
                & (self.notes.wrong.val() | (self.found.val() & self.masks.wrong.val()));
            self.tag_wrong[0].next = self.serving.val() & self.tags.wrong[0].val();
        }

        self.tags.victim_way.next = bits(0, 3);
        self.tags.write.next = self.changed.val().place;
        self.tags.write_every_way.next = self.changed.val().every_way;
        self.tags.write_way.next = self.changed.val().way;
        self.tags.write_frame.next = self.changed.val().frame;
        self.tags.written_held.next = self.changed.val().held;
        self.masks.write.next = self.changed.val().put;
        self.masks.write_address.next = self.tags.written_place.val();
        self.masks.write_data.next = self.changed.val().mask;
        self.notes.write.next = self.changed.val().note;
        self.notes.write_address.next = self.changed.val().frame;
        self.notes.write_data.next = self.changed.val().noted;
    }
}
