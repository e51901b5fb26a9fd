//! Places in a page table, line by line.

use crate::geometry::{Geometry, LINE_BYTES, PAGE_BITS};
use crate::rtl::*;

module! {
    /// Table place: which line of a table the entry of a page is in, and where the next line is.
    ///
    /// Pages are counted by virtual page numbers with a carry, so that there is one behind the last.
    ///
    /// Latency:    combinational.
    pub module TablePlace(g: &Geometry) = "memento_table_place" {
        parameters {
            /// log2 of the entries a table
            table_index_bits = g.table_index_bits,
            /// bits, width of a virtual page number
            page_number_bits = g.virtual_bits - PAGE_BITS,
            /// bytes of a page-table entry
            entry_bytes = g.pte_bytes,
        }
        derived {
            /// bits, width of an entry's number in its line
            entry_bits = clog2(LINE_BYTES / entry_bytes),
            /// bits, width of a virtual page number with a carry
            place_bits = page_number_bits + 1,
            /// lowest bit of the index into a table of level 2
            second_index = 2 * table_index_bits,
            /// lowest bit of the index into a table of level 3
            third_index = 3 * table_index_bits,
            /// lowest bit above the index into a table of level 3
            fourth_index = 4 * table_index_bits,
        }
        ports {
            "Place" {
                /// level of the table
                input level: Word = 2;
                /// a page in it
                input page: Word = place_bits;
                /// a page behind it
                input later_page: Word = place_bits;
            }
            "Lines" {
                /// index of the page's entry
                output index: Word = table_index_bits;
                /// first page of its line
                output line_page: Word = place_bits;
                /// first page of the next line
                output next_page: Word = place_bits;
                /// the next line is in another table
                output last_line: bool;
                /// the later page is in another table
                output left: bool;
            }
        }
        wires {
            /// pages that an entry stands for
            span: Word = place_bits;
            /// pages that a line stands for, less one
            line_rest: Word = place_bits;
            /// where the next line's first page differs from the page
            moved: Word = place_bits;
            /// where the later page does
            skipped: Word = place_bits;
        }
    }
}

impl Logic for TablePlace {
    #[hdl_gen]
    fn update(&mut self) {
        if self.level.val() == 0 {
            self.span.next = bits(1, self.place_bits);
            self.index.next = bits_to(self.page.val(), self.table_index_bits);
        } else if self.level.val() == 1 {
            self.span.next = bits(1, self.place_bits) << self.table_index_bits;
            self.index.next = bits_to(
                self.page.val() >> self.table_index_bits,
                self.table_index_bits,
            );
        } else if self.level.val() == 2 {
            self.span.next = bits(1, self.place_bits) << self.second_index;
            self.index.next = bits_to(self.page.val() >> self.second_index, self.table_index_bits);
        } else {
            self.span.next = bits(1, self.place_bits) << self.third_index;
            self.index.next = bits_to(self.page.val() >> self.third_index, self.table_index_bits);
        }
        self.line_rest.next = (self.span.val() << self.entry_bits) - 1;
        self.line_page.next = self.page.val() & !self.line_rest.val();
        self.next_page.next = (self.page.val() | self.line_rest.val()) + 1;

        comment!("Pages of one table differ below its level's upper end.");
        self.moved.next = self.page.val() ^ self.next_page.val();
        self.skipped.next = self.page.val() ^ self.later_page.val();
        if self.level.val() == 0 {
            self.last_line.next = (self.moved.val() >> self.table_index_bits).any();
            self.left.next = (self.skipped.val() >> self.table_index_bits).any();
        } else if self.level.val() == 1 {
            self.last_line.next = (self.moved.val() >> self.second_index).any();
            self.left.next = (self.skipped.val() >> self.second_index).any();
        } else if self.level.val() == 2 {
            self.last_line.next = (self.moved.val() >> self.third_index).any();
            self.left.next = (self.skipped.val() >> self.third_index).any();
        } else {
            self.last_line.next = (self.moved.val() >> self.fourth_index).any();
            self.left.next = (self.skipped.val() >> self.fourth_index).any();
        }
    }
}
