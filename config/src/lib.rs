//! Parameters of a Memento allocator: read from TOML, checked as a whole, then immutable.
//!
//! [`Settings`] is what a file states, [`Config`] is settings that fit together. There is no way to a [`Config`] but
//! through the check, and the check reports everything that is wrong at once ([`ConfigErrors`]). Whatever follows
//! from the settings (widths, lane sizes, the place of the header lane) is a method of [`Config`], never a field.
//!
//! ```
//! let config = memento_config::Config::preset("default")?;
//! assert_eq!(config.classes(), 64);
//! assert_eq!(config.lane_bytes(), 1 << 30);
//! # Ok::<(), memento_config::ConfigErrors>(())
//! ```

mod config;
mod errors;
mod keys;
mod presets;
mod read;
mod relations;
mod settings;
#[cfg(any(test, feature = "strategy"))]
pub mod strategy;

pub use config::Config;
pub use errors::{ConfigError, ConfigErrors};
pub use presets::PRESETS;
pub use settings::{
    Address, Bypass, Core, Ecc, Memory, Mode, Objects, Pages, Pipeline, Protection, Reset,
    Settings, System,
};
