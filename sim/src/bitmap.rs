//! Which slots of an arena are allocated.

/// One bit a slot, up to 256: bit `i` set = slot `i` is allocated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Bitmap([u64; 4]);

impl Bitmap {
    /// The bitmap of an arena of `objects` slots that are all allocated.
    pub fn full(objects: u32) -> Self {
        let mut words = [0; 4];
        for (i, word) in words.iter_mut().enumerate() {
            let bits = objects.saturating_sub(64 * i as u32).min(64);
            *word = u64::MAX.checked_shr(64 - bits).unwrap_or(0);
        }
        Bitmap(words)
    }

    /// From its 32 bytes in a header; bits of slots from `objects` on are taken as 0.
    pub fn from_bytes(bytes: &[u8; 32], objects: u32) -> Self {
        let mut words = [0; 4];
        for (word, chunk) in words.iter_mut().zip(bytes.as_chunks::<8>().0) {
            *word = u64::from_le_bytes(*chunk);
        }
        for (word, mask) in words.iter_mut().zip(Self::full(objects).0) {
            *word &= mask;
        }
        Bitmap(words)
    }

    /// As 32 bytes of a header.
    pub fn to_bytes(self) -> [u8; 32] {
        let mut bytes = [0; 32];
        for (word, chunk) in self.0.iter().zip(bytes.as_chunks_mut::<8>().0) {
            *chunk = word.to_le_bytes();
        }
        bytes
    }

    /// Sets the lowest clear bit below `objects` and says which it was; `None` if there is none.
    pub fn take_lowest(&mut self, objects: u32) -> Option<u32> {
        for (i, word) in self.0.iter_mut().enumerate() {
            if *word != u64::MAX {
                let bit = word.trailing_ones();
                let slot = 64 * i as u32 + bit;
                if slot >= objects {
                    return None;
                }
                *word |= 1 << bit;
                return Some(slot);
            }
        }
        None
    }

    /// Clears the bit of a slot and says whether it was set.
    pub fn clear(&mut self, slot: u32) -> bool {
        let word = &mut self.0[slot as usize / 64];
        let bit = 1 << (slot % 64);
        let was_set = *word & bit != 0;
        *word &= !bit;
        was_set
    }

    /// Whether the slot is allocated.
    pub fn is_set(self, slot: u32) -> bool {
        self.0[slot as usize / 64] >> (slot % 64) & 1 == 1
    }

    /// Number of allocated slots.
    pub fn count(self) -> u32 {
        self.0.iter().map(|word| word.count_ones()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_taken_from_the_lowest() {
        for objects in [16, 32, 64, 128, 256] {
            let mut bitmap = Bitmap::default();
            for slot in 0..objects {
                assert_eq!(bitmap.take_lowest(objects), Some(slot));
            }
            assert_eq!(bitmap.take_lowest(objects), None);
            assert_eq!(bitmap, Bitmap::full(objects));
            assert_eq!(bitmap.count(), objects);
            assert!(bitmap.clear(objects - 1) && bitmap.clear(3) && !bitmap.clear(3));
            assert!(!bitmap.is_set(3) && bitmap.is_set(4));
            assert_eq!(bitmap.take_lowest(objects), Some(3));
            assert_eq!(bitmap.take_lowest(objects), Some(objects - 1));
        }
    }

    #[test]
    fn bits_past_the_last_slot_are_not_read() {
        let bitmap = Bitmap::from_bytes(&[0xff; 32], 16);
        assert_eq!(bitmap, Bitmap::full(16));
        assert_eq!(bitmap.to_bytes()[..3], [0xff, 0xff, 0]);
    }
}
