//! Verilator and Yosys have nothing to say about what is emitted: no error, no warning, no waiver.
//!
//! Beside the presets' whole systems, `LINT_CONFIGS` random configurations are tried (default 50),
//! drawn from `LINT_SEED`: the first `LINT_SYSTEMS` as whole systems (default 4), which take Yosys
//! some 15 s each, the others as an object allocator alone.

mod common;

use common::{DIALECTS, build, bypass, core, presets, random_configs, setting, system};
use memento_config::{Config, Ecc};
use memento_hdl::verilog::{Design, Dialect};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

/// A design to judge.
struct Candidate {
    name: String,
    settings: String,
    dialect: Dialect,
    design: Design,
}

/// System and bypass of every preset in both languages, with and without parity; random
/// configurations in one, every fourth in the other too.
static CANDIDATES: LazyLock<Vec<Candidate>> = LazyLock::new(|| {
    let seed = setting("LINT_SEED", 1);
    let count = setting("LINT_CONFIGS", 50) as usize;
    let systems = setting("LINT_SYSTEMS", 4) as usize;
    let mut candidates = Vec::new();
    let mut add = |name: &str, config: &Config, dialect, emit: fn(&Config, Dialect) -> Design| {
        let design = emit(config, dialect);
        candidates.push(Candidate {
            name: format!("{name}_{dialect:?}"),
            settings: config.to_toml(),
            dialect,
            design,
        });
    };
    for (name, config) in presets() {
        let mut checked = config.settings().clone();
        checked.protection.ecc = Ecc::Parity;
        let checked = Config::new(&checked, name).unwrap_or_else(|errors| panic!("{errors}"));
        for dialect in DIALECTS {
            add(name, &config, dialect, system);
            add(&format!("{name}_bypass"), &config, dialect, bypass);
        }
        add(
            &format!("{name}_parity"),
            &checked,
            Dialect::SystemVerilog,
            system,
        );
        for dialect in DIALECTS {
            add(&format!("{name}_bypass_parity"), &checked, dialect, bypass);
        }
    }
    for (i, config) in random_configs(seed, count).iter().enumerate() {
        let name = format!("random_{seed}_{i}");
        let emit = if i < systems { system } else { core };
        add(&name, config, Dialect::SystemVerilog, emit);
        if i % 4 == 0 {
            add(&name, config, Dialect::Verilog2005, emit);
        }
    }
    candidates
});

#[test]
fn verilator_is_silent() {
    let mut complaints = String::new();
    for candidate in &*CANDIDATES {
        let found = match build(&candidate.design, candidate.dialect).lint() {
            Ok(warnings) => warnings.join("\n"),
            Err(error) => error.to_string(),
        };
        if !found.is_empty() {
            let (name, settings) = (&candidate.name, &candidate.settings);
            let _ = writeln!(complaints, "{name}:\n{found}\n{settings}");
        }
    }
    assert!(complaints.is_empty(), "{complaints}");
}

#[test]
fn verilator_would_speak_up() {
    let tiny = Config::preset("tiny").unwrap_or_else(|errors| panic!("{errors}"));
    for dialect in DIALECTS {
        let mut design = core(&tiny, dialect);
        let top = design.modules.last_mut().expect("a top");
        top.text = top.text.replacen(
            "endmodule",
            "wire [3:0] odd = {1'b0, enable};\nendmodule",
            1,
        );
        let warnings = build(&design, dialect)
            .lint()
            .unwrap_or_else(|error| panic!("{error}"));
        let warnings = warnings.join("\n");
        assert!(warnings.contains("WIDTHEXPAND"), "{warnings}");
        assert!(warnings.contains("UNUSEDSIGNAL"), "{warnings}");
    }
}

#[test]
fn yosys_is_silent() {
    let log = Yosys::find().check(CANDIDATES.iter());
    assert!(log.complaints.is_empty(), "{}", log.complaints);
    assert_eq!(
        log.clean,
        CANDIDATES.len(),
        "designs that `check` calls clean"
    );
}

