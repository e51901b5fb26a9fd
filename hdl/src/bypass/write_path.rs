//! Writes: those of fresh lines become writes of whole lines, the others go on as they are.

use super::address_stage::AddressStage;
use super::burst_counts::BurstCounts;
use super::burst_span::BurstSpan;
use super::states::WriteState;
use super::strobe_mask::StrobeMask;
use super::types::{
    Burst, FRAME_LINES, GROUP_FRAMES, LINE_NUMBER_BITS, MEMBER_BITS, WriteAnswer, WriteBeat, burst,
    place_bits, write_answer, write_beat,
};
use super::writes_in_flight::WritesInFlight;
use crate::allocator::queue_pointers::QueuePointers;
use crate::geometry::{Geometry, LINE_BYTES};
use crate::rtl::*;

/// Bursts whose beats haven't all gone to memory.
const BURSTS_AHEAD: usize = 16;

module! {
    /// Write path: passes bursts to memory; those of fresh lines so that they write whole lines.
    ///
    /// A burst whose beats cover a fresh line streams through, bytes without a strobe becoming
    /// zeros. Any other write of a fresh line is collected in a line buffer and written as one
    /// burst of a line. Memory's answer without an error ends the line's freshness before it goes
    /// to the caches; with an error the line stays fresh. A burst over several lines, one of which
    /// is fresh, is refused (SLVERR) and touches nothing, as is one of a frame whose mask memory
    /// fails to deliver. A locked write of a fresh line isn't locked any more. The masks of a
    /// victim pass through the same line buffer.
    ///
    /// Order:      a second write of a fresh line waits for the first one's answer; refused ones
    ///             wait for those of their ID. Memory's own order of an ID is kept.
    /// Latency:    one cycle from request to request, one from beat to beat (a beat goes on with
    ///             its request at the earliest), one from answer to answer. A merged write adds the
    ///             cycles of its line's beats.
    /// Throughput: a burst and a beat a cycle.
    /// Assumes:    beats of a burst don't wait for answers to other bursts.
    /// Reset:      empty.
    pub module WritePath(g: &Geometry) = "memento_write_path" {
        parameters {
            /// bits, width of a physical address
            physical_bits = g.physical_bits,
            /// bits, width of the data bus
            data_bits = g.data_bits,
            /// bits, width of a frame's number within the memory
            frame_bits = g.frame_index_bits,
            /// bits, width of an ID
            id_bits = g.id_bits,
        }
        derived {
            /// bytes of the data bus
            bytes = data_bits / 8,
            /// log2 of them
            bytes_log2 = clog2(bytes),
            /// beats of a line
            beats = LINE_BYTES / bytes,
            /// bits, width of a beat's number
            beat_bits = clog2(beats),
            /// size of a full beat, as AXI4 encodes it
            full_size = bytes_log2,
            /// length of a line, as AXI4 encodes it
            full_length = beats - 1,
            /// bits by which the upper half of the data bus is shifted, 0 if there is none
            half_bits = data_bits - 64,
            /// the same for strobes
            half_bytes = bytes - 8,
            /// the same for masks
            half_masks = bytes / 8 - 1,
            /// log2 of the masks of a beat
            masks_log2 = bytes_log2 - 3,
            /// bits, width of the number of a mask's place
            place_bits = place_bits(g),
        }
        features {
            /// 1: words of tables and queues are checked by a parity bit
            parity = g.parity as usize,
        }
        ports {
            "Requests from the caches: valid/ready" {
                /// a burst is to be written
                input request_valid: bool;
                /// accepted
                output request_ready: bool;
                /// the burst
                input request: Burst = burst(g);
            }
            "Data from the caches: valid/ready" {
                /// a beat is there
                input data_valid: bool;
                /// taken
                output data_ready: bool;
                /// the beat
                input data: WriteBeat = write_beat(g);
            }
            "Answers to the caches: valid/ready" {
                /// an answer is there
                output answer_valid: bool;
                /// taken
                input answer_ready: bool;
                /// the answer
                output answer: WriteAnswer = write_answer(g);
            }
            "Requests to memory: valid/ready" {
                /// a burst is to be written
                output memory_request_valid: bool;
                /// accepted
                input memory_request_ready: bool;
                /// the burst
                output memory_request: Burst = burst(g);
                /// it is a line of spilled masks
                output memory_request_own: bool;
            }
            "Data to memory: valid/ready" {
                /// a beat is there
                output memory_data_valid: bool;
                /// taken
                input memory_data_ready: bool;
                /// the beat
                output memory_data: WriteBeat = write_beat(g);
            }
            "Answers from memory, but for those to spilled masks: valid/ready" {
                /// an answer is there
                input memory_answer_valid: bool;
                /// taken
                output memory_answer_ready: bool;
                /// the answer
                input memory_answer: WriteAnswer = write_answer(g);
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
                /// where its mask is held, if it is
                input place: Word = place_bits;
                /// the mask is to be held
                output fetch: bool;
                /// that failed
                input failed: bool;
                /// no write of a fresh line of the victim may begin
                input hold: bool;
                /// a line is fresh no longer
                output clear_valid: bool;
                /// accepted
                input clear_ready: bool;
                /// its frame
                output clear_frame: Word = frame_bits;
                /// its number
                output clear_line: Word = LINE_NUMBER_BITS;
                /// where the frame's mask is held
                output clear_place: Word = place_bits;
                /// frame whose mask is to make room
                input victim_frame: Word = frame_bits;
                /// writes of its fresh lines are in flight
                output victim_in_flight: bool;
            }
            "Masks to be spilled: valid until ready, then puts, the last one marked" {
                /// masks are to be written
                input spill_valid: bool;
                /// they can be taken
                output spill_ready: bool;
                /// a mask is there
                input spill_put: bool;
                /// which
                input spill_member: Word = MEMBER_BITS;
                /// that mask
                input spill_mask: Word = FRAME_LINES;
                /// no further mask comes
                input spill_last: bool;
                /// physical address of their line, stable until the write is answered
                input spill_address: Word = physical_bits;
                /// those that were put, stable likewise
                input spill_members: Word = GROUP_FRAMES;
            }
            "Events" {
                /// a burst left for memory or was refused
                output event_write: bool;
                /// one streams through to a fresh line
                output event_whole: bool;
                /// one is merged with zeros
                output event_merged: bool;
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
            /// oldest request
            head: Burst = burst(g);
            /// it can be judged
            judged: bool;
            /// lines of it that are fresh
            fresh: Word = FRAME_LINES;
            /// its frame's mask isn't held, and must be
            missing: bool;
            /// it is refused
            refused: bool;
            /// it is the write of a fresh line, and may begin
            begins: bool;
            /// it streams through to a fresh line
            streams: bool;
            /// it is merged with zeros
            merges: bool;
            /// it goes to memory as it is
            plain: bool;
            /// it is offered to memory for the first time
            first_offer: bool;
            /// the burst offered streams through to a fresh line
            offer_streams: bool;
            /// oldest beat
            beat: WriteBeat = write_beat(g);
            /// there is one
            beat_valid: bool;
            /// it is taken
            beat_taken: bool;
            /// it may go to memory
            routed: bool;
            /// and to a fresh line
            route_streams: bool;
            /// the last beat of a burst goes to memory
            burst_ends: bool;
            /// beat as the line buffer has it
            buffered: Word = data_bits;
            /// beat of the line buffer, zero where nothing was written
            merged: Word = data_bits;
            /// place of what is collected, in its line
            collected_place: Word = 6;
            /// number of the beat that is collected
            collected_beat: Word = beat_bits;
            /// that beat as the one bit set
            collected_bit: Word = beats;
            /// bytes of a beat that is collected
            step: Word = 6;
            /// bytes of the burst that is collected, less one
            span: Word = 6;
            /// place of the next beat, but for wrapping
            stepped: Word = 6;
            /// line buffer's beat
            looked_at: Word = beat_bits;
            /// every byte
            all_bytes: Word = bytes;
            /// masks are spilled before anything else
            spills: bool;
            /// masks go into the line buffer
            gathers: bool;
            /// bytes of the line buffer's beat that are written
            stored_bytes: Word = bytes;
            /// what they become
            stored: Word = data_bits;
            /// the line buffer goes to memory
            drains: bool;
            /// masks that are to be written, the beat's lowest first
            spilled_here: Word = GROUP_FRAMES;
            /// bytes of the lower of them
            lower_bytes: Word = bytes;
            /// bytes of the upper of them, or of the only one
            upper_bytes: Word = bytes;
            /// the answer ends a line's freshness
            clears: bool;
            /// memory's answer is taken
            answered: bool;
            /// a burst is refused in this cycle
            refusing: bool;
            /// room for an answer
            answer_room: bool;
            /// the oldest request goes
            head_leaves: bool;
        }
        state {
            /// what the path does
            state: WriteState;
            /// the request was offered to memory before
            offered: bool;
            /// its mask couldn't be fetched
            unknown: bool;
            /// beats of the line buffer that were written
            collected: Word = beats;
        }
        data {
            /// the offered burst streams through to a fresh line
            offered_streams: bool;
            /// place of the next beat that is collected, in its line
            next_place: Word = 6;
            /// next beat of the line buffer to go to memory
            sent: Word = beat_bits;
        }
        instances {
            /// requests
            stage: AddressStage = AddressStage::new(g);
            /// what the oldest touches
            reach: BurstSpan = BurstSpan::new(g);
            /// bursts that memory is to answer
            counts: BurstCounts = BurstCounts::new(g);
            /// those that end the freshness of a line
            in_flight: WritesInFlight = WritesInFlight::new(g);
            /// beats from the caches
            beat_pointers: QueuePointers = QueuePointers::new(2);
            /// those beats
            beat_queue: leaf::LutRam<WriteBeat> = leaf::LutRam::twin(2, write_beat(g), parity == 1);
            /// the oldest beat's strobes
            strobes: StrobeMask = StrobeMask::new(g);
            /// bursts whose beats are to come
            route_pointers: QueuePointers = QueuePointers::new(BURSTS_AHEAD);
            /// whether they stream through to fresh lines
            routes: leaf::LutRam = leaf::LutRam::twin(BURSTS_AHEAD, 1, parity == 1);
            /// line buffer
            line: leaf::LutRam = leaf::LutRam::twin(beats, data_bits, parity == 1);
            /// answers to the caches
            answer_pointers: QueuePointers = QueuePointers::new(2);
            /// those answers
            answers: leaf::LutRam<WriteAnswer> = leaf::LutRam::twin(2, write_answer(g), parity == 1);
        }
    }
}

impl Logic for WritePath {
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
            & (self.state.val() == WriteState::Pass)
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
            & (self.spilled.val() | (self.whole.val() & self.reach.one_line.val()))
            & !self.mask_lost.val();
        self.fetch.next = self.missing.val();
        self.spills.next = self.spill_valid.val();
        self.in_flight.start_frame.next = self.reach.frame.val();
        self.in_flight.start_line.next = self.reach.line.val();
        self.in_flight.start_place.next = self.place.val();
        self.in_flight.start_id.next = self.head.val().id;
        self.counts.issue_id.next = self.head.val().id;
        self.refused.next = self.judged.val()
            & (self.mask_lost.val() | (self.fresh.val().any() & !self.reach.one_line.val()))
            & !self.spills.val()
            & self.route_pointers.empty.val()
            & !self.counts.count.val().any();
        self.begins.next = self.judged.val()
            & !self.mask_lost.val()
            & self.fresh.val().any()
            & self.held.val()
            & self.reach.one_line.val()
            & !(self.hold.val() & (self.victim_frame.val() == self.reach.frame.val()))
            & !self.spills.val()
            & self.in_flight.room.val()
            & !self.in_flight.conflict.val()
            & !self.counts.full.val();
        self.streams.next =
            self.begins.val() & self.reach.whole_line.val() & !self.route_pointers.full.val();
        self.merges.next =
            self.begins.val() & !self.reach.whole_line.val() & self.route_pointers.empty.val();
        self.plain.next = self.judged.val()
            & !self.mask_lost.val()
            & !self.fresh.val().any()
            & !self.missing.val()
            & !self.spills.val()
            & !self.counts.full.val()
            & !self.route_pointers.full.val();
        self.first_offer.next = self.plain.val() | self.streams.val();
        if self.offered.val() {
            self.offer_streams.next = self.offered_streams.val();
        } else {
            self.offer_streams.next = self.streams.val();
        }
        self.offered_streams.next = self.offer_streams.val();
        self.offered.next =
            (self.offered.val() | self.first_offer.val()) & !self.memory_request_ready.val();
        self.counts.issue.next = self.first_offer.val() | self.merges.val();
        self.in_flight.start.next = self.streams.val() | self.merges.val();

        comment!("Requests to memory.");
        self.memory_request.next = self.stage.get.val();
        self.memory_request_valid.next = self.offered.val()
            | self.first_offer.val()
            | (self.state.val() == WriteState::MergedAddress)
            | (self.state.val() == WriteState::OwnAddress);
        self.memory_request_own.next = self.state.val() == WriteState::OwnAddress;
        if self.state.val() == WriteState::MergedAddress {
            self.memory_request.next.address = (self.head.val().address >> 6) << 6;
            self.memory_request.next.length = bits(self.full_length, 8);
            self.memory_request.next.size = bits(self.full_size, 3);
            self.memory_request.next.kind = bits(1, 2);
            self.memory_request.next.lock = false;
        } else if self.state.val() == WriteState::OwnAddress {
            self.memory_request.next.id = bits(0, self.id_bits);
            self.memory_request.next.address = self.spill_address.val();
            self.memory_request.next.length = bits(self.full_length, 8);
            self.memory_request.next.size = bits(self.full_size, 3);
            self.memory_request.next.kind = bits(1, 2);
            self.memory_request.next.lock = false;
            self.memory_request.next.cache = bits(2, 4);
            self.memory_request.next.protection = bits(0, 3);
            self.memory_request.next.quality = bits(0, 4);
        } else if self.offer_streams.val() {
            self.memory_request.next.address =
                (self.head.val().address >> self.bytes_log2) << self.bytes_log2;
            self.memory_request.next.lock = false;
        }

        comment!("Beats from the caches.");
        self.beat_pointers.push.next = self.data_valid.val() & !self.beat_pointers.full.val();
        self.data_ready.next = !self.beat_pointers.full.val();
        self.beat_queue.write.next = self.data_valid.val() & !self.beat_pointers.full.val();
        self.beat_queue.write_address.next = self.beat_pointers.push_entry.val();
        self.beat_queue.write_data.next = self.data.val();
        self.beat_queue.read_address.next = self.beat_pointers.pop_entry.val();
        self.beat.next = self.beat_queue.read_data.val();
        self.beat_valid.next = !self.beat_pointers.empty.val();

        comment!("Where they go: a burst's first beat may go with its request.");
        self.routes.read_address.next = self.route_pointers.pop_entry.val();
        self.routed.next = !self.route_pointers.empty.val() | self.first_offer.val();
        if self.route_pointers.empty.val() {
            self.route_streams.next = self.streams.val();
        } else {
            self.route_streams.next = self.routes.read_data.val().any();
        }
        self.burst_ends.next = self.routed.val()
            & self.beat_valid.val()
            & self.memory_data_ready.val()
            & self.beat.val().last;
        self.route_pointers.pop.next = self.burst_ends.val() & !self.route_pointers.empty.val();
        self.route_pointers.push.next =
            self.first_offer.val() & !(self.burst_ends.val() & self.route_pointers.empty.val());
        self.routes.write.next = self.first_offer.val();
        self.routes.write_address.next = self.route_pointers.push_entry.val();
        self.routes.write_data.next = bits_from(self.streams.val(), 1);

        comment!("Line buffer.");
        self.gathers.next = self.state.val() == WriteState::Gather;
        self.spill_ready.next = self.state.val() == WriteState::Gather;
        if self.gathers.val() {
            self.collected_place.next = bits_to(self.spill_member.val(), 6) << 3;
        } else {
            self.collected_place.next = self.next_place.val();
        }
        self.collected_beat.next = bits_to(
            self.collected_place.val() >> self.bytes_log2,
            self.beat_bits,
        );
        self.collected_bit.next = bits(1, self.beats) << self.collected_beat.val();
        self.drains.next = (self.state.val() == WriteState::MergedBeats)
            | (self.state.val() == WriteState::OwnBeats);
        if self.drains.val() {
            self.looked_at.next = self.sent.val();
        } else {
            self.looked_at.next = self.collected_beat.val();
        }
        self.line.read_address.next = self.looked_at.val();
        self.buffered.next = self.line.read_data.val();
        if (self.collected.val() & (bits(1, self.beats) << self.looked_at.val())).any() {
            self.merged.next = self.buffered.val();
        } else {
            self.merged.next = bits(0, self.data_bits);
        }
        if self.gathers.val() {
            self.stored.next = bits_to(self.spill_mask.val(), self.data_bits)
                | (bits_to(self.spill_mask.val(), self.data_bits) << self.half_bits);
            if self.spill_member.val().get_bit(0) {
                self.stored_bytes.next = bits(255, self.bytes) << self.half_bytes;
            } else {
                self.stored_bytes.next = bits(255, self.bytes);
            }
        } else {
            self.stored.next = self.beat.val().data;
            self.stored_bytes.next = self.beat.val().strobe;
        }
        self.strobes.strobe.next = self.stored_bytes.val();
        self.line.write.next = (self.gathers.val() & self.spill_put.val())
            | ((self.state.val() == WriteState::Collect) & self.beat_valid.val());
        self.line.write_address.next = self.collected_beat.val();
        self.line.write_data.next = (self.merged.val() & !self.strobes.mask.val())
            | (self.stored.val() & self.strobes.mask.val());
        self.step.next = bits(1, 6) << self.head.val().size;
        self.span.next =
            (bits_to(self.head.val().length, 6) << self.head.val().size) | (self.step.val() - 1);
        self.stepped.next = (self.next_place.val() & !(self.step.val() - 1)) + self.step.val();

        comment!("Data to memory.");
        self.all_bytes.next = !bits(0, self.bytes);
        self.memory_data.next = self.beat.val();
        self.memory_data_valid.next =
            self.drains.val() | (self.routed.val() & self.beat_valid.val());
        self.spilled_here.next =
            self.spill_members.val() >> (bits_to(self.sent.val(), 3) << self.masks_log2);
        if self.spilled_here.val().get_bit(0) {
            self.lower_bytes.next = bits(255, self.bytes);
        } else {
            self.lower_bytes.next = bits(0, self.bytes);
        }
        if self.spilled_here.val().get_bit(self.half_masks) {
            self.upper_bytes.next = bits(255, self.bytes) << self.half_bytes;
        } else {
            self.upper_bytes.next = bits(0, self.bytes);
        }
        if self.state.val() == WriteState::MergedBeats {
            self.memory_data.next.data = self.merged.val();
            self.memory_data.next.strobe = self.all_bytes.val();
            self.memory_data.next.last = self.sent.val().all();
        } else if self.state.val() == WriteState::OwnBeats {
            self.memory_data.next.data = self.merged.val();
            self.memory_data.next.strobe = self.lower_bytes.val() | self.upper_bytes.val();
            self.memory_data.next.last = self.sent.val().all();
        } else if self.route_streams.val() {
            self.memory_data.next.data = self.beat.val().data & self.strobes.mask.val();
            self.memory_data.next.strobe = self.all_bytes.val();
        }

        comment!("Answers: one that ends a line's freshness goes on when the line is cleared.");
        self.answer_room.next = !self.answer_pointers.full.val();
        self.in_flight.answer_id.next = self.memory_answer.val().id;
        self.counts.answer_id.next = self.memory_answer.val().id;
        self.clears.next =
            self.in_flight.matched.val() & !self.memory_answer.val().response.get_bit(1);
        self.clear_frame.next = self.in_flight.matched_frame.val();
        self.clear_line.next = self.in_flight.matched_line.val();
        self.clear_place.next = self.in_flight.matched_place.val();
        self.refusing.next = (self.state.val() == WriteState::Refuse) & self.answer_room.val();
        self.clear_valid.next = self.memory_answer_valid.val()
            & self.clears.val()
            & self.answer_room.val()
            & !self.refusing.val();
        self.memory_answer_ready.next = self.answer_room.val()
            & !self.refusing.val()
            & (!self.clears.val() | self.clear_ready.val());
        self.answered.next = self.memory_answer_valid.val()
            & self.answer_room.val()
            & !self.refusing.val()
            & (!self.clears.val() | self.clear_ready.val());
        self.in_flight.answer.next = self.answered.val();
        self.counts.answer.next = self.answered.val();
        if self.answered.val() & (self.memory_answer.val().id == self.head.val().id) {
            self.in_flight.start_ahead.next = self.counts.count.val() - 1;
        } else {
            self.in_flight.start_ahead.next = self.counts.count.val();
        }
        self.answer_pointers.push.next = self.answered.val() | self.refusing.val();
        self.answers.write.next = self.answered.val() | self.refusing.val();
        self.answers.write_address.next = self.answer_pointers.push_entry.val();
        self.answers.write_data.next = self.memory_answer.val();
        if self.refusing.val() {
            self.answers.write_data.next.id = self.head.val().id;
            self.answers.write_data.next.response = bits(2, 2);
        }
        self.answers.read_address.next = self.answer_pointers.pop_entry.val();
        self.answer.next = self.answers.read_data.val();
        self.answer_valid.next = !self.answer_pointers.empty.val();
        self.answer_pointers.pop.next = !self.answer_pointers.empty.val() & self.answer_ready.val();
        self.in_flight.victim_frame.next = self.victim_frame.val();
        self.victim_in_flight.next = self.in_flight.victim_in_flight.val();

        comment!("What goes on beside passing.");
        self.beat_taken.next = self.routed.val() & self.memory_data_ready.val();
        self.head_leaves.next =
            (self.offered.val() | self.first_offer.val()) & self.memory_request_ready.val();
        if self.parity == 1 {
            comment!("Of a table that has stopped nothing is waited for.");
            if self.failed.val() & !self.stopped[0].val() {
                self.unknown.next = true;
            }
        } else if self.failed.val() {
            self.unknown.next = true;
        }
        match self.state.val() {
            WriteState::Pass => {
                self.next_place.next = bits_to(self.head.val().address, 6);
                self.sent.next = bits(0, self.beat_bits);
                if self.merges.val() {
                    self.state.next = WriteState::Collect;
                } else if self.refused.val() {
                    self.state.next = WriteState::Swallow;
                } else if self.spills.val()
                    & !self.offered.val()
                    & !self.first_offer.val()
                    & self.route_pointers.empty.val()
                {
                    self.state.next = WriteState::Gather;
                }
            }
            WriteState::Collect => {
                self.beat_taken.next = true;
                if self.beat_valid.val() {
                    self.collected.next = self.collected.val() | self.collected_bit.val();
                    if self.head.val().kind == 1 {
                        self.next_place.next = self.stepped.val();
                    } else if self.head.val().kind == 2 {
                        self.next_place.next = (self.next_place.val() & !self.span.val())
                            | (self.stepped.val() & self.span.val());
                    }
                    if self.beat.val().last {
                        self.state.next = WriteState::MergedAddress;
                    }
                }
            }
            WriteState::MergedAddress => {
                if self.memory_request_ready.val() {
                    self.head_leaves.next = true;
                    self.state.next = WriteState::MergedBeats;
                }
            }
            WriteState::MergedBeats => {
                if self.memory_data_ready.val() {
                    self.sent.next = self.sent.val() + 1;
                    if self.sent.val().all() {
                        self.collected.next = bits(0, self.beats);
                        self.state.next = WriteState::Pass;
                    }
                }
            }
            WriteState::Swallow => {
                self.beat_taken.next = true;
                if self.beat_valid.val() & self.beat.val().last {
                    self.state.next = WriteState::Refuse;
                }
            }
            WriteState::Refuse => {
                if self.answer_room.val() {
                    self.head_leaves.next = true;
                    self.unknown.next = false;
                    self.state.next = WriteState::Pass;
                }
            }
            WriteState::Gather => {
                if self.spill_put.val() {
                    self.collected.next = self.collected.val() | self.collected_bit.val();
                }
                if self.spill_last.val() {
                    self.state.next = WriteState::OwnAddress;
                }
            }
            WriteState::OwnAddress => {
                if self.memory_request_ready.val() {
                    self.state.next = WriteState::OwnBeats;
                }
            }
            WriteState::OwnBeats => {
                if self.memory_data_ready.val() {
                    self.sent.next = self.sent.val() + 1;
                    if self.sent.val().all() {
                        self.collected.next = bits(0, self.beats);
                        self.state.next = WriteState::Pass;
                    }
                }
            }
        }
        self.stage.get_ready.next = self.head_leaves.val();
        self.beat_pointers.pop.next = self.beat_taken.val() & self.beat_valid.val();

        self.event_write.next = self.head_leaves.val();
        self.event_whole.next = self.streams.val();
        self.event_merged.next = self.merges.val();
        self.event_refused.next = self.refusing.val();
        self.idle.next = !self.stage.get_valid.val()
            & (self.state.val() == WriteState::Pass)
            & self.beat_pointers.empty.val()
            & self.route_pointers.empty.val()
            & self.counts.none.val()
            & self.counts.ready.val()
            & self.answer_pointers.empty.val();
    }
}
