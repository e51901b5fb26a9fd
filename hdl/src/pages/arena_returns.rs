//! Arenas that are given back.

use super::channels::{
    ArenaCursor, ArenaPage, HeaderFound, PageAnswer, PageOrder, Walked, arena_cursor, arena_page,
    header_found, page_answer, page_order, walked,
};
use super::types_engine::{FreeStage, ReturnState};
use crate::allocator::types::Status;
use crate::geometry::{Geometry, PAGE_BITS};
use crate::rtl::*;

module! {
    /// Arena returns: FREE_ARENA.
    ///
    /// An order is taken, and goes on once no frame is on its way to the pool: the header is checked,
    /// the entries are cleared, the header is marked released. Then, while other orders are served,
    /// the arena's pages are shot down and its frames discarded; with the last of them in the pool
    /// the number is linked in front of the released ones, and the order is answered. What fails on
    /// the way leaves the number unused.
    ///
    /// Protocol:   begin pulses while idle, for the order and for each further step; the order is
    ///             stable until the answer is taken or leaves pulses. What is asked of other parts is
    ///             held until they are done.
    /// Reset:      nothing is under way.
    pub module ArenaReturns(g: &Geometry) = "memento_arena_returns" {
        parameters {
            /// bits, width of a frame index
            frame_index_bits = g.frame_index_bits,
            /// bits, width of an arena number
            arena_bits = g.arena_bits,
            /// bits, width of a virtual page number
            page_number_bits = g.virtual_bits - PAGE_BITS,
            /// bits, width of a page's number in its arena
            page_bits = super::page_address::page_bits(g),
            /// bits, width of a count of an arena's pages
            pages_bits = super::page_address::page_bits(g) + 1,
        }
        derived {
            /// bits, width of a link: an arena number and a bit for "none"
            link_bits = arena_bits + 1,
        }
        ports {
            "Order" {
                /// pulse: begin with it, or go on
                input begin_return: bool;
                /// the order
                input order: PageOrder = page_order(g);
                /// the process is live
                input live: bool;
                /// the arena's first page
                output target: ArenaPage = arena_page(g);
                /// its virtual page number
                input first_page: Word = page_number_bits;
                /// the arena's pages
                input pages: Word = pages_bits;
                /// pulse: it goes on in the background
                output leaves: bool;
            }
            "Background" {
                /// an arena is given back
                output under_way: bool;
                /// it waits for its next step
                output waits: bool;
                /// its frames are on their way to the pool, or those of others before it
                output drains: bool;
                /// its order
                output returned: PageOrder = page_order(g);
                /// no frame is on its way to the pool
                input drained: bool;
                /// the shoot-down of a process is under way
                input others_shoot: bool;
                /// frames of the arena are not to be discarded yet
                output hold: bool;
            }
            "Shoot-down: valid/ready, then done" {
                /// the arena's pages are to be forgotten
                output shoot_valid: bool;
                /// accepted
                input shoot_ready: bool;
                /// virtual page number of the first
                output shoot_page: Word = page_number_bits;
                /// how many
                output shoot_pages: Word = pages_bits;
                /// pulse: they are
                input shoot_done: bool;
            }
            "Cursor: held until answered" {
                /// what is it?
                output cursor_ask: bool;
                /// the answer is there
                input cursor_answered: bool;
                /// the cursor
                input cursor: ArenaCursor = arena_cursor(g);
                /// the memory failed
                input cursor_error: bool;
                /// pulse: it changes
                output cursor_update: bool;
                /// to this
                output changed: ArenaCursor = arena_cursor(g);
            }
            "Pages and header: held until done" {
                /// walk to the header's page
                output walk_header: bool;
                /// walk to the arena's first page
                output walk_body: bool;
                /// done
                input walk_done: bool;
                /// what is found
                input walked: Walked = walked(g);
                /// frame index of the table where the walk ended
                input last_table: Word = frame_index_bits;
                /// it is a leaf table
                input at_leaf: bool;
                /// read the header
                output read_header: bool;
                /// write it, released
                output write_header: bool;
                /// frame index of its page
                output header_frame: Word = frame_index_bits;
                /// link to the arena released before
                output header_next: Word = link_bits;
                /// done
                input line_done: bool;
                /// what it says
                input found: HeaderFound = header_found(g);
                /// clear the entries
                output clear: bool;
                /// frame index of their table
                output leaf_table: Word = frame_index_bits;
                /// done
                input clear_done: bool;
                /// frames that they named
                input clear_frames: Word = pages_bits;
                /// the memory failed
                input clear_error: bool;
                /// pulse: the process holds the arena's frames no longer
                output settles: bool;
                /// so many
                output settled_frames: Word = pages_bits;
            }
            "Answer: valid/ready" {
                /// an answer is there
                output answer_valid: bool;
                /// taken
                input answer_ready: bool;
                /// the answer
                output answer: PageAnswer = page_answer(g);
            }
        }
        wires {
            /// the order
            present: PageOrder = page_order(g);
            /// the header is that of an arena in use
            trusted: bool;
            /// the entries are cleared and the header is written, as far as that goes
            prepared: bool;
            /// some page was mapped
            was_mapped: bool;
        }
        state {
            /// what is done
            state: ReturnState;
            /// how far the arena is
            stage: FreeStage;
        }
        data {
            /// the arena's order
            kept: PageOrder = page_order(g);
            /// how the order ends
            status: Status;
            /// the cursor
            shown: ArenaCursor = arena_cursor(g);
            /// frame index of the header's page
            frame: Word = frame_index_bits;
            /// frame index of the leaf table
            leaf: Word = frame_index_bits;
            /// first virtual page number
            page: Word = page_number_bits;
            /// pages of the arena
            page_count: Word = pages_bits;
            /// of them, mapped ones
            frames: Word = pages_bits;
        }
    }
}

