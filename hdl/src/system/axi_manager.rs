//! The line ports of all, as one AXI4 manager.

use super::round_robin::RoundRobin;
use crate::allocator::queue_pointers::QueuePointers;
use crate::geometry::{BEAT_BITS, Geometry, LINE_BYTES, WRITES_UNDER_WAY};
use crate::pages::types::{CAUSE_BITS, READS_IN_FLIGHT};
use crate::rtl::*;

/// Width of a client's number in a report of an error, in bits.
pub const SOURCE_BITS: usize = 4;

bundle! {
    /// A read that isn't answered, for reports of errors.
    pub struct LineRead { line: Word, cause: Word }
}

fn line_read(g: &Geometry) -> LineReadShape {
    LineReadShape {
        line: g.physical_bits,
        cause: CAUSE_BITS,
    }
}

module! {
    /// AXI4 manager: the line ports of object allocators and page allocator on one bus.
    ///
    /// Each line is one incrementing burst with the client's number as its ID, so that several
    /// clients have bursts under way at once and answers may come in any order between them; those
    /// of one client come in order. A client has at most four reads and four writes under way. What a
    /// line is for goes along as user bits: 0 header, 1 page table, 2 record, 3 pool list, 4 zeroing,
    /// 5 mailbox.
    ///
    /// Protocol:   valid/ready on every channel; valid never waits for ready, and what is offered is
    ///             held until taken. Clients take the beats that they asked for without waiting for
    ///             anything else: read data are passed on, not kept.
    /// Latency:    a request is on the bus one cycle after it is accepted; a write's beats likewise;
    ///             read data and responses in the same cycle.
    /// Throughput: a beat of 64 bits a cycle in each direction; one cycle more for each line written.
    /// Fairness:   round robin, reads and writes apart.
    /// Full:       clients ask for no fifth read or write before the first is answered.
    /// Errors:     a response other than OKAY reaches its client alone. Answers with an ID that no
    ///             client has are taken and dropped.
    /// Reset:      nothing under way; the bus is reset together with this.
    pub module AxiManager(g: &Geometry) = "memento_axi_manager" {
        parameters {
            /// line ports: one a core, and the page allocator's
            clients = g.cores + 1,
            /// bits, width of a physical address
            physical_bits = g.physical_bits,
            /// bits, width of the bus: 64 or 128
            data_bits = g.data_bits,
        }
        derived {
            /// bits, width of an ID
            id_bits = clog2(clients).max(1),
            /// bits, width of the write strobes
            strobe_bits = data_bits / 8,
            /// bits of a line port's beat
            beat_bits = BEAT_BITS,
            /// bytes of a line port's beat
            beat_bytes = BEAT_BITS / 8,
            /// 1: two beats of a line port make one of the bus
            wide = data_bits / (2 * BEAT_BITS),
            /// a burst's length as AXI counts, beats less one
            burst_length = LINE_BYTES * 8 / data_bits - 1,
            /// log2 of a beat's bytes
            burst_size = clog2(data_bits / 8),
            /// reads of one client under way at most, a power of two
            flights = READS_IN_FLIGHT,
            /// bits, width of the number of a read among them
            flight_bits = clog2(flights),
            /// bits, width of the number of a client's read
            read_bits = id_bits + flight_bits,
        }
        features {
            /// 1: words of tables and queues are checked by a parity bit
            parity = g.parity as usize,
        }
        ports {
            "Lines: client i's request to read, valid/ready" {
                /// a line of 64 bytes is asked for
                input line_read_request_valid[clients]: bool;
                /// accepted
                output line_read_request_ready[clients]: bool;
                /// its physical address, a multiple of 64
                input line_read_request_address[clients]: Word = physical_bits;
            }
            "Lines: data for client i, valid/ready, eight beats a line" {
                /// a beat is there
                output line_read_data_valid[clients]: bool;
                /// taken
                input line_read_data_ready[clients]: bool;
                /// eight bytes, the lowest address in the lowest bits
                output line_read_data[clients]: Word = BEAT_BITS;
                /// the memory failed
                output line_read_data_error[clients]: bool;
            }
            "Lines: client i's request to write, valid/ready" {
                /// a line of 64 bytes is to be written
                input line_write_request_valid[clients]: bool;
                /// accepted
                output line_write_request_ready[clients]: bool;
                /// its physical address, a multiple of 64
                input line_write_request_address[clients]: Word = physical_bits;
            }
            "Lines: data of client i, valid/ready, eight beats a line" {
                /// a beat is on offer
                input line_write_data_valid[clients]: bool;
                /// accepted
                output line_write_data_ready[clients]: bool;
                /// eight bytes, the lowest address in the lowest bits
                input line_write_data[clients]: Word = BEAT_BITS;
                /// bytes to be written, one bit each
                input line_write_data_strobe[clients]: Word = beat_bytes;
                /// the line's eighth beat
                input line_write_data_last[clients]: bool;
            }
            "Lines: response to client i's write, valid/ready" {
                /// the line is written
                output line_write_response_valid[clients]: bool;
                /// taken
                input line_write_response_ready[clients]: bool;
                /// the memory failed
                output line_write_response_error[clients]: bool;
            }
            "Lines: setting" {
                /// what client i's line is for, stable with either request
                input line_cause[clients]: Word = CAUSE_BITS;
            }
            "AXI4 write address" {
                /// client
                output m_axi_awid: Word = id_bits;
                /// first byte
                output m_axi_awaddr: Word = physical_bits;
                /// beats less one
                output m_axi_awlen: Word = 8;
                /// log2 of a beat's bytes
                output m_axi_awsize: Word = 3;
                /// incrementing
                output m_axi_awburst: Word = 2;
                /// no exclusive access
                output m_axi_awlock: bool;
                /// normal memory, bufferable, cached nowhere
                output m_axi_awcache: Word = 4;
                /// unprivileged, secure data
                output m_axi_awprot: Word = 3;
                /// no quality of service
                output m_axi_awqos: Word = 4;
                /// what the line is for
                output m_axi_awuser: Word = CAUSE_BITS;
                /// a burst is on offer
                output m_axi_awvalid: bool;
                /// accepted
                input m_axi_awready: bool;
            }
            "AXI4 write data" {
                /// data, the lowest address in the lowest bits
                output m_axi_wdata: Word = data_bits;
                /// bytes to be written, one bit each
                output m_axi_wstrb: Word = strobe_bits;
                /// a burst's last beat
                output m_axi_wlast: bool;
                /// a beat is on offer
                output m_axi_wvalid: bool;
                /// accepted
                input m_axi_wready: bool;
            }
            "AXI4 write response" {
                /// client
                input m_axi_bid: Word = id_bits;
                /// OKAY is 0
                input m_axi_bresp: Word = 2;
                /// a burst is written
                input m_axi_bvalid: bool;
                /// taken
                output m_axi_bready: bool;
            }
            "AXI4 read address" {
                /// client
                output m_axi_arid: Word = id_bits;
                /// first byte
                output m_axi_araddr: Word = physical_bits;
                /// beats less one
                output m_axi_arlen: Word = 8;
                /// log2 of a beat's bytes
                output m_axi_arsize: Word = 3;
                /// incrementing
                output m_axi_arburst: Word = 2;
                /// no exclusive access
                output m_axi_arlock: bool;
                /// normal memory, bufferable, cached nowhere
                output m_axi_arcache: Word = 4;
                /// unprivileged, secure data
                output m_axi_arprot: Word = 3;
                /// no quality of service
                output m_axi_arqos: Word = 4;
                /// what the line is for
                output m_axi_aruser: Word = CAUSE_BITS;
                /// a burst is on offer
                output m_axi_arvalid: bool;
                /// accepted
                input m_axi_arready: bool;
            }
            "AXI4 read data" {
                /// client
                input m_axi_rid: Word = id_bits;
                /// data, the lowest address in the lowest bits
                input m_axi_rdata: Word = data_bits;
                /// OKAY is 0
                input m_axi_rresp: Word = 2;
                /// a burst's last beat
                input m_axi_rlast: bool;
                /// a beat is there
                input m_axi_rvalid: bool;
                /// taken
                output m_axi_rready: bool;
            }
            "Errors of the memory: a pulse a line, of two in one cycle the write's is later" {
                /// a line's transfer failed
                output error_valid: bool;
                /// what the line is for
                output error_cause: Word = CAUSE_BITS;
                /// client
                output error_source: Word = SOURCE_BITS;
                /// a write; else a read
                output error_write: bool;
                /// the line's physical address
                output error_address: Word = physical_bits;
            }
        }
        wires {
            /// a read is accepted
            read_accepted: bool;
            /// it
            accepted: LineRead = line_read(g);
            /// number of it among its client's
            accepted_number: Word = flight_bits;
            /// number among its client's of the read that a beat is of
            answered_number: Word = flight_bits;
            /// that read
            answered: LineRead = line_read(g);
            /// a read's last beat is taken
            read_ends: bool;
            /// a beat of a read fails
            read_fails: bool;
            /// a write fails
            write_fails: bool;
            /// a read may be accepted
            read_open: bool;
            /// the client that a beat is for takes it
            read_taken: bool;
            /// the eight bytes that are passed on
            read_beat: Word = BEAT_BITS;
            /// a write may be accepted
            write_open: bool;
            /// the bus's beat is free, or becomes so
            beat_open: bool;
            /// the client whose line is written offers eight bytes
            beat_offered: bool;
            /// they move
            beat_moves: bool;
            /// they
            beat: Word = BEAT_BITS;
            /// their strobes
            beat_strobe: Word = beat_bytes;
            /// they are the line's last
            beat_last: bool;
            /// they fill the bus's beat
            beat_whole: bool;
            /// the client that a write's response is for takes it
            response_taken: bool;
        }
        state {
            /// a read address is on offer
            read_offered: bool;
            /// the lower half of a beat has been passed on
            read_half: bool;
            /// a write address is on offer
            write_offered: bool;
            /// a line is being taken from a client
            writing: bool;
            /// the lower half of a beat is there
            write_half: bool;
            /// a beat is on offer
            data_offered: bool;
            /// the failure of client i's oldest read has been told
            told[clients]: bool;
            /// a failed write is to be told
            write_failed: bool;
        }
        data {
            /// client of a failed write
            failed_client: Word = SOURCE_BITS;
            /// its address
            failed_line: Word = physical_bits;
            /// what it was for
            failed_for: Word = CAUSE_BITS;
            /// client of the read address
            read_client: Word = id_bits;
            /// the read address
            read_address: Word = physical_bits;
            /// what it is for
            read_cause: Word = CAUSE_BITS;
            /// client whose line is written
            write_client: Word = id_bits;
            /// the write address
            write_address: Word = physical_bits;
            /// what it is for
            write_cause: Word = CAUSE_BITS;
            /// data on offer
            data: Word = data_bits;
            /// their strobes
            strobe: Word = strobe_bits;
            /// they end a burst
            last: bool;
        }
        instances {
            /// whose line is read next
            read_turn: RoundRobin = RoundRobin::new(clients);
            /// whose line is written next
            write_turn: RoundRobin = RoundRobin::new(clients);
            /// writes of client i without their response
            writes[clients]: QueuePointers = QueuePointers::new(WRITES_UNDER_WAY);
            /// their lines' addresses
            written_lines[clients]: leaf::LutRam = leaf::LutRam::twin(WRITES_UNDER_WAY, physical_bits, parity == 1);
            /// what they are for
            written_causes[clients]: leaf::LutRam = leaf::LutRam::twin(WRITES_UNDER_WAY, CAUSE_BITS, parity == 1);
            /// where client i's reads go and come from
            read_pointers[clients]: QueuePointers = QueuePointers::new(READS_IN_FLIGHT);
            /// all reads under way
            reads: leaf::LutRam<LineRead> = leaf::LutRam::twin(flights << id_bits, line_read(g), parity == 1);
        }
    }
}

