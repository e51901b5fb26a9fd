//! [`SplitMix64`]: random numbers that stay the same from release to release.

/// SplitMix64, after Steele, Lea and Flood (2014): any number of an infinite row at once.
#[derive(Clone, Debug)]
pub struct SplitMix64(u64);

/// The golden ratio's 64 bits, by which the state moves on.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

impl SplitMix64 {
    /// The row of a seed.
    pub fn new(seed: u64) -> SplitMix64 {
        SplitMix64(seed)
    }

    /// The number of this place in the row of a seed, from 0.
    pub fn at(seed: u64, place: u64) -> u64 {
        let before = seed.wrapping_add(place.wrapping_mul(STEP));
        SplitMix64::new(before).next_number()
    }

    /// The next number.
    pub fn next_number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// The next number below a limit, which is above 0.
    pub fn below(&mut self, limit: usize) -> usize {
        (self.next_number() % limit as u64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first numbers of seed 1234567, as the reference implementation (Vigna, splitmix64.c) gives them.
    #[test]
    fn numbers_are_those_of_the_reference() {
        let reference = [
            6_457_827_717_110_365_317,
            3_203_168_211_198_807_973,
            9_817_491_932_198_370_423,
        ];
        let mut row = SplitMix64::new(1_234_567);
        for (place, number) in (0..).zip(reference) {
            assert_eq!(row.next_number(), number);
            assert_eq!(SplitMix64::at(1_234_567, place), number);
        }
        assert!((0..100).all(|_| row.below(7) < 7));
    }
}
