//! The main-memory bypass as its users see it: which lines are fresh, and what memory holds.

use std::collections::HashMap;

/// Bytes of a line.
const LINE: u64 = 64;
/// log2 of a frame's bytes.
const FRAME_BITS: u32 = 12;

/// What reads through the fresh-line filter return, and what DRAM behind it must hold.
///
/// It knows nothing of cycles, entries or spills: a frame's lines are fresh from its grant until
/// each is written or the frame is dropped.
#[derive(Clone, Debug)]
pub struct FreshFilter {
    fresh: HashMap<u64, u64>,
    lines: HashMap<u64, [u8; 64]>,
    untouched: fn(u64) -> [u8; 64],
}

impl FreshFilter {
    /// Nothing granted; `untouched` says what DRAM holds at a line's address at first.
    pub fn new(untouched: fn(u64) -> [u8; 64]) -> FreshFilter {
        FreshFilter {
            fresh: HashMap::new(),
            lines: HashMap::new(),
            untouched,
        }
    }

    /// Every line of the frame reads as zero from now on.
    pub fn grant(&mut self, frame: u64) {
        self.fresh.insert(frame, u64::MAX);
    }

    /// The frame is back in the pool: nothing of it is fresh, it reads as DRAM does.
    pub fn drop_frame(&mut self, frame: u64) {
        self.fresh.remove(&frame);
    }

    /// Lines of the frame that were never written since its grant, bit `i` for line `i`.
    pub fn mask(&self, frame: u64) -> u64 {
        self.fresh.get(&frame).copied().unwrap_or(0)
    }

    /// Whether the line at an address is fresh.
    pub fn is_fresh(&self, address: u64) -> bool {
        self.mask(address >> FRAME_BITS) >> (address / LINE % 64) & 1 == 1
    }

    /// What DRAM holds of the line at an address.
    pub fn in_memory(&self, address: u64) -> [u8; 64] {
        let line = address / LINE * LINE;
        match self.lines.get(&line) {
            Some(bytes) => *bytes,
            None => (self.untouched)(line),
        }
    }

    /// What a read of the line at an address returns.
    pub fn read(&self, address: u64) -> [u8; 64] {
        if self.is_fresh(address) {
            [0; 64]
        } else {
            self.in_memory(address)
        }
    }

    /// Writes the bytes of a line that `strobes` names; the line is fresh no longer.
    pub fn write(&mut self, address: u64, bytes: &[u8; 64], strobes: u64) {
        let mut line = self.read(address);
        for (i, byte) in line.iter_mut().enumerate() {
            if strobes >> i & 1 == 1 {
                *byte = bytes[i];
            }
        }
        self.lines.insert(address / LINE * LINE, line);
        if let Some(mask) = self.fresh.get_mut(&(address >> FRAME_BITS)) {
            *mask &= !(1 << (address / LINE % 64));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_partial_write_of_a_fresh_line_leaves_zeros_around_it() {
        let mut filter = FreshFilter::new(|_| [0xA5; 64]);
        filter.grant(3);
        filter.write(0x3040, &[7; 64], 1 << 5);
        let mut expected = [0; 64];
        expected[5] = 7;
        assert_eq!(filter.read(0x3040), expected);
        assert_eq!(filter.in_memory(0x3040), expected);
        assert_eq!(filter.read(0x3000), [0; 64]);
        assert_eq!(filter.in_memory(0x3000), [0xA5; 64]);
        assert_eq!(filter.mask(3), !2);
    }

    #[test]
    fn a_frame_dropped_reads_as_memory_does() {
        let mut filter = FreshFilter::new(|_| [0xA5; 64]);
        filter.grant(3);
        filter.drop_frame(3);
        assert_eq!(filter.read(0x3000), [0xA5; 64]);
    }
}
