//! Frees whose headers are written behind them.

use super::*;

/// Writes of an arena's header fail while frees of its objects, some of them twice, follow each other closely: each is
/// judged by what memory has, whatever was cleared on chip.
pub fn writes_that_fail(config: &Config, design: &VerilatedDesign) -> Result<(), BenchError> {
    let latencies = Latencies {
        header_write: 100,
        ..Latencies::default()
    };
    let environment = Environment::new(config, latencies, Stalls::None);
    let mut bench = LockStep::new(config, 0, design.model(1)?, environment);
    let mut objects = Vec::new();
    for _ in 0..=config.objects_per_arena() {
        objects.push(bench.issue(Operation::Alloc { size: 8 })?.1.response.value);
    }
    let line = bench.model.header_line(0, 0).expect("arena 0 exists");
    for fail in [true, false] {
        bench.settle()?;
        bench.detach()?;
        bench.attach(0)?;
        bench.environment.memory.fail_writes(line, fail);
        bench.model.memory_mut().fail_writes(line, fail);
        for &address in &objects[..6] {
            bench.issue(Operation::Free { address })?;
            bench.issue(Operation::Free { address })?;
        }
    }
    bench.compare_memory()?;
    bench.compare_counters()
}

/// Frees of objects of several arenas, in runs and with gaps, while memory is slow: frees share writes of a line, which
/// are answered later than those of lines behind it are asked for; one arena's fail.
pub fn frees_that_share_writes(
    config: &Config,
    design: &VerilatedDesign,
    seed: u64,
) -> Result<(), BenchError> {
    for (number, header_write) in [1, 20, 150].into_iter().enumerate() {
        let latencies = Latencies {
            header_write,
            ..Latencies::default()
        };
        let environment = Environment::new(config, latencies, Stalls::None);
        let mut bench = LockStep::new(config, 0, design.model(1)?, environment);
        let mut arenas = vec![Vec::new(); 12];
        for arena in &mut arenas {
            for _ in 0..config.objects_per_arena() {
                arena.push(bench.issue(Operation::Alloc { size: 8 })?.1.response.value);
            }
        }
        bench.issue(Operation::Alloc { size: 8 })?;
        bench.settle()?;
        if number > 0 {
            bench.detach()?;
            bench.attach(0)?;
            let line = bench.model.header_line(0, 5).expect("arena 5 exists");
            bench.environment.memory.fail_writes(line, true);
            bench.model.memory_mut().fail_writes(line, true);
        }
        let mut draws = seed | 1;
        let mut draw = |below: usize| {
            draws ^= draws << 13;
            draws ^= draws >> 7;
            draws ^= draws << 17;
            (draws >> 16) as usize % below
        };
        while arenas.iter().any(|arena| !arena.is_empty()) {
            let arena = draw(arenas.len());
            for _ in 0..1 + draw(6) {
                let objects = &mut arenas[arena];
                if objects.is_empty() {
                    break;
                }
                let address = objects.swap_remove(draw(objects.len()));
                bench.issue(Operation::Free { address })?;
                for _ in 0..draw(4) * draw(8) {
                    bench.idle()?;
                }
            }
        }
        bench.settle()?;
        bench.compare_memory()?;
        bench.compare_counters()?;
    }
    Ok(())
}

/// Frees in turn of objects of two arenas whose headers have the same place on chip: each is read while the write of
/// the other, and of itself before, may be under way.
pub fn headers_that_displace_each_other(
    config: &Config,
    design: &VerilatedDesign,
) -> Result<(), BenchError> {
    let latencies = Latencies {
        header_write: 100,
        header_read: 1,
        ..Latencies::default()
    };
    let environment = Environment::new(config, latencies, Stalls::None);
    let mut bench = LockStep::new(config, 0, design.model(1)?, environment);
    let (objects, entries) = (config.objects_per_arena(), config.header_entries());
    let mut arenas = vec![Vec::new(); entries as usize + 2];
    for arena in &mut arenas {
        for _ in 0..objects {
            arena.push(bench.issue(Operation::Alloc { size: 8 })?.1.response.value);
        }
    }
    bench.settle()?;
    let turns = arenas[0].iter().zip(&arenas[entries as usize]).take(8);
    for (&first, &second) in turns {
        for address in [first, second] {
            bench.issue(Operation::Free { address })?;
        }
    }
    bench.compare_memory()?;
    bench.compare_counters()
}

/// Frees of objects of more arenas than lines may wait for memory, whose headers are all at hand, while memory takes long
/// to write: the queue of lines fills, and the frees behind wait for room.
pub fn writes_that_find_no_room(
    config: &Config,
    design: &VerilatedDesign,
) -> Result<(), BenchError> {
    let latencies = Latencies {
        header_write: 300,
        ..Latencies::default()
    };
    let environment = Environment::new(config, latencies, Stalls::None);
    let mut bench = LockStep::new(config, 0, design.model(1)?, environment);
    let mut arenas = vec![Vec::new(); 24];
    for arena in &mut arenas {
        for _ in 0..config.objects_per_arena() {
            arena.push(bench.issue(Operation::Alloc { size: 8 })?.1.response.value);
        }
    }
    bench.issue(Operation::Alloc { size: 8 })?;
    // The first free of an arena reads its header; the others find it on chip.
    for slots in [0..1, 1..2, 2..5] {
        bench.settle()?;
        for arena in &arenas {
            for &address in &arena[slots.clone()] {
                bench.issue(Operation::Free { address })?;
            }
        }
    }
    bench.settle()?;
    bench.compare_memory()?;
    bench.compare_counters()
}
