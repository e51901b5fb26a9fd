//! What the list engine makes of a header that it has read.

use super::types::{EngineState, EngineStep, Status};
use crate::geometry::Geometry;
use crate::rtl::*;

module! {
    /// Header judge: whether the header that was read may be trusted, and what the list engine does
    /// next.
    ///
    /// A free is told by its arena's header whether it changes a list. Links are judged where they are
    /// followed: the header at either end has to name the other.
    ///
    /// Protocol:   combinational; valid while the header store's findings are.
    /// Latency:    none.
    pub module HeaderJudge(g: &Geometry) = "memento_header_judge" {
        parameters {
            /// bits, width of an arena number
            arena_bits = g.arena_bits,
            /// objects an arena
            objects = g.objects,
            /// bits, width of a count of 0..=objects
            count_bits = g.count_bits,
            /// free slots from which an arena outside the table is listed
            list_threshold = g.list_threshold,
        }
        derived {
            /// bits, width of a link: an arena number and a bit for "none"
            link_bits = arena_bits + 1,
            /// the link that names no arena
            none = 1 << arena_bits,
            /// most allocated slots of a listed arena
            listed_at_most = objects - list_threshold,
        }
        ports {
            "List engine" {
                /// which header was read
                input step: EngineStep;
                /// its arena
                input target: Word = arena_bits;
                /// arena of the free; of a refill, the arena that is installed
                input arena: Word = arena_bits;
                /// head of the class's list
                input head: Word = link_bits;
                /// next of the free's arena, or of the popped one
                input after_arena: Word = link_bits;
                /// its next may name an arena
                input after_possible: bool;
                /// prev of the free's arena
                input before_arena: Word = link_bits;
                /// all writes before it were answered when the header was read
                input settled: bool;
                /// an arena is fetched ahead
                input ahead: bool;
                /// the table holds an arena of the class
                input held: bool;
                /// the header is at hand, to be changed in place
                input at_hand: bool;
            }
            "Findings" {
                /// the sum is right
                input sum_matches: bool;
                /// mark: never used
                input never_used: bool;
                /// mark: released
                input released: bool;
                /// mark: in use
                input in_use: bool;
                /// number, class and context are as commanded
                input tag_matches: bool;
                /// the count is at most the objects of an arena
                input count_fits: bool;
                /// allocated slots
                input count: Word = count_bits;
                /// the slot's bit
                input slot_allocated: bool;
                /// next is none, or an arena number of the class
                input next_valid: bool;
                /// next
                input found_next: Word = link_bits;
                /// prev is none, or an arena number of the class
                input prev_valid: bool;
                /// prev
                input found_prev: Word = link_bits;
            }
            "Verdict" {
                /// the free does nothing but to clear its slot's bit
                output plain: bool;
                /// how the miss ends, as far as it is known
                output status: Status;
                /// what the engine does next
                output next_state: EngineState;
                /// which header it fetches, if it does
                output next_step: EngineStep;
                /// that header's arena
                output next_target: Word = arena_bits;
                /// the free puts its arena on the list
                output pushes: bool;
                /// what a taken standby left to write fails
                output fails_behind: bool;
            }
        }
        wires {
            /// the link that names the arena
            self_link: Word = link_bits;
            /// the header may be trusted
            trusted: bool;
            /// the free leaves its arena empty
            empties: bool;
            /// the free makes its arena worth listing
            reaches: bool;
        }
    }
}

