//! Plays [`CoreEvent`]s on a lock-step bench of one object allocator.

use super::core_event::{CoreAround, CoreEvent, Left};
use super::failure::{Failure, Trouble, guarded};
use super::scenario::Played;
use crate::core::Core;
use crate::environment::{Environment, Stalls};
use crate::lock_step::{LockStep, Operation};
use crate::mismatch::BenchError;
use crate::verilated::VerilatedDesign;
use memento_config::Config;
use memento_sim::{Arena, Geometry, Header, Line, LineMemory, Located, PageAllocator, Slot};

/// Physical address of the arrays that mailboxes point to, away from descriptor and headers.
const MAILBOX_ARRAY: u64 = 0x8_0000;

/// Plays events from reset on, then compares memory and counters.
pub(super) fn play(
    config: &Config,
    design: &VerilatedDesign,
    around: &CoreAround,
    events: &[CoreEvent],
) -> Result<Played, Trouble> {
    let mut player = Player::new(config, around, design.model(around.register_seed)?);
    let mut played = 0;
    let ran = guarded(|| {
        let ended = (|| {
            for event in events {
                played += 1;
                player.play(event)?;
            }
            player.bench.compare_memory()?;
            player.bench.compare_counters()
        })();
        match ended {
            Ok(()) => Ok(None),
            Err(error) => Failure::of_core(error).map(Some),
        }
    })?;
    Ok(Played {
        operations: player.bench.issued(),
        cycles: player.bench.cycles(),
        events: played,
        failure: ran.unwrap_or_else(Some),
    })
}

struct Player<C> {
    bench: LockStep<C>,
    geometry: Geometry,
    context: u32,
    /// By number of the object; 0: there is none.
    addresses: Vec<u64>,
    /// Errors of writes that are behind an answer can be told from others.
    writes_may_fail: bool,
    header_base: u64,
}

impl<C: Core> Player<C> {
    fn new(config: &Config, around: &CoreAround, core: C) -> Player<C> {
        let stalls = match around.stall_percent {
            0 => Stalls::None,
            percent => Stalls::Random {
                percent,
                seed: around.stall_seed,
            },
        };
        let mut environment = Environment::new(config, around.latencies, stalls);
        if let Some(frames) = around.frames {
            environment.pages = PageAllocator::with_frames(config, frames);
        }
        if let Some(seed) = around.forward_seed {
            environment.answer_forwards(seed);
        }
        let mut bench = LockStep::new(config, around.context, core, environment);
        bench.stall_responses(
            around.response_stall_percent.into(),
            around.stall_seed.rotate_left(32),
        );
        bench.fill_cursors(around.cursor_byte);
        Player {
            bench,
            geometry: Geometry::new(config),
            context: around.context & ((1 << config.context_bits()) - 1),
            addresses: Vec::new(),
            writes_may_fail: config.trace_port() || !config.prefetch(),
            header_base: config.header_base(),
        }
    }

    #[inline]
    fn address(&self, object: u32) -> u64 {
        self.addresses.get(object as usize).copied().unwrap_or(0)
    }

    #[inline]
    fn free(&mut self, address: u64) -> Result<(), BenchError> {
        if address == 0 {
            return Ok(());
        }
        self.bench.issue(Operation::Free { address }).map(|_| ())
    }

    fn alloc(&mut self, object: u32, size: u64) -> Result<(), BenchError> {
        let (_, outcome) = self.bench.issue(Operation::Alloc { size })?;
        let at = object as usize;
        if at >= self.addresses.len() {
            self.addresses.resize(at + 1, 0);
        }
        self.addresses[at] = outcome.response.value;
        Ok(())
    }

    /// An arena of the context that runs, if it was handed out.
    fn arena(&self, class: u32, number: u32) -> Option<Arena> {
        let used = self.bench.model.pages().cursor(class, self.context);
        (number < used).then_some(Arena {
            class,
            context: self.context,
            number,
        })
    }

    /// Memory changes behind the hardware's back: it has to forget what it keeps.
    fn forget(&mut self) -> Result<(), BenchError> {
        self.bench.settle()?;
        self.bench.detach()?;
        self.bench.attach(self.context)
    }

    fn run(&mut self, context: u32) -> Result<(), BenchError> {
        self.context = context % self.geometry.contexts();
        self.bench.attach(self.context)
    }

    /// Memory of hardware and model.
    fn memories(&mut self) -> [&mut LineMemory; 2] {
        [
            &mut self.bench.environment.memory,
            self.bench.model.memory_mut(),
        ]
    }

    fn record(&self, class: u32) -> u64 {
        self.bench.environment.records(self.context) + 16 * u64::from(class)
    }

