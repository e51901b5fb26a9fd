//! [`BlockRam`]: a memory read one cycle later.

use super::{leaf, note};
use crate::rtl::{Clocked, Input, Logic, Output, Value, Word, ast, clog2};

/// A memory with one write port and one read port that answers one cycle later; tools put it into
/// block RAM. What a read gives that coincides with a write of the same word is not defined (here:
/// the old word); designs forward the written word instead. Not reset.
pub struct BlockRam<T: Value = Word> {
    /// Write and read clock.
    pub clock: Input<bool>,
    /// Word written where `write` is high.
    pub write_address: Input,
    /// What is written.
    pub write_data: Input<T>,
    /// Write enable.
    pub write: Input<bool>,
    /// Word read.
    pub read_address: Input,
    /// The word at the address that the last rising edge saw.
    pub read_data: Output<T>,
    words: Vec<T>,
    sampled: Option<(usize, T)>,
    sampled_read: usize,
    latched: T,
    clock_level: bool,
}

impl<T: Value> BlockRam<T> {
    /// A memory of `depth` words, a power of two, at least 2.
    pub fn new(depth: usize, shape: T::Shape) -> Self {
        let bits = clog2(depth);
        BlockRam {
            clock: Input::new((), note("", line!())),
            write_address: Input::new(bits, note("", line!())),
            write_data: Input::new(shape, note("", line!())),
            write: Input::new((), note("", line!())),
            read_address: Input::new(bits, note("", line!())),
            read_data: Output::new(shape, note("", line!())),
            words: vec![T::zero(shape); depth],
            sampled: None,
            sampled_read: 0,
            latched: T::zero(shape),
            clock_level: false,
        }
    }
}

impl<T: Value> Clocked for BlockRam<T> {
    fn drive(&mut self, clock: bool, _reset: bool) {
        if clock && !self.clock_level {
            self.latched = self.words[self.sampled_read];
            if let Some((address, word)) = self.sampled {
                self.words[address] = word;
            }
        }
        self.clock_level = clock;
    }
}

impl<T: Value> Logic for BlockRam<T> {
    fn update(&mut self) {
        if !self.clock_level {
            self.sampled_read = self.read_address.val().index();
            self.sampled = self
                .write
                .val()
                .then(|| (self.write_address.val().index(), self.write_data.val()));
        }
        self.read_data.next = self.latched;
    }

    fn hdl(&self) -> ast::Verilog {
        self.black_box()
    }
}

leaf!([T: Value] BlockRam<T>, [clock, write_address, write_data, write, read_address, read_data],
    "memento_block_ram", |self| ["WIDTH" = crate::rtl::width_of(&self.kind()), "DEPTH" = self.words.len()]);

impl<T: Value> BlockRam<T> {
    fn kind(&self) -> crate::rtl::TypeKind {
        use rust_hdl::core::atom::Atom;
        self.read_data.descriptor().kind
    }
}
