//! The object allocator in Verilator against the golden model, under programs lawful and hostile.

mod common;

use common::*;
use memento_config::strategy::any_config;
use memento_config::{Config, Ecc};
use memento_sim::{Arena, Status};
use memento_testbenches::{BenchError, Operation};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

/// Actions a run; each is one to forty operations.
const ACTIONS: usize = 400;

/// Plays runs of every kind, with and without stalls and with few frames.
fn torment(config: &Config, runs: u64, what: &str) {
    let design = compiled(config);
    let kinds = [lawful(), lawless(), hostile()];
    for run in 0..runs {
        let seed = SEED.wrapping_mul(2 * run + 1).rotate_left(run as u32);
        let kind = (run % 3) as usize;
        let frames = (run % 4 == 3).then_some(run % 5);
        let actions = drawn(&kinds[kind], ACTIONS, seed);
        let result: Result<(), BenchError> = bench(config, &design, seed, run % 2 == 1, frames)
            .and_then(|mut bench| play_all(config, &mut bench, seed, &actions));
        if let Err(error) = result {
            panic!(
                "{what}, run {run}, seed {seed:#x}, kind {kind}: {error}\n{}",
                config.to_toml()
            );
        }
    }
}

#[test]
fn tiny() {
    torment(&Config::preset("tiny").expect("a preset"), 60, "tiny");
}

/// Saving and restoring at any point can't be seen: contexts take turns, frees are left to them,
/// records and headers are corrupt and lines fail.
#[test]
fn contexts_take_turns() -> Result<(), BenchError> {
    let plain = [("tiny", 40), ("rv32", 8), ("default", 8)];
    let kinds = plain.map(|(preset, runs)| (preset, runs, Ecc::None));
    for (preset, runs, ecc) in kinds.into_iter().chain([("tiny", 40, Ecc::Parity)]) {
        let config = altered(preset, |s| s.protection.ecc = ecc);
        let design = compiled(&config);
        for run in 0..runs {
            let seed = SEED.wrapping_mul(2 * run + 3).rotate_left(run as u32);
            let actions = drawn(&switching(run % 2 == 1), ACTIONS, seed);
            let mut bench = bench(&config, &design, seed, run % 4 > 1, None)?;
            bench.environment.answer_forwards(seed);
            // What the page allocator's half of a record holds must stay.
            bench.fill_cursors(seed as u8 | 1);
            if let Err(error) = play_all(&config, &mut bench, seed, &actions) {
                panic!("{preset}, {ecc:?}, run {run}, seed {seed:#x}: {error}");
            }
        }
    }
    Ok(())
}

#[test]
fn every_address_of_an_arena() -> Result<(), BenchError> {
    let config = Config::preset("tiny").expect("a preset");
    free_every_step(
        &config,
        &mut bench(&config, &compiled(&config), SEED, false, None)?,
    )
}

/// A double free was taken for a free when its test met a write of the same word in the block RAM.
#[test]
fn regression_a_double_free_tested_while_its_word_is_written() -> Result<(), BenchError> {
    let config = Config::preset("tiny").expect("a preset");
    let mut bench = bench(&config, &compiled(&config), SEED, false, None)?;
    let mut objects = Vec::new();
    for _ in 0..8 {
        objects.push(bench.issue(Operation::Alloc { size: 8 })?.1.response.value);
    }
    bench.drain()?;
    // Another slot of the word is freed a few operations ahead, at every distance.
    for distance in 0..8 {
        let (first, second) = (objects[distance % 4], objects[4 + distance % 4]);
        bench.issue(Operation::Free { address: first })?;
        bench.drain()?;
        bench.issue(Operation::Free { address: second })?;
        for _ in 0..distance {
            bench.issue(Operation::Free { address: 0 })?;
        }
        bench.issue(Operation::Free { address: first })?;
        bench.drain()?;
        for _ in 0..2 {
            bench.issue(Operation::Alloc { size: 8 })?;
        }
        bench.drain()?;
    }
    Ok(())
}

