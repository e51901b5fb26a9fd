//! [`Measured`]: the hardware that a result was measured on, as result files keep it.

use crate::Geometry;
use crate::allocator::object_allocator::ObjectAllocator;
use crate::bypass::bypass::Bypass;
use crate::rtl::Block;
use crate::system::memento_system::System;
use crate::verilog::{Design, EmitErrors, Options, Reset, emit_all};
use memento_config::{Config, Reset as ConfiguredReset};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// All hardware of a configuration as one design, and the names of its tops, the system last: the object allocator of
/// one core, the main-memory bypass if there is one, the whole system. `digest`: the configuration's, as registers show it.
///
/// # Errors
/// Everything about the design that can't be written.
pub fn emit_tops(
    geometry: &Geometry,
    digest: u64,
    options: &Options,
) -> Result<(Design, Vec<&'static str>), EmitErrors> {
    let core = ObjectAllocator::new(geometry);
    let bypass = (geometry.bypass_entries > 0).then(|| Bypass::new(geometry));
    let system = System::new(geometry, digest);
    let mut tops: Vec<(&'static str, &dyn Block)> = vec![("memento_core", &core)];
    if let Some(bypass) = &bypass {
        tops.push(("memento_bypass", bypass));
    }
    tops.push(("memento_system", &system));
    let (names, blocks): (Vec<_>, Vec<_>) = tops.into_iter().unzip();
    Ok((emit_all(&blocks, options)?, names))
}

/// A configuration and a digest of its Verilog: a result says by it whether it is of the Verilog of today.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measured {
    /// The configuration, resolved (TOML).
    pub configuration: String,
    /// SHA-256 of all modules, 64 hex digits: names and texts, comments and empty lines left out.
    pub verilog_sha256: String,
}

impl Measured {
    /// What a configuration's hardware is today.
    ///
    /// # Errors
    /// Everything about the design that can't be written.
    pub fn now(config: &Config) -> Result<Measured, EmitErrors> {
        let options = Options {
            reset: match config.reset() {
                ConfiguredReset::ActiveHigh => Reset::ActiveHigh,
                ConfiguredReset::ActiveLow => Reset::ActiveLow,
            },
            ..Options::default()
        };
        let (design, _) = emit_tops(&Geometry::new(config), 0, &options)?;
        Ok(Measured {
            configuration: config.to_toml(),
            verilog_sha256: digest(&design),
        })
    }

    /// Whether the same configuration's hardware is the same today; a configuration that isn't one any longer has other
    /// hardware.
    pub fn is_present(&self) -> bool {
        let config = Config::from_toml_str(&self.configuration, "a result's configuration");
        config.is_ok_and(|config| {
            Measured::now(&config).is_ok_and(|now| now.verilog_sha256 == self.verilog_sha256)
        })
    }
}

/// SHA-256 of a design's modules, without comments and empty lines.
fn digest(design: &Design) -> String {
    let mut digest = Sha256::new();
    for module in &design.modules {
        digest.update(&module.file);
        digest.update("\n");
        for line in module.text.lines() {
            let code = line.split("//").next().unwrap_or_default().trim_end();
            if !code.is_empty() {
                digest.update(code);
                digest.update("\n");
            }
        }
    }
    let bytes = digest.finalize();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verilog::EmittedModule;

    fn of(text: &str) -> String {
        digest(&Design {
            modules: vec![EmittedModule {
                name: "m".to_owned(),
                file: "m.sv".to_owned(),
                text: text.to_owned(),
                ports: Vec::new(),
                parameters: Vec::new(),
                instances: Vec::new(),
            }],
        })
    }

    #[test]
    fn code_counts_and_comments_do_not() {
        let plain = of("module m;\n    wire a = b;\nendmodule\n");
        assert_eq!(
            plain,
            of("// What it is.\n\nmodule m;\n    wire a = b; // why\nendmodule\n")
        );
        assert_ne!(plain, of("module m;\n    wire a = !b;\nendmodule\n"));
    }

    #[test]
    fn hardware_of_another_configuration_is_not_that_of_today() {
        let [tiny, rv32] = ["tiny", "rv32"].map(|name| {
            let config = Config::preset(name).unwrap_or_else(|errors| panic!("{errors}"));
            Measured::now(&config).unwrap_or_else(|errors| panic!("{errors}"))
        });
        assert!(tiny.is_present() && rv32.is_present());
        let mixed = Measured {
            configuration: tiny.configuration.clone(),
            verilog_sha256: rv32.verilog_sha256,
        };
        assert!(!mixed.is_present());
        let unknown = Measured {
            configuration: tiny.configuration + "\n[nothing]\nknown = 1\n",
            ..mixed
        };
        assert!(!unknown.is_present());
    }
}
