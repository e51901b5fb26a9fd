//! The whole contract: processes, contexts and cores over one page allocator.

mod arenas;
mod check;
mod compare;
pub(crate) mod formats;
mod mailbox;
mod pages;
mod pool;
mod reach;
mod serving;
mod statistics;
mod tables;
mod view;

pub use check::Imbalance;
pub use compare::{Difference, FrameMap};
pub use formats::Record;
pub use pages::Translation;
pub use serving::{Served, Serving, Unserved};
pub use statistics::{ClassUsage, PageStatistics, ProcessUsage};

use memento_config::Config;

use crate::allocator::ObjectAllocator;
use crate::geometry::{Arena, Geometry, Slot};
use crate::memory::LineMemory;
use crate::page_allocator::Grant;
use crate::status::{Outcome, Path, Status};
use formats::Formats;
use pages::{Pages, Running};
use pool::Pool;
use serving::Requests;

/// Golden model of cores, page allocator and memory.
///
/// It knows nothing of cycles: each call is one operation with all that follows from it, and the order of the calls is
/// the order in which the operations take effect. Frames have numbers of the model's own, since which frame is granted is
/// no part of the contract; [`SystemModel::compare_with`] finds out which one is which.
///
/// Nothing is cached but the HOT: a line that fails is met whenever the contract says that its content is needed,
/// where hardware may still know what it holds.
#[derive(Clone, Debug)]
pub struct SystemModel {
    pages: Pages,
    cores: Vec<Core>,
    /// The program's memory that mailboxes point to, by the addresses that the program uses.
    software: LineMemory,
}

/// A core.
#[derive(Clone, Debug)]
struct Core {
    allocator: ObjectAllocator,
    /// The process that it runs and that process's root table; the context is the allocator's.
    running: Option<(u32, u64)>,
    requests: Requests,
    switches: Switches,
}

/// What a core's context switches and its neighbours' frees did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Switches {
    /// Contexts attached.
    pub attached: u64,
    /// Frees of mailboxes that went well.
    pub mailbox_frees: u64,
    /// Of those, hits of the core's object table.
    pub mailbox_hits: u64,
    /// Frees of mailboxes that did not.
    pub mailbox_failed: u64,
    /// Frees that another core executed.
    pub forwarded: u64,
    /// Of those, hits of the executing core's object table.
    pub forwarded_hits: u64,
    /// Frees executed for other cores, whatever they answered.
    pub inbox: u64,
    /// Of those, hits of this core's object table.
    pub inbox_hits: u64,
}

/// Why a context could not be attached; nothing has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AttachRefused {
    /// The number is that of no core.
    #[error("there is no core {0}")]
    NoSuchCore(usize),
    /// The process does not exist.
    #[error("there is no process {0}")]
    NoSuchProcess(u32),
    /// A process has fewer contexts.
    #[error("there is no context {0}")]
    NoSuchContext(u32),
    /// The core runs a context already.
    #[error("core {0} runs a context already")]
    Busy(usize),
    /// Another core runs this context.
    #[error("core {0} runs this context")]
    Running(usize),
}

/// The core runs no context.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("core {0} runs no context")]
pub struct NotAttached(pub usize);

impl SystemModel {
    /// After reset: no process, no frame, no core that runs a context.
    pub fn new(config: &Config) -> Self {
        let pages = Pages {
            geometry: Geometry::new(config),
            formats: Formats::new(config),
            memory: LineMemory::new(),
            pool: Pool::new(),
            serving: Serving::default(),
            processes: vec![None; config.processes() as usize],
            statistics: PageStatistics::default(),
            memory_base: config.memory_base(),
            memory_bytes: config.memory_bytes(),
            physical_bits: config.physical_bits(),
            track_frames: config.track_frames(),
        };
        let core = Core {
            allocator: ObjectAllocator::new(config, 0, false),
            running: None,
            requests: Requests::default(),
            switches: Switches::default(),
        };
        SystemModel {
            pages,
            cores: vec![core; config.cores() as usize],
            software: LineMemory::new(),
        }
    }

    /// obj-alloc on a core: an object of at least `size` bytes. `NOT_ENABLED` if the core runs no context.
    ///
    /// # Panics
    /// There is no such core.
    #[inline]
    pub fn alloc(&mut self, core: usize, size: u64) -> Outcome {
        let (allocator, mut around) = self.parts(core);
        allocator.alloc(&mut around, size)
    }

