//! [`Tlb`] and [`Acknowledger`]: what a host's core and its caches do beside running a program.

use super::cache::Cache;
use crate::coin::Coin;
use std::collections::VecDeque;

/// Ways of a TLB.
const WAYS: usize = 4;
/// Discards that may be under way at once.
const DISCARDS: usize = 8;
/// Cycles from the edge that accepts a shoot-down, or a discard that finds nothing on its way, to its
/// acknowledge: an interrupt between cores, a walk through the cache's sets. Choices of ours.
const SHOOTDOWN_CYCLES: u32 = 40;
const DISCARD_CYCLES: u32 = 16;

/// A page that a TLB knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Translated {
    process: u32,
    page: u64,
    frame: u64,
}

/// One core's translations of pages of objects, four-way; of a set the one that was used last stands first, and the
/// last gives way.
#[derive(Clone, Debug)]
pub struct Tlb {
    entries: Vec<Option<Translated>>,
    sets: u64,
}

impl Tlb {
    /// An empty one of so many entries, at least four.
    pub fn new(entries: u32) -> Tlb {
        let sets = (entries as usize / WAYS).max(1);
        Tlb {
            entries: vec![None; sets * WAYS],
            sets: sets as u64,
        }
    }

    #[inline]
    fn set(&self, page: u64) -> usize {
        // Lanes and arenas are powers of two apart: Fibonacci hashing (Knuth, volume 3, 6.4) spreads them over all sets.
        let spread = page.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
        ((spread * self.sets) >> 32) as usize * WAYS
    }

    /// The frame of a page, if it is known.
    #[inline]
    pub fn find(&mut self, process: u32, page: u64) -> Option<u64> {
        let set = self.set(page);
        let ways = &mut self.entries[set..set + WAYS];
        let is_it = |entry: &Option<Translated>| {
            entry.is_some_and(|entry| entry.page == page && entry.process == process)
        };
        let way = ways.iter().position(is_it)?;
        ways[..=way].rotate_right(1);
        ways[0].map(|entry| entry.frame)
    }

    /// Learns a page.
    pub fn learn(&mut self, process: u32, page: u64, frame: u64) {
        let set = self.set(page);
        let ways = &mut self.entries[set..set + WAYS];
        let empty = ways.iter().position(Option::is_none);
        ways[..=empty.unwrap_or(WAYS - 1)].rotate_right(1);
        ways[0] = Some(Translated {
            process,
            page,
            frame,
        });
    }

    /// Forgets pages of a process.
    pub fn forget(&mut self, process: u32, first: u64, pages: u64) {
        for entry in &mut self.entries {
            if entry.is_some_and(|entry| {
                entry.process == process && entry.page.wrapping_sub(first) < pages
            }) {
                *entry = None;
            }
        }
    }

    /// Forgets a process.
    pub fn forget_process(&mut self, process: u32) {
        self.forget(process, 0, u64::MAX);
    }
}

/// Requests to forget, as the system shows them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ForgetRequests {
    /// A shoot-down is there.
    pub shootdown_valid: bool,
    /// Its process.
    pub shootdown_process: u32,
    /// Its first virtual address.
    pub shootdown_address: u64,
    /// Its pages.
    pub shootdown_pages: u64,
    /// A discard is there.
    pub discard_valid: bool,
    /// Its first frame.
    pub discard_frame: u64,
    /// Its frames.
    pub discard_count: u64,
}

/// Answers to them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ForgetAnswers {
    /// A shoot-down would be accepted.
    pub shootdown_ready: bool,
    /// The one under way is done.
    pub shootdown_done: bool,
    /// A discard would be accepted.
    pub discard_ready: bool,
    /// The oldest one under way is done.
    pub discard_done: bool,
}

/// What was forgotten.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ForgetCounts {
    /// Shoot-downs.
    pub shootdowns: u64,
    /// Pages that they named.
    pub pages: u64,
    /// Discards.
    pub discards: u64,
    /// Frames that they named.
    pub frames: u64,
}

/// A discard that is under way.
#[derive(Clone, Copy, Debug)]
struct Discard {
    frame: u64,
    count: u64,
    cycles: u32,
}

/// Which acknowledges a host withholds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Withheld {
    /// Those of shoot-downs.
    pub shootdowns: bool,
    /// Those of discards.
    pub discards: bool,
}

/// Makes TLBs and cache forget, and acknowledges it.
pub struct Acknowledger {
    shootdown: Option<u32>,
    discards: VecDeque<Discard>,
    shown: ForgetAnswers,
    counts: ForgetCounts,
    /// Heads: nothing is accepted in this cycle.
    stall: Coin,
    withheld: Withheld,
}

