//! Faults, as texts in the emitted Verilog that become others: the proof named must fail.

mod bypass;
mod lists;
mod pages;

use crate::bind::bind;
use crate::check::is_invariant;
use crate::error::Error;
use crate::groups::GROUPS;
use crate::groups::Method;
use crate::model::{Answer, Model};
use crate::tools::Tools;
use memento_hdl::verilog::Design;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

/// A fault.
#[derive(Clone, Copy, Debug)]
pub struct Mutation {
    /// What is wrong.
    pub what: &'static str,
    /// The proof that must fail.
    pub proof: &'static str,
    /// Where it is.
    pub module: &'static str,
    /// The text as emitted.
    pub from: &'static str,
    /// What it becomes.
    pub to: &'static str,
}

/// What came of a fault.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Found {
    /// What is wrong.
    pub what: String,
    /// The module.
    pub module: String,
    /// The proof.
    pub proof: String,
    /// Properties that failed; none if the fault wasn't found.
    pub by: Vec<String>,
}

/// The faults, but for those of parts that have a list of their own.
const MUTATIONS: &[Mutation] = &[
    Mutation {
        what: "a run is given back without its acknowledge",
        proof: "reclaimer",
        module: "memento_reclaimer",
        from: "(|given_count || |dones || !flight.discard)",
        to: "1'b1",
    },
    Mutation {
        what: "a discard's acknowledge counts twice",
        proof: "reclaimer",
        module: "memento_reclaimer",
        from: "{3'd0, spent}",
        to: "4'd0",
    },
    Mutation {
        what: "a run takes frames in that aren't its next",
        proof: "reclaimer",
        module: "memento_reclaimer",
        from: "({1'b0, oldest.frame} == after_run)",
        to: "1'b1",
    },
    Mutation {
        what: "a run mixes frames that are discarded and such that aren't",
        proof: "reclaimer",
        module: "memento_reclaimer",
        from: "(oldest.discard == run.discard)",
        to: "1'b1",
    },
    Mutation {
        what: "the bypass isn't told of a frame",
        proof: "reclaimer",
        module: "memento_reclaimer",
        from: "dropped = drop_valid && drop_ready",
        to: "dropped = drop_valid",
    },
    Mutation {
        what: "a shoot-down counts as done once it is accepted",
        proof: "reclaimer",
        module: "memento_reclaimer",
        from: "(shoot_state == SHOOT_STATE_WAIT) && shootdown_done",
        to: "(shoot_state == SHOOT_STATE_OFFER) && shootdown_ready",
    },
    Mutation {
        what: "a discard on offer grows",
        proof: "reclaimer",
        module: "memento_reclaimer",
        from: "wire moves = collecting && !grows && (leaves || !offered);",
        to: "wire moves = collecting && !grows;",
    },
    Mutation {
        what: "a discard is withdrawn while it waits",
        proof: "reclaimer",
        module: "memento_reclaimer",
        from: "assign discard_valid = offered && offer.discard",
        to: "assign discard_valid = offered && !hold && offer.discard",
    },
    Mutation {
        what: "frames without a discard are forgotten in the reclaimer",
        proof: "reclaimer",
        module: "memento_reclaimer",
        from: "(|given_count || |dones || !flight.discard)",
        to: "(|given_count || |dones)",
    },
    Mutation {
        what: "a shoot-down's acknowledge that comes at once is overlooked",
        proof: "reclaimer",
        module: "memento_reclaimer",
        from: "                    if (shootdown_done) begin",
        to: "                    if (shootdown_done && !shootdown_ready) begin",
    },
    Mutation {
        what: "a reciprocal is off by one",
        proof: "tag_logic",
        module: "memento_reciprocal",
        from: "10'd171",
        to: "10'd170",
    },
    Mutation {
        what: "a remainder's limit is off by one",
        proof: "tag_logic",
        module: "memento_remainder_limit",
        from: "10'd171",
        to: "10'd172",
    },
    Mutation {
        what: "a slot beyond the last is accepted",
        proof: "tag_logic",
        module: "memento_slot_check",
        from: "!beyond && ",
        to: "",
    },
    Mutation {
        what: "a read's burst has a beat too few",
        proof: "axi_manager",
        module: "memento_axi_manager",
        from: "m_axi_arlen = 8'd7",
        to: "m_axi_arlen = 8'd6",
    },
    Mutation {
        what: "a write's burst has a beat too many",
        proof: "axi_manager",
        module: "memento_axi_manager",
        from: "m_axi_awlen = 8'd7",
        to: "m_axi_awlen = 8'd8",
    },
    Mutation {
        what: "the last beat is marked by a line's next client",
        proof: "axi_manager",
        module: "memento_axi_manager",
        from: "last <= beat_last",
        to: "last <= line_write_data_last_0",
    },
    Mutation {
        what: "a beat on offer is overwritten",
        proof: "axi_manager",
        module: "memento_axi_manager",
        from: "beat_open = !data_offered || m_axi_wready",
        to: "beat_open = 1'b1",
    },
    Mutation {
        what: "a write's address is withdrawn after a cycle",
        proof: "axi_manager",
        module: "memento_axi_manager",
        from: "write_offered <= write_offered && !m_axi_awready",
        to: "write_offered <= 1'b0",
    },
    Mutation {
        what: "a read's data are withdrawn after a cycle",
        proof: "axi_lite",
        module: "memento_axi_lite",
        from: "assign s_axil_rvalid = read_responding",
        to: "assign s_axil_rvalid = read_responding && s_axil_rready",
    },
    Mutation {
        what: "a word just written isn't forwarded",
        proof: "hit_loop",
        module: "memento_word_loop",
        from: "written_1 && (written_1_key == fetched_key)",
        to: "1'b0",
    },
    Mutation {
        what: "an allocation takes more than the lowest slot",
        proof: "hit_loop",
        module: "memento_word_loop",
        from: "update_take ? (update_mask & less_one)",
        to: "update_take ? (update_mask & (less_one << 1))",
    },
    Mutation {
        what: "a test overlooks a write of its word",
        proof: "hit_loop",
        module: "memento_word_loop",
        from: "test_coincided <= written && (written_key == test_key)",
        to: "test_coincided <= 1'b0",
    },
    Mutation {
        what: "a word seems to have a free slot left",
        proof: "hit_loop",
        module: "memento_class_loop",
        from: "free_here || (free_0 != 4'd1)",
        to: "1'b1",
    },
    Mutation {
        what: "an allocation from a standby isn't counted",
        proof: "hit_loop",
        module: "memento_class_loop",
        from: "slices_0_count - 4'd1",
        to: "slices_0_count",
    },
    Mutation {
        what: "a free doesn't wait for an earlier one of its slot",
        proof: "hit_loop",
        module: "memento_hit_pipeline",
        from: "undecided = in_table && (slot_given_3 || (decide_free && class_changed_3))",
        to: "undecided = in_table && (decide_free && class_changed_3)",
    },
    Mutation {
        what: "a free of a slot that is being taken is called a double free",
        proof: "hit_loop",
        module: "memento_hit_pipeline",
        from: "undecided = in_table && (slot_given_3 || (decide_free && class_changed_3))",
        to: "undecided = in_table && slot_given_3",
    },
    Mutation {
        what: "a double free gives its slot back",
        proof: "hit_loop",
        module: "memento_hit_pipeline",
        from: "give = in_table && !undecided && !decide_free",
        to: "give = in_table && !undecided",
    },
    Mutation {
        what: "a standby is taken that a free may drop",
        proof: "hit_loop",
        module: "memento_hit_pipeline",
        from: "has_standby && !free_ahead && miss_ready",
        to: "has_standby && miss_ready",
    },
    Mutation {
        what: "a slot is handed out while an operation ahead waits for its answer",
        proof: "hit_loop",
        module: "memento_hit_pipeline",
        from: "unanswered <= 3'd4",
        to: "unanswered <= 3'd2",
    },
    Mutation {
        what: "a free leaves its class's ready slot",
        proof: "hit_loop",
        module: "memento_hit_pipeline",
        from: "(encode.taken || encode.gave)",
        to: "encode.taken",
    },
    Mutation {
        what: "an arena's number stays the one before in addresses",
        proof: "hit_loop",
        module: "memento_hit_pipeline",
        from: ".write         (install_tag || install_standby)",
        to: ".write         (install_standby)",
    },
    Mutation {
        what: "an allocation is answered with another word's slot",
        proof: "hit_loop",
        module: "memento_hit_pipeline",
        from: "back_0.word <= take_word",
        to: "back_0.word <= decide_word",
    },
    Mutation {
        what: "a refill doesn't wait for a claim under way",
        proof: "hit_loop",
        module: "memento_hit_pipeline",
        from: "needs_refill && !has_standby && claim_idle",
        to: "needs_refill && !has_standby",
    },
    Mutation {
        what: "a request that is sent back is lost",
        proof: "request_buffer",
        module: "memento_request_buffer_depth16*",
        from: "entered <= decided;",
        to: "entered <= accepted;",
    },
    Mutation {
        what: "a request that is decided is sent back",
        proof: "request_buffer",
        module: "memento_request_buffer_depth16*",
        from: "entered <= decided;",
        to: "entered <= retired;",
    },
    Mutation {
        what: "an operation enters as the one decided next",
        proof: "request_buffer",
        module: "memento_request_buffer_depth16*",
        from: "(entered[3:0])",
        to: "(decided[3:0])",
    },
    Mutation {
        what: "a full buffer accepts a request",
        proof: "request_buffer",
        module: "memento_request_buffer_depth16*",
        from: "((accepted - retired) != 5'd16)",
        to: "1'b1",
    },
    Mutation {
        what: "the operand of the oldest request is another's",
        proof: "request_buffer",
        module: "memento_request_buffer_depth16*",
        from: "(retired[3:0])",
        to: "(decided[3:0])",
    },
    Mutation {
        what: "a request that waits isn't offered",
        proof: "request_buffer",
        module: "memento_request_buffer_depth16*",
        from: "wants = waiting || accept",
        to: "wants = accept",
    },
    Mutation {
        what: "an outcome is lost while another is loaded",
        proof: "response_queue",
        module: "memento_response_queue_depth16",
        from: "keep = leave && !(load && pointers_empty)",
        to: "keep = leave && !load",
    },
    Mutation {
        what: "an answer that was used is kept",
        proof: "response_queue",
        module: "memento_response_queue_depth16",
        from: "&& !(load && next_outcome.from_engine && answer_pointers_empty)",
        to: "&& 1'b1",
    },
    Mutation {
        what: "a response that waits is overwritten",
        proof: "response_queue",
        module: "memento_response_queue_depth16",
        from: "(!offered || response_ready)",
        to: "1'b1",
    },
    Mutation {
        what: "the engine's newest answer is told",
        proof: "response_queue",
        module: "memento_response_queue_depth16",
        from: "status <= answer;",
        to: "status <= engine_status;",
    },
    Mutation {
        what: "another core's answer is used and not taken",
        proof: "response_queue",
        module: "memento_response_queue_depth16",
        from: "forward_ready = load && next_outcome.from_forward",
        to: "forward_ready = 1'b0",
    },
    Mutation {
        what: "an outcome waits for the engine that isn't left to it",
        proof: "response_queue",
        module: "memento_response_queue_depth16",
        from: "(!next_outcome.from_engine || answered)",
        to: "answered",
    },
    Mutation {
        what: "a shoot-down is done without its acknowledge",
        proof: "reclaimer",
        module: "memento_reclaimer",
        from: "(shoot_state == SHOOT_STATE_WAIT) && shootdown_done",
        to: "(shoot_state == SHOOT_STATE_WAIT)",
    },
    Mutation {
        what: "a frame that is popped while a node is gathered is gathered, too",
        proof: "page_pool",
        module: "memento_page_pool",
        from: "gathered = (state == POOL_STATE_GATHER) && !popped",
        to: "gathered = (state == POOL_STATE_GATHER)",
    },
    Mutation {
        what: "a frame of a refill is lost when one is pushed",
        proof: "page_pool",
        module: "memento_page_pool",
        from: "scattered = (state == POOL_STATE_SCATTER) && !pushed",
        to: "scattered = (state == POOL_STATE_SCATTER)",
    },
    Mutation {
        what: "a node doesn't name the one behind it",
        proof: "page_pool",
        module: "memento_page_pool",
        from: "named = |beat ? buffered : head",
        to: "named = buffered",
    },
    Mutation {
        what: "the level forgets a frame that is popped",
        proof: "page_pool",
        module: "memento_page_pool",
        from: "(frames + {10'd0, pushed}) - {10'd0, popped}",
        to: "frames + {10'd0, pushed}",
    },
    Mutation {
        what: "a spill that failed is thought of as done",
        proof: "page_pool",
        module: "memento_page_pool",
        from: "state <= POOL_STATE_SCATTER",
        to: "state <= POOL_STATE_IDLE",
    },
    Mutation {
        what: "a refill takes room that isn't there",
        proof: "page_pool",
        module: "memento_page_pool",
        from: "push_ready = occupied < 5'd16",
        to: "push_ready = occupied <= 5'd16",
    },
    Mutation {
        what: "one frame fewer is on chip than the pool says",
        proof: "page_pool",
        module: "memento_page_pool",
        from: "have = available >= {2'd0, need}",
        to: "have = available + 5'd1 >= {2'd0, need}",
    },
    Mutation {
        what: "a node is read where none is",
        proof: "page_pool",
        module: "memento_page_pool",
        from: "node = (state == POOL_STATE_READ_REQUEST)",
        to: "node = (state == POOL_STATE_READ_BEATS)",
    },
    Mutation {
        what: "a write's response waits for its taker",
        proof: "axi_lite",
        module: "memento_axi_lite",
        from: "assign s_axil_bvalid = write_responding",
        to: "assign s_axil_bvalid = write_responding && s_axil_bready",
    },
    Mutation {
        what: "a read's error isn't told",
        proof: "axi_lite",
        module: "memento_axi_lite",
        from: "read_failed ? 2'd2 : 2'd0",
        to: "2'd0",
    },
    Mutation {
        what: "a read takes what isn't its address",
        proof: "axi_lite",
        module: "memento_axi_lite",
        from: "? held_write_address : held_read_address",
        to: "? held_read_address : held_write_address",
    },
    Mutation {
        what: "a write is done without its data",
        proof: "axi_lite",
        module: "memento_axi_lite",
        from: "write_address_held && write_data_held && !write_responding",
        to: "write_address_held && !write_responding",
    },
    Mutation {
        what: "an answer that waits is overwritten",
        proof: "axi_lite",
        module: "memento_axi_lite",
        from: "read_address_held && !read_responding",
        to: "read_address_held",
    },
    Mutation {
        what: "a count forgets the highest bit",
        proof: "popcount",
        module: "memento_popcount",
        from: "fours = (twos & 32'h33333333)",
        to: "fours = (twos & 32'h33333331)",
    },
    Mutation {
        what: "a reciprocal of the restated product is off by one",
        proof: "slot_product",
        module: "memento_reciprocal",
        from: "10'd171",
        to: "10'd172",
    },
    Mutation {
        what: "a slot is taken from the bit above",
        proof: "slot_check",
        module: "memento_slot_check",
        from: "slot = product[12:9]",
        to: "slot = product[13:10]",
    },
    Mutation {
        what: "a rest as large as the limit is exact",
        proof: "slot_check",
        module: "memento_slot_check",
        from: "< {9'd0, limit_data}",
        to: "<= {9'd0, limit_data}",
    },
    Mutation {
        what: "a product forgets a bit of its factor",
        proof: "slot_product",
        module: "memento_slot_product",
        from: "* {9'd0, place_factor}",
        to: "* {9'd0, place_factor & 10'h1fe}",
    },
    Mutation {
        what: "a strobe is another byte's",
        proof: "strobe_mask",
        module: "memento_strobe_mask",
        from: "if (strobe[3])",
        to: "if (strobe[2])",
    },
    Mutation {
        what: "an incrementing burst is one byte longer",
        proof: "burst_span",
        module: "memento_burst_span",
        from: "last = (low & ~beat_mask) + span;",
        to: "last = (low & ~beat_mask) + span + 12'd1;",
    },
    Mutation {
        what: "a wrapping burst ends where an incrementing one does",
        proof: "burst_span",
        module: "memento_burst_span",
        from: "first = low & ~span;",
        to: "first = low & ~beat_mask;",
    },
    Mutation {
        what: "a burst at a fixed address covers its line",
        proof: "burst_span",
        module: "memento_burst_span",
        from: "&& (burst_fields.kind != 2'd0)",
        to: "&& 1'b1",
    },
    Mutation {
        what: "the memory is one twice as large",
        proof: "burst_span",
        module: "memento_burst_span",
        from: "burst_fields.address[31:22]} == 32'h200",
        to: "burst_fields.address[31:22]} >> 1 == 32'h100",
    },
    Mutation {
        what: "a table's last line is one that its page is not in",
        proof: "table_place",
        module: "memento_table_place",
        from: "last_line = |moved[20:10]",
        to: "last_line = |moved[20:11]",
    },
    Mutation {
        what: "a page is left too late",
        proof: "table_place",
        module: "memento_table_place",
        from: "left = |skipped[20:10]",
        to: "left = |skipped[20:12]",
    },
    Mutation {
        what: "an index is of the level below",
        proof: "table_place",
        module: "memento_table_place",
        from: "index = page[19:10]",
        to: "index = page[18:9]",
    },
    Mutation {
        what: "the next line begins at the one's end",
        proof: "table_place",
        module: "memento_table_place",
        from: "next_page = (page | line_rest) + 21'd1",
        to: "next_page = page | line_rest",
    },
    Mutation {
        what: "a client goes twice",
        proof: "round_robin",
        module: "memento_round_robin_clients3",
        from: "behind_1 <= passed_1",
        to: "behind_1 <= passed_0",
    },
    Mutation {
        what: "an entry number stands still",
        proof: "queue_pointers",
        module: "memento_queue_pointers_depth16",
        from: "push_entry = pushed[3:0]",
        to: "push_entry = {pushed[3:1], 1'b0}",
    },
    Mutation {
        what: "a queue is full an entry early",
        proof: "queue_pointers",
        module: "memento_queue_pointers_depth16",
        from: "(pushed - popped) == 5'd16",
        to: "(pushed - popped) == 5'd15",
    },
    Mutation {
        what: "a position lacks its highest bit",
        proof: "onehot_encoder",
        module: "memento_onehot_encoder",
        from: "position | bit_number[POSITION_BITS-1:0]",
        to: "position | (bit_number[POSITION_BITS-1:0] & 3)",
    },
];

