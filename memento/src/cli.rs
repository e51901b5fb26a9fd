//! What is typed: subcommands and options, without any meaning yet.

use crate::error::Error;
use clap::builder::PossibleValuesParser;
use clap::{Args, Parser, Subcommand, ValueEnum, value_parser};
use memento_config::PRESETS;
use memento_testbenches::system::axi::LINE_BYTES;
use memento_testbenches::system::cache::CacheShape;
use memento_testbenches::system::dram::DramTiming;
use memento_testbenches::system::machine::Surroundings;
use memento_testbenches::system::processes::Policy;
use memento_testbenches::{Issue, Latencies};
use serde::de::DeserializeOwned;
use std::fs;
use std::path::PathBuf;

const EXIT_STATUS: &str = "\
Exit status:
  0    good
  1    a check failed: hardware and golden model differ, a property doesn't hold, a clock or a goal isn't met
  2    bad usage, configuration, recording or environment
  130  interrupted (Ctrl-C)";

/// Generates Memento, a hardware memory allocator, and runs recorded programs through it.
#[derive(Debug, Parser)]
#[command(name = "memento", version, after_help = EXIT_STATUS)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write the hardware of a configuration as Verilog
    Generate(Generate),
    /// Run a recorded program through the hardware, every response compared with the golden model
    Simulate(Simulate),
    /// Run recordings through the whole system, each alone with each cache, and print their figures side by side
    Figures(Figures),
    /// Count the cells that the hardware takes on an FPGA, module by module
    Synth(Synth),
    /// Place and route the hardware on an FPGA: clock frequency over several seeds, critical path
    Pnr(Pnr),
    /// Make a bitstream for a board: a self-test, which executes a program with a configuration's allocator
    Build(Build),
    /// Compare results that were kept
    #[command(subcommand, after_help = EXIT_STATUS)]
    Report(Report),
    /// Play random programs in random surroundings, hardware against golden model; cut down what fails
    Fuzz(Fuzz),
    /// Play a suite of programs on hardware that counts: which lines, branches and named situations of the Verilog they reach
    Coverage(Coverage),
    /// Prove properties of a configuration's hardware, with Yosys and solvers
    Check(Check),
    /// Print a configuration with everything that follows by default stated
    #[command(after_help = EXIT_STATUS)]
    Config(Choice),
}

/// Which configuration.
#[derive(Debug, Clone, Default, Args)]
#[group(multiple = false)]
pub struct Choice {
    /// Configuration file (TOML)
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Configuration that comes along; `default` unless a file is stated
    #[arg(long, value_name = "NAME", value_parser = presets())]
    pub preset: Option<String>,
}

fn presets() -> PossibleValuesParser {
    PossibleValuesParser::new(PRESETS.iter().map(|(name, _)| *name))
}

/// `memento generate`.
#[derive(Debug, Clone, Args)]
#[command(after_help = EXIT_STATUS)]
pub struct Generate {
    /// Which configuration.
    #[command(flatten)]
    pub choice: Choice,
    /// Folder to write to: one file a module, a file list, a FuseSoC core and a manifest.
    /// Files of an earlier generation that are no longer written are removed, others are kept
    #[arg(long, value_name = "FOLDER")]
    pub out: PathBuf,
    /// Language to write
    #[arg(long, value_enum, default_value_t)]
    pub dialect: Dialect,
    /// Write a script and timing constraints for a vendor's tool too, which are not tried out; can be stated twice
    #[arg(long, value_enum, value_name = "TOOL")]
    pub vendor: Vec<Vendor>,
    /// Print what was written as JSON
    #[arg(long)]
    pub json: bool,
}

/// A vendor's tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Vendor {
    /// AMD Vivado: vivado.tcl and memento.xdc
    Vivado,
    /// Intel Quartus: quartus.tcl and memento.sdc
    Quartus,
}

/// Language of the generated files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Dialect {
    /// SystemVerilog-2012, files end in .sv
    #[default]
    #[value(name = "systemverilog")]
    SystemVerilog,
    /// Verilog-2005 for older tools, files end in .v
    #[value(name = "verilog2005")]
    Verilog2005,
}

