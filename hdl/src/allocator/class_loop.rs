//! The class loop: which word of the bitmap an operation goes to.

use super::count_slice::CountSlice;
use super::count_sum::CountSum;
use crate::geometry::Geometry;
use crate::rtl::*;

module! {
    /// Class loop: a count of free slots for every word of every class's bitmap.
    ///
    /// An allocation takes a slot of the lowest word that has any; a free gives one back. Both
    /// happen in the one cycle that the operation spends here, so operations of the same class may
    /// follow each other without a gap.
    ///
    /// Protocol:   the class of an operation is presented one cycle ahead (enter_class); then take
    ///             or give, or neither, for at most one operation a cycle.
    /// Latency:    from enter_class to any_free and word one cycle.
    /// Throughput: one operation a cycle.
    /// Install:    only while no operation is on its way through.
    /// Flip:       the operation here finds no free slot and takes one of the standby's, whose counts
    ///             become the class's. What entered with it or since is to be dropped.
    /// Reset:      counts are undefined until installed; users gate with the class's valid bit.
    pub module ClassLoop(g: &Geometry) = "memento_class_loop" {
        parameters {
            /// bits, width of a class number
            class_bits = g.class_bits,
            /// words a bitmap
            words = g.words,
            /// slots a word
            word_bits = g.word_bits,
        }
        derived {
            /// bits, width of a word number
            word_number_bits = clog2(words),
            /// bits, width of a count of 0..=word_bits
            free_bits = clog2(word_bits + 1),
            /// bits, width of a count of 0..=words * word_bits
            total_bits = clog2(words * word_bits + 1),
            /// free slots that are few: a quarter of an arena's
            few_at_most = words * word_bits / 4,
            /// words of each count memory
            depth = 1 << class_bits,
        }
        features {
            /// 1: words of tables and queues are checked by a parity bit
            parity = g.parity as usize,
        }
        ports {
            "Operation entering at the next edge" {
                /// its class
                input enter_class: Word = class_bits;
            }
            "Operation here" {
                /// an allocation takes a slot, if there is any
                input take: bool;
                /// a free gives a slot back
                input give: bool;
                /// it is a free, whether or not it gives
                input free_here: bool;
                /// word that the free belongs to
                input give_word: Word = word_number_bits;
                /// the class has a free slot
                output any_free: bool;
                /// lowest word with a free slot
                output word: Word = word_number_bits;
                /// the class's standby becomes its arena, and the operation takes a slot there
                input flip: bool;
                /// the standby's lowest word with a free slot
                input flip_word: Word = word_number_bits;
                /// the standby's counts, the first word's in the lowest bits
                input flip_counts: Word = words * free_bits;
                /// a count of its class is not what was written
                output wrong[parity]: bool;
            }
            "Operation that was here in the cycle before" {
                /// its class had few free slots
                output few: bool;
            }
            "Install: one word's count a cycle" {
                /// write a count
                input install: bool;
                /// class
                input install_class: Word = class_bits;
                /// word number
                input install_word: Word = word_number_bits;
                /// free slots in the word
                input install_count: Word = free_bits;
            }
        }
        wires {
            /// whether a lower word has a free slot
            lower_has[words + 1]: bool;
            /// the word is the lowest with a free slot
            lowest[words]: bool;
            /// number of the lowest word so far
            lowest_number[words + 1]: Word = word_number_bits;
            /// the word's count changes
            changed[words]: bool;
            /// whether the word has a free slot after the operation
            after_has[words]: bool;
            /// the word's count after the operation
            after[words]: Word = free_bits;
            /// the entering operation is of the class that is here
            same_class: bool;
            /// the standby's counts from a word on
            flip_rest[words + 1]: Word = words * free_bits;
            /// a count of the words so far is not what was written
            wrong_so_far[(words + 1) * parity]: bool;
            /// free slots of the words so far
            total_so_far[words + 1]: Word = total_bits;
        }
        data {
            /// class of the operation here
            size_class: Word = class_bits;
            /// whether a word of that class has a free slot
            has_free[words]: bool;
            /// free slots of each word
            free[words]: Word = free_bits;
            /// a word's count is not what was written
            count_wrong[words * parity]: bool;
            /// free slots of the class that was here
            total: Word = total_bits;
        }
        instances {
            /// free slots of one word of every class
            counts[words]: leaf::LutRam = leaf::LutRam::protected(depth, free_bits, parity == 1);
            /// counts of the standby's words
            slices[words]: CountSlice = CountSlice::new(g);
            /// free slots of the words up to one
            sums[words]: CountSum = CountSum::new(g);
        }
    }
}

