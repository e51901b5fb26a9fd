//! Walking page tables and mapping pages.

use super::formats::{INNER, entry_of, frame_of, is_valid};
use super::pages::Pages;
use crate::geometry::Arena;
use crate::memory::{BusError, HeaderMemory, Line};
use crate::status::Status;

/// Where a walk ended.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Walked {
    /// At an invalid entry of a table of this level: so many tables are missing, and a page.
    Missing { level: u32, at: u64 },
    /// At the valid entry of a page.
    Leaf { entry: u64 },
}

impl Pages {
    /// Walks from the root of a process.
    pub(crate) fn walk(&mut self, root: u64, address: u64) -> Result<Walked, BusError> {
        let mut table = root;
        for level in (0..self.formats.levels).rev() {
            let at = self.formats.entry(table, level, address);
            let line = self.memory.read(Line::of_byte_address(at))?;
            let entry = self.formats.entry_in(&line, at);
            if !is_valid(entry) {
                return Ok(Walked::Missing { level, at });
            }
            if level == 0 {
                return Ok(Walked::Leaf { entry });
            }
            table = frame_of(entry);
        }
        unreachable!("level 0 ends every walk")
    }

    /// The frame of a page, if it is mapped.
    pub(crate) fn mapped(&mut self, root: u64, address: u64) -> Result<Option<u64>, BusError> {
        Ok(match self.walk(root, address)? {
            Walked::Leaf { entry } => Some(frame_of(entry)),
            Walked::Missing { .. } => None,
        })
    }

    /// Maps a page where a walk found an invalid entry: first the tables on the way, then the page, each a fresh frame
    /// that reads as zero. All the frames are there, or nothing changes. A table entry that cannot be written ends it:
    /// the frame that it should have named goes back, tables linked before it stay, empty.
    pub(crate) fn map(
        &mut self,
        process: u32,
        arena: Arena,
        address: u64,
        (level, mut at): (u32, u64),
        flags: u64,
    ) -> Result<u64, Status> {
        self.reserve(process, u64::from(level) + 1)?;
        for level in (0..=level).rev() {
            let Some(frame) = self.grant(process) else {
                return Err(Status::NoMemory);
            };
            if let Some(Some(process)) = self.processes.get_mut(process as usize) {
                process.reach.note(arena);
            }
            let entry = entry_of(frame, if level == 0 { flags } else { INNER });
            let bytes = &entry.to_le_bytes()[..self.formats.entry_bytes as usize];
            if self.memory.write_bytes(at, bytes).is_err() {
                self.give_back(process, frame);
                return Err(Status::BusError);
            }
            if level == 0 {
                return Ok(frame);
            }
            self.statistics.table_frames += 1;
            at = self.formats.entry(frame, level - 1, address);
        }
        unreachable!("level 0 is mapped last")
    }

    /// Whether the pool and the quota of a process have so many frames.
    fn reserve(&self, process: u32, need: u64) -> Result<(), Status> {
        let process = self.process(process)?;
        let within_quota = process.quota == 0 || process.used + need <= process.quota;
        if within_quota && need <= self.pool.level() {
            Ok(())
        } else {
            Err(Status::NoMemory)
        }
    }
}
