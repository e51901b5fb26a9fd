//! [`small_config`]: random configurations whose hardware is compiled fast.

use super::Level;
use crate::system::interconnect::Interconnect;
use crate::system::layout::Layout;
use memento_config::Config;
use memento_config::strategy::any_config;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};

/// Cores of the whole system at most: each is compiled anew.
const CORES: u32 = 2;
/// Size classes at most.
const CLASSES: u32 = 16;
/// Processes at most, whose descriptors are compared.
const PROCESSES: u32 = 8;
/// Frames to lend, at least: programs of the whole system need so many.
pub(super) const FRAMES: u64 = 200;
/// Draws until one is small: one in some tens is.
const DRAWS: u32 = 100_000;

/// A random valid configuration, drawn from a seed over all values of all keys but for what costs time: few classes, and
/// for the whole system few cores, and memory and AXI IDs that a bench can do with.
pub fn small_config(level: Level, seed: u64) -> Config {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let random = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Default::default(), random);
    let any = any_config();
    let mut drawn = || any.new_tree(&mut runner).ok().map(|tree| tree.current());
    let found = (0..DRAWS).find_map(|_| drawn().filter(|config| is_small(level, config)));
    // Without one among so many the strategy would have become another.
    found.unwrap_or_else(|| panic!("no small configuration among {DRAWS} with seed {seed}"))
}

/// The preset `tiny` with two cores and contexts for more: the smallest hardware that has all its parts.
pub fn two_cores() -> Config {
    let tiny = Config::preset("tiny").map(|config| config.settings().clone());
    let config = tiny.and_then(|mut settings| {
        settings.system.cores = 2;
        settings.bypass.id_bits = 3;
        settings.address.context_bits = 2;
        settings.address.region_bytes <<= 1;
        Config::new(&settings, "tiny with two cores")
    });
    config.unwrap_or_else(|errors| panic!("{errors}"))
}

fn is_small(level: Level, config: &Config) -> bool {
    if config.classes() > CLASSES {
        return false;
    }
    match level {
        Level::Core => true,
        Level::System => {
            config.cores() <= CORES
                && config.processes() <= PROCESSES
                && Interconnect::first_cache_id(config) < 1 << config.id_bits()
                && Layout::new(config).is_ok_and(|layout| layout.frames >= FRAMES)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same() {
        for level in [Level::Core, Level::System] {
            let [first, again, other] = [1, 1, 2].map(|seed| small_config(level, seed).to_toml());
            assert_eq!(first, again);
            assert_ne!(first, other);
        }
    }
}
