//! Faults on the memory's side and resets in the midst: what is detected, what does no harm, and what does. `--nocapture`
//! prints rows of [docs/verification.md](../../docs/verification.md); with `FAULTS_RESULTS` they are written to
//! `testbenches/results/faults`.

use memento_config::Config;
use memento_hdl::measured::Measured;
use memento_sim::{Arena, Status};
use memento_testbenches::faults::results::{Faults, Row};
use memento_testbenches::faults::{Fate, Tally};
use memento_testbenches::fuzz::two_cores;
use memento_testbenches::{
    BenchError, CompileOptions, Environment, Latencies, LockStep, Operation, Stalls, Verilated,
    VerilatedDesign,
};
use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};
use std::collections::HashSet;

const QUICK: CompileOptions = CompileOptions {
    ram_collisions: true,
    quick: true,
    ..CompileOptions::DEFAULT
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

/// What a test's rows say, with what repeats them.
fn kept(test: &str, seed: Option<u64>, rows: Vec<Row>) -> Result<Faults, BenchError> {
    Ok(Faults {
        command: format!(
            "FAULTS_RESULTS=1 cargo test --release -p memento-testbenches --test injection {test}"
        ),
        configuration: "one core of preset tiny with two".to_owned(),
        measured: vec![Measured::now(&two_cores())?],
        seed,
        rows,
    })
}

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
    let (mut singles, mut doubles, mut failures) =
        (Tally::default(), Tally::default(), Tally::default());
    for what in USES {
        // Without a fault nothing is refused: what follows is the faults' doing.
        let none = injected(&config, &design, what, |machine| machine.flip(&[]))?;
        assert_eq!(none, Fate::Harmless, "{what:?}");

        let mut single = Tally::default();
        for bit in 0..HEADER_BITS {
            let fate = injected(&config, &design, what, |machine| machine.flip(&[bit]))?;
            assert_eq!(fate, Fate::Detected, "{what:?}, bit {bit}");
            single.add(fate);
        }
        singles.join(&single);

        let mut random = Xoshiro256PlusPlus::seed_from_u64(2023);
        for _ in 0..PAIRS {
            let first = random.random_range(0..HEADER_BITS);
            let second = (first + random.random_range(1..HEADER_BITS)) % HEADER_BITS;
            let flip = |machine: &mut Machine| machine.flip(&[first, second]);
            doubles.add(injected(&config, &design, what, flip)?);
        }

        for (reads, writes) in [(true, false), (false, true)] {
            let fail = |machine: &mut Machine| machine.fail(reads, writes);
            let fate = injected(&config, &design, what, fail)?;
            assert_ne!(
                fate,
                Fate::Harmful,
                "{what:?}, reads {reads}, writes {writes}"
            );
            failures.add(fate);
        }
    }
    let rows = vec![
        Row::new(
            "one bit of a header in memory, each, for a free, a pop and a release",
            "-",
            0,
            &singles,
        ),
        Row::new(
            "two bits of a header in memory, drawn, for each use",
            "-",
            0,
            &doubles,
        ),
        Row::new(
            "all reads, or all writes, of a header fail, for each use",
            "-",
            0,
            &failures,
        ),
    ];
    kept("faults_in_memory", Some(2023), rows)?.keep("headers");
    Ok(())
}

/// Whatever a core was doing, after a reset it is as new: a program runs on it, memory and counters compared.
#[test]
fn a_reset_at_any_cycle() -> Result<(), BenchError> {
    let config = two_cores();
    let design = VerilatedDesign::new(&config, QUICK)?;
    let mut resets = Tally::default();
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
            let fate = machine.fate()?;
            assert_eq!(fate, Fate::Harmless);
            machine.bench.compare_memory()?;
            resets.add(fate);
        }
    }
    let what = "reset of one core, 0 to 115 operations and 0 to 11 cycles behind it";
    let rows = vec![Row::new(what, "-", 0, &resets)];
    kept("a_reset_at_any_cycle", None, rows)?.keep("resets");
    Ok(())
}
