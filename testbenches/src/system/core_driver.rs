//! `CoreDriver`: a core of the host, which runs a context's program in order.

use super::cache::Access;
use super::dram::FRAME_BYTES;
use super::error::{SystemError, SystemMismatch};
use super::machine::Machine;
use super::program::{Object, Program, Step};
use super::signals::CoreResponse;
use super::waits::{Stalls, Waits};
use crate::lock_step::{LatencyCounts, Operation};
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
    /// The model's answer, from the moment that the operation takes effect, as the hardware's trace says.
    pub(crate) expected: Option<Outcome>,
    /// A free of another context's object: the core that runs the context executes it.
    pub(crate) forwarded: bool,
    /// Since it was forwarded, nobody may have run the context for a moment.
    pub(crate) refusable: bool,
    accepted_cycle: u64,
}

/// Walk through the words of an object.
#[derive(Clone, Copy, Debug)]
struct Touch {
    object: usize,
    here: u64,
    end: u64,
    store: bool,
}

#[derive(Clone, Copy, Debug)]
enum Phase {
    /// Between two steps.
    Ready,
    /// An operation is on offer; for an object, if it is its allocation.
    Offer(Operation, Option<usize>),
    /// The allocation of an object is under way.
    Answer(u64, usize),
    /// An object is read or written.
    Touch(Touch),
    /// A page of it is being translated; whether the request was accepted.
    Translate(Touch, bool),
}

/// What a core runs.
pub(crate) struct Running {
    /// Its process among those of the bench.
    pub process: usize,
    /// The process's number in the hardware.
    pub number: u32,
    pub program: Box<dyn Program>,
}

/// A core of the host.
pub(crate) struct CoreDriver {
    pub core: usize,
    phase: Phase,
    pub pending: VecDeque<Pending>,
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
    pub translations: u64,
    /// Processes and addresses of its frees that found nobody to execute them.
    pub refused: Vec<(u32, u64)>,
    /// The model's answer to the translation under way, once the page allocator has served it.
    pub translated: Option<Status>,
    /// Pages that could not be had, whose accesses were left out.
    pub untouched: u64,
    pub alloc_latency: LatencyCounts,
    pub free_latency: LatencyCounts,
    pub waits: Waits,
    pub last_progress: u64,
}

