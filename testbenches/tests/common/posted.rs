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
