//! The way of frames back into the pool, and shoot-downs.

use super::types::ShootState;
use crate::allocator::queue_pointers::QueuePointers;
use crate::geometry::{Geometry, PAGE_BITS};
use crate::rtl::*;

/// Frames that can wait to be discarded: those of the largest arena, which are held until their
/// translations are shot down, or more.
fn queued_frames(g: &Geometry) -> usize {
    g.max_body_pages.next_power_of_two().max(64)
}

/// Runs of frames in flight: the discards that hosts may have accepted and not done.
pub const DISCARDS: usize = 8;
/// Most frames of one discard.
pub const RUN_FRAMES: usize = 64;

bundle! {
    /// A frame given back.
    pub struct Returned { discard: bool, frame: Word }
}

bundle! {
    /// Consecutive frames given back.
    pub struct Run { discard: bool, first: Word, count: Word }
}

fn returned(g: &Geometry) -> ReturnedShape {
    ReturnedShape {
        discard: (),
        frame: g.frame_index_bits,
    }
}

fn run(g: &Geometry) -> RunShape {
    RunShape {
        discard: (),
        first: g.frame_index_bits,
        count: clog2(RUN_FRAMES + 1),
    }
}

/// Width of a count of pages of a region.
pub fn page_count_bits(g: &Geometry) -> usize {
    g.region_bits() - PAGE_BITS + 1
}

