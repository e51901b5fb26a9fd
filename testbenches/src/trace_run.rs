//! [`TraceRun`]: the operations of a recording through a lock-step bench.

use crate::core::Core;
use crate::environment::{Environment, Latencies, Stalls};
use crate::lock_step::{Issue, LockStep, Operation};
use crate::mismatch::BenchError;
use memento_config::Config;
use memento_sim::trace::{self, Event, Object, Replay, Skipped, TraceError};
use memento_sim::{Geometry, Status};

/// All that fixes a run cycle by cycle, beside configuration, design and recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// How operations follow each other.
    pub issue: Issue,
    /// Answering times of page allocator and header memory.
    pub latencies: Latencies,
    /// Seed of the random values that registers and memories start with.
    pub seed: u32,
}

impl Setting {
    /// Makes `core`, just out of reset, ready for the operations of `events`.
    pub fn start<C: Core, E>(&self, config: &Config, core: C, events: E) -> TraceRun<C, E>
    where
        E: Iterator<Item = Result<Event, TraceError>>,
    {
        let environment = Environment::new(config, self.latencies, Stalls::None);
        TraceRun {
            bench: LockStep::new(config, 0, core, environment),
            replay: Replay::new(events, &Geometry::new(config)),
            issue: self.issue,
            sent: Vec::new(),
            taken: 0,
        }
    }
}

/// A run that ended before its time.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The recording cannot be read on.
    #[error(transparent)]
    Trace(#[from] TraceError),
    /// Hardware and model differ, or the bench failed.
    #[error(transparent)]
    Bench(#[from] BenchError),
}

/// What is known of an object that was allocated.
#[derive(Clone, Copy)]
struct Sent {
    /// Number of the allocation among the operations issued.
    number: u64,
    /// `None`: the allocation was refused, its free is not sent.
    address: Option<u64>,
}

/// A recording on its way through hardware and model.
pub struct TraceRun<C, E> {
    /// Hardware and model.
    pub bench: LockStep<C>,
    replay: Replay<E>,
    issue: Issue,
    /// By [`Object::index`].
    sent: Vec<Sent>,
    taken: u64,
}

impl<C: Core, E: Iterator<Item = Result<Event, TraceError>>> TraceRun<C, E> {
    /// Takes up to `count` operations of the recording and issues them; says how many there were.
    /// Fewer than `count`: the recording has ended.
    ///
    /// # Errors
    /// The first difference from the model, a hang, or a recording that can't be read on.
    pub fn advance(&mut self, count: u64) -> Result<u64, RunError> {
        for done in 0..count {
            match self.replay.next() {
                Some(operation) => {
                    self.taken += 1;
                    self.send(operation?)?;
                }
                None => return Ok(done),
            }
        }
        Ok(count)
    }

    /// Waits for the last responses, then compares headers in memory and counters.
    ///
    /// # Errors
    /// The first difference from the model, or a hang.
    pub fn finish(&mut self) -> Result<(), BenchError> {
        self.bench.compare_memory()?;
        self.bench.compare_counters()
    }

    /// Operations taken from the recording, those that need not be sent included.
    pub fn taken(&self) -> u64 {
        self.taken
    }

    /// Events of the recording that are no operations.
    pub fn skipped(&self) -> Skipped {
        self.replay.skipped()
    }

    fn send(&mut self, operation: trace::Operation) -> Result<(), BenchError> {
        match operation {
            trace::Operation::Alloc { object, size } => {
                let (number, outcome) = self.bench.issue(Operation::Alloc { size })?;
                if self.issue == Issue::InOrder {
                    self.bench.wait_for(number)?;
                }
                let response = outcome.response;
                let address = (response.status == Status::Ok).then_some(response.value);
                self.remember(object, Sent { number, address });
            }
            trace::Operation::Free { object } => {
                let sent = self.sent[object.index()];
                if let Some(address) = sent.address {
                    // The address is known once the allocation is answered.
                    if self.issue == Issue::Pipelined {
                        self.bench.wait_for(sent.number)?;
                    }
                    self.bench.issue(Operation::Free { address })?;
                }
            }
        }
        Ok(())
    }

    fn remember(&mut self, object: Object, sent: Sent) {
        // A replay numbers objects from 0 without gaps.
        match self.sent.get_mut(object.index()) {
            Some(entry) => *entry = sent,
            None => self.sent.push(sent),
        }
    }
}
