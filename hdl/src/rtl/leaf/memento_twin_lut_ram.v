// memento_twin_lut_ram: a small memory with one write port and one read port that keeps each word twice,
// with a parity bit each: one of them may change, and what is read is still what was written.
//
// Read:  combinational; read_data is the word at read_address in the same cycle, the first one of the
//        two unless its parity is wrong. A read during a write of the same word gives the old word.
// Write: at the rising edge of clock where write is high.
// Reset: none; contents are undefined until written.
//
// SPDX-License-Identifier: MIT OR Apache-2.0

`default_nettype none

module memento_twin_lut_ram #(
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
    output wire [WIDTH-1:0]        read_data
);

    (* ram_style = "distributed" *)
    reg [WIDTH:0] words [0:DEPTH-1]; // parity in the top bit: all bits together are even
    (* ram_style = "distributed" *)
    reg [WIDTH-1:0] twins [0:DEPTH-1]; // inverted, so that no tool finds the two equal and makes them one

    wire [WIDTH:0] word = words[read_address];
    assign read_data = ^word ? ~twins[read_address] : word[WIDTH-1:0];

    always @(posedge clock) begin : write_port
        if (write) begin
            words[write_address] <= {^write_data, write_data};
            twins[write_address] <= ~write_data;
        end
    end

endmodule

`default_nettype wire
