//! The text of functions that evaluate what has changed.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::guards::{self, Guard};
use super::statements::{Covers, Id, Kind, MEMBER, Statement, Variables, identifiers};

/// Takes the place of a declaration in the header.
pub(super) const HEADER: &str = "#include <cstring>
#include <type_traits>
template <typename T> static inline bool changes_differ(const T& a, const T& b) { return a != b; }
template <std::size_t N>
static inline bool changes_differ(const VlWide<N>& a, const VlWide<N>& b) {
    return std::memcmp(&a, &b, sizeof a) != 0;
}
class Vmodel__Syms;";

/// Bits in a word of the marks.
const WORD: usize = 64;
/// Bits that are asked for at once before they are one by one: as a rule few groups are evaluated.
const PART: usize = 8;

/// One of Verilator's phases.
pub(super) struct Phase {
    pub(super) statements: Vec<Statement>,
    /// Numbers of statements, group by group.
    pub(super) groups: Vec<Vec<usize>>,
    /// Functions that it was.
    pub(super) functions: usize,
}

impl Phase {
    /// What a group's statements write.
    fn written(&self, statements: &[usize]) -> BTreeSet<Id> {
        let of_group = statements.iter();
        of_group
            .flat_map(|&number| &self.statements[number].writes)
            .copied()
            .collect()
    }
}

pub(super) struct Written {
    /// What the design's state gets in addition.
    pub(super) members: String,
    /// The body of each function of each phase.
    pub(super) bodies: Vec<String>,
}

pub(super) struct Writer<'a> {
    variables: &'a Variables,
    phases: &'a [Phase],
    checked: bool,
    /// The mark of each phase's first group; a phase begins with a word of its own.
    first: Vec<usize>,
    /// Of each variable the groups, by mark, that depend on its value before their turn, and what guards it there.
    readers: Vec<BTreeMap<usize, Guard>>,
    /// Of each variable the groups that write it, with their phase.
    writers: Vec<BTreeSet<(usize, usize)>>,
    /// Tables that change where a variable does.
    tables: BTreeMap<Id, Vec<Id>>,
    /// Of each variable the only group that mentions it, if it's one.
    private: Vec<Option<usize>>,
}

impl<'a> Writer<'a> {
    pub(super) fn new(variables: &'a Variables, phases: &'a [Phase], checked: bool) -> Self {
        let count = variables.ids().len();
        let mut writer = Self {
            variables,
            phases,
            checked,
            first: Vec::new(),
            readers: vec![BTreeMap::new(); count],
            writers: vec![BTreeSet::new(); count],
            tables: BTreeMap::new(),
            private: vec![None; count],
        };
        for table in variables.ids() {
            if let Some(place) = variables.place_of_one(table) {
                writer.tables.entry(place).or_default().push(table);
            }
        }
        let mut mentioned = vec![BTreeSet::new(); count];
        let mut next = 0;
        for (number, phase) in phases.iter().enumerate() {
            writer.first.push(next);
            for (group, statements) in phase.groups.iter().enumerate() {
                let mark = next + group;
                for (id, guard) in writer.exposed(phase, statements) {
                    writer.readers[id].insert(mark, guard);
                }
                for &statement in statements {
                    let Statement { reads, writes, .. } = &phase.statements[statement];
                    for &id in writes {
                        writer.writers[id].insert((number, mark));
                    }
                    for &id in reads.union(writes) {
                        mentioned[id].insert(mark);
                    }
                }
            }
            next = (next + phase.groups.len()).next_multiple_of(WORD);
        }
        writer.first.push(next);
        for id in variables.ids() {
            let only = mentioned[id].len() == 1 && writer.readers[id].is_empty();
            writer.private[id] = mentioned[id].first().copied().filter(|_| only);
        }
        writer
    }

    /// What a group reads before it has written it itself, and its guard.
    fn exposed(&self, phase: &Phase, statements: &[usize]) -> BTreeMap<Id, Guard> {
        let mut covered = BTreeSet::new();
        let mut words: BTreeMap<Id, BTreeSet<u32>> = BTreeMap::new();
        let mut exposed: BTreeMap<Id, Guard> = BTreeMap::new();
        let written = phase.written(statements);
        // What the group decides itself says nothing before.
        let settled = |guard: &&Guard| guard.is_disjoint(&written);
        for &number in statements {
            let statement = &phase.statements[number];
            for &id in statement.reads.difference(&covered) {
                let guard = statement.guards.get(&id).filter(settled);
                guards::add(&mut exposed, id, guard.cloned().unwrap_or_default());
            }
            match statement.covers {
                Covers::Nothing => {}
                Covers::Whole(id) => {
                    covered.insert(id);
                }
                Covers::Word(id, word) => {
                    let words = words.entry(id).or_default();
                    words.insert(word);
                    if self.variables.get(id).kind == Kind::Wide(words.len() as u32) {
                        covered.insert(id);
                    }
                }
            }
        }
        // A word of what isn't covered in the end stays as it was.
        for id in words.into_keys().filter(|id| !covered.contains(id)) {
            exposed.insert(id, Guard::new());
        }
        exposed
    }

