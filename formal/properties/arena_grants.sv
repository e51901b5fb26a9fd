// Arena grants: an arena is granted whole or not at all, and no number twice.
//
// What became of an order is told from the ports: the cursor that was shown, what the walk, the header and the
// mapping said, whether the header was written, and how often the cursor moved.
module memento_arena_grants_properties #(
    parameter FRAME_INDEX_BITS = 10,
    parameter ARENA_BITS = 6
) (
    input wire clock,
    input wire reset,

    input wire                        begin_grant,
    input wire                        claims,
    input wire                        allocates,
    input wire [ARENA_BITS-1:0]       order_arena,
    input wire [7:0]                  order_class,
    input wire [2*ARENA_BITS+1:0]     claimed,
    input wire                        live,
    input wire                        barred,
    input wire [ARENA_BITS-1:0]       arena_mask_data,
    input wire                        cursor_ask,
    input wire                        cursor_answered,
    input wire [2*ARENA_BITS+1:0]     cursor,
    input wire                        cursor_error,
    input wire                        cursor_update,
    input wire [2*ARENA_BITS+1:0]     changed,
    input wire                        cursor_lost,
    input wire                        walk,
    input wire                        walk_done,
    input wire                        walk_mapped,
    input wire                        walk_error,
    input wire [FRAME_INDEX_BITS-1:0] walk_frame,
    input wire                        read_header,
    input wire                        write_header,
    input wire [FRAME_INDEX_BITS-1:0] header_frame,
    input wire                        line_done,
    input wire                        line_error,
    input wire                        header_released,
    input wire                        header_sum,
    input wire                        header_tag,
    input wire                        header_next,
    input wire [ARENA_BITS:0]         header_follower,
    input wire                        map,
    input wire                        map_done,
    input wire [3:0]                  map_status,
    input wire [FRAME_INDEX_BITS-1:0] map_frame,
    input wire                        answer_valid,
    input wire                        answer_ready,
    input wire [3:0]                  answer_status,
    input wire [ARENA_BITS-1:0]       answer_arena,
    input wire [FRAME_INDEX_BITS-1:0] answer_frame,
    input wire                        idle,
    input wire                        asks,
    input wire [3:0]                  status,
    input wire                        reused,
    input wire [ARENA_BITS:0]         next_arena,
    input wire [ARENA_BITS:0]         released,
    input wire [ARENA_BITS:0]         next_released
);
    localparam [3:0] OK = 0, NO_MEMORY = 2;
    localparam [ARENA_BITS:0] NONE = 1 << ARENA_BITS;

    reg working = 0, was_claims, was_allocates, was_barred, was_live;
    reg [ARENA_BITS-1:0]   was_arena;
    reg [7:0]              was_class;
    reg [2*ARENA_BITS+1:0] was_claimed;                      // a claim's cursor, as the order came
    reg shown = 0, shown_failed;                             // the cursor was shown, or memory failed
    reg [ARENA_BITS:0] next, head;                           // what it was
    reg found = 0, trusted = 0, wrote = 0, write_failed = 0; // the header's page is there; it is that of a released arena; it was written
    reg [FRAME_INDEX_BITS-1:0] page;                         // that page's frame
    reg [ARENA_BITS:0] follower;                             // the released arena behind
    reg lost = 0;                                            // the cursor was told to be lost
    reg [1:0] moves = 0;                                     // how often the cursor moved
    wire begins = begin_grant && !working;
    wire taken = answer_valid && answer_ready;
    wire written = write_header && line_done && !line_error;
    wire header_good = header_released && header_sum && header_tag && header_next;
    always @(posedge clock) begin
        working <= !reset && (begins || (working && !taken));
        if (begins) begin
            {was_claims, was_allocates, was_arena, was_class, was_claimed} <= {claims, allocates, order_arena, order_class, claimed};
            {was_live, was_barred} <= {live, barred};
        end
        shown <= !begins && (shown || (asks && cursor_answered));
        if (asks && cursor_answered) {shown_failed, head, next} <= {cursor_error, cursor};
        found <= !begins && (found || (walk && walk_done && walk_mapped && !walk_error) || (map && map_done && map_status == OK));
        if (walk && walk_done) page <= walk_frame;
        if (map && map_done) page <= map_frame;
        trusted <= !begins && (trusted || (read_header && line_done && !line_error && header_good));
        if (read_header && line_done) follower <= header_follower;
        wrote <= !begins && (wrote || written);
        write_failed <= !begins && (write_failed || (write_header && line_done && line_error));
        lost <= !begins && (lost || cursor_lost);
        moves <= begins ? 0 : moves + cursor_update;
    end
    wire old = head != NONE;  // the number is one that was released

    always @* if (!reset) begin
        // An order comes while none is under way, and stays the same until it is answered.
        one_order: assume ((!begin_grant || !working) && (!working || (claims == was_claims && allocates == was_allocates
            && order_arena == was_arena && order_class == was_class)) && !(claims && allocates));

        // An arena is granted whole: its header's page is there, its header is written, and the cursor moved once.
        granted_whole: assert (!(answer_valid && answer_status == OK && allocates) || (found && wrote && moves == 1 && answer_frame == page));
        // What isn't granted leaves cursor and header as they were.
        refused_changes_nothing: assert (!(answer_valid && answer_status != OK && !claims) || (!wrote && moves == 0));
        // A look at the next arena changes nothing, and maps nothing.
        looks_change_nothing: assert (claims || allocates || idle || (!cursor_update && !write_header && !map));
        // The cursor moves when the header is written, not before; a claim's, once, to what the claim says.
        moves_with_header: assert (!cursor_update || (moves == 0 && (claims ? changed == was_claimed : allocates && written)));
        // It moves past the arena that is granted: to the next one that was released, as its header says, or to the next number.
        moves_past: assert (!(cursor_update && allocates) || changed == (old ? {follower, next} : {head, next + {{ARENA_BITS{1'b0}}, 1'b1}}));
        // The arena granted is the last released one, or the first never used.
        number_is_the_cursors: assert (!(answer_valid && answer_status == OK) || answer_arena == (claims ? was_arena
            : old ? head[ARENA_BITS-1:0] : next[ARENA_BITS-1:0]));
        // A number that comes back is granted only if its header says that it was released.
        trusted_alone: assert (!(answer_valid && answer_status == OK && !claims && old) || (trusted && found));
        // A number that was never used is granted only if the class has it.
        within_lane: assert (!(answer_valid && answer_status == OK && !claims && !old) || next <= arena_mask_data);
        // Headers are read and written only on their own page, once it is there.
        on_its_page: assert (!(read_header || (write_header && !claims)) || (found && header_frame == page));
        // A process that isn't there, or is granted no arena any more, is granted none.
        barred_has_none: assert (!(answer_valid && answer_status == OK) || (was_live && (claims || !was_barred)));
        // A claim moves the cursor, or says that it is lost.
        claim_moves: assert (!(answer_valid && claims && was_live) || (answer_status == OK ? moves == 1 && wrote && !lost : moves == 1 || lost));
        // Every order is answered once.
        answers_orders: assert (!answer_valid || working);

        where_idle: assert (idle == !working && idle + asks + walk + read_header + map + write_header + answer_valid == 1);
        where_asks: assert (!asks || (!shown && was_live && (claims || !was_barred) && status == OK && moves == 0 && !lost && !wrote && !found
            && !trusted && !write_failed && (!claims || ({released, next_arena} == was_claimed && answer_arena == was_arena))));
        where_shown: assert (!(walk || read_header || map || write_header) || (shown && was_live && (claims || !was_barred)
            && (claims ? answer_arena == was_arena && (shown_failed ? status != OK && moves == 0 && lost : status == OK && moves == 1 && !lost)
                : !shown_failed && reused == old && next_arena == next && released == head && moves == 0
                    && answer_arena == (old ? head[ARENA_BITS-1:0] : next[ARENA_BITS-1:0])
                    && (old || next <= arena_mask_data))));
        where_status: assert (!(walk || read_header || map || (write_header && !claims)) || (status == OK && !wrote && !write_failed));
        where_walk: assert (!walk || (!found && !trusted && !claims));
        where_read: assert (!read_header || (found && reused && !trusted && header_frame == page && !claims));
        where_map: assert (!map || (!reused && allocates && !found));
        where_write: assert (!write_header || (!wrote && !write_failed && (claims || (allocates && found && header_frame == page && (!reused
            || (trusted && next_released == follower))))));
        where_answer: assert (!(answer_valid && status == OK) || (was_live && (claims || !was_barred) && (claims ? moves == 1 && wrote
            && answer_arena == was_arena
            : shown && found && answer_frame == page && answer_arena == (old ? head[ARENA_BITS-1:0] : next[ARENA_BITS-1:0])
                && (old ? trusted : next <= arena_mask_data) && wrote == allocates && moves == allocates)));
        where_claimed: assert (!(answer_valid && claims && was_live) || moves == 1 || lost);
        where_unlost: assert (!(answer_valid && status == OK) || !claims || !lost);
        where_refused: assert (!(answer_valid && status != OK && !claims) || (!wrote && moves == 0));

        // A number that was released is granted again.
        reached_again: cover (answer_valid && answer_status == OK && allocates && old);
        // An arena is refused, as its header can't be written.
        reached_failure: cover (answer_valid && answer_status != OK && allocates && write_failed);
        // There is no memory for its page.
        reached_no_memory: cover (answer_valid && answer_status == NO_MEMORY && allocates && shown && next <= arena_mask_data);
        // A claim.
        reached_claim: cover (answer_valid && answer_status == OK && claims);
    end
endmodule
