//! What the headers promise of latency and throughput.

mod common;

use common::*;
use memento_config::Config;
use memento_testbenches::{BenchError, Core, Environment, Latencies, LockStep, Operation, Stalls};

fn quiet<C: Core>(config: &Config, core: C) -> LockStep<C> {
    LockStep::new(
        config,
        0,
        core,
        Environment::new(config, Latencies::default(), Stalls::None),
    )
}

/// Cycles from the edge that accepts an operation to the edge that takes its response, and what the response is.
fn timed<C: Core>(bench: &mut LockStep<C>, operation: Operation) -> Result<(u64, u64), BenchError> {
    let (number, outcome) = bench.issue(operation)?;
    let accepted = bench.cycles() - 1;
    bench.wait_for(number)?;
    // The response is taken in the last cycle.
    Ok((bench.cycles() - 1 - accepted, outcome.response.value))
}

fn wait<C: Core>(bench: &mut LockStep<C>, cycles: u64) -> Result<(), BenchError> {
    for _ in 0..cycles {
        bench.idle()?;
    }
    Ok(())
}

/// Cycles from accepting a free to its response, with no allocation ahead that waits for the pipeline's end; of an
/// allocation, too, whose slot is known by the time that it is decided.
fn prompt(depth: u64) -> u64 {
    match depth {
        11.. => depth - 4,
        10 => depth - 3,
        _ => depth - 2,
    }
}

/// Hits with nothing ahead of them take exactly the configured cycles; frees are answered promptly, allocations within
/// exactly 2 cycles where the class's ready slot is known, and promptly behind a free.
#[test]
fn a_hit_takes_the_configured_cycles() -> Result<(), BenchError> {
    for (depth, ready_slots) in (6..=11).flat_map(|depth| [(depth, true), (depth, false)]) {
        let config = altered("tiny", |s| {
            s.pipeline.depth_cycles = depth;
            s.pipeline.ready_slots = ready_slots;
        });
        let design = compiled(&config);
        let mut bench = quiet(&config, design.model(1)?);
        let depth = u64::from(depth);
        let (alloc, behind_free) = match ready_slots {
            true => (2, prompt(depth)),
            false => (depth, depth),
        };
        // The class is loaded for the first, which is no hit, and its arena is new.
        let mut addresses = vec![timed(&mut bench, Operation::Alloc { size: 8 })?.1];
        for number in 1..config.objects_per_arena() {
            wait(&mut bench, depth)?;
            let (cycles, address) = timed(&mut bench, Operation::Alloc { size: 8 })?;
            assert_eq!(
                cycles, alloc,
                "allocation {number}, {depth} cycles configured"
            );
            addresses.push(address);
        }
        // In an arena that is full no slot is ready.
        bench.issue(Operation::Free {
            address: addresses[0],
        })?;
        for address in addresses.drain(1..) {
            wait(&mut bench, 2 * depth)?;
            let (cycles, _) = timed(&mut bench, Operation::Free { address })?;
            assert_eq!(cycles, prompt(depth), "free, {depth} cycles configured");
            // What was freed last is the lowest free slot, or is above it.
            let (cycles, address) = timed(&mut bench, Operation::Alloc { size: 8 })?;
            assert_eq!(
                cycles, behind_free,
                "allocation behind a free, {depth} cycles configured"
            );
            wait(&mut bench, depth)?;
            timed(&mut bench, Operation::Free { address })?;
        }
    }
    Ok(())
}

