//! What is fresh: masks on chip, masks spilled to memory, and the moves between them.

use super::fresh_copy::FreshCopy;
use super::states::TableState;
use super::types::{FRAME_LINES, LINE_NUMBER_BITS, WAY_BITS};
use crate::geometry::{Geometry, PAGE_BITS};
use crate::rtl::*;

module! {
    /// Fresh table: for each frame held a mask of the lines never written since its grant, and for
    /// every frame of the memory one bit that says whether its mask was spilled.
    ///
    /// A frame that is neither held nor spilled has no fresh line. A grant installs a full mask; to
    /// make room, a victim's mask is first written to memory, and the victim is removed only once
    /// that write is answered without an error. A spilled mask is fetched when it is asked for. An
    /// entry whose mask becomes zero is freed.
    ///
    /// Victim:     an empty way, else the ways of the set in turn, passing over frames with a
    ///             write of a fresh line in flight.
    /// Protocol:   look-ups: the frame is named in the cycle (coming) and in the next (frame);
    ///             the answer stands while settled. Fetch: held until the look-up shows the mask or
    ///             failed pulses. Clear and grant: valid/ready. While hold, no write of a fresh line
    ///             may begin.
    /// Latency:    grant 2 cycles without a victim; fetch 4 cycles and memory's own; clear 1 cycle.
    /// Reset:      one cycle a frame of the memory to clear; not settled until then.
    pub module FreshTable(g: &Geometry) = "memento_fresh_table" {
        parameters {
            /// bits, width of a physical address
            physical_bits = g.physical_bits,
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
        }
        ports {
            "Read path's look-up" {
                /// frame that is looked up in the next cycle
                input read_coming: Word = frame_bits;
                /// frame
                input read_frame: Word = frame_bits;
                /// it is held
                output read_hit: bool;
                /// its fresh lines, if it is held
                output read_mask: Word = FRAME_LINES;
                /// its mask was spilled
                output read_spilled: bool;
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
                /// it is held
                output write_hit: bool;
                /// its fresh lines, if it is held
                output write_mask: Word = FRAME_LINES;
                /// its mask was spilled
                output write_spilled: bool;
                /// fetch that mask
                input write_fetch: bool;
                /// memory failed to deliver it
                output write_failed: bool;
            }
            "Both look-ups" {
                /// what they show can be relied upon
                output settled: bool;
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
                /// frame that is to make room
                output victim_frame: Word = frame_bits;
                /// writes of its fresh lines are in flight
                input victim_in_flight: bool;
            }
            "Mask write: held until ready, then done" {
                /// physical address of the table of spilled masks, a multiple of 4096
                input mask_table: Word = physical_bits;
                /// a mask is to be written
                output spill_valid: bool;
                /// its write is under way
                input spill_ready: bool;
                /// its physical address
                output spill_address: Word = physical_bits;
                /// the mask
                output spill_mask: Word = FRAME_LINES;
                /// it is written
                input spill_done: bool;
                /// but memory failed
                input spill_error: bool;
            }
            "Mask read: held until ready, then done" {
                /// a mask is asked for
                output fetch_valid: bool;
                /// accepted
                input fetch_ready: bool;
                /// its physical address
                output fetch_address: Word = physical_bits;
                /// it is there
                input fetch_done: bool;
                /// the mask
                input fetch_mask: Word = FRAME_LINES;
                /// memory failed
                input fetch_error: bool;
            }
            "Events" {
                /// a mask was spilled
                output event_spill: bool;
                /// a mask was fetched
                output event_fetch: bool;
                /// a frame was granted
                output event_grant: bool;
                /// a frame was dropped
                output event_drop: bool;
                /// memory failed to take or deliver a mask
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
            /// write an entry
            write: bool;
            /// write every way of the set
            write_every_way: bool;
            /// way
            write_way: Word = WAY_BITS;
            /// the entry holds a frame
            write_valid: bool;
            /// that frame
            written_frame: Word = frame_bits;
            /// its mask
            written_mask: Word = FRAME_LINES;
            /// write a spilled bit
            write_bit: bool;
            /// its frame
            bit_frame: Word = frame_bits;
            /// the mask was spilled
            bit_spilled: bool;
            /// every line
            all_lines: Word = FRAME_LINES;
        }
        state {
            /// what the table does
            state: TableState;
            /// frame that is cleared after reset
            swept: Word = frame_bits;
            /// a spilled bit was written in the last cycle
            bit_written: bool;
            /// way to make room next
            turn: Word = WAY_BITS;
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
            /// way for it
            way: Word = WAY_BITS;
            /// frame that makes room
            leaving_frame: Word = frame_bits;
            /// its mask
            leaving_mask: Word = FRAME_LINES;
        }
        instances {
            /// masks, for the read path
            read_copy: FreshCopy = FreshCopy::new(g);
            /// masks, for the write path
            write_copy: FreshCopy = FreshCopy::new(g);
            /// masks, for changes
            own_copy: FreshCopy = FreshCopy::new(g);
            /// spilled bits, for the read path
            read_bits: leaf::BlockRam = leaf::BlockRam::new(1 << frame_bits, 1);
            /// spilled bits, for the write path
            write_bits: leaf::BlockRam = leaf::BlockRam::new(1 << frame_bits, 1);
        }
    }
}

impl Logic for FreshTable {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("Look-ups. A spilled bit read while one was written isn't relied upon.");
        self.read_copy.frame.next = self.read_frame.val();
        self.read_copy.victim_way.next = self.turn.val();
        self.read_hit.next = self.read_copy.hit.val();
        self.read_mask.next = self.read_copy.mask.val();
        self.read_bits.read_address.next = self.read_coming.val();
        self.read_spilled.next = self.read_bits.read_data.val().any();
        self.write_copy.frame.next = self.write_frame.val();
        self.write_copy.victim_way.next = self.turn.val();
        self.write_hit.next = self.write_copy.hit.val();
        self.write_mask.next = self.write_copy.mask.val();
        self.write_bits.read_address.next = self.write_coming.val();
        self.write_spilled.next = self.write_bits.read_data.val().any();
        self.settled.next = (self.state.val() != TableState::Sweep) & !self.bit_written.val();

        comment!("What the table's own copy looks up: a frame to be placed, or a line to clear.");
        if self.state.val() == TableState::Choose {
            self.own_frame.next = self.job_frame.val();
        } else {
            self.own_frame.next = self.clear_frame.val();
        }
        self.own_copy.frame.next = self.own_frame.val();
        self.own_copy.victim_way.next = self.turn.val();
        self.victim_frame.next = self.own_copy.victim_frame.val();
        self.hold.next = (self.state.val() == TableState::Choose)
            | (self.state.val() == TableState::Spill)
            | (self.state.val() == TableState::SpillWait);

        comment!("Clears go between the table's own changes.");
        self.clearing.next = self.clear_valid.val()
            & (self.state.val() != TableState::Sweep)
            & (self.state.val() != TableState::Choose)
            & !((self.state.val() == TableState::SpillWait) & self.spill_done.val())
            & !((self.state.val() == TableState::FetchWait) & self.fetch_done.val());
        self.clear_ready.next = self.clearing.val();
        self.remaining.next = self.own_copy.mask.val() & !(bits(1, 64) << self.clear_line.val());

        self.spill_valid.next = self.state.val() == TableState::Spill;
        self.spill_address.next =
            self.mask_table.val() + (bits_to(self.leaving_frame.val(), self.physical_bits) << 3);
        self.spill_mask.next = self.leaving_mask.val();
        self.fetch_valid.next = self.state.val() == TableState::Fetch;
        self.fetch_address.next =
            self.mask_table.val() + (bits_to(self.job_frame.val(), self.physical_bits) << 3);

        self.grant_in_memory.next = (self.grant_frame.val() >> self.frame_bits) == self.memory_tag;
        self.granted.next = bits_to(self.grant_frame.val(), self.frame_bits);
        self.free.next = (self.state.val() == TableState::Idle) & !self.clear_valid.val();
        self.grant_first.next = self.grant_valid.val()
            & !(self.granted_last.val() & (self.read_fetch.val() | self.write_fetch.val()));
        self.idle.next = self.state.val() == TableState::Idle;

        comment!("Nothing, unless a state says otherwise.");
        self.all_lines.next = !bits(0, 64);
        self.write.next = self.clearing.val() & self.own_copy.hit.val();
        self.write_every_way.next = false;
        self.write_way.next = self.own_copy.hit_way.val();
        self.write_valid.next = self.remaining.val().any();
        self.written_frame.next = self.clear_frame.val();
        self.written_mask.next = self.remaining.val();
        self.write_bit.next = false;
        self.bit_frame.next = self.job_frame.val();
        self.bit_spilled.next = false;
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
                self.write_valid.next = false;
                self.written_frame.next = self.swept.val();
                self.write_bit.next = true;
                self.bit_frame.next = self.swept.val();
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
                        self.state.next = TableState::Choose;
                    }
                }
            }
            TableState::Choose => {
                self.way.next = self.own_copy.empty_way.val();
                self.leaving_frame.next = self.own_copy.victim_frame.val();
                self.leaving_mask.next = self.own_copy.victim_mask.val();
                self.granted_last.next = self.job_grant.val();
                if self.job_grant.val() & !self.grant_fresh.val() {
                    comment!("Dropped: neither held nor spilled.");
                    self.write.next = self.own_copy.hit.val();
                    self.write_valid.next = false;
                    self.written_frame.next = self.job_frame.val();
                    self.write_bit.next = true;
                    self.grant_ready.next = true;
                    self.event_drop.next = true;
                    self.state.next = TableState::Idle;
                } else if self.own_copy.hit.val() | !self.own_copy.full.val() {
                    if self.job_grant.val() {
                        self.write.next = true;
                        if !self.own_copy.hit.val() {
                            self.write_way.next = self.own_copy.empty_way.val();
                        }
                        self.write_valid.next = true;
                        self.written_frame.next = self.job_frame.val();
                        self.written_mask.next = self.all_lines.val();
                        self.write_bit.next = true;
                        self.grant_ready.next = true;
                        self.event_grant.next = true;
                        self.state.next = TableState::Idle;
                    } else if self.own_copy.hit.val() {
                        self.state.next = TableState::Idle;
                    } else {
                        self.state.next = TableState::Fetch;
                    }
                } else if self.victim_in_flight.val() {
                    self.turn.next = self.turn.val() + 1;
                    self.state.next = TableState::Idle;
                } else {
                    self.way.next = self.turn.val();
                    self.turn.next = self.turn.val() + 1;
                    self.state.next = TableState::Spill;
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
                    self.write.next = !self.spill_error.val();
                    self.write_way.next = self.way.val();
                    self.write_valid.next = false;
                    self.written_frame.next = self.leaving_frame.val();
                    self.write_bit.next = !self.spill_error.val();
                    self.bit_frame.next = self.leaving_frame.val();
                    self.bit_spilled.next = true;
                    self.state.next = TableState::Idle;
                }
            }
            TableState::Fetch => {
                if self.fetch_ready.val() {
                    self.state.next = TableState::FetchWait;
                }
            }
            TableState::FetchWait => {
                if self.fetch_done.val() {
                    self.event_fetch.next = !self.fetch_error.val();
                    self.event_error.next = self.fetch_error.val();
                    self.read_failed.next = self.fetch_error.val() & !self.job_write.val();
                    self.write_failed.next = self.fetch_error.val() & self.job_write.val();
                    self.write.next = !self.fetch_error.val() & self.fetch_mask.val().any();
                    self.write_way.next = self.way.val();
                    self.write_valid.next = true;
                    self.written_frame.next = self.job_frame.val();
                    self.written_mask.next = self.fetch_mask.val();
                    self.write_bit.next = !self.fetch_error.val();
                    self.state.next = TableState::Idle;
                }
            }
        }

        self.bit_written.next = self.write_bit.val();
        self.read_bits.write.next = self.write_bit.val();
        self.read_bits.write_address.next = self.bit_frame.val();
        self.read_bits.write_data.next = bits_from(self.bit_spilled.val(), 1);
        self.write_bits.write.next = self.write_bit.val();
        self.write_bits.write_address.next = self.bit_frame.val();
        self.write_bits.write_data.next = bits_from(self.bit_spilled.val(), 1);

        self.read_copy.write.next = self.write.val();
        self.read_copy.write_every_way.next = self.write_every_way.val();
        self.read_copy.write_way.next = self.write_way.val();
        self.read_copy.write_valid.next = self.write_valid.val();
        self.read_copy.write_frame.next = self.written_frame.val();
        self.read_copy.write_mask.next = self.written_mask.val();
        self.write_copy.write.next = self.write.val();
        self.write_copy.write_every_way.next = self.write_every_way.val();
        self.write_copy.write_way.next = self.write_way.val();
        self.write_copy.write_valid.next = self.write_valid.val();
        self.write_copy.write_frame.next = self.written_frame.val();
        self.write_copy.write_mask.next = self.written_mask.val();
        self.own_copy.write.next = self.write.val();
        self.own_copy.write_every_way.next = self.write_every_way.val();
        self.own_copy.write_way.next = self.write_way.val();
        self.own_copy.write_valid.next = self.write_valid.val();
        self.own_copy.write_frame.next = self.written_frame.val();
        self.own_copy.write_mask.next = self.written_mask.val();
    }
}
