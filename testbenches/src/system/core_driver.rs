//! `CoreDriver`: a core of the host, which runs a context's program in order.

use super::accesses::Accesses;
use super::error::{SystemError, SystemMismatch};
use super::machine::Machine;
use super::program::{Object, Program, Step};
use super::signals::CoreResponse;
use super::waits::{Stalls, Waits};
use crate::lock_step::{Issue, LatencyCounts, Operation};
use memento_config::Config;
use memento_sim::{Outcome, Status, SystemModel};
use std::collections::VecDeque;

/// Operations that a core may have under way.
const PENDING: usize = 64;

/// An operation under way.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pending {
    number: u64,
    pub(crate) operation: Operation,
    /// The object that it allocates.
    object: Option<usize>,
    /// The model's answer, from the moment that the operation takes effect, as the hardware's trace says.
    pub(crate) expected: Option<Outcome>,
    /// A free of another context's object: the core that runs the context executes it.
    pub(crate) forwarded: bool,
    /// Since it was forwarded, nobody may have run the context for a moment.
    pub(crate) refusable: bool,
    accepted_cycle: u64,
}

/// What the next step waits for.
#[derive(Clone, Copy, Debug)]
enum Phase {
    /// Nothing: the program is asked for it.
    Ready,
    /// The step waits for an object: to be allocated, or to be gone through.
    Waits(Step),
    /// An operation is on offer.
    Offer(Operation),
    /// The allocation of an object is under way, and the core goes on in order.
    Answer(usize),
}

/// What a core runs.
pub(crate) struct Running {
    /// Its process among those of the bench.
    pub process: usize,
    /// The process's number in the hardware.
    pub number: u32,
    pub program: Box<dyn Program>,
}

impl Running {
    /// The process: among those of the bench, and in the hardware.
    fn of(&self) -> (usize, u32) {
        (self.process, self.number)
    }
}

/// A core of the host.
pub(crate) struct CoreDriver {
    pub core: usize,
    issue: Issue,
    phase: Phase,
    pub pending: VecDeque<Pending>,
    /// Objects that are to be written or read.
    pub accesses: Accesses,
    /// No further step is begun.
    pub held: bool,
    /// The program has no further step.
    pub ended: bool,
    pub running: Option<Running>,
    /// Steps since the context was attached.
    pub steps: u64,
    issued: u64,
    stamp: u64,
    pub stalls: Stalls,
    /// Processes and addresses of its frees that found nobody to execute them.
    pub refused: Vec<(u32, u64)>,
    pub alloc_latency: LatencyCounts,
    pub free_latency: LatencyCounts,
    pub waits: Waits,
    pub last_progress: u64,
}

impl CoreDriver {
    pub fn new(core: usize, config: &Config, issue: Issue) -> CoreDriver {
        CoreDriver {
            core,
            issue,
            phase: Phase::Ready,
            pending: VecDeque::with_capacity(PENDING),
            accesses: Accesses::default(),
            held: false,
            ended: false,
            running: None,
            steps: 0,
            issued: 0,
            stamp: (core as u64 + 1) << 56,
            stalls: Stalls::default(),
            refused: Vec::new(),
            alloc_latency: LatencyCounts::default(),
            free_latency: LatencyCounts::default(),
            waits: Waits::new(config.depth_cycles()),
            last_progress: 0,
        }
    }

    /// Operations issued.
    pub fn issued(&self) -> u64 {
        self.issued
    }

    /// Between two steps, everything is answered, and all is written.
    pub fn is_drained(&self) -> bool {
        matches!(self.phase, Phase::Ready) && self.pending.is_empty() && self.accesses.is_empty()
    }

    /// Operations that the hardware has accepted and not answered.
    pub fn unanswered(&self) -> usize {
        let accepted = |pending: &&Pending| pending.accepted_cycle != u64::MAX;
        self.pending.iter().filter(accepted).count()
    }

