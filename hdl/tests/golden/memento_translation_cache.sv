// memento_translation_cache: Header-page translations: direct-mapped, an entry for 64 arenas of one
// class and context.
//
// A miss asks the page allocator (TRANSLATE) and keeps the answer, unless the page is not
// mapped. Header pages stay mapped as long as their process lives, so entries go stale only when
// another context, perhaps of another process, is to run: forget drops them all.
//
// Protocol:   ask and its operands are held until answered pulses; the answer is valid with
//             it. TRANSLATE: valid/ready on request and response.
// Latency:    1 cycle on a hit; else 3 cycles and the page allocator's own.
// Reset:      one cycle an entry to clear it; requests wait. Forget takes as long.
//
// Sizes, fixed at generation:
//   entries               2  entries, a power of two
//   operand_bits         32  bits, width of an operand
//   physical_bits        32  bits, width of a physical address
//   class_bits            2  bits, width of a class number
//   context_bits          1  bits, width of a context number
//   arena_bits            6  bits, width of an arena number
//   header_lane_tag   32832  header lane's base above the lane's width
//   header_lane_bits     15  log2 of the header lane's bytes
//   entry_bits            1  bits, width of an entry number (derived)
//   page_number_bits      1  bits, width of a header page's number within its class and context (derived)
//   frame_bits           20  bits, width of a frame number (derived)
//   arena_field_bits     12  bits of a header's address below the context (derived)
//
// Reset: synchronous, `reset` (active high). Data registers are not reset; a valid bit guards them.
//
// SystemVerilog-2012.
// SPDX-License-Identifier: MIT OR Apache-2.0