impl Logic for AxiManager {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("Reads: a request becomes a burst.");
        self.read_open.next = !self.read_offered.val() | self.m_axi_arready.val();
        self.read_turn.advance.next = self.read_turn.any.val() & self.read_open.val();
        self.read_client.next = self.read_client.val();
        self.read_address.next = self.read_address.val();
        self.read_cause.next = self.read_cause.val();
        self.accepted.next.line = bits(0, self.physical_bits);
        self.accepted.next.cause = bits(0, 3);
        self.accepted_number.next = bits(0, self.flight_bits);
        for i in 0..self.clients {
            self.read_turn.want[i].next = self.line_read_request_valid[i].val();
            self.line_read_request_ready[i].next =
                self.read_turn.grant[i].val() & self.read_open.val();
            self.read_pointers[i].push.next = self.read_turn.grant[i].val() & self.read_open.val();
            if self.read_turn.grant[i].val() {
                self.accepted.next.line = self.line_read_request_address[i].val();
                self.accepted.next.cause = self.line_cause[i].val();
                self.accepted_number.next = self.read_pointers[i].push_entry.val();
            }
        }
        self.read_accepted.next = self.read_turn.any.val() & self.read_open.val();
        self.read_offered.next = self.read_offered.val();
        if self.read_open.val() {
            self.read_client.next = self.read_turn.number.val();
            self.read_offered.next = self.read_turn.any.val();
            self.read_address.next = self.accepted.val().line;
            self.read_cause.next = self.accepted.val().cause;
        }
        self.m_axi_arvalid.next = self.read_offered.val();
        self.m_axi_arid.next = self.read_client.val();
        self.m_axi_araddr.next = self.read_address.val();
        self.m_axi_aruser.next = self.read_cause.val();
        self.m_axi_arlen.next = bits(self.burst_length, 8);
        self.m_axi_arsize.next = bits(self.burst_size, 3);
        self.m_axi_arburst.next = bits(1, 2);
        self.m_axi_arlock.next = false;
        self.m_axi_arcache.next = bits(3, 4);
        self.m_axi_arprot.next = bits(0, 3);
        self.m_axi_arqos.next = bits(0, 4);

