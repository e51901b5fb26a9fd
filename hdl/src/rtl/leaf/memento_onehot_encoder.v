// memento_onehot_encoder: position of the only bit set in a word.
//
// Combinational, one OR tree an output bit. With several bits set, position is the bitwise OR of
// their positions; with none, 0.
//
// SPDX-License-Identifier: MIT OR Apache-2.0

`default_nettype none

module memento_onehot_encoder #(
    parameter integer WIDTH = 8, // bits of the word, at least 2
    parameter integer POSITION_BITS = $clog2(WIDTH) // derived: do not override
) (
    input  wire [WIDTH-1:0]         onehot,
    output reg  [POSITION_BITS-1:0] position
);

    integer bit_number;

    always @* begin : encode
        position = {POSITION_BITS{1'b0}};
        for (bit_number = 0; bit_number < WIDTH; bit_number = bit_number + 1) begin
            if (onehot[bit_number]) position = position | bit_number[POSITION_BITS-1:0];
        end
    end

endmodule

`default_nettype wire
