//! Gives every expression of a kernel its exact width, by the rules of [`crate::rtl::Word`]:
//! operands of equal width, wrapping at it; a bare number takes the other operand's width; a
//! product has the sum of the widths; a shift keeps the left operand's.

use super::algebra::{concat, extend, logic, not, reduce, truncate};
use super::error::Fault;
use super::ir::{Expr, Operator, Reduction};
use super::lower::Lowering;
use super::walk::literal;
use rust_hdl::core::ast::{VerilogExpression as Ast, VerilogOp, VerilogOpUnary};

/// An operand: a value, or a number that has no width yet.
enum Operand {
    Number(u128),
    Value(Expr),
}

impl Lowering<'_> {
    /// A value for a place of `width` bits.
    pub(super) fn assigned_value(&mut self, ast: &Ast, width: usize) -> Option<Expr> {
        match self.operand(ast)? {
            Operand::Number(value) => self.constant(value, width, ast),
            Operand::Value(value) if value.width() == width => Some(value),
            Operand::Value(value) => {
                let expression = describe(ast);
                let (target, value) = (width, value.width());
                self.fail(Fault::AssignedWidth {
                    expression,
                    target,
                    value,
                });
                None
            }
        }
    }

    /// A condition: one bit.
    pub(super) fn condition(&mut self, ast: &Ast) -> Option<Expr> {
        self.target = None;
        self.assigned_value(ast, 1)
    }

    /// A value with a width of its own.
    pub(super) fn sized(&mut self, ast: &Ast) -> Option<Expr> {
        match self.operand(ast)? {
            Operand::Value(value) => Some(value),
            Operand::Number(_) => {
                self.unsupported(ast, "give the number a width with `bits(value, width)`")
            }
        }
    }

    /// The number that a `match` on a parameter chooses by; nothing for a match on a signal.
    pub(super) fn constant_subject(&self, ast: &Ast) -> Option<u128> {
        match ast {
            Ast::Paren(inner) => self.constant_subject(inner),
            Ast::Signal(name) => self.numbers.get(name),
            _ => None,
        }
    }

    /// A constant expression.
    pub(super) fn number(&mut self, ast: &Ast) -> Option<u128> {
        match self.operand(ast)? {
            Operand::Number(value) => Some(value),
            Operand::Value(_) => self.unsupported(ast, "a number is needed here"),
        }
    }

    /// The label of a `match` arm.
    pub(super) fn label(&mut self, text: &str, width: usize) -> Expr {
        if let Some(variant) = self.variant(text) {
            return variant;
        }
        let value = match text {
            "true" => Some(1),
            "false" => Some(0),
            text => self.numbers.evaluate(text),
        };
        let ast = Ast::Signal(text.into());
        let Some(value) = value else {
            let hint = "match on variants, numbers and `_`";
            return self
                .unsupported(&ast, hint)
                .unwrap_or(Expr::number(0, width));
        };
        self.constant(value, width, &ast)
            .unwrap_or(Expr::number(0, width))
    }

    fn unsupported<T>(&mut self, ast: &Ast, hint: &str) -> Option<T> {
        self.fail(Fault::Unsupported {
            what: describe(ast),
            hint: hint.into(),
        });
        None
    }

    fn constant(&mut self, value: u128, bits: usize, ast: &Ast) -> Option<Expr> {
        if truncate(value, bits) == value {
            return Some(Expr::number(value, bits));
        }
        let needs = 128 - value.leading_zeros() as usize;
        self.fail(Fault::ConstantTooWide {
            value,
            needs,
            bits,
            expression: describe(ast),
        });
        None
    }

    /// The enum variant with this path, of which the last two names count.
    fn variant(&self, path: &str) -> Option<Expr> {
        let mut names = path.rsplit('$');
        let (variant, kind) = (names.next()?, names.next()?);
        let name = format!("{kind}::{variant}");
        let known = self.variants.get(&name)?;
        Some(Expr::Constant {
            value: known.value,
            width: known.width,
            name: Some(name),
        })
    }

    fn operand(&mut self, ast: &Ast) -> Option<Operand> {
        let value = match ast {
            Ast::Paren(inner) => return self.operand(inner),
            Ast::Literal(number) => match literal(number) {
                Some(value) if format!("{number:x}").starts_with("1'h") => Expr::number(value, 1),
                Some(value) => return Some(Operand::Number(value)),
                None => return self.unsupported(ast, "a number has at most 128 bits"),
            },
            Ast::Signal(name) => {
                if let Some(value) = self.numbers.get(name) {
                    return Some(Operand::Number(value));
                }
                match self.variant(name) {
                    Some(variant) => variant,
                    None => Expr::Read(self.place(name)?),
                }
            }
            Ast::Cast(inner, 0) => {
                let _ = inner;
                self.fail(Fault::NoBits);
                return None;
            }
            Ast::Cast(inner, width) => match self.operand(inner)? {
                Operand::Number(value) => self.constant(value, *width, ast)?,
                Operand::Value(value) => self.resize(value, *width),
            },
            Ast::Unary(operator, inner) => self.unary(operator, inner, ast)?,
            Ast::Binary(a, operator, b) => return self.binary(a, operator, b, ast),
            Ast::Slice(inner, width, offset) => {
                let (value, offset) = (self.sized(inner)?, self.number(offset)? as usize);
                if offset + width > value.width() {
                    return self.unsupported(ast, "the part lies beyond the value");
                }
                self.slice(value, offset, *width)
            }
            Ast::Index(inner, index) => {
                let value = self.sized(inner)?;
                match self.operand(index)? {
                    Operand::Number(i) if i >= value.width() as u128 => Expr::number(0, 1),
                    Operand::Number(i) => self.slice(value, i as usize, 1),
                    Operand::Value(index) => self.bit(value, index),
                }
            }
            Ast::IndexReplace(inner, index, bit) => self.replace_bit(inner, index, bit)?,
            Ast::Signed(_) | Ast::Unsigned(_) => {
                return self.unsupported(ast, "numbers are unsigned; extend the sign by hand");
            }
        };
        Some(Operand::Value(value))
    }

    fn unary(&mut self, operator: &VerilogOpUnary, inner: &Ast, ast: &Ast) -> Option<Expr> {
        let value = self.sized(inner)?;
        let reduction = match operator {
            VerilogOpUnary::Not => return Some(not(value)),
            VerilogOpUnary::Neg => return self.unsupported(ast, "subtract from zero"),
            VerilogOpUnary::All => Reduction::And,
            VerilogOpUnary::Any => Reduction::Or,
            VerilogOpUnary::Xor => Reduction::Xor,
        };
        Some(reduce(reduction, value))
    }

    fn binary(&mut self, a: &Ast, operator: &VerilogOp, b: &Ast, ast: &Ast) -> Option<Operand> {
        // Both sides first, so that both report what is wrong with them.
        let (x, y) = (self.operand(a), self.operand(b));
        let (x, y) = (x?, y?);
        if let VerilogOp::Shl | VerilogOp::Shr = operator {
            return self.shift(x, operator, y, ast);
        }
        let (x, y) = match (x, y) {
            (Operand::Number(x), Operand::Number(y)) => {
                return self.numbers_only(x, operator, y, ast);
            }
            (Operand::Value(x), Operand::Value(y)) => (x, y),
            (Operand::Value(x), Operand::Number(y)) => {
                let y = self.constant(y, x.width(), ast)?;
                (x, y)
            }
            (Operand::Number(x), Operand::Value(y)) => (self.constant(x, y.width(), ast)?, y),
        };
        if let VerilogOp::Mul = operator {
            let width = x.width() + y.width();
            let (x, y) = (Box::new(extend(x, width)), Box::new(extend(y, width)));
            return Some(Operand::Value(Expr::Binary(Operator::Mul, x, y)));
        }
        if x.width() != y.width() {
            let expression = describe(ast);
            self.fail(Fault::WidthMismatch {
                expression,
                left: x.width(),
                right: y.width(),
            });
            return None;
        }
        let operator = match operator {
            VerilogOp::BitAnd | VerilogOp::LogicalAnd => return value(logic(Operator::And, x, y)),
            VerilogOp::BitOr | VerilogOp::LogicalOr => return value(logic(Operator::Or, x, y)),
            VerilogOp::BitXor => return value(logic(Operator::Xor, x, y)),
            VerilogOp::Add => Operator::Add,
            VerilogOp::Sub => Operator::Sub,
            VerilogOp::Eq => Operator::Eq,
            VerilogOp::Ne => Operator::Ne,
            VerilogOp::Lt => Operator::Lt,
            VerilogOp::Le => Operator::Le,
            VerilogOp::Gt => Operator::Gt,
            _ => Operator::Ge,
        };
        if let (true, Some(x), Some(y)) = (operator.is_comparison(), x.constant(), y.constant()) {
            return value(Expr::number(compare(x, operator, y).into(), 1));
        }
        value(Expr::Binary(operator, Box::new(x), Box::new(y)))
    }

    fn shift(
        &mut self,
        x: Operand,
        operator: &VerilogOp,
        y: Operand,
        ast: &Ast,
    ) -> Option<Operand> {
        let left = matches!(operator, VerilogOp::Shl);
        match (x, y) {
            (Operand::Value(x), Operand::Number(by)) => {
                let by = usize::try_from(by).unwrap_or(usize::MAX);
                value(if left {
                    self.shift_left(x, by)
                } else {
                    self.shift_right(x, by)
                })
            }
            (Operand::Value(x), Operand::Value(by)) => {
                let (x, by) = (Box::new(x), Box::new(by));
                value(if left {
                    Expr::Shl(x, by)
                } else {
                    Expr::Shr(x, by)
                })
            }
            (Operand::Number(x), Operand::Number(by)) => {
                let by = u32::try_from(by).ok();
                let shifted = by.and_then(|by| {
                    if left {
                        x.checked_shl(by).filter(|s| s >> by == x)
                    } else {
                        x.checked_shr(by)
                    }
                });
                match shifted {
                    Some(shifted) => Some(Operand::Number(shifted)),
                    None => self.unsupported(ast, "the number exceeds 128 bits"),
                }
            }
            (Operand::Number(_), Operand::Value(_)) => {
                self.unsupported(ast, "give the number a width with `bits(value, width)`")
            }
        }
    }

    fn numbers_only(
        &mut self,
        x: u128,
        operator: &VerilogOp,
        y: u128,
        ast: &Ast,
    ) -> Option<Operand> {
        let number = match operator {
            VerilogOp::Add => x.checked_add(y),
            VerilogOp::Sub => x.checked_sub(y),
            VerilogOp::Mul => x.checked_mul(y),
            VerilogOp::BitAnd => Some(x & y),
            VerilogOp::BitOr => Some(x | y),
            VerilogOp::BitXor => Some(x ^ y),
            VerilogOp::Eq => return truth(x == y),
            VerilogOp::Ne => return truth(x != y),
            VerilogOp::Lt => return truth(x < y),
            VerilogOp::Le => return truth(x <= y),
            VerilogOp::Gt => return truth(x > y),
            VerilogOp::Ge => return truth(x >= y),
            _ => None,
        };
        match number {
            Some(number) => Some(Operand::Number(number)),
            None => self.unsupported(ast, "the numbers leave the range 0 .. 2^128 - 1"),
        }
    }

    fn replace_bit(&mut self, inner: &Ast, index: &Ast, bit: &Ast) -> Option<Expr> {
        let value = self.sized(inner)?;
        let bit = self.assigned_value(bit, 1)?;
        let width = value.width();
        match self.operand(index)? {
            Operand::Number(i) if i >= width as u128 => Some(value),
            Operand::Number(i) => {
                let i = i as usize;
                let mut parts = Vec::new();
                if i + 1 < width {
                    parts.push(self.slice(value.clone(), i + 1, width - i - 1));
                }
                parts.push(bit);
                if i > 0 {
                    parts.push(self.slice(value, 0, i));
                }
                Some(concat(parts))
            }
            Operand::Value(index) => {
                let one = Expr::Shl(Box::new(Expr::number(1, width)), Box::new(index));
                let set = logic(Operator::Or, value.clone(), one.clone());
                let clear = logic(Operator::And, value, not(one));
                Some(Expr::Choose(Box::new(bit), Box::new(set), Box::new(clear)))
            }
        }
    }
}

