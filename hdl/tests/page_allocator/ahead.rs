//! Arenas fetched ahead: a peek changes nothing, a claim does what an allocation would have done.

use super::surroundings::{Answer, Surroundings};
use super::*;

const PEEK_ARENA: u64 = 10;
const CLAIM_ARENA: u64 = 11;

impl Surroundings {
    /// Peeks; nothing but records, which are cached, may have changed.
    fn peek(&mut self, process: u64, lane: [u64; 3], records: &[u64]) -> Answer {
        // Frames pushed before are on their way into the pool.
        for _ in 0..300 {
            self.step();
        }
        let (memory, level) = (self.memory.clone(), self.get("pool_level"));
        let (answer, _) = self.ask(PEEK_ARENA, process, lane, 0);
        assert_eq!(self.get("pool_level"), level, "frames of a peek");
        for (address, line) in &self.memory {
            let record = records.contains(&(address >> 12));
            assert!(
                record || memory.get(address) == Some(line),
                "a peek writes {address:#x}"
            );
        }
        answer
    }
}

impl Bench {
    /// Frames of records, by the processes' descriptors.
    fn records(&self) -> Vec<u64> {
        let frames = self.around.g.descriptor_frames() as u64;
        let first = |process: &Process| process.mptr >> 12;
        self.processes
            .values()
            .flat_map(|process| first(process) + 1..first(process) + frames)
            .collect()
    }

    /// Peeks, and then allocates or claims: the answer is as if there had been no peek.
    pub fn fetched(&mut self, process: u64, lane: [u64; 3]) -> (Answer, u64) {
        let records = self.records();
        let seen = self.around.peek(process, lane, &records);
        let known = &self.processes[&process];
        let key = (lane[0], lane[1]);
        let (fresh, released) = (known.fresh.get(&key), known.released.get(&key));
        let fresh = fresh.copied().unwrap_or(0);
        let released = released.cloned().unwrap_or_default();
        let mapped = |number| {
            let page = self.header((lane[0], lane[1], number)) >> 12;
            known.pages.contains_key(&page)
        };
        let exhausted = fresh as usize > self.around.g.arena_masks()[lane[0] as usize];
        let there = !released.is_empty() || !exhausted && mapped(fresh);
        assert_eq!(seen.status == OK, there, "{seen:?}");
        if seen.status != OK {
            return self.around.ask(ALLOC_ARENA, process, lane, 0);
        }
        let none = 1 << self.around.g.arena_bits;
        let unused = fresh + u64::from(released.is_empty());
        let below_head = released.iter().rev().nth(1).copied().unwrap_or(none);
        assert_eq!(
            seen.cursor,
            [unused, below_head],
            "the cursor behind a peek"
        );
        if self.pick(2) == 0 {
            let (answer, cycles) = self.around.ask(ALLOC_ARENA, process, lane, 0);
            let both = (answer.status, answer.arena, answer.address);
            assert_eq!(both, (OK, seen.arena, seen.address), "after a peek");
            return (answer, cycles);
        }
        assert_eq!(self.around.claim(process, key, seen), OK);
        (seen, 0)
    }
}

fn push(around: &mut Surroundings, frames: std::ops::Range<u64>) {
    let base = around.g.memory_base as u64;
    for frame in frames {
        let (answer, _) = around.ask(PUSH, 0, [0; 3], base + (frame << 12));
        assert_eq!(answer.status, OK);
    }
}

fn create(around: &mut Surroundings, process: u64, frame: u64) {
    let address = around.g.memory_base as u64 + (frame << 12);
    let (answer, _) = around.ask(CREATE, process, [0; 3], address);
    assert_eq!(answer.status, OK);
}

/// A translation of the arena's page, offered in the claim's cycle, finds it in use.
#[test]
fn a_claim_goes_first() {
    for (name, config) in presets() {
        let mut around = Surroundings::new(&config, 1);
        push(&mut around, 0..16);
        create(&mut around, 1, 64);
        around.ask(ALLOC_ARENA, 1, [0; 3], 0);
        let seen = around.peek(1, [0; 3], &[]);
        assert_eq!((seen.status, seen.arena), (OK, 1));
        let address = around.g.region_base as u64 + (1 << around.g.strides()[0]);
        around.offer_claim(0, 1, (0, 0), seen);
        let translated = around.request(TRANSLATE_BODY, 2, 1, [0; 3], address);
        let claimed = around.claimed.expect("a claim");
        assert!(claimed < translated, "{name}: {claimed}, {translated}");
        while around.answers.len() < 2 {
            around.step();
        }
        assert_eq!(around.answers[0].0 - claimed, 14, "cycles as stated");
        let answers: Vec<_> = around
            .answers
            .iter()
            .map(|(_, a)| (a.op, a.status))
            .collect();
        assert_eq!(answers, [(CLAIM_ARENA, OK), (TRANSLATE_BODY, OK)], "{name}");
    }
}

/// A claim whose header can't be written is granted all the same.
#[test]
fn a_claim_survives_its_header() {
    for (name, config) in presets() {
        let mut around = Surroundings::new(&config, 1);
        push(&mut around, 0..16);
        create(&mut around, 1, 64);
        around.ask(ALLOC_ARENA, 1, [0; 3], 0);
        let seen = around.peek(1, [0; 3], &[]);
        around.failing = 1;
        assert_eq!(around.claim(1, (0, 0), seen), BUS_ERROR, "{name}");
        around.failing = 0;
        let (next, _) = around.ask(ALLOC_ARENA, 1, [0; 3], 0);
        assert_eq!((next.status, next.arena), (OK, 2), "{name}");
    }
}

/// A claim's cursor that there is no place for bars the process from arenas: none is granted twice.
#[test]
fn a_lost_cursor_bars_its_process() {
    let text = Config::preset("default").unwrap_or_else(|errors| panic!("{errors}"));
    let text = text
        .to_toml()
        .replace("cursor_entries = 32", "cursor_entries = 4");
    let config =
        Config::from_toml_str(&text, "four entries").unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!(config.cursor_entries(), 4);
    let mut around = Surroundings::new(&config, 1);
    push(&mut around, 0..64);
    create(&mut around, 1, 128);
    create(&mut around, 2, 256);
    // Classes 0 and 20 are of lines that share an entry.
    let (lane, other) = ([0; 3], [20, 0, 0]);
    assert_eq!(around.ask(ALLOC_ARENA, 1, lane, 0).0.status, OK);
    let seen = around.peek(1, lane, &[]);
    assert_eq!(seen.status, OK);
    assert_eq!(around.ask(ALLOC_ARENA, 1, other, 0).0.status, OK);
    around.failing = 1;
    assert_eq!(around.claim(1, (0, 0), seen), BUS_ERROR);
    around.failing = 0;
    for lane in [lane, other, [1, 0, 0]] {
        assert_eq!(around.ask(ALLOC_ARENA, 1, lane, 0).0.status, BUS_ERROR);
        assert_eq!(around.ask(PEEK_ARENA, 1, lane, 0).0.status, BUS_ERROR);
    }
    assert_eq!(around.ask(ALLOC_ARENA, 2, lane, 0).0.status, OK);
    assert_eq!(around.ask(DESTROY, 1, [0; 3], 0).0.status, OK);
    assert_eq!(around.ask(DESTROY, 2, [0; 3], 0).0.status, OK);
    assert_eq!(around.get("pool_level"), 64);
    create(&mut around, 1, 128);
    let (again, _) = around.ask(ALLOC_ARENA, 1, lane, 0);
    assert_eq!((again.status, again.arena), (OK, 0), "a new process");
}
