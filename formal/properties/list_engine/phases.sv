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
        if (its && freeing && (state == FREE_ANSWER || state == STORE) && standing) standby_ok = 0;
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
        where_links: assert (spoiled || valid_ok);
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
        where_claim: assert (spoiled || claim_ok);
        where_copies: assert (spoiled || copies_ok);
        where_lines: assert (spoiled || lines_ok);
        where_translation: assert (spoiled || translation_ok);
        where_owed: assert (owed == unanswered + (work && freeing) && refill_owed == (work && (refill || loading)));
    end
