//! Proofs, as a user has them tried.

use crate::{memento, run, said};

#[test]
fn without_its_tools_it_says_how_to_install_them() {
    let folder = tempfile::tempdir().unwrap();
    let output = memento(&["check", "--preset", "tiny"])
        .current_dir(folder.path())
        .env("PATH", folder.path())
        .output()
        .unwrap();
    let said = said(&output);
    assert!(said.starts_with("exit status 2\n"), "{said}");
    assert!(said.contains("Yosys (yosys) not found"), "{said}");
    assert!(said.contains("make tools"), "{said}");
}

#[test]
fn an_unknown_property_is_refused_with_what_there_is() {
    let said = said(&run(&[
        "check",
        "--preset",
        "tiny",
        "--property",
        "nonsense",
    ]));
    assert!(said.starts_with("exit status 2\n"), "{said}");
    assert!(said.contains("`nonsense`"), "{said}");
    assert!(said.contains("reclaimer"), "{said}");
}

#[test]
fn a_property_of_the_tag_logic_holds() {
    let said = said(&run(&[
        "check",
        "--preset",
        "tiny",
        "--property",
        "slots_come_back",
    ]));
    assert!(said.starts_with("exit status 0\n"), "{said}");
    assert!(said.contains("others_are_refused"), "{said}");
}

#[test]
fn faults_are_those_of_preset_tiny_and_of_no_other() {
    let said = said(&run(&["check", "--preset", "default", "--mutations"]));
    assert!(said.starts_with("exit status 2\n"), "{said}");
    assert!(
        said.contains("--preset") && said.contains("--mutations"),
        "{said}"
    );
}

#[test]
fn a_proof_stated_for_other_sizes_says_which() {
    let said = said(&run(&[
        "check",
        "--preset",
        "default",
        "--property",
        "hit_loop",
    ]));
    assert!(said.starts_with("exit status 2\n"), "{said}");
    assert!(said.contains("`words` = 2"), "{said}");
    assert!(said.contains("memento_hit_pipeline"), "{said}");
}

#[test]
fn a_module_equals_its_restatement() {
    let said = said(&run(&[
        "check",
        "--preset",
        "tiny",
        "--property",
        "counts_ones",
    ]));
    assert!(said.starts_with("exit status 0\n"), "{said}");
    assert!(said.contains("1 of 1 proof hold"), "{said}");
}
