//! Eight cores of one process.

use super::cores::random_programs;
use memento_config::Config;
use memento_sim::{Arena, Slot};
use memento_testbenches::Operation;
use memento_testbenches::directed::{Os, config, design};
use memento_testbenches::system::program::Step;

const CORES: usize = 8;

/// Runs steps on every core at once, and says how many cycles they took and how many hits they were.
fn run(os: &mut Os, steps: impl Fn(u32) -> Vec<Step>) -> (u64, u64) {
    let hits = |os: &Os| -> u64 {
        let counters = (0..CORES).map(|core| os.bench.model.counters(core).unwrap());
        counters
            .map(|counters| counters.alloc_hits + counters.free_hits)
            .sum()
    };
    for core in 0..CORES {
        os.start(core, 0, Box::new(steps(core as u32).into_iter()));
    }
    let (begun, before) = (os.bench.machine.cycle(), hits(os));
    os.finish();
    (os.bench.machine.cycle() - begun, hits(os) - before)
}

/// Allocations that hit in every class, then frees that do, on every core in every cycle: so many of each class.
fn hits_in_every_cycle(config: &Config, each: u32) {
    let mut os = Os::new(config, &design(config), 1000);
    os.create(0);
    for core in 0..CORES {
        os.attach(core as u32, 0, core as u32);
    }
    let geometry = os.bench.model.geometry().clone();
    let classes = 0..geometry.classes();
    let allocs = |each: u32| {
        let sizes = classes
            .clone()
            .map(|class| u64::from(geometry.size_bytes(class)));
        let steps =
            sizes.flat_map(|size| (0..each).map(move |_| Step::Bare(Operation::Alloc { size })));
        steps.collect::<Vec<Step>>()
    };
    let frees = |context: u32| {
        let slots = classes.clone().flat_map(|class| {
            (0..each).map(move |index| Slot {
                arena: Arena {
                    class,
                    context,
                    number: 0,
                },
                index,
            })
        });
        let free = |slot| {
            Step::Bare(Operation::Free {
                address: geometry.slot_address(slot),
            })
        };
        slots.map(free).collect::<Vec<Step>>()
    };
    // The first of each class takes an arena.
    run(&mut os, |_| allocs(1));
    let ran = [
        ("allocations", run(&mut os, |_| allocs(each))),
        ("frees", run(&mut os, frees)),
    ];
    for (what, (cycles, hits)) in ran {
        println!("{hits} {what} that hit on {CORES} cores in {cycles} cycles");
        let each_core = u64::from(each * geometry.classes());
        assert_eq!(hits, CORES as u64 * each_core, "all are hits");
        // One an edge and core; then the last one goes through the pipeline, and its end is noticed.
        let depth = u64::from(config.depth_cycles());
        assert!(cycles <= each_core + depth + 2, "{cycles} cycles");
    }
    os.compare();
}

#[test]
fn eight_cores_hit_in_every_cycle() {
    // Arenas of 16 or 32 objects: none is fetched ahead.
    let config = config(CORES as u32, 64, 4);
    let objects = config.objects_per_arena();
    hits_in_every_cycle(&config, objects - 4);
}

#[test]
#[ignore = "compiles eight cores of the default preset, which takes more than a minute"]
fn eight_cores_of_the_default_preset_hit_in_every_cycle() {
    let mut settings = Config::preset("default").unwrap().settings().clone();
    settings.system.cores = CORES as u32;
    settings.bypass.id_bits = 6;
    let config = Config::new(&settings, "eight cores").unwrap();
    hits_in_every_cycle(&config, 200);
}

#[test]
fn eight_cores_free_each_others_objects() {
    random_programs(CORES, 64, 4, 5);
}
