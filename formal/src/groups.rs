//! What is proven of which module: the table of proofs.

use crate::check::is_invariant;
use crate::error::Error;
use memento_hdl::verilog::{Design, EmittedModule};

/// How a proof is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// All runs of so many cycles from reset.
    Bounded(u32),
    /// Induction over so many cycles, 0 where there is no state, of every property with all others as hypotheses: unbounded.
    Induction(u32),
}

/// An instance of a property module in the module.
#[derive(Clone, Copy, Debug)]
pub struct Binding {
    /// The property file.
    pub text: &'static str,
    /// Name of the instance.
    pub instance: &'static str,
    /// Parameters that are not sizes of the module: name and value.
    pub constants: &'static [(&'static str, &'static str)],
    /// Ports that are no signals of the same name: port and expression.
    pub connect: &'static [(&'static str, &'static str)],
}

/// A proof: properties of one module, proven together.
#[derive(Clone, Copy, Debug)]
pub struct Group {
    /// Its name.
    pub name: &'static str,
    /// Name of the module; behind a `*`, whatever it ends with for a configuration.
    pub module: &'static str,
    /// What is bound.
    pub bindings: &'static [Binding],
    /// Whether the valid/ready rules are bound to every channel.
    pub channels: bool,
    /// Modules that the property module has instances of itself.
    pub beside: &'static [&'static str],
    /// Modules inside whose outputs are left open: whatever they do, the proof holds.
    pub cut: &'static [&'static str],
    /// How the proof is done.
    pub method: Method,
    /// Whether the solver is asked for each property in a process of its own: arithmetic is slow where it learns from
    /// question to question.
    pub apart: bool,
    /// Whether the solver is asked for properties ahead of invariants, so that a fault shows in a property, too, and not
    /// in an invariant alone.
    pub properties_first: bool,
    /// Depth to which covers are looked for, in cycles; 0 for none.
    pub cover: u32,
    /// Whether properties that a fault breaks are looked for in runs as long as those of covers, too: small modules.
    pub runs: bool,
    /// Whether it is part of the quick set.
    pub quick: bool,
    /// Sizes of the module that the properties are stated for: other configurations are left out.
    pub sizes: &'static [(&'static str, usize)],
}

impl Group {
    /// Whether the solver is asked for a property, as instance and name joined by a dot, ahead of others.
    pub fn comes_first(&self, property: &str) -> bool {
        is_invariant(property) != self.properties_first
    }

    /// The first size of the module that isn't the one that the properties are stated for: its name and that one.
    pub fn misfit(&self, module: &EmittedModule) -> Option<(&'static str, usize)> {
        self.sizes.iter().copied().find(|(name, value)| {
            let stated = module.parameters.iter().find(|note| note.name == *name);
            stated.is_none_or(|note| note.value != *value)
        })
    }

    /// The module in a design.
    ///
    /// # Errors
    /// There is none.
    pub fn find<'a>(&self, design: &'a Design) -> Result<&'a EmittedModule, Error> {
        let stem = self.module.strip_suffix('*');
        let found = design.modules.iter().find(|module| match stem {
            Some(stem) => module.name.starts_with(stem),
            None => module.name == self.module,
        });
        found.ok_or(Error::NoModule {
            group: self.name,
            module: self.module.to_owned(),
        })
    }
}

const PLAIN: Group = Group {
    name: "",
    module: "",
    bindings: &[],
    channels: false,
    beside: &[],
    cut: &[],
    method: Method::Induction(1),
    apart: false,
    properties_first: false,
    cover: 0,
    runs: false,
    quick: true,
    sizes: &[],
};

/// A module against a plain restatement of what it computes.
const fn restated(name: &'static str, module: &'static str, bindings: &'static [Binding]) -> Group {
    Group {
        name,
        module,
        bindings,
        method: Method::Induction(0),
        cover: 1,
        ..PLAIN
    }
}

const fn binding(text: &'static str) -> Binding {
    Binding {
        text,
        instance: "props",
        constants: &[],
        connect: &[],
    }
}

