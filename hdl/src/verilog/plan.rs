//! Cuts a kernel into declarations, processes and instances, in an order in which each name is
//! declared before it is read.

use super::fixed::constants;
use super::ir::{Action, Expr, Module, Place, Role, SignalId, Statement, assignments};
use super::paths::Paths;
use super::project::project;
use std::collections::{BTreeMap, BTreeSet};

/// One element of a module's body.
#[derive(Debug)]
pub enum Item {
    /// A signal with a single, unconditional assignment.
    Continuous(SignalId, Expr),
    /// Signals that are assigned under conditions, or field by field.
    Process(Vec<SignalId>, Vec<Statement>),
    /// Registers that share a section of the kernel and are all reset, or all not.
    Registers {
        /// Whether reset clears them.
        reset: bool,
        /// The registers.
        targets: Vec<SignalId>,
        /// Their next states.
        body: Vec<Statement>,
    },
    /// The instance with this index.
    Instance(usize),
}

/// The body of a module, in the order of writing.
pub struct Plan {
    /// Elements, each with the comments above it.
    pub items: Vec<(Vec<String>, Item)>,
    /// Instance outputs that drive a signal of the module directly.
    pub aliases: BTreeMap<SignalId, SignalId>,
    /// Instance inputs that are given by an expression in the instance itself.
    pub inline: BTreeMap<SignalId, Expr>,
}

/// An element with what decides its position.
struct Placed {
    item: Item,
    first: usize,
    last: usize,
    reads: BTreeSet<SignalId>,
}

/// Where in the kernel a signal is assigned.
#[derive(Clone, Copy)]
struct Span {
    first: usize,
    last: usize,
    /// A single assignment of the whole signal, outside all branches; what an alias needs.
    single: bool,
}

impl Plan {
    /// Plans the module. `paths` tells which processes may be joined without a false loop.
    pub fn of(module: &Module<'_>, paths: &Paths) -> Plan {
        let spans = spans(module);
        let aliases = aliases(module, &spans);
        let aliased: BTreeSet<SignalId> = aliases.values().copied().collect();
        let mut placed = Vec::new();
        let mut inline = BTreeMap::new();
        for (id, value) in &module.temporaries {
            let item = Item::Continuous(*id, value.clone());
            // Written right before its first reader, which pulls it up.
            placed.push(Placed {
                reads: reads(&item),
                item,
                first: usize::MAX,
                last: usize::MAX,
            });
        }
        for group in processes(module, &spans, paths) {
            if group
                .iter()
                .any(|id| aliased.contains(id) || inline.contains_key(id))
            {
                continue;
            }
            let (first, last) = extent(&group, &spans);
            let body = part(module, &group);
            let value = continuous(module, &body);
            if value.is_none()
                && let Some(values) = constants(module, &group, &body)
            {
                for (id, value) in values {
                    if is_child_input(module, id) {
                        inline.insert(id, value);
                        continue;
                    }
                    placed.push(Placed {
                        item: Item::Continuous(id, value),
                        first,
                        last,
                        reads: BTreeSet::new(),
                    });
                }
                continue;
            }
            let item = match (&group[..], value) {
                ([id], Some(value)) if is_child_input(module, *id) => {
                    inline.insert(*id, value);
                    continue;
                }
                ([id], Some(value)) => Item::Continuous(*id, value),
                _ => Item::Process(group.clone(), body),
            };
            placed.push(Placed {
                reads: reads(&item),
                item,
                first,
                last,
            });
        }
        for (reset, group) in registers(module, &spans) {
            let (first, last) = extent(&group, &spans);
            let body = part(module, &group);
            let item = Item::Registers {
                reset,
                targets: group,
                body,
            };
            placed.push(Placed {
                reads: reads(&item),
                item,
                first,
                last,
            });
        }
        for (child, live) in module.live_children.iter().enumerate() {
            if !live {
                continue;
            }
            let inputs = module
                .ids()
                .filter(|(_, s)| s.role == Role::ChildInput(child));
            let inputs: Vec<SignalId> = inputs.map(|(id, _)| id).collect();
            let used = inputs.iter().filter_map(|id| spans.get(id));
            let first = used.clone().map(|span| span.first).min().unwrap_or(0);
            let last = used.map(|span| span.last).max().unwrap_or(0);
            let mut reads = BTreeSet::from_iter(inputs.iter().copied());
            for value in inputs.iter().filter_map(|id| inline.get(id)) {
                value.reads(&mut |place| {
                    reads.insert(place.signal);
                });
            }
            placed.push(Placed {
                item: Item::Instance(child),
                first,
                last,
                reads,
            });
        }
        Plan {
            items: order(module, placed),
            aliases,
            inline,
        }
    }
}

