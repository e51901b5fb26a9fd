//! `memento simulate --system`.

use crate::{bundled, parse, recording, run, said, said_in, text};
use insta::{assert_json_snapshot, assert_snapshot};
use memento::system::report::SystemReport;
use memento::system::simulate_on;
use memento_config::Config;
use memento_hdl::Geometry;
use memento_hdl::bypass::bypass::Bypass;
use memento_hdl::system::memento_system::System;
use memento_hdl::verilog::{Design, Direction, emit};
use memento_testbenches::CompileOptions;
use memento_testbenches::system::error::SystemError;
use memento_testbenches::system::hardware::SystemDesign;
use serde_json::{Map, Value, to_value};
use std::fs;
use std::sync::atomic::AtomicBool;

const QUICK: CompileOptions = CompileOptions {
    waveforms: false,
    ram_collisions: false,
    quick: true,
    coverage: false,
};

fn simulate(
    arguments: &[&str],
    design: impl FnOnce(&Config) -> Result<SystemDesign, SystemError>,
) -> SystemReport {
    let simulate = parse(&[&["memento", "simulate", "--system"], arguments].concat());
    simulate_on(&simulate, &AtomicBool::new(false), design).unwrap()
}

fn honest(config: &Config) -> Result<SystemDesign, SystemError> {
    SystemDesign::of_config(config, QUICK)
}

/// Puts the system into a shell in which core 0 answers its sixth allocation with another slot's
/// address.
fn faulty(config: &Config) -> Result<SystemDesign, SystemError> {
    let geometry = Geometry::new(config);
    let mut system = emit(&System::new(&geometry, 0), &Default::default())?;
    let bypass = emit(&Bypass::new(&geometry), &Default::default())?;
    with_a_fault(&mut system);
    SystemDesign::new(config, &system, Some(&bypass), QUICK)
}

fn with_a_fault(design: &mut Design) {
    let top = design.modules.last_mut().unwrap();
    let ports = top.ports.iter().map(|port| {
        let direction = match port.direction {
            Direction::Input => "input wire",
            Direction::Output => "output wire",
        };
        format!("    {direction} [{}:0] {}", port.width - 1, port.name)
    });
    let ports = ports.collect::<Vec<_>>().join(",\n");
    let value = top
        .ports
        .iter()
        .find(|port| port.name.contains("response_value"))
        .unwrap();
    let (value, width) = (value.name.as_str(), value.width);
    let valid = value.replace("response_value", "response_valid");
    let ready = value.replace("response_value", "response_ready");
    assert!(top.text.contains("module memento_system ("));
    let inner = top
        .text
        .replace("module memento_system (", "module memento_system_inner (");
    top.text = format!(
        "{inner}
module memento_system (\n{ports}\n);
    wire [{}:0] honest;
    logic [3:0] answers;
    memento_system_inner inner (.*, .{value}(honest));
    always_ff @(posedge clock)
        if (reset) answers <= 0;
        else if ({valid} && {ready} && answers < 8) answers <= answers + 1;
    assign {value} = honest + (answers == 5 ? 64 : 0);
endmodule\n",
        width - 1
    );
}

/// The same with every number 0 and every text empty.
fn shape(value: &mut Value) {
    match value {
        Value::Number(_) => *value = 0.into(),
        Value::String(text) => text.clear(),
        Value::Array(values) => {
            values.truncate(1);
            values.iter_mut().for_each(shape);
        }
        Value::Object(fields) => fields.values_mut().for_each(shape),
        _ => {}
    }
}

fn sum(counts: &Map<String, Value>) -> u64 {
    counts.values().map(|count| count.as_u64().unwrap()).sum()
}

