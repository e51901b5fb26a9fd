//! What a run adds up to, beside each core's [`Counters`](crate::Counters).

use crate::status::Status;

/// Counts of the page allocator's events since the model was made. Frames by name are those that were granted for the
/// purpose, ever.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct PageStatistics {
    /// Arenas granted.
    pub alloc_arenas: u64,
    /// Arenas given back without an error.
    pub free_arenas: u64,
    /// Translations for object allocators, as the model needs them: it keeps none.
    pub header_translations: u64,
    /// Translations for hosts.
    pub body_translations: u64,
    /// Pages of objects mapped.
    pub repairs: u64,
    /// Pages of headers mapped.
    pub header_pages: u64,
    /// Page tables made, roots not among them.
    pub table_frames: u64,
    /// Translations that found no arena in use.
    pub page_faults: u64,
    /// Requests refused for want of frames or arena numbers.
    pub no_memory: u64,
    /// Requests that met a bus error and said so.
    pub bus_errors: u64,
    /// Times that the cursor of a class was asked for.
    pub cursor_lookups: u64,
    /// Frames pushed by the operating system.
    pub pushes: u64,
    /// Frames taken back by it.
    pub takes: u64,
    /// Processes created.
    pub created: u64,
    /// Processes destroyed.
    pub destroyed: u64,
    /// Frames lost below page tables that could not be read.
    pub lost_frames: u64,
    /// Frames that processes have now.
    pub frames: u64,
    /// Most that they ever had.
    pub peak_frames: u64,
}

impl PageStatistics {
    pub(crate) fn granted(&mut self, frames: u64) {
        self.frames += frames;
        self.peak_frames = self.peak_frames.max(self.frames);
    }

    pub(crate) fn returned(&mut self, frames: u64) {
        self.frames -= frames;
    }

    pub(crate) fn refused(&mut self, status: Status) {
        match status {
            Status::NoMemory => self.no_memory += 1,
            Status::BadPointer => self.page_faults += 1,
            Status::BusError => self.bus_errors += 1,
            _ => {}
        }
    }
}

/// Frames of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct ProcessUsage {
    /// All frames of the pool that it has; the descriptor, root table included, is not from the pool.
    pub frames: u64,
    /// Most that it ever had.
    pub peak_frames: u64,
    /// Most that it may have; 0: as many as there are.
    pub quota: u64,
    /// Of its frames those that are page tables.
    pub table_frames: u64,
    /// Those with headers.
    pub header_pages: u64,
    /// Those with objects.
    pub body_pages: u64,
}

/// Memory of a size class, over all processes and contexts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct ClassUsage {
    /// Arenas in use.
    pub arenas: u64,
    /// Objects alive.
    pub objects: u64,
    /// Their bytes, by the size of the class.
    pub live_bytes: u64,
    /// Bytes of the pages that are mapped for them.
    pub resident_bytes: u64,
}

impl ClassUsage {
    /// Part of the resident bytes that no object has, 0 to 1. Pages that no program has touched are not resident, so
    /// in a run without TRANSLATE there may be more live bytes than resident ones; it is 0 then.
    pub fn fragmentation(&self) -> f64 {
        if self.resident_bytes <= self.live_bytes {
            return 0.0;
        }
        1.0 - self.live_bytes as f64 / self.resident_bytes as f64
    }
}
