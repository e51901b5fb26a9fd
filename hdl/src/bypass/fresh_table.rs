//! What is fresh: masks on chip, masks spilled to memory, and the moves between them.

use super::fresh_copy::{FreshCopy, set_bits, sets};
use super::states::TableState;
use super::types::{
    FRAME_LINES, GROUP_FRAMES, LINE_NUMBER_BITS, MEMBER_BITS, WAY_BITS, group_bits,
};
use super::way_order::WayOrder;
use crate::geometry::{Geometry, LINE_BYTES, PAGE_BITS};
use crate::rtl::*;

module! {
    /// Fresh table: for each frame granted a while ago at most a mask of the lines never written
    /// since, and for every frame of the memory one bit that says whether its mask was spilled.
    ///
    /// An entry holds masks of a group, eight neighbouring frames whose masks share a line of the
    /// mask table. A frame's mask is held or spilled, never both; a frame that has neither has no
    /// fresh line. A grant installs a full mask. To make room, a victim's masks are first written to
    /// memory, with one burst and strobes for those that are held, and the victim is removed only
    /// once that write is answered without an error; one whose masks memory has already is removed
    /// without. A spilled mask is fetched when it is asked for, and with it those that its group has
    /// in memory. A mask that becomes zero is held no longer.
    ///
    /// Victim:     an empty way, else the one whose masks were granted, fetched or changed longest
    ///             ago. If it has a write of a fresh line in flight, or memory fails to take its
    ///             masks, the next way, until one can go.
    /// Protocol:   look-ups: the frame is named in the cycle (coming) and in the next (frame);
    ///             the answer stands while settled. Fetch: held until the look-up shows the mask or
    ///             failed pulses. Clear and grant: valid/ready. While hold, no write of a fresh line
    ///             may begin.
    /// Latency:    a grant is accepted in the third cycle that it is there, in the eighth if masks that
    ///             memory has make room; else 10 cycles, the beats of a line and memory's answer
    ///             later. Fetch 6 cycles, a cycle a mask, and memory's own; clear 1 cycle.
    /// Reset:      one cycle a group of the memory to clear; not settled until then.
    pub module FreshTable(g: &Geometry) = "memento_fresh_table" {
        parameters {
            /// bits, width of a physical address
            physical_bits = g.physical_bits,
            /// bits, width of the data bus
            data_bits = g.data_bits,
            /// log2 of the memory's bytes
            memory_bits = g.memory_bits,
            /// memory's base above its size
            memory_tag = g.memory_base >> g.memory_bits,
        }
        derived {
            /// bits, width of a frame's number
            frame_number_bits = physical_bits - PAGE_BITS,
            /// bits, width of a frame's number within the memory
            frame_bits = memory_bits - PAGE_BITS,
            /// bits, width of a group's number within the memory
            group_bits = group_bits(g),
            /// frames of a group
            members = GROUP_FRAMES,
            /// bits, width of a frame's number within its group
            member_bits = MEMBER_BITS,
            /// bits, width of a set's number
            set_bits = set_bits(g),
            /// bits of a group's number that name its set
            set_mask = sets(g) - 1,
            /// log2 of the bytes of a group's masks
            line_bits = clog2(LINE_BYTES),
            /// bits by which the upper half of the data bus is shifted, 0 if there is none
            half_bits = data_bits - 64,
            /// bits of a member's number that say which mask of a beat is its own
            beat_mask = data_bits / 64 - 1,
        }
        ports {
            "Read path's look-up" {
                /// frame that is looked up in the next cycle
                input read_coming: Word = frame_bits;
                /// frame
                input read_frame: Word = frame_bits;
                /// its mask is held
                output read_hit: bool;
                /// its fresh lines, if its mask is held
                output read_mask: Word = FRAME_LINES;
                /// its mask was spilled
                output read_spilled: bool;
                /// what is shown can be relied upon
                output read_settled: bool;
                /// fetch that mask
                input read_fetch: bool;
                /// memory failed to deliver it
                output read_failed: bool;
            }
            "Write path's look-up" {
                /// frame that is looked up in the next cycle
                input write_coming: Word = frame_bits;
                /// frame
                input write_frame: Word = frame_bits;
                /// its mask is held
                output write_hit: bool;
                /// its fresh lines, if its mask is held
                output write_mask: Word = FRAME_LINES;
                /// its mask was spilled
                output write_spilled: bool;
                /// what is shown can be relied upon
                output write_settled: bool;
                /// fetch that mask
                input write_fetch: bool;
                /// memory failed to deliver it
                output write_failed: bool;
            }
            "Clear: valid/ready, a line was written" {
                /// a line is fresh no longer
                input clear_valid: bool;
                /// accepted, and cleared in the next cycle
                output clear_ready: bool;
                /// its frame
                input clear_frame: Word = frame_bits;
                /// its number
                input clear_line: Word = LINE_NUMBER_BITS;
            }
            "Grant: valid/ready" {
                /// a frame is granted, or is back in the pool
                input grant_valid: bool;
                /// accepted: every later request sees it
                output grant_ready: bool;
                /// frame number
                input grant_frame: Word = frame_number_bits;
                /// every line reads as zero from now on; else the frame is forgotten
                input grant_fresh: bool;
            }
            "Victim" {
                /// no write of a fresh line may begin
                output hold: bool;
                /// group that is to make room
                output victim_group: Word = group_bits;
                /// writes of its fresh lines are in flight
                input victim_in_flight: bool;
            }
            "Write of a group's masks: held until ready, then done" {
                /// physical address of the table of spilled masks, a multiple of 4096
                input mask_table: Word = physical_bits;
                /// masks are to be written
                output spill_valid: bool;
                /// the last of them is read in this cycle
                input spill_ready: bool;
                /// physical address of their line
                output spill_address: Word = physical_bits;
                /// those that are to be written
                output spill_held: Word = GROUP_FRAMES;
                /// a mask is read in this cycle
                input spill_reading: bool;
                /// which
                input spill_member: Word = MEMBER_BITS;
                /// that mask; 0 if it isn't to be written
                output spill_mask: Word = FRAME_LINES;
                /// they are written
                input spill_done: bool;
                /// but memory failed
                input spill_error: bool;
            }
            "Read of a group's masks: request held until ready, then beats, valid/ready" {
                /// masks are asked for
                output fetch_valid: bool;
                /// accepted
                input fetch_ready: bool;
                /// physical address of their line
                output fetch_address: Word = physical_bits;
                /// a beat is there
                input fetch_data_valid: bool;
                /// taken
                output fetch_data_ready: bool;
                /// its masks
                input fetch_data: Word = data_bits;
                /// memory failed
                input fetch_error: bool;
            }
            "Events" {
                /// a group's masks were spilled
                output event_spill: bool;
                /// a group's masks were fetched
                output event_fetch: bool;
                /// a frame was granted
                output event_grant: bool;
                /// a frame was dropped
                output event_drop: bool;
                /// memory failed to take or deliver masks
                output event_error: bool;
                /// nothing is under way
                output idle: bool;
            }
        }
        wires {
            /// the grant is of a frame in the memory
            grant_in_memory: bool;
            /// that frame's number within the memory
            granted: Word = frame_bits;
            /// a job may begin
            free: bool;
            /// the grant is next
            grant_first: bool;
            /// the entry is cleared in this cycle
            clearing: bool;
            /// mask without the line cleared
            remaining: Word = FRAME_LINES;
            /// frame that the table's own copy looks up
            own_frame: Word = frame_bits;
            /// the job's group
            job_group: Word = group_bits;
            /// the job's frame as a bit of its group
            job_member: Word = GROUP_FRAMES;
            /// the cleared frame as a bit of its group
            clear_member: Word = GROUP_FRAMES;
            /// way that makes room if it can
            victim_way: Word = WAY_BITS;
            /// an entry is used
            used: bool;
            /// the job's group has an entry
            found: bool;
            /// spilled bits of a group, read by the table itself
            recalled: Word = GROUP_FRAMES;
            /// a mask that memory delivers
            delivered: Word = FRAME_LINES;
            /// whose it is, as a bit of its group
            delivered_member: Word = GROUP_FRAMES;
            /// and it was spilled
            wanted: bool;
            /// write an entry
            write: bool;
            /// write that of every way of the set
            write_every_way: bool;
            /// write a mask
            put_mask: bool;
            /// way
            write_way: Word = WAY_BITS;
            /// frame
            written_frame: Word = frame_bits;
            /// members of its group whose masks are held
            written_held: Word = GROUP_FRAMES;
            /// they differ from those in memory
            written_dirty: bool;
            /// its mask
            written_mask: Word = FRAME_LINES;
            /// write a group's spilled bits
            write_bits_of: bool;
            /// that group
            bits_group: Word = group_bits;
            /// those bits
            bits_spilled: Word = GROUP_FRAMES;
            /// every line
            all_lines: Word = FRAME_LINES;
        }
        state {
            /// what the table does
            state: TableState;
            /// group that is cleared after reset
            swept: Word = group_bits;
            /// spilled bits were written in the last cycle
            bits_written: bool;
            /// ways that could not make room, modulo their number
            passed: Word = WAY_BITS;
            /// the last job was a grant
            granted_last: bool;
        }
        data {
            /// the job is a grant; else a fetch
            job_grant: bool;
            /// the fetch is for the write path
            job_write: bool;
            /// the job's frame
            job_frame: Word = frame_bits;
            /// way for it, or the victim's
            way: Word = WAY_BITS;
            /// group that makes room
            leaving_group: Word = group_bits;
            /// its members whose masks are held
            leaving_held: Word = GROUP_FRAMES;
            /// spilled bits of the group that is fetched
            fetch_spilled: Word = GROUP_FRAMES;
            /// masks that came, modulo their number
            fetched: Word = MEMBER_BITS;
            /// members whose masks came and aren't zero
            entering: Word = GROUP_FRAMES;
            /// a beat came with an error
            fetch_failed: bool;
        }
        instances {
            /// masks, for the read path
            read_copy: FreshCopy = FreshCopy::new(g);
            /// masks, for the write path
            write_copy: FreshCopy = FreshCopy::new(g);
            /// masks, for changes
            own_copy: FreshCopy = FreshCopy::new(g);
            /// which way of a set was used longest ago
            way_order: WayOrder = WayOrder::new(g);
            /// spilled bits, a group a word, for the read path
            read_bits: leaf::BlockRam = leaf::BlockRam::new(1 << group_bits, GROUP_FRAMES);
            /// spilled bits, for the write path and the table itself
            write_bits: leaf::BlockRam = leaf::BlockRam::new(1 << group_bits, GROUP_FRAMES);
        }
    }
}

