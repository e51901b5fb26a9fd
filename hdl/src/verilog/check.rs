//! The rule that the back end rests on, and its relatives.
//!
//! Within a kernel no wire is read before its last assignment. Then every wire has one value, and
//! the kernel can be cut into separate processes without changing what it means.

use super::error::{EmitError, Fault};
use super::ir::{Action, Expr, Module, Place, Shape, SignalId, Statement};
use std::collections::BTreeSet;

/// Parts of signals that are assigned for certain: signal, lowest bit of a field.
type Assigned = BTreeSet<(SignalId, usize)>;

struct Flow<'m, 'a> {
    module: &'m Module<'a>,
    read: BTreeSet<SignalId>,
    written: BTreeSet<SignalId>,
    early: BTreeSet<SignalId>,
}

/// Errors of the order and completeness of assignments.
pub fn check(module: &Module<'_>) -> Vec<EmitError> {
    let mut flow = Flow {
        module,
        read: BTreeSet::new(),
        written: BTreeSet::new(),
        early: BTreeSet::new(),
    };
    let mut assigned = Assigned::new();
    flow.block(&module.body, &mut assigned);
    let error = |id: &SignalId, fault| {
        let signal = module.signal(*id);
        EmitError {
            at: module.scope.at(&signal.name, &signal.note),
            fault,
        }
    };
    let latches = flow.written.iter().filter(|id| {
        let mut offsets = Vec::new();
        field_offsets(&module.signal(**id).shape, 0, &mut offsets);
        !offsets
            .iter()
            .all(|offset| assigned.contains(&(**id, *offset)))
    });
    let early = flow
        .early
        .iter()
        .map(|id| error(id, Fault::ReadBeforeWrite));
    early
        .chain(latches.map(|id| error(id, Fault::Latch)))
        .collect()
}

/// Lowest bits of the innermost fields.
fn field_offsets(shape: &Shape, base: usize, out: &mut Vec<usize>) {
    match shape {
        Shape::Bundle { fields, .. } => {
            fields
                .iter()
                .for_each(|field| field_offsets(&field.shape, base + field.offset, out));
        }
        _ => out.push(base),
    }
}

impl Flow<'_, '_> {
    fn block(&mut self, body: &[Statement], assigned: &mut Assigned) {
        for statement in body {
            self.see(statement.expression());
            match &statement.action {
                Action::Assign(place, _) => self.assign(*place, assigned),
                Action::If(..) => self.branches(statement, assigned, true),
                Action::Case(case) => self.branches(statement, assigned, case.exhaustive),
            }
        }
    }

    fn branches(&mut self, statement: &Statement, assigned: &mut Assigned, exhaustive: bool) {
        let before = assigned.clone();
        let mut common: Option<Assigned> = (!exhaustive).then(|| before.clone());
        for branch in statement.branches() {
            let mut here = before.clone();
            self.block(branch, &mut here);
            common = Some(match common {
                Some(common) => common.intersection(&here).copied().collect(),
                None => here,
            });
        }
        *assigned = common.unwrap_or(before);
    }

    fn see(&mut self, expression: &Expr) {
        let mut places = Vec::new();
        expression.reads(&mut |place| places.push(place.signal));
        for signal in places {
            let temporary = self.module.temporaries.iter().find(|(id, _)| *id == signal);
            if let Some((_, value)) = temporary {
                self.see(value);
            }
            self.read.insert(signal);
        }
    }

    fn assign(&mut self, place: Place, assigned: &mut Assigned) {
        let signal = self.module.signal(place.signal);
        if signal.is_register() {
            return;
        }
        self.written.insert(place.signal);
        if self.read.contains(&place.signal) {
            self.early.insert(place.signal);
        }
        let mut offsets = Vec::new();
        field_offsets(&signal.shape, 0, &mut offsets);
        let covered = place.offset..place.offset + place.width;
        assigned.extend(
            offsets
                .into_iter()
                .filter(|o| covered.contains(o))
                .map(|o| (place.signal, o)),
        );
    }
}
