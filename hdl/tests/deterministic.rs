//! The same configuration gives the same bytes, and names stay where nothing has changed.
//!
//! Configurations beside the presets are drawn from `DETERMINISTIC_SEED`.

mod common;

use common::{DIALECTS, core, presets, random_configs, setting};
use memento_config::{Config, Settings};
use memento_hdl::verilog::{Design, Dialect};
use std::collections::BTreeMap;

fn files(design: Design) -> BTreeMap<String, String> {
    let files = design.modules.into_iter();
    files.map(|module| (module.name, module.text)).collect()
}

#[test]
fn the_same_configuration_gives_the_same_bytes() {
    let seed = setting("DETERMINISTIC_SEED", 1);
    let presets = presets().into_iter().map(|(_, config)| config);
    for config in presets.chain(random_configs(seed, 8)) {
        for dialect in DIALECTS {
            let again = std::thread::scope(|scope| {
                let other = scope.spawn(|| core(&config, dialect));
                other.join().expect("an emission")
            });
            assert!(
                core(&config, dialect) == again,
                "{dialect:?} of\n{}",
                config.to_toml()
            );
        }
    }
}

#[test]
fn dialects_have_the_same_modules() {
    for (name, config) in presets() {
        let names = |dialect| {
            let modules = core(&config, dialect).modules.into_iter();
            modules
                .map(|module| (module.name, module.ports, module.parameters))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            names(Dialect::SystemVerilog),
            names(Dialect::Verilog2005),
            "{name}"
        );
    }
}

/// The default preset after a change of its settings.
fn default_with(change: impl FnOnce(&mut Settings)) -> Config {
    let config = Config::preset("default").unwrap_or_else(|errors| panic!("{errors}"));
    let mut settings = config.settings().clone();
    change(&mut settings);
    Config::new(&settings, "changed").unwrap_or_else(|errors| panic!("{errors}"))
}

/// Modules whose files differ from the default preset's; none may come, go or change its name.
fn changed(config: &Config) -> Vec<String> {
    let before = files(core(&default_with(|_| ()), Dialect::SystemVerilog));
    let after = files(core(config, Dialect::SystemVerilog));
    assert_eq!(
        before.keys().collect::<Vec<_>>(),
        after.keys().collect::<Vec<_>>()
    );
    let differs = |name: &&String| before[*name] != after[*name];
    before.keys().filter(differs).cloned().collect()
}

#[test]
fn a_setting_changes_the_files_it_is_about() {
    assert_eq!(changed(&default_with(|_| ())), [""; 0]);
    let threshold = default_with(|settings| settings.objects.list_threshold = 7);
    assert_eq!(
        changed(&threshold),
        ["memento_core", "memento_header_judge", "memento_plain_free"]
    );
    let entries = default_with(|settings| settings.core.translation_entries *= 2);
    assert_eq!(changed(&entries), ["memento_translation_cache"]);
}
