//! [`CoreEvent`]: what happens to one object allocator, and [`CoreAround`]: in which surroundings.

use crate::environment::Latencies;
use serde::{Deserialize, Serialize};
use std::fmt;

/// One thing that a program, or a hostile one, an operating system or a failing memory does. Objects have numbers: an
/// event that is about an object which there never was does nothing, so any part of a list of events can be left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum CoreEvent {
    /// Allocates an object.
    Alloc {
        /// Its number.
        object: u32,
        /// Bytes asked for.
        size: u64,
    },
    /// Frees an object.
    Free {
        /// Its number.
        object: u32,
    },
    /// Frees an object that is freed already.
    FreeAgain {
        /// Its number.
        object: u32,
    },
    /// Frees an address inside an object.
    FreeInside {
        /// Its number.
        object: u32,
        /// Bytes from its first.
        offset: u64,
    },
    /// Frees an object under another context's address.
    FreeForeign {
        /// Its number.
        object: u32,
        /// Bits of the context to flip.
        flip: u32,
    },
    /// Frees a slot of an arena, whatever is there.
    FreeSlot {
        /// Class of the arena.
        class: u32,
        /// Its number.
        arena: u32,
        /// The slot.
        slot: u32,
    },
    /// Frees an address.
    FreeAddress {
        /// The address.
        address: u64,
    },
    /// Lets cycles pass without a request.
    Idle {
        /// How many.
        cycles: u32,
    },
    /// Waits for all answers, and for what goes on behind them.
    Settle,
    /// Switches the allocator off, tries an allocation and a free, and switches it on again.
    Disabled,
    /// Saves the context with operations still under way, and runs one.
    Switch {
        /// The one that runs then.
        context: u32,
    },
    /// Drops the context, leaves nothing of it in memory, as DESTROY does, and runs it again.
    Discard,
    /// Saves the context, leaves frees in the mailbox of one, and runs that.
    Mailbox {
        /// The one that runs then.
        context: u32,
        /// What is left for it.
        frees: Vec<Left>,
    },
    /// Changes a byte of a header in memory while the context is detached.
    CorruptHeader {
        /// Class of the arena.
        class: u32,
        /// Its number.
        arena: u32,
        /// Byte of the header.
        byte: u8,
        /// Bits of it to flip.
        flip: u8,
        /// The checksum is made right again.
        seal: bool,
    },
    /// Makes accesses of a header fail, or go well again.
    FailHeader {
        /// Class of the arena.
        class: u32,
        /// Its number.
        arena: u32,
        /// Reads fail.
        reads: bool,
        /// Writes fail.
        writes: bool,
    },
    /// Changes a byte of a record in memory while the context is detached.
    CorruptRecord {
        /// Class of the record.
        class: u32,
        /// Byte of the record.
        byte: u8,
        /// Bits of it to flip.
        flip: u8,
    },
    /// Makes accesses of a line of records fail, or go well again.
    FailRecord {
        /// Class of a record in the line.
        class: u32,
        /// Reads fail.
        reads: bool,
        /// Writes fail.
        writes: bool,
    },
    /// Lends frames for pages of headers.
    Lend {
        /// How many.
        frames: u32,
    },
}

/// A free that is left in a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Left {
    /// Of an object, by its number.
    Object(u32),
    /// Of an address.
    Address(u64),
}

impl fmt::Display for Left {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Left::Object(object) => write!(f, "object {object}"),
            Left::Address(address) => write!(f, "{address:#x}"),
        }
    }
}

/// Which accesses fail, in words.
fn failing(reads: bool, writes: bool) -> &'static str {
    match (reads, writes) {
        (true, true) => "reads and writes fail",
        (true, false) => "reads fail",
        (false, true) => "writes fail",
        (false, false) => "accesses go well again",
    }
}

