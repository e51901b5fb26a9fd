// memento_slot_check: Second half of the division: the slot number, and whether the place is a
// slot's start.
//
// The bits of the product from scale on are the quotient; the rest is below the class's limit
// exactly when the division leaves no remainder (every place of every class was tried when
// this file was generated).
//
// Latency:    combinational.
// Throughput: one product a cycle.
//
// Sizes, fixed at generation:
//   class_bits     2  bits, width of a class number
//   product_bits  19  bits, width of a product
//   scale          9  bits of the product below the quotient
//   slot_bits      4  bits, width of a slot number
//
// SystemVerilog-2012.
// SPDX-License-Identifier: MIT OR Apache-2.0

`default_nettype none

module memento_slot_check (
    // Product
    input  wire  [1:0]  size_class, // size class
    input  wire  [18:0] product,    // place times the class's reciprocal

    // Slot: combinational
    output logic [3:0]  slot,       // slot number
    output logic        exact       // the place is the start of that slot
);

    logic [9:0] limit_data;

    assign slot = product[12:9];
    wire beyond = |product[18:13]; // the quotient exceeds every slot number
    wire [8:0] remainder = product[8:0]; // what lies below the quotient

    memento_remainder_limit limit (
        .address (size_class),
        .data    (limit_data)
    );

    assign exact = !beyond && ({10'd0, remainder} < {9'd0, limit_data});
endmodule

`default_nettype wire
