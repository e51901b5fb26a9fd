//! Arenas: granted, looked at, claimed.

use super::channels::{
    ArenaCursor, ArenaPage, HeaderFound, PageAnswer, PageOrder, Walked, arena_cursor, arena_page,
    header_found, page_answer, page_order, walked,
};
use super::types_engine::{GrantState, PageOp};
use crate::allocator::types::Status;
use crate::geometry::Geometry;
use crate::rtl::*;

module! {
    /// Arena grants: ALLOC_ARENA, PEEK_ARENA and CLAIM_ARENA.
    ///
    /// The number released last goes before one that was never used. A number that comes back is
    /// granted only if its header says so; its page of headers is mapped. For a number never used it
    /// is mapped if need be. The header is written before the cursor moves on. A claim knows all of
    /// that, and moves the cursor first: it is granted whatever memory answers.
    ///
    /// Protocol:   begin pulses while idle, the order is stable until the answer is taken. What is
    ///             asked of other parts is held until they are done.
    /// Latency:    from begin, with cursor and header page known, a line written in 10 cycles: answer
    ///             after 13 cycles, of a claim after 12.
    /// Reset:      idle.
    pub module ArenaGrants(g: &Geometry) = "memento_arena_grants" {
        parameters {
            /// bits, width of a frame index
            frame_index_bits = g.frame_index_bits,
            /// bits, width of an arena number
            arena_bits = g.arena_bits,
            /// bits, width of a page's number in its arena
            page_bits = super::page_address::page_bits(g),
        }
        derived {
            /// bits, width of a link: an arena number and a bit for "none"
            link_bits = arena_bits + 1,
            /// the link that names no arena
            none = 1 << arena_bits,
        }
        ports {
            "Order" {
                /// pulse: begin with it
                input begin_grant: bool;
                /// operation, process, class, context; a claim's arena and header line
                input order: PageOrder = page_order(g);
                /// a claim's cursor
                input claimed: ArenaCursor = arena_cursor(g);
                /// the process is live
                input live: bool;
                /// it is granted no arena any more
                input barred: bool;
                /// the arena's first page
                output target: ArenaPage = arena_page(g);
            }
            "Cursor: held until answered" {
                /// what is it?
                output cursor_ask: bool;
                /// it is known
                output cursor_claim: bool;
                /// the answer is there
                input cursor_answered: bool;
                /// the cursor
                input cursor: ArenaCursor = arena_cursor(g);
                /// the memory failed
                input cursor_error: bool;
                /// pulse: it changes
                output cursor_update: bool;
                /// to this; of a peek: to this it would
                output changed: ArenaCursor = arena_cursor(g);
                /// pulse: a claim's cursor can't be kept
                output cursor_lost: bool;
            }
            "Header's page and line: held until done" {
                /// walk to the page
                output walk: bool;
                /// done
                input walk_done: bool;
                /// what is found
                input walked: Walked = walked(g);
                /// read the header
                output read_header: bool;
                /// write an empty arena's
                output write_header: bool;
                /// frame index of its page
                output header_frame: Word = frame_index_bits;
                /// done
                input line_done: bool;
                /// what it says
                input found: HeaderFound = header_found(g);
                /// map the page
                output map: bool;
                /// done
                input map_done: bool;
                /// how it ended
                input map_status: Status;
                /// the page's frame index
                input map_frame: Word = frame_index_bits;
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
            /// operation
            op: PageOp;
            /// it is a claim
            claims: bool;
            /// it is a grant without a claim
            allocates: bool;
            /// the process may have arenas
            starts: bool;
            /// the cursor of the answer
            shown: ArenaCursor = arena_cursor(g);
            /// numbers of the class are used up
            exhausted: bool;
            /// the header is that of a released arena
            trusted: bool;
        }
        state {
            /// what is done
            state: GrantState;
        }
        data {
            /// how it ends
            status: Status;
            /// the arena's number was released before
            reused: bool;
            /// arena number
            arena: Word = arena_bits;
            /// next never used arena number of the cursor
            next_arena: Word = link_bits;
            /// head of the released ones, as the cursor has it
            released: Word = link_bits;
            /// what that is to become
            next_released: Word = link_bits;
            /// frame index of the header's page
            frame: Word = frame_index_bits;
        }
        instances {
            /// bits that an arena number of the class may have
            arena_mask: Table = Table::new("memento_arena_mask",
                "The bits that an arena number of a class may have.",
                g.arena_masks(), arena_bits);
        }
    }
}

impl Logic for ArenaGrants {
    #[hdl_gen]
    fn update(&mut self) {
        self.op.next = self.order.val().op;
        self.claims.next = self.op.val() == PageOp::ClaimArena;
        self.allocates.next = self.op.val() == PageOp::AllocArena;
        self.target.next.size_class = self.order.val().size_class;
        self.target.next.context_id = self.order.val().context_id;
        self.target.next.arena = self.arena.val();
        self.target.next.page = bits(0, self.page_bits);

        comment!("The cursor: asked for at once, and changed when the header is written.");
        self.starts.next =
            self.begin_grant.val() & self.live.val() & (self.claims.val() | !self.barred.val());
        self.cursor_ask.next = self.starts.val() | (self.state.val() == GrantState::Cursor);
        self.cursor_claim.next = self.claims.val();
        self.cursor_lost.next = (self.state.val() == GrantState::Cursor)
            & self.claims.val()
            & self.cursor_answered.val()
            & self.cursor_error.val();
        self.cursor_update.next = ((self.state.val() == GrantState::Write)
            & self.allocates.val()
            & self.line_done.val()
            & !self.found.val().bus_error)
            | ((self.state.val() == GrantState::Cursor)
                & self.claims.val()
                & self.cursor_answered.val()
                & !self.cursor_error.val());
        if self.claims.val() {
            self.changed.next.next_arena = self.next_arena.val();
            self.changed.next.released = self.released.val();
        } else if self.reused.val() {
            self.changed.next.next_arena = self.next_arena.val();
            self.changed.next.released = self.next_released.val();
        } else {
            self.changed.next.next_arena = self.next_arena.val() + 1;
            self.changed.next.released = self.released.val();
        }
        self.shown.next = self.cursor.val();
        self.arena_mask.address.next = self.order.val().size_class;
        self.exhausted.next =
            self.shown.val().next_arena > bits_to(self.arena_mask.data.val(), self.link_bits);
        self.trusted.next = self.found.val().sum_matches
            & self.found.val().tag_matches
            & self.found.val().released
            & self.found.val().next_valid;

        comment!("Other parts' work, and the answer.");
        self.walk.next = self.state.val() == GrantState::Walk;
        self.read_header.next = self.state.val() == GrantState::Read;
        self.map.next = self.state.val() == GrantState::Map;
        self.write_header.next = self.state.val() == GrantState::Write;
        self.header_frame.next = self.frame.val();
        self.answer_valid.next = self.state.val() == GrantState::Answer;
        self.answer.next.status = self.status.val();
        self.answer.next.arena = self.arena.val();
        self.answer.next.frame = self.frame.val();
        self.answer.next.of_header = true;

        match self.state.val() {
            GrantState::Idle => {
                self.arena.next = self.order.val().arena;
                self.frame.next = bits_to(self.order.val().address >> 12, self.frame_index_bits);
                self.next_arena.next = self.claimed.val().next_arena;
                self.released.next = self.claimed.val().released;
                self.status.next = Status::Ok;
                if self.starts.val() {
                    self.state.next = GrantState::Cursor;
                } else if self.begin_grant.val() {
                    if self.live.val() {
                        self.status.next = Status::BusError;
                    } else {
                        self.status.next = Status::NotEnabled;
                    }
                    self.state.next = GrantState::Answer;
                }
            }
            GrantState::Cursor => {
                if self.cursor_answered.val() {
                    if self.cursor_error.val() {
                        self.status.next = Status::BusError;
                    }
                    if self.claims.val() {
                        self.state.next = GrantState::Write;
                    } else {
                        self.next_arena.next = self.shown.val().next_arena;
                        self.released.next = self.shown.val().released;
                        self.reused.next = self.shown.val().released != self.none;
                        if self.shown.val().released != self.none {
                            self.arena.next = bits_to(self.shown.val().released, self.arena_bits);
                        } else {
                            self.arena.next = bits_to(self.shown.val().next_arena, self.arena_bits);
                        }
                        if self.cursor_error.val() {
                            self.state.next = GrantState::Answer;
                        } else if (self.shown.val().released == self.none) & self.exhausted.val() {
                            self.status.next = Status::NoMemory;
                            self.state.next = GrantState::Answer;
                        } else {
                            self.state.next = GrantState::Walk;
                        }
                    }
                }
            }
            GrantState::Walk => {
                if self.walk_done.val() {
                    self.frame.next = self.walked.val().frame;
                    self.state.next = GrantState::Answer;
                    if self.walked.val().bus_error {
                        self.status.next = Status::BusError;
                    } else if self.walked.val().mapped {
                        if self.reused.val() {
                            self.state.next = GrantState::Read;
                        } else if self.allocates.val() {
                            self.state.next = GrantState::Write;
                        }
                    } else if !self.allocates.val() {
                        self.status.next = Status::BadPointer;
                    } else if self.reused.val() {
                        self.status.next = Status::CorruptHeader;
                    } else {
                        self.state.next = GrantState::Map;
                    }
                }
            }
            GrantState::Read => {
                if self.line_done.val() {
                    self.next_released.next = self.found.val().next_released;
                    self.state.next = GrantState::Answer;
                    if self.found.val().bus_error {
                        self.status.next = Status::BusError;
                    } else if !self.trusted.val() {
                        self.status.next = Status::CorruptHeader;
                    } else if self.allocates.val() {
                        self.state.next = GrantState::Write;
                    }
                }
            }
            GrantState::Map => {
                if self.map_done.val() {
                    self.frame.next = self.map_frame.val();
                    self.status.next = self.map_status.val();
                    if self.map_status.val() == Status::Ok {
                        self.state.next = GrantState::Write;
                    } else {
                        self.state.next = GrantState::Answer;
                    }
                }
            }
            GrantState::Write => {
                if self.line_done.val() {
                    if self.found.val().bus_error {
                        self.status.next = Status::BusError;
                    }
                    self.state.next = GrantState::Answer;
                }
            }
            GrantState::Answer => {
                if self.answer_ready.val() {
                    self.state.next = GrantState::Idle;
                }
            }
        }
    }
}
