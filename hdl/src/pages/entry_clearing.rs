//! Entries of an arena that is given back are cleared.

use super::channels::{LineJob, line_job};
use super::types::CAUSE_PAGE_TABLE;
use super::types_engine::{ClearState, LineCommand};
use crate::geometry::{Geometry, LINE_BYTES};
use crate::rtl::*;

module! {
    /// Entry clearing: clears the entries of an arena's pages in its leaf table, a line at a time,
    /// and hands the frames that they named to the reclaimer.
    ///
    /// Protocol:   clear and what belongs to it are held until done, which lasts a cycle; the counts
    ///             are valid with it. A line's command and its entries are held until line_done, and
    ///             with handing until the entry is taken. Frames: valid/ready.
    /// Latency:    a cycle; for each line one read, and one written if any of its entries is valid,
    ///             then a cycle an entry up to the last valid one.
    /// Bus errors: the line's frames stay mapped; the other lines are cleared all the same.
    /// Reset:      idle.
    pub module EntryClearing(g: &Geometry) = "memento_entry_clearing" {
        parameters {
            /// bits, width of a frame index
            frame_index_bits = g.frame_index_bits,
            /// log2 of the entries a page table
            table_index_bits = g.table_index_bits,
            /// bytes of a page-table entry
            entry_bytes = g.pte_bytes,
            /// bits, width of a count of an arena's pages
            pages_bits = super::page_address::page_bits(g) + 1,
            /// cause of the memory accesses
            cause = CAUSE_PAGE_TABLE,
        }
        derived {
            /// entries a line
            entries = LINE_BYTES / entry_bytes,
            /// bits, width of an entry's number in its line
            entry_bits = clog2(entries),
            /// bits, width of a sum of an entry's number and a count of pages
            end_bits = pages_bits.max(entry_bits) + 1,
        }
        ports {
            "Arena: held until done" {
                /// clear its entries
                input clear: bool;
                /// frame index of its leaf table
                input leaf_table: Word = frame_index_bits;
                /// index of its first page's entry
                input first_index: Word = table_index_bits;
                /// its pages
                input pages: Word = pages_bits;
                /// they are cleared
                output done: bool;
                /// frames handed over
                output frames: Word = pages_bits;
                /// of some line the memory failed
                output bus_error: bool;
            }
            "Lines: held until done" {
                /// a line is to be read or written
                output line_valid: bool;
                /// an entry of the line is looked at
                output handing: bool;
                /// which one, and which line
                output job: LineJob = line_job(g);
                /// done
                input line_done: bool;
                /// the memory failed
                input line_error: bool;
                /// valid entries among those that matter
                input line_found: Word = entries;
                /// the looked-at entry is one of them
                input entry_valid: bool;
            }
            "Frame of the looked-at entry: valid/ready" {
                /// it is handed over
                output frame_valid: bool;
                /// taken
                input frame_ready: bool;
            }
        }
        wires {
            /// number of the first entry in its line
            line_entry: Word = entry_bits;
            /// number behind the last, if that is in the line
            line_end: Word = end_bits;
            /// entries before the first
            entries_before: Word = entries;
            /// entries behind the last
            entries_behind: Word = entries;
            /// pages from the line's first entry to the next line
            line_pages: Word = end_bits;
            /// no page is beyond the line
            last_line: bool;
            /// no valid entry of the line follows the looked-at one
            last_entry: bool;
            /// the looked-at entry is done with
            entry_done: bool;
            /// its frame is handed over
            handed: bool;
            /// the line can't be read or written
            line_fails: bool;
            /// the line is done with
            line_over: bool;
            /// frames handed over, this one included
            handed_count: Word = pages_bits;
            /// some line failed, this one included
            fails: bool;
        }
        state {
            /// what is done
            state: ClearState;
        }
        data {
            /// index of the first entry that isn't cleared yet
            index: Word = table_index_bits;
            /// pages that are not cleared yet
            left: Word = pages_bits;
            /// frames handed over
            count: Word = pages_bits;
            /// some line failed
            failed: bool;
            /// entry that is looked at
            scan: Word = entry_bits;
        }
    }
}

