//! Leaving out of an evaluation what is at rest leaves out nothing that changes.

use memento_config::Config;
use memento_testbenches::fuzz::{Level, Pace, Scenario, Subject, two_cores};
use memento_testbenches::system::hardware::SystemDesign;
use memento_testbenches::{CompileOptions, Evaluation};

/// All is evaluated, and stops where something would have been left out that changes.
const CHECKED: CompileOptions = CompileOptions {
    evaluation: Evaluation::Checked,
    ram_collisions: true,
    quick: true,
    ..CompileOptions::DEFAULT
};

fn nothing_is_left_out(level: Level, config: &Config, seeds: std::ops::Range<u64>, events: usize) {
    let subject = Subject::new(level, config, CHECKED).unwrap();
    for seed in seeds {
        let scenario = Scenario::draw(level, config, seed, (Pace::Thorough, events));
        let played = subject.play(&scenario);
        let failure = played
            .unwrap_or_else(|error| panic!("seed {seed}: {error}"))
            .failure;
        assert!(failure.is_none(), "{level}, seed {seed}: {failure:?}");
    }
}

#[test]
fn in_a_core() {
    nothing_is_left_out(Level::Core, &two_cores(), 0..12, 2000);
}

#[test]
fn in_the_whole_system() {
    nothing_is_left_out(Level::System, &two_cores(), 0..6, 1500);
}

#[test]
fn systems_of_all_presets_are_known_forms() {
    for preset in ["tiny", "default"] {
        let config = Config::preset(preset).unwrap();
        let design = SystemDesign::of_config(&config, CHECKED).unwrap();
        assert!(design.follows_changes(), "{preset}");
    }
    let design = SystemDesign::of_config(&two_cores(), CHECKED).unwrap();
    assert!(design.follows_changes(), "two cores");
}
