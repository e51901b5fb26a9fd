//! Counts of events, 64 bits each, in little space.

use crate::rtl::*;

/// Bits of a counter.
const COUNTER_BITS: usize = 64;

module! {
    /// Event counters: 64 bits each, exact whenever they are read.
    ///
    /// Each event has a few bits of its own that count at once; a scan adds them, one counter a
    /// cycle, to a memory of wide counts. A reading is the sum of both, so it never lags.
    ///
    /// Protocol:   events may pulse in any cycle, all at once too.
    /// Latency:    value follows select in the same cycle and includes every event before it.
    /// Reset:      clears, one cycle a counter; events don't count until ready.
    pub module EventCounters(counters: usize) = "memento_event_counters" {
        parameters {
            /// counters
            events = counters,
        }
        derived {
            /// bits, width of a counter number
            number_bits = clog2(events),
            /// bits, width of a count of the events between two scans
            recent_bits = clog2(events + 1),
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
            /// an event to count
            happened[events]: bool;
            /// its recent events, but for this cycle's
            kept[events]: Word = recent_bits;
            /// recent events of the counter that is scanned
            scanned_recent[events + 1]: Word = recent_bits;
            /// recent events of the counter that is read
            read_recent[events + 1]: Word = recent_bits;
        }
        state {
            /// counter that is scanned
            scan: Word = number_bits;
            /// every counter has been cleared
            cleared: bool;
            /// events since the counter was last scanned
            recent[events]: Word = recent_bits;
        }
        instances {
            /// wide counts, for the scan
            totals: leaf::LutRam = leaf::LutRam::new(1 << number_bits, COUNTER_BITS);
            /// wide counts, for readings
            read_totals: leaf::LutRam = leaf::LutRam::new(1 << number_bits, COUNTER_BITS);
        }
    }
}

impl Logic for EventCounters {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("Recent events: of the counter that is scanned they move to its total.");
        self.scanned_recent[0].next = bits(0, self.recent_bits);
        self.read_recent[0].next = bits(0, self.recent_bits);
        for i in 0..self.events {
            self.happened[i].next = self.event_pulses.val().get_bit(i) & self.cleared.val();
            if self.scan.val() == i {
                self.kept[i].next = bits(0, self.recent_bits);
                self.scanned_recent[i + 1].next = self.recent[i].val();
            } else {
                self.kept[i].next = self.recent[i].val();
                self.scanned_recent[i + 1].next = self.scanned_recent[i].val();
            }
            if self.happened[i].val() {
                self.recent[i].next = self.kept[i].val() + 1;
            } else {
                self.recent[i].next = self.kept[i].val();
            }
            if self.select.val() == i {
                self.read_recent[i + 1].next = self.recent[i].val();
            } else {
                self.read_recent[i + 1].next = self.read_recent[i].val();
            }
        }
        if self.scan.val() == (self.events - 1) {
            self.scan.next = bits(0, self.number_bits);
            self.cleared.next = true;
        } else {
            self.scan.next = self.scan.val() + 1;
        }

        self.ready.next = self.cleared.val();

        comment!("Totals: cleared by the first scan after reset.");
        self.totals.read_address.next = self.scan.val();
        self.totals.write.next = true;
        self.totals.write_address.next = self.scan.val();
        self.read_totals.write.next = true;
        self.read_totals.write_address.next = self.scan.val();
        if self.cleared.val() {
            self.totals.write_data.next =
                self.totals.read_data.val() + bits_to(self.scanned_recent[self.events].val(), 64);
            self.read_totals.write_data.next =
                self.totals.read_data.val() + bits_to(self.scanned_recent[self.events].val(), 64);
        } else {
            self.totals.write_data.next = bits(0, 64);
            self.read_totals.write_data.next = bits(0, 64);
        }

        self.read_totals.read_address.next = self.select.val();
        self.value.next =
            self.read_totals.read_data.val() + bits_to(self.read_recent[self.events].val(), 64);
    }
}
