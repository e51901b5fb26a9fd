//! The arena cursors: what is answered is what was last put there, here or in memory.

use crate::common::{below, random, setting};
use crate::memory::Memory;
use crate::{geometry, set};
use memento_hdl::Geometry;
use memento_hdl::pages::arena_cursors::ArenaCursors;
use memento_hdl::pages::channels::ArenaCursor;
use memento_hdl::rtl::{Simulation, Word};
use proptest::test_runner::TestRng;
use std::collections::BTreeMap;

/// Process, context, class.
type Key = (u64, u64, u64);
/// Arenas ever used, and the link to the released ones.
type Value = (u64, Option<u64>);

struct Bench {
    g: Geometry,
    cursors: Simulation<ArenaCursors>,
    memory: Memory,
    random: TestRng,
    /// What an answer must be.
    values: BTreeMap<Key, Value>,
    hits: u64,
    conflicts: u64,
    /// Answers of classes without an arena, and those of them that were there.
    firsts: u64,
    first_hits: u64,
}

impl Bench {
    fn new(preset: &str, seed: u64) -> Bench {
        Bench::with(geometry(preset), seed)
    }

    fn with(g: Geometry, seed: u64) -> Bench {
        Bench {
            cursors: Simulation::new(ArenaCursors::new(&g)),
            memory: Memory::new(seed + 1),
            random: random(seed),
            values: BTreeMap::new(),
            hits: 0,
            conflicts: 0,
            firsts: 0,
            first_hits: 0,
            g,
        }
    }

    /// First frame of a process's descriptor.
    fn descriptor(&self, process: u64) -> u64 {
        5 + process * self.g.descriptor_frames() as u64
    }

    /// Line and beat of a record.
    fn place(&self, (process, context, class): Key) -> (u64, usize) {
        let frame = self.g.memory_base as u64 + (self.descriptor(process) << 12);
        let number = (context << self.g.class_bits) + class;
        let address = frame + self.g.records_offset() as u64 + number * 16;
        (address & !63, (address & 63) as usize / 8)
    }

    /// A record's two halves as memory has them.
    fn stored(&self, key: Key) -> (Value, u64) {
        let (line, beat) = self.place(key);
        let beats = self.memory.lines.get(&line).copied().unwrap_or_default();
        let link = beats[beat] >> 32;
        let released = (link >> 31 == 1).then_some(link & 0x7fff_ffff);
        ((beats[beat] & 0xffff_ffff, released), beats[beat + 1])
    }

    fn cycle(&mut self) {
        with_memory!(self.cursors, self.memory, {
            let module = &self.cursors.module;
            self.hits += u64::from(module.hit.val());
            self.conflicts += u64::from(module.conflict.val());
            self.firsts += u64::from(module.first.val());
            self.first_hits += u64::from(module.first_hit.val());
        });
    }

    fn any_key(&mut self) -> Key {
        let mut any = |limit: usize| below(&mut self.random, limit as u64);
        let context = any((1 << self.g.context_bits).min(4));
        (any(self.g.processes.min(3)), context, any(self.g.classes))
    }

    fn present(&mut self, key: Key) {
        let descriptor = self.descriptor(key.0);
        let module = &mut self.cursors.module;
        set(&mut module.process_id, key.0);
        set(&mut module.context_id, key.1);
        set(&mut module.size_class, key.2);
        set(&mut module.descriptor, descriptor);
    }

    /// Asks; nothing after a bus error.
    fn ask(&mut self, key: Key) -> Option<Value> {
        self.present(key);
        self.cursors.module.ask.next = true;
        self.wait(|module| module.answered.val());
        self.cursors.module.ask.next = false;
        let module = &self.cursors.module;
        let none = 1 << self.g.arena_bits;
        let released = module.cursor.val().released.value() as u64;
        let found = (
            module.cursor.val().next_arena.value() as u64,
            (released != none).then_some(released),
        );
        let failed = module.bus_error.val();
        self.cycle();
        (!failed).then_some(found)
    }

    /// Makes room for a cursor that is known; whether there is.
    fn claim(&mut self, key: Key) -> bool {
        self.cursors.module.claim.next = true;
        let (reads, hits) = (self.memory.reads, self.hits);
        let room = self.ask(key).is_some();
        assert_eq!((self.memory.reads, self.hits), (reads, hits), "a claim");
        self.cursors.module.claim.next = false;
        room
    }

    fn wait(&mut self, done: impl Fn(&ArenaCursors) -> bool) {
        for _ in 0..10_000 {
            self.cycle();
            if done(&self.cursors.module) {
                return;
            }
        }
        panic!("no answer");
    }

    fn update(&mut self, key: Key) {
        let count = below(&mut self.random, (1 << self.g.arena_bits) + 1);
        let number = below(&mut self.random, 1 << self.g.arena_bits);
        let released = (below(&mut self.random, 3) > 0).then_some(number);
        let none = 1 << self.g.arena_bits;
        let link_bits = self.g.arena_bits + 1;
        let link = |number: u64| Word::new(number.into(), link_bits);
        let module = &mut self.cursors.module;
        module.update.next = true;
        module.changed.next = ArenaCursor {
            next_arena: link(count),
            released: link(released.unwrap_or(none)),
        };
        self.cycle();
        self.cursors.module.update.next = false;
        self.values.insert(key, (count, released));
    }

