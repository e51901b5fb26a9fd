//! The object allocator's contract: architecture section 4, and what section 7 adds for contexts.
//!
//! [`ObjectAllocator`] is a core's Hardware Object Table and the rules by which it serves. What it needs from outside,
//! it asks of its [`Surroundings`]: [`Model`](crate::Model) has simple ones, [`SystemModel`](crate::SystemModel) those
//! of the contract.

use crate::bitmap::Bitmap;
use crate::counters::{Counters, PlacementHash};
use crate::geometry::{Arena, Geometry, Located, Slot};
use crate::header::{Header, HeaderFault};
use crate::memory::{BusError, Line};
use crate::page_allocator::{Grant, Refused};
use crate::status::{Outcome, Path, Status};
use memento_config::Config;

/// Page allocator and memory as an object allocator sees them.
pub(crate) trait Surroundings {
    /// Where the header of an arena is; `None`: no page is mapped there.
    fn line(&mut self, arena: Arena) -> Result<Option<Line>, BusError>;

    /// Reads a header.
    fn read(&mut self, line: Line) -> Result<Header, BusError>;

    /// Writes a header.
    fn write(&mut self, line: Line, header: Header) -> Result<(), BusError>;

    /// ALLOC_ARENA: an arena whose header is written, or the status that an allocation is then answered with.
    fn alloc_arena(&mut self, class: u32, context: u32) -> Result<Grant, Status>;

    /// CLAIM_ARENA: the same arena, that was asked about before; a header that can't be written is nobody's answer.
    fn claim_arena(&mut self, class: u32, context: u32) -> Result<Grant, Status>;

    /// FREE_ARENA. The arena is given back even when a write fails.
    fn free_arena(&mut self, arena: Arena) -> Result<(), Status>;

    /// What the last context switch saved of a class.
    fn saved(&mut self, class: u32, context: u32) -> Result<Saved, BusError>;

    /// Saves the state of a class at a context switch.
    fn save(&mut self, class: u32, context: u32, saved: Saved) -> Result<(), BusError>;
}

/// The half of a record in the process descriptor that belongs to the core.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Saved {
    /// The arena that served the class.
    pub(crate) current: Option<u32>,
    /// Head of the available list.
    pub(crate) head: Option<u32>,
}

/// What the Hardware Object Table holds for a class.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct HotEntry {
    /// Whether the class's record has been read since the context was attached; the rest means nothing before.
    pub(crate) known: bool,
    /// Whether a context switch has to write the arena's header.
    pub(crate) dirty: bool,
    pub(crate) serving: Option<Serving>,
    /// Head of the available list.
    pub(crate) head: Option<u32>,
}

/// The arena that serves a class now. Its header in memory is stale until another arena displaces it or the context is
/// detached; its links are none, and the number of its allocated slots is that of the bits in the bitmap.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Serving {
    pub(crate) number: u32,
    /// First byte of the arena.
    pub(crate) base: u64,
    /// Where its header is.
    pub(crate) line: Line,
    pub(crate) bitmap: Bitmap,
}

/// One object allocator and the context that it runs.
#[derive(Clone, Debug)]
pub(crate) struct ObjectAllocator {
    pub(crate) geometry: Geometry,
    pub(crate) list_threshold: u32,
    pub(crate) context: u32,
    /// A context runs.
    attached: bool,
    pub(crate) enabled: bool,
    /// By class.
    pub(crate) hot: Vec<HotEntry>,
    pub(crate) counters: Counters,
    pub(crate) placement: PlacementHash,
    /// So many pops and news from now on have been fetched ahead, as the hardware was seen to do: their writes come
    /// behind the allocation's answer, and no error of theirs is part of it.
    pub(crate) fetched: u32,
}

impl ObjectAllocator {
    /// After reset: no class is known.
    pub(crate) fn new(config: &Config, context: u32, attached: bool) -> Self {
        let geometry = Geometry::new(config);
        ObjectAllocator {
            list_threshold: config.settings().objects.list_threshold,
            context: context & (geometry.contexts() - 1),
            attached,
            enabled: true,
            hot: vec![HotEntry::default(); geometry.classes() as usize],
            geometry,
            counters: Counters::default(),
            placement: PlacementHash::new(),
            fetched: 0,
        }
    }

    /// obj-alloc.
    #[inline]
    pub(crate) fn alloc(&mut self, around: &mut impl Surroundings, size: u64) -> Outcome {
        let outcome = match self.try_alloc(around, size) {
            Ok((address, path)) => {
                self.counters.allocs += 1;
                self.counters.requested_bytes += size;
                self.counters.alloc_hits += u64::from(path == Path::Hit);
                Outcome::ok(address, path)
            }
            Err(status) => {
                self.counters.failed_allocs += 1;
                Outcome::error(status)
            }
        };
        self.counters.statuses[usize::from(outcome.response.status.code())] += 1;
        outcome
    }

