//! Processes that end and come back under their number: nothing that was known of the first is known of the second.

use memento_config::Config;
use memento_hdl::Geometry;
use memento_hdl::bypass::bypass::Bypass;
use memento_hdl::system::memento_system::System;
use memento_hdl::verilog::{Design, Options, emit};
use memento_testbenches::CompileOptions;
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

/// Faults: in which module which text becomes what.
const FAULTS: [(&str, &str, &str); 2] = [
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

fn with_fault(design: &Design, (modules, from, to): (&str, &str, &str), which: usize) -> Design {
    let mut mutant = design.clone();
    let mut its = mutant
        .modules
        .iter_mut()
        .filter(|module| module.name.starts_with(modules));
    let module = its.nth(which).expect("there is such a module");
    assert!(module.text.contains(from), "`{from}`: say the fault anew");
    module.text = module.text.replace(from, to);
    mutant
}

#[test]
fn processes_that_come_back_are_new() {
    let config = config(1, 64, 4);
    let geometry = Geometry::new(&config);
    let options = CompileOptions {
        quick: true,
        ..CompileOptions::default()
    };
    let sound = emit(&System::new(&geometry, 0), &Options::default()).expect("it is emitted");
    let bypass = emit(&Bypass::new(&geometry), &Options::default()).expect("it is emitted");
    let compile =
        |design: &Design| SystemDesign::new(&config, design, Some(&bypass), options).unwrap();
    come_and_go(&config, &compile(&sound));
    for fault in FAULTS {
        // One cache has leaf tables, the other pages of headers.
        for which in [0, 1] {
            let design = compile(&with_fault(&sound, fault, which));
            let played = catch_unwind(AssertUnwindSafe(|| come_and_go(&config, &design)));
            assert!(played.is_err(), "not caught in cache {which}: {fault:?}");
        }
    }
}
