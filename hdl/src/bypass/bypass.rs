//! The main-memory bypass as a whole.

use super::fresh_table::FreshTable;
use super::read_path::ReadPath;
use super::types::{
    Burst, FRAME_LINES, ReadBeat, WriteAnswer, WriteBeat, burst, read_beat, write_answer,
    write_beat,
};
use super::write_path::WritePath;
use crate::allocator::event_counters::EventCounters;
use crate::geometry::{Geometry, PAGE_BITS};
use crate::rtl::*;

/// The counters, in the order of their numbers: name and what is counted.
pub const COUNTERS: [(&str, &str); 12] = [
    ("reads", "bursts read, however answered"),
    ("writes", "bursts written, however answered"),
    (
        "bypassed_reads",
        "bursts read of fresh lines, answered without memory",
    ),
    (
        "whole_writes",
        "writes of whole fresh lines, passed through",
    ),
    (
        "merged_writes",
        "other writes of fresh lines, merged with zeros",
    ),
    ("refused_reads", "bursts read and answered SLVERR here"),
    ("refused_writes", "bursts written and answered SLVERR here"),
    ("mask_spills", "lines of masks written to memory"),
    ("mask_fetches", "masks read from memory"),
    (
        "mask_errors",
        "lines of masks that memory failed to take, and masks that it failed to deliver",
    ),
    ("grants", "frames granted"),
    ("drops", "frames dropped"),
];

/// Parts of the bypass that find words wrong, in the order of their bits in ERROR_ADDRESS.
pub const PARTS: [(&str, &str); 3] = [
    ("reads", "what reads are told of frames"),
    ("writes", "what writes are told of frames"),
    (
        "masks",
        "masks that are spilled or changed, and which are to be",
    ),
];

