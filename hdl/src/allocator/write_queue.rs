//! Headers on their way from the header cache to memory, and the frees that wait for them.

use super::queue_pointers::QueuePointers;
use crate::geometry::{
    BEAT_BITS, FREES_UNANSWERED, Geometry, LINE_BEATS, LINES_TO_WRITE, WRITES_UNDER_WAY,
};
use crate::rtl::*;

/// Frees that a line serves before it goes to memory, if that waits for lines; then others wait until it has been read.
const SHARE: usize = 4;
/// Beats that wait between cache and memory, a power of two.
const BEATS: usize = 2 * LINE_BEATS;

bundle! {
    /// A free that waits: for which line, and from where it came.
    pub struct Waiting { line: Word, inbox: bool }
}

fn waiting() -> WaitingShape {
    WaitingShape {
        line: clog2(LINES_TO_WRITE),
        inbox: (),
    }
}

module! {
    /// Write queue: lines of the header cache that memory is to have, oldest first.
    ///
    /// A free that has changed a line puts it here. If the line waits already it is joined: one write
    /// serves all frees until its first beat is read from the cache. From then on the line is not to
    /// be changed until its last beat is read, so that what memory gets is a header as it was
    /// between two frees. A line waits as long as as many as may be are under way to memory; else
    /// frees that follow each other at once join it, up to four.
    /// Frees are answered in their order, each when memory has answered its line's write.
    ///
    /// Protocol:   put only with room; the cache's beat is read where it is granted and comes one
    ///             cycle later. Memory: valid/ready on each channel, eight beats a line, one line at
    ///             a time; responses come in order. Answers are pulses.
    /// Latency:    a line is read from the cache one cycle after it is put, and its first beat is on
    ///             offer two cycles after that; the oldest free's answer comes with memory's.
    /// Throughput: a line every nine cycles, an answer a cycle.
    /// Full:       no room without a line's place, unless the line waits, or a free's.
    /// Reset:      empty.
    pub module WriteQueue(g: &Geometry) = "memento_write_queue" {
        parameters {
            /// headers in the cache, a power of two
            entries = g.header_entries,
            /// bits, width of a physical address
            physical_bits = g.physical_bits,
            /// lines that wait for memory or its answer, a power of two
            lines = LINES_TO_WRITE,
            /// of these, lines that are under way to memory at most
            writes = WRITES_UNDER_WAY,
            /// frees that wait, a power of two
            frees = FREES_UNANSWERED,
            /// frees that a line waits for while memory waits for lines
            share = SHARE,
        }
        derived {
            /// bits, width of an entry number
            entry_bits = clog2(entries),
            /// bits, width of a line's place here
            line_bits = clog2(lines),
            /// bits, width of a count of lines
            lines_bits = clog2(lines) + 1,
            /// bits, width of a count of frees
            frees_bits = clog2(frees) + 1,
            /// log2 of the beats a line
            beat_number_bits = clog2(LINE_BEATS),
            /// bits, width of a beat's place among those of all entries
            place_bits = clog2(entries * LINE_BEATS),
            /// bits, width of a beat's place here
            buffer_bits = clog2(BEATS),
            /// beats that may be left here of the lines before when another is begun
            left_beats = LINE_BEATS / 2,
        }
        features {
            /// 1: words of tables and queues are checked by a parity bit
            parity = g.parity as usize,
        }
        ports {
            "Check of the words kept" {
                /// the cache's beat is not what was kept there
                input read_wrong[parity]: bool;
                /// nor is a beat that came, or one or an address that goes to memory
                output wrong[parity]: bool;
            }
            "Put: a free has changed a line" {
                /// it has
                input put: bool;
                /// entry of the cache that the line is in; also the one asked about below
                input entry: Word = entry_bits;
                /// physical address of the line
                input put_address: Word = physical_bits;
                /// the free came from the inbox
                input put_inbox: bool;
                /// a free that changes the line in that entry can be put
                output room: bool;
                /// the line in that entry is being read: it is not to be changed
                output taken: bool;
                /// memory hasn't answered the write of that entry's line
                output busy: bool;
                /// the line in that entry is being changed: it is not to be read
                input changing: bool;
            }
            "Whole queue" {
                /// a free is without its answer
                output unanswered: bool;
            }
            "Cache: a beat is read" {
                /// which would be read
                output read_place: Word = place_bits;
                /// it is, and comes in the next cycle
                input granted: bool;
                /// the beat that was read in the cycle before
                input read_data: Word = BEAT_BITS;
            }
            "Answer to a free: a pulse" {
                /// an answer is there
                output answer_valid: bool;
                /// the free came from the inbox
                output answer_inbox: bool;
                /// the memory failed
                output answer_error: bool;
            }
            "Memory, write request: valid/ready" {
                /// a line is to be written
                output write_request_valid: bool;
                /// accepted
                input write_request_ready: bool;
                /// its physical address, a multiple of 64
                output write_request_address: Word = physical_bits;
            }
            "Memory, write data: valid/ready, eight beats a line" {
                /// a beat is on offer
                output write_data_valid: bool;
                /// accepted
                input write_data_ready: bool;
                /// eight bytes, the lowest address in the lowest bits
                output write_data: Word = BEAT_BITS;
                /// the line's eighth beat
                output write_data_last: bool;
            }
            "Memory, write response: always taken" {
                /// a line is written
                input write_response_valid: bool;
                /// the memory failed
                input write_response_error: bool;
            }
        }
        wires {
            /// memory can take one more line
            memory_open: bool;
            /// the line waits: the free joins it
            joins: bool;
            /// enough frees have joined it
            enough: bool;
            /// place of the line that is put
            put_line: Word = line_bits;
            /// place of the next line to be read
            next_line: Word = line_bits;
            /// entry that it is in
            next_entry: Word = entry_bits;
            /// it is begun
            begins: bool;
            /// place of the line that is read
            read_line: Word = line_bits;
            /// entry that it is in
            read_entry: Word = entry_bits;
            /// beat of it
            read_beat: Word = beat_number_bits;
            /// a beat is read
            reads: bool;
            /// beats that wait here
            buffered: Word = buffer_bits + 1;
            /// a beat goes to memory
            sends: bool;
            /// place of the line that memory answers
            written_line: Word = line_bits;
            /// the oldest free
            oldest: Waiting = waiting();
            /// place of the oldest line
            last_line: Word = line_bits;
            /// all its frees are answered
            released: bool;
        }
        state {
            /// lines put, modulo twice the places
            put_lines: Word = lines_bits;
            /// lines begun to be read
            begun_lines: Word = lines_bits;
            /// lines asked to be written
            sent_lines: Word = lines_bits;
            /// lines that memory has answered
            answered_lines: Word = lines_bits;
            /// lines whose frees are answered
            released_lines: Word = lines_bits;
            /// line i waits to be read
            unbegun[lines]: bool;
            /// line i has no answer
            pending[lines]: bool;
            /// a line is being read
            reading: bool;
            /// the cache's beat is one of a line
            arrives: bool;
            /// a line's beats go to memory
            sending: bool;
            /// beats that came from the cache, modulo twice the places
            beats_in: Word = buffer_bits + 1;
            /// beats that went to memory
            beats_out: Word = buffer_bits + 1;
        }
        data {
            /// entry of line i
            entry_of[lines]: Word = entry_bits;
            /// frees that wait for line i
            frees_of[lines]: Word = frees_bits;
            /// memory failed to write line i
            failed[lines]: bool;
            /// beat of the line that is read next
            beat: Word = beat_number_bits;
        }
        instances {
            /// physical addresses of the lines
            addresses: leaf::LutRam = leaf::LutRam::protected(LINES_TO_WRITE, physical_bits, parity == 1);
            /// beats on their way to memory
            beats: leaf::LutRam = leaf::LutRam::protected(BEATS, BEAT_BITS, parity == 1);
            /// the frees that wait
            pointers: QueuePointers = QueuePointers::new(FREES_UNANSWERED);
            /// for what
            waiting: leaf::LutRam<Waiting> = leaf::LutRam::twin(FREES_UNANSWERED, waiting(), parity == 1);
        }
    }
}

