//! Which values depend on which within one clock cycle, through instances too.

use super::error::{EmitError, Fault};
use super::ir::{Module, Role, SignalId, assignments};
use super::walk::{Code, Scope};
use std::collections::{BTreeMap, BTreeSet};

/// For each output of a module, the inputs that it depends on without a register in between.
pub type PortPaths = BTreeMap<String, BTreeSet<String>>;

/// The paths through a module given as text: all of them if it has no clock, none if it has one.
pub fn leaf_paths(scope: &Scope) -> PortPaths {
    let Code::Leaf(leaf) = &scope.code else {
        return PortPaths::new();
    };
    if leaf.has_port("clock") {
        return PortPaths::new();
    }
    let names = |role| {
        scope
            .ports()
            .filter(move |p| p.role == role)
            .map(|p| p.name.clone())
    };
    names(Role::Output)
        .map(|output| (output, names(Role::Input).collect()))
        .collect()
}

/// The combinational dependences of one module.
pub struct Paths {
    /// For each signal, what its value follows within the cycle.
    pub sources: BTreeMap<SignalId, BTreeSet<SignalId>>,
}

impl Paths {
    /// Reads the kernel; `children` are the paths through the instances.
    pub fn of(module: &Module<'_>, children: &[&PortPaths]) -> Paths {
        let mut sources: BTreeMap<SignalId, BTreeSet<SignalId>> = BTreeMap::new();
        assignments(
            &module.body,
            &mut Vec::new(),
            &mut |place, conditions, value| {
                if !module.signal(place.signal).is_register() {
                    let on = sources.entry(place.signal).or_default();
                    for expression in conditions.iter().chain([&value]) {
                        expression.reads(&mut |read| {
                            on.insert(read.signal);
                        });
                    }
                    // A later assignment may refine an earlier one of the same signal.
                    on.remove(&place.signal);
                }
            },
        );
        for (id, value) in &module.temporaries {
            let on = sources.entry(*id).or_default();
            value.reads(&mut |read| {
                on.insert(read.signal);
            });
        }
        let port = |child: usize, name: &str| {
            let full = format!("{}${name}", module.scope.children[child].instance);
            let full = full.replace('$', "_");
            module.ids().find(|(_, s)| s.name == full).map(|(id, _)| id)
        };
        for (child, paths) in children.iter().enumerate() {
            for (output, inputs) in paths.iter() {
                let Some(output) = port(child, output) else {
                    continue;
                };
                let inputs = inputs.iter().filter_map(|input| port(child, input));
                sources.entry(output).or_default().extend(inputs);
            }
        }
        Paths { sources }
    }

    /// Everything that `id` follows within the cycle.
    fn reach(&self, id: SignalId) -> BTreeSet<SignalId> {
        let mut seen = BTreeSet::new();
        let mut todo = vec![id];
        while let Some(id) = todo.pop() {
            for next in self.sources.get(&id).into_iter().flatten() {
                if seen.insert(*next) {
                    todo.push(*next);
                }
            }
        }
        seen
    }

    /// Output ports by the input ports that they follow.
    pub fn ports(&self, module: &Module<'_>) -> PortPaths {
        let outputs = module.ids().filter(|(_, s)| s.role == Role::Output);
        outputs
            .map(|(id, output)| {
                let reach = self.reach(id);
                let inputs = reach.iter().map(|id| module.signal(*id));
                let inputs = inputs
                    .filter(|s| s.role == Role::Input)
                    .map(|s| s.name.clone());
                (output.name.clone(), inputs.collect())
            })
            .collect()
    }

    /// One error for each loop that does not share a signal with an earlier one.
    pub fn loops(&self, module: &Module<'_>) -> Vec<EmitError> {
        let mut errors = Vec::new();
        let mut reported: BTreeSet<SignalId> = BTreeSet::new();
        for id in self.sources.keys() {
            if reported.contains(id) || !self.reach(*id).contains(id) {
                continue;
            }
            let path = self.shortest_loop(*id);
            reported.extend(
                self.reach(*id)
                    .iter()
                    .filter(|on| self.reach(**on).contains(id)),
            );
            let signal = module.signal(*id);
            let path = path
                .iter()
                .map(|id| module.signal(*id).name.clone())
                .collect();
            let at = module.scope.at(&signal.name, &signal.note);
            errors.push(EmitError {
                at,
                fault: Fault::Loop { path },
            });
        }
        errors
    }

    /// From `id` along what follows it, back to `id`.
    fn shortest_loop(&self, id: SignalId) -> Vec<SignalId> {
        let mut came_from: BTreeMap<SignalId, SignalId> = BTreeMap::new();
        let mut queue = std::collections::VecDeque::from([id]);
        while let Some(at) = queue.pop_front() {
            for next in self.sources.get(&at).into_iter().flatten() {
                if *next == id {
                    let mut path = vec![id];
                    let mut step = at;
                    while step != id {
                        path.push(step);
                        step = came_from[&step];
                    }
                    path.push(id);
                    return path;
                }
                if !came_from.contains_key(next) {
                    came_from.insert(*next, at);
                    queue.push_back(*next);
                }
            }
        }
        vec![id]
    }
}