    /// What is waited for, in words.
    pub fn waits_for(&self) -> String {
        let phase = match self.phase {
            Phase::Ready => "no step".to_owned(),
            Phase::Waits(step) => format!("{step:?}, which waits for its object"),
            Phase::Offer(operation) => format!("{operation} on offer"),
            Phase::Answer(object) => format!("allocation of object {object}"),
        };
        let access = self.accesses.waits_for();
        match self.pending.front() {
            Some(oldest) => format!(
                "core {}: {phase}{access}; operation {}, {} unanswered",
                self.core, oldest.number, oldest.operation
            ),
            None => format!("core {}: {phase}{access}", self.core),
        }
    }

    /// Process and address of the page that is being translated.
    pub fn translates(&self) -> Option<(u32, u64)> {
        let running = self.running.as_ref()?;
        Some((running.number, self.accesses.translated_address()?))
    }

    /// Decides what is on offer in this cycle, before outputs are looked at.
    #[inline]
    pub fn prepare(
        &mut self,
        machine: &mut Machine,
        model: &SystemModel,
        objects: &mut [Vec<Object>],
    ) -> Result<(), SystemError> {
        let Some((process, number)) = self.running.as_ref().map(Running::of) else {
            self.stalls.switch += 1;
            return Ok(());
        };
        let objects = &mut objects[process];
        if self.accesses.prepare(self.core, number, machine, objects) {
            self.last_progress = machine.cycle();
        }
        let step = match self.phase {
            Phase::Ready if self.held || self.ended => {
                self.stalls.switch += 1;
                None
            }
            Phase::Ready => {
                let step = match &mut self.running {
                    Some(running) => running.program.next(objects)?,
                    None => None,
                };
                self.ended = step.is_none();
                self.steps += u64::from(step.is_some());
                step
            }
            Phase::Waits(step) => Some(step),
            Phase::Offer(_) | Phase::Answer(_) => None,
        };
        if let Some(step) = step {
            self.begin(step, model, objects);
        }
        let inputs = &mut machine.inputs.cores[self.core];
        match self.phase {
            Phase::Ready => {}
            Phase::Waits(step) => self.stall(step),
            Phase::Offer(operation) => {
                inputs.request_valid = true;
                (inputs.request_free, inputs.request_operand) = match operation {
                    Operation::Alloc { size } => (false, size),
                    Operation::Free { address } => (true, address),
                };
            }
            Phase::Answer(_) => self.stalls.allocation += 1,
        }
        Ok(())
    }

    /// Counts a cycle in which a step waited.
    fn stall(&mut self, step: Step) {
        let of = |pending: &Pending| match step {
            Step::Free { object } => pending.object == Some(object),
            Step::Alloc { .. } | Step::Bare(_) => true,
        };
        let cause = if self.pending.iter().any(of) {
            &mut self.stalls.allocation
        } else if self.accesses.translates() {
            &mut self.stalls.translation
        } else if self.accesses.refused {
            &mut self.stalls.cache
        } else {
            &mut self.stalls.access
        };
        *cause += 1;
    }

    /// Begins a step if it can be begun.
    fn begin(&mut self, step: Step, model: &SystemModel, objects: &mut Vec<Object>) {
        self.phase = Phase::Waits(step);
        if self.pending.len() >= PENDING || self.accesses.is_full() {
            return;
        }
        match step {
            Step::Bare(operation) => self.offer(operation, None),
            Step::Alloc { object, size } => {
                if object >= objects.len() {
                    objects.resize(object + 1, Object::default());
                }
                if objects[object].busy {
                    return;
                }
                let class = model.geometry().class_of(size);
                objects[object] = Object {
                    bytes: class.map_or(0, |class| model.geometry().size_bytes(class)),
                    busy: true,
                    ..Object::default()
                };
                self.offer(Operation::Alloc { size }, Some(object));
            }
            Step::Free { object } => {
                let known = objects.get(object).copied().unwrap_or_default();
                match known.address {
                    _ if known.busy => {}
                    // Its allocation was refused.
                    None => self.phase = Phase::Ready,
                    // Comes back here once it was read.
                    Some(address) if known.written => {
                        objects[object].busy = true;
                        self.accesses.push(object, address, &known, false);
                    }
                    Some(address) => {
                        objects[object].address = None;
                        self.offer(Operation::Free { address }, None);
                    }
                }
            }
        }
    }

