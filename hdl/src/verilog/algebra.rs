//! Building blocks of exact expressions: part-selects, extension, concatenation.
//!
//! A part-select is pushed towards the operands, so that no wider value is left for Verilog to
//! reinterpret; where that is impossible the wide value gets a name.

use super::ir::{Expr, Operator, Place, Reduction};
use super::lower::Lowering;

/// The lowest `width` bits of a number.
pub fn truncate(value: u128, width: usize) -> u128 {
    if width >= 128 {
        value
    } else {
        value & ((1 << width) - 1)
    }
}

/// `value` widened by zeros.
pub fn extend(value: Expr, width: usize) -> Expr {
    match value.width() {
        have if have >= width => value,
        _ if value.constant().is_some() => Expr::number(value.constant().unwrap_or(0), width),
        have => concat(vec![Expr::number(0, width - have), value]),
    }
}

/// Parts side by side, most significant first; neighbours that are one piece are joined.
pub fn concat(parts: Vec<Expr>) -> Expr {
    let mut out: Vec<Expr> = Vec::new();
    let flat = parts.into_iter().flat_map(|part| match part {
        Expr::Concat(inner) => inner,
        part => vec![part],
    });
    for part in flat.filter(|part| part.width() > 0) {
        let joined = match (out.last(), &part) {
            (Some(Expr::Read(high)), Expr::Read(low))
                if high.signal == low.signal && low.offset + low.width == high.offset =>
            {
                Some(Expr::Read(Place {
                    width: high.width + low.width,
                    ..*low
                }))
            }
            (
                Some(Expr::Constant {
                    value: high,
                    width: a,
                    name: None,
                }),
                Expr::Constant {
                    value: low,
                    width: b,
                    name: None,
                },
            ) if a + b <= 128 => Some(Expr::number(high << b | low, a + b)),
            _ => None,
        };
        match joined {
            Some(joined) => {
                out.pop();
                out.push(joined);
            }
            None => out.push(part),
        }
    }
    if out.len() == 1 {
        out.remove(0)
    } else {
        Expr::Concat(out)
    }
}

/// Negation; comparisons and one-bit `&`, `|` take the `!` inside.
pub fn not(value: Expr) -> Expr {
    use Operator::*;
    match value {
        Expr::Not(inner) => *inner,
        Expr::Constant { value, width, .. } => Expr::number(truncate(!value, width), width),
        Expr::Binary(operator, a, b) if operator.is_comparison() => {
            let opposite = match operator {
                Eq => Ne,
                Ne => Eq,
                Lt => Ge,
                Le => Gt,
                Gt => Le,
                _ => Lt,
            };
            Expr::Binary(opposite, a, b)
        }
        value => Expr::Not(Box::new(value)),
    }
}

/// `&`, `|`, `^` of equal widths, decided where one bit of them is constant.
pub fn logic(operator: Operator, a: Expr, b: Expr) -> Expr {
    if a.width() == 1 {
        for (x, y) in [(&a, &b), (&b, &a)] {
            match (operator, x.constant()) {
                (Operator::And, Some(0)) | (Operator::Or, Some(1)) => return x.clone(),
                (Operator::And, Some(1)) | (Operator::Or | Operator::Xor, Some(0)) => {
                    return y.clone();
                }
                (Operator::Xor, Some(1)) => return not(y.clone()),
                _ => {}
            }
        }
    }
    match operator {
        Operator::Or | Operator::Xor => side_by_side(&a, &b),
        _ => None,
    }
    .unwrap_or_else(|| Expr::Binary(operator, Box::new(a), Box::new(b)))
}

/// All bits to one; zeros beside the value count for nothing in `|` and `^`.
pub fn reduce(reduction: Reduction, value: Expr) -> Expr {
    let value = match value {
        Expr::Concat(parts) if reduction != Reduction::And => concat(
            parts
                .into_iter()
                .filter(|part| part.constant() != Some(0))
                .collect(),
        ),
        value => value,
    };
    if value.width() == 1 {
        value
    } else {
        Expr::Reduce(reduction, Box::new(value))
    }
}

/// The pieces of an expression from the least significant on; `None` stands for zeros.
fn pieces(value: &Expr) -> Vec<(usize, Option<Expr>)> {
    let parts = match value {
        Expr::Concat(parts) => parts.as_slice(),
        other => std::slice::from_ref(other),
    };
    let piece = |part: &Expr| {
        (
            part.width(),
            (part.constant() != Some(0)).then(|| part.clone()),
        )
    };
    parts.iter().rev().map(piece).collect()
}

/// `a | b` as a concatenation, if at every bit one of them is a constant zero.
fn side_by_side(a: &Expr, b: &Expr) -> Option<Expr> {
    let (mut a, mut b) = (pieces(a), pieces(b));
    a.reverse();
    b.reverse();
    let mut parts = Vec::new();
    while let (Some((wa, x)), Some((wb, y))) = (a.pop(), b.pop()) {
        let width = wa.min(wb);
        match (x, y) {
            (None, None) => {
                parts.push(Expr::number(0, width));
                a.extend((wa > width).then_some((wa - width, None)));
                b.extend((wb > width).then_some((wb - width, None)));
            }
            // A piece is kept whole, so the zeros beside it must reach as far.
            (Some(x), None) if wa == width => {
                parts.push(x);
                b.extend((wb > width).then_some((wb - width, None)));
            }
            (None, Some(y)) if wb == width => {
                parts.push(y);
                a.extend((wa > width).then_some((wa - width, None)));
            }
            // The zeros end within the piece: more of them may follow.
            (Some(x), None) => {
                let (next, zeros) = b.pop()?;
                zeros.is_none().then_some(())?;
                b.push((width + next, None));
                a.push((wa, Some(x)));
            }
            (None, Some(y)) => {
                let (next, zeros) = a.pop()?;
                zeros.is_none().then_some(())?;
                a.push((width + next, None));
                b.push((wb, Some(y)));
            }
            (Some(_), Some(_)) => return None,
        }
    }
    parts.reverse();
    Some(concat(parts))
}

