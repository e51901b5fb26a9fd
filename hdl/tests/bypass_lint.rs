//! Verilator has nothing to say about the main-memory bypass, whatever its sizes.

mod common;

use common::{DIALECTS, build, options, presets};
use memento_config::Config;
use memento_hdl::Geometry;
use memento_hdl::bypass::bypass::Bypass;
use memento_hdl::verilog::emit;

/// The presets, and sizes at the ends of their ranges.
fn configs() -> Vec<(String, Config)> {
    let mut configs: Vec<(String, Config)> = presets()
        .into_iter()
        .map(|(name, config)| (name.to_owned(), config))
        .collect();
    let tiny = Config::preset("tiny").unwrap_or_else(|errors| panic!("{errors}"));
    for (entries, id_bits, data_bits) in [(4, 1, 128), (8, 4, 64), (256, 8, 128)] {
        let mut settings = tiny.settings().clone();
        settings.bypass.entries = entries;
        settings.bypass.id_bits = id_bits;
        settings.system.data_bits = data_bits;
        let name = format!("{entries}_{id_bits}_{data_bits}");
        let config = Config::new(&settings, &name).unwrap_or_else(|errors| panic!("{errors}"));
        configs.push((name, config));
    }
    configs
}

#[test]
fn verilator_is_silent() {
    for (name, config) in configs() {
        for dialect in DIALECTS {
            let design = emit(
                &Bypass::new(&Geometry::new(&config)),
                &options(&config, dialect),
            )
            .unwrap_or_else(|errors| panic!("{name}: {errors}"));
            let found = match build(&design, dialect).lint() {
                Ok(warnings) => warnings.join("\n"),
                Err(error) => error.to_string(),
            };
            assert!(found.is_empty(), "{name}, {dialect:?}:\n{found}");
        }
    }
}
