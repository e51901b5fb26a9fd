//! The control of a queue: pointers into a memory of its own.

use crate::rtl::*;

module! {
    /// Pointers of a first-in first-out queue whose entries are in a memory beside it.
    ///
    /// Protocol:   push only while not full, pop only while not empty; both in one cycle are fine.
    /// Latency:    an entry pushed at an edge is at the head after that edge.
    /// Reset:      empty.
    pub module QueuePointers(entries: usize) = "memento_queue_pointers" {
        parameters {
            /// entries, a power of two
            depth = entries,
        }
        derived {
            /// bits, width of an entry number
            entry_bits = clog2(depth),
        }
        ports {
            "Push" {
                /// an entry is added
                input push: bool;
                /// where it goes
                output push_entry: Word = entry_bits;
                /// no room
                output full: bool;
            }
            "Pop" {
                /// the oldest entry is removed
                input pop: bool;
                /// where the oldest is
                output pop_entry: Word = entry_bits;
                /// nothing there
                output empty: bool;
            }
        }
        state {
            /// entries pushed, modulo twice the depth
            pushed: Word = entry_bits + 1;
            /// entries popped, modulo twice the depth
            popped: Word = entry_bits + 1;
        }
    }
}

impl Logic for QueuePointers {
    #[hdl_gen]
    fn update(&mut self) {
        self.push_entry.next = bits_to(self.pushed.val(), self.entry_bits);
        self.pop_entry.next = bits_to(self.popped.val(), self.entry_bits);
        self.empty.next = self.pushed.val() == self.popped.val();
        self.full.next = (self.pushed.val() - self.popped.val()) == self.depth;
        if self.push.val() {
            self.pushed.next = self.pushed.val() + 1;
        }
        if self.pop.val() {
            self.popped.next = self.popped.val() + 1;
        }
    }
}
