//! Each module, run by rust-hdl in plain Rust and emitted and run by Verilator: the same stimulus
//! gives identical outputs in every cycle, before, during and after resets.
//!
//! `COSIM_SEED` says where the stimulus begins, `COSIM_CYCLES` how many cycles each module gets.

#[path = "../common/mod.rs"]
mod common;

mod carried;
mod leaves;
mod lockstep;
mod stimulus;
mod surroundings;

use common::{presets, setting};
use lockstep::{Lockstep, Module, compile};
use memento_config::{Config, Ecc, Reset};
use memento_hdl::Geometry;
use memento_hdl::allocator::{
    address_decode::AddressDecode,
    address_encode::AddressEncode,
    claim_unit::ClaimUnit,
    class_loop::ClassLoop,
    context_engine::ContextEngine,
    count_slice::CountSlice,
    count_sum::CountSum,
    event_counters::EventCounters,
    forward_unit::ForwardUnit,
    found_parts::FoundParts,
    frees_under_way::FreesUnderWay,
    header_cache::HeaderCache,
    header_judge::HeaderJudge,
    header_moves::HeaderMoves,
    header_store::HeaderStore,
    header_unit::HeaderUnit,
    hit_pipeline::HitPipeline,
    line_unit::LineUnit,
    list_engine::ListEngine,
    miss_queue::MissQueue,
    object_allocator::{COUNTERS, ObjectAllocator},
    plain_free::PlainFree,
    popcount::Popcount,
    queue_pointers::QueuePointers,
    ready_table::ReadyTable,
    request_buffer::RequestBuffer,
    response_queue::ResponseQueue,
    slot_divide::{SlotCheck, SlotProduct},
    standby_table::StandbyTable,
    translation_cache::TranslationCache,
    word_install::WordInstall,
    word_loop::WordLoop,
    write_queue::WriteQueue,
};
use memento_hdl::bypass::{
    burst_counts::BurstCounts, bypass::Bypass, fresh_rows::FreshRows, fresh_table::FreshTable,
    fresh_tags::FreshTags, strobe_mask::StrobeMask, way_use::WayUse,
    writes_in_flight::WritesInFlight,
};
use memento_hdl::pages::{
    arena_cursors::ArenaCursors, arena_grants::ArenaGrants, arena_returns::ArenaReturns,
    entry_clearing::EntryClearing, frame_lending::FrameLending, frame_map::FrameMap,
    frame_zeroing::FrameZeroing, line_switch::LineSwitch, line_unit::LineUnit as PageLineUnit,
    page_address::PageAddress, page_counters::PageCounters, page_mapper::PageMapper,
    page_pool::PagePool, page_requests::PageRequests, page_walker::PageWalker,
    process_steps::ProcessSteps, process_table::ProcessTable, reach::Reach, reclaimer::Reclaimer,
    table_place::TablePlace, table_queues::TableQueues, teardown::Teardown,
    translations::Translations, walk_cache::WalkCache,
};
use memento_hdl::rtl::Table;
use memento_hdl::system::{
    axi_lite::AxiLite, axi_manager::AxiManager, command_unit::CommandUnit, core_client::CoreClient,
    forwarder::Forwarder, host_client::HostClient, page_arbiter::PageArbiter, registers::Registers,
    round_robin::RoundRobin, table_errors::TableErrors,
};
use memento_hdl::system::{memento_system::System, page_trace::PageTrace};
use memento_hdl::verilog::Dialect::{self, SystemVerilog, Verilog2005};
use stimulus::Stimulus;
use surroundings::Surroundings;

/// Entries of a request buffer and of a response queue.
const OPERATIONS: usize = 16;
/// Parts of a design that may find words wrong: as many as no part of the system has, so that its module is another one.
const PARTS: usize = 5;
/// A configuration's digest, of which the value is of no account.
const DIGEST: u64 = 0x0123_4567_89AB_CDEF;

