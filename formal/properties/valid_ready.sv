// Valid/ready: what is offered is held until it is taken. ASSUMED is 1 where the surroundings offer.
`define RULE(label, condition) if (ASSUMED) assume (condition); else label: assert (condition)

module memento_valid_ready #(
    parameter ASSUMED = 0,
    parameter WIDTH = 1
) (
    input wire clock,
    input wire reset,
    input wire valid,
    input wire ready,
    input wire [WIDTH-1:0] payload
);
    reg             waited = 0;  // it was offered and not taken
    reg [WIDTH-1:0] offered;
    always @(posedge clock) begin
        waited <= !reset && valid && !ready;
        offered <= payload;
    end

    always @* if (!reset) begin
        // What is offered stays on offer until it is taken.
        `RULE(stays_offered, !waited || valid);
        // What is offered doesn't change until it is taken.
        `RULE(stays_the_same, !waited || payload == offered);
    end

    always @* if (!reset) begin
        // A transfer takes place after a wait.
        reached_transfer: cover (waited && valid && ready);
    end
endmodule
