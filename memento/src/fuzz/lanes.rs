//! [`Lanes`]: hardware that random programs are played on, and how far each has come; and the file that keeps it.

use crate::cli::{Fuzz, FuzzLevel};
use crate::design::Chosen;
use crate::error::Error;
use memento_config::Config;
use memento_hdl::measured::Measured;
use memento_sim::SplitMix64;
use memento_testbenches::fuzz::{Level, Pace, Played, Scenario, small_config};
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::Write;
use std::path::Path;

/// File of the state in a campaign's folder.
pub(crate) const STATE: &str = "campaign.json";
/// Version of its format.
const FORMAT: u32 = 1;

/// One configuration's hardware of one level.
#[derive(Clone, Debug)]
pub struct Lane {
    /// Which hardware.
    pub level: Level,
    /// Where the configuration came from.
    pub origin: String,
    /// The configuration.
    pub config: Config,
    /// The hardware; `None`: its campaign began before that was kept.
    pub measured: Option<Measured>,
    /// Runs that are done: the number of the next.
    pub runs: u64,
    /// Operations issued.
    pub operations: u64,
    /// Clock cycles.
    pub cycles: u64,
    /// Time that the runs took, of one processor.
    pub seconds: f64,
}

impl Lane {
    fn new(level: Level, origin: String, config: Config) -> Result<Lane, Error> {
        Ok(Lane {
            level,
            origin,
            measured: Some(Measured::now(&config)?),
            config,
            runs: 0,
            operations: 0,
            cycles: 0,
            seconds: 0.0,
        })
    }

    /// Counts a run.
    pub(crate) fn add(&mut self, played: &Played, seconds: f64) {
        self.runs += 1;
        self.operations += played.operations;
        self.cycles += played.cycles;
        self.seconds += seconds;
    }
}

/// All of them.
#[derive(Clone, Debug)]
pub(crate) struct Lanes {
    pub seed: u64,
    pub lanes: Vec<Lane>,
}

/// As a file has it.
#[derive(Serialize, Deserialize)]
struct State {
    format: u32,
    seed: u64,
    lanes: Vec<LaneState>,
}

#[derive(Serialize, Deserialize)]
struct LaneState {
    level: Level,
    origin: String,
    configuration: String,
    #[serde(default)]
    verilog_sha256: Option<String>,
    runs: u64,
    operations: u64,
    cycles: u64,
    seconds: f64,
}

fn levels(arguments: &Fuzz) -> &'static [Level] {
    match arguments.level {
        None => &[Level::Core, Level::System],
        Some(FuzzLevel::Core) => &[Level::Core],
        Some(FuzzLevel::System) => &[Level::System],
    }
}

impl Lanes {
    /// None of them has begun.
    pub fn new(arguments: &Fuzz, seed: u64) -> Result<Lanes, Error> {
        let choice = &arguments.choice;
        let mut lanes = Vec::new();
        if choice.config.is_some() || choice.preset.is_some() {
            let chosen = Chosen::load(choice)?;
            for level in levels(arguments) {
                lanes.push(Lane::new(
                    *level,
                    chosen.origin.clone(),
                    chosen.config.clone(),
                )?);
            }
        } else {
            for number in 0..u64::from(arguments.configurations) {
                for level in levels(arguments) {
                    let drawn =
                        SplitMix64::at(seed, number << 1 | (*level == Level::System) as u64);
                    let origin = format!("random configuration {drawn:#018x}");
                    lanes.push(Lane::new(*level, origin, small_config(*level, drawn))?);
                }
            }
        }
        Ok(Lanes { seed, lanes })
    }

    /// For the scenario of a file.
    pub fn of_case(level: Level, config: Config) -> Result<Lanes, Error> {
        Ok(Lanes {
            seed: 0,
            lanes: vec![Lane::new(level, "the file's own".to_owned(), config)?],
        })
    }

