//! [`LockStep`]: issues operations to hardware and model, and compares every response.

use crate::coin::Coin;
use crate::core::Core;
use crate::environment::Environment;
use crate::mismatch::{BenchError, Mismatch};
use crate::ports::Inputs;
use memento_config::Config;
use memento_hdl::allocator::object_allocator::COUNTERS;
use memento_sim::{
    Arena, Counters, HeaderMemory, Line, Model, Outcome, PageAllocator, Response, Status,
};
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

/// Cycles without a word at the ports after which nothing is going on behind them.
const QUIET_CYCLES: u32 = 100;

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

    /// How many were longer than that.
    pub fn longer_than(&self, cycles: u64) -> u64 {
        self.counts.iter().skip(cycles as usize + 1).sum()
    }

    /// How many there were.
    pub fn total(&self) -> u64 {
        self.total
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
    /// A switch's response is awaited.
    switching: bool,
    switch_status: Option<u8>,
    /// Expected responses by status code.
    answered: [u64; 10],
    saves: u64,
    mailbox_frees: u64,
    mailbox_failures: u64,
    /// Heads: the response isn't taken in this cycle.
    response_stall: Coin,
    inputs: Inputs,
    pending: VecDeque<Pending>,
    issued: u64,
    cycle: u64,
    /// Cycles in a row in which a request was on offer, and none accepted.
    refused_cycles: u64,
    last_response_cycle: u64,
    alloc_latency: LatencyCounts,
    free_latency: LatencyCounts,
    /// Of an allocation, from its acceptance or the response before its own, whichever is later.
    own_latency: LatencyCounts,
    /// The trace port shows what the hardware decides.
    traced: bool,
    /// Operations decided.
    committed: u64,
    /// Arenas that were taken for the next to be decided, and had been fetched ahead.
    fetched: u32,
    /// The same, for the last decided.
    committed_fetched: u32,
}