/// Every module; one more is one more line.
fn modules(g: &Geometry) -> Vec<(&'static str, Box<dyn Module>)> {
    let shortfalls = || Table::new("shortfalls", "", g.stride_shortfall(), g.shortfall_bits());
    vec![
        (
            "lut_ram",
            Box::new(leaves::LutRamAlone::new(g.objects, g.word_bits)),
        ),
        (
            "block_ram",
            Box::new(leaves::BlockRamAlone::new(g.objects, g.word_bits)),
        ),
        (
            "onehot_encoder",
            Box::new(leaves::OnehotEncoderAlone::new(g.word_bits)),
        ),
        ("table", Box::new(shortfalls())),
        ("address_decode", Box::new(AddressDecode::new(g))),
        ("address_encode", Box::new(AddressEncode::new(g))),
        ("slot_product", Box::new(SlotProduct::new(g))),
        ("slot_check", Box::new(SlotCheck::new(g))),
        ("popcount", Box::new(Popcount::new(g))),
        (
            "queue_pointers",
            Box::new(QueuePointers::new(g.miss_queue_entries)),
        ),
        (
            "request_buffer",
            Box::new(RequestBuffer::new(g, OPERATIONS, true)),
        ),
        ("count_slice", Box::new(CountSlice::new(g))),
        ("count_sum", Box::new(CountSum::new(g))),
        ("class_loop", Box::new(ClassLoop::new(g))),
        ("standby_table", Box::new(StandbyTable::new(g))),
        ("ready_table", Box::new(ReadyTable::new(g))),
        ("frees_under_way", Box::new(FreesUnderWay::new(g))),
        ("claim_unit", Box::new(ClaimUnit::new(g))),
        ("word_loop", Box::new(WordLoop::new(g))),
        ("hit_pipeline", Box::new(HitPipeline::new(g))),
        ("miss_queue", Box::new(MissQueue::new(g))),
        ("translation_cache", Box::new(TranslationCache::new(g))),
        ("header_unit", Box::new(HeaderUnit::new(g))),
        ("header_cache", Box::new(HeaderCache::new(g))),
        ("plain_free", Box::new(PlainFree::new(g))),
        ("write_queue", Box::new(WriteQueue::new(g))),
        ("header_judge", Box::new(HeaderJudge::new(g))),
        ("header_moves", Box::new(HeaderMoves::new(g))),
        ("word_install", Box::new(WordInstall::new(g))),
        ("header_store", Box::new(HeaderStore::new(g))),
        ("line_unit", Box::new(LineUnit::new(g))),
        ("forward_unit", Box::new(ForwardUnit::new(g))),
        ("context_engine", Box::new(ContextEngine::new(g))),
        ("list_engine", Box::new(ListEngine::new(g))),
        (
            "response_queue",
            Box::new(ResponseQueue::new(g, OPERATIONS)),
        ),
        (
            "event_counters",
            Box::new(EventCounters::new(COUNTERS.len(), false)),
        ),
        ("object_allocator", Box::new(ObjectAllocator::new(g))),
        ("found_parts", Box::new(FoundParts::new(PARTS))),
        ("table_errors", Box::new(TableErrors::new(g))),
        ("round_robin", Box::new(RoundRobin::new(5))),
        ("axi_manager", Box::new(AxiManager::new(g))),
        ("forwarder", Box::new(Forwarder::new(g))),
        ("core_client", Box::new(CoreClient::new(g))),
        ("host_client", Box::new(HostClient::new(g))),
        ("page_arbiter", Box::new(PageArbiter::new(g))),
        ("page_pool", Box::new(PagePool::new(g))),
        ("reclaimer", Box::new(Reclaimer::new(g))),
        ("arena_cursors", Box::new(ArenaCursors::new(g))),
        ("walk_cache", Box::new(WalkCache::new(g, 20))),
        ("line_switch", Box::new(LineSwitch::new(g))),
        ("frame_map", Box::new(FrameMap::new(g))),
        ("burst_counts", Box::new(BurstCounts::new(g))),
        ("fresh_rows", Box::new(FreshRows::new(g))),
        ("fresh_tags", Box::new(FreshTags::new(g))),
        ("way_use", Box::new(WayUse::new(g))),
        ("strobe_mask", Box::new(StrobeMask::new(g))),
        ("writes_in_flight", Box::new(WritesInFlight::new(g))),
        ("axi_lite", Box::new(AxiLite::new())),
        ("command_unit", Box::new(CommandUnit::new(g))),
        ("registers", Box::new(Registers::new(g, DIGEST))),
        ("page_trace", Box::new(PageTrace::new(g))),
        ("system", Box::new(System::new(g, DIGEST))),
        ("page_address", Box::new(PageAddress::new(g))),
        ("page_requests", Box::new(PageRequests::new(g))),
        ("arena_grants", Box::new(ArenaGrants::new(g))),
        ("translations", Box::new(Translations::new(g))),
        ("arena_returns", Box::new(ArenaReturns::new(g))),
        ("entry_clearing", Box::new(EntryClearing::new(g))),
        ("process_steps", Box::new(ProcessSteps::new(g))),
        ("process_table", Box::new(ProcessTable::new(g))),
        ("frame_lending", Box::new(FrameLending::new(g))),
        ("frame_zeroing", Box::new(FrameZeroing::new(g))),
        ("page_mapper", Box::new(PageMapper::new(g))),
        ("page_counters", Box::new(PageCounters::new(g))),
        ("page_line_unit", Box::new(PageLineUnit::new(g))),
        ("table_place", Box::new(TablePlace::new(g))),
        ("table_queues", Box::new(TableQueues::new(g))),
        ("teardown", Box::new(Teardown::new(g))),
        ("reach", Box::new(Reach::new(g))),
        ("page_walker", Box::new(PageWalker::new(g))),
    ]
}

