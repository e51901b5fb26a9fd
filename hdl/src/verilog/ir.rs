//! The back end's own representation of a module: every name resolved, every width exact.

use super::walk::Scope;
use crate::rtl::note::SignalNote;
use rust_hdl::core::type_descriptor::TypeKind;

/// A signal of one module, as an index into [`Module::signals`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SignalId(pub usize);

/// What a signal is to its module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Input port.
    Input,
    /// Output port.
    Output,
    /// Wire.
    Wire,
    /// Register; `reset` says whether reset clears it.
    Register {
        /// Cleared by reset.
        reset: bool,
    },
    /// Input port of the instance with this index.
    ChildInput(usize),
    /// Output port of the instance with this index.
    ChildOutput(usize),
    /// Named by the back end: a value of which only some bits are used.
    Temporary,
}

/// The type of a signal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// So many bits.
    Bits(usize),
    /// An enumeration: its variants as `Type::Variant`, numbered from zero.
    Enum(Vec<String>),
    /// A packed record; the first field is the least significant.
    Bundle {
        /// Rust name of the type.
        name: String,
        /// Fields.
        fields: Vec<Field>,
    },
}

/// A field of a bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Name.
    pub name: String,
    /// Position of its lowest bit.
    pub offset: usize,
    /// Type.
    pub shape: Shape,
}

impl Shape {
    /// From rust-hdl's description.
    pub fn of(kind: &TypeKind) -> Shape {
        match kind {
            TypeKind::Bits(width) | TypeKind::Signed(width) => Shape::Bits(*width),
            TypeKind::Enum(variants) => Shape::Enum(variants.clone()),
            TypeKind::Composite(list) => {
                let mut offset = 0;
                let mut fields = Vec::new();
                for field in list {
                    let shape = Shape::of(&field.kind.kind);
                    let width = shape.width();
                    fields.push(Field {
                        name: field.fieldname.clone(),
                        offset,
                        shape,
                    });
                    offset += width;
                }
                let name = list
                    .first()
                    .map(|f| f.kind.name.clone())
                    .unwrap_or_default();
                Shape::Bundle { name, fields }
            }
        }
    }

    /// Width in bits.
    pub fn width(&self) -> usize {
        match self {
            Shape::Bits(width) => *width,
            Shape::Enum(variants) => crate::rtl::clog2(variants.len()).max(1),
            Shape::Bundle { fields, .. } => fields
                .last()
                .map_or(0, |last| last.offset + last.shape.width()),
        }
    }

    /// Fields; none unless this is a bundle.
    pub fn fields(&self) -> &[Field] {
        match self {
            Shape::Bundle { fields, .. } => fields,
            _ => &[],
        }
    }
}

/// A signal as one module sees it.
#[derive(Clone, Debug)]
pub struct Signal {
    /// Name in Verilog.
    pub name: String,
    /// What it is.
    pub role: Role,
    /// Type.
    pub shape: Shape,
    /// Documentation and place of declaration.
    pub note: SignalNote,
}

impl Signal {
    /// Width in bits.
    pub fn width(&self) -> usize {
        self.shape.width()
    }

    /// Whether the kernel's assignments to it are next states.
    pub fn is_register(&self) -> bool {
        matches!(self.role, Role::Register { .. })
    }
}

/// Some adjacent bits of a signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The signal.
    pub signal: SignalId,
    /// Lowest bit.
    pub offset: usize,
    /// Number of bits.
    pub width: usize,
}

/// Operators on two operands. Operands have equal widths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `+`, wraps.
    Add,
    /// `-`, wraps.
    Sub,
    /// `*`; both operands already have the width of the result.
    Mul,
    /// `&`
    And,
    /// `|`
    Or,
    /// `^`
    Xor,
    /// `==`
    Eq,
    /// `!=`
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
}

impl Operator {
    /// Whether the result is one bit whatever the operands' width.
    pub fn is_comparison(self) -> bool {
        use Operator::*;
        matches!(self, Eq | Ne | Lt | Le | Gt | Ge)
    }
}

/// All bits to one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reduction {
    /// Every bit is one.
    And,
    /// Some bit is one.
    Or,
    /// Odd number of ones.
    Xor,
}

/// An expression whose width Verilog's context rules cannot change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expr {
    /// A number; `name` is the Rust path of an enum variant.
    Constant {
        /// Value.
        value: u128,
        /// Width in bits.
        width: usize,
        /// `Type::Variant`, if it is one.
        name: Option<String>,
    },
    /// Bits of a signal.
    Read(Place),
    /// One bit of a signal, chosen at run time; the index has exactly `clog2(width)` bits and the
    /// width is a power of two.
    Bit(Place, Box<Expr>),
    /// Every bit inverted.
    Not(Box<Expr>),
    /// All bits to one.
    Reduce(Reduction, Box<Expr>),
    /// Two operands of equal width.
    Binary(Operator, Box<Expr>, Box<Expr>),
    /// Left shift by a variable amount; keeps the left operand's width.
    Shl(Box<Expr>, Box<Expr>),
    /// Right shift by a variable amount; keeps the left operand's width.
    Shr(Box<Expr>, Box<Expr>),
    /// Parts side by side, most significant first.
    Concat(Vec<Expr>),
    /// `condition ? yes : no`
    Choose(Box<Expr>, Box<Expr>, Box<Expr>),
}

