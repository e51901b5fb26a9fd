//! One copy of the table of fresh lines.

use super::types::{FRAME_LINES, GROUP_FRAMES, MEMBER_BITS, WAY_BITS, WAYS, group_bits};
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
    /// Fresh masks of the groups held, four ways a set, with one look-up port.
    ///
    /// An entry is for a group of eight neighbouring frames: a bit for each says whether its mask is
    /// held here. An entry without any is empty.
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
            /// bits of a group's number that name its set
            set_mask = sets - 1,
            /// bits, width of a group's number
            group_bits = group_bits(g),
            /// frames of a group
            members = GROUP_FRAMES,
            /// bits, width of a frame's number within its group
            member_bits = MEMBER_BITS,
            /// bits, width of a mask's address in a way
            mask_address_bits = set_bits + member_bits,
        }
        ports {
            "Look-up: combinational" {
                /// frame
                input frame: Word = frame_bits;
                /// its mask is held
                output hit: bool;
                /// its fresh lines; 0 if its mask isn't held
                output mask: Word = FRAME_LINES;
                /// the way that has its group, if any has
                output way: Word = WAY_BITS;
                /// members of its group whose masks are held
                output held: Word = GROUP_FRAMES;
                /// they differ from those in memory
                output dirty: bool;
            }
            "Victim: combinational, in the set of the look-up" {
                /// way
                input victim_way: Word = WAY_BITS;
                /// the group in it
                output victim_group: Word = group_bits;
                /// its members whose masks are held
                output victim_held: Word = GROUP_FRAMES;
                /// they differ from those in memory
                output victim_dirty: bool;
                /// no way is empty
                output full: bool;
                /// a way that is empty, if any is
                output empty_way: Word = WAY_BITS;
            }
            "Write, of an entry and of a mask" {
                /// write an entry
                input write: bool;
                /// write that of every way of the set
                input write_every_way: bool;
                /// write a mask
                input write_mask: bool;
                /// way
                input write_way: Word = WAY_BITS;
                /// frame of the mask; names the entry's group, and the set
                input write_frame: Word = frame_bits;
                /// the entry: members whose masks are held
                input written_held: Word = GROUP_FRAMES;
                /// they differ from those in memory
                input written_dirty: bool;
                /// the mask: fresh lines of the frame
                input written_mask: Word = FRAME_LINES;
            }
        }
        wires {
            /// group of the look-up
            group: Word = group_bits;
            /// set of the look-up
            looked_up: Word = set_bits;
            /// set of the write
            written: Word = set_bits;
            /// address of the mask looked up
            mask_address: Word = mask_address_bits;
            /// address of the mask written
            written_address: Word = mask_address_bits;
            /// the frame as a bit of its group
            member: Word = GROUP_FRAMES;
            /// the way has the group
            has[ways]: bool;
            /// members that a lower way holds of the group
            held_below[ways + 1]: Word = GROUP_FRAMES;
            /// number of the way that has the group, of those below
            number[ways + 1]: Word = WAY_BITS;
            /// the frame's mask, of those below
            mask_below[ways + 1]: Word = FRAME_LINES;
            /// a lower way has the group and is dirty
            dirty_below[ways + 1]: bool;
            /// every lower way is occupied
            full_below[ways + 1]: bool;
            /// an empty way, of those below
            empty_number[ways + 1]: Word = WAY_BITS;
            /// the victim's group, of those below
            victim_groups[ways + 1]: Word = group_bits;
            /// the victim's members held, of those below
            victim_helds[ways + 1]: Word = GROUP_FRAMES;
            /// a lower way is the victim and is dirty
            victim_dirties[ways + 1]: bool;
        }
        instances {
            /// groups
            groups[ways]: leaf::LutRam = leaf::LutRam::new(1 << set_bits, group_bits);
            /// members whose masks are held
            helds[ways]: leaf::LutRam = leaf::LutRam::new(1 << set_bits, GROUP_FRAMES);
            /// whether these differ from memory's
            dirties[ways]: leaf::LutRam = leaf::LutRam::new(1 << set_bits, 1);
            /// masks, those of a group one after the other
            masks[ways]: leaf::LutRam = leaf::LutRam::new(1 << mask_address_bits, FRAME_LINES);
        }
    }
}

