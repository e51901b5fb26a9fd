//! The page allocator's parts against plain models, under random stimulus, stalls and bus errors.
//!
//! `PAGES_SEED` says where the stimulus begins, `PAGES_CYCLES` how many cycles each run takes.

#[path = "../common/mod.rs"]
mod common;
#[macro_use]
mod memory;
mod arena_cursors;
mod page_pool;
mod reclaimer;
mod small;
mod teardown;

use memento_config::Config;
use memento_hdl::Geometry;
use memento_hdl::rtl::{Input, Word};

fn set(input: &mut Input, value: u64) {
    input.next = Word::new(value.into(), input.val().bits());
}

fn geometry(preset: &str) -> Geometry {
    Geometry::new(&Config::preset(preset).unwrap_or_else(|errors| panic!("{errors}")))
}
