//! What a configuration file states, key by key.

use serde::{Deserialize, Serialize};

/// A configuration as stated, not yet checked: [`Config::new`](crate::Config::new) checks it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Virtual and physical addresses.
    pub address: Address,
    /// Size classes and arenas.
    pub objects: Objects,
    /// The pipeline that serves hits.
    pub pipeline: Pipeline,
    /// Everything else of one allocator core.
    pub core: Core,
    /// How many of what there is, and the buses between them.
    pub system: System,
    /// The DRAM that frames are lent from.
    pub memory: Memory,
    /// The page allocator.
    pub pages: Pages,
    /// The main-memory bypass.
    pub bypass: Bypass,
    /// What is done about faults of on-chip memories.
    pub protection: Protection,
}

/// Section `[address]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Address {
    /// Translation scheme of the host, which fixes the width of virtual addresses and of operands.
    pub mode: Mode,
    /// Width of a physical address in bits; unset: 34 for Sv32, 40 otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub physical_bits: Option<u32>,
    /// First byte address of the region.
    pub region_base: u64,
    /// Size of the region in bytes: `classes` equal lanes, each a power of two.
    pub region_bytes: u64,
    /// First byte address of the header lane; unset: directly after the region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header_base: Option<u64>,
    /// Width of the context field of an address in bits.
    pub context_bits: u32,
}

/// Section `[objects]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Objects {
    /// Class `c` serves objects of `size_step_bytes * (c + 1)` bytes.
    pub size_step_bytes: u32,
    /// Number of size classes.
    pub classes: u32,
    /// Slots of an arena.
    pub objects_per_arena: u32,
    /// Free slots from which an arena outside the HOT is on the available list.
    pub list_threshold: u32,
}

/// Section `[pipeline]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pipeline {
    /// Clock cycles from the edge that accepts an operation that hits to the edge that shows its response.
    pub depth_cycles: u32,
    /// Whether the next free slot of every class is kept at hand, so that an allocation is answered after 2 cycles.
    pub ready_slots: bool,
}

/// Section `[core]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Core {
    /// Level at which the synchronous reset resets.
    pub reset: Reset,
    /// Header-page translations kept; each covers 64 arenas.
    pub translation_entries: u32,
    /// Arena headers kept on chip, outside the HOT.
    pub header_entries: u32,
    /// Frees outside the HOT that can wait for the header engine.
    pub miss_queue_entries: u32,
    /// Whether the next arena of a class that has few free slots is fetched before it is needed.
    pub prefetch: bool,
    /// Whether there is a port that gives one record an operation.
    pub trace_port: bool,
}

/// Section `[system]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct System {
    /// Object allocators.
    pub cores: u32,
    /// Processes that can exist at once, each with a page table of its own.
    pub processes: u32,
    /// Width of the AXI4 data buses in bits.
    pub data_bits: u32,
}

/// Section `[memory]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Memory {
    /// First byte address of the DRAM that frames may be lent from.
    pub base: u64,
    /// Size of that DRAM in bytes, a power of two.
    pub bytes: u64,
    /// Whether a two-bit state a frame refuses double pushes.
    pub track_frames: bool,
}

/// Section `[pages]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pages {
    /// Frames of the pool that are queued on chip.
    pub pool_entries: u32,
    /// Arena cursors cached.
    pub cursor_entries: u32,
    /// Addresses of leaf page tables cached.
    pub walk_entries: u32,
}

/// Section `[bypass]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bypass {
    /// Entries of the fresh-line filter, masks of eight frames each; 0: there is no filter, and a grant zeroes the
    /// page.
    pub entries: u32,
    /// Width of AXI IDs on the cache side in bits.
    pub id_bits: u32,
}

/// Section `[protection]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Protection {
    /// How words of on-chip memories are checked, in every part of the design.
    pub ecc: Ecc,
}

/// Translation scheme of the host (RISC-V privileged specification, "Supervisor-level" chapter).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// 32-bit virtual, up to 34-bit physical addresses; operands of 32 bits.
    Sv32,
    /// 39-bit virtual, up to 56-bit physical addresses; operands of 64 bits.
    Sv39,
    /// 48-bit virtual, up to 56-bit physical addresses; operands of 64 bits.
    Sv48,
}

impl Mode {
    /// Width of a virtual address in bits.
    pub fn virtual_bits(self) -> u32 {
        match self {
            Mode::Sv32 => 32,
            Mode::Sv39 => 39,
            Mode::Sv48 => 48,
        }
    }

    /// Width of an operand and of a result in bits.
    pub fn operand_bits(self) -> u32 {
        match self {
            Mode::Sv32 => 32,
            Mode::Sv39 | Mode::Sv48 => 64,
        }
    }

    /// Widest physical address that the page-table entries of this scheme can hold, in bits.
    pub fn max_physical_bits(self) -> u32 {
        match self {
            Mode::Sv32 => 34,
            Mode::Sv39 | Mode::Sv48 => 56,
        }
    }

    /// First address past the ones usable for region and header lane: Sv39 and Sv48 addresses must be the sign
    /// extension of their lower bits, and user space is the half whose sign is 0.
    pub fn address_limit(self) -> u64 {
        match self {
            Mode::Sv32 => 1 << 32,
            Mode::Sv39 | Mode::Sv48 => 1 << (self.virtual_bits() - 1),
        }
    }
}

/// Level at which the synchronous reset resets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reset {
    /// Resets while 1.
    ActiveHigh,
    /// Resets while 0.
    ActiveLow,
}

/// How words of on-chip memories are checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ecc {
    /// Not at all.
    None,
    /// By a parity bit each; words that nothing could be said in place of are kept twice.
    Parity,
}
