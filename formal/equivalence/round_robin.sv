// Round robin, restated: the search begins behind the one that went last.
module memento_round_robin_properties #(
    parameter CLIENTS = 3
) (
    input wire                       clock,
    input wire                       reset,
    input wire [CLIENTS-1:0]         wants,
    input wire [CLIENTS-1:0]         grants,
    input wire                       any,
    input wire [$clog2(CLIENTS)-1:0] number,
    input wire                       advance,
    input wire [CLIENTS-1:0]         behinds
);
    reg [$clog2(CLIENTS+1)-1:0] start = 0;  // where the search begins
    reg [$clog2(CLIENTS+1)-1:0] chosen;     // the first that wants to go from there on
    reg found;
    integer i;
    always @* begin
        found = 0;
        chosen = 0;
        for (i = 0; i < CLIENTS; i = i + 1)
            if (!found && wants[(start + i) % CLIENTS]) begin
                found = 1;
                chosen = (start + i) % CLIENTS;
            end
    end
    always @(posedge clock) begin
        if (reset) start <= 0;
        else if (advance) start <= found ? (chosen + 1) % CLIENTS : 0;
    end
    // One client, chosen freely: how many others went since it began to want.
    (* anyconst *) wire [$clog2(CLIENTS)-1:0] me;
    reg [$clog2(CLIENTS+1)-1:0] others = 0;
    always @(posedge clock) begin
        if (reset || !wants[me] || grants[me]) others <= 0;
        else if (advance) others <= others + 1;
    end
    always @* if (!reset) begin
        // The one that may go is the first that wants to, behind the one that went last.
        first_behind_the_last: assert (any == found && grants == (found ? 1 << chosen : 0) && (!found || number == chosen));
        // Each goes before any other goes twice.
        none_waits_longer: assert (me >= CLIENTS || others < CLIENTS);

        where_behind: assert (start < CLIENTS && behinds == ((1 << CLIENTS) - (1 << start)) % (1 << CLIENTS) * (start != 0));
        where_others: assert (me >= CLIENTS || others + (me + CLIENTS - start) % CLIENTS < CLIENTS);

        // The last has gone, and the first is next.
        reached_around: cover (found && start == CLIENTS - 1 && chosen == 0);
    end
endmodule
