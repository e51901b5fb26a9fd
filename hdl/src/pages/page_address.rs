//! Virtual addresses, arenas and pages.

use super::channels::{ArenaPage, arena_page};
use crate::geometry::{Geometry, PAGE_BITS};
use crate::rtl::*;

module! {
    /// Page address: which arena and page a virtual address belongs to, and where an arena's page
    /// and its header are.
    ///
    /// Latency:    combinational.
    pub module PageAddress(g: &Geometry) = "memento_page_address" {
        parameters {
            /// bits, width of an address
            operand_bits = g.operand_bits,
            /// bits, width of a class number
            class_bits = g.class_bits,
            /// bits, width of a context number
            context_bits = g.context_bits,
            /// bits, width of an arena number
            arena_bits = g.arena_bits,
            /// size classes
            classes = g.classes,
            /// log2 of a lane's bytes
            lane_bits = g.lane_bits,
            /// log2 of the region's bytes, as of a power of two of classes
            region_bits = g.region_bits(),
            /// region base above the region's width
            region_tag = g.region_base >> g.region_bits(),
            /// log2 of the header lane's bytes
            header_lane_bits = g.header_lane_bits,
            /// header lane's base above the lane's width
            header_lane_tag = g.header_base >> g.header_lane_bits,
            /// log2 of the largest stride in bytes
            max_stride_bits = g.max_stride_bits,
            /// bits, width of a virtual page number
            page_number_bits = g.virtual_bits - PAGE_BITS,
            /// virtual page number of the region's first page
            region_page = page_number(g, g.region_base),
            /// virtual page number of the header lane's first page
            header_page = page_number(g, g.header_base),
        }
        derived {
            /// bits, width of a page's number in its arena
            page_bits = page_bits(g),
            /// bits, width of a count of an arena's pages
            pages_bits = page_bits + 1,
            /// whether every class number is a class
            every_class = (classes == 1 << class_bits) as usize,
            /// bits of an address below the context
            low_bits = lane_bits - context_bits,
            /// bits, width of a page's number in a class and context
            low_page_bits = low_bits - PAGE_BITS,
            /// bits of a header's address below the context
            header_low_bits = arena_bits + 6,
        }
        ports {
            "Address: combinational" {
                /// an address
                input address: Word = operand_bits;
                /// it is in a page of objects
                output in_body: bool;
                /// that page
                output body: ArenaPage = arena_page(g);
                /// it is in the header lane
                output in_header_lane: bool;
                /// the arena of that header
                output header: ArenaPage = arena_page(g);
            }
            "Arena: combinational" {
                /// arena, and a page of it
                input target: ArenaPage = arena_page(g);
                /// pages that its objects take
                output body_pages: Word = pages_bits;
                /// virtual page number of the page
                output page_number: Word = page_number_bits;
                /// virtual page number of its header's page
                output header_page_number: Word = page_number_bits;
                /// the header's line in that page
                output header_line: Word = 6;
            }
        }
        wires {
            /// class of the address
            address_class: Word = class_bits;
            /// the address has the region's base
            base_matches: bool;
            /// page of the address in its class and context
            low_page: Word = low_page_bits;
            /// bits of an arena's pages
            page_mask: Word = low_page_bits;
            /// page of the address in its arena
            own_page: Word = low_page_bits;
            /// the header's place in the header lane, in bytes
            header_offset: Word = header_lane_bits;
            /// page of the arena in its class and context
            arena_page: Word = low_page_bits;
        }
        instances {
            /// log2 of the address's class's stride, in pages
            address_stride: Table = stride_pages(g);
            /// pages that an arena of the address's class takes
            address_pages: Table = pages(g);
            /// log2 of the arena's stride, in pages
            arena_stride: Table = stride_pages(g);
            /// pages that the arena takes
            arena_pages: Table = pages(g);
        }
    }
}

/// Width of a page's number in its arena.
pub(super) fn page_bits(g: &Geometry) -> usize {
    (g.max_stride_bits - PAGE_BITS).max(1)
}

