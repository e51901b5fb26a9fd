//! What connects cores, page allocator and bus, each in random surroundings that know what must
//! come of it. `SYSTEM_SEED` says where the randomness begins, `SYSTEM_CYCLES` how long it lasts.

mod arbiter;
mod board;
mod bring_up;
mod bus;
#[path = "../common/mod.rs"]
mod common;
mod forwarding;

use common::{below, random, setting};
use memento_config::Config;
use memento_hdl::Geometry;
use proptest::test_runner::TestRng;

/// The smallest preset with so many cores and a bus so wide.
fn geometry(cores: u32, data_bits: u32) -> Geometry {
    let tiny = Config::preset("tiny").unwrap_or_else(|errors| panic!("{errors}"));
    let mut settings = tiny.settings().clone();
    settings.system.cores = cores;
    settings.system.data_bits = data_bits;
    let config = Config::new(&settings, "system").unwrap_or_else(|errors| panic!("{errors}"));
    Geometry::new(&config)
}

/// A coin whose bias changes now and then: long stalls, no stalls, and all between.
struct Pace {
    random: TestRng,
    eighths: u64,
}

impl Pace {
    fn new(seed: u64) -> Pace {
        Pace {
            random: random(seed),
            eighths: 8,
        }
    }

    /// Draws another bias, once in 64 cycles.
    fn cycle(&mut self, cycle: u64) {
        if cycle.is_multiple_of(64) {
            self.eighths = [1, 4, 7, 8][self.below(4) as usize];
        }
    }

    fn moves(&mut self) -> bool {
        below(&mut self.random, 8) < self.eighths
    }

    fn below(&mut self, limit: u64) -> u64 {
        below(&mut self.random, limit)
    }

    fn once_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }
}
