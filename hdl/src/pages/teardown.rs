//! The taking down of a page table.

use super::channels::{LineAnswer, LineAsk, line_answer, line_ask};
use super::table_place::TablePlace;
use super::table_queues::{TableAt, TableQueues, table_at};
use super::types::{CAUSE_PAGE_TABLE, READS_IN_FLIGHT};
use super::types_engine::TearState;
use crate::allocator::queue_pointers::QueuePointers;
use crate::geometry::{Geometry, LINE_BEATS, LINE_BYTES, PAGE_BITS};
use crate::rtl::*;

bundle! {
    /// A line of a table that is asked for, or a table that is left.
    pub struct TornLine { reads: bool, last: bool, level: Word, frame: Word, page: Word }
}

bundle! {
    /// A frame on its way to the reclaimer.
    pub struct TornFrame { of_table: bool, frame: Word }
}

fn torn_line(g: &Geometry) -> TornLineShape {
    TornLineShape {
        reads: (),
        last: (),
        level: 2,
        frame: g.frame_index_bits,
        page: g.virtual_bits - PAGE_BITS + 1,
    }
}

fn torn_frame(g: &Geometry) -> TornFrameShape {
    TornFrameShape {
        of_table: (),
        frame: g.frame_index_bits,
    }
}

/// Frames that wait for the reclaimer, or may be found by lines asked for: three lines' and their
/// tables.
fn frames(g: &Geometry) -> usize {
    (3 * (LINE_BYTES / g.pte_bytes + 1)).next_power_of_two()
}

/// First and last virtual page number that a process can have mapped.
fn reach(g: &Geometry) -> (usize, usize) {
    let region_end = g.region_base + (1 << g.region_bits());
    let header_end = g.header_base + (1 << g.header_lane_bits);
    let number_bits = g.virtual_bits - PAGE_BITS;
    let number = |address: usize| (address >> PAGE_BITS) & ((1 << number_bits) - 1);
    (
        number(g.region_base.min(g.header_base)),
        number(region_end.max(header_end) - 1),
    )
}

