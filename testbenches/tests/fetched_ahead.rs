//! Arenas fetched ahead of need can't be seen: whatever happens between the fetch and the allocation that takes the
//! arena, at whatever distance, hardware and model agree.

mod common;

use common::fetched::*;
use common::*;
use memento_config::Config;
use memento_sim::trace::Recording;
use memento_sim::{Arena, PageAllocator, Status};
use memento_testbenches::trace_run::Setting;
use memento_testbenches::{
    BenchError, CompileOptions, Environment, Issue, Latencies, LatencyCounts, LockStep, Operation,
    Stalls, VerilatedDesign,
};

#[test]
fn whatever_happens_between_fetch_and_take() -> Result<(), BenchError> {
    let (config, design) = tiny();
    every_event(&config, &design, 0..45)
}

#[test]
fn a_claim_waits_for_the_one_before() -> Result<(), BenchError> {
    let (config, design) = tiny();
    two_claims(&config, &design)
}

#[test]
fn an_arena_is_full_before_its_claim_is_answered() -> Result<(), BenchError> {
    let (config, design) = tiny();
    full_before_claimed(&config, &design)
}

/// An arena that is there in time is taken, whether it is popped or new; what no longer is next is dropped.
#[test]
fn what_is_fetched_is_taken_or_dropped() -> Result<(), BenchError> {
    let (config, design) = tiny();
    for (listed, event, dropped) in [
        (2, Event::Nothing, 0),
        (0, Event::Nothing, 0),
        (2, Event::FreeIn(0), 0),
        (2, Event::FreeIn(3), 0),
        (2, Event::FreeIn(1), 1),
        (2, Event::Push, 1),
        (0, Event::Push, 1),
        (2, Event::Release(0), 1),
        (2, Event::Release(1), 1),
    ] {
        let mut bench = quiet(&config, &design, Stalls::None)?;
        let arenas = scene(&mut bench, listed)?;
        bench.settle()?;
        let before = counter(&mut bench, "fetched_arenas");
        happen(&mut bench, &arenas, event)?;
        // The next allocation asks again.
        bench.settle()?;
        assert_eq!(
            counter(&mut bench, "dropped_arenas"),
            dropped,
            "{event:?}, {listed} listed"
        );
        let left = OBJECTS - ASKED + usize::from(matches!(event, Event::FreeIn(3)));
        for _ in 0..=left {
            alloc(&mut bench, 1)?;
            bench.settle()?;
        }
        assert_eq!(
            counter(&mut bench, "fetched_arenas") - before,
            1,
            "{event:?}, {listed} listed"
        );
        bench.compare_memory()?;
        bench.compare_counters()?;
    }
    Ok(())
}

/// Without prefetch nothing is.
#[test]
fn nothing_is_fetched_if_so_configured() -> Result<(), BenchError> {
    let config = altered("tiny", |s| s.core.prefetch = false);
    let mut bench = quiet(&config, &compiled(&config), Stalls::None)?;
    scene(&mut bench, 2)?;
    bench.settle()?;
    alloc(&mut bench, 3 * OBJECTS)?;
    assert_eq!(counter(&mut bench, "fetched_arenas"), 0);
    bench.compare_memory()?;
    bench.compare_counters()
}

/// A write that fails behind a taken arena is counted, and nothing else is lost.
#[test]
fn writes_behind_a_taken_arena_fail() -> Result<(), BenchError> {
    let (config, design) = tiny();
    let arena = |number| Arena {
        class: 0,
        context: 0,
        number,
    };
    // The displaced arena, the list's new head, the claimed arena.
    for (listed, number, errors) in [(2, 3, 1), (0, 3, 1), (2, 0, 1), (0, 4, 1), (2, 1, 0)] {
        let mut bench = quiet(&config, &design, Stalls::None)?;
        scene(&mut bench, listed)?;
        bench.settle()?;
        let pages = bench.model.pages();
        let line = pages.line(arena(number)).expect("its page is mapped");
        bench.environment.memory.fail_writes(line, true);
        bench.model.memory_mut().fail_writes(line, true);
        for _ in 0..=OBJECTS - ASKED {
            let (_, outcome) = bench.issue(Operation::Alloc { size: 8 })?;
            assert_eq!(outcome.response.status, Status::Ok, "arena {number}");
        }
        bench.settle()?;
        assert_eq!(
            (
                counter(&mut bench, "late_errors"),
                counter(&mut bench, "bus_error")
            ),
            (errors, 0),
            "arena {number}, {listed} listed"
        );
        bench.environment.memory.fail_writes(line, false);
        bench.model.memory_mut().fail_writes(line, false);
        alloc(&mut bench, 2 * OBJECTS)?;
        bench.compare_memory()?;
        bench.compare_counters()?;
    }
    Ok(())
}

