//! The word loop: which slot of a word an operation takes or gives back.

use crate::geometry::Geometry;
use crate::rtl::*;

module! {
    /// Word loop: the bitmaps, as words of free masks (1 = free) in block RAM.
    ///
    /// An allocation clears the lowest bit that is set, a free sets its own; each spends one cycle
    /// on it, and operations on the same word may follow each other without a gap, the word being
    /// forwarded. A second copy of the words answers, for frees that are about to enter, whether a
    /// slot is free; it doesn't see the operations that are still on their way.
    ///
    /// Protocol:   take or give with class, word and bit, at most one operation a cycle; never
    ///             take from a word that has no free slot.
    /// Latency:    from take to taken 3 cycles, 4 with register_word; from test_class to test_word
    ///             1 cycle.
    /// Throughput: one operation a cycle.
    /// Visibility: a test is shown what took place up to 3 cycles (4 with register_word) before it.
    /// Install:    only while no operation is on its way through.
    /// Reset:      contents are undefined until installed.
    pub module WordLoop(g: &Geometry) = "memento_word_loop" {
        parameters {
            /// bits, width of a class number
            class_bits = g.class_bits,
            /// words a bitmap
            words = g.words,
            /// slots a word
            word_bits = g.word_bits,
            /// 1: a register behind the block RAM
            register_word = g.registers().word,
        }
        derived {
            /// bits, width of a word number
            word_number_bits = clog2(words),
            /// bits, width of a bit number
            bit_bits = clog2(word_bits),
            /// bits, width of a block RAM address
            key_bits = class_bits + word_number_bits,
            /// words of the block RAM
            depth = 1 << key_bits,
        }
        ports {
            "Operation" {
                /// an allocation takes the word's lowest free slot
                input take: bool;
                /// a free gives a slot back
                input give: bool;
                /// class
                input size_class: Word = class_bits;
                /// word number
                input word: Word = word_number_bits;
                /// bit of the slot given back
                input bit_number: Word = bit_bits;
            }
            "Slot taken" {
                /// the bit taken, as the one bit set
                output taken: Word = word_bits;
            }
            "Test: a word of the second copy" {
                /// class
                input test_class: Word = class_bits;
                /// word number
                input test_word: Word = word_number_bits;
                /// free mask of the word that the last edge saw
                output tested: Word = word_bits;
            }
            "Look: the same, for a switch, only while no operation is on its way through" {
                /// look at a word instead
                input look: bool;
                /// class
                input look_class: Word = class_bits;
                /// word number
                input look_word: Word = word_number_bits;
            }
            "Install: one word a cycle" {
                /// write a word
                input install: bool;
                /// class
                input install_class: Word = class_bits;
                /// word number
                input install_word: Word = word_number_bits;
                /// free mask
                input install_mask: Word = word_bits;
            }
        }
        wires {
            /// address of the operation's word
            key: Word = key_bits;
            /// the operation that is about to be given its word
            fetched_key: Word = key_bits;
            /// it takes
            fetched_take: bool;
            /// it gives
            fetched_give: bool;
            /// its bit
            fetched_bit: Word = bit_bits;
            /// its word as the block RAM has it
            fetched_mask: Word = word_bits;
            /// its word, but for the two operations that left last
            settled: Word = word_bits;
            /// its word, newest copy
            newest: Word = word_bits;
            /// mask less one: borrows up to the lowest bit set
            less_one: Word = word_bits;
            /// word after the operation
            after: Word = word_bits;
            /// address of the word that is tested
            test_key: Word = key_bits;
            /// block RAM write port
            write: bool;
            /// its address
            write_key: Word = key_bits;
            /// its word
            write_mask: Word = word_bits;
        }
        state {
            /// fetch: takes
            fetch_take: bool;
            /// fetch: gives
            fetch_give: bool;
            /// update: takes
            update_take: bool;
            /// update: gives
            update_give: bool;
            /// written: the word was changed
            written: bool;
            /// the same, one operation earlier
            written_1: bool;
            /// two operations earlier
            written_2: bool;
            /// the last test coincided with a write of its word
            test_coincided: bool;
            /// registered fetch: takes
            fetch2_take: bool;
            /// registered fetch: gives
            fetch2_give: bool;
        }
        data {
            /// fetch: address
            fetch_key: Word = key_bits;
            /// fetch: bit
            fetch_bit: Word = bit_bits;
            /// registered fetch: address
            fetch2_key: Word = key_bits;
            /// registered fetch: bit
            fetch2_bit: Word = bit_bits;
            /// registered fetch: word as the block RAM has it
            fetch2_mask: Word = word_bits;
            /// update: address
            update_key: Word = key_bits;
            /// update: the bit given back, as the one bit set
            update_given: Word = word_bits;
            /// update: the word
            update_mask: Word = word_bits;
            /// written: address
            written_key: Word = key_bits;
            /// written: word
            written_mask: Word = word_bits;
            /// written: bit taken
            written_taken: Word = word_bits;
            /// one operation earlier: address
            written_1_key: Word = key_bits;
            /// one operation earlier: word
            written_1_mask: Word = word_bits;
            /// two operations earlier: address
            written_2_key: Word = key_bits;
            /// two operations earlier: word
            written_2_mask: Word = word_bits;
        }
        instances {
            /// the bitmaps
            masks: leaf::BlockRam = leaf::BlockRam::new(depth, word_bits);
            /// second copy, for tests
            test_masks: leaf::BlockRam = leaf::BlockRam::new(depth, word_bits);
        }
    }
}

