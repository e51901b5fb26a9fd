//! Arena tag logic, from fields to address.

use super::address_decode::stride_shortfall;
use crate::geometry::Geometry;
use crate::rtl::*;

module! {
    /// Arena tag logic: puts a slot's address together.
    ///
    /// Latency:    combinational: a multiplication by class + 1, then one shift.
    /// Throughput: one address a cycle.
    pub module AddressEncode(g: &Geometry) = "memento_address_encode" {
        parameters {
            /// bits, width of an address
            operand_bits = g.operand_bits,
            /// bits, width of a class number
            class_bits = g.class_bits,
            /// bits, width of a context number
            context_bits = g.context_bits,
            /// log2 of a lane's bytes
            lane_bits = g.lane_bits,
            /// bits, width of an arena number of the smallest stride
            arena_bits = g.arena_bits,
            /// log2 of the largest stride in bytes
            max_stride_bits = g.max_stride_bits,
            /// log2 of the size step in bytes
            step_bits = g.step_bits,
            /// bits, width of a slot number
            slot_bits = g.slot_bits,
            /// region base above the class field
            region_tag = g.region_base >> g.region_bits(),
        }
        derived {
            /// bits of an address below the region base
            region_bits = class_bits + lane_bits,
            /// bits of an address below the context field
            low_bits = lane_bits - context_bits,
            /// bits of the arena number and the largest offset
            aligned_bits = arena_bits + max_stride_bits,
            /// bits, width of slot * (class + 1)
            steps_bits = slot_bits + class_bits + 1,
        }
        ports {
            "Fields" {
                /// size class
                input size_class: Word = class_bits;
                /// owning context
                input context_id: Word = context_bits;
                /// arena number
                input arena: Word = arena_bits;
                /// slot number
                input slot: Word = slot_bits;
            }
            "Address: combinational" {
                /// first byte of the slot
                output address: Word = operand_bits;
            }
        }
        wires {
            /// size of a slot in size steps
            size: Word = class_bits + 1;
            /// first byte of the slot, from the arena's first, in size steps
            steps: Word = steps_bits;
            /// arena number, then the largest offset's bits
            aligned: Word = aligned_bits;
            /// arena number and offset
            low: Word = low_bits;
        }
        instances {
            shortfall: Table = stride_shortfall(g);
        }
    }
}

impl Logic for AddressEncode {
    #[hdl_gen]
    fn update(&mut self) {
        self.size.next = bits_to(self.size_class.val(), self.class_bits + 1) + 1;
        self.steps.next = self.slot.val() * self.size.val();
        self.shortfall.address.next = self.size_class.val();
        self.aligned.next = (bits_to(self.arena.val(), self.aligned_bits) << self.max_stride_bits)
            >> self.shortfall.data.val();
        self.low.next = bits_to(self.aligned.val(), self.low_bits)
            | (bits_to(self.steps.val(), self.low_bits) << self.step_bits);
        self.address.next = (bits(self.region_tag, self.operand_bits) << self.region_bits)
            | (bits_to(self.size_class.val(), self.operand_bits) << self.lane_bits)
            | (bits_to(self.context_id.val(), self.operand_bits) << self.low_bits)
            | bits_to(self.low.val(), self.operand_bits);
    }
}
