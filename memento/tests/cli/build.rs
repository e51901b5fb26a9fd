//! `memento build`, and `memento report area` of what it keeps.
//!
//! What the tools answer is played by scripts; the tools themselves, which `make check` doesn't need, are run by
//!
//! ```sh
//! make fpga-tools
//! cargo test --release -p memento --test cli -- --ignored build
//! ```

use crate::{memento, run, said, said_in, text};
use insta::assert_snapshot;
use serde_json::Value;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Output;

#[test]
fn a_board_that_there_is_not() {
    assert_snapshot!(said(&run(&["build", "--board", "nexys"])));
}

#[test]
fn missing_tools_are_named_with_what_installs_them() {
    let home = tempfile::tempdir().unwrap();
    let boards = ["ulx3s", "hx8k", "tang-nano-20k", "crosslink-nx-evn"];
    let outputs = boards.map(|board| {
        let mut command = memento(&["build", "--board", board, "--preset", "tiny"]);
        let output = command
            .current_dir(home.path())
            .env("PATH", "/nowhere")
            .output();
        said_in(home.path(), &output.unwrap())
    });
    assert_snapshot!(outputs.join("\n"));
}

/// Puts a script where a tool is looked for.
fn play(home: &Path, folder: &str, program: &str, script: &str) {
    let bin = home.join(".tools").join(folder).join("bin");
    fs::create_dir_all(&bin).unwrap();
    let file = bin.join(program);
    fs::write(&file, format!("#!/bin/sh\n{script}")).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
}

const YOSYS: &str = r#"
echo '{}' > netlist.json
echo '{"creator": "Yosys 0.70 (played)", "modules": {"memento_board": {"num_cells_by_type": {"SB_LUT4": 7, "SB_DFF": 3}}}}' \
    > netlist-cells.json
"#;

/// nextpnr, with this many logic cells used and this clock reached.
fn nextpnr(used: u32, mhz: f64) -> String {
    format!(
        r#"
[ "$1" = --version ] && {{ echo '"nextpnr-ice40" -- Next Generation Place and Route (Version nextpnr-0.11)'; exit; }}
echo "Info: Device utilisation:"
echo "Info: 	         ICESTORM_LC:  {used}/ 7680   66%"
[ {used} -gt 7680 ] && {{ echo "ERROR: Unable to place cell"; exit 1; }}
for word; do
    [ "$before" = --report ] && cat > "$word" <<'REPORT'
{{"fmax": {{"clock": {{"achieved": {mhz}}}}}, "utilization": {{}}, "critical_paths": [
  {{"from": "posedge clock", "to": "posedge clock", "path": [
    {{"type": "clk-to-q", "delay": 1.5, "from": {{"cell": "demo.core.first_SB_DFF_Q"}}, "to": {{"cell": "demo.core.first_SB_DFF_Q"}}}},
    {{"type": "routing", "delay": 2.5, "net": "demo.core.between_SB_LUT4_O", "from": {{"cell": "x"}}, "to": {{"cell": "demo.core.last_SB_DFF_Q"}}}}]}}]}}
REPORT
    [ "$before" = --asc ] && echo placed > "$word"
    before=$word
done
exit 0
"#
    )
}

/// `build --board hx8k` with tools that are played.
fn built(home: &Path, nextpnr: &str, arguments: &[&str]) -> Output {
    play(home, "yosys", "yosys", YOSYS);
    play(home, "nextpnr-ice40", "nextpnr-ice40", nextpnr);
    play(home, "nextpnr-ice40", "icepack", "cp $1 $2");
    let mut words = vec!["build", "--board", "hx8k", "--out", "out"];
    words.extend(arguments);
    memento(&words).current_dir(home).output().unwrap()
}

/// What was said, without what the clock says.
fn without_seconds(output: &Output) -> String {
    let said = said(output);
    let lines = said.lines().map(|line| match line.split_once(", ") {
        Some((kept, _)) if line.starts_with("kept in") => format!("{kept}\n"),
        _ => format!("{line}\n"),
    });
    lines.collect()
}

#[test]
fn a_bitstream_and_what_is_kept_of_it() {
    let home = tempfile::tempdir().unwrap();
    let output = built(home.path(), &nextpnr(5000, 30.0), &["--seeds", "2"]);
    assert_snapshot!(without_seconds(&output));
    let out = home.path().join("out");
    assert_eq!(
        fs::read_to_string(out.join("memento_hx8k.bin")).unwrap(),
        "placed\n"
    );
    let kept = fs::read_to_string(out.join("build.json")).unwrap();
    let kept: Value = serde_json::from_str(&kept).unwrap();
    assert_eq!(kept["build"]["seeds"].as_array().unwrap().len(), 2);
    assert_eq!(kept["build"]["nextpnr"], "nextpnr-0.11");

    let faster = built(home.path(), &nextpnr(5000, 33.0), &["--out", "second"]);
    assert_eq!(
        faster.status.code(),
        Some(2),
        "--out twice: {}",
        said(&faster)
    );
    fs::rename(&out, home.path().join("first")).unwrap();
    assert!(
        built(home.path(), &nextpnr(5000, 33.0), &[])
            .status
            .success()
    );
    let mut report = memento(&["report", "area", "first", "out"]);
    let report = report.current_dir(home.path()).output().unwrap();
    assert_snapshot!("compared", said(&report));
}

#[test]
fn a_clock_that_is_missed_is_told_with_its_path() {
    let home = tempfile::tempdir().unwrap();
    let output = built(home.path(), &nextpnr(5000, 11.5), &[]);
    assert_snapshot!(said(&output));
    assert!(!home.path().join("out/memento_hx8k.bin").exists());
}

#[test]
fn a_design_that_is_too_large_is_told_by_how_much() {
    let home = tempfile::tempdir().unwrap();
    assert_snapshot!(said(&built(home.path(), &nextpnr(8192, 0.0), &[])));
}

#[test]
fn a_tool_that_fails_has_the_last_words() {
    let home = tempfile::tempdir().unwrap();
    let script = "echo first\necho 'ERROR: Out of luck'\nexit 1\n";
    assert_snapshot!(said(&built(home.path(), script, &[])));
}

#[test]
fn no_results_to_compare() {
    let home = tempfile::tempdir().unwrap();
    let mut report = memento(&["report", "area", "."]);
    assert_snapshot!(said(&report.current_dir(home.path()).output().unwrap()));
    fs::write(home.path().join("area.json"), "{}").unwrap();
    let mut report = memento(&["report", "area", "."]);
    assert_snapshot!(
        "odd",
        said(&report.current_dir(home.path()).output().unwrap())
    );
}

/// Starts of bitstreams: a comment of Trellis' ahead of it, and iCE40's synchronisation word.
#[test]
#[ignore = "minutes: needs `make fpga-tools`"]
fn build_ends_in_bitstreams() {
    let home = tempfile::tempdir().unwrap();
    for (board, file) in [("hx8k", "memento_hx8k.bin"), ("ulx3s", "memento_ulx3s.bit")] {
        let out = home.path().join(board);
        let output = run(&[
            "build",
            "--board",
            board,
            "--preset",
            "tiny",
            "--out",
            text(&out),
        ]);
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        let bits = fs::read(out.join(file)).unwrap();
        let mark: &[u8] = if board == "hx8k" {
            &[0x7E, 0xAA, 0x99, 0x7E]
        } else {
            &[0xFF, 0xFF, 0xBD, 0xB3]
        };
        let found = bits.windows(4).take(4096).any(|four| four == mark);
        assert!(found, "{board}: no start in {} bytes", bits.len());
    }
}
