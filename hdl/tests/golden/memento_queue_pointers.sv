// memento_queue_pointers: Pointers of a first-in first-out queue whose entries are in a memory
// beside it.
//
// Protocol:   push only while not full, pop only while not empty; both in one cycle are fine.
// Latency:    an entry pushed at an edge is at the head after that edge.
// Reset:      empty.
//
// Sizes, fixed at generation:
//   depth       4  entries, a power of two
//   entry_bits  2  bits, width of an entry number (derived)
//
// Reset: synchronous, `reset_n` (active low).
//
// SystemVerilog-2012.
// SPDX-License-Identifier: MIT OR Apache-2.0

`default_nettype none

module memento_queue_pointers (
    // Clock and reset
    input  wire        clock,      // rising edge
    input  wire        reset_n,    // synchronous, active low

    // Push
    input  wire        push,       // an entry is added
    output logic [1:0] push_entry, // where it goes
    output logic       full,       // no room

    // Pop
    input  wire        pop,        // the oldest entry is removed
    output logic [1:0] pop_entry,  // where the oldest is
    output logic       empty       // nothing there
);

    logic [2:0] pushed; // entries pushed, modulo twice the depth
    logic [2:0] popped; // entries popped, modulo twice the depth

    assign push_entry = pushed[1:0];
    assign pop_entry = popped[1:0];
    assign empty = pushed == popped;
    assign full = (pushed - popped) == 3'd4;

    always_ff @(posedge clock) begin : pushed_state
        if (!reset_n) begin
            pushed <= 3'd0;
            popped <= 3'd0;
        end else begin
            if (push) begin
                pushed <= pushed + 3'd1;
            end
            if (pop) begin
                popped <= popped + 3'd1;
            end
        end
    end
endmodule

`default_nettype wire
