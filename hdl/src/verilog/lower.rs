//! Turns a kernel's syntax tree into the back end's representation: names are looked up, numbers
//! get widths, parameters and loop variables become constants, and branches that they decide are
//! taken at once.

use super::error::{EmitError, Fault, Location};
use super::index::{Numbers, resolve};
use super::ir::{Action, Case, Expr, Module, Place, Role, Shape, Signal, SignalId, Statement};
use super::walk::{Code, Scope};
use rust_hdl::core::ast::{
    VerilogBlock, VerilogBlockOrConditional, VerilogConditional, VerilogExpression, VerilogMatch,
    VerilogStatement,
};
use std::collections::{BTreeSet, HashMap};

/// Names that the back end gives itself in every module.
const OWN_NAMES: [&str; 4] = ["clock", "reset", "reset_n", "unused"];

/// A variant of an enumeration.
pub(super) struct Variant {
    pub value: u128,
    pub width: usize,
    pub siblings: usize,
}

/// The state of lowering one kernel.
pub(super) struct Lowering<'a> {
    pub scope: &'a Scope,
    pub signals: Vec<Signal>,
    pub variants: HashMap<String, Variant>,
    pub numbers: Numbers<'a>,
    pub temporaries: Vec<(SignalId, Expr)>,
    pub errors: Vec<EmitError>,
    /// Whether bundles are plain vectors, of which a field has no name of its own to index.
    pub flat_bundles: bool,
    /// What the expression at hand is for: where errors point to, and whence temporaries are named.
    pub target: Option<SignalId>,
    ids: HashMap<String, SignalId>,
    taken: BTreeSet<String>,
    assigned: BTreeSet<SignalId>,
}

/// Lowers the kernel of `scope`. Statements with errors are left out.
pub fn lower(scope: &Scope, flat_bundles: bool) -> (Module<'_>, Vec<EmitError>) {
    let mut lowering = Lowering::new(scope, flat_bundles);
    let body = match &scope.code {
        Code::Kernel(kernel) => lowering.block(kernel),
        Code::Leaf(_) => Vec::new(),
    };
    let module = Module {
        scope,
        signals: lowering.signals,
        body,
        temporaries: lowering.temporaries,
        live_children: vec![true; scope.children.len()],
    };
    (module, lowering.errors)
}

impl<'a> Lowering<'a> {
    fn new(scope: &'a Scope, flat_bundles: bool) -> Self {
        let mut lowering = Lowering {
            scope,
            signals: Vec::new(),
            variants: HashMap::new(),
            numbers: Numbers::new(&scope.parameters),
            temporaries: Vec::new(),
            errors: Vec::new(),
            flat_bundles,
            target: None,
            ids: HashMap::new(),
            taken: OWN_NAMES.iter().map(|name| name.to_string()).collect(),
            assigned: BTreeSet::new(),
        };
        for declared in &scope.signals {
            let name = declared.name.clone();
            lowering.declare(name, declared.role, &declared.shape, &declared.note);
        }
        for (i, child) in scope.children.iter().enumerate() {
            for port in child.ports() {
                let role = match port.role {
                    Role::Input => Role::ChildInput(i),
                    _ => Role::ChildOutput(i),
                };
                let name = format!("{}${}", child.instance, port.name);
                // The note of a child's port documents the child; here its instance counts.
                let note = crate::rtl::note::SignalNote::default();
                lowering.declare(name, role, &port.shape, &note);
            }
            lowering.take(child.instance.replace('$', "_"), &child.instance);
        }
        lowering
    }

    fn declare(
        &mut self,
        key: String,
        role: Role,
        shape: &Shape,
        note: &crate::rtl::note::SignalNote,
    ) {
        let name = key.replace('$', "_");
        self.take(name.clone(), &key);
        self.learn_variants(shape);
        self.ids.insert(key, SignalId(self.signals.len()));
        self.signals.push(Signal {
            name,
            role,
            shape: shape.clone(),
            note: note.clone(),
        });
    }

    fn take(&mut self, name: String, key: &str) {
        if !self.taken.insert(name.clone()) {
            let at = self.scope.here(key);
            self.errors.push(EmitError {
                at,
                fault: Fault::NameTaken { name },
            });
        }
    }

    fn learn_variants(&mut self, shape: &Shape) {
        if let Shape::Enum(variants) = shape {
            for (i, path) in variants.iter().enumerate() {
                let variant = Variant {
                    value: i as u128,
                    width: shape.width(),
                    siblings: variants.len(),
                };
                self.variants.insert(path.clone(), variant);
            }
        }
        shape
            .fields()
            .iter()
            .for_each(|field| self.learn_variants(&field.shape));
    }