impl Logic for EntryClearing {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("The arena's entries in the line.");
        self.line_entry.next = bits_to(self.index.val(), self.entry_bits);
        self.line_end.next =
            bits_to(self.left.val(), self.end_bits) + bits_to(self.line_entry.val(), self.end_bits);
        self.line_pages.next =
            bits(self.entries, self.end_bits) - bits_to(self.line_entry.val(), self.end_bits);
        self.entries_before.next = !(!bits(0, self.entries) << self.line_entry.val());
        if self.line_end.val() < self.entries {
            self.entries_behind.next =
                !bits(0, self.entries) << bits_to(self.line_end.val(), self.entry_bits);
        } else {
            self.entries_behind.next = bits(0, self.entries);
        }
        self.last_line.next = self.line_end.val() <= self.entries;

        self.line_valid.next =
            (self.state.val() == ClearState::Read) | (self.state.val() == ClearState::Write);
        self.handing.next = self.state.val() == ClearState::Hand;
        if self.state.val() == ClearState::Write {
            self.job.next.command = LineCommand::ClearEntries;
        } else {
            self.job.next.command = LineCommand::Read;
        }
        self.job.next.cause = bits(self.cause, 3);
        self.job.next.frame = self.leaf_table.val();
        self.job.next.line = bits_to(self.index.val() >> self.entry_bits, 6);
        self.job.next.entry = self.scan.val();
        self.job.next.mask = !(self.entries_before.val() | self.entries_behind.val());

        comment!("Frames, entry by entry.");
        self.frame_valid.next = self.handing.val() & self.entry_valid.val();
        self.last_entry.next = !((self.line_found.val() >> self.scan.val()) >> 1).any();
        self.entry_done.next = !self.entry_valid.val() | self.frame_ready.val();
        self.handed.next = self.frame_valid.val() & self.frame_ready.val();
        self.line_fails.next = self.line_valid.val() & self.line_done.val() & self.line_error.val();
        self.line_over.next = self.line_fails.val()
            | ((self.state.val() == ClearState::Read)
                & self.line_done.val()
                & !self.line_found.val().any())
            | (self.handing.val() & self.entry_done.val() & self.last_entry.val());
        self.handed_count.next = self.count.val() + bits_from(self.handed.val(), self.pages_bits);
        self.fails.next = self.failed.val() | self.line_fails.val();
        self.done.next = self.line_over.val() & self.last_line.val();
        self.frames.next = self.handed_count.val();
        self.bus_error.next = self.fails.val();

        match self.state.val() {
            ClearState::Idle => {
                self.index.next = self.first_index.val();
                self.left.next = self.pages.val();
                self.count.next = bits(0, self.pages_bits);
                self.failed.next = false;
                if self.clear.val() {
                    self.state.next = ClearState::Read;
                }
            }
            ClearState::Read => {
                self.scan.next = bits(0, self.entry_bits);
                if self.line_done.val() {
                    self.state.next = ClearState::Write;
                }
            }
            ClearState::Write => {
                if self.line_done.val() {
                    self.state.next = ClearState::Hand;
                }
            }
            ClearState::Hand => {
                self.count.next = self.handed_count.val();
                if self.entry_done.val() {
                    self.scan.next = self.scan.val() + 1;
                }
            }
        }
        if self.line_over.val() {
            self.failed.next = self.fails.val();
            self.index.next =
                self.index.val() + bits_to(self.line_pages.val(), self.table_index_bits);
            self.left.next = self.left.val() - bits_to(self.line_pages.val(), self.pages_bits);
            if self.last_line.val() {
                self.state.next = ClearState::Idle;
            } else {
                self.state.next = ClearState::Read;
            }
        }
    }
}
