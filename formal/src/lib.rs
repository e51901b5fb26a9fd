//! Proofs about the generated Verilog.
//!
//! Properties live in files of their own, `formal/properties`, each with a name and a sentence.
//! They are bound to the modules of whatever configuration is generated, Yosys makes a transition
//! system of both, and solvers prove it: for all runs by induction, or for all runs of so many cycles.
//!
//! - [`properties`]: what a property file holds,
//! - [`bind`](mod@bind): a module with its properties,
//! - [`groups`]: what is proven of which module,
//! - [`model`] and [`unroll`]: the questions to the solvers,
//! - [`check`](mod@check): all of it, several at a time,
//! - [`waveform`]: a counterexample in words, [`counterexample`], as a file, [`replay`], as a design that plays it,
//! - [`mutations`]: faults that proofs must find,
//! - [`results`]: what came of it, [`document`], the page about it, [`evidence`], what else is on it, [`age`], whether it is of
//!   the Verilog of today, and [`pages`], where all of it is written,
//! - [`text`]: numbers as a person reads them, [`tools`]: where the programs are.

pub mod age;
pub mod bind;
pub mod check;
pub mod counterexample;
pub mod document;
mod error;
pub mod evidence;
pub mod groups;
pub mod model;
pub mod mutations;
pub mod pages;
pub mod properties;
pub mod replay;
pub mod results;
mod scopes;
pub mod text;
pub mod tools;
pub mod unroll;
pub mod waveform;

pub use check::{Outcome, Proof, Request, check};
pub use error::Error;
pub use results::Results;
