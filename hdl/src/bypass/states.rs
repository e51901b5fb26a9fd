//! The states of the filter's sequencers.

use crate::rtl::state::*;

/// What the fresh table does.
#[derive(Copy, Clone, PartialEq, Eq, Debug, LogicState)]
pub enum TableState {
    /// Clears itself after reset.
    Sweep,
    /// Takes the next grant, or frame whose mask is to be held.
    Idle,
    /// Grants, or finds a place for the mask.
    Choose,
    /// Sees whether the victim may leave, and how.
    Weigh,
    /// Waits until memory's masks can be gathered.
    Spill,
    /// Gathers the victim's mask and changed ones of its group.
    Gather,
    /// Waits until they are written.
    SpillWait,
    /// Notes again that they differ from memory, which failed to take them.
    Restore,
    /// Passes over the victim.
    Skip,
    /// Removes the victim.
    Leave,
    /// Asks memory for a mask.
    Fetch,
    /// Takes it.
    FetchWait,
    /// Puts a mask into its place.
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
    /// Takes the masks that are spilled.
    Gather,
    /// Offers the address of their line.
    OwnAddress,
    /// Offers its beats.
    OwnBeats,
}
