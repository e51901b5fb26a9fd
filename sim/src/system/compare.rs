//! The hardware's memory against the model's.

use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

use super::SystemModel;
use super::formats::{PAGE_LOG2, Record, flags_of, frame_of, is_valid};
use super::pages::Process;
use crate::geometry::Arena;
use crate::memory::{Line, PhysicalMemory};

/// Which of the hardware's frames is which of the model's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FrameMap {
    hardware: FxHashMap<u64, u64>,
    model: FxHashMap<u64, u64>,
}

impl FrameMap {
    /// The hardware's frame for one of the model's; `None`: no process has it.
    pub fn hardware_frame(&self, model: u64) -> Option<u64> {
        self.hardware.get(&model).copied()
    }

    /// The model's frame for one of the hardware's; `None`: no process has it.
    pub fn model_frame(&self, hardware: u64) -> Option<u64> {
        self.model.get(&hardware).copied()
    }

    /// The hardware's address for one of the model's; `None`: no process has its frame.
    pub fn hardware_address(&self, model: u64) -> Option<u64> {
        let frame = self.hardware_frame(model >> PAGE_LOG2)?;
        Some((frame << PAGE_LOG2) + model % 4096)
    }

    /// Number of frames that processes have, descriptors included.
    pub fn len(&self) -> usize {
        self.hardware.len()
    }

    /// Whether no process has any.
    pub fn is_empty(&self) -> bool {
        self.hardware.is_empty()
    }

    /// Whether neither had another partner before.
    fn pair(&mut self, model: u64, hardware: u64) -> bool {
        let before = (
            self.hardware.insert(model, hardware),
            self.model.insert(hardware, model),
        );
        before == (None, None)
    }
}

/// The hardware's memory is not the model's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Difference {
    /// A page-table entry has other flags, or is valid where it should not be, or the other way round.
    #[error(
        "process {process}, address {address:#x}: the entry in the table of level {level} should be {}, found {}",
        entry(*expected),
        entry(*found)
    )]
    Entry {
        /// The process.
        process: u32,
        /// First virtual address that the entry maps.
        address: u64,
        /// Level of the table, 0 for a leaf table.
        level: u32,
        /// The model's entry.
        expected: u64,
        /// The hardware's entry.
        found: u64,
    },
    /// A frame in two places.
    #[error(
        "process {process}, address {address:#x}, level {level}: the hardware maps frame {frame:#x}, which it uses elsewhere too"
    )]
    FrameTwice {
        /// The process.
        process: u32,
        /// First virtual address of the entry that names the frame for the second time.
        address: u64,
        /// Level of its table.
        level: u32,
        /// The hardware's frame.
        frame: u64,
    },
    /// A frame that is mapped and in the pool, or was never lent.
    #[error(
        "process {process}, address {address:#x}, level {level}: the hardware maps frame {frame:#x}, which {why}"
    )]
    FrameNotGranted {
        /// The process.
        process: u32,
        /// First virtual address of the entry that names it.
        address: u64,
        /// Level of its table.
        level: u32,
        /// The hardware's frame.
        frame: u64,
        /// What it is instead.
        why: &'static str,
    },
    /// Another number of frames in the pool.
    #[error("the pool should have {expected} frames, the hardware's has {found}")]
    PoolLevel {
        /// The model's.
        expected: u64,
        /// The hardware's.
        found: u64,
    },
    /// A header.
    #[error(
        "process {process}, address {address:#x}, {arena:?}: the header should be {expected:02x?}, found {found:02x?}"
    )]
    Header {
        /// The process.
        process: u32,
        /// Virtual address in the header lane.
        address: u64,
        /// The arena; `None`: a line of a header page that no arena has.
        arena: Option<Arena>,
        /// The model's bytes.
        expected: Box<[u8; 64]>,
        /// The hardware's bytes.
        found: Box<[u8; 64]>,
    },
    /// A record of the descriptor.
    #[error(
        "process {process}, context {context}, class {class}: the record should be {expected:?}, found {found:?} (bytes {bytes:02x?}); halves of a running context do not count"
    )]
    Record {
        /// The process.
        process: u32,
        /// The context.
        context: u32,
        /// The class.
        class: u32,
        /// The model's.
        expected: Record,
        /// The hardware's.
        found: Record,
        /// The hardware's bytes.
        bytes: [u8; 16],
    },
    /// A mailbox of the descriptor.
    #[error(
        "process {process}, context {context}: the mailbox should be {expected:02x?}, found {found:02x?}"
    )]
    Mailbox {
        /// The process.
        process: u32,
        /// The context.
        context: u32,
        /// The model's bytes.
        expected: [u8; 16],
        /// The hardware's bytes.
        found: [u8; 16],
    },
}

