//! Statements of Verilator's functions, and what they read and write.

use std::collections::{BTreeMap, BTreeSet};

use super::guards::{self, Branch, Guard};

/// How a variable is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// In one C++ integer.
    Scalar,
    /// In words of 32 bits, so many.
    Wide(u32),
    /// A memory.
    Array,
}

/// A member of the design's state, or what a function declares.
#[derive(Debug)]
pub(super) struct Variable {
    pub(super) name: String,
    pub(super) kind: Kind,
    /// C++ type of what a function declares; empty for a member.
    pub(super) local_type: String,
    pub(super) input: bool,
}

/// A variable's number.
pub(super) type Id = usize;

/// All variables. The first stands for what a statement does beside assigning.
#[derive(Debug)]
pub(super) struct Variables {
    all: Vec<Variable>,
    ids: BTreeMap<String, Id>,
}

/// Stands for the effects of statements that do more than assign: they keep their order.
const EFFECTS: Id = 0;

/// What is certainly given a new value, whatever it was before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Covers {
    Nothing,
    Whole(Id),
    Word(Id, u32),
}

#[derive(Debug)]
pub(super) struct Statement {
    /// As Verilator wrote it; variables of functions are spelled as members.
    pub(super) text: String,
    pub(super) reads: BTreeSet<Id>,
    pub(super) writes: BTreeSet<Id>,
    /// Of what is read under conditions alone, when it matters.
    pub(super) guards: BTreeMap<Id, Guard>,
    pub(super) covers: Covers,
    /// Assignments in the text: the variable, where the target begins and ends, where the value ends.
    pub(super) assignments: Vec<Assignment>,
    /// More than assignments, or a form that isn't known: evaluated always.
    pub(super) opaque: bool,
}

/// An assignment in a statement's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Assignment {
    pub(super) variable: Id,
    pub(super) begin: usize,
    /// Behind the variable's name.
    name_end: usize,
    /// Behind the target's last bracket.
    pub(super) target_end: usize,
    /// Behind the equals sign.
    pub(super) value: usize,
    /// At the semicolon.
    pub(super) end: usize,
}

/// What a statement consists of.
#[derive(Default)]
struct Found {
    assignments: Vec<Assignment>,
    branches: Vec<Branch>,
}

/// Verilator's types of what is stored in one C++ integer.
pub(super) const SCALARS: [&str; 4] = ["CData", "SData", "IData", "QData"];

/// How a function of Verilator's names a member.
pub(super) const MEMBER: &str = "vlSelfRef.";

impl Variables {
    /// The members that a generated header declares.
    pub(super) fn declared(header: &str) -> Option<Self> {
        let mut variables = Self {
            all: Vec::new(),
            ids: BTreeMap::new(),
        };
        variables.add("", Kind::Scalar, String::new(), false);
        for line in header.lines().map(str::trim) {
            let Some(declaration) = line.strip_suffix(';') else {
                continue;
            };
            if let Some(port) = declaration.strip_prefix("VL_") {
                let (kind, rest) = port.split_once('(')?;
                let mut fields = rest.strip_suffix(')')?.split(',');
                let name = fields.next()?;
                let stored = if kind.ends_with('W') {
                    Kind::Wide(fields.nth(2)?.parse().ok()?)
                } else {
                    Kind::Scalar
                };
                variables.add(name, stored, String::new(), kind.starts_with("IN"));
            } else if let Some((kind, name)) = typed(declaration) {
                variables.add(name, kind, String::new(), false);
            }
        }
        Some(variables)
    }

    fn add(&mut self, name: &str, kind: Kind, local_type: String, input: bool) {
        self.ids.insert(name.to_owned(), self.all.len());
        self.all.push(Variable {
            name: name.to_owned(),
            kind,
            local_type,
            input,
        });
    }

    pub(super) fn get(&self, id: Id) -> &Variable {
        &self.all[id]
    }

    pub(super) fn find(&self, name: &str) -> Option<Id> {
        self.ids.get(name).copied()
    }

    pub(super) fn ids(&self) -> std::ops::Range<Id> {
        0..self.all.len()
    }

