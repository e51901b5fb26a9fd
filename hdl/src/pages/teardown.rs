//! The place in a page table that is taken down.

use crate::geometry::{Geometry, LINE_BYTES, PAGE_BITS};
use crate::rtl::*;

/// First and last virtual page number that a process can have mapped.
fn reach(g: &Geometry) -> (usize, usize) {
    let region_end = g.region_base + (1 << g.region_bits());
    let header_end = g.header_base + (1 << g.header_lane_bits);
    let number_bits = g.virtual_bits - PAGE_BITS;
    let number = |address: usize| (address >> PAGE_BITS) & ((1 << number_bits) - 1);
    (
        number(g.region_base.min(g.header_base)),
        number(region_end.max(header_end) - 1),
    )
}

module! {
    /// Teardown: where a page table's dismantling is. Entries are visited in ascending order, a
    /// line at a time, each table behind all that it names, from the first page that region and
    /// header lane reach to the last. Pages that are known not to be mapped are skipped.
    ///
    /// Protocol:   one of begin, descend, advance, skip, ascend may pulse in a cycle; the place
    ///             follows at the next rising edge. At most one page table is under way.
    /// Reset:      the place is undefined until begin.
    pub module Teardown(g: &Geometry) = "memento_teardown" {
        parameters {
            /// bits, width of a frame index
            frame_index_bits = g.frame_index_bits,
            /// levels of a page table
            levels = g.levels,
            /// log2 of the entries a table
            table_index_bits = g.table_index_bits,
            /// bits, width of a virtual page number
            page_number_bits = g.virtual_bits - PAGE_BITS,
            /// first virtual page number that can be mapped
            first = reach(g).0,
            /// last virtual page number that can be mapped
            last = reach(g).1,
        }
        derived {
            /// bits, width of an entry's number in its line
            entry_bits = clog2(LINE_BYTES / g.pte_bytes),
            /// bits, width of the place: a virtual page number, and one bit for "beyond the last"
            place_bits = page_number_bits + 1,
            /// lowest bit of the index into a table of level 2
            second_index = 2 * table_index_bits,
            /// lowest bit of the index into a table of level 3
            third_index = 3 * table_index_bits,
            /// lowest bit above the index into a table of level 3
            fourth_index = 4 * table_index_bits,
            /// the root's level
            top_level = levels - 1,
        }
        ports {
            "Steps: at most one a cycle" {
                /// start at a root
                input begin_root: bool;
                /// frame index of that root
                input root: Word = frame_index_bits;
                /// go into the table that an entry of the line names
                input descend: bool;
                /// number of that entry in its line
                input descend_entry: Word = entry_bits;
                /// frame index of that table
                input descend_table: Word = frame_index_bits;
                /// go to the next line
                input advance: bool;
                /// go to a page further on, none before it being mapped
                input skip: bool;
                /// that page
                input skip_page: Word = place_bits;
                /// leave the table
                input ascend: bool;
            }
            "Place" {
                /// frame index of the table
                output at_table: Word = frame_index_bits;
                /// index of the next entry
                output at_index: Word = table_index_bits;
                /// the table is a leaf table
                output at_leaf: bool;
                /// the table is the root
                output at_root: bool;
                /// the table has no further entry
                output exhausted: bool;
                /// virtual page number of the next page
                output at_page: Word = page_number_bits;
            }
        }
        wires {
            /// pages that an entry stands for
            span: Word = place_bits;
            /// pages that a line stands for, less one
            line_rest: Word = place_bits;
            /// first page of the line
            line_first: Word = place_bits;
            /// first page of the entry that is descended
            entry_first: Word = place_bits;
            /// first page of the next line
            next_first: Word = place_bits;
            /// index of the next line in this table, 0 if there is none
            next_index: Word = table_index_bits;
            /// where the place differs from the page left last
            moved: Word = place_bits;
            /// the place is outside the table above
            above_left: bool;
            /// where the page skipped to differs from the place
            skipped: Word = place_bits;
            /// it is outside the table
            left: bool;
            /// table, found so far
            found_table[levels + 1]: Word = frame_index_bits;
        }
        data {
            /// virtual page number
            place: Word = place_bits;
            /// level of the table
            level: Word = 2;
            /// page of the table that was left last
            left_page: Word = place_bits;
            /// the place is behind the table
            ended: bool;
            /// tables from the leaf's to the root
            tables[levels]: Word = frame_index_bits;
        }
    }
}

