//! Arena tag logic, from place to slot: a division by `class + 1`, as multiplication and check.

use crate::geometry::Geometry;
use crate::rtl::*;

module! {
    /// First half of the division of a place by class + 1: the multiplication by a reciprocal.
    ///
    /// The class's reciprocal comes out and goes in again, so that a register may stand between.
    ///
    /// Latency:    combinational.
    /// Throughput: one place a cycle.
    pub module SlotProduct(g: &Geometry) = "memento_slot_product" {
        parameters {
            /// bits, width of a class number
            class_bits = g.class_bits,
            /// bits, width of a place
            place_bits = g.place_bits(),
            /// bits, width of a reciprocal
            factor_bits = g.reciprocal.factor_bits,
        }
        ports {
            "Reciprocal: combinational" {
                /// size class
                input size_class: Word = class_bits;
                /// its reciprocal
                output factor: Word = factor_bits;
            }
            "Operands" {
                /// offset in size steps, left-aligned to the largest stride
                input place: Word = place_bits;
                /// reciprocal of its class
                input place_factor: Word = factor_bits;
            }
            "Product: combinational" {
                /// place times the class's reciprocal
                output product: Word = place_bits + factor_bits;
            }
        }
        instances {
            /// 2^scale / (class + 1), rounded up, less the stride shortfall
            reciprocal: Table = Table::new("memento_reciprocal",
                "Reciprocal of class + 1, rounded up and scaled to the class's stride.",
                g.reciprocal.factors.clone(), factor_bits);
        }
    }
}

impl Logic for SlotProduct {
    #[hdl_gen]
    fn update(&mut self) {
        self.reciprocal.address.next = self.size_class.val();
        self.factor.next = self.reciprocal.data.val();
        self.product.next = self.place.val() * self.place_factor.val();
    }
}

module! {
    /// Second half of the division: the slot number, and whether the place is a slot's start.
    ///
    /// The bits of the product from scale on are the quotient; the rest is below the class's limit
    /// exactly when the division leaves no remainder (every place of every class was tried when
    /// this file was generated).
    ///
    /// Latency:    combinational.
    /// Throughput: one product a cycle.
    pub module SlotCheck(g: &Geometry) = "memento_slot_check" {
        parameters {
            /// bits, width of a class number
            class_bits = g.class_bits,
            /// bits, width of a product
            product_bits = g.place_bits() + g.reciprocal.factor_bits,
            /// bits of the product below the quotient
            scale = g.reciprocal.scale,
            /// bits, width of a slot number
            slot_bits = g.slot_bits,
        }
        ports {
            "Product" {
                /// size class
                input size_class: Word = class_bits;
                /// place times the class's reciprocal
                input product: Word = product_bits;
            }
            "Slot: combinational" {
                /// slot number
                output slot: Word = slot_bits;
                /// the place is the start of that slot
                output exact: bool;
            }
        }
        wires {
            /// what lies below the quotient
            remainder: Word = scale;
            /// the quotient exceeds every slot number
            beyond: bool;
        }
        instances {
            /// the class's reciprocal times 2^shortfall
            limit: Table = Table::new("memento_remainder_limit",
                "Below it, the product's lower bits say that the division leaves no remainder.",
                remainder_limits(g), clog2(remainder_limits(g).into_iter().max().unwrap_or(0) + 1));
        }
    }
}

fn remainder_limits(g: &Geometry) -> Vec<usize> {
    let factors = &g.reciprocal.factors;
    factors
        .iter()
        .zip(g.stride_shortfall())
        .map(|(factor, h)| factor << h)
        .collect()
}

impl Logic for SlotCheck {
    #[hdl_gen]
    fn update(&mut self) {
        self.slot.next = bits_to(self.product.val() >> self.scale, self.slot_bits);
        self.beyond.next = (self.product.val() >> (self.scale + self.slot_bits)).any();
        self.remainder.next = bits_to(self.product.val(), self.scale);
        self.limit.address.next = self.size_class.val();
        self.exact.next = !self.beyond.val()
            & (bits_to(self.remainder.val(), self.product_bits)
                < bits_to(self.limit.data.val(), self.product_bits));
    }
}
