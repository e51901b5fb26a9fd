//! More contexts than cores: frees of objects whose context doesn't run end in its mailbox, which the next core that
//! attaches it drains, while others go on.

use super::random::{Random, RandomProgram};
use crate::emitted::Emitted;
use memento_config::Config;
use memento_sim::{Located, Status};
use memento_testbenches::Issue;
use memento_testbenches::directed::{Os, allocs, bare_free, config, design};
use memento_testbenches::system::bench::SystemBench;
use memento_testbenches::system::commands::Command;
use memento_testbenches::system::dram::FRAME_BYTES;
use memento_testbenches::system::error::SystemError;
use memento_testbenches::system::hardware::SystemDesign;
use memento_testbenches::system::machine::Surroundings;
use memento_testbenches::system::program::Program;
use std::collections::VecDeque;

const PROCESS: u32 = 0;
const FRAMES: u64 = 400;

/// A context that doesn't run, with what its program has left to do.
struct Away {
    context: u32,
    program: Option<Box<dyn Program>>,
}

/// The operating system.
struct Switching {
    bench: SystemBench,
    random: Random,
    away: VecDeque<Away>,
    /// By core, the context that it runs.
    runs: Vec<u32>,
    /// By context, addresses for its mailbox.
    mailboxes: Vec<Vec<u64>>,
    /// Addresses that a mailbox has, and that nothing begins at.
    nonsense: u64,
}

impl Switching {
    fn new(config: &Config, design: &SystemDesign, seed: u64) -> Result<Switching, SystemError> {
        let contexts = 1 << config.settings().address.context_bits;
        let mut bench = SystemBench::new(config, design, &Surroundings::default())?;
        let layout = bench.layout();
        for frame in 0..FRAMES {
            let address = layout.base + frame * FRAME_BYTES;
            bench.command(Command::Push { address })?;
        }
        bench.command(Command::Create {
            process: PROCESS,
            descriptor: layout.descriptor(PROCESS),
        })?;
        let away = (0..contexts).map(|context: usize| Away {
            context: context as u32,
            program: Some(Box::new(RandomProgram {
                random: Random::new(seed << 8 | context as u64),
                left: 800,
                context,
                contexts,
                objects: 60,
                freed: Vec::new(),
            })),
        });
        Ok(Switching {
            bench,
            random: Random::new(seed + 400),
            away: away.collect(),
            runs: Vec::new(),
            mailboxes: vec![Vec::new(); contexts],
            nonsense: 0,
        })
    }

    /// Sorts frees that nobody executed into mailboxes.
    fn sort(&mut self) {
        let refused: Vec<(u32, u64)> = self.bench.take_refused().collect();
        for (_, address) in refused {
            let Located::Slot(slot) = self.bench.model.geometry().locate(address) else {
                panic!("{address:#x} is no object's, and was not refused as that");
            };
            self.mailboxes[slot.arena.context as usize].push(address);
        }
    }

    /// Gives a core the context that is away longest, with its mailbox.
    fn attach(&mut self, core: u32) -> Result<(), SystemError> {
        self.sort();
        let Some(Away { context, program }) = self.away.pop_front() else {
            return Ok(());
        };
        let mut addresses = std::mem::take(&mut self.mailboxes[context as usize]);
        if !addresses.is_empty() {
            // An address that is none, and one of another context.
            let other = addresses[0] ^ 1 << self.context_bit();
            let place = self.random.below(addresses.len() as u64 + 1) as usize;
            addresses.splice(place..place, [addresses[0] | 1, other]);
            self.nonsense += 2;
            let layout = self.bench.layout();
            let array = layout.base + (layout.frames - 1 - u64::from(context)) * FRAME_BYTES;
            assert!(addresses.len() as u64 * 8 <= FRAME_BYTES, "it fits a frame");
            self.bench
                .fill_mailbox((PROCESS, context), array, &addresses)?;
        }
        self.bench.command(Command::Attach {
            core,
            process: PROCESS,
            context,
        })?;
        self.runs.resize(self.runs.len().max(core as usize + 1), 0);
        self.runs[core as usize] = context;
        if let Some(program) = program {
            self.bench.start(core as usize, 0, PROCESS, program);
        }
        Ok(())
    }

    /// Lowest bit of an address's context.
    fn context_bit(&self) -> u32 {
        let geometry = self.bench.model.geometry();
        let base = |context| {
            geometry.arena_base(memento_sim::Arena {
                class: 0,
                context,
                number: 0,
            })
        };
        (base(1) ^ base(0)).ilog2()
    }

    /// Takes a core's context away, while others go on.
    fn detach(&mut self, core: u32) -> Result<(), SystemError> {
        let program = self.bench.stop(core as usize)?;
        self.bench.command(Command::Detach { core })?;
        self.away.push_back(Away {
            context: self.runs[core as usize],
            program,
        });
        Ok(())
    }

    /// Whether a program goes on, or a mailbox waits.
    fn busy(&mut self) -> bool {
        self.sort();
        self.bench.runs()
            || self.away.iter().any(|away| away.program.is_some())
            || self.mailboxes.iter().any(|mailbox| !mailbox.is_empty())
    }

