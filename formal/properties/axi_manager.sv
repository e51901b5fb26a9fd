// AXI4 manager: every burst is a line, legal, and has as many data as it says.
module memento_axi_manager_properties #(
    parameter CLIENTS = 2,
    parameter PHYSICAL_BITS = 32,
    parameter STROBE_BITS = 8,
    parameter BURST_LENGTH = 7,
    parameter ID_BITS = 1,
    parameter WIDE = 0
) (
    input wire clock,
    input wire reset,
    input wire [CLIENTS-1:0] read_valids,
    input wire [CLIENTS*PHYSICAL_BITS-1:0] read_addresses,
    input wire [CLIENTS-1:0] write_valids,
    input wire [CLIENTS*PHYSICAL_BITS-1:0] write_addresses,
    input wire [CLIENTS-1:0] data_valids,
    input wire [CLIENTS-1:0] data_readies,
    input wire [CLIENTS-1:0] data_lasts,
    input wire m_axi_arvalid,
    input wire [PHYSICAL_BITS-1:0] m_axi_araddr,
    input wire [7:0] m_axi_arlen,
    input wire [2:0] m_axi_arsize,
    input wire [1:0] m_axi_arburst,
    input wire m_axi_arlock,
    input wire m_axi_awvalid,
    input wire [PHYSICAL_BITS-1:0] m_axi_awaddr,
    input wire [7:0] m_axi_awlen,
    input wire [2:0] m_axi_awsize,
    input wire [1:0] m_axi_awburst,
    input wire m_axi_awlock,
    input wire m_axi_wvalid,
    input wire m_axi_wready,
    input wire m_axi_wlast,
    input wire writing,
    input wire [ID_BITS-1:0] write_client
);
    // Beats that each client has given of its line, and that the bus has taken of a burst.
    reg [3*CLIENTS-1:0] given = 0;
    reg [7:0]           taken = 0;
    integer i;
    always @(posedge clock) begin
        for (i = 0; i < CLIENTS; i = i + 1)
            if (reset) given[3*i +: 3] <= 0;
            else if (data_valids[i] && data_readies[i]) given[3*i +: 3] <= given[3*i +: 3] + 1;
        taken <= reset ? 0 : !(m_axi_wvalid && m_axi_wready) ? taken : m_axi_wlast ? 0 : taken + 1;
    end
    reg lawful, aligned;
    reg [2:0] moved;
    reg [CLIENTS-1:0] midway;
    always @* begin
        lawful = 1;
        aligned = 1;
        moved = 0;
        for (i = 0; i < CLIENTS; i = i + 1) begin
            if (data_valids[i] && data_lasts[i] != (given[3*i +: 3] == 7)) lawful = 0;
            if (read_valids[i] && read_addresses[PHYSICAL_BITS*i +: 6] != 0) aligned = 0;
            if (write_valids[i] && write_addresses[PHYSICAL_BITS*i +: 6] != 0) aligned = 0;
            moved = moved | given[3*i +: 3];
            midway[i] = given[3*i +: 3] != 0;
        end
    end

    always @* if (!reset) begin
        // Clients mark the eighth beat of a line as its last.
        lines_have_eight_beats: assume (lawful);
        // Clients ask for whole lines.
        lines_are_aligned: assume (aligned);

        // A read is an incrementing burst of 64 bytes that begins at a multiple of 64: none crosses 4 KiB.
        reads_are_lines: assert (!m_axi_arvalid || (m_axi_araddr[5:0] == 0 && m_axi_arburst == 1
            && ((m_axi_arlen + 1) << m_axi_arsize) == 64 && (1 << m_axi_arsize) == STROBE_BITS && !m_axi_arlock));
        // A write is an incrementing burst of 64 bytes that begins at a multiple of 64: none crosses 4 KiB.
        writes_are_lines: assert (!m_axi_awvalid || (m_axi_awaddr[5:0] == 0 && m_axi_awburst == 1
            && ((m_axi_awlen + 1) << m_axi_awsize) == 64 && (1 << m_axi_awsize) == STROBE_BITS && !m_axi_awlock));
        // A burst's last beat, and no other, is marked as last: it has as many beats as its address says.
        last_ends_the_burst: assert (!m_axi_wvalid || m_axi_wlast == (taken == BURST_LENGTH));

        where_taken: assert (taken <= BURST_LENGTH && (taken != BURST_LENGTH || !m_axi_wvalid || m_axi_wlast));
        where_one_at_a_time: assert (midway == 0 || (writing && midway == 1 << write_client));
        where_beats: assert (WIDE || (m_axi_wvalid ? moved == (taken + 1) % 8 : moved == taken));
        where_last: assert (WIDE || !m_axi_wvalid || m_axi_wlast == (moved == 0));
        where_midway: assert (WIDE || m_axi_wvalid || writing || moved == 0);

        // A burst of data ends.
        reached_last: cover (m_axi_wvalid && m_axi_wready && m_axi_wlast);
        // A read is offered.
        reached_read: cover (m_axi_arvalid);
    end
endmodule