    /// The statements of a function, the `number`th; `None` for a form that isn't known.
    pub(super) fn statements(&mut self, body: &str, number: usize) -> Option<Vec<Statement>> {
        let (declarations, code) = body.split_once("// Body\n")?;
        let mut locals = BTreeMap::new();
        let (_, declarations) = declarations.split_once("// Locals\n").unwrap_or_default();
        let lines = declarations.lines().map(str::trim);
        for line in lines.filter(|line| !line.is_empty()) {
            let declaration = line.strip_suffix(';')?;
            if let Some((kind, name)) = typed(declaration) {
                let member = format!("local_{number}_{name}");
                let (local_type, _) = declaration.rsplit_once(' ')?;
                self.add(&member, kind, local_type.to_owned(), false);
                locals.insert(name.to_owned(), format!("{MEMBER}{member}"));
            } else if !declaration.ends_with(" = 0") && !line.starts_with("VL_ZERO_W(") {
                return None;
            }
        }
        let code = identifiers(code).fold((String::new(), 0), |(mut text, done), (begin, end)| {
            let name = &code[begin..end];
            match locals.get(name) {
                Some(member) if !code[..begin].ends_with('.') => {
                    text.push_str(&code[done..begin]);
                    text.push_str(member);
                    (text, end)
                }
                _ => (text, done),
            }
        });
        let (mut text, done) = code;
        let (_, original) = body.split_once("// Body\n")?;
        text.push_str(&original[done..]);
        split(&text)?
            .into_iter()
            .map(|text| self.statement(text))
            .collect()
    }

    fn statement(&self, text: &str) -> Option<Statement> {
        let mut reads = BTreeSet::new();
        let mut writes = BTreeSet::new();
        let mut covers = Covers::Nothing;
        let references = self.references(text)?;
        let mut found = Found::default();
        let mut at = 0;
        let known = pure(text) && self.block(text, &mut at, &mut found).is_some();
        let Found {
            mut assignments,
            branches,
        } = found;
        let mut guards = BTreeMap::new();
        if known && at == text.len() {
            // The two statements that move a table's one and that which notes where it is now are one.
            writes.extend(
                assignments
                    .iter()
                    .filter_map(|a| self.place_of_one(a.variable)),
            );
            let targets: BTreeSet<usize> = assignments.iter().map(|a| a.begin).collect();
            writes.extend(assignments.iter().map(|a| a.variable));
            let read = references.iter().filter(|(at, _)| !targets.contains(at));
            reads.extend(read.clone().map(|&(_, id)| id));
            guards = guards::of_reads(self, text, read, &branches);
            if let [only] = assignments[..]
                && unconditional(text)
                && !reads.contains(&only.variable)
            {
                covers = self.covered(only, text);
            }
            if covers == Covers::Nothing {
                // What isn't written stays as it was.
                reads.extend(&writes);
                guards.retain(|id, _| !writes.contains(id));
            }
        } else {
            assignments.clear();
            writes.extend(references.iter().map(|&(_, id)| id));
            writes.insert(EFFECTS);
            reads.clone_from(&writes);
        }
        Some(Statement {
            opaque: writes.contains(&EFFECTS),
            text: text.to_owned(),
            reads,
            writes,
            guards,
            covers,
            assignments,
        })
    }

    /// Of a table that Verilator keeps for a decoder, all zeros but for one: the variable that says where
    /// that is. The table changes where this does, while it loses and regains its one in each cycle.
    pub(super) fn place_of_one(&self, table: Id) -> Option<Id> {
        let of = self
            .get(table)
            .name
            .strip_prefix("__VdfgBinToOneHot_Tab_")?;
        self.find(&format!("__VdfgBinToOneHot_Pre_{of}"))
    }

    fn covered(&self, assignment: Assignment, text: &str) -> Covers {
        let index = &text[assignment.name_end..assignment.target_end];
        match self.get(assignment.variable).kind {
            Kind::Scalar => Covers::Whole(assignment.variable),
            Kind::Wide(_) => index
                .strip_prefix('[')
                .and_then(|index| index.strip_suffix("U]"))
                .and_then(|index| index.parse().ok())
                .map_or(Covers::Nothing, |word| {
                    Covers::Word(assignment.variable, word)
                }),
            Kind::Array => Covers::Nothing,
        }
    }

    /// The variables that are mentioned, and where; `None` if one isn't declared.
    fn references(&self, text: &str) -> Option<Vec<(usize, Id)>> {
        identifiers(text)
            .filter(|&(begin, _)| text[..begin].ends_with(MEMBER))
            .map(|(begin, end)| {
                let id = self.ids.get(&text[begin..end])?;
                Some((begin - MEMBER.len(), *id))
            })
            .collect()
    }

