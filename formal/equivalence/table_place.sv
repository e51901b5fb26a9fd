// Place of a page in its table, restated with divisions.
module memento_table_place_properties #(
    parameter TABLE_INDEX_BITS = 10,
    parameter PAGE_NUMBER_BITS = 20,
    parameter ENTRY_BYTES = 4
) (
    input wire [1:0]                  level,
    input wire [PAGE_NUMBER_BITS:0]   page,
    input wire [PAGE_NUMBER_BITS:0]   later_page,
    input wire [TABLE_INDEX_BITS-1:0] index,
    input wire [PAGE_NUMBER_BITS:0]   line_page,
    input wire [PAGE_NUMBER_BITS:0]   next_page,
    input wire                        last_line,
    input wire                        left
);
    localparam ENTRIES = 1 << TABLE_INDEX_BITS;
    localparam LEVELS = PAGE_NUMBER_BITS / TABLE_INDEX_BITS;
    localparam LINE_ENTRIES = 64 / ENTRY_BYTES;
    // Pages that an entry, a line and a table stand for.
    wire [PAGE_NUMBER_BITS+TABLE_INDEX_BITS:0] span = level == 0 ? 1 : level == 1 ? ENTRIES : ENTRIES * ENTRIES;
    wire [PAGE_NUMBER_BITS+TABLE_INDEX_BITS:0] line_span = span * LINE_ENTRIES;
    wire [PAGE_NUMBER_BITS+TABLE_INDEX_BITS:0] table_span = span * ENTRIES;
    wire [PAGE_NUMBER_BITS+TABLE_INDEX_BITS:0] line_first = page - page % line_span;
    always @* begin
        // Tables have as many levels as the page numbers.
        levels_exist: assume (level < LEVELS);

        // The index is the page's entry in its table.
        index_in_table: assert (index == page / span % ENTRIES);
        // A line's first page, and the next line's, are multiples of what a line stands for.
        lines_are_multiples: assert (line_page == line_first && next_page == (line_first + line_span) % (2 << PAGE_NUMBER_BITS));
        // A line is a table's last where the next one is in another table.
        last_is_of_another_table: assert (last_line == (next_page / table_span != page / table_span));
        // A later page is left where it is in another table.
        left_is_another_table: assert (left == (later_page / table_span != page / table_span));

        // A table's last line.
        reached_last: cover (last_line && level == 1);
    end
endmodule
