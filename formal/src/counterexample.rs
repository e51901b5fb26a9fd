//! [`Counterexample`]: a run in which a property doesn't hold, as a file keeps it and as a bench plays it.

use crate::bind::Bound;
use crate::replay::ports;
use crate::scopes::{Scopes, Signal};
use crate::waveform::Values;
use memento_hdl::measured::Measured;
use memento_hdl::verilog::Direction;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Version of the file's format.
pub const FORMAT: u32 = 1;

/// What a counterexample is of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The hardware.
    pub measured: Option<Measured>,
    /// The deliberate fault in it, if there is one.
    pub fault: Option<String>,
}

/// A run of one module, with all that is free in it: the state that it begins in, and what comes from outside, cycle by
/// cycle. Values are Verilog's literals (`12'h800`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counterexample {
    /// Version of the format.
    pub format: u32,
    /// Configuration, digest of the Verilog, fault.
    pub origin: Origin,
    /// The proof.
    pub proof: String,
    /// The module.
    pub module: String,
    /// It begins with a reset; else in a state that induction takes for possible, which none may reach.
    pub from_reset: bool,
    /// Properties that don't hold in its last cycle: instance and name, joined by a dot.
    pub fails: Vec<String>,
    /// Registers and words of memories in its first cycle, by their paths.
    pub state: BTreeMap<String, String>,
    /// Inputs, and what properties or modules left open choose freely, by cycle.
    pub inputs: Vec<BTreeMap<String, String>>,
    /// Outputs of the module that it shows, by cycle.
    pub outputs: Vec<BTreeMap<String, String>>,
}

impl Counterexample {
    /// The run that a waveform shows.
    pub(crate) fn new(
        origin: Origin,
        (proof, from_reset, fails): (&str, bool, Vec<String>),
        bound: &Bound,
        values: &Values,
    ) -> Counterexample {
        let scopes = Scopes::of(bound);
        let literals = |paths: &[String], cycle: u64| {
            let found = paths.iter().filter_map(|path| {
                let bits = values.at(path, cycle)?;
                Some((path.clone(), literal(bits)))
            });
            found.collect::<BTreeMap<String, String>>()
        };
        let of = |direction| {
            let ports = ports(&bound.target).into_iter();
            let its = ports.filter(move |(name, of)| *of == direction && *name != "clock");
            its.map(|(name, _)| name.to_owned()).collect::<Vec<_>>()
        };
        let mut inputs = of(Direction::Input);
        let mut registers = Vec::new();
        for path in values.paths() {
            match scopes.kind(path) {
                Some(Signal::Free) => inputs.push(path.to_owned()),
                Some(Signal::Register) => registers.push(path.to_owned()),
                None => {}
            }
        }
        let outputs = of(Direction::Output);
        Counterexample {
            format: FORMAT,
            origin,
            proof: proof.to_owned(),
            module: bound.target.name.clone(),
            from_reset,
            fails,
            state: literals(&registers, 0),
            inputs: (0..values.cycles)
                .map(|cycle| literals(&inputs, cycle))
                .collect(),
            outputs: (0..values.cycles)
                .map(|cycle| literals(&outputs, cycle))
                .collect(),
        }
    }

    /// What is wrong with a file that was read, if something is: another format, or what is no value of a signal.
    pub fn objection(&self) -> Option<String> {
        if self.format != FORMAT {
            return Some(format!(
                "its format is {}, and {FORMAT} is read here",
                self.format
            ));
        }
        let maps = self.inputs.iter().chain(&self.outputs).chain([&self.state]);
        let wrong = maps.flatten().find(|(path, value)| {
            let plain = |c: char| c.is_ascii_alphanumeric() || "_.[]".contains(c);
            !path.chars().all(plain) || width(value).is_none()
        });
        wrong.map(|(path, value)| format!("`{path}`: `{value}` is no value of a signal"))
    }
}

/// Binary digits as a literal.
fn literal(bits: &str) -> String {
    let mut text = format!("{}'h", bits.len());
    let padding = bits.len().next_multiple_of(4) - bits.len();
    let padded = "0".repeat(padding) + bits;
    for digit in padded.as_bytes().chunks(4) {
        let value = digit
            .iter()
            .fold(0, |value, bit| value << 1 | u32::from(*bit == b'1'));
        let _ = write!(text, "{value:x}");
    }
    text
}

/// Bits of a literal; `None`: it isn't one.
pub(crate) fn width(literal: &str) -> Option<usize> {
    let (width, digits) = literal.split_once("'h")?;
    let hexadecimal = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    hexadecimal.then(|| width.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_literals() {
        assert_eq!(literal("0"), "1'h0");
        assert_eq!(literal("10110"), "5'h16");
        assert_eq!(width("12'h800"), Some(12));
        for wrong in ["", "800", "x'h0", "4'h", "4'hg", "1'h0;$finish"] {
            assert_eq!(width(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn files_of_something_else_are_objected_to() {
        let empty = Counterexample {
            format: FORMAT,
            origin: Origin::default(),
            proof: "p".to_owned(),
            module: "m".to_owned(),
            from_reset: true,
            fails: Vec::new(),
            state: BTreeMap::new(),
            inputs: vec![BTreeMap::from([("a".to_owned(), "1'h1".to_owned())])],
            outputs: Vec::new(),
        };
        assert_eq!(empty.objection(), None);
        let mut other = empty.clone();
        other.format = 7;
        assert!(other.objection().is_some_and(|why| why.contains("7")));
        let mut other = empty;
        other
            .state
            .insert("a; initial $finish".to_owned(), "1'h1".to_owned());
        assert!(other.objection().is_some_and(|why| why.contains("finish")));
    }
}
