//! `memento fuzz --mutants`: how many faults, made by rule, are seen.

mod page;
mod proof;

pub use page::page;

use super::lanes::write_whole;
use super::run::interrupted_or;
use super::{COMPILED, seed};
use crate::cli::Fuzz;
use crate::design::{Chosen, SHORT_DIGEST};
use crate::error::Error;
use crate::progress::Spinner;
use memento_config::Config;
use memento_formal::text::{grouped, plural};
use memento_hdl::measured::Measured;
use memento_hdl::verilog::Design;
use memento_testbenches::fuzz::mutants::{Mutant, Operator, mutants, unobservable};
use memento_testbenches::fuzz::{Level, Pace, Scenario, Subject, Trouble, two_cores};
use memento_testbenches::system::error::SystemError;
use memento_testbenches::system::hardware::SystemDesign;
use memento_testbenches::system::unreliable;
use memento_testbenches::tops::Tops;
use memento_testbenches::{BenchError, CompileOptions, VerilatedDesign, bypass, directed};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;
use verilator_bindings::Library;

/// Frames in play on the bypass alone for each entry, which has masks for eight.
const FRAMES_AN_ENTRY: u64 = 12;

/// Rounds of its programs, with seeds of their own.
const BYPASS_ROUNDS: u64 = 4;

/// Compiled in seconds: a mutant is played for a few seconds only.
const QUICK: CompileOptions = CompileOptions {
    quick: true,
    ..COMPILED
};

/// Runs of each level, with how many events: what a mutant has to survive.
const CORE_RUNS: &[(u64, Pace, usize)] = &[
    (6, Pace::Thorough, 400),
    (60, Pace::Thorough, 2_000),
    (2, Pace::Brisk, 20_000),
];
const SYSTEM_RUNS: &[(u64, Pace, usize)] = &[(4, Pace::Thorough, 200), (30, Pace::Thorough, 1_000)];

/// Runs with a memory that fails at random, and cycles of each.
const UNRELIABLE_RUNS: u64 = 6;
const UNRELIABLE_CYCLES: u64 = 30_000;

/// What became of the mutants.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MutantReport {
    /// Where the configuration came from.
    pub configuration: String,
    /// Its digest.
    pub config_digest: String,
    /// The hardware; none in files of before it was kept.
    #[serde(default)]
    pub measured: Vec<Measured>,
    /// Seed of the order of the mutants, and of what they are played.
    pub seed: u64,
    /// Faults that the rules make of the design.
    pub possible: usize,
    /// Of those tried, the ones that Verilator refuses: no mutants.
    pub refused: usize,
    /// Mutants tried.
    pub tried: usize,
    /// Of them, those that were seen.
    pub killed: usize,
    /// Time, in seconds.
    pub seconds: f64,
    /// One by one.
    pub mutants: Vec<Tried>,
}

/// A mutant that was tried.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Tried {
    /// The fault.
    #[serde(flatten)]
    pub mutant: Mutant,
    /// Who saw it; nobody: it survived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub killed_by: Option<Killer>,
    /// Proofs of its module that couldn't be tried on it, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub untried: Vec<String>,
    /// Why nothing can see it, as `testbenches/mutants/unobservable.toml` argues.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unobservable: Option<String>,
}

impl Tried {
    /// Nobody saw it, though it could be seen.
    fn survived(&self) -> bool {
        self.killed_by.is_none() && self.unobservable.is_none()
    }

    /// It was seen, though it is argued that nothing can.
    fn contradicts(&self) -> bool {
        self.killed_by.is_some() && self.unobservable.is_some()
    }
}

impl MutantReport {
    /// Mutants that nothing can see.
    pub fn unobservable(&self) -> usize {
        let none = |tried: &&Tried| tried.unobservable.is_some() && tried.killed_by.is_none();
        self.mutants.iter().filter(none).count()
    }

    /// Mutants that nobody saw and on which some proof of the module couldn't be tried.
    pub fn untried(&self) -> usize {
        let some = |tried: &&Tried| tried.killed_by.is_none() && !tried.untried.is_empty();
        self.mutants.iter().filter(some).count()
    }

    /// Percent of the mutants that can be seen that were.
    pub fn score(&self) -> f64 {
        let seen = (self.tried - self.unobservable()).max(1);
        100.0 * self.killed as f64 / seen as f64
    }

