//! Arena cursors: which arena a class and context of a process gets next.

use super::channels::{ArenaCursor, LineAnswer, LineAsk, arena_cursor, line_answer, line_ask};
use super::types::{CAUSE_RECORD, CursorState};
use crate::geometry::{Geometry, LINE_BEATS, LINE_BYTES, PAGE_BITS, RECORD_BYTES};
use crate::rtl::*;

bundle! {
    /// Whose cursors an entry holds, a process and a line of its records, and which of them.
    pub struct CursorTag {
        process_id: Word,
        line: Word,
        descriptor: Word,
        valid: Word,
        dirty: Word,
    }
}

fn tag(g: &Geometry) -> CursorTagShape {
    CursorTagShape {
        process_id: g.process_bits,
        line: line_bits(g),
        descriptor: g.frame_index_bits,
        valid: PLACES,
        dirty: PLACES,
    }
}

/// Records a line.
const PLACES: usize = LINE_BYTES / RECORD_BYTES;

/// Width of the number of a line of records.
fn line_bits(g: &Geometry) -> usize {
    (g.context_bits + g.class_bits).max(clog2(PLACES) + 1) - clog2(PLACES)
}

module! {
    /// Arena cursors: caches the first halves of the records in process descriptors, direct-mapped,
    /// written back when their place is needed or at sync.
    ///
    /// The record of context k, class c is number {k, c} of 16 bytes from the descriptor's second
    /// frame on. Its first four bytes count the arenas that were ever used, the next four are a
    /// link to the released ones: bit 31 set and a number, or zero. An entry is for a line of
    /// records: the cursors of four neighbouring classes, which one read fills and one write, of
    /// the dirty ones, empties. Which entry is for a line is a hash of process, context and class:
    /// the classes of a context never displace each other if there are entries for all.
    ///
    /// Protocol:   ask and its operands are held until answered pulses; the answer is valid from
    ///             then to the next question. With claim, room is made for a cursor that is known:
    ///             memory isn't read, and the cursor doesn't matter. update changes the
    ///             cursor last asked for; it comes after an answer without a bus error, before any
    ///             drop or sync. drop and process, and sync, are held until their done pulses;
    ///             nothing is asked meanwhile. Memory: valid/ready on each channel, eight beats a
    ///             line, one line at a time.
    /// Latency:    answered one cycle after ask on a hit; else 11 cycles later and the memory's
    ///             own, and 10 and the memory's own for an entry that is written back. drop takes
    ///             a cycle an entry and one, sync the same and 11 a dirty entry.
    /// Bus errors: an entry that can't be written back stays, dirty; what can't be read is left
    ///             invalid.
    /// Reset:      one cycle an entry to clear it; requests wait.
    pub module ArenaCursors(g: &Geometry) = "memento_arena_cursors" {
        parameters {
            /// entries, a power of two
            entries = g.cursor_entries,
            /// bits, width of a process number
            process_bits = g.process_bits,
            /// bits, width of a class number
            class_bits = g.class_bits,
            /// bits, width of a context number
            context_bits = g.context_bits,
            /// bits, width of an arena number
            arena_bits = g.arena_bits,
            /// bits, width of a physical address
            physical_bits = g.physical_bits,
            /// log2 of the bytes that descriptors are in
            memory_bits = g.memory_bits,
            /// base of these bytes above their width
            memory_tag = g.memory_base >> g.memory_bits,
            /// bits, width of the number of a line of records
            line_bits = line_bits(g),
            /// cause of the memory accesses
            cause = CAUSE_RECORD,
        }
        derived {
            /// bits, width of an entry number
            entry_bits = clog2(entries),
            /// process bits that choose the entry
            hashed_bits = process_bits.min(entry_bits),
            /// bits, width of a frame's index
            frame_index_bits = memory_bits - PAGE_BITS,
            /// bits, width of a count of arenas, and of a link: a number and a bit for "none"
            link_bits = arena_bits + 1,
            /// the link that names no arena
            none = 1 << arena_bits,
            /// records a line
            places = PLACES,
            /// bits, width of a record's number in its line
            place_bits = clog2(places),
            /// bits, width of a record's number
            record_bits = line_bits + place_bits,
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
            "Question: held until answered" {
                /// what is the cursor?
                input ask: bool;
                /// it is known, and is to follow as an update
                input claim: bool;
                /// process, also for drop
                input process_id: Word = process_bits;
                /// class
                input size_class: Word = class_bits;
                /// context
                input context_id: Word = context_bits;
                /// index of the first frame of the process's descriptor
                input descriptor: Word = frame_index_bits;
                /// the answer is there
                output answered: bool;
                /// the cursor: arenas that were ever used, and the one released last
                output cursor: ArenaCursor = arena_cursor(g);
                /// the memory failed; after sync: some entries are still dirty
                output bus_error: bool;
            }
            "Update: of the cursor last asked for" {
                /// pulse: change it
                input update: bool;
                /// to this
                input changed: ArenaCursor = arena_cursor(g);
            }
            "Maintenance: held until done" {
                /// forget the process's entries, dirty or not
                input drop: bool;
                /// they are forgotten
                output drop_done: bool;
                /// write every dirty entry back
                input sync: bool;
                /// they are written
                output sync_done: bool;
            }
            "Events" {
                /// a cursor was there
                output hit: bool;
                /// a cursor was not there
                output miss: bool;
                /// others were in its place
                output conflict: bool;
                /// the answer is the first arena of its class and context
                output first: bool;
                /// so it is, and was there
                output first_hit: bool;
            }
            "Line port" {
                /// what is asked of memory
                output line_ask: LineAsk = line_ask(g);
                /// what it answers
                input line_answer: LineAnswer = line_answer();
            }
        }
        wires {
            /// number of the record asked for
            record: Word = record_bits;
            /// its line
            line: Word = line_bits;
            /// its number in the line
            place: Word = place_bits;
            /// process bits in reverse order, found so far
            hashed[hashed_bits + 1]: Word = entry_bits;
            /// entry that the question belongs to
            index: Word = entry_bits;
            /// entries are looked at one after the other
            scanning: bool;
            /// entry looked at
            looked_at: Word = entry_bits;
            /// whose it is
            tag: CursorTag = tag(g);
            /// it is of the process
            same_process: bool;
            /// it is of the line asked for
            same_line: bool;
            /// number of the cursor looked at: the one asked for, or the written beat's
            shown: Word = place_bits;
            /// its count, found so far
            shown_next[places + 1]: Word = link_bits;
            /// its link, found so far
            shown_released[places + 1]: Word = link_bits;
            /// cursors of the entry, from the one asked for on
            from_place: Word = places;
            /// the cursor asked for is there
            found: bool;
            /// a question is looked up
            looked_up: bool;
            /// of a cursor that isn't known
            question: bool;
            /// dirty cursors of the entry, from the beat's on
            beat_dirty: Word = places;
            /// number of the beat's record in its line
            beat_place: Word = place_bits;
            /// descriptor whose line is read or written
            moved_descriptor: Word = frame_index_bits;
            /// number of that line of records
            moved_line: Word = line_bits;
            /// link of the beat's cursor as memory has it
            stored_link: Word = 64;
            /// link read
            read_link: Word = link_bits;
            /// the last beat moves
            last: bool;
            /// the read has met an error
            read_failed: bool;
            /// cursors written, a bit each
            written: Word = places;
            /// the cursor asked for, a bit
            current_bit: Word = places;
            /// count written
            write_next: Word = link_bits;
            /// link written
            write_released: Word = link_bits;
            /// the answer is there, of a class without any arena yet
            before_first: bool;
            /// a cursor that is valid, of those of lower places, is not what was written
            wrong_below[(places + 1) * parity]: bool;
        }
        state {
            /// what the cursors do
            state: CursorState;
            /// entry of a sweep, drop or sync
            scan: Word = entry_bits;
            /// a sync is under way
            syncing: bool;
            /// answered pulses
            answering: bool;
            /// drop_done pulses
            dropped: bool;
            /// sync_done pulses
            synced: bool;
        }
        data {
            /// entry last asked for
            current: Word = entry_bits;
            /// number of the record in its line
            current_place: Word = place_bits;
            /// cursors of the entry that a fill leaves alone, a bit each
            kept: Word = places;
            /// the answer was there
            was_hit: bool;
            /// the question is of a cursor that is known
            claimed: bool;
            /// arenas ever used, as answered
            count_found: Word = link_bits;
            /// link, as answered
            link_found: Word = link_bits;
            /// the memory failed
            failed: bool;
            /// next beat
            beat: Word = clog2(LINE_BEATS);
            /// a beat came with an error
            beat_failed: bool;
        }
        instances {
            /// whose the entries are
            tags: leaf::LutRam<CursorTag> = leaf::LutRam::protected(entries, tag(g), parity == 1);
            /// their counts
            counts[places]: leaf::LutRam = leaf::LutRam::protected(entries, link_bits, parity == 1);
            /// their links
            links[places]: leaf::LutRam = leaf::LutRam::protected(entries, link_bits, parity == 1);
        }
    }
}

