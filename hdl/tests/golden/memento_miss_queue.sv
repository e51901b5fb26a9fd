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
// SystemVerilog-2012.
// SPDX-License-Identifier: MIT OR Apache-2.0

`default_nettype none

module memento_miss_queue (
    // Clock and reset
    input  wire        clock,     // rising edge
    input  wire        reset,     // synchronous, active high

    // Put: valid/ready
    input  wire        put,       // an entry is offered
    output logic       put_ready, // it is accepted
    input  wire  [1:0] put_kind,  // what is asked for
    input  wire        put_inbox, // the operation came from the inbox
    input  wire  [1:0] put_class, // class
    input  wire  [5:0] put_arena, // arena of a free
    input  wire  [3:0] put_slot,  // slot of a free

    // Get: valid/ready
    output logic       get_valid, // an entry is there
    input  wire        get_ready, // it is taken
    output logic [1:0] get_kind,  // what is asked for
    output logic       get_inbox, // the operation came from the inbox
    output logic [1:0] get_class, // class
    output logic [5:0] get_arena, // arena of a free
    output logic [3:0] get_slot   // slot of a free
);

    typedef struct packed {
        logic [3:0] slot;
        logic [5:0] arena;
        logic [1:0] size_class;
        logic       inbox;
        logic [1:0] kind;
    } miss_t;

    logic  pointers_push_entry;
    logic  pointers_full;
    logic  pointers_pop_entry;
    logic  pointers_empty;
    miss_t entries_read_data;

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

    miss_t entries_write_data;
    always_comb begin : entries_write_data_logic
        entries_write_data.kind = put_kind;
        entries_write_data.inbox = put_inbox;
        entries_write_data.size_class = put_class;
        entries_write_data.arena = put_arena;
        entries_write_data.slot = put_slot;
    end

    memento_lut_ram #(.WIDTH(15), .DEPTH(2)) entries (
        .clock         (clock),
        .write_address (pointers_push_entry),
        .write_data    (entries_write_data),
        .write         (put && put_ready),
        .read_address  (pointers_pop_entry),
        .read_data     (entries_read_data)
    );

    miss_t oldest; // oldest entry
    assign oldest = entries_read_data;
    assign get_kind = oldest.kind;
    assign get_inbox = oldest.inbox;
    assign get_class = oldest.size_class;
    assign get_arena = oldest.arena;
    assign get_slot = oldest.slot;
endmodule

`default_nettype wire
