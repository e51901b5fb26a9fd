//! The whole system: `memento_system`.

use super::axi_manager::AxiManager;
use super::command_unit::CommandUnit;
use super::forwarder::Forwarder;
use super::page_arbiter::PageArbiter;
use super::page_trace::PageTrace;
use super::register_map::ADDRESS_BITS;
use super::registers::Registers;
use super::table_errors::TableErrors;
use crate::allocator::object_allocator::{COUNTERS, ObjectAllocator};
use crate::allocator::types::{Op, Status};
use crate::bypass::bypass::PARTS as BYPASS_PARTS;
use crate::geometry::{Geometry, PAGE_BITS};
use crate::pages::page_allocator::{PAGE_COUNTERS, PageAllocator};
use crate::pages::reclaimer::{RUN_FRAMES, page_count_bits};
use crate::pages::types::CAUSE_BITS;
use crate::pages::types_engine::{PageOp, ProcessState};
use crate::rtl::*;

module! {
    /// Memento: object allocators, page allocator, registers and bus, for several cores.
    ///
    /// Software lends frames, creates processes and attaches contexts to cores through the
    /// registers; then each core's request port serves obj-alloc and obj-free, and its host's page
    /// walker asks the translation port where pages of objects are. Frees of objects of a context on
    /// another core are executed there.
    ///
    /// Protocol:   valid/ready on every channel: a transfer takes place at a rising edge that sees
    ///             both high; valid never waits for ready, and what is offered is held until taken.
    ///             Registers are an AXI4-Lite subordinate, memory is behind an AXI4 manager.
    /// Latency:    as the object allocator's (memento_core); what goes to the page allocator takes
    ///             two cycles more than that does.
    /// Deadlock:   none, as long as memory, shoot-downs, discards and grants answer without waiting
    ///             for a response of this module's.
    /// Reset:      synchronous, two cycles at least; no process, no frame, no context attached.
    ///             What is in memory stays and needs CREATE anew.
    pub module System(g: &Geometry, digest: u64) = "memento_system" {
        parameters {
            /// cores
            cores = g.cores,
            /// bits, width of operands and values
            operand_bits = g.operand_bits,
            /// bits, width of a physical address
            physical_bits = g.physical_bits,
            /// bits, width of a process number
            process_bits = g.process_bits,
            /// bits, width of a class number
            class_bits = g.class_bits,
            /// bits, width of a context number
            context_bits = g.context_bits,
            /// bits, width of an arena number
            arena_bits = g.arena_bits,
            /// bits, width of the memory bus
            data_bits = g.data_bits,
            /// 1: the trace ports are driven
            traced = g.trace_port as usize,
        }
        derived {
            /// bits, width of a client's ID on the bus
            id_bits = clog2(g.cores + 1).max(1),
            /// bits, width of the bus's write strobes
            strobe_bits = data_bits / 8,
            /// bits, width of a frame number
            frame_bits = physical_bits - PAGE_BITS,
            /// bits, width of a source's number
            source_bits = clog2(2 * g.cores + 1),
            /// bits, width of a core's number
            core_bits = clog2(g.cores).max(1),
            /// counters of a core
            core_counters = COUNTERS.len(),
            /// bits, width of their numbers
            core_counter_bits = clog2(COUNTERS.len()),
            /// counters of the page allocator
            page_counters = PAGE_COUNTERS.len(),
            /// bits, width of their numbers
            page_counter_bits = clog2(PAGE_COUNTERS.len()),
        }
        features {
            /// 1: words of tables and queues are checked by a parity bit
            parity = g.parity as usize,
        }
        ports {
            "Core i's request: valid/ready" {
                /// a request is there
                input request_valid[cores]: bool;
                /// it is accepted
                output request_ready[cores]: bool;
                /// 0 alloc, 1 free
                input request_op[cores]: Op;
                /// size in bytes, or address
                input request_operand[cores]: Word = operand_bits;
            }
            "Core i's response: valid/ready, in order" {
                /// a response is on offer
                output response_valid[cores]: bool;
                /// it is taken
                input response_ready[cores]: bool;
                /// status code
                output response_status[cores]: Status;
                /// address, or 0
                output response_value[cores]: Word = operand_bits;
            }
            "What core i runs" {
                /// it runs a context
                output attached[cores]: bool;
                /// of this process
                output process_id[cores]: Word = process_bits;
                /// which
                output context_id[cores]: Word = context_bits;
            }
            "Check of core i's tables: a level" {
                /// a word was not what was written: everything is answered CORRUPT_HEADER until the next ATTACH
                output table_error[cores * parity]: bool;
            }
            "Check of the page side's tables: a level" {
                /// a word was not what was written: whatever needs a page or an arena is refused, until reset
                output page_table_error[parity]: bool;
            }
            "Check of the bypass's tables" {
                /// its table_error; low without a bypass
                input bypass_table_error[parity]: bool;
                /// its table_parts
                input bypass_table_parts[parity]: Word = BYPASS_PARTS.len();
            }
            "Host i's translation request: valid/ready" {
                /// an address is asked about
                input host_translate_request_valid[cores]: bool;
                /// accepted
                output host_translate_request_ready[cores]: bool;
                /// process
                input host_translate_request_process[cores]: Word = process_bits;
                /// virtual address
                input host_translate_request_address[cores]: Word = operand_bits;
            }
            "Host i's translation response: valid/ready" {
                /// an answer is there
                output host_translate_response_valid[cores]: bool;
                /// taken
                input host_translate_response_ready[cores]: bool;
                /// Ok, or why there is no frame
                output host_translate_response_status[cores]: Status;
                /// frame number
                output host_translate_response_frame[cores]: Word = frame_bits;
                /// bit 0 readable, bit 1 writable, bit 2 by user code; none without a frame
                output host_translate_response_permissions[cores]: Word = 3;
            }
            "AXI4-Lite write address" {
                /// byte address
                input s_axil_awaddr: Word = ADDRESS_BITS;
                /// protection, not looked at
                input s_axil_awprot: Word = 3;
                /// an address is there
                input s_axil_awvalid: bool;
                /// taken
                output s_axil_awready: bool;
            }
            "AXI4-Lite write data" {
                /// data
                input s_axil_wdata: Word = 32;
                /// bytes to be written, one bit each
                input s_axil_wstrb: Word = 4;
                /// data are there
                input s_axil_wvalid: bool;
                /// taken
                output s_axil_wready: bool;
            }
            "AXI4-Lite write response" {
                /// OKAY is 0
                output s_axil_bresp: Word = 2;
                /// a write is done
                output s_axil_bvalid: bool;
                /// taken
                input s_axil_bready: bool;
            }
            "AXI4-Lite read address" {
                /// byte address
                input s_axil_araddr: Word = ADDRESS_BITS;
                /// protection, not looked at
                input s_axil_arprot: Word = 3;
                /// an address is there
                input s_axil_arvalid: bool;
                /// taken
                output s_axil_arready: bool;
            }
            "AXI4-Lite read data" {
                /// data
                output s_axil_rdata: Word = 32;
                /// OKAY is 0
                output s_axil_rresp: Word = 2;
                /// data are there
                output s_axil_rvalid: bool;
                /// taken
                input s_axil_rready: bool;
            }
            "Interrupt: a level" {
                /// an event that is enabled has happened
                output irq: bool;
            }
            "AXI4 write address" {
                /// client: core i is i, the page allocator cores
                output m_axi_awid: Word = id_bits;
                /// first byte
                output m_axi_awaddr: Word = physical_bits;
                /// beats less one
                output m_axi_awlen: Word = 8;
                /// log2 of a beat's bytes
                output m_axi_awsize: Word = 3;
                /// incrementing
                output m_axi_awburst: Word = 2;
                /// no exclusive access
                output m_axi_awlock: bool;
                /// normal memory, bufferable, cached nowhere
                output m_axi_awcache: Word = 4;
                /// unprivileged, secure data
                output m_axi_awprot: Word = 3;
                /// no quality of service
                output m_axi_awqos: Word = 4;
                /// what for: 0 header, 1 page table, 2 record, 3 pool list, 4 zeroing, 5 mailbox
                output m_axi_awuser: Word = CAUSE_BITS;
                /// a burst is on offer
                output m_axi_awvalid: bool;
                /// accepted
                input m_axi_awready: bool;
            }
            "AXI4 write data" {
                /// data, the lowest address in the lowest bits
                output m_axi_wdata: Word = data_bits;
                /// bytes to be written, one bit each
                output m_axi_wstrb: Word = strobe_bits;
                /// a burst's last beat
                output m_axi_wlast: bool;
                /// a beat is on offer
                output m_axi_wvalid: bool;
                /// accepted
                input m_axi_wready: bool;
            }
            "AXI4 write response" {
                /// client
                input m_axi_bid: Word = id_bits;
                /// OKAY is 0
                input m_axi_bresp: Word = 2;
                /// a burst is written
                input m_axi_bvalid: bool;
                /// taken
                output m_axi_bready: bool;
            }
            "AXI4 read address" {
                /// client: core i is i, the page allocator cores
                output m_axi_arid: Word = id_bits;
                /// first byte
                output m_axi_araddr: Word = physical_bits;
                /// beats less one
                output m_axi_arlen: Word = 8;
                /// log2 of a beat's bytes
                output m_axi_arsize: Word = 3;
                /// incrementing
                output m_axi_arburst: Word = 2;
                /// no exclusive access
                output m_axi_arlock: bool;
                /// normal memory, bufferable, cached nowhere
                output m_axi_arcache: Word = 4;
                /// unprivileged, secure data
                output m_axi_arprot: Word = 3;
                /// no quality of service
                output m_axi_arqos: Word = 4;
                /// what for, as awuser
                output m_axi_aruser: Word = CAUSE_BITS;
                /// a burst is on offer
                output m_axi_arvalid: bool;
                /// accepted
                input m_axi_arready: bool;
            }
            "AXI4 read data" {
                /// client
                input m_axi_rid: Word = id_bits;
                /// data, the lowest address in the lowest bits
                input m_axi_rdata: Word = data_bits;
                /// OKAY is 0
                input m_axi_rresp: Word = 2;
                /// a burst's last beat
                input m_axi_rlast: bool;
                /// a beat is there
                input m_axi_rvalid: bool;
                /// taken
                output m_axi_rready: bool;
            }
            "Shoot-down: valid/ready, then an acknowledge; one at a time" {
                /// translations are to be forgotten
                output shootdown_valid: bool;
                /// accepted
                input shootdown_ready: bool;
                /// of this process
                output shootdown_process: Word = process_bits;
                /// from this virtual address on
                output shootdown_address: Word = operand_bits;
                /// so many pages
                output shootdown_pages: Word = page_count_bits(g);
                /// they are forgotten
                input shootdown_done: bool;
            }
            "Discard: valid/ready, then an acknowledge each, in order" {
                /// frames are to leave the caches unwritten
                output discard_valid: bool;
                /// accepted
                input discard_ready: bool;
                /// first frame number
                output discard_frame: Word = frame_bits;
                /// consecutive frames
                output discard_count: Word = clog2(RUN_FRAMES + 1);
                /// the oldest accepted discard is carried out
                input discard_done: bool;
            }
            "Grant: valid/ready, to the fresh-line filter" {
                /// a frame changes hands
                output grant_valid: bool;
                /// accepted
                input grant_ready: bool;
                /// its number
                output grant_frame: Word = frame_bits;
                /// granted: all lines read as zero; else back in the pool
                output grant_fresh: bool;
            }
            "Fresh-line filter's setting and counters" {
                /// physical address of its table of masks
                output mask_table: Word = physical_bits;
                /// number of one of its counters
                output bypass_counter_select: Word = 6;
                /// its count, in the same cycle; 0 without a filter
                input bypass_counter_value: Word = 64;
            }
            "Trace of core i: one record an operation, when its response is taken" {
                /// a record
                output trace_valid[cores]: bool;
                /// cycles since reset, for all cores
                output trace_cycle: Word = 64;
                /// context
                output trace_context[cores]: Word = context_bits;
                /// 0 alloc, 1 free
                output trace_op[cores]: Op;
                /// size in bytes, or address
                output trace_operand[cores]: Word = operand_bits;
                /// status code
                output trace_status[cores]: Status;
                /// address, or 0
                output trace_value[cores]: Word = operand_bits;
            }
            "Trace of core i: in which order operations take effect" {
                /// an operation of host or inbox is decided
                output trace_commit_valid[cores]: bool;
                /// it is the inbox's
                output trace_commit_inbox[cores]: bool;
                /// the core whose free it then is
                output trace_commit_source[cores]: Word = core_bits;
                /// the allocation that is decided takes an arena that was fetched ahead
                output trace_fetched[cores]: bool;
            }
            "Trace of the page allocator: one record an answer, when it is taken" {
                /// a record
                output page_trace_valid: bool;
                /// operation
                output page_trace_op: PageOp;
                /// who asked: core i is i, its host cores + i, commands 2 * cores
                output page_trace_source: Word = source_bits;
                /// process
                output page_trace_process: Word = process_bits;
                /// class, of a request by a core
                output page_trace_class: Word = class_bits;
                /// context, of a request by a core
                output page_trace_context: Word = context_bits;
                /// arena number
                output page_trace_arena: Word = arena_bits;
                /// physical address
                output page_trace_address: Word = physical_bits;
                /// status code
                output page_trace_status: Status;
                /// frames are decided on for the record that is next: those of the pool before this edge
                output page_trace_decided: bool;
                /// a frame reaches the pool
                output page_trace_returned: bool;
            }
        }
        wires {
            /// core i may be told to switch: no free is on its way to it
            may_switch[cores]: bool;
            /// number of a core's counter
            core_counter: Word = core_counter_bits;
            /// there is one of that number
            core_counter_exists: bool;
            /// there is a counter of that number in the page allocator
            page_counter_exists: bool;
            /// the selected counter
            counter: Word = 64;
        }
        data {
            /// the counter selected a cycle ago
            counter_value: Word = 64;
        }
        instances {
            /// object allocators
            core[cores]: ObjectAllocator = ObjectAllocator::new(g);
            /// frees from core to core
            forwarder: Forwarder = Forwarder::new(g);
            /// requests to the page allocator
            page_arbiter: PageArbiter = PageArbiter::new(g);
            /// arenas, pages, processes
            page_allocator: PageAllocator = PageAllocator::new(g);
            /// what software sees
            registers: Registers = Registers::new(g, digest);
            /// what software orders
            command_unit: CommandUnit = CommandUnit::new(g);
            /// all that goes to memory
            axi_manager: AxiManager = AxiManager::new(g);
            /// record of the page allocator's answers
            page_trace: PageTrace = PageTrace::new(g);
            /// words that aren't what was written, for the registers
            table_errors[parity]: TableErrors = TableErrors::new(g);
        }
    }
}