module! {
    /// Teardown: reads a page table, each line once, and gives its frames to the reclaimer: those
    /// that it names, and those of its tables.
    ///
    /// Which line is next is found out beside memory's time: up to four lines are asked for before
    /// the first of them is there. A table is given behind the frames of its last line; the root is
    /// not, as it belongs to the descriptor. Tables of a line are read in ascending order, as are
    /// lines of a table; lines of which every page is known not to be mapped are not read.
    ///
    /// Protocol:   start pulses while done; done falls with the next edge, and rises when the last
    ///             frame is taken. Frames: valid/ready; with hold none is offered. Line port: as a
    ///             client of the line switch; nothing is ever written.
    /// Latency:    a line is asked for 4 cycles after the last beat of the line that names its
    ///             table, or after the line before it was accepted; 3 more for each stretch of pages
    ///             that is left out.
    /// Throughput: a line in 8 beats, or one more for each page that is mapped where a beat has two
    ///             entries; a frame a cycle.
    /// Full:       no line is asked for without room for the frames and tables that it may name.
    /// Bus errors: what is below the line is lost; bus_error is high from then to the next start.
    /// Reset:      done.
    pub module Teardown(g: &Geometry) = "memento_teardown" {
        parameters {
            /// bits, width of a physical address
            physical_bits = g.physical_bits,
            /// bits, width of a frame index
            frame_index_bits = g.frame_index_bits,
            /// first byte of the memory
            memory_base = g.memory_base,
            /// levels of a page table
            levels = g.levels,
            /// log2 of the entries a table
            table_index_bits = g.table_index_bits,
            /// bits, width of a virtual page number
            page_number_bits = g.virtual_bits - PAGE_BITS,
            /// bytes of a page-table entry
            entry_bytes = g.pte_bytes,
            /// first virtual page number that can be mapped
            first = reach(g).0,
            /// last virtual page number that can be mapped
            last = reach(g).1,
            /// lines asked for at once, a power of two
            flights = READS_IN_FLIGHT,
            /// frames that wait, or may be found by lines asked for, a power of two
            frames = frames(g),
            /// cause of the memory accesses
            cause = CAUSE_PAGE_TABLE,
        }
        derived {
            /// bits, width of a virtual page number with a carry
            place_bits = page_number_bits + 1,
            /// entries a line
            entries = LINE_BYTES / entry_bytes,
            /// bits, width of an entry's number in its line
            entry_bits = clog2(entries),
            /// log2 of the entries a beat
            pair_bits = entry_bits - clog2(LINE_BEATS),
            /// the root's level
            top_level = levels - 1,
            /// lowest bit of the index into a table of level 2
            second_index = 2 * table_index_bits,
            /// lowest bit of the index into a table of level 3
            third_index = 3 * table_index_bits,
            /// bits, width of the number of a frame that waits
            slot_bits = clog2(frames),
            /// bits, width of a count of them
            count_bits = slot_bits + 1,
            /// most that may be promised before a line is asked for
            promised_most = frames - entries - 1,
        }
        features {
            /// 1: words of tables and queues are checked by a parity bit
            parity = g.parity as usize,
        }
        ports {
            "Check of the words kept" {
                /// a word that is used is not what was written
                output wrong[parity]: bool;
            }
            "Page table" {
                /// pulse: take it down
                input start: bool;
                /// frame index of its root
                input root: Word = frame_index_bits;
                /// all frames but the root are with the reclaimer
                output done: bool;
                /// a line of it couldn't be read
                output bus_error: bool;
            }
            "Reach of the process: held until answered" {
                /// how far do pages reach?
                output look: bool;
                /// virtual page number
                output page: Word = page_number_bits;
                /// the answer is there
                input answered: bool;
                /// no page from this one on is mapped, up to the next that may be
                input beyond: bool;
                /// that one's number
                input next_page: Word = place_bits;
            }
            "Frame, to the reclaimer: valid/ready" {
                /// offer none
                input hold: bool;
                /// a frame is on offer
                output frame_valid: bool;
                /// taken
                input frame_ready: bool;
                /// its index
                output frame: Word = frame_index_bits;
                /// it is a table's: no cache holds it
                output frame_of_table: bool;
            }
            "Line port" {
                /// what is asked of memory
                output line_ask: LineAsk = line_ask(g);
                /// what it answers
                input line_answer: LineAnswer = line_answer();
            }
        }
        wires {
            /// oldest line asked for, or table left
            oldest: TornLine = torn_line(g);
            /// there is one
            there: bool;
            /// its line is being read
            reading: bool;
            /// a beat is taken
            beat_taken: bool;
            /// it has an upper entry, a valid one
            upper_valid: bool;
            /// a valid entry is found
            entry_found: bool;
            /// its frame index
            entry_frame: Word = frame_index_bits;
            /// its number in the line
            entry_number: Word = entry_bits;
            /// first page that it stands for
            entry_page: Word = place_bits;
            /// of a leaf
            frame_found: bool;
            /// of another table
            table_found: bool;
            /// the line is read
            line_ends: bool;
            /// it couldn't be
            line_lost: bool;
            /// its table's frame follows
            gives_later: bool;
            /// a table's frame is given
            gives: bool;
            /// the oldest is done with
            line_leaves: bool;
            /// frames that the line has named
            named_count: Word = count_bits;
            /// frames that wait from now on
            joining: Word = count_bits;
            /// frames that the line might have named, and didn't
            missing: Word = count_bits;
            /// the place in the table taken up is decided on
            decides: bool;
            /// the table has no further line that matters
            leaves: bool;
            /// its next line is known not to matter
            skips: bool;
            /// its next line is asked for
            reads: bool;
            /// it is the last that matters
            last_line: bool;
            /// frames that it and its table may bring
            promising: Word = count_bits;
            /// oldest frame that waits
            waiting: TornFrame = torn_frame(g);
            /// it is offered
            offers: bool;
            /// it is taken
            frame_taken: bool;
        }
        state {
            /// what is done about the next line
            state: TearState;
            /// next beat of the line that is read
            beat: Word = clog2(LINE_BEATS);
            /// the upper entry of the beat taken last is looked at
            upper: bool;
            /// the oldest line is read, its table's frame isn't given yet
            line_read: bool;
            /// a beat of the line came with an error
            failed: bool;
            /// frames that the line has named before
            found: Word = count_bits;
            /// frames that waited, modulo twice as many as may
            pushed: Word = count_bits;
            /// frames taken, likewise
            popped: Word = count_bits;
            /// frames that wait, or that lines asked for and tables left may bring
            promised: Word = count_bits;
            /// a frame was offered and not taken
            offered: bool;
        }
        data {
            /// level of the table taken up
            at_level: Word = 2;
            /// the table, and the page whose line is next
            at: TableAt = table_at(g);
            /// frame index of the upper entry of the beat taken last
            upper_frame: Word = frame_index_bits;
            /// a line couldn't be read
            lost: bool;
        }
        instances {
            /// tables that wait
            queues: TableQueues = TableQueues::new(g);
            /// where the place is in its table
            place: TablePlace = TablePlace::new(g);
            /// where lines asked for go and come from
            pointers: QueuePointers = QueuePointers::new(READS_IN_FLIGHT);
            /// lines asked for, and tables left
            lines: leaf::LutRam<TornLine> = leaf::LutRam::protected(READS_IN_FLIGHT, torn_line(g), parity == 1);
            /// frames that wait
            waiting_frames: leaf::LutRam<TornFrame> = leaf::LutRam::protected(frames, torn_frame(g), parity == 1);
        }
    }
}

