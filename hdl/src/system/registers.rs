//! The control and status registers: `memento_registers`.

module! {
    /// Control and status registers over AXI4-Lite; the map is in docs/registers.md.
    ///
    pub module Registers(g: &Geometry, digest: u64) = "memento_registers" {
        ports {
            "AXI4-Lite write address" {
                /// an address is there
                input s_axil_awvalid: bool;
                /// taken
                output s_axil_awready: bool;
                /// byte address
                input s_axil_awaddr: Word = ADDRESS_BITS; // 12
                /// protection, not looked at
                input s_axil_awprot: Word = 3;
            }
            "AXI4-Lite write data" {
                input s_axil_wvalid: bool;
                output s_axil_wready: bool;
                input s_axil_wdata: Word = 32;
                input s_axil_wstrb: Word = 4;
            }
            "AXI4-Lite write response" {
                output s_axil_bvalid: bool;
                input s_axil_bready: bool;
                output s_axil_bresp: Word = 2;
            }
            "AXI4-Lite read address" {
                input s_axil_arvalid: bool;
                output s_axil_arready: bool;
                input s_axil_araddr: Word = ADDRESS_BITS; // 12
                input s_axil_arprot: Word = 3;
            }
            "AXI4-Lite read data" {
                output s_axil_rvalid: bool;
                input s_axil_rready: bool;
                output s_axil_rdata: Word = 32;
                output s_axil_rresp: Word = 2;
            }
            "Interrupt: a level" {
                /// a source is pending and enabled
                output irq: bool;
            }
            "Settings" {
                /// bit i: core i executes operations (global enable and the core's own)
                output core_enable[cores]: bool;
                /// level from which the pool counts as low
                output low_mark: Word = frame_index_bits + 1;
                /// level from which the pool counts as high
                output high_mark: Word = frame_index_bits + 1;
                /// physical address of the bypass's table of masks
                output mask_table: Word = physical_bits;
            }
            "Command: valid/ready, to the command unit" {
                output command_valid: bool;
                input command_ready: bool;
                output command_op: Word = 8;
                output command_process: Word = 16;
                output command_context: Word = 16;
                output command_core: Word = 16;
                output command_argument: Word = 64;
            }
            "Its answer: a pulse" {
                input command_done: bool;
                input command_status: CommandStatus;
                input command_result: Word = physical_bits;
            }
            "DESTROY, in the background" {
                input destroy_running: bool;
                input destroy_process: Word = process_bits;
                /// pulse
                input destroy_done: bool;
                input destroy_status: CommandStatus;
            }
            "State of a core, from the command unit: combinational" {
                output core_select: Word = core_bits; // clog2(cores).max(1)
                input selected_attached: bool;
                input selected_switching: bool;
                input selected_process: Word = process_bits;
                input selected_context: Word = context_bits;
            }
            "State of a process: combinational" {
                /// to the command unit and to the page allocator
                output process_select: Word = process_bits;
                /// from the command unit
                input selected_descriptor: Word = frame_bits;
                /// from the page allocator: 0 none, 1 live, 2 dying
                input process_state: Word = 2;
                /// from the page allocator
                input process_frames: Word = frame_index_bits + 1;
            }
            "Pool, from the page allocator" {
                input pool_level: Word = frame_index_bits + 1;
                input pool_low: bool;
                input pool_high: bool;
            }
            "Errors of the memory: a pulse each" {
                input error_valid: bool;
                /// as line_cause
                input error_cause: Word = 3;
                /// client: core number, or cores for the page allocator
                input error_source: Word = 4;
                input error_write: bool;
                input error_address: Word = physical_bits;
            }
            "Counters: the value may follow the selection by two cycles" {
                /// 0..cores-1: a core; cores: page allocator; cores + 1: bypass
                output counter_block: Word = 4;
                /// counter number within it
                output counter_index: Word = 6;
                /// its count; 0 where there is none
                input counter_value: Word = 64;
            }
        }
    }
}