/// What the hit pipeline calls what its properties see.
const HIT_LOOP: &[(&str, &str)] = &[
    ("decide_class", "decide.size_class"),
    ("decide_bank", "decide.bank"),
    ("decide_answered", "decide.answered"),
    ("decide_tag_valid", "decide.tag_valid"),
    ("decide_op", "decide.op"),
    ("decide_load", "decide.load"),
    ("decide_forward", "decide.forward"),
    ("decide_alloc", "decide.alloc"),
    ("decide_in_table", "decide.in_table"),
    ("decide_off_table", "decide.off_table"),
    ("decide_slot", "decide.slot"),
    ("served_class", "decode_class"),
    ("asks_refill", "refill || needs_load"),
    (
        "earlier_took",
        "{earlier_took_2, earlier_took_1, earlier_took_0}",
    ),
    (
        "earlier_gave",
        "{earlier_gave_2, earlier_gave_1, earlier_gave_0}",
    ),
    (
        "class_match",
        "{class_match_2, class_match_1, class_match_0}",
    ),
    ("slot_match", "{slot_match_2, slot_match_1, slot_match_0}"),
    ("back_valid", "{back_valid_2, back_valid_1, back_valid_0}"),
    ("back_echo", "{back_2.echo, back_1.echo, back_0.echo}"),
    ("back_taken", "{back_2.taken, back_1.taken, back_0.taken}"),
    ("back_gave", "{back_2.gave, back_1.gave, back_0.gave}"),
    ("back_banks", "{back_2.bank, back_1.bank, back_0.bank}"),
    (
        "back_classes",
        "{back_2.size_class, back_1.size_class, back_0.size_class}",
    ),
    ("back_words", "{back_2.word, back_1.word, back_0.word}"),
    ("encode_slot", "encode.slot"),
    ("encode_address", "address_of_address"),
    ("answered_address", "handed_address"),
];

/// What the fresh table calls what its properties see.
const FRESH_TABLE: &[(&str, &str)] = &[
    ("sweeps", "state == TABLE_STATE_SWEEP"),
    ("idles", "state == TABLE_STATE_IDLE"),
    ("chooses", "state == TABLE_STATE_CHOOSE"),
    ("weighs", "state == TABLE_STATE_WEIGH"),
    ("spills", "state == TABLE_STATE_SPILL"),
    ("gathers", "state == TABLE_STATE_GATHER"),
    ("spill_waits", "state == TABLE_STATE_SPILL_WAIT"),
    ("restores", "state == TABLE_STATE_RESTORE"),
    ("skips", "state == TABLE_STATE_SKIP"),
    ("leaves", "state == TABLE_STATE_LEAVE"),
    ("fetches", "state == TABLE_STATE_FETCH"),
    ("fetch_waits", "state == TABLE_STATE_FETCH_WAIT"),
    ("enters", "state == TABLE_STATE_ENTER"),
    ("change_frame", "change.frame"),
    ("change_way", "change.way"),
    ("change_place", "change.place"),
    ("change_every_way", "change.every_way"),
    ("change_held", "change.held"),
    ("change_put", "change.put"),
    ("change_mask", "change.mask"),
    ("change_note", "change.note"),
    ("change_noted", "change.noted"),
];

/// The list engine's property module, in parts: ports, memory, what may be read of it, what each state holds, properties.
const LIST_ENGINE: &str = concat!(
    include_str!("../properties/list_engine/ports.sv"),
    include_str!("../properties/list_engine/memory.sv"),
    include_str!("../properties/list_engine/rules.sv"),
    include_str!("../properties/list_engine/phases.sv"),
    include_str!("../properties/list_engine/properties.sv"),
);

