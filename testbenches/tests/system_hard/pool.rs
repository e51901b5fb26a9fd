//! Pools that run dry, at each step of a program once.

use memento_sim::Status;
use memento_testbenches::directed::{Os, allocs, config, design, frees};

/// More frames than the program below needs.
const ENOUGH: u64 = 24;

/// Objects of all classes, some arenas of them, in two contexts.
fn program(os: &mut Os, process: u32) {
    for class in 0..4 {
        let first = class * 100;
        os.run(
            0,
            process,
            allocs(first..first + 40, 8 * (class as u64 + 1)),
        );
    }
    // Whole arenas go, and others come.
    os.run(0, process, frees(0..36));
    os.run(0, process, allocs(500..540, 8));
    os.detach(0);
    os.attach(0, process, 1);
    os.run(0, process, allocs(600..620, 24));
    os.run(0, process, frees(600..620));
    os.detach(0);
    os.attach(0, process, 0);
    os.run(0, process, frees(100..140));
    os.run(0, process, allocs(700..720, 16));
}

#[test]
fn a_pool_that_is_dry_at_each_step() {
    let config = config(1, 64, 4);
    let design = design(&config);
    let mut dry = 0;
    for frames in 0..ENOUGH {
        println!("{frames} frames");
        let mut os = Os::new(&config, &design, frames);
        os.create(1);
        os.attach(0, 1, 0);
        program(&mut os, 1);
        let refused = os.answered(0, Status::NoMemory) + os.bench.untouched(0);
        dry += u64::from(refused > 0);
        os.compare();
        os.lend(100);
        os.run(0, 1, allocs(800..900, 32));
        os.run(0, 1, frees(800..900));
        assert_eq!(
            os.answered(0, Status::NoMemory) + os.bench.untouched(0),
            refused,
            "refused with frames in the pool"
        );
        os.compare();
        os.destroy(1);
        os.compare();
        assert_eq!(os.bench.model.pool_level(), frames + 100);
    }
    assert!(dry > 10 && dry < ENOUGH, "dry in {dry} runs");
}