impl Logic for Teardown {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("The steps of the table's level.");
        self.moved.next = self.place.val() ^ self.left_page.val();
        self.skipped.next = self.place.val() ^ self.skip_page.val();
        if self.level.val() == 0 {
            self.span.next = bits(1, self.place_bits);
            self.at_index.next = bits_to(self.place.val(), self.table_index_bits);
            self.left.next = (self.skipped.val() >> self.table_index_bits).any();
            self.above_left.next = (self.moved.val() >> self.second_index).any();
        } else if self.level.val() == 1 {
            self.span.next = bits(1, self.place_bits) << self.table_index_bits;
            self.at_index.next = bits_to(
                self.place.val() >> self.table_index_bits,
                self.table_index_bits,
            );
            self.left.next = (self.skipped.val() >> self.second_index).any();
            self.above_left.next = (self.moved.val() >> self.third_index).any();
        } else if self.level.val() == 2 {
            self.span.next = bits(1, self.place_bits) << self.second_index;
            self.at_index.next =
                bits_to(self.place.val() >> self.second_index, self.table_index_bits);
            self.left.next = (self.skipped.val() >> self.third_index).any();
            self.above_left.next = (self.moved.val() >> self.fourth_index).any();
        } else {
            self.span.next = bits(1, self.place_bits) << self.third_index;
            self.at_index.next =
                bits_to(self.place.val() >> self.third_index, self.table_index_bits);
            self.left.next = (self.skipped.val() >> self.fourth_index).any();
            self.above_left.next = false;
        }
        self.line_rest.next = (self.span.val() << self.entry_bits) - 1;
        self.line_first.next = self.place.val() & !self.line_rest.val();
        self.next_first.next = (self.place.val() | self.line_rest.val()) + 1;
        if self.level.val() == 0 {
            self.entry_first.next =
                self.line_first.val() | bits_to(self.descend_entry.val(), self.place_bits);
            self.next_index.next = bits_to(self.next_first.val(), self.table_index_bits);
        } else if self.level.val() == 1 {
            self.entry_first.next = self.line_first.val()
                | (bits_to(self.descend_entry.val(), self.place_bits) << self.table_index_bits);
            self.next_index.next = bits_to(
                self.next_first.val() >> self.table_index_bits,
                self.table_index_bits,
            );
        } else if self.level.val() == 2 {
            self.entry_first.next = self.line_first.val()
                | (bits_to(self.descend_entry.val(), self.place_bits) << self.second_index);
            self.next_index.next = bits_to(
                self.next_first.val() >> self.second_index,
                self.table_index_bits,
            );
        } else {
            self.entry_first.next = self.line_first.val()
                | (bits_to(self.descend_entry.val(), self.place_bits) << self.third_index);
            self.next_index.next = bits_to(
                self.next_first.val() >> self.third_index,
                self.table_index_bits,
            );
        }

        self.found_table[0].next = bits(0, self.frame_index_bits);
        for i in 0..self.top_level {
            if self.descend.val() & (self.level.val() == (i + 1)) {
                self.tables[i].next = self.descend_table.val();
            }
        }
        for i in 0..self.levels {
            if self.level.val() == i {
                self.found_table[i + 1].next = self.tables[i].val();
            } else {
                self.found_table[i + 1].next = self.found_table[i].val();
            }
            if self.begin_root.val() {
                self.tables[i].next = self.root.val();
            }
        }
        self.at_table.next = self.found_table[self.levels].val();
        self.at_leaf.next = self.level.val() == 0;
        self.at_root.next = self.level.val() == self.top_level;
        self.at_page.next = bits_to(self.place.val(), self.page_number_bits);
        self.exhausted.next = self.ended.val() | (self.place.val() > self.last);

        if self.begin_root.val() {
            self.place.next = bits(self.first, self.place_bits);
            self.level.next = bits(self.top_level, 2);
            self.ended.next = false;
        } else if self.descend.val() {
            if self.entry_first.val() > self.place.val() {
                self.place.next = self.entry_first.val();
            }
            self.level.next = self.level.val() - 1;
            self.ended.next = false;
        } else if self.advance.val() {
            self.left_page.next = self.place.val();
            self.place.next = self.next_first.val();
            self.ended.next = !self.next_index.val().any();
        } else if self.skip.val() {
            self.left_page.next = self.place.val();
            self.place.next = self.skip_page.val();
            self.ended.next = self.left.val();
        } else if self.ascend.val() {
            self.level.next = self.level.val() + 1;
            self.ended.next = self.above_left.val();
        }
    }
}