        comment!("Read data: the ID tells the client; a wide beat is passed on in two.");
        if self.wide == 1 {
            if self.read_half.val() {
                self.read_beat.next = bits_to(self.m_axi_rdata.val() >> self.beat_bits, BEAT_BITS);
            } else {
                self.read_beat.next = bits_to(self.m_axi_rdata.val(), BEAT_BITS);
            }
        } else {
            self.read_beat.next = bits_to(self.m_axi_rdata.val(), BEAT_BITS);
        }
        self.read_taken.next = true;
        for i in 0..self.clients {
            self.line_read_data_valid[i].next =
                self.m_axi_rvalid.val() & (self.m_axi_rid.val() == i);
            self.line_read_data[i].next = self.read_beat.val();
            self.line_read_data_error[i].next = self.m_axi_rresp.val().any();
            if self.m_axi_rid.val() == i {
                self.read_taken.next = self.line_read_data_ready[i].val();
            }
        }
        self.read_half.next = self.read_half.val();
        if self.wide == 1 {
            self.m_axi_rready.next = self.read_taken.val() & self.read_half.val();
            if self.m_axi_rvalid.val() & self.read_taken.val() {
                self.read_half.next = !self.read_half.val();
            }
        } else {
            self.m_axi_rready.next = self.read_taken.val();
        }