module! {
    /// Reclaimer: shoots translations down, and gives frames back to the pool.
    ///
    /// A frame is first discarded from the hosts' caches (a run of consecutive frames at once, as
    /// far as they are queued already), then forgotten by the bypass, then pushed into the pool.
    /// Frames that no cache can hold are not discarded, but keep their place. The order is that in
    /// which they came.
    ///
    /// Protocol:   valid/ready on every channel; what is offered stays until it is taken, but
    ///             hold keeps queued frames from being taken up. shoot_done pulses when the hosts
    ///             have done the last shoot-down, one at a time. Hosts pulse shootdown_done and
    ///             discard_done once for each accepted request, discards in order, at the earliest
    ///             in the cycle after they accepted.
    /// Latency:    a frame takes 4 cycles to the discard port; from discard_done 1 to the bypass,
    ///             from there 1 to the pool. A shoot-down is on offer one cycle later, shoot_done
    ///             follows shootdown_done in the same cycle.
    /// Throughput: a frame a cycle, consecutive or not, if hosts acknowledge a discard a cycle.
    /// Full:       frame_ready is low while 64 frames are queued.
    /// Reset:      empty.
    pub module Reclaimer(g: &Geometry) = "memento_reclaimer" {
        parameters {
            /// bits, width of a virtual address
            operand_bits = g.operand_bits,
            /// bits, width of a physical address
            physical_bits = g.physical_bits,
            /// bits, width of a process number
            process_bits = g.process_bits,
            /// bits, width of a count of pages
            page_count_bits = page_count_bits(g),
            /// log2 of the bytes that frames are lent from
            memory_bits = g.memory_bits,
            /// base of these bytes above their width
            memory_tag = g.memory_base >> g.memory_bits,
            /// most frames of one discard
            run_frames = RUN_FRAMES,
        }
        derived {
            /// bits, width of a frame's index
            frame_index_bits = memory_bits - PAGE_BITS,
            /// bits, width of a frame number
            frame_bits = physical_bits - PAGE_BITS,
            /// bits, width of a count of a run's frames
            run_bits = clog2(run_frames + 1),
            /// bits, width of an index with a carry
            sum_bits = frame_index_bits + 1,
        }
        features {
            /// 1: words of tables and queues are checked by a parity bit
            parity = g.parity as usize,
        }
        ports {
            "Check of the words kept" {
                /// a word that is used is not what was written
                output wrong[parity]: bool;
            }
            "Shoot: valid/ready" {
                /// a range of a process is unmapped
                input shoot_valid: bool;
                /// accepted
                output shoot_ready: bool;
                /// process
                input shoot_process: Word = process_bits;
                /// first address of the range
                input shoot_address: Word = operand_bits;
                /// its pages
                input shoot_pages: Word = page_count_bits;
                /// pulse: the hosts have forgotten it
                output shoot_done: bool;
            }
            "Frame: valid/ready" {
                /// a frame is given back
                input frame_valid: bool;
                /// accepted
                output frame_ready: bool;
                /// its index
                input frame: Word = frame_index_bits;
                /// caches may hold it
                input frame_discard: bool;
            }
            "Control" {
                /// leave frames in the queue
                input hold: bool;
                /// no frame is queued or in flight
                output empty: bool;
            }
            "Shoot-down, to the hosts: valid/ready" {
                /// translations are to be forgotten
                output shootdown_valid: bool;
                /// accepted
                input shootdown_ready: bool;
                /// process
                output shootdown_process: Word = process_bits;
                /// first virtual address
                output shootdown_address: Word = operand_bits;
                /// pages
                output shootdown_pages: Word = page_count_bits;
                /// pulse: forgotten
                input shootdown_done: bool;
            }
            "Discard, to the hosts: valid/ready" {
                /// cached lines of frames are to be dropped
                output discard_valid: bool;
                /// accepted
                input discard_ready: bool;
                /// first frame number
                output discard_frame: Word = frame_bits;
                /// consecutive frames, 1 to 64
                output discard_count: Word = run_bits;
                /// pulse: dropped, the oldest accepted discard
                input discard_done: bool;
            }
            "Drop, to the bypass: valid/ready" {
                /// a frame is to be forgotten
                output drop_valid: bool;
                /// accepted
                input drop_ready: bool;
                /// its index
                output drop_frame: Word = frame_index_bits;
            }
            "Push, to the pool: valid/ready" {
                /// a frame is free
                output push_valid: bool;
                /// accepted
                input push_ready: bool;
                /// its index
                output push_frame: Word = frame_index_bits;
            }
        }
        wires {
            /// oldest frame of the queue
            oldest: Returned = returned(g);
            /// there is one, and it may be taken up
            there: bool;
            /// it is the next of the run
            grows: bool;
            /// it is taken up
            taken: bool;
            /// the run goes to the port
            moves: bool;
            /// the run at the port leaves it
            leaves: bool;
            /// frame behind the run
            after_run: Word = sum_bits;
            /// oldest run in flight
            flight: Run = run(g);
            /// it may be given back
            done: bool;
            /// its discard is used up
            spent: bool;
            /// a frame of it is dropped
            dropped: bool;
            /// its last one is
            finished: bool;
            /// frame that is dropped next
            given: Word = frame_index_bits;
        }
        state {
            /// how far the shoot-down is
            shoot_state: ShootState;
            /// there is a run
            collecting: bool;
            /// a run is at the port
            offered: bool;
            /// discards done whose run still waits
            dones: Word = clog2(DISCARDS) + 1;
            /// frames of the oldest run in flight that are dropped
            given_count: Word = run_bits;
            /// a frame is offered to the pool
            free: bool;
        }
        data {
            /// process of the shoot-down
            process_id: Word = process_bits;
            /// address of the shoot-down
            address: Word = operand_bits;
            /// pages of the shoot-down
            pages: Word = page_count_bits;
            /// the run that grows
            run: Run = run(g);
            /// the run at the port
            offer: Run = run(g);
            /// the frame that is offered to the pool
            free_frame: Word = frame_index_bits;
        }
        instances {
            /// where frames go and come from
            frame_pointers: QueuePointers = QueuePointers::new(queued_frames(g));
            /// frames that wait
            frames: leaf::LutRam<Returned> = leaf::LutRam::protected(queued_frames(g), returned(g), parity == 1);
            /// where runs go and come from
            flight_pointers: QueuePointers = QueuePointers::new(DISCARDS);
            /// runs in flight
            flights: leaf::LutRam<Run> = leaf::LutRam::twin(DISCARDS, run(g), parity == 1);
        }
    }
}

impl Logic for Reclaimer {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("Shoot-downs.");
        self.shoot_ready.next = self.shoot_state.val() == ShootState::Idle;
        self.shoot_done.next =
            (self.shoot_state.val() == ShootState::Wait) & self.shootdown_done.val();
        self.shootdown_valid.next = self.shoot_state.val() == ShootState::Offer;
        self.shootdown_process.next = self.process_id.val();
        self.shootdown_address.next = self.address.val();
        self.shootdown_pages.next = self.pages.val();
        match self.shoot_state.val() {
            ShootState::Idle => {
                self.process_id.next = self.shoot_process.val();
                self.address.next = self.shoot_address.val();
                self.pages.next = self.shoot_pages.val();
                if self.shoot_valid.val() {
                    self.shoot_state.next = ShootState::Offer;
                }
            }
            ShootState::Offer => {
                if self.shootdown_ready.val() {
                    self.shoot_state.next = ShootState::Wait;
                }
            }
            ShootState::Wait => {
                if self.shootdown_done.val() {
                    self.shoot_state.next = ShootState::Idle;
                }
            }
        }

