// Tags of the masks held: one frame, chosen freely, is followed.
//
// `present` and `its_way` say where the writes put it. Its row in each way's half is that of
// memento_fresh_rows, restated nowhere: any row would do that tells with the tag which frame it is.
module memento_fresh_tags_properties #(
    parameter ROWS = 4,
    parameter FRAME_BITS = 10,
    parameter TAG_BITS = 8,
    parameter ROW_BITS = 2,
    parameter PLACE_BITS = 5
) (
    input wire clock,

    input wire [FRAME_BITS-1:0] frame,
    input wire                  found,
    input wire [2:0]            way,
    input wire [PLACE_BITS-1:0] place,
    input wire                  vacant,
    input wire [2:0]            vacant_way,
    input wire [2:0]            victim_way,
    input wire [FRAME_BITS-1:0] victim_frame,
    input wire                  write,
    input wire                  write_every_way,
    input wire [2:0]            write_way,
    input wire [FRAME_BITS-1:0] write_frame,
    input wire                  written_held,
    input wire [PLACE_BITS-1:0] written_place,

    input wire [ROWS-1:0] helds_0__words,
    input wire [ROWS-1:0] helds_1__words,
    input wire [ROWS-1:0] helds_2__words,
    input wire [ROWS-1:0] helds_3__words,
    input wire [ROWS-1:0] helds_4__words,
    input wire [ROWS-1:0] helds_5__words,
    input wire [ROWS-1:0] helds_6__words,
    input wire [ROWS-1:0] helds_7__words,
    input wire [ROWS*TAG_BITS-1:0] highs_0__words,
    input wire [ROWS*TAG_BITS-1:0] highs_1__words,
    input wire [ROWS*TAG_BITS-1:0] highs_2__words,
    input wire [ROWS*TAG_BITS-1:0] highs_3__words,
    input wire [ROWS*TAG_BITS-1:0] highs_4__words,
    input wire [ROWS*TAG_BITS-1:0] highs_5__words,
    input wire [ROWS*TAG_BITS-1:0] highs_6__words,
    input wire [ROWS*TAG_BITS-1:0] highs_7__words
);
    (* anyconst *) wire [FRAME_BITS-1:0] watched;
    reg       known = 0;  // the frame's rows were written in every way
    reg       present;
    reg [2:0] its_way;

    wire [ROW_BITS-1:0] lower, upper, looked_lower, looked_upper, written_lower, written_upper, left_lower, left_upper;
    memento_fresh_rows rows (.frame(watched), .lower(lower), .upper(upper));
    memento_fresh_rows looked (.frame(frame), .lower(looked_lower), .upper(looked_upper));
    memento_fresh_rows writes (.frame(write_frame), .lower(written_lower), .upper(written_upper));
    memento_fresh_rows leaves (.frame(victim_frame), .lower(left_lower), .upper(left_upper));
    wire [ROW_BITS-1:0] its_row = its_way[2] ? upper : lower;
    wire [ROW_BITS-1:0] way_row = way[2] ? looked_upper : looked_lower;
    wire [ROW_BITS-1:0] victim_row = victim_way[2] ? looked_upper : looked_lower;
    wire [ROW_BITS-1:0] vacant_row = vacant_way[2] ? looked_upper : looked_lower;
    wire [ROW_BITS-1:0] write_row = write_way[2] ? written_upper : written_lower;
    wire holds = write && !write_every_way && written_held && write_frame == watched;
    wire loses = write && (write_every_way ? (its_way[2] ? written_upper : written_lower) == its_row
        : write_way == its_way && write_row == its_row);
    always @(posedge clock) begin
        if (write && write_every_way && write_frame == watched) known <= 1;
        if (holds) begin
            present <= 1;
            its_way <= write_way;
        end else if (loses) present <= 0;
    end

    wire [8*ROWS-1:0] helds = {helds_7__words, helds_6__words, helds_5__words, helds_4__words,
        helds_3__words, helds_2__words, helds_1__words, helds_0__words};
    wire [8*ROWS*TAG_BITS-1:0] highs = {highs_7__words, highs_6__words, highs_5__words, highs_4__words,
        highs_3__words, highs_2__words, highs_1__words, highs_0__words};
    wire [7:0] has;  // ways that have the frame
    genvar w;
    generate for (w = 0; w < 8; w = w + 1) begin : ways
        wire [ROW_BITS-1:0] row = w < 4 ? lower : upper;
        wire [ROWS-1:0]          held = helds[w*ROWS +: ROWS];
        wire [ROWS*TAG_BITS-1:0] high = highs[w*ROWS*TAG_BITS +: ROWS*TAG_BITS];
        wire [TAG_BITS-1:0]      tag = high >> (row * TAG_BITS);
        assign has[w] = held[row] && tag == watched >> ROW_BITS;
    end endgenerate

    always @* begin
        // A frame is written as held only while it is held nowhere.
        held_once: assume (!(known && holds) || !present);
        // What is written in every way is that the places are empty.
        cleared: assume (!(write && write_every_way) || !written_held);

        // A frame that is looked up is found exactly if it is held, in its way.
        finds_held: assert (!(known && frame == watched) || (found == present && (!present || way == its_way)));
        // Another frame that is looked up isn't found where this one is.
        finds_no_other: assert (!(known && present && frame != watched && found) || way != its_way || way_row != its_row);
        // A place is the way, and below it the frame's row there.
        places_are_rows: assert (place == {way, way_row} && written_place == {write_way, write_row});
        // The frame in the victim's way is of the same row there as the frame that is looked up.
        victim_shares_the_row: assert ((victim_way[2] ? left_upper : left_lower) == victim_row);
        // It is the one that is held there.
        victim_is_held: assert (!(known && present && victim_way == its_way && victim_row == its_row) || victim_frame == watched);
        // If no place is empty, the victim is a frame that is held.
        victim_was_found: assert (!(known && !vacant && victim_frame == watched) || (present && its_way == victim_way));
        // An empty place holds no frame.
        vacant_is_empty: assert (!(known && vacant && present && vacant_way == its_way) || vacant_row != its_row);

        where_held: assert (!known || has == (present ? 8'd1 << its_way : 8'd0));

        // The frame was held, made room for another, and is held in another half.
        reached_back: cover (known && present && moved && its_way[2] && found && frame == watched);
    end
    reg moved = 0;
    always @(posedge clock) moved <= moved || (known && present && loses && !its_way[2]);
endmodule
