//! Under which conditions a statement depends on what it reads.
//!
//! What is read in a branch alone doesn't matter while the branch isn't taken. So a change of it needs no evaluation
//! then: that of the condition will. RAMs profit, whose address and data change far more often than they are written.
//!
//! A condition stands outside of the branch that it guards, so it is itself guarded by what is further out at most. Guards
//! that go round would not do: where two variables that guard each other become zero at once, neither change is seen.
//! Finer conditions (either side of an `&`, choices, parts of words) cost more where they are asked than they spare.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::statements::{Id, Kind, MEMBER, SCALARS, Variables, closing, skip_space};

/// Scalars; what they guard doesn't matter while all of them are zero. None at all: it always does.
pub(super) type Guard = BTreeSet<Id>;

/// Scalars that guard a variable in one statement at most.
const MOST: usize = 3;

/// Where a condition stands in brackets, and what is done if it holds.
pub(super) struct Branch {
    pub(super) condition: Range<usize>,
    pub(super) taken: Range<usize>,
}

/// What guards the variables that are read in branches alone, of those that stand at the places `read`.
pub(super) fn of_reads<'a>(
    variables: &Variables,
    text: &str,
    read: impl Iterator<Item = &'a (usize, Id)>,
    branches: &[Branch],
) -> BTreeMap<Id, Guard> {
    let conditions: Vec<Guard> = branches
        .iter()
        .map(|branch| not_zero(variables, &text[branch.condition.clone()]))
        .collect();
    let mut guards: BTreeMap<Id, Guard> = BTreeMap::new();
    for &(at, id) in read {
        let around = branches.iter().zip(&conditions);
        let known =
            around.filter(|(branch, guard)| branch.taken.contains(&at) && !guard.is_empty());
        // The innermost is the last to have begun.
        let innermost = known.max_by_key(|(branch, _)| branch.taken.start);
        let guard = innermost
            .map(|(_, guard)| guard.clone())
            .unwrap_or_default();
        add(&mut guards, id, guard);
    }
    // One that it decides itself says nothing of its changes.
    guards.retain(|id, guard| (1..=MOST).contains(&guard.len()) && !guard.contains(id));
    guards
}

/// Adds a place where a variable is read, and what guards it there.
pub(super) fn add(guards: &mut BTreeMap<Id, Guard>, id: Id, guard: Guard) {
    guards
        .entry(id)
        .and_modify(|of_all| *of_all = either(of_all, &guard))
        .or_insert(guard);
}

/// What guards something that two guard: if one always lets it through, nothing.
fn either(one: &Guard, other: &Guard) -> Guard {
    if one.is_empty() || other.is_empty() {
        return Guard::new();
    }
    one | other
}

/// Scalars of which one isn't zero if an expression's value isn't; none: not known.
fn not_zero(variables: &Variables, expression: &str) -> Guard {
    let text = expression.trim();
    if let Some(name) = text.strip_prefix(MEMBER) {
        let id = variables.find(name);
        let scalar = id.filter(|&id| variables.get(id).kind == Kind::Scalar);
        return scalar.into_iter().collect();
    }
    let cast = |scalar: &&str| {
        text.strip_prefix('(')?
            .strip_prefix(*scalar)?
            .strip_prefix(')')
    };
    if let Some(of) = SCALARS.iter().find_map(cast) {
        return not_zero(variables, of);
    }
    if !text.starts_with('(') || closing(text, 0) != Some(text.len()) {
        return Guard::new();
    }
    let inner = &text[1..text.len() - 1];
    let Some((left, operator, right)) = operands(inner) else {
        return not_zero(variables, inner);
    };
    let both = || [left, right].map(|side| not_zero(variables, side));
    match operator {
        "|" | "||" => {
            let [left, right] = both();
            either(&left, &right)
        }
        "&" | "&&" => {
            let known = both().into_iter().filter(|guard| !guard.is_empty());
            known.min_by_key(Guard::len).unwrap_or_default()
        }
        ">>" | "<<" => not_zero(variables, left),
        "==" if constant(left).is_some_and(|value| value != 0) => not_zero(variables, right),
        "!=" if constant(left) == Some(0) => not_zero(variables, right),
        _ => Guard::new(),
    }
}

