//! Several cores and a pool that runs dry: who gets the last frames, the page allocator decides, and the model follows
//! its order.

use super::random::{Random, RandomProgram};
use crate::emitted::{Emitted, Fault};
use memento_config::Config;
use memento_sim::Status;
use memento_testbenches::directed::{config, design};
use memento_testbenches::system::bench::SystemBench;
use memento_testbenches::system::commands::Command;
use memento_testbenches::system::dram::FRAME_BYTES;
use memento_testbenches::system::error::SystemError;
use memento_testbenches::system::hardware::SystemDesign;
use memento_testbenches::system::machine::Surroundings;

/// Frames lent before the programs start, and in all at most.
const FIRST_FRAMES: u64 = 10;
const MOST_FRAMES: u64 = 300;

/// What was refused for want of frames, and how many frames were lent and taken in the course of it.
#[derive(Debug, Default)]
struct Refused {
    allocations: u64,
    pages: u64,
    lent: u64,
    taken: u64,
}

/// Random programs on all cores, for contexts of two processes, while the operating system lends a few frames again and
/// again, takes some back, and changes quotas.
fn run(
    config: &Config,
    design: &SystemDesign,
    seed: u64,
    refused: &mut Refused,
) -> Result<(), SystemError> {
    let cores = config.cores() as usize;
    let mut random = Random::new(seed + 300);
    let mut bench = SystemBench::new(config, design, &Surroundings::default())?;
    let layout = bench.layout();
    let (mut lent, mut taken) = (0, 0);
    let mut lend = |bench: &mut SystemBench, frames: u64| -> Result<u64, SystemError> {
        for _ in 0..frames {
            let address = layout.base + lent * FRAME_BYTES;
            bench.command(Command::Push { address })?;
            lent += 1;
        }
        Ok(lent)
    };
    let mut in_all = lend(&mut bench, FIRST_FRAMES)?;
    for process in 0..2 {
        let descriptor = layout.descriptor(process);
        bench.command(Command::Create {
            process,
            descriptor,
        })?;
    }
    for core in 0..cores {
        let (process, context) = (core as u32 % 2, core as u32 / 2);
        bench.command(Command::Attach {
            core: core as u32,
            process,
            context,
        })?;
        let program = RandomProgram {
            random: Random::new(seed << 8 | core as u64),
            left: 400,
            context: core / 2,
            contexts: cores / 2,
            objects: 60,
            freed: Vec::new(),
        };
        bench.start(core, process as usize, process, Box::new(program));
    }
    while bench.runs() {
        for _ in 0..random.below(800) {
            bench.cycle()?;
        }
        match random.below(8) {
            0..4 if in_all < MOST_FRAMES => in_all = lend(&mut bench, random.below(6))?,
            4 => {
                // The pool may be dry.
                let before = bench.model.statistics().takes;
                bench.command(Command::Take)?;
                taken += bench.model.statistics().takes - before;
            }
            5 | 6 => {
                // None, or little more than it has.
                let process = random.below(2) as u32;
                let used = bench.model.process_usage(process).unwrap().frames;
                let frames = random.below(2) * (used + random.below(4));
                bench.command(Command::SetQuota { process, frames })?;
            }
            _ => {}
        }
    }
    bench.finish_programs()?;
    bench.compare()?;
    for core in 0..cores {
        let counters = bench.model.counters(core).unwrap();
        refused.allocations += counters.statuses[usize::from(Status::NoMemory.code())];
        refused.pages += bench.untouched(core);
    }
    refused.lent += in_all;
    refused.taken += taken;
    for process in 0..2 {
        bench.command(Command::Destroy { process })?;
    }
    bench.compare()?;
    assert_eq!(bench.model.pool_level(), in_all - taken);
    Ok(())
}

/// Regression: with several cores and a dry pool, the bench let the model take frames when answers were seen, not when
/// the page allocator did.
#[test]
fn the_last_frames_go_to_whom_the_page_allocator_serves() {
    let mut refused = Refused::default();
    for (cores, entries) in [(2, 4), (4, 0), (8, 4)] {
        let config = config(cores, 64, entries);
        let design = design(&config);
        for seed in 1..=6 {
            println!("{cores} cores, {entries} entries, seed {seed}");
            let ran = run(&config, &design, seed, &mut refused);
            ran.unwrap_or_else(|error| panic!("{error}"));
        }
    }
    println!("{refused:?}");
    assert!(
        refused.allocations > 200 && refused.pages > 200,
        "it was dry"
    );
    assert!(refused.lent > 600 && refused.taken > 5);
}

/// A test of the test: page allocators that take frames in the right order, and decide otherwise.
#[test]
fn decisions_that_are_off_by_one_are_seen() {
    let config = config(2, 64, 4);
    let emitted = Emitted::new(&config);
    let mutants: [&[Fault]; 3] = [
        // The pool keeps its last frame.
        &[
            (
                "memento_page_pool",
                "have = available >=",
                "have = available >",
            ),
            ("memento_page_pool", "dry = frames <", "dry = frames <="),
        ],
        // So does a quota.
        &[(
            "memento_page_mapper",
            "(demand > {1'b0, quota})",
            "(demand >= {1'b0, quota})",
        )],
        // Frames of an arena that is given back go on to count as the process's.
        &[(
            "memento_page_allocator",
            ", arena_returns_settled_frames}",
            ", arena_returns_settled_frames ^ arena_returns_settled_frames}",
        )],
    ];
    for mutant in mutants {
        let design = emitted.with(mutant);
        let caught = (1..=6).find_map(|seed| {
            let ran = run(&config, &design, seed, &mut Refused::default());
            ran.err().map(|error| (seed, error))
        });
        let (seed, error) = caught.unwrap_or_else(|| panic!("not caught: {mutant:?}"));
        println!("caught with seed {seed}: {error}");
    }
}