impl Logic for System {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("Cores and their hosts.");
        for i in 0..self.cores {
            self.core[i].request_valid.next = self.request_valid[i].val();
            self.core[i].request_op.next = self.request_op[i].val();
            self.core[i].request_operand.next = self.request_operand[i].val();
            self.core[i].response_ready.next = self.response_ready[i].val();
            self.request_ready[i].next = self.core[i].request_ready.val();
            self.response_valid[i].next = self.core[i].response_valid.val();
            self.response_status[i].next = self.core[i].response_status.val();
            self.response_value[i].next = self.core[i].response_value.val();
            self.core[i].enable.next = self.registers.core_enable[i].val();
            self.attached[i].next = self.core[i].attached.val();
            if self.parity == 1 {
                self.table_error[i].next = self.core[i].table_error[0].val();
            }
            self.process_id[i].next = self.command_unit.core_process[i].val();
            self.context_id[i].next = self.core[i].context_id.val();
        }

        comment!("A core switches once no other core's free is on its way to it.");
        for i in 0..self.cores {
            self.may_switch[i].next =
                self.forwarder.inbox_idle[i].val() & !self.command_unit.serving[i].val();
            self.core[i].switch_request_valid.next =
                self.command_unit.switch_request_valid[i].val() & self.may_switch[i].val();
            self.command_unit.switch_request_ready[i].next =
                self.core[i].switch_request_ready.val() & self.may_switch[i].val();
            self.core[i].switch_request_op.next = self.command_unit.switch_request_op.val();
            self.core[i].switch_request_context.next =
                self.command_unit.switch_request_context.val();
            self.core[i].switch_request_records.next =
                self.command_unit.switch_request_records.val();
            self.core[i].switch_request_mailbox.next =
                self.command_unit.switch_request_mailbox.val();
            self.command_unit.switch_response_valid[i].next =
                self.core[i].switch_response_valid.val();
            self.core[i].switch_response_ready.next =
                self.command_unit.switch_response_ready[i].val();
            self.command_unit.switch_response_status[i].next =
                self.core[i].switch_response_status.val();
        }

