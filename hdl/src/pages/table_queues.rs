//! Page tables that wait to be read.

use crate::geometry::{Geometry, LINE_BYTES, PAGE_BITS};
use crate::rtl::*;

bundle! {
    /// A page table, and the page whose line of it is read next.
    pub struct TableAt { frame: Word, page: Word }
}

/// Widths of a [`TableAt`].
pub fn table_at(g: &Geometry) -> TableAtShape {
    TableAtShape {
        frame: g.frame_index_bits,
        page: g.virtual_bits - PAGE_BITS + 1,
    }
}

module! {
    /// Table queues: page tables of a dying process that wait to be read, a queue a level; the root
    /// waits alone.
    ///
    /// The oldest table of the lowest level is next, so that what a line names is read before the
    /// lines behind it. A line is read only if the level below has room for all that it may name:
    /// two lines' worth, so that the second is on its way while the first one's tables are read.
    ///
    /// Protocol:   start makes the root wait. ask reserves the room for a line of a level; tables
    ///             that it names are put while it is read, and wait from line_ends on, or with
    ///             line_lost never. One line is read at a time, in the order in which they were
    ///             asked for. change and remove are of the oldest table of a level; no table is put
    ///             in the same cycle as a change.
    /// Latency:    a change is seen in the next cycle.
    /// Reset:      empty.
    pub module TableQueues(g: &Geometry) = "memento_table_queues" {
        parameters {
            /// bits, width of a frame index
            frame_index_bits = g.frame_index_bits,
            /// levels of a page table
            levels = g.levels,
            /// bits, width of a virtual page number
            page_number_bits = g.virtual_bits - PAGE_BITS,
            /// bytes of a page-table entry
            entry_bytes = g.pte_bytes,
        }
        derived {
            /// bits, width of a virtual page number with a carry
            place_bits = page_number_bits + 1,
            /// queues: one for each level but the root's
            queues = levels - 1,
            /// bits, width of a queue's number
            queue_bits = clog2(queues).max(1),
            /// entries a line
            entries = LINE_BYTES / entry_bytes,
            /// tables that may wait, or be named by lines that are asked for, a queue
            depth = 2 * entries,
            /// bits, width of the number of a place in a queue
            slot_bits = clog2(depth),
            /// bits, width of a count of tables
            count_bits = slot_bits + 1,
        }
        features {
            /// 1: words of tables and queues are checked by a parity bit
            parity = g.parity as usize,
        }
        ports {
            "Check of the words kept" {
                /// a word that is used is not what was written
                output wrong[parity]: bool;
            }
            "Root" {
                /// pulse: it waits
                input start: bool;
                /// it
                input root: TableAt = table_at(g);
            }
            "Next: the oldest table of the lowest level" {
                /// there is one, and room for what a line of it may name
                output next_valid: bool;
                /// its level
                output next_level: Word = 2;
                /// it
                output next_at: TableAt = table_at(g);
                /// no table waits
                output empty: bool;
            }
            "Changes of the oldest table of a level" {
                /// that level
                input change_level: Word = 2;
                /// a line of it is asked for
                input ask: bool;
                /// it waits with another page
                input change: bool;
                /// as this
                input changed: TableAt = table_at(g);
                /// it waits no longer
                input remove: bool;
            }
            "Tables that a line names" {
                /// level of the table that the line is of
                input line_level: Word = 2;
                /// one is named
                input put: bool;
                /// it
                input named: TableAt = table_at(g);
                /// the line is read
                input line_ends: bool;
                /// it couldn't be read
                input line_lost: bool;
            }
        }
        wires {
            /// a queue's oldest table may be read, or one of a lower level
            chosen[queues + 1]: bool;
            /// a level's lines may be asked for: that below has room
            roomy[queues + 1]: bool;
            /// its queue isn't empty
            waits[queues]: bool;
            /// a queue up to this one isn't empty
            waiting[queues + 1]: bool;
            /// tables removed before the one that is next
            front: Word = count_bits;
            /// tables removed before the one that changes
            changed_front: Word = count_bits;
            /// tables put before those of the line
            back: Word = count_bits;
            /// queue that is written
            written_queue: Word = 2;
            /// place in that queue
            written_slot: Word = slot_bits;
            /// tables that the line has named
            named_count: Word = count_bits;
            /// of them, those that wait from now on
            kept_count: Word = count_bits;
            /// a line is asked for whose tables go to the queue
            asked[queues]: bool;
            /// such a line is read
            read[queues]: bool;
            /// what joins the promised ones
            gained[queues]: Word = count_bits;
            /// what leaves them
            left[queues]: Word = count_bits;
            /// the waiting table that is next
            oldest: TableAt = table_at(g);
        }
        state {
            /// the root waits
            root_waits: bool;
            /// tables put, modulo twice the depth
            pushed[queues]: Word = count_bits;
            /// tables removed, modulo twice the depth
            popped[queues]: Word = count_bits;
            /// tables that wait, and those that may be named by lines asked for
            promised[queues]: Word = count_bits;
            /// tables that the line has named before
            found: Word = count_bits;
        }
        data {
            /// the root
            top: TableAt = table_at(g);
        }
        instances {
            /// the queues
            tables: leaf::LutRam<TableAt> = leaf::LutRam::protected(depth << queue_bits, table_at(g), parity == 1);
        }
    }
}