/// A design on an FPGA.
#[derive(Debug, Clone, Args)]
pub struct OnFpga {
    /// Which configuration.
    #[command(flatten)]
    pub choice: Choice,
    /// FPGA family
    #[arg(long, value_enum)]
    pub target: Family,
    /// Top module
    #[arg(long, value_enum, default_value_t)]
    pub top: Top,
    /// Folder for sources, netlists, logs and results, a folder in it for each family, top and configuration
    #[arg(long, value_name = "FOLDER", default_value = "memento-fpga")]
    pub work: PathBuf,
    /// Print the result as JSON
    #[arg(long)]
    pub json: bool,
}

/// `memento synth`.
#[derive(Debug, Clone, Args)]
#[command(after_help = EXIT_STATUS)]
pub struct Synth {
    /// What is synthesized.
    #[command(flatten)]
    pub design: OnFpga,
}

/// `memento pnr`.
#[derive(Debug, Clone, Args)]
#[command(after_help = EXIT_STATUS)]
pub struct Pnr {
    /// What is placed and routed.
    #[command(flatten)]
    pub design: OnFpga,
    /// Seeds, from 1 on; the median is quoted
    #[arg(long, value_name = "COUNT", value_parser = value_parser!(u32).range(1..=100), default_value_t = 3)]
    pub seeds: u32,
    /// Speed grade: 6, 7 or 8 of an ECP5; the slowest unless stated
    #[arg(long, value_name = "GRADE")]
    pub speed: Option<String>,
    /// Clock frequency that place and route aims at
    #[arg(long, value_name = "MHZ", value_parser = value_parser!(u32).range(1..=1000), default_value_t = 150)]
    pub freq: u32,
}

/// `memento build`.
#[derive(Debug, Clone, Args)]
#[command(after_help = EXIT_STATUS)]
pub struct Build {
    /// Board: ulx3s, hx8k, icebreaker, tang-nano-20k or crosslink-nx-evn
    #[arg(long, value_name = "NAME")]
    pub board: String,
    /// Configuration file (TOML)
    #[arg(long, value_name = "FILE", conflicts_with = "preset")]
    pub config: Option<PathBuf>,
    /// Configuration that comes along; unless a file is stated, `default` for ulx3s, `tiny` for the others
    #[arg(long, value_name = "NAME", value_parser = presets())]
    pub preset: Option<String>,
    /// Folder for bitstream, sources, netlist, logs and the result; one for each board and configuration in
    /// `memento-fpga` unless stated
    #[arg(long, value_name = "FOLDER")]
    pub out: Option<PathBuf>,
    /// Seeds of place and route, from 1 on; the fastest is packed
    #[arg(long, value_name = "COUNT", value_parser = value_parser!(u32).range(1..=100), default_value_t = 1)]
    pub seeds: u32,
    /// Print the result as JSON
    #[arg(long)]
    pub json: bool,
}

/// `memento report`.
#[derive(Debug, Clone, Subcommand)]
pub enum Report {
    /// Cells and clock frequencies: results of synth, pnr and build, those of the same device and top compared with
    /// the first of them
    Area(ReportArea),
    /// The page about coverage, of what `memento coverage --json` printed
    Coverage(ReportFile),
    /// The page about mutants, of what `memento fuzz --mutants COUNT --json` printed
    Mutants(ReportFile),
}

/// `memento report coverage` and `memento report mutants`.
#[derive(Debug, Clone, Args)]
#[command(after_help = EXIT_STATUS)]
pub struct ReportFile {
    /// File with the result
    #[arg(value_name = "FILE")]
    pub path: PathBuf,
}

impl ReportFile {
    /// The result that the file holds.
    ///
    /// # Errors
    /// It can't be read, or holds something else.
    pub fn read<T: DeserializeOwned>(&self, what: &str) -> Result<T, Error> {
        let path = &self.path;
        let text = fs::read_to_string(path).map_err(Error::file("read", path))?;
        serde_json::from_str(&text).map_err(|error| Error::Unreadable {
            path: path.clone(),
            problem: format!("it holds no result of {what}: {error}"),
        })
    }
}

/// `memento report area`.
#[derive(Debug, Clone, Args)]
#[command(after_help = EXIT_STATUS)]
pub struct ReportArea {
    /// Files of results, or folders in which they are, at most two folders deep
    #[arg(value_name = "PATH", default_value = "memento-fpga")]
    pub paths: Vec<PathBuf>,
    /// Print the results as JSON
    #[arg(long)]
    pub json: bool,
}

/// FPGA family.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Family {
    /// Lattice ECP5; placed and routed on an LFE5U-85F
    Ecp5,
    /// Lattice iCE40; placed and routed on an HX8K
    Ice40,
    /// Lattice Nexus; synthesis alone
    Nexus,
    /// Gowin; synthesis alone
    Gowin,
}

