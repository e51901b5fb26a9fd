//! Trying proofs, several at a time.

use crate::bind::bind;
use crate::counterexample::{Counterexample, Origin};
use crate::error::Error;
use crate::groups::{GROUPS, Group, Method};
use crate::model::{Answer, Model};
use crate::properties::Kind;
use crate::tools::Tools;
use crate::waveform::{Values, operations};
use memento_hdl::verilog::Design;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

/// What is to be tried.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The full set; else the quick one.
    pub full: bool,
    /// A proof or a property; all unless stated.
    pub property: Option<String>,
    /// Cycles from reset of bounded proofs, in place of their own depth.
    pub depth: Option<u32>,
    /// Where counterexamples are left.
    pub artifacts: PathBuf,
    /// What the design is, as counterexamples say it.
    pub origin: Origin,
}

/// What came of a property.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// Name of the property.
    pub property: String,
    /// What it says.
    pub sentence: String,
    /// Name of the instance of its property module.
    pub instance: String,
    /// Whether it was proven or reached.
    pub holds: bool,
}

/// What came of a proof.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Proof {
    /// Its name.
    pub name: String,
    /// The module.
    pub module: String,
    /// `induction` or `bounded`.
    pub method: String,
    /// Cycles: of the induction, or from reset.
    pub depth: u32,
    /// Whether it holds for runs of any length.
    pub unbounded: bool,
    /// Modules inside that were left open.
    pub cut: Vec<String>,
    /// Properties.
    pub properties: Vec<Outcome>,
    /// Invariants that the induction needs beside them: how many.
    pub invariants: usize,
    /// What is assumed of the surroundings.
    pub assumptions: Vec<String>,
    /// Covers: reached or not.
    pub covers: Vec<Outcome>,
    /// Seconds in all.
    pub seconds: f64,
    /// What was done in the counterexample, if there is one.
    pub operations: Vec<String>,
    /// The counterexample's waveform.
    pub waveform: Option<PathBuf>,
    /// The counterexample as a file that can be played.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counterexample: Option<PathBuf>,
    /// Invariants that failed.
    pub failed_invariants: Vec<String>,
}

impl Proof {
    /// Whether all of it holds, and there is something that does.
    pub fn holds(&self) -> bool {
        !self.properties.is_empty()
            && self.failed_invariants.is_empty()
            && self
                .properties
                .iter()
                .chain(&self.covers)
                .all(|outcome| outcome.holds)
    }
}

/// Tries the proofs of a design, on all cores; `said` hears of each that is done. A raised `stop`
/// leaves out what hasn't begun.
///
/// # Errors
/// The first that kept a proof from being tried.
pub fn check(
    design: &Design,
    request: &Request,
    stop: &AtomicBool,
    said: &(dyn Fn(&Proof) + Sync),
) -> Result<Vec<Proof>, Error> {
    let tools = Tools::find()?;
    let chosen = chosen(design, request)?;
    let next = AtomicUsize::new(0);
    let done = Mutex::new(BTreeMap::new());
    let workers = thread::available_parallelism()
        .map_or(1, usize::from)
        .min(chosen.len());
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(group) = chosen.get(index) else {
                        break;
                    };
                    if stop.load(Ordering::Relaxed) {
                        break;
                    }
                    let proof = prove(&tools, design, group, request);
                    if let Ok(proof) = &proof {
                        said(proof);
                    }
                    if let Ok(mut done) = done.lock() {
                        done.insert(index, proof);
                    }
                }
            });
        }
    });
    let done = done.into_inner().unwrap_or_default();
    done.into_values().collect()
}

/// The proofs that a request names.
fn chosen(design: &Design, request: &Request) -> Result<Vec<&'static Group>, Error> {
    let Some(name) = &request.property else {
        // A configuration without a bypass has none of its modules.
        let there = GROUPS.iter().filter(|group| {
            let found = group.find(design);
            found.is_ok_and(|module| group.misfit(module).is_none())
        });
        return Ok(there.filter(|group| request.full || group.quick).collect());
    };
    let mut found = Vec::new();
    for group in GROUPS {
        if group.name == name {
            if let Some((size, value)) = group.misfit(group.find(design)?) {
                return Err(Error::Size {
                    group: group.name,
                    module: group.module,
                    size,
                    value,
                });
            }
            found.push(group);
        } else if let Ok(bound) = bind(group, design)
            && bound
                .instances
                .iter()
                .any(|(_, file)| file.property(name).is_some())
            && group.misfit(&bound.target).is_none()
        {
            found.push(group);
        }
    }
    if found.is_empty() {
        let known: Vec<&str> = GROUPS.iter().map(|group| group.name).collect();
        return Err(Error::NoProperty {
            name: name.clone(),
            known: known.join(", "),
        });
    }
    Ok(found)
}

