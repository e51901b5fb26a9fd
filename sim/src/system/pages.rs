//! The page allocator: architecture section 5.
//!
//! Bus errors: TRANSLATE answers `BUS_ERROR`. DESTROY goes on; frames below tables that cannot be read are lost. Lines that
//! no page reaches are not read.

use super::formats::{
    BODY, Formats, HEADER, PAGE_LOG2, Record, frame_of, is_valid, read_record, record_in,
    write_saved,
};
use super::pool::Pool;
use super::reach::Reach;
use super::serving::{Requests, Served, Serving};
use super::tables::Walked;
use crate::allocator::{Saved, Surroundings};
use crate::geometry::{Arena, Geometry};
use crate::header::Header;
use crate::memory::{BusError, HeaderMemory, Line, LineMemory};
use crate::page_allocator::Grant;
use crate::status::Status;
use crate::system::statistics::PageStatistics;

/// Answer of TRANSLATE.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Translation {
    /// `OK`; `BAD_POINTER`, which is a page fault; `NO_MEMORY`; `BUS_ERROR`; `NOT_ENABLED`: no such process.
    pub status: Status,
    /// The model's number of the frame; 0 without one.
    pub frame: u64,
    /// Readable, writable, by the program: bits 2, 1, 0; 0 without a frame.
    pub permissions: u8,
}

/// A process that exists.
#[derive(Clone, Debug)]
pub(crate) struct Process {
    /// Physical address of the descriptor, as the operating system said.
    pub(crate) mptr: u64,
    /// First frame of the model's descriptor: the root table.
    pub(crate) root: u64,
    /// Frames of the pool that it has.
    pub(crate) used: u64,
    pub(crate) peak: u64,
    /// Most that it may have; 0: as many as there are.
    pub(crate) quota: u64,
    /// How far its pages reach.
    pub(crate) reach: Reach,
}

#[derive(Clone, Debug)]
pub(crate) struct Pages {
    pub(crate) geometry: Geometry,
    pub(crate) formats: Formats,
    pub(crate) memory: LineMemory,
    pub(crate) pool: Pool,
    pub(crate) serving: Serving,
    pub(crate) processes: Vec<Option<Process>>,
    pub(crate) statistics: PageStatistics,
    pub(crate) memory_base: u64,
    pub(crate) memory_bytes: u64,
    /// Bits of a physical address.
    pub(crate) physical_bits: u32,
    pub(crate) track_frames: bool,
}

/// Commands.
impl Pages {
    pub(crate) fn push(&mut self, address: u64) -> Status {
        let frame = address >> PAGE_LOG2;
        let inside = address.wrapping_sub(self.memory_base) < self.memory_bytes;
        let known = self.track_frames && self.pool.lent.contains(&frame);
        if !inside || !address.is_multiple_of(4096) || known {
            return Status::BadPointer;
        }
        self.pool.lent.insert(frame);
        self.pool.lend(self.serving);
        self.statistics.pushes += 1;
        Status::Ok
    }

    pub(crate) fn take(&mut self) -> Status {
        if !self.pool.return_one() {
            return Status::NoMemory;
        }
        self.statistics.takes += 1;
        Status::Ok
    }

    pub(crate) fn create(&mut self, process: u32, mptr: u64) -> Status {
        let frames = self.formats.descriptor_frames();
        match self.processes.get(process as usize) {
            Some(Some(_)) if self.fits(mptr) => return Status::NotEnabled,
            Some(None) => {}
            _ => return Status::BadPointer,
        }
        let offset = mptr.wrapping_sub(self.memory_base);
        let inside =
            offset < self.memory_bytes && frames << PAGE_LOG2 <= self.memory_bytes - offset;
        if !mptr.is_multiple_of(4096) || !inside {
            return Status::BadPointer;
        }
        let first = mptr >> PAGE_LOG2;
        let lent = &mut self.pool.lent;
        if self.track_frames && (first..first + frames).any(|frame| lent.contains(&frame)) {
            return Status::BadPointer;
        }
        lent.extend(first..first + frames);
        let root = self.pool.block(frames);
        (root..root + frames).for_each(|frame| self.memory.clear_frame(frame));
        self.processes[process as usize] = Some(Process {
            mptr,
            root,
            used: 0,
            peak: 0,
            quota: 0,
            reach: Reach::new(&self.geometry),
        });
        self.statistics.created += 1;
        Status::Ok
    }