/// An expression's two operands and what is between them; Verilator puts operands that are expressions in brackets.
fn operands(text: &str) -> Option<(&str, &str, &str)> {
    let mut at = 0;
    skip_space(text, &mut at);
    // A cast's brackets, or an operand's; a name, an index, a number.
    while !text[at..].starts_with(|c: char| c.is_ascii_whitespace()) {
        at = match text.as_bytes().get(at)? {
            b'(' | b'[' => closing(text, at)?,
            _ => at + 1,
        };
    }
    let left = &text[..at];
    skip_space(text, &mut at);
    let operator = text[at..].split_ascii_whitespace().next()?;
    let known = ["|", "||", "&", "&&", ">>", "<<", "==", "!="];
    let rest = &text[at + operator.len()..];
    known.contains(&operator).then_some((left, operator, rest))
}

/// The value of a number as Verilator writes it.
fn constant(text: &str) -> Option<u64> {
    let digits = text.trim().trim_end_matches(['U', 'L']);
    match digits.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16).ok(),
        None => digits.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "
        VL_IN8(a,3,0);
        VL_INW(line,95,0,3);
        CData/*3:0*/ b;
        CData/*3:0*/ c;
        VlWide<3>/*95:0*/ wide;
        VlUnpacked<SData/*15:0*/, 16> words;
    ";

    /// What guards `line` in the first statement of a code.
    fn guard(code: &str) -> String {
        let mut variables = Variables::declared(HEADER).unwrap();
        let body = format!("    // Body\n{}", code.replace('$', MEMBER));
        let statements = variables.statements(&body, 0).unwrap();
        let line = variables.find("line").unwrap();
        let found = statements[0].guards.get(&line).into_iter().flatten();
        let names: Vec<&str> = found.map(|&id| variables.get(id).name.as_str()).collect();
        names.join(" ")
    }

    fn under(condition: &str) -> String {
        guard(&format!(
            "    if ({condition}) {{\n        $words[1U] = $line[0U];\n    }}\n"
        ))
    }

    #[test]
    fn what_is_not_zero_where_a_condition_holds() {
        for condition in [
            "$a",
            "(IData)($a)",
            "(2U & ((IData)($a) \n >> 1U))",
            "(3U == (IData)($a))",
            "(0U != (IData)($a))",
            "((~ (IData)($b)) & (IData)($a))",
        ] {
            assert_eq!(under(condition), "a", "{condition}");
        }
        assert_eq!(under("((IData)($a) | (IData)($b))"), "a b");
        for condition in [
            "(1U & (~ (IData)($a)))",
            "(0U == (IData)($a))",
            "((IData)($a) | (~ (IData)($b)))",
            "((IData)($a) + (IData)($b))",
            "$wide[0U]",
            "($a)[0U]",
        ] {
            assert_eq!(under(condition), "", "{condition}");
        }
    }

    #[test]
    fn all_places_count() {
        let taken = "    if ($a) {\n        $words[$line[1U]] = 1U;\n    }";
        assert_eq!(guard(taken), "a");
        let also = " else {\n        $b = (IData)($line[0U]);\n    }\n";
        assert_eq!(guard(&format!("{taken}{also}")), "");
        let chained = " else if ($c) {\n        $b = $line[0U];\n    }\n";
        assert_eq!(guard(&format!("{taken}{chained}")), "a c");
        let unknown =
            "if ((1U & (~ (IData)($b)))) {\n            $wide[0U] = $line[1U];\n        }";
        assert_eq!(
            guard(&format!("    if ($a) {{\n        {unknown}\n    }}\n")),
            "a"
        );
        let known = unknown.replace("(1U & (~ (IData)($b)))", "$c");
        assert_eq!(
            guard(&format!("    if ($a) {{\n        {known}\n    }}\n")),
            "c"
        );
    }

    #[test]
    fn what_stays_or_decides_itself_is_not_guarded() {
        // Of what is written in parts the rest is read.
        assert_eq!(
            guard("    if ($a) {\n        $line[1U] = $line[0U];\n    }\n"),
            ""
        );
        assert_eq!(
            guard("    if ($line[1U]) {\n        $b = $line[0U];\n    }\n"),
            ""
        );
    }
}
