//! Arena cursors: which arena a class and context of a process gets next.

use super::types::{CAUSE_BITS, CAUSE_RECORD, CursorState};
use crate::geometry::{BEAT_BITS, Geometry, LINE_BEATS, PAGE_BITS};
use crate::rtl::*;

bundle! {
    /// One context and class of a process.
    pub struct Cursor {
        valid: bool,
        dirty: bool,
        process_id: Word,
        context_id: Word,
        size_class: Word,
        next_arena: Word,
        released: Word,
        descriptor: Word,
    }
}

fn cursor(g: &Geometry) -> CursorShape {
    CursorShape {
        valid: (),
        dirty: (),
        process_id: g.process_bits,
        context_id: g.context_bits,
        size_class: g.class_bits,
        next_arena: g.arena_bits + 1,
        released: g.arena_bits + 1,
        descriptor: g.frame_index_bits,
    }
}

module! {
    /// Arena cursors: caches the first halves of the records in process descriptors, direct-mapped,
    /// written back when their place is needed or at sync.
    ///
    /// The record of context k, class c is number {k, c} of 16 bytes from the descriptor's second
    /// frame on. Its first four bytes count the arenas that were ever used, the next four are a
    /// link to the released ones: bit 31 set and a number, or zero.
    ///
    /// Protocol:   ask and its operands are held until answered pulses; the answer is valid from
    ///             then to the next question. update changes the entry last asked for; it comes
    ///             after an answer without a bus error, before any drop or sync. drop and process,
    ///             and sync, are held until their done pulses; nothing is asked meanwhile.
    ///             Memory: valid/ready on each channel, eight beats a line, one line at a time.
    /// Latency:    answered one cycle after ask on a hit; else 11 cycles later and the memory's
    ///             own, and 10 and the memory's own for an entry that is written back. drop takes
    ///             a cycle an entry and one, sync the same and 11 a dirty entry.
    /// Bus errors: an entry that can't be written back stays, dirty; one that can't be read is
    ///             left invalid.
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
            /// cause of the memory accesses
            cause = CAUSE_RECORD,
        }
        derived {
            /// bits, width of an entry number
            entry_bits = clog2(entries),
            /// bits, width of a frame's index
            frame_index_bits = memory_bits - PAGE_BITS,
            /// bits, width of a count of arenas, and of a link: a number and a bit for "none"
            link_bits = arena_bits + 1,
            /// the link that names no arena
            none = 1 << arena_bits,
            /// by how much a context number is shifted in an entry's number
            context_shift = entry_bits / 2,
        }
        ports {
            "Question: held until answered" {
                /// what is the cursor?
                input ask: bool;
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
                /// arenas that were ever used: the number of the next new one
                output next_arena: Word = link_bits;
                /// link to the arena that was released last
                output released: Word = link_bits;
                /// the memory failed; after sync: some entries are still dirty
                output bus_error: bool;
            }
            "Update: of the entry last asked for" {
                /// pulse: change it
                input update: bool;
                /// arenas that were ever used
                input update_next: Word = link_bits;
                /// link to the arena that was released last
                input update_released: Word = link_bits;
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
                /// another one was in its place
                output conflict: bool;
            }
            "Line: what for" {
                /// cause of reads and writes
                output line_cause: Word = CAUSE_BITS;
            }
            "Line read request: valid/ready" {
                /// a line is asked for
                output line_read_request_valid: bool;
                /// accepted
                input line_read_request_ready: bool;
                /// its physical address, a multiple of 64
                output line_read_request_address: Word = physical_bits;
            }
            "Line read data: valid/ready, eight beats a line" {
                /// a beat is there
                input line_read_data_valid: bool;
                /// it is taken
                output line_read_data_ready: bool;
                /// eight bytes, the lowest address in the lowest bits
                input line_read_data: Word = BEAT_BITS;
                /// the memory failed
                input line_read_data_error: bool;
            }
            "Line write request: valid/ready" {
                /// a line is to be written
                output line_write_request_valid: bool;
                /// accepted
                input line_write_request_ready: bool;
                /// its physical address, a multiple of 64
                output line_write_request_address: Word = physical_bits;
            }
            "Line write data: valid/ready, eight beats a line" {
                /// a beat is on offer
                output line_write_data_valid: bool;
                /// accepted
                input line_write_data_ready: bool;
                /// eight bytes, the lowest address in the lowest bits
                output line_write_data: Word = BEAT_BITS;
                /// which of them are written: all of one beat
                output line_write_data_strobe: Word = 8;
                /// the line's eighth beat
                output line_write_data_last: bool;
            }
            "Line write response: valid/ready" {
                /// the line is written
                input line_write_response_valid: bool;
                /// taken
                output line_write_response_ready: bool;
                /// the memory failed
                input line_write_response_error: bool;
            }
        }
        wires {
            /// entry that the question belongs to
            index: Word = entry_bits;
            /// entries are looked at one after the other
            scanning: bool;
            /// entry looked at
            place: Word = entry_bits;
            /// what it holds
            entry: Cursor = cursor(g);
            /// it is of the process
            same_process: bool;
            /// it is the one asked for
            found: bool;
            /// a question is looked up
            looked_up: bool;
            /// the record's number within the descriptor
            write_record: Word = physical_bits;
            /// the record's number within the descriptor
            read_record: Word = physical_bits;
            /// line of the entry's record
            write_address: Word = physical_bits;
            /// line of the record asked for
            read_address: Word = physical_bits;
            /// beat of the entry's record
            write_beat: Word = 3;
            /// beat of the record asked for
            read_beat: Word = 3;
            /// link of the entry as memory has it
            stored_link: Word = 64;
            /// link read
            read_link: Word = link_bits;
            /// the last beat moves
            last: bool;
            /// the read has met an error
            read_failed: bool;
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
            /// its process
            current_process: Word = process_bits;
            /// its context
            current_context: Word = context_bits;
            /// its class
            current_class: Word = class_bits;
            /// its descriptor
            current_descriptor: Word = frame_index_bits;
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
            /// the entries
            cursors: leaf::LutRam<Cursor> = leaf::LutRam::new(entries, cursor(g));
        }
    }
}