fn spans(module: &Module<'_>) -> BTreeMap<SignalId, Span> {
    let mut spans: BTreeMap<SignalId, Span> = BTreeMap::new();
    for (index, statement) in module.body.iter().enumerate() {
        let here = std::slice::from_ref(statement);
        assignments(here, &mut Vec::new(), &mut |place, conditions, _| {
            let whole = place.width == module.signal(place.signal).width();
            let single = whole && conditions.is_empty();
            let span = Span {
                first: index,
                last: index,
                single,
            };
            spans
                .entry(place.signal)
                .and_modify(|span| {
                    span.last = index;
                    span.single = false;
                })
                .or_insert(span);
        });
    }
    spans
}

/// `x.next = instance.output.val()` needs no wire: the instance drives `x`.
fn aliases(module: &Module<'_>, spans: &BTreeMap<SignalId, Span>) -> BTreeMap<SignalId, SignalId> {
    let mut uses: BTreeMap<SignalId, usize> = BTreeMap::new();
    let mut count = |expression: &Expr| {
        expression.reads(&mut |place| *uses.entry(place.signal).or_default() += 1);
    };
    fn every(body: &[Statement], see: &mut dyn FnMut(&Expr)) {
        for statement in body {
            see(statement.expression());
            statement
                .branches()
                .into_iter()
                .for_each(|branch| every(branch, see));
        }
    }
    every(&module.body, &mut count);
    module
        .temporaries
        .iter()
        .for_each(|(_, value)| count(value));
    let mut aliases = BTreeMap::new();
    for statement in &module.body {
        let Action::Assign(target, Expr::Read(source)) = &statement.action else {
            continue;
        };
        let (to, from) = (module.signal(target.signal), module.signal(source.signal));
        let takes = matches!(to.role, Role::Wire | Role::Output) && spans[&target.signal].single;
        let gives = matches!(from.role, Role::ChildOutput(_))
            && source.width == from.width()
            && uses.get(&source.signal) == Some(&1);
        if takes && gives && to.shape == from.shape && to.shape.fields().is_empty() {
            aliases.insert(source.signal, target.signal);
        }
    }
    aliases
}

fn is_child_input(module: &Module<'_>, id: SignalId) -> bool {
    matches!(module.signal(id).role, Role::ChildInput(_))
}

/// Most operands of a choice that is written as one expression.
const CHOICE_OPERANDS: usize = 5;