impl Logic for FreshTable {
    #[hdl_gen]
    fn update(&mut self) {
        self.victim_way.next = self.way_order.oldest.val() + self.passed.val();
        comment!("Look-ups. Spilled bits read while some were written aren't relied upon.");
        self.read_copy.frame.next = self.read_frame.val();
        self.read_copy.victim_way.next = self.victim_way.val();
        self.read_hit.next = self.read_copy.hit.val();
        self.read_mask.next = self.read_copy.mask.val();
        self.read_bits.read_address.next =
            bits_to(self.read_coming.val() >> self.member_bits, self.group_bits);
        self.read_spilled.next = (self.read_bits.read_data.val()
            & (bits(1, self.members) << bits_to(self.read_frame.val(), self.member_bits)))
        .any();
        self.read_settled.next = (self.state.val() != TableState::Sweep) & !self.bits_written.val();
        self.write_copy.frame.next = self.write_frame.val();
        self.write_copy.victim_way.next = self.victim_way.val();
        self.write_hit.next = self.write_copy.hit.val();
        self.write_mask.next = self.write_copy.mask.val();
        self.write_spilled.next = (self.write_bits.read_data.val()
            & (bits(1, self.members) << bits_to(self.write_frame.val(), self.member_bits)))
        .any();

        comment!(
            "The table reads spilled bits in Look and Recall; they aren't the write path's then."
        );
        self.job_group.next = bits_to(self.job_frame.val() >> self.member_bits, self.group_bits);
        self.job_member.next =
            bits(1, self.members) << bits_to(self.job_frame.val(), self.member_bits);
        if self.state.val() == TableState::Look {
            self.write_bits.read_address.next = self.job_group.val();
        } else if self.state.val() == TableState::Recall {
            self.write_bits.read_address.next = self.leaving_group.val();
        } else {
            self.write_bits.read_address.next =
                bits_to(self.write_coming.val() >> self.member_bits, self.group_bits);
        }
        self.recalled.next = self.write_bits.read_data.val();
        self.write_settled.next = (self.state.val() != TableState::Sweep)
            & (self.state.val() != TableState::Choose)
            & (self.state.val() != TableState::Leave)
            & !self.bits_written.val();

        comment!(
            "What the table's own copy looks up: a mask to be spilled, a frame, a line to clear."
        );
        if self.spill_reading.val() {
            self.own_frame.next = (bits_to(self.leaving_group.val(), self.frame_bits)
                << self.member_bits)
                | bits_to(self.spill_member.val(), self.frame_bits);
        } else if (self.state.val() == TableState::Choose) | (self.state.val() == TableState::Enter)
        {
            self.own_frame.next = self.job_frame.val();
        } else {
            self.own_frame.next = self.clear_frame.val();
        }
        self.own_copy.frame.next = self.own_frame.val();
        self.way_order.set.next =
            bits_to(self.own_frame.val() >> self.member_bits, self.set_bits) & self.set_mask;
        self.own_copy.victim_way.next = self.victim_way.val();
        self.found.next = self.own_copy.held.val().any();
        self.victim_group.next = self.own_copy.victim_group.val();
        self.hold.next = (self.state.val() == TableState::Choose)
            | (self.state.val() == TableState::Spill)
            | (self.state.val() == TableState::SpillWait)
            | (self.state.val() == TableState::Recall)
            | (self.state.val() == TableState::Leave);

        comment!("Clears go between the table's own changes.");
        self.clearing.next = self.clear_valid.val()
            & !self.spill_reading.val()
            & (self.state.val() != TableState::Sweep)
            & (self.state.val() != TableState::Choose)
            & (self.state.val() != TableState::Leave)
            & (self.state.val() != TableState::Enter)
            & !((self.state.val() == TableState::FetchWait) & self.fetch_data_valid.val());
        self.clear_ready.next = self.clearing.val();
        self.clear_member.next =
            bits(1, self.members) << bits_to(self.clear_frame.val(), self.member_bits);
        self.remaining.next = self.own_copy.mask.val() & !(bits(1, 64) << self.clear_line.val());

        self.spill_valid.next = self.state.val() == TableState::Spill;
        self.spill_address.next = self.mask_table.val()
            + (bits_to(self.leaving_group.val(), self.physical_bits) << self.line_bits);
        self.spill_held.next = self.leaving_held.val();
        self.spill_mask.next = self.own_copy.mask.val();
        self.fetch_valid.next = self.state.val() == TableState::Fetch;
        self.fetch_address.next = self.mask_table.val()
            + (bits_to(self.job_group.val(), self.physical_bits) << self.line_bits);
        self.fetch_data_ready.next = (self.state.val() == TableState::FetchWait)
            & ((self.fetched.val() & self.beat_mask) == self.beat_mask);
        if self.fetched.val().get_bit(0) {
            self.delivered.next = bits_to(self.fetch_data.val() >> self.half_bits, 64);
        } else {
            self.delivered.next = bits_to(self.fetch_data.val(), 64);
        }
        self.delivered_member.next = bits(1, self.members) << self.fetched.val();
        self.wanted.next = (self.fetch_spilled.val() & self.delivered_member.val()).any()
            & self.delivered.val().any();

        self.grant_in_memory.next = (self.grant_frame.val() >> self.frame_bits) == self.memory_tag;
        self.granted.next = bits_to(self.grant_frame.val(), self.frame_bits);
        self.free.next = (self.state.val() == TableState::Idle) & !self.clear_valid.val();
        self.grant_first.next = self.grant_valid.val()
            & !(self.granted_last.val() & (self.read_fetch.val() | self.write_fetch.val()));
        self.idle.next = self.state.val() == TableState::Idle;

        comment!("A line is cleared, or nothing happens, unless a state says otherwise.");
        self.all_lines.next = !bits(0, 64);
        self.write.next = self.clearing.val() & self.own_copy.hit.val();
        self.used.next = self.clearing.val() & self.own_copy.hit.val();
        self.write_every_way.next = false;
        self.put_mask.next = self.clearing.val() & self.own_copy.hit.val();
        self.write_way.next = self.own_copy.way.val();
        self.written_frame.next = self.clear_frame.val();
        if self.remaining.val().any() {
            self.written_held.next = self.own_copy.held.val();
        } else {
            self.written_held.next = self.own_copy.held.val() & !self.clear_member.val();
        }
        self.written_dirty.next = true;
        self.written_mask.next = self.remaining.val();
        self.write_bits_of.next = false;
        self.bits_group.next = self.job_group.val();
        self.bits_spilled.next = self.recalled.val() & !self.job_member.val();
        self.grant_ready.next = false;
        self.read_failed.next = false;
        self.write_failed.next = false;
        self.event_spill.next = false;
        self.event_fetch.next = false;
        self.event_grant.next = false;
        self.event_drop.next = false;
        self.event_error.next = false;

        match self.state.val() {
            TableState::Sweep => {
                self.write.next = true;
                self.write_every_way.next = true;
                self.written_frame.next =
                    bits_to(self.swept.val(), self.frame_bits) << self.member_bits;
                self.written_held.next = bits(0, self.members);
                self.write_bits_of.next = true;
                self.bits_group.next = self.swept.val();
                self.bits_spilled.next = bits(0, self.members);
                self.swept.next = self.swept.val() + 1;
                if self.swept.val().all() {
                    self.state.next = TableState::Idle;
                }
            }
            TableState::Idle => {
                self.job_grant.next = self.grant_first.val();
                self.job_write.next = !self.read_fetch.val();
                if self.grant_first.val() {
                    self.job_frame.next = self.granted.val();
                } else if self.read_fetch.val() {
                    self.job_frame.next = self.read_frame.val();
                } else {
                    self.job_frame.next = self.write_frame.val();
                }
                if self.free.val() {
                    if self.grant_first.val() & !self.grant_in_memory.val() {
                        self.grant_ready.next = true;
                    } else if self.grant_first.val()
                        | self.read_fetch.val()
                        | self.write_fetch.val()
                    {
                        self.state.next = TableState::Look;
                    }
                }
            }
            TableState::Look => {
                self.state.next = TableState::Choose;
            }
            TableState::Choose => {
                self.leaving_group.next = self.own_copy.victim_group.val();
                self.leaving_held.next = self.own_copy.victim_held.val();
                self.fetch_spilled.next = self.recalled.val();
                self.fetched.next = bits(0, 3);
                self.entering.next = bits(0, self.members);
                self.fetch_failed.next = false;
                self.granted_last.next = self.job_grant.val();
                self.written_frame.next = self.job_frame.val();
                self.written_mask.next = self.all_lines.val();
                if !self.found.val() {
                    self.write_way.next = self.own_copy.empty_way.val();
                }
                if self.job_grant.val() & !self.grant_fresh.val() {
                    comment!("Dropped: neither held nor spilled.");
                    self.write.next = self.found.val();
                    self.written_held.next = self.own_copy.held.val() & !self.job_member.val();
                    self.written_dirty.next = self.own_copy.dirty.val();
                    self.write_bits_of.next = true;
                    self.grant_ready.next = true;
                    self.event_drop.next = true;
                    self.state.next = TableState::Idle;
                } else if self.found.val() | !self.own_copy.full.val() {
                    if self.found.val() {
                        self.way.next = self.own_copy.way.val();
                    } else {
                        self.way.next = self.own_copy.empty_way.val();
                    }
                    if self.job_grant.val() {
                        self.write.next = true;
                        self.put_mask.next = true;
                        self.used.next = true;
                        self.written_held.next = self.own_copy.held.val() | self.job_member.val();
                        self.write_bits_of.next = true;
                        self.grant_ready.next = true;
                        self.event_grant.next = true;
                        self.state.next = TableState::Idle;
                    } else if self.own_copy.hit.val() {
                        self.state.next = TableState::Idle;
                    } else {
                        self.state.next = TableState::Fetch;
                    }
                } else {
                    self.way.next = self.victim_way.val();
                    if self.victim_in_flight.val() {
                        self.passed.next = self.passed.val() + 1;
                        self.state.next = TableState::Idle;
                    } else if self.own_copy.victim_dirty.val() {
                        self.state.next = TableState::Spill;
                    } else {
                        self.state.next = TableState::Recall;
                    }
                }
            }
            TableState::Spill => {
                if self.spill_ready.val() {
                    self.state.next = TableState::SpillWait;
                }
            }
            TableState::SpillWait => {
                if self.spill_done.val() {
                    self.event_spill.next = !self.spill_error.val();
                    self.event_error.next = self.spill_error.val();
                    if self.spill_error.val() {
                        self.passed.next = self.passed.val() + 1;
                        self.state.next = TableState::Idle;
                    } else {
                        self.state.next = TableState::Recall;
                    }
                }
            }
            TableState::Recall => {
                self.state.next = TableState::Leave;
            }
            TableState::Leave => {
                self.write.next = true;
                self.write_way.next = self.way.val();
                self.written_frame.next =
                    bits_to(self.leaving_group.val(), self.frame_bits) << self.member_bits;
                self.written_held.next = bits(0, self.members);
                self.write_bits_of.next = true;
                self.bits_group.next = self.leaving_group.val();
                self.bits_spilled.next = self.recalled.val() | self.leaving_held.val();
                self.passed.next = bits(0, 2);
                self.state.next = TableState::Idle;
            }
            TableState::Fetch => {
                if self.fetch_ready.val() {
                    self.state.next = TableState::FetchWait;
                }
            }
            TableState::FetchWait => {
                if self.fetch_data_valid.val() {
                    self.write_way.next = self.way.val();
                    self.written_frame.next = (bits_to(self.job_group.val(), self.frame_bits)
                        << self.member_bits)
                        | bits_to(self.fetched.val(), self.frame_bits);
                    self.written_mask.next = self.delivered.val();
                    self.put_mask.next = self.wanted.val();
                    if self.wanted.val() {
                        self.entering.next = self.entering.val() | self.delivered_member.val();
                    }
                    self.fetch_failed.next = self.fetch_failed.val() | self.fetch_error.val();
                    self.fetched.next = self.fetched.val() + 1;
                    if self.fetched.val().all() {
                        self.state.next = TableState::Enter;
                    }
                }
            }
            TableState::Enter => {
                self.event_fetch.next = !self.fetch_failed.val();
                self.event_error.next = self.fetch_failed.val();
                self.read_failed.next = self.fetch_failed.val() & !self.job_write.val();
                self.write_failed.next = self.fetch_failed.val() & self.job_write.val();
                self.write.next = !self.fetch_failed.val();
                self.used.next = !self.fetch_failed.val();
                self.write_way.next = self.way.val();
                self.written_frame.next = self.job_frame.val();
                self.written_held.next = self.own_copy.held.val() | self.entering.val();
                self.written_dirty.next = self.own_copy.dirty.val();
                self.write_bits_of.next = !self.fetch_failed.val();
                self.bits_spilled.next = bits(0, self.members);
                self.state.next = TableState::Idle;
            }
        }

        self.way_order.used.next = self.used.val();
        self.way_order.used_way.next = self.write_way.val();
        self.way_order.clear.next = self.write_every_way.val();
        self.way_order.cleared_set.next =
            bits_to(self.written_frame.val() >> self.member_bits, self.set_bits) & self.set_mask;
        self.bits_written.next = self.write_bits_of.val();
        self.read_bits.write.next = self.write_bits_of.val();
        self.read_bits.write_address.next = self.bits_group.val();
        self.read_bits.write_data.next = self.bits_spilled.val();
        self.write_bits.write.next = self.write_bits_of.val();
        self.write_bits.write_address.next = self.bits_group.val();
        self.write_bits.write_data.next = self.bits_spilled.val();

        self.read_copy.write.next = self.write.val();
        self.read_copy.write_every_way.next = self.write_every_way.val();
        self.read_copy.write_mask.next = self.put_mask.val();
        self.read_copy.write_way.next = self.write_way.val();
        self.read_copy.write_frame.next = self.written_frame.val();
        self.read_copy.written_held.next = self.written_held.val();
        self.read_copy.written_dirty.next = self.written_dirty.val();
        self.read_copy.written_mask.next = self.written_mask.val();
        self.write_copy.write.next = self.write.val();
        self.write_copy.write_every_way.next = self.write_every_way.val();
        self.write_copy.write_mask.next = self.put_mask.val();
        self.write_copy.write_way.next = self.write_way.val();
        self.write_copy.write_frame.next = self.written_frame.val();
        self.write_copy.written_held.next = self.written_held.val();
        self.write_copy.written_dirty.next = self.written_dirty.val();
        self.write_copy.written_mask.next = self.written_mask.val();
        self.own_copy.write.next = self.write.val();
        self.own_copy.write_every_way.next = self.write_every_way.val();
        self.own_copy.write_mask.next = self.put_mask.val();
        self.own_copy.write_way.next = self.write_way.val();
        self.own_copy.write_frame.next = self.written_frame.val();
        self.own_copy.written_held.next = self.written_held.val();
        self.own_copy.written_dirty.next = self.written_dirty.val();
        self.own_copy.written_mask.next = self.written_mask.val();
    }
}
