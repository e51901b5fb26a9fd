//! The arenas that were fetched ahead of need.

use crate::geometry::Geometry;
use crate::rtl::*;

bundle! {
    /// An arena fetched ahead: granted by the page allocator when it is taken, or the head of the class's list.
    pub struct Standby { fresh: bool, arena: Word, word: Word }
}
bundle! {
    /// What it takes to claim an arena that was fetched ahead: its header's line, and the cursor after that.
    pub struct Claim { line: Word, unused: Word, link: Word }
}

/// log2 of the bytes of a line.
pub(super) const LINE_BITS: usize = 6;

fn standby(g: &Geometry) -> StandbyShape {
    StandbyShape {
        fresh: (),
        arena: g.arena_bits,
        word: clog2(g.words),
    }
}
fn claim(g: &Geometry) -> ClaimShape {
    ClaimShape {
        line: g.physical_bits - LINE_BITS,
        unused: g.arena_bits + 1,
        link: g.arena_bits + 1,
    }
}

module! {
    /// Standby table: the arena that was fetched ahead of need for each class, if any, and which of
    /// the two banks of the object table serves the class.
    ///
    /// A standby's words and counts lie in the bank that doesn't serve. Taking it turns the banks
    /// round, dropping it is to forget it: nothing else was changed for its sake. Each side writes a
    /// bit of its own, and a standby is there while they differ.
    ///
    /// Protocol:   take only a standby that is there, and not while the engine has an operation of
    ///             the class that could drop it. Asking again replaces what was asked for.
    /// Latency:    everything is seen from the next cycle on.
    /// Reset:      nothing is asked for; every class is to be cleared before it is looked at.
    pub module StandbyTable(g: &Geometry) = "memento_standby_table" {
        parameters {
            /// bits, width of a class number
            class_bits = g.class_bits,
            /// bits, width of an arena number
            arena_bits = g.arena_bits,
            /// bits, width of a physical address
            physical_bits = g.physical_bits,
            /// words a bitmap
            words = g.words,
            /// slots a word
            word_bits = g.word_bits,
        }
        derived {
            /// bits, width of a word number
            word_number_bits = clog2(words),
            /// bits, width of all words' counts
            counts_bits = words * clog2(word_bits + 1),
            /// log2 of the bytes of a line
            line_log2 = LINE_BITS,
            /// bits, width of a line's number
            line_bits = physical_bits - LINE_BITS,
            /// bits, width of a link: an arena number and a bit for "none"
            link_bits = arena_bits + 1,
            /// classes, as many as a class number can name
            depth = 1 << class_bits,
        }
        features {
            /// 1: words of tables and queues are checked by a parity bit
            parity = g.parity as usize,
        }
        ports {
            "Ahead of the decision" {
                /// class of the operation that is decided upon in the next cycle
                input next_class: Word = class_bits;
                /// bank that serves it
                input next_bank: bool;
                /// there is a standby
                output next_ready: bool;
            }
            "Decision" {
                /// class of the operation that is decided upon
                input decide_class: Word = class_bits;
                /// bank that serves it
                input decide_bank: bool;
                /// it is to be claimed; else it is the list's head
                output fresh: bool;
                /// its number
                output arena: Word = arena_bits;
                /// physical address of its header's line
                output line: Word = physical_bits;
                /// fresh: the next never used number, once it is claimed
                output next_unused: Word = link_bits;
                /// fresh: the number released last, once it is claimed; else the head's next
                output link: Word = link_bits;
                /// lowest word with a free slot
                output word: Word = word_number_bits;
                /// free slots of each word, the first's in the lowest bits
                output counts: Word = counts_bits;
                /// it is taken
                input take: bool;
                /// what is said of it is not what was written
                output wrong[parity]: bool;
                /// a bank, of this class or of one that is looked at besides, is not what was written
                output bank_wrong[parity]: bool;
            }
            "Question: an arena is to be fetched" {
                /// ask for one
                input ask: bool;
                /// for which class
                input ask_class: Word = class_bits;
                /// withdraw what was asked for
                input withdraw: bool;
                /// an arena is asked for
                output asked: bool;
                /// for which class
                output asked_class: Word = class_bits;
                /// it is being fetched
                input fetching: bool;
            }
            "List engine" {
                /// class that it works on
                input engine_class: Word = class_bits;
                /// bank that serves it
                output engine_bank: bool;
                /// there is a standby
                output engine_ready: bool;
                /// keep one
                input keep: bool;
                /// it is to be claimed when it is taken
                input keep_fresh: bool;
                /// its number
                input keep_arena: Word = arena_bits;
                /// physical address of its header's line
                input keep_line: Word = physical_bits;
                /// fresh: the next never used number, once it is claimed
                input keep_unused: Word = link_bits;
                /// fresh: the number released last, once it is claimed; else the head's next
                input keep_link: Word = link_bits;
                /// lowest word with a free slot
                input keep_word: Word = word_number_bits;
                /// free slots of each word, the first's in the lowest bits
                input keep_counts: Word = counts_bits;
                /// forget it
                input drop: bool;
                /// forget it and its class's bank; only while nothing is decided upon
                input clear: bool;
            }
        }
        wires {
            /// the class's standby
            standing: Standby = standby(g);
            /// what it takes to claim it
            claimed: Claim = claim(g);
        }
        state {
            /// an arena is asked for
            asking: bool;
        }
        data {
            /// for which class
            asking_class: Word = class_bits;
        }
        instances {
            /// bank that serves each class
            banks: leaf::LutRam<bool> = leaf::LutRam::protected(depth, (), parity == 1);
            /// bank that would serve it if its standby were taken, for the decision
            standing_banks: leaf::LutRam<bool> = leaf::LutRam::protected(depth, (), parity == 1);
            /// the same, for the engine
            engine_banks: leaf::LutRam<bool> = leaf::LutRam::protected(depth, (), parity == 1);
            /// the standbys
            standbys: leaf::LutRam<Standby> = leaf::LutRam::protected(depth, standby(g), parity == 1);
            /// what it takes to claim them
            claims: leaf::LutRam<Claim> = leaf::LutRam::protected(depth, claim(g), parity == 1);
            /// their free slots
            free: leaf::LutRam = leaf::LutRam::protected(depth, counts_bits, parity == 1);
        }
    }
}