    fn run(&mut self, cores: u32) -> Result<(), SystemError> {
        for core in 0..cores {
            self.attach(core)?;
        }
        while self.busy() {
            for _ in 0..self.random.below(6000) {
                self.bench.cycle()?;
            }
            let core = self.random.below(u64::from(cores)) as u32;
            self.detach(core)?;
            self.attach(core)?;
        }
        self.bench.finish_programs()?;
        self.bench.compare()
    }
}

/// More contexts than cores.
fn crowded(cores: u32, data_bits: u32, entries: u32) -> Config {
    let mut settings = config(cores, data_bits, entries).settings().clone();
    settings.address.context_bits += 1;
    settings.address.region_bytes <<= 1;
    Config::new(&settings, "more contexts than cores").unwrap()
}

fn contexts_in_turn(
    cores: u32,
    data_bits: u32,
    entries: u32,
    seeds: std::ops::RangeInclusive<u64>,
) {
    let config = crowded(cores, data_bits, entries);
    let design = design(&config);
    for seed in seeds {
        println!("seed {seed}");
        let mut os = Switching::new(&config, &design, seed).unwrap();
        os.run(cores).unwrap_or_else(|error| panic!("{error}"));
        let model = &os.bench.model;
        let switches: Vec<_> = (0..cores as usize)
            .map(|core| model.switches(core).unwrap())
            .collect();
        let sum = |of: fn(&memento_sim::Switches) -> u64| switches.iter().map(of).sum::<u64>();
        let foreign: u64 = (0..cores as usize)
            .map(|core| {
                let statuses = model.counters(core).unwrap().statuses;
                statuses[usize::from(Status::ForeignContext.code())]
            })
            .sum();
        println!("{foreign} found nobody, {switches:?}");
        assert!(foreign > 20 && sum(|core| core.inbox) > 20);
        assert_eq!(sum(|core| core.mailbox_frees), foreign, "none is lost");
        assert_eq!(sum(|core| core.mailbox_failed), os.nonsense);
        let process = PROCESS;
        os.bench.command(Command::Destroy { process }).unwrap();
        os.bench.compare().unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(os.bench.model.pool_level(), FRAMES);
    }
}

#[test]
fn mailboxes_are_drained_where_their_context_comes_to_run() {
    contexts_in_turn(2, 64, 4, 1..=3);
    contexts_in_turn(4, 128, 0, 4..=5);
}

/// A test of the test: frees that are refused, executed and lost without reason.
#[test]
fn frees_that_go_astray_are_seen() {
    let config = crowded(2, 64, 4);
    let emitted = Emitted::new(&config);
    let mutants = [
        // Refused, though the context runs.
        (
            "memento_forwarder",
            "held_0 && !found_0",
            "held_0 && (!found_0 || !address_1[5])",
        ),
        // Said to be of another core.
        (
            "memento_forwarder",
            "inbox_source_0 = source_0",
            "inbox_source_0 = !source_0",
        ),
        // An address of a full line of a mailbox's array is left out.
        (
            "memento_context_engine",
            "? remaining[3:0] : 4'd8",
            "? remaining[3:0] : 4'd7",
        ),
    ];
    for fault in mutants {
        let design = emitted.with(&[fault]);
        let caught = (1..=3).find_map(|seed| {
            let ran = Switching::new(&config, &design, seed).and_then(|mut os| os.run(2));
            ran.err()
        });
        let error = caught.unwrap_or_else(|| panic!("not caught: {fault:?}"));
        println!("caught: {error}");
    }
}

/// Regression: a free that was executed elsewhere was taken for one ahead of it that had been refused, as long as that
/// refusal waited to be taken.
#[test]
fn a_refusal_that_waits_is_not_taken_for_what_is_executed() {
    let mut settings = config(2, 64, 4).settings().clone();
    settings.address.context_bits = 2;
    settings.address.region_bytes <<= 1;
    let config =
        Config::new(&settings, "four contexts").unwrap_or_else(|errors| panic!("{errors}"));
    let around = Surroundings {
        issue: Issue::Pipelined,
        ..Surroundings::default()
    };
    let mut os = Os::among(&around, &config, &design(&config), 200);
    os.create(PROCESS);
    for (context, first) in [(0, 0), (1, 8), (2, 16)] {
        os.attach(0, PROCESS, context);
        os.run(0, PROCESS, allocs(first..first + 8, 8));
        os.detach(0);
    }
    os.attach(0, PROCESS, 2);
    os.attach(1, PROCESS, 1);
    let addresses: Vec<u64> = (0..16).map(|object| os.address(PROCESS, object)).collect();
    os.bench.machine.stall_responses(90, 7);
    // In turn one of a context that no core runs, and one of the other core's.
    let turns = (0..8).flat_map(|number| [addresses[number], addresses[number + 8]]);
    os.run(0, PROCESS, turns.flat_map(bare_free).collect());
    assert_eq!(os.answered(0, Status::ForeignContext), 8);
    os.compare();
}
