// Population count, restated: the bits, added one by one.
module memento_popcount_properties #(
    parameter WORD_BITS = 8
) (
    input wire [WORD_BITS-1:0]           word,
    input wire [$clog2(WORD_BITS+1)-1:0] count
);
    reg [$clog2(WORD_BITS+1)-1:0] sum;
    integer i;
    always @* begin
        sum = 0;
        for (i = 0; i < WORD_BITS; i = i + 1) sum = sum + word[i];
    end
    always @* begin
        // The count is the number of ones.
        counts_ones: assert (count == sum);
        // Every bit is one.
        reached_all: cover (count == WORD_BITS);
    end
endmodule