    pub(super) fn text(&self) -> Written {
        let mut bodies = Vec::new();
        for (number, phase) in self.phases.iter().enumerate() {
            let words = self.phase(number);
            // As even as they come: files are compiled side by side.
            let share = |n: usize| n * words.len() / phase.functions;
            for function in 0..phase.functions {
                let (from, to) = (share(function), share(function + 1));
                let inputs = if number + 1 == self.phases.len() && function == 0 {
                    self.inputs()
                } else {
                    String::new()
                };
                bodies.push(format!(
                    "    auto& vlSelfRef = std::ref(*vlSelf).get();\n{inputs}{}",
                    words[from..to].concat()
                ));
            }
        }
        Written {
            members: self.members(),
            bodies,
        }
    }

    /// Marks what reads an input that was set to another value.
    fn inputs(&self) -> String {
        let mut text = String::new();
        for id in self.read_inputs() {
            let name = &self.variables.get(id).name;
            let marks = self.marks(id, None, &|_| false);
            let _ = writeln!(
                text,
                "    if (changes_differ({MEMBER}{name}, {MEMBER}changes_input_{name})) {{ \
                 {MEMBER}changes_input_{name} = {MEMBER}{name};{marks} }}"
            );
        }
        text
    }

    fn read_inputs(&self) -> impl Iterator<Item = Id> {
        let inputs = self.variables.ids();
        inputs.filter(|&id| self.variables.get(id).input && !self.readers[id].is_empty())
    }

    fn members(&self) -> String {
        let mut text = String::new();
        for id in self.variables.ids() {
            let variable = self.variables.get(id);
            if !variable.local_type.is_empty() && self.private[id].is_none() {
                let _ = writeln!(text, "    {} {}{{}};", variable.local_type, variable.name);
            }
        }
        for id in self.read_inputs() {
            let name = &self.variables.get(id).name;
            let _ = writeln!(
                text,
                "    std::remove_reference<decltype({name})>::type changes_input_{name}{{}};"
            );
        }
        // All to begin with. A phase's last word has as many bits as there are groups: the others would never be cleared.
        let of_word =
            |groups: &[Vec<usize>]| format!("{:#x}ULL", u64::MAX >> (WORD - groups.len()));
        let words: Vec<String> = self
            .phases
            .iter()
            .flat_map(|phase| phase.groups.chunks(WORD).map(of_word))
            .collect();
        let _ = writeln!(
            text,
            "    // A bit for each group that must be evaluated.\n    QData changes_marks[{}] = {{{}}};",
            words.len(),
            words.join(", ")
        );
        text
    }

    /// Marks the groups that depend on a variable that has another value now. Of the other phase those
    /// that write it are marked too: what they left there is gone. A guard that is `unsettled` is not asked.
    fn marks(&self, id: Id, phase: Option<usize>, unsettled: &dyn Fn(Id) -> bool) -> String {
        let elsewhere = self.writers[id]
            .iter()
            .filter(|(of, _)| phase.is_some_and(|phase| phase != *of))
            .map(|&(_, mark)| mark);
        let tables = self.tables.get(&id).into_iter().flatten();
        let of_table = tables
            .flat_map(|&table| self.readers[table].keys())
            .copied();
        let always = elsewhere.chain(of_table).map(|mark| (mark, Guard::new()));
        let readers = self.readers[id].iter();
        let readers = readers.map(
            |(&mark, guard)| match guard.iter().any(|&id| unsettled(id)) {
                true => (mark, Guard::new()),
                false => (mark, guard.clone()),
            },
        );
        let mut words: BTreeMap<Guard, BTreeMap<usize, u64>> = BTreeMap::new();
        for (mark, guard) in readers.chain(always) {
            *words
                .entry(guard)
                .or_default()
                .entry(mark / WORD)
                .or_default() |= 1 << (mark % WORD);
        }
        let mut text = String::new();
        for (guard, words) in words {
            let mut marks = String::new();
            for (word, bits) in words {
                let _ = write!(marks, " {MEMBER}changes_marks[{word}] |= {bits:#x}ULL;");
            }
            let names = guard.iter().map(|&id| &self.variables.get(id).name);
            let names: Vec<String> = names.map(|name| format!("{MEMBER}{name}")).collect();
            let _ = match names[..] {
                [] => write!(text, "{marks}"),
                _ => write!(text, " if ({}) {{{marks} }}", names.join(" | ")),
            };
        }
        text
    }