/// How long an allocation waits for its slot to be ready: not behind another class's that was answered at once, the
/// pipeline's depth behind its own class's, and never longer than that.
#[test]
fn only_its_own_class_delays_a_ready_slot() -> Result<(), BenchError> {
    for depth in 6..=11 {
        let config = altered("tiny", |s| s.pipeline.depth_cycles = depth);
        let design = compiled(&config);
        let mut bench = quiet(&config, design.model(1)?);
        let depth = u64::from(depth);
        let sizes: Vec<u64> = (0..u64::from(config.classes()))
            .map(|class| 8 * (class + 1))
            .collect();
        for size in &sizes {
            timed(&mut bench, Operation::Alloc { size: *size })?;
            wait(&mut bench, depth)?;
        }
        // One a cycle, each of another class.
        let start = bench.latencies().0.clone();
        for size in &sizes {
            bench.issue(Operation::Alloc { size: *size })?;
        }
        bench.drain()?;
        let (allocs, _) = bench.latencies();
        assert_eq!(
            allocs.longer_than(2),
            start.longer_than(2),
            "{depth} cycles configured: allocations of different classes"
        );
        // The same class at every distance.
        for distance in 1..=2 * depth {
            wait(&mut bench, 2 * depth)?;
            bench.issue(Operation::Alloc { size: 8 })?;
            wait(&mut bench, distance - 1)?;
            let (cycles, _) = timed(&mut bench, Operation::Alloc { size: 8 })?;
            let stated = if distance > depth { 2 } else { depth };
            assert_eq!(
                cycles, stated,
                "{distance} cycles behind one of the class, {depth} configured"
            );
        }
    }
    Ok(())
}

/// Two allocations of a class, then two more at every distance: no slot is handed out twice, whatever the echoes of the
/// first two find meanwhile.
#[test]
fn no_slot_is_ready_twice() -> Result<(), BenchError> {
    for depth in 6..=11 {
        let config = altered("tiny", |s| s.pipeline.depth_cycles = depth);
        let design = compiled(&config);
        pairs_at_every_distance(&config, &mut quiet(&config, design.model(1)?))?;
    }
    Ok(())
}

/// A switch waits for allocations that were answered, but are still on their way into the table.
#[test]
fn a_switch_waits_for_what_was_answered_at_once() -> Result<(), BenchError> {
    for (depth, distance) in (6..=11).flat_map(|depth| (0..4).map(move |d| (depth, d))) {
        let config = altered("tiny", |s| s.pipeline.depth_cycles = depth);
        let design = compiled(&config);
        let mut bench = quiet(&config, design.model(1)?);
        for size in [8, 16, 24, 32] {
            timed(&mut bench, Operation::Alloc { size })?;
        }
        bench.settle()?;
        for size in [32, 24, 16, 8] {
            bench.issue(Operation::Alloc { size })?;
        }
        wait(&mut bench, distance)?;
        bench.detach()?;
        bench.compare_memory()?;
    }
    Ok(())
}

/// What fails for what it asks for is answered at once, too.
#[test]
fn an_error_that_needs_no_table_takes_two_cycles() -> Result<(), BenchError> {
    let config = altered("tiny", |_| {});
    let design = compiled(&config);
    let mut bench = quiet(&config, design.model(1)?);
    let depth = u64::from(config.depth_cycles());
    let (_, address) = timed(&mut bench, Operation::Alloc { size: 8 })?;
    for (operation, stated) in [
        (Operation::Alloc { size: 1 << 20 }, 2),
        (Operation::Free { address: 0 }, 2),
        (
            Operation::Free {
                address: address + 1,
            },
            2,
        ),
        (
            Operation::Free {
                address: address + 8,
            },
            prompt(depth),
        ),
    ] {
        wait(&mut bench, depth)?;
        assert_eq!(timed(&mut bench, operation)?.0, stated, "{operation}");
    }
    Ok(())
}

/// One operation a cycle, of one class, allocations and frees mixed, at every depth.
#[test]
fn one_operation_a_cycle_of_the_same_class() -> Result<(), BenchError> {
    // The shortest, the one whose loops are longest but for the last register, and the longest.
    for depth in [6, 10, 11] {
        let config = altered("default", |s| s.pipeline.depth_cycles = depth);
        let design = compiled(&config);
        let mut bench = quiet(&config, design.model(1)?);
        // An arena with half its slots taken: every operation of the window is a hit. The oldest
        // object goes first, long after its address was answered, as a program would do it.
        let mut live = std::collections::VecDeque::new();
        let alloc = |bench: &mut LockStep<_>| -> Result<u64, BenchError> {
            Ok(bench.issue(Operation::Alloc { size: 64 })?.1.response.value)
        };
        for _ in 0..128 {
            live.push_back(alloc(&mut bench)?);
        }
        bench.drain()?;
        let start = bench.cycles();
        for turn in 0..20_000 {
            let burst = turn / 40 % 3;
            let free = match burst {
                0 => turn % 2 == 0,
                1 => live.len() > 90,
                _ => live.len() > 250,
            };
            if free && let Some(address) = live.pop_front() {
                bench.issue(Operation::Free { address })?;
            } else {
                live.push_back(alloc(&mut bench)?);
            }
        }
        let issued = bench.issued() - 128;
        assert_eq!(
            bench.cycles() - start,
            issued,
            "{depth} cycles deep: {issued} hits were accepted in as many cycles"
        );
        bench.compare_counters()?;
    }
    Ok(())
}

