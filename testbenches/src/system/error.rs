//! [`SystemError`]: what can go wrong in a bench of the whole system.

use super::cache::DataFault;
use crate::lock_step::Operation;
use memento_sim::trace::TraceError;
use memento_sim::{Arena, Difference, Imbalance, Response, Served, Status, Unserved};
use std::fmt;

/// A response that isn't the model's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SystemMismatch {
    /// Core that answered.
    pub core: usize,
    /// Number of the operation among those issued on it, from 0.
    pub operation: u64,
    /// What was asked.
    pub request: Operation,
    /// What the model answers.
    pub expected: Response,
    /// Status code that came.
    pub status: u8,
    /// Value that came.
    pub value: u64,
    /// Cycle in which the response was taken.
    pub cycle: u64,
}

impl fmt::Display for SystemMismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Status::from_code(self.status).map_or("reserved", Status::name);
        write!(
            f,
            "core {}, operation {}, {}: expected {} {:#x}, got {name} (code {}) {:#x} at cycle {}",
            self.core,
            self.operation,
            self.request,
            self.expected.status,
            self.expected.value,
            self.status,
            self.value,
            self.cycle
        )
    }
}

/// The page allocator's answer about an arena isn't the model's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ArenaMismatch {
    /// What was asked.
    pub op: &'static str,
    /// Core that asked.
    pub core: usize,
    /// Process.
    pub process: u32,
    /// The arena that the answer names.
    pub arena: Arena,
    /// Status code that came.
    pub status: u8,
    /// The model's answer; `None`: no operation asks for it.
    pub expected: Option<Served>,
    /// Cycle of the answer.
    pub cycle: u64,
}

impl fmt::Display for ArenaMismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = |code| Status::from_code(code).map_or("reserved", Status::name);
        write!(f, "core {}, {}: expected ", self.core, self.op)?;
        match self.expected {
            None => write!(f, "none")?,
            Some(expected) => {
                write!(f, "{} of process {}", expected.status, expected.process)?;
                if let Some(arena) = expected.arena {
                    write!(f, ", {arena:?}")?;
                }
            }
        }
        write!(
            f,
            ", got {} (code {}) of process {}, {:?} at cycle {}",
            name(self.status),
            self.status,
            self.process,
            self.arena,
            self.cycle
        )
    }
}

