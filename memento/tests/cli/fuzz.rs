//! `memento fuzz`: random programs, files that fail again, campaigns that go on.

use crate::{run, said, said_in, text};
use clap::Parser;
use insta::assert_snapshot;
use memento::cli::{Arguments, Command, Fuzz};
use memento::fuzz::fuzz_with_hardware;
use memento::fuzz::report::FuzzReport;
use memento_config::Config;
use memento_hdl::Geometry;
use memento_hdl::allocator::object_allocator::ObjectAllocator;
use memento_hdl::verilog::{Options, emit};
use memento_testbenches::fuzz::Subject;
use memento_testbenches::{CompileOptions, VerilatedDesign};
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::sync::atomic::AtomicBool;

fn parse(words: &[&str]) -> Fuzz {
    match Arguments::try_parse_from([&["memento", "fuzz"], words].concat()) {
        Ok(Arguments {
            command: Command::Fuzz(fuzz),
        }) => fuzz,
        other => panic!("{other:?}"),
    }
}

/// Plays on an object allocator that forgets a slot that is given back.
fn on_faulty_hardware(words: &[&str]) -> FuzzReport {
    let faulty = |config: &Config| {
        let core = ObjectAllocator::new(&Geometry::new(config));
        let mut design = emit(&core, &Options::default()).unwrap();
        let (from, to) = ("free_here ? (free_1 + 4'd1)", "free_here ? free_1");
        for module in &mut design.modules {
            module.text = module.text.replace(from, to);
        }
        let options = CompileOptions {
            quick: true,
            ..CompileOptions::default()
        };
        Subject::of_core(
            config,
            VerilatedDesign::of_design(config, &design, options).unwrap(),
        )
    };
    let stop = AtomicBool::new(false);
    fuzz_with_hardware(&parse(words), &stop, &|lane| Ok(faulty(&lane.config))).unwrap()
}

fn json(arguments: &[&str]) -> Value {
    let output = run(arguments);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_fault_is_cut_down_to_a_file_that_fails_again() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("failure.json");
    let words = [
        "--preset",
        "tiny",
        "--level",
        "core",
        "--seed",
        "3",
        "--threads",
        "1",
        "--out",
        text(&file),
    ];
    let report = on_faulty_hardware(&words);
    let failure = report.failure.expect("the fault is found");
    assert_eq!(report.mismatches, 1);
    assert!(failure.repeats && failure.events.len() <= 25, "{failure}");
    assert!(failure.events_before > failure.events.len());
    assert_eq!(
        failure.replay,
        format!("memento fuzz --replay {}", text(&file))
    );

    let again = on_faulty_hardware(&["--replay", text(&file)]);
    let again = again.failure.expect("it fails again");
    assert_eq!(again.message, failure.message);
    assert_eq!(again.events, failure.events);
    // The hardware as it is emitted stands it.
    let sound = json(&["fuzz", "--replay", text(&file), "--json"]);
    assert_eq!(
        (&sound["mismatches"], &sound["runs"]),
        (&Value::from(0), &Value::from(1))
    );
}

#[test]
fn a_campaign_goes_on_where_it_stopped() {
    let home = tempfile::tempdir().unwrap();
    let campaign = |folder: &Path, runs: &str| {
        json(&[
            "fuzz",
            "--preset",
            "tiny",
            "--level",
            "core",
            "--seed",
            "5",
            "--threads",
            "1",
            "--json",
            "--runs",
            runs,
            "--campaign",
            text(folder),
        ])
    };
    let (once, twice) = (home.path().join("once"), home.path().join("twice"));
    let whole = campaign(&once, "3");
    campaign(&twice, "1");
    let rest = campaign(&twice, "2");
    for key in ["runs", "operations", "seed"] {
        assert_eq!(rest[key], whole[key], "{key}");
    }
    assert_eq!(rest["lanes"][0]["cycles"], whole["lanes"][0]["cycles"]);
    assert!(whole["operations"].as_u64().unwrap() > 1000);

    let other = run(&[
        "fuzz",
        "--campaign",
        text(&once),
        "--seed",
        "6",
        "--runs",
        "1",
    ]);
    assert_snapshot!("another_seed", said_in(home.path(), &other));
    // Runs on other Verilog are no part of it.
    let sha256 = whole["lanes"][0]["measured"][0]["verilog_sha256"].as_str();
    let state = fs::read_to_string(once.join("campaign.json")).unwrap();
    let changed = state.replace(sha256.unwrap(), &"0".repeat(64));
    assert_ne!(changed, state);
    fs::write(once.join("campaign.json"), changed).unwrap();
    let changed = run(&["fuzz", "--campaign", text(&once), "--runs", "1"]);
    assert_snapshot!("other_verilog", said_in(home.path(), &changed));
    fs::write(once.join("campaign.json"), "{}").unwrap();
    let broken = run(&["fuzz", "--campaign", text(&once), "--runs", "1"]);
    assert_snapshot!("a_state_that_is_none", said_in(home.path(), &broken));
}

#[test]
fn files_that_are_none() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("file.json");
    let missing = run(&["fuzz", "--replay", text(&file)]);
    assert_snapshot!("missing", said_in(home.path(), &missing));
    fs::write(&file, "v 10400 3\n").unwrap();
    let other = run(&["fuzz", "--replay", text(&file)]);
    assert_snapshot!("something_else", said_in(home.path(), &other));
}

#[test]
fn options_that_do_not_go_together() {
    assert_snapshot!(said(&run(&[
        "fuzz",
        "--preset",
        "tiny",
        "--configurations",
        "3"
    ])));
}
