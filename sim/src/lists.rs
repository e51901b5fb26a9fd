//! The available list of a class: pop, push, unlink. Every header that a step touches is read and validated before
//! the first is written.

use crate::allocator::{ObjectAllocator, Surroundings};
use crate::geometry::Arena;
use crate::header::Header;
use crate::memory::Line;
use crate::status::{Path, Status};

impl ObjectAllocator {
    /// Takes the head of the list into the HOT.
    pub(crate) fn pop(
        &mut self,
        around: &mut impl Surroundings,
        class: u32,
        head: u32,
    ) -> Result<Path, Status> {
        let arena = Arena {
            class,
            context: self.context,
            number: head,
        };
        let (line, header) = self.read_linked(around, arena)?;
        if header.count() > self.geometry.objects() || header.prev().is_some() {
            return Err(Status::CorruptHeader);
        }
        let next = self.read_next(around, arena, &header)?;

        let slots = header.bitmap(self.geometry.objects());
        // One that turns out full was tampered with, and is never fetched ahead: the next one may have been.
        let fetched = slots.count() < self.geometry.objects() && self.take_fetched();
        self.counters.list_pops += 1;
        self.hot[class as usize].head = header.next();
        let displaced = self.install(around, arena, line, slots);
        let unlinked = match next {
            Some((line, mut next)) => {
                next.set_prev(None);
                around.write(line, next)
            }
            None => Ok(()),
        };
        if !fetched {
            displaced.and(unlinked)?;
        }
        Ok(Path::Pop)
    }

    /// Puts an arena in front of the list; `header` has its slots already, links are set here.
    pub(crate) fn push(
        &mut self,
        around: &mut impl Surroundings,
        arena: Arena,
        line: Line,
        mut header: Header,
    ) -> Result<Path, Status> {
        let head = self.hot[arena.class as usize].head;
        let old_head = match head {
            Some(number) => {
                let old_head = self.read_linked(around, Arena { number, ..arena })?;
                if old_head.1.prev().is_some() {
                    return Err(Status::CorruptHeader);
                }
                Some(old_head)
            }
            None => None,
        };

        self.counters.list_pushes += 1;
        self.hot[arena.class as usize].head = Some(arena.number);
        let relinked = match old_head {
            Some((line, mut old_head)) => {
                old_head.set_prev(Some(arena.number));
                around.write(line, old_head)
            }
            None => Ok(()),
        };
        header.set_next(head);
        header.set_prev(None);
        let pushed = around.write(line, header);
        relinked.and(pushed)?;
        Ok(Path::Push)
    }

    /// Takes an arena without objects off the list and gives it back; `header` is what was read.
    pub(crate) fn release(
        &mut self,
        around: &mut impl Surroundings,
        arena: Arena,
        header: &Header,
    ) -> Result<Path, Status> {
        let prev = match header.prev() {
            Some(number) => {
                let prev = self.read_linked(around, Arena { number, ..arena })?;
                if prev.1.next() != Some(arena.number) {
                    return Err(Status::CorruptHeader);
                }
                Some(prev)
            }
            None if self.hot[arena.class as usize].head != Some(arena.number) => {
                return Err(Status::CorruptHeader);
            }
            None => None,
        };
        let next = self.read_next(around, arena, header)?;

        self.counters.released_arenas += 1;
        let before = match prev {
            Some((line, mut prev)) => {
                prev.set_next(header.next());
                around.write(line, prev)
            }
            None => {
                self.hot[arena.class as usize].head = header.next();
                Ok(())
            }
        };
        let after = match next {
            Some((line, mut next)) => {
                next.set_prev(header.prev());
                around.write(line, next)
            }
            None => Ok(()),
        };
        let released = around.free_arena(arena);
        before.and(after)?;
        released?;
        Ok(Path::Release)
    }

    /// The arena that `header`, the header of `arena`, names as next; it must name `arena` as previous.
    fn read_next(
        &mut self,
        around: &mut impl Surroundings,
        arena: Arena,
        header: &Header,
    ) -> Result<Option<(Line, Header)>, Status> {
        let Some(number) = header.next() else {
            return Ok(None);
        };
        let next = self.read_linked(around, Arena { number, ..arena })?;
        if next.1.prev() == Some(arena.number) {
            Ok(Some(next))
        } else {
            Err(Status::CorruptHeader)
        }
    }

    /// Reads the header of an arena that a link names. Whatever is wrong with it, the list is corrupt.
    pub(crate) fn read_linked(
        &mut self,
        around: &mut impl Surroundings,
        arena: Arena,
    ) -> Result<(Line, Header), Status> {
        if arena.number >= self.geometry.arenas(arena.class) {
            return Err(Status::CorruptHeader);
        }
        let line = around.line(arena)?.ok_or(Status::CorruptHeader)?;
        let header = around.read(line)?;
        header.verify(arena).map_err(|_| Status::CorruptHeader)?;
        Ok((line, header))
    }
}
