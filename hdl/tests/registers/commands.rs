//! The command unit among cores and a page allocator that answer whenever they like.

use crate::common::{below, random, setting};
use crate::several;
use memento_hdl::Geometry;
use memento_hdl::allocator::types::Status;
use memento_hdl::allocator::types::SwitchOp;
use memento_hdl::pages::types_engine::PageOp;
use memento_hdl::rtl::{Simulation, bits};
use memento_hdl::system::command_unit::CommandUnit;
use proptest::test_runner::TestRng;
use std::collections::BTreeMap;

const CORES: usize = 3;
const PROCESSES: usize = 4;
const CONTEXTS: usize = 2;

const BAD_POINTER: usize = 4;
const NOT_ENABLED: usize = 8;
const BUS_ERROR: usize = 9;
const BUSY: usize = 10;
const BAD_COMMAND: usize = 11;

/// What the page allocator may answer, with its codes.
const ANSWERS: [(Status, usize); 5] = [
    (Status::Ok, 0),
    (Status::NoMemory, 2),
    (Status::BadPointer, BAD_POINTER),
    (Status::NotEnabled, NOT_ENABLED),
    (Status::BusError, BUS_ERROR),
];

#[derive(Clone, Copy, Debug)]
struct Command {
    op: usize,
    process: usize,
    context: usize,
    core: usize,
    argument: usize,
}

/// A core that switches after a while.
#[derive(Clone, Default)]
struct Core {
    runs: Option<(usize, usize)>,
    switch: Option<(SwitchOp, (usize, usize), u64)>,
    failed: bool,
    answering: bool,
}

struct Bench {
    unit: Simulation<CommandUnit>,
    random: TestRng,
    cores: Vec<Core>,
    /// Orders that the page allocator has accepted and not answered: op, answer, address, cycles left.
    orders: Vec<(PageOp, (Status, usize), usize, u64)>,
    /// What has happened since the command: switches and page requests.
    switches: Vec<(usize, SwitchOp, usize, usize)>,
    pages: Vec<(PageOp, usize, usize)>,
    /// Last answer of the page allocator to a command, DESTROY aside.
    answered: Option<(usize, usize)>,
    destroyed: Vec<usize>,
    destroy_answers: Vec<usize>,
}

impl Bench {
    fn new(seed: u64) -> Bench {
        let mut bench = Bench {
            unit: Simulation::new(CommandUnit::new(&Geometry::new(&several()))),
            random: random(seed),
            cores: vec![Core::default(); CORES],
            orders: Vec::new(),
            switches: Vec::new(),
            pages: Vec::new(),
            answered: None,
            destroyed: Vec::new(),
            destroy_answers: Vec::new(),
        };
        for _ in 0..PROCESSES {
            bench.unit.tick();
        }
        bench
    }

    fn coin(&mut self) -> bool {
        below(&mut self.random, 2) == 0
    }

    /// One cycle: neighbours answer, then the clock's edge; the command's answer if it comes.
    fn cycle(&mut self) -> Option<(usize, usize)> {
        let mut core_ready = [false; CORES];
        for (i, ready) in core_ready.iter_mut().enumerate() {
            *ready = self.coin() && self.cores[i].switch.is_none();
            if let Some((op, pair, left)) = self.cores[i].switch {
                let left = left.saturating_sub(1);
                self.cores[i].switch = Some((op, pair, left));
                if left == 0 && !self.cores[i].answering {
                    let failed = below(&mut self.random, 4) == 0;
                    self.cores[i].runs = (op == SwitchOp::Attach && !failed).then_some(pair);
                    self.cores[i].failed = failed;
                    self.cores[i].answering = true;
                }
            }
            let core = &self.cores[i];
            let unit = &mut self.unit.module;
            unit.attached[i].next = core.runs.is_some();
            unit.switch_request_ready[i].next = *ready;
            unit.switch_response_valid[i].next = core.answering;
            unit.switch_response_status[i].next = match core.failed {
                true => Status::BusError,
                false => Status::Ok,
            };
        }
        for order in &mut self.orders {
            order.3 = order.3.saturating_sub(1);
        }
        let due = self.orders.iter().position(|order| order.3 == 0);
        let page_ready = self.coin();
        let unit = &mut self.unit.module;
        unit.page_request_ready.next = page_ready;
        unit.page_response_valid.next = due.is_some();
        if let Some((op, (status, _), address, _)) = due.map(|i| self.orders[i]) {
            unit.page_response_op.next = op;
            unit.page_response_status.next = status;
            unit.page_response_address.next = bits(address, 32);
        }
        self.unit.eval();

        let unit = &self.unit.module;
        assert!(unit.page_response_ready.val());
        let offering: Vec<usize> = (0..CORES)
            .filter(|i| unit.switch_request_valid[*i].val())
            .collect();
        assert!(offering.len() <= 1, "one switch at a time");
        let process = unit.page_request_process.val().index();
        for i in offering {
            assert!(!unit.serving[i].val(), "it is about to switch");
            let pair = (
                unit.core_process[i].val().index(),
                unit.switch_request_context.val().index(),
            );
            if core_ready[i] {
                let op = unit.switch_request_op.val();
                let (records, mailbox) = (
                    unit.switch_request_records.val().index(),
                    unit.switch_request_mailbox.val().index(),
                );
                let pair = if op == SwitchOp::Attach {
                    (process, pair.1)
                } else {
                    pair
                };
                self.switches.push((i, op, records, mailbox));
                self.cores[i].switch = Some((op, pair, 1 + below(&mut self.random, 5)));
            }
        }
        for i in 0..CORES {
            if unit.switch_response_ready[i].val() && self.cores[i].answering {
                self.cores[i].answering = false;
                self.cores[i].switch = None;
            }
        }
        if unit.page_request_valid.val() && page_ready {
            let op = unit.page_request_op.val();
            let address = unit.page_request_address.val().index();
            self.pages.push((op, process, address));
            let answer = ANSWERS[[0, 0, 0, 1, 2, 3, 4][below(&mut self.random, 7) as usize]];
            let frame = 0x8000_0000 + (below(&mut self.random, 1024) << 12) as usize;
            let wait = match op {
                PageOp::Destroy => 20 + below(&mut self.random, 60),
                _ => 1 + below(&mut self.random, 6),
            };
            self.orders.push((op, answer, frame, wait));
        }
        if let Some(due) = due {
            let (op, (_, code), frame, _) = self.orders.remove(due);
            if op == PageOp::Destroy {
                self.destroy_answers.push(code);
                assert!(unit.destroy_done.val());
                self.destroyed.push(unit.destroy_status.val().index());
            } else {
                self.answered = Some((code, frame));
            }
        } else {
            assert!(!unit.destroy_done.val());
        }
        let done = unit.command_done.val().then(|| {
            (
                unit.command_status.val().index(),
                unit.command_result.val().index(),
            )
        });
        self.unit.tick();
        done
    }

