//! When hardware and golden model differ: what a person needs to find out why.

use crate::cli::{Latency, Simulate};
use crate::error::Error;
use crate::folder::Staging;
use crate::progress::Spinner;
use crate::simulate::compile;
use memento_config::Config;
use memento_formal::text::{grouped, plural};
use memento_hdl::verilog::Design;
use memento_sim::Status;
use memento_sim::trace::{Event, Recording};
use memento_testbenches::reproduce::{
    Effort, Reduced, Subject, Symptom, first_operations, record_last_cycles, reduce,
};
use memento_testbenches::trace_run::Setting;
use memento_testbenches::{BenchError, Issue, Latencies, VerilatedDesign};
use serde::Serialize;
use std::fmt::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

const WAVEFORM: &str = "last-cycles.vcd";
const TRACE: &str = "reduced.heaptrack";
const CONFIGURATION: &str = "configuration.toml";

/// Clock cycles that the waveform shows before the failing one.
const WAVEFORM_CYCLES: u64 = 1000;

/// Clock cycles to spend on cutting a recording down: some twenty seconds.
const REDUCE_CYCLES: u64 = 60_000_000;

/// A difference between hardware and model.
#[derive(Clone, Debug, Serialize)]
pub struct Failure {
    /// What differs, in one line.
    pub message: String,
    /// Number of the operation among those sent, from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation: Option<u64>,
    /// What was asked: `alloc(24)`, bytes; `free(0x1000000018)`, an address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<String>,
    /// What the model answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// What the hardware answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub got: Option<String>,
    /// Clock cycle since reset in which it shows.
    pub cycle: u64,
    /// What was left to look at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub artifacts: Option<Artifacts>,
    /// Why nothing, or not all, was left to look at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub artifacts_missing: Option<String>,
}

/// What a failed run leaves in a folder.
#[derive(Clone, Debug, Serialize)]
pub struct Artifacts {
    /// The folder.
    pub folder: PathBuf,
    /// Waveform of the last cycles of the run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waveform: Option<PathBuf>,
    /// Recording that fails in the same way.
    pub trace: PathBuf,
    /// Objects in it.
    pub objects: usize,
    /// Objects in the run that failed.
    pub objects_before: usize,
    /// Runs that it took to find it.
    pub runs: u32,
    /// The configuration, resolved.
    pub configuration: PathBuf,
    /// Command that fails in the same way.
    pub replay: String,
}

/// A run that failed, to be repeated.
pub(crate) struct Investigation<'a> {
    pub arguments: &'a Simulate,
    pub trace: &'a Path,
    pub config: &'a Config,
    pub design: &'a Design,
    pub compiled: &'a VerilatedDesign,
    pub setting: Setting,
    pub symptom: Symptom,
    /// Operations taken from the recording until it failed.
    pub taken: u64,
    /// Cycle in which it showed.
    pub cycle: u64,
}

impl Failure {
    /// Says what differs, and leaves in the folder of artifacts what helps to find out why.
    pub(crate) fn new(
        error: &BenchError,
        investigation: &Investigation<'_>,
        stop: &AtomicBool,
    ) -> Failure {
        let (artifacts, missing) = match investigation.leave(stop) {
            Ok((artifacts, missing)) => (artifacts, missing),
            Err(error) => (None, Some(error.to_string())),
        };
        let mut failure = Failure {
            message: error.to_string(),
            operation: None,
            request: None,
            expected: None,
            got: None,
            cycle: investigation.cycle,
            artifacts,
            artifacts_missing: missing,
        };
        match error {
            BenchError::Mismatch(mismatch) => {
                let name = Status::from_code(mismatch.status).map_or("reserved", Status::name);
                let (expected, code) = (mismatch.expected, mismatch.status);
                failure.operation = Some(mismatch.operation);
                failure.request = Some(mismatch.request.to_string());
                failure.expected = Some(answer(
                    expected.status.name(),
                    expected.status.code(),
                    expected.value,
                ));
                failure.got = Some(answer(name, code, mismatch.value));
            }
            BenchError::Hang {
                operation,
                request,
                waited,
                ..
            } => {
                failure.operation = Some(*operation);
                failure.request = Some(request.to_string());
                failure.got = Some(format!("no response for {}", plural(*waited, "cycle")));
            }
            _ => {}
        }
        failure
    }
}

fn answer(status: &str, code: u8, value: u64) -> String {
    format!("{status} (status {code}) {value:#x}")
}

