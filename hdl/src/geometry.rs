//! [`Geometry`]: the widths and tables that the hardware's modules are made with.

use crate::rtl::clog2;
use memento_config::{Config, Mode};

/// Bytes of an arena header: one line of the memory.
pub const LINE_BYTES: usize = 64;
/// Width of the header port, in bits; a line moves in [`LINE_BEATS`] beats.
pub const BEAT_BITS: usize = 64;
/// Beats a line.
pub const LINE_BEATS: usize = LINE_BYTES * 8 / BEAT_BITS;
/// Bytes of the record of one context and class in a process descriptor.
pub const RECORD_BYTES: usize = 16;
/// Bytes of a context's mailbox in a process descriptor.
pub const MAILBOX_BYTES: usize = 16;
/// log2 of the smallest page, and so of the smallest arena stride, in bytes.
pub const PAGE_BITS: usize = 12;
/// Operations that one object allocator holds at once, from acceptance to response; one more than
/// the longest pipeline needs to accept one every cycle.
pub const OPERATIONS_IN_FLIGHT: usize = 16;
/// Frees from other cores that one object allocator holds at once, from acceptance to response.
pub const FREES_IN_FLIGHT: usize = 4;
/// Writes of headers that one object allocator has unanswered at once, a power of two.
pub const WRITES_UNDER_WAY: usize = 4;
/// Headers that wait on chip for such a write or its answer, a power of two.
pub const LINES_TO_WRITE: usize = 8;
/// Frees whose headers are being written behind them, of one object allocator, a power of two.
pub const FREES_UNANSWERED: usize = 16;

/// Sizes of the hardware, all in bits unless the name says otherwise.
#[derive(Clone, Debug)]
pub struct Geometry {
    /// Width of a request's operand and of a response's value.
    pub operand_bits: usize,
    /// Width of a physical address.
    pub physical_bits: usize,
    /// First address of the region.
    pub region_base: usize,
    /// First address of the header lane.
    pub header_base: usize,
    /// log2 of the header lane's bytes.
    pub header_lane_bits: usize,
    /// Size classes.
    pub classes: usize,
    /// Width of a class number.
    pub class_bits: usize,
    /// Width of a context number.
    pub context_bits: usize,
    /// log2 of a lane's bytes.
    pub lane_bits: usize,
    /// log2 of the size step in bytes.
    pub step_bits: usize,
    /// log2 of the largest arena's stride.
    pub max_stride_bits: usize,
    /// Width of the arena number that the smallest stride leaves.
    pub arena_bits: usize,
    /// Objects an arena.
    pub objects: usize,
    /// Width of a slot number.
    pub slot_bits: usize,
    /// Width of a count of 0..=objects.
    pub count_bits: usize,
    /// Bits of the bitmap that move at once.
    pub word_bits: usize,
    /// Words a bitmap.
    pub words: usize,
    /// Free slots from which an arena outside the object table is listed.
    pub list_threshold: usize,
    /// Cycles from accepting an operation that hits to its response.
    pub depth_cycles: usize,
    /// Whether the next free slot of every class is kept at hand.
    pub ready_slots: bool,
    /// Entries of the header-page translation cache.
    pub translation_entries: usize,
    /// Arena headers kept on chip, outside the object table.
    pub header_entries: usize,
    /// Entries of the queue of frees that miss.
    pub miss_queue_entries: usize,
    /// Whether arenas are fetched ahead of need.
    pub prefetch: bool,
    /// Whether words of on-chip memories are checked.
    pub parity: bool,
    /// Whether the trace port is driven.
    pub trace_port: bool,
    /// The reciprocals by which places become slots.
    pub reciprocal: Reciprocal,
    /// Object allocators.
    pub cores: usize,
    /// Processes that can exist at once, a power of two.
    pub processes: usize,
    /// Width of a process number.
    pub process_bits: usize,
    /// Width of the AXI4 data buses.
    pub data_bits: usize,
    /// First byte address of the DRAM that frames may be lent from, a multiple of its size.
    pub memory_base: usize,
    /// log2 of the bytes of that DRAM.
    pub memory_bits: usize,
    /// Width of a frame's number within that DRAM.
    pub frame_index_bits: usize,
    /// Whether a two-bit state a frame refuses double pushes.
    pub track_frames: bool,
    /// Frames of the pool that are queued on chip, a power of two.
    pub pool_entries: usize,
    /// Arena cursors cached, a power of two.
    pub cursor_entries: usize,
    /// Addresses of leaf page tables cached, a power of two.
    pub walk_entries: usize,
    /// Entries of the fresh-line filter, masks of eight frames each, a power of two; 0: there is no filter.
    pub bypass_entries: usize,
    /// Width of AXI IDs on the cache side.
    pub id_bits: usize,
    /// Levels of a page table, each of tables of one page.
    pub levels: usize,
    /// Bytes of a page-table entry.
    pub pte_bytes: usize,
    /// Width of an index into one table, log2 of its entries.
    pub table_index_bits: usize,
    /// Width of a virtual address.
    pub virtual_bits: usize,
    /// Pages that the objects of an arena of the last class take, the most of all classes.
    pub max_body_pages: usize,
}

