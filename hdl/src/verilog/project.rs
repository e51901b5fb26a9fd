//! The part of a kernel that concerns some signals: what becomes one process.

use super::algebra::{logic, not};
use super::ir::{Action, Case, Expr, Operator, SignalId, Statement};
use std::collections::BTreeSet;

/// The statements with every assignment outside `targets` removed, and branches that this leaves
/// empty along with them.
pub fn project(body: &[Statement], targets: &BTreeSet<SignalId>) -> Vec<Statement> {
    let mut out = Vec::new();
    for statement in body {
        let action = match &statement.action {
            Action::Assign(place, _) => targets
                .contains(&place.signal)
                .then(|| statement.action.clone()),
            Action::If(condition, then, other) => {
                project_if(condition, project(then, targets), project(other, targets))
            }
            Action::Case(case) => project_case(case, targets),
        };
        out.extend(action.map(|action| Statement {
            comments: statement.comments.clone(),
            action,
        }));
    }
    out
}

fn project_if(condition: &Expr, then: Vec<Statement>, other: Vec<Statement>) -> Option<Action> {
    match (then.is_empty(), other.is_empty()) {
        (true, true) => None,
        (false, _) => Some(Action::If(condition.clone(), then, other)),
        (true, false) => {
            let opposite = not(condition.clone());
            // `else if` without its `if` is one condition.
            if let [
                Statement {
                    comments,
                    action: Action::If(inner, then, rest),
                },
            ] = other.as_slice()
                && comments.is_empty()
                && rest.is_empty()
            {
                let both = logic(Operator::And, opposite, inner.clone());
                return Some(Action::If(both, then.clone(), Vec::new()));
            }
            Some(Action::If(opposite, other, Vec::new()))
        }
    }
}

fn project_case(case: &Case, targets: &BTreeSet<SignalId>) -> Option<Action> {
    let mut arms: Vec<(Expr, Vec<Statement>)> = case
        .arms
        .iter()
        .map(|(label, arm)| (label.clone(), project(arm, targets)))
        .collect();
    let default = case.default.as_ref().map(|arm| project(arm, targets));
    let default = default.filter(|arm| !arm.is_empty());
    let mut exhaustive = case.exhaustive;
    if default.is_none() {
        let count = arms.len();
        arms.retain(|(_, arm)| !arm.is_empty());
        exhaustive &= case.default.is_none() && arms.len() == count;
    }
    if arms.is_empty() {
        return default.map(|arm| {
            Action::Case(Case {
                default: Some(arm),
                ..case.clone()
            })
        });
    }
    if let (false, None, [(label, arm)]) = (exhaustive, &default, arms.as_slice()) {
        let subject = Box::new(case.subject.clone());
        let equal = Expr::Binary(Operator::Eq, subject, Box::new(label.clone()));
        return Some(Action::If(equal, arm.clone(), Vec::new()));
    }
    Some(Action::Case(Case {
        subject: case.subject.clone(),
        arms,
        default,
        exhaustive,
    }))
}
