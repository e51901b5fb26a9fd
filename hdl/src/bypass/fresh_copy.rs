//! One copy of the table of fresh lines.

use super::types::{FRAME_LINES, WAY_BITS, WAYS};
use crate::geometry::Geometry;
use crate::rtl::*;

/// Sets of the table.
pub(super) fn sets(g: &Geometry) -> usize {
    (g.bypass_entries / WAYS).max(1)
}

/// Width of a set's number, at least one bit.
pub(super) fn set_bits(g: &Geometry) -> usize {
    clog2(sets(g)).max(1)
}

module! {
    /// Fresh masks of the frames held, four ways a set, with one look-up port.
    ///
    /// Latency: look-up and victim combinational; a write shows in the cycle after it.
    /// Reset:   contents undefined until every set has been written with write_every_way.
    pub module FreshCopy(g: &Geometry) = "memento_fresh_copy" {
        parameters {
            /// sets, a power of two
            sets = sets(g),
            /// bits, width of a frame's number within the memory
            frame_bits = g.frame_index_bits,
        }
        derived {
            /// ways of a set
            ways = WAYS,
            /// bits, width of a set's number, at least one
            set_bits = set_bits(g),
            /// bits of a frame's number that name its set
            set_mask = sets - 1,
            /// bits, width of a frame's number and the bit that says there is one
            tag_bits = frame_bits + 1,
        }
        ports {
            "Look-up: combinational" {
                /// frame
                input frame: Word = frame_bits;
                /// it is held
                output hit: bool;
                /// its way
                output hit_way: Word = WAY_BITS;
                /// its fresh lines; 0 if it isn't held
                output mask: Word = FRAME_LINES;
            }
            "Victim: combinational, in the set of the look-up" {
                /// way
                input victim_way: Word = WAY_BITS;
                /// the frame in it
                output victim_frame: Word = frame_bits;
                /// its fresh lines
                output victim_mask: Word = FRAME_LINES;
                /// no way is empty
                output full: bool;
                /// a way that is empty, if any is
                output empty_way: Word = WAY_BITS;
            }
            "Write" {
                /// write an entry
                input write: bool;
                /// write every way of the set
                input write_every_way: bool;
                /// way
                input write_way: Word = WAY_BITS;
                /// the entry holds a frame
                input write_valid: bool;
                /// that frame; names the set
                input write_frame: Word = frame_bits;
                /// its fresh lines
                input write_mask: Word = FRAME_LINES;
            }
        }
        wires {
            /// set of the look-up
            looked_up: Word = set_bits;
            /// set of the write
            written: Word = set_bits;
            /// tag that a hit has
            wanted: Word = tag_bits;
            /// tags of the set
            tag[ways]: Word = tag_bits;
            /// the way holds the frame
            hits[ways]: bool;
            /// a lower way holds it
            hit_below[ways + 1]: bool;
            /// number of the way that holds it, of those below
            hit_number[ways + 1]: Word = WAY_BITS;
            /// its mask, of those below
            hit_mask[ways + 1]: Word = FRAME_LINES;
            /// every lower way is occupied
            full_below[ways + 1]: bool;
            /// an empty way, of those below
            empty_number[ways + 1]: Word = WAY_BITS;
            /// the victim's tag, of those below
            victim_tag[ways + 1]: Word = tag_bits;
            /// the victim's mask, of those below
            victim_masks[ways + 1]: Word = FRAME_LINES;
        }
        instances {
            /// frames, the top bit says that there is one
            tags[ways]: leaf::LutRam = leaf::LutRam::new(1 << set_bits, tag_bits);
            /// their fresh lines
            masks[ways]: leaf::LutRam = leaf::LutRam::new(1 << set_bits, FRAME_LINES);
        }
    }
}

impl Logic for FreshCopy {
    #[hdl_gen]
    fn update(&mut self) {
        self.looked_up.next = bits_to(self.frame.val(), self.set_bits) & self.set_mask;
        self.written.next = bits_to(self.write_frame.val(), self.set_bits) & self.set_mask;
        self.wanted.next =
            (bits(1, self.tag_bits) << self.frame_bits) | bits_to(self.frame.val(), self.tag_bits);
        self.hit_below[0].next = false;
        self.hit_number[0].next = bits(0, 2);
        self.hit_mask[0].next = bits(0, 64);
        self.full_below[0].next = true;
        self.empty_number[0].next = bits(0, 2);
        self.victim_tag[0].next = bits(0, self.tag_bits);
        self.victim_masks[0].next = bits(0, 64);
        for i in 0..self.ways {
            self.tags[i].read_address.next = self.looked_up.val();
            self.masks[i].read_address.next = self.looked_up.val();
            self.tag[i].next = self.tags[i].read_data.val();
            self.hits[i].next = self.tag[i].val() == self.wanted.val();
            self.hit_below[i + 1].next = self.hit_below[i].val() | self.hits[i].val();
            if self.hits[i].val() {
                self.hit_number[i + 1].next = i.into();
                self.hit_mask[i + 1].next = self.masks[i].read_data.val();
            } else {
                self.hit_number[i + 1].next = self.hit_number[i].val();
                self.hit_mask[i + 1].next = self.hit_mask[i].val();
            }
            self.full_below[i + 1].next =
                self.full_below[i].val() & self.tag[i].val().get_bit(self.frame_bits);
            if self.tag[i].val().get_bit(self.frame_bits) {
                self.empty_number[i + 1].next = self.empty_number[i].val();
            } else {
                self.empty_number[i + 1].next = i.into();
            }
            if self.victim_way.val() == i {
                self.victim_tag[i + 1].next = self.tag[i].val();
                self.victim_masks[i + 1].next = self.masks[i].read_data.val();
            } else {
                self.victim_tag[i + 1].next = self.victim_tag[i].val();
                self.victim_masks[i + 1].next = self.victim_masks[i].val();
            }
            self.tags[i].write.next =
                self.write.val() & (self.write_every_way.val() | (self.write_way.val() == i));
            self.tags[i].write_address.next = self.written.val();
            self.tags[i].write_data.next = (bits_from(self.write_valid.val(), self.tag_bits)
                << self.frame_bits)
                | bits_to(self.write_frame.val(), self.tag_bits);
            self.masks[i].write.next =
                self.write.val() & (self.write_every_way.val() | (self.write_way.val() == i));
            self.masks[i].write_address.next = self.written.val();
            self.masks[i].write_data.next = self.write_mask.val();
        }
        self.hit.next = self.hit_below[self.ways].val();
        self.hit_way.next = self.hit_number[self.ways].val();
        self.mask.next = self.hit_mask[self.ways].val();
        self.full.next = self.full_below[self.ways].val();
        self.empty_way.next = self.empty_number[self.ways].val();
        self.victim_frame.next = bits_to(self.victim_tag[self.ways].val(), self.frame_bits);
        self.victim_mask.next = self.victim_masks[self.ways].val();
    }
}
