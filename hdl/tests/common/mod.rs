//! What the tests of the hardware share: configurations, seeded randomness, emitted designs.
#![allow(dead_code)]

use memento_config::strategy::any_config;
use memento_config::{Config, PRESETS};
use memento_hdl::Geometry;
use memento_hdl::allocator::object_allocator::ObjectAllocator;
use memento_hdl::bypass::bypass::Bypass;
use memento_hdl::rtl::Block;
use memento_hdl::system::memento_system::System;
use memento_hdl::verilog::{Design, Dialect, Options, Reset, emit, emit_all};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config as RunnerConfig, RngAlgorithm, TestRng, TestRunner};
use verilator_bindings::{Build, Optimize, Warnings};

/// Both languages that the back end writes.
pub const DIALECTS: [Dialect; 2] = [Dialect::SystemVerilog, Dialect::Verilog2005];

/// Every preset, by name.
pub fn presets() -> Vec<(&'static str, Config)> {
    let load = |name| Config::preset(name).unwrap_or_else(|errors| panic!("{errors}"));
    PRESETS
        .iter()
        .map(|(name, _)| (*name, load(name)))
        .collect()
}

/// A number from the environment, where it is set; what is used is printed.
pub fn setting(name: &str, default: u64) -> u64 {
    let value = match std::env::var(name) {
        Ok(text) => text
            .parse()
            .unwrap_or_else(|_| panic!("{name}={text} is not a number")),
        Err(_) => default,
    };
    println!("{name}={value}");
    value
}

/// Randomness that a seed determines.
pub fn random(seed: u64) -> TestRng {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    TestRng::from_seed(RngAlgorithm::ChaCha, &bytes)
}

/// A number below `limit`.
pub fn below(random: &mut TestRng, limit: u64) -> u64 {
    random.next_u64() % limit
}

/// `count` random valid configurations.
pub fn random_configs(seed: u64, count: usize) -> Vec<Config> {
    let mut runner = TestRunner::new_with_rng(RunnerConfig::default(), random(seed));
    let strategy = any_config();
    let mut draw = || strategy.new_tree(&mut runner).expect("nothing is filtered");
    (0..count).map(|_| draw().current()).collect()
}

/// How a configuration's design is written.
pub fn options(config: &Config, dialect: Dialect) -> Options {
    Options {
        dialect,
        reset: match config.reset() {
            memento_config::Reset::ActiveHigh => Reset::ActiveHigh,
            memento_config::Reset::ActiveLow => Reset::ActiveLow,
        },
        banner: String::new(),
    }
}

/// Emits, and shows all errors if there are any.
pub fn emitted(top: &dyn Block, options: &Options) -> Design {
    emit(top, options).unwrap_or_else(|errors| panic!("{errors}"))
}

/// The object allocator of a configuration.
pub fn core(config: &Config, dialect: Dialect) -> Design {
    let top = ObjectAllocator::new(&Geometry::new(config));
    emitted(&top, &options(config, dialect))
}

/// The whole system of a configuration.
pub fn system(config: &Config, dialect: Dialect) -> Design {
    let top = System::new(&Geometry::new(config), 0);
    emitted(&top, &options(config, dialect))
}

/// The bypass of a configuration.
pub fn bypass(config: &Config, dialect: Dialect) -> Design {
    let top = Bypass::new(&Geometry::new(config));
    emitted(&top, &options(config, dialect))
}

/// Core, bypass and system of a configuration, as one design.
pub fn everything(config: &Config, dialect: Dialect) -> Design {
    let g = Geometry::new(config);
    let (core, bypass) = (ObjectAllocator::new(&g), Bypass::new(&g));
    let system = System::new(&g, 0);
    emit_all(&[&core, &bypass, &system], &options(config, dialect))
        .unwrap_or_else(|errors| panic!("{errors}"))
}

/// A design as a build for Verilator, quick to compile, cached beside the tests' binaries.
pub fn build(design: &Design, dialect: Dialect) -> Build {
    let top = design.top().expect("a design has a top");
    let mut build = Build::new(&top.name)
        .flag("--default-language")
        .flag(language(dialect))
        .optimize(Optimize::Quick)
        .warnings(Warnings::Strict)
        .cache_dir(concat!(env!("CARGO_TARGET_TMPDIR"), "/models"));
    for module in &design.modules {
        build = build.source_text(&module.file, &module.text);
    }
    build
}

/// Verilator's name of a language.
pub fn language(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::SystemVerilog => "1800-2012",
        Dialect::Verilog2005 => "1364-2005",
    }
}
