//! [`LockStep`]: issues operations to hardware and model, and compares every response.

use crate::coin::Coin;
use crate::core::Core;
use crate::environment::Environment;
use crate::mismatch::{BenchError, Mismatch};
use crate::ports::Inputs;
use memento_config::Config;
use memento_hdl::allocator::object_allocator::COUNTERS;
use memento_sim::{Arena, Model, Outcome, PageAllocator, Response, Status};
use std::collections::VecDeque;
use std::fmt;

/// Cycles without a response after which a bench gives up. The slowest step (a release behind a
/// full miss queue, every port stalled nine cycles in ten) takes about ten thousand.
const PATIENCE_CYCLES: u64 = 200_000;

/// One operation, as it is issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// obj-alloc.
    Alloc {
        /// Bytes asked for.
        size: u64,
    },
    /// obj-free.
    Free {
        /// Address of the object.
        address: u64,
    },
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Operation::Alloc { size } => write!(f, "alloc({size})"),
            Operation::Free { address } => write!(f, "free({address:#x})"),
        }
    }
}

/// How operations follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Issue {
    /// As an in-order core: an allocation waits for its answer, a free is posted.
    InOrder,
    /// As fast as ports and data dependences allow.
    Pipelined,
}

/// An operation on its way.
struct Pending {
    number: u64,
    operation: Operation,
    expected: Response,
    accepted_cycle: u64,
}

/// Cycles from the edge that accepts a request to the edge that takes its response, as a histogram.
#[derive(Clone, Debug, Default)]
pub struct LatencyCounts {
    counts: Vec<u64>,
    total: u64,
}

impl LatencyCounts {
    pub(crate) fn add(&mut self, cycles: u64) {
        let at = cycles as usize;
        if at >= self.counts.len() {
            self.counts.resize(at + 1, 0);
        }
        self.counts[at] += 1;
        self.total += 1;
    }

    /// The latency in cycles that a share of `per_mille`/1000 of all responses doesn't exceed; 0
    /// without responses.
    pub fn quantile(&self, per_mille: u64) -> u64 {
        let rank = (self.total * per_mille).div_ceil(1000).max(1);
        let mut seen = 0;
        for (cycles, count) in self.counts.iter().enumerate() {
            seen += count;
            if seen >= rank {
                return cycles as u64;
            }
        }
        0
    }

    /// The longest, in cycles; 0 without responses.
    pub fn max(&self) -> u64 {
        self.counts.len().saturating_sub(1) as u64
    }

    /// The shortest, in cycles; 0 without responses.
    pub fn min(&self) -> u64 {
        self.counts.iter().position(|count| *count > 0).unwrap_or(0) as u64
    }
}

/// Hardware and model, operation by operation.
pub struct LockStep<C> {
    /// The hardware.
    pub core: C,
    /// What is behind its ports.
    pub environment: Environment,
    /// The golden model.
    pub model: Model,
    /// Heads: the response isn't taken in this cycle.
    response_stall: Coin,
    inputs: Inputs,
    pending: VecDeque<Pending>,
    issued: u64,
    cycle: u64,
    last_response_cycle: u64,
    alloc_latency: LatencyCounts,
    free_latency: LatencyCounts,
}

impl<C: Core> LockStep<C> {
    /// Starts with context `context` running and the operations enabled. The model's page
    /// allocator starts as a copy of the environment's.
    pub fn new(config: &Config, context: u32, core: C, environment: Environment) -> LockStep<C> {
        let pages: PageAllocator = environment.pages.clone();
        LockStep {
            core,
            model: Model::with(config, context, pages),
            environment,
            response_stall: Coin::tails(),
            inputs: Inputs {
                enable: true,
                context_id: context,
                response_ready: true,
                ..Inputs::default()
            },
            pending: VecDeque::new(),
            issued: 0,
            cycle: 0,
            last_response_cycle: 0,
            alloc_latency: LatencyCounts::default(),
            free_latency: LatencyCounts::default(),
        }
    }

    /// Refuses responses in `percent` of the cycles, drawn from `seed`.
    pub fn stall_responses(&mut self, percent: u64, seed: u64) {
        self.response_stall = Coin::new(percent, seed);
    }

    /// Switches the allocator on or off, once all operations are answered.
    ///
    /// # Errors
    /// As [`LockStep::drain`].
    pub fn set_enabled(&mut self, enabled: bool) -> Result<(), BenchError> {
        self.drain()?;
        self.inputs.enable = enabled;
        self.model.set_enabled(enabled);
        Ok(())
    }

    /// Issues an operation as soon as the hardware takes it, and says its number and what the
    /// model answers. Responses that come meanwhile are compared.
    ///
    /// # Errors
    /// A mismatch of an earlier operation, or a hang.
    pub fn issue(&mut self, operation: Operation) -> Result<(u64, Outcome), BenchError> {
        let outcome = match operation {
            Operation::Alloc { size } => self.model.alloc(size),
            Operation::Free { address } => self.model.free(address),
        };
        let number = self.issued;
        self.issued += 1;
        while !self.cycle(Some((number, operation, outcome.response)))? {}
        Ok((number, outcome))
    }

    /// Lets cycles pass until operation `number` is answered.
    ///
    /// # Errors
    /// A mismatch, or a hang.
    pub fn wait_for(&mut self, number: u64) -> Result<(), BenchError> {
        while self
            .pending
            .front()
            .is_some_and(|oldest| oldest.number <= number)
        {
            self.cycle(None)?;
        }
        Ok(())
    }

    /// Lets cycles pass until everything is answered.
    ///
    /// # Errors
    /// A mismatch, or a hang.
    pub fn drain(&mut self) -> Result<(), BenchError> {
        self.wait_for(u64::MAX)
    }