/// The value of a signal as one expression: a plain assignment, or a small choice between two.
fn continuous(module: &Module<'_>, body: &[Statement]) -> Option<Expr> {
    let whole = |statement: &Statement| match &statement.action {
        Action::Assign(place, value) if statement.comments.is_empty() => {
            (place.width == module.signal(place.signal).width()).then(|| value.clone())
        }
        _ => None,
    };
    let (condition, then, other) = match body {
        [only] if whole(only).is_some() => return whole(only),
        [
            Statement {
                action: Action::If(condition, then, other),
                ..
            },
        ] => {
            let ([then], [other]) = (then.as_slice(), other.as_slice()) else {
                return None;
            };
            (condition, whole(then)?, whole(other)?)
        }
        [
            default,
            Statement {
                comments,
                action: Action::If(condition, then, other),
            },
        ] if comments.is_empty() && other.is_empty() => {
            let [then] = then.as_slice() else { return None };
            (condition, whole(then)?, whole(default)?)
        }
        _ => return None,
    };
    let choice = Expr::Choose(Box::new(condition.clone()), Box::new(then), Box::new(other));
    let mut operands = 0;
    choice.visit(&mut |part| {
        operands += usize::from(matches!(part, Expr::Read(_) | Expr::Constant { .. }));
    });
    (operands <= CHOICE_OPERANDS).then_some(choice)
}

fn extent(group: &[SignalId], spans: &BTreeMap<SignalId, Span>) -> (usize, usize) {
    let first = group.iter().map(|id| spans[id].first).min().unwrap_or(0);
    let last = group.iter().map(|id| spans[id].last).max().unwrap_or(0);
    (first, last)
}

/// The kernel's part for these signals; comments between sections are placed elsewhere.
fn part(module: &Module<'_>, group: &[SignalId]) -> Vec<Statement> {
    let mut body = project(&module.body, &group.iter().copied().collect());
    body.iter_mut()
        .for_each(|statement| statement.comments.clear());
    body
}

fn reads(item: &Item) -> BTreeSet<SignalId> {
    fn collect(body: &[Statement], reads: &mut BTreeSet<SignalId>) {
        for statement in body {
            statement.expression().reads(&mut |place: Place| {
                reads.insert(place.signal);
            });
            statement
                .branches()
                .into_iter()
                .for_each(|branch| collect(branch, reads));
        }
    }
    let mut found = BTreeSet::new();
    match item {
        Item::Continuous(_, value) => value.reads(&mut |place| {
            found.insert(place.signal);
        }),
        Item::Process(_, body) | Item::Registers { body, .. } => collect(body, &mut found),
        Item::Instance(_) => {}
    }
    found
}

/// Signals of one process each: those that are assigned side by side in some branch, unless one of
/// them depends on the other through something outside.
fn processes(
    module: &Module<'_>,
    spans: &BTreeMap<SignalId, Span>,
    paths: &Paths,
) -> Vec<Vec<SignalId>> {
    let mut groups: Vec<Vec<SignalId>> = spans
        .keys()
        .filter(|id| !module.signal(**id).is_register())
        .map(|id| vec![*id])
        .collect();
    let mut together = Vec::new();
    for statement in &module.body {
        statement
            .branches()
            .into_iter()
            .for_each(|branch| side_by_side(module, branch, &mut together));
    }
    for (a, b) in together {
        let at = |id| groups.iter().position(|group| group.contains(id));
        let (Some(a), Some(b)) = (at(&a), at(&b)) else {
            continue;
        };
        if a != b && !meets_itself(&groups, a, b, paths) {
            let joined = groups.remove(a.max(b));
            groups[a.min(b)].extend(joined);
        }
    }
    groups.iter_mut().for_each(|group| group.sort());
    groups
}

/// Pairs of signals that are assigned next to each other.
fn side_by_side(module: &Module<'_>, body: &[Statement], out: &mut Vec<(SignalId, SignalId)>) {
    let mut before: Option<SignalId> = None;
    for statement in body {
        if let Action::Assign(place, _) = &statement.action
            && !module.signal(place.signal).is_register()
        {
            out.extend(before.map(|before| (before, place.signal)));
            before = Some(place.signal);
        }
    }
    for statement in body {
        statement
            .branches()
            .into_iter()
            .for_each(|branch| side_by_side(module, branch, out));
    }
}