impl Logic for ArenaReturns {
    #[hdl_gen]
    fn update(&mut self) {
        self.present.next = self.order.val();
        self.target.next.size_class = self.present.val().size_class;
        self.target.next.context_id = self.present.val().context_id;
        self.target.next.arena = self.present.val().arena;
        self.target.next.page = bits(0, self.page_bits);
        self.trusted.next = self.found.val().sum_matches
            & self.found.val().tag_matches
            & self.found.val().in_use
            & !self.found.val().bus_error;

        comment!("The background.");
        self.under_way.next = self.stage.val() != FreeStage::Quiet;
        self.drains.next =
            (self.stage.val() == FreeStage::Waiting) | (self.stage.val() == FreeStage::Finish);
        self.waits.next = self.drained.val()
            & ((self.stage.val() == FreeStage::Finish)
                | ((self.stage.val() == FreeStage::Waiting) & !self.others_shoot.val()));
        self.returned.next = self.kept.val();
        self.hold.next = (self.stage.val() == FreeStage::Clearing)
            | (self.stage.val() == FreeStage::Shoot)
            | (self.stage.val() == FreeStage::Acknowledge);
        self.shoot_valid.next = self.stage.val() == FreeStage::Shoot;
        self.shoot_page.next = self.page.val();
        self.shoot_pages.next = self.page_count.val();

        comment!("Other parts' work.");
        self.cursor_ask.next = (self.state.val() == ReturnState::Cursor)
            | (self.begin_return.val() & self.under_way.val());
        self.walk_header.next = self.state.val() == ReturnState::Header;
        self.walk_body.next = self.state.val() == ReturnState::Body;
        self.read_header.next = self.state.val() == ReturnState::Read;
        self.write_header.next = self.state.val() == ReturnState::Write;
        self.header_frame.next = self.frame.val();
        self.header_next.next = self.shown.val().released;
        self.clear.next = self.state.val() == ReturnState::Clear;
        self.leaf_table.next = self.leaf.val();
        self.settles.next = self.state.val() == ReturnState::Settle;
        self.settled_frames.next = self.frames.val();
        self.cursor_update.next =
            (self.state.val() == ReturnState::Settle) & (self.status.val() == Status::Ok);
        self.changed.next.next_arena = self.shown.val().next_arena;
        self.changed.next.released = bits_to(self.present.val().arena, self.link_bits);
        self.answer_valid.next = self.state.val() == ReturnState::Answer;
        self.answer.next.status = self.status.val();
        self.answer.next.arena = self.present.val().arena;
        self.answer.next.frame = self.frame.val();
        self.answer.next.of_header = false;

        comment!(
            "Entries cleared and header written, or not: then a shoot-down, if a page was mapped."
        );
        if self.state.val() == ReturnState::Clear {
            self.prepared.next = self.clear_done.val() & self.clear_error.val();
            self.was_mapped.next = self.clear_frames.val().any();
        } else {
            self.prepared.next = (self.state.val() == ReturnState::Write) & self.line_done.val();
            self.was_mapped.next = self.frames.val().any();
        }
        self.leaves.next = (self.begin_return.val() & !self.under_way.val() & self.live.val())
            | (self.prepared.val() & self.was_mapped.val());

        if (self.stage.val() == FreeStage::Shoot) & self.shoot_ready.val() {
            self.stage.next = FreeStage::Acknowledge;
        } else if (self.stage.val() == FreeStage::Acknowledge) & self.shoot_done.val() {
            self.stage.next = FreeStage::Finish;
        }
        match self.state.val() {
            ReturnState::Idle => {
                if self.begin_return.val() {
                    if self.under_way.val() {
                        if self.stage.val() == FreeStage::Waiting {
                            self.status.next = Status::Ok;
                            self.frames.next = bits(0, self.pages_bits);
                            self.stage.next = FreeStage::Clearing;
                        }
                        self.state.next = ReturnState::Cursor;
                    } else if self.live.val() {
                        self.kept.next = self.present.val();
                        self.stage.next = FreeStage::Waiting;
                    } else {
                        self.status.next = Status::NotEnabled;
                        self.state.next = ReturnState::Answer;
                    }
                }
            }
            ReturnState::Cursor => {
                self.shown.next = self.cursor.val();
                self.page.next = self.first_page.val();
                self.page_count.next = self.pages.val();
                if self.cursor_answered.val() {
                    if self.cursor_error.val() {
                        self.status.next = Status::BusError;
                    }
                    if self.stage.val() == FreeStage::Finish {
                        self.state.next = ReturnState::Settle;
                    } else if self.cursor_error.val() {
                        self.stage.next = FreeStage::Quiet;
                        self.state.next = ReturnState::Answer;
                    } else {
                        self.state.next = ReturnState::Header;
                    }
                }
            }
            ReturnState::Header => {
                if self.walk_done.val() {
                    self.frame.next = self.walked.val().frame;
                    if self.walked.val().mapped & !self.walked.val().bus_error {
                        self.state.next = ReturnState::Read;
                    } else {
                        if self.walked.val().bus_error {
                            self.status.next = Status::BusError;
                        } else {
                            self.status.next = Status::BadPointer;
                        }
                        self.stage.next = FreeStage::Quiet;
                        self.state.next = ReturnState::Answer;
                    }
                }
            }
            ReturnState::Read => {
                if self.line_done.val() {
                    if self.trusted.val() {
                        self.state.next = ReturnState::Body;
                    } else {
                        if self.found.val().bus_error {
                            self.status.next = Status::BusError;
                        } else if self.found.val().never_used
                            | (self.found.val().sum_matches & self.found.val().released)
                        {
                            self.status.next = Status::BadPointer;
                        } else {
                            self.status.next = Status::CorruptHeader;
                        }
                        self.stage.next = FreeStage::Quiet;
                        self.state.next = ReturnState::Answer;
                    }
                }
            }
            ReturnState::Body => {
                if self.walk_done.val() {
                    self.leaf.next = self.last_table.val();
                    if self.walked.val().bus_error {
                        self.status.next = Status::BusError;
                        self.stage.next = FreeStage::Quiet;
                        self.state.next = ReturnState::Answer;
                    } else if self.at_leaf.val() {
                        self.state.next = ReturnState::Clear;
                    } else {
                        self.state.next = ReturnState::Write;
                    }
                }
            }
            ReturnState::Clear => {
                if self.clear_done.val() {
                    self.frames.next = self.clear_frames.val();
                    if self.clear_error.val() {
                        self.status.next = Status::BusError;
                    } else {
                        self.state.next = ReturnState::Write;
                    }
                }
            }
            ReturnState::Write => {
                if self.line_done.val() & self.found.val().bus_error {
                    self.status.next = Status::BusError;
                }
            }
            ReturnState::Settle => {
                self.stage.next = FreeStage::Quiet;
                self.state.next = ReturnState::Answer;
            }
            ReturnState::Answer => {
                if self.answer_ready.val() {
                    self.state.next = ReturnState::Idle;
                }
            }
        }
        if self.prepared.val() {
            if self.was_mapped.val() {
                self.stage.next = FreeStage::Shoot;
                self.state.next = ReturnState::Idle;
            } else {
                self.state.next = ReturnState::Settle;
            }
        }
    }
}
