//! Bits that flip in a core's on-chip memories while a program runs: what is detected, what does no harm, and what
//! goes wrong. `--nocapture` prints rows of [docs/verification.md](../../docs/verification.md), and
//! with `FAULTS_RESULTS` they are written to `testbenches/results/faults`.
//!
//! Each memory of the emitted Verilog is given a fault that model arguments place: the instance, a word, a bit, a
//! cycle. The program runs in lock-step with the golden model. `TABLE_FAULTS` says how many faults a memory is
//! given (default 12), `TABLE_FAULTS_SEED` where the draws begin.

use memento_config::{Config, Ecc};
use memento_hdl::Geometry;
use memento_hdl::allocator::object_allocator::ObjectAllocator;
use memento_hdl::measured::Measured;
use memento_hdl::verilog::emit;
use memento_sim::{Arena, Status};
use memento_testbenches::faults::memories::{FLIPPED, make_faulty, memories};
use memento_testbenches::faults::results::{Faults, Row};
use memento_testbenches::faults::{Fate, Tally, Verdict, checked_config, setting};
use memento_testbenches::ports::Inputs;
use memento_testbenches::{
    BenchError, CompileOptions, Core, Environment, Latencies, LockStep, Operation, Stalls,
    Verilated, VerilatedDesign,
};
use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

const OPTIONS: CompileOptions = CompileOptions {
    quick: true,
    ..CompileOptions::DEFAULT
};
/// Operations of the program.
const OPERATIONS: u32 = 260;
/// Cycles of the program in which a fault may come: it takes longer.
const CYCLES: std::ops::Range<u32> = 60..2_000;
/// Operations after a detected fault, each of which has to be refused.
const REFUSED: u32 = 24;
/// Cycles without an answer after which a core counts as hung.
const PATIENCE: u32 = 20_000;
/// The core, its memories ready for faults.
fn faulty(config: &Config) -> Result<VerilatedDesign, BenchError> {
    let mut design = emit(
        &ObjectAllocator::new(&Geometry::new(config)),
        &Default::default(),
    )?;
    make_faulty(&mut design);
    VerilatedDesign::of_design(config, &design, OPTIONS)
}

/// A program of allocations, frees, frees of others' objects and switches; the same for the same seed.
fn program(bench: &mut LockStep<Verilated>, seed: u64) -> Result<(), BenchError> {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut live: Vec<u64> = Vec::new();
    let mut freed: Vec<u64> = Vec::new();
    let mut appetite = 0.7;
    for number in 0..OPERATIONS {
        if number % 60 == 0 {
            appetite = [0.8, 0.6, 0.35][random.random_range(0..3)];
        }
        let draw: f64 = random.random();
        if draw < 0.03 {
            bench.detach()?;
            bench.attach(0)?;
        } else if draw < 0.06 && !freed.is_empty() {
            let address = freed[random.random_range(0..freed.len())];
            if !live.contains(&address) {
                bench.issue(Operation::Free { address })?;
            }
        } else if draw < 0.09 {
            // An object of another context, which another core runs.
            let arena = Arena {
                class: random.random_range(0..4),
                context: 1,
                number: random.random_range(0..4),
            };
            let address = bench.model.geometry().arena_base(arena);
            bench.issue(Operation::Free { address })?;
        } else if random.random::<f64>() < appetite || live.is_empty() {
            let size = random.random_range(0..33);
            let (_, outcome) = bench.issue(Operation::Alloc { size })?;
            if outcome.response.status == Status::Ok {
                live.push(outcome.response.value);
            }
        } else {
            let address = live.swap_remove(random.random_range(0..live.len()));
            bench.issue(Operation::Free { address })?;
            freed.push(address);
        }
        for _ in 0..random.random_range(0..12) {
            bench.idle()?;
        }
    }
    bench.compare_memory()
}

/// A core's answers after a detected fault: all are refusals, until a context is attached anew; then it serves.
fn stays_refused(core: Verilated, mut environment: Environment) -> Result<bool, BenchError> {
    let mut core = core;
    let mut inputs = Inputs {
        enable: true,
        response_ready: true,
        switch_response_ready: true,
        inbox_response_ready: true,
        ..Inputs::default()
    };
    // After a detach that could save nothing no context runs.
    let refusals = [Status::CorruptHeader.code(), Status::NotEnabled.code()];
    let (mut asked, mut answered, mut silent) = (0, 0, 0);
    let mut refused = true;
    // More may be on their way than are asked for here: whatever is answered is refused.
    while answered < REFUSED {
        let seen = core.outputs();
        environment.drive(&seen, &mut inputs);
        inputs.request_valid = asked < REFUSED;
        inputs.request_free = asked % 2 == 1;
        inputs.request_operand = if asked % 2 == 1 { 0x4000_0000 } else { 8 };
        asked += u32::from(inputs.request_valid && seen.request_ready);
        if seen.response_valid {
            answered += 1;
            silent = 0;
            refused &= refusals.contains(&seen.response_status) && seen.response_value == 0;
        }
        silent += 1;
        if silent > PATIENCE {
            return Ok(false);
        }
        core.step(&inputs)?;
    }
    inputs.request_valid = false;
    // A switch that was under way ends.
    while !core.outputs().switch_request_ready {
        environment.drive(&core.outputs(), &mut inputs);
        core.step(&inputs)?;
        silent += 1;
        if silent > PATIENCE {
            return Ok(false);
        }
    }
    // What is saved is nothing; what is dropped, and another context, is as ever.
    for (op, expected) in [(2, 0), (0, 0)] {
        inputs.switch_request_op = op;
        inputs.switch_request_context = 1;
        inputs.switch_request_records = environment.records(1);
        inputs.switch_request_mailbox = environment.mailbox(1);
        inputs.switch_request_valid = true;
        let mut waited = 0;
        loop {
            let seen = core.outputs();
            environment.drive(&seen, &mut inputs);
            if inputs.switch_request_valid && seen.switch_request_ready {
                core.step(&inputs)?;
                inputs.switch_request_valid = false;
                continue;
            }
            if seen.switch_response_valid {
                refused &= seen.switch_response_status == expected;
                core.step(&inputs)?;
                break;
            }
            waited += 1;
            if waited > PATIENCE {
                return Ok(false);
            }
            core.step(&inputs)?;
        }
    }
    // Fresh objects, each once.
    let (mut asked, mut waited) = (0, 0);
    let mut objects = Vec::new();
    while objects.len() < 8 {
        let seen = core.outputs();
        environment.drive(&seen, &mut inputs);
        inputs.request_valid = asked < 8;
        inputs.request_free = false;
        inputs.request_operand = 8;
        asked += u32::from(inputs.request_valid && seen.request_ready);
        if seen.response_valid {
            refused &= seen.response_status == 0 && !objects.contains(&seen.response_value);
            objects.push(seen.response_value);
        }
        waited += 1;
        if waited > PATIENCE {
            return Ok(false);
        }
        core.step(&inputs)?;
    }
    Ok(refused)
}

