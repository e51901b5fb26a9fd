//! Expressions that rust-hdl's own Verilog computes otherwise than its simulation. Here the
//! emitted Verilog and the kernel in Rust agree on every pair of operands.

mod backend_support;

use backend_support::Bench;
use memento_hdl::rtl::*;
use memento_hdl::verilog::{Dialect, Reset};
use memento_hdl::{bundle, module};

module! {
    /// Five expressions on which precedence, widths and carries matter.
    pub module Expressions(width: usize) = "expressions" {
        parameters {
            /// bits, width of the operands
            width = width,
        }
        ports {
            "Operands" {
                input a: Word = width;
                input b: Word = width;
                input c: Word = width;
            }
            "Results: combinational" {
                output and_equal: bool;
                output widened_not: Word = 2 * width;
                output wrapped_equal: bool;
                output widened_sum: Word = 2 * width;
                output shifted_sum: Word = width;
                output wrapped_less: bool;
            }
        }
    }
}

impl Logic for Expressions {
    #[hdl_gen]
    fn update(&mut self) {
        self.and_equal.next = self.a.val() & self.b.val() == self.c.val();
        self.widened_not.next = bits_to(!self.a.val(), 2 * self.width);
        self.wrapped_equal.next = (self.a.val() + 1) == self.b.val();
        self.widened_sum.next = bits_to(self.a.val() + self.b.val(), 2 * self.width);
        self.shifted_sum.next = (self.a.val() + 1) >> 1;
        self.wrapped_less.next = (self.a.val() - 1) < self.b.val();
    }
}

/// Compares one result on all pairs of 8-bit operands, in both dialects.
fn agrees(result: impl Fn(&Expressions) -> u128, port: &str) {
    for dialect in [Dialect::SystemVerilog, Dialect::Verilog2005] {
        let mut bench = Bench::new(&Expressions::new(8), dialect, Reset::ActiveHigh);
        let mut rust = Expressions::new(8);
        for (a, b) in (0..256).flat_map(|a| (0..256).map(move |b| (a, b))) {
            // Equal to a & b half of the time, or the comparison would hardly ever hold.
            let c = if b % 2 == 0 { a & b } else { (a ^ b) & 0xff };
            for (input, name, value) in [
                (&mut rust.a, "a", a),
                (&mut rust.b, "b", b),
                (&mut rust.c, "c", c),
            ] {
                input.next = Word::new(value, 8);
                input.update_all();
                bench.set(name, value);
            }
            rust.update();
            bench.eval();
            assert_eq!(
                bench.get(port),
                result(&rust),
                "{port} of {a}, {b}, {c}, {dialect:?}"
            );
        }
    }
}

#[test]
fn and_binds_tighter_than_equals_as_in_rust() {
    agrees(|rust| rust.and_equal.val().into(), "and_equal");
}

#[test]
fn inverted_bits_stop_at_the_operand_when_widened() {
    agrees(|rust| rust.widened_not.val().value(), "widened_not");
}

#[test]
fn sum_wraps_before_it_is_compared() {
    agrees(|rust| rust.wrapped_equal.val().into(), "wrapped_equal");
}

#[test]
fn carry_is_lost_before_a_sum_is_widened() {
    agrees(|rust| rust.widened_sum.val().value(), "widened_sum");
}

#[test]
fn carry_is_lost_before_a_sum_is_shifted() {
    agrees(|rust| rust.shifted_sum.val().value(), "shifted_sum");
}

#[test]
fn difference_wraps_before_it_is_compared() {
    agrees(|rust| rust.wrapped_less.val().into(), "wrapped_less");
}

module! {
    /// A signal that is assigned piece by piece, of numbers alone.
    pub module OfNumbers() = "of_numbers" {
        ports {
            "Results: combinational" {
                output pieces: Pair = PairShape { low: 4, high: 3 };
                output replaced: Word = 8;
            }
        }
    }
}
bundle! {
    /// Two numbers.
    pub struct Pair { low: Word, high: Word }
}

impl Logic for OfNumbers {
    #[hdl_gen]
    fn update(&mut self) {
        self.pieces.next.low = bits(9, 4);
        self.pieces.next.high = bits(5, 3);
        self.replaced.next = bits(0, 8);
        self.replaced.next = bits(165, 8);
    }
}

/// `always @*` without an operand never runs.
#[test]
fn what_depends_on_nothing_has_its_value() {
    for dialect in [Dialect::SystemVerilog, Dialect::Verilog2005] {
        let mut bench = Bench::new(&OfNumbers::new(), dialect, Reset::ActiveHigh);
        bench.eval();
        assert_eq!(bench.get("pieces"), 5 << 4 | 9, "{dialect:?}");
        assert_eq!(bench.get("replaced"), 165, "{dialect:?}");
    }
}
