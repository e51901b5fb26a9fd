//! What moves on the filter's buses.

use crate::geometry::{Geometry, LINE_BYTES};
use crate::rtl::*;

/// Ways of the fresh table.
pub const WAYS: usize = 8;
/// Width of a way's number; its highest bit says which half the way is of.
pub const WAY_BITS: usize = clog2(WAYS);
/// Lines a frame, and so bits of a mask.
pub const FRAME_LINES: usize = 64;
/// Width of a line's number within its frame.
pub const LINE_NUMBER_BITS: usize = clog2(FRAME_LINES);
/// Frames of a group: those whose masks share a line of the mask table.
pub const GROUP_FRAMES: usize = LINE_BYTES * 8 / FRAME_LINES;
/// Width of a frame's number within its group.
pub const MEMBER_BITS: usize = clog2(GROUP_FRAMES);
/// Width of what is noted of a frame: bit 0, every line is fresh; bit 1, memory has its mask.
pub const NOTE_BITS: usize = 2;

bundle! {
    /// An address channel: one burst as AXI4 asks for it.
    pub struct Burst {
        id: Word, address: Word, length: Word, size: Word, kind: Word,
        lock: bool, cache: Word, protection: Word, quality: Word,
    }
}

bundle! {
    /// A beat of read data.
    pub struct ReadBeat { id: Word, data: Word, response: Word, last: bool }
}

bundle! {
    /// A beat of write data.
    pub struct WriteBeat { data: Word, strobe: Word, last: bool }
}

bundle! {
    /// The answer to a write.
    pub struct WriteAnswer { id: Word, response: Word }
}

bundle! {
    /// A change of what is known of one frame: of the place that holds its mask, of the mask there,
    /// of what is noted of the frame, or of several of these at once.
    pub struct Change {
        frame: Word, way: Word,
        place: bool, every_way: bool, held: bool,
        put: bool, mask: Word,
        note: bool, noted: Word,
    }
}

/// Rows of the fresh table.
pub fn rows(g: &Geometry) -> usize {
    g.bypass_entries
}

/// Width of a row's number.
pub fn row_bits(g: &Geometry) -> usize {
    clog2(rows(g))
}

/// Width of what tells the frames of a row apart, at least one bit.
pub fn tag_bits(g: &Geometry) -> usize {
    (g.frame_index_bits - row_bits(g)).max(1)
}

/// Width of the number of a place for a mask: a way and a row.
pub fn place_bits(g: &Geometry) -> usize {
    WAY_BITS + row_bits(g)
}

/// Widths of a [`Change`].
pub fn change(g: &Geometry) -> ChangeShape {
    ChangeShape {
        frame: g.frame_index_bits,
        way: WAY_BITS,
        place: (),
        every_way: (),
        held: (),
        put: (),
        mask: FRAME_LINES,
        note: (),
        noted: NOTE_BITS,
    }
}

/// Widths of a [`Burst`].
pub fn burst(g: &Geometry) -> BurstShape {
    BurstShape {
        id: g.id_bits,
        address: g.physical_bits,
        length: 8,
        size: 3,
        kind: 2,
        lock: (),
        cache: 4,
        protection: 3,
        quality: 4,
    }
}

/// Widths of a [`ReadBeat`].
pub fn read_beat(g: &Geometry) -> ReadBeatShape {
    ReadBeatShape {
        id: g.id_bits,
        data: g.data_bits,
        response: 2,
        last: (),
    }
}

/// Widths of a [`WriteBeat`].
pub fn write_beat(g: &Geometry) -> WriteBeatShape {
    WriteBeatShape {
        data: g.data_bits,
        strobe: g.data_bits / 8,
        last: (),
    }
}

/// Widths of a [`WriteAnswer`].
pub fn write_answer(g: &Geometry) -> WriteAnswerShape {
    WriteAnswerShape {
        id: g.id_bits,
        response: 2,
    }
}
