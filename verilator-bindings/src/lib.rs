//! Compiles Verilog with Verilator at run time and drives it from Rust.
//!
//! ```no_run
//! use verilator_bindings::{Build, Level};
//!
//! # fn main() -> Result<(), verilator_bindings::Error> {
//! let library = Build::new("counter").source("counter.sv").compile()?;
//! let clock = library.clock("clk")?;
//! let reset = library.input::<bool>("rst")?;
//! let step = library.input::<u8>("step")?;
//! let count = library.output::<u32>("count")?;
//!
//! let mut model = library.model()?;
//! model.reset(clock, reset, Level::High, 2)?;
//! model.set(step, 3);
//! model.tick(clock)?;
//! assert_eq!(model.get(count), 3);
//! # Ok(())
//! # }
//! ```
//!
//! [`Build`] says what to compile and how; [`Build::compile`] gives a
//! [`Library`], from the cache if it was compiled before. Handles of ports are
//! made once, from the library, and serve all its models. A [`Model`] is one
//! instance of the design with its own time, so that any number of models of any
//! number of libraries live side by side, in one thread or many.
//!
//! Needed on the machine: Verilator (see [`Verilator::find`]) and a C++ compiler.

mod build;
mod cache;
mod changes;
mod compile;
mod coverage;
mod error;
mod generated;
mod library;
mod model;
mod ports;
mod tool;
mod verilate;

pub use build::{Build, Coverage, Evaluation, Optimize, Trace, Warnings};
pub use coverage::{Counts, Place, PlaceKind};
pub use error::Error;
pub use library::{Library, Start};
pub use model::{Level, Model};
pub use ports::{Clock, Direction, In, Out, Port, Scalar, Value, Words};
pub use tool::Verilator;
