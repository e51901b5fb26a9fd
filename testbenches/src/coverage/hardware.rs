//! [`CountingHardware`]: hardware that counts what is reached.

use super::covers::{Cover, with_covers};
use super::tally::Tally;
use crate::bypass;
use crate::fuzz::{Subject, Trouble};
use crate::system::error::SystemError;
use crate::system::hardware::SystemDesign;
use crate::tops::Tops;
use crate::verilated::{CompileOptions, VerilatedDesign};
use memento_config::Config;
use std::sync::Arc;
use verilator_bindings::Library;

/// The tops of a configuration, compiled so that lines, branches and covers are counted.
pub struct CountingHardware {
    /// The configuration.
    pub config: Config,
    /// What was emitted, without covers.
    pub tops: Tops,
    /// One object allocator.
    pub core: Subject,
    /// The system, with its bypass.
    pub system: Subject,
    /// The same, for directed programs.
    pub directed: SystemDesign,
    /// The bypass alone.
    pub bypass: Option<Arc<Library>>,
}

impl CountingHardware {
    /// Emits and compiles, or takes it from the cache.
    ///
    /// # Errors
    /// A missing or refusing Verilator.
    pub fn new(
        config: &Config,
        covers: &[Cover],
        quick: bool,
    ) -> Result<CountingHardware, Trouble> {
        let options = CompileOptions {
            ram_collisions: true,
            coverage: true,
            quick,
            ..CompileOptions::default()
        };
        let tops = Tops::emit(config)?;
        let covered = tops.with(with_covers(&tops.design, config, covers));
        let core = VerilatedDesign::of_design(config, &covered.core(), options)?;
        let bypass = covered.bypass();
        let system = SystemDesign::new(config, &covered.system(), bypass.as_ref(), options)?;
        let bypass = match &bypass {
            None => None,
            Some(design) => {
                let compiled = bypass::compile(design, options);
                Some(compiled.map_err(SystemError::from)?)
            }
        };
        Ok(CountingHardware {
            config: config.clone(),
            core: Subject::of_core(config, core),
            system: Subject::of_system(config, system.clone()),
            directed: system,
            tops,
            bypass,
        })
    }

    /// What was reached so far.
    ///
    /// # Errors
    /// Counts that were lost.
    pub fn tally(&self) -> Result<Tally, Trouble> {
        let mut tally = Tally::default();
        let mut all = self.core.counts()?;
        all.extend(self.system.counts()?);
        if let Some(bypass) = &self.bypass {
            all.push(bypass.counts().map_err(SystemError::from)?);
        }
        for counts in all {
            tally.add(&self.tops.design, &counts);
        }
        Ok(tally)
    }
}
