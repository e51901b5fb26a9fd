//! nextpnr over several seeds: clock frequency and critical path.

use crate::error::FpgaError;
use crate::synthesis::Workshop;
use crate::target::{Cells, Router};
use crate::tool::Installed;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What place and route is asked for.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Seeds are 1 to this number.
    pub seeds: u32,
    /// Speed grade, of a family that has several.
    pub speed: Option<String>,
    /// Frequency that the tool aims at, in MHz.
    pub aim_mhz: u32,
}

/// What one seed came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Routed {
    /// Seed.
    pub seed: u32,
    /// Highest clock frequency.
    pub fmax_mhz: f64,
    /// The path that limits it.
    pub critical: CriticalPath,
}

/// A path from register to register.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CriticalPath {
    /// Net or cell where it begins.
    pub from: String,
    /// Net or cell where it ends.
    pub to: String,
    /// Delay in ns, of which
    pub delay_ns: f64,
    /// in wires.
    pub routing_ns: f64,
    /// Signals of the design on the way, in order.
    pub signals: Vec<String>,
}

/// What all seeds came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Timing {
    /// By seed.
    pub seeds: Vec<Routed>,
    /// Median of their frequencies, in MHz.
    pub median_mhz: f64,
    /// Best.
    pub best_mhz: f64,
    /// Worst.
    pub worst_mhz: f64,
    /// Sites used by kind, the wrapper's included.
    pub used: BTreeMap<String, u64>,
    /// Cells of the wrapper alone, as Yosys counts them.
    pub wrapper: Cells,
    /// Speed grade.
    pub speed: String,
    /// nextpnr's own words.
    pub nextpnr: String,
}

/// Places and routes a design behind registers and two pins; `done` counts finished seeds.
///
/// # Errors
/// What the tools can't do.
pub fn route(
    workshop: &Workshop,
    router: &Router,
    from: &Path,
    plan: &Plan,
    done: &AtomicUsize,
) -> Result<Timing, FpgaError> {
    let tool = router.tool.find(from)?;
    let wrapper = workshop.wrapped()?;
    let speed = plan
        .speed
        .clone()
        .or_else(|| router.speeds.first().map(|speed| (*speed).to_owned()));
    let mut options: Vec<String> = router.options.iter().map(|s| (*s).to_owned()).collect();
    if let Some(speed) = &speed {
        options.extend(["--speed".to_owned(), speed.clone()]);
    }
    let (folder, aim) = (workshop.folder(), f64::from(plan.aim_mhz));
    let runs: Vec<(Routed, Value)> = (1..=plan.seeds.max(1))
        .into_par_iter()
        .map(|seed| {
            let run = one_seed(&tool, folder, options.clone(), aim, seed);
            done.fetch_add(1, Ordering::Relaxed);
            run
        })
        .collect::<Result<_, _>>()?;
    let used = runs
        .first()
        .map(|(_, report)| used(report))
        .unwrap_or_default();
    let seeds: Vec<Routed> = runs.into_iter().map(|(routed, _)| routed).collect();
    let mut all: Vec<f64> = seeds.iter().map(|seed| seed.fmax_mhz).collect();
    all.sort_by(f64::total_cmp);
    let (worst, best) = (all[0], all[all.len() - 1]);
    let median = (all[(all.len() - 1) / 2] + all[all.len() / 2]) / 2.0;
    Ok(Timing {
        seeds,
        median_mhz: median,
        best_mhz: best,
        worst_mhz: worst,
        used,
        wrapper,
        speed: speed.unwrap_or_default(),
        nextpnr: tool.version()?,
    })
}

