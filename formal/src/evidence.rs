//! What else than proofs speaks for the hardware, and what all of it comes to: of result files, for
//! `docs/verification.md` and the table of `README.md`.

use crate::age::{Age, Ages};
use crate::results::Results;
use crate::text::{grouped, percent};
use memento_hdl::measured::Measured;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::Path;

/// What faults, made by rule in the Verilog, came to; see `memento fuzz --mutants`.
#[derive(Debug, Deserialize)]
struct Mutants {
    configuration: String,
    #[serde(default)]
    measured: Vec<Measured>,
    seed: u64,
    tried: u64,
    killed: u64,
    mutants: Vec<Mutant>,
}

/// One of them.
#[derive(Debug, Deserialize)]
struct Mutant {
    module: String,
    from: String,
    to: String,
    killed_by: Option<serde_json::Value>,
}

/// Mutants of which it is argued that nothing can see them; the arguments of today count, as on the page about mutants.
#[derive(Debug, Deserialize)]
struct Argued {
    mutant: Vec<Unobservable>,
}

/// One of them.
#[derive(Debug, Deserialize)]
struct Unobservable {
    module: String,
    from: String,
    to: String,
}

impl Unobservable {
    fn is(&self, mutant: &Mutant) -> bool {
        (self.module.as_str(), self.from.as_str(), self.to.as_str())
            == (mutant.module.as_str(), mutant.from.trim(), mutant.to.trim())
    }
}

/// What a suite reached; see `memento coverage`.
#[derive(Debug, Deserialize)]
struct Coverage {
    configuration: String,
    #[serde(default)]
    measured: Vec<Measured>,
    lines: Reached,
    branches: Reached,
    missed: Vec<Missed>,
    covers: Vec<Cover>,
}

/// How many of how many.
#[derive(Clone, Copy, Debug, Deserialize)]
struct Reached {
    all: u64,
    reached: u64,
}

/// Something that wasn't reached.
#[derive(Debug, Deserialize)]
struct Missed {
    reason: Option<String>,
}

/// A named cover.
#[derive(Debug, Deserialize)]
struct Cover {
    count: u64,
}

/// What a campaign of random programs came to; see `memento fuzz`.
#[derive(Debug, Deserialize)]
struct Campaign {
    seed: u64,
    operations: u64,
    runs: u64,
    mismatches: u64,
    seconds: f64,
    lanes: Vec<Lane>,
}

impl Campaign {
    /// Present only if all its lanes are.
    fn age(&self, ages: &Ages) -> Age {
        oldest(self.lanes.iter().map(|lane| ages.of(&lane.measured)))
    }
}

/// Its part on one configuration.
#[derive(Debug, Deserialize)]
struct Lane {
    #[serde(default)]
    measured: Vec<Measured>,
    cycles: u64,
}

/// What faults while hardware runs came to; `testbenches/src/faults/results.rs` says more.
#[derive(Debug, Deserialize)]
struct Faults {
    command: String,
    configuration: String,
    #[serde(default)]
    measured: Vec<Measured>,
    rows: Vec<FaultRow>,
}

/// Faults of one kind.
#[derive(Debug, Deserialize)]
struct FaultRow {
    fault: String,
    ecc: String,
    memories: u64,
    injected: u64,
    detected: u64,
    harmless: u64,
    harmful: u64,
    /// None: told as harmless.
    #[serde(default)]
    not_injected: Option<u64>,
}

