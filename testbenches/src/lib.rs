//! Cycle-accurate benches: Memento's hardware against its golden model, in lock-step.
//!
//! - [`ports`]: what a bench puts on the object allocator's ports in a cycle, and sees there.
//! - [`Core`]: an object allocator under test, whatever evaluates it: [`Simulated`] runs rust-hdl's
//!   own evaluation of the description, [`Verilated`] the emitted Verilog.
//! - [`Environment`]: page allocator and header memory behind the ports, with latency and stalls.
//! - [`LockStep`]: issues operations, compares every response with the model.
//! - [`faults`]: what becomes of bits that flip on chip.
//! - [`fuzz`]: random programs in random surroundings on these benches, cut down when they fail.

pub mod bypass;
mod coin;
mod core;
pub mod coverage;
pub mod directed;
mod environment;
pub mod faults;
pub mod fuzz;
mod lock_step;
mod mismatch;
pub mod ports;
pub mod reproduce;
mod shrink;
mod simulated;
pub mod system;
pub mod tops;
pub mod trace_run;
mod verilated;

pub use crate::core::Core;
pub use environment::{Environment, Latencies, Stalls};
pub use lock_step::{Issue, LatencyCounts, LockStep, Operation};
pub use mismatch::{BenchError, Mismatch};
pub use simulated::Simulated;
pub use verilated::{CompileOptions, Verilated, VerilatedDesign};
pub use verilator_bindings::Evaluation;
