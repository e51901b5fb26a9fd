//! [`Core`]: an object allocator under test.

use crate::mismatch::BenchError;
use crate::ports::{Inputs, Outputs, TraceRecord};

/// An object allocator under test, out of reset.
pub trait Core {
    /// The outputs of the present cycle.
    fn outputs(&self) -> Outputs;

    /// Applies the inputs and gives a rising edge.
    ///
    /// # Errors
    /// The evaluation itself failed (a waveform that can't be written, say).
    fn step(&mut self, inputs: &Inputs) -> Result<(), BenchError>;

    /// Like [`Core::step`], and says what the trace port showed at the edge.
    ///
    /// # Errors
    /// As for [`Core::step`].
    fn step_traced(&mut self, inputs: &Inputs) -> Result<Option<TraceRecord>, BenchError>;

    /// Counter `number`, in the order of `memento_hdl::allocator::object_allocator::COUNTERS`.
    ///
    /// # Errors
    /// As for [`Core::step`].
    fn counter(&mut self, number: usize) -> Result<u64, BenchError>;
}