impl Logic for WordLoop {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("Fetch: the block RAM reads the operation's word.");
        self.key.next = (bits_to(self.size_class.val(), self.key_bits) << self.word_number_bits)
            | bits_to(self.word.val(), self.key_bits);
        self.masks.read_address.next = self.key.val();
        self.fetch_take.next = self.take.val();
        self.fetch_give.next = self.give.val();
        self.fetch_key.next = self.key.val();
        self.fetch_bit.next = self.bit_number.val();
        if self.register_word == 1 {
            self.fetch2_take.next = self.fetch_take.val();
            self.fetch2_give.next = self.fetch_give.val();
            self.fetch2_key.next = self.fetch_key.val();
            self.fetch2_bit.next = self.fetch_bit.val();
            self.fetch2_mask.next = self.masks.read_data.val();
            self.fetched_take.next = self.fetch2_take.val();
            self.fetched_give.next = self.fetch2_give.val();
            self.fetched_key.next = self.fetch2_key.val();
            self.fetched_bit.next = self.fetch2_bit.val();
            self.fetched_mask.next = self.fetch2_mask.val();
        } else {
            self.fetched_take.next = self.fetch_take.val();
            self.fetched_give.next = self.fetch_give.val();
            self.fetched_key.next = self.fetch_key.val();
            self.fetched_bit.next = self.fetch_bit.val();
            self.fetched_mask.next = self.masks.read_data.val();
        }

        comment!("Update: the lowest bit is cleared, or the given one set.");
        self.less_one.next = self.update_mask.val() - 1;
        if self.update_take.val() {
            self.after.next = self.update_mask.val() & self.less_one.val();
        } else {
            self.after.next = self.update_mask.val() | self.update_given.val();
        }

        if self.register_word == 1 {
            if self.written_2.val() & (self.written_2_key.val() == self.fetched_key.val()) {
                self.settled.next = self.written_2_mask.val();
            } else {
                self.settled.next = self.fetched_mask.val();
            }
            self.written_2.next = self.written_1.val();
            self.written_2_key.next = self.written_1_key.val();
            self.written_2_mask.next = self.written_1_mask.val();
        } else {
            self.settled.next = self.fetched_mask.val();
        }

        comment!("The newest copy of the word: of the operations ahead, the nearest that has it.");
        if (self.update_take.val() | self.update_give.val())
            & (self.update_key.val() == self.fetched_key.val())
        {
            self.newest.next = self.after.val();
        } else if self.written.val() & (self.written_key.val() == self.fetched_key.val()) {
            self.newest.next = self.written_mask.val();
        } else if self.written_1.val() & (self.written_1_key.val() == self.fetched_key.val()) {
            self.newest.next = self.written_1_mask.val();
        } else {
            self.newest.next = self.settled.val();
        }
        self.update_take.next = self.fetched_take.val();
        self.update_give.next = self.fetched_give.val();
        self.update_key.next = self.fetched_key.val();
        self.update_mask.next = self.newest.val();
        self.update_given.next = bits(1, self.word_bits) << self.fetched_bit.val();

        comment!("Written: both copies of the word.");
        self.written.next = self.update_take.val() | self.update_give.val();
        self.written_key.next = self.update_key.val();
        self.written_mask.next = self.after.val();
        self.written_taken.next = self.update_mask.val() & !self.less_one.val();
        self.written_1.next = self.written.val();
        self.written_1_key.next = self.written_key.val();
        self.written_1_mask.next = self.written_mask.val();
        self.taken.next = self.written_taken.val();

        self.write.next = self.written.val();
        self.write_key.next = self.written_key.val();
        self.write_mask.next = self.written_mask.val();
        if self.install.val() {
            self.write.next = true;
            self.write_key.next = (bits_to(self.install_class.val(), self.key_bits)
                << self.word_number_bits)
                | bits_to(self.install_word.val(), self.key_bits);
            self.write_mask.next = self.install_mask.val();
        }
        self.masks.write.next = self.write.val();
        self.masks.write_address.next = self.write_key.val();
        self.masks.write_data.next = self.write_mask.val();

        self.test_masks.write.next = self.write.val();
        self.test_masks.write_address.next = self.write_key.val();
        self.test_masks.write_data.next = self.write_mask.val();
        comment!("A test that coincides with a write of its word is given the written word.");
        if self.look.val() {
            self.test_key.next = (bits_to(self.look_class.val(), self.key_bits)
                << self.word_number_bits)
                | bits_to(self.look_word.val(), self.key_bits);
        } else {
            self.test_key.next = (bits_to(self.test_class.val(), self.key_bits)
                << self.word_number_bits)
                | bits_to(self.test_word.val(), self.key_bits);
        }
        self.test_masks.read_address.next = self.test_key.val();
        self.test_coincided.next =
            self.written.val() & (self.written_key.val() == self.test_key.val());
        if self.test_coincided.val() {
            self.tested.next = self.written_1_mask.val();
        } else {
            self.tested.next = self.test_masks.read_data.val();
        }
    }
}
