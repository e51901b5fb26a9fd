//! `memento synth`, `memento pnr`: how big a configuration's hardware is on an FPGA, and how fast.

use crate::cli::{Dialect, Family, OnFpga, Pnr, Top};
use crate::design::{Chosen, emit_tops};
use crate::error::Error;
use crate::progress::Spinner;
use memento_formal::text::grouped;
use memento_fpga::route::{Plan, Timing, route};
use memento_fpga::synthesis::{Area, Workshop};
use memento_fpga::target::{Cells, Target};
use serde::{Deserialize, Serialize};
use std::env;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Modules shown to a person; all are in the JSON.
const SHOWN_MODULES: usize = 24;

/// What a design costs, and where it came from.
#[derive(Debug, Serialize, Deserialize)]
pub struct Synthesized {
    /// Where the configuration came from.
    pub configuration: String,
    /// Digest of the configuration.
    pub configuration_sha256: String,
    /// Cells.
    pub area: Area,
    /// Folder of sources, logs and results.
    pub folder: PathBuf,
    /// Time taken.
    pub seconds: f64,
}

/// How fast a design is, and where it came from.
#[derive(Debug, Serialize, Deserialize)]
pub struct Routed {
    /// Where the configuration came from.
    pub configuration: String,
    /// Digest of the configuration.
    pub configuration_sha256: String,
    /// Top module.
    pub top: String,
    /// Family.
    pub target: Target,
    /// Frequencies.
    pub timing: Timing,
    /// Folder of sources, logs and results.
    pub folder: PathBuf,
    /// Time taken.
    pub seconds: f64,
}

/// Synthesizes a configuration's hardware; the result is kept as `area.json` beside the logs.
///
/// # Errors
/// A bad configuration, a missing tool, or what Yosys can't do or warns of.
pub fn synth(arguments: &OnFpga, stop: &AtomicBool) -> Result<Synthesized, Error> {
    let started = Instant::now();
    let (chosen, workshop) = prepare(arguments)?;
    let spinner = Spinner::new(format!("synthesis for {}", workshop.target().name()));
    let area = workshop.area()?;
    drop(spinner);
    interrupted(stop, workshop.folder())?;
    let synthesized = Synthesized {
        configuration: chosen.origin.clone(),
        configuration_sha256: chosen.config.digest(),
        area,
        folder: workshop.folder().to_owned(),
        seconds: started.elapsed().as_secs_f64(),
    };
    keep(&synthesized, workshop.folder(), "area.json")?;
    Ok(synthesized)
}

/// Places and routes a configuration's hardware; the result is kept as `timing.json` beside the logs.
///
/// # Errors
/// A bad configuration, a family or speed grade without place and route here, a missing tool, or what the tools can't do.
pub fn pnr(arguments: &Pnr, stop: &AtomicBool) -> Result<Routed, Error> {
    let started = Instant::now();
    let target = target(arguments.design.target);
    let Some(router) = target.router() else {
        return Err(Error::Usage(format!(
            "--target {}: synthesis alone is driven for this family; place and route is for ecp5 and ice40",
            target.name()
        )));
    };
    if let Some(speed) = &arguments.speed
        && !router.speeds.contains(&speed.as_str())
    {
        let allowed = match router.speeds {
            [] => "none: its device has one".to_owned(),
            speeds => speeds.join(", "),
        };
        return Err(Error::Usage(format!(
            "--speed {speed}: speed grades of {} are {allowed}",
            target.name()
        )));
    }
    let (chosen, workshop) = prepare(&arguments.design)?;
    let plan = Plan {
        seeds: arguments.seeds,
        speed: arguments.speed.clone(),
        aim_mhz: arguments.freq,
    };
    let done = AtomicUsize::new(0);
    let spinner = Spinner::new("synthesis");
    let from = here()?;
    let timing = std::thread::scope(|scope| {
        let routing = scope.spawn(|| route(&workshop, &router, &from, &plan, &done));
        while !routing.is_finished() {
            let seeds = done.load(Ordering::Relaxed);
            spinner.say(format!(
                "place and route, {seeds} of {} seeds done",
                arguments.seeds
            ));
            std::thread::sleep(Duration::from_millis(200));
        }
        routing.join()
    });
    drop(spinner);
    let timing = match timing {
        Ok(timing) => timing?,
        Err(panic) => std::panic::resume_unwind(panic),
    };
    interrupted(stop, workshop.folder())?;
    let routed = Routed {
        configuration: chosen.origin.clone(),
        configuration_sha256: chosen.config.digest(),
        top: module(arguments.design.top).to_owned(),
        target,
        timing,
        folder: workshop.folder().to_owned(),
        seconds: started.elapsed().as_secs_f64(),
    };
    keep(&routed, workshop.folder(), "timing.json")?;
    Ok(routed)
}

