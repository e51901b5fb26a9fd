//! Memento's hardware: every module is described in Rust and emitted as Verilog.
//!
//! - [`allocator`] holds the modules, [`Geometry`] the sizes they are made with.
//! - [`system`] has the registers and what connects cores and page allocator.
//! - [`rtl`] is the description layer: signals, registers, memories and bundles whose widths are
//!   chosen at run time, and the macros that declare a module once.
//! - [`verilog`] is the back end that writes one file a module.

pub mod allocator;
mod geometry;
pub mod rtl;
pub mod system;
pub mod verilog;

pub use geometry::{BEAT_BITS, Geometry, LINE_BEATS, LINE_BYTES, OPERATIONS_IN_FLIGHT, Reciprocal};