        comment!("Frees of objects of another core's context.");
        for i in 0..self.cores {
            self.forwarder.forward_request_valid[i].next = self.core[i].forward_request_valid.val();
            self.forwarder.forward_request_context[i].next =
                self.core[i].forward_request_context.val();
            self.forwarder.forward_request_address[i].next =
                self.core[i].forward_request_address.val();
            self.forwarder.forward_response_ready[i].next =
                self.core[i].forward_response_ready.val();
            self.forwarder.inbox_request_ready[i].next = self.core[i].inbox_request_ready.val();
            self.forwarder.inbox_response_valid[i].next = self.core[i].inbox_response_valid.val();
            self.forwarder.inbox_response_status[i].next = self.core[i].inbox_response_status.val();
            self.core[i].forward_request_ready.next = self.forwarder.forward_request_ready[i].val();
            self.core[i].forward_response_valid.next =
                self.forwarder.forward_response_valid[i].val();
            self.core[i].forward_response_status.next =
                self.forwarder.forward_response_status[i].val();
            self.core[i].inbox_request_valid.next = self.forwarder.inbox_request_valid[i].val();
            self.core[i].inbox_request_address.next = self.forwarder.inbox_request_address[i].val();
            self.core[i].inbox_response_ready.next = self.forwarder.inbox_response_ready[i].val();
            self.forwarder.attached[i].next = self.core[i].attached.val();
            self.command_unit.attached[i].next = self.core[i].attached.val();
            self.forwarder.closed[i].next = !self.command_unit.serving[i].val();
            self.forwarder.process_id[i].next = self.command_unit.core_process[i].val();
            self.forwarder.context_id[i].next = self.core[i].context_id.val();
        }

