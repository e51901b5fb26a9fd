// memento_lut_ram: a small memory with one write port and one read port, for iCE40.
//
// An iCE40 has no look-up tables that are memory: there a memory that is read in the same cycle is made of
// flip-flops and multiplexers. A large one (LARGE_BITS) is block RAM instead, read at the falling edge in the
// middle of the cycle, so its address has half a cycle to settle and its data the other half to be used. The
// address must not depend on what another memory of this kind gives in the same cycle.
//
// Read:  in the same cycle; read_data is the word at read_address. A read during a write of the same word gives the
//        old word.
// Write: at the rising edge of clock where write is high.
// Reset: none; contents are undefined until written.
//
// SPDX-License-Identifier: MIT OR Apache-2.0

`default_nettype none

module memento_lut_ram #(
    parameter integer WIDTH = 8,  // bits a word
    parameter integer DEPTH = 16, // words, a power of two, at least 2
    parameter integer ADDRESS_BITS = $clog2(DEPTH), // derived: do not override
    parameter integer LARGE_BITS = 1024 // bits from which it is block RAM
) (
    input  wire                    clock,

    // Write port
    input  wire [ADDRESS_BITS-1:0] write_address,
    input  wire [WIDTH-1:0]        write_data,
    input  wire                    write,

    // Read port
    input  wire [ADDRESS_BITS-1:0] read_address,
    output wire [WIDTH-1:0]        read_data
);

    reg [WIDTH-1:0] words [0:DEPTH-1];

    generate
        if (WIDTH * DEPTH >= LARGE_BITS) begin : half_cycle
            reg [WIDTH-1:0] held;
            always @(negedge clock) held <= words[read_address];
            assign read_data = held;
        end else begin : same_cycle
            assign read_data = words[read_address];
        end
    endgenerate

    always @(posedge clock) begin : write_port
        if (write) words[write_address] <= write_data;
    end

endmodule

`default_nettype wire
