//! A test of the test: deliberate faults in the Verilog, each of which the random runs must catch.

use crate::{compile, emitted};
use memento_testbenches::bypass::suite;

/// A fault: in which module which text becomes what.
struct Mutation {
    what: &'static str,
    module: &'static str,
    from: &'static str,
    to: &'static str,
}

const MUTATIONS: &[Mutation] = &[
    Mutation {
        what: "reads: what is on offer to memory is judged again, and may be withdrawn",
        module: "memento_read_path",
        from: "offered <= pass && !memory_request_ready",
        to: "offered <= 1'b0",
    },
    Mutation {
        what: "reads: a partly fresh burst isn't refused",
        module: "memento_read_path",
        from: "fresh != reach_touched",
        to: "1'b0",
    },
    Mutation {
        what: "reads: an answer here overtakes memory's",
        module: "memento_read_path",
        from: "judged && answered_here && !(|counts_count)",
        to: "judged && answered_here",
    },
    Mutation {
        what: "reads: a burst overtakes the answer here",
        module: "memento_read_path",
        from: "!(answering && (answer_id == head.id))",
        to: "1'b1",
    },
    Mutation {
        what: "reads: a spilled mask isn't fetched",
        module: "memento_read_path",
        from: "!held && spilled && !mask_lost",
        to: "1'b0",
    },
    Mutation {
        what: "reads: a frame granted isn't fresh",
        module: "memento_read_path",
        from: "fresh = reach_touched;",
        to: "fresh = 64'd0;",
    },
    Mutation {
        what: "writes: a spilled mask isn't fetched",
        module: "memento_write_path",
        from: "(spilled || (whole && reach_one_line))",
        to: "(whole && reach_one_line)",
    },
    Mutation {
        what: "writes: a frame granted isn't fresh",
        module: "memento_write_path",
        from: "fresh = reach_touched;",
        to: "fresh = 64'd0;",
    },
    Mutation {
        what: "writes: one of a fresh line begins before its frame's mask is held",
        module: "memento_write_path",
        from: "|fresh && held && reach_one_line",
        to: "|fresh && reach_one_line",
    },
    Mutation {
        what: "writes: a second write of a fresh line doesn't wait",
        module: "memento_write_path",
        from: "!in_flight_conflict",
        to: "1'b1",
    },
    Mutation {
        what: "writes: an error ends a line's freshness",
        module: "memento_write_path",
        from: "!memory_answer_fields.response[1]",
        to: "1'b1",
    },
    Mutation {
        what: "writes: a line isn't cleared before its answer",
        module: "memento_write_path",
        from: "(!clears || clear_ready)",
        to: "1'b1",
    },
    Mutation {
        what: "writes: bursts answered before one are miscounted",
        module: "memento_write_path",
        from: "counts_count - 6'd1",
        to: "counts_count",
    },
    Mutation {
        what: "writes: beats that weren't written are merged as they were",
        module: "memento_write_path",
        from: "? buffered : 64'd0",
        to: "? buffered : buffered",
    },
    Mutation {
        what: "writes: one of a fresh line begins while its frame's mask leaves",
        module: "memento_write_path",
        from: "!(hold && (victim_frame == reach_frame))",
        to: "1'b1",
    },
    Mutation {
        what: "writes: masks that aren't gathered are spilled too",
        module: "memento_write_path",
        from: "strobe = lower_bytes | upper_bytes",
        to: "strobe = all_bytes",
    },
    Mutation {
        what: "in flight: an answered write is forgotten before its line is cleared",
        module: "memento_writes_in_flight",
        from: "|| closing_0",
        to: "",
    },
    Mutation {
        what: "in flight: a victim isn't protected",
        module: "memento_writes_in_flight",
        from: "open_0 && (frame_0 == victim_frame)",
        to: "1'b0",
    },
    Mutation {
        what: "table: a victim with a write in flight leaves",
        module: "memento_fresh_table",
        from: "if (victim_in_flight) begin",
        to: "if (1'b0) begin",
    },
    Mutation {
        what: "table: masks that memory didn't take are forgotten",
        module: "memento_fresh_table",
        from: "if (spill_error) begin",
        to: "if (1'b0) begin",
    },
    Mutation {
        what: "table: masks that memory didn't take are noted as taken",
        module: "memento_fresh_table",
        from: "tags_found && |(put_members & member_bit)",
        to: "1'b0",
    },
    Mutation {
        what: "table: spilled isn't noted",
        module: "memento_fresh_table",
        from: "change.noted = 2'd2",
        to: "change.noted = 2'd0",
    },
    Mutation {
        what: "table: a grant isn't noted",
        module: "memento_fresh_table",
        from: "change.noted = {1'b0, grant_fresh}",
        to: "change.noted = 2'd0",
    },
    Mutation {
        what: "table: a drop is noted as a grant",
        module: "memento_fresh_table",
        from: "change.noted = {1'b0, grant_fresh}",
        to: "change.noted = 2'd1",
    },
    Mutation {
        what: "table: a frame granted or dropped keeps its mask",
        module: "memento_fresh_table",
        from: "change.place = tags_found",
        to: "change.place = 1'b0",
    },
    Mutation {
        what: "table: a frame whose mask is held is still whole, or spilled",
        module: "memento_fresh_table",
        from: "change.mask = entering;\n                    change.note = 1'b1",
        to: "change.mask = entering;\n                    change.note = 1'b0",
    },
    Mutation {
        what: "table: every line of a mask that was fetched is fresh",
        module: "memento_fresh_table",
        from: "change.mask = entering",
        to: "change.mask = all_lines",
    },
    Mutation {
        what: "table: a changed mask is taken for memory's",
        module: "memento_fresh_table",
        from: "way_use_noted_changed = 1'b1",
        to: "way_use_noted_changed = 1'b0",
    },
    Mutation {
        what: "table: a first mask is taken for memory's",
        module: "memento_fresh_table",
        from: "way_use_noted_changed = job_whole",
        to: "way_use_noted_changed = 1'b0",
    },
    Mutation {
        what: "table: masks that aren't held are gathered",
        module: "memento_fresh_table",
        from: "tags_found && way_use_changed",
        to: "way_use_changed",
    },
    Mutation {
        what: "table: masks are gathered before a line is cleared",
        module: "memento_fresh_table",
        from: "((state == TABLE_STATE_SPILL) && !spill_ready)",
        to: "(state == TABLE_STATE_SPILL)",
    },
    Mutation {
        what: "table: a job changes a mask while a line is cleared",
        module: "memento_fresh_table",
        from: "if (!clearing) begin",
        to: "if (1'b1) begin",
    },
    Mutation {
        what: "table: a written line stays fresh",
        module: "memento_fresh_table",
        from: "remaining = masks_read_data & ~(64'd1 << cleared_line)",
        to: "remaining = masks_read_data",
    },
    Mutation {
        what: "tags: the victim is another frame",
        module: "memento_fresh_tags",
        from: "victim_row ^ victim_fold",
        to: "victim_row",
    },
    Mutation {
        what: "views: what changes is relied upon",
        module: "memento_fresh_view",
        from: "(changed.frame == coming)",
        to: "1'b0",
    },
    Mutation {
        what: "views: a burst that moves up unseen is relied upon",
        module: "memento_fresh_view",
        from: "(looks_again && moves)",
        to: "1'b0",
    },
    Mutation {
        what: "views: the burst behind is looked up again",
        module: "memento_fresh_view",
        from: "looks_again ? frame : ahead_frame",
        to: "ahead_frame",
    },
    Mutation {
        what: "spans: a burst that wraps is taken for one that doesn't",
        module: "memento_burst_span",
        from: "burst_fields.kind == 2'd2",
        to: "1'b0",
    },
];

#[test]
fn every_fault_is_caught() {
    let design = emitted(4, 64);
    let mut survivors = Vec::new();
    for mutation in MUTATIONS {
        let mut mutant = design.clone();
        let module = mutant
            .modules
            .iter_mut()
            .find(|m| m.name == mutation.module);
        let module = module.unwrap_or_else(|| panic!("there is no {}", mutation.module));
        assert!(
            module.text.contains(mutation.from),
            "{}: `{}` no longer stands in {}; say the fault anew",
            mutation.what,
            mutation.from,
            mutation.module
        );
        module.text = module.text.replace(mutation.from, mutation.to);
        match suite(&compile(&mutant), 8, 48, 0) {
            Ok(_) => survivors.push(mutation.what),
            Err(error) => println!("caught: {}\n        {error}", mutation.what),
        }
    }
    assert!(survivors.is_empty(), "not caught: {survivors:#?}");
}
