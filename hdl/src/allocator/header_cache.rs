//! Headers of arenas outside the object table, kept on chip.

use super::standby_table::LINE_BITS;
use super::types::CacheState;
use crate::geometry::{BEAT_BITS, Geometry, LINE_BEATS};
use crate::rtl::*;

bundle! {
    /// Whose header an entry has, where that is in memory, and whether it may be changed in place: its bitmap has no
    /// bit beyond the last slot.
    pub struct Cached { valid: bool, tidy: bool, size_class: Word, arena: Word, line: Word }
}

fn cached(g: &Geometry) -> CachedShape {
    CachedShape {
        valid: (),
        tidy: (),
        size_class: g.class_bits,
        arena: g.arena_bits,
        line: g.physical_bits - LINE_BITS,
    }
}

module! {
    /// Header cache: headers that were read last, between header unit and memory.
    ///
    /// Direct-mapped. Programs free objects of an arena together: nine frees in ten find their
    /// arena's header here, and change it in place; what they change goes to memory through the
    /// write queue. What the header unit writes goes to memory at once, and here if the header is.
    ///
    /// Others write headers too: that of an arena which is released is to be dropped here, and a new
    /// arena's is written anew before it is read. Forget drops all, for another context.
    /// A write that fails drops all as well, so that what is read next is what memory has: a line that
    /// the write queue has yet to read stays where it is until it is written. A line that fails to
    /// be read is to be dropped.
    ///
    /// Protocol:   valid/ready on each channel, eight beats a line; which header it is is held from
    ///             the request to the last beat. The header unit writes only while the write queue is
    ///             empty. Of those who read a beat the header unit goes first, then the plain free.
    /// Latency:    read: the first beat one cycle after the request is accepted; from memory, one
    ///             cycle and the memory's own. Write: none beside the memory's.
    /// Throughput: one line at a time, a beat a cycle.
    /// Full:       a read from memory waits while a write to its entry is unanswered.
    /// Reset:      one cycle an entry to clear it; requests wait. Forget takes as long.
    pub module HeaderCache(g: &Geometry) = "memento_header_cache" {
        parameters {
            /// headers kept, a power of two
            entries = g.header_entries,
            /// bits, width of a physical address
            physical_bits = g.physical_bits,
            /// bits, width of a class number
            class_bits = g.class_bits,
            /// bits, width of an arena number
            arena_bits = g.arena_bits,
            /// objects an arena
            objects = g.objects,
        }
        derived {
            /// bits, width of an entry number
            entry_bits = clog2(entries),
            /// bits, width of a line's number
            line_bits = physical_bits - LINE_BITS,
            /// objects in a full beat of a bitmap, or all
            ones_bits = objects.min(BEAT_BITS),
            /// beats of a bitmap
            bitmap_beats = objects.div_ceil(BEAT_BITS),
            /// log2 of the beats a line
            beat_number_bits = clog2(LINE_BEATS),
            /// bits, width of a beat's place among those of all entries
            place_bits = clog2(entries * LINE_BEATS),
        }
        features {
            /// 1: words of tables and queues are checked by a parity bit
            parity = g.parity as usize,
        }
        ports {
            "Which header: from request to last beat, and with drop" {
                /// class
                input size_class: Word = class_bits;
                /// arena number
                input arena: Word = arena_bits;
                /// the line is no header: read it from memory, and don't keep it
                input other: bool;
            }
            "Forget: only while nothing is asked and no write unanswered" {
                /// drop all
                input forget: bool;
                /// drop the header
                input drop: bool;
                /// requests are served
                output ready: bool;
            }
            "Header at hand" {
                /// entry that the header belongs to
                output entry: Word = entry_bits;
                /// the header is there, and may be changed in place
                output at_hand: bool;
                /// physical address of its line
                output line_address: Word = physical_bits;
            }
            "Plain free: beats of the header" {
                /// one is read
                input free_read: bool;
                /// which is read or written
                input free_beat: Word = beat_number_bits;
                /// one is written
                input free_write: bool;
                /// that beat
                input free_data: Word = BEAT_BITS;
                /// the beat that was read in the cycle before, by whomever
                output beat_data: Word = BEAT_BITS;
            }
            "Write queue" {
                /// the write of the entry's line is unanswered
                input busy: bool;
                /// beat that it would read, of all entries
                input queue_place: Word = place_bits;
                /// that is read, and comes in the next cycle
                output queue_granted: bool;
            }
            "Read request: valid/ready" {
                /// a line is asked for
                input read_request_valid: bool;
                /// accepted
                output read_request_ready: bool;
                /// its physical address, a multiple of 64
                input read_request_address: Word = physical_bits;
            }
            "Read data: valid/ready, eight beats a line" {
                /// a beat is there
                output read_data_valid: bool;
                /// it is taken
                input read_data_ready: bool;
                /// eight bytes, the lowest address in the lowest bits
                output read_data: Word = BEAT_BITS;
                /// the memory failed
                output read_data_error: bool;
            }
            "Write request: valid/ready" {
                /// a line is to be written
                input write_request_valid: bool;
                /// accepted
                output write_request_ready: bool;
                /// its physical address, a multiple of 64
                input write_request_address: Word = physical_bits;
            }
            "Write data: valid/ready, eight beats a line" {
                /// a beat is on offer
                input write_data_valid: bool;
                /// accepted
                output write_data_ready: bool;
                /// eight bytes, the lowest address in the lowest bits
                input write_data: Word = BEAT_BITS;
                /// the line's eighth beat
                input write_data_last: bool;
            }
            "Memory, read request: valid/ready" {
                /// a line is asked for
                output memory_read_request_valid: bool;
                /// accepted
                input memory_read_request_ready: bool;
                /// its physical address, a multiple of 64
                output memory_read_request_address: Word = physical_bits;
            }
            "Memory, read data: valid/ready, eight beats a line" {
                /// a beat is there
                input memory_read_data_valid: bool;
                /// taken
                output memory_read_data_ready: bool;
                /// eight bytes, the lowest address in the lowest bits
                input memory_read_data: Word = BEAT_BITS;
                /// the memory failed
                input memory_read_data_error: bool;
            }
            "Memory, write request: valid/ready" {
                /// a line is to be written
                output memory_write_request_valid: bool;
                /// accepted
                input memory_write_request_ready: bool;
                /// its physical address, a multiple of 64
                output memory_write_request_address: Word = physical_bits;
            }
            "Memory, write data: valid/ready, eight beats a line" {
                /// a beat is on offer
                output memory_write_data_valid: bool;
                /// accepted
                input memory_write_data_ready: bool;
                /// eight bytes, the lowest address in the lowest bits
                output memory_write_data: Word = BEAT_BITS;
                /// the line's eighth beat
                output memory_write_data_last: bool;
            }
            "Check of the words kept" {
                /// the tag that is looked up, or the beat that is given to the header unit, is not what was kept
                output wrong[parity]: bool;
                /// the beat that was read in the cycle before, by whomever, is not what was kept
                output beat_wrong[parity]: bool;
            }
            "Memory, write response" {
                /// a write has failed
                input write_failed: bool;
            }
        }
        wires {
            /// entry that the header belongs to
            index: Word = entry_bits;
            /// what that entry has
            kept: Cached = cached(g);
            /// it is the header
            hit: bool;
            /// all is to be dropped
            sweeps: bool;
            /// requests may be served
            open: bool;
            /// the header unit reads a beat from here, or may do so next
            unit_reads: bool;
            /// bits that a beat from memory may have, if it is the bitmap's
            slots: Word = BEAT_BITS;
            /// a beat from memory has bits beyond the last slot
            strays: bool;
            /// a write is accepted
            writes_line: bool;
            /// a beat of it is
            writes_beat: bool;
            /// a beat from memory is taken, to be kept
            fills: bool;
            /// a beat is taken
            read_beat: bool;
            /// beat to be looked at: the present one, or the next as that is taken
            looked_at: Word = beat_number_bits;
        }
        state {
            /// what the cache does
            state: CacheState;
            /// entry that is cleared
            swept: Word = entry_bits;
            /// a write failed: all is to be dropped
            failed: bool;
        }
        data {
            /// beat that is next
            beat: Word = beat_number_bits;
            /// no beat of the line had bits beyond the last slot
            tidy: bool;
        }
        instances {
            /// whose headers are here
            tags: leaf::LutRam<Cached> = leaf::LutRam::protected(entries, cached(g), parity == 1);
            /// they
            lines: leaf::BlockRam = leaf::BlockRam::protected(entries * LINE_BEATS, BEAT_BITS, parity == 1);
        }
    }
}

