//! Which lines, branches and named situations of the emitted Verilog a suite of programs reaches.
//!
//! - [`covers`](mod@covers): the named situations,
//! - [`CountingHardware`]: hardware that counts,
//! - [`Tally`]: what it counted.

pub mod covers;
mod hardware;
mod tally;

pub use hardware::CountingHardware;
pub use tally::{ModuleTally, Tally, Way};
