//! `memento generate` and `memento config`.

use crate::{memento, run, said, said_in, text};
use insta::assert_snapshot;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Stdio;

fn files(folder: &Path) -> BTreeMap<String, String> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    entries
        .map(|entry| {
            let name = entry.file_name().into_string().unwrap();
            (name, fs::read_to_string(entry.path()).unwrap())
        })
        .collect()
}

fn generate(out: &Path, more: &[&str]) -> serde_json::Value {
    let output = run(&[&["generate", "--json", "--out", text(out)], more].concat());
    assert_eq!(output.status.code(), Some(0), "{}", said_in(out, &output));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    serde_json::from_slice(&output.stdout).unwrap()
}

fn sha256(text: &str) -> String {
    let digest = Sha256::digest(text);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn the_same_bytes_in_every_folder() {
    let home = tempfile::tempdir().unwrap();
    let (first, second) = (home.path().join("a"), home.path().join("deep/b"));
    let generated = generate(&first, &["--preset", "tiny"]);
    generate(&second, &["--preset", "tiny"]);
    generate(&second, &["--preset", "tiny"]);
    assert_eq!(files(&first), files(&second));
    assert!(generated["seconds"].as_f64().unwrap() < 10.0);
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 2);
}

#[test]
fn the_manifest_accounts_for_every_file() {
    let home = tempfile::tempdir().unwrap();
    let out = home.path().join("out");
    let generated = generate(&out, &["--preset", "tiny", "--dialect", "verilog2005"]);
    let mut files = files(&out);
    let manifest = files.remove("manifest.json").unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    let modules = manifest["modules"].as_array().unwrap();
    let list = &files["memento.f"];
    let mut lines = String::new();
    for entry in modules.iter().chain(manifest["files"].as_array().unwrap()) {
        let name = entry["file"].as_str().unwrap();
        let digest = sha256(&files[name]);
        assert_eq!(entry["sha256"], digest, "{name}");
        lines += &format!("{digest}  {name}\n");
    }
    assert_eq!(manifest["sha256"], sha256(&lines));
    assert_eq!(generated["sha256"], manifest["sha256"]);
    assert_eq!(files.len(), modules.len() + 5);

    let listed: Vec<&str> = list
        .lines()
        .filter(|line| !line.starts_with("//"))
        .collect();
    let ordered: Vec<&str> = modules
        .iter()
        .map(|m| m["file"].as_str().unwrap())
        .collect();
    assert_eq!(listed, ordered);
    assert!(ordered.iter().all(|file| file.ends_with(".v")));
    let top = modules.last().unwrap();
    let tops = ["memento_core", "memento_bypass", "memento_system"];
    assert_eq!(manifest["tops"], serde_json::json!(tops));
    assert_eq!(top["name"], tops[2]);
    let file_of = |top: &&str| ordered.contains(&format!("{top}.v").as_str());
    assert!(tops.iter().all(file_of), "{ordered:?}");
    assert!(top["ports"].as_array().unwrap().len() > 20);
    for (name, text) in &files {
        assert!(!text.contains(home.path().to_str().unwrap()), "{name}");
    }
}

#[test]
fn what_is_stale_goes_and_what_is_foreign_stays() {
    let home = tempfile::tempdir().unwrap();
    let out = home.path();
    fs::write(out.join("notes.txt"), "mine").unwrap();
    let first = generate(out, &["--preset", "tiny"]);
    fs::write(out.join("memento_core.sv"), "// mine now").unwrap();
    let second = generate(out, &["--preset", "tiny", "--dialect", "verilog2005"]);
    let removed = second["removed"].as_array().unwrap().len() as u64;
    assert_eq!(Some(removed + 1), first["modules"].as_u64());
    assert_eq!(second["kept"], serde_json::json!(["memento_core.sv"]));
    let files = files(out);
    assert_eq!(files["notes.txt"], "mine");
    let verilog = files.keys().filter(|name| name.ends_with(".sv"));
    assert_eq!(verilog.collect::<Vec<_>>(), ["memento_core.sv"]);
}

#[test]
fn a_manifest_of_something_else_is_in_the_way() {
    let home = tempfile::tempdir().unwrap();
    fs::write(
        home.path().join("manifest.json"),
        "{\"name\": \"a web page\"}",
    )
    .unwrap();
    let output = run(&["generate", "--out", text(home.path())]);
    assert_snapshot!(said_in(home.path(), &output));
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1);
}

#[test]
fn the_file_list_and_the_core_of_tiny() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("small.toml");
    fs::write(
        &file,
        String::from_utf8(run(&["config", "--preset", "tiny"]).stdout).unwrap(),
    )
    .unwrap();
    let out = home.path().join("out");
    generate(&out, &["--config", text(&file)]);
    let files = files(&out);
    // The modules in them are the hardware's matter.
    let frame = |name: &str| {
        let lines = files[name].lines();
        lines
            .filter(|line| !line.contains(".sv"))
            .collect::<Vec<_>>()
            .join("\n")
    };
    assert_snapshot!(format!(
        "{}\n\n{}",
        frame("memento.f"),
        frame("memento.core")
    ));
    assert!(
        files["memento_core.sv"]
            .contains("// Regenerate with: memento generate --config small.toml")
    );
}

#[test]
fn a_resolved_configuration_means_the_same() {
    let home = tempfile::tempdir().unwrap();
    let printed = run(&["config", "--preset", "rv32"]).stdout;
    let file = home.path().join("rv32.toml");
    fs::write(&file, &printed).unwrap();
    let again = run(&["config", "--config", text(&file)]).stdout;
    let body = |text: &[u8]| {
        String::from_utf8_lossy(text)
            .split_once('\n')
            .unwrap()
            .1
            .to_owned()
    };
    assert_eq!(body(&printed), body(&again));
    assert_snapshot!(String::from_utf8(printed).unwrap());
}

#[test]
fn a_reader_that_has_gone_away_is_no_error() {
    let mut command = memento(&["config"]);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(said(&output), "exit status 0\n");
}
