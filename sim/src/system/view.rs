//! Looking into the model, and faults.

use super::formats::{PAGE_LOG2, Record, frame_of, is_valid};
use super::statistics::{ClassUsage, PageStatistics, ProcessUsage};
use super::{Switches, SystemModel};
use crate::counters::Counters;
use crate::geometry::{Arena, Geometry};
use crate::memory::{Line, LineMemory};
use crate::model::HotView;

impl SystemModel {
    /// Sizes and places.
    pub fn geometry(&self) -> &Geometry {
        &self.pages.geometry
    }

    /// Number of cores.
    pub fn cores(&self) -> usize {
        self.cores.len()
    }

    /// Number of processes that there can be.
    pub fn processes(&self) -> usize {
        self.pages.processes.len()
    }

    /// The process and context that a core runs.
    pub fn running(&self, core: usize) -> Option<(u32, u32)> {
        let core = self.cores.get(core)?;
        core.running
            .map(|(process, _)| (process, core.allocator.context))
    }

    /// A core's HOT entry; `None`: no such core or class, or the class is not known since the context was attached.
    pub fn hot(&self, core: usize, class: u32) -> Option<HotView> {
        let entry = self.cores.get(core)?.allocator.hot.get(class as usize)?;
        entry.known.then(|| HotView::of(entry))
    }

    /// Counts of a core's events; `None`: no such core.
    pub fn counters(&self, core: usize) -> Option<&Counters> {
        self.cores.get(core).map(|core| &core.allocator.counters)
    }

    /// What a core's context switches and forwarded frees did; `None`: no such core.
    pub fn switches(&self, core: usize) -> Option<Switches> {
        self.cores.get(core).map(|core| core.switches)
    }

    /// Hash of where a core's successful allocations were placed, as [`Model::placement_hash`](crate::Model).
    pub fn placement_hash(&self, core: usize) -> Option<u64> {
        let core = self.cores.get(core)?;
        Some(core.allocator.placement.value())
    }

    /// Counts of the page allocator's events.
    pub fn statistics(&self) -> &PageStatistics {
        &self.pages.statistics
    }

    /// Frames in the pool.
    pub fn pool_level(&self) -> u64 {
        self.pages.pool.level()
    }

    /// Frames on their way to the pool; none unless [`Serving::Observed`](crate::Serving::Observed).
    pub fn in_reclaim(&self) -> u64 {
        self.pages.pool.reclaimed.len() as u64
    }

    /// Frames of a process; `None`: no such process.
    pub fn process_usage(&self, process: u32) -> Option<ProcessUsage> {
        let owner = self.pages.process(process).ok()?;
        let mut usage = ProcessUsage {
            frames: owner.used,
            peak_frames: owner.peak,
            quota: owner.quota,
            ..ProcessUsage::default()
        };
        self.visit(owner.root, &mut |entry| {
            if entry.level > 0 {
                usage.table_frames += 1;
            } else if self.geometry().page_of(entry.address).is_some() {
                usage.body_pages += 1;
            } else {
                usage.header_pages += 1;
            }
        });
        Some(usage)
    }

    /// Arenas, objects and bytes of each class; what programs have of it, and what that costs. Walks everything.
    pub fn class_usage(&self) -> Vec<ClassUsage> {
        let mut usage = vec![ClassUsage::default(); self.geometry().classes() as usize];
        for (number, process) in self.pages.processes.iter().enumerate() {
            let Some(process) = process else { continue };
            self.visit(process.root, &mut |entry| {
                if entry.level == 0
                    && let Some((arena, _)) = self.geometry().page_of(entry.address)
                {
                    usage[arena.class as usize].resident_bytes += 4096;
                }
            });
            for (class, usage) in usage.iter_mut().enumerate() {
                for context in 0..self.geometry().contexts() {
                    let (arenas, objects) = self.live(number as u32, class as u32, context);
                    usage.arenas += arenas;
                    usage.objects += objects;
                }
            }
        }
        for (class, usage) in usage.iter_mut().enumerate() {
            usage.live_bytes = usage.objects * u64::from(self.geometry().size_bytes(class as u32));
        }
        usage
    }

