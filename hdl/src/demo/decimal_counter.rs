//! Counters whose digits can be shown as they are.

use crate::rtl::*;

/// Decimal digits of a counter.
pub const DECIMALS: usize = 4;

module! {
    /// Decimal counter: four digits, four bits each, the least significant first.
    ///
    /// Several make a longer one, the carry of each being the step of the next.
    ///
    /// Latency:    the count is seen from the next cycle on; the carry is combinational.
    /// Throughput: one count a cycle.
    /// When full:  begins anew at 0.
    /// Reset:      0.
    pub module DecimalCounter() = "memento_decimal_counter" {
        derived {
            /// decimal digits
            digits = DECIMALS,
            /// bits of all digits
            count_bits = 4 * digits,
        }
        ports {
            "Count" {
                /// one more
                input step: bool;
                /// the count begins anew
                output carry: bool;
                /// digits
                output count: Word = count_bits;
            }
        }
        wires {
            /// a digit becomes one more
            steps[digits + 1]: bool;
        }
        state {
            /// the digits
            digit[digits]: Word = 4;
        }
    }
}

impl Logic for DecimalCounter {
    #[hdl_gen]
    fn update(&mut self) {
        self.steps[0].next = self.step.val();
        for i in 0..self.digits {
            self.steps[i + 1].next = self.steps[i].val() & (self.digit[i].val() == 9);
            if self.steps[i + 1].val() {
                self.digit[i].next = bits(0, 4);
            } else if self.steps[i].val() {
                self.digit[i].next = self.digit[i].val() + 1;
            }
        }
        self.carry.next = self.steps[self.digits].val();
        self.count.next = bits_to(self.digit[0].val(), self.count_bits)
            | (bits_to(self.digit[1].val(), self.count_bits) << 4)
            | (bits_to(self.digit[2].val(), self.count_bits) << 8)
            | (bits_to(self.digit[3].val(), self.count_bits) << 12);
    }
}
