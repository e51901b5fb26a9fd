//! Draws modules: all operators, widths of 1 to 128 bits, records, enumerations, vectors and loops,
//! parameters, registers with and without reset, tables and memories.

use crate::backend_support::Random;
use crate::design::{Child, Design, Role, Store, bits_kind, bundle_kind, enum_kind, parts};
use crate::evaluate::address_bits;
use memento_hdl::rtl::{MAX_BITS, TypeKind};
use rust_hdl::core::ast::{
    VerilogBlock, VerilogBlockOrConditional, VerilogCase, VerilogConditional,
    VerilogExpression as E, VerilogLoop, VerilogMatch, VerilogOp as Op, VerilogOpUnary,
    VerilogStatement as S,
};
use std::collections::BTreeMap;

/// Widths at which something changes: in Verilog's literals, in Verilator's C++ types.
const CORNERS: [usize; 14] = [1, 2, 3, 8, 16, 31, 32, 33, 63, 64, 65, 96, 127, 128];
/// Widths of a module's signals; few, so that most operands need no cast.
const WIDTHS: usize = 9;
/// Operators, one inside the other.
const DEPTH: usize = 4;

/// Draws one module with at least so many expressions.
pub fn design(random: &mut Random, expressions: usize) -> Design {
    let mut draw = Draw {
        design: Design::default(),
        readable: BTreeMap::new(),
        numbers: Vec::new(),
        widths: vec![1, 2],
        kinds: Vec::new(),
        random,
    };
    draw.interface();
    let mut count = 0;
    while draw.design.expressions < expressions {
        draw.step(count);
        count += 1;
    }
    draw.observe();
    draw.design
}

struct Draw<'r> {
    design: Design,
    /// Names that may be read by now, by type.
    readable: BTreeMap<String, Vec<String>>,
    /// Names of numbers: parameters, variables of open loops; with the largest value each.
    numbers: Vec<(String, usize)>,
    widths: Vec<usize>,
    /// Enumerations and records.
    kinds: Vec<&'static TypeKind>,
    random: &'r mut Random,
}

/// What tells types apart: their width, or their name.
fn key(kind: &TypeKind) -> String {
    match kind {
        TypeKind::Bits(width) | TypeKind::Signed(width) => width.to_string(),
        TypeKind::Enum(variants) => variants[0].split("::").next().expect("a path").into(),
        TypeKind::Composite(fields) => fields[0].kind.name.clone(),
    }
}

fn set(name: &str, value: E) -> S {
    S::Assignment(E::Signal(format!("{name}$next")), value)
}

fn binary(a: E, op: Op, b: E) -> E {
    E::Binary(Box::new(a), op, Box::new(b))
}

fn number(value: u128) -> E {
    E::Literal(value.into())
}

