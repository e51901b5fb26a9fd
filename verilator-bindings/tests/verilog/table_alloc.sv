// A table of 64 bitmaps of 256 slots, one operation a cycle: allocate the lowest
// free slot of a class, or free a slot. About the size and the number of ports
// of a hardware allocator, for measuring what driving a model costs.
module table_alloc (
    input  logic         clk,
    input  logic         rst,
    input  logic         valid,
    input  logic         free,
    input  logic [5:0]   class_in,
    input  logic [7:0]   slot_in,
    input  logic [15:0]  tag,
    input  logic [31:0]  context_id,
    input  logic [38:0]  address,
    input  logic         ready_a,
    input  logic         ready_b,
    input  logic [7:0]   credit_a,
    input  logic [7:0]   credit_b,
    input  logic [63:0]  data_a,
    input  logic [63:0]  data_b,
    output logic         done,
    output logic         full,
    output logic         double_free,
    output logic [5:0]   class_out,
    output logic [7:0]   slot_out,
    output logic [15:0]  tag_out,
    output logic [31:0]  context_out,
    output logic [38:0]  address_out,
    output logic [8:0]   used,
    output logic [31:0]  allocs,
    output logic [31:0]  frees,
    output logic [31:0]  errors,
    output logic [63:0]  mix_a,
    output logic [63:0]  mix_b,
    output logic [7:0]   credit_out,
    output logic         ready_out,
    output logic [255:0] bitmap
);
  logic [255:0] table_q [64];
  logic [8:0]   used_q  [64];

  logic [255:0] row;
  logic [2:0]   word;
  logic [31:0]  bits;
  logic [7:0]   lowest;
  logic         is_full;
  assign row     = table_q[class_in];
  assign is_full = &row;
  always_comb begin
    word = 0;
    for (int i = 7; i >= 0; i--) if (!(&row[32*i +: 32])) word = 3'(i);
    bits   = row[32*word +: 32];
    lowest = {word, 5'd0};
    for (int i = 31; i >= 0; i--) if (!bits[i]) lowest = {word, 5'(i)};
  end

  assign ready_out  = ready_a & ready_b & ~is_full;
  assign credit_out = credit_a + credit_b;

  always_ff @(posedge clk) begin
    done        <= valid;
    full        <= valid & ~free & is_full;
    double_free <= valid & free & ~row[slot_in];
    class_out   <= class_in;
    slot_out    <= free ? slot_in : lowest;
    tag_out     <= tag;
    context_out <= context_id ^ {16'd0, tag};
    address_out <= address + {31'd0, lowest};
    used        <= used_q[class_in];
    bitmap      <= row;
    mix_a       <= mix_a ^ (data_a + {56'd0, lowest});
    mix_b       <= {mix_b[62:0], mix_b[63]} + data_b;
    if (valid & ~free & ~is_full) begin
      table_q[class_in][lowest] <= 1'b1;
      used_q[class_in]          <= used_q[class_in] + 1;
      allocs                    <= allocs + 1;
    end
    if (valid & free & row[slot_in]) begin
      table_q[class_in][slot_in] <= 1'b0;
      used_q[class_in]           <= used_q[class_in] - 1;
      frees                      <= frees + 1;
    end
    if (valid & (free ? ~row[slot_in] : is_full)) errors <= errors + 1;
    if (rst) begin
      for (int i = 0; i < 64; i++) begin
        table_q[i] <= '0;
        used_q[i]  <= '0;
      end
      allocs <= 0;
      frees  <= 0;
      errors <= 0;
      mix_a  <= 0;
      mix_b  <= 1;
    end
  end
endmodule
