//! How many bursts of each ID are on their way.

use crate::geometry::Geometry;
use crate::rtl::*;

/// Width of a count: one less than 2^6 bursts of an ID at most.
pub(super) const COUNT_BITS: usize = 6;

module! {
    /// Bursts that memory hasn't answered yet, by ID.
    ///
    /// Protocol: issue only while not full; answer only what was issued.
    /// Latency:  the count of issue_id is combinational, of issues and answers before this cycle.
    /// Reset:    clears, one cycle an ID, until ready.
    pub module BurstCounts(g: &Geometry) = "memento_burst_counts" {
        parameters {
            /// bits, width of an ID
            id_bits = g.id_bits,
        }
        derived {
            /// bits, width of a count of one ID
            count_bits = COUNT_BITS,
            /// bits, width of a count of all
            total_bits = id_bits + count_bits,
        }
        features {
            /// 1: words of tables and queues are checked by a parity bit
            parity = g.parity as usize,
        }
        ports {
            "Issue" {
                /// a burst goes to memory
                input issue: bool;
                /// its ID
                input issue_id: Word = id_bits;
                /// bursts of that ID on their way
                output count: Word = count_bits;
                /// no more can be counted
                output full: bool;
            }
            "Answer" {
                /// memory has answered a burst
                input answer: bool;
                /// its ID
                input answer_id: Word = id_bits;
            }
            "All" {
                /// none is on its way
                output none: bool;
                /// counts are cleared
                output ready: bool;
            }
        }
        wires {
            /// bursts of issue_id on their way
            outstanding: Word = count_bits;
        }
        state {
            /// counts are cleared
            cleared: bool;
            /// ID that is cleared
            swept: Word = id_bits;
            /// bursts on their way
            total: Word = total_bits;
        }
        instances {
            /// bursts issued, modulo 2^count_bits
            issued: leaf::LutRam = leaf::LutRam::twin(1 << id_bits, count_bits, parity == 1);
            /// bursts answered, to be counted up
            answered: leaf::LutRam = leaf::LutRam::twin(1 << id_bits, count_bits, parity == 1);
            /// bursts answered, to be compared
            answered_copy: leaf::LutRam = leaf::LutRam::twin(1 << id_bits, count_bits, parity == 1);
        }
    }
}

impl Logic for BurstCounts {
    #[hdl_gen]
    fn update(&mut self) {
        self.issued.read_address.next = self.issue_id.val();
        self.answered_copy.read_address.next = self.issue_id.val();
        self.answered.read_address.next = self.answer_id.val();
        self.outstanding.next = self.issued.read_data.val() - self.answered_copy.read_data.val();
        self.count.next = self.outstanding.val();
        self.full.next = self.outstanding.val().all();
        self.none.next = !self.total.val().any();
        self.ready.next = self.cleared.val();

        if self.cleared.val() {
            self.issued.write.next = self.issue.val();
            self.issued.write_address.next = self.issue_id.val();
            self.issued.write_data.next = self.issued.read_data.val() + 1;
            self.answered.write.next = self.answer.val();
            self.answered.write_address.next = self.answer_id.val();
            self.answered.write_data.next = self.answered.read_data.val() + 1;
            self.answered_copy.write.next = self.answer.val();
            self.answered_copy.write_address.next = self.answer_id.val();
            self.answered_copy.write_data.next = self.answered.read_data.val() + 1;
        } else {
            self.issued.write.next = true;
            self.issued.write_address.next = self.swept.val();
            self.issued.write_data.next = bits(0, self.count_bits);
            self.answered.write.next = true;
            self.answered.write_address.next = self.swept.val();
            self.answered.write_data.next = bits(0, self.count_bits);
            self.answered_copy.write.next = true;
            self.answered_copy.write_address.next = self.swept.val();
            self.answered_copy.write_data.next = bits(0, self.count_bits);
            self.swept.next = self.swept.val() + 1;
            if self.swept.val().all() {
                self.cleared.next = true;
            }
        }
        if self.issue.val() & !self.answer.val() {
            self.total.next = self.total.val() + 1;
        } else if self.answer.val() & !self.issue.val() {
            self.total.next = self.total.val() - 1;
        }
    }
}