/// An entry in words.
fn entry(entry: u64) -> String {
    if !is_valid(entry) && entry == 0 {
        return "invalid".to_owned();
    }
    format!("{:#x} with flags {:#x}", entry, flags_of(entry))
}

impl SystemModel {
    /// Compares all processes: page tables entry by entry from both roots, headers and mailboxes byte by byte, records
    /// too. Left out is what the contract lets be stale while a context runs: headers of arenas in a HOT, and the core's
    /// half of the records of classes that are known there. Cursors must have been written back (SYNC). Objects are the
    /// program's and not looked at.
    ///
    /// Each of the hardware's frames may have one place alone, must be lent, and not be among `pool`, the frames that
    /// the hardware has in its pool, which must be as many as the model's.
    ///
    /// # Errors
    /// The first difference found.
    pub fn compare_with(
        &self,
        hardware: &dyn PhysicalMemory,
        pool: &BTreeSet<u64>,
    ) -> Result<FrameMap, Difference> {
        let (expected, found) = (self.pool_level(), pool.len() as u64);
        if expected != found {
            return Err(Difference::PoolLevel { expected, found });
        }
        let mut frames = FrameMap::default();
        let exist = self.pages.processes.iter().zip(0..);
        for (process, number) in exist.filter_map(|(process, n)| Some((process.as_ref()?, n))) {
            let mut comparison = Comparison {
                model: self,
                hardware,
                pool,
                frames: &mut frames,
                number,
                process,
                cursors: true,
            };
            comparison.run()?;
        }
        Ok(frames)
    }

    /// As [`SystemModel::compare_with`], of one process whose own requests are all served, while others go on: the pool's
    /// level is not looked at, nor cursors, which need not have been written back.
    ///
    /// # Errors
    /// The first difference found.
    pub fn compare_process(
        &self,
        number: u32,
        hardware: &dyn PhysicalMemory,
        pool: &BTreeSet<u64>,
    ) -> Result<FrameMap, Difference> {
        let mut frames = FrameMap::default();
        if let Ok(process) = self.pages.process(number) {
            let mut comparison = Comparison {
                model: self,
                hardware,
                pool,
                frames: &mut frames,
                number,
                process,
                cursors: false,
            };
            comparison.run()?;
        }
        Ok(frames)
    }
}

/// The comparison of a process.
struct Comparison<'a> {
    model: &'a SystemModel,
    hardware: &'a dyn PhysicalMemory,
    pool: &'a BTreeSet<u64>,
    frames: &'a mut FrameMap,
    number: u32,
    process: &'a Process,
    /// Cursors have been written back.
    cursors: bool,
}