    pub(crate) fn destroy(&mut self, process: u32) -> Status {
        let root = match self.root(process) {
            Ok(root) => root,
            Err(status) => return status,
        };
        let mut frames = Vec::new();
        let Ok(reach) = self.process(process).map(|process| process.reach.clone()) else {
            return Status::NotEnabled;
        };
        let collected = self.collect(&reach, (root, 0), self.formats.levels - 1, &mut frames);
        frames
            .into_iter()
            .for_each(|frame| self.give_back(process, frame));
        let Some(gone) = self.processes[process as usize].take() else {
            return Status::NotEnabled;
        };
        self.statistics.lost_frames += gone.used;
        self.pool.loan -= gone.used;
        let first = gone.mptr >> PAGE_LOG2;
        for frame in first..first + self.formats.descriptor_frames() {
            self.pool.lent.remove(&frame);
        }
        self.pool.return_block(gone.root);
        self.statistics.destroyed += 1;
        collected.map_or(Status::BusError, |()| Status::Ok)
    }

    pub(crate) fn set_quota(&mut self, process: u32, frames: u64) -> Status {
        let fits = self.fits(frames);
        match self.processes.get_mut(process as usize) {
            Some(Some(process)) if fits => {
                process.quota = frames;
                Status::Ok
            }
            Some(None) if fits => Status::NotEnabled,
            _ => Status::BadPointer,
        }
    }

    /// Whether a command's argument is one at all, whatever it means: it has no more bits than a physical address.
    fn fits(&self, argument: u64) -> bool {
        argument >> self.physical_bits == 0
    }

    /// The frames that a table names, and those below them; the table maps addresses from `base` on.
    fn collect(
        &mut self,
        reach: &Reach,
        (table, base): (u64, u64),
        level: u32,
        frames: &mut Vec<u64>,
    ) -> Result<(), BusError> {
        let span = self.formats.span(level);
        let line_span = span * (64 / self.formats.entry_bytes);
        let mut read = Ok(());
        for index in 0..64 {
            let first = base + index * line_span;
            let bytes = match self.memory.read(Line((table << 6) + index)) {
                Ok(bytes) => bytes,
                Err(error) => {
                    if reach.covers(&self.geometry, &self.formats, &(first..first + line_span)) {
                        read = Err(error);
                    }
                    continue;
                }
            };
            for number in 0..64 / self.formats.entry_bytes {
                let entry = self
                    .formats
                    .entry_in(&bytes, number * self.formats.entry_bytes);
                if !is_valid(entry) {
                    continue;
                }
                if level > 0 {
                    let below = (frame_of(entry), first + number * span);
                    read = self.collect(reach, below, level - 1, frames).and(read);
                }
                frames.push(frame_of(entry));
            }
        }
        read
    }
}

/// TRANSLATE.
impl Pages {
    /// For a host: a page of objects, mapped now if its arena is in use.
    pub(crate) fn translate(&mut self, process: u32, address: u64) -> Translation {
        self.statistics.body_translations += 1;
        let result = self.try_translate(process, address);
        self.answer(result, BODY)
    }

    fn try_translate(&mut self, process: u32, address: u64) -> Result<u64, Status> {
        let root = self.root(process)?;
        let (arena, page) = self.geometry.page_of(address).ok_or(Status::BadPointer)?;
        if page >= self.geometry.body_pages(arena.class) {
            return Err(Status::BadPointer);
        }
        let (level, at) = match self.walk(root, address)? {
            Walked::Leaf { entry } => return Ok(frame_of(entry)),
            Walked::Missing { level, at } => (level, at),
        };
        let line = self.header_line(root, arena)?.ok_or(Status::BadPointer)?;
        let header = Header::from_bytes(self.memory.read(line)?);
        header.verify(arena).map_err(|_| Status::BadPointer)?;
        let frame = self.map(process, arena, address, (level, at), BODY)?;
        self.statistics.repairs += 1;
        Ok(frame)
    }

    /// For an object allocator: a page of headers, if it is mapped.
    pub(crate) fn translate_header(&mut self, process: u32, address: u64) -> Translation {
        self.statistics.header_translations += 1;
        let result = self.root(process).and_then(|root| {
            let arena = self
                .geometry
                .arena_of_header(address)
                .ok_or(Status::BadPointer)?;
            let line = self.header_line(root, arena)?.ok_or(Status::BadPointer)?;
            Ok(line.byte_address() >> PAGE_LOG2)
        });
        self.answer(result, HEADER)
    }

    fn answer(&mut self, result: Result<u64, Status>, flags: u64) -> Translation {
        match result {
            Ok(frame) => Translation {
                status: Status::Ok,
                frame,
                permissions: ((flags >> 1 & 1) << 2 | (flags >> 2 & 1) << 1 | flags >> 4 & 1) as u8,
            },
            Err(status) => {
                self.statistics.refused(status);
                Translation {
                    status,
                    frame: 0,
                    permissions: 0,
                }
            }
        }
    }

    /// Where the header of an arena is; `None`: its page is not mapped.
    pub(crate) fn header_line(
        &mut self,
        root: u64,
        arena: Arena,
    ) -> Result<Option<Line>, BusError> {
        let address = self.geometry.header_address(arena);
        let frame = self.mapped(root, address)?;
        Ok(frame.map(|frame| Line::of_byte_address((frame << PAGE_LOG2) + address % 4096)))
    }
}

