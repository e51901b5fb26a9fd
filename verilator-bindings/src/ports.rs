//! Ports and the typed handles through which they are accessed.
//!
//! A handle is checked once, when it is made, against the port's name,
//! direction and width. An access is then a load or store at a fixed offset in
//! the model's memory, with one comparison that the handle belongs to the
//! model's library.

use std::fmt;
use std::marker::PhantomData;

use crate::error::Error;

/// Which way a port carries values, seen from the design.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Driven by the caller.
    Input,
    /// Driven by the design.
    Output,
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Direction::Input => "input",
            Direction::Output => "output",
        })
    }
}

/// A port of the top module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Port {
    /// Name as in the Verilog source.
    pub name: String,
    /// Which way it carries values.
    pub direction: Direction,
    /// Width in bits, at least 1.
    pub width: u32,
    /// Bytes from the start of the design's state.
    pub(crate) offset: u32,
    /// Where the last value of a clock is kept, when its falling edge does
    /// nothing; see [`Clock`].
    pub(crate) edge_memory: Option<u32>,
}

impl Port {
    /// Words of 32 bits that hold a value of this port.
    pub fn words(&self) -> usize {
        self.width.div_ceil(32) as usize
    }
}

/// Place and shape of a port, the same for each model of a library.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) library: u32,
    pub(crate) offset: u32,
    pub(crate) width: u32,
}

/// An input port that takes values of type `T`.
///
/// Valid for every model of the library that it was made from.
pub struct In<T> {
    pub(crate) place: Place,
    value: PhantomData<fn(T)>,
}

/// A port whose value is read as a `T`: an output, or an input read back.
///
/// Valid for every model of the library that it was made from.
pub struct Out<T> {
    pub(crate) place: Place,
    value: PhantomData<fn() -> T>,
}

impl<T> In<T> {
    pub(crate) fn new(place: Place) -> Self {
        Self {
            place,
            value: PhantomData,
        }
    }
}

impl<T> Out<T> {
    pub(crate) fn new(place: Place) -> Self {
        Self {
            place,
            value: PhantomData,
        }
    }
}

// Derives would ask the same of `T`, which is only a marker here.
impl<T> Clone for In<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for In<T> {}
impl<T> Clone for Out<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Out<T> {}

impl<T> fmt::Debug for In<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("In").field(&self.place).finish()
    }
}
impl<T> fmt::Debug for Out<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Out").field(&self.place).finish()
    }
}

/// Reads an input back.
impl<T> From<In<T>> for Out<T> {
    fn from(input: In<T>) -> Self {
        Out::new(input.place)
    }
}

/// A clock input, stepped by [`Model::step`](crate::Model::step) and
/// [`Model::tick`](crate::Model::tick).
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    pub(crate) input: In<bool>,
    pub(crate) edge_memory: Option<u32>,
}

impl Clock {
    /// True when the design does nothing on the falling edge or with the level
    /// of this clock, so that `tick` needs one evaluation a cycle, not two.
    pub fn rising_edge_only(self) -> bool {
        self.edge_memory.is_some()
    }
}

/// The clock as a plain input, to drive its level by hand.
impl From<Clock> for In<bool> {
    fn from(clock: Clock) -> Self {
        clock.input
    }
}

mod sealed {
    pub trait Sealed {}
}

/// A Rust type that carries the value of a port.
///
/// | type | widths |
/// |---|---|
/// | `bool` | 1 |
/// | `u8`, `i8` | 1 to 8 |
/// | `u16`, `i16` | 1 to 16 |
/// | `u32`, `i32` | 1 to 32 |
/// | `u64`, `i64` | 1 to 64 |
/// | `u128` | 1 to 128 |
/// | `[u32; N]` | 32(N-1)+1 to 32N, and more than 64; word 0 is the least significant |
/// | [`Words`] | any, through [`Model::set_words`](crate::Model::set_words) and [`Model::words`](crate::Model::words) |
///
/// Writing keeps the port's low bits, as an assignment in Verilog does. Reading
/// zero-extends, the signed types sign-extend from the port's width.
/// `bool` and `u8` are the cheapest; a wider type on a narrow port costs a
/// predictable branch.
pub trait Value: Sized + sealed::Sealed {
    /// Name in error messages.
    #[doc(hidden)]
    const NAME: &'static str;
    /// Narrowest and widest port.
    #[doc(hidden)]
    const WIDTHS: (u32, u32);
}

/// A value that is read and written whole.
pub trait Scalar: Value {
    /// Reads the port at `place`.
    ///
    /// # Safety
    /// `place` must be that of a live port whose width is within `WIDTHS`.
    #[doc(hidden)]
    unsafe fn load(place: *const u8, width: u32) -> Self;
    /// Writes the port at `place`.
    ///
    /// # Safety
    /// As for `load`, and nothing else accesses the port meanwhile.
    #[doc(hidden)]
    unsafe fn store(self, place: *mut u8, width: u32);
}

/// Marks a handle whose width is known at run time only.
#[derive(Debug, Clone, Copy)]
pub enum Words {}