    /// No argument that a mutant can't be seen is contradicted.
    pub fn good(&self) -> bool {
        !self.mutants.iter().any(Tried::contradicts)
    }
}

/// What a mutant is played on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bench {
    /// Random programs on one object allocator.
    Core,
    /// Random caches and memory on the bypass alone.
    Bypass,
    /// Random programs and operating systems on the whole system.
    System,
    /// Proofs about its module.
    Proof,
}

/// A run of a bench.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Run {
    /// A directed program, by its name.
    Directed(String),
    /// One with a memory that fails at random, by its number.
    Unreliable(u64),
    /// A random one, by its number.
    Random(u64),
    /// A proof, by its name.
    Proof(String),
}

/// The run that saw a mutant.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Killer {
    /// On which bench.
    pub by: Bench,
    /// Which run of the bench.
    pub run: Run,
    /// By what.
    pub message: String,
}

/// Tries mutants, in an order drawn from the seed.
///
/// # Errors
/// A bad configuration, a missing or failing Verilator, sound hardware that fails, [`Error::Interrupted`].
pub fn try_mutants(arguments: &Fuzz, stop: &AtomicBool) -> Result<MutantReport, Error> {
    let started = Instant::now();
    let (seed, count) = (seed(arguments), arguments.mutants.unwrap_or(0) as usize);
    let choice = &arguments.choice;
    let (config, origin) = match (&choice.config, &choice.preset) {
        (None, None) => (two_cores(), "preset tiny with two cores".to_owned()),
        _ => {
            let chosen = Chosen::load(choice)?;
            (chosen.config, chosen.origin)
        }
    };
    let tops = Tops::emit(&config)?;
    let spinner = Spinner::new("playing on the sound hardware");
    for part in [Part::Core, Part::Bypass, Part::System] {
        if part == Part::Bypass && tops.bypass().is_none() {
            continue;
        }
        let sound = compile(&config, &tops, part);
        let sound = sound.map_err(|error| interrupted_or(error.into(), stop))?;
        if let Some(killer) = play(&sound, seed, stop)? {
            let message = format!("the sound hardware fails: {}", killer.message);
            return Err(Error::Failed(message));
        }
    }
    let unobservable = unobservable().map_err(Error::Usage)?;
    let all = mutants(&tops.design, seed);
    let next = AtomicUsize::new(0);
    let done = Mutex::new((Vec::new(), 0usize, None::<Error>));
    let work = || {
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let begun = done
                .lock()
                .is_ok_and(|done| done.0.len() < count && done.2.is_none());
            let Some(mutant) = all
                .get(at)
                .filter(|_| begun && !stop.load(Ordering::Relaxed))
            else {
                return;
            };
            let verdict = judge(&config, &tops, mutant, seed, stop);
            let Ok(mut done) = done.lock() else {
                return;
            };
            match verdict {
                // Whatever Ctrl-C ended says nothing.
                _ if stop.load(Ordering::Relaxed) => return,
                Ok(None) => done.1 += 1,
                Ok(Some(Judged { killed_by, untried })) => {
                    let why = unobservable.iter().find(|known| known.is(mutant));
                    let tried = Tried {
                        mutant: mutant.clone(),
                        killed_by,
                        untried,
                        unobservable: why.map(|known| known.reason.clone()),
                    };
                    done.0.push((at, tried));
                }
                Err(error) => {
                    done.2.get_or_insert(error);
                }
            }
            let killed = done.0.iter().filter(|tried| tried.1.killed_by.is_some());
            spinner.say(format!(
                "{} of {} killed",
                killed.count(),
                plural(done.0.len() as u64, "mutant")
            ));
        }
    };
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(arguments.threads.unwrap_or(0) as usize)
        .build()
        .map_err(|error| Error::Usage(format!("cannot start threads: {error}")))?;
    pool.broadcast(|_| work());
    drop(spinner);
    let done = done
        .into_inner()
        .unwrap_or_else(|poisoned| poisoned.into_inner());
    let (mut tried, refused, error) = done;
    if let Some(error) = error {
        return Err(error);
    }
    tried.sort_by_key(|(at, _)| *at);
    let mutants: Vec<Tried> = tried
        .into_iter()
        .map(|(_, tried)| tried)
        .take(count)
        .collect();
    let report = MutantReport {
        configuration: origin,
        config_digest: config.digest(),
        measured: vec![Measured::now(&config)?],
        seed,
        possible: all.len(),
        refused,
        tried: mutants.len(),
        killed: mutants
            .iter()
            .filter(|tried| tried.killed_by.is_some())
            .count(),
        seconds: started.elapsed().as_secs_f64(),
        mutants,
    };
    if stop.load(Ordering::Relaxed) {
        write_whole(&arguments.out, &report)?;
        return Err(Error::Interrupted {
            done: format!(
                "{} of {} killed; `{}` has them",
                report.killed,
                plural(report.tried as u64, "mutant"),
                arguments.out.display()
            ),
        });
    }
    Ok(report)
}

