// Strobes as bits, restated: each bit of the mask is the strobe of its byte.
module memento_strobe_mask_properties #(
    parameter DATA_BITS = 64
) (
    input wire [DATA_BITS/8-1:0] strobe,
    input wire [DATA_BITS-1:0]   mask
);
    reg [DATA_BITS-1:0] plain;
    integer i;
    always @* for (i = 0; i < DATA_BITS; i = i + 1) plain[i] = strobe[i / 8];
    always @* begin
        // Each bit of the mask is the strobe of its byte.
        bit_is_its_strobe: assert (mask == plain);
        // The outer bytes alone are strobed.
        reached_outer: cover (strobe == (1 | 1 << (DATA_BITS / 8 - 1)));
    end
endmodule