        comment!("Frames that wait.");
        self.frame_ready.next = !self.frame_pointers.full.val();
        self.frame_pointers.push.next = self.frame_valid.val() & self.frame_ready.val();
        self.frames.write.next = self.frame_valid.val() & self.frame_ready.val();
        self.frames.write_address.next = self.frame_pointers.push_entry.val();
        self.frames.write_data.next.discard = self.frame_discard.val();
        self.frames.write_data.next.frame = self.frame.val();
        self.frames.read_address.next = self.frame_pointers.pop_entry.val();
        self.oldest.next = self.frames.read_data.val();

        if self.parity == 1 {
            self.wrong[0].next = !self.frame_pointers.empty.val() & self.frames.wrong.val();
        }

        comment!("A run grows while its next frame is there; then it goes to the port.");
        self.there.next = !self.frame_pointers.empty.val() & !self.hold.val();
        self.after_run.next = bits_to(self.run.val().first, self.sum_bits)
            + bits_to(self.run.val().count, self.sum_bits);
        self.grows.next = self.collecting.val()
            & self.there.val()
            & (self.oldest.val().discard == self.run.val().discard)
            & (bits_to(self.oldest.val().frame, self.sum_bits) == self.after_run.val())
            & (self.run.val().count < self.run_frames);
        self.discard_valid.next =
            self.offered.val() & self.offer.val().discard & !self.flight_pointers.full.val();
        self.discard_frame.next = (bits(self.memory_tag, self.frame_bits) << self.frame_index_bits)
            | bits_to(self.offer.val().first, self.frame_bits);
        self.discard_count.next = self.offer.val().count;
        self.leaves.next = self.offered.val()
            & !self.flight_pointers.full.val()
            & (self.discard_ready.val() | !self.offer.val().discard);
        self.moves.next =
            self.collecting.val() & !self.grows.val() & (self.leaves.val() | !self.offered.val());
        self.taken.next =
            self.there.val() & (self.grows.val() | self.moves.val() | !self.collecting.val());
        self.frame_pointers.pop.next = self.taken.val();
        if self.grows.val() {
            self.run.next.count = self.run.val().count + 1;
        } else if self.taken.val() {
            self.run.next.discard = self.oldest.val().discard;
            self.run.next.first = self.oldest.val().frame;
            self.run.next.count = bits(1, self.run_bits);
            self.collecting.next = true;
        } else if self.moves.val() {
            self.collecting.next = false;
        }
        if self.moves.val() {
            self.offer.next = self.run.val();
            self.offered.next = true;
        } else if self.leaves.val() {
            self.offered.next = false;
        }

        comment!("Runs in flight: discarded, or accepted without.");
        self.flight_pointers.push.next = self.leaves.val();
        self.flights.write.next = self.leaves.val();
        self.flights.write_address.next = self.flight_pointers.push_entry.val();
        self.flights.write_data.next = self.offer.val();
        self.flights.read_address.next = self.flight_pointers.pop_entry.val();
        self.flight.next = self.flights.read_data.val();
        self.done.next = !self.flight_pointers.empty.val()
            & (self.given_count.val().any() | self.dones.val().any() | !self.flight.val().discard);

        comment!("Frame by frame to the bypass, and from there to the pool.");
        self.given.next =
            self.flight.val().first + bits_to(self.given_count.val(), self.frame_index_bits);
        self.drop_valid.next = self.done.val() & (!self.free.val() | self.push_ready.val());
        self.drop_frame.next = self.given.val();
        self.dropped.next = self.drop_valid.val() & self.drop_ready.val();
        self.finished.next =
            self.dropped.val() & ((self.given_count.val() + 1) == self.flight.val().count);
        if self.finished.val() {
            self.given_count.next = bits(0, self.run_bits);
        } else if self.dropped.val() {
            self.given_count.next = self.given_count.val() + 1;
        }
        self.spent.next =
            self.dropped.val() & !self.given_count.val().any() & self.flight.val().discard;
        self.dones.next = self.dones.val() + bits_from(self.discard_done.val(), 4)
            - bits_from(self.spent.val(), 4);
        self.flight_pointers.pop.next = self.finished.val();
        self.push_valid.next = self.free.val();
        self.push_frame.next = self.free_frame.val();
        self.free.next = self.dropped.val() | (self.free.val() & !self.push_ready.val());
        if self.dropped.val() {
            self.free_frame.next = self.given.val();
        }
        self.empty.next = self.frame_pointers.empty.val()
            & self.flight_pointers.empty.val()
            & !self.collecting.val()
            & !self.offered.val()
            & !self.free.val();
    }
}
