//! Operations that the object table can't serve, in order.

use super::queue_pointers::QueuePointers;
use super::types::MissKind;
use crate::geometry::Geometry;
use crate::rtl::*;

bundle! {
    /// A free outside the object table, a refill or load of a class, or an arena that was displaced.
    pub struct Miss { kind: MissKind, inbox: bool, size_class: Word, arena: Word, slot: Word }
}

fn miss(g: &Geometry) -> MissShape {
    MissShape {
        kind: (),
        inbox: (),
        size_class: g.class_bits,
        arena: g.arena_bits,
        slot: g.slot_bits,
    }
}

module! {
    /// Miss queue: frees outside the object table, refills, loads and displaced arenas, on their
    /// way to the list engine.
    ///
    /// Protocol:   valid/ready on both sides.
    /// Latency:    one cycle from put to valid.
    /// Throughput: one entry a cycle.
    /// Full:       put_ready is low; the pipeline offers the operation again.
    /// Reset:      empty.
    pub module MissQueue(g: &Geometry) = "memento_miss_queue" {
        parameters {
            /// entries, a power of two
            depth = g.miss_queue_entries,
            /// bits, width of a class number
            class_bits = g.class_bits,
            /// bits, width of an arena number
            arena_bits = g.arena_bits,
            /// bits, width of a slot number
            slot_bits = g.slot_bits,
        }
        features {
            /// 1: words of tables and queues are checked by a parity bit
            parity = g.parity as usize,
        }
        ports {
            "Put: valid/ready" {
                /// an entry is offered
                input put: bool;
                /// it is accepted
                output put_ready: bool;
                /// what is asked for
                input put_kind: MissKind;
                /// the operation came from the inbox
                input put_inbox: bool;
                /// class
                input put_class: Word = class_bits;
                /// arena of a free
                input put_arena: Word = arena_bits;
                /// slot of a free
                input put_slot: Word = slot_bits;
            }
            "Get: valid/ready" {
                /// an entry is there
                output get_valid: bool;
                /// it is taken
                input get_ready: bool;
                /// what is asked for
                output get_kind: MissKind;
                /// the operation came from the inbox
                output get_inbox: bool;
                /// class
                output get_class: Word = class_bits;
                /// arena of a free
                output get_arena: Word = arena_bits;
                /// slot of a free
                output get_slot: Word = slot_bits;
                /// the entry is not what was put
                output wrong[parity]: bool;
            }
        }
        wires {
            /// oldest entry
            oldest: Miss = miss(g);
        }
        instances {
            /// where entries go and come from
            pointers: QueuePointers = QueuePointers::new(depth);
            /// the entries
            entries: leaf::LutRam<Miss> = leaf::LutRam::protected(depth, miss(g), parity == 1);
        }
    }
}

impl Logic for MissQueue {
    #[hdl_gen]
    fn update(&mut self) {
        self.put_ready.next = !self.pointers.full.val();
        self.get_valid.next = !self.pointers.empty.val();
        self.pointers.push.next = self.put.val() & self.put_ready.val();
        self.pointers.pop.next = self.get_ready.val() & self.get_valid.val();
        self.entries.write.next = self.put.val() & self.put_ready.val();
        self.entries.write_address.next = self.pointers.push_entry.val();
        self.entries.write_data.next.kind = self.put_kind.val();
        self.entries.write_data.next.inbox = self.put_inbox.val();
        self.entries.write_data.next.size_class = self.put_class.val();
        self.entries.write_data.next.arena = self.put_arena.val();
        self.entries.write_data.next.slot = self.put_slot.val();
        self.entries.read_address.next = self.pointers.pop_entry.val();
        self.oldest.next = self.entries.read_data.val();
        self.get_kind.next = self.oldest.val().kind;
        self.get_inbox.next = self.oldest.val().inbox;
        self.get_class.next = self.oldest.val().size_class;
        self.get_arena.next = self.oldest.val().arena;
        self.get_slot.next = self.oldest.val().slot;
        if self.parity == 1 {
            self.wrong[0].next = !self.pointers.empty.val() & self.entries.wrong.val();
        }
    }
}
