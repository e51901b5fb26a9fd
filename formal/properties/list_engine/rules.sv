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
    wire ends_well = ends && its && status == OK && !spoiled;
    wire given_back = its && returned && is_self[0] && !spoiled;
    // Which was displaced by the operation under way, or the last one.
    reg [2:0] displaced = 0;
    always @(posedge clock) displaced <= reset || takes ? 0 : displaced | (writes && headers__write_full ? commanded : 3'd0);
    wire in_true_table_of_miss = true_held && true_arena == miss_arena;