#[test]
fn yosys_would_speak_up() {
    let tiny = Config::preset("tiny").unwrap_or_else(|errors| panic!("{errors}"));
    let yosys = Yosys::find();
    let broken = |line: &str| {
        let mut design = core(&tiny, Dialect::SystemVerilog);
        let top = design.modules.last_mut().expect("a top");
        top.text = top
            .text
            .replacen("endmodule", &format!("{line}\nendmodule"), 1);
        let broken = Candidate {
            name: "broken".into(),
            settings: String::new(),
            dialect: Dialect::SystemVerilog,
            design,
        };
        yosys.check([&broken])
    };
    let clean = broken("");
    assert_eq!((clean.complaints.as_str(), clean.clean), ("", 1));
    for (line, complaint) in [
        ("wire odd; wire also = !odd;", "is used but has no driver"),
        (
            "assign request_ready = !enable;",
            "multiple conflicting drivers",
        ),
        (
            "missing instance_of (.a(enable));",
            "is not part of the design",
        ),
    ] {
        let log = broken(line).complaints;
        assert!(log.contains(complaint), "{line}: {log}");
    }
}

/// An installation of Yosys.
struct Yosys {
    program: PathBuf,
}

/// What Yosys said.
struct Log {
    /// Warnings and errors.
    complaints: String,
    /// Designs in which `check` found no problem.
    clean: usize,
}

impl Yosys {
    /// `.tools/yosys` in the working folder or above it, where `make tools` puts it.
    fn find() -> Yosys {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let places = here.ancestors().map(|f| f.join(".tools/yosys/bin/yosys"));
        let program = places.into_iter().find(|program| program.is_file());
        match program {
            Some(program) => Yosys { program },
            None => panic!(
                "no .tools/yosys/bin/yosys in {} or above: run `make tools`",
                here.display()
            ),
        }
    }

    /// Reads, elaborates and checks designs, one after the other in one process.
    fn check<'a>(&self, candidates: impl IntoIterator<Item = &'a Candidate>) -> Log {
        // Yosys doesn't see every folder of the machine: it runs where the files are.
        let folder = tempfile::tempdir().unwrap_or_else(|error| panic!("no folder: {error}"));
        let mut script = String::new();
        for candidate in candidates {
            let (part, design) = (&candidate.name, &candidate.design);
            let language = match candidate.dialect {
                Dialect::SystemVerilog => "-sv",
                Dialect::Verilog2005 => "",
            };
            let part_folder = folder.path().join(part);
            let _ = write!(script, "log ---- {part}\nread_verilog {language}");
            fs::create_dir(&part_folder).unwrap_or_else(|error| panic!("{part}: {error}"));
            for module in &design.modules {
                let file = part_folder.join(&module.file);
                fs::write(&file, &module.text).unwrap_or_else(|error| panic!("{part}: {error}"));
                let _ = write!(script, " {part}/{}", module.file);
            }
            let top = &design.top().expect("a design has a top").name;
            let _ = writeln!(
                script,
                "\nhierarchy -check -top {top}\nproc\ncheck -assert\ndesign -reset"
            );
        }
        fs::write(folder.path().join("script.ys"), script)
            .unwrap_or_else(|error| panic!("script.ys: {error}"));
        let output = Command::new(&self.program)
            .args(["-s", "script.ys"])
            .current_dir(folder.path())
            .output()
            .unwrap_or_else(|error| panic!("{}: {error}", self.program.display()));
        let text = String::from_utf8_lossy(&output.stdout).into_owned()
            + &String::from_utf8_lossy(&output.stderr);
        Log::read(&text, output.status.success())
    }
}

impl Log {
    fn read(text: &str, success: bool) -> Log {
        let mut complaints = String::new();
        let mut part = "";
        for line in text.lines() {
            if let Some(name) = line.strip_prefix("---- ") {
                part = name;
            }
            let told = ["Warning", "warning:", "ERROR", "Error"];
            if told.iter().any(|word| line.contains(word)) {
                let _ = writeln!(complaints, "{part}: {line}");
            }
        }
        if !success && complaints.is_empty() {
            complaints = format!("Yosys failed:\n{text}");
        }
        let clean = text.matches("Found and reported 0 problems.").count();
        Log { complaints, clean }
    }
}
