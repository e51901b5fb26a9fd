//! What the presets mean, in numbers from the architecture.

use memento_config::{Config, Mode, PRESETS};

#[test]
fn default_is_the_published_size_in_sv39() {
    let config = Config::preset("default").unwrap();
    assert_eq!(
        (config.mode(), config.virtual_bits(), config.operand_bits()),
        (Mode::Sv39, 39, 64)
    );
    assert_eq!(
        (
            config.classes(),
            config.objects_per_arena(),
            config.list_threshold()
        ),
        (64, 256, 16)
    );
    assert_eq!(config.region_bytes(), 64 << 30);
    assert_eq!(config.lane_bytes(), 1 << 30);
    assert_eq!(
        (
            config.class_bits(),
            config.context_bits(),
            config.max_arena_bits()
        ),
        (6, 4, 14)
    );
    assert_eq!(config.header_lane_bytes(), 1 << 30);
    assert_eq!(
        config.header_base(),
        config.region_base() + config.region_bytes()
    );
}

#[test]
fn rv32_fits_a_32_bit_host() {
    let config = Config::preset("rv32").unwrap();
    assert_eq!(
        (config.mode(), config.operand_bits(), config.physical_bits()),
        (Mode::Sv32, 32, 34)
    );
    assert_eq!(config.region_bytes(), 256 << 20);
    assert_eq!((config.context_bits(), config.max_arena_bits()), (1, 9));
    assert!(config.header_base() + config.header_lane_bytes() <= 1 << 32);
}

#[test]
fn tiny_has_lanes_that_a_test_can_exhaust() {
    let config = Config::preset("tiny").unwrap();
    assert_eq!(
        (
            config.classes(),
            config.objects_per_arena(),
            config.max_arena_bits()
        ),
        (4, 16, 6)
    );
}

#[test]
fn keys_left_out_have_the_values_of_the_default_preset() {
    let tiny = Config::preset("tiny").unwrap().to_toml();
    let (before, _) = tiny.split_once("\n[system]").unwrap();
    let config = Config::from_toml_str(before, "tiny, cut").unwrap();
    assert_eq!(
        (config.cores(), config.processes(), config.data_bits()),
        (1, 16, 64)
    );
    assert_eq!(
        (config.memory_base(), config.memory_bytes()),
        (2 << 30, 256 << 20)
    );
    assert!(config.track_frames());
    assert_eq!(
        (
            config.pool_entries(),
            config.cursor_entries(),
            config.walk_entries()
        ),
        (256, 32, 64)
    );
    assert_eq!((config.bypass_entries(), config.id_bits()), (64, 4));
}

#[test]
fn the_printed_configuration_is_the_same_configuration() {
    for (name, _) in PRESETS {
        let config = Config::preset(name).unwrap();
        let again = Config::from_toml_str(&config.to_toml(), "printed").unwrap();
        assert_eq!(again.to_toml(), config.to_toml());
        assert_eq!(again.digest(), config.digest());
    }
}

#[test]
fn the_digest_is_of_the_meaning_not_of_the_text() {
    let (_, text) = PRESETS[0];
    let config = Config::from_toml_str(text, "as is").unwrap();
    let derived = format!("header_base = {}\n[objects]", config.header_base());
    let stated = Config::from_toml_str(&text.replace("[objects]", &derived), "stated").unwrap();
    assert_eq!(stated.digest(), config.digest());
    let mut settings = config.settings().clone();
    settings.objects.list_threshold = 1;
    assert_ne!(
        Config::new(&settings, "threshold 1").unwrap().digest(),
        config.digest()
    );
}

#[test]
fn the_resolved_default() {
    insta::assert_snapshot!(Config::preset("default").unwrap().to_toml());
}
