//! What a user can get wrong, and what is said then.

use crate::{bundled, memento, recording, run, said, said_in, text};
use insta::assert_snapshot;
use std::fs;
use std::path::Path;

/// The default preset with one line's value replaced.
fn refusal(key: &str, line: &str) -> String {
    let home = tempfile::tempdir().unwrap();
    let printed = String::from_utf8(run(&["config"]).stdout).unwrap();
    let stated: Vec<&str> = printed
        .lines()
        .map(|old| match old.split_once(" = ") {
            Some((name, _)) if name == key => line,
            _ => old,
        })
        .collect();
    assert!(stated.contains(&line));
    let file = home.path().join("bad.toml");
    fs::write(&file, stated.join("\n")).unwrap();
    let out = home.path().join("out");
    let output = run(&["generate", "--config", text(&file), "--out", text(&out)]);
    assert!(!out.exists());
    said_in(home.path(), &output)
}

#[test]
fn unknown_key() {
    assert_snapshot!(refusal("list_threshold", "list_treshold = 16"));
}

#[test]
fn zero_classes() {
    assert_snapshot!(refusal("classes", "classes = 0"));
}

#[test]
fn region_too_small_for_its_lanes() {
    assert_snapshot!(refusal("region_bytes", "region_bytes = 0x40_0000"));
}

#[test]
fn widths_that_do_not_add_up() {
    assert_snapshot!(refusal("mode", "mode = \"sv32\""));
}

#[test]
fn missing_configuration() {
    let output = run(&["config", "--config", "nowhere.toml"]);
    assert_snapshot!(said(&output));
}

#[test]
fn unknown_preset_and_two_configurations() {
    let unknown = run(&["config", "--preset", "huge"]);
    let both = run(&["config", "--preset", "tiny", "--config", "my.toml"]);
    assert_snapshot!(said(&unknown) + "\n" + &said(&both));
}

#[test]
fn output_folder_that_cannot_be_written() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("file");
    fs::write(&file, "").unwrap();
    let below = run(&["generate", "--out", text(&file.join("out"))]);
    let same = run(&["generate", "--out", text(&file)]);
    assert_snapshot!(said_in(home.path(), &below) + "\n" + &said_in(home.path(), &same));
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1);
}

#[cfg(target_os = "linux")]
#[test]
fn output_folder_in_a_file_system_that_takes_no_files() {
    assert_snapshot!(said(&run(&["generate", "--out", "/proc/verilog"])));
}

fn simulate(trace: &Path, home: &Path) -> String {
    said_in(
        home,
        &run(&["simulate", "--preset", "tiny", "--trace", text(trace)]),
    )
}

#[test]
fn recording_that_is_missing_a_directory_or_something_else() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    fs::write(home.join("letter.txt"), "Dear Sir or Madam").unwrap();
    let said = ["missing.zst", ".", "letter.txt"].map(|name| simulate(&home.join(name), home));
    assert_snapshot!(said.join("\n"));
}

#[test]
fn recording_that_is_cut_off() {
    let home = tempfile::tempdir().unwrap();
    let whole = fs::read(bundled("cpp_json")).unwrap();
    let file = home.path().join("half.zst");
    fs::write(&file, &whole[..whole.len() / 2]).unwrap();
    assert_snapshot!(simulate(&file, home.path()));
}

#[test]
fn recording_with_a_malformed_line() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("bad.heaptrack");
    fs::write(&file, recording(3) + "+ 10 zero 7f00\n").unwrap();
    assert_snapshot!(simulate(&file, home.path()));
}

#[test]
fn waveform_in_another_format() {
    let trace = bundled("cpp_json");
    let output = run(&["simulate", "--trace", text(&trace), "--waveform", "run.fst"]);
    assert_snapshot!(said(&output));
}

#[test]
fn verilator_absent() {
    let home = tempfile::tempdir().unwrap();
    let output = memento(&["simulate", "--trace", text(&bundled("cpp_json"))])
        .current_dir(home.path())
        .env("VERILATOR_ROOT", "/nowhere")
        .env("PATH", "")
        .output()
        .unwrap();
    assert_snapshot!(said_in(home.path(), &output));
}

#[cfg(unix)]
#[test]
fn verilator_failing() {
    use std::os::unix::fs::PermissionsExt;
    let home = tempfile::tempdir().unwrap();
    let root = home.path().join("verilator");
    let program = root.join("bin/verilator_bin");
    fs::create_dir_all(root.join("bin")).unwrap();
    fs::create_dir_all(root.join("include")).unwrap();
    fs::write(root.join("include/verilated.h"), "").unwrap();
    fs::write(
        &program,
        "#!/bin/sh\necho '%Error: Internal Error: out of order' >&2\nexit 1\n",
    )
    .unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let output = memento(&["simulate", "--trace", text(&bundled("cpp_json"))])
        .env("VERILATOR_ROOT", &root)
        .env("VERILATOR_BINDINGS_CACHE", home.path().join("cache"))
        .output()
        .unwrap();
    assert_snapshot!(said_in(home.path(), &output));
}
