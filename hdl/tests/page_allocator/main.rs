//! The page allocator against a reference written from the contract, in its surroundings.

#[path = "../common/mod.rs"]
mod common;

use common::{DIALECTS, build, emitted, options, presets};
use memento_hdl::Geometry;
use memento_hdl::pages::page_allocator::PageAllocator;

#[test]
fn verilator_is_silent() {
    for (name, config) in presets() {
        for dialect in DIALECTS {
            let top = PageAllocator::new(&Geometry::new(&config));
            let design = emitted(&top, &options(&config, dialect));
            let found = match build(&design, dialect).lint() {
                Ok(warnings) => warnings.join("\n"),
                Err(error) => error.to_string(),
            };
            assert!(found.is_empty(), "{name}, {dialect:?}: {found}");
        }
    }
}
