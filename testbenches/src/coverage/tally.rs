//! [`Tally`]: which lines and branches of modules, and which covers, were reached how often.

use super::covers::PREFIX;
use memento_hdl::verilog::Design;
use serde::Serialize;
use std::collections::BTreeMap;
use verilator_bindings::{Counts, Place, PlaceKind};

/// A way that a decision can go.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Way {
    /// Line on which the decision begins, from 1.
    pub line: u32,
    /// Column there, as Verilator counts.
    pub column: u32,
    /// `if`, `else`, `elsif`, `case`, `cond_then` or `cond_else`.
    pub word: String,
}

/// What became of a module.
#[derive(Clone, Debug, Default)]
pub struct ModuleTally {
    /// Statements: lines of processes, and how often one that begins or ends there was executed.
    pub lines: BTreeMap<u32, u64>,
    /// Ways of decisions, how often each was taken, and the lines that are executed then.
    pub ways: BTreeMap<Way, (u64, Vec<(u32, u32)>)>,
}

/// What became of a design.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// By name of the module.
    pub modules: BTreeMap<String, ModuleTally>,
    /// By name of the cover.
    pub covers: BTreeMap<String, u64>,
}

impl Tally {
    /// Adds what models have counted. Modules are those of `design`; whatever else was compiled is left out.
    pub fn add(&mut self, design: &Design, counts: &Counts) {
        for (place, count) in counts {
            if place.kind == PlaceKind::User {
                let name = place.word.strip_prefix(PREFIX).unwrap_or(&place.word);
                *self.covers.entry(name.to_owned()).or_default() += count;
            } else if let Some(module) = design.modules.iter().find(|m| m.file == place.file) {
                let tally = self.modules.entry(module.name.clone()).or_default();
                tally.add(place, *count);
            }
        }
    }
}

impl ModuleTally {
    fn add(&mut self, place: &Place, count: u64) {
        let decides = matches!(place.word.as_str(), "elsif" | "case");
        // A conditional expression is no statement.
        let executes = !place.word.starts_with("cond_");
        if place.kind == PlaceKind::Branch || decides {
            let way = Way {
                line: place.line,
                column: place.column,
                word: place.word.clone(),
            };
            let lines = match executes {
                true => place.lines.clone(),
                false => Vec::new(),
            };
            self.ways.entry(way).or_insert((0, lines)).0 += count;
        }
        if executes {
            for line in place.lines.iter().flat_map(|(first, last)| *first..=*last) {
                *self.lines.entry(line).or_default() += count;
            }
        }
    }
}
