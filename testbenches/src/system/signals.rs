//! What a bench drives at memento_system and memento_bypass, and what it sees there.

use super::axi::{Manager, Subordinate};
use super::host::ForgetAnswers;
use super::registers::LiteManager;

/// Most cores of a configuration.
pub const MAX_CORES: usize = 8;

/// What a bench drives at one core and its host.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CoreInputs {
    /// A request is there.
    pub request_valid: bool,
    /// It is a free; else an allocation.
    pub request_free: bool,
    /// Size in bytes, or address.
    pub request_operand: u64,
    /// The response is taken.
    pub response_ready: bool,
    /// An address is asked about.
    pub translate_valid: bool,
    /// Of this process.
    pub translate_process: u32,
    /// The address.
    pub translate_address: u64,
    /// The answer isn't taken.
    pub translate_stalled: bool,
}

/// What a bench drives at memento_system in a cycle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SystemInputs {
    /// By core.
    pub cores: [CoreInputs; MAX_CORES],
    /// Behind its AXI4 bus.
    pub memory: Subordinate,
    /// Behind its shoot-down and discard ports.
    pub forget: ForgetAnswers,
    /// A grant is accepted.
    pub grant_ready: bool,
    /// At its registers.
    pub lite: LiteManager,
    /// Count of the bypass's counter that is selected.
    pub bypass_counter_value: u64,
    /// Parts of the bypass that have found an on-chip word wrong, a bit each.
    pub bypass_stopped: u32,
}

/// What the bypass gets of a grant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Grant {
    /// A frame changes hands.
    pub valid: bool,
    /// Its number.
    pub frame: u64,
    /// All its lines read as zero; else it is back in the pool.
    pub fresh: bool,
}

/// A core's response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CoreResponse {
    /// Status code.
    pub status: u8,
    /// Address, or 0.
    pub value: u64,
}

/// An answer to a host's translation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Translated {
    /// Status code.
    pub status: u8,
    /// Frame number.
    pub frame: u64,
    /// Readable, writable, by user code: bits 0, 1, 2.
    pub permissions: u8,
}

/// Which operation of a core takes effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Commit {
    /// The core's own, which is next.
    Own,
    /// A free of its inbox.
    Inbox {
        /// The core whose free it is.
        source: usize,
    },
}

/// What the page allocator's trace says of frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageFrames {
    /// Frames are decided on for the request whose record is next.
    pub decided: bool,
    /// A frame reaches the pool.
    pub returned: bool,
}

/// A record of the page allocator's trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageRecord {
    /// Code of the operation.
    pub op: u32,
    /// Who asked.
    pub source: u32,
    /// Process.
    pub process: u32,
    /// Class.
    pub class: u32,
    /// Context.
    pub context: u32,
    /// Arena.
    pub arena: u32,
    /// Physical address.
    pub address: u64,
    /// Status code.
    pub status: u8,
}

/// What a bench drives at memento_bypass in a cycle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BypassInputs {
    /// On the caches' side.
    pub caches: Manager,
    /// On memory's side.
    pub memory: Subordinate,
    /// From the page allocator.
    pub grant: Grant,
}

impl BypassInputs {
    /// Whether anything is there that it has to look at.
    #[inline]
    pub fn any_valid(&self) -> bool {
        self.caches.asks() | self.memory.answers() | self.grant.valid
    }
}