        comment!("Requests to the page allocator.");
        for i in 0..self.cores {
            self.page_arbiter.core_process[i].next = self.command_unit.core_process[i].val();
            self.page_arbiter.alloc_arena_request_valid[i].next =
                self.core[i].alloc_arena_request_valid.val();
            self.page_arbiter.alloc_arena_request_class[i].next =
                self.core[i].alloc_arena_request_class.val();
            self.page_arbiter.alloc_arena_request_context[i].next =
                self.core[i].alloc_arena_request_context.val();
            self.core[i].alloc_arena_request_ready.next =
                self.page_arbiter.alloc_arena_request_ready[i].val();
            self.core[i].alloc_arena_response_valid.next =
                self.page_arbiter.alloc_arena_response_valid[i].val();
            self.core[i].alloc_arena_response_status.next =
                self.page_arbiter.alloc_arena_response_status[i].val();
            self.core[i].alloc_arena_response_arena.next =
                self.page_arbiter.alloc_arena_response_arena[i].val();
            self.core[i].alloc_arena_response_line.next =
                self.page_arbiter.alloc_arena_response_line[i].val();
            self.page_arbiter.alloc_arena_response_ready[i].next =
                self.core[i].alloc_arena_response_ready.val();
            self.page_arbiter.alloc_arena_request_peek[i].next =
                self.core[i].alloc_arena_request_peek.val();
            self.core[i].alloc_arena_response_unused.next =
                self.page_arbiter.alloc_arena_response_unused[i].val();
            self.core[i].alloc_arena_response_released.next =
                self.page_arbiter.alloc_arena_response_released[i].val();
            self.page_arbiter.claim_arena_request_valid[i].next =
                self.core[i].claim_arena_request_valid.val();
            self.page_arbiter.claim_arena_request_class[i].next =
                self.core[i].claim_arena_request_class.val();
            self.page_arbiter.claim_arena_request_context[i].next =
                self.core[i].claim_arena_request_context.val();
            self.page_arbiter.claim_arena_request_arena[i].next =
                self.core[i].claim_arena_request_arena.val();
            self.page_arbiter.claim_arena_request_line[i].next =
                self.core[i].claim_arena_request_line.val();
            self.page_arbiter.claim_arena_request_unused[i].next =
                self.core[i].claim_arena_request_unused.val();
            self.page_arbiter.claim_arena_request_released[i].next =
                self.core[i].claim_arena_request_released.val();
            self.core[i].claim_arena_request_ready.next =
                self.page_arbiter.claim_arena_request_ready[i].val();
            self.core[i].claim_arena_response_valid.next =
                self.page_arbiter.claim_arena_response_valid[i].val();
            self.core[i].claim_arena_response_status.next =
                self.page_arbiter.claim_arena_response_status[i].val();
            self.page_arbiter.claim_arena_response_ready[i].next =
                self.core[i].claim_arena_response_ready.val();
            self.page_arbiter.free_arena_request_valid[i].next =
                self.core[i].free_arena_request_valid.val();
            self.page_arbiter.free_arena_request_class[i].next =
                self.core[i].free_arena_request_class.val();
            self.page_arbiter.free_arena_request_context[i].next =
                self.core[i].free_arena_request_context.val();
            self.page_arbiter.free_arena_request_arena[i].next =
                self.core[i].free_arena_request_arena.val();
            self.core[i].free_arena_request_ready.next =
                self.page_arbiter.free_arena_request_ready[i].val();
            self.core[i].free_arena_response_valid.next =
                self.page_arbiter.free_arena_response_valid[i].val();
            self.core[i].free_arena_response_status.next =
                self.page_arbiter.free_arena_response_status[i].val();
            self.page_arbiter.free_arena_response_ready[i].next =
                self.core[i].free_arena_response_ready.val();
            self.page_arbiter.translate_request_valid[i].next =
                self.core[i].translate_request_valid.val();
            self.page_arbiter.translate_request_address[i].next =
                self.core[i].translate_request_address.val();
            self.core[i].translate_request_ready.next =
                self.page_arbiter.translate_request_ready[i].val();
            self.core[i].translate_response_valid.next =
                self.page_arbiter.translate_response_valid[i].val();
            self.core[i].translate_response_fault.next =
                self.page_arbiter.translate_response_fault[i].val();
            self.core[i].translate_response_error.next =
                self.page_arbiter.translate_response_error[i].val();
            self.core[i].translate_response_frame.next =
                self.page_arbiter.translate_response_frame[i].val();
            self.page_arbiter.translate_response_ready[i].next =
                self.core[i].translate_response_ready.val();
            self.page_arbiter.host_translate_request_valid[i].next =
                self.host_translate_request_valid[i].val();
            self.page_arbiter.host_translate_request_process[i].next =
                self.host_translate_request_process[i].val();
            self.page_arbiter.host_translate_request_address[i].next =
                self.host_translate_request_address[i].val();
            self.page_arbiter.host_translate_response_ready[i].next =
                self.host_translate_response_ready[i].val();
            self.host_translate_request_ready[i].next =
                self.page_arbiter.host_translate_request_ready[i].val();
            self.host_translate_response_valid[i].next =
                self.page_arbiter.host_translate_response_valid[i].val();
            self.host_translate_response_status[i].next =
                self.page_arbiter.host_translate_response_status[i].val();
            self.host_translate_response_frame[i].next =
                self.page_arbiter.host_translate_response_frame[i].val();
            self.host_translate_response_permissions[i].next =
                self.page_arbiter.host_translate_response_permissions[i].val();
        }
        self.page_arbiter.command_request_valid.next = self.command_unit.page_request_valid.val();
        self.page_arbiter.command_request_op.next = self.command_unit.page_request_op.val();
        self.page_arbiter.command_request_process.next =
            self.command_unit.page_request_process.val();
        self.page_arbiter.command_request_address.next =
            self.command_unit.page_request_address.val();
        self.command_unit.page_request_ready.next = self.page_arbiter.command_request_ready.val();
        self.command_unit.page_response_valid.next = self.page_arbiter.command_response_valid.val();
        self.command_unit.page_response_op.next = self.page_arbiter.command_response_op.val();
        self.command_unit.page_response_status.next =
            self.page_arbiter.command_response_status.val();
        self.command_unit.page_response_address.next =
            self.page_arbiter.command_response_address.val();
        self.page_arbiter.command_response_ready.next = self.command_unit.page_response_ready.val();
        self.page_allocator.request_valid.next = self.page_arbiter.request_valid.val();
        self.page_allocator.request_op.next = self.page_arbiter.request_op.val();
        self.page_allocator.request_source.next = self.page_arbiter.request_source.val();
        self.page_allocator.request_process.next = self.page_arbiter.request_process.val();
        self.page_allocator.request_class.next = self.page_arbiter.request_class.val();
        self.page_allocator.request_context.next = self.page_arbiter.request_context.val();
        self.page_allocator.request_arena.next = self.page_arbiter.request_arena.val();
        self.page_allocator.request_address.next = self.page_arbiter.request_address.val();
        self.page_arbiter.request_ready.next = self.page_allocator.request_ready.val();
        self.page_allocator.claim_valid.next = self.page_arbiter.claim_valid.val();
        self.page_allocator.claim_source.next = self.page_arbiter.claim_source.val();
        self.page_allocator.claim_process.next = self.page_arbiter.claim_process.val();
        self.page_allocator.claim_class.next = self.page_arbiter.claim_class.val();
        self.page_allocator.claim_context.next = self.page_arbiter.claim_context.val();
        self.page_allocator.claim_arena.next = self.page_arbiter.claim_arena.val();
        self.page_allocator.claim_line.next = self.page_arbiter.claim_line.val();
        self.page_allocator.claim_unused.next = self.page_arbiter.claim_unused.val();
        self.page_allocator.claim_released.next = self.page_arbiter.claim_released.val();
        self.page_arbiter.claim_ready.next = self.page_allocator.claim_ready.val();
        self.page_arbiter.response_unused.next = self.page_allocator.response_unused.val();
        self.page_arbiter.response_released.next = self.page_allocator.response_released.val();
        self.page_arbiter.response_valid.next = self.page_allocator.response_valid.val();
        self.page_arbiter.response_source.next = self.page_allocator.response_source.val();
        self.page_arbiter.response_op.next = self.page_allocator.response_op.val();
        self.page_arbiter.response_status.next = self.page_allocator.response_status.val();
        self.page_arbiter.response_arena.next = self.page_allocator.response_arena.val();
        self.page_arbiter.response_address.next = self.page_allocator.response_address.val();
        self.page_allocator.response_ready.next = self.page_arbiter.response_ready.val();

