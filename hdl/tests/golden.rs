//! What the back end writes, kept in `tests/golden`, so that a change of it is read before it is
//! accepted.
//!
//! Small modules are kept whole; of all that the presets generate, files, lines and digests. After
//! a wanted change: `GOLDEN=write cargo test -p memento-hdl --test golden`.

mod common;

use common::{DIALECTS, emitted, everything, options, presets};
use memento_config::Config;
use memento_hdl::Geometry;
use memento_hdl::allocator::{
    address_decode::AddressDecode, class_loop::ClassLoop, event_counters::EventCounters,
    miss_queue::MissQueue, popcount::Popcount, queue_pointers::QueuePointers,
    slot_divide::SlotCheck, translation_cache::TranslationCache, word_loop::WordLoop,
};
use memento_hdl::rtl::{Block, Table};
use memento_hdl::system::round_robin::RoundRobin;
use memento_hdl::verilog::{Dialect, Options, Reset};
use sha2::{Digest, Sha256};
use similar::TextDiff;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::PathBuf;

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden"))
}

fn writing() -> bool {
    std::env::var("GOLDEN").is_ok_and(|value| value == "write")
}

/// Compares a text with its golden file; the difference, if there is any.
fn difference(file: &str, text: &str) -> Option<String> {
    let path = folder().join(file);
    if writing() {
        fs::create_dir_all(folder()).unwrap_or_else(|error| panic!("tests/golden: {error}"));
        fs::write(&path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        return None;
    }
    // A file that is absent is an empty one: the whole text is new.
    let golden = fs::read_to_string(&path).unwrap_or_default();
    let golden_name = format!("tests/golden/{file}");
    let diff = TextDiff::from_lines(golden.as_str(), text);
    let mut unified = diff.unified_diff();
    let unified = unified.context_radius(3).header(&golden_name, "emitted");
    (golden != text).then(|| unified.to_string())
}

fn accept(differences: &str) {
    assert!(
        differences.is_empty(),
        "{differences}\nif this is wanted: GOLDEN=write cargo test -p memento-hdl --test golden"
    );
}

/// The modules that are kept whole, and how each is written.
fn small_modules() -> Vec<(Box<dyn Block>, Options)> {
    let tiny = Config::preset("tiny").unwrap_or_else(|errors| panic!("{errors}"));
    let g = Geometry::new(&tiny);
    let plain = options(&tiny, Dialect::SystemVerilog);
    let flat = options(&tiny, Dialect::Verilog2005);
    let active_low = Options {
        reset: Reset::ActiveLow,
        ..plain.clone()
    };
    let ramp = Table::new(
        "memento_table",
        "Squares.",
        (0..5).map(|i| i * i).collect(),
        5,
    );
    vec![
        (Box::new(ramp), plain.clone()),
        (Box::new(Popcount::new(&g)), plain.clone()),
        (Box::new(QueuePointers::new(4)), active_low),
        (Box::new(AddressDecode::new(&g)), plain.clone()),
        (Box::new(SlotCheck::new(&g)), plain.clone()),
        (Box::new(ClassLoop::new(&g)), plain.clone()),
        (Box::new(WordLoop::new(&g)), plain.clone()),
        (Box::new(EventCounters::new(3, false)), plain.clone()),
        (Box::new(TranslationCache::new(&g)), plain.clone()),
        (Box::new(RoundRobin::new(3)), plain.clone()),
        (Box::new(MissQueue::new(&g)), plain),
        (Box::new(MissQueue::new(&g)), flat),
    ]
}

#[test]
fn small_modules_are_written_as_before() {
    let mut differences = String::new();
    let mut files = BTreeSet::from(["memento.txt".to_owned()]);
    for (module, options) in small_modules() {
        let design = emitted(&*module, &options);
        let top = design.top().expect("a design has a top");
        differences += &difference(&top.file, &top.text).unwrap_or_default();
        assert!(files.insert(top.file.clone()), "{} twice", top.file);
    }
    let kept = fs::read_dir(folder()).unwrap_or_else(|error| panic!("tests/golden: {error}"));
    for entry in kept {
        let name = entry.expect("an entry").file_name();
        let name = name.to_string_lossy().into_owned();
        assert!(
            files.contains(&name),
            "tests/golden/{name}: no test writes it"
        );
    }
    accept(&differences);
}

#[test]
fn whole_designs_are_written_as_before() {
    let mut summary = String::from(
        "preset   dialect        file                                 lines  sha256\n",
    );
    for (name, config) in presets() {
        for dialect in DIALECTS {
            for module in everything(&config, dialect).modules {
                let digest = Sha256::digest(&module.text);
                let digest: String = digest[..8]
                    .iter()
                    .map(|byte| format!("{byte:02x}"))
                    .collect();
                let lines = module.text.lines().count();
                let dialect = format!("{dialect:?}");
                let _ = writeln!(
                    summary,
                    "{name:<8} {dialect:<14} {:<36} {lines:>5}  {digest}",
                    module.file
                );
            }
        }
    }
    accept(&difference("memento.txt", &summary).unwrap_or_default());
}