impl Logic for ArenaCursors {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("The entry: neighbours beside each other, processes far apart.");
        self.record.next = (bits_to(self.context_id.val(), self.record_bits) << self.class_bits)
            | bits_to(self.size_class.val(), self.record_bits);
        self.line.next = bits_to(self.record.val() >> self.place_bits, self.line_bits);
        self.place.next = bits_to(self.record.val(), self.place_bits);
        self.hashed[0].next = bits(0, self.entry_bits);
        for i in 0..self.hashed_bits {
            if self.process_id.val().get_bit(i) {
                self.hashed[i + 1].next = (self.hashed[i].val() << 1) | 1;
            } else {
                self.hashed[i + 1].next = self.hashed[i].val() << 1;
            }
        }
        self.index.next = bits_to(self.line.val(), self.entry_bits)
            ^ bits_to(
                bits_to(self.line.val(), self.line_bits + self.entry_bits) >> self.entry_bits,
                self.entry_bits,
            )
            ^ (self.hashed[self.hashed_bits].val() << (self.entry_bits - self.hashed_bits));
        self.scanning.next = (self.state.val() == CursorState::Sweep)
            | (self.state.val() == CursorState::Drop)
            | self.syncing.val();
        if self.scanning.val() {
            self.looked_at.next = self.scan.val();
        } else if self.update.val() {
            self.looked_at.next = self.current.val();
        } else {
            self.looked_at.next = self.index.val();
        }

