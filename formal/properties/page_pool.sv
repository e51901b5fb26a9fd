// Page pool: no frame in two places, none lost, and the level is the number of frames inside.
//
// One frame, chosen freely, is followed: outside, in an entry of the queue, in the line buffer, or in
// a node of the list in memory, the oldest node being number 1. A node's place 0 is the node itself.
// Nothing else may name the frame, wherever it is.
module memento_page_pool_properties #(
    parameter ENTRIES = 16,
    parameter PHYSICAL_BITS = 32,
    parameter FRAME_INDEX_BITS = 10,
    parameter NODE_COUNT_BITS = 8,
    parameter MEMORY_TAG = 512
) (
    input wire clock,
    input wire reset,

    input wire                        pushed,
    input wire                        popped,
    input wire                        push_valid,
    input wire [FRAME_INDEX_BITS-1:0] push_frame,
    input wire [FRAME_INDEX_BITS-1:0] pop_frame,
    input wire [2:0]                  need,
    input wire                        have,
    input wire [FRAME_INDEX_BITS:0]   level,
    input wire                        refilled,
    input wire                        spill_kept,
    input wire                        gathered,
    input wire                        scattered,
    input wire                        read_beat,
    input wire [63:0]                 beat_data,
    input wire                        read_valid,
    input wire                        write_valid,
    input wire                        data_valid,
    input wire                        last,
    input wire [63:0]                 data,
    input wire [PHYSICAL_BITS-1:0]    address,

    input wire [2:0]                  state,
    input wire [2:0]                  beat,
    input wire [$clog2(ENTRIES):0]    available,
    input wire [$clog2(ENTRIES):0]    occupied,
    input wire [NODE_COUNT_BITS-1:0]  nodes,
    input wire [FRAME_INDEX_BITS-1:0] head,
    input wire [FRAME_INDEX_BITS-1:0] link,
    input wire [$clog2(ENTRIES):0]    pointers__pushed,
    input wire [$clog2(ENTRIES):0]    pointers__popped,
    input wire [ENTRIES*FRAME_INDEX_BITS-1:0] queue__words,
    input wire [8*FRAME_INDEX_BITS-1:0]       buffer__words
);
    localparam IDLE = 0, GATHER = 1, WRITE_REQUEST = 2, WRITE_BEATS = 3, WRITE_RESPONSE = 4, READ_REQUEST = 5, READ_BEATS = 6,
        SCATTER = 7;
    localparam ENTRY_BITS = $clog2(ENTRIES);

    // The frame, where it is, and which place there.
    (* anyconst *) wire [FRAME_INDEX_BITS-1:0] f;
    localparam OUTSIDE = 0, QUEUED = 1, BUFFERED = 2, LISTED = 3;
    reg [1:0]                 where = OUTSIDE;
    reg [ENTRY_BITS-1:0]      entry;
    reg [2:0]                 place;
    reg [NODE_COUNT_BITS-1:0] node;
    wire [ENTRY_BITS-1:0] in = pointers__pushed[ENTRY_BITS-1:0];
    wire [ENTRY_BITS-1:0] out = pointers__popped[ENTRY_BITS-1:0];
    always @(posedge clock) begin
        if (reset) begin
            where <= OUTSIDE;
        end else begin
            if (pushed && push_frame == f) begin
                where <= QUEUED;
                entry <= in;
            end
            if (popped && where == QUEUED && entry == out) where <= OUTSIDE;
            if (gathered && where == QUEUED && entry == out) begin
                where <= BUFFERED;
                place <= beat;
            end
            if (scattered && where == BUFFERED && place == beat) begin
                where <= QUEUED;
                entry <= in;
            end
            if (spill_kept && where == BUFFERED) begin
                where <= LISTED;
                node <= nodes + 1;
            end
            if (refilled && where == LISTED && node == nodes) where <= BUFFERED;
        end
    end
    reg was_inside = 0;  // it left the queue for the list, and came back
    always @(posedge clock) was_inside <= !reset && (was_inside || (refilled && where == LISTED && node == nodes));

    // How many frames are where.
    wire [ENTRY_BITS:0] queued = pointers__pushed - pointers__popped;
    wire spills = state == WRITE_REQUEST || state == WRITE_BEATS || state == WRITE_RESPONSE;
    wire reads = state == READ_REQUEST || state == READ_BEATS;
    wire [3:0] in_buffer = state == GATHER ? beat : spills ? 8 : state == SCATTER ? 8 - beat : 0;
    wire [3:0] to_gather = state == GATHER ? 8 - beat : 0;

    // Whether something names the frame: an entry of the queue that is in use, and a place of the buffer that is.
    wire [ENTRIES-1:0] entries_right;
    wire [7:0]         places_right;
    genvar e;
    generate
        for (e = 0; e < ENTRIES; e = e + 1) begin : each_entry
            wire [ENTRY_BITS-1:0] order = e - out;
            assign entries_right[e] = order >= queued
                || (queue__words[FRAME_INDEX_BITS*e +: FRAME_INDEX_BITS] == f) == (where == QUEUED && entry == e);
        end
        for (e = 0; e < 8; e = e + 1) begin : each_place
            wire used = spills || (state == GATHER && e < beat) || (state == SCATTER && e >= beat);
            assign places_right[e] = !used
                || (buffer__words[FRAME_INDEX_BITS*e +: FRAME_INDEX_BITS] == f) == (where == BUFFERED && place == e);
        end
    endgenerate
    wire [ENTRY_BITS-1:0] behind_oldest = entry - out;
    wire [63:0] named = (MEMORY_TAG << FRAME_INDEX_BITS) | f;
    wire [63:0] named_head = (MEMORY_TAG << FRAME_INDEX_BITS) | head;
    wire [FRAME_INDEX_BITS-1:0] told = beat_data[FRAME_INDEX_BITS-1:0];
    wire [FRAME_INDEX_BITS-1:0] first = buffer__words[FRAME_INDEX_BITS-1:0];

    always @* if (!reset) begin
        // A frame is pushed only while it is outside.
        pushed_from_outside: assume (!(pushed && push_frame == f) || where == OUTSIDE);
        // No more frames are pushed than there are.
        no_more_than_there_are: assume (!pushed || !level[FRAME_INDEX_BITS]);
        // Memory gives back the frames of a node as they were written.
        memory_keeps_frames: assume (!(read_beat && beat != 0) || (told == f) == (where == LISTED && node == nodes && place == beat));
        // Memory gives back a node's next one as it was written.
        memory_keeps_links: assume (!(read_beat && beat == 0 && nodes != 1)
            || (told == f) == (where == LISTED && node == nodes - 1 && place == 0));

        // No frame is in two places: what is popped was inside, at this place, and is outside from then on.
        popped_was_inside: assert (!(popped && pop_frame == f) || (where == QUEUED && entry == out));
        // No frame is lost: one that is inside is named by the place that it is in.
        inside_is_named: assert (where == OUTSIDE || (where == QUEUED ? queue__words >> (FRAME_INDEX_BITS*entry)
            : where == BUFFERED ? buffer__words >> (FRAME_INDEX_BITS*place) : place == 0 && node == nodes ? head : f) % (1 << FRAME_INDEX_BITS) == f);
        // The level is the number of frames inside: in the queue, in the line buffer, and eight a node.
        level_is_what_is_inside: assert (level == queued + in_buffer + 8 * nodes);
        // A node is written to its own frame's first line, and names the node behind it and its seven frames.
        nodes_name_their_frames: assert ((!write_valid || address == ((MEMORY_TAG << FRAME_INDEX_BITS | first) << 12))
            && (!data_valid || (last == (beat == 7) && (beat == 0 ? data == (nodes == 0 ? ~64'd0 : named_head)
            : (data == named) == (where == BUFFERED && place == beat)))));
        // The list's first node is read where it was written.
        head_is_read: assert (!read_valid || address == ((MEMORY_TAG << FRAME_INDEX_BITS | head) << 12));
        // As many frames as the pool says can be popped without memory.
        have_is_on_chip: assert (!have || (available >= need && queued >= available));
        // The queue is never full beyond its entries, even with all that a refill brings.
        never_too_many: assert (queued + (reads ? 4'd8 : in_buffer) == occupied && occupied <= ENTRIES);

        where_available: assert (available + to_gather == queued && queued <= ENTRIES);
        where_entries: assert (&entries_right);
        where_places: assert (&places_right);
        where_head: assert (nodes == 0 || (head == f) == (where == LISTED && node == nodes && place == 0));
        where_queued: assert (where != QUEUED || behind_oldest < queued);
        where_buffered: assert (where != BUFFERED || spills || (state == GATHER && place < beat) || (state == SCATTER && place >= beat));
        where_listed: assert (where != LISTED || (node != 0 && node <= nodes));
        where_beat: assert (beat == 0 || state == IDLE || state == GATHER || state == WRITE_BEATS || state == READ_BEATS || state == SCATTER);
        where_reads: assert (!reads || nodes != 0);
        where_link: assert (!(state == READ_BEATS && beat != 0 && nodes != 1)
            || (link == f) == (where == LISTED && node == nodes - 1 && place == 0));
        where_read: assert (state != READ_BEATS || (&read_right));

        // The frame is popped, having been in the list.
        reached_back: cover (popped && pop_frame == f && was_inside);
    end
    // Of a node that is being read: what has come so far.
    wire [7:0] read_right;
    generate for (e = 0; e < 8; e = e + 1) begin : each_read
        assign read_right[e] = e >= beat
            || (buffer__words[FRAME_INDEX_BITS*e +: FRAME_INDEX_BITS] == f) == (where == LISTED && node == nodes && place == e);
    end endgenerate
endmodule
