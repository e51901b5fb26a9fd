//! Which lines, branches and named situations of the emitted Verilog a suite of programs reaches.
//!
//! - [`covers`](mod@covers): the named situations; [`unreached`](mod@unreached): what can't be reached, and why,
//! - [`CountingHardware`]: hardware that counts; [`Extent`]: what is played on it,
//! - [`Tally`]: what it counted; [`CoverageResult`]: what that comes to; [`lcov`](fn@lcov).
//!
//! Verilator counts statements of processes and ways of decisions: `if`, `case`, `? :`. Continuous assignments count by
//! the decisions in them alone, so modules that have nothing else have no figures.

pub mod covers;
mod hardware;
mod lcov;
mod page;
mod result;
mod suite;
mod tally;
pub mod unreached;

pub use hardware::CountingHardware;
pub use lcov::lcov;
pub use result::{CoverageResult, Covered, GOAL_PERCENT, Missed, ModuleCoverage, Share};
pub use suite::{Extent, Job};
pub use tally::{ModuleTally, Tally, Way};
