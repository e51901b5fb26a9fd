//! A test of the tests: deliberate faults in the Verilog, each of which the suite must catch.

mod common;

use common::fetched::{every_event, two_claims};
use common::posted::{
    frees_that_share_writes, headers_that_displace_each_other, writes_that_fail,
    writes_that_find_no_room,
};
use common::*;
use memento_config::Config;
use memento_hdl::Geometry;
use memento_hdl::allocator::object_allocator::ObjectAllocator;
use memento_hdl::verilog::{Design, Options, emit};
use memento_testbenches::directed::host_and_inbox;
use memento_testbenches::{BenchError, VerilatedDesign};

/// A fault: in which module which text becomes what.
struct Mutation {
    what: &'static str,
    module: &'static str,
    from: &'static str,
    to: &'static str,
}

const MUTATIONS: &[Mutation] = &[
    Mutation {
        what: "word loop: forwarding from the operation just ahead is cut",
        module: "memento_word_loop",
        from: "if ((update_take || update_give) && (update_key == fetched_key))",
        to: "if (1'b0)",
    },
    Mutation {
        what: "word loop: forwarding from two operations ahead is cut",
        module: "memento_word_loop",
        from: "else if (written && (written_key == fetched_key))",
        to: "else if (1'b0)",
    },
    Mutation {
        what: "word loop: forwarding from three operations ahead is cut",
        module: "memento_word_loop",
        from: "else if (written_1 && (written_1_key == fetched_key))",
        to: "else if (1'b0)",
    },
    Mutation {
        what: "word loop: a test that meets a write isn't given the written word",
        module: "memento_word_loop",
        from: "test_coincided <= written && (written_key == test_key)",
        to: "test_coincided <= 1'b0",
    },
    Mutation {
        what: "class loop: the count just made isn't forwarded",
        module: "memento_class_loop",
        from: "if (same_class && changed_0)",
        to: "if (1'b0)",
    },
    Mutation {
        what: "class loop: a free's summary update is lost",
        module: "memento_class_loop",
        from: "free_here ? (free_1 + 4'd1)",
        to: "free_here ? free_1",
    },
    Mutation {
        what: "tag logic: a reciprocal is off by one",
        module: "memento_reciprocal",
        from: "10'd171",
        to: "10'd170",
    },
    Mutation {
        what: "tag logic: a remainder's limit is off by one",
        module: "memento_remainder_limit",
        from: "10'd171",
        to: "10'd172",
    },
    Mutation {
        what: "decision: frees still on their way are overlooked",
        module: "memento_hit_pipeline",
        from: "undecided = in_table && (slot_given_3 ||",
        to: "undecided = in_table && (1'b0 ||",
    },
    Mutation {
        what: "decision: allocations still on their way are overlooked",
        module: "memento_hit_pipeline",
        from: "(decide_free && class_changed_3)",
        to: "1'b0",
    },
    Mutation {
        what: "lists: a pop loses the rest of the list",
        module: "memento_list_engine",
        from: "head <= after_arena",
        to: "head <= 7'd64",
    },
    Mutation {
        what: "lists: a push links the wrong arena",
        module: "memento_header_moves",
        from: "next_link = head",
        to: "next_link = {1'b0, arena}",
    },
    Mutation {
        what: "lists: the threshold is off by one",
        module: "memento_header_judge",
        from: "reaches = count == 5'd14",
        to: "reaches = count == 5'd13",
    },
    Mutation {
        what: "headers: a wrong sum is believed",
        module: "memento_header_unit",
        from: "sum_matches = &sum",
        to: "sum_matches = 1'b1",
    },
    Mutation {
        what: "headers: a written sum is off by one",
        module: "memento_header_unit",
        from: "seal = ~(sum + beat_sum)",
        to: "seal = ~(sum + beat_sum + 16'd1)",
    },
    Mutation {
        what: "header cache: a released arena's header is kept",
        module: "memento_list_engine",
        from: "headers_drop = (state == ENGINE_STATE_FREE_ARENA_REQUEST)",
        to: "headers_drop = 1'b0",
    },
    Mutation {
        what: "header cache: a read overtakes the write of its line",
        module: "memento_header_cache",
        from: "(other || !busy)",
        to: "(1'b1)",
    },
    Mutation {
        what: "header cache: what memory doesn't have is kept",
        module: "memento_header_cache",
        from: "sweeps = forget || failed",
        to: "sweeps = forget",
    },
    Mutation {
        what: "header cache: the class isn't compared",
        module: "memento_header_cache",
        from: "(kept.size_class == size_class)",
        to: "1'b1",
    },
    Mutation {
        what: "header cache: headers outlive a switch",
        module: "memento_header_cache",
        from: "sweeps = forget || failed",
        to: "sweeps = failed",
    },
    Mutation {
        what: "header cache: a refused header is kept",
        module: "memento_list_engine",
        from: "((state == ENGINE_STATE_ANSWER) && (status != STATUS_OK))",
        to: "1'b0",
    },
    Mutation {
        what: "header cache: bits beyond the last slot stay as they were",
        module: "memento_header_cache",
        from: "tidy <= 1'b0",
        to: "tidy <= 1'b1",
    },
    Mutation {
        what: "plain frees: what was read under an unanswered write counts",
        module: "memento_header_judge",
        from: "if (!settled && !(plain && at_hand))",
        to: "if (1'b0)",
    },
    Mutation {
        what: "plain frees: one that was refused under an unanswered write counts",
        module: "memento_list_engine",
        from: "settled <= !headers_unanswered",
        to: "settled <= 1'b1",
    },
    Mutation {
        what: "plain frees: a slot that is free is freed again",
        module: "memento_plain_free",
        from: "plain = allocated",
        to: "plain = 1'b1",
    },
    Mutation {
        what: "plain frees: an arena is left empty",
        module: "memento_plain_free",
        from: "(count > 16'd1)",
        to: "(count > 16'd0)",
    },
    Mutation {
        what: "plain frees: an arena worth listing is on no list",
        module: "memento_plain_free",
        from: "(count != 16'd14)",
        to: "1'b1",
    },
    Mutation {
        what: "plain frees: the checksum doesn't follow the count",
        module: "memento_plain_free",
        from: "(16'd1 << slot) + 16'd1",
        to: "(16'd1 << slot)",
    },
    Mutation {
        what: "plain frees: a header is changed while memory is given it",
        module: "memento_plain_free",
        from: "room && !taken",
        to: "room",
    },
    Mutation {
        what: "plain frees: one in a fetched arena doesn't drop it",
        module: "memento_list_engine",
        from: "((state == ENGINE_STATE_WRITE_SELF) || headers_cleared)",
        to: "(state == ENGINE_STATE_WRITE_SELF)",
    },
    Mutation {
        what: "plain frees: another miss is taken before they are answered",
        module: "memento_list_engine",
        from: "(headers_cleared && (miss_kind == MISS_KIND_FREE))",
        to: "headers_cleared",
    },
    Mutation {
        what: "write queue: the memory's error isn't told",
        module: "memento_header_store",
        from: "write_queue_answer_error ? STATUS_BUS_ERROR : STATUS_OK",
        to: "STATUS_OK",
    },
    Mutation {
        what: "write queue: inbox and host are confused",
        module: "memento_write_queue",
        from: "answer_inbox = oldest.inbox",
        to: "answer_inbox = 1'b0",
    },
    Mutation {
        what: "write queue: a line is begun while it is changed",
        module: "memento_write_queue",
        from: "!(changing && (next_entry == entry))",
        to: "1'b1",
    },
    Mutation {
        what: "write queue: a fifth line is under way to memory",
        module: "memento_write_queue",
        from: "!= 4'd4; // memory can take",
        to: "!= 4'd5; // memory can take",
    },
    Mutation {
        what: "write queue: a free joins a line that memory has been given",
        module: "memento_write_queue",
        from: "unbegun_1 <= 1'b0",
        to: "unbegun_1 <= 1'b1",
    },
    Mutation {
        what: "translations: the class isn't compared",
        module: "memento_translation_cache",
        from: "(entry.size_class == size_class)",
        to: "1'b1",
    },
    Mutation {
        what: "requests: a replay skips the operations that were dropped",
        module: "memento_request_buffer_depth16_traced1_forwards1",
        from: "entered <= decided",
        to: "entered <= entered",
    },
    Mutation {
        what: "responses: an outcome overtakes the engine's answer ahead of it",
        module: "memento_response_queue_depth16",
        from: "(!next_outcome.from_engine || answered)",
        to: "1'b1",
    },
    Mutation {
        what: "switches: an entry never differs from its header",
        module: "memento_hit_pipeline",
        from: "dirty_write_data = 1'b1",
        to: "dirty_write_data = 1'b0",
    },
    Mutation {
        what: "switches: every byte of a line of records is written",
        module: "memento_line_unit",
        from: "command_beats[beat] ? 8'd255 : 8'd0",
        to: "8'd255",
    },
    Mutation {
        what: "switches: the head of a list isn't saved",
        module: "memento_context_engine",
        from: "if (entry_head == 7'd64)",
        to: "if (1'b1)",
    },
    Mutation {
        what: "switches: classes outlive a switch",
        module: "memento_list_engine",
        from: "if (forget)",
        to: "if (1'b0)",
    },
    Mutation {
        what: "switches: a saved count is off by one",
        module: "memento_context_engine",
        from: "count <= count + {1'b0, slots_of_count}",
        to: "count <= count + {1'b0, slots_of_count} + 5'd1",
    },
    Mutation {
        what: "responses: the inbox's answers go to the host, too",
        module: "memento_core",
        from: "list_engine_answer_valid && !list_engine_answer_inbox",
        to: "list_engine_answer_valid",
    },
    Mutation {
        what: "fetched arenas: one is taken though a free on its way may drop it",
        module: "memento_hit_pipeline",
        from: "has_standby && !free_ahead",
        to: "has_standby",
    },
    Mutation {
        what: "fetched arenas: a push or a free in one doesn't drop it",
        module: "memento_list_engine",
        from: "(pushing || (standby_arena == arena))",
        to: "1'b0",
    },
    Mutation {
        what: "fetched arenas: a release doesn't drop one",
        module: "memento_list_engine",
        from: "\n        || (state == ENGINE_STATE_FREE_ARENA_REQUEST)",
        to: "",
    },
    Mutation {
        what: "fetched arenas: the next is fetched ahead of what the last left to write",
        module: "memento_list_engine",
        from: "standby_ready || (ahead && miss_valid)",
        to: "standby_ready",
    },
    Mutation {
        what: "fetched arenas: the count of the word that the first slot is taken of is lost",
        module: "memento_class_loop",
        from: "counts_1_write_data = slices_1_count - 4'd1",
        to: "counts_1_write_data = slices_1_count",
    },
    Mutation {
        what: "fetched arenas: operations behind go on with the full one",
        module: "memento_hit_pipeline",
        from: "replaying <= again || flip",
        to: "replaying <= again",
    },
    Mutation {
        what: "fetched arenas: a claim overtakes the one before",
        module: "memento_hit_pipeline",
        from: "miss_ready && claim_idle",
        to: "miss_ready",
    },
    Mutation {
        what: "fetched arenas: the list's new head keeps its link to the one taken",
        module: "memento_list_engine",
        from: "step <= ENGINE_STEP_NEW_HEAD",
        to: "step <= ENGINE_STEP_LOAD_SELF",
    },
    Mutation {
        what: "ready slots: one is handed out twice",
        module: "memento_ready_table",
        from: ".write         (hand_out || clear)",
        to: ".write         (clear)",
    },
    Mutation {
        what: "ready slots: they outlive a switch",
        module: "memento_hit_pipeline",
        from: ".clear         (install_tag)",
        to: ".clear         (1'b0)",
    },
    Mutation {
        what: "ready slots: a free leaves them as they were",
        module: "memento_hit_pipeline",
        from: "(encode.taken || encode.gave)",
        to: "encode.taken",
    },
    Mutation {
        what: "ready slots: an allocation that takes another leaves them as they were",
        module: "memento_hit_pipeline",
        from: "(encode.taken || encode.gave)",
        to: "encode.gave",
    },
    Mutation {
        what: "ready slots: an answer overtakes those ahead of it",
        module: "memento_hit_pipeline",
        from: "!entered_inbox && !(|unanswered)",
        to: "!entered_inbox",
    },
    Mutation {
        what: "ready slots: an echo finds a slot where there is none",
        module: "memento_hit_pipeline",
        from: "echo_valid && class_loop_any_free",
        to: "echo_valid",
    },
    Mutation {
        what: "ready slots: an echo looks at the arena that has just been displaced",
        module: "memento_hit_pipeline",
        from: "echo_bank <= bank",
        to: "echo_bank <= decide.bank",
    },
    Mutation {
        what: "prompt answers: a change ahead of the class is overlooked",
        module: "memento_hit_pipeline",
        from: "decide.ready && !class_changed_4",
        to: "decide.ready",
    },
    Mutation {
        what: "prompt answers: the change furthest ahead is overlooked",
        module: "memento_hit_pipeline",
        from: "decide.ready && !class_changed_4",
        to: "decide.ready && !class_changed_3",
    },
    Mutation {
        what: "prompt answers: one overtakes an allocation whose address is being made",
        module: "memento_hit_pipeline",
        from: "unanswered_yet && !later_busy_2 &&",
        to: "unanswered_yet &&",
    },
    Mutation {
        what: "prompt answers: one overtakes an allocation two ahead",
        module: "memento_hit_pipeline",
        from: "later_busy_1 || later_1",
        to: "later_busy_1",
    },
    Mutation {
        what: "prompt answers: what was answered is answered again",
        module: "memento_hit_pipeline",
        from: "later_0 <= unanswered_yet && !prompts",
        to: "later_0 <= unanswered_yet",
    },
    Mutation {
        what: "prompt answers: an allocation is given a slot that isn't ready",
        module: "memento_hit_pipeline",
        from: "!(takes && !at_hand && !spared)",
        to: "1'b1",
    },
    Mutation {
        what: "spare slots: the higher of two is the next",
        module: "memento_hit_pipeline",
        from: "own_place < ready_slot_place",
        to: "own_place > ready_slot_place",
    },
    Mutation {
        what: "spare slots: one that was taken stays",
        module: "memento_hit_pipeline",
        from: "else if (changes && spare_match)",
        to: "else if (1'b0)",
    },
    Mutation {
        what: "spare slots: they outlive a switch",
        module: "memento_hit_pipeline",
        from: "if (install_tag) begin\n                spare_valid",
        to: "if (1'b0) begin\n                spare_valid",
    },
    Mutation {
        what: "spare slots: one serves every class",
        module: "memento_hit_pipeline",
        from: "spare_match <= next_class == spare_class",
        to: "spare_match <= 1'b1",
    },
    Mutation {
        what: "spare slots: one is of the class behind the free",
        module: "memento_hit_pipeline",
        from: "spare_match <= same_class",
        to: "spare_match <= 1'b1",
    },
    Mutation {
        what: "replays: the other side goes first",
        module: "memento_core",
        from: "inbox_first <= hit_pipeline_replay_inbox",
        to: "inbox_first <= !hit_pipeline_replay_inbox",
    },
];