        comment!("Shoot-downs, discards, grants.");
        self.shootdown_valid.next = self.page_allocator.shootdown_valid.val();
        self.page_allocator.shootdown_ready.next = self.shootdown_ready.val();
        self.shootdown_process.next = self.page_allocator.shootdown_process.val();
        self.shootdown_address.next = self.page_allocator.shootdown_address.val();
        self.shootdown_pages.next = self.page_allocator.shootdown_pages.val();
        self.page_allocator.shootdown_done.next = self.shootdown_done.val();
        self.discard_valid.next = self.page_allocator.discard_valid.val();
        self.page_allocator.discard_ready.next = self.discard_ready.val();
        self.discard_frame.next = self.page_allocator.discard_frame.val();
        self.discard_count.next = self.page_allocator.discard_count.val();
        self.page_allocator.discard_done.next = self.discard_done.val();
        self.grant_valid.next = self.page_allocator.grant_valid.val();
        self.page_allocator.grant_ready.next = self.grant_ready.val();
        self.grant_frame.next = self.page_allocator.grant_frame.val();
        self.grant_fresh.next = self.page_allocator.grant_fresh.val();

        comment!("Registers and commands.");
        self.registers.s_axil_awaddr.next = self.s_axil_awaddr.val();
        self.registers.s_axil_awprot.next = self.s_axil_awprot.val();
        self.registers.s_axil_awvalid.next = self.s_axil_awvalid.val();
        self.s_axil_awready.next = self.registers.s_axil_awready.val();
        self.registers.s_axil_wdata.next = self.s_axil_wdata.val();
        self.registers.s_axil_wstrb.next = self.s_axil_wstrb.val();
        self.registers.s_axil_wvalid.next = self.s_axil_wvalid.val();
        self.s_axil_wready.next = self.registers.s_axil_wready.val();
        self.s_axil_bresp.next = self.registers.s_axil_bresp.val();
        self.s_axil_bvalid.next = self.registers.s_axil_bvalid.val();
        self.registers.s_axil_bready.next = self.s_axil_bready.val();
        self.registers.s_axil_araddr.next = self.s_axil_araddr.val();
        self.registers.s_axil_arprot.next = self.s_axil_arprot.val();
        self.registers.s_axil_arvalid.next = self.s_axil_arvalid.val();
        self.s_axil_arready.next = self.registers.s_axil_arready.val();
        self.s_axil_rdata.next = self.registers.s_axil_rdata.val();
        self.s_axil_rresp.next = self.registers.s_axil_rresp.val();
        self.s_axil_rvalid.next = self.registers.s_axil_rvalid.val();
        self.registers.s_axil_rready.next = self.s_axil_rready.val();
        self.irq.next = self.registers.irq.val();
        self.mask_table.next = self.registers.mask_table.val();
        self.command_unit.command_valid.next = self.registers.command_valid.val();
        self.command_unit.command_op.next = self.registers.command_op.val();
        self.command_unit.command_process.next = self.registers.command_process.val();
        self.command_unit.command_context.next = self.registers.command_context.val();
        self.command_unit.command_core.next = self.registers.command_core.val();
        self.command_unit.command_argument.next = self.registers.command_argument.val();
        self.command_unit.core_select.next = self.registers.core_select.val();
        self.registers.command_ready.next = self.command_unit.command_ready.val();
        self.registers.command_done.next = self.command_unit.command_done.val();
        self.registers.command_status.next = self.command_unit.command_status.val();
        self.registers.command_result.next = self.command_unit.command_result.val();
        self.registers.destroy_running.next = self.command_unit.destroy_running.val();
        self.registers.destroy_process.next = self.command_unit.destroy_process.val();
        self.registers.destroy_done.next = self.command_unit.destroy_done.val();
        self.registers.destroy_status.next = self.command_unit.destroy_status.val();
        self.registers.selected_attached.next = self.command_unit.selected_attached.val();
        self.registers.selected_switching.next = self.command_unit.selected_switching.val();
        self.registers.selected_process.next = self.command_unit.selected_process.val();
        self.registers.selected_context.next = self.command_unit.selected_context.val();
        self.registers.selected_descriptor.next = self.command_unit.selected_descriptor.val();
        self.command_unit.process_select.next = self.registers.process_select.val();
        self.page_allocator.process_select.next = self.registers.process_select.val();
        self.registers.process_frames.next = self.page_allocator.process_frames.val();
        self.registers.process_state.next = bits_from(
            self.page_allocator.process_state.val() == ProcessState::Live,
            2,
        ) | (bits_from(
            self.page_allocator.process_state.val() == ProcessState::Dying,
            2,
        ) << 1);
        self.page_allocator.low_mark.next = self.registers.low_mark.val();
        self.page_allocator.high_mark.next = self.registers.high_mark.val();
        self.registers.pool_level.next = self.page_allocator.pool_level.val();
        self.registers.pool_low.next = self.page_allocator.pool_low.val();
        self.registers.pool_high.next = self.page_allocator.pool_high.val();
        if self.parity == 1 {
            comment!("Words that aren't what was written are told as the memory's errors are.");
            for i in 0..self.cores {
                self.table_errors[0].core_error[i].next = self.core[i].table_error[0].val();
                self.table_errors[0].core_parts[i].next = self.core[i].table_parts[0].val();
            }
            self.page_allocator.wrong_beside[0].next = self.command_unit.wrong[0].val();
            self.command_unit.stopped[0].next = self.page_allocator.stopped[0].val();
            self.page_arbiter.stopped[0].next = self.page_allocator.stopped[0].val();
            self.page_table_error[0].next = self.page_allocator.stopped[0].val();
            self.table_errors[0].page_error.next = self.page_allocator.stopped[0].val();
            self.table_errors[0].page_parts.next = self.page_allocator.stopped_parts[0].val();
            self.table_errors[0].frame_lost.next = self.page_allocator.frame_lost[0].val();
            self.table_errors[0].bypass_error.next = self.bypass_table_error[0].val();
            self.table_errors[0].bypass_parts.next = self.bypass_table_parts[0].val();
            self.table_errors[0].bus_error.next = self.axi_manager.error_valid.val();
            self.table_errors[0].bus_cause.next = self.axi_manager.error_cause.val();
            self.table_errors[0].bus_source.next = self.axi_manager.error_source.val();
            self.table_errors[0].bus_write.next = self.axi_manager.error_write.val();
            self.table_errors[0].bus_address.next = self.axi_manager.error_address.val();
            self.registers.error_valid.next = self.table_errors[0].error_valid.val();
            self.registers.error_cause.next = self.table_errors[0].error_cause.val();
            self.registers.error_source.next = self.table_errors[0].error_source.val();
            self.registers.error_write.next = self.table_errors[0].error_write.val();
            self.registers.error_address.next = self.table_errors[0].error_address.val();
        } else {
            self.registers.error_valid.next = self.axi_manager.error_valid.val();
            self.registers.error_cause.next = self.axi_manager.error_cause.val();
            self.registers.error_source.next = self.axi_manager.error_source.val();
            self.registers.error_write.next = self.axi_manager.error_write.val();
            self.registers.error_address.next = self.axi_manager.error_address.val();
        }

