//! The word loop: which slot of a word an operation takes or gives back.

use crate::geometry::Geometry;
use crate::rtl::*;

module! {
    /// Word loop: the bitmaps, as words of free masks (1 = free) in block RAM, in two banks: one
    /// has the arena that serves a class, the other the one that was fetched ahead.
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
    /// Install:    only while no operation on that bank and class is on its way through, and where
    ///             install_ready is high: the bank isn't written for an operation.
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
            address_bits = class_bits + word_number_bits,
            /// bits, width of a word's key: its address and bank
            key_bits = address_bits + 1,
            /// words of each block RAM
            depth = 1 << address_bits,
        }
        features {
            /// 1: words of tables and queues are checked by a parity bit
            parity = g.parity as usize,
        }
        ports {
            "Operation" {
                /// an allocation takes the word's lowest free slot
                input take: bool;
                /// a free gives a slot back
                input give: bool;
                /// class
                input size_class: Word = class_bits;
                /// bank that serves it
                input bank: bool;
                /// word number
                input word: Word = word_number_bits;
                /// bit of the slot given back
                input bit_number: Word = bit_bits;
            }
            "Slot taken" {
                /// the bit taken, as the one bit set
                output taken: Word = word_bits;
                /// the word that an operation is about to change is not what was written
                output wrong[parity]: bool;
            }
            "Test: a word of the second copy" {
                /// class
                input test_class: Word = class_bits;
                /// bank that serves it
                input test_bank: bool;
                /// word number
                input test_word: Word = word_number_bits;
                /// free mask of the word that the last edge saw
                output tested: Word = word_bits;
                /// it is not what was written
                output tested_wrong[parity]: bool;
            }
            "Look: the same, for a switch, only while no operation is on its way through" {
                /// look at a word instead
                input look: bool;
                /// class
                input look_class: Word = class_bits;
                /// bank that serves it
                input look_bank: bool;
                /// word number
                input look_word: Word = word_number_bits;
            }
            "Install: one word a cycle, valid/ready" {
                /// write a word
                input install: bool;
                /// it is written
                output install_ready: bool;
                /// class
                input install_class: Word = class_bits;
                /// bank
                input install_bank: bool;
                /// word number
                input install_word: Word = word_number_bits;
                /// free mask
                input install_mask: Word = word_bits;
            }
        }
        wires {
            /// key of the operation's word
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
            /// key of the word that is tested
            test_key: Word = key_bits;
            /// key of the word that is installed
            install_key: Word = key_bits;
            /// a bank's word is written
            write[2]: bool;
            /// a bank's word is installed
            installed[2]: bool;
            /// its address
            write_address[2]: Word = address_bits;
            /// its word
            write_mask[2]: Word = word_bits;
            /// word that the block RAM of the operation's bank gives
            read_mask: Word = word_bits;
            /// it is not what was written
            read_wrong[parity]: bool;
            /// the same of the word of the operation that is about to be given it
            fetched_wrong[parity]: bool;
            /// an operation ahead has a newer copy of that word
            newer[parity]: bool;
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
            /// it was in the second bank
            test_second: bool;
            /// registered fetch: takes
            fetch2_take: bool;
            /// registered fetch: gives
            fetch2_give: bool;
        }
        data {
            /// fetch: key
            fetch_key: Word = key_bits;
            /// fetch: bit
            fetch_bit: Word = bit_bits;
            /// registered fetch: key
            fetch2_key: Word = key_bits;
            /// registered fetch: bit
            fetch2_bit: Word = bit_bits;
            /// registered fetch: word as the block RAM has it
            fetch2_mask: Word = word_bits;
            /// registered fetch: that is not what was written
            fetch2_wrong[parity]: bool;
            /// update: key
            update_key: Word = key_bits;
            /// update: the bit given back, as the one bit set
            update_given: Word = word_bits;
            /// update: the word
            update_mask: Word = word_bits;
            /// written: key
            written_key: Word = key_bits;
            /// written: word
            written_mask: Word = word_bits;
            /// written: bit taken
            written_taken: Word = word_bits;
            /// one operation earlier: key
            written_1_key: Word = key_bits;
            /// one operation earlier: word
            written_1_mask: Word = word_bits;
            /// two operations earlier: key
            written_2_key: Word = key_bits;
            /// two operations earlier: word
            written_2_mask: Word = word_bits;
        }
        instances {
            /// the bitmaps
            masks[2]: leaf::BlockRam = leaf::BlockRam::protected(depth, word_bits, parity == 1);
            /// second copy, for tests
            test_masks[2]: leaf::BlockRam = leaf::BlockRam::protected(depth, word_bits, parity == 1);
        }
    }
}

