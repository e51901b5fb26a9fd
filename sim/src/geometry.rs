//! Where classes, arenas, slots and headers are: architecture sections 1 and 2.

use memento_config::Config;

/// An arena: everything an address says but the slot. The number counts within class and context.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Arena {
    /// Size class.
    pub class: u32,
    /// Who owns it.
    pub context: u32,
    /// Arena number, from 0.
    pub number: u32,
}

/// One object's place in an arena.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Slot {
    /// The arena.
    pub arena: Arena,
    /// Index in it, from 0.
    pub index: u32,
}

/// What an address is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Located {
    /// Neither in the region nor in the header lane.
    Outside,
    /// In the header lane.
    HeaderLane,
    /// In the region, but not the first byte of a slot.
    NotASlot,
    /// The first byte of a slot.
    Slot(Slot),
}

/// Sizes and places, derived from a configuration.
///
/// An address is `| region base | class | context | arena number | offset |`; the offset is as wide as the stride of
/// the class, so the width of the arena number varies with the class.
#[derive(Clone, Debug)]
pub struct Geometry {
    region_base: u64,
    region_bytes: u64,
    lane_log2: u32,
    header_base: u64,
    header_lane_bytes: u64,
    context_bits: u32,
    max_arena_bits: u32,
    size_step_log2: u32,
    objects: u32,
    classes: Vec<ClassGeometry>,
}

#[derive(Clone, Copy, Debug)]
struct ClassGeometry {
    size: u32,
    stride_log2: u32,
    arena_bits: u32,
}

impl Geometry {
    /// Derives the sizes of `config`.
    pub fn new(config: &Config) -> Self {
        let settings = config.settings();
        let (address, objects) = (&settings.address, &settings.objects);
        let lane_log2 = (address.region_bytes / u64::from(objects.classes)).trailing_zeros();
        let classes: Vec<ClassGeometry> = (1..=objects.classes)
            .map(|steps| {
                let size = objects.size_step_bytes * steps;
                let mut stride_log2 = 12;
                while 1 << stride_log2 < size * objects.objects_per_arena {
                    stride_log2 += 1;
                }
                ClassGeometry {
                    size,
                    stride_log2,
                    arena_bits: lane_log2 - address.context_bits - stride_log2,
                }
            })
            .collect();
        let mut class_bits = 1;
        while 1 << class_bits < objects.classes {
            class_bits += 1;
        }
        let max_arena_bits = classes[0].arena_bits;
        let header_lane_bytes = 64 << (class_bits + address.context_bits + max_arena_bits);
        let after_region = address.region_base + (1 << (lane_log2 + class_bits));
        Geometry {
            region_base: address.region_base,
            region_bytes: address.region_bytes,
            lane_log2,
            header_base: address
                .header_base
                .unwrap_or(after_region.div_ceil(header_lane_bytes) * header_lane_bytes),
            header_lane_bytes,
            context_bits: address.context_bits,
            max_arena_bits,
            size_step_log2: objects.size_step_bytes.trailing_zeros(),
            objects: objects.objects_per_arena,
            classes,
        }
    }

    /// Addresses of the region, as of a power of two of classes.
    pub(crate) fn padded_region(&self) -> std::ops::Range<u64> {
        let classes = self.classes.len().next_power_of_two().max(2) as u64;
        self.region_base..self.region_base + (classes << self.lane_log2)
    }

    /// Addresses of headers.
    pub(crate) fn header_lane(&self) -> std::ops::Range<u64> {
        self.header_base..self.header_base + self.header_lane_bytes
    }

    /// Number of classes.
    pub fn classes(&self) -> u32 {
        self.classes.len() as u32
    }

    /// Number of contexts.
    pub fn contexts(&self) -> u32 {
        1 << self.context_bits
    }

    /// Slots of an arena.
    pub fn objects(&self) -> u32 {
        self.objects
    }

