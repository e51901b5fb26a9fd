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

/// How far an order to the page allocator is.
#[derive(Copy, Clone, PartialEq, Eq, Debug, LogicState)]
pub enum RequestState {
    /// None is under way.
    Idle,
    /// It begins.
    Begin,
    /// It is under way.
    Busy,
}

/// What is done about an arena that is granted.
#[derive(Copy, Clone, PartialEq, Eq, Debug, LogicState)]
pub enum GrantState {
    /// Nothing.
    Idle,
    /// Waits for the cursor.
    Cursor,
    /// Looks for the header's page.
    Walk,
    /// Reads the header.
    Read,
    /// Maps its page.
    Map,
    /// Writes the header.
    Write,
    /// Offers the answer.
    Answer,
}

/// What is done about a translation.
#[derive(Copy, Clone, PartialEq, Eq, Debug, LogicState)]
pub enum TranslateState {
    /// Nothing.
    Idle,
    /// Looks for a page of objects.
    Body,
    /// Looks for the header's page.
    Header,
    /// Reads the header.
    Read,
    /// Is about to read it again.
    Again,
    /// Maps the page of objects.
    Map,
    /// Offers the answer.
    Answer,
}

/// What is done about an arena that is given back.
#[derive(Copy, Clone, PartialEq, Eq, Debug, LogicState)]
pub enum ReturnState {
    /// Nothing.
    Idle,
    /// Waits for the cursor.
    Cursor,
    /// Looks for the header's page.
    Header,
    /// Reads the header.
    Read,
    /// Looks for the arena's first page.
    Body,
    /// Its entries are cleared.
    Clear,
    /// Writes the header.
    Write,
    /// Links the number in front of the released ones.
    Settle,
    /// Offers the answer.
    Answer,
}

/// What is done about entries that are cleared.
#[derive(Copy, Clone, PartialEq, Eq, Debug, LogicState)]
pub enum ClearState {
    /// Nothing.
    Idle,
    /// Reads a line.
    Read,
    /// Clears its entries.
    Write,
    /// Hands their frames over.
    Hand,
}

/// What is done about a page that is mapped.
#[derive(Copy, Clone, PartialEq, Eq, Debug, LogicState)]
pub enum MapState {
    /// Nothing, or waits until the pool has the frames.
    Idle,
    /// Takes one.
    Pop,
    /// Makes it read as zero.
    Zero,
    /// Writes the entry that names it.
    Link,
    /// Gives it back, as it couldn't be linked.
    Back,
}

/// What is done about a process.
#[derive(Copy, Clone, PartialEq, Eq, Debug, LogicState)]
pub enum StepState {
    /// Nothing.
    Idle,
    /// Asks whether a descriptor's frames are lent.
    Check,
    /// Makes them read as zero.
    Zero,
    /// Marks them lent.
    Lend,
    /// Forgets what is cached of the process.
    Drop,
    /// Marks the descriptor's frames not lent.
    Release,
    /// Writes cursors to memory.
    Sync,
    /// Offers the answer.
    Answer,
}

/// What is done about a frame that is lent or taken back.
#[derive(Copy, Clone, PartialEq, Eq, Debug, LogicState)]
pub enum LendState {
    /// Nothing.
    Idle,
    /// Marks it lent.
    Lend,
    /// Hands it over.
    Hand,
    /// Takes one from the pool.
    Take,
    /// Marks it not lent.
    Release,
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
