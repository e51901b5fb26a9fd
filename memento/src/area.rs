//! `memento report area`: results of `synth`, `pnr` and `build` that were kept, side by side.

use crate::build::{Built, RESULT};
use crate::cli::ReportArea;
use crate::design::SHORT_DIGEST;
use crate::error::Error;
use crate::fpga::{Routed, Synthesized};
use memento_formal::text::grouped;
use memento_fpga::target::Cells;
use serde::Serialize;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Folders below a stated one that are looked into.
const DEPTH: usize = 2;

/// Results that were kept.
#[derive(Debug, Serialize)]
pub struct AreaReport {
    /// In order: alike ones together, the first of them is what the others are compared with.
    pub results: Vec<Kept>,
}

/// A result that was kept.
#[derive(Debug, Serialize)]
pub struct Kept {
    /// `synth`, `pnr` or `build`.
    pub command: &'static str,
    /// Family, or board.
    pub device: String,
    /// Top module.
    pub top: String,
    /// Where the configuration came from.
    pub configuration: String,
    /// Its digest.
    pub configuration_sha256: String,
    /// Cells, unless of `pnr`.
    pub cells: Option<Cells>,
    /// Clock frequency in MHz: of `pnr` the median, of `build` that of the bitstream.
    pub mhz: Option<f64>,
    /// Of `pnr` how many seeds, of `build` the one of the bitstream.
    pub seeds: Option<String>,
    /// Look-up tables, in per cent, more than those of the first result of the same command, device and top.
    pub luts_percent: Option<f64>,
    /// Clock frequency, likewise.
    pub mhz_percent: Option<f64>,
    /// Tools, as they call themselves.
    pub tools: String,
    /// The file.
    pub file: PathBuf,
}

/// Reads results and compares them.
///
/// # Errors
/// A file or folder that can't be read, or isn't a result of this version; no result anywhere.
pub fn report(arguments: &ReportArea) -> Result<AreaReport, Error> {
    let mut files = Vec::new();
    for path in &arguments.paths {
        if path.is_dir() {
            find(path, DEPTH, &mut files)?;
        } else {
            files.push(path.clone());
        }
    }
    files.sort();
    let mut results = files
        .into_iter()
        .map(|file| read(&file))
        .collect::<Result<Vec<Kept>, Error>>()?;
    if results.is_empty() {
        let paths: Vec<String> = arguments
            .paths
            .iter()
            .map(|path| format!("`{}`", path.display()))
            .collect();
        return Err(Error::Usage(format!(
            "no result is in {}: `memento synth`, `pnr` and `build` keep theirs as area.json, timing.json and {RESULT}",
            paths.join(", ")
        )));
    }
    results.sort_by(|a, b| a.kind().cmp(&b.kind()));
    for at in 0..results.len() {
        let first = results
            .iter()
            .position(|result| result.kind() == results[at].kind())
            .unwrap_or(at);
        let (base, result) = (&results[first], &results[at]);
        let more =
            |now: f64, then: f64| (first != at && then > 0.0).then(|| (now / then - 1.0) * 100.0);
        let luts = base.cells.zip(result.cells);
        let luts = luts.and_then(|(then, now)| more(now.luts as f64, then.luts as f64));
        let mhz = base.mhz.zip(result.mhz);
        let mhz = mhz.and_then(|(then, now)| more(now, then));
        results[at].luts_percent = luts;
        results[at].mhz_percent = mhz;
    }
    Ok(AreaReport { results })
}

/// Finds the files of results in a folder.
fn find(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) -> Result<(), Error> {
    let entries = fs::read_dir(folder).map_err(Error::file("read", folder))?;
    for entry in entries {
        let path = entry.map_err(Error::file("read", folder))?.path();
        let name = path.file_name().unwrap_or_default();
        if path.is_dir() && depth > 0 {
            find(&path, depth - 1, files)?;
        } else if ["area.json", "timing.json", RESULT]
            .iter()
            .any(|kept| name == *kept)
        {
            files.push(path);
        }
    }
    Ok(())
}