    /// Bytes of an object of the class.
    pub fn size_bytes(&self, class: u32) -> u32 {
        self.classes[class as usize].size
    }

    /// Number of arenas that a class has in each context.
    pub fn arenas(&self, class: u32) -> u32 {
        1 << self.classes[class as usize].arena_bits
    }

    /// Distance of neighbouring arenas of the class in bytes.
    pub fn stride_bytes(&self, class: u32) -> u64 {
        1 << self.classes[class as usize].stride_log2
    }

    /// Pages that the objects of an arena of the class take, from its first on.
    pub fn body_pages(&self, class: u32) -> u32 {
        (self.objects * self.size_bytes(class)).div_ceil(4096)
    }

    /// The arena that an address of the region is in, and which page of its stride; `None`: outside the region.
    pub fn page_of(&self, address: u64) -> Option<(Arena, u32)> {
        let offset = address.wrapping_sub(self.region_base);
        if offset >= self.region_bytes {
            return None;
        }
        let class_index = (offset >> self.lane_log2) as u32;
        let class = &self.classes[class_index as usize];
        let in_lane = offset & ((1 << self.lane_log2) - 1);
        let arenas_below = (in_lane >> class.stride_log2) as u32;
        let arena = Arena {
            class: class_index,
            context: arenas_below >> class.arena_bits,
            number: arenas_below & ((1 << class.arena_bits) - 1),
        };
        let page = (offset & ((1 << class.stride_log2) - 1)) >> 12;
        Some((arena, page as u32))
    }

    /// The class that serves a request of `size` bytes; a request of 0 bytes is one of 1. `None`: too large.
    #[inline]
    pub fn class_of(&self, size: u64) -> Option<u32> {
        let class = (size.max(1) - 1) >> self.size_step_log2;
        (class < self.classes.len() as u64).then_some(class as u32)
    }

    /// The first byte of an arena.
    pub fn arena_base(&self, arena: Arena) -> u64 {
        let class = &self.classes[arena.class as usize];
        let in_lane = (u64::from(arena.context) << class.arena_bits | u64::from(arena.number))
            << class.stride_log2;
        self.region_base + (u64::from(arena.class) << self.lane_log2) + in_lane
    }

    /// The first byte of a slot.
    pub fn slot_address(&self, slot: Slot) -> u64 {
        self.arena_base(slot.arena) + u64::from(slot.index * self.size_bytes(slot.arena.class))
    }

    /// The first byte of an arena's header, a virtual address in the header lane.
    pub fn header_address(&self, arena: Arena) -> u64 {
        let class_and_context =
            u64::from(arena.class) << self.context_bits | u64::from(arena.context);
        self.header_base
            + ((class_and_context << self.max_arena_bits | u64::from(arena.number)) << 6)
    }

    /// The arena whose header is at this virtual address; `None`: not in the header lane, no multiple of 64, or a
    /// place that no arena of the class has.
    pub fn arena_of_header(&self, header_address: u64) -> Option<Arena> {
        let offset = header_address
            .checked_sub(self.header_base)
            .filter(|offset| *offset < self.header_lane_bytes)?;
        let number = (offset >> 6 & ((1 << self.max_arena_bits) - 1)) as u32;
        let above = (offset >> 6 >> self.max_arena_bits) as u32;
        let (class, context) = (above >> self.context_bits, above & (self.contexts() - 1));
        let exists = offset % 64 == 0 && class < self.classes() && number < self.arenas(class);
        exists.then_some(Arena {
            class,
            context,
            number,
        })
    }

