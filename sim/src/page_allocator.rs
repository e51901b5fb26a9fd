//! The part of the page allocator that an object allocator talks to: arena numbers and header pages.

use memento_config::Config;

use crate::geometry::{Arena, Geometry};
use crate::header::Header;
use crate::memory::{BusError, HeaderMemory, Line};

/// Headers in a page.
const HEADERS_A_PAGE: u32 = 64;

/// First frame that header pages get, the others follow: 1 MiB, so that no header's address is near 0 and a stray
/// null pointer shows.
const FIRST_FRAME: u64 = 0x100;

/// An arena that was handed out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The arena.
    pub arena: Arena,
    /// Where its header is.
    pub line: Line,
}

/// What an arena's grant would be, and where its lane would stand then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peeked {
    /// What would be granted.
    pub grant: Grant,
    /// The next never used number, then.
    pub unused: u32,
    /// The number released last, then.
    pub released: Option<u32>,
}

/// No arena was handed out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// No arena number is left in the lane, or no frame for the page of its header. Nothing has changed.
    #[error("no arena number or no frame is left for {0:?}")]
    NoMemory(Arena),
    /// Its header could not be written. The page of the header may have been mapped; nothing else has changed.
    #[error("the header of a new arena could not be written: {0}")]
    Unwritten(#[from] BusError),
}

/// Hands out arenas and maps the pages of their headers. Which arenas were released is kept here and not read back from
/// the headers, though their links are written as the architecture says.
///
/// Frames are handed out one after the other, so a second page allocator that is asked for the same arenas in the same
/// order puts headers in the same lines.
#[derive(Clone, Debug)]
pub struct PageAllocator {
    geometry: Geometry,
    /// By class, then context.
    lanes: Vec<Lane>,
    frames_used: u64,
    frames_left: u64,
}

/// The arenas of one class and context.
#[derive(Clone, Debug, Default)]
struct Lane {
    /// Next never used number.
    cursor: u32,
    /// Released numbers, the last released last.
    released: Vec<u32>,
    /// Frames of the header pages mapped so far. Numbers are first used in rising order, so pages are mapped in order.
    pages: Vec<u64>,
}

impl PageAllocator {
    /// With all the frames that physical addresses can name.
    pub fn new(config: &Config) -> Self {
        Self::with_frames(config, (1 << (config.physical_bits() - 12)) - FIRST_FRAME)
    }

    /// With frames for that many header pages.
    pub fn with_frames(config: &Config, frames: u64) -> Self {
        let geometry = Geometry::new(config);
        let lanes = vec![Lane::default(); (geometry.classes() * geometry.contexts()) as usize];
        PageAllocator {
            geometry,
            lanes,
            frames_used: 0,
            frames_left: frames,
        }
    }

    /// More frames to map header pages with.
    pub fn add_frames(&mut self, frames: u64) {
        self.frames_left += frames;
    }

    /// Frames that no page is mapped to yet.
    pub fn frames_left(&self) -> u64 {
        self.frames_left
    }

    /// ALLOC_ARENA: the number released last, else the next never used one; its header is written, in use and empty.
    ///
    /// # Errors
    /// Lane exhausted, no frame for the header's page, or the header can't be written: none is handed out.
    pub fn alloc_arena(
        &mut self,
        memory: &mut impl HeaderMemory,
        class: u32,
        context: u32,
    ) -> Result<Grant, Refused> {
        let arena = self.next(class, context);
        if arena.number == self.geometry.arenas(class) {
            return Err(Refused::NoMemory(arena));
        }
        let lane = &mut self.lanes[(class * self.geometry.contexts() + context) as usize];
        if (arena.number / HEADERS_A_PAGE) as usize == lane.pages.len() {
            self.frames_left = self
                .frames_left
                .checked_sub(1)
                .ok_or(Refused::NoMemory(arena))?;
            lane.pages.push(FIRST_FRAME + self.frames_used);
            self.frames_used += 1;
        }
        let line = self.line(arena).ok_or(Refused::NoMemory(arena))?;
        memory.write(line, Header::new(arena).to_bytes())?;
        self.advance(arena);
        Ok(Grant { arena, line })
    }

    /// PEEK_ARENA: what ALLOC_ARENA would grant without a frame; changes nothing. `None`: it can't.
    pub fn peek_arena(&self, class: u32, context: u32) -> Option<Peeked> {
        let arena = self.next(class, context);
        if arena.number == self.geometry.arenas(class) {
            return None;
        }
        let line = self.line(arena)?;
        let lane = self.lane(class, context);
        let fresh = lane.released.is_empty();
        let left = lane.released.len().saturating_sub(1);
        Some(Peeked {
            grant: Grant { arena, line },
            unused: lane.cursor + u32::from(fresh),
            released: lane.released[..left].last().copied(),
        })
    }

    /// CLAIM_ARENA: hands out what PEEK_ARENA says, and says whether its header could be written; it is handed out all
    /// the same. `None`: there is nothing to claim.
    pub fn claim_arena(
        &mut self,
        memory: &mut impl HeaderMemory,
        class: u32,
        context: u32,
    ) -> Option<(Grant, Result<(), BusError>)> {
        let Grant { arena, line } = self.peek_arena(class, context)?.grant;
        let written = memory.write(line, Header::new(arena).to_bytes());
        self.advance(arena);
        Some((Grant { arena, line }, written))
    }

