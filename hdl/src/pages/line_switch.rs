//! One port to memory for the parts of the page allocator.

use super::types::{CAUSE_BITS, LineState};
use crate::geometry::{BEAT_BITS, Geometry, LINE_BEATS};
use crate::rtl::*;

/// Number of a client: the pool, the arena cursors, the engine.
const CLIENT_BITS: usize = 2;

module! {
    /// Line switch: three clients' line ports onto one.
    ///
    /// Reads and writes are granted independently, each to one client until its last beat or its
    /// answer; the pool goes before the cursors, these before the engine (none can ask again at
    /// once for ever, so none waits for ever). Only one address is offered at a time, a read's or a
    /// write's, so that one cause tells what it is for.
    ///
    /// Protocol:   valid/ready on each channel, eight beats a line; a client has at most one read
    ///             and one write outstanding, and holds its address and cause while they are
    ///             offered.
    /// Latency:    an address is passed on one cycle after it is offered; beats and answers in the
    ///             same cycle. error_valid pulses one or two cycles after the line's end.
    /// Throughput: a line in 10 cycles and the memory's own, reads and writes at once.
    /// Reset:      idle.
    pub module LineSwitch(g: &Geometry) = "memento_line_switch" {
        parameters {
            /// bits, width of a physical address
            physical_bits = g.physical_bits,
        }
        derived {
            /// number of the client that is the arena cursors
            cursors_number = 1,
            /// number of the client that is the engine
            engine_number = 2,
        }
        ports {
            "Pool: what for" {
                /// cause of reads and writes
                input pool_cause: Word = CAUSE_BITS;
            }
            "Pool, read request: valid/ready" {
                /// a line is asked for
                input pool_read_request_valid: bool;
                /// accepted
                output pool_read_request_ready: bool;
                /// its physical address, a multiple of 64
                input pool_read_request_address: Word = physical_bits;
            }
            "Pool, read data: valid/ready, eight beats a line" {
                /// a beat is there
                output pool_read_data_valid: bool;
                /// it is taken
                input pool_read_data_ready: bool;
                /// eight bytes, the lowest address in the lowest bits
                output pool_read_data: Word = BEAT_BITS;
                /// the memory failed
                output pool_read_data_error: bool;
            }
            "Pool, write request: valid/ready" {
                /// a line is to be written
                input pool_write_request_valid: bool;
                /// accepted
                output pool_write_request_ready: bool;
                /// its physical address, a multiple of 64
                input pool_write_request_address: Word = physical_bits;
            }
            "Pool, write data: valid/ready, eight beats a line" {
                /// a beat is on offer
                input pool_write_data_valid: bool;
                /// accepted
                output pool_write_data_ready: bool;
                /// eight bytes, the lowest address in the lowest bits
                input pool_write_data: Word = BEAT_BITS;
                /// which of them are written
                input pool_write_data_strobe: Word = 8;
                /// the line's eighth beat
                input pool_write_data_last: bool;
            }
            "Pool, write response: valid/ready" {
                /// the line is written
                output pool_write_response_valid: bool;
                /// taken
                input pool_write_response_ready: bool;
                /// the memory failed
                output pool_write_response_error: bool;
            }
            "Cursors: what for" {
                /// cause of reads and writes
                input cursors_cause: Word = CAUSE_BITS;
            }
            "Cursors, read request: valid/ready" {
                /// a line is asked for
                input cursors_read_request_valid: bool;
                /// accepted
                output cursors_read_request_ready: bool;
                /// its physical address, a multiple of 64
                input cursors_read_request_address: Word = physical_bits;
            }
            "Cursors, read data: valid/ready, eight beats a line" {
                /// a beat is there
                output cursors_read_data_valid: bool;
                /// it is taken
                input cursors_read_data_ready: bool;
                /// eight bytes, the lowest address in the lowest bits
                output cursors_read_data: Word = BEAT_BITS;
                /// the memory failed
                output cursors_read_data_error: bool;
            }
            "Cursors, write request: valid/ready" {
                /// a line is to be written
                input cursors_write_request_valid: bool;
                /// accepted
                output cursors_write_request_ready: bool;
                /// its physical address, a multiple of 64
                input cursors_write_request_address: Word = physical_bits;
            }
            "Cursors, write data: valid/ready, eight beats a line" {
                /// a beat is on offer
                input cursors_write_data_valid: bool;
                /// accepted
                output cursors_write_data_ready: bool;
                /// eight bytes, the lowest address in the lowest bits
                input cursors_write_data: Word = BEAT_BITS;
                /// which of them are written
                input cursors_write_data_strobe: Word = 8;
                /// the line's eighth beat
                input cursors_write_data_last: bool;
            }
            "Cursors, write response: valid/ready" {
                /// the line is written
                output cursors_write_response_valid: bool;
                /// taken
                input cursors_write_response_ready: bool;
                /// the memory failed
                output cursors_write_response_error: bool;
            }
            "Engine: what for" {
                /// cause of reads and writes
                input engine_cause: Word = CAUSE_BITS;
            }
            "Engine, read request: valid/ready" {
                /// a line is asked for
                input engine_read_request_valid: bool;
                /// accepted
                output engine_read_request_ready: bool;
                /// its physical address, a multiple of 64
                input engine_read_request_address: Word = physical_bits;
            }
            "Engine, read data: valid/ready, eight beats a line" {
                /// a beat is there
                output engine_read_data_valid: bool;
                /// it is taken
                input engine_read_data_ready: bool;
                /// eight bytes, the lowest address in the lowest bits
                output engine_read_data: Word = BEAT_BITS;
                /// the memory failed
                output engine_read_data_error: bool;
            }
            "Engine, write request: valid/ready" {
                /// a line is to be written
                input engine_write_request_valid: bool;
                /// accepted
                output engine_write_request_ready: bool;
                /// its physical address, a multiple of 64
                input engine_write_request_address: Word = physical_bits;
            }
            "Engine, write data: valid/ready, eight beats a line" {
                /// a beat is on offer
                input engine_write_data_valid: bool;
                /// accepted
                output engine_write_data_ready: bool;
                /// eight bytes, the lowest address in the lowest bits
                input engine_write_data: Word = BEAT_BITS;
                /// which of them are written
                input engine_write_data_strobe: Word = 8;
                /// the line's eighth beat
                input engine_write_data_last: bool;
            }
            "Engine, write response: valid/ready" {
                /// the line is written
                output engine_write_response_valid: bool;
                /// taken
                input engine_write_response_ready: bool;
                /// the memory failed
                output engine_write_response_error: bool;
            }
            "Line: what for" {
                /// cause of reads and writes
                output line_cause: Word = CAUSE_BITS;
            }
            "Line, read request: valid/ready" {
                /// a line is asked for
                output line_read_request_valid: bool;
                /// accepted
                input line_read_request_ready: bool;
                /// its physical address, a multiple of 64
                output line_read_request_address: Word = physical_bits;
            }
            "Line, read data: valid/ready, eight beats a line" {
                /// a beat is there
                input line_read_data_valid: bool;
                /// it is taken
                output line_read_data_ready: bool;
                /// eight bytes, the lowest address in the lowest bits
                input line_read_data: Word = BEAT_BITS;
                /// the memory failed
                input line_read_data_error: bool;
            }
            "Line, write request: valid/ready" {
                /// a line is to be written
                output line_write_request_valid: bool;
                /// accepted
                input line_write_request_ready: bool;
                /// its physical address, a multiple of 64
                output line_write_request_address: Word = physical_bits;
            }
            "Line, write data: valid/ready, eight beats a line" {
                /// a beat is on offer
                output line_write_data_valid: bool;
                /// accepted
                input line_write_data_ready: bool;
                /// eight bytes, the lowest address in the lowest bits
                output line_write_data: Word = BEAT_BITS;
                /// which of them are written
                output line_write_data_strobe: Word = 8;
                /// the line's eighth beat
                output line_write_data_last: bool;
            }
            "Line, write response: valid/ready" {
                /// the line is written
                input line_write_response_valid: bool;
                /// taken
                output line_write_response_ready: bool;
                /// the memory failed
                input line_write_response_error: bool;
            }
            "Bus errors" {
                /// pulse: a line met an error
                output error_valid: bool;
                /// its physical address
                output error_address: Word = physical_bits;
                /// it was written; else read
                output error_write: bool;
            }
        }
        wires {
            /// some client asks to read
            read_asked: bool;
            /// some client asks to write
            write_asked: bool;
            /// a client is granted a read
            read_granted: bool;
            /// a client is granted a write
            write_granted: bool;
            /// which, if one is
            read_choice: Word = CLIENT_BITS;
            /// which, if one is
            write_choice: Word = CLIENT_BITS;
            /// a read's address is offered
            read_offered: bool;
            /// a write's address is offered
            write_offered: bool;
            /// a read's address is accepted
            read_accepted: bool;
            /// a write's address is accepted
            write_accepted: bool;
            /// a read's beats move
            reading: bool;
            /// a write's beats move, or its answer is awaited
            writing: bool;
            /// a beat is read
            read_beat: bool;
            /// the read is at its end
            read_ends: bool;
            /// the write is at its end
            write_ends: bool;
            /// the read is the pool's
            pool_reads: bool;
            /// the write is the pool's
            pool_writes: bool;
            /// the read is the arena cursors'
            cursors_reads: bool;
            /// the write is the arena cursors'
            cursors_writes: bool;
            /// the read is the engine's
            engine_reads: bool;
            /// the write is the engine's
            engine_writes: bool;
        }
        state {
            /// how far the read is
            read_state: LineState;
            /// how far the write is
            write_state: LineState;
            /// a read met an error that has not been told
            read_error: bool;
            /// a write met an error that has not been told
            write_error: bool;
        }
        data {
            /// client that reads
            reader: Word = CLIENT_BITS;
            /// client that writes
            writer: Word = CLIENT_BITS;
            /// next beat of the read
            beat: Word = clog2(LINE_BEATS);
            /// a beat came with an error
            beat_failed: bool;
            /// line of the last read
            read_line: Word = physical_bits;
            /// line of the last write
            write_line: Word = physical_bits;
            /// line of the read that met an error
            read_error_line: Word = physical_bits;
            /// line of the write that met an error
            write_error_line: Word = physical_bits;
        }
    }
}