/// Whether groups `a` and `b` as one process would depend on itself through another one.
fn meets_itself(groups: &[Vec<SignalId>], a: usize, b: usize, paths: &Paths) -> bool {
    let joined: BTreeSet<SignalId> = groups[a].iter().chain(&groups[b]).copied().collect();
    let sources = |id: &SignalId| paths.sources.get(id).into_iter().flatten().copied();
    let mut todo: Vec<SignalId> = joined
        .iter()
        .flat_map(sources)
        .filter(|id| !joined.contains(id))
        .collect();
    let mut seen = BTreeSet::new();
    while let Some(id) = todo.pop() {
        if joined.contains(&id) {
            return true;
        }
        if seen.insert(id) {
            let group = groups.iter().find(|group| group.contains(&id));
            let members = group.map_or(std::slice::from_ref(&id), Vec::as_slice);
            todo.extend(members.iter().flat_map(sources));
        }
    }
    false
}

/// Registers by section of the kernel (a section begins with a comment) and by reset.
fn registers(module: &Module<'_>, spans: &BTreeMap<SignalId, Span>) -> Vec<(bool, Vec<SignalId>)> {
    let mut section = 0;
    let sections: Vec<usize> = module
        .body
        .iter()
        .map(|statement| {
            section += usize::from(!statement.comments.is_empty());
            section
        })
        .collect();
    let mut groups: BTreeMap<(usize, bool), Vec<SignalId>> = BTreeMap::new();
    for (id, span) in spans {
        if let Role::Register { reset } = module.signal(*id).role {
            groups
                .entry((sections[span.first], !reset))
                .or_default()
                .push(*id);
        }
    }
    groups
        .into_iter()
        .map(|((_, data), group)| (!data, group))
        .collect()
}

/// Sorts by the kernel's order, every definition before its first reader, and puts the comments
/// above what follows them.
fn order(module: &Module<'_>, mut placed: Vec<Placed>) -> Vec<(Vec<String>, Item)> {
    let rank = |item: &Item| match item {
        Item::Continuous(..) | Item::Process(..) => 0,
        Item::Instance(_) => 1,
        Item::Registers { .. } => 2,
    };
    placed.sort_by_key(|p| (p.last, rank(&p.item), p.first));
    let mut defined: BTreeMap<SignalId, usize> = BTreeMap::new();
    for (i, p) in placed.iter().enumerate() {
        match &p.item {
            Item::Continuous(id, _) => drop(defined.insert(*id, i)),
            Item::Process(group, _) => defined.extend(group.iter().map(|id| (*id, i))),
            Item::Registers { .. } | Item::Instance(_) => {}
        }
    }
    fn emit(
        i: usize,
        placed: &[Placed],
        defined: &BTreeMap<SignalId, usize>,
        done: &mut BTreeSet<usize>,
        out: &mut Vec<usize>,
    ) {
        if done.insert(i) {
            let before = placed[i].reads.iter().filter_map(|id| defined.get(id));
            before.for_each(|before| emit(*before, placed, defined, done, out));
            out.push(i);
        }
    }
    let (mut done, mut sequence) = (BTreeSet::new(), Vec::new());
    (0..placed.len()).for_each(|i| emit(i, &placed, &defined, &mut done, &mut sequence));

    let mut comments: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for (at, statement) in module.body.iter().enumerate() {
        if statement.comments.is_empty() {
            continue;
        }
        let after = |p: &Placed| p.first != usize::MAX && p.first >= at;
        let home = sequence
            .iter()
            .find(|i| after(&placed[**i]))
            .or_else(|| sequence.iter().find(|i| placed[**i].last >= at));
        if let Some(home) = home {
            comments
                .entry(*home)
                .or_default()
                .extend(statement.comments.iter().cloned());
        }
    }
    let mut items: BTreeMap<usize, Item> = placed.into_iter().map(|p| p.item).enumerate().collect();
    let item = |i: usize| {
        let comments = comments.remove(&i).unwrap_or_default();
        items.remove(&i).map(|item| (comments, item))
    };
    sequence.into_iter().filter_map(item).collect()
}