    /// Counts a free with its result and makes it an answer.
    #[inline]
    pub(crate) fn freed(&mut self, result: Result<Path, Status>) -> Outcome {
        let outcome = match result {
            Ok(path) => {
                self.counters.frees += 1;
                self.counters.free_hits += u64::from(path == Path::Hit);
                Outcome::ok(0, path)
            }
            Err(status) => {
                self.counters.failed_frees += 1;
                Outcome::error(status)
            }
        };
        self.counters.statuses[usize::from(outcome.response.status.code())] += 1;
        outcome
    }

    #[inline]
    fn try_alloc(
        &mut self,
        around: &mut impl Surroundings,
        size: u64,
    ) -> Result<(u64, Path), Status> {
        if !self.enabled || !self.attached {
            return Err(Status::NotEnabled);
        }
        let class = self.geometry.class_of(size).ok_or(Status::TooLarge)?;
        if !self.hot[class as usize].known {
            self.load(around, class)?;
        }
        let mut path = Path::Hit;
        loop {
            let entry = &mut self.hot[class as usize];
            if let Some(serving) = &mut entry.serving
                && let Some(index) = serving.bitmap.take_lowest(self.geometry.objects())
            {
                let bytes = self.geometry.size_bytes(class);
                entry.dirty = true;
                self.placement.add(class, serving.number, index);
                self.counters.granted_bytes += u64::from(bytes);
                return Ok((serving.base + u64::from(index * bytes), path));
            }
            // A popped arena without a free slot (its header was tampered with) is displaced in the next round.
            path = match entry.head {
                Some(head) => self.pop(around, class, head)?,
                None => self.new_arena(around, class)?,
            };
        }
    }

    /// Whether an allocation would be served by the HOT alone, or would not get as far as to ask it.
    pub(crate) fn hits(&self, size: u64) -> bool {
        let Some(class) = self.geometry.class_of(size) else {
            return true;
        };
        let entry = &self.hot[class as usize];
        entry.serving.is_some_and(|serving| {
            let mut bitmap = serving.bitmap;
            bitmap.take_lowest(self.geometry.objects()).is_some()
        })
    }

    /// The slot that a free names: the checks that come before the question whose it is.
    #[inline]
    pub(crate) fn slot_of(&self, address: u64) -> Result<Slot, Status> {
        if !self.enabled || !self.attached {
            return Err(Status::NotEnabled);
        }
        match self.geometry.locate(address) {
            Located::Outside => Err(Status::NotInRegion),
            Located::HeaderLane | Located::NotASlot => Err(Status::BadPointer),
            Located::Slot(slot) => Ok(slot),
        }
    }

    /// The rest of a free, of a slot of the running context.
    #[inline]
    pub(crate) fn free_slot(
        &mut self,
        around: &mut impl Surroundings,
        slot: Slot,
    ) -> Result<Path, Status> {
        if !self.hot[slot.arena.class as usize].known {
            self.load(around, slot.arena.class)?;
        }
        let entry = &mut self.hot[slot.arena.class as usize];
        match &mut entry.serving {
            Some(serving) if serving.number == slot.arena.number => {
                if serving.bitmap.clear(slot.index) {
                    entry.dirty = true;
                    Ok(Path::Hit)
                } else {
                    Err(Status::DoubleFree)
                }
            }
            _ => self.free_outside_hot(around, slot),
        }
    }

    /// Step 3 of a free and what follows from it.
    fn free_outside_hot(
        &mut self,
        around: &mut impl Surroundings,
        slot: Slot,
    ) -> Result<Path, Status> {
        let objects = self.geometry.objects();
        let line = around.line(slot.arena)?.ok_or(Status::BadPointer)?;
        let mut header = around.read(line)?;
        header.verify(slot.arena).map_err(|fault| match fault {
            HeaderFault::NeverUsed | HeaderFault::Released => Status::BadPointer,
            HeaderFault::Checksum | HeaderFault::Mark | HeaderFault::Tag => Status::CorruptHeader,
        })?;
        let count_before = header.count();
        if count_before == 0 || count_before > objects {
            return Err(Status::CorruptHeader);
        }
        let mut bitmap = header.bitmap(objects);
        if !bitmap.clear(slot.index) {
            return Err(Status::DoubleFree);
        }
        let count = count_before - 1;
        let listed_before = objects - count_before >= self.list_threshold;
        if count == 0 {
            // The threshold is below the number of slots, so an arena with one object left is always listed.
            return self.release(around, slot.arena, &header);
        }
        header.set_slots(bitmap, count);
        if !listed_before && objects - count >= self.list_threshold {
            return self.push(around, slot.arena, line, header);
        }
        around.write(line, header)?;
        Ok(Path::Miss)
    }

