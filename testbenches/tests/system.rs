//! Recordings and their processes through the whole system, in lock-step with the golden model.

use memento_config::Config;
use memento_sim::Geometry;
use memento_sim::trace::{Recording, Replay};
use memento_testbenches::CompileOptions;
use memento_testbenches::system::bench::SystemBench;
use memento_testbenches::system::hardware::SystemDesign;
use memento_testbenches::system::machine::Surroundings;
use memento_testbenches::system::processes::{Policy, Scheduler};
use memento_testbenches::system::program::{Program, Recorded};

/// Runs the first operations of recordings as processes to their ends.
fn run(config: &Config, traces: &[&str], limit: u64, policy: Policy) -> Scheduler {
    let options = CompileOptions {
        quick: true,
        ..CompileOptions::default()
    };
    let design = SystemDesign::of_config(config, options).unwrap();
    let around = Surroundings::default();
    let bench = SystemBench::new(config, &design, &around).unwrap();
    let programs = traces.iter().map(|trace| {
        let path = format!(
            "{}/../traces/{trace}.heaptrack.zst",
            env!("CARGO_MANIFEST_DIR")
        );
        let replay = Replay::new(Recording::open(path).unwrap(), &Geometry::new(config));
        Box::new(Recorded::new(replay, limit)) as Box<dyn Program>
    });
    let mut scheduler = Scheduler::new(bench, policy, programs.collect()).unwrap();
    while !scheduler
        .advance(100_000)
        .unwrap_or_else(|error| panic!("{error}"))
    {}
    scheduler
}

#[test]
fn a_recording_leaves_memory_as_the_model() {
    let config = Config::preset("default").unwrap();
    let ran = run(&config, &["json_loads"], 20_000, Policy::default());
    assert_eq!(ran.counts().destroyed, 1);
    assert!(ran.bench.translations(0) > 0 && ran.bench.untouched(0) == 0);
}

#[test]
fn processes_take_turns() {
    let config = Config::preset("default").unwrap();
    let policy = Policy {
        quantum: 500,
        ..Policy::default()
    };
    let ran = run(&config, &["json_loads", "cpp_json"], 5_000, policy);
    assert_eq!(ran.counts().destroyed, 2);
    assert!(ran.counts().attached > 10);
}
