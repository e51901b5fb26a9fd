// memento_popcount: Number of ones in a word of up to 32 bits: pairs, then fours, and so on are
// added up.
//
// Latency: combinational.
//
// Sizes, fixed at generation:
//   word_bits   8  bits of the word
//   count_bits  4  bits, width of the count (derived)
//
// SystemVerilog-2012.
// SPDX-License-Identifier: MIT OR Apache-2.0

`default_nettype none

module memento_popcount (
    // Count: combinational
    input  wire  [7:0] word,  // the word
    output logic [3:0] count  // its ones
);

    wire [31:0] ones = {24'd0, word}; // the word, as 32 bits
    wire [31:0] twos = (ones & 32'h55555555) + ({1'b0, ones[31:1]} & 32'h55555555); // 16 sums of two bits
    wire [31:0] fours = (twos & 32'h33333333) + ({2'd0, twos[31:2]} & 32'h33333333); // 8 sums of four bits
    wire [31:0] eights = (fours & 32'hf0f0f0f) + ({4'd0, fours[31:4]} & 32'hf0f0f0f); // 4 sums of eight bits
    wire [31:0] sixteens = (eights & 32'hff00ff) + ({8'd0, eights[31:8]} & 32'hff00ff); // 2 sums of sixteen bits
    wire [31:0] sum = (sixteens & 32'hffff) + ({16'd0, sixteens[31:16]} & 32'hffff); // the sum
    assign count = sum[3:0];

    // Not needed here.
    wire unused = &{1'b0, sum[31:4]};
endmodule

`default_nettype wire
