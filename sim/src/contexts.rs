//! Context switches: architecture section 7.

use crate::geometry::Arena;
use crate::header::Header;
use crate::memory::{HeaderMemory, Line};
use crate::model::{HotEntry, Model, Serving};
use crate::status::Status;

/// Bytes of a class's record.
const RECORD_BYTES: u64 = 16;

/// A link of a record names an arena.
const LINKED: u32 = 1 << 31;

impl Model {
    /// Runs a context from now on, whose first record is at a physical address; no class of it is known.
    pub fn attach(&mut self, context: u32, records: u64) {
        self.discard();
        self.context = context & (self.geometry.contexts() - 1);
        self.records = records;
        self.attached = true;
    }

    /// Writes back what memory does not have, and then runs nothing. A write that fails keeps no other from being
    /// done.
    pub fn detach(&mut self) -> Status {
        let mut written = Ok(());
        for class in 0..self.geometry.classes() {
            let entry = self.hot[class as usize];
            if !entry.known {
                continue;
            }
            if let Some(serving) = entry.serving.filter(|_| entry.dirty) {
                let arena = self.arena(class, serving.number);
                let mut header = Header::new(arena);
                header.set_slots(serving.bitmap, serving.bitmap.count());
                // Its page was mapped when the arena was handed out, and stays mapped.
                if let Some(line) = self.pages.line(arena) {
                    written = written.and(self.write(line, header));
                }
            }
            let (line, at) = self.record(class);
            let mut bytes = self.memory.peek(line);
            let links = [entry.serving.map(|serving| serving.number), entry.head];
            for (link, at) in links.into_iter().zip([at + 8, at + 12]) {
                let link = link.map_or(0, |number| LINKED | number);
                bytes[at..at + 4].copy_from_slice(&link.to_le_bytes());
            }
            written = written.and(self.memory.write(line, bytes));
        }
        self.discard();
        written.map_or(Status::BusError, |()| Status::Ok)
    }

    /// Runs nothing from now on; what memory does not have is lost.
    pub fn discard(&mut self) {
        self.hot.fill(HotEntry::default());
        self.attached = false;
    }

    /// First operation of a class after the context was attached: reads the record, and the header of the arena that
    /// served the class. After an error the class is as unknown as before.
    pub(crate) fn load(&mut self, class: u32) -> Result<(), Status> {
        let (line, at) = self.record(class);
        let bytes = self.memory.read(line)?;
        let link = |at: usize| {
            let link = u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
            (link & LINKED != 0).then_some(link & !LINKED)
        };
        let (current, head) = (link(at + 8), link(at + 12));
        let arenas = self.geometry.arenas(class);
        if [current, head]
            .into_iter()
            .flatten()
            .any(|number| number >= arenas)
        {
            return Err(Status::CorruptHeader);
        }
        let serving = match current {
            None => None,
            Some(number) => {
                let arena = self.arena(class, number);
                let (_, header) = self.read_linked(arena)?;
                if header.count() > self.geometry.objects() {
                    return Err(Status::CorruptHeader);
                }
                Some(Serving {
                    number,
                    base: self.geometry.arena_base(arena),
                    bitmap: header.bitmap(self.geometry.objects()),
                })
            }
        };
        self.hot[class as usize] = HotEntry {
            known: true,
            dirty: false,
            serving,
            head,
        };
        Ok(())
    }

    fn arena(&self, class: u32, number: u32) -> Arena {
        Arena {
            class,
            context: self.context,
            number,
        }
    }

    /// The line of a class's record, and the record's first byte in it.
    fn record(&self, class: u32) -> (Line, usize) {
        let address = self.records + u64::from(class) * RECORD_BYTES;
        (Line::of_byte_address(address), (address % 64) as usize)
    }
}
