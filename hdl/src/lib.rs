//! Memento's hardware: every module is described in Rust and emitted as Verilog.
//!
//! - [`allocator`] holds the object allocator of a core, [`pages`] the page allocator that all
//!   share, [`system`] what surrounds them, [`bypass`] the filter on the way to DRAM;
//!   [`demo`] a self-test for boards; [`Geometry`] the sizes they are made with.
//! - [`rtl`] is the description layer: signals, registers, memories and bundles whose widths are
//!   chosen at run time, and the macros that declare a module once.
//! - [`verilog`] is the back end that writes one file a module.
//! - [`measured`] tells the Verilog of a result from that of today.

pub mod allocator;
pub mod bypass;
pub mod demo;
mod geometry;
pub mod measured;
pub mod pages;
pub mod rtl;
pub mod system;
pub mod verilog;

pub use geometry::{BEAT_BITS, Geometry, LINE_BEATS, LINE_BYTES, OPERATIONS_IN_FLIGHT, Reciprocal};
