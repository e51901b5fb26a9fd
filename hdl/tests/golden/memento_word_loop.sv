// memento_word_loop: Word loop: the bitmaps, as words of free masks (1 = free) in block RAM, in two
// banks: one
// has the arena that serves a class, the other the one that was fetched ahead.
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
// Install:    only while no operation on that bank and class is on its way through, and where
//             install_ready is high: the bank isn't written for an operation.
// Reset:      contents are undefined until installed.
//
// Sizes, fixed at generation:
//   class_bits        2  bits, width of a class number
//   words             2  words a bitmap
//   word_bits         8  slots a word
//   register_word     0  1: a register behind the block RAM
//   word_number_bits  1  bits, width of a word number (derived)
//   bit_bits          3  bits, width of a bit number (derived)
//   address_bits      3  bits, width of a block RAM address (derived)
//   key_bits          4  bits, width of a word's key: its address and bank (derived)
//   depth             8  words of each block RAM (derived)
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
    input  wire        bank,          // bank that serves it
    input  wire        word,          // word number
    input  wire  [2:0] bit_number,    // bit of the slot given back

    // Slot taken
    output logic [7:0] taken,         // the bit taken, as the one bit set

    // Test: a word of the second copy
    input  wire  [1:0] test_class,    // class
    input  wire        test_bank,     // bank that serves it
    input  wire        test_word,     // word number
    output logic [7:0] tested,        // free mask of the word that the last edge saw

    // Look: the same, for a switch, only while no operation is on its way through
    input  wire        look,          // look at a word instead
    input  wire  [1:0] look_class,    // class
    input  wire        look_bank,     // bank that serves it
    input  wire        look_word,     // word number

    // Install: one word a cycle, valid/ready
    input  wire        install,       // write a word
    output logic       install_ready, // it is written
    input  wire  [1:0] install_class, // class
    input  wire        install_bank,  // bank
    input  wire        install_word,  // word number
    input  wire  [7:0] install_mask   // free mask
);

    logic       fetch_take;             // fetch: takes
    logic       fetch_give;             // fetch: gives
    logic       update_take;            // update: takes
    logic       update_give;            // update: gives
    logic       written;                // written: the word was changed
    logic       written_1;              // the same, one operation earlier
    logic       test_coincided;         // the last test coincided with a write of its word
    logic       test_second;            // it was in the second bank
    logic [3:0] fetch_key;              // fetch: key
    logic [2:0] fetch_bit;              // fetch: bit
    logic [3:0] update_key;             // update: key
    logic [7:0] update_given;           // update: the bit given back, as the one bit set
    logic [7:0] update_mask;            // update: the word
    logic [3:0] written_key;            // written: key
    logic [7:0] written_mask;           // written: word
    logic [7:0] written_taken;          // written: bit taken
    logic [3:0] written_1_key;          // one operation earlier: key
    logic [7:0] written_1_mask;         // one operation earlier: word
    logic [7:0] masks_0_read_data;
    logic [7:0] masks_1_read_data;
    logic [7:0] test_masks_0_read_data;
    logic [7:0] test_masks_1_read_data;

    // Fetch: the block RAM reads the operation's word.
    wire [3:0] key = {bank, size_class, word}; // key of the operation's word
    // word that the block RAM of the operation's bank gives
    wire [7:0] read_mask = fetch_key[3] ? masks_1_read_data : masks_0_read_data;

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
    wire [3:0] fetched_key = fetch_key; // the operation that is about to be given its word
    wire [2:0] fetched_bit = fetch_bit; // its bit
    wire [7:0] fetched_mask = read_mask; // its word as the block RAM has it

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

    // A bank is written for an operation, or a word is installed there.
    wire [3:0] install_key = {install_bank, install_class, install_word}; // key of the word that is installed
    assign install_ready = !written || (written_key[3] != install_bank);
    wire installed_0 = install && install_ready && (install_bank == 1'b0); // a bank's word is installed
    wire write_0 = installed_0 || (written && (written_key[3] == 1'b0)); // a bank's word is written

    logic [2:0] write_address_0; // its address
    logic [7:0] write_mask_0; // its word
    always_comb begin : write_address_0_logic
        if (installed_0) begin
            write_address_0 = install_key[2:0];
            write_mask_0 = install_mask;
        end else begin
            write_address_0 = written_key[2:0];
            write_mask_0 = written_mask;
        end
    end

    memento_block_ram #(.WIDTH(8), .DEPTH(8)) masks_0 (
        .clock         (clock),
        .write_address (write_address_0),
        .write_data    (write_mask_0),
        .write         (write_0),
        .read_address  (key[2:0]),
        .read_data     (masks_0_read_data)
    );

    wire installed_1 = install && install_ready && (install_bank == 1'b1);
    wire write_1 = installed_1 || (written && (written_key[3] == 1'b1));

    logic [2:0] write_address_1;
    logic [7:0] write_mask_1;
    always_comb begin : write_address_1_logic
        if (installed_1) begin
            write_address_1 = install_key[2:0];
            write_mask_1 = install_mask;
        end else begin
            write_address_1 = written_key[2:0];
            write_mask_1 = written_mask;
        end
    end

    memento_block_ram #(.WIDTH(8), .DEPTH(8)) masks_1 (
        .clock         (clock),
        .write_address (write_address_1),
        .write_data    (write_mask_1),
        .write         (write_1),
        .read_address  (key[2:0]),
        .read_data     (masks_1_read_data)
    );

    // A test that coincides with a write of its word is given the written word.
    logic [3:0] test_key; // key of the word that is tested
    always_comb begin : test_key_logic
        if (look) begin
            test_key = {look_bank, look_class, look_word};
        end else begin
            test_key = {test_bank, test_class, test_word};
        end
    end

    memento_block_ram #(.WIDTH(8), .DEPTH(8)) test_masks_0 (
        .clock         (clock),
        .write_address (write_address_0),
        .write_data    (write_mask_0),
        .write         (write_0),
        .read_address  (test_key[2:0]),
        .read_data     (test_masks_0_read_data)
    );

    memento_block_ram #(.WIDTH(8), .DEPTH(8)) test_masks_1 (
        .clock         (clock),
        .write_address (write_address_1),
        .write_data    (write_mask_1),
        .write         (write_1),
        .read_address  (test_key[2:0]),
        .read_data     (test_masks_1_read_data)
    );

    always_ff @(posedge clock) begin : test_coincided_state
        if (reset) begin
            test_coincided <= 1'b0;
            test_second <= 1'b0;
        end else begin
            test_second <= test_key[3];
            test_coincided <= written && (written_key == test_key);
        end
    end

    always_comb begin : tested_logic
        if (test_coincided) begin
            tested = written_1_mask;
        end else if (test_second) begin
            tested = test_masks_1_read_data;
        end else begin
            tested = test_masks_0_read_data;
        end
    end

    // Not needed here.
    wire unused = &{1'b0, install_key[3]};
endmodule

`default_nettype wire