impl Default for Acknowledger {
    fn default() -> Acknowledger {
        Acknowledger {
            shootdown: None,
            discards: VecDeque::new(),
            shown: ForgetAnswers::default(),
            counts: ForgetCounts::default(),
            stall: Coin::tails(),
            withheld: Withheld::default(),
        }
    }
}

impl Acknowledger {
    /// Accepts nothing in `percent` of the cycles, drawn from `seed`.
    pub fn stall(&mut self, percent: u64, seed: u64) {
        self.stall = Coin::new(percent, seed);
    }

    /// Gives no acknowledges of these from now on; they come as soon as they are no longer withheld.
    pub fn withhold(&mut self, withheld: Withheld) {
        self.withheld = withheld;
    }

    /// What it did so far.
    pub fn counts(&self) -> &ForgetCounts {
        &self.counts
    }

    /// Whether nothing is under way, acknowledges included.
    #[inline]
    pub fn is_idle(&self) -> bool {
        self.shootdown.is_none() && self.discards.is_empty()
    }

    /// Begins a cycle: what it shows.
    #[inline]
    pub fn begin(&mut self, cache: &mut Cache) -> ForgetAnswers {
        self.shown = ForgetAnswers {
            shootdown_ready: self.shootdown.is_none() && !self.stall.heads(),
            discard_ready: self.discards.len() < DISCARDS && !self.stall.heads(),
            ..ForgetAnswers::default()
        };
        if let Some(cycles) = &mut self.shootdown {
            *cycles = cycles.saturating_sub(1);
            self.shown.shootdown_done = *cycles == 0 && !self.withheld.shootdowns;
        }
        if let Some(oldest) = self.discards.front_mut() {
            oldest.cycles = oldest.cycles.saturating_sub(1);
            let mut frames = oldest.frame..oldest.frame + oldest.count;
            self.shown.discard_done = oldest.cycles == 0
                && !self.withheld.discards
                && frames.all(|frame| cache.discarded(frame));
        }
        self.shown
    }

    /// What takes place at the coming edge.
    #[inline]
    pub fn end(&mut self, seen: &ForgetRequests, tlbs: &mut [Tlb], cache: &mut Cache) {
        if self.shown.shootdown_done {
            self.shootdown = None;
        }
        if self.shown.discard_done {
            self.discards.pop_front();
        }
        if seen.shootdown_valid && self.shown.shootdown_ready {
            self.counts.shootdowns += 1;
            self.counts.pages += seen.shootdown_pages;
            let first = seen.shootdown_address / super::dram::FRAME_BYTES;
            for tlb in tlbs {
                tlb.forget(seen.shootdown_process, first, seen.shootdown_pages);
            }
            self.shootdown = Some(SHOOTDOWN_CYCLES);
        }
        if seen.discard_valid && self.shown.discard_ready {
            self.counts.discards += 1;
            self.counts.frames += seen.discard_count;
            for frame in seen.discard_frame..seen.discard_frame + seen.discard_count {
                cache.discard(frame);
            }
            self.discards.push_back(Discard {
                frame: seen.discard_frame,
                count: seen.discard_count,
                cycles: DISCARD_CYCLES,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_spread_over_all_sets() {
        // The first pages of 64 lanes, which are 2^18 pages apart: as many as there are entries.
        for entries in [128, 512, 2048] {
            let mut tlb = Tlb::new(entries);
            let pages = (0..64)
                .flat_map(|lane| (0..u64::from(entries) / 64).map(move |page| (lane << 18) | page));
            for page in pages.clone() {
                tlb.learn(0, page, page);
            }
            let kept = pages.filter(|&page| tlb.find(0, page).is_some()).count();
            assert!(kept > entries as usize * 3 / 4, "{kept} of {entries}");
        }
    }

    #[test]
    fn what_was_used_last_stays() {
        let mut tlb = Tlb::new(WAYS as u32);
        for page in 0..4 {
            tlb.learn(0, page, page + 100);
        }
        assert_eq!(tlb.find(0, 0), Some(100));
        tlb.learn(0, 4, 104);
        assert_eq!(tlb.find(0, 1), None, "used longest ago");
        assert_eq!(tlb.find(0, 0), Some(100));
        assert_eq!(tlb.find(1, 0), None, "another process");
        tlb.forget(0, 0, 1);
        tlb.learn(0, 5, 105);
        for (page, found) in [
            (0, None),
            (2, Some(102)),
            (3, Some(103)),
            (4, Some(104)),
            (5, Some(105)),
        ] {
            assert_eq!(tlb.find(0, page), found, "page {page}");
        }
    }
}
