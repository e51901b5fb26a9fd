//! [`CoverageResult`]: figures of a suite, module by module, and what wasn't reached.

use super::covers::Cover;
use super::suite::Extent;
use super::tally::{ModuleTally, Tally};
use super::unreached::{Unreached, code};
use memento_hdl::measured::Measured;
use memento_hdl::verilog::{Design, EmittedModule};
use serde::{Deserialize, Serialize};

/// Percent of lines and of branches that are to be reached.
pub const GOAL_PERCENT: f64 = 98.0;

/// How many there are, and how many were reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// All of them.
    pub all: usize,
    /// Of these, those that were reached.
    pub reached: usize,
}

impl Share {
    fn count(&mut self, reached: bool) {
        self.all += 1;
        self.reached += usize::from(reached);
    }

    fn add(&mut self, other: Share) {
        self.all += other.all;
        self.reached += other.reached;
    }

    /// In percent; all of nothing is reached.
    pub fn percent(&self) -> f64 {
        match self.all {
            0 => 100.0,
            all => 100.0 * self.reached as f64 / all as f64,
        }
    }
}

/// A module's figures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModuleCoverage {
    /// Its name.
    pub module: String,
    /// Lines of processes.
    pub lines: Share,
    /// Ways that decisions go.
    pub branches: Share,
}

/// A way that was not taken, or lines that were not executed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missed {
    /// The module.
    pub module: String,
    /// Line on which the decision begins, from 1.
    pub line: u32,
    /// Which way of it.
    pub way: String,
    /// What stands there.
    pub text: String,
    /// Lines that are not executed for it.
    pub lines: usize,
    /// Why; nobody knows: a gap.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A named cover.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Covered {
    /// Its name.
    pub name: String,
    /// What it is.
    pub says: String,
    /// The module that tells.
    pub module: String,
    /// Clock edges at which it was so.
    pub count: u64,
}

/// Figures of a suite.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CoverageResult {
    /// Where the configuration came from.
    pub configuration: String,
    /// Its digest.
    pub config_digest: String,
    /// The hardware; none in files of before it was kept.
    #[serde(default)]
    pub measured: Vec<Measured>,
    /// What was played.
    pub extent: Extent,
    /// Time, in seconds.
    pub seconds: f64,
    /// Lines of all modules.
    pub lines: Share,
    /// Branches of all modules.
    pub branches: Share,
    /// Module by module, those without processes left out.
    pub modules: Vec<ModuleCoverage>,
    /// What was not reached.
    pub missed: Vec<Missed>,
    /// Explanations of what was reached all the same.
    pub stale: Vec<String>,
    /// Named covers.
    pub covers: Vec<Covered>,
    /// Runs in which hardware and model differ.
    pub failures: Vec<String>,
}

impl CoverageResult {
    /// The figures of what was counted on a design.
    pub fn new(
        (configuration, config_digest): (String, String),
        extent: Extent,
        design: &Design,
        tally: &Tally,
        covers: &[Cover],
        explained: &[Unreached],
    ) -> CoverageResult {
        let mut result = CoverageResult {
            configuration,
            config_digest,
            measured: Vec::new(),
            extent,
            seconds: 0.0,
            lines: Share::default(),
            branches: Share::default(),
            modules: Vec::new(),
            missed: Vec::new(),
            stale: Vec::new(),
            covers: Vec::new(),
            failures: Vec::new(),
        };
        let mut used = vec![false; explained.len()];
        for module in &design.modules {
            if let Some(counted) = tally.modules.get(&module.name) {
                result.module(module, counted, explained, &mut used);
            }
        }
        let unused = explained.iter().zip(used).filter(|(_, used)| !used);
        result.stale = unused
            .map(|(known, _)| {
                format!(
                    "{}: {} ({})",
                    known.module,
                    known.line,
                    known.ways.join(", ")
                )
            })
            .collect();
        let there = |cover: &&Cover| design.modules.iter().any(|m| m.name == cover.module);
        result.covers = covers
            .iter()
            .filter(there)
            .map(|cover| Covered {
                name: cover.name.clone(),
                says: cover.says.clone(),
                module: cover.module.clone(),
                count: tally.covers.get(&cover.name).copied().unwrap_or(0),
            })
            .collect();
        result
    }

