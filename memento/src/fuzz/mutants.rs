//! `memento fuzz --mutants`: how many faults, made by rule, random programs see.

use super::lanes::write_whole;
use super::run::interrupted_or;
use super::{COMPILED, seed};
use crate::cli::{Dialect, Fuzz};
use crate::design::{Chosen, SHORT_DIGEST, emit_tops};
use crate::error::Error;
use crate::progress::Spinner;
use crate::text::{grouped, plural};
use memento_config::Config;
use memento_hdl::verilog::Design;
use memento_testbenches::fuzz::mutants::{Mutant, Operator, mutants};
use memento_testbenches::fuzz::{Level, Pace, Scenario, Subject, Trouble, two_cores};
use memento_testbenches::system::hardware::SystemDesign;
use memento_testbenches::{BenchError, CompileOptions, VerilatedDesign};
use serde::Serialize;
use std::collections::HashSet;
use std::fmt;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Instant;

/// Compiled in seconds: a mutant is played for a few seconds only.
const QUICK: CompileOptions = CompileOptions {
    quick: true,
    ..COMPILED
};

/// Runs of each level, with how many events: what a mutant has to survive.
const CORE_RUNS: &[(u64, Pace, usize)] = &[
    (6, Pace::Thorough, 400),
    (20, Pace::Thorough, 2_000),
    (2, Pace::Brisk, 20_000),
];
const SYSTEM_RUNS: &[(u64, Pace, usize)] = &[(4, Pace::Thorough, 200), (8, Pace::Thorough, 1_000)];

/// What became of the mutants.
#[derive(Clone, Debug, Serialize)]
pub struct MutantReport {
    /// Where the configuration came from.
    pub configuration: String,
    /// Its digest.
    pub config_digest: String,
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
#[derive(Clone, Debug, Serialize)]
pub struct Tried {
    /// The fault.
    #[serde(flatten)]
    pub mutant: Mutant,
    /// Who saw it; nobody: it survived.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub killed_by: Option<Killer>,
}

/// The run that saw a mutant.
#[derive(Clone, Debug, Serialize)]
pub struct Killer {
    /// On which hardware.
    pub level: Level,
    /// Which run of the level, from 0.
    pub run: u64,
    /// By what.
    pub message: String,
}

/// A design in parts, each with what is below its top.
struct Parts<'a> {
    config: &'a Config,
    core: Design,
    system: Design,
    bypass: Option<Design>,
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
    let (design, tops) = emit_tops(&config, Dialect::SystemVerilog, String::new())?;
    let parts = |design: &Design| Parts {
        config: &config,
        core: part(design, "memento_core"),
        system: part(design, "memento_system"),
        bypass: tops
            .contains(&"memento_bypass")
            .then(|| part(design, "memento_bypass")),
    };
    let spinner = Spinner::new("playing on the sound hardware");
    for level in [Level::Core, Level::System] {
        let sound = compile(&parts(&design), level);
        let sound = sound.map_err(|error| interrupted_or(error.into(), stop))?;
        if let Some(killer) = play(&sound, seed, stop)? {
            let message = format!("the sound hardware fails: {}", killer.message);
            return Err(Error::Usage(message));
        }
    }
    let all = mutants(&design, seed);
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
            let verdict = judge(&parts(&mutant.apply(&design)), mutant, seed, stop);
            let Ok(mut done) = done.lock() else {
                return;
            };
            match verdict {
                // Whatever Ctrl-C ended says nothing.
                _ if stop.load(Ordering::Relaxed) => return,
                Ok(None) => done.1 += 1,
                Ok(Some(killed_by)) => {
                    let mutant = mutant.clone();
                    done.0.push((at, Tried { mutant, killed_by }));
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

/// The modules of a design that are below a top, and the top.
fn part(design: &Design, top: &str) -> Design {
    let mut needed = HashSet::from([top.to_owned()]);
    // Children stand before parents.
    for module in design.modules.iter().rev() {
        if needed.contains(&module.name) {
            let children = module.instances.iter();
            needed.extend(children.map(|instance| instance.module.clone()));
        }
    }
    let modules = design.modules.iter();
    Design {
        modules: modules
            .filter(|module| needed.contains(&module.name))
            .cloned()
            .collect(),
    }
}

fn compile(parts: &Parts<'_>, level: Level) -> Result<Subject, Trouble> {
    let config = parts.config;
    Ok(match level {
        Level::Core => {
            let design = VerilatedDesign::of_design(config, &parts.core, QUICK)?;
            Subject::of_core(config, design)
        }
        Level::System => {
            let bypass = parts.bypass.as_ref();
            Subject::of_system(
                config,
                SystemDesign::new(config, &parts.system, bypass, QUICK)?,
            )
        }
    })
}

/// Who sees a mutant; `None`: it is none, since Verilator refuses it.
fn judge(
    parts: &Parts<'_>,
    mutant: &Mutant,
    seed: u64,
    stop: &AtomicBool,
) -> Result<Option<Option<Killer>>, Error> {
    let in_core = parts
        .core
        .modules
        .iter()
        .any(|module| module.name == mutant.module);
    let levels: &[Level] = match in_core {
        true => &[Level::Core, Level::System],
        false => &[Level::System],
    };
    for level in levels {
        let subject = match compile(parts, *level) {
            Ok(subject) => subject,
            Err(error) if is_refusal(&error) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        if let Some(killer) = play(&subject, seed, stop)? {
            return Ok(Some(Some(killer)));
        }
    }
    Ok(Some(None))
}

/// Whether Verilator or the C++ compiler refused the text.
fn is_refusal(trouble: &Trouble) -> bool {
    use memento_testbenches::system::error::SystemError;
    use verilator_bindings::Error as Refused;
    let error = match trouble {
        Trouble::Bench(BenchError::Verilator(error))
        | Trouble::System(SystemError::Verilator(error)) => error,
        _ => return false,
    };
    matches!(error, Refused::Verilator { .. } | Refused::Compiler { .. })
}

/// Plays until a run fails.
fn play(subject: &Subject, seed: u64, stop: &AtomicBool) -> Result<Option<Killer>, Error> {
    let runs = match subject.level() {
        Level::Core => CORE_RUNS,
        Level::System => SYSTEM_RUNS,
    };
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
                level: subject.level(),
                run,
                message: failure.message,
            }));
        }
    }
    Ok(None)
}

impl fmt::Display for MutantReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} of {} killed, on {} (sha256 {}), seed {}\n",
            self.killed,
            plural(self.tried as u64, "mutant"),
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
        let survivors = self
            .mutants
            .iter()
            .filter(|tried| tried.killed_by.is_none());
        for Tried { mutant, .. } in survivors {
            writeln!(
                f,
                "\nsurvived: {}, line {}, {}\n  - {}\n  + {}",
                mutant.module,
                mutant.line,
                mutant.operator.name(),
                mutant.from.trim(),
                mutant.to.trim()
            )?;
        }
        writeln!(
            f,
            "\n{} faults are possible; {} of those tried were refused by Verilator; {:.0} s",
            grouped(self.possible as u64),
            self.refused,
            self.seconds
        )
    }
}
