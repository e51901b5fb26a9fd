//! The arena tag logic against the golden model's geometry: every class, every slot.
//!
//! `TAG_LOGIC_CONFIGS` random configurations (default 50) are drawn from `TAG_LOGIC_SEED`.

mod common;

use common::{below, presets, random, random_configs, setting};
use memento_config::Config;
use memento_hdl::Geometry;
use memento_hdl::allocator::{
    address_decode::AddressDecode,
    address_encode::AddressEncode,
    slot_divide::{SlotCheck, SlotProduct},
};
use memento_hdl::rtl::{Input, Simulation, Word};
use memento_sim::{Arena, Located, Slot};
use proptest::prelude::Rng;
use proptest::test_runner::TestRng;

/// Arenas a class, beside the first and the last, whose every slot is tried.
const SAMPLED_ARENAS: u32 = 2;
/// Addresses a class that are no slot's start, and addresses anywhere.
const SAMPLED_ADDRESSES: u32 = 60;

/// The modules that an address passes through, as in the pipeline.
struct TagLogic {
    decode: Simulation<AddressDecode>,
    product: Simulation<SlotProduct>,
    check: Simulation<SlotCheck>,
    encode: Simulation<AddressEncode>,
}

fn set(input: &mut Input, value: u64) {
    input.next = Word::new(value.into(), input.val().bits());
}

impl TagLogic {
    fn new(config: &Config) -> TagLogic {
        let g = Geometry::new(config);
        TagLogic {
            decode: Simulation::new(AddressDecode::new(&g)),
            product: Simulation::new(SlotProduct::new(&g)),
            check: Simulation::new(SlotCheck::new(&g)),
            encode: Simulation::new(AddressEncode::new(&g)),
        }
    }

    /// The address of a slot.
    fn encode(&mut self, slot: Slot) -> u64 {
        let module = &mut self.encode.module;
        set(&mut module.size_class, slot.arena.class.into());
        set(&mut module.context_id, slot.arena.context.into());
        set(&mut module.arena, slot.arena.number.into());
        set(&mut module.slot, slot.index.into());
        self.encode.eval();
        self.encode.module.address.val().value() as u64
    }

    /// What an address is.
    fn locate(&mut self, address: u64) -> Located {
        set(&mut self.decode.module.address, address);
        self.decode.eval();
        let fields = &self.decode.module;
        if fields.in_header_lane.val() {
            return Located::HeaderLane;
        }
        if !fields.in_region.val() {
            return Located::Outside;
        }
        if !fields.on_step.val() {
            return Located::NotASlot;
        }
        self.product.module.size_class.next = fields.size_class.val();
        self.product.module.place.next = fields.place.val();
        self.product.eval();
        self.product.module.place_factor.next = self.product.module.factor.val();
        self.product.eval();
        self.check.module.size_class.next = fields.size_class.val();
        self.check.module.product.next = self.product.module.product.val();
        self.check.eval();
        if !self.check.module.exact.val() {
            return Located::NotASlot;
        }
        let arena = Arena {
            class: fields.size_class.val().value() as u32,
            context: fields.context_id.val().value() as u32,
            number: fields.arena.val().value() as u32,
        };
        let index = self.check.module.slot.val().value() as u32;
        Located::Slot(Slot { arena, index })
    }
}

/// The hardware and the golden model of one configuration.
struct Comparison {
    name: String,
    hardware: TagLogic,
    model: memento_sim::Geometry,
    random: TestRng,
}

impl Comparison {
    fn new(name: String, config: &Config, seed: u64) -> Comparison {
        Comparison {
            name,
            hardware: TagLogic::new(config),
            model: memento_sim::Geometry::new(config),
            random: random(seed),
        }
    }

    fn address(&mut self, address: u64) {
        let (got, expected) = (self.hardware.locate(address), self.model.locate(address));
        assert_eq!(got, expected, "{}: {address:#x}", self.name);
    }

    /// There and back.
    fn slot(&mut self, slot: Slot) {
        let address = self.hardware.encode(slot);
        assert_eq!(
            address,
            self.model.slot_address(slot),
            "{}: {slot:?}",
            self.name
        );
        assert_eq!(
            self.hardware.locate(address),
            Located::Slot(slot),
            "{}",
            self.name
        );
    }

