//! Whose masks the filter holds.

use super::fresh_rows::FreshRows;
use super::types::{WAY_BITS, WAYS, place_bits, row_bits, rows, tag_bits};
use crate::geometry::Geometry;
use crate::rtl::*;

module! {
    /// Tags of the masks held: a place a way and row, with one look-up port.
    ///
    /// A frame's mask may be in any way, in the frame's row of that way's half.
    ///
    /// Latency: look-up and victim combinational; a write shows in the cycle after it.
    /// Reset:   contents undefined until every row has been written with write_every_way.
    pub module FreshTags(g: &Geometry) = "memento_fresh_tags" {
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
            /// number of the bit of a way's number that names its half
            half_bit = WAY_BITS - 1,
            /// bits, width of a row's number
            row_bits = row_bits(g),
            /// bits, width of what tells the frames of a row apart
            tag_bits = tag_bits(g),
            /// bits, width of a place's number
            place_bits = place_bits(g),
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
                /// frame
                input frame: Word = frame_bits;
                /// its mask is held
                output found: bool;
                /// in this way
                output way: Word = WAY_BITS;
                /// at this place: the way, and below it the row
                output place: Word = place_bits;
                /// one of its places is empty
                output vacant: bool;
                /// that of this way
                output vacant_way: Word = WAY_BITS;
            }
            "Victim: combinational, of the places of the look-up" {
                /// way
                input victim_way: Word = WAY_BITS;
                /// the frame whose mask is there
                output victim_frame: Word = frame_bits;
            }
            "Write" {
                /// write a tag
                input write: bool;
                /// write that of every way, in the rows of the frame
                input write_every_way: bool;
                /// way
                input write_way: Word = WAY_BITS;
                /// frame
                input write_frame: Word = frame_bits;
                /// its mask is held there from now on; else the place is empty
                input written_held: bool;
                /// the place
                output written_place: Word = place_bits;
            }
        }
        wires {
            /// one of a lower way isn't
            wrong_below[(ways + 1) * parity]: bool;
            /// bits of the frame above those of a row
            high: Word = tag_bits;
            /// row of the look-up in each way
            row[ways]: Word = row_bits;
            /// row of the write in each way
            written_row[ways]: Word = row_bits;
            /// the way has the frame
            has[ways]: bool;
            /// a lower way has it
            found_below[ways + 1]: bool;
            /// number of the way that has it, of those below
            number[ways + 1]: Word = WAY_BITS;
            /// row of the way that has it
            found_row: Word = row_bits;
            /// a lower way is empty
            vacant_below[ways + 1]: bool;
            /// an empty way, of those below
            vacant_number[ways + 1]: Word = WAY_BITS;
            /// the victim's high bits, of the ways below
            victim_highs[ways + 1]: Word = tag_bits;
            /// the victim's row
            victim_row: Word = row_bits;
            /// what its high bits add to its low bits in its row
            victim_fold: Word = row_bits;
            /// row of the write
            place_row: Word = row_bits;
        }
        instances {
            /// rows of the look-up
            look_up_rows: FreshRows = FreshRows::new(g);
            /// rows of the write
            write_rows: FreshRows = FreshRows::new(g);
            /// rows of the victim's high bits alone
            victim_rows: FreshRows = FreshRows::new(g);
            /// the frames' bits above those of a row
            highs[ways]: leaf::LutRam = leaf::LutRam::protected(rows, tag_bits, parity == 1);
            /// whether a mask is held
            helds[ways]: leaf::LutRam<bool> = leaf::LutRam::protected(rows, (), parity == 1);
        }
    }
}

