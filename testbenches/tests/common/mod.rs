//! What the scenarios share: adversarial actions, and a bench to play them on.
#![allow(dead_code, reason = "each test binary uses its own part")]

pub mod fetched;
pub mod posted;

use memento_config::Config;
use memento_sim::{Arena, Geometry, PageAllocator};
use memento_testbenches::{
    BenchError, CompileOptions, Core, Environment, Latencies, LockStep, Operation, Stalls,
    VerilatedDesign,
};
use proptest::prelude::*;

/// Base of all seeds; each test adds to it and prints what it uses.
pub const SEED: u64 = 0x5eed_0000_2023_0001;

/// One thing that a program, or a hostile one, or a failing machine does.
#[derive(Clone, Debug)]
pub enum Action {
    /// Allocates one object.
    Alloc { class: u32, less: u32 },
    /// Allocates several objects of one class in a row.
    Burst { class: u32, count: u32 },
    /// Allocates and frees in turn, one class, without waiting for answers.
    PingPong { class: u32, count: u32 },
    /// Asks for more than the largest class.
    TooLarge { by: u32 },
    /// Frees a live object.
    Free { which: u32 },
    /// Frees the youngest live objects, youngest first.
    FreeYoungest { count: u32 },
    /// Frees the oldest live objects, oldest first.
    FreeOldest { count: u32 },
    /// Frees an object twice in a row.
    FreeTwice { which: u32 },
    /// Frees an object freed earlier.
    FreeAgain { which: u32 },
    /// Frees an address inside a live object.
    Interior { which: u32, offset: u32 },
    /// Frees a live object under another context's address.
    Foreign { which: u32 },
    /// Frees an address of the header lane.
    HeaderLane { offset: u32 },
    /// Frees any slot of any arena number.
    AnySlot { class: u32, number: u32, slot: u32 },
    /// Frees any address.
    Wild { address: u64 },
    /// Changes a byte of a header, with or without making its checksum right again.
    Corrupt {
        class: u32,
        number: u32,
        byte: u32,
        flip: u8,
        seal: bool,
    },
    /// Makes a header's line fail, or heals it.
    Fault {
        class: u32,
        number: u32,
        read: bool,
        write: bool,
    },
    /// Lends frames for header pages.
    AddFrames { count: u32 },
    /// Switches the allocator off, tries it, and on again.
    Disable,
    /// Waits for all answers.
    Drain,
    /// Saves the context and runs it again, or another one, with operations still under way.
    Switch { context: u32, stay: bool },
    /// Leaves frees for another context, good, bad and of nobody, then runs it.
    Mailbox { context: u32, count: u32, wild: u64 },
    /// Changes a byte of a record's half that belongs to the core, of a context that doesn't run.
    CorruptRecord { class: u32, byte: u32, flip: u8 },
    /// Makes a line of records fail, or heals it.
    FaultRecord { class: u32, read: bool, write: bool },
}

/// Actions of a program that obeys the rules.
pub fn lawful() -> BoxedStrategy<Action> {
    prop_oneof![
        8 => (any::<u32>(), 0u32..8).prop_map(|(class, less)| Action::Alloc { class, less }),
        3 => (any::<u32>(), 1u32..40).prop_map(|(class, count)| Action::Burst { class, count }),
        1 => (any::<u32>(), 1u32..20).prop_map(|(class, count)| Action::PingPong { class, count }),
        8 => any::<u32>().prop_map(|which| Action::Free { which }),
        2 => (1u32..40).prop_map(|count| Action::FreeYoungest { count }),
        2 => (1u32..40).prop_map(|count| Action::FreeOldest { count }),
        1 => Just(Action::Drain),
    ]
    .boxed()
}

