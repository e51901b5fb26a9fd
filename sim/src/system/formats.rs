//! What is where in page tables and process descriptors.

use crate::allocator::Saved;
use crate::memory::{BusError, HeaderMemory, Line, LineMemory};
use memento_config::{Config, Mode};

/// Page-table entry of a further table: V.
pub(crate) const INNER: u64 = 0x01;
/// Page-table entry of a page of objects: D A U W R V.
pub(crate) const BODY: u64 = 0xD7;
/// Page-table entry of a page of headers: D A W R V, out of the program's reach.
pub(crate) const HEADER: u64 = 0xC7;

/// Bytes of a frame and of a page, as a power of two.
pub(crate) const PAGE_LOG2: u32 = 12;

/// Bytes of the record of a context and class, and of a context's mailbox.
pub(crate) const RECORD_BYTES: u64 = 16;

/// Bits of a page-table entry that are the physical page number, from bit 10 on.
const PPN_BITS: u32 = 44;

/// Shapes of page tables and of process descriptors.
///
/// A descriptor is contiguous: the root table, a page; a record for each context and class, `2^class_bits` of them a
/// context; from the next page boundary on a mailbox for each context.
#[derive(Clone, Debug)]
pub(crate) struct Formats {
    /// Levels of a page table.
    pub(crate) levels: u32,
    /// Bytes of a page-table entry.
    pub(crate) entry_bytes: u64,
    class_bits: u32,
    context_bits: u32,
}

impl Formats {
    pub(crate) fn new(config: &Config) -> Self {
        let (levels, entry_bytes) = match config.mode() {
            Mode::Sv32 => (2, 4),
            Mode::Sv39 => (3, 8),
            Mode::Sv48 => (4, 8),
        };
        let mut class_bits = 1;
        while 1 << class_bits < config.classes() {
            class_bits += 1;
        }
        Formats {
            levels,
            entry_bytes,
            class_bits,
            context_bits: config.context_bits(),
        }
    }

    /// Entries of a table.
    pub(crate) fn entries(&self) -> u64 {
        4096 / self.entry_bytes
    }

    /// Bytes of virtual address that an entry of a table of this level maps; leaf tables have level 0.
    pub(crate) fn span(&self, level: u32) -> u64 {
        4096 * self.entries().pow(level)
    }

    /// The bits of a virtual address that tables translate.
    pub(crate) fn address_mask(&self) -> u64 {
        self.span(self.levels) - 1
    }

    /// Physical address of the entry for a virtual address in a table of this level.
    pub(crate) fn entry(&self, table: u64, level: u32, address: u64) -> u64 {
        let index = address / self.span(level) % self.entries();
        (table << PAGE_LOG2) + index * self.entry_bytes
    }

    /// The entry whose first byte is at `at` in a line.
    pub(crate) fn entry_in(&self, line: &[u8; 64], at: u64) -> u64 {
        let at = (at % 64) as usize;
        let bytes = &line[at..at + self.entry_bytes as usize];
        bytes.iter().rev().fold(0, |v, b| v << 8 | u64::from(*b))
    }

    /// Offset of a record in the descriptor.
    pub(crate) fn record(&self, class: u32, context: u32) -> u64 {
        4096 + (u64::from(context) << self.class_bits | u64::from(class)) * RECORD_BYTES
    }

    /// Offset of a context's mailbox in the descriptor.
    pub(crate) fn mailbox(&self, context: u32) -> u64 {
        let records = RECORD_BYTES << (self.context_bits + self.class_bits);
        4096 + records.next_multiple_of(4096) + u64::from(context) * RECORD_BYTES
    }

    /// Frames of a descriptor.
    pub(crate) fn descriptor_frames(&self) -> u64 {
        self.mailbox(1 << self.context_bits).div_ceil(4096)
    }
}

/// Whether an entry is valid.
pub(crate) fn is_valid(entry: u64) -> bool {
    entry & 1 == 1
}

/// The frame that an entry names.
pub(crate) fn frame_of(entry: u64) -> u64 {
    entry >> 10 & ((1 << PPN_BITS) - 1)
}

/// The entry without the frame: flags and reserved bits.
pub(crate) fn flags_of(entry: u64) -> u64 {
    entry & !(((1 << PPN_BITS) - 1) << 10)
}

/// The entry for a frame.
pub(crate) fn entry_of(frame: u64, flags: u64) -> u64 {
    frame << 10 | flags
}

/// Bit of a link in a record that says that there is one.
const LINKED: u32 = 1 << 31;

