//! Random programs in random surroundings, and a test of the test: faults in the emitted hardware are found, cut down to
//! few events, and fail again from the file.

use memento_hdl::Geometry;
use memento_hdl::allocator::object_allocator::ObjectAllocator;
use memento_hdl::bypass::bypass::Bypass;
use memento_hdl::system::memento_system::System;
use memento_hdl::verilog::{Design, Options, emit};
use memento_testbenches::fuzz::{
    Case, Failure, Level, Pace, Scenario, Subject, small_config, two_cores,
};
use memento_testbenches::system::hardware::SystemDesign;
use memento_testbenches::{CompileOptions, VerilatedDesign};

const QUICK: CompileOptions = CompileOptions {
    waveforms: false,
    ram_collisions: true,
    quick: true,
    coverage: false,
};

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
    let subject = Subject::new(Level::Core, &two_cores(), QUICK).unwrap();
    let operations = agrees(&subject, 0..60, Pace::Thorough, 2000)
        + agrees(&subject, 60..64, Pace::Brisk, 20_000);
    assert!(operations > 100_000, "{operations} operations");
}

#[test]
fn hardware_is_the_model_in_the_whole_system() {
    let subject = Subject::new(Level::System, &two_cores(), QUICK).unwrap();
    let operations = agrees(&subject, 0..12, Pace::Thorough, 1500);
    assert!(operations > 12_000, "{operations} operations");
}

/// A design in which a text of one module is another.
fn with_a_fault(mut design: Design, module: &str, from: &str, to: &str) -> Design {
    let found = design.modules.iter_mut().find(|part| part.name == module);
    let found = found.expect("there is such a module");
    assert!(found.text.contains(from), "`{from}`: say the fault anew");
    found.text = found.text.replace(from, to);
    design
}

/// Plays until it fails, cuts it down, takes it through a file, and plays it again: on the faulty hardware it fails in the
/// same way, on the sound one it doesn't.
fn found_and_cut_down(faulty: &Subject, sound: &Subject, events: usize) -> Scenario {
    let config = &faulty.config;
    let (scenario, failure) = (0..40)
        .find_map(|seed| {
            let length = (Pace::Thorough, events);
            let scenario = Scenario::draw(faulty.level(), config, seed, length);
            let failure = faulty.play(&scenario).unwrap().failure?;
            Some((scenario, failure))
        })
        .expect("the fault is found");
    let shrunk = scenario.shrink(faulty, &failure, |_| true).unwrap();
    let shrunk = shrunk.expect("it fails again");
    println!(
        "{failure:?}\n{}\n{:#?}",
        shrunk.surroundings(),
        shrunk.words()
    );

    let case = Case::new(config, shrunk, failure.message);
    let text = serde_json::to_string(&case).unwrap();
    let read: Case = serde_json::from_str(&text).unwrap();
    assert_eq!(read, case);
    read.check_format().unwrap();
    assert_eq!(read.config("the file").unwrap().digest(), config.digest());
    let again = faulty.play(&read.scenario).unwrap().failure;
    let symptom = |failure: Option<Failure>| failure.map(|failure| failure.symptom);
    assert_eq!(symptom(again), Some(failure.symptom));
    assert_eq!(symptom(sound.play(&read.scenario).unwrap().failure), None);
    read.scenario
}

/// Regression of the tests: a count that a free of the table's arena must raise isn't raised.
#[test]
fn a_fault_of_one_core_is_cut_down_to_a_few_events() {
    let config = two_cores();
    let core = ObjectAllocator::new(&Geometry::new(&config));
    let sound = emit(&core, &Options::default()).unwrap();
    let faulty = with_a_fault(
        sound,
        "memento_class_loop",
        "free_here ? (free_1 + 4'd1)",
        "free_here ? free_1",
    );
    let design = VerilatedDesign::of_design(&config, &faulty, QUICK).unwrap();
    let faulty = Subject::of_core(&config, design);
    let sound = Subject::new(Level::Core, &config, QUICK).unwrap();
    let scenario = found_and_cut_down(&faulty, &sound, 2000);
    // An arena of 16 slots is used up, one of its objects is freed, and the slot isn't found again.
    assert!(scenario.len() <= 25, "{} events", scenario.len());
}

/// A pool that keeps its last frame.
#[test]
fn a_fault_of_the_system_is_cut_down_to_a_few_events() {
    let config = two_cores();
    let geometry = Geometry::new(&config);
    let system = emit(&System::new(&geometry, 0), &Options::default()).unwrap();
    let bypass = emit(&Bypass::new(&geometry), &Options::default()).unwrap();
    let faulty = with_a_fault(
        system,
        "memento_page_pool",
        "have = available >=",
        "have = available >",
    );
    let faulty = with_a_fault(
        faulty,
        "memento_page_pool",
        "dry = frames <",
        "dry = frames <=",
    );
    let design = SystemDesign::new(&config, &faulty, Some(&bypass), QUICK).unwrap();
    let faulty = Subject::of_system(&config, design);
    let sound = Subject::new(Level::System, &config, QUICK).unwrap();
    let scenario = found_and_cut_down(&faulty, &sound, 600);
    assert!(scenario.len() <= 10, "{} events", scenario.len());
}

#[test]
fn random_configurations() {
    for seed in 1..=2 {
        let config = small_config(Level::Core, seed);
        let subject = Subject::new(Level::Core, &config, QUICK).unwrap();
        agrees(&subject, 0..6, Pace::Thorough, 1500);
    }
    let config = small_config(Level::System, 1);
    let subject = Subject::new(Level::System, &config, QUICK).unwrap();
    agrees(&subject, 0..3, Pace::Thorough, 600);
}
