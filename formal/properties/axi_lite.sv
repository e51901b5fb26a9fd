// AXI4-Lite: every access is answered once, in few cycles, whether or not the master is ready for the answer.
module memento_axi_lite_properties #(
    parameter WITHIN = 4  // cycles from an access whose answer has room to its answer
) (
    input wire        clock,
    input wire        reset,
    input wire        s_axil_awvalid,
    input wire        s_axil_awready,
    input wire [11:0] s_axil_awaddr,
    input wire        s_axil_wvalid,
    input wire        s_axil_wready,
    input wire        s_axil_bvalid,
    input wire        s_axil_bready,
    input wire [1:0]  s_axil_bresp,
    input wire        s_axil_arvalid,
    input wire        s_axil_arready,
    input wire [11:0] s_axil_araddr,
    input wire        s_axil_rvalid,
    input wire        s_axil_rready,
    input wire [31:0] s_axil_rdata,
    input wire [1:0]  s_axil_rresp,
    input wire [11:0] address,
    input wire        write,
    input wire        write_error,
    input wire        read,
    input wire [31:0] read_data,
    input wire        read_error,
    input wire [1:0]  state,
    input wire        read_turn,
    input wire        write_address_held,
    input wire        write_data_held,
    input wire        read_address_held,
    input wire [11:0] held_write_address,
    input wire [11:0] held_read_address
);
    // Accesses taken and not answered: addresses and data of writes, reads; and cycles without an answer.
    reg [1:0]  addresses = 0, data = 0, reads = 0;
    reg [3:0]  write_wait = 0, read_wait = 0;
    reg        wrote = 0, has_read = 0;  // the bus was accessed, and that is not answered
    reg        wrote_error, read_with_error;
    reg [31:0] was_read;
    reg [11:0] write_address, read_address;  // of the access taken last
    wire written = s_axil_bvalid && s_axil_bready;
    wire given = s_axil_rvalid && s_axil_rready;
    wire write_due = addresses != 0 && data != 0;
    always @(posedge clock) begin
        addresses <= reset ? 0 : addresses + (s_axil_awvalid && s_axil_awready) - written;
        data <= reset ? 0 : data + (s_axil_wvalid && s_axil_wready) - written;
        reads <= reset ? 0 : reads + (s_axil_arvalid && s_axil_arready) - given;
        write_wait <= reset || !write_due || s_axil_bvalid ? 0 : write_wait + !(&write_wait);
        read_wait <= reset || reads == 0 || s_axil_rvalid ? 0 : read_wait + !(&read_wait);
        wrote <= !reset && ((wrote && !written) || write);
        has_read <= !reset && ((has_read && !given) || read);
        if (write) wrote_error <= write_error;
        if (read) {read_with_error, was_read} <= {read_error, read_data};
        if (s_axil_awvalid && s_axil_awready) write_address <= s_axil_awaddr;
        if (s_axil_arvalid && s_axil_arready) read_address <= s_axil_araddr;
    end

    always @* if (!reset) begin
        // A write is answered within WITHIN cycles of its address and data, if the answer before is taken: ready isn't waited for.
        writes_answered_in_time: assert (write_wait <= WITHIN);
        // A read is answered within WITHIN cycles, if the answer before is taken: ready isn't waited for.
        reads_answered_in_time: assert (read_wait <= WITHIN);
        // There is an answer only to an access that the registers have seen: one each.
        answers_follow_accesses: assert (s_axil_bvalid == wrote && s_axil_rvalid == has_read && !(wrote && write) && !(has_read && read));
        // The registers see an access only after its address, and its data, were taken, at that address.
        accesses_follow_requests: assert (!(write && !(write_due && address == write_address)) && !(read && !(reads != 0 && address == read_address)));
        // A read gives what the register gave, and an error is told as SLVERR.
        answers_are_theirs: assert (!(has_read && !(s_axil_rdata == was_read && s_axil_rresp == (read_with_error ? 2 : 0)))
            && !(wrote && s_axil_bresp != (wrote_error ? 2 : 0)));

        where_held: assert (addresses == write_address_held + wrote && data == write_data_held + wrote && reads == read_address_held + has_read);
        where_addresses: assert ((!write_address_held || held_write_address == write_address)
            && (!read_address_held || held_read_address == read_address));
        where_state: assert (state != 3 && (state == 0 || (read_address_held && !has_read && !read_turn)));
        where_waits: assert (read_wait <= (has_read ? 4 : !read_address_held ? 0 : state == 0 ? read_turn : state + 1)
            && write_wait <= (wrote ? 4 : !write_due ? 0 : state == 0 ? (read_turn ? 0 : 3) : state));

        // A write and a read wait for each other.
        reached_both: cover (write_due && reads != 0 && !s_axil_bvalid && !s_axil_rvalid && state == 2);
    end
endmodule