impl Logic for Teardown {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("Beats of the oldest line; the upper entry of a beat takes a cycle more.");
        self.lines.read_address.next = self.pointers.pop_entry.val();
        self.oldest.next = self.lines.read_data.val();
        self.there.next = !self.pointers.empty.val();
        self.reading.next = self.there.val() & self.oldest.val().reads & !self.line_read.val();
        self.beat_taken.next =
            self.reading.val() & !self.upper.val() & self.line_answer.val().beat_valid;
        if self.pair_bits == 1 {
            self.upper_valid.next = self.beat_taken.val() & self.line_answer.val().beat.get_bit(32);
        } else {
            self.upper_valid.next = false;
        }
        self.upper.next = self.upper_valid.val();
        self.upper_frame.next = bits_to(self.line_answer.val().beat >> 42, self.frame_index_bits);
        self.entry_found.next =
            self.upper.val() | (self.beat_taken.val() & self.line_answer.val().beat.get_bit(0));
        if self.upper.val() {
            self.entry_frame.next = self.upper_frame.val();
            self.entry_number.next =
                (bits_to(self.beat.val() - 1, self.entry_bits) << self.pair_bits) | 1;
        } else {
            self.entry_frame.next =
                bits_to(self.line_answer.val().beat >> 10, self.frame_index_bits);
            self.entry_number.next = bits_to(self.beat.val(), self.entry_bits) << self.pair_bits;
        }
        if self.beat_taken.val() {
            self.beat.next = self.beat.val() + 1;
        }
        self.line_ends.next =
            (self.beat_taken.val() & self.beat.val().all() & !self.upper_valid.val())
                | (self.upper.val() & !self.beat.val().any());
        self.line_lost.next =
            self.failed.val() | (self.beat_taken.val() & self.line_answer.val().beat_error);
        self.failed.next = self.line_lost.val() & !self.line_ends.val();
        if self.start.val() {
            self.lost.next = false;
        } else if self.line_ends.val() & self.line_lost.val() {
            self.lost.next = true;
        }
        self.bus_error.next = self.lost.val();

