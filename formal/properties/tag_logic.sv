// Tag logic: an address says its class, context, arena and slot, and every other address is refused.
//
// Bound to the module that makes addresses; its inputs and the address that is taken apart are
// free, so what is proven holds for all of them: there is no state.
module memento_tag_logic_properties #(
    parameter OPERAND_BITS = 32,
    parameter CLASS_BITS = 2,
    parameter CONTEXT_BITS = 1,
    parameter ARENA_BITS = 6,
    parameter SLOT_BITS = 4,
    parameter MAX_STRIDE_BITS = 12,
    parameter STEP_BITS = 3,
    parameter LANE_BITS = 19,
    parameter PRODUCT_BITS = 19,
    parameter CLASSES = 4
) (
    input wire [CLASS_BITS-1:0]   size_class,
    input wire [CONTEXT_BITS-1:0] context_id,
    input wire [ARENA_BITS-1:0]   arena,
    input wire [SLOT_BITS-1:0]    slot,
    input wire [OPERAND_BITS-1:0] address
);
    localparam PLACE_BITS = MAX_STRIDE_BITS - STEP_BITS;

    // Any address, taken apart as in the pipeline.
    (* anyconst *) wire [OPERAND_BITS-1:0] found;
    wire                    in_region, in_header_lane, on_step, exact;
    wire [CLASS_BITS-1:0]   found_class;
    wire [CONTEXT_BITS-1:0] found_context;
    wire [ARENA_BITS-1:0]   found_arena;
    wire [SLOT_BITS-1:0]    found_slot;
    wire [PLACE_BITS-1:0]   place;
    wire [PRODUCT_BITS-1:0] product;
    wire [PRODUCT_BITS-PLACE_BITS-1:0] factor;
    memento_address_decode decode (
        .address(found), .in_region(in_region), .in_header_lane(in_header_lane),
        .size_class(found_class), .context_id(found_context), .arena(found_arena), .place(place), .on_step(on_step)
    );
    memento_slot_product multiply (
        .size_class(found_class), .factor(factor), .place(place), .place_factor(factor), .product(product)
    );
    memento_slot_check check (.size_class(found_class), .product(product), .slot(found_slot), .exact(exact));
    wire accepted = in_region && on_step && exact;

    // An arena's number fits what its class' stride leaves of the lane: what is lost when it is
    // shifted into place is not part of it. Stated anew, from the size alone.
    reg [5:0] stride_bits;
    integer bits;
    always @* begin
        stride_bits = MAX_STRIDE_BITS;
        for (bits = MAX_STRIDE_BITS - 1; bits >= 12; bits = bits - 1)
            if (((size_class + 1) << (SLOT_BITS + STEP_BITS)) <= (1 << bits)) stride_bits = bits;
    end
    wire there = size_class < CLASSES && (arena >> (LANE_BITS - CONTEXT_BITS - stride_bits)) == 0;

    always @* begin
        // The address of every slot is taken apart into that slot, and accepted.
        slots_come_back: assert (!(there && found == address) || (accepted && !in_header_lane
            && found_class == size_class && found_context == context_id && found_arena == arena && found_slot == slot));
        // An address that is accepted is the address of the slot that it says: interior pointers are refused.
        others_are_refused: assert (!(accepted && found_class == size_class && found_context == context_id
            && found_arena == arena && found_slot == slot) || found == address);

        // There is a slot in every class but the first that is no multiple of a power of two.
        reached_slot: cover (there && found == address && found_slot == 3 && found_class == CLASSES - 1);
        // An address is refused for its slot alone.
        reached_interior: cover (in_region && on_step && !exact);
    end
endmodule
