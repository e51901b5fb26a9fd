//! What moves between the parts of the page allocator.

use super::page_address::page_bits;
use super::types::CAUSE_BITS;
use super::types_engine::{LineCommand, PageOp};
use crate::allocator::types::Status;
use crate::geometry::{BEAT_BITS, Geometry, LINE_BYTES};
use crate::rtl::*;

bundle! {
    /// A request to the page allocator.
    pub struct PageOrder {
        /// Operation.
        op: PageOp,
        /// Who asks, given back with the answer.
        source: Word,
        /// Process.
        process_id: Word,
        /// Class.
        size_class: Word,
        /// Context.
        context_id: Word,
        /// Arena number.
        arena: Word,
        /// Virtual or physical address, or a count of frames.
        address: Word,
    }
}

bundle! {
    /// How a request ended.
    pub struct PageAnswer {
        /// Status.
        status: Status,
        /// Arena number.
        arena: Word,
        /// Frame index, of a page or of a header's.
        frame: Word,
        /// The address is a header's line; else a frame's first byte.
        of_header: bool,
    }
}

bundle! {
    /// A page of an arena.
    pub struct ArenaPage {
        /// Class.
        size_class: Word,
        /// Context.
        context_id: Word,
        /// Arena number.
        arena: Word,
        /// The page's number in the arena.
        page: Word,
    }
}

bundle! {
    /// Where the next arena of a class and context comes from.
    pub struct ArenaCursor {
        /// Next never used arena number.
        next_arena: Word,
        /// Link to the arena that was released last.
        released: Word,
    }
}

bundle! {
    /// What a walk through a page table found.
    pub struct Walked {
        /// The memory failed.
        bus_error: bool,
        /// The page is mapped.
        mapped: bool,
        /// Its frame index.
        frame: Word,
    }
}

bundle! {
    /// What an arena's header says.
    pub struct HeaderFound {
        /// The memory failed.
        bus_error: bool,
        /// Its sum is right.
        sum_matches: bool,
        /// Number, class and context are as expected.
        tag_matches: bool,
        /// Mark: in use.
        in_use: bool,
        /// Mark: released.
        released: bool,
        /// Mark: never used.
        never_used: bool,
        /// Next is none, or an arena number of the class.
        next_valid: bool,
        /// Next.
        next_released: Word,
    }
}

bundle! {
    /// A line's command, and the line.
    pub struct LineJob {
        /// What to do.
        command: LineCommand,
        /// What the line is for.
        cause: Word,
        /// Index of the line's frame.
        frame: Word,
        /// The line's number in the frame.
        line: Word,
        /// Entry that is looked at, or written.
        entry: Word,
        /// Entries that matter, a bit each.
        mask: Word,
    }
}

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

/// Width of a link: an arena number and a bit for "none".
pub fn link_bits(g: &Geometry) -> usize {
    g.arena_bits + 1
}

/// Width of a source: cores, their hosts, commands.
pub fn source_bits(g: &Geometry) -> usize {
    clog2(2 * g.cores + 1)
}

/// Width of an address in a request.
pub fn address_bits(g: &Geometry) -> usize {
    g.operand_bits.max(g.physical_bits)
}

/// Widths of a [`PageOrder`].
pub fn page_order(g: &Geometry) -> PageOrderShape {
    PageOrderShape {
        op: (),
        source: source_bits(g),
        process_id: g.process_bits,
        size_class: g.class_bits,
        context_id: g.context_bits,
        arena: g.arena_bits,
        address: address_bits(g),
    }
}

/// Widths of a [`PageAnswer`].
pub fn page_answer(g: &Geometry) -> PageAnswerShape {
    PageAnswerShape {
        status: (),
        arena: g.arena_bits,
        frame: g.frame_index_bits,
        of_header: (),
    }
}

/// Widths of an [`ArenaPage`].
pub fn arena_page(g: &Geometry) -> ArenaPageShape {
    ArenaPageShape {
        size_class: g.class_bits,
        context_id: g.context_bits,
        arena: g.arena_bits,
        page: page_bits(g),
    }
}

/// Widths of an [`ArenaCursor`].
pub fn arena_cursor(g: &Geometry) -> ArenaCursorShape {
    ArenaCursorShape {
        next_arena: link_bits(g),
        released: link_bits(g),
    }
}

/// Widths of a [`Walked`].
pub fn walked(g: &Geometry) -> WalkedShape {
    WalkedShape {
        bus_error: (),
        mapped: (),
        frame: g.frame_index_bits,
    }
}

/// Widths of a [`HeaderFound`].
pub fn header_found(g: &Geometry) -> HeaderFoundShape {
    HeaderFoundShape {
        bus_error: (),
        sum_matches: (),
        tag_matches: (),
        in_use: (),
        released: (),
        never_used: (),
        next_valid: (),
        next_released: link_bits(g),
    }
}

/// Widths of a [`LineJob`].
pub fn line_job(g: &Geometry) -> LineJobShape {
    let entries = LINE_BYTES / g.pte_bytes;
    LineJobShape {
        command: (),
        cause: CAUSE_BITS,
        frame: g.frame_index_bits,
        line: 6,
        entry: clog2(entries),
        mask: entries,
    }
}
