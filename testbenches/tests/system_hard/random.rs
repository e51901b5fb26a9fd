//! Random programs on one core: all classes, sizes that are too large, double and wild frees, context switches, exits.

use memento_sim::Status;
use memento_testbenches::directed::{Os, config, design};
use memento_testbenches::system::error::SystemError;
use memento_testbenches::system::machine::Surroundings;
use memento_testbenches::system::program::{Object, Program, Step};
use memento_testbenches::{Issue, Operation};

/// xorshift64.
#[derive(Clone)]
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Random {
        Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 20) % limit
    }
}

/// A context's share of a random program. Object `i` is allocated by context `i % contexts` and freed by one context
/// alone, so that no object is freed while another still uses it: half of them by the one that allocated them, the others
/// by each of the rest.
pub struct RandomProgram {
    pub random: Random,
    pub left: u64,
    pub context: usize,
    pub contexts: usize,
    /// Objects that each context has.
    pub objects: usize,
    /// Addresses that were objects once.
    pub freed: Vec<u64>,
}

impl RandomProgram {
    fn double_or_wild(&mut self, objects: &[Object]) -> Step {
        // What is being allocated may come to lie anywhere.
        let lives = |address| {
            let here = |object: &Object| object.address == Some(address) || object.busy;
            objects.iter().any(here)
        };
        let wild = match self.random.below(8) {
            0..4 if self.contexts == 1 && !self.freed.is_empty() => {
                self.freed[self.random.below(self.freed.len() as u64) as usize]
            }
            4 => 0x4000_0000 + self.random.below(0x20_0000),
            5 => 0x4000_0000 + self.random.below(0x2_0000) * 8,
            6 => self.random.below(1 << 32),
            // The header lane.
            _ => 0x4020_0000 + self.random.below(0x1_0000),
        };
        // Of another context nobody knows what it allocates meanwhile: no object begins there.
        let address = match self.contexts == 1 && !lives(wild) {
            true => wild,
            false => wild | 1,
        };
        Step::Bare(Operation::Free { address })
    }

    /// The context that frees an object.
    fn freed_by(&self, object: usize) -> usize {
        let (owner, place) = (object % self.contexts, object / self.contexts);
        match self.contexts {
            1 => owner,
            _ if place.is_multiple_of(2) => owner,
            contexts => (owner + 1 + place / 2 % (contexts - 1)) % contexts,
        }
    }
}

impl Program for RandomProgram {
    fn next(&mut self, objects: &[Object]) -> Result<Option<Step>, SystemError> {
        if self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        let kind = self.random.below(100);
        if kind < 4 {
            return Ok(Some(self.double_or_wild(objects)));
        }
        if kind < 6 {
            let size = 33 + self.random.below(1 << 20);
            return Ok(Some(Step::Bare(Operation::Alloc { size })));
        }
        // Long runs of allocations, then of frees.
        let grows = (self.left / 150).is_multiple_of(2);
        let place = self.random.below(self.objects as u64) as usize;
        let object = place * self.contexts + self.context;
        let known = objects.get(object).copied().unwrap_or_default();
        let none = known.address.is_none() && !known.busy;
        if self.random.below(10) < if grows { 8 } else { 2 } && none {
            let size = match self.random.below(8) {
                0 => 0,
                1..4 => 8,
                _ => 1 + self.random.below(32),
            };
            return Ok(Some(Step::Alloc { object, size }));
        }
        let mine = |at: &usize| self.freed_by(*at) == self.context;
        let alive = |at: &usize| objects[*at].written && !objects[*at].busy;
        let found: Vec<usize> = (0..objects.len()).filter(mine).filter(alive).collect();
        match self.random.below(found.len().max(1) as u64) as usize {
            at if at < found.len() => {
                let object = found[at];
                self.freed.extend(objects[object].address);
                Ok(Some(Step::Free { object }))
            }
            _ => Ok(Some(Step::Bare(Operation::Alloc { size: 1 << 31 }))),
        }
    }
}

fn program(seed: u64, left: u64) -> Box<RandomProgram> {
    Box::new(RandomProgram {
        random: Random::new(seed),
        left,
        context: 0,
        contexts: 1,
        objects: 300,
        freed: Vec::new(),
    })
}

/// Cores in order for even seeds, and such that go on ahead of answers for odd ones.
pub fn issuing(seed: u64) -> Surroundings {
    Surroundings {
        issue: match seed.is_multiple_of(2) {
            true => Issue::InOrder,
            false => Issue::Pipelined,
        },
        ..Surroundings::default()
    }
}

#[test]
fn random_programs_switches_and_exits() {
    let config = config(1, 64, 4);
    let design = design(&config);
    for seed in 1..=4 {
        println!("seed {seed}");
        let mut random = Random::new(seed + 100);
        let mut os = Os::among(&issuing(seed), &config, &design, 400);
        for round in 0..3 {
            let process = random.below(2) as u32;
            os.create(process);
            let mut context = 0;
            os.attach(0, process, context);
            for part in 0..5 {
                os.start(0, process, program(seed << 8 | round << 4 | part, 500));
                os.finish();
                if random.below(2) == 0 {
                    os.detach(0);
                    // The next part may find objects of a context that doesn't run.
                    context = random.below(2) as u32;
                    os.attach(0, process, context);
                }
            }
            os.compare();
            assert!(os.bench.model.pool_level() < 400);
            if round % 2 == 0 {
                os.detach(0);
            }
            os.destroy(process);
            os.compare();
            assert_eq!(os.bench.model.pool_level(), 400);
        }
        let counters = os.bench.model.counters(0).unwrap();
        assert!(counters.list_pops > 0 && counters.list_pushes > 0);
        for status in [
            Status::TooLarge,
            Status::NotInRegion,
            Status::BadPointer,
            Status::DoubleFree,
        ] {
            assert!(os.answered(0, status) > 0, "{status} never happened");
        }
    }
}