/// The status with which hardware and model differ first, if it is one.
fn status(error: &BenchError) -> Option<u8> {
    match error {
        BenchError::Mismatch(mismatch) => Some(mismatch.status),
        BenchError::Switch { got, .. } => *got,
        _ => None,
    }
}

fn verdict(
    config: &Config,
    design: &VerilatedDesign,
    seed: u64,
    plusargs: &[String],
) -> Result<Verdict, BenchError> {
    let core = design.model_with(seed as u32 | 1, plusargs)?;
    let environment = Environment::new(config, Latencies::default(), Stalls::None);
    let mut bench = LockStep::new(config, 0, core, environment);
    bench.environment.answer_forwards(seed);
    let ended = program(&mut bench, seed);
    let flipped = bench.core.take_output().contains(FLIPPED);
    let Err(error) = ended else {
        return Ok(match flipped {
            true => Verdict::harmless(),
            false => Verdict::not_injected(),
        });
    };
    if status(&error) != Some(Status::CorruptHeader.code()) || !flipped {
        return Ok(Verdict::harmful(error.to_string()));
    }
    Ok(match stays_refused(bench.core, bench.environment)? {
        true => Verdict::detected(""),
        false => Verdict::harmful("refused once, then not"),
    })
}

/// What a panic said.
fn said(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    text.unwrap_or_else(|| "a panic".into())
}

/// Gives each memory its faults: a row for those that parity checks, and one for others.
fn inject(ecc: Ecc, each: u64, first: u64) -> Result<Vec<Row>, BenchError> {
    let config = checked_config(ecc);
    let design = faulty(&config)?;
    let memories = memories(design.library())?;
    assert!(memories.len() > 30, "{memories:?}");
    let mut tallies = [Tally::default(), Tally::default()];
    for (number, memory) in memories.iter().enumerate() {
        for i in 0..each {
            let seed = first.wrapping_mul(1 << 20) + number as u64 * 1000 + i;
            let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
            let injected = memory.inject(&mut random, CYCLES, |plusargs| {
                let run = || verdict(&config, &design, seed, plusargs);
                // What stands around the core panics at requests that no core may make.
                catch_unwind(AssertUnwindSafe(run))
                    .unwrap_or_else(|panic| Ok(Verdict::harmful(said(&*panic))))
            })?;
            for (plusargs, Verdict { fate, why }) in injected {
                tallies[usize::from(memory.is_checked())].add(fate);
                assert!(
                    !(ecc == Ecc::Parity && memory.is_checked() && fate == Fate::Harmful),
                    "{why}: {plusargs:?}, seed {seed}"
                );
            }
        }
    }
    let name = match ecc {
        Ecc::None => "none",
        Ecc::Parity => "parity",
    };
    let row = |checked: bool, which: &str| {
        let of = memories.iter().filter(|of| of.is_checked() == checked);
        let what = format!("one bit of a word, one core alone, {which}");
        Row::new(&what, name, of.count(), &tallies[usize::from(checked)])
    };
    Ok(vec![
        row(true, "memories that parity checks"),
        row(false, "what only the trace shows"),
    ])
}

#[test]
fn no_fault_of_a_checked_word_does_harm() -> Result<(), BenchError> {
    let each = setting("TABLE_FAULTS", 12);
    let first = setting("TABLE_FAULTS_SEED", 1);
    // Panics of the core's surroundings are counted, not shown.
    let shown = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        let surroundings = info
            .location()
            .map(|at| at.file().ends_with("environment.rs"));
        if surroundings != Some(true) {
            shown(info);
        }
    }));
    let mut rows = Vec::new();
    for ecc in [Ecc::None, Ecc::Parity] {
        rows.extend(inject(ecc, each, first)?);
    }
    let checked = |ecc: &str| rows.iter().find(|row| row.ecc == ecc);
    // Without checks faults do harm: what is measured here can be seen.
    assert!(checked("none").is_some_and(|row| row.harmful > 0));
    Faults {
        command: format!(
            "TABLE_FAULTS={each} TABLE_FAULTS_SEED={first} FAULTS_RESULTS=1 cargo test --release -p memento-testbenches --test table_faults"
        ),
        configuration: "one core of preset tiny with two".to_owned(),
        measured: [Ecc::None, Ecc::Parity]
            .map(checked_config)
            .iter()
            .map(Measured::now)
            .collect::<Result<_, _>>()?,
        seed: Some(first),
        rows,
    }
    .keep("core");
    Ok(())
}