        comment!("Writes: a request becomes a burst; its data are taken before those of the next.");
        self.write_open.next =
            !self.writing.val() & (!self.write_offered.val() | self.m_axi_awready.val());
        self.write_turn.advance.next = self.write_turn.any.val() & self.write_open.val();
        self.write_client.next = self.write_client.val();
        self.write_address.next = self.write_address.val();
        self.write_cause.next = self.write_cause.val();
        for i in 0..self.clients {
            self.write_turn.want[i].next = self.line_write_request_valid[i].val();
            self.line_write_request_ready[i].next =
                self.write_turn.grant[i].val() & self.write_open.val();
            if self.write_turn.grant[i].val() & self.write_open.val() {
                self.write_address.next = self.line_write_request_address[i].val();
                self.write_cause.next = self.line_cause[i].val();
            }
        }
        self.write_offered.next = self.write_offered.val() & !self.m_axi_awready.val();
        if self.write_open.val() {
            self.write_client.next = self.write_turn.number.val();
            self.write_offered.next = self.write_turn.any.val();
        }
        self.m_axi_awvalid.next = self.write_offered.val();
        self.m_axi_awid.next = self.write_client.val();
        self.m_axi_awaddr.next = self.write_address.val();
        self.m_axi_awuser.next = self.write_cause.val();
        self.m_axi_awlen.next = bits(self.burst_length, 8);
        self.m_axi_awsize.next = bits(self.burst_size, 3);
        self.m_axi_awburst.next = bits(1, 2);
        self.m_axi_awlock.next = false;
        self.m_axi_awcache.next = bits(3, 4);
        self.m_axi_awprot.next = bits(0, 3);
        self.m_axi_awqos.next = bits(0, 4);

