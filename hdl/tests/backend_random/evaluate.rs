//! Runs a random module in Rust, by the operators of [`Word`] and the simulation of tables and
//! memories, which kernels use too.

use crate::backend_support::Random;
use crate::design::{Child, Design, Place, Role, Store};
use memento_hdl::rtl::leaf::{BlockRam, LutRam};
use memento_hdl::rtl::{Block, Clocked, Table, TypeKind, Word, bits_to, clog2, width_of};
use rust_hdl::core::ast::{
    VerilogBlock, VerilogBlockOrConditional, VerilogConditional, VerilogExpression as E,
    VerilogLiteral, VerilogOp as Op, VerilogOpUnary, VerilogStatement as S,
};

/// A child as the library simulates it.
enum Part {
    Table(Table),
    LutRam(LutRam),
    BlockRam(BlockRam),
}

impl Part {
    fn new(child: &Child) -> Part {
        let (depth, width) = (child.words.len(), child.width);
        match child.store {
            Store::Table => Part::Table(Table::new("table", "", child.words.clone(), width)),
            Store::LutRam => Part::LutRam(LutRam::new(depth, width)),
            Store::BlockRam => Part::BlockRam(BlockRam::new(depth, width)),
        }
    }
}

/// The module in execution. Registers and memories start as zeros, as Verilator's do here.
pub struct Execution<'a> {
    design: &'a Design,
    /// Values of all signals in the present cycle.
    values: Vec<Word>,
    /// Next states of registers.
    next: Vec<Word>,
    parts: Vec<Part>,
    /// Variables of the loops that are being run.
    loops: Vec<(String, usize)>,
}

impl<'a> Execution<'a> {
    pub fn new(design: &'a Design) -> Self {
        let zero = |signal: &crate::design::Signal| Word::new(0, signal.width());
        let values: Vec<Word> = design.signals.iter().map(zero).collect();
        Execution {
            design,
            next: values.clone(),
            values,
            parts: design.children.iter().map(Part::new).collect(),
            loops: Vec::new(),
        }
    }

    /// Gives the inputs random values and says which: an enumeration has no others than its variants.
    pub fn draw_inputs(&mut self, random: &mut Random) -> Vec<(String, u128)> {
        let mut drawn = Vec::new();
        for (i, signal) in self.design.signals.iter().enumerate() {
            if signal.role == Role::Input {
                let value = draw(random, signal.kind);
                self.values[i] = Word::new(value, signal.width());
                drawn.push((signal.port(), value));
            }
        }
        drawn
    }