/// Actions of a program that breaks the rules.
pub fn lawless() -> BoxedStrategy<Action> {
    prop_oneof![
        12 => lawful(),
        1 => (1u32..).prop_map(|by| Action::TooLarge { by }),
        2 => any::<u32>().prop_map(|which| Action::FreeTwice { which }),
        2 => any::<u32>().prop_map(|which| Action::FreeAgain { which }),
        1 => (any::<u32>(), 1u32..600).prop_map(|(which, offset)| Action::Interior { which, offset }),
        1 => any::<u32>().prop_map(|which| Action::Foreign { which }),
        1 => any::<u32>().prop_map(|offset| Action::HeaderLane { offset }),
        2 => (any::<u32>(), any::<u32>(), any::<u32>())
            .prop_map(|(class, number, slot)| Action::AnySlot { class, number, slot }),
        1 => any::<u64>().prop_map(|address| Action::Wild { address }),
        1 => Just(Action::Disable),
    ]
    .boxed()
}

/// Actions on a machine that fails, too.
pub fn hostile() -> BoxedStrategy<Action> {
    prop_oneof![
        20 => lawless(),
        1 => (any::<u32>(), any::<u32>(), 0u32..64, 1u8.., any::<bool>()).prop_map(
            |(class, number, byte, flip, seal)| Action::Corrupt { class, number, byte, flip, seal }
        ),
        1 => (any::<u32>(), any::<u32>(), any::<bool>(), any::<bool>()).prop_map(
            |(class, number, read, write)| Action::Fault { class, number, read, write }
        ),
        1 => (1u32..3).prop_map(|count| Action::AddFrames { count }),
    ]
    .boxed()
}

/// Actions of several contexts that take turns, on a machine that fails if `fails`.
pub fn switching(fails: bool) -> BoxedStrategy<Action> {
    let program = if fails { hostile() } else { lawless() };
    let switch = prop_oneof![
        3 => (any::<u32>(), any::<bool>())
            .prop_map(|(context, stay)| Action::Switch { context, stay }),
        1 => (any::<u32>(), 0u32..20, any::<u64>())
            .prop_map(|(context, count, wild)| Action::Mailbox { context, count, wild }),
    ];
    if !fails {
        return prop_oneof![8 => program, 1 => switch].boxed();
    }
    prop_oneof![
        16 => program,
        2 => switch,
        1 => (any::<u32>(), 8u32..16, 1u8..)
            .prop_map(|(class, byte, flip)| Action::CorruptRecord { class, byte, flip }),
        1 => (any::<u32>(), any::<bool>(), any::<bool>())
            .prop_map(|(class, read, write)| Action::FaultRecord { class, read, write }),
    ]
    .boxed()
}

/// A bench on a compiled design.
pub fn bench(
    config: &Config,
    design: &VerilatedDesign,
    seed: u64,
    stalls: bool,
    frames: Option<u64>,
) -> Result<LockStep<memento_testbenches::Verilated>, BenchError> {
    let core = design.model(seed as u32 | 1)?;
    Ok(bench_on(config, core, seed, stalls, frames))
}

/// A bench on any core.
pub fn bench_on<C: Core>(
    config: &Config,
    core: C,
    seed: u64,
    stalls: bool,
    frames: Option<u64>,
) -> LockStep<C> {
    let percent = [10, 50, 90][(seed % 3) as usize];
    let environment_stalls = if stalls {
        Stalls::Random { percent, seed }
    } else {
        Stalls::None
    };
    let short = Latencies {
        alloc_arena: 1 + (seed >> 8) as u32 % 5,
        peek_arena: 1 + (seed >> 12) as u32 % 5,
        claim_arena: 1 + (seed >> 20) as u32 % 9,
        free_arena: 1 + (seed >> 16) as u32 % 5,
        translate: 1 + (seed >> 24) as u32 % 5,
        header_read: 1 + (seed >> 32) as u32 % 9,
        // Long ones have several writes unanswered.
        header_write: (1 + (seed >> 40) as u32 % 9) * [1, 16][(seed >> 44) as usize % 2],
    };
    let mut environment = Environment::new(config, short, environment_stalls);
    if let Some(frames) = frames {
        environment.pages = PageAllocator::with_frames(config, frames);
    }
    let contexts = 1 << config.context_bits();
    let mut bench = LockStep::new(config, (seed >> 48) as u32 % contexts, core, environment);
    if stalls {
        bench.stall_responses(u64::from(percent) / 2, seed ^ 0xff);
    }
    bench
}

