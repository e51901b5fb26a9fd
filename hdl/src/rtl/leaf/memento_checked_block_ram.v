// memento_checked_block_ram: a memory with one write port and one read port, and a parity bit a word.
//
// Read:  read_data is, after each rising edge of clock, the word at the read_address that the edge
//        saw. A read that coincides with a write of the same word gives either word (in
//        simulation the old one): users forward the written word and never rely on it.
// Check: wrong is high beside a word of which an odd number of bits, its parity among them, has
//        changed since it was written; so with one bit. Of a word that was never written, and in a
//        read that coincides with a write of its word, it means nothing.
// Write: at the rising edge of clock where write is high.
// Reset: none; contents are undefined until written.
//
// SPDX-License-Identifier: MIT OR Apache-2.0

`default_nettype none

module memento_checked_block_ram #(
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

    (* ram_style = "block", no_rw_check *)
    reg [WIDTH:0] words [0:DEPTH-1]; // parity in the top bit: all bits together are even
    reg [WIDTH:0] word;

    assign read_data = word[WIDTH-1:0];
    assign wrong = ^word;

    always @(posedge clock) begin : read_port
`ifdef MEMENTO_RAM_COLLISION
        // For tests: a collision gives neither word, so that a missing forwarding path shows.
        if (write && write_address == read_address) word <= ~words[read_address];
        else
`endif
        word <= words[read_address];
    end

    always @(posedge clock) begin : write_port
        if (write) words[write_address] <= {^write_data, write_data};
    end

endmodule

`default_nettype wire
