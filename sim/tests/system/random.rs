//! Random programs on two cores.

use memento_sim::{Outcome, Path, Status, SystemModel};
use proptest::prelude::*;
use proptest::sample::Index;

use crate::comparison::Hardware;
use crate::machine::{LENT, MPTR, idle, tiny};

/// A step; objects are of those alive in the process that the core runs.
#[derive(Clone, Debug)]
enum Step {
    /// Allocations on a core.
    Burst {
        core: usize,
        class: u64,
        length: usize,
    },
    /// Frees on a core, of any context's objects.
    Frees {
        core: usize,
        which: Vec<Index>,
    },
    /// A free of any slot.
    Wild {
        core: usize,
        class: u32,
        context: u32,
        number: u32,
        index: u32,
    },
    /// The program touches an object.
    Touch {
        core: usize,
        which: Index,
    },
    /// The context is switched out; at once in again, unless another takes its place.
    Switch {
        core: usize,
        other: Option<(u32, u32)>,
    },
    /// Frees wait in a mailbox until the context is attached, which is at once.
    Mail {
        core: usize,
        which: Vec<Index>,
    },
    /// A process ends, and another begins.
    Renew {
        process: u32,
    },
    Push,
    Take,
    Quota {
        process: u32,
        frames: u64,
    },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let core = || 0usize..2;
    let many = || prop::collection::vec(any::<Index>(), 1..40);
    let step = prop_oneof![
        8 => (core(), 1u64..=4, 1usize..60).prop_map(|(core, class, length)| Step::Burst { core, class, length }),
        8 => (core(), many()).prop_map(|(core, which)| Step::Frees { core, which }),
        2 => (core(), 0u32..4, 0u32..2, 0u32..8, 0u32..16).prop_map(|(core, class, context, number, index)| {
            Step::Wild { core, class, context, number, index }
        }),
        8 => (core(), any::<Index>()).prop_map(|(core, which)| Step::Touch { core, which }),
        4 => core().prop_map(|core| Step::Switch { core, other: None }),
        3 => (core(), 0u32..2, 0u32..2).prop_map(|(core, process, context)| {
            Step::Switch { core, other: Some((process, context)) }
        }),
        2 => (core(), many()).prop_map(|(core, which)| Step::Mail { core, which }),
        1 => (0u32..2).prop_map(|process| Step::Renew { process }),
        1 => Just(Step::Push),
        1 => Just(Step::Take),
        1 => (0u32..2, 0u64..12).prop_map(|(process, frames)| Step::Quota { process, frames }),
    ];
    prop::collection::vec(step, 1..40)
}

/// A model, what is alive by process, and what it answered.
struct Run {
    model: SystemModel,
    alive: [Vec<u64>; 2],
    answers: Vec<(Status, u64, Path)>,
    lent: u64,
    /// Whether steps that switch a context out and in again do so.
    switches: bool,
}

impl Run {
    fn new(frames: u64, switches: bool) -> Self {
        let mut model = idle(&tiny(), frames);
        for core in 0..2 {
            assert_eq!(model.attach(core, 0, core as u32), Ok(Status::Ok));
        }
        Run {
            model,
            alive: [Vec::new(), Vec::new()],
            answers: Vec::new(),
            lent: frames,
            switches,
        }
    }

    fn process(&self, core: usize) -> usize {
        self.model
            .running(core)
            .map_or(0, |(process, _)| process as usize)
    }

    fn note(&mut self, outcome: Outcome) -> Status {
        self.answers.push((
            outcome.response.status,
            outcome.response.value,
            outcome.path,
        ));
        outcome.response.status
    }

    fn free(&mut self, core: usize, address: u64) {
        let outcome = self.model.free(core, address);
        if self.note(outcome) == Status::Ok {
            let process = self.process(core);
            self.alive[process].retain(|alive| *alive != address);
        }
    }