#[test]
fn headers_written_behind_frees() -> Result<(), BenchError> {
    for preset in ["tiny", "default"] {
        let config = Config::preset(preset).expect("a preset");
        common::posted::writes_that_fail(&config, &compiled(&config))?;
    }
    // With many headers at hand all places of the queue of lines are taken.
    for entries in [4, 64] {
        let config = altered("tiny", |s| s.core.header_entries = entries);
        let design = compiled(&config);
        for run in 0..20 {
            let seed = SEED.wrapping_mul(2 * run + 1).rotate_left(run as u32);
            if let Err(error) = common::posted::frees_that_share_writes(&config, &design, seed) {
                panic!("{entries} headers at hand, seed {seed:#x}: {error}");
            }
        }
    }
    let tiny = Config::preset("tiny").expect("a preset");
    common::posted::headers_that_displace_each_other(&tiny, &compiled(&tiny))
}

/// Hardware refused a release next to a header whose count no bitmap can have; only the counts of
/// the freed arena and of a popped one are used, and so only those are judged.
#[test]
fn regression_the_count_of_a_neighbour_is_not_judged() -> Result<(), BenchError> {
    let config = Config::preset("tiny").expect("a preset");
    let mut bench = bench(&config, &compiled(&config), SEED, false, None)?;
    let mut arenas = Vec::new();
    for _ in 0..6 {
        let mut objects = Vec::new();
        for _ in 0..config.objects_per_arena() {
            objects.push(bench.issue(Operation::Alloc { size: 8 })?.1.response.value);
        }
        arenas.push(objects);
    }
    bench.drain()?;
    // Arenas 0 to 4 are outside the table; with enough free slots each goes onto the list.
    for objects in &mut arenas[..5] {
        for address in objects.drain(..config.list_threshold() as usize) {
            bench.issue(Operation::Free { address })?;
        }
    }
    bench.drain()?;
    let context = (SEED >> 48) as u32 % 2;
    let mut bytes = bench.model.header_bytes(0, 3).expect("arena 3 exists");
    bytes[48..50].copy_from_slice(&u16::MAX.to_le_bytes());
    let mut header = memento_sim::Header::from_bytes(bytes);
    header.seal();
    bench.detach()?;
    bench.attach(context)?;
    bench.poke_header(
        Arena {
            class: 0,
            context,
            number: 3,
        },
        header.to_bytes(),
    )?;
    for address in arenas[2].drain(..) {
        let (_, outcome) = bench.issue(Operation::Free { address })?;
        assert_eq!(outcome.response.status, Status::Ok);
    }
    bench.compare_memory()?;
    bench.compare_counters()
}

#[test]
fn rv32() {
    torment(&Config::preset("rv32").expect("a preset"), 24, "rv32");
}

#[test]
fn default() {
    torment(&Config::preset("default").expect("a preset"), 24, "default");
}

#[test]
fn every_pipeline_depth() {
    for depth in 6..=11 {
        let config = altered("tiny", |s| s.pipeline.depth_cycles = depth);
        torment(&config, 12, &format!("tiny, {depth} cycles"));
    }
}

/// Checked words are as good as others while nothing changes them: no false alarm, whatever memories hold at first.
#[test]
fn checked_tables() {
    for depth in [6, 8, 9, 11] {
        let config = altered("tiny", |s| {
            s.protection.ecc = Ecc::Parity;
            s.pipeline.depth_cycles = depth;
        });
        torment(&config, 24, &format!("tiny, parity, {depth} cycles"));
    }
}

#[test]
fn thresholds_and_queue_sizes() {
    for (threshold, queue, translations) in [(1, 2, 2), (15, 16, 64)] {
        let config = altered("tiny", |s| {
            s.objects.list_threshold = threshold;
            s.core.miss_queue_entries = queue;
            s.core.translation_entries = translations;
        });
        torment(&config, 12, &format!("tiny, threshold {threshold}"));
    }
}

/// Random configurations; `MEMENTO_CONFIGURATIONS` says how many, each takes some ten seconds.
#[test]
fn random_configurations() {
    let count = std::env::var("MEMENTO_CONFIGURATIONS").map_or(5, |n| n.parse().expect("a number"));
    let mut runner = TestRunner::deterministic();
    for number in 0..count {
        let config = any_config()
            .new_tree(&mut runner)
            .expect("valid ones exist")
            .current();
        torment(&config, 9, &format!("random configuration {number}"));
    }
}
