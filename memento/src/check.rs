//! `memento check`: proofs about a configuration's hardware.

use crate::cli::{Check, Dialect};
use crate::design::{Chosen, emit_tops};
use crate::error::Error;
use crate::progress::Spinner;
use crate::text::plural;
use memento_formal::mutations::{Found, mutate};
use memento_formal::{Proof, Request};
use serde::Serialize;
use std::fmt;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

/// What came of all proofs.
#[derive(Debug, Serialize)]
pub struct Checked {
    /// Where the configuration came from.
    pub configuration: String,
    /// Digest of the configuration.
    pub configuration_sha256: String,
    /// The proofs.
    pub proofs: Vec<Proof>,
    /// Faults, if they were asked for.
    pub mutations: Vec<Found>,
    /// Time taken.
    pub seconds: f64,
}

impl Checked {
    /// Whether every property holds and every fault was found.
    pub fn good(&self) -> bool {
        self.proofs.iter().all(Proof::holds)
            && self.mutations.iter().all(|found| !found.by.is_empty())
    }
}

/// Tries the proofs of a configuration.
///
/// # Errors
/// A bad configuration, missing tools, properties that don't fit the modules.
pub fn check(arguments: &Check, stop: &AtomicBool) -> Result<Checked, Error> {
    let started = Instant::now();
    let chosen = Chosen::load(&arguments.choice)?;
    let (design, _) = emit_tops(&chosen.config, Dialect::SystemVerilog, String::new())?;
    let request = Request {
        full: arguments.full,
        property: arguments.property.clone(),
        depth: arguments.depth,
        artifacts: arguments.artifacts.clone(),
    };
    let spinner = Mutex::new(Spinner::new("proving"));
    let say = |text: String| {
        if let Ok(spinner) = spinner.lock() {
            spinner.say(text);
        }
    };
    let (proofs, mutations) = if arguments.mutations {
        let found = mutate(&design, &|found| say(format!("tried: {}", found.what)))?;
        (Vec::new(), found)
    } else {
        let proofs = memento_formal::check(&design, &request, stop, &|proof| {
            say(format!("{}: {:.1} s", proof.name, proof.seconds));
        })?;
        (proofs, Vec::new())
    };
    drop(spinner);
    if stop.load(Ordering::Relaxed) {
        return Err(Error::Interrupted {
            done: format!("{} tried", plural(proofs.len() as u64, "proof")),
        });
    }
    Ok(Checked {
        configuration: chosen.origin.clone(),
        configuration_sha256: chosen.config.digest(),
        proofs,
        mutations,
        seconds: started.elapsed().as_secs_f64(),
    })
}

impl fmt::Display for Checked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for proof in &self.proofs {
            let length = match proof.unbounded {
                true => format!("unbounded, induction over {}", plural(proof.depth.into(), "cycle")),
                false => format!("{} from reset", plural(proof.depth.into(), "cycle")),
            };
            writeln!(
                f,
                "{} of {}: {length}, {:.1} s, {}",
                proof.name,
                proof.module,
                proof.seconds,
                plural(proof.invariants as u64, "invariant")
            )?;
            for outcome in proof.properties.iter().chain(&proof.covers) {
                let verdict = match outcome.holds {
                    true => "  ok   ",
                    false => "  FAILS",
                };
                let name = match outcome.instance.as_str() {
                    "props" => outcome.property.clone(),
                    instance => format!("{instance}.{}", outcome.property),
                };
                write!(f, "{verdict} {name}: {}", outcome.sentence)?;
                match outcome.seconds {
                    Some(seconds) => writeln!(f, " ({seconds:.1} s)")?,
                    None => writeln!(f)?,
                }
            }
            for name in &proof.failed_invariants {
                writeln!(f, "  FAILS {name}")?;
            }
            if let Some(waveform) = &proof.waveform {
                writeln!(f, "  counterexample: {}", waveform.display())?;
                for operation in &proof.operations {
                    writeln!(f, "    {operation}")?;
                }
            }
        }
        for found in &self.mutations {
            match found.by.first() {
                Some(_) => writeln!(f, "  found  {}: {}", found.what, found.by.join(", "))?,
                None => writeln!(f, "  MISSED {}", found.what)?,
            }
        }
        let (all, good) = (
            self.proofs.len(),
            self.proofs.iter().filter(|proof| proof.holds()).count(),
        );
        if !self.mutations.is_empty() {
            let found = self.mutations.iter().filter(|found| !found.by.is_empty());
            let all = plural(self.mutations.len() as u64, "fault");
            writeln!(f, "{} of {all} found, {:.1} s", found.count(), self.seconds)?;
        } else {
            let all = plural(all as u64, "proof");
            writeln!(f, "{good} of {all} hold, {:.1} s, {}", self.seconds, self.configuration)?;
        }
        Ok(())
    }
}
