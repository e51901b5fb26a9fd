//! Help texts.

use crate::run;
use insta::assert_snapshot;

fn help(arguments: &[&str]) -> String {
    let output = run(arguments);
    assert_eq!(output.status.code(), Some(0));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn of_the_command() {
    assert_snapshot!(help(&["--help"]));
}

#[test]
fn of_generate() {
    assert_snapshot!(help(&["generate", "--help"]));
}

#[test]
fn of_simulate() {
    assert_snapshot!(help(&["simulate", "--help"]));
}

#[test]
fn of_figures() {
    assert_snapshot!(help(&["figures", "--help"]));
}

#[test]
fn of_synth() {
    assert_snapshot!(help(&["synth", "--help"]));
}

#[test]
fn of_pnr() {
    assert_snapshot!(help(&["pnr", "--help"]));
}

#[test]
fn of_config() {
    assert_snapshot!(help(&["config", "--help"]));
}

#[test]
fn of_fuzz() {
    assert_snapshot!(help(&["fuzz", "--help"]));
}

#[test]
fn of_check() {
    assert_snapshot!(help(&["check", "--help"]));
}

#[test]
fn of_build() {
    assert_snapshot!(help(&["build", "--help"]));
}

#[test]
fn of_report_area() {
    assert_snapshot!(help(&["report", "area", "--help"]));
}

#[test]
fn of_coverage() {
    assert_snapshot!(help(&["coverage", "--help"]));
}
