//! From a run that failed to what a person can look at: [`reduce`] cuts its recording down,
//! [`record_last_cycles`] leaves a waveform.

use crate::core::Core;
use crate::lock_step::Operation;
use crate::mismatch::BenchError;
use crate::ports::{Inputs, Outputs, TraceRecord};
use crate::trace_run::{RunError, Setting};
use crate::verilated::{Verilated, VerilatedDesign};
use memento_config::Config;
use memento_sim::Status;
use memento_sim::trace::{self, Event, Replay, TraceError};
use std::collections::HashSet;
use std::path::PathBuf;

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
                free: matches!(mismatch.request, Operation::Free { .. }),
                expected: mismatch.expected.status,
                got: mismatch.status,
            },
            BenchError::Unasked { .. } => Symptom::Unasked,
            BenchError::Hang { .. } => Symptom::Hang,
            BenchError::Header { .. } => Symptom::Header,
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

/// Cuts the first `taken` operations of a recording down to few objects with which `subject` still
/// fails by `symptom`: removes halves of the objects, then quarters, and so on, as long as `go_on`
/// says so. `None` if not even the whole fails again, or `go_on` said no before that was known.
///
/// `go_on` is told the number of runs, the cycles simulated and the objects left.
///
/// # Errors
/// The recording can't be read, or a model can't be made.
pub fn reduce(
    subject: Subject<'_>,
    symptom: &Symptom,
    events: impl Iterator<Item = Result<Event, TraceError>>,
    taken: u64,
    mut go_on: impl FnMut(u32, u64, usize) -> bool,
) -> Result<Option<Reduced>, RunError> {
    let geometry = memento_sim::Geometry::new(subject.config);
    let operations = Replay::new(events, &geometry).take(taken as usize);
    let mut kept = name_apart(operations)?;
    let (mut runs, mut cycles) = (0, 0);
    let mut fails = |events: &[Event], objects: usize| -> Result<Verdict, RunError> {
        if !go_on(runs, cycles, objects) {
            return Ok(Verdict::Stop);
        }
        let ending = subject.run(subject.design.model(subject.setting.seed)?, events);
        runs += 1;
        cycles += ending.cycles;
        match ending.error {
            Some(RunError::Bench(error)) if Symptom::of(&error).as_ref() == Some(symptom) => {
                Ok(Verdict::Fails(ending.taken))
            }
            Some(RunError::Bench(error)) if Symptom::of(&error).is_some() => Ok(Verdict::Passes),
            Some(error) => Err(error),
            None => Ok(Verdict::Passes),
        }
    };

    match fails(&kept, pointers(&kept).len())? {
        Verdict::Fails(taken) => kept.truncate(taken),
        Verdict::Passes | Verdict::Stop => return Ok(None),
    }
    let mut chunk = pointers(&kept).len().div_ceil(2);
    'search: loop {
        let (mut from, mut removed) = (0, false);
        loop {
            let objects = pointers(&kept);
            if from >= objects.len() {
                break;
            }
            let out: HashSet<u64> = objects.iter().skip(from).take(chunk).copied().collect();
            let rest: Vec<Event> = kept
                .iter()
                .filter(|event| !out.contains(&pointer(event)))
                .copied()
                .collect();
            match fails(&rest, objects.len())? {
                Verdict::Fails(taken) => {
                    kept = rest;
                    kept.truncate(taken);
                    removed = true;
                }
                Verdict::Passes => from += chunk,
                Verdict::Stop => break 'search,
            }
        }
        match chunk {
            // Single objects are tried again for as long as that helps.
            1 if !removed => break,
            _ => chunk = (chunk / 2).max(1),
        }
    }
    let objects = pointers(&kept).len();
    Ok(Some(Reduced {
        events: kept,
        objects,
        runs,
    }))
}

enum Verdict {
    /// In the same way, once so many operations were taken.
    Fails(usize),
    Passes,
    Stop,
}

/// The operations as events in which every object has an address of its own.
fn name_apart(
    operations: impl Iterator<Item = Result<trace::Operation, TraceError>>,
) -> Result<Vec<Event>, TraceError> {
    let mut events = Vec::new();
    let mut pointers: Vec<u64> = Vec::new();
    let mut next = 0;
    for operation in operations {
        events.push(match operation? {
            trace::Operation::Alloc { object, size } => {
                next += 0x1000;
                if pointers.len() <= object.index() {
                    pointers.resize(object.index() + 1, 0);
                }
                pointers[object.index()] = next;
                Event::Alloc {
                    size,
                    pointer: next,
                }
            }
            trace::Operation::Free { object } => Event::Free {
                pointer: pointers[object.index()],
            },
        });
    }
    Ok(events)
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
pub fn record_last_cycles<E>(
    subject: Subject<'_>,
    symptom: &Symptom,
    events: E,
    from: u64,
    waveform: PathBuf,
) -> Result<bool, RunError>
where
    E: Iterator<Item = Result<Event, TraceError>>,
{
    let core = subject.design.model(subject.setting.seed)?;
    let core = Recorder {
        core,
        cycles_before: from,
        waveform,
    };
    let mut run = subject.setting.start(subject.config, core, events);
    let ended = match run.advance(u64::MAX) {
        Ok(_) => run.finish(),
        Err(RunError::Bench(error)) => Err(error),
        Err(error) => return Err(error),
    };
    match ended {
        Ok(()) => Ok(false),
        Err(error) if Symptom::of(&error).is_some() => {
            // One more edge, for the last cycle to have a width in the waveform.
            if Symptom::of(&error) != Some(Symptom::Stopped) {
                run.bench.core.step(&Inputs::default())?;
            }
            Ok(Symptom::of(&error).as_ref() == Some(symptom))
        }
        Err(error) => Err(error.into()),
    }
}

/// A core that begins to record a waveform after some cycles.
struct Recorder {
    core: Verilated,
    cycles_before: u64,
    waveform: PathBuf,
}

impl Recorder {
    fn begin_in_time(&mut self) -> Result<(), BenchError> {
        if self.cycles_before == 0 {
            self.core.open_waveform(&self.waveform)?;
        }
        self.cycles_before = self.cycles_before.wrapping_sub(1);
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
