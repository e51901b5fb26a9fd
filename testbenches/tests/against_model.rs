//! The object allocator in Verilator against the golden model, under programs lawful and hostile.

mod common;

use common::*;
use memento_config::Config;
use memento_config::strategy::any_config;
use memento_testbenches::BenchError;
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