module! {
    /// Main-memory bypass: a fresh-line filter on the AXI4 bus between the last-level cache and
    /// DRAM. Every manager of the DRAM passes it.
    ///
    /// It knows, for each frame granted, the lines that were never written since. Reads of these
    /// are answered with zeros, without DRAM; the first write of one writes the whole line, bytes
    /// without a strobe as zeros. So a granted frame reads as zeros though nobody ever writes them,
    /// and a line that is written, read and dropped within the caches costs no read at all.
    ///
    /// A frame needs a mask from the first write of one of its lines on, until the last one is written
    /// or the frame is dropped. Masks that don't fit on chip are kept in memory at mask_table, 8 bytes a
    /// frame of the memory, little-endian, bit i for line i; they are written as lines, with strobes,
    /// and read one by one. Frames outside the memory are passed through.
    ///
    /// Protocol:   AXI4 on both sides; FIXED, INCR, WRAP, narrow beats, any strobes. The filter's own
    ///             accesses have the ID's top bit set. A frame is granted or dropped while none of
    ///             its lines is in a cache or on the bus.
    /// Refused:    a burst over several lines, some of which are fresh (a read: not all), is
    ///             answered SLVERR and touches nothing. So is one of a frame whose mask memory fails
    ///             to deliver; the mask stays where it is. So is one that needs a mask on chip, once
    ///             memory has failed to take others, eight times in a row.
    /// Errors:     a write of a fresh line that memory answers with an error leaves it fresh. Masks
    ///             that memory fails to take stay on chip, and others are tried.
    /// Exclusive:  passed on, but a fresh line is read and written as by a memory without a monitor
    ///             (OKAY).
    /// Latency:    one cycle a channel, from the rising edge that takes a beat to the one that can
    ///             pass it on; a write's first beat no earlier than its request. A read of a fresh
    ///             line is answered 3 cycles after its request. The first write of a frame granted
    ///             takes 4 cycles more than others. A grant is accepted in the second cycle that it is
    ///             there, if no mask is being moved.
    /// Throughput: a burst and a beat a cycle on every channel for lines that aren't fresh, and for
    ///             whole writes of those that are, 8 of which are in flight at most.
    /// Reset:      nothing is fresh; one cycle a frame of the memory before it serves.
    pub module Bypass(g: &Geometry) = "memento_bypass" {
        parameters {
            /// entries, masks of eight frames each, a power of two
            entries = g.bypass_entries,
            /// bits, width of an ID on the caches' side
            id_bits = g.id_bits,
            /// bits, width of the data buses
            data_bits = g.data_bits,
            /// bits, width of a physical address
            physical_bits = g.physical_bits,
        }
        derived {
            /// bits, width of an ID on memory's side
            memory_id_bits = id_bits + 1,
            /// bits, width of the strobes
            strobe_bits = data_bits / 8,
            /// bits, width of a frame number
            frame_number_bits = physical_bits - PAGE_BITS,
            /// size of a beat of one mask, as AXI4 encodes it
            mask_size = clog2(FRAME_LINES / 8),
        }
        features {
            /// 1: words of tables and queues are checked by a parity bit
            parity = g.parity as usize,
        }
        ports {
            "Caches' write request: AXI4 AW" {
                /// ID
                input s_axi_awid: Word = id_bits;
                /// address of the first byte
                input s_axi_awaddr: Word = physical_bits;
                /// beats, less one
                input s_axi_awlen: Word = 8;
                /// log2 of a beat's bytes
                input s_axi_awsize: Word = 3;
                /// 0 FIXED, 1 INCR, 2 WRAP
                input s_axi_awburst: Word = 2;
                /// exclusive access
                input s_axi_awlock: bool;
                /// memory attributes
                input s_axi_awcache: Word = 4;
                /// protection
                input s_axi_awprot: Word = 3;
                /// quality of service
                input s_axi_awqos: Word = 4;
                /// a burst is asked for
                input s_axi_awvalid: bool;
                /// accepted
                output s_axi_awready: bool;
            }
            "Caches' write data: AXI4 W" {
                /// data
                input s_axi_wdata: Word = data_bits;
                /// one bit for each byte to be written
                input s_axi_wstrb: Word = strobe_bits;
                /// the burst's last beat
                input s_axi_wlast: bool;
                /// a beat is there
                input s_axi_wvalid: bool;
                /// taken
                output s_axi_wready: bool;
            }
            "Answer to caches' writes: AXI4 B" {
                /// ID
                output s_axi_bid: Word = id_bits;
                /// 0 OKAY, 1 EXOKAY, 2 SLVERR, 3 DECERR
                output s_axi_bresp: Word = 2;
                /// an answer is there
                output s_axi_bvalid: bool;
                /// taken
                input s_axi_bready: bool;
            }
            "Caches' read request: AXI4 AR" {
                /// ID
                input s_axi_arid: Word = id_bits;
                /// address of the first byte
                input s_axi_araddr: Word = physical_bits;
                /// beats, less one
                input s_axi_arlen: Word = 8;
                /// log2 of a beat's bytes
                input s_axi_arsize: Word = 3;
                /// 0 FIXED, 1 INCR, 2 WRAP
                input s_axi_arburst: Word = 2;
                /// exclusive access
                input s_axi_arlock: bool;
                /// memory attributes
                input s_axi_arcache: Word = 4;
                /// protection
                input s_axi_arprot: Word = 3;
                /// quality of service
                input s_axi_arqos: Word = 4;
                /// a burst is asked for
                input s_axi_arvalid: bool;
                /// accepted
                output s_axi_arready: bool;
            }
            "Data for the caches: AXI4 R" {
                /// ID
                output s_axi_rid: Word = id_bits;
                /// data
                output s_axi_rdata: Word = data_bits;
                /// 0 OKAY, 1 EXOKAY, 2 SLVERR, 3 DECERR
                output s_axi_rresp: Word = 2;
                /// the burst's last beat
                output s_axi_rlast: bool;
                /// a beat is there
                output s_axi_rvalid: bool;
                /// taken
                input s_axi_rready: bool;
            }
            "Write request to memory: AXI4 AW" {
                /// ID
                output m_axi_awid: Word = memory_id_bits;
                /// address of the first byte
                output m_axi_awaddr: Word = physical_bits;
                /// beats, less one
                output m_axi_awlen: Word = 8;
                /// log2 of a beat's bytes
                output m_axi_awsize: Word = 3;
                /// 0 FIXED, 1 INCR, 2 WRAP
                output m_axi_awburst: Word = 2;
                /// exclusive access
                output m_axi_awlock: bool;
                /// memory attributes
                output m_axi_awcache: Word = 4;
                /// protection
                output m_axi_awprot: Word = 3;
                /// quality of service
                output m_axi_awqos: Word = 4;
                /// a burst is asked for
                output m_axi_awvalid: bool;
                /// accepted
                input m_axi_awready: bool;
            }
            "Write data to memory: AXI4 W" {
                /// data
                output m_axi_wdata: Word = data_bits;
                /// one bit for each byte to be written
                output m_axi_wstrb: Word = strobe_bits;
                /// the burst's last beat
                output m_axi_wlast: bool;
                /// a beat is there
                output m_axi_wvalid: bool;
                /// taken
                input m_axi_wready: bool;
            }
            "Memory's answer to writes: AXI4 B" {
                /// ID
                input m_axi_bid: Word = memory_id_bits;
                /// 0 OKAY, 1 EXOKAY, 2 SLVERR, 3 DECERR
                input m_axi_bresp: Word = 2;
                /// an answer is there
                input m_axi_bvalid: bool;
                /// taken
                output m_axi_bready: bool;
            }
            "Read request to memory: AXI4 AR" {
                /// ID
                output m_axi_arid: Word = memory_id_bits;
                /// address of the first byte
                output m_axi_araddr: Word = physical_bits;
                /// beats, less one
                output m_axi_arlen: Word = 8;
                /// log2 of a beat's bytes
                output m_axi_arsize: Word = 3;
                /// 0 FIXED, 1 INCR, 2 WRAP
                output m_axi_arburst: Word = 2;
                /// exclusive access
                output m_axi_arlock: bool;
                /// memory attributes
                output m_axi_arcache: Word = 4;
                /// protection
                output m_axi_arprot: Word = 3;
                /// quality of service
                output m_axi_arqos: Word = 4;
                /// a burst is asked for
                output m_axi_arvalid: bool;
                /// accepted
                input m_axi_arready: bool;
            }
            "Memory's data: AXI4 R" {
                /// ID
                input m_axi_rid: Word = memory_id_bits;
                /// data
                input m_axi_rdata: Word = data_bits;
                /// 0 OKAY, 1 EXOKAY, 2 SLVERR, 3 DECERR
                input m_axi_rresp: Word = 2;
                /// the burst's last beat
                input m_axi_rlast: bool;
                /// a beat is there
                input m_axi_rvalid: bool;
                /// taken
                output m_axi_rready: bool;
            }
            "Grant: valid/ready, from the page allocator" {
                /// a frame is granted, or is back in the pool
                input grant_valid: bool;
                /// accepted: every later request sees it
                output grant_ready: bool;
                /// frame number
                input grant_frame: Word = frame_number_bits;
                /// every line reads as zero from now on; else the frame is forgotten
                input grant_fresh: bool;
            }
            "Setting" {
                /// physical address of the table of spilled masks, a multiple of 4096; 8 bytes for
                /// each frame of the memory
                input mask_table: Word = physical_bits;
            }
            "Status" {
                /// something is under way; while low and no input valid, nothing changes
                output busy: bool;
            }
            "Check of the tables' words: a level" {
                /// a word was not what was written, so nobody knows what is fresh: every burst of the memory is
                /// answered SLVERR and touches nothing, until reset
                output table_error[parity]: bool;
                /// parts that found one first, a bit each
                output table_parts[parity]: Word = PARTS.len();
            }
            "Counters: combinational" {
                /// counter number
                input counter_select: Word = clog2(COUNTERS.len());
                /// its count
                output counter_value: Word = 64;
            }
        }
        wires {
            /// request on its way to memory
            write_request: Burst = burst(g);
            /// data on their way to memory
            write_data: WriteBeat = write_beat(g);
            /// answer on its way to the caches
            write_answer: WriteAnswer = write_answer(g);
            /// request on its way to memory
            read_request: Burst = burst(g);
            /// data on their way to the caches
            read_data: ReadBeat = read_beat(g);
            /// memory answers the write of a mask
            own_answer: bool;
            /// memory delivers a mask
            own_data: bool;
            /// a mask is asked for
            own_read: bool;
        }
        instances {
            /// what is fresh
            fresh_table: FreshTable = FreshTable::new(g);
            /// reads
            read_path: ReadPath = ReadPath::new(g);
            /// writes
            write_path: WritePath = WritePath::new(g);
            /// counters
            event_counters: EventCounters = EventCounters::new(COUNTERS.len(), parity == 1);
        }
    }
}

