//! How far the pages of a process reach: DESTROY reads no line of a page table beyond.
//!
//! Counted are contexts, and arenas of each class whatever their context, for which entries were ever written or tried.

use std::ops::Range;

use super::formats::Formats;
use crate::geometry::{Arena, Geometry};

/// Counts of a process.
#[derive(Clone, Debug)]
pub(crate) struct Reach {
    /// Contexts below this one.
    contexts: u32,
    /// Arenas below this number, class by class.
    arenas: Vec<u32>,
}

impl Reach {
    pub(crate) fn new(geometry: &Geometry) -> Reach {
        Reach {
            contexts: 0,
            arenas: vec![0; geometry.classes() as usize],
        }
    }

    /// An entry is written on the way to a page of the arena, or to that of its header.
    pub(crate) fn note(&mut self, arena: Arena) {
        self.contexts = self.contexts.max(arena.context + 1);
        let count = &mut self.arenas[arena.class as usize];
        *count = (*count).max(arena.number + 1);
    }

    /// Whether DESTROY reads a line of entries that stand for these virtual addresses.
    pub(crate) fn covers(&self, geometry: &Geometry, formats: &Formats, line: &Range<u64>) -> bool {
        let meets = |start: u64, bytes: u64| {
            let start = start & formats.address_mask();
            bytes > 0 && start < line.end && line.start < start + bytes
        };
        let lanes = (0..geometry.classes()).flat_map(|class| {
            (0..self.contexts).map(move |context| Arena {
                class,
                context,
                number: 0,
            })
        });
        let arenas = |arena: Arena| u64::from(self.arenas[arena.class as usize]);
        let mut lanes = lanes.filter(|arena| arenas(*arena) > 0);
        // What is neither is read without asking; so are headers if a page of them is several contexts'.
        let (region, headers) = (geometry.padded_region(), geometry.header_lane());
        let between = if region.start < headers.start {
            region.end..headers.start
        } else {
            headers.end..region.start
        };
        let apart = geometry.arenas(0) >= 64;
        lanes.any(|first| {
            let bodies = geometry.stride_bytes(first.class) * arenas(first);
            meets(geometry.arena_base(first), bodies)
                || apart && meets(geometry.header_address(first), arenas(first) * 64)
        }) || !apart && meets(headers.start, headers.end - headers.start)
            || meets(between.start, between.end - between.start)
    }
}
