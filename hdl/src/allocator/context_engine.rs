//! Context switches: save, restore, and the frees that were left in the mailbox.

use super::line_unit::LineUnit;
use super::popcount::Popcount;
use super::types::{ContextState, Status, SwitchOp};
use crate::geometry::{BEAT_BITS, Geometry, LINE_BEATS};
use crate::rtl::*;

module! {
    /// Context engine: attaches contexts and detaches them.
    ///
    /// A switch first lets the host's operations finish, the inbox still being served, then the
    /// inbox's. Attach has every class and translation forgotten (the list engine loads a class when
    /// its first operation comes) and executes the frees in the context's mailbox. Detach walks the
    /// classes: a known class's arena and list head go into its record, its arena's header is
    /// written if it differs from memory. Only those halves of a line of records are written.
    ///
    /// A bus error is reported and the switch finished: a mailbox that can't be read is left alone,
    /// eight frees whose line can't be read are lost.
    ///
    /// Protocol:   valid/ready at the switch, at the frees and at the memory.
    /// Latency:    attach: a line read and the sweep of the object table, one cycle a class, at the
    ///             same time; then what the mailbox takes. Detach: two cycles a class, a line write
    ///             for each header that differs and each line of four records with a known class.
    /// Throughput: one switch at a time.
    /// Reset:      detached.
    pub module ContextEngine(g: &Geometry) = "memento_context_engine" {
        parameters {
            /// bits, width of an operand
            operand_bits = g.operand_bits,
            /// bits, width of a physical address
            physical_bits = g.physical_bits,
            /// bits, width of a class number
            class_bits = g.class_bits,
            /// bits, width of a context number
            context_bits = g.context_bits,
            /// bits, width of an arena number
            arena_bits = g.arena_bits,
            /// objects an arena
            objects = g.objects,
            /// bits, width of a count of 0..=objects
            count_bits = g.count_bits,
            /// words a bitmap
            words = g.words,
            /// slots a word
            word_bits = g.word_bits,
        }
        derived {
            /// bits, width of a link: an arena number and a bit for "none"
            link_bits = arena_bits + 1,
            /// the link that names no arena
            none = 1 << arena_bits,
            /// bits, width of a word number
            word_number_bits = clog2(words),
            /// log2 of the slots a word
            word_bits_log2 = clog2(word_bits),
            /// words a beat
            beat_words = words.min(BEAT_BITS / word_bits),
            /// beats of a bitmap
            bitmap_beats = objects.div_ceil(BEAT_BITS),
            /// mark of a header in use: "AM", little-endian
            mark_in_use = 0x4D41,
            /// log2 of the beats a line
            beat_number_bits = clog2(LINE_BEATS),
            /// bits, width of a beat's number in both line buffers
            entry_bits = clog2(2 * LINE_BEATS),
            /// 1: an operand is as wide as a beat
            whole = (operand_bits == BEAT_BITS) as usize,
            /// bits, width of a count of a line's addresses
            taken_bits = beat_number_bits + 1,
        }
        features {
            /// 1: words of tables and queues are checked by a parity bit
            parity = g.parity as usize,
        }
        ports {
            "Switch request: valid/ready" {
                /// a switch is asked for
                input switch_request_valid: bool;
                /// it is accepted
                output switch_request_ready: bool;
                /// 0 attach, 1 detach, 2 discard
                input switch_request_op: SwitchOp;
                /// attach: context
                input switch_request_context: Word = context_bits;
                /// attach: physical address of the context's first record
                input switch_request_records: Word = physical_bits;
                /// attach: physical address of its mailbox
                input switch_request_mailbox: Word = physical_bits;
            }
            "Switch response: valid/ready" {
                /// the switch is done
                output switch_response_valid: bool;
                /// the response is taken
                input switch_response_ready: bool;
                /// Ok or BusError
                output switch_response_status: Status;
            }
            "What runs" {
                /// a context is attached
                output attached: bool;
                /// which
                output context_id: Word = context_bits;
                /// physical address of its first record
                output records: Word = physical_bits;
            }
            "Operations under way" {
                /// the host's requests wait
                output host_closed: bool;
                /// the inbox's requests wait
                output inbox_closed: bool;
                /// the host's operations are all answered
                input host_idle: bool;
                /// the inbox's operations are all answered
                input inbox_idle: bool;
                /// no miss is under way, nothing is on its way through the object table
                input engine_idle: bool;
                /// every class and translation is to be forgotten
                output forget: bool;
                /// that is done
                input forgotten: bool;
            }
            "Frees from the mailbox: valid/ready" {
                /// the inbox serves the mailbox
                output draining: bool;
                /// a free is on offer
                output free_valid: bool;
                /// it is accepted
                input free_ready: bool;
                /// address of the object
                output free_address: Word = operand_bits;
                /// a free is answered
                input free_answered: bool;
                /// how
                input free_status: Status;
            }
            "Object table: looked at while nothing is under way" {
                /// look
                output look: bool;
                /// class
                output look_class: Word = class_bits;
                /// word of its bitmap
                output look_word: Word = word_number_bits;
                /// free mask of that word, one cycle later
                input look_mask: Word = word_bits;
                /// that is used
                output look_used[parity]: bool;
                /// the arena's header in memory differs, in the same cycle
                input look_dirty: bool;
                /// the class's state is known; this and the rest one cycle later
                input entry_known: bool;
                /// an arena serves it
                input entry_valid: bool;
                /// that arena
                input entry_arena: Word = arena_bits;
                /// physical address of its header's line
                input entry_line: Word = physical_bits;
                /// head of the class's list
                input entry_head: Word = link_bits;
            }
            "Memory" {
                /// the memory port is this engine's
                output port_taken: bool;
                /// what the line is: 0 header, 2 record, 5 mailbox
                output cause: Word = 3;
            }
            "Read request: valid/ready" {
                /// a line is asked for
                output read_request_valid: bool;
                /// accepted
                input read_request_ready: bool;
                /// its physical address, a multiple of 64
                output read_request_address: Word = physical_bits;
            }
            "Read data: valid/ready, eight beats a line" {
                /// a beat is there
                input read_data_valid: bool;
                /// it is taken
                output read_data_ready: bool;
                /// eight bytes, the lowest address in the lowest bits
                input read_data: Word = BEAT_BITS;
                /// the memory failed
                input read_data_error: bool;
            }
            "Write request: valid/ready" {
                /// a line is to be written
                output write_request_valid: bool;
                /// accepted
                input write_request_ready: bool;
                /// its physical address, a multiple of 64
                output write_request_address: Word = physical_bits;
            }
            "Write data: valid/ready, eight beats a line" {
                /// a beat is on offer
                output write_data_valid: bool;
                /// accepted
                input write_data_ready: bool;
                /// eight bytes, the lowest address in the lowest bits
                output write_data: Word = BEAT_BITS;
                /// one bit a byte: it is written
                output write_data_strobe: Word = 8;
                /// the line's eighth beat
                output write_data_last: bool;
            }
            "Write response: valid/ready" {
                /// the line is written
                input write_response_valid: bool;
                /// taken
                output write_response_ready: bool;
                /// the memory failed
                input write_response_error: bool;
            }
            "Check of the tables' words" {
                /// one was not what was written: a detach saves nothing, and is answered CORRUPT_HEADER
                input poisoned[parity]: bool;
                /// a word of a line that is used is not what was put or read
                output wrong[parity]: bool;
            }
            "Events: a pulse each" {
                /// a context was saved
                output event_save: bool;
                /// a header was saved
                output event_header: bool;
                /// a class's record was saved
                output event_record: bool;
                /// a free was taken from the mailbox
                output event_free: bool;
                /// a free from the mailbox failed
                output event_failure: bool;
            }
        }
        wires {
            /// physical address of the class's record
            record_address: Word = physical_bits;
            /// its second half's beat in its line
            record_beat: Word = beat_number_bits;
            /// current arena for the record
            record_arena: Word = 32;
            /// list head for the record
            record_head: Word = 32;
            /// the line of records ends with this class
            line_ends: bool;
            /// this class is the last
            last_class: bool;
            /// allocated slots of the word
            allocated: Word = word_bits;
            /// bit of the beat that the word starts at
            place: Word = clog2(BEAT_BITS);
            /// the word is the beat's last
            last_word: bool;
            /// checksum to be written
            seal: Word = 16;
            /// beat of the header
            header_beat: Word = BEAT_BITS;
            /// sum of its halfwords
            beat_sum: Word = 16;
            /// addresses in the line of the mailbox's array
            line_count: Word = taken_bits;
            /// the line's addresses are all taken
            line_done: bool;
            /// the address is no operand
            too_wide: bool;
            /// the address is to be dropped
            dropped: bool;
            /// a command to the line unit ends
            done: bool;
        }
        state {
            /// what the engine does
            state: ContextState;
            /// a context is attached
            running: bool;
        }
        data {
            /// what the switch is to do
            op: SwitchOp;
            /// context that is asked for
            asked_context: Word = context_bits;
            /// physical address of its first record
            asked_records: Word = physical_bits;
            /// context that runs
            own_context: Word = context_bits;
            /// physical address of its first record
            own_records: Word = physical_bits;
            /// physical address of its mailbox
            mailbox_line: Word = physical_bits;
            /// how the switch goes
            status: Status;
            /// physical address of the mailbox's next line of addresses
            array: Word = physical_bits;
            /// addresses left
            remaining: Word = 32;
            /// addresses of the line taken
            taken: Word = taken_bits;
            /// class that is saved
            size_class: Word = class_bits;
            /// beats of the line of records that are written, one bit each
            beats: Word = LINE_BEATS;
            /// word of the bitmap
            word: Word = word_number_bits;
            /// beat of the header
            beat: Word = beat_number_bits;
            /// bitmap's bits of the beat
            gathered: Word = BEAT_BITS;
            /// allocated slots so far
            count: Word = count_bits;
            /// sum of the header's halfwords so far
            sum: Word = 16;
        }
        instances {
            /// lines in and out
            line_unit: LineUnit = LineUnit::new(g);
            /// allocated slots of the word
            slots_of: Popcount = Popcount::new(g);
        }
    }
}

