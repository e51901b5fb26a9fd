//! Reads: those of fresh lines are answered here, the others by memory.

use super::address_stage::AddressStage;
use super::burst_counts::BurstCounts;
use super::burst_span::BurstSpan;
use super::types::{Burst, FRAME_LINES, ReadBeat, burst, read_beat};
use crate::allocator::queue_pointers::QueuePointers;
use crate::geometry::Geometry;
use crate::rtl::*;

module! {
    /// Read path: passes bursts to memory and answers those of fresh lines with zeros itself.
    ///
    /// A burst that touches both fresh and other lines is refused (SLVERR), as is one of a frame
    /// whose mask memory fails to deliver. A locked read of a fresh line is answered OKAY.
    ///
    /// Order:      answers of one ID are in order: a burst is answered here only once memory has
    ///             answered those of its ID, and such a burst goes to memory only after it.
    ///             An answer isn't begun within a burst of memory's.
    /// Latency:    one cycle from request to request, one from beat to beat; an answer of zeros
    ///             begins 3 cycles after its request.
    /// Throughput: a burst and a beat a cycle.
    /// Reset:      empty.
    pub module ReadPath(g: &Geometry) = "memento_read_path" {
        parameters {
            /// bits, width of an ID
            id_bits = g.id_bits,
            /// bits, width of the data bus
            data_bits = g.data_bits,
            /// bits, width of a frame's number within the memory
            frame_bits = g.frame_index_bits,
        }
        features {
            /// 1: words of tables and queues are checked by a parity bit
            parity = g.parity as usize,
        }
        ports {
            "Requests from the caches: valid/ready" {
                /// a burst is asked for
                input request_valid: bool;
                /// accepted
                output request_ready: bool;
                /// the burst
                input request: Burst = burst(g);
            }
            "Data to the caches: valid/ready" {
                /// a beat is there
                output data_valid: bool;
                /// taken
                input data_ready: bool;
                /// the beat
                output data: ReadBeat = read_beat(g);
            }
            "Requests to memory: valid/ready" {
                /// a burst is asked for
                output memory_request_valid: bool;
                /// accepted
                input memory_request_ready: bool;
                /// the burst
                output memory_request: Burst = burst(g);
                /// no further burst may be offered
                input hold: bool;
            }
            "Data from memory: valid/ready" {
                /// a beat is there
                input memory_data_valid: bool;
                /// taken
                output memory_data_ready: bool;
                /// the beat
                input memory_data: ReadBeat = read_beat(g);
            }
            "Fresh table" {
                /// it knows of no frame any more
                input stopped[parity]: bool;
                /// frame of the burst behind the oldest one
                output ahead_frame: Word = frame_bits;
                /// that burst is the oldest one after this cycle
                output moves: bool;
                /// there is an oldest one
                output valid: bool;
                /// its frame
                output frame: Word = frame_bits;
                /// what the table says of it can be relied upon
                input settled: bool;
                /// the frame's mask is held
                input held: bool;
                /// its fresh lines, if its mask is held
                input mask: Word = FRAME_LINES;
                /// every line of it is fresh
                input whole: bool;
                /// memory has its mask
                input spilled: bool;
                /// the mask is to be fetched
                output fetch: bool;
                /// that failed
                input failed: bool;
            }
            "Events" {
                /// a burst left for memory or was answered
                output event_read: bool;
                /// one was answered with zeros
                output event_bypassed: bool;
                /// one was refused
                output event_refused: bool;
                /// nothing is under way
                output idle: bool;
            }
        }
        wires {
            /// the mask of the oldest request's frame is lost: the request is refused
            mask_lost: bool;
            /// what the table says can be relied upon, or isn't needed
            certain: bool;
            /// memory's beat
            arriving: ReadBeat = read_beat(g);
            /// oldest request
            head: Burst = burst(g);
            /// it can be judged
            judged: bool;
            /// lines of it that are fresh
            fresh: Word = FRAME_LINES;
            /// it is answered here
            answered_here: bool;
            /// it goes to memory
            pass: bool;
            /// its answer here begins
            answer: bool;
            /// it leaves for memory, or its answer begins
            head_leaves: bool;
            /// its mask must be fetched
            missing: bool;
            /// a zero beat is put
            zero_beat: bool;
            /// it is the last one
            zero_last: bool;
            /// the answer here may go on
            answers: bool;
            /// a beat of memory's is put
            memory_beat: bool;
        }
        state {
            /// the request was offered to memory before
            offered: bool;
            /// its mask couldn't be fetched
            unknown: bool;
            /// an answer is under way
            answering: bool;
            /// a burst of memory's is under way
            open: bool;
        }
        data {
            /// that answer's ID
            answer_id: Word = id_bits;
            /// its beats still to come, less one
            answer_left: Word = 8;
            /// its response
            answer_response: Word = 2;
        }
        instances {
            /// requests
            stage: AddressStage = AddressStage::new(g);
            /// what the oldest touches
            reach: BurstSpan = BurstSpan::new(g);
            /// bursts that memory is to answer
            counts: BurstCounts = BurstCounts::new(g);
            /// beats on their way to the caches
            pointers: QueuePointers = QueuePointers::new(2);
            /// those beats
            beats: leaf::LutRam<ReadBeat> = leaf::LutRam::twin(2, read_beat(g), parity == 1);
        }
    }
}

