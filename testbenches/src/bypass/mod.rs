//! The main-memory bypass alone, under random caches and a memory that is late, out of order and fails at times.
//!
//! - [`Bench`]: both sides of the filter, every answer and every access held against its golden model.
//! - [`suite`]: the programs that any filter is put through.

mod axi;
mod bench;
mod buses;
mod dram;
mod ports;
mod suite;

pub use axi::Burst;
pub use bench::{BASE, Bench, MASKS, Plan};
pub use dram::Manner;
pub use ports::{Filter, Inputs, Outputs};
pub use suite::{SEED, chase, compile, guarded_suite, line, prompt, prompt_but, suite};