impl Logic for LineSwitch {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("Grants: a read first, as a write is granted while the read's beats move.");
        self.read_offered.next = self.read_state.val() == LineState::Offer;
        self.write_offered.next = self.write_state.val() == LineState::Offer;
        self.reading.next = self.read_state.val() == LineState::Beats;
        self.writing.next = self.write_state.val() == LineState::Beats;
        self.read_asked.next = self.pool_read_request_valid.val()
            | self.cursors_read_request_valid.val()
            | self.engine_read_request_valid.val();
        if self.pool_read_request_valid.val() {
            self.read_choice.next = bits(0, 2);
        } else if self.cursors_read_request_valid.val() {
            self.read_choice.next = bits(self.cursors_number, 2);
        } else {
            self.read_choice.next = bits(self.engine_number, 2);
        }
        self.write_asked.next = self.pool_write_request_valid.val()
            | self.cursors_write_request_valid.val()
            | self.engine_write_request_valid.val();
        if self.pool_write_request_valid.val() {
            self.write_choice.next = bits(0, 2);
        } else if self.cursors_write_request_valid.val() {
            self.write_choice.next = bits(self.cursors_number, 2);
        } else {
            self.write_choice.next = bits(self.engine_number, 2);
        }
        self.read_granted.next = self.read_asked.val()
            & (self.read_state.val() == LineState::Idle)
            & !self.write_offered.val();
        self.write_granted.next = self.write_asked.val()
            & (self.write_state.val() == LineState::Idle)
            & !self.read_offered.val()
            & !self.read_granted.val();

