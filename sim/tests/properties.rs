//! Random operations: the model against the contract said naively, and what must hold whatever happens.

mod naive;

use std::collections::BTreeMap;

use memento_config::Config;
use memento_config::strategy::any_config;
use memento_sim::{Arena, Geometry, Header, Located, Model, Path, Slot, Status};
use naive::{Naive, Place};
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// A piece of a random run.
#[derive(Clone, Debug)]
enum Piece {
    /// Allocations of one class, one after the other.
    Burst { class: Index, length: usize },
    /// Frees of objects alive, from the end of the oldest, of the youngest, or anywhere.
    Frees { order: Order, length: usize },
    /// Frees of slots of a class wherever they are: alive, free, in a released or a never used arena.
    Anywhere {
        class: Index,
        numbers: Vec<(u32, Index)>,
    },
}

#[derive(Clone, Debug)]
enum Order {
    Oldest,
    Youngest,
    Mixed(Vec<Index>),
}

fn pieces(longest: usize) -> impl Strategy<Value = Vec<Piece>> {
    let burst =
        (any::<Index>(), 1..longest).prop_map(|(class, length)| Piece::Burst { class, length });
    let order = prop_oneof![
        Just(Order::Oldest),
        Just(Order::Youngest),
        prop::collection::vec(any::<Index>(), 1..longest).prop_map(Order::Mixed),
    ];
    let frees = (order, 1..longest).prop_map(|(order, length)| Piece::Frees { order, length });
    let anywhere = (
        any::<Index>(),
        prop::collection::vec((0u32..8, any::<Index>()), 1..8),
    )
        .prop_map(|(class, numbers)| Piece::Anywhere { class, numbers });
    prop::collection::vec(prop_oneof![4 => burst, 4 => frees, 1 => anywhere], 1..24)
}

/// Model and naive contract side by side.
struct Pair {
    model: Model,
    naive: Naive,
    /// Few classes, so that arenas fill: the smallest, the largest, and one between.
    classes: Vec<u32>,
    alive: Vec<(Place, u64)>,
    /// First byte to last byte of every object alive.
    ranges: BTreeMap<u64, u64>,
}

impl Pair {
    fn new(config: &Config) -> Self {
        let mut classes = vec![0, config.classes() / 2, config.classes() - 1];
        classes.dedup();
        Pair {
            model: Model::new(config),
            naive: Naive::new(config),
            classes,
            alive: Vec::new(),
            ranges: BTreeMap::new(),
        }
    }

    fn run(&mut self, pieces: &[Piece]) -> Result<(), TestCaseError> {
        for piece in pieces {
            match piece {
                Piece::Burst { class, length } => {
                    let class = *class.get(&self.classes);
                    (0..*length).try_for_each(|_| self.alloc(class))?;
                }
                Piece::Frees { order, length } => {
                    for i in 0..(*length).min(self.alive.len()) {
                        let which = match order {
                            Order::Oldest => 0,
                            Order::Youngest => self.alive.len() - 1,
                            Order::Mixed(indices) => {
                                indices[i % indices.len()].index(self.alive.len())
                            }
                        };
                        let (place, address) = self.alive[which];
                        self.free(place, address)?;
                    }
                }
                Piece::Anywhere { class, numbers } => {
                    let class = *class.get(&self.classes);
                    for (number, slot) in numbers {
                        let geometry = self.model.geometry();
                        let arena = Arena {
                            class,
                            context: 0,
                            number: number % geometry.arenas(class),
                        };
                        let index = slot.index(geometry.objects() as usize) as u32;
                        let address = geometry.slot_address(Slot { arena, index });
                        self.free((class, arena.number, index), address)?;
                    }
                }
            }
            self.model
                .check_invariants()
                .map_err(|violation| TestCaseError::fail(violation.to_string()))?;
        }
        Ok(())
    }

    fn alloc(&mut self, class: u32) -> Result<(), TestCaseError> {
        let size = u64::from(self.model.geometry().size_bytes(class));
        let outcome = self.model.alloc(size);
        match self.naive.alloc(class) {
            Ok((place, path)) => {
                prop_assert_eq!((outcome.response.status, outcome.path), (Status::Ok, path));
                let address = outcome.response.value;
                let (class, number, index) = place;
                let arena = Arena {
                    class,
                    context: 0,
                    number,
                };
                prop_assert_eq!(
                    self.model.geometry().locate(address),
                    Located::Slot(Slot { arena, index })
                );
                let before = self.ranges.range(..address + size).next_back();
                prop_assert!(
                    before.is_none_or(|(_, last)| *last < address),
                    "overlaps {before:x?}"
                );
                self.ranges.insert(address, address + size - 1);
                self.alive.push((place, address));
            }
            Err(status) => prop_assert_eq!(
                (outcome.response.status, outcome.response.value),
                (status, 0)
            ),
        }
        Ok(())
    }

