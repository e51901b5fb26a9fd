//! What a run adds up to.

use crate::status::Status;

/// Counts of events since the model was made.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Counters {
    /// Allocations answered `OK`.
    pub allocs: u64,
    /// Allocations answered with an error.
    pub failed_allocs: u64,
    /// Frees answered `OK`.
    pub frees: u64,
    /// Frees answered with an error.
    pub failed_frees: u64,
    /// Allocations that the arena in the HOT could serve at once.
    pub alloc_hits: u64,
    /// Frees of objects in the arena in the HOT.
    pub free_hits: u64,
    /// Arenas taken from an available list.
    pub list_pops: u64,
    /// Arenas got from the page allocator.
    pub new_arenas: u64,
    /// Arenas put on an available list.
    pub list_pushes: u64,
    /// Arenas given back to the page allocator.
    pub released_arenas: u64,
    /// Most arenas that were in use at once.
    pub peak_arenas: u64,
    /// Bytes asked for by the allocations answered `OK`.
    pub requested_bytes: u64,
    /// Bytes of the objects that they got.
    pub granted_bytes: u64,
    /// Operations by status code.
    pub statuses: [u64; Status::ALL.len()],
}

impl Counters {
    /// Arenas in use now.
    pub fn live_arenas(&self) -> u64 {
        self.new_arenas - self.released_arenas
    }

    /// Part of the granted bytes that nobody asked for, 0 to 1; 0 before the first allocation.
    pub fn internal_fragmentation(&self) -> f64 {
        if self.granted_bytes == 0 {
            return 0.0;
        }
        1.0 - self.requested_bytes as f64 / self.granted_bytes as f64
    }
}

/// Hash of where every successful allocation was placed: two runs with the same hash placed them alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PlacementHash(u64);

impl PlacementHash {
    /// FNV-1a's offset basis (the hash takes whole numbers where FNV takes bytes).
    pub(crate) fn new() -> Self {
        PlacementHash(0xcbf2_9ce4_8422_2325)
    }

    /// One allocation: class, arena number, slot.
    #[inline]
    pub(crate) fn add(&mut self, class: u32, arena: u32, slot: u32) {
        for value in [class, arena, slot] {
            self.0 = (self.0 ^ u64::from(value)).wrapping_mul(0x100_0000_01b3);
        }
    }

    pub(crate) fn value(self) -> u64 {
        self.0
    }
}
