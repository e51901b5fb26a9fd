//! An order of statements that keeps what belongs together together, cut into groups.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::statements::{Id, Statement, Variables};

/// Characters of statements, spaces left out, in a group from which on another begins: small groups are
/// left out more often, but ask more often; half or twice as many are slower for a whole system.
const GROUP_CHARACTERS: usize = 4_500;

/// Stands for the module of what runs freely; no module's name has a space.
const FREE_RUNNING: &str = "free running";

/// The statements of each group, by their numbers and in their order.
///
/// Statements that write to the same variable, or that lie on a cycle of dependences with such, are
/// in one group. Else a statement comes after those that it depends on, after those that read what it
/// writes, and close to those of the same module.
pub(super) fn groups(statements: &[Statement], variables: &Variables) -> Vec<Vec<usize>> {
    let after = dependences(statements, variables);
    let cluster = clusters(statements, &after);
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (statement, cluster) in cluster.iter().enumerate() {
        members.entry(*cluster).or_default().push(statement);
    }
    let mut followers: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    let mut waits: BTreeMap<usize, usize> = BTreeMap::new();
    for (from, to) in arcs(&after) {
        let (from, to) = (cluster[from], cluster[to]);
        if from != to && followers.entry(from).or_default().insert(to) {
            *waits.entry(to).or_default() += 1;
        }
    }
    let size = |cluster: usize| -> usize {
        let texts = members[&cluster].iter();
        texts
            .map(|&statement| {
                let text = statements[statement].text.bytes();
                text.filter(|byte| !byte.is_ascii_whitespace()).count()
            })
            .sum()
    };
    let free_running = free_running(statements, variables);
    let modules: BTreeMap<usize, String> = members
        .iter()
        .map(|(&cluster, statements_of)| {
            let name = match statements_of.iter().all(|number| free_running[*number]) {
                true => FREE_RUNNING.to_owned(),
                false => module(&statements[statements_of[0]], variables),
            };
            (cluster, name)
        })
        .collect();

    let mentions = |cluster: usize| {
        let of = members[&cluster].iter().map(|&number| &statements[number]);
        of.flat_map(|statement| statement.reads.union(&statement.writes).copied())
    };
    let mut frequency = vec![0; variables.ids().len()];
    for &cluster in members.keys() {
        mentions(cluster).for_each(|variable| frequency[variable] += 1);
    }
    let mut mentioned: BTreeSet<Id> = BTreeSet::new();

    let mut ready: BTreeMap<&str, BTreeSet<(usize, usize)>> = BTreeMap::new();
    let first = |cluster: usize| (members[&cluster][0], cluster);
    for &cluster in members
        .keys()
        .filter(|cluster| !waits.contains_key(cluster))
    {
        ready
            .entry(&modules[&cluster])
            .or_default()
            .insert(first(cluster));
    }
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut current: Option<(&str, usize)> = None;
    while !ready.is_empty() {
        let (name, filled) = match current {
            Some((name, filled)) if ready.contains_key(name) => (name, filled),
            _ => {
                let weight = |of: &BTreeSet<(usize, usize)>| -> usize {
                    of.iter().map(|&(_, cluster)| size(cluster)).sum()
                };
                let most = ready.iter().max_by_key(|(_, of)| weight(of));
                (most.map_or("", |(name, _)| name), usize::MAX)
            }
        };
        if filled >= GROUP_CHARACTERS {
            mentioned.clear();
        }
        // What has most to do with what the group mentions already.
        let relation = |cluster: usize| -> usize {
            let shared = mentions(cluster).filter(|variable| mentioned.contains(variable));
            shared.map(|variable| 10_000 / frequency[variable]).sum()
        };
        let candidates = ready.get(name).into_iter().flatten();
        let closest =
            candidates.max_by_key(|&&(first, cluster)| (relation(cluster), Reverse(first)));
        let Some(&(first_statement, cluster)) = closest else {
            break;
        };
        mentioned.extend(mentions(cluster));
        if let Some(of) = ready.get_mut(name) {
            of.remove(&(first_statement, cluster));
        }
        ready.retain(|_, of| !of.is_empty());
        let filled = match groups.last_mut() {
            Some(group) if filled < GROUP_CHARACTERS => {
                group.extend(&members[&cluster]);
                filled + size(cluster)
            }
            _ => {
                groups.push(members[&cluster].clone());
                size(cluster)
            }
        };
        current = Some((name, filled));
        for &next in followers.get(&cluster).into_iter().flatten() {
            let left = waits.entry(next).or_default();
            *left -= 1;
            if *left == 0 {
                ready
                    .entry(&modules[&next])
                    .or_default()
                    .insert(first(next));
            }
        }
    }
    groups
}

