// Reclaimer: no frame enters the pool before the caches have forgotten it.
//
// One frame, chosen freely as it is accepted, is followed to the pool; what holds for it holds for
// every frame. `ahead` counts, at the ports alone, the frames that were accepted before it and are
// not in the pool yet. The properties named where_* tie these counts to the queues inside.
module memento_reclaimer_properties #(
    parameter FRAME_INDEX_BITS = 10,
    parameter FRAME_BITS = 20,
    parameter RUN_BITS = 7,
    parameter WAIT = 20,        // cycles that hosts, bypass and pool take at most
    parameter RUN_FRAMES = 64,
    parameter QUEUE = 64,  // frames that wait at most
    parameter FLIGHTS = 8  // discards in flight at most
) (
    input wire clock,
    input wire reset,

    input wire                        shoot_valid,
    input wire                        shoot_ready,
    input wire                        shoot_done,
    input wire                        shootdown_valid,
    input wire                        shootdown_ready,
    input wire                        shootdown_done,

    input wire                        frame_valid,
    input wire                        frame_ready,
    input wire [FRAME_INDEX_BITS-1:0] frame,
    input wire                        frame_discard,
    input wire                        hold,
    input wire                        empty,
    input wire                        discard_valid,
    input wire                        discard_ready,
    input wire [FRAME_BITS-1:0]       discard_frame,
    input wire [RUN_BITS-1:0]         discard_count,
    input wire                        discard_done,
    input wire                        drop_valid,
    input wire                        drop_ready,
    input wire [FRAME_INDEX_BITS-1:0] drop_frame,
    input wire                        push_valid,
    input wire                        push_ready,
    input wire [FRAME_INDEX_BITS-1:0] push_frame,

    input wire                        taken,
    input wire                        grows,
    input wire                        moves,
    input wire                        leaves,
    input wire                        collecting,
    input wire                        offered,
    input wire                        free,
    input wire [FRAME_INDEX_BITS-1:0] free_frame,
    input wire [1:0]                  shoot_state,
    input wire [3:0]                  dones,
    input wire [RUN_BITS-1:0]         given_count,
    input wire [RUN_BITS+FRAME_INDEX_BITS:0] run,
    input wire [RUN_BITS+FRAME_INDEX_BITS:0] offer,
    input wire [$clog2(QUEUE):0]      frame_pointers__pushed,
    input wire [$clog2(QUEUE):0]      frame_pointers__popped,
    input wire [QUEUE*(FRAME_INDEX_BITS+1)-1:0] frames__words,
    input wire [$clog2(FLIGHTS):0]    flight_pointers__pushed,
    input wire [$clog2(FLIGHTS):0]    flight_pointers__popped,
    input wire [FLIGHTS*(RUN_BITS+FRAME_INDEX_BITS+1)-1:0] flights__words
);
    localparam RUN_WIDTH = RUN_BITS + FRAME_INDEX_BITS + 1;  // of {count, first, discard}
    localparam QUEUE_BITS = $clog2(QUEUE);
    localparam FLIGHT_BITS = $clog2(FLIGHTS);
    localparam NUMBER = $clog2(QUEUE + (FLIGHTS + 2) * RUN_FRAMES) + 1;

    wire accepted = frame_valid && frame_ready;
    wire pushed = push_valid && push_ready;
    wire asks = discard_valid && discard_ready;

    // What the ports have seen. Numbers of frames and of discards are modulo more than are inside.
    reg [NUMBER-1:0] next_in = 0;   // number of the frame that is accepted next
    reg [NUMBER-1:0] next_out = 0;  // number of the frame that is pushed next
    reg [7:0]        next_ask = 0;  // number of the discard that is accepted next
    reg [7:0]        next_done = 0; // number of the discard that is acknowledged next
    reg              shot = 0;      // a shoot-down is accepted and not acknowledged
    reg              shooting = 0;  // a range is accepted and not done
    always @(posedge clock) begin
        next_in <= reset ? 0 : next_in + accepted;
        next_out <= reset ? 0 : next_out + pushed;
        next_ask <= reset ? 0 : next_ask + asks;
        next_done <= reset ? 0 : next_done + discard_done;
        shot <= !reset && ((shot && !shootdown_done) || (shootdown_valid && shootdown_ready));
        shooting <= !reset && ((shooting && !shoot_done) || (shoot_valid && shoot_ready));
    end
    wire [7:0] outstanding = next_ask - next_done;
    wire [NUMBER-1:0] next_drop = next_out + free;  // number of the frame that is dropped next

    // The frame that is followed.
    localparam NONE = 0, WAITS = 1, RUNS = 2, OFFERED = 3, FLIES = 4, HELD = 5, FREE = 6;
    (* anyseq *) wire          choose;
    reg [2:0]                  stage = NONE;
    reg [FRAME_INDEX_BITS-1:0] watched;
    reg                        cached;   // caches may hold it
    reg [NUMBER-1:0]           number;   // its number
    reg                        asked;    // a discard of it is accepted
    reg [7:0]                  waits;    // acknowledges until that discard's
    reg                        dropped;  // the bypass has forgotten it
    reg [QUEUE_BITS-1:0]       place;    // its entry of the queue
    reg [RUN_BITS-1:0]         offset;   // frames of its run before it
    reg [FLIGHT_BITS-1:0]      flight;   // its run's entry
    wire follows = stage != NONE && stage != FREE;
    wire its_turn = follows && next_out == number;
    wire its_drop = follows && stage != HELD && next_drop == number;
    wire acknowledged = asked && waits == 0;
    wire covers = discard_frame[FRAME_INDEX_BITS-1:0] <= watched
        && {1'b0, watched} < {1'b0, discard_frame[FRAME_INDEX_BITS-1:0]} + discard_count;
    always @(posedge clock) begin
        if (reset) begin
            stage <= NONE;
        end else if (stage == NONE) begin
            if (choose && accepted) begin
                stage <= WAITS;
                watched <= frame;
                cached <= frame_discard;
                number <= next_in;
                place <= frame_pointers__pushed[QUEUE_BITS-1:0];
                asked <= 0;
                dropped <= 0;
            end
        end else if (stage != FREE) begin
            if (stage == WAITS && taken && frame_pointers__popped[QUEUE_BITS-1:0] == place) begin
                stage <= RUNS;
                offset <= grows ? run_count : 0;
            end
            if (stage == RUNS && moves) stage <= OFFERED;
            if (stage == OFFERED && leaves) begin
                stage <= FLIES;
                flight <= flight_pointers__pushed[FLIGHT_BITS-1:0];
            end
            if (its_drop && drop_valid && drop_ready) stage <= HELD;
            if (pushed && its_turn) stage <= FREE;
            if (asks && covers && !asked) begin
                asked <= 1;
                waits <= outstanding + 1 - discard_done;
            end else if (asked && discard_done && waits != 0) begin
                waits <= waits - 1;
            end
            if (drop_valid && drop_ready && drop_frame == watched) dropped <= 1;
        end
    end

    // Numbers of what is inside: of the first frame of each run, and of its discard.
    wire [RUN_BITS-1:0] run_count = run[RUN_WIDTH-1 -: RUN_BITS];
    wire [RUN_BITS-1:0] offer_count = offer[RUN_WIDTH-1 -: RUN_BITS];
    wire [QUEUE_BITS:0]  queued = frame_pointers__pushed - frame_pointers__popped;
    wire [FLIGHT_BITS:0] flying = flight_pointers__pushed - flight_pointers__popped;
    wire [QUEUE_BITS-1:0]  behind_oldest = place - frame_pointers__popped[QUEUE_BITS-1:0];
    wire [FLIGHT_BITS-1:0] flight_order = flight - flight_pointers__popped[FLIGHT_BITS-1:0];
    wire [FLIGHT_BITS-1:0] oldest_entry = flight_pointers__popped[FLIGHT_BITS-1:0];
    reg [NUMBER-1:0] queue_first = 0;  // number of the queue's oldest frame
    reg [NUMBER-1:0] run_number;       // number of the first frame of the run that grows
    reg [NUMBER-1:0] offer_number;     // number of the first frame of the run at the port
    always @(posedge clock) begin
        queue_first <= reset ? 0 : queue_first + taken;
        if (taken && !grows) run_number <= queue_first;
        if (moves) offer_number <= run_first;
    end
    wire [NUMBER-1:0] run_first = collecting ? run_number : queue_first;
    wire [NUMBER-1:0] offer_first = offered ? offer_number : run_first;
    wire [NUMBER-1:0] run_end = run_number + run_count;
    wire [NUMBER-1:0] offer_end = offer_number + offer_count;
    wire [NUMBER-1:0] queue_end = queue_first + queued;
    reg [NUMBER-1:0] first_numbers [0:FLIGHTS-1];
    reg [7:0]        ask_numbers [0:FLIGHTS-1];
    integer i;
    always @(posedge clock) for (i = 0; i < FLIGHTS; i = i + 1) begin
        if (leaves && flight_pointers__pushed[FLIGHT_BITS-1:0] == i) begin
            first_numbers[i] <= offer_first;
            ask_numbers[i] <= next_ask;
        end
    end
    reg [RUN_WIDTH-1:0]      oldest, mine;              // runs in flight
    reg [NUMBER-1:0]         oldest_first, mine_first;  // numbers of their first frames
    reg [7:0]                oldest_ask, mine_ask;      // numbers of their discards
    reg [FRAME_INDEX_BITS:0] waiting;                   // what the queue has at `place`
    integer j;
    always @* begin
        {oldest, mine, oldest_first, mine_first, oldest_ask, mine_ask, waiting} = 0;
        for (j = 0; j < FLIGHTS; j = j + 1) begin
            if (oldest_entry == j) begin
                oldest = flights__words[j*RUN_WIDTH +: RUN_WIDTH];
                oldest_first = first_numbers[j];
                oldest_ask = ask_numbers[j];
            end
            if (flight == j) begin
                mine = flights__words[j*RUN_WIDTH +: RUN_WIDTH];
                mine_first = first_numbers[j];
                mine_ask = ask_numbers[j];
            end
        end
        for (j = 0; j < QUEUE; j = j + 1)
            if (place == j) waiting = frames__words[j*(FRAME_INDEX_BITS+1) +: FRAME_INDEX_BITS+1];
    end
    wire [NUMBER-1:0] span = offer_first - next_drop;  // frames in flight
    wire gives = given_count != 0;
    // Of each run in flight: its count is one, the next run follows it, and so does its discard.
    wire [FLIGHTS-1:0] counts, follow, asks_follow, distances, before, outs, uses, its;
    wire [7:0] uses_acknowledge = next_done - dones;
    genvar e;
    generate for (e = 0; e < FLIGHTS; e = e + 1) begin : entries
        localparam AFTER = (e + 1) % FLIGHTS;
        wire [FLIGHT_BITS-1:0] order = e - oldest_entry;
        wire                   flies = order < flying;
        wire                   last = order + 1 == flying;
        wire [RUN_WIDTH-1:0]   word = flights__words[e*RUN_WIDTH +: RUN_WIDTH];
        wire [RUN_BITS-1:0]    count = word[RUN_WIDTH-1 -: RUN_BITS];
        wire [NUMBER-1:0]      end_first = first_numbers[e] + count;
        wire [7:0]             end_ask = ask_numbers[e] + word[0];
        wire [NUMBER-1:0]      to_end = offer_first - first_numbers[e];
        wire [NUMBER-1:0]      to_mine = mine_first - first_numbers[e];
        wire [FLIGHT_BITS:0]   from_end = flying - order;
        wire [FLIGHT_BITS:0]   from_mine = flight_order - order;
        assign counts[e] = !flies || (count != 0 && count <= RUN_FRAMES);
        assign follow[e] = !flies || end_first == (last ? offer_first : first_numbers[AFTER]);
        assign asks_follow[e] = !flies || end_ask == (last ? next_ask : ask_numbers[AFTER]);
        assign distances[e] = !flies || (to_end >= from_end && to_end <= {from_end, {$clog2(RUN_FRAMES){1'b0}}});
        assign before[e] = !(stage == FLIES && flies && order < flight_order)
            || (to_mine >= from_mine && to_mine <= {from_mine, {$clog2(RUN_FRAMES){1'b0}}});
        assign outs[e] = !(flies && order == 0)
            || next_drop == first_numbers[e] + given_count;
        assign uses[e] = !(flies && order == 0) || uses_acknowledge == ask_numbers[e] + (gives && word[0]);
        assign its[e] = !(stage == FLIES && flight == e) || (word[0] == cached && offset < count
            && number == first_numbers[e] + offset
            && word[FRAME_INDEX_BITS:1] + offset == watched
            && {1'b0, word[FRAME_INDEX_BITS:1]} + count <= (1 << FRAME_INDEX_BITS));
    end endgenerate
    wire [7:0] until_mine = mine_ask + 8'd1 - next_done;

    // Waits: cycles, up to WAIT, in which the other side could have acted and hasn't. Nothing is
    // assumed of them: what is proven of frames holds however long hosts take.
    localparam WAIT_BITS = $clog2(WAIT) + 3;
    reg [WAIT_BITS-1:0] discard_wait = 0, discard_done_wait = 0, drop_wait = 0, push_wait = 0;
    reg [WAIT_BITS-1:0] shootdown_wait = 0, shootdown_done_wait = 0;
    reg [WAIT_BITS-1:0] idle = 0;      // cycles, up to WAIT, in which frames were inside and nothing was done
    reg [WAIT_BITS-1:0] shoot_age = 0; // cycles, up to 3 * WAIT, since the range was accepted
    reg                 shoot_late = 0;
    wire works = taken || moves || leaves || discard_done || (drop_valid && drop_ready) || pushed;
    wire late = shoot_late || shootdown_wait == WAIT || shootdown_done_wait == WAIT;
    function automatic [WAIT_BITS-1:0] longer(input [WAIT_BITS-1:0] cycles);
        longer = cycles == WAIT ? WAIT : cycles + 1;
    endfunction
    always @(posedge clock) begin
        discard_wait <= reset || !discard_valid || discard_ready ? 0 : longer(discard_wait);
        discard_done_wait <= reset || outstanding == 0 || discard_done ? 0 : longer(discard_done_wait);
        drop_wait <= reset || !drop_valid || drop_ready ? 0 : longer(drop_wait);
        push_wait <= reset || !push_valid || push_ready ? 0 : longer(push_wait);
        shootdown_wait <= reset || !shootdown_valid || shootdown_ready ? 0 : longer(shootdown_wait);
        shootdown_done_wait <= reset || !shot || shootdown_done ? 0 : longer(shootdown_done_wait);
        idle <= reset || works || hold || next_in == next_out ? 0 : longer(idle);
        shoot_age <= reset || !shooting ? 0 : shoot_age == 3 * WAIT ? shoot_age : shoot_age + 1;
        shoot_late <= !reset && shooting && late;
    end

    always @* if (!reset) begin
        // While frames are inside and none is held back, one of them comes a step nearer to the pool, of at most six steps a frame, within any WAIT cycles in which hosts, bypass and pool act within WAIT cycles: no deadlock.
        always_progress: assert (idle < WAIT || discard_wait == WAIT || discard_done_wait == WAIT
            || drop_wait == WAIT || push_wait == WAIT);
        // A shoot-down is done at most 2 * WAIT + 1 cycles after it was accepted, if the hosts take it and acknowledge it within WAIT cycles each.
        shot_in_time: assert (late || shoot_age <= 2 * WAIT + 1);
        where_waits_end: assert (idle <= WAIT && discard_wait <= WAIT && discard_done_wait <= WAIT
            && drop_wait <= WAIT && push_wait <= WAIT && shootdown_wait <= WAIT && shootdown_done_wait <= WAIT);
        where_idle: assert (hold || idle <= (free ? push_wait : drop_valid ? drop_wait
            : flying != 0 ? discard_done_wait : offered ? discard_wait : {WAIT_BITS{1'b0}}));
        where_shoot_age: assert (!shooting || late || shoot_age <= (shot ? WAIT + 1 + shootdown_done_wait : shootdown_wait));
    end

    always @* if (!reset) begin
        // The hosts acknowledge a discard that they have accepted.
        discards_answer_requests: assume (!discard_done || outstanding != 0);
        // The hosts acknowledge a shoot-down that they have accepted.
        shootdowns_answer_requests: assume (!shootdown_done || shot);

        // A frame enters the pool only after the discard that was asked for since it was given back is acknowledged.
        acknowledged_before_push: assert (!(its_turn && pushed && cached) || acknowledged);
        // A frame enters the pool only after the bypass has forgotten it.
        dropped_before_push: assert (!(its_turn && pushed) || dropped);
        // Frames enter the pool in the order in which they were given back, each once, none lost.
        pushed_in_order: assert (!(its_turn && pushed) || push_frame == watched);
        // What enters the pool was given back.
        pushed_was_accepted: assert (!pushed || next_in != next_out);
        // What is empty holds no frame.
        empty_holds_none: assert (empty == (next_in == next_out));
        // A shoot-down is done only after the hosts have acknowledged the request for it.
        shot_before_done: assert (!shoot_done || (shooting && shot && shootdown_done));

        where_queues: assert (flying <= FLIGHTS && queued <= QUEUE);
        where_counts: assert (&counts);
        where_runs_follow: assert (&follow);
        where_asks_follow: assert (&asks_follow);
        where_distances: assert (&distances);
        where_queue_ends: assert (queue_end == next_in);
        where_run: assert (!collecting || (run_end == queue_first && run_count >= 1 && run_count <= RUN_FRAMES
            && {1'b0, run[FRAME_INDEX_BITS:1]} + run_count <= (1 << FRAME_INDEX_BITS)));
        where_offer: assert (!offered || (offer_end == run_first && offer_count >= 1 && offer_count <= RUN_FRAMES
            && {1'b0, offer[FRAME_INDEX_BITS:1]} + offer_count <= (1 << FRAME_INDEX_BITS)));
        where_next_drop: assert (flying != 0 || next_drop == offer_first);
        where_next_drop_flies: assert (&outs);
        where_given: assert (!gives || (flying != 0 && given_count < oldest[RUN_WIDTH-1 -: RUN_BITS]));
        where_state: assert (shoot_state != 3 && stage <= FREE);
        where_dones: assert (outstanding <= FLIGHTS && dones <= FLIGHTS);
        where_dones_none: assert (flying != 0 || uses_acknowledge == next_ask);
        where_dones_flies: assert (&uses);
        where_waits: assert (stage != WAITS || (behind_oldest < queued && number == (queue_first + behind_oldest) % (1 << NUMBER)
            && waiting == {watched, cached}));
        where_runs: assert (stage != RUNS || collecting);
        where_offered: assert (stage != OFFERED || offered);
        where_flies: assert (stage != FLIES || flight_order < flying);
        where_its_run: assert (stage != RUNS || (run[0] == cached && offset < run_count
            && number == (run_number + offset) % (1 << NUMBER) && run[FRAME_INDEX_BITS:1] + offset == watched));
        where_its_offer: assert (stage != OFFERED || (offer[0] == cached && offset < offer_count
            && number == (offer_number + offset) % (1 << NUMBER) && offer[FRAME_INDEX_BITS:1] + offset == watched));
        where_its_flight: assert (&its);
        where_before: assert (&before);
        where_not_given: assert (!(stage == FLIES && flight_order == 0) || given_count <= offset);
        where_asked: assert (!(follows && asked) || waits <= outstanding);
        where_acknowledged: assert (!(stage == FLIES && cached)
            || (asked && (waits == 0 || (waits <= until_mine && until_mine <= FLIGHTS))));
        where_held: assert (stage != HELD || (free && its_turn && free_frame == watched && dropped
            && (!cached || acknowledged)));
        where_held_turn: assert (!(its_turn && free) || stage == HELD);
        where_span: assert (flying == 0 || (span != 0 && span <= FLIGHTS * RUN_FRAMES));
        where_turn: assert (!(its_drop && gives) || (stage == FLIES && flight_order == 0 && given_count == offset));
        where_shooting: assert (shooting == !shoot_ready && (!shot || shooting) && shootdown_valid == (shooting && !shot));

        // A discarded frame enters the pool, the second of its run.
        reached_push: cover (its_turn && pushed && cached && offset == 1);
        // A frame that no cache can hold enters the pool.
        reached_push_uncached: cover (its_turn && pushed && !cached);
        // A shoot-down is done.
        reached_shot: cover (shoot_done && !late);
    end
endmodule