    /// The groups, one text a word of marks.
    fn phase(&self, number: usize) -> Vec<String> {
        let phase = &self.phases[number];
        let mut texts = Vec::new();
        let first = self.first[number];
        for (word, groups) in phase.groups.chunks(WORD).enumerate() {
            let mut text = String::new();
            let marks = format!("{MEMBER}changes_marks[{}]", first / WORD + word);
            let condition = if self.checked { "true" } else { &marks };
            let _ = writeln!(text, "    if ({condition}) [&]() VL_ATTR_NOINLINE {{");
            for (part, groups) in groups.chunks(PART).enumerate() {
                if !self.checked {
                    let bits = ((1_u64 << PART) - 1) << (part * PART);
                    let _ = writeln!(text, "    if ({marks} & {bits:#x}ULL) {{");
                }
                for (bit, statements) in groups.iter().enumerate() {
                    let mark = first + word * WORD + part * PART + bit;
                    text.push_str(&self.group(number, mark, statements));
                }
                if !self.checked {
                    text.push_str("    }\n");
                }
            }
            text.push_str("    }();\n");
            texts.push(text);
        }
        texts
    }

    fn group(&self, phase: usize, mark: usize, statements: &[usize]) -> String {
        let all = &self.phases[phase].statements;
        let word = format!("{MEMBER}changes_marks[{}]", mark / WORD);
        let bit = format!("{:#x}ULL", 1_u64 << (mark % WORD));
        let mut text = String::new();
        let _ = if self.checked {
            writeln!(text, "    {{ const bool marked = {word} & {bit};")
        } else {
            writeln!(text, "    if ({word} & {bit}) {{")
        };
        if !statements.iter().any(|&number| all[number].opaque) {
            let _ = writeln!(text, "    {word} &= ~{bit};");
        }
        let assigned = |id: Id| {
            let of_group = statements
                .iter()
                .flat_map(|&number| &all[number].assignments);
            of_group
                .filter(|assignment| assignment.variable == id)
                .count()
        };
        let written = self.phases[phase].written(statements);
        // Compared as they are assigned, or behind the group.
        let mut behind = Vec::new();
        let mut at_once = BTreeMap::new();
        for id in written {
            let variable = self.variables.get(id);
            if !variable.local_type.is_empty() && self.private[id] == Some(mark) {
                let _ = writeln!(text, "    {} {}{{}};", variable.local_type, variable.name);
            }
            // What is assigned again may be between two values.
            let marks = self.marks(id, Some(phase), &|guard| assigned(guard) > 1);
            let noted = self.variables.place_of_one(id).is_some();
            if marks.is_empty() || variable.name.is_empty() || noted {
                continue;
            }
            let array = variable.kind == Kind::Array;
            if array || (variable.kind == Kind::Scalar && assigned(id) == 1) {
                at_once.insert(id, marks);
            } else {
                let name = &variable.name;
                let _ = writeln!(text, "    const auto before_{name} = {MEMBER}{name};");
                behind.push((name, marks));
            }
        }
        for &number in statements {
            text.push_str(&self.statement(&all[number], mark, &at_once));
        }
        for (id, marks) in &at_once {
            let of_opaque = |&number: &usize| all[number].opaque && all[number].writes.contains(id);
            if statements.iter().any(of_opaque) {
                let _ = writeln!(text, "   {marks}");
            }
        }
        for (name, marks) in behind {
            let _ = writeln!(
                text,
                "    if (changes_differ(before_{name}, {MEMBER}{name})) {{{marks}{} }}",
                self.stale(name)
            );
        }
        text.push_str("    }\n");
        text
    }

    /// A statement with comparisons where it assigns.
    fn statement(
        &self,
        statement: &Statement,
        mark: usize,
        at_once: &BTreeMap<Id, String>,
    ) -> String {
        let mut text = String::new();
        let mut done = 0;
        let source = &statement.text;
        for assignment in &statement.assignments {
            let Some(marks) = at_once.get(&assignment.variable) else {
                continue;
            };
            text.push_str(&source[done..assignment.begin]);
            let _ = write!(
                text,
                "{{ auto& target = {}; const std::remove_reference<decltype(target)>::type value ={}; \
                 if (changes_differ(target, value)) {{ target = value;{marks}{} }} }}",
                &source[assignment.begin..assignment.target_end],
                &source[assignment.value..assignment.end],
                self.stale(&self.variables.get(assignment.variable).name)
            );
            done = assignment.end + 1;
        }
        text.push_str(&source[done..]);
        self.own_locals(&text, mark)
    }

    /// Spells a variable that only this group mentions as the local variable that it is.
    fn own_locals(&self, text: &str, mark: usize) -> String {
        let mut out = String::with_capacity(text.len());
        let mut done = 0;
        for (begin, end) in identifiers(text) {
            let member = text[..begin].ends_with(MEMBER);
            if member && self.private_local(&text[begin..end]) == Some(mark) {
                out.push_str(&text[done..begin - MEMBER.len()]);
                done = begin;
            }
        }
        out.push_str(&text[done..]);
        out
    }

    fn private_local(&self, name: &str) -> Option<usize> {
        let id = self.variables.find(name)?;
        let local = !self.variables.get(id).local_type.is_empty();
        self.private[id].filter(|_| local)
    }

    /// In a checked evaluation: stops where what would have been left out has changed something.
    fn stale(&self, name: &str) -> String {
        if self.checked {
            format!(" if (!marked) vl_fatal(\"changes\", 0, \"\", \"stale: {name}\");")
        } else {
            String::new()
        }
    }
}