impl Logic for HeaderJudge {
    #[hdl_gen]
    fn update(&mut self) {
        self.trusted.next = self.sum_matches.val() & self.in_use.val() & self.tag_matches.val();
        self.self_link.next = bits_to(self.arena.val(), self.link_bits);
        self.empties.next = self.count.val() == 1;
        self.reaches.next = self.count.val() == (self.listed_at_most + 1);
        self.plain.next = self.trusted.val()
            & self.count_fits.val()
            & self.count.val().any()
            & self.slot_allocated.val()
            & !self.empties.val()
            & !self.reaches.val();

        comment!("Refused unless a case below finds the header good.");
        self.next_state.next = EngineState::Answer;
        self.status.next = Status::CorruptHeader;
        self.next_step.next = self.step.val();
        self.next_target.next = self.target.val();
        self.pushes.next = false;
        self.fails_behind.next = false;
        match self.step.val() {
            EngineStep::FreeSelf => {
                comment!("What is read while a write is unanswered counts only if that goes well.");
                if !self.settled.val() & !(self.plain.val() & self.at_hand.val()) {
                    self.status.next = Status::Ok;
                    self.next_state.next = EngineState::Settle;
                } else if self.never_used.val() | (self.sum_matches.val() & self.released.val()) {
                    self.status.next = Status::BadPointer;
                } else if self.trusted.val() & self.count_fits.val() & self.count.val().any() {
                    if !self.slot_allocated.val() {
                        self.status.next = Status::DoubleFree;
                    } else if self.empties.val() {
                        if self.prev_valid.val() & (self.found_prev.val() != self.none) {
                            self.status.next = Status::Ok;
                            self.next_step.next = EngineStep::FreePrev;
                            self.next_target.next = bits_to(self.found_prev.val(), self.arena_bits);
                            self.next_state.next = EngineState::Locate;
                        } else if self.prev_valid.val()
                            & self.next_valid.val()
                            & (self.head.val() == self.self_link.val())
                        {
                            self.status.next = Status::Ok;
                            if self.found_next.val() != self.none {
                                self.next_step.next = EngineStep::FreeNext;
                                self.next_target.next =
                                    bits_to(self.found_next.val(), self.arena_bits);
                                self.next_state.next = EngineState::Locate;
                            } else {
                                self.next_state.next = EngineState::FreeArenaRequest;
                            }
                        }
                    } else if self.reaches.val() {
                        self.status.next = Status::Ok;
                        self.pushes.next = true;
                        if self.head.val() == self.none {
                            self.next_state.next = EngineState::WriteSelf;
                        } else {
                            self.next_step.next = EngineStep::PushHead;
                            self.next_target.next = bits_to(self.head.val(), self.arena_bits);
                            self.next_state.next = EngineState::Locate;
                        }
                    } else {
                        self.status.next = Status::Ok;
                        if self.at_hand.val() {
                            self.next_state.next = EngineState::Clear;
                        } else {
                            self.next_state.next = EngineState::WriteSelf;
                        }
                    }
                }
            }
            EngineStep::FreePrev => {
                if self.trusted.val()
                    & self.next_valid.val()
                    & (self.found_next.val() == self.self_link.val())
                    & self.after_possible.val()
                {
                    self.status.next = Status::Ok;
                    if self.after_arena.val() == self.none {
                        self.next_state.next = EngineState::WritePrev;
                    } else {
                        self.next_step.next = EngineStep::FreeNext;
                        self.next_target.next = bits_to(self.after_arena.val(), self.arena_bits);
                        self.next_state.next = EngineState::Locate;
                    }
                }
            }
            EngineStep::FreeNext => {
                if self.trusted.val()
                    & self.prev_valid.val()
                    & (self.found_prev.val() == self.self_link.val())
                {
                    self.status.next = Status::Ok;
                    if self.before_arena.val() == self.none {
                        self.next_state.next = EngineState::WriteNext;
                    } else {
                        self.next_state.next = EngineState::WritePrev;
                    }
                }
            }
            EngineStep::PushHead => {
                if self.trusted.val() & self.prev_valid.val() & (self.found_prev.val() == self.none)
                {
                    self.status.next = Status::Ok;
                    self.next_state.next = EngineState::WriteHead;
                }
            }
            EngineStep::PopHead => {
                if self.trusted.val()
                    & self.count_fits.val()
                    & self.prev_valid.val()
                    & (self.found_prev.val() == self.none)
                    & self.next_valid.val()
                {
                    self.status.next = Status::Ok;
                    if self.found_next.val() != self.none {
                        self.next_step.next = EngineStep::PopNext;
                        self.next_target.next = bits_to(self.found_next.val(), self.arena_bits);
                        self.next_state.next = EngineState::Locate;
                    } else if self.held.val() & !self.ahead.val() {
                        self.next_state.next = EngineState::WriteDisplaced;
                    } else {
                        self.next_state.next = EngineState::InstallWords;
                    }
                }
            }
            EngineStep::LoadSelf => {
                if self.trusted.val() & self.count_fits.val() {
                    self.status.next = Status::Ok;
                    self.next_state.next = EngineState::InstallWords;
                }
            }
            EngineStep::PopNext => {
                if self.trusted.val()
                    & self.prev_valid.val()
                    & (self.found_prev.val() == self.self_link.val())
                {
                    self.status.next = Status::Ok;
                    if self.ahead.val() {
                        self.next_state.next = EngineState::InstallWords;
                    } else if self.held.val() {
                        self.next_state.next = EngineState::WriteDisplaced;
                    } else {
                        self.next_state.next = EngineState::WriteNext;
                    }
                }
            }
            EngineStep::NewHead => {
                if self.trusted.val()
                    & self.prev_valid.val()
                    & (self.found_prev.val() == self.self_link.val())
                {
                    self.status.next = Status::Ok;
                    self.next_state.next = EngineState::WriteNext;
                } else {
                    self.fails_behind.next = true;
                    self.next_state.next = EngineState::InstallTag;
                }
            }
        }
    }
}
