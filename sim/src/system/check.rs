//! What must hold between operations, as long as nobody tampers with memory.

use std::collections::{BTreeMap, BTreeSet};

use super::SystemModel;
use super::formats::{BODY, HEADER, INNER};
use super::formats::{flags_of, frame_of, is_valid};
use crate::geometry::Arena;
use crate::header::{Header, Mark};
use crate::invariants::{Lane, Violation};
use crate::memory::{LINES_A_FRAME, Line};

/// An invariant that does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Imbalance {
    /// Something is wrong with the arenas of a class and context.
    #[error("process {process}: {violation}")]
    Arenas {
        /// The process.
        process: u32,
        /// What is wrong.
        violation: Violation,
    },
    /// The released arenas of a class and context are not a list.
    #[error("process {process}, {arena:?}: on the list of released arenas, but {why}")]
    Released {
        /// The process.
        process: u32,
        /// The arena.
        arena: Arena,
        /// What is wrong.
        why: &'static str,
    },
    /// A frame is in two places.
    #[error("frame {frame:#x} is {first}, and also {second}")]
    FrameTwice {
        /// The model's number of the frame.
        frame: u64,
        /// One place.
        first: String,
        /// The other.
        second: String,
    },
    /// Frames on loan that are nowhere, or too many of them.
    #[error("{lent} frames are on loan, {found} found")]
    Frames {
        /// Pushed and not taken.
        lent: u64,
        /// In the pool, on the way to it, or mapped.
        found: u64,
    },
    /// A process is said to have another number of frames than it has.
    #[error("process {process} is said to have {counted} frames, {found} found")]
    Used {
        /// The process.
        process: u32,
        /// By the counter.
        counted: u64,
        /// By its page table.
        found: u64,
    },
    /// A page-table entry that should not be.
    #[error("process {process}, address {address:#x}, level {level}: entry {entry:#x}, but {why}")]
    Entry {
        /// The process.
        process: u32,
        /// First virtual address that it maps.
        address: u64,
        /// Level of its table, 0 for a leaf.
        level: u32,
        /// The entry.
        entry: u64,
        /// What is wrong.
        why: &'static str,
    },
}

/// A valid page-table entry.
#[derive(Clone, Copy, Debug)]
pub(super) struct Visited {
    /// First virtual address that it maps.
    pub(super) address: u64,
    pub(super) level: u32,
    pub(super) entry: u64,
}

impl SystemModel {
    /// Checks that each frame on loan is in exactly one place; that page tables map arenas in use and header pages
    /// alone, with the right flags; that each process has as many frames as it is said to have; and, for each context,
    /// running or saved, that each arena in use is in exactly one of HOT, list, or full or below the threshold, that
    /// lists are well-formed and counts are those of the bitmaps.
    ///
    /// Objects alive do not overlap if this holds: an address is of one arena, a frame at one address.
    ///
    /// # Errors
    /// The first violation found.
    pub fn check_invariants(&self) -> Result<(), Imbalance> {
        self.check_frames()?;
        for process in 0..self.pages.processes.len() as u32 {
            if self.pages.process(process).is_err() {
                continue;
            }
            for context in 0..self.geometry().contexts() {
                for class in 0..self.geometry().classes() {
                    self.check_lane(process, class, context)?;
                }
            }
        }
        Ok(())
    }

    /// The part of [`SystemModel::check_invariants`] that concerns frames and page tables: for tests without object
    /// allocators.
    ///
    /// # Errors
    /// The first violation found.
    pub fn check_frames(&self) -> Result<(), Imbalance> {
        let mut places = BTreeMap::new();
        let mut place = |frame: u64, here: String| match places.insert(frame, here.clone()) {
            None => Ok(()),
            Some(first) => Err(Imbalance::FrameTwice {
                frame,
                first,
                second: here,
            }),
        };
        for frame in &self.pages.pool.free {
            place(*frame, "in the pool".to_owned())?;
        }
        for frame in &self.pages.pool.reclaimed {
            place(*frame, "on its way to the pool".to_owned())?;
        }
        let mut found = (self.pages.pool.free.len() + self.pages.pool.reclaimed.len()) as u64;
        for (number, process) in self.pages.processes.iter().enumerate() {
            let (number, Some(process)) = (number as u32, process) else {
                continue;
            };
            let mut entries = Vec::new();
            self.visit(process.root, &mut |entry| entries.push(entry));
            for visited in &entries {
                self.check_entry(number, visited)?;
                let level = visited.level;
                let here = format!("of process {number}, level {level}, {:#x}", visited.address);
                place(frame_of(visited.entry), here)?;
            }
            if process.used != entries.len() as u64 {
                return Err(Imbalance::Used {
                    process: number,
                    counted: process.used,
                    found: entries.len() as u64,
                });
            }
            found += entries.len() as u64;
        }
        let lent = self.pages.pool.loan;
        if lent == found {
            Ok(())
        } else {
            Err(Imbalance::Frames { lent, found })
        }
    }

