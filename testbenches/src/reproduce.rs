//! From a run that failed to what a person can look at: [`reduce`] cuts its recording down,
//! [`record_last_cycles`] leaves a waveform.

use crate::core::Core;
use crate::lock_step;
use crate::mismatch::BenchError;
use crate::ports::{Inputs, Outputs, TraceRecord};
use crate::shrink::{Verdict, shrink};
use crate::trace_run::{RunError, Setting};
use crate::verilated::{Verilated, VerilatedDesign};
use memento_config::Config;
use memento_sim::trace::{Event, Operation, Replay, TraceError};
use memento_sim::{Geometry, Status};
use std::collections::HashSet;
use std::path::PathBuf;

/// Distance of objects in a cut-down recording, in bytes: a page, more than any class holds.
const APART: u64 = 0x1000;

/// In which way a run failed, whatever the operation and the cycle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Symptom {
    /// A response differs.
    Response {
        /// To a free; else to an allocation.
        free: bool,
        /// The model's status.
        expected: Status,
        /// The hardware's status code.
        got: u8,
    },
    /// A response that nothing was asked for.
    Unasked,
    /// No response.
    Hang,
    /// A header in memory differs.
    Header,
    /// A record or mailbox in memory differs.
    Descriptor,
    /// A context switch ends otherwise, or never.
    Switch,
    /// A counter differs.
    Counter(&'static str),
    /// The design stopped itself.
    Stopped,
}

impl Symptom {
    /// The symptom of an error; `None` for one that isn't the hardware's.
    pub fn of(error: &BenchError) -> Option<Symptom> {
        Some(match error {
            BenchError::Mismatch(mismatch) => Symptom::Response {
                free: matches!(mismatch.request, lock_step::Operation::Free { .. }),
                expected: mismatch.expected.status,
                got: mismatch.status,
            },
            BenchError::Unasked { .. } => Symptom::Unasked,
            BenchError::Hang { .. } => Symptom::Hang,
            BenchError::Header { .. } => Symptom::Header,
            BenchError::Descriptor { .. } => Symptom::Descriptor,
            BenchError::Switch { .. } => Symptom::Switch,
            BenchError::Counter { name, .. } => Symptom::Counter(name),
            BenchError::Verilator(verilator_bindings::Error::Halted { .. }) => Symptom::Stopped,
            _ => return None,
        })
    }
}

/// A design and how it is run.
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    /// Its configuration.
    pub config: &'a Config,
    /// Itself, compiled.
    pub design: &'a VerilatedDesign,
    /// How it is run.
    pub setting: Setting,
}

/// What a run of some operations came to.
struct Ending {
    error: Option<RunError>,
    /// Operations taken until then.
    taken: usize,
    cycles: u64,
}

impl Subject<'_> {
    fn run<C: Core>(&self, core: C, events: &[Event]) -> Ending {
        let mut run = self
            .setting
            .start(self.config, core, events.iter().map(|event| Ok(*event)));
        let error = match run.advance(u64::MAX) {
            Ok(_) => run.finish().err().map(RunError::from),
            Err(error) => Some(error),
        };
        Ending {
            error,
            taken: run.taken() as usize,
            cycles: run.bench.cycles(),
        }
    }
}

/// A recording cut down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reduced {
    /// Its events; running them shows the symptom.
    pub events: Vec<Event>,
    /// Objects in it.
    pub objects: usize,
    /// Runs that it took.
    pub runs: u32,
}

/// How far [`reduce`] has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Effort {
    /// Runs so far.
    pub runs: u32,
    /// Clock cycles of these runs.
    pub cycles: u64,
    /// Objects left.
    pub objects: usize,
}