impl Investigation<'_> {
    /// Artifacts, if any, and why there are none or not all.
    fn leave(&self, stop: &AtomicBool) -> Result<(Option<Artifacts>, Option<String>), Error> {
        let interrupted = || stop.load(Ordering::Relaxed);
        let spinner = Spinner::new("mismatch; reading the recording again");
        let recording = Recording::open(self.trace)?;
        let events = first_operations(self.config, recording, self.taken)?;
        let objects = |events: &[Event]| {
            let is_alloc = |event: &&Event| matches!(event, Event::Alloc { .. });
            events.iter().filter(is_alloc).count()
        };
        let subject = Subject {
            config: self.config,
            design: self.compiled,
            setting: self.setting,
        };
        let go_on = |effort: Effort| {
            spinner.say(format!(
                "mismatch; cutting the recording down: {} left after {}",
                plural(effort.objects as u64, "object"),
                plural(effort.runs.into(), "run")
            ));
            effort.cycles < REDUCE_CYCLES && !interrupted()
        };
        let Some(reduced) = reduce(subject, &self.symptom, &events, go_on)? else {
            let reason = match interrupted() {
                true => "interrupted",
                false => "the same run does not fail again: the design is not deterministic",
            };
            return Ok((None, Some(reason.to_owned())));
        };
        drop(spinner);

        let folder = &self.arguments.artifacts;
        let staging = Staging::new(folder)?;
        staging.write(TRACE, &self.heaptrack(&reduced))?;
        staging.write(CONFIGURATION, &self.config.to_toml())?;
        let mut names = vec![TRACE.to_owned(), CONFIGURATION.to_owned()];
        let (recorded, missing) = match self.waveform(subject, &events, staging.path(WAVEFORM)) {
            Ok(true) => (true, None),
            Ok(false) => {
                let reason = "the run of the waveform did not fail in the same way";
                (true, Some(reason.to_owned()))
            }
            Err(_) if interrupted() => (false, Some("no waveform: interrupted".to_owned())),
            Err(error) => (false, Some(format!("no waveform: {error}"))),
        };
        if recorded {
            names.push(WAVEFORM.to_owned());
        }
        let waveform = recorded.then(|| folder.join(WAVEFORM));
        staging.publish(&names)?;
        let artifacts = Artifacts {
            waveform,
            trace: folder.join(TRACE),
            objects: reduced.objects,
            objects_before: objects(&events),
            runs: reduced.runs,
            configuration: folder.join(CONFIGURATION),
            replay: self.replay(folder),
            folder: folder.clone(),
        };
        Ok((Some(artifacts), missing))
    }

    fn waveform(
        &self,
        subject: Subject<'_>,
        events: &[Event],
        path: PathBuf,
    ) -> Result<bool, Error> {
        let design = compile(self.config, self.design, true)?;
        let _spinner = Spinner::new("mismatch; recording the last cycles");
        let from = self.cycle.saturating_sub(WAVEFORM_CYCLES);
        let subject = Subject {
            design: &design,
            ..subject
        };
        Ok(record_last_cycles(
            subject,
            &self.symptom,
            events,
            from,
            path,
        )?)
    }

    /// The cut-down recording as heaptrack's raw text.
    fn heaptrack(&self, reduced: &Reduced) -> String {
        // Version and format as heaptrack 1.4 writes them, in hexadecimal.
        let mut text = "v 10400 3\n".to_owned();
        for event in &reduced.events {
            // Writing to a string cannot fail.
            let _ = match event {
                Event::Alloc { size, pointer } => writeln!(text, "+ {size:x} 0 {pointer:x}"),
                Event::Free { pointer } => writeln!(text, "- {pointer:x}"),
            };
        }
        text
    }

    fn replay(&self, folder: &Path) -> String {
        let mut command = "memento simulate".to_owned();
        let mut add = |option: &str, value: &str| {
            let _ = write!(command, " --{option} {}", shell_word(value));
        };
        let file = |name: &str| folder.join(name).to_string_lossy().into_owned();
        add("config", &file(CONFIGURATION));
        add("trace", &file(TRACE));
        if self.setting.issue == Issue::Pipelined {
            add("issue", "pipelined");
        }
        add("seed", &self.setting.seed.to_string());
        let Latency {
            alloc_arena_latency,
            peek_arena_latency,
            claim_arena_latency,
            free_arena_latency,
            translate_latency,
            header_read_latency,
            header_write_latency,
        } = self.arguments.latency;
        let usual = Latencies::default();
        for (option, cycles, usual) in [
            (
                "alloc-arena-latency",
                alloc_arena_latency,
                usual.alloc_arena,
            ),
            ("peek-arena-latency", peek_arena_latency, usual.peek_arena),
            (
                "claim-arena-latency",
                claim_arena_latency,
                usual.claim_arena,
            ),
            ("free-arena-latency", free_arena_latency, usual.free_arena),
            ("translate-latency", translate_latency, usual.translate),
            (
                "header-read-latency",
                header_read_latency,
                usual.header_read,
            ),
            (
                "header-write-latency",
                header_write_latency,
                usual.header_write,
            ),
        ] {
            if cycles != usual {
                add(option, &cycles.to_string());
            }
        }
        command
    }
}

/// A word as a POSIX shell takes it.
pub(crate) fn shell_word(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,+@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.operation {
            Some(operation) => {
                writeln!(
                    f,
                    "mismatch at operation {}, cycle {}",
                    grouped(operation),
                    grouped(self.cycle)
                )?;
                for (name, text) in [
                    ("request", &self.request),
                    ("expected", &self.expected),
                    ("got", &self.got),
                ] {
                    if let Some(text) = text {
                        writeln!(f, "  {name:<8}  {text}")?;
                    }
                }
            }
            None => writeln!(f, "mismatch: {}", self.message)?,
        }
        if let Some(artifacts) = &self.artifacts {
            writeln!(f, "left to look at in {}:", artifacts.folder.display())?;
            if artifacts.waveform.is_some() {
                let from = grouped(self.cycle.saturating_sub(WAVEFORM_CYCLES));
                writeln!(f, "  {WAVEFORM:<18}  waveform from cycle {from} on")?;
            }
            writeln!(
                f,
                "  {TRACE:<18}  {} of {}, fails in the same way (found in {})",
                grouped(artifacts.objects as u64),
                plural(artifacts.objects_before as u64, "object"),
                plural(artifacts.runs.into(), "run")
            )?;
            writeln!(f, "  {CONFIGURATION:<18}  the configuration, resolved")?;
            writeln!(f, "replay with: {}", artifacts.replay)?;
        }
        match &self.artifacts_missing {
            Some(reason) if self.artifacts.is_none() => {
                writeln!(f, "nothing was left to look at: {reason}")
            }
            Some(reason) => writeln!(f, "{reason}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_survive_a_shell() {
        assert_eq!(shell_word("out/a-b_1.toml"), "out/a-b_1.toml");
        assert_eq!(shell_word("my out"), "'my out'");
        assert_eq!(shell_word("it's"), r"'it'\''s'");
    }
}