/// A page allocator that would need a frame shows nothing; the allocation that needs the arena is answered as ever.
#[test]
fn nothing_is_fetched_for_which_a_frame_is_needed() -> Result<(), BenchError> {
    let config = altered("tiny", |s| s.address.region_bytes *= 4);
    let design = compiled(&config);
    let mut environment = Environment::new(&config, Latencies::default(), Stalls::None);
    environment.pages = PageAllocator::with_frames(&config, 1);
    let mut bench = LockStep::new(&config, 0, design.model(1)?, environment);
    // A page has the headers of 64 arenas.
    let last = 64 * OBJECTS;
    for _ in 0..last / 8 {
        alloc(&mut bench, 8)?;
        bench.settle()?;
    }
    assert_eq!(counter(&mut bench, "fetched_arenas"), 63);
    for _ in 0..3 {
        let (_, outcome) = bench.issue(Operation::Alloc { size: 8 })?;
        assert_eq!(outcome.response.status, Status::NoMemory);
    }
    bench.drain()?;
    bench.environment.pages.add_frames(1);
    bench.model.pages_mut().add_frames(1);
    alloc(&mut bench, 3 * OBJECTS)?;
    bench.compare_memory()?;
    bench.compare_counters()
}

/// A fetch comes to its end though operations of another class write the bank in every cycle.
#[test]
fn a_word_that_waits_too_long_gets_its_cycle() -> Result<(), BenchError> {
    let (config, design) = tiny();
    let mut bench = quiet(&config, &design, Stalls::None)?;
    // Class 1 is served from the first bank, class 0 from the second, so that its next arena goes to the first.
    alloc(&mut bench, OBJECTS)?;
    bench.settle()?;
    alloc(&mut bench, ASKED - 1)?;
    let mut live = std::collections::VecDeque::new();
    let other = |bench: &mut Bench| -> Result<u64, BenchError> {
        Ok(bench.issue(Operation::Alloc { size: 16 })?.1.response.value)
    };
    for _ in 0..10 {
        live.push_back(other(&mut bench)?);
    }
    bench.settle()?;
    let before = counter(&mut bench, "fetched_arenas");
    assert_eq!(before, 1);
    alloc(&mut bench, 1)?;
    let start = bench.cycles();
    for turn in 0..1000 {
        if turn % 2 == 0 {
            let address = live.pop_front().expect("ten live objects");
            bench.issue(Operation::Free { address })?;
        } else {
            live.push_back(other(&mut bench)?);
        }
    }
    let delayed = bench.cycles() - start - 1000;
    assert!(delayed <= 2 * 12, "{delayed} cycles without an operation");
    alloc(&mut bench, OBJECTS - ASKED + 1)?;
    bench.settle()?;
    assert_eq!(counter(&mut bench, "fetched_arenas") - before, 1);
    bench.compare_memory()?;
    bench.compare_counters()
}

/// Prints how many allocations of recordings wait: `MEMENTO_TRACES=folder cargo test --test fetched_ahead figures --
/// --ignored --nocapture`.
#[test]
#[ignore = "measures"]
fn figures() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::var("MEMENTO_TRACES")?;
    let preset = Config::preset("default")?;
    let replay = 6;
    for prefetch in [true, false] {
        let config = altered("default", |s| s.core.prefetch = prefetch);
        let design = VerilatedDesign::new(&config, CompileOptions::default())?;
        let depth = u64::from(preset.depth_cycles());
        let mut files: Vec<_> = std::fs::read_dir(&folder)?.flatten().collect();
        files.sort_by_key(|file| file.path());
        for file in files {
            let setting = Setting {
                issue: Issue::InOrder,
                latencies: Latencies::default(),
                seed: 1,
            };
            let recording = Recording::open(file.path())?;
            let mut run = setting.start(&config, design.model(1)?, recording);
            while run.advance(100_000)? == 100_000 {}
            run.finish()?;
            let bench = &mut run.bench;
            let count = |bench: &mut Bench, name| counter(bench, name);
            let loads = count(bench, "loads");
            let refills = count(bench, "list_pops") + count(bench, "new_arenas");
            let fetched = count(bench, "fetched_arenas");
            let dropped = count(bench, "dropped_arenas");
            let waits = |counts: &LatencyCounts, cycles| {
                let waiting = counts.longer_than(cycles).saturating_sub(loads);
                let share = 100.0 * waiting as f64 / counts.total() as f64;
                format!("{waiting} ({share:.4} %)")
            };
            let (allocs, own) = (bench.latencies().0, bench.own_latencies());
            println!(
                "{} prefetch {prefetch}: {} allocations, {loads} classes, {refills} refills, {fetched} fetched, \
                 {dropped} dropped; longer than {depth}: {}, own {}; longer than {}: {}, own {}; {} cycles",
                file.file_name().display(),
                allocs.total(),
                waits(allocs, depth),
                waits(own, depth),
                depth + replay,
                waits(allocs, depth + replay),
                waits(own, depth + replay),
                bench.cycles()
            );
        }
    }
    Ok(())
}
