//! [`Scenario`]: what happens in which surroundings; [`Subject`]: to which hardware; [`Case`]: both, in a file.

use super::core_event::{CoreAround, CoreEvent};
use super::failure::panics_as_errors;
use super::failure::{Failure, Trouble};
use super::system_event::{SystemAround, SystemEvent};
use super::{Draws, Pace, core_draw, core_run, system_draw, system_run};
use crate::directed::host_and_inbox;
use crate::shrink::{Verdict, shrink};
use crate::system::hardware::SystemDesign;
use crate::verilated::{CompileOptions, VerilatedDesign};
use memento_config::Config;
use rand::SeedableRng;
use serde::{Deserialize, Serialize};
use std::fmt;
use verilator_bindings::Counts;

/// Version of the format of a replay file.
const FORMAT: u32 = 1;

/// Which hardware.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// One object allocator alone.
    Core,
    /// memento_system and memento_bypass.
    System,
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Level::Core => "core",
            Level::System => "system",
        })
    }
}

/// What happens, and in which surroundings: all that fixes a run beside configuration and hardware.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "level", rename_all = "kebab-case")]
pub enum Scenario {
    /// On one object allocator.
    Core {
        /// Surroundings.
        around: CoreAround,
        /// What happens.
        events: Vec<CoreEvent>,
    },
    /// On the whole system.
    System {
        /// Surroundings.
        around: SystemAround,
        /// What happens.
        events: Vec<SystemEvent>,
    },
}

/// What a run came to.
#[derive(Clone, Debug)]
pub struct Played {
    /// Operations issued.
    pub operations: u64,
    /// Clock cycles.
    pub cycles: u64,
    /// Events played, the one that failed included.
    pub events: usize,
    /// Hardware and model differ.
    pub failure: Option<Failure>,
}

/// How far [`Scenario::shrink`] has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Effort {
    /// Runs so far.
    pub runs: u32,
    /// Clock cycles of these runs.
    pub cycles: u64,
    /// Events left.
    pub events: usize,
}

/// Compiled hardware of a configuration.
pub struct Subject {
    /// The configuration.
    pub config: Config,
    hardware: Hardware,
}

enum Hardware {
    Core(Box<VerilatedDesign>),
    System(Box<SystemDesign>),
}

impl Subject {
    /// Compiles the hardware of a configuration, or takes it from the cache.
    ///
    /// # Errors
    /// Hardware that can't be emitted or compiled.
    pub fn new(level: Level, config: &Config, options: CompileOptions) -> Result<Subject, Trouble> {
        let hardware = match level {
            Level::Core => Hardware::Core(Box::new(VerilatedDesign::new(config, options)?)),
            Level::System => Hardware::System(Box::new(SystemDesign::of_config(config, options)?)),
        };
        Ok(Subject {
            config: config.clone(),
            hardware,
        })
    }

    /// One object allocator that may have been changed since it was emitted.
    pub fn of_core(config: &Config, design: VerilatedDesign) -> Subject {
        Subject {
            config: config.clone(),
            hardware: Hardware::Core(Box::new(design)),
        }
    }

    /// A system that may have been changed since it was emitted.
    pub fn of_system(config: &Config, design: SystemDesign) -> Subject {
        Subject {
            config: config.clone(),
            hardware: Hardware::System(Box::new(design)),
        }
    }

    /// Which hardware it is.
    pub fn level(&self) -> Level {
        match self.hardware {
            Hardware::Core(_) => Level::Core,
            Hardware::System(_) => Level::System,
        }
    }

    /// What models of each of its parts have counted, if it was compiled to count.
    ///
    /// # Errors
    /// It doesn't count, or counts were lost.
    pub fn counts(&self) -> Result<Vec<Counts>, Trouble> {
        Ok(match &self.hardware {
            Hardware::Core(design) => vec![design.counts()?],
            Hardware::System(design) => design.counts()?,
        })
    }

    /// Plays the host and the inbox of one object allocator at once, for so many cycles; what differs. None of it on the
    /// whole system, where cores are each other's.
    ///
    /// # Errors
    /// It can't be played.
    pub fn play_inbox(&self, seed: u64, cycles: u64) -> Result<Option<String>, Trouble> {
        let Hardware::Core(design) = &self.hardware else {
            return Ok(None);
        };
        let mut core = design.model(seed as u32 | 1)?;
        let played = panics_as_errors(|| {
            let played = host_and_inbox(&self.config, &mut core, seed, cycles);
            played.map_err(|error| error.to_string())
        });
        Ok(played.err().map(|why| format!("inbox, seed {seed}: {why}")))
    }

