//! The whole system in lock-step: memento_system and memento_bypass between programs, a last-level
//! cache and memory.
//!
//! - [`machine::Machine`]: the hardware, [`cache`], [`dram`], [`host`]s' TLBs, [`registers`].
//! - [`bench::SystemBench`]: machine and golden model, programs on the cores. The model executes what the hardware's
//!   traces tell, in the same order.
//! - [`protocol`]: the rules of the buses, checked in every cycle.
//! - [`processes`]: recordings as processes, scheduled in turn.

mod accesses;
pub mod axi;
pub mod bench;
pub mod cache;
pub mod commands;
mod comparison;
pub mod core_driver;
pub mod dram;
mod effects;
pub mod error;
mod handles;
pub mod hardware;
pub mod host;
pub mod interconnect;
pub mod layout;
pub mod machine;
pub mod processes;
pub mod program;
pub mod protocol;
pub mod registers;
pub mod signals;
pub mod snapshot;
mod stopped;
pub mod unreliable;
pub mod verilated_bypass;
pub mod verilated_system;
pub mod waits;
