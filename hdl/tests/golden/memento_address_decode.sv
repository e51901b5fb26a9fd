// memento_address_decode: Arena tag logic: takes an address apart into class, context, arena number
// and place.
//
// An address of the region is | region base | class | context | arena number | offset |, the
// offset as wide as the class's stride demands. One shift by the class's stride shortfall puts
// every class's arena number and offset into the same bits.
//
// Latency:    combinational.
// Throughput: one address a cycle.
// Misuse:     fields of an address outside the region mean nothing; in_region says so.
//
// Sizes, fixed at generation:
//   operand_bits         32  bits, width of an operand
//   classes               4  size classes
//   class_bits            2  bits, width of a class number
//   context_bits          1  bits, width of a context number
//   lane_bits            19  log2 of a lane's bytes
//   arena_bits            6  bits, width of an arena number of the smallest stride
//   max_stride_bits      12  log2 of the largest stride in bytes
//   step_bits             3  log2 of the size step in bytes
//   header_lane_bits     15  log2 of the header lane's bytes
//   region_tag          512  region base above the class field
//   header_lane_tag   32832  header lane's base above the lane's width
//   region_bits          21  bits of the address below the region base (derived)
//   low_bits             18  bits of the address below the context field (derived)
//   aligned_bits         18  bits of the arena number and the largest offset (derived)
//   place_bits            9  bits, width of a place (derived)
//   every_class           1  1 where every class number names a class (derived)
//
// SystemVerilog-2012.
// SPDX-License-Identifier: MIT OR Apache-2.0

`default_nettype none

module memento_address_decode (
    // Address
    input  wire  [31:0] address,        // address to take apart

    // Fields: combinational
    output logic        in_region,      // the address is in the lane of a class
    output logic        in_header_lane, // the address is in the header lane
    output logic [1:0]  size_class,     // size class
    output logic        context_id,     // owning context
    output logic [5:0]  arena,          // arena number
    output logic [8:0]  place,          // offset in size steps, left-aligned to the largest stride
    output logic        on_step         // the address is a multiple of the size step
);

    logic shortfall_data;

    assign size_class = address[20:19];
    assign context_id = address[18];
    wire [17:0] low = address[17:0]; // arena number and offset
    assign on_step = !(|address[2:0]);
    wire base_matches = address[31:21] == 11'd512; // the address has the region's base
    assign in_region = base_matches;
    assign in_header_lane = address[31:15] == 17'h8040;

    memento_stride_shortfall shortfall (
        .address (size_class),
        .data    (shortfall_data)
    );

    wire [17:0] aligned = low << shortfall_data; // arena number and offset, left-aligned to the largest stride
    assign arena = aligned[17:12];
    assign place = aligned[11:3];

    // Not needed here.
    wire unused = &{1'b0, aligned[2:0]};
endmodule

`default_nettype wire
