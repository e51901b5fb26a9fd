//! What the back end must know beyond rust-hdl's own atoms: documentation, port groups, resets.
//!
//! rust-hdl's `Probe` shows a design as scopes and atoms. A note travels as JSON in the name of an
//! atom's type descriptor, which rust-hdl leaves free.

use serde::{Deserialize, Serialize};

/// Name of the atom that carries a scope's [`ModuleNote`].
pub const MODULE_ATOM: &str = "@module";

/// A signal's documentation and kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignalNote {
    /// One sentence, from the `///` comment; empty if there is none.
    pub doc: String,
    /// Heading of the port group that the signal belongs to.
    pub group: Option<String>,
    /// For a register: whether reset clears it.
    pub reset: bool,
    /// Source file of the declaration.
    pub file: String,
    /// Line of the declaration, or of the module that it is in.
    pub line: u32,
}

/// A module's documentation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModuleNote {
    /// Module name in Verilog.
    pub name: String,
    /// The `///` comment, a line each.
    pub doc: String,
    /// Parameters, then derived sizes.
    pub parameters: Vec<ParameterNote>,
    /// Documentation of instances: name, sentence.
    pub instances: Vec<(String, String)>,
    /// Source file of the declaration.
    pub file: String,
    /// Line of the declaration.
    pub line: u32,
}

/// One size that a module was made with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParameterNote {
    /// Name in kernels and in the header's table.
    pub name: String,
    /// Value, in the unit that `doc` says.
    pub value: usize,
    /// Meaning and unit.
    pub doc: String,
    /// Whether it follows from the others.
    pub derived: bool,
}

/// Joins the lines of `///` comments, each without its leading blank.
pub fn lines(docs: &[&str]) -> String {
    docs.iter()
        .map(|d| d.strip_prefix(' ').unwrap_or(d))
        .collect::<Vec<_>>()
        .join("\n")
}
