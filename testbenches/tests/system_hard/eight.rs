//! Eight cores of one process.

use super::cores::random_programs;
use super::os::{Os, config, design};
use memento_testbenches::Operation;
use memento_testbenches::system::program::Step;

const CORES: usize = 8;

/// Allocations of a class of 16 or 32 objects that hit, on every core, in every cycle.
#[test]
fn eight_cores_hit_in_every_cycle() {
    let config = config(CORES as u32, 64, 4);
    let mut os = Os::new(&config, &design(&config), 300);
    os.create(0);
    for core in 0..CORES {
        os.attach(core as u32, 0, core as u32);
    }
    let geometry = os.bench.model.geometry();
    let sizes: Vec<u64> = (0..geometry.classes())
        .map(|class| u64::from(geometry.size_bytes(class)))
        .collect();
    let hits = u64::from(geometry.objects()) - 4;
    let run = |os: &mut Os, each: u64| {
        for core in 0..CORES {
            let steps: Vec<Step> = sizes
                .iter()
                .flat_map(|size| (0..each).map(|_| Step::Bare(Operation::Alloc { size: *size })))
                .collect();
            os.start(core, 0, Box::new(steps.into_iter()));
        }
        let begun = os.bench.machine.cycle();
        os.finish();
        os.bench.machine.cycle() - begun
    };
    run(&mut os, 1);
    let before: u64 = (0..CORES)
        .map(|core| os.bench.model.counters(core).unwrap().alloc_hits)
        .sum();
    let cycles = run(&mut os, hits);
    let counters = (0..CORES).map(|core| os.bench.model.counters(core).unwrap().alloc_hits);
    let operations = CORES as u64 * hits * sizes.len() as u64;
    assert_eq!(counters.sum::<u64>() - before, operations, "all are hits");
    println!("{operations} hits on {CORES} cores in {cycles} cycles");
    // One an edge and core; then the last one goes through the pipeline, and its end is noticed.
    let depth = u64::from(config.depth_cycles());
    assert!(
        cycles <= operations / CORES as u64 + depth + 2,
        "{cycles} cycles"
    );
    os.compare();
}

#[test]
fn eight_cores_free_each_others_objects() {
    random_programs(CORES, 64, 4, 5);
}
