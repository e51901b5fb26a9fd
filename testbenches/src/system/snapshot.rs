//! [`Snapshot`]: memory as its managers see it, read through the bypass; [`Glance`]: what they must see, without asking.

use super::axi::LINE_BYTES;
use super::cache::LineData;
use super::dram::Dram;
use super::error::SystemError;
use super::machine::Machine;
use memento_sim::{Line, PhysicalMemory};
use rustc_hash::FxHashMap;
use std::cell::RefCell;

/// Lines that are read together: neighbours are asked for next.
const TOGETHER: u64 = 8;

struct Reading<'a> {
    machine: &'a mut Machine,
    lines: FxHashMap<u64, [u8; 64]>,
    error: Option<SystemError>,
}

/// Memory while nothing is under way: a line that is looked at is read over the bus, past the cache.
pub struct Snapshot<'a>(RefCell<Reading<'a>>);

impl<'a> Snapshot<'a> {
    /// Memory behind a machine.
    pub fn new(machine: &'a mut Machine) -> Snapshot<'a> {
        Snapshot(RefCell::new(Reading {
            machine,
            lines: FxHashMap::default(),
            error: None,
        }))
    }

    /// The first failure of a read, if there was one.
    ///
    /// # Errors
    /// That failure.
    pub fn finish(self) -> Result<(), SystemError> {
        self.0.into_inner().error.map_or(Ok(()), Err)
    }
}

impl PhysicalMemory for Snapshot<'_> {
    fn peek(&self, line: Line) -> [u8; 64] {
        let mut reading = self.0.borrow_mut();
        let reading = &mut *reading;
        let address = line.byte_address();
        if !reading.lines.contains_key(&address) && reading.error.is_none() {
            let first = address / (TOGETHER * LINE_BYTES) * TOGETHER;
            let group: Vec<u64> = (first..first + TOGETHER)
                .map(|line| line * LINE_BYTES)
                .collect();
            match reading.machine.read_lines(&group) {
                Err(error) => reading.error = Some(error),
                Ok(read) => {
                    for (address, words) in read {
                        reading.lines.insert(address, bytes_of(&words));
                    }
                }
            }
        }
        reading.lines.get(&address).copied().unwrap_or([0; 64])
    }
}

/// Memory while nothing of what is looked at is under way. No cycle passes and nothing is counted; a filter that
/// answers otherwise shows when somebody reads.
pub struct Glance<'a>(pub &'a Dram);

impl PhysicalMemory for Glance<'_> {
    fn peek(&self, line: Line) -> [u8; 64] {
        bytes_of(&self.0.seen(line.byte_address()))
    }
}

fn bytes_of(words: &LineData) -> [u8; 64] {
    let mut bytes = [0; 64];
    for (bytes, word) in bytes.chunks_exact_mut(8).zip(words) {
        bytes.copy_from_slice(&word.to_le_bytes());
    }
    bytes
}
