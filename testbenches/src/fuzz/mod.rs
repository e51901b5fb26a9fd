//! Random programs in random surroundings: drawn from a seed, played on a bench in lock-step with the golden model, and
//! cut down to few events if they fail.
//!
//! - [`CoreEvent`], [`SystemEvent`]: what happens, one by one, as a file can hold it and a person can read it.
//! - [`Scenario`]: events and surroundings. The same scenario on the same hardware goes the same way, cycle by cycle.
//! - [`Subject`]: hardware that scenarios are played on.
//! - [`mutants`]: hardware with faults, made by rule, to measure how many of them are seen.
//! - [`small_config`]: random configurations whose hardware is compiled fast.

mod actor;
mod configs;
mod core_draw;
mod core_event;
mod core_run;
mod failure;

pub mod mutants;
mod nonsense;
mod scenario;
mod system_draw;
mod system_event;
pub(crate) mod system_run;

pub use configs::{small_config, two_cores};
pub use core_event::{CoreAround, CoreEvent, Left};
pub(crate) use failure::panics_as_errors;
pub use failure::{Failure, Trouble};
pub use scenario::{Case, Effort, Level, Played, Scenario, Subject};
pub use system_event::{ActorStep, SystemAround, SystemEvent};

/// Draws of all kinds, the same for the same seed.
pub(crate) type Draws = rand::rngs::Xoshiro256PlusPlus;

/// What a scenario is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// Everything that can go wrong, often.
    Thorough,
    /// Many operations in little time: hits, without waits, and what goes wrong between them. For one core; the whole
    /// system has but one pace.
    Brisk,
}
