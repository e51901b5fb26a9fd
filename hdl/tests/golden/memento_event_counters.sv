// memento_event_counters: Event counters: 64 bits each, exact whenever they are read.
//
// Each event has a few bits of its own that count at once, kept across: bit `i` of word `j` is
// bit `j` of event `i`'s count, so a few gates a bit count all events. When one of these counts
// reaches its last bit, a scan adds all of them, one counter a cycle, to a memory of wide counts;
// none can overflow before its turn. Else the memory rests. A reading is the sum of both, so it
// never lags.
//
// Protocol:   events may pulse in any cycle, all at once too.
// Latency:    value follows select in the same cycle and includes every event before it.
// Reset:      clears, one cycle a counter and one more; events don't count until ready.
//
// Sizes, fixed at generation:
//   events       3  counters
//   number_bits  2  bits, width of a counter number (derived)
//   due_bit      2  the last bit of a recent count: a scan takes fewer cycles than it stands for (derived)
//   recent_bits  3  bits, width of a count of the events between two scans (derived)
//
// Reset: synchronous, `reset` (active high).
//
// SystemVerilog-2012.
// SPDX-License-Identifier: MIT OR Apache-2.0

`default_nettype none

module memento_event_counters (
    // Clock and reset
    input  wire         clock,        // rising edge
    input  wire         reset,        // synchronous, active high

    // Events
    input  wire  [2:0]  event_pulses, // one bit an event: it happened in this cycle
    output logic        ready,        // every counter has been cleared

    // Reading: combinational
    input  wire  [1:0]  select,       // counter number
    output logic [63:0] value         // its count
);

    logic        scanning;              // a counter is scanned
    logic [1:0]  scan;                  // its number
    logic        cleared;               // every counter has been cleared
    logic [2:0]  recent_0;              // events since the counter was last scanned, a bit of each count
    logic [2:0]  recent_1;
    logic [2:0]  recent_2;
    logic [63:0] totals_read_data;
    logic [63:0] read_totals_read_data;

    // Recent events: of the counter that is scanned they move to its total.
    wire due = |recent_2; // a count is to be moved to its total soon
    wire [2:0] scanned = scanning ? (3'd1 << scan) : 3'd0; // the counter that is scanned, if one is
    wire [2:0] read = 3'd1 << select; // the counter that is read
    wire [63:0] scanned_recent_0 = 64'd0; // recent events of the counter that is scanned, up to a bit
    wire [63:0] read_recent_0 = 64'd0; // recent events of the counter that is read, up to a bit
    wire [2:0] carry_0 = cleared ? event_pulses : 3'd0; // events that carry into a bit of their counts
    wire [2:0] kept_0 = recent_0 & ~scanned; // recent events, but for those that are scanned
    wire [2:0] carry_1 = kept_0 & carry_0;
    wire [63:0] scanned_recent_1 = |(recent_0 & scanned) ? (scanned_recent_0 | 64'd1)
        : scanned_recent_0;
    wire [63:0] read_recent_1 = |(recent_0 & read) ? (read_recent_0 | 64'd1) : read_recent_0;
    wire [2:0] kept_1 = recent_1 & ~scanned;
    wire [2:0] carry_2 = kept_1 & carry_1;
    wire [63:0] scanned_recent_2 = |(recent_1 & scanned) ? (scanned_recent_1 | 64'd2)
        : scanned_recent_1;
    wire [63:0] read_recent_2 = |(recent_1 & read) ? (read_recent_1 | 64'd2) : read_recent_1;
    wire [2:0] kept_2 = recent_2 & ~scanned;
    wire [63:0] scanned_recent_3 = |(recent_2 & scanned) ? (scanned_recent_2 | 64'd4)
        : scanned_recent_2;
    wire [63:0] read_recent_3 = |(recent_2 & read) ? (read_recent_2 | 64'd4) : read_recent_2;

    always_ff @(posedge clock) begin : scanning_state
        if (reset) begin
            scanning <= 1'b0;
            scan <= 2'd0;
            cleared <= 1'b0;
            recent_0 <= 3'd0;
            recent_1 <= 3'd0;
            recent_2 <= 3'd0;
        end else begin
            recent_0 <= kept_0 ^ carry_0;
            recent_1 <= kept_1 ^ carry_1;
            recent_2 <= kept_2 ^ carry_2;
            if (scanning) begin
                if (scan == 2'd2) begin
                    scanning <= due;
                    scan <= 2'd0;
                    cleared <= 1'b1;
                end else begin
                    scan <= scan + 2'd1;
                end
            end else begin
                scanning <= due || !cleared;
            end
        end
    end

    assign ready = cleared;

    // Totals: cleared by the first scan after reset.
    wire [63:0] total = cleared ? (totals_read_data + scanned_recent_3) : 64'd0; // the scanned counter's new total

    memento_lut_ram #(.WIDTH(64), .DEPTH(4)) totals (
        .clock         (clock),
        .write_address (scan),
        .write_data    (total),
        .write         (scanning),
        .read_address  (scan),
        .read_data     (totals_read_data)
    );

    memento_lut_ram #(.WIDTH(64), .DEPTH(4)) read_totals (
        .clock         (clock),
        .write_address (scan),
        .write_data    (total),
        .write         (scanning),
        .read_address  (select),
        .read_data     (read_totals_read_data)
    );

    assign value = read_totals_read_data + read_recent_3;
endmodule

`default_nettype wire
