//! The states of the filter's sequencers.

use crate::rtl::state::*;

/// What the fresh table does.
#[derive(Copy, Clone, PartialEq, Eq, Debug, LogicState)]
pub enum TableState {
    /// Clears itself after reset.
    Sweep,
    /// Takes the next grant or fetch.
    Idle,
    /// Reads the spilled bits of a frame's group.
    Look,
    /// Finds a way for it.
    Choose,
    /// Offers a victim's masks to memory.
    Spill,
    /// Waits until they are written.
    SpillWait,
    /// Reads the victim's spilled bits.
    Recall,
    /// Notes there what was spilled, and removes the victim.
    Leave,
    /// Asks memory for a group's masks.
    Fetch,
    /// Takes them.
    FetchWait,
    /// Notes them as held.
    Enter,
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
    /// Takes a victim's masks.
    Gather,
    /// Offers the address of their line.
    OwnAddress,
    /// Offers its beats.
    OwnBeats,
}
