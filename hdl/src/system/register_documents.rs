//! What software reads of the register map: a C header, Rust constants, a page in Markdown.

use super::register_map::{Access, COMMANDS, Field, REGISTERS, Register, STATUSES};
use crate::allocator::object_allocator;
use crate::bypass::bypass;
use crate::geometry::Geometry;
use crate::pages::page_allocator;
use std::fmt::Write;

/// The counters of one block, as COUNTER_BLOCK selects it.
pub struct CounterBlock {
    /// Name, in lower case.
    pub name: &'static str,
    /// Number of the block.
    pub number: &'static str,
    /// Name and meaning of each counter, in the order of their numbers.
    pub counters: &'static [(&'static str, &'static str)],
}

/// All blocks of counters.
pub fn counter_blocks() -> Vec<CounterBlock> {
    vec![
        CounterBlock {
            name: "core",
            number: "number of the core",
            counters: &object_allocator::COUNTERS,
        },
        CounterBlock {
            name: "page",
            number: "number of cores",
            counters: &page_allocator::PAGE_COUNTERS,
        },
        CounterBlock {
            name: "bypass",
            number: "number of cores + 1",
            counters: &bypass::COUNTERS,
        },
    ]
}

/// Every register in the order of addresses.
pub fn by_offset() -> Vec<&'static Register> {
    let mut registers: Vec<_> = REGISTERS.iter().collect();
    registers.sort_by_key(|register| register.offset);
    registers
}

/// The map of one configuration, and where it comes from.
pub struct Documents<'a> {
    /// The sizes.
    pub geometry: &'a Geometry,
    /// First 64 bits of the configuration's digest.
    pub digest: u64,
    /// Lines that say what the files are generated from.
    pub banner: &'a str,
}

impl Documents<'_> {
    /// `memento_registers.h`: offsets, shifts, masks and named values as macros.
    pub fn c_header(&self) -> String {
        let mut text = String::new();
        for line in self.banner.lines() {
            let _ = writeln!(text, "// {line}");
        }
        text += "// SPDX-License-Identifier: MIT OR Apache-2.0\n\n\
                 #ifndef MEMENTO_REGISTERS_H\n#define MEMENTO_REGISTERS_H\n";
        for register in by_offset() {
            let name = format!("MEMENTO_{}", register.name.to_uppercase());
            let (offset, meaning) = (register.offset, register.meaning);
            let access = access(register.access);
            let _ = writeln!(text, "\n// {access}: {meaning}");
            let _ = writeln!(text, "#define {name}_OFFSET 0x{offset:03X}u");
            if register.access == Access::Constant {
                let value = (register.reset)(self.geometry, self.digest);
                let _ = writeln!(text, "#define {name}_VALUE 0x{value:X}u");
                continue;
            }
            for field in register.fields {
                let part = format!("{name}_{}", field.name.to_uppercase());
                let (low, mask, meaning) = (field.low, field.mask(), field.meaning);
                let _ = writeln!(text, "#define {part}_SHIFT {low}u // {meaning}");
                let _ = writeln!(text, "#define {part}_MASK 0x{mask:X}u");
                for value in field.values {
                    let (number, meaning) = (value.value, value.meaning);
                    let value = value.name.to_uppercase();
                    let _ = writeln!(text, "#define {part}_{value} {number}u // {meaning}");
                }
            }
        }
        for block in counter_blocks() {
            let name = block.name.to_uppercase();
            let _ = writeln!(text, "\n// COUNTER_INDEX of block {}", block.number);
            for (number, (counter, meaning)) in block.counters.iter().enumerate() {
                let counter = counter.to_uppercase();
                let _ = writeln!(
                    text,
                    "#define MEMENTO_{name}_COUNTER_{counter} {number}u // {meaning}"
                );
            }
        }
        text + "\n#endif\n"
    }

    /// `memento_registers.rs`: a module of constants for each register.
    pub fn rust_constants(&self) -> String {
        let mut text = String::new();
        for line in self.banner.lines() {
            let _ = writeln!(text, "// {line}");
        }
        text += "// SPDX-License-Identifier: MIT OR Apache-2.0\n";
        for register in by_offset() {
            let (name, offset, meaning) = (register.name, register.offset, register.meaning);
            let access = access(register.access);
            let _ = writeln!(text, "\n/// {access}: {meaning}.\npub mod {name} {{");
            let _ = writeln!(text, "    /// Byte address of the register.");
            let _ = writeln!(text, "    pub const OFFSET: usize = 0x{offset:03X};");
            if register.access == Access::Constant {
                let value = (register.reset)(self.geometry, self.digest);
                let _ = writeln!(text, "    /// What it reads.");
                let _ = writeln!(text, "    pub const VALUE: u32 = 0x{value:X};\n}}");
                continue;
            }
            for field in register.fields {
                let part = field.name.to_uppercase();
                let (low, mask, meaning) = (field.low, field.mask(), field.meaning);
                let _ = writeln!(text, "    /// Lowest bit: {meaning}.");
                let _ = writeln!(text, "    pub const {part}_SHIFT: u32 = {low};");
                let _ = writeln!(text, "    /// Bits: {meaning}.");
                let _ = writeln!(text, "    pub const {part}_MASK: u32 = 0x{mask:X};");
                for value in field.values {
                    let (number, meaning) = (value.value, value.meaning);
                    let value = value.name.to_uppercase();
                    let _ = writeln!(text, "    /// Value: {meaning}.");
                    let _ = writeln!(text, "    pub const {part}_{value}: u32 = {number};");
                }
            }
            text += "}\n";
        }
        for block in counter_blocks() {
            let (name, number) = (block.name, block.number);
            let _ = writeln!(text, "\n/// COUNTER_INDEX of block {number}.");
            let _ = writeln!(text, "pub mod {name}_counters {{");
            for (number, (counter, meaning)) in block.counters.iter().enumerate() {
                let counter = counter.to_uppercase();
                let _ = writeln!(text, "    /// Counts {meaning}.");
                let _ = writeln!(text, "    pub const {counter}: u32 = {number};");
            }
            text += "}\n";
        }
        text
    }

    /// What a read gives as soon as registers can be read after reset.
    fn first_value(&self, register: &Register) -> u32 {
        // The empty pool is at its low mark, 0, from the first cycle on.
        let of_pool = ["interrupt_status", "pool_state"].contains(&register.name);
        let fields = register.fields.iter().filter(|_| of_pool);
        let low = fields.filter(|field| ["low", "pool_low"].contains(&field.name));
        low.fold(
            (register.reset)(self.geometry, self.digest),
            |value, field| value | 1 << field.low,
        )
    }

    /// `memento_registers.md`: the map for a reader.
    pub fn markdown(&self) -> String {
        let mut text = String::from("# Registers\n\n");
        for line in self.banner.lines() {
            let _ = writeln!(text, "{line}");
        }
        text += USE;
        text += "\n## Map\n\n\
                 | offset | register | access | reset | meaning |\n|---|---|---|---|---|\n";
        for register in by_offset() {
            let _ = writeln!(
                text,
                "| `0x{:03X}` | {} | {} | `0x{:X}` | {} |",
                register.offset,
                register.name.to_uppercase(),
                access(register.access),
                self.first_value(register),
                register.meaning
            );
        }
        text += "\n## Fields\n\nBits that are not listed read as zero and ignore what is written.\n\n\
                 | register | bits | field | meaning |\n|---|---|---|---|\n";
        let fields = by_offset().into_iter();
        for register in fields.filter(|register| register.access != Access::Constant) {
            for field in register.fields {
                let _ = writeln!(
                    text,
                    "| {} | {} | {} | {} |",
                    register.name.to_uppercase(),
                    bit_range(field),
                    field.name,
                    meaning(field)
                );
            }
        }
        text += "\n## Commands\n\n| COMMAND | name | what it does |\n|---|---|---|\n";
        for command in &COMMANDS {
            let name = command.name.to_uppercase();
            let _ = writeln!(text, "| {} | {name} | {} |", command.value, command.meaning);
        }
        text += "\n| status | name | meaning |\n|---|---|---|\n";
        for status in &STATUSES {
            let name = status.name.to_uppercase();
            let _ = writeln!(text, "| {} | {name} | {} |", status.value, status.meaning);
        }
        for block in counter_blocks() {
            let _ = writeln!(
                text,
                "\n## Counters, COUNTER_BLOCK = {}\n\n| COUNTER_INDEX | name | counts |\n|---|---|---|",
                block.number
            );
            for (number, (name, meaning)) in block.counters.iter().enumerate() {
                let _ = writeln!(text, "| {number} | {name} | {meaning} |");
            }
        }
        text
    }
}

