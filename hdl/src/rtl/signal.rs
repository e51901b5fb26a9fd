//! Signals: ports and wires of run-time width, and the parameters that kernels read.

use super::note::SignalNote;
use super::{Block, Logic, Probe, TypeDescriptor, TypeKind, VCDValue, Value, Word, width_of};
use rust_hdl::core::{
    ast::VerilogLiteral,
    atom::{Atom, AtomKind},
    constraint::PinConstraint,
    direction::{Direction, In, Local, Out},
};
use std::marker::PhantomData;

/// A port or wire. Kernels assign `.next` and read `.val()`.
pub struct Sig<D: Direction, T: Value> {
    /// The value being assigned.
    pub next: T,
    settled: T,
    changed: bool,
    shape: T::Shape,
    note: SignalNote,
    direction: PhantomData<D>,
}

/// An input port.
pub type Input<T = Word> = Sig<In, T>;
/// An output port.
pub type Output<T = Word> = Sig<Out, T>;
/// A wire inside a module.
pub type Wire<T = Word> = Sig<Local, T>;

impl<D: Direction, T: Value> Sig<D, T> {
    /// A signal of the given width or widths, zero at first.
    pub fn new(shape: T::Shape, note: SignalNote) -> Self {
        let zero = T::zero(shape);
        Sig {
            next: zero,
            settled: zero,
            changed: false,
            shape,
            note,
            direction: PhantomData,
        }
    }
}

impl<T: Value> Input<T> {
    /// The value driven from outside.
    pub fn val(&self) -> T {
        self.settled
    }
}
impl<T: Value> Output<T> {
    /// The value assigned last.
    pub fn val(&self) -> T {
        self.next.fit(self.shape)
    }
}
impl<T: Value> Wire<T> {
    /// The value assigned last.
    pub fn val(&self) -> T {
        self.next.fit(self.shape)
    }
}
impl<D: Direction, T: Value> Logic for Sig<D, T> {
    fn update(&mut self) {}
}
impl<D: Direction, T: Value> Block for Sig<D, T> {
    fn connect_all(&mut self) {}
    fn update_all(&mut self) {
        self.next = self.next.fit(self.shape);
        self.changed = self.settled != self.next;
        self.settled = self.next;
    }
    fn has_changed(&self) -> bool {
        self.changed
    }
    fn accept(&self, name: &str, probe: &mut dyn Probe) {
        probe.visit_atom(name, self);
    }
}

/// Implements rust-hdl's `Atom`, of which the back end reads kind, descriptor and literal alone.
macro_rules! atom {
    ([$($generics:tt)*] $type:ty, $self:ident, $kind:expr, $descriptor:expr, $literal:expr) => {
        impl<$($generics)*> Atom for $type {
            fn bits(&$self) -> usize { width_of(&$self.descriptor().kind) }
            fn connected(&$self) -> bool { true }
            fn changed(&$self) -> bool { false }
            fn kind(&$self) -> AtomKind { $kind }
            fn descriptor(&$self) -> TypeDescriptor { $descriptor }
            fn vcd(&$self) -> VCDValue { VCDValue::Vector(Vec::new()) }
            fn id(&$self) -> usize { 0 }
            fn verilog(&$self) -> VerilogLiteral { $literal.into() }
            fn constraints(&$self) -> Vec<PinConstraint> { Vec::new() }
        }
    };
}
pub(super) use atom;

/// A note in the form that travels through a type descriptor.
pub(super) fn encode(note: &impl serde::Serialize) -> String {
    serde_json::to_string(note).expect("notes are plain strings and numbers")
}

atom!([D: Direction, T: Value] Sig<D, T>, self, D::KIND,
    TypeDescriptor { name: encode(&self.note), kind: T::kind(self.shape) }, 0u64);

/// A size that kernels read as `self.name`; the back end sees a constant.
pub struct Param(pub usize);
atom!([] Param, self, AtomKind::Constant,
    TypeDescriptor { name: String::new(), kind: TypeKind::Bits(0) }, self.0 as u64);

/// The atom that carries a module's documentation; see [`super::note`].
struct Note<'a>(pub &'a super::note::ModuleNote);
atom!(['a] Note<'a>, self, AtomKind::Constant,
    TypeDescriptor { name: encode(self.0), kind: TypeKind::Bits(0) }, 0u64);

/// Shows a module's documentation to a probe, inside the module's scope.
pub fn visit_note(note: &super::note::ModuleNote, probe: &mut dyn Probe) {
    probe.visit_atom(super::note::MODULE_ATOM, &Note(note));
}
