//! Scenes in which an arena has been fetched ahead, and what may happen before it is taken.

use super::compiled;
use memento_config::Config;
use memento_hdl::allocator::object_allocator::COUNTERS;
use memento_testbenches::{
    BenchError, Core, Environment, Latencies, LockStep, Operation, Stalls, Verilated,
    VerilatedDesign,
};

/// Slots of an arena of the preset `tiny`, and free slots from which an arena is listed.
pub const OBJECTS: usize = 16;
pub const THRESHOLD: usize = 3;
/// Slots taken when the next arena is asked for: a quarter is free, and one of it is being taken.
pub const ASKED: usize = 13;
pub type Bench = LockStep<Verilated>;

pub fn tiny() -> (Config, VerilatedDesign) {
    let config = Config::preset("tiny").expect("a preset");
    assert_eq!(config.objects_per_arena() as usize, OBJECTS);
    assert_eq!(config.list_threshold() as usize, THRESHOLD);
    let design = compiled(&config);
    (config, design)
}

pub fn quiet(
    config: &Config,
    design: &VerilatedDesign,
    stalls: Stalls,
) -> Result<Bench, BenchError> {
    let environment = Environment::new(config, Latencies::default(), stalls);
    Ok(LockStep::new(config, 0, design.model(1)?, environment))
}

pub fn counter(bench: &mut Bench, name: &str) -> u64 {
    let number = COUNTERS.iter().position(|(known, _)| *known == name);
    let number = number.unwrap_or_else(|| panic!("there is no counter {name}"));
    bench.core.counter(number).expect("counters can be read")
}

pub fn alloc(bench: &mut Bench, count: usize) -> Result<Vec<u64>, BenchError> {
    (0..count)
        .map(|_| Ok(bench.issue(Operation::Alloc { size: 8 })?.1.response.value))
        .collect()
}

pub fn free(bench: &mut Bench, objects: &[u64]) -> Result<(), BenchError> {
    for address in objects {
        bench.issue(Operation::Free { address: *address })?;
    }
    Ok(())
}

/// Operations that nobody has to serve.
pub fn pause(bench: &mut Bench, count: usize) -> Result<(), BenchError> {
    free(bench, &vec![0; count])
}

/// Four arenas of one class, the first `listed` of them on the list, the youngest first; the last one serves, with as
/// many slots taken as it takes to have the next arena asked for.
pub fn scene(bench: &mut Bench, listed: usize) -> Result<Vec<Vec<u64>>, BenchError> {
    let mut arenas = Vec::new();
    for _ in 0..3 {
        arenas.push(alloc(bench, OBJECTS)?);
    }
    arenas.push(alloc(bench, ASKED - 1)?);
    for objects in arenas.iter_mut().take(listed) {
        let freed = objects.split_off(OBJECTS - THRESHOLD);
        free(bench, &freed)?;
    }
    bench.settle()?;
    let asked = alloc(bench, 1)?;
    arenas[3].extend(asked);
    Ok(arenas)
}

/// What happens between fetch and take.
#[derive(Clone, Copy, Debug)]
pub enum Event {
    Nothing,
    /// Another arena goes in front of the list.
    Push,
    /// A slot of the list's head, of the arena behind it, of the arena that serves.
    FreeIn(usize),
    FreeTwiceIn(usize),
    /// All slots of a listed arena.
    Release(usize),
    Detach,
    Discard,
    Disable,
}

pub fn happen(bench: &mut Bench, arenas: &[Vec<u64>], event: Event) -> Result<(), BenchError> {
    match event {
        Event::Nothing => Ok(()),
        Event::Push => free(bench, &arenas[2][..THRESHOLD]),
        Event::FreeIn(arena) => free(bench, &arenas[arena][..1]),
        Event::FreeTwiceIn(arena) => free(bench, &[arenas[arena][3], arenas[arena][3]]),
        Event::Release(arena) => free(bench, &arenas[arena]),
        Event::Detach => {
            bench.detach()?;
            bench.attach(0)
        }
        Event::Discard => {
            bench.discard()?;
            bench.attach(0)
        }
        Event::Disable => {
            bench.set_enabled(false)?;
            alloc(bench, 1)?;
            bench.set_enabled(true)
        }
    }
}

/// Lets each event happen at distances of so many operations from fetch and take, one operation a cycle.
pub fn every_event(
    config: &Config,
    design: &VerilatedDesign,
    distances: impl Iterator<Item = usize> + Clone,
) -> Result<(), BenchError> {
    let events = [
        Event::Nothing,
        Event::Push,
        Event::FreeIn(0),
        Event::FreeIn(1),
        Event::FreeIn(3),
        Event::FreeTwiceIn(0),
        Event::FreeTwiceIn(1),
        Event::Release(0),
        Event::Release(1),
        Event::Detach,
        Event::Discard,
        Event::Disable,
    ];
    for event in events {
        for listed in 0..=2 {
            for distance in distances.clone() {
                let seed = super::SEED + distance as u64;
                let stalls = match distance % 3 {
                    2 => Stalls::Random { percent: 60, seed },
                    _ => Stalls::None,
                };
                let mut bench = quiet(config, design, stalls)?;
                let mut run = || {
                    let arenas = scene(&mut bench, listed)?;
                    pause(&mut bench, distance)?;
                    happen(&mut bench, &arenas, event)?;
                    pause(&mut bench, distance / 2)?;
                    alloc(&mut bench, 3 * OBJECTS)?;
                    bench.compare_memory()?;
                    bench.compare_counters()
                };
                if let Err(error) = run() {
                    println!("{event:?}, {listed} listed, {distance} operations between");
                    return Err(error);
                }
            }
        }
    }
    Ok(())
}

/// Two classes take new arenas one right after the other, at a page allocator that is slow to accept: the second waits
/// for the first's claim.
pub fn two_claims(config: &Config, design: &VerilatedDesign) -> Result<(), BenchError> {
    let (percent, seed) = (90, super::SEED);
    let mut bench = quiet(config, design, Stalls::Random { percent, seed })?;
    for size in [8, 16] {
        for _ in 0..OBJECTS {
            bench.issue(Operation::Alloc { size })?;
            bench.settle()?;
        }
    }
    for size in [8, 16, 8, 16] {
        bench.issue(Operation::Alloc { size })?;
    }
    bench.compare_memory()?;
    bench.compare_counters()
}

/// The page allocator is slow to write the header of an arena that is taken. Meanwhile that arena becomes full, another
/// one is put on the list, and takes its place.
pub fn full_before_claimed(config: &Config, design: &VerilatedDesign) -> Result<(), BenchError> {
    let latencies = Latencies {
        claim_arena: 1000,
        ..Latencies::default()
    };
    let environment = Environment::new(config, latencies, Stalls::None);
    let mut bench = LockStep::new(config, 0, design.model(1)?, environment);
    let arenas = scene(&mut bench, 0)?;
    bench.settle()?;
    alloc(&mut bench, OBJECTS - ASKED)?;
    let taken = alloc(&mut bench, ASKED - 1)?;
    free(&mut bench, &arenas[0][..THRESHOLD])?;
    alloc(&mut bench, OBJECTS - ASKED + 1)?;
    alloc(&mut bench, 1)?;
    free(&mut bench, &taken)?;
    bench.compare_memory()?;
    bench.compare_counters()
}
