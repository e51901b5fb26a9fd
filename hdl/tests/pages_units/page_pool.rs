//! The pool: every frame that is pushed is popped once, whatever the memory does.

use crate::common::{below, random, setting};
use crate::memory::Memory;
use crate::{geometry, set};
use memento_hdl::Geometry;
use memento_hdl::pages::page_pool::PagePool;
use memento_hdl::rtl::Simulation;
use proptest::test_runner::TestRng;
use std::collections::{BTreeMap, BTreeSet};

/// The pool, a memory, and who has which frame.
struct Bench {
    pool: Simulation<PagePool>,
    memory: Memory,
    random: TestRng,
    base: u64,
    entries: u64,
    outside: BTreeSet<u64>,
    inside: BTreeSet<u64>,
    /// Frame on offer to the pool.
    offered: Option<u64>,
    /// Frames that have promised.
    promised: u64,
    refills: u64,
    spills: u64,
    failures: u64,
}

impl Bench {
    fn new(g: &Geometry, seed: u64) -> Bench {
        Bench {
            pool: Simulation::new(PagePool::new(g)),
            memory: Memory::new(seed + 1),
            random: random(seed),
            base: g.memory_base as u64,
            entries: g.pool_entries as u64,
            outside: (0..1 << g.frame_index_bits.min(11)).collect(),
            inside: BTreeSet::new(),
            offered: None,
            promised: 0,
            refills: 0,
            spills: 0,
            failures: 0,
        }
    }

    /// A cycle in which a push and a pop are offered with these likelihoods, in 1/16.
    fn cycle(&mut self, push: u64, pop: u64) -> (bool, bool) {
        if self.offered.is_none() && below(&mut self.random, 16) < push {
            let count = self.outside.len() as u64;
            if count > 0 {
                let place = below(&mut self.random, count) as usize;
                self.offered = self.outside.iter().nth(place).copied();
            }
        }
        let need = below(&mut self.random, 8);
        let low = below(&mut self.random, 64);
        let module = &mut self.pool.module;
        module.push_valid.next = self.offered.is_some();
        set(&mut module.push_frame, self.offered.unwrap_or(0));
        module.pop_ready.next = below(&mut self.random, 16) < pop;
        set(&mut module.need, need);
        set(&mut module.low_mark, low);
        set(&mut module.high_mark, low + 3);
        module.retry.next = module.failed.val();
        let (pushed, popped);
        with_memory!(self.pool, self.memory, {
            let module = &self.pool.module;
            let level = self.inside.len() as u64;
            assert_eq!(module.level.val().value() as u64, level);
            assert_eq!(module.pool_low.val(), level <= low);
            assert_eq!(module.pool_high.val(), level >= low + 3);
            assert_eq!(module.dry.val(), level < need);
            assert!(
                module.have.val() || need > self.promised,
                "a broken promise"
            );
            if module.have.val() {
                self.promised = self.promised.max(need);
            }
            assert!(!(module.have.val() && (module.dry.val() || module.failed.val())));
            assert_eq!(module.line_ask.val().cause.value(), 3);
            self.refills += u64::from(module.refilled.val());
            self.spills += u64::from(module.spilled.val());
            self.failures += u64::from(module.failed.val());
            if level < self.entries - 8 {
                assert!(
                    module.push_ready.val(),
                    "room for {level} of {}",
                    self.entries
                );
            }
            popped = module.pop_valid.val() && module.pop_ready.val();
            if popped {
                self.promised = self.promised.saturating_sub(1);
                let frame = module.pop_frame.val().value() as u64;
                assert!(self.inside.remove(&frame), "frame {frame} is not inside");
                self.outside.insert(frame);
            }
            pushed = self.offered.is_some() && module.push_ready.val();
            if pushed {
                let frame = self.offered.take().expect("on offer");
                assert!(self.outside.remove(&frame));
                assert!(self.inside.insert(frame), "frame {frame} twice");
            }
        });
        (pushed, popped)
    }

    /// The frames of the list are those of complete nodes in memory; each is a free one.
    fn drain(&mut self) {
        self.memory.errors = 0;
        for _ in 0..200_000 {
            if self.inside.is_empty() {
                break;
            }
            self.cycle(0, 16);
        }
        assert!(self.inside.is_empty(), "{} frames lost", self.inside.len());
        let lines: BTreeMap<_, _> = self.memory.lines.iter().collect();
        for line in lines.keys() {
            let inside = **line >= self.base && **line % 4096 == 0;
            assert!(inside, "a line at {line:#x}");
        }
    }
}

#[test]
fn frames_are_conserved() {
    let seed = setting("PAGES_SEED", 1);
    let cycles = setting("PAGES_CYCLES", 20_000);
    for (preset, errors) in [("tiny", 0), ("tiny", 5), ("default", 3)] {
        println!("{preset}, errors {errors}/16, PAGES_SEED={seed}");
        let mut bench = Bench::new(&geometry(preset), seed);
        bench.memory.errors = errors;
        let (mut push, mut pop) = (16, 0);
        for cycle in 0..cycles {
            if cycle % 1000 == 999 {
                push = below(&mut bench.random, 17);
                pop = 16 - push;
                bench.memory.stalls = below(&mut bench.random, 15);
            }
            bench.cycle(push, pop);
        }
        bench.drain();
        assert!(bench.refills > 10 && bench.spills > 10, "an idle test");
        let failed = bench.memory.failed_reads.min(bench.memory.failed_writes);
        assert_eq!(failed > 0 && bench.failures > 0, errors > 0);
    }
}

#[test]
fn a_push_and_a_pop_every_cycle() {
    let mut bench = Bench::new(&geometry("default"), setting("PAGES_SEED", 1));
    for _ in 0..100 {
        assert_eq!(bench.cycle(16, 0), (true, false));
    }
    for _ in 0..500 {
        assert_eq!(bench.cycle(16, 16), (true, true));
    }
    for _ in 0..100 {
        assert_eq!(bench.cycle(0, 16), (false, true));
    }
}

#[test]
fn what_a_full_chip_can_not_spill_stays() {
    let g = geometry("tiny");
    let mut bench = Bench::new(&g, setting("PAGES_SEED", 1));
    bench.memory.errors = 16;
    for _ in 0..500 {
        bench.cycle(16, 0);
    }
    assert_eq!(bench.inside.len(), g.pool_entries, "the chip is full");
    assert!(bench.memory.failed_writes > 2 && bench.spills == 0);
    bench.memory.errors = 0;
    for _ in 0..500 {
        bench.cycle(16, 0);
    }
    assert!(bench.inside.len() > 2 * g.pool_entries);
    bench.drain();
}
