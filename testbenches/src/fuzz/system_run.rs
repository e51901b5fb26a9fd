//! Plays [`SystemEvent`]s on the bench of the whole system.

use super::actor::{Actor, ActorProgram};
use super::failure::{Failure, Trouble, guarded};
use super::nonsense;
use super::scenario::Played;
use super::system_event::{SystemAround, SystemEvent};
use crate::lock_step::Operation;
use crate::system::bench::SystemBench;
use crate::system::commands::Command;
use crate::system::dram::FRAME_BYTES;
use crate::system::error::SystemError;
use crate::system::hardware::SystemDesign;
use crate::system::program::Step;
use crate::system::registers::RegisterAccess;
use memento_config::Config;
use memento_hdl::system::register_map::{Access, REGISTERS};
use memento_sim::{Geometry, Located};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

/// Frames lent at most, those taken back among them.
const MOST_FRAMES: u64 = 1000;
/// Cycles for each event, and to begin with, after which hardware counts as hung.
const CYCLES_AN_EVENT: u64 = 5_000;
const FIRST_CYCLES: u64 = 600_000;
/// Addresses in a mailbox's array at most: a frame has room for them.
const MAILBOX: usize = FRAME_BYTES as usize / 8;

/// Plays events from reset on, ends all programs, compares, destroys all processes, and compares again.
pub(super) fn play(
    config: &Config,
    design: &SystemDesign,
    around: &SystemAround,
    events: &[SystemEvent],
) -> Result<Played, Trouble> {
    let mut os = None;
    let ran = guarded(|| {
        let ended = SystemBench::new(config, design, &around.surroundings())
            .and_then(|bench| OperatingSystem::run(&mut os, config, bench, around, events));
        match ended {
            Ok(()) => Ok(None),
            Err(error) => Failure::of_system(error).map(Some),
        }
    })?;
    let bench = os.as_ref().map(|os| &os.bench);
    Ok(Played {
        operations: bench.map_or(0, SystemBench::issued),
        cycles: bench.map_or(0, |bench| bench.machine.cycle()),
        // Programs go on beside the operating system: any event may have led there.
        events: events.len(),
        failure: ran.unwrap_or_else(Some),
    })
}

/// As [`play`], for hardware that may have faults: how it ended, and the bench as it was then; `None`: it panicked.
pub(crate) fn witness(
    config: &Config,
    bench: SystemBench,
    around: &SystemAround,
    events: &[SystemEvent],
) -> (Option<Result<(), SystemError>>, Option<SystemBench>) {
    let mut os = None;
    let ran = guarded(|| Ok(OperatingSystem::run(&mut os, config, bench, around, events)));
    let ended = ran.ok().and_then(Result::ok);
    (ended, os.map(|os| os.bench))
}

struct OperatingSystem {
    bench: SystemBench,
    geometry: Rc<Geometry>,
    contexts: u32,
    processes: u32,
    /// By number, context by context of the first process, then of the next.
    actors: Vec<Rc<RefCell<Actor>>>,
    /// Actors that no core runs, the one that waits longest first.
    away: VecDeque<u32>,
    /// By core, the actor that it runs.
    runs: Vec<Option<u32>>,
    /// By actor, addresses for its mailbox.
    mailboxes: Vec<Vec<u64>>,
    /// Frames that may be lent, and those lent and taken.
    frames: u64,
    lent: u64,
    taken: u64,
    too_large: u64,
    track_frames: bool,
}

impl OperatingSystem {
    /// From reset to the end, or to the first difference; `os` is what there is then.
    fn run(
        os: &mut Option<OperatingSystem>,
        config: &Config,
        bench: SystemBench,
        around: &SystemAround,
        events: &[SystemEvent],
    ) -> Result<(), SystemError> {
        let os = os.insert(Self::new(config, bench, around, events));
        os.begin(around)?;
        for event in events {
            os.play(event)?;
        }
        os.finish()
    }

    fn new(
        config: &Config,
        mut bench: SystemBench,
        around: &SystemAround,
        events: &[SystemEvent],
    ) -> OperatingSystem {
        let machine = &mut bench.machine;
        machine.give_up_at(FIRST_CYCLES + CYCLES_AN_EVENT * events.len() as u64);
        machine
            .dram
            .stall(around.dram_stall_percent.into(), around.stall_seed);
        machine.stall_responses(
            around.response_stall_percent.into(),
            around.stall_seed.rotate_left(32),
        );
        machine.stall_hosts(
            around.response_stall_percent.into(),
            around.stall_seed.rotate_left(16),
        );
        let geometry = Rc::new(Geometry::new(config));
        let actors = around.processes * around.contexts;
        let layout = bench.layout();
        let os = OperatingSystem {
            geometry,
            contexts: around.contexts,
            processes: around.processes,
            actors: (0..actors).map(|_| Rc::default()).collect(),
            away: (0..actors).collect(),
            runs: vec![None; config.cores() as usize],
            mailboxes: vec![Vec::new(); actors as usize],
            // The last ones are for the arrays of mailboxes.
            frames: (layout.frames - u64::from(actors)).min(MOST_FRAMES),
            lent: 0,
            taken: 0,
            too_large: u64::from(config.classes() * config.size_step_bytes()) + 1,
            track_frames: config.track_frames(),
            bench,
        };
        for event in events {
            if let SystemEvent::Step { actor, step } = event
                && let Some(actor) = os.actors.get(*actor as usize)
            {
                actor.borrow_mut().push(*step);
            }
        }
        os
    }

