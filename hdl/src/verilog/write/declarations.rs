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
                lines.push((format!("    {};", self.declarator(id)), sentence(&signal.note.doc)));
            }
        }
        text += &columns(&lines);
        text + "\n"
    }

    /// Type and name of an internal signal.
    pub fn declarator(&self, id: SignalId) -> String {
        let signal = self.module.signal(id);
        let kind = match &signal.shape {
            bundle @ Shape::Bundle { .. } if self.options.dialect == Dialect::SystemVerilog => {
                format!("{} ", self.types.type_name(bundle))
            }
            other => format!("{} {}", self.variable(id), range(other.width())),
        };
        kind + &signal.name
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
                self.constants.borrow_mut().insert((path, 0, signal.width()));
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
        let names = list.iter().map(|(_, _, path, _)| constant_name(path).len()).max().unwrap_or(0);
        let mut text = String::new();
        let mut kind_before = None;
        for (kind, value, path, width) in list {
            if kind_before.is_some_and(|before| before != kind) {
                text += "\n";
            }
            kind_before = Some(kind);
            let name = constant_name(path);
            text += &format!(
                "    {keyword} {}{name:names$} = {};\n",
                range(width),
                number(value, width)
            );
        }
        let offsets = self.offsets.borrow();
        let names = offsets.iter().map(|(_, name)| name.len()).max().unwrap_or(0);
        if !text.is_empty() && !offsets.is_empty() {
            text += "\n";
        }
        for (offset, name) in offsets.iter() {
            text += &format!("    localparam {name:names$} = {offset};\n");
        }
        if text.is_empty() { text } else { text + "\n" }
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
            let (left, right) =
                if signal.role == Role::Input { (view, name) } else { (name, view) };
            text += &format!("    // `{name}` by field.\n");
            text += &format!("    {} {view};\n", self.types.type_name(&signal.shape));
            text += &format!("    assign {left} = {right};\n\n");
        }
        text
    }
}

/// Lines with their comments in one column.
fn columns(lines: &[(String, String)]) -> String {
    let widest = lines.iter().map(|(code, _)| code.len()).max().unwrap_or(0);
    lines.iter().map(|(code, doc)| super::with_comment(&format!("{code:widest$}"), doc)).collect()
}
