    // What is assumed of the surroundings, what is proven, and what is reached.
    always @* if (!reset) begin
        // After a reset the lists are as they were left: empty, or well formed.
        left_well_formed: assume (!after_reset || (heads_ok && links_ok && order_ok && unlisted_ok && counted_ok && valid_ok && order_strict
            && bits_are_counted && (in_true_table & ~used) == 0));
        // The three are different ones, and headers of one page are in one page.
        three_arenas: assume (distinct);
        // Nothing but its load is asked of a class that isn't known.
        misses_are_misses: assume (!(takes && to_its_class) || (miss_kind == LOAD) == !entry_known);
        // A free that is a miss is of another arena than the one in the object table.
        free_is_off_table: assume (!(takes && to_its_class && miss_kind == FREE) || !in_true_table_of_miss);
        // No arena is fetched ahead for it either.
        fetches_are_known: assume (!(begins_fetch && fetch_its) || entry_known);
        // What a taken standby leaves to write comes ahead of what else is asked of the class.
        displaced_first: assume (!(takes && to_its_class) || (miss_kind == DISPLACE) == taken);
        // It waits from the next cycle on.
        displaced_waits: assume (!taken || miss_valid || (its && displacing));
        // A refill waits until what was claimed is there: proven of memento_hit_pipeline.
        refills_follow_claims: assume (!(takes && to_its_class && miss_kind == REFILL) || !claiming);
        // A standby is taken once, while it is there and no miss of its class is under way or waits.
        takes_standbys: assume (!take || (standing && state != SWEEP && !forget && !taken && !claiming && true_held && context_id == its_context && !(its && !ahead)
            && !(takes && to_its_class)));
        // The engine sees whether it is there.
        standby_is_seen: assume (!its || standby_ready == standing);
        // The header of a standby that is taken new is written once.
        claims_once: assume (!claimed || claiming);
        // The context is saved while nothing is under way: the header of the arena in the table says then what was taken of it.
        saved_when_idle: assume (!saves || (state == IDLE && !taken && !claiming && saved_ones && !miss_valid));
        // Another context runs only once all classes are forgotten.
        contexts_change: assume (!begun || context_id == was_context || (forget && state == IDLE));
        // They are forgotten, or looked at, while nothing is under way.
        forgets_when_idle: assume (!(forget || view) || (!miss_valid && !taken && !claiming && (!asked || closed) && state == IDLE && unanswered == 0));
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
        // A line buffer keeps what was read.
        buffers_keep: assume (!(copies[0] && state == INSTALL_WORDS && its) || headers_peek_data == beat_of_first);
        // A link that was read is an arena number or none, a mark is one of the marks.
        links_and_marks: assume (headers_found_next <= NONE && headers_found_prev <= NONE
            && headers_never_used + headers_released + headers_in_use <= 1);
        // It clears a bit in place only of a plain free, after it was asked to: proven of memento_plain_free.
        clears_plain: assume (!headers_cleared || (asked_to_clear && headers__clear && (spoiled || clears_ok)));
        // It says at once if the header isn't at hand, and refuses what it was asked.
        refuses_what_is_asked: assume ((!headers_refused || (headers__clear && asked_to_clear)) && (!headers_elsewhere || (headers__clear && !headers_at_hand))
            && (!headers__clear || asked_to_clear || headers_at_hand || headers_elsewhere));
        // It says one thing at a time.
        one_outcome: assume (headers_cleared + headers_refused + headers_elsewhere <= 1);
        // What it refuses has its header at hand, and says where that is.
        refused_line_is_its: assume (!headers_refused || refused_ok);
        // It answers what it cleared, in order, each once.
        answers_what_it_cleared: assume (headers_unanswered == (unanswered != 0) && (!headers_answer_valid || unanswered != 0)
            && (!headers_cleared || unanswered != 15));

        // The head is the one arena of the list without one before it, and without a list there is no head.
        head_is_first: assert (spoiled || heads_ok);
        // Neighbours on the list name each other.
        links_agree: assert (spoiled || links_ok);
        // An arena is on the list once, and on no other: the list goes from the last one pushed to the first, and never round.
        list_ends: assert (spoiled || order_ok);
        // An arena that is put on the list is on none: neither as its own header says, nor as others' links do.
        put_on_once: assert (!(its && state == WRITE_SELF && pushing && is_self[0]) || spoiled
            || (!listed[0] && !in_true_table[0] && true_head != name[0 +: LINK_BITS]
                && !(listed[1] && nexts[LINK_BITS +: LINK_BITS] == name[0 +: LINK_BITS])));
        // It is put there by the very free that makes it worth listing.
        put_on_when_due: assert (!(its && freeing && headers__command_valid && headers__write_clear && is_self[0]) || spoiled
            || pushing == (counts[0 +: COUNT_BITS] == LISTED_AT_MOST + 1));
        // On the list is every arena with as many free slots as it takes, and no other: not the one in the table.
        listed_by_count: assert (spoiled || (unlisted_ok && counted_ok));
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
        // A standby is the list's head, as it was fetched, or the page allocator's next if there is no list: what changes that has dropped it.
        standby_is_next: assert (spoiled || standby_ok);
        // What goes into the object table is what the header says.
        installs_what_is_free: assert (!(install_word && its && !fresh && is_self[0]) || spoiled
            || install_mask == ((~bits >> (WORD_BITS*install_number)) & {WORD_BITS{1'b1}}));
        // No header is written, and no arena given back, before the claim that it waits for.
        claimed_first: assert (!claiming || context_id != its_context || spoiled
            || !(headers__command_valid && headers__command_write && own_command && headers__command_arena == claim_arena
                || free_arena_request_valid && its && arena == claim_arena));
        // Every free is answered once, in order, to whom it came from.
        frees_are_answered: assert (!answer_valid || (owed != 0 && (headers_unanswered || answer_inbox == from_inbox)));
        // So is every refill and load.
        refills_are_answered: assert (!refilled || refill_owed);
        // Once the engine waits for the next miss, none is left without its answer.
        none_is_left: assert (!idle || (owed == 0 && !refill_owed));

        // A free puts the first arena on the list.
        pushes_first: cover (ends_well && freeing && pushing && is_self[0] && leads[0] && nexts[0 +: LINK_BITS] == NONE);
        // A free puts another arena in front.
        pushes_ahead: cover (ends_well && freeing && pushing && is_self[0] && leads[0] && nexts[0 +: LINK_BITS] == name[LINK_BITS +: LINK_BITS]
            && listed == 3'b111);
        // The only arena of a list is given back.
        releases_only: cover (given_back && before_arena == NONE && after_arena == NONE);
        // So is the first of several,
        releases_first: cover (given_back && before_arena == NONE && is_after[1] && leads[1]);
        // one between two others,
        releases_middle: cover (given_back && is_before[1] && is_after[2] && nexts[LINK_BITS +: LINK_BITS] == name[2*LINK_BITS +: LINK_BITS]);
        // and the last.
        releases_last: cover (given_back && is_before[1] && after_arena == NONE && nexts[LINK_BITS +: LINK_BITS] == NONE);
        // A refill takes the only arena of the list,
        pops_only: cover (ends_well && refill && !fresh && is_self[0] && after_arena == NONE && in_true_table[0]);
        // or the first of several, and a full one goes.
        pops_first: cover (ends_well && refill && !fresh && is_self[0] && is_after[1] && leads[1] && counts[2*COUNT_BITS +: COUNT_BITS] == OBJECTS
            && displaced[2]);
        // A new arena comes where there is no list.
        comes_new: cover (ends_well && refill && fresh && is_self[0] && displaced[2]);
        // A standby from the list is taken, and the full one goes.
        takes_listed: cover (ends_well && displacing && is_self[0] && is_after[1] && leads[1] && displaced[2]);
        // One that is to be claimed is, after the full one has gone.
        takes_new: cover (claimed && is_claimed[0] && !taken && displaced[2] && !spoiled);
        // A plain free clears a bit in place.
        clears: cover (headers_cleared && commanded[0] && listed[0] && !spoiled);
        // A slot that is free isn't freed again.
        refuses: cover (ends && its && freeing && is_self[0] && status == DOUBLE_FREE && listed[0] && !spoiled);
    end
endmodule