impl Lowering<'_> {
    /// Bits `low .. low + width` of a value.
    pub(super) fn slice(&mut self, value: Expr, low: usize, width: usize) -> Expr {
        use Operator::*;
        if low == 0 && width == value.width() {
            return value;
        }
        match value {
            Expr::Constant { value, .. } => {
                let value = if low < 128 { value >> low } else { 0 };
                Expr::number(truncate(value, width), width)
            }
            Expr::Read(place) => Expr::Read(Place {
                offset: place.offset + low,
                width,
                ..place
            }),
            Expr::Concat(parts) => {
                let mut picked = Vec::new();
                let mut base = 0;
                for part in parts.into_iter().rev() {
                    let full = part.width();
                    let (from, to) = (low.max(base), (low + width).min(base + full));
                    if from < to {
                        picked.push(self.slice(part, from - base, to - from));
                    }
                    base += full;
                }
                picked.reverse();
                concat(picked)
            }
            Expr::Not(x) => Expr::Not(Box::new(self.slice(*x, low, width))),
            Expr::Binary(operator @ (And | Or | Xor), x, y) => {
                let (x, y) = (self.slice(*x, low, width), self.slice(*y, low, width));
                logic(operator, x, y)
            }
            // Modular operators commute with truncation.
            Expr::Binary(operator @ (Add | Sub | Mul), x, y) if low == 0 => {
                let (x, y) = (self.slice(*x, 0, width), self.slice(*y, 0, width));
                Expr::Binary(operator, Box::new(x), Box::new(y))
            }
            Expr::Shl(x, by) if low == 0 => Expr::Shl(Box::new(self.slice(*x, 0, width)), by),
            Expr::Choose(condition, yes, no) => {
                let (yes, no) = (self.slice(*yes, low, width), self.slice(*no, low, width));
                Expr::Choose(condition, Box::new(yes), Box::new(no))
            }
            other => {
                let place = self.name_value(other);
                Expr::Read(Place {
                    offset: low,
                    width,
                    ..place
                })
            }
        }
    }

    /// A value in exactly `width` bits: truncated, or widened by zeros.
    pub(super) fn resize(&mut self, value: Expr, width: usize) -> Expr {
        if value.width() > width {
            self.slice(value, 0, width)
        } else {
            extend(value, width)
        }
    }

    /// Left shift by a constant.
    pub(super) fn shift_left(&mut self, value: Expr, by: usize) -> Expr {
        let width = value.width();
        if by >= width {
            return Expr::number(0, width);
        }
        let kept = self.slice(value, 0, width - by);
        concat(vec![kept, Expr::number(0, by)])
    }

    /// Right shift by a constant.
    pub(super) fn shift_right(&mut self, value: Expr, by: usize) -> Expr {
        let width = value.width();
        if by >= width {
            return Expr::number(0, width);
        }
        let kept = self.slice(value, by, width - by);
        extend(kept, width)
    }

    /// Bit `index` of a value; zero beyond its width.
    pub(super) fn bit(&mut self, value: Expr, index: Expr) -> Expr {
        let (width, have) = (value.width(), index.width());
        let needed = crate::rtl::clog2(width);
        let reaches_beyond = have > needed || (have == needed && !width.is_power_of_two());
        let inside = reaches_beyond.then(|| {
            let limit = Expr::number(width as u128, have);
            Expr::Binary(Operator::Lt, Box::new(index.clone()), Box::new(limit))
        });
        let bit = if width == 1 {
            value
        } else {
            let whole = |place: &Place| place.width == self.signals[place.signal.0].width();
            let place = match value {
                Expr::Read(place) if whole(&place) || !self.flat_bundles => place,
                other => self.name_value(other),
            };
            let index = self.resize(index, needed);
            Expr::Bit(place, Box::new(index))
        };
        match inside {
            Some(inside) => logic(Operator::And, inside, bit),
            None => bit,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verilog::ir::SignalId;

    fn read(signal: usize, offset: usize, width: usize) -> Expr {
        Expr::Read(Place {
            signal: SignalId(signal),
            offset,
            width,
        })
    }

    #[test]
    fn neighbours_are_joined() {
        let joined = concat(vec![
            read(0, 4, 4),
            read(0, 0, 4),
            Expr::number(0, 2),
            Expr::number(1, 2),
        ]);
        assert_eq!(
            joined,
            Expr::Concat(vec![read(0, 0, 8), Expr::number(1, 4)])
        );
    }

    #[test]
    fn disjoint_or_is_a_concatenation() {
        let a = concat(vec![read(0, 0, 4), Expr::number(0, 4)]);
        let b = extend(read(1, 0, 4), 8);
        assert_eq!(
            logic(Operator::Or, a.clone(), b),
            concat(vec![read(0, 0, 4), read(1, 0, 4)])
        );
        let overlapping = extend(read(1, 0, 5), 8);
        assert!(matches!(
            logic(Operator::Or, a, overlapping),
            Expr::Binary(..)
        ));
    }
}
