//! Carries out what software orders through the command registers.

use super::control_states::CommandState;
use super::register_map::{COMMANDS, STATUSES, code};
use crate::allocator::types::{Status, SwitchOp};
use crate::geometry::{Geometry, MAILBOX_BYTES, PAGE_BITS, RECORD_BYTES};
use crate::pages::types_engine::PageOp;
use crate::rtl::*;

bundle! {
    /// Where a process's descriptor is, if it is live.
    pub struct Process { live: bool, descriptor: Word }
}

fn process(g: &Geometry) -> ProcessShape {
    ProcessShape {
        live: (),
        descriptor: g.physical_bits - PAGE_BITS,
    }
}

module! {
    /// Commands: CREATE, DESTROY, PUSH, TAKE, SYNC and SET_QUOTA of the page allocator, ATTACH and
    /// DETACH of a core.
    ///
    /// One command is carried out at a time, a DESTROY beside it. The unit knows where each live
    /// process's descriptor is, and what each core runs: at most one core runs a context of a
    /// process. A DESTROY begins as any command: the cores that run the process are
    /// detached without writing, and once the page allocator has taken the request, the command is
    /// done; the page allocator's answer ends the DESTROY.
    ///
    /// Protocol:   command: valid/ready; done pulses once a command, status and result with it.
    ///             Page allocator and switch ports: valid/ready.
    /// Refusals:   bad_command: no such operation. bad_pointer: process, context or core beyond those
    ///             that there are, argument beyond the physical addresses. not_enabled: ATTACH or
    ///             DESTROY of a process that isn't live, DETACH of a core that isn't attached. busy:
    ///             ATTACH of an attached core or of a context that another core runs, DESTROY while
    ///             one runs. Else the answer is the page allocator's or the core's.
    /// Latency:    2 cycles from the edge that takes a command to the end of the cycle in which a
    ///             refusal's done pulses; else what the page allocator or the core takes besides.
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
            /// code of CREATE
            create = code(&COMMANDS, "create"),
            /// code of DESTROY
            destroy = code(&COMMANDS, "destroy"),
            /// code of PUSH
            push = code(&COMMANDS, "push"),
            /// code of TAKE
            take = code(&COMMANDS, "take"),
            /// code of SYNC
            sync = code(&COMMANDS, "sync"),
            /// code of SET_QUOTA
            set_quota = code(&COMMANDS, "set_quota"),
            /// code of ATTACH
            attach = code(&COMMANDS, "attach"),
            /// code of DETACH
            detach = code(&COMMANDS, "detach"),
            /// status: no such process, or the core isn't attached
            not_enabled = code(&STATUSES, "not_enabled"),
            /// status: out of range
            bad_pointer = code(&STATUSES, "bad_pointer"),
            /// status: taken by another
            busy = code(&STATUSES, "busy"),
            /// status: the memory reported an error
            bus_error = code(&STATUSES, "bus_error"),
            /// status: no such operation
            bad_command = code(&STATUSES, "bad_command"),
        }
        derived {
            /// log2 of the bytes between the first records of neighbouring contexts
            context_stride_bits = class_bits + clog2(RECORD_BYTES),
            /// log2 of a mailbox's bytes
            mailbox_bits = clog2(MAILBOX_BYTES),
            /// contexts a process
            contexts = 1 << context_bits,
            /// bits, width of a core number
            core_bits = clog2(cores).max(1),
            /// bits, width of a frame number
            frame_bits = physical_bits - PAGE_BITS,
        }
        features {
            /// 1: words of tables and queues are checked by a parity bit
            parity = g.parity as usize,
            /// status: an on-chip word that can't be trusted
            corrupt_header = parity * code(&STATUSES, "corrupt_header"),
        }
        ports {
            "Check of the words kept" {
                /// a descriptor is not what was written
                output wrong[parity]: bool;
                /// the page allocator answers nothing any more: all but DETACH is answered corrupt_header
                input stopped[parity]: bool;
            }
            "Command: valid/ready" {
                /// a command is there
                input command_valid: bool;
                /// it is taken
                output command_ready: bool;
                /// operation, by its code in the register map
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
                output command_status: Word = 4;
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
                output destroy_status: Word = 4;
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
                /// from the core: it runs a context
                input attached[cores]: bool;
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
        wires {
            /// the unit takes a command
            accept: bool;
            /// entry of the command's process
            entry: Process = process(g);
            /// an entry is written
            write_entry: bool;
            /// which one
            write_process: Word = process_bits;
            /// what is written
            written: Process = process(g);
            /// process of the command, in the width of the table
            process_wanted: Word = process_bits;
            /// context of the command, in its own width
            context_wanted: Word = context_bits;
            /// entry that is asked about
            selected: Process = process(g);
            /// the operation names a process
            names_process: bool;
            /// it names a core
            names_core: bool;
            /// it has an argument
            has_argument: bool;
            /// there is such an operation
            known: bool;
            /// something that the command names is out of range
            out_of_range: bool;
            /// a core runs a context of the command's process
            runs_process[cores]: bool;
            /// a core below runs one
            found[cores + 1]: bool;
            /// number of the lowest core that does
            found_core[cores + 1]: Word = core_bits;
            /// a core up to here runs the command's context
            pair_runs[cores + 1]: bool;
            /// the command's core is attached
            core_attached[cores + 1]: bool;
            /// the core that switches takes the request
            switch_taken[cores + 1]: bool;
            /// the core that switches answers
            switch_answered[cores + 1]: bool;
            /// it met a bus error
            switch_failed[cores + 1]: bool;
            /// a switch is under way
            switching: bool;
            /// physical address of the process's descriptor
            descriptor_address: Word = physical_bits;
            /// the page allocator's status as a code
            page_status: Word = 4;
            /// it answers a DESTROY
            destroy_answered: bool;
            /// it answers another command
            page_answered: bool;
            /// the core that is asked about is attached
            any_selected_attached[cores + 1]: bool;
            /// its process
            any_selected_process[cores + 1]: Word = process_bits;
            /// its context
            any_selected_context[cores + 1]: Word = context_bits;
            /// a core may be told where its context's records are
            may_attach[parity]: bool;
            /// a DESTROY ends unanswered
            destroy_lost[parity]: bool;
        }
        state {
            /// what the unit does
            state: CommandState;
            /// entry that is cleared
            swept: Word = process_bits;
            /// a DESTROY runs
            destroying: bool;
            /// process of the one that runs or ran last
            destroyed_process: Word = process_bits;
        }
        data {
            /// operation
            op: Word = 8;
            /// process
            process_id: Word = 16;
            /// context
            context_id: Word = 16;
            /// core that the command names
            named_core: Word = 16;
            /// core that switches
            core: Word = core_bits;
            /// address or number of frames
            argument: Word = 64;
            /// how the command ends
            status: Word = 4;
            /// address that TAKE took
            result: Word = physical_bits;
            /// process that each core runs
            process_of[cores]: Word = process_bits;
            /// context that each core runs
            context_of[cores]: Word = context_bits;
        }
        instances {
            /// descriptors of the processes, for commands
            descriptors: leaf::LutRam<Process> = leaf::LutRam::protected(processes, process(g), parity == 1);
            /// descriptors of the processes, for inspection
            read_descriptors: leaf::LutRam<Process> = leaf::LutRam::twin(processes, process(g), parity == 1);
        }
    }
}