    /// Whether every dirty entry was written.
    fn sync(&mut self) -> bool {
        self.cursors.module.sync.next = true;
        self.wait(|module| module.sync_done.val());
        self.cursors.module.sync.next = false;
        let good = !self.cursors.module.bus_error.val();
        self.cycle();
        good
    }

    /// Forgets a process: what memory has is what counts from now on.
    fn drop(&mut self, process: u64) {
        self.present((process, 0, 0));
        self.cursors.module.drop.next = true;
        self.wait(|module| module.drop_done.val());
        self.cursors.module.drop.next = false;
        self.cycle();
        let keys: Vec<Key> = self.values.keys().copied().collect();
        for key in keys.into_iter().filter(|key| key.0 == process) {
            let value = self.stored(key).0;
            self.values.insert(key, value);
        }
    }
}

#[test]
fn answers_are_what_was_put_there() {
    let seed = setting("PAGES_SEED", 1);
    let steps = setting("PAGES_CYCLES", 20_000) / 10;
    for (preset, errors) in [("tiny", 0), ("tiny", 3), ("default", 2)] {
        println!("{preset}, errors {errors}/16, PAGES_SEED={seed}");
        let mut g = geometry(preset);
        // So few that lines displace each other.
        g.cursor_entries = g.cursor_entries.min(1 << g.class_bits) / 2;
        let mut bench = Bench::with(g, seed);
        bench.memory.errors = errors;
        let (mut asked, mut failed, mut refused) = (0, 0, 0);
        for _ in 0..steps {
            let key = bench.any_key();
            // The half that is a core's: nobody here may change it.
            let (line, beat) = bench.place(key);
            bench.memory.lines.entry(line).or_default()[beat + 1] =
                0x1234_5678_0000_0000 | beat as u64;
            if below(&mut bench.random, 4) == 0 {
                match bench.claim(key) {
                    true => bench.update(key),
                    false => refused += 1,
                }
                continue;
            }
            let firsts = bench.firsts;
            match bench.ask(key) {
                Some(found) => {
                    asked += 1;
                    let expected = bench.values.get(&key).copied().unwrap_or((0, None));
                    assert_eq!(found, expected, "{key:?}");
                    assert_eq!(bench.firsts - firsts, u64::from(found == (0, None)));
                    if below(&mut bench.random, 2) == 0 {
                        bench.update(key);
                    }
                }
                None => failed += 1,
            }
            match below(&mut bench.random, 100) {
                0 => bench.drop(key.0),
                1 | 2 if bench.sync() => {
                    for (key, value) in &bench.values {
                        assert_eq!(bench.stored(*key).0, *value, "{key:?} after sync");
                    }
                }
                _ => {}
            }
            assert_eq!(bench.stored(key).1, 0x1234_5678_0000_0000 | beat as u64);
        }
        assert!(
            asked > 100 && bench.hits > 10 && bench.conflicts > 10,
            "an idle test"
        );
        assert_eq!((failed > 0, refused > 0), (errors > 0, errors > 0));
        assert!(0 < bench.first_hits && bench.first_hits < bench.firsts);
    }
}

/// The classes of a context never displace each other, neither do those of neighbouring processes.
#[test]
fn classes_of_a_context_fit() {
    let mut bench = Bench::new("default", setting("PAGES_SEED", 1));
    let mut keys = Vec::new();
    for process in 0..2 {
        for class in 0..bench.g.classes as u64 {
            keys.push((process, 3, class));
        }
    }
    for key in &keys {
        assert_eq!(bench.ask(*key), Some((0, None)));
        bench.update(*key);
    }
    let reads = bench.memory.reads;
    for key in keys {
        assert_eq!(bench.ask(key), bench.values.get(&key).copied());
    }
    assert_eq!((bench.memory.reads, bench.conflicts), (reads, 0));
    assert_eq!(reads, 2 * bench.g.classes as u64 / 4);
}

/// A claim's cursor joins its neighbours in memory, which are read when they are asked for.
#[test]
fn a_claim_reads_nothing() {
    let mut bench = Bench::new("default", setting("PAGES_SEED", 1));
    assert!(bench.claim((1, 2, 5)));
    bench.update((1, 2, 5));
    assert_eq!(bench.memory.reads, 0);
    assert_eq!(bench.ask((1, 2, 4)), Some((0, None)));
    assert_eq!(bench.ask((1, 2, 5)), bench.values.get(&(1, 2, 5)).copied());
    assert_eq!(bench.memory.reads, 1);
    bench.drop(1);
    assert_eq!(bench.ask((1, 2, 5)), Some((0, None)), "forgotten");
}

#[test]
fn a_hit_answers_in_one_cycle() {
    let mut bench = Bench::new("default", setting("PAGES_SEED", 1));
    assert_eq!(bench.ask((1, 2, 3)), Some((0, None)));
    bench.present((1, 2, 3));
    bench.cursors.module.ask.next = true;
    bench.cycle();
    assert!(bench.cursors.module.answered.val());
    assert_eq!((bench.hits, bench.memory.reads), (1, 1));
}
