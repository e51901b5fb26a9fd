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
