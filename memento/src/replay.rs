//! `memento simulate --replay`: a counterexample of `memento check`, cycle by cycle under Verilator.
//!
//! No proof is of a whole that a bench drives: the module that the proof is of is played alone, with its properties bound to
//! it, begun in the counterexample's state, and with its inputs.

use crate::cli::{Dialect, Simulate};
use crate::design::emit_tops;
use crate::error::Error;
use crate::fuzz::interrupted_or;
use crate::progress::Spinner;
use memento_config::Config;
use memento_formal::counterexample::Counterexample;
use memento_formal::mutations::named;
use memento_formal::replay::{Replay, Said, TOP};
use memento_formal::text::plural;
use serde::Serialize;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use verilator_bindings::{Build, Evaluation, Library, Optimize, Start, Trace, Warnings};

/// What a replay came to.
#[derive(Clone, Debug, Serialize)]
pub struct Replayed {
    /// The proof.
    pub proof: String,
    /// The module.
    pub module: String,
    /// The deliberate fault that was in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
    /// It begins with a reset; else in a state that induction takes for possible.
    pub from_reset: bool,
    /// Clock cycles.
    pub cycles: usize,
    /// The Verilog is that of which the counterexample is, the fault apart.
    pub same_verilog: bool,
    /// Properties that don't hold, each in the first cycle in which it doesn't, while all assumptions hold.
    pub fails: Vec<Failed>,
    /// Properties that didn't hold in the counterexample.
    pub expected: Vec<String>,
    /// The first assumption that doesn't hold: what comes from there on isn't looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub broken: Option<Place>,
    /// A property that doesn't hold ahead of the last cycle of a run that doesn't begin with a reset: induction takes such
    /// a state for impossible in this design, and what comes from there on isn't looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub impossible: Option<Place>,
    /// The first output that isn't the counterexample's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub differs: Option<Place>,
    /// Registers of the counterexample that there aren't any more.
    pub unknown_registers: Vec<String>,
    /// The waveform that was recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waveform: Option<PathBuf>,
}

/// A property that doesn't hold.
#[derive(Clone, Debug, Serialize)]
pub struct Failed {
    /// Cycle, from 0.
    pub cycle: usize,
    /// Instance and name, joined by a dot.
    pub property: String,
    /// What it says.
    pub sentence: String,
}

/// Something in a cycle.
#[derive(Clone, Debug, Serialize)]
pub struct Place {
    /// Cycle, from 0.
    pub cycle: usize,
    /// Its path.
    pub what: String,
}

impl Replayed {
    /// Whether some property doesn't hold.
    pub fn fails(&self) -> bool {
        !self.fails.is_empty()
    }
}

/// Plays the counterexample in a file.
///
/// # Errors
/// A file that is something else, a module or a proof that isn't there any more, a missing or failing Verilator, a waveform
/// that can't be written.
pub fn replay(arguments: &Simulate, path: &Path, stop: &AtomicBool) -> Result<Replayed, Error> {
    let unreadable = |problem: String| Error::Unreadable {
        path: path.to_owned(),
        problem,
    };
    let waveform = arguments.waveform.as_deref();
    if let Some(path) = waveform.filter(|path| path.extension().is_some_and(|e| e == "fst")) {
        let path = path.to_owned();
        return Err(Error::WaveformFormat { path });
    }
    let text = fs::read_to_string(path).map_err(Error::file("read", path))?;
    let counterexample: Counterexample = serde_json::from_str(&text).map_err(|error| {
        unreadable(format!(
            "not a counterexample that `memento check` leaves: {error}"
        ))
    })?;
    if let Some(objection) = counterexample.objection() {
        return Err(unreadable(objection));
    }
    let Some(measured) = &counterexample.origin.measured else {
        return Err(unreadable(
            "it doesn't say which configuration it is of".to_owned(),
        ));
    };
    let config = Config::from_toml_str(&measured.configuration, &path.display().to_string())?;
    let (mut design, _) = emit_tops(&config, Dialect::SystemVerilog, String::new())?;
    let fault = counterexample.origin.fault.as_ref();
    let fault = fault.filter(|_| !arguments.without_fault);
    if let Some(fault) = fault {
        design = named(fault)?.apply(&design)?.0;
    }
    let replay = Replay::new(&counterexample, &design)?;
    let library =
        compile(&replay, waveform.is_some()).map_err(|error| interrupted_or(error.into(), stop))?;
    let mut replayed = Replayed {
        proof: counterexample.proof.clone(),
        module: counterexample.module.clone(),
        fault: fault.cloned(),
        from_reset: counterexample.from_reset,
        cycles: replay.cycles,
        same_verilog: measured.is_present(),
        fails: Vec::new(),
        expected: counterexample.fails.clone(),
        broken: None,
        impossible: None,
        differs: None,
        unknown_registers: replay.unknown.clone(),
        waveform: waveform.map(Path::to_owned),
    };
    play(&replay, &library, waveform, &mut replayed)?;
    Ok(replayed)
}

