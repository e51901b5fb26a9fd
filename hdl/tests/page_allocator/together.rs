//! Several sources at once: cores, their hosts and commands, with frees, claims and a DESTROY under way beside other
//! requests, quotas that are used up, and memory that fails.

use super::surroundings::{Answer, Surroundings};
use super::*;
use std::collections::VecDeque;

const SET_QUOTA: u64 = 9;
const PEEK_ARENA: u64 = 10;
const CLAIM_ARENA: u64 = 11;
const SYNC: u64 = 8;

/// What a source has asked.
#[derive(Clone, Copy)]
struct Asked {
    op: u64,
    process: u64,
    lane: (u64, u64),
    arena: u64,
    address: u64,
}

/// A process as its answers tell of it.
#[derive(Default)]
struct Known {
    dying: bool,
    quota: u64,
    fresh: BTreeMap<(u64, u64), u64>,
    released: BTreeMap<(u64, u64), Vec<u64>>,
    /// Granted, and not given back without an error.
    used: BTreeSet<(u64, u64, u64)>,
    pages: BTreeMap<u64, u64>,
}

struct Together {
    around: Surroundings,
    asked: BTreeMap<(u64, bool), Asked>,
    known: BTreeMap<u64, Known>,
    /// What a core's last peek showed, as long as nothing of its class and context came between.
    seen: BTreeMap<u64, (u64, (u64, u64), Answer)>,
    lent: BTreeSet<u64>,
    /// Arenas whose FREE_ARENA isn't answered, with their process.
    freeing: VecDeque<(u64, (u64, u64, u64))>,
    statuses: BTreeMap<(u64, u64), u64>,
    failing: u64,
    /// Memory has failed, or may.
    fails: bool,
}

impl Together {
    fn pick(&mut self, limit: u64) -> u64 {
        below(&mut self.around.random, limit)
    }

    fn body(&self, arena: (u64, u64, u64)) -> u64 {
        let g = &self.around.g;
        g.region_base as u64
            + (arena.0 << g.lane_bits)
            + (arena.1 << (g.lane_bits - g.context_bits))
            + (arena.2 << g.strides()[arena.0 as usize])
    }

    /// One cycle; answers are looked at as they come.
    fn step(&mut self) -> bool {
        // What DESTROY can't read is lost, and wouldn't be found here: meanwhile memory is well.
        let destroying = self.asked.contains_key(&(99, false));
        self.around.failing = if destroying { 0 } else { self.failing };
        let accepted = self.around.step();
        for (_, answer) in std::mem::take(&mut self.around.answers) {
            *self.statuses.entry((answer.op, answer.status)).or_default() += 1;
            let key = (answer.source, answer.op == CLAIM_ARENA);
            let destroy = (99, false);
            let key = if answer.op == DESTROY && self.asked.contains_key(&destroy) {
                destroy
            } else {
                key
            };
            let asked = self.asked.remove(&key).expect("an answer to something");
            assert_eq!(asked.op, answer.op, "the source's operation");
            self.judge(asked, answer);
        }
        accepted
    }

    /// Whether a frame may have been missing.
    fn short(&self, process: u64) -> bool {
        let levels = self.around.g.levels as u64;
        let quota = self.known[&process].quota;
        let used = self.known[&process].pages.len() as u64;
        self.around.get("pool_level") < levels + 1 || quota > 0 && used + 2 * levels + 64 > quota
    }

