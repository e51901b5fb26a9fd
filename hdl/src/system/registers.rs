//! The control and status registers: `memento_registers`.

use super::axi_lite::AxiLite;
use super::register_map::{ADDRESS_BITS, RegisterFile, low};
use crate::geometry::{Geometry, PAGE_BITS};
use crate::rtl::*;

module! {
    /// Control and status registers of the whole system, over AXI4-Lite, with an interrupt.
    ///
    /// Identity, version and every size of the configuration; enables; commands; state of cores,
    /// processes and pool; interrupts; the first error; counters. The register map is in
    /// memento_registers.md.
    ///
    /// Protocol:   AXI4-Lite with 32-bit data, an access at a time; SLVERR for addresses without a
    ///             register, writes to what is read-only, reads of what is write-only, and for a
    ///             command while another is carried out. Command: valid/ready; done answers it.
    /// Latency:    as memento_axi_lite's. A counter's value may follow its selection by two cycles.
    /// Interrupt:  irq is high as long as a source is pending and enabled. Pool sources become
    ///             pending when the level comes to its mark, not while it stays there.
    /// Reset:      every register that software writes is zero: all is switched off.
    pub module Registers(g: &Geometry, digest: u64) = "memento_registers" {
        parameters {
            /// cores
            cores = g.cores,
            /// bits, width of a process number
            process_bits = g.process_bits,
            /// bits, width of a context number
            context_bits = g.context_bits,
            /// bits, width of a physical address
            physical_bits = g.physical_bits,
            /// bits, width of a frame's number within the memory
            frame_index_bits = g.frame_index_bits,
        }
        derived {
            /// bits, width of a core number
            core_bits = clog2(cores).max(1),
            /// bits, width of a frame number
            frame_bits = physical_bits - PAGE_BITS,
            /// bits, width of a number of frames
            level_bits = frame_index_bits + 1,
            /// lowest bit of COMMAND_STATUS.busy
            command_busy = low("command_status", "busy"),
            /// lowest bit of COMMAND_STATUS.done
            command_done_bit = low("command_status", "done"),
            /// lowest bit of COMMAND_STATUS.status
            command_code = low("command_status", "status"),
            /// lowest bit of DESTROY_STATUS.running
            destroy_running_bit = low("destroy_status", "running"),
            /// lowest bit of DESTROY_STATUS.done
            destroy_done_bit = low("destroy_status", "done"),
            /// lowest bit of DESTROY_STATUS.status
            destroy_code = low("destroy_status", "status"),
            /// lowest bit of DESTROY_STATUS.process
            destroy_number = low("destroy_status", "process"),
            /// lowest bit of CORE_STATE.attached
            core_attached = low("core_state", "attached"),
            /// lowest bit of CORE_STATE.switching
            core_switching = low("core_state", "switching"),
            /// lowest bit of CORE_STATE.running_context
            core_running_context = low("core_state", "running_context"),
            /// lowest bit of CORE_STATE.running_process
            core_running_process = low("core_state", "running_process"),
            /// lowest bit of POOL_STATE.low
            level_is_low = low("pool_state", "low"),
            /// lowest bit of POOL_STATE.high
            level_is_high = low("pool_state", "high"),
            /// lowest bit of ERROR_INFO.write
            error_was_write = low("error_info", "write"),
            /// lowest bit of ERROR_INFO.cause
            error_cause_low = low("error_info", "cause"),
            /// lowest bit of ERROR_INFO.source
            error_source_low = low("error_info", "source"),
            /// lowest bit of INTERRUPT_STATUS.pool_low
            pending_pool_low = low("interrupt_status", "pool_low"),
            /// lowest bit of INTERRUPT_STATUS.pool_high
            pending_pool_high = low("interrupt_status", "pool_high"),
            /// lowest bit of INTERRUPT_STATUS.command_done
            pending_command_done = low("interrupt_status", "command_done"),
            /// lowest bit of INTERRUPT_STATUS.destroy_done
            pending_destroy_done = low("interrupt_status", "destroy_done"),
            /// lowest bit of INTERRUPT_STATUS.error
            pending_error = low("interrupt_status", "error"),
            /// sources of interrupts
            sources = 5,
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
            "Interrupt: a level" {
                /// a source is pending and enabled
                output irq: bool;
            }
            "Settings" {
                /// the core executes operations
                output core_enable[cores]: bool;
                /// level of the pool that counts as low, and all below
                output low_mark: Word = level_bits;
                /// level of the pool that counts as high, and all above
                output high_mark: Word = level_bits;
                /// physical address of the bypass's table of masks
                output mask_table: Word = physical_bits;
            }
            "Command: valid/ready" {
                /// a command is there
                output command_valid: bool;
                /// it is taken
                input command_ready: bool;
                /// operation, by its code in the register map
                output command_op: Word = 8;
                /// process
                output command_process: Word = 16;
                /// context
                output command_context: Word = 16;
                /// core
                output command_core: Word = 16;
                /// address or number of frames
                output command_argument: Word = 64;
            }
            "Its answer: a pulse" {
                /// the command is done
                input command_done: bool;
                /// how it ended
                input command_status: Word = 4;
                /// address of the frame that TAKE took, else 0
                input command_result: Word = physical_bits;
            }
            "DESTROY, in the background" {
                /// one runs
                input destroy_running: bool;
                /// process of the one that runs or ran last
                input destroy_process: Word = process_bits;
                /// it ends: a pulse
                input destroy_done: bool;
                /// how it ended
                input destroy_status: Word = 4;
            }
            "State of a core: combinational" {
                /// core that is asked about
                output core_select: Word = core_bits;
                /// it is attached
                input selected_attached: bool;
                /// it is being attached or detached
                input selected_switching: bool;
                /// process of the context that it runs
                input selected_process: Word = process_bits;
                /// context that it runs
                input selected_context: Word = context_bits;
            }
            "State of a process: combinational" {
                /// process that is asked about
                output process_select: Word = process_bits;
                /// frame number of its descriptor; 0 if it isn't live
                input selected_descriptor: Word = frame_bits;
                /// 0 none, 1 live, 2 dying
                input process_state: Word = 2;
                /// frames that it uses
                input process_frames: Word = level_bits;
            }
            "Pool" {
                /// free frames
                input pool_level: Word = level_bits;
                /// at the low mark or below
                input pool_low: bool;
                /// at the high mark or above
                input pool_high: bool;
            }
            "Errors of the memory: a pulse each" {
                /// an error was reported
                input error_valid: bool;
                /// what the line was for, as line_cause
                input error_cause: Word = 3;
                /// number of a core, or cores for the page allocator
                input error_source: Word = 4;
                /// it was a write
                input error_write: bool;
                /// physical address of the line
                input error_address: Word = physical_bits;
            }
            "Counters: the value may follow the selection by two cycles" {
                /// a core's number; cores: page allocator; cores + 1: bypass
                output counter_block: Word = 4;
                /// counter number
                output counter_index: Word = 6;
                /// its count, 0 if there is no such counter
                input counter_value: Word = 64;
            }
        }
        wires {
            /// all cores may execute operations
            enabled: bool;
            /// the pool has come to its low mark
            comes_low: bool;
            /// the pool has come to its high mark
            comes_high: bool;
            /// low mark as written
            wanted_low_mark: Word = 32;
            /// high mark as written
            wanted_high_mark: Word = 32;
            /// the error is the first since the last was cleared
            first_error: bool;
        }
        state {
            /// a command waits for the command unit
            offered: bool;
            /// a command is carried out
            busy: bool;
            /// the last command is done
            done: bool;
            /// how it ended
            ended: Word = 4;
            /// its result
            result: Word = physical_bits;
            /// the last DESTROY is complete
            destroyed: bool;
            /// how it ended
            destroy_ended: Word = 4;
            /// the pool was at its low mark
            was_low: bool;
            /// the pool was at its high mark
            was_high: bool;
            /// errors since reset
            errors: Word = 32;
            /// first error: it was a write
            captured_write: bool;
            /// first error: what the line was for
            captured_cause: Word = 3;
            /// first error: who
            captured_source: Word = 4;
            /// first error: physical address
            captured_address: Word = physical_bits;
            /// upper half of the counter that was read last
            counter_upper: Word = 32;
        }
        data {
            /// operation that waits
            op: Word = 8;
        }
        instances {
            /// the bus
            bus: AxiLite = AxiLite::new();
            /// the registers
            file: RegisterFile = RegisterFile::new(g, digest);
        }
    }
}