/// Plays actions on a bench.
pub struct Player {
    geometry: Geometry,
    step: u32,
    live: Vec<u64>,
    /// Live objects of the contexts that don't run.
    others: Vec<Vec<u64>>,
    freed: Vec<u64>,
    context: u32,
    header_base: u64,
    header_bytes: u64,
    operand_bits: u32,
    /// Errors of writes that are behind an answer can be told from others.
    writes_may_fail: bool,
}

impl Player {
    /// A player without objects; `context` runs.
    pub fn new(config: &Config, seed: u64) -> Player {
        Player {
            geometry: Geometry::new(config),
            step: config.size_step_bytes(),
            live: Vec::new(),
            others: vec![Vec::new(); 1 << config.context_bits()],
            freed: Vec::new(),
            context: (seed >> 48) as u32 % (1 << config.context_bits()),
            header_base: config.header_base(),
            header_bytes: config.header_lane_bytes(),
            operand_bits: config.operand_bits(),
            writes_may_fail: config.trace_port() || !config.prefetch(),
        }
    }

    /// Has the hardware forget the headers that it keeps, and arenas that it has fetched ahead: one is about to change
    /// behind its back.
    fn forget<C: Core>(&self, bench: &mut LockStep<C>) -> Result<(), BenchError> {
        bench.settle()?;
        bench.detach()?;
        bench.attach(self.context)
    }

    fn alloc<C: Core>(&mut self, bench: &mut LockStep<C>, size: u64) -> Result<(), BenchError> {
        let (_, outcome) = bench.issue(Operation::Alloc { size })?;
        if outcome.response.value != 0 {
            self.live.push(outcome.response.value);
        }
        Ok(())
    }

    fn free<C: Core>(&mut self, bench: &mut LockStep<C>, at: usize) -> Result<u64, BenchError> {
        let address = self.live.swap_remove(at);
        bench.issue(Operation::Free { address })?;
        if self.freed.len() < 4096 {
            self.freed.push(address);
        }
        Ok(address)
    }

    fn size(&self, class: u32) -> u64 {
        u64::from((class % self.geometry.classes() + 1) * self.step)
    }

    /// An arena that was handed out, if any was; the choice falls on low numbers.
    fn some_arena<C: Core>(&self, bench: &LockStep<C>, class: u32, number: u32) -> Option<Arena> {
        let class = class % self.geometry.classes();
        let used = bench.model.pages().cursor(class, self.context);
        (used > 0).then(|| Arena {
            class,
            context: self.context,
            number: number % used,
        })
    }