    /// The first arena of a class, its last, and some between, of any context.
    fn arenas(&mut self, class: u32) -> Vec<Arena> {
        let (contexts, last) = (self.model.contexts(), self.model.arenas(class) - 1);
        let mut picked = vec![(0, 0), (contexts - 1, last)];
        for _ in 0..SAMPLED_ARENAS {
            let context = below(&mut self.random, contexts.into()) as u32;
            let number = below(&mut self.random, u64::from(last) + 1) as u32;
            picked.push((context, number));
        }
        let arena = |(context, number)| Arena {
            class,
            context,
            number,
        };
        picked.into_iter().map(arena).collect()
    }

    fn every_slot(&mut self) {
        for class in 0..self.model.classes() {
            for arena in self.arenas(class) {
                for index in 0..self.model.objects() {
                    self.slot(Slot { arena, index });
                }
            }
        }
    }

    /// Addresses in an arena of the class: in distances of `step` bytes, all of it.
    fn whole_arena(&mut self, class: u32, step: usize) {
        let arena = self.arenas(class)[1];
        let base = self.model.arena_base(arena);
        for offset in (0..self.model.stride_bytes(class)).step_by(step) {
            self.address(base + offset);
        }
    }

    /// Addresses in arenas of every class, and anywhere.
    fn sampled_addresses(&mut self, operand_bits: u32) {
        for class in 0..self.model.classes() {
            for arena in self.arenas(class) {
                let base = self.model.arena_base(arena);
                for _ in 0..SAMPLED_ADDRESSES {
                    let offset = below(&mut self.random, self.model.stride_bytes(class));
                    self.address(base + offset);
                    let anywhere = self.random.next_u64() >> (64 - operand_bits);
                    let narrower = below(&mut self.random, operand_bits.into());
                    self.address(anywhere >> narrower);
                }
            }
        }
    }

    /// Both sides of every boundary between region, header lane and the rest.
    fn boundaries(&mut self, config: &Config) {
        let lane = config.lane_bytes();
        let lanes =
            (0..=config.padded_region_bytes() / lane).map(|i| config.region_base() + i * lane);
        let headers = [0, config.header_lane_bytes()].map(|bytes| config.header_base() + bytes);
        for edge in lanes.chain(headers) {
            for address in [edge.wrapping_sub(1), edge, edge + 1] {
                self.address(address & (u64::MAX >> (64 - config.operand_bits())));
            }
        }
    }
}

/// The presets and some random configurations, each with the seed of its samples.
fn comparisons() -> Vec<(Config, Comparison)> {
    let seed = setting("TAG_LOGIC_SEED", 1);
    let count = setting("TAG_LOGIC_CONFIGS", 50) as usize;
    let presets = presets()
        .into_iter()
        .map(|(name, config)| (name.to_owned(), config));
    let random = random_configs(seed, count).into_iter().enumerate();
    let random = random.map(|(i, config)| (format!("random {i}, TAG_LOGIC_SEED={seed}"), config));
    let compare = |(name, config): (String, Config)| {
        let comparison = Comparison::new(name, &config, seed);
        (config, comparison)
    };
    presets.chain(random).map(compare).collect()
}

#[test]
fn every_slot_of_every_class_goes_there_and_back() {
    for (_, mut comparison) in comparisons() {
        comparison.every_slot();
    }
}

#[test]
fn every_byte_of_an_arena_is_judged() {
    for (config, mut comparison) in comparisons() {
        // The classes at both ends, and one whose size is no power of two: every byte of the
        // smallest, every multiple of the step of the others.
        let last = config.classes() - 1;
        comparison.whole_arena(0, 1);
        for class in [2.min(last), last] {
            comparison.whole_arena(class, config.size_step_bytes() as usize);
        }
    }
}

#[test]
fn addresses_anywhere_are_judged() {
    for (config, mut comparison) in comparisons() {
        comparison.boundaries(&config);
        comparison.sampled_addresses(config.operand_bits());
    }
}