fn prepare(arguments: &OnFpga) -> Result<(Chosen, Workshop), Error> {
    let chosen = Chosen::load(&arguments.choice)?;
    let (target, top) = (target(arguments.target), module(arguments.top));
    if arguments.top == Top::Bypass && chosen.config.bypass_entries() == 0 {
        return Err(Error::Usage(
            "--top bypass: the configuration has none, as bypass.entries is 0".to_owned(),
        ));
    }
    let (design, _) = emit_tops(&chosen.config, Dialect::SystemVerilog, String::new())?;
    let folder = format!("{}-{top}-{}", target.name(), chosen.short_digest());
    let folder = arguments.work.join(folder);
    let workshop = Workshop::new(&folder, &here()?, target, &design, top)?;
    Ok((chosen, workshop))
}

pub(crate) fn here() -> Result<PathBuf, Error> {
    env::current_dir().map_err(Error::file("read", Path::new(".")))
}

fn target(family: Family) -> Target {
    match family {
        Family::Ecp5 => Target::Ecp5,
        Family::Ice40 => Target::Ice40,
        Family::Nexus => Target::Nexus,
        Family::Gowin => Target::Gowin,
    }
}

fn module(top: Top) -> &'static str {
    match top {
        Top::Core => "memento_core",
        Top::HitPipeline => "memento_hit_pipeline",
        Top::Bypass => "memento_bypass",
        Top::System => "memento_system",
    }
}

pub(crate) fn interrupted(stop: &AtomicBool, folder: &Path) -> Result<(), Error> {
    if stop.load(Ordering::Relaxed) {
        return Err(Error::Interrupted {
            done: format!("logs are in `{}`, no result was kept", folder.display()),
        });
    }
    Ok(())
}

pub(crate) fn keep(result: &impl Serialize, folder: &Path, name: &str) -> Result<(), Error> {
    let path = folder.join(name);
    let text = serde_json::to_string_pretty(result)
        .map_err(io::Error::from)
        .map_err(Error::file("write", &path))?;
    fs::write(&path, text + "\n").map_err(Error::file("write", &path))
}

fn row(f: &mut fmt::Formatter<'_>, name: &str, times: &str, cells: &Cells) -> fmt::Result {
    writeln!(
        f,
        "{name:<44} {times:>4} {:>7} {:>6} {:>7} {:>7} {:>5} {:>5}",
        grouped(cells.luts),
        grouped(cells.carries),
        grouped(cells.lut_rams),
        grouped(cells.flip_flops),
        cells.block_rams,
        cells.multipliers
    )
}

impl fmt::Display for Synthesized {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let area = &self.area;
        writeln!(
            f,
            "{} on {}, {}\n",
            area.top,
            area.target.name(),
            self.configuration
        )?;
        writeln!(
            f,
            "{:<44} {:>4} {:>7} {:>6} {:>7} {:>7} {:>5} {:>5}",
            "all instances, what is in them included",
            "×",
            "LUT",
            "carry",
            "LUT RAM",
            "FF",
            "RAM",
            "DSP"
        )?;
        for module in area.modules.iter().take(SHOWN_MODULES) {
            row(
                f,
                &module.module,
                &module.instances.to_string(),
                &module.whole,
            )?;
        }
        if area.modules.len() > SHOWN_MODULES {
            writeln!(
                f,
                "… {} smaller modules",
                area.modules.len() - SHOWN_MODULES
            )?;
        }
        row(f, "in all, optimised across modules", "", &area.total)?;
        writeln!(f, "\ntool           {}", area.yosys)?;
        writeln!(
            f,
            "kept in        {}, {:.1} s",
            self.folder.display(),
            self.seconds
        )
    }
}

impl fmt::Display for Routed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let timing = &self.timing;
        let speed = match timing.speed.as_str() {
            "" => String::new(),
            speed => format!(" speed {speed}"),
        };
        writeln!(
            f,
            "{} on {}{speed}, {}\n",
            self.top,
            self.target.name(),
            self.configuration
        )?;
        writeln!(
            f,
            "clock          {:.1} MHz median of {} seeds, {:.1} best, {:.1} worst",
            timing.median_mhz,
            timing.seeds.len(),
            timing.best_mhz,
            timing.worst_mhz
        )?;
        let used: Vec<String> = timing
            .used
            .iter()
            .map(|(site, used)| format!("{} {site}", grouped(*used)))
            .collect();
        writeln!(f, "sites          {}", used.join(", "))?;
        writeln!(
            f,
            "of them        {} LUT, {} FF for the registers at the ports",
            grouped(timing.wrapper.luts),
            grouped(timing.wrapper.flip_flops)
        )?;
        for seed in &timing.seeds {
            writeln!(
                f,
                "seed {:<9} {:.1} MHz: {} to {}, {:.2} ns, {:.2} ns of it in wires",
                seed.seed,
                seed.fmax_mhz,
                seed.critical.from,
                seed.critical.to,
                seed.critical.delay_ns,
                seed.critical.routing_ns
            )?;
            if !seed.critical.signals.is_empty() {
                writeln!(
                    f,
                    "               by way of {}",
                    seed.critical.signals.join(", ")
                )?;
            }
        }
        writeln!(f, "\ntool           {}", timing.nextpnr)?;
        writeln!(
            f,
            "kept in        {}, {:.1} s",
            self.folder.display(),
            self.seconds
        )
    }
}
