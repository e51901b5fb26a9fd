// Page mapper: takes all frames that it needs or none, and no entry that it writes names a frame of the pool.
//
// Frames taken and linked are counted for each page. One frame, chosen freely, is followed besides: it is in the
// pool, or an entry names it, or neither.
module memento_page_mapper_properties #(
    parameter FRAME_INDEX_BITS = 10,
    parameter FIRST_FRAME = 524288,
    parameter TABLE_INDEX_BITS = 10,
    parameter PAGE_NUMBER_BITS = 20,
    parameter FRAMES_BITS = 11,
    parameter ENTRY_BITS = 4
) (
    input wire clock,
    input wire reset,

    input wire                        stopped,
    input wire [FRAME_INDEX_BITS-1:0] last_table,
    input wire [1:0]                  last_level,
    input wire                        map,
    input wire [PAGE_NUMBER_BITS-1:0] page_number,
    input wire                        of_headers,
    input wire [FRAMES_BITS-1:0]      quota,
    input wire [FRAMES_BITS-1:0]      used,
    input wire                        take,
    input wire                        done,
    input wire [3:0]                  status,
    input wire [FRAME_INDEX_BITS-1:0] frame,
    input wire [2:0]                  need,
    input wire                        have,
    input wire                        dry,
    input wire                        failed,
    input wire                        pop_valid,
    input wire                        pop_ready,
    input wire [FRAME_INDEX_BITS-1:0] pop_frame,
    input wire                        zero,
    input wire                        zero_done,
    input wire                        zero_error,
    input wire [FRAME_INDEX_BITS-1:0] new_frame,
    input wire                        link,
    input wire [FRAME_INDEX_BITS-1:0] link_frame,
    input wire [5:0]                  link_line,
    input wire [ENTRY_BITS-1:0]       link_number,
    input wire [63:0]                 link_entry,
    input wire                        line_done,
    input wire                        line_error,
    input wire                        back_valid,
    input wire                        back_ready,
    input wire                        table_linked,
    input wire                        page_linked,
    input wire [FRAME_INDEX_BITS-1:0] spot_table,
    input wire [1:0]                  spot_level,
    input wire [FRAME_INDEX_BITS-1:0] popped,
    input wire                        idle
);
    localparam [3:0] OK = 0, NO_MEMORY = 2, BUS_ERROR = 9;
    localparam LEVELS = (PAGE_NUMBER_BITS + TABLE_INDEX_BITS - 1) / TABLE_INDEX_BITS;
    (* anyconst *) wire [FRAME_INDEX_BITS-1:0] watched;
    (* anyseq *) wire cleared, pushed;

    wire begins = (map || take) && !working && !done && have;
    wire taken = pop_valid && pop_ready;
    wire linked = link && line_done && !line_error;
    wire goes_back = back_valid && back_ready;

    reg       working = 0;                  // frames are taken for the page, or one alone
    reg [2:0] wanted;                       // so many
    reg [2:0] takes = 0, links = 0;         // frames taken and linked for it
    reg       in_hand = 0, zeroed = 0;      // the frame taken last is neither linked nor back; it reads as zero
    reg       spoiled = 0;                  // memory failed to make it zero, or to link it
    reg [FRAME_INDEX_BITS-1:0] hand, table_frame;
    reg [1:0] stop_level;
    reg       noted = 0;                    // a walk stopped since the last page
    reg       inside, named = 0;            // of the frame followed: it is in the pool; an entry names it
    always @(posedge clock) begin
        working <= !reset && !done && (working || begins);
        if (begins) wanted <= need;
        takes <= reset || done ? 0 : takes + taken;
        links <= reset || done ? 0 : links + linked;
        in_hand <= !reset && !linked && !goes_back && !(taken && take) && (in_hand || taken);
        zeroed <= !taken && (zeroed || (zero && zero_done && !zero_error));
        spoiled <= !reset && !goes_back && (spoiled || (zero && zero_done && zero_error) || (link && line_done && line_error));
        if (taken) hand <= pop_frame;
        if (stopped) {stop_level, table_frame} <= {last_level, last_table};
        else if (linked) table_frame <= hand;
        noted <= !reset && !(done && map) && (noted || stopped);
        inside <= (inside && !(taken && pop_frame == watched)) || (goes_back && frame == watched) || pushed;
        named <= !reset && ((named && !cleared) || (linked && link_entry[10 +: FRAME_INDEX_BITS] == watched));
    end
    wire [1:0] level = stop_level - links;
    wire [4*TABLE_INDEX_BITS-1:0] page = page_number;
    wire [TABLE_INDEX_BITS-1:0]   index = page >> (level * TABLE_INDEX_BITS);
    wire [9:0]                    flags = level != 0 ? 10'h01 : of_headers ? 10'hc7 : 10'hd7;

    reg                        waited = 0, was_map, was_headers;
    reg [PAGE_NUMBER_BITS-1:0] was_page;
    always @(posedge clock) begin
        waited <= !reset && (map || take) && !done;
        {was_map, was_headers, was_page} <= {map, of_headers, page_number};
    end

    always @* if (!reset) begin
        // A page is asked for, or a frame alone, and held until it is done.
        held_until_done: assume (!(map && take) && (!waited || ((map || take) && map == was_map && of_headers == was_headers
            && page_number == was_page)));
        // A page is asked for behind the walk that stopped on the way to it, which isn't while frames are taken.
        behind_a_walk: assume ((!map || noted) && !(stopped && (map || take)) && last_level < LEVELS);
        // The pool gives frames that are inside it: proven of memento_page_pool.
        pool_gives_its_own: assume (!(taken && pop_frame == watched) || inside);
        // Others give back only frames that no entry names and that aren't in hand here.
        others_give_back_theirs: assume (!pushed || !(named || (in_hand && hand == watched) || inside));

        // If there is no memory, no frame was taken and no entry written.
        none_without_memory: assert (!(done && status == NO_MEMORY) || (takes == 0 && !taken && links == 0 && !link && !in_hand));
        // Memory is refused only where the quota doesn't allow the frames, or the pool doesn't have them.
        refused_for_a_reason: assert (!(done && status == NO_MEMORY)
            || (map && quota != 0 && {2'd0, used} + need > quota) || (!have && dry));
        // A page that is mapped took exactly the frames that it needs, one for it and one for each missing table, and linked each.
        all_with_success: assert (!(done && status == OK && map) || (takes == wanted && links + linked == wanted && wanted == stop_level + 1));
        // A frame alone is taken from the pool, and is the one that is told.
        one_alone: assert (!(done && status == OK && take) || (takes == 0 && taken && frame == pop_frame));
        // A process takes no frames beyond its quota.
        within_quota: assert (!(begins && map && quota != 0) || {2'd0, used} + need <= quota);
        // When it is done, no frame is lost: each that was taken is linked, given back, or told.
        none_is_lost: assert (!done || !in_hand || linked || (goes_back && frame == hand));
        // If memory fails, the frame that couldn't be linked goes back, and no other does.
        unlinked_goes_back: assert (!back_valid || (in_hand && spoiled && frame == hand && (!done || status == BUS_ERROR)));
        // An entry names a frame that was taken for it, and nothing but that frame.
        names_what_was_taken: assert (!link || (in_hand && link_entry == ((FIRST_FRAME | {{64-FRAME_INDEX_BITS{1'b0}}, hand}) << 10 | flags)));
        // No entry that is written names a frame that is in the pool, and none that it named goes back.
        never_pooled: assert (!(named && inside) && !(link && link_entry[10 +: FRAME_INDEX_BITS] == watched && inside));
        // What an entry comes to name reads as zero before.
        zeroed_before_named: assert (!link || zeroed);
        // Tables are linked from the root down: an entry is written to the table in which the walk stopped, or to the one linked just before.
        linked_downwards: assert (!link || link_frame == table_frame);
        // It is the page's entry in a table of that level.
        its_own_entry: assert (!link || {link_line, link_number} == index);
        // The last to be linked is the page.
        page_comes_last: assert ((table_linked || page_linked) == linked && (!linked || page_linked == (level == 0)));

        where_idle: assert (working || (takes == 0 && links == 0 && !in_hand && !spoiled));
        where_asked: assert (!working || (waited && (map || take)));
        where_wanted: assert (!working || (was_map ? wanted == stop_level + 1 && noted : wanted == 1));
        where_level: assert (!(noted || working && was_map) || (stop_level < LEVELS && spot_level == level && spot_table == table_frame));
        where_counts: assert (!working || (was_map ? links <= stop_level && takes == links + in_hand : takes == 0 && links == 0 && !in_hand));
        where_popped: assert (!in_hand || (popped == hand && was_map));
        where_state: assert (pop_ready + zero + link + back_valid == working && idle == !working && (!(zero || link || back_valid) || in_hand)
            && (!pop_ready || !in_hand) && (!link || zeroed));
        where_spoiled: assert (spoiled == back_valid);
        where_new: assert (!zero || new_frame == hand);
        where_in_hand: assert (!(in_hand && hand == watched) || (!inside && !named));
        where_named: assert (!(named && inside));

        // A page is mapped with a table that was missing.
        reached_table: cover (done && status == OK && map && wanted == 2);
        // A table is linked, and the page behind it is not.
        reached_error: cover (done && status == BUS_ERROR && map && links == 1);
        // A frame is named that was given back once.
        reached_named: cover (named && inside_once);
    end
    reg inside_once = 0;
    always @(posedge clock) inside_once <= !reset && (inside_once || (goes_back && frame == watched));
endmodule
