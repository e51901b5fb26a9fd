//! Faults of the whole system, while programs run on its cores and an operating system switches, lends and destroys.

use super::Verdict;
use super::memories::FLIPPED;
use crate::fuzz::system_run::witness;
use crate::fuzz::{Level, Pace, Scenario, panics_as_errors};
use crate::system::bench::SystemBench;
use crate::system::commands::address_of;
use crate::system::error::SystemError;
use crate::system::hardware::SystemDesign;
use crate::system::machine::Machine;
use crate::system::registers::RegisterAccess;
use crate::system::unreliable::play_unreliable;
use memento_config::{Config, Ecc};
use memento_sim::Status;
use std::collections::HashSet;
use std::ops::Range;

/// Cycles from reset, at the end of one of which a fault comes: the operating system is about to make processes.
pub const FAULT_CYCLES: Range<u32> = 1_500..14_000;
/// Events of a scenario.
const EVENTS: usize = 120;
/// Operations that a core is asked for after a detected fault.
const OPERATIONS: u32 = 48;
/// Cycles without an answer after which hardware counts as hung.
const PATIENCE: u32 = 30_000;
/// Cycles of a run in surroundings that fail.
const UNRELIABLE_CYCLES: u64 = 20_000;
/// Code of ERROR_INFO's cause for on-chip words.
const TABLE_CAUSE: u32 = 6;

/// What the error registers say.
#[derive(Clone, Copy, Debug)]
struct Captured {
    /// Errors since reset.
    count: u32,
    /// One is captured, and hasn't been cleared.
    held: bool,
    /// What it is about.
    cause: u32,
    /// Whose it is: a core, the page side, the bypass.
    source: u32,
    /// Parts that found it.
    parts: u32,
}

/// Plays the scenario of `seed` on a system with a fault. `design` is made faulty, with the fault as its arguments.
pub fn verdict(config: &Config, design: &SystemDesign, seed: u64) -> Verdict {
    let drawn = Scenario::draw(Level::System, config, seed, (Pace::Thorough, EVENTS));
    let Scenario::System { around, events } = drawn else {
        return Verdict::harmful("a scenario of another level");
    };
    let bench = match SystemBench::new(config, design, &around.surroundings()) {
        Ok(bench) => bench,
        Err(error) => return Verdict::harmful(error.to_string()),
    };
    let (ended, bench) = witness(config, bench, &around, &events);
    let Some(ended) = ended else {
        return Verdict::harmful("it asks of its surroundings what can't be");
    };
    let Some(mut bench) = bench else {
        return Verdict::harmful("it doesn't begin");
    };
    let why = ended.err();
    if !bench.machine.take_output().contains(FLIPPED) {
        return match why {
            None => Verdict::not_injected(),
            Some(why) => Verdict::harmful(format!("without a fault: {why}")),
        };
    }
    if config.ecc() == Ecc::None {
        return match why {
            None => Verdict::harmless(),
            Some(why) if is_refusal(&why, false) => Verdict::detected(why.to_string()),
            Some(why) => Verdict::harmful(why.to_string()),
        };
    }
    let said = why.as_ref().map_or_else(String::new, ToString::to_string);
    let bypass = bench.machine.bypass.as_ref();
    let bypass_stopped = bypass.is_some_and(|bypass| bypass.stopped_parts() != 0);
    let mut captured = None;
    let mut aftermath = Aftermath::of(&mut bench);
    let told = panics_as_errors(|| {
        captured = Some(aftermath.errors()?);
        Ok(())
    });
    let Some(captured) = captured.filter(|captured| captured.count > 0) else {
        return match (why, told) {
            (None, Ok(())) => Verdict::harmless(),
            // A count that was lost says so.
            (Some(SystemError::Counter { got: u64::MAX, .. }), Ok(())) => Verdict::detected(said),
            (_, Err(told)) => Verdict::harmful(format!("{said}; then {told}")),
            (Some(_), Ok(())) => Verdict::harmful(said),
        };
    };
    if captured.held && (captured.cause != TABLE_CAUSE || captured.parts == 0) {
        return Verdict::harmful(format!("{said}; registers say {captured:?}"));
    }
    // A frame of the pool that is lost is missing.
    let stopped = aftermath.bench.machine.system.is_page_side_stopped();
    let lost = captured.source == config.cores() && !stopped;
    let refused = why.as_ref().is_none_or(|why| {
        // A bench reads memory through the bypass, which answers SLVERR.
        let unread = bypass_stopped && matches!(why, SystemError::Difference(_));
        // Its programs try again for ever what memory refuses, and its operating system waits for the end of a DESTROY that
        // was refused; the hardware has to answer whatever it is asked all the same, see below.
        let waits = (bypass_stopped || stopped) && matches!(why, SystemError::Hang { .. });
        unread || waits || is_refusal(why, lost)
    });
    if !refused {
        return Verdict::harmful(format!("{said}; registers say {captured:?}"));
    }
    match panics_as_errors(|| aftermath.operations()) {
        Ok(()) => Verdict::detected(format!("{said} {captured:?}")),
        Err(then) => Verdict::harmful(format!("{said}; {captured:?}; then {then}")),
    }
}