impl Logic for HeaderCache {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("Neighbouring arenas, and the same arenas of neighbouring classes, lie apart.");
        self.index.next = bits_to(self.arena.val(), self.entry_bits)
            ^ bits_to(bits_to(self.size_class.val(), 9) << 3, self.entry_bits)
            ^ bits_to(bits_to(self.size_class.val(), 9) >> 3, self.entry_bits);
        self.tags.read_address.next = self.index.val();
        self.kept.next = self.tags.read_data.val();
        self.hit.next = !self.other.val()
            & self.kept.val().valid
            & (self.kept.val().size_class == self.size_class.val())
            & (self.kept.val().arena == self.arena.val());
        self.sweeps.next = self.forget.val() | self.failed.val();
        self.open.next = (self.state.val() == CacheState::LookUp) & !self.sweeps.val();
        self.ready.next = self.state.val() != CacheState::Sweep;
        self.entry.next = self.index.val();
        self.at_hand.next = self.open.val() & self.hit.val() & self.kept.val().tidy;
        self.line_address.next = bits_to(self.kept.val().line, self.physical_bits) << 6;

        comment!("Reads: from here, or from memory.");
        self.read_request_ready.next = (self.open.val() & self.hit.val())
            | ((self.state.val() == CacheState::Ask) & self.memory_read_request_ready.val());
        self.memory_read_request_valid.next = self.state.val() == CacheState::Ask;
        self.memory_read_request_address.next = self.read_request_address.val();
        self.memory_read_data_ready.next =
            (self.state.val() == CacheState::Fill) & self.read_data_ready.val();
        if self.state.val() == CacheState::Fill {
            self.read_data_valid.next = self.memory_read_data_valid.val();
            self.read_data.next = self.memory_read_data.val();
            self.read_data_error.next = self.memory_read_data_error.val();
        } else {
            self.read_data_valid.next = self.state.val() == CacheState::Hit;
            self.read_data.next = self.lines.read_data.val();
            self.read_data_error.next = false;
        }
        self.read_beat.next = self.read_data_valid.val() & self.read_data_ready.val();
        self.fills.next = (self.state.val() == CacheState::Fill)
            & self.memory_read_data_valid.val()
            & self.read_data_ready.val()
            & !self.other.val();
        if self.state.val() != CacheState::Hit {
            self.looked_at.next = bits(0, self.beat_number_bits);
        } else if self.read_beat.val() {
            self.looked_at.next = self.beat.val() + 1;
        } else {
            self.looked_at.next = self.beat.val();
        }
        self.unit_reads.next = (self.open.val() & self.hit.val() & self.read_request_valid.val())
            | (self.state.val() == CacheState::Hit);
        self.queue_granted.next = !self.unit_reads.val() & !self.free_read.val();
        if self.unit_reads.val() {
            self.lines.read_address.next = (bits_to(self.index.val(), self.place_bits)
                << self.beat_number_bits)
                | bits_to(self.looked_at.val(), self.place_bits);
        } else if self.free_read.val() {
            self.lines.read_address.next = (bits_to(self.index.val(), self.place_bits)
                << self.beat_number_bits)
                | bits_to(self.free_beat.val(), self.place_bits);
        } else {
            self.lines.read_address.next = self.queue_place.val();
        }
        self.beat_data.next = self.lines.read_data.val();

