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

/// Hits with nothing ahead of them take exactly the configured cycles.
#[test]
fn a_hit_takes_the_configured_cycles() -> Result<(), BenchError> {
    for depth in 6..=11 {
        let config = altered("tiny", |s| s.pipeline.depth_cycles = depth);
        let design = compiled(&config);
        let mut bench = quiet(&config, design.model(1)?);
        let mut addresses = Vec::new();
        for _ in 0..config.objects_per_arena() {
            let (number, outcome) = bench.issue(Operation::Alloc { size: 8 })?;
            addresses.push(outcome.response.value);
            bench.wait_for(number)?;
        }
        for address in addresses {
            let (number, _) = bench.issue(Operation::Free { address })?;
            bench.wait_for(number)?;
        }
        let (allocs, frees) = bench.latencies();
        assert_eq!(
            allocs.min(),
            u64::from(depth),
            "allocations, {depth} cycles configured"
        );
        assert_eq!(
            allocs.quantile(900),
            u64::from(depth),
            "all but the first allocation"
        );
        assert_eq!(
            (frees.min(), frees.max()),
            (depth.into(), depth.into()),
            "frees"
        );
    }
    Ok(())
}

/// One operation a cycle, of one class, allocations and frees mixed, at every depth.
#[test]
fn one_operation_a_cycle_of_the_same_class() -> Result<(), BenchError> {
    // The shortest, the one with all loop registers, and the longest.
    for depth in [6, 9, 11] {
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
    let timed = |bench: &mut LockStep<_>, operation| -> Result<(u64, u64), BenchError> {
        let start = bench.cycles();
        let (number, outcome) = bench.issue(operation)?;
        bench.wait_for(number)?;
        // The request is accepted in the first cycle, and the response taken in the last.
        Ok((bench.cycles() - start - 1, outcome.response.value))
    };
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
            n if n == push => 33,
            n if n == release => 23,
            // Its header comes from memory, the others' from the cache.
            0 => 31,
            _ => 30,
        };
        assert_eq!(*cycles, stated, "free number {number} outside the table");
    }
    Ok(())
}
