//! Which frames are lent.

use super::types::MapState;
use crate::geometry::Geometry;
use crate::rtl::*;

/// log2 of the frames a word.
const WORD_FRAMES_LOG2: usize = 5;
/// Frames a word.
const WORD_FRAMES: usize = 1 << WORD_FRAMES_LOG2;

module! {
    /// Frame map: a bit a frame says that it is lent, to be tested, set and cleared.
    ///
    /// Protocol:   ask and its operands are held until answered pulses; lent is what the bit was
    ///             before it is set or cleared. With frames not tracked, lent is always low.
    /// Latency:    answered one cycle after ask.
    /// Throughput: an access every two cycles.
    /// Reset:      clears, one cycle for 32 frames; until ready, questions wait.
    pub module FrameMap(g: &Geometry) = "memento_frame_map" {
        parameters {
            /// whether frames are tracked: 1, or 0
            tracked = g.track_frames as usize,
            /// bits, width of a frame's index, at least 6
            frame_index_bits = g.frame_index_bits,
        }
        derived {
            /// words of the map, two where frames aren't tracked
            words = if tracked == 1 { 1 << (frame_index_bits - WORD_FRAMES_LOG2) } else { 2 },
            /// bits, width of a word's number
            word_number_bits = clog2(words),
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
            "Access: held until answered" {
                /// is the frame lent?
                input ask: bool;
                /// set its bit
                input set: bool;
                /// clear its bit
                input clear: bool;
                /// its index
                input frame: Word = frame_index_bits;
                /// the answer is there, and the bit set or cleared
                output answered: bool;
                /// the frame was lent
                output lent: bool;
            }
            "Status" {
                /// the map has been cleared since reset
                output ready: bool;
            }
        }
        wires {
            /// the frame's bit within its word
            mask: Word = WORD_FRAMES;
            /// the frame's word
            word: Word = WORD_FRAMES;
            /// the word after the access
            changed: Word = WORD_FRAMES;
            /// where it is
            word_number: Word = word_number_bits;
        }
        state {
            /// what the map does
            state: MapState;
            /// word that is cleared
            swept: Word = word_number_bits;
        }
        instances {
            /// the map
            map: leaf::BlockRam = leaf::BlockRam::protected(words, WORD_FRAMES, parity == 1);
        }
    }
}

impl Logic for FrameMap {
    #[hdl_gen]
    fn update(&mut self) {
        self.word_number.next = bits_to(self.frame.val() >> 5, self.word_number_bits);
        self.mask.next = bits(1, 32) << bits_to(self.frame.val(), 5);
        self.map.read_address.next = self.word_number.val();
        self.word.next = self.map.read_data.val();
        if self.set.val() {
            self.changed.next = self.word.val() | self.mask.val();
        } else if self.clear.val() {
            self.changed.next = self.word.val() & !self.mask.val();
        } else {
            self.changed.next = self.word.val();
        }
        self.answered.next = self.state.val() == MapState::Answer;
        if self.tracked == 1 {
            self.lent.next = (self.word.val() & self.mask.val()).any();
        } else {
            self.lent.next = false;
        }
        if self.parity == 1 {
            self.wrong[0].next =
                (self.tracked == 1) & (self.state.val() == MapState::Answer) & self.map.wrong.val();
        }
        self.ready.next = self.state.val() != MapState::Sweep;

        self.map.write.next = self.state.val() != MapState::Idle;
        if self.state.val() == MapState::Sweep {
            self.map.write_address.next = self.swept.val();
            self.map.write_data.next = bits(0, 32);
        } else {
            self.map.write_address.next = self.word_number.val();
            self.map.write_data.next = self.changed.val();
        }

        match self.state.val() {
            MapState::Sweep => {
                self.swept.next = self.swept.val() + 1;
                if self.swept.val().all() {
                    self.state.next = MapState::Idle;
                }
            }
            MapState::Idle => {
                if self.ask.val() {
                    self.state.next = MapState::Answer;
                }
            }
            MapState::Answer => {
                self.state.next = MapState::Idle;
            }
        }
    }
}
