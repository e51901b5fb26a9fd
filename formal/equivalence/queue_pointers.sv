// Pointers of a queue, restated: two places and a number of entries.
module memento_queue_pointers_properties #(
    parameter DEPTH = 16
) (
    input wire                     clock,
    input wire                     reset,
    input wire                     push,
    input wire [$clog2(DEPTH)-1:0] push_entry,
    input wire                     full,
    input wire                     pop,
    input wire [$clog2(DEPTH)-1:0] pop_entry,
    input wire                     empty,
    input wire [$clog2(DEPTH):0]   pushed,
    input wire [$clog2(DEPTH):0]   popped
);
    reg [$clog2(DEPTH)-1:0] in = 0, out = 0;
    reg [$clog2(DEPTH):0]   entries = 0;
    always @(posedge clock) begin
        if (reset) {in, out, entries} <= 0;
        else begin
            if (push) in <= in == DEPTH - 1 ? 0 : in + 1;
            if (pop) out <= out == DEPTH - 1 ? 0 : out + 1;
            if (push != pop) entries <= push ? entries + 1 : entries - 1;
        end
    end
    always @* if (!reset) begin
        // Nothing is pushed into a full queue, nothing is popped from an empty one.
        users_look: assume (!(push && full) && !(pop && empty));

        // Entries go round.
        entries_go_round: assert (push_entry == in && pop_entry == out);
        // Full and empty are told by the number of entries.
        told_by_the_number: assert (full == (entries == DEPTH) && empty == (entries == 0));

        where_entries: assert (entries == pushed - popped && entries <= DEPTH);

        // The queue is full.
        reached_full: cover (full);
    end
endmodule
