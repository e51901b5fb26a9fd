//! Which parts of a design have found words that are not what was written.

use crate::rtl::*;

module! {
    /// Found parts: whether a word was not what was written since the last clear, and which parts
    /// found it first.
    ///
    /// Protocol:   found and clear may change in any cycle; clear goes first.
    /// Latency:    wrong in the same cycle; stopped and parts from the next one on.
    /// Reset:      none found.
    pub module FoundParts(part_count: usize) = "memento_found_parts" {
        parameters {
            /// parts
            count = part_count,
        }
        ports {
            "Parts" {
                /// part i finds that a word that is used is not what was written
                input found[count]: bool;
                /// what was found is forgotten
                input clear: bool;
            }
            "Found" {
                /// a part finds one now
                output wrong: bool;
                /// one was found
                output stopped: bool;
                /// by these first, a bit each
                output parts: Word = count;
            }
        }
        wires {
            /// parts up to this one that find one now
            finding[count + 1]: Word = count;
        }
        state {
            /// one was found
            held: bool;
            /// by these first
            first: Word = count;
        }
    }
}

impl Logic for FoundParts {
    #[hdl_gen]
    fn update(&mut self) {
        self.finding[0].next = bits(0, self.count);
        for i in 0..self.count {
            if self.found[i].val() {
                self.finding[i + 1].next = self.finding[i].val() | (bits(1, self.count) << i);
            } else {
                self.finding[i + 1].next = self.finding[i].val();
            }
        }
        self.wrong.next = self.finding[self.count].val().any();
        if self.clear.val() {
            self.held.next = false;
        } else if self.finding[self.count].val().any() {
            self.held.next = true;
        }
        if !self.held.val() {
            self.first.next = self.finding[self.count].val();
        }
        self.stopped.next = self.held.val();
        self.parts.next = self.first.val();
    }
}