impl sealed::Sealed for Words {}
impl Value for Words {
    const NAME: &'static str = "Words";
    const WIDTHS: (u32, u32) = (1, u32::MAX);
}

/// The low `width` bits set, `width` from 1 to 64.
#[inline(always)]
fn mask(width: u32) -> u64 {
    u64::MAX >> (64 - width)
}

// Verilator stores a port of up to 8, 16, 32, 64 bits in the smallest unsigned
// integer that holds it, the unused bits zero; see `generated.rs`.
impl sealed::Sealed for bool {}
impl Value for bool {
    const NAME: &'static str = "bool";
    const WIDTHS: (u32, u32) = (1, 1);
}
impl Scalar for bool {
    #[inline(always)]
    unsafe fn load(place: *const u8, _width: u32) -> Self {
        // SAFETY: the caller vouches for the place; a port of one bit is one byte.
        unsafe { place.read() != 0 }
    }
    #[inline(always)]
    unsafe fn store(self, place: *mut u8, _width: u32) {
        // SAFETY: as above.
        unsafe { place.write(u8::from(self)) }
    }
}

macro_rules! scalar {
    ($($type:ty => $unsigned:ty),*) => {$(
        impl sealed::Sealed for $type {}
        impl Value for $type {
            const NAME: &'static str = stringify!($type);
            const WIDTHS: (u32, u32) = (1, <$type>::BITS);
        }
        impl Scalar for $type {
            #[inline(always)]
            unsafe fn load(place: *const u8, width: u32) -> Self {
                // Branches on sizes that the type cannot have vanish.
                // SAFETY: the caller vouches for place and width; the size of
                // the storage follows from the width, and Verilator aligns it.
                let raw = unsafe {
                    if <$type>::BITS == 8 || width <= 8 {
                        u64::from(place.read())
                    } else if <$type>::BITS == 16 || width <= 16 {
                        u64::from(place.cast::<u16>().read())
                    } else if <$type>::BITS == 32 || width <= 32 {
                        u64::from(place.cast::<u32>().read())
                    } else {
                        place.cast::<u64>().read()
                    }
                };
                if <$type>::MIN == 0 {
                    raw as $type
                } else {
                    // An arithmetic shift extends the sign.
                    let spare = <$type>::BITS - width;
                    (((raw as $unsigned) << spare) as $type) >> spare
                }
            }
            #[inline(always)]
            unsafe fn store(self, place: *mut u8, width: u32) {
                let raw = u64::from(self as $unsigned) & mask(width);
                // SAFETY: as above.
                unsafe {
                    if <$type>::BITS == 8 || width <= 8 {
                        place.write(raw as u8);
                    } else if <$type>::BITS == 16 || width <= 16 {
                        place.cast::<u16>().write(raw as u16);
                    } else if <$type>::BITS == 32 || width <= 32 {
                        place.cast::<u32>().write(raw as u32);
                    } else {
                        place.cast::<u64>().write(raw);
                    }
                }
            }
        }
    )*};
}
scalar!(u8 => u8, u16 => u16, u32 => u32, u64 => u64, i8 => u8, i16 => u16, i32 => u32, i64 => u64);

impl sealed::Sealed for u128 {}
impl Value for u128 {
    const NAME: &'static str = "u128";
    const WIDTHS: (u32, u32) = (1, 128);
}
impl Scalar for u128 {
    #[inline(always)]
    unsafe fn load(place: *const u8, width: u32) -> Self {
        let mut words = [0u32; 4];
        // SAFETY: the caller vouches for place and width.
        unsafe { load_words(place, width, &mut words[..width.div_ceil(32) as usize]) };
        words
            .iter()
            .rev()
            .fold(0, |value, &word| (value << 32) | u128::from(word))
    }
    #[inline(always)]
    unsafe fn store(self, place: *mut u8, width: u32) {
        let words: [u32; 4] = std::array::from_fn(|index| (self >> (32 * index)) as u32);
        // SAFETY: as above.
        unsafe { store_words(place, width, &words[..width.div_ceil(32) as usize]) };
    }
}

impl<const N: usize> sealed::Sealed for [u32; N] {}
impl<const N: usize> Value for [u32; N] {
    const NAME: &'static str = "[u32; N]";
    // Two words and less are stored as an integer; u64 is the type for those.
    const WIDTHS: (u32, u32) = {
        assert!(
            N >= 3,
            "up to 64 bits are carried by u64, not by an array of words"
        );
        (32 * (N as u32 - 1) + 1, 32 * N as u32)
    };
}
impl<const N: usize> Scalar for [u32; N] {
    #[inline(always)]
    unsafe fn load(place: *const u8, _width: u32) -> Self {
        // SAFETY: the caller vouches for a port of N words.
        unsafe { place.cast::<[u32; N]>().read() }
    }
    #[inline(always)]
    unsafe fn store(mut self, place: *mut u8, width: u32) {
        self[N - 1] &= top_mask(width);
        // SAFETY: as above.
        unsafe { place.cast::<[u32; N]>().write(self) }
    }
}