/// Plays the scenario of `seed` up to a cycle, resets the hardware in the midst of it, and plays another from there, its
/// memory and caches new: harmless if hardware and model agree then.
pub fn reset(config: &Config, design: &SystemDesign, seed: u64, cycle: u64) -> Verdict {
    let drawn = |seed| Scenario::draw(Level::System, config, seed, (Pace::Thorough, EVENTS));
    let (
        Scenario::System { around, events },
        Scenario::System {
            around: next,
            events: others,
        },
    ) = (drawn(seed), drawn(!seed))
    else {
        return Verdict::harmful("a scenario of another level");
    };
    let again = || -> Result<SystemBench, SystemError> {
        let mut bench = SystemBench::new(config, design, &around.surroundings())?;
        bench.machine.give_up_at(cycle);
        let (_, bench) = witness(config, bench, &around, &events);
        let hardware = match bench {
            Some(bench) => bench.machine.into_reset()?,
            None => (design.system(1)?, design.bypass(1)?),
        };
        let machine = Machine::of(config, hardware, &next.surroundings())?;
        SystemBench::of(config, machine, &next.surroundings())
    };
    let bench = match again() {
        Ok(bench) => bench,
        Err(error) => return Verdict::harmful(error.to_string()),
    };
    match witness(config, bench, &next, &others).0 {
        Some(Ok(())) => Verdict::harmless(),
        Some(Err(error)) => Verdict::harmful(error.to_string()),
        None => Verdict::harmful("it asks of its surroundings what can't be"),
    }
}

/// Plays random requests, translations and commands in surroundings that fail: accesses of memory are answered with
/// errors, buses and hosts' acknowledges are late. Detected if anybody was told of an error.
pub fn failing_surroundings(config: &Config, design: &SystemDesign, seed: u64) -> Verdict {
    let mut told = 0;
    let ran = panics_as_errors(|| {
        let survived = play_unreliable(config, design, seed, UNRELIABLE_CYCLES).map_err(say)?;
        told = survived.bus_errors + survived.failed_commands;
        Ok(())
    });
    match ran {
        Ok(()) if told > 0 => Verdict::detected(format!("{told} answers BUS_ERROR")),
        Ok(()) => Verdict::harmless(),
        Err(why) => Verdict::harmful(why),
    }
}

/// Whether an answer that isn't the model's refuses what was asked, with a status that says so.
fn is_refusal(error: &SystemError, lost: bool) -> bool {
    let refusals = [Status::CorruptHeader, Status::BusError];
    let refuses = |status: u8| {
        refusals.iter().any(|refusal| refusal.code() == status)
            || (lost && status == Status::NoMemory.code())
    };
    match error {
        SystemError::Mismatch(mismatch) => refuses(mismatch.status) && mismatch.value == 0,
        SystemError::Command { status, .. } | SystemError::Translation { status, .. } => {
            refuses(*status)
        }
        SystemError::Arena(mismatch) => refuses(mismatch.status),
        // Arenas that a core that was stopped never took.
        SystemError::Unserved(_) => true,
        // The pool is short of a frame.
        SystemError::Counter { .. } | SystemError::Hang { .. } => lost,
        _ => false,
    }
}

fn say(error: SystemError) -> String {
    error.to_string()
}

/// The hardware after a run, without its model: what is answered is counted, and judged by itself.
struct Aftermath<'a> {
    bench: &'a mut SystemBench,
    cores: Vec<Left>,
    /// Cycles without an answer.
    waited: u32,
}