`default_nettype none

module memento_translation_cache (
    // Clock and reset
    input  wire         clock,                     // rising edge
    input  wire         reset,                     // synchronous, active high

    // Question: held until answered
    input  wire         ask,                       // where is a header?
    input  wire  [1:0]  size_class,                // class
    input  wire         context_id,                // context
    input  wire  [5:0]  arena,                     // arena number
    output logic        answered,                  // the answer is there
    output logic        mapped,                    // the page is mapped
    output logic        bus_error,                 // the page allocator met a bus error
    output logic [31:0] address,                   // physical address of the header's line

    // Learn: from ALLOC_ARENA's answer, only while nothing is asked
    input  wire         learn,                     // keep the translation of the header asked about
    input  wire  [31:0] learn_address,             // physical address of the header's line

    // Forget: only while nothing is asked
    input  wire         forget,                    // drop every translation

    // TRANSLATE request: valid/ready
    output logic        translate_request_valid,   // an address is asked about
    input  wire         translate_request_ready,   // accepted
    output logic [31:0] translate_request_address, // virtual address of the header

    // TRANSLATE response: valid/ready
    input  wire         translate_response_valid,  // an answer is there
    output logic        translate_response_ready,  // taken
    input  wire         translate_response_fault,  // the page is not mapped
    input  wire         translate_response_error,  // the page allocator met a bus error
    input  wire  [19:0] translate_response_frame   // frame number
);

    localparam logic [1:0] TRANSLATION_STATE_SWEEP   = 2'd0;
    localparam logic [1:0] TRANSLATION_STATE_LOOK_UP = 2'd1;
    localparam logic [1:0] TRANSLATION_STATE_REQUEST = 2'd2;
    localparam logic [1:0] TRANSLATION_STATE_ANSWER  = 2'd3;

    typedef struct packed {
        logic [19:0] frame;
        logic        page;
        logic        context_id;
        logic [1:0]  size_class;
        logic        valid;
    } translation_t;

    logic [1:0]   state;                  // what the cache does
    logic         swept;                  // entry that is cleared
    logic         answering;              // the answer is there
    logic         found;                  // the page is mapped
    logic         failed;                 // the page allocator met a bus error
    logic [19:0]  frame;                  // frame number
    translation_t translations_read_data;

    wire page = 1'b0; // header page that the arena's header is in
    wire index = size_class[0] ^ page; // entry that the page belongs to
    translation_t entry; // that entry
    assign entry = translations_read_data;
    // it is the page's
    wire hit = entry.valid && (entry.size_class == size_class) && (entry.context_id == context_id)
        && (entry.page == page);
    assign answered = answering;
    assign mapped = found;
    assign bus_error = failed;
    assign address = {frame, arena, 6'd0};
    assign translate_request_valid = state == TRANSLATION_STATE_REQUEST;
    assign translate_request_address = 32'h40200000 | {17'd0, size_class, 13'd0}
        | {19'd0, context_id, 12'd0} | {20'd0, arena, 6'd0};
    assign translate_response_ready = state == TRANSLATION_STATE_ANSWER;

    // What is written: an answer, what was learnt, or nothing valid after reset.
    // frame to keep
    wire [19:0] kept_frame = (state == TRANSLATION_STATE_ANSWER) ? translate_response_frame
        : learn_address[31:12];

    translation_t translations_write_data;
    always_comb begin : translations_write_data_logic
        translations_write_data.valid = state != TRANSLATION_STATE_SWEEP;
        translations_write_data.size_class = size_class;
        translations_write_data.context_id = context_id;
        translations_write_data.page = page;
        translations_write_data.frame = kept_frame;
    end

    logic translations_write_address;
    logic translations_write;
    always_comb begin : translations_write_address_logic
        if (state == TRANSLATION_STATE_SWEEP) begin
            translations_write = 1'b1;
            translations_write_address = swept;
        end else begin
            translations_write = learn
                || ((state == TRANSLATION_STATE_ANSWER) && translate_response_valid && !translate_response_fault && !translate_response_error);
            translations_write_address = index;
        end
    end

    memento_lut_ram #(.WIDTH(25), .DEPTH(2)) translations (
        .clock         (clock),
        .write_address (translations_write_address),
        .write_data    (translations_write_data),
        .write         (translations_write),
        .read_address  (index),
        .read_data     (translations_read_data)
    );

    always_ff @(posedge clock) begin : state_state
        if (reset) begin
            state <= TRANSLATION_STATE_SWEEP;
            swept <= 1'b0;
            answering <= 1'b0;
        end else begin
            answering <= 1'b0;
            case (state)
                TRANSLATION_STATE_SWEEP: begin
                    swept <= swept + 1'b1;
                    if (swept) begin
                        state <= TRANSLATION_STATE_LOOK_UP;
                    end
                end
                TRANSLATION_STATE_LOOK_UP: begin
                    if (forget) begin
                        state <= TRANSLATION_STATE_SWEEP;
                    end else if (ask && !answering) begin
                        if (hit) begin
                            answering <= 1'b1;
                        end else begin
                            state <= TRANSLATION_STATE_REQUEST;
                        end
                    end
                end
                TRANSLATION_STATE_REQUEST: begin
                    if (translate_request_ready) begin
                        state <= TRANSLATION_STATE_ANSWER;
                    end
                end
                TRANSLATION_STATE_ANSWER: begin
                    if (translate_response_valid) begin
                        answering <= 1'b1;
                        state <= TRANSLATION_STATE_LOOK_UP;
                    end
                end
            endcase
        end
    end

    always_ff @(posedge clock) begin : found_data
        case (state)
            TRANSLATION_STATE_LOOK_UP: begin
                if (!forget && (ask && !answering)) begin
                    if (hit) begin
                        found <= 1'b1;
                        failed <= 1'b0;
                        frame <= entry.frame;
                    end
                end
            end
            TRANSLATION_STATE_ANSWER: begin
                if (translate_response_valid) begin
                    found <= !translate_response_fault;
                    failed <= translate_response_error;
                    frame <= translate_response_frame;
                end
            end
            default: ;
        endcase
    end

    // Not needed here.
    wire unused = &{1'b0, learn_address[11:0]};
endmodule

`default_nettype wire
