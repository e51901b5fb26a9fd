//! Lines of page tables and headers: read and judged, written and sealed.

use super::channels::{
    ArenaPage, HeaderFound, LineAnswer, LineAsk, LineJob, arena_page, header_found, line_answer,
    line_ask, line_job,
};
use super::types_engine::{LineCommand, LineState};
use crate::geometry::{BEAT_BITS, Geometry, LINE_BEATS, LINE_BYTES};
use crate::rtl::*;

module! {
    /// Line unit of the page allocator: reads a line, or writes one.
    ///
    /// Of a line of page-table entries it finds the valid ones; of an arena header the sum, the
    /// mark, the tag and the next link. What it writes is an empty arena's header with its checksum,
    /// one entry, zeros over the valid entries just read, or a whole line of zeros. Entries are
    /// written by byte strobes alone.
    ///
    /// Protocol:   a command and its operands are held until done pulses, after the last beat or
    ///             answer; the findings are valid from then to the next read. Memory: valid/ready on
    ///             each channel, eight beats a line, one line at a time.
    /// Latency:    done is high in the 10th cycle of a read and in the 11th of a write, if the
    ///             memory answers in the next cycle.
    /// Throughput: one command at a time.
    /// Reset:      idle; the buffer is undefined.
    pub module LineUnit(g: &Geometry) = "memento_page_line_unit" {
        parameters {
            /// bits, width of a physical address
            physical_bits = g.physical_bits,
            /// bits, width of a class number
            class_bits = g.class_bits,
            /// bits, width of a context number
            context_bits = g.context_bits,
            /// bits, width of an arena number
            arena_bits = g.arena_bits,
            /// bits, width of a frame index
            frame_index_bits = g.frame_index_bits,
            /// first byte of the memory
            memory_base = g.memory_base,
            /// bytes of a page-table entry
            entry_bytes = g.pte_bytes,
        }
        derived {
            /// entries a line
            entries = LINE_BYTES / entry_bytes,
            /// bits, width of an entry's number in its line
            entry_bits = clog2(entries),
            /// log2 of the entries a beat
            pair_bits = entry_bits - clog2(LINE_BEATS),
            /// bits, width of a link: an arena number and a bit for "none"
            link_bits = arena_bits + 1,
            /// the link that names no arena
            none = 1 << arena_bits,
            /// mark of a header in use: "AM", little-endian
            mark_in_use = 0x4D41,
            /// mark of a released arena's header: "RM", little-endian
            mark_released = 0x4D52,
            /// log2 of the beats a line
            beat_number_bits = clog2(LINE_BEATS),
        }
        features {
            /// 1: words of tables and queues are checked by a parity bit
            parity = g.parity as usize,
        }
        ports {
            "Check of the words kept" {
                /// the line's word that is looked at is not what was read
                output wrong[parity]: bool;
            }
            "Command: held until done" {
                /// a command is there
                input command_valid: bool;
                /// what to do, and with which line
                input job: LineJob = line_job(g);
                /// entry to be written
                input entry_value: Word = BEAT_BITS;
                /// arena of the header
                input header: ArenaPage = arena_page(g);
                /// write the mark of a released arena; else of one in use
                input header_released: bool;
                /// next to be written
                input header_next: Word = link_bits;
            }
            "Findings: valid from done to the next read" {
                /// the command is carried out
                output done: bool;
                /// valid entries among those that matter
                output entries_found: Word = entries;
                /// the looked-at entry is valid and matters
                output entry_valid: bool;
                /// its frame index
                output entry_frame: Word = frame_index_bits;
                /// what the line says as a header; bus_error holds for every command
                output found: HeaderFound = header_found(g);
            }
            "Line port" {
                /// what is asked of memory
                output line_ask: LineAsk = line_ask(g);
                /// what it answers
                input line_answer: LineAnswer = line_answer();
            }
        }
        wires {
            /// what to do
            command: LineCommand;
            /// entry that is looked at, or written
            entry_number: Word = entry_bits;
            /// entries that matter
            mask: Word = entries;
            /// class of the header
            header_class: Word = class_bits;
            /// context of the header
            header_context: Word = context_bits;
            /// a command may begin
            begins: bool;
            /// a beat is read
            read_beat: bool;
            /// beat of the looked-at entry
            entry_beat: Word = beat_number_bits;
            /// that beat
            looked_at: Word = BEAT_BITS;
            /// the looked-at entry
            entry: Word = BEAT_BITS;
            /// valid bits of a beat as read
            valid_bits: Word = entries;
            /// number to be written or expected
            number: Word = 32;
            /// valid entries that matter, from the looked-at one on
            from_entry: Word = entries;
            /// next to be written
            stored_next: Word = 32;
            /// next as read
            read_next: Word = 32;
            /// beat of a header, but for the checksum
            header_beat: Word = BEAT_BITS;
            /// beat whose halfwords are added up
            summed: Word = BEAT_BITS;
            /// sum of its halfwords
            beat_sum: Word = 16;
            /// strobe of the written entry
            entry_strobe: Word = 8;
            /// strobe of cleared entries
            clear_strobe: Word = 8;
        }
        state {
            /// what the unit does
            state: LineState;
            /// done pulses
            finished: bool;
        }
        data {
            /// beat under way
            beat: Word = beat_number_bits;
            /// sum of the halfwords so far
            sum: Word = 16;
            /// the memory reported an error
            error: bool;
            /// valid entries of the line read last
            valid_entries: Word = entries;
            /// entries still to be cleared, the next beat's lowest
            remaining: Word = entries;
            /// mark, as read
            mark: Word = 16;
            /// number, class and context were as commanded
            tag_matched: bool;
            /// next, as read
            next_read: Word = link_bits;
            /// next was a possible link
            next_possible: bool;
        }
        instances {
            /// the line read last
            buffer: leaf::LutRam = leaf::LutRam::protected(LINE_BEATS, BEAT_BITS, parity == 1);
            /// bits that an arena number of the class may have
            arena_mask: Table = Table::new("memento_arena_mask",
                "The bits that an arena number of a class may have.",
                g.arena_masks(), arena_bits);
        }
    }
}