    /// Makes an arena serve its class; the one that it displaces is written back. That one is full and on no list.
    pub(crate) fn install(
        &mut self,
        around: &mut impl Surroundings,
        arena: Arena,
        line: Line,
        bitmap: Bitmap,
    ) -> Result<(), BusError> {
        let serving = Serving {
            number: arena.number,
            base: self.geometry.arena_base(arena),
            line,
            bitmap,
        };
        let entry = &mut self.hot[arena.class as usize];
        entry.dirty = true;
        match entry.serving.replace(serving) {
            Some(displaced) => {
                let objects = self.geometry.objects();
                let mut header = Header::new(Arena {
                    number: displaced.number,
                    ..arena
                });
                header.set_slots(Bitmap::full(objects), objects);
                around.write(displaced.line, header)
            }
            None => Ok(()),
        }
    }

    /// Step 3 of an allocation: an arena from the page allocator, which writes its header, into the HOT.
    fn new_arena(&mut self, around: &mut impl Surroundings, class: u32) -> Result<Path, Status> {
        let fetched = self.take_fetched();
        let grant = if fetched {
            around.claim_arena(class, self.context)?
        } else {
            around.alloc_arena(class, self.context)?
        };
        self.counters.new_arenas += 1;
        self.counters.peak_arenas = self.counters.peak_arenas.max(self.counters.live_arenas());
        let displaced = self.install(around, grant.arena, grant.line, Bitmap::default());
        if !fetched {
            displaced?;
        }
        Ok(Path::New)
    }

    /// Whether the arena that is about to be taken was fetched ahead.
    pub(crate) fn take_fetched(&mut self) -> bool {
        let fetched = self.fetched > 0;
        self.fetched = self.fetched.saturating_sub(1);
        fetched
    }
}

/// Context switches.
impl ObjectAllocator {
    /// Runs a context from now on; no class of it is known.
    pub(crate) fn attach(&mut self, context: u32) {
        self.forget();
        self.context = context & (self.geometry.contexts() - 1);
        self.attached = true;
    }

    /// Writes back what memory does not have, and then runs nothing. A write that fails keeps no other from being
    /// done; the first failure is the result.
    pub(crate) fn detach(&mut self, around: &mut impl Surroundings) -> Result<(), BusError> {
        let mut written = Ok(());
        for class in 0..self.geometry.classes() {
            let entry = self.hot[class as usize];
            if !entry.known {
                continue;
            }
            if let Some(serving) = entry.serving.filter(|_| entry.dirty) {
                let mut header = Header::new(Arena {
                    class,
                    context: self.context,
                    number: serving.number,
                });
                header.set_slots(serving.bitmap, serving.bitmap.count());
                written = written.and(around.write(serving.line, header));
            }
            let saved = Saved {
                current: entry.serving.map(|serving| serving.number),
                head: entry.head,
            };
            written = written.and(around.save(class, self.context, saved));
        }
        self.forget();
        written
    }

    /// Runs nothing from now on; what memory does not have is lost.
    pub(crate) fn forget(&mut self) {
        self.hot.fill(HotEntry::default());
        self.attached = false;
    }

    /// First operation of a class after the context was attached: reads the record, and the header of the arena that
    /// served the class. After an error the class is as unknown as before.
    #[cold]
    fn load(&mut self, around: &mut impl Surroundings, class: u32) -> Result<(), Status> {
        let saved = around.saved(class, self.context)?;
        let arenas = self.geometry.arenas(class);
        if [saved.current, saved.head]
            .into_iter()
            .flatten()
            .any(|number| number >= arenas)
        {
            return Err(Status::CorruptHeader);
        }
        let serving = match saved.current {
            None => None,
            Some(number) => {
                let arena = Arena {
                    class,
                    context: self.context,
                    number,
                };
                let (line, header) = self.read_linked(around, arena)?;
                if header.count() > self.geometry.objects() {
                    return Err(Status::CorruptHeader);
                }
                Some(Serving {
                    number,
                    base: self.geometry.arena_base(arena),
                    line,
                    bitmap: header.bitmap(self.geometry.objects()),
                })
            }
        };
        self.hot[class as usize] = HotEntry {
            known: true,
            dirty: false,
            serving,
            head: saved.head,
        };
        Ok(())
    }
}

impl From<Refused> for Status {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::NoMemory(_) => Status::NoMemory,
            Refused::Unwritten(_) => Status::BusError,
        }
    }
}

impl From<BusError> for Status {
    fn from(_: BusError) -> Self {
        Status::BusError
    }
}
