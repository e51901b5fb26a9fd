//! Draws what happens to the whole system: programs that hand each other objects, and an operating system that switches,
//! lends, takes and destroys meanwhile.

use super::Draws;
use super::configs::FRAMES;
use super::system_event::{ActorStep, SystemAround, SystemEvent};
use crate::system::commands::address_of;
use memento_config::Config;
use memento_hdl::system::register_map::REGISTERS;
use rand::RngExt;

/// Processes with programs at most.
const PROCESSES: u32 = 2;
/// Objects that a process has at most.
const LIVE: usize = 400;
/// Registers that any value may be written to: they select what is read, order nothing by themselves, or say when to
/// interrupt.
const HARMLESS: [&str; 12] = [
    "command_process",
    "command_context",
    "command_core",
    "core_select",
    "process_select",
    "counter_block",
    "counter_index",
    "pool_low_mark",
    "pool_high_mark",
    "interrupt_enable",
    "interrupt_status",
    "error_status",
];

/// What a program does for a while.
#[derive(Clone, Copy, Debug)]
enum Phase {
    /// Allocates, all classes.
    Grow,
    /// Allocates, one class.
    Burst { class: u32 },
    /// Allocates and frees at random.
    Churn,
    /// Frees what is its own.
    Drain,
    /// Frees what others have allocated.
    Consume,
    /// Forgets half of what it has.
    Leak,
}

/// Draws surroundings.
pub(super) fn around(config: &Config, random: &mut Draws) -> SystemAround {
    let contexts = (1 << config.context_bits()).min(config.cores() + 1);
    let scarce = random.random_ratio(1, 3);
    SystemAround {
        register_seed: random.random_range(1..=u32::MAX),
        processes: random.random_range(1..=config.processes().min(PROCESSES)),
        contexts: random.random_range(1..=contexts),
        frames: match scarce {
            true => random.random_range(4..=20),
            false => random.random_range(20..=FRAMES as u32 - 60),
        },
        cache_bytes: 1 << random.random_range(12..=18u32),
        cache_ways: 1 << random.random_range(0..=3u32),
        tlb_entries: 4 << random.random_range(0..=5u32),
        dram_latency: random.random_range(1..=80),
        dram_cycles_per_beat: random.random_range(1..=3),
        dram_outstanding: random.random_range(1..=16),
        dram_stall_percent: [0, 0, 20, 60][random.random_range(0..4usize)],
        response_stall_percent: [0, 0, 20, 60][random.random_range(0..4usize)],
        pipelined: random.random_bool(0.5),
        stall_seed: random.random_range(1..=u64::MAX),
    }
}

/// Draws at least so many events, for a bench with these surroundings.
pub(super) fn events(
    config: &Config,
    around: &SystemAround,
    count: usize,
    random: &mut Draws,
) -> Vec<SystemEvent> {
    let mut draw = Draw {
        config,
        around,
        live: vec![Vec::new(); around.processes as usize],
        freed: vec![Vec::new(); (around.processes * around.contexts) as usize],
        objects: 0,
        events: Vec::with_capacity(count + 200),
        random,
    };
    while draw.events.len() < count {
        draw.phase();
        draw.operating_system();
    }
    draw.events
}

struct Draw<'a> {
    config: &'a Config,
    around: &'a SystemAround,
    /// By process, objects and the actors that allocate them.
    live: Vec<Vec<(u32, u32)>>,
    /// By actor, its own objects that it freed.
    freed: Vec<Vec<u32>>,
    objects: u32,
    events: Vec<SystemEvent>,
    random: &'a mut Draws,
}