    fn judge(&mut self, asked: Asked, answer: Answer) {
        let Asked {
            op,
            process,
            lane,
            arena,
            address,
        } = asked;
        let what = format!("op {op} process {process} lane {lane:?} arena {arena}: {answer:?}");
        let failing = self.fails;
        if answer.status == BUS_ERROR {
            assert!(failing, "{what}");
        }
        let short = self.known.contains_key(&process) && self.short(process);
        let alive = self.known.get(&process).is_some_and(|known| !known.dying);
        if !alive && ![CREATE, PUSH, TAKE, SYNC, DESTROY].contains(&op) {
            // Accepted before its DESTROY, perhaps.
            assert!(
                self.known.contains_key(&process) || answer.status == NOT_ENABLED,
                "{what}"
            );
            if op == FREE_ARENA {
                self.freeing.pop_front();
            }
            return;
        }
        match op {
            ALLOC_ARENA | PEEK_ARENA | CLAIM_ARENA => {
                let known = self.known.get_mut(&process).expect("a process");
                let top = known
                    .released
                    .get(&lane)
                    .and_then(|list| list.last().copied());
                let fresh = known.fresh.get(&lane).copied().unwrap_or(0);
                if answer.status == NO_MEMORY && op == ALLOC_ARENA {
                    let exhausted = fresh as usize > self.around.g.arena_masks()[lane.0 as usize];
                    assert!(top.is_none() && (exhausted || short), "{what}");
                }
                let grants = answer.status == OK || op == CLAIM_ARENA && answer.status == BUS_ERROR;
                if !grants {
                    assert!(
                        op == PEEK_ARENA || failing || answer.status == NO_MEMORY,
                        "{what}"
                    );
                    return;
                }
                let arena = if op == CLAIM_ARENA {
                    arena
                } else {
                    answer.arena
                };
                assert!(
                    !known.used.contains(&(lane.0, lane.1, arena)),
                    "granted twice: {what}"
                );
                assert_eq!(arena, top.unwrap_or(fresh), "the number: {what}");
                if op == PEEK_ARENA {
                    let core = lane.1;
                    self.seen.insert(core, (process, lane, answer));
                    return;
                }
                if top.is_some() {
                    known.released.get_mut(&lane).map(Vec::pop);
                } else {
                    known.fresh.insert(lane, fresh + 1);
                }
                known.used.insert((lane.0, lane.1, arena));
            }
            FREE_ARENA => {
                let (_, target) = self.freeing.pop_front().expect("a free");
                let known = self.known.get_mut(&process).expect("a process");
                if answer.status == OK {
                    assert!(known.used.remove(&target), "{what}");
                    known.released.entry(lane).or_default().push(target.2);
                } else {
                    assert!(failing, "{what}");
                }
            }
            TRANSLATE_BODY => {
                let known = &self.known[&process];
                let inside = known.used.iter().find(|arena| {
                    let offset = address.wrapping_sub(self.body(**arena));
                    offset >> 12 < self.around.g.body_pages(arena.0 as usize) as u64
                });
                let going = inside.is_some_and(|arena| self.freeing.contains(&(process, *arena)));
                match (answer.status, inside) {
                    (OK, Some(_)) => {
                        assert!(self.lent.contains(&answer.address), "not lent: {what}");
                        if !going {
                            let known = self.known.get_mut(&process).expect("a process");
                            let before = known.pages.insert(address >> 12, answer.address);
                            let same = before.is_none_or(|frame| frame == answer.address);
                            assert!(failing || same, "{what}");
                        }
                    }
                    (BAD_POINTER, Some(_)) => assert!(going || failing, "{what}"),
                    (NO_MEMORY, Some(_)) => assert!(short, "{what}"),
                    (BAD_POINTER, None) => {}
                    _ => assert!(failing, "{what}"),
                }
            }
            TRANSLATE_HEADER | SYNC | SET_QUOTA => {}
            CREATE => {
                if answer.status == OK {
                    assert!(!self.known.contains_key(&process), "{what}");
                    self.known.insert(process, Known::default());
                }
            }
            DESTROY => {
                if answer.status != NOT_ENABLED {
                    self.known.remove(&process).expect("a process");
                }
            }
            PUSH => assert_eq!(answer.status == OK, self.lent.insert(address), "{what}"),
            TAKE => {
                if answer.status == OK {
                    assert!(self.lent.remove(&answer.address), "not lent: {what}");
                    let mapped = |known: &Known| {
                        !known.dying && known.pages.values().any(|frame| *frame == answer.address)
                    };
                    assert!(!self.known.values().any(mapped), "a mapped frame: {what}");
                }
            }
            _ => panic!("{what}"),
        }
    }