/// Descriptors and frames.
impl Pages {
    /// A process; `BAD_POINTER` for a number that no process can have.
    pub(crate) fn process(&self, process: u32) -> Result<&Process, Status> {
        let process = self.processes.get(process as usize);
        let process = process.ok_or(Status::BadPointer)?;
        process.as_ref().ok_or(Status::NotEnabled)
    }

    /// The root table of a process.
    pub(crate) fn root(&self, process: u32) -> Result<u64, Status> {
        self.process(process).map(|process| process.root)
    }

    /// A record, read by the page allocator for its cursor.
    pub(super) fn cursor(
        &mut self,
        root: u64,
        class: u32,
        context: u32,
    ) -> Result<Record, BusError> {
        self.statistics.cursor_lookups += 1;
        self.read_record(root, class, context)
    }

    pub(crate) fn read_record(
        &mut self,
        root: u64,
        class: u32,
        context: u32,
    ) -> Result<Record, BusError> {
        let address = self.record_address(root, class, context);
        read_record(&mut self.memory, address)
    }

    pub(crate) fn peek_record(&self, root: u64, class: u32, context: u32) -> Record {
        let address = self.record_address(root, class, context);
        record_in(&self.memory.peek(Line::of_byte_address(address)), address)
    }

    pub(super) fn put_cursor(&mut self, root: u64, class: u32, context: u32, record: Record) {
        let address = self.record_address(root, class, context);
        self.memory.poke_bytes(address, &record.cursor_bytes());
    }

    pub(crate) fn record_address(&self, root: u64, class: u32, context: u32) -> u64 {
        (root << PAGE_LOG2) + self.formats.record(class, context)
    }

    /// A frame of the pool, reading as zero; `None`: the pool is empty.
    pub(crate) fn grant(&mut self, process: u32) -> Option<u64> {
        let process = self.processes.get_mut(process as usize)?.as_mut()?;
        let frame = self.pool.free.pop()?;
        self.memory.clear_frame(frame);
        process.used += 1;
        process.peak = process.peak.max(process.used);
        self.statistics.granted(1);
        Some(frame)
    }

    /// A frame that a process has no longer.
    pub(crate) fn give_back(&mut self, process: u32, frame: u64) {
        self.discount(process, 1);
        self.part_with(frame);
    }

    /// A frame that a process has no longer, though it still counts as one of its own.
    pub(super) fn part_with(&mut self, frame: u64) {
        self.statistics.returned(1);
        self.pool.give_back(frame, self.serving);
    }
}

/// The page allocator as the object allocator sees it that runs a process.
pub(crate) struct Running<'a> {
    pub(crate) pages: &'a mut Pages,
    pub(super) requests: &'a mut Requests,
    pub(crate) process: u32,
    pub(crate) root: u64,
}

impl Surroundings for Running<'_> {
    fn line(&mut self, arena: Arena) -> Result<Option<Line>, BusError> {
        self.pages.header_line(self.root, arena)
    }

    fn read(&mut self, line: Line) -> Result<Header, BusError> {
        self.pages.memory.read(line).map(Header::from_bytes)
    }

    fn write(&mut self, line: Line, header: Header) -> Result<(), BusError> {
        self.pages.memory.write(line, header.to_bytes())
    }

    fn alloc_arena(&mut self, class: u32, context: u32) -> Result<Grant, Status> {
        match self.pages.serving {
            Serving::AtOnce => self.pages.alloc_arena(self.process, class, context),
            Serving::Observed => self.requests.take(class, context),
        }
    }

    fn claim_arena(&mut self, class: u32, context: u32) -> Result<Grant, Status> {
        let (claimed, status) = self.pages.claim_arena(self.process, class, context);
        if self.pages.serving == Serving::Observed {
            self.requests.claimed(Served {
                process: self.process,
                arena: claimed.ok().map(|grant| grant.arena),
                status,
            });
        }
        claimed
    }

    fn free_arena(&mut self, arena: Arena) -> Result<(), Status> {
        let (freed, frames) = self.pages.free_arena(self.process, arena);
        match self.pages.serving {
            Serving::AtOnce => self.pages.discount(self.process, frames),
            Serving::Observed => {
                let served = Served {
                    process: self.process,
                    arena: Some(arena),
                    status: freed.err().unwrap_or(Status::Ok),
                };
                self.requests.freed(served, frames);
            }
        }
        freed
    }

    fn saved(&mut self, class: u32, context: u32) -> Result<Saved, BusError> {
        let record = self.pages.read_record(self.root, class, context)?;
        Ok(record.into())
    }

    fn save(&mut self, class: u32, context: u32, saved: Saved) -> Result<(), BusError> {
        let address = self.pages.record_address(self.root, class, context);
        write_saved(&mut self.pages.memory, address, saved)
    }
}
