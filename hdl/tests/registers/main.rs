//! The registers and the command unit behind them, against plain models; what is generated of the
//! register map.
//!
//! `REGISTERS_SEED` says where random accesses begin, `REGISTERS_ACCESSES` how many there are.

mod bus;
mod commands;
#[path = "../common/mod.rs"]
mod common;
mod documents;
mod map;

use common::{DIALECTS, build, emitted, options};
use memento_config::Config;
use memento_hdl::Geometry;
use memento_hdl::system::command_unit::CommandUnit;
use memento_hdl::system::registers::Registers;

/// The preset tiny with three cores and four processes.
fn several() -> Config {
    let tiny = Config::preset("tiny").unwrap_or_else(|errors| panic!("{errors}"));
    let mut settings = tiny.settings().clone();
    settings.system.cores = 3;
    settings.system.processes = 4;
    Config::new(&settings, "several").unwrap_or_else(|errors| panic!("{errors}"))
}

/// The first 64 bits of a configuration's digest.
fn digest(config: &Config) -> u64 {
    u64::from_str_radix(&config.digest()[..16], 16).expect("a digest has hexadecimal digits")
}

#[test]
fn verilator_is_silent() {
    let mut configs = common::presets();
    configs.push(("several", several()));
    for (name, config) in configs {
        let g = Geometry::new(&config);
        for dialect in DIALECTS {
            let options = options(&config, dialect);
            for design in [
                emitted(&Registers::new(&g, digest(&config)), &options),
                emitted(&CommandUnit::new(&g), &options),
            ] {
                let found = match build(&design, dialect).lint() {
                    Ok(warnings) => warnings.join("\n"),
                    Err(error) => error.to_string(),
                };
                assert!(found.is_empty(), "{name}, {dialect:?}:\n{found}");
            }
        }
    }
}