    /// A request of some source that has none under way; a claim perhaps beside it.
    fn ask(&mut self, cores: u64) {
        let source = self.pick(2 * cores + 1);
        let core = source % cores;
        if !self.around.claiming
            && !self.asked.contains_key(&(core, true))
            && let Some((process, lane, seen)) = self.seen.remove(&core)
        {
            let busy = self
                .asked
                .get(&(core, false))
                .is_some_and(|asked| asked.lane == lane);
            if !busy && self.pick(3) > 0 {
                self.around.offer_claim(core, process, lane, seen);
                let (op, arena, address) = (CLAIM_ARENA, seen.arena, 0);
                self.asked.insert(
                    (core, true),
                    Asked {
                        op,
                        process,
                        lane,
                        arena,
                        address,
                    },
                );
            }
        }
        if self.asked.contains_key(&(source, false)) {
            self.step();
            return;
        }
        let process = self.pick(2);
        let lane = (self.pick(self.around.g.classes as u64), core);
        let used = self
            .known
            .get(&process)
            .map(|known| known.used.clone())
            .unwrap_or_default();
        let own: Vec<_> = used
            .iter()
            .copied()
            .filter(|arena| source >= cores || arena.1 == core)
            .collect();
        let chosen = (!own.is_empty()).then(|| own[self.pick(own.len() as u64) as usize]);
        let base = self.around.g.memory_base as u64;
        let frame = base + (self.pick(160) << 12);
        let mut asked = Asked {
            op: ALLOC_ARENA,
            process,
            lane,
            arena: 0,
            address: 0,
        };
        match source {
            source if source < cores => {
                asked.op = [
                    ALLOC_ARENA,
                    PEEK_ARENA,
                    PEEK_ARENA,
                    FREE_ARENA,
                    TRANSLATE_HEADER,
                ][self.pick(5) as usize];
                let claiming = self.asked.contains_key(&(core, true));
                match asked.op {
                    FREE_ARENA => {
                        let Some(target) = chosen else { return };
                        // As the arbiter has it: one at a time. A core frees nothing that it claims.
                        if claiming || self.asked.values().any(|other| other.op == FREE_ARENA) {
                            return;
                        }
                        asked.lane = (target.0, target.1);
                        asked.arena = target.2;
                        self.freeing.push_back((process, target));
                        // Its frames may be in the pool before it is answered.
                        let first = self.body(target) >> 12;
                        let pages = self.around.g.body_pages(target.0 as usize) as u64;
                        let known = self.known.get_mut(&process).expect("a process");
                        known
                            .pages
                            .retain(|page, _| !(first..first + pages).contains(page));
                    }
                    TRANSLATE_HEADER => asked.address = self.around.g.header_base as u64,
                    _ if claiming => return,
                    _ => {}
                }
                if self
                    .seen
                    .get(&core)
                    .is_some_and(|seen| seen.1 == asked.lane)
                {
                    self.seen.remove(&core);
                }
            }
            source if source < 2 * cores => {
                asked.op = TRANSLATE_BODY;
                let target = chosen.unwrap_or((lane.0, lane.1, 3));
                asked.address =
                    self.body(target) + self.pick(1 << self.around.g.strides()[target.0 as usize]);
            }
            _ => {
                asked.op = [PUSH, PUSH, PUSH, TAKE, SYNC, SET_QUOTA, CREATE, DESTROY]
                    [self.pick(8) as usize];
                if asked.op == DESTROY && self.pick(6) > 0 {
                    asked.op = PUSH;
                }
                let destroying = self.asked.contains_key(&(99, false));
                match asked.op {
                    DESTROY if destroying => return,
                    PUSH if self.asked.values().any(|other| other.op == FREE_ARENA) => return,
                    PUSH => asked.address = frame,
                    SET_QUOTA => asked.address = [0, 0, 20, 60][self.pick(4) as usize],
                    CREATE => asked.address = base + ((512 + process * 32) << 12),
                    _ => {}
                }
            }
        }
        let triple = [asked.lane.0, asked.lane.1, asked.arena];
        let key = if asked.op == DESTROY {
            (99, false)
        } else {
            (source, false)
        };
        self.asked.insert(key, asked);
        self.offer(asked, source, triple);
    }

    fn offer(&mut self, asked: Asked, source: u64, triple: [u64; 3]) {
        self.around
            .present(asked.op, source, asked.process, triple, asked.address);
        let start = self.around.cycle;
        while !self.step() {
            assert!(
                self.around.cycle < start + 200_000,
                "op {} is never accepted",
                asked.op
            );
        }
        self.around.set("request_valid", 0);
        // From its acceptance on.
        if let Some(known) = self.known.get_mut(&asked.process) {
            match asked.op {
                DESTROY => known.dying = true,
                SET_QUOTA => known.quota = asked.address,
                _ => {}
            }
        }
    }
}