impl Logic for Bypass {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("Caches' side.");
        self.write_path.request.next.id = self.s_axi_awid.val();
        self.write_path.request.next.address = self.s_axi_awaddr.val();
        self.write_path.request.next.length = self.s_axi_awlen.val();
        self.write_path.request.next.size = self.s_axi_awsize.val();
        self.write_path.request.next.kind = self.s_axi_awburst.val();
        self.write_path.request.next.lock = self.s_axi_awlock.val();
        self.write_path.request.next.cache = self.s_axi_awcache.val();
        self.write_path.request.next.protection = self.s_axi_awprot.val();
        self.write_path.request.next.quality = self.s_axi_awqos.val();
        self.write_path.request_valid.next = self.s_axi_awvalid.val();
        self.s_axi_awready.next = self.write_path.request_ready.val();
        self.read_path.request.next.id = self.s_axi_arid.val();
        self.read_path.request.next.address = self.s_axi_araddr.val();
        self.read_path.request.next.length = self.s_axi_arlen.val();
        self.read_path.request.next.size = self.s_axi_arsize.val();
        self.read_path.request.next.kind = self.s_axi_arburst.val();
        self.read_path.request.next.lock = self.s_axi_arlock.val();
        self.read_path.request.next.cache = self.s_axi_arcache.val();
        self.read_path.request.next.protection = self.s_axi_arprot.val();
        self.read_path.request.next.quality = self.s_axi_arqos.val();
        self.read_path.request_valid.next = self.s_axi_arvalid.val();
        self.s_axi_arready.next = self.read_path.request_ready.val();
        self.write_path.data.next.data = self.s_axi_wdata.val();
        self.write_path.data.next.strobe = self.s_axi_wstrb.val();
        self.write_path.data.next.last = self.s_axi_wlast.val();
        self.write_path.data_valid.next = self.s_axi_wvalid.val();
        self.s_axi_wready.next = self.write_path.data_ready.val();
        self.write_answer.next = self.write_path.answer.val();
        self.s_axi_bid.next = self.write_answer.val().id;
        self.s_axi_bresp.next = self.write_answer.val().response;
        self.s_axi_bvalid.next = self.write_path.answer_valid.val();
        self.write_path.answer_ready.next = self.s_axi_bready.val();
        self.read_data.next = self.read_path.data.val();
        self.s_axi_rid.next = self.read_data.val().id;
        self.s_axi_rdata.next = self.read_data.val().data;
        self.s_axi_rresp.next = self.read_data.val().response;
        self.s_axi_rlast.next = self.read_data.val().last;
        self.s_axi_rvalid.next = self.read_path.data_valid.val();
        self.read_path.data_ready.next = self.s_axi_rready.val();

