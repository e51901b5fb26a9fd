//! From a board's design to its bitstream.

use crate::board::{BOARD_MODULE, Board};
use crate::error::FpgaError;
use crate::flow::{Flow, Packing};
use crate::route::{self, Routed, log};
use crate::synthesis::Workshop;
use crate::target::Cells;
use crate::tool::Installed;
use memento_config::Config;
use memento_hdl::verilog::Design;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// What a board's design came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Build {
    /// Board.
    pub board: String,
    /// The bitstream, in the folder of logs.
    pub bitstream: PathBuf,
    /// Its size.
    pub bytes: u64,
    /// Cells, as Yosys counts them.
    pub cells: Cells,
    /// Sites of the device by kind, those that are used.
    pub sites: BTreeMap<String, Sites>,
    /// Frequency of the board's clock, in MHz.
    pub clock_mhz: f64,
    /// Seeds that were tried.
    pub seeds: Vec<Routed>,
    /// The one whose result was packed.
    pub seed: u32,
    /// Yosys' own words.
    pub yosys: String,
    /// nextpnr's own words.
    pub nextpnr: String,
}

/// Sites of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sites {
    /// Used.
    pub used: u64,
    /// There are.
    pub available: u64,
}

/// What is built, and how.
#[derive(Clone, Debug)]
pub struct BuildPlan<'a> {
    /// Board.
    pub board: &'a Board,
    /// Folder for all files.
    pub folder: &'a Path,
    /// Folder from which tools are looked for.
    pub from: &'a Path,
    /// Seeds are 1 to this number.
    pub seeds: u32,
    /// What a person may lower if the design is too large.
    pub lower: String,
}

/// The settings of a configuration that make its hardware smaller when they are lowered, and their values.
pub fn lower(config: &Config) -> String {
    let settings = config.settings();
    let numbers = [
        ("objects.classes", settings.objects.classes, 2),
        (
            "objects.objects_per_arena",
            settings.objects.objects_per_arena,
            16,
        ),
        ("core.header_entries", config.header_entries(), 4),
        ("core.translation_entries", config.translation_entries(), 1),
        ("core.miss_queue_entries", config.miss_queue_entries(), 2),
    ];
    let numbers = numbers
        .into_iter()
        .filter(|(_, value, least)| value > least)
        .map(|(key, value, _)| format!("{key} (is {value})"));
    let switches = [
        ("core.prefetch", config.prefetch()),
        ("pipeline.ready_slots", config.ready_slots()),
    ];
    let switches = switches
        .into_iter()
        .filter(|(_, on)| *on)
        .map(|(key, _)| format!("{key} (is true)"));
    let keys: Vec<String> = numbers.chain(switches).collect();
    keys.join(", ")
}

/// Synthesizes a design, places and routes it once a seed from 1 on, and packs the fastest; `say` is told what is
/// under way.
///
/// # Errors
/// A missing tool; [`FpgaError::TooLarge`]; [`FpgaError::Slow`]; what the tools can't do or warn of.
pub fn build(
    plan: &BuildPlan<'_>,
    design: &Design,
    say: &(dyn Fn(&str) + Sync),
) -> Result<Build, FpgaError> {
    let BuildPlan {
        board,
        folder,
        from,
        seeds,
        ..
    } = *plan;
    let flow = Flow::of(board.target);
    // All of them first, so that a missing one is told before minutes have passed.
    let router = flow.router.find(from)?;
    let packer = flow.packer.find(from)?;
    let workshop = Workshop::new(folder, from, board.target, design, BOARD_MODULE)?;
    let pins = folder.join(board.constraints);
    fs::write(&pins, board.pins).map_err(FpgaError::file("write", &pins))?;

    say("synthesis");
    let (cells, yosys) = workshop.netlist()?;
    say(&format!("place and route, {seeds} seeds"));
    let mut tried: Vec<Routed> = (1..=seeds.max(1))
        .into_par_iter()
        .map(|seed| one_seed(plan, &flow, &router, seed))
        .collect::<Result<_, _>>()?;
    tried.sort_by(|a, b| b.fmax_mhz.total_cmp(&a.fmax_mhz));
    let best = tried[0].clone();
    let clock_mhz = f64::from(board.clock_hz) / 1e6;
    if best.fmax_mhz < clock_mhz {
        return Err(FpgaError::Slow {
            board: board.name,
            clock_mhz,
            fmax_mhz: best.fmax_mhz,
            seeds,
            path: Box::new(best.critical),
        });
    }
    say("bitstream");
    let bitstream = format!("memento_{}.{}", board.name.replace('-', "_"), flow.ending);
    let routed = routed(&flow, best.seed);
    packer.run(folder, &packing(&flow, &routed, &bitstream), "pack.log")?;
    let path = folder.join(&bitstream);
    let bytes = fs::metadata(&path)
        .map_err(FpgaError::file("read", &path))?
        .len();
    if bytes == 0 {
        return Err(packer.odd(&path, "there is nothing"));
    }
    let sites = sites(&said(folder, best.seed)?);
    tried.sort_by_key(|tried| tried.seed);
    Ok(Build {
        board: board.name.to_owned(),
        bitstream: path,
        bytes,
        cells,
        sites,
        clock_mhz,
        seeds: tried,
        seed: best.seed,
        yosys,
        nextpnr: router.version()?,
    })
}