impl<C: Core> LockStep<C> {
    /// Starts with context `context` running and the operations enabled. The model's page
    /// allocator starts as a copy of the environment's.
    pub fn new(config: &Config, context: u32, core: C, environment: Environment) -> LockStep<C> {
        let pages: PageAllocator = environment.pages.clone();
        let context = context & ((1 << config.context_bits()) - 1);
        let mut model = Model::with(config, context, pages);
        let (records, mailbox) = (environment.records(context), environment.mailbox(context));
        model.attach(context, records);
        LockStep {
            core,
            model,
            environment,
            switching: true,
            switch_status: None,
            answered: [0; 10],
            saves: 0,
            mailbox_frees: 0,
            mailbox_failures: 0,
            response_stall: Coin::tails(),
            inputs: Inputs {
                enable: true,
                response_ready: true,
                switch_request_valid: true,
                switch_request_context: context,
                switch_request_records: records,
                switch_request_mailbox: mailbox,
                switch_response_ready: true,
                inbox_response_ready: true,
                ..Inputs::default()
            },
            pending: VecDeque::new(),
            issued: 0,
            cycle: 0,
            refused_cycles: 0,
            last_response_cycle: 0,
            alloc_latency: LatencyCounts::default(),
            free_latency: LatencyCounts::default(),
            own_latency: LatencyCounts::default(),
            traced: config.trace_port(),
            committed: 0,
            fetched: 0,
            committed_fetched: 0,
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
        self.finish_switch()?;
        if let Operation::Alloc { size } = operation
            && self.traced
            && self.model.memory().fails_writes()
            && !self.model.hits(size)
        {
            return self.issue_observed(size);
        }
        let mut outcome = match operation {
            Operation::Alloc { size } => self.model.alloc(size),
            Operation::Free { address } => self.model.free(address),
        };
        if let Operation::Free { address } = operation
            && outcome.response.status == Status::ForeignContext
        {
            outcome.response.status = self.environment.forward_status(address);
        }
        self.answered[usize::from(outcome.response.status.code())] += 1;
        let number = self.issued;
        self.issued += 1;
        while !self.cycle(Some((number, operation, outcome.response)))? {}
        Ok((number, outcome))
    }

    /// As [`LockStep::issue`], but the model first sees how the hardware decides: whether an arena was
    /// fetched ahead, timing says, and then writes that fail are not part of the answer.
    fn issue_observed(&mut self, size: u64) -> Result<(u64, Outcome), BenchError> {
        let number = self.issued;
        let unknown = Response {
            status: Status::Ok,
            value: 0,
        };
        self.issued += 1;
        while !self.cycle(Some((number, Operation::Alloc { size }, unknown)))? {}
        while self.committed <= number {
            self.cycle(None)?;
        }
        let outcome = self.model.alloc_fetched(size, self.committed_fetched);
        self.answered[usize::from(outcome.response.status.code())] += 1;
        if let Some(pending) = self.pending.back_mut() {
            pending.expected = outcome.response;
        }
        Ok((number, outcome))
    }

    /// Lets one cycle pass.
    ///
    /// # Errors
    /// A mismatch, or a hang.
    pub fn idle(&mut self) -> Result<(), BenchError> {
        self.cycle(None).map(|_| ())
    }

    /// Waits for all responses, and for what goes on behind them.
    ///
    /// # Errors
    /// A mismatch, or a hang.
    pub fn settle(&mut self) -> Result<(), BenchError> {
        self.drain()?;
        let (mut quiet, start) = (0, self.cycle);
        while quiet < QUIET_CYCLES && self.cycle - start < PATIENCE_CYCLES {
            self.cycle(None)?;
            quiet = if self.environment.is_quiet() {
                quiet + 1
            } else {
                0
            };
        }
        Ok(())
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
        self.finish_switch()?;
        self.wait_for(u64::MAX)
    }

    /// Lets cycles pass until a switch that is under way is done.
    fn finish_switch(&mut self) -> Result<(), BenchError> {
        let start = self.cycle;
        while self.switching {
            self.cycle(None)?;
            if self.cycle - start > PATIENCE_CYCLES {
                return Err(BenchError::Switch {
                    expected: None,
                    got: None,
                });
            }
        }
        Ok(())
    }

    /// Orders a switch, with operations still under way, and waits for its end; says its status code.
    fn switch(&mut self, op: u8, context: u32) -> Result<u8, BenchError> {
        self.finish_switch()?;
        self.inputs.switch_request_valid = true;
        self.inputs.switch_request_op = op;
        self.inputs.switch_request_context = context;
        self.inputs.switch_request_records = self.environment.records(context);
        self.inputs.switch_request_mailbox = self.environment.mailbox(context);
        self.switching = true;
        self.switch_status = None;
        self.finish_switch()?;
        Ok(self.switch_status.unwrap_or(u8::MAX))
    }

    fn compare_switch(got: u8, expected: Status) -> Result<(), BenchError> {
        if got == expected.code() {
            return Ok(());
        }
        Err(BenchError::Switch {
            expected: Some(expected),
            got: Some(got),
        })
    }

    /// Attaches a context; the frees in its mailbox are executed.
    ///
    /// # Errors
    /// A mismatch, or a hang.
    pub fn attach(&mut self, context: u32) -> Result<(), BenchError> {
        let got = self.switch(0, context)?;
        self.model
            .attach(context, self.environment.records(context));
        let mailbox = self.environment.mailbox(context);
        let (line, at) = (Line::of_byte_address(mailbox), (mailbox % 64) as usize);
        let memory = self.model.memory_mut();
        let mut bytes = match memory.read(line) {
            Ok(bytes) => bytes,
            Err(_) => return Self::compare_switch(got, Status::BusError),
        };
        let word = |bytes: &[u8; 64], at: usize| {
            bytes[at..at + 8].try_into().map_or(0, u64::from_le_bytes)
        };
        let (array, count) = (word(&bytes, at), word(&bytes, at + 8) as u32);
        let mut status = Status::Ok;
        for i in 0..u64::from(count) {
            let address = array + 8 * i;
            let Ok(line) = self.model.memory_mut().read(Line::of_byte_address(address)) else {
                status = Status::BusError;
                continue;
            };
            let outcome = self.model.free(word(&line, (address % 64) as usize));
            self.mailbox_frees += 1;
            self.mailbox_failures += u64::from(outcome.response.status != Status::Ok);
        }
        if count > 0 {
            bytes[at + 8..at + 16].fill(0);
            if self.model.memory_mut().write(line, bytes).is_err() {
                status = Status::BusError;
            }
        }
        Self::compare_switch(got, status)
    }

    /// Saves the context that runs.
    ///
    /// # Errors
    /// A mismatch, or a hang.
    pub fn detach(&mut self) -> Result<(), BenchError> {
        let got = self.switch(1, 0)?;
        self.saves += 1;
        let expected = self.model.detach();
        Self::compare_switch(got, expected)
    }

    /// Drops the context that runs.
    ///
    /// # Errors
    /// A mismatch, or a hang.
    pub fn discard(&mut self) -> Result<(), BenchError> {
        let got = self.switch(2, 0)?;
        self.model.discard();
        Self::compare_switch(got, Status::Ok)
    }

    /// Leaves nothing of the process in either memory, as DESTROY does: records and headers are zero. What
    /// was dropped from the chip can't go on from what memory had meanwhile.
    ///
    /// # Errors
    /// A mismatch, or a hang.
    pub fn empty_memory(&mut self) -> Result<(), BenchError> {
        self.settle()?;
        let headers = header_lines(&self.model).map(|(_, line)| line);
        let lines: Vec<Line> = self.environment.descriptor_lines().chain(headers).collect();
        for line in lines {
            self.environment.memory.poke(line, [0; 64]);
            self.model.memory_mut().poke(line, [0; 64]);
        }
        Ok(())
    }

    /// Gives the page allocator's half of every record a value, in both memories.
    pub fn fill_cursors(&mut self, byte: u8) {
        let (start, end) = (self.environment.records(0), self.environment.mailbox(0));
        for memory in [&mut self.environment.memory, self.model.memory_mut()] {
            for address in (start..end).step_by(16) {
                let line = Line::of_byte_address(address);
                let mut bytes = memory.peek(line);
                bytes[(address % 64) as usize..][..8].fill(byte);
                memory.poke(line, bytes);
            }
        }
    }

    /// Leaves frees in the mailbox of a context that isn't attached, at physical address `array`.
    pub fn leave_frees(&mut self, context: u32, array: u64, frees: &[u64]) {
        let mailbox = self.environment.mailbox(context);
        for memory in [&mut self.environment.memory, self.model.memory_mut()] {
            let mut put = |address: u64, word: u64| {
                let line = Line::of_byte_address(address);
                let mut bytes = memory.peek(line);
                bytes[(address % 64) as usize..][..8].copy_from_slice(&word.to_le_bytes());
                memory.poke(line, bytes);
            };
            put(mailbox, array);
            put(mailbox + 8, frees.len() as u64);
            for (i, free) in frees.iter().enumerate() {
                put(array + 8 * i as u64, *free);
            }
        }
    }

    /// One clock cycle, with a request on offer or not; says whether it was accepted.
    fn cycle(&mut self, request: Option<(u64, Operation, Response)>) -> Result<bool, BenchError> {
        let seen = self.core.outputs();
        self.fetched += u32::from(seen.trace_fetched);
        if seen.trace_commit_valid {
            self.committed += 1;
            self.committed_fetched = std::mem::take(&mut self.fetched);
        }
        self.inputs.request_valid = request.is_some();
        if let Some((_, operation, _)) = request {
            (self.inputs.request_free, self.inputs.request_operand) = match operation {
                Operation::Alloc { size } => (false, size),
                Operation::Free { address } => (true, address),
            };
        }
        self.inputs.response_ready = !self.response_stall.heads();
        self.environment.drive(&seen, &mut self.inputs);
        let taken = match seen.response_valid && self.inputs.response_ready {
            true => self.take_response(seen.response_status, seen.response_value),
            false => Ok(()),
        };
        if seen.switch_response_valid {
            self.switch_status = Some(seen.switch_response_status);
            self.switching = false;
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
            Some((number, operation, _)) => {
                self.refused_cycles += 1;
                if self.refused_cycles > PATIENCE_CYCLES {
                    return Err(BenchError::Hang {
                        operation: number,
                        request: operation,
                        waited: self.refused_cycles,
                        cycle: self.cycle,
                    });
                }
                false
            }
            None => false,
        };
        if accepted {
            self.refused_cycles = 0;
        }
        // What is wrong is told once the cycle is over, so that hardware and surroundings can go on.
        self.core.step(&self.inputs)?;
        self.cycle += 1;
        taken?;
        if seen.switch_request_ready {
            self.inputs.switch_request_valid = false;
        }
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
        let before = std::mem::replace(&mut self.last_response_cycle, cycle);
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
            Operation::Alloc { .. } => {
                self.alloc_latency.add(latency);
                self.own_latency
                    .add(cycle - before.max(pending.accepted_cycle));
            }
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

    /// Latencies of allocations but for what they wait, in order, for the answers to the frees before
    /// them: from acceptance or the response before, whichever is later.
    pub fn own_latencies(&self) -> &LatencyCounts {
        &self.own_latency
    }

    /// Waits for all responses, then compares every header in memory with the model's.
    ///
    /// # Errors
    /// The first header that differs; a mismatch, or a hang.
    pub fn compare_memory(&mut self) -> Result<(), BenchError> {
        self.settle()?;
        for line in self.environment.descriptor_lines() {
            let (expected, got) = (
                self.model.memory().peek(line),
                self.environment.memory.peek(line),
            );
            if got != expected {
                return Err(BenchError::Descriptor {
                    line,
                    expected: Box::new(expected),
                    got: Box::new(got),
                });
            }
        }
        for (arena, line) in header_lines(&self.model) {
            let expected = self.model.memory().peek(line);
            let got = self.environment.memory.peek(line);
            if got != expected {
                return Err(BenchError::Header {
                    class: arena.class,
                    arena: arena.number,
                    expected: Box::new(expected),
                    got: Box::new(got),
                });
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
        for (number, (name, _)) in COUNTERS.iter().enumerate() {
            let model = self.model.counters();
            let expected = match *name {
                // Nobody waits for the answers to a mailbox's frees.
                "frees" => model.frees + model.failed_frees - self.mailbox_frees,
                "saves" => self.saves,
                "forwards" => self.environment.forwards(),
                "mailbox_frees" => self.mailbox_frees,
                "mailbox_failures" => self.mailbox_failures,
                _ => match expected_count(model, &self.answered, name) {
                    Some(expected) => expected,
                    // Cycles are the hardware's alone.
                    None => continue,
                },
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
    /// operations are answered and nothing goes on behind them. The hardware may have it on chip until
    /// its context is detached.
    ///
    /// # Errors
    /// A mismatch, or a hang.
    pub fn poke_header(&mut self, arena: Arena, bytes: [u8; 64]) -> Result<(), BenchError> {
        self.settle()?;
        if let Some(line) = self.model.header_line(arena.class, arena.number) {
            self.environment.memory.poke(line, bytes);
            self.model.memory_mut().poke(line, bytes);
        }
        Ok(())
    }
}

/// The arenas of all contexts that were ever handed out, with the lines of their headers.
fn header_lines(model: &Model) -> impl Iterator<Item = (Arena, Line)> + '_ {
    let geometry = model.geometry();
    (0..geometry.classes())
        .flat_map(|class| (0..geometry.contexts()).map(move |context| (class, context)))
        .flat_map(move |(class, context)| {
            (0..geometry.arenas(class)).map_while(move |number| {
                let arena = Arena {
                    class,
                    context,
                    number,
                };
                Some((arena, model.pages().line(arena)?))
            })
        })
}

/// What a core's counter of this name must be, of responses with each status code and of all else that the model counts;
/// `None`: the model doesn't count it.
pub(crate) fn expected_count(model: &Counters, responses: &[u64; 10], name: &str) -> Option<u64> {
    let statuses = |status: Status| responses[usize::from(status.code())];
    Some(match name {
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
        _ => return None,
    })
}