/// Faults that overflow the queue of headers on their way to memory. It has room for more lines than a cache of few headers
/// can have changed at once.
const OVERFLOWS: &[Mutation] = &[
    Mutation {
        what: "write queue: a line is put where another waits",
        module: "memento_write_queue",
        from: "(joins || ((put_lines - released_lines) != 4'd8))",
        to: "1'b1",
    },
    Mutation {
        what: "write queue: the last place is given away twice",
        module: "memento_write_queue",
        from: "(put_lines - released_lines) != 4'd8",
        to: "(put_lines - released_lines) != 4'd9",
    },
    Mutation {
        what: "plain frees: one doesn't wait for room in the write queue",
        module: "memento_plain_free",
        from: "at_hand && room && !taken",
        to: "at_hand && !taken",
    },
];

/// What a design has to stand: a short form of the suite.
fn suite(config: &Config, design: &VerilatedDesign) -> Result<(), BenchError> {
    let kinds = [lawful(), lawless(), hostile()];
    for run in 0..12u64 {
        let seed = SEED.wrapping_mul(2 * run + 1).rotate_left(run as u32);
        let actions = drawn(&kinds[(run % 3) as usize], 300, seed);
        let mut bench = bench(config, design, seed, run % 2 == 1, None)?;
        play_all(config, &mut bench, seed, &actions)?;
    }
    for run in 0..12u64 {
        let seed = SEED.wrapping_mul(2 * run + 3).rotate_left(run as u32);
        let actions = drawn(&switching(run % 2 == 1), 300, seed);
        let mut bench = bench(config, design, seed, run % 4 > 1, None)?;
        // What the page allocator's half of a record holds must stay.
        bench.fill_cursors(seed as u8 | 1);
        play_all(config, &mut bench, seed, &actions)?;
    }
    pairs_at_every_distance(config, &mut bench(config, design, SEED, false, None)?)?;
    host_and_inbox(config, &mut design.model(1)?, SEED, 30_000)?;
    every_event(config, design, (0..45).step_by(5))?;
    two_claims(config, design)?;
    writes_that_fail(config, design)?;
    headers_that_displace_each_other(config, design)?;
    frees_that_share_writes(config, design, SEED)?;
    free_every_step(config, &mut bench(config, design, SEED, false, None)?)
}