        self.pool_reads.next = !self.reader.val().any();
        self.cursors_reads.next = self.reader.val() == self.cursors_number;
        self.engine_reads.next = self.reader.val() == self.engine_number;
        self.pool_writes.next = !self.writer.val().any();
        self.cursors_writes.next = self.writer.val() == self.cursors_number;
        self.engine_writes.next = self.writer.val() == self.engine_number;

        comment!("Addresses, and what the offered one is for.");
        if self.pool_reads.val() {
            self.line_read_request_address.next = self.pool_read_request_address.val();
        } else if self.cursors_reads.val() {
            self.line_read_request_address.next = self.cursors_read_request_address.val();
        } else {
            self.line_read_request_address.next = self.engine_read_request_address.val();
        }
        self.line_read_request_valid.next = self.read_offered.val();
        self.read_accepted.next = self.read_offered.val() & self.line_read_request_ready.val();
        self.pool_read_request_ready.next = self.read_accepted.val() & self.pool_reads.val();
        self.cursors_read_request_ready.next = self.read_accepted.val() & self.cursors_reads.val();
        self.engine_read_request_ready.next = self.read_accepted.val() & self.engine_reads.val();
        if self.pool_writes.val() {
            self.line_write_request_address.next = self.pool_write_request_address.val();
        } else if self.cursors_writes.val() {
            self.line_write_request_address.next = self.cursors_write_request_address.val();
        } else {
            self.line_write_request_address.next = self.engine_write_request_address.val();
        }
        self.line_write_request_valid.next = self.write_offered.val();
        self.write_accepted.next = self.write_offered.val() & self.line_write_request_ready.val();
        self.pool_write_request_ready.next = self.write_accepted.val() & self.pool_writes.val();
        self.cursors_write_request_ready.next =
            self.write_accepted.val() & self.cursors_writes.val();
        self.engine_write_request_ready.next = self.write_accepted.val() & self.engine_writes.val();
        if (self.pool_reads.val() & self.read_offered.val())
            | (self.pool_writes.val() & self.write_offered.val())
        {
            self.line_cause.next = self.pool_cause.val();
        } else if (self.cursors_reads.val() & self.read_offered.val())
            | (self.cursors_writes.val() & self.write_offered.val())
        {
            self.line_cause.next = self.cursors_cause.val();
        } else {
            self.line_cause.next = self.engine_cause.val();
        }

