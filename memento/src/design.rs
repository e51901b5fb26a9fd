//! A configuration as chosen, and the designs that it describes.

use crate::cli::{Choice, Dialect};
use crate::registers::digest;
use memento_config::{Config, ConfigErrors, Reset, Settings};
use memento_hdl::Geometry;
use memento_hdl::allocator::object_allocator::ObjectAllocator;
use memento_hdl::measured;
use memento_hdl::verilog::{self, Design, EmitErrors, emit};

/// Version of the generator.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Digits of a digest that tell configurations and designs apart for a reader.
pub const SHORT_DIGEST: usize = 12;

/// A configuration and where it came from.
#[derive(Clone, Debug)]
pub struct Chosen {
    /// The configuration.
    pub config: Config,
    /// `preset default`, or the file's name without its folder.
    pub origin: String,
    /// The options that choose it again, the file's name without its folder.
    pub options: String,
}

impl Chosen {
    /// Reads the configuration that was chosen.
    ///
    /// # Errors
    /// Everything that is wrong with it, at once.
    pub fn load(choice: &Choice) -> Result<Chosen, ConfigErrors> {
        if let Some(path) = &choice.config {
            let name = path.file_name().unwrap_or(path.as_os_str());
            let name = name.to_string_lossy().into_owned();
            return Ok(Chosen {
                config: Config::load(path)?,
                options: format!("--config {name}"),
                origin: name,
            });
        }
        let preset = choice.preset.as_deref().unwrap_or("default");
        Ok(Chosen {
            config: Config::preset(preset)?,
            origin: format!("preset {preset}"),
            options: format!("--preset {preset}"),
        })
    }

    /// Its settings with everything stated that follows by default.
    pub fn resolved(&self) -> Settings {
        let mut settings = self.config.settings().clone();
        settings.address.physical_bits = Some(self.config.physical_bits());
        settings.address.header_base = Some(self.config.header_base());
        settings
    }

    /// The first digits of the configuration's digest.
    pub fn short_digest(&self) -> String {
        let mut digest = self.config.digest();
        digest.truncate(SHORT_DIGEST);
        digest
    }
}

/// The object allocator of a configuration, with `banner` in the header of every module.
///
/// # Errors
/// Everything about the design that can't be written.
pub fn emit_allocator(
    config: &Config,
    dialect: Dialect,
    banner: String,
) -> Result<Design, EmitErrors> {
    let options = options(config, dialect, banner);
    emit(&ObjectAllocator::new(&Geometry::new(config)), &options)
}

/// All hardware of a configuration as one design, and the names of its tops: see [`measured::emit_tops`].
///
/// # Errors
/// Everything about the design that can't be written.
pub fn emit_tops(
    config: &Config,
    dialect: Dialect,
    banner: String,
) -> Result<(Design, Vec<&'static str>), EmitErrors> {
    let (geometry, digest) = (Geometry::new(config), digest(&config.digest()));
    measured::emit_tops(&geometry, digest, &options(config, dialect, banner))
}

/// How a configuration's modules are written.
pub fn options(config: &Config, dialect: Dialect, banner: String) -> verilog::Options {
    verilog::Options {
        dialect: match dialect {
            Dialect::SystemVerilog => verilog::Dialect::SystemVerilog,
            Dialect::Verilog2005 => verilog::Dialect::Verilog2005,
        },
        reset: match config.reset() {
            Reset::ActiveHigh => verilog::Reset::ActiveHigh,
            Reset::ActiveLow => verilog::Reset::ActiveLow,
        },
        banner,
    }
}