    /// Plays one action.
    pub fn play<C: Core>(
        &mut self,
        bench: &mut LockStep<C>,
        action: &Action,
    ) -> Result<(), BenchError> {
        match *action {
            Action::Alloc { class, less } => {
                let size = self.size(class).saturating_sub(u64::from(less % self.step));
                self.alloc(bench, size)?;
            }
            Action::Burst { class, count } => {
                for _ in 0..count {
                    self.alloc(bench, self.size(class))?;
                }
            }
            Action::PingPong { class, count } => {
                for _ in 0..count {
                    self.alloc(bench, self.size(class))?;
                    if !self.live.is_empty() {
                        self.free(bench, self.live.len() - 1)?;
                    }
                }
            }
            Action::TooLarge { by } => {
                let size = self.size(self.geometry.classes() - 1) + u64::from(by);
                bench.issue(Operation::Alloc { size })?;
            }
            Action::Free { which } => {
                if !self.live.is_empty() {
                    self.free(bench, which as usize % self.live.len())?;
                }
            }
            Action::FreeYoungest { count } => {
                for _ in 0..count.min(self.live.len() as u32) {
                    self.free(bench, self.live.len() - 1)?;
                }
            }
            Action::FreeOldest { count } => {
                for _ in 0..count.min(self.live.len() as u32) {
                    self.free(bench, 0)?;
                }
            }
            Action::FreeTwice { which } => {
                if !self.live.is_empty() {
                    let address = self.free(bench, which as usize % self.live.len())?;
                    bench.issue(Operation::Free { address })?;
                }
            }
            Action::FreeAgain { which } => {
                if !self.freed.is_empty() {
                    let address = self.freed[which as usize % self.freed.len()];
                    self.free_anything(bench, address)?;
                }
            }
            Action::Interior { which, offset } => {
                if !self.live.is_empty() {
                    let address = self.live[which as usize % self.live.len()];
                    self.free_anything(bench, address + u64::from(offset))?;
                }
            }
            Action::Foreign { which } => {
                if !self.live.is_empty() {
                    let address = self.live[which as usize % self.live.len()];
                    if let memento_sim::Located::Slot(mut slot) = self.geometry.locate(address) {
                        slot.arena.context ^= 1;
                        self.free_anything(bench, self.geometry.slot_address(slot))?;
                    }
                }
            }
            Action::HeaderLane { offset } => {
                let address = self.header_base + u64::from(offset) % self.header_bytes;
                self.free_anything(bench, address)?;
            }
            Action::AnySlot {
                class,
                number,
                slot,
            } => {
                let class = class % self.geometry.classes();
                let arena = Arena {
                    class,
                    context: self.context,
                    number: number % self.geometry.arenas(class).min(80),
                };
                let slot = memento_sim::Slot {
                    arena,
                    index: slot % self.geometry.objects(),
                };
                self.free_anything(bench, self.geometry.slot_address(slot))?;
            }
            Action::Wild { address } => {
                self.free_anything(bench, address >> (64 - self.operand_bits))?;
            }
            Action::Corrupt {
                class,
                number,
                byte,
                flip,
                seal,
            } => {
                if let Some(arena) = self.some_arena(bench, class, number) {
                    self.forget(bench)?;
                    let mut bytes = bench
                        .model
                        .header_bytes(arena.class, arena.number)
                        .unwrap_or([0; 64]);
                    bytes[byte as usize] ^= flip;
                    if seal {
                        let mut header = memento_sim::Header::from_bytes(bytes);
                        header.seal();
                        bytes = header.to_bytes();
                    }
                    bench.poke_header(arena, bytes)?;
                }
            }
            Action::Fault {
                class,
                number,
                read,
                write,
            } => {
                if let Some(arena) = self.some_arena(bench, class, number) {
                    self.forget(bench)?;
                    let write = write && self.writes_may_fail;
                    if let Some(line) = bench.model.header_line(arena.class, arena.number) {
                        bench.environment.memory.fail_reads(line, read);
                        bench.environment.memory.fail_writes(line, write);
                        bench.model.memory_mut().fail_reads(line, read);
                        bench.model.memory_mut().fail_writes(line, write);
                    }
                }
            }
            Action::AddFrames { count } => {
                bench.drain()?;
                bench.environment.pages.add_frames(count.into());
                bench.model.pages_mut().add_frames(count.into());
            }
            Action::Disable => {
                bench.set_enabled(false)?;
                bench.issue(Operation::Alloc { size: 1 })?;
                bench.issue(Operation::Free {
                    address: self.header_base,
                })?;
                bench.set_enabled(true)?;
            }
            Action::Drain => bench.drain()?,
            Action::Switch { context, stay } => {
                let to = if stay { self.context } else { context };
                bench.detach()?;
                self.run(bench, to)?;
            }
            Action::Mailbox {
                context,
                count,
                wild,
            } => {
                bench.detach()?;
                let to = context % self.others.len() as u32;
                self.others[self.context as usize] = std::mem::take(&mut self.live);
                let theirs = &mut self.others[to as usize];
                let mut frees = Vec::new();
                for i in 0..u64::from(count) {
                    frees.push(match (wild.rotate_left(i as u32)) % 8 {
                        0 => wild.rotate_left(i as u32),
                        1 => self.freed.last().copied().unwrap_or(wild),
                        _ => theirs.pop().unwrap_or(wild >> 32),
                    });
                }
                bench.leave_frees(to, 0x8_0000, &frees);
                self.live = std::mem::take(&mut self.others[to as usize]);
                self.context = to;
                bench.attach(to)?;
            }
            Action::CorruptRecord { class, byte, flip } => {
                bench.detach()?;
                let at = bench.environment.records(self.context)
                    + 16 * u64::from(class % self.geometry.classes())
                    + u64::from(byte);
                let line = memento_sim::Line::of_byte_address(at);
                let mut bytes = bench.environment.memory.peek(line);
                bytes[(at % 64) as usize] ^= flip;
                bench.environment.memory.poke(line, bytes);
                bench.model.memory_mut().poke(line, bytes);
                bench.attach(self.context)?;
            }
            Action::FaultRecord { class, read, write } => {
                bench.drain()?;
                let at = bench.environment.records(self.context)
                    + 16 * u64::from(class % self.geometry.classes());
                let line = memento_sim::Line::of_byte_address(at);
                for memory in [&mut bench.environment.memory, bench.model.memory_mut()] {
                    memory.fail_reads(line, read);
                    memory.fail_writes(line, write);
                }
            }
        }
        Ok(())
    }