        comment!(
            "Write data of the client whose line is written; a wide beat is put together of two."
        );
        self.beat_open.next = !self.data_offered.val() | self.m_axi_wready.val();
        self.beat_offered.next = false;
        self.beat.next = bits(0, BEAT_BITS);
        self.beat_strobe.next = bits(0, self.beat_bytes);
        self.beat_last.next = false;
        for i in 0..self.clients {
            self.line_write_data_ready[i].next =
                self.writing.val() & self.beat_open.val() & (self.write_client.val() == i);
            if self.write_client.val() == i {
                self.beat_offered.next = self.line_write_data_valid[i].val();
                self.beat.next = self.line_write_data[i].val();
                self.beat_strobe.next = self.line_write_data_strobe[i].val();
                self.beat_last.next = self.line_write_data_last[i].val();
            }
        }
        self.beat_moves.next = self.writing.val() & self.beat_offered.val() & self.beat_open.val();
        self.data.next = self.data.val();
        self.strobe.next = self.strobe.val();
        self.last.next = self.last.val();
        self.write_half.next = self.write_half.val();
        self.beat_whole.next = true;
        if self.beat_moves.val() {
            self.last.next = self.beat_last.val();
            self.data.next = bits_to(self.beat.val(), self.data_bits);
            self.strobe.next = bits_to(self.beat_strobe.val(), self.strobe_bits);
        }
        if self.wide == 1 {
            self.beat_whole.next = self.write_half.val();
            if self.beat_moves.val() {
                self.write_half.next = !self.write_half.val();
                if self.write_half.val() {
                    self.data.next = self.data.val()
                        | (bits_to(self.beat.val(), self.data_bits) << self.beat_bits);
                    self.strobe.next = self.strobe.val()
                        | (bits_to(self.beat_strobe.val(), self.strobe_bits) << self.beat_bytes);
                }
            }
        }
        self.data_offered.next = self.data_offered.val();
        if self.beat_open.val() {
            self.data_offered.next = self.beat_moves.val() & self.beat_whole.val();
        }
        self.writing.next = self.writing.val();
        if self.write_turn.any.val() & self.write_open.val() {
            self.writing.next = true;
        }
        if self.beat_moves.val() & self.beat_last.val() {
            self.writing.next = false;
        }
        self.m_axi_wvalid.next = self.data_offered.val();
        self.m_axi_wdata.next = self.data.val();
        self.m_axi_wstrb.next = self.strobe.val();
        self.m_axi_wlast.next = self.last.val();

