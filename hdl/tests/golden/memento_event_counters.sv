// memento_event_counters: Event counters: 64 bits each, exact whenever they are read.
//
// Each event has a few bits of its own that count at once; a scan adds them, one counter a
// cycle, to a memory of wide counts. A reading is the sum of both, so it never lags.
//
// Protocol:   events may pulse in any cycle, all at once too.
// Latency:    value follows select in the same cycle and includes every event before it.
// Reset:      clears, one cycle a counter; events don't count until ready.
//
// Sizes, fixed at generation:
//   events       3  counters
//   number_bits  2  bits, width of a counter number (derived)
//   recent_bits  2  bits, width of a count of the events between two scans (derived)
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

    logic [1:0]  scan;                  // counter that is scanned
    logic        cleared;               // every counter has been cleared
    logic [1:0]  recent_0;              // events since the counter was last scanned
    logic [1:0]  recent_1;
    logic [1:0]  recent_2;
    logic [63:0] totals_read_data;
    logic [63:0] read_totals_read_data;

    // Recent events: of the counter that is scanned they move to its total.
    wire [1:0] scanned_recent_0 = 2'd0; // recent events of the counter that is scanned
    wire [1:0] read_recent_0 = 2'd0; // recent events of the counter that is read
    wire happened_0 = event_pulses[0] && cleared; // an event to count

    logic [1:0] kept_0; // its recent events, but for this cycle's
    logic [1:0] scanned_recent_1;
    always_comb begin : kept_0_logic
        if (scan == 2'd0) begin
            kept_0 = 2'd0;
            scanned_recent_1 = recent_0;
        end else begin
            kept_0 = recent_0;
            scanned_recent_1 = scanned_recent_0;
        end
    end

    wire [1:0] read_recent_1 = (select == 2'd0) ? recent_0 : read_recent_0;
    wire happened_1 = event_pulses[1] && cleared;

    logic [1:0] kept_1;
    logic [1:0] scanned_recent_2;
    always_comb begin : kept_1_logic
        if (scan == 2'd1) begin
            kept_1 = 2'd0;
            scanned_recent_2 = recent_1;
        end else begin
            kept_1 = recent_1;
            scanned_recent_2 = scanned_recent_1;
        end
    end

    wire [1:0] read_recent_2 = (select == 2'd1) ? recent_1 : read_recent_1;
    wire happened_2 = event_pulses[2] && cleared;

    logic [1:0] kept_2;
    logic [1:0] scanned_recent_3;
    always_comb begin : kept_2_logic
        if (scan == 2'd2) begin
            kept_2 = 2'd0;
            scanned_recent_3 = recent_2;
        end else begin
            kept_2 = recent_2;
            scanned_recent_3 = scanned_recent_2;
        end
    end

    wire [1:0] read_recent_3 = (select == 2'd2) ? recent_2 : read_recent_2;

    always_ff @(posedge clock) begin : scan_state
        if (reset) begin
            scan <= 2'd0;
            cleared <= 1'b0;
            recent_0 <= 2'd0;
            recent_1 <= 2'd0;
            recent_2 <= 2'd0;
        end else begin
            if (happened_0) begin
                recent_0 <= kept_0 + 2'd1;
            end else begin
                recent_0 <= kept_0;
            end
            if (happened_1) begin
                recent_1 <= kept_1 + 2'd1;
            end else begin
                recent_1 <= kept_1;
            end
            if (happened_2) begin
                recent_2 <= kept_2 + 2'd1;
            end else begin
                recent_2 <= kept_2;
            end
            if (scan == 2'd2) begin
                scan <= 2'd0;
                cleared <= 1'b1;
            end else begin
                scan <= scan + 2'd1;
            end
        end
    end

    assign ready = cleared;

    // Totals: cleared by the first scan after reset.
    logic [63:0] totals_write_data;
    logic [63:0] read_totals_write_data;
    always_comb begin : totals_write_data_logic
        if (cleared) begin
            totals_write_data = totals_read_data + {62'd0, scanned_recent_3};
            read_totals_write_data = totals_read_data + {62'd0, scanned_recent_3};
        end else begin
            totals_write_data = 64'd0;
            read_totals_write_data = 64'd0;
        end
    end

    memento_lut_ram #(.WIDTH(64), .DEPTH(4)) totals (
        .clock         (clock),
        .write_address (scan),
        .write_data    (totals_write_data),
        .write         (1'b1),
        .read_address  (scan),
        .read_data     (totals_read_data)
    );

    memento_lut_ram #(.WIDTH(64), .DEPTH(4)) read_totals (
        .clock         (clock),
        .write_address (scan),
        .write_data    (read_totals_write_data),
        .write         (1'b1),
        .read_address  (select),
        .read_data     (read_totals_read_data)
    );

    assign value = read_totals_read_data + {62'd0, read_recent_3};
endmodule

`default_nettype wire
