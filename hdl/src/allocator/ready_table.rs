//! The next free slot of every class, at hand.

use crate::geometry::Geometry;
use crate::rtl::*;

bundle! {
    /// A slot as it was last seen at the pipeline's end: its address within its context's part of the lane, in size
    /// steps, and the turn that it was written in.
    pub struct ReadySlot { turn: bool, place: Word }
}

fn ready_slot(g: &Geometry) -> ReadySlotShape {
    ReadySlotShape {
        turn: (),
        place: g.ready_place_bits(),
    }
}

module! {
    /// Ready table: for every class the place of the slot that its next allocation takes, if it is known: its address
    /// within its context's part of the lane, in size steps.
    ///
    /// The pipeline's end writes a slot, or that none is known; the pipeline's entrance looks one up and hands it out.
    /// Each side writes a bit of its own, its turn, and a slot is ready while the two differ.
    ///
    /// Protocol:   hand out only what is ready, and only while nothing of the class is between
    ///             entrance and end that was not handed out. What is taken otherwise is to be written as not known.
    /// Latency:    combinational; what is written is seen from the next cycle on.
    /// Reset:      every class is to be cleared before it is looked up.
    pub module ReadyTable(g: &Geometry) = "memento_ready_table" {
        parameters {
            /// bits, width of an address
            operand_bits = g.operand_bits,
            /// bits, width of a class number
            class_bits = g.class_bits,
            /// log2 of the size step in bytes
            step_bits = g.step_bits,
            /// bits, width of a slot's address within its context's part of a lane, in size steps
            place_bits = g.ready_place_bits(),
        }
        derived {
            /// classes, as many as a class number can name
            depth = 1 << class_bits,
        }
        features {
            /// 1: words of tables and queues are checked by a parity bit
            parity = g.parity as usize,
        }
        ports {
            "Entrance" {
                /// class that is looked up
                input look_class: Word = class_bits;
                /// its next slot is known
                output ready: bool;
                /// that slot's place
                output place: Word = place_bits;
                /// it is handed out
                input hand_out: bool;
                /// what is looked up at either end is not what was written
                output wrong[parity]: bool;
            }
            "End" {
                /// a class's entry is written
                input write: bool;
                /// class
                input write_class: Word = class_bits;
                /// its next slot is known
                input write_ready: bool;
                /// that slot's address
                input write_address: Word = operand_bits;
                /// forget the class's entry instead; only while none of it is on its way
                input clear: bool;
            }
        }
        wires {
            /// entry that is looked up
            looked_up: ReadySlot = ready_slot(g);
            /// class whose turn the entrance writes
            handed_class: Word = class_bits;
            /// that turn
            handed_turn: bool;
        }
        instances {
            /// the slots
            slots: leaf::LutRam<ReadySlot> = leaf::LutRam::protected(depth, ready_slot(g), parity == 1);
            /// turn that the entrance handed out last, for the entrance
            handed: leaf::LutRam<bool> = leaf::LutRam::protected(depth, (), parity == 1);
            /// the same, for the end
            end_handed: leaf::LutRam<bool> = leaf::LutRam::protected(depth, (), parity == 1);
        }
    }
}

impl Logic for ReadyTable {
    #[hdl_gen]
    fn update(&mut self) {
        self.slots.read_address.next = self.look_class.val();
        self.looked_up.next = self.slots.read_data.val();
        self.handed.read_address.next = self.look_class.val();
        self.ready.next = self.looked_up.val().turn != self.handed.read_data.val();
        self.place.next = self.looked_up.val().place;
        if self.clear.val() {
            self.handed_class.next = self.write_class.val();
            self.handed_turn.next = false;
        } else {
            self.handed_class.next = self.look_class.val();
            self.handed_turn.next = self.looked_up.val().turn;
        }
        self.handed.write.next = self.hand_out.val() | self.clear.val();
        self.handed.write_address.next = self.handed_class.val();
        self.handed.write_data.next = self.handed_turn.val();
        self.end_handed.write.next = self.hand_out.val() | self.clear.val();
        self.end_handed.write_address.next = self.handed_class.val();
        self.end_handed.write_data.next = self.handed_turn.val();

        self.end_handed.read_address.next = self.write_class.val();
        self.slots.write.next = self.write.val() | self.clear.val();
        self.slots.write_address.next = self.write_class.val();
        self.slots.write_data.next.turn =
            !self.clear.val() & (self.end_handed.read_data.val() != self.write_ready.val());
        self.slots.write_data.next.place =
            bits_to(self.write_address.val() >> self.step_bits, self.place_bits);
        if self.parity == 1 {
            self.wrong[0].next =
                self.slots.wrong.val() | self.handed.wrong.val() | self.end_handed.wrong.val();
        }
    }
}
