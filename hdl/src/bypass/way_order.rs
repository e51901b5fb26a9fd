//! Which way of a set was used longest ago.

use super::fresh_copy::set_bits;
use super::types::WAY_BITS;
use crate::geometry::Geometry;
use crate::rtl::*;

/// Pairs of four ways.
const PAIRS: usize = 6;

module! {
    /// Order of use of the four ways of each set.
    ///
    /// A bit for each pair of ways, set if the lower one was used later; from the top the pairs are
    /// 0 and 1, 0 and 2, 0 and 3, 1 and 2, 1 and 3, 2 and 3.
    ///
    /// Latency: oldest combinational; a use shows in the cycle after it.
    /// Reset:   contents undefined until every set has been cleared; oldest is some way even then.
    pub module WayOrder(g: &Geometry) = "memento_way_order" {
        parameters {
            /// bits, width of a set's number
            set_bits = set_bits(g),
        }
        ports {
            "Look-up: combinational" {
                /// set
                input set: Word = set_bits;
                /// its way that was used longest ago
                output oldest: Word = WAY_BITS;
            }
            "Use" {
                /// a way of that set is used
                input used: bool;
                /// which
                input used_way: Word = WAY_BITS;
            }
            "Clear" {
                /// a set is cleared, whatever else
                input clear: bool;
                /// which
                input cleared_set: Word = set_bits;
            }
        }
        wires {
            /// order of the set
            order: Word = PAIRS;
        }
        instances {
            /// orders
            orders: leaf::LutRam = leaf::LutRam::new(1 << set_bits, PAIRS);
        }
    }
}

impl Logic for WayOrder {
    #[hdl_gen]
    fn update(&mut self) {
        self.orders.read_address.next = self.set.val();
        self.order.next = self.orders.read_data.val();
        if (self.order.val() & 0b111000) == 0 {
            self.oldest.next = bits(0, 2);
        } else if (self.order.val() & 0b100110) == 0b100000 {
            self.oldest.next = bits(1, 2);
        } else if (self.order.val() & 0b010101) == 0b010100 {
            self.oldest.next = bits(2, 2);
        } else {
            self.oldest.next = bits(3, 2);
        }

        comment!("A way that is used becomes the later one of its three pairs.");
        self.orders.write.next = self.used.val() | self.clear.val();
        if self.clear.val() {
            self.orders.write_address.next = self.cleared_set.val();
            self.orders.write_data.next = bits(0, 6);
        } else {
            self.orders.write_address.next = self.set.val();
            if self.used_way.val() == 0 {
                self.orders.write_data.next = self.order.val() | 0b111000;
            } else if self.used_way.val() == 1 {
                self.orders.write_data.next = (self.order.val() & 0b011111) | 0b000110;
            } else if self.used_way.val() == 2 {
                self.orders.write_data.next = (self.order.val() & 0b101011) | 0b000001;
            } else {
                self.orders.write_data.next = self.order.val() & 0b110100;
            }
        }
    }
}
