// List engine: a class's list stays well formed, and a free changes what its arena's header says and nothing else.
//
// Three arenas of one class and context, all chosen freely, are followed: with those between and beside them that is
// all that an operation touches at once. What memory has of their headers is kept here: the mark, the links, the count,
// and of the first the bitmap. The list's order is that of pushes, the last in front. Of other arenas' headers
// no more is taken for granted than what is proven of these.
//
// The header store is left open but for what it owes: headers as they were written, buffers as they were read.
module memento_list_engine_properties #(
    parameter CLASS_BITS = 2,
    parameter CONTEXT_BITS = 1,
    parameter ARENA_BITS = 6,
    parameter SLOT_BITS = 4,
    parameter COUNT_BITS = 5,
    parameter PHYSICAL_BITS = 32,
    parameter OBJECTS = 16,
    parameter WORD_BITS = 8,
    parameter WORDS = 2,
    parameter LIST_THRESHOLD = 3,
    parameter ENTRIES = 2
) (
    input wire clock,
    input wire reset,

    input wire [4:0]               state,
    input wire [2:0]               step,
    input wire                     refill,
    input wire                     loading,
    input wire                     ahead,
    input wire                     displacing,
    input wire                     freeing,
    input wire                     inbox,
    input wire [CLASS_BITS-1:0]    size_class,
    input wire [ARENA_BITS-1:0]    arena,
    input wire [SLOT_BITS-1:0]     slot,
    input wire [ARENA_BITS-1:0]    target,
    input wire [PHYSICAL_BITS-1:0] line,
    input wire [PHYSICAL_BITS-1:0] self_line,
    input wire [PHYSICAL_BITS-1:0] prev_line,
    input wire [PHYSICAL_BITS-1:0] next_line,
    input wire [ARENA_BITS:0]      after_arena,
    input wire                     after_possible,
    input wire [ARENA_BITS:0]      before_arena,
    input wire [COUNT_BITS-1:0]    count,
    input wire                     fresh,
    input wire                     held,
    input wire [ARENA_BITS-1:0]    held_arena,
    input wire [PHYSICAL_BITS-1:0] held_line,
    input wire [ARENA_BITS:0]      head,
    input wire                     pushing,
    input wire [ARENA_BITS-1:0]    standby_arena,
    input wire                     settled,
    input wire [3:0]               status,
    input wire [CLASS_BITS-1:0]    swept,
    input wire                     fails_behind,

    // Misses, and what becomes of them.
    input wire                    miss_valid,
    input wire [1:0]              miss_kind,
    input wire                    miss_inbox,
    input wire [CLASS_BITS-1:0]   miss_class,
    input wire [ARENA_BITS-1:0]   miss_arena,
    input wire [SLOT_BITS-1:0]    miss_slot,
    input wire                    takes,
    input wire                    begins_fetch,
    input wire                    asked,
    input wire [CLASS_BITS-1:0]   asked_class,
    input wire                    closed,
    input wire                    answer_valid,
    input wire                    answer_inbox,
    input wire [3:0]              answer_status,
    input wire                    refilled,
    input wire [3:0]              refilled_status,
    input wire                    ends,
    input wire                    install_standby,
    input wire                    drop_standby,
    input wire                    standby_ready,
    input wire                    install_word,
    input wire [$clog2(WORDS)-1:0] install_number,
    input wire [WORD_BITS-1:0]    install_mask,
    input wire [CONTEXT_BITS-1:0] context_id,
    input wire                    forget,
    input wire                    view,

    // Page allocator.
    input wire                     alloc_arena_request_peek,
    input wire                     alloc_arena_response_valid,
    input wire [3:0]               alloc_arena_response_status,
    input wire [ARENA_BITS-1:0]    alloc_arena_response_arena,
    input wire [PHYSICAL_BITS-1:0] alloc_arena_response_line,
    input wire                     free_arena_request_valid,
    input wire [CLASS_BITS-1:0]    free_arena_request_class,
    input wire [CONTEXT_BITS-1:0]  free_arena_request_context,
    input wire [ARENA_BITS-1:0]    free_arena_request_arena,
    input wire                     free_arena_response_valid,
    input wire [3:0]               free_arena_response_status,
    input wire                     translate_response_valid,
    input wire                     translate_response_fault,
    input wire                     translate_response_error,
    input wire [PHYSICAL_BITS-13:0] translate_response_frame,

    // Header store: what it is told, and says.
    input wire                     headers__command_valid,
    input wire                     headers__command_other,
    input wire                     headers__command_write,
    input wire [1:0]               headers__command_buffer,
    input wire [PHYSICAL_BITS-1:0] headers__command_address,
    input wire [CLASS_BITS-1:0]    headers__command_class,
    input wire [CONTEXT_BITS-1:0]  headers__command_context,
    input wire [ARENA_BITS-1:0]    headers__command_arena,
    input wire [SLOT_BITS-1:0]     headers__command_slot,
    input wire                     headers__write_full,
    input wire                     headers__write_clear,
    input wire [COUNT_BITS-1:0]    headers__write_count,
    input wire                     headers__write_next,
    input wire [ARENA_BITS:0]      headers__next_link,
    input wire                     headers__write_prev,
    input wire [ARENA_BITS:0]      headers__prev_link,
    input wire [2:0]               headers__peek_beat,
    input wire                     headers__clear,
    input wire                     headers__clear_inbox,
    input wire                     headers_done,
    input wire                     headers_bus_error,
    input wire                     headers_sum_matches,
    input wire                     headers_never_used,
    input wire                     headers_released,
    input wire                     headers_in_use,
    input wire                     headers_tag_matches,
    input wire                     headers_count_fits,
    input wire [COUNT_BITS-1:0]    headers_count,
    input wire                     headers_slot_allocated,
    input wire                     headers_next_valid,
    input wire [ARENA_BITS:0]      headers_found_next,
    input wire                     headers_prev_valid,
    input wire [ARENA_BITS:0]      headers_found_prev,
    input wire [63:0]              headers_peek_data,
    input wire                     headers_elsewhere,
    input wire                     headers_cleared,
    input wire                     headers_refused,
    input wire [PHYSICAL_BITS-1:0] headers_refused_line,
    input wire                     headers_at_hand,
    input wire                     headers_answer_valid,
    input wire                     headers_answer_inbox,
    input wire [3:0]               headers_answer_status,
    input wire                     headers_unanswered,

    // Tables inside.
    input wire [(ARENA_BITS+PHYSICAL_BITS+ARENA_BITS+3)*2**CLASS_BITS-1:0]   entries__words,
    input wire [ARENA_BITS+PHYSICAL_BITS+ARENA_BITS+2:0]                     entries__read_data,
    input wire [(ARENA_BITS+1+PHYSICAL_BITS-6+ARENA_BITS)*2**CLASS_BITS-1:0] standbys__words,
    input wire [ARENA_BITS+PHYSICAL_BITS-6+ARENA_BITS:0]                     standbys__read_data,
    input wire [ENTRIES*(PHYSICAL_BITS-12+1+CONTEXT_BITS+CLASS_BITS+(ARENA_BITS > 6 ? ARENA_BITS-6 : 1))-1:0] translation__translations__words,
    input wire [1:0]                translation__state,
    input wire [$clog2(ENTRIES)-1:0] translation__swept,
    input wire                      translation__answering,
    input wire                      translation__found,
    input wire                      translation__failed,
    input wire [PHYSICAL_BITS-13:0] translation__frame
);
    localparam SWEEP = 0, IDLE = 1, LOAD_ENTRY = 2, READ_RECORD = 3, CHECK_RECORD = 4, LOCATE = 5, READ = 6, CLEAR = 7, SETTLE = 8,
        WRITE_PREV = 9, WRITE_NEXT = 10, WRITE_HEAD = 11, WRITE_SELF = 12, WRITE_DISPLACED = 13, FREE_REQUEST = 14, FREE_ANSWER = 15,
        ALLOC_REQUEST = 16, ALLOC_ANSWER = 17, INSTALL_WORDS = 18, INSTALL_TAG = 19, KEEP_STANDBY = 20, STORE = 21, ANSWER = 22;
    localparam FREE_SELF = 0, FREE_PREV = 1, FREE_NEXT = 2, PUSH_HEAD = 3, POP_HEAD = 4, POP_NEXT = 5, NEW_HEAD = 6, LOAD_SELF = 7;
    localparam FREE = 0, REFILL = 1, LOAD = 2, DISPLACE = 3;
    localparam OK = 0, NO_MEMORY = 2, BAD_POINTER = 4, DOUBLE_FREE = 5, CORRUPT_HEADER = 7, BUS_ERROR = 9;
    localparam LINK_BITS = ARENA_BITS + 1, FRAME_BITS = PHYSICAL_BITS - 12;
    localparam [ARENA_BITS:0] NONE = 1 << ARENA_BITS;
    localparam LISTED_AT_MOST = OBJECTS - LIST_THRESHOLD;
    localparam PAGE_BITS = ARENA_BITS > 6 ? ARENA_BITS - 6 : 1;
    localparam ENTRY_BITS = ARENA_BITS + PHYSICAL_BITS + ARENA_BITS + 3, KEPT_BITS = ARENA_BITS + 1 + PHYSICAL_BITS - 6 + ARENA_BITS;
    localparam TRANSLATION_BITS = FRAME_BITS + PAGE_BITS + CONTEXT_BITS + CLASS_BITS + 1;

    // Three arenas of a class and context, and where their headers are.
    (* anyconst *) wire [CLASS_BITS-1:0]   its_class;
    (* anyconst *) wire [CONTEXT_BITS-1:0] its_context;
    (* anyconst *) wire [3*ARENA_BITS-1:0] arenas;
    (* anyconst *) wire [3*FRAME_BITS-1:0] frames;
    reg distinct;
    reg [3*PHYSICAL_BITS-1:0] lines;
    reg [3*LINK_BITS-1:0]     name;  // the link that names each
    always @* begin
        distinct = 1;
        for (integer i = 0; i < 3; i = i + 1) begin
            name[LINK_BITS*i +: LINK_BITS] = {1'b0, arenas[ARENA_BITS*i +: ARENA_BITS]};
            lines[PHYSICAL_BITS*i +: PHYSICAL_BITS] = {frames[FRAME_BITS*i +: FRAME_BITS], arenas[ARENA_BITS*i +: 6], 6'd0};
            for (integer j = 0; j < i; j = j + 1) begin
                if (arenas[ARENA_BITS*i +: ARENA_BITS] == arenas[ARENA_BITS*j +: ARENA_BITS]) distinct = 0;
                if (arenas[ARENA_BITS*i +: ARENA_BITS] >> 6 == arenas[ARENA_BITS*j +: ARENA_BITS] >> 6
                    && frames[FRAME_BITS*i +: FRAME_BITS] != frames[FRAME_BITS*j +: FRAME_BITS]) distinct = 0;
            end
        end
    end

    // What memory has of them.
    reg [2:0]              used = 0;   // in use: the mark
    reg [OBJECTS-1:0]      bits;       // slots of the first that are taken
    reg [3*COUNT_BITS-1:0] counts;
    reg [3*LINK_BITS-1:0]  nexts, prevs;
    reg [8:0]              later = 0;  // [3 * i + j]: i was put on the list after j
    reg                    spoiled = 0;  // a write has failed: the list is as far as it came
    // What is true of the class once the operation under way has ended: the list's head, and the arena in the object table.
    reg                  true_held = 0;
    reg [ARENA_BITS-1:0] true_arena;
    reg [ARENA_BITS:0]   true_head = NONE;

    // The operation under way.
    wire mine = size_class == its_class && context_id == its_context;
    wire work = state != SWEEP && state != IDLE;
    wire its = work && mine;
    wire to_its_class = miss_class == its_class && context_id == its_context;
    wire fetch_its = asked_class == its_class && context_id == its_context;
    wire [ENTRY_BITS-1:0] entry = entries__words[ENTRY_BITS*its_class +: ENTRY_BITS];
    wire entry_known = entry[0], entry_valid = entry[1];
    wire [ARENA_BITS-1:0]    entry_arena = entry[2 +: ARENA_BITS];
    wire [PHYSICAL_BITS-1:0] entry_line = entry[2+ARENA_BITS +: PHYSICAL_BITS];
    wire [ARENA_BITS:0]      entry_head = entry[2+ARENA_BITS+PHYSICAL_BITS +: LINK_BITS];
    wire [KEPT_BITS-1:0]     kept = standbys__words[KEPT_BITS*its_class +: KEPT_BITS];
    wire [ARENA_BITS-1:0]    kept_arena = kept[0 +: ARENA_BITS];
    wire [PHYSICAL_BITS-1:0] kept_line = {kept[ARENA_BITS +: PHYSICAL_BITS-6], 6'd0};
    wire [ARENA_BITS:0]      kept_head = kept[ARENA_BITS+PHYSICAL_BITS-6 +: LINK_BITS];

    // The class's standby: there, of which kind; taken, and what that leaves to write is still to come; to be claimed.
    (* anyseq *) wire take, claimed;
    reg standing = 0, standing_fresh, taken = 0, claiming = 0;
    reg [ARENA_BITS-1:0] claim_arena;
    reg [OBJECTS-1:0]    standing_bits;  // the first's, as they were fetched

    // Contexts: classes are forgotten when another context runs.
    reg [CONTEXT_BITS-1:0] was_context;
    reg                    begun = 0;
    always @(posedge clock) {begun, was_context} <= {1'b1, context_id};

    // What others do to the headers: the context's state is saved.
    (* anyseq *) wire saves;
    (* anyseq *) wire [OBJECTS-1:0] saved_bits;
    (* anyseq *) wire [3*COUNT_BITS-1:0] saved_counts;

    // A command of the engine: done, and to which of the arenas.
    wire own_command = headers__command_class == its_class && headers__command_context == its_context && !headers__command_other;
    reg moving = 0;  // a command was there
    always @(posedge clock) moving <= !reset && headers__command_valid && !headers_done;
    wire reads = headers_done && !headers__command_write, writes = headers_done && headers__command_write;
    wire granted = state == ALLOC_ANSWER && alloc_arena_response_valid && alloc_arena_response_status == OK && !ahead;
    wire returned = state == FREE_ANSWER && free_arena_response_valid && free_arena_response_status == OK;
    reg [2:0] commanded, is_self, is_held, is_before, is_after, is_target, is_head, is_kept, is_claimed, is_granted, in_true_table;
    always @* for (integer i = 0; i < 3; i = i + 1) begin
        commanded[i] = own_command && headers__command_arena == arenas[ARENA_BITS*i +: ARENA_BITS];
        is_self[i] = arena == arenas[ARENA_BITS*i +: ARENA_BITS];
        is_held[i] = held_arena == arenas[ARENA_BITS*i +: ARENA_BITS];
        is_before[i] = before_arena == name[LINK_BITS*i +: LINK_BITS];
        is_after[i] = after_arena == name[LINK_BITS*i +: LINK_BITS];
        is_target[i] = target == arenas[ARENA_BITS*i +: ARENA_BITS];
        is_head[i] = head == name[LINK_BITS*i +: LINK_BITS];
        is_kept[i] = kept_arena == arenas[ARENA_BITS*i +: ARENA_BITS];
        is_claimed[i] = claim_arena == arenas[ARENA_BITS*i +: ARENA_BITS];
        is_granted[i] = alloc_arena_response_arena == arenas[ARENA_BITS*i +: ARENA_BITS];
        in_true_table[i] = true_held && true_arena == arenas[ARENA_BITS*i +: ARENA_BITS];
    end

    // Which line buffers have an arena's header as memory has it.
    reg [8:0] copies = 0;  // [3 * buffer + arena]

    always @(posedge clock) begin
        for (integer i = 0; i < 3; i = i + 1) begin
            if (writes && !headers_bus_error && commanded[i]) begin
                if (headers__write_full) begin
                    used[i] <= 1;
                    counts[COUNT_BITS*i +: COUNT_BITS] <= OBJECTS;
                    nexts[LINK_BITS*i +: LINK_BITS] <= NONE;
                    prevs[LINK_BITS*i +: LINK_BITS] <= NONE;
                    if (i == 0) bits <= ~0;
                end else begin
                    if (headers__write_clear) counts[COUNT_BITS*i +: COUNT_BITS] <= headers__write_count;
                    if (headers__write_clear && i == 0) bits[headers__command_slot] <= 0;
                    if (headers__write_next) nexts[LINK_BITS*i +: LINK_BITS] <= headers__next_link;
                    if (headers__write_prev) prevs[LINK_BITS*i +: LINK_BITS] <= headers__prev_link;
                end
            end
            if (headers_cleared && commanded[i]) begin
                counts[COUNT_BITS*i +: COUNT_BITS] <= counts[COUNT_BITS*i +: COUNT_BITS] - 1;
                if (i == 0) bits[headers__command_slot] <= 0;
            end
            if (granted && mine && is_granted[i] || claimed && is_claimed[i]) begin
                used[i] <= 1;
                counts[COUNT_BITS*i +: COUNT_BITS] <= 0;
                nexts[LINK_BITS*i +: LINK_BITS] <= NONE;
                prevs[LINK_BITS*i +: LINK_BITS] <= NONE;
                if (i == 0) bits <= 0;
            end
            if (returned && mine && is_self[i]) used[i] <= 0;
            if (saves && in_true_table[i]) begin
                counts[COUNT_BITS*i +: COUNT_BITS] <= saved_counts[COUNT_BITS*i +: COUNT_BITS];
                nexts[LINK_BITS*i +: LINK_BITS] <= NONE;
                prevs[LINK_BITS*i +: LINK_BITS] <= NONE;
                if (i == 0) bits <= saved_bits;
            end
            if (state == WRITE_SELF && pushing && writes && mine && is_self[i]) begin
                for (integer j = 0; j < 3; j = j + 1) if (j != i) {later[3*i+j], later[3*j+i]} <= 2'b10;
            end
            for (integer j = 0; j < 3; j = j + 1) begin
                if (headers__command_valid && !headers__command_write && headers__command_buffer == j) copies[3*j+i] <= 0;
                if (reads && headers__command_buffer == j && commanded[i] && !headers_bus_error && headers_sum_matches && headers_in_use
                    && headers_tag_matches) copies[3*j+i] <= 1;
                if ((writes || headers_cleared) && commanded[i] || (granted && is_granted[i] || returned && is_self[i]) && mine
                    || claimed && is_claimed[i] || saves) copies[3*j+i] <= 0;
            end
        end
        if (state == STORE && its) {true_held, true_arena, true_head} <= {held, held_arena, head};

        if (state == SWEEP) standing <= 0;
        else if (its && install_standby) begin
            standing <= 1;
            standing_fresh <= fresh;
            standing_bits <= bits;
        end else if (take || (its && drop_standby)) standing <= 0;
        if (take) taken <= 1;
        else if (its && displacing && state == STORE) taken <= 0;
        if (take && standing_fresh) {claiming, claim_arena} <= {1'b1, kept_arena};
        else if (claimed) claiming <= 0;

        spoiled <= spoiled || (writes && headers_bus_error) || fails_behind || (headers_answer_valid && headers_answer_status != OK)
            || (state == FREE_ANSWER && free_arena_response_valid && free_arena_response_status != OK);
        if (reset) {used, later, copies, spoiled, true_held, true_head, standing, taken, claiming} <=
            {3'd0, 9'd0, 9'd0, 1'd0, 1'd0, NONE, 1'd0, 1'd0, 1'd0};
    end

    // The phase of an operation on the class, as far as it touches headers.
    wire releases = its && freeing && ((state == LOCATE || state == READ) && (step == FREE_PREV || step == FREE_NEXT)
        || state == WRITE_PREV || state == WRITE_NEXT || state == FREE_REQUEST || state == FREE_ANSWER);
    wire unlinked = its && (state == FREE_REQUEST || state == FREE_ANSWER);
    wire half_unlinked = its && freeing && state == WRITE_NEXT && before_arena != NONE;  // the one before leads past it, the one behind back to it
    wire pushes = its && freeing && pushing && ((state == LOCATE || state == READ) && step == PUSH_HEAD || state == WRITE_HEAD
        || state == WRITE_SELF);
    wire half_pushed = its && freeing && pushing && state == WRITE_SELF;  // the old head leads back to it
    wire installs = its && !ahead && (state == INSTALL_WORDS || state == INSTALL_TAG);
    wire pops = its && refill && !fresh, displaces = its && displacing;
    // The list's head and the table's arena as far as they have come.
    wire [ARENA_BITS:0] now_head = its && (state == STORE || unlinked) ? head
        : installs && (refill || displacing) ? (fresh ? NONE : after_arena) : true_head;
    wire now_held = its && state == STORE ? held : installs && (refill || displacing) ? 1'b1 : true_held;
    wire [ARENA_BITS-1:0] now_arena = its && state == STORE ? held_arena : installs && (refill || displacing) ? arena : true_arena;
    reg [2:0] tabled, listed, entering, leads;
    reg [3*LINK_BITS-1:0] backs;  // prev, but for a link that the next write mends
    always @* for (integer i = 0; i < 3; i = i + 1) begin
        tabled[i] = now_held && now_arena == arenas[ARENA_BITS*i +: ARENA_BITS];
        entering[i] = its && refill && fresh && state == WRITE_DISPLACED && is_self[i] || taken && standing_fresh && is_kept[i];
        listed[i] = used[i] && !tabled[i] && counts[COUNT_BITS*i +: COUNT_BITS] != 0 && counts[COUNT_BITS*i +: COUNT_BITS] <= LISTED_AT_MOST
            && !((unlinked || half_unlinked) && is_self[i]);
        leads[i] = now_head == name[LINK_BITS*i +: LINK_BITS];
        backs[LINK_BITS*i +: LINK_BITS] = half_unlinked && is_after[i] ? before_arena : half_pushed && is_head[i] ? NONE
            : prevs[LINK_BITS*i +: LINK_BITS];
    end

    // The rules of a list, as seen from the arenas followed.
    reg heads_ok, links_ok, order_ok, unlisted_ok, counted_ok, valid_ok, order_strict;
    always @* begin
        {heads_ok, links_ok, order_ok, unlisted_ok, counted_ok, valid_ok, order_strict} = ~0;
        for (integer i = 0; i < 3; i = i + 1) begin
            if (listed[i] && (backs[LINK_BITS*i +: LINK_BITS] == NONE) != leads[i]) heads_ok = 0;
            if (leads[i] && !listed[i]) heads_ok = 0;
            if (listed[i] && now_held && (nexts[LINK_BITS*i +: LINK_BITS] == {1'b0, now_arena}
                || backs[LINK_BITS*i +: LINK_BITS] == {1'b0, now_arena})) links_ok = 0;
            if (listed[i] && (nexts[LINK_BITS*i +: LINK_BITS] == name[LINK_BITS*i +: LINK_BITS]
                || backs[LINK_BITS*i +: LINK_BITS] == name[LINK_BITS*i +: LINK_BITS])) order_ok = 0;
            if (used[i] && !tabled[i] && !listed[i] && !((unlinked || half_unlinked) && is_self[i])
                && (nexts[LINK_BITS*i +: LINK_BITS] != NONE || prevs[LINK_BITS*i +: LINK_BITS] != NONE)) unlisted_ok = 0;
            if (used[i] && !tabled[i] && !entering[i] && counts[COUNT_BITS*i +: COUNT_BITS] == 0) counted_ok = 0;
            if (used[i] && (counts[COUNT_BITS*i +: COUNT_BITS] > OBJECTS || nexts[LINK_BITS*i +: LINK_BITS] > NONE
                || prevs[LINK_BITS*i +: LINK_BITS] > NONE)) valid_ok = 0;
            for (integer j = 0; j < 3; j = j + 1) if (i != j) begin
                if (listed[i] && nexts[LINK_BITS*i +: LINK_BITS] == name[LINK_BITS*j +: LINK_BITS]) begin
                    if (!(listed[j] && backs[LINK_BITS*j +: LINK_BITS] == name[LINK_BITS*i +: LINK_BITS])) links_ok = 0;
                    if (!later[3*i+j]) order_ok = 0;
                end
                if (listed[j] && backs[LINK_BITS*j +: LINK_BITS] == name[LINK_BITS*i +: LINK_BITS]
                    && !(listed[i] && nexts[LINK_BITS*i +: LINK_BITS] == name[LINK_BITS*j +: LINK_BITS])) links_ok = 0;
                if (later[3*i+j] && later[3*j+i]) order_strict = 0;
                for (integer k = 0; k < 3; k = k + 1) if (k != i && k != j && later[3*i+j] && later[3*j+k] && !later[3*i+k]) order_strict = 0;
            end
        end
        if (now_head > NONE || now_held && now_head == {1'b0, now_arena}) valid_ok = 0;
    end
    reg [COUNT_BITS-1:0] ones;
    always @* begin
        ones = 0;
        for (integer i = 0; i < OBJECTS; i = i + 1) ones = ones + bits[i];
    end
    wire bits_are_counted = !(used[0] && !tabled[0]) || counts[0 +: COUNT_BITS] == ones;
    // Nothing of the class is under way.
    wire quiet = !its && !taken && state != SWEEP;

    // What is read of a header: of one that is followed, what memory has; of another, what agrees with those.
    wire trusted = headers_sum_matches && headers_in_use && headers_tag_matches;
    wire other_listed = trusted && headers_count != 0 && headers_count <= LISTED_AT_MOST;
    wire other_tabled = true_held && true_arena == headers__command_arena;
    wire [ARENA_BITS:0] other = {1'b0, headers__command_arena};
    wire own_other = own_command && commanded == 0 && trusted && !other_tabled;
    reg found_ok;
    always @* begin
        found_ok = 1;
        for (integer i = 0; i < 3; i = i + 1) if (commanded[i] && headers_sum_matches) begin
            if (headers_in_use != used[i] || (headers_never_used || headers_released) == used[i] || !headers_tag_matches) found_ok = 0;
            if (used[i] && (headers_count != counts[COUNT_BITS*i +: COUNT_BITS] || !headers_count_fits
                || !headers_next_valid || headers_found_next != nexts[LINK_BITS*i +: LINK_BITS]
                || !headers_prev_valid || headers_found_prev != prevs[LINK_BITS*i +: LINK_BITS])) found_ok = 0;
            if (used[i] && i == 0 && headers_slot_allocated != bits[headers__command_slot]) found_ok = 0;
        end else if (commanded[i]) begin
            // A header whose sum is wrong isn't trusted, but for its mark if that is 0.
            if (used[i] && headers_never_used) found_ok = 0;
        end
        if (own_other) begin
            if (headers_count == 0) found_ok = 0;
            if (!other_listed && !(headers_found_next == NONE && headers_found_prev == NONE)) found_ok = 0;
            if (other_listed && (headers_found_prev == NONE) != (true_head == other)) found_ok = 0;
            if (true_head == other && !other_listed) found_ok = 0;
            if (other_listed && true_held && (headers_found_next == {1'b0, true_arena} || headers_found_prev == {1'b0, true_arena})) found_ok = 0;
            if (other_listed && (headers_found_next == other || headers_found_prev == other)) found_ok = 0;
        end
        for (integer i = 0; i < 3; i = i + 1) begin
            if (own_other && ((other_listed && headers_found_next == name[LINK_BITS*i +: LINK_BITS])
                != (listed[i] && prevs[LINK_BITS*i +: LINK_BITS] == other))) found_ok = 0;
            if (own_other && ((other_listed && headers_found_prev == name[LINK_BITS*i +: LINK_BITS])
                != (listed[i] && nexts[LINK_BITS*i +: LINK_BITS] == other))) found_ok = 0;
            for (integer j = 0; j < 3; j = j + 1) if (own_other && headers_found_prev == name[LINK_BITS*i +: LINK_BITS]
                && headers_found_next == name[LINK_BITS*j +: LINK_BITS] && (i == j || !later[3*i+j])) found_ok = 0;
        end
    end
    reg granted_ok, located_ok, refused_ok, line_ok, copied_ok;
    always @* begin
        {granted_ok, located_ok, refused_ok, line_ok, copied_ok} = ~0;
        if (its && (true_held && alloc_arena_response_arena == true_arena || claiming && alloc_arena_response_arena == claim_arena)) granted_ok = 0;
        for (integer i = 0; i < 3; i = i + 1) begin
            if (its && is_granted[i] && (used[i] || in_true_table[i] || claiming && is_claimed[i])) granted_ok = 0;
            if (its && listed[i] && (nexts[LINK_BITS*i +: LINK_BITS] == {1'b0, alloc_arena_response_arena}
                || prevs[LINK_BITS*i +: LINK_BITS] == {1'b0, alloc_arena_response_arena})) granted_ok = 0;
            if (its && alloc_arena_response_arena >> 6 == arenas[ARENA_BITS*i +: ARENA_BITS] >> 6
                && alloc_arena_response_line != {frames[FRAME_BITS*i +: FRAME_BITS], alloc_arena_response_arena[5:0], 6'd0}) granted_ok = 0;
            if (its && target >> 6 == arenas[ARENA_BITS*i +: ARENA_BITS] >> 6
                && translate_response_frame != frames[FRAME_BITS*i +: FRAME_BITS]) located_ok = 0;
            if (its && is_target[i] && headers_refused_line != lines[PHYSICAL_BITS*i +: PHYSICAL_BITS]) refused_ok = 0;
            if (commanded[i] && headers__command_address != lines[PHYSICAL_BITS*i +: PHYSICAL_BITS]) line_ok = 0;
            for (integer j = 0; j < 3; j = j + 1) if (commanded[i] && headers__command_buffer == j && !copies[3*j+i]) copied_ok = 0;
        end
    end

    // Frees that are answered once memory has them.
    reg [3:0] unanswered = 0;
    reg [4:0] owed = 0;
    reg       refill_owed = 0;
    always @(posedge clock) begin
        unanswered <= reset ? 0 : unanswered + headers_cleared - headers_answer_valid;
        owed <= reset ? 0 : owed + (takes && miss_kind == FREE) - answer_valid;
        refill_owed <= !reset && (takes && (miss_kind == REFILL || miss_kind == LOAD) || refill_owed && !refilled);
    end
    reg asked_to_clear = 0;
    always @(posedge clock) asked_to_clear <= !reset && headers__clear && !headers_cleared && !headers_refused && !headers_elsewhere;

    // What the operation under way has done, and what it found of its slot.
    reg changed = 0, faulted = 0, slot_was_set, was_used;
    reg [SLOT_BITS-1:0]  its_slot;
    reg [ARENA_BITS-1:0] freed_arena;
    reg [CLASS_BITS-1:0] freed_class;
    reg                  from_inbox;
    always @(posedge clock) begin
        changed <= !takes && !begins_fetch && (changed || headers__command_valid && headers__command_write || headers_cleared
            || free_arena_request_valid || state == STORE || granted);
        faulted <= !takes && !begins_fetch && (faulted || translation__answering && !translation__found);
        if (takes) {its_slot, freed_arena, freed_class, from_inbox} <= {miss_slot, miss_arena, miss_class, miss_inbox};
        if (state == LOAD_ENTRY) {slot_was_set, was_used} <= {bits[slot], used[0]};
    end
    wire refused = status == BAD_POINTER || status == DOUBLE_FREE || status == CORRUPT_HEADER || status == NO_MEMORY;

    always @* if (!reset) begin
        // The three are different ones, and headers of one page are in one page.
        three_arenas: assume (distinct);
        // A free's arena isn't the one in the object table, and nothing but its load is asked of a class that isn't known.
        misses_are_misses: assume (!(takes && to_its_class) || (miss_kind == LOAD) == !entry_known);
        free_is_off_table: assume (!(takes && to_its_class && miss_kind == FREE) || !in_true_table_of_miss);
        fetches_are_known: assume (!(begins_fetch && fetch_its) || entry_known);
        // What a taken standby leaves to write waits from the next cycle on, ahead of what else is asked of the class; a refill waits for the claim.
        displaced_first: assume (!(takes && to_its_class) || (miss_kind == DISPLACE) == taken);
        displaced_waits: assume (!taken || miss_valid || (its && displacing));
        refills_follow_claims: assume (!(takes && to_its_class && miss_kind == REFILL) || !claiming);
        // A standby is taken once, while it is there and no miss of its class is under way or waits.
        takes_standbys: assume (!take || (standing && state != SWEEP && !forget && !taken && !claiming && true_held && context_id == its_context && !(its && !ahead)
            && !(takes && to_its_class)));
        standby_is_seen: assume (!its || standby_ready == standing);
        // The header of a standby that is taken new is written once.
        claims_once: assume (!claimed || claiming);
        // The context is saved while nothing is under way: the header of the arena in the table says then what was taken of it.
        saved_when_idle: assume (!saves || (state == IDLE && !taken && !claiming && saved_ones && !miss_valid));
        // Another context runs only once all classes are forgotten.
        contexts_change: assume (!begun || context_id == was_context || (forget && state == IDLE));
        forgets_when_idle: assume (!(forget || view) || (!miss_valid && !taken && !claiming && !asked && state == IDLE && unanswered == 0));
        // A class's record says what was so when its context was last saved.
        records_are_as_saved: assume (!(its && state == CHECK_RECORD) || (headers_peek_data[31] == true_held && (!true_held
            || headers_peek_data[30:0] == true_arena) && headers_peek_data[63] == (true_head != NONE)
            && (true_head == NONE || headers_peek_data[62:32] == true_head)));
        // An arena that is given back is taken, or memory fails.
        returned_or_failed: assume (!(state == FREE_ANSWER && free_arena_response_valid) || free_arena_response_status == OK
            || free_arena_response_status == BUS_ERROR);
        // The page allocator grants, and shows, arenas that aren't in use.
        grants_unused: assume (!(state == ALLOC_ANSWER && alloc_arena_response_valid && alloc_arena_response_status == OK) || granted_ok);
        // A header's page stays where it is.
        pages_stay: assume (!(translate_response_valid && !translate_response_fault && !translate_response_error) || located_ok);
        // The header store carries out a command that is there.
        done_is_of_a_command: assume (!headers_done || (moving && headers__command_valid));
        // It reads what was written; of an arena that isn't followed, what is proven of those that are.
        reads_what_was_written: assume (!(reads && !headers_bus_error && !spoiled) || found_ok);
        buffers_keep: assume (!(copies[0] && state == INSTALL_WORDS && its) || headers_peek_data == beat_of_first);
        // A link that was read is an arena number or none, a mark is one of the marks.
        links_and_marks: assume (headers_found_next <= NONE && headers_found_prev <= NONE
            && headers_never_used + headers_released + headers_in_use <= 1);
        // It clears a bit in place only of a plain free, after it was asked to: proven of memento_plain_free.
        clears_plain: assume (!headers_cleared || (asked_to_clear && headers__clear && (spoiled || clears_ok)));
        refuses_what_is_asked: assume ((!headers_refused || (headers__clear && asked_to_clear)) && (!headers_elsewhere || (headers__clear && !headers_at_hand))
            && (!headers__clear || asked_to_clear || headers_at_hand || headers_elsewhere));
        one_outcome: assume (headers_cleared + headers_refused + headers_elsewhere <= 1);
        refused_line_is_its: assume (!headers_refused || refused_ok);
        // It answers what it cleared, in order, each once.
        answers_what_it_cleared: assume (headers_unanswered == (unanswered != 0) && (!headers_answer_valid || unanswered != 0)
            && (!headers_cleared || unanswered != 15));

        // The head is the one arena of the list without one before it, and without a list there is no head.
        head_is_first: assert (!quiet || spoiled || heads_ok);
        // Neighbours on the list name each other.
        links_agree: assert (!quiet || spoiled || links_ok);
        // An arena is on the list once, and on no other: the list goes from the last one pushed to the first, and never round.
        list_ends: assert (!quiet || spoiled || order_ok);
        // On the list is every arena with as many free slots as it takes, and no other: not the one in the table.
        listed_by_count: assert (!quiet || spoiled || (heads_ok && links_ok && unlisted_ok && counted_ok));
        // The count in a header is that of the bitmap's bits.
        count_is_of_bits: assert (spoiled || bits_are_counted);
        // A header is moved to and from its own line.
        at_its_line: assert (!(headers__command_valid && moving) || spoiled || line_ok);
        // What is written is the header as memory has it, with the changes.
        writes_what_it_read: assert (!(headers__command_valid && headers__command_write && !headers__write_full) || spoiled || copied_ok);
        // Nothing is written while a plain free is unanswered.
        writes_wait: assert (!(headers__command_valid && headers__command_write) || !headers_unanswered);
        // A free changes its own slot's bit.
        clears_its_slot: assert (!(freeing && headers__command_valid && headers__write_clear || headers__clear) || (headers__command_slot == its_slot
            && headers__command_arena == freed_arena && headers__command_class == freed_class));
        // DOUBLE_FREE, BAD_POINTER and CORRUPT_HEADER, and an allocation without memory, leave memory as it was.
        refusals_change_nothing: assert (!(ends && refused && !displacing) || !changed);
        // DOUBLE_FREE is said of a slot that is free, BAD_POINTER of an arena that isn't in use, or has no header; a free that is carried out found its slot taken.
        refused_rightly: assert (!(ends && its && freeing && is_self[0]) || spoiled || (status == OK ? was_used && slot_was_set
            : status == DOUBLE_FREE ? was_used && !slot_was_set : status == BAD_POINTER ? !was_used || faulted : 1'b1));
        // An arena is given back only when it is empty, and on no list.
        returns_empty: assert (!(free_arena_request_valid && its && is_self[0]) || spoiled || (used[0] && bits == ({{OBJECTS-1{1'b0}}, 1'b1} << its_slot)
            && free_arena_request_arena == arena && free_arena_request_class == its_class && free_arena_request_context == its_context));
        // A standby is the list's head, as it was fetched, or the page allocator's next if there is no list.
        standby_is_next: assert (!(quiet && standing) || spoiled || standby_ok);
        // What goes into the object table is what the header says.
        installs_what_is_free: assert (!(install_word && its && !fresh && is_self[0]) || spoiled
            || install_mask == ((~bits >> (WORD_BITS*install_number)) & {WORD_BITS{1'b1}}));
        // Every free is answered once, in order, to whom it came from.
        frees_are_answered: assert (!answer_valid || (owed != 0 && (headers_unanswered || answer_inbox == from_inbox)));
        // So is every refill and load.
        refills_are_answered: assert (!refilled || refill_owed);
    end
    wire in_true_table_of_miss = true_held && true_arena == miss_arena;

    // What the registers hold, in each phase.
    wire [ARENA_BITS:0] self_link = {1'b0, arena};
    wire reading = state == LOCATE || state == READ;
    wire follows = its && (pops || ahead && !fresh) && (reading && step == POP_NEXT || state == WRITE_DISPLACED || state == WRITE_NEXT
        || state == INSTALL_WORDS || state == INSTALL_TAG || state == KEEP_STANDBY)
        || displaces && !standing_fresh && (state == WRITE_DISPLACED || reading || state == WRITE_NEXT || state == INSTALL_TAG);
    wire written = its && (refill && (state == WRITE_NEXT || state == INSTALL_WORDS)
        || displacing && (reading || state == WRITE_NEXT) || (refill || displacing) && (state == INSTALL_TAG || state == STORE));
    wire followed_on = installs;  // the one behind is first now
    wire enters = its && (refill || ahead) && fresh && (state == WRITE_DISPLACED || state == INSTALL_WORDS || state == INSTALL_TAG
        || state == KEEP_STANDBY);
    wire stands = (standing || taken) && !(releases && (state == WRITE_NEXT || unlinked)) && !(displaces && !standing_fresh && (state == INSTALL_TAG || state == STORE));
    reg kind_ok, registers_ok, entry_ok, loaded_ok, release_ok, push_ok, clear_ok, follow_ok, enter_ok, standby_ok, claim_ok, copies_ok, lines_ok,
        translation_ok;
    always @* begin
        {kind_ok, registers_ok, entry_ok, loaded_ok, release_ok, push_ok, clear_ok, follow_ok, enter_ok, standby_ok, claim_ok, copies_ok, lines_ok,
            translation_ok} = ~0;
        if (work) begin
            if (refill + loading + ahead + displacing > 1) kind_ok = 0;
            if (freeing && !(state == LOAD_ENTRY || reading && step <= PUSH_HEAD || state == CLEAR || state == SETTLE || state == WRITE_PREV
                || state == WRITE_NEXT || state == WRITE_HEAD || state == WRITE_SELF || state == FREE_REQUEST || state == FREE_ANSWER
                || state == STORE || state == ANSWER)) kind_ok = 0;
            if (refill && !(state == LOAD_ENTRY || reading && (step == POP_HEAD || step == POP_NEXT) || state == WRITE_DISPLACED
                || state == WRITE_NEXT || state == ALLOC_REQUEST || state == ALLOC_ANSWER || state == INSTALL_WORDS || state == INSTALL_TAG
                || state == STORE || state == ANSWER)) kind_ok = 0;
            if (ahead && !(state == LOAD_ENTRY || reading && (step == POP_HEAD || step == POP_NEXT) || state == ALLOC_REQUEST
                || state == ALLOC_ANSWER || state == INSTALL_WORDS || state == KEEP_STANDBY || state == ANSWER)) kind_ok = 0;
            if (loading && !(state == LOAD_ENTRY || state == READ_RECORD || state == CHECK_RECORD || reading && step == LOAD_SELF
                || state == INSTALL_WORDS || state == INSTALL_TAG || state == STORE || state == ANSWER)) kind_ok = 0;
            if (displacing && !(state == LOAD_ENTRY || state == WRITE_DISPLACED || reading && step == NEW_HEAD || state == WRITE_NEXT
                || state == INSTALL_TAG || state == STORE || state == ANSWER)) kind_ok = 0;
            if (freeing && !(arena == freed_arena && slot == its_slot && size_class == freed_class && inbox == from_inbox)) kind_ok = 0;
            if ((state == LOAD_ENTRY || state == CLEAR || state == SETTLE) && !(step == FREE_SELF && (!freeing || target == arena))) kind_ok = 0;
            if ((state == CLEAR || state == SETTLE) && !freeing || reading && step == FREE_SELF && target != arena) kind_ok = 0;
            if ((state == ALLOC_REQUEST || state == ALLOC_ANSWER) && !fresh || reading && !freeing && !loading && !displacing && fresh
                || (loading || displacing) && state != LOAD_ENTRY && fresh) kind_ok = 0;
            if (state == WRITE_NEXT && !freeing && (fresh || after_arena == NONE) || state == KEEP_STANDBY && !ahead) kind_ok = 0;
            if (state == LOAD_ENTRY && changed || freeing && pushing && !(reading && step == PUSH_HEAD || state == WRITE_HEAD || state == WRITE_SELF
                || state == STORE || state == ANSWER)) kind_ok = 0;
            if (changed && (state == READ_RECORD || state == CHECK_RECORD || state == CLEAR || state == SETTLE || state == ALLOC_REQUEST
                || state == ALLOC_ANSWER || reading && !displacing)) kind_ok = 0;
            if (status != OK && status != BUS_ERROR && !displacing && (changed || state != ANSWER)) kind_ok = 0;
            if (state == LOAD_ENTRY && (status != OK || faulted)) kind_ok = 0;
            if (state == WRITE_DISPLACED && !(displacing || held && (fresh || step == (after_arena == NONE ? POP_HEAD : POP_NEXT)))) kind_ok = 0;
            if (unanswered != 0 && !(freeing && (state == LOAD_ENTRY || state == CLEAR || state == SETTLE || state == ANSWER
                || state == LOCATE && step == FREE_SELF || state == READ && step == FREE_SELF && !settled))) kind_ok = 0;
            if (reading && (step == POP_NEXT || step == NEW_HEAD) && after_arena == NONE) kind_ok = 0;
            if ((state == WRITE_HEAD || reading && step == PUSH_HEAD) && !pushing) kind_ok = 0;
            if (its && freeing && (state == FREE_ANSWER || state == STORE) && standing) kind_ok = 0;
            if (its && (refill || ahead) && state != LOAD_ENTRY && state != ANSWER && (standing || taken)) kind_ok = 0;
            if (its && !ahead && !displacing && taken || its && refill && claiming) kind_ok = 0;
            if (displacing && mine && !taken && !(state == ANSWER)) kind_ok = 0;
        end
        if (unanswered != 0 && state == SWEEP) kind_ok = 0;
        if (asked_to_clear && state != CLEAR) kind_ok = 0;
        if (moving && !(state == READ || state == READ_RECORD || state >= WRITE_PREV && state <= WRITE_DISPLACED)) kind_ok = 0;
        if (translation__answering && translation__state != 1) kind_ok = 0;
        if (translation__state >= 2 && state != LOCATE || translation__answering && state != LOCATE) kind_ok = 0;
        if (swept != 0 && state != SWEEP) kind_ok = 0;

        if (its && !loading && state != LOAD_ENTRY && state != INSTALL_WORDS && state != INSTALL_TAG && state != STORE && state != KEEP_STANDBY
            && state != ANSWER) begin
            if (held != true_held || held && held_arena != true_arena) registers_ok = 0;
            if (head != (releases && before_arena == NONE && (state == WRITE_NEXT || unlinked) ? after_arena : true_head)) registers_ok = 0;
        end
        if (its && state == STORE && (freeing || loading) && !(held == true_held && (!held || held_arena == true_arena))) registers_ok = 0;
        if (its && state == STORE && (refill || displacing) && !(held && held_arena == arena && head == (fresh ? NONE : after_arena)))
            registers_ok = 0;
        if (its && state == STORE && loading && head != true_head) registers_ok = 0;
        if (its && loading && (reading || state == INSTALL_WORDS || state == INSTALL_TAG) && !(held == true_held
            && (!held || arena == true_arena) && head == true_head && (held || state == INSTALL_TAG))) registers_ok = 0;
        if (its && loading && reading && target != arena) registers_ok = 0;
        if (its && state == INSTALL_TAG && (refill || displacing) && !held || its && displacing && state != LOAD_ENTRY && state != ANSWER
            && !held) registers_ok = 0;

        if (state == SWEEP ? swept > its_class && entry_known : !forget && entry_known && context_id == its_context
            && !(entry_valid == true_held && (!true_held || entry_arena == true_arena) && entry_head == true_head)) entry_ok = 0;
        if (state == LOAD_ENTRY && size_class == its_class && !(entries__read_data == entry && standbys__read_data == kept)) loaded_ok = 0;
        if (its && freeing && state != LOAD_ENTRY && standing && standby_arena != kept_arena) loaded_ok = 0;
        if (its && (loading ? state != ANSWER && entry_known : !entry_known)) loaded_ok = 0;

        if (releases && ((before_arena == NONE) != (true_head == self_link) || before_arena > NONE || after_arena > NONE || !(after_possible || reading && step == FREE_PREV)
            || before_arena == self_link || after_arena == self_link)) release_ok = 0;
        if (its && freeing && true_held && true_arena == freed_arena) release_ok = 0;
        if (releases && true_held && (before_arena == {1'b0, true_arena} || after_arena == {1'b0, true_arena})) release_ok = 0;
        if (releases && (reading && step == FREE_PREV || state == WRITE_PREV) && before_arena == NONE) release_ok = 0;
        if (releases && (reading && step == FREE_NEXT || state == WRITE_NEXT) && after_arena == NONE) release_ok = 0;
        if (releases && reading && {1'b0, target} != (step == FREE_PREV ? before_arena : after_arena)) release_ok = 0;
        if (its && freeing && pushing && (head > NONE || state == WRITE_HEAD && head == NONE || reading && {1'b0, target} != head
            || count != LISTED_AT_MOST) && state != STORE && state != ANSWER) push_ok = 0;
        if ((its && (pops || ahead && !fresh) && reading && step == POP_HEAD) && {1'b0, target} != true_head) follow_ok = 0;
        if (follows && (self_link != true_head || after_arena > NONE || after_arena == self_link
            || reading && ({1'b0, target} != after_arena))) follow_ok = 0;
        if ((pops || displaces) && its && state == WRITE_NEXT && before_arena != NONE) follow_ok = 0;
        if (pops && its && state == WRITE_DISPLACED && after_arena != NONE && before_arena != NONE) follow_ok = 0;
        if (displaces && state != LOAD_ENTRY && state != ANSWER
            && !(arena == kept_arena && after_arena == kept_head)) follow_ok = 0;
        if (its && (refill || ahead) && fresh && state != LOAD_ENTRY && state != STORE && state != ANSWER && true_head != NONE) enter_ok = 0;
        if (stands && !(standing_fresh ? true_head == NONE && kept_head == NONE : true_head == {1'b0, kept_arena} && kept_head <= NONE
            && kept_head != {1'b0, kept_arena})) standby_ok = 0;
        if (stands && true_held && kept_arena == true_arena) standby_ok = 0;
        if (context_id != its_context && (taken || claiming || standing && state != SWEEP && !forget) || standing && state == SWEEP && swept != 0)
            standby_ok = 0;
        if (standing && taken || taken && (!true_held && !(displaces && state == STORE))) standby_ok = 0;
        if ((!entry_known || state == SWEEP) && (claiming || taken || standing && state != SWEEP)) claim_ok = 0;
        if (claiming && !(claim_arena == true_arena && true_held && !taken || claim_arena == kept_arena && taken && standing_fresh)) claim_ok = 0;

        for (integer i = 0; i < 3; i = i + 1) begin
            // A release.
            if (releases && is_self[i] && !(used[i] && !in_true_table[i] && counts[COUNT_BITS*i +: COUNT_BITS] == 1 && (i != 0 || bits[slot])
                && nexts[LINK_BITS*i +: LINK_BITS] == after_arena && prevs[LINK_BITS*i +: LINK_BITS] == before_arena)) release_ok = 0;
            if (releases && is_before[i] && !(used[i] && !in_true_table[i] && counts[COUNT_BITS*i +: COUNT_BITS] != 0
                && counts[COUNT_BITS*i +: COUNT_BITS] <= LISTED_AT_MOST
                && nexts[LINK_BITS*i +: LINK_BITS] == (unlinked || half_unlinked ? after_arena : self_link))) release_ok = 0;
            if (releases && is_after[i] && !(used[i] && !in_true_table[i] && counts[COUNT_BITS*i +: COUNT_BITS] != 0
                && counts[COUNT_BITS*i +: COUNT_BITS] <= LISTED_AT_MOST
                && prevs[LINK_BITS*i +: LINK_BITS] == (unlinked ? before_arena : self_link))) release_ok = 0;
            if (releases && is_before[i] && is_after[i]) release_ok = 0;
            for (integer j = 0; j < 3; j = j + 1) if (releases && is_before[i] && is_after[j] && !later[3*i+j]) release_ok = 0;
            // A push.
            if (pushes && is_self[i] && !(used[i] && !in_true_table[i] && counts[COUNT_BITS*i +: COUNT_BITS] == LISTED_AT_MOST + 1
                && (i != 0 || bits[slot]))) push_ok = 0;
            if (half_pushed && is_head[i] && prevs[LINK_BITS*i +: LINK_BITS] != self_link) push_ok = 0;
            if (pushes && is_self[i] && is_head[i]) push_ok = 0;
            // Any other free.
            if (its && freeing && state == WRITE_SELF && is_self[i] && !(used[i] && !in_true_table[i] && count != 0
                && counts[COUNT_BITS*i +: COUNT_BITS] == count + 1 && pushing == (count == LISTED_AT_MOST) && (i != 0 || bits[slot]))) clear_ok = 0;
            if (its && freeing && state != STORE && state != ANSWER && !unlinked && is_self[i] && in_true_table[i]) clear_ok = 0;
            // What a free found.
            if (its && freeing && is_self[0] && !(state == LOAD_ENTRY || ((state == CLEAR || state == SETTLE || reading && step == FREE_SELF)
                ? was_used == used[0] && slot_was_set == bits[slot] && !faulted
                : state == ANSWER && status == DOUBLE_FREE ? was_used && !slot_was_set
                : state == ANSWER && status == BAD_POINTER ? !was_used || faulted
                : state == ANSWER && (status == CORRUPT_HEADER || status == BUS_ERROR && !changed) || was_used && slot_was_set))) clear_ok = 0;
            // A pop, or what it leaves to write.
            if (follows && is_self[i] && !(used[i] && !in_true_table[i] && counts[COUNT_BITS*i +: COUNT_BITS] != 0
                && counts[COUNT_BITS*i +: COUNT_BITS] <= LISTED_AT_MOST
                && nexts[LINK_BITS*i +: LINK_BITS] == after_arena && prevs[LINK_BITS*i +: LINK_BITS] == NONE)) follow_ok = 0;
            if (follows && is_after[i] && !(used[i] && !in_true_table[i] && counts[COUNT_BITS*i +: COUNT_BITS] != 0
                && counts[COUNT_BITS*i +: COUNT_BITS] <= LISTED_AT_MOST
                && prevs[LINK_BITS*i +: LINK_BITS] == (followed_on ? NONE : self_link))) follow_ok = 0;
            if (follows && listed[i] && (prevs[LINK_BITS*i +: LINK_BITS] == self_link && !is_after[i]
                || nexts[LINK_BITS*i +: LINK_BITS] == self_link)) follow_ok = 0;
            // The full arena that leaves the table, once it is written.
            if (written && in_true_table[i] && !(used[i] && counts[COUNT_BITS*i +: COUNT_BITS] == OBJECTS && (i != 0 || bits == {OBJECTS{1'b1}})
                && nexts[LINK_BITS*i +: LINK_BITS] == NONE && prevs[LINK_BITS*i +: LINK_BITS] == NONE)) follow_ok = 0;
            // A new arena.
            if (enters && is_self[i] && (in_true_table[i] || claiming && is_claimed[i])) enter_ok = 0;
            if (enters && is_self[i] && !(used[i] == !ahead && (ahead || counts[COUNT_BITS*i +: COUNT_BITS] == 0 && (i != 0 || bits == 0)
                && nexts[LINK_BITS*i +: LINK_BITS] == NONE && prevs[LINK_BITS*i +: LINK_BITS] == NONE))) enter_ok = 0;
            if (enters && (target != arena || true_held && arena == true_arena || claiming && arena == claim_arena)) enter_ok = 0;
            if (enters && listed[i] && (nexts[LINK_BITS*i +: LINK_BITS] == self_link || prevs[LINK_BITS*i +: LINK_BITS] == self_link)) enter_ok = 0;
            if (its && state == STORE && held && is_held[i] && !used[i] && !(claiming && is_claimed[i])) enter_ok = 0;
            if (stands && standing_fresh && listed[i] && (nexts[LINK_BITS*i +: LINK_BITS] == {1'b0, kept_arena}
                || prevs[LINK_BITS*i +: LINK_BITS] == {1'b0, kept_arena})) enter_ok = 0;
            if (in_true_table[i] && !used[i] && !(claiming && is_claimed[i])) enter_ok = 0;
            // A standby.
            if (stands && !standing_fresh && listed[i] && (prevs[LINK_BITS*i +: LINK_BITS] == {1'b0, kept_arena} && kept_head != name[LINK_BITS*i +: LINK_BITS]
                || nexts[LINK_BITS*i +: LINK_BITS] == {1'b0, kept_arena})) standby_ok = 0;
            if (stands && is_kept[i] && in_true_table[i]) standby_ok = 0;
            if (stands && !standing_fresh && is_kept[i] && nexts[LINK_BITS*i +: LINK_BITS] != kept_head) standby_ok = 0;
            if (stands && !standing_fresh && kept_head == name[LINK_BITS*i +: LINK_BITS]
                && !(listed[i] && prevs[LINK_BITS*i +: LINK_BITS] == {1'b0, kept_arena})) standby_ok = 0;
            if (stands && standing_fresh && is_kept[i] && used[i] != (taken && !claiming)) standby_ok = 0;
            if (stands && standing_fresh && is_kept[i] && used[i] && !(counts[COUNT_BITS*i +: COUNT_BITS] == 0 && (i != 0 || bits == 0)
                && nexts[LINK_BITS*i +: LINK_BITS] == NONE && prevs[LINK_BITS*i +: LINK_BITS] == NONE)) standby_ok = 0;
            if (stands && !taken && !standing_fresh && is_kept[i] && i == 0 && standing_bits != bits) standby_ok = 0;
            if (standing && standing_fresh && claiming && is_kept[i] && is_claimed[i]) standby_ok = 0;
            if (claiming && is_claimed[i] && used[i]) claim_ok = 0;
            // Buffers.
            if (releases && is_before[i] && !(reading && step == FREE_PREV) && !half_unlinked && !unlinked && !copies[3+i]) copies_ok = 0;
            if (releases && is_after[i] && (state == WRITE_PREV || state == WRITE_NEXT) && !copies[6+i]) copies_ok = 0;
            if ((pushes || its && state == WRITE_SELF) && is_self[i] && !copies[i]) copies_ok = 0;
            if (pushes && state == WRITE_HEAD && is_head[i] && !copies[3+i]) copies_ok = 0;
            if (pops && its && (state == WRITE_DISPLACED || state == WRITE_NEXT) && is_after[i] && !copies[6+i]) copies_ok = 0;
            if (displaces && state == WRITE_NEXT && is_after[i] && !copies[6+i]) copies_ok = 0;
            if (its && !fresh && (refill || ahead || loading) && (state == WRITE_DISPLACED || state == WRITE_NEXT || state == INSTALL_WORDS
                || reading && step == POP_NEXT) && is_self[i] && !copies[i]) copies_ok = 0;
            // Lines.
            if (state != SWEEP && !forget && entry_known && context_id == its_context && in_true_table[i]
                && entry_line != lines[PHYSICAL_BITS*i +: PHYSICAL_BITS]) lines_ok = 0;
            if (its && held && is_held[i] && (state == STORE || !loading && state != LOAD_ENTRY && state != INSTALL_WORDS && state != INSTALL_TAG
                && state != KEEP_STANDBY && state != ANSWER) && held_line != lines[PHYSICAL_BITS*i +: PHYSICAL_BITS]) lines_ok = 0;
            if (its && (state == READ || state == SETTLE) && is_target[i] && line != lines[PHYSICAL_BITS*i +: PHYSICAL_BITS]) lines_ok = 0;
            if ((pushes || its && (state == WRITE_SELF || loading && held && (state == INSTALL_WORDS || state == INSTALL_TAG)) || follows || enters
                || displaces && state != LOAD_ENTRY && state != ANSWER)
                && is_self[i] && self_line != lines[PHYSICAL_BITS*i +: PHYSICAL_BITS]) lines_ok = 0;
            if (enters && arena >> 6 == arenas[ARENA_BITS*i +: ARENA_BITS] >> 6 && self_line[12 +: FRAME_BITS] != frames[FRAME_BITS*i +: FRAME_BITS])
                lines_ok = 0;
            if ((releases && (state == WRITE_PREV || reading && step == FREE_NEXT) && is_before[i] || pushes && state == WRITE_HEAD && is_head[i])
                && prev_line != lines[PHYSICAL_BITS*i +: PHYSICAL_BITS]) lines_ok = 0;
            if ((releases && (state == WRITE_PREV || state == WRITE_NEXT) || pops && its && (state == WRITE_DISPLACED || state == WRITE_NEXT)
                || displaces && state == WRITE_NEXT) && is_after[i] && next_line != lines[PHYSICAL_BITS*i +: PHYSICAL_BITS]) lines_ok = 0;
            if (stands && is_kept[i] && kept_line != lines[PHYSICAL_BITS*i +: PHYSICAL_BITS]) lines_ok = 0;
            // Translations.
            if (its && translation__answering && translation__found && !translation__failed
                && target >> 6 == arenas[ARENA_BITS*i +: ARENA_BITS] >> 6 && translation__frame != frames[FRAME_BITS*i +: FRAME_BITS])
                translation_ok = 0;
            for (integer j = 0; j < ENTRIES; j = j + 1) if (translation__translations__words[TRANSLATION_BITS*j]
                && (translation__state != 0 || j < translation__swept)
                && translation__translations__words[TRANSLATION_BITS*j+1 +: CLASS_BITS] == its_class
                && translation__translations__words[TRANSLATION_BITS*j+1+CLASS_BITS +: CONTEXT_BITS] == its_context
                && translation__translations__words[TRANSLATION_BITS*j+1+CLASS_BITS+CONTEXT_BITS +: PAGE_BITS]
                    == arenas[ARENA_BITS*i +: ARENA_BITS] >> 6
                && translation__translations__words[TRANSLATION_BITS*j+1+CLASS_BITS+CONTEXT_BITS+PAGE_BITS +: FRAME_BITS]
                    != frames[FRAME_BITS*i +: FRAME_BITS]) translation_ok = 0;
        end
    end
    reg saved_ones, clears_ok;
    reg [COUNT_BITS-1:0] saved_count;
    always @* begin
        saved_count = 0;
        for (integer i = 0; i < OBJECTS; i = i + 1) saved_count = saved_count + saved_bits[i];
        saved_ones = saved_counts[0 +: COUNT_BITS] == saved_count;
        clears_ok = 1;
        for (integer i = 0; i < 3; i = i + 1) begin
            if (saved_counts[COUNT_BITS*i +: COUNT_BITS] > OBJECTS) saved_ones = 0;
            if (commanded[i] && !(used[i] && counts[COUNT_BITS*i +: COUNT_BITS] > 1 && counts[COUNT_BITS*i +: COUNT_BITS] != LISTED_AT_MOST + 1
                && (i != 0 || bits[headers__command_slot]))) clears_ok = 0;
        end
    end
    wire [255:0] all_bits = bits;
    wire [63:0] beat_of_first = all_bits >> (64 * headers__peek_beat[1:0]);

    always @* if (!reset) begin
        where_rules: assert (spoiled || (heads_ok && links_ok && order_ok && unlisted_ok && counted_ok && valid_ok));
        where_order: assert (order_strict);
        where_kind: assert (kind_ok);
        where_registers: assert (spoiled || registers_ok);
        where_entry: assert (spoiled || entry_ok);
        where_loaded: assert (loaded_ok);
        where_release: assert (spoiled || release_ok);
        where_push: assert (spoiled || push_ok);
        where_clear: assert (spoiled || clear_ok);
        where_follow: assert (spoiled || follow_ok);
        where_enter: assert (spoiled || enter_ok);
        where_standby: assert (spoiled || standby_ok);
        where_claim: assert (spoiled || claim_ok);
        where_copies: assert (spoiled || copies_ok);
        where_lines: assert (spoiled || lines_ok);
        where_translation: assert (spoiled || translation_ok);
        where_owed: assert (owed == unanswered + (work && freeing) && refill_owed == (work && (refill || loading)));
    end
endmodule
