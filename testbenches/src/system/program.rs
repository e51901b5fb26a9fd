//! [`Program`]: what a core is asked to do, and the objects that it has.

use super::error::SystemError;
use crate::lock_step::Operation;
use memento_sim::trace::{self, Event, Replay, Skipped, TraceError};

/// What a program does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Allocates an object and writes all of it once it is there.
    Alloc {
        /// Index of the object among those of the process.
        object: usize,
        /// Bytes asked for.
        size: u64,
    },
    /// Reads all of an object once it is written, and frees it, without waiting for the answer.
    Free {
        /// Index of the object.
        object: usize,
    },
    /// Asks the allocator for something, and does nothing with the answer nor wait for it.
    Bare(Operation),
}

/// An object of a process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Object {
    /// Address; `None`: there is none, its allocation was refused, or it was freed.
    pub address: Option<u64>,
    /// Bytes of its slot.
    pub bytes: u32,
    /// What its words hold: see [`super::cache::word_of`].
    pub stamp: u64,
    /// All of it was written.
    pub written: bool,
    /// It is being allocated, written, or read.
    pub busy: bool,
}

/// Where the steps of a context come from.
pub trait Program {
    /// The next step; `None`: it exits. `objects` are those of its process.
    ///
    /// # Errors
    /// A recording that can't be read on.
    fn next(&mut self, objects: &[Object]) -> Result<Option<Step>, SystemError>;

    /// Events of its recording that are no operations.
    fn skipped(&self) -> Skipped {
        Skipped::default()
    }
}

/// Steps that are known beforehand.
impl Program for std::vec::IntoIter<Step> {
    fn next(&mut self, _objects: &[Object]) -> Result<Option<Step>, SystemError> {
        Ok(Iterator::next(self))
    }
}

/// The operations of a recording.
pub struct Recorded<E> {
    replay: Replay<E>,
    left: u64,
}

impl<E> Recorded<E> {
    /// The first `limit` operations of a recording.
    pub fn new(replay: Replay<E>, limit: u64) -> Recorded<E> {
        Recorded {
            replay,
            left: limit,
        }
    }
}

impl<E: Iterator<Item = Result<Event, TraceError>>> Program for Recorded<E> {
    fn next(&mut self, _objects: &[Object]) -> Result<Option<Step>, SystemError> {
        if self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        Ok(self
            .replay
            .next()
            .transpose()?
            .map(|operation| match operation {
                trace::Operation::Alloc { object, size } => Step::Alloc {
                    object: object.index(),
                    size,
                },
                trace::Operation::Free { object } => Step::Free {
                    object: object.index(),
                },
            }))
    }

    fn skipped(&self) -> Skipped {
        self.replay.skipped()
    }
}
