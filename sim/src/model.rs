//! The object allocator's contract: architecture section 4.

use memento_config::Config;

use crate::bitmap::Bitmap;
use crate::counters::{Counters, PlacementHash};
use crate::geometry::{Arena, Geometry, Located, Slot};
use crate::header::{Header, HeaderFault};
use crate::memory::{BusError, HeaderMemory, Line, LineMemory};
use crate::page_allocator::PageAllocator;
use crate::status::{Outcome, Path, Status};

/// Golden model of one object allocator with one process and one running context.
#[derive(Clone, Debug)]
pub struct Model {
    pub(crate) geometry: Geometry,
    pub(crate) list_threshold: u32,
    pub(crate) context: u32,
    enabled: bool,
    pub(crate) attached: bool,
    /// Physical address of the running context's first record.
    pub(crate) records: u64,
    /// By class.
    pub(crate) hot: Vec<HotEntry>,
    pub(crate) pages: PageAllocator,
    pub(crate) memory: LineMemory,
    pub(crate) counters: Counters,
    placement: PlacementHash,
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

/// The arena that serves a class now. Its header in memory is stale until another arena displaces it; its links are
/// none, and the number of its allocated slots is that of the bits in the bitmap.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Serving {
    pub(crate) number: u32,
    /// First byte of the arena.
    pub(crate) base: u64,
    pub(crate) bitmap: Bitmap,
}

/// A HOT entry as seen from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HotView {
    /// The arena that serves the class, with its bitmap; `None`: the entry is invalid.
    pub arena: Option<(u32, Bitmap)>,
    /// Head of the available list.
    pub list_head: Option<u32>,
}

impl Model {
    /// An allocator after reset, enabled, context 0 running, with all the frames that physical addresses can name.
    pub fn new(config: &Config) -> Self {
        Self::with(config, 0, PageAllocator::new(config))
    }

    /// An allocator after reset, enabled, with a context running and a page allocator that no arena has been asked of.
    /// Of `context` as many low bits count as a context has.
    pub fn with(config: &Config, context: u32, pages: PageAllocator) -> Self {
        let geometry = Geometry::new(config);
        Model {
            list_threshold: config.settings().objects.list_threshold,
            context: context & (geometry.contexts() - 1),
            enabled: true,
            attached: true,
            records: 0,
            hot: vec![
                HotEntry {
                    known: true,
                    ..HotEntry::default()
                };
                geometry.classes() as usize
            ],
            geometry,
            pages,
            memory: LineMemory::new(),
            counters: Counters::default(),
            placement: PlacementHash::new(),
        }
    }

