//! Recordings and their processes through the whole system, in lock-step with the golden model.

use memento_config::Config;
use memento_hdl::Geometry;
use memento_hdl::bypass::bypass::Bypass;
use memento_hdl::system::memento_system::System;
use memento_hdl::verilog::{Options, emit};
use memento_sim::Status;
use memento_sim::trace::{Recording, Replay};
use memento_testbenches::CompileOptions;
use memento_testbenches::system::bench::SystemBench;
use memento_testbenches::system::error::SystemError;
use memento_testbenches::system::hardware::SystemDesign;
use memento_testbenches::system::machine::Surroundings;
use memento_testbenches::system::processes::{Policy, Scheduler};
use memento_testbenches::system::program::{Program, Recorded};

const QUICK: CompileOptions = CompileOptions {
    quick: true,
    ..CompileOptions::DEFAULT
};

/// The first operations of recordings as processes.
fn scheduler(
    config: &Config,
    design: &SystemDesign,
    traces: &[&str],
    limit: u64,
    policy: Policy,
) -> Scheduler {
    let bench = SystemBench::new(config, design, &Surroundings::default()).unwrap();
    let programs = traces.iter().map(|trace| {
        let path = format!(
            "{}/../traces/{trace}.heaptrack.zst",
            env!("CARGO_MANIFEST_DIR")
        );
        let replay = Replay::new(
            Recording::open(path).unwrap(),
            &memento_sim::Geometry::new(config),
        );
        Box::new(Recorded::new(replay, limit)) as Box<dyn Program>
    });
    Scheduler::new(bench, policy, programs.collect()).unwrap()
}

/// Runs recordings to their ends.
fn run(config: &Config, traces: &[&str], limit: u64, policy: Policy) -> Scheduler {
    let design = SystemDesign::of_config(config, QUICK).unwrap();
    let mut scheduler = scheduler(config, &design, traces, limit, policy);
    // Memory is compared in the midst of the run too, and at its end.
    let mut advance = || {
        let ended = scheduler.advance(400_000)?;
        scheduler.bench.compare()?;
        Ok(ended)
    };
    while !advance().unwrap_or_else(|error: SystemError| panic!("{error}")) {}
    scheduler
}

#[test]
fn a_recording_leaves_memory_as_the_model() {
    let config = Config::preset("default").unwrap();
    let ran = run(&config, &["json_loads"], 20_000, Policy::default());
    assert_eq!(ran.counts().destroyed, 1);
    assert!(ran.bench.translations(0) > 0 && ran.bench.untouched(0) == 0);
}

/// Cycles in which all on memory's side wait aren't gone through there: this changes nothing.
#[test]
fn what_waits_may_rest() {
    let config = Config::preset("default").unwrap();
    let design = SystemDesign::of_config(&config, QUICK).unwrap();
    let [rested, wakeful] = [false, true].map(|wakeful| {
        let policy = Policy::default();
        let traces = ["json_loads", "cpp_json"];
        let mut scheduler = scheduler(&config, &design, &traces, 2_000, policy);
        if wakeful {
            scheduler.bench.machine.never_rest();
        }
        assert!(scheduler.advance(10_000_000).unwrap());
        let machine = &scheduler.bench.machine;
        let system_writes = machine.system_writes().to_vec();
        let traffic = *machine.dram.traffic();
        let cache = *machine.cache.counts();
        (machine.cycle(), traffic, cache, system_writes)
    });
    assert_eq!(rested, wakeful);
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

/// Regression: the operating system lent frames once when the pool came to its low mark, and never again when it stayed
/// below.
#[test]
fn a_pool_that_stays_low_is_filled_again() {
    let config = Config::preset("tiny").unwrap();
    let policy = Policy {
        pool_frames: 2,
        refill_frames: 1,
        low_mark: 16,
        ..Policy::default()
    };
    let ran = run(&config, &["json_loads"], 600, policy);
    assert!(ran.counts().refills > 10, "{:?}", ran.counts());
    assert_eq!(ran.bench.untouched(0), 0);
    let no_memory = usize::from(Status::NoMemory.code());
    assert_eq!(ran.bench.model.counters(0).unwrap().statuses[no_memory], 0);
}

/// A test of the tests: hardware that saves no header when a context leaves its core, which nobody reads any more.
#[test]
fn what_a_process_leaves_is_compared() {
    let config = Config::preset("tiny").unwrap();
    let geometry = Geometry::new(&config);
    let mut system = emit(&System::new(&geometry, 0), &Options::default()).unwrap();
    let bypass = emit(&Bypass::new(&geometry), &Options::default()).unwrap();
    let mut modules = system.modules.iter_mut();
    let engine = modules
        .find(|module| module.name == "memento_context_engine")
        .expect("it is there");
    let (dirty, clean) = ("entry_valid && look_dirty", "entry_valid && 1'b0");
    assert!(engine.text.contains(dirty), "say the fault anew");
    engine.text = engine.text.replace(dirty, clean);
    let design = SystemDesign::new(&config, &system, Some(&bypass), QUICK).unwrap();
    let mut scheduler = scheduler(&config, &design, &["json_loads"], 300, Policy::default());
    match scheduler.advance(10_000_000) {
        Err(error @ SystemError::Difference(_)) => println!("caught: {error}"),
        Err(error) => panic!("{error}"),
        Ok(_) => panic!("not caught"),
    }
}