impl Logic for CommandUnit {
    #[hdl_gen]
    fn update(&mut self) {
        self.command_ready.next = self.state.val() == CommandState::Idle;
        self.accept.next = self.command_ready.val() & self.command_valid.val();
        self.switching.next = (self.state.val() == CommandState::Switch)
            | (self.state.val() == CommandState::SwitchAnswer);

        self.process_wanted.next = bits_to(self.process_id.val(), self.process_bits);
        self.context_wanted.next = bits_to(self.context_id.val(), self.context_bits);

        comment!("What the command names: the range of each, before what it means.");
        self.names_process.next = (self.op.val() == self.create)
            | (self.op.val() == self.destroy)
            | (self.op.val() == self.set_quota)
            | (self.op.val() == self.attach);
        self.names_core.next = (self.op.val() == self.attach) | (self.op.val() == self.detach);
        self.has_argument.next = (self.op.val() == self.create)
            | (self.op.val() == self.push)
            | (self.op.val() == self.set_quota);
        self.known.next = self.names_process.val()
            | self.names_core.val()
            | self.has_argument.val()
            | (self.op.val() == self.take)
            | (self.op.val() == self.sync);
        self.out_of_range.next = (self.names_process.val()
            & (self.process_id.val() >= self.processes))
            | (self.names_core.val() & (self.named_core.val() >= self.cores))
            | ((self.op.val() == self.attach) & (self.context_id.val() >= self.contexts))
            | (self.has_argument.val() & (self.argument.val() >> self.physical_bits).any());

        comment!("The cores: which run the process, which the very context.");
        self.found[0].next = false;
        self.found_core[0].next = bits(0, self.core_bits);
        self.pair_runs[0].next = false;
        self.core_attached[0].next = false;
        for i in 0..self.cores {
            self.runs_process[i].next =
                self.attached[i].val() & (self.process_of[i].val() == self.process_wanted.val());
            self.found[i + 1].next = self.found[i].val() | self.runs_process[i].val();
            if self.runs_process[i].val() & !self.found[i].val() {
                self.found_core[i + 1].next = i.into();
            } else {
                self.found_core[i + 1].next = self.found_core[i].val();
            }
            self.pair_runs[i + 1].next = self.pair_runs[i].val()
                | (self.runs_process[i].val()
                    & (self.context_of[i].val() == self.context_wanted.val()));
            self.core_attached[i + 1].next = self.core_attached[i].val()
                | (self.attached[i].val() & (self.named_core.val() == i));
        }

        if self.parity == 1 {
            self.wrong[0].next =
                (self.state.val() != CommandState::Sweep) & self.descriptors.wrong.val();
            self.may_attach[0].next = (self.op.val() != self.attach)
                | (!self.descriptors.wrong.val() & !self.stopped[0].val());
            self.destroy_lost[0].next = self.stopped[0].val() & self.destroying.val();
        }

        comment!("The core that switches.");
        self.switch_taken[0].next = false;
        self.switch_answered[0].next = false;
        self.switch_failed[0].next = false;
        for i in 0..self.cores {
            if self.parity == 1 {
                self.switch_request_valid[i].next = (self.state.val() == CommandState::Switch)
                    & (self.core.val() == i)
                    & self.may_attach[0].val();
            } else {
                self.switch_request_valid[i].next =
                    (self.state.val() == CommandState::Switch) & (self.core.val() == i);
            }
            self.switch_response_ready[i].next =
                (self.state.val() == CommandState::SwitchAnswer) & (self.core.val() == i);
            if self.parity == 1 {
                self.switch_taken[i + 1].next = self.switch_taken[i].val()
                    | (self.switch_request_ready[i].val()
                        & (self.core.val() == i)
                        & self.may_attach[0].val());
            } else {
                self.switch_taken[i + 1].next = self.switch_taken[i].val()
                    | (self.switch_request_ready[i].val() & (self.core.val() == i));
            }
            self.switch_answered[i + 1].next = self.switch_answered[i].val()
                | (self.switch_response_valid[i].val() & (self.core.val() == i));
            self.switch_failed[i + 1].next = self.switch_failed[i].val()
                | ((self.switch_response_status[i].val() != Status::Ok) & (self.core.val() == i));
            self.serving[i].next =
                self.attached[i].val() & !(self.switching.val() & (self.core.val() == i));
            self.core_process[i].next = self.process_of[i].val();
            self.core_context[i].next = self.context_of[i].val();
        }
        if self.op.val() == self.attach {
            self.switch_request_op.next = SwitchOp::Attach;
        } else if self.op.val() == self.detach {
            self.switch_request_op.next = SwitchOp::Detach;
        } else {
            self.switch_request_op.next = SwitchOp::Discard;
        }

        comment!("Descriptors: written when a process begins and ends; none after reset.");
        self.descriptors.read_address.next = self.process_wanted.val();
        self.entry.next = self.descriptors.read_data.val();
        self.descriptor_address.next =
            bits_to(self.entry.val().descriptor, self.physical_bits) << 12;
        self.switch_request_context.next = self.context_wanted.val();
        self.switch_request_records.next = self.descriptor_address.val()
            + bits(self.records_offset, self.physical_bits)
            + (bits_to(self.context_wanted.val(), self.physical_bits) << self.context_stride_bits);
        self.switch_request_mailbox.next = self.descriptor_address.val()
            + bits(self.mailboxes_offset, self.physical_bits)
            + (bits_to(self.context_wanted.val(), self.physical_bits) << self.mailbox_bits);

        comment!("The page allocator.");
        if self.parity == 1 {
            self.page_request_valid.next =
                (self.state.val() == CommandState::Page) & !self.stopped[0].val();
        } else {
            self.page_request_valid.next = self.state.val() == CommandState::Page;
        }
        if self.op.val() == self.create {
            self.page_request_op.next = PageOp::Create;
        } else if self.op.val() == self.destroy {
            self.page_request_op.next = PageOp::Destroy;
        } else if self.op.val() == self.push {
            self.page_request_op.next = PageOp::Push;
        } else if self.op.val() == self.take {
            self.page_request_op.next = PageOp::Take;
        } else if self.op.val() == self.sync {
            self.page_request_op.next = PageOp::Sync;
        } else {
            self.page_request_op.next = PageOp::SetQuota;
        }
        self.page_request_process.next = self.process_wanted.val();
        self.page_request_class.next = bits(0, self.class_bits);
        self.page_request_context.next = bits(0, self.context_bits);
        self.page_request_arena.next = bits(0, self.arena_bits);
        self.page_request_address.next = bits_to(self.argument.val(), self.address_bits);
        self.page_response_ready.next = true;
        self.destroy_answered.next =
            self.page_response_valid.val() & (self.page_response_op.val() == PageOp::Destroy);
        self.page_answered.next =
            self.page_response_valid.val() & (self.page_response_op.val() != PageOp::Destroy);
        match self.page_response_status.val() {
            Status::Ok => {
                self.page_status.next = bits(0, 4);
            }
            Status::TooLarge => {
                self.page_status.next = bits(1, 4);
            }
            Status::NoMemory => {
                self.page_status.next = bits(2, 4);
            }
            Status::NotInRegion => {
                self.page_status.next = bits(3, 4);
            }
            Status::BadPointer => {
                self.page_status.next = bits(4, 4);
            }
            Status::DoubleFree => {
                self.page_status.next = bits(5, 4);
            }
            Status::ForeignContext => {
                self.page_status.next = bits(6, 4);
            }
            Status::CorruptHeader => {
                self.page_status.next = bits(7, 4);
            }
            Status::NotEnabled => {
                self.page_status.next = bits(8, 4);
            }
            Status::BusError => {
                self.page_status.next = bits(9, 4);
            }
        }

        self.write_entry.next = false;
        self.write_process.next = self.process_wanted.val();
        self.written.next.live = false;
        self.written.next.descriptor = bits_to(self.argument.val() >> 12, self.frame_bits);
        match self.state.val() {
            CommandState::Sweep => {
                self.write_entry.next = true;
                self.write_process.next = self.swept.val();
                self.swept.next = self.swept.val() + 1;
                if self.swept.val().all() {
                    self.state.next = CommandState::Idle;
                }
            }
            CommandState::Idle => {
                if self.accept.val() {
                    self.op.next = self.command_op.val();
                    self.process_id.next = self.command_process.val();
                    self.context_id.next = self.command_context.val();
                    self.named_core.next = self.command_core.val();
                    self.argument.next = self.command_argument.val();
                    self.result.next = bits(0, self.physical_bits);
                    self.state.next = CommandState::Judge;
                }
            }
            CommandState::Judge => {
                self.status.next = bits(0, 4);
                self.core.next = bits_to(self.named_core.val(), self.core_bits);
                self.state.next = CommandState::Done;
                if !self.known.val() {
                    self.status.next = bits(self.bad_command, 4);
                } else if self.out_of_range.val() {
                    self.status.next = bits(self.bad_pointer, 4);
                } else if self.op.val() == self.attach {
                    if !self.entry.val().live {
                        self.status.next = bits(self.not_enabled, 4);
                    } else if self.core_attached[self.cores].val()
                        | self.pair_runs[self.cores].val()
                    {
                        self.status.next = bits(self.busy, 4);
                    } else {
                        self.state.next = CommandState::Switch;
                    }
                } else if self.op.val() == self.detach {
                    if !self.core_attached[self.cores].val() {
                        self.status.next = bits(self.not_enabled, 4);
                    } else {
                        self.state.next = CommandState::Switch;
                    }
                } else if self.op.val() == self.destroy {
                    if self.destroying.val() {
                        self.status.next = bits(self.busy, 4);
                    } else if !self.entry.val().live {
                        self.status.next = bits(self.not_enabled, 4);
                    } else {
                        self.write_entry.next = true;
                        self.destroying.next = true;
                        self.destroyed_process.next = self.process_wanted.val();
                        self.state.next = CommandState::Find;
                    }
                } else {
                    self.state.next = CommandState::Page;
                }
            }
            CommandState::Find => {
                self.core.next = self.found_core[self.cores].val();
                if self.found[self.cores].val() {
                    self.state.next = CommandState::Switch;
                } else {
                    self.state.next = CommandState::Page;
                }
            }
            CommandState::Switch => {
                if self.switch_taken[self.cores].val() {
                    self.state.next = CommandState::SwitchAnswer;
                }
            }
            CommandState::SwitchAnswer => {
                if self.switch_answered[self.cores].val() {
                    if self.op.val() == self.destroy {
                        self.state.next = CommandState::Find;
                    } else {
                        self.state.next = CommandState::Done;
                    }
                    if self.switch_failed[self.cores].val() & (self.op.val() != self.destroy) {
                        self.status.next = bits(self.bus_error, 4);
                    }
                }
            }
            CommandState::Page => {
                if self.page_request_ready.val() {
                    if self.op.val() == self.destroy {
                        self.state.next = CommandState::Done;
                    } else {
                        self.state.next = CommandState::PageAnswer;
                    }
                }
            }
            CommandState::PageAnswer => {
                if self.page_answered.val() {
                    self.status.next = self.page_status.val();
                    if self.page_response_status.val() == Status::Ok {
                        if self.op.val() == self.take {
                            self.result.next = self.page_response_address.val();
                        }
                        if self.op.val() == self.create {
                            self.write_entry.next = true;
                            self.written.next.live = true;
                        }
                    }
                    self.state.next = CommandState::Done;
                }
            }
            CommandState::Done => {
                self.state.next = CommandState::Idle;
            }
        }
        if self.parity == 1 {
            comment!("Without the page allocator: a core is left, and all else is refused.");
            if self.stopped[0].val()
                & ((self.state.val() == CommandState::Page)
                    | (self.state.val() == CommandState::PageAnswer)
                    | ((self.state.val() == CommandState::Switch) & !self.may_attach[0].val())
                    | ((self.state.val() == CommandState::Judge)
                        & self.known.val()
                        & !self.out_of_range.val()
                        & (self.op.val() != self.detach)))
            {
                self.status.next = bits(self.corrupt_header, 4);
                self.write_entry.next = false;
                self.state.next = CommandState::Done;
            }
        }
        self.descriptors.write.next = self.write_entry.val();
        self.descriptors.write_address.next = self.write_process.val();
        self.descriptors.write_data.next = self.written.val();
        self.read_descriptors.write.next = self.write_entry.val();
        self.read_descriptors.write_address.next = self.write_process.val();
        self.read_descriptors.write_data.next = self.written.val();
        for i in 0..self.cores {
            if (self.state.val() == CommandState::Switch)
                & (self.op.val() == self.attach)
                & (self.core.val() == i)
            {
                self.process_of[i].next = self.process_wanted.val();
                self.context_of[i].next = self.context_wanted.val();
            }
        }

        comment!("Answers.");
        self.command_done.next = self.state.val() == CommandState::Done;
        self.command_status.next = self.status.val();
        self.command_result.next = self.result.val();
        if self.destroy_answered.val() {
            self.destroying.next = false;
        }
        if self.parity == 1 {
            comment!("A DESTROY that isn't answered any more is over, too.");
            if self.stopped[0].val() {
                self.destroying.next = false;
            }
        }
        self.destroy_running.next = self.destroying.val();
        self.destroy_process.next = self.destroyed_process.val();
        if self.parity == 1 {
            self.destroy_done.next = self.destroy_answered.val() | self.destroy_lost[0].val();
            if self.destroy_lost[0].val() {
                self.destroy_status.next = bits(self.corrupt_header, 4);
            } else {
                self.destroy_status.next = self.page_status.val();
            }
        } else {
            self.destroy_done.next = self.destroy_answered.val();
            self.destroy_status.next = self.page_status.val();
        }

        comment!("Inspection.");
        self.read_descriptors.read_address.next = self.process_select.val();
        self.selected.next = self.read_descriptors.read_data.val();
        if self.selected.val().live {
            self.selected_descriptor.next = self.selected.val().descriptor;
        } else {
            self.selected_descriptor.next = bits(0, self.frame_bits);
        }
        self.any_selected_attached[0].next = false;
        self.any_selected_process[0].next = bits(0, self.process_bits);
        self.any_selected_context[0].next = bits(0, self.context_bits);
        for i in 0..self.cores {
            self.any_selected_attached[i + 1].next = self.any_selected_attached[i].val();
            self.any_selected_process[i + 1].next = self.any_selected_process[i].val();
            self.any_selected_context[i + 1].next = self.any_selected_context[i].val();
            if self.attached[i].val() & (self.core_select.val() == i) {
                self.any_selected_attached[i + 1].next = true;
                self.any_selected_process[i + 1].next = self.process_of[i].val();
                self.any_selected_context[i + 1].next = self.context_of[i].val();
            }
        }
        self.selected_attached.next = self.any_selected_attached[self.cores].val();
        self.selected_process.next = self.any_selected_process[self.cores].val();
        self.selected_context.next = self.any_selected_context[self.cores].val();
        self.selected_switching.next =
            self.switching.val() & (self.core.val() == self.core_select.val());
    }
}