    /// obj-alloc: an object of at least `size` bytes.
    pub fn alloc(&mut self, size: u64) -> Outcome {
        let outcome = match self.try_alloc(size) {
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

    /// obj-free: the object at `address` is no longer needed.
    pub fn free(&mut self, address: u64) -> Outcome {
        let outcome = match self.try_free(address) {
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
    fn try_alloc(&mut self, size: u64) -> Result<(u64, Path), Status> {
        if !self.enabled || !self.attached {
            return Err(Status::NotEnabled);
        }
        let class = self.geometry.class_of(size).ok_or(Status::TooLarge)?;
        if !self.hot[class as usize].known {
            self.load(class)?;
        }
        let mut path = Path::Hit;
        loop {
            let entry = &mut self.hot[class as usize];
            if let Some(serving) = &mut entry.serving
                && let Some(index) = serving.bitmap.take_lowest(self.geometry.objects())
            {
                entry.dirty = true;
                let bytes = self.geometry.size_bytes(class);
                self.placement.add(class, serving.number, index);
                self.counters.granted_bytes += u64::from(bytes);
                return Ok((serving.base + u64::from(index * bytes), path));
            }
            // A popped arena without a free slot (its header was tampered with) is displaced in the next round.
            path = match self.hot[class as usize].head {
                Some(head) => self.pop(class, head)?,
                None => self.new_arena(class)?,
            };
        }
    }

    #[inline]
    fn try_free(&mut self, address: u64) -> Result<Path, Status> {
        if !self.enabled || !self.attached {
            return Err(Status::NotEnabled);
        }
        let slot = match self.geometry.locate(address) {
            Located::Outside => return Err(Status::NotInRegion),
            Located::HeaderLane | Located::NotASlot => return Err(Status::BadPointer),
            Located::Slot(slot) => slot,
        };
        if slot.arena.context != self.context {
            return Err(Status::ForeignContext);
        }
        if !self.hot[slot.arena.class as usize].known {
            self.load(slot.arena.class)?;
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
            _ => self.free_outside_hot(slot),
        }
    }

    /// Step 3 of a free and what follows from it.
    fn free_outside_hot(&mut self, slot: Slot) -> Result<Path, Status> {
        let objects = self.geometry.objects();
        let line = self.pages.line(slot.arena).ok_or(Status::BadPointer)?;
        let mut header = self.read(line)?;
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
            return self.release(slot.arena, &header);
        }
        header.set_slots(bitmap, count);
        if !listed_before && objects - count >= self.list_threshold {
            return self.push(slot.arena, line, header);
        }
        self.write(line, header)?;
        Ok(Path::Miss)
    }

    /// Makes an arena serve its class; the one that it displaces is written back. That one is full and on no list.
    pub(crate) fn install(&mut self, arena: Arena, bitmap: Bitmap) -> Result<(), BusError> {
        let serving = Serving {
            number: arena.number,
            base: self.geometry.arena_base(arena),
            bitmap,
        };
        let entry = &mut self.hot[arena.class as usize];
        entry.dirty = true;
        match entry.serving.replace(serving) {
            Some(displaced) => self.write_back(Arena {
                number: displaced.number,
                ..arena
            }),
            None => Ok(()),
        }
    }

    fn write_back(&mut self, arena: Arena) -> Result<(), BusError> {
        let objects = self.geometry.objects();
        let mut header = Header::new(arena);
        header.set_slots(Bitmap::full(objects), objects);
        // Its page was mapped when the arena was handed out, and stays mapped.
        match self.pages.line(arena) {
            Some(line) => self.write(line, header),
            None => Ok(()),
        }
    }

    /// Step 3 of an allocation: an arena from the page allocator, which writes its header, into the HOT.
    fn new_arena(&mut self, class: u32) -> Result<Path, Status> {
        let grant = self
            .pages
            .alloc_arena(&mut self.memory, class, self.context)
            .map_err(|_| Status::NoMemory)?;
        self.counters.new_arenas += 1;
        self.counters.peak_arenas = self.counters.peak_arenas.max(self.counters.live_arenas());
        let displaced = self.install(grant.arena, Bitmap::default());
        grant.written.and(displaced)?;
        Ok(Path::New)
    }

    pub(crate) fn read(&mut self, line: Line) -> Result<Header, BusError> {
        self.memory.read(line).map(Header::from_bytes)
    }

    pub(crate) fn write(&mut self, line: Line, header: Header) -> Result<(), BusError> {
        self.memory.write(line, header.to_bytes())
    }
}

impl From<BusError> for Status {
    fn from(_: BusError) -> Self {
        Status::BusError
    }
}

/// Looking in from outside, and faults.
impl Model {
    /// Whether operations are served; otherwise all are answered `NOT_ENABLED`.
    pub fn set_enabled(&mut self, enabled: bool) {
        self.enabled = enabled;
    }

    /// Sizes and places.
    pub fn geometry(&self) -> &Geometry {
        &self.geometry
    }

    /// Counts of events.
    pub fn counters(&self) -> &Counters {
        &self.counters
    }

    /// Hash of where every successful allocation was placed, in order: FNV-1a's constants over class, arena number
    /// and slot, each as a number. Printed as 16 hex digits.
    pub fn placement_hash(&self) -> u64 {
        self.placement.value()
    }

    /// The HOT entry of a class; `None`: no such class.
    pub fn hot(&self, class: u32) -> Option<HotView> {
        let entry = self.hot.get(class as usize)?;
        let arena = entry
            .serving
            .map(|serving| (serving.number, serving.bitmap));
        Some(HotView {
            arena,
            list_head: entry.head,
        })
    }

    /// What must be in memory now as the header of an arena of the running context; stale for the arena in the HOT.
    /// `None`: no page is mapped there.
    pub fn header_bytes(&self, class: u32, number: u32) -> Option<[u8; 64]> {
        if class >= self.geometry.classes() {
            return None;
        }
        self.header_line(class, number)
            .map(|line| self.memory.peek(line))
    }

    /// Where the header of an arena of the running context is. `None`: no page is mapped there.
    pub fn header_line(&self, class: u32, number: u32) -> Option<Line> {
        self.pages.line(Arena {
            class,
            context: self.context,
            number,
        })
    }

    /// The page allocator, for limits on frames.
    pub fn pages(&self) -> &PageAllocator {
        &self.pages
    }

    /// The page allocator, for more frames.
    pub fn pages_mut(&mut self) -> &mut PageAllocator {
        &mut self.pages
    }

    /// The memory that headers are in, to look at.
    pub fn memory(&self) -> &LineMemory {
        &self.memory
    }

    /// The memory that headers are in, to make lines fail or to tamper with them.
    pub fn memory_mut(&mut self) -> &mut LineMemory {
        &mut self.memory
    }
}
