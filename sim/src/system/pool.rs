//! The frames that the operating system has lent.

use super::serving::Serving;
use rustc_hash::{FxHashMap, FxHashSet};

/// First frame that the model uses, the others follow: 1 MiB, so that no line's address is near 0 and a stray null
/// pointer shows.
const FIRST_FRAME: u64 = 0x100;

/// Frames, numbered by the model itself: one on loan, whichever it is, is as good as another.
#[derive(Clone, Debug)]
pub(crate) struct Pool {
    /// In the pool; the last is the next to be granted.
    pub(crate) free: Vec<u64>,
    /// On their way to the pool.
    pub(crate) reclaimed: Vec<u64>,
    /// Numbers used before, none of them on loan now.
    spare: Vec<u64>,
    next: u64,
    /// First frames of blocks for descriptors, used before.
    blocks: Vec<u64>,
    /// Frames on loan: pushed and not taken.
    pub(crate) loan: u64,
    /// The operating system's numbers of the frames on loan or in descriptors.
    pub(crate) lent: FxHashSet<u64>,
    /// The hardware's numbers of granted frames, as far as they were seen, by the model's; and the other way round.
    adopted: (FxHashMap<u64, u64>, FxHashMap<u64, u64>),
}

impl Pool {
    pub(crate) fn new() -> Self {
        Pool {
            free: Vec::new(),
            reclaimed: Vec::new(),
            spare: Vec::new(),
            next: FIRST_FRAME,
            blocks: Vec::new(),
            loan: 0,
            lent: FxHashSet::default(),
            adopted: (FxHashMap::default(), FxHashMap::default()),
        }
    }

    pub(crate) fn level(&self) -> u64 {
        self.free.len() as u64
    }

    /// A frame of the operating system's arrives.
    pub(crate) fn lend(&mut self, serving: Serving) {
        let frame = self.spare.pop().unwrap_or_else(|| {
            self.next += 1;
            self.next - 1
        });
        self.loan += 1;
        self.give_back(frame, serving);
    }

    /// A frame of the pool goes back to the operating system.
    pub(crate) fn return_one(&mut self) -> bool {
        match self.free.pop() {
            Some(frame) => {
                self.spare.push(frame);
                self.loan -= 1;
                true
            }
            None => false,
        }
    }

    /// The hardware was seen to use one of its frames where the model uses one of its own. Whether that agrees with what
    /// was seen before, and the frame was lent.
    pub(crate) fn adopt(&mut self, model: u64, hardware: u64) -> bool {
        let agrees = self.lent.contains(&hardware) && self.agrees(model, hardware);
        if agrees {
            self.adopted.0.insert(model, hardware);
            self.adopted.1.insert(hardware, model);
        }
        agrees
    }

    /// Whether neither frame was seen with another one.
    pub(crate) fn agrees(&self, model: u64, hardware: u64) -> bool {
        let (by_model, by_hardware) = &self.adopted;
        by_model.get(&model).is_none_or(|seen| *seen == hardware)
            && by_hardware.get(&hardware).is_none_or(|seen| *seen == model)
    }

    /// A granted frame is granted no longer.
    pub(crate) fn give_back(&mut self, frame: u64, serving: Serving) {
        if let Some(hardware) = self.adopted.0.remove(&frame) {
            self.adopted.1.remove(&hardware);
        }
        match serving {
            Serving::AtOnce => self.free.push(frame),
            Serving::Observed => self.reclaimed.push(frame),
        }
    }

    /// Contiguous frames for a descriptor, which the pool never has.
    pub(crate) fn block(&mut self, frames: u64) -> u64 {
        self.blocks.pop().unwrap_or_else(|| {
            self.next += frames;
            self.next - frames
        })
    }

    /// All blocks have the same size.
    pub(crate) fn return_block(&mut self, first: u64) {
        self.blocks.push(first);
    }
}
