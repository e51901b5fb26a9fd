//! Carries out what software orders through the command registers.

use super::register_map::{CommandOp, CommandStatus};
use crate::allocator::types::Status;
use crate::geometry::{Geometry, PAGE_BITS};
use crate::pages::types::PageOp;
use crate::rtl::*;

module! {
    /// Commands: CREATE, DESTROY, PUSH, TAKE, SYNC and SET_QUOTA of the page allocator, ATTACH and
    /// DETACH of a core.
    ///
    /// One command is carried out at a time, a DESTROY beside it. The unit knows where each live
    /// process's descriptor is, and what each core runs: at most one core runs a context of a
    /// process. A DESTROY is answered when it is accepted; then the cores that run the process are
    /// detached without writing, the page allocator is told, and its answer ends it.
    ///
    /// Protocol:   command: valid/ready; done pulses once a command, status and result with it.
    ///             Page allocator and switch ports: valid/ready.
    /// Latency:    3 cycles to refuse a command; else what the page allocator or core takes.
    /// Throughput: one command at a time; while one runs, none is taken.
    /// Reset:      no process, no core attached; a cycle a process to clear the table, commands wait.
    pub module CommandUnit(g: &Geometry) = "memento_command_unit" {
        parameters {
            /// cores
            cores = g.cores,
            /// processes that can exist at once
            processes = g.processes,
            /// bits, width of a process number
            process_bits = g.process_bits,
            /// bits, width of a class number
            class_bits = g.class_bits,
            /// bits, width of a context number
            context_bits = g.context_bits,
            /// bits, width of an arena number
            arena_bits = g.arena_bits,
            /// bits, width of a physical address
            physical_bits = g.physical_bits,
            /// bits, width of an address in a request to the page allocator
            address_bits = g.operand_bits.max(g.physical_bits),
            /// bytes from a process descriptor to its first record
            records_offset = g.records_offset(),
            /// bytes from a process descriptor to its first mailbox
            mailboxes_offset = g.mailboxes_offset(),
        }
        derived {
            /// bits, width of a core number
            core_bits = clog2(cores).max(1),
            /// bits, width of a frame number
            frame_bits = physical_bits - PAGE_BITS,
        }
        ports {
            "Command: valid/ready" {
                /// a command is there
                input command_valid: bool;
                /// it is taken
                output command_ready: bool;
                /// operation code, a CommandOp
                input command_op: Word = 8;
                /// process
                input command_process: Word = 16;
                /// context
                input command_context: Word = 16;
                /// core
                input command_core: Word = 16;
                /// address or number of frames
                input command_argument: Word = 64;
            }
            "Answer: a pulse" {
                /// the command is done
                output command_done: bool;
                /// how it ended
                output command_status: CommandStatus;
                /// address of the frame that TAKE took, else 0
                output command_result: Word = physical_bits;
            }
            "DESTROY, in the background" {
                /// one runs
                output destroy_running: bool;
                /// process of the one that runs or ran last
                output destroy_process: Word = process_bits;
                /// it ends: a pulse
                output destroy_done: bool;
                /// how it ended
                output destroy_status: CommandStatus;
            }
            "Page allocator request: valid/ready" {
                /// a request is on offer
                output page_request_valid: bool;
                /// accepted
                input page_request_ready: bool;
                /// operation
                output page_request_op: PageOp;
                /// process
                output page_request_process: Word = process_bits;
                /// class, always 0
                output page_request_class: Word = class_bits;
                /// context, always 0
                output page_request_context: Word = context_bits;
                /// arena number, always 0
                output page_request_arena: Word = arena_bits;
                /// address, or number of frames
                output page_request_address: Word = address_bits;
            }
            "Page allocator response: valid/ready" {
                /// an answer is there
                input page_response_valid: bool;
                /// taken
                output page_response_ready: bool;
                /// operation that is answered; Destroy's comes later than others'
                input page_response_op: PageOp;
                /// status
                input page_response_status: Status;
                /// address of the frame that Take took
                input page_response_address: Word = physical_bits;
            }
            "Switch request to each core: valid/ready, one core at a time, one payload for all" {
                /// a request is on offer
                output switch_request_valid[cores]: bool;
                /// accepted
                input switch_request_ready[cores]: bool;
                /// attach, detach or discard
                output switch_request_op: SwitchOp;
                /// context to run
                output switch_request_context: Word = context_bits;
                /// physical address of the context's first record
                output switch_request_records: Word = physical_bits;
                /// physical address of the context's mailbox
                output switch_request_mailbox: Word = physical_bits;
            }
            "Switch response of each core: valid/ready" {
                /// an answer is there
                input switch_response_valid[cores]: bool;
                /// taken
                output switch_response_ready[cores]: bool;
                /// Ok or BusError
                input switch_response_status[cores]: Status;
            }
            "What each core runs" {
                /// attached and not leaving: frees of its context can be forwarded to it
                output serving[cores]: bool;
                /// process of the context that it runs
                output core_process[cores]: Word = process_bits;
                /// context that it runs
                output core_context[cores]: Word = context_bits;
            }
            "Inspection: combinational" {
                /// core that is asked about
                input core_select: Word = core_bits;
                /// it is attached, or being attached or detached
                output selected_attached: bool;
                /// it is being attached or detached
                output selected_switching: bool;
                /// process of the context that it runs
                output selected_process: Word = process_bits;
                /// context that it runs
                output selected_context: Word = context_bits;
                /// process that is asked about
                input process_select: Word = process_bits;
                /// frame number of its descriptor; 0 if it isn't live
                output selected_descriptor: Word = frame_bits;
            }
        }
    }
}
