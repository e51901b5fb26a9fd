//! Arena tag logic, from address to fields.

use crate::geometry::Geometry;
use crate::rtl::*;

module! {
    /// Arena tag logic: takes an address apart into class, context, arena number and place.
    ///
    /// An address of the region is | region base | class | context | arena number | offset |, the
    /// offset as wide as the class's stride demands. One shift by the class's stride shortfall puts
    /// every class's arena number and offset into the same bits.
    ///
    /// Latency:    combinational.
    /// Throughput: one address a cycle.
    /// Misuse:     fields of an address outside the region mean nothing; in_region says so.
    pub module AddressDecode(g: &Geometry) = "memento_address_decode" {
        parameters {
            /// bits, width of an operand
            operand_bits = g.operand_bits,
            /// size classes
            classes = g.classes,
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
            /// log2 of the header lane's bytes
            header_lane_bits = g.header_lane_bits,
            /// region base above the class field
            region_tag = g.region_base >> g.region_bits(),
            /// header lane's base above the lane's width
            header_lane_tag = g.header_base >> g.header_lane_bits,
        }
        derived {
            /// bits of the address below the region base
            region_bits = class_bits + lane_bits,
            /// bits of the address below the context field
            low_bits = lane_bits - context_bits,
            /// bits of the arena number and the largest offset
            aligned_bits = arena_bits + max_stride_bits,
            /// bits, width of a place
            place_bits = max_stride_bits - step_bits,
            /// 1 where every class number names a class
            every_class = (1 << class_bits == classes) as usize,
        }
        ports {
            "Address" {
                /// address to take apart
                input address: Word = operand_bits;
            }
            "Fields: combinational" {
                /// the address is in the lane of a class
                output in_region: bool;
                /// the address is in the header lane
                output in_header_lane: bool;
                /// size class
                output size_class: Word = class_bits;
                /// owning context
                output context_id: Word = context_bits;
                /// arena number
                output arena: Word = arena_bits;
                /// offset in size steps, left-aligned to the largest stride
                output place: Word = place_bits;
                /// the address is a multiple of the size step
                output on_step: bool;
            }
        }
        wires {
            /// the address has the region's base
            base_matches: bool;
            /// arena number and offset
            low: Word = low_bits;
            /// arena number and offset, left-aligned to the largest stride
            aligned: Word = aligned_bits;
        }
        instances {
            /// by how many bits a class's stride falls short of the largest
            shortfall: Table = stride_shortfall(g);
        }
    }
}

impl Logic for AddressDecode {
    #[hdl_gen]
    fn update(&mut self) {
        self.size_class.next = bits_to(self.address.val() >> self.lane_bits, self.class_bits);
        self.context_id.next = bits_to(self.address.val() >> self.low_bits, self.context_bits);
        self.low.next = bits_to(self.address.val(), self.low_bits);
        self.on_step.next = !bits_to(self.address.val(), self.step_bits).any();

        self.base_matches.next = bits_to(
            self.address.val() >> self.region_bits,
            self.operand_bits - self.region_bits,
        ) == self.region_tag;
        if self.every_class == 1 {
            self.in_region.next = self.base_matches.val();
        } else {
            self.in_region.next = self.base_matches.val() & (self.size_class.val() < self.classes);
        }
        self.in_header_lane.next = bits_to(
            self.address.val() >> self.header_lane_bits,
            self.operand_bits - self.header_lane_bits,
        ) == self.header_lane_tag;

        self.shortfall.address.next = self.size_class.val();
        self.aligned.next = bits_to(self.low.val(), self.aligned_bits) << self.shortfall.data.val();
        self.arena.next = bits_to(self.aligned.val() >> self.max_stride_bits, self.arena_bits);
        self.place.next = bits_to(self.aligned.val() >> self.step_bits, self.place_bits);
    }
}

/// The table of stride shortfalls, shared by both directions of the tag logic.
pub(super) fn stride_shortfall(g: &Geometry) -> Table {
    Table::new(
        "memento_stride_shortfall",
        "By how many bits a class's stride falls short of the largest one.",
        g.stride_shortfall(),
        g.shortfall_bits(),
    )
}
