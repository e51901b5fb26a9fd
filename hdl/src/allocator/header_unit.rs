//! Reads and writes of arena headers, a line of 64 bytes each.

use super::types::HeaderState;
use crate::geometry::{BEAT_BITS, Geometry, LINE_BEATS};
use crate::rtl::*;

/// Line buffers.
const BUFFERS: usize = 4;

module! {
    /// Header unit: moves arena headers between memory and line buffers, checks what it reads and
    /// seals what it writes.
    ///
    /// A header is a line of eight 64-bit beats: 0-3 bitmap; 4 number, class, context, mark;
    /// 5 next, prev; 6 count, checksum; 7 zero. The sum of its 32 halfwords is 0xffff.
    ///
    /// Protocol:   a command and its operands are held until done pulses, when its last beat or
    ///             answer has come; the address may come one cycle later. The findings are valid
    ///             from done to the next command.
    ///             Memory: valid/ready on each channel, eight beats a line, one line at a time.
    /// Latency:    read 10 cycles, write 11 cycles, and the memory's own.
    /// Reset:      idle; buffers undefined.
    pub module HeaderUnit(g: &Geometry) = "memento_header_unit" {
        parameters {
            /// bits, width of a physical address
            physical_bits = g.physical_bits,
            /// bits, width of a class number
            class_bits = g.class_bits,
            /// bits, width of a context number
            context_bits = g.context_bits,
            /// bits, width of an arena number
            arena_bits = g.arena_bits,
            /// bits, width of a slot number
            slot_bits = g.slot_bits,
            /// objects an arena
            objects = g.objects,
            /// bits, width of a count of 0..=objects
            count_bits = g.count_bits,
        }
        derived {
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
            /// objects in a full beat of a bitmap, or all
            ones_bits = objects.min(BEAT_BITS),
            /// beats of a bitmap
            bitmap_beats = objects.div_ceil(BEAT_BITS),
            /// bits, width of a line buffer address
            entry_bits = clog2(BUFFERS * LINE_BEATS),
        }
        features {
            /// 1: words of tables and queues are checked by a parity bit
            parity = g.parity as usize,
        }
        ports {
            "Command: held until done" {
                /// a command is there
                input command_valid: bool;
                /// write a line; else read one
                input command_write: bool;
                /// line buffer
                input command_buffer: Word = clog2(BUFFERS);
                /// physical address of the line
                input command_address: Word = physical_bits;
                /// class that the header is to have
                input command_class: Word = class_bits;
                /// context that the header is to have
                input command_context: Word = context_bits;
                /// arena number that the header is to have
                input command_arena: Word = arena_bits;
                /// slot to look up, or to clear
                input command_slot: Word = slot_bits;
                /// write: a full arena's header, whatever the buffer holds
                input write_full: bool;
                /// write: clear the slot's bit and set the count
                input write_clear: bool;
                /// write: that count
                input write_count: Word = count_bits;
                /// write: set next
                input write_next: bool;
                /// write: that link
                input next_link: Word = link_bits;
                /// write: set prev
                input write_prev: bool;
                /// write: that link
                input prev_link: Word = link_bits;
            }
            "Findings: valid from done to the next command" {
                /// the command is carried out
                output done: bool;
                /// the memory reported an error
                output bus_error: bool;
                /// the sum is right
                output sum_matches: bool;
                /// mark: never used
                output never_used: bool;
                /// mark: released
                output released: bool;
                /// mark: in use
                output in_use: bool;
                /// number, class and context are as commanded
                output tag_matches: bool;
                /// the count is at most the objects of an arena
                output count_fits: bool;
                /// allocated slots
                output count: Word = count_bits;
                /// the slot's bit
                output slot_allocated: bool;
                /// next is none, or an arena number of the class
                output next_valid: bool;
                /// next
                output found_next: Word = link_bits;
                /// prev is none, or an arena number of the class
                output prev_valid: bool;
                /// prev
                output found_prev: Word = link_bits;
            }
            "Line buffer 0, while no command is under way" {
                /// beat to look at
                input peek_beat: Word = beat_number_bits;
                /// that beat, in the same cycle
                output peek_data: Word = BEAT_BITS;
                /// that, or the beat that is written, is not what was read
                output wrong[parity]: bool;
            }
            "Header read request: valid/ready" {
                /// a line is asked for
                output read_request_valid: bool;
                /// accepted
                input read_request_ready: bool;
                /// its physical address, a multiple of 64
                output read_request_address: Word = physical_bits;
            }
            "Header read data: valid/ready, eight beats a line" {
                /// a beat is there
                input read_data_valid: bool;
                /// it is taken
                output read_data_ready: bool;
                /// eight bytes, the lowest address in the lowest bits
                input read_data: Word = BEAT_BITS;
                /// the memory failed
                input read_data_error: bool;
            }
            "Header write request: valid/ready" {
                /// a line is to be written
                output write_request_valid: bool;
                /// accepted
                input write_request_ready: bool;
                /// its physical address, a multiple of 64
                output write_request_address: Word = physical_bits;
            }
            "Header write data: valid/ready, eight beats a line" {
                /// a beat is on offer
                output write_data_valid: bool;
                /// accepted
                input write_data_ready: bool;
                /// eight bytes, the lowest address in the lowest bits
                output write_data: Word = BEAT_BITS;
                /// the line's eighth beat
                output write_data_last: bool;
            }
            "Header write response: valid/ready" {
                /// the line is written
                input write_response_valid: bool;
                /// taken
                output write_response_ready: bool;
                /// the memory failed
                input write_response_error: bool;
            }
        }
        wires {
            /// a beat is read
            read_beat: bool;
            /// beat of the slot's bit
            slot_beat: Word = beat_number_bits;
            /// the slot's bit within its beat
            slot_mask: Word = BEAT_BITS;
            /// beat of the buffer that is looked at
            looked_at: Word = entry_bits;
            /// beat as the buffer has it
            buffered: Word = BEAT_BITS;
            /// beat of a full arena's header
            full_beat: Word = BEAT_BITS;
            /// beat before changes
            base: Word = BEAT_BITS;
            /// beat with changes, but for the checksum
            changed: Word = BEAT_BITS;
            /// beat whose halfwords are added up
            summed: Word = BEAT_BITS;
            /// sum of its halfwords
            beat_sum: Word = 16;
            /// checksum to be written
            seal: Word = 16;
            /// next as read, in 32 bits
            read_next: Word = 32;
            /// prev as read, in 32 bits
            read_prev: Word = 32;
            /// arena number that the header is to have, in 32 bits
            number: Word = 32;
            /// next to be written, in 32 bits
            stored_next: Word = 32;
            /// prev to be written, in 32 bits
            stored_prev: Word = 32;
        }
        state {
            /// what the unit does
            state: HeaderState;
            /// done pulses
            finished: bool;
        }
        data {
            /// next beat
            beat: Word = beat_number_bits;
            /// sum of the halfwords so far
            sum: Word = 16;
            /// the memory reported an error
            error: bool;
            /// mark, as read
            mark: Word = 16;
            /// number, class and context were as commanded
            tag_matched: bool;
            /// count, as read
            read_count: Word = 16;
            /// the slot's bit, as read
            slot_bit: bool;
            /// next, as read
            next_read: Word = link_bits;
            /// next was a possible link
            next_possible: bool;
            /// prev, as read
            prev_read: Word = link_bits;
            /// prev was a possible link
            prev_possible: bool;
        }
        instances {
            /// the line buffers
            lines: leaf::LutRam = leaf::LutRam::protected(BUFFERS * LINE_BEATS, BEAT_BITS, parity == 1);
            /// bits that an arena number of the class may have
            arena_mask: Table = arena_mask(g);
        }
    }
}

