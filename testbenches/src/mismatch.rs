//! What can go wrong in a bench.

use crate::lock_step::Operation;
use memento_sim::{Line, Response, Status};
use std::fmt;

/// A response that isn't the model's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// Number of the operation among those issued, from 0.
    pub operation: u64,
    /// What was asked.
    pub request: Operation,
    /// What the model answers.
    pub expected: Response,
    /// Status code that came.
    pub status: u8,
    /// Value that came.
    pub value: u64,
    /// Cycle in which the response was taken.
    pub cycle: u64,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = memento_sim::Status::from_code(self.status).map_or("reserved", |s| s.name());
        write!(
            f,
            "operation {}, {}: expected {} {:#x}, got {name} (code {}) {:#x} at cycle {}",
            self.operation,
            self.request,
            self.expected.status,
            self.expected.value,
            self.status,
            self.value,
            self.cycle
        )
    }
}

/// A bench that ended before its time.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    /// The hardware answered otherwise than the model.
    #[error("{0}")]
    Mismatch(Box<Mismatch>),
    /// A response that nothing was asked for.
    #[error(
        "a response (status code {status}, value {value:#x}) without a request at cycle {cycle}"
    )]
    Unasked {
        /// Status code that came.
        status: u8,
        /// Value that came.
        value: u64,
        /// Cycle in which it was taken.
        cycle: u64,
    },
    /// No response for too long.
    #[error(
        "no response to operation {operation}, {request}, for {waited} cycles, up to cycle {cycle}"
    )]
    Hang {
        /// Number of the operation that waits.
        operation: u64,
        /// What was asked.
        request: Operation,
        /// Cycles waited.
        waited: u64,
        /// Cycle at which patience ended.
        cycle: u64,
    },
    /// Memory holds a header that isn't the model's.
    #[error(
        "header of arena {arena} of class {class}: memory holds {got:02x?}, the model {expected:02x?}"
    )]
    Header {
        /// Class.
        class: u32,
        /// Arena number.
        arena: u32,
        /// The model's bytes.
        expected: Box<[u8; 64]>,
        /// Memory's bytes.
        got: Box<[u8; 64]>,
    },
    /// Memory holds records or mailboxes that aren't the model's.
    #[error(
        "descriptor line at {:#x}: memory holds {got:02x?}, the model {expected:02x?}",
        line.byte_address()
    )]
    Descriptor {
        /// The line.
        line: Line,
        /// The model's bytes.
        expected: Box<[u8; 64]>,
        /// Memory's bytes.
        got: Box<[u8; 64]>,
    },
    /// A context switch that ended otherwise than the model's, or never.
    #[error("a switch ended with status code {got:?}, the model's with {expected:?}")]
    Switch {
        /// The model's status, if it came to that.
        expected: Option<Status>,
        /// Status code that came.
        got: Option<u8>,
    },
    /// A hardware counter that isn't the model's.
    #[error("counter {name}: hardware counts {got}, the model {expected}")]
    Counter {
        /// Name of the counter.
        name: &'static str,
        /// The model's count.
        expected: u64,
        /// The hardware's count.
        got: u64,
    },
    /// The design can't be emitted.
    #[error(transparent)]
    Emit(#[from] memento_hdl::verilog::EmitErrors),
    /// Verilator or its model failed.
    #[error(transparent)]
    Verilator(#[from] verilator_bindings::Error),
}