        comment!(
            "Writes: to memory, and here if the header is; or here alone, to be written later."
        );
        self.memory_write_request_valid.next = self.write_request_valid.val() & self.open.val();
        self.write_request_ready.next = self.memory_write_request_ready.val() & self.open.val();
        self.writes_line.next = self.write_request_valid.val() & self.write_request_ready.val();
        self.memory_write_request_address.next = self.write_request_address.val();
        self.memory_write_data_valid.next = self.write_data_valid.val();
        self.write_data_ready.next = self.memory_write_data_ready.val();
        self.memory_write_data.next = self.write_data.val();
        self.memory_write_data_last.next = self.write_data_last.val();
        self.writes_beat.next = self.write_data_valid.val() & self.memory_write_data_ready.val();
        self.lines.write.next =
            self.fills.val() | (self.writes_beat.val() & self.hit.val()) | self.free_write.val();
        if self.free_write.val() {
            self.lines.write_address.next = (bits_to(self.index.val(), self.place_bits)
                << self.beat_number_bits)
                | bits_to(self.free_beat.val(), self.place_bits);
            self.lines.write_data.next = self.free_data.val();
        } else {
            self.lines.write_address.next = (bits_to(self.index.val(), self.place_bits)
                << self.beat_number_bits)
                | bits_to(self.beat.val(), self.place_bits);
            if self.writes_beat.val() {
                self.lines.write_data.next = self.write_data.val();
            } else {
                self.lines.write_data.next = self.memory_read_data.val();
            }
        }

