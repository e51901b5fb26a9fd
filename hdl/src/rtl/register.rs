//! [`Reg`]: a register with synchronous reset, of run-time width.

use super::module::Clocked;
use super::note::SignalNote;
use super::signal::{atom, encode};
use super::{Block, Logic, Probe, TypeDescriptor, VCDValue, Value, Word, width_of};
use rust_hdl::core::{
    ast::VerilogLiteral,
    atom::{Atom, AtomKind},
    constraint::PinConstraint,
};

/// A register. `.val()` is its state, `.next` what the rising edge loads; it holds by default.
///
/// In simulation the next state is sampled while the clock is low, so registers at every depth of
/// the hierarchy load what was there before the edge, in whatever order they are visited.
pub struct Reg<T: Value = Word> {
    /// Next state.
    pub next: T,
    state: T,
    sampled: T,
    clock: bool,
    reset: bool,
    changed: bool,
    shape: T::Shape,
    note: SignalNote,
}

impl<T: Value> Reg<T> {
    /// A register of the given width or widths; `note.reset` says whether reset clears it.
    pub fn new(shape: T::Shape, note: SignalNote) -> Self {
        let zero = T::zero(shape);
        Reg {
            next: zero,
            state: zero,
            sampled: zero,
            clock: false,
            reset: false,
            changed: false,
            shape,
            note,
        }
    }

    /// The present state.
    pub fn val(&self) -> T {
        self.state
    }
}

impl<T: Value> Clocked for Reg<T> {
    fn drive(&mut self, clock: bool, reset: bool) {
        let state = self.state;
        if clock && !self.clock {
            self.state = self.sampled;
        }
        self.changed = self.state != state;
        self.clock = clock;
        self.reset = reset;
        self.next = self.state;
    }
}
impl<T: Value> Logic for Reg<T> {
    fn update(&mut self) {}
}
impl<T: Value> Block for Reg<T> {
    fn connect_all(&mut self) {}
    fn update_all(&mut self) {
        if !self.clock {
            let cleared = self.reset && self.note.reset;
            self.sampled = if cleared {
                T::zero(self.shape)
            } else {
                self.next.fit(self.shape)
            };
        }
    }
    fn has_changed(&self) -> bool {
        self.changed
    }
    fn accept(&self, name: &str, probe: &mut dyn Probe) {
        probe.visit_atom(name, self);
    }
}

atom!([T: Value] Reg<T>, self, AtomKind::StubOutputSignal,
    TypeDescriptor { name: encode(&self.note), kind: T::kind(self.shape) }, 0u64);