impl Geometry {
    /// The sizes that follow from a configuration.
    pub fn new(config: &Config) -> Geometry {
        let objects = config.objects_per_arena() as usize;
        let classes = config.classes() as usize;
        let context_bits = config.context_bits() as usize;
        let lane_bits = config.lane_bytes().trailing_zeros() as usize;
        // Measured: of 16, 32 and 64 bits a word, 32 gives the fastest loops; at least two words.
        let word_bits = (objects / 2).min(32);
        let memory_bits = config.memory_bytes().trailing_zeros() as usize;
        let (levels, pte_bytes) = match config.mode() {
            Mode::Sv32 => (2, 4),
            Mode::Sv39 => (3, 8),
            Mode::Sv48 => (4, 8),
        };
        let mut geometry = Geometry {
            operand_bits: config.operand_bits() as usize,
            physical_bits: config.physical_bits() as usize,
            region_base: config.region_base() as usize,
            header_base: config.header_base() as usize,
            header_lane_bits: config.header_lane_bytes().trailing_zeros() as usize,
            classes,
            class_bits: clog2(classes).max(1),
            context_bits,
            lane_bits,
            step_bits: config.size_step_bytes().trailing_zeros() as usize,
            max_stride_bits: 0,
            arena_bits: 0,
            objects,
            slot_bits: clog2(objects),
            count_bits: clog2(objects + 1),
            word_bits,
            words: objects / word_bits,
            list_threshold: config.list_threshold() as usize,
            depth_cycles: config.depth_cycles() as usize,
            ready_slots: config.ready_slots(),
            translation_entries: config.translation_entries() as usize,
            header_entries: config.header_entries() as usize,
            miss_queue_entries: config.miss_queue_entries() as usize,
            prefetch: config.prefetch(),
            parity: config.ecc() == memento_config::Ecc::Parity,
            trace_port: config.trace_port(),
            reciprocal: Reciprocal::default(),
            cores: config.cores() as usize,
            processes: config.processes() as usize,
            process_bits: clog2(config.processes() as usize),
            data_bits: config.data_bits() as usize,
            memory_base: config.memory_base() as usize,
            memory_bits,
            frame_index_bits: memory_bits - PAGE_BITS,
            track_frames: config.track_frames(),
            pool_entries: config.pool_entries() as usize,
            cursor_entries: config.cursor_entries() as usize,
            walk_entries: config.walk_entries() as usize,
            bypass_entries: config.bypass_entries() as usize,
            id_bits: config.id_bits() as usize,
            levels,
            pte_bytes,
            table_index_bits: PAGE_BITS - clog2(pte_bytes),
            virtual_bits: config.virtual_bits() as usize,
            max_body_pages: 0,
        };
        geometry.max_stride_bits = geometry.stride_bits(classes - 1);
        geometry.arena_bits = lane_bits - context_bits - geometry.stride_bits(0);
        geometry.reciprocal = Reciprocal::exact(&geometry);
        geometry.max_body_pages = geometry.body_pages(classes - 1);
        geometry
    }

    /// log2 of the bytes from one arena of class `class` to the next.
    pub fn stride_bits(&self, class: usize) -> usize {
        let bytes = (self.objects * (class + 1)) << self.step_bits;
        clog2(bytes).max(PAGE_BITS)
    }

    /// Width of an address within the region (class, context, arena number, offset).
    pub fn region_bits(&self) -> usize {
        self.class_bits + self.lane_bits
    }

    /// Width of a slot's place in its arena, in size steps, left-aligned to the largest stride.
    pub fn place_bits(&self) -> usize {
        self.max_stride_bits - self.step_bits
    }

