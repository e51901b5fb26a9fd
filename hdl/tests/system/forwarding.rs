//! The forwarder between cores that forward to each other, attach, switch and stall.

use super::{Pace, geometry, setting};
use memento_hdl::allocator::types::Status;
use memento_hdl::rtl::{Simulation, Word};
use memento_hdl::system::forwarder::Forwarder;

/// A free that a core executes for another takes so many cycles at most.
const LONGEST: u64 = 12;
/// No free waits longer, stalls included.
const PATIENCE: u64 = 4000;

/// A core as the forwarder sees it.
#[derive(Clone, Copy, Default)]
struct Core {
    attached: bool,
    closed: bool,
    process: u64,
    context: u64,
    /// Context and serial number of the free that is on offer or under way, and since when.
    asked: Option<(u64, u64, u64)>,
    /// The request has been accepted.
    sent: bool,
    /// What the inbox executes, and when it is done.
    executes: Option<(u64, u64)>,
    serial: u64,
}

#[test]
fn three_cores() {
    frees(3, setting("SYSTEM_SEED", 1));
}

#[test]
fn two_cores() {
    frees(2, setting("SYSTEM_SEED", 2));
}

#[test]
fn one_core() {
    frees(1, setting("SYSTEM_SEED", 3));
}

/// The status that an inbox gives, by serial number; never FOREIGN_CONTEXT.
fn status_of(serial: u64) -> Status {
    [Status::Ok, Status::DoubleFree, Status::BadPointer][serial as usize % 3]
}

fn frees(cores: usize, seed: u64) {
    let cycles = setting("SYSTEM_CYCLES", 20_000);
    let g = geometry(cores as u32, 64);
    let mut pace = Pace::new(seed);
    let mut simulation = Simulation::new(Forwarder::new(&g));
    let mut all = vec![Core::default(); cores];
    let mut serials = 0;
    // Serial numbers that inboxes have executed.
    let mut executed = Vec::new();
    let (mut foreign, mut delivered, mut mutual) = (0, 0, 0);
    for cycle in 0..cycles {
        pace.cycle(cycle);
        for i in 0..cores {
            let idle = simulation.module.inbox_idle[i].val();
            // A switch: closed first, then once the inbox is idle, another context or none.
            let core = all[i];
            if core.closed && idle && core.asked.is_none() && pace.once_in(8) {
                let (process, context) = (pace.below(2), pace.below(2));
                let taken = all.iter().enumerate().any(|(j, other)| {
                    j != i && other.attached && (other.process, other.context) == (process, context)
                });
                all[i].attached = !taken;
                all[i].closed = false;
                (all[i].process, all[i].context) = (process, context);
            } else if !core.closed && pace.once_in(if core.attached { 300 } else { 30 }) {
                all[i].closed = true;
            }
            let may = !all[i].closed && all[i].attached && pace.moves();
            if all[i].asked.is_none() && may {
                serials += 1;
                all[i].serial = serials;
                all[i].asked = Some((1 - all[i].context, serials, cycle));
                all[i].sent = false;
            }
        }
        let m = &mut simulation.module;
        let mut response_ready = vec![false; cores];
        let mut inbox_ready = vec![false; cores];
        for (i, core) in all.iter().enumerate() {
            m.attached[i].next = core.attached;
            m.closed[i].next = core.closed;
            m.process_id[i].next = Word::new(core.process.into(), g.process_bits);
            m.context_id[i].next = Word::new(core.context.into(), g.context_bits);
            let (context, serial, _) = core.asked.unwrap_or_default();
            m.forward_request_valid[i].next = core.asked.is_some() && !core.sent;
            m.forward_request_context[i].next = Word::new(context.into(), g.context_bits);
            m.forward_request_address[i].next = Word::new(serial.into(), g.operand_bits);
            response_ready[i] = pace.moves();
            m.forward_response_ready[i].next = response_ready[i];
            // An inbox takes and answers regardless of what the core waits for.
            inbox_ready[i] = core.executes.is_none();
            m.inbox_request_ready[i].next = inbox_ready[i];
            let done = core.executes.filter(|(_, end)| *end <= cycle);
            m.inbox_response_valid[i].next = done.is_some();
            m.inbox_response_status[i].next = status_of(done.unwrap_or_default().0);
        }
        simulation.eval();
        let m = &simulation.module;
        let waits = |core: &Core| core.sent && core.asked.is_some();
        if cores > 1 && all[..2].iter().all(waits) {
            mutual += 1;
        }
        for i in 0..cores {
            if m.forward_request_valid[i].val() && m.forward_request_ready[i].val() {
                all[i].sent = true;
            }
            if let Some((serial, _)) = all[i].executes {
                let source = all.iter().position(|core| core.serial == serial);
                let named = m.inbox_source[i].val().value() as usize;
                assert_eq!(Some(named), source, "cycle {cycle}: the source of {serial}");
            }
            if m.inbox_response_valid[i].val() && m.inbox_response_ready[i].val() {
                let (serial, _) = all[i].executes.take().expect("an answer to something");
                executed.push(serial);
            } else if m.inbox_request_valid[i].val() && inbox_ready[i] {
                let serial = m.inbox_request_address[i].val().value() as u64;
                let source = all.iter().find(|core| core.serial == serial);
                let source = source.expect("a free that somebody sent");
                let (context, ..) = source.asked.expect("it waits");
                assert!(all[i].attached, "cycle {cycle}: core {i} runs nothing");
                let runs = (all[i].process, all[i].context);
                assert_eq!((source.process, context), runs, "cycle {cycle}: core {i}");
                all[i].executes = Some((serial, cycle + 1 + pace.below(LONGEST)));
            }
        }
        for i in 0..cores {
            if m.forward_response_valid[i].val() && response_ready[i] {
                let (_, serial, _) = all[i].asked.take().expect("an answer to something");
                let was_executed = executed.iter().position(|done| *done == serial);
                let expected = match was_executed {
                    Some(place) => {
                        executed.swap_remove(place);
                        delivered += 1;
                        status_of(serial)
                    }
                    None => {
                        foreign += 1;
                        Status::ForeignContext
                    }
                };
                assert_eq!(m.forward_response_status[i].val(), expected, "{serial}");
            }
            if let Some((_, serial, since)) = all[i].asked {
                assert!(
                    cycle - since < PATIENCE,
                    "free {serial} of core {i} waits for ever"
                );
            }
        }
        assert!(executed.len() <= cores);
        simulation.tick();
    }
    println!("{delivered} executed, {foreign} foreign, {mutual} cycles both ways");
    assert!(foreign > cycles / 400, "contexts that run nowhere");
    assert!(cores == 1 || (delivered > cycles / 200 && mutual > cycles / 400));
}