fn compile(replay: &Replay, waveform: bool) -> Result<Arc<Library>, verilator_bindings::Error> {
    let _spinner = Spinner::new("compiling the module and its properties with Verilator");
    // Properties are written for Yosys, which has other warnings.
    let mut build = Build::new(TOP)
        .warnings(Warnings::Allow)
        .evaluation(Evaluation::Whole)
        .optimize(Optimize::Quick);
    for (name, text) in &replay.files {
        build = build.source_text(name, text);
    }
    if waveform {
        build = build.trace(Trace::Vcd);
    }
    build.compile()
}

fn play(
    replay: &Replay,
    library: &Arc<Library>,
    waveform: Option<&Path>,
    replayed: &mut Replayed,
) -> Result<(), Error> {
    let clock = library.clock("clock")?;
    let start = Start {
        random: Some(1),
        ..Start::default()
    };
    let mut model = library.model_from(&start)?;
    if let Some(path) = waveform {
        model.open_waveform(path)?;
    }
    model.eval()?;
    // The last edge shows the outputs of the last cycle.
    for cycle in 0..=replay.cycles {
        if cycle > 0 {
            model.tick(clock)?;
        }
        let printed = model.take_output();
        let said: Vec<Said> = printed
            .lines()
            .filter_map(|line| replay.said(line))
            .collect();
        for said in &said {
            if let Said::Differs { cycle, output } = said {
                replayed.differs.get_or_insert(Place {
                    cycle: *cycle,
                    what: output.clone(),
                });
            }
        }
        if cycle == replay.cycles {
            break;
        }
        for said in &said {
            if let Said::Broken(path) = said {
                replayed.broken.get_or_insert(Place {
                    cycle,
                    what: path.clone(),
                });
            }
        }
        for said in said {
            if let Said::Fails { property, sentence } = said
                && replayed.broken.is_none()
                && replayed.impossible.is_none()
                && !replayed
                    .fails
                    .iter()
                    .any(|known| known.property == property)
            {
                if !replayed.from_reset && cycle + 1 < replay.cycles {
                    replayed.impossible = Some(Place {
                        cycle,
                        what: property,
                    });
                    continue;
                }
                replayed.fails.push(Failed {
                    cycle,
                    property,
                    sentence,
                });
            }
        }
    }
    model.finish()?;
    Ok(())
}

impl fmt::Display for Replayed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let begins = match self.from_reset {
            true => "from reset",
            false => "from a state that induction takes for possible",
        };
        writeln!(
            f,
            "counterexample of {}, {}: {} {begins}",
            self.proof,
            self.module,
            plural(self.cycles as u64, "cycle")
        )?;
        if let Some(fault) = &self.fault {
            writeln!(f, "  deliberate fault: {fault}")?;
        }
        if !self.same_verilog {
            writeln!(
                f,
                "  the Verilog has changed since the counterexample was found"
            )?;
        }
        if !self.unknown_registers.is_empty() {
            let registers = self.unknown_registers.join(", ");
            writeln!(f, "  registers that there aren't any more: {registers}")?;
        }
        for Failed {
            cycle,
            property,
            sentence,
        } in &self.fails
        {
            let colon = if sentence.is_empty() { "" } else { ": " };
            writeln!(f, "  cycle {cycle}: {property} fails{colon}{sentence}")?;
        }
        if let Some(Place { cycle, what }) = &self.broken {
            writeln!(
                f,
                "  cycle {cycle}: what is assumed of the surroundings doesn't hold, {what}: what follows isn't looked at"
            )?;
        }
        if let Some(Place { cycle, what }) = &self.impossible {
            writeln!(
                f,
                "  cycle {cycle}: {what} doesn't hold ahead of the last cycle: induction takes no such state of this design for possible; what follows isn't looked at"
            )?;
        }
        match &self.differs {
            Some(Place { cycle, what }) => writeln!(
                f,
                "  outputs differ from the counterexample's, from cycle {cycle} on: {what}"
            )?,
            None => writeln!(f, "  outputs are the counterexample's in each cycle")?,
        }
        if let Some(path) = &self.waveform {
            writeln!(f, "  waveform: {}", path.display())?;
        }
        let expected = self.expected.iter();
        let again = expected.filter(|name| self.fails.iter().any(|one| one.property == **name));
        match (self.fails(), again.count()) {
            (false, _) => writeln!(f, "no property fails"),
            (true, 0) => writeln!(f, "it fails, though not by the counterexample's property"),
            (true, _) => writeln!(f, "it fails as the counterexample says"),
        }
    }
}
