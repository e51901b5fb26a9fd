//! One port to memory for the parts of the page allocator.

use super::channels::{LineAnswer, LineAsk, line_answer, line_ask};
use super::types::{CAUSE_BITS, READS_IN_FLIGHT, WriteState};
use crate::allocator::queue_pointers::QueuePointers;
use crate::geometry::{BEAT_BITS, Geometry, LINE_BEATS};
use crate::rtl::*;

bundle! {
    /// A read that memory has accepted.
    pub struct Flight { client: Word, line: Word }
}

/// Width of a client's number: pool, arena cursors, engine, teardown.
const CLIENT_BITS: usize = 2;

fn flight(g: &Geometry) -> FlightShape {
    FlightShape {
        client: CLIENT_BITS,
        line: g.physical_bits,
    }
}

module! {
    /// Line switch: four clients' line ports onto one.
    ///
    /// The pool goes before the cursors, these before the engine, and it before the teardown, reads
    /// and writes apart; none of the first three can ask again at once for ever, so none waits for
    /// ever. A write is granted to one client until its answer. Reads follow each other without waiting for beats: memory answers
    /// them in the order in which it accepted them. Only one address is offered at a time, a read's
    /// or a write's, so that one cause tells what it is for.
    ///
    /// Protocol:   valid/ready on each channel, eight beats a line; a client has at most one write
    ///             outstanding, and holds its address and cause while they are offered. Who has
    ///             several reads outstanding takes every beat without waiting for anything else.
    /// Latency:    combinational. error_valid pulses one or two cycles after the line's end.
    /// Throughput: a read's address a cycle, as many as are in flight; a line written in 9 cycles and
    ///             the memory's own.
    /// Full:       no read is offered while four are in flight.
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
            /// number of the client that is the teardown
            teardown_number = 3,
        }
        features {
            /// 1: words of tables and queues are checked by a parity bit
            parity = g.parity as usize,
        }
        ports {
            "Pool" {
                /// what it asks
                input pool_ask: LineAsk = line_ask(g);
                /// what it is answered
                output pool_answer: LineAnswer = line_answer();
            }
            "Arena cursors" {
                /// what they ask
                input cursors_ask: LineAsk = line_ask(g);
                /// what they are answered
                output cursors_answer: LineAnswer = line_answer();
            }
            "Engine" {
                /// what it asks
                input engine_ask: LineAsk = line_ask(g);
                /// what it is answered
                output engine_answer: LineAnswer = line_answer();
            }
            "Teardown" {
                /// what it asks
                input teardown_ask: LineAsk = line_ask(g);
                /// what it is answered
                output teardown_answer: LineAnswer = line_answer();
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
            /// what the pool asks
            pool: LineAsk = line_ask(g);
            /// what the arena cursors ask
            cursors: LineAsk = line_ask(g);
            /// what the engine asks
            engine: LineAsk = line_ask(g);
            /// what the teardown asks
            teardown: LineAsk = line_ask(g);
            /// some client asks to read
            read_asked: bool;
            /// some client asks to write
            write_asked: bool;
            /// the first that asks to read
            first_reader: Word = CLIENT_BITS;
            /// the first that asks to write
            first_writer: Word = CLIENT_BITS;
            /// client whose read is offered
            reader: Word = CLIENT_BITS;
            /// client whose write is offered, or under way
            writer: Word = CLIENT_BITS;
            /// what the reader asks
            reader_ask: LineAsk = line_ask(g);
            /// what the writer asks
            writer_ask: LineAsk = line_ask(g);
            /// what the oldest read's client asks
            taker_ask: LineAsk = line_ask(g);
            /// what all are answered, whoever it is for
            common: LineAnswer = line_answer();
            /// a read's address is offered
            read_offers: bool;
            /// a write's address is offered
            write_offers: bool;
            /// a read's address is accepted
            read_accepted: bool;
            /// a write's beats move, or its answer is awaited
            writing: bool;
            /// the oldest read
            oldest: Flight = flight(g);
            /// there is one
            reading: bool;
            /// a beat is read
            read_beat: bool;
            /// it is its line's last
            read_ends: bool;
            /// the write is at its end
            write_ends: bool;
        }
        state {
            /// a read's address was offered and not accepted
            read_held: bool;
            /// how far the write is
            write_state: WriteState;
            /// next beat of the oldest read
            beat: Word = clog2(LINE_BEATS);
            /// a read met an error that has not been told
            read_error: bool;
            /// a write met an error that has not been told
            write_error: bool;
        }
        data {
            /// client whose read was offered
            held_reader: Word = CLIENT_BITS;
            /// client that writes
            held_writer: Word = CLIENT_BITS;
            /// a beat came with an error
            beat_failed: bool;
            /// line of the last write
            write_line: Word = physical_bits;
            /// line of the read that met an error
            read_error_line: Word = physical_bits;
            /// line of the write that met an error
            write_error_line: Word = physical_bits;
        }
        instances {
            /// where reads in flight go and come from
            pointers: QueuePointers = QueuePointers::new(READS_IN_FLIGHT);
            /// reads in flight
            flights: leaf::LutRam<Flight> = leaf::LutRam::twin(READS_IN_FLIGHT, flight(g), parity == 1);
        }
    }
}

