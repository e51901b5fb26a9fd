//! Arena headers, 64 bytes each: architecture section 3.

use crate::bitmap::Bitmap;
use crate::geometry::Arena;

/// A link that names no arena: all 32 bits ones.
const NO_LINK: u32 = u32::MAX;

/// What an intact header's sixteen-bit words add up to, modulo 2^16. Not 0, so that a line of zeros is not intact.
const CHECKED_SUM: u16 = 0xFFFF;

/// State of an arena as its header marks it, 16 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// 0: no arena was ever here.
    NeverUsed,
    /// `0x4D41`.
    InUse,
    /// `0x4D52`: on the list of released arenas.
    Released,
    /// Anything else.
    Unknown(u16),
}

impl Mark {
    fn bits(self) -> u16 {
        match self {
            Mark::NeverUsed => 0,
            Mark::InUse => 0x4D41,
            Mark::Released => 0x4D52,
            Mark::Unknown(bits) => bits,
        }
    }

    fn from_bits(bits: u16) -> Self {
        match bits {
            0 => Mark::NeverUsed,
            0x4D41 => Mark::InUse,
            0x4D52 => Mark::Released,
            bits => Mark::Unknown(bits),
        }
    }
}

/// Why a header is not that of an arena in use, the first reason in the order of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeaderFault {
    /// The mark is 0.
    NeverUsed,
    /// The checksum is wrong.
    Checksum,
    /// The mark is that of a released arena.
    Released,
    /// The mark is none that the allocator writes.
    Mark,
    /// Number, class or context are another arena's.
    Tag,
}

/// A header as it is in memory. Setters change their field and the checksum, nothing else, so that what is written
/// back differs from what was read in the named fields alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header([u8; 64]);

impl Header {
    /// The header of an arena in use without a single allocated slot, on no list.
    pub fn new(arena: Arena) -> Self {
        let mut header = Header([0; 64]);
        header.put(32, arena.number.to_le_bytes());
        header.put(36, [arena.class as u8, arena.context as u8]);
        header.put(38, Mark::InUse.bits().to_le_bytes());
        header.put(40, NO_LINK.to_le_bytes());
        header.put(44, NO_LINK.to_le_bytes());
        header.seal();
        header
    }

    /// The header of a released arena; `next` is the one released before it that is still unused.
    pub fn released(arena: Arena, next: Option<u32>) -> Self {
        let mut header = Self::new(arena);
        header.put(38, Mark::Released.bits().to_le_bytes());
        header.set_next(next);
        header
    }

    /// From memory; anything goes.
    pub fn from_bytes(bytes: [u8; 64]) -> Self {
        Header(bytes)
    }

    /// As it is in memory.
    pub fn to_bytes(self) -> [u8; 64] {
        self.0
    }

    /// Whether this is an intact header of `arena`, which is in use.
    pub fn verify(&self, arena: Arena) -> Result<(), HeaderFault> {
        self.verify_as(Mark::InUse, arena)
    }

    /// Whether this is an intact header of `arena` with this mark, one of those that are written.
    pub(crate) fn verify_as(&self, expected: Mark, arena: Arena) -> Result<(), HeaderFault> {
        let mark = self.mark();
        if mark == Mark::NeverUsed {
            return Err(HeaderFault::NeverUsed);
        }
        if self.sum() != CHECKED_SUM {
            return Err(HeaderFault::Checksum);
        }
        match mark {
            mark if mark == expected => {}
            Mark::Released => return Err(HeaderFault::Released),
            Mark::InUse | Mark::NeverUsed | Mark::Unknown(_) => return Err(HeaderFault::Mark),
        }
        let tag = (
            u32::from(self.0[36]),
            u32::from(self.0[37]),
            u32::from_le_bytes(self.get(32)),
        );
        if tag == (arena.class, arena.context, arena.number) {
            Ok(())
        } else {
            Err(HeaderFault::Tag)
        }
    }

    /// Allocated slots of an arena of `objects` slots.
    pub fn bitmap(&self, objects: u32) -> Bitmap {
        Bitmap::from_bytes(&self.get(0), objects)
    }

    /// State of the arena.
    pub fn mark(&self) -> Mark {
        Mark::from_bits(u16::from_le_bytes(self.get(38)))
    }

    /// Number of the next arena on the list; not checked against the lane.
    pub fn next(&self) -> Option<u32> {
        self.link(40)
    }