/// Which hardware is played on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// One object allocator.
    Core,
    /// The bypass alone.
    Bypass,
    /// All of it.
    System,
}

/// Hardware to play on.
enum Hardware {
    /// Of random programs, and for the whole system of directed ones.
    Played(Subject, Option<Box<SystemDesign>>),
    /// The bypass alone, between random caches and memory.
    Bypass {
        library: Arc<Library>,
        /// Bytes of a beat.
        bus: u64,
        /// Frames in play.
        frames: u64,
    },
}

fn compile(config: &Config, tops: &Tops, part: Part) -> Result<Hardware, Trouble> {
    Ok(match part {
        Part::Core => {
            let design = VerilatedDesign::of_design(config, &tops.core(), QUICK)?;
            Hardware::Played(Subject::of_core(config, design), None)
        }
        Part::System => {
            let bypass = tops.bypass();
            let design = SystemDesign::new(config, &tops.system(), bypass.as_ref(), QUICK)?;
            Hardware::Played(
                Subject::of_system(config, design.clone()),
                Some(Box::new(design)),
            )
        }
        Part::Bypass => {
            let design = tops.bypass().unwrap_or(Design {
                modules: Vec::new(),
            });
            let library = bypass::compile(&design, QUICK).map_err(SystemError::from)?;
            Hardware::Bypass {
                library,
                bus: u64::from(config.data_bits()) / 8,
                frames: u64::from(config.bypass_entries()) * FRAMES_AN_ENTRY,
            }
        }
    })
}

/// In which hardware a module's faults can show, the fastest first.
fn parts(tops: &Tops, module: &str) -> Vec<Part> {
    let has = |design: &Design| design.modules.iter().any(|part| part.name == module);
    let mut parts = Vec::new();
    if has(&tops.core()) {
        parts.push(Part::Core);
    }
    if tops.bypass().as_ref().is_some_and(has) {
        parts.push(Part::Bypass);
    }
    parts.push(Part::System);
    parts
}

/// Who sees a mutant.
#[derive(Default)]
struct Judged {
    killed_by: Option<Killer>,
    /// Proofs that couldn't be tried, and why.
    untried: Vec<String>,
}