impl Logic for LineSwitch {
    #[hdl_gen]
    fn update(&mut self) {
        self.pool.next = self.pool_ask.val();
        self.cursors.next = self.cursors_ask.val();
        self.engine.next = self.engine_ask.val();
        self.teardown.next = self.teardown_ask.val();

        comment!("Who is next: the one that waits for its acceptance, else the first.");
        self.read_asked.next = self.pool.val().read_valid
            | self.cursors.val().read_valid
            | self.engine.val().read_valid
            | self.teardown.val().read_valid;
        if self.pool.val().read_valid {
            self.first_reader.next = bits(0, 2);
        } else if self.cursors.val().read_valid {
            self.first_reader.next = bits(self.cursors_number, 2);
        } else if self.engine.val().read_valid {
            self.first_reader.next = bits(self.engine_number, 2);
        } else {
            self.first_reader.next = bits(self.teardown_number, 2);
        }
        self.write_asked.next = self.pool.val().write_valid
            | self.cursors.val().write_valid
            | self.engine.val().write_valid
            | self.teardown.val().write_valid;
        if self.pool.val().write_valid {
            self.first_writer.next = bits(0, 2);
        } else if self.cursors.val().write_valid {
            self.first_writer.next = bits(self.cursors_number, 2);
        } else if self.engine.val().write_valid {
            self.first_writer.next = bits(self.engine_number, 2);
        } else {
            self.first_writer.next = bits(self.teardown_number, 2);
        }
        if self.read_held.val() {
            self.reader.next = self.held_reader.val();
        } else {
            self.reader.next = self.first_reader.val();
        }
        if self.write_state.val() == WriteState::Idle {
            self.writer.next = self.first_writer.val();
        } else {
            self.writer.next = self.held_writer.val();
        }
        if self.reader.val() == 0 {
            self.reader_ask.next = self.pool.val();
        } else if self.reader.val() == self.cursors_number {
            self.reader_ask.next = self.cursors.val();
        } else if self.reader.val() == self.engine_number {
            self.reader_ask.next = self.engine.val();
        } else {
            self.reader_ask.next = self.teardown.val();
        }
        if self.writer.val() == 0 {
            self.writer_ask.next = self.pool.val();
        } else if self.writer.val() == self.cursors_number {
            self.writer_ask.next = self.cursors.val();
        } else if self.writer.val() == self.engine_number {
            self.writer_ask.next = self.engine.val();
        } else {
            self.writer_ask.next = self.teardown.val();
        }

        comment!("Addresses: a read's first, as a write is accepted while the read's beats move.");
        self.read_offers.next = self.read_asked.val()
            & !self.pointers.full.val()
            & (self.write_state.val() != WriteState::Offer);
        self.write_offers.next = (self.write_state.val() == WriteState::Offer)
            | ((self.write_state.val() == WriteState::Idle)
                & self.write_asked.val()
                & !self.read_offers.val());
        self.line_read_request_valid.next = self.read_offers.val();
        self.line_write_request_valid.next = self.write_offers.val();
        self.read_accepted.next = self.read_offers.val() & self.line_read_request_ready.val();
        self.read_held.next = self.read_offers.val() & !self.line_read_request_ready.val();
        self.held_reader.next = self.reader.val();
        self.line_read_request_address.next = self.reader_ask.val().address;
        self.line_write_request_address.next = self.writer_ask.val().address;
        if self.read_offers.val() {
            self.line_cause.next = self.reader_ask.val().cause;
        } else {
            self.line_cause.next = self.writer_ask.val().cause;
        }

        comment!("Beats of the oldest read.");
        self.pointers.push.next = self.read_accepted.val();
        self.flights.write.next = self.read_accepted.val();
        self.flights.write_address.next = self.pointers.push_entry.val();
        self.flights.write_data.next.client = self.reader.val();
        self.flights.write_data.next.line = self.line_read_request_address.val();
        self.flights.read_address.next = self.pointers.pop_entry.val();
        self.oldest.next = self.flights.read_data.val();
        self.reading.next = !self.pointers.empty.val();
        if self.oldest.val().client == 0 {
            self.taker_ask.next = self.pool.val();
        } else if self.oldest.val().client == self.cursors_number {
            self.taker_ask.next = self.cursors.val();
        } else if self.oldest.val().client == self.engine_number {
            self.taker_ask.next = self.engine.val();
        } else {
            self.taker_ask.next = self.teardown.val();
        }
        self.line_read_data_ready.next = self.reading.val() & self.taker_ask.val().beat_ready;
        self.read_beat.next = self.line_read_data_valid.val() & self.line_read_data_ready.val();
        self.read_ends.next = self.read_beat.val() & self.beat.val().all();
        self.pointers.pop.next = self.read_ends.val();
        if self.read_beat.val() {
            self.beat.next = self.beat.val() + 1;
            self.beat_failed.next = !self.beat.val().all()
                & (self.line_read_data_error.val()
                    | (self.beat_failed.val() & self.beat.val().any()));
        }

        comment!("Beats of the write, and its answer.");
        self.writing.next = self.write_state.val() == WriteState::Beats;
        self.line_write_data_valid.next = self.writing.val() & self.writer_ask.val().data_valid;
        self.line_write_data.next = self.writer_ask.val().data;
        self.line_write_data_strobe.next = self.writer_ask.val().strobe;
        self.line_write_data_last.next = self.writer_ask.val().last;
        self.line_write_response_ready.next =
            self.writing.val() & self.writer_ask.val().response_ready;
        self.write_ends.next =
            self.line_write_response_valid.val() & self.line_write_response_ready.val();
        self.held_writer.next = self.writer.val();
        match self.write_state.val() {
            WriteState::Idle => {
                if self.write_offers.val() {
                    if self.line_write_request_ready.val() {
                        self.write_state.next = WriteState::Beats;
                    } else {
                        self.write_state.next = WriteState::Offer;
                    }
                }
                self.write_line.next = self.line_write_request_address.val();
            }
            WriteState::Offer => {
                if self.line_write_request_ready.val() {
                    self.write_state.next = WriteState::Beats;
                }
            }
            WriteState::Beats => {
                if self.write_ends.val() {
                    self.write_state.next = WriteState::Idle;
                }
            }
        }

        comment!("What each client is answered.");
        self.common.next.read_ready = self.read_accepted.val();
        self.common.next.beat_valid = self.reading.val() & self.line_read_data_valid.val();
        self.common.next.beat = self.line_read_data.val();
        self.common.next.beat_error = self.line_read_data_error.val();
        self.common.next.write_ready =
            self.write_offers.val() & self.line_write_request_ready.val();
        self.common.next.data_ready = self.writing.val() & self.line_write_data_ready.val();
        self.common.next.response_valid = self.writing.val() & self.line_write_response_valid.val();
        self.common.next.response_error = self.line_write_response_error.val();
        self.pool_answer.next = self.common.val();
        self.pool_answer.next.read_ready = self.common.val().read_ready & (self.reader.val() == 0);
        self.pool_answer.next.beat_valid =
            self.common.val().beat_valid & (self.oldest.val().client == 0);
        self.pool_answer.next.write_ready =
            self.common.val().write_ready & (self.writer.val() == 0);
        self.pool_answer.next.data_ready = self.common.val().data_ready & (self.writer.val() == 0);
        self.pool_answer.next.response_valid =
            self.common.val().response_valid & (self.writer.val() == 0);
        self.cursors_answer.next = self.common.val();
        self.cursors_answer.next.read_ready =
            self.common.val().read_ready & (self.reader.val() == self.cursors_number);
        self.cursors_answer.next.beat_valid =
            self.common.val().beat_valid & (self.oldest.val().client == self.cursors_number);
        self.cursors_answer.next.write_ready =
            self.common.val().write_ready & (self.writer.val() == self.cursors_number);
        self.cursors_answer.next.data_ready =
            self.common.val().data_ready & (self.writer.val() == self.cursors_number);
        self.cursors_answer.next.response_valid =
            self.common.val().response_valid & (self.writer.val() == self.cursors_number);
        self.engine_answer.next = self.common.val();
        self.engine_answer.next.read_ready =
            self.common.val().read_ready & (self.reader.val() == self.engine_number);
        self.engine_answer.next.beat_valid =
            self.common.val().beat_valid & (self.oldest.val().client == self.engine_number);
        self.engine_answer.next.write_ready =
            self.common.val().write_ready & (self.writer.val() == self.engine_number);
        self.engine_answer.next.data_ready =
            self.common.val().data_ready & (self.writer.val() == self.engine_number);
        self.engine_answer.next.response_valid =
            self.common.val().response_valid & (self.writer.val() == self.engine_number);
        self.teardown_answer.next = self.common.val();
        self.teardown_answer.next.read_ready =
            self.common.val().read_ready & (self.reader.val() == self.teardown_number);
        self.teardown_answer.next.beat_valid =
            self.common.val().beat_valid & (self.oldest.val().client == self.teardown_number);
        self.teardown_answer.next.write_ready =
            self.common.val().write_ready & (self.writer.val() == self.teardown_number);
        self.teardown_answer.next.data_ready =
            self.common.val().data_ready & (self.writer.val() == self.teardown_number);
        self.teardown_answer.next.response_valid =
            self.common.val().response_valid & (self.writer.val() == self.teardown_number);

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
            self.read_error_line.next = self.oldest.val().line;
        }
        self.write_error.next = (self.write_ends.val() & self.line_write_response_error.val())
            | (self.write_error.val() & self.read_error.val());
        if self.write_ends.val() {
            self.write_error_line.next = self.write_line.val();
        }
    }
}