impl Logic for WriteQueue {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("The line that is asked about, or put.");
        self.next_line.next = bits_to(self.begun_lines.val(), self.line_bits);
        self.memory_open.next = (self.begun_lines.val() - self.answered_lines.val()) != self.writes;
        self.joins.next = false;
        self.enough.next = false;
        self.busy.next = false;
        self.put_line.next = bits_to(self.put_lines.val(), self.line_bits);
        for i in 0..self.lines {
            if self.entry_of[i].val() == self.entry.val() {
                if self.pending[i].val() {
                    self.busy.next = true;
                }
                if self.unbegun[i].val() {
                    self.joins.next = true;
                    self.enough.next =
                        self.memory_open.val() & (self.frees_of[i].val() >= self.share);
                    self.put_line.next = i.into();
                }
            }
        }
        self.room.next = !self.pointers.full.val()
            & !self.enough.val()
            & (self.joins.val()
                | ((self.put_lines.val() - self.released_lines.val()) != self.lines));
        self.addresses.write.next = self.put.val() & !self.joins.val();
        self.addresses.write_address.next = self.put_line.val();
        self.addresses.write_data.next = self.put_address.val();
        if self.put.val() & !self.joins.val() {
            self.put_lines.next = self.put_lines.val() + 1;
        }

        comment!(
            "The next line is begun while memory can take one more, and the line is left alone."
        );
        self.next_entry.next = bits(0, self.entry_bits);
        self.read_line.next = bits_to(self.begun_lines.val() - 1, self.line_bits);
        self.read_entry.next = bits(0, self.entry_bits);
        for i in 0..self.lines {
            if self.next_line.val() == i {
                self.next_entry.next = self.entry_of[i].val();
            }
            if self.read_line.val() == i {
                self.read_entry.next = self.entry_of[i].val();
            }
        }
        self.buffered.next = self.beats_in.val() - self.beats_out.val();
        self.begins.next = !self.reading.val()
            & (self.begun_lines.val() != self.put_lines.val())
            & self.memory_open.val()
            & (self.buffered.val() <= self.left_beats)
            & !(self.changing.val() & (self.next_entry.val() == self.entry.val()));
        self.taken.next = self.reading.val() & (self.read_entry.val() == self.entry.val());
        if self.begins.val() {
            self.begun_lines.next = self.begun_lines.val() + 1;
        }

