//! Faults of the page allocator's mapper.

use super::Mutation;

/// The faults.
pub(super) const MUTATIONS: &[Mutation] = &[
    Mutation {
        what: "a frame is taken though the quota doesn't allow it",
        proof: "page_mapper",
        module: "memento_page_mapper",
        from: "granted = (state == MAP_STATE_IDLE) && (map || take) && !over_quota && have",
        to: "granted = (state == MAP_STATE_IDLE) && (map || take) && have",
    },
    Mutation {
        what: "a page begins though a frame is missing",
        proof: "page_mapper",
        module: "memento_page_mapper",
        from: "need = take ? 3'd1 : ({1'b0, spot_level} + 3'd1)",
        to: "need = take ? 3'd1 : {1'b0, spot_level}",
    },
    Mutation {
        what: "memory is refused while there are frames",
        proof: "page_mapper",
        module: "memento_page_mapper",
        from: "refused = (state == MAP_STATE_IDLE) && (map || take)\n        && (over_quota || (!have && (dry || failed)))",
        to: "refused = (state == MAP_STATE_IDLE) && (map || take)\n        && (over_quota || (dry || failed))",
    },
    Mutation {
        what: "an entry names the frame that is on offer",
        proof: "page_mapper",
        module: "memento_page_mapper",
        from: "link_entry = {54'h80000 | {44'd0, popped}",
        to: "link_entry = {54'h80000 | {44'd0, pop_frame}",
    },
    Mutation {
        what: "a frame that memory failed to make zero is linked",
        proof: "page_mapper",
        module: "memento_page_mapper",
        from: "if (zero_error) begin",
        to: "if (1'b0) begin",
    },
    Mutation {
        what: "an entry that couldn't be written is thought of as written",
        proof: "page_mapper",
        module: "memento_page_mapper",
        from: "linked = (state == MAP_STATE_LINK) && line_done && !line_error",
        to: "linked = (state == MAP_STATE_LINK) && line_done",
    },
    Mutation {
        what: "a frame is named before it is zero",
        proof: "page_mapper",
        module: "memento_page_mapper",
        from: "                        end else begin\n                            state <= MAP_STATE_ZERO;",
        to: "                        end else begin\n                            state <= MAP_STATE_LINK;",
    },
    Mutation {
        what: "every table is linked in the one in which the walk stopped",
        proof: "page_mapper",
        module: "memento_page_mapper",
        from: "spot_table <= popped;",
        to: "spot_table <= spot_table;",
    },
    Mutation {
        what: "a page is written where its table would be",
        proof: "page_mapper",
        module: "memento_page_mapper",
        from: "link_index = page_number[9:0]",
        to: "link_index = page_number[19:10]",
    },
    Mutation {
        what: "a page of headers may be read by programs",
        proof: "page_mapper",
        module: "memento_page_mapper",
        from: "link_flags = 10'd199",
        to: "link_flags = 10'd215",
    },
    Mutation {
        what: "a frame goes back though it is linked",
        proof: "page_mapper",
        module: "memento_page_mapper",
        from: "done = refused || page_linked",
        to: "done = refused",
    },
    Mutation {
        what: "a frame alone is told a cycle late",
        proof: "page_mapper",
        module: "memento_page_mapper",
        from: "frame = (state == MAP_STATE_POP) ? pop_frame : popped",
        to: "frame = popped",
    },
    Mutation {
        what: "a failure is told as no memory",
        proof: "page_mapper",
        module: "memento_page_mapper",
        from: "status = STATUS_BUS_ERROR;\n        end else if",
        to: "status = STATUS_NO_MEMORY;\n        end else if",
    },
    Mutation {
        what: "a table is told to be linked as a page",
        proof: "page_mapper",
        module: "memento_page_mapper",
        from: "page_linked = linked && (spot_level == 2'd0)",
        to: "page_linked = linked",
    },
];
