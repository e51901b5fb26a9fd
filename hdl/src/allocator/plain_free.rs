//! Frees that clear a slot's bit in a header at hand, and do nothing else.

use super::types::PlainState;
use crate::geometry::{BEAT_BITS, Geometry, LINE_BEATS};
use crate::rtl::*;

module! {
    /// Plain free: clears a slot's bit in a header that the cache has, counts down, and mends the
    /// checksum. Two beats of the line are read and written, its others stay.
    ///
    /// What is in the cache has been judged when it was read. So the bit and the count say whether the
    /// free is a plain one: the slot is taken, the arena is neither left empty nor worth listing with
    /// it. Any other free is refused, and nothing is changed.
    ///
    /// The checksum in beat 6 makes the sum of all halfwords 0xffff: it grows by what the bit was
    /// worth in its halfword, and by one for the count.
    ///
    /// Protocol:   ask and its operands are held until elsewhere, which comes in the same cycle, or
    ///             until done or refused, which end it.
    /// Latency:    elsewhere in the first cycle; refused in the third, done in the fourth; more while
    ///             the line is being written to memory, or the write queue has no room.
    /// Reset:      idle.
    pub module PlainFree(g: &Geometry) = "memento_plain_free" {
        parameters {
            /// bits, width of a physical address
            physical_bits = g.physical_bits,
            /// bits, width of a slot number
            slot_bits = g.slot_bits,
            /// objects an arena
            objects = g.objects,
            /// free slots from which an arena outside the table is listed
            list_threshold = g.list_threshold,
        }
        derived {
            /// log2 of the beats a line
            beat_number_bits = clog2(LINE_BEATS),
            /// allocated slots of an arena that the free makes worth listing
            listed_with = objects - list_threshold + 1,
        }
        features {
            /// 1: words of tables and queues are checked by a parity bit
            parity = g.parity as usize,
        }
        ports {
            "Free" {
                /// one is asked for
                input ask: bool;
                /// its slot
                input slot: Word = slot_bits;
                /// its header isn't at hand
                output elsewhere: bool;
                /// it is carried out
                output done: bool;
                /// it is no plain one
                output refused: bool;
                /// physical address of the header's line, with refused
                output line: Word = physical_bits;
            }
            "Header" {
                /// the cache has it, and serves
                input at_hand: bool;
                /// physical address of its line
                input line_address: Word = physical_bits;
                /// it is being written to memory
                input taken: bool;
                /// the write queue has room for it
                input room: bool;
                /// it is being changed
                output changing: bool;
                /// a beat is read, and comes in the next cycle
                output read: bool;
                /// which beat is read or written
                output beat: Word = beat_number_bits;
                /// the beat that was read
                input read_data: Word = BEAT_BITS;
                /// that is used
                output uses[parity]: bool;
                /// a beat is written
                output write: bool;
                /// that beat
                output write_data: Word = BEAT_BITS;
                /// it is changed, and goes to the write queue
                output put: bool;
            }
        }
        wires {
            /// beat of the slot's bit
            slot_beat: Word = beat_number_bits;
            /// the slot's bit within its beat
            slot_mask: Word = BEAT_BITS;
            /// it is begun
            begins: bool;
            /// allocated slots
            count: Word = 16;
            /// it does nothing but to clear its bit
            plain: bool;
            /// the checksum that memory is to have
            seal: Word = 16;
        }
        state {
            /// what the unit does
            state: PlainState;
        }
        data {
            /// beat of the slot's bit, changed
            bitmap: Word = BEAT_BITS;
            /// its bit was set
            allocated: bool;
            /// beat 6, changed
            sealed: Word = BEAT_BITS;
            /// physical address of the line
            address: Word = physical_bits;
        }
    }
}

impl Logic for PlainFree {
    #[hdl_gen]
    fn update(&mut self) {
        self.slot_beat.next = bits_to(bits_to(self.slot.val(), 9) >> 6, self.beat_number_bits);
        self.slot_mask.next = bits(1, 64) << bits_to(self.slot.val(), 6);
        self.elsewhere.next =
            (self.state.val() == PlainState::Idle) & self.ask.val() & !self.at_hand.val();
        self.begins.next = (self.state.val() == PlainState::Idle)
            & self.ask.val()
            & self.at_hand.val()
            & self.room.val()
            & !self.taken.val();
        self.changing.next = self.begins.val() | (self.state.val() != PlainState::Idle);

        comment!("Beat 6: count, checksum, and what is left alone.");
        self.count.next = bits_to(self.read_data.val(), 16);
        self.plain.next = self.allocated.val()
            & (self.count.val() > 1)
            & (self.count.val() <= self.objects)
            & (self.count.val() != self.listed_with);
        self.seal.next = bits_to(self.read_data.val() >> 16, 16)
            + (bits(1, 16) << bits_to(self.slot.val(), 4))
            + 1;
        self.sealed.next = (bits_to(self.read_data.val() >> 32, 64) << 32)
            | (bits_to(self.seal.val(), 64) << 16)
            | bits_to(self.count.val() - 1, 64);

        self.read.next = self.begins.val() | (self.state.val() == PlainState::Bitmap);
        self.write.next = (self.state.val() == PlainState::Count) & self.plain.val()
            | (self.state.val() == PlainState::Put);
        if (self.state.val() == PlainState::Idle) | (self.state.val() == PlainState::Count) {
            self.beat.next = self.slot_beat.val();
        } else {
            self.beat.next = bits(6, self.beat_number_bits);
        }
        if self.state.val() == PlainState::Count {
            self.write_data.next = self.bitmap.val();
        } else {
            self.write_data.next = self.sealed.val();
        }
        self.refused.next = (self.state.val() == PlainState::Count) & !self.plain.val();
        self.done.next = self.state.val() == PlainState::Put;
        self.put.next = self.state.val() == PlainState::Put;
        self.line.next = self.address.val();
        if self.parity == 1 {
            self.uses[0].next =
                (self.state.val() == PlainState::Bitmap) | (self.state.val() == PlainState::Count);
        }

        match self.state.val() {
            PlainState::Idle => {
                self.address.next = self.line_address.val();
                if self.begins.val() {
                    self.state.next = PlainState::Bitmap;
                }
            }
            PlainState::Bitmap => {
                self.allocated.next = (self.read_data.val() & self.slot_mask.val()).any();
                self.bitmap.next = self.read_data.val() & !self.slot_mask.val();
                self.state.next = PlainState::Count;
            }
            PlainState::Count => {
                if self.plain.val() {
                    self.state.next = PlainState::Put;
                } else {
                    self.state.next = PlainState::Idle;
                }
            }
            PlainState::Put => {
                self.state.next = PlainState::Idle;
            }
        }
    }
}