impl fmt::Display for CoreEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CoreEvent::Alloc { object, size } => {
                write!(f, "allocate {size} bytes: object {object}")
            }
            CoreEvent::Free { object } => write!(f, "free object {object}"),
            CoreEvent::FreeAgain { object } => write!(f, "free object {object} once more"),
            CoreEvent::FreeInside { object, offset } => {
                write!(f, "free the address {offset} bytes into object {object}")
            }
            CoreEvent::FreeForeign { object, flip } => {
                write!(f, "free object {object} as another context's (^ {flip:#x})")
            }
            CoreEvent::FreeSlot { class, arena, slot } => {
                write!(f, "free slot {slot} of arena {arena} of class {class}")
            }
            CoreEvent::FreeAddress { address } => write!(f, "free the address {address:#x}"),
            CoreEvent::Idle { cycles } => write!(f, "let {cycles} cycles pass"),
            CoreEvent::Settle => write!(f, "wait until nothing is under way"),
            CoreEvent::Disabled => write!(
                f,
                "switch the allocator off, allocate and free, switch it on"
            ),
            CoreEvent::Switch { context } => write!(f, "save the context, run context {context}"),
            CoreEvent::Discard => write!(
                f,
                "drop the context, leave nothing of it in memory, run it again"
            ),
            CoreEvent::Mailbox { context, frees } => {
                write!(f, "save the context, leave frees (")?;
                for (number, left) in frees.iter().enumerate() {
                    let separator = if number == 0 { "" } else { ", " };
                    write!(f, "{separator}{left}")?;
                }
                write!(f, ") to context {context}, run it")
            }
            CoreEvent::CorruptHeader {
                class,
                arena,
                byte,
                flip,
                seal,
            } => {
                let checksum = if *seal { "right" } else { "as it was" };
                write!(
                    f,
                    "flip {flip:#04x} in byte {byte} of the header of arena {arena} of class {class}, checksum {checksum}"
                )
            }
            CoreEvent::FailHeader {
                class,
                arena,
                reads,
                writes,
            } => write!(
                f,
                "header of arena {arena} of class {class}: {}",
                failing(*reads, *writes)
            ),
            CoreEvent::CorruptRecord { class, byte, flip } => {
                write!(
                    f,
                    "flip {flip:#04x} in byte {byte} of the record of class {class}"
                )
            }
            CoreEvent::FailRecord {
                class,
                reads,
                writes,
            } => write!(
                f,
                "records around class {class}: {}",
                failing(*reads, *writes)
            ),
            CoreEvent::Lend { frames } => write!(f, "lend {frames} frames"),
        }
    }
}

/// What is around one object allocator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoreAround {
    /// Seed of the random values that registers and memories start with.
    pub register_seed: u32,
    /// Context that runs at first.
    pub context: u32,
    /// Answering times, in cycles.
    pub latencies: Latencies,
    /// Percent of the cycles in which each channel makes the allocator wait.
    pub stall_percent: u8,
    /// Percent of the cycles in which responses are not taken.
    pub response_stall_percent: u8,
    /// Seed of both.
    pub stall_seed: u64,
    /// Frames for pages of headers; as many as addresses can name unless stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frames: Option<u64>,
    /// Other cores answer forwarded frees with statuses drawn from this seed; unless stated nobody runs another context.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forward_seed: Option<u64>,
    /// What the page allocator's half of each record holds, in every byte.
    pub cursor_byte: u8,
}

impl fmt::Display for CoreAround {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let l = &self.latencies;
        write!(
            f,
            "context {} runs; ports wait in {} % of the cycles, responses in {} %; cycles for ALLOC_ARENA {}, \
             PEEK_ARENA {}, CLAIM_ARENA {}, FREE_ARENA {}, TRANSLATE {}, header reads {}, header writes {}",
            self.context,
            self.stall_percent,
            self.response_stall_percent,
            l.alloc_arena,
            l.peek_arena,
            l.claim_arena,
            l.free_arena,
            l.translate,
            l.header_read,
            l.header_write
        )?;
        if let Some(frames) = self.frames {
            write!(f, "; {frames} frames for headers")?;
        }
        if self.forward_seed.is_some() {
            write!(f, "; other cores answer forwarded frees")?;
        }
        Ok(())
    }
}
