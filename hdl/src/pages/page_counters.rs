//! What the page allocator counts.

use super::types_engine::PageOp;
use crate::allocator::event_counters::EventCounters;
use crate::allocator::types::Status;
use crate::geometry::Geometry;
use crate::rtl::*;

/// The counters, in the order of their numbers: name and what is counted.
pub const PAGE_COUNTERS: [(&str, &str); 26] = [
    ("alloc_arenas", "arenas granted"),
    ("free_arenas", "arenas given back"),
    (
        "header_translations",
        "answers to TRANSLATE for a header page",
    ),
    (
        "body_translations",
        "answers to TRANSLATE for a page of objects",
    ),
    ("repairs", "pages of objects mapped"),
    ("header_pages", "header pages mapped"),
    ("table_frames", "page tables linked"),
    ("page_faults", "answers PAGE_FAULT to TRANSLATE"),
    ("no_memory", "answers NO_MEMORY"),
    (
        "bus_errors",
        "lines that the memory failed to read or write",
    ),
    ("cursor_lookups", "look-ups of an arena cursor"),
    ("cursor_hits", "of them, found in the cache"),
    ("cursor_conflicts", "of them, that displaced other cursors"),
    (
        "pool_refills",
        "lines of frames read from the list in memory",
    ),
    (
        "pool_spills",
        "lines of frames written to the list in memory",
    ),
    ("os_pushes", "frames lent by the operating system"),
    ("os_takes", "frames taken back by the operating system"),
    ("shootdowns", "shoot-downs offered and taken"),
    ("discards", "discards offered and taken"),
    ("created", "processes created"),
    ("destroyed", "processes destroyed"),
    (
        "busy_cycles",
        "cycles in which a request or a background step is under way",
    ),
    (
        "cursor_first_lookups",
        "look-ups of a class and context that had no arena before",
    ),
    ("cursor_first_hits", "of them, found in the cache"),
    ("peeks", "looks ahead at an arena"),
    ("claims", "arenas granted that were looked at ahead"),
];

module! {
    /// Page counters: counts what the page allocator answers, and what its parts do.
    ///
    /// Protocol:   pulses count once a cycle. A counter is selected, its value follows.
    /// Latency:    the value is combinational.
    /// Reset:      all counters 0, while not ready a counter a cycle.
    pub module PageCounters(g: &Geometry) = "memento_page_counters" {
        derived {
            /// counters
            counters = PAGE_COUNTERS.len(),
        }
        features {
            /// 1: words of tables and queues are checked by a parity bit
            parity = g.parity as usize,
        }
        ports {
            "Answer" {
                /// pulse: an answer is taken
                input answered: bool;
                /// operation
                input op: PageOp;
                /// how it ended
                input status: Status;
            }
            "Pulses: pages" {
                /// a table is linked
                input table_linked: bool;
                /// a page is linked
                input page_linked: bool;
                /// a shoot-down is offered and taken
                input shot: bool;
                /// a discard is
                input discarded: bool;
            }
            "Pulses: cursors" {
                /// a cursor was there
                input cursor_hit: bool;
                /// a cursor was not there
                input cursor_miss: bool;
                /// others were in its place
                input cursor_conflict: bool;
                /// of a class and context without arenas
                input cursor_first: bool;
                /// so it was, and was there
                input cursor_first_hit: bool;
            }
            "Pulses: memory" {
                /// eight frames came from the pool's list
                input pool_refilled: bool;
                /// eight frames went to it
                input pool_spilled: bool;
                /// a line met an error
                input bus_error: bool;
                /// something is under way
                input busy: bool;
            }
            "Counters: combinational" {
                /// counter number
                input select: Word = clog2(counters);
                /// its count
                output value: Word = 64;
                /// no counter is being cleared
                output ready: bool;
            }
        }
        wires {
            /// an answer ok
            done: bool;
            /// an arena is granted by a claim
            claimed: bool;
            /// one bit a counter
            pulses: Word = counters;
        }
        instances {
            /// counts of events
            event_counters: EventCounters = EventCounters::new(counters, parity == 1);
        }
    }
}

impl Logic for PageCounters {
    #[hdl_gen]
    fn update(&mut self) {
        self.event_counters.select.next = self.select.val();
        self.value.next = self.event_counters.value.val();
        self.ready.next = self.event_counters.ready.val();
        self.done.next = self.answered.val() & (self.status.val() == Status::Ok);
        self.claimed.next = self.answered.val()
            & (self.op.val() == PageOp::ClaimArena)
            & (self.status.val() != Status::NotEnabled);
        comment!("Numbered from the least significant bit.");
        self.pulses.next = (bits_from(self.claimed.val(), self.counters) << 25)
            | (bits_from(
                self.answered.val() & (self.op.val() == PageOp::PeekArena),
                self.counters,
            ) << 24)
            | (bits_from(self.cursor_first_hit.val(), self.counters) << 23)
            | (bits_from(self.cursor_first.val(), self.counters) << 22)
            | (bits_from(self.busy.val(), self.counters) << 21)
            | (bits_from(
                self.answered.val()
                    & (self.op.val() == PageOp::Destroy)
                    & ((self.status.val() == Status::Ok) | (self.status.val() == Status::BusError)),
                self.counters,
            ) << 20)
            | (bits_from(
                self.done.val() & (self.op.val() == PageOp::Create),
                self.counters,
            ) << 19)
            | (bits_from(self.discarded.val(), self.counters) << 18)
            | (bits_from(self.shot.val(), self.counters) << 17)
            | (bits_from(
                self.done.val() & (self.op.val() == PageOp::Take),
                self.counters,
            ) << 16)
            | (bits_from(
                self.done.val() & (self.op.val() == PageOp::Push),
                self.counters,
            ) << 15)
            | (bits_from(self.pool_spilled.val(), self.counters) << 14)
            | (bits_from(self.pool_refilled.val(), self.counters) << 13)
            | (bits_from(self.cursor_conflict.val(), self.counters) << 12)
            | (bits_from(self.cursor_hit.val(), self.counters) << 11)
            | (bits_from(
                self.cursor_hit.val() | self.cursor_miss.val(),
                self.counters,
            ) << 10)
            | (bits_from(self.bus_error.val(), self.counters) << 9)
            | (bits_from(
                self.answered.val()
                    & (self.op.val() != PageOp::PeekArena)
                    & (self.status.val() == Status::NoMemory),
                self.counters,
            ) << 8)
            | (bits_from(
                self.answered.val()
                    & (self.status.val() == Status::BadPointer)
                    & ((self.op.val() == PageOp::TranslateHeader)
                        | (self.op.val() == PageOp::TranslateBody)),
                self.counters,
            ) << 7)
            | (bits_from(self.table_linked.val(), self.counters) << 6)
            | (bits_from(
                self.page_linked.val() & (self.op.val() == PageOp::AllocArena),
                self.counters,
            ) << 5)
            | (bits_from(
                self.page_linked.val() & (self.op.val() == PageOp::TranslateBody),
                self.counters,
            ) << 4)
            | (bits_from(
                self.answered.val() & (self.op.val() == PageOp::TranslateBody),
                self.counters,
            ) << 3)
            | (bits_from(
                self.answered.val() & (self.op.val() == PageOp::TranslateHeader),
                self.counters,
            ) << 2)
            | (bits_from(
                self.done.val() & (self.op.val() == PageOp::FreeArena),
                self.counters,
            ) << 1)
            | bits_from(
                self.claimed.val() | (self.done.val() & (self.op.val() == PageOp::AllocArena)),
                self.counters,
            );
        self.event_counters.event_pulses.next = self.pulses.val();
    }
}