    /// Lends frames, makes all processes, and gives each core an actor.
    fn begin(&mut self, around: &SystemAround) -> Result<(), SystemError> {
        self.lend(around.frames.into())?;
        self.first_life((around.stall_seed % u64::from(self.processes)) as u32)?;
        for process in 0..self.processes {
            self.create(process)?;
        }
        for core in 0..self.runs.len() {
            self.attach(core)?;
        }
        Ok(())
    }

    /// A process that allocates of every class and ends, so that the one after it finds whatever caches have kept of it.
    /// From then on DESTROY_STATUS is that of a DESTROY that wasn't refused.
    fn first_life(&mut self, process: u32) -> Result<(), SystemError> {
        self.create(process)?;
        self.bench.command(Command::Attach {
            core: 0,
            process,
            context: 0,
        })?;
        let sizes = (0..self.geometry.classes()).map(|class| self.geometry.size_bytes(class));
        let steps: Vec<Step> = sizes
            .map(|size| Step::Bare(Operation::Alloc { size: size.into() }))
            .collect();
        self.bench
            .start(0, process as usize, process, Box::new(steps.into_iter()));
        self.bench.finish_programs()?;
        self.bench.command(Command::Detach { core: 0 })?;
        self.end(process)
    }

    fn create(&mut self, process: u32) -> Result<(), SystemError> {
        let descriptor = self.bench.layout().descriptor(process);
        self.bench.command(Command::Create {
            process,
            descriptor,
        })
    }

    fn lend(&mut self, frames: u64) -> Result<(), SystemError> {
        for _ in 0..frames.min(self.frames - self.lent) {
            let address = self.bench.layout().base + self.lent * FRAME_BYTES;
            self.lent += 1;
            self.bench.command(Command::Push { address })?;
        }
        Ok(())
    }

    /// Sorts frees that nobody executed into mailboxes; those of contexts that nobody has are forgotten.
    fn sort(&mut self) {
        for (process, address) in self.bench.take_refused() {
            if let Located::Slot(slot) = self.geometry.locate(address)
                && slot.arena.context < self.contexts
            {
                let actor = process * self.contexts + slot.arena.context;
                self.mailboxes[actor as usize].push(address);
            }
        }
    }

    /// Gives a core the actor that waits longest.
    fn attach(&mut self, core: usize) -> Result<(), SystemError> {
        self.sort();
        let Some(actor) = self.away.pop_front() else {
            return Ok(());
        };
        let (process, context) = (actor / self.contexts, actor % self.contexts);
        let mailbox = &mut self.mailboxes[actor as usize];
        let now: Vec<u64> = mailbox.drain(..mailbox.len().min(MAILBOX)).collect();
        if !now.is_empty() {
            let layout = self.bench.layout();
            let array = layout.base + (layout.frames - 1 - u64::from(actor)) * FRAME_BYTES;
            self.bench.fill_mailbox((process, context), array, &now)?;
        }
        self.bench.command(Command::Attach {
            core: core as u32,
            process,
            context,
        })?;
        self.runs[core] = Some(actor);
        let program = ActorProgram {
            actor: Rc::clone(&self.actors[actor as usize]),
            geometry: Rc::clone(&self.geometry),
            alone: self.contexts == 1,
            too_large: self.too_large,
        };
        let program = Box::new(program);
        self.bench.start(core, process as usize, process, program);
        Ok(())
    }

    /// Takes a core's actor away, while others go on.
    fn stop(&mut self, core: usize) -> Result<Option<u32>, SystemError> {
        self.bench.stop(core)?;
        Ok(self.runs[core].take())
    }

    fn switch(&mut self, core: usize) -> Result<(), SystemError> {
        if let Some(actor) = self.stop(core)? {
            self.bench.command(Command::Detach { core: core as u32 })?;
            self.away.push_back(actor);
        }
        self.attach(core)
    }