        comment!("Writes to memory: the caches', and spilled masks, whose ID has its top bit set.");
        self.write_request.next = self.write_path.memory_request.val();
        self.m_axi_awid.next = bits_to(self.write_request.val().id, self.memory_id_bits)
            | (bits_from(
                self.write_path.memory_request_own.val(),
                self.memory_id_bits,
            ) << self.id_bits);
        self.m_axi_awaddr.next = self.write_request.val().address;
        self.m_axi_awlen.next = self.write_request.val().length;
        self.m_axi_awsize.next = self.write_request.val().size;
        self.m_axi_awburst.next = self.write_request.val().kind;
        self.m_axi_awlock.next = self.write_request.val().lock;
        self.m_axi_awcache.next = self.write_request.val().cache;
        self.m_axi_awprot.next = self.write_request.val().protection;
        self.m_axi_awqos.next = self.write_request.val().quality;
        self.m_axi_awvalid.next = self.write_path.memory_request_valid.val();
        self.write_path.memory_request_ready.next = self.m_axi_awready.val();
        self.write_data.next = self.write_path.memory_data.val();
        self.m_axi_wdata.next = self.write_data.val().data;
        self.m_axi_wstrb.next = self.write_data.val().strobe;
        self.m_axi_wlast.next = self.write_data.val().last;
        self.m_axi_wvalid.next = self.write_path.memory_data_valid.val();
        self.write_path.memory_data_ready.next = self.m_axi_wready.val();
        self.own_answer.next = self.m_axi_bid.val().get_bit(self.id_bits);
        self.write_path.memory_answer.next.id = bits_to(self.m_axi_bid.val(), self.id_bits);
        self.write_path.memory_answer.next.response = self.m_axi_bresp.val();
        self.write_path.memory_answer_valid.next = self.m_axi_bvalid.val() & !self.own_answer.val();
        self.m_axi_bready.next = self.own_answer.val() | self.write_path.memory_answer_ready.val();

