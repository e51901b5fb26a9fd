//! What came of all proofs, and how a person reads it.

use crate::check::Proof;
use crate::mutations::Found;
use crate::text::plural;
use memento_hdl::measured::Measured;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What came of all proofs.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Results {
    /// Where the configuration came from.
    pub configuration: String,
    /// Digest of the configuration.
    pub configuration_sha256: String,
    /// The hardware; none in files of before it was kept.
    #[serde(default)]
    pub measured: Vec<Measured>,
    /// The proofs.
    pub proofs: Vec<Proof>,
    /// Faults, if they were asked for.
    pub mutations: Vec<Found>,
    /// Time taken.
    pub seconds: f64,
}

impl Results {
    /// Whether every property holds and every fault was found.
    pub fn good(&self) -> bool {
        self.proofs.iter().all(Proof::holds)
            && self.mutations.iter().all(|found| !found.by.is_empty())
    }
}

impl fmt::Display for Results {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for proof in &self.proofs {
            let length = match proof.unbounded {
                true => format!(
                    "unbounded, induction over {}",
                    plural(proof.depth.into(), "cycle")
                ),
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
                writeln!(f, "{verdict} {name}: {}", outcome.sentence)?;
            }
            for name in &proof.failed_invariants {
                writeln!(f, "  FAILS {name}")?;
            }
            if let Some(waveform) = &proof.waveform {
                writeln!(f, "  counterexample: {}", waveform.display())?;
                for operation in &proof.operations {
                    writeln!(f, "    {operation}")?;
                }
                if let Some(file) = &proof.counterexample {
                    writeln!(
                        f,
                        "  replay with: memento simulate --replay {}",
                        file.display()
                    )?;
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
            writeln!(
                f,
                "{good} of {all} hold, {:.1} s, {}",
                self.seconds, self.configuration
            )?;
        }
        Ok(())
    }
}
