//! Walks a design with rust-hdl's `Probe` and collects what the back end needs of it.

use super::error::{EmitError, Fault, Location};
use super::ir::{Role, Shape};
use super::names::{is_legal, is_reserved};
use crate::rtl::note::{MODULE_ATOM, ModuleNote, SignalNote};
use rust_hdl::core::ast::{BlackBox, Verilog, VerilogBlock, VerilogLiteral};
use rust_hdl::core::atom::{Atom, AtomKind};
use rust_hdl::core::block::Block;
use rust_hdl::core::probe::Probe;

/// How a module is described.
#[derive(Debug)]
pub enum Code {
    /// A kernel.
    Kernel(VerilogBlock),
    /// Verilog text with parameters.
    Leaf(Leaf),
}

/// A module given as Verilog text.
#[derive(Debug)]
pub struct Leaf {
    /// Module name.
    pub module: String,
    /// Parameter list of the instance, `#(…)`, or nothing.
    pub arguments: String,
    /// The whole file.
    pub text: String,
    /// Identifiers of the module's header.
    pub header: Vec<String>,
}

impl Leaf {
    fn new(black_box: BlackBox) -> Leaf {
        let name = black_box.name.trim();
        let end = name.find([' ', '#']).unwrap_or(name.len());
        let (module, arguments) = (name[..end].to_string(), name[end..].trim().to_string());
        let header = header_words(&black_box.code, &module);
        Leaf {
            module,
            arguments,
            text: black_box.code,
            header,
        }
    }

    /// Whether the module has this port.
    pub fn has_port(&self, port: &str) -> bool {
        self.header.iter().any(|word| word == port)
    }
}