/// All results of a repository.
#[derive(Debug)]
pub struct Evidence {
    proofs: Vec<Results>,
    mutations: Results,
    mutants: Mutants,
    argued: Argued,
    coverage: Coverage,
    campaigns: [(&'static str, Campaign); 2],
    faults: Vec<Faults>,
}

/// Operations of random programs that are aimed at.
const SOAK_OPERATIONS: u64 = 1_000_000_000;

impl Evidence {
    /// Reads the result files under a repository's root.
    ///
    /// # Errors
    /// A file that can't be read, or isn't what it should be.
    pub fn read(root: &Path) -> Result<Evidence, String> {
        let formal = root.join("formal/results");
        let benches = root.join("testbenches/results");
        let mut proofs = Vec::new();
        for name in names(&formal)? {
            if name != "faults.json" {
                proofs.push((name != "tiny.json", read(&formal.join(name))?));
            }
        }
        // The smallest preset, of which most is proven, goes first.
        proofs.sort_by_key(|(later, _)| *later);
        let faults = names(&benches.join("faults"))?;
        let faults = faults
            .iter()
            .map(|name| read(&benches.join("faults").join(name)));
        Ok(Evidence {
            proofs: proofs.into_iter().map(|(_, results)| results).collect(),
            mutations: read(&formal.join("faults.json"))?,
            mutants: read(&benches.join("mutants.json"))?,
            argued: argued(&root.join("testbenches/mutants/unobservable.toml"))?,
            coverage: read(&benches.join("coverage.json"))?,
            campaigns: [
                ("one core", read(&benches.join("core.json"))?),
                ("the whole system", read(&benches.join("system.json"))?),
            ],
            faults: faults.collect::<Result<_, _>>()?,
        })
    }

    /// Results of proofs, and of the faults that proofs must find.
    pub fn proofs(&self) -> (&[Results], &Results) {
        (&self.proofs, &self.mutations)
    }

    /// What stands behind the proofs on the page.
    pub fn sections(&self, ages: &Ages) -> String {
        let mut text = String::from(
            "\n# What is tested\n\nRandom programs, measured against a golden model that shares no code with the hardware: \
             [fuzzing.md](fuzzing.md). All figures are of the files in `testbenches/results`.\n",
        );
        self.mutant_section(&mut text, ages);
        self.coverage_section(&mut text, ages);
        self.soak_section(&mut text, ages);
        self.fault_section(&mut text, ages);
        text
    }

    fn mutant_section(&self, text: &mut String, ages: &Ages) {
        let (seen, visible) = self.mutant_score();
        let of = &self.mutants;
        let _ = write!(
            text,
            "\n## Mutants: {seen} of {visible} found, {}\n\n\
             `make mutants`, {}, seed {}: {} faults of the Verilog, made by rule, of which {} can be seen by nothing, argued one by \
             one. Which survive, and why: [mutants.md](mutants.md). {}\n",
            percent(seen, visible),
            of.configuration,
            of.seed,
            of.tried,
            of.tried - visible,
            ages.of(&of.measured).sentence()
        );
    }

    fn coverage_section(&self, text: &mut String, ages: &Ages) {
        let of = &self.coverage;
        let _ = write!(
            text,
            "\n## Coverage of the Verilog\n\n`make coverage`, {}; what isn't reached: [coverage.md](coverage.md). {}\n\n\
             | | reached | of | |\n|---|---|---|---|\n",
            of.configuration,
            ages.of(&of.measured).sentence()
        );
        for (what, reached) in [
            ("lines", of.lines),
            ("branches", of.branches),
            ("named covers", self.covers()),
        ] {
            let Reached { all, reached } = reached;
            let _ = writeln!(
                text,
                "| {what} | {} | {} | {} |",
                grouped(reached),
                grouped(all),
                percent(reached, all)
            );
        }
    }

    fn soak_section(&self, text: &mut String, ages: &Ages) {
        text.push_str(
            "\n## Random programs\n\n`memento fuzz`, in lock-step with the golden model, every configuration drawn at random.\n\n\
             | on | configurations | runs | operations | cycles | differences | seed | hours | Verilog |\n|---|---|---|---|---|---|---|---|---|\n",
        );
        for (on, of) in &self.campaigns {
            let cycles = of.lanes.iter().map(|lane| lane.cycles).sum();
            let _ = writeln!(
                text,
                "| {on} | {} | {} | {} | {} | {} | {} | {:.2} | {} |",
                of.lanes.len(),
                grouped(of.runs),
                grouped(of.operations),
                grouped(cycles),
                of.mismatches,
                of.seed,
                of.seconds / 3600.0,
                of.age(ages)
            );
        }
        let _ = writeln!(
            text,
            "\nAimed at are {} operations.",
            grouped(SOAK_OPERATIONS)
        );
    }

    fn fault_section(&self, text: &mut String, ages: &Ages) {
        text.push_str(
            "\n## Faults while it runs\n\nA fault a run, at a place and a time that are drawn; where a share of all answers is wrong, many. *Detected*: an answer or a register \
             says so. *Harmless*: nothing shows. *Harmful*: anything else, wrong data, an object handed out twice, \
             no answer; a page side that has stopped and grants, shoots down, discards or writes all the same. *Not injected*: the program ended before the fault came, and an earlier cycle was drawn; \
             where that isn't recorded, they are among the harmless ones.\n\n\
             | fault | `ecc` | injected | detected | harmless | harmful | not injected | Verilog |\n|---|---|---|---|---|---|---|---|\n",
        );
        let rows = self.faults.iter().flat_map(|faults| {
            let age = ages.of(&faults.measured);
            faults.rows.iter().map(move |row| (row, age))
        });
        for (row, age) in rows.filter(|(row, _)| row.injected > 0) {
            let not_injected = row
                .not_injected
                .map_or_else(|| "not recorded".to_owned(), grouped);
            let memories = match row.memories {
                0 => String::new(),
                1 => ", 1 memory".to_owned(),
                memories => format!(", {memories} memories"),
            };
            let _ = writeln!(
                text,
                "| {}{memories} | {} | {} | {} | {} | {} | {not_injected} | {age} |",
                row.fault,
                row.ecc,
                grouped(row.injected),
                grouped(row.detected),
                grouped(row.harmless),
                grouped(row.harmful)
            );
        }
        text.push_str("\nThe same again:\n\n");
        for faults in &self.faults {
            let _ = writeln!(text, "- {}: `{}`", faults.configuration, faults.command);
        }
    }

    /// The table of `README.md`.
    pub fn summary(&self, ages: &Ages) -> String {
        let proofs = || self.proofs.iter().flat_map(|results| &results.proofs);
        let held = proofs().filter(|proof| proof.holds());
        let count = |unbounded: bool| -> usize {
            let of = proofs().filter(|proof| proof.unbounded == unbounded);
            let names = of.flat_map(|proof| {
                let properties = proof.properties.iter();
                properties.map(|one| (&proof.name, &one.instance, &one.property))
            });
            // A property counts once, whatever the presets.
            names.collect::<BTreeSet<_>>().len()
        };
        let bounded = proofs().filter(|proof| !proof.unbounded);
        let depth = bounded.map(|proof| proof.depth).min().unwrap_or(0);
        let faults = &self.mutations.mutations;
        let found = faults.iter().filter(|fault| !fault.by.is_empty()).count();
        let (seen, visible) = self.mutant_score();
        let coverage = &self.coverage;
        let covers = self.covers();
        let explained = coverage.missed.iter().filter(|one| one.reason.is_some());
        let mut text = String::from(
            "| | what came of it | what it doesn't say | of which Verilog |\n|---|---|---|---|\n",
        );
        let _ = writeln!(
            text,
            "| proofs | {} of {} hold: {} properties for runs of any length, {} for runs of {depth} cycles or more, most of them for presets `tiny` and `default`; {found} of {} deliberate faults make one fail | they are of single modules; no whole is proven | {} |",
            held.count(),
            proofs().count(),
            count(true),
            count(false),
            faults.len(),
            oldest(self.proofs.iter().map(|results| ages.of(&results.measured)))
        );
        let _ = writeln!(
            text,
            "| mutants | {seen} of {visible} faults made by rule are seen, {} | {} survive | {} |",
            percent(seen, visible),
            visible - seen,
            ages.of(&self.mutants.measured)
        );
        let _ = writeln!(
            text,
            "| coverage | lines {}, branches {}, {} of {} named situations | {} ways of branches and {} lines aren't reached, {} of the ways explained | {} |",
            percent(coverage.lines.reached, coverage.lines.all),
            percent(coverage.branches.reached, coverage.branches.all),
            covers.reached,
            covers.all,
            coverage.branches.all - coverage.branches.reached,
            coverage.lines.all - coverage.lines.reached,
            explained.count(),
            ages.of(&coverage.measured)
        );
        let operations: u64 = self.campaigns.iter().map(|(_, of)| of.operations).sum();
        let different: u64 = self.campaigns.iter().map(|(_, of)| of.mismatches).sum();
        let lanes: Vec<String> = self
            .campaigns
            .iter()
            .map(|(on, of)| {
                format!(
                    "{} on {on} in {} configurations",
                    grouped(of.operations),
                    of.lanes.len()
                )
            })
            .collect();
        let _ = writeln!(
            text,
            "| random programs | {different} differences in {} operations: {} | {} are aimed at | {} |",
            grouped(operations),
            lanes.join(", "),
            grouped(SOAK_OPERATIONS),
            oldest(self.campaigns.iter().map(|(_, of)| of.age(ages)))
        );
        let all = || self.faults.iter().flat_map(|faults| &faults.rows);
        let sum = |ecc: &str| {
            let rows = all().filter(|row| row.ecc == ecc && row.memories > 0);
            rows.fold((0, 0), |(injected, harmful), row| {
                (injected + row.injected, harmful + row.harmful)
            })
        };
        let ((none, none_harmful), (parity, parity_harmful)) = (sum("none"), sum("parity"));
        let _ = writeln!(
            text,
            "| bits that flip on chip | {parity_harmful} of {} do harm with `ecc = \"parity\"`, {none_harmful} of {} without | registers aren't checked; two flips of a word cancel each other out | {} |",
            grouped(parity),
            grouped(none),
            oldest(self.faults.iter().map(|of| ages.of(&of.measured)))
        );
        text
    }

    fn mutant_score(&self) -> (u64, u64) {
        let argued = &self.argued.mutant;
        let hidden = |mutant: &&Mutant| {
            mutant.killed_by.is_none() && argued.iter().any(|known| known.is(mutant))
        };
        let hidden = self.mutants.mutants.iter().filter(hidden).count() as u64;
        (self.mutants.killed, self.mutants.tried - hidden)
    }

    fn covers(&self) -> Reached {
        let covers = &self.coverage.covers;
        Reached {
            all: covers.len() as u64,
            reached: covers.iter().filter(|cover| cover.count > 0).count() as u64,
        }
    }
}

/// The age of results that are told together; of none nothing is recorded.
fn oldest(ages: impl Iterator<Item = Age>) -> Age {
    ages.max().unwrap_or(Age::NotRecorded)
}

/// Names of the result files of a folder, sorted.
fn names(folder: &Path) -> Result<Vec<String>, String> {
    let failed = |error| format!("cannot read `{}`: {error}", folder.display());
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name();
        let name = name.to_string_lossy().into_owned();
        if name.ends_with(".json") {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

fn read<T: DeserializeOwned>(path: &Path) -> Result<T, String> {
    let path_name = path.display();
    let text =
        fs::read_to_string(path).map_err(|error| format!("cannot read `{path_name}`: {error}"))?;
    serde_json::from_str(&text)
        .map_err(|error| format!("`{path_name}` is not the result that it should be: {error}"))
}

fn argued(path: &Path) -> Result<Argued, String> {
    let path_name = path.display();
    let text =
        fs::read_to_string(path).map_err(|error| format!("cannot read `{path_name}`: {error}"))?;
    toml::from_str(&text)
        .map_err(|error| format!("`{path_name}` is not a list of mutants: {error}"))
}