    fn module(
        &mut self,
        module: &EmittedModule,
        counted: &ModuleTally,
        explained: &[Unreached],
        used: &mut [bool],
    ) {
        let (mut lines, mut branches) = (Share::default(), Share::default());
        counted
            .lines
            .values()
            .for_each(|count| lines.count(*count > 0));
        let text: Vec<&str> = module.text.lines().collect();
        for (way, (count, spans)) in &counted.ways {
            branches.count(*count > 0);
            if *count > 0 {
                continue;
            }
            let stands = text.get(way.line as usize - 1).copied().unwrap_or_default();
            let mut known = explained.iter().zip(used.iter_mut());
            let found = known.find(|(known, _)| known.explains(&module.name, way, stands));
            let never = |line: &u32| counted.lines.get(line) == Some(&0);
            self.missed.push(Missed {
                module: module.name.clone(),
                line: way.line,
                way: way.word.clone(),
                text: code(stands).to_owned(),
                lines: spans
                    .iter()
                    .flat_map(|(first, last)| *first..=*last)
                    .filter(never)
                    .count(),
                reason: found.map(|(known, used)| {
                    *used = true;
                    known.reason.clone()
                }),
            });
        }
        self.lines.add(lines);
        self.branches.add(branches);
        self.modules.push(ModuleCoverage {
            module: module.name.clone(),
            lines,
            branches,
        });
    }

    /// Covers that were met at least once.
    pub fn covers_reached(&self) -> Share {
        let mut share = Share::default();
        self.covers
            .iter()
            .for_each(|cover| share.count(cover.count > 0));
        share
    }

    /// What is against it: hardware that differs, goals that aren't reached, what isn't explained, explanations that are
    /// stale.
    pub fn objections(&self) -> Vec<String> {
        let mut found = self.failures.clone();
        for (what, share) in [("lines", self.lines), ("branches", self.branches)] {
            if share.percent() < GOAL_PERCENT {
                found.push(format!(
                    "{:.2} % of the {what} are reached, {GOAL_PERCENT} % are to be",
                    share.percent()
                ));
            }
        }
        let gaps = self.missed.iter().filter(|missed| missed.reason.is_none());
        found.extend(gaps.map(|missed| {
            let Missed {
                module,
                line,
                way,
                text,
                ..
            } = missed;
            format!("{module}:{line}: {way} of `{text}` isn't reached, nor is it said why")
        }));
        let covers = self.covers.iter().filter(|cover| cover.count == 0);
        found.extend(
            covers.map(|cover| format!("cover {}: {} It never was so.", cover.name, cover.says)),
        );
        found.extend(
            self.stale
                .iter()
                .map(|known| format!("{known} is explained, and was reached")),
        );
        found
    }
}

#[cfg(test)]
mod tests {
    use super::super::tally::Way;
    use super::*;
    use std::collections::BTreeMap;

    const TEXT: &str = "module m;\n    if (a) begin // why\n        b <= c;\n    end\nendmodule\n";

    /// A module with an `if` of which one way was taken so often, and the other never.
    fn result(taken: u64, explained: &[Unreached]) -> CoverageResult {
        let design = Design {
            modules: vec![EmittedModule {
                name: "m".to_owned(),
                file: "m.sv".to_owned(),
                text: TEXT.to_owned(),
                ports: Vec::new(),
                parameters: Vec::new(),
                instances: Vec::new(),
            }],
        };
        let way = |word: &str, column| Way {
            line: 2,
            column,
            word: word.to_owned(),
        };
        let module = ModuleTally {
            lines: BTreeMap::from([(2, taken), (3, taken)]),
            ways: BTreeMap::from([
                (way("if", 5), (taken, vec![(2, 3)])),
                (way("else", 6), (9, Vec::new())),
            ]),
        };
        let tally = Tally {
            modules: BTreeMap::from([("m".to_owned(), module)]),
            covers: BTreeMap::new(),
        };
        let covers = [Cover {
            name: "never".to_owned(),
            says: "It is so.".to_owned(),
            module: "m".to_owned(),
            when: "a".to_owned(),
        }];
        let of = ("here".to_owned(), "0".repeat(64));
        CoverageResult::new(of, Extent::quick(), &design, &tally, &covers, explained)
    }

    fn explanation() -> Unreached {
        Unreached {
            module: "m".to_owned(),
            line: "if (a) begin".to_owned(),
            ways: vec!["if".to_owned()],
            reason: "So it is.".to_owned(),
        }
    }

    #[test]
    fn what_is_missed_is_objected_to_unless_it_is_explained() {
        let bare = result(0, &[]);
        assert_eq!(
            (bare.lines, bare.branches.reached),
            (Share { all: 2, reached: 0 }, 1)
        );
        let objections = bare.objections().join("\n");
        for word in [
            "0.00 % of the lines",
            "50.00 % of the branches",
            "nor is it said why",
            "never",
        ] {
            assert!(objections.contains(word), "{word}: {objections}");
        }
        let explained = result(0, &[explanation()]);
        assert_eq!(explained.missed[0].reason.as_deref(), Some("So it is."));
        assert_eq!(explained.missed[0].lines, 2);
        assert!(
            !explained
                .objections()
                .join("\n")
                .contains("nor is it said why")
        );
    }

    #[test]
    fn an_explanation_of_what_is_reached_is_stale() {
        let reached = result(3, &[explanation()]);
        assert_eq!(reached.missed, []);
        assert_eq!(reached.stale, ["m: if (a) begin (if)"]);
        assert!(
            reached
                .objections()
                .join("\n")
                .contains("is explained, and was reached")
        );
    }
}