impl Draw<'_> {
    fn below(&mut self, end: u32) -> u32 {
        self.random.random_range(0..end.max(1))
    }

    fn phase(&mut self) {
        let actor = self.below(self.around.processes * self.around.contexts);
        let class = self.below(self.config.classes());
        let full = self.live[self.process(actor)].len() > LIVE;
        let phase = match self.below(12) {
            _ if full => Phase::Drain,
            0..3 => Phase::Grow,
            3 | 4 => Phase::Burst { class },
            5..7 => Phase::Churn,
            7..9 => Phase::Drain,
            9 | 10 => Phase::Consume,
            _ => Phase::Leak,
        };
        for _ in 0..1 + self.below(60) {
            self.program(actor, phase);
            if self.below(16) == 0 {
                self.hostile(actor);
            }
        }
    }

    fn process(&self, actor: u32) -> usize {
        (actor / self.around.contexts) as usize
    }

    fn step(&mut self, actor: u32, step: ActorStep) {
        self.events.push(SystemEvent::Step { actor, step });
    }

    fn program(&mut self, actor: u32, phase: Phase) {
        match phase {
            Phase::Grow => {
                let class = self.below(self.config.classes());
                self.alloc(actor, class);
            }
            Phase::Burst { class } => self.alloc(actor, class),
            Phase::Churn if self.below(2) == 0 => {
                let class = self.below(self.config.classes());
                self.alloc(actor, class);
            }
            Phase::Churn | Phase::Drain => self.free(actor, |owner| owner == actor),
            Phase::Consume => self.free(actor, |owner| owner != actor),
            Phase::Leak => {
                let process = self.process(actor);
                let half = self.live[process].len() / 2;
                self.live[process].truncate(half);
            }
        }
    }

    fn alloc(&mut self, actor: u32, class: u32) {
        let step_bytes = self.config.size_step_bytes();
        let less = self.below(step_bytes);
        let size = match self.below(8) {
            0 => 0,
            _ => (class + 1) * step_bytes - less,
        };
        let (object, process) = (self.objects, self.process(actor));
        self.objects += 1;
        self.live[process].push((object, actor));
        self.step(actor, ActorStep::Alloc { object, size });
    }

    /// Frees an object of the actor's process whose owner is as wanted.
    fn free(&mut self, actor: u32, wanted: impl Fn(u32) -> bool) {
        let process = self.process(actor);
        let live = &self.live[process];
        let first = self.random.random_range(0..live.len().max(1));
        let mut places = (first..live.len()).chain(0..first);
        let Some(at) = places.find(|at| wanted(live[*at].1)) else {
            return;
        };
        let (object, owner) = self.live[process].swap_remove(at);
        if owner == actor {
            self.freed[actor as usize].push(object);
        }
        let step = match owner == actor && self.below(12) == 0 {
            true => ActorStep::FreeTwice { object },
            false => ActorStep::Free { object },
        };
        self.step(actor, step);
    }

    /// An object of the actor's own.
    fn own(&mut self, actor: u32) -> Option<u32> {
        let live = &self.live[self.process(actor)];
        let first = self.random.random_range(0..live.len().max(1));
        let mut all = live[first..].iter().chain(&live[..first]);
        all.find(|(_, owner)| *owner == actor)
            .map(|(object, _)| *object)
    }

    fn hostile(&mut self, actor: u32) {
        let bits = self.config.operand_bits();
        let wild = self.random.random_range(0..=u64::MAX);
        let step = match self.below(6) {
            0 => {
                let freed = self.freed[actor as usize].len() as u32;
                let at = self.below(freed) as usize;
                let freed = self.freed[actor as usize].get(at);
                freed.map(|object| ActorStep::FreeAgain { object: *object })
            }
            1 => {
                let offset =
                    1 + self.below(2 * self.config.size_step_bytes()) / 8 * 8 + self.below(7);
                self.own(actor)
                    .map(|object| ActorStep::FreeInside { object, offset })
            }
            2 => {
                let all = 1 << self.config.context_bits();
                let (used, others) = (self.around.contexts, all - self.around.contexts.min(all));
                let context = used + self.below(others);
                self.own(actor)
                    .filter(|_| others > 0)
                    .map(|object| ActorStep::FreeForeign { object, context })
            }
            3 => Some(ActorStep::FreeAddress {
                address: wild >> (64 - bits) | 1,
            }),
            4 => {
                let base = [self.config.region_base(), self.config.header_base()];
                let size = [self.config.region_bytes(), self.config.header_lane_bytes()];
                let which = self.below(2) as usize;
                Some(ActorStep::FreeAddress {
                    address: (base[which] + wild % size[which]) | 1,
                })
            }
            _ => {
                let most = u64::from(self.config.classes() * self.config.size_step_bytes());
                let size = most + 1 + (wild >> (65 - bits));
                Some(ActorStep::TooLarge { size })
            }
        };
        if let Some(step) = step {
            self.step(actor, step);
        }
    }

    fn operating_system(&mut self) {
        let process = self.below(self.around.processes);
        let event = match self.below(28) {
            0..5 => SystemEvent::Switch {
                core: self.below(self.config.cores()),
            },
            5..8 => SystemEvent::Lend {
                frames: 1 + self.below(6),
            },
            8 => SystemEvent::Take,
            9 => SystemEvent::Quota {
                process,
                spare: (self.below(2) == 0).then(|| self.below(4)),
            },
            10 | 11 => SystemEvent::Exit {
                process,
                detach: self.below(2) == 0,
            },
            12 => SystemEvent::Nonsense {
                which: self.below(1 << 16),
                about: self.below(1 << 16),
            },
            13 => SystemEvent::Write {
                address: self.register(),
                value: self.random.random_range(0..=u32::MAX),
            },
            14 | 24..28 => SystemEvent::Read {
                address: self.read_address(),
            },
            15 if self.below(8) == 0 => SystemEvent::Compare,
            _ => return,
        };
        let cycles = match self.below(3) {
            0 => self.below(60),
            _ => self.below(3000),
        };
        self.events.push(SystemEvent::Pass { cycles });
        self.events.push(event);
        if let SystemEvent::Exit { process, .. } = event {
            self.live[process as usize].clear();
        }
    }

    /// The address of a register, or any.
    fn read_address(&mut self) -> u32 {
        match self.below(4) {
            0 => self.below(1 << 10) * 4,
            _ => REGISTERS[self.below(REGISTERS.len() as u32) as usize].offset as u32,
        }
    }

    /// The address of a register that may be written, or of none.
    fn register(&mut self) -> u32 {
        match self.below(3) {
            // Those above are no register's.
            0 => 0x400 + self.below(0x300) * 4,
            _ => {
                let which = self.below(HARMLESS.len() as u32) as usize;
                address_of(HARMLESS[which])
            }
        }
    }
}