        comment!("Reads of memory: the caches', and spilled masks.");
        self.own_read.next =
            self.fresh_table.fetch_valid.val() & !self.read_path.memory_request_valid.val();
        self.read_path.hold.next = self.fresh_table.fetch_valid.val();
        self.read_request.next = self.read_path.memory_request.val();
        if self.own_read.val() {
            self.read_request.next.id = bits(0, self.id_bits);
            self.read_request.next.address = self.fresh_table.fetch_address.val();
            self.read_request.next.length = bits(0, 8);
            self.read_request.next.size = bits(self.mask_size, 3);
            self.read_request.next.kind = bits(1, 2);
            self.read_request.next.lock = false;
            self.read_request.next.cache = bits(2, 4);
            self.read_request.next.protection = bits(0, 3);
            self.read_request.next.quality = bits(0, 4);
        }
        self.m_axi_arid.next = bits_to(self.read_request.val().id, self.memory_id_bits)
            | (bits_from(self.own_read.val(), self.memory_id_bits) << self.id_bits);
        self.m_axi_araddr.next = self.read_request.val().address;
        self.m_axi_arlen.next = self.read_request.val().length;
        self.m_axi_arsize.next = self.read_request.val().size;
        self.m_axi_arburst.next = self.read_request.val().kind;
        self.m_axi_arlock.next = self.read_request.val().lock;
        self.m_axi_arcache.next = self.read_request.val().cache;
        self.m_axi_arprot.next = self.read_request.val().protection;
        self.m_axi_arqos.next = self.read_request.val().quality;
        self.m_axi_arvalid.next = self.own_read.val() | self.read_path.memory_request_valid.val();
        self.read_path.memory_request_ready.next = self.m_axi_arready.val();
        self.fresh_table.fetch_ready.next = self.own_read.val() & self.m_axi_arready.val();
        self.own_data.next = self.m_axi_rid.val().get_bit(self.id_bits);
        self.read_path.memory_data.next.id = bits_to(self.m_axi_rid.val(), self.id_bits);
        self.read_path.memory_data.next.data = self.m_axi_rdata.val();
        self.read_path.memory_data.next.response = self.m_axi_rresp.val();
        self.read_path.memory_data.next.last = self.m_axi_rlast.val();
        self.read_path.memory_data_valid.next = self.m_axi_rvalid.val() & !self.own_data.val();
        if self.own_data.val() {
            self.m_axi_rready.next = self.fresh_table.fetch_data_ready.val();
        } else {
            self.m_axi_rready.next = self.read_path.memory_data_ready.val();
        }