impl Logic for FreshCopy {
    #[hdl_gen]
    fn update(&mut self) {
        self.group.next = bits_to(self.frame.val() >> self.member_bits, self.group_bits);
        self.looked_up.next = bits_to(self.group.val(), self.set_bits) & self.set_mask;
        self.written.next =
            bits_to(self.write_frame.val() >> self.member_bits, self.set_bits) & self.set_mask;
        self.member.next = bits(1, self.members) << bits_to(self.frame.val(), self.member_bits);
        self.mask_address.next = (bits_to(self.looked_up.val(), self.mask_address_bits)
            << self.member_bits)
            | bits_to(
                bits_to(self.frame.val(), self.member_bits),
                self.mask_address_bits,
            );
        self.written_address.next = (bits_to(self.written.val(), self.mask_address_bits)
            << self.member_bits)
            | bits_to(
                bits_to(self.write_frame.val(), self.member_bits),
                self.mask_address_bits,
            );
        self.held_below[0].next = bits(0, self.members);
        self.number[0].next = bits(0, 2);
        self.mask_below[0].next = bits(0, 64);
        self.dirty_below[0].next = false;
        self.full_below[0].next = true;
        self.empty_number[0].next = bits(0, 2);
        self.victim_groups[0].next = bits(0, self.group_bits);
        self.victim_helds[0].next = bits(0, self.members);
        self.victim_dirties[0].next = false;
        for i in 0..self.ways {
            self.groups[i].read_address.next = self.looked_up.val();
            self.helds[i].read_address.next = self.looked_up.val();
            self.dirties[i].read_address.next = self.looked_up.val();
            self.masks[i].read_address.next = self.mask_address.val();
            self.has[i].next = (self.groups[i].read_data.val() == self.group.val())
                & self.helds[i].read_data.val().any();
            if self.has[i].val() {
                self.held_below[i + 1].next = self.helds[i].read_data.val();
                self.number[i + 1].next = i.into();
                self.mask_below[i + 1].next = self.masks[i].read_data.val();
                self.dirty_below[i + 1].next = self.dirties[i].read_data.val().any();
            } else {
                self.held_below[i + 1].next = self.held_below[i].val();
                self.number[i + 1].next = self.number[i].val();
                self.mask_below[i + 1].next = self.mask_below[i].val();
                self.dirty_below[i + 1].next = self.dirty_below[i].val();
            }
            if self.helds[i].read_data.val().any() {
                self.full_below[i + 1].next = self.full_below[i].val();
                self.empty_number[i + 1].next = self.empty_number[i].val();
            } else {
                self.full_below[i + 1].next = false;
                self.empty_number[i + 1].next = i.into();
            }
            if self.victim_way.val() == i {
                self.victim_groups[i + 1].next = self.groups[i].read_data.val();
                self.victim_helds[i + 1].next = self.helds[i].read_data.val();
                self.victim_dirties[i + 1].next = self.dirties[i].read_data.val().any();
            } else {
                self.victim_groups[i + 1].next = self.victim_groups[i].val();
                self.victim_helds[i + 1].next = self.victim_helds[i].val();
                self.victim_dirties[i + 1].next = self.victim_dirties[i].val();
            }
            self.groups[i].write.next =
                self.write.val() & (self.write_every_way.val() | (self.write_way.val() == i));
            self.groups[i].write_address.next = self.written.val();
            self.groups[i].write_data.next =
                bits_to(self.write_frame.val() >> self.member_bits, self.group_bits);
            self.helds[i].write.next =
                self.write.val() & (self.write_every_way.val() | (self.write_way.val() == i));
            self.helds[i].write_address.next = self.written.val();
            self.helds[i].write_data.next = self.written_held.val();
            self.dirties[i].write.next =
                self.write.val() & (self.write_every_way.val() | (self.write_way.val() == i));
            self.dirties[i].write_address.next = self.written.val();
            self.dirties[i].write_data.next = bits_from(self.written_dirty.val(), 1);
            self.masks[i].write.next = self.write_mask.val() & (self.write_way.val() == i);
            self.masks[i].write_address.next = self.written_address.val();
            self.masks[i].write_data.next = self.written_mask.val();
        }
        self.held.next = self.held_below[self.ways].val();
        self.hit.next = (self.held_below[self.ways].val() & self.member.val()).any();
        if (self.held_below[self.ways].val() & self.member.val()).any() {
            self.mask.next = self.mask_below[self.ways].val();
        } else {
            self.mask.next = bits(0, 64);
        }
        self.way.next = self.number[self.ways].val();
        self.dirty.next = self.dirty_below[self.ways].val();
        self.full.next = self.full_below[self.ways].val();
        self.empty_way.next = self.empty_number[self.ways].val();
        self.victim_group.next = self.victim_groups[self.ways].val();
        self.victim_held.next = self.victim_helds[self.ways].val();
        self.victim_dirty.next = self.victim_dirties[self.ways].val();
    }
}