    /// The hardware was seen to take so many arenas for a core's next allocation that it had fetched ahead: writes that
    /// fail behind them are not part of its answer.
    pub fn set_fetched(&mut self, core: usize, arenas: u32) {
        self.cores[core].allocator.fetched = arenas;
    }

    /// obj-free on a core. An object of another context is freed by the core that runs that context, whose status is
    /// the answer; the counters of hits and statuses are those of the core that was asked.
    ///
    /// # Panics
    /// There is no such core.
    #[inline]
    pub fn free(&mut self, core: usize, address: u64) -> Outcome {
        let allocator = &self.cores[core].allocator;
        let result = match allocator.slot_of(address) {
            Ok(slot) if slot.arena.context == allocator.context => self.free_on(core, slot),
            Ok(slot) => self.forward(core, slot),
            Err(status) => Err(status),
        };
        self.cores[core].allocator.freed(result)
    }

    /// A free of the running context's own object.
    #[inline]
    fn free_on(&mut self, core: usize, slot: Slot) -> Result<Path, Status> {
        let (allocator, mut around) = self.parts(core);
        allocator.free_slot(&mut around, slot)
    }

    /// A core's allocator, and what is around it.
    #[inline]
    fn parts(&mut self, core: usize) -> (&mut ObjectAllocator, Running<'_>) {
        let Core {
            allocator,
            running,
            requests,
            ..
        } = &mut self.cores[core];
        // Without a process no context is attached, and the allocator asks for nothing.
        let (process, root) = running.unwrap_or_default();
        let around = Running {
            pages: &mut self.pages,
            requests,
            process,
            root,
        };
        (allocator, around)
    }

    /// A free of another context's object.
    fn forward(&mut self, core: usize, slot: Slot) -> Result<Path, Status> {
        let process = self.cores[core].running.map(|(process, _)| process);
        let owner = process.and_then(|process| self.runner(process, slot.arena.context));
        let owner = owner.ok_or(Status::ForeignContext)?;
        self.cores[core].switches.forwarded += 1;
        self.cores[owner].switches.inbox += 1;
        let result = self.free_on(owner, slot);
        let hit = u64::from(result == Ok(Path::Hit));
        self.cores[core].switches.forwarded_hits += hit;
        self.cores[owner].switches.inbox_hits += hit;
        result
    }

    /// A core's free of another context's object is refused, as nobody ran that context when it was asked about.
    ///
    /// # Panics
    /// There is no such core.
    pub fn refuse_foreign(&mut self, core: usize) -> Outcome {
        let allocator = &mut self.cores[core].allocator;
        allocator.freed(Err(Status::ForeignContext))
    }

    /// The core that runs a context of a process.
    pub fn runner(&self, process: u32, context: u32) -> Option<usize> {
        let runs = |core: &Core| {
            core.running.is_some_and(|(running, _)| running == process)
                && core.allocator.context == context
        };
        self.cores.iter().position(runs)
    }
}

/// Context switches.
impl SystemModel {
    /// Runs a context of a process on a core: frees what is in its mailbox, and serves from then on. The status is
    /// `OK` or `BUS_ERROR`; the latter if the mailbox or what it points to could not be read or emptied, but the
    /// context is attached all the same. Addresses that could not be read are not freed.
    ///
    /// # Errors
    /// The context cannot be attached.
    pub fn attach(
        &mut self,
        core: usize,
        process: u32,
        context: u32,
    ) -> Result<Status, AttachRefused> {
        let running = match self.cores.get(core) {
            None => return Err(AttachRefused::NoSuchCore(core)),
            Some(here) => here.running,
        };
        // Numbers that there are not come before processes that don't exist at the moment.
        if context >= self.geometry().contexts() {
            return Err(AttachRefused::NoSuchContext(context));
        }
        let root = self.pages.root(process);
        let root = root.map_err(|_| AttachRefused::NoSuchProcess(process))?;
        if let Some(runner) = self.runner(process, context) {
            return Err(AttachRefused::Running(runner));
        }
        if running.is_some() {
            return Err(AttachRefused::Busy(core));
        }
        let here = &mut self.cores[core];
        here.running = Some((process, root));
        here.switches.attached += 1;
        here.allocator.attach(context);
        Ok(self.drain_mailbox(core, root, context))
    }

