//! What faults came to, as files of `testbenches/results/faults` keep it.

use super::{Fate, Tally};
use memento_hdl::measured::Measured;
use serde::{Deserialize, Serialize};
use std::fs;

/// A row: faults of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// What is faulty, and how.
    pub fault: String,
    /// `protection.ecc`; a dash where it doesn't matter.
    pub ecc: String,
    /// Memories that take part; 0 where faults aren't of memories.
    pub memories: u64,
    /// Faults.
    pub injected: u64,
    /// Of these, detected.
    pub detected: u64,
    /// Harmless.
    pub harmless: u64,
    /// Harmful.
    pub harmful: u64,
    /// Draws beside these whose run ended before the fault came; none in files of before they were told apart, in which
    /// they count as harmless.
    #[serde(default)]
    pub not_injected: Option<u64>,
}

impl Row {
    /// A row of a tally.
    pub fn new(fault: &str, ecc: &str, memories: usize, tally: &Tally) -> Row {
        Row {
            fault: fault.to_owned(),
            ecc: ecc.to_owned(),
            memories: memories as u64,
            injected: tally.injected(),
            detected: tally.of(Fate::Detected),
            harmless: tally.of(Fate::Harmless),
            harmful: tally.of(Fate::Harmful),
            not_injected: Some(tally.of(Fate::NotInjected)),
        }
    }
}

/// What one test came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Faults {
    /// The command that says the same again.
    pub command: String,
    /// On what.
    pub configuration: String,
    /// The hardware; none in files of before it was kept.
    #[serde(default)]
    pub measured: Vec<Measured>,
    /// Where its draws begin; `None`: nothing is drawn.
    pub seed: Option<u64>,
    /// Its rows.
    pub rows: Vec<Row>,
}

impl Faults {
    /// Prints the rows, and writes them to the file of this name if `FAULTS_RESULTS` is set: in `testbenches/results/faults` if
    /// it is 1, else in the folder that it names.
    ///
    /// # Panics
    /// The file can't be written.
    pub fn keep(&self, name: &str) {
        print!("{}", self.lines());
        if let Ok(folder) = std::env::var("FAULTS_RESULTS") {
            let kept = concat!(env!("CARGO_MANIFEST_DIR"), "/results/faults");
            let folder = if folder == "1" { kept } else { &folder };
            let path = format!("{folder}/{name}.json");
            let text = serde_json::to_string_pretty(self).expect("rows are text");
            fs::create_dir_all(folder).expect("a folder");
            fs::write(&path, text + "\n").unwrap_or_else(|error| panic!("{path}: {error}"));
        }
    }

    /// The rows as the tables of pages have them, a line each.
    pub fn lines(&self) -> String {
        self.rows.iter().fold(String::new(), |text, row| {
            let memories = match row.memories {
                0 => String::new(),
                memories => format!(", {memories} memories"),
            };
            format!(
                "{text}| {}{memories} | {} | {} | {} | {} | {} | {} |\n",
                row.fault,
                row.ecc,
                row.injected,
                row.detected,
                row.harmless,
                row.harmful,
                row.not_injected.unwrap_or(0)
            )
        })
    }
}
