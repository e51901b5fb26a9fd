//! What synthesis made of a self-test, in Verilator with Yosys' own models of the cells: it says the same line as the
//! Verilog that it was made of, to the cycle.
//!
//! ```sh
//! cargo test --release -p memento-fpga --test netlist -- --ignored --nocapture
//! ```

mod common;

use common::{board, compiled, designed, told};
use memento_fpga::board::BOARD_MODULE;
use memento_fpga::synthesis::Workshop;
use std::path::Path;
use verilator_bindings::{Build, Optimize, Warnings};

#[test]
#[ignore = "minutes: Yosys, then a compiler on a netlist of ten thousand cells, twice"]
fn a_netlist_says_the_same() {
    let (design, demo) = designed("hx8k", "tiny");
    let described = told(board("hx8k"), &compiled(&design), &demo, 1);

    let folder = tempfile::tempdir().unwrap();
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let target = board("hx8k").target;
    let workshop = Workshop::new(folder.path(), here, target, &design, BOARD_MODULE).unwrap();
    workshop.netlist().unwrap();
    let [netlist, models] = workshop.simulated().unwrap();

    let synthesized = told(board("hx8k"), &simulated(&netlist, &models), &demo, 1);
    print!(
        "described   {}synthesized {}",
        described.line, synthesized.line
    );
    assert_eq!(synthesized.line, described.line);
    assert_eq!(synthesized.lamps & 0b11, 0b01);

    // A look-up table of the allocator's that is wrong shows.
    let wrong = with_a_wrong_table(&netlist);
    let wrong = told(board("hx8k"), &simulated(&wrong, &models), &demo, 1);
    print!("wrong table {}", wrong.line);
    assert_ne!(wrong.line, described.line);
}

fn simulated(netlist: &str, models: &str) -> std::sync::Arc<verilator_bindings::Library> {
    let mut build = Build::new(BOARD_MODULE)
        .source_text("netlist.v", netlist)
        .source_text("cells_sim.v", models)
        .optimize(Optimize::Quick)
        .warnings(Warnings::Allow)
        .cache_dir(Path::new(env!("CARGO_TARGET_TMPDIR")).join("models"));
    // The models state delays, which nobody waits for.
    for flag in ["--no-timing", "-Wno-TIMESCALEMOD"] {
        build = build.flag(flag);
    }
    build.compile().unwrap()
}

/// The netlist with a table inverted, of those that number the slot that an allocation takes.
fn with_a_wrong_table(netlist: &str) -> String {
    let table = "  .LUT_INIT(16'h";
    let named = ") \\demo.core.hit_pipeline.bit_encoder";
    let at = netlist
        .find(named)
        .expect("a cell that numbers the slot taken");
    let at = netlist[..at].rfind(table).expect("its table") + table.len();
    let digits = u16::from_str_radix(&netlist[at..at + 4], 16).unwrap();
    format!("{}{:04x}{}", &netlist[..at], !digits, &netlist[at + 4..])
}