fn value(expr: Expr) -> Option<Operand> {
    Some(Operand::Value(expr))
}

fn truth(value: bool) -> Option<Operand> {
    Some(Operand::Value(Expr::number(value.into(), 1)))
}

fn compare(x: u128, operator: Operator, y: u128) -> bool {
    match operator {
        Operator::Eq => x == y,
        Operator::Ne => x != y,
        Operator::Lt => x < y,
        Operator::Le => x <= y,
        Operator::Gt => x > y,
        _ => x >= y,
    }
}

/// The expression as it reads in the kernel, for errors.
fn describe(ast: &Ast) -> String {
    match ast {
        Ast::Signal(name) => name.replace("$val()", "").replace('$', "."),
        Ast::Literal(number) => match literal(number) {
            Some(value) if format!("{number:x}").starts_with("1'h") => (value == 1).to_string(),
            Some(value) => value.to_string(),
            None => format!("{number:x}"),
        },
        Ast::Paren(inner) => format!("({})", describe(inner)),
        Ast::Cast(inner, width) => format!("bits_to({}, {width})", describe(inner)),
        Ast::Signed(inner) => format!("signed({})", describe(inner)),
        Ast::Unsigned(inner) => format!("unsigned({})", describe(inner)),
        Ast::Index(inner, index) => format!("{}.get_bit({})", describe(inner), describe(index)),
        Ast::Slice(inner, width, offset) => {
            format!("{}[{} +: {width}]", describe(inner), describe(offset))
        }
        Ast::IndexReplace(inner, index, bit) => {
            format!(
                "{}.replace_bit({}, {})",
                describe(inner),
                describe(index),
                describe(bit)
            )
        }
        Ast::Unary(operator, inner) => {
            let inner = describe(inner);
            match operator {
                VerilogOpUnary::Not => format!("!{inner}"),
                VerilogOpUnary::Neg => format!("-{inner}"),
                VerilogOpUnary::All => format!("{inner}.all()"),
                VerilogOpUnary::Any => format!("{inner}.any()"),
                VerilogOpUnary::Xor => format!("{inner}.xor()"),
            }
        }
        Ast::Binary(a, operator, b) => {
            let sign = match operator {
                VerilogOp::Add => "+",
                VerilogOp::Sub => "-",
                VerilogOp::Mul => "*",
                VerilogOp::LogicalAnd => "&&",
                VerilogOp::LogicalOr => "||",
                VerilogOp::BitXor => "^",
                VerilogOp::BitAnd => "&",
                VerilogOp::BitOr => "|",
                VerilogOp::Shl => "<<",
                VerilogOp::Shr => ">>",
                VerilogOp::Eq => "==",
                VerilogOp::Lt => "<",
                VerilogOp::Le => "<=",
                VerilogOp::Ne => "!=",
                VerilogOp::Ge => ">=",
                VerilogOp::Gt => ">",
            };
            format!("{} {sign} {}", describe(a), describe(b))
        }
    }
}