    /// One clock cycle, with a request on offer or not; says whether it was accepted.
    fn cycle(&mut self, request: Option<(u64, Operation, Response)>) -> Result<bool, BenchError> {
        let seen = self.core.outputs();
        self.inputs.request_valid = request.is_some();
        if let Some((_, operation, _)) = request {
            (self.inputs.request_free, self.inputs.request_operand) = match operation {
                Operation::Alloc { size } => (false, size),
                Operation::Free { address } => (true, address),
            };
        }
        self.inputs.response_ready = !self.response_stall.heads();
        self.environment.drive(&seen, &mut self.inputs);
        if seen.response_valid && self.inputs.response_ready {
            self.take_response(seen.response_status, seen.response_value)?;
        }
        let accepted = match request {
            Some((number, operation, expected)) if seen.request_ready => {
                self.pending.push_back(Pending {
                    number,
                    operation,
                    expected,
                    accepted_cycle: self.cycle,
                });
                if self.pending.len() == 1 {
                    self.last_response_cycle = self.cycle;
                }
                true
            }
            _ => false,
        };
        self.core.step(&self.inputs)?;
        self.cycle += 1;
        match self.pending.front() {
            Some(oldest) if self.cycle - self.last_response_cycle > PATIENCE_CYCLES => {
                Err(BenchError::Hang {
                    operation: oldest.number,
                    request: oldest.operation,
                    waited: self.cycle - self.last_response_cycle,
                    cycle: self.cycle,
                })
            }
            _ => Ok(accepted),
        }
    }

    fn take_response(&mut self, status: u8, value: u64) -> Result<(), BenchError> {
        let cycle = self.cycle;
        self.last_response_cycle = cycle;
        let Some(pending) = self.pending.pop_front() else {
            return Err(BenchError::Unasked {
                status,
                value,
                cycle,
            });
        };
        if status != pending.expected.status.code() || value != pending.expected.value {
            return Err(BenchError::Mismatch(Box::new(Mismatch {
                operation: pending.number,
                request: pending.operation,
                expected: pending.expected,
                status,
                value,
                cycle,
            })));
        }
        let latency = cycle - pending.accepted_cycle;
        match pending.operation {
            Operation::Alloc { .. } => self.alloc_latency.add(latency),
            Operation::Free { .. } => self.free_latency.add(latency),
        }
        Ok(())
    }

    /// Clock cycles since reset.
    pub fn cycles(&self) -> u64 {
        self.cycle
    }

    /// Operations issued.
    pub fn issued(&self) -> u64 {
        self.issued
    }

    /// Latencies of allocations and of frees.
    pub fn latencies(&self) -> (&LatencyCounts, &LatencyCounts) {
        (&self.alloc_latency, &self.free_latency)
    }

    /// Waits for all responses, then compares every header in memory with the model's.
    ///
    /// # Errors
    /// The first header that differs; a mismatch, or a hang.
    pub fn compare_memory(&mut self) -> Result<(), BenchError> {
        self.drain()?;
        let geometry = self.model.geometry();
        for class in 0..geometry.classes() {
            for number in 0..geometry.arenas(class) {
                let (Some(expected), Some(line)) = (
                    self.model.header_bytes(class, number),
                    self.model.header_line(class, number),
                ) else {
                    break;
                };
                let got = self.environment.memory.peek(line);
                if got != expected {
                    return Err(BenchError::Header {
                        class,
                        arena: number,
                        expected: Box::new(expected),
                        got: Box::new(got),
                    });
                }
            }
        }
        Ok(())
    }

    /// Waits for all responses, then compares the hardware's counters with the model's.
    ///
    /// # Errors
    /// The first counter that differs; a mismatch, or a hang.
    pub fn compare_counters(&mut self) -> Result<(), BenchError> {
        self.drain()?;
        let model = self.model.counters().clone();
        let statuses = |status: Status| model.statuses[usize::from(status.code())];
        for (number, (name, _)) in COUNTERS.iter().enumerate() {
            let expected = match *name {
                "allocs" => model.allocs + model.failed_allocs,
                "frees" => model.frees + model.failed_frees,
                "alloc_hits" => model.alloc_hits,
                "free_hits" => model.free_hits,
                "list_pops" => model.list_pops,
                "new_arenas" => model.new_arenas,
                "list_pushes" => model.list_pushes,
                "released_arenas" => model.released_arenas,
                "too_large" => statuses(Status::TooLarge),
                "no_memory" => statuses(Status::NoMemory),
                "not_in_region" => statuses(Status::NotInRegion),
                "bad_pointer" => statuses(Status::BadPointer),
                "double_free" => statuses(Status::DoubleFree),
                "foreign_context" => statuses(Status::ForeignContext),
                "corrupt_header" => statuses(Status::CorruptHeader),
                "not_enabled" => statuses(Status::NotEnabled),
                "bus_error" => statuses(Status::BusError),
                // Cycles are the hardware's alone.
                _ => continue,
            };
            let got = self.core.counter(number)?;
            if got != expected {
                return Err(BenchError::Counter {
                    name,
                    expected,
                    got,
                });
            }
        }
        Ok(())
    }

    /// Overwrites a header behind everyone's back, in hardware's memory and model's alike, once all
    /// operations are answered.
    ///
    /// # Errors
    /// A mismatch, or a hang.
    pub fn poke_header(&mut self, arena: Arena, bytes: [u8; 64]) -> Result<(), BenchError> {
        self.drain()?;
        if let Some(line) = self.model.header_line(arena.class, arena.number) {
            self.environment.memory.poke(line, bytes);
            self.model.memory_mut().poke(line, bytes);
        }
        Ok(())
    }
}
