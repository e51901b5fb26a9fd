//! [`Value`]: what a signal can carry.

use super::{Synth, TypeKind, Word, clog2};
use std::fmt::Debug;

/// A value that a signal can carry. `Shape` holds whatever is known at run time alone.
pub trait Value: Copy + PartialEq + Debug + 'static {
    /// Width, or widths, fixed when the signal is made.
    type Shape: Copy;
    /// All bits zero; for an enum its first variant.
    fn zero(shape: Self::Shape) -> Self;
    /// The same value in the signal's own width: truncated or zero-extended.
    fn fit(self, shape: Self::Shape) -> Self;
    /// The type as the back end sees it.
    fn kind(shape: Self::Shape) -> TypeKind;
    /// Width in bits.
    fn bits(&self) -> usize;
}

impl Value for Word {
    type Shape = usize;
    fn zero(bits: usize) -> Word {
        Word::new(0, bits)
    }
    fn fit(self, bits: usize) -> Word {
        debug_assert!(
            Word::bits(&self) == bits || Word::bits(&self) == 0,
            "a value of {} bits for a signal of {bits}",
            Word::bits(&self)
        );
        Word::new(self.value(), bits)
    }
    fn kind(bits: usize) -> TypeKind {
        TypeKind::Bits(bits)
    }
    fn bits(&self) -> usize {
        Word::bits(self)
    }
}

/// `bool` and every enum with `#[derive(LogicState)]`.
impl<T: Synth + 'static> Value for T {
    type Shape = ();
    fn zero(_: ()) -> T {
        T::default()
    }
    fn fit(self, _: ()) -> T {
        self
    }
    fn kind(_: ()) -> TypeKind {
        T::descriptor().kind
    }
    fn bits(&self) -> usize {
        T::BITS
    }
}

/// Width in bits of a signal of this type.
pub fn width_of(kind: &TypeKind) -> usize {
    match kind {
        TypeKind::Bits(width) | TypeKind::Signed(width) => *width,
        TypeKind::Enum(variants) => clog2(variants.len()).max(1),
        TypeKind::Composite(fields) => fields.iter().map(|f| width_of(&f.kind.kind)).sum(),
    }
}