    /// Attaches a context after another was detached.
    fn run<C: Core>(&mut self, bench: &mut LockStep<C>, context: u32) -> Result<(), BenchError> {
        let context = context % self.others.len() as u32;
        self.others[self.context as usize] = std::mem::take(&mut self.live);
        self.live = std::mem::take(&mut self.others[context as usize]);
        self.context = context;
        bench.attach(context)
    }

    /// A free that may hit a live object by chance.
    fn free_anything<C: Core>(
        &mut self,
        bench: &mut LockStep<C>,
        address: u64,
    ) -> Result<(), BenchError> {
        let (_, outcome) = bench.issue(Operation::Free { address })?;
        if outcome.response.status == memento_sim::Status::Ok {
            self.live.retain(|live| *live != address);
        }
        Ok(())
    }
}

/// Plays actions, then compares memory and counters.
pub fn play_all<C: Core>(
    config: &Config,
    bench: &mut LockStep<C>,
    seed: u64,
    actions: &[Action],
) -> Result<(), BenchError> {
    let mut player = Player::new(config, seed);
    for action in actions {
        player.play(bench, action)?;
    }
    bench.compare_memory()?;
    bench.compare_counters()
}

/// A configuration that differs from a preset.
pub fn altered(preset: &str, change: impl FnOnce(&mut memento_config::Settings)) -> Config {
    let mut settings = Config::preset(preset).expect("a preset").settings().clone();
    change(&mut settings);
    Config::new(&settings, "altered preset").expect("a valid change")
}

/// Block RAMs that punish a missing forwarding path; compiled in a few seconds.
pub const STRICT: CompileOptions = CompileOptions {
    ram_collisions: true,
    quick: true,
    ..CompileOptions::DEFAULT
};

/// Compiles a configuration's design under [`STRICT`].
pub fn compiled(config: &Config) -> VerilatedDesign {
    VerilatedDesign::new(config, STRICT).expect("the design compiles")
}

/// A list of actions, drawn from a seed.
pub fn drawn(strategy: &BoxedStrategy<Action>, count: usize, seed: u64) -> Vec<Action> {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    (0..count)
        .map(|_| {
            strategy
                .new_tree(&mut runner)
                .expect("actions are always possible")
                .current()
        })
        .collect()
}

/// Frees every address on the size step of an arena of every class, slots and all between them.
pub fn free_every_step<C: Core>(
    config: &Config,
    bench: &mut LockStep<C>,
) -> Result<(), BenchError> {
    let geometry = Geometry::new(config);
    let step = u64::from(config.size_step_bytes());
    for class in 0..geometry.classes() {
        let size = u64::from(geometry.size_bytes(class));
        let base = bench.issue(Operation::Alloc { size })?.1.response.value;
        for offset in (0..geometry.stride_bytes(class)).step_by(step as usize) {
            bench.issue(Operation::Free {
                address: base + offset,
            })?;
        }
    }
    bench.drain()
}

/// Two allocations of a class back to back, and two more of it at every distance behind them up to twice the pipeline's depth.
pub fn pairs_at_every_distance<C: Core>(
    config: &Config,
    bench: &mut LockStep<C>,
) -> Result<(), BenchError> {
    let alloc = Operation::Alloc { size: 8 };
    for distance in 0..2 * config.depth_cycles() {
        for gap in [distance, 2 * config.depth_cycles()] {
            bench.issue(alloc)?;
            bench.issue(alloc)?;
            for _ in 0..gap {
                bench.idle()?;
            }
        }
    }
    bench.drain()
}
