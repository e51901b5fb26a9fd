//! Emitted designs on FPGAs, by open tools: how big, how fast.
//!
//! - [`target`]: what is known of each FPGA family, and of the tools that serve it,
//! - [`tool`]: an external program, where it is found, how it is run and what it said,
//! - [`wrapper`]: a design's ports behind registers and two pins, so that any top fits any package,
//! - [`synthesis`]: Yosys, cells by module,
//! - [`route`]: nextpnr over several seeds, clock frequency and critical path,
//! - [`board`]: boards, their pins and clocks,
//! - [`build`]: a board's design down to its bitstream,
//! - [`demo`]: the program of a board's self-test, and the answers that it must get.
//!
//! # What is taken for granted of the tools
//!
//! - Yosys 0.70: `stat -json` has `modules` by name with `num_cells_by_type`, in which instances of other
//!   modules count as cells under those modules' names; parametrised modules are called
//!   `$paramod$…\name` there.
//! - nextpnr 0.11: `--report` writes JSON with `fmax` by clock, each with `achieved` in MHz, `utilization` by
//!   kind of site, and `critical_paths`, each with `from`, `to` and `path`, whose steps have `type` and `delay` in ns.
//! - Both, as compiled to WebAssembly, see no files but those below the folder that they run in.

pub mod board;
pub mod build;
pub mod demo;
pub mod error;
mod flow;
pub mod route;
pub mod synthesis;
pub mod target;
pub mod tool;
pub mod wrapper;

pub use error::FpgaError;