    /// Where an error belongs.
    fn at(&self) -> Location {
        match self.target.map(|id| &self.signals[id.0]) {
            Some(signal) => self.scope.at(&signal.name, &signal.note),
            None => self.scope.here(""),
        }
    }

    pub(super) fn fail(&mut self, fault: Fault) {
        let at = self.at();
        self.errors.push(EmitError { at, fault });
    }

    /// A new signal for `value`, named after the target; an equal value keeps its first name.
    pub(super) fn name_value(&mut self, value: Expr) -> Place {
        let width = value.width();
        if let Some((signal, _)) = self.temporaries.iter().find(|(_, known)| *known == value) {
            return Place {
                signal: *signal,
                offset: 0,
                width,
            };
        }
        let target = self
            .target
            .map_or("condition", |id| self.signals[id.0].name.as_str());
        let stem = format!("{target}_full");
        let mut name = stem.clone();
        let mut count = 1;
        while !self.taken.insert(name.clone()) {
            count += 1;
            name = format!("{stem}_{count}");
        }
        let signal = SignalId(self.signals.len());
        self.signals.push(Signal {
            name,
            role: Role::Temporary,
            shape: Shape::Bits(width),
            note: Default::default(),
        });
        self.temporaries.push((signal, value));
        Place {
            signal,
            offset: 0,
            width,
        }
    }

    /// The place that a kernel's name stands for; nested fields are spelled out in it.
    pub(super) fn place(&mut self, text: &str) -> Option<Place> {
        let found = resolve(text, &self.numbers).and_then(|(key, path)| {
            let signal = *self.ids.get(&key)?;
            let mut shape = &self.signals[signal.0].shape;
            let mut place = Place {
                signal,
                offset: 0,
                width: shape.width(),
            };
            for name in path {
                let field = shape.fields().iter().find(|field| field.name == name)?;
                place.offset += field.offset;
                shape = &field.shape;
                place.width = shape.width();
            }
            Some(place)
        });
        if found.is_none() {
            self.fail(Fault::UnknownName {
                name: text.replace('$', "."),
            });
        }
        found
    }

    fn block(&mut self, block: &VerilogBlock) -> Vec<Statement> {
        let mut out = Vec::new();
        let mut comments = Vec::new();
        for statement in block {
            if let VerilogStatement::Comment(tokens) = statement {
                comments.push(comment_text(tokens));
                continue;
            }
            let mut lowered = self.statement(statement);
            if let Some(first) = lowered.first_mut() {
                comments.append(&mut first.comments);
                first.comments = std::mem::take(&mut comments);
            }
            out.append(&mut lowered);
        }
        out
    }

    fn statement(&mut self, statement: &VerilogStatement) -> Vec<Statement> {
        self.target = None;
        let action = match statement {
            VerilogStatement::Assignment(VerilogExpression::Signal(name), value) => self
                .place(name)
                .and_then(|place| self.assignment(place, value)),
            VerilogStatement::SliceAssignment {
                base: VerilogExpression::Signal(name),
                width,
                offset,
                replacement,
            } => self.place(name).and_then(|place| {
                let offset = self.number(offset)?;
                let part = Place {
                    offset: place.offset + offset as usize,
                    width: *width,
                    ..place
                };
                self.assignment(part, replacement)
            }),
            VerilogStatement::If(conditional) => return self.conditional(conditional),
            VerilogStatement::Match(choice) => return self.choice(choice),
            VerilogStatement::Macro(block) => return self.block(block),
            VerilogStatement::Loop(repeat) => {
                let mut out = Vec::new();
                for i in repeat.from.as_usize()..repeat.to.as_usize() {
                    self.numbers.enter(&repeat.index, i as u128);
                    out.append(&mut self.block(&repeat.block));
                    self.numbers.leave();
                }
                return out;
            }
            other => {
                let what = format!("{other:?}").chars().take(60).collect();
                let hint = "kernels assign, branch and repeat".into();
                self.fail(Fault::Unsupported { what, hint });
                None
            }
        };
        action
            .map(|action| Statement {
                comments: Vec::new(),
                action,
            })
            .into_iter()
            .collect()
    }

