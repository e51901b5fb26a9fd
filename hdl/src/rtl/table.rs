//! [`Table`]: a combinational ROM with run-time contents.

use super::module::Clocked;
use super::note::{ModuleNote, SignalNote};
use super::signal::visit_note;
use super::{Block, Input, Logic, Output, Ports, Probe, Word, clog2};
use rust_hdl::core::ast::{
    Verilog, VerilogCase, VerilogExpression, VerilogMatch, VerilogStatement,
};
use std::any::Any;

/// A combinational ROM: `data` follows `address`. Addresses beyond the table read zero.
pub struct Table {
    /// Word number.
    pub address: Input,
    /// The word.
    pub data: Output,
    name: String,
    doc: String,
    words: Vec<usize>,
}

impl Table {
    /// A table named `name` in Verilog, of `words`, each `bits` wide.
    pub fn new(name: &str, doc: &str, words: Vec<usize>, bits: usize) -> Table {
        let note = |doc: &str| SignalNote {
            doc: doc.into(),
            group: Some("Look-up: combinational".into()),
            reset: false,
            file: file!().into(),
            line: line!(),
        };
        Table {
            address: Input::new(clog2(words.len()).max(1), note("word number")),
            data: Output::new(bits, note("the word, in the same cycle")),
            name: name.into(),
            doc: doc.into(),
            words,
        }
    }
}

impl Clocked for Table {
    fn drive(&mut self, _clock: bool, _reset: bool) {}
}

impl Ports for Table {
    fn ports(&mut self) -> Vec<(String, &mut dyn Any)> {
        vec![
            ("address".into(), &mut self.address),
            ("data".into(), &mut self.data),
        ]
    }
}

impl Block for Table {
    fn connect_all(&mut self) {}
    fn update_all(&mut self) {
        self.update();
        self.address.update_all();
        self.data.update_all();
    }
    fn has_changed(&self) -> bool {
        self.address.has_changed() || self.data.has_changed()
    }
    fn accept(&self, name: &str, probe: &mut dyn Probe) {
        probe.visit_start_scope(name, self);
        let note = ModuleNote {
            name: self.name.clone(),
            doc: self.doc.clone(),
            file: file!().into(),
            line: line!(),
            ..ModuleNote::default()
        };
        visit_note(&note, probe);
        self.address.accept("address", probe);
        self.data.accept("data", probe);
        probe.visit_end_scope(name, self);
    }
}

impl Logic for Table {
    fn update(&mut self) {
        let word = self
            .words
            .get(self.address.val().index())
            .copied()
            .unwrap_or(0);
        self.data.next = Word::from(word);
    }

    fn hdl(&self) -> Verilog {
        let set = |word: usize| {
            vec![VerilogStatement::Assignment(
                VerilogExpression::Signal("data".into()),
                VerilogExpression::Literal(word.into()),
            )]
        };
        let mut cases: Vec<VerilogCase> = self
            .words
            .iter()
            .enumerate()
            .map(|(i, word)| VerilogCase {
                condition: i.to_string(),
                block: set(*word),
            })
            .collect();
        if self.words.len() != 1 << self.address.val().bits() {
            cases.push(VerilogCase {
                condition: "default".into(),
                block: set(0),
            });
        }
        Verilog::Combinatorial(vec![VerilogStatement::Match(VerilogMatch {
            test: VerilogExpression::Signal("address".into()),
            cases,
        })])
    }
}
