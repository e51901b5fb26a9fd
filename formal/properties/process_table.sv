// Process table: what is said of a process is what was last set of that process, whatever is set of others.
//
// One process, chosen freely, is followed.
module memento_process_table_properties #(
    parameter PROCESSES = 2,
    parameter PROCESS_BITS = 1,
    parameter FRAME_INDEX_BITS = 10,
    parameter FRAMES_BITS = 11
) (
    input wire clock,
    input wire reset,

    input wire [PROCESS_BITS-1:0]     process_id,
    input wire [1:0]                  process_state,
    input wire [FRAME_INDEX_BITS-1:0] root,
    input wire [FRAMES_BITS-1:0]      quota,
    input wire [FRAMES_BITS-1:0]      used,
    input wire                        barred,
    input wire                        set_state,
    input wire [1:0]                  new_state,
    input wire                        set_barred,
    input wire                        set_root,
    input wire [FRAME_INDEX_BITS-1:0] new_root,
    input wire                        set_quota,
    input wire [FRAMES_BITS-1:0]      new_quota,
    input wire                        set_used,
    input wire [FRAMES_BITS-1:0]      new_used,
    input wire [PROCESS_BITS-1:0]     read_process,
    input wire [1:0]                  read_state,
    input wire [FRAMES_BITS-1:0]      read_used,

    input wire [2*PROCESSES-1:0]                states,
    input wire [PROCESSES-1:0]                  bars,
    input wire [FRAME_INDEX_BITS*PROCESSES-1:0] roots__words,
    input wire [FRAMES_BITS*PROCESSES-1:0]      quotas__words,
    input wire [FRAMES_BITS*PROCESSES-1:0]      counts__words,
    input wire [FRAMES_BITS*PROCESSES-1:0]      read_counts__words
);
    (* anyconst *) wire [PROCESS_BITS-1:0] watched;
    reg [1:0]                  its_state = 0;
    reg                        its_bar = 0;
    reg [FRAME_INDEX_BITS-1:0] its_root;
    reg [FRAMES_BITS-1:0]      its_quota, its_used;
    reg                        has_root = 0, has_quota = 0, has_used = 0;  // it was set
    wire                       its = process_id == watched;
    always @(posedge clock) begin
        if (reset) {its_state, its_bar} <= 0;
        else if (its && set_state) {its_state, its_bar} <= {new_state, 1'b0};
        else if (its && set_barred) its_bar <= 1;
        if (its && set_root) {has_root, its_root} <= {1'b1, new_root};
        if (its && set_quota) {has_quota, its_quota} <= {1'b1, new_quota};
        if (its && set_used) {has_used, its_used} <= {1'b1, new_used};
    end

    always @* if (!reset) begin
        // A process is in the state, and barred from arenas, as was last set of it.
        state_is_its_own: assert (!its || (process_state == its_state && barred == its_bar));
        // Its page table is its own: no operation of another process changes its root.
        root_is_its_own: assert (!(its && has_root) || root == its_root);
        // So are its quota and the number of frames that it holds.
        frames_are_its_own: assert (!its || ((!has_quota || quota == its_quota) && (!has_used || used == its_used)));
        // What is read of it is the same; of a process that isn't there no frames are told.
        reads_are_its_own: assert (read_process != watched || (read_state == its_state
            && (its_state == 0 ? read_used == 0 : !has_used || read_used == its_used)));

        where_state: assert (states[2*watched +: 2] == its_state && bars[watched] == its_bar);
    end

    // Reset leaves memories as they are.
    always @* begin
        where_root: assert (!has_root || roots__words[FRAME_INDEX_BITS*watched +: FRAME_INDEX_BITS] == its_root);
        where_quota: assert (!has_quota || quotas__words[FRAMES_BITS*watched +: FRAMES_BITS] == its_quota);
        where_used: assert (!has_used || (counts__words[FRAMES_BITS*watched +: FRAMES_BITS] == its_used
            && read_counts__words[FRAMES_BITS*watched +: FRAMES_BITS] == its_used));
    end

    always @* if (!reset) begin
        // Another process' root was set since, and this one's is looked at again.
        reached_root: cover (its && has_root && others && root != 0 && its_state != 0);
    end
    reg others = 0;
    always @(posedge clock) others <= !reset && (others || (!its && set_root && has_root));
endmodule