/// Identifiers between `module <name>` and the first `;`; none if the module is not there.
fn header_words(text: &str, module: &str) -> Vec<String> {
    let code: String = text
        .lines()
        .map(|l| l.split("//").next().unwrap_or(""))
        .fold(String::new(), |mut code, line| {
            code.push_str(line);
            code.push('\n');
            code
        });
    let mut words = code
        .split_inclusive(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
        .flat_map(|piece| {
            let end = piece.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
            let (word, mark) = piece.split_at(end.unwrap_or(piece.len()));
            [word.to_string(), mark.trim().to_string()]
        })
        .filter(|word| !word.is_empty());
    while let Some(word) = words.next() {
        if word == "module" && words.next().as_deref() == Some(module) {
            return words.take_while(|word| word != ";").collect();
        }
    }
    Vec::new()
}

/// A signal as declared.
#[derive(Debug)]
pub struct Declared {
    /// Name; an element of a vector is `name$index`.
    pub name: String,
    /// What it is to its own module.
    pub role: Role,
    /// Type.
    pub shape: Shape,
    /// Documentation.
    pub note: SignalNote,
}

/// One block of the design with everything below it.
#[derive(Debug)]
pub struct Scope {
    /// Name in the parent; an element of a vector is `name$index`.
    pub instance: String,
    /// Documentation and parameters.
    pub note: ModuleNote,
    /// How it is described.
    pub code: Code,
    /// Ports, wires and registers.
    pub signals: Vec<Declared>,
    /// Numbers that the kernel names.
    pub parameters: Vec<(String, u128)>,
    /// Instances.
    pub children: Vec<Scope>,
}

impl Scope {
    /// A place in this module, for an error. What has no place of its own takes the module's; a leaf
    /// without one takes its first port's.
    pub fn at(&self, signal: &str, note: &SignalNote) -> Location {
        let own = (&note.file, note.line);
        let module = (&self.note.file, self.note.line);
        let ports = self.signals.iter().map(|s| (&s.note.file, s.note.line));
        let mut places = [own, module].into_iter().chain(ports);
        let place = places.find(|(file, _)| !file.is_empty());
        let (file, line) = place.map_or((String::new(), 0), |(file, line)| (file.clone(), line));
        Location {
            module: self.note.name.clone(),
            signal: signal.replace('$', "_"),
            file,
            line,
        }
    }

    /// The module itself, or one of its instances, for an error.
    pub fn here(&self, part: &str) -> Location {
        self.at(part, &SignalNote::default())
    }

    /// Ports in the order of their declaration.
    pub fn ports(&self) -> impl Iterator<Item = &Declared> {
        self.signals
            .iter()
            .filter(|s| matches!(s.role, Role::Input | Role::Output))
    }

    /// Documentation of an instance.
    pub fn instance_doc(&self, instance: &str) -> &str {
        let name = instance.split('$').next().unwrap_or(instance);
        let found = self.note.instances.iter().find(|(n, _)| n == name);
        found.map_or("", |(_, doc)| doc.as_str())
    }
}

/// The value of a literal; `None` above 128 bits. Its fields are private, its digits are not.
pub fn literal(literal: &VerilogLiteral) -> Option<u128> {
    let text = format!("{literal:x}");
    u128::from_str_radix(text.split_once("'h")?.1, 16).ok()
}

/// Collects the tree of scopes.
#[derive(Default)]
pub struct Walk {
    open: Vec<Scope>,
    done: Option<Scope>,
    errors: Vec<EmitError>,
}

impl Walk {
    /// The design below `top`, with the errors of its names.
    pub fn of(top: &dyn Block) -> (Option<Scope>, Vec<EmitError>) {
        let mut walk = Walk::default();
        top.accept("top", &mut walk);
        (walk.done, walk.errors)
    }

    fn check_name(&mut self, at: Location, name: &str) {
        let name = name.replace('$', "_");
        let fault = if is_reserved(&name) {
            Fault::ReservedWord { name }
        } else if !is_legal(&name) {
            Fault::IllegalName { name }
        } else {
            return;
        };
        self.errors.push(EmitError { at, fault });
    }

    fn finish(&mut self, mut scope: Scope) {
        if scope.note.name.is_empty() {
            scope.note.name = match &scope.code {
                Code::Leaf(leaf) => leaf.module.clone(),
                Code::Kernel(_) => scope.instance.clone(),
            };
        }
        let name = scope.note.name.clone();
        self.check_name(scope.here(""), &name);
        for signal in &scope.signals {
            self.check_name(scope.at(&signal.name, &signal.note), &signal.name);
            if signal.shape.width() == 0 {
                let at = scope.at(&signal.name, &signal.note);
                self.errors.push(EmitError {
                    at,
                    fault: Fault::NoBits,
                });
            }
        }
        for child in &scope.children {
            self.check_name(scope.here(&child.instance), &child.instance);
        }
        if matches!(scope.code, Code::Leaf(_)) {
            // Clock and reset are connected by name, as everywhere.
            scope
                .signals
                .retain(|signal| !["clock", "reset"].contains(&signal.name.as_str()));
        }
        if let Code::Leaf(leaf) = &scope.code {
            let missing = scope.ports().map(|p| &p.name).filter(|p| !leaf.has_port(p));
            let missing: Vec<String> = match leaf.header.is_empty() {
                true => vec![format!("module {}", leaf.module)],
                false => missing.cloned().collect(),
            };
            for name in missing {
                let fault = Fault::LeafText { name };
                self.errors.push(EmitError {
                    at: scope.here(""),
                    fault,
                });
            }
        }
        match self.open.last_mut() {
            Some(parent) => parent.children.push(scope),
            None => self.done = Some(scope),
        }
    }
}

impl Probe for Walk {
    fn visit_start_scope(&mut self, name: &str, block: &dyn Block) {
        let code = match block.hdl() {
            Verilog::Combinatorial(kernel) => Code::Kernel(kernel),
            Verilog::Blackbox(black_box) => Code::Leaf(Leaf::new(black_box)),
            Verilog::Empty | Verilog::Custom(_) | Verilog::Wrapper(_) => {
                let fault = Fault::Unsupported {
                    what: "hdl()".into(),
                    hint: "return a kernel (`#[hdl_gen]`) or `Verilog::Blackbox`".into(),
                };
                let at = self.open.last().map_or_else(
                    || Location {
                        module: name.into(),
                        signal: String::new(),
                        file: String::new(),
                        line: 0,
                    },
                    |parent| parent.here(name),
                );
                self.errors.push(EmitError { at, fault });
                Code::Kernel(Vec::new())
            }
        };
        self.open.push(Scope {
            instance: name.into(),
            note: ModuleNote::default(),
            code,
            signals: Vec::new(),
            parameters: Vec::new(),
            children: Vec::new(),
        });
    }

    fn visit_end_scope(&mut self, _name: &str, _block: &dyn Block) {
        if let Some(scope) = self.open.pop() {
            self.finish(scope);
        }
    }

    fn visit_atom(&mut self, name: &str, atom: &dyn Atom) {
        let Some(scope) = self.open.last_mut() else {
            return;
        };
        let descriptor = atom.descriptor();
        if name == MODULE_ATOM {
            scope.note = serde_json::from_str(&descriptor.name).unwrap_or_default();
            return;
        }
        let note: SignalNote = serde_json::from_str(&descriptor.name).unwrap_or_default();
        let role = match atom.kind() {
            AtomKind::InputParameter => Role::Input,
            AtomKind::OutputParameter => Role::Output,
            AtomKind::StubOutputSignal => Role::Register { reset: note.reset },
            AtomKind::Constant => {
                scope
                    .parameters
                    .push((name.into(), literal(&atom.verilog()).unwrap_or(0)));
                return;
            }
            _ => Role::Wire,
        };
        let shape = Shape::of(&descriptor.kind);
        scope.signals.push(Declared {
            name: name.into(),
            role,
            shape,
            note,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaf_header_is_found_without_comments() {
        let text = "// module ram (x);\nmodule ram #(parameter W = 8) (\n input wire clock, // reset\n input wire [W-1:0] d\n);\nreset\nendmodule";
        let leaf = Leaf::new(BlackBox {
            name: "ram #(.W(4))".into(),
            code: text.into(),
        });
        assert_eq!(
            (leaf.module.as_str(), leaf.arguments.as_str()),
            ("ram", "#(.W(4))")
        );
        assert!(leaf.has_port("clock") && leaf.has_port("d") && !leaf.has_port("reset"));
    }

    #[test]
    fn literals_up_to_128_bits() {
        assert_eq!(literal(&(u128::MAX).into()), Some(u128::MAX));
        assert_eq!(literal(&true.into()), Some(1));
    }
}
