// Response queue: every outcome becomes one response, in order, with its own status or the answer that is its own.
//
// Outcomes, and the engine's answers, are numbered as they come, modulo more than are inside. Any
// number of each is chosen: what holds for these holds for all.
module memento_response_queue_properties #(
    parameter DEPTH = 16,
    parameter OPERAND_BITS = 32
) (
    input wire                    clock,
    input wire                    reset,
    input wire                    leave,
    input wire                    leave_from_engine,
    input wire                    leave_from_forward,
    input wire [3:0]              leave_status,
    input wire [OPERAND_BITS-1:0] leave_value,
    input wire                    engine_valid,
    input wire [3:0]              engine_status,
    input wire                    forward_valid,
    input wire                    forward_ready,
    input wire [3:0]              forward_status,
    input wire                    response_valid,
    input wire                    response_ready,
    input wire [3:0]              response_status,
    input wire [OPERAND_BITS-1:0] response_value,
    input wire                    load,
    input wire [$clog2(DEPTH):0]  pointers__pushed,
    input wire [$clog2(DEPTH):0]  pointers__popped,
    input wire [$clog2(DEPTH):0]  answer_pointers__pushed,
    input wire [$clog2(DEPTH):0]  answer_pointers__popped,
    input wire [DEPTH*(OPERAND_BITS+6)-1:0] outcomes__words,
    input wire [DEPTH*4-1:0]                answers__words
);
    localparam ENTRY_BITS = $clog2(DEPTH);
    localparam WORD = OPERAND_BITS + 6;
    localparam NUMBER = ENTRY_BITS + 2;

    (* anyconst *) wire [NUMBER-1:0] n;  // of an outcome
    (* anyconst *) wire [NUMBER-1:0] m;  // of an answer of the engine's
    reg [NUMBER-1:0] next_outcome = 0, next_loaded = 0, next_response = 0;
    reg [NUMBER-1:0] next_asked = 0, next_answer = 0, next_used = 0;  // of outcomes left to the engine
    wire loads_engine = load && (queued == 0 ? leave_from_engine : oldest[0]);
    wire taken = response_valid && response_ready;
    reg [WORD-1:0]   mine;         // the outcome, as it left
    reg [NUMBER-1:0] mine_asked;   // its number among those left to the engine
    reg [3:0]        its_answer;   // the answer of the chosen number
    reg [3:0]        its_forward;  // what the other core answered as it was loaded
    always @(posedge clock) begin
        next_outcome <= reset ? 0 : next_outcome + leave;
        next_loaded <= reset ? 0 : next_loaded + load;
        next_response <= reset ? 0 : next_response + taken;
        next_asked <= reset ? 0 : next_asked + (leave && leave_from_engine);
        next_answer <= reset ? 0 : next_answer + engine_valid;
        next_used <= reset ? 0 : next_used + loads_engine;
        if (leave && next_outcome == n) begin
            mine <= {leave_value, leave_status, leave_from_forward, leave_from_engine};
            mine_asked <= next_asked;
        end
        if (engine_valid && next_answer == m) its_answer <= engine_status;
        if (load && next_loaded == n) its_forward <= forward_status;
    end
    wire [NUMBER-1:0] inside = next_outcome - next_response;
    wire [ENTRY_BITS:0] queued = pointers__pushed - pointers__popped;
    wire [ENTRY_BITS:0] kept = answer_pointers__pushed - answer_pointers__popped;
    wire [ENTRY_BITS-1:0] head = pointers__popped;
    wire [ENTRY_BITS-1:0] answer_head = answer_pointers__popped;
    wire [WORD-1:0] oldest = outcomes__words >> WORD * head;
    wire [NUMBER-1:0] ahead = n - next_response;  // outcomes ahead of the chosen one, if it is inside
    wire here = response_valid && next_response == n;

    // Of each entry: its number among those left to the engine, one after another.
    reg [NUMBER-1:0] asked [0:DEPTH-1];
    wire [DEPTH-1:0] chain, words_right, answers_right;
    genvar e;
    generate for (e = 0; e < DEPTH; e = e + 1) begin : entries
        localparam AFTER = (e + 1) % DEPTH;
        wire [ENTRY_BITS-1:0] order = e - head;
        wire [ENTRY_BITS-1:0] answer_order = e - answer_head;
        wire                  used = order < queued;
        wire [NUMBER-1:0]     number = next_loaded + order;
        wire [NUMBER-1:0]     answer_number = next_used + answer_order;
        wire [NUMBER-1:0]     behind = asked[e] + outcomes__words[WORD*e];
        wire                  last = order + 1 == queued;
        always @(posedge clock) if (leave && pointers__pushed[ENTRY_BITS-1:0] == e) asked[e] <= next_asked;
        assign chain[e] = !used || ((order != 0 || asked[e] == next_used) && behind == (last ? next_asked : asked[AFTER]));
        assign words_right[e] = !used || number != n || (outcomes__words[WORD*e +: WORD] == mine && asked[e] == mine_asked);
        assign answers_right[e] = answer_order >= kept || answer_number != m || answers__words[4*e +: 4] == its_answer;
    end endgenerate

    always @* if (!reset) begin
        // No more operations are on their way than requests are kept.
        no_more_than_requests: assume (!leave || inside < DEPTH);
        // The engine answers each operation that is left to it once, and not before the pipeline has left it.
        answers_are_asked_for: assume (!engine_valid || next_answer != next_asked || (leave && leave_from_engine));
        // An outcome's status comes from one place.
        one_source: assume (!(leave_from_engine && leave_from_forward));

        // A response is of an outcome that has left, each once: there are never more.
        responses_follow_outcomes: assert (!response_valid || inside != 0);
        // Responses come in the order of outcomes, none lost: the next has the value of the next.
        value_is_its_own: assert (!here || response_value == mine[WORD-1 -: OPERAND_BITS]);
        // Its status is its own, where it has one.
        status_is_its_own: assert (!here || mine[1:0] != 0 || response_status == mine[5:2]);
        // Its status is the engine's answer to this very operation, where it was left to the engine.
        status_is_the_engines: assert (!here || !mine[0] || mine_asked != m || response_status == its_answer);
        // Its status is what the other core answered, where it was handed on, and that answer is taken once.
        status_is_the_others: assert ((!here || !mine[1] || response_status == its_forward)
            && forward_ready == (load && (queued == 0 ? leave_from_forward : oldest[1])) && (!forward_ready || forward_valid));
        // An outcome that has its status becomes the response as soon as those before it are taken.
        responds_at_once: assert (response_valid || queued == 0 || oldest[1:0] != 0);

        where_inside: assert (inside <= DEPTH && inside == queued + response_valid && next_loaded == next_response + response_valid);
        where_kept: assert (kept == (next_answer - next_used) % (1 << NUMBER) && kept <= DEPTH && (next_asked - next_answer) % (1 << NUMBER) <= queued
            && (next_asked - next_used) % (1 << NUMBER) <= queued);
        where_source: assert (ahead >= inside || mine[1:0] != 3);
        where_chain: assert (&chain);
        where_none: assert (queued != 0 || next_asked == next_used);
        where_words: assert (&words_right);
        where_answers: assert (&answers_right);
        where_offered: assert (!here || (!(mine[0] && mine_asked == m) || response_status == its_answer)
            && (!mine[1] || response_status == its_forward) && (mine[1:0] != 0 || response_status == mine[5:2])
            && response_value == mine[WORD-1 -: OPERAND_BITS] && (!mine[0] || mine_asked == (next_used - 1) % (1 << NUMBER)) && mine[1:0] != 3);

        // A response has the engine's answer, and waited for it.
        reached_engine: cover (here && mine[0] && mine_asked == m && queued == 2);
        // A response has the other core's answer.
        reached_forward: cover (here && mine[1]);
    end
endmodule
