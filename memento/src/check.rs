//! `memento check`: proofs about a configuration's hardware.

use crate::cli::{Check, Choice, Dialect};
use crate::design::{Chosen, emit_tops};
use crate::error::Error;
use crate::progress::Spinner;
use memento_formal::counterexample::Origin;
use memento_formal::mutations::{mutate, named};
use memento_formal::text::plural;
use memento_formal::{Request, Results};
use memento_hdl::measured::Measured;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

/// Tries the proofs of a configuration.
///
/// # Errors
/// A bad configuration, missing tools, properties that don't fit the modules.
pub fn check(arguments: &Check, stop: &AtomicBool) -> Result<Results, Error> {
    let started = Instant::now();
    let tiny = Choice {
        preset: Some("tiny".to_owned()),
        config: None,
    };
    let fault = arguments.fault.as_deref().map(named).transpose()?;
    let chosen = Chosen::load(match arguments.mutations || fault.is_some() {
        true => &tiny,
        false => &arguments.choice,
    })?;
    let (mut design, _) = emit_tops(&chosen.config, Dialect::SystemVerilog, String::new())?;
    if let Some(fault) = fault {
        design = fault.apply(&design)?.0;
    }
    let request = Request {
        full: arguments.full,
        property: arguments
            .property
            .clone()
            .or_else(|| fault.map(|fault| fault.proof.to_owned())),
        depth: arguments.depth,
        artifacts: arguments.artifacts.clone(),
        origin: Origin {
            measured: Some(Measured::now(&chosen.config)?),
            fault: fault.map(|fault| fault.what.to_owned()),
        },
    };
    let spinner = Mutex::new(Spinner::new("proving"));
    let say = |text: String| {
        if let Ok(spinner) = spinner.lock() {
            spinner.say(text);
        }
    };
    let (proofs, mutations) = if arguments.mutations {
        let found = mutate(&design, arguments.property.as_deref(), stop, &|found| {
            say(format!("tried: {}", found.what))
        })?;
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
            done: match arguments.mutations {
                true => format!("{} tried", plural(mutations.len() as u64, "fault")),
                false => format!("{} tried", plural(proofs.len() as u64, "proof")),
            },
        });
    }
    Ok(Results {
        configuration: chosen.origin.clone(),
        configuration_sha256: chosen.config.digest(),
        measured: vec![Measured::now(&chosen.config)?],
        proofs,
        mutations,
        seconds: started.elapsed().as_secs_f64(),
    })
}