        comment!("What it holds.");
        self.beat_place.next = bits_to(self.beat.val() >> 1, self.place_bits);
        self.tags.read_address.next = self.looked_at.val();
        self.tag.next = self.tags.read_data.val();
        if self.state.val() == CursorState::LookUp {
            self.shown.next = self.place.val();
        } else {
            self.shown.next = self.beat_place.val();
        }
        self.shown_next[0].next = bits(0, self.link_bits);
        self.shown_released[0].next = bits(0, self.link_bits);
        for i in 0..self.places {
            self.counts[i].read_address.next = self.looked_at.val();
            self.links[i].read_address.next = self.looked_at.val();
            self.shown_next[i + 1].next = self.shown_next[i].val();
            self.shown_released[i + 1].next = self.shown_released[i].val();
            if self.shown.val() == i {
                self.shown_next[i + 1].next = self.counts[i].read_data.val();
                self.shown_released[i + 1].next = self.links[i].read_data.val();
            }
        }
        if self.parity == 1 {
            comment!(
                "Every entry has a tag from the sweep on, and cursors where it says that they are valid."
            );
            self.wrong_below[0].next = self.tags.wrong.val();
            for i in 0..self.places {
                self.wrong_below[i + 1].next = self.wrong_below[i].val()
                    | (self.tag.val().valid.get_bit(i)
                        & (self.counts[i].wrong.val() | self.links[i].wrong.val()));
            }
            self.wrong[0].next =
                (self.state.val() != CursorState::Sweep) & self.wrong_below[self.places].val();
        }
        self.same_process.next = self.tag.val().process_id == self.process_id.val();
        self.same_line.next = self.same_process.val()
            & (self.tag.val().line == self.line.val())
            & self.tag.val().valid.any();
        self.from_place.next = self.tag.val().valid >> self.place.val();
        self.found.next = self.same_line.val() & self.from_place.val().get_bit(0);
        self.looked_up.next = (self.state.val() == CursorState::LookUp)
            & self.ask.val()
            & !self.answering.val()
            & !self.update.val();
        self.question.next = self.looked_up.val() & !self.claim.val();
        self.hit.next = self.question.val() & self.found.val();
        self.miss.next = self.question.val() & !self.found.val();
        self.conflict.next =
            self.question.val() & !self.same_line.val() & self.tag.val().valid.any();
        self.before_first.next = self.answering.val()
            & !self.claimed.val()
            & !self.failed.val()
            & !self.count_found.val().any()
            & (self.link_found.val() == self.none);
        self.first.next = self.before_first.val();
        self.first_hit.next = self.before_first.val() & self.was_hit.val();