impl Expr {
    /// A number.
    pub fn number(value: u128, width: usize) -> Expr {
        Expr::Constant {
            value,
            width,
            name: None,
        }
    }

    /// Width in bits.
    pub fn width(&self) -> usize {
        match self {
            Expr::Constant { width, .. } => *width,
            Expr::Read(place) => place.width,
            Expr::Bit(..) | Expr::Reduce(..) => 1,
            Expr::Binary(operator, ..) if operator.is_comparison() => 1,
            Expr::Not(x) | Expr::Binary(_, x, _) | Expr::Shl(x, _) | Expr::Shr(x, _) => x.width(),
            Expr::Concat(parts) => parts.iter().map(Expr::width).sum(),
            Expr::Choose(_, yes, _) => yes.width(),
        }
    }

    /// The number, if it is one.
    pub fn constant(&self) -> Option<u128> {
        match self {
            Expr::Constant { value, .. } => Some(*value),
            _ => None,
        }
    }

    /// Shows every part of the expression to `see`, itself first.
    pub fn visit(&self, see: &mut dyn FnMut(&Expr)) {
        see(self);
        match self {
            Expr::Constant { .. } | Expr::Read(_) => {}
            Expr::Not(x) | Expr::Reduce(_, x) | Expr::Bit(_, x) => x.visit(see),
            Expr::Binary(_, x, y) | Expr::Shl(x, y) | Expr::Shr(x, y) => {
                x.visit(see);
                y.visit(see);
            }
            Expr::Concat(parts) => parts.iter().for_each(|part| part.visit(see)),
            Expr::Choose(c, x, y) => {
                c.visit(see);
                x.visit(see);
                y.visit(see);
            }
        }
    }

    /// Shows every place that the expression reads.
    pub fn reads(&self, see: &mut dyn FnMut(Place)) {
        self.visit(&mut |e| {
            if let Expr::Read(place) | Expr::Bit(place, _) = e {
                see(*place);
            }
        });
    }
}

/// A statement of a kernel, with the comments that stood in front of it.
#[derive(Clone, Debug)]
pub struct Statement {
    /// Comments of the kernel.
    pub comments: Vec<String>,
    /// What it does.
    pub action: Action,
}

/// What a statement does.
#[derive(Clone, Debug)]
pub enum Action {
    /// Gives bits of a signal a value of their width.
    Assign(Place, Expr),
    /// Takes one of two branches.
    If(Expr, Vec<Statement>, Vec<Statement>),
    /// Takes the branch whose label equals the subject.
    Case(Case),
}

/// A choice among constants.
#[derive(Clone, Debug)]
pub struct Case {
    /// The value that chooses.
    pub subject: Expr,
    /// Label and statements, in the kernel's order.
    pub arms: Vec<(Expr, Vec<Statement>)>,
    /// Taken when no label matches.
    pub default: Option<Vec<Statement>>,
    /// Whether some arm is taken for every value that the subject can have.
    pub exhaustive: bool,
}

impl Statement {
    /// What is assigned, or what chooses the branch.
    pub fn expression(&self) -> &Expr {
        match &self.action {
            Action::Assign(_, value) => value,
            Action::If(condition, ..) => condition,
            Action::Case(case) => &case.subject,
        }
    }

    /// The branches.
    pub fn branches(&self) -> Vec<&[Statement]> {
        match &self.action {
            Action::Assign(..) => Vec::new(),
            Action::If(_, then, other) => vec![then, other],
            Action::Case(case) => {
                let arms = case.arms.iter().map(|(_, body)| body.as_slice());
                arms.chain(case.default.as_deref()).collect()
            }
        }
    }
}

/// Shows every assignment with the expressions that it depends on: conditions, then the value.
pub fn assignments<'a>(
    body: &'a [Statement],
    conditions: &mut Vec<&'a Expr>,
    see: &mut dyn FnMut(Place, &[&'a Expr], &'a Expr),
) {
    for statement in body {
        match &statement.action {
            Action::Assign(place, value) => see(*place, conditions, value),
            Action::If(..) | Action::Case(_) => {
                conditions.push(statement.expression());
                for branch in statement.branches() {
                    assignments(branch, conditions, see);
                }
                conditions.pop();
            }
        }
    }
}

/// A module, ready to be checked and written.
pub struct Module<'a> {
    /// Where it comes from.
    pub scope: &'a Scope,
    /// Everything that has a value.
    pub signals: Vec<Signal>,
    /// The kernel.
    pub body: Vec<Statement>,
    /// Values that the back end had to name, in the order of their making.
    pub temporaries: Vec<(SignalId, Expr)>,
    /// Whether the instance with this index is in use.
    pub live_children: Vec<bool>,
}

impl Module<'_> {
    /// The signal.
    pub fn signal(&self, id: SignalId) -> &Signal {
        &self.signals[id.0]
    }

    /// All signals with their ids.
    pub fn ids(&self) -> impl Iterator<Item = (SignalId, &Signal)> {
        self.signals
            .iter()
            .enumerate()
            .map(|(i, signal)| (SignalId(i), signal))
    }
}