    /// Width of a slot's address within its context's part of a lane, in size steps.
    pub fn ready_place_bits(&self) -> usize {
        self.lane_bits - self.context_bits - self.step_bits
    }

    /// By how much a class's stride falls short of the largest one, a table by class.
    pub fn stride_shortfall(&self) -> Vec<usize> {
        (0..self.classes)
            .map(|c| self.max_stride_bits - self.stride_bits(c))
            .collect()
    }

    /// Width of an entry of [`Self::stride_shortfall`].
    pub fn shortfall_bits(&self) -> usize {
        clog2(self.max_stride_bits - self.stride_bits(0) + 1).max(1)
    }

    /// For each class the bits that an arena number of it may have.
    pub fn arena_masks(&self) -> Vec<usize> {
        let bits = |c| self.lane_bits - self.context_bits - self.stride_bits(c);
        (0..self.classes).map(|c| (1 << bits(c)) - 1).collect()
    }
}

/// Pages of arenas. All pages of an arena have their entries in one leaf table: an arena is aligned to its stride,
/// which is at most 1 MiB (256 objects of 4 KiB) where a leaf table maps 2 MiB (Sv39, Sv48) or 4 MiB (Sv32).
impl Geometry {
    /// Pages that the objects of an arena of class `class` take, from its first page on; the rest of the stride is
    /// never mapped.
    pub fn body_pages(&self, class: usize) -> usize {
        ((self.objects * (class + 1)) << self.step_bits).div_ceil(1 << PAGE_BITS)
    }

    /// [`Self::body_pages`], a table by class.
    pub fn body_pages_table(&self) -> Vec<usize> {
        (0..self.classes).map(|c| self.body_pages(c)).collect()
    }

    /// [`Self::stride_bits`], a table by class.
    pub fn strides(&self) -> Vec<usize> {
        (0..self.classes).map(|c| self.stride_bits(c)).collect()
    }
}

/// The process descriptor: contiguous frames from the page-aligned address MPTR on.
///
/// | bytes from MPTR | what |
/// |---|---|
/// | 0 | root of the page table, one page |
/// | [`records_offset`](Self::records_offset) | a record for each context and class, 16 bytes each |
/// | [`mailboxes_offset`](Self::mailboxes_offset), a page boundary | a mailbox for each context, 16 bytes each |
///
/// The record of context `k`, class `c` is number `(k << class_bits) + c`; there are `2^class_bits` of them a context,
/// whether or not there are so many classes, so that the number is a concatenation.
impl Geometry {
    /// Bytes from MPTR to the first record.
    pub fn records_offset(&self) -> usize {
        1 << PAGE_BITS
    }

    /// Bytes from MPTR to the first mailbox: the first page boundary after the records.
    pub fn mailboxes_offset(&self) -> usize {
        let records = RECORD_BYTES << (self.context_bits + self.class_bits);
        self.records_offset() + records.next_multiple_of(1 << PAGE_BITS)
    }

    /// Frames of a descriptor; the mailboxes' last page is whole.
    pub fn descriptor_frames(&self) -> usize {
        let mailboxes = MAILBOX_BYTES << self.context_bits;
        (self.mailboxes_offset() + mailboxes).div_ceil(1 << PAGE_BITS)
    }
}

/// Division of a place by `class + 1` as a multiplication.
///
/// A place is a slot's byte offset in size steps, shifted left by the class's stride shortfall `h`.
/// With `k = class + 1` and `m = ceil(2^(scale - h) / k)`, the product `place * m` has the slot
/// number above bit `scale`, and its lower bits are below `m << h` exactly when nothing remains.
#[derive(Clone, Debug, Default)]
pub struct Reciprocal {
    /// Bits of the product below the slot number.
    pub scale: usize,
    /// `m` by class.
    pub factors: Vec<usize>,
    /// Width of the widest factor.
    pub factor_bits: usize,
}

impl Reciprocal {
    /// With the smallest scale that is exact for every place of every class.
    fn exact(geometry: &Geometry) -> Reciprocal {
        (geometry.place_bits()..)
            .map(|scale| Reciprocal::with_scale(geometry, scale))
            .find(|reciprocal| reciprocal.is_exact(geometry))
            .expect("a wide enough reciprocal is exact")
    }

