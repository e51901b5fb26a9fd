//! Memory that fails at random, any access of it. What a program is then answered no model says; but each request is
//! answered, each command ends, buses keep their rules, and a frame that is granted was in the pool.

use super::bench::SystemBench;
use super::commands::{Command, address_of};
use super::dram::FRAME_BYTES;
use super::error::SystemError;
use super::hardware::SystemDesign;
use super::layout::Layout;
use super::machine::{Machine, Surroundings};
use super::registers::RegisterAccess;
use crate::fuzz::{Draws, panics_as_errors};
use memento_config::Config;
use memento_sim::{Geometry, Status};
use rand::{RngExt, SeedableRng};
use std::collections::VecDeque;

/// Cycles without an answer after which hardware counts as hung: a command may read all tables of a process meanwhile.
const PATIENCE_CYCLES: u64 = 300_000;
/// Code of DESTROY, and the bit of COMMAND_STATUS that says that a command has ended.
const DESTROY: u32 = 2;
const DONE: u32 = 2;
/// Objects that a core's programs have at most.
const LIVE: usize = 200;
/// Frames that are lent to begin with, and at most.
const FIRST_FRAMES: u64 = 12;
const MOST_FRAMES: u64 = 400;

/// What a run came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Survived {
    /// Requests of cores that were answered.
    pub answers: u64,
    /// Of these, with `BUS_ERROR`.
    pub bus_errors: u64,
    /// Translations that hosts were answered.
    pub translations: u64,
    /// Commands that ended.
    pub commands: u64,
    /// Of these, with `BUS_ERROR`.
    pub failed_commands: u64,
}

/// Plays random requests, translations and commands for so many cycles, then lets everything come to its end.
///
/// # Errors
/// [`SystemError::Hang`], and broken rules of buses and grants.
pub fn play_unreliable(
    config: &Config,
    design: &SystemDesign,
    seed: u64,
    cycles: u64,
) -> Result<Survived, SystemError> {
    let mut random = Draws::seed_from_u64(seed);
    let around = Surroundings {
        seed: seed as u32 | 1,
        ..Surroundings::default()
    };
    let mut bench = SystemBench::new(config, design, &around)?;
    let layout = bench.layout();
    let machine = &mut bench.machine;
    machine.dram.stall([0, 20, 60][seed as usize % 3], seed);
    machine.stall_hosts([0, 10, 50][seed as usize / 3 % 3], seed);
    let mut run = Run {
        config,
        geometry: Geometry::new(config),
        layout,
        clients: (0..config.cores()).map(|_| Client::default()).collect(),
        lent: 0,
        first: VecDeque::new(),
        ordered: None,
        survived: Survived::default(),
    };
    run.first = run.beginning();
    let fails_percent = [1, 4, 15, 40][random.random_range(0..4usize)];
    for cycle in 0.. {
        let goes_on = cycle < cycles;
        // What is there to begin with is made while memory is well.
        if run.first.is_empty() && cycle % 4096 == 0 {
            let percent = [0, fails_percent][random.random_range(0..2usize)];
            machine.dram.fail_at_random(percent, seed ^ cycle);
        }
        run.cycle(machine, goes_on, &mut random)?;
        if !goes_on && run.is_done(machine) {
            break;
        }
        if cycle > cycles + PATIENCE_CYCLES {
            let what = "memory, caches and hosts to come to rest".to_owned();
            return Err(hang(machine, cycles, what));
        }
    }
    Ok(run.survived)
}

/// As [`play_unreliable`]; hardware that shows what can't be fails too.
///
/// # Errors
/// What went wrong.
pub fn guarded(
    config: &Config,
    design: &SystemDesign,
    seed: u64,
    cycles: u64,
) -> Result<(), String> {
    panics_as_errors(|| {
        let played = play_unreliable(config, design, seed, cycles);
        played.map(drop).map_err(|error| error.to_string())
    })
}