/// Top module.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Top {
    /// memento_core, one object allocator
    #[default]
    Core,
    /// memento_hit_pipeline, the part of it that serves hits
    HitPipeline,
    /// memento_bypass
    Bypass,
    /// memento_system
    System,
}

/// `memento figures`.
#[derive(Debug, Clone, Args)]
#[command(after_help = EXIT_STATUS)]
pub struct Figures {
    /// Recordings; those in the folder `traces` unless stated
    #[arg(value_name = "FILE")]
    pub traces: Vec<PathBuf>,
    /// Which configuration.
    #[command(flatten)]
    pub choice: Choice,
    /// Sizes of the last-level cache, powers of two
    #[arg(long, value_name = "BYTES", value_delimiter = ',', value_parser = cache_bytes, default_value = "262144,2097152")]
    pub cache_bytes: Vec<u64>,
    /// Operations of each recording to run; all unless stated
    #[arg(long, value_name = "COUNT")]
    pub limit: Option<u64>,
    /// Print the figures as JSON
    #[arg(long)]
    pub json: bool,
}

/// `memento fuzz`.
#[derive(Debug, Clone, Args)]
#[command(after_help = EXIT_STATUS)]
pub struct Fuzz {
    /// Which configuration.
    #[command(flatten)]
    pub choice: Choice,
    /// Which hardware: one core alone, the whole system; both in turn unless stated
    #[arg(long, value_enum)]
    pub level: Option<FuzzLevel>,
    /// Random configurations of each hardware, if none is stated: each is compiled once
    #[arg(long, value_name = "COUNT", value_parser = value_parser!(u32).range(1..=1000), default_value_t = 2, conflicts_with_all = ["config", "preset"])]
    pub configurations: u32,
    /// Seed of everything that is drawn; drawn itself unless stated, and printed
    #[arg(long, value_name = "NUMBER")]
    pub seed: Option<u64>,
    /// Runs, each from reset, of some hundred to some ten thousand events; 200 if neither runs, time
    /// nor operations are stated
    #[arg(long, value_name = "COUNT", value_parser = value_parser!(u64).range(1..))]
    pub runs: Option<u64>,
    /// Seconds
    #[arg(long, value_name = "SECONDS", value_parser = value_parser!(u64).range(1..))]
    pub time: Option<u64>,
    /// Operations in all, of earlier parts of a campaign too
    #[arg(long, value_name = "COUNT", value_parser = value_parser!(u64).range(1..))]
    pub operations: Option<u64>,
    /// Runs at once; as many as there are processors unless stated
    #[arg(long, value_name = "COUNT", value_parser = value_parser!(u64).range(1..=1024))]
    pub threads: Option<u64>,
    /// Keep the state in this folder as it goes: stated again, it goes on where it stopped
    #[arg(long, value_name = "FOLDER")]
    pub campaign: Option<PathBuf>,
    /// Play a file that an earlier run has left
    #[arg(long, value_name = "FILE", conflicts_with_all = ["config", "preset", "level", "configurations", "seed", "runs", "time", "operations", "threads", "campaign"])]
    pub replay: Option<PathBuf>,
    /// Put faults into the emitted hardware instead, by rule and one at a time: how many are seen. On the preset `tiny` with
    /// two cores unless a configuration is stated
    #[arg(long, value_name = "COUNT", value_parser = value_parser!(u32).range(1..=100_000), conflicts_with_all = ["level", "configurations", "runs", "time", "operations", "campaign", "replay"])]
    pub mutants: Option<u32>,
    /// Where to leave events that fail; in its folder if there is a campaign
    #[arg(long, value_name = "FILE", default_value = "memento-fuzz.json")]
    pub out: PathBuf,
    /// Print what came of it as JSON
    #[arg(long)]
    pub json: bool,
}

/// `memento coverage`.
#[derive(Debug, Clone, Args)]
#[command(after_help = EXIT_STATUS)]
pub struct Coverage {
    /// Play some of everything in less than a minute, and hold it to no goal
    #[arg(long)]
    pub quick: bool,
    /// Runs at once; as many as there are processors unless stated
    #[arg(long, value_name = "COUNT", value_parser = value_parser!(u64).range(1..=1024))]
    pub threads: Option<u64>,
    /// Write counts line by line, in the format of lcov
    #[arg(long, value_name = "FILE")]
    pub lcov: Option<PathBuf>,
    /// Print what came of it as JSON
    #[arg(long)]
    pub json: bool,
}

