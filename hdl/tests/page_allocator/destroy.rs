//! DESTROY: time in proportion to mapped pages, every line of the page table read once.

use super::surroundings::Surroundings;
use super::*;

/// A process to be destroyed: arenas of a class from the first class on, some of them given back.
struct Shape {
    name: &'static str,
    classes: u64,
    /// Arenas of the first class; one more for each further class, up to four times as many.
    arenas: u64,
    /// Pages touched of each, at most.
    pages: u64,
    /// Given back are all arenas but one of so many.
    kept: u64,
}

const fn shape(name: &'static str, [classes, arenas, pages, kept]: [u64; 4]) -> Shape {
    Shape {
        name,
        classes,
        arenas,
        pages,
        kept,
    }
}

/// Some hundred frames, as programs have: mostly tables, or mostly pages; and what is left of many.
const SHAPES: [Shape; 7] = [
    shape("four small classes", [4, 1, 1, 1]),
    shape("twenty sparse classes", [20, 1, 1, 1]),
    shape("two full classes", [2, 25, 8, 1]),
    shape("fifty sparse classes", [50, 1, 1, 1]),
    shape("ten full classes", [10, 5, 8, 1]),
    shape("many arenas given back", [20, 8, 4, 11]),
    shape("all classes", [64, 1, 6, 1]),
];

impl Shape {
    /// Makes the process; the frames that it has.
    fn make(&self, around: &mut Surroundings, lent: u64) -> u64 {
        let g = around.g.clone();
        let mut made = 0;
        for class in 0..self.classes.min(g.classes as u64) {
            let stride = g.strides()[class as usize];
            for arena in 0..self.arenas * (1 + class % 4) {
                let (answer, _) = around.ask(ALLOC_ARENA, 1, [class, 0, 0], 0);
                assert_eq!((answer.status, answer.arena), (OK, arena));
                for page in 0..(g.body_pages(class as usize) as u64).min(self.pages) {
                    let address = g.region_base as u64
                        + (class << g.lane_bits)
                        + (arena << stride)
                        + (page << 12);
                    let (answer, _) = around.ask(TRANSLATE_BODY, 1, [0; 3], address);
                    assert_eq!(answer.status, OK);
                }
            }
            for arena in 0..self.arenas * (1 + class % 4) {
                made += 1;
                if made % self.kept != 0 {
                    let (answer, _) = around.ask(FREE_ARENA, 1, [class, 0, arena], 0);
                    assert_eq!(answer.status, OK);
                }
            }
        }
        lent - around.get("pool_level")
    }
}

/// The bar is 4 cycles a frame beside the time of memory and acknowledges; 2.5 are kept, and no line is read twice.
#[test]
fn destroy_is_proportional() {
    let lent = 2000;
    for (name, config) in presets() {
        if name == "tiny" {
            continue;
        }
        let mut around = Surroundings::new(&config, 1);
        let base = around.g.memory_base as u64;
        for frame in 0..lent {
            around.ask(PUSH, 0, [0; 3], base + (frame << 12));
        }
        for shape in &SHAPES {
            for (latency, outstanding) in [(1, 1), (1, 4), (60, 1), (60, 4)] {
                (around.latency, around.outstanding) = (0, 4);
                let (answer, _) = around.ask(CREATE, 1, [0; 3], base + (2048 << 12));
                assert_eq!(answer.status, OK);
                let frames = shape.make(&mut around, lent);
                (around.latency, around.outstanding) = (latency, outstanding);
                around.lines_read.clear();
                around.waits = 0;
                let (answer, cycles) = around.ask(DESTROY, 1, [0; 3], 0);
                assert_eq!((answer.status, around.get("pool_level")), (OK, lent));
                let lines: BTreeSet<u64> = around.lines_read.iter().copied().collect();
                let beside = cycles - around.waits;
                println!(
                    "{name}, {}, memory {latency} cycles, {outstanding} reads: {frames} frames in {cycles} cycles, {} lines, {:.2} cycles a frame beside waiting",
                    shape.name,
                    lines.len(),
                    beside as f64 / frames as f64
                );
                assert_eq!(lines.len(), around.lines_read.len(), "lines read twice");
                assert!(2 * beside <= 5 * frames, "{beside} cycles beside waiting");
            }
        }
    }
}
