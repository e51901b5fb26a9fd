//! The states of the filter's sequencers.

use crate::rtl::state::*;

/// What the fresh table does.
#[derive(Copy, Clone, PartialEq, Eq, Debug, LogicState)]
pub enum TableState {
    /// Clears itself after reset.
    Sweep,
    /// Takes the next grant or fetch.
    Idle,
    /// Finds a way for a frame.
    Choose,
    /// Offers a victim's mask to memory.
    Spill,
    /// Waits until it is written.
    SpillWait,
    /// Asks memory for a mask.
    Fetch,
    /// Waits for it.
    FetchWait,
}

/// What the write path does beside passing bursts on.
#[derive(Copy, Clone, PartialEq, Eq, Debug, LogicState)]
pub enum WriteState {
    /// Passes bursts on.
    Pass,
    /// Takes the beats of a partial write of a fresh line.
    Collect,
    /// Offers the address of the merged line.
    MergedAddress,
    /// Offers its beats.
    MergedBeats,
    /// Drops the beats of a refused burst.
    Swallow,
    /// Answers it.
    Refuse,
    /// Offers the address of a spilled mask.
    OwnAddress,
    /// Offers the mask.
    OwnBeat,
}
