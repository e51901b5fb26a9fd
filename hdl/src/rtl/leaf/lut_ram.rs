//! [`LutRam`]: a small memory read in the same cycle.

use super::{black_box, note};
use crate::rtl::{Block, Clocked, Input, Logic, Output, Probe, Value, Word, ast, clog2};

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
    /// With parity: an odd number of bits of that word, its parity among them, has changed since it
    /// was written. Nothing changes in simulation.
    pub wrong: Output<bool>,
    parity: bool,
    twin: bool,
    words: Vec<T>,
    sampled: Option<(usize, T)>,
    clock_level: bool,
}

impl<T: Value> LutRam<T> {
    /// A memory of `depth` words, a power of two, at least 2.
    pub fn new(depth: usize, shape: T::Shape) -> Self {
        Self::protected(depth, shape, false)
    }

    /// The same, with a parity bit a word if `parity` is set: then there is the port `wrong`.
    pub fn protected(depth: usize, shape: T::Shape, parity: bool) -> Self {
        let bits = clog2(depth);
        LutRam {
            clock: Input::new((), note("", line!())),
            write_address: Input::new(bits, note("", line!())),
            write_data: Input::new(shape, note("", line!())),
            write: Input::new((), note("", line!())),
            read_address: Input::new(bits, note("", line!())),
            read_data: Output::new(shape, note("", line!())),
            wrong: Output::new((), note("", line!())),
            parity,
            twin: false,
            words: vec![T::zero(shape); depth],
            sampled: None,
            clock_level: false,
        }
    }
}

impl<T: Value> LutRam<T> {
    /// A memory of `depth` words that keeps each twice if `twice` is set: what is read is what was written, though
    /// one of the two has changed since. For words to whose loss there is no safe answer.
    pub fn twin(depth: usize, shape: T::Shape, twice: bool) -> Self {
        LutRam {
            twin: twice,
            ..Self::new(depth, shape)
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
        let (name, text) = if self.twin {
            (
                "memento_twin_lut_ram",
                include_str!("memento_twin_lut_ram.v"),
            )
        } else if self.parity {
            (
                "memento_checked_lut_ram",
                include_str!("memento_checked_lut_ram.v"),
            )
        } else {
            ("memento_lut_ram", include_str!("memento_lut_ram.v"))
        };
        let (width, depth) = (crate::rtl::width_of(&self.kind()), self.words.len());
        black_box(name, text, &[("WIDTH", width), ("DEPTH", depth)])
    }
}

impl<T: Value> Block for LutRam<T> {
    fn connect_all(&mut self) {}
    fn update_all(&mut self) {
        self.update();
        self.clock.update_all();
        self.write_address.update_all();
        self.write_data.update_all();
        self.write.update_all();
        self.read_address.update_all();
        self.read_data.update_all();
    }
    fn has_changed(&self) -> bool {
        self.write_address.has_changed()
            || self.write_data.has_changed()
            || self.write.has_changed()
            || self.read_address.has_changed()
            || self.read_data.has_changed()
    }
    fn accept(&self, name: &str, probe: &mut dyn Probe) {
        probe.visit_start_scope(name, self);
        self.clock.accept("clock", probe);
        self.write_address.accept("write_address", probe);
        self.write_data.accept("write_data", probe);
        self.write.accept("write", probe);
        self.read_address.accept("read_address", probe);
        self.read_data.accept("read_data", probe);
        if self.parity {
            self.wrong.accept("wrong", probe);
        }
        probe.visit_end_scope(name, self);
    }
}

impl<T: Value> LutRam<T> {
    fn kind(&self) -> crate::rtl::TypeKind {
        use rust_hdl::core::atom::Atom;
        self.read_data.descriptor().kind
    }
}
