//! Every kind of error, with its message.

use memento_hdl::module;
use memento_hdl::rtl::note::SignalNote;
use memento_hdl::rtl::*;
use memento_hdl::verilog::{Fault, Options, emit};
use rust_hdl::core::ast::{
    BlackBox, Verilog, VerilogExpression, VerilogOp, VerilogOpUnary, VerilogStatement,
};

/// The message for a design, with line numbers left out.
fn message(top: &dyn Block) -> String {
    let text = match emit(top, &Options::default()) {
        Ok(design) => panic!("emitted: {}", design.top().expect("a top").text),
        Err(errors) => errors.to_string(),
    };
    let mut lines = Vec::new();
    for line in text.lines() {
        let (head, tail) = match line.split_once(".rs:") {
            Some((head, tail)) => (format!("{head}.rs:"), tail),
            None => (line.to_string(), ""),
        };
        lines.push(head + tail.trim_start_matches(|c: char| c.is_ascii_digit()));
    }
    lines.join("\n").replace("hdl/tests/", "tests/")
}

/// A module of one kernel with these ports and wires.
macro_rules! faulty {
    ($name:ident { $($ports:tt)* } $({ $($rest:tt)* })?) => {
        module! {
            /// A module with a fault.
            pub module $name() = "faulty" {
                ports { "Ports" { $($ports)* } }
                $($($rest)*)?
            }
        }
    };
}

faulty! {
    Widths { input a: Word = 8; input b: Word = 9; output sum: Word = 8; output low: Word = 4; output high: bool; }
}
impl Logic for Widths {
    #[hdl_gen]
    fn update(&mut self) {
        self.sum.next = self.a.val() + self.b.val();
        self.low.next = self.a.val();
        self.high.next = self.a.val() == 300;
    }
}

#[test]
fn widths_are_all_reported_at_once() {
    insta::assert_snapshot!(message(&Widths::new()));
}

faulty! {
    Latch { input a: bool; output kept: bool; output chosen: Word = 2; }
}
impl Logic for Latch {
    #[hdl_gen]
    fn update(&mut self) {
        if self.a.val() {
            self.kept.next = true;
        }
        self.chosen.next = bits(1, 2);
    }
}

#[test]
fn errors_name_the_place_of_the_declaration() {
    let errors = emit(&Latch::new(), &Options::default()).expect_err("a latch");
    let error = errors.iter().next().expect("one error");
    assert!(error.at.file.ends_with("backend_errors.rs"));
    let source = include_str!("backend_errors.rs");
    let line = source.lines().nth(error.at.line as usize - 1);
    assert!(
        line.is_some_and(|line| line.contains("faulty!")),
        "{line:?}"
    );
    assert_eq!(error.fault, Fault::Latch);
}

#[test]
fn latch() {
    insta::assert_snapshot!(message(&Latch::new()));
}

faulty! {
    Early { input a: bool; output seen: bool; } { wires { wire_a: bool; } }
}
impl Logic for Early {
    #[hdl_gen]
    fn update(&mut self) {
        self.wire_a.next = self.a.val();
        self.seen.next = self.wire_a.val();
        self.wire_a.next = !self.a.val();
    }
}

#[test]
fn read_before_write() {
    insta::assert_snapshot!(message(&Early::new()));
}

faulty! {
    Pass { input a: bool; output b: bool; }
}
impl Logic for Pass {
    #[hdl_gen]
    fn update(&mut self) {
        self.b.next = !self.a.val();
    }
}

faulty! {
    Drivers { input a: bool; output b: bool; } { instances { inner: Pass = Pass::new(); } }
}
impl Logic for Drivers {
    #[hdl_gen]
    fn update(&mut self) {
        self.a.next = true;
        self.inner.a.next = self.a.val();
        self.inner.b.next = self.a.val();
        self.b.next = self.inner.b.val();
    }
}

#[test]
fn two_drivers() {
    insta::assert_snapshot!(message(&Drivers::new()));
}

faulty! {
    Undriven { input a: bool; output b: bool; output c: bool; output d: bool; } {
    wires { loose: bool; }
    state { stuck: bool; }
    instances { inner: Pass = Pass::new(); }
}
}
impl Logic for Undriven {
    #[hdl_gen]
    fn update(&mut self) {
        self.b.next = self.a.val() & self.loose.val() & self.inner.b.val();
        self.c.next = self.stuck.val();
    }
}

#[test]
fn undriven() {
    insta::assert_snapshot!(message(&Undriven::new()));
}

