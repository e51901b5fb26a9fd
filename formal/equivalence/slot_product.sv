// Product with a class's reciprocal, restated: the reciprocal is a division, rounded up.
module memento_slot_product_properties #(
    parameter CLASS_BITS = 2,
    parameter PLACE_BITS = 9,
    parameter FACTOR_BITS = 10
) (
    input wire [CLASS_BITS-1:0]             size_class,
    input wire [FACTOR_BITS-1:0]            factor,
    input wire [PLACE_BITS-1:0]             place,
    input wire [FACTOR_BITS-1:0]            place_factor,
    input wire [PLACE_BITS+FACTOR_BITS-1:0] product
);
    wire [FACTOR_BITS+CLASS_BITS:0] steps = size_class + 1;  // size of the class's objects in size steps
    wire [FACTOR_BITS+CLASS_BITS:0] one = 1 << (FACTOR_BITS - 1);
    always @* begin
        // The factor is one over the size in steps, rounded up.
        factor_is_reciprocal: assert (factor == (one + steps - 1) / steps);
        // The product is that of place and factor.
        product_of_both: assert (product == place * place_factor);
        // A class's reciprocal is no power of two.
        reached_rounded: cover (factor * steps != one);
    end
endmodule