    /// Arenas in use of a class and context, and allocated slots in them.
    fn live(&self, process: u32, class: u32, context: u32) -> (u64, u64) {
        let Some(record) = self.record(process, class, context) else {
            return (0, 0);
        };
        let runner = self.runner(process, context);
        let hot = runner.and_then(|core| self.hot(core, class));
        let hot = hot.and_then(|hot| hot.arena);
        let (mut arenas, mut objects) = (0, 0);
        for number in 0..record.next_arena {
            let arena = Arena {
                class,
                context,
                number,
            };
            match hot.filter(|(serving, _)| *serving == number) {
                Some((_, bitmap)) => {
                    arenas += 1;
                    objects += u64::from(bitmap.count());
                }
                None => {
                    let header = self.peek_header(process, arena);
                    if header.verify(arena).is_ok() {
                        arenas += 1;
                        objects += u64::from(header.count());
                    }
                }
            }
        }
        (arenas, objects)
    }

    /// The record of a class and context as it is in memory: the second half is stale while the context runs.
    /// `None`: no such process.
    pub fn record(&self, process: u32, class: u32, context: u32) -> Option<Record> {
        let root = self.pages.root(process).ok()?;
        Some(self.pages.peek_record(root, class, context))
    }

    /// What must be in memory as the header of an arena; stale for one that is in a HOT. `None`: no page is mapped.
    pub fn header_bytes(&self, process: u32, arena: Arena) -> Option<[u8; 64]> {
        let line = self.header_line(process, arena)?;
        Some(self.pages.memory.peek(line))
    }

    /// Where the model has the header of an arena. `None`: no page is mapped there.
    pub fn header_line(&self, process: u32, arena: Arena) -> Option<Line> {
        let address = self.geometry().header_address(arena);
        let at = self.physical(process, address)?;
        Some(Line::of_byte_address(at))
    }

    /// Where the model has what a process finds at a virtual address. `None`: no page is mapped there.
    pub fn physical(&self, process: u32, address: u64) -> Option<u64> {
        let at = self.entry_address(process, 0, address)?;
        let entry = self.peek_entry(at);
        is_valid(entry).then(|| (frame_of(entry) << PAGE_LOG2) + address % 4096)
    }

    /// Where the model has the page-table entry of a virtual address in the table of a level, 0 being the leaf's.
    /// `None`: there is no such table.
    pub fn entry_address(&self, process: u32, level: u32, address: u64) -> Option<u64> {
        let formats = &self.pages.formats;
        let mut at = self.pages.root(process).ok()?;
        for above in (level + 1..formats.levels).rev() {
            let entry = self.peek_entry(formats.entry(at, above, address));
            if !is_valid(entry) {
                return None;
            }
            at = frame_of(entry);
        }
        (level < formats.levels).then(|| formats.entry(at, level, address))
    }

    /// Where the model has the record of a class and context. `None`: no such process.
    pub fn record_address(&self, process: u32, class: u32, context: u32) -> Option<u64> {
        let root = self.pages.root(process).ok()?;
        Some(self.pages.record_address(root, class, context))
    }

    /// Where the model has a context's mailbox. `None`: no such process.
    pub fn mailbox_address(&self, process: u32, context: u32) -> Option<u64> {
        let root = self.pages.root(process).ok()?;
        Some(self.mailbox_at(root, context))
    }

    /// The model's memory, to look at.
    pub fn memory(&self) -> &LineMemory {
        &self.pages.memory
    }

    /// The model's memory, to make lines fail or to tamper with them.
    pub fn memory_mut(&mut self) -> &mut LineMemory {
        &mut self.pages.memory
    }

    /// The program's memory that mailboxes point to, to make lines fail.
    pub fn software_memory_mut(&mut self) -> &mut LineMemory {
        &mut self.software
    }
}
