//! [`Coin`]: repeatable draws of when a channel holds still.

/// A biased coin; the same seed gives the same throws.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Coin {
    percent: u64,
    state: u64,
}

impl Coin {
    /// A coin that shows heads in `percent` of the throws, drawn from `seed`.
    pub(crate) fn new(percent: u64, seed: u64) -> Coin {
        Coin {
            percent,
            state: seed | 1,
        }
    }

    /// A coin that never shows heads.
    pub(crate) fn tails() -> Coin {
        Coin::new(0, 0)
    }

    /// Whether it may show heads.
    #[inline]
    pub(crate) fn may_be_heads(&self) -> bool {
        self.percent != 0
    }

    /// Whether a throw shows heads.
    #[inline]
    pub(crate) fn heads(&mut self) -> bool {
        if self.percent == 0 {
            return false;
        }
        // xorshift64: its low bits are good enough for a coin.
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        self.state % 100 < self.percent
    }
}
