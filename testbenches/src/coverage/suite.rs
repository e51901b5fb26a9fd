//! The programs whose coverage is counted.

use super::hardware::CountingHardware;
use crate::bypass;
use crate::directed::{self, PROGRAMS};
use crate::fuzz::{Level, Pace, Scenario, Subject, Trouble};
use crate::system::unreliable;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Frames in play on the bypass alone, for each of its entries: half as many again as it has masks for.
const FRAMES_AN_ENTRY: u64 = 12;

/// Cycles of a run of host and inbox.
const INBOX_CYCLES: u64 = 30_000;

/// How much is played.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extent {
    /// Seeds of random programs on one object allocator, thorough ones.
    pub core_seeds: Range<u64>,
    /// Events of each.
    pub core_events: usize,
    /// Seeds of brisk ones, of ten times as many events.
    pub brisk_seeds: Range<u64>,
    /// Seeds of runs of host and inbox of one object allocator at once, of 30,000 cycles each.
    pub inbox_seeds: Range<u64>,
    /// Seeds of random programs and operating systems on the whole system.
    pub system_seeds: Range<u64>,
    /// Events of each.
    pub system_events: usize,
    /// Seeds of runs with a memory that fails at random.
    pub unreliable_seeds: Range<u64>,
    /// Cycles of each.
    pub unreliable_cycles: u64,
    /// Rounds of the bypass alone, between random caches and memory.
    pub bypass_rounds: u64,
}

impl Extent {
    /// Enough to reach what can be reached.
    pub fn full() -> Extent {
        Extent {
            core_seeds: 1000..1150,
            core_events: 2000,
            brisk_seeds: 1..3,
            inbox_seeds: 1..9,
            system_seeds: 1000..1150,
            system_events: 1000,
            unreliable_seeds: 0..150,
            unreliable_cycles: 60_000,
            bypass_rounds: 4,
        }
    }

    /// Some of everything, in seconds.
    pub fn quick() -> Extent {
        Extent {
            core_seeds: 1000..1008,
            core_events: 1000,
            brisk_seeds: 1..1,
            inbox_seeds: 1..3,
            system_seeds: 1000..1008,
            system_events: 400,
            unreliable_seeds: 0..4,
            unreliable_cycles: 20_000,
            bypass_rounds: 1,
        }
    }

    /// What it comes to, the longest first.
    pub fn jobs(&self) -> Vec<Job> {
        let mut jobs = Vec::new();
        jobs.extend((0..self.bypass_rounds).map(Job::Bypass));
        jobs.extend(PROGRAMS.iter().map(Job::Directed));
        let random = |level, pace, events| move |seed| Job::Random(level, seed, (pace, events));
        let brisk = random(Level::Core, Pace::Brisk, 10 * self.core_events);
        jobs.extend(self.brisk_seeds.clone().map(brisk));
        let system = random(Level::System, Pace::Thorough, self.system_events);
        jobs.extend(self.system_seeds.clone().map(system));
        jobs.extend(self.inbox_seeds.clone().map(Job::Inbox));
        let cycles = self.unreliable_cycles;
        let unreliable = self.unreliable_seeds.clone();
        jobs.extend(unreliable.map(|seed| Job::Unreliable(seed, cycles)));
        let core = random(Level::Core, Pace::Thorough, self.core_events);
        jobs.extend(self.core_seeds.clone().map(core));
        jobs
    }
}

/// A run.
#[derive(Clone, Copy)]
pub enum Job {
    /// The bypass alone, which round.
    Bypass(u64),
    /// A directed program.
    Directed(&'static directed::Program),
    /// Host and inbox at once, by its seed.
    Inbox(u64),
    /// A random one: level, seed, pace and events.
    Random(Level, u64, (Pace, usize)),
    /// A memory that fails at random: seed and cycles.
    Unreliable(u64, u64),
}

impl Job {
    /// Plays it; a text: hardware and model differ.
    ///
    /// # Errors
    /// It can't be played.
    pub fn play(&self, hardware: &CountingHardware) -> Result<Option<String>, Trouble> {
        let config = &hardware.config;
        Ok(match *self {
            Job::Bypass(round) => hardware.bypass.as_ref().and_then(|library| {
                let bus = u64::from(config.data_bits()) / 8;
                let frames = u64::from(config.bypass_entries()) * FRAMES_AN_ENTRY;
                bypass::guarded_suite(library, bus, frames, round).err()
            }),
            Job::Inbox(seed) => hardware.core.play_inbox(seed, INBOX_CYCLES)?,
            Job::Directed(program) => directed::play(program, config, &hardware.directed).err(),
            Job::Unreliable(seed, cycles) => {
                let played = unreliable::guarded(config, &hardware.directed, seed, cycles);
                played
                    .map_err(|why| format!("failing memory, seed {seed}: {why}"))
                    .err()
            }
            Job::Random(level, seed, length) => {
                let subject: &Subject = match level {
                    Level::Core => &hardware.core,
                    Level::System => &hardware.system,
                };
                let scenario = Scenario::draw(level, config, seed, length);
                let failure = subject.play(&scenario)?.failure;
                failure.map(|failure| format!("{level}, seed {seed}: {}", failure.message))
            }
        })
    }
}
