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
    reg [2:0]              used;       // in use: the mark
    reg [OBJECTS-1:0]      bits;       // slots of the first that are taken
    reg [3*COUNT_BITS-1:0] counts;
    reg [3*LINK_BITS-1:0]  nexts, prevs;
    reg [8:0]              later;      // [3 * i + j]: i was put on the list after j
    reg                    spoiled = 0;  // a write has failed: the list is as far as it came
    // What is true of the class once the operation under way has ended: the list's head, and the arena in the object table.
    reg                  true_held;
    reg [ARENA_BITS-1:0] true_arena;
    reg [ARENA_BITS:0]   true_head;
    // A reset finds the lists as other cores left them.
    (* anyseq *) wire [2:0]              left_used;
    (* anyseq *) wire [OBJECTS-1:0]      left_bits;
    (* anyseq *) wire [3*COUNT_BITS-1:0] left_counts;
    (* anyseq *) wire [3*LINK_BITS-1:0]  left_nexts, left_prevs;
    (* anyseq *) wire [8:0]              left_later;
    (* anyseq *) wire                    left_held;
    (* anyseq *) wire [ARENA_BITS-1:0]   left_arena;
    (* anyseq *) wire [ARENA_BITS:0]     left_head;
    reg after_reset = 0;
    always @(posedge clock) after_reset <= reset;
    // Covers are looked for from the last cycle in which entries are cleared after a reset.
    (* keep *) wire cover_start = !reset && state == SWEEP && &swept;

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
        if (reset) begin
            {copies, spoiled, standing, taken, claiming} <= {9'd0, 1'd0, 1'd0, 1'd0, 1'd0};
            used <= left_used;
            bits <= left_bits;
            counts <= left_counts;
            nexts <= left_nexts;
            prevs <= left_prevs;
            later <= left_later;
            {true_held, true_arena, true_head} <= {left_held, left_arena, left_head};
        end
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
