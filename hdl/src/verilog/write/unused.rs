//! Bits that nobody reads, gathered in one named wire, so that lint needs no waiver and a reader
//! sees that they were meant.

use super::super::ir::{Field, Module, Place, Role, Shape, SignalId};
use super::Writer;
use std::collections::BTreeMap;

impl Writer<'_> {
    /// The wire `unused`, or nothing.
    pub fn unused(&self) -> String {
        let mut read: BTreeMap<SignalId, Vec<bool>> = BTreeMap::new();
        self.each_expression(&mut |expression| {
            expression.reads(&mut |place| mark(self.module, &mut read, place));
        });
        let mut list = Vec::new();
        for (id, signal) in self.module.ids() {
            let exists = match signal.role {
                Role::Input => true,
                Role::ChildOutput(child) => {
                    self.module.live_children[child] && !self.plan.aliases.contains_key(&id)
                }
                Role::Wire | Role::Register { .. } | Role::Temporary => {
                    self.used.contains(&id) || self.plan.aliases.values().any(|t| *t == id)
                }
                Role::Output | Role::ChildInput(_) => false,
            };
            if !exists {
                continue;
            }
            let none = vec![false; signal.width()];
            let bits = read.get(&id).unwrap_or(&none);
            for (offset, width) in idle_runs(bits, &signal.shape) {
                list.push(self.place(Place {
                    signal: id,
                    offset,
                    width,
                }));
            }
        }
        if list.is_empty() {
            return String::new();
        }
        let mut text = String::from("\n    // Not needed here.\n");
        let value = format!("{{1'b0, {}}}", list.join(", "));
        text += &super::statement::broken("    wire unused = &", &value, ";");
        text
    }
}

fn mark(module: &Module<'_>, read: &mut BTreeMap<SignalId, Vec<bool>>, place: Place) {
    let bits = read
        .entry(place.signal)
        .or_insert_with(|| vec![false; module.signal(place.signal).width()]);
    bits[place.offset..place.offset + place.width].fill(true);
}

/// Runs of unread bits from the most significant on, each within one field.
fn idle_runs(read: &[bool], shape: &Shape) -> Vec<(usize, usize)> {
    if read.iter().all(|bit| !bit) {
        return vec![(0, read.len())];
    }
    let mut edges = Vec::new();
    field_edges(shape.fields(), 0, &mut edges);
    let mut runs = Vec::new();
    let mut high = read.len();
    while high > 0 {
        if read[high - 1] {
            high -= 1;
            continue;
        }
        let mut low = high - 1;
        while low > 0 && !read[low - 1] && !edges.contains(&low) {
            low -= 1;
        }
        runs.push((low, high - low));
        high = low;
    }
    runs
}

/// Positions where innermost fields begin.
fn field_edges(fields: &[Field], base: usize, edges: &mut Vec<usize>) {
    for field in fields {
        edges.push(base + field.offset);
        field_edges(field.shape.fields(), base + field.offset, edges);
    }
}
