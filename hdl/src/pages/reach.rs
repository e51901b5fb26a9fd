//! How far a process's pages reach.

use crate::geometry::{Geometry, PAGE_BITS};
use crate::rtl::*;

/// log2 of the pages from one arena of a class to the next.
fn stride_pages(g: &Geometry) -> Table {
    let words: Vec<usize> = g.strides().iter().map(|bits| bits - PAGE_BITS).collect();
    Table::new(
        "memento_stride_pages",
        "log2 of the pages from one arena of a class to the next.",
        words,
        clog2(g.max_stride_bits - PAGE_BITS + 1).max(1),
    )
}

module! {
    /// Reach: how many arenas a process has had pages of, class by class, and how many contexts, so
    /// that its page table can be taken down without reading what was never mapped.
    ///
    /// It counts the arenas and contexts that page tables were written for, whatever became of the
    /// pages; it is kept here and not in memory, so that nothing in memory, records and headers
    /// that were tampered with included, can hide a frame.
    ///
    /// Protocol:   note raises the counts of a process, and forget clears them, from the next rising
    ///             edge on. look and the page are held until answered pulses: beyond says that
    ///             neither it nor any page before next_page is mapped, or ever was, by the process.
    ///             next_page is in another class at once if no page of the class follows.
    /// Latency:    answered one cycle after look, but for cycles of note and forget.
    /// Reset:      the counts of a process are undefined until forget.
    pub module Reach(g: &Geometry) = "memento_reach" {
        parameters {
            /// bits, width of a process number
            process_bits = g.process_bits,
            /// bits, width of a class number
            class_bits = g.class_bits,
            /// bits, width of a context number
            context_bits = g.context_bits,
            /// bits, width of an arena number
            arena_bits = g.arena_bits,
            /// log2 of a lane's pages
            lane_page_bits = g.lane_bits - PAGE_BITS,
            /// log2 of the region's pages, as of a power of two of classes
            region_page_bits = g.region_bits() - PAGE_BITS,
            /// log2 of the header lane's pages
            header_page_bits = g.header_lane_bits - PAGE_BITS,
            /// bits, width of a virtual page number
            page_number_bits = g.virtual_bits - PAGE_BITS,
            /// region base above the region's width
            region_tag = (g.region_base & ((1 << g.virtual_bits) - 1)) >> g.region_bits(),
            /// header lane's base above the lane's width
            header_tag = (g.header_base & ((1 << g.virtual_bits) - 1)) >> g.header_lane_bits,
        }
        derived {
            /// class numbers
            numbers = 1 << class_bits,
            /// bits, width of a count of arenas
            count_bits = arena_bits + 1,
            /// bits, width of a count of contexts
            contexts_bits = context_bits + 1,
            /// log2 of the pages of a class and context
            low_page_bits = lane_page_bits - context_bits,
            /// whether a page of headers is of one class and context
            headers_apart = (arena_bits >= 6) as usize,
            /// log2 of the header pages of a class and context
            header_low_bits = arena_bits.max(6) - 6,
            /// log2 of the header pages of a class
            header_class_bits = header_low_bits + context_bits,
            /// bits, width of an entry's number: process and class
            entry_bits = process_bits + class_bits,
            /// bits, width of a page number with a carry
            place_bits = page_number_bits + 1,
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
            "Process of note and forget" {
                /// process number
                input process_id: Word = process_bits;
            }
            "Forget" {
                /// pulse: nothing of the process is mapped
                input forget: bool;
            }
            "Note" {
                /// pulse: a page table is written for a page
                input note: bool;
                /// class of its arena
                input note_class: Word = class_bits;
                /// context of its arena
                input note_context: Word = context_bits;
                /// number of its arena
                input note_arena: Word = arena_bits;
            }
            "Look-up: held until answered" {
                /// how far do pages reach?
                input look: bool;
                /// process number
                input page_process: Word = process_bits;
                /// virtual page number
                input page: Word = page_number_bits;
                /// the answer is there
                output answered: bool;
                /// no page from this one on is mapped, up to the next that may be
                output beyond: bool;
                /// that one's number
                output next_page: Word = place_bits;
            }
        }
        wires {
            /// the page is one of headers
            in_headers: bool;
            /// the page is in the region
            in_region: bool;
            /// class of the page
            page_class: Word = class_bits;
            /// its context
            page_context: Word = context_bits;
            /// the lowest arena that it belongs to
            page_arena: Word = count_bits;
            /// page in its class and context
            low_page: Word = low_page_bits;
            /// process whose counts are looked up or written
            counted: Word = process_bits;
            /// class that is looked up or written
            size_class: Word = class_bits;
            /// entry that is looked up or written
            entry: Word = entry_bits;
            /// classes of the process that have had arenas
            used: Word = numbers;
            /// the class, as a bit
            class_bit: Word = numbers;
            /// it has had arenas
            class_used: bool;
            /// arenas of process and class, if it has
            count: Word = count_bits;
            /// contexts of the process
            contexts: Word = contexts_bits;
            /// used classes above it
            above: Word = numbers;
            /// pages of a class and context, less one
            low_rest: Word = place_bits;
            /// the page is behind those of its context
            context_beyond: bool;
            /// first page of the next used class, or the first behind all classes
            next_class_page: Word = place_bits;
        }
        state {
            /// the answer is there
            answering: bool;
        }
        data {
            /// no page is mapped here
            found_beyond: bool;
            /// next page that may be
            found_page: Word = place_bits;
        }
        instances {
            /// arenas, of process and class
            counts: leaf::LutRam = leaf::LutRam::protected(1 << (g.process_bits + g.class_bits), g.arena_bits + 1, parity == 1);
            /// classes that have had arenas, of a process
            classes: leaf::LutRam = leaf::LutRam::protected(g.processes, 1 << g.class_bits, parity == 1);
            /// contexts, of a process
            context_counts: leaf::LutRam = leaf::LutRam::protected(g.processes, g.context_bits + 1, parity == 1);
            /// log2 of the class's stride, in pages
            stride: Table = stride_pages(g);
            /// the next used class
            next_class: leaf::OnehotEncoder = leaf::OnehotEncoder::new(1 << g.class_bits);
        }
    }
}