/// Which hardware random programs are played on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FuzzLevel {
    /// memento_core, one object allocator
    Core,
    /// memento_system and memento_bypass, with cache, DRAM and an operating system
    System,
}

/// `memento check`.
#[derive(Debug, Clone, Args)]
#[command(after_help = EXIT_STATUS)]
pub struct Check {
    /// Which configuration.
    #[command(flatten)]
    pub choice: Choice,
    /// Try proofs that take minutes too
    #[arg(long)]
    pub full: bool,
    /// Try the proof of this name alone, or those that have a property of this name
    #[arg(long, value_name = "NAME")]
    pub property: Option<String>,
    /// Cycles from reset of bounded proofs, in place of their own depth
    #[arg(long, value_name = "CYCLES", value_parser = value_parser!(u32).range(1..=1000))]
    pub depth: Option<u32>,
    /// Put known faults into the hardware of preset tiny instead, whose text they are stated in: proofs must fail. With `--property`, those of that proof
    #[arg(long, conflicts_with_all = ["full", "depth", "config", "preset"])]
    pub mutations: bool,
    /// Put one of these known faults into the hardware of preset tiny, by words of its name, and try its proof, which is to
    /// fail: its counterexample can be looked at and replayed
    #[arg(long, value_name = "WORDS", conflicts_with_all = ["mutations", "full", "config", "preset"])]
    pub fault: Option<String>,
    /// Folder for counterexamples: waveforms (VCD), and files that `memento simulate --replay` plays
    #[arg(long, value_name = "FOLDER", default_value = "memento-counterexamples")]
    pub artifacts: PathBuf,
    /// Print what came of it as JSON
    #[arg(long)]
    pub json: bool,
}

/// `memento simulate`.
#[derive(Debug, Clone, Args)]
#[command(after_help = EXIT_STATUS)]
pub struct Simulate {
    /// Recording of a program: heaptrack's raw text, plain or zstd. Stated several times, with
    /// `--system`: a process for each
    #[arg(long, value_name = "FILE", required_unless_present = "replay")]
    pub trace: Vec<PathBuf>,
    /// Play a counterexample that `memento check` has left instead: the module of the proof alone, with its properties, from
    /// the state and with the inputs of the counterexample
    #[arg(long, value_name = "FILE", conflicts_with_all = ["trace", "system", "config", "preset", "limit", "issue", "seed", "artifacts"])]
    pub replay: Option<PathBuf>,
    /// Leave the deliberate fault out, of which the counterexample is
    #[arg(long, requires = "replay", conflicts_with = "trace")]
    pub without_fault: bool,
    /// Run the whole system instead of one core: memento_system and memento_bypass between cores that
    /// use what they allocate, a last-level cache and DRAM
    #[arg(long)]
    pub system: bool,
    /// Which configuration.
    #[command(flatten)]
    pub choice: Choice,
    /// Operations of each recording to run; all unless stated
    #[arg(long, value_name = "COUNT")]
    pub limit: Option<u64>,
    /// How operations follow each other
    #[arg(long, value_enum, default_value_t)]
    pub issue: IssueOrder,
    /// Seed of the random values that registers and memories start with
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    pub seed: u32,
    /// Print the report as JSON
    #[arg(long)]
    pub json: bool,
    /// Record a waveform (VCD) of the whole run; `--limit` keeps it small
    #[arg(long, value_name = "FILE", conflicts_with = "system")]
    pub waveform: Option<PathBuf>,
    /// Folder for waveform, cut-down recording and configuration of a run that fails
    #[arg(
        long,
        value_name = "FOLDER",
        default_value = "memento-mismatch",
        conflicts_with = "system"
    )]
    pub artifacts: PathBuf,
    /// Answering times.
    #[command(flatten)]
    pub latency: Latency,
    /// What is around the whole system.
    #[command(flatten)]
    pub around: Around,
}

/// How operations follow each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum IssueOrder {
    /// As an in-order core: an allocation waits for its answer, a free is posted
    #[default]
    InOrder,
    /// All that data dependences allow: a free waits for its allocation alone
    Pipelined,
}