/// The file that a seed's result is in.
fn routed(flow: &Flow, seed: u32) -> String {
    format!("routed-{seed}.{}", flow.routed)
}

fn packing(flow: &Flow, routed: &str, bitstream: &str) -> Vec<String> {
    let options = flow.packing.iter().map(|word| match word {
        Packing::Word(word) => (*word).to_owned(),
        Packing::Routed => routed.to_owned(),
        Packing::Bitstream => bitstream.to_owned(),
    });
    options.collect()
}

fn one_seed(
    plan: &BuildPlan<'_>,
    flow: &Flow,
    router: &Installed,
    seed: u32,
) -> Result<Routed, FpgaError> {
    let BuildPlan { board, folder, .. } = *plan;
    let mut options: Vec<String> = board.device.iter().map(|word| (*word).to_owned()).collect();
    options.extend((flow.files)(board.constraints, &routed(flow, seed)));
    // A clock that is missed is told from the report, with its path.
    options.push("--timing-allow-fail".to_owned());
    let mhz = f64::from(board.clock_hz) / 1e6;
    let (routed, _) = route::one_seed(router, folder, options, mhz, seed).or_else(|error| {
        let over: BTreeMap<String, Sites> = sites(&said(folder, seed)?)
            .into_iter()
            .filter(|(_, sites)| sites.used > sites.available)
            .collect();
        Err(if over.is_empty() {
            error
        } else {
            FpgaError::TooLarge {
                title: board.title,
                over,
                lower: plan.lower.clone(),
                log: folder.join(log(seed)),
            }
        })
    })?;
    Ok(routed)
}

fn said(folder: &Path, seed: u32) -> Result<String, FpgaError> {
    let log = folder.join(log(seed));
    fs::read_to_string(&log).map_err(FpgaError::file("read", &log))
}

/// What nextpnr says of the device's sites once the design is packed: `Info: KIND: USED/AVAILABLE PERCENT%`. It says
/// so ahead of placing, and so of a design that is too large, too.
fn sites(said: &str) -> BTreeMap<String, Sites> {
    let lines = said.lines().filter_map(|line| {
        let (kind, counts) = line.strip_prefix("Info:")?.trim().split_once(':')?;
        let (used, rest) = counts.split_once('/')?;
        let available = rest.split_whitespace().next()?;
        rest.trim_end().strip_suffix('%')?;
        Some((
            kind.to_owned(),
            Sites {
                used: used.trim().parse().ok()?,
                available: available.parse().ok()?,
            },
        ))
    });
    lines.filter(|(_, sites)| sites.used > 0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sites_are_read_from_the_log() {
        let said = "Info: Device utilisation:\n\
                    Info: \t         ICESTORM_LC:  8192/ 7680   106%\n\
                    Info: \t        ICESTORM_RAM:    30/   32    93%\n\
                    Info: \t               SB_IO:     0/  256     0%\n\
                    Info: Max frequency for clock 'x': 30.72 MHz (PASS at 12.00 MHz)\n";
        let sites = sites(said);
        assert_eq!(
            sites.iter().collect::<Vec<_>>(),
            [
                (
                    &"ICESTORM_LC".to_owned(),
                    &Sites {
                        used: 8192,
                        available: 7680
                    }
                ),
                (
                    &"ICESTORM_RAM".to_owned(),
                    &Sites {
                        used: 30,
                        available: 32
                    }
                ),
            ]
        );
    }
}