    /// What an address is.
    #[inline]
    pub fn locate(&self, address: u64) -> Located {
        let offset = address.wrapping_sub(self.region_base);
        if offset >= self.region_bytes {
            return if address.wrapping_sub(self.header_base) < self.header_lane_bytes {
                Located::HeaderLane
            } else {
                Located::Outside
            };
        }
        let class_index = (offset >> self.lane_log2) as u32;
        let class = &self.classes[class_index as usize];
        let in_arena = (offset & ((1 << class.stride_log2) - 1)) as u32;
        let index = in_arena / class.size;
        if index * class.size != in_arena || index >= self.objects {
            return Located::NotASlot;
        }
        let in_lane = offset & ((1 << self.lane_log2) - 1);
        let arenas_below = (in_lane >> class.stride_log2) as u32;
        Located::Slot(Slot {
            arena: Arena {
                class: class_index,
                context: arenas_below >> class.arena_bits,
                number: arenas_below & ((1 << class.arena_bits) - 1),
            },
            index,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use memento_config::strategy::any_config;
    use proptest::prelude::*;

    #[test]
    fn default_addresses_are_those_of_the_architecture() {
        let geometry = Geometry::new(&Config::preset("default").unwrap());
        assert_eq!(
            (geometry.stride_bytes(0), geometry.stride_bytes(1)),
            (4 << 10, 4 << 10)
        );
        assert_eq!(
            (geometry.stride_bytes(2), geometry.stride_bytes(63)),
            (8 << 10, 128 << 10)
        );
        assert_eq!((geometry.arenas(0), geometry.arenas(63)), (1 << 14, 1 << 9));
        assert_eq!(
            [0, 1, 8, 9, 512, 513].map(|size| geometry.class_of(size)),
            [Some(0), Some(0), Some(0), Some(1), Some(63), None]
        );
        assert_eq!(geometry.class_of(u64::MAX), None);
        let arena = Arena {
            class: 2,
            context: 3,
            number: 5,
        };
        let base = 0x10_0000_0000 + (2 << 30) + (3 << 26) + (5 << 13);
        assert_eq!(
            geometry.slot_address(Slot { arena, index: 7 }),
            base + 7 * 24
        );
        assert_eq!(
            geometry.header_address(arena),
            0x20_0000_0000 + (2 << 24) + (3 << 20) + (5 << 6)
        );
        assert_eq!(
            geometry.locate(base + 255 * 24),
            Located::Slot(Slot { arena, index: 255 })
        );
        // Beyond the last slot, though a multiple of the size; inside a slot; not even a multiple of the step.
        for offset in [256 * 24, 8, 1] {
            assert_eq!(geometry.locate(base + offset), Located::NotASlot);
        }
        assert_eq!(geometry.locate(0x10_0000_0000 - 8), Located::Outside);
        assert_eq!(geometry.locate(1 << 63 | base), Located::Outside);
        assert_eq!(geometry.locate(0x20_0000_0000), Located::HeaderLane);
        assert_eq!(geometry.locate(0x20_4000_0000), Located::Outside);
    }

    proptest! {
        #[test]
        fn a_slot_is_found_at_its_address(
            config in any_config(),
            class in any::<u32>(),
            context in any::<u32>(),
            number in any::<u32>(),
            index in any::<u32>(),
        ) {
            let geometry = Geometry::new(&config);
            let class = class % geometry.classes();
            let arena = Arena { class, context: context % geometry.contexts(), number: number % geometry.arenas(class) };
            let slot = Slot { arena, index: index % geometry.objects() };
            let address = geometry.slot_address(slot);
            prop_assert_eq!(geometry.locate(address), Located::Slot(slot));
            prop_assert_eq!(geometry.locate(address + 1), Located::NotASlot);
            let end = address + u64::from(geometry.size_bytes(class));
            prop_assert!(end <= geometry.arena_base(arena) + geometry.stride_bytes(class));
            let header = geometry.header_address(arena);
            prop_assert_eq!(geometry.arena_of_header(header), Some(arena));
            prop_assert_eq!(geometry.arena_of_header(header + 8), None);
            prop_assert_eq!(geometry.locate(header), Located::HeaderLane);
            prop_assert_eq!(geometry.header_base, config.header_base());
            prop_assert_eq!(geometry.header_lane_bytes, config.header_lane_bytes());
        }
    }
}