impl From<IssueOrder> for Issue {
    fn from(order: IssueOrder) -> Issue {
        match order {
            IssueOrder::InOrder => Issue::InOrder,
            IssueOrder::Pipelined => Issue::Pipelined,
        }
    }
}

impl IssueOrder {
    /// As it is stated.
    pub fn name(self) -> &'static str {
        match self {
            IssueOrder::InOrder => "in-order",
            IssueOrder::Pipelined => "pipelined",
        }
    }
}

/// Clock cycles from the edge that accepts a request to the first edge that can take its answer.
#[derive(Debug, Clone, Copy, Args)]
#[command(next_help_heading = "Latencies in clock cycles, without --system")]
pub struct Latency {
    /// Page allocator, ALLOC_ARENA
    #[arg(long, value_name = "CYCLES", conflicts_with = "system", default_value_t = Latencies::default().alloc_arena)]
    pub alloc_arena_latency: u32,
    /// Page allocator, PEEK_ARENA, which asks what ALLOC_ARENA would grant
    #[arg(long, value_name = "CYCLES", conflicts_with = "system", default_value_t = Latencies::default().peek_arena)]
    pub peek_arena_latency: u32,
    /// Page allocator, CLAIM_ARENA, which takes what was asked about
    #[arg(long, value_name = "CYCLES", conflicts_with = "system", default_value_t = Latencies::default().claim_arena)]
    pub claim_arena_latency: u32,
    /// Page allocator, FREE_ARENA
    #[arg(long, value_name = "CYCLES", conflicts_with = "system", default_value_t = Latencies::default().free_arena)]
    pub free_arena_latency: u32,
    /// Page allocator, TRANSLATE
    #[arg(long, value_name = "CYCLES", conflicts_with = "system", default_value_t = Latencies::default().translate)]
    pub translate_latency: u32,
    /// Header memory, from a read to its first beat
    #[arg(long, value_name = "CYCLES", conflicts_with = "system", default_value_t = Latencies::default().header_read)]
    pub header_read_latency: u32,
    /// Header memory, from a write's last beat to its answer
    #[arg(long, value_name = "CYCLES", conflicts_with = "system", default_value_t = Latencies::default().header_write)]
    pub header_write_latency: u32,
}

impl Default for Latency {
    fn default() -> Self {
        let usual = Latencies::default();
        Latency {
            alloc_arena_latency: usual.alloc_arena,
            peek_arena_latency: usual.peek_arena,
            claim_arena_latency: usual.claim_arena,
            free_arena_latency: usual.free_arena,
            translate_latency: usual.translate,
            header_read_latency: usual.header_read,
            header_write_latency: usual.header_write,
        }
    }
}

impl Latency {
    /// The same, as benches take them.
    pub fn resolve(self) -> Latencies {
        Latencies {
            alloc_arena: self.alloc_arena_latency,
            peek_arena: self.peek_arena_latency,
            claim_arena: self.claim_arena_latency,
            free_arena: self.free_arena_latency,
            translate: self.translate_latency,
            header_read: self.header_read_latency,
            header_write: self.header_write_latency,
        }
    }
}

/// What is around the whole system.
#[derive(Debug, Clone, Copy, Args)]
#[command(next_help_heading = "With --system")]
pub struct Around {
    /// Operations that a process runs before another one's turn
    #[arg(long, value_name = "OPERATIONS", requires = "system", value_parser = value_parser!(u64).range(1..), default_value_t = Policy::default().quantum)]
    pub quantum: u64,
    /// Frames lent before the programs start, as far as there are so many; more follow when the pool
    /// is low
    #[arg(long, value_name = "FRAMES", requires = "system", value_parser = value_parser!(u64).range(1..), default_value_t = Policy::default().pool_frames)]
    pub pool_frames: u64,
    /// Size of the last-level cache, a power of two
    #[arg(long, value_name = "BYTES", requires = "system", value_parser = cache_bytes, default_value_t = CacheShape::default().bytes)]
    pub cache_bytes: u64,
    /// Ways of the last-level cache, a power of two
    #[arg(long, value_name = "WAYS", requires = "system", value_parser = cache_ways, default_value_t = CacheShape::default().ways)]
    pub cache_ways: u32,
    /// Entries of each core's TLB, four to a set
    #[arg(long, value_name = "ENTRIES", requires = "system", value_parser = tlb_entries, default_value_t = Surroundings::default().tlb_entries)]
    pub tlb_entries: u32,
    /// DRAM, from a read to its first beat and from a write's last beat to its answer
    #[arg(long, value_name = "CYCLES", requires = "system", default_value_t = DramTiming::default().latency)]
    pub dram_latency: u32,
    /// DRAM, for each beat on its bus
    #[arg(long, value_name = "CYCLES", requires = "system", value_parser = value_parser!(u32).range(1..), default_value_t = DramTiming::default().cycles_per_beat)]
    pub dram_cycles_per_beat: u32,
    /// DRAM, reads that are under way at once, and writes
    #[arg(long, value_name = "BURSTS", requires = "system", value_parser = value_parser!(u32).range(1..=1024), default_value_t = DramTiming::default().outstanding)]
    pub dram_outstanding: u32,
}