impl Logic for ClassLoop {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("The lowest word with a free slot.");
        self.lower_has[0].next = false;
        self.lowest_number[0].next = bits(0, self.word_number_bits);
        for i in 0..self.words {
            self.lowest[i].next = self.has_free[i].val() & !self.lower_has[i].val();
            self.lower_has[i + 1].next = self.has_free[i].val() | self.lower_has[i].val();
            if self.lowest[i].val() {
                self.lowest_number[i + 1].next = i.into();
            } else {
                self.lowest_number[i + 1].next = self.lowest_number[i].val();
            }
        }
        self.any_free.next = self.lower_has[self.words].val();
        self.word.next = self.lowest_number[self.words].val();

        comment!("Counts after the operation here, written back at once; or those of the standby.");
        self.flip_rest[0].next = self.flip_counts.val();
        for i in 0..self.words {
            self.slices[i].counts.next = self.flip_rest[i].val();
            self.flip_rest[i + 1].next = self.slices[i].rest.val();
        }
        for i in 0..self.words {
            if self.free_here.val() {
                self.after[i].next = self.free[i].val() + 1;
            } else {
                self.after[i].next = self.free[i].val() - 1;
            }
            self.after_has[i].next = self.free_here.val() | (self.free[i].val() != 1);
            self.changed[i].next = (self.take.val() & self.lowest[i].val())
                | (self.give.val() & (self.give_word.val() == i));
            self.counts[i].write_address.next = self.size_class.val();
            self.counts[i].write_data.next = self.after[i].val();
            self.counts[i].write.next = self.changed[i].val();
            if self.install.val() {
                self.counts[i].write_address.next = self.install_class.val();
                self.counts[i].write_data.next = self.install_count.val();
                self.counts[i].write.next = self.install_word.val() == i;
            } else if self.flip.val() {
                self.counts[i].write.next = true;
                if self.flip_word.val() == i {
                    self.counts[i].write_data.next = self.slices[i].count.val() - 1;
                } else {
                    self.counts[i].write_data.next = self.slices[i].count.val();
                }
            }
        }

        comment!("Whether few slots are left, a cycle later, for it isn't urgent.");
        self.total_so_far[0].next = bits(0, self.total_bits);
        for i in 0..self.words {
            self.sums[i].sum_before.next = self.total_so_far[i].val();
            self.sums[i].count.next = self.free[i].val();
            self.total_so_far[i + 1].next = self.sums[i].total.val();
        }
        self.total.next = self.total_so_far[self.words].val();
        self.few.next = self.total.val() <= self.few_at_most;

        comment!("Counts of the entering operation: those just made, if it is of the same class.");
        self.same_class.next = self.enter_class.val() == self.size_class.val();
        self.size_class.next = self.enter_class.val();
        for i in 0..self.words {
            self.counts[i].read_address.next = self.enter_class.val();
            self.free[i].next = self.counts[i].read_data.val();
            self.has_free[i].next = self.counts[i].read_data.val().any();
            if self.same_class.val() & self.changed[i].val() {
                self.free[i].next = self.after[i].val();
                self.has_free[i].next = self.after_has[i].val();
            }
        }
        if self.parity == 1 {
            self.wrong_so_far[0].next = false;
            for i in 0..self.words {
                self.count_wrong[i].next =
                    self.counts[i].wrong.val() & !(self.same_class.val() & self.changed[i].val());
                self.wrong_so_far[i + 1].next =
                    self.wrong_so_far[i].val() | self.count_wrong[i].val();
            }
            self.wrong[0].next = self.wrong_so_far[self.words].val();
        }
    }
}