/// A core with its host.
#[derive(Default)]
struct Client {
    /// What is on offer: an address to be freed, or bytes.
    offered: Option<(bool, u64)>,
    /// Requests without an answer, and whether they are frees.
    pending: VecDeque<bool>,
    live: Vec<u64>,
    translates: bool,
    /// Cycle of the last answer, or of the last cycle without a request.
    alive: u64,
}

struct Run<'a> {
    config: &'a Config,
    geometry: Geometry,
    layout: Layout,
    clients: Vec<Client>,
    lent: u64,
    /// Commands before anything else.
    first: VecDeque<Command>,
    ordered: Option<(Command, u64)>,
    survived: Survived,
}

impl Run<'_> {
    fn push(&mut self) -> Command {
        let address = self.layout.base + self.lent * FRAME_BYTES;
        self.lent += 1;
        Command::Push { address }
    }

    fn beginning(&mut self) -> VecDeque<Command> {
        let mut first: VecDeque<Command> = (0..FIRST_FRAMES).map(|_| self.push()).collect();
        for process in 0..self.config.processes().min(2) {
            first.push_back(self.create(process));
        }
        for core in 0..self.config.cores() {
            first.push_back(Command::Attach {
                core,
                process: 0,
                context: core % self.geometry.contexts(),
            });
        }
        first
    }

    fn create(&self, process: u32) -> Command {
        let descriptor = self.layout.descriptor(process);
        Command::Create {
            process,
            descriptor,
        }
    }

    fn command(&mut self, random: &mut Draws) -> Command {
        let process = random.random_range(0..self.config.processes().min(2));
        let core = random.random_range(0..self.config.cores());
        match random.random_range(0..16u32) {
            0..3 if self.lent < MOST_FRAMES.min(self.layout.frames) => self.push(),
            3 => Command::Take,
            4 => Command::SetQuota {
                process,
                frames: [0, 2, 40][random.random_range(0..3usize)],
            },
            5 => Command::Destroy { process },
            6 | 7 => self.create(process),
            8..12 => Command::Attach {
                core,
                process,
                context: random.random_range(0..self.geometry.contexts()),
            },
            12 | 13 => Command::Detach { core },
            _ => Command::Sync,
        }
    }

    /// Orders a command; the end of a process is only begun, and others follow meanwhile.
    fn order(&self, machine: &mut Machine, command: Command) {
        let Command::Destroy { process } = command else {
            return command.order(machine);
        };
        for (name, value) in [("command_process", process), ("command", DESTROY)] {
            machine.console.push(RegisterAccess::Write {
                address: address_of(name),
                value,
            });
        }
        machine.console.push(RegisterAccess::Poll {
            address: address_of("command_status"),
            mask: DONE,
        });
    }

    fn cycle(
        &mut self,
        machine: &mut Machine,
        goes_on: bool,
        random: &mut Draws,
    ) -> Result<(), SystemError> {
        if self.ordered.is_none() && goes_on {
            let next = match self.first.pop_front() {
                Some(command) => Some(command),
                None if random.random_ratio(1, 400) => Some(self.command(random)),
                None => None,
            };
            if let Some(command) = next {
                self.order(machine, command);
                self.ordered = Some((command, machine.cycle()));
            }
        }
        if self.first.is_empty() && goes_on {
            for core in 0..self.clients.len() {
                self.offer(core, random);
            }
        }
        for (client, inputs) in self.clients.iter().zip(&mut machine.inputs.cores) {
            inputs.request_valid = client.offered.is_some();
            (inputs.request_free, inputs.request_operand) = client.offered.unwrap_or_default();
            inputs.response_ready = random.random_ratio(3, 4);
        }
        machine.settle()?;
        for core in 0..self.clients.len() {
            self.observe(core, machine, goes_on)?;
        }
        machine.finish()?;
        if let Some((command, since)) = self.ordered {
            if machine.console.is_idle() {
                self.ordered = None;
                self.survived.commands += 1;
                if let Command::Destroy { .. } = command {
                    let _ = machine.console.take_results().count();
                    return Ok(());
                }
                let ended = command.ended(machine)?;
                let failed = ended.status == Status::BusError.code();
                self.survived.failed_commands += u64::from(failed);
                if command == Command::Take && ended.status == 0 {
                    machine.pool.remove(&(ended.result / FRAME_BYTES));
                }
            } else if machine.cycle() - since > PATIENCE_CYCLES {
                return Err(hang(machine, since, format!("{command:?}")));
            }
        }
        Ok(())
    }

    /// Thinks up requests of a core and its host.
    fn offer(&mut self, core: usize, random: &mut Draws) {
        let (region, bytes) = (self.config.region_base(), self.config.region_bytes());
        let lane = (self.config.header_base(), self.config.header_lane_bytes());
        let largest = u64::from(self.config.classes() * self.config.size_step_bytes());
        let client = &mut self.clients[core];
        if client.offered.is_none() && random.random_ratio(1, 2) {
            let live = client.live.len();
            client.offered = Some(match random.random_range(0..20u32) {
                0 => (true, region + random.random_range(0..bytes)),
                1 => (true, lane.0 + random.random_range(0..lane.1)),
                2..9 if live > 0 => (true, client.live.swap_remove(random.random_range(0..live))),
                _ if live > LIVE => (true, client.live.swap_remove(0)),
                _ => (false, random.random_range(0..=largest + 1)),
            });
        }
    }

    fn observe(
        &mut self,
        core: usize,
        machine: &mut Machine,
        goes_on: bool,
    ) -> Result<(), SystemError> {
        let client = &mut self.clients[core];
        if client.offered.is_some() && machine.system.request_ready(core) {
            client
                .pending
                .extend(client.offered.take().map(|request| request.0));
        }
        if machine.inputs.cores[core].response_ready
            && let Some(response) = machine.system.response(core)
        {
            let unasked = SystemError::Effect {
                core,
                why: "it answers what nobody asked",
                cycle: machine.cycle(),
            };
            let free = client.pending.pop_front().ok_or(unasked)?;
            if !free && response.status == 0 {
                client.live.push(response.value);
            }
            self.survived.answers += 1;
            let failed = response.status == Status::BusError.code();
            self.survived.bus_errors += u64::from(failed);
            client.alive = machine.cycle();
        }
        let inputs = &mut machine.inputs.cores[core];
        if inputs.translate_valid && machine.system.translate_ready(core) {
            inputs.translate_valid = false;
        }
        if !inputs.translate_stalled && machine.system.translated(core).is_some() {
            client.translates = false;
            self.survived.translations += 1;
            client.alive = machine.cycle();
        }
        // A page of what was allocated last is touched, or one that nobody has.
        if goes_on
            && !client.translates
            && let Some(&address) = client.live.last()
            && machine.cycle() % 64 == core as u64
        {
            client.translates = true;
            let stray = (machine.cycle() % 512 < 64).then_some(machine.cycle() / 1024 % 4);
            let lane = self.config.header_base();
            let process = (machine.cycle() / 8192 % 4 == 3) as u32;
            let inputs = &mut machine.inputs.cores[core];
            inputs.translate_valid = true;
            inputs.translate_process = process;
            inputs.translate_address = match stray {
                None => address,
                Some(0) => address ^ 0x5000,
                Some(1) => lane + address % 0x1000,
                Some(2) => 0x1000,
                // Beyond an arena's last page.
                Some(_) => address | 0xf000,
            };
        }
        let client = &mut self.clients[core];
        if client.pending.is_empty() && !client.translates && client.offered.is_none() {
            client.alive = machine.cycle();
        }
        if machine.cycle() - client.alive > PATIENCE_CYCLES {
            let what = format!("core {core}: {} requests", client.pending.len());
            return Err(hang(machine, client.alive, what));
        }
        Ok(())
    }

    fn is_done(&self, machine: &Machine) -> bool {
        let quiet = |client: &Client| {
            client.pending.is_empty() && client.offered.is_none() && !client.translates
        };
        self.ordered.is_none() && self.clients.iter().all(quiet) && machine.is_quiet()
    }
}

fn hang(machine: &Machine, since: u64, what: String) -> SystemError {
    SystemError::Hang {
        cycle: machine.cycle(),
        waited: machine.cycle() - since,
        what,
    }
}