    /// An entry has the flags of its place, and if it is of a page, there is an arena to it.
    fn check_entry(&self, process: u32, visited: &Visited) -> Result<(), Imbalance> {
        let wrong = |why| {
            Err(Imbalance::Entry {
                process,
                address: visited.address,
                level: visited.level,
                entry: visited.entry,
                why,
            })
        };
        let flags = flags_of(visited.entry);
        if visited.level > 0 {
            return if flags == INNER {
                Ok(())
            } else {
                wrong("it is not a pointer to a table")
            };
        }
        match self.geometry().page_of(visited.address) {
            None if flags != HEADER => wrong("a page of headers has other flags"),
            None => Ok(()),
            Some(_) if flags != BODY => wrong("a page of objects has other flags"),
            Some((arena, page)) if page >= self.geometry().body_pages(arena.class) => {
                wrong("the arena ends before")
            }
            Some((arena, _)) if self.peek_header(process, arena).mark() != Mark::InUse => {
                wrong("the arena is not in use")
            }
            Some(_) => Ok(()),
        }
    }

    fn check_lane(&self, process: u32, class: u32, context: u32) -> Result<(), Imbalance> {
        let Some(record) = self.record(process, class, context) else {
            return Ok(());
        };
        let arena = |number| Arena {
            class,
            context,
            number,
        };
        let released =
            self.released_arenas(process, arena(0), record.released, record.next_arena)?;
        let hot = self.runner(process, context);
        let hot = hot.and_then(|core| self.hot(core, class));
        let (serving, head) = match hot {
            Some(hot) => {
                let serving = hot.arena;
                let serving = serving.map(|(number, bitmap)| (number, Some(bitmap.count())));
                (serving, hot.list_head)
            }
            None => (record.current.map(|number| (number, None)), record.head),
        };
        let lane = Lane {
            class,
            context,
            objects: self.geometry().objects(),
            list_threshold: self.list_threshold(),
            cursor: record.next_arena,
            released: &released,
            serving,
            head,
            header: &|number| self.peek_header(process, arena(number)),
        };
        lane.check()
            .map(|_| ())
            .map_err(|violation| Imbalance::Arenas { process, violation })
    }

    /// The released arenas of a class and context, the last released last.
    fn released_arenas(
        &self,
        process: u32,
        lane: Arena,
        head: Option<u32>,
        cursor: u32,
    ) -> Result<Vec<u32>, Imbalance> {
        let (mut here, mut met, mut released) = (head, BTreeSet::new(), Vec::new());
        while let Some(number) = here {
            let arena = Arena { number, ..lane };
            let wrong = |why| Imbalance::Released {
                process,
                arena,
                why,
            };
            if number >= cursor {
                return Err(wrong("it was never used"));
            }
            if !met.insert(number) {
                return Err(wrong("met twice"));
            }
            let header = self.peek_header(process, arena);
            if header.verify_as(Mark::Released, arena).is_err() {
                return Err(wrong("its header is not a released one's"));
            }
            released.push(number);
            here = header.next();
        }
        released.reverse();
        Ok(released)
    }

    fn list_threshold(&self) -> u32 {
        self.cores
            .first()
            .map_or(1, |core| core.allocator.list_threshold)
    }

    /// Calls with each valid entry of a page table, in the order of addresses.
    pub(super) fn visit(&self, root: u64, each: &mut dyn FnMut(Visited)) {
        self.visit_table(root, self.pages.formats.levels - 1, 0, each);
    }

    fn visit_table(&self, table: u64, level: u32, base: u64, each: &mut dyn FnMut(Visited)) {
        let formats = &self.pages.formats;
        let span = formats.span(level);
        for number in 0..LINES_A_FRAME {
            let line = self.pages.memory.peek(Line(table * LINES_A_FRAME + number));
            if line == [0; 64] {
                continue;
            }
            for at in (0..64).step_by(formats.entry_bytes as usize) {
                let entry = formats.entry_in(&line, at);
                if !is_valid(entry) {
                    continue;
                }
                let index = (number * 64 + at) / formats.entry_bytes;
                let address = base + index * span;
                each(Visited {
                    address,
                    level,
                    entry,
                });
                if level > 0 {
                    self.visit_table(frame_of(entry), level - 1, address, each);
                }
            }
        }
    }

    /// The page-table entry at an address of the model's memory.
    pub(super) fn peek_entry(&self, at: u64) -> u64 {
        let line = self.pages.memory.peek(Line::of_byte_address(at));
        self.pages.formats.entry_in(&line, at)
    }

    pub(super) fn peek_header(&self, process: u32, arena: Arena) -> Header {
        Header::from_bytes(self.header_bytes(process, arena).unwrap_or([0; 64]))
    }
}
