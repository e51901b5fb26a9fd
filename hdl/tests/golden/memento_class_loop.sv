// memento_class_loop: Class loop: a count of free slots for every word of every class's bitmap.
//
// An allocation takes a slot of the lowest word that has any; a free gives one back. Both
// happen in the one cycle that the operation spends here, so operations of the same class may
// follow each other without a gap.
//
// Protocol:   the class of an operation is presented one cycle ahead (enter_class); then take
//             or give, or neither, for at most one operation a cycle.
// Latency:    from enter_class to any_free and word one cycle.
// Throughput: one operation a cycle.
// Install:    only while no operation is on its way through.
// Flip:       the operation here finds no free slot and takes one of the standby's, whose counts
//             become the class's. What entered with it or since is to be dropped.
// Reset:      counts are undefined until installed; users gate with the class's valid bit.
//
// Sizes, fixed at generation:
//   class_bits        2  bits, width of a class number
//   words             2  words a bitmap
//   word_bits         8  slots a word
//   word_number_bits  1  bits, width of a word number (derived)
//   free_bits         4  bits, width of a count of 0..=word_bits (derived)
//   total_bits        5  bits, width of a count of 0..=words * word_bits (derived)
//   few_at_most       4  free slots that are few: a quarter of an arena's (derived)
//   depth             4  words of each count memory (derived)
//
// SystemVerilog-2012.
// SPDX-License-Identifier: MIT OR Apache-2.0

