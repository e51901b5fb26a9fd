//! Encodings: operations, status codes and the states of the sequencers.

use crate::rtl::state::*;

/// What a request asks for.
#[derive(Copy, Clone, PartialEq, Eq, Debug, LogicState)]
pub enum Op {
    /// obj-alloc; the operand is a size in bytes.
    Alloc,
    /// obj-free; the operand is an address.
    Free,
}

/// The answer to a request; the codes are part of the contract.
#[derive(Copy, Clone, PartialEq, Eq, Debug, LogicState)]
pub enum Status {
    /// 0: done.
    Ok,
    /// 1: larger than the largest class.
    TooLarge,
    /// 2: no arena to be had.
    NoMemory,
    /// 3: not an address of the region.
    NotInRegion,
    /// 4: not the start of a slot, or of an arena that isn't in use.
    BadPointer,
    /// 5: the slot is free already.
    DoubleFree,
    /// 6: the arena belongs to another context.
    ForeignContext,
    /// 7: a header that can't be trusted.
    CorruptHeader,
    /// 8: the allocator is switched off.
    NotEnabled,
    /// 9: the memory reported an error.
    BusError,
}

/// What a context switch is to do.
#[derive(Copy, Clone, PartialEq, Eq, Debug, LogicState)]
pub enum SwitchOp {
    /// 0: a context runs from now on.
    Attach,
    /// 1: the context that runs is saved.
    Detach,
    /// 2: the context that runs is dropped; nothing of it is written.
    Discard,
}

/// What the list engine is asked for.
#[derive(Copy, Clone, PartialEq, Eq, Debug, LogicState)]
pub enum MissKind {
    /// A free outside the object table.
    Free,
    /// An arena with free slots for a class.
    Refill,
    /// The record of a class that isn't known since the context was attached, and its arena.
    Load,
    /// What is left to write once a class's standby has displaced its full arena.
    Displace,
}

/// What the unit does.
#[derive(Copy, Clone, PartialEq, Eq, Debug, LogicState)]
pub enum HeaderState {
    /// Waits for a command.
    Idle,
    /// Offers a read's address.
    ReadRequest,
    /// Takes a read's beats.
    ReadBeats,
    /// Offers a write's address.
    WriteRequest,
    /// Offers a write's beats.
    WriteBeats,
    /// Waits for a write's answer.
    WriteResponse,
}

/// What the cache does.
#[derive(Copy, Clone, PartialEq, Eq, Debug, LogicState)]
pub enum TranslationState {
    /// Clears its entries after reset.
    Sweep,
    /// Looks up.
    LookUp,
    /// Asks the page allocator.
    Request,
    /// Waits for its answer.
    Answer,
}

/// What the cache does.
#[derive(Copy, Clone, PartialEq, Eq, Debug, LogicState)]
pub enum CacheState {
    /// Clears its entries.
    Sweep,
    /// Looks up.
    LookUp,
    /// Offers memory a read's address.
    Ask,
    /// Passes a read's beats on.
    Fill,
    /// Gives a read's beats.
    Hit,
}

/// What the engine does.
#[derive(Copy, Clone, PartialEq, Eq, Debug, LogicState)]
pub enum EngineState {
    /// Marks every entry of the object table invalid after reset.
    Sweep,
    /// Waits for a miss.
    Idle,
    /// The class's entry arrives.
    LoadEntry,
    /// Reads the class's record.
    ReadRecord,
    /// Judges it.
    CheckRecord,
    /// Asks where a header is.
    Locate,
    /// Reads it, and judges what follows.
    Read,
    /// Clears a slot's bit in a header at hand.
    Clear,
    /// Waits until memory has what was written, to judge once more.
    Settle,
    /// Writes the previous neighbour of a released arena.
    WritePrev,
    /// Writes the next neighbour of a released arena, or the new head of a list.
    WriteNext,
    /// Writes the old head of a list.
    WriteHead,
    /// Writes the arena that the free belongs to.
    WriteSelf,
    /// Writes the full arena that leaves the object table.
    WriteDisplaced,
    /// Offers FREE_ARENA.
    FreeArenaRequest,
    /// Waits for its answer.
    FreeArenaAnswer,
    /// Offers ALLOC_ARENA.
    AllocArenaRequest,
    /// Waits for its answer.
    AllocArenaAnswer,
    /// Puts an arena's words into the object table.
    InstallWords,
    /// Puts its tag there.
    InstallTag,
    /// Keeps it as the class's standby.
    KeepStandby,
    /// Keeps the class's entry.
    Store,
    /// Gives the answer.
    Answer,
}

/// What the unit does.
#[derive(Copy, Clone, PartialEq, Eq, Debug, LogicState)]
pub enum PlainState {
    /// Asks for the beat of the slot's bit, once there is a free.
    Idle,
    /// It arrives.
    Bitmap,
    /// The beat of the count arrives.
    Count,
    /// Writes that, and has the line written to memory.
    Put,
}

/// What the unit does.
#[derive(Copy, Clone, PartialEq, Eq, Debug, LogicState)]
pub enum ForwardState {
    /// Offers the oldest free, if there is one.
    Request,
    /// Waits for its answer.
    Answer,
    /// Offers the answer to the response queue.
    Offer,
}

/// What the engine does.
#[derive(Copy, Clone, PartialEq, Eq, Debug, LogicState)]
pub enum ContextState {
    /// Waits for a switch.
    Idle,
    /// Waits for the host's operations.
    FinishHost,
    /// Waits for the inbox's.
    FinishInbox,
    /// Has every class forgotten.
    Forget,
    /// Reads the mailbox.
    ReadMailbox,
    /// Takes its address.
    MailboxArray,
    /// Takes its count.
    MailboxCount,
    /// Reads a line of addresses.
    ReadAddresses,
    /// Has them freed.
    Drain,
    /// Clears the count.
    EmptyMailbox,
    /// Writes it.
    WriteMailbox,
    /// Waits until every class is forgotten.
    Serve,
    /// The first class's entry arrives.
    FirstEntry,
    /// Judges an entry and notes its record.
    Judge,
    /// A word of its bitmap arrives.
    Fetch,
    /// Adds it to the beat.
    Collect,
    /// Puts a beat of its header into the buffer.
    Compose,
    /// Writes the header.
    WriteHeader,
    /// Goes on to the next class.
    Advance,
    /// Writes a line of records.
    WriteRecords,
    /// Offers the answer.
    Answer,
}

/// Which header is being fetched, and so what is judged.
#[derive(Copy, Clone, PartialEq, Eq, Debug, LogicState)]
pub enum EngineStep {
    /// The arena that a free belongs to.
    FreeSelf,
    /// Its previous neighbour, for a release.
    FreePrev,
    /// Its next neighbour, for a release.
    FreeNext,
    /// The head of the list, for a push.
    PushHead,
    /// The head of the list, for a pop.
    PopHead,
    /// The arena behind the head, for a pop.
    PopNext,
    /// The list's new head, after a standby that was its head has been taken.
    NewHead,
    /// The arena that a record names, for a load.
    LoadSelf,
}
