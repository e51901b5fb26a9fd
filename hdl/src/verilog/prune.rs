//! Drops what nothing depends on once parameters have decided branches: wires, registers and
//! instances of a feature that is configured away. What is left must be driven.

use super::error::{EmitError, Fault};
use super::ir::{Module, Role, SignalId, Statement, assignments};
use super::project::project;
use std::collections::{BTreeMap, BTreeSet};

/// Removes dead parts of the module; returns errors for live parts that nothing drives.
pub fn prune(module: &mut Module<'_>) -> Vec<EmitError> {
    let mut depends: BTreeMap<SignalId, BTreeSet<SignalId>> = BTreeMap::new();
    assignments(
        &module.body,
        &mut Vec::new(),
        &mut |place, conditions, value| {
            let on = depends.entry(place.signal).or_default();
            for expression in conditions.iter().chain([&value]) {
                expression.reads(&mut |read| {
                    on.insert(read.signal);
                });
            }
        },
    );
    let assigned: BTreeSet<SignalId> = depends.keys().copied().collect();
    for (id, value) in &module.temporaries {
        let on = depends.entry(*id).or_default();
        value.reads(&mut |read| {
            on.insert(read.signal);
        });
    }

    let inputs_of = |child: usize| {
        let of_child = move |role| role == Role::ChildInput(child);
        module
            .ids()
            .filter(move |(_, s)| of_child(s.role))
            .map(|(id, _)| id)
    };
    let mut todo: Vec<SignalId> = module
        .ids()
        .filter(|(_, s)| s.role == Role::Output)
        .map(|(id, _)| id)
        .collect();
    let mut live_children = vec![false; module.scope.children.len()];
    for (child, live) in live_children.iter_mut().enumerate() {
        if inputs_of(child).any(|id| assigned.contains(&id)) {
            *live = true;
            todo.extend(inputs_of(child));
        }
    }
    let mut live: BTreeSet<SignalId> = BTreeSet::new();
    while let Some(id) = todo.pop() {
        if !live.insert(id) {
            continue;
        }
        if let Role::ChildOutput(child) = module.signal(id).role
            && !std::mem::replace(&mut live_children[child], true)
        {
            todo.extend(inputs_of(child));
        }
        todo.extend(depends.get(&id).into_iter().flatten());
    }

    let mut errors = Vec::new();
    for (id, signal) in module.ids() {
        let what = match signal.role {
            Role::Output => "an output",
            Role::Wire => "a wire that is read",
            Role::Register { .. } => "a register that is read",
            Role::ChildInput(_) => "an instance's input",
            Role::Input | Role::ChildOutput(_) | Role::Temporary => continue,
        };
        if live.contains(&id) && !assigned.contains(&id) {
            let at = module.scope.at(&signal.name, &signal.note);
            errors.push(EmitError {
                at,
                fault: Fault::Undriven { what },
            });
        }
    }
    module.body = keep(std::mem::take(&mut module.body), &live);
    module.temporaries.retain(|(id, _)| live.contains(id));
    module.live_children = live_children;
    errors
}

/// The statements without assignments to anything outside `live`. A section's comment passes to
/// the next statement when its own disappears.
fn keep(body: Vec<Statement>, live: &BTreeSet<SignalId>) -> Vec<Statement> {
    let mut out: Vec<Statement> = Vec::new();
    let mut comments = Vec::new();
    for mut statement in body {
        comments.append(&mut statement.comments);
        if let Some(kept) = project(std::slice::from_ref(&statement), live).pop() {
            out.push(Statement {
                comments: std::mem::take(&mut comments),
                ..kept
            });
        }
    }
    out
}
