//! Faults of the whole system, while programs run on its cores and an operating system switches, lends and destroys.

use super::Verdict;
use crate::fuzz::system_run::witness;
use crate::fuzz::{Level, Pace, Scenario, panics_as_errors};
use crate::system::bench::SystemBench;
use crate::system::commands::address_of;
use crate::system::error::SystemError;
use crate::system::hardware::SystemDesign;
use crate::system::registers::RegisterAccess;
use memento_config::{Config, Ecc};
use memento_sim::Status;
use std::collections::HashSet;
use std::ops::Range;

/// Cycles from reset, at the end of one of which a fault comes: the operating system is about to make processes.
pub const FAULT_CYCLES: Range<u32> = 2_000..40_000;
/// Events of a scenario.
const EVENTS: usize = 120;
/// Operations that a core is asked for after a detected fault.
const OPERATIONS: u32 = 48;
/// Cycles without an answer after which hardware counts as hung.
const PATIENCE: u32 = 30_000;
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
    let (ended, bench) = witness(config, design, &around, &events);
    let Some(ended) = ended else {
        return Verdict::harmful("it asks of its surroundings what can't be");
    };
    let Some(mut bench) = bench else {
        return Verdict::harmful("it doesn't begin");
    };
    let why = ended.err();
    if config.ecc() == Ecc::None {
        return match why {
            None => Verdict::harmless(),
            Some(why) if is_refusal(&why, false) => Verdict::detected(why.to_string()),
            Some(why) => Verdict::harmful(why.to_string()),
        };
    }
    let mut captured = None;
    let told = panics_as_errors(|| {
        captured = Some(read_errors(&mut bench)?);
        Ok(())
    });
    let said = why.as_ref().map_or_else(String::new, ToString::to_string);
    let Some(captured) = captured.filter(|captured| captured.count > 0) else {
        return match (why, told) {
            (None, Ok(())) => Verdict::harmless(),
            (_, Err(told)) => Verdict::harmful(format!("{said}; then {told}")),
            (Some(_), Ok(())) => Verdict::harmful(said),
        };
    };
    if captured.held && (captured.cause != TABLE_CAUSE || captured.parts == 0) {
        return Verdict::harmful(format!("{said}; registers say {captured:?}"));
    }
    // A frame of the pool that is lost is missing.
    let lost = captured.source == config.cores() && !bench.machine.system.is_page_side_stopped();
    if let Some(why) = &why
        && !is_refusal(why, lost)
    {
        return Verdict::harmful(format!("{said}; registers say {captured:?}"));
    }
    match panics_as_errors(|| stays_right(&mut bench)) {
        Ok(()) => Verdict::detected(format!("{said} {captured:?}")),
        Err(then) => Verdict::harmful(format!("{said}; {captured:?}; then {then}")),
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

/// Reads the error registers, without any program.
fn read_errors(bench: &mut SystemBench) -> Result<Captured, String> {
    let machine = &mut bench.machine;
    for core in &mut machine.inputs.cores {
        core.response_ready = true;
    }
    let names = [
        "error_count",
        "error_status",
        "error_info",
        "error_address_lo",
    ];
    // An access of the bench may be under way.
    let mut waited = 0;
    while !machine.console.is_idle() {
        machine.idle_cycle().map_err(say)?;
        waited += 1;
        if waited > PATIENCE {
            return Err("registers don't answer".to_owned());
        }
    }
    machine.console.take_results().for_each(drop);
    for name in names {
        machine.console.push(RegisterAccess::Read {
            address: address_of(name),
        });
    }
    while !machine.console.is_idle() {
        machine.idle_cycle().map_err(say)?;
        waited += 1;
        if waited > PATIENCE {
            return Err("registers don't answer".to_owned());
        }
    }
    let values: Vec<u32> = machine
        .console
        .take_results()
        .map(|read| read.value)
        .collect();
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

/// After a fault that was told: what is under way is answered; allocations are answered too, never with an object that
/// somebody has; and a page side that is stopped grants nothing.
fn stays_right(bench: &mut SystemBench) -> Result<(), String> {
    for core in 0..bench.cores.len() {
        let mut open = bench.cores[core].unanswered() as u32;
        let process = bench.cores[core]
            .running
            .as_ref()
            .map(|running| running.process);
        let objects = process.map(|process| &bench.objects[process]);
        let mut live: HashSet<u64> = objects
            .into_iter()
            .flatten()
            .filter(|object| !object.busy)
            .filter_map(|object| object.address)
            .collect();
        // A request that was on offer is taken first, and answered as any other.
        let offered = bench.machine.inputs.cores[core].request_valid;
        let mut asked = 0;
        let mut waited = 0;
        open += u32::from(offered);
        let mut old = open;
        loop {
            let machine = &mut bench.machine;
            let inputs = &mut machine.inputs.cores[core];
            inputs.response_ready = true;
            if !inputs.request_valid && asked < OPERATIONS {
                (
                    inputs.request_valid,
                    inputs.request_free,
                    inputs.request_operand,
                ) = (true, false, 8);
                asked += 1;
                open += 1;
            }
            machine.settle().map_err(say)?;
            let stopped = machine.system.is_page_side_stopped();
            if stopped && (machine.system.grant().valid || machine.system.page_record().is_some()) {
                return Err("the page side grants or answers though it is stopped".to_owned());
            }
            if let Some(response) = machine.system.response(core)
                && machine.inputs.cores[core].response_ready
            {
                if open == 0 {
                    return Err(format!("core {core} answers what nobody asked"));
                }
                open -= 1;
                waited = 0;
                if old > 0 {
                    old -= 1;
                } else if response.status == Status::Ok.code() && !live.insert(response.value) {
                    return Err(format!(
                        "core {core} hands out {:#x}, which somebody has",
                        response.value
                    ));
                }
            }
            let accepted = machine.system.request_ready(core);
            machine.finish().map_err(say)?;
            if accepted {
                bench.machine.inputs.cores[core].request_valid = false;
            }
            if open == 0 && asked == OPERATIONS {
                break;
            }
            waited += 1;
            if waited > PATIENCE {
                return Err(format!("core {core} leaves {open} operations unanswered"));
            }
        }
    }
    Ok(())
}
