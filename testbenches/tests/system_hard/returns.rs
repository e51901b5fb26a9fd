//! Processes that end and come back under their number: nothing that was known of the first is known of the second.

use crate::emitted::{Emitted, Fault};
use memento_config::Config;
use memento_testbenches::directed::{Os, allocs, config, frees};
use memento_testbenches::system::hardware::SystemDesign;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Either process is the first one that comes and goes.
fn come_and_go(config: &Config, design: &SystemDesign) {
    (0..2).for_each(|first| two_come_and_go(config, design, first));
}

/// Two processes come and go, each with objects of every class, some on pages that the other had before.
fn two_come_and_go(config: &Config, design: &SystemDesign, first: u32) {
    let mut os = Os::new(config, design, 120);
    let per_arena = config.objects_per_arena() as usize;
    for round in 0..4 {
        let process = (first + round) % 2;
        os.create(process);
        os.attach(0, process, 0);
        for class in 0..config.classes() as usize {
            let (first, size) = (40 * class, config.size_step_bytes() * (class as u32 + 1));
            os.run(
                0,
                process,
                allocs(first..first + per_arena + 1, size.into()),
            );
        }
        os.run(0, process, frees(3..7));
        os.compare();
        os.detach(0);
        os.destroy(process);
        // The same process once more, at once: what its first life left in caches would be taken for its own.
        os.create(process);
        os.attach(0, process, 0);
        for class in (0..config.classes() as usize).rev() {
            let size = config.size_step_bytes() * (class as u32 + 1);
            os.run(0, process, allocs(400 + class..401 + class, size.into()));
        }
        os.compare();
        os.detach(0);
        os.destroy(process);
    }
    os.compare();
}

const FAULTS: [Fault; 2] = [
    // The first sweep of a process that ends leaves an entry.
    (
        "memento_walk_cache",
        "WALK_STATE_DROP: begin\n                    swept <= swept + 1'b1;\n                    if (swept) begin",
        "WALK_STATE_DROP: begin\n                    swept <= swept + 1'b1;\n                    if (!swept) begin",
    ),
    // It forgets what others have.
    (
        "memento_walk_cache",
        "walks_write = entry.process_id == dropped",
        "walks_write = entry.process_id != dropped",
    ),
];

#[test]
fn processes_that_come_back_are_new() {
    let config = config(1, 64, 4);
    let emitted = Emitted::new(&config);
    come_and_go(&config, &emitted.with(&[]));
    for fault in FAULTS {
        // One cache has leaf tables, the other pages of headers.
        for which in [0, 1] {
            let design = emitted.with_nth(&[fault], which);
            let played = catch_unwind(AssertUnwindSafe(|| come_and_go(&config, &design)));
            assert!(played.is_err(), "not caught in cache {which}: {fault:?}");
        }
    }
}