/// For each statement those that must come after it.
fn dependences(statements: &[Statement], variables: &Variables) -> Vec<BTreeSet<usize>> {
    let mut after = vec![BTreeSet::new(); statements.len()];
    let mut writer: Vec<Option<usize>> = vec![None; variables.ids().len()];
    let mut readers: Vec<Vec<usize>> = vec![Vec::new(); variables.ids().len()];
    for (number, statement) in statements.iter().enumerate() {
        for &variable in statement.reads.union(&statement.writes) {
            if let Some(writer) = writer[variable] {
                after[writer].insert(number);
            }
        }
        for &variable in &statement.writes {
            for reader in readers[variable].drain(..) {
                after[reader].insert(number);
            }
            writer[variable] = Some(number);
        }
        for &variable in &statement.reads {
            readers[variable].push(number);
        }
    }
    after
}

fn arcs(after: &[BTreeSet<usize>]) -> impl Iterator<Item = (usize, usize)> {
    let arcs = after.iter().enumerate();
    arcs.flat_map(|(from, to)| to.iter().map(move |&to| (from, to)))
}

/// The cluster of each statement: those that write to the same variable, and what lies on a cycle.
fn clusters(statements: &[Statement], after: &[BTreeSet<usize>]) -> Vec<usize> {
    let mut writers: BTreeMap<Id, usize> = BTreeMap::new();
    let mut both = after.to_vec();
    for (number, statement) in statements.iter().enumerate() {
        for &variable in &statement.writes {
            // A cycle of two makes one cluster of both.
            let first = *writers.entry(variable).or_insert(number);
            both[number].insert(first);
            both[first].insert(number);
        }
    }
    components(&both)
}

/// The strongly connected component of each node, named by one of its nodes (Tarjan, without
/// recursion: there are thousands of nodes in a row).
fn components(arcs: &[BTreeSet<usize>]) -> Vec<usize> {
    const NONE: usize = usize::MAX;
    let mut component = vec![NONE; arcs.len()];
    let mut number = vec![NONE; arcs.len()];
    let mut lowest = vec![NONE; arcs.len()];
    let mut open = Vec::new();
    let mut numbered = 0;
    for root in 0..arcs.len() {
        if number[root] != NONE {
            continue;
        }
        let mut path = vec![(root, arcs[root].iter())];
        (number[root], lowest[root]) = (numbered, numbered);
        numbered += 1;
        open.push(root);
        while let Some((node, next)) = path.last_mut() {
            let node = *node;
            match next.next() {
                Some(&to) if number[to] == NONE => {
                    (number[to], lowest[to]) = (numbered, numbered);
                    numbered += 1;
                    open.push(to);
                    path.push((to, arcs[to].iter()));
                }
                Some(&to) => {
                    if component[to] == NONE {
                        lowest[node] = lowest[node].min(number[to]);
                    }
                }
                None => {
                    path.pop();
                    if let Some(&(before, _)) = path.last() {
                        lowest[before] = lowest[before].min(lowest[node]);
                    }
                    if lowest[node] == number[node] {
                        while let Some(last) = open.pop() {
                            component[last] = node;
                            if last == node {
                                break;
                            }
                        }
                    }
                }
            }
        }
    }
    component
}