        comment!("What the line names: frames of pages, or tables that wait from its end on.");
        self.frame_found.next = self.entry_found.val() & (self.oldest.val().level == 0);
        self.table_found.next = self.entry_found.val() & (self.oldest.val().level != 0);
        if self.oldest.val().level == 1 {
            self.entry_page.next = self.oldest.val().page
                | (bits_to(self.entry_number.val(), self.place_bits) << self.table_index_bits);
        } else if self.oldest.val().level == 2 {
            self.entry_page.next = self.oldest.val().page
                | (bits_to(self.entry_number.val(), self.place_bits) << self.second_index);
        } else {
            self.entry_page.next = self.oldest.val().page
                | (bits_to(self.entry_number.val(), self.place_bits) << self.third_index);
        }
        self.queues.put.next = self.table_found.val();
        self.queues.line_level.next = self.oldest.val().level;
        self.queues.named.next.frame = self.entry_frame.val();
        if self.entry_page.val() < self.first {
            self.queues.named.next.page = bits(self.first, self.place_bits);
        } else {
            self.queues.named.next.page = self.entry_page.val();
        }
        self.queues.line_ends.next = self.line_ends.val();
        self.queues.line_lost.next = self.line_lost.val();

        comment!("Behind a table's last line, its own frame, unless it is the root's.");
        self.gives_later.next =
            self.oldest.val().last & (self.oldest.val().level != self.top_level);
        self.gives.next = self.there.val()
            & (self.line_read.val() | !self.oldest.val().reads)
            & self.gives_later.val();
        self.line_leaves.next = self.gives.val()
            | (self.line_ends.val() & !self.gives_later.val())
            | (self.there.val() & !self.oldest.val().reads & !self.gives_later.val());
        self.line_read.next = (self.line_read.val() & !self.gives.val())
            | (self.line_ends.val() & self.gives_later.val());
        self.pointers.pop.next = self.line_leaves.val();

        comment!("Frames wait from the end of their line on.");
        self.named_count.next =
            self.found.val() + bits_from(self.frame_found.val(), self.count_bits);
        self.joining.next = bits(0, self.count_bits);
        self.missing.next = bits(0, self.count_bits);
        if self.line_ends.val() & !self.line_lost.val() {
            self.joining.next = self.named_count.val();
        } else if self.gives.val() {
            self.joining.next = bits(1, self.count_bits);
        }
        if self.line_ends.val() {
            self.found.next = bits(0, self.count_bits);
            if self.oldest.val().level == 0 {
                self.missing.next = bits(self.entries, self.count_bits) - self.joining.val();
            }
        } else {
            self.found.next = self.named_count.val();
        }
        self.waiting_frames.write.next = self.frame_found.val() | self.gives.val();
        self.waiting_frames.write_address.next =
            bits_to(self.pushed.val() + self.found.val(), self.slot_bits);
        self.waiting_frames.write_data.next.of_table = self.gives.val();
        if self.gives.val() {
            self.waiting_frames.write_data.next.frame = self.oldest.val().frame;
        } else {
            self.waiting_frames.write_data.next.frame = self.entry_frame.val();
        }
        self.pushed.next = self.pushed.val() + self.joining.val();
        self.waiting_frames.read_address.next = bits_to(self.popped.val(), self.slot_bits);
        self.waiting.next = self.waiting_frames.read_data.val();
        self.offers.next =
            self.offered.val() | ((self.pushed.val() != self.popped.val()) & !self.hold.val());
        self.frame_valid.next = self.offers.val();
        self.frame.next = self.waiting.val().frame;
        self.frame_of_table.next = self.waiting.val().of_table;
        self.frame_taken.next = self.offers.val() & self.frame_ready.val();
        self.offered.next = self.offers.val() & !self.frame_ready.val();
        self.popped.next = self.popped.val() + bits_from(self.frame_taken.val(), self.count_bits);