    fn offer(&mut self, operation: Operation, object: Option<usize>) {
        self.pending.push_back(Pending {
            number: self.issued,
            operation,
            object,
            expected: None,
            forwarded: false,
            refusable: false,
            accepted_cycle: u64::MAX,
        });
        self.issued += 1;
        self.phase = Phase::Offer(operation);
    }

    /// Looks at the outputs of the cycle.
    #[inline]
    pub fn observe(
        &mut self,
        machine: &mut Machine,
        model: &mut SystemModel,
        objects: &mut [Vec<Object>],
    ) -> Result<(), SystemError> {
        let cycle = machine.cycle();
        // What was decided is answered later.
        let mut answered = Ok(());
        if let Some(response) = machine.system.response(self.core)
            && machine.inputs.cores[self.core].response_ready
        {
            answered = self.take_response(response, cycle, model, objects);
        }
        if let Phase::Offer(_) = self.phase {
            if machine.system.request_ready(self.core) {
                machine.inputs.cores[self.core].request_valid = false;
                self.last_progress = cycle;
                let newest = self.pending.back_mut();
                let object = newest.and_then(|newest| {
                    newest.accepted_cycle = cycle;
                    newest.object
                });
                self.phase = match object {
                    Some(object) if self.issue == Issue::InOrder => Phase::Answer(object),
                    _ => Phase::Ready,
                };
            } else {
                self.stalls.request += 1;
            }
        }
        if let Some((process, number)) = self.running.as_ref().map(Running::of) {
            let objects = &mut objects[process];
            if self.accesses.observe(self.core, number, machine, objects)? {
                self.last_progress = cycle;
            }
        }
        answered
    }

    fn take_response(
        &mut self,
        response: CoreResponse,
        cycle: u64,
        model: &mut SystemModel,
        objects: &mut [Vec<Object>],
    ) -> Result<(), SystemError> {
        let CoreResponse { status, value } = response;
        self.last_progress = cycle;
        let unasked = |why| SystemError::Unasked {
            core: self.core,
            status,
            value,
            cycle,
            why,
        };
        let oldest = self.pending.pop_front();
        let pending = oldest.filter(|pending| pending.accepted_cycle <= cycle);
        let Some(pending) = pending else {
            return Err(unasked("nothing was asked"));
        };
        let refused = pending.refusable && status == Status::ForeignContext.code();
        let outcome = match pending.expected {
            Some(outcome) => outcome,
            None if refused => model.refuse_foreign(self.core),
            None => return Err(unasked("the operation has not taken effect")),
        };
        let expected = outcome.response;
        if status != expected.status.code() || value != expected.value {
            return Err(SystemError::Mismatch(Box::new(SystemMismatch {
                core: self.core,
                operation: pending.number,
                request: pending.operation,
                expected,
                status,
                value,
                cycle,
            })));
        }
        let latency = cycle - pending.accepted_cycle;
        let behind = self.waits.responded(pending.accepted_cycle, cycle);
        match pending.operation {
            Operation::Alloc { size } => {
                self.alloc_latency.add(latency);
                if expected.status == Status::Ok {
                    let class = model.geometry().class_of(size).unwrap_or(0);
                    let (process, context) = model.running(self.core).unwrap_or((0, 0));
                    let of = (process, context, class);
                    self.waits.allocated(of, outcome.path, latency, behind);
                }
            }
            Operation::Free { address } => {
                self.free_latency.add(latency);
                if let Some(running) = &self.running
                    && expected.status == Status::ForeignContext
                {
                    self.refused.push((running.number, address));
                }
            }
        }
        if let (Some(object), Some(running)) = (pending.object, &self.running) {
            let known = &mut objects[running.process][object];
            known.busy = false;
            if expected.status == Status::Ok {
                self.stamp += 1;
                (known.address, known.stamp, known.busy) = (Some(value), self.stamp, true);
                self.accesses.push(object, value, known, true);
            }
            if let Phase::Answer(_) = self.phase {
                self.phase = Phase::Ready;
            }
        }
        Ok(())
    }
}