/// Which statements give a variable a value that follows itself and inputs alone, as of a counter of cycles, or
/// that follows such variables alone: they are evaluated in every cycle, and nothing else should be with them.
fn free_running(statements: &[Statement], variables: &Variables) -> Vec<bool> {
    let mut running: BTreeSet<Id> = BTreeSet::new();
    let follows = |statement: &Statement, known: &dyn Fn(Id) -> bool| {
        let of_others = |id: &&Id| !variables.get(**id).input;
        let mut reads = statement.reads.iter().filter(of_others).peekable();
        statement.is_assignment() && reads.peek().is_some() && reads.all(|&id| known(id))
    };
    let counters = statements.iter().filter(|statement| {
        let writes = &statement.writes;
        follows(statement, &|id| writes.contains(&id))
    });
    running.extend(counters.flat_map(|statement| &statement.writes));
    statements
        .iter()
        .map(|statement| follows(statement, &|id| running.contains(&id)))
        .collect()
}

/// The module instance that a statement belongs to: that of most variables in it, two levels deep.
fn module(statement: &Statement, variables: &Variables) -> String {
    let mut votes: BTreeMap<String, usize> = BTreeMap::new();
    let written = statement.writes.iter().map(|id| (id, 3));
    let read = statement.reads.iter().map(|id| (id, 1));
    for (&id, weight) in written.chain(read) {
        let mut path = variables.get(id).name.split("__DOT__").skip(1);
        let instance: Vec<&str> = path.by_ref().take(2).collect();
        let name = match instance[..] {
            [] => continue,
            // A wire of the top, as a rule an output of the instance that begins its name.
            [wire] => wire,
            _ if path.next().is_some() => &instance.join("."),
            [instance, ..] => instance,
        };
        *votes.entry(name.to_owned()).or_default() += weight;
    }
    let most = votes.into_iter().max_by_key(|&(_, votes)| votes);
    most.map(|(name, _)| name).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sets(arcs: &[&[usize]]) -> Vec<BTreeSet<usize>> {
        arcs.iter().map(|to| to.iter().copied().collect()).collect()
    }

    #[test]
    fn cycles_are_one_component() {
        let found = components(&sets(&[&[1], &[2, 3], &[0], &[4], &[]]));
        assert!(found[0] == found[1] && found[1] == found[2]);
        assert!(found[3] != found[0] && found[4] != found[0] && found[3] != found[4]);
    }

    const HEADER: &str = "
        CData/*0:0*/ t__DOT__a__DOT__x;
        CData/*0:0*/ t__DOT__b__DOT__y;
        CData/*0:0*/ t__DOT__a__DOT__z;
        CData/*0:0*/ t__DOT__b__DOT__w;
    ";

    fn order(code: &str) -> Vec<Vec<usize>> {
        let mut variables = Variables::declared(HEADER).unwrap();
        let statements = variables
            .statements(&format!("    // Body\n{code}"), 0)
            .unwrap();
        groups(&statements, &variables)
    }

    #[test]
    fn statements_of_a_module_come_together() {
        let code = "    vlSelfRef.t__DOT__a__DOT__x = 1U;\n    vlSelfRef.t__DOT__b__DOT__y = 1U;\n    vlSelfRef.t__DOT__a__DOT__z = 1U;\n";
        let order = order(code);
        assert!(order.contains(&vec![0, 2]) && order.contains(&vec![1]));
    }

    #[test]
    fn what_runs_freely_is_alone() {
        // x counts, y follows it; z is of another kind.
        let code = "    vlSelfRef.t__DOT__a__DOT__x = (1U & (~ (IData)(vlSelfRef.t__DOT__a__DOT__x)));\n    vlSelfRef.t__DOT__a__DOT__z = vlSelfRef.t__DOT__b__DOT__w;\n    vlSelfRef.t__DOT__b__DOT__y = vlSelfRef.t__DOT__a__DOT__x;\n";
        let order = order(code);
        assert!(
            order.contains(&vec![0, 2]) && order.contains(&vec![1]),
            "{order:?}"
        );
    }

    #[test]
    fn what_is_read_is_written_before_and_what_was_read_after() {
        // 1 reads what 0 writes; 2 writes what 1 reads, and what 0 writes.
        let code = "    vlSelfRef.t__DOT__a__DOT__x = 1U;\n    vlSelfRef.t__DOT__b__DOT__y = vlSelfRef.t__DOT__a__DOT__x;\n    vlSelfRef.t__DOT__a__DOT__x = 0U;\n";
        assert_eq!(order(code), [vec![0, 1, 2]]);
    }
}