        comment!("Its beats, one a cycle unless the cache is read by others.");
        if self.begins.val() {
            self.read_beat.next = bits(0, self.beat_number_bits);
            self.read_place.next =
                bits_to(self.next_entry.val(), self.place_bits) << self.beat_number_bits;
        } else {
            self.read_beat.next = self.beat.val();
            self.read_place.next = (bits_to(self.read_entry.val(), self.place_bits)
                << self.beat_number_bits)
                | bits_to(self.beat.val(), self.place_bits);
        }
        self.reads.next = (self.begins.val() | self.reading.val()) & self.granted.val();
        self.arrives.next = self.reads.val();
        self.beat.next = self.read_beat.val();
        if self.reads.val() {
            self.beat.next = self.read_beat.val() + 1;
        }
        if self.begins.val() {
            self.reading.next = true;
        } else if self.reads.val() & self.beat.val().all() {
            self.reading.next = false;
        }
        self.beats.write.next = self.arrives.val();
        self.beats.write_address.next = bits_to(self.beats_in.val(), self.buffer_bits);
        self.beats.write_data.next = self.read_data.val();
        if self.arrives.val() {
            self.beats_in.next = self.beats_in.val() + 1;
        }

        comment!("To memory.");
        self.write_request_valid.next =
            !self.sending.val() & (self.sent_lines.val() != self.begun_lines.val());
        self.addresses.read_address.next = bits_to(self.sent_lines.val(), self.line_bits);
        self.write_request_address.next = self.addresses.read_data.val();
        self.beats.read_address.next = bits_to(self.beats_out.val(), self.buffer_bits);
        self.write_data.next = self.beats.read_data.val();
        self.write_data_valid.next =
            self.sending.val() & (self.beats_in.val() != self.beats_out.val());
        self.write_data_last.next = bits_to(self.beats_out.val(), self.beat_number_bits).all();
        self.sends.next = self.write_data_valid.val() & self.write_data_ready.val();
        if self.sends.val() {
            self.beats_out.next = self.beats_out.val() + 1;
        }
        if self.write_request_valid.val() & self.write_request_ready.val() {
            self.sending.next = true;
            self.sent_lines.next = self.sent_lines.val() + 1;
        } else if self.sends.val() & self.write_data_last.val() {
            self.sending.next = false;
        }