impl Logic for Reach {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("The page: headers', 64 arenas each, or objects'.");
        self.in_headers.next = bits_to(
            self.page.val() >> self.header_page_bits,
            self.page_number_bits,
        ) == self.header_tag;
        self.in_region.next = bits_to(
            self.page.val() >> self.region_page_bits,
            self.page_number_bits,
        ) == self.region_tag;
        self.low_page.next = bits_to(self.page.val(), self.low_page_bits);
        if self.in_headers.val() {
            self.page_class.next =
                bits_to(self.page.val() >> self.header_class_bits, self.class_bits);
            self.page_context.next =
                bits_to(self.page.val() >> self.header_low_bits, self.context_bits);
            self.low_rest.next = (bits(1, self.place_bits) << self.header_low_bits) - 1;
        } else {
            self.page_class.next = bits_to(self.page.val() >> self.lane_page_bits, self.class_bits);
            self.page_context.next =
                bits_to(self.page.val() >> self.low_page_bits, self.context_bits);
            self.low_rest.next = (bits(1, self.place_bits) << self.low_page_bits) - 1;
        }
        self.stride.address.next = self.page_class.val();
        if self.in_headers.val() {
            self.page_arena.next = bits_to(
                bits_to(self.page.val(), self.header_low_bits.max(1)),
                self.count_bits,
            ) << 6;
        } else {
            self.page_arena.next = bits_to(
                self.low_page.val() >> self.stride.data.val(),
                self.count_bits,
            );
        }