        comment!("Beats of a read.");
        if self.pool_reads.val() {
            self.line_read_data_ready.next = self.reading.val() & self.pool_read_data_ready.val();
        } else if self.cursors_reads.val() {
            self.line_read_data_ready.next =
                self.reading.val() & self.cursors_read_data_ready.val();
        } else {
            self.line_read_data_ready.next = self.reading.val() & self.engine_read_data_ready.val();
        }
        self.read_beat.next = self.line_read_data_valid.val() & self.line_read_data_ready.val();
        self.read_ends.next = self.read_beat.val() & self.beat.val().all();
        self.pool_read_data_valid.next =
            self.reading.val() & self.pool_reads.val() & self.line_read_data_valid.val();
        self.pool_read_data.next = self.line_read_data.val();
        self.pool_read_data_error.next = self.line_read_data_error.val();
        self.cursors_read_data_valid.next =
            self.reading.val() & self.cursors_reads.val() & self.line_read_data_valid.val();
        self.cursors_read_data.next = self.line_read_data.val();
        self.cursors_read_data_error.next = self.line_read_data_error.val();
        self.engine_read_data_valid.next =
            self.reading.val() & self.engine_reads.val() & self.line_read_data_valid.val();
        self.engine_read_data.next = self.line_read_data.val();
        self.engine_read_data_error.next = self.line_read_data_error.val();

