//! Building: what the cache knows, and what a failure says.

mod common;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;
use std::{env, fs, thread};

use common::design;
use tempfile::TempDir;
use verilator_bindings::{Build, Error, Optimize, Verilator, Warnings};

/// A module whose output is a macro of an included file.
fn with_include(folder: &Path, cache: &Path) -> Build {
    let text =
        "`include \"value.svh\"\nmodule constant (output [7:0] y); assign y = `VALUE; endmodule\n";
    fs::write(folder.join("constant.v"), text).unwrap();
    Build::new("constant")
        .source(folder.join("constant.v"))
        .include(folder)
        .optimize(Optimize::Quick)
        .cache_dir(cache)
}

fn value(build: &Build) -> u8 {
    let library = build.compile().unwrap();
    let mut model = library.model().unwrap();
    model.eval().unwrap();
    model.get(library.output::<u8>("y").unwrap())
}

/// An installation of Verilator that writes a line to `log` for each run.
fn counting(folder: &Path) -> (Verilator, PathBuf) {
    let real = Verilator::find().unwrap();
    let log = folder.join("log");
    let root = folder.join("verilator");
    fs::create_dir_all(root.join("bin")).unwrap();
    std::os::unix::fs::symlink(real.root().join("include"), root.join("include")).unwrap();
    let script = format!(
        "#!/bin/sh\necho run >> '{}'\nVERILATOR_ROOT='{}' exec '{}' \"$@\"\n",
        log.display(),
        real.root().display(),
        real.binary().display()
    );
    let binary = root.join("bin/verilator_bin");
    fs::write(&binary, script).unwrap();
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    fs::set_permissions(&binary, mode).unwrap();
    (Verilator::at(&root).unwrap(), log)
}

fn runs(log: &Path) -> usize {
    fs::read_to_string(log).map_or(0, |text| text.lines().count())
}

#[test]
fn the_cache_follows_contents_and_not_places() {
    let folder = TempDir::new().unwrap();
    let (verilator, log) = counting(folder.path());
    let cache = folder.path().join("cache");
    let sources = folder.path().join("sources");
    let copy = folder.path().join("copy");
    for place in [&sources, &copy] {
        fs::create_dir(place).unwrap();
        fs::write(place.join("value.svh"), "`define VALUE 8'd1\n").unwrap();
    }
    let build = with_include(&sources, &cache).verilator(verilator.clone());
    assert_eq!((value(&build), runs(&log)), (1, 1));
    assert_eq!((value(&build), runs(&log)), (1, 1), "unchanged");
    let moved = with_include(&copy, &cache).verilator(verilator);
    assert_eq!(
        (value(&moved), runs(&log)),
        (1, 1),
        "the same contents elsewhere"
    );

    fs::write(sources.join("value.svh"), "`define VALUE 8'd2\n").unwrap();
    assert_eq!(
        (value(&build), runs(&log)),
        (2, 2),
        "an included file has changed"
    );
    assert_eq!(
        (value(&moved), runs(&log)),
        (1, 2),
        "the first contents are still known"
    );

    let defined = build.clone().define("UNUSED", "");
    assert_eq!((value(&defined), runs(&log)), (2, 3), "another macro");
    fs::write(sources.join("new.svh"), "").unwrap();
    assert_eq!(
        (value(&build), runs(&log)),
        (2, 4),
        "a file that could be included instead"
    );
}

#[test]
fn equal_builds_at_the_same_time_run_the_tool_once() {
    let folder = TempDir::new().unwrap();
    let (verilator, log) = counting(folder.path());
    fs::write(folder.path().join("value.svh"), "`define VALUE 8'd7\n").unwrap();
    let build = with_include(folder.path(), &folder.path().join("cache")).verilator(verilator);
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| assert_eq!(value(&build), 7));
        }
    });
    // The cache's own folder, made meanwhile, is beside the sources.
    assert!(runs(&log) <= 2, "{} runs", runs(&log));
    let leftovers = fs::read_dir(folder.path().join("cache/models"))
        .unwrap()
        .flatten()
        .flat_map(|slot| {
            fs::read_dir(slot.path())
                .unwrap()
                .flatten()
                .map(|entry| entry.file_name())
        });
    assert!(
        leftovers
            .into_iter()
            .all(|name| !name.to_string_lossy().starts_with(".build"))
    );
}

#[test]
fn a_cached_model_is_there_at_once() {
    design("widths").compile().unwrap();
    let start = Instant::now();
    design("widths").compile().unwrap();
    assert!(start.elapsed().as_millis() < 1000, "{:?}", start.elapsed());
}