#[test]
fn processes_are_counted_and_agree() {
    let home = tempfile::tempdir().unwrap();
    let trace = home.path().join("short.heaptrack");
    fs::write(&trace, recording(600)).unwrap();
    let (json, trace) = (bundled("json_loads"), text(&trace));
    let traces = ["--trace", text(&json), "--trace", trace, "--limit", "900"];
    let options = [
        "--quantum",
        "100",
        "--pool-frames",
        "200",
        "--cache-bytes",
        "16384",
    ];
    let report = simulate(&[&traces[..], &options].concat(), honest);
    assert!(report.failure.is_none());
    let printed = report.to_string();
    for line in [
        "hardware and golden model agree",
        "mask spills",
        "when most full",
    ] {
        assert!(printed.contains(line), "{printed}");
    }

    let mut report = to_value(&report).unwrap();
    let count = |pointer: &str| report.pointer(pointer).unwrap().as_u64().unwrap();
    assert_eq!(count("/operations"), 1800);
    assert_eq!(count("/allocs") + count("/frees"), 1800);
    let core = "/cores/0/counters";
    assert_eq!(count(&format!("{core}/allocs")), count("/allocs"));
    assert_eq!(count(&format!("{core}/frees")), count("/frees"));
    assert_eq!(count("/operating_system/destroyed"), 2);
    assert!(count("/operating_system/attached") > 10);
    assert_eq!(count("/frames/in_use"), 0);
    assert!(count("/frames/peak") >= count("/processes/0/peak_frames"));
    let bypass = "/bypass/counters";
    assert!(count(&format!("{bypass}/bypassed_reads")) > 0);
    assert_eq!(
        count("/bypass/zeroing_writes"),
        64 * count(&format!("{bypass}/grants"))
    );
    // The counters are read before anything else is asked of the hardware.
    let writes = report.pointer("/dram_writes").unwrap().as_object().unwrap();
    assert!(sum(writes) >= count(&format!("{bypass}/mask_spills")));
    for class in report["classes"].as_array().unwrap() {
        assert!(class["live_bytes"].as_u64() <= class["resident_bytes"].as_u64());
    }
    shape(&mut report);
    assert_json_snapshot!(report);
}

#[test]
fn figures_of_each_recording_with_each_cache() {
    let trace = bundled("cpp_json");
    let limit = ["--limit", "300", "--cache-bytes", "8192,16384", "--json"];
    let output = run(&[&["figures", "--preset", "tiny", text(&trace)], &limit[..]].concat());
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let mut table: Value = serde_json::from_slice(&output.stdout).unwrap();
    let runs = table["runs"].as_array().unwrap();
    let caches: Vec<_> = runs.iter().map(|run| run["cache_bytes"].as_u64()).collect();
    assert_eq!(caches, [Some(8192), Some(16384)]);
    for run in runs {
        assert_eq!(run["operations"], 300);
        assert_eq!(run["unwritten_reads"], 0);
        assert!(run["later_allocs"].as_u64() < run["allocs"].as_u64());
        assert!(run["detach_lines"].as_u64() > Some(0));
    }
    shape(&mut table);
    assert_json_snapshot!(table);
}

#[test]
fn a_slower_memory_takes_longer_and_places_the_same() {
    let trace = bundled("cpp_json");
    let usual = ["--trace", text(&trace), "--limit", "2000"];
    let slow = ["--dram-latency", "300", "--dram-cycles-per-beat", "4"];
    let [usual, slow] =
        [&usual[..], &[&usual[..], &slow].concat()].map(|arguments| simulate(arguments, honest));
    assert!(usual.cycles < slow.cycles);
    assert_eq!(usual.cores[0].placement_hash, slow.cores[0].placement_hash);
}

#[test]
fn a_mismatch_says_how_to_repeat_it() {
    let home = tempfile::tempdir().unwrap();
    let trace = home.path().join("short.heaptrack");
    fs::write(&trace, recording(600)).unwrap();
    let traces = ["--preset", "tiny", "--trace", text(&trace)];
    let report = simulate(&[&traces[..], &["--quantum", "70"]].concat(), faulty);
    assert_eq!(report.mismatches, 1);
    let failure = report.failure.unwrap();
    assert_snapshot!(failure.to_string().replace(text(home.path()), "FOLDER"));
    let words: Vec<&str> = failure.repeat.split(' ').collect();
    assert_eq!(parse(&words).around.quantum, 70);
}

#[test]
fn options_of_one_mode_in_the_other() {
    let two = ["--trace", "a", "--trace", "b"];
    let refused = [
        vec!["--trace", "a", "--quantum", "5"],
        vec!["--trace", "a", "--system", "--issue", "pipelined"],
        vec!["--trace", "a", "--system", "--translate-latency", "9"],
        vec!["--trace", "a", "--system", "--waveform", "run.vcd"],
        two.to_vec(),
        vec!["--trace", "a", "--system", "--cache-bytes", "100"],
        vec!["--trace", "a", "--system", "--cache-bytes", "64"],
        vec!["--trace", "a", "--system", "--tlb-entries", "5"],
        [&["--system", "--preset", "tiny"], &two[..].repeat(33)[..]].concat(),
    ];
    let said = refused.map(|arguments| said(&run(&[&["simulate"], &arguments[..]].concat())));
    assert_snapshot!(said.join("\n"));
}

#[test]
fn a_recording_that_is_missing() {
    let home = tempfile::tempdir().unwrap();
    let trace = home.path().join("missing.zst");
    let output = run(&["simulate", "--system", "--trace", text(&trace)]);
    assert_snapshot!(said_in(home.path(), &output));
}
