// Object allocator: every accepted request gets one response, in order, and the response is its own.
//
// One request, the one of a number chosen freely, is followed. Its response is told from others' by what
// only the request decides: too large a size is refused as such, and nothing else is; what only frees,
// or only allocations, are answered; and an allocation's address lies in the lane of its size's class.
module memento_core_responses_properties #(
    parameter OPERAND_BITS = 32,
    parameter CLASSES = 4,
    parameter CLASS_BITS = 2,
    parameter STEP_BITS = 3,
    parameter LANE_BITS = 19,
    parameter M = 4
) (
    input wire clock,
    input wire reset,
    input wire                    request_valid,
    input wire                    request_ready,
    input wire                    request_op,
    input wire [OPERAND_BITS-1:0] request_operand,
    input wire                    response_valid,
    input wire                    response_ready,
    input wire [3:0]              response_status,
    input wire [OPERAND_BITS-1:0] response_value,
    input wire                    enable,
    input wire                    trace_valid,
    input wire                    trace_op,
    input wire [OPERAND_BITS-1:0] trace_operand,
    input wire [3:0]              trace_status,
    input wire [OPERAND_BITS-1:0] trace_value
);
    localparam [3:0] OK = 0, TOO_LARGE = 1, NO_MEMORY = 2, NOT_IN_REGION = 3, BAD_POINTER = 4, DOUBLE_FREE = 5,
        FOREIGN_CONTEXT = 6, CORRUPT_HEADER = 7, NOT_ENABLED = 8, BUS_ERROR = 9;
    (* anyconst *) wire [5:0] number;
    reg [5:0]              asked = 0, answered = 0;
    reg                    op;
    reg [OPERAND_BITS-1:0] operand;
    reg                    was_enabled, after_reset = 1;
    wire accepted = request_valid && request_ready;
    wire responds = response_valid && response_ready;
    always @(posedge clock) begin
        asked <= reset ? 0 : asked + accepted;
        answered <= reset ? 0 : answered + responds;
        after_reset <= reset;
        was_enabled <= enable;
        if (accepted && asked == number) {op, operand} <= {request_op, request_operand};
    end
    wire its = response_valid && answered == number && asked != answered;
    wire large = operand > CLASSES << STEP_BITS;
    wire [OPERAND_BITS-1:0] least = operand == 0 ? 1 : operand;
    wire [OPERAND_BITS-1:0] steps = (least + (1 << STEP_BITS) - 1) >> STEP_BITS;
    wire [CLASS_BITS-1:0]   its_class = steps - 1;

    always @* if (!reset) begin
        // Operations are enabled or disabled only while no request is without its response.
        enabled_at_rest: assume (after_reset || enable == was_enabled || (asked == answered && !request_valid));

        // A response is on offer only while a request is without one.
        none_unasked: assert (!response_valid || asked != answered);
        // A size is refused as too large where it is, and nothing else is.
        too_large_is: assert (!its || response_status == NOT_ENABLED || (response_status == TOO_LARGE) == (!op && large));
        // Frees alone are answered with what is wrong with an address.
        frees_alone: assert (!its || op || !(response_status == NOT_IN_REGION || response_status == BAD_POINTER
            || response_status == DOUBLE_FREE || response_status == FOREIGN_CONTEXT));
        // Allocations alone are told that there is no memory.
        allocations_alone: assert (!its || !op || response_status != NO_MEMORY);
        // An allocation that succeeds, and nothing else, is given an address: one of its size's class.
        address_of_class: assert (!its || (!op && response_status == OK ? response_value[LANE_BITS +: CLASS_BITS] == its_class
            : response_value == 0));
        // The trace names, with each response that is taken, the request that it is for.
        trace_is_its: assert (trace_valid == responds && (!(responds && its) || (trace_op == op && trace_operand == operand
            && trace_status == response_status && trace_value == response_value)));

        // A request is answered behind another one.
        reached_second: cover (its && number == 2 && responds);
        // An allocation is given an address.
        reached_address: cover (its && !op && response_status == OK);
    end
endmodule