/// Neither power-of-two classes nor a short pipeline; reset active low, no trace, words checked.
fn deep() -> Config {
    let tiny = Config::preset("tiny").unwrap_or_else(|errors| panic!("{errors}"));
    let mut settings = tiny.settings().clone();
    settings.objects.classes = 3;
    settings.objects.objects_per_arena = 64;
    settings.address.region_bytes = 3 << 19;
    settings.pipeline.depth_cycles = 11;
    settings.core.reset = Reset::ActiveLow;
    settings.core.trace_port = false;
    settings.protection.ecc = Ecc::Parity;
    settings.system.cores = 3;
    settings.system.data_bits = 128;
    Config::new(&settings, "deep").unwrap_or_else(|errors| panic!("{errors}"))
}

fn preset(name: &str) -> Config {
    let found = presets().into_iter().find(|(known, _)| *known == name);
    found.expect("a preset").1
}

#[test]
fn tiny() {
    every_module("tiny", &preset("tiny"), SystemVerilog);
}

#[test]
fn default() {
    every_module("default", &preset("default"), SystemVerilog);
}

#[test]
fn deep_pipeline_in_plain_verilog() {
    every_module("deep", &deep(), Verilog2005);
}

/// Random inputs to every module, whatever protocol its neighbours keep.
fn every_module(origin: &str, config: &Config, dialect: Dialect) {
    let seed = setting("COSIM_SEED", 1);
    let cycles = setting("COSIM_CYCLES", 1000);
    let g = Geometry::new(config);
    let library = compile(&modules(&g), config, dialect);
    let origin = format!("{origin}, {dialect:?}, COSIM_SEED={seed}");
    for (i, (name, module)) in modules(&g).into_iter().enumerate() {
        let mut stimulus = Stimulus::new(seed + i as u64);
        let mut lockstep = Lockstep::new(name, &origin, module, &library, config);
        for cycle in 0..cycles {
            stimulus.drive(&mut lockstep, cycle);
            lockstep.eval();
            lockstep.tick();
            // Often enough to meet every state, seldom enough to get into them.
            if cycle % 200 == 199 {
                lockstep.reset();
            }
        }
    }
}

/// What the whole allocator must have done for its comparison to mean something.
const NEEDED: [&str; 12] = [
    "loads",
    "saved_headers",
    "forwards",
    "alloc_hits",
    "free_hits",
    "list_pops",
    "new_arenas",
    "fetched_arenas",
    "list_pushes",
    "released_arenas",
    "bad_pointer",
    "double_free",
];

#[test]
fn whole_allocator_in_its_surroundings() {
    let seed = setting("COSIM_SEED", 1);
    // Large arenas take longer to empty.
    for (origin, config, dialect, length) in [
        ("tiny", preset("tiny"), SystemVerilog, 12),
        ("deep", deep(), Verilog2005, 24),
    ] {
        let cycles = setting("COSIM_CYCLES", 1000) * length;
        let g = Geometry::new(&config);
        let library = compile(&modules(&g), &config, dialect);
        let core = Box::new(ObjectAllocator::new(&g));
        let origin = format!("{origin}, {dialect:?}, COSIM_SEED={seed}");
        let mut lockstep = Lockstep::new("object_allocator", &origin, core, &library, &config);
        let mut surroundings = Surroundings::new(seed, &config);
        // Rare events may take a while to happen; some seeds need longer for all of them.
        let mut missing = Vec::new();
        for _ in 0..4 {
            for _ in 0..cycles {
                surroundings.cycle(&mut lockstep);
            }
            let counts = surroundings.counters(&mut lockstep, COUNTERS.len());
            let counted = COUNTERS.iter().map(|(name, _)| name).zip(counts);
            let counted: Vec<_> = counted.collect();
            println!("{origin}: {counted:?}");
            missing = counted;
            missing.retain(|(name, count)| NEEDED.contains(name) && *count == 0);
            if missing.is_empty() {
                break;
            }
        }
        assert!(
            missing.is_empty(),
            "{origin}: an idle comparison: {missing:?}"
        );
    }
}

/// Modules that clear a bit for each frame of the memory after reset: no reset in between.
fn sweeping(g: &Geometry) -> Vec<(&'static str, Box<dyn Module>)> {
    vec![
        ("fresh_table", Box::new(FreshTable::new(g))),
        ("bypass", Box::new(Bypass::new(g))),
    ]
}

#[test]
fn bypass_beyond_its_sweep() {
    let seed = setting("COSIM_SEED", 1);
    let config = preset("tiny");
    let g = Geometry::new(&config);
    let sweep = 1 << g.frame_index_bits;
    let cycles = sweep + setting("COSIM_CYCLES", 1000) * 3;
    for dialect in [SystemVerilog, Verilog2005] {
        let library = compile(&sweeping(&g), &config, dialect);
        let origin = format!("tiny, {dialect:?}, COSIM_SEED={seed}");
        for (i, (name, module)) in sweeping(&g).into_iter().enumerate() {
            let mut stimulus = Stimulus::new(seed + i as u64);
            let mut lockstep = Lockstep::new(name, &origin, module, &library, &config);
            for cycle in 0..cycles {
                stimulus.drive(&mut lockstep, cycle);
                lockstep.eval();
                lockstep.tick();
            }
        }
    }
}