/// Cuts `events` down to few objects with which `subject` still fails by `symptom`: takes halves of
/// the objects out, then quarters, and so on, as long as `go_on` says so; what follows the failing
/// operation goes anyway. `None` if not even the whole fails again, or `go_on` said no before.
///
/// # Errors
/// A model can't be made or evaluated.
pub fn reduce(
    subject: Subject<'_>,
    symptom: &Symptom,
    events: &[Event],
    mut go_on: impl FnMut(Effort) -> bool,
) -> Result<Option<Reduced>, RunError> {
    let mut effort = Effort {
        objects: pointers(events).len(),
        ..Effort::default()
    };
    let mut attempt = |events: &[Event], objects: usize| -> Result<Attempt, RunError> {
        effort.objects = objects;
        if !go_on(effort) {
            return Ok(Attempt::Stop);
        }
        let ending = subject.run(subject.design.model(subject.setting.seed)?, events);
        effort.runs += 1;
        effort.cycles += ending.cycles;
        match ending.error {
            None => Ok(Attempt::Passes),
            Some(RunError::Bench(error)) => match Symptom::of(&error) {
                Some(found) if found == *symptom => Ok(Attempt::Fails {
                    taken: ending.taken,
                    runs: effort.runs,
                }),
                Some(_) => Ok(Attempt::Passes),
                None => Err(error.into()),
            },
            Some(error) => Err(error),
        }
    };

    let Attempt::Fails { taken, mut runs } = attempt(events, pointers(events).len())? else {
        return Ok(None);
    };
    let mut kept = events[..taken].to_vec();
    shrink(&pointers(&kept), |objects| {
        let wanted: HashSet<u64> = objects.iter().copied().collect();
        let its = kept.iter().filter(|event| wanted.contains(&pointer(event)));
        let mut rest: Vec<Event> = its.copied().collect();
        Ok::<_, RunError>(match attempt(&rest, pointers(&kept).len())? {
            Attempt::Fails {
                taken,
                runs: so_far,
            } => {
                rest.truncate(taken);
                (kept, runs) = (rest, so_far);
                Verdict::Fails(pointers(&kept).len())
            }
            Attempt::Passes => Verdict::Passes,
            Attempt::Stop => Verdict::Stop,
        })
    })?;
    let objects = pointers(&kept).len();
    Ok(Some(Reduced {
        events: kept,
        objects,
        runs,
    }))
}

enum Attempt {
    /// In the same way, once `taken` operations were taken.
    Fails {
        taken: usize,
        runs: u32,
    },
    Passes,
    Stop,
}

/// The first `taken` operations of a recording as events in which every object has an address of its
/// own.
///
/// # Errors
/// The recording can't be read that far.
pub fn first_operations(
    config: &Config,
    events: impl Iterator<Item = Result<Event, TraceError>>,
    taken: u64,
) -> Result<Vec<Event>, TraceError> {
    let replay = Replay::new(events, &Geometry::new(config));
    let mut named = Vec::new();
    // By object of the replay, which gives numbers again.
    let mut pointers: Vec<u64> = Vec::new();
    let mut next = 0;
    for operation in replay.take(taken as usize) {
        named.push(match operation? {
            Operation::Alloc { object, size } => {
                next += APART;
                if pointers.len() <= object.index() {
                    pointers.resize(object.index() + 1, 0);
                }
                pointers[object.index()] = next;
                Event::Alloc {
                    size,
                    pointer: next,
                }
            }
            Operation::Free { object } => Event::Free {
                pointer: pointers[object.index()],
            },
        });
    }
    Ok(named)
}

fn pointer(event: &Event) -> u64 {
    match *event {
        Event::Alloc { pointer, .. } | Event::Free { pointer } => pointer,
    }
}

/// The objects, in the order of their allocation.
fn pointers(events: &[Event]) -> Vec<u64> {
    events
        .iter()
        .filter_map(|event| match *event {
            Event::Alloc { pointer, .. } => Some(pointer),
            Event::Free { .. } => None,
        })
        .collect()
}

/// Repeats a run that failed and records a waveform from cycle `from` on; says whether it failed by
/// `symptom` again. `subject` is compiled with waveforms.
///
/// # Errors
/// The waveform can't be written, or a model can't be made.
pub fn record_last_cycles(
    subject: Subject<'_>,
    symptom: &Symptom,
    events: &[Event],
    from: u64,
    waveform: PathBuf,
) -> Result<bool, RunError> {
    let core = subject.design.model(subject.setting.seed)?;
    let core = Recorder {
        core,
        cycles_before: Some(from),
        waveform,
    };
    match subject.run(core, events).error {
        None => Ok(false),
        Some(RunError::Bench(error)) => match Symptom::of(&error) {
            Some(found) => Ok(found == *symptom),
            None => Err(error.into()),
        },
        Some(error) => Err(error),
    }
}

/// A core that begins to record a waveform after some cycles.
struct Recorder {
    core: Verilated,
    /// `None`: it is recorded.
    cycles_before: Option<u64>,
    waveform: PathBuf,
}

impl Recorder {
    fn begin_in_time(&mut self) -> Result<(), BenchError> {
        self.cycles_before = match self.cycles_before {
            Some(0) => {
                self.core.open_waveform(&self.waveform)?;
                None
            }
            Some(left) => Some(left - 1),
            None => None,
        };
        Ok(())
    }
}

impl Core for Recorder {
    fn outputs(&self) -> Outputs {
        self.core.outputs()
    }

    fn step(&mut self, inputs: &Inputs) -> Result<(), BenchError> {
        self.begin_in_time()?;
        self.core.step(inputs)
    }

    fn step_traced(&mut self, inputs: &Inputs) -> Result<Option<TraceRecord>, BenchError> {
        self.begin_in_time()?;
        self.core.step_traced(inputs)
    }

    fn counter(&mut self, number: usize) -> Result<u64, BenchError> {
        self.core.counter(number)
    }
}
