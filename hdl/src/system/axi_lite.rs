//! AXI4-Lite, turned into one access at a time.

use super::control_states::AxiLiteState;
use super::register_map::ADDRESS_BITS;
use crate::rtl::*;

/// RESP of an access that is an error: SLVERR.
const SUBORDINATE_ERROR: usize = 2;

module! {
    /// AXI4-Lite subordinate: one access at a time, reads and writes in turn when both wait.
    ///
    /// Address and data of a write come in any order. An access that is an error is answered
    /// SLVERR. What a read depends on has had two cycles to settle when it is taken: the counters'
    /// values may follow their selection so late.
    ///
    /// Protocol:   AXI4-Lite; every channel valid/ready. Protection is not looked at.
    /// Latency:    write: 2 cycles from the edge that takes the later of address and data to the edge
    ///             that takes the response; read: 4 cycles from the edge that takes the address to
    ///             the edge that takes the data; more while another access is on.
    /// Throughput: a write every 2 cycles, a read every 4 cycles.
    /// Reset:      no access is under way, whatever was.
    pub module AxiLite() = "memento_axi_lite" {
        parameters {
            /// RESP of an access that is an error: SLVERR
            subordinate_error = SUBORDINATE_ERROR,
        }
        ports {
            "AXI4-Lite write address" {
                /// byte address
                input s_axil_awaddr: Word = ADDRESS_BITS;
                /// protection, not looked at
                input s_axil_awprot: Word = 3;
                /// an address is there
                input s_axil_awvalid: bool;
                /// it is taken
                output s_axil_awready: bool;
            }
            "AXI4-Lite write data" {
                /// what is written
                input s_axil_wdata: Word = 32;
                /// which of its bytes
                input s_axil_wstrb: Word = 4;
                /// data are there
                input s_axil_wvalid: bool;
                /// they are taken
                output s_axil_wready: bool;
            }
            "AXI4-Lite write response" {
                /// 0 OKAY, 2 SLVERR
                output s_axil_bresp: Word = 2;
                /// a response is on offer
                output s_axil_bvalid: bool;
                /// it is taken
                input s_axil_bready: bool;
            }
            "AXI4-Lite read address" {
                /// byte address
                input s_axil_araddr: Word = ADDRESS_BITS;
                /// protection, not looked at
                input s_axil_arprot: Word = 3;
                /// an address is there
                input s_axil_arvalid: bool;
                /// it is taken
                output s_axil_arready: bool;
            }
            "AXI4-Lite read data" {
                /// what is read
                output s_axil_rdata: Word = 32;
                /// 0 OKAY, 2 SLVERR
                output s_axil_rresp: Word = 2;
                /// data are on offer
                output s_axil_rvalid: bool;
                /// they are taken
                input s_axil_rready: bool;
            }
            "Access" {
                /// byte address, for two cycles before a read is taken
                output address: Word = ADDRESS_BITS;
                /// write, in this cycle
                output write: bool;
                /// what is written
                output write_data: Word = 32;
                /// which of its bytes
                output write_strobe: Word = 4;
                /// the write is an error
                input write_error: bool;
                /// read_data is taken, in this cycle
                output read: bool;
                /// what is read
                input read_data: Word = 32;
                /// reading is an error
                input read_error: bool;
            }
        }
        wires {
            /// address and data of a write are there, and its response has room
            may_write: bool;
            /// address of a read is there, and its response has room
            may_read: bool;
        }
        state {
            /// what is done
            state: AxiLiteState;
            /// a write's address is held
            write_address_held: bool;
            /// a write's data are held
            write_data_held: bool;
            /// a read's address is held
            read_address_held: bool;
            /// a write's response is on offer
            write_responding: bool;
            /// a read's data are on offer
            read_responding: bool;
            /// if both wait, it is the read's turn
            read_turn: bool;
        }
        data {
            /// address of the write
            held_write_address: Word = ADDRESS_BITS;
            /// what is written
            held_write_data: Word = 32;
            /// which of its bytes
            held_write_strobe: Word = 4;
            /// address of the read
            held_read_address: Word = ADDRESS_BITS;
            /// the write was an error
            write_failed: bool;
            /// what was read
            held_read_data: Word = 32;
            /// reading was an error
            read_failed: bool;
        }
    }
}

impl Logic for AxiLite {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("Channels into the holding registers, responses out.");
        self.s_axil_awready.next = !self.write_address_held.val();
        if self.s_axil_awvalid.val() & !self.write_address_held.val() {
            self.write_address_held.next = true;
            self.held_write_address.next = self.s_axil_awaddr.val();
        }
        self.s_axil_wready.next = !self.write_data_held.val();
        if self.s_axil_wvalid.val() & !self.write_data_held.val() {
            self.write_data_held.next = true;
            self.held_write_data.next = self.s_axil_wdata.val();
            self.held_write_strobe.next = self.s_axil_wstrb.val();
        }
        self.s_axil_arready.next = !self.read_address_held.val();
        if self.s_axil_arvalid.val() & !self.read_address_held.val() {
            self.read_address_held.next = true;
            self.held_read_address.next = self.s_axil_araddr.val();
        }
        self.s_axil_bvalid.next = self.write_responding.val();
        if self.s_axil_bready.val() {
            self.write_responding.next = false;
        }
        if self.write_failed.val() {
            self.s_axil_bresp.next = bits(self.subordinate_error, 2);
        } else {
            self.s_axil_bresp.next = bits(0, 2);
        }
        self.s_axil_rvalid.next = self.read_responding.val();
        if self.s_axil_rready.val() {
            self.read_responding.next = false;
        }
        self.s_axil_rdata.next = self.held_read_data.val();
        if self.read_failed.val() {
            self.s_axil_rresp.next = bits(self.subordinate_error, 2);
        } else {
            self.s_axil_rresp.next = bits(0, 2);
        }

        comment!("One access at a time.");
        self.may_write.next = self.write_address_held.val()
            & self.write_data_held.val()
            & !self.write_responding.val();
        self.may_read.next = self.read_address_held.val() & !self.read_responding.val();
        self.write.next = (self.state.val() == AxiLiteState::Idle)
            & self.may_write.val()
            & !(self.may_read.val() & self.read_turn.val());
        self.read.next = self.state.val() == AxiLiteState::Take;
        if self.state.val() == AxiLiteState::Idle {
            self.address.next = self.held_write_address.val();
        } else {
            self.address.next = self.held_read_address.val();
        }
        self.write_data.next = self.held_write_data.val();
        self.write_strobe.next = self.held_write_strobe.val();
        match self.state.val() {
            AxiLiteState::Idle => {
                if self.write.val() {
                    self.write_address_held.next = false;
                    self.write_data_held.next = false;
                    self.write_responding.next = true;
                    self.write_failed.next = self.write_error.val();
                    self.read_turn.next = true;
                } else if self.may_read.val() {
                    self.read_turn.next = false;
                    self.state.next = AxiLiteState::Settle;
                }
            }
            AxiLiteState::Settle => {
                self.state.next = AxiLiteState::Take;
            }
            AxiLiteState::Take => {
                self.read_address_held.next = false;
                self.read_responding.next = true;
                self.held_read_data.next = self.read_data.val();
                self.read_failed.next = self.read_error.val();
                self.state.next = AxiLiteState::Idle;
            }
        }
    }
}
