//! Values that depend on nothing: a process without an operand is written as constants.
//!
//! `always @*` with nothing to wait for never runs in simulation, so its signals would keep no value
//! at all in plain Verilog, while synthesis gives them the one that was meant.

use super::algebra::{concat, truncate};
use super::ir::{Action, Expr, Module, Operator, Reduction, SignalId, Statement};
use std::collections::BTreeMap;

/// Widest constant that an expression holds, bits.
const WIDEST: usize = 128;

/// The value of each signal of a process that reads no signal. Nothing if it reads one, leaves bits
/// without a value, or has operands of more than 128 bits.
pub fn constants(
    module: &Module<'_>,
    group: &[SignalId],
    body: &[Statement],
) -> Option<Vec<(SignalId, Expr)>> {
    let unknown = |id: &SignalId| (*id, vec![None; module.signal(*id).width()]);
    let mut bits: BTreeMap<SignalId, Vec<Option<bool>>> = group.iter().map(unknown).collect();
    run(body, &mut bits)?;
    let constant = |(id, bits): (SignalId, Vec<Option<bool>>)| {
        let bits: Vec<bool> = bits.into_iter().collect::<Option<_>>()?;
        let number = |part: &[bool]| {
            let value = part
                .iter()
                .rev()
                .fold(0, |v, bit| v << 1 | u128::from(*bit));
            Expr::number(value, part.len())
        };
        Some((id, concat(bits.chunks(WIDEST).rev().map(number).collect())))
    };
    bits.into_iter().map(constant).collect()
}

fn run(body: &[Statement], bits: &mut BTreeMap<SignalId, Vec<Option<bool>>>) -> Option<()> {
    for statement in body {
        match &statement.action {
            Action::Assign(place, value) => {
                let value = evaluate(value)?;
                let target = bits.get_mut(&place.signal)?;
                for i in 0..place.width {
                    target[place.offset + i] = Some(value >> i & 1 == 1);
                }
            }
            Action::If(condition, then, other) => {
                let taken = if evaluate(condition)? == 1 {
                    then
                } else {
                    other
                };
                run(taken, bits)?;
            }
            Action::Case(case) => {
                let subject = evaluate(&case.subject)?;
                let arm = case
                    .arms
                    .iter()
                    .find(|(l, _)| l.constant() == Some(subject));
                let arm = arm.map(|(_, arm)| arm).or(case.default.as_ref());
                run(arm.map_or(&[], Vec::as_slice), bits)?;
            }
        }
    }
    Some(())
}

/// The number that an expression is, if it reads no signal and nothing in it is too wide.
fn evaluate(expression: &Expr) -> Option<u128> {
    let width = expression.width();
    if width > WIDEST {
        return None;
    }
    let value = match expression {
        Expr::Constant { value, .. } => *value,
        Expr::Read(_) | Expr::Bit(..) => return None,
        Expr::Not(x) => !evaluate(x)?,
        Expr::Reduce(reduction, x) => {
            let value = evaluate(x)?;
            u128::from(match reduction {
                Reduction::And => value == truncate(u128::MAX, x.width()),
                Reduction::Or => value != 0,
                Reduction::Xor => value.count_ones() % 2 == 1,
            })
        }
        Expr::Binary(operator, x, y) => {
            let (x, y) = (evaluate(x)?, evaluate(y)?);
            match operator {
                Operator::Add => x.wrapping_add(y),
                Operator::Sub => x.wrapping_sub(y),
                Operator::Mul => x.wrapping_mul(y),
                Operator::And => x & y,
                Operator::Or => x | y,
                Operator::Xor => x ^ y,
                Operator::Eq => u128::from(x == y),
                Operator::Ne => u128::from(x != y),
                Operator::Lt => u128::from(x < y),
                Operator::Le => u128::from(x <= y),
                Operator::Gt => u128::from(x > y),
                Operator::Ge => u128::from(x >= y),
            }
        }
        Expr::Shl(x, by) | Expr::Shr(x, by) => {
            let (x, by) = (evaluate(x)?, evaluate(by)?);
            let by = u32::try_from(by).unwrap_or(u32::MAX);
            let shifted = match expression {
                Expr::Shl(..) => x.checked_shl(by),
                _ => x.checked_shr(by),
            };
            shifted.unwrap_or(0)
        }
        Expr::Concat(parts) => parts.iter().try_fold(0, |all: u128, part| {
            Some(all.checked_shl(part.width() as u32).unwrap_or(0) | evaluate(part)?)
        })?,
        Expr::Choose(condition, yes, no) => {
            evaluate(if evaluate(condition)? == 1 { yes } else { no })?
        }
    };
    Some(truncate(value, width))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators_wrap_at_their_width() {
        let number = |value, width| Box::new(Expr::number(value, width));
        let sum = Expr::Binary(Operator::Add, number(15, 4), number(2, 4));
        assert_eq!(evaluate(&sum), Some(1));
        let inverted = Expr::Not(number(0, 4));
        assert_eq!(evaluate(&inverted), Some(15));
        let all = Expr::Reduce(Reduction::And, Box::new(inverted));
        assert_eq!(evaluate(&all), Some(1));
        let shifted = Expr::Shl(number(1, 4), number(4, 3));
        assert_eq!(evaluate(&shifted), Some(0));
        let beside = Expr::Concat(vec![*number(2, 2), *number(1, 4)]);
        assert_eq!(evaluate(&beside), Some(33));
    }
}
