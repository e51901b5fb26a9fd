//! Arena headers: what moves, keeps and changes them.

use super::header_cache::HeaderCache;
use super::header_unit::HeaderUnit;
use super::plain_free::PlainFree;
use super::types::Status;
use super::write_queue::WriteQueue;
use crate::geometry::{BEAT_BITS, Geometry, LINE_BEATS};
use crate::rtl::*;

module! {
    /// Header store: header unit, header cache, plain free and write queue, between the list engine and
    /// memory.
    ///
    /// The engine has headers read, judged and written one at a time, or has a slot's bit cleared in
    /// one that is at hand. What the latter changes is in memory later than seen here: whatever else
    /// is written waits until nothing is unanswered.
    ///
    /// Protocol:   commands are held until done pulses, frees until elsewhere, cleared or refused;
    ///             one at a time. A command that writes only while nothing is unanswered. Answers are
    ///             pulses. Memory: valid/ready on each channel, eight beats a line.
    /// Latency:    that of header unit and header cache; a free is cleared in four cycles.
    /// Reset:      one cycle an entry of the cache to clear it.
    pub module HeaderStore(g: &Geometry) = "memento_header_store" {
        parameters {
            /// bits, width of a physical address
            physical_bits = g.physical_bits,
            /// bits, width of a class number
            class_bits = g.class_bits,
            /// bits, width of a context number
            context_bits = g.context_bits,
            /// bits, width of an arena number
            arena_bits = g.arena_bits,
            /// bits, width of a slot number
            slot_bits = g.slot_bits,
            /// bits, width of a count of 0..=objects
            count_bits = g.count_bits,
        }
        derived {
            /// bits, width of a link: an arena number and a bit for "none"
            link_bits = arena_bits + 1,
            /// log2 of the beats a line
            beat_number_bits = clog2(LINE_BEATS),
        }
        features {
            /// 1: words of tables and queues are checked by a parity bit
            parity = g.parity as usize,
        }
        ports {
            "Command: held until done" {
                /// a command is there
                input command_valid: bool;
                /// the line is no header: it isn't kept
                input command_other: bool;
                /// write a line; else read one
                input command_write: bool;
                /// line buffer
                input command_buffer: Word = 2;
                /// physical address of the line
                input command_address: Word = physical_bits;
                /// class that the header is to have
                input command_class: Word = class_bits;
                /// context that the header is to have
                input command_context: Word = context_bits;
                /// arena number that the header is to have
                input command_arena: Word = arena_bits;
                /// slot to look up, or to clear
                input command_slot: Word = slot_bits;
                /// write: a full arena's header, whatever the buffer holds
                input write_full: bool;
                /// write: clear the slot's bit and set the count
                input write_clear: bool;
                /// write: that count
                input write_count: Word = count_bits;
                /// write: set next
                input write_next: bool;
                /// write: that link
                input next_link: Word = link_bits;
                /// write: set prev
                input write_prev: bool;
                /// write: that link
                input prev_link: Word = link_bits;
            }
            "Findings: valid from done to the next command" {
                /// the command is carried out
                output done: bool;
                /// the memory reported an error
                output bus_error: bool;
                /// the sum is right
                output sum_matches: bool;
                /// mark: never used
                output never_used: bool;
                /// mark: released
                output released: bool;
                /// mark: in use
                output in_use: bool;
                /// number, class and context are as commanded
                output tag_matches: bool;
                /// the count is at most the objects of an arena
                output count_fits: bool;
                /// allocated slots
                output count: Word = count_bits;
                /// the slot's bit
                output slot_allocated: bool;
                /// next is none, or an arena number of the class
                output next_valid: bool;
                /// next
                output found_next: Word = link_bits;
                /// prev is none, or an arena number of the class
                output prev_valid: bool;
                /// prev
                output found_prev: Word = link_bits;
            }
            "Line buffer 0, while no command is under way" {
                /// beat to look at
                input peek_beat: Word = beat_number_bits;
                /// that beat, in the same cycle
                output peek_data: Word = BEAT_BITS;
            }
            "Plain free: held until elsewhere, cleared or refused; class, arena and slot are the command's" {
                /// clear the slot's bit
                input clear: bool;
                /// the free came from the inbox
                input clear_inbox: bool;
                /// the header isn't at hand
                output elsewhere: bool;
                /// the bit is cleared
                output cleared: bool;
                /// the free is no plain one
                output refused: bool;
                /// physical address of the header's line, with refused
                output refused_line: Word = physical_bits;
                /// the header is at hand
                output at_hand: bool;
            }
            "Answer to a plain free: a pulse" {
                /// memory has what it changed, or failed
                output answer_valid: bool;
                /// the free came from the inbox
                output answer_inbox: bool;
                /// Ok or BusError
                output answer_status: Status;
                /// a plain free has no answer yet
                output unanswered: bool;
            }
            "Cache" {
                /// drop all; only while nothing is asked and nothing unanswered
                input forget: bool;
                /// drop the header that the command names
                input drop: bool;
                /// commands are served
                output ready: bool;
            }
            "Header read request: valid/ready" {
                /// a line is asked for
                output read_request_valid: bool;
                /// accepted
                input read_request_ready: bool;
                /// its physical address, a multiple of 64
                output read_request_address: Word = physical_bits;
            }
            "Header read data: valid/ready, eight beats a line" {
                /// a beat is there
                input read_data_valid: bool;
                /// it is taken
                output read_data_ready: bool;
                /// eight bytes, the lowest address in the lowest bits
                input read_data: Word = BEAT_BITS;
                /// the memory failed
                input read_data_error: bool;
            }
            "Header write request: valid/ready" {
                /// a line is to be written
                output write_request_valid: bool;
                /// accepted
                input write_request_ready: bool;
                /// its physical address, a multiple of 64
                output write_request_address: Word = physical_bits;
            }
            "Header write data: valid/ready, eight beats a line" {
                /// a beat is on offer
                output write_data_valid: bool;
                /// accepted
                input write_data_ready: bool;
                /// eight bytes, the lowest address in the lowest bits
                output write_data: Word = BEAT_BITS;
                /// the line's eighth beat
                output write_data_last: bool;
            }
            "Check of the words kept" {
                /// a beat that is peeked at is used
                input peek_used[parity]: bool;
                /// a word that is used is not what was kept
                output wrong[parity]: bool;
            }
            "Header write response: valid/ready" {
                /// the line is written
                input write_response_valid: bool;
                /// taken
                output write_response_ready: bool;
                /// the memory failed
                input write_response_error: bool;
            }
        }
        instances {
            /// headers in and out
            header_unit: HeaderUnit = HeaderUnit::new(g);
            /// headers that were read last
            header_cache: HeaderCache = HeaderCache::new(g);
            /// frees that change one in place
            plain_free: PlainFree = PlainFree::new(g);
            /// what they changed, on its way to memory
            write_queue: WriteQueue = WriteQueue::new(g);
        }
    }
}

