//! [`Geometry`]: the widths and tables that the hardware's modules are made with.

use crate::rtl::clog2;
use memento_config::Config;

/// Bytes of an arena header: one line of the memory.
pub const LINE_BYTES: usize = 64;
/// Width of the header port, in bits; a line moves in [`LINE_BEATS`] beats.
pub const BEAT_BITS: usize = 64;
/// Beats a line.
pub const LINE_BEATS: usize = LINE_BYTES * 8 / BEAT_BITS;
/// log2 of the smallest page, and so of the smallest arena stride, in bytes.
pub const PAGE_BITS: usize = 12;
/// Operations that one object allocator holds at once, from acceptance to response; one more than
/// the longest pipeline needs to accept one every cycle.
pub const OPERATIONS_IN_FLIGHT: usize = 16;

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
    /// Entries of the header-page translation cache.
    pub translation_entries: usize,
    /// Entries of the queue of frees that miss.
    pub miss_queue_entries: usize,
    /// Whether the trace port is driven.
    pub trace_port: bool,
    /// The reciprocals by which places become slots.
    pub reciprocal: Reciprocal,
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
            translation_entries: config.translation_entries() as usize,
            miss_queue_entries: config.miss_queue_entries() as usize,
            trace_port: config.trace_port(),
            reciprocal: Reciprocal::default(),
        };
        geometry.max_stride_bits = geometry.stride_bits(classes - 1);
        geometry.arena_bits = lane_bits - context_bits - geometry.stride_bits(0);
        geometry.reciprocal = Reciprocal::exact(&geometry);
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
    /// Behind the word loop's block RAM: from 9 cycles.
    pub word: usize,
    /// Ahead of the address's multiplication: from 10 cycles.
    pub address: usize,
    /// Ahead of the multiplication by a reciprocal: 11 cycles.
    pub fields: usize,
}

impl Geometry {
    /// The registers that make up the configured depth.
    pub fn registers(&self) -> Registers {
        let from = |cycles| (self.depth_cycles >= cycles) as usize;
        Registers {
            product: from(7),
            test: from(8),
            word: from(9),
            address: from(10),
            fields: from(11),
        }
    }
}