impl Logic for Registers {
    #[hdl_gen]
    fn update(&mut self) {
        self.bus.s_axil_awaddr.next = self.s_axil_awaddr.val();
        self.bus.s_axil_awprot.next = self.s_axil_awprot.val();
        self.bus.s_axil_awvalid.next = self.s_axil_awvalid.val();
        self.bus.s_axil_wdata.next = self.s_axil_wdata.val();
        self.bus.s_axil_wstrb.next = self.s_axil_wstrb.val();
        self.bus.s_axil_wvalid.next = self.s_axil_wvalid.val();
        self.bus.s_axil_bready.next = self.s_axil_bready.val();
        self.bus.s_axil_araddr.next = self.s_axil_araddr.val();
        self.bus.s_axil_arprot.next = self.s_axil_arprot.val();
        self.bus.s_axil_arvalid.next = self.s_axil_arvalid.val();
        self.bus.s_axil_rready.next = self.s_axil_rready.val();
        self.s_axil_awready.next = self.bus.s_axil_awready.val();
        self.s_axil_wready.next = self.bus.s_axil_wready.val();
        self.s_axil_bresp.next = self.bus.s_axil_bresp.val();
        self.s_axil_bvalid.next = self.bus.s_axil_bvalid.val();
        self.s_axil_arready.next = self.bus.s_axil_arready.val();
        self.s_axil_rdata.next = self.bus.s_axil_rdata.val();
        self.s_axil_rresp.next = self.bus.s_axil_rresp.val();
        self.s_axil_rvalid.next = self.bus.s_axil_rvalid.val();
        self.file.address.next = self.bus.address.val();
        self.file.write.next = self.bus.write.val();
        self.file.write_data.next = self.bus.write_data.val();
        self.file.write_strobe.next = self.bus.write_strobe.val();
        self.file.read.next = self.bus.read.val();
        self.bus.write_error.next = self.file.write_error.val();
        self.bus.read_data.next = self.file.read_data.val();
        self.bus.read_error.next = self.file.read_error.val();

        comment!(
            "Settings. A mark beyond the largest level is the largest; no high mark is never met."
        );
        self.enabled.next = self.file.control.val().any();
        for i in 0..self.cores {
            self.core_enable[i].next = self.enabled.val() & self.file.core_enable.val().get_bit(i);
        }
        self.wanted_low_mark.next = self.file.pool_low_mark.val();
        if (self.wanted_low_mark.val() >> self.level_bits).any() {
            self.low_mark.next = !bits(0, self.level_bits);
        } else {
            self.low_mark.next = bits_to(self.wanted_low_mark.val(), self.level_bits);
        }
        self.wanted_high_mark.next = self.file.pool_high_mark.val();
        if (self.wanted_high_mark.val() >> self.level_bits).any()
            | !self.wanted_high_mark.val().any()
        {
            self.high_mark.next = !bits(0, self.level_bits);
        } else {
            self.high_mark.next = bits_to(self.wanted_high_mark.val(), self.level_bits);
        }
        self.mask_table.next = bits_to(
            bits_to(self.file.mask_table_lo.val(), 64)
                | (bits_to(self.file.mask_table_hi.val(), 64) << 32),
            self.physical_bits,
        );

        comment!("A command: offered until it is taken, busy until it is done.");
        self.file.command_refused.next = self.busy.val();
        if self.file.command_written.val() {
            self.op.next = self.file.command.val();
            self.offered.next = true;
            self.busy.next = true;
            self.done.next = false;
        } else if self.command_ready.val() {
            self.offered.next = false;
        }
        self.command_valid.next = self.offered.val();
        self.command_op.next = self.op.val();
        self.command_process.next = self.file.command_process.val();
        self.command_context.next = self.file.command_context.val();
        self.command_core.next = self.file.command_core.val();
        self.command_argument.next = bits_to(self.file.argument_lo.val(), 64)
            | (bits_to(self.file.argument_hi.val(), 64) << 32);
        if self.command_done.val() {
            self.busy.next = false;
            self.done.next = true;
            self.ended.next = self.command_status.val();
            self.result.next = self.command_result.val();
        }
        self.file.command_status.next = (bits_from(self.busy.val(), 32) << self.command_busy)
            | (bits_from(self.done.val(), 32) << self.command_done_bit)
            | (bits_to(self.ended.val(), 32) << self.command_code);
        self.file.result_lo.next = bits_to(self.result.val(), 32);
        self.file.result_hi.next = bits_to(bits_to(self.result.val(), 64) >> 32, 32);

        comment!("DESTROY.");
        if self.destroy_done.val() {
            self.destroyed.next = true;
            self.destroy_ended.next = self.destroy_status.val();
        } else if self.destroy_running.val() {
            self.destroyed.next = false;
        }
        self.file.destroy_status.next = (bits_from(self.destroy_running.val(), 32)
            << self.destroy_running_bit)
            | (bits_from(self.destroyed.val(), 32) << self.destroy_done_bit)
            | (bits_to(self.destroy_ended.val(), 32) << self.destroy_code)
            | (bits_to(self.destroy_process.val(), 32) << self.destroy_number);

        comment!("State of a core and of a process.");
        self.core_select.next = bits_to(self.file.core_select.val(), self.core_bits);
        if bits_to(self.file.core_select.val(), 8) < self.cores {
            self.file.core_state.next = (bits_from(self.selected_attached.val(), 32)
                << self.core_attached)
                | (bits_from(self.selected_switching.val(), 32) << self.core_switching)
                | (bits_to(self.selected_context.val(), 32) << self.core_running_context)
                | (bits_to(self.selected_process.val(), 32) << self.core_running_process);
        } else {
            self.file.core_state.next = bits(0, 32);
        }
        self.process_select.next = bits_to(self.file.process_select.val(), self.process_bits);
        if (self.file.process_select.val() >> self.process_bits).any() {
            self.file.process_state.next = bits(0, 32);
            self.file.process_frames.next = bits(0, 32);
            self.file.descriptor_lo.next = bits(0, 32);
            self.file.descriptor_hi.next = bits(0, 32);
        } else {
            self.file.process_state.next = bits_to(self.process_state.val(), 32);
            self.file.process_frames.next = bits_to(self.process_frames.val(), 32);
            self.file.descriptor_lo.next = bits_to(self.selected_descriptor.val(), 32) << 12;
            self.file.descriptor_hi.next =
                bits_to(bits_to(self.selected_descriptor.val(), 64) >> 20, 32);
        }

        comment!("Pool.");
        self.file.pool_level.next = bits_to(self.pool_level.val(), 32);
        self.file.pool_state.next = (bits_from(self.pool_low.val(), 32) << self.level_is_low)
            | (bits_from(self.pool_high.val(), 32) << self.level_is_high);
        self.was_low.next = self.pool_low.val();
        self.comes_low.next = self.pool_low.val() & !self.was_low.val();
        self.was_high.next = self.pool_high.val();
        self.comes_high.next = self.pool_high.val() & !self.was_high.val();

        comment!("Interrupts.");
        self.file.interrupt_status_set.next = (bits_from(self.comes_low.val(), self.sources)
            << self.pending_pool_low)
            | (bits_from(self.comes_high.val(), self.sources) << self.pending_pool_high)
            | (bits_from(self.command_done.val(), self.sources) << self.pending_command_done)
            | (bits_from(self.destroy_done.val(), self.sources) << self.pending_destroy_done)
            | (bits_from(self.error_valid.val(), self.sources) << self.pending_error);
        self.irq.next = (self.file.interrupt_status.val() & self.file.interrupt_enable.val()).any();

        comment!("Errors: the first one is captured, all are counted.");
        self.first_error.next = self.error_valid.val() & !self.file.error_status.val().any();
        self.file.error_status_set.next = bits_from(self.first_error.val(), 1);
        if self.first_error.val() {
            self.captured_write.next = self.error_write.val();
            self.captured_cause.next = self.error_cause.val();
            self.captured_source.next = self.error_source.val();
            self.captured_address.next = self.error_address.val();
        }
        if self.error_valid.val() & !self.errors.val().all() {
            self.errors.next = self.errors.val() + 1;
        }
        self.file.error_info.next = (bits_from(self.captured_write.val(), 32)
            << self.error_was_write)
            | (bits_to(self.captured_cause.val(), 32) << self.error_cause_low)
            | (bits_to(self.captured_source.val(), 32) << self.error_source_low);
        self.file.error_address_lo.next = bits_to(self.captured_address.val(), 32);
        self.file.error_address_hi.next =
            bits_to(bits_to(self.captured_address.val(), 64) >> 32, 32);
        self.file.error_count.next = self.errors.val();

        comment!("Counters: both halves of one reading, however often the counter moves.");
        self.counter_block.next = self.file.counter_block.val();
        self.counter_index.next = self.file.counter_index.val();
        self.file.counter_lo.next = bits_to(self.counter_value.val(), 32);
        if self.file.counter_lo_read.val() {
            self.counter_upper.next = bits_to(self.counter_value.val() >> 32, 32);
        }
        self.file.counter_hi.next = self.counter_upper.val();
    }
}