/// All faults.
pub fn all() -> impl Iterator<Item = &'static Mutation> {
    MUTATIONS
        .iter()
        .chain(bypass::MUTATIONS)
        .chain(lists::MUTATIONS)
        .chain(pages::MUTATIONS)
}

/// Tries every fault, or those of one proof, on all cores; `said` hears of each. A raised `stop` leaves out what hasn't begun.
///
/// # Errors
/// What keeps one from being tried: a text that isn't there, foremost.
pub fn mutate(
    design: &Design,
    proof: Option<&str>,
    stop: &AtomicBool,
    said: &(dyn Fn(&Found) + Sync),
) -> Result<Vec<Found>, Error> {
    let tools = Tools::find()?;
    let chosen: Vec<&Mutation> = all()
        .filter(|mutation| proof.is_none_or(|proof| proof == mutation.proof))
        .collect();
    if chosen.is_empty() {
        let proofs: BTreeSet<&str> = all().map(|mutation| mutation.proof).collect();
        return Err(Error::NoFault {
            name: proof.unwrap_or_default().to_owned(),
            known: proofs.into_iter().collect::<Vec<_>>().join(", "),
        });
    }
    let next = AtomicUsize::new(0);
    let done = Mutex::new(BTreeMap::new());
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(mutation) = chosen.get(index) else {
                        break;
                    };
                    if stop.load(Ordering::Relaxed) {
                        break;
                    }
                    let found = attempt(&tools, design, mutation);
                    if let Ok(found) = &found {
                        said(found);
                    }
                    if let Ok(mut done) = done.lock() {
                        done.insert(index, found);
                    }
                }
            });
        }
    });
    let done = done.into_inner().unwrap_or_default();
    done.into_values().collect()
}

