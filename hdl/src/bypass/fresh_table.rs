//! What is fresh: masks on chip, masks spilled to memory, and the moves between them.

use super::fresh_tags::FreshTags;
use super::fresh_view::FreshView;
use super::states::TableState;
use super::types::{
    Change, FRAME_LINES, GROUP_FRAMES, LINE_NUMBER_BITS, MEMBER_BITS, WAY_BITS, change, place_bits,
};
use super::way_use::WayUse;
use crate::allocator::found_parts::FoundParts;
use crate::geometry::{Geometry, LINE_BYTES, PAGE_BITS};
use crate::rtl::*;

/// log2 of the spills in a row that memory may fail to take.
const PATIENCE_BITS: usize = 3;

module! {
    /// Fresh table: for each frame the lines never written since it was granted.
    ///
    /// A frame is in one of four states. Whole: every line is fresh, as after a grant. Held: a mask on
    /// chip says which are. Spilled: memory's mask table has that mask. Else no line is fresh. Tags
    /// tell the second, and a note of two bits for every frame tells the others apart. So a grant
    /// takes no place on chip; a frame takes one when its first line is about to be written, or when a
    /// spilled mask is asked for. A mask that becomes zero is held no longer.
    ///
    /// To make room, a victim's mask is written to memory unless memory has it, and the victim is
    /// removed only once that write is answered without an error. With it, in the same burst, go the
    /// changed masks of its group, those that share its line of the mask table; they stay, and
    /// may leave unwritten until they change again.
    ///
    /// Victim:     see memento_way_use. If a write of one of its fresh lines is in flight, or memory
    ///             fails to take its mask, it counts as used, and the next one is tried.
    /// Protocol:   fetch: held until the view shows that the frame's mask is held, or failed pulses.
    ///             Clear and grant: valid/ready. While hold, no write of a fresh line of the
    ///             victim may begin.
    /// Failures:   a fetch fails if memory fails to deliver the mask, or has failed to take masks
    ///             eight times in a row.
    /// Latency:    a grant is accepted in the second cycle that it is there if nothing is under way.
    ///             The view shows a whole frame's mask as held 4 cycles after the fetch, a spilled
    ///             one 5 cycles and memory's own after it; 2 later if a victim leaves, 14, the
    ///             beats of a line and memory's answer later if its mask is spilled. A clear shows in
    ///             the third cycle; one is accepted every other cycle.
    /// Reset:      one cycle a frame of the memory to clear; not settled until then.
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
            /// frames of a group
            members = GROUP_FRAMES,
            /// bits, width of a frame's number within its group
            member_bits = MEMBER_BITS,
            /// bits, width of a place's number
            place_bits = place_bits(g),
            /// log2 of the bytes of a mask
            mask_bytes_log2 = clog2(FRAME_LINES / 8),
            /// log2 of the bytes of a group's masks
            line_bits = clog2(LINE_BYTES),
            /// bits by which the upper half of the data bus is shifted, 0 if there is none
            half_bits = data_bits - 64,
            /// number of the bit that says that memory's failures are too many
            patience_bits = PATIENCE_BITS,
        }
        features {
            /// 1: words of tables and queues are checked by a parity bit
            parity = g.parity as usize,
        }
        ports {
            "Check of the words kept" {
                /// a word was not what was written, or is not: what is shown can't be relied upon
                output stopped[parity]: bool;
                /// one was not, until reset
                output table_error[parity]: bool;
                /// who found it first, a bit each; see PARTS of the bypass
                output table_parts[parity]: Word = 3;
            }
            "Read path's view" {
                /// frame of the burst behind the oldest one
                input read_ahead_frame: Word = frame_bits;
                /// that burst is the oldest one after this cycle
                input read_moves: bool;
                /// there is an oldest one
                input read_valid: bool;
                /// its frame
                input read_frame: Word = frame_bits;
                /// what is shown can be relied upon
                output read_settled: bool;
                /// the frame's mask is held
                output read_held: bool;
                /// its fresh lines, if its mask is held
                output read_mask: Word = FRAME_LINES;
                /// every line of it is fresh
                output read_whole: bool;
                /// memory has its mask
                output read_spilled: bool;
                /// fetch that mask
                input read_fetch: bool;
                /// that failed
                output read_failed: bool;
            }
            "Write path's view" {
                /// frame of the burst behind the oldest one
                input write_ahead_frame: Word = frame_bits;
                /// that burst is the oldest one after this cycle
                input write_moves: bool;
                /// there is an oldest one
                input write_valid: bool;
                /// its frame
                input write_frame: Word = frame_bits;
                /// what is shown can be relied upon
                output write_settled: bool;
                /// the frame's mask is held
                output write_held: bool;
                /// its fresh lines, if its mask is held
                output write_mask: Word = FRAME_LINES;
                /// every line of it is fresh
                output write_whole: bool;
                /// memory has its mask
                output write_spilled: bool;
                /// where the mask is held, if it is
                output write_place: Word = place_bits;
                /// hold the mask of that frame, which is whole or spilled
                input write_fetch: bool;
                /// that failed
                output write_failed: bool;
            }
            "Clear: valid/ready, a line was written" {
                /// a line of a frame whose mask is held is fresh no longer
                input clear_valid: bool;
                /// accepted
                output clear_ready: bool;
                /// its frame
                input clear_frame: Word = frame_bits;
                /// its number
                input clear_line: Word = LINE_NUMBER_BITS;
                /// where the mask is held
                input clear_place: Word = place_bits;
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
                /// no write of a fresh line of the victim may begin
                output hold: bool;
                /// frame whose mask is to make room
                output victim_frame: Word = frame_bits;
                /// writes of its fresh lines are in flight
                input victim_in_flight: bool;
            }
            "Write of masks of a group: valid until ready, then puts, the last one marked, then done" {
                /// physical address of the table of spilled masks, a multiple of 4096
                input mask_table: Word = physical_bits;
                /// masks are to be written
                output spill_valid: bool;
                /// they can be taken
                input spill_ready: bool;
                /// a mask is there
                output spill_put: bool;
                /// whose, within the group
                output spill_member: Word = MEMBER_BITS;
                /// the mask
                output spill_mask: Word = FRAME_LINES;
                /// no further mask comes
                output spill_last: bool;
                /// physical address of their line, stable until done
                output spill_address: Word = physical_bits;
                /// those that were put, stable from the last one until done
                output spill_members: Word = GROUP_FRAMES;
                /// they are written
                input spill_done: bool;
                /// but memory failed
                input spill_error: bool;
            }
            "Read of a mask: request held until ready, then a beat, valid/ready" {
                /// a mask is asked for
                output fetch_valid: bool;
                /// accepted
                input fetch_ready: bool;
                /// its physical address
                output fetch_address: Word = physical_bits;
                /// the beat is there
                input fetch_data_valid: bool;
                /// taken
                output fetch_data_ready: bool;
                /// the mask, where its address puts it on the bus
                input fetch_data: Word = data_bits;
                /// memory failed
                input fetch_error: bool;
            }
            "Events" {
                /// masks of a group were spilled
                output event_spill: bool;
                /// a mask was fetched
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
            /// the grant is next
            grant_first: bool;
            /// a mask is read whose line is to be cleared
            clears: bool;
            /// a line is cleared
            cleared: bool;
            /// mask without the line cleared
            remaining: Word = FRAME_LINES;
            /// frame that the table itself looks up
            own_frame: Word = frame_bits;
            /// member of the victim's group that is gathered or restored
            member: Word = MEMBER_BITS;
            /// it, as a bit of its group
            member_bit: Word = GROUP_FRAMES;
            /// all members were gathered or restored
            walked: bool;
            /// what becomes of a frame
            change: Change = change(g);
            /// every line
            all_lines: Word = FRAME_LINES;
        }
        state {
            /// what the table does
            state: TableState;
            /// frame that is cleared after reset
            swept: Word = frame_bits;
            /// a mask was read whose line is cleared in this cycle
            clearing: bool;
            /// the last job was a grant
            granted_last: bool;
            /// spills in a row that memory failed to take
            failures: Word = PATIENCE_BITS + 1;
            /// a mask was read that is to be spilled
            putting: bool;
        }
        data {
            /// frame of the line that is cleared
            cleared_frame: Word = frame_bits;
            /// that line
            cleared_line: Word = LINE_NUMBER_BITS;
            /// where the mask was read
            cleared_place: Word = place_bits;
            /// the job is a grant
            job_grant: bool;
            /// it is the write path's
            job_write: bool;
            /// it is of a whole frame; else of a spilled mask
            job_whole: bool;
            /// the job's frame
            job_frame: Word = frame_bits;
            /// way for it
            way: Word = WAY_BITS;
            /// frame whose mask makes room
            leaving_frame: Word = frame_bits;
            /// members gathered, or restored
            walk: Word = MEMBER_BITS + 1;
            /// whose mask was read
            put_member: Word = MEMBER_BITS;
            /// members whose masks are spilled
            put_members: Word = GROUP_FRAMES;
            /// mask that enters
            entering: Word = FRAME_LINES;
        }
        instances {
            /// for the read path
            read_view: FreshView = FreshView::new(g);
            /// for the write path
            write_view: FreshView = FreshView::new(g);
            /// whose masks are held
            tags: FreshTags = FreshTags::new(g);
            /// those masks
            masks: leaf::BlockRam = leaf::BlockRam::protected(1 << place_bits, FRAME_LINES, parity == 1);
            /// which of them were used of late
            way_use: WayUse = WayUse::new(g);
            /// words that are not what was written
            found_parts[parity]: FoundParts = FoundParts::new(3);
        }
    }
}

