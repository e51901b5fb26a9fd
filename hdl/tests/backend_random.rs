//! Random kernels: the emitted Verilog computes what the kernels' own operators compute in Rust.
//!
//! `BACKEND_RANDOM_STATEMENTS` sets how many assignments are tried in all (default 1200),
//! `BACKEND_RANDOM_SEED` where the sequence begins; a failure prints the seed of its module.

mod backend_support;

use backend_support::{Bench, Random};
use memento_hdl::rtl::note::{ModuleNote, SignalNote};
use memento_hdl::rtl::{Block, Input, Logic, Output, Probe, Reg, Wire, Word, ast, visit_note};
use memento_hdl::verilog::{Dialect, Reset};
use rust_hdl::core::ast::{
    Verilog, VerilogBlock, VerilogBlockOrConditional, VerilogCase, VerilogConditional,
    VerilogExpression as E, VerilogMatch, VerilogOp as Op, VerilogOpUnary, VerilogStatement as S,
};
use std::collections::BTreeMap;

const WIDTHS: [usize; 11] = [1, 2, 3, 4, 7, 8, 13, 16, 32, 33, 64];
const STATEMENTS_A_MODULE: usize = 300;
const CYCLES: usize = 120;

fn setting(name: &str, default: u64) -> u64 {
    match std::env::var(name) {
        Ok(text) => text
            .parse()
            .unwrap_or_else(|_| panic!("{name}={text} is no number")),
        Err(_) => default,
    }
}

#[test]
fn verilog_computes_what_rust_computes() {
    let statements = setting("BACKEND_RANDOM_STATEMENTS", 1200) as usize;
    let first = setting("BACKEND_RANDOM_SEED", 1);
    for i in 0..statements.div_ceil(STATEMENTS_A_MODULE) as u64 {
        compare(first + i);
    }
}

/// One random module, in a dialect and with a reset level that the seed picks.
fn compare(seed: u64) {
    let mut random = Random(seed);
    let kernel = Kernel::random(&mut random, STATEMENTS_A_MODULE);
    let dialect = [Dialect::SystemVerilog, Dialect::Verilog2005][seed as usize % 2];
    let reset = [Reset::ActiveHigh, Reset::ActiveLow][seed as usize / 2 % 2];
    // Verilator 5.048 rewrites (a << b) << c to a << (b + c) with too few bits for the sum (seed 3);
    // without that rewriting, and in Icarus Verilog, Rust's result comes out.
    let flags = [
        "-fno-dfg-peephole-replace-shiftl-shiftl",
        "-fno-dfg-peephole-replace-shiftr-shiftr",
    ];
    let mut bench = Bench::with_flags(&kernel, dialect, reset, &flags);
    let mut state: BTreeMap<String, Word> = BTreeMap::new();
    for (name, width, cleared) in &kernel.registers {
        // Data registers start as Verilator's zero, which is not promised: give them a value first.
        assert!(*cleared, "{name}");
        state.insert(name.clone(), Word::new(0, *width));
    }
    for cycle in 0..CYCLES {
        let mut values = state.clone();
        for (name, width) in &kernel.inputs {
            let value = random.value(*width);
            bench.set(name, value);
            values.insert(name.clone(), Word::new(value, *width));
        }
        bench.eval();
        let mut next = state.clone();
        execute(&kernel.body, &mut values, &mut next);
        for (name, _) in &kernel.outputs {
            let (got, expected) = (bench.get(name), values[name].value());
            assert_eq!(
                got,
                expected,
                "{name} in cycle {cycle} of seed {seed}, {dialect:?}: got {got:#x}, expected \
                 {expected:#x}; run with BACKEND_RANDOM_SEED={seed}\n{}",
                bench.lines_about(name)
            );
        }
        state = next;
        bench.tick();
    }
}

/// A module of random statements.
struct Kernel {
    inputs: Vec<(String, usize)>,
    outputs: Vec<(String, usize)>,
    wires: Vec<(String, usize)>,
    registers: Vec<(String, usize, bool)>,
    body: VerilogBlock,
}