impl Logic for ReadPath {
    #[hdl_gen]
    fn update(&mut self) {
        self.stage.put_valid.next = self.request_valid.val() & self.counts.ready.val();
        self.request_ready.next = self.stage.put_ready.val() & self.counts.ready.val();
        self.stage.put.next = self.request.val();
        self.head.next = self.stage.get.val();
        self.reach.burst.next = self.stage.get.val();
        self.ahead_frame.next = self.stage.ahead_frame.val();
        self.moves.next = self.stage.moves.val();
        self.valid.next = self.stage.get_valid.val();
        self.frame.next = self.reach.frame.val();

        comment!("Judge the oldest request; once offered to memory it goes there.");
        if self.parity == 1 {
            self.mask_lost.next =
                self.unknown.val() | (self.stopped[0].val() & self.reach.in_memory.val());
            self.certain.next = self.settled.val() | self.stopped[0].val();
        } else {
            self.mask_lost.next = self.unknown.val();
            self.certain.next = self.settled.val();
        }
        self.judged.next = self.stage.get_valid.val()
            & !self.offered.val()
            & (self.certain.val() | !self.reach.in_memory.val());
        if !self.reach.in_memory.val() {
            self.fresh.next = bits(0, 64);
        } else if self.whole.val() {
            self.fresh.next = self.reach.touched.val();
        } else if self.held.val() {
            self.fresh.next = self.mask.val() & self.reach.touched.val();
        } else {
            self.fresh.next = bits(0, 64);
        }
        self.missing.next = self.judged.val()
            & self.reach.in_memory.val()
            & !self.held.val()
            & self.spilled.val()
            & !self.mask_lost.val();
        self.fetch.next = self.missing.val();
        self.answered_here.next = self.fresh.val().any() | self.mask_lost.val();
        self.pass.next = self.offered.val()
            | (self.judged.val()
                & !self.answered_here.val()
                & !self.missing.val()
                & !self.hold.val()
                & !self.counts.full.val()
                & !(self.answering.val() & (self.answer_id.val() == self.head.val().id)));
        self.memory_request_valid.next = self.pass.val();
        self.memory_request.next = self.stage.get.val();
        self.offered.next = self.pass.val() & !self.memory_request_ready.val();
        self.counts.issue_id.next = self.head.val().id;
        self.counts.issue.next = self.pass.val() & self.memory_request_ready.val();

        comment!("An answer here follows those of memory to the same ID.");
        self.answers.next = self.answering.val() & !self.open.val();
        self.zero_beat.next = self.answers.val() & !self.pointers.full.val();
        self.zero_last.next = self.zero_beat.val() & !self.answer_left.val().any();
        self.answer.next = self.judged.val()
            & self.answered_here.val()
            & !self.counts.count.val().any()
            & (!self.answering.val() | self.zero_last.val());
        self.head_leaves.next =
            self.answer.val() | (self.pass.val() & self.memory_request_ready.val());
        self.stage.get_ready.next = self.head_leaves.val();
        if self.zero_beat.val() {
            self.answer_left.next = self.answer_left.val() - 1;
        }
        if self.zero_last.val() {
            self.answering.next = false;
        }
        if self.answer.val() {
            self.answering.next = true;
            self.answer_id.next = self.head.val().id;
            self.answer_left.next = self.head.val().length;
            if self.unknown.val() | (self.fresh.val() != self.reach.touched.val()) {
                self.answer_response.next = bits(2, 2);
            } else {
                self.answer_response.next = bits(0, 2);
            }
            if self.parity == 1 {
                comment!("Whatever the lost mask seems to say.");
                if self.mask_lost.val() {
                    self.answer_response.next = bits(2, 2);
                }
            }
            self.unknown.next = false;
        }
        if self.parity == 1 {
            comment!("Of a table that has stopped nothing is waited for.");
            if self.failed.val() & !self.stopped[0].val() {
                self.unknown.next = true;
            }
        } else if self.failed.val() {
            self.unknown.next = true;
        }

        comment!("Beats to the caches.");
        self.arriving.next = self.memory_data.val();
        self.memory_data_ready.next = !self.pointers.full.val() & !self.answers.val();
        self.memory_beat.next = self.memory_data_valid.val() & self.memory_data_ready.val();
        self.counts.answer.next = self.memory_beat.val() & self.arriving.val().last;
        self.counts.answer_id.next = self.arriving.val().id;
        if self.memory_beat.val() {
            self.open.next = !self.arriving.val().last;
        }
        self.pointers.push.next = self.zero_beat.val() | self.memory_beat.val();
        self.beats.write.next = self.zero_beat.val() | self.memory_beat.val();
        self.beats.write_address.next = self.pointers.push_entry.val();
        self.beats.write_data.next = self.arriving.val();
        if self.answers.val() {
            self.beats.write_data.next.id = self.answer_id.val();
            self.beats.write_data.next.data = bits(0, self.data_bits);
            self.beats.write_data.next.response = self.answer_response.val();
            self.beats.write_data.next.last = !self.answer_left.val().any();
        }
        self.beats.read_address.next = self.pointers.pop_entry.val();
        self.data_valid.next = !self.pointers.empty.val();
        self.data.next = self.beats.read_data.val();
        self.pointers.pop.next = !self.pointers.empty.val() & self.data_ready.val();

        self.event_read.next = self.head_leaves.val();
        self.event_bypassed.next = self.answer.val()
            & !self.mask_lost.val()
            & (self.fresh.val() == self.reach.touched.val());
        self.event_refused.next = self.answer.val()
            & (self.mask_lost.val() | (self.fresh.val() != self.reach.touched.val()));
        self.idle.next = !self.stage.get_valid.val()
            & !self.answering.val()
            & self.counts.none.val()
            & self.counts.ready.val()
            & self.pointers.empty.val();
    }
}
