//! A module made at random: what it declares, and its kernel as a syntax tree.

use memento_hdl::rtl::leaf::{BlockRam, LutRam};
use memento_hdl::rtl::note::{ModuleNote, SignalNote};
use memento_hdl::rtl::{
    Block, Input, Logic, Output, Param, Probe, Reg, Table, TypeDescriptor, TypeField, TypeKind,
    Value, Wire, Word, ast, visit_note, width_of,
};
use rust_hdl::core::ast::{Verilog, VerilogBlock};
use std::collections::HashMap;

/// What a signal is to the module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Input,
    Output,
    Wire,
    /// Cleared by reset, or not.
    Register(bool),
    /// A port of the child with this number.
    Child(usize),
}

/// A declared signal.
pub struct Signal {
    /// As kernels name it; element 2 of the vector `v` is `v$2`, port `data` of child `t` is `t$data`.
    pub name: String,
    pub role: Role,
    pub kind: &'static TypeKind,
}

impl Signal {
    pub fn width(&self) -> usize {
        width_of(self.kind)
    }

    /// Its name in Verilog.
    pub fn port(&self) -> String {
        self.name.replace('$', "_")
    }
}

/// Adjacent bits of a signal.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    pub signal: usize,
    pub offset: usize,
    pub width: usize,
}

/// A child that holds words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Store {
    Table,
    LutRam,
    BlockRam,
}

/// A child of the module.
pub struct Child {
    pub name: String,
    pub store: Store,
    /// Words of a table; of a memory only their number counts.
    pub words: Vec<usize>,
    /// Bits of a word.
    pub width: usize,
}

/// The value of a signal of any type, as bits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Raw(pub Word);

impl Value for Raw {
    type Shape = &'static TypeKind;
    fn zero(kind: &'static TypeKind) -> Raw {
        Raw(Word::new(0, width_of(kind)))
    }
    fn fit(self, kind: &'static TypeKind) -> Raw {
        Raw(Word::new(self.0.value(), width_of(kind)))
    }
    fn kind(kind: &'static TypeKind) -> TypeKind {
        kind.clone()
    }
    fn bits(&self) -> usize {
        self.0.bits()
    }
}

/// Plain bits.
pub fn bits_kind(width: usize) -> &'static TypeKind {
    Box::leak(Box::new(TypeKind::Bits(width)))
}

/// An enumeration with so many variants; variant 3 is `Name::V3`.
pub fn enum_kind(name: &str, variants: usize) -> &'static TypeKind {
    let paths = (0..variants).map(|v| format!("{name}::V{v}")).collect();
    Box::leak(Box::new(TypeKind::Enum(paths)))
}

/// A record; its fields are `f0`, `f1` and so on, the first lowest.
pub fn bundle_kind(name: &str, fields: &[&'static TypeKind]) -> &'static TypeKind {
    let field = |(i, kind): (usize, &&'static TypeKind)| {
        Box::new(TypeField {
            fieldname: format!("f{i}"),
            kind: TypeDescriptor {
                name: name.into(),
                kind: (*kind).clone(),
            },
        })
    };
    let fields = fields.iter().enumerate().map(field).collect();
    Box::leak(Box::new(TypeKind::Composite(fields)))
}

/// A module.
#[derive(Default)]
pub struct Design {
    pub signals: Vec<Signal>,
    pub children: Vec<Child>,
    /// Sizes that the kernel names.
    pub parameters: Vec<(String, usize)>,
    pub body: VerilogBlock,
    /// Values and conditions in the body.
    pub expressions: usize,
    /// Every name that the kernel uses: to read, and with `$next` to assign.
    pub places: HashMap<String, Place>,
}

impl Design {
    /// Declares a signal and the names of all its parts.
    pub fn declare(&mut self, name: String, role: Role, kind: &'static TypeKind) -> usize {
        let signal = self.signals.len();
        let whole = Place {
            signal,
            offset: 0,
            width: width_of(kind),
        };
        self.places.insert(format!("{name}$next"), whole);
        self.places.insert(name.clone(), whole);
        for (path, offset, part) in parts(kind) {
            let place = Place {
                signal,
                offset,
                width: width_of(part),
            };
            self.places.insert(format!("{name}$next${path}"), place);
            self.places.insert(format!("{name}$val()${path}"), place);
        }
        self.signals.push(Signal { name, role, kind });
        signal
    }
}

/// All fields of a record, those of its records too: path, lowest bit, type.
pub fn parts(kind: &'static TypeKind) -> Vec<(String, usize, &'static TypeKind)> {
    let TypeKind::Composite(fields) = kind else {
        return Vec::new();
    };
    let mut all = Vec::new();
    let mut offset = 0;
    for field in fields {
        let kind = &field.kind.kind;
        all.push((field.fieldname.clone(), offset, kind));
        for (path, inner, part) in parts(kind) {
            all.push((format!("{}${path}", field.fieldname), offset + inner, part));
        }
        offset += width_of(kind);
    }
    all
}

impl Logic for Design {
    fn update(&mut self) {}
    fn hdl(&self) -> ast::Verilog {
        Verilog::Combinatorial(self.body.clone())
    }
}

impl Block for Design {
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
        for (name, value) in &self.parameters {
            probe.visit_atom(name, &Param(*value));
        }
        for Signal { name, role, kind } in &self.signals {
            let note = SignalNote {
                reset: *role == Role::Register(true),
                ..SignalNote::default()
            };
            match role {
                Role::Input => <Input<Raw>>::new(kind, note).accept(name, probe),
                Role::Output => <Output<Raw>>::new(kind, note).accept(name, probe),
                Role::Wire => <Wire<Raw>>::new(kind, note).accept(name, probe),
                Role::Register(_) => <Reg<Raw>>::new(kind, note).accept(name, probe),
                Role::Child(_) => {}
            }
        }
        for Child {
            name,
            store,
            words,
            width,
        } in &self.children
        {
            let depth = words.len();
            match store {
                Store::Table => Table::new(&format!("random_{name}"), "", words.clone(), *width)
                    .accept(name, probe),
                Store::LutRam => <LutRam>::new(depth, *width).accept(name, probe),
                Store::BlockRam => <BlockRam>::new(depth, *width).accept(name, probe),
            }
        }
        probe.visit_end_scope(name, self);
    }
}