        comment!("Memory: the line of the entry's records, or of the one asked for.");
        self.last.next = self.beat.val().all();
        self.line_ask.next.cause = bits(self.cause, 3);
        self.line_ask.next.read_valid = self.state.val() == CursorState::ReadRequest;
        if self.state.val() == CursorState::WriteRequest {
            self.moved_descriptor.next = self.tag.val().descriptor;
            self.moved_line.next = self.tag.val().line;
        } else {
            self.moved_descriptor.next = self.descriptor.val();
            self.moved_line.next = self.line.val();
        }
        self.line_ask.next.address = (bits(self.memory_tag, self.physical_bits)
            << self.memory_bits)
            + (bits_to(self.moved_descriptor.val(), self.physical_bits) << 12)
            + 4096
            + (bits_to(self.moved_line.val(), self.physical_bits) << 6);
        self.line_ask.next.beat_ready = self.state.val() == CursorState::ReadBeats;
        self.line_ask.next.write_valid = self.state.val() == CursorState::WriteRequest;
        self.line_ask.next.data_valid = self.state.val() == CursorState::WriteBeats;
        if self.shown_released[self.places].val() == self.none {
            self.stored_link.next = bits(0, 64);
        } else {
            self.stored_link.next =
                bits_to(self.shown_released[self.places].val(), 64) | (bits(1, 64) << 31);
        }
        self.line_ask.next.data =
            (self.stored_link.val() << 32) | bits_to(self.shown_next[self.places].val(), 64);
        self.beat_dirty.next = self.tag.val().dirty >> self.beat_place.val();
        if self.beat_dirty.val().get_bit(0) & !self.beat.val().get_bit(0) {
            self.line_ask.next.strobe = !bits(0, 8);
        } else {
            self.line_ask.next.strobe = bits(0, 8);
        }
        self.line_ask.next.last = self.last.val();
        self.line_ask.next.response_ready = self.state.val() == CursorState::WriteResponse;
        if self.line_answer.val().beat.get_bit(63) {
            self.read_link.next = bits_to(
                bits_to(self.line_answer.val().beat >> 32, self.arena_bits),
                self.link_bits,
            );
        } else {
            self.read_link.next = bits(self.none, self.link_bits);
        }
        self.read_failed.next = self.beat_failed.val() | self.line_answer.val().beat_error;

        comment!("What is written, unless a state says otherwise: an update.");
        self.current_bit.next = bits(1, self.places) << self.current_place.val();
        self.tags.write.next = self.update.val();
        self.tags.write_address.next = self.looked_at.val();
        self.tags.write_data.next = self.tag.val();
        if self.update.val() {
            self.tags.write_data.next.valid = self.tag.val().valid | self.current_bit.val();
            self.tags.write_data.next.dirty = self.tag.val().dirty | self.current_bit.val();
            self.written.next = self.current_bit.val();
        } else {
            self.written.next = bits(0, self.places);
        }
        self.write_next.next = self.changed.val().next_arena;
        self.write_released.next = self.changed.val().released;

        self.answered.next = self.answering.val();
        self.cursor.next.next_arena = self.count_found.val();
        self.cursor.next.released = self.link_found.val();
        self.bus_error.next = self.failed.val();
        self.drop_done.next = self.dropped.val();
        self.sync_done.next = self.synced.val();

