//! Random programs in random surroundings, and a test of the test: faults in the emitted hardware are found, cut down to
//! few events, and fail again from the file.

use memento_config::Config;
use memento_hdl::Geometry;
use memento_hdl::allocator::object_allocator::ObjectAllocator;
use memento_hdl::bypass::bypass::Bypass;
use memento_hdl::system::memento_system::System;
use memento_hdl::verilog::{Design, Options, emit};
use memento_testbenches::fuzz::{Case, Failure, Level, Pace, Scenario, Subject, small_config};
use memento_testbenches::system::hardware::SystemDesign;
use memento_testbenches::{CompileOptions, VerilatedDesign};

const QUICK: CompileOptions = CompileOptions {
    waveforms: false,
    ram_collisions: true,
    quick: true,
};

/// The preset `tiny` with two cores, and contexts for more.
fn tiny() -> Config {
    let mut settings = Config::preset("tiny").unwrap().settings().clone();
    settings.system.cores = 2;
    settings.bypass.id_bits = 5;
    settings.address.context_bits = 2;
    settings.address.region_bytes <<= 1;
    Config::new(&settings, "tiny with two cores").unwrap()
}

fn agrees(subject: &Subject, seeds: std::ops::Range<u64>, pace: Pace, events: usize) -> u64 {
    let mut operations = 0;
    for seed in seeds {
        let scenario = Scenario::draw(subject.level(), &subject.config, seed, (pace, events));
        let played = subject.play(&scenario).unwrap();
        if let Some(failure) = played.failure {
            panic!(
                "{}, seed {seed}: {failure:?}\n{}",
                subject.level(),
                subject.config.to_toml()
            );
        }
        operations += played.operations;
    }
    operations
}

#[test]
fn hardware_is_the_model_on_one_core() {
    let subject = Subject::new(Level::Core, &tiny(), QUICK).unwrap();
    let operations = agrees(&subject, 0..60, Pace::Thorough, 2000)
        + agrees(&subject, 60..64, Pace::Brisk, 20_000);
    assert!(operations > 100_000, "{operations} operations");
}

#[test]
fn hardware_is_the_model_in_the_whole_system() {
    let subject = Subject::new(Level::System, &tiny(), QUICK).unwrap();
    let operations = agrees(&subject, 0..12, Pace::Thorough, 1500);
    assert!(operations > 12_000, "{operations} operations");
}