impl Kernel {
    fn random(random: &mut Random, statements: usize) -> Kernel {
        let mut kernel = Kernel {
            inputs: Vec::new(),
            outputs: Vec::new(),
            wires: Vec::new(),
            registers: Vec::new(),
            body: Vec::new(),
        };
        let mut readable = Vec::new();
        for (i, width) in WIDTHS.iter().chain(&WIDTHS).enumerate() {
            kernel.inputs.push((format!("i{i}"), *width));
            readable.push((format!("i{i}"), *width));
        }
        for (i, width) in WIDTHS.iter().enumerate() {
            kernel.registers.push((format!("r{i}"), *width, true));
            readable.push((format!("r{i}"), *width));
        }
        for i in 0..statements {
            let width = WIDTHS[random.below(WIDTHS.len())];
            let name = match random.below(4) {
                0 => {
                    let (name, width, _) = kernel.registers[random.below(WIDTHS.len())].clone();
                    let body = assign(random, &readable, &name, width, 2);
                    kernel.body.extend(body);
                    continue;
                }
                1 => {
                    let name = format!("w{i}");
                    kernel.wires.push((name.clone(), width));
                    name
                }
                _ => {
                    let name = format!("o{i}");
                    kernel.outputs.push((name.clone(), width));
                    name
                }
            };
            let value = expression(random, &readable, width, 4);
            kernel.body.push(set(&name, value));
            if random.below(3) == 0 {
                let body = assign(random, &readable, &name, width, 2);
                kernel.body.extend(body);
            }
            // Few enough names that values are used again, many enough that logic is deep.
            if name.starts_with('w') {
                readable.push((name, width));
            }
        }
        kernel
    }
}

impl Logic for Kernel {
    fn update(&mut self) {}
    fn hdl(&self) -> ast::Verilog {
        Verilog::Combinatorial(self.body.clone())
    }
}

impl Block for Kernel {
    fn connect_all(&mut self) {}
    fn update_all(&mut self) {}
    fn has_changed(&self) -> bool {
        false
    }
    fn accept(&self, name: &str, probe: &mut dyn Probe) {
        probe.visit_start_scope(name, self);
        let note = ModuleNote {
            name: "random_kernel".into(),
            ..ModuleNote::default()
        };
        visit_note(&note, probe);
        let plain = SignalNote::default;
        for (name, width) in &self.inputs {
            <Input>::new(*width, plain()).accept(name, probe);
        }
        for (name, width) in &self.outputs {
            <Output>::new(*width, plain()).accept(name, probe);
        }
        for (name, width) in &self.wires {
            <Wire>::new(*width, plain()).accept(name, probe);
        }
        for (name, width, reset) in &self.registers {
            let note = SignalNote {
                reset: *reset,
                ..plain()
            };
            <Reg>::new(*width, note).accept(name, probe);
        }
        probe.visit_end_scope(name, self);
    }
}

fn set(name: &str, value: E) -> S {
    S::Assignment(E::Signal(format!("{name}$next")), value)
}

type Readable = [(String, usize)];

/// Assignments to one signal, under conditions.
fn assign(
    random: &mut Random,
    readable: &Readable,
    name: &str,
    width: usize,
    depth: usize,
) -> VerilogBlock {
    let value = |random: &mut Random| set(name, expression(random, readable, width, 3));
    if depth == 0 {
        return vec![value(random)];
    }
    match random.below(4) {
        0 => vec![value(random)],
        1 => {
            let test = expression(random, readable, 1, 3);
            let then = assign(random, readable, name, width, depth - 1);
            let otherwise = match random.below(3) {
                0 => VerilogBlockOrConditional::None,
                1 => VerilogBlockOrConditional::Block(assign(
                    random,
                    readable,
                    name,
                    width,
                    depth - 1,
                )),
                _ => VerilogBlockOrConditional::Conditional(Box::new(S::If(VerilogConditional {
                    test: expression(random, readable, 1, 2),
                    then: vec![value(random)],
                    otherwise: VerilogBlockOrConditional::None,
                }))),
            };
            vec![S::If(VerilogConditional {
                test,
                then,
                otherwise,
            })]
        }
        2 => {
            let test = expression(random, readable, 2, 2);
            let mut cases: Vec<VerilogCase> = (0..2 + random.below(3))
                .map(|label| VerilogCase {
                    condition: label.to_string(),
                    block: assign(random, readable, name, width, depth - 1),
                })
                .collect();
            if random.below(2) == 0 && cases.len() < 4 {
                let block = vec![value(random)];
                let condition = "default".into();
                cases.push(VerilogCase { condition, block });
            }
            vec![S::Match(VerilogMatch { test, cases })]
        }
        _ => {
            let mut body = assign(random, readable, name, width, depth - 1);
            body.extend(assign(random, readable, name, width, depth - 1));
            body
        }
    }
}