        self.answering.next = false;
        self.dropped.next = false;
        self.synced.next = false;
        match self.state.val() {
            CursorState::Sweep => {
                self.tags.write.next = true;
                self.tags.write_data.next.valid = bits(0, self.places);
                self.tags.write_data.next.dirty = bits(0, self.places);
                self.scan.next = self.scan.val() + 1;
                if self.scan.val().all() {
                    self.state.next = CursorState::LookUp;
                }
            }
            CursorState::LookUp => {
                self.beat.next = bits(0, 3);
                self.beat_failed.next = false;
                if self.looked_up.val() {
                    self.failed.next = false;
                    self.current.next = self.index.val();
                    self.current_place.next = self.place.val();
                    self.was_hit.next = self.found.val();
                    self.claimed.next = self.claim.val();
                    if self.same_line.val() {
                        self.kept.next = self.tag.val().valid;
                    } else {
                        self.kept.next = bits(0, self.places);
                    }
                    if self.found.val() | (self.same_line.val() & self.claim.val()) {
                        self.count_found.next = self.shown_next[self.places].val();
                        self.link_found.next = self.shown_released[self.places].val();
                        self.answering.next = true;
                    } else if !self.same_line.val() & self.tag.val().dirty.any() {
                        self.state.next = CursorState::WriteRequest;
                    } else if self.claim.val() {
                        self.state.next = CursorState::Empty;
                    } else {
                        self.state.next = CursorState::ReadRequest;
                    }
                } else if self.drop.val() & !self.dropped.val() & !self.update.val() {
                    self.state.next = CursorState::Drop;
                } else if self.sync.val() & !self.synced.val() & !self.update.val() {
                    self.failed.next = false;
                    self.syncing.next = true;
                    self.state.next = CursorState::Sync;
                }
            }
            CursorState::WriteRequest => {
                if self.line_answer.val().write_ready {
                    self.state.next = CursorState::WriteBeats;
                }
            }
            CursorState::WriteBeats => {
                if self.line_answer.val().data_ready {
                    self.beat.next = self.beat.val() + 1;
                    if self.last.val() {
                        self.state.next = CursorState::WriteResponse;
                    }
                }
            }
            CursorState::WriteResponse => {
                if self.line_answer.val().response_valid {
                    self.tags.write.next = !self.line_answer.val().response_error;
                    self.tags.write_data.next.dirty = bits(0, self.places);
                    self.failed.next = self.failed.val() | self.line_answer.val().response_error;
                    if self.syncing.val() {
                        self.scan.next = self.scan.val() + 1;
                        if self.scan.val().all() {
                            self.syncing.next = false;
                            self.synced.next = true;
                            self.state.next = CursorState::LookUp;
                        } else {
                            self.state.next = CursorState::Sync;
                        }
                    } else if self.line_answer.val().response_error {
                        self.answering.next = true;
                        self.state.next = CursorState::LookUp;
                    } else if self.claimed.val() {
                        self.state.next = CursorState::Empty;
                    } else {
                        self.state.next = CursorState::ReadRequest;
                    }
                }
            }
            CursorState::Empty => {
                self.tags.write.next = true;
                self.tags.write_data.next.process_id = self.process_id.val();
                self.tags.write_data.next.line = self.line.val();
                self.tags.write_data.next.descriptor = self.descriptor.val();
                self.tags.write_data.next.valid = bits(0, self.places);
                self.tags.write_data.next.dirty = bits(0, self.places);
                self.answering.next = true;
                self.state.next = CursorState::LookUp;
            }
            CursorState::ReadRequest => {
                if self.line_answer.val().read_ready {
                    self.state.next = CursorState::ReadBeats;
                }
            }
            CursorState::ReadBeats => {
                self.write_next.next = bits_to(self.line_answer.val().beat, self.link_bits);
                self.write_released.next = self.read_link.val();
                if self.line_answer.val().beat_valid {
                    if !self.beat.val().get_bit(0) {
                        self.written.next =
                            (bits(1, self.places) << self.beat_place.val()) & !self.kept.val();
                        if self.beat_place.val() == self.place.val() {
                            self.count_found.next =
                                bits_to(self.line_answer.val().beat, self.link_bits);
                            self.link_found.next = self.read_link.val();
                        }
                    }
                    self.beat_failed.next = self.read_failed.val();
                    self.beat.next = self.beat.val() + 1;
                    if self.last.val() {
                        self.tags.write.next = true;
                        self.tags.write_data.next.process_id = self.process_id.val();
                        self.tags.write_data.next.line = self.line.val();
                        self.tags.write_data.next.descriptor = self.descriptor.val();
                        if self.read_failed.val() {
                            self.tags.write_data.next.valid = self.kept.val();
                        } else {
                            self.tags.write_data.next.valid = !bits(0, self.places);
                        }
                        self.tags.write_data.next.dirty = self.tag.val().dirty & self.kept.val();
                        self.failed.next = self.read_failed.val();
                        self.answering.next = true;
                        self.state.next = CursorState::LookUp;
                    }
                }
            }
            CursorState::Drop => {
                self.tags.write.next = self.same_process.val();
                self.tags.write_data.next.valid = bits(0, self.places);
                self.tags.write_data.next.dirty = bits(0, self.places);
                self.scan.next = self.scan.val() + 1;
                if self.scan.val().all() {
                    self.dropped.next = true;
                    self.state.next = CursorState::LookUp;
                }
            }
            CursorState::Sync => {
                self.beat.next = bits(0, 3);
                if self.tag.val().dirty.any() {
                    self.state.next = CursorState::WriteRequest;
                } else {
                    self.scan.next = self.scan.val() + 1;
                    if self.scan.val().all() {
                        self.syncing.next = false;
                        self.synced.next = true;
                        self.state.next = CursorState::LookUp;
                    }
                }
            }
        }

        comment!("The cursors' write ports.");
        for i in 0..self.places {
            self.counts[i].write.next = self.written.val().get_bit(i);
            self.counts[i].write_address.next = self.looked_at.val();
            self.counts[i].write_data.next = self.write_next.val();
            self.links[i].write.next = self.written.val().get_bit(i);
            self.links[i].write_address.next = self.looked_at.val();
            self.links[i].write_data.next = self.write_released.val();
        }
    }
}
