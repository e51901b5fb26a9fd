//! The states of the self-test's sequencers.

use crate::rtl::state::*;

/// What the self-test does.
#[derive(Copy, Clone, PartialEq, Eq, Debug, LogicState)]
pub enum TestState {
    /// Asks for the context to be attached.
    Attach,
    /// Waits until it is.
    Attaching,
    /// The program runs.
    Run,
    /// Its answers are gone over.
    Check,
    /// What came of it is told, again and again.
    Tell,
}

/// What the page grants do.
#[derive(Copy, Clone, PartialEq, Eq, Debug, LogicState)]
pub enum GrantState {
    /// Makes every lane new.
    Sweep,
    /// Takes the next request.
    Idle,
    /// Looks where the lane stands.
    Look,
    /// Decides on the arena.
    Grant,
    /// Offers the arena.
    GrantAnswer,
    /// Answers a claim.
    ClaimAnswer,
    /// Puts an arena ahead of those released.
    Release,
    /// Answers that.
    ReleaseAnswer,
    /// Answers a translation.
    TranslateAnswer,
}

/// What the header store does.
#[derive(Copy, Clone, PartialEq, Eq, Debug, LogicState)]
pub enum StoreState {
    /// Takes the next request.
    Idle,
    /// Offers beats.
    Read,
    /// Takes beats.
    Write,
    /// Answers a write.
    WriteAnswer,
}

/// What the checker does.
#[derive(Copy, Clone, PartialEq, Eq, Debug, LogicState)]
pub enum CheckState {
    /// Makes every slot free.
    Clear,
    /// Waits for the program's end.
    Wait,
    /// Looks an operation up, and its answer.
    Fetch,
    /// Sees what it was.
    Entry,
    /// Takes the address that was freed.
    Target,
    /// Takes the address apart.
    Unpack,
    /// Brings the arena's number to its place.
    Align,
    /// Divides the offset by the size, a bit a cycle.
    Divide,
    /// Looks the slot up.
    Look,
    /// Decides whether the answer is one that could be given.
    Decide,
    /// Is done.
    Done,
}

/// What the report does.
#[derive(Copy, Clone, PartialEq, Eq, Debug, LogicState)]
pub enum ReportState {
    /// Waits for something to tell.
    Idle,
    /// Looks a character up.
    Fetch,
    /// Sends it.
    Send,
    /// Waits before it tells it again.
    Pause,
}
