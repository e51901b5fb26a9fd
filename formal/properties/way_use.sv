// Use of places: whether a place's mask differs from memory's is as was last noted.
//
// One place, of a frame's row in a way, both chosen freely, is followed.
module memento_way_use_properties #(
    parameter ROWS = 4,
    parameter FRAME_BITS = 10,
    parameter ROW_BITS = 2
) (
    input wire clock,

    input wire [FRAME_BITS-1:0] frame,
    input wire [2:0]            way,
    input wire                  changed,
    input wire                  note,
    input wire                  noted_changed,
    input wire                  clear,

    input wire [ROWS-1:0] changes_0__words,
    input wire [ROWS-1:0] changes_1__words,
    input wire [ROWS-1:0] changes_2__words,
    input wire [ROWS-1:0] changes_3__words,
    input wire [ROWS-1:0] changes_4__words,
    input wire [ROWS-1:0] changes_5__words,
    input wire [ROWS-1:0] changes_6__words,
    input wire [ROWS-1:0] changes_7__words
);
    (* anyconst *) wire [FRAME_BITS-1:0] watched;
    (* anyconst *) wire [2:0] its_way;
    wire [ROW_BITS-1:0] lower, upper, looked_lower, looked_upper;
    memento_fresh_rows rows (.frame(watched), .lower(lower), .upper(upper));
    memento_fresh_rows looked (.frame(frame), .lower(looked_lower), .upper(looked_upper));
    wire [ROW_BITS-1:0] row = its_way[2] ? upper : lower;
    wire [ROW_BITS-1:0] looked_row = its_way[2] ? looked_upper : looked_lower;
    wire [8*ROWS-1:0] changes = {changes_7__words, changes_6__words, changes_5__words, changes_4__words,
        changes_3__words, changes_2__words, changes_1__words, changes_0__words};

    wire its = looked_row == row;
    reg  known = 0, differs;
    always @(posedge clock) if (its && (clear || (note && way == its_way))) begin
        known <= 1;
        differs <= noted_changed;
    end

    always @* begin
        // A place that is looked up differs from memory as was last noted of it.
        differs_as_noted: assert (!(known && its && way == its_way) || changed == differs);

        where_noted: assert (!known || changes[its_way * ROWS + row] == differs);

        // A place that was noted as different is looked up again.
        reached_changed: cover (known && its && way == its_way && changed && !note);
    end
endmodule
