// Request buffer: every request is decided once, in order, as it was asked for.
//
// One request, chosen freely as it is accepted, is followed until its response is taken; what holds
// for it holds for every request.
module memento_request_buffer_properties #(
    parameter DEPTH = 16,
    parameter OPERAND_BITS = 32
) (
    input wire                    clock,
    input wire                    reset,
    input wire                    accept,
    input wire                    request_op,
    input wire [OPERAND_BITS-1:0] request_operand,
    input wire                    request_ready,
    input wire                    closed,
    input wire                    idle,
    input wire                    wants,
    input wire                    hold,
    input wire                    enter,
    input wire                    enter_op,
    input wire [OPERAND_BITS-1:0] enter_operand,
    input wire                    commit,
    input wire                    replay,
    input wire                    retire,
    input wire [OPERAND_BITS-1:0] decided_operand,
    input wire                    oldest_op,
    input wire [OPERAND_BITS-1:0] oldest_operand,
    input wire [$clog2(DEPTH):0]  accepted,
    input wire [$clog2(DEPTH):0]  entered,
    input wire [$clog2(DEPTH):0]  decided,
    input wire [$clog2(DEPTH):0]  retired,
    input wire [DEPTH*(OPERAND_BITS+1)-1:0] requests__words,
    input wire [DEPTH*OPERAND_BITS-1:0]     forwarded__words,
    input wire [DEPTH-1:0]                  ops__words,
    input wire [DEPTH*OPERAND_BITS-1:0]     operands__words
);
    localparam ENTRY_BITS = $clog2(DEPTH);

    // The request that is followed, and how far it has come.
    (* anyseq *) wire        choose;
    localparam NONE = 0, WAITS = 1, ENTERED = 2, DECIDED = 3, RETIRED = 4;
    reg [2:0]              stage = NONE;
    reg [ENTRY_BITS:0]     number;
    reg                    op;
    reg [OPERAND_BITS-1:0] operand;
    wire chosen = stage == NONE && choose && accept;
    wire enters = enter && (chosen ? entered == accepted : stage == WAITS && entered == number);
    always @(posedge clock) begin
        if (reset) stage <= NONE;
        else if (chosen || stage == WAITS) stage <= replay ? WAITS : enters ? ENTERED : WAITS;
        else if (stage == ENTERED) stage <= replay ? WAITS : commit && decided == number ? DECIDED : ENTERED;
        else if (stage == DECIDED && retire && retired == number) stage <= RETIRED;
        if (chosen) begin
            number <= accepted;
            op <= request_op;
            operand <= request_operand;
        end
    end
    wire [ENTRY_BITS-1:0] place = number;
    wire inside = stage == WAITS || stage == ENTERED || stage == DECIDED;
    wire [ENTRY_BITS:0] inside_all = accepted - retired, inside_entered = entered - retired, inside_decided = decided - retired,
        mine = number - retired;
    reg again = 0;  // it entered, and was sent back
    always @(posedge clock) again <= !reset && (again || (stage == ENTERED && replay));

    always @* if (!reset) begin
        // The pipeline decides operations that have entered, in order, and none while it sends back.
        decides_what_entered: assume (!commit || (decided != entered && !replay));
        // A response is taken only of what was decided.
        answers_what_was_decided: assume (!retire || retired != decided);

        // An operation enters as it was asked for.
        enters_as_asked: assert (!enters || (enter_op == (chosen ? request_op : op) && enter_operand == (chosen ? request_operand : operand)));
        // Operations enter in the order of their requests: it enters only behind all that were accepted before it.
        enters_in_order: assert (!(enter && stage == WAITS && entered != number) || (entered - retired) % (2 * DEPTH) < mine);
        // An accepted request is offered to the pipeline until it has entered, and again if it is sent back.
        waits_until_entered: assert (stage != WAITS || (wants && (hold || enter)));
        // A decided request never enters again.
        decided_once: assert (!(enter && (stage == DECIDED || stage == ENTERED)) || entered != number);
        // A request's operand is at hand when it is decided, and both are when it is answered.
        at_hand: assert (!(stage == ENTERED && decided == number && decided_operand != operand)
            && !(stage == DECIDED && retired == number && {oldest_op, oldest_operand} != {op, operand}));
        // No request is accepted while the buffer is full or closed.
        no_more_than_fit: assert (inside_all <= DEPTH && (!accept || (inside_all < DEPTH && !closed)) && idle == (inside_all == 0));

        where_order: assert (inside_decided <= inside_entered && inside_entered <= inside_all);
        where_stage: assert (stage <= RETIRED && (!inside || mine < inside_all)
            && (stage != WAITS || mine >= inside_entered) && (stage != ENTERED || (mine < inside_entered && mine >= inside_decided))
            && (stage != DECIDED || mine < inside_decided));
        where_kept: assert (!inside || ((requests__words >> (OPERAND_BITS + 1) * place) % (64'd2 << OPERAND_BITS) == {operand, op}
            && (forwarded__words >> OPERAND_BITS * place) % (64'd1 << OPERAND_BITS) == operand
            && ops__words[place] == op && (operands__words >> OPERAND_BITS * place) % (64'd1 << OPERAND_BITS) == operand));

        // A request is decided that had been sent back.
        reached_again: cover (stage == DECIDED && again);
        // The buffer is full.
        reached_full: cover (inside_all == DEPTH);
    end
endmodule