/// Virtual page number of an address.
fn page_number(g: &Geometry, address: usize) -> usize {
    (address & ((1 << g.virtual_bits) - 1)) >> PAGE_BITS
}

fn stride_pages(g: &Geometry) -> Table {
    let words: Vec<usize> = g.strides().iter().map(|bits| bits - PAGE_BITS).collect();
    Table::new(
        "memento_stride_pages",
        "log2 of the pages from one arena of a class to the next.",
        words,
        clog2(g.max_stride_bits - PAGE_BITS + 1).max(1),
    )
}

fn pages(g: &Geometry) -> Table {
    Table::new(
        "memento_body_pages",
        "Pages that the objects of an arena of a class take.",
        g.body_pages_table(),
        page_bits(g) + 1,
    )
}

impl Logic for PageAddress {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("The address's page.");
        self.address_class.next = bits_to(self.address.val() >> self.lane_bits, self.class_bits);
        self.body.next.size_class = self.address_class.val();
        self.body.next.context_id = bits_to(self.address.val() >> self.low_bits, self.context_bits);
        self.address_stride.address.next = self.address_class.val();
        self.address_pages.address.next = self.address_class.val();
        self.low_page.next = bits_to(self.address.val() >> 12, self.low_page_bits);
        self.page_mask.next = !(!bits(0, self.low_page_bits) << self.address_stride.data.val());
        self.own_page.next = self.low_page.val() & self.page_mask.val();
        self.body.next.page = bits_to(self.own_page.val(), self.page_bits);
        self.body.next.arena = bits_to(
            self.low_page.val() >> self.address_stride.data.val(),
            self.arena_bits,
        );
        self.base_matches.next = bits_to(
            self.address.val() >> self.region_bits,
            self.operand_bits - self.region_bits,
        ) == self.region_tag;
        if self.every_class == 1 {
            self.in_body.next = self.base_matches.val()
                & (bits_to(self.own_page.val(), self.pages_bits) < self.address_pages.data.val());
        } else {
            self.in_body.next = self.base_matches.val()
                & (self.address_class.val() < self.classes)
                & (bits_to(self.own_page.val(), self.pages_bits) < self.address_pages.data.val());
        }

        comment!("The address's header.");
        self.in_header_lane.next = bits_to(
            self.address.val() >> self.header_lane_bits,
            self.operand_bits - self.header_lane_bits,
        ) == self.header_lane_tag;
        self.header.next.arena = bits_to(self.address.val() >> 6, self.arena_bits);
        self.header.next.context_id = bits_to(
            self.address.val() >> self.header_low_bits,
            self.context_bits,
        );
        self.header.next.size_class = bits_to(
            self.address.val() >> (self.header_low_bits + self.context_bits),
            self.class_bits,
        );

        self.header.next.page = bits(0, self.page_bits);

        comment!("The arena's page and its header's.");
        self.arena_stride.address.next = self.target.val().size_class;
        self.arena_pages.address.next = self.target.val().size_class;
        self.body_pages.next = self.arena_pages.data.val();
        self.arena_page.next = (bits_to(self.target.val().arena, self.low_page_bits)
            << self.arena_stride.data.val())
            | bits_to(self.target.val().page, self.low_page_bits);
        self.page_number.next = bits(self.region_page, self.page_number_bits)
            | (bits_to(self.target.val().size_class, self.page_number_bits)
                << (self.lane_bits - 12))
            | (bits_to(self.target.val().context_id, self.page_number_bits)
                << (self.low_bits - 12))
            | bits_to(self.arena_page.val(), self.page_number_bits);
        self.header_offset.next = (bits_to(self.target.val().size_class, self.header_lane_bits)
            << (self.header_low_bits + self.context_bits))
            | (bits_to(self.target.val().context_id, self.header_lane_bits)
                << self.header_low_bits)
            | (bits_to(self.target.val().arena, self.header_lane_bits) << 6);
        self.header_page_number.next = bits(self.header_page, self.page_number_bits)
            | bits_to(self.header_offset.val() >> 12, self.page_number_bits);
        self.header_line.next = bits_to(self.header_offset.val() >> 6, 6);
    }
}