impl Comparison<'_> {
    fn run(&mut self) -> Result<(), Difference> {
        let formats = &self.model.pages.formats;
        let (model, hardware) = (self.process.root, self.process.mptr >> PAGE_LOG2);
        let top = formats.levels - 1;
        for frame in 0..formats.descriptor_frames() {
            self.pair(model + frame, hardware + frame, formats.levels, 0)?;
        }
        self.table(model, hardware, top, 0)?;
        for context in 0..self.model.geometry().contexts() {
            self.records(context)?;
            self.mailbox(context)?;
        }
        Ok(())
    }

    fn table(
        &mut self,
        model: u64,
        hardware: u64,
        level: u32,
        base: u64,
    ) -> Result<(), Difference> {
        let formats = &self.model.pages.formats;
        for index in 0..formats.entries() {
            let address = base + index * formats.span(level);
            let at = index * formats.entry_bytes;
            let expected = self.model.peek_entry((model << PAGE_LOG2) + at);
            let at = (hardware << PAGE_LOG2) + at;
            let found = formats.entry_in(&self.hardware.peek(Line::of_byte_address(at)), at);
            let alike = if is_valid(expected) {
                flags_of(expected) == flags_of(found)
            } else {
                expected == found
            };
            if !alike {
                return Err(Difference::Entry {
                    process: self.number,
                    address,
                    level,
                    expected,
                    found,
                });
            }
            if !is_valid(expected) {
                continue;
            }
            let (model, hardware) = (frame_of(expected), frame_of(found));
            self.pair(model, hardware, level, address)?;
            if level > 0 {
                self.table(model, hardware, level - 1, address)?;
            } else if self.model.geometry().page_of(address).is_none() {
                self.headers(model, hardware, address)?;
            }
        }
        Ok(())
    }

    /// Two frames have the same place.
    fn pair(
        &mut self,
        model: u64,
        hardware: u64,
        level: u32,
        address: u64,
    ) -> Result<(), Difference> {
        let not_granted = |why| {
            Err(Difference::FrameNotGranted {
                process: self.number,
                address,
                level,
                frame: hardware,
                why,
            })
        };
        if !self.model.pages.pool.lent.contains(&hardware) {
            return not_granted("was never lent");
        }
        if self.pool.contains(&hardware) {
            return not_granted("is in the pool");
        }
        if !self.model.pages.pool.agrees(model, hardware) {
            return not_granted("is not the one seen here before");
        }
        if self.frames.pair(model, hardware) {
            Ok(())
        } else {
            Err(Difference::FrameTwice {
                process: self.number,
                address,
                level,
                frame: hardware,
            })
        }
    }

    /// A page of headers.
    fn headers(&self, model: u64, hardware: u64, base: u64) -> Result<(), Difference> {
        for index in 0..64 {
            let address = base + index * 64;
            let arena = self.model.geometry().arena_of_header(address);
            if arena.is_some_and(|arena| self.in_hot(arena)) {
                continue;
            }
            let expected = self.model.pages.memory.peek(Line((model << 6) + index));
            let found = self.hardware.peek(Line((hardware << 6) + index));
            if expected != found {
                return Err(Difference::Header {
                    process: self.number,
                    address,
                    arena,
                    expected: Box::new(expected),
                    found: Box::new(found),
                });
            }
        }
        Ok(())
    }

    fn in_hot(&self, arena: Arena) -> bool {
        let runner = self.model.runner(self.number, arena.context);
        let hot = runner.and_then(|core| self.model.hot(core, arena.class));
        let serving = hot.and_then(|hot| hot.arena);
        serving.is_some_and(|(number, _)| number == arena.number)
    }

    fn records(&self, context: u32) -> Result<(), Difference> {
        let runner = self.model.runner(self.number, context);
        for class in 0..self.model.geometry().classes() {
            let offset = self.model.pages.formats.record(class, context);
            let expected = self.model_bytes(offset);
            let found = self.hardware_bytes(offset);
            let stale = runner.is_some_and(|core| self.model.hot(core, class).is_some());
            let compared = if self.cursors { 0 } else { 8 }..if stale { 8 } else { 16 };
            if expected[compared.clone()] != found[compared] {
                return Err(Difference::Record {
                    process: self.number,
                    context,
                    class,
                    expected: Record::from_bytes(&expected),
                    found: Record::from_bytes(&found),
                    bytes: found,
                });
            }
        }
        Ok(())
    }

    fn mailbox(&self, context: u32) -> Result<(), Difference> {
        let offset = self.model.pages.formats.mailbox(context);
        let (expected, found) = (self.model_bytes(offset), self.hardware_bytes(offset));
        if expected == found {
            Ok(())
        } else {
            Err(Difference::Mailbox {
                process: self.number,
                context,
                expected,
                found,
            })
        }
    }

    /// Sixteen bytes of the model's descriptor.
    fn model_bytes(&self, offset: u64) -> [u8; 16] {
        sixteen(
            &self.model.pages.memory,
            (self.process.root << PAGE_LOG2) + offset,
        )
    }

    /// Sixteen bytes of the hardware's descriptor.
    fn hardware_bytes(&self, offset: u64) -> [u8; 16] {
        sixteen(self.hardware, self.process.mptr + offset)
    }
}

fn sixteen(memory: &dyn PhysicalMemory, address: u64) -> [u8; 16] {
    let line = memory.peek(Line::of_byte_address(address));
    let at = (address % 64) as usize;
    std::array::from_fn(|byte| line[at + byte])
}