    /// Goes on from the state in a folder, on the hardware on which it began.
    pub fn load(folder: &Path, arguments: &Fuzz) -> Result<Lanes, Error> {
        let path = folder.join(STATE);
        let unreadable = |problem: String| Error::Unreadable {
            path: path.clone(),
            problem,
        };
        let text = fs::read_to_string(&path).map_err(Error::file("read", &path))?;
        let state: State = serde_json::from_str(&text)
            .map_err(|error| unreadable(format!("not the state of a campaign: {error}")))?;
        if state.format != FORMAT {
            let found = state.format;
            return Err(unreadable(format!(
                "its format is {found}, and {FORMAT} is read here"
            )));
        }
        if let Some(seed) = arguments.seed.filter(|seed| *seed != state.seed) {
            let problem = format!(
                "the campaign has seed {}, and --seed {seed} is stated; leave it out, or state another folder",
                state.seed
            );
            return Err(unreadable(problem));
        }
        let origin = path.display().to_string();
        let lanes = state.lanes.into_iter().map(|lane| {
            let config = Config::from_toml_str(&lane.configuration, &origin)?;
            let now = Measured::now(&config)?;
            if let Some(sha256) = &lane.verilog_sha256
                && *sha256 != now.verilog_sha256
            {
                let problem = format!(
                    "the Verilog of its {} has changed since it began: runs of both can't be added up; state another folder",
                    lane.origin
                );
                return Err(unreadable(problem));
            }
            Ok(Lane {
                config,
                measured: lane.verilog_sha256.is_some().then_some(now),
                level: lane.level,
                origin: lane.origin,
                runs: lane.runs,
                operations: lane.operations,
                cycles: lane.cycles,
                seconds: lane.seconds,
            })
        });
        Ok(Lanes {
            seed: state.seed,
            lanes: lanes.collect::<Result<_, Error>>()?,
        })
    }

    /// Keeps the state in a folder; the file is the old one or the new one at any moment.
    pub fn save(&self, folder: &Path) -> Result<(), Error> {
        let state = State {
            format: FORMAT,
            seed: self.seed,
            lanes: self
                .lanes
                .iter()
                .map(|lane| LaneState {
                    level: lane.level,
                    origin: lane.origin.clone(),
                    configuration: lane.config.to_toml(),
                    verilog_sha256: lane.measured.as_ref().map(|of| of.verilog_sha256.clone()),
                    runs: lane.runs,
                    operations: lane.operations,
                    cycles: lane.cycles,
                    seconds: lane.seconds,
                })
                .collect(),
        };
        write_whole(&folder.join(STATE), &state)
    }

    /// The scenario of a lane's next run.
    pub fn next(&self, lane: usize) -> Scenario {
        let of = &self.lanes[lane];
        let seed = SplitMix64::at(SplitMix64::at(self.seed, 1 << 32 | lane as u64), of.runs);
        // Short ones fail with little, long ones come far.
        let length = match (of.level, seed % 8) {
            (Level::Core, 0) => (Pace::Thorough, 500),
            (Level::Core, 1) => (Pace::Thorough, 5_000),
            (Level::Core, 2) => (Pace::Thorough, 20_000),
            (Level::Core, _) => (Pace::Brisk, 500_000),
            (Level::System, 0..2) => (Pace::Thorough, 150),
            (Level::System, 2..4) => (Pace::Thorough, 600),
            (Level::System, _) => (Pace::Thorough, 2_500),
        };
        Scenario::draw(of.level, &of.config, seed, length)
    }

    /// Operations of all.
    pub fn operations(&self) -> u64 {
        self.lanes.iter().map(|lane| lane.operations).sum()
    }
}

/// Writes a value as JSON to a file that is there whole or not at all.
pub(crate) fn write_whole(path: &Path, value: &impl Serialize) -> Result<(), Error> {
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let write = || -> std::io::Result<()> {
        fs::create_dir_all(folder)?;
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        serde_json::to_writer_pretty(&mut file, value)?;
        file.write_all(b"\n")?;
        file.persist(path)?;
        Ok(())
    };
    write().map_err(Error::file("write", path))
}