fn binary(a: E, op: Op, b: E) -> E {
    E::Binary(Box::new(a), op, Box::new(b))
}

/// An expression of exactly this width.
fn expression(random: &mut Random, readable: &Readable, width: usize, depth: usize) -> E {
    let any_width = |random: &mut Random| WIDTHS[random.below(WIDTHS.len())];
    if depth == 0 || random.below(8) == 0 {
        let fitting: Vec<_> = readable.iter().filter(|(_, w)| *w == width).collect();
        if random.below(6) == 0 || fitting.is_empty() {
            let (name, _) = &readable[random.below(readable.len())];
            return E::Cast(Box::new(E::Signal(name.clone())), width);
        }
        return E::Signal(fitting[random.below(fitting.len())].0.clone());
    }
    let sub = |random: &mut Random, width| expression(random, readable, width, depth - 1);
    let number = |random: &mut Random, width| E::Literal(random.value(width).into());
    let kinds = if width == 1 { 15 } else { 10 };
    match random.below(kinds) {
        0..=2 => {
            let ops = [Op::Add, Op::Sub, Op::BitAnd, Op::BitOr, Op::BitXor];
            let op = ops[random.below(ops.len())].clone();
            let a = sub(random, width);
            let b = if random.below(3) == 0 {
                number(random, width)
            } else {
                sub(random, width)
            };
            binary(a, op, b)
        }
        3 => E::Unary(VerilogOpUnary::Not, Box::new(sub(random, width))),
        4 => {
            let op = [Op::Shl, Op::Shr][random.below(2)].clone();
            let a = sub(random, width);
            let by = match random.below(2) {
                0 => E::Literal((random.below(width + 3) as u64).into()),
                _ => {
                    let bits = 1 + random.below(7);
                    sub(random, bits)
                }
            };
            binary(a, op, by)
        }
        5 | 6 => {
            let from = any_width(random);
            E::Cast(Box::new(sub(random, from)), width)
        }
        7 if width > 1 => {
            let left = 1 + random.below(width - 1);
            let (a, b) = (sub(random, left), sub(random, width - left));
            binary(a, Op::Mul, b)
        }
        8 if width > 1 => {
            let low = 1 + random.below(width - 1);
            let (high, small) = (sub(random, width - low), sub(random, low));
            let high = E::Cast(Box::new(high), width);
            let shifted = binary(high, Op::Shl, E::Literal((low as u64).into()));
            binary(shifted, Op::BitOr, E::Cast(Box::new(small), width))
        }
        7..=9 => {
            let value = Box::new(sub(random, width));
            let index = if random.below(2) == 0 {
                E::Literal((random.below(width) as u64).into())
            } else {
                let bits = 1 + random.below(6);
                sub(random, bits)
            };
            let bit = sub(random, 1);
            E::IndexReplace(value, Box::new(index), Box::new(bit))
        }
        10 | 11 => {
            let ops = [Op::Eq, Op::Ne, Op::Lt, Op::Le, Op::Gt, Op::Ge];
            let op = ops[random.below(ops.len())].clone();
            let of = any_width(random);
            let a = sub(random, of);
            let b = if random.below(3) == 0 {
                number(random, of)
            } else {
                sub(random, of)
            };
            binary(a, op, b)
        }
        12 => {
            let ops = [
                VerilogOpUnary::All,
                VerilogOpUnary::Any,
                VerilogOpUnary::Xor,
            ];
            let op = ops[random.below(3)].clone();
            let of = any_width(random);
            E::Unary(op, Box::new(sub(random, of)))
        }
        13 => {
            let of = any_width(random);
            let value = Box::new(sub(random, of));
            let index = if random.below(2) == 0 {
                E::Literal((random.below(of + 2) as u64).into())
            } else {
                let bits = 1 + random.below(8);
                sub(random, bits)
            };
            E::Index(value, Box::new(index))
        }
        _ => {
            let op = [Op::LogicalAnd, Op::LogicalOr][random.below(2)].clone();
            let (a, b) = (sub(random, 1), sub(random, 1));
            binary(a, op, b)
        }
    }
}

