// memento_miss_queue: Miss queue: frees outside the object table, refills, loads and displaced
// arenas, on their
// way to the list engine.
//
// Protocol:   valid/ready on both sides.
// Latency:    one cycle from put to valid.
// Throughput: one entry a cycle.
// Full:       put_ready is low; the pipeline offers the operation again.
// Reset:      empty.
//
// Sizes, fixed at generation:
//   depth       2  entries, a power of two
//   class_bits  2  bits, width of a class number
//   arena_bits  6  bits, width of an arena number
//   slot_bits   4  bits, width of a slot number
//
// Reset: synchronous, `reset` (active high).
//
// Verilog-2005.
// SPDX-License-Identifier: MIT OR Apache-2.0

`default_nettype none

module memento_miss_queue (
    // Clock and reset
    input  wire       clock,     // rising edge
    input  wire       reset,     // synchronous, active high

    // Put: valid/ready
    input  wire       put,       // an entry is offered
    output wire       put_ready, // it is accepted
    input  wire [1:0] put_kind,  // what is asked for
    input  wire       put_inbox, // the operation came from the inbox
    input  wire [1:0] put_class, // class
    input  wire [5:0] put_arena, // arena of a free
    input  wire [3:0] put_slot,  // slot of a free

    // Get: valid/ready
    output wire       get_valid, // an entry is there
    input  wire       get_ready, // it is taken
    output wire [1:0] get_kind,  // what is asked for
    output wire       get_inbox, // the operation came from the inbox
    output wire [1:0] get_class, // class
    output wire [5:0] get_arena, // arena of a free
    output wire [3:0] get_slot   // slot of a free
);

    localparam MISS_KIND_LSB       = 0;
    localparam MISS_INBOX_LSB      = 2;
    localparam MISS_SIZE_CLASS_LSB = 3;
    localparam MISS_ARENA_LSB      = 5;
    localparam MISS_SLOT_LSB       = 11;

    wire        pointers_push_entry;
    wire        pointers_full;
    wire        pointers_pop_entry;
    wire        pointers_empty;
    wire [14:0] entries_read_data;

    assign put_ready = !pointers_full;
    assign get_valid = !pointers_empty;

    memento_queue_pointers pointers (
        .clock      (clock),
        .reset      (reset),
        .push       (put && put_ready),
        .push_entry (pointers_push_entry),
        .full       (pointers_full),
        .pop        (get_ready && get_valid),
        .pop_entry  (pointers_pop_entry),
        .empty      (pointers_empty)
    );

    reg [14:0] entries_write_data;
    always @* begin : entries_write_data_logic
        entries_write_data[MISS_KIND_LSB +: 2] = put_kind;
        entries_write_data[MISS_INBOX_LSB] = put_inbox;
        entries_write_data[MISS_SIZE_CLASS_LSB +: 2] = put_class;
        entries_write_data[MISS_ARENA_LSB +: 6] = put_arena;
        entries_write_data[MISS_SLOT_LSB +: 4] = put_slot;
    end

    memento_lut_ram #(.WIDTH(15), .DEPTH(2)) entries (
        .clock         (clock),
        .write_address (pointers_push_entry),
        .write_data    (entries_write_data),
        .write         (put && put_ready),
        .read_address  (pointers_pop_entry),
        .read_data     (entries_read_data)
    );

    wire [14:0] oldest = entries_read_data; // oldest entry
    assign get_kind = oldest[MISS_KIND_LSB +: 2];
    assign get_inbox = oldest[MISS_INBOX_LSB];
    assign get_class = oldest[MISS_SIZE_CLASS_LSB +: 2];
    assign get_arena = oldest[MISS_ARENA_LSB +: 6];
    assign get_slot = oldest[MISS_SLOT_LSB +: 4];
endmodule

`default_nettype wire