impl CoreDriver {
    pub fn new(core: usize, config: &Config) -> CoreDriver {
        CoreDriver {
            core,
            phase: Phase::Ready,
            pending: VecDeque::with_capacity(PENDING),
            held: false,
            ended: false,
            running: None,
            steps: 0,
            issued: 0,
            stamp: (core as u64 + 1) << 56,
            stalls: Stalls::default(),
            translations: 0,
            refused: Vec::new(),
            translated: None,
            untouched: 0,
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

    /// Between two steps, and everything is answered.
    pub fn is_drained(&self) -> bool {
        matches!(self.phase, Phase::Ready) && self.pending.is_empty()
    }

    /// What is waited for, in words.
    pub fn waits_for(&self) -> String {
        let phase = match self.phase {
            Phase::Ready => "no step".to_owned(),
            Phase::Offer(operation, _) => format!("{operation} on offer"),
            Phase::Answer(number, _) => format!("allocation {number}"),
            Phase::Touch(touch) => format!("the cache, for {:#x}", touch.here),
            Phase::Translate(touch, accepted) => {
                format!("translation of {:#x} (accepted: {accepted})", touch.here)
            }
        };
        match self.pending.front() {
            Some(oldest) => format!(
                "core {}: {phase}; operation {}, {} unanswered",
                self.core, oldest.number, oldest.operation
            ),
            None => format!("core {}: {phase}", self.core),
        }
    }

    /// Process and address of the page that is being translated.
    pub fn translates(&self) -> Option<(u32, u64)> {
        match (self.phase, &self.running) {
            (Phase::Translate(touch, _), Some(running)) => Some((running.number, touch.here)),
            _ => None,
        }
    }

    /// Decides what is on offer in this cycle, before outputs are looked at.
    #[inline]
    pub fn prepare(
        &mut self,
        machine: &mut Machine,
        model: &SystemModel,
        objects: &mut [Vec<Object>],
    ) -> Result<(), SystemError> {
        if let Phase::Answer(..) = self.phase {
            self.stalls.allocation += 1;
            return Ok(());
        }
        let Some(running) = &mut self.running else {
            self.stalls.switch += 1;
            return Ok(());
        };
        let (process, number) = (running.process, running.number);
        if let Phase::Ready = self.phase {
            if self.held || self.ended {
                self.stalls.switch += 1;
                return Ok(());
            }
            match running.program.next(&objects[process])? {
                None => self.ended = true,
                Some(step) => {
                    self.steps += 1;
                    self.begin(step, model, &mut objects[process]);
                }
            }
        }
        if let Phase::Touch(touch) = self.phase {
            self.touch(touch, machine, number, &mut objects[process]);
        }
        let inputs = &mut machine.inputs.cores[self.core];
        match self.phase {
            Phase::Offer(operation, _) => {
                inputs.request_valid = true;
                (inputs.request_free, inputs.request_operand) = match operation {
                    Operation::Alloc { size } => (false, size),
                    Operation::Free { address } => (true, address),
                };
            }
            Phase::Translate(touch, false) => {
                inputs.translate_valid = true;
                inputs.translate_process = number;
                inputs.translate_address = touch.here;
            }
            _ => {}
        }
        Ok(())
    }

    fn begin(&mut self, step: Step, model: &SystemModel, objects: &mut Vec<Object>) {
        match step {
            Step::Bare(operation) => self.offer(operation, None),
            Step::Alloc { object, size } => {
                if object >= objects.len() {
                    objects.resize(object + 1, Object::default());
                }
                objects[object] = Object::default();
                if let Some(class) = model.geometry().class_of(size) {
                    objects[object].bytes = model.geometry().size_bytes(class);
                }
                self.offer(Operation::Alloc { size }, Some(object));
            }
            Step::Free { object } => {
                let known = objects.get(object).copied().unwrap_or_default();
                match known.address {
                    // Its allocation was refused.
                    None => {}
                    Some(address) if known.written => {
                        self.phase = Phase::Touch(Touch {
                            object,
                            here: address,
                            end: address + u64::from(known.bytes),
                            store: false,
                        });
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
            expected: None,
            forwarded: false,
            refusable: false,
            accepted_cycle: u64::MAX,
        });
        self.issued += 1;
        self.phase = Phase::Offer(operation, object);
    }

    /// One line of an object.
    #[inline]
    fn touch(
        &mut self,
        mut touch: Touch,
        machine: &mut Machine,
        process: u32,
        objects: &mut [Object],
    ) {
        let page = touch.here / FRAME_BYTES;
        let Some(frame) = machine.tlbs[self.core].find(process, page) else {
            self.phase = Phase::Translate(touch, false);
            return;
        };
        let end = touch.end.min((touch.here & !63) + 64);
        let physical = frame * FRAME_BYTES + touch.here % FRAME_BYTES;
        let access = Access {
            line: physical & !63,
            first: (physical % 64 / 8) as u8,
            words: ((end - touch.here) / 8) as u8,
            stamp: objects[touch.object].stamp,
            store: touch.store,
        };
        if !machine.cache.access(access) {
            self.stalls.cache += 1;
            return;
        }
        touch.here = end;
        self.last_progress = machine.cycle();
        if end < touch.end {
            self.phase = Phase::Touch(touch);
            return;
        }
        self.touched(touch, true, objects);
    }

    /// An object was gone through to its end, or had to be left.
    fn touched(&mut self, touch: Touch, whole: bool, objects: &mut [Object]) {
        let object = &mut objects[touch.object];
        if touch.store {
            object.written = whole;
            self.phase = Phase::Ready;
        } else if let Some(address) = object.address.take() {
            self.offer(Operation::Free { address }, None);
        } else {
            self.phase = Phase::Ready;
        }
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
        if let Some(response) = machine.system.response(self.core)
            && machine.inputs.cores[self.core].response_ready
        {
            self.take_response(response, cycle, model, objects)?;
        }
        match self.phase {
            Phase::Offer(_, object) => {
                if machine.system.request_ready(self.core) {
                    machine.inputs.cores[self.core].request_valid = false;
                    self.last_progress = cycle;
                    let number = self.issued - 1;
                    if let Some(pending) = self.pending.back_mut() {
                        pending.accepted_cycle = cycle;
                    }
                    self.phase = match object {
                        Some(object) => Phase::Answer(number, object),
                        None => Phase::Ready,
                    };
                } else {
                    self.stalls.request += 1;
                }
            }
            Phase::Translate(touch, accepted) => {
                self.stalls.translation += 1;
                if !accepted && machine.system.translate_ready(self.core) {
                    machine.inputs.cores[self.core].translate_valid = false;
                    self.phase = Phase::Translate(touch, true);
                } else if accepted {
                    self.take_translation(touch, machine, objects)?;
                }
            }
            _ => {}
        }
        Ok(())
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
        if let (Phase::Answer(number, object), Some(running)) = (self.phase, &self.running)
            && number == pending.number
        {
            self.phase = Phase::Ready;
            if expected.status == Status::Ok {
                self.stamp += 1;
                let known = &mut objects[running.process][object];
                known.address = Some(value);
                known.stamp = self.stamp;
                self.phase = Phase::Touch(Touch {
                    object,
                    here: value,
                    end: value + u64::from(known.bytes),
                    store: true,
                });
            }
        }
        Ok(())
    }

    fn take_translation(
        &mut self,
        touch: Touch,
        machine: &mut Machine,
        objects: &mut [Vec<Object>],
    ) -> Result<(), SystemError> {
        let (Some(got), Some(running)) = (machine.system.translated(self.core), &self.running)
        else {
            return Ok(());
        };
        let (process, number) = (running.process, running.number);
        self.last_progress = machine.cycle();
        self.translations += 1;
        let Some(expected) = self.translated.take() else {
            return Err(SystemError::Effect {
                core: self.core,
                why: "a translation is answered that the page allocator has not served",
                cycle: machine.cycle(),
            });
        };
        if got.status != expected.code() {
            return Err(SystemError::Translation {
                core: self.core,
                process: number,
                address: touch.here,
                expected,
                status: got.status,
                cycle: machine.cycle(),
            });
        }
        if expected != Status::Ok {
            self.untouched += 1;
            self.touched(touch, false, &mut objects[process]);
            return Ok(());
        }
        let wrong = |why| SystemError::Frame {
            core: self.core,
            process: number,
            address: touch.here,
            frame: got.frame,
            why,
        };
        if machine.pool.contains(&got.frame) {
            return Err(wrong("which is in the pool"));
        }
        if got.permissions != 0b111 {
            return Err(wrong("without permission to read and write"));
        }
        machine.tlbs[self.core].learn(number, touch.here / FRAME_BYTES, got.frame);
        self.phase = Phase::Touch(touch);
        Ok(())
    }
}
