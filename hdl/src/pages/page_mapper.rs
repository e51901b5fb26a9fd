//! Pages are mapped.

use super::channels::{LineJob, line_job};
use super::types::CAUSE_PAGE_TABLE;
use super::types_engine::{LineCommand, MapState};
use crate::allocator::types::Status;
use crate::geometry::{BEAT_BITS, Geometry, LINE_BYTES, PAGE_BITS};
use crate::rtl::*;

module! {
    /// Page mapper: takes frames from the pool, for a page and for the page tables that are missing on
    /// the way to it, and links them from the root down, so that memory holds a valid tree at every
    /// time. It takes them all or none, and none that the process' quota doesn't allow; each reads
    /// as zero before an entry names it. Or it takes a frame alone, for the operating system.
    ///
    /// Where the walk stopped is noted as it ends.
    ///
    /// Protocol:   map and what belongs to it are held until done, which lasts a cycle; status and
    ///             frame are valid with it. What is asked of other parts is held until they are done.
    /// Latency:    a cycle to see that the pool has the frames; each of them a cycle to take it, its
    ///             zeroing, and a line written.
    /// Bus errors: a frame that couldn't be linked goes back; tables linked before it stay.
    /// Reset:      idle.
    pub module PageMapper(g: &Geometry) = "memento_page_mapper" {
        parameters {
            /// bits, width of a frame index
            frame_index_bits = g.frame_index_bits,
            /// frame number of the memory's first frame
            first_frame = g.memory_base >> PAGE_BITS,
            /// log2 of the entries a page table
            table_index_bits = g.table_index_bits,
            /// bits, width of a virtual page number
            page_number_bits = g.virtual_bits - PAGE_BITS,
        }
        derived {
            /// bits, width of a count of frames
            frames_bits = frame_index_bits + 1,
            /// lowest bit of the index into a table of level 2
            second_index = 2 * table_index_bits,
            /// lowest bit of the index into a table of level 3
            third_index = 3 * table_index_bits,
            /// entries a line
            entries = LINE_BYTES / g.pte_bytes,
            /// bits, width of an entry's number in its line
            entry_bits = clog2(entries),
            /// cause of the memory accesses
            cause = CAUSE_PAGE_TABLE,
            /// flags of an entry that names a table: V
            table_flags = 0x01,
            /// flags of a header page's entry: V R W A D
            header_flags = 0xC7,
            /// flags of an entry of a page of objects: V R W U A D
            body_flags = 0xD7,
        }
        features {
            /// 1: words of tables and queues are checked by a parity bit
            parity = g.parity as usize,
        }
        ports {
            "Check of the words kept" {
                /// a frame that was granted was lost in the pool, and there is none in its place
                output wrong[parity]: bool;
            }
            "Where a walk stopped" {
                /// pulse: at a table without an entry for the page
                input stopped: bool;
                /// frame index of that table
                input last_table: Word = frame_index_bits;
                /// its level
                input last_level: Word = 2;
            }
            "Page: held until done" {
                /// map it, from where the walk stopped
                input map: bool;
                /// virtual page number
                input page_number: Word = page_number_bits;
                /// it is one of headers
                input of_headers: bool;
                /// most frames that its process may hold, 0: any number
                input quota: Word = frames_bits;
                /// frames that it holds
                input used: Word = frames_bits;
                /// take a frame alone
                input take: bool;
                /// it is done
                output done: bool;
                /// how it ended
                output status: Status;
                /// frame index of the page, or of the frame alone
                output frame: Word = frame_index_bits;
            }
            "Pool" {
                /// frames needed at once
                output need: Word = 3;
                /// they can be popped
                input have: bool;
                /// there are not so many
                input dry: bool;
                /// the list in memory could not be read
                input failed: bool;
                /// pulse: read it again
                output retry: bool;
                /// a frame is on offer
                input pop_valid: bool;
                /// it is taken
                output pop_ready: bool;
                /// its index
                input pop_frame: Word = frame_index_bits;
            }
            "Zeroing: held until done" {
                /// make the frame read as zero
                output zero: bool;
                /// it does
                input zero_done: bool;
                /// the memory failed
                input zero_error: bool;
                /// frame index
                output new_frame: Word = frame_index_bits;
            }
            "Entry: held until done" {
                /// write one
                output link: bool;
                /// where
                output link_job: LineJob = line_job(g);
                /// the entry
                output link_entry: Word = BEAT_BITS;
                /// it is written
                input line_done: bool;
                /// the memory failed
                input line_error: bool;
            }
            "Frame that goes back: valid/ready" {
                /// there is one
                output back_valid: bool;
                /// it is taken
                input back_ready: bool;
            }
            "Events" {
                /// pulse: an entry is about to be written
                output links: bool;
                /// pulse: a table is linked
                output table_linked: bool;
                /// pulse: a page is linked
                output page_linked: bool;
                /// pulse: the frames are there, or they are not
                output decided: bool;
            }
        }
        wires {
            /// frames needed and used
            demand: Word = frames_bits + 1;
            /// the quota doesn't allow them
            over_quota: bool;
            /// the frames are there
            granted: bool;
            /// they are not
            refused: bool;
            /// its index in its table
            link_index: Word = table_index_bits;
            /// flags of the entry
            link_flags: Word = 10;
            /// the entry is written
            linked: bool;
        }
        state {
            /// what is done
            state: MapState;
        }
        data {
            /// table that lacks an entry
            spot_table: Word = frame_index_bits;
            /// its level
            spot_level: Word = 2;
            /// frame that was taken last
            popped: Word = frame_index_bits;
        }
    }
}

