//! `memento simulate` on hardware that is as it should be.

use crate::{bundled, memento, recording, run, said, said_in, text};
use serde_json::Value;
use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

fn report(arguments: &[&str]) -> Value {
    let output = run(&[&["simulate", "--json"], arguments].concat());
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Counts and hash were computed independently from the contract.
#[test]
fn json_loads_is_placed_as_the_reference_says() {
    let report = report(&["--trace", text(&bundled("json_loads"))]);
    let is = |key: &str, value: u64| assert_eq!(report[key], value, "{key}");
    is("operations", 369_044 + 364_731);
    is("allocs", 369_044);
    is("frees", 364_731);
    is("large_allocs", 5_749);
    is("failed_allocs", 0);
    is("unknown_frees", 0);
    is("mismatches", 0);
    assert_eq!(report["placement_hash"], "abe827987c695e1b");
    for key in [
        "alloc_hits",
        "free_hits",
        "list_pops",
        "new_arenas",
        "list_pushes",
        "released_arenas",
        "cycles",
        "peak_arenas",
    ] {
        assert!(report[key].as_u64().unwrap() > 0, "{key}");
    }
    for key in ["alloc_latency_cycles", "free_latency_cycles"] {
        let [p50, p99, p999, max] =
            ["p50", "p99", "p999", "max"].map(|part| report[key][part].as_u64().unwrap());
        assert!(
            2 <= p50 && p50 <= p99 && p99 <= p999 && p999 <= max,
            "{key}"
        );
    }
    let fragmentation = report["internal_fragmentation"].as_f64().unwrap();
    assert!((0.0..1.0).contains(&fragmentation));
    assert_eq!(report["config_digest"].as_str().unwrap().len(), 64);
    assert_eq!(report["versions"]["memento"], env!("CARGO_PKG_VERSION"));
}

#[test]
fn lanes_that_run_out_are_counted_and_orders_agree() {
    let home = tempfile::tempdir().unwrap();
    let trace = home.path().join("long.heaptrack");
    fs::write(&trace, recording(20_000)).unwrap();
    let trace = text(&trace);
    let in_order = report(&["--preset", "tiny", "--trace", trace]);
    let pipelined = report(&["--preset", "tiny", "--trace", trace, "--issue", "pipelined"]);
    let slow = report(&[
        "--preset",
        "tiny",
        "--trace",
        trace,
        "--header-read-latency",
        "200",
        "--seed",
        "7",
    ]);
    assert!(in_order["failed_allocs"].as_u64().unwrap() > 0);
    let cycles = |report: &Value| report["cycles"].as_u64().unwrap();
    assert!(cycles(&pipelined) < cycles(&in_order));
    assert!(cycles(&in_order) < cycles(&slow));
    for other in [&pipelined, &slow] {
        for key in [
            "operations",
            "allocs",
            "frees",
            "placement_hash",
            "list_pushes",
            "free_hits",
        ] {
            assert_eq!(in_order[key], other[key], "{key}");
        }
    }
}

#[test]
fn a_limit_and_a_waveform() {
    let home = tempfile::tempdir().unwrap();
    let (trace, waveform) = (
        home.path().join("short.heaptrack"),
        home.path().join("run.vcd"),
    );
    fs::write(&trace, recording(500)).unwrap();
    let report = report(&[
        "--preset",
        "tiny",
        "--trace",
        text(&trace),
        "--limit",
        "100",
        "--waveform",
        text(&waveform),
    ]);
    assert_eq!(report["operations"], 100);
    let waveform = fs::read_to_string(&waveform).unwrap();
    assert!(waveform.contains("request_operand"));
    let last = waveform
        .lines()
        .rev()
        .find_map(|line| line.strip_prefix('#'));
    // Two points a cycle, those of the reset included.
    assert!(last.unwrap().parse::<u64>().unwrap() >= 2 * report["cycles"].as_u64().unwrap());
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_says_how_far_it_came() {
    let home = tempfile::tempdir().unwrap();
    let pipe = home.path().join("pipe");
    assert!(
        Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    let child = memento(&["simulate", "--preset", "tiny", "--trace", text(&pipe)])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut writer = fs::OpenOptions::new().write(true).open(&pipe).unwrap();
    let events = recording(40_000);
    let (first, second) = events.split_at(events.len() / 2);
    // Longer than what a pipe and a reader hold: when it is written, the run is under way.
    writer.write_all(first.as_bytes()).unwrap();
    let interrupt = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(interrupt.unwrap().success());
    // Ends early, when the run does.
    let _ = writer.write_all(second.as_bytes());
    drop(writer);
    let output = child.wait_with_output().unwrap();
    let said = said_in(home.path(), &output);
    assert!(
        said.starts_with("exit status 130\nmemento: interrupted: "),
        "{said}"
    );
    assert!(
        said.contains(" operations in ") && said.contains("as the golden model says"),
        "{said}"
    );
}