    /// Orders a command and waits for its answer.
    fn order(&mut self, command: Command) -> (usize, usize) {
        self.switches.clear();
        self.pages.clear();
        self.answered = None;
        let mut due = true;
        for _ in 0..500 {
            let unit = &mut self.unit.module;
            unit.command_valid.next = due;
            unit.command_op.next = bits(command.op, 8);
            unit.command_process.next = bits(command.process, 16);
            unit.command_context.next = bits(command.context, 16);
            unit.command_core.next = bits(command.core, 16);
            unit.command_argument.next = bits(command.argument, 64);
            self.unit.eval();
            let taken = due && self.unit.module.command_ready.val();
            let done = self.cycle();
            due &= !taken;
            if let Some(answer) = done {
                assert!(!due, "answered before it was taken");
                return answer;
            }
        }
        panic!("no answer to {command:?}");
    }
}

/// Of a thousand commands, each is answered as a plain table of processes and cores says.
#[test]
fn random_commands_among_cores_and_page_allocator() {
    let seed = setting("REGISTERS_SEED", 1);
    let g = Geometry::new(&several());
    let mut bench = Bench::new(seed);
    let mut random = random(seed + 1);
    let mut live: BTreeMap<usize, usize> = BTreeMap::new();
    let mut counts: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    for i in 0..setting("REGISTERS_ACCESSES", 3000) {
        let mut draw = |limit| below(&mut random, limit) as usize;
        let op = match draw(12) {
            0 => draw(256),
            n => [1, 1, 1, 2, 3, 4, 5, 6, 7, 7, 7, 8][n],
        };
        let mut argument = 0x8000_0000 | draw(1024) << 12;
        if draw(12) == 0 {
            argument |= 1 << (32 + draw(32));
        }
        let mut command = Command {
            op,
            process: draw(PROCESSES as u64),
            context: draw(CONTEXTS as u64),
            core: draw(CORES as u64),
            argument,
        };
        match draw(20) {
            0 => command.process = PROCESSES + draw(60000),
            1 => command.context = CONTEXTS + draw(60000),
            2 => command.core = CORES + draw(60000),
            _ => {}
        }
        let destroying = bench.orders.iter().any(|order| order.0 == PageOp::Destroy);
        let running: Vec<_> = bench.cores.iter().map(|core| core.runs).collect();
        let (status, result) = bench.order(command);
        let at = format!("command {i}, {command:?}, seed {seed}");

        let bad_process = command.process >= PROCESSES;
        let bad_core = command.core >= CORES;
        let bad_argument = command.argument >> 32 != 0;
        let on_core = running.get(command.core).copied().flatten();
        let pair = (command.process, command.context);
        let mptr = live.get(&command.process).copied();
        let refused = match op {
            1 | 6 if bad_process || bad_argument => Some(BAD_POINTER),
            2 if bad_process => Some(BAD_POINTER),
            3 if bad_argument => Some(BAD_POINTER),
            7 if bad_process || bad_core || command.context >= CONTEXTS => Some(BAD_POINTER),
            8 if bad_core => Some(BAD_POINTER),
            // A DESTROY may end while the command waits.
            2 if destroying && status == BUSY => Some(BUSY),
            2 | 7 if mptr.is_none() => Some(NOT_ENABLED),
            7 if on_core.is_some() || running.contains(&Some(pair)) => Some(BUSY),
            8 if on_core.is_none() => Some(NOT_ENABLED),
            1..=8 => None,
            _ => Some(BAD_COMMAND),
        };
        *counts.entry((op.min(9), status)).or_default() += 1;
        if let Some(expected) = refused {
            assert_eq!((status, result), (expected, 0), "{at}");
            assert!(bench.switches.is_empty() && bench.pages.is_empty(), "{at}");
            continue;
        }
        let order = |op| vec![(op, command.process, command.argument)];
        let ops: Vec<PageOp> = bench.pages.iter().map(|page| page.0).collect();
        match op {
            1 | 3 | 4 | 5 | 6 => {
                let (code, frame) = bench.answered.expect("the page allocator's answer");
                let took = op == 4 && code == 0;
                assert_eq!(
                    (status, result),
                    (code, if took { frame } else { 0 }),
                    "{at}"
                );
                assert!(bench.switches.is_empty(), "{at}");
                match op {
                    1 => assert_eq!(bench.pages, order(PageOp::Create), "{at}"),
                    3 => assert_eq!(
                        (&ops[..], bench.pages[0].2),
                        (&[PageOp::Push][..], argument)
                    ),
                    4 => assert_eq!(ops, [PageOp::Take], "{at}"),
                    5 => assert_eq!(ops, [PageOp::Sync], "{at}"),
                    _ => assert_eq!(bench.pages, order(PageOp::SetQuota), "{at}"),
                }
                if op == 1 && code == 0 {
                    live.insert(command.process, command.argument);
                }
            }
            2 => {
                assert_eq!(status, 0, "{at}");
                let expected: Vec<_> = (0..CORES)
                    .filter(|core| running[*core].is_some_and(|pair| pair.0 == command.process))
                    .map(|core| (core, SwitchOp::Discard))
                    .collect();
                let discards: Vec<_> = bench.switches.iter().map(|s| (s.0, s.1)).collect();
                assert_eq!(discards, expected, "{at}");
                assert_eq!(ops, [PageOp::Destroy], "{at}");
                assert_eq!(bench.pages[0].1, command.process, "{at}");
                live.remove(&command.process);
            }
            7 => {
                let mptr = mptr.expect("it is live");
                let records = mptr + 4096 + (command.context << g.class_bits) * 16;
                let mailbox = mptr + g.mailboxes_offset() + command.context * 16;
                let expected = [(command.core, SwitchOp::Attach, records, mailbox)];
                assert_eq!(bench.switches, expected, "{at}");
                let runs = bench.cores[command.core].runs;
                assert_eq!(status, if runs.is_some() { 0 } else { BUS_ERROR }, "{at}");
                assert!(runs.is_none() || runs == Some(pair), "{at}");
            }
            _ => {
                assert_eq!(bench.switches.len(), 1, "{at}");
                assert_eq!(bench.switches[0].0, command.core, "{at}");
                assert_eq!(bench.switches[0].1, SwitchOp::Detach, "{at}");
                assert!(status == 0 || status == BUS_ERROR, "{at}");
            }
        }
        // What is said of cores and processes is what has been ordered.
        for (core, state) in bench.cores.clone().into_iter().enumerate() {
            let unit = &mut bench.unit.module;
            unit.attached[core].next = state.runs.is_some();
            unit.core_select.next = bits(core, 2);
            unit.process_select.next = bits(command.process, 2);
            bench.unit.eval();
            let unit = &bench.unit.module;
            assert_eq!(unit.serving[core].val(), state.runs.is_some(), "{at}");
            assert_eq!(unit.selected_attached.val(), state.runs.is_some(), "{at}");
            if let Some(pair) = state.runs {
                let says = (unit.core_process[core].val(), unit.core_context[core].val());
                assert_eq!((says.0.index(), says.1.index()), pair, "{at}");
                let says = (unit.selected_process.val(), unit.selected_context.val());
                assert_eq!((says.0.index(), says.1.index()), pair, "{at}");
            }
            if !bad_process {
                let mptr = live.get(&command.process).copied().unwrap_or(0);
                assert_eq!(unit.selected_descriptor.val().index(), mptr >> 12, "{at}");
            }
        }
        assert_eq!(bench.destroyed, bench.destroy_answers, "{at}");
    }
    println!("(operation, status): how often: {counts:?}");
    for needed in [
        (1, 0),
        (2, 0),
        (2, BUSY),
        (2, NOT_ENABLED),
        (4, 0),
        (7, 0),
        (7, BUSY),
        (7, NOT_ENABLED),
        (7, BUS_ERROR),
        (7, BAD_POINTER),
        (8, 0),
        (8, NOT_ENABLED),
        (8, BAD_POINTER),
        (9, BAD_COMMAND),
    ] {
        assert!(counts.contains_key(&needed), "{needed:?} never happened");
    }
    assert!(!bench.destroyed.is_empty());
}