impl Logic for WordLoop {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("Fetch: the block RAM reads the operation's word.");
        self.key.next = (bits_from(self.bank.val(), self.key_bits) << self.address_bits)
            | (bits_to(self.size_class.val(), self.key_bits) << self.word_number_bits)
            | bits_to(self.word.val(), self.key_bits);
        for i in 0..2 {
            self.masks[i].read_address.next = bits_to(self.key.val(), self.address_bits);
        }
        if self.fetch_key.val().get_bit(self.address_bits) {
            self.read_mask.next = self.masks[1].read_data.val();
        } else {
            self.read_mask.next = self.masks[0].read_data.val();
        }
        self.fetch_take.next = self.take.val();
        self.fetch_give.next = self.give.val();
        self.fetch_key.next = self.key.val();
        self.fetch_bit.next = self.bit_number.val();
        if self.register_word == 1 {
            self.fetch2_take.next = self.fetch_take.val();
            self.fetch2_give.next = self.fetch_give.val();
            self.fetch2_key.next = self.fetch_key.val();
            self.fetch2_bit.next = self.fetch_bit.val();
            self.fetch2_mask.next = self.read_mask.val();
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
            self.fetched_mask.next = self.read_mask.val();
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
        if self.parity == 1 {
            if self.fetch_key.val().get_bit(self.address_bits) {
                self.read_wrong[0].next = self.masks[1].wrong.val();
            } else {
                self.read_wrong[0].next = self.masks[0].wrong.val();
            }
            if self.register_word == 1 {
                self.fetch2_wrong[0].next = self.read_wrong[0].val();
                self.fetched_wrong[0].next = self.fetch2_wrong[0].val()
                    & !(self.written_2.val()
                        & (self.written_2_key.val() == self.fetched_key.val()));
            } else {
                self.fetched_wrong[0].next = self.read_wrong[0].val();
            }
            self.newer[0].next = ((self.update_take.val() | self.update_give.val())
                & (self.update_key.val() == self.fetched_key.val()))
                | (self.written.val() & (self.written_key.val() == self.fetched_key.val()))
                | (self.written_1.val() & (self.written_1_key.val() == self.fetched_key.val()));
            self.wrong[0].next = (self.fetched_take.val() | self.fetched_give.val())
                & self.fetched_wrong[0].val()
                & !self.newer[0].val();
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

        comment!("A bank is written for an operation, or a word is installed there.");
        self.install_key.next = (bits_from(self.install_bank.val(), self.key_bits)
            << self.address_bits)
            | (bits_to(self.install_class.val(), self.key_bits) << self.word_number_bits)
            | bits_to(self.install_word.val(), self.key_bits);
        self.install_ready.next = !self.written.val()
            | (self.written_key.val().get_bit(self.address_bits) != self.install_bank.val());
        for i in 0..2 {
            self.installed[i].next = self.install.val()
                & self.install_ready.val()
                & (bits_from(self.install_bank.val(), 1) == i);
            self.write[i].next = self.installed[i].val()
                | (self.written.val()
                    & (bits_to(self.written_key.val() >> self.address_bits, 1) == i));
            if self.installed[i].val() {
                self.write_address[i].next = bits_to(self.install_key.val(), self.address_bits);
                self.write_mask[i].next = self.install_mask.val();
            } else {
                self.write_address[i].next = bits_to(self.written_key.val(), self.address_bits);
                self.write_mask[i].next = self.written_mask.val();
            }
            self.masks[i].write.next = self.write[i].val();
            self.masks[i].write_address.next = self.write_address[i].val();
            self.masks[i].write_data.next = self.write_mask[i].val();
            self.test_masks[i].write.next = self.write[i].val();
            self.test_masks[i].write_address.next = self.write_address[i].val();
            self.test_masks[i].write_data.next = self.write_mask[i].val();
        }

        comment!("A test that coincides with a write of its word is given the written word.");
        if self.look.val() {
            self.test_key.next = (bits_from(self.look_bank.val(), self.key_bits)
                << self.address_bits)
                | (bits_to(self.look_class.val(), self.key_bits) << self.word_number_bits)
                | bits_to(self.look_word.val(), self.key_bits);
        } else {
            self.test_key.next = (bits_from(self.test_bank.val(), self.key_bits)
                << self.address_bits)
                | (bits_to(self.test_class.val(), self.key_bits) << self.word_number_bits)
                | bits_to(self.test_word.val(), self.key_bits);
        }
        for i in 0..2 {
            self.test_masks[i].read_address.next = bits_to(self.test_key.val(), self.address_bits);
        }
        self.test_second.next = self.test_key.val().get_bit(self.address_bits);
        self.test_coincided.next =
            self.written.val() & (self.written_key.val() == self.test_key.val());
        if self.test_coincided.val() {
            self.tested.next = self.written_1_mask.val();
        } else if self.test_second.val() {
            self.tested.next = self.test_masks[1].read_data.val();
        } else {
            self.tested.next = self.test_masks[0].read_data.val();
        }
        if self.parity == 1 {
            if self.test_second.val() {
                self.tested_wrong[0].next =
                    self.test_masks[1].wrong.val() & !self.test_coincided.val();
            } else {
                self.tested_wrong[0].next =
                    self.test_masks[0].wrong.val() & !self.test_coincided.val();
            }
        }
    }
}
