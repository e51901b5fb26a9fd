//! On-chip words that are not what was written, as errors that registers capture.

use super::register_map::table_cause;
use crate::allocator::object_allocator::CORE_PARTS;
use crate::bypass::bypass::PARTS as BYPASS_PARTS;
use crate::geometry::Geometry;
use crate::pages::page_allocator::{PAGE_PARTS, POOL_PART};
use crate::rtl::*;

/// Width of the number of a part's errors that wait.
const WAITING_BITS: usize = 4;

module! {
    /// Table errors: parts whose on-chip words are not what was written, and frames that are lost,
    /// told one a cycle between the errors of the memory.
    ///
    /// A level is told once each time that it rises, a frame each time. The address of such an
    /// error has a bit for each part that found it, its source is the core's number, behind them
    /// the page side's and the bypass's.
    ///
    /// Protocol:   levels and pulses in; one pulse an error out, its operands with it.
    /// Latency:    memory's errors combinational; others one cycle, and one for each that is told before.
    /// Full:       15 errors of a source wait at most; more are told as fewer.
    /// Reset:      none waits.
    pub module TableErrors(g: &Geometry) = "memento_table_errors" {
        parameters {
            /// cores
            cores = g.cores,
            /// bits, width of a physical address
            physical_bits = g.physical_bits,
            /// cause of these errors
            cause = table_cause(),
            /// number of the pool among the page side's parts
            pool_part = POOL_PART,
        }
        derived {
            /// sources: cores, page side, bypass, pool
            sources = cores + 3,
            /// those of levels: all but the pool
            levels = cores + 2,
            /// number of the page side
            page_source = cores,
            /// number of the bypass
            bypass_source = cores + 1,
            /// number of the pool's frames, told as the page side's
            pool_source = cores + 2,
            /// parts of a core
            core_part_count = CORE_PARTS.len(),
        }
        ports {
            "Levels, parts with them" {
                /// core i is stopped
                input core_error[cores]: bool;
                /// parts that found it
                input core_parts[cores]: Word = CORE_PARTS.len();
                /// the page side is stopped
                input page_error: bool;
                /// parts that found it
                input page_parts: Word = PAGE_PARTS.len();
                /// the bypass is stopped
                input bypass_error: bool;
                /// parts that found it
                input bypass_parts: Word = BYPASS_PARTS.len();
            }
            "Pulse" {
                /// a frame of the pool is lost
                input frame_lost: bool;
            }
            "Errors of the memory: a pulse each" {
                /// an error was reported
                input bus_error: bool;
                /// what the line was for
                input bus_cause: Word = 3;
                /// a core's number, or cores for the page allocator
                input bus_source: Word = 4;
                /// it was a write
                input bus_write: bool;
                /// physical address of the line
                input bus_address: Word = physical_bits;
            }
            "All errors: a pulse each" {
                /// an error
                output error_valid: bool;
                /// the memory's, or that of a table
                output error_cause: Word = 3;
                /// whose
                output error_source: Word = 4;
                /// of the memory, in a write
                output error_write: bool;
                /// of the memory, physical address of the line; else parts, a bit each
                output error_address: Word = physical_bits;
            }
        }
        wires {
            /// the source has an error now
            level[sources]: bool;
            /// it is a new one
            rises[sources]: bool;
            /// one waits
            waits[sources]: bool;
            /// one of a lower source waits
            waits_below[sources + 1]: bool;
            /// it is told
            told[sources]: bool;
            /// none more can wait
            full[sources]: bool;
            /// whose error is told
            source: Word = 4;
            /// parts of the core, if it is one's
            core_found: Word = CORE_PARTS.len();
            /// its parts
            parts: Word = physical_bits;
        }
        state {
            /// the source had an error
            was[levels]: bool;
            /// errors that wait
            waiting[sources]: Word = WAITING_BITS;
        }
    }
}

impl Logic for TableErrors {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("A level that rises, or a frame, is an error that waits.");
        for i in 0..self.cores {
            self.level[i].next = self.core_error[i].val();
        }
        self.level[self.page_source].next = self.page_error.val();
        self.level[self.bypass_source].next = self.bypass_error.val();
        self.level[self.pool_source].next = self.frame_lost.val();
        for i in 0..self.levels {
            self.was[i].next = self.level[i].val();
            self.rises[i].next = self.level[i].val() & !self.was[i].val();
        }
        self.rises[self.pool_source].next = self.level[self.pool_source].val();
        self.waits_below[0].next = false;
        for i in 0..self.sources {
            self.waits[i].next = self.waiting[i].val().any();
            self.waits_below[i + 1].next = self.waits_below[i].val() | self.waits[i].val();
            self.told[i].next =
                self.waits[i].val() & !self.waits_below[i].val() & !self.bus_error.val();
            self.full[i].next = self.waiting[i].val().all();
            if self.rises[i].val() & !self.told[i].val() & !self.full[i].val() {
                self.waiting[i].next = self.waiting[i].val() + 1;
            } else if self.told[i].val() & !self.rises[i].val() {
                self.waiting[i].next = self.waiting[i].val() - 1;
            }
        }

        comment!("The first that waits is told, unless the memory has one.");
        self.source.next = bits(0, 4);
        self.core_found.next = bits(0, self.core_part_count);
        for i in 0..self.cores {
            if self.told[i].val() {
                self.source.next = i.into();
                self.core_found.next = self.core_parts[i].val();
            }
        }
        self.parts.next = bits_to(self.core_found.val(), self.physical_bits);
        if self.told[self.page_source].val() {
            self.source.next = bits(self.page_source, 4);
            self.parts.next = bits_to(self.page_parts.val(), self.physical_bits);
        }
        if self.told[self.bypass_source].val() {
            self.source.next = bits(self.bypass_source, 4);
            self.parts.next = bits_to(self.bypass_parts.val(), self.physical_bits);
        }
        if self.told[self.pool_source].val() {
            self.source.next = bits(self.page_source, 4);
            self.parts.next = bits(1, self.physical_bits) << self.pool_part;
        }
        self.error_valid.next = self.bus_error.val() | self.waits_below[self.sources].val();
        if self.bus_error.val() {
            self.error_cause.next = self.bus_cause.val();
            self.error_source.next = self.bus_source.val();
            self.error_write.next = self.bus_write.val();
            self.error_address.next = self.bus_address.val();
        } else {
            self.error_cause.next = bits(self.cause, 3);
            self.error_source.next = self.source.val();
            self.error_write.next = false;
            self.error_address.next = self.parts.val();
        }
    }
}
