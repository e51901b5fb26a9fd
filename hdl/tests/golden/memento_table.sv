// memento_table: Squares.
//
// SystemVerilog-2012.
// SPDX-License-Identifier: MIT OR Apache-2.0

`default_nettype none

module memento_table (
    // Look-up: combinational
    input  wire  [2:0] address, // word number
    output logic [4:0] data     // the word, in the same cycle
);

    always_comb begin : data_logic
        case (address)
            3'd0: data = 5'd0;
            3'd1: data = 5'd1;
            3'd2: data = 5'd4;
            3'd3: data = 5'd9;
            3'd4: data = 5'd16;
            default: data = 5'd0;
        endcase
    end
endmodule

`default_nettype wire
