//! Encodings: causes of memory accesses and the states of the sequencers.

use crate::rtl::state::*;

/// Width of the cause of a memory access.
pub const CAUSE_BITS: usize = 3;
/// Cause of a memory access: an arena cursor in a process descriptor.
pub const CAUSE_RECORD: usize = 2;
/// Cause of a memory access: the list of free frames.
pub const CAUSE_POOL_LIST: usize = 3;

/// What the pool does beside pushes and pops.
#[derive(Copy, Clone, PartialEq, Eq, Debug, LogicState)]
pub enum PoolState {
    /// Neither many frames on chip nor few.
    Idle,
    /// Spill: takes frames from the queue.
    Gather,
    /// Spill: offers the write's address.
    WriteRequest,
    /// Spill: offers the write's beats.
    WriteBeats,
    /// Spill: waits for the write's answer.
    WriteResponse,
    /// Refill: offers the read's address.
    ReadRequest,
    /// Refill: takes the read's beats.
    ReadBeats,
    /// Puts frames into the queue.
    Scatter,
}

/// What is done with a frame that is given back.
#[derive(Copy, Clone, PartialEq, Eq, Debug, LogicState)]
pub enum ReturnState {
    /// Waits for a run whose discard is done.
    Wait,
    /// The bypass forgets a frame.
    Drop,
    /// The pool takes it.
    Push,
}

/// How far a shoot-down is.
#[derive(Copy, Clone, PartialEq, Eq, Debug, LogicState)]
pub enum ShootState {
    /// None is under way.
    Idle,
    /// Offered to the hosts.
    Offer,
    /// The hosts forget the range.
    Wait,
}

/// What the arena cursors do.
#[derive(Copy, Clone, PartialEq, Eq, Debug, LogicState)]
pub enum CursorState {
    /// Clears the entries after reset.
    Sweep,
    /// Looks up.
    LookUp,
    /// Offers a write-back's address.
    WriteRequest,
    /// Offers its beats.
    WriteBeats,
    /// Waits for its answer.
    WriteResponse,
    /// Offers a fill's address.
    ReadRequest,
    /// Takes its beats.
    ReadBeats,
    /// Makes an entry the claimed line's, with no cursor yet.
    Empty,
    /// Forgets a process's entries.
    Drop,
    /// Looks for dirty entries.
    Sync,
}

/// What the walk cache does.
#[derive(Copy, Clone, PartialEq, Eq, Debug, LogicState)]
pub enum WalkState {
    /// Clears its entries after reset.
    Sweep,
    /// Looks up.
    LookUp,
    /// Forgets a process's entries.
    Drop,
}

/// How far a read or a write of the switch is.
#[derive(Copy, Clone, PartialEq, Eq, Debug, LogicState)]
pub enum LineState {
    /// None is under way.
    Idle,
    /// Its address is offered.
    Offer,
    /// Its beats move.
    Beats,
}

/// What the frame map does.
#[derive(Copy, Clone, PartialEq, Eq, Debug, LogicState)]
pub enum MapState {
    /// Clears the map after reset.
    Sweep,
    /// Waits for an access.
    Idle,
    /// The word is there.
    Answer,
}