/// How the registers are used, ahead of their tables.
const USE: &str = "
AXI4-Lite, 32-bit data, little-endian, byte strobes honoured. SLVERR answers an address without a register, a write to a
register that is only read, a read of one that is only written, and a command while another is carried out; such an access
changes nothing. After reset everything that software writes is zero: nothing is enabled, no process exists, the pool is empty,
and so at its low mark: POOL_STATE says so, and INTERRUPT_STATUS has it.

| to do | how |
|---|---|
| start | MASK_TABLE, marks, PUSH of frames, CREATE, ATTACH, CORE_ENABLE, then CONTROL |
| command | write its operands, then COMMAND; wait until COMMAND_STATUS is no longer busy, or for the interrupt; read status and RESULT. Operands may be written anew when it is done |
| DESTROY | the command is done when no core runs the process any more and the page allocator has begun; DESTROY_STATUS and an interrupt tell when it is complete. One runs at a time: another is answered BUSY |
| counter | write COUNTER_BLOCK and COUNTER_INDEX, read COUNTER_LO, then COUNTER_HI: both halves are of one moment |
| interrupt | INTERRUPT_STATUS says what has happened whether or not it is enabled; writing ones clears. irq stays high while an enabled source is pending. A pool source becomes pending when the level comes to its mark, not while it stays there: read POOL_LEVEL after clearing |
| error | ERROR_STATUS says that ERROR_INFO and ERROR_ADDRESS hold the first error; clearing it captures the next |
";

fn access(access: Access) -> &'static str {
    match access {
        Access::Constant => "constant",
        Access::ReadOnly => "read",
        Access::ReadWrite => "read, write",
        Access::WriteOneToClear => "read, write one to clear",
        Access::WriteOnly => "write",
    }
}

/// `7:4`, or `3` for a single bit.
fn bit_range(field: &Field) -> String {
    match field.bits {
        1 => field.low.to_string(),
        bits => format!("{}:{}", field.low + bits - 1, field.low),
    }
}

/// A field's meaning, and its values where they have no table of their own.
fn meaning(field: &Field) -> String {
    let own_table = field.values.len() > 6;
    let values: Vec<_> = field
        .values
        .iter()
        .map(|value| format!("{} {}: {}", value.value, value.name, value.meaning))
        .collect();
    match (own_table, values.is_empty()) {
        (false, false) => format!("{}; {}", field.meaning, values.join("; ")),
        _ => field.meaning.to_owned(),
    }
}