/// A bench of the whole system that ended before its time.
#[derive(Debug, thiserror::Error)]
pub enum SystemError {
    /// The hardware answered otherwise than the model.
    #[error("{0}")]
    Mismatch(Box<SystemMismatch>),
    /// A response that nothing was asked for, or that comes before the operation takes effect.
    #[error(
        "core {core}: a response (status code {status}, value {value:#x}) at cycle {cycle}, but {why}"
    )]
    Unasked {
        /// Core that answered.
        core: usize,
        /// Status code that came.
        status: u8,
        /// Value that came.
        value: u64,
        /// Cycle in which it was taken.
        cycle: u64,
        /// What is wrong with it.
        why: &'static str,
    },
    /// Something takes effect that nothing was asked for.
    #[error("core {core} at cycle {cycle}: {why}")]
    Effect {
        /// The core.
        core: usize,
        /// What is wrong.
        why: &'static str,
        /// Cycle in which it showed.
        cycle: u64,
    },
    /// The page allocator answered otherwise than the model.
    #[error("{0}")]
    Arena(Box<ArenaMismatch>),
    /// Arenas were granted that no operation needs, or the other way round.
    #[error(transparent)]
    Unserved(#[from] Unserved),
    /// More frames reach the pool than were given back.
    #[error(
        "a frame reaches the pool at cycle {cycle}, and {on_their_way} that were given back are on their way"
    )]
    Returned {
        /// Frames on their way, by the model.
        on_their_way: u64,
        /// Cycle in which it showed.
        cycle: u64,
    },
    /// Nothing happened for too long.
    #[error("no progress for {waited} cycles, up to cycle {cycle}: {what}")]
    Hang {
        /// Cycle at which patience ended.
        cycle: u64,
        /// Cycles waited.
        waited: u64,
        /// What is waited for.
        what: String,
    },
    /// Data are not what they must be.
    #[error(
        "{} at physical address {:#x} is {:#x}, should be {:#x}, up to cycle {cycle}",
        if fault.filled { "memory delivered what nobody wrote: the word" } else { "the program read what it did not write: the word" },
        fault.address, fault.got, fault.expected
    )]
    Data {
        /// What is wrong.
        fault: DataFault,
        /// Cycle in which it showed.
        cycle: u64,
    },
    /// A translation isn't the model's.
    #[error(
        "core {core}: translation of {address:#x} of process {process}: expected {expected}, got status code {status} at cycle {cycle}"
    )]
    Translation {
        /// Core whose host asked.
        core: usize,
        /// Process.
        process: u32,
        /// Virtual address.
        address: u64,
        /// The model's answer.
        expected: Status,
        /// Status code that came.
        status: u8,
        /// Cycle in which it came.
        cycle: u64,
    },
    /// Two pages share a frame, or the permissions are not those of a page of objects.
    #[error(
        "core {core}: translation of {address:#x} of process {process} to frame {frame:#x}: {why}"
    )]
    Frame {
        /// Core whose host asked.
        core: usize,
        /// Process.
        process: u32,
        /// Virtual address.
        address: u64,
        /// Frame that came.
        frame: u64,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A command ended otherwise than in the model.
    #[error("{command}: expected {expected}, got status code {status} at cycle {cycle}")]
    Command {
        /// The command.
        command: String,
        /// The model's status.
        expected: String,
        /// Status code that came.
        status: u8,
        /// Cycle in which it came.
        cycle: u64,
    },
    /// The registers refused an access.
    #[error("the register at {address:#x} refused an access")]
    Register {
        /// Byte address.
        address: u32,
    },
    /// A frame was granted that was not in the pool, or came back that was there.
    #[error("frame {frame:#x} {}, but it {why}, at cycle {cycle}", if *fresh { "was granted" } else { "came back to the pool" })]
    Grant {
        /// The frame.
        frame: u64,
        /// Granted; else back in the pool.
        fresh: bool,
        /// What is wrong with it.
        why: &'static str,
        /// Cycle in which it was accepted.
        cycle: u64,
    },
    /// A rule of a bus is broken.
    #[error("{bus} at cycle {cycle}: {why}")]
    Protocol {
        /// The bus.
        bus: &'static str,
        /// The rule, and what breaks it.
        why: String,
        /// Cycle in which it showed.
        cycle: u64,
    },
    /// A hardware counter that isn't the model's.
    #[error("counter {name} of {of}: hardware counts {got}, the model {expected}")]
    Counter {
        /// Whose.
        of: String,
        /// Name of the counter.
        name: &'static str,
        /// The model's count.
        expected: u64,
        /// The hardware's count.
        got: u64,
    },
    /// Memory isn't the model's.
    #[error(transparent)]
    Difference(#[from] Difference),
    /// The model itself is out of balance.
    #[error(transparent)]
    Imbalance(#[from] Imbalance),
    /// The configuration has no transaction number for the cache.
    #[error(
        "bypass.id_bits = {id_bits} leaves no AXI ID for the cache beside {cores} cores and the page allocator"
    )]
    NoIds {
        /// Width of an ID.
        id_bits: u32,
        /// Cores.
        cores: u32,
    },
    /// The memory is too small for descriptors, the table of masks, and a frame to lend.
    #[error(
        "memory.bytes = {bytes:#x} leaves no frame to lend beside descriptors and the table of masks"
    )]
    NoFrames {
        /// Bytes of the memory.
        bytes: u64,
    },
    /// The recording can't be read on.
    #[error(transparent)]
    Trace(#[from] TraceError),
    /// The design can't be emitted.
    #[error(transparent)]
    Emit(#[from] memento_hdl::verilog::EmitErrors),
    /// Verilator or its model failed.
    #[error(transparent)]
    Verilator(#[from] verilator_bindings::Error),
}
