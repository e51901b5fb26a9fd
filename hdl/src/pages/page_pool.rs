//! Free frames: a queue on chip in front of a list in memory.

use super::channels::{LineAnswer, LineAsk, line_answer, line_ask};
use super::types::{CAUSE_POOL_LIST, PoolState};
use crate::allocator::queue_pointers::QueuePointers;
use crate::geometry::{Geometry, LINE_BEATS, PAGE_BITS};
use crate::rtl::*;

/// Frames of a list node, the node itself included, and so of a spill or refill.
pub const NODE_FRAMES: usize = LINE_BEATS;
/// Width of the number of frames that a user needs at once.
pub const NEED_BITS: usize = 3;

module! {
    /// Page pool: free frames on chip, the others in an intrusive list in memory.
    ///
    /// A node of the list is a free frame whose first line names seven more: beat 0 is the frame
    /// number of the next node, all ones at the end, beats 1 to 7 are the frames. With few frames
    /// on chip the pool reads a node (a refill), with many it writes one (a spill), eight frames
    /// at a time, by way of a line buffer. Frames of a spill leave the chip only when the write has
    /// been answered without an error; frames of a refill arrive only when all its beats have.
    ///
    /// Protocol:   valid/ready on push and pop. need may change in any cycle; once have is set, it
    ///             stays so but for pops. After a refill that met a bus error the pool reads the
    ///             same node again at the next retry, or a new one after a spill. After a spill
    ///             that met one it tries again as soon as a push is offered.
    ///             Memory: valid/ready on each channel, eight beats a line, one line at a time.
    /// Latency:    a frame pushed into an empty pool can be popped in the next cycle; a refill
    ///             takes 18 cycles and the memory's own from few frames to its last frame.
    /// Throughput: a push and a pop a cycle while the chip has room and frames; a spill of 8 frames
    ///             takes 18 cycles and the memory's own.
    /// Full:       push_ready is low while the chip is full, a refill's frames included.
    /// Reset:      empty; the list is forgotten.
    pub module PagePool(g: &Geometry) = "memento_page_pool" {
        parameters {
            /// frames on chip, a power of two, at least 16
            entries = g.pool_entries,
            /// bits, width of a physical address
            physical_bits = g.physical_bits,
            /// log2 of the bytes that frames are lent from
            memory_bits = g.memory_bits,
            /// base of these bytes above their width
            memory_tag = g.memory_base >> g.memory_bits,
            /// cause of the memory accesses
            cause = CAUSE_POOL_LIST,
        }
        derived {
            /// bits, width of a frame's index
            frame_index_bits = memory_bits - PAGE_BITS,
            /// bits, width of a count of all frames
            level_bits = frame_index_bits + 1,
            /// bits, width of a count of list nodes
            node_count_bits = level_bits - 3,
            /// bits, width of an entry number of the queue
            entry_bits = clog2(entries),
            /// bits, width of a count of frames on chip
            count_bits = entry_bits + 1,
            /// refill below so many frames: a quarter, and what a user may need
            refill_below = (entries / 4).max(NODE_FRAMES),
            /// spill above so many frames: three quarters, and a refill's worth above its mark
            spill_above = (entries / 4 * 3).max(2 * NODE_FRAMES - 1),
        }
        features {
            /// 1: words of tables and queues are checked by a parity bit
            parity = g.parity as usize,
        }
        ports {
            "Check of the words kept" {
                /// a frame's number was not what was written: the frame is lost, and granted to nobody
                output lost[parity]: bool;
                /// nor was one on its way to or from the list
                output wrong[parity]: bool;
            }
            "Push: valid/ready" {
                /// a frame is given back
                input push_valid: bool;
                /// accepted
                output push_ready: bool;
                /// its index
                input push_frame: Word = frame_index_bits;
            }
            "Pop: valid/ready" {
                /// a frame is on offer
                output pop_valid: bool;
                /// taken
                input pop_ready: bool;
                /// its index
                output pop_frame: Word = frame_index_bits;
            }
            "Reserve: combinational" {
                /// frames needed at once
                input need: Word = NEED_BITS;
                /// so many can be popped without waiting for the memory
                output have: bool;
                /// there are not so many, on chip and in the list
                output dry: bool;
                /// there are not so many on chip, and the list could not be read
                output failed: bool;
                /// pulse: read the list again
                input retry: bool;
            }
            "Level: combinational" {
                /// frames, on chip and in the list
                output level: Word = level_bits;
                /// low water mark
                input low_mark: Word = level_bits;
                /// high water mark
                input high_mark: Word = level_bits;
                /// the level is at the low mark or below
                output pool_low: bool;
                /// the level is at the high mark or above
                output pool_high: bool;
            }
            "Events" {
                /// eight frames came from the list
                output refilled: bool;
                /// eight frames went to the list
                output spilled: bool;
            }
            "Line port" {
                /// what is asked of memory
                output line_ask: LineAsk = line_ask(g);
                /// what it answers
                input line_answer: LineAnswer = line_answer();
            }
        }
        wires {
            /// a frame is pushed
            pushed: bool;
            /// a frame is popped
            popped: bool;
            /// a frame goes from the queue to the line buffer
            gathered: bool;
            /// a frame goes from the line buffer to the queue
            scattered: bool;
            /// a beat is read
            read_beat: bool;
            /// the last beat moves
            last: bool;
            /// the read has met an error
            read_failed: bool;
            /// eight frames are claimed for a spill
            claimed: bool;
            /// room for eight frames is claimed for a refill
            reserved: bool;
            /// a refill has failed
            refill_lost: bool;
            /// a spill has been answered without an error
            spill_kept: bool;
            /// a spill has been answered with an error
            spill_lost: bool;
            /// the line buffer's frame
            buffered: Word = frame_index_bits;
            /// frame whose number is written
            named: Word = frame_index_bits;
            /// that frame's address
            named_address: Word = physical_bits;
            /// node that is read or written
            node: Word = frame_index_bits;
        }
        state {
            /// what the pool does
            state: PoolState;
            /// frames that can be popped
            available: Word = count_bits;
            /// places taken on chip: by frames, and by those that a refill brings
            occupied: Word = count_bits;
            /// all frames
            frames: Word = level_bits;
            /// nodes of the list
            nodes: Word = node_count_bits;
            /// the list's first node could not be read
            list_failed: bool;
            /// the last spill failed
            spill_waits: bool;
        }
        data {
            /// the list's first node
            head: Word = frame_index_bits;
            /// the node behind it, as read
            link: Word = frame_index_bits;
            /// frame of the line buffer, and beat of the line
            beat: Word = clog2(NODE_FRAMES);
            /// a beat came with an error
            beat_failed: bool;
        }
        instances {
            /// where frames go and come from
            pointers: QueuePointers = QueuePointers::new(entries);
            /// the queue
            queue: leaf::LutRam = leaf::LutRam::protected(entries, frame_index_bits, parity == 1);
            /// the line buffer
            buffer: leaf::LutRam = leaf::LutRam::protected(NODE_FRAMES, frame_index_bits, parity == 1);
        }
    }
}

