//! [`Tops`]: all hardware of a configuration as one design, and its tops as designs of their own.

use crate::mismatch::BenchError;
use crate::verilated::emit_options;
use memento_config::Config;
use memento_hdl::Geometry;
use memento_hdl::measured::emit_tops;
use memento_hdl::verilog::Design;
use std::collections::HashSet;

/// All hardware of a configuration: a module that tops have in common has one name and one text.
#[derive(Clone, Debug)]
pub struct Tops {
    /// Every module.
    pub design: Design,
    has_bypass: bool,
}

impl Tops {
    /// Emits the hardware of a configuration. Traces are driven, and FEATURES apart nothing depends on the configuration's
    /// digest.
    ///
    /// # Errors
    /// [`BenchError::Emit`].
    pub fn emit(config: &Config) -> Result<Tops, BenchError> {
        let mut geometry = Geometry::new(config);
        geometry.trace_port = true;
        let (design, names) = emit_tops(&geometry, 0, &emit_options(config))?;
        Ok(Tops {
            design,
            has_bypass: names.contains(&"memento_bypass"),
        })
    }

    /// The same with another text.
    pub fn with(&self, design: Design) -> Tops {
        Tops {
            design,
            has_bypass: self.has_bypass,
        }
    }

    /// One object allocator.
    pub fn core(&self) -> Design {
        self.below("memento_core")
    }

    /// The system without its bypass.
    pub fn system(&self) -> Design {
        self.below("memento_system")
    }

    /// The main-memory bypass, if there is one.
    pub fn bypass(&self) -> Option<Design> {
        self.has_bypass.then(|| self.below("memento_bypass"))
    }

    /// A top and the modules below it.
    fn below(&self, top: &str) -> Design {
        let mut needed = HashSet::from([top.to_owned()]);
        // Children stand before parents.
        for module in self.design.modules.iter().rev() {
            if needed.contains(&module.name) {
                let children = module.instances.iter();
                needed.extend(children.map(|instance| instance.module.clone()));
            }
        }
        let modules = self.design.modules.iter();
        Design {
            modules: modules
                .filter(|module| needed.contains(&module.name))
                .cloned()
                .collect(),
        }
    }
}
