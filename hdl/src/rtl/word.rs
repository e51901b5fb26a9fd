//! [`Word`]: an unsigned number whose width in bits is chosen at run time.

use std::cmp::Ordering;
use std::ops::{Add, BitAnd, BitOr, BitXor, Mul, Not, Shl, Shr, Sub};

/// Widest [`Word`], in bits: two of the widest bus this project drives.
pub const MAX_BITS: usize = 128;

/// Bits that an index of `n` things takes: 0 for one thing, 1 for two, 3 for five.
pub const fn clog2(n: usize) -> usize {
    n.next_power_of_two().trailing_zeros() as usize
}

/// An unsigned number of 0..=[`MAX_BITS`] bits; arithmetic wraps at its width.
///
/// Width 0 marks a bare number (from `usize`), which takes the other operand's width. Two sized
/// operands must have equal widths, except under `*` (the widths add) and in shifts.
#[derive(Copy, Clone, Debug)]
pub struct Word {
    bits: u32,
    value: u128,
}

impl Word {
    /// `value` in `bits` bits; higher bits are dropped.
    pub fn new(value: u128, bits: usize) -> Word {
        assert!(bits <= MAX_BITS, "a word of {bits} bits exceeds {MAX_BITS}");
        Word {
            bits: bits as u32,
            value,
        }
        .trimmed()
    }

    /// Width in bits.
    pub fn bits(&self) -> usize {
        self.bits as usize
    }

    /// The number itself.
    pub fn value(&self) -> u128 {
        self.value
    }

    /// The number as an index into a Rust slice; one that no `usize` holds is beyond every slice.
    pub fn index(&self) -> usize {
        usize::try_from(self.value).unwrap_or(usize::MAX)
    }

    /// Whether any bit is one.
    pub fn any(&self) -> bool {
        self.value != 0
    }

    /// Whether every bit is one.
    pub fn all(&self) -> bool {
        *self == Word::new(u128::MAX, self.bits())
    }

    /// Parity: whether an odd number of bits is one.
    pub fn xor(&self) -> bool {
        self.value.count_ones() % 2 == 1
    }

    /// Bit `index`; false beyond the width.
    pub fn get_bit(&self, index: usize) -> bool {
        index < self.bits() && self.value >> index & 1 == 1
    }

    fn trimmed(self) -> Word {
        let value = match self.bits {
            0 => self.value,
            b if b as usize >= MAX_BITS => self.value,
            b => self.value & ((1 << b) - 1),
        };
        Word { value, ..self }
    }

    fn binary(self, other: Word, f: impl Fn(u128, u128) -> u128) -> Word {
        debug_assert!(
            self.bits == other.bits || self.bits == 0 || other.bits == 0,
            "operands of {} and {} bits",
            self.bits,
            other.bits
        );
        Word {
            bits: self.bits.max(other.bits),
            value: f(self.value, other.value),
        }
        .trimmed()
    }
}

impl From<usize> for Word {
    fn from(value: usize) -> Word {
        Word {
            bits: 0,
            value: value as u128,
        }
    }
}

macro_rules! operator {
    ($trait:ident, $method:ident, $f:expr) => {
        impl $trait for Word {
            type Output = Word;
            fn $method(self, other: Word) -> Word {
                self.binary(other, $f)
            }
        }
        impl $trait<usize> for Word {
            type Output = Word;
            fn $method(self, other: usize) -> Word {
                self.binary(other.into(), $f)
            }
        }
    };
}
operator!(Add, add, |a, b| a.wrapping_add(b));
operator!(Sub, sub, |a, b| a.wrapping_sub(b));
operator!(BitAnd, bitand, |a, b| a & b);
operator!(BitOr, bitor, |a, b| a | b);
operator!(BitXor, bitxor, |a, b| a ^ b);

impl Mul for Word {
    type Output = Word;
    #[allow(
        clippy::suspicious_arithmetic_impl,
        reason = "a product is as wide as both factors"
    )]
    fn mul(self, other: Word) -> Word {
        Word::new(
            self.value.wrapping_mul(other.value),
            self.bits() + other.bits(),
        )
    }
}
impl Not for Word {
    type Output = Word;
    fn not(self) -> Word {
        Word {
            value: !self.value,
            ..self
        }
        .trimmed()
    }
}
impl Shl<usize> for Word {
    type Output = Word;
    fn shl(self, by: usize) -> Word {
        Word {
            value: if by < MAX_BITS { self.value << by } else { 0 },
            ..self
        }
        .trimmed()
    }
}
impl Shr<usize> for Word {
    type Output = Word;
    fn shr(self, by: usize) -> Word {
        Word {
            value: if by < MAX_BITS { self.value >> by } else { 0 },
            ..self
        }
    }
}
impl Shl for Word {
    type Output = Word;
    fn shl(self, by: Word) -> Word {
        self << usize::try_from(by.value).unwrap_or(MAX_BITS)
    }
}
impl Shr for Word {
    type Output = Word;
    fn shr(self, by: Word) -> Word {
        self >> usize::try_from(by.value).unwrap_or(MAX_BITS)
    }
}
impl PartialEq for Word {
    fn eq(&self, other: &Word) -> bool {
        self.value == other.value
    }
}
impl Eq for Word {}
impl PartialEq<usize> for Word {
    fn eq(&self, other: &usize) -> bool {
        self.value == *other as u128
    }
}
impl PartialOrd for Word {
    fn partial_cmp(&self, other: &Word) -> Option<Ordering> {
        self.value.partial_cmp(&other.value)
    }
}
impl PartialOrd<usize> for Word {
    fn partial_cmp(&self, other: &usize) -> Option<Ordering> {
        self.value.partial_cmp(&(*other as u128))
    }
}

// `#[hdl_gen]` turns every call whose name starts with `bits` into a cast of its first argument
// to the width of its result.

/// `word` zero-extended or truncated to `width` bits.
pub fn bits_to(word: Word, width: usize) -> Word {
    Word::new(word.value, width)
}

/// The number `value` in `width` bits.
pub fn bits(value: usize, width: usize) -> Word {
    Word::new(value as u128, width)
}

/// `flag` as a number of `width` bits, 0 or 1.
pub fn bits_from(flag: bool, width: usize) -> Word {
    Word::new(flag as u128, width)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn index_widths() {
        assert_eq!([1, 2, 3, 4, 5, 64, 65].map(clog2), [0, 1, 2, 2, 3, 6, 7]);
    }

    #[test]
    fn bits_beyond_every_word_are_zero() {
        let word = Word::new(1, 80);
        assert!(word.get_bit(0));
        assert!(!word.get_bit(Word::new(1 << 70, 80).index()));
    }

    proptest! {
        #[test]
        fn arithmetic_wraps_at_the_width(a: u64, b: u64, w in 1usize..=64) {
            let mask = u128::MAX >> (128 - w);
            let (x, y) = (Word::new(a.into(), w), Word::new(b.into(), w));
            let (p, q) = (a as u128 & mask, b as u128 & mask);
            prop_assert_eq!((x + y).value(), (p + q) & mask);
            prop_assert_eq!((x - y).value(), p.wrapping_sub(q) & mask);
            prop_assert_eq!((x * y).value(), p * q);
            prop_assert_eq!((!x).value(), !p & mask);
            prop_assert_eq!((x << 1).value(), (p << 1) & mask);
        }
    }
}
