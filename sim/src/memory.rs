//! Memory that headers are in, line by line, with errors on demand.

use rustc_hash::FxHashMap;
use std::collections::HashSet;

/// A line of physical memory: its byte address divided by 64.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Line(pub u64);

impl Line {
    /// Physical address of its first byte.
    pub fn byte_address(self) -> u64 {
        self.0 << 6
    }

    /// The line that a physical address is in.
    pub fn of_byte_address(address: u64) -> Self {
        Line(address >> 6)
    }
}

/// Memory answered an access with an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("memory answered an access to the line at {:#x} with an error", .0.byte_address())]
pub struct BusError(pub Line);

/// Memory as page allocator and model see it. A line that nothing was ever written to reads as zeros.
pub trait HeaderMemory {
    /// Reads a line.
    ///
    /// # Errors
    /// The memory answers with an error.
    fn read(&mut self, line: Line) -> Result<[u8; 64], BusError>;

    /// Writes a line.
    ///
    /// # Errors
    /// The memory answers with an error; the line keeps what it had.
    fn write(&mut self, line: Line, bytes: [u8; 64]) -> Result<(), BusError>;
}

/// Memory to look at, whatever it is made of: a model's, or what a testbench keeps behind the hardware's bus.
pub trait PhysicalMemory {
    /// What a reader of the line gets.
    fn peek(&self, line: Line) -> [u8; 64];
}

impl PhysicalMemory for LineMemory {
    fn peek(&self, line: Line) -> [u8; 64] {
        LineMemory::peek(self, line)
    }
}

/// Lines to a frame.
pub(crate) const LINES_A_FRAME: u64 = 64;

/// A frame's lines.
type Frame = [[u8; 64]; LINES_A_FRAME as usize];

/// Memory in frames that exist once they are written to.
#[derive(Clone, Debug, Default)]
pub struct LineMemory {
    frames: FxHashMap<u64, Box<Frame>>,
    failing_reads: HashSet<Line>,
    failing_writes: HashSet<Line>,
}

impl LineMemory {
    /// Empty memory without failing lines.
    pub fn new() -> Self {
        Self::default()
    }

    /// What is in a line, whether or not reads of it fail.
    pub fn peek(&self, line: Line) -> [u8; 64] {
        match self.frames.get(&(line.0 / LINES_A_FRAME)) {
            Some(frame) => frame[(line.0 % LINES_A_FRAME) as usize],
            None => [0; 64],
        }
    }

    /// Changes a line, whether or not writes to it fail.
    pub fn poke(&mut self, line: Line, bytes: [u8; 64]) {
        let frame = self
            .frames
            .entry(line.0 / LINES_A_FRAME)
            .or_insert_with(|| Box::new([[0; 64]; 64]));
        frame[(line.0 % LINES_A_FRAME) as usize] = bytes;
    }

    /// Writes bytes within one line, as byte strobes do.
    ///
    /// # Errors
    /// The line's writes fail; it keeps what it had.
    pub fn write_bytes(&mut self, address: u64, bytes: &[u8]) -> Result<(), BusError> {
        let line = Line::of_byte_address(address);
        if self.failing_writes.contains(&line) {
            return Err(BusError(line));
        }
        self.poke_bytes(address, bytes);
        Ok(())
    }

    /// Changes bytes within one line, whether or not writes to it fail.
    pub fn poke_bytes(&mut self, address: u64, bytes: &[u8]) {
        let line = Line::of_byte_address(address);
        let mut whole = self.peek(line);
        let at = (address % 64) as usize;
        whole[at..at + bytes.len()].copy_from_slice(bytes);
        self.poke(line, whole);
    }

    /// Makes all lines of a frame read as zeros, whether or not writes to them fail.
    pub fn clear_frame(&mut self, frame: u64) {
        self.frames.remove(&frame);
    }

    /// From now on reads of the line fail, or no longer do.
    pub fn fail_reads(&mut self, line: Line, fail: bool) {
        if fail {
            self.failing_reads.insert(line)
        } else {
            self.failing_reads.remove(&line)
        };
    }

    /// Whether writes to any line fail.
    pub fn fails_writes(&self) -> bool {
        !self.failing_writes.is_empty()
    }

    /// From now on writes to the line fail, or no longer do.
    pub fn fail_writes(&mut self, line: Line, fail: bool) {
        if fail {
            self.failing_writes.insert(line)
        } else {
            self.failing_writes.remove(&line)
        };
    }
}

impl HeaderMemory for LineMemory {
    fn read(&mut self, line: Line) -> Result<[u8; 64], BusError> {
        if !self.failing_reads.is_empty() && self.failing_reads.contains(&line) {
            return Err(BusError(line));
        }
        Ok(self.peek(line))
    }

    fn write(&mut self, line: Line, bytes: [u8; 64]) -> Result<(), BusError> {
        if !self.failing_writes.is_empty() && self.failing_writes.contains(&line) {
            return Err(BusError(line));
        }
        self.poke(line, bytes);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_line_keeps_what_it_had() {
        let (mut memory, line) = (LineMemory::new(), Line(0x4_0001));
        assert_eq!(memory.read(line), Ok([0; 64]));
        memory.write(line, [1; 64]).unwrap();
        memory.fail_writes(line, true);
        assert_eq!(memory.write(line, [2; 64]), Err(BusError(line)));
        memory.fail_reads(line, true);
        assert_eq!(memory.read(line), Err(BusError(line)));
        assert_eq!(memory.peek(line), [1; 64]);
        memory.fail_reads(line, false);
        memory.fail_writes(line, false);
        memory.write(line, [3; 64]).unwrap();
        assert_eq!(
            (memory.read(line), memory.read(Line(line.0 + 1))),
            (Ok([3; 64]), Ok([0; 64]))
        );
    }
}