/// Who sees a mutant; `None`: it is none, since Verilator refuses it.
fn judge(
    config: &Config,
    tops: &Tops,
    mutant: &Mutant,
    seed: u64,
    stop: &AtomicBool,
) -> Result<Option<Judged>, Error> {
    let changed = tops.with(mutant.apply(&tops.design));
    for part in parts(tops, &mutant.module) {
        let hardware = match compile(config, &changed, part) {
            Ok(hardware) => hardware,
            Err(error) if is_refusal(&error) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        if let Some(killer) = play(&hardware, seed, stop)? {
            return Ok(Some(Judged {
                killed_by: Some(killer),
                ..Judged::default()
            }));
        }
    }
    let proven = proof::verdict(&tops.design, &changed.design, &mutant.module, stop)?;
    Ok(Some(Judged {
        killed_by: proven.disproved.map(|(name, message)| Killer {
            by: Bench::Proof,
            run: Run::Proof(name),
            message,
        }),
        untried: proven.untried,
    }))
}

/// Whether Verilator or the C++ compiler refused the text.
fn is_refusal(trouble: &Trouble) -> bool {
    use verilator_bindings::Error as Refused;
    let error = match trouble {
        Trouble::Bench(BenchError::Verilator(error))
        | Trouble::System(SystemError::Verilator(error)) => error,
        _ => return false,
    };
    matches!(error, Refused::Verilator { .. } | Refused::Compiler { .. })
}

/// Plays until a run fails.
fn play(hardware: &Hardware, seed: u64, stop: &AtomicBool) -> Result<Option<Killer>, Error> {
    let (subject, directed) = match hardware {
        Hardware::Played(subject, directed) => (subject, directed),
        Hardware::Bypass {
            library,
            bus,
            frames,
        } => {
            // A bench that is shown what can't be panics.
            let played = (0..BYPASS_ROUNDS).find_map(|round| {
                let played = bypass::guarded_suite(library, *bus, *frames, round);
                played.err().map(|message| (round, message))
            });
            return Ok(played.map(|(round, message)| Killer {
                by: Bench::Bypass,
                run: Run::Random(round),
                message,
            }));
        }
    };
    let (by, runs) = match subject.level() {
        Level::Core => (Bench::Core, CORE_RUNS),
        Level::System => (Bench::System, SYSTEM_RUNS),
    };
    let config = &subject.config;
    if let Some(design) = directed
        && let Some((run, message)) = play_directed(config, design, seed)
    {
        return Ok(Some(Killer { by, run, message }));
    }
    let each = runs
        .iter()
        .flat_map(|(count, pace, events)| (0..*count).map(move |_| (*pace, *events)));
    for (run, length) in (0u64..).zip(each) {
        if stop.load(Ordering::Relaxed) {
            return Ok(None);
        }
        let seed = seed.wrapping_add(run);
        let scenario = Scenario::draw(subject.level(), &subject.config, seed, length);
        if let Some(failure) = subject.play(&scenario)?.failure {
            return Ok(Some(Killer {
                by,
                run: Run::Random(run),
                message: failure.message,
            }));
        }
    }
    Ok(None)
}

/// Plays what isn't drawn event by event; what went wrong, and in which run.
fn play_directed(config: &Config, design: &SystemDesign, seed: u64) -> Option<(Run, String)> {
    let directed = directed::PROGRAMS.iter().find_map(|program| {
        let played = directed::play(program, config, design);
        played
            .err()
            .map(|why| (Run::Directed(program.0.to_owned()), why))
    });
    directed.or_else(|| {
        (0..UNRELIABLE_RUNS).find_map(|number| {
            let seed = seed.wrapping_add(number);
            let played = unreliable::guarded(config, design, seed, UNRELIABLE_CYCLES);
            played.err().map(|why| (Run::Unreliable(number), why))
        })
    })
}

impl fmt::Display for MutantReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} of {} killed, {} of the others can't be seen: {:.1} %; on {} (sha256 {}), seed {}\n",
            self.killed,
            plural(self.tried as u64, "mutant"),
            self.unobservable(),
            self.score(),
            self.configuration,
            &self.config_digest[..SHORT_DIGEST],
            self.seed
        )?;
        writeln!(f, "{:<22}{:>8}{:>8}", "fault", "tried", "killed")?;
        for operator in Operator::ALL {
            let its = |tried: &&Tried| tried.mutant.operator == operator;
            let killed = |tried: &&Tried| tried.killed_by.is_some();
            let all = self.mutants.iter().filter(its);
            writeln!(
                f,
                "{:<22}{:>8}{:>8}",
                operator.name(),
                all.clone().count(),
                all.filter(killed).count()
            )?;
        }
        let of_note = self
            .mutants
            .iter()
            .filter(|tried| tried.killed_by.is_none() || tried.contradicts());
        for tried in of_note {
            let mutant = &tried.mutant;
            writeln!(
                f,
                "\n{}: {}, line {}, {}\n  - {}\n  + {}",
                match tried.survived() {
                    true => "survived",
                    false if tried.contradicts() => "killed, though it was said not to show",
                    false => "can't be seen",
                },
                mutant.module,
                mutant.line,
                mutant.operator.name(),
                mutant.from.trim(),
                mutant.to.trim()
            )?;
            for why in &tried.untried {
                writeln!(f, "  a proof couldn't be tried: {why}")?;
            }
            if let Some(reason) = &tried.unobservable {
                writeln!(f, "  {reason}")?;
            }
        }
        writeln!(
            f,
            "\n{} faults are possible; {} of those tried were refused by Verilator; of {} that nobody saw, a proof couldn't be tried; {:.0} s",
            grouped(self.possible as u64),
            self.refused,
            self.untried(),
            self.seconds
        )
    }
}
