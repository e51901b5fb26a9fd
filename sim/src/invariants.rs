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
    /// The counters name another number of arenas in use.
    #[error("{counted} arenas in use by the counters, {found} found")]
    Arenas {
        /// New less released ones.
        counted: u64,
        /// Neither never used nor released.
        found: u64,
    },
}

impl Model {
    /// Checks that each arena in use is in the HOT, or on its list and well linked, or below the threshold; that
    /// counts are those of the bitmaps; that released arenas are marked and linked.
    ///
    /// # Errors
    /// The first violation found.
    pub fn check_invariants(&self) -> Result<(), Violation> {
        let mut found = 0;
        for class in 0..self.geometry.classes() {
            let arena = |number| Arena {
                class,
                context: self.context,
                number,
            };
            let released = self.pages.released(class, self.context);
            self.check_released(class, released)?;
            let listed = self.check_list(class)?;
            let serving = self.hot[class as usize].serving;
            let released: BTreeSet<u32> = released.iter().copied().collect();
            for number in (0..self.pages.cursor(class, self.context))
                .filter(|number| !released.contains(number))
            {
                found += 1;
                let serving = serving.filter(|serving| serving.number == number);
                let count = match serving {
                    Some(serving) => serving.bitmap.count(),
                    None => self.check_header(arena(number))?,
                };
                let free = self.geometry.objects() - count;
                let (in_hot, listed) = (serving.is_some(), listed.contains(&number));
                if listed != (!in_hot && free >= self.list_threshold) {
                    return Err(Violation::Place {
                        arena: arena(number),
                        free,
                        in_hot,
                        listed,
                    });
                }
            }
        }
        let counted = self.counters.live_arenas();
        if counted == found {
            Ok(())
        } else {
            Err(Violation::Arenas { counted, found })
        }
    }

    /// Number of allocated slots of an arena outside the HOT.
    fn check_header(&self, arena: Arena) -> Result<u32, Violation> {
        let header = self.peek_header(arena);
        header
            .verify(arena)
            .map_err(|fault| Violation::Header { arena, fault })?;
        let (count, bits) = (
            header.count(),
            header.bitmap(self.geometry.objects()).count(),
        );
        if count == bits && count > 0 {
            Ok(count)
        } else {
            Err(Violation::Count { arena, count, bits })
        }
    }

    /// The arenas on the list of a class.
    fn check_list(&self, class: u32) -> Result<BTreeSet<u32>, Violation> {
        let mut listed = BTreeSet::new();
        let (mut prev, mut here) = (None, self.hot[class as usize].head);
        while let Some(number) = here {
            let arena = Arena {
                class,
                context: self.context,
                number,
            };
            if number >= self.pages.cursor(class, self.context) {
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
            let header = self.peek_header(arena);
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

    fn check_released(&self, class: u32, released: &[u32]) -> Result<(), Violation> {
        let mut before = None;
        for &number in released {
            let arena = Arena {
                class,
                context: self.context,
                number,
            };
            let header = self.peek_header(arena);
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

    fn peek_header(&self, arena: Arena) -> Header {
        Header::from_bytes(
            self.pages
                .line(arena)
                .map_or([0; 64], |line| self.memory.peek(line)),
        )
    }
}
