//! `memento synth` and `memento pnr`.

use crate::{memento, run, said, text};
use insta::assert_snapshot;
use serde_json::Value;
use std::fs;

#[test]
fn families_and_grades_that_there_are_not() {
    let family = run(&["pnr", "--target", "gowin"]);
    let grade = run(&["pnr", "--target", "ecp5", "--speed", "9"]);
    let none = run(&["pnr", "--target", "ice40", "--speed", "6"]);
    assert_snapshot!([family, grade, none].map(|output| said(&output)).join("\n"));
}

#[test]
fn a_bypass_that_there_is_not() {
    let home = tempfile::tempdir().unwrap();
    let printed = String::from_utf8(run(&["config", "--preset", "tiny"]).stdout).unwrap();
    let (ahead, bypass) = printed.split_once("[bypass]").unwrap();
    let bypass: Vec<String> = bypass
        .lines()
        .map(|line| match line.starts_with("entries") {
            true => "entries = 0".to_owned(),
            false => line.to_owned(),
        })
        .collect();
    let file = home.path().join("without.toml");
    fs::write(&file, format!("{ahead}[bypass]{}", bypass.join("\n"))).unwrap();
    let output = run(&[
        "synth",
        "--target",
        "ecp5",
        "--top",
        "bypass",
        "--config",
        text(&file),
    ]);
    assert_snapshot!(said(&output));
}

#[test]
fn a_missing_tool_is_named() {
    let home = tempfile::tempdir().unwrap();
    let output = memento(&["synth", "--preset", "tiny", "--target", "ecp5"])
        .current_dir(home.path())
        .env("PATH", "/nowhere")
        .output()
        .unwrap();
    assert_snapshot!(said(&output).replace(text(home.path()), "FOLDER"));
}

/// What memories of the object table become: a block RAM that falls into flip-flops, or a small
/// memory that does where look-up tables can be one, would be a waste that no other test sees.
#[test]
fn memories_become_what_was_meant() {
    for family in ["ecp5", "nexus", "gowin"] {
        let home = tempfile::tempdir().unwrap();
        let output = run(&[
            "synth",
            "--preset",
            "tiny",
            "--target",
            family,
            "--top",
            "core",
            "--json",
            "--work",
            text(home.path()),
        ]);
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        let modules = report["area"]["modules"].as_array().unwrap();
        let module = |name: &str| {
            let module = modules.iter().find(|module| module["module"] == name);
            module.unwrap_or_else(|| panic!("{family}: no {name}"))
        };
        let cells = |name: &str, kind: &str| module(name)["own"][kind].as_u64().unwrap();
        assert_eq!(cells("memento_lut_ram", "flip_flops"), 0, "{family}");
        assert!(cells("memento_lut_ram", "lut_rams") > 0, "{family}");
        // Each is one block RAM, or several if it is wide.
        let instances = module("memento_block_ram")["instances"].as_u64().unwrap();
        let block_rams = cells("memento_block_ram", "block_rams");
        assert!(
            block_rams >= instances,
            "{family}: {block_rams} of {instances}"
        );
        assert_eq!(cells("memento_block_ram", "flip_flops"), 0, "{family}");
        assert_eq!(cells("memento_block_ram", "lut_rams"), 0, "{family}");
        assert_eq!(
            report["area"]["total"]["block_rams"], block_rams,
            "{family}"
        );
    }
}