impl Logic for PageMapper {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("Frames: all or nothing.");
        if self.take.val() {
            self.need.next = bits(1, 3);
        } else {
            self.need.next = bits_to(self.spot_level.val(), 3) + 1;
        }
        self.demand.next = bits_to(self.used.val(), self.frames_bits + 1)
            + bits_to(self.need.val(), self.frames_bits + 1);
        self.over_quota.next = !self.take.val()
            & self.quota.val().any()
            & (self.demand.val() > bits_to(self.quota.val(), self.frames_bits + 1));
        self.granted.next = (self.state.val() == MapState::Idle)
            & (self.map.val() | self.take.val())
            & !self.over_quota.val()
            & self.have.val();
        self.refused.next = (self.state.val() == MapState::Idle)
            & (self.map.val() | self.take.val())
            & (self.over_quota.val() | (!self.have.val() & (self.dry.val() | self.failed.val())));
        self.retry.next = self.refused.val() & !self.over_quota.val() & !self.dry.val();
        self.decided.next = self.granted.val() | self.refused.val();
        self.pop_ready.next = self.state.val() == MapState::Pop;
        self.zero.next = self.state.val() == MapState::Zero;
        self.new_frame.next = self.popped.val();

        if self.parity == 1 {
            self.wrong[0].next =
                (self.state.val() == MapState::Pop) & (self.dry.val() | self.failed.val());
        }

        comment!("The entry that names the frame.");
        if self.spot_level.val() == 0 {
            self.link_index.next = bits_to(self.page_number.val(), self.table_index_bits);
        } else if self.spot_level.val() == 1 {
            self.link_index.next = bits_to(
                self.page_number.val() >> self.table_index_bits,
                self.table_index_bits,
            );
        } else if self.spot_level.val() == 2 {
            self.link_index.next = bits_to(
                self.page_number.val() >> self.second_index,
                self.table_index_bits,
            );
        } else {
            self.link_index.next = bits_to(
                self.page_number.val() >> self.third_index,
                self.table_index_bits,
            );
        }
        if self.spot_level.val() != 0 {
            self.link_flags.next = bits(self.table_flags, 10);
        } else if self.of_headers.val() {
            self.link_flags.next = bits(self.header_flags, 10);
        } else {
            self.link_flags.next = bits(self.body_flags, 10);
        }
        self.link_entry.next = ((bits(self.first_frame, 64) | bits_to(self.popped.val(), 64))
            << 10)
            | bits_to(self.link_flags.val(), 64);
        self.link_job.next.command = LineCommand::WriteEntry;
        self.link_job.next.cause = bits(self.cause, 3);
        self.link_job.next.frame = self.spot_table.val();
        self.link_job.next.line = bits_to(self.link_index.val() >> self.entry_bits, 6);
        self.link_job.next.entry = bits_to(self.link_index.val(), self.entry_bits);
        self.link_job.next.mask = !bits(0, self.entries);
        self.link.next = self.state.val() == MapState::Link;
        self.links.next =
            (self.state.val() == MapState::Zero) & self.zero_done.val() & !self.zero_error.val();
        self.linked.next =
            (self.state.val() == MapState::Link) & self.line_done.val() & !self.line_error.val();
        self.table_linked.next = self.linked.val() & (self.spot_level.val() != 0);
        self.page_linked.next = self.linked.val() & (self.spot_level.val() == 0);
        self.back_valid.next = self.state.val() == MapState::Back;

        comment!("How it ends.");
        self.done.next = self.refused.val()
            | self.page_linked.val()
            | ((self.state.val() == MapState::Pop) & self.take.val() & self.pop_valid.val())
            | ((self.state.val() == MapState::Back) & self.back_ready.val());
        if self.state.val() == MapState::Back {
            self.status.next = Status::BusError;
        } else if self.refused.val() & (self.over_quota.val() | self.dry.val()) {
            self.status.next = Status::NoMemory;
        } else if self.refused.val() {
            self.status.next = Status::BusError;
        } else {
            self.status.next = Status::Ok;
        }
        if self.state.val() == MapState::Pop {
            self.frame.next = self.pop_frame.val();
        } else {
            self.frame.next = self.popped.val();
        }

        if self.stopped.val() {
            self.spot_table.next = self.last_table.val();
            self.spot_level.next = self.last_level.val();
        }
        match self.state.val() {
            MapState::Idle => {
                if self.granted.val() {
                    self.state.next = MapState::Pop;
                }
            }
            MapState::Pop => {
                self.popped.next = self.pop_frame.val();
                if self.pop_valid.val() {
                    if self.take.val() {
                        self.state.next = MapState::Idle;
                    } else {
                        self.state.next = MapState::Zero;
                    }
                }
            }
            MapState::Zero => {
                if self.zero_done.val() {
                    if self.zero_error.val() {
                        self.state.next = MapState::Back;
                    } else {
                        self.state.next = MapState::Link;
                    }
                }
            }
            MapState::Link => {
                if self.line_done.val() {
                    if self.line_error.val() {
                        self.state.next = MapState::Back;
                    } else if self.spot_level.val() != 0 {
                        self.spot_table.next = self.popped.val();
                        self.spot_level.next = self.spot_level.val() - 1;
                        self.state.next = MapState::Pop;
                    } else {
                        self.state.next = MapState::Idle;
                    }
                }
            }
            MapState::Back => {
                if self.back_ready.val() {
                    self.state.next = MapState::Idle;
                }
            }
        }
    }
}
