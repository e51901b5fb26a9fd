//! Expressions and places as text, parenthesised by precedence.

use super::super::ir::{Expr, Field, Operator, Place, Reduction, Role};
use super::super::names::constant_name;
use super::types::field_path;
use super::{Dialect, Writer};

/// Text with its precedence: higher binds tighter.
struct Text {
    text: String,
    precedence: u8,
}

const TERM: u8 = 15;
const UNARY: u8 = 12;
const SHIFT: u8 = 9;
const CHOICE: u8 = 1;

fn term(text: String) -> Text {
    Text {
        text,
        precedence: TERM,
    }
}

/// A number of exact width.
pub fn number(value: u128, width: usize) -> String {
    match (width, value) {
        (1, value) => format!("1'b{value}"),
        (width, value) if width <= 16 || value < 10 => format!("{width}'d{value}"),
        (width, value) => format!("{width}'h{value:x}"),
    }
}

impl Writer<'_> {
    /// An expression in full.
    pub fn expression(&self, expression: &Expr) -> String {
        self.text(expression).text
    }

    fn text(&self, expression: &Expr) -> Text {
        match expression {
            Expr::Constant {
                name: Some(path),
                value,
                width,
            } => {
                let name = constant_name(path);
                self.constants
                    .borrow_mut()
                    .insert((path.clone(), *value, *width));
                term(name)
            }
            Expr::Constant { value, width, .. } => term(number(*value, *width)),
            Expr::Read(place) => term(self.place(*place)),
            Expr::Bit(place, index) => term(format!(
                "{}[{}]",
                self.place(*place),
                self.expression(index)
            )),
            Expr::Not(inner) => {
                let sign = if inner.width() == 1 { "!" } else { "~" };
                self.prefixed(sign, inner)
            }
            Expr::Reduce(reduction, inner) => {
                let sign = match reduction {
                    Reduction::And => "&",
                    Reduction::Or => "|",
                    Reduction::Xor => "^",
                };
                self.prefixed(sign, inner)
            }
            Expr::Binary(operator, a, b) => {
                let (sign, precedence) = spelling(*operator, a.width() == 1);
                let associative = matches!(
                    operator,
                    Operator::Add | Operator::And | Operator::Or | Operator::Xor
                );
                self.infix(a, sign, b, precedence, associative)
            }
            Expr::Shl(value, by) => self.infix(value, "<<", by, SHIFT, false),
            Expr::Shr(value, by) => self.infix(value, ">>", by, SHIFT, false),
            Expr::Concat(parts) => {
                let parts: Vec<String> = parts.iter().map(|part| self.expression(part)).collect();
                term(format!("{{{}}}", parts.join(", ")))
            }
            Expr::Choose(condition, yes, no) => {
                let [condition, yes, no] =
                    [condition, yes, no].map(|part| parenthesised(self.text(part), UNARY));
                Text {
                    text: format!("{condition} ? {yes} : {no}"),
                    precedence: CHOICE,
                }
            }
        }
    }

    fn prefixed(&self, sign: &str, inner: &Expr) -> Text {
        let inner = parenthesised(self.text(inner), TERM);
        Text {
            text: format!("{sign}{inner}"),
            precedence: UNARY,
        }
    }

    fn infix(&self, a: &Expr, sign: &str, b: &Expr, precedence: u8, associative: bool) -> Text {
        let (a, b) = (self.text(a), self.text(b));
        let left = if associative && a.precedence == precedence {
            precedence
        } else {
            UNARY
        };
        let (a, b) = (parenthesised(a, left), parenthesised(b, UNARY));
        Text {
            text: format!("{a} {sign} {b}"),
            precedence,
        }
    }

    /// Some bits of a signal, by the name of the field that they are in.
    pub fn place(&self, place: Place) -> String {
        let id = self
            .plan
            .aliases
            .get(&place.signal)
            .copied()
            .unwrap_or(place.signal);
        let signal = self.module.signal(id);
        let whole = place.offset == 0 && place.width == signal.width();
        let view = self.views.get(&id).unwrap_or(&signal.name);
        if whole {
            let name = if signal.role == Role::Output {
                view
            } else {
                &signal.name
            };
            return name.clone();
        }
        let (path, low) = field_path(&signal.shape, place.offset, place.width);
        let Some(last) = path.last() else {
            return format!("{}{}", signal.name, select(low, place.width));
        };
        if self.options.dialect == Dialect::Verilog2005 {
            return self.flat_field(&signal.name, &signal.shape, &path, low, place.width);
        }
        let names: Vec<&str> = path.iter().map(|field| field.name.as_str()).collect();
        let part = if place.width < last.shape.width() {
            select(low, place.width)
        } else {
            String::new()
        };
        format!("{view}.{}{part}", names.join("."))
    }

    fn flat_field(
        &self,
        signal: &str,
        shape: &super::super::ir::Shape,
        path: &[&Field],
        low: usize,
        width: usize,
    ) -> String {
        let name = self.types.offset_name(shape, path);
        let offset: usize = path.iter().map(|field| field.offset).sum();
        let entry = (self.types.type_name(shape), offset, name.clone());
        self.offsets.borrow_mut().insert(entry);
        let from = if low == 0 {
            name
        } else {
            format!("{name} + {low}")
        };
        if width == 1 {
            format!("{signal}[{from}]")
        } else {
            format!("{signal}[{from} +: {width}]")
        }
    }
}

fn parenthesised(text: Text, least: u8) -> String {
    if text.precedence >= least {
        text.text
    } else {
        format!("({})", text.text)
    }
}

/// A part-select.
pub fn select(low: usize, width: usize) -> String {
    if width == 1 {
        format!("[{low}]")
    } else {
        format!("[{}:{low}]", low + width - 1)
    }
}

/// One-bit `&` and `|` are spelled as the logical operators that they are.
fn spelling(operator: Operator, one_bit: bool) -> (&'static str, u8) {
    match operator {
        Operator::Mul => ("*", 11),
        Operator::Add => ("+", 10),
        Operator::Sub => ("-", 10),
        Operator::Lt => ("<", 8),
        Operator::Le => ("<=", 8),
        Operator::Gt => (">", 8),
        Operator::Ge => (">=", 8),
        Operator::Eq => ("==", 7),
        Operator::Ne => ("!=", 7),
        Operator::And if one_bit => ("&&", 3),
        Operator::And => ("&", 6),
        Operator::Xor => ("^", 5),
        Operator::Or if one_bit => ("||", 2),
        Operator::Or => ("|", 4),
    }
}
