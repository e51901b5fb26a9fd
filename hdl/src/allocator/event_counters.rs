//! Counts of events, 64 bits each, in little space.

use crate::rtl::*;

/// Bits of a counter.
const COUNTER_BITS: usize = 64;

module! {
    /// Event counters: 64 bits each, exact whenever they are read.
    ///
    /// Each event has a few bits of its own that count at once, kept across: bit `i` of word `j` is
    /// bit `j` of event `i`'s count, so a few gates a bit count all events. When one of these counts
    /// reaches its last bit, a scan adds all of them, one counter a cycle, to a memory of wide counts;
    /// none can overflow before its turn. Else the memory rests. A reading is the sum of both, so it
    /// never lags.
    ///
    /// Protocol:   events may pulse in any cycle, all at once too.
    /// Latency:    value follows select in the same cycle and includes every event before it.
    /// Reset:      clears, one cycle a counter and one more; events don't count until ready.
    pub module EventCounters(counters: usize, checked: bool) = "memento_event_counters" {
        parameters {
            /// counters
            events = counters,
        }
        derived {
            /// bits, width of a counter number
            number_bits = clog2(events),
            /// the last bit of a recent count: a scan takes fewer cycles than it stands for
            due_bit = clog2(events + 1),
            /// bits, width of a count of the events between two scans
            recent_bits = due_bit + 1,
        }
        features {
            /// 1: totals are checked by a parity bit
            parity = checked as usize,
        }
        ports {
            "Events" {
                /// one bit an event: it happened in this cycle
                input event_pulses: Word = events;
                /// every counter has been cleared
                output ready: bool;
            }
            "Reading: combinational" {
                /// counter number
                input select: Word = number_bits;
                /// its count
                output value: Word = COUNTER_BITS;
            }
        }
        wires {
            /// a count is to be moved to its total soon
            due: bool;
            /// the counter that is scanned, if one is
            scanned: Word = events;
            /// the counter that is read
            read: Word = events;
            /// recent events, but for those that are scanned
            kept[recent_bits]: Word = events;
            /// events that carry into a bit of their counts
            carry[recent_bits + 1]: Word = events;
            /// recent events of the counter that is scanned, up to a bit
            scanned_recent[recent_bits + 1]: Word = COUNTER_BITS;
            /// recent events of the counter that is read, up to a bit
            read_recent[recent_bits + 1]: Word = COUNTER_BITS;
            /// the scanned counter's new total
            total: Word = COUNTER_BITS;
        }
        state {
            /// a counter is scanned
            scanning: bool;
            /// its number
            scan: Word = number_bits;
            /// every counter has been cleared
            cleared: bool;
            /// events since the counter was last scanned, a bit of each count
            recent[recent_bits]: Word = events;
        }
        instances {
            /// wide counts, for the scan
            totals: leaf::LutRam = leaf::LutRam::protected(1 << number_bits, COUNTER_BITS, parity == 1);
            /// wide counts, for readings
            read_totals: leaf::LutRam = leaf::LutRam::protected(1 << number_bits, COUNTER_BITS, parity == 1);
        }
    }
}

impl Logic for EventCounters {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("Recent events: of the counter that is scanned they move to its total.");
        self.due.next = self.recent[self.due_bit].val().any();
        if self.scanning.val() {
            self.scanned.next = bits(1, self.events) << self.scan.val();
        } else {
            self.scanned.next = bits(0, self.events);
        }
        self.read.next = bits(1, self.events) << self.select.val();
        self.scanned_recent[0].next = bits(0, 64);
        self.read_recent[0].next = bits(0, 64);
        if self.cleared.val() {
            self.carry[0].next = self.event_pulses.val();
        } else {
            self.carry[0].next = bits(0, self.events);
        }
        for j in 0..self.recent_bits {
            self.kept[j].next = self.recent[j].val() & !self.scanned.val();
            self.recent[j].next = self.kept[j].val() ^ self.carry[j].val();
            self.carry[j + 1].next = self.kept[j].val() & self.carry[j].val();
            if (self.recent[j].val() & self.scanned.val()).any() {
                self.scanned_recent[j + 1].next = self.scanned_recent[j].val() | (bits(1, 64) << j);
            } else {
                self.scanned_recent[j + 1].next = self.scanned_recent[j].val();
            }
            if (self.recent[j].val() & self.read.val()).any() {
                self.read_recent[j + 1].next = self.read_recent[j].val() | (bits(1, 64) << j);
            } else {
                self.read_recent[j + 1].next = self.read_recent[j].val();
            }
        }
        if self.scanning.val() {
            if self.scan.val() == (self.events - 1) {
                self.scanning.next = self.due.val();
                self.scan.next = bits(0, self.number_bits);
                self.cleared.next = true;
            } else {
                self.scan.next = self.scan.val() + 1;
            }
        } else {
            self.scanning.next = self.due.val() | !self.cleared.val();
        }

        self.ready.next = self.cleared.val();

        comment!("Totals: cleared by the first scan after reset.");
        self.totals.read_address.next = self.scan.val();
        if self.cleared.val() {
            self.total.next =
                self.totals.read_data.val() + self.scanned_recent[self.recent_bits].val();
        } else {
            self.total.next = bits(0, 64);
        }
        if self.parity == 1 {
            comment!("A total that is lost is all ones from then on, which no count comes to.");
            if self.cleared.val() & (self.totals.wrong.val() | self.totals.read_data.val().all()) {
                self.total.next = !bits(0, 64);
            }
        }
        self.totals.write.next = self.scanning.val();
        self.totals.write_address.next = self.scan.val();
        self.totals.write_data.next = self.total.val();
        self.read_totals.write.next = self.scanning.val();
        self.read_totals.write_address.next = self.scan.val();
        self.read_totals.write_data.next = self.total.val();

        self.read_totals.read_address.next = self.select.val();
        self.value.next =
            self.read_totals.read_data.val() + self.read_recent[self.recent_bits].val();
        if self.parity == 1 {
            comment!("So is a reading of one that is lost.");
            if self.cleared.val()
                & (self.read_totals.wrong.val() | self.read_totals.read_data.val().all())
            {
                self.value.next = !bits(0, 64);
            }
        }
    }
}