/// The table of arena numbers' bits, shared by all who judge links.
pub(super) fn arena_mask(g: &Geometry) -> Table {
    Table::new(
        "memento_arena_mask",
        "The bits that an arena number of a class may have.",
        g.arena_masks(),
        g.arena_bits,
    )
}

impl Logic for HeaderUnit {
    #[hdl_gen]
    fn update(&mut self) {
        self.read_request_valid.next = self.state.val() == HeaderState::ReadRequest;
        self.read_request_address.next = self.command_address.val();
        self.read_data_ready.next = self.state.val() == HeaderState::ReadBeats;
        self.write_request_valid.next = self.state.val() == HeaderState::WriteRequest;
        self.write_request_address.next = self.command_address.val();
        self.write_data_valid.next = self.state.val() == HeaderState::WriteBeats;
        self.write_data_last.next = self.beat.val() == 7;
        self.write_response_ready.next = self.state.val() == HeaderState::WriteResponse;
        self.read_beat.next =
            (self.state.val() == HeaderState::ReadBeats) & self.read_data_valid.val();

        comment!("Line buffers: filled by reads, looked at by writes, or from outside when idle.");
        self.lines.write.next = self.read_beat.val();
        self.lines.write_address.next = (bits_to(self.command_buffer.val(), self.entry_bits)
            << self.beat_number_bits)
            | bits_to(self.beat.val(), self.entry_bits);
        self.lines.write_data.next = self.read_data.val();
        if self.state.val() == HeaderState::Idle {
            self.looked_at.next = bits_to(self.peek_beat.val(), self.entry_bits);
        } else {
            self.looked_at.next = (bits_to(self.command_buffer.val(), self.entry_bits)
                << self.beat_number_bits)
                | bits_to(self.beat.val(), self.entry_bits);
        }
        self.lines.read_address.next = self.looked_at.val();
        self.buffered.next = self.lines.read_data.val();
        self.peek_data.next = self.buffered.val();
        if self.parity == 1 {
            self.wrong[0].next = self.lines.wrong.val()
                & ((self.state.val() == HeaderState::Idle)
                    | ((self.state.val() == HeaderState::WriteBeats) & !self.write_full.val()));
        }

        comment!("A full arena's header: every bit set, links none.");
        self.number.next = bits_to(self.command_arena.val(), 32);
        if self.beat.val() < self.bitmap_beats {
            self.full_beat.next = bits_to(!bits(0, self.ones_bits), 64);
        } else if self.beat.val() == 4 {
            self.full_beat.next = (bits(self.mark_in_use, 64) << 48)
                | (bits_to(self.command_context.val(), 64) << 40)
                | (bits_to(self.command_class.val(), 64) << 32)
                | bits_to(self.number.val(), 64);
        } else if self.beat.val() == 5 {
            self.full_beat.next = !bits(0, 64);
        } else if self.beat.val() == 6 {
            self.full_beat.next = bits(self.objects, 64);
        } else {
            self.full_beat.next = bits(0, 64);
        }

        comment!("Changes to a line on its way out; bits beyond the last slot are cleared.");
        self.slot_beat.next = bits_to(bits_to(self.command_slot.val(), 9) >> 6, 3);
        self.slot_mask.next = bits(1, 64) << bits_to(self.command_slot.val(), 6);
        if self.next_link.val() == self.none {
            self.stored_next.next = !bits(0, 32);
        } else {
            self.stored_next.next = bits_to(self.next_link.val(), 32);
        }
        if self.prev_link.val() == self.none {
            self.stored_prev.next = !bits(0, 32);
        } else {
            self.stored_prev.next = bits_to(self.prev_link.val(), 32);
        }
        if self.write_full.val() {
            self.base.next = self.full_beat.val();
        } else {
            self.base.next = self.buffered.val();
        }
        self.changed.next = self.base.val();
        if self.write_clear.val() & (self.beat.val() == self.slot_beat.val()) {
            self.changed.next = self.base.val() & self.full_beat.val() & !self.slot_mask.val();
        } else if self.write_clear.val() & (self.beat.val() < 4) {
            self.changed.next = self.base.val() & self.full_beat.val();
        } else if self.beat.val() == 5 {
            if self.write_next.val() & self.write_prev.val() {
                self.changed.next = (bits_to(self.stored_prev.val(), 64) << 32)
                    | bits_to(self.stored_next.val(), 64);
            } else if self.write_next.val() {
                self.changed.next = (bits_to(self.base.val() >> 32, 64) << 32)
                    | bits_to(self.stored_next.val(), 64);
            } else if self.write_prev.val() {
                self.changed.next = (bits_to(self.stored_prev.val(), 64) << 32)
                    | bits_to(bits_to(self.base.val(), 32), 64);
            }
        } else if self.beat.val() == 6 {
            if self.write_clear.val() {
                self.changed.next = (bits_to(self.base.val() >> 32, 64) << 32)
                    | bits_to(self.write_count.val(), 64);
            } else {
                self.changed.next = (bits_to(self.base.val() >> 32, 64) << 32)
                    | bits_to(bits_to(self.base.val(), 16), 64);
            }
        }

        comment!("The sum of halfwords; of a line on its way out beat 7 comes first, so that the");
        comment!("checksum in beat 6 is known when its turn comes.");
        if self.read_beat.val() {
            self.summed.next = self.read_data.val();
        } else {
            self.summed.next = self.changed.val();
        }
        self.beat_sum.next = bits_to(self.summed.val(), 16)
            + bits_to(self.summed.val() >> 16, 16)
            + bits_to(self.summed.val() >> 32, 16)
            + bits_to(self.summed.val() >> 48, 16);
        self.seal.next = !(self.sum.val() + self.beat_sum.val());
        if self.beat.val() == 6 {
            self.write_data.next = self.changed.val() | (bits_to(self.seal.val(), 64) << 16);
        } else {
            self.write_data.next = self.changed.val();
        }

        comment!("What a line says, noted as its beats come.");
        self.arena_mask.address.next = self.command_class.val();
        self.read_next.next = bits_to(self.read_data.val(), 32);
        self.read_prev.next = bits_to(self.read_data.val() >> 32, 32);
        if self.read_beat.val() {
            if self.beat.val() == self.slot_beat.val() {
                self.slot_bit.next = (self.read_data.val() & self.slot_mask.val()).any();
            }
            if self.beat.val() == 4 {
                self.mark.next = bits_to(self.read_data.val() >> 48, 16);
                self.tag_matched.next = (bits_to(self.read_data.val(), 32) == self.number.val())
                    & (bits_to(self.read_data.val() >> 32, 8)
                        == bits_to(self.command_class.val(), 8))
                    & (bits_to(self.read_data.val() >> 40, 8)
                        == bits_to(self.command_context.val(), 8));
            } else if self.beat.val() == 5 {
                self.next_possible.next = self.read_next.val().all()
                    | !(self.read_next.val() & !bits_to(self.arena_mask.data.val(), 32)).any();
                self.prev_possible.next = self.read_prev.val().all()
                    | !(self.read_prev.val() & !bits_to(self.arena_mask.data.val(), 32)).any();
                if self.read_next.val().all() {
                    self.next_read.next = bits(self.none, self.link_bits);
                } else {
                    self.next_read.next = bits_to(
                        bits_to(self.read_next.val(), self.arena_bits),
                        self.link_bits,
                    );
                }
                if self.read_prev.val().all() {
                    self.prev_read.next = bits(self.none, self.link_bits);
                } else {
                    self.prev_read.next = bits_to(
                        bits_to(self.read_prev.val(), self.arena_bits),
                        self.link_bits,
                    );
                }
            } else if self.beat.val() == 6 {
                self.read_count.next = bits_to(self.read_data.val(), 16);
            }
        }
        self.done.next = self.finished.val();
        self.bus_error.next = self.error.val();
        self.sum_matches.next = self.sum.val().all();
        self.never_used.next = !self.mark.val().any();
        self.released.next = self.mark.val() == self.mark_released;
        self.in_use.next = self.mark.val() == self.mark_in_use;
        self.tag_matches.next = self.tag_matched.val();
        self.count_fits.next = self.read_count.val() <= self.objects;
        self.count.next = bits_to(self.read_count.val(), self.count_bits);
        self.slot_allocated.next = self.slot_bit.val();
        self.next_valid.next = self.next_possible.val();
        self.found_next.next = self.next_read.val();
        self.prev_valid.next = self.prev_possible.val();
        self.found_prev.next = self.prev_read.val();

        comment!("One line at a time.");
        self.finished.next = false;
        match self.state.val() {
            HeaderState::Idle => {
                if self.command_valid.val() & !self.finished.val() {
                    self.sum.next = bits(0, 16);
                    self.error.next = false;
                    if self.command_write.val() {
                        self.beat.next = bits(7, self.beat_number_bits);
                        self.state.next = HeaderState::WriteRequest;
                    } else {
                        self.beat.next = bits(0, self.beat_number_bits);
                        self.state.next = HeaderState::ReadRequest;
                    }
                }
            }
            HeaderState::ReadRequest => {
                if self.read_request_ready.val() {
                    self.state.next = HeaderState::ReadBeats;
                }
            }
            HeaderState::ReadBeats => {
                if self.read_data_valid.val() {
                    self.sum.next = self.sum.val() + self.beat_sum.val();
                    self.error.next = self.error.val() | self.read_data_error.val();
                    self.beat.next = self.beat.val() + 1;
                    if self.beat.val() == 7 {
                        self.finished.next = true;
                        self.state.next = HeaderState::Idle;
                    }
                }
            }
            HeaderState::WriteRequest => {
                if self.write_request_ready.val() {
                    self.sum.next = self.beat_sum.val();
                    self.beat.next = bits(0, self.beat_number_bits);
                    self.state.next = HeaderState::WriteBeats;
                }
            }
            HeaderState::WriteBeats => {
                if self.write_data_ready.val() {
                    self.sum.next = self.sum.val() + self.beat_sum.val();
                    self.beat.next = self.beat.val() + 1;
                    if self.write_data_last.val() {
                        self.state.next = HeaderState::WriteResponse;
                    }
                }
            }
            HeaderState::WriteResponse => {
                if self.write_response_valid.val() {
                    self.error.next = self.write_response_error.val();
                    self.finished.next = true;
                    self.state.next = HeaderState::Idle;
                }
            }
        }
    }
}
