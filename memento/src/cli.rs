//! What is typed: subcommands and options, without any meaning yet.

use clap::builder::PossibleValuesParser;
use clap::{Args, Parser, Subcommand, ValueEnum};
use memento_config::PRESETS;
use memento_testbenches::Latencies;
use std::path::PathBuf;

const EXIT_STATUS: &str = "\
Exit status:
  0    good
  1    a check failed: hardware and golden model differ
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
    /// Print what was written as JSON
    #[arg(long)]
    pub json: bool,
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

/// `memento simulate`.
#[derive(Debug, Clone, Args)]
#[command(after_help = EXIT_STATUS)]
pub struct Simulate {
    /// Recording of a program: heaptrack's raw text, plain or zstd
    #[arg(long, value_name = "FILE")]
    pub trace: PathBuf,
    /// Which configuration.
    #[command(flatten)]
    pub choice: Choice,
    /// Operations of the recording to run; all unless stated
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
    #[arg(long, value_name = "FILE")]
    pub waveform: Option<PathBuf>,
    /// Folder for waveform, cut-down recording and configuration of a run that fails
    #[arg(long, value_name = "FOLDER", default_value = "memento-mismatch")]
    pub artifacts: PathBuf,
    /// Answering times.
    #[command(flatten)]
    pub latency: Latency,
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

/// Clock cycles from the edge that accepts a request to the first edge that can take its answer.
#[derive(Debug, Clone, Copy, Args)]
#[command(next_help_heading = "Latencies in clock cycles")]
pub struct Latency {
    /// Page allocator, ALLOC_ARENA
    #[arg(long, value_name = "CYCLES", default_value_t = Latencies::default().alloc_arena)]
    pub alloc_arena_latency: u32,
    /// Page allocator, FREE_ARENA
    #[arg(long, value_name = "CYCLES", default_value_t = Latencies::default().free_arena)]
    pub free_arena_latency: u32,
    /// Page allocator, TRANSLATE
    #[arg(long, value_name = "CYCLES", default_value_t = Latencies::default().translate)]
    pub translate_latency: u32,
    /// Header memory, from a read to its first beat
    #[arg(long, value_name = "CYCLES", default_value_t = Latencies::default().header_read)]
    pub header_read_latency: u32,
    /// Header memory, from a write's last beat to its answer
    #[arg(long, value_name = "CYCLES", default_value_t = Latencies::default().header_write)]
    pub header_write_latency: u32,
}

impl Latency {
    /// The same, as benches take them.
    pub fn resolve(self) -> Latencies {
        Latencies {
            alloc_arena: self.alloc_arena_latency,
            free_arena: self.free_arena_latency,
            translate: self.translate_latency,
            header_read: self.header_read_latency,
            header_write: self.header_write_latency,
        }
    }
}
