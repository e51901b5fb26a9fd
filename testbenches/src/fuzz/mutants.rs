//! Mutants: hardware with one fault each, made by rule from the emitted Verilog, to measure how many a bench sees.

use super::Draws;
use memento_hdl::verilog::Design;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A kind of fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Operator {
    /// And for or, or for and.
    Logic,
    /// Plus for minus, or minus for plus.
    Arithmetic,
    /// Equal for unequal, or unequal for equal.
    Equality,
    /// Less or greater with for without equal, and the other way round.
    Relation,
    /// A condition is the opposite.
    Condition,
    /// An assignment is left out.
    Assignment,
    /// A constant is one more.
    Constant,
    /// A control input of an instance is stuck at 0.
    Stuck,
}

impl Operator {
    /// All of them.
    pub const ALL: [Operator; 8] = [
        Operator::Logic,
        Operator::Arithmetic,
        Operator::Equality,
        Operator::Relation,
        Operator::Condition,
        Operator::Assignment,
        Operator::Constant,
        Operator::Stuck,
    ];

    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Operator::Logic => "& for |",
            Operator::Arithmetic => "+ for -",
            Operator::Equality => "== for !=",
            Operator::Relation => "> for >=",
            Operator::Condition => "condition inverted",
            Operator::Assignment => "assignment left out",
            Operator::Constant => "constant one more",
            Operator::Stuck => "input stuck at 0",
        }
    }
}

/// One fault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mutant {
    /// The module that has it.
    pub module: String,
    /// The line, from 1.
    pub line: usize,
    /// Its kind.
    pub operator: Operator,
    /// What stands there.
    pub from: String,
    /// What stands there instead.
    pub to: String,
}

impl Mutant {
    /// The design with the fault.
    pub fn apply(&self, design: &Design) -> Design {
        let mut mutant = design.clone();
        let mut modules = mutant.modules.iter_mut();
        if let Some(module) = modules.find(|module| module.name == self.module) {
            let lines = module.text.lines().enumerate();
            let lines = lines.map(|(number, line)| match number + 1 == self.line {
                true => self.to.as_str(),
                false => line,
            });
            module.text = lines.flat_map(|line| [line, "\n"]).collect();
        }
        mutant
    }
}

/// A mutant that nothing can see: hardware that does the same, or the same at another speed.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unobservable {
    /// The module.
    pub module: String,
    /// What stands there, without the space around it.
    pub from: String,
    /// What stands there instead.
    pub to: String,
    /// Why nothing can see it.
    pub reason: String,
}

impl Unobservable {
    /// Whether this is the mutant.
    pub fn is(&self, mutant: &Mutant) -> bool {
        self.module == mutant.module
            && self.from == mutant.from.trim()
            && self.to == mutant.to.trim()
    }
}

/// The mutants of which it is argued, one by one, that nothing can see them.
///
/// # Errors
/// The file can't be read.
pub fn unobservable() -> Result<Vec<Unobservable>, String> {
    arguments().map(|file| file.mutant)
}

/// The mutants that could be seen and weren't, with what is known of them.
///
/// # Errors
/// The file can't be read.
pub fn survivors() -> Result<Vec<Unobservable>, String> {
    arguments().map(|file| file.survivor)
}

/// What is argued of mutants.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Arguments {
    #[serde(default)]
    mutant: Vec<Unobservable>,
    #[serde(default)]
    survivor: Vec<Unobservable>,
}

fn arguments() -> Result<Arguments, String> {
    toml::from_str(include_str!("../../mutants/unobservable.toml"))
        .map_err(|error| format!("mutants/unobservable.toml: {error}"))
}

/// All faults of a design in an order drawn from a seed: module after module in turn, and of each module kind after kind,
/// so that the first ones are spread over both. Memories, which are given as text and have two behaviours, are left out.
pub fn mutants(design: &Design, seed: u64) -> Vec<Mutant> {
    let mut random = Draws::seed_from_u64(seed);
    let mut modules: Vec<Vec<Mutant>> = Vec::new();
    for module in &design.modules {
        if module.ports.is_empty() || module.text.contains("`ifdef") {
            continue;
        }
        let mut kinds: BTreeMap<Operator, Vec<Mutant>> = BTreeMap::new();
        for (number, line) in module.text.lines().enumerate() {
            for (operator, to) in faults(line) {
                kinds.entry(operator).or_default().push(Mutant {
                    module: module.name.clone(),
                    line: number + 1,
                    operator,
                    from: line.to_owned(),
                    to,
                });
            }
        }
        let mut kinds: Vec<Vec<Mutant>> = kinds.into_values().collect();
        kinds.iter_mut().for_each(|kind| kind.shuffle(&mut random));
        kinds.shuffle(&mut random);
        modules.push(in_turn(kinds));
    }
    modules.shuffle(&mut random);
    in_turn(modules)
}

/// The first of each list, then the second of each, and so on.
fn in_turn<T>(lists: Vec<Vec<T>>) -> Vec<T> {
    let mut lists: Vec<_> = lists.into_iter().map(Vec::into_iter).collect();
    let mut all = Vec::new();
    loop {
        let before = all.len();
        all.extend(lists.iter_mut().filter_map(Iterator::next));
        if all.len() == before {
            return all;
        }
    }
}

/// Words in the names of inputs that say whether something happens.
const CONTROLS: [&str; 7] = ["write", "valid", "ready", "enable", "take", "clear", "push"];

