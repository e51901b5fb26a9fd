//! The walk through a page table.

use super::channels::{LineJob, Walked, line_job, walked};
use super::types::CAUSE_PAGE_TABLE;
use super::types_engine::{LineCommand, WalkState};
use super::walk_cache::WalkCache;
use crate::geometry::{Geometry, LINE_BYTES, PAGE_BITS};
use crate::rtl::*;

module! {
    /// Page walker: follows a page table from its root, or from the leaf table if a walk cache
    /// knows it, to the entry of a page, or to the entry that names no table. Pages of headers have
    /// a walk cache of their own: where one is known nothing is read.
    ///
    /// Protocol:   walk and its operands are held until done, which is combinational and lasts one
    ///             cycle; the answer is valid with it. Lines are read by the line unit: which is held
    ///             until line_done.
    /// Latency:    done in the first cycle for a page of headers that is known; 1 cycle and one
    ///             line's read if the leaf table is known, else 1 cycle and a line's read a level.
    /// Reset:      idle.
    pub module PageWalker(g: &Geometry) = "memento_page_walker" {
        parameters {
            /// bits, width of a frame index
            frame_index_bits = g.frame_index_bits,
            /// bits, width of a process number
            process_bits = g.process_bits,
            /// levels of a page table
            levels = g.levels,
            /// log2 of the entries a table
            table_index_bits = g.table_index_bits,
        }
        derived {
            /// bits, width of a virtual page number
            page_number_bits = g.virtual_bits - PAGE_BITS,
            /// bits of a virtual page number above the leaf table's index
            range_bits = page_number_bits - table_index_bits,
            /// lowest bit of the index into a table of level 2
            second_index = 2 * table_index_bits,
            /// lowest bit of the index into a table of level 3
            third_index = 3 * table_index_bits,
            /// the root's level
            top_level = levels - 1,
            /// entries a line
            entries = LINE_BYTES / g.pte_bytes,
            /// bits, width of an entry's number in its line
            entry_bits = clog2(entries),
            /// cause of the memory accesses
            cause = CAUSE_PAGE_TABLE,
        }
        ports {
            "Walk: held until done" {
                /// a walk is asked for
                input walk: bool;
                /// process
                input process_id: Word = process_bits;
                /// frame index of its root table
                input root: Word = frame_index_bits;
                /// virtual page number
                input page_number: Word = page_number_bits;
                /// it is a page of headers
                input headers: bool;
                /// the answer is there
                output done: bool;
                /// what is found
                output found: Walked = walked(g);
                /// frame index of the table that has the entry last read
                output last_table: Word = frame_index_bits;
                /// that table's level, 0 for a leaf table
                output last_level: Word = 2;
            }
            "Line unit: a line of entries is read" {
                /// read
                output line_read: bool;
                /// which line, and which entry of it
                output line_job: LineJob = line_job(g);
                /// it is read
                input line_done: bool;
                /// the memory reported an error
                input line_error: bool;
                /// the entry is valid
                input line_valid: bool;
                /// its frame index
                input line_frame: Word = frame_index_bits;
            }
            "Forget a process" {
                /// pulse: forget all tables of process
                input drop: bool;
                /// they are being forgotten, or those before the reset
                output busy: bool;
            }
        }
        wires {
            /// index of the entry that is read
            index: Word = table_index_bits;
            /// the read that ends the walk is done
            ends: bool;
            /// the page is known
            known: bool;
        }
        state {
            /// what the walker does
            state: WalkState;
        }
        data {
            /// level of the table that is read
            level: Word = 2;
            /// its frame index
            at_table: Word = frame_index_bits;
        }
        instances {
            /// where leaf tables are
            cache: WalkCache = WalkCache::new(g, g.virtual_bits - PAGE_BITS - g.table_index_bits);
            /// where pages of headers are
            page_cache: WalkCache = WalkCache::new(g, g.virtual_bits - PAGE_BITS);
        }
    }
}

impl Logic for PageWalker {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("The index belongs to the level.");
        if self.level.val() == 0 {
            self.index.next = bits_to(self.page_number.val(), self.table_index_bits);
        } else if self.level.val() == 1 {
            self.index.next = bits_to(
                self.page_number.val() >> self.table_index_bits,
                self.table_index_bits,
            );
        } else if self.level.val() == 2 {
            self.index.next = bits_to(
                self.page_number.val() >> self.second_index,
                self.table_index_bits,
            );
        } else {
            self.index.next = bits_to(
                self.page_number.val() >> self.third_index,
                self.table_index_bits,
            );
        }
        self.line_read.next = self.walk.val() & (self.state.val() == WalkState::Read);
        self.line_job.next.command = LineCommand::Read;
        self.line_job.next.cause = bits(self.cause, 3);
        self.line_job.next.frame = self.at_table.val();
        self.line_job.next.line = bits_to(self.index.val() >> self.entry_bits, 6);
        self.line_job.next.entry = bits_to(self.index.val(), self.entry_bits);
        self.line_job.next.mask = !bits(0, self.entries);

        comment!("The walk ends at a leaf table, at an entry that names no table, or at an error.");
        self.ends.next = (self.state.val() == WalkState::Read)
            & self.line_done.val()
            & (self.line_error.val() | !self.line_valid.val() | (self.level.val() == 0));
        self.known.next = (self.state.val() == WalkState::Look)
            & self.walk.val()
            & self.headers.val()
            & self.page_cache.hit.val();
        self.done.next = self.ends.val() | self.known.val();
        self.found.next.bus_error = self.ends.val() & self.line_error.val();
        self.found.next.mapped = self.known.val() | self.line_valid.val();
        if self.known.val() {
            self.found.next.frame = self.page_cache.frame.val();
        } else {
            self.found.next.frame = self.line_frame.val();
        }
        self.last_table.next = self.at_table.val();
        self.last_level.next = self.level.val();

        comment!("A leaf table that was found is kept, a page of headers too.");
        self.cache.process_id.next = self.process_id.val();
        self.cache.range.next = bits_to(
            self.page_number.val() >> self.table_index_bits,
            self.range_bits,
        );
        self.cache.fill.next = (self.state.val() == WalkState::Read)
            & self.line_done.val()
            & !self.line_error.val()
            & self.line_valid.val()
            & (self.level.val() == 1);
        self.cache.fill_frame.next = self.line_frame.val();
        self.cache.drop.next = self.drop.val();
        self.page_cache.process_id.next = self.process_id.val();
        self.page_cache.range.next = self.page_number.val();
        self.page_cache.fill.next =
            self.ends.val() & self.headers.val() & !self.line_error.val() & self.line_valid.val();
        self.page_cache.fill_frame.next = self.line_frame.val();
        self.page_cache.drop.next = self.drop.val();
        self.busy.next = self.cache.busy.val() | self.page_cache.busy.val();

        match self.state.val() {
            WalkState::Look => {
                if self.walk.val() & !self.known.val() {
                    if self.cache.hit.val() {
                        self.level.next = bits(0, 2);
                        self.at_table.next = self.cache.frame.val();
                    } else {
                        self.level.next = bits(self.top_level, 2);
                        self.at_table.next = self.root.val();
                    }
                    self.state.next = WalkState::Read;
                }
            }
            WalkState::Read => {
                if self.ends.val() {
                    self.state.next = WalkState::Look;
                } else if self.line_done.val() {
                    self.level.next = self.level.val() - 1;
                    self.at_table.next = self.line_frame.val();
                }
            }
        }
    }
}
