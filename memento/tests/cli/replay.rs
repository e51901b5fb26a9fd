//! Counterexamples of `memento check`, played by `memento simulate --replay`.

use crate::{run, said, said_in, text};
use insta::assert_snapshot;
use serde_json::Value;
use std::fs;
use std::path::Path;

/// Has a proof find a known fault, and leaves its counterexample in the folder: the file.
fn counterexample(folder: &Path, fault: &str, proof: &str) -> String {
    let found = run(&["check", "--fault", fault, "--artifacts", text(folder)]);
    assert_eq!(found.status.code(), Some(1), "{}", said(&found));
    let file = folder.join(format!("{proof}.json"));
    let file = text(&file).to_owned();
    let replay = format!("replay with: memento simulate --replay {file}");
    assert!(said(&found).contains(&replay), "{}", said(&found));
    file
}

#[test]
fn a_fault_from_reset_fails_again_and_sound_hardware_does_not() {
    let home = tempfile::tempdir().unwrap();
    let fault = "a read takes what isn't its address";
    let file = counterexample(home.path(), fault, "axi_lite");
    let waveform = home.path().join("replayed.vcd");
    let options = ["simulate", "--replay", &file, "--waveform", text(&waveform)];
    assert_snapshot!("from_reset", said_in(home.path(), &run(&options)));
    let recorded = fs::read_to_string(&waveform).unwrap();
    assert!(recorded.contains("s_axil_araddr"));
    let sound = run(&["simulate", "--replay", &file, "--without-fault"]);
    assert_snapshot!("sound_from_reset", said_in(home.path(), &sound));
}

#[test]
fn a_step_of_an_induction_fails_again_with_words_of_memories_and_free_choices() {
    let home = tempfile::tempdir().unwrap();
    let fault = "the level forgets a frame that is popped";
    let file = counterexample(home.path(), fault, "page_pool");
    let kept: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    assert!(kept["state"]["queue.words[0]"].is_string());
    assert!(kept["inputs"][0]["props.f"].is_string());
    let again = run(&["simulate", "--replay", &file, "--json"]);
    assert_eq!(again.status.code(), Some(1), "{}", said(&again));
    let again: Value = serde_json::from_slice(&again.stdout).unwrap();
    let property = "props.level_is_what_is_inside";
    assert!(
        again["fails"]
            .as_array()
            .unwrap()
            .iter()
            .any(|one| one["property"] == property),
        "{again:#}"
    );
    assert_eq!(again.get("differs"), None, "{again:#}");
    assert_eq!(again["unknown_registers"], Value::Array(Vec::new()));
    let sound = run(&["simulate", "--replay", &file, "--without-fault"]);
    assert_eq!(sound.status.code(), Some(0), "{}", said(&sound));
}

/// Modules with parts left open, modules that are given as text, properties with words of SystemVerilog as names.
#[test]
fn counterexamples_of_all_kinds_of_modules_fail_again() {
    let home = tempfile::tempdir().unwrap();
    for (fault, proof) in [
        ("a word just written isn't forwarded", "hit_loop"),
        ("a word is written without being asked", "block_ram"),
        ("a frame is named before it is zero", "page_mapper"),
        ("a position lacks its highest bit", "onehot_encoder"),
    ] {
        let file = counterexample(home.path(), fault, proof);
        let again = said(&run(&["simulate", "--replay", &file]));
        assert!(again.starts_with("exit status 1\n"), "{again}");
        for word in [
            "as the counterexample says",
            "outputs are the counterexample's",
        ] {
            assert!(again.contains(word), "{proof}: {again}");
        }
        let sound = run(&["simulate", "--replay", &file, "--without-fault"]);
        assert_eq!(sound.status.code(), Some(0), "{proof}: {}", said(&sound));
    }
}

#[test]
fn another_state_does_not_fail() {
    let home = tempfile::tempdir().unwrap();
    let fault = "a read takes what isn't its address";
    let file = counterexample(home.path(), fault, "axi_lite");
    // Nothing is asked for: nothing goes wrong.
    let mut kept: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    for inputs in kept["inputs"].as_array_mut().unwrap() {
        inputs["s_axil_arvalid"] = "1'h0".into();
        inputs["s_axil_awvalid"] = "1'h0".into();
    }
    fs::write(&file, kept.to_string()).unwrap();
    let quiet = run(&["simulate", "--replay", &file]);
    assert_eq!(quiet.status.code(), Some(0), "{}", said(&quiet));
    assert!(said(&quiet).contains("outputs differ"), "{}", said(&quiet));
}

#[test]
fn files_that_are_no_counterexamples() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("none.json");
    let missing = run(&["simulate", "--replay", text(&file)]);
    assert_snapshot!("missing", said_in(home.path(), &missing));
    fs::write(&file, "v 10400 3\n").unwrap();
    let other = run(&["simulate", "--replay", text(&file)]);
    assert_snapshot!("something_else", said_in(home.path(), &other));
    let path = text(&file);
    let value = |format: u32, proof: &str, value: &str| {
        let text = format!(
            r#"{{"format": {format}, "origin": {{"measured": {{"configuration": {:?}, "verilog_sha256": ""}}, "fault": null}},
            "proof": "{proof}", "module": "m", "from_reset": true, "fails": [], "state": {{}},
            "inputs": [{{"a": "{value}"}}], "outputs": []}}"#,
            memento_config::Config::preset("tiny").unwrap().to_toml()
        );
        fs::write(&file, text).unwrap();
        said_in(home.path(), &run(&["simulate", "--replay", path]))
    };
    assert_snapshot!("another_format", value(7, "axi_lite", "1'h0"));
    assert_snapshot!("no_value", value(1, "axi_lite", "1'h0; $finish"));
    assert_snapshot!("no_proof", value(1, "nonsense", "1'h0"));
    assert_snapshot!("another_module", value(1, "axi_lite", "1'h0"));
}

#[test]
fn options_that_do_not_go_together() {
    let both = run(&["simulate", "--replay", "a.json", "--trace", "b.zst"]);
    assert_snapshot!("both", said(&both));
    let alone = run(&["simulate", "--without-fault", "--trace", "b.zst"]);
    assert_snapshot!("alone", said(&alone));
    let several = run(&["check", "--fault", "frame"]);
    assert_eq!(several.status.code(), Some(2));
    let said_of = said(&several);
    assert!(
        said_of.contains("not the words of one fault: `frame`") && said_of.lines().count() > 5,
        "{said_of}"
    );
    let none = run(&["check", "--fault", "nonsense"]);
    assert_snapshot!("no_fault", said(&none));
}
