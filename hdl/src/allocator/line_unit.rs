//! Reads and writes of whole lines, with byte strobes.

use super::types::HeaderState;
use crate::geometry::{BEAT_BITS, Geometry, LINE_BEATS};
use crate::rtl::*;

module! {
    /// Line unit: moves lines of 64 bytes between memory and two line buffers.
    ///
    /// Protocol:   a command and its operands are held until done pulses, when its last beat or
    ///             answer has come. Beats are put and looked at only while no command is under way.
    ///             Memory: valid/ready on each channel, eight beats a line, one line at a time.
    /// Latency:    read 10 cycles, write 11 cycles, and the memory's own.
    /// Reset:      idle; buffers undefined.
    pub module LineUnit(g: &Geometry) = "memento_line_unit" {
        parameters {
            /// bits, width of a physical address
            physical_bits = g.physical_bits,
        }
        derived {
            /// log2 of the beats a line
            beat_number_bits = clog2(LINE_BEATS),
            /// bits, width of a beat's number in both buffers
            entry_bits = clog2(2 * LINE_BEATS),
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
                input command_buffer: bool;
                /// physical address of the line
                input command_address: Word = physical_bits;
                /// write: one bit a beat, whether its bytes are written
                input command_beats: Word = LINE_BEATS;
                /// the command is carried out
                output done: bool;
                /// the memory reported an error
                output bus_error: bool;
            }
            "Line buffers, eight beats each, while no command is under way" {
                /// a beat is put
                input put: bool;
                /// beat
                input put_beat: Word = entry_bits;
                /// what it is to hold
                input put_data: Word = BEAT_BITS;
                /// beat to look at
                input peek_beat: Word = entry_bits;
                /// that beat, in the same cycle
                output peek_data: Word = BEAT_BITS;
                /// it is used
                input peek_used[parity]: bool;
                /// it, or a beat that is to be written, is not what was put or read: the latter isn't written
                output wrong[parity]: bool;
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
        }
        wires {
            /// a beat is read
            read_beat: bool;
            /// beat of the buffer that is moved
            moved_beat: Word = entry_bits;
            /// line, its lowest six bits 0
            line: Word = physical_bits;
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
            /// the memory reported an error
            error: bool;
        }
        instances {
            /// the line buffers
            lines: leaf::LutRam = leaf::LutRam::protected(2 * LINE_BEATS, BEAT_BITS, parity == 1);
        }
    }
}

impl Logic for LineUnit {
    #[hdl_gen]
    fn update(&mut self) {
        self.line.next = (self.command_address.val() >> 6) << 6;
        self.read_request_valid.next = self.state.val() == HeaderState::ReadRequest;
        self.read_request_address.next = self.line.val();
        self.read_data_ready.next = self.state.val() == HeaderState::ReadBeats;
        self.write_request_valid.next = self.state.val() == HeaderState::WriteRequest;
        self.write_request_address.next = self.line.val();
        self.write_data_valid.next = self.state.val() == HeaderState::WriteBeats;
        self.write_data_last.next = self.beat.val() == 7;
        self.write_response_ready.next = self.state.val() == HeaderState::WriteResponse;
        self.done.next = self.finished.val();
        self.bus_error.next = self.error.val();

        comment!("Line buffers: filled by reads, or from outside when idle.");
        self.moved_beat.next = (bits_from(self.command_buffer.val(), self.entry_bits)
            << self.beat_number_bits)
            | bits_to(self.beat.val(), self.entry_bits);
        self.read_beat.next =
            (self.state.val() == HeaderState::ReadBeats) & self.read_data_valid.val();
        if self.state.val() == HeaderState::Idle {
            self.lines.write.next = self.put.val();
            self.lines.write_address.next = self.put_beat.val();
            self.lines.write_data.next = self.put_data.val();
            self.lines.read_address.next = self.peek_beat.val();
        } else {
            self.lines.write.next = self.read_beat.val();
            self.lines.write_address.next = self.moved_beat.val();
            self.lines.write_data.next = self.read_data.val();
            self.lines.read_address.next = self.moved_beat.val();
        }
        self.peek_data.next = self.lines.read_data.val();
        self.write_data.next = self.lines.read_data.val();
        if self.command_beats.val().get_bit(self.beat.val().index()) {
            self.write_data_strobe.next = !bits(0, 8);
        } else {
            self.write_data_strobe.next = bits(0, 8);
        }
        if self.parity == 1 {
            self.wrong[0].next = self.lines.wrong.val()
                & (((self.state.val() == HeaderState::Idle) & self.peek_used[0].val())
                    | ((self.state.val() == HeaderState::WriteBeats)
                        & self.command_beats.val().get_bit(self.beat.val().index())));
            if self.lines.wrong.val() {
                self.write_data_strobe.next = bits(0, 8);
            }
        }

        comment!("One line at a time.");
        self.finished.next = false;
        match self.state.val() {
            HeaderState::Idle => {
                self.beat.next = bits(0, self.beat_number_bits);
                self.error.next = false;
                if self.command_valid.val() & !self.finished.val() {
                    if self.command_write.val() {
                        self.state.next = HeaderState::WriteRequest;
                    } else {
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
                    self.state.next = HeaderState::WriteBeats;
                }
            }
            HeaderState::WriteBeats => {
                if self.write_data_ready.val() {
                    self.beat.next = self.beat.val() + 1;
                    if self.beat.val() == 7 {
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
