// Passes each input to an output, combinationally and through a register:
// one pair of ports for each way a width is stored.
module widths (
    input  logic                clk,
    input  logic                a1,
    input  logic         [7:0]  a8,
    input  logic         [8:0]  a9,
    input  logic         [15:0] a16,
    input  logic         [16:0] a17,
    input  logic         [31:0] a32,
    input  logic         [32:0] a33,
    input  logic         [63:0] a64,
    input  logic         [64:0] a65,
    input  logic        [511:0] a512,
    input  logic signed  [11:0] s12,
    input  logic         [15:8] \odd$name__x ,
    output logic                y1,
    output logic         [7:0]  y8,
    output logic         [8:0]  y9,
    output logic         [15:0] y16,
    output logic         [16:0] y17,
    output logic         [31:0] y32,
    output logic         [32:0] y33,
    output logic         [63:0] y64,
    output logic         [64:0] y65,
    output logic        [511:0] y512,
    output logic signed  [19:0] s20,
    output logic         [7:0]  odd_y,
    output logic        [511:0] q512
);
  assign y1    = a1;
  assign y8    = a8;
  assign y9    = a9;
  assign y16   = a16;
  assign y17   = a17;
  assign y32   = a32;
  assign y33   = a33;
  assign y64   = a64;
  assign y65   = a65;
  assign y512  = a512;
  assign s20   = 20'(s12);
  assign odd_y = \odd$name__x ;
  always_ff @(posedge clk) q512 <= a512;
endmodule
