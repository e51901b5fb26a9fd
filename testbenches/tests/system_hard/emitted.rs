//! Hardware with faults on purpose, for tests of the tests.

use memento_config::Config;
use memento_hdl::Geometry;
use memento_hdl::bypass::bypass::Bypass;
use memento_hdl::system::memento_system::System;
use memento_hdl::verilog::{Design, EmittedModule, Options, emit};
use memento_testbenches::CompileOptions;
use memento_testbenches::system::hardware::SystemDesign;

/// In which module which text becomes what.
pub type Fault<'a> = (&'a str, &'a str, &'a str);

/// The Verilog of a configuration.
pub struct Emitted<'a> {
    config: &'a Config,
    system: Design,
    bypass: Design,
}

impl<'a> Emitted<'a> {
    /// As the generator writes it.
    pub fn new(config: &'a Config) -> Emitted<'a> {
        let geometry = Geometry::new(config);
        let options = Options::default();
        Emitted {
            config,
            system: emit(&System::new(&geometry, 0), &options).expect("it is emitted"),
            bypass: emit(&Bypass::new(&geometry), &options).expect("it is emitted"),
        }
    }

    /// The hardware with faults, or without any.
    pub fn with(&self, faults: &[Fault]) -> SystemDesign {
        self.with_nth(faults, 0)
    }

    /// The same, each fault in the `which`th of the modules whose names begin as stated.
    pub fn with_nth(&self, faults: &[Fault], which: usize) -> SystemDesign {
        let mut system = self.system.clone();
        for (name, from, to) in faults {
            let named = |module: &&mut EmittedModule| module.name.starts_with(name);
            let module = system.modules.iter_mut().filter(named).nth(which);
            let module = module.expect("there is such a module");
            assert!(module.text.contains(from), "`{from}`: say the fault anew");
            module.text = module.text.replace(from, to);
        }
        let options = CompileOptions {
            quick: true,
            ..CompileOptions::DEFAULT
        };
        SystemDesign::new(self.config, &system, Some(&self.bypass), options).unwrap()
    }
}
