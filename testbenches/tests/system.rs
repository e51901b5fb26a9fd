//! Recordings and their processes through the whole system, in lock-step with the golden model.

use memento_config::Config;
use memento_sim::Geometry;
use memento_sim::trace::{Recording, Replay};
use memento_testbenches::CompileOptions;
use memento_testbenches::system::bench::SystemBench;
use memento_testbenches::system::cache::CacheShape;
use memento_testbenches::system::core_driver::Order;
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
    let bench = SystemBench::new(config, &design, &around, Order::Issue).unwrap();
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

/// Prints figures of a recording: `SYSTEM_TRACE=file cargo test --test system figures -- --ignored --nocapture`.
#[test]
#[ignore = "measures"]
fn figures() {
    let config = Config::preset("default").unwrap();
    let design = SystemDesign::of_config(&config, CompileOptions::default()).unwrap();
    let path = std::env::var("SYSTEM_TRACE").unwrap();
    let cache = CacheShape {
        bytes: std::env::var("SYSTEM_CACHE_BYTES").map_or(2 << 20, |bytes| bytes.parse().unwrap()),
        ways: 16,
    };
    let around = Surroundings {
        cache,
        ..Surroundings::default()
    };
    let bench = SystemBench::new(&config, &design, &around, Order::Issue).unwrap();
    let replay = Replay::new(Recording::open(&path).unwrap(), &Geometry::new(&config));
    let limit = std::env::var("SYSTEM_LIMIT").map_or(u64::MAX, |limit| limit.parse().unwrap());
    let program = Box::new(Recorded::new(replay, limit)) as Box<dyn Program>;
    // Comparing reads memory through the bypass, and so would be counted with the program's own traffic.
    let policy = Policy {
        compare: false,
        ..Policy::default()
    };
    let mut scheduler = Scheduler::new(bench, policy, vec![program]).unwrap();
    let begun = std::time::Instant::now();
    while !scheduler
        .advance(1_000_000)
        .unwrap_or_else(|error| panic!("{error}"))
    {}
    let seconds = begun.elapsed().as_secs_f64();
    let cycles = scheduler.bench.machine.cycle();
    let operations = scheduler.bench.issued();
    println!(
        "{path}, cache {} KiB: {operations} operations, {cycles} cycles, {:.0} operations/s",
        cache.bytes >> 10,
        operations as f64 / seconds
    );
    let counters = scheduler.bench.model.counters(0).cloned().unwrap();
    println!(
        "alloc hits {} of {}, free hits {} of {}",
        counters.alloc_hits, counters.allocs, counters.free_hits, counters.frees
    );
    let loads = scheduler.bench.core_counter(0, "loads").unwrap();
    for name in [
        "list_pops",
        "new_arenas",
        "fetched_arenas",
        "dropped_arenas",
    ] {
        print!("{name} {} ", scheduler.bench.core_counter(0, name).unwrap());
    }
    let waits = scheduler.bench.waits(0);
    for (what, count) in [
        ("waited", waits.waited),
        ("waited long", waits.waited_long),
        ("behind frees", waits.behind),
    ] {
        let share = 100.0 * count as f64 / waits.allocations as f64;
        print!("{what} {count} ({share:.4} %) ");
    }
    println!("classes {loads}");
    for name in [
        "cursor_lookups",
        "cursor_hits",
        "cursor_conflicts",
        "pool_refills",
        "pool_spills",
        "repairs",
        "header_pages",
        "table_frames",
        "shootdowns",
        "discards",
    ] {
        print!("{name} {} ", scheduler.bench.page_counter(name).unwrap());
    }
    println!();
    if let Some(bypass) = &mut scheduler.bench.machine.bypass {
        for (number, (name, _)) in memento_hdl::bypass::bypass::COUNTERS.iter().enumerate() {
            print!("{name} {} ", bypass.counter(number as u32).unwrap());
        }
        println!();
    }
    println!(
        "{:?}\n{:?}\n{:?}\n{:?}",
        scheduler.counts(),
        scheduler.bench.stalls(0),
        scheduler.bench.machine.cache.counts(),
        scheduler.bench.machine.dram.traffic()
    );
}