    #[inline]
    fn play(&mut self, event: &CoreEvent) -> Result<(), BenchError> {
        match *event {
            CoreEvent::Alloc { object, size } => self.alloc(object, size),
            CoreEvent::Free { object } | CoreEvent::FreeAgain { object } => {
                self.free(self.address(object))
            }
            _ => self.play_seldom(event),
        }
    }

    fn play_seldom(&mut self, event: &CoreEvent) -> Result<(), BenchError> {
        match *event {
            CoreEvent::Alloc { .. } | CoreEvent::Free { .. } | CoreEvent::FreeAgain { .. } => {}
            CoreEvent::FreeInside { object, offset } => match self.address(object) {
                0 => {}
                address => self.free(address + offset)?,
            },
            CoreEvent::FreeForeign { object, flip } => {
                if let Located::Slot(mut slot) = self.geometry.locate(self.address(object)) {
                    slot.arena.context ^= flip & (self.geometry.contexts() - 1);
                    self.free(self.geometry.slot_address(slot))?;
                }
            }
            CoreEvent::FreeSlot { class, arena, slot } => {
                let arena = Arena {
                    class,
                    context: self.context,
                    number: arena % self.geometry.arenas(class),
                };
                let slot = Slot { arena, index: slot };
                self.free(self.geometry.slot_address(slot))?;
            }
            CoreEvent::FreeAddress { address } => {
                self.bench.issue(Operation::Free { address })?;
            }
            CoreEvent::Idle { cycles } => {
                for _ in 0..cycles {
                    self.bench.idle()?;
                }
            }
            CoreEvent::Settle => self.bench.settle()?,
            CoreEvent::Disabled => {
                self.bench.set_enabled(false)?;
                self.bench.issue(Operation::Alloc { size: 1 })?;
                let address = self.header_base;
                self.bench.issue(Operation::Free { address })?;
                self.bench.set_enabled(true)?;
            }
            CoreEvent::Switch { context } => {
                self.bench.detach()?;
                self.run(context)?;
            }
            CoreEvent::Discard => {
                self.bench.discard()?;
                self.bench.empty_memory()?;
                self.run(self.context)?;
            }
            CoreEvent::Mailbox { context, ref frees } => {
                self.bench.detach()?;
                let frees: Vec<u64> = frees.iter().map(|left| self.left(*left)).collect();
                let context = context % self.geometry.contexts();
                self.bench.leave_frees(context, MAILBOX_ARRAY, &frees);
                self.run(context)?;
            }
            CoreEvent::CorruptHeader {
                class,
                arena,
                byte,
                flip,
                seal,
            } => {
                if let Some(arena) = self.arena(class, arena) {
                    self.forget()?;
                    let bytes = self.bench.model.header_bytes(class, arena.number);
                    let mut bytes = bytes.unwrap_or([0; 64]);
                    bytes[usize::from(byte % 64)] ^= flip;
                    if seal {
                        let mut header = Header::from_bytes(bytes);
                        header.seal();
                        bytes = header.to_bytes();
                    }
                    self.bench.poke_header(arena, bytes)?;
                }
            }
            CoreEvent::FailHeader {
                class,
                arena,
                reads,
                writes,
            } => {
                if let Some(arena) = self.arena(class, arena) {
                    self.forget()?;
                    let writes = writes && self.writes_may_fail;
                    if let Some(line) = self.bench.model.header_line(class, arena.number) {
                        self.fail(line, reads, writes);
                    }
                }
            }
            CoreEvent::CorruptRecord { class, byte, flip } => {
                self.bench.detach()?;
                let at = self.record(class) + u64::from(byte % 16);
                let line = Line::of_byte_address(at);
                let mut bytes = self.bench.environment.memory.peek(line);
                bytes[(at % 64) as usize] ^= flip;
                for memory in self.memories() {
                    memory.poke(line, bytes);
                }
                self.bench.attach(self.context)?;
            }
            CoreEvent::FailRecord {
                class,
                reads,
                writes,
            } => {
                self.bench.drain()?;
                let line = Line::of_byte_address(self.record(class));
                self.fail(line, reads, writes);
            }
            CoreEvent::Lend { frames } => {
                self.bench.drain()?;
                let frames = frames.into();
                self.bench.environment.pages.add_frames(frames);
                self.bench.model.pages_mut().add_frames(frames);
            }
        }
        Ok(())
    }

    fn fail(&mut self, line: Line, reads: bool, writes: bool) {
        for memory in self.memories() {
            memory.fail_reads(line, reads);
            memory.fail_writes(line, writes);
        }
    }

    fn left(&self, left: Left) -> u64 {
        match left {
            Left::Object(object) => self.address(object),
            Left::Address(address) => address,
        }
    }
}