    /// Reads statements up to the end of a block or of the text.
    fn block(&self, text: &str, at: &mut usize, found: &mut Found) -> Option<()> {
        loop {
            skip_space(text, at);
            let rest = &text[*at..];
            if rest.is_empty() || rest.starts_with('}') {
                return Some(());
            }
            if rest.starts_with("if (") {
                *at += 3;
                let condition = *at..closing(text, *at)?;
                *at = condition.end;
                self.braces(text, at, found)?;
                let taken = condition.end..*at;
                found.branches.push(Branch { condition, taken });
                skip_space(text, at);
                if text[*at..].starts_with("else {") {
                    *at += 4;
                    self.braces(text, at, found)?;
                } else if text[*at..].starts_with("else if (") {
                    *at += 5;
                }
                continue;
            }
            let assignment = self.assignment(text, *at)?;
            *at = assignment.end + 1;
            found.assignments.push(assignment);
        }
    }

    fn braces(&self, text: &str, at: &mut usize, found: &mut Found) -> Option<()> {
        skip_space(text, at);
        text[*at..].strip_prefix('{')?;
        *at += 1;
        self.block(text, at, found)?;
        text[*at..].strip_prefix('}')?;
        *at += 1;
        Some(())
    }

    fn assignment(&self, text: &str, begin: usize) -> Option<Assignment> {
        text[begin..].strip_prefix(MEMBER)?;
        let (_, name_end) = identifiers(&text[begin + MEMBER.len()..]).next()?;
        let name_end = begin + MEMBER.len() + name_end;
        let variable = *self.ids.get(&text[begin + MEMBER.len()..name_end])?;
        let mut target_end = name_end;
        let mut at = name_end;
        skip_space(text, &mut at);
        while text[at..].starts_with('[') {
            target_end = closing(text, at)?;
            at = target_end;
            skip_space(text, &mut at);
        }
        let value = text[at..].strip_prefix('=')?;
        if value.starts_with('=') {
            return None;
        }
        let end = at + text[at..].find(';')?;
        Some(Assignment {
            variable,
            begin,
            name_end,
            target_end,
            value: at + 1,
            end,
        })
    }
}

impl Statement {
    /// Whether it is an assignment, whatever the values of variables.
    pub(super) fn is_assignment(&self) -> bool {
        self.assignments.len() == 1 && unconditional(&self.text)
    }
}

fn unconditional(text: &str) -> bool {
    text.trim_start().starts_with(MEMBER)
}

/// Kind and name of `type/*bits*/ name` or of a memory.
fn typed(declaration: &str) -> Option<(Kind, &str)> {
    let (kind, name) = declaration.rsplit_once(' ')?;
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let kind = if kind.starts_with("VlUnpacked<") {
        Kind::Array
    } else if let Some(rest) = kind.strip_prefix("VlWide<") {
        Kind::Wide(rest.split_once('>')?.0.parse().ok()?)
    } else if kind
        .split_once("/*")
        .is_some_and(|(scalar, _)| SCALARS.contains(&scalar))
    {
        Kind::Scalar
    } else {
        return None;
    };
    plain.then_some((kind, name))
}

/// Where names begin and end; numbers are none.
pub(super) fn identifiers(text: &str) -> impl Iterator<Item = (usize, usize)> {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < bytes.len() {
            let begin = at;
            while at < bytes.len() && (bytes[at].is_ascii_alphanumeric() || bytes[at] == b'_') {
                at += 1;
            }
            if at == begin {
                at += 1;
            } else if !bytes[begin].is_ascii_digit() {
                return Some((begin, at));
            }
        }
        None
    })
}

/// True if no function is called but such as only give a value.
fn pure(text: &str) -> bool {
    identifiers(text)
        .filter(|&(_, end)| text[end..].starts_with('('))
        .all(|(begin, end)| {
            let name = &text[begin..end];
            let value = name.strip_prefix("VL_").is_some_and(|function| {
                let (operation, sizes) = function.rsplit_once('_').unwrap_or((function, ""));
                let small = sizes.starts_with(['I', 'Q']) && sizes.len() >= 2;
                let reduction = ["REDAND", "REDOR", "REDXOR", "COUNTONES"].contains(&operation);
                let comparison = ["EQ", "NEQ", "LT", "GT", "LTE", "GTE"].contains(&operation);
                small || reduction || comparison || function == "UNLIKELY" || function == "LIKELY"
            });
            value || SCALARS.contains(&name)
        })
}

pub(super) fn skip_space(text: &str, at: &mut usize) {
    let rest = &text[*at..];
    *at += rest.len() - rest.trim_start().len();
}

/// Behind the bracket that closes the one at `open`.
pub(super) fn closing(text: &str, open: usize) -> Option<usize> {
    let mut depth = 0;
    for (at, byte) in text.bytes().enumerate().skip(open) {
        match byte {
            b'(' | b'[' => depth += 1,
            b')' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            b'"' | b';' => return None,
            _ => {}
        }
    }
    None
}