        comment!("Counters, a cycle behind their selection.");
        self.core_counter.next =
            bits_to(self.registers.counter_index.val(), self.core_counter_bits);
        self.core_counter_exists.next = self.registers.counter_index.val() < self.core_counters;
        self.page_counter_exists.next = self.registers.counter_index.val() < self.page_counters;
        self.page_allocator.counter_select.next =
            bits_to(self.registers.counter_index.val(), self.page_counter_bits);
        self.bypass_counter_select.next = self.registers.counter_index.val();
        self.counter.next = bits(0, 64);
        for i in 0..self.cores {
            self.core[i].counter_select.next = self.core_counter.val();
            if (self.registers.counter_block.val() == i) & self.core_counter_exists.val() {
                self.counter.next = self.core[i].counter_value.val();
            }
        }
        if (self.registers.counter_block.val() == self.cores) & self.page_counter_exists.val() {
            self.counter.next = self.page_allocator.counter_value.val();
        }
        if self.registers.counter_block.val() == self.cores + 1 {
            self.counter.next = self.bypass_counter_value.val();
        }
        self.counter_value.next = self.counter.val();
        self.registers.counter_value.next = self.counter_value.val();

        comment!("Memory: a line port each for cores and page allocator.");
        for i in 0..self.cores {
            self.axi_manager.line_cause[i].next = self.core[i].header_cause.val();
            self.axi_manager.line_read_request_valid[i].next =
                self.core[i].header_read_request_valid.val();
            self.axi_manager.line_read_request_address[i].next =
                self.core[i].header_read_request_address.val();
            self.axi_manager.line_read_data_ready[i].next =
                self.core[i].header_read_data_ready.val();
            self.axi_manager.line_write_request_valid[i].next =
                self.core[i].header_write_request_valid.val();
            self.axi_manager.line_write_request_address[i].next =
                self.core[i].header_write_request_address.val();
            self.axi_manager.line_write_data_valid[i].next =
                self.core[i].header_write_data_valid.val();
            self.axi_manager.line_write_data[i].next = self.core[i].header_write_data.val();
            self.axi_manager.line_write_data_strobe[i].next =
                self.core[i].header_write_data_strobe.val();
            self.axi_manager.line_write_data_last[i].next =
                self.core[i].header_write_data_last.val();
            self.axi_manager.line_write_response_ready[i].next =
                self.core[i].header_write_response_ready.val();
            self.core[i].header_read_request_ready.next =
                self.axi_manager.line_read_request_ready[i].val();
            self.core[i].header_read_data_valid.next =
                self.axi_manager.line_read_data_valid[i].val();
            self.core[i].header_read_data.next = self.axi_manager.line_read_data[i].val();
            self.core[i].header_read_data_error.next =
                self.axi_manager.line_read_data_error[i].val();
            self.core[i].header_write_request_ready.next =
                self.axi_manager.line_write_request_ready[i].val();
            self.core[i].header_write_data_ready.next =
                self.axi_manager.line_write_data_ready[i].val();
            self.core[i].header_write_response_valid.next =
                self.axi_manager.line_write_response_valid[i].val();
            self.core[i].header_write_response_error.next =
                self.axi_manager.line_write_response_error[i].val();
        }
        self.axi_manager.line_cause[self.cores].next = self.page_allocator.line_cause.val();
        self.axi_manager.line_read_request_valid[self.cores].next =
            self.page_allocator.line_read_request_valid.val();
        self.axi_manager.line_read_request_address[self.cores].next =
            self.page_allocator.line_read_request_address.val();
        self.axi_manager.line_read_data_ready[self.cores].next =
            self.page_allocator.line_read_data_ready.val();
        self.axi_manager.line_write_request_valid[self.cores].next =
            self.page_allocator.line_write_request_valid.val();
        self.axi_manager.line_write_request_address[self.cores].next =
            self.page_allocator.line_write_request_address.val();
        self.axi_manager.line_write_data_valid[self.cores].next =
            self.page_allocator.line_write_data_valid.val();
        self.axi_manager.line_write_data[self.cores].next =
            self.page_allocator.line_write_data.val();
        self.axi_manager.line_write_data_strobe[self.cores].next =
            self.page_allocator.line_write_data_strobe.val();
        self.axi_manager.line_write_data_last[self.cores].next =
            self.page_allocator.line_write_data_last.val();
        self.axi_manager.line_write_response_ready[self.cores].next =
            self.page_allocator.line_write_response_ready.val();
        self.page_allocator.line_read_request_ready.next =
            self.axi_manager.line_read_request_ready[self.cores].val();
        self.page_allocator.line_read_data_valid.next =
            self.axi_manager.line_read_data_valid[self.cores].val();
        self.page_allocator.line_read_data.next = self.axi_manager.line_read_data[self.cores].val();
        self.page_allocator.line_read_data_error.next =
            self.axi_manager.line_read_data_error[self.cores].val();
        self.page_allocator.line_write_request_ready.next =
            self.axi_manager.line_write_request_ready[self.cores].val();
        self.page_allocator.line_write_data_ready.next =
            self.axi_manager.line_write_data_ready[self.cores].val();
        self.page_allocator.line_write_response_valid.next =
            self.axi_manager.line_write_response_valid[self.cores].val();
        self.page_allocator.line_write_response_error.next =
            self.axi_manager.line_write_response_error[self.cores].val();
        self.m_axi_awid.next = self.axi_manager.m_axi_awid.val();
        self.m_axi_awaddr.next = self.axi_manager.m_axi_awaddr.val();
        self.m_axi_awlen.next = self.axi_manager.m_axi_awlen.val();
        self.m_axi_awsize.next = self.axi_manager.m_axi_awsize.val();
        self.m_axi_awburst.next = self.axi_manager.m_axi_awburst.val();
        self.m_axi_awlock.next = self.axi_manager.m_axi_awlock.val();
        self.m_axi_awcache.next = self.axi_manager.m_axi_awcache.val();
        self.m_axi_awprot.next = self.axi_manager.m_axi_awprot.val();
        self.m_axi_awqos.next = self.axi_manager.m_axi_awqos.val();
        self.m_axi_awuser.next = self.axi_manager.m_axi_awuser.val();
        self.m_axi_awvalid.next = self.axi_manager.m_axi_awvalid.val();
        self.axi_manager.m_axi_awready.next = self.m_axi_awready.val();
        self.m_axi_wdata.next = self.axi_manager.m_axi_wdata.val();
        self.m_axi_wstrb.next = self.axi_manager.m_axi_wstrb.val();
        self.m_axi_wlast.next = self.axi_manager.m_axi_wlast.val();
        self.m_axi_wvalid.next = self.axi_manager.m_axi_wvalid.val();
        self.axi_manager.m_axi_wready.next = self.m_axi_wready.val();
        self.axi_manager.m_axi_bid.next = self.m_axi_bid.val();
        self.axi_manager.m_axi_bresp.next = self.m_axi_bresp.val();
        self.axi_manager.m_axi_bvalid.next = self.m_axi_bvalid.val();
        self.m_axi_bready.next = self.axi_manager.m_axi_bready.val();
        self.m_axi_arid.next = self.axi_manager.m_axi_arid.val();
        self.m_axi_araddr.next = self.axi_manager.m_axi_araddr.val();
        self.m_axi_arlen.next = self.axi_manager.m_axi_arlen.val();
        self.m_axi_arsize.next = self.axi_manager.m_axi_arsize.val();
        self.m_axi_arburst.next = self.axi_manager.m_axi_arburst.val();
        self.m_axi_arlock.next = self.axi_manager.m_axi_arlock.val();
        self.m_axi_arcache.next = self.axi_manager.m_axi_arcache.val();
        self.m_axi_arprot.next = self.axi_manager.m_axi_arprot.val();
        self.m_axi_arqos.next = self.axi_manager.m_axi_arqos.val();
        self.m_axi_aruser.next = self.axi_manager.m_axi_aruser.val();
        self.m_axi_arvalid.next = self.axi_manager.m_axi_arvalid.val();
        self.axi_manager.m_axi_arready.next = self.m_axi_arready.val();
        self.axi_manager.m_axi_rid.next = self.m_axi_rid.val();
        self.axi_manager.m_axi_rdata.next = self.m_axi_rdata.val();
        self.axi_manager.m_axi_rresp.next = self.m_axi_rresp.val();
        self.axi_manager.m_axi_rlast.next = self.m_axi_rlast.val();
        self.axi_manager.m_axi_rvalid.next = self.m_axi_rvalid.val();
        self.m_axi_rready.next = self.axi_manager.m_axi_rready.val();