/// Largest cache that a bench keeps: its lines are all there from the start.
const MOST_CACHE_BYTES: u64 = 1 << 30;

/// Largest TLB that a bench keeps.
const MOST_TLB_ENTRIES: u32 = 1 << 20;

fn cache_bytes(stated: &str) -> Result<u64, String> {
    let bytes = stated.parse().ok().filter(|bytes: &u64| {
        bytes.is_power_of_two() && (LINE_BYTES..=MOST_CACHE_BYTES).contains(bytes)
    });
    bytes.ok_or_else(|| format!("not a power of two from {LINE_BYTES} to {MOST_CACHE_BYTES}"))
}

fn tlb_entries(stated: &str) -> Result<u32, String> {
    let entries = stated.parse().ok().filter(|entries: &u32| {
        entries.is_multiple_of(4) && (4..=MOST_TLB_ENTRIES).contains(entries)
    });
    entries.ok_or_else(|| format!("not a multiple of 4 from 4 to {MOST_TLB_ENTRIES}"))
}

fn cache_ways(stated: &str) -> Result<u32, String> {
    let ways = stated
        .parse()
        .ok()
        .filter(|ways: &u32| ways.is_power_of_two());
    ways.ok_or_else(|| "not a power of two".to_owned())
}

impl Default for Around {
    fn default() -> Self {
        let (policy, usual) = (Policy::default(), Surroundings::default());
        Around {
            quantum: policy.quantum,
            pool_frames: policy.pool_frames,
            cache_bytes: usual.cache.bytes,
            cache_ways: usual.cache.ways,
            tlb_entries: usual.tlb_entries,
            dram_latency: usual.dram.latency,
            dram_cycles_per_beat: usual.dram.cycles_per_beat,
            dram_outstanding: usual.dram.outstanding,
        }
    }
}

impl Around {
    /// How processes share cores and frames.
    pub fn policy(&self) -> Policy {
        Policy {
            quantum: self.quantum,
            pool_frames: self.pool_frames,
            ..Policy::default()
        }
    }

    /// Cache, memory, TLBs and cores.
    pub fn surroundings(&self, issue: IssueOrder, seed: u32) -> Surroundings {
        Surroundings {
            issue: issue.into(),
            cache: CacheShape {
                bytes: self.cache_bytes,
                ways: self.cache_ways,
            },
            dram: DramTiming {
                latency: self.dram_latency,
                cycles_per_beat: self.dram_cycles_per_beat,
                outstanding: self.dram_outstanding,
            },
            tlb_entries: self.tlb_entries,
            seed,
        }
    }

    /// The options that differ from what they are by default, and their values.
    pub fn stated(&self) -> Vec<(&'static str, u64)> {
        let (policy, usual) = (Policy::default(), Surroundings::default());
        let (cache, dram) = (usual.cache, usual.dram);
        let all = [
            ("quantum", self.quantum, policy.quantum),
            ("pool-frames", self.pool_frames, policy.pool_frames),
            ("cache-bytes", self.cache_bytes, cache.bytes),
            ("cache-ways", self.cache_ways.into(), cache.ways.into()),
            (
                "tlb-entries",
                self.tlb_entries.into(),
                usual.tlb_entries.into(),
            ),
            (
                "dram-latency",
                self.dram_latency.into(),
                dram.latency.into(),
            ),
            (
                "dram-cycles-per-beat",
                self.dram_cycles_per_beat.into(),
                dram.cycles_per_beat.into(),
            ),
            (
                "dram-outstanding",
                self.dram_outstanding.into(),
                dram.outstanding.into(),
            ),
        ];
        let stated = all.into_iter().filter(|(_, value, usual)| value != usual);
        stated.map(|(option, value, _)| (option, value)).collect()
    }
}
