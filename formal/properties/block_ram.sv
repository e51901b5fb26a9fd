// Block RAM: a read gives what was last written there.
module memento_block_ram_properties #(
    parameter WIDTH = 8,
    parameter DEPTH = 16
) (
    input wire clock,
    input wire [$clog2(DEPTH)-1:0] write_address,
    input wire [WIDTH-1:0]         write_data,
    input wire                     write,
    input wire [$clog2(DEPTH)-1:0] read_address,
    input wire [WIDTH-1:0]         read_data,
    input wire [WIDTH*DEPTH-1:0]   __words
);
    (* anyconst *) wire [$clog2(DEPTH)-1:0] watched;
    reg             known = 0;  // the word was written
    reg [WIDTH-1:0] word;
    reg             read = 0;   // it was read, and not written in the same cycle
    always @(posedge clock) begin
        read <= known && read_address == watched && !(write && write_address == watched);
        if (write && write_address == watched) begin
            known <= 1;
            word <= write_data;
        end
    end
    reg [WIDTH-1:0] was;
    always @(posedge clock) was <= word;
    wire [WIDTH-1:0] there = __words >> (watched * WIDTH);

    always @* begin
        // A read gives, a cycle later, what was last written there, but for what is written as it is read.
        reads_back: assert (!read || read_data == was);

        where_written: assert (!known || there == word);

        // A word is read two cycles after it was written.
        reached_read: cover (read && read_data != 0);
    end
endmodule