impl Logic for LineUnit {
    #[hdl_gen]
    fn update(&mut self) {
        self.command.next = self.job.val().command;
        self.entry_number.next = self.job.val().entry;
        self.mask.next = self.job.val().mask;
        self.header_class.next = self.header.val().size_class;
        self.header_context.next = self.header.val().context_id;
        self.begins.next =
            (self.state.val() == LineState::Idle) & self.command_valid.val() & !self.finished.val();
        self.line_ask.next.cause = self.job.val().cause;
        self.line_ask.next.read_valid =
            self.begins.val() & (self.command.val() == LineCommand::Read);
        self.line_ask.next.address = bits(self.memory_base, self.physical_bits)
            | (bits_to(self.job.val().frame, self.physical_bits) << 12)
            | (bits_to(self.job.val().line, self.physical_bits) << 6);
        self.line_ask.next.beat_ready = self.state.val() == LineState::ReadBeats;
        self.line_ask.next.write_valid =
            self.begins.val() & (self.command.val() != LineCommand::Read);
        self.line_ask.next.data_valid = self.state.val() == LineState::WriteBeats;
        self.line_ask.next.last = self.beat.val() == 7;
        self.line_ask.next.response_ready = self.state.val() == LineState::WriteResponse;
        self.read_beat.next =
            (self.state.val() == LineState::ReadBeats) & self.line_answer.val().beat_valid;

        comment!("The line read last, and one of its entries.");
        self.entry_beat.next = bits_to(
            self.entry_number.val() >> self.pair_bits,
            self.beat_number_bits,
        );
        self.buffer.write.next = self.read_beat.val();
        self.buffer.write_address.next = self.beat.val();
        self.buffer.write_data.next = self.line_answer.val().beat;
        self.buffer.read_address.next = self.entry_beat.val();
        self.looked_at.next = self.buffer.read_data.val();
        if self.parity == 1 {
            self.wrong[0].next = self.buffer.wrong.val();
        }
        self.entry.next = self.looked_at.val();
        self.entry_strobe.next = !bits(0, 8);
        self.clear_strobe.next = bits(0, 8);
        if self.pair_bits == 1 {
            if self.entry_number.val().get_bit(0) {
                self.entry.next = self.looked_at.val() >> 32;
                self.entry_strobe.next = bits(0xf0, 8);
            } else {
                self.entry_strobe.next = bits(0x0f, 8);
            }
            if self.remaining.val().get_bit(0) & self.remaining.val().get_bit(1) {
                self.clear_strobe.next = !bits(0, 8);
            } else if self.remaining.val().get_bit(0) {
                self.clear_strobe.next = bits(0x0f, 8);
            } else if self.remaining.val().get_bit(1) {
                self.clear_strobe.next = bits(0xf0, 8);
            }
            self.valid_bits.next =
                (bits_from(self.line_answer.val().beat.get_bit(0), self.entries) << 14)
                    | (bits_from(self.line_answer.val().beat.get_bit(32), self.entries) << 15);
        } else {
            if self.remaining.val().get_bit(0) {
                self.clear_strobe.next = !bits(0, 8);
            }
            self.valid_bits.next =
                bits_from(self.line_answer.val().beat.get_bit(0), self.entries) << 7;
        }
        self.entries_found.next = self.valid_entries.val() & self.mask.val();
        self.from_entry.next =
            (self.valid_entries.val() & self.mask.val()) >> self.entry_number.val();
        self.entry_valid.next = self.from_entry.val().get_bit(0);
        self.entry_frame.next = bits_to(self.entry.val() >> 10, self.frame_index_bits);

        comment!("An empty arena's header.");
        self.number.next = bits_to(self.header.val().arena, 32);
        if self.header_next.val() == self.none {
            self.stored_next.next = !bits(0, 32);
        } else {
            self.stored_next.next = bits_to(self.header_next.val(), 32);
        }
        self.header_beat.next = bits(0, 64);
        if self.beat.val() == 4 {
            if self.header_released.val() {
                self.header_beat.next = (bits(self.mark_released, 64) << 48)
                    | (bits_to(self.header_context.val(), 64) << 40)
                    | (bits_to(self.header_class.val(), 64) << 32)
                    | bits_to(self.number.val(), 64);
            } else {
                self.header_beat.next = (bits(self.mark_in_use, 64) << 48)
                    | (bits_to(self.header_context.val(), 64) << 40)
                    | (bits_to(self.header_class.val(), 64) << 32)
                    | bits_to(self.number.val(), 64);
            }
        } else if self.beat.val() == 5 {
            self.header_beat.next =
                (bits_to(!bits(0, 32), 64) << 32) | bits_to(self.stored_next.val(), 64);
        }

        comment!("The sum of halfwords; a header's seventh and eighth beats are zero before it.");
        if self.read_beat.val() {
            self.summed.next = self.line_answer.val().beat;
        } else {
            self.summed.next = self.header_beat.val();
        }
        self.beat_sum.next = bits_to(self.summed.val(), 16)
            + bits_to(self.summed.val() >> 16, 16)
            + bits_to(self.summed.val() >> 32, 16)
            + bits_to(self.summed.val() >> 48, 16);

        comment!("What is written.");
        match self.command.val() {
            LineCommand::Read => {
                self.line_ask.next.data = bits(0, 64);
                self.line_ask.next.strobe = bits(0, 8);
            }
            LineCommand::WriteHeader => {
                if self.beat.val() == 6 {
                    self.line_ask.next.data = bits_to(!self.sum.val(), 64) << 16;
                } else {
                    self.line_ask.next.data = self.header_beat.val();
                }
                self.line_ask.next.strobe = !bits(0, 8);
            }
            LineCommand::WriteEntry => {
                if self.pair_bits == 1 {
                    self.line_ask.next.data = (self.entry_value.val() << 32)
                        | bits_to(bits_to(self.entry_value.val(), 32), 64);
                } else {
                    self.line_ask.next.data = self.entry_value.val();
                }
                if self.beat.val() == self.entry_beat.val() {
                    self.line_ask.next.strobe = self.entry_strobe.val();
                } else {
                    self.line_ask.next.strobe = bits(0, 8);
                }
            }
            LineCommand::ClearEntries => {
                self.line_ask.next.data = bits(0, 64);
                self.line_ask.next.strobe = self.clear_strobe.val();
            }
            LineCommand::WriteZero => {
                self.line_ask.next.data = bits(0, 64);
                self.line_ask.next.strobe = !bits(0, 8);
            }
        }

        comment!("What a line says, noted as its beats come.");
        self.arena_mask.address.next = self.header_class.val();
        self.read_next.next = bits_to(self.line_answer.val().beat, 32);
        if self.read_beat.val() {
            self.valid_entries.next =
                (self.valid_entries.val() >> (self.pair_bits + 1)) | self.valid_bits.val();
            if self.beat.val() == 4 {
                self.mark.next = bits_to(self.line_answer.val().beat >> 48, 16);
                self.tag_matched.next = (bits_to(self.line_answer.val().beat, 32)
                    == self.number.val())
                    & (bits_to(self.line_answer.val().beat >> 32, 8)
                        == bits_to(self.header_class.val(), 8))
                    & (bits_to(self.line_answer.val().beat >> 40, 8)
                        == bits_to(self.header_context.val(), 8));
            } else if self.beat.val() == 5 {
                self.next_possible.next = self.read_next.val().all()
                    | !(self.read_next.val() & !bits_to(self.arena_mask.data.val(), 32)).any();
                if self.read_next.val().all() {
                    self.next_read.next = bits(self.none, self.link_bits);
                } else {
                    self.next_read.next = bits_to(
                        bits_to(self.read_next.val(), self.arena_bits),
                        self.link_bits,
                    );
                }
            }
        }
        self.done.next = self.finished.val();
        self.found.next.bus_error = self.error.val();
        self.found.next.sum_matches = self.sum.val().all();
        self.found.next.in_use = self.mark.val() == self.mark_in_use;
        self.found.next.released = self.mark.val() == self.mark_released;
        self.found.next.never_used = !self.mark.val().any();
        self.found.next.tag_matches = self.tag_matched.val();
        self.found.next.next_valid = self.next_possible.val();
        self.found.next.next_released = self.next_read.val();

        comment!("One line at a time.");
        self.finished.next = false;
        match self.state.val() {
            LineState::Idle => {
                if self.begins.val() {
                    self.beat.next = bits(0, self.beat_number_bits);
                    self.sum.next = bits(0, 16);
                    self.error.next = false;
                    self.remaining.next = self.valid_entries.val() & self.mask.val();
                    if self.command.val() == LineCommand::Read {
                        if self.line_answer.val().read_ready {
                            self.state.next = LineState::ReadBeats;
                        }
                    } else if self.line_answer.val().write_ready {
                        self.state.next = LineState::WriteBeats;
                    }
                }
            }
            LineState::ReadBeats => {
                if self.line_answer.val().beat_valid {
                    self.sum.next = self.sum.val() + self.beat_sum.val();
                    self.error.next = self.error.val() | self.line_answer.val().beat_error;
                    self.beat.next = self.beat.val() + 1;
                    if self.beat.val() == 7 {
                        self.finished.next = true;
                        self.state.next = LineState::Idle;
                    }
                }
            }
            LineState::WriteBeats => {
                if self.line_answer.val().data_ready {
                    self.sum.next = self.sum.val() + self.beat_sum.val();
                    self.beat.next = self.beat.val() + 1;
                    self.remaining.next = self.remaining.val() >> (self.pair_bits + 1);
                    if self.beat.val() == 7 {
                        self.state.next = LineState::WriteResponse;
                    }
                }
            }
            LineState::WriteResponse => {
                if self.line_answer.val().response_valid {
                    self.error.next = self.line_answer.val().response_error;
                    self.finished.next = true;
                    self.state.next = LineState::Idle;
                }
            }
        }
    }
}
