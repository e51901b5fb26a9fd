//! What the tests of this crate share: their sources and their cache.

use std::path::PathBuf;

use verilator_bindings::{Build, Optimize};

/// A build of `tests/verilog/<top>.sv`, quick to compile, cached beside the
/// test's binaries.
pub fn design(top: &str) -> Build {
    let source = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("tests/verilog/{top}.sv"));
    Build::new(top)
        .source(source)
        .optimize(Optimize::Quick)
        .cache_dir(concat!(env!("CARGO_TARGET_TMPDIR"), "/models"))
}
