//! The processes: state, page-table root, frames.

use super::types_engine::ProcessState;
use crate::geometry::Geometry;
use crate::rtl::*;

module! {
    /// Process table: for each process number its state, page-table root, quota and frames in use,
    /// and whether it is barred from arenas, until its state changes.
    ///
    /// Protocol:   a process is selected; its fields follow, and those that are to be set change at
    ///             the next rising edge.
    /// Latency:    combinational.
    /// Reset:      every process absent; the other fields are undefined until they are set.
    pub module ProcessTable(g: &Geometry) = "memento_process_table" {
        parameters {
            /// processes at once, a power of two
            processes = g.processes,
            /// bits, width of a frame index
            frame_index_bits = g.frame_index_bits,
        }
        derived {
            /// bits, width of a process number
            process_bits = clog2(processes),
            /// bits, width of a count of frames
            frames_bits = frame_index_bits + 1,
        }
        features {
            /// 1: words of tables and queues are checked by a parity bit
            parity = g.parity as usize,
        }
        ports {
            "Check of the words kept" {
                /// a word of the selected process is not what was written
                output wrong[parity]: bool;
            }
            "Selected process: combinational" {
                /// process number
                input process_id: Word = process_bits;
                /// its state
                output process_state: ProcessState;
                /// frame index of its page table's root, the descriptor's first frame
                output root: Word = frame_index_bits;
                /// most frames that it may hold, 0: any number
                output quota: Word = frames_bits;
                /// frames that it holds
                output used: Word = frames_bits;
                /// it is granted no arena any more
                output barred: bool;
            }
            "Changes of the selected process" {
                /// set its state
                input set_state: bool;
                /// to this
                input new_state: ProcessState;
                /// bar it from arenas
                input set_barred: bool;
                /// set its root
                input set_root: bool;
                /// to this
                input new_root: Word = frame_index_bits;
                /// set its quota
                input set_quota: bool;
                /// to this
                input new_quota: Word = frames_bits;
                /// set its frames
                input set_used: bool;
                /// to this
                input new_used: Word = frames_bits;
            }
            "Reading: combinational" {
                /// process number
                input read_process: Word = process_bits;
                /// its state
                output read_state: ProcessState;
                /// frames that it holds, 0 if it is absent
                output read_used: Word = frames_bits;
            }
        }
        wires {
            /// state of the selected process, found so far
            selected[processes + 1]: ProcessState;
            /// the selected process is barred, found so far
            found_barred[processes + 1]: bool;
            /// state of the process that is read, found so far
            shown[processes + 1]: ProcessState;
        }
        state {
            /// states
            states[processes]: ProcessState;
            /// barred processes
            bars[processes]: bool;
        }
        instances {
            /// page-table roots
            roots: leaf::LutRam = leaf::LutRam::protected(processes, frame_index_bits, parity == 1);
            /// quotas
            quotas: leaf::LutRam = leaf::LutRam::protected(processes, frames_bits, parity == 1);
            /// frames in use
            counts: leaf::LutRam = leaf::LutRam::protected(processes, frames_bits, parity == 1);
            /// frames in use, for readings
            read_counts: leaf::LutRam = leaf::LutRam::twin(processes, frames_bits, parity == 1);
        }
    }
}

impl Logic for ProcessTable {
    #[hdl_gen]
    fn update(&mut self) {
        self.selected[0].next = ProcessState::Absent;
        self.shown[0].next = ProcessState::Absent;
        self.found_barred[0].next = false;
        for i in 0..self.processes {
            if self.process_id.val() == i {
                self.selected[i + 1].next = self.states[i].val();
                self.found_barred[i + 1].next = self.bars[i].val();
            } else {
                self.selected[i + 1].next = self.selected[i].val();
                self.found_barred[i + 1].next = self.found_barred[i].val();
            }
            if self.read_process.val() == i {
                self.shown[i + 1].next = self.states[i].val();
            } else {
                self.shown[i + 1].next = self.shown[i].val();
            }
            if self.set_state.val() & (self.process_id.val() == i) {
                self.states[i].next = self.new_state.val();
                self.bars[i].next = false;
            } else if self.set_barred.val() & (self.process_id.val() == i) {
                self.bars[i].next = true;
            }
        }
        self.process_state.next = self.selected[self.processes].val();
        self.barred.next = self.found_barred[self.processes].val();
        self.read_state.next = self.shown[self.processes].val();

        self.roots.read_address.next = self.process_id.val();
        self.roots.write_address.next = self.process_id.val();
        self.roots.write.next = self.set_root.val();
        self.roots.write_data.next = self.new_root.val();
        self.root.next = self.roots.read_data.val();

        self.quotas.read_address.next = self.process_id.val();
        self.quotas.write_address.next = self.process_id.val();
        self.quotas.write.next = self.set_quota.val();
        self.quotas.write_data.next = self.new_quota.val();
        self.quota.next = self.quotas.read_data.val();

        self.counts.read_address.next = self.process_id.val();
        self.counts.write_address.next = self.process_id.val();
        self.counts.write.next = self.set_used.val();
        self.counts.write_data.next = self.new_used.val();
        self.used.next = self.counts.read_data.val();

        self.read_counts.read_address.next = self.read_process.val();
        self.read_counts.write_address.next = self.process_id.val();
        self.read_counts.write.next = self.set_used.val();
        self.read_counts.write_data.next = self.new_used.val();
        if self.shown[self.processes].val() == ProcessState::Absent {
            self.read_used.next = bits(0, self.frames_bits);
        } else {
            self.read_used.next = self.read_counts.read_data.val();
        }

        if self.parity == 1 {
            self.wrong[0].next = (self.selected[self.processes].val() != ProcessState::Absent)
                & (self.roots.wrong.val() | self.quotas.wrong.val() | self.counts.wrong.val());
        }
    }
}
