// Stops in the way that `kind` selects; counts the clock meanwhile.
module stops #(parameter int LIMIT = 1000) (
    input  logic        clk,
    input  logic        rst,
    input  logic [2:0]  kind,
    output logic [15:0] count
);
  always_ff @(posedge clk) begin
    if (rst) count <= 0;
    else count <= count + 1;
    if (count == 16'(LIMIT)) $fatal(1, "limit %0d reached", LIMIT);
    case (kind)
      1: $finish;
      2: $stop;
      3: $fatal(1, "count is %0d", count);
      4: $error("an error at %0d", count);
      5: $display("hello %0d", count);
      default: ;
    endcase
  end
  reached_three: cover property (@(posedge clk) count == 3);
endmodule