    /// Saves the context that a core runs, which serves no longer. The status is `OK` or `BUS_ERROR`; the latter if a
    /// header or record could not be written, but the context is detached all the same.
    ///
    /// # Errors
    /// The core runs none.
    pub fn detach(&mut self, core: usize) -> Result<Status, NotAttached> {
        self.running(core).ok_or(NotAttached(core))?;
        let (allocator, mut around) = self.parts(core);
        let saved = allocator.detach(&mut around);
        self.cores[core].running = None;
        Ok(saved.map_or(Status::BusError, |()| Status::Ok))
    }

    /// As [`SystemModel::detach`], but writes nothing: what memory does not have is lost.
    ///
    /// # Errors
    /// The core runs no context.
    pub fn discard(&mut self, core: usize) -> Result<(), NotAttached> {
        let here = self.cores.get_mut(core).ok_or(NotAttached(core))?;
        here.running.take().ok_or(NotAttached(core))?;
        here.allocator.forget();
        Ok(())
    }
}

/// Commands of the operating system.
impl SystemModel {
    /// PUSH: lends the frame at a physical address. `BAD_POINTER`: outside the memory, misaligned, or lent already
    /// (noticed where the configuration tracks frames).
    pub fn push(&mut self, address: u64) -> Status {
        self.pages.push(address)
    }

    /// TAKE: a frame of the pool goes back, or `NO_MEMORY`: the pool is empty. Which frame it is, the hardware decides:
    /// [`SystemModel::taken`].
    pub fn take(&mut self) -> Status {
        self.pages.take()
    }

    /// The hardware took the frame at this physical address from its pool: it may be pushed again. `false`: it was not
    /// lent, so the hardware is wrong.
    pub fn taken(&mut self, address: u64) -> bool {
        self.pages.pool.lent.remove(&(address >> 12))
    }

    /// CREATE: a process with its descriptor at a physical address. `NOT_ENABLED`: it exists, or there is no such
    /// number; `BAD_POINTER`: misaligned, not wholly in the memory, or over lent frames.
    pub fn create(&mut self, process: u32, mptr: u64) -> Status {
        self.pages.create(process, mptr)
    }

    /// DESTROY: cores that run the process discard it, and all its frames go back to the pool. `NOT_ENABLED`: there is
    /// no such process.
    pub fn destroy(&mut self, process: u32) -> Status {
        for core in &mut self.cores {
            if core.running.is_some_and(|(running, _)| running == process) {
                core.running = None;
                core.allocator.forget();
            }
        }
        self.pages.destroy(process)
    }

    /// SET_QUOTA: the most frames of the pool that a process may have; 0: as many as there are. `NOT_ENABLED`: there
    /// is no such process.
    pub fn set_quota(&mut self, process: u32, frames: u64) -> Status {
        self.pages.set_quota(process, frames)
    }

    /// The hardware was seen to use its frame `hardware` where the model uses `model`: in the answers to a translation,
    /// in the lines of two headers. Holds until the frame is given back. `false`: it was seen with another before, or
    /// was not lent, so the hardware is wrong.
    pub fn adopt_frame(&mut self, model: u64, hardware: u64) -> bool {
        self.pages.pool.adopt(model, hardware)
    }
}

/// Requests of hosts, and of object allocators that are not the model's.
impl SystemModel {
    /// TRANSLATE for a host: a page of objects.
    pub fn translate(&mut self, process: u32, address: u64) -> Translation {
        self.pages.translate(process, address)
    }

    /// TRANSLATE for an object allocator: the page of the header at this address of the header lane.
    pub fn translate_header(&mut self, process: u32, address: u64) -> Translation {
        self.pages.translate_header(process, address)
    }

    /// ALLOC_ARENA, as a core asks it.
    ///
    /// # Errors
    /// Nothing was granted: `NO_MEMORY`, `NOT_ENABLED` (no such process), `CORRUPT_HEADER` (the released arena's header
    /// is not one, or what is needed cannot be read).
    ///
    /// # Panics
    /// There is no such class or context.
    pub fn alloc_arena(&mut self, process: u32, class: u32, context: u32) -> Result<Grant, Status> {
        self.pages.alloc_arena(process, class, context)
    }

    /// FREE_ARENA, as a core asks it: of an arena that was granted and has not been given back since.
    pub fn free_arena(&mut self, process: u32, arena: Arena) -> Status {
        let (freed, frames) = self.pages.free_arena(process, arena);
        self.pages.discount(process, frames);
        freed.err().unwrap_or(Status::Ok)
    }
}
