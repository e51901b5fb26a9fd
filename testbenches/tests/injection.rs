//! Faults on the memory's side and resets in the midst: what is detected, what does no harm, and what does. `--nocapture`
//! prints the table of [docs/fuzzing.md](../../docs/fuzzing.md).

use memento_config::Config;
use memento_sim::{Arena, Status};
use memento_testbenches::fuzz::two_cores;
use memento_testbenches::{
    BenchError, CompileOptions, Environment, Latencies, LockStep, Operation, Stalls, Verilated,
    VerilatedDesign,
};
use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};
use std::collections::HashSet;

const QUICK: CompileOptions = CompileOptions {
    waveforms: false,
    ram_collisions: true,
    quick: true,
    coverage: false,
};

/// The arena whose header is not right.
const VICTIM: Arena = Arena {
    class: 0,
    context: 0,
    number: 1,
};
const HEADER_BITS: u32 = 512;
/// Pairs of bits that are flipped at once, for each use.
const PAIRS: usize = 800;

/// What a header is needed for, while it isn't right.
#[derive(Clone, Copy, Debug)]
enum Use {
    /// A free outside the object table.
    Free,
    /// An allocation that takes the arena off its list.
    Pop,
    /// A free that empties it, between neighbours on its list.
    Release,
}

const USES: [Use; 3] = [Use::Free, Use::Pop, Use::Release];

/// What becomes of a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// The operation is refused.
    Detected,
    /// Everything is as if it weren't there.
    Harmless,
    /// An object is handed out that somebody has.
    Harmful,
}

/// A core and what its program has.
struct Machine {
    bench: LockStep<Verilated>,
    /// Objects of the arenas, in turn.
    arenas: Vec<Vec<u64>>,
    live: HashSet<u64>,
    twice: bool,
}

impl Machine {
    /// Four arenas of the smallest class; the last one serves, arena 1 is ready for its use.
    fn new(config: &Config, core: Verilated, what: Use) -> Result<Machine, BenchError> {
        let environment = Environment::new(config, Latencies::default(), Stalls::None);
        let mut machine = Machine {
            bench: LockStep::new(config, VICTIM.context, core, environment),
            arenas: Vec::new(),
            live: HashSet::new(),
            twice: false,
        };
        for _ in 0..4 {
            let mut objects = Vec::new();
            for _ in 0..config.objects_per_arena() {
                objects.push(machine.alloc()?.1);
            }
            machine.arenas.push(objects);
        }
        let listed = config.list_threshold() as usize;
        let frees: &[(usize, usize)] = match what {
            Use::Free => &[],
            Use::Pop => &[(1, listed)],
            // Its neighbours are those listed before and after it.
            Use::Release => &[(0, listed), (1, usize::MAX), (2, listed)],
        };
        for (arena, count) in frees {
            // The last one stays.
            let count = (*count).min(machine.arenas[*arena].len() - 1);
            for at in 0..count {
                machine.free(machine.arenas[*arena][at])?;
            }
        }
        machine.bench.settle()?;
        Ok(machine)
    }

    fn alloc(&mut self) -> Result<(Status, u64), BenchError> {
        let response = self.bench.issue(Operation::Alloc { size: 1 })?.1.response;
        if response.status == Status::Ok {
            self.twice |= !self.live.insert(response.value);
        }
        Ok((response.status, response.value))
    }

    fn free(&mut self, address: u64) -> Result<Status, BenchError> {
        // What was freed isn't used any longer, whatever the answer.
        self.live.remove(&address);
        Ok(self
            .bench
            .issue(Operation::Free { address })?
            .1
            .response
            .status)
    }

    /// Bits of the victim's header flip while the hardware has nothing of it on chip.
    fn flip(&mut self, bits: &[u32]) -> Result<(), BenchError> {
        self.bench.detach()?;
        let header = self.bench.model.header_bytes(VICTIM.class, VICTIM.number);
        let mut bytes = header.expect("the arena exists");
        for bit in bits {
            bytes[(bit / 8) as usize] ^= 1 << (bit % 8);
        }
        self.bench.poke_header(VICTIM, bytes)?;
        self.bench.attach(VICTIM.context)
    }

    /// Accesses of its header fail.
    fn fail(&mut self, reads: bool, writes: bool) -> Result<(), BenchError> {
        self.bench.detach()?;
        self.bench.attach(VICTIM.context)?;
        let line = self.bench.model.header_line(VICTIM.class, VICTIM.number);
        let line = line.expect("the arena exists");
        for memory in [
            &mut self.bench.environment.memory,
            self.bench.model.memory_mut(),
        ] {
            memory.fail_reads(line, reads);
            memory.fail_writes(line, writes);
        }
        Ok(())
    }

