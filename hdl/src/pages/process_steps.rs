//! Processes: created, destroyed, limited.

use super::channels::{PageAnswer, PageOrder, page_answer, page_order};
use super::types_engine::{PageOp, ProcessState, StepState, TearStage};
use crate::allocator::types::Status;
use crate::geometry::Geometry;
use crate::rtl::*;

module! {
    /// Process steps: CREATE, DESTROY, SET_QUOTA, SYNC.
    ///
    /// CREATE takes a descriptor whose frames are not lent, makes them read as zero, and marks them
    /// lent. DESTROY makes the process dying, so that nothing is begun for it any more, and goes on
    /// once no arena is given back: cached cursors and tables are forgotten while the whole region is
    /// shot down, then the page table is taken down, then the descriptor's frames may be lent again;
    /// with the last frame in the pool it is answered. Other orders are served meanwhile.
    ///
    /// Protocol:   begin pulses while idle, for the order and for each further step; the order is
    ///             stable until the answer is taken or leaves pulses. What is asked of other parts is
    ///             held until they are done.
    /// Latency:    two cycles a frame of a descriptor to check, to mark and to release it.
    /// Reset:      nothing is under way.
    pub module ProcessSteps(g: &Geometry) = "memento_process_steps" {
        parameters {
            /// bits, width of a frame index
            frame_index_bits = g.frame_index_bits,
            /// bits, width of an address in a request
            address_bits = super::channels::address_bits(g),
            /// frames of a process descriptor
            descriptor_frames = g.descriptor_frames(),
        }
        derived {
            /// bits, width of a count of frames
            frames_bits = frame_index_bits + 1,
            /// last frame index at which a descriptor fits
            last_descriptor = (1 << frame_index_bits) - descriptor_frames,
            /// bits, width of a number of a descriptor's frame
            step_bits = clog2(descriptor_frames).max(1),
            /// number of a descriptor's last frame
            last_step = descriptor_frames - 1,
        }
        ports {
            "Order" {
                /// pulse: begin with it, or go on
                input begin_process: bool;
                /// the order
                input order: PageOrder = page_order(g);
                /// its address is a frame's of the memory
                input in_memory: bool;
                /// that frame's index
                input order_frame: Word = frame_index_bits;
                /// pulse: it goes on in the background
                output leaves: bool;
            }
            "Process table, entry of the order's process: changes at the next edge" {
                /// its state
                input process_state: ProcessState;
                /// frame index of its root table
                input root: Word = frame_index_bits;
                /// set its state
                output set_state: bool;
                /// to this
                output new_state: ProcessState;
                /// it is created: set its root, and that it holds no frame
                output creates: bool;
                /// set its quota
                output set_quota: bool;
                /// to this
                output new_quota: Word = frames_bits;
            }
            "Background" {
                /// a process ends
                output ending: bool;
                /// it waits for its next step
                output waits: bool;
                /// its last frames are on their way to the pool
                output drains: bool;
                /// its shoot-down is under way
                output shoots: bool;
                /// its order
                output ended: PageOrder = page_order(g);
                /// an arena is given back
                input returning: bool;
                /// no frame is on its way to the pool
                input drained: bool;
            }
            "Shoot-down of the region: valid/ready, then done" {
                /// it is to be forgotten
                output shoot_valid: bool;
                /// accepted
                input shoot_ready: bool;
                /// pulse: it is
                input shoot_done: bool;
            }
            "Teardown" {
                /// pulse: take the page table down
                output tear: bool;
                /// frame index of its root
                output torn_root: Word = frame_index_bits;
                /// all its frames are with the reclaimer
                input torn: bool;
                /// a line of it couldn't be read
                input tear_error: bool;
            }
            "Cursors and walk caches" {
                /// forget the process's cursors: held until done
                output drop: bool;
                /// they are forgotten
                input drop_done: bool;
                /// pulse: forget its tables
                output drop_tables: bool;
                /// write every dirty cursor: held until done
                output sync: bool;
                /// they are written
                input sync_done: bool;
                /// some are not: the memory failed
                input sync_error: bool;
            }
            "Frames of a descriptor: held until done" {
                /// frame index
                output frame: Word = frame_index_bits;
                /// is it lent?
                output check: bool;
                /// it is from now on
                output lend: bool;
                /// it is no longer
                output unlend: bool;
                /// the map has answered
                input map_answered: bool;
                /// it was lent
                input lent: bool;
                /// make it read as zero
                output zero: bool;
                /// it does
                input zero_done: bool;
                /// the memory failed
                input zero_error: bool;
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
            /// operation
            op: PageOp;
            /// the process is live
            live: bool;
            /// a descriptor may be at the order's address
            fits: bool;
            /// quota as asked for
            quota: Word = frames_bits;
            /// the descriptor's last frame is looked at
            last: bool;
            /// a frame is done with
            frame_done: bool;
            /// the page table is down, and the descriptor isn't released yet
            releases: bool;
        }
        state {
            /// what is done
            state: StepState;
            /// how far the process that ends is
            stage: TearStage;
        }
        data {
            /// order of the process that ends
            kept: PageOrder = page_order(g);
            /// frame index of its root
            kept_root: Word = frame_index_bits;
            /// how the order ends
            status: Status;
            /// number of the descriptor's frame
            step: Word = step_bits;
            /// its frame index
            at: Word = frame_index_bits;
        }
    }
}

impl Logic for ProcessSteps {
    #[hdl_gen]
    fn update(&mut self) {
        self.present.next = self.order.val();
        self.op.next = self.present.val().op;
        self.live.next = self.process_state.val() == ProcessState::Live;
        self.fits.next = self.in_memory.val() & (self.order_frame.val() <= self.last_descriptor);
        if (self.present.val().address >> self.frames_bits).any() {
            self.quota.next = !bits(0, self.frames_bits);
        } else {
            self.quota.next = bits_to(self.present.val().address, self.frames_bits);
        }
        self.last.next = self.step.val() == self.last_step;
        self.frame_done.next = ((self.state.val() == StepState::Zero) & self.zero_done.val())
            | (((self.state.val() == StepState::Check)
                | (self.state.val() == StepState::Lend)
                | (self.state.val() == StepState::Release))
                & self.map_answered.val());

        comment!("The background.");
        self.ending.next = self.stage.val() != TearStage::Quiet;
        self.releases.next = (self.stage.val() == TearStage::Scan) & self.torn.val();
        self.drains.next = self.stage.val() == TearStage::Drain;
        self.waits.next = ((self.stage.val() == TearStage::Waiting) & !self.returning.val())
            | self.releases.val()
            | (self.drains.val() & !self.returning.val() & self.drained.val());
        self.shoots.next =
            (self.stage.val() == TearStage::Shoot) | (self.stage.val() == TearStage::Acknowledge);
        self.ended.next = self.kept.val();
        self.shoot_valid.next = self.stage.val() == TearStage::Shoot;
        self.tear.next = (self.stage.val() == TearStage::Acknowledge) & self.shoot_done.val();
        self.torn_root.next = self.kept_root.val();
        self.leaves.next = (self.begin_process.val()
            & (self.op.val() == PageOp::Destroy)
            & !self.ending.val()
            & self.live.val())
            | ((self.state.val() == StepState::Drop) & self.drop_done.val())
            | ((self.state.val() == StepState::Release) & self.frame_done.val() & self.last.val());

        comment!("Other parts' work.");
        self.drop.next = self.state.val() == StepState::Drop;
        self.drop_tables.next = (self.state.val() == StepState::Drop) & self.drop_done.val();
        self.sync.next = self.state.val() == StepState::Sync;
        self.frame.next = self.at.val();
        self.check.next = self.state.val() == StepState::Check;
        self.zero.next = self.state.val() == StepState::Zero;
        self.lend.next = self.state.val() == StepState::Lend;
        self.unlend.next = self.state.val() == StepState::Release;
        self.creates.next =
            (self.state.val() == StepState::Lend) & self.frame_done.val() & self.last.val();
        self.set_state.next = self.creates.val();
        self.new_state.next = ProcessState::Live;
        self.set_quota.next = self.creates.val();
        self.new_quota.next = bits(0, self.frames_bits);
        if self.begin_process.val() & self.live.val() & (self.op.val() == PageOp::SetQuota) {
            self.set_quota.next = true;
            self.new_quota.next = self.quota.val();
        }
        if self.begin_process.val() & (self.op.val() == PageOp::Destroy) {
            if self.drains.val() {
                self.set_state.next = true;
                self.new_state.next = ProcessState::Absent;
            } else if !self.ending.val() & self.live.val() {
                self.set_state.next = true;
                self.new_state.next = ProcessState::Dying;
            }
        }
        self.answer_valid.next = self.state.val() == StepState::Answer;
        self.answer.next.status = self.status.val();
        self.answer.next.arena = self.present.val().arena;
        self.answer.next.frame = self.at.val();
        self.answer.next.of_header = false;

        if (self.stage.val() == TearStage::Shoot) & self.shoot_ready.val() {
            self.stage.next = TearStage::Acknowledge;
        } else if self.tear.val() {
            self.stage.next = TearStage::Scan;
        }
        if self.frame_done.val() & self.last.val() {
            self.step.next = bits(0, self.step_bits);
            self.at.next = self.order_frame.val();
        } else if self.frame_done.val() {
            self.step.next = self.step.val() + 1;
            self.at.next = self.at.val() + 1;
        }
        match self.state.val() {
            StepState::Idle => {
                self.step.next = bits(0, self.step_bits);
                self.at.next = self.order_frame.val();
                self.status.next = Status::Ok;
                if self.begin_process.val() {
                    self.state.next = StepState::Answer;
                }
            }
            StepState::Check => {
                if self.frame_done.val() {
                    if self.lent.val() {
                        self.status.next = Status::BadPointer;
                        self.state.next = StepState::Answer;
                    } else if self.last.val() {
                        self.state.next = StepState::Zero;
                    }
                }
            }
            StepState::Zero => {
                if self.zero_done.val() {
                    if self.zero_error.val() {
                        self.status.next = Status::BusError;
                        self.state.next = StepState::Answer;
                    } else if self.last.val() {
                        self.state.next = StepState::Lend;
                    }
                }
            }
            StepState::Lend => {
                if self.frame_done.val() & self.last.val() {
                    self.state.next = StepState::Answer;
                }
            }
            StepState::Drop => {
                if self.drop_done.val() {
                    self.state.next = StepState::Idle;
                }
            }
            StepState::Release => {
                if self.frame_done.val() & self.last.val() {
                    self.stage.next = TearStage::Drain;
                    self.state.next = StepState::Idle;
                }
            }
            StepState::Sync => {
                if self.sync_done.val() {
                    if self.sync_error.val() {
                        self.status.next = Status::BusError;
                    }
                    self.state.next = StepState::Answer;
                }
            }
            StepState::Answer => {
                if self.answer_ready.val() {
                    self.state.next = StepState::Idle;
                }
            }
        }

        comment!("What an order begins with.");
        if self.begin_process.val() {
            match self.op.val() {
                PageOp::Create => {
                    if self.process_state.val() != ProcessState::Absent {
                        self.status.next = Status::NotEnabled;
                    } else if self.fits.val() {
                        self.state.next = StepState::Check;
                    } else {
                        self.status.next = Status::BadPointer;
                    }
                }
                PageOp::Destroy => {
                    if self.stage.val() == TearStage::Waiting {
                        self.stage.next = TearStage::Shoot;
                        self.state.next = StepState::Drop;
                    } else if self.releases.val() {
                        self.at.next = self.kept_root.val();
                        self.state.next = StepState::Release;
                    } else if self.drains.val() {
                        if self.tear_error.val() {
                            self.status.next = Status::BusError;
                        }
                        self.stage.next = TearStage::Quiet;
                    } else if self.live.val() {
                        self.kept.next = self.present.val();
                        self.kept_root.next = self.root.val();
                        self.stage.next = TearStage::Waiting;
                        self.state.next = StepState::Idle;
                    } else {
                        self.status.next = Status::NotEnabled;
                    }
                }
                PageOp::Sync => {
                    self.state.next = StepState::Sync;
                }
                _ => {
                    if !self.live.val() {
                        self.status.next = Status::NotEnabled;
                    }
                }
            }
        }
    }
}
