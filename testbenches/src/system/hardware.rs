//! [`SystemDesign`]: memento_system and memento_bypass as emitted Verilog, under Verilator.

use super::error::SystemError;
use super::verilated_bypass::{BypassPorts, VerilatedBypass};
use super::verilated_system::{SystemPorts, VerilatedSystem};
use crate::verilated::{CompileOptions, emit_options, reset_port};
use memento_config::Config;
use memento_hdl::Geometry;
use memento_hdl::bypass::bypass::Bypass;
use memento_hdl::system::memento_system::System;
use memento_hdl::verilog::{self, Design};
use std::sync::Arc;
use verilator_bindings::{Counts, Level, Library, Start};

/// Both modules, compiled; models are made from them.
#[derive(Clone)]
pub struct SystemDesign {
    system: Arc<Library>,
    system_ports: SystemPorts,
    bypass: Option<(Arc<Library>, BypassPorts)>,
    reset_level: Level,
    plusargs: Vec<String>,
}

impl SystemDesign {
    /// Emits a configuration's memento_system and memento_bypass, and compiles them or takes them
    /// from the cache. The trace is driven even if `core.trace_port` says otherwise: a bench
    /// follows it, and nothing but FEATURES differs.
    ///
    /// # Errors
    /// [`SystemError::Emit`], [`SystemError::Verilator`].
    pub fn of_config(config: &Config, options: CompileOptions) -> Result<Self, SystemError> {
        let mut geometry = Geometry::new(config);
        geometry.trace_port = true;
        let how = emit_options(config);
        // Without the configuration's digest, equal hardware is compiled once.
        let system = verilog::emit(&System::new(&geometry, 0), &how)?;
        let bypass = match config.bypass_entries() {
            0 => None,
            _ => Some(verilog::emit(&Bypass::new(&geometry), &how)?),
        };
        Self::new(config, &system, bypass.as_ref(), options)
    }

    /// Compiles the Verilog of memento_system, and of memento_bypass if the configuration has one;
    /// or takes it from the cache.
    ///
    /// # Errors
    /// [`SystemError::Verilator`].
    pub fn new(
        config: &Config,
        system: &Design,
        bypass: Option<&Design>,
        options: CompileOptions,
    ) -> Result<SystemDesign, SystemError> {
        let library = options.compile("memento_system", system)?;
        let bypass = match bypass {
            None => None,
            Some(design) => {
                let library = options.compile("memento_bypass", design)?;
                let ports = BypassPorts::of(&library, config)?;
                Some((library, ports))
            }
        };
        Ok(SystemDesign {
            system_ports: SystemPorts::of(&library, config)?,
            system: library,
            bypass,
            reset_level: reset_port(config).1,
            plusargs: Vec::new(),
        })
    }

    /// The same hardware, its models made with these arguments for `$value$plusargs`, with their `+`.
    pub fn with_plusargs(&self, plusargs: Vec<String>) -> SystemDesign {
        SystemDesign {
            plusargs,
            ..self.clone()
        }
    }

    /// Both modules, compiled.
    pub fn libraries(&self) -> impl Iterator<Item = &Arc<Library>> {
        let bypass = self.bypass.iter().map(|(library, _)| library);
        std::iter::once(&self.system).chain(bypass)
    }

    /// Whether only what reads something that has changed is evaluated in a cycle, in both modules.
    pub fn follows_changes(&self) -> bool {
        let bypass = self.bypass.as_ref();
        self.system.follows_changes() && bypass.is_none_or(|(library, _)| library.follows_changes())
    }

    /// What the models of each have counted, those alive not included.
    ///
    /// # Errors
    /// [`SystemError::Verilator`]: they don't count, or counts were lost.
    pub fn counts(&self) -> Result<Vec<Counts>, SystemError> {
        let bypass = self.bypass.iter().map(|(library, _)| library);
        let all = std::iter::once(&self.system).chain(bypass);
        Ok(all
            .map(|library| library.counts())
            .collect::<Result<_, _>>()?)
    }

    /// memento_system just out of reset, its registers and memories random from `seed`.
    ///
    /// # Errors
    /// [`SystemError::Verilator`].
    pub fn system(&self, seed: u32) -> Result<VerilatedSystem, SystemError> {
        let model = self.system.model_from(&self.start(seed))?;
        VerilatedSystem::new(model, self.system_ports.clone(), self.reset_level)
    }

    /// memento_bypass just out of reset; `None`: the configuration has none.
    ///
    /// # Errors
    /// [`SystemError::Verilator`].
    pub fn bypass(&self, seed: u32) -> Result<Option<VerilatedBypass>, SystemError> {
        let Some((library, ports)) = &self.bypass else {
            return Ok(None);
        };
        let model = library.model_from(&self.start(seed))?;
        VerilatedBypass::new(model, *ports, self.reset_level).map(Some)
    }

    fn start(&self, seed: u32) -> Start {
        Start {
            random: Some(seed),
            plusargs: self.plusargs.clone(),
        }
    }
}
