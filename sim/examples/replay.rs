//! Runs a recording through the golden model alone and prints counts, placement hash and speed; then through the model
//! of the whole system, on one core that runs one context, and prints what the page allocator did.
//!
//! `cargo run --release -p memento-sim --example replay -- traces/json_loads.heaptrack.zst [preset] [list_threshold]`
//!
//! The speeds are those of the models: operations are read beforehand, addresses are resolved on the way. The program
//! does not touch its objects, so no page of objects is mapped.

use std::error::Error;
use std::time::Instant;

use memento_config::Config;
use memento_sim::trace::{Addresses, Answer, Operation, Recording, Replay};
use memento_sim::{Model, Outcome, Status, SystemModel};

/// Runs to take the best of: the machine may be shared.
const RUNS: u32 = 5;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let trace = arguments
        .next()
        .ok_or("usage: replay <recording> [preset] [list_threshold]")?;
    let mut config = Config::preset(&arguments.next().unwrap_or("default".to_owned()))?;
    if let Some(threshold) = arguments.next() {
        let mut settings = config.settings().clone();
        settings.objects.list_threshold = threshold.parse()?;
        config = Config::new(&settings, "command line")?;
    }
    let started = Instant::now();
    let mut replay = Replay::new(Recording::open(&trace)?, Model::new(&config).geometry());
    let operations: Vec<Operation> = replay.by_ref().collect::<Result<_, _>>()?;
    let skipped = replay.skipped();
    println!(
        "read            {:.1} M operations/s",
        rate(operations.len(), started)
    );

    let (mut model, mut best) = (Model::new(&config), 0f64);
    for _ in 0..RUNS {
        model = Model::new(&config);
        let started = Instant::now();
        run(
            &mut model,
            &operations,
            |model, size| model.alloc(size),
            |model, address| model.free(address),
        );
        best = best.max(rate(operations.len(), started));
    }
    model.check_invariants()?;
    let counters = model.counters();
    let percent = |part: u64, whole: u64| 100.0 * part as f64 / whole.max(1) as f64;
    println!("model           {best:.1} M operations/s");
    println!(
        "allocs          {}, {:.2} % hits",
        counters.allocs,
        percent(counters.alloc_hits, counters.allocs)
    );
    println!(
        "frees           {}, {:.2} % hits",
        counters.frees,
        percent(counters.free_hits, counters.frees)
    );
    println!(
        "failed          {} allocs, {} frees",
        counters.failed_allocs, counters.failed_frees
    );
    println!("skipped         {skipped:?}");
    println!(
        "list            {} pops, {} pushes",
        counters.list_pops, counters.list_pushes
    );
    println!(
        "arenas          {} new, {} released, {} at most",
        counters.new_arenas, counters.released_arenas, counters.peak_arenas
    );
    println!(
        "fragmentation   {:.2} %",
        100.0 * counters.internal_fragmentation()
    );
    println!("placement hash  {:016x}", model.placement_hash());
    replay_system(&config, &operations, model.placement_hash())
}

/// The same on a system with half of the memory in the pool.
fn replay_system(
    config: &Config,
    operations: &[Operation],
    expected: u64,
) -> Result<(), Box<dyn Error>> {
    let half = config.memory_base() + config.memory_bytes() / 2;
    let mut best = 0f64;
    for last in (0..RUNS).rev() {
        let mut system = SystemModel::new(config);
        for frame in (half..config.memory_base() + config.memory_bytes()).step_by(4096) {
            system.push(frame);
        }
        if system.create(0, config.memory_base()) != Status::Ok {
            return Err("the memory is too small for a process".into());
        }
        system.attach(0, 0, 0)?;
        let started = Instant::now();
        run(
            &mut system,
            operations,
            |system, size| system.alloc(0, size),
            |system, address| system.free(0, address),
        );
        best = best.max(rate(operations.len(), started));
        if last == 0 {
            system.check_invariants()?;
            let placed = system.placement_hash(0) == Some(expected);
            println!("system          {best:.1} M operations/s, placed alike: {placed}");
            println!("frames          {:?}", system.process_usage(0));
        }
    }
    Ok(())
}

/// Millions of operations a second since `started`.
fn rate(operations: usize, started: Instant) -> f64 {
    operations as f64 / started.elapsed().as_secs_f64() / 1e6
}

fn run<M>(
    model: &mut M,
    operations: &[Operation],
    alloc: impl Fn(&mut M, u64) -> Outcome,
    free: impl Fn(&mut M, u64) -> Outcome,
) {
    let mut addresses = Addresses::new();
    for operation in operations {
        match *operation {
            Operation::Alloc { object, size } => {
                addresses.answered(object, alloc(model, size).response)
            }
            Operation::Free { object } => {
                if let Answer::At(address) = addresses.of(object) {
                    free(model, address);
                }
            }
        }
    }
}