/// The fault of this name, or whose name alone has these words in it.
///
/// # Errors
/// There is none, or several have them.
pub fn named(words: &str) -> Result<&'static Mutation, Error> {
    let found: Vec<&Mutation> = all().filter(|one| one.what.contains(words)).collect();
    let exact = found.iter().find(|one| one.what == words);
    match (exact, &found[..]) {
        (Some(one), _) | (None, [one]) => Ok(one),
        (None, several) => Err(Error::NoSuchFault {
            words: words.to_owned(),
            found: several
                .iter()
                .map(|one| format!("\n  {}", one.what))
                .collect(),
        }),
    }
}

impl Mutation {
    /// The design with the fault, and the name of the module that has it.
    ///
    /// # Errors
    /// The design has no such text.
    pub fn apply(&self, design: &Design) -> Result<(Design, String), Error> {
        let mut faulty = design.clone();
        let mut modules = faulty.modules.iter_mut();
        let module = modules.find(|module| match self.module.strip_suffix('*') {
            Some(stem) => module.name.starts_with(stem),
            None => module.name == self.module,
        });
        let module = match module {
            Some(module) if module.text.contains(self.from) => module,
            _ => {
                return Err(Error::NoText {
                    what: self.what,
                    module: self.module,
                    from: self.from,
                });
            }
        };
        module.text = module.text.replacen(self.from, self.to, 1);
        let name = module.name.clone();
        Ok((faulty, name))
    }
}

