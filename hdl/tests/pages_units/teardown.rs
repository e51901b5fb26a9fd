//! The teardown: every frame of a page table once, every line of it at most once, and what is below a line that
//! couldn't be read not at all.

use crate::common::{below, random, setting};
use crate::memory::Memory;
use crate::{geometry, set};
use memento_hdl::Geometry;
use memento_hdl::pages::teardown::Teardown;
use memento_hdl::rtl::Simulation;
use proptest::test_runner::TestRng;
use std::collections::{BTreeMap, BTreeSet};

/// A page table in memory: which tables and pages there are.
struct PageTable {
    /// Frames of tables by level and first page, the root's included.
    tables: BTreeMap<(usize, u64), u64>,
    /// Frames of pages.
    pages: BTreeMap<u64, u64>,
    lines: BTreeMap<u64, [u64; 8]>,
}

impl PageTable {
    /// Of pages here and there in the region and the header lane.
    fn new(g: &Geometry, random: &mut TestRng, pages: u64) -> PageTable {
        let mut table = PageTable {
            tables: BTreeMap::new(),
            pages: BTreeMap::new(),
            lines: BTreeMap::new(),
        };
        let mut unused: BTreeSet<u64> = (0..1 << g.frame_index_bits).collect();
        let mut frame = |random: &mut TestRng| {
            let any = below(random, 1 << g.frame_index_bits);
            let found = unused.range(any..).next().or(unused.first()).copied();
            let found = found.expect("a frame");
            unused.remove(&found);
            found
        };
        table.tables.insert((g.levels - 1, 0), frame(random));
        while (table.pages.len() as u64) < pages {
            let headers = below(random, 4) == 0;
            let (base, bits) = match headers {
                true => (g.header_base, g.header_lane_bits),
                false => (g.region_base, g.region_bits()),
            };
            let base = (base & ((1 << g.virtual_bits) - 1)) as u64 >> 12;
            let first = below(random, 1 << (bits - 12));
            // Neighbours in a leaf table, or in the table above.
            let step = [1, 1 << g.table_index_bits][below(random, 2) as usize];
            for place in 0..1 + below(random, 40) {
                let page = (first + step * place) % (1 << (bits - 12));
                table.map(g, base + page, &mut || frame(random));
            }
        }
        table
    }

    fn map(&mut self, g: &Geometry, page: u64, frame: &mut impl FnMut() -> u64) {
        for level in (0..g.levels).rev() {
            let index = page >> (level * g.table_index_bits) & ((1 << g.table_index_bits) - 1);
            let first = |level: usize| page >> ((level + 1) * g.table_index_bits);
            let at = match level == g.levels - 1 {
                true => self.tables[&(level, 0)],
                false => self.tables[&(level, first(level))],
            };
            let below = match level {
                0 => *self.pages.entry(page).or_insert_with(&mut *frame),
                _ => *self
                    .tables
                    .entry((level - 1, first(level - 1)))
                    .or_insert_with(&mut *frame),
            };
            let address = g.memory_base as u64 + (at << 12) + index * g.pte_bytes as u64;
            let number = (g.memory_base as u64 >> 12) + below;
            let entry = number << 10 | if level == 0 { 0xd7 } else { 0x01 };
            let beat =
                &mut self.lines.entry(address & !63).or_default()[(address >> 3 & 7) as usize];
            match g.pte_bytes {
                4 => *beat |= (entry & 0xffff_ffff) << (8 * (address & 4)),
                _ => *beat = entry,
            }
        }
    }

    fn root(&self, g: &Geometry) -> u64 {
        self.tables[&(g.levels - 1, 0)]
    }

    /// Frames below lines that weren't read: theirs, and those of all that they name.
    fn lost(&self, g: &Geometry, failed: &BTreeSet<u64>) -> BTreeSet<u64> {
        let mut lost = BTreeSet::new();
        for (page, frame) in &self.pages {
            let mut cut = false;
            for level in (0..g.levels).rev() {
                let first = match level == g.levels - 1 {
                    true => 0,
                    false => page >> ((level + 1) * g.table_index_bits),
                };
                let table = self.tables[&(level, first)];
                if cut {
                    lost.insert(table);
                }
                let index = page >> (level * g.table_index_bits) & ((1 << g.table_index_bits) - 1);
                let address = g.memory_base as u64 + (table << 12) + index * g.pte_bytes as u64;
                cut |= failed.contains(&(address & !63));
            }
            if cut {
                lost.insert(*frame);
            }
        }
        lost
    }
}

