// memento_checked_lut_ram: a small memory with one write port and one read port, and a parity bit a
// word.
//
// Read:  combinational; read_data is the word at read_address in the same cycle. A read during a
//        write of the same word gives the old word.
// Check: wrong is high where an odd number of the word's bits, its parity among them, has changed
//        since it was written; so with one bit. Of a word that was never written it means nothing.
// Write: at the rising edge of clock where write is high.
// Reset: none; contents are undefined until written.
//
// SPDX-License-Identifier: MIT OR Apache-2.0

`default_nettype none

module memento_checked_lut_ram #(
    parameter integer WIDTH = 8,  // bits a word
    parameter integer DEPTH = 16, // words, a power of two, at least 2
    parameter integer ADDRESS_BITS = $clog2(DEPTH) // derived: do not override
) (
    input  wire                    clock,

    // Write port
    input  wire [ADDRESS_BITS-1:0] write_address,
    input  wire [WIDTH-1:0]        write_data,
    input  wire                    write,

    // Read port
    input  wire [ADDRESS_BITS-1:0] read_address,
    output wire [WIDTH-1:0]        read_data,
    output wire                    wrong
);

    (* ram_style = "distributed" *)
    reg [WIDTH:0] words [0:DEPTH-1]; // parity in the top bit: all bits together are even

    wire [WIDTH:0] word = words[read_address];
    assign read_data = word[WIDTH-1:0];
    assign wrong = ^word;

    always @(posedge clock) begin : write_port
        if (write) words[write_address] <= {^write_data, write_data};
    end

endmodule

`default_nettype wire