impl Logic for PagePool {
    #[hdl_gen]
    fn update(&mut self) {
        self.buffer.read_address.next = self.beat.val();
        self.buffered.next = self.buffer.read_data.val();

        comment!("The queue: pushes go before the line buffer's frames, pops before a spill's.");
        self.push_ready.next = self.occupied.val() < self.entries;
        if self.parity == 1 {
            comment!("A frame whose number can't be relied upon leaves, and reaches nobody.");
            self.lost[0].next = self.available.val().any()
                & self.queue.wrong.val()
                & (self.state.val() != PoolState::Gather);
            self.wrong[0].next = ((self.state.val() == PoolState::Gather) & self.queue.wrong.val())
                | (self.buffer.wrong.val()
                    & ((self.state.val() == PoolState::WriteRequest)
                        | (self.state.val() == PoolState::WriteBeats)
                        | (self.state.val() == PoolState::WriteResponse)
                        | (self.state.val() == PoolState::Scatter)));
            self.pop_valid.next = self.available.val().any() & !self.queue.wrong.val();
        } else {
            self.pop_valid.next = self.available.val().any();
        }
        self.pushed.next = self.push_valid.val() & self.push_ready.val();
        if self.parity == 1 {
            self.popped.next = (self.pop_valid.val() & self.pop_ready.val()) | self.lost[0].val();
        } else {
            self.popped.next = self.pop_valid.val() & self.pop_ready.val();
        }
        self.gathered.next = (self.state.val() == PoolState::Gather) & !self.popped.val();
        self.scattered.next = (self.state.val() == PoolState::Scatter) & !self.pushed.val();
        self.pointers.push.next = self.pushed.val() | self.scattered.val();
        self.pointers.pop.next = self.popped.val() | self.gathered.val();
        self.queue.write.next = self.pushed.val() | self.scattered.val();
        self.queue.write_address.next = self.pointers.push_entry.val();
        if self.pushed.val() {
            self.queue.write_data.next = self.push_frame.val();
        } else {
            self.queue.write_data.next = self.buffered.val();
        }
        self.queue.read_address.next = self.pointers.pop_entry.val();
        self.pop_frame.next = self.queue.read_data.val();

        comment!("The line buffer: a node and the seven frames that it names.");
        self.read_beat.next =
            (self.state.val() == PoolState::ReadBeats) & self.line_answer.val().beat_valid;
        self.last.next = self.beat.val().all();
        self.buffer.write.next = self.gathered.val() | self.read_beat.val();
        self.buffer.write_address.next = self.beat.val();
        if self.state.val() == PoolState::Gather {
            self.buffer.write_data.next = self.queue.read_data.val();
        } else if self.beat.val().any() {
            self.buffer.write_data.next =
                bits_to(self.line_answer.val().beat, self.frame_index_bits);
        } else {
            self.buffer.write_data.next = self.head.val();
        }

        comment!("Memory: beat is 0 while an address is offered and while an answer is awaited.");
        self.line_ask.next.cause = bits(self.cause, 3);
        self.line_ask.next.read_valid = self.state.val() == PoolState::ReadRequest;
        self.line_ask.next.beat_ready = self.state.val() == PoolState::ReadBeats;
        self.line_ask.next.write_valid = self.state.val() == PoolState::WriteRequest;
        self.line_ask.next.data_valid = self.state.val() == PoolState::WriteBeats;
        self.line_ask.next.strobe = !bits(0, 8);
        self.line_ask.next.last = self.last.val();
        self.line_ask.next.response_ready = self.state.val() == PoolState::WriteResponse;
        if self.state.val() == PoolState::ReadRequest {
            self.node.next = self.head.val();
        } else {
            self.node.next = self.buffered.val();
        }
        self.line_ask.next.address = (bits(self.memory_tag, self.physical_bits)
            << self.memory_bits)
            | (bits_to(self.node.val(), self.physical_bits) << 12);
        if self.beat.val().any() {
            self.named.next = self.buffered.val();
        } else {
            self.named.next = self.head.val();
        }
        self.named_address.next = (bits(self.memory_tag, self.physical_bits) << self.memory_bits)
            | (bits_to(self.named.val(), self.physical_bits) << 12);
        if !self.beat.val().any() & !self.nodes.val().any() {
            self.line_ask.next.data = !bits(0, 64);
        } else {
            self.line_ask.next.data = bits_to(self.named_address.val() >> 12, 64);
        }

        comment!("Spills and refills, one at a time.");
        self.read_failed.next = self.beat_failed.val() | self.line_answer.val().beat_error;
        self.claimed.next = false;
        self.reserved.next = false;
        self.refill_lost.next = false;
        self.refilled.next = false;
        self.spill_kept.next = false;
        self.spill_lost.next = false;
        match self.state.val() {
            PoolState::Idle => {
                self.beat.next = bits(0, 3);
                self.beat_failed.next = false;
                if (self.available.val() < self.refill_below)
                    & self.nodes.val().any()
                    & !self.list_failed.val()
                {
                    self.reserved.next = true;
                    self.state.next = PoolState::ReadRequest;
                } else if (self.available.val() > self.spill_above) & !self.spill_waits.val() {
                    self.claimed.next = true;
                    self.state.next = PoolState::Gather;
                }
            }
            PoolState::Gather => {
                if self.gathered.val() {
                    self.beat.next = self.beat.val() + 1;
                    if self.last.val() {
                        self.state.next = PoolState::WriteRequest;
                    }
                }
            }
            PoolState::WriteRequest => {
                if self.line_answer.val().write_ready {
                    self.state.next = PoolState::WriteBeats;
                }
            }
            PoolState::WriteBeats => {
                if self.line_answer.val().data_ready {
                    self.beat.next = self.beat.val() + 1;
                    if self.last.val() {
                        self.state.next = PoolState::WriteResponse;
                    }
                }
            }
            PoolState::WriteResponse => {
                if self.line_answer.val().response_valid {
                    if self.line_answer.val().response_error {
                        self.spill_lost.next = true;
                        self.state.next = PoolState::Scatter;
                    } else {
                        self.spill_kept.next = true;
                        self.head.next = self.buffered.val();
                        self.state.next = PoolState::Idle;
                    }
                }
            }
            PoolState::ReadRequest => {
                if self.line_answer.val().read_ready {
                    self.state.next = PoolState::ReadBeats;
                }
            }
            PoolState::ReadBeats => {
                if self.line_answer.val().beat_valid {
                    self.beat_failed.next = self.read_failed.val();
                    self.beat.next = self.beat.val() + 1;
                    if !self.beat.val().any() {
                        self.link.next =
                            bits_to(self.line_answer.val().beat, self.frame_index_bits);
                    }
                    if self.last.val() {
                        if self.read_failed.val() {
                            self.refill_lost.next = true;
                            self.state.next = PoolState::Idle;
                        } else {
                            self.refilled.next = true;
                            self.head.next = self.link.val();
                            self.state.next = PoolState::Scatter;
                        }
                    }
                }
            }
            PoolState::Scatter => {
                if self.scattered.val() {
                    self.beat.next = self.beat.val() + 1;
                    if self.last.val() {
                        self.state.next = PoolState::Idle;
                    }
                }
            }
        }
        self.spilled.next = self.spill_kept.val();

        comment!("Counts.");
        self.available.next = self.available.val()
            + bits_from(self.pushed.val() | self.scattered.val(), self.count_bits)
            - bits_from(self.popped.val(), self.count_bits)
            - (bits_from(self.claimed.val(), self.count_bits) << 3);
        self.occupied.next = self.occupied.val()
            + bits_from(self.pushed.val(), self.count_bits)
            + (bits_from(self.reserved.val(), self.count_bits) << 3)
            - bits_from(self.popped.val(), self.count_bits)
            - (bits_from(
                self.refill_lost.val() | self.spill_kept.val(),
                self.count_bits,
            ) << 3);
        self.frames.next = self.frames.val() + bits_from(self.pushed.val(), self.level_bits)
            - bits_from(self.popped.val(), self.level_bits);
        if self.spill_kept.val() {
            self.nodes.next = self.nodes.val() + 1;
        } else if self.refilled.val() {
            self.nodes.next = self.nodes.val() - 1;
        }

        comment!("After bus errors.");
        if self.refill_lost.val() {
            self.list_failed.next = true;
        } else if self.retry.val() | self.spill_kept.val() {
            self.list_failed.next = false;
        }
        if self.spill_lost.val() {
            self.spill_waits.next = true;
        } else if self.push_valid.val() {
            self.spill_waits.next = false;
        }

        self.have.next = self.available.val() >= bits_to(self.need.val(), self.count_bits);
        self.dry.next = self.frames.val() < bits_to(self.need.val(), self.level_bits);
        self.failed.next = self.list_failed.val() & !self.have.val();
        self.level.next = self.frames.val();
        self.pool_low.next = self.frames.val() <= self.low_mark.val();
        self.pool_high.next = self.frames.val() >= self.high_mark.val();
    }
}