impl Logic for HeaderStore {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("Commands and findings are the header unit's.");
        self.header_unit.command_valid.next = self.command_valid.val();
        self.header_unit.command_write.next = self.command_write.val();
        self.header_unit.command_buffer.next = self.command_buffer.val();
        self.header_unit.command_address.next = self.command_address.val();
        self.header_unit.command_class.next = self.command_class.val();
        self.header_unit.command_context.next = self.command_context.val();
        self.header_unit.command_arena.next = self.command_arena.val();
        self.header_unit.command_slot.next = self.command_slot.val();
        self.header_unit.write_full.next = self.write_full.val();
        self.header_unit.write_clear.next = self.write_clear.val();
        self.header_unit.write_count.next = self.write_count.val();
        self.header_unit.write_next.next = self.write_next.val();
        self.header_unit.next_link.next = self.next_link.val();
        self.header_unit.write_prev.next = self.write_prev.val();
        self.header_unit.prev_link.next = self.prev_link.val();
        self.done.next = self.header_unit.done.val();
        self.bus_error.next = self.header_unit.bus_error.val();
        self.sum_matches.next = self.header_unit.sum_matches.val();
        self.never_used.next = self.header_unit.never_used.val();
        self.released.next = self.header_unit.released.val();
        self.in_use.next = self.header_unit.in_use.val();
        self.tag_matches.next = self.header_unit.tag_matches.val();
        self.count_fits.next = self.header_unit.count_fits.val();
        self.count.next = self.header_unit.count.val();
        self.slot_allocated.next = self.header_unit.slot_allocated.val();
        self.next_valid.next = self.header_unit.next_valid.val();
        self.found_next.next = self.header_unit.found_next.val();
        self.prev_valid.next = self.header_unit.prev_valid.val();
        self.found_prev.next = self.header_unit.found_prev.val();
        self.header_unit.peek_beat.next = self.peek_beat.val();
        self.peek_data.next = self.header_unit.peek_data.val();

        comment!("Which header the cache is asked about.");
        self.header_cache.size_class.next = self.command_class.val();
        self.header_cache.arena.next = self.command_arena.val();
        self.header_cache.other.next = self.command_other.val();
        self.header_cache.forget.next = self.forget.val();
        self.header_cache.drop.next = self.drop.val();
        self.ready.next = self.header_cache.ready.val();
        self.at_hand.next = self.header_cache.at_hand.val();

        comment!("Frees that change it in place.");
        self.plain_free.ask.next = self.clear.val();
        self.plain_free.slot.next = self.command_slot.val();
        self.elsewhere.next = self.plain_free.elsewhere.val();
        self.cleared.next = self.plain_free.done.val();
        self.refused.next = self.plain_free.refused.val();
        self.refused_line.next = self.plain_free.line.val();
        self.plain_free.at_hand.next = self.header_cache.at_hand.val();
        self.plain_free.line_address.next = self.header_cache.line_address.val();
        self.plain_free.taken.next = self.write_queue.taken.val();
        self.plain_free.room.next = self.write_queue.room.val();
        self.header_cache.free_read.next = self.plain_free.read.val();
        self.header_cache.free_beat.next = self.plain_free.beat.val();
        self.plain_free.read_data.next = self.header_cache.beat_data.val();
        self.header_cache.free_write.next = self.plain_free.write.val();
        self.header_cache.free_data.next = self.plain_free.write_data.val();

