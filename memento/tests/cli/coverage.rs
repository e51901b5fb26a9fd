//! Coverage, and the pages made of results that are kept.

use crate::{run, said, text};
use memento_testbenches::coverage::CoverageResult;
use std::fs;
use std::path::{Path, PathBuf};

fn checkout(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

/// Some of everything reaches most of it; what is counted is in the tracefile too.
#[test]
fn a_quick_suite_reaches_most() {
    let folder = tempfile::tempdir().unwrap();
    let lcov = folder.path().join("memento.info");
    let output = run(&["coverage", "--quick", "--json", "--lcov", text(&lcov)]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let result: CoverageResult = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(result.failures, Vec::<String>::new());
    let covers = result.covers_reached();
    for (what, percent, least) in [
        ("lines", result.lines.percent(), 93.0),
        ("branches", result.branches.percent(), 93.0),
        ("covers", covers.percent(), 85.0),
    ] {
        assert!(percent >= least, "{percent:.2} % of the {what} are reached");
    }
    let traced = fs::read_to_string(lcov).unwrap();
    let sum = |key: &str| -> usize {
        let lines = traced.lines().filter_map(|line| line.strip_prefix(key));
        lines.map(|count| count.parse::<usize>().unwrap()).sum()
    };
    assert_eq!(
        (sum("LF:"), sum("LH:")),
        (result.lines.all, result.lines.reached)
    );
    let branches = (result.branches.all, result.branches.reached);
    assert_eq!((sum("BRF:"), sum("BRH:")), branches);
}

#[test]
fn pages_are_those_of_the_results() {
    for (what, result, page) in [
        (
            "coverage",
            "testbenches/results/coverage.json",
            "docs/coverage.md",
        ),
        (
            "mutants",
            "testbenches/results/mutants.json",
            "docs/mutants.md",
        ),
    ] {
        let output = run(&["report", what, text(&checkout(result))]);
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        let kept = fs::read_to_string(checkout(page)).unwrap();
        let made = String::from_utf8(output.stdout).unwrap();
        assert!(
            made == kept,
            "{page} isn't made of {result}; see `make {what}`"
        );
    }
}

/// What was measured meets its goals, and nothing is left unexplained.
#[test]
fn the_result_that_is_kept_meets_its_goals() {
    let kept = fs::read(checkout("testbenches/results/coverage.json")).unwrap();
    let result: CoverageResult = serde_json::from_slice(&kept).unwrap();
    assert_eq!(result.objections(), Vec::<String>::new());
}

#[test]
fn a_file_that_holds_no_result_is_refused() {
    let said = said(&run(&["report", "coverage", text(&checkout("README.md"))]));
    assert!(said.starts_with("exit status 2\n"), "{said}");
    assert!(said.contains("holds no result of coverage"), "{said}");
}
