//! The back end: writes a design as SystemVerilog or Verilog, one file a module.
//!
//! It reads rust-hdl's public syntax tree (`#[hdl_gen]`) and the notes of [`crate::rtl`]. The steps,
//! a file each:
//!
//! | step | file | result |
//! |---|---|---|
//! | collect scopes and signals | `walk` | the design as a tree |
//! | resolve names, fix widths, unroll, decide branches by parameters | `lower`, `index`, `typing`, `algebra` | `ir::Module` |
//! | check the order of assignments, latches | `check` | errors |
//! | drop what is configured away, find what is undriven | `prune` | errors |
//! | find combinational loops, through instances too | `paths` | errors |
//! | cut into wires, processes, register groups, instances | `plan`, `project`, `fixed` | the order of the text |
//! | share equal modules, name variants | `library` | one entry a file |
//! | write | `write` | text |
//!
//! Registers keep the designer's names: `level` is the register's output, its next state has no
//! name of its own.

mod algebra;
mod check;
mod error;
mod fixed;
mod index;
mod ir;
mod library;
mod lower;
mod names;
mod paths;
mod plan;
mod project;
mod prune;
mod typing;
mod walk;
mod write;

pub use error::{EmitError, EmitErrors, Fault, Location};

use crate::rtl::note::ParameterNote;
use library::{Entry, Kind, Library};
use paths::{Paths, PortPaths};
use plan::Plan;
use rust_hdl::core::block::Block;
use walk::{Code, Scope, Walk};
use write::{ChildText, Writer};

/// The language that is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// SystemVerilog-2012: `always_comb`, `always_ff`, packed structs. Files end in `.sv`.
    #[default]
    SystemVerilog,
    /// Plain Verilog for older flows: bundles are vectors with named offsets. Files end in `.v`.
    Verilog2005,
}

/// Active level of the synchronous reset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Reset {
    /// Port `reset`, active high.
    #[default]
    ActiveHigh,
    /// Port `reset_n`, active low.
    ActiveLow,
}

/// How a design is written.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Language.
    pub dialect: Dialect,
    /// Level of the reset.
    pub reset: Reset,
    /// Origin of the files, a line each: generator and version, configuration and digest, the
    /// command that regenerates them. Stands in the header of every module.
    pub banner: String,
}

/// Direction of a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Driven from outside.
    Input,
    /// Driven by the module.
    Output,
}

/// A port of an emitted module.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct PortDescription {
    /// Name.
    pub name: String,
    /// Direction.
    pub direction: Direction,
    /// Width in bits.
    pub width: usize,
    /// Heading of its group in the port list.
    pub group: String,
    /// One sentence.
    pub doc: String,
}

/// An instance inside an emitted module.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct InstanceDescription {
    /// Name of the instance.
    pub name: String,
    /// Name of its module.
    pub module: String,
}

/// One module, one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmittedModule {
    /// Module name.
    pub name: String,
    /// File name, without a folder.
    pub file: String,
    /// Contents of the file.
    pub text: String,
    /// Ports in order; none are listed for a module that is given as text.
    pub ports: Vec<PortDescription>,
    /// Sizes that the module was made with.
    pub parameters: Vec<ParameterNote>,
    /// Instances in order.
    pub instances: Vec<InstanceDescription>,
}

/// The modules of a design, children before parents; the last one is the top.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Design {
    /// The modules.
    pub modules: Vec<EmittedModule>,
}

impl Design {
    /// The top module.
    pub fn top(&self) -> Option<&EmittedModule> {
        self.modules.last()
    }
}

/// Writes the design below `top`. The same design and options give the same bytes.
///
/// # Errors
/// Everything that is wrong with the design, at once: see [`Fault`].
pub fn emit(top: &dyn Block, options: &Options) -> Result<Design, EmitErrors> {
    emit_all(&[top], options)
}

/// Writes several designs as one: modules that they have in common are written once. The last of
/// `tops` is the design's top, which must not be part of another one.
///
/// # Errors
/// Everything that is wrong with the designs, at once: see [`Fault`].
pub fn emit_all(tops: &[&dyn Block], options: &Options) -> Result<Design, EmitErrors> {
    let (mut scopes, mut errors) = (Vec::new(), Vec::new());
    for top in tops {
        let (scope, found) = Walk::of(*top);
        scopes.extend(scope);
        errors.extend(found);
    }
    let mut library = Library::default();
    for scope in &scopes {
        build(scope, options, &mut library, &mut errors);
    }
    match EmitErrors::from_list(errors) {
        Some(errors) => Err(errors),
        None => Ok(finish(&library, options)),
    }
}