        comment!("What they changed, and their answers.");
        self.write_queue.put.next = self.plain_free.put.val();
        self.write_queue.entry.next = self.header_cache.entry.val();
        self.write_queue.put_address.next = self.plain_free.line.val();
        self.write_queue.put_inbox.next = self.clear_inbox.val();
        self.write_queue.changing.next = self.plain_free.changing.val();
        self.header_cache.busy.next = self.write_queue.busy.val();
        self.header_cache.queue_place.next = self.write_queue.read_place.val();
        self.write_queue.granted.next = self.header_cache.queue_granted.val();
        self.write_queue.read_data.next = self.header_cache.beat_data.val();
        self.answer_valid.next = self.write_queue.answer_valid.val();
        self.answer_inbox.next = self.write_queue.answer_inbox.val();
        if self.write_queue.answer_error.val() {
            self.answer_status.next = Status::BusError;
        } else {
            self.answer_status.next = Status::Ok;
        }
        self.unanswered.next = self.write_queue.unanswered.val();

        if self.parity == 1 {
            self.write_queue.read_wrong[0].next = self.header_cache.beat_wrong[0].val();
            self.wrong[0].next = self.header_cache.wrong[0].val()
                | (self.plain_free.uses[0].val() & self.header_cache.beat_wrong[0].val())
                | self.write_queue.wrong[0].val()
                | (self.header_unit.wrong[0].val()
                    & (self.peek_used[0].val() | self.header_unit.write_data_valid.val()));
        }

        comment!("Reads: header unit, cache, memory.");
        self.header_cache.read_request_valid.next = self.header_unit.read_request_valid.val();
        self.header_unit.read_request_ready.next = self.header_cache.read_request_ready.val();
        self.header_cache.read_request_address.next = self.header_unit.read_request_address.val();
        self.header_unit.read_data_valid.next = self.header_cache.read_data_valid.val();
        self.header_cache.read_data_ready.next = self.header_unit.read_data_ready.val();
        self.header_unit.read_data.next = self.header_cache.read_data.val();
        self.header_unit.read_data_error.next = self.header_cache.read_data_error.val();
        self.read_request_valid.next = self.header_cache.memory_read_request_valid.val();
        self.header_cache.memory_read_request_ready.next = self.read_request_ready.val();
        self.read_request_address.next = self.header_cache.memory_read_request_address.val();
        self.header_cache.memory_read_data_valid.next = self.read_data_valid.val();
        self.read_data_ready.next = self.header_cache.memory_read_data_ready.val();
        self.header_cache.memory_read_data.next = self.read_data.val();
        self.header_cache.memory_read_data_error.next = self.read_data_error.val();

        comment!("Writes: the write queue's, or the header unit's while that is empty.");
        self.header_cache.write_request_valid.next = self.header_unit.write_request_valid.val();
        self.header_unit.write_request_ready.next = self.header_cache.write_request_ready.val();
        self.header_cache.write_request_address.next = self.header_unit.write_request_address.val();
        self.header_cache.write_data_valid.next = self.header_unit.write_data_valid.val();
        self.header_unit.write_data_ready.next = self.header_cache.write_data_ready.val();
        self.header_cache.write_data.next = self.header_unit.write_data.val();
        self.header_cache.write_data_last.next = self.header_unit.write_data_last.val();
        self.header_cache.memory_write_request_ready.next = self.write_request_ready.val();
        self.header_cache.memory_write_data_ready.next = self.write_data_ready.val();
        self.write_queue.write_request_ready.next = self.write_request_ready.val();
        self.write_queue.write_data_ready.next = self.write_data_ready.val();
        if self.write_queue.unanswered.val() {
            self.write_request_valid.next = self.write_queue.write_request_valid.val();
            self.write_request_address.next = self.write_queue.write_request_address.val();
            self.write_data_valid.next = self.write_queue.write_data_valid.val();
            self.write_data.next = self.write_queue.write_data.val();
            self.write_data_last.next = self.write_queue.write_data_last.val();
        } else {
            self.write_request_valid.next = self.header_cache.memory_write_request_valid.val();
            self.write_request_address.next = self.header_cache.memory_write_request_address.val();
            self.write_data_valid.next = self.header_cache.memory_write_data_valid.val();
            self.write_data.next = self.header_cache.memory_write_data.val();
            self.write_data_last.next = self.header_cache.memory_write_data_last.val();
        }
        self.write_response_ready.next = true;
        self.write_queue.write_response_valid.next =
            self.write_response_valid.val() & self.write_queue.unanswered.val();
        self.write_queue.write_response_error.next = self.write_response_error.val();
        self.header_unit.write_response_valid.next =
            self.write_response_valid.val() & !self.write_queue.unanswered.val();
        self.header_unit.write_response_error.next = self.write_response_error.val();
        self.header_cache.write_failed.next =
            self.write_response_valid.val() & self.write_response_error.val();
    }
}
