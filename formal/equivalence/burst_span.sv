// Lines that an AXI4 burst touches, restated beat by beat: any beat and any line, chosen freely.
module memento_burst_span_properties #(
    parameter MEMORY_BITS = 22,
    parameter MEMORY_TAG = 512,
    parameter FRAME_BITS = 10,
    parameter DATA_BITS = 64,
    parameter PHYSICAL_BITS = 32
) (
    input wire [PHYSICAL_BITS-1:0] address,
    input wire [7:0]               length,
    input wire [2:0]               size,
    input wire [1:0]               kind,
    input wire                     in_memory,
    input wire [FRAME_BITS-1:0]    frame,
    input wire [5:0]               line,
    input wire [63:0]              touched,
    input wire                     one_line,
    input wire                     whole_line
);
    localparam FIXED = 0, INCR = 1, WRAP = 2;
    wire [PHYSICAL_BITS:0] beat_bytes = 1 << size;
    wire [PHYSICAL_BITS:0] bytes = (length + 1) * beat_bytes;
    wire [PHYSICAL_BITS:0] start = address / beat_bytes * beat_bytes;
    wire [PHYSICAL_BITS:0] lower = address / bytes * bytes;  // where a wrapping burst goes on

    // The address of any beat, as the protocol's specification has it.
    (* anyconst *) wire [7:0] beat;
    wire [PHYSICAL_BITS:0] ahead = start + beat * beat_bytes;
    wire [PHYSICAL_BITS:0] place = kind == FIXED ? start : kind == WRAP && ahead >= lower + bytes ? ahead - bytes : ahead;
    // The first and the last line.
    wire [PHYSICAL_BITS:0] first = kind == WRAP ? lower : start;
    wire [PHYSICAL_BITS:0] last = kind == FIXED ? start : kind == WRAP ? lower + bytes - 1 : start + bytes - 1;
    (* anyconst *) wire [5:0] any_line;

    wire legal = beat_bytes <= DATA_BITS / 8 && (kind == FIXED ? length < 16
        : kind == INCR ? start / 4096 == (start + bytes - 1) / 4096
        : kind == WRAP && (length == 1 || length == 3 || length == 7 || length == 15) && start == address);
    always @* begin
        // Bursts are legal: beats no wider than the bus, none crosses 4 KiB, wrapping ones have 2, 4, 8 or 16 aligned beats.
        bursts_are_legal: assume (legal);

        // Every beat's line is touched.
        beats_touch: assert (beat > length || touched[place / 64 % 64]);
        // No line before the first or behind the last is touched, and all between are.
        nothing_else_is_touched: assert (touched[any_line] == (any_line >= first / 64 % 64 && any_line <= last / 64 % 64));
        // The first line is the burst's first.
        line_is_first: assert (line == first / 64 % 64 && one_line == (first / 64 == last / 64));
        // A burst covers a whole line where its beats are each of that line's words once.
        whole_is_each_word_once: assert (whole_line == (one_line && kind != FIXED && bytes == 64 && beat_bytes == DATA_BITS / 8));
        // Frame and memory are those of the address.
        frame_of_address: assert (frame == address / 4096 % (1 << FRAME_BITS) && in_memory == (address >> MEMORY_BITS == MEMORY_TAG));

        // A burst that wraps touches a line.
        reached_wrap: cover (kind == WRAP && place < start && beat <= length);
        // A burst touches two lines.
        reached_two: cover (kind == INCR && !one_line);
    end
endmodule
