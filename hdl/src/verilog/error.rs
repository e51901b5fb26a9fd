//! What makes a design impossible to emit, with the place where it was declared.

use std::fmt;

/// Where in the design an error is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// Module name.
    pub module: String,
    /// Signal or instance; empty where the whole kernel is meant.
    pub signal: String,
    /// Rust source file of the declaration; empty if it is not known.
    pub file: String,
    /// Line of the declaration.
    pub line: u32,
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.module)?;
        if !self.signal.is_empty() {
            write!(f, ".{}", self.signal)?;
        }
        if self.file.is_empty() {
            return Ok(());
        }
        write!(f, " ({}:{})", self.file, self.line)
    }
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Two sides of an operator, or of an assignment, differ in width.
    #[error("`{expression}`: {left} and {right} bits; make the widths equal with `bits_to`")]
    WidthMismatch {
        /// The expression, as in the kernel.
        expression: String,
        /// Width of the left side, bits.
        left: usize,
        /// Width of the right side, bits.
        right: usize,
    },
    /// A value of the wrong width is assigned.
    #[error("is {target} bits, but is assigned {value} bits by `{expression}`; use `bits_to`")]
    AssignedWidth {
        /// The value, as in the kernel.
        expression: String,
        /// Width of the signal, bits.
        target: usize,
        /// Width of the value, bits.
        value: usize,
    },
    /// A number has more bits than its place.
    #[error("the constant {value} needs {needs} bits in `{expression}`, there are {bits}")]
    ConstantTooWide {
        /// The number.
        value: u128,
        /// Bits that the number takes.
        needs: usize,
        /// Bits that there are.
        bits: usize,
        /// The expression, as in the kernel.
        expression: String,
    },
    /// A wire or output keeps its old value on some path.
    #[error("is not assigned on every path (a latch); assign a default first")]
    Latch,
    /// A wire is assigned again after it was read.
    #[error("is read before its last assignment; move the reading statement behind it")]
    ReadBeforeWrite,
    /// Something outside the kernel drives the signal already.
    #[error("is driven by {driver} already; the kernel must not assign it")]
    TwoDrivers {
        /// Who drives it.
        driver: String,
    },
    /// Nothing drives an output, an instance's input, or a wire that is read.
    #[error("is {what}, but nothing assigns it")]
    Undriven {
        /// Its role.
        what: &'static str,
    },
    /// A signal depends on itself without a register in between.
    #[error("combinational loop: {}", path.join(" -> "))]
    Loop {
        /// The signals around the loop; the first is also the last.
        path: Vec<String>,
    },
    /// The name means something in Verilog.
    #[error("`{name}` is a reserved word of Verilog or SystemVerilog; choose another name")]
    ReservedWord {
        /// The name.
        name: String,
    },
    /// The name cannot be written in Verilog.
    #[error("`{name}` is no Verilog name; use letters, digits and `_`, a letter first")]
    IllegalName {
        /// The name.
        name: String,
    },
    /// Two things of one module have one name in Verilog.
    #[error("`{name}` names two things in Verilog; rename one of them")]
    NameTaken {
        /// The name.
        name: String,
    },
    /// A signal without bits.
    #[error("has a width of 0 bits; Verilog needs at least 1")]
    NoBits,
    /// A kernel names what the module does not declare.
    #[error("the kernel names `{name}`, which the module does not declare")]
    UnknownName {
        /// The name, as in the kernel.
        name: String,
    },
    /// A construct outside the subset that is emitted.
    #[error("`{what}` has no Verilog; {hint}")]
    Unsupported {
        /// The construct, as in the kernel.
        what: String,
        /// What to write instead.
        hint: String,
    },
    /// A leaf's Verilog text lacks something that its Rust description has.
    #[error("the Verilog text has no `{name}`, which the Rust description declares")]
    LeafText {
        /// The missing port or module.
        name: String,
    },
}

/// One error of a design.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{at}: {fault}")]
pub struct EmitError {
    /// Where.
    pub at: Location,
    /// What.
    pub fault: Fault,
}

/// Every error of a design, in the order of the walk, without repetitions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmitErrors(Vec<EmitError>);

impl EmitErrors {
    /// The errors, or `None` if there are none. Equal modules report once.
    pub(super) fn from_list(list: Vec<EmitError>) -> Option<EmitErrors> {
        let mut seen: Vec<EmitError> = Vec::new();
        for error in list {
            if !seen.contains(&error) {
                seen.push(error);
            }
        }
        (!seen.is_empty()).then_some(EmitErrors(seen))
    }

    /// The errors.
    pub fn iter(&self) -> impl Iterator<Item = &EmitError> {
        self.0.iter()
    }
}

impl fmt::Display for EmitErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.0.len();
        write!(
            f,
            "the design has {count} error{}",
            if count == 1 { "" } else { "s" }
        )?;
        self.0.iter().try_for_each(|error| write!(f, "\n  {error}"))
    }
}

impl std::error::Error for EmitErrors {}
