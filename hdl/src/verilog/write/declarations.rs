//! What stands between the port list and the first process.

use super::super::ir::{Role, Shape, SignalId};
use super::super::names::constant_name;
use super::expression::number;
use super::{Dialect, Writer, ports::sentence, range};

impl Writer<'_> {
    /// Constants, types, registers, and the outputs of instances.
    pub fn declarations(&self) -> String {
        let mut text = self.constant_declarations();
        if self.options.dialect == Dialect::SystemVerilog {
            text += &self.types.typedefs(&self.typed_shapes());
        }
        text += &self.view_declarations();
        let mut lines = Vec::new();
        for (id, signal) in self.module.ids() {
            let declared = match signal.role {
                Role::Register { .. } => self.used.contains(&id),
                Role::ChildOutput(child) => {
                    self.module.live_children[child] && !self.plan.aliases.contains_key(&id)
                }
                // An instance drives it.
                Role::Wire => self.plan.aliases.values().any(|target| *target == id),
                _ => false,
            };
            if declared {
                lines.push((self.kind(id), signal.name.clone(), self.doc(id)));
            }
        }
        text += &columns(&lines);
        text + "\n"
    }

    /// Type and name of an internal signal.
    pub fn declarator(&self, id: SignalId) -> String {
        format!("{} {}", self.kind(id), self.module.signal(id).name)
    }

    /// Type of an internal signal.
    fn kind(&self, id: SignalId) -> String {
        match &self.module.signal(id).shape {
            bundle @ Shape::Bundle { .. } if self.options.dialect == Dialect::SystemVerilog => {
                self.types.type_name(bundle)
            }
            other => {
                let kind = format!("{} {}", self.variable(id), range(other.width()));
                kind.trim_end().into()
            }
        }
    }

    /// Documentation of a signal; a vector's stands at its first element.
    pub fn doc(&self, id: SignalId) -> String {
        let signal = self.module.signal(id);
        let doc = sentence(&signal.note.doc);
        let stem = signal.name.trim_end_matches(|c: char| c.is_ascii_digit());
        let element = stem.ends_with('_') && stem.len() < signal.name.len();
        let repeats = element && !self.documented.borrow_mut().insert(format!("{stem} {doc}"));
        if repeats { String::new() } else { doc }
    }

    /// `logic`, or in Verilog `reg` and `wire` by who assigns the signal.
    pub fn variable(&self, id: SignalId) -> &'static str {
        match self.options.dialect {
            Dialect::SystemVerilog => "logic",
            Dialect::Verilog2005 if self.procedural.contains(&id) => "reg",
            Dialect::Verilog2005 => "wire",
        }
    }

    /// The value after reset.
    pub fn zero(&self, id: SignalId) -> String {
        let signal = self.module.signal(id);
        match &signal.shape {
            Shape::Enum(variants) => {
                let path = variants.first().cloned().unwrap_or_default();
                let name = constant_name(&path);
                self.constants
                    .borrow_mut()
                    .insert((path, 0, signal.width()));
                name
            }
            Shape::Bundle { .. } if self.options.dialect == Dialect::SystemVerilog => "'0".into(),
            shape => number(0, shape.width()),
        }
    }

    fn constant_declarations(&self) -> String {
        let constants = self.constants.borrow();
        // By type, then by value: the order of the Rust enum.
        let mut list: Vec<_> = constants
            .iter()
            .map(|(path, value, width)| {
                (path.split("::").next().unwrap_or(""), *value, path, *width)
            })
            .collect();
        list.sort();
        let keyword = match self.options.dialect {
            Dialect::SystemVerilog => "localparam logic",
            Dialect::Verilog2005 => "localparam",
        };
        let mut text = String::new();
        for same_type in list.chunk_by(|a, b| a.0 == b.0) {
            let names = same_type.iter().map(|entry| constant_name(entry.2).len());
            let names = names.max().unwrap_or(0);
            for (_, value, path, width) in same_type {
                let (name, value) = (constant_name(path), number(*value, *width));
                text += &format!("    {keyword} {}{name:names$} = {value};\n", range(*width));
            }
            text += "\n";
        }
        let offsets: Vec<_> = self.offsets.borrow().iter().cloned().collect();
        for same_type in offsets.chunk_by(|a, b| a.0 == b.0) {
            let names = same_type
                .iter()
                .map(|(_, _, name)| name.len())
                .max()
                .unwrap_or(0);
            for (_, offset, name) in same_type {
                text += &format!("    localparam {name:names$} = {offset};\n");
            }
            text += "\n";
        }
        text
    }

    fn typed_shapes(&self) -> Vec<&Shape> {
        let mut shapes = Vec::new();
        let internal = |id: SignalId| {
            let signal = self.module.signal(id);
            match signal.role {
                Role::Input | Role::Output => self.views.contains_key(&id),
                Role::ChildOutput(child) => self.module.live_children[child],
                _ => self.used.contains(&id),
            }
        };
        for (id, signal) in self.module.ids() {
            if internal(id) && !signal.shape.fields().is_empty() {
                shapes.push(&signal.shape);
            }
        }
        shapes
    }

    fn view_declarations(&self) -> String {
        let mut text = String::new();
        for (id, view) in &self.views {
            let signal = self.module.signal(*id);
            let name = &signal.name;
            let (left, right) = if signal.role == Role::Input {
                (view, name)
            } else {
                (name, view)
            };
            text += &format!("    // `{name}` by field.\n");
            text += &format!("    {} {view};\n", self.types.type_name(&signal.shape));
            text += &format!("    assign {left} = {right};\n\n");
        }
        text
    }
}

/// Declarations with types, names and comments in columns.
fn columns(lines: &[(String, String, String)]) -> String {
    let kinds = lines.iter().map(|(kind, ..)| kind.len()).max().unwrap_or(0);
    let names = lines
        .iter()
        .map(|(_, name, _)| name.len() + 1)
        .max()
        .unwrap_or(0);
    let line = |(kind, name, doc): &(String, String, String)| {
        let name = format!("{name};");
        super::with_comment(&format!("    {kind:kinds$} {name:names$}"), doc)
    };
    lines.iter().map(line).collect()
}