fn take_down(preset: &str, errors: u64, seed: u64) -> u64 {
    let g = geometry(preset);
    let mut random = random(seed);
    let mut teardown = Simulation::new(Teardown::new(&g));
    let mut failures = 0;
    for round in 0..12 {
        let pages = [1, 10, 60][round % 3] + below(&mut random, 20);
        let table = PageTable::new(&g, &mut random, pages);
        let mut memory = Memory::new(seed + round as u64);
        memory.lines = table
            .lines
            .iter()
            .map(|(line, beats)| (*line, *beats))
            .collect();
        memory.errors = errors;
        memory.stalls = [0, 6, 12][round % 3];
        memory.outstanding = 1 + round % 4;
        let (mut given, mut tables) = (BTreeSet::new(), BTreeSet::new());
        let all: BTreeSet<u64> = table.tables.values().copied().collect();
        let (mut offered, mut looked, mut cycles): (Option<(u64, bool)>, _, _) = (None, 0, 0);
        teardown.module.start.next = true;
        set(&mut teardown.module.root, table.root(&g));
        loop {
            let module = &mut teardown.module;
            module.hold.next = below(&mut random, 8) == 0;
            module.frame_ready.next = below(&mut random, 4) > 0;
            // Pages that are not mapped may be known to be none.
            let page = module.page.val().value() as u64;
            module.answered.next = module.look.val() && looked > 0 && below(&mut random, 2) == 0;
            let next = table
                .pages
                .range(page..)
                .next()
                .map_or(1 << (g.virtual_bits - 12), |next| *next.0);
            let beyond = next > page && below(&mut random, 4) > 0;
            module.beyond.next = beyond;
            let far = below(&mut random, 3) > 0;
            let skipped = if far {
                next - page
            } else {
                1 + below(&mut random, (next - page).max(1))
            };
            set(&mut module.next_page, page + skipped);
            with_memory!(teardown, memory, {
                let module = &teardown.module;
                looked = if module.answered.val() || !module.look.val() {
                    0
                } else {
                    looked + 1
                };
                if module.frame_valid.val() {
                    let frame = (
                        module.frame.val().value() as u64,
                        module.frame_of_table.val(),
                    );
                    assert!(
                        offered.is_none_or(|offered| offered == frame),
                        "an offer changed"
                    );
                    offered = Some(frame);
                    if module.frame_ready.val() {
                        offered = None;
                        assert!(given.insert(frame.0), "frame {:x} twice", frame.0);
                        assert_eq!(frame.1, all.contains(&frame.0), "whether it is a table's");
                        if frame.1 {
                            tables.insert(frame.0);
                        }
                    }
                } else {
                    assert!(offered.is_none(), "an offer was taken back");
                }
                let ask = module.line_ask.val();
                let asked = (ask.address.value() as u64 - g.memory_base as u64) >> 12;
                assert!(
                    !ask.read_valid || !tables.contains(&asked),
                    "a line of a table given back"
                );
            });
            teardown.module.start.next = false;
            cycles += 1;
            assert!(cycles < 200_000, "never done");
            if teardown.module.done.val() && cycles > 1 {
                break;
            }
        }
        let lines: BTreeSet<u64> = memory.lines_read.iter().map(|read| read.0).collect();
        assert_eq!(lines.len(), memory.lines_read.len(), "a line read twice");
        let failed: BTreeSet<u64> = memory
            .lines_read
            .iter()
            .filter(|read| read.1)
            .map(|read| read.0)
            .collect();
        assert_eq!(teardown.module.bus_error.val(), !failed.is_empty());
        let mut expected: BTreeSet<u64> = all.iter().chain(table.pages.values()).copied().collect();
        expected.remove(&table.root(&g));
        let lost = table.lost(&g, &failed);
        expected.retain(|frame| !lost.contains(frame));
        assert_eq!(
            given, expected,
            "{preset}, round {round}, PAGES_SEED={seed}"
        );
        failures += failed.len() as u64;
    }
    failures
}

#[test]
fn every_frame_once() {
    let seed = setting("PAGES_SEED", 1);
    for preset in ["tiny", "rv32", "default"] {
        assert_eq!(take_down(preset, 0, seed), 0);
    }
}

#[test]
fn what_is_below_a_failing_line_is_lost() {
    let seed = setting("PAGES_SEED", 1);
    let failures = ["tiny", "rv32", "default"].map(|preset| take_down(preset, 1, seed));
    assert!(
        failures.iter().sum::<u64>() > 20,
        "an idle test: {failures:?}"
    );
}
