//! Which header the list engine moves in each of its states, and with what changes.

use super::types::{EngineState, EngineStep};
use crate::geometry::Geometry;
use crate::rtl::*;

module! {
    /// Header moves: the command to the header store that belongs to a state of the list engine.
    ///
    /// Line buffer 0 has the arena that is freed from or installed, or a record; 1 its previous
    /// neighbour, or the old head of a list; 2 its next neighbour, or a list's new head. A full
    /// arena that leaves the object table is written without having been read.
    ///
    /// Protocol:   combinational.
    /// Latency:    none.
    pub module HeaderMoves(g: &Geometry) = "memento_header_moves" {
        parameters {
            /// bits, width of a physical address
            physical_bits = g.physical_bits,
            /// bits, width of an arena number
            arena_bits = g.arena_bits,
        }
        derived {
            /// bits, width of a link: an arena number and a bit for "none"
            link_bits = arena_bits + 1,
            /// the link that names no arena
            none = 1 << arena_bits,
        }
        ports {
            "List engine" {
                /// what it does
                input state: EngineState;
                /// the address of the header that is fetched comes: it is read from the next cycle on
                input located: bool;
                /// which header is fetched
                input step: EngineStep;
                /// the free puts its arena on the list
                input pushing: bool;
                /// arena that is fetched
                input target: Word = arena_bits;
                /// arena of the free
                input arena: Word = arena_bits;
                /// arena that the table holds
                input held_arena: Word = arena_bits;
                /// previous neighbour
                input before_arena: Word = link_bits;
                /// next neighbour
                input after_arena: Word = link_bits;
                /// head of the class's list
                input head: Word = link_bits;
            }
            "Physical addresses of lines" {
                /// header last located
                input line: Word = physical_bits;
                /// the free's arena
                input self_line: Word = physical_bits;
                /// the previous neighbour, or the old head
                input prev_line: Word = physical_bits;
                /// the next neighbour
                input next_line: Word = physical_bits;
                /// the arena that the table holds
                input held_line: Word = physical_bits;
                /// the class's record, not of a line alone
                input record_address: Word = physical_bits;
            }
            "Command to the header store" {
                /// there is one
                output valid: bool;
                /// write a line; else read one
                output write: bool;
                /// the line is a record's
                output record: bool;
                /// arena whose header is moved, or dropped
                output moved_arena: Word = arena_bits;
                /// line buffer
                output buffer: Word = 2;
                /// physical address of the line
                output address: Word = physical_bits;
                /// a full arena's header, whatever the buffer holds
                output write_full: bool;
                /// clear the slot's bit and set the count
                output write_clear: bool;
                /// set next
                output write_next: bool;
                /// that link
                output next_link: Word = link_bits;
                /// set prev
                output write_prev: bool;
                /// that link
                output prev_link: Word = link_bits;
            }
        }
        wires {
            /// a header is written
            writes: bool;
        }
    }
}

impl Logic for HeaderMoves {
    #[hdl_gen]
    fn update(&mut self) {
        self.writes.next = (self.state.val() == EngineState::WritePrev)
            | (self.state.val() == EngineState::WriteNext)
            | (self.state.val() == EngineState::WriteHead)
            | (self.state.val() == EngineState::WriteSelf)
            | (self.state.val() == EngineState::WriteDisplaced);
        self.write.next = self.writes.val();
        self.valid.next = self.writes.val()
            | self.located.val()
            | (self.state.val() == EngineState::Read)
            | (self.state.val() == EngineState::ReadRecord);
        self.record.next = self.state.val() == EngineState::ReadRecord;
        self.write_full.next = self.state.val() == EngineState::WriteDisplaced;
        self.write_clear.next = self.state.val() == EngineState::WriteSelf;

        comment!("Read, or dropped.");
        if self.state.val() == EngineState::FreeArenaRequest {
            self.moved_arena.next = self.arena.val();
        } else {
            self.moved_arena.next = self.target.val();
        }
        if (self.step.val() == EngineStep::FreePrev) | (self.step.val() == EngineStep::PushHead) {
            self.buffer.next = bits(1, 2);
        } else if (self.step.val() == EngineStep::FreeNext)
            | (self.step.val() == EngineStep::PopNext)
            | (self.step.val() == EngineStep::NewHead)
        {
            self.buffer.next = bits(2, 2);
        } else {
            self.buffer.next = bits(0, 2);
        }
        self.address.next = self.line.val();
        self.write_next.next = false;
        self.next_link.next = self.after_arena.val();
        self.write_prev.next = false;
        self.prev_link.next = self.before_arena.val();

        comment!("Written; or no header.");
        if self.state.val() == EngineState::WritePrev {
            self.moved_arena.next = bits_to(self.before_arena.val(), self.arena_bits);
            self.buffer.next = bits(1, 2);
            self.address.next = self.prev_line.val();
            self.write_next.next = true;
        } else if self.state.val() == EngineState::WriteNext {
            self.moved_arena.next = bits_to(self.after_arena.val(), self.arena_bits);
            self.buffer.next = bits(2, 2);
            self.address.next = self.next_line.val();
            self.write_prev.next = true;
        } else if self.state.val() == EngineState::WriteHead {
            self.moved_arena.next = bits_to(self.head.val(), self.arena_bits);
            self.buffer.next = bits(1, 2);
            self.address.next = self.prev_line.val();
            self.write_prev.next = true;
            self.prev_link.next = bits_to(self.arena.val(), self.link_bits);
        } else if self.state.val() == EngineState::WriteSelf {
            self.moved_arena.next = self.arena.val();
            self.buffer.next = bits(0, 2);
            self.address.next = self.self_line.val();
            self.write_next.next = self.pushing.val();
            self.next_link.next = self.head.val();
            self.write_prev.next = self.pushing.val();
            self.prev_link.next = bits(self.none, self.link_bits);
        } else if self.state.val() == EngineState::WriteDisplaced {
            self.moved_arena.next = self.held_arena.val();
            self.buffer.next = bits(3, 2);
            self.address.next = self.held_line.val();
        } else if self.state.val() == EngineState::ReadRecord {
            self.buffer.next = bits(0, 2);
            self.address.next = (self.record_address.val() >> 6) << 6;
        }
    }
}