        comment!("A header with bits beyond the last slot isn't changed in place.");
        if self.beat.val() < self.bitmap_beats {
            self.slots.next = bits_to(!bits(0, self.ones_bits), 64);
        } else if self.beat.val() < 4 {
            self.slots.next = bits(0, 64);
        } else {
            self.slots.next = !bits(0, 64);
        }
        self.strays.next = (self.memory_read_data.val() & !self.slots.val()).any();
        if self.state.val() == CacheState::Ask {
            self.tidy.next = true;
        } else if self.fills.val() & self.strays.val() {
            self.tidy.next = false;
        }

        comment!("Tags: nothing's after reset; a header's that was read to its end.");
        self.tags.write_address.next = self.index.val();
        self.tags.write_data.next.valid = true;
        self.tags.write_data.next.tidy = self.tidy.val();
        self.tags.write_data.next.line =
            bits_to(self.read_request_address.val() >> 6, self.line_bits);
        self.tags.write_data.next.size_class = self.size_class.val();
        self.tags.write_data.next.arena = self.arena.val();
        self.tags.write.next = false;
        if self.state.val() == CacheState::Sweep {
            self.tags.write.next = true;
            self.tags.write_address.next = self.swept.val();
            self.tags.write_data.next.valid = false;
        } else if self.drop.val() | (self.state.val() == CacheState::Ask) & !self.other.val() {
            self.tags.write.next = true;
            self.tags.write_data.next.valid = false;
        } else {
            self.tags.write.next = self.fills.val() & self.beat.val().all();
        }

        if self.parity == 1 {
            self.beat_wrong[0].next = self.lines.wrong.val();
            self.wrong[0].next = ((self.state.val() != CacheState::Sweep) & self.tags.wrong.val())
                | ((self.state.val() == CacheState::Hit) & self.lines.wrong.val());
        }

        comment!("One line at a time.");
        match self.state.val() {
            CacheState::Sweep => {
                self.swept.next = self.swept.val() + 1;
                if self.swept.val().all() {
                    self.state.next = CacheState::LookUp;
                }
            }
            CacheState::LookUp => {
                if self.sweeps.val() {
                    self.failed.next = false;
                    self.state.next = CacheState::Sweep;
                } else if self.read_request_valid.val() & self.open.val() {
                    if self.hit.val() {
                        self.state.next = CacheState::Hit;
                    } else if self.other.val() | !self.busy.val() {
                        self.state.next = CacheState::Ask;
                    }
                }
            }
            CacheState::Ask => {
                if self.memory_read_request_ready.val() {
                    self.state.next = CacheState::Fill;
                }
            }
            CacheState::Fill => {
                if self.read_beat.val() & self.beat.val().all() {
                    self.state.next = CacheState::LookUp;
                }
            }
            CacheState::Hit => {
                if self.read_beat.val() & self.beat.val().all() {
                    self.state.next = CacheState::LookUp;
                }
            }
        }

        if self.write_failed.val() {
            self.failed.next = true;
        }

        comment!("A line's beats.");
        if self.writes_line.val() | (self.read_request_valid.val() & self.read_request_ready.val())
        {
            self.beat.next = bits(0, self.beat_number_bits);
        } else if self.read_beat.val() | self.writes_beat.val() {
            self.beat.next = self.beat.val() + 1;
        }
    }
}
