//! [`DemoImage`]: what a self-test executes, and what it is checked against.

use crate::geometry::Geometry;
use crate::rtl::clog2;

/// Characters that a line may have, its end included.
pub const LINE_CHARACTERS: usize = 128;

/// Mark of a text's entry that stands for a digit.
pub const DIGIT: usize = 0x80;

/// Bits of an operation's code.
pub const CODE_BITS: usize = 2;

/// An operation of the program. Allocations are named by the number of their operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DemoOperation {
    /// An object of so many bytes.
    Alloc {
        /// Size that is asked for.
        bytes: usize,
    },
    /// The object of an allocation is given back.
    Free {
        /// Number of the operation that allocated it.
        allocation: usize,
    },
    /// A byte inside the object of an allocation is given back, which the allocator has to refuse.
    FreeInside {
        /// Number of the operation that allocated it.
        allocation: usize,
    },
}

/// What a self-test executes, and what it is checked against.
#[derive(Clone, Debug)]
pub struct DemoImage {
    /// What it calls itself in its lines, ASCII.
    pub name: String,
    /// Operations, at least two.
    pub program: Vec<DemoOperation>,
    /// Signature of the answers that have to come.
    pub signature: u32,
    /// Arenas that a class can get, a power of two.
    pub lane_arenas: usize,
    /// Clock cycles that a bit takes on the serial line.
    pub bit_cycles: usize,
    /// Clock cycles between two lines, log2.
    pub pause_bits: usize,
}

/// A piece of the text of a line.
enum Piece<'a> {
    Text(&'a str),
    /// Digits of the report, the least significant's number and how many.
    Digits(usize, usize),
}

/// Where the digits of a figure are in the report's digits, from the least significant on.
pub struct Figure {
    /// Number of its least significant digit.
    pub first: usize,
    /// How many it has.
    pub digits: usize,
}

/// Operations that were answered, decimal.
pub const OPERATIONS: Figure = Figure {
    first: 0,
    digits: 4,
};
/// Clock cycles from the first request to the last answer, decimal.
pub const CYCLES: Figure = Figure {
    first: 4,
    digits: 8,
};
/// Signature of the answers, hexadecimal.
pub const SIGNATURE: Figure = Figure {
    first: 12,
    digits: 8,
};
/// What is wrong.
pub const FAULT: Figure = Figure {
    first: 20,
    digits: 1,
};
/// Number of the operation that is wrong, hexadecimal.
pub const FAULT_AT: Figure = Figure {
    first: 21,
    digits: 4,
};
/// Digits in all.
pub const DIGITS: usize = 25;

impl DemoImage {
    /// Width of an operation's number.
    pub fn index_bits(&self) -> usize {
        clog2(self.program.len())
    }

    /// Width of an operation's argument: a size up to one byte too much, or the number of an operation.
    pub fn argument_bits(&self, g: &Geometry) -> usize {
        clog2((g.classes << g.step_bits) + 2).max(self.index_bits())
    }

    /// Width of an operation.
    pub fn word_bits(&self, g: &Geometry) -> usize {
        CODE_BITS + self.argument_bits(g)
    }

    /// log2 of the arenas that a class can get.
    pub fn lane_bits(&self) -> usize {
        clog2(self.lane_arenas)
    }

    /// The program as words: code 0 alloc, 1 free, 2 free inside; above it the argument.
    pub fn words(&self) -> Vec<usize> {
        let word = |operation: &DemoOperation| match *operation {
            DemoOperation::Alloc { bytes } => bytes << CODE_BITS,
            DemoOperation::Free { allocation } => allocation << CODE_BITS | 1,
            DemoOperation::FreeInside { allocation } => allocation << CODE_BITS | 2,
        };
        self.program.iter().map(word).collect()
    }

    /// The lines that can be told, [`LINE_CHARACTERS`] entries each: a character, or [`DIGIT`] and the number
    /// of a digit, or 0 for the end. The one of a test that failed comes second.
    pub fn text(&self) -> Vec<usize> {
        let expected = format!("{:08x}", self.signature);
        let figure = |figure: &Figure| Piece::Digits(figure.first, figure.digits);
        let rest = [
            figure(&OPERATIONS),
            Piece::Text(" operations in "),
            figure(&CYCLES),
            Piece::Text(" cycles, signature "),
            figure(&SIGNATURE),
            Piece::Text(" of "),
            Piece::Text(&expected),
            Piece::Text("\r\n"),
        ];
        let start = [
            Piece::Text("memento "),
            Piece::Text(&self.name),
            Piece::Text(" "),
        ];
        let fault = [
            Piece::Text("FAIL, fault "),
            figure(&FAULT),
            Piece::Text(" at 0x"),
            figure(&FAULT_AT),
            Piece::Text(": "),
        ];
        let mut text = entries(start.iter().chain(&[Piece::Text("PASS: ")]).chain(&rest));
        text.extend(entries(start.iter().chain(&fault).chain(&rest)));
        text
    }
}

/// The entries of a line, filled up with ends.
fn entries<'a>(pieces: impl Iterator<Item = &'a Piece<'a>>) -> Vec<usize> {
    let mut entries = Vec::new();
    for piece in pieces {
        match *piece {
            Piece::Text(text) => entries.extend(text.bytes().map(usize::from)),
            Piece::Digits(first, digits) => {
                entries.extend((first..first + digits).rev().map(|digit| DIGIT | digit));
            }
        }
    }
    entries.truncate(LINE_CHARACTERS - 1);
    entries.resize(LINE_CHARACTERS, 0);
    entries
}