impl Logic for FreshTags {
    #[hdl_gen]
    fn update(&mut self) {
        self.look_up_rows.frame.next = self.frame.val();
        self.write_rows.frame.next = self.write_frame.val();
        for i in 0..self.half {
            self.row[i].next = self.look_up_rows.lower.val();
            self.written_row[i].next = self.write_rows.lower.val();
        }
        for i in self.half..self.ways {
            self.row[i].next = self.look_up_rows.upper.val();
            self.written_row[i].next = self.write_rows.upper.val();
        }
        self.high.next = bits_to(self.frame.val() >> self.row_bits, self.tag_bits);
        self.found_below[0].next = false;
        self.number[0].next = bits(0, 3);
        self.vacant_below[0].next = false;
        self.vacant_number[0].next = bits(0, 3);
        self.victim_highs[0].next = bits(0, self.tag_bits);
        for i in 0..self.ways {
            self.highs[i].read_address.next = self.row[i].val();
            self.helds[i].read_address.next = self.row[i].val();
            self.has[i].next =
                self.helds[i].read_data.val() & (self.highs[i].read_data.val() == self.high.val());
            self.found_below[i + 1].next = self.found_below[i].val() | self.has[i].val();
            if self.has[i].val() {
                self.number[i + 1].next = i.into();
            } else {
                self.number[i + 1].next = self.number[i].val();
            }
            if self.helds[i].read_data.val() {
                self.vacant_below[i + 1].next = self.vacant_below[i].val();
                self.vacant_number[i + 1].next = self.vacant_number[i].val();
            } else {
                self.vacant_below[i + 1].next = true;
                self.vacant_number[i + 1].next = i.into();
            }
            if self.victim_way.val() == i {
                self.victim_highs[i + 1].next = self.highs[i].read_data.val();
            } else {
                self.victim_highs[i + 1].next = self.victim_highs[i].val();
            }
            self.highs[i].write.next =
                self.write.val() & (self.write_every_way.val() | (self.write_way.val() == i));
            self.highs[i].write_address.next = self.written_row[i].val();
            self.highs[i].write_data.next =
                bits_to(self.write_frame.val() >> self.row_bits, self.tag_bits);
            self.helds[i].write.next =
                self.write.val() & (self.write_every_way.val() | (self.write_way.val() == i));
            self.helds[i].write_address.next = self.written_row[i].val();
            self.helds[i].write_data.next = self.written_held.val();
        }
        if self.parity == 1 {
            self.wrong_below[0].next = false;
            for i in 0..self.ways {
                self.wrong_below[i + 1].next = self.wrong_below[i].val()
                    | self.highs[i].wrong.val()
                    | self.helds[i].wrong.val();
            }
            self.wrong[0].next = self.wrong_below[self.ways].val();
        }
        self.found.next = self.found_below[self.ways].val();
        self.way.next = self.number[self.ways].val();
        if self.number[self.ways].val().get_bit(self.half_bit) {
            self.found_row.next = self.look_up_rows.upper.val();
        } else {
            self.found_row.next = self.look_up_rows.lower.val();
        }
        self.place.next = (bits_to(self.number[self.ways].val(), self.place_bits) << self.row_bits)
            | bits_to(self.found_row.val(), self.place_bits);
        self.vacant.next = self.vacant_below[self.ways].val();
        self.vacant_way.next = self.vacant_number[self.ways].val();

        comment!("A row is the low bits exclusive-or a fold of the high ones, and so undone.");
        self.victim_rows.frame.next =
            bits_to(self.victim_highs[self.ways].val(), self.frame_bits) << self.row_bits;
        if self.victim_way.val().get_bit(self.half_bit) {
            self.victim_row.next = self.look_up_rows.upper.val();
            self.victim_fold.next = self.victim_rows.upper.val();
        } else {
            self.victim_row.next = self.look_up_rows.lower.val();
            self.victim_fold.next = self.victim_rows.lower.val();
        }
        self.victim_frame.next = (bits_to(self.victim_highs[self.ways].val(), self.frame_bits)
            << self.row_bits)
            | bits_to(
                self.victim_row.val() ^ self.victim_fold.val(),
                self.frame_bits,
            );

        if self.write_way.val().get_bit(self.half_bit) {
            self.place_row.next = self.write_rows.upper.val();
        } else {
            self.place_row.next = self.write_rows.lower.val();
        }
        self.written_place.next = (bits_to(self.write_way.val(), self.place_bits) << self.row_bits)
            | bits_to(self.place_row.val(), self.place_bits);
    }
}
