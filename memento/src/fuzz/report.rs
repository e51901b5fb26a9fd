//! [`FuzzReport`]: what random programs came to.

use super::lanes::Lanes;
use super::run::Found;
use crate::design::SHORT_DIGEST;
use crate::failure::shell_word;
use memento_formal::text::{grouped, plural};
use memento_hdl::measured::Measured;
use memento_testbenches::fuzz::{Level, Scenario};
use serde::Serialize;
use std::fmt;
use std::path::{Path, PathBuf};

/// Events that are printed: a file has the others.
const PRINTED: usize = 60;

/// What random programs came to.
#[derive(Clone, Debug, Serialize)]
pub struct FuzzReport {
    /// Seed of everything that was drawn.
    pub seed: u64,
    /// Operations in all.
    pub operations: u64,
    /// Runs in all, each from reset.
    pub runs: u64,
    /// Differences from the model; it ends with the first.
    pub mismatches: u64,
    /// Time since the command began, in seconds.
    pub seconds: f64,
    /// By configuration and level.
    pub lanes: Vec<LaneReport>,
    /// The difference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<FuzzFailure>,
}

/// One configuration's hardware of one level.
#[derive(Clone, Debug, Serialize)]
pub struct LaneReport {
    /// Which hardware.
    pub level: Level,
    /// Where the configuration came from.
    pub configuration: String,
    /// Its digest.
    pub config_digest: String,
    /// The hardware; none of a campaign that began before it was kept.
    pub measured: Vec<Measured>,
    /// Runs.
    pub runs: u64,
    /// Operations.
    pub operations: u64,
    /// Clock cycles.
    pub cycles: u64,
    /// Time of one processor, in seconds.
    pub seconds: f64,
}

/// Hardware and model differ.
#[derive(Clone, Debug, Serialize)]
pub struct FuzzFailure {
    /// Which hardware.
    pub level: Level,
    /// What differs.
    pub message: String,
    /// Where the configuration came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub configuration: Option<String>,
    /// Seed of everything that was drawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// Events of the run that failed.
    pub events_before: usize,
    /// Runs that it took to cut it down.
    pub runs: u32,
    /// Whether the run failed again.
    pub repeats: bool,
    /// Surroundings, in words.
    pub surroundings: String,
    /// What happens, in words.
    pub events: Vec<String>,
    /// The file that has it.
    pub file: PathBuf,
    /// The command that plays it.
    pub replay: String,
}

impl FuzzReport {
    pub(super) fn new(lanes: &Lanes, seconds: f64) -> FuzzReport {
        let of: Vec<LaneReport> = lanes
            .lanes
            .iter()
            .map(|lane| LaneReport {
                level: lane.level,
                configuration: lane.origin.clone(),
                config_digest: lane.config.digest(),
                measured: lane.measured.iter().cloned().collect(),
                runs: lane.runs,
                operations: lane.operations,
                cycles: lane.cycles,
                seconds: lane.seconds,
            })
            .collect();
        FuzzReport {
            seed: lanes.seed,
            operations: lanes.operations(),
            runs: of.iter().map(|lane| lane.runs).sum(),
            mismatches: 0,
            seconds,
            lanes: of,
            failure: None,
        }
    }
}

impl FuzzFailure {
    pub(super) fn new(
        found: &Found,
        scenario: &Scenario,
        message: String,
        (runs, repeats): (u32, bool),
        file: &Path,
    ) -> FuzzFailure {
        FuzzFailure {
            configuration: Some(found.lane.origin.clone()),
            seed: Some(found.seed),
            events_before: found.scenario.len(),
            runs,
            repeats,
            ..FuzzFailure::of_replay(file, scenario, message)
        }
    }

    pub(super) fn of_replay(file: &Path, scenario: &Scenario, message: String) -> FuzzFailure {
        FuzzFailure {
            level: scenario.level(),
            message,
            configuration: None,
            seed: None,
            events_before: scenario.len(),
            runs: 1,
            repeats: true,
            surroundings: scenario.surroundings(),
            events: scenario.words(),
            replay: format!(
                "memento fuzz --replay {}",
                shell_word(&file.to_string_lossy())
            ),
            file: file.to_owned(),
        }
    }
}

impl fmt::Display for FuzzFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "mismatch on the {}: {}", self.level, self.message)?;
        if let (Some(configuration), Some(seed)) = (&self.configuration, self.seed) {
            writeln!(
                f,
                "  {configuration}, seed {seed}; {} of {}, found in {}",
                grouped(self.events.len() as u64),
                plural(self.events_before as u64, "event"),
                plural(self.runs.into(), "run")
            )?;
        }
        if !self.repeats {
            writeln!(
                f,
                "  the same run does not fail again: the hardware is not deterministic"
            )?;
        }
        writeln!(f, "  {}", self.surroundings)?;
        for (number, event) in self.events.iter().take(PRINTED).enumerate() {
            writeln!(f, "  {:>3}  {event}", number + 1)?;
        }
        if self.events.len() > PRINTED {
            let more = (self.events.len() - PRINTED) as u64;
            writeln!(f, "       {} more, in the file", grouped(more))?;
        }
        writeln!(f, "left in {}", self.file.display())?;
        writeln!(f, "replay with: {}", self.replay)
    }
}

impl fmt::Display for FuzzReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "hardware and golden model agree, seed {}\n", self.seed)?;
        writeln!(
            f,
            "{:<8}{:<44}{:>14}{:>9}{:>15}{:>16}{:>14}",
            "level", "configuration", "sha256", "runs", "operations", "cycles", "operations/s"
        )?;
        for lane in &self.lanes {
            let rate = lane.operations as f64 / lane.seconds.max(1e-9);
            writeln!(
                f,
                "{:<8}{:<44}{:>14}{:>9}{:>15}{:>16}{:>14}",
                lane.level.to_string(),
                lane.configuration,
                &lane.config_digest[..SHORT_DIGEST],
                grouped(lane.runs),
                grouped(lane.operations),
                grouped(lane.cycles),
                grouped(rate as u64)
            )?;
        }
        writeln!(
            f,
            "\n{} in {}, {} mismatches, {:.1} s",
            plural(self.operations, "operation"),
            plural(self.runs, "run"),
            self.mismatches,
            self.seconds
        )
    }
}