/// All proofs.
pub const GROUPS: &[Group] = &[
    Group {
        name: "reclaimer",
        module: "memento_reclaimer",
        bindings: &[binding(include_str!("../properties/reclaimer.sv"))],
        channels: true,
        apart: true,
        cover: 12,
        ..PLAIN
    },
    Group {
        name: "hit_loop",
        module: "memento_hit_pipeline",
        bindings: &[Binding {
            connect: HIT_LOOP,
            ..binding(include_str!("../properties/hit_loop.sv"))
        }],
        // Which address a slot has doesn't matter: tag_logic is about that.
        cut: &[
            "memento_address_decode",
            "memento_address_encode",
            "memento_slot_product",
            "memento_slot_check",
        ],
        cover: 30,
        sizes: &[
            ("depth_cycles", 6),
            ("words", 2),
            ("ready_slots", 1),
            ("prefetch", 1),
            ("operand_bits", 32),
        ],
        ..PLAIN
    },
    Group {
        name: "request_buffer",
        module: "memento_request_buffer_depth16*",
        bindings: &[binding(include_str!("../properties/request_buffer.sv"))],
        cover: 24,
        ..PLAIN
    },
    Group {
        name: "response_queue",
        module: "memento_response_queue_depth16",
        bindings: &[binding(include_str!("../properties/response_queue.sv"))],
        cover: 16,
        ..PLAIN
    },
    Group {
        name: "list_engine",
        module: "memento_list_engine",
        bindings: &[binding(LIST_ENGINE)],
        beside: &["memento_header_judge", "memento_translation_cache"],
        cut: &["memento_header_store"],
        properties_first: true,
        cover: 39,
        quick: false,
        // Proven where every class has arenas of all numbers, so that each link that fits is one.
        sizes: &[("arena_bits", 6), ("words", 2)],
        ..PLAIN
    },
    Group {
        name: "plain_free",
        module: "memento_plain_free",
        bindings: &[Binding {
            connect: &[
                ("takes_bitmap", "state == PLAIN_STATE_BITMAP"),
                ("takes_count", "state == PLAIN_STATE_COUNT"),
                ("puts", "state == PLAIN_STATE_PUT"),
            ],
            ..binding(include_str!("../properties/plain_free.sv"))
        }],
        runs: true,
        cover: 8,
        ..PLAIN
    },
    Group {
        name: "page_pool",
        module: "memento_page_pool",
        bindings: &[Binding {
            connect: &[
                ("beat_data", "line_answer_fields.beat"),
                ("read_valid", "line_ask_fields.read_valid"),
                ("write_valid", "line_ask_fields.write_valid"),
                ("data_valid", "line_ask_fields.data_valid"),
                ("last", "line_ask_fields.last"),
                ("data", "line_ask_fields.data"),
                ("address", "line_ask_fields.address"),
            ],
            ..binding(include_str!("../properties/page_pool.sv"))
        }],
        cover: 48,
        ..PLAIN
    },
    Group {
        name: "page_mapper",
        module: "memento_page_mapper",
        bindings: &[Binding {
            connect: &[
                ("link_frame", "link_job_fields.frame"),
                ("link_line", "link_job_fields.line"),
                ("link_number", "link_job_fields.entry"),
                ("idle", "state == MAP_STATE_IDLE"),
            ],
            ..binding(include_str!("../properties/page_mapper.sv"))
        }],
        runs: true,
        cover: 24,
        ..PLAIN
    },
    Group {
        name: "arena_grants",
        module: "memento_arena_grants",
        bindings: &[Binding {
            connect: &[
                ("order_arena", "order_fields.arena"),
                ("order_class", "8'd0 | order_fields.size_class"),
                ("walk_mapped", "walked_fields.mapped"),
                ("walk_error", "walked_fields.bus_error"),
                ("walk_frame", "walked_fields.frame"),
                ("line_error", "found_fields.bus_error"),
                ("header_released", "found_fields.released"),
                ("header_sum", "found_fields.sum_matches"),
                ("header_tag", "found_fields.tag_matches"),
                ("header_next", "found_fields.next_valid"),
                ("header_follower", "found_fields.next_released"),
                ("answer_status", "answer_fields.status"),
                ("answer_arena", "answer_fields.arena"),
                ("answer_frame", "answer_fields.frame"),
                ("idle", "state == GRANT_STATE_IDLE"),
                ("asks", "state == GRANT_STATE_CURSOR"),
            ],
            ..binding(include_str!("../properties/arena_grants.sv"))
        }],
        runs: true,
        cover: 12,
        ..PLAIN
    },
    Group {
        name: "process_table",
        module: "memento_process_table",
        bindings: &[Binding {
            connect: &[
                ("states", "{states_1, states_0}"),
                ("bars", "{bars_1, bars_0}"),
            ],
            ..binding(include_str!("../properties/process_table.sv"))
        }],
        runs: true,
        cover: 8,
        sizes: &[("processes", 2)],
        ..PLAIN
    },
    Group {
        name: "walk_cache",
        module: "memento_walk_cache*",
        bindings: &[Binding {
            connect: &[("drops", "state == WALK_STATE_DROP")],
            ..binding(include_str!("../properties/walk_cache.sv"))
        }],
        runs: true,
        cover: 16,
        ..PLAIN
    },
    Group {
        name: "tag_logic",
        module: "memento_address_encode",
        bindings: &[binding(include_str!("../properties/tag_logic.sv"))],
        beside: &[
            "memento_address_decode",
            "memento_slot_product",
            "memento_slot_check",
        ],
        method: Method::Induction(0),
        cover: 1,
        ..PLAIN
    },
    Group {
        name: "axi_manager",
        module: "memento_axi_manager",
        bindings: &[Binding {
            connect: &[
                ("read_valids", "line_read_request_valid_*"),
                ("read_addresses", "line_read_request_address_*"),
                ("write_valids", "line_write_request_valid_*"),
                ("write_addresses", "line_write_request_address_*"),
                ("data_valids", "line_write_data_valid_*"),
                ("data_readies", "line_write_data_ready_*"),
                ("data_lasts", "line_write_data_last_*"),
            ],
            ..binding(include_str!("../properties/axi_manager.sv"))
        }],
        channels: true,
        cover: 16,
        ..PLAIN
    },
    Group {
        name: "command_unit",
        module: "memento_command_unit",
        channels: true,
        method: Method::Induction(1),
        cover: 12,
        quick: true,
        ..PLAIN
    },
    Group {
        name: "address_stage",
        module: "memento_address_stage",
        channels: true,
        method: Method::Induction(1),
        cover: 12,
        quick: true,
        ..PLAIN
    },
    Group {
        name: "forwarder",
        module: "memento_forwarder",
        channels: true,
        method: Method::Bounded(20),
        cover: 12,
        quick: true,
        ..PLAIN
    },
    Group {
        name: "axi_lite",
        module: "memento_axi_lite",
        bindings: &[binding(include_str!("../properties/axi_lite.sv"))],
        channels: true,
        cover: 12,
        ..PLAIN
    },
    Group {
        name: "read_path",
        module: "memento_read_path",
        channels: true,
        method: Method::Bounded(12),
        cover: 12,
        quick: false,
        ..PLAIN
    },
    Group {
        name: "fresh_table",
        module: "memento_fresh_table",
        bindings: &[Binding {
            connect: FRESH_TABLE,
            ..binding(include_str!("../properties/fresh_table.sv"))
        }],
        beside: &["memento_fresh_rows"],
        // What is read of them is assumed, and proven of each: fresh_tags, way_use, block_ram.
        cut: &["memento_fresh_tags", "memento_way_use", "memento_block_ram"],
        runs: true,
        cover: 40,
        ..PLAIN
    },
    Group {
        name: "fresh_tags",
        module: "memento_fresh_tags",
        bindings: &[binding(include_str!("../properties/fresh_tags.sv"))],
        beside: &["memento_fresh_rows"],
        cover: 8,
        // With more rows the solver takes longer than five minutes.
        sizes: &[("rows", 4)],
        ..PLAIN
    },
    Group {
        name: "way_use",
        module: "memento_way_use",
        bindings: &[binding(include_str!("../properties/way_use.sv"))],
        beside: &["memento_fresh_rows"],
        runs: true,
        cover: 6,
        ..PLAIN
    },
    Group {
        name: "block_ram",
        module: "memento_block_ram",
        bindings: &[binding(include_str!("../properties/block_ram.sv"))],
        runs: true,
        cover: 6,
        ..PLAIN
    },
    restated(
        "popcount",
        "memento_popcount",
        &[binding(include_str!("../equivalence/popcount.sv"))],
    ),
    restated(
        "onehot_encoder",
        "memento_onehot_encoder",
        &[binding(include_str!("../equivalence/onehot_encoder.sv"))],
    ),
    Group {
        sizes: &[("factor_bits", 10), ("class_bits", 2)],
        ..restated(
            "slot_product",
            "memento_slot_product",
            &[binding(include_str!("../equivalence/slot_product.sv"))],
        )
    },
    Group {
        sizes: &[("class_bits", 2), ("slot_bits", 4)],
        ..restated(
            "slot_check",
            "memento_slot_check",
            &[binding(include_str!("../equivalence/slot_check.sv"))],
        )
    },
    restated(
        "strobe_mask",
        "memento_strobe_mask",
        &[binding(include_str!("../equivalence/strobe_mask.sv"))],
    ),
    Group {
        sizes: &[("memory_bits", 22), ("data_bits", 64)],
        ..restated(
            "burst_span",
            "memento_burst_span",
            &[Binding {
                connect: &[
                    ("address", "burst_fields.address"),
                    ("length", "burst_fields.length"),
                    ("size", "burst_fields.size"),
                    ("kind", "burst_fields.kind"),
                ],
                ..binding(include_str!("../equivalence/burst_span.sv"))
            }],
        )
    },
    Group {
        sizes: &[("page_number_bits", 20)],
        ..restated(
            "table_place",
            "memento_table_place",
            &[binding(include_str!("../equivalence/table_place.sv"))],
        )
    },
    Group {
        name: "round_robin",
        module: "memento_round_robin_clients3",
        bindings: &[Binding {
            connect: &[
                ("wants", "{want_2, want_1, want_0}"),
                ("grants", "{grant_2, grant_1, grant_0}"),
                ("behinds", "{behind_2, behind_1, behind_0}"),
            ],
            ..binding(include_str!("../equivalence/round_robin.sv"))
        }],
        cover: 8,
        ..PLAIN
    },
    Group {
        name: "queue_pointers",
        module: "memento_queue_pointers_depth16",
        bindings: &[binding(include_str!("../equivalence/queue_pointers.sv"))],
        cover: 20,
        ..PLAIN
    },
];
