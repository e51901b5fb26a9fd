//! The main-memory bypass: a filter between the caches and DRAM that knows which lines were never
//! written since their frame was granted.
//!
//! [`bypass::Bypass`] is the whole. [`fresh_table`] knows what is fresh, [`read_path`] and
//! [`write_path`] act on it, each on its half of the AXI4 bus.

pub mod address_stage;
pub mod burst_counts;
pub mod burst_span;
#[allow(clippy::module_inception, reason = "the file is named as its module")]
pub mod bypass;
pub mod fresh_rows;
pub mod fresh_table;
pub mod fresh_tags;
pub mod fresh_view;
pub mod read_path;
pub mod states;
pub mod strobe_mask;
pub mod types;
pub mod way_use;
pub mod write_path;
pub mod writes_in_flight;
