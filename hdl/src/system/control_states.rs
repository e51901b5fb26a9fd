//! Encodings: states of the sequencers behind the registers.

use crate::rtl::state::*;

/// What the AXI4-Lite subordinate does.
#[derive(Copy, Clone, PartialEq, Eq, Debug, LogicState)]
pub enum AxiLiteState {
    /// Waits for an access; carries out a write.
    Idle,
    /// A read's address is on its way to what it selects.
    Settle,
    /// Takes what is read.
    Take,
}

/// What the command unit does.
#[derive(Copy, Clone, PartialEq, Eq, Debug, LogicState)]
pub enum CommandState {
    /// Clears the table of processes after reset.
    Sweep,
    /// Waits for a command.
    Idle,
    /// Judges it.
    Judge,
    /// DESTROY: looks for a core that runs the process.
    Find,
    /// Offers a switch to a core.
    Switch,
    /// Waits for its answer.
    SwitchAnswer,
    /// Offers a request to the page allocator.
    Page,
    /// Waits for its answer.
    PageAnswer,
    /// Answers the command.
    Done,
}

/// What a core is asked for.
#[derive(Copy, Clone, PartialEq, Eq, Debug, LogicState)]
pub enum SwitchOp {
    /// A context runs from now on.
    Attach,
    /// The context that runs is saved.
    Detach,
    /// The context that runs is dropped; nothing of it is written.
    Discard,
}

/// What the page allocator is asked for.
#[derive(Copy, Clone, PartialEq, Eq, Debug, LogicState)]
pub enum PageOp {
    /// An arena for a class and context.
    AllocArena,
    /// An arena back.
    FreeArena,
    /// Where a header is.
    TranslateHeader,
    /// Where a page of an arena's objects is.
    TranslateBody,
    /// A process begins.
    Create,
    /// A process ends.
    Destroy,
    /// A frame is lent.
    Push,
    /// A frame is taken back.
    Take,
    /// Cursors are written back.
    Sync,
    /// The frames that a process may use.
    SetQuota,
}