/// Tries one proof.
///
/// # Errors
/// What keeps it from being tried.
pub fn prove(
    tools: &Tools,
    design: &Design,
    group: &Group,
    request: &Request,
) -> Result<Proof, Error> {
    let started = Instant::now();
    let (depth, artifacts) = (request.depth, &request.artifacts);
    let bound = bind(group, design)?;
    let folder =
        tempfile::tempdir().map_err(Error::file("make", Path::new("a temporary folder")))?;
    let model = Model::new(tools, group, &bound, folder.path())?;

    let mut from_reset = true;
    let (method, unbounded, depth, answer) = match group.method {
        Method::Bounded(own) => {
            let depth = depth.unwrap_or(own);
            ("bounded", false, depth, model.bounded(depth)?)
        }
        Method::Induction(cycles) => {
            // The base: runs from reset of as many cycles. One in which it fails says more than
            // an induction that fails.
            let base = match cycles {
                0 => Answer::Holds,
                _ => model.bounded(depth.unwrap_or(cycles + 2))?,
            };
            let answer = match base {
                Answer::Holds => {
                    from_reset = false;
                    model.induction(cycles, true, |name| group.comes_first(name))?
                }
                fails @ Answer::Fails { .. } => fails,
            };
            ("induction", true, cycles, answer)
        }
    };
    let unreached = match (group.cover, &answer) {
        (0, _) | (_, Answer::Fails { .. }) => Vec::new(),
        (cycles, Answer::Holds) => model.unreached(cycles)?,
    };
    let (failed, waveform) = match answer {
        Answer::Holds => (Vec::new(), None),
        Answer::Fails {
            properties,
            waveform,
        } => (properties, waveform),
    };

    let mut proof = Proof {
        name: group.name.to_owned(),
        module: bound.target.name.clone(),
        method: method.to_owned(),
        depth,
        unbounded,
        cut: group
            .cut
            .iter()
            .map(|module| (*module).to_owned())
            .collect(),
        properties: Vec::new(),
        invariants: 0,
        assumptions: Vec::new(),
        covers: Vec::new(),
        seconds: 0.0,
        operations: Vec::new(),
        waveform: None,
        counterexample: None,
        failed_invariants: failed
            .iter()
            .filter(|name| is_invariant(name))
            .cloned()
            .collect(),
    };
    let asserted: Vec<&str> = model
        .asserts
        .iter()
        .map(|(_, name)| name.as_str())
        .collect();
    for (instance, file) in &bound.instances {
        for property in &file.properties {
            let full = format!("{instance}.{}", property.name);
            let outcome = |holds| Outcome {
                property: property.name.clone(),
                sentence: property.sentence.clone(),
                instance: instance.clone(),
                holds,
            };
            match property.kind {
                Kind::Assert => proof.properties.push(outcome(!failed.contains(&full))),
                Kind::Rule if asserted.contains(&full.as_str()) => {
                    proof.properties.push(outcome(!failed.contains(&full)));
                }
                Kind::Rule => proof
                    .assumptions
                    .push(format!("{instance}: {}", property.sentence)),
                Kind::Invariant => proof.invariants += 1,
                Kind::Assume => proof.assumptions.push(property.sentence.clone()),
                Kind::Cover if group.cover > 0 => {
                    proof.covers.push(outcome(!unreached.contains(&full)));
                }
                Kind::Cover => {}
            }
        }
    }
    if let Some(waveform) = waveform
        && let Ok(text) = fs::read_to_string(&waveform)
    {
        proof.operations = operations(&text, &bound.target);
        fs::create_dir_all(artifacts).map_err(Error::file("make", artifacts))?;
        let kept = artifacts.join(format!("{}.vcd", group.name));
        fs::write(&kept, &text).map_err(Error::file("write", &kept))?;
        proof.waveform = Some(kept);
        let played = Counterexample::new(
            request.origin.clone(),
            (group.name, from_reset, failed),
            &bound,
            &Values::read(&text, &bound.target.name),
        );
        let kept = artifacts.join(format!("{}.json", group.name));
        let text = serde_json::to_string_pretty(&played).unwrap_or_default() + "\n";
        fs::write(&kept, text).map_err(Error::file("write", &kept))?;
        proof.counterexample = Some(kept);
    }
    proof.seconds = started.elapsed().as_secs_f64();
    Ok(proof)
}

/// Whether a property, as instance and name joined by a dot, is an invariant.
pub(crate) fn is_invariant(name: &str) -> bool {
    let name = name.rsplit('.').next().unwrap_or_default();
    name.starts_with("where_")
}