    /// The arena that is next to be handed out.
    fn next(&self, class: u32, context: u32) -> Arena {
        let lane = self.lane(class, context);
        Arena {
            class,
            context,
            number: lane.released.last().copied().unwrap_or(lane.cursor),
        }
    }

    /// The next arena is handed out.
    fn advance(&mut self, arena: Arena) {
        let lane =
            &mut self.lanes[(arena.class * self.geometry.contexts() + arena.context) as usize];
        if lane.released.pop().is_none() {
            lane.cursor += 1;
        }
    }

    /// FREE_ARENA: the header is marked released and linked in front of the ones released before. The caller asks for
    /// arenas alone that were handed out and have not been released since.
    ///
    /// # Errors
    /// The header could not be written; the arena is released all the same.
    pub fn free_arena(
        &mut self,
        memory: &mut impl HeaderMemory,
        arena: Arena,
    ) -> Result<(), BusError> {
        let line = self.line(arena);
        let lane =
            &mut self.lanes[(arena.class * self.geometry.contexts() + arena.context) as usize];
        let header = Header::released(arena, lane.released.last().copied());
        lane.released.push(arena.number);
        match line {
            Some(line) => memory.write(line, header.to_bytes()),
            None => Ok(()),
        }
    }

    /// TRANSLATE of a header-lane address: the line, or `None` if its page is not mapped.
    pub fn translate(&self, header_address: u64) -> Option<Line> {
        self.line(self.geometry.arena_of_header(header_address)?)
    }

    /// Where the header of an arena is, or `None` if its page is not mapped.
    pub fn line(&self, arena: Arena) -> Option<Line> {
        let lane = self.lane(arena.class, arena.context);
        let frame = lane.pages.get((arena.number / HEADERS_A_PAGE) as usize)?;
        Some(Line(
            frame * u64::from(HEADERS_A_PAGE) + u64::from(arena.number % HEADERS_A_PAGE),
        ))
    }

    /// The next never used number of a class and context: numbers below were handed out at least once.
    pub fn cursor(&self, class: u32, context: u32) -> u32 {
        self.lane(class, context).cursor
    }

    /// Released numbers of a class and context that have not been handed out again, the last released last.
    pub fn released(&self, class: u32, context: u32) -> &[u32] {
        &self.lane(class, context).released
    }

    fn lane(&self, class: u32, context: u32) -> &Lane {
        &self.lanes[(class * self.geometry.contexts() + context) as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::header::Mark;
    use crate::memory::LineMemory;

    fn tiny() -> Config {
        Config::preset("tiny").unwrap()
    }

    #[test]
    fn released_numbers_come_back_last_in_first_out() {
        let (mut pages, mut memory) = (PageAllocator::new(&tiny()), LineMemory::new());
        let arenas: Vec<Arena> = (0..4)
            .map(|_| pages.alloc_arena(&mut memory, 1, 0).unwrap().arena)
            .collect();
        assert_eq!(
            arenas.iter().map(|arena| arena.number).collect::<Vec<_>>(),
            [0, 1, 2, 3]
        );
        pages.free_arena(&mut memory, arenas[2]).unwrap();
        pages.free_arena(&mut memory, arenas[0]).unwrap();
        let header = Header::from_bytes(memory.peek(pages.line(arenas[0]).unwrap()));
        assert_eq!(
            (header.mark(), header.next(), header.prev()),
            (Mark::Released, Some(2), None)
        );
        let numbers: Vec<u32> = (0..3)
            .map(|_| pages.alloc_arena(&mut memory, 1, 0).unwrap().arena.number)
            .collect();
        assert_eq!(numbers, [0, 2, 4]);
        let header = Header::from_bytes(memory.peek(pages.line(arenas[0]).unwrap()));
        assert_eq!(header, Header::new(arenas[0]));
    }

    #[test]
    fn a_page_of_headers_takes_one_frame_and_a_lane_ends() {
        let (mut pages, mut memory) = (PageAllocator::with_frames(&tiny(), 0), LineMemory::new());
        assert!(pages.alloc_arena(&mut memory, 0, 0).is_err());
        assert_eq!(
            pages.translate(Geometry::new(&tiny()).header_address(Arena {
                class: 0,
                context: 0,
                number: 0
            })),
            None
        );
        pages.add_frames(1);
        let first = pages.alloc_arena(&mut memory, 0, 0).unwrap();
        assert_eq!(
            (first.line.byte_address(), pages.frames_left()),
            (FIRST_FRAME << 12, 0)
        );
        for number in 1..64 {
            let grant = pages.alloc_arena(&mut memory, 0, 0).unwrap();
            assert_eq!(
                (grant.arena.number, grant.line.0),
                (number, first.line.0 + u64::from(number))
            );
        }
        assert!(pages.alloc_arena(&mut memory, 0, 0).is_err());
        assert!(pages.alloc_arena(&mut memory, 0, 1).is_err());
        pages.free_arena(&mut memory, first.arena).unwrap();
        assert_eq!(pages.alloc_arena(&mut memory, 0, 0).unwrap(), first);
        let header_address = Geometry::new(&tiny()).header_address(first.arena);
        assert_eq!(pages.translate(header_address), Some(first.line));
    }
}