/// The used bits of the most significant word.
#[inline(always)]
fn top_mask(width: u32) -> u32 {
    u32::MAX >> (width.wrapping_neg() % 32)
}

/// Reads a port of any width into words, least significant first.
///
/// # Safety
/// `place` must be that of a live port of this width, `words` its length.
#[inline]
pub(crate) unsafe fn load_words(place: *const u8, width: u32, words: &mut [u32]) {
    if width <= 64 {
        // SAFETY: the caller vouches for the place.
        let raw = unsafe { u64::load(place, width) };
        for (index, word) in words.iter_mut().enumerate() {
            *word = (raw >> (32 * index)) as u32;
        }
    } else {
        // SAFETY: wide ports are an array of words; the slices cannot overlap,
        // as the model's memory is never lent out.
        unsafe {
            place
                .cast::<u32>()
                .copy_to_nonoverlapping(words.as_mut_ptr(), words.len())
        };
    }
}

/// Writes a port of any width from words, least significant first.
///
/// # Safety
/// As for [`load_words`], and nothing else accesses the port meanwhile.
#[inline]
pub(crate) unsafe fn store_words(place: *mut u8, width: u32, words: &[u32]) {
    if width <= 64 {
        let raw = words
            .iter()
            .rev()
            .fold(0u64, |value, &word| (value << 32) | u64::from(word));
        // SAFETY: the caller vouches for the place.
        unsafe { raw.store(place, width) };
    } else {
        let first = place.cast::<u32>();
        // SAFETY: as in `load_words`.
        unsafe {
            first.copy_from_nonoverlapping(words.as_ptr(), words.len());
            let last = first.add(words.len() - 1);
            last.write(last.read() & top_mask(width));
        }
    }
}

/// Finds a port and checks that `T` fits it.
pub(crate) fn resolve<T: Value>(
    top: &str,
    ports: &[Port],
    library: u32,
    name: &str,
    direction: Direction,
) -> Result<Place, Error> {
    let port = ports
        .iter()
        .find(|port| port.name == name)
        .ok_or_else(|| Error::NoSuchPort {
            top: top.to_owned(),
            port: name.to_owned(),
            ports: ports.iter().map(|port| port.name.clone()).collect(),
        })?;
    if port.direction != direction {
        return Err(Error::WrongDirection {
            top: top.to_owned(),
            port: name.to_owned(),
            actual: port.direction,
            asked: direction,
        });
    }
    let (narrowest, widest) = T::WIDTHS;
    if port.width < narrowest || port.width > widest {
        let holds = if narrowest == widest {
            format!("{widest} bit")
        } else {
            format!("{narrowest} to {widest} bits")
        };
        return Err(Error::WrongWidth {
            top: top.to_owned(),
            port: name.to_owned(),
            actual: direction,
            width: port.width,
            asked: T::NAME,
            holds,
        });
    }
    Ok(Place {
        library,
        offset: port.offset,
        width: port.width,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Storage as Verilator lays it out, aligned for every integer.
    #[repr(align(8))]
    struct Storage([u8; 64]);

    fn round_trip<T: Scalar>(value: T, width: u32) -> (T, Storage) {
        let mut storage = Storage([0xa5; 64]);
        // SAFETY: 64 aligned bytes hold every width used below.
        let read = unsafe {
            value.store(storage.0.as_mut_ptr(), width);
            T::load(storage.0.as_ptr(), width)
        };
        (read, storage)
    }

    #[test]
    fn only_the_ports_own_bytes_and_bits_are_written() {
        for width in 1..=64 {
            let (read, storage) = round_trip(u64::MAX, width);
            assert_eq!(read, mask(width), "width {width}");
            let bytes = match width {
                1..=8 => 1,
                9..=16 => 2,
                17..=32 => 4,
                _ => 8,
            };
            assert!(
                storage.0[bytes..].iter().all(|&byte| byte == 0xa5),
                "width {width}"
            );
        }
        for width in 65..=128 {
            let (read, storage) = round_trip(u128::MAX, width);
            assert_eq!(read, u128::MAX >> (128 - width), "width {width}");
            let bytes = 4 * width.div_ceil(32) as usize;
            assert!(
                storage.0[bytes..].iter().all(|&byte| byte == 0xa5),
                "width {width}"
            );
        }
    }

    #[test]
    fn the_sign_is_extended_from_the_ports_width() {
        for width in 1..=32 {
            assert_eq!(round_trip(-1i32, width).0, -1, "width {width}");
            assert_eq!(round_trip(-1i64, width).0, -1, "width {width}");
        }
        assert_eq!(round_trip(0b0111i8, 4).0, 7);
        assert_eq!(round_trip(0b1000i8, 4).0, -8);
        assert_eq!(round_trip(i64::MIN, 64).0, i64::MIN);
    }

    #[test]
    fn words_keep_the_top_words_spare_bits_zero() {
        assert_eq!(round_trip([u32::MAX; 3], 65).0, [u32::MAX, u32::MAX, 1]);
        assert_eq!(round_trip([u32::MAX; 3], 96).0, [u32::MAX; 3]);
    }
}
