//! Draws what happens to one object allocator: phases of a program, hostile frees and failing memory among them.

use super::core_event::{CoreAround, CoreEvent, Left};
use super::{Draws, Pace};
use crate::environment::Latencies;
use memento_config::Config;
use memento_sim::Geometry;
use rand::RngExt;
use std::collections::VecDeque;

/// Contexts that take turns at most: more would share what one finds.
const CONTEXTS: u32 = 4;
/// Arenas of a class whose headers are tampered with: the first ones.
const ARENAS: u32 = 12;
/// Objects that a context has at most: beyond, phases that free follow.
const LIVE: usize = 4000;
/// Objects freed of late, of which one may be freed again.
const FREED: usize = 64;

/// How much of the rules a program obeys, and memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Manners {
    /// Allocates, and frees what it has.
    Lawful,
    /// Frees twice, inside, elsewhere.
    Hostile,
    /// And headers and records are tampered with, and accesses fail.
    Failing,
}

/// What a program does for a while.
#[derive(Clone, Copy, Debug)]
enum Phase {
    /// Allocates, all classes.
    Grow,
    /// Allocates, one class.
    Burst { class: u32 },
    /// Allocates and frees in turn, one class.
    PingPong { class: u32 },
    /// Allocates and frees at random, all classes.
    Churn,
    /// Frees oldest first, youngest first, or any.
    Drain { order: Order },
    /// Frees everything.
    Exit,
    /// Forgets half of what it has.
    Leak,
}

#[derive(Clone, Copy, Debug)]
enum Order {
    Oldest,
    Youngest,
    Any,
}

/// How rare it is what makes the allocator wait: one in so many steps of a program.
#[derive(Clone, Copy, Debug)]
struct Rarity {
    hostile: u32,
    failing: u32,
    switch: u32,
    idle: u32,
    pause: u32,
}

impl Rarity {
    fn of(pace: Pace, manners: Manners) -> Rarity {
        match (pace, manners) {
            (Pace::Brisk, _) => Rarity {
                hostile: 100,
                failing: 20_000,
                switch: 20_000,
                idle: 1000,
                pause: 50_000,
            },
            (Pace::Thorough, manners) => Rarity {
                hostile: 12,
                failing: 150,
                // A save writes what all classes have.
                switch: if manners == Manners::Lawful {
                    2500
                } else {
                    400
                },
                idle: 100,
                pause: 1000,
            },
        }
    }
}

/// Draws surroundings.
pub(super) fn around(config: &Config, pace: Pace, random: &mut Draws) -> CoreAround {
    let contexts = (1 << config.context_bits()).min(CONTEXTS);
    let cycles = |random: &mut Draws, most: u32| match random.random_range(0..3u32) {
        0 => 1,
        _ => random.random_range(1..=most),
    };
    let percent = |random: &mut Draws, all: [u8; 5]| match pace {
        Pace::Brisk => 0,
        Pace::Thorough => all[random.random_range(0..5usize)],
    };
    let stall_percent = percent(random, [0, 0, 10, 50, 90]);
    CoreAround {
        register_seed: random.random_range(1..=u32::MAX),
        context: random.random_range(0..contexts),
        latencies: Latencies {
            alloc_arena: cycles(random, 40),
            peek_arena: cycles(random, 20),
            // A busy page allocator writes the header of a taken arena late.
            claim_arena: cycles(random, 400),
            free_arena: cycles(random, 40),
            translate: cycles(random, 30),
            header_read: cycles(random, 20),
            // Long ones have several writes unanswered.
            header_write: cycles(random, 120),
        },
        stall_percent,
        response_stall_percent: percent(random, [0, 0, 0, 10, 50]),
        stall_seed: random.random_range(1..=u64::MAX),
        frames: (pace == Pace::Thorough && random.random_ratio(1, 4))
            .then(|| random.random_range(0..6u64)),
        forward_seed: random
            .random_ratio(1, 2)
            .then(|| random.random_range(0..=u64::MAX)),
        cursor_byte: random.random_range(0..=u8::MAX),
    }
}

/// Draws at least so many events, for a bench with these surroundings.
pub(super) fn events(
    config: &Config,
    around: &CoreAround,
    (pace, count): (Pace, usize),
    random: &mut Draws,
) -> Vec<CoreEvent> {
    let manners = match random.random_range(0..6u32) {
        0..3 => Manners::Lawful,
        3..5 => Manners::Hostile,
        _ => Manners::Failing,
    };
    let geometry = Geometry::new(config);
    let contexts = (1 << config.context_bits()).min(CONTEXTS);
    let mut draw = Draw {
        config,
        classes: geometry.classes(),
        step: config.size_step_bytes(),
        contexts,
        context: around.context,
        live: vec![Vec::new(); contexts as usize],
        freed: VecDeque::with_capacity(FREED),
        most_live: match pace {
            // About as many as are in the arenas that serve: most operations are hits.
            Pace::Brisk => config.objects_per_arena() as usize / 2,
            Pace::Thorough => LIVE,
        },
        rarity: Rarity::of(pace, manners),
        objects: 0,
        events: Vec::with_capacity(count + 1000),
        random,
    };
    while draw.events.len() < count {
        draw.phase(manners, count);
    }
    draw.events
}

