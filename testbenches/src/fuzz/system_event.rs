//! [`SystemEvent`]: what happens to the whole system, and [`SystemAround`]: in which surroundings.

use crate::lock_step::Issue;
use crate::system::cache::CacheShape;
use crate::system::dram::DramTiming;
use crate::system::machine::Surroundings;
use serde::{Deserialize, Serialize};
use std::fmt;

/// One thing that a program does, or an operating system. An actor is a context of a process with a program of its own:
/// its steps follow each other on whatever core runs it, the operating system's events follow each other beside them. Any
/// part of a list of events can be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum SystemEvent {
    /// A step of a program.
    Step {
        /// Whose.
        actor: u32,
        /// What it does.
        step: ActorStep,
    },
    /// The operating system lets cycles pass.
    Pass {
        /// How many.
        cycles: u32,
    },
    /// Gives a core to the actor that waits longest.
    Switch {
        /// The core.
        core: u32,
    },
    /// Lends frames, as far as there are any.
    Lend {
        /// How many.
        frames: u32,
    },
    /// Takes a frame back, if the pool has one.
    Take,
    /// Limits a process to what it has and a few frames more.
    Quota {
        /// The process.
        process: u32,
        /// Frames more; no limit unless stated.
        spare: Option<u32>,
    },
    /// Ends a process with all that its programs left, while others go on, and makes it anew.
    Exit {
        /// The process.
        process: u32,
        /// Its contexts are detached before.
        detach: bool,
    },
    /// A command that makes no sense.
    Nonsense {
        /// Which one, of those that make none at that moment.
        which: u32,
        /// Among cores, processes and the like.
        about: u32,
    },
    /// Writes a register, any address.
    Write {
        /// Byte address.
        address: u32,
        /// Value.
        value: u32,
    },
    /// Reads a register, any address.
    Read {
        /// Byte address.
        address: u32,
    },
    /// Waits until nothing is under way, and compares memory, pool and counters with the model's.
    Compare,
}

/// What a program does. Objects have numbers in their process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "does", rename_all = "kebab-case")]
pub enum ActorStep {
    /// Allocates an object and writes it.
    Alloc {
        /// Its number.
        object: u32,
        /// Bytes asked for.
        size: u32,
    },
    /// Reads an object and frees it, its own or another actor's.
    Free {
        /// Its number.
        object: u32,
    },
    /// Reads an object of its own and frees it twice in a row.
    FreeTwice {
        /// Its number.
        object: u32,
    },
    /// Frees an object of its own that it has freed before.
    FreeAgain {
        /// Its number.
        object: u32,
    },
    /// Frees an address inside an object of its own.
    FreeInside {
        /// Its number.
        object: u32,
        /// Bytes from its first, no multiple of 8.
        offset: u32,
    },
    /// Frees an object under the address of a context that nobody has.
    FreeForeign {
        /// Its number.
        object: u32,
        /// The context.
        context: u32,
    },
    /// Frees an odd address, at which no object begins.
    FreeAddress {
        /// The address.
        address: u64,
    },
    /// Asks for more than the largest class.
    TooLarge {
        /// Bytes asked for.
        size: u64,
    },
}

impl fmt::Display for ActorStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ActorStep::Alloc { object, size } => {
                write!(f, "allocate {size} bytes: object {object}")
            }
            ActorStep::Free { object } => write!(f, "free object {object}"),
            ActorStep::FreeTwice { object } => write!(f, "free object {object} twice"),
            ActorStep::FreeAgain { object } => write!(f, "free object {object} once more"),
            ActorStep::FreeInside { object, offset } => {
                write!(f, "free the address {offset} bytes into object {object}")
            }
            ActorStep::FreeForeign { object, context } => {
                write!(f, "free object {object} as context {context}'s")
            }
            ActorStep::FreeAddress { address } => write!(f, "free the address {address:#x}"),
            ActorStep::TooLarge { size } => write!(f, "allocate {size} bytes, too many"),
        }
    }
}

impl fmt::Display for SystemEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SystemEvent::Step { actor, step } => write!(f, "actor {actor}: {step}"),
            SystemEvent::Pass { cycles } => write!(f, "let {cycles} cycles pass"),
            SystemEvent::Switch { core } => {
                write!(f, "give core {core} to the actor that waits longest")
            }
            SystemEvent::Lend { frames } => write!(f, "lend {frames} frames"),
            SystemEvent::Take => write!(f, "take a frame back"),
            SystemEvent::Quota { process, spare } => match spare {
                Some(spare) => write!(f, "let process {process} have {spare} frames more"),
                None => write!(f, "let process {process} have any number of frames"),
            },
            SystemEvent::Exit { process, detach } => {
                let how = if *detach { "detach and " } else { "" };
                write!(f, "{how}destroy process {process}, create it again")
            }
            SystemEvent::Nonsense { which, about } => {
                write!(f, "order a command that makes no sense ({which}, {about})")
            }
            SystemEvent::Write { address, value } => {
                write!(f, "write {value:#x} to the register at {address:#x}")
            }
            SystemEvent::Read { address } => write!(f, "read the register at {address:#x}"),
            SystemEvent::Compare => write!(f, "compare memory, pool and counters"),
        }
    }
}

/// What is around the whole system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SystemAround {
    /// Seed of the random values that registers and memories start with.
    pub register_seed: u32,
    /// Processes with programs.
    pub processes: u32,
    /// Contexts of each that have one.
    pub contexts: u32,
    /// Frames lent before programs start.
    pub frames: u32,
    /// Bytes of the last-level cache.
    pub cache_bytes: u64,
    /// Its ways.
    pub cache_ways: u32,
    /// Entries of each core's TLB.
    pub tlb_entries: u32,
    /// DRAM, cycles to the first beat of a read and to the answer to a write.
    pub dram_latency: u32,
    /// DRAM, cycles a beat.
    pub dram_cycles_per_beat: u32,
    /// DRAM, reads and writes under way at once.
    pub dram_outstanding: u32,
    /// Percent of the cycles in which each of DRAM's channels waits.
    pub dram_stall_percent: u8,
    /// Percent of the cycles in which a core's responses are not taken.
    pub response_stall_percent: u8,
    /// Cores go on ahead of an allocation's answer.
    #[serde(default)]
    pub pipelined: bool,
    /// Seed of both.
    pub stall_seed: u64,
}

impl SystemAround {
    /// As a bench takes it.
    pub fn surroundings(&self) -> Surroundings {
        Surroundings {
            cache: CacheShape {
                bytes: self.cache_bytes,
                ways: self.cache_ways,
            },
            dram: DramTiming {
                latency: self.dram_latency,
                cycles_per_beat: self.dram_cycles_per_beat,
                outstanding: self.dram_outstanding,
            },
            tlb_entries: self.tlb_entries,
            issue: match self.pipelined {
                true => Issue::Pipelined,
                false => Issue::InOrder,
            },
            seed: self.register_seed,
        }
    }
}

impl fmt::Display for SystemAround {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} processes of {} contexts; {} frames; cache of {} bytes, {} ways; TLBs of {} entries; DRAM of {} cycles, \
             {} a beat, {} bursts at once, waiting in {} % of the cycles; responses wait in {} %; {}",
            self.processes,
            self.contexts,
            self.frames,
            self.cache_bytes,
            self.cache_ways,
            self.tlb_entries,
            self.dram_latency,
            self.dram_cycles_per_beat,
            self.dram_outstanding,
            self.dram_stall_percent,
            self.response_stall_percent,
            match self.pipelined {
                true => "cores go on ahead of answers",
                false => "cores in order",
            }
        )
    }
}
