//! Frames are lent by the operating system, and taken back.

use super::channels::{PageAnswer, PageOrder, page_answer, page_order};
use super::types_engine::{LendState, PageOp};
use crate::allocator::types::Status;
use crate::geometry::Geometry;
use crate::rtl::*;

module! {
    /// Frame lending: PUSH and TAKE.
    ///
    /// A frame that is lent already is refused. One that isn't goes the way of frames that are given
    /// back: discarded from the caches before it can be granted.
    ///
    /// Protocol:   begin pulses while idle, the order is stable until the answer is taken. What is
    ///             asked of other parts is held until they are done. Frame: valid/ready.
    /// Latency:    a frame lent is answered after 4 cycles, one taken back after 5, if the pool has
    ///             it.
    /// Reset:      idle.
    pub module FrameLending(g: &Geometry) = "memento_frame_lending" {
        parameters {
            /// bits, width of a frame index
            frame_index_bits = g.frame_index_bits,
        }
        ports {
            "Order" {
                /// pulse: begin with it
                input begin_lending: bool;
                /// the order
                input order: PageOrder = page_order(g);
                /// its address is a frame's of the memory
                input in_memory: bool;
                /// that frame's index
                input order_frame: Word = frame_index_bits;
            }
            "Frame, held until done" {
                /// frame index
                output frame: Word = frame_index_bits;
                /// it is lent from now on
                output lend: bool;
                /// it is no longer
                output unlend: bool;
                /// the map has answered
                input map_answered: bool;
                /// it was lent
                input lent: bool;
                /// take a frame from the pool
                output take: bool;
                /// it is taken, or there is none
                input take_done: bool;
                /// which of these
                input take_status: Status;
                /// its index
                input taken_frame: Word = frame_index_bits;
            }
            "Frame, to the reclaimer: valid/ready" {
                /// it is on its way to the pool
                output frame_valid: bool;
                /// taken
                input frame_ready: bool;
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
        state {
            /// what is done
            state: LendState;
        }
        data {
            /// how it ends
            status: Status;
            /// the frame
            at: Word = frame_index_bits;
        }
    }
}

impl Logic for FrameLending {
    #[hdl_gen]
    fn update(&mut self) {
        self.frame.next = self.at.val();
        self.lend.next = self.state.val() == LendState::Lend;
        self.unlend.next = self.state.val() == LendState::Release;
        self.take.next = self.state.val() == LendState::Take;
        self.frame_valid.next = self.state.val() == LendState::Hand;
        self.answer_valid.next = self.state.val() == LendState::Answer;
        self.answer.next.status = self.status.val();
        self.answer.next.arena = self.order.val().arena;
        self.answer.next.frame = self.at.val();
        self.answer.next.of_header = false;

        match self.state.val() {
            LendState::Idle => {
                self.at.next = self.order_frame.val();
                self.status.next = Status::Ok;
                if self.begin_lending.val() {
                    if self.order.val().op == PageOp::Take {
                        self.state.next = LendState::Take;
                    } else if self.in_memory.val() {
                        self.state.next = LendState::Lend;
                    } else {
                        self.status.next = Status::BadPointer;
                        self.state.next = LendState::Answer;
                    }
                }
            }
            LendState::Lend => {
                if self.map_answered.val() {
                    if self.lent.val() {
                        self.status.next = Status::BadPointer;
                        self.state.next = LendState::Answer;
                    } else {
                        self.state.next = LendState::Hand;
                    }
                }
            }
            LendState::Hand => {
                if self.frame_ready.val() {
                    self.state.next = LendState::Answer;
                }
            }
            LendState::Take => {
                if self.take_done.val() {
                    self.at.next = self.taken_frame.val();
                    self.status.next = self.take_status.val();
                    if self.take_status.val() == Status::Ok {
                        self.state.next = LendState::Release;
                    } else {
                        self.state.next = LendState::Answer;
                    }
                }
            }
            LendState::Release => {
                if self.map_answered.val() {
                    self.state.next = LendState::Answer;
                }
            }
            LendState::Answer => {
                if self.answer_ready.val() {
                    self.state.next = LendState::Idle;
                }
            }
        }
    }
}
