//! Where leaf page tables and header pages are.

use super::types::WalkState;
use crate::geometry::Geometry;
use crate::rtl::*;

bundle! {
    /// The frame of one range of a process's addresses.
    pub struct Walk { valid: bool, process_id: Word, range: Word, frame: Word }
}

fn walk(g: &Geometry, range_bits: usize) -> WalkShape {
    WalkShape {
        valid: (),
        process_id: g.process_bits,
        range: range_bits,
        frame: g.frame_index_bits,
    }
}

module! {
    /// Walk cache: frames that stay as long as their process lives, so that entries never go
    /// stale: leaf page tables, or header pages. Direct-mapped by process and range, the addresses
    /// that a frame stands for.
    ///
    /// Protocol:   hit and frame follow process and range in the same cycle. fill keeps
    ///             fill_frame for them. drop forgets all entries of process, which may change
    ///             from the next cycle on. While busy nothing hits, and fill and drop have no
    ///             effect.
    /// Latency:    a fill hits from the next cycle on; a drop is busy one cycle an entry.
    /// Reset:      busy one cycle an entry.
    pub module WalkCache(g: &Geometry, range_bits: usize) = "memento_walk_cache" {
        parameters {
            /// entries, a power of two
            entries = g.walk_entries,
            /// bits, width of a process number
            process_bits = g.process_bits,
            /// bits, width of a range's number
            range_bits = range_bits,
            /// bits, width of a frame's index
            frame_index_bits = g.frame_index_bits,
        }
        derived {
            /// bits, width of an entry number
            entry_bits = clog2(entries),
            /// lowest bit of the range's second part
            second_part = entry_bits.min(range_bits - 1),
            /// of its third part
            third_part = (2 * entry_bits).min(range_bits - 1),
            /// of its fourth part
            fourth_part = (3 * entry_bits).min(range_bits - 1),
        }
        features {
            /// 1: words of tables and queues are checked by a parity bit
            parity = g.parity as usize,
        }
        ports {
            "Look-up: combinational" {
                /// process
                input process_id: Word = process_bits;
                /// range of addresses
                input range: Word = range_bits;
                /// its frame is known
                output hit: bool;
                /// its frame's index
                output frame: Word = frame_index_bits;
            }
            "Changes" {
                /// pulse: keep the frame of process and range
                input fill: bool;
                /// its frame's index
                input fill_frame: Word = frame_index_bits;
                /// pulse: forget the process
                input drop: bool;
                /// entries are being forgotten
                output busy: bool;
            }
        }
        wires {
            /// the entry can be relied upon
            sound[parity]: bool;
            /// entry that process and range belong to
            index: Word = entry_bits;
            /// entry looked at
            entry: Walk = walk(g, range_bits);
        }
        state {
            /// what the cache does
            state: WalkState;
            /// entry that is swept
            swept: Word = entry_bits;
        }
        data {
            /// process that is forgotten
            dropped: Word = process_bits;
        }
        instances {
            /// the entries
            walks: leaf::LutRam<Walk> = leaf::LutRam::protected(entries, walk(g, range_bits), parity == 1);
        }
    }
}

impl Logic for WalkCache {
    #[hdl_gen]
    fn update(&mut self) {
        self.busy.next = self.state.val() != WalkState::LookUp;
        comment!(
            "Classes and contexts differ in a range's upper bits, neighbours in its lower: fold them."
        );
        self.index.next = bits_to(self.range.val(), self.entry_bits)
            ^ bits_to(self.range.val() >> self.second_part, self.entry_bits)
            ^ bits_to(self.range.val() >> self.third_part, self.entry_bits)
            ^ bits_to(self.range.val() >> self.fourth_part, self.entry_bits)
            ^ bits_to(self.process_id.val(), self.entry_bits);
        if self.busy.val() {
            self.walks.read_address.next = self.swept.val();
        } else {
            self.walks.read_address.next = self.index.val();
        }
        self.entry.next = self.walks.read_data.val();
        if self.parity == 1 {
            comment!("An entry that isn't what was written is none: memory has what it stood for.");
            self.sound[0].next = !self.walks.wrong.val();
            self.hit.next = !self.busy.val()
                & self.sound[0].val()
                & self.entry.val().valid
                & (self.entry.val().process_id == self.process_id.val())
                & (self.entry.val().range == self.range.val());
        } else {
            self.hit.next = !self.busy.val()
                & self.entry.val().valid
                & (self.entry.val().process_id == self.process_id.val())
                & (self.entry.val().range == self.range.val());
        }
        self.frame.next = self.entry.val().frame;

        comment!("What is written: a fill, or nothing valid.");
        self.walks.write_data.next.valid = !self.busy.val();
        self.walks.write_data.next.process_id = self.process_id.val();
        self.walks.write_data.next.range = self.range.val();
        self.walks.write_data.next.frame = self.fill_frame.val();
        if self.busy.val() {
            self.walks.write_address.next = self.swept.val();
        } else {
            self.walks.write_address.next = self.index.val();
        }

        self.walks.write.next = false;
        match self.state.val() {
            WalkState::Sweep => {
                self.walks.write.next = true;
                self.swept.next = self.swept.val() + 1;
                if self.swept.val().all() {
                    self.state.next = WalkState::LookUp;
                }
            }
            WalkState::LookUp => {
                self.walks.write.next = self.fill.val();
                self.dropped.next = self.process_id.val();
                if self.drop.val() {
                    self.state.next = WalkState::Drop;
                }
            }
            WalkState::Drop => {
                self.walks.write.next = self.entry.val().process_id == self.dropped.val();
                self.swept.next = self.swept.val() + 1;
                if self.swept.val().all() {
                    self.state.next = WalkState::LookUp;
                }
            }
        }
    }
}
