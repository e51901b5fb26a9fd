//! Bits that flip in on-chip memories, memory that fails, resets in the midst: what becomes of it.
//!
//! - [`memories`]: memories of an emitted design, each word and bit of which can be made to flip once.
//! - [`system`]: the whole system plays a scenario of [`crate::fuzz`] with such a fault.
//! - [`filter`]: the bypass alone.
//! - [`results`]: what came of it, as files keep it.

pub mod filter;
pub mod memories;
pub mod results;
pub mod system;

use crate::fuzz::two_cores;
use memento_config::{Config, Ecc};
use std::collections::BTreeMap;

/// What becomes of a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// It is told: an answer says so, or a register; and nothing wrong was answered before or after.
    Detected,
    /// Everything is as if it weren't there.
    Harmless,
    /// Anything else: another answer, other data, no answer.
    Harmful,
    /// The run ended before the fault came.
    NotInjected,
}

/// A fate, and what was seen.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// The fate.
    pub fate: Fate,
    /// What differs from a run without the fault; empty if nothing.
    pub why: String,
}

impl Verdict {
    /// A fault that is told.
    pub fn detected(why: impl Into<String>) -> Verdict {
        Verdict {
            fate: Fate::Detected,
            why: why.into(),
        }
    }

    /// A fault without effect.
    pub fn harmless() -> Verdict {
        Verdict {
            fate: Fate::Harmless,
            why: String::new(),
        }
    }

    /// A fault that never came.
    pub fn not_injected() -> Verdict {
        Verdict {
            fate: Fate::NotInjected,
            why: String::new(),
        }
    }

    /// A fault that does harm.
    pub fn harmful(why: impl Into<String>) -> Verdict {
        Verdict {
            fate: Fate::Harmful,
            why: why.into(),
        }
    }
}

/// How many of each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally(BTreeMap<Fate, u64>);

impl Tally {
    /// One more.
    pub fn add(&mut self, fate: Fate) {
        *self.0.entry(fate).or_default() += 1;
    }

    /// All of another.
    pub fn join(&mut self, other: &Tally) {
        for (fate, count) in &other.0 {
            *self.0.entry(*fate).or_default() += count;
        }
    }

    /// How many of one fate.
    pub fn of(&self, fate: Fate) -> u64 {
        self.0.get(&fate).copied().unwrap_or(0)
    }

    /// How many faults came.
    pub fn injected(&self) -> u64 {
        let came = |(fate, _): &(&Fate, &u64)| **fate != Fate::NotInjected;
        self.0.iter().filter(came).map(|(_, count)| count).sum()
    }
}

/// A number that the environment states for a test, printed so that the test can be repeated.
///
/// # Panics
/// If it isn't a number.
pub fn setting(name: &str, default: u64) -> u64 {
    let value = std::env::var(name).map_or(default, |n| n.parse().expect("a number"));
    println!("{name}={value}");
    value
}

/// The preset `tiny` with two cores, its on-chip words checked or not.
///
/// # Panics
/// Never: each check goes with these sizes.
pub fn checked_config(ecc: Ecc) -> Config {
    let mut settings = two_cores().settings().clone();
    settings.protection.ecc = ecc;
    Config::new(&settings, "two cores").unwrap_or_else(|errors| panic!("{errors}"))
}