`default_nettype none

module memento_class_loop (
    // Clock and reset
    input  wire        clock,         // rising edge

    // Operation entering at the next edge
    input  wire  [1:0] enter_class,   // its class

    // Operation here
    input  wire        take,          // an allocation takes a slot, if there is any
    input  wire        give,          // a free gives a slot back
    input  wire        free_here,     // it is a free, whether or not it gives
    input  wire        give_word,     // word that the free belongs to
    output logic       any_free,      // the class has a free slot
    output logic       word,          // lowest word with a free slot
    input  wire        flip,          // the class's standby becomes its arena, and the operation takes a slot there
    input  wire        flip_word,     // the standby's lowest word with a free slot
    input  wire  [7:0] flip_counts,   // the standby's counts, the first word's in the lowest bits

    // Operation that was here in the cycle before
    output logic       few,           // its class had few free slots

    // Install: one word's count a cycle
    input  wire        install,       // write a count
    input  wire  [1:0] install_class, // class
    input  wire        install_word,  // word number
    input  wire  [3:0] install_count  // free slots in the word
);

    logic [7:0] flip_rest_1;
    logic [4:0] total_so_far_1;
    logic [4:0] total_so_far_2;
    logic [1:0] size_class;         // class of the operation here
    logic       has_free_0;         // whether a word of that class has a free slot
    logic       has_free_1;
    logic [3:0] free_0;             // free slots of each word
    logic [3:0] free_1;
    logic [4:0] total;              // free slots of the class that was here
    logic [3:0] counts_0_read_data;
    logic [3:0] counts_1_read_data;
    logic [3:0] slices_0_count;
    logic [3:0] slices_1_count;
    logic [7:0] slices_1_rest;

    // The lowest word with a free slot.
    wire lower_has_0 = 1'b0; // whether a lower word has a free slot
    wire lowest_number_0 = 1'b0; // number of the lowest word so far
    wire lowest_0 = has_free_0 && !lower_has_0; // the word is the lowest with a free slot
    wire lower_has_1 = has_free_0 || lower_has_0;
    wire lowest_number_1 = lowest_0 ? 1'b0 : lowest_number_0;
    wire lowest_1 = has_free_1 && !lower_has_1;
    wire lower_has_2 = has_free_1 || lower_has_1;
    wire lowest_number_2 = lowest_1 ? 1'b1 : lowest_number_1;
    assign any_free = lower_has_2;
    assign word = lowest_number_2;

    // Counts after the operation here, written back at once; or those of the standby.
    wire [7:0] flip_rest_0 = flip_counts; // the standby's counts from a word on

    memento_count_slice slices_0 (
        .counts (flip_rest_0),
        .count  (slices_0_count),
        .rest   (flip_rest_1)
    );

    memento_count_slice slices_1 (
        .counts (flip_rest_1),
        .count  (slices_1_count),
        .rest   (slices_1_rest)
    );

    wire [3:0] after_0 = free_here ? (free_0 + 4'd1) : (free_0 - 4'd1); // the word's count after the operation
    wire after_has_0 = free_here || (free_0 != 4'd1); // whether the word has a free slot after the operation
    wire changed_0 = (take && lowest_0) || (give && (give_word == 1'b0)); // the word's count changes

    logic [1:0] counts_0_write_address;
    logic [3:0] counts_0_write_data;
    logic counts_0_write;
    always_comb begin : counts_0_write_address_logic
        counts_0_write_address = size_class;
        counts_0_write_data = after_0;
        counts_0_write = changed_0;
        if (install) begin
            counts_0_write_address = install_class;
            counts_0_write_data = install_count;
            counts_0_write = install_word == 1'b0;
        end else if (flip) begin
            counts_0_write = 1'b1;
            if (flip_word == 1'b0) begin
                counts_0_write_data = slices_0_count - 4'd1;
            end else begin
                counts_0_write_data = slices_0_count;
            end
        end
    end

    wire [3:0] after_1 = free_here ? (free_1 + 4'd1) : (free_1 - 4'd1);
    wire after_has_1 = free_here || (free_1 != 4'd1);
    wire changed_1 = (take && lowest_1) || (give && (give_word == 1'b1));

    logic [1:0] counts_1_write_address;
    logic [3:0] counts_1_write_data;
    logic counts_1_write;
    always_comb begin : counts_1_write_address_logic
        counts_1_write_address = size_class;
        counts_1_write_data = after_1;
        counts_1_write = changed_1;
        if (install) begin
            counts_1_write_address = install_class;
            counts_1_write_data = install_count;
            counts_1_write = install_word == 1'b1;
        end else if (flip) begin
            counts_1_write = 1'b1;
            if (flip_word == 1'b1) begin
                counts_1_write_data = slices_1_count - 4'd1;
            end else begin
                counts_1_write_data = slices_1_count;
            end
        end
    end

    // Whether few slots are left, a cycle later, for it isn't urgent.
    wire [4:0] total_so_far_0 = 5'd0; // free slots of the words so far

    memento_count_sum sums_0 (
        .sum_before (total_so_far_0),
        .count      (free_0),
        .total      (total_so_far_1)
    );

    memento_count_sum sums_1 (
        .sum_before (total_so_far_1),
        .count      (free_1),
        .total      (total_so_far_2)
    );

    always_ff @(posedge clock) begin : total_data
        total <= total_so_far_2;
    end

    assign few = total <= 5'd4;

    // Counts of the entering operation: those just made, if it is of the same class.
    wire same_class = enter_class == size_class; // the entering operation is of the class that is here

    memento_lut_ram #(.WIDTH(4), .DEPTH(4)) counts_0 (
        .clock         (clock),
        .write_address (counts_0_write_address),
        .write_data    (counts_0_write_data),
        .write         (counts_0_write),
        .read_address  (enter_class),
        .read_data     (counts_0_read_data)
    );

    memento_lut_ram #(.WIDTH(4), .DEPTH(4)) counts_1 (
        .clock         (clock),
        .write_address (counts_1_write_address),
        .write_data    (counts_1_write_data),
        .write         (counts_1_write),
        .read_address  (enter_class),
        .read_data     (counts_1_read_data)
    );

    always_ff @(posedge clock) begin : size_class_data
        size_class <= enter_class;
        free_0 <= counts_0_read_data;
        has_free_0 <= |counts_0_read_data;
        if (same_class && changed_0) begin
            free_0 <= after_0;
            has_free_0 <= after_has_0;
        end
        free_1 <= counts_1_read_data;
        has_free_1 <= |counts_1_read_data;
        if (same_class && changed_1) begin
            free_1 <= after_1;
            has_free_1 <= after_has_1;
        end
    end

    // Not needed here.
    wire unused = &{1'b0, slices_1_rest};
endmodule

`default_nettype wire