    /// Outputs by name, in the present cycle.
    pub fn outputs(&self) -> impl Iterator<Item = (String, u128)> + '_ {
        let signals = self.design.signals.iter().zip(&self.values);
        let outputs = signals.filter(|(signal, _)| signal.role == Role::Output);
        outputs.map(|(signal, value)| (signal.port(), value.value()))
    }

    /// All signals with their values, as comments of Verilog.
    pub fn comments(&self) -> String {
        let signals = self.design.signals.iter().zip(&self.values);
        let line = |(signal, value): (&crate::design::Signal, &Word)| {
            format!(
                "// {} = {}'h{:x}\n",
                signal.port(),
                value.bits(),
                value.value()
            )
        };
        signals.map(line).collect()
    }

    /// Lets everything follow inputs and registers.
    pub fn eval(&mut self) {
        self.next = self.values.clone();
        for child in 0..self.parts.len() {
            self.refresh(child);
        }
        let design = self.design;
        self.block(&design.body);
    }

    /// A rising edge, after [`eval`](Self::eval).
    pub fn tick(&mut self, reset: bool) {
        for (i, signal) in self.design.signals.iter().enumerate() {
            match signal.role {
                Role::Register(true) if reset => self.values[i] = Word::new(0, signal.width()),
                Role::Register(_) => self.values[i] = self.next[i],
                _ => {}
            }
        }
        for part in &mut self.parts {
            for clock in [true, false] {
                match part {
                    Part::Table(table) => table.drive(clock, reset),
                    Part::LutRam(memory) => memory.drive(clock, reset),
                    Part::BlockRam(memory) => memory.drive(clock, reset),
                }
            }
        }
    }

    /// The child's ports settle.
    fn refresh(&mut self, child: usize) {
        let name = &self.design.children[child].name;
        let at = |port: &str| self.design.places[&format!("{name}${port}")].signal;
        let value = |port: &str| self.values[at(port)];
        macro_rules! settle {
            ($part:ident, $output:ident, [$($word:ident),*], [$($flag:ident),*]) => {{
                $($part.$word.next = value(stringify!($word));)*
                $($part.$flag.next = value(stringify!($flag)).any();)*
                // Once for the inputs to arrive, once for the output to follow.
                $part.update_all();
                $part.update_all();
                (at(stringify!($output)), $part.$output.val())
            }};
        }
        let (output, word) = match &mut self.parts[child] {
            Part::Table(part) => settle!(part, data, [address], []),
            Part::LutRam(part) => settle!(
                part,
                read_data,
                [write_address, write_data, read_address],
                [write]
            ),
            Part::BlockRam(part) => settle!(
                part,
                read_data,
                [write_address, write_data, read_address],
                [write]
            ),
        };
        self.values[output] = word;
    }

    fn block(&mut self, block: &VerilogBlock) {
        for statement in block {
            self.statement(statement);
        }
    }

    fn statement(&mut self, statement: &S) {
        match statement {
            S::Assignment(E::Signal(target), value) => {
                let value = self.evaluate(value);
                let place = self.place(target);
                self.assign(place, value);
            }
            S::SliceAssignment {
                base: E::Signal(target),
                width,
                offset,
                replacement,
            } => {
                let value = self.evaluate(replacement);
                let whole = self.place(target);
                let place = Place {
                    offset: whole.offset + self.evaluate(offset).index(),
                    width: *width,
                    ..whole
                };
                self.assign(place, value);
            }
            S::If(conditional) => self.conditional(conditional),
            S::Match(choice) => {
                let subject = self.evaluate(&choice.test).value();
                let taken = choice.cases.iter().find(|case| {
                    let label = case.condition.as_str();
                    label == "default"
                        || variant(label).or_else(|| label.parse().ok()) == Some(subject)
                });
                if let Some(case) = taken {
                    self.block(&case.block);
                }
            }
            S::Loop(repeat) => {
                for i in repeat.from.as_usize()..repeat.to.as_usize() {
                    self.loops.push((repeat.index.clone(), i));
                    self.block(&repeat.block);
                    self.loops.pop();
                }
            }
            other => panic!("not generated: {other:?}"),
        }
    }

    fn conditional(&mut self, conditional: &VerilogConditional) {
        if self.evaluate(&conditional.test).any() {
            return self.block(&conditional.then);
        }
        match &conditional.otherwise {
            VerilogBlockOrConditional::Block(block) => self.block(block),
            VerilogBlockOrConditional::Conditional(statement) => self.statement(statement),
            VerilogBlockOrConditional::None => {}
        }
    }

    fn place(&self, name: &str) -> Place {
        let mut name = name.to_string();
        for (variable, value) in &self.loops {
            name = name.replace(&format!("[{variable}]"), &format!("${value}"));
            name = name.replace(&format!("[{variable}+1]"), &format!("${}", value + 1));
        }
        let found = self.design.places.get(&name);
        *found.unwrap_or_else(|| panic!("{name} was not declared"))
    }

    fn assign(&mut self, place: Place, value: Word) {
        let role = self.design.signals[place.signal].role;
        let target = match role {
            Role::Register(_) => &mut self.next[place.signal],
            _ => &mut self.values[place.signal],
        };
        let width = target.bits();
        let part = Word::new(u128::MAX, place.width).value() << place.offset;
        let kept = target.value() & !part;
        *target = Word::new(kept | value.value() << place.offset, width);
        if let Role::Child(child) = role {
            self.refresh(child);
        }
    }

    /// The number that a name stands for: a parameter or a loop's variable.
    fn number(&self, name: &str) -> Option<usize> {
        let known = self.loops.iter().chain(&self.design.parameters);
        known
            .into_iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| *value)
    }

    fn evaluate(&self, expression: &E) -> Word {
        let flag = |value: bool| Word::new(value.into(), 1);
        match expression {
            E::Signal(name) => {
                if let Some(number) = self.number(name) {
                    return number.into();
                }
                if let Some(value) = variant(name) {
                    // As wide as it has to be; what it is compared with has the type's width.
                    return Word::new(value, 0);
                }
                let place = self.place(name);
                bits_to(self.values[place.signal] >> place.offset, place.width)
            }
            E::Literal(number) => literal(number),
            E::Paren(inner) => self.evaluate(inner),
            E::Cast(inner, width) => bits_to(self.evaluate(inner), *width),
            E::Slice(inner, width, offset) => {
                let by = self.evaluate(offset).index();
                bits_to(self.evaluate(inner) >> by, *width)
            }
            E::Unary(op, inner) => {
                let value = self.evaluate(inner);
                match op {
                    VerilogOpUnary::Not => !value,
                    VerilogOpUnary::All => flag(value.all()),
                    VerilogOpUnary::Any => flag(value.any()),
                    VerilogOpUnary::Xor => flag(value.xor()),
                    VerilogOpUnary::Neg => panic!("not generated"),
                }
            }
            E::Binary(a, op, b) => {
                let (x, y) = (self.evaluate(a), self.evaluate(b));
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
                let (value, index) = (self.evaluate(inner), self.evaluate(index));
                flag(value.get_bit(index.index()))
            }
            E::IndexReplace(inner, index, bit) => {
                let (value, index) = (self.evaluate(inner), self.evaluate(index).index());
                let bit = self.evaluate(bit).value();
                if index >= value.bits() {
                    return value;
                }
                Word::new(value.value() & !(1 << index) | bit << index, value.bits())
            }
            other => panic!("not generated: {other:?}"),
        }
    }
}

/// The number of a variant `Name$V3`.
fn variant(name: &str) -> Option<u128> {
    name.split_once("$V")?.1.parse().ok()
}

/// A literal: `true` and `false` have one bit, numbers none of their own.
fn literal(number: &VerilogLiteral) -> Word {
    let text = format!("{number:x}");
    let (width, digits) = text.split_once("'h").expect("a literal");
    let value = u128::from_str_radix(digits, 16).expect("digits");
    Word::new(value, if width == "1" { 1 } else { 0 })
}

/// A value that the type can have.
fn draw(random: &mut Random, kind: &TypeKind) -> u128 {
    match kind {
        TypeKind::Bits(width) | TypeKind::Signed(width) => random.value(*width),
        TypeKind::Enum(variants) => random.below(variants.len()) as u128,
        TypeKind::Composite(fields) => {
            let place = |(value, offset): (u128, usize), field: &TypeKind| {
                (
                    value | draw(random, field) << offset,
                    offset + width_of(field),
                )
            };
            let kinds = fields.iter().map(|field| &field.kind.kind);
            kinds.fold((0, 0), place).0
        }
    }
}

/// Address bits of a child with so many words.
pub fn address_bits(store: Store, words: usize) -> usize {
    match store {
        Store::Table => clog2(words).max(1),
        Store::LutRam | Store::BlockRam => clog2(words),
    }
}