fn mutated(design: &Design, mutation: &Mutation) -> Design {
    let mut mutant = design.clone();
    let module = mutant
        .modules
        .iter_mut()
        .find(|module| module.name == mutation.module)
        .unwrap_or_else(|| panic!("there is no {} to mutate", mutation.module));
    assert!(
        module.text.contains(mutation.from),
        "{}: `{}` no longer stands in {}; say the fault anew",
        mutation.what,
        mutation.from,
        mutation.module
    );
    module.text = module.text.replace(mutation.from, mutation.to);
    mutant
}

/// Those of the faults that a suite doesn't catch on a configuration's core; the sound one passes it.
fn survivors(
    config: &Config,
    mutations: &[Mutation],
    suite: impl Fn(&Config, &VerilatedDesign) -> Result<(), BenchError> + std::panic::RefUnwindSafe,
) -> Vec<&'static str> {
    let design = emit(
        &ObjectAllocator::new(&Geometry::new(config)),
        &Options::default(),
    )
    .expect("the design is emitted");
    let sound = VerilatedDesign::of_design(config, &design, STRICT).expect("it compiles");
    suite(config, &sound).expect("the sound design passes");
    let mut survivors = Vec::new();
    for mutation in mutations {
        let mutant = VerilatedDesign::of_design(config, &mutated(&design, mutation), STRICT)
            .unwrap_or_else(|error| panic!("{}: {error}", mutation.what));
        // A bench that is shown what can't be panics.
        match std::panic::catch_unwind(|| suite(config, &mutant)) {
            Ok(Ok(())) => survivors.push(mutation.what),
            Ok(Err(error)) => println!("caught: {}\n        {error}", mutation.what),
            Err(_) => println!("caught by a panic: {}", mutation.what),
        }
    }
    survivors
}

#[test]
fn every_fault_is_caught() {
    let config = Config::preset("tiny").expect("a preset");
    let survivors = survivors(&config, MUTATIONS, suite);
    assert!(survivors.is_empty(), "not caught: {survivors:#?}");
}

#[test]
fn every_overflow_is_caught() {
    let config = altered("tiny", |settings| settings.core.header_entries = 64);
    let survivors = survivors(&config, OVERFLOWS, writes_that_find_no_room);
    assert!(survivors.is_empty(), "not caught: {survivors:#?}");
}