    fn with_scale(geometry: &Geometry, scale: usize) -> Reciprocal {
        let factors: Vec<usize> = geometry
            .stride_shortfall()
            .iter()
            .enumerate()
            .map(|(class, shortfall)| (1usize << (scale - shortfall)).div_ceil(class + 1))
            .collect();
        let widest = factors.iter().max().copied().unwrap_or(0);
        Reciprocal {
            scale,
            factor_bits: clog2(widest + 1),
            factors,
        }
    }

    /// Tries every place of every class.
    fn is_exact(&self, geometry: &Geometry) -> bool {
        (0..geometry.classes).all(|class| {
            let (k, factor) = (class + 1, self.factors[class]);
            let stride_bits = geometry.stride_bits(class);
            let shortfall = geometry.max_stride_bits - stride_bits;
            (0..1usize << (stride_bits - geometry.step_bits)).all(|steps| {
                let product = (steps << shortfall) * factor;
                let remainder = product & ((1 << self.scale) - 1);
                product >> self.scale == steps / k
                    && (remainder < factor << shortfall) == (steps % k == 0)
            })
        })
    }
}

/// Which optional registers the hit pipeline has, each 0 or 1.
///
/// The shortest pipeline has 6 cycles; a longer one cuts its longest paths in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Registers {
    /// Behind the multiplication by a reciprocal: from 7 cycles.
    pub product: usize,
    /// Behind the test of the freed bit: from 8 cycles.
    pub test: usize,
    /// Ahead of the multiplication by a reciprocal: from 9 cycles.
    pub fields: usize,
    /// Ahead of the address's multiplication: from 10 cycles.
    pub address: usize,
    /// Behind the word loop's block RAM: 11 cycles.
    pub word: usize,
}

impl Geometry {
    /// The registers that make up the configured depth.
    pub fn registers(&self) -> Registers {
        let from = |cycles| (self.depth_cycles >= cycles) as usize;
        Registers {
            product: from(7),
            test: from(8),
            fields: from(9),
            address: from(10),
            word: from(11),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use memento_config::strategy::any_config;
    use proptest::prelude::*;

    fn preset(name: &str) -> Geometry {
        Geometry::new(&Config::preset(name).unwrap())
    }

    #[test]
    fn the_default_descriptor_is_six_frames() {
        let g = preset("default");
        assert_eq!((g.records_offset(), g.mailboxes_offset()), (0x1000, 0x5000));
        assert_eq!(g.descriptor_frames(), 6);
    }

    #[test]
    fn the_tiny_descriptor_is_three_frames() {
        let g = preset("tiny");
        assert_eq!((g.records_offset(), g.mailboxes_offset()), (0x1000, 0x2000));
        assert_eq!(g.descriptor_frames(), 3);
    }

    #[test]
    fn bodies_of_the_default_take_from_one_page_to_32() {
        let g = preset("default");
        let pages = g.body_pages_table();
        assert_eq!((pages[0], pages[1], pages[2], pages[63]), (1, 1, 2, 32));
        assert_eq!(g.max_body_pages, 32);
        assert_eq!((g.strides()[0], g.strides()[63]), (12, 17));
    }

    proptest! {
        #[test]
        fn tables_are_pages_that_translate_a_virtual_address(config in any_config()) {
            let g = Geometry::new(&config);
            prop_assert_eq!(g.pte_bytes << g.table_index_bits, 1 << PAGE_BITS);
            prop_assert_eq!(PAGE_BITS + g.levels * g.table_index_bits, g.virtual_bits);
        }

        #[test]
        fn one_leaf_table_maps_an_arena(config in any_config()) {
            let g = Geometry::new(&config);
            prop_assert!(g.max_stride_bits <= PAGE_BITS + g.table_index_bits);
            let pages = g.body_pages_table();
            prop_assert_eq!(pages.iter().max(), Some(&g.max_body_pages));
            for (pages, stride_bits) in pages.iter().zip(g.strides()) {
                prop_assert!(*pages >= 1 && pages << PAGE_BITS <= 1 << stride_bits);
            }
        }

        #[test]
        fn records_and_mailboxes_are_apart(config in any_config()) {
            let g = Geometry::new(&config);
            let last = (((1 << g.context_bits) - 1) << g.class_bits) + g.classes - 1;
            prop_assert!(g.records_offset() + (last + 1) * RECORD_BYTES <= g.mailboxes_offset());
            prop_assert_eq!(g.mailboxes_offset() % 4096, 0);
            let end = g.mailboxes_offset() + (MAILBOX_BYTES << g.context_bits);
            prop_assert!(end <= g.descriptor_frames() * 4096);
        }
    }
}