/// What a core has left.
struct Left {
    /// Operations that the run has left unanswered, the one on offer included.
    old: usize,
    /// Others that are unanswered.
    open: usize,
    /// Objects that its process has.
    live: HashSet<u64>,
}

impl Aftermath<'_> {
    fn of(bench: &mut SystemBench) -> Aftermath<'_> {
        let cores = (0..bench.cores.len()).map(|core| {
            let driver = &bench.cores[core];
            let process = driver.running.as_ref().map(|running| running.process);
            let objects = process.and_then(|process| bench.objects.get(process));
            let objects = objects.into_iter().flatten();
            Left {
                old: driver.unanswered()
                    + usize::from(bench.machine.inputs.cores[core].request_valid),
                open: 0,
                live: objects
                    .filter(|object| !object.busy)
                    .filter_map(|object| object.address)
                    .collect(),
            }
        });
        Aftermath {
            cores: cores.collect(),
            bench,
            waited: 0,
        }
    }

    /// A cycle in which every answer is taken. A page side that is stopped answers nothing, and no core hands out what its
    /// process has.
    fn cycle(&mut self) -> Result<(), String> {
        let machine = &mut self.bench.machine;
        for core in &mut machine.inputs.cores {
            core.response_ready = true;
        }
        machine.settle().map_err(say)?;
        if machine.system.is_page_side_stopped() && machine.system.page_record().is_some() {
            return Err("the page side answers though it is stopped".to_owned());
        }
        self.waited += 1;
        let mut accepted = Vec::new();
        for (core, left) in self.cores.iter_mut().enumerate() {
            if let Some(response) = machine.system.response(core)
                && machine.inputs.cores[core].response_ready
            {
                self.waited = 0;
                if left.old > 0 {
                    left.old -= 1;
                } else if left.open == 0 {
                    return Err(format!("core {core} answers what nobody asked"));
                } else {
                    left.open -= 1;
                    if response.status == Status::Ok.code() && !left.live.insert(response.value) {
                        return Err(format!(
                            "core {core} hands out {:#x}, which somebody has",
                            response.value
                        ));
                    }
                }
            }
            if machine.system.request_ready(core) {
                accepted.push(core);
            }
        }
        machine.finish().map_err(say)?;
        for core in accepted {
            machine.inputs.cores[core].request_valid = false;
        }
        match self.waited > PATIENCE {
            true => Err("nothing is answered any more".to_owned()),
            false => Ok(()),
        }
    }

    fn wait_for_console(&mut self) -> Result<(), String> {
        self.waited = 0;
        while !self.bench.machine.console.is_idle() {
            self.cycle()?;
        }
        Ok(())
    }

    /// Reads the error registers.
    fn errors(&mut self) -> Result<Captured, String> {
        // An access of the bench may be under way, or wait for what doesn't come.
        self.bench.machine.go_on();
        self.bench.machine.console.abandon();
        self.wait_for_console()?;
        let console = &mut self.bench.machine.console;
        console.take_results().for_each(drop);
        for name in [
            "error_count",
            "error_status",
            "error_info",
            "error_address_lo",
        ] {
            console.push(RegisterAccess::Read {
                address: address_of(name),
            });
        }
        self.wait_for_console()?;
        let results = self.bench.machine.console.take_results();
        let values: Vec<u32> = results.map(|read| read.value).collect();
        let [count, status, info, parts] = values[..] else {
            return Err("a register isn't read".to_owned());
        };
        Ok(Captured {
            count,
            held: status != 0,
            cause: info >> 4 & 7,
            source: info >> 8 & 15,
            parts,
        })
    }

    /// All that is under way is answered, and so are allocations on each core.
    fn operations(&mut self) -> Result<(), String> {
        let mut asked = vec![0; self.cores.len()];
        self.waited = 0;
        loop {
            for (core, asked) in asked.iter_mut().enumerate() {
                let inputs = &mut self.bench.machine.inputs.cores[core];
                if !inputs.request_valid && *asked < OPERATIONS {
                    (inputs.request_valid, inputs.request_free) = (true, false);
                    inputs.request_operand = 8;
                    *asked += 1;
                    self.cores[core].open += 1;
                }
            }
            self.cycle()?;
            let is_done = |left: &Left| left.old + left.open == 0;
            if self.cores.iter().all(is_done) && asked.iter().all(|asked| *asked == OPERATIONS) {
                return Ok(());
            }
        }
    }
}