        if self.parity == 1 {
            self.wrong[0].next = (self.arrives.val() & self.read_wrong[0].val())
                | (self.write_request_valid.val() & self.addresses.wrong.val())
                | (self.write_data_valid.val() & self.beats.wrong.val());
        }

        comment!("Its answers, in the order of the lines; and those to frees, in their order.");
        self.written_line.next = bits_to(self.answered_lines.val(), self.line_bits);
        if self.write_response_valid.val() {
            self.answered_lines.next = self.answered_lines.val() + 1;
        }
        self.pointers.push.next = self.put.val();
        self.waiting.write.next = self.put.val();
        self.waiting.write_address.next = self.pointers.push_entry.val();
        self.waiting.write_data.next.line = self.put_line.val();
        self.waiting.write_data.next.inbox = self.put_inbox.val();
        self.waiting.read_address.next = self.pointers.pop_entry.val();
        self.oldest.next = self.waiting.read_data.val();
        self.unanswered.next = !self.pointers.empty.val();
        self.answer_valid.next = false;
        self.answer_error.next = false;
        for i in 0..self.lines {
            if self.oldest.val().line == i {
                self.answer_valid.next = !self.pointers.empty.val()
                    & (!self.pending[i].val()
                        | (self.write_response_valid.val() & (self.written_line.val() == i)));
                if self.pending[i].val() {
                    self.answer_error.next = self.write_response_error.val();
                } else {
                    self.answer_error.next = self.failed[i].val();
                }
            }
        }
        self.answer_inbox.next = self.oldest.val().inbox;
        self.pointers.pop.next = self.answer_valid.val();
        self.last_line.next = bits_to(self.released_lines.val(), self.line_bits);
        self.released.next = false;
        for i in 0..self.lines {
            if (self.last_line.val() == i)
                & !self.frees_of[i].val().any()
                & (self.released_lines.val() != self.answered_lines.val())
            {
                self.released.next = true;
            }
        }
        if self.released.val() {
            self.released_lines.next = self.released_lines.val() + 1;
        }

        comment!("What each line is at.");
        for i in 0..self.lines {
            if self.begins.val() & (self.next_line.val() == i) {
                self.unbegun[i].next = false;
            }
            if self.write_response_valid.val() & (self.written_line.val() == i) {
                self.pending[i].next = false;
                self.failed[i].next = self.write_response_error.val();
            }
            if self.put.val() & (self.put_line.val() == i) {
                if self.joins.val() {
                    self.frees_of[i].next = self.frees_of[i].val() + 1;
                } else {
                    self.unbegun[i].next = true;
                    self.pending[i].next = true;
                    self.entry_of[i].next = self.entry.val();
                    self.frees_of[i].next = bits(1, self.frees_bits);
                }
            } else if self.answer_valid.val() & (self.oldest.val().line == i) {
                self.frees_of[i].next = self.frees_of[i].val() - 1;
            }
        }
    }
}