    /// Ends a process, and makes it anew: its actors go on with what they have left to do.
    fn exit(&mut self, process: u32, detach: bool) -> Result<(), SystemError> {
        let cores = 0..self.runs.len();
        let is_its = |actor: &u32| actor / self.contexts == process;
        let its: Vec<usize> = cores
            .filter(|core| self.runs[*core].as_ref().is_some_and(is_its))
            .collect();
        for core in &its {
            if let Some(actor) = self.stop(*core)? {
                self.away.push_back(actor);
            }
            if detach {
                let core = *core as u32;
                self.bench.command(Command::Detach { core })?;
            }
        }
        self.end(process)?;
        self.create(process)?;
        for core in its {
            self.attach(core)?;
        }
        Ok(())
    }

    /// Destroys a process, with all that is known of it.
    fn end(&mut self, process: u32) -> Result<(), SystemError> {
        self.bench.command(Command::Destroy { process })?;
        self.sort();
        for tlb in &mut self.bench.machine.tlbs {
            tlb.forget_process(process);
        }
        if let Some(objects) = self.bench.objects.get_mut(process as usize) {
            objects.clear();
        }
        let first = (process * self.contexts) as usize;
        for actor in first..first + self.contexts as usize {
            self.mailboxes[actor].clear();
            self.actors[actor].borrow_mut().forget();
        }
        Ok(())
    }

    fn play(&mut self, event: &SystemEvent) -> Result<(), SystemError> {
        match *event {
            SystemEvent::Step { .. } => {}
            SystemEvent::Pass { cycles } => {
                for _ in 0..cycles {
                    self.bench.cycle()?;
                }
            }
            SystemEvent::Switch { core } => self.switch(core as usize % self.runs.len())?,
            SystemEvent::Lend { frames } => self.lend(frames.into())?,
            SystemEvent::Take => {
                let before = self.bench.model.statistics().takes;
                self.bench.command(Command::Take)?;
                self.taken += self.bench.model.statistics().takes - before;
            }
            SystemEvent::Quota { process, spare } => {
                let process = process % self.processes;
                let used = self.bench.model.process_usage(process);
                let used = used.map_or(0, |usage| usage.frames);
                let frames = spare.map_or(0, |spare| used + u64::from(spare));
                self.bench.command(Command::SetQuota { process, frames })?;
            }
            SystemEvent::Exit { process, detach } => self.exit(process % self.processes, detach)?,
            SystemEvent::Nonsense { which, about } => {
                // A frame that was taken back may be any.
                let first_is_lent = self.track_frames && self.taken == 0;
                let command = nonsense::command(&self.bench, first_is_lent, which, about);
                self.bench.command(command)?;
            }
            SystemEvent::Write { address, value } => {
                let may = register_at(address)
                    .is_some_and(|access| !matches!(access, Access::Constant | Access::ReadOnly));
                let access = RegisterAccess::Write { address, value };
                self.access(access, address, may)?;
            }
            SystemEvent::Read { address } => {
                let may = register_at(address).is_some_and(|access| access != Access::WriteOnly);
                self.access(RegisterAccess::Read { address }, address, may)?;
            }
            SystemEvent::Compare => self.bench.compare()?,
        }
        Ok(())
    }

    fn access(
        &mut self,
        access: RegisterAccess,
        address: u32,
        may: bool,
    ) -> Result<(), SystemError> {
        match self.bench.access(access)?.okay == may {
            true => Ok(()),
            false => Err(SystemError::Register { address }),
        }
    }

    /// All programs to their end, all mailboxes empty; then all processes.
    fn finish(&mut self) -> Result<(), SystemError> {
        loop {
            while self.bench.runs() {
                self.bench.cycle()?;
            }
            if !self.is_busy() {
                break;
            }
            for core in 0..self.runs.len() {
                self.switch(core)?;
            }
        }
        self.bench.finish_programs()?;
        self.bench.compare()?;
        for process in 0..self.processes {
            self.end(process)?;
        }
        self.bench.compare()?;
        let (level, expected) = (self.bench.model.pool_level(), self.lent - self.taken);
        match level == expected {
            true => Ok(()),
            false => Err(SystemError::Counter {
                of: "the pool, once all processes have ended".to_owned(),
                name: "frames",
                expected,
                got: level,
            }),
        }
    }

    /// Whether an actor has something left to do, or a mailbox waits.
    fn is_busy(&mut self) -> bool {
        self.sort();
        self.actors.iter().any(|actor| actor.borrow().is_busy())
            || self.mailboxes.iter().any(|mailbox| !mailbox.is_empty())
    }
}

/// What software may do with the register at an address, if there is one.
fn register_at(address: u32) -> Option<Access> {
    let found = REGISTERS
        .iter()
        .find(|known| known.offset == address as usize);
    found.map(|register| register.access)
}
