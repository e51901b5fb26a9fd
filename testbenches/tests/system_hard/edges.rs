//! Limits: lanes that run out, arenas that never were, counters that there are not, ends under way; and a memory that
//! fails at random.

use memento_testbenches::directed::{self, PROGRAMS};
use memento_testbenches::fuzz::two_cores;
use memento_testbenches::system::unreliable::{Survived, play_unreliable};

#[test]
fn programs_for_two_cores() {
    let config = two_cores();
    let design = directed::design(&config);
    for program in PROGRAMS {
        directed::play(program, &config, &design).unwrap_or_else(|error| panic!("{error}"));
    }
}

#[test]
fn a_memory_that_fails_at_random() {
    let config = two_cores();
    let design = directed::design(&config);
    let mut all = Survived::default();
    for seed in 0..8 {
        let survived = play_unreliable(&config, &design, seed, 30_000);
        let survived = survived.unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        all.bus_errors += survived.bus_errors;
        all.failed_commands += survived.failed_commands;
    }
    println!("{all:?}");
    assert!(all.bus_errors > 20 && all.failed_commands > 2, "{all:?}");
}