impl Logic for ArenaCursors {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("The entry looked at.");
        self.index.next = bits_to(self.size_class.val(), self.entry_bits)
            ^ bits_to(self.process_id.val(), self.entry_bits)
            ^ (bits_to(self.context_id.val(), self.entry_bits) << self.context_shift);
        self.scanning.next = (self.state.val() == CursorState::Sweep)
            | (self.state.val() == CursorState::Drop)
            | self.syncing.val();
        if self.scanning.val() {
            self.place.next = self.scan.val();
        } else {
            self.place.next = self.index.val();
        }
        self.cursors.read_address.next = self.place.val();
        self.entry.next = self.cursors.read_data.val();
        self.same_process.next = self.entry.val().process_id == self.process_id.val();
        self.found.next = self.entry.val().valid
            & self.same_process.val()
            & (self.entry.val().context_id == self.context_id.val())
            & (self.entry.val().size_class == self.size_class.val());
        self.looked_up.next = (self.state.val() == CursorState::LookUp)
            & self.ask.val()
            & !self.answering.val()
            & !self.update.val();
        self.hit.next = self.looked_up.val() & self.found.val();
        self.miss.next = self.looked_up.val() & !self.found.val();
        self.conflict.next = self.looked_up.val() & !self.found.val() & self.entry.val().valid;

        comment!("Where records are: {context, class} of 16 bytes, four a line.");
        self.write_record.next = (bits_to(self.entry.val().context_id, self.physical_bits)
            << self.class_bits)
            | bits_to(self.entry.val().size_class, self.physical_bits);
        self.write_address.next = (bits(self.memory_tag, self.physical_bits) << self.memory_bits)
            + (bits_to(self.entry.val().descriptor, self.physical_bits) << 12)
            + 4096
            + ((self.write_record.val() >> 2) << 6);
        self.write_beat.next = bits_to(self.write_record.val(), 3) << 1;
        self.read_record.next = (bits_to(self.context_id.val(), self.physical_bits)
            << self.class_bits)
            | bits_to(self.size_class.val(), self.physical_bits);
        self.read_address.next = (bits(self.memory_tag, self.physical_bits) << self.memory_bits)
            + (bits_to(self.descriptor.val(), self.physical_bits) << 12)
            + 4096
            + ((self.read_record.val() >> 2) << 6);
        self.read_beat.next = bits_to(self.read_record.val(), 3) << 1;

        comment!("Memory.");
        self.last.next = self.beat.val().all();
        self.line_cause.next = bits(self.cause, 3);
        self.line_read_request_valid.next = self.state.val() == CursorState::ReadRequest;
        self.line_read_request_address.next = self.read_address.val();
        self.line_read_data_ready.next = self.state.val() == CursorState::ReadBeats;
        self.line_write_request_valid.next = self.state.val() == CursorState::WriteRequest;
        self.line_write_request_address.next = self.write_address.val();
        self.line_write_data_valid.next = self.state.val() == CursorState::WriteBeats;
        if self.entry.val().released == self.none {
            self.stored_link.next = bits(0, 64);
        } else {
            self.stored_link.next = bits_to(self.entry.val().released, 64) | (bits(1, 64) << 31);
        }
        self.line_write_data.next =
            (self.stored_link.val() << 32) | bits_to(self.entry.val().next_arena, 64);
        if self.beat.val() == self.write_beat.val() {
            self.line_write_data_strobe.next = !bits(0, 8);
        } else {
            self.line_write_data_strobe.next = bits(0, 8);
        }
        self.line_write_data_last.next = self.last.val();
        self.line_write_response_ready.next = self.state.val() == CursorState::WriteResponse;
        if self.line_read_data.val().get_bit(63) {
            self.read_link.next = bits_to(
                bits_to(self.line_read_data.val() >> 32, self.arena_bits),
                self.link_bits,
            );
        } else {
            self.read_link.next = bits(self.none, self.link_bits);
        }
        self.read_failed.next = self.beat_failed.val() | self.line_read_data_error.val();

