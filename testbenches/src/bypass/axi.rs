//! AXI4 bursts, and the randomness of the bench.

/// A stream of random numbers.
#[derive(Clone, Debug)]
pub struct Draw(u64);

impl Draw {
    /// The stream that a seed names.
    pub fn new(seed: u64) -> Draw {
        Draw(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// Any number.
    pub fn any(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 11
    }

    /// A number below `limit`.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.any() % limit
    }

    /// True in `percent` of the throws.
    pub fn percent(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }
}

/// A burst as its address channel says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Burst {
    /// Its ID.
    pub id: u64,
    /// Byte address of the first beat.
    pub address: u64,
    /// Beats, less one.
    pub length: u64,
    /// Bytes of a beat, as log2.
    pub size: u64,
    /// 0 at a fixed address, 1 incrementing, 2 wrapping.
    pub kind: u64,
    /// lock, cache, prot, qos
    pub rest: [u64; 4],
}

impl Burst {
    /// Address of each beat.
    pub fn beats(&self) -> Vec<u64> {
        let bytes = 1 << self.size;
        let total = bytes * (self.length + 1);
        let container = self.address / total * total;
        (0..=self.length)
            .map(|i| match (self.kind, i) {
                (0, _) | (_, 0) => self.address,
                (1, _) => self.address / bytes * bytes + i * bytes,
                _ => container + (self.address - container + i * bytes) % total,
            })
            .collect()
    }

    /// Bus lanes that a beat at an address may use, as a range of byte lanes.
    pub fn lanes(&self, address: u64, bus: u64) -> std::ops::Range<u64> {
        let bytes = 1 << self.size;
        let end = address / bytes * bytes + bytes;
        let base = address / bus * bus;
        address - base..end - base
    }

    /// Addresses of the lines it touches.
    pub fn lines(&self) -> Vec<u64> {
        let mut lines: Vec<u64> = self.beats().iter().map(|a| a / 64 * 64).collect();
        lines.sort_unstable();
        lines.dedup();
        lines
    }
}