struct Draw<'a> {
    config: &'a Config,
    classes: u32,
    step: u32,
    contexts: u32,
    context: u32,
    /// By context.
    live: Vec<Vec<u32>>,
    /// The last ones.
    freed: VecDeque<u32>,
    most_live: usize,
    rarity: Rarity,
    objects: u32,
    events: Vec<CoreEvent>,
    random: &'a mut Draws,
}

impl Draw<'_> {
    fn below(&mut self, end: u32) -> u32 {
        self.random.random_range(0..end.max(1))
    }

    fn one_in(&mut self, all: u32) -> bool {
        self.below(all) == 0
    }

    fn live(&mut self) -> &mut Vec<u32> {
        &mut self.live[self.context as usize]
    }

    fn phase(&mut self, manners: Manners, count: usize) {
        let class = self.below(self.classes);
        let phase = match self.below(16) {
            0..4 => Phase::Grow,
            4..7 => Phase::Burst { class },
            7 => Phase::PingPong { class },
            8..11 => Phase::Churn,
            11 => Phase::Exit,
            12 => Phase::Leak,
            13 => Phase::Drain {
                order: Order::Oldest,
            },
            14 => Phase::Drain {
                order: Order::Youngest,
            },
            _ => Phase::Drain { order: Order::Any },
        };
        let phase = match self.live().len() > self.most_live {
            true => Phase::Exit,
            false => phase,
        };
        let length = match self.below(4) {
            0 => 1 + self.below(20),
            1 => 1 + self.below(200),
            _ => 1 + self.below(1000),
        };
        for _ in 0..length {
            if self.events.len() >= count {
                return;
            }
            if !self.program(phase) {
                break;
            }
            if manners >= Manners::Hostile && self.one_in(self.rarity.hostile) {
                self.hostile();
            }
            if manners == Manners::Failing && self.one_in(self.rarity.failing) {
                self.failing();
            }
            if self.one_in(self.rarity.switch) {
                self.switch();
            }
            if self.one_in(self.rarity.idle) {
                let cycles = 1 + self.below(3 * self.config.depth_cycles());
                self.events.push(CoreEvent::Idle { cycles });
            }
            if self.one_in(self.rarity.pause) {
                self.pause();
            }
        }
    }

    /// A step of a phase; `false`: the phase is over.
    fn program(&mut self, phase: Phase) -> bool {
        match phase {
            Phase::Grow | Phase::Burst { .. } if self.live().len() > self.most_live => {
                return false;
            }
            Phase::Grow => self.alloc_any(),
            Phase::Burst { class } => self.alloc(class),
            Phase::PingPong { class } => {
                self.alloc(class);
                let youngest = self.live().len() - 1;
                self.free(youngest);
            }
            Phase::Churn => {
                let live = self.live().len() as u32;
                let full = live as usize >= self.most_live;
                match full || live > 0 && self.below(2) == 0 {
                    true => {
                        let at = self.below(live) as usize;
                        self.free(at);
                    }
                    false => self.alloc_any(),
                }
            }
            Phase::Exit | Phase::Drain { .. } if self.live().is_empty() => return false,
            Phase::Exit => {
                // Oldest first would move all others each time.
                self.live().reverse();
                while let Some(youngest) = self.live().len().checked_sub(1) {
                    self.free(youngest);
                }
                return false;
            }
            Phase::Drain { order } => {
                let live = self.live().len();
                let at = match order {
                    Order::Oldest => 0,
                    Order::Youngest => live - 1,
                    Order::Any => self.below(live as u32) as usize,
                };
                self.free(at);
            }
            Phase::Leak => {
                let half = self.live().len() / 2;
                self.live().truncate(half);
                return false;
            }
        }
        true
    }

    fn alloc_any(&mut self) {
        let class = self.below(self.classes);
        self.alloc(class);
    }

    fn alloc(&mut self, class: u32) {
        let most = u64::from((class + 1) * self.step);
        let less = match self.below(3) {
            0 => u64::from(self.below(self.step)),
            _ => 0,
        };
        self.alloc_size(most - less);
    }

    fn alloc_size(&mut self, size: u64) {
        let object = self.objects;
        self.objects += 1;
        self.live().push(object);
        self.events.push(CoreEvent::Alloc { object, size });
    }

    /// Frees the live object at a place, which another one takes.
    fn free(&mut self, at: usize) {
        let object = match at {
            0 => self.live().remove(0),
            _ => self.live().swap_remove(at),
        };
        self.events.push(CoreEvent::Free { object });
        if self.freed.len() == FREED {
            self.freed.pop_front();
        }
        self.freed.push_back(object);
    }

    fn some_live(&mut self) -> Option<u32> {
        let live = self.live().len() as u32;
        (live > 0)
            .then(|| self.below(live) as usize)
            .map(|at| self.live()[at])
    }

    fn some_freed(&mut self) -> Option<u32> {
        let freed = self.freed.len() as u32;
        (freed > 0)
            .then(|| self.below(freed) as usize)
            .map(|at| self.freed[at])
    }

    fn wild(&mut self) -> u64 {
        let bits = self.config.operand_bits();
        let offset = self.random.random_range(0..=u64::MAX);
        match self.below(4) {
            0 => self.config.header_base() + offset % self.config.header_lane_bytes(),
            1 => self.config.region_base() + offset % self.config.padded_region_bytes(),
            2 => {
                let step = u64::from(self.step);
                self.config.region_base() + offset % self.config.region_bytes() / step * step
            }
            _ => offset >> (64 - bits),
        }
    }

    /// A program that breaks the rules.
    fn hostile(&mut self) {
        let event = match self.below(9) {
            0 | 1 => self
                .some_freed()
                .map(|object| CoreEvent::FreeAgain { object }),
            2 => {
                let live = self.live().len() as u32;
                if live > 0 {
                    let at = self.below(live) as usize;
                    self.free(at);
                }
                self.freed
                    .back()
                    .map(|object| CoreEvent::FreeAgain { object: *object })
            }
            3 => {
                let offset = u64::from(1 + self.below(2 * self.step * self.classes));
                self.some_live()
                    .map(|object| CoreEvent::FreeInside { object, offset })
            }
            4 => {
                let flip = 1 + self.below(self.contexts.max(2) - 1);
                self.some_live()
                    .map(|object| CoreEvent::FreeForeign { object, flip })
            }
            5 => Some(CoreEvent::FreeSlot {
                class: self.below(self.classes),
                arena: self.below(80),
                slot: self.below(self.config.objects_per_arena()),
            }),
            6 | 7 => Some(CoreEvent::FreeAddress {
                address: self.wild(),
            }),
            _ => {
                let most = u64::from(self.classes * self.step);
                let size = match self.below(3) {
                    0 => 0,
                    1 => most + 1,
                    _ => {
                        most + (self.random.random_range(0..=u64::MAX)
                            >> (64 - self.config.operand_bits()))
                            / 2
                    }
                };
                self.alloc_size(size);
                None
            }
        };
        self.events.extend(event);
    }

    /// A memory that fails, or is tampered with; page allocators that get more to lend.
    fn failing(&mut self) {
        let class = self.below(self.classes);
        let arena = self.below(ARENAS);
        let flip = 1 << self.below(8);
        // More is healed than fails.
        let (reads, writes) = (self.one_in(4), self.one_in(4));
        let event = match self.below(8) {
            0..3 => CoreEvent::CorruptHeader {
                class,
                arena,
                byte: self.below(64) as u8,
                flip,
                seal: self.one_in(2),
            },
            3 | 4 => CoreEvent::FailHeader {
                class,
                arena,
                reads,
                writes,
            },
            5 => CoreEvent::CorruptRecord {
                class,
                byte: 8 + self.below(8) as u8,
                flip,
            },
            6 => CoreEvent::FailRecord {
                class,
                reads,
                writes,
            },
            _ => CoreEvent::Lend {
                frames: 1 + self.below(3),
            },
        };
        self.events.push(event);
    }

    fn switch(&mut self) {
        let context = self.below(self.contexts);
        let event = match self.below(6) {
            0 if self.below(4) == 0 => CoreEvent::Discard,
            0 | 1 => {
                let count = self.below(20);
                let frees = (0..count).filter_map(|_| self.left(context)).collect();
                CoreEvent::Mailbox { context, frees }
            }
            2 => CoreEvent::Switch {
                context: self.context,
            },
            _ => CoreEvent::Switch { context },
        };
        if let CoreEvent::Mailbox { context, .. } | CoreEvent::Switch { context } = event {
            self.context = context;
        }
        self.events.push(event);
    }

    /// A free for the mailbox of a context.
    fn left(&mut self, context: u32) -> Option<Left> {
        match self.below(8) {
            0 => Some(Left::Address(self.wild())),
            1 => self.some_freed().map(Left::Object),
            _ => self.live[context as usize].pop().map(Left::Object),
        }
    }

    fn pause(&mut self) {
        let event = match self.below(4) {
            0 => CoreEvent::Disabled,
            1 => CoreEvent::Lend { frames: 1 },
            _ => CoreEvent::Settle,
        };
        self.events.push(event);
    }
}