        comment!("What is written into an entry, unless a state says otherwise: an update.");
        self.cursors.write.next = self.update.val();
        self.cursors.write_address.next = self.current.val();
        self.cursors.write_data.next.valid = true;
        self.cursors.write_data.next.dirty = true;
        self.cursors.write_data.next.process_id = self.current_process.val();
        self.cursors.write_data.next.context_id = self.current_context.val();
        self.cursors.write_data.next.size_class = self.current_class.val();
        self.cursors.write_data.next.next_arena = self.update_next.val();
        self.cursors.write_data.next.released = self.update_released.val();
        self.cursors.write_data.next.descriptor = self.current_descriptor.val();

        self.answered.next = self.answering.val();
        self.next_arena.next = self.count_found.val();
        self.released.next = self.link_found.val();
        self.bus_error.next = self.failed.val();
        self.drop_done.next = self.dropped.val();
        self.sync_done.next = self.synced.val();

        self.answering.next = false;
        self.dropped.next = false;
        self.synced.next = false;
        match self.state.val() {
            CursorState::Sweep => {
                self.cursors.write.next = true;
                self.cursors.write_address.next = self.place.val();
                self.cursors.write_data.next.valid = false;
                self.cursors.write_data.next.dirty = false;
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
                    self.current_process.next = self.process_id.val();
                    self.current_context.next = self.context_id.val();
                    self.current_class.next = self.size_class.val();
                    self.current_descriptor.next = self.descriptor.val();
                    if self.found.val() {
                        self.count_found.next = self.entry.val().next_arena;
                        self.link_found.next = self.entry.val().released;
                        self.answering.next = true;
                    } else if self.entry.val().valid & self.entry.val().dirty {
                        self.state.next = CursorState::WriteRequest;
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
                if self.line_write_request_ready.val() {
                    self.state.next = CursorState::WriteBeats;
                }
            }
            CursorState::WriteBeats => {
                if self.line_write_data_ready.val() {
                    self.beat.next = self.beat.val() + 1;
                    if self.last.val() {
                        self.state.next = CursorState::WriteResponse;
                    }
                }
            }
            CursorState::WriteResponse => {
                if self.line_write_response_valid.val() {
                    self.cursors.write.next = !self.line_write_response_error.val();
                    self.cursors.write_address.next = self.place.val();
                    self.cursors.write_data.next = self.entry.val();
                    self.cursors.write_data.next.dirty = false;
                    self.failed.next = self.failed.val() | self.line_write_response_error.val();
                    if self.syncing.val() {
                        self.scan.next = self.scan.val() + 1;
                        if self.scan.val().all() {
                            self.syncing.next = false;
                            self.synced.next = true;
                            self.state.next = CursorState::LookUp;
                        } else {
                            self.state.next = CursorState::Sync;
                        }
                    } else if self.line_write_response_error.val() {
                        self.answering.next = true;
                        self.state.next = CursorState::LookUp;
                    } else {
                        self.state.next = CursorState::ReadRequest;
                    }
                }
            }
            CursorState::ReadRequest => {
                if self.line_read_request_ready.val() {
                    self.state.next = CursorState::ReadBeats;
                }
            }
            CursorState::ReadBeats => {
                if self.line_read_data_valid.val() {
                    self.cursors.write.next = self.beat.val() == self.read_beat.val();
                    self.cursors.write_address.next = self.current.val();
                    self.cursors.write_data.next.dirty = false;
                    self.cursors.write_data.next.next_arena =
                        bits_to(self.line_read_data.val(), self.link_bits);
                    self.cursors.write_data.next.released = self.read_link.val();
                    if self.beat.val() == self.read_beat.val() {
                        self.count_found.next = bits_to(self.line_read_data.val(), self.link_bits);
                        self.link_found.next = self.read_link.val();
                    }
                    self.beat_failed.next = self.read_failed.val();
                    self.beat.next = self.beat.val() + 1;
                    if self.last.val() {
                        comment!("No record begins at the last beat: the write port is free.");
                        self.cursors.write.next = self.read_failed.val();
                        self.cursors.write_data.next.valid = false;
                        self.failed.next = self.read_failed.val();
                        self.answering.next = true;
                        self.state.next = CursorState::LookUp;
                    }
                }
            }
            CursorState::Drop => {
                self.cursors.write.next = self.same_process.val();
                self.cursors.write_address.next = self.place.val();
                self.cursors.write_data.next.valid = false;
                self.cursors.write_data.next.dirty = false;
                self.scan.next = self.scan.val() + 1;
                if self.scan.val().all() {
                    self.dropped.next = true;
                    self.state.next = CursorState::LookUp;
                }
            }
            CursorState::Sync => {
                self.beat.next = bits(0, 3);
                if self.entry.val().valid & self.entry.val().dirty {
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
    }
}
