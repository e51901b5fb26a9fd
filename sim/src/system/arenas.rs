//! ALLOC_ARENA and FREE_ARENA.
//!
//! Bus errors. ALLOC_ARENA is refused; but tables linked and a header page mapped on the way stay. FREE_ARENA clears what it
//! can: a line that cannot be read or cleared keeps its frames, and the arena's number then stays unused until DESTROY, its
//! header in use; so it does if the header cannot be marked.
//! Cursors are written back later than they change, so a failing write of theirs is nobody's answer: it is ignored.

use super::formats::{HEADER, PAGE_LOG2, frame_of, is_valid};
use super::pages::Pages;
use super::tables::Walked;
use crate::geometry::Arena;
use crate::header::{Header, HeaderFault, Mark};
use crate::memory::{BusError, HeaderMemory, Line};
use crate::page_allocator::Grant;
use crate::status::Status;

impl Pages {
    pub(crate) fn alloc_arena(
        &mut self,
        process: u32,
        class: u32,
        context: u32,
    ) -> Result<Grant, Status> {
        let granted = self.try_alloc_arena(process, class, context, false);
        match &granted {
            Ok(_) => self.statistics.alloc_arenas += 1,
            Err(status) => self.statistics.refused(*status),
        }
        granted.map(|(grant, _)| grant)
    }

    /// CLAIM_ARENA: as ALLOC_ARENA, which it was asked about before; needs no frame. It is granted even if its header can't
    /// be written, but then answered with `BUS_ERROR`.
    pub(crate) fn claim_arena(
        &mut self,
        process: u32,
        class: u32,
        context: u32,
    ) -> (Result<Grant, Status>, Status) {
        match self.try_alloc_arena(process, class, context, true) {
            Ok((grant, written)) => {
                self.statistics.alloc_arenas += 1;
                (Ok(grant), written.map_or(Status::BusError, |()| Status::Ok))
            }
            Err(status) => (Err(status), status),
        }
    }

    /// What is granted, and whether its header could be written, which is an error unless it is claimed.
    fn try_alloc_arena(
        &mut self,
        process: u32,
        class: u32,
        context: u32,
        claimed: bool,
    ) -> Result<(Grant, Result<(), BusError>), Status> {
        let root = self.root(process)?;
        let mut record = self.cursor(root, class, context)?;
        let number = record.released.unwrap_or(record.next_arena);
        let arena = Arena {
            class,
            context,
            number,
        };
        let line = match record.released {
            Some(_) => {
                let (line, header) = self.released(root, arena)?;
                record.released = header.next();
                line
            }
            None if number >= self.geometry.arenas(class) => return Err(Status::NoMemory),
            None => {
                record.next_arena += 1;
                if claimed {
                    self.header_line(root, arena)?.ok_or(Status::NoMemory)?
                } else {
                    self.map_header(process, root, arena)?
                }
            }
        };
        let written = self.memory.write(line, Header::new(arena).to_bytes());
        if !claimed {
            written?;
        }
        self.put_cursor(root, class, context, record);
        Ok((Grant { arena, line }, written))
    }

    /// The header of the arena at the head of the released ones, which must be one.
    fn released(&mut self, root: u64, arena: Arena) -> Result<(Line, Header), Status> {
        if arena.number >= self.geometry.arenas(arena.class) {
            return Err(Status::CorruptHeader);
        }
        let line = self.header_line(root, arena)?;
        let line = line.ok_or(Status::CorruptHeader)?;
        let header = Header::from_bytes(self.memory.read(line)?);
        if header.verify_as(Mark::Released, arena).is_err() {
            return Err(Status::CorruptHeader);
        }
        Ok((line, header))
    }