        comment!("Traces.");
        for i in 0..self.cores {
            self.trace_valid[i].next = self.core[i].trace_valid.val();
            self.trace_context[i].next = self.core[i].trace_context.val();
            self.trace_op[i].next = self.core[i].trace_op.val();
            self.trace_operand[i].next = self.core[i].trace_operand.val();
            self.trace_status[i].next = self.core[i].trace_status.val();
            self.trace_value[i].next = self.core[i].trace_value.val();
            self.trace_commit_valid[i].next = self.core[i].trace_commit_valid.val();
            self.trace_commit_inbox[i].next = self.core[i].trace_commit_inbox.val();
            self.trace_commit_source[i].next = self.forwarder.inbox_source[i].val();
            self.trace_fetched[i].next = self.core[i].trace_fetched.val();
        }
        self.trace_cycle.next = self.core[0].trace_cycle.val();
        self.page_trace.request.next =
            self.page_arbiter.request_valid.val() & self.page_allocator.request_ready.val();
        self.page_trace.request_source.next = self.page_arbiter.request_source.val();
        self.page_trace.request_class.next = self.page_arbiter.request_class.val();
        self.page_trace.request_context.next = self.page_arbiter.request_context.val();
        self.page_trace.claim.next =
            self.page_arbiter.claim_valid.val() & self.page_allocator.claim_ready.val();
        self.page_trace.claim_source.next = self.page_arbiter.claim_source.val();
        self.page_trace.claim_class.next = self.page_arbiter.claim_class.val();
        self.page_trace.claim_context.next = self.page_arbiter.claim_context.val();
        self.page_trace.response_op.next = self.page_allocator.response_op.val();
        self.page_trace.response.next =
            self.page_allocator.response_valid.val() & self.page_arbiter.response_ready.val();
        self.page_trace.response_source.next = self.page_allocator.response_source.val();
        self.page_trace.frames_decided.next = self.page_allocator.frames_decided.val();
        self.page_trace.frame_returned.next = self.page_allocator.frame_returned.val();
        self.page_trace_decided.next = self.page_trace.trace_decided.val();
        self.page_trace_returned.next = self.page_trace.trace_returned.val();
        self.page_trace_valid.next = self.page_trace.trace_valid.val();
        self.page_trace_class.next = self.page_trace.trace_class.val();
        self.page_trace_context.next = self.page_trace.trace_context.val();
        self.page_trace_op.next = self.page_allocator.response_op.val();
        self.page_trace_source.next = self.page_allocator.response_source.val();
        self.page_trace_process.next = self.page_allocator.response_process.val();
        self.page_trace_arena.next = self.page_allocator.response_arena.val();
        self.page_trace_address.next = self.page_allocator.response_address.val();
        self.page_trace_status.next = self.page_allocator.response_status.val();
    }
}
