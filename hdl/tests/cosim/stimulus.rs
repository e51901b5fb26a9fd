//! Random inputs that get somewhere: bursts and pauses, small numbers, and values that came out.

use crate::carried::Kind;
use crate::common::{below, random};
use crate::lockstep::Lockstep;
use proptest::prelude::Rng;
use proptest::test_runner::TestRng;

/// Cycles for which flags keep their likelihood.
const MOOD_CYCLES: u64 = 40;
/// Values of outputs that are remembered.
const REMEMBERED: usize = 32;

/// A source of inputs for any module.
pub struct Stimulus {
    random: TestRng,
    /// How likely each flag is set, in 1/16.
    moods: Vec<u64>,
    seen: Vec<u128>,
}

impl Stimulus {
    /// The inputs that a seed determines.
    pub fn new(seed: u64) -> Stimulus {
        Stimulus {
            random: random(seed),
            moods: Vec::new(),
            seen: Vec::new(),
        }
    }

    /// Sets every input.
    pub fn drive(&mut self, lockstep: &mut Lockstep, cycle: u64) {
        let inputs = lockstep.inputs();
        if cycle.is_multiple_of(MOOD_CYCLES) {
            let mood = |_| [0, 1, 4, 8, 12, 15, 16][below(&mut self.random, 7) as usize];
            self.moods = (0..inputs.len()).map(mood).collect();
        }
        for value in lockstep.outputs().filter(|value| *value > 1) {
            if self.seen.len() < REMEMBERED {
                self.seen.push(value);
            } else {
                let place = below(&mut self.random, REMEMBERED as u64) as usize;
                self.seen[place] = value;
            }
        }
        for (i, (name, kind)) in inputs.into_iter().enumerate() {
            let value = match kind {
                Kind::Flag => (below(&mut self.random, 16) < self.moods[i]).into(),
                Kind::State(count) => below(&mut self.random, count as u64).into(),
                Kind::Number(width) => self.number(width),
            };
            lockstep.set(&name, value);
        }
    }

    /// A number of `width` bits: a corner, a small one, one seen at an output, or any.
    fn number(&mut self, width: usize) -> u128 {
        let all = u128::MAX >> (128 - width);
        let any = u128::from(self.random.next_u64()) << 64 | u128::from(self.random.next_u64());
        let value = match below(&mut self.random, 8) {
            0 => 0,
            1 => all,
            2 => 1 << below(&mut self.random, width as u64),
            3 => any % 4,
            4 => any & (all >> below(&mut self.random, width as u64)),
            5 | 6 if !self.seen.is_empty() => {
                self.seen[below(&mut self.random, self.seen.len() as u64) as usize]
            }
            _ => any,
        };
        value & all
    }
}
