//! [`Failure`]: hardware and model differ; [`Trouble`]: there is nothing to compare.

use crate::mismatch::BenchError;
use crate::reproduce::Symptom;
use crate::system::error::SystemError;
use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

/// Hardware and model differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// In which way, whatever the operation and the cycle.
    pub symptom: String,
    /// What differs, in one line.
    pub message: String,
}

/// A scenario can't be played: the environment's fault or the configuration's, not the hardware's.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// The bench of one core can't run.
    #[error(transparent)]
    Bench(BenchError),
    /// The bench of the whole system can't run.
    #[error(transparent)]
    System(SystemError),
    /// A replay file's configuration.
    #[error(transparent)]
    Config(#[from] memento_config::ConfigErrors),
    /// Hardware of one level, a scenario of the other.
    #[error("a scenario of the {scenario} can't be played on hardware of the {hardware}")]
    Level {
        /// Level of the scenario.
        scenario: super::Level,
        /// Level of the hardware.
        hardware: super::Level,
    },
}

impl From<BenchError> for Trouble {
    fn from(error: BenchError) -> Self {
        Trouble::Bench(error)
    }
}

impl From<SystemError> for Trouble {
    fn from(error: SystemError) -> Self {
        Trouble::System(error)
    }
}

impl Failure {
    pub(super) fn of_core(error: BenchError) -> Result<Failure, Trouble> {
        match Symptom::of(&error) {
            Some(symptom) => Ok(Failure {
                symptom: format!("{symptom:?}"),
                message: error.to_string(),
            }),
            None => Err(error.into()),
        }
    }

    pub(super) fn of_system(error: SystemError) -> Result<Failure, Trouble> {
        let symptom = match &error {
            SystemError::Mismatch(mismatch) => format!(
                "response, {} expected, {} came",
                mismatch.expected.status, mismatch.status
            ),
            SystemError::Unasked { why, .. } => format!("unasked, {why}"),
            SystemError::Effect { why, .. } => format!("effect, {why}"),
            SystemError::Arena(mismatch) => format!("arena, {}", mismatch.op),
            SystemError::Unserved(_) => "unserved".to_owned(),
            SystemError::Returned { .. } => "returned".to_owned(),
            SystemError::Hang { .. } => "hang".to_owned(),
            SystemError::Data { .. } => "data".to_owned(),
            SystemError::Translation { .. } => "translation".to_owned(),
            SystemError::Frame { why, .. } => format!("frame, {why}"),
            SystemError::Command { .. } => "command".to_owned(),
            SystemError::Register { .. } => "register".to_owned(),
            SystemError::Grant { why, .. } => format!("grant, {why}"),
            SystemError::Protocol { bus, .. } => format!("protocol, {bus}"),
            SystemError::Counter { name, .. } => format!("counter, {name}"),
            SystemError::Difference(_) => "memory".to_owned(),
            SystemError::Imbalance(_) => "imbalance".to_owned(),
            SystemError::Verilator(verilator_bindings::Error::Halted { .. }) => {
                "the design stopped itself".to_owned()
            }
            SystemError::NoIds { .. }
            | SystemError::NoFrames { .. }
            | SystemError::Trace(_)
            | SystemError::Emit(_)
            | SystemError::Verilator(_) => return Err(error.into()),
        };
        Ok(Failure {
            symptom,
            message: error.to_string(),
        })
    }

    fn of_panic(panicked: &(dyn Any + Send)) -> Failure {
        let text = match (
            panicked.downcast_ref::<String>(),
            panicked.downcast_ref::<&str>(),
        ) {
            (Some(text), _) => text.as_str(),
            (None, Some(text)) => text,
            (None, None) => "without a word",
        };
        let first = text.lines().next().unwrap_or_default();
        // Numbers differ from run to run of a shrinking scenario.
        let symptom: String = first.chars().filter(|c| !c.is_ascii_digit()).collect();
        Failure {
            symptom: format!("stop, {symptom}"),
            message: format!(
                "the hardware shows what its surroundings can't make sense of: {}",
                text.replace('\n', ";")
            ),
        }
    }
}

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Runs a bench. Benches stop with a panic when hardware shows what can't be, an arena that there is not for instance:
/// that is a failure like any other, and isn't printed.
pub(super) fn guarded<T>(
    run: impl FnOnce() -> Result<T, Trouble>,
) -> Result<Result<T, Failure>, Trouble> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = take_hook();
        set_hook(Box::new(move |panic| {
            if !GUARDED.get() {
                before(panic);
            }
        }));
    });
    let outside = GUARDED.replace(true);
    let ran = catch_unwind(AssertUnwindSafe(run));
    GUARDED.set(outside);
    match ran {
        Ok(ran) => ran.map(Ok),
        Err(panicked) => Ok(Err(Failure::of_panic(&*panicked))),
    }
}

/// As [`guarded`], for benches that say in a text what went wrong.
pub(crate) fn panics_as_errors(run: impl FnOnce() -> Result<(), String>) -> Result<(), String> {
    match guarded(|| Ok(run())) {
        Ok(Ok(ran)) => ran,
        Ok(Err(failure)) => Err(failure.message),
        Err(trouble) => Err(trouble.to_string()),
    }
}
