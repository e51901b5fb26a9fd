// Plain free: what it changes in a header that is at hand, and of which headers.
module memento_plain_free_properties #(
    parameter SLOT_BITS = 4,
    parameter OBJECTS = 16,
    parameter LIST_THRESHOLD = 3
) (
    input wire clock,
    input wire reset,

    input wire                 ask,
    input wire [SLOT_BITS-1:0] slot,
    input wire                 elsewhere,
    input wire                 done,
    input wire                 refused,
    input wire                 at_hand,
    input wire                 changing,
    input wire                 read,
    input wire [2:0]           beat,
    input wire [63:0]          read_data,
    input wire                 write,
    input wire [63:0]          write_data,

    input wire        takes_bitmap,
    input wire        takes_count,
    input wire        puts,
    input wire [63:0] bitmap,
    input wire        allocated,
    input wire [63:0] sealed
);
    localparam WORTH_LISTING = OBJECTS - LIST_THRESHOLD + 1;  // allocated slots with the one that is freed

    wire [8:0]  number = slot;
    wire [2:0]  its_beat = {1'b0, number[7:6]};
    wire [63:0] its_bit = 64'd1 << number[5:0];
    function [15:0] sum(input [63:0] halfwords);
        sum = halfwords[15:0] + halfwords[31:16] + halfwords[47:32] + halfwords[63:48];
    endfunction

    // A free is asked for, and was when it began.
    reg asked = 0;
    reg [SLOT_BITS-1:0] asked_slot;
    always @(posedge clock) {asked, asked_slot} <= {!reset && ask && !elsewhere && !done && !refused, slot};

    // The header's beats as they were read, and the bitmap's as it was written.
    reg read_was = 0, wrote = 0;
    reg [2:0]  beat_was;
    reg [63:0] bits_read, count_read, bits_written;
    always @(posedge clock) begin
        {read_was, beat_was} <= {!reset && read, beat};
        if (read_was && beat_was == its_beat) bits_read <= read_data;
        if (read_was && beat_was == 6) count_read <= read_data;
        if (write && beat == its_beat) bits_written <= write_data;
        wrote <= asked && (wrote || write);
    end
    wire [63:0] count_seen = read_was && beat_was == 6 ? read_data : count_read;
    wire plain = (bits_read & its_bit) != 0 && count_seen[15:0] > 1 && count_seen[15:0] <= OBJECTS && count_seen[15:0] != WORTH_LISTING;

    always @* if (!reset) begin
        // What is asked stays until there is an outcome.
        asks_until_told: assume (!asked || (ask && slot == asked_slot));

        // A free is carried out only if its slot is taken, and its arena isn't left empty, nor made worth listing by it.
        clears_plain: assert (!done || plain);
        // Any other is refused, and nothing was written.
        refuses_others: assert (!refused || (!plain && !write && !wrote));
        // The slot's bit is cleared, and no other.
        clears_its_bit: assert (!(write && beat == its_beat) || write_data == (bits_read & ~its_bit));
        // The count is one less.
        counts_down: assert (!(write && beat != its_beat) || (beat == 6 && write_data[15:0] == count_read[15:0] - 16'd1
            && write_data[63:32] == count_read[63:32]));
        // The sum of the header stays as it was.
        keeps_sum: assert (!done || (write && beat == 6
            && sum(bits_written) + sum(write_data) == sum(bits_read) + sum(count_read)));
        // Whether the header is at hand is told at once.
        tells_at_once: assert (elsewhere == (ask && !at_hand && !(asked && changing)));
        // There is one outcome.
        one_outcome: assert (elsewhere + done + refused <= 1 && (!(done || refused) || asked));

        // A slot is cleared.
        reached_done: cover (done);
        // The last slot but one is cleared, and then the last is refused.
        reached_refused: cover (refused && count_seen[15:0] == 1);

        where_asked: assert (takes_bitmap || takes_count || puts ? asked : !(asked && wrote));
        where_bitmap: assert (!takes_bitmap || (read_was && beat_was == its_beat && !wrote));
        where_count: assert (!takes_count || (read_was && beat_was == 6 && !wrote && bitmap == (bits_read & ~its_bit)
            && allocated == ((bits_read & its_bit) != 0)));
        where_put: assert (!puts || (!read_was && plain && bits_written == (bits_read & ~its_bit) && sealed[15:0] == count_read[15:0] - 16'd1
            && sealed[63:32] == count_read[63:32] && sum(bits_written) + sum(sealed) == sum(bits_read) + sum(count_read)));
    end
endmodule
