//! The texts of refusals, as a user reads them.

use insta::assert_snapshot;
use memento_config::{Config, PRESETS};

/// The default preset with one piece of text replaced, which must be there.
fn default_with(replacements: &[(&str, &str)]) -> String {
    let (_, mut text) = PRESETS
        .iter()
        .find(|(name, _)| *name == "default")
        .map(|(n, t)| (n, t.to_string()))
        .unwrap();
    // Columns are for readers: compare keys and values with single spaces.
    text = text
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ") + "\n")
        .collect();
    for (old, new) in replacements {
        assert!(text.contains(old), "{old} is not in the preset");
        text = text.replacen(old, new, 1);
    }
    text
}

fn refusal(replacements: &[(&str, &str)]) -> String {
    match Config::from_toml_str(&default_with(replacements), "bad.toml") {
        Ok(_) => "accepted".to_owned(),
        Err(errors) => errors.to_string(),
    }
}

#[test]
fn unknown_key() {
    assert_snapshot!(refusal(&[("list_threshold = 16", "list_treshold = 16")]));
}

#[test]
fn unknown_section() {
    assert_snapshot!(refusal(&[("[core]", "[kernel]")]));
}

#[test]
fn zero_classes() {
    assert_snapshot!(refusal(&[("classes = 64", "classes = 0")]));
}

#[test]
fn region_too_small_for_the_largest_class() {
    assert_snapshot!(refusal(&[(
        "region_bytes = 0x10_0000_0000",
        "region_bytes = 0x800_0000"
    )]));
}

#[test]
fn region_too_small_for_a_page_of_headers() {
    let few_objects = ("objects_per_arena = 256", "objects_per_arena = 32");
    assert_snapshot!(refusal(&[
        few_objects,
        ("region_bytes = 0x10_0000_0000", "region_bytes = 0x800_0000")
    ]));
}

#[test]
fn region_that_is_no_whole_lanes() {
    assert_snapshot!(refusal(&[("classes = 64", "classes = 48")]));
}

#[test]
fn several_errors_at_once() {
    assert_snapshot!(refusal(&[
        ("mode = \"sv39\"", "mode = \"sv40\""),
        ("context_bits = 4", "context_bits = -1"),
        ("classes = 64", "classes = \"64\""),
        (
            "objects_per_arena = 256",
            "objects_per_arena = 99999999999999999999"
        ),
        ("list_threshold", "threshold"),
        ("miss_queue_entries = 4", "miss_queue_entries = 5"),
    ]));
}

#[test]
fn several_misfits_at_once() {
    assert_snapshot!(refusal(&[
        (
            "physical_bits = 40",
            "physical_bits = 40\nheader_base = 0x13_0000_1000"
        ),
        ("mode = \"sv39\"", "mode = \"sv32\""),
        (
            "region_base = 0x10_0000_0000",
            "region_base = 0x8_0000_0000"
        ),
        ("list_threshold = 16", "list_threshold = 255"),
        ("objects_per_arena = 256", "objects_per_arena = 128"),
    ]));
}

#[test]
fn sizes_of_the_system_out_of_range() {
    assert_snapshot!(refusal(&[
        ("cores = 1", "cores = 0"),
        ("processes = 16", "processes = 12"),
        ("data_bits = 64", "data_bits = 32"),
        ("bytes = 0x1000_0000", "bytes = 0x8_0000"),
        ("track_frames = true", "track_frames = 2"),
        ("pool_entries = 256", "pool_entries = 2048"),
        ("cursor_entries = 32", "cursor_entries = 2"),
        ("walk_entries = 64", "walk_entries = 1"),
        ("\nentries = 64", "\nentries = 2"),
        ("id_bits = 4", "id_bits = 9"),
    ]));
}

#[test]
fn memory_that_is_not_aligned() {
    assert_snapshot!(refusal(&[("base = 0x8000_0000", "base = 0x8800_0000")]));
}

#[test]
fn memory_beyond_the_physical_addresses() {
    assert_snapshot!(refusal(&[("physical_bits = 40", "physical_bits = 31")]));
}

#[test]
fn memory_at_the_last_place_of_the_physical_addresses() {
    let last = [("base = 0x8000_0000", "base = 0xff_f000_0000")];
    assert_eq!(refusal(&last), "accepted");
    assert_snapshot!(refusal(&[("base = 0x8000_0000", "base = 0xff_f800_0000")]));
}

#[test]
fn memory_larger_than_the_physical_addresses() {
    assert_snapshot!(refusal(&[
        ("physical_bits = 40", "physical_bits = 30"),
        ("bytes = 0x1000_0000", "bytes = 0x8000_0000")
    ]));
}

#[test]
fn wrong_types() {
    assert_snapshot!(refusal(&[
        ("context_bits = 4", "context_bits = 4.0"),
        ("trace_port = true", "trace_port = 1")
    ]));
}

#[test]
fn section_that_is_a_value() {
    assert_snapshot!(refusal(&[(
        "[pipeline]\ndepth_cycles = 6",
        "[pipeline.depth_cycles]\nx = 8"
    )]));
}

#[test]
fn not_toml() {
    assert_snapshot!(refusal(&[
        ("classes = 64", "classes 64"),
        ("[core]", "[core")
    ]));
}

#[test]
fn missing_keys() {
    let errors = Config::from_toml_str("[objects]\nclasses = 4\n", "short.toml").unwrap_err();
    assert_snapshot!(errors);
}

#[test]
fn missing_file() {
    let errors = Config::load("no-such-directory/memento.toml").unwrap_err();
    assert_snapshot!(errors);
}

#[test]
fn unknown_preset() {
    assert_snapshot!(Config::preset("rv64").unwrap_err());
}

#[test]
fn addresses_beyond_toml_are_refused_not_lost() {
    let mut settings = Config::preset("default").unwrap().settings().clone();
    settings.address.region_base = u64::MAX;
    assert_snapshot!(Config::new(&settings, "program").unwrap_err());
}
