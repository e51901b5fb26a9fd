// Hit loop: bitmaps, counts and ready slots of the object table, one class followed.
//
// `arena` is what the bitmaps of the class's two banks should be, told from the decisions alone: an
// allocation takes the lowest free slot of the bank that serves, a free gives its own slot back, a
// word that the list engine installs replaces what was there. `arena_1` to `arena_4` are the same,
// so many cycles ago: what the stages of the word loop and the block RAM have seen. The properties
// named where_* tie the stages, the counts and the ready slot to these.
module memento_hit_loop_properties #(
    parameter CLASS_BITS = 2,
    parameter SLOT_BITS = 4,
    parameter ARENA_BITS = 6,
    parameter WORDS = 2,
    parameter WORD_BITS = 8,
    parameter FREE_BITS = 2  // of a number of frees under way
) (
    input wire clock,
    input wire reset,

    input wire                     enter,
    input wire                     entered_valid,
    input wire [2:0]               unanswered,
    input wire                     served,
    input wire [CLASS_BITS-1:0]    served_class,
    input wire                     refill_failed,
    input wire                     decide_valid,
    input wire                     decide_live,
    input wire [CLASS_BITS-1:0]    decide_class,
    input wire                     decide_bank,
    input wire                     decide_answered,
    input wire                     decide_tag_valid,
    input wire                     decide_op,
    input wire                     decide_load,
    input wire                     decide_forward,
    input wire                     decide_alloc,
    input wire                     decide_in_table,
    input wire                     decide_off_table,
    input wire [SLOT_BITS-1:0]     decide_slot,
    input wire [3:0]               decided_status,
    input wire                     decided,
    input wire                     double_free,
    input wire                     has_standby,
    input wire                     takes,
    input wire                     take_word,
    input wire                     flip,
    input wire                     give,
    input wire                     bank,
    input wire                     again,
    input wire [2:0]               earlier_took,
    input wire [2:0]               earlier_gave,
    input wire [2:0]               class_match,
    input wire [2:0]               slot_match,
    input wire [CLASS_BITS-1:0]    earlier_class_0,
    input wire [CLASS_BITS-1:0]    earlier_class_1,
    input wire [SLOT_BITS-1:0]     earlier_slot_0,
    input wire [SLOT_BITS-1:0]     earlier_slot_1,
    input wire                     look,
    input wire                     echo,
    input wire                     echo_valid,
    input wire                     echo_due,
    input wire [CLASS_BITS-1:0]    echo_class,
    input wire                     echo_bank,
    input wire                     replaying,
    input wire                     drained,
    input wire                     asks_refill,
    input wire                     miss,
    input wire [1:0]               miss_kind,
    input wire                     miss_ready,
    input wire                     claim_idle,
    input wire                     refilling,
    input wire                     refilled,
    input wire                     free_ahead,
    input wire                     post_free,
    input wire                     free_served,
    input wire [FREE_BITS*(1<<CLASS_BITS)-1:0] frees__posts__words,
    input wire [FREE_BITS*(1<<CLASS_BITS)-1:0] frees__next_posts__words,
    input wire [FREE_BITS*(1<<CLASS_BITS)-1:0] frees__services__words,
    input wire [FREE_BITS*(1<<CLASS_BITS)-1:0] frees__engine_services__words,

    input wire [2:0]               back_valid,
    input wire [2:0]               back_echo,
    input wire                     prompt,
    input wire [2:0]               back_taken,
    input wire [2:0]               back_gave,
    input wire [2:0]               back_banks,
    input wire [3*CLASS_BITS-1:0]  back_classes,
    input wire [3*$clog2(WORDS)-1:0] back_words,
    input wire [SLOT_BITS-1:0]     encode_slot,
    input wire [ARENA_BITS-1:0]    encode_arena,
    input wire [31:0]              encode_address,
    input wire [31:0]              answered_address,

    input wire                     install_word,
    input wire                     install_ready,
    input wire                     install_ahead,
    input wire                     install_standby,
    input wire                     install_tag,
    input wire                     install_known,
    input wire                     install_valid,
    input wire                     install_bank,
    input wire                     drop_standby,
    input wire                     standby_ready,
    input wire [CLASS_BITS-1:0]    install_class,
    input wire [$clog2(WORDS)-1:0] install_number,
    input wire [WORD_BITS-1:0]     install_mask,
    input wire [$clog2(WORD_BITS+1)-1:0] install_count,
    input wire [$clog2(WORDS)-1:0] install_lowest,
    input wire [WORDS*$clog2(WORD_BITS+1)-1:0] install_counts,

    input wire [(ARENA_BITS+3)*(1<<CLASS_BITS)-1:0] tags__words,
    input wire [ARENA_BITS*(2<<CLASS_BITS)-1:0]     arenas__words,
    input wire [(1<<CLASS_BITS)-1:0]                standbys__banks__words,
    input wire [(1<<CLASS_BITS)-1:0]                standbys__standing_banks__words,
    input wire [(1<<CLASS_BITS)-1:0]                standbys__engine_banks__words,
    input wire [(ARENA_BITS+2)*(1<<CLASS_BITS)-1:0] standbys__standbys__words,
    input wire [WORDS*$clog2(WORD_BITS+1)*(1<<CLASS_BITS)-1:0] standbys__free__words,
    input wire [(1<<CLASS_BITS)-1:0]                ready_slot__handed__words,
    input wire [(1<<CLASS_BITS)-1:0]                ready_slot__end_handed__words,
    input wire [16*(1<<CLASS_BITS)-1:0]             ready_slot__slots__words,

    input wire [$clog2(WORD_BITS+1)*(1<<CLASS_BITS)-1:0] class_loop__counts_0__words,
    input wire [$clog2(WORD_BITS+1)*(1<<CLASS_BITS)-1:0] class_loop__counts_1__words,
    input wire [CLASS_BITS-1:0]    class_loop__size_class,
    input wire                     class_loop__has_free_0,
    input wire                     class_loop__has_free_1,
    input wire [$clog2(WORD_BITS+1)-1:0] class_loop__free_0,
    input wire [$clog2(WORD_BITS+1)-1:0] class_loop__free_1,

    input wire                     word_loop__fetch_take,
    input wire                     word_loop__fetch_give,
    input wire [CLASS_BITS+1:0]    word_loop__fetch_key,
    input wire [$clog2(WORD_BITS)-1:0] word_loop__fetch_bit,
    input wire [WORD_BITS-1:0]     word_loop__read_mask,
    input wire                     word_loop__update_take,
    input wire                     word_loop__update_give,
    input wire [CLASS_BITS+1:0]    word_loop__update_key,
    input wire [WORD_BITS-1:0]     word_loop__update_mask,
    input wire [WORD_BITS-1:0]     word_loop__update_given,
    input wire                     word_loop__written,
    input wire [CLASS_BITS+1:0]    word_loop__written_key,
    input wire [WORD_BITS-1:0]     word_loop__written_mask,
    input wire [WORD_BITS-1:0]     word_loop__written_taken,
    input wire                     word_loop__written_1,
    input wire [CLASS_BITS+1:0]    word_loop__written_1_key,
    input wire [WORD_BITS-1:0]     word_loop__written_1_mask,
    input wire [WORD_BITS-1:0]     word_loop__tested,
    input wire [WORD_BITS*(WORDS<<CLASS_BITS)-1:0] word_loop__masks_0__words,
    input wire [WORD_BITS*(WORDS<<CLASS_BITS)-1:0] word_loop__masks_1__words,
    input wire [WORD_BITS*(WORDS<<CLASS_BITS)-1:0] word_loop__test_masks_0__words,
    input wire [WORD_BITS*(WORDS<<CLASS_BITS)-1:0] word_loop__test_masks_1__words
);
    localparam REFILL = 1, DISPLACE = 3;
    localparam SLOTS = WORDS * WORD_BITS;
    localparam COUNT_BITS = $clog2(WORD_BITS + 1);
    localparam TAG = ARENA_BITS + 3;

    // The class that is followed; what holds for it holds for every class.
    (* anyconst *) wire [CLASS_BITS-1:0] c;

    function automatic [SLOTS-1:0] lowest(input [SLOTS-1:0] free);
        lowest = free & ~(free - 1);
    endfunction
    function automatic [SLOT_BITS-1:0] number(input [SLOTS-1:0] one);
        integer i;
        begin
            number = 0;
            for (i = 0; i < SLOTS; i = i + 1) if (one[i]) number = number | i;
        end
    endfunction
    function automatic [COUNT_BITS-1:0] ones(input [WORD_BITS-1:0] word);
        integer i;
        begin
            ones = 0;
            for (i = 0; i < WORD_BITS; i = i + 1) ones = ones + word[i];
        end
    endfunction

    // What the bitmaps should be: bank 0 in the low bits.
    reg [2*SLOTS-1:0] arena, arena_1, arena_2, arena_3, arena_4;
    reg               cleared = 0;  // the class was installed as unknown since reset
    wire [2*SLOTS-1:0] one_taken = {bank ? lowest(arena[SLOTS +: SLOTS]) : {SLOTS{1'b0}}, bank ? {SLOTS{1'b0}} : lowest(arena[0 +: SLOTS])};
    wire [2*SLOTS-1:0] one_given = {{2*SLOTS-1{1'b0}}, 1'b1} << {bank, decide_slot};
    wire here = decide_class == c;
    wire installs = install_word && install_ready && install_class == c;
    wire [2*SLOTS-1:0] place = {{2*SLOTS-WORD_BITS{1'b0}}, {WORD_BITS{1'b1}}} << (WORD_BITS * {install_bank, install_number});
    wire [2*SLOTS-1:0] there = {{2*SLOTS-WORD_BITS{1'b0}}, install_mask} << (WORD_BITS * {install_bank, install_number});
    function automatic [2*SLOTS-1:0] after(input [2*SLOTS-1:0] before);
        after = installs ? (before & ~place) | there : before;
    endfunction
    wire [2*SLOTS-1:0] decides = here && takes ? arena & ~one_taken : here && give ? arena | one_given : arena;
    always @(posedge clock) begin
        cleared <= !reset && (cleared || (install_tag && !install_known && install_class == c));
        arena <= reset ? after(arena) : after(decides);
        arena_1 <= after(arena);
        arena_2 <= reset ? after(arena) : after(arena_1);
        arena_3 <= reset ? after(arena) : after(arena_2);
        arena_4 <= reset ? after(arena) : after(arena_3);
    end

    // The class's entries of the tables inside.
    wire [TAG-1:0] tag = tags__words[TAG*c +: TAG];
    wire tag_known = tag[0];
    wire tag_valid = tag[1];
    wire serving = tag[2];
    wire [ARENA_BITS-1:0] tag_arena = tag[3 +: ARENA_BITS];
    wire [ARENA_BITS-1:0] address_arena = arenas__words[ARENA_BITS*{c, serving} +: ARENA_BITS];
    wire [SLOTS-1:0] now = serving ? arena[SLOTS +: SLOTS] : arena[0 +: SLOTS];
    wire [SLOTS-1:0] ahead = serving ? arena[0 +: SLOTS] : arena[SLOTS +: SLOTS];
    wire standing = standbys__standing_banks__words[c] != serving;
    wire [ARENA_BITS-1:0] ahead_arena = arenas__words[ARENA_BITS*{c, !serving} +: ARENA_BITS];
    wire [ARENA_BITS+1:0] standby = standbys__standbys__words[(ARENA_BITS+2)*c +: ARENA_BITS+2];
    wire [WORDS*COUNT_BITS-1:0] standby_counts = standbys__free__words[WORDS*COUNT_BITS*c +: WORDS*COUNT_BITS];
    wire [WORDS*COUNT_BITS-1:0] counts = {class_loop__counts_1__words[COUNT_BITS*c +: COUNT_BITS],
        class_loop__counts_0__words[COUNT_BITS*c +: COUNT_BITS]};
    function automatic [WORDS*COUNT_BITS-1:0] all_ones(input [SLOTS-1:0] free);
        integer i;
        for (i = 0; i < WORDS; i = i + 1) all_ones[COUNT_BITS*i +: COUNT_BITS] = ones(free[WORD_BITS*i +: WORD_BITS]);
    endfunction

    // What was answered ahead of its decision, and echoes: the pipeline's end hands nothing of theirs out.
    reg [2:0] back_answered;
    always @(posedge clock) back_answered <= {back_answered[1:0], decide_live && decide_answered};
    wire [2:0] back_silent = back_echo | back_answered;

    // Operations between decide and encode: stage 0 is behind decide.
    wire [2:0] mine = {back_classes[2*CLASS_BITS +: CLASS_BITS] == c, back_classes[CLASS_BITS +: CLASS_BITS] == c,
        back_classes[0 +: CLASS_BITS] == c} & back_valid;
    wire [2:0] changers = mine & (back_taken | back_gave);
    wire [2:0] loud = changers & ~back_silent;
    wire [2:0] silent = changers & back_silent;
    wire [2:0] echoes = mine & back_echo;
    wire decide_changes = here && (takes || give);
    wire decide_echo = echo_valid && here;

    // A word of the followed class, of what the bitmaps were.
    function automatic [WORD_BITS-1:0] word_of(input [2*SLOTS-1:0] from, input [CLASS_BITS+1:0] key);
        word_of = from >> (WORD_BITS * {key[CLASS_BITS+1], key[0]});
    endfunction
    function automatic [2*SLOTS-1:0] place_of(input [CLASS_BITS+1:0] key, input [WORD_BITS-1:0] word);
        place_of = {{2*SLOTS-WORD_BITS{1'b0}}, word} << (WORD_BITS * {key[CLASS_BITS+1], key[0]});
    endfunction
    wire fetch_mine = word_loop__fetch_key[CLASS_BITS:1] == c;
    wire update_mine = word_loop__update_key[CLASS_BITS:1] == c;
    wire written_mine = word_loop__written_key[CLASS_BITS:1] == c;
    wire written_1_mine = word_loop__written_1_key[CLASS_BITS:1] == c;

    // What was taken and given, on its way to the pipeline's end.
    reg [SLOT_BITS-1:0] slot_0, slot_1, slot_2, gave_slot_0, gave_slot_1, gave_slot_2;
    wire [SLOTS-1:0] of_bank = bank ? arena[SLOTS +: SLOTS] : arena[0 +: SLOTS];
    always @(posedge clock) begin
        slot_0 <= number(lowest(of_bank));
        slot_1 <= slot_0;
        slot_2 <= slot_1;
        gave_slot_0 <= decide_slot;
        gave_slot_1 <= gave_slot_0;
        gave_slot_2 <= gave_slot_1;
    end

    // One slot, seen at the pipeline's end: whether somebody holds it.
    (* anyconst *) wire [SLOT_BITS-1:0] s;
    (* anyconst *) wire                 b;
    reg held;
    wire handed_out = mine[2] && back_taken[2] && back_banks[2] == b && encode_slot == s;
    wire given_back = mine[2] && back_gave[2] && back_banks[2] == b && gave_slot_2 == s;
    wire replaced = installs && install_bank == b && install_number == s[SLOT_BITS-1 -: $clog2(WORDS)];
    always @(posedge clock) begin
        if (replaced) held <= !install_mask[s[$clog2(WORD_BITS)-1:0]];
        else if (handed_out) held <= 1;
        else if (given_back) held <= 0;
    end

    // The ready slot: what the echo that made it ready has found, and what was handed out last.
    reg [SLOT_BITS-1:0]  ready_number, served_number;
    reg [ARENA_BITS-1:0] ready_arena, served_arena;
    reg [14:0]           ready_place;
    reg                  served_place;  // the address handed out was that made for the ready slot
    wire [15:0] entry = ready_slot__slots__words[16*c +: 16];
    wire ready = entry[0] != ready_slot__handed__words[c];
    always @(posedge clock) begin
        if (echoes[2]) begin
            ready_number <= encode_slot;
            ready_arena <= encode_arena;
            ready_place <= encode_address[17:3];
        end
        served_number <= ready_number;
        served_arena <= ready_arena;
        served_place <= answered_address[17:3] == ready_place;
    end
    // An echo that is about to make a slot ready, and whether nothing is handed out before it does: a change ahead of it is
    // to be answered, or what is on its way is.
    wire due = echo_due && echo_class == c;

    wire settled = !entered_valid && !decide_live && !echo_valid && !echo_due && drained;

    // Frees of the class that the list engine has yet to serve.
    reg [FREE_BITS-1:0] frees = 0;
    wire posts = here && post_free;
    wire serves = free_served && install_class == c;
    always @(posedge clock) frees <= reset || (install_tag && !install_known && install_class == c) ? 0 : frees + posts - serves;

    // Words that were installed since reset: in each bank, and with their count in the one that serves.
    reg [2*WORDS-1:0] known = 0;
    reg [WORDS-1:0]   counted = 0;
    always @(posedge clock) begin
        if (reset) known <= 0;
        else if (installs) known[{install_bank, install_number}] <= 1;
        if (reset || (install_tag && !install_known && install_class == c)) counted <= 0;
        else if (here && flip) counted <= {WORDS{1'b1}};
        else if (installs && !install_ahead) counted[install_number] <= 1;
    end
    wire [WORDS-1:0] known_now = serving ? known[WORDS +: WORDS] : known[0 +: WORDS];
    wire [WORDS-1:0] known_ahead = serving ? known[0 +: WORDS] : known[WORDS +: WORDS];
    wire standby_right = tag_valid && (&known_ahead) && ahead != 0 && standby_counts == all_ones(ahead)
        && standby[ARENA_BITS+1] == number(lowest(ahead)) / WORD_BITS && standby[ARENA_BITS:1] == ahead_arena;
    reg was_back = 0;  // the slot that is followed was given back
    always @(posedge clock) was_back <= !reset && (was_back || given_back);
    wire decide_served = decide_live && decide_answered && decide_alloc && here;
    reg other_sent_back = 0;
    always @(posedge clock) other_sent_back <= !reset && decide_live && decide_answered && !here && (again || flip);

    // The list engine is asked for an arena of the class, and has begun to write its words.
    reg refills = 0, began = 0, failed = 0;
    always @(posedge clock) begin
        if (refilled) failed <= refills;
        if (reset || refilled) refills <= 0;
        else if (asks_refill && miss_ready) refills <= here;
        began <= !reset && !refilled && (began || (installs && !install_ahead));
    end
    wire take_alone = takes && !flip && bank == serving;
    wire decide_uses = decide_live && here && (decide_alloc || decide_in_table);
    wire [2*SLOTS-1:0] one = 1;

    always @* if (!reset) begin
        // Operations enter once every class was installed as unknown.
        classes_are_cleared_first: assume (cleared || !enter);
        // The list engine writes the arena that serves, and tags, only while no operation and no echo is on its way.
        installs_find_nothing: assume (!((install_word && !install_ahead) || install_tag) || (settled && !enter));
        // Words are looked at only while no operation is on its way.
        looks_find_nothing: assume (!look || settled);
        // The list engine writes words of an arena ahead only while no operation on its bank is on its way.
        installs_ahead_find_nothing: assume (!(install_word && install_ahead && install_class == c)
            || (!(mine[0] && back_banks[0] == install_bank) && !(mine[1] && back_banks[1] == install_bank)
            && !(mine[2] && back_banks[2] == install_bank) && !(here && (takes || give || echo) && bank == install_bank)));
        // The list engine fetches an arena ahead only for a class that has an arena, and no standby.
        fetches_where_none_is: assume (!((install_standby || (install_word && install_ahead)) && install_class == c)
            || (!standing && tag_valid && !(here && flip) && !install_tag));
        // The list engine serves frees that it was given, and the miss queue limits how many there are.
        frees_are_served: assume (!(serves && frees == 0) && !(&frees && posts && !serves));
        // The list engine drops a standby only while it serves a free of the class, or nothing is on its way.
        drops_while_freeing: assume (!(drop_standby && install_class == c) || frees != 0 || (settled && !enter));
        // The list engine writes the arena that serves only for an allocation that found no free slot or an unknown class, and nothing enters until it has ended.
        installs_while_refilling: assume (!((install_word && !install_ahead || install_tag && install_known) && install_class == c)
            || (refilling && refills));
        nothing_enters_while_refilling: assume (!(refilling && enter));
        // A refill ends only after it was asked for.
        refills_are_answered: assume (!refilled || refilling);
        // Behind a refill that failed comes the allocation that it was for.
        failed_comes_first: assume (!(refill_failed && served && served_class == c) || failed);
        // What is proven of the class that is followed was so for every other in the cycle before: what is answered at once isn't sent back.
        others_were_decided: assume (!other_sent_back);
        // The list engine writes one thing at a time.
        one_at_a_time: assume (!(install_word && (install_tag || install_standby)) && !(install_tag && install_standby));
        // The list engine says how many slots of a word are free.
        counts_are_installed: assume (!(install_word && !install_ahead && install_class == c) || install_count == ones(install_mask));
        // The list engine says of a complete standby how many slots of each word are free, at least one, and the lowest word with one.
        standbys_are_counted: assume (!(install_standby && install_class == c) || (install_ahead && (&known_ahead) && ahead != 0
            && install_counts == all_ones(ahead) && install_lowest == number(lowest(ahead)) / WORD_BITS));
        // The list engine says that a class has an arena only when it has installed every word of it.
        tags_follow_words: assume (!(install_tag && install_valid && install_class == c) || (install_known && !install_ahead && began && (&counted)));
        // The list engine says that a known class has no arena only where there is no standby.
        without_arena_no_standby: assume (!(install_tag && install_known && !install_valid && install_class == c) || !standing);

        // A slot that is handed out was free: nobody holds it, and it isn't handed out again before it is given back.
        handed_out_once: assert (!handed_out || !held);
        // A free that is accepted gives back a slot that somebody holds.
        given_back_is_held: assert (!given_back || held);
        // An allocation takes the lowest free slot of the arena that serves, and only if there is one.
        lowest_is_taken: assert (!(here && takes) || (of_bank != 0 && take_word == number(lowest(of_bank)) / WORD_BITS));
        // The address that an allocation is answered with is made of the slot that it took.
        slot_taken_is_answered: assert (!(mine[2] && back_taken[2]) || encode_slot == slot_2);
        // A free sets exactly its own bit of the free slots, an allocation clears exactly one: the block RAMs have that three cycles later.
        bitmaps_change_by_one: assert (&kept);
        // The counts of free slots are those of the bitmap's bits.
        counts_are_of_bits: assert (!tag_valid || !cleared || counts == all_ones(now));
        // DOUBLE_FREE is said of a slot that is free, and of no other.
        double_frees_are_free: assert (!(double_free && here) || arena[{decide_bank, decide_slot}]);
        // A free that gives its slot back finds it taken.
        frees_find_taken: assert (!(give && here) || !arena[{bank, decide_slot}]);
        // What is refused changes nothing: no slot is taken or given back, no arena replaced.
        refusals_change_nothing: assert (!(decided && decided_status != 0) || !(takes || give || flip));

        // An allocation that is answered at once takes that very slot in the next cycle.
        ready_slot_is_taken: assert (!decide_served || (take_alone && served_place && served_number == number(lowest(now)) && served_arena == address_arena));
        // An operation that is answered at once isn't sent back.
        answered_is_decided: assert (!(decide_live && decide_answered && here) || (decided && !flip));
        // The arena in an allocation's address is the one that the class's tag names.
        arena_is_the_tags: assert (!cleared || !tag_valid || tag_arena == address_arena);

        // No arena takes a full one's place while a header is still to be written of one that was claimed: the list engine
        // is asked for neither a refill nor what a taken standby leaves to write.
        displaces_after_claims: assert (!(miss && (miss_kind == REFILL || miss_kind == DISPLACE)) || claim_idle);

        // A slot is handed out, that was given back before.
        reached_again: cover (handed_out && was_back);
        // A free is refused as DOUBLE_FREE.
        reached_double_free: cover (double_free && here);
        // A standby takes the place of a full arena.
        reached_flip: cover (here && flip);
        // An allocation is answered at once, and takes that slot.
        reached_ready: cover (decide_served && takes);

        where_unanswered: assert ((!decide_valid || decide_answered || unanswered == 4) && (!replaying || unanswered >= 3)
            && (!(back_valid[0] && !back_silent[0]) || unanswered >= 3) && (!(back_valid[1] && !back_silent[1]) || unanswered >= 2)
            && (!(back_valid[2] && !back_silent[2]) || unanswered >= 1));
        where_handed: assert (!cleared || ready_slot__handed__words[c] == ready_slot__end_handed__words[c]);
        where_place: assert (!cleared || !ready || entry[15:1] == ready_place);
        where_ready: assert (!cleared || !ready || changers != 0
            || (tag_valid && now != 0 && ready_number == number(lowest(now)) && ready_arena == address_arena));
        where_encode: assert (!takers[2] || encode_slot == slot_2);
        where_echo_bank: assert ((echoes == 0 || tag_valid) && (!echoes[0] || back_banks[0] == serving) && (!echoes[1] || changers[0] || back_banks[1] == serving)
            && (!echoes[2] || changers[1:0] != 0 || back_banks[2] == serving));
        where_served: assert (!decide_served || (!ready && changers == 0 && echoes == 0 && !due));
        where_echoes_change_nothing: assert ((back_valid & back_echo & (back_taken | back_gave | back_answered)) == 0 && !(echo_valid && decide_valid));
        where_prompt: assert (!prompt || (back_valid[0] && !back_silent[0]));
        where_silent: assert (silent == 0 || !cleared || !ready);
        where_silent_echoes: assert ((!silent[0] || echoes[2:1] == 0) && (!silent[1] || !echoes[2]));
        where_due: assert (!(cleared && ready && due) || loud != 0 || unanswered >= 4);
        where_deciding: assert (!(cleared && ready && decide_echo) || loud != 0 || unanswered >= 3);
        where_echo_0: assert (!(cleared && ready && echoes[0]) || loud[2:1] != 0 || unanswered >= 2);
        where_echo_1: assert (!(cleared && ready && echoes[1]) || loud[2] || unanswered >= 1);
        where_two_due: assert (!due || ((!echoes[0] || unanswered >= 4) && (!echoes[1] || loud[0] || unanswered >= 4)
            && (!echoes[2] || loud[1:0] != 0 || unanswered >= 4) && (!decide_echo || unanswered >= 3)));
        where_two_deciding: assert (!decide_echo || ((!echoes[1] || loud[0] || unanswered >= 3)
            && (!echoes[2] || loud[1:0] != 0 || unanswered >= 3)));
        where_two: assert (!(echoes[0] && echoes[2]) || loud[1] || unanswered >= 2);

        where_refilling: assert (!refilling || (!decide_live && (!entered_valid || replaying)));
        where_failed: assert (!(refill_failed && failed) || (cleared && (now == 0 || !tag_valid
            || (!ready && !decide_echo && !due && echoes == 0 && changers == 0))));
        where_load: assert (!(decide_live && here && decide_load) || !tag_known);
        where_refills: assert (!(refilling && refills) || (cleared && (began || now == 0 || !tag_valid)));
        where_began: assert (!began || (refilling && refills && !ready && !entered_valid && !decide_live && !echo_valid && !echo_due && drained));

        where_cleared: assert (cleared || (!entered_valid && !decide_valid && !echo_due && !echo_valid && back_valid == 0
            && !word_loop__written_1 && known_now == known_now));
        where_known: assert (!cleared || (&(known_now | ~counted)));
        where_counted: assert (!cleared || !tag_valid || (tag_known && (&counted)));
        where_counts: assert (!cleared || (count_known == {WORDS{1'b1}}));
        where_banks: assert (!cleared || (serving == standbys__banks__words[c]
            && standbys__standing_banks__words[c] == standbys__engine_banks__words[c]));
        where_standby: assert (!cleared || !standing || standby_right);
        where_has_standby: assert (!(decide_live && here && has_standby && !free_ahead) || standing);
        where_free_ahead: assert (!(decide_live && here && frees != 0) || free_ahead);
        where_frees: assert (!cleared || frees == frees__next_posts__words[FREE_BITS*c +: FREE_BITS] - frees__services__words[FREE_BITS*c +: FREE_BITS]);
        where_frees_posted: assert (!cleared || (frees__next_posts__words[FREE_BITS*c +: FREE_BITS] == frees__posts__words[FREE_BITS*c +: FREE_BITS]
            && frees__services__words[FREE_BITS*c +: FREE_BITS] == frees__engine_services__words[FREE_BITS*c +: FREE_BITS]));
        where_uses: assert (!decide_uses || (tag_known && decide_bank == serving && decide_tag_valid == tag_valid
            && (!decide_in_table || tag_valid)));
        where_kinds: assert (!(decide_valid) || decide_load + decide_forward + decide_alloc + decide_in_table + decide_off_table <= 3'd1);
        where_ops: assert (!decide_valid || !(decide_op ? decide_alloc : decide_in_table || decide_off_table));
        where_one_at_a_time: assert (!(takes && give));
        where_class: assert (!(decide_valid || echo_valid) || (class_loop__size_class == decide_class && !(decide_valid && echo_valid)));
        where_free: assert (!(decide_uses && tag_valid) || ({class_loop__free_1, class_loop__free_0} == all_ones(now)
            && class_loop__has_free_0 == (class_loop__free_0 != 0) && class_loop__has_free_1 == (class_loop__free_1 != 0)));
        where_echo: assert (!decide_echo || (tag_valid && decide_tag_valid
            && {class_loop__free_1, class_loop__free_0} == all_ones(decide_bank ? arena[SLOTS +: SLOTS] : arena[0 +: SLOTS])
            && class_loop__has_free_0 == (class_loop__free_0 != 0) && class_loop__has_free_1 == (class_loop__free_1 != 0)
            && (decide_bank == serving || ahead == 0)));
        where_echo_due: assert (!(echo_due && echo_class == c) || (tag_valid && echo_bank == serving));
        where_live: assert (!decide_live || decide_valid);
        where_in_table: assert (!(decide_valid && decide_answered) || !(decide_in_table || decide_off_table || decide_forward));
        where_stages: assert (word_loop__fetch_take == (back_valid[0] && back_taken[0])
            && word_loop__fetch_give == (back_valid[0] && back_gave[0])
            && word_loop__update_take == (back_valid[1] && back_taken[1])
            && word_loop__update_give == (back_valid[1] && back_gave[1])
            && word_loop__written == (back_valid[2] && (back_taken[2] || back_gave[2]))
            && earlier_took == (back_valid & back_taken) && earlier_gave == (back_valid & back_gave)
            && !(|(back_valid & back_gave & (back_taken | back_silent))));
        where_keys: assert ((!works[0] || word_loop__fetch_key == {back_banks[0], c, back_gave[0] ? gave_slot_0[SLOT_BITS-1] : back_words[0]})
            && (!works[1] || word_loop__update_key == {back_banks[1], c, back_gave[1] ? gave_slot_1[SLOT_BITS-1] : back_words[1]})
            && (!works[2] || word_loop__written_key == {back_banks[2], c, back_gave[2] ? gave_slot_2[SLOT_BITS-1] : back_words[2]}));
        where_strangers: assert ((!back_valid[0] || mine[0] || !(word_loop__fetch_take || word_loop__fetch_give) || !fetch_mine)
            && (!back_valid[1] || mine[1] || !(word_loop__update_take || word_loop__update_give) || !update_mine)
            && (!back_valid[2] || mine[2] || !word_loop__written || !written_mine));
        where_words: assert ((!takers[0] || (back_words[0] == slot_0[SLOT_BITS-1] && free_1 != 0 && slot_0 == number(lowest(free_1))))
            && (!takers[1] || (back_words[1] == slot_1[SLOT_BITS-1] && free_2 != 0 && slot_1 == number(lowest(free_2))))
            && (!takers[2] || (back_words[2] == slot_2[SLOT_BITS-1] && free_3 != 0 && slot_2 == number(lowest(free_3)))));
        where_given: assert ((!gives[0] || !arena_1[{back_banks[0], gave_slot_0}])
            && (!gives[1] || !arena_2[{back_banks[1], gave_slot_1}]) && (!gives[2] || !arena_3[{back_banks[2], gave_slot_2}]));
        where_known_works: assert ((!works[0] || (back_banks[0] ? &known[WORDS +: WORDS] : &known[0 +: WORDS]))
            && (!works[1] || (back_banks[1] ? &known[WORDS +: WORDS] : &known[0 +: WORDS]))
            && (!works[2] || (back_banks[2] ? &known[WORDS +: WORDS] : &known[0 +: WORDS])));
        where_bits: assert ((!gives[0] || word_loop__fetch_bit == gave_slot_0[SLOT_BITS-2:0])
            && (!gives[1] || word_loop__update_given == 1 << gave_slot_1[SLOT_BITS-2:0]));
        where_fetch: assert (!works[0] || word_loop__read_mask == word_of(arena_4, word_loop__fetch_key));
        where_update: assert (!works[1] || word_loop__update_mask == word_of(arena_2, word_loop__update_key));
        where_written: assert (!changers[2] || word_loop__written_mask == word_of(arena_2, word_loop__written_key));
        where_taken: assert (!takers[2] || word_loop__written_taken == 1 << slot_2[SLOT_BITS-2:0]);
        where_written_1: assert (!(word_loop__written_1 && written_1_mine)
            || word_loop__written_1_mask == word_of(arena_3, word_loop__written_1_key));
        where_history_0: assert (arena == (takes_of[0] ? arena_1 & ~(one << {back_banks[0], slot_0})
            : gives[0] ? arena_1 | (one << {back_banks[0], gave_slot_0}) : arena_1));
        where_history_1: assert (arena_1 == (takes_of[1] ? arena_2 & ~(one << {back_banks[1], slot_1})
            : gives[1] ? arena_2 | (one << {back_banks[1], gave_slot_1}) : arena_2));
        where_history_2: assert (arena_2 == (takes_of[2] ? arena_3 & ~(one << {back_banks[2], slot_2})
            : gives[2] ? arena_3 | (one << {back_banks[2], gave_slot_2}) : arena_3));
        where_history_3: assert (arena_3 == (word_loop__written_1 && written_1_mine ? (arena_4 & ~place_of(word_loop__written_1_key, {WORD_BITS{1'b1}}))
            | place_of(word_loop__written_1_key, word_loop__written_1_mask) : arena_4));
        where_tested: assert (!(decide_live && here && decide_in_table)
            || word_loop__tested == word_of(arena_3, {decide_bank, c, decide_slot[SLOT_BITS-1]}));
        where_earlier: assert ((!changed[0] || (earlier_class_0 == back_classes[0 +: CLASS_BITS] && earlier_slot_0 == gave_slot_0))
            && (!changed[1] || (earlier_class_1 == back_classes[CLASS_BITS +: CLASS_BITS] && earlier_slot_1 == gave_slot_1)));
        where_match: assert (!(decide_live && here) || (class_match & changed) == changers);
        where_match_slot: assert (!(decide_live && here) || (slot_match & changed) == (changers & same_slots));
        where_held: assert (!known[{b, s[SLOT_BITS-1]}] || held == !arena_3[{b, s}]);
    end

    wire [2:0] changed = back_valid & (back_taken | back_gave);
    wire [2:0] same_slots = {gave_slot_2 == decide_slot, gave_slot_1 == decide_slot, gave_slot_0 == decide_slot};
    wire [2:0] works = changers | echoes;
    wire [2:0] gives = mine & back_gave;
    wire [2:0] takes_of = mine & back_taken;
    wire [2:0] takers = takes_of | echoes;
    wire [SLOTS-1:0] free_1 = back_banks[0] ? arena_1[SLOTS +: SLOTS] : arena_1[0 +: SLOTS];
    wire [SLOTS-1:0] free_2 = back_banks[1] ? arena_2[SLOTS +: SLOTS] : arena_2[0 +: SLOTS];
    wire [SLOTS-1:0] free_3 = back_banks[2] ? arena_3[SLOTS +: SLOTS] : arena_3[0 +: SLOTS];
    wire [WORDS-1:0] count_known;

    // The words of the class in both block RAMs, and their counts.
    wire [4*WORDS-1:0] kept;
    genvar w;
    generate for (w = 0; w < WORDS; w = w + 1) begin : words
        wire [CLASS_BITS+$clog2(WORDS)-1:0] at = c * WORDS + w;
        wire [WORD_BITS-1:0] low = arena_3[WORD_BITS*w +: WORD_BITS];
        wire [WORD_BITS-1:0] high = arena_3[SLOTS + WORD_BITS*w +: WORD_BITS];
        assign kept[4*w +: 4] = {
            !known[w] || word_loop__masks_0__words[WORD_BITS*at +: WORD_BITS] == low,
            !known[w] || word_loop__test_masks_0__words[WORD_BITS*at +: WORD_BITS] == low,
            !known[WORDS+w] || word_loop__masks_1__words[WORD_BITS*at +: WORD_BITS] == high,
            !known[WORDS+w] || word_loop__test_masks_1__words[WORD_BITS*at +: WORD_BITS] == high};
        assign count_known[w] = !counted[w] || counts[COUNT_BITS*w +: COUNT_BITS] == ones(now[WORD_BITS*w +: WORD_BITS]);
    end endgenerate
endmodule
