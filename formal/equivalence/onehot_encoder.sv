// One-hot encoder, restated: where one bit is set, the position is its number.
module memento_onehot_encoder_properties #(
    parameter WIDTH = 8
) (
    input wire [WIDTH-1:0]         onehot,
    input wire [$clog2(WIDTH)-1:0] position
);
    (* anyconst *) wire [$clog2(WIDTH)-1:0] any_bit;
    always @* begin
        // The position of a word with one bit set is that bit's number.
        position_of_the_bit: assert (onehot != 1 << any_bit || position == any_bit);
        // The highest bit is set.
        reached_highest: cover (onehot == 1 << (WIDTH - 1));
    end
endmodule
