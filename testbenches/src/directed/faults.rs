//! Memory that fails, or is tampered with behind the hardware's back: every status is the model's, and once memory is
//! well again everything goes on.

use super::os::{Os, allocs, bare_alloc, bare_free, frees};
use crate::system::hardware::SystemDesign;
use memento_config::Config;
use memento_sim::{Arena, Status};

/// The process that everything happens in.
const PROCESS: u32 = 1;

fn arena(class: u32, number: u32) -> Arena {
    Arena {
        class,
        context: 0,
        number,
    }
}

/// A process on core 0 with two arenas of 8-byte objects: 0..16 in a full one, 16..32 in a full one that serves.
fn two_arenas(os: &mut Os) {
    os.create(PROCESS);
    os.attach(0, PROCESS, 0);
    os.run(0, PROCESS, allocs(0..32, 8));
}

/// An arena that was fetched ahead has had its header read, and would be taken whatever becomes of that: the context is
/// detached and attached again, which forgets it.
fn forget_fetched(os: &mut Os) {
    os.detach(0);
    os.attach(0, PROCESS, 0);
}

/// What is done with arena 0's header while it isn't right.
#[derive(Clone, Copy, Debug)]
enum Use {
    /// A free outside the object table.
    Free,
    /// An allocation that pops it.
    Pop,
    /// An allocation that is granted it anew.
    Grant,
}

const USES: [Use; 3] = [Use::Free, Use::Pop, Use::Grant];

impl Use {
    fn prepare(self, os: &mut Os) {
        two_arenas(os);
        match self {
            Use::Free => {}
            Use::Pop => os.run(0, PROCESS, frees(0..5)),
            Use::Grant => os.run(0, PROCESS, frees(0..16)),
        }
        forget_fetched(os);
    }

    fn happen(self, os: &mut Os) {
        let steps = match self {
            Use::Free => bare_free(os.address(PROCESS, 7)),
            Use::Pop | Use::Grant => bare_alloc(8),
        };
        os.run(0, PROCESS, steps);
    }

    fn end(self, os: &mut Os, status: Status) {
        os.compare();
        // Once more: the first went as if it had never been asked for.
        let before = os.answered(0, Status::Ok);
        self.happen(os);
        assert_eq!(os.answered(0, Status::Ok), before + 1, "{self:?}, {status}");
        os.run(0, PROCESS, allocs(100..140, 8));
        os.compare();
        os.destroy(PROCESS);
        os.compare();
    }
}

/// Reads of a header fail.
pub fn headers_that_cannot_be_read(config: &Config, design: &SystemDesign) {
    let mut os = Os::new(config, design, 200);
    for (number, what) in USES.into_iter().enumerate() {
        what.prepare(&mut os);
        let (hardware, model) = os.headers(PROCESS, arena(0, 0));
        os.fail(hardware, model.byte_address(), true, false);
        what.happen(&mut os);
        assert_eq!(os.answered(0, Status::BusError), number as u64 + 1);
        os.fail(hardware, model.byte_address(), false, false);
        what.end(&mut os, Status::BusError);
    }
    let captured = os.bench.read_registers(&["error_status", "error_count"]);
    assert_eq!(captured.unwrap()[0], 1);
}

/// Writes of a header fail.
pub fn headers_that_cannot_be_written(config: &Config, design: &SystemDesign) {
    let mut os = Os::new(config, design, 200);
    for (number, what) in [Use::Free, Use::Grant].into_iter().enumerate() {
        what.prepare(&mut os);
        let (hardware, model) = os.headers(PROCESS, arena(0, 0));
        os.fail(hardware, model.byte_address(), false, true);
        what.happen(&mut os);
        assert_eq!(os.answered(0, Status::BusError), number as u64 + 1);
        os.fail(hardware, model.byte_address(), false, false);
        what.end(&mut os, Status::BusError);
    }
}

/// A bit of a header is another.
pub fn headers_that_were_tampered_with(config: &Config, design: &SystemDesign) {
    let mut os = Os::new(config, design, 200);
    let mut refused = 0;
    for what in USES {
        for word in 0..8 {
            for bit in [0, 17, 63] {
                what.prepare(&mut os);
                let (hardware, model) = os.headers(PROCESS, arena(0, 0));
                let (hardware, model) = (hardware + 8 * word, model.byte_address() + 8 * word);
                let was = os.poke(hardware, model, 0);
                os.poke(hardware, model, was ^ 1 << bit);
                what.happen(&mut os);
                refused += 1;
                assert_eq!(
                    os.answered(0, Status::CorruptHeader),
                    refused,
                    "{what:?}, word {word}, bit {bit}"
                );
                os.poke(hardware, model, was);
                what.end(&mut os, Status::CorruptHeader);
            }
        }
    }
}

/// Records name arenas that there are not.
pub fn records_that_were_tampered_with(config: &Config, design: &SystemDesign) {
    let mut os = Os::new(config, design, 200);
    let bad = [
        // Arenas that there are not, or never were, current or head.
        0xffff_ffff_0000_0040,
        0xffff_ffff_0000_0005,
        0x0000_0005_ffff_ffff,
        0x8000_0000_ffff_ffff,
        0x7fff_ffff_7fff_ffff,
    ];
    for value in bad {
        two_arenas(&mut os);
        os.detach(0);
        let (hardware, model) = os.records(PROCESS, 0, 0);
        let was = os.poke(hardware + 8, model + 8, value);
        os.attach(0, PROCESS, 0);
        os.run(0, PROCESS, bare_alloc(8));
        os.run(0, PROCESS, allocs(200..220, 16));
        os.detach(0);
        os.poke(hardware + 8, model + 8, was);
        os.attach(0, PROCESS, 0);
        os.run(0, PROCESS, allocs(100..120, 8));
        os.run(0, PROCESS, frees(0..32));
        os.destroy(PROCESS);
        os.compare();
    }
}