impl Draw<'_> {
    fn one_in(&mut self, times: usize) -> bool {
        self.random.below(times) == 0
    }

    fn width(&mut self) -> usize {
        self.widths[self.random.below(self.widths.len())]
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.random.below(from.len())].clone()
    }

    /// From now on the name, and its fields, may be read.
    fn may_read(&mut self, name: &str, kind: &'static TypeKind) {
        let mut add = |kind, name| self.readable.entry(key(kind)).or_default().push(name);
        add(kind, name.to_string());
        for (path, _, part) in parts(kind) {
            add(part, format!("{name}$val()${path}"));
        }
    }

    /// Parameters, types, inputs and registers.
    fn interface(&mut self) {
        while self.widths.len() < WIDTHS {
            let width = match self.random.below(2) {
                0 => self.pick(&CORNERS),
                _ => 1 + self.random.below(MAX_BITS),
            };
            self.widths.push(width);
        }
        for i in 0..3 {
            let value = self.random.below(14);
            self.design.parameters.push((format!("size{i}"), value));
            self.numbers.push((format!("size{i}"), value));
        }
        let kind = |random: &mut Random, i| enum_kind(&format!("Kind{i}"), 2 + random.below(5));
        let enums = [kind(self.random, 0), kind(self.random, 1)];
        let inner = bundle_kind("Inner", &[bits_kind(1), enums[0], bits_kind(5)]);
        let wide = bits_kind(1 + self.random.below(64));
        let outer = bundle_kind("Outer", &[enums[1], inner, wide, bits_kind(3)]);
        self.kinds = vec![enums[0], enums[1], inner, outer];
        let mut all = self.kinds.clone();
        all.extend(self.widths.iter().map(|width| bits_kind(*width)));
        for (i, kind) in all.iter().enumerate() {
            for (name, role) in [
                (format!("a{i}"), Role::Input),
                (format!("b{i}"), Role::Input),
                (format!("r{i}"), Role::Register(true)),
                (format!("d{i}"), Role::Register(false)),
            ] {
                self.design.declare(name.clone(), role, kind);
                self.may_read(&name, kind);
            }
        }
    }

    /// Statements that give one more signal its value.
    fn step(&mut self, count: usize) {
        let kind = match self.random.below(5) {
            0 => self.pick(&self.kinds.clone()),
            _ => bits_kind(self.width()),
        };
        match self.random.below(16) {
            0..=3 => {
                let registers = self.design.signals.iter();
                let registers = registers.filter(|s| matches!(s.role, Role::Register(_)));
                let known: Vec<_> = registers.map(|s| (s.name.clone(), s.kind)).collect();
                let (name, kind) = self.pick(&known);
                let body = self.change(&name, kind, 2);
                self.design.body.extend(body);
            }
            4 => self.child(count),
            5 => self.repeat(count),
            6..=10 => {
                let name = format!("w{count}");
                self.design.declare(name.clone(), Role::Wire, kind);
                self.give(&name, kind);
                self.may_read(&name, kind);
            }
            _ => {
                let name = format!("o{count}");
                self.design.declare(name.clone(), Role::Output, kind);
                self.give(&name, kind);
                if self.one_in(3) {
                    self.may_read(&name, kind);
                }
            }
        }
    }

    /// A value for all of it, and often changes to that under conditions.
    fn give(&mut self, name: &str, kind: &'static TypeKind) {
        let mut body = self.whole(name, "", kind);
        if self.one_in(2) {
            body.extend(self.change(name, kind, 2));
        }
        self.design.body.extend(body);
    }

    /// Every register loads something, and every wire and register becomes an output, so that
    /// nothing goes unseen.
    fn observe(&mut self) {
        let hidden = self.design.signals.iter();
        let hidden = hidden.filter(|s| matches!(s.role, Role::Wire | Role::Register(_)));
        let hidden: Vec<_> = hidden.map(|s| (s.name.clone(), s.role, s.kind)).collect();
        for (name, role, kind) in hidden {
            if role != Role::Wire {
                let enable = E::Signal(self.pick(&self.readable["1"].clone()));
                self.root();
                let load = S::If(VerilogConditional {
                    test: enable,
                    // The input of the same type: surely not what it holds already.
                    then: vec![set(&name, E::Signal(format!("a{}", &name[1..])))],
                    otherwise: VerilogBlockOrConditional::None,
                });
                self.design.body.push(load);
            }
            let output = format!("seen_{}", name.replace('$', "_"));
            let read = match name.split_once('$') {
                Some((vector, index)) => format!("{vector}[{index}]"),
                None => name,
            };
            self.design.declare(output.clone(), Role::Output, kind);
            self.design.body.push(set(&output, E::Signal(read)));
        }
    }

    /// A table or memory, its inputs, and the word read.
    fn child(&mut self, count: usize) {
        let store = self.pick(&[Store::Table, Store::LutRam, Store::BlockRam]);
        let limit = if store == Store::Table { 64 } else { MAX_BITS };
        let width = 1 + self.random.below(limit);
        let depth = match store {
            Store::Table => 1 + self.random.below(11),
            _ => 2 << self.random.below(3),
        };
        let words = (0..depth).map(|_| self.random.value(width) as usize);
        let child = Child {
            name: format!("t{count}"),
            store,
            words: words.collect(),
            width,
        };
        let place = address_bits(store, depth);
        let ports: &[(&str, usize)] = match store {
            Store::Table => &[("address", place)],
            _ => &[
                ("write_address", place),
                ("write_data", width),
                ("write", 1),
                ("read_address", place),
            ],
        };
        let role = Role::Child(self.design.children.len());
        let output = if store == Store::Table {
            "data"
        } else {
            "read_data"
        };
        let name = |port: &str| format!("{}${port}", child.name);
        for (port, bits) in ports.iter().chain(&[(output, width)]) {
            self.design.declare(name(port), role, bits_kind(*bits));
        }
        let output = name(output);
        let inputs: Vec<_> = ports
            .iter()
            .map(|(port, bits)| (name(port), *bits))
            .collect();
        self.design.children.push(child);
        for (port, bits) in inputs {
            let value = self.value(bits, 2);
            self.design.body.push(set(&port, value));
        }
        self.may_read(&output, bits_kind(width));
    }

    /// A vector of which each element follows from the one before.
    fn repeat(&mut self, count: usize) {
        let (length, width) = (2 + self.random.below(3), self.width());
        let (kind, vector, variable) = (bits_kind(width), format!("v{count}"), "i");
        for i in 0..=length {
            let signal = self
                .design
                .declare(format!("{vector}${i}"), Role::Wire, kind);
            let place = self.design.places[&format!("{vector}${i}")];
            assert_eq!(place.signal, signal);
            for end in ["", "$next"] {
                let name = format!("{vector}[{i}]{end}");
                self.design.places.insert(name, place);
            }
        }
        let first = self.value(width, 2);
        self.design.body.push(set(&format!("{vector}[0]"), first));

        let sort = key(kind);
        let before = format!("{vector}[{variable}]");
        self.numbers.push((variable.into(), length - 1));
        for _ in 0..4 {
            let names = self.readable.entry(sort.clone()).or_default();
            names.push(before.clone());
        }
        let target = format!("{vector}[{variable}+1]");
        let mut block = vec![set(&target, self.value(width, 3))];
        if self.one_in(2) {
            block.extend(self.change(&target, kind, 1));
        }
        self.design.body.push(S::Loop(VerilogLoop {
            index: variable.into(),
            from: 0usize.into(),
            to: length.into(),
            block,
        }));
        self.numbers.pop();
        let names = self.readable.entry(sort).or_default();
        names.retain(|name| *name != before);
        for i in 0..=length {
            self.may_read(&format!("{vector}[{i}]"), kind);
        }
    }

    /// Assignments to the whole of a signal, or of the field with this path.
    fn whole(&mut self, name: &str, path: &str, kind: &TypeKind) -> VerilogBlock {
        let target = format!("{name}$next{path}");
        let copy = match kind {
            TypeKind::Composite(fields) => {
                if self.one_in(2) {
                    let mut body = Vec::new();
                    for field in fields {
                        let path = format!("{path}${}", field.fieldname);
                        body.extend(self.whole(name, &path, &field.kind.kind));
                    }
                    return body;
                }
                self.root();
                E::Signal(self.pick(&self.readable[&key(kind)].clone()))
            }
            TypeKind::Enum(_) => {
                self.root();
                self.variant(kind)
            }
            TypeKind::Bits(width) | TypeKind::Signed(width) => self.value(*width, DEPTH),
        };
        vec![S::Assignment(E::Signal(target), copy)]
    }

    /// An assignment to a signal, a field of it, or some of its bits.
    fn part(&mut self, name: &str, kind: &'static TypeKind) -> VerilogBlock {
        let fields = parts(kind);
        if !fields.is_empty() && !self.one_in(3) {
            let (path, _, part) = self.pick(&fields);
            return self.whole(name, &format!("${path}"), part);
        }
        if let TypeKind::Bits(width @ 2..) = kind
            && self.one_in(4)
        {
            let low = self.random.below(*width);
            let bits = 1 + self.random.below(width - low);
            return vec![S::SliceAssignment {
                base: E::Signal(format!("{name}$next")),
                width: bits,
                offset: number(low as u128),
                replacement: self.value(bits, 2),
            }];
        }
        self.whole(name, "", kind)
    }

    /// Assignments to one signal, under conditions.
    fn change(&mut self, name: &str, kind: &'static TypeKind, depth: usize) -> VerilogBlock {
        if depth == 0 {
            return self.part(name, kind);
        }
        match self.random.below(5) {
            0 => self.part(name, kind),
            1 | 2 => {
                let then = self.change(name, kind, depth - 1);
                let otherwise = match self.random.below(3) {
                    0 => VerilogBlockOrConditional::None,
                    1 => VerilogBlockOrConditional::Block(self.change(name, kind, depth - 1)),
                    _ => VerilogBlockOrConditional::Conditional(Box::new(S::If(
                        VerilogConditional {
                            test: self.condition(),
                            then: self.part(name, kind),
                            otherwise: VerilogBlockOrConditional::None,
                        },
                    ))),
                };
                vec![S::If(VerilogConditional {
                    test: self.condition(),
                    then,
                    otherwise,
                })]
            }
            3 => vec![S::Match(self.choice(name, kind, depth))],
            _ => {
                let mut body = self.change(name, kind, depth - 1);
                body.extend(self.change(name, kind, depth - 1));
                body
            }
        }
    }

    /// A choice by two bits, or by a variant.
    fn choice(&mut self, name: &str, kind: &'static TypeKind, depth: usize) -> VerilogMatch {
        let (test, mut labels): (E, Vec<String>) = if self.one_in(2) {
            let labels = (0..2 + self.random.below(3)).map(|label| label.to_string());
            (self.value(2, 2), labels.collect())
        } else {
            let of = self.kinds[self.random.below(2)];
            let TypeKind::Enum(variants) = of else {
                unreachable!("enumerations come first")
            };
            self.root();
            let subject = E::Signal(self.pick(&self.readable[&key(of)].clone()));
            let labels = variants.iter().map(|path| path.replace("::", "$"));
            (subject, labels.collect())
        };
        if labels.len() > 2 && self.one_in(2) {
            labels.pop();
            labels.push("default".into());
        }
        let cases = labels.into_iter().map(|condition| VerilogCase {
            condition,
            block: self.change(name, kind, depth - 1),
        });
        let cases = cases.collect();
        VerilogMatch { test, cases }
    }

    /// A condition; now and then one that a parameter decides.
    fn condition(&mut self) -> E {
        if self.one_in(12) {
            self.root();
            let (name, most) = self.pick(&self.numbers.clone());
            let limit = number(self.random.below(most + 2) as u128);
            let op = self.pick(&[Op::Eq, Op::Ne, Op::Lt, Op::Le, Op::Gt, Op::Ge]);
            return binary(E::Signal(name), op, limit);
        }
        self.value(1, 3)
    }

    /// Counts an expression that stands on its own.
    fn root(&mut self) {
        self.design.expressions += 1;
    }

    fn value(&mut self, width: usize, depth: usize) -> E {
        self.root();
        self.expression(width, depth)
    }

    /// A value of an enumeration.
    fn variant(&mut self, kind: &TypeKind) -> E {
        match kind {
            TypeKind::Enum(variants) if self.one_in(2) => {
                E::Signal(self.pick(variants).replace("::", "$"))
            }
            _ => E::Signal(self.pick(&self.readable[&key(kind)].clone())),
        }
    }

    /// A number that has no width of its own, and fits into so many bits.
    fn number(&mut self, width: usize) -> E {
        let fits = |value: usize| width >= 32 || value < 1 << width;
        let named = self.numbers.iter().filter(|(_, most)| fits(*most));
        let named: Vec<String> = named.map(|(name, _)| name.clone()).collect();
        if !named.is_empty() && self.one_in(3) {
            return E::Signal(self.pick(&named));
        }
        number(self.random.value(width))
    }

    /// How far to shift, or which bit: a number below `limit`, or a value.
    fn amount(&mut self, limit: usize, depth: usize) -> E {
        if self.one_in(2) {
            return number(self.random.below(limit) as u128);
        }
        let bits = match self.random.below(8) {
            0 => self.width(),
            _ => 1 + self.random.below(8),
        };
        self.expression(bits, depth)
    }

    fn operand(&mut self, width: usize, depth: usize) -> E {
        if self.one_in(3) {
            return self.number(width);
        }
        self.expression(width, depth)
    }

    /// An expression of exactly this width.
    fn expression(&mut self, width: usize, depth: usize) -> E {
        if depth == 0 || self.one_in(8) {
            return self.leaf(width);
        }
        let depth = depth - 1;
        let made = match self.random.below(if width == 1 { 18 } else { 12 }) {
            0..=2 => {
                let op = self.pick(&[Op::Add, Op::Sub, Op::BitAnd, Op::BitOr, Op::BitXor]);
                let a = self.expression(width, depth);
                binary(a, op, self.operand(width, depth))
            }
            3 => E::Unary(VerilogOpUnary::Not, Box::new(self.expression(width, depth))),
            4 => {
                let op = self.pick(&[Op::Shl, Op::Shr]);
                let a = self.expression(width, depth);
                binary(a, op, self.amount(width + 3, depth))
            }
            5 | 6 => {
                let from = self.width();
                E::Cast(Box::new(self.expression(from, depth)), width)
            }
            7 if width > 1 => {
                let left = 1 + self.random.below(width - 1);
                let a = self.expression(left, depth);
                binary(a, Op::Mul, self.expression(width - left, depth))
            }
            8 if width > 1 => {
                let low = 1 + self.random.below(width - 1);
                let high = E::Cast(Box::new(self.expression(width - low, depth)), width);
                let small = E::Cast(Box::new(self.expression(low, depth)), width);
                let shifted = binary(high, Op::Shl, number(low as u128));
                binary(shifted, Op::BitOr, small)
            }
            9 if width < MAX_BITS => {
                let more = 1 + self.random.below(MAX_BITS - width);
                let offset = number(self.random.below(more + 1) as u128);
                let value = Box::new(self.expression(width + more, depth));
                E::Slice(value, width, Box::new(offset))
            }
            7..=11 => {
                let value = Box::new(self.expression(width, depth));
                let index = Box::new(self.amount(width, depth));
                let bit = Box::new(self.expression(1, depth));
                E::IndexReplace(value, index, bit)
            }
            12 | 13 => {
                let op = self.pick(&[Op::Eq, Op::Ne, Op::Lt, Op::Le, Op::Gt, Op::Ge]);
                let of = self.width();
                let a = self.expression(of, depth);
                binary(a, op, self.operand(of, depth))
            }
            14 => {
                let op = self.pick(&[
                    VerilogOpUnary::All,
                    VerilogOpUnary::Any,
                    VerilogOpUnary::Xor,
                ]);
                let of = self.width();
                E::Unary(op, Box::new(self.expression(of, depth)))
            }
            15 => {
                let of = self.width();
                let value = Box::new(self.expression(of, depth));
                E::Index(value, Box::new(self.amount(of + 2, depth)))
            }
            16 => {
                let op = self.pick(&[Op::Eq, Op::Ne]);
                let of = self.kinds[self.random.below(2)];
                let a = E::Signal(self.pick(&self.readable[&key(of)].clone()));
                binary(a, op, self.variant(of))
            }
            _ => {
                let op = self.pick(&[Op::LogicalAnd, Op::LogicalOr]);
                let a = self.expression(1, depth);
                binary(a, op, self.expression(1, depth))
            }
        };
        if self.one_in(4) {
            E::Paren(Box::new(made))
        } else {
            made
        }
    }

    /// A signal, or a number with a width.
    fn leaf(&mut self, width: usize) -> E {
        if self.one_in(12) {
            if width == 1 && self.one_in(2) {
                return E::Literal((self.one_in(2)).into());
            }
            return E::Cast(Box::new(self.number(width)), width);
        }
        if !self.one_in(6)
            && let Some(fitting) = self.readable.get(&width.to_string()).cloned()
        {
            return E::Signal(self.pick(&fitting));
        }
        let of = self.width();
        let any = self.readable[&of.to_string()].clone();
        E::Cast(Box::new(E::Signal(self.pick(&any))), width)
    }
}
