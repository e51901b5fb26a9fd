//! Which of the places that a frame's mask can take makes room.

use super::fresh_rows::FreshRows;
use super::types::{WAY_BITS, WAYS, row_bits, rows};
use crate::geometry::Geometry;
use crate::rtl::*;

module! {
    /// Use of the places of masks: which were used of late, and which differ from memory.
    ///
    /// The victim is a place that wasn't used of late, one that memory's mask table agrees with
    /// if there is any. Once all places of a frame were used, the one used last is alone in that.
    ///
    /// Latency: look-up combinational; a use and a note show in the cycle after it.
    /// Reset:   contents undefined until every row has been cleared; the victim is some way even
    ///          then.
    pub module WayUse(g: &Geometry) = "memento_way_use" {
        parameters {
            /// rows of each way, a power of two
            rows = rows(g),
            /// bits, width of a frame's number within the memory
            frame_bits = g.frame_index_bits,
        }
        derived {
            /// ways
            ways = WAYS,
            /// ways of a half
            half = WAYS / 2,
            /// bits, width of a row's number
            row_bits = row_bits(g),
        }
        features {
            /// 1: words of tables and queues are checked by a parity bit
            parity = g.parity as usize,
        }
        ports {
            "Check of the words kept" {
                /// a word of the look-up's rows is not what was written
                output wrong[parity]: bool;
            }
            "Look-up: combinational" {
                /// frame, which names the row in each way
                input frame: Word = frame_bits;
                /// way that makes room
                output victim_way: Word = WAY_BITS;
                /// way
                input way: Word = WAY_BITS;
                /// its mask differs from memory's
                output changed: bool;
            }
            "Write, to the place in that way" {
                /// it is used
                input used: bool;
                /// it is noted whether it differs from memory
                input note: bool;
                /// it does
                input noted_changed: bool;
                /// instead, no place of the rows was used
                input clear: bool;
            }
        }
        wires {
            /// one of a lower way isn't
            wrong_below[(ways + 1) * parity]: bool;
            /// row in each way
            row[ways]: Word = row_bits;
            /// the way was used of late
            recent[ways]: bool;
            /// its mask differs from memory's
            differs[ways]: bool;
            /// every lower way was used of late
            recent_below[ways + 1]: bool;
            /// every lower way was, or is used now
            all_used_below[ways + 1]: bool;
            /// the way may make room
            eligible[ways]: bool;
            /// the highest that may, of those below
            eligible_number[ways + 1]: Word = WAY_BITS;
            /// a lower way may, and memory has its mask
            clean_below[ways + 1]: bool;
            /// the highest of these
            clean_number[ways + 1]: Word = WAY_BITS;
            /// a lower way is the one looked up, and differs
            changed_below[ways + 1]: bool;
        }
        instances {
            /// rows
            place_rows: FreshRows = FreshRows::new(g);
            /// places used of late
            recents[ways]: leaf::LutRam<bool> = leaf::LutRam::protected(rows, (), parity == 1);
            /// places whose masks differ from memory's
            changes[ways]: leaf::LutRam<bool> = leaf::LutRam::protected(rows, (), parity == 1);
        }
    }
}

impl Logic for WayUse {
    #[hdl_gen]
    fn update(&mut self) {
        self.place_rows.frame.next = self.frame.val();
        for i in 0..self.half {
            self.row[i].next = self.place_rows.lower.val();
        }
        for i in self.half..self.ways {
            self.row[i].next = self.place_rows.upper.val();
        }
        self.recent_below[0].next = true;
        self.all_used_below[0].next = true;
        self.changed_below[0].next = false;
        for i in 0..self.ways {
            self.recents[i].read_address.next = self.row[i].val();
            self.changes[i].read_address.next = self.row[i].val();
            self.recent[i].next = self.recents[i].read_data.val();
            self.differs[i].next = self.changes[i].read_data.val();
            self.recent_below[i + 1].next = self.recent_below[i].val() & self.recent[i].val();
            self.all_used_below[i + 1].next =
                self.all_used_below[i].val() & (self.recent[i].val() | (self.way.val() == i));
            self.changed_below[i + 1].next =
                self.changed_below[i].val() | ((self.way.val() == i) & self.differs[i].val());
        }
        if self.parity == 1 {
            self.wrong_below[0].next = false;
            for i in 0..self.ways {
                self.wrong_below[i + 1].next = self.wrong_below[i].val()
                    | self.recents[i].wrong.val()
                    | self.changes[i].wrong.val();
            }
            self.wrong[0].next = self.wrong_below[self.ways].val();
        }
        self.changed.next = self.changed_below[self.ways].val();

        self.eligible_number[0].next = bits(0, 3);
        self.clean_below[0].next = false;
        self.clean_number[0].next = bits(0, 3);
        for i in 0..self.ways {
            self.eligible[i].next = self.recent_below[self.ways].val() | !self.recent[i].val();
            if self.eligible[i].val() {
                self.eligible_number[i + 1].next = i.into();
            } else {
                self.eligible_number[i + 1].next = self.eligible_number[i].val();
            }
            self.clean_below[i + 1].next =
                self.clean_below[i].val() | (self.eligible[i].val() & !self.differs[i].val());
            if self.eligible[i].val() & !self.differs[i].val() {
                self.clean_number[i + 1].next = i.into();
            } else {
                self.clean_number[i + 1].next = self.clean_number[i].val();
            }
        }
        if self.clean_below[self.ways].val() {
            self.victim_way.next = self.clean_number[self.ways].val();
        } else {
            self.victim_way.next = self.eligible_number[self.ways].val();
        }

        for i in 0..self.ways {
            self.recents[i].write.next = self.used.val() | self.clear.val();
            self.recents[i].write_address.next = self.row[i].val();
            self.recents[i].write_data.next = !self.clear.val()
                & ((self.way.val() == i)
                    | (self.recent[i].val() & !self.all_used_below[self.ways].val()));
            self.changes[i].write.next =
                self.clear.val() | (self.note.val() & (self.way.val() == i));
            self.changes[i].write_address.next = self.row[i].val();
            self.changes[i].write_data.next = self.noted_changed.val();
        }
    }
}
