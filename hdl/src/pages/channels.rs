//! What moves between the parts of the page allocator.

use super::types::CAUSE_BITS;
use crate::geometry::{BEAT_BITS, Geometry};
use crate::rtl::*;

bundle! {
    /// A line port, as its client drives it: a request to read or to write a line, one of them at a
    /// time, held until accepted; beats, eight a line.
    pub struct LineAsk {
        /// What the line is for.
        cause: Word,
        /// A line is asked for.
        read_valid: bool,
        /// A line is to be written.
        write_valid: bool,
        /// Its physical address, a multiple of 64.
        address: Word,
        /// A beat that is read is taken.
        beat_ready: bool,
        /// A beat to be written is on offer.
        data_valid: bool,
        /// Eight bytes, the lowest address in the lowest bits.
        data: Word,
        /// Which of them are written.
        strobe: Word,
        /// The line's eighth beat.
        last: bool,
        /// The answer to a write is taken.
        response_ready: bool,
    }
}

bundle! {
    /// A line port, as its client sees it.
    pub struct LineAnswer {
        /// The read is accepted.
        read_ready: bool,
        /// A beat is there, in the order of the reads.
        beat_valid: bool,
        /// Eight bytes, the lowest address in the lowest bits.
        beat: Word,
        /// The memory failed.
        beat_error: bool,
        /// The write is accepted.
        write_ready: bool,
        /// The beat to be written is accepted.
        data_ready: bool,
        /// The line is written.
        response_valid: bool,
        /// The memory failed.
        response_error: bool,
    }
}

/// Widths of a [`LineAsk`].
pub fn line_ask(g: &Geometry) -> LineAskShape {
    LineAskShape {
        cause: CAUSE_BITS,
        read_valid: (),
        write_valid: (),
        address: g.physical_bits,
        beat_ready: (),
        data_valid: (),
        data: BEAT_BITS,
        strobe: 8,
        last: (),
        response_ready: (),
    }
}

/// Widths of a [`LineAnswer`].
pub fn line_answer() -> LineAnswerShape {
    LineAnswerShape {
        read_ready: (),
        beat_valid: (),
        beat: BEAT_BITS,
        beat_error: (),
        write_ready: (),
        data_ready: (),
        response_valid: (),
        response_error: (),
    }
}