impl Logic for StandbyTable {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("The decision's side.");
        self.standing_banks.read_address.next = self.next_class.val();
        self.next_ready.next = self.standing_banks.read_data.val() != self.next_bank.val();
        self.standbys.read_address.next = self.decide_class.val();
        self.standing.next = self.standbys.read_data.val();
        self.fresh.next = self.standing.val().fresh;
        self.arena.next = self.standing.val().arena;
        self.word.next = self.standing.val().word;
        self.claims.read_address.next = self.decide_class.val();
        self.claimed.next = self.claims.read_data.val();
        self.line.next = bits_to(self.claimed.val().line, self.physical_bits) << self.line_log2;
        self.next_unused.next = self.claimed.val().unused;
        self.link.next = self.claimed.val().link;
        self.free.read_address.next = self.decide_class.val();
        self.counts.next = self.free.read_data.val();
        if self.clear.val() {
            self.banks.write.next = true;
            self.banks.write_address.next = self.engine_class.val();
            self.banks.write_data.next = false;
        } else {
            self.banks.write.next = self.take.val();
            self.banks.write_address.next = self.decide_class.val();
            self.banks.write_data.next = !self.decide_bank.val();
        }

        comment!("The engine's side.");
        self.banks.read_address.next = self.engine_class.val();
        self.engine_bank.next = self.banks.read_data.val();
        self.engine_banks.read_address.next = self.engine_class.val();
        self.engine_ready.next = self.engine_banks.read_data.val() != self.banks.read_data.val();
        self.standing_banks.write.next = self.keep.val() | self.drop.val() | self.clear.val();
        self.standing_banks.write_address.next = self.engine_class.val();
        self.standing_banks.write_data.next =
            !self.clear.val() & (self.keep.val() != self.banks.read_data.val());
        self.engine_banks.write.next = self.keep.val() | self.drop.val() | self.clear.val();
        self.engine_banks.write_address.next = self.engine_class.val();
        self.engine_banks.write_data.next =
            !self.clear.val() & (self.keep.val() != self.banks.read_data.val());
        self.standbys.write.next = self.keep.val();
        self.standbys.write_address.next = self.engine_class.val();
        self.standbys.write_data.next.fresh = self.keep_fresh.val();
        self.standbys.write_data.next.arena = self.keep_arena.val();
        self.standbys.write_data.next.word = self.keep_word.val();
        self.claims.write.next = self.keep.val();
        self.claims.write_address.next = self.engine_class.val();
        self.claims.write_data.next.line =
            bits_to(self.keep_line.val() >> self.line_log2, self.line_bits);
        self.claims.write_data.next.unused = self.keep_unused.val();
        self.claims.write_data.next.link = self.keep_link.val();
        self.free.write.next = self.keep.val();
        self.free.write_address.next = self.engine_class.val();
        self.free.write_data.next = self.keep_counts.val();

        if self.parity == 1 {
            self.wrong[0].next =
                self.standbys.wrong.val() | self.claims.wrong.val() | self.free.wrong.val();
            self.bank_wrong[0].next = self.banks.wrong.val()
                | self.standing_banks.wrong.val()
                | self.engine_banks.wrong.val();
        }

        comment!("What is asked for: the latest question.");
        self.asked.next = self.asking.val();
        self.asked_class.next = self.asking_class.val();
        if self.withdraw.val() {
            self.asking.next = false;
        } else if self.ask.val() {
            self.asking.next = true;
        } else if self.fetching.val() {
            self.asking.next = false;
        }
        if self.ask.val() {
            self.asking_class.next = self.ask_class.val();
        }
    }
}