faulty! {
    Circle { input a: bool; output b: bool; } {
    instances { first: Pass = Pass::new(); second: Pass = Pass::new(); }
}
}
impl Logic for Circle {
    #[hdl_gen]
    fn update(&mut self) {
        self.first.a.next = self.second.b.val() ^ self.a.val();
        self.second.a.next = self.first.b.val();
        self.b.next = self.first.b.val();
    }
}

#[test]
fn loop_across_instances() {
    insta::assert_snapshot!(message(&Circle::new()));
}

faulty! {
    Words { input a: bool; output always: bool; } { wires { x_0: bool; x[1]: bool; } }
}
impl Logic for Words {
    #[hdl_gen]
    fn update(&mut self) {
        self.x_0.next = self.a.val();
        self.x[0].next = self.x_0.val();
        self.always.next = self.x[0].val();
    }
}

#[test]
fn names() {
    insta::assert_snapshot!(message(&Words::new()));
}

faulty! {
    Underscore { input a: bool; output _b: bool; }
}
impl Logic for Underscore {
    #[hdl_gen]
    fn update(&mut self) {
        self._b.next = self.a.val();
    }
}

#[test]
fn illegal_name() {
    insta::assert_snapshot!(message(&Underscore::new()));
}

faulty! {
    Nothing { input a: Word = 0; output b: Word = 1; }
}
impl Logic for Nothing {
    #[hdl_gen]
    fn update(&mut self) {
        self.b.next = bits_to(self.a.val(), 1) << 1;
    }
}

#[test]
fn no_bits() {
    insta::assert_snapshot!(message(&Nothing::new()));
}

faulty! {
    Reset { input a: bool; output b: bool; output c: bool; }
}
impl Logic for Reset {
    #[hdl_gen]
    fn update(&mut self) {
        self.b.next = self.reset & self.a.val();
        self.c.next = self.a.val() & !self.b.val();
    }
}

#[test]
fn unknown_name() {
    insta::assert_snapshot!(message(&Reset::new()));
}

/// A module whose kernel is given as a tree, for what the kernel language lets nobody write.
struct Tree {
    a: Input,
    b: Output,
    kernel: Vec<VerilogStatement>,
}
impl Logic for Tree {
    fn update(&mut self) {}
    fn hdl(&self) -> Verilog {
        Verilog::Combinatorial(self.kernel.clone())
    }
}
impl Block for Tree {
    fn connect_all(&mut self) {}
    fn update_all(&mut self) {}
    fn has_changed(&self) -> bool {
        false
    }
    fn accept(&self, name: &str, probe: &mut dyn Probe) {
        probe.visit_start_scope(name, self);
        self.a.accept("a", probe);
        self.b.accept("b", probe);
        probe.visit_end_scope(name, self);
    }
}

#[test]
fn unsupported() {
    let a = || Box::new(VerilogExpression::Signal("a".into()));
    let set =
        |value| VerilogStatement::Assignment(VerilogExpression::Signal("b$next".into()), value);
    let one = Box::new(VerilogExpression::Literal(1u64.into()));
    let tree = Tree {
        a: Input::new(4, SignalNote::default()),
        b: Output::new(4, SignalNote::default()),
        kernel: vec![
            set(VerilogExpression::Signed(a())),
            set(VerilogExpression::Unary(VerilogOpUnary::Neg, a())),
            set(VerilogExpression::Binary(one, VerilogOp::Shl, a())),
            VerilogStatement::Link(Vec::new()),
        ],
    };
    insta::assert_snapshot!(message(&tree));
}

/// A leaf whose text has another port than its description.
struct Leaf {
    data: Input,
}
impl Logic for Leaf {
    fn update(&mut self) {}
    fn hdl(&self) -> Verilog {
        Verilog::Blackbox(BlackBox {
            name: "leaf #(.W(4))".into(),
            code: "module leaf #(parameter W = 1) (input wire [W-1:0] dat);\nendmodule\n".into(),
        })
    }
}
impl Block for Leaf {
    fn connect_all(&mut self) {}
    fn update_all(&mut self) {}
    fn has_changed(&self) -> bool {
        false
    }
    fn accept(&self, name: &str, probe: &mut dyn Probe) {
        probe.visit_start_scope(name, self);
        self.data.accept("data", probe);
        probe.visit_end_scope(name, self);
    }
}

#[test]
fn leaf_text() {
    let note = SignalNote {
        file: "leaf.rs".into(),
        ..SignalNote::default()
    };
    insta::assert_snapshot!(message(&Leaf {
        data: Input::new(4, note)
    }));
}