impl Logic for ContextEngine {
    #[hdl_gen]
    fn update(&mut self) {
        self.switch_request_ready.next = self.state.val() == ContextState::Idle;
        self.switch_response_valid.next = self.state.val() == ContextState::Answer;
        self.switch_response_status.next = self.status.val();
        self.attached.next = self.running.val();
        self.context_id.next = self.own_context.val();
        self.records.next = self.own_records.val();
        self.host_closed.next =
            (self.state.val() != ContextState::Idle) & (self.state.val() != ContextState::Answer);
        self.inbox_closed.next = (self.state.val() != ContextState::Idle)
            & (self.state.val() != ContextState::Answer)
            & (self.state.val() != ContextState::FinishHost);
        self.forget.next = self.state.val() == ContextState::Forget;

        comment!("Memory: which line, and why.");
        self.record_address.next =
            self.own_records.val() + (bits_to(self.size_class.val(), self.physical_bits) << 4);
        self.port_taken.next = (self.state.val() == ContextState::ReadMailbox)
            | (self.state.val() == ContextState::ReadAddresses)
            | (self.state.val() == ContextState::WriteMailbox)
            | (self.state.val() == ContextState::WriteHeader)
            | (self.state.val() == ContextState::WriteRecords);
        self.line_unit.command_valid.next = self.port_taken.val();
        self.line_unit.command_write.next = (self.state.val() != ContextState::ReadMailbox)
            & (self.state.val() != ContextState::ReadAddresses);
        self.line_unit.command_buffer.next = self.state.val() == ContextState::WriteRecords;
        match self.state.val() {
            ContextState::ReadAddresses => {
                self.cause.next = bits(5, 3);
                self.line_unit.command_address.next = self.array.val();
                self.line_unit.command_beats.next = self.beats.val();
            }
            ContextState::WriteHeader => {
                self.cause.next = bits(0, 3);
                self.line_unit.command_address.next = self.entry_line.val();
                self.line_unit.command_beats.next = !bits(0, 8);
            }
            ContextState::WriteRecords => {
                self.cause.next = bits(2, 3);
                self.line_unit.command_address.next = self.record_address.val();
                self.line_unit.command_beats.next = self.beats.val();
            }
            _ => {
                self.cause.next = bits(5, 3);
                self.line_unit.command_address.next = self.mailbox_line.val();
                self.line_unit.command_beats.next =
                    bits(2, 8) << ((bits_to(self.mailbox_line.val() >> 4, 3) & bits(3, 3)) << 1);
            }
        }
        self.done.next = self.line_unit.done.val();
        self.read_request_valid.next = self.line_unit.read_request_valid.val();
        self.line_unit.read_request_ready.next = self.read_request_ready.val();
        self.read_request_address.next = self.line_unit.read_request_address.val();
        self.line_unit.read_data_valid.next = self.read_data_valid.val();
        self.read_data_ready.next = self.line_unit.read_data_ready.val();
        self.line_unit.read_data.next = self.read_data.val();
        self.line_unit.read_data_error.next = self.read_data_error.val();
        self.write_request_valid.next = self.line_unit.write_request_valid.val();
        self.line_unit.write_request_ready.next = self.write_request_ready.val();
        self.write_request_address.next = self.line_unit.write_request_address.val();
        self.write_data_valid.next = self.line_unit.write_data_valid.val();
        self.line_unit.write_data_ready.next = self.write_data_ready.val();
        self.write_data.next = self.line_unit.write_data.val();
        self.write_data_strobe.next = self.line_unit.write_data_strobe.val();
        self.write_data_last.next = self.line_unit.write_data_last.val();
        self.line_unit.write_response_valid.next = self.write_response_valid.val();
        self.write_response_ready.next = self.line_unit.write_response_ready.val();
        self.line_unit.write_response_error.next = self.write_response_error.val();

        comment!("Mailbox: its address and count, then its addresses, one after the other.");
        match self.state.val() {
            ContextState::MailboxArray => {
                self.line_unit.peek_beat.next =
                    (bits_to(self.mailbox_line.val() >> 4, self.entry_bits)
                        & bits(3, self.entry_bits))
                        << 1;
            }
            ContextState::MailboxCount => {
                self.line_unit.peek_beat.next =
                    ((bits_to(self.mailbox_line.val() >> 4, self.entry_bits)
                        & bits(3, self.entry_bits))
                        << 1)
                        | bits(1, self.entry_bits);
            }
            _ => {
                self.line_unit.peek_beat.next = bits_to(self.taken.val(), self.entry_bits);
            }
        }
        if self.remaining.val() < 8 {
            self.line_count.next = bits_to(self.remaining.val(), self.taken_bits);
        } else {
            self.line_count.next = bits(8, self.taken_bits);
        }
        self.line_done.next = self.taken.val() == self.line_count.val();
        self.draining.next = self.state.val() == ContextState::Drain;
        if self.whole == 1 {
            self.too_wide.next = false;
        } else {
            self.too_wide.next = (self.line_unit.peek_data.val() >> self.operand_bits).any();
        }
        self.free_valid.next = self.draining.val() & !self.line_done.val() & !self.too_wide.val();
        self.free_address.next = bits_to(self.line_unit.peek_data.val(), self.operand_bits);
        self.dropped.next = self.draining.val()
            & !self.line_done.val()
            & self.too_wide.val()
            & self.inbox_idle.val();

        comment!("The class's record, and its arena's header word by word and beat by beat.");
        self.look.next = (self.state.val() == ContextState::FirstEntry)
            | (self.state.val() == ContextState::Judge)
            | (self.state.val() == ContextState::Fetch)
            | (self.state.val() == ContextState::Collect)
            | (self.state.val() == ContextState::Compose)
            | (self.state.val() == ContextState::WriteHeader)
            | (self.state.val() == ContextState::Advance)
            | (self.state.val() == ContextState::WriteRecords);
        self.last_class.next = self.size_class.val().all();
        self.record_beat.next = bits_to(self.record_address.val() >> 3, self.beat_number_bits)
            | bits(1, self.beat_number_bits);
        self.line_ends.next = self.last_class.val() | self.record_beat.val().all();
        if (self.state.val() == ContextState::Advance)
            | (self.state.val() == ContextState::WriteRecords)
        {
            self.look_class.next = self.size_class.val() + 1;
        } else {
            self.look_class.next = self.size_class.val();
        }
        self.look_word.next = self.word.val();
        if self.entry_valid.val() {
            self.record_arena.next = (bits(1, 32) << 31) | bits_to(self.entry_arena.val(), 32);
        } else {
            self.record_arena.next = bits(0, 32);
        }
        if self.entry_head.val() == self.none {
            self.record_head.next = bits(0, 32);
        } else {
            self.record_head.next = (bits(1, 32) << 31) | bits_to(self.entry_head.val(), 32);
        }
        self.allocated.next = !self.look_mask.val();
        self.slots_of.word.next = self.allocated.val();
        self.place.next = bits_to(self.word.val(), 6) << self.word_bits_log2;
        self.last_word.next = (self.word.val() == (self.words - 1))
            | ((bits_to(self.word.val(), 6) & bits(self.beat_words - 1, 6))
                == (self.beat_words - 1));
        self.seal.next = !(self.sum.val() + bits_to(self.count.val(), 16));
        if self.beat.val() < self.bitmap_beats {
            self.header_beat.next = self.gathered.val();
        } else if self.beat.val() == 4 {
            self.header_beat.next = (bits(self.mark_in_use, 64) << 48)
                | (bits_to(self.own_context.val(), 64) << 40)
                | (bits_to(self.size_class.val(), 64) << 32)
                | bits_to(self.entry_arena.val(), 64);
        } else if self.beat.val() == 5 {
            self.header_beat.next = !bits(0, 64);
        } else if self.beat.val() == 6 {
            self.header_beat.next =
                (bits_to(self.seal.val(), 64) << 16) | bits_to(self.count.val(), 64);
        } else {
            self.header_beat.next = bits(0, 64);
        }
        self.beat_sum.next = bits_to(self.header_beat.val(), 16)
            + bits_to(self.header_beat.val() >> 16, 16)
            + bits_to(self.header_beat.val() >> 32, 16)
            + bits_to(self.header_beat.val() >> 48, 16);
        match self.state.val() {
            ContextState::Compose => {
                self.line_unit.put.next = true;
                self.line_unit.put_beat.next = bits_to(self.beat.val(), self.entry_bits);
                self.line_unit.put_data.next = self.header_beat.val();
            }
            ContextState::Judge => {
                self.line_unit.put.next = true;
                self.line_unit.put_beat.next =
                    bits(8, self.entry_bits) | bits_to(self.record_beat.val(), self.entry_bits);
                self.line_unit.put_data.next = (bits_to(self.record_head.val(), 64) << 32)
                    | bits_to(self.record_arena.val(), 64);
            }
            _ => {
                self.line_unit.put.next = self.state.val() == ContextState::EmptyMailbox;
                self.line_unit.put_beat.next =
                    ((bits_to(self.mailbox_line.val() >> 4, self.entry_bits)
                        & bits(3, self.entry_bits))
                        << 1)
                        | bits(1, self.entry_bits);
                self.line_unit.put_data.next = bits(0, 64);
            }
        }

        comment!("Events.");
        self.event_save.next = self.last_class.val()
            & (((self.state.val() == ContextState::Advance) & !self.beats.val().any())
                | ((self.state.val() == ContextState::WriteRecords) & self.done.val()));
        self.event_header.next = (self.state.val() == ContextState::WriteHeader) & self.done.val();
        self.event_record.next = (self.state.val() == ContextState::Judge) & self.entry_known.val();
        self.event_free.next = (self.free_valid.val() & self.free_ready.val()) | self.dropped.val();
        self.event_failure.next = self.dropped.val()
            | (self.draining.val()
                & self.free_answered.val()
                & (self.free_status.val() != Status::Ok));

        match self.state.val() {
            ContextState::Idle => {
                self.op.next = self.switch_request_op.val();
                self.asked_context.next = self.switch_request_context.val();
                self.asked_records.next = self.switch_request_records.val();
                self.mailbox_line.next = self.switch_request_mailbox.val();
                self.status.next = Status::Ok;
                if self.switch_request_valid.val() {
                    self.state.next = ContextState::FinishHost;
                }
            }
            ContextState::FinishHost => {
                if self.host_idle.val() {
                    self.state.next = ContextState::FinishInbox;
                }
            }
            ContextState::FinishInbox => {
                self.size_class.next = bits(0, self.class_bits);
                self.beats.next = bits(0, 8);
                if self.inbox_idle.val() & self.engine_idle.val() {
                    if self.op.val() == SwitchOp::Attach {
                        self.running.next = false;
                        self.own_context.next = self.asked_context.val();
                        self.own_records.next = self.asked_records.val();
                        self.state.next = ContextState::Forget;
                    } else if self.running.val() & (self.op.val() == SwitchOp::Detach) {
                        self.state.next = ContextState::FirstEntry;
                    } else {
                        self.running.next = false;
                        self.state.next = ContextState::Answer;
                    }
                }
            }
            ContextState::Forget => {
                self.state.next = ContextState::ReadMailbox;
            }
            ContextState::ReadMailbox => {
                if self.done.val() {
                    if self.line_unit.bus_error.val() {
                        self.status.next = Status::BusError;
                        self.state.next = ContextState::Serve;
                    } else {
                        self.state.next = ContextState::MailboxArray;
                    }
                }
            }
            ContextState::MailboxArray => {
                self.array.next = bits_to(self.line_unit.peek_data.val(), self.physical_bits);
                self.state.next = ContextState::MailboxCount;
            }
            ContextState::MailboxCount => {
                self.taken.next = bits(0, self.taken_bits);
                self.remaining.next = bits_to(self.line_unit.peek_data.val(), 32);
                if bits_to(self.line_unit.peek_data.val(), 32).any() {
                    self.state.next = ContextState::ReadAddresses;
                } else {
                    self.state.next = ContextState::Serve;
                }
            }
            ContextState::ReadAddresses => {
                if self.done.val() {
                    if self.line_unit.bus_error.val() {
                        self.status.next = Status::BusError;
                        self.taken.next = self.line_count.val();
                    } else {
                        self.taken.next = bits(0, self.taken_bits);
                    }
                    self.state.next = ContextState::Drain;
                }
            }
            ContextState::Drain => {
                if (self.free_valid.val() & self.free_ready.val()) | self.dropped.val() {
                    self.taken.next = self.taken.val() + 1;
                }
                if self.line_done.val() & self.inbox_idle.val() {
                    self.array.next = self.array.val() + 64;
                    self.remaining.next = self.remaining.val() - bits_to(self.line_count.val(), 32);
                    if self.remaining.val() == bits_to(self.line_count.val(), 32) {
                        self.state.next = ContextState::EmptyMailbox;
                    } else {
                        self.state.next = ContextState::ReadAddresses;
                    }
                }
            }
            ContextState::EmptyMailbox => {
                self.state.next = ContextState::WriteMailbox;
            }
            ContextState::WriteMailbox => {
                if self.done.val() {
                    if self.line_unit.bus_error.val() {
                        self.status.next = Status::BusError;
                    }
                    self.state.next = ContextState::Serve;
                }
            }
            ContextState::Serve => {
                if self.forgotten.val() {
                    self.running.next = true;
                    self.state.next = ContextState::Answer;
                }
            }
            ContextState::FirstEntry => {
                self.state.next = ContextState::Judge;
            }
            ContextState::Judge => {
                self.word.next = bits(0, self.word_number_bits);
                self.beat.next = bits(0, self.beat_number_bits);
                self.gathered.next = bits(0, 64);
                self.count.next = bits(0, self.count_bits);
                self.sum.next = bits(0, 16);
                if self.entry_known.val() {
                    self.beats.next = self.beats.val() | (bits(1, 8) << self.record_beat.val());
                }
                if self.entry_known.val() & self.entry_valid.val() & self.look_dirty.val() {
                    self.state.next = ContextState::Fetch;
                } else {
                    self.state.next = ContextState::Advance;
                }
            }
            ContextState::Fetch => {
                self.state.next = ContextState::Collect;
            }
            ContextState::Collect => {
                self.gathered.next =
                    self.gathered.val() | (bits_to(self.allocated.val(), 64) << self.place.val());
                self.count.next =
                    self.count.val() + bits_to(self.slots_of.count.val(), self.count_bits);
                self.word.next = self.word.val() + 1;
                if self.last_word.val() {
                    self.state.next = ContextState::Compose;
                } else {
                    self.state.next = ContextState::Fetch;
                }
            }
            ContextState::Compose => {
                self.gathered.next = bits(0, 64);
                self.sum.next = self.sum.val() + self.beat_sum.val();
                self.beat.next = self.beat.val() + 1;
                if self.beat.val() == 7 {
                    self.state.next = ContextState::WriteHeader;
                } else if (self.beat.val() + 1) < self.bitmap_beats {
                    self.state.next = ContextState::Fetch;
                }
            }
            ContextState::WriteHeader => {
                if self.done.val() {
                    if self.line_unit.bus_error.val() {
                        self.status.next = Status::BusError;
                    }
                    self.state.next = ContextState::Advance;
                }
            }
            ContextState::Advance => {
                if self.line_ends.val() & self.beats.val().any() {
                    self.state.next = ContextState::WriteRecords;
                } else {
                    self.size_class.next = self.size_class.val() + 1;
                    if self.last_class.val() {
                        self.running.next = false;
                        self.state.next = ContextState::Answer;
                    } else {
                        self.state.next = ContextState::Judge;
                    }
                }
            }
            ContextState::WriteRecords => {
                if self.done.val() {
                    if self.line_unit.bus_error.val() {
                        self.status.next = Status::BusError;
                    }
                    self.beats.next = bits(0, 8);
                    self.size_class.next = self.size_class.val() + 1;
                    if self.last_class.val() {
                        self.running.next = false;
                        self.state.next = ContextState::Answer;
                    } else {
                        self.state.next = ContextState::Judge;
                    }
                }
            }
            ContextState::Answer => {
                if self.switch_response_ready.val() {
                    self.state.next = ContextState::Idle;
                }
            }
        }
        if self.parity == 1 {
            self.look_used[0].next = self.state.val() == ContextState::Collect;
            self.line_unit.peek_used[0].next = (self.state.val() == ContextState::MailboxArray)
                | (self.state.val() == ContextState::MailboxCount)
                | (self.draining.val() & !self.line_done.val());
            self.wrong[0].next = self.line_unit.wrong[0].val();
            if self.poisoned[0].val()
                & (self.op.val() == SwitchOp::Detach)
                & (self.state.val() != ContextState::Idle)
                & (self.state.val() != ContextState::Answer)
            {
                self.status.next = Status::CorruptHeader;
            }
        }
    }
}