        comment!("The counts: of what is noted or forgotten, else of what is looked at.");
        if self.note.val() | self.forget.val() {
            self.counted.next = self.process_id.val();
            self.size_class.next = self.note_class.val();
        } else {
            self.counted.next = self.page_process.val();
            self.size_class.next = self.page_class.val();
        }
        self.entry.next = (bits_to(self.counted.val(), self.entry_bits) << self.class_bits)
            | bits_to(self.size_class.val(), self.entry_bits);
        self.counts.read_address.next = self.entry.val();
        self.count.next = self.counts.read_data.val();
        self.classes.read_address.next = self.counted.val();
        self.used.next = self.classes.read_data.val();
        self.context_counts.read_address.next = self.counted.val();
        self.contexts.next = self.context_counts.read_data.val();
        self.class_bit.next = bits(1, self.numbers) << self.size_class.val();
        self.class_used.next = (self.used.val() & self.class_bit.val()).any();

        if self.parity == 1 {
            self.wrong[0].next = (self.note.val() | self.look.val())
                & !self.forget.val()
                & (self.classes.wrong.val()
                    | self.context_counts.wrong.val()
                    | (self.class_used.val() & self.counts.wrong.val()));
        }

        comment!("They rise, or are forgotten; an arena's count holds if its class is used.");
        self.counts.write_address.next = self.entry.val();
        self.counts.write_data.next = bits_to(self.note_arena.val(), self.count_bits) + 1;
        self.counts.write.next = self.note.val()
            & (!self.class_used.val()
                | (bits_to(self.note_arena.val(), self.count_bits) >= self.count.val()));
        self.classes.write_address.next = self.process_id.val();
        self.classes.write.next = self.note.val() | self.forget.val();
        self.context_counts.write_address.next = self.process_id.val();
        if self.forget.val() {
            self.classes.write_data.next = bits(0, self.numbers);
            self.context_counts.write_data.next = bits(0, self.contexts_bits);
            self.context_counts.write.next = true;
        } else {
            self.classes.write_data.next = self.used.val() | self.class_bit.val();
            self.context_counts.write_data.next =
                bits_to(self.note_context.val(), self.contexts_bits) + 1;
            self.context_counts.write.next = self.note.val()
                & (bits_to(self.note_context.val(), self.contexts_bits) >= self.contexts.val());
        }

        comment!("Where the next used class begins, or all classes end.");
        self.above.next = self.used.val() & !(self.class_bit.val() | (self.class_bit.val() - 1));
        self.next_class.onehot.next = self.above.val() & (!self.above.val() + 1);
        if !self.above.val().any() & self.in_headers.val() {
            self.next_class_page.next =
                bits(self.header_tag + 1, self.place_bits) << self.header_page_bits;
        } else if !self.above.val().any() {
            self.next_class_page.next =
                bits(self.region_tag + 1, self.place_bits) << self.region_page_bits;
        } else if self.in_headers.val() {
            self.next_class_page.next = (bits(self.header_tag, self.place_bits)
                << self.header_page_bits)
                | (bits_to(self.next_class.position.val(), self.place_bits)
                    << self.header_class_bits);
        } else {
            self.next_class_page.next = (bits(self.region_tag, self.place_bits)
                << self.region_page_bits)
                | (bits_to(self.next_class.position.val(), self.place_bits) << self.lane_page_bits);
        }

        comment!("Beyond: of a class, a context or an arena that never was.");
        self.context_beyond.next =
            bits_to(self.page_context.val(), self.contexts_bits) >= self.contexts.val();
        self.found_beyond.next = (self.in_region.val()
            | (self.in_headers.val() & (self.headers_apart == 1)))
            & (!self.class_used.val()
                | self.context_beyond.val()
                | (self.page_arena.val() >= self.count.val()));
        if !self.class_used.val() | self.context_beyond.val() {
            self.found_page.next = self.next_class_page.val();
        } else {
            self.found_page.next =
                (bits_to(self.page.val(), self.place_bits) | self.low_rest.val()) + 1;
        }
        self.answering.next =
            self.look.val() & !self.note.val() & !self.forget.val() & !self.answering.val();
        self.answered.next = self.answering.val();
        self.beyond.next = self.found_beyond.val();
        self.next_page.next = self.found_page.val();
    }
}
