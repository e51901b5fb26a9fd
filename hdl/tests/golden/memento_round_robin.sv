// memento_round_robin: Round robin: one of several that want something, each in its turn.
//
// Protocol:   the one that may go is shown in the same cycle; advance says that it went, and
//             makes it the last in line.
// Fairness:   whoever keeps wanting goes before anyone else has gone twice.
// Latency:    combinational.
// Reset:      the lowest number is first in line.
//
// Sizes, fixed at generation:
//   clients      3  who may want something
//   number_bits  2  bits, width of a number of a client (derived)
//
// Reset: synchronous, `reset` (active high).
//
// SystemVerilog-2012.
// SPDX-License-Identifier: MIT OR Apache-2.0

`default_nettype none

module memento_round_robin (
    // Clock and reset
    input  wire        clock,   // rising edge
    input  wire        reset,   // synchronous, active high

    // Clients
    input  wire        want_0,  // it wants to go
    input  wire        want_1,  // it wants to go
    input  wire        want_2,  // it wants to go
    output logic       grant_0, // it may go
    output logic       grant_1, // it may go
    output logic       grant_2, // it may go

    // Choice
    output logic       any,     // someone may go
    output logic [1:0] number,  // its number
    input  wire        advance  // it goes at the coming edge
);

    logic behind_0; // it is behind the one that went last
    logic behind_1;
    logic behind_2;

    // Behind the one that went last, the lowest; else the lowest of all.
    wire first_below_0 = 1'b0; // so does one below it
    wire below_0 = 1'b0; // one below it wants to go
    wire first_0 = want_0 && behind_0; // it wants to go and is behind the one that went last
    wire first_below_1 = first_below_0 || first_0;
    wire below_1 = below_0 || want_0;
    wire first_1 = want_1 && behind_1;
    wire first_below_2 = first_below_1 || first_1;
    wire below_2 = below_1 || want_1;
    wire first_2 = want_2 && behind_2;
    wire first_below_3 = first_below_2 || first_2;
    wire below_3 = below_2 || want_2;
    assign any = below_3;
    wire passed_0 = 1'b0; // one below it may go
    assign grant_0 = (first_0 && !first_below_0) || (want_0 && !below_0 && !first_below_3);
    wire passed_1 = passed_0 || grant_0;
    assign grant_1 = (first_1 && !first_below_1) || (want_1 && !below_1 && !first_below_3);
    wire passed_2 = passed_1 || grant_1;
    assign grant_2 = (first_2 && !first_below_2) || (want_2 && !below_2 && !first_below_3);

    always_comb begin : number_logic
        number = 2'd0;
        if (grant_0) begin
            number = 2'd0;
        end
        if (grant_1) begin
            number = 2'd1;
        end
        if (grant_2) begin
            number = 2'd2;
        end
    end

    always_ff @(posedge clock) begin : behind_0_state
        if (reset) begin
            behind_0 <= 1'b0;
            behind_1 <= 1'b0;
            behind_2 <= 1'b0;
        end else begin
            if (advance) begin
                behind_0 <= passed_0;
            end
            if (advance) begin
                behind_1 <= passed_1;
            end
            if (advance) begin
                behind_2 <= passed_2;
            end
        end
    end
endmodule

`default_nettype wire