/// Reads of a line of leaves fail.
pub fn a_page_table_that_cannot_be_read(config: &Config, design: &SystemDesign) {
    let mut os = Os::new(config, design, 200);
    two_arenas(&mut os);
    let address = os.address(PROCESS, 0);
    let hardware = os.hardware_entry(PROCESS, 0, address) & !63;
    let model = os.bench.model.entry_address(PROCESS, 0, address).unwrap() & !63;
    os.fail(hardware, model, true, false);
    // A new arena's page can't be touched.
    os.run(0, PROCESS, allocs(32..33, 8));
    assert_eq!(os.bench.untouched(0), 1);
    os.fail(hardware, model, false, false);
    os.run(0, PROCESS, frees(32..33));
    os.run(0, PROCESS, allocs(32..33, 8));
    assert_eq!(os.bench.untouched(0), 1);
    os.compare();
    os.run(0, PROCESS, allocs(40..80, 8));
    os.destroy(PROCESS);
    os.compare();
    assert_eq!(os.bench.model.pool_level(), 200);
}

/// Regression: the model gave the number back, which the hardware keeps out of use until DESTROY.
pub fn a_line_of_leaves_that_cannot_be_cleared(config: &Config, design: &SystemDesign) {
    let mut os = Os::new(config, design, 200);
    two_arenas(&mut os);
    os.run(0, PROCESS, frees(0..15));
    let address = os.address(PROCESS, 15);
    let hardware = os.hardware_entry(PROCESS, 0, address) & !63;
    let model = os.bench.model.entry_address(PROCESS, 0, address).unwrap() & !63;
    os.fail(hardware, model, false, true);
    os.run(0, PROCESS, bare_free(address));
    assert_eq!(os.answered(0, Status::BusError), 1);
    os.fail(hardware, model, false, false);
    // Neither the number nor its page is anybody's till the process ends: allocations tell. The arena is on no list, as
    // no other arena ever is, so what holds between operations isn't looked at here.
    os.run(0, PROCESS, allocs(40..80, 8));
    os.destroy(PROCESS);
    os.compare();
    assert_eq!(os.bench.model.pool_level(), 200);
}

/// A line of leaves that no page reaches isn't read when the process ends; one that pages reach loses its frames.
pub fn leaves_that_cannot_be_read_when_a_process_ends(config: &Config, design: &SystemDesign) {
    let mut os = Os::new(config, design, 200);
    for line in [1, 0] {
        two_arenas(&mut os);
        let address = os.address(PROCESS, 0);
        let hardware = (os.hardware_entry(PROCESS, 0, address) & !63) + 64 * line;
        let model = os.bench.model.entry_address(PROCESS, 0, address).unwrap() & !63;
        os.fail(hardware, model + 64 * line, true, false);
        os.destroy(PROCESS);
        os.fail(hardware, model + 64 * line, false, false);
        let lost = os.bench.model.statistics().lost_frames;
        assert_eq!(lost > 0, line == 0, "line {line}: {lost} frames lost");
    }
}

/// Reads of a root, and of records, fail; writes of records too. Zeroes are to be in memory, so not for a bypass.
pub fn descriptors_that_fail(config: &Config, design: &SystemDesign) {
    let mut os = Os::new(config, design, 200);
    os.create(PROCESS);
    os.attach(0, PROCESS, 0);
    let model = os
        .bench
        .model
        .entry_address(PROCESS, 1, 0x4000_0000)
        .unwrap();
    let root = (os.bench.layout().descriptor(PROCESS) + model % 4096, model);
    // That of class 0 has its cursor cached by then.
    let record = os.records(PROCESS, 1, 0);
    for (number, (hardware, model)) in [root, record].into_iter().enumerate() {
        os.fail(hardware, model, true, false);
        os.run(0, PROCESS, bare_alloc(8 + 8 * number as u64));
        assert_eq!(os.answered(0, Status::BusError), number as u64 + 1);
        os.fail(hardware, model, false, false);
        os.run(
            0,
            PROCESS,
            allocs(number * 20..number * 20 + 20, 8 * number as u64 + 8),
        );
        os.compare();
    }
    // What cannot be saved is lost, and nothing else.
    os.fail(record.0, record.1, false, true);
    os.detach(0);
    os.fail(record.0, record.1, false, false);
    os.attach(0, PROCESS, 0);
    os.run(0, PROCESS, frees(0..40));
    os.run(0, PROCESS, allocs(0..40, 16));
    os.destroy(PROCESS);
    os.compare();
    assert_eq!(os.bench.model.pool_level(), 200);
}

/// Reads of a cursor fail. Not for hardware that fetches ahead: it would claim without reading the cursor again.
pub fn a_cursor_that_cannot_be_read(config: &Config, design: &SystemDesign) {
    let mut os = Os::new(config, design, 200);
    two_arenas(&mut os);
    os.create(0);
    // The cursors of another process' context 2 are cached in the place of those of context 0.
    os.attach(1, 0, 2);
    for class in 0..4 {
        let first = 40 * class;
        os.run(1, 0, allocs(first..first + 40, 8 * (class as u64 + 1)));
    }
    os.compare();
    let (hardware, model) = os.records(PROCESS, 0, 0);
    os.fail(hardware, model, true, false);
    os.run(0, PROCESS, bare_alloc(8));
    assert_eq!(os.answered(0, Status::BusError), 1);
    os.fail(hardware, model, false, false);
    os.run(0, PROCESS, allocs(40..60, 8));
    os.compare();
}