        comment!("Write responses.");
        self.response_taken.next = true;
        for i in 0..self.clients {
            self.line_write_response_valid[i].next =
                self.m_axi_bvalid.val() & (self.m_axi_bid.val() == i);
            self.line_write_response_error[i].next = self.m_axi_bresp.val().any();
            if self.m_axi_bid.val() == i {
                self.response_taken.next = self.line_write_response_ready[i].val();
            }
        }
        self.m_axi_bready.next = self.response_taken.val();

        comment!("Which line a response is for.");
        for i in 0..self.clients {
            self.writes[i].push.next = self.write_turn.grant[i].val() & self.write_open.val();
            self.written_lines[i].write.next =
                self.write_turn.grant[i].val() & self.write_open.val();
            self.written_lines[i].write_address.next = self.writes[i].push_entry.val();
            self.written_lines[i].write_data.next = self.line_write_request_address[i].val();
            self.written_causes[i].write.next =
                self.write_turn.grant[i].val() & self.write_open.val();
            self.written_causes[i].write_address.next = self.writes[i].push_entry.val();
            self.written_causes[i].write_data.next = self.line_cause[i].val();
            self.writes[i].pop.next =
                self.line_write_response_valid[i].val() & self.line_write_response_ready[i].val();
            self.written_lines[i].read_address.next = self.writes[i].pop_entry.val();
            self.written_causes[i].read_address.next = self.writes[i].pop_entry.val();
        }

        comment!("Errors, a line's once; which line, the reads of the client say in their order.");
        self.reads.write.next = self.read_accepted.val();
        self.reads.write_address.next = (bits_to(self.read_turn.number.val(), self.read_bits)
            << self.flight_bits)
            | bits_to(self.accepted_number.val(), self.read_bits);
        self.reads.write_data.next = self.accepted.val();
        self.answered_number.next = bits(0, self.flight_bits);
        for i in 0..self.clients {
            if self.m_axi_rid.val() == i {
                self.answered_number.next = self.read_pointers[i].pop_entry.val();
            }
        }
        self.reads.read_address.next = (bits_to(self.m_axi_rid.val(), self.read_bits)
            << self.flight_bits)
            | bits_to(self.answered_number.val(), self.read_bits);
        self.answered.next = self.reads.read_data.val();
        self.read_ends.next =
            self.m_axi_rvalid.val() & self.m_axi_rready.val() & self.m_axi_rlast.val();
        self.read_fails.next =
            self.m_axi_rvalid.val() & self.read_taken.val() & self.m_axi_rresp.val().any();
        self.write_fails.next =
            self.m_axi_bvalid.val() & self.response_taken.val() & self.m_axi_bresp.val().any();
        self.error_valid.next = self.write_failed.val();
        self.error_write.next = true;
        self.error_source.next = self.failed_client.val();
        self.error_address.next = self.failed_line.val();
        self.error_cause.next = self.failed_for.val();
        self.failed_client.next = self.failed_client.val();
        self.failed_line.next = self.failed_line.val();
        self.failed_for.next = self.failed_for.val();
        for i in 0..self.clients {
            self.told[i].next = self.told[i].val();
            self.read_pointers[i].pop.next = self.read_ends.val()
                & (self.m_axi_rid.val() == i)
                & !self.read_pointers[i].empty.val();
            if self.read_fails.val() & (self.m_axi_rid.val() == i) & !self.told[i].val() {
                self.error_valid.next = true;
                self.error_write.next = false;
                self.error_source.next = i.into();
                self.error_address.next = self.answered.val().line;
                self.error_cause.next = self.answered.val().cause;
            }
            if self.m_axi_rid.val() == i {
                self.told[i].next =
                    (self.told[i].val() | self.read_fails.val()) & !self.read_ends.val();
            }
        }
        self.write_failed.next = self.write_failed.val() & !self.error_write.val();
        for i in 0..self.clients {
            if self.write_fails.val() & (self.m_axi_bid.val() == i) {
                self.write_failed.next = true;
                self.failed_client.next = i.into();
                self.failed_line.next = self.written_lines[i].read_data.val();
                self.failed_for.next = self.written_causes[i].read_data.val();
            }
        }
    }
}