/// The faults of a line: each is the line as it would be.
fn faults(line: &str) -> Vec<(Operator, String)> {
    let (code, comment) = match line.split_once("//") {
        Some((code, _)) => (code, &line[code.len()..]),
        None => (line, ""),
    };
    let trimmed = code.trim();
    let assigns = trimmed.ends_with(';') && (trimmed.contains(" = ") || trimmed.contains(" <= "));
    let tests = trimmed.contains("if (") || trimmed.starts_with("case");
    let connects = trimmed.starts_with('.');
    let declares = [
        "input",
        "output",
        "parameter",
        "localparam",
        "typedef",
        "module",
    ]
    .iter()
    .any(|word| trimmed.starts_with(word));
    let mut found = Vec::new();
    // What is named unused is there for lint alone.
    let unused = trimmed.starts_with("wire unused");
    if declares || unused || trimmed.contains("reset") || !(assigns || tests || connects) {
        return found;
    }
    // On the left of an assignment is where it goes.
    let right = match assigns {
        true => code.find(" = ").or_else(|| code.find(" <= ")).unwrap_or(0) + 3,
        false => 0,
    };
    let mut swap = |operator, from: &str, to: &str| {
        for (at, _) in code.match_indices(from) {
            if at >= right.saturating_sub(1) {
                let changed = format!("{}{to}{}{comment}", &code[..at], &code[at + from.len()..]);
                found.push((operator, changed));
            }
        }
    };
    for (one, other) in [(" && ", " || "), (" & ", " | ")] {
        swap(Operator::Logic, one, other);
        swap(Operator::Logic, other, one);
    }
    swap(Operator::Arithmetic, " + ", " - ");
    swap(Operator::Arithmetic, " - ", " + ");
    swap(Operator::Equality, " == ", " != ");
    swap(Operator::Equality, " != ", " == ");
    for (one, other) in [(" > ", " >= "), (" >= ", " > "), (" < ", " <= ")] {
        swap(Operator::Relation, one, other);
    }
    if let Some(at) = code.find("if (")
        && let Some(end) = code.rfind(") begin")
    {
        let (before, condition) = (&code[..at], &code[at + 4..end]);
        let changed = format!("{before}if (!({condition}){}{comment}", &code[end..]);
        found.push((Operator::Condition, changed));
    }
    let declared = ["wire", "assign", "logic"]
        .iter()
        .any(|word| trimmed.starts_with(word));
    if assigns && !declared && !trimmed.starts_with("if") {
        found.push((Operator::Assignment, String::new()));
    }
    found.extend(constants(code, right).map(|changed| (Operator::Constant, changed + comment)));
    if connects
        && let Some((port, connected)) = code.split_once('(')
        && CONTROLS.iter().any(|control| port.contains(control))
        && let Some(end) = connected.rfind(')')
        && connected[..end].trim() != "1'b0"
    {
        let changed = format!("{port}(1'b0{}{comment}", &connected[end..]);
        found.push((Operator::Stuck, changed));
    }
    found
}

/// The line with one of its constants, as `4'd9` or `1'b0`, one more.
fn constants(code: &str, right: usize) -> impl Iterator<Item = String> + '_ {
    let places = code.match_indices('\'').filter(move |(at, _)| *at >= right);
    places.filter_map(|(at, _)| {
        let before = &code[..at];
        let digits = before.len() - before.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        let bits: u32 = before[before.len() - digits..].parse().ok()?;
        let (base, value) = code[at + 1..].split_at_checked(1)?;
        let radix = match base {
            "d" => 10,
            "b" => 2,
            "h" => 16,
            _ => return None,
        };
        let length = value.len() - value.trim_start_matches(|c: char| c.is_digit(radix)).len();
        let known = u64::from_str_radix(&value[..length], radix).ok()?;
        let more = known.wrapping_add(1) & (u64::MAX >> (64 - bits.clamp(1, 64)));
        let rest = &value[length..];
        Some(format!("{before}'d{more}{rest}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &str) -> Vec<String> {
        faults(line).into_iter().map(|(_, to)| to).collect()
    }

    #[test]
    fn faults_of_lines() {
        assert_eq!(
            of("    wire go = a && (b == 4'd15); // so"),
            [
                "    wire go = a || (b == 4'd15); // so",
                "    wire go = a && (b != 4'd15); // so",
                "    wire go = a && (b == 4'd0); // so"
            ]
        );
        assert_eq!(
            of("        end else if (go) begin"),
            ["        end else if (!(go)) begin"]
        );
        assert_eq!(
            of("            level <= level - 3'd1;"),
            [
                "            level <= level + 3'd1;",
                "",
                "            level <= level - 3'd2;"
            ]
        );
        assert_eq!(
            of("        .write         (go),"),
            ["        .write         (1'b0),"]
        );
    }

    #[test]
    fn what_is_no_logic_has_no_faults() {
        for line in [
            "    input  wire [3:0] level, // a && b",
            "    logic [1:0] size_class;",
            "    localparam DEPTH = 4'd3;",
            "        if (reset) begin",
            "    end",
            "    wire unused = &{1'b0, level};",
        ] {
            assert_eq!(of(line), Vec::<String>::new(), "{line}");
        }
    }

    #[test]
    fn what_cannot_be_seen_is_a_mutant_of_today() {
        let tops = crate::tops::Tops::emit(&super::super::two_cores()).unwrap();
        let all = mutants(&tops.design, 7);
        for known in unobservable().unwrap().iter().chain(&survivors().unwrap()) {
            let stands = all.iter().any(|mutant| known.is(mutant));
            assert!(stands, "stale: no rule makes it any more: {known:?}");
        }
    }

    #[test]
    fn lists_in_turn() {
        assert_eq!(in_turn(vec![vec![1, 2, 3], vec![], vec![4]]), [1, 4, 2, 3]);
    }
}
