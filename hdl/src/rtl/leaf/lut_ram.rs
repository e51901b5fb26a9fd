//! [`LutRam`]: a small memory read in the same cycle.

use super::{leaf, note};
use crate::rtl::{Clocked, Input, Logic, Output, Value, Word, ast, clog2};

/// A memory with one write port and one read port that answers in the same cycle; tools put it
/// into LUT RAM. A read during a write of the same word gives the old word. Not reset.
pub struct LutRam<T: Value = Word> {
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
    /// What is read, in the same cycle.
    pub read_data: Output<T>,
    words: Vec<T>,
    sampled: Option<(usize, T)>,
    clock_level: bool,
}

impl<T: Value> LutRam<T> {
    /// A memory of `depth` words, a power of two, at least 2.
    pub fn new(depth: usize, shape: T::Shape) -> Self {
        let bits = clog2(depth);
        LutRam {
            clock: Input::new((), note("", line!())),
            write_address: Input::new(bits, note("", line!())),
            write_data: Input::new(shape, note("", line!())),
            write: Input::new((), note("", line!())),
            read_address: Input::new(bits, note("", line!())),
            read_data: Output::new(shape, note("", line!())),
            words: vec![T::zero(shape); depth],
            sampled: None,
            clock_level: false,
        }
    }
}

impl<T: Value> Clocked for LutRam<T> {
    fn drive(&mut self, clock: bool, _reset: bool) {
        if clock
            && !self.clock_level
            && let Some((address, word)) = self.sampled
        {
            self.words[address] = word;
        }
        self.clock_level = clock;
    }
}

impl<T: Value> Logic for LutRam<T> {
    fn update(&mut self) {
        if !self.clock_level {
            self.sampled = self
                .write
                .val()
                .then(|| (self.write_address.val().index(), self.write_data.val()));
        }
        self.read_data.next = self.words[self.read_address.val().index()];
    }

    fn hdl(&self) -> ast::Verilog {
        self.black_box()
    }
}

leaf!([T: Value] LutRam<T>, [clock, write_address, write_data, write, read_address, read_data],
    "memento_lut_ram", |self| ["WIDTH" = crate::rtl::width_of(&self.kind()), "DEPTH" = self.words.len()]);

impl<T: Value> LutRam<T> {
    fn kind(&self) -> crate::rtl::TypeKind {
        use rust_hdl::core::atom::Atom;
        self.read_data.descriptor().kind
    }
}