/// The engine's steps, with every port answering in one cycle: from accepted request to response,
/// nothing ahead of it, the shortest pipeline. Longer pipelines add their cycles, slower ports
/// theirs.
#[test]
fn misses_take_the_stated_cycles() -> Result<(), BenchError> {
    // A full arena is displaced by one that was fetched ahead, or by one that has to be asked for.
    for (prefetch, replaced) in [(true, 6), (false, 30)] {
        let config = altered("tiny", |s| s.core.prefetch = prefetch);
        steps_take_the_stated_cycles(&config, replaced)?;
    }
    Ok(())
}

fn steps_take_the_stated_cycles(config: &Config, replaced: u64) -> Result<(), BenchError> {
    let design = compiled(config);
    let at_once = Latencies {
        alloc_arena: 1,
        peek_arena: 1,
        claim_arena: 1,
        free_arena: 1,
        translate: 1,
        header_read: 1,
        header_write: 1,
    };
    let environment = Environment::new(config, at_once, Stalls::None);
    let mut bench = LockStep::new(config, 0, design.model(1)?, environment);
    let objects = u64::from(config.objects_per_arena());
    let alloc = Operation::Alloc { size: 8 };
    // The tables are swept before the first operation.
    timed(&mut bench, Operation::Free { address: 0 })?;
    let (fresh, address) = timed(&mut bench, alloc)?;
    let mut first_arena = vec![address];
    for _ in 1..objects {
        first_arena.push(timed(&mut bench, alloc)?.1);
    }
    bench.settle()?;
    let (displacing, _) = timed(&mut bench, alloc)?;
    bench.settle()?;
    let mut frees = Vec::new();
    for address in first_arena {
        frees.push(timed(&mut bench, Operation::Free { address })?.0);
    }
    assert_eq!(
        (fresh, displacing),
        (18 + 21, replaced),
        "a new arena, its class being loaded first, and one that displaces another"
    );
    let push = config.list_threshold() as usize - 1;
    let release = frees.len() - 1;
    for (number, cycles) in frees.iter().enumerate() {
        let stated = match number {
            n if n == push => 32,
            n if n == release => 22,
            // Its header comes from memory, the others' are at hand.
            0 => 31,
            _ => 19,
        };
        assert_eq!(*cycles, stated, "free number {number} outside the table");
    }
    Ok(())
}

/// Frees of one arena outside the table, far from a list change: their header is at hand, its writes are answered later,
/// and several frees share one. A slow memory costs nothing until 16 frees are unanswered.
#[test]
fn frees_outside_the_table_follow_each_other() -> Result<(), BenchError> {
    for (header_write, stated) in [(1, 6), (60, 6), (200, 16)] {
        let config = Config::preset("default").expect("a preset");
        let design = compiled(&config);
        let latencies = Latencies {
            header_write,
            ..Latencies::default()
        };
        let environment = Environment::new(&config, latencies, Stalls::None);
        let mut bench = LockStep::new(&config, 0, design.model(1)?, environment);
        let mut objects = Vec::new();
        for _ in 0..=config.objects_per_arena() {
            objects.push(bench.issue(Operation::Alloc { size: 8 })?.1.response.value);
        }
        // The arena goes onto the list with the threshold's free.
        let (before, timed) = objects.split_at(config.list_threshold() as usize);
        for &address in before {
            bench.issue(Operation::Free { address })?;
        }
        bench.settle()?;
        let start = bench.cycles();
        for &address in &timed[..100] {
            bench.issue(Operation::Free { address })?;
        }
        bench.drain()?;
        let each = (bench.cycles() - start) / 100;
        assert_eq!(
            each, stated,
            "cycles a free, writes answered after {header_write} cycles"
        );
    }
    Ok(())
}
