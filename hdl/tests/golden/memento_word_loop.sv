// memento_word_loop: Word loop: the bitmaps, as words of free masks (1 = free) in block RAM.
//
// An allocation clears the lowest bit that is set, a free sets its own; each spends one cycle
// on it, and operations on the same word may follow each other without a gap, the word being
// forwarded. A second copy of the words answers, for frees that are about to enter, whether a
// slot is free; it doesn't see the operations that are still on their way.
//
// Protocol:   take or give with class, word and bit, at most one operation a cycle; never
//             take from a word that has no free slot.
// Latency:    from take to taken 3 cycles, 4 with register_word; from test_class to test_word
//             1 cycle.
// Throughput: one operation a cycle.
// Visibility: a test is shown what took place up to 3 cycles (4 with register_word) before it.
// Install:    only while no operation is on its way through.
// Reset:      contents are undefined until installed.
//
// Sizes, fixed at generation:
//   class_bits        2  bits, width of a class number
//   words             2  words a bitmap
//   word_bits         8  slots a word
//   register_word     0  1: a register behind the block RAM
//   word_number_bits  1  bits, width of a word number (derived)
//   bit_bits          3  bits, width of a bit number (derived)
//   key_bits          3  bits, width of a block RAM address (derived)
//   depth             8  words of the block RAM (derived)
//
// Reset: synchronous, `reset` (active high). Data registers are not reset; a valid bit guards them.
//
// SystemVerilog-2012.
// SPDX-License-Identifier: MIT OR Apache-2.0

`default_nettype none

module memento_word_loop (
    // Clock and reset
    input  wire        clock,         // rising edge
    input  wire        reset,         // synchronous, active high

    // Operation
    input  wire        take,          // an allocation takes the word's lowest free slot
    input  wire        give,          // a free gives a slot back
    input  wire  [1:0] size_class,    // class
    input  wire        word,          // word number
    input  wire  [2:0] bit_number,    // bit of the slot given back

    // Slot taken
    output logic [7:0] taken,         // the bit taken, as the one bit set

    // Test: a word of the second copy
    input  wire  [1:0] test_class,    // class
    input  wire        test_word,     // word number
    output logic [7:0] tested,        // free mask of the word that the last edge saw

    // Look: the same, for a switch, only while no operation is on its way through
    input  wire        look,          // look at a word instead
    input  wire  [1:0] look_class,    // class
    input  wire        look_word,     // word number

    // Install: one word a cycle
    input  wire        install,       // write a word
    input  wire  [1:0] install_class, // class
    input  wire        install_word,  // word number
    input  wire  [7:0] install_mask   // free mask
);

    logic [7:0] fetched_mask;         // its word as the block RAM has it
    logic       fetch_take;           // fetch: takes
    logic       fetch_give;           // fetch: gives
    logic       update_take;          // update: takes
    logic       update_give;          // update: gives
    logic       written;              // written: the word was changed
    logic       written_1;            // the same, one operation earlier
    logic       test_coincided;       // the last test coincided with a write of its word
    logic [2:0] fetch_key;            // fetch: address
    logic [2:0] fetch_bit;            // fetch: bit
    logic [2:0] update_key;           // update: address
    logic [7:0] update_given;         // update: the bit given back, as the one bit set
    logic [7:0] update_mask;          // update: the word
    logic [2:0] written_key;          // written: address
    logic [7:0] written_mask;         // written: word
    logic [7:0] written_taken;        // written: bit taken
    logic [2:0] written_1_key;        // one operation earlier: address
    logic [7:0] written_1_mask;       // one operation earlier: word
    logic [7:0] test_masks_read_data;

    // Fetch: the block RAM reads the operation's word.
    wire [2:0] key = {size_class, word}; // address of the operation's word

    always_ff @(posedge clock) begin : fetch_take_state
        if (reset) begin
            fetch_take <= 1'b0;
            fetch_give <= 1'b0;
        end else begin
            fetch_take <= take;
            fetch_give <= give;
        end
    end

    always_ff @(posedge clock) begin : fetch_key_data
        fetch_key <= key;
        fetch_bit <= bit_number;
    end

    wire fetched_take = fetch_take; // it takes
    wire fetched_give = fetch_give; // it gives
    wire [2:0] fetched_key = fetch_key; // the operation that is about to be given its word
    wire [2:0] fetched_bit = fetch_bit; // its bit

    // Update: the lowest bit is cleared, or the given one set.
    wire [7:0] less_one = update_mask - 8'd1; // mask less one: borrows up to the lowest bit set
    // word after the operation
    wire [7:0] after = update_take ? (update_mask & less_one) : (update_mask | update_given);
    wire [7:0] settled = fetched_mask; // its word, but for the two operations that left last

    // The newest copy of the word: of the operations ahead, the nearest that has it.
    logic [7:0] newest; // its word, newest copy
    always_comb begin : newest_logic
        if ((update_take || update_give) && (update_key == fetched_key)) begin
            newest = after;
        end else if (written && (written_key == fetched_key)) begin
            newest = written_mask;
        end else if (written_1 && (written_1_key == fetched_key)) begin
            newest = written_1_mask;
        end else begin
            newest = settled;
        end
    end

    always_ff @(posedge clock) begin : update_take_state
        if (reset) begin
            update_take <= 1'b0;
            update_give <= 1'b0;
        end else begin
            update_take <= fetched_take;
            update_give <= fetched_give;
        end
    end

    always_ff @(posedge clock) begin : update_key_data
        update_key <= fetched_key;
        update_mask <= newest;
        update_given <= 8'd1 << fetched_bit;
    end

    // Written: both copies of the word.
    always_ff @(posedge clock) begin : written_state
        if (reset) begin
            written <= 1'b0;
            written_1 <= 1'b0;
        end else begin
            written <= update_take || update_give;
            written_1 <= written;
        end
    end

    always_ff @(posedge clock) begin : written_key_data
        written_key <= update_key;
        written_mask <= after;
        written_taken <= update_mask & ~less_one;
        written_1_key <= written_key;
        written_1_mask <= written_mask;
    end

    assign taken = written_taken;

    logic write; // block RAM write port
    logic [2:0] write_key; // its address
    logic [7:0] write_mask; // its word
    always_comb begin : write_logic
        write = written;
        write_key = written_key;
        write_mask = written_mask;
        if (install) begin
            write = 1'b1;
            write_key = {install_class, install_word};
            write_mask = install_mask;
        end
    end

    memento_block_ram #(.WIDTH(8), .DEPTH(8)) masks (
        .clock         (clock),
        .write_address (write_key),
        .write_data    (write_mask),
        .write         (write),
        .read_address  (key),
        .read_data     (fetched_mask)
    );

    // A test that coincides with a write of its word is given the written word.
    // address of the word that is tested
    wire [2:0] test_key = look ? {look_class, look_word} : {test_class, test_word};

    memento_block_ram #(.WIDTH(8), .DEPTH(8)) test_masks (
        .clock         (clock),
        .write_address (write_key),
        .write_data    (write_mask),
        .write         (write),
        .read_address  (test_key),
        .read_data     (test_masks_read_data)
    );

    always_ff @(posedge clock) begin : test_coincided_state
        if (reset) begin
            test_coincided <= 1'b0;
        end else begin
            test_coincided <= written && (written_key == test_key);
        end
    end

    assign tested = test_coincided ? written_1_mask : test_masks_read_data;
endmodule

`default_nettype wire