/// What a parent has to know of a module.
struct Built {
    kind: Kind,
    text: ChildText,
    paths: PortPaths,
}

fn build<'a>(
    scope: &'a Scope,
    options: &Options,
    library: &mut Library<'a>,
    errors: &mut Vec<EmitError>,
) -> Built {
    if let Code::Leaf(leaf) = &scope.code {
        match library.leaves.iter().find(|(name, _)| *name == leaf.module) {
            None => library
                .leaves
                .push((leaf.module.clone(), leaf.text.clone())),
            Some((_, text)) if *text == leaf.text => {}
            Some(_) => {
                let fault = Fault::NameTaken {
                    name: leaf.module.clone(),
                };
                errors.push(EmitError {
                    at: scope.here(""),
                    fault,
                });
            }
        }
        let (module, arguments) = (leaf.module.clone(), leaf.arguments.clone());
        let kind = Kind::Leaf { module, arguments };
        let reset = leaf.has_port("reset").then_some("reset");
        let text = ChildText {
            module: String::new(),
            clock: leaf.has_port("clock"),
            reset,
        };
        return Built {
            kind,
            text,
            paths: paths::leaf_paths(scope),
        };
    }
    let built: Vec<Built> = scope
        .children
        .iter()
        .map(|child| build(child, options, library, errors))
        .collect();

    let flat = options.dialect == Dialect::Verilog2005;
    let (mut module, found) = lower::lower(scope, flat);
    errors.extend(found);
    errors.extend(check::check(&module));
    errors.extend(prune::prune(&mut module));
    let child_paths: Vec<&PortPaths> = built.iter().map(|child| &child.paths).collect();
    let paths = Paths::of(&module, &child_paths);
    errors.extend(paths.loops(&module));
    let port_paths = paths.ports(&module);

    if !errors.is_empty() {
        // Nothing will be written; parents are still checked.
        let kind = Kind::Kernel(0);
        let text = ChildText::default();
        return Built {
            kind,
            text,
            paths: port_paths,
        };
    }
    let plan = Plan::of(&module, &paths);
    let provisional: Vec<ChildText> = built
        .iter()
        .map(|child| ChildText {
            module: format!("{:?}", child.kind),
            ..child.text.clone()
        })
        .collect();
    let name = &scope.note.name;
    let writer = Writer::new(&module, &plan, options, name, &provisional);
    let (key, text) = (writer.file(), writer.child_text());
    let index = library.find(&key).unwrap_or_else(|| {
        let children = built.into_iter().map(|child| child.kind).collect();
        library.entries.push(Entry {
            module,
            plan,
            children,
            key,
        });
        library.entries.len() - 1
    });
    Built {
        kind: Kind::Kernel(index),
        text,
        paths: port_paths,
    }
}

/// Names the modules and writes them.
fn finish(library: &Library<'_>, options: &Options) -> Design {
    let names = library.names();
    let extension = match options.dialect {
        Dialect::SystemVerilog => "sv",
        Dialect::Verilog2005 => "v",
    };
    let mut modules: Vec<EmittedModule> = library
        .leaves
        .iter()
        .map(|(name, text)| EmittedModule {
            name: name.clone(),
            file: format!("{name}.{extension}"),
            text: text.clone(),
            ports: Vec::new(),
            parameters: Vec::new(),
            instances: Vec::new(),
        })
        .collect();
    let mut written: Vec<ChildText> = Vec::new();
    for (entry, name) in library.entries.iter().zip(&names) {
        let children: Vec<ChildText> = entry
            .children
            .iter()
            .zip(&entry.module.scope.children)
            .map(|(kind, scope)| match kind {
                Kind::Kernel(index) => written[*index].clone(),
                Kind::Leaf { module, arguments } => leaf_text(scope, module, arguments),
            })
            .collect();
        let writer = Writer::new(&entry.module, &entry.plan, options, name, &children);
        modules.push(EmittedModule {
            name: name.clone(),
            file: format!("{name}.{extension}"),
            text: writer.file(),
            ports: writer.port_descriptions(),
            parameters: entry.module.scope.note.parameters.clone(),
            instances: writer.instances(),
        });
        written.push(writer.child_text());
    }
    Design { modules }
}

fn leaf_text(scope: &Scope, module: &str, arguments: &str) -> ChildText {
    let Code::Leaf(leaf) = &scope.code else {
        return ChildText {
            module: module.into(),
            clock: false,
            reset: None,
        };
    };
    ChildText {
        module: format!("{module} {arguments}").trim_end().into(),
        clock: leaf.has_port("clock"),
        reset: leaf.has_port("reset").then_some("reset"),
    }
}
