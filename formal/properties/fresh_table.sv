// Fresh table: what it shows of a line is what became of that line since its frame was granted.
//
// One line of one frame, both chosen freely, is followed. `fresh` is the truth: set by a grant, ended by a
// drop and by a clear, and nothing else. `stored` is what memory's mask table says of the line. Tags,
// block RAMs and what is known of places are left open but for what is proven of their own modules: of
// the frame followed, `present` and `way` say whether and where its mask is held, `mask` its bit there,
// `differs` whether memory has another, `note` what is noted of the frame.

// The place of a frame in a way: the way, and below it the row of the frame in that half.
module memento_place_of_frame #(
    parameter FRAME_BITS = 10,
    parameter PLACE_BITS = 5
) (
    input wire  [FRAME_BITS-1:0] frame,
    input wire  [2:0]            way,
    output wire [PLACE_BITS-1:0] place
);
    wire [PLACE_BITS-4:0] lower, upper;
    memento_fresh_rows rows (.frame(frame), .lower(lower), .upper(upper));
    assign place = {way, way[2] ? upper : lower};
endmodule

module memento_fresh_table_properties #(
    parameter PHYSICAL_BITS = 32,
    parameter DATA_BITS = 64,
    parameter FRAME_BITS = 10,
    parameter PLACE_BITS = 5,
    parameter MEMORY_TAG = 512
) (
    input wire clock,
    input wire reset,

    input wire sweeps,
    input wire idles,
    input wire chooses,
    input wire weighs,
    input wire spills,
    input wire gathers,
    input wire spill_waits,
    input wire restores,
    input wire skips,
    input wire leaves,
    input wire fetches,
    input wire fetch_waits,
    input wire enters,

    input wire [FRAME_BITS-1:0] swept,
    input wire [FRAME_BITS-1:0] own_frame,
    input wire [FRAME_BITS-1:0] job_frame,
    input wire [FRAME_BITS-1:0] leaving_frame,
    input wire                  job_grant,
    input wire                  job_whole,
    input wire [2:0]            way,
    input wire [3:0]            walk,
    input wire                  putting,
    input wire [2:0]            put_member,
    input wire [7:0]            put_members,
    input wire [63:0]           entering,
    input wire                  clearing,
    input wire [FRAME_BITS-1:0] cleared_frame,
    input wire [5:0]            cleared_line,
    input wire [PLACE_BITS-1:0] cleared_place,

    input wire [FRAME_BITS-1:0] change_frame,
    input wire [2:0]            change_way,
    input wire                  change_place,
    input wire                  change_every_way,
    input wire                  change_held,
    input wire                  change_put,
    input wire [63:0]           change_mask,
    input wire                  change_note,
    input wire [1:0]            change_noted,

    input wire                  tags__found,
    input wire [2:0]            tags__way,
    input wire [PLACE_BITS-1:0] tags__place,
    input wire                  tags__vacant,
    input wire [2:0]            tags__vacant_way,
    input wire [FRAME_BITS-1:0] tags__victim_frame,
    input wire [PLACE_BITS-1:0] tags__written_place,
    input wire [63:0]           masks__read_data,
    input wire [2:0]            way_use__victim_way,
    input wire [2:0]            way_use_way,
    input wire                  way_use__changed,
    input wire                  way_use_note,
    input wire                  way_use_noted_changed,

    // What the modules that are left open are told, and say.
    input wire [63:0] read_view__masks__read_data,
    input wire [1:0]  read_view__notes__read_data,
    input wire [63:0] write_view__masks__read_data,
    input wire [1:0]  write_view__notes__read_data,
    input wire [FRAME_BITS-1:0] tags__frame,
    input wire [2:0] tags__victim_way,
    input wire tags__write,
    input wire tags__write_every_way,
    input wire [2:0] tags__write_way,
    input wire [FRAME_BITS-1:0] tags__write_frame,
    input wire tags__written_held,
    input wire masks__write,
    input wire [PLACE_BITS-1:0] masks__write_address,
    input wire [63:0] masks__write_data,
    input wire [PLACE_BITS-1:0] masks__read_address,
    input wire [FRAME_BITS-1:0] read_view__tags__frame,
    input wire read_view__tags__write,
    input wire read_view__tags__write_every_way,
    input wire [2:0] read_view__tags__write_way,
    input wire [FRAME_BITS-1:0] read_view__tags__write_frame,
    input wire read_view__tags__written_held,
    input wire read_view__masks__write,
    input wire [PLACE_BITS-1:0] read_view__masks__write_address,
    input wire [63:0] read_view__masks__write_data,
    input wire [PLACE_BITS-1:0] read_view__masks__read_address,
    input wire read_view__notes__write,
    input wire [FRAME_BITS-1:0] read_view__notes__write_address,
    input wire [1:0] read_view__notes__write_data,
    input wire [FRAME_BITS-1:0] read_view__notes__read_address,
    input wire [FRAME_BITS-1:0] write_view__tags__frame,
    input wire write_view__tags__write,
    input wire write_view__tags__write_every_way,
    input wire [2:0] write_view__tags__write_way,
    input wire [FRAME_BITS-1:0] write_view__tags__write_frame,
    input wire write_view__tags__written_held,
    input wire write_view__masks__write,
    input wire [PLACE_BITS-1:0] write_view__masks__write_address,
    input wire [63:0] write_view__masks__write_data,
    input wire [PLACE_BITS-1:0] write_view__masks__read_address,
    input wire write_view__notes__write,
    input wire [FRAME_BITS-1:0] write_view__notes__write_address,
    input wire [1:0] write_view__notes__write_data,
    input wire [FRAME_BITS-1:0] write_view__notes__read_address,
    input wire [FRAME_BITS-1:0] way_use__frame,
    input wire [2:0] way_use__way,
    input wire way_use__note,
    input wire way_use__noted_changed,

    input wire [FRAME_BITS-1:0] read_ahead_frame,
    input wire                  read_moves,
    input wire                  read_valid,
    input wire [FRAME_BITS-1:0] read_frame,
    input wire                  read_settled,
    input wire                  read_held,
    input wire [63:0]           read_mask,
    input wire                  read_whole,
    input wire                  read_spilled,
    input wire                  read_fetch,
    input wire [PLACE_BITS-1:0] read_view__found_place,
    input wire                  read_view__looks_again,
    input wire                  read_view__tags__found,
    input wire [2:0]            read_view__tags__way,
    input wire [PLACE_BITS-1:0] read_view__tags__place,
    input wire [PLACE_BITS-1:0] read_view__tags__written_place,

    input wire [FRAME_BITS-1:0] write_ahead_frame,
    input wire                  write_moves,
    input wire                  write_valid,
    input wire [FRAME_BITS-1:0] write_frame,
    input wire                  write_settled,
    input wire                  write_held,
    input wire [63:0]           write_mask,
    input wire                  write_whole,
    input wire                  write_spilled,
    input wire [PLACE_BITS-1:0] write_place,
    input wire                  write_fetch,
    input wire                  write_view__looks_again,
    input wire                  write_view__tags__found,
    input wire [2:0]            write_view__tags__way,
    input wire [PLACE_BITS-1:0] write_view__tags__place,
    input wire [PLACE_BITS-1:0] write_view__tags__written_place,

    input wire                  clear_valid,
    input wire                  clear_ready,
    input wire [FRAME_BITS-1:0] clear_frame,
    input wire [5:0]            clear_line,
    input wire [PLACE_BITS-1:0] clear_place,

    input wire                  grant_valid,
    input wire                  grant_ready,
    input wire [PHYSICAL_BITS-13:0] grant_frame,
    input wire                  grant_fresh,

    input wire                  hold,
    input wire [FRAME_BITS-1:0] victim_frame,
    input wire                  victim_in_flight,

    input wire [PHYSICAL_BITS-1:0] mask_table,
    input wire                  spill_valid,
    input wire                  spill_ready,
    input wire                  spill_put,
    input wire [2:0]            spill_member,
    input wire [63:0]           spill_mask,
    input wire                  spill_last,
    input wire [PHYSICAL_BITS-1:0] spill_address,
    input wire [7:0]            spill_members,
    input wire                  spill_done,
    input wire                  spill_error,

    input wire                  fetch_valid,
    input wire                  fetch_ready,
    input wire [PHYSICAL_BITS-1:0] fetch_address,
    input wire                  fetch_data_valid,
    input wire [DATA_BITS-1:0]  fetch_data,
    input wire                  fetch_error
);
    (* anyconst *) wire [FRAME_BITS-1:0] watched;
    (* anyconst *) wire [5:0] line;
    (* anyseq *) wire begins, fails, garbled;

    wire [2:0]            member = watched[2:0];
    wire [PHYSICAL_BITS-1:0] its_mask = mask_table + {watched, 3'd0};
    wire [PHYSICAL_BITS-1:0] its_group = mask_table + {watched[FRAME_BITS-1:3], 6'd0};
    wire                  same_group = leaving_frame[FRAME_BITS-1:3] == watched[FRAME_BITS-1:3];

    reg                   known = 0;  // the frame was cleared after reset
    reg                   fresh = 0;
    reg                   stored;
    reg                   present;
    reg [2:0]             its_way;
    reg                   mask;
    reg                   differs;
    reg [1:0]             note;

    // Places.
    wire [PLACE_BITS-1:0] its_place, change_to, next_place, job_place, leaving_place, own_place;
    wire [PLACE_BITS-1:0] victim_place, own_victim_place, vacant_place, tags_there, read_there, write_there;
    wire [FRAME_BITS-1:0] read_looks = read_view__looks_again ? read_frame : read_ahead_frame;
    wire [FRAME_BITS-1:0] write_looks = write_view__looks_again ? write_frame : write_ahead_frame;
    memento_place_of_frame #(FRAME_BITS, PLACE_BITS)
        p0 (watched, its_way, its_place),
        p1 (change_frame, change_way, change_to),
        p2 (job_frame, way, job_place),
        p3 (leaving_frame, way, leaving_place),
        p4 (own_frame, way_use_way, own_place),
        p5 (tags__victim_frame, way_use__victim_way, victim_place),
        p6 (own_frame, way_use__victim_way, own_victim_place),
        p7 (own_frame, tags__vacant_way, vacant_place),
        p8 (own_frame, tags__way, tags_there),
        p9 (read_looks, read_view__tags__way, read_there),
        p10 (write_looks, write_view__tags__way, write_there),
        p11 (change_frame, its_way, next_place);

    wire holds = change_place && !change_every_way && change_held && change_frame == watched;
    wire loses = change_place && (change_every_way ? next_place == its_place : change_to == its_place);
    wire clear_taken = clear_valid && clear_ready && clear_frame == watched;
    wire granted = grant_valid && grant_ready && grant_frame == {MEMORY_TAG[PHYSICAL_BITS-FRAME_BITS-13:0], watched};
    reg  clear_due = 0;  // the line was written: it is fresh no longer in the next cycle
    always @(posedge clock) begin
        known <= !reset && (known || (sweeps && swept == watched));
        clear_due <= !reset && clear_taken && clear_line == line;
        if (reset) fresh <= 0;
        else if (granted) fresh <= grant_fresh;
        else if (clear_due) fresh <= 0;

        if (holds) begin
            present <= 1;
            its_way <= change_way;
        end else if (loses) present <= 0;
        if (change_put && (holds || change_to == its_place)) mask <= change_mask[line];
        if (way_use_note && own_place == (holds ? change_to : its_place)) differs <= way_use_noted_changed;
        if (change_note && change_frame == watched) note <= change_noted;
    end

    // What is read in the cycle after: of the masks of the table and of both views, and of both views' notes.
    wire [PLACE_BITS-1:0] addresses [0:2];
    assign addresses[0] = masks__read_address;
    assign addresses[1] = read_view__masks__read_address;
    assign addresses[2] = write_view__masks__read_address;
    reg [2:0] reads = 0;
    reg [1:0] notes_read = 0;
    reg       mask_read;
    reg [1:0] note_read;
    integer   i;
    always @(posedge clock) begin
        for (i = 0; i < 3; i = i + 1)
            reads[i] <= known && present && addresses[i] == its_place && !(change_put && change_to == its_place);
        notes_read[0] <= known && read_view__notes__read_address == watched && !(change_note && change_frame == watched);
        notes_read[1] <= known && write_view__notes__read_address == watched && !(change_note && change_frame == watched);
        mask_read <= mask;
        note_read <= note;
    end

    // Writes of the frame's fresh lines that memory is to answer, and where the write path was told that the mask is.
    reg [3:0]            flying = 0;
    reg                  ended = 0;
    reg [PLACE_BITS-1:0] told_place;
    wire starts = begins && write_valid && write_settled && write_held && write_frame == watched
        && !(hold && victim_frame == watched) && flying != 8;
    wire ends = clear_taken || (fails && flying != 0 && !(clear_valid && clear_frame == watched));
    always @(posedge clock) begin
        flying <= reset ? 0 : flying + starts - ends;
        ended <= !reset && ends;
        if (starts) told_place <= write_place;
    end

    // Memory's mask table.
    reg  put, put_bit;       // the frame's mask was put, and its bit
    reg  awaiting = 0;       // a line of masks is being written
    reg  asked;              // the mask that is asked for is the frame's
    wire written = spill_members[member] && spill_address == its_group;
    always @(posedge clock) begin
        if (spill_valid && spill_ready) put <= 0;
        else if (spill_put && spill_member == member) begin
            put <= 1;
            put_bit <= spill_mask[line];
        end
        awaiting <= !reset && (spill_last || (awaiting && !spill_done));
        if (awaiting && spill_done && written) stored <= spill_error ? garbled : put_bit;
        if (fetch_valid && fetch_ready) asked <= fetch_address == its_mask;
    end

    // Bursts.
    reg                  after_reset = 1, read_was = 0, write_was = 0, granting = 0;
    reg [FRAME_BITS-1:0] read_comes, write_comes;
    reg [PHYSICAL_BITS-12:0] grant_was;
    reg [PHYSICAL_BITS-1:0] table_was;
    always @(posedge clock) begin
        after_reset <= reset;
        read_was <= read_valid || read_moves;
        write_was <= write_valid || write_moves;
        read_comes <= read_moves ? read_ahead_frame : read_frame;
        write_comes <= write_moves ? write_ahead_frame : write_frame;
        granting <= !reset && grant_valid && !grant_ready;
        grant_was <= {grant_frame, grant_fresh};
        table_was <= mask_table;
    end

    // The last cycle in which frames are cleared after reset: covers begin there, without the cycles that count.
    wire cover_start = sweeps && &swept;
    reg spilled_once = 0, failed_once = 0;  // since the frame was granted, its mask went to memory; memory refused it
    always @(posedge clock) begin
        if (reset || granted) {spilled_once, failed_once} <= 0;
        else if (awaiting && spill_done && written && !spill_error) spilled_once <= 1;
        else if (awaiting && spill_done && written) failed_once <= 1;
    end
    // What the copies of tags, masks and notes are told of a change.
    localparam CHANGED = FRAME_BITS + 6;
    wire [CHANGED-1:0] changed = {change_frame, change_way, change_place, change_every_way, change_held};
    wire tags_told = changed == {tags__write_frame, tags__write_way, tags__write, tags__write_every_way, tags__written_held}
        && changed == {read_view__tags__write_frame, read_view__tags__write_way, read_view__tags__write,
            read_view__tags__write_every_way, read_view__tags__written_held}
        && changed == {write_view__tags__write_frame, write_view__tags__write_way, write_view__tags__write,
            write_view__tags__write_every_way, write_view__tags__written_held};
    wire [PLACE_BITS+64:0] masked = {change_put, change_to, change_mask};
    wire masks_told = masked == {masks__write, masks__write_address, masks__write_data}
        && masked == {read_view__masks__write, read_view__masks__write_address, read_view__masks__write_data}
        && masked == {write_view__masks__write, write_view__masks__write_address, write_view__masks__write_data};
    wire [FRAME_BITS+2:0] noted = {change_note, change_frame, change_noted};
    wire notes_told = noted == {read_view__notes__write, read_view__notes__write_address, read_view__notes__write_data}
        && noted == {write_view__notes__write, write_view__notes__write_address, write_view__notes__write_data};

    wire in_pass = weighs || spills || gathers || spill_waits || leaves;
    wire in_job = chooses || in_pass || fetches || fetch_waits || enters;
    wire its_leaving = leaving_frame == watched;
    wire its_job = job_frame == watched;
    wire its_put = putting && put_member == member;
    wire [FRAME_BITS-1:0] granted_index = grant_frame[FRAME_BITS-1:0];
    // The frame's mask is on its way to memory.
    wire pending = same_group && put_members[member]
        && (gathers || spill_waits || (restores && walk <= member));
    wire [6:0] fetched_bit = line + (DATA_BITS > 64 && watched[0] ? 7'd64 : 7'd0);

    always @* if (!reset) begin
        // The tags of all copies say where the frame's mask is held, and that no other frame's is there: proven of memento_fresh_tags.
        tags_are_true: assume (!known || ((own_frame != watched || (tags__found == present && (!present || tags__way == its_way)))
            && (read_looks != watched || (read_view__tags__found == present && (!present || read_view__tags__way == its_way)))
            && (write_looks != watched || (write_view__tags__found == present && (!present || write_view__tags__way == its_way)))
            && (!present || own_frame == watched || !tags__found || tags_there != its_place)));
        // They name the place of each way in the frame's rows: proven of memento_fresh_tags.
        places_are_true: assume (tags__place == tags_there && read_view__tags__place == read_there
            && write_view__tags__place == write_there && victim_place == own_victim_place
            && tags__written_place == change_to && read_view__tags__written_place == change_to
            && write_view__tags__written_place == change_to);
        // The frame in a place that isn't empty is the one whose mask is held there, and an empty place holds none: proven of memento_fresh_tags.
        victims_are_true: assume (!known || ((!(present && own_victim_place == its_place) || tags__victim_frame == watched)
            && (tags__vacant || tags__victim_frame != watched || (present && its_way == way_use__victim_way))
            && !(tags__vacant && present && vacant_place == its_place)));
        // Whether memory has another mask is as it was last noted of the place: proven of memento_way_use.
        differences_are_true: assume (!(known && present && own_place == its_place) || way_use__changed == differs);
        // A block RAM reads what was last written there, but for what is written while it is read: proven of memento_block_ram.
        memories_are_true: assume ((!reads[0] || masks__read_data[line] == mask_read)
            && (!reads[1] || read_view__masks__read_data[line] == mask_read) && (!reads[2] || write_view__masks__read_data[line] == mask_read)
            && (!notes_read[0] || read_view__notes__read_data == note_read)
            && (!notes_read[1] || write_view__notes__read_data == note_read));

        // A path's oldest burst is the one that moved up, and stays until the next one does; after reset there is none.
        bursts_move_up: assume ((!read_valid || (read_was && read_frame == read_comes && !after_reset))
            && (!write_valid || (write_was && write_frame == write_comes && !after_reset)));
        // A mask is asked for only of a frame that is shown as spilled, or, to write, as whole.
        asked_as_shown: assume ((!read_fetch || (read_valid && read_settled && !read_held && read_spilled))
            && (!write_fetch || (write_valid && write_settled && !write_held && (write_spilled || write_whole))));
        // A grant stays on offer, the same, until it is accepted.
        grants_wait: assume (!granting || (grant_valid && {grant_frame, grant_fresh} == grant_was));
        // A frame is granted or dropped while no write of its lines is on its way.
        grants_alone: assume (!(grant_valid && granted_index == watched) || (flying == 0 && !starts && !(clear_valid && clear_frame == watched)));
        // A line is cleared only when its write, begun on a mask that was shown as held and not in hold as victim, is answered, and at the place shown then.
        clears_are_answers: assume (!(clear_valid && clear_frame == watched) || (flying != 0 && clear_place == told_place));
        // The write path says of a victim that writes of its fresh lines are in flight, until the cycle after their answers.
        victims_in_flight_are_told: assume (!(victim_frame == watched && (flying != 0 || ended)) || victim_in_flight);
        // Memory answers one write at a time: no line is cleared in the cycle in which masks are written, which follows their last beat.
        answers_are_apart: assume (!spill_done || (awaiting && !clear_valid));
        // Memory gives back a mask as it was written, or says that it failed; nobody else writes the table.
        masks_come_back: assume (!(fetch_waits && fetch_data_valid && !fetch_error && asked) || fetch_data[fetched_bit] == stored);
        // The table of masks stays where it is.
        table_stays: assume (after_reset || mask_table == table_was);

        // The read path is shown a line as fresh exactly if it wasn't written since its frame was granted, whatever was spilled, fetched and evicted.
        reads_see_fresh: assert (!(read_valid && read_settled && read_frame == watched && (read_whole || read_held || !read_spilled))
            || (read_whole || (read_held && read_mask[line])) == fresh);
        // The write path is shown the same.
        writes_see_fresh: assert (!(write_valid && write_settled && write_frame == watched && (write_whole || write_held || !write_spilled))
            || (write_whole || (write_held && write_mask[line])) == fresh);
        // The mask of a frame shown as spilled is in memory, as it is.
        spilled_is_in_memory: assert (!((read_valid && read_settled && read_frame == watched && !read_held && read_spilled)
            || (write_valid && write_settled && write_frame == watched && !write_held && write_spilled)) || stored == fresh);
        // All copies of tags, masks and notes are told of every change.
        copies_are_told: assert (tags_told && masks_told && notes_told);
        // What is looked up is looked up of the frame and the way that it is for.
        right_one_is_looked_up: assert (tags__frame == own_frame && tags__victim_way == way_use__victim_way
            && read_view__tags__frame == read_looks && write_view__tags__frame == write_looks
            && way_use__frame == own_frame && way_use__way == way_use_way
            && way_use__note == way_use_note && way_use__noted_changed == way_use_noted_changed);
        // A frame's mask is held at one place.
        held_once: assert (!holds || !present);
        // Masks that are written to memory were put, each at its own frame's place in the table.
        written_were_put: assert (!(awaiting && written) || (same_group && put));
        // The mask of a victim stays until no write of its lines is in flight.
        victims_stay: assert (!(leaves && its_leaving) || (flying == 0 && !ended));
        // The write path is told where the mask is.
        told_where: assert (!starts || write_place == its_place);

        where_state: assert (sweeps + idles + chooses + weighs + spills + gathers + spill_waits + restores + skips + leaves
            + fetches + fetch_waits + enters == 1);
        where_swept: assert (sweeps ? known == (swept > watched) : known);
        where_sweeps: assert (!sweeps || (!fresh && flying == 0 && !clearing && !clear_due && !putting && !spilled_once && !failed_once && (!known || (!present && note == 0))));
        where_settled: assert ((!read_valid || !read_settled || !sweeps) && (!write_valid || !write_settled || !sweeps));
        where_emptied: assert (!(change_place && change_every_way) || !change_held);
        where_entered: assert (!holds || (way_use_note && own_place == change_to));
        where_note: assert (!known || (note != 3 && (!present || note == 0)));
        where_mask: assert (!(known && present) || mask == fresh);
        where_not_held: assert (!(known && !present) || (note[0] ? fresh : note[1] ? stored == fresh : !fresh));
        where_clean: assert (!(known && present && !differs && !pending) || stored == fresh);
        where_gathered: assert (!(known && present && !differs && pending && gathers)
            || (its_put ? reads[0] && mask_read == fresh : put && put_bit == fresh));
        where_pending: assert (!(known && present && !differs && pending && spill_waits) || (put && put_bit == fresh));
        where_put: assert (!((gathers || spill_waits) && put_members[member] && same_group) || put || its_put);
        where_put_held: assert (!(pending && !restores) || present || note == 0);
        where_putting: assert (!putting || (gathers && walk == put_member + 4'd1 && put_members[put_member]));
        where_gathers: assert (!gathers || (walk <= 8 && (!put_members[member] || walk > member)));
        where_walk: assert (!spill_waits || walk == 0);
        where_restores: assert (!restores || walk < 8);
        where_awaiting: assert (awaiting == spill_waits);
        where_asked: assert (!fetch_waits || asked == its_job);
        where_job_grant: assert (!(in_pass || fetches || fetch_waits || enters) || !job_grant);
        where_granting: assert (!(chooses && job_grant) || (granting && grant_was[FRAME_BITS:1] == job_frame
            && grant_was[PHYSICAL_BITS-12:FRAME_BITS+1] == MEMORY_TAG));
        where_leaving: assert (!in_pass || (leaving_place == job_place && !(present && its_place == job_place && !its_leaving)
            && (!its_leaving || (present && its_way == way && (weighs || (flying == 0 && !ended))))));
        where_changed: assert (!(its_leaving && (spills || (gathers && walk <= member))) || differs);
        where_unchanged: assert (!(its_leaving && ((gathers && walk > member) || spill_waits)) || (!differs && put_members[member]));
        where_leaves: assert (!(its_leaving && leaves) || !differs);
        where_job: assert (!(in_job && !job_grant && its_job) || (!present && note == (job_whole ? 2'd1 : 2'd2)));
        where_room: assert (!(fetches || fetch_waits || enters) || !(present && its_place == job_place));
        where_entering: assert (!(enters && its_job) || entering[line] == fresh);
        where_whole: assert (!(in_pass && job_whole) || entering[line]);
        where_whole_job: assert (!(fetches || fetch_waits) || !job_whole);
        where_flying: assert (flying == 0 || (known && (present ? told_place == its_place : note == 0)));
        where_clearing: assert (!clearing || idles || chooses || spills || spill_waits || fetches || fetch_waits || enters);
        where_cleared: assert (!(clearing && cleared_frame == watched) || (present ? cleared_place == its_place && reads[0]
            && mask_read == fresh : note == 0));
        where_clear_due: assert (clear_due == (clearing && cleared_frame == watched && cleared_line == line));
        where_ended: assert (!(clearing && cleared_frame == watched) || ended);
        where_read_view: assert (!(read_valid && read_settled && read_frame == watched)
            || (read_held == present && (!present || (read_view__found_place == its_place && reads[1] && mask_read == mask))
                && notes_read[0] && note_read == note));
        where_write_view: assert (!(write_valid && write_settled && write_frame == watched)
            || (write_held == present && (!present || (write_place == its_place && reads[2] && mask_read == mask))
                && notes_read[1] && note_read == note));
    end

    always @* if (!reset) begin
        // The mask of the frame is back from memory, after one write that failed, and shows a line as written that was.
        reached_written: cover (read_valid && read_settled && read_frame == watched && read_held && !fresh
            && spilled_once && failed_once);
        // It is back, and shows the line as fresh.
        reached_fresh: cover (write_valid && write_settled && write_frame == watched && write_held && fresh && spilled_once);
        // A frame that was granted and had its mask spilled is dropped.
        reached_drop: cover (granted && !grant_fresh && spilled_once);
    end
endmodule
