//! Hardware that is wrong: what is said, and what is left to look at.

use crate::{parse, recording, text};
use insta::assert_snapshot;
use memento::report::Report;
use memento::simulate::simulate_with_design;
use memento_hdl::verilog::{Design, Direction};
use std::fs;
use std::path::Path;
use std::sync::atomic::AtomicBool;

/// Puts the allocator into a shell that answers an allocation of 21 bytes with another slot's
/// address, once 13 bytes have been asked for before.
fn with_a_fault(mut design: Design) -> Design {
    let top = design.modules.last_mut().unwrap();
    let ports: Vec<String> = top
        .ports
        .iter()
        .map(|port| {
            let direction = match port.direction {
                Direction::Input => "input wire",
                Direction::Output => "output wire",
            };
            format!("    {direction} [{}:0] {}", port.width - 1, port.name)
        })
        .collect();
    assert!(top.text.contains("module memento_core ("));
    let inner = top
        .text
        .replace("module memento_core (", "module memento_core_inner (");
    let shell = format!(
        "module memento_core (\n{}\n);
    wire [31:0] honest;
    logic armed, wrong;
    memento_core_inner inner (.*, .response_value(honest));
    always_ff @(posedge clock)
        if (reset) {{armed, wrong}} <= 2'b00;
        else if (request_valid && request_ready) begin
            armed <= armed || (!request_op && request_operand == 13);
            wrong <= armed && !request_op && request_operand == 21;
        end
    assign response_value = honest + (wrong && honest != 0 ? 24 : 0);
endmodule\n",
        ports.join(",\n")
    );
    top.text = inner + &shell;
    design
}

fn simulate(arguments: &[&str]) -> Report {
    let simulate = parse(&[&["memento", "simulate", "--preset", "tiny"], arguments].concat());
    simulate_with_design(&simulate, &AtomicBool::new(false), with_a_fault).unwrap()
}

/// First and last point in time of a waveform, in cycles.
fn span(waveform: &Path) -> (u64, u64) {
    let text = fs::read_to_string(waveform).unwrap();
    let times = text.lines().filter_map(|line| line.strip_prefix('#'));
    let cycles: Vec<u64> = times.map(|time| time.parse::<u64>().unwrap() / 2).collect();
    (cycles[0], cycles[cycles.len() - 1])
}

#[test]
fn a_wrong_address_is_found_cut_down_and_replayed() {
    let home = tempfile::tempdir().unwrap();
    let trace = home.path().join("long.heaptrack");
    // Sizes that need not be there come first, 21 before 13 among them.
    let (head, rest) = ("v 10400 3\n", recording(3000));
    let early: String = (1..400)
        .map(|n| format!("+ {:x} 0 {n:x}\n", 14 + n % 8))
        .collect();
    fs::write(&trace, format!("{head}{early}{}", &rest[head.len()..])).unwrap();
    let out = home.path().join("left");
    let report = simulate(&["--trace", text(&trace), "--artifacts", text(&out)]);
    assert_eq!(report.mismatches, 1);
    assert_eq!(
        memento::conclude(&report, false).unwrap(),
        memento::CHECK_FAILED
    );
    let failure = report.failure.unwrap();
    assert_snapshot!(failure.to_string().replace(text(home.path()), "FOLDER"));

    let artifacts = failure.artifacts.unwrap();
    let reduced = fs::read_to_string(&artifacts.trace).unwrap();
    assert_eq!(artifacts.objects, 2);
    let sizes: Vec<&str> = reduced
        .lines()
        .filter_map(|line| line.strip_prefix("+ ")?.split(' ').next())
        .collect();
    assert_eq!(sizes, ["d", "15"]);
    let (first, last) = span(&artifacts.waveform.unwrap());
    let cycle = failure.cycle;
    assert!(
        first + 1000 >= cycle && first <= cycle,
        "{first} to {last}, wrong at {cycle}"
    );
    assert!(
        (cycle..cycle + 10).contains(&last),
        "{first} to {last}, wrong at {cycle}"
    );

    // The command that replays it, with the same fault.
    let mut words: Vec<&str> = artifacts.replay.split(' ').collect();
    let again = home.path().join("again");
    words.extend(["--artifacts", text(&again)]);
    let replayed = simulate_with_design(&parse(&words), &AtomicBool::new(false), with_a_fault);
    let replayed = replayed.unwrap().failure.unwrap();
    assert_eq!(replayed.request, failure.request);
}

#[test]
fn without_a_place_for_artifacts_the_mismatch_is_still_told() {
    let home = tempfile::tempdir().unwrap();
    let trace = home.path().join("short.heaptrack");
    fs::write(&trace, "v 10400 3\n+ d 0 1\n+ 15 0 2\n").unwrap();
    let below = trace.join("left");
    let report = simulate(&["--trace", text(&trace), "--artifacts", text(&below)]);
    let failure = report.failure.unwrap();
    assert_snapshot!(failure.to_string().replace(text(home.path()), "FOLDER"));
}