#[test]
fn verilators_own_words_are_shown_with_the_callers_path() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("wrong.v");
    fs::write(
        &path,
        "module wrong (output y);\n  assign y = ;\nendmodule\n",
    )
    .unwrap();
    let error = Build::new("wrong").source(&path).compile().unwrap_err();
    let Error::Verilator { text, .. } = &error else {
        panic!("{error}")
    };
    assert!(
        text.contains("%Error") && text.contains("syntax error"),
        "{text}"
    );
    assert!(text.contains(&format!("{}:2:", path.display())), "{text}");
    assert!(error.to_string().contains(text));
}

#[test]
fn warnings_stop_a_build_unless_allowed() {
    let text = "module wide (input [7:0] a, output [3:0] y); assign y = a; endmodule\n";
    let cache = concat!(env!("CARGO_TARGET_TMPDIR"), "/models");
    let build = Build::new("wide")
        .source_text("wide.v", text)
        .optimize(Optimize::Quick)
        .cache_dir(cache);
    let error = build.compile().unwrap_err().to_string();
    assert!(
        error.contains("WIDTHTRUNC") && error.contains("wide.v:1:"),
        "{error}"
    );
    for _ in ["compiled", "cached"] {
        let library = build.clone().warnings(Warnings::Allow).compile().unwrap();
        assert_eq!(library.warnings().len(), 1);
        assert!(library.warnings()[0].contains("WIDTHTRUNC"));
    }
}

#[test]
fn lint_returns_each_warning() {
    let text = "module style (input [7:0] a, output y);\n  wire left = a[0];\n  assign y = a[1];\nendmodule\n";
    let warnings = Build::new("style")
        .source_text("style.v", text)
        .lint()
        .unwrap();
    assert!(
        warnings
            .iter()
            .all(|warning| warning.starts_with("%Warning-")),
        "{warnings:#?}"
    );
    assert!(
        warnings
            .iter()
            .any(|warning| warning.contains("style.v:2:8")),
        "{warnings:#?}"
    );
    let clean = "module clean (input a, output y);\n  assign y = ~a;\nendmodule\n";
    assert!(
        Build::new("clean")
            .source_text("clean.v", clean)
            .lint()
            .unwrap()
            .is_empty()
    );
    assert!(
        Build::new("clean")
            .source_text("clean.v", "modul")
            .lint()
            .is_err()
    );
}

#[test]
fn what_is_missing_is_named() {
    let error = design("widths")
        .compiler("no-such-compiler")
        .compile()
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("no-such-compiler") && error.contains("apt-get install g++"),
        "{error}"
    );

    let error = Build::new("top")
        .source("no/such/file.v")
        .compile()
        .unwrap_err()
        .to_string();
    assert!(error.starts_with("cannot read no/such/file.v: "), "{error}");

    let error = design("widths")
        .include("no/such/folder")
        .compile()
        .unwrap_err()
        .to_string();
    assert!(error.contains("no/such/folder"), "{error}");

    let error = Build::new("top").compile().unwrap_err().to_string();
    assert!(error.contains("Build::source"), "{error}");
}

#[test]
fn a_compiler_that_fails_is_quoted() {
    let folder = TempDir::new().unwrap();
    let compiler = folder.path().join("compiler");
    let script = "#!/bin/sh\n[ \"$1\" = --version ] && exit 0\necho 'out of cheese' >&2\nexit 1\n";
    fs::write(&compiler, script).unwrap();
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    fs::set_permissions(&compiler, mode).unwrap();
    let error = design("widths").compiler(&compiler).compile().unwrap_err();
    let Error::Compiler { text, command, .. } = &error else {
        panic!("{error}")
    };
    assert!(
        text.contains("out of cheese") && command.contains("-c -O"),
        "{error}"
    );
}

/// Run by `a_missing_verilator_is_explained` in a process with another environment.
#[test]
fn find_verilator() {
    if env::var_os("EXPECT_NO_VERILATOR").is_none() {
        return;
    }
    let error = Verilator::find().unwrap_err().to_string();
    for part in [
        "VERILATOR_ROOT (/nowhere)",
        ".tools/verilator",
        "PATH",
        "make tools",
        "apt-get",
    ] {
        assert!(error.contains(part), "{part} in {error}");
    }
}

#[test]
fn a_missing_verilator_is_explained() {
    let status = Command::new(env::current_exe().unwrap())
        .args(["--exact", "find_verilator"])
        .current_dir("/")
        .env("EXPECT_NO_VERILATOR", "1")
        .env("VERILATOR_ROOT", "/nowhere")
        .env("PATH", "")
        .output()
        .unwrap();
    assert!(
        status.status.success(),
        "{}",
        String::from_utf8_lossy(&status.stdout)
    );
}