/// Runs statements as the kernel would: wires at once, registers into `next`.
fn execute(
    body: &VerilogBlock,
    values: &mut BTreeMap<String, Word>,
    next: &mut BTreeMap<String, Word>,
) {
    for statement in body {
        match statement {
            S::Assignment(E::Signal(target), value) => {
                let name = target.trim_end_matches("$next").to_string();
                let value = evaluate(value, values);
                match name.starts_with('r') {
                    true => next.insert(name, value),
                    false => values.insert(name, value),
                };
            }
            S::If(conditional) => run_if(conditional, values, next),
            S::Match(choice) => {
                let subject = evaluate(&choice.test, values);
                let taken = choice.cases.iter().find(|case| {
                    case.condition == "default" || case.condition.parse() == Ok(subject.value())
                });
                if let Some(case) = taken {
                    execute(&case.block, values, next);
                }
            }
            other => panic!("not generated: {other:?}"),
        }
    }
}

fn run_if(
    conditional: &VerilogConditional,
    values: &mut BTreeMap<String, Word>,
    next: &mut BTreeMap<String, Word>,
) {
    if evaluate(&conditional.test, values).any() {
        execute(&conditional.then, values, next);
        return;
    }
    match &conditional.otherwise {
        VerilogBlockOrConditional::Block(block) => execute(block, values, next),
        VerilogBlockOrConditional::Conditional(statement) => {
            execute(&vec![(**statement).clone()], values, next);
        }
        VerilogBlockOrConditional::None => {}
    }
}

/// The value by the operators of [`Word`], which kernels execute.
fn evaluate(expression: &E, values: &BTreeMap<String, Word>) -> Word {
    let flag = |value: bool| Word::new(value.into(), 1);
    match expression {
        E::Signal(name) => values[name],
        E::Literal(number) => {
            let digits = format!("{number:x}");
            let digits = digits.split_once("'h").expect("a literal").1;
            // Width 0: a bare number, as `usize` is in kernels, but up to 128 bits.
            Word::new(u128::from_str_radix(digits, 16).expect("digits"), 128)
        }
        E::Cast(inner, width) => Word::new(evaluate(inner, values).value(), *width),
        E::Unary(op, inner) => {
            let value = evaluate(inner, values);
            match op {
                VerilogOpUnary::Not => !value,
                VerilogOpUnary::All => flag(value.all()),
                VerilogOpUnary::Any => flag(value.any()),
                VerilogOpUnary::Xor => flag(value.xor()),
                VerilogOpUnary::Neg => panic!("not generated"),
            }
        }
        E::Binary(a, op, b) => {
            let x = evaluate(a, values);
            let literal = matches!(**b, E::Literal(_));
            let mut y = evaluate(b, values);
            if literal && !matches!(op, Op::Shl | Op::Shr) {
                y = Word::new(y.value(), x.bits());
            }
            match op {
                Op::Add => x + y,
                Op::Sub => x - y,
                Op::Mul => x * y,
                Op::BitAnd | Op::LogicalAnd => x & y,
                Op::BitOr | Op::LogicalOr => x | y,
                Op::BitXor => x ^ y,
                Op::Shl => x << y,
                Op::Shr => x >> y,
                Op::Eq => flag(x == y),
                Op::Ne => flag(x != y),
                Op::Lt => flag(x < y),
                Op::Le => flag(x <= y),
                Op::Gt => flag(x > y),
                Op::Ge => flag(x >= y),
            }
        }
        E::Index(inner, index) => {
            let (value, index) = (evaluate(inner, values), evaluate(index, values));
            flag(value.get_bit(index.index()))
        }
        E::IndexReplace(inner, index, bit) => {
            let (value, index) = (evaluate(inner, values), evaluate(index, values).index());
            let bit = evaluate(bit, values).value();
            if index >= value.bits() {
                return value;
            }
            Word::new(value.value() & !(1 << index) | bit << index, value.bits())
        }
        other => panic!("not generated: {other:?}"),
    }
}
