//! A test of the test: deliberate faults in the Verilog, each of which the random runs must catch.

use crate::{emitted, ports, suite};

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
        from: "!hit && spilled && !unknown",
        to: "1'b0",
    },
    Mutation {
        what: "writes: a spilled mask isn't fetched",
        module: "memento_write_path",
        from: "!hit && spilled && !unknown",
        to: "1'b0",
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
        what: "writes: one of a fresh line begins while its group makes room",
        module: "memento_write_path",
        from: "reach_one_line && !hold",
        to: "reach_one_line && 1'b1",
    },
    Mutation {
        what: "writes: masks that aren't held are spilled too",
        module: "memento_write_path",
        from: "strobe = lower_bytes | upper_bytes",
        to: "strobe = all_bytes",
    },
    Mutation {
        what: "in flight: a victim's other frames aren't protected",
        module: "memento_writes_in_flight",
        from: "frame_0[9:3]} == leaving",
        to: "frame_0[9:3]} == leaving && ~|frame_0[2:0]",
    },
    Mutation {
        what: "table: a victim with a write in flight is spilled",
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
        what: "table: spilled isn't noted",
        module: "memento_fresh_table",
        from: "bits_spilled = recalled | leaving_held",
        to: "bits_spilled = recalled",
    },
    Mutation {
        what: "table: what was spilled before is forgotten",
        module: "memento_fresh_table",
        from: "bits_spilled = recalled | leaving_held",
        to: "bits_spilled = leaving_held",
    },
    Mutation {
        what: "table: a frame granted or dropped is still noted as spilled",
        module: "memento_fresh_table",
        from: "bits_spilled = recalled & ~job_member",
        to: "bits_spilled = recalled",
    },
    Mutation {
        what: "table: spilled bits that are being written are relied upon",
        module: "memento_fresh_table",
        from: "&& !bits_written",
        to: "&& 1'b1",
    },
    Mutation {
        what: "table: spilled bits that the table reads are taken for the write path's",
        module: "memento_fresh_table",
        from: "write_settled = (state != TABLE_STATE_SWEEP) && (state != TABLE_STATE_CHOOSE)",
        to: "write_settled = (state != TABLE_STATE_SWEEP)",
    },
    Mutation {
        what: "table: a changed mask is taken for memory's",
        module: "memento_fresh_table",
        from: "written_dirty = 1'b1",
        to: "written_dirty = 1'b0",
    },
    Mutation {
        what: "table: masks that were never spilled are fetched",
        module: "memento_fresh_table",
        from: "wanted = |(fetch_spilled & delivered_member) && |delivered",
        to: "wanted = |delivered",
    },
    Mutation {
        what: "table: fetched masks replace those that are held",
        module: "memento_fresh_table",
        from: "own_copy_held | entering",
        to: "entering",
    },
    Mutation {
        what: "table: an error but with the last beat of a fetch is overlooked",
        module: "memento_fresh_table",
        from: "fetch_failed <= fetch_failed || fetch_error",
        to: "fetch_failed <= fetch_error",
    },
    Mutation {
        what: "table: a frame dropped takes its group with it",
        module: "memento_fresh_table",
        from: "written_held = own_copy_held & ~job_member",
        to: "written_held = 8'd0",
    },
    Mutation {
        what: "table: a line is cleared while a mask is read",
        module: "memento_fresh_table",
        from: "clear_valid && !spill_reading",
        to: "clear_valid && 1'b1",
    },
    Mutation {
        what: "table: a written line stays fresh",
        module: "memento_fresh_table",
        from: "remaining = own_copy_mask & ~(64'd1 << clear_line)",
        to: "remaining = own_copy_mask",
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
        match suite(&ports::compile(&mutant), 8, 6000) {
            Ok(_) => survivors.push(mutation.what),
            Err(error) => println!("caught: {}\n        {error}", mutation.what),
        }
    }
    assert!(survivors.is_empty(), "not caught: {survivors:#?}");
}