/// Splits a body into its statements.
fn split(text: &str) -> Option<Vec<&str>> {
    let mut statements = Vec::new();
    let (mut depth, mut begin, mut quoted, mut escaped) = (0, 0, false, false);
    for (at, byte) in text.bytes().enumerate() {
        if quoted {
            quoted = byte != b'"' || escaped;
            escaped = byte == b'\\' && !escaped;
            continue;
        }
        match byte {
            b'"' => quoted = true,
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' => depth -= 1,
            b'}' => depth -= 1,
            _ => {}
        }
        let ends = match byte {
            b';' => true,
            // A loop that is tested at its end would go on too; it isn't split here.
            b'}' => {
                let rest = text[at + 1..].trim_start();
                !rest.starts_with("else") && !rest.starts_with("while")
            }
            _ => false,
        };
        if depth == 0 && ends {
            statements.push(&text[begin..=at]);
            begin = at + 1;
        }
    }
    (depth == 0 && text[begin..].trim().is_empty()).then_some(statements)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "
        VL_IN8(clock,0,0);
        VL_IN8(a,3,0);
        VL_INW(line,95,0,3);
        CData/*3:0*/ b;
        VlWide<3>/*95:0*/ wide;
        VlUnpacked<SData/*15:0*/, 16> words;
        Vmodel__Syms* vlSymsp;
    ";

    fn of(code: &str) -> (Variables, Vec<Statement>) {
        let mut variables = Variables::declared(HEADER).unwrap();
        let body = format!("    // Locals\n    CData/*0:0*/ t;\n    t = 0;\n    // Body\n{code}");
        let statements = variables.statements(&body, 7).unwrap();
        (variables, statements)
    }

    fn names(variables: &Variables, ids: &BTreeSet<Id>) -> Vec<String> {
        ids.iter()
            .map(|&id| variables.get(id).name.clone())
            .collect()
    }

    #[test]
    fn what_an_assignment_reads_and_writes() {
        let (variables, all) =
            of("    t = (1U & (IData)(vlSelfRef.a));\n    vlSelfRef.b \n  = t;\n");
        assert_eq!(names(&variables, &all[0].reads), ["a"]);
        assert_eq!(names(&variables, &all[0].writes), ["local_7_t"]);
        assert_eq!(names(&variables, &all[1].reads), ["local_7_t"]);
        assert!(matches!(all[1].covers, Covers::Whole(_)));
    }

    #[test]
    fn what_may_stay_as_it_is_is_read() {
        let (variables, all) = of(
            "    if ((1U & vlSelfRef.a)) {\n        vlSelfRef.b = 1U;\n    } else if (t) {\n        vlSelfRef.words[vlSelfRef.a] = 3U;\n    }\n",
        );
        assert_eq!(all.len(), 1);
        assert_eq!(
            names(&variables, &all[0].reads),
            ["a", "b", "words", "local_7_t"]
        );
        assert_eq!(names(&variables, &all[0].writes), ["b", "words"]);
        assert!(!all[0].opaque);
    }

    #[test]
    fn a_word_of_a_wide_variable_is_covered() {
        let (_, all) = of("    vlSelfRef.wide[2U] = vlSelfRef.line[1U];\n");
        assert!(matches!(all[0].covers, Covers::Word(_, 2)));
    }

    #[test]
    fn what_does_more_than_assign_is_opaque() {
        for code in [
            "    VL_WRITEF_NX(\"a ; } %x\\n\",0,4,vlSelfRef.a);\n",
            "    if (vlSelfRef.a) {\n        VL_STOP_MT(\"f\", 1, \"\");\n    }\n",
            "    VL_ADD_W(3, vlSelfRef.wide, vlSelfRef.wide, vlSelfRef.line);\n",
            "    while (vlSelfRef.a) {\n        vlSelfRef.b = 1U;\n    }\n",
        ] {
            let (_, all) = of(code);
            assert_eq!(all.len(), 1, "{code}");
            assert!(all[0].opaque, "{code}");
            assert_eq!(all[0].reads, all[0].writes);
        }
    }

    #[test]
    fn what_is_not_declared_is_not_rewritten() {
        let mut variables = Variables::declared(HEADER).unwrap();
        let body = "    // Body\n    vlSelfRef.c = 1U;\n";
        assert!(variables.statements(body, 0).is_none());
        let strings = "    // Locals\n    std::string s;\n    // Body\n    vlSelfRef.b = 1U;\n";
        assert!(variables.statements(strings, 0).is_none());
    }
}