/// Tries one fault.
fn attempt(tools: &Tools, design: &Design, mutation: &Mutation) -> Result<Found, Error> {
    let (faulty, name) = mutation.apply(design)?;
    let Some(group) = GROUPS.iter().find(|group| group.name == mutation.proof) else {
        return Err(Error::NoProperty {
            name: mutation.proof.to_owned(),
            known: String::new(),
        });
    };
    // A fault shows in the induction, or in the first cycles from reset that it builds on.
    let bound = bind(group, &faulty)?;
    let folder =
        tempfile::tempdir().map_err(Error::file("make", Path::new("a temporary folder")))?;
    let model = Model::new(tools, group, &bound, folder.path())?;
    let answer = match group.method {
        Method::Bounded(cycles) => model.bounded(cycles)?,
        Method::Induction(cycles) => {
            match model.induction(cycles, false, |name| group.comes_first(name))? {
                Answer::Holds if cycles > 0 => model.bounded(cycles + 2)?,
                answer => answer,
            }
        }
    };
    let by = match answer {
        Answer::Holds => Vec::new(),
        Answer::Fails { mut properties, .. } => {
            if group.runs {
                let more = model.broken(group.cover, |name| {
                    !is_invariant(name) && !properties.iter().any(|known| known == name)
                })?;
                properties.extend(more);
            }
            properties
        }
        .into_iter()
        .map(|name| name.trim_start_matches("props.").to_owned())
        .collect(),
    };
    Ok(Found {
        what: mutation.what.to_owned(),
        module: name,
        proof: mutation.proof.to_owned(),
        by,
    })
}