        comment!("The next line: of the table that waits longest at the lowest level.");
        self.queues.start.next = self.start.val();
        self.queues.root.next.frame = self.root.val();
        self.queues.root.next.page = bits(self.first, self.place_bits);
        self.place.level.next = self.at_level.val();
        self.place.page.next = self.at.val().page;
        self.place.later_page.next = self.next_page.val();
        self.look.next = self.state.val() == TearState::Look;
        self.page.next = bits_to(self.at.val().page, self.page_number_bits);
        self.decides.next =
            (self.state.val() == TearState::Look) & self.answered.val() & !self.table_found.val();
        self.leaves.next = self.decides.val()
            & ((self.at.val().page > self.last) | (self.beyond.val() & self.place.left.val()));
        self.skips.next = self.decides.val() & !self.leaves.val() & self.beyond.val();
        self.reads.next = self.decides.val() & !self.leaves.val() & !self.beyond.val();
        self.last_line.next = self.reads.val() & self.place.last_line.val();
        self.queues.change_level.next = self.at_level.val();
        self.queues.ask.next = self.reads.val();
        self.queues.change.next = self.skips.val() | (self.reads.val() & !self.last_line.val());
        self.queues.changed.next.frame = self.at.val().frame;
        if self.skips.val() {
            self.queues.changed.next.page = self.next_page.val();
        } else {
            self.queues.changed.next.page = self.place.next_page.val();
        }
        self.queues.remove.next = self.leaves.val() | self.last_line.val();
        self.pointers.push.next = self.leaves.val() | self.reads.val();
        self.lines.write.next = self.leaves.val() | self.reads.val();
        self.lines.write_address.next = self.pointers.push_entry.val();
        self.lines.write_data.next.reads = self.reads.val();
        self.lines.write_data.next.last = self.leaves.val() | self.last_line.val();
        self.lines.write_data.next.level = self.at_level.val();
        self.lines.write_data.next.frame = self.at.val().frame;
        self.lines.write_data.next.page = self.place.line_page.val();

        comment!("Room for what it may bring is kept from its request on.");
        self.promising.next = bits_from(
            (self.leaves.val() | self.last_line.val()) & (self.at_level.val() != self.top_level),
            self.count_bits,
        );
        if self.reads.val() & (self.at_level.val() == 0) {
            self.promised.next = self.promised.val() + self.promising.val() + self.entries
                - self.missing.val()
                - bits_from(self.frame_taken.val(), self.count_bits);
        } else {
            self.promised.next = self.promised.val() + self.promising.val()
                - self.missing.val()
                - bits_from(self.frame_taken.val(), self.count_bits);
        }

        comment!("A table is taken up, its place looked at, its line asked for.");
        match self.state.val() {
            TearState::Choose => {
                self.at_level.next = self.queues.next_level.val();
                self.at.next = self.queues.next_at.val();
                if self.queues.next_valid.val()
                    & !self.pointers.full.val()
                    & (self.promised.val() <= self.promised_most)
                {
                    self.state.next = TearState::Look;
                }
            }
            TearState::Look => {
                if self.reads.val() {
                    self.state.next = TearState::Offer;
                } else if self.decides.val() {
                    self.state.next = TearState::Choose;
                }
            }
            TearState::Offer => {
                if self.line_answer.val().read_ready {
                    self.state.next = TearState::Choose;
                }
            }
        }
        self.done.next = self.queues.empty.val()
            & (self.state.val() == TearState::Choose)
            & self.pointers.empty.val()
            & (self.pushed.val() == self.popped.val());

        if self.parity == 1 {
            self.wrong[0].next = self.queues.wrong[0].val()
                | (self.there.val() & self.lines.wrong.val())
                | (self.offers.val() & self.waiting_frames.wrong.val());
        }

        comment!("The line port: nothing is written.");
        self.line_ask.next.cause = bits(self.cause, 3);
        self.line_ask.next.read_valid = self.state.val() == TearState::Offer;
        self.line_ask.next.address = bits(self.memory_base, self.physical_bits)
            | (bits_to(self.at.val().frame, self.physical_bits) << 12)
            | (bits_to(
                self.place.index.val() >> self.entry_bits,
                self.physical_bits,
            ) << 6);
        self.line_ask.next.beat_ready = self.reading.val() & !self.upper.val();
        self.line_ask.next.write_valid = false;
        self.line_ask.next.data_valid = false;
        self.line_ask.next.data = bits(0, 64);
        self.line_ask.next.strobe = bits(0, 8);
        self.line_ask.next.last = false;
        self.line_ask.next.response_ready = false;
    }
}
