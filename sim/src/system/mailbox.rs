//! Mailboxes: frees of a context's objects that wait until it runs.

use super::SystemModel;
use crate::memory::{HeaderMemory, Line};
use crate::status::{Path, Status};

/// Bytes of an address in a mailbox's array.
const ADDRESS_BYTES: u64 = 8;

impl SystemModel {
    /// The program puts addresses to be freed into the mailbox of a context that does not run: an array at a physical
    /// address of its own memory, a multiple of 64, and array and count into the descriptor. What was there is replaced.
    /// `NOT_ENABLED`: there is no such process.
    pub fn fill_mailbox(
        &mut self,
        process: u32,
        context: u32,
        array: u64,
        addresses: &[u64],
    ) -> Status {
        let Ok(root) = self.pages.root(process) else {
            return Status::NotEnabled;
        };
        for (at, address) in (array..).step_by(ADDRESS_BYTES as usize).zip(addresses) {
            self.software.poke_bytes(at, &address.to_le_bytes());
        }
        let mailbox = self.mailbox_at(root, context);
        let memory = &mut self.pages.memory;
        memory.poke_bytes(mailbox, &array.to_le_bytes());
        memory.poke_bytes(mailbox + 8, &(addresses.len() as u64).to_le_bytes());
        Status::Ok
    }

    /// Frees what is in the mailbox of the context that a core has just attached. An array that ends in a line that
    /// cannot be read is emptied all the same: to free an object twice would be worse than to free it never.
    pub(super) fn drain_mailbox(&mut self, core: usize, root: u64, context: u32) -> Status {
        let mailbox = self.mailbox_at(root, context);
        let Ok(line) = self.pages.memory.read(Line::of_byte_address(mailbox)) else {
            return Status::BusError;
        };
        let (array, count) = fields(&line, mailbox);
        if count == 0 {
            return Status::Ok;
        }
        let mut status = Status::Ok;
        let mut line = [0; 64];
        for number in 0..count {
            let at = array.wrapping_add(u64::from(number) * ADDRESS_BYTES);
            if number == 0 || at.is_multiple_of(64) {
                match self.software.read(Line::of_byte_address(at)) {
                    Ok(bytes) => line = bytes,
                    Err(_) => {
                        status = Status::BusError;
                        break;
                    }
                }
            }
            self.free_from_mailbox(core, context, word(&line, at));
        }
        let emptied = self.pages.memory.write_bytes(mailbox + 8, &[0; 4]);
        emptied.map_or(Status::BusError, |()| status)
    }

    fn free_from_mailbox(&mut self, core: usize, context: u32, address: u64) {
        let slot = self.cores[core].allocator.slot_of(address);
        let own = slot.ok().filter(|slot| slot.arena.context == context);
        let path = own.and_then(|slot| self.free_on(core, slot).ok());
        let switches = &mut self.cores[core].switches;
        switches.mailbox_frees += u64::from(path.is_some());
        switches.mailbox_hits += u64::from(path == Some(Path::Hit));
        switches.mailbox_failed += u64::from(path.is_none());
    }

    pub(super) fn mailbox_at(&self, root: u64, context: u32) -> u64 {
        (root << 12) + self.pages.formats.mailbox(context)
    }
}

/// Address of the array and number of addresses in it.
fn fields(line: &[u8; 64], mailbox: u64) -> (u64, u32) {
    (word(line, mailbox), word(line, mailbox + 8) as u32)
}

/// The eight bytes at an address in its line.
fn word(line: &[u8; 64], address: u64) -> u64 {
    let at = (address % 64 / 8 * 8) as usize;
    u64::from_le_bytes(std::array::from_fn(|byte| line[at + byte]))
}
