//! Whose turn it is.

use crate::rtl::*;

module! {
    /// Round robin: one of several that want something, each in its turn.
    ///
    /// Protocol:   the one that may go is shown in the same cycle; advance says that it went, and
    ///             makes it the last in line.
    /// Fairness:   whoever keeps wanting goes before anyone else has gone twice.
    /// Latency:    combinational.
    /// Reset:      the lowest number is first in line.
    pub module RoundRobin(clients: usize) = "memento_round_robin" {
        parameters {
            /// who may want something
            clients = clients,
        }
        derived {
            /// bits, width of a number of a client
            number_bits = clog2(clients).max(1),
        }
        ports {
            "Clients" {
                /// it wants to go
                input want[clients]: bool;
                /// it may go
                output grant[clients]: bool;
            }
            "Choice" {
                /// someone may go
                output any: bool;
                /// its number
                output number: Word = number_bits;
                /// it goes at the coming edge
                input advance: bool;
            }
        }
        wires {
            /// it wants to go and is behind the one that went last
            first[clients]: bool;
            /// so does one below it
            first_below[clients + 1]: bool;
            /// one below it wants to go
            below[clients + 1]: bool;
            /// one below it may go
            passed[clients + 1]: bool;
        }
        state {
            /// it is behind the one that went last
            behind[clients]: bool;
        }
    }
}

impl Logic for RoundRobin {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("Behind the one that went last, the lowest; else the lowest of all.");
        self.first_below[0].next = false;
        self.below[0].next = false;
        for i in 0..self.clients {
            self.first[i].next = self.want[i].val() & self.behind[i].val();
            self.first_below[i + 1].next = self.first_below[i].val() | self.first[i].val();
            self.below[i + 1].next = self.below[i].val() | self.want[i].val();
        }
        self.any.next = self.below[self.clients].val();
        self.passed[0].next = false;
        self.number.next = bits(0, self.number_bits);
        for i in 0..self.clients {
            self.grant[i].next = (self.first[i].val() & !self.first_below[i].val())
                | (self.want[i].val()
                    & !self.below[i].val()
                    & !self.first_below[self.clients].val());
            self.passed[i + 1].next = self.passed[i].val() | self.grant[i].val();
            if self.grant[i].val() {
                self.number.next = i.into();
            }
            self.behind[i].next = self.behind[i].val();
            if self.advance.val() {
                self.behind[i].next = self.passed[i].val();
            }
        }
    }
}
