//! Tables that are read a cycle later, so that they can be block RAM.

use crate::rtl::*;

module! {
    /// Demo ROM: a table that is read a cycle later, so that tools may put it into block RAM.
    ///
    /// Latency:    1 cycle.
    /// Throughput: one word a cycle.
    pub module DemoRom(table: Table, depth: usize, width: usize) = "memento_demo_rom" {
        parameters {
            /// bits, width of a word's number
            address_bits = clog2(depth),
            /// bits, width of a word
            word_bits = width,
        }
        ports {
            "Look-up: a cycle later" {
                /// word number
                input address: Word = address_bits;
                /// the word at the address that the last rising edge saw
                output word: Word = word_bits;
            }
        }
        data {
            /// the word that was asked for
            held: Word = word_bits;
        }
        instances {
            /// contents
            contents: Table = table;
        }
    }
}

impl Logic for DemoRom {
    #[hdl_gen]
    fn update(&mut self) {
        self.contents.address.next = self.address.val();
        self.held.next = self.contents.data.val();
        self.word.next = self.held.val();
    }
}
