//! Translations, and what a first touch maps.

use super::channels::{
    ArenaPage, HeaderFound, PageAnswer, PageOrder, Walked, arena_page, header_found, page_answer,
    page_order, walked,
};
use super::types_engine::{PageOp, TranslateState};
use crate::allocator::types::Status;
use crate::geometry::Geometry;
use crate::rtl::*;

module! {
    /// Translations: TRANSLATE of a page of headers, which is never mapped here, or of a page of
    /// objects, which is, if the header of its arena is intact and in use. A header that looks damaged may have met
    /// a core's write of it in memory: it is read up to four times.
    ///
    /// Protocol:   begin pulses while idle, the order is stable until the answer is taken. What is
    ///             asked of other parts is held until they are done.
    /// Latency:    answer one cycle after the walk's end.
    /// Reset:      idle.
    pub module Translations(g: &Geometry) = "memento_translations" {
        parameters {
            /// bits, width of a frame index
            frame_index_bits = g.frame_index_bits,
        }
        ports {
            "Order" {
                /// pulse: begin with it
                input begin_translation: bool;
                /// operation, process, address
                input order: PageOrder = page_order(g);
                /// the process is live
                input live: bool;
                /// the address is in a page of objects
                input in_body: bool;
                /// that page
                input body: ArenaPage = arena_page(g);
                /// the address is in the header lane
                input in_header_lane: bool;
                /// arena of that header
                input header: ArenaPage = arena_page(g);
                /// the page, or the arena of the header
                output target: ArenaPage = arena_page(g);
            }
            "Pages and header: held until done" {
                /// walk to the page of objects
                output walk_body: bool;
                /// walk to the header's page
                output walk_header: bool;
                /// done
                input walk_done: bool;
                /// what is found
                input walked: Walked = walked(g);
                /// read the header
                output read_header: bool;
                /// frame index of its page
                output header_frame: Word = frame_index_bits;
                /// done
                input line_done: bool;
                /// what it says
                input found: HeaderFound = header_found(g);
                /// map the page of objects
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
            /// a page of headers is meant
            of_header: bool;
            /// the header is that of an arena in use
            trusted: bool;
        }
        state {
            /// what is done
            state: TranslateState;
        }
        data {
            /// how it ends
            status: Status;
            /// the page, or the arena of the header
            place: ArenaPage = arena_page(g);
            /// frame index of the page that is walked to, or mapped
            frame: Word = frame_index_bits;
            /// times that the header was read and not trusted
            tries: Word = 2;
        }
    }
}

impl Logic for Translations {
    #[hdl_gen]
    fn update(&mut self) {
        self.of_header.next = self.order.val().op == PageOp::TranslateHeader;
        self.target.next = self.place.val();
        self.trusted.next = self.found.val().sum_matches
            & self.found.val().tag_matches
            & self.found.val().in_use
            & !self.found.val().bus_error;
        self.walk_body.next = self.state.val() == TranslateState::Body;
        self.walk_header.next = self.state.val() == TranslateState::Header;
        self.read_header.next = self.state.val() == TranslateState::Read;
        self.map.next = self.state.val() == TranslateState::Map;
        self.header_frame.next = self.frame.val();
        self.answer_valid.next = self.state.val() == TranslateState::Answer;
        self.answer.next.status = self.status.val();
        self.answer.next.arena = self.place.val().arena;
        self.answer.next.frame = self.frame.val();
        self.answer.next.of_header = false;

        match self.state.val() {
            TranslateState::Idle => {
                if self.of_header.val() {
                    self.place.next = self.header.val();
                } else {
                    self.place.next = self.body.val();
                }
                self.status.next = Status::Ok;
                self.tries.next = bits(0, 2);
                if self.begin_translation.val() {
                    self.state.next = TranslateState::Answer;
                    if !self.live.val() {
                        self.status.next = Status::NotEnabled;
                    } else if self.of_header.val() & self.in_header_lane.val() {
                        self.state.next = TranslateState::Header;
                    } else if !self.of_header.val() & self.in_body.val() {
                        self.state.next = TranslateState::Body;
                    } else {
                        self.status.next = Status::BadPointer;
                    }
                }
            }
            TranslateState::Body => {
                if self.walk_done.val() {
                    self.frame.next = self.walked.val().frame;
                    self.state.next = TranslateState::Answer;
                    if self.walked.val().bus_error {
                        self.status.next = Status::BusError;
                    } else if !self.walked.val().mapped {
                        self.state.next = TranslateState::Header;
                    }
                }
            }
            TranslateState::Header => {
                if self.walk_done.val() {
                    self.frame.next = self.walked.val().frame;
                    self.state.next = TranslateState::Answer;
                    if self.walked.val().bus_error {
                        self.status.next = Status::BusError;
                    } else if !self.walked.val().mapped {
                        self.status.next = Status::BadPointer;
                    } else if !self.of_header.val() {
                        self.state.next = TranslateState::Read;
                    }
                }
            }
            TranslateState::Read => {
                if self.line_done.val() {
                    if self.trusted.val() {
                        self.state.next = TranslateState::Map;
                    } else {
                        self.tries.next = self.tries.val() + 1;
                        if self.found.val().bus_error {
                            self.status.next = Status::BusError;
                            self.state.next = TranslateState::Answer;
                        } else if self.found.val().sum_matches | self.tries.val().all() {
                            self.status.next = Status::BadPointer;
                            self.state.next = TranslateState::Answer;
                        } else {
                            self.state.next = TranslateState::Again;
                        }
                    }
                }
            }
            TranslateState::Again => {
                self.state.next = TranslateState::Read;
            }
            TranslateState::Map => {
                if self.map_done.val() {
                    self.frame.next = self.map_frame.val();
                    self.status.next = self.map_status.val();
                    self.state.next = TranslateState::Answer;
                }
            }
            TranslateState::Answer => {
                if self.answer_ready.val() {
                    self.state.next = TranslateState::Idle;
                }
            }
        }
    }
}
