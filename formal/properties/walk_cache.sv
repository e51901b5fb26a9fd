// Walk cache: a page table that is known of a process and a range is the one that was kept for them, and none is of a
// process that was dropped.
//
// One process and one range, chosen freely, are followed.
module memento_walk_cache_properties #(
    parameter ENTRIES = 2,
    parameter PROCESS_BITS = 1,
    parameter RANGE_BITS = 10,
    parameter FRAME_INDEX_BITS = 10,
    parameter ENTRY_BITS = 1,
    parameter SECOND_PART = 1,
    parameter THIRD_PART = 2,
    parameter FOURTH_PART = 3
) (
    input wire clock,
    input wire reset,

    input wire [PROCESS_BITS-1:0]     process_id,
    input wire [RANGE_BITS-1:0]       range,
    input wire                        hit,
    input wire [FRAME_INDEX_BITS-1:0] frame,
    input wire                        fill,
    input wire [FRAME_INDEX_BITS-1:0] fill_frame,
    input wire                        drop,
    input wire                        busy,
    input wire                        drops,
    input wire [ENTRY_BITS-1:0]       swept,
    input wire [PROCESS_BITS-1:0]     dropped,
    input wire [(FRAME_INDEX_BITS+RANGE_BITS+PROCESS_BITS+1)*ENTRIES-1:0] walks__words
);
    localparam WIDTH = FRAME_INDEX_BITS + RANGE_BITS + PROCESS_BITS + 1;
    (* anyconst *) wire [PROCESS_BITS-1:0] watched;
    (* anyconst *) wire [RANGE_BITS-1:0] its_range;
    reg                        kept = 0;  // a frame was kept for them, and the process wasn't dropped since
    reg [FRAME_INDEX_BITS-1:0] its_frame;
    always @(posedge clock) begin
        if (reset || (!busy && drop && process_id == watched)) kept <= 0;
        else if (!busy && fill && process_id == watched && range == its_range) kept <= 1;
        if (!busy && fill && process_id == watched && range == its_range) its_frame <= fill_frame;
    end

    // The entry that they belong to: four parts of the range, and the process, exclusive-or.
    wire [ENTRY_BITS-1:0] place = its_range ^ its_range >> SECOND_PART ^ its_range >> THIRD_PART ^ its_range >> FOURTH_PART ^ watched;
    wire [ENTRIES-1:0] good;
    genvar e;
    generate for (e = 0; e < ENTRIES; e = e + 1) begin : entries
        wire [WIDTH-1:0] word = walks__words[e*WIDTH +: WIDTH];
        wire its = word[0] && word[1 +: PROCESS_BITS] == watched && word[1+PROCESS_BITS +: RANGE_BITS] == its_range;
        // Entries that are still to be swept may have anything after reset, and of a process that is dropped.
        wire open = busy && e >= swept && (!drops || dropped == watched);
        assign good[e] = !its || open || (e == place && kept && word[WIDTH-1 -: FRAME_INDEX_BITS] == its_frame);
    end endgenerate

    always @* if (!reset) begin
        // What is found is what was kept last for this process and this range, and not forgotten since: never another process' table.
        finds_its_own: assert (!(hit && process_id == watched && range == its_range) || (kept && frame == its_frame));
        // While entries are forgotten, nothing is found.
        rests_while_busy: assert (!(hit && busy));

        where_entries: assert (&good);
        where_swept: assert (busy || swept == 0);
        where_dropped: assert (!(drops && dropped == watched) || !kept);

        // It is found after another process was dropped.
        reached_hit: cover (hit && process_id == watched && range == its_range && other);
    end
    reg other = 0;
    always @(posedge clock) other <= !reset && (other || (kept && !busy && drop && process_id != watched));
endmodule
