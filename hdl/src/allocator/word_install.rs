//! An arena's words on their way into the object table.

use super::popcount::Popcount;
use crate::geometry::{BEAT_BITS, Geometry, LINE_BEATS};
use crate::rtl::*;

module! {
    /// Word install: the words of an arena, one after another, each with its count of free slots.
    ///
    /// A new arena's words are all free, another's are in line buffer 0. What a standby is to be known
    /// by is gathered as they pass: the counts, and the lowest word that has a free slot. A word
    /// that has waited 15 cycles has nothing enter the object table for a cycle.
    ///
    /// Protocol:   start ahead of each arena; install and its operands are held until accept.
    /// Latency:    a word a cycle, the first at once.
    /// Reset:      none waits.
    pub module WordInstall(g: &Geometry) = "memento_word_install" {
        parameters {
            /// bits, width of a slot number
            slot_bits = g.slot_bits,
            /// words a bitmap
            words = g.words,
            /// slots a word
            word_bits = g.word_bits,
        }
        derived {
            /// bits, width of a word number
            word_number_bits = clog2(words),
            /// bits, width of a count of a word's slots
            word_count_bits = clog2(word_bits + 1),
            /// log2 of the slots a word
            word_bits_log2 = clog2(word_bits),
            /// bits, width of all words' counts
            counts_bits = words * clog2(word_bits + 1),
            /// bits of the counts of all words but the last
            last_place = (words - 1) * clog2(word_bits + 1),
            /// log2 of the beats a line
            beat_number_bits = clog2(LINE_BEATS),
        }
        ports {
            "Arena" {
                /// another arena is to come
                input start: bool;
                /// its words are to be installed
                input active: bool;
                /// it is new, with no slot taken
                input fresh: bool;
                /// beat of line buffer 0 that the word is in
                output peek_beat: Word = beat_number_bits;
                /// that beat
                input peek_data: Word = BEAT_BITS;
            }
            "Word" {
                /// it may be installed
                input open: bool;
                /// it is to be installed
                output install: bool;
                /// it is
                input accept: bool;
                /// the last word is installed
                output complete: bool;
                /// nothing should enter the object table, so that it can be installed
                output starving: bool;
                /// word number
                output number: Word = word_number_bits;
                /// free mask
                output mask: Word = word_bits;
                /// free slots in the word
                output count: Word = word_count_bits;
            }
            "Arena, once all words are installed" {
                /// a word has a free slot
                output any_free: bool;
                /// the lowest that has
                output lowest: Word = word_number_bits;
                /// free slots of each word, the first's in the lowest bits
                output counts: Word = counts_bits;
            }
        }
        wires {
            /// the word is to be installed
            offered: bool;
            /// it is
            installed: bool;
            /// its free slots
            free_mask: Word = word_bits;
            /// the bitmap's bits in the peeked beat, from the word's on
            shifted: Word = BEAT_BITS;
            /// number of the word's first slot
            first_slot: Word = slot_bits;
        }
        state {
            /// cycles that a word has waited
            starved: Word = 4;
        }
        data {
            /// word that is installed
            word: Word = word_number_bits;
            /// a word that was installed has a free slot
            some_free: bool;
            /// the lowest that has
            lowest_free: Word = word_number_bits;
            /// free slots of the words installed, the last's in the highest bits
            gathered: Word = counts_bits;
        }
        instances {
            /// free slots of the word that is installed
            free_slots: Popcount = Popcount::new(g);
        }
    }
}

impl Logic for WordInstall {
    #[hdl_gen]
    fn update(&mut self) {
        self.first_slot.next = bits_to(self.word.val(), self.slot_bits) << self.word_bits_log2;
        self.peek_beat.next = bits_to(
            bits_to(self.first_slot.val(), 9) >> 6,
            self.beat_number_bits,
        );
        self.shifted.next = self.peek_data.val() >> bits_to(self.first_slot.val(), 6);
        if self.fresh.val() {
            self.free_mask.next = !bits(0, self.word_bits);
        } else {
            self.free_mask.next = !bits_to(self.shifted.val(), self.word_bits);
        }
        self.mask.next = self.free_mask.val();
        self.free_slots.word.next = self.free_mask.val();
        self.number.next = self.word.val();
        self.count.next = self.free_slots.count.val();
        self.offered.next = self.active.val() & self.open.val();
        self.install.next = self.offered.val();
        self.installed.next = self.offered.val() & self.accept.val();
        self.complete.next = self.installed.val() & (self.word.val() == (self.words - 1));

        comment!("Who waits too long has the object table to itself.");
        self.starving.next = self.starved.val().all();
        if self.installed.val() | !self.active.val() {
            self.starved.next = bits(0, 4);
        } else if !self.starved.val().all() {
            self.starved.next = self.starved.val() + 1;
        }

        comment!("What a standby is known by.");
        if self.start.val() {
            self.word.next = bits(0, self.word_number_bits);
            self.some_free.next = false;
        } else if self.installed.val() {
            self.gathered.next = (self.gathered.val() >> self.word_count_bits)
                | (bits_to(self.free_slots.count.val(), self.counts_bits) << self.last_place);
            self.word.next = self.word.val() + 1;
            if self.free_slots.count.val().any() & !self.some_free.val() {
                self.some_free.next = true;
                self.lowest_free.next = self.word.val();
            }
        }
        self.any_free.next = self.some_free.val();
        self.lowest.next = self.lowest_free.val();
        self.counts.next = self.gathered.val();
    }
}