impl Logic for TableQueues {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("The lowest level that may go on.");
        self.roomy[0].next = true;
        self.chosen[0].next = false;
        self.waiting[0].next = false;
        self.next_level.next = bits(self.queues, 2);
        self.front.next = bits(0, self.count_bits);
        for i in 0..self.queues {
            self.roomy[i + 1].next = self.promised[i].val() <= self.entries;
            self.waits[i].next = self.pushed[i].val() != self.popped[i].val();
            self.waiting[i + 1].next = self.waiting[i].val() | self.waits[i].val();
            self.chosen[i + 1].next =
                self.chosen[i].val() | (self.waits[i].val() & self.roomy[i].val());
            if self.waits[i].val() & self.roomy[i].val() & !self.chosen[i].val() {
                self.next_level.next = i.into();
                self.front.next = self.popped[i].val();
            }
        }
        self.next_valid.next = self.chosen[self.queues].val()
            | (self.root_waits.val() & self.roomy[self.queues].val());
        self.empty.next = !self.waiting[self.queues].val() & !self.root_waits.val();
        self.tables.read_address.next = (bits_to(
            bits_to(self.next_level.val(), self.queue_bits),
            self.queue_bits + self.slot_bits,
        ) << self.slot_bits)
            | bits_to(
                bits_to(self.front.val(), self.slot_bits),
                self.queue_bits + self.slot_bits,
            );
        self.oldest.next = self.tables.read_data.val();
        if self.chosen[self.queues].val() {
            self.next_at.next = self.oldest.val();
        } else {
            self.next_at.next = self.top.val();
        }

        if self.parity == 1 {
            self.wrong[0].next = self.chosen[self.queues].val() & self.tables.wrong.val();
        }

        comment!("What is written: a table that a line names, or the oldest one's next page.");
        self.changed_front.next = bits(0, self.count_bits);
        self.back.next = bits(0, self.count_bits);
        for i in 0..self.queues {
            if self.change_level.val() == i {
                self.changed_front.next = self.popped[i].val();
            }
            if self.line_level.val() == (i + 1) {
                self.back.next = self.pushed[i].val();
            }
        }
        if self.put.val() {
            self.written_queue.next = self.line_level.val() - 1;
            self.written_slot.next = bits_to(self.back.val() + self.found.val(), self.slot_bits);
            self.tables.write_data.next = self.named.val();
        } else {
            self.written_queue.next = self.change_level.val();
            self.written_slot.next = bits_to(self.changed_front.val(), self.slot_bits);
            self.tables.write_data.next = self.changed.val();
        }
        self.tables.write.next =
            self.put.val() | (self.change.val() & (self.change_level.val() != self.queues));
        self.tables.write_address.next = (bits_to(
            bits_to(self.written_queue.val(), self.queue_bits),
            self.queue_bits + self.slot_bits,
        ) << self.slot_bits)
            | bits_to(self.written_slot.val(), self.queue_bits + self.slot_bits);

        comment!("Counts: a line's room is kept from its request to its end.");
        self.named_count.next = self.found.val() + bits_from(self.put.val(), self.count_bits);
        if self.line_lost.val() {
            self.kept_count.next = bits(0, self.count_bits);
        } else {
            self.kept_count.next = self.named_count.val();
        }
        if self.line_ends.val() {
            self.found.next = bits(0, self.count_bits);
        } else {
            self.found.next = self.named_count.val();
        }
        for i in 0..self.queues {
            self.asked[i].next = self.ask.val() & (self.change_level.val() == (i + 1));
            self.read[i].next = self.line_ends.val() & (self.line_level.val() == (i + 1));
            if self.read[i].val() {
                self.pushed[i].next = self.pushed[i].val() + self.kept_count.val();
            }
            self.left[i].next = bits(0, self.count_bits);
            if self.remove.val() & (self.change_level.val() == i) {
                self.popped[i].next = self.popped[i].val() + 1;
                self.left[i].next = bits(1, self.count_bits);
            }
            self.gained[i].next = bits(0, self.count_bits);
            if self.read[i].val() & self.asked[i].val() {
                self.gained[i].next = self.kept_count.val();
            } else if self.read[i].val() {
                self.gained[i].next = self.kept_count.val() - self.entries;
            } else if self.asked[i].val() {
                self.gained[i].next = bits(self.entries, self.count_bits);
            }
            self.promised[i].next =
                self.promised[i].val() + self.gained[i].val() - self.left[i].val();
        }
        if self.start.val() {
            self.root_waits.next = true;
            self.top.next = self.root.val();
        } else if self.change_level.val() == self.queues {
            if self.remove.val() {
                self.root_waits.next = false;
            }
            if self.change.val() {
                self.top.next = self.changed.val();
            }
        }
    }
}