/// A record of the process descriptor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// Next never used arena number.
    pub next_arena: u32,
    /// The arena released last that is still unused.
    pub released: Option<u32>,
    /// The arena that served the class when its context was last detached.
    pub current: Option<u32>,
    /// Head of the available list at that time.
    pub head: Option<u32>,
}

impl Record {
    pub(crate) fn from_bytes(bytes: &[u8]) -> Self {
        let word = |i: usize| {
            let bytes: [u8; 4] = std::array::from_fn(|byte| bytes[4 * i + byte]);
            u32::from_le_bytes(bytes)
        };
        let link = |i| {
            Some(word(i))
                .filter(|link| link & LINKED != 0)
                .map(|link| link & !LINKED)
        };
        Record {
            next_arena: word(0),
            released: link(1),
            current: link(2),
            head: link(3),
        }
    }

    /// The first half: the cursor, which belongs to the page allocator.
    pub(crate) fn cursor_bytes(&self) -> [u8; 8] {
        halves(self.next_arena, link_word(self.released))
    }

    /// The second half, which belongs to the core that runs the context.
    pub(crate) fn saved_bytes(&self) -> [u8; 8] {
        halves(link_word(self.current), link_word(self.head))
    }
}

impl From<Record> for Saved {
    fn from(record: Record) -> Self {
        Saved {
            current: record.current,
            head: record.head,
        }
    }
}

/// Reads the record at a physical address.
pub(crate) fn read_record(memory: &mut LineMemory, address: u64) -> Result<Record, BusError> {
    let bytes = memory.read(Line::of_byte_address(address))?;
    Ok(record_in(&bytes, address))
}

/// The record at a physical address, in its line.
pub(crate) fn record_in(line: &[u8; 64], address: u64) -> Record {
    let at = (address % 64) as usize;
    Record::from_bytes(&line[at..at + RECORD_BYTES as usize])
}

/// Writes the half that a core owns of the record at a physical address.
pub(crate) fn write_saved(
    memory: &mut LineMemory,
    address: u64,
    saved: Saved,
) -> Result<(), BusError> {
    let record = Record {
        current: saved.current,
        head: saved.head,
        ..Record::default()
    };
    memory.write_bytes(address + 8, &record.saved_bytes())
}

fn link_word(link: Option<u32>) -> u32 {
    link.map_or(0, |number| number | LINKED)
}

fn halves(low: u32, high: u32) -> [u8; 8] {
    (u64::from(high) << 32 | u64::from(low)).to_le_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptors_are_where_the_architecture_puts_them() {
        let formats = |name| Formats::new(&Config::preset(name).unwrap());
        let default = formats("default");
        assert_eq!(
            (default.record(0, 0), default.record(5, 3)),
            (0x1000, 0x1000 + (3 * 64 + 5) * 16)
        );
        assert_eq!(
            (default.mailbox(0), default.descriptor_frames()),
            (0x5000, 6)
        );
        let tiny = formats("tiny");
        assert_eq!((tiny.mailbox(1), tiny.descriptor_frames()), (0x2010, 3));
    }

    #[test]
    fn entries_are_those_of_the_privileged_specification() {
        let sv39 = Formats::new(&Config::preset("default").unwrap());
        let address = (5 << 30) + (6 << 21) + (7 << 12) + 8;
        assert_eq!(
            [2, 1, 0].map(|level| sv39.entry(1, level, address)),
            [4096 + 40, 4096 + 48, 4096 + 56]
        );
        let sv32 = Formats::new(&Config::preset("rv32").unwrap());
        assert_eq!(
            [1, 0].map(|level| sv32.entry(2, level, (3 << 22) + (9 << 12))),
            [8192 + 12, 8192 + 36]
        );
        assert_eq!(entry_of(0x12345, BODY), 0x12345 << 10 | 0xD7);
        assert_eq!(
            (
                frame_of(entry_of(77, HEADER)),
                flags_of(entry_of(77, HEADER))
            ),
            (77, 0xC7)
        );
    }

    #[test]
    fn a_fresh_record_is_zero_and_links_have_their_bit() {
        assert_eq!(Record::from_bytes(&[0; 16]), Record::default());
        let record = Record {
            next_arena: 9,
            released: Some(0),
            current: Some(3),
            head: None,
        };
        let bytes = [record.cursor_bytes(), record.saved_bytes()].concat();
        assert_eq!(
            bytes,
            [9, 0, 0, 0, 0, 0, 0, 0x80, 3, 0, 0, 0x80, 0, 0, 0, 0]
        );
        assert_eq!(Record::from_bytes(&bytes), record);
    }
}