fn read(file: &Path) -> Result<Kept, Error> {
    let text = fs::read_to_string(file).map_err(Error::file("read", file))?;
    let kept = if let Ok(stored) = serde_json::from_str::<Synthesized>(&text) {
        Kept {
            command: "synth",
            device: stored.area.target.name().to_owned(),
            top: stored.area.top,
            configuration: stored.configuration,
            configuration_sha256: stored.configuration_sha256,
            cells: Some(stored.area.total),
            mhz: None,
            seeds: None,
            luts_percent: None,
            mhz_percent: None,
            tools: version(&stored.area.yosys).to_owned(),
            file: file.to_owned(),
        }
    } else if let Ok(stored) = serde_json::from_str::<Routed>(&text) {
        let speed = match stored.timing.speed.as_str() {
            "" => String::new(),
            speed => format!(" speed {speed}"),
        };
        Kept {
            command: "pnr",
            device: stored.target.name().to_owned() + &speed,
            top: stored.top,
            configuration: stored.configuration,
            configuration_sha256: stored.configuration_sha256,
            cells: None,
            mhz: Some(stored.timing.median_mhz),
            seeds: Some(format!("1 to {}", stored.timing.seeds.len())),
            luts_percent: None,
            mhz_percent: None,
            tools: stored.timing.nextpnr,
            file: file.to_owned(),
        }
    } else {
        let stored: Built = serde_json::from_str(&text).map_err(|error| {
            let odd = format!("no result of synth, pnr or build: {error}");
            Error::file("read", file)(io::Error::other(odd))
        })?;
        let build = stored.build;
        let best = build.seeds.iter().find(|tried| tried.seed == build.seed);
        Kept {
            command: "build",
            device: build.board,
            top: "memento_board".to_owned(),
            configuration: stored.configuration,
            configuration_sha256: stored.configuration_sha256,
            cells: Some(build.cells),
            mhz: best.map(|tried| tried.fmax_mhz),
            seeds: Some(build.seed.to_string()),
            luts_percent: None,
            mhz_percent: None,
            tools: format!("{}, {}", version(&build.yosys), build.nextpnr),
            file: file.to_owned(),
        }
    };
    Ok(kept)
}

/// Yosys' version without what it was compiled by.
fn version(yosys: &str) -> &str {
    yosys.split(" (").next().unwrap_or(yosys)
}

impl Kept {
    /// Results are alike whose kind is.
    fn kind(&self) -> (&'static str, &str, &str) {
        (self.command, &self.device, &self.top)
    }
}

impl fmt::Display for AreaReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut last = None;
        for result in &self.results {
            let kind = result.kind();
            if last != Some(kind) {
                let gap = if last.is_some() { "\n" } else { "" };
                writeln!(
                    f,
                    "{gap}{} {}, {}",
                    result.command, result.device, result.top
                )?;
                writeln!(
                    f,
                    "{:<SHORT_DIGEST$} {:>7} {:>8} {:>7} {:>5} {:>5} {:>7} {:>8}  seeds   tools",
                    "sha256", "LUT", "", "FF", "RAM", "DSP", "MHz", ""
                )?;
                last = Some(kind);
            }
            let digest: String = result
                .configuration_sha256
                .chars()
                .take(SHORT_DIGEST)
                .collect();
            let count = |of: fn(&Cells) -> u64| {
                let count = result.cells.as_ref().map(of);
                count.map_or_else(|| "-".to_owned(), grouped)
            };
            let more = |percent: Option<f64>| {
                percent.map_or_else(String::new, |percent| format!("{percent:+.1} %"))
            };
            let mhz = result
                .mhz
                .map_or_else(|| "-".to_owned(), |mhz| format!("{mhz:.1}"));
            writeln!(
                f,
                "{digest:<SHORT_DIGEST$} {:>7} {:>8} {:>7} {:>5} {:>5} {mhz:>7} {:>8}  {:<7} {}; {}",
                count(|cells| cells.luts),
                more(result.luts_percent),
                count(|cells| cells.flip_flops),
                count(|cells| cells.block_rams),
                count(|cells| cells.multipliers),
                more(result.mhz_percent),
                result.seeds.as_deref().unwrap_or("-"),
                result.tools,
                result.configuration
            )?;
        }
        Ok(())
    }
}