    /// The header is used, then much is allocated. Hardware and model agree at each step, or it is an error.
    fn fate(&mut self) -> Result<Fate, BenchError> {
        let mut statuses = Vec::new();
        let last = self.arenas[VICTIM.number as usize].last().copied();
        if let Some(address) = last.filter(|address| self.live.contains(address)) {
            statuses.push(self.free(address)?);
        }
        let allocations = 5 * self.arenas[0].len();
        for _ in 0..allocations {
            statuses.push(self.alloc()?.0);
        }
        self.bench.compare_counters()?;
        let refused = statuses.iter().any(|status| *status != Status::Ok);
        Ok(match (self.twice, refused) {
            (true, _) => Fate::Harmful,
            (false, true) => Fate::Detected,
            (false, false) => Fate::Harmless,
        })
    }
}

/// A row of the table.
#[derive(Default)]
struct Row {
    fates: Vec<Fate>,
}

impl Row {
    fn count(&self, fate: Fate) -> usize {
        self.fates.iter().filter(|of| **of == fate).count()
    }

    fn print(&self, what: &str) {
        println!(
            "| {what} | {} | {} | {} | {} |",
            self.fates.len(),
            self.count(Fate::Detected),
            self.count(Fate::Harmless),
            self.count(Fate::Harmful)
        );
    }
}

fn injected(
    config: &Config,
    design: &VerilatedDesign,
    what: Use,
    inject: impl FnOnce(&mut Machine) -> Result<(), BenchError>,
) -> Result<Fate, BenchError> {
    let mut machine = Machine::new(config, design.model(1)?, what)?;
    inject(&mut machine)?;
    machine.fate()
}

#[test]
fn faults_in_memory() -> Result<(), BenchError> {
    let config = two_cores();
    let design = VerilatedDesign::new(&config, QUICK)?;
    for what in USES {
        // Without a fault nothing is refused: what follows is the faults' doing.
        let none = injected(&config, &design, what, |machine| machine.flip(&[]))?;
        assert_eq!(none, Fate::Harmless, "{what:?}");

        let mut single = Row::default();
        for bit in 0..HEADER_BITS {
            let fate = injected(&config, &design, what, |machine| machine.flip(&[bit]))?;
            assert_eq!(fate, Fate::Detected, "{what:?}, bit {bit}");
            single.fates.push(fate);
        }
        single.print(&format!("{what:?}: one bit of the header"));

        let mut random = Xoshiro256PlusPlus::seed_from_u64(2023);
        let mut double = Row::default();
        for _ in 0..PAIRS {
            let first = random.random_range(0..HEADER_BITS);
            let second = (first + random.random_range(1..HEADER_BITS)) % HEADER_BITS;
            let flip = |machine: &mut Machine| machine.flip(&[first, second]);
            double.fates.push(injected(&config, &design, what, flip)?);
        }
        double.print(&format!("{what:?}: two bits of the header"));

        for (reads, writes) in [(true, false), (false, true)] {
            let fail = |machine: &mut Machine| machine.fail(reads, writes);
            let mut row = Row::default();
            row.fates.push(injected(&config, &design, what, fail)?);
            row.print(&format!(
                "{what:?}: header, reads fail {reads}, writes fail {writes}"
            ));
            assert_eq!(row.count(Fate::Harmful), 0);
        }
    }
    Ok(())
}

/// Whatever a core was doing, after a reset it is as new: a program runs on it, memory and counters compared.
#[test]
fn a_reset_at_any_cycle() -> Result<(), BenchError> {
    let config = two_cores();
    let design = VerilatedDesign::new(&config, QUICK)?;
    let mut resets = 0;
    for operations in (0..120).step_by(5) {
        for cycles in 0..12 {
            let core = design.model(operations + 1)?;
            let environment = Environment::new(&config, Latencies::default(), Stalls::None);
            let mut bench = LockStep::new(&config, 0, core, environment);
            let mut objects = Vec::new();
            for number in 0..operations {
                let size = 1 + u64::from(number % 4 * 8);
                objects.push(bench.issue(Operation::Alloc { size })?.1.response.value);
                if number % 3 == 2 {
                    let address = objects.swap_remove(objects.len() / 2);
                    bench.issue(Operation::Free { address })?;
                }
            }
            for _ in 0..cycles {
                bench.idle()?;
            }
            let mut core = bench.core;
            core.reset()?;
            let mut machine = Machine::new(&config, core, Use::Release)?;
            assert_eq!(machine.fate()?, Fate::Harmless);
            machine.bench.compare_memory()?;
            resets += 1;
        }
    }
    println!("| reset of a core with up to 120 operations behind it | {resets} | | {resets} | 0 |");
    Ok(())
}