/// Places and routes the netlist in a folder once, and reads the report of it. `options` say for which device and
/// what else is wanted; the tool aims at `aim_mhz`.
pub(crate) fn one_seed(
    tool: &Installed,
    folder: &Path,
    mut options: Vec<String>,
    aim_mhz: f64,
    seed: u32,
) -> Result<(Routed, Value), FpgaError> {
    let report = format!("report-{seed}.json");
    let stated = [
        ("--json", "netlist.json".to_owned()),
        ("--report", report.clone()),
        ("--seed", seed.to_string()),
        ("--freq", aim_mhz.to_string()),
    ];
    for (option, value) in stated {
        options.extend([option.to_owned(), value]);
    }
    tool.run(folder, &options, &log(seed))?;
    let file = folder.join(report);
    let text = fs::read_to_string(&file).map_err(FpgaError::file("read", &file))?;
    let report: Value =
        serde_json::from_str(&text).map_err(|error| tool.odd(&file, error.to_string()))?;
    let fmax_mhz = fmax(&report).ok_or_else(|| tool.odd(&file, "no `fmax` is `achieved`"))?;
    let routed = Routed {
        seed,
        fmax_mhz,
        critical: critical(&report).unwrap_or_default(),
    };
    Ok((routed, report))
}

/// The file that has what the tool said of a seed.
pub(crate) fn log(seed: u32) -> String {
    format!("route-{seed}.log")
}

/// The lowest of the clocks' frequencies.
fn fmax(report: &Value) -> Option<f64> {
    let clocks = report.get("fmax")?.as_object()?.values();
    clocks
        .filter_map(|clock| clock.get("achieved")?.as_f64())
        .min_by(f64::total_cmp)
}

fn used(report: &Value) -> BTreeMap<String, u64> {
    let sites = report.get("utilization").and_then(Value::as_object);
    let sites = sites.into_iter().flatten();
    sites
        .filter_map(|(site, counts)| Some((site.clone(), counts.get("used")?.as_u64()?)))
        .filter(|(_, used)| *used > 0)
        .collect()
}

/// The path that limits the clock, of those between registers of one clock: the longest, where one from an edge to the
/// other has half a cycle.
fn critical(report: &Value) -> Option<CriticalPath> {
    let mut longest = (0.0, CriticalPath::default());
    for path in report.get("critical_paths")?.as_array()? {
        let end = |key: &str| path.get(key).and_then(Value::as_str)?.split_once(' ');
        let (Some((from, clock)), Some((to, other))) = (end("from"), end("to")) else {
            continue;
        };
        if clock == other && from.ends_with("edge") {
            let path = read_path(path.get("path")?.as_array()?);
            let weight = path.delay_ns * if from == to { 1.0 } else { 2.0 };
            if weight > longest.0 {
                longest = (weight, path);
            }
        }
    }
    Some(longest.1)
}

fn read_path(steps: &[Value]) -> CriticalPath {
    let mut path = CriticalPath::default();
    let end = |step: &Value, key: &str| {
        let cell = step.get(key).and_then(|end| end.get("cell")?.as_str());
        readable(cell.unwrap_or_default())
    };
    for step in steps {
        let delay = step.get("delay").and_then(Value::as_f64).unwrap_or(0.0);
        path.delay_ns += delay;
        if step.get("type").and_then(Value::as_str) == Some("routing") {
            path.routing_ns += delay;
            let net = step.get("net").and_then(Value::as_str).unwrap_or_default();
            let net = readable(net);
            if !net.is_empty() && path.signals.last() != Some(&net) {
                path.signals.push(net);
            }
        }
    }
    path.from = steps
        .first()
        .map(|step| end(step, "from"))
        .unwrap_or_default();
    path.to = steps.last().map(|step| end(step, "to")).unwrap_or_default();
    path
}

/// A name of the netlist as the design has it: the part ahead of what synthesis has added.
fn readable(name: &str) -> String {
    let added = [
        "_LUT4_",
        "_PFUMX_",
        "_L6MUX21_",
        "_TRELLIS_FF_",
        "_CCU2C_",
        "_SB_",
        "_DI",
        "$",
        "_Q",
    ];
    let cut = added.iter().filter_map(|mark| name.find(mark)).min();
    let name = &name[..cut.unwrap_or(name.len())];
    name.strip_prefix("wrapped.").unwrap_or(name).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_design() {
        assert_eq!(
            readable("wrapped.hit_pipeline.decide_LUT4_Z_3_C"),
            "hit_pipeline.decide"
        );
        assert_eq!(
            readable("wrapped.list_engine.state_TRELLIS_FF_Q"),
            "list_engine.state"
        );
        assert_eq!(readable("inputs"), "inputs");
    }
}