    /// Number of the previous arena on the list; not checked against the lane.
    pub fn prev(&self) -> Option<u32> {
        self.link(44)
    }

    /// Number of allocated slots as the field says, 16 bits.
    pub fn count(&self) -> u32 {
        u32::from(u16::from_le_bytes(self.get(48)))
    }

    /// Sets bitmap and number of allocated slots.
    pub fn set_slots(&mut self, bitmap: Bitmap, count: u32) {
        self.put(0, bitmap.to_bytes());
        self.put(48, (count as u16).to_le_bytes());
        self.seal();
    }

    /// Sets the next arena on the list.
    pub fn set_next(&mut self, next: Option<u32>) {
        self.put(40, next.unwrap_or(NO_LINK).to_le_bytes());
        self.seal();
    }

    /// Sets the previous arena on the list.
    pub fn set_prev(&mut self, prev: Option<u32>) {
        self.put(44, prev.unwrap_or(NO_LINK).to_le_bytes());
        self.seal();
    }

    /// Makes the checksum right: the words then add up to `0xFFFF` modulo 2^16. For tests that tamper
    /// with the rest.
    pub fn seal(&mut self) {
        self.put(50, [0; 2]);
        let missing = CHECKED_SUM.wrapping_sub(self.sum());
        self.put(50, missing.to_le_bytes());
    }

    /// Sum of the thirty-two little-endian words, modulo 2^16.
    fn sum(&self) -> u16 {
        self.0
            .as_chunks::<2>()
            .0
            .iter()
            .fold(0, |sum, word| sum.wrapping_add(u16::from_le_bytes(*word)))
    }

    fn link(&self, at: usize) -> Option<u32> {
        Some(u32::from_le_bytes(self.get(at))).filter(|link| *link != NO_LINK)
    }

    fn get<const N: usize>(&self, at: usize) -> [u8; N] {
        std::array::from_fn(|i| self.0[at + i])
    }

    fn put<const N: usize>(&mut self, at: usize, bytes: [u8; N]) {
        self.0[at..at + N].copy_from_slice(&bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ARENA: Arena = Arena {
        class: 0x21,
        context: 3,
        number: 0x0123,
    };

    #[test]
    fn fields_are_where_the_architecture_puts_them() {
        let mut header = Header::new(ARENA);
        let mut bitmap = Bitmap::default();
        bitmap.take_lowest(256);
        bitmap.take_lowest(256);
        bitmap.clear(0);
        header.set_slots(bitmap, 1);
        header.set_next(Some(0x55AA));
        let bytes = header.to_bytes();
        assert_eq!(bytes[..2], [2, 0]);
        assert_eq!(bytes[32..40], [0x23, 1, 0, 0, 0x21, 3, 0x41, 0x4D]);
        assert_eq!(
            bytes[40..50],
            [0xAA, 0x55, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 1, 0]
        );
        // 0xFFFF - (2 + 0x123 + 0x321 + 0x4D41 + 0x55AA + 2 * 0xFFFF + 1), by hand.
        assert_eq!(u16::from_le_bytes([bytes[50], bytes[51]]), 0x58CF);
        assert_eq!(bytes[52..], [0; 12]);
        assert_eq!(header.verify(ARENA), Ok(()));
    }

    #[test]
    fn faults_are_found_in_order() {
        assert_eq!(
            Header::from_bytes([0; 64]).verify(ARENA),
            Err(HeaderFault::NeverUsed)
        );
        assert_eq!(
            Header::released(ARENA, None).verify(ARENA),
            Err(HeaderFault::Released)
        );
        let elsewhere = Header::new(Arena { number: 4, ..ARENA });
        assert_eq!(elsewhere.verify(ARENA), Err(HeaderFault::Tag));
        let mut unknown = Header::new(ARENA);
        unknown.put(38, [1, 0]);
        assert_eq!(unknown.verify(ARENA), Err(HeaderFault::Checksum));
        unknown.seal();
        assert_eq!(unknown.verify(ARENA), Err(HeaderFault::Mark));
    }

    proptest! {
        #[test]
        fn any_changed_bit_is_a_fault(bit in 0usize..512) {
            let mut bytes = Header::new(ARENA).to_bytes();
            bytes[bit / 8] ^= 1 << (bit % 8);
            prop_assert!(Header::from_bytes(bytes).verify(ARENA).is_err());
        }
    }
}