        comment!("Beats of a write, and its answer.");
        if self.pool_writes.val() {
            self.line_write_data_valid.next = self.writing.val() & self.pool_write_data_valid.val();
            self.line_write_data.next = self.pool_write_data.val();
            self.line_write_data_strobe.next = self.pool_write_data_strobe.val();
            self.line_write_data_last.next = self.pool_write_data_last.val();
            self.line_write_response_ready.next =
                self.writing.val() & self.pool_write_response_ready.val();
        } else if self.cursors_writes.val() {
            self.line_write_data_valid.next =
                self.writing.val() & self.cursors_write_data_valid.val();
            self.line_write_data.next = self.cursors_write_data.val();
            self.line_write_data_strobe.next = self.cursors_write_data_strobe.val();
            self.line_write_data_last.next = self.cursors_write_data_last.val();
            self.line_write_response_ready.next =
                self.writing.val() & self.cursors_write_response_ready.val();
        } else {
            self.line_write_data_valid.next =
                self.writing.val() & self.engine_write_data_valid.val();
            self.line_write_data.next = self.engine_write_data.val();
            self.line_write_data_strobe.next = self.engine_write_data_strobe.val();
            self.line_write_data_last.next = self.engine_write_data_last.val();
            self.line_write_response_ready.next =
                self.writing.val() & self.engine_write_response_ready.val();
        }
        self.write_ends.next =
            self.line_write_response_valid.val() & self.line_write_response_ready.val();
        self.pool_write_data_ready.next =
            self.writing.val() & self.pool_writes.val() & self.line_write_data_ready.val();
        self.pool_write_response_valid.next =
            self.writing.val() & self.pool_writes.val() & self.line_write_response_valid.val();
        self.pool_write_response_error.next = self.line_write_response_error.val();
        self.cursors_write_data_ready.next =
            self.writing.val() & self.cursors_writes.val() & self.line_write_data_ready.val();
        self.cursors_write_response_valid.next =
            self.writing.val() & self.cursors_writes.val() & self.line_write_response_valid.val();
        self.cursors_write_response_error.next = self.line_write_response_error.val();
        self.engine_write_data_ready.next =
            self.writing.val() & self.engine_writes.val() & self.line_write_data_ready.val();
        self.engine_write_response_valid.next =
            self.writing.val() & self.engine_writes.val() & self.line_write_response_valid.val();
        self.engine_write_response_error.next = self.line_write_response_error.val();

        comment!("How far they are.");
        match self.read_state.val() {
            LineState::Idle => {
                self.reader.next = self.read_choice.val();
                self.beat.next = bits(0, 3);
                self.beat_failed.next = false;
                if self.read_granted.val() {
                    self.read_state.next = LineState::Offer;
                }
            }
            LineState::Offer => {
                self.read_line.next = self.line_read_request_address.val();
                if self.read_accepted.val() {
                    self.read_state.next = LineState::Beats;
                }
            }
            LineState::Beats => {
                if self.read_beat.val() {
                    self.beat.next = self.beat.val() + 1;
                    self.beat_failed.next =
                        self.beat_failed.val() | self.line_read_data_error.val();
                }
                if self.read_ends.val() {
                    self.read_state.next = LineState::Idle;
                }
            }
        }
        match self.write_state.val() {
            LineState::Idle => {
                self.writer.next = self.write_choice.val();
                if self.write_granted.val() {
                    self.write_state.next = LineState::Offer;
                }
            }
            LineState::Offer => {
                self.write_line.next = self.line_write_request_address.val();
                if self.write_accepted.val() {
                    self.write_state.next = LineState::Beats;
                }
            }
            LineState::Beats => {
                if self.write_ends.val() {
                    self.write_state.next = LineState::Idle;
                }
            }
        }

        comment!("Errors are told one a cycle, a read's first.");
        self.error_valid.next = self.read_error.val() | self.write_error.val();
        self.error_write.next = !self.read_error.val();
        if self.read_error.val() {
            self.error_address.next = self.read_error_line.val();
        } else {
            self.error_address.next = self.write_error_line.val();
        }
        self.read_error.next =
            self.read_ends.val() & (self.beat_failed.val() | self.line_read_data_error.val());
        if self.read_ends.val() {
            self.read_error_line.next = self.read_line.val();
        }
        self.write_error.next = (self.write_ends.val() & self.line_write_response_error.val())
            | (self.write_error.val() & self.read_error.val());
        if self.write_ends.val() {
            self.write_error_line.next = self.write_line.val();
        }
    }
}
