//! Programs on the whole system that are directed at what random ones hardly meet: memory that fails, or is
//! tampered with, and limits.
//!
//! Each is compared with the golden model throughout; a difference stops it with a panic.

pub mod edges;
pub mod faults;
mod inbox;
mod os;

pub use inbox::host_and_inbox;
pub use os::{Os, allocs, bare_alloc, bare_free, config, design, frees};

use crate::fuzz::panics_as_errors;
use crate::system::hardware::SystemDesign;
use memento_config::Config;

/// A program, by its name.
pub type Program = (&'static str, fn(&Config, &SystemDesign));

macro_rules! programs {
    ($($module:ident::$name:ident),* $(,)?) => {
        &[$((stringify!($name), $module::$name)),*]
    };
}

/// Plays a program; whatever differs is what its panic says.
///
/// # Errors
/// What differs.
pub fn play(program: &Program, config: &Config, design: &SystemDesign) -> Result<(), String> {
    let (name, play) = program;
    let played = panics_as_errors(|| {
        play(config, design);
        Ok(())
    });
    played.map_err(|why| format!("{name}: {why}"))
}

/// Those for any configuration of two cores with a bypass, in the sizes of preset `tiny`.
pub const PROGRAMS: &[Program] = programs![
    faults::headers_that_cannot_be_read,
    faults::headers_that_cannot_be_written,
    faults::headers_that_were_tampered_with,
    faults::records_that_were_tampered_with,
    faults::a_page_table_that_cannot_be_read,
    faults::a_line_of_leaves_that_cannot_be_cleared,
    faults::leaves_that_cannot_be_read_when_a_process_ends,
    edges::a_lane_that_runs_out,
    edges::arenas_that_never_were,
    edges::frees_elsewhere_of_bad_headers,
    edges::a_mailbox_that_cannot_be_read,
    edges::counters_that_there_are_not,
    edges::two_ends_at_once,
];