    fn step(&mut self, step: &Step) {
        match step {
            Step::Burst {
                core,
                class,
                length,
            } => {
                for _ in 0..*length {
                    let outcome = self.model.alloc(*core, class * 8);
                    if self.note(outcome) == Status::Ok {
                        let process = self.process(*core);
                        assert!(!self.alive[process].contains(&outcome.response.value));
                        self.alive[process].push(outcome.response.value);
                    }
                }
            }
            Step::Frees { core, which } => {
                for which in which {
                    let alive = &self.alive[self.process(*core)];
                    if !alive.is_empty() {
                        let address = *which.get(alive);
                        self.free(*core, address);
                    }
                }
            }
            Step::Wild {
                core,
                class,
                context,
                number,
                index,
            } => {
                let arena = crate::machine::arena(*class, *context, *number);
                let address = crate::machine::address(&self.model, arena, *index);
                self.free(*core, address);
            }
            Step::Touch { core, which } => {
                let process = self.process(*core);
                if !self.alive[process].is_empty() {
                    let address = *which.get(&self.alive[process]);
                    let status = self.model.translate(process as u32, address).status;
                    assert!(matches!(status, Status::Ok | Status::NoMemory), "{status}");
                    self.answers.push((status, 0, Path::Hit));
                }
            }
            Step::Switch { core, other } => self.switch(*core, *other),
            Step::Mail { core, which } => self.mail(*core, which),
            Step::Renew { process } => {
                assert_eq!(self.model.destroy(*process), Status::Ok);
                assert_eq!(
                    self.model.create(*process, MPTR[*process as usize]),
                    Status::Ok
                );
                self.alive[*process as usize].clear();
                for core in 0..2 {
                    if self.model.running(core).is_none() {
                        assert_eq!(
                            self.model.attach(core, *process, core as u32),
                            Ok(Status::Ok)
                        );
                    }
                }
            }
            Step::Push => {
                assert_eq!(self.model.push(LENT + self.lent * 4096), Status::Ok);
                self.lent += 1;
            }
            Step::Take => {
                // The pool is anonymous: whichever frame the hardware takes.
                if self.lent > 0 && self.model.take() == Status::Ok {
                    self.lent -= 1;
                    assert!(self.model.taken(LENT + self.lent * 4096));
                }
            }
            Step::Quota { process, frames } => {
                assert_eq!(self.model.set_quota(*process, *frames), Status::Ok);
            }
        }
    }

    fn switch(&mut self, core: usize, other: Option<(u32, u32)>) {
        let Some((process, context)) = self.model.running(core) else {
            return;
        };
        let other =
            other.filter(|(process, context)| self.model.runner(*process, *context).is_none());
        if other.is_none() && !self.switches {
            return;
        }
        let (process, context) = other.unwrap_or((process, context));
        assert_eq!(self.model.detach(core), Ok(Status::Ok));
        assert_eq!(self.model.attach(core, process, context), Ok(Status::Ok));
    }

    fn mail(&mut self, core: usize, which: &[Index]) {
        let Some((process, context)) = self.model.running(core) else {
            return;
        };
        let alive = &self.alive[process as usize];
        if alive.is_empty() {
            return;
        }
        let addresses: Vec<u64> = which.iter().map(|which| *which.get(alive)).collect();
        assert_eq!(self.model.detach(core), Ok(Status::Ok));
        let before = self.model.switches(core).unwrap();
        let array = LENT - 0x1000;
        assert_eq!(
            self.model.fill_mailbox(process, context, array, &addresses),
            Status::Ok
        );
        assert_eq!(self.model.attach(core, process, context), Ok(Status::Ok));
        let geometry = self.model.geometry().clone();
        let own = |address: u64| matches!(geometry.locate(address), memento_sim::Located::Slot(slot) if slot.arena.context == context);
        let length = self.alive[process as usize].len();
        self.alive[process as usize].retain(|alive| !(own(*alive) && addresses.contains(alive)));
        let freed = (length - self.alive[process as usize].len()) as u64;
        let after = self.model.switches(core).unwrap();
        assert_eq!(after.mailbox_frees - before.mailbox_frees, freed);
        assert_eq!(
            after.mailbox_failed - before.mailbox_failed,
            addresses.len() as u64 - freed
        );
    }

    fn check(&self) -> Result<(), TestCaseError> {
        let sound = self.model.check_invariants();
        sound.map_err(|imbalance| TestCaseError::fail(imbalance.to_string()))?;
        let usage = self.model.class_usage();
        let objects: u64 = usage.iter().map(|class| class.objects).sum();
        prop_assert_eq!(
            objects,
            self.alive
                .iter()
                .map(|alive| alive.len() as u64)
                .sum::<u64>()
        );
        Ok(())
    }

    fn end(&mut self) -> Result<(), TestCaseError> {
        for core in 0..2 {
            prop_assert_eq!(self.model.detach(core), Ok(Status::Ok));
        }
        self.check()?;
        let hardware = Hardware::of(&self.model, self.lent);
        let compared = self.model.compare_with(&hardware.memory, &hardware.pool);
        prop_assert!(compared.is_ok(), "{}", compared.unwrap_err());
        for process in 0..2 {
            prop_assert_eq!(self.model.destroy(process), Status::Ok);
        }
        prop_assert_eq!(self.model.pool_level(), self.lent);
        self.model
            .check_invariants()
            .map_err(|imbalance| TestCaseError::fail(imbalance.to_string()))
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn what_must_hold_holds_whatever_happens(frames in 0u64..40, steps in steps()) {
        let mut run = Run::new(frames, true);
        for step in &steps {
            run.step(step);
            run.check()?;
        }
        run.end()?;
    }

    /// A context that is switched out and in again answers, and is served by the HOT, as if it never had been.
    #[test]
    fn switches_are_unobservable(frames in 0u64..40, steps in steps()) {
        let (mut with, mut without) = (Run::new(frames, true), Run::new(frames, false));
        for step in &steps {
            with.step(step);
            without.step(step);
            prop_assert_eq!(&with.answers, &without.answers);
            prop_assert_eq!(with.model.pool_level(), without.model.pool_level());
        }
        with.end()?;
        without.end()?;
    }
}
