//! One object allocator with simple surroundings: one process, one context that always runs.

use memento_config::Config;

use crate::allocator::{HotEntry, ObjectAllocator, Saved, Surroundings};
use crate::bitmap::Bitmap;
use crate::counters::Counters;
use crate::geometry::{Arena, Geometry};
use crate::header::Header;
use crate::memory::{BusError, HeaderMemory, Line, LineMemory};
use crate::page_allocator::{Grant, PageAllocator};
use crate::status::{Outcome, Status};
use crate::system::formats::{RECORD_BYTES, read_record, write_saved};

/// Golden model of one object allocator with one process and one running context.
#[derive(Clone, Debug)]
pub struct Model {
    pub(crate) allocator: ObjectAllocator,
    pub(crate) around: Simple,
}

/// A page allocator that maps header pages alone, and memory for headers.
#[derive(Clone, Debug)]
pub(crate) struct Simple {
    pub(crate) pages: PageAllocator,
    pub(crate) memory: LineMemory,
    /// Physical address of the running context's first record.
    records: u64,
}

impl Simple {
    /// Physical address of a class's record.
    fn record_address(&self, class: u32) -> u64 {
        self.records + u64::from(class) * RECORD_BYTES
    }
}

impl Surroundings for Simple {
    fn line(&mut self, arena: Arena) -> Result<Option<Line>, BusError> {
        Ok(self.pages.line(arena))
    }

    fn read(&mut self, line: Line) -> Result<Header, BusError> {
        self.memory.read(line).map(Header::from_bytes)
    }

    fn write(&mut self, line: Line, header: Header) -> Result<(), BusError> {
        self.memory.write(line, header.to_bytes())
    }

    fn alloc_arena(&mut self, class: u32, context: u32) -> Result<Grant, Status> {
        Ok(self.pages.alloc_arena(&mut self.memory, class, context)?)
    }

    fn claim_arena(&mut self, class: u32, context: u32) -> Result<Grant, Status> {
        let claimed = self
            .pages
            .claim_arena(&mut self.memory, class, context)
            .ok_or(Status::NoMemory)?;
        Ok(claimed.0)
    }

    fn free_arena(&mut self, arena: Arena) -> Result<(), Status> {
        Ok(self.pages.free_arena(&mut self.memory, arena)?)
    }

    fn saved(&mut self, class: u32, _context: u32) -> Result<Saved, BusError> {
        let address = self.record_address(class);
        Ok(read_record(&mut self.memory, address)?.into())
    }

    fn save(&mut self, class: u32, _context: u32, saved: Saved) -> Result<(), BusError> {
        let address = self.record_address(class);
        write_saved(&mut self.memory, address, saved)
    }
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
        Model {
            allocator: ObjectAllocator::new(config, context, true),
            around: Simple {
                pages,
                memory: LineMemory::new(),
                records: 0,
            },
        }
    }

    /// obj-alloc: an object of at least `size` bytes.
    #[inline]
    pub fn alloc(&mut self, size: u64) -> Outcome {
        self.allocator.alloc(&mut self.around, size)
    }

    /// As [`Model::alloc`], the hardware being seen to take `fetched` arenas for it that it had fetched ahead: writes
    /// that fail behind them are not part of the answer.
    pub fn alloc_fetched(&mut self, size: u64, fetched: u32) -> Outcome {
        self.allocator.fetched = fetched;
        let outcome = self.alloc(size);
        self.allocator.fetched = 0;
        outcome
    }

    /// Whether an allocation of `size` bytes would be served by the HOT alone.
    pub fn hits(&self, size: u64) -> bool {
        self.allocator.hits(size)
    }

    /// obj-free: the object at `address` is no longer needed.
    #[inline]
    pub fn free(&mut self, address: u64) -> Outcome {
        let result = self.allocator.slot_of(address).and_then(|slot| {
            if slot.arena.context == self.allocator.context {
                self.allocator.free_slot(&mut self.around, slot)
            } else {
                Err(Status::ForeignContext)
            }
        });
        self.allocator.freed(result)
    }
}

/// Context switches.
impl Model {
    /// Runs a context from now on, whose first record is at a physical address; no class of it is known.
    pub fn attach(&mut self, context: u32, records: u64) {
        self.allocator.attach(context);
        self.around.records = records;
    }

    /// Writes back what memory does not have, and then runs nothing: `Ok`, or `BusError` if a write failed, which
    /// keeps no other from being done.
    pub fn detach(&mut self) -> Status {
        let written = self.allocator.detach(&mut self.around);
        written.map_or(Status::BusError, |()| Status::Ok)
    }

    /// Runs nothing from now on; what memory does not have is lost.
    pub fn discard(&mut self) {
        self.allocator.forget();
    }
}

/// Looking in from outside, and faults.
impl Model {
    /// Whether operations are served; otherwise all are answered `NOT_ENABLED`.
    pub fn set_enabled(&mut self, enabled: bool) {
        self.allocator.enabled = enabled;
    }

    /// Sizes and places.
    pub fn geometry(&self) -> &Geometry {
        &self.allocator.geometry
    }

    /// Counts of events.
    pub fn counters(&self) -> &Counters {
        &self.allocator.counters
    }

    /// Hash of where every successful allocation was placed, in order: FNV-1a's constants over class, arena number
    /// and slot, each as a number. Printed as 16 hex digits.
    pub fn placement_hash(&self) -> u64 {
        self.allocator.placement.value()
    }

    /// The HOT entry of a class; `None`: no such class.
    pub fn hot(&self, class: u32) -> Option<HotView> {
        let entry = self.allocator.hot.get(class as usize)?;
        Some(HotView::of(entry))
    }

    /// What must be in memory now as the header of an arena of the running context; stale for the arena in the HOT.
    /// `None`: no page is mapped there.
    pub fn header_bytes(&self, class: u32, number: u32) -> Option<[u8; 64]> {
        if class >= self.allocator.geometry.classes() {
            return None;
        }
        self.header_line(class, number)
            .map(|line| self.around.memory.peek(line))
    }

    /// Where the header of an arena of the running context is. `None`: no page is mapped there.
    pub fn header_line(&self, class: u32, number: u32) -> Option<Line> {
        self.around.pages.line(Arena {
            class,
            context: self.allocator.context,
            number,
        })
    }

    /// The page allocator, for limits on frames.
    pub fn pages(&self) -> &PageAllocator {
        &self.around.pages
    }

    /// The page allocator, for more frames.
    pub fn pages_mut(&mut self) -> &mut PageAllocator {
        &mut self.around.pages
    }

    /// The memory that headers are in, to look at.
    pub fn memory(&self) -> &LineMemory {
        &self.around.memory
    }

    /// The memory that headers are in, to make lines fail or to tamper with them.
    pub fn memory_mut(&mut self) -> &mut LineMemory {
        &mut self.around.memory
    }
}

impl HotView {
    pub(crate) fn of(entry: &HotEntry) -> Self {
        HotView {
            arena: entry
                .serving
                .map(|serving| (serving.number, serving.bitmap)),
            list_head: entry.head,
        }
    }
}
