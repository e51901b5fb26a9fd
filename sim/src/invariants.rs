//! What must hold between operations, as long as nobody tampers with headers.

use std::collections::BTreeSet;

use crate::geometry::Arena;
use crate::header::{Header, HeaderFault, Mark};
use crate::model::Model;

/// An invariant that does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Violation {
    /// The header of an arena outside the HOT is not intact.
    #[error("{arena:?}: its header should be intact and in use, but: {fault:?}")]
    Header {
        /// The arena.
        arena: Arena,
        /// What is wrong.
        fault: HeaderFault,
    },
    /// The number of allocated slots is not that of the bits, or is 0 outside the HOT.
    #[error("{arena:?}: {count} allocated slots in the header, {bits} bits in the bitmap")]
    Count {
        /// The arena.
        arena: Arena,
        /// Field of the header.
        count: u32,
        /// Bits set.
        bits: u32,
    },
    /// A list names an arena twice, or one that is not in use, or its links do not agree.
    #[error("{arena:?}: its place on the available list is wrong: {why}")]
    List {
        /// The arena.
        arena: Arena,
        /// What is wrong.
        why: &'static str,
    },
    /// An arena is on the list below the threshold, or not on it from the threshold on, or is in the HOT and on it.
    #[error("{arena:?}: {free} slots free, in the HOT: {in_hot}, on the list: {listed}")]
    Place {
        /// The arena.
        arena: Arena,
        /// Free slots.
        free: u32,
        /// Whether it serves its class.
        in_hot: bool,
        /// Whether it is on the available list.
        listed: bool,
    },
    /// A released arena's header is not marked so, or not linked to the one released before.
    #[error("{arena:?}: it was released, but its header has mark {mark:?} and next {next:?}")]
    Released {
        /// The arena.
        arena: Arena,
        /// Its mark.
        mark: Mark,
        /// Its link.
        next: Option<u32>,
    },
    /// The arena that serves its class is not in use.
    #[error("{arena:?} serves its class, but was never used or has been released")]
    Serving {
        /// The arena.
        arena: Arena,
    },
    /// The counters name another number of arenas in use.
    #[error("{counted} arenas in use by the counters, {found} found")]
    Arenas {
        /// New less released ones.
        counted: u64,
        /// Neither never used nor released.
        found: u64,
    },
}

/// What is known of the arenas of one class and context.
pub(crate) struct Lane<'a> {
    pub(crate) class: u32,
    pub(crate) context: u32,
    pub(crate) objects: u32,
    pub(crate) list_threshold: u32,
    /// Next never used number.
    pub(crate) cursor: u32,
    /// Released numbers, the last released last.
    pub(crate) released: &'a [u32],
    /// The arena that serves the class, and how many slots are allocated if the header in memory is stale.
    pub(crate) serving: Option<(u32, Option<u32>)>,
    /// Head of the available list.
    pub(crate) head: Option<u32>,
    /// Headers as they are in memory, by number.
    pub(crate) header: &'a dyn Fn(u32) -> Header,
}

impl Model {
    /// Checks that each arena in use is in the HOT, or on its list and well linked, or below the threshold; that
    /// counts are those of the bitmaps; that released arenas are marked and linked.
    ///
    /// # Errors
    /// The first violation found.
    pub fn check_invariants(&self) -> Result<(), Violation> {
        let (allocator, pages) = (&self.allocator, &self.around.pages);
        let context = allocator.context;
        let mut found = 0;
        for class in 0..allocator.geometry.classes() {
            let entry = &allocator.hot[class as usize];
            let lane = Lane {
                class,
                context,
                objects: allocator.geometry.objects(),
                list_threshold: allocator.list_threshold,
                cursor: pages.cursor(class, context),
                released: pages.released(class, context),
                serving: entry
                    .serving
                    .map(|serving| (serving.number, Some(serving.bitmap.count()))),
                head: entry.head,
                header: &|number| {
                    let bytes = self.header_bytes(class, number);
                    Header::from_bytes(bytes.unwrap_or([0; 64]))
                },
            };
            found += lane.check()?;
        }
        let counted = allocator.counters.live_arenas();
        if counted == found {
            Ok(())
        } else {
            Err(Violation::Arenas { counted, found })
        }
    }
}

impl Lane<'_> {
    /// The number of arenas in use, if all is well with them.
    pub(crate) fn check(&self) -> Result<u64, Violation> {
        self.check_released()?;
        let listed = self.check_list()?;
        let released: BTreeSet<u32> = self.released.iter().copied().collect();
        let mut found = 0;
        for number in (0..self.cursor).filter(|number| !released.contains(number)) {
            found += 1;
            let serving = self.serving.filter(|(serving, _)| *serving == number);
            let count = match serving {
                Some((_, Some(count))) => count,
                _ => self.check_header(number, serving.is_some())?,
            };
            let free = self.objects - count;
            let (in_hot, listed) = (serving.is_some(), listed.contains(&number));
            if listed != (!in_hot && free >= self.list_threshold) {
                return Err(Violation::Place {
                    arena: self.arena(number),
                    free,
                    in_hot,
                    listed,
                });
            }
        }
        match self.serving {
            Some((number, _)) if number >= self.cursor || released.contains(&number) => {
                Err(Violation::Serving {
                    arena: self.arena(number),
                })
            }
            _ => Ok(found),
        }
    }

    /// Number of allocated slots of an arena whose header is not stale. The arena in the HOT alone may be empty.
    fn check_header(&self, number: u32, in_hot: bool) -> Result<u32, Violation> {
        let arena = self.arena(number);
        let header = (self.header)(number);
        header
            .verify(arena)
            .map_err(|fault| Violation::Header { arena, fault })?;
        let (count, bits) = (header.count(), header.bitmap(self.objects).count());
        if count == bits && (count > 0 || in_hot) {
            Ok(count)
        } else {
            Err(Violation::Count { arena, count, bits })
        }
    }

    /// The arenas on the list.
    fn check_list(&self) -> Result<BTreeSet<u32>, Violation> {
        let mut listed = BTreeSet::new();
        let (mut prev, mut here) = (None, self.head);
        while let Some(number) = here {
            let arena = self.arena(number);
            if number >= self.cursor {
                return Err(Violation::List {
                    arena,
                    why: "never used",
                });
            }
            if !listed.insert(number) {
                return Err(Violation::List {
                    arena,
                    why: "met twice",
                });
            }
            let header = (self.header)(number);
            header
                .verify(arena)
                .map_err(|fault| Violation::Header { arena, fault })?;
            if header.prev() != prev {
                return Err(Violation::List {
                    arena,
                    why: "does not name the one before it",
                });
            }
            (prev, here) = (here, header.next());
        }
        Ok(listed)
    }

    fn check_released(&self) -> Result<(), Violation> {
        let mut before = None;
        for &number in self.released {
            let arena = self.arena(number);
            let header = (self.header)(number);
            if header != Header::released(arena, before) {
                return Err(Violation::Released {
                    arena,
                    mark: header.mark(),
                    next: header.next(),
                });
            }
            before = Some(number);
        }
        Ok(())
    }

    fn arena(&self, number: u32) -> Arena {
        Arena {
            class: self.class,
            context: self.context,
            number,
        }
    }
}