    fn free(&mut self, place: Place, address: u64) -> Result<(), TestCaseError> {
        let outcome = self.model.free(address);
        prop_assert_eq!(outcome.response.value, 0);
        match self.naive.free(place) {
            Ok(path) => {
                prop_assert_eq!((outcome.response.status, outcome.path), (Status::Ok, path));
                self.alive.retain(|(alive, _)| *alive != place);
                self.ranges.remove(&address);
                let again = self.model.free(address).response.status;
                // A release leaves nothing to free a second time.
                let expected = if path == Path::Release {
                    Status::BadPointer
                } else {
                    Status::DoubleFree
                };
                prop_assert_eq!(again, expected);
            }
            Err(status) => prop_assert_eq!(outcome.response.status, status),
        }
        Ok(())
    }
}

fn preset() -> impl Strategy<Value = Config> {
    select(vec!["default", "rv32"]).prop_map(|name| Config::preset(name).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn tiny_is_the_contract(pieces in pieces(80)) {
        Pair::new(&Config::preset("tiny").unwrap()).run(&pieces)?;
    }

    /// Lanes of 64 arenas of 16 objects end: allocations fail, and go on once there is room.
    #[test]
    fn exhausted_lanes_are_the_contract(pieces in pieces(900)) {
        Pair::new(&Config::preset("tiny").unwrap()).run(&pieces)?;
    }

    #[test]
    fn presets_are_the_contract(config in preset(), pieces in pieces(700)) {
        Pair::new(&config).run(&pieces)?;
    }

    #[test]
    fn random_configurations_are_the_contract(config in any_config(), pieces in pieces(500)) {
        Pair::new(&config).run(&pieces)?;
    }

    #[test]
    fn wild_frees_change_nothing(config in any_config(), address in any::<u64>(), near in any::<bool>()) {
        let mut model = Model::new(&config);
        let first = model.alloc(1).response.value;
        // Uniform 64-bit addresses would nearly all miss the region.
        let span = 2 * config.padded_region_bytes();
        let address = if near { config.region_base() + address % span } else { address };
        let hot = model.hot(0);
        let status = model.free(address).response.status;
        let geometry = Geometry::new(&config);
        let expected = match geometry.locate(address) {
            Located::Outside => Status::NotInRegion,
            Located::Slot(slot) if slot.arena.context != 0 => Status::ForeignContext,
            Located::Slot(slot) if address == first => {
                prop_assert_eq!(slot.index, 0);
                Status::Ok
            }
            Located::Slot(slot) if (slot.arena.class, slot.arena.number) == (0, 0) => Status::DoubleFree,
            Located::HeaderLane | Located::NotASlot | Located::Slot(_) => Status::BadPointer,
        };
        prop_assert_eq!(status, expected);
        if status != Status::Ok {
            prop_assert_eq!(model.hot(0), hot);
        }
    }

    /// One flipped bit in a header outside the HOT is always found by the checksum, and the free changes nothing.
    #[test]
    fn a_flipped_bit_is_a_corrupt_header(bit in 0usize..512) {
        let mut model = Model::new(&Config::preset("tiny").unwrap());
        let address = model.alloc(8).response.value;
        for _ in 0..16 {
            model.alloc(8);
        }
        let line = model.header_line(0, 0).unwrap();
        let mut bytes = model.memory().peek(line);
        prop_assert_eq!(Header::from_bytes(bytes).count(), 16);
        bytes[bit / 8] ^= 1 << (bit % 8);
        model.memory_mut().poke(line, bytes);
        prop_assert_eq!(model.free(address).response.status, Status::CorruptHeader);
        prop_assert_eq!(model.header_bytes(0, 0), Some(bytes));
        bytes[bit / 8] ^= 1 << (bit % 8);
        model.memory_mut().poke(line, bytes);
        prop_assert_eq!(model.free(address).response.status, Status::Ok);
    }
}