        comment!("Fresh table.");
        self.fresh_table.mask_table.next = self.mask_table.val();
        self.fresh_table.grant_valid.next = self.grant_valid.val();
        self.grant_ready.next = self.fresh_table.grant_ready.val();
        self.fresh_table.grant_frame.next = self.grant_frame.val();
        self.fresh_table.grant_fresh.next = self.grant_fresh.val();
        self.write_path.spill_valid.next = self.fresh_table.spill_valid.val();
        self.fresh_table.spill_ready.next = self.write_path.spill_ready.val();
        self.write_path.spill_put.next = self.fresh_table.spill_put.val();
        self.write_path.spill_member.next = self.fresh_table.spill_member.val();
        self.write_path.spill_mask.next = self.fresh_table.spill_mask.val();
        self.write_path.spill_last.next = self.fresh_table.spill_last.val();
        self.write_path.spill_address.next = self.fresh_table.spill_address.val();
        self.write_path.spill_members.next = self.fresh_table.spill_members.val();
        self.fresh_table.spill_done.next = self.m_axi_bvalid.val() & self.own_answer.val();
        self.fresh_table.spill_error.next = self.m_axi_bresp.val().get_bit(1);
        self.fresh_table.fetch_data_valid.next = self.m_axi_rvalid.val() & self.own_data.val();
        self.fresh_table.fetch_data.next = self.m_axi_rdata.val();
        self.fresh_table.fetch_error.next = self.m_axi_rresp.val().get_bit(1);
        self.fresh_table.read_ahead_frame.next = self.read_path.ahead_frame.val();
        self.fresh_table.read_moves.next = self.read_path.moves.val();
        self.fresh_table.read_valid.next = self.read_path.valid.val();
        self.fresh_table.read_frame.next = self.read_path.frame.val();
        self.read_path.settled.next = self.fresh_table.read_settled.val();
        self.read_path.held.next = self.fresh_table.read_held.val();
        self.read_path.mask.next = self.fresh_table.read_mask.val();
        self.read_path.whole.next = self.fresh_table.read_whole.val();
        self.read_path.spilled.next = self.fresh_table.read_spilled.val();
        self.fresh_table.read_fetch.next = self.read_path.fetch.val();
        self.read_path.failed.next = self.fresh_table.read_failed.val();
        self.fresh_table.write_ahead_frame.next = self.write_path.ahead_frame.val();
        self.fresh_table.write_moves.next = self.write_path.moves.val();
        self.fresh_table.write_valid.next = self.write_path.valid.val();
        self.fresh_table.write_frame.next = self.write_path.frame.val();
        self.write_path.settled.next = self.fresh_table.write_settled.val();
        self.write_path.held.next = self.fresh_table.write_held.val();
        self.write_path.mask.next = self.fresh_table.write_mask.val();
        self.write_path.whole.next = self.fresh_table.write_whole.val();
        self.write_path.spilled.next = self.fresh_table.write_spilled.val();
        self.write_path.place.next = self.fresh_table.write_place.val();
        self.fresh_table.write_fetch.next = self.write_path.fetch.val();
        self.write_path.failed.next = self.fresh_table.write_failed.val();
        self.write_path.hold.next = self.fresh_table.hold.val();
        self.write_path.victim_frame.next = self.fresh_table.victim_frame.val();
        self.fresh_table.victim_in_flight.next = self.write_path.victim_in_flight.val();
        self.fresh_table.clear_valid.next = self.write_path.clear_valid.val();
        self.write_path.clear_ready.next = self.fresh_table.clear_ready.val();
        self.fresh_table.clear_frame.next = self.write_path.clear_frame.val();
        self.fresh_table.clear_line.next = self.write_path.clear_line.val();
        self.fresh_table.clear_place.next = self.write_path.clear_place.val();
        if self.parity == 1 {
            comment!(
                "What is fresh can't be guessed: memory may have another's data, or be right."
            );
            self.read_path.stopped[0].next = self.fresh_table.stopped[0].val();
            self.write_path.stopped[0].next = self.fresh_table.stopped[0].val();
            self.table_error[0].next = self.fresh_table.table_error[0].val();
            self.table_parts[0].next = self.fresh_table.table_parts[0].val();
        }
        self.busy.next = !self.read_path.idle.val()
            | !self.write_path.idle.val()
            | !self.fresh_table.idle.val()
            | !self.event_counters.ready.val();

        comment!("Counters, numbered from the least significant bit.");
        self.event_counters.select.next = self.counter_select.val();
        self.counter_value.next = self.event_counters.value.val();
        self.event_counters.event_pulses.next = (bits_from(self.fresh_table.event_drop.val(), 12)
            << 11)
            | (bits_from(self.fresh_table.event_grant.val(), 12) << 10)
            | (bits_from(self.fresh_table.event_error.val(), 12) << 9)
            | (bits_from(self.fresh_table.event_fetch.val(), 12) << 8)
            | (bits_from(self.fresh_table.event_spill.val(), 12) << 7)
            | (bits_from(self.write_path.event_refused.val(), 12) << 6)
            | (bits_from(self.read_path.event_refused.val(), 12) << 5)
            | (bits_from(self.write_path.event_merged.val(), 12) << 4)
            | (bits_from(self.write_path.event_whole.val(), 12) << 3)
            | (bits_from(self.read_path.event_bypassed.val(), 12) << 2)
            | (bits_from(self.write_path.event_write.val(), 12) << 1)
            | bits_from(self.read_path.event_read.val(), 12);
    }
}