    /// The line of a new arena's header, its page mapped.
    fn map_header(&mut self, process: u32, root: u64, arena: Arena) -> Result<Line, Status> {
        let address = self.geometry.header_address(arena);
        let frame = match self.walk(root, address)? {
            Walked::Leaf { entry } => frame_of(entry),
            Walked::Missing { level, at } => {
                let mapped = self.map(process, arena, address, (level, at), HEADER);
                let frame = mapped?;
                self.statistics.header_pages += 1;
                frame
            }
        };
        Ok(Line::of_byte_address((frame << PAGE_LOG2) + address % 4096))
    }

    /// FREE_ARENA, and the frames that it gives back, which still count as the process's.
    pub(crate) fn free_arena(&mut self, process: u32, arena: Arena) -> (Result<(), Status>, u64) {
        let mut frames = 0;
        let freed = self.try_free_arena(process, arena, &mut frames);
        match freed {
            Ok(()) => self.statistics.free_arenas += 1,
            Err(status) => self.statistics.refused(status),
        }
        (freed, frames)
    }

    fn try_free_arena(
        &mut self,
        process: u32,
        arena: Arena,
        frames: &mut u64,
    ) -> Result<(), Status> {
        let root = self.root(process)?;
        let mut cursor = self.cursor(root, arena.class, arena.context)?;
        let line = self.header_line(root, arena)?.ok_or(Status::BadPointer)?;
        let header = Header::from_bytes(self.memory.read(line)?);
        header.verify(arena).map_err(|fault| match fault {
            HeaderFault::NeverUsed | HeaderFault::Released => Status::BadPointer,
            _ => Status::CorruptHeader,
        })?;
        self.unmap(root, arena, frames)?;
        let released = Header::released(arena, cursor.released);
        self.memory.write(line, released.to_bytes())?;
        cursor.released = Some(arena.number);
        self.put_cursor(root, arena.class, arena.context, cursor);
        Ok(())
    }

    /// Clears the entries of an arena's pages, a line of the leaf table at a time, and gives the frames back, which it
    /// counts. A line that cannot be read or written keeps its entries and their frames.
    fn unmap(&mut self, root: u64, arena: Arena, given_back: &mut u64) -> Result<(), BusError> {
        let base = self.geometry.arena_base(arena);
        let end = base + (u64::from(self.geometry.body_pages(arena.class)) << PAGE_LOG2);
        let Some(table) = self.leaf_table(root, base)? else {
            return Ok(());
        };
        let mut done = Ok(());
        let mut address = base;
        while address < end {
            let line = Line::of_byte_address(self.formats.entry(table, 0, address));
            let mut frames = Vec::new();
            let mut cleared = self.memory.read(line);
            while address < end
                && Line::of_byte_address(self.formats.entry(table, 0, address)) == line
            {
                if let Ok(bytes) = &mut cleared {
                    let at = self.formats.entry(table, 0, address);
                    let entry = self.formats.entry_in(bytes, at);
                    if is_valid(entry) {
                        frames.push(frame_of(entry));
                        let at = (at % 64) as usize;
                        bytes[at..at + self.formats.entry_bytes as usize].fill(0);
                    }
                }
                address += 4096;
            }
            let written = match cleared {
                Ok(bytes) if !frames.is_empty() => self.memory.write(line, bytes),
                Ok(_) => Ok(()),
                Err(error) => Err(error),
            };
            if written.is_ok() {
                *given_back += frames.len() as u64;
                frames.into_iter().for_each(|frame| self.part_with(frame));
            }
            done = done.and(written);
        }
        done
    }

    /// The leaf table that has the entry of an address.
    fn leaf_table(&mut self, root: u64, address: u64) -> Result<Option<u64>, BusError> {
        let mut table = root;
        for level in (1..self.formats.levels).rev() {
            let at = self.formats.entry(table, level, address);
            let line = self.memory.read(Line::of_byte_address(at))?;
            let entry = self.formats.entry_in(&line, at);
            if !is_valid(entry) {
                return Ok(None);
            }
            table = frame_of(entry);
        }
        Ok(Some(table))
    }
}