    fn assignment(&mut self, place: Place, value: &VerilogExpression) -> Option<Action> {
        self.target = Some(place.signal);
        let driver = match self.signals[place.signal.0].role {
            Role::Input => Some("the parent".to_string()),
            Role::ChildOutput(i) => Some(format!(
                "the instance `{}`",
                self.scope.children[i].instance.replace('$', "_")
            )),
            _ => None,
        };
        if let Some(driver) = driver {
            self.fail(Fault::TwoDrivers { driver });
            return None;
        }
        // After an error, a zero in its place keeps later checks from blaming what is sound.
        let value = self
            .assigned_value(value, place.width)
            .unwrap_or(Expr::number(0, place.width));
        let first = self.assigned.insert(place.signal);
        let holds = self.signals[place.signal.0].is_register() && value == Expr::Read(place);
        (!(first && holds)).then_some(Action::Assign(place, value))
    }

    fn conditional(&mut self, conditional: &VerilogConditional) -> Vec<Statement> {
        let condition = self.condition(&conditional.test);
        if let Some(value) = condition.as_ref().and_then(Expr::constant) {
            return if value == 1 {
                self.block(&conditional.then)
            } else {
                self.otherwise(&conditional.otherwise)
            };
        }
        let then = self.block(&conditional.then);
        let other = self.otherwise(&conditional.otherwise);
        vec![branch(condition.unwrap_or(Expr::number(0, 1)), then, other)]
    }

    fn otherwise(&mut self, otherwise: &VerilogBlockOrConditional) -> Vec<Statement> {
        match otherwise {
            VerilogBlockOrConditional::Block(block) => self.block(block),
            VerilogBlockOrConditional::Conditional(statement) => self.statement(statement),
            VerilogBlockOrConditional::None => Vec::new(),
        }
    }

    fn choice(&mut self, choice: &VerilogMatch) -> Vec<Statement> {
        if let Some(number) = self.constant_subject(&choice.test) {
            let taken = choice.cases.iter().find(|case| {
                case.condition == "default"
                    || self.numbers.evaluate(&case.condition) == Some(number)
            });
            return taken
                .map(|case| self.block(&case.block))
                .unwrap_or_default();
        }
        let Some(subject) = self.sized(&choice.test) else {
            // The subject is reported; its arms can still have errors of their own.
            let arms = choice.cases.iter().rev().map(|arm| self.block(&arm.block));
            let arms: Vec<_> = arms.collect();
            return arms
                .into_iter()
                .fold(Vec::new(), |other, arm| match other.is_empty() {
                    true => arm,
                    false => vec![branch(Expr::number(0, 1), arm, other)],
                });
        };
        let mut case = Case {
            subject,
            arms: Vec::new(),
            default: None,
            exhaustive: false,
        };
        let mut siblings = None;
        for arm in &choice.cases {
            self.target = None;
            if arm.condition == "default" {
                case.default = Some(self.block(&arm.block));
                break;
            }
            let label = self.label(&arm.condition, case.subject.width());
            if let Expr::Constant {
                name: Some(path), ..
            } = &label
            {
                siblings = self.variants.get(path).map(|variant| variant.siblings);
            }
            let body = self.block(&arm.block);
            case.arms.push((label, body));
        }
        let values: BTreeSet<u128> = case
            .arms
            .iter()
            .filter_map(|arm| arm.0.constant())
            .collect();
        let count = values.len() as u128;
        let all = siblings.map_or(1u128.checked_shl(case.subject.width() as u32), |n| {
            Some(n as u128)
        });
        case.exhaustive = case.default.is_some() || Some(count) == all;
        vec![Statement {
            comments: Vec::new(),
            action: Action::Case(case),
        }]
    }
}

fn branch(condition: Expr, then: Vec<Statement>, other: Vec<Statement>) -> Statement {
    Statement {
        comments: Vec::new(),
        action: Action::If(condition, then, other),
    }
}

/// The text of `comment!("…")`, of which the macro leaves the tokens.
fn comment_text(tokens: &str) -> String {
    let text = tokens.split_once('"').map_or(tokens, |(_, rest)| rest);
    let text = text.rsplit_once('"').map_or(text, |(text, _)| text);
    let plain = text
        .replace("\\\"", "\"")
        .replace("\\n", " ")
        .replace('\\', " ");
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::comment_text;

    #[test]
    fn comments_lose_their_macro() {
        assert_eq!(
            comment_text("comment! (\"Stage \\\"0\\\": read.\")"),
            "Stage \"0\": read."
        );
        assert_eq!(comment_text("Stage 1"), "Stage 1");
    }
}