impl Logic for FreshTable {
    #[hdl_gen]
    fn update(&mut self) {
        self.read_view.ahead_frame.next = self.read_ahead_frame.val();
        self.read_view.moves.next = self.read_moves.val();
        self.read_view.valid.next = self.read_valid.val();
        self.read_view.frame.next = self.read_frame.val();
        self.read_view.serving.next = self.state.val() != TableState::Sweep;
        self.read_settled.next = self.read_view.settled.val();
        self.read_held.next = self.read_view.held.val();
        self.read_mask.next = self.read_view.mask.val();
        self.read_whole.next = self.read_view.whole.val();
        self.read_spilled.next = self.read_view.spilled.val();
        self.write_view.ahead_frame.next = self.write_ahead_frame.val();
        self.write_view.moves.next = self.write_moves.val();
        self.write_view.valid.next = self.write_valid.val();
        self.write_view.frame.next = self.write_frame.val();
        self.write_view.serving.next = self.state.val() != TableState::Sweep;
        self.write_settled.next = self.write_view.settled.val();
        self.write_held.next = self.write_view.held.val();
        self.write_mask.next = self.write_view.mask.val();
        self.write_whole.next = self.write_view.whole.val();
        self.write_spilled.next = self.write_view.spilled.val();
        self.write_place.next = self.write_view.place.val();

        comment!("What the table itself looks up.");
        self.member.next = bits_to(self.walk.val(), self.member_bits);
        self.member_bit.next = bits(1, self.members) << self.member.val();
        self.walked.next = self.walk.val().get_bit(self.member_bits);
        if self.clearing.val() {
            self.own_frame.next = self.cleared_frame.val();
        } else if self.state.val() == TableState::Sweep {
            self.own_frame.next = self.swept.val();
        } else if self.state.val() == TableState::Weigh {
            self.own_frame.next = self.leaving_frame.val();
        } else if (self.state.val() == TableState::Gather)
            | (self.state.val() == TableState::Restore)
        {
            self.own_frame.next = ((self.leaving_frame.val() >> self.member_bits)
                << self.member_bits)
                | bits_to(self.member.val(), self.frame_bits);
        } else {
            self.own_frame.next = self.job_frame.val();
        }
        self.tags.frame.next = self.own_frame.val();
        self.way_use.frame.next = self.own_frame.val();
        self.tags.victim_way.next = self.way_use.victim_way.val();
        if self.clearing.val()
            | (self.state.val() == TableState::Gather)
            | (self.state.val() == TableState::Restore)
        {
            self.way_use.way.next = self.tags.way.val();
        } else {
            self.way_use.way.next = self.way.val();
        }

        comment!("A mask is read to be spilled, or else to clear a line in the next cycle.");
        if self.state.val() == TableState::Gather {
            self.masks.read_address.next = self.tags.place.val();
        } else {
            self.masks.read_address.next = self.clear_place.val();
        }
        self.clears.next = self.clear_valid.val()
            & !self.clearing.val()
            & ((self.state.val() == TableState::Idle)
                | ((self.state.val() == TableState::Spill) & !self.spill_ready.val())
                | (self.state.val() == TableState::SpillWait)
                | (self.state.val() == TableState::Fetch)
                | (self.state.val() == TableState::FetchWait));
        self.clear_ready.next = self.clears.val();
        self.clearing.next = self.clears.val();
        self.cleared_frame.next = self.clear_frame.val();
        self.cleared_line.next = self.clear_line.val();
        self.cleared_place.next = self.clear_place.val();
        self.cleared.next = self.clearing.val()
            & self.tags.found.val()
            & (self.tags.place.val() == self.cleared_place.val());
        self.remaining.next =
            self.masks.read_data.val() & !(bits(1, 64) << self.cleared_line.val());

        self.hold.next = (self.state.val() == TableState::Weigh)
            | (self.state.val() == TableState::Spill)
            | (self.state.val() == TableState::Gather)
            | (self.state.val() == TableState::SpillWait)
            | (self.state.val() == TableState::Leave);
        self.victim_frame.next = self.leaving_frame.val();

        self.spill_valid.next = self.state.val() == TableState::Spill;
        self.spill_put.next = self.putting.val();
        self.spill_member.next = self.put_member.val();
        self.spill_mask.next = self.masks.read_data.val();
        self.spill_last.next = (self.state.val() == TableState::Gather) & self.walked.val();
        self.spill_address.next = self.mask_table.val()
            + (bits_to(
                self.leaving_frame.val() >> self.member_bits,
                self.physical_bits,
            ) << self.line_bits);
        self.spill_members.next = self.put_members.val();
        self.fetch_valid.next = self.state.val() == TableState::Fetch;
        self.fetch_address.next = self.mask_table.val()
            + (bits_to(self.job_frame.val(), self.physical_bits) << self.mask_bytes_log2);
        self.fetch_data_ready.next = self.state.val() == TableState::FetchWait;

        self.grant_in_memory.next = (self.grant_frame.val() >> self.frame_bits) == self.memory_tag;
        self.granted.next = bits_to(self.grant_frame.val(), self.frame_bits);
        self.grant_first.next = self.grant_valid.val()
            & !(self.granted_last.val() & (self.read_fetch.val() | self.write_fetch.val()));
        self.idle.next = (self.state.val() == TableState::Idle) & !self.clearing.val();

        comment!("A line is cleared, or nothing happens, unless a state says otherwise.");
        self.all_lines.next = !bits(0, 64);
        self.change.next.frame = self.cleared_frame.val();
        self.change.next.way = self.tags.way.val();
        self.change.next.place = self.cleared.val() & !self.remaining.val().any();
        self.change.next.every_way = false;
        self.change.next.held = false;
        self.change.next.put = self.cleared.val();
        self.change.next.mask = self.remaining.val();
        self.change.next.note = false;
        self.change.next.noted = bits(0, 2);
        self.way_use.used.next = self.cleared.val();
        self.way_use.note.next = self.cleared.val();
        self.way_use.noted_changed.next = true;
        self.way_use.clear.next = false;
        self.putting.next = false;
        self.put_member.next = self.member.val();
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
                self.change.next.frame = self.swept.val();
                self.change.next.place = true;
                self.change.next.every_way = true;
                self.change.next.note = true;
                self.way_use.clear.next = true;
                self.swept.next = self.swept.val() + 1;
                if self.swept.val().all() {
                    self.state.next = TableState::Idle;
                }
            }
            TableState::Idle => {
                self.job_grant.next = self.grant_first.val();
                self.job_write.next = !self.read_fetch.val();
                self.job_whole.next = !self.read_fetch.val() & self.write_view.whole.val();
                if self.grant_first.val() {
                    self.job_frame.next = self.granted.val();
                } else if self.read_fetch.val() {
                    self.job_frame.next = self.read_frame.val();
                } else {
                    self.job_frame.next = self.write_frame.val();
                }
                if self.grant_first.val() & !self.grant_in_memory.val() {
                    self.grant_ready.next = true;
                } else if self.grant_first.val() | self.read_fetch.val() | self.write_fetch.val() {
                    self.state.next = TableState::Choose;
                }
            }
            TableState::Choose => {
                self.leaving_frame.next = self.tags.victim_frame.val();
                self.entering.next = self.all_lines.val();
                if !self.clearing.val() {
                    self.granted_last.next = self.job_grant.val();
                    if self.job_grant.val() {
                        comment!("Whole from now on, or forgotten.");
                        self.change.next.frame = self.job_frame.val();
                        self.change.next.place = self.tags.found.val();
                        self.change.next.note = true;
                        self.change.next.noted = bits_from(self.grant_fresh.val(), 2);
                        self.grant_ready.next = true;
                        self.event_grant.next = self.grant_fresh.val();
                        self.event_drop.next = !self.grant_fresh.val();
                        self.state.next = TableState::Idle;
                    } else if !self.tags.vacant.val() {
                        self.way.next = self.way_use.victim_way.val();
                        self.state.next = TableState::Weigh;
                    } else {
                        self.way.next = self.tags.vacant_way.val();
                        if self.job_whole.val() {
                            self.state.next = TableState::Enter;
                        } else {
                            self.state.next = TableState::Fetch;
                        }
                    }
                }
            }
            TableState::Weigh => {
                if self.victim_in_flight.val() {
                    self.state.next = TableState::Skip;
                } else if self.way_use.changed.val() {
                    self.state.next = TableState::Spill;
                } else {
                    self.state.next = TableState::Leave;
                }
            }
            TableState::Spill => {
                self.walk.next = bits(0, 4);
                self.put_members.next = bits(0, self.members);
                if self.spill_ready.val() {
                    self.state.next = TableState::Gather;
                }
            }
            TableState::Gather => {
                self.walk.next = self.walk.val() + 1;
                self.way_use.noted_changed.next = false;
                if self.walked.val() {
                    self.walk.next = bits(0, 4);
                    self.state.next = TableState::SpillWait;
                } else if self.tags.found.val() & self.way_use.changed.val() {
                    comment!("What memory will have; a line cleared from now on changes it again.");
                    self.way_use.note.next = true;
                    self.putting.next = true;
                    self.put_members.next = self.put_members.val() | self.member_bit.val();
                }
            }
            TableState::SpillWait => {
                if self.spill_done.val() {
                    self.event_spill.next = !self.spill_error.val();
                    self.event_error.next = self.spill_error.val();
                    if self.spill_error.val() {
                        self.failures.next = self.failures.val() + 1;
                        self.state.next = TableState::Restore;
                    } else {
                        self.failures.next = bits(0, 4);
                        self.state.next = TableState::Leave;
                    }
                }
            }
            TableState::Restore => {
                self.walk.next = self.walk.val() + 1;
                self.way_use.note.next =
                    self.tags.found.val() & (self.put_members.val() & self.member_bit.val()).any();
                if self.member.val().all() {
                    self.state.next = TableState::Skip;
                }
            }
            TableState::Skip => {
                self.way_use.used.next = true;
                if self.failures.val().get_bit(self.patience_bits) {
                    self.failures.next = bits(0, 4);
                    self.read_failed.next = !self.job_write.val();
                    self.write_failed.next = self.job_write.val();
                }
                self.state.next = TableState::Idle;
            }
            TableState::Leave => {
                self.change.next.frame = self.leaving_frame.val();
                self.change.next.way = self.way.val();
                self.change.next.place = true;
                self.change.next.note = true;
                self.change.next.noted = bits(2, 2);
                if self.job_whole.val() {
                    self.state.next = TableState::Enter;
                } else {
                    self.state.next = TableState::Fetch;
                }
            }
            TableState::Fetch => {
                if self.fetch_ready.val() {
                    self.state.next = TableState::FetchWait;
                }
            }
            TableState::FetchWait => {
                if self.job_frame.val().get_bit(0) {
                    self.entering.next = bits_to(self.fetch_data.val() >> self.half_bits, 64);
                } else {
                    self.entering.next = bits_to(self.fetch_data.val(), 64);
                }
                if self.fetch_data_valid.val() {
                    self.event_fetch.next = !self.fetch_error.val();
                    self.event_error.next = self.fetch_error.val();
                    if self.fetch_error.val() {
                        self.read_failed.next = !self.job_write.val();
                        self.write_failed.next = self.job_write.val();
                        self.state.next = TableState::Idle;
                    } else {
                        self.state.next = TableState::Enter;
                    }
                }
            }
            TableState::Enter => {
                if !self.clearing.val() {
                    self.change.next.frame = self.job_frame.val();
                    self.change.next.way = self.way.val();
                    self.change.next.place = self.entering.val().any();
                    self.change.next.held = true;
                    self.change.next.put = true;
                    self.change.next.mask = self.entering.val();
                    self.change.next.note = true;
                    self.way_use.used.next = true;
                    self.way_use.note.next = true;
                    self.way_use.noted_changed.next = self.job_whole.val();
                    self.state.next = TableState::Idle;
                }
            }
        }
        if self.parity == 1 {
            comment!(
                "Words that aren't what was written; grants are accepted, so that nobody waits."
            );
            self.found_parts[0].found[0].next =
                self.read_view.shown_wrong[0].val() | self.read_view.tag_wrong[0].val();
            self.found_parts[0].found[1].next =
                self.write_view.shown_wrong[0].val() | self.write_view.tag_wrong[0].val();
            self.found_parts[0].found[2].next = ((self.state.val() != TableState::Sweep)
                & (self.tags.wrong[0].val() | self.way_use.wrong[0].val()))
                | ((self.cleared.val() | self.putting.val()) & self.masks.wrong.val());
            self.found_parts[0].clear.next = false;
            self.table_error[0].next = self.found_parts[0].stopped.val();
            self.table_parts[0].next = self.found_parts[0].parts.val();
            self.stopped[0].next = self.found_parts[0].stopped.val()
                | self.read_view.shown_wrong[0].val()
                | self.write_view.shown_wrong[0].val();
            if self.found_parts[0].stopped.val() {
                self.grant_ready.next = true;
            }
        }
        comment!("What becomes of a frame, for all copies.");
        self.read_view.change.next = self.change.val();
        self.write_view.change.next = self.change.val();
        self.tags.write.next = self.change.val().place;
        self.tags.write_every_way.next = self.change.val().every_way;
        self.tags.write_way.next = self.change.val().way;
        self.tags.write_frame.next = self.change.val().frame;
        self.tags.written_held.next = self.change.val().held;
        self.masks.write.next = self.change.val().put;
        self.masks.write_address.next = self.tags.written_place.val();
        self.masks.write_data.next = self.change.val().mask;
    }
}
