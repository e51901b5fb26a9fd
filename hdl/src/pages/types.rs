//! Encodings: causes of memory accesses and the states of the sequencers.

use crate::rtl::state::*;

/// Width of the cause of a memory access.
pub const CAUSE_BITS: usize = 3;
/// Cause of a memory access: an arena header.
pub const CAUSE_HEADER: usize = 0;
/// Cause of a memory access: a page table.
pub const CAUSE_PAGE_TABLE: usize = 1;
/// Cause of a memory access: an arena cursor in a process descriptor.
pub const CAUSE_RECORD: usize = 2;
/// Cause of a memory access: the list of free frames.
pub const CAUSE_POOL_LIST: usize = 3;
/// Cause of a memory access: a page that is made to read as zero.
pub const CAUSE_ZEROING: usize = 4;
/// Lines that one client of the AXI4 manager may have asked for and not received, a power of two.
pub const READS_IN_FLIGHT: usize = 4;

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

/// How far a write of the line switch is.
#[derive(Copy, Clone, PartialEq, Eq, Debug, LogicState)]
pub enum WriteState {
    /// None is under way, or one is offered for the first time.
    Idle,
    /// Its address is offered.
    Offer,
    /// Its beats move, or its answer is awaited.
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
