//! The description layer: what a hardware module is written with.
//!
//! Kernels are rust-hdl's: `#[hdl_gen] fn update` is ordinary Rust for simulation and, at the same
//! time, the syntax tree that the back end reads. rust-hdl's own signals have widths fixed at
//! compile time; those here take theirs from the configuration file.

pub mod leaf;
mod module;
pub mod note;
mod ports;
mod register;
mod signal;
mod simulate;
mod table;
mod value;
mod word;

pub use crate::{bundle, comment, module};
pub use module::Clocked;
pub use ports::{PortField, Ports};
pub use register::Reg;
pub use signal::{Input, Output, Param, Sig, Wire, visit_note};
pub use simulate::Simulation;
pub use table::Table;
pub use value::{Value, width_of};
pub use word::{MAX_BITS, Word, bits, bits_from, bits_to, clog2};

// What kernels and the macros name.
pub use rust_hdl::core::{
    ast,
    block::Block,
    logic::{self, Logic},
    probe::Probe,
    synth::{Synth, VCDValue},
    type_descriptor::{TypeDescriptor, TypeField, TypeKind},
};
pub use rust_hdl::prelude::{LogicState, hdl_gen};

/// The names that `#[derive(LogicState)]` expects in scope.
pub mod state {
    pub use super::{LogicState, Synth, TypeDescriptor, TypeKind, VCDValue};
    pub use rust_hdl::core::{ast::VerilogLiteral, bits::*, synth, type_descriptor};
}
