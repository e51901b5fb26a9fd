//! A test of the tests: faults at the buses of memento_system that nothing but their rules can show.

use crate::emitted::Emitted;
use memento_config::Config;
use memento_testbenches::directed::{bare_alloc, config};
use memento_testbenches::system::bench::SystemBench;
use memento_testbenches::system::commands::Command;
use memento_testbenches::system::dram::FRAME_BYTES;
use memento_testbenches::system::error::SystemError;
use memento_testbenches::system::hardware::SystemDesign;
use memento_testbenches::system::machine::Surroundings;

/// An allocation, on a memory that is often not ready.
fn run(config: &Config, design: &SystemDesign) -> Result<(), SystemError> {
    let around = Surroundings::default();
    let mut bench = SystemBench::new(config, design, &around)?;
    bench.machine.dram.stall(70, 5);
    let (base, descriptor) = (bench.layout().base, bench.layout().descriptor(0));
    for frame in 0..32 {
        let address = base + frame * FRAME_BYTES;
        bench.command(Command::Push { address })?;
    }
    let process = 0;
    bench.command(Command::Create {
        process,
        descriptor,
    })?;
    bench.command(Command::Attach {
        core: 0,
        process,
        context: 0,
    })?;
    bench.start(0, 0, 0, Box::new(bare_alloc(8).into_iter()));
    bench.finish_programs()?;
    bench.compare()
}

#[test]
fn rules_that_are_broken_are_seen() {
    let config = config(1, 64, 4);
    let emitted = Emitted::new(&config);
    for (module, from, to, seen) in [
        ("memento_axi_manager", "", "", ""),
        (
            "memento_axi_manager",
            "m_axi_wdata = data",
            // Right whenever it is taken.
            "m_axi_wdata = data ^ {63'd0, !m_axi_wready}",
            "m_axi at cycle",
        ),
        (
            "memento_axi_lite",
            "s_axil_rvalid = read_responding",
            "s_axil_rvalid = read_responding || s_axil_arvalid",
            "s_axil at cycle",
        ),
    ] {
        let design = emitted.with(&[(module, from, to)]);
        match run(&config, &design) {
            Ok(()) => assert_eq!(from, "", "not caught"),
            Err(error) => {
                let error = error.to_string();
                println!("caught: {error}");
                assert!(!seen.is_empty() && error.contains(seen), "{error}");
            }
        }
    }
}
