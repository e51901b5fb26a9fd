//! [`OnehotEncoder`]: the position of the one bit that is set.

use super::{black_box, note};
use crate::rtl::{Block, Clocked, Input, Logic, Output, Probe, Word, ast, clog2};

/// Position of the only bit set in a word; the bitwise OR of the positions if there are several,
/// 0 if there is none. Combinational, one OR tree an output bit.
pub struct OnehotEncoder {
    /// The word with one bit set.
    pub onehot: Input,
    /// Position of the bit.
    pub position: Output,
    width: usize,
}

impl OnehotEncoder {
    /// An encoder of `width` bits, at least 2.
    pub fn new(width: usize) -> Self {
        OnehotEncoder {
            onehot: Input::new(width, note("", line!())),
            position: Output::new(clog2(width), note("", line!())),
            width,
        }
    }
}

impl Clocked for OnehotEncoder {
    fn drive(&mut self, _clock: bool, _reset: bool) {}
}

impl Logic for OnehotEncoder {
    fn update(&mut self) {
        let word = self.onehot.val();
        let position = (0..self.width)
            .filter(|i| word.get_bit(*i))
            .fold(0, |all, i| all | i);
        self.position.next = Word::from(position);
    }

    fn hdl(&self) -> ast::Verilog {
        let sizes = [("WIDTH", self.width), ("POSITION_BITS", clog2(self.width))];
        let text = include_str!("memento_onehot_encoder.v");
        black_box("memento_onehot_encoder", text, &sizes)
    }
}

impl Block for OnehotEncoder {
    fn connect_all(&mut self) {}
    fn update_all(&mut self) {
        self.update();
        self.onehot.update_all();
        self.position.update_all();
    }
    fn has_changed(&self) -> bool {
        self.onehot.has_changed() || self.position.has_changed()
    }
    fn accept(&self, name: &str, probe: &mut dyn Probe) {
        probe.visit_start_scope(name, self);
        self.onehot.accept("onehot", probe);
        self.position.accept("position", probe);
        probe.visit_end_scope(name, self);
    }
}
