//! Encodings of the page allocator: operations, and the states of its sequencers.

use crate::rtl::state::*;

/// What a request to the page allocator asks for.
#[derive(Copy, Clone, PartialEq, Eq, Debug, LogicState)]
pub enum PageOp {
    /// An arena of a class and context.
    AllocArena,
    /// An arena is given back.
    FreeArena,
    /// The frame of a header page.
    TranslateHeader,
    /// The frame of a page of objects, mapped if it isn't yet.
    TranslateBody,
    /// A process begins.
    Create,
    /// A process ends.
    Destroy,
    /// The operating system lends a frame.
    Push,
    /// The operating system takes a frame back.
    Take,
    /// Cached arena cursors are written to memory.
    Sync,
    /// The most frames that a process may hold.
    SetQuota,
    /// What ALLOC_ARENA would grant.
    PeekArena,
    /// The arena that a peek showed.
    ClaimArena,
}

/// What a process number stands for.
#[derive(Copy, Clone, PartialEq, Eq, Debug, LogicState)]
pub enum ProcessState {
    /// Nothing.
    Absent,
    /// A process.
    Live,
    /// A process that is being destroyed.
    Dying,
}

/// What the line unit is to do.
#[derive(Copy, Clone, PartialEq, Eq, Debug, LogicState)]
pub enum LineCommand {
    /// Read a line.
    Read,
    /// Write an empty arena's header.
    WriteHeader,
    /// Write one page-table entry.
    WriteEntry,
    /// Clear the selected page-table entries that were found valid.
    ClearEntries,
    /// Write zeros.
    WriteZero,
}

/// What the line unit does.
#[derive(Copy, Clone, PartialEq, Eq, Debug, LogicState)]
pub enum LineState {
    /// Waits for a command, and offers its address.
    Idle,
    /// Takes a read's beats.
    ReadBeats,
    /// Offers a write's beats.
    WriteBeats,
    /// Waits for a write's answer.
    WriteResponse,
}

/// How far a FREE_ARENA is.
#[derive(Copy, Clone, PartialEq, Eq, Debug, LogicState)]
pub enum FreeStage {
    /// There is none.
    Quiet,
    /// Accepted.
    Waiting,
    /// Its entries are being cleared.
    Clearing,
    /// The shoot-down is on offer.
    Shoot,
    /// The shoot-down awaits its acknowledge.
    Acknowledge,
    /// Its frames go to the pool.
    Finish,
}

/// How far a DESTROY is.
#[derive(Copy, Clone, PartialEq, Eq, Debug, LogicState)]
pub enum TearStage {
    /// There is none.
    Quiet,
    /// Accepted; waits for a FREE_ARENA to end.
    Waiting,
    /// The shoot-down is on offer.
    Shoot,
    /// The shoot-down awaits its acknowledge.
    Acknowledge,
    /// The page table is taken down.
    Scan,
    /// The last frames go to the pool.
    Drain,
}

/// What is done about the next line of a page table that is taken down.
#[derive(Copy, Clone, PartialEq, Eq, Debug, LogicState)]
pub enum TearState {
    /// A table is taken up.
    Choose,
    /// Its place is looked at.
    Look,
    /// Its line is asked for.
    Offer,
}

/// What the page allocator's engine does.
#[derive(Copy, Clone, PartialEq, Eq, Debug, LogicState)]
pub enum PageState {
    /// Waits for work.
    Idle,
    /// Judges a request.
    Begin,
    /// Waits for the arena cursor.
    Cursor,
    /// Looks for a header page.
    HeaderWalk,
    /// Reads a header.
    HeaderRead,
    /// Looks for a page of objects.
    BodyWalk,
    /// Waits until the pool has the frames.
    Reserve,
    /// Takes one.
    Pop,
    /// Offers it to the fresh-line filter.
    Grant,
    /// Writes zeros to it.
    Zero,
    /// Writes the entry that names it.
    Link,
    /// Gives a frame back that couldn't be linked.
    GiveBack,
    /// Writes a header.
    HeaderWrite,
    /// Reads a line of entries of an arena that is given back.
    ClearRead,
    /// Clears them.
    ClearWrite,
    /// Hands their frames over.
    ClearScan,
    /// Goes to the next line of them.
    ClearStep,
    /// Links a released arena in front of the others.
    Settle,
    /// Asks whether a descriptor's frames are lent.
    LentCheck,
    /// Marks frames lent.
    LentSet,
    /// Marks frames not lent.
    LentClear,
    /// Hands a pushed frame over.
    PushFrame,
    /// Writes cursors to memory.
    Sync,
    /// Forgets what is cached of a dying process.
    TearDrop,
    /// Ends a process.
    TearEnd,
    /// Offers the answer.
    Answer,
}

/// What the page walker does.
#[derive(Copy, Clone, PartialEq, Eq, Debug, LogicState)]
pub enum WalkState {
    /// Looks into the walk cache.
    Look,
    /// Reads a level's entry.
    Read,
}
