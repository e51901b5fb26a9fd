// Slot of a product, restated with divisions: whole part, and a rest below one slot's reciprocal.
module memento_slot_check_properties #(
    parameter CLASS_BITS = 2,
    parameter SLOT_BITS = 4,
    parameter PRODUCT_BITS = 19,
    parameter SCALE = 9  // bits of the product below the quotient
) (
    input wire [CLASS_BITS-1:0]   size_class,
    input wire [PRODUCT_BITS-1:0] product,
    input wire [SLOT_BITS-1:0]    slot,
    input wire                    exact
);
    localparam ONE = 1 << SCALE;
    wire [PRODUCT_BITS-1:0] whole = product / ONE;
    wire [PRODUCT_BITS-1:0] rest = product % ONE;
    wire [PRODUCT_BITS-1:0] reciprocal = (ONE + size_class) / (size_class + 1);
    always @* begin
        // The slot is the whole part.
        slot_is_whole_part: assert (slot == whole % (1 << SLOT_BITS));
        // It is exact where the whole part is a slot's number and the rest is below the reciprocal.
        exact_below_reciprocal: assert (exact == (whole < (1 << SLOT_BITS) && rest < reciprocal));
        // The last slot is exact in the largest class.
        reached_last: cover (exact && &slot && &size_class);
    end
endmodule
