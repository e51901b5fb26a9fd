// What an evaluation of changes alone must follow: registers at rest and busy, a memory, words wider
// than 64 bits, a path from an input to an output through logic that registers feed too, and text.
module changes #(
    parameter SAY = 0
) (
    input  wire         clk,
    input  wire         reset,
    input  wire         start,
    input  wire [3:0]   address,
    input  wire [95:0]  data,
    output wire         busy,
    output wire [15:0]  found,
    output reg  [95:0]  line,
    output wire [7:0]   mixed,
    output wire         passes,
    output reg  [5:0]   turns
);
    reg [5:0]  count;
    reg [15:0] words [0:15];
    reg [15:0] last;
    wire       run = |count;

    always @(posedge clk) begin
        if (reset) count <= 0;
        else if (start & ~run) count <= data[5:0];
        else if (run) count <= count - 1;
    end

    // Follows itself alone.
    always @(posedge clk) turns <= reset ? 6'd0 : {turns[4:0], ~turns[5]};

    // Rests while nothing runs.
    always @(posedge clk) begin
        if (run) words[count[3:0]] <= data[40:25] ^ {10'd0, count};
        if (run & count[0]) line <= {line[63:0], data[31:0]} ^ {96{count[1]}};
        if (reset) last <= 0;
        else last <= words[address];
    end

    assign busy = run;
    assign found = words[address] ^ last;
    // The two phases of an evaluation both write these.
    wire [7:0] inner = start ? data[15:8] : {2'd0, count};
    assign mixed = inner ^ (passes ? 8'hff : last[7:0]);
    assign passes = (inner[0] & run) | (address == 4'd3);

    generate
        if (SAY) begin : say
            always @(posedge clk) if (run & ~|count[3:0]) $display("%0d %x", count, line[7:0]);
        end
    endgenerate
endmodule