    /// Plays a scenario from reset to its end, or to where hardware and model differ.
    ///
    /// # Errors
    /// It can't be played.
    pub fn play(&self, scenario: &Scenario) -> Result<Played, Trouble> {
        let config = &self.config;
        match (&self.hardware, scenario) {
            (Hardware::Core(design), Scenario::Core { around, events }) => {
                core_run::play(config, design, around, events)
            }
            (Hardware::System(design), Scenario::System { around, events }) => {
                system_run::play(config, design, around, events)
            }
            _ => Err(Trouble::Level {
                scenario: scenario.level(),
                hardware: self.level(),
            }),
        }
    }
}

impl Scenario {
    /// Draws surroundings and at least so many events.
    pub fn draw(
        level: Level,
        config: &Config,
        seed: u64,
        (pace, events): (Pace, usize),
    ) -> Scenario {
        let mut random = Draws::seed_from_u64(seed);
        match level {
            Level::Core => {
                let around = core_draw::around(config, pace, &mut random);
                let events = core_draw::events(config, &around, (pace, events), &mut random);
                Scenario::Core { around, events }
            }
            Level::System => {
                let around = system_draw::around(config, &mut random);
                let events = system_draw::events(config, &around, events, &mut random);
                Scenario::System { around, events }
            }
        }
    }

    /// Of which hardware.
    pub fn level(&self) -> Level {
        match self {
            Scenario::Core { .. } => Level::Core,
            Scenario::System { .. } => Level::System,
        }
    }

    /// Events in it.
    pub fn len(&self) -> usize {
        match self {
            Scenario::Core { events, .. } => events.len(),
            Scenario::System { events, .. } => events.len(),
        }
    }

    /// Whether nothing happens.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Cuts it down to few events with which `subject` still fails in the way of `failure`, in the same surroundings, as
    /// long as `go_on` says so. `None`: it doesn't fail in this way again.
    ///
    /// # Errors
    /// A run can't be played.
    pub fn shrink(
        &self,
        subject: &Subject,
        failure: &Failure,
        mut go_on: impl FnMut(Effort) -> bool,
    ) -> Result<Option<Scenario>, Trouble> {
        let first = subject.play(self)?;
        if first.failure.as_ref().map(|found| &found.symptom) != Some(&failure.symptom) {
            return Ok(None);
        }
        let mut effort = Effort {
            runs: 1,
            cycles: first.cycles,
            events: first.events,
        };
        let mut attempt = |scenario: Scenario| -> Result<Verdict, Trouble> {
            effort.events = scenario.len();
            if !go_on(effort) {
                return Ok(Verdict::Stop);
            }
            let played = subject.play(&scenario)?;
            effort.runs += 1;
            effort.cycles += played.cycles;
            Ok(match played.failure {
                Some(found) if found.symptom == failure.symptom => Verdict::Fails(played.events),
                _ => Verdict::Passes,
            })
        };
        Ok(Some(match self {
            Scenario::Core { around, events } => {
                let around = *around;
                let of = |events: &[CoreEvent]| Scenario::Core {
                    around,
                    events: events.to_vec(),
                };
                let events = &events[..first.events];
                of(&shrink(events, |events| attempt(of(events)))?)
            }
            Scenario::System { around, events } => {
                let around = *around;
                let of = |events: &[SystemEvent]| Scenario::System {
                    around,
                    events: events.to_vec(),
                };
                let events = &events[..first.events];
                of(&shrink(events, |events| attempt(of(events)))?)
            }
        }))
    }

    /// What happens, a line an event.
    pub fn words(&self) -> Vec<String> {
        match self {
            Scenario::Core { events, .. } => events.iter().map(ToString::to_string).collect(),
            Scenario::System { events, .. } => events.iter().map(ToString::to_string).collect(),
        }
    }

    /// The surroundings, in a line.
    pub fn surroundings(&self) -> String {
        match self {
            Scenario::Core { around, .. } => around.to_string(),
            Scenario::System { around, .. } => around.to_string(),
        }
    }
}

/// A scenario and the configuration of the hardware: what a replay file holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    format: u32,
    /// In which way it failed when it was written.
    pub message: String,
    /// The configuration, resolved, as a configuration file has it.
    pub configuration: String,
    /// What happens.
    pub scenario: Scenario,
}

impl Case {
    /// A case of a configuration.
    pub fn new(config: &Config, scenario: Scenario, message: String) -> Case {
        Case {
            format: FORMAT,
            message,
            configuration: config.to_toml(),
            scenario,
        }
    }

    /// Whether the file is of the version that is read here; else the version, and the one that is.
    ///
    /// # Errors
    /// Both versions.
    pub fn check_format(&self) -> Result<(), (u32, u32)> {
        match self.format {
            FORMAT => Ok(()),
            other => Err((other, FORMAT)),
        }
    }

    /// The configuration; `origin` is what messages call the file.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn config(&self, origin: &str) -> Result<Config, Trouble> {
        Ok(Config::from_toml_str(&self.configuration, origin)?)
    }
}
