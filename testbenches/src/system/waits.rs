//! [`Stalls`] and [`Waits`]: where a core's time goes.

use crate::lock_step::LatencyCounts;
use memento_sim::Path;
use rustc_hash::FxHashSet;

/// Cycles in which a core offered no operation, or offered one in vain, by cause.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stalls {
    /// The allocator took no request.
    pub request: u64,
    /// An allocation was under way.
    pub allocation: u64,
    /// Objects were written, or the one to be freed was read.
    pub access: u64,
    /// All miss registers of the cache were taken.
    pub cache: u64,
    /// A page was translated.
    pub translation: u64,
    /// The context was switched, or none was there.
    pub switch: u64,
}

/// Which allocations waited, and for what. Latencies are cycles from the edge that accepts the request to the edge
/// that takes the response.
#[derive(Clone, Debug, Default)]
pub struct Waits {
    /// Allocations that went well, but for the first of each process, context and class.
    pub allocations: u64,
    /// Of these, those with a latency beyond a hit's.
    pub waited: u64,
    /// Of these, those answered within a hit's latency of the answer before theirs: they waited for their turn behind a
    /// free that missed, since answers come in order, and for nothing else.
    pub behind: u64,
    /// Of those that waited, those with a latency beyond two passes through the pipeline: a hit that was replayed once.
    pub waited_long: u64,
    /// First allocations of a process, context and class.
    pub firsts: u64,
    /// Latencies of allocations that took the head of a list, first ones among them.
    pub pops: LatencyCounts,
    /// Latencies of allocations that took a new arena, but for the first ones.
    pub news: LatencyCounts,
    /// Latencies of the first ones that took a new arena.
    pub first_news: LatencyCounts,
    /// Latency of a hit.
    depth_cycles: u64,
    /// When the last response was taken.
    last_response: u64,
    /// Processes, contexts and classes that were allocated from.
    known: FxHashSet<(u32, u32, u32)>,
}

impl Waits {
    /// None yet; a hit takes `depth_cycles`.
    pub(crate) fn new(depth_cycles: u32) -> Waits {
        Waits {
            depth_cycles: u64::from(depth_cycles),
            ..Waits::default()
        }
    }

    /// A response is taken, to a request of `accepted_cycle`; whether it waited for its turn behind the one before at
    /// most.
    #[inline]
    pub(crate) fn responded(&mut self, accepted_cycle: u64, cycle: u64) -> bool {
        let before = std::mem::replace(&mut self.last_response, cycle);
        cycle - before.max(accepted_cycle) <= self.depth_cycles
    }

    /// An allocation of a process, context and class went well after so many cycles, behind another answer or not.
    #[inline]
    pub(crate) fn allocated(
        &mut self,
        of: (u32, u32, u32),
        path: Path,
        latency: u64,
        behind: bool,
    ) {
        // A hit is no first one: nothing is in the table before it.
        let first = path != Path::Hit && self.known.insert(of);
        if first {
            self.firsts += 1;
        } else {
            self.allocations += 1;
            self.waited += u64::from(latency > self.depth_cycles);
            self.behind += u64::from(latency > self.depth_cycles && behind);
            self.waited_long += u64::from(latency > 2 * self.depth_cycles);
        }
        match path {
            Path::Hit => {}
            Path::Pop => self.pops.add(latency),
            _ if first => self.first_news.add(latency),
            _ => self.news.add(latency),
        }
    }
}