/// Two cores, few entries.
fn two_cores() -> Config {
    let (_, config) = presets()
        .into_iter()
        .find(|(name, _)| *name == "tiny")
        .expect("tiny");
    let mut settings = config.settings().clone();
    settings.system.cores = 2;
    settings.pages.cursor_entries = 4;
    Config::new(&settings, "two cores").unwrap_or_else(|errors| panic!("{errors}"))
}

fn together(stalls: u64, failing: u64, mut around: Surroundings) {
    (around.stalls, around.failing) = (stalls, failing);
    let mut bench = Together {
        around,
        asked: BTreeMap::new(),
        known: BTreeMap::new(),
        seen: BTreeMap::new(),
        lent: BTreeSet::new(),
        freeing: VecDeque::new(),
        statuses: BTreeMap::new(),
        failing,
        fails: failing > 0,
    };
    for _ in 0..setting("PAGES_REQUESTS", 6000) {
        bench.ask(2);
    }
    bench.failing = 0;
    let settle = |bench: &mut Together| {
        let start = bench.around.cycle;
        while !bench.asked.is_empty() {
            bench.step();
            assert!(
                bench.around.cycle < start + 200_000,
                "{:?} is never answered",
                bench.asked.keys()
            );
        }
    };
    settle(&mut bench);
    for process in 0..2 {
        let asked = Asked {
            op: DESTROY,
            process,
            lane: (0, 0),
            arena: 0,
            address: 0,
        };
        bench.asked.insert((99, false), asked);
        bench.offer(asked, 4, [0; 3]);
        settle(&mut bench);
    }
    for _ in 0..5000 {
        bench.step();
    }
    println!("stalls {stalls}, failing {failing}: {:?}", bench.statuses);
    assert_eq!(
        bench.around.get("pool_level"),
        bench.lent.len() as u64,
        "frames lost"
    );
    for op in 0..12 {
        let answers = |status| bench.statuses.get(&(op, status)).copied().unwrap_or(0);
        assert!(answers(OK) > 0, "op {op} never succeeds");
    }
    let count = |op, status| bench.statuses.get(&(op, status)).copied().unwrap_or(0);
    assert!(
        count(ALLOC_ARENA, NO_MEMORY) + count(TRANSLATE_BODY, NO_MEMORY) > 0,
        "no quota"
    );
    assert_eq!(failing > 0, count(ALLOC_ARENA, BUS_ERROR) > 0);
}

#[test]
fn sources_together() {
    let seed = setting("PAGES_SEED", 1);
    for stalls in [0, 8] {
        together(stalls, 0, Surroundings::new(&two_cores(), seed + stalls));
    }
}

#[test]
fn sources_together_while_memory_fails() {
    let seed = setting("PAGES_SEED", 1);
    together(4, 40, Surroundings::new(&two_cores(), seed));
}

/// The comparison can fail: faults in the emitted Verilog end it.
#[test]
fn faults_are_caught() {
    let faults = [
        // A claim that doesn't move the cursor: a number granted twice.
        [
            "memento_arena_grants",
            "((state == GRANT_STATE_CURSOR) && claims && cursor_answered && !cursor_error);",
            "1'b0;",
        ],
        // A request accepted with a claim: it is never answered.
        [
            "memento_page_requests",
            "idle && !claim_accepted && !return_waits",
            "idle && !return_waits",
        ],
        // A reach that is one arena short: frames lost.
        [
            "memento_reach",
            "page_arena >= count",
            "page_arena + 1 >= count",
        ],
        // A table's frame is given again and again.
        [
            "memento_teardown",
            "line_leaves = gives || (line_ends",
            "line_leaves = (line_ends",
        ],
    ];
    for fault in faults {
        let around = Surroundings::with_fault(&two_cores(), setting("PAGES_SEED", 1), fault);
        let run = std::panic::AssertUnwindSafe(|| together(0, 0, around));
        assert!(
            std::panic::catch_unwind(run).is_err(),
            "{fault:?} is not caught"
        );
    }
}
