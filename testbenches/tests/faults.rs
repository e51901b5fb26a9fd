//! Bits that flip in the memories of memento_system and memento_bypass: what is detected, what does no harm, and what
//! does. `--nocapture` prints the tables of [docs/verification.md](../../docs/verification.md).
//!
//! Each memory of the emitted Verilog is given faults that model arguments place: the instance, a word, a bit, a
//! cycle. `FAULTS` says how many a memory is given (default 1; of the bypass alone twice as many), `FAULTS_SEED` where
//! the draws begin, `FAULTS_ONLY` a part of the paths of the memories; a test that has no such memory fails. With
//! `FAULTS_RESULTS` the rows are written to `testbenches/results/faults`.

use memento_config::Ecc;
use memento_hdl::Geometry;
use memento_hdl::bypass::bypass::Bypass;
use memento_hdl::system::memento_system::System;
use memento_hdl::verilog::emit;
use memento_testbenches::CompileOptions;
use memento_testbenches::faults::memories::{Memory, make_faulty, memories};
use memento_testbenches::faults::results::{Faults, Row};
use memento_testbenches::faults::{Fate, Tally, Verdict, checked_config, filter, setting, system};
use memento_testbenches::system::hardware::SystemDesign;
use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};
use std::error::Error;
use std::ops::Range;

const OPTIONS: CompileOptions = CompileOptions {
    quick: true,
    ..CompileOptions::DEFAULT
};

/// Gives each memory its faults. Whatever does harm is printed, with what repeats it; with parity it fails.
fn inject(
    (what, ecc): (&str, Ecc),
    memories: &[Memory],
    (each, first): (u64, u64),
    cycles: Range<u32>,
    verdict: impl Fn(u64, Vec<String>) -> Verdict,
) -> Vec<Row> {
    let mut tallies = [Tally::default(), Tally::default()];
    let mut harmful = Vec::new();
    let only = std::env::var("FAULTS_ONLY").unwrap_or_default();
    let paths = || memories.iter().map(|memory| memory.instance.as_str());
    assert!(
        paths().any(|path| path.contains(&only)),
        "FAULTS_ONLY={only} is a part of no memory's path: {:#?}",
        paths().collect::<Vec<_>>()
    );
    for (number, memory) in memories.iter().enumerate() {
        if !memory.instance.contains(&only) {
            continue;
        }
        // Of hardware without parity a quick run samples: it is there to show that faults do harm.
        if ecc == Ecc::None && each == 1 && number % 4 != 0 {
            continue;
        }
        for i in 0..each {
            let seed = first.wrapping_mul(1 << 20) + number as u64 * 1000 + i;
            let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
            let fault = memory.fault(&mut random, cycles.clone());
            let verdict = verdict(seed, fault.clone());
            tallies[usize::from(memory.is_checked())].add(verdict.fate);
            if std::env::var_os("FAULTS_SHOW").is_some() {
                println!("{:?} {fault:?}, seed {seed}: {}", verdict.fate, verdict.why);
            }
            if verdict.fate == Fate::Harmful && ecc == Ecc::Parity {
                let text = format!("{fault:?}, seed {seed}: {}", verdict.why);
                println!("harmful: {text}");
                harmful.push(text);
            }
        }
    }
    let name = match ecc {
        Ecc::None => "none",
        Ecc::Parity => "parity",
    };
    let row = |checked: bool, which: &str| {
        let count = memories
            .iter()
            .filter(|memory| memory.is_checked() == checked);
        let tally = &tallies[usize::from(checked)];
        Row::new(
            &format!("one bit of a word, {what}, {which}"),
            name,
            count.count(),
            tally,
        )
    };
    assert!(
        harmful.is_empty(),
        "{} do harm: {harmful:#?}",
        harmful.len()
    );
    vec![
        row(true, "memories that parity checks"),
        row(false, "what only the trace shows"),
    ]
}

/// What a test's rows say, with what repeats them.
fn kept(test: &str, (each, seed): (u64, u64), rows: Vec<Row>) -> Faults {
    Faults {
        command: format!(
            "FAULTS={each} FAULTS_SEED={seed} FAULTS_RESULTS=1 cargo test --release -p memento-testbenches --test faults {test}"
        ),
        configuration: "preset tiny with two cores".to_owned(),
        seed: Some(seed),
        rows,
    }
}

#[test]
fn words_of_the_whole_system() -> Result<(), Box<dyn Error>> {
    let (each, seed) = (setting("FAULTS", 1), setting("FAULTS_SEED", 1));
    let mut rows = Vec::new();
    for ecc in [Ecc::None, Ecc::Parity] {
        let config = checked_config(ecc);
        let mut geometry = Geometry::new(&config);
        geometry.trace_port = true;
        let mut hardware = emit(&System::new(&geometry, 0), &Default::default())?;
        let mut bypass = emit(&Bypass::new(&geometry), &Default::default())?;
        make_faulty(&mut hardware);
        make_faulty(&mut bypass);
        let design = SystemDesign::new(&config, &hardware, Some(&bypass), OPTIONS)?;
        let mut all = Vec::new();
        for library in design.libraries() {
            all.extend(memories(library)?);
        }
        assert!(all.len() > 120, "{all:?}");
        rows.extend(inject(
            ("memento_system and memento_bypass", ecc),
            &all,
            (each, seed),
            system::FAULT_CYCLES,
            |seed, fault| system::verdict(&config, &design.with_plusargs(fault), seed),
        ));
    }
    kept("words_of_the_whole_system", (each, seed), rows).keep("system");
    Ok(())
}

#[test]
fn words_of_the_bypass() -> Result<(), Box<dyn Error>> {
    let (each, seed) = (setting("FAULTS", 1), setting("FAULTS_SEED", 1));
    let mut rows = Vec::new();
    for ecc in [Ecc::None, Ecc::Parity] {
        let config = checked_config(ecc);
        let mut design = emit(&Bypass::new(&Geometry::new(&config)), &Default::default())?;
        make_faulty(&mut design);
        let library = memento_testbenches::bypass::compile(&design, OPTIONS)?;
        let all = memories(&library)?;
        let bus = (
            u64::from(config.data_bits()) / 8,
            u64::from(config.id_bits()),
        );
        rows.extend(inject(
            ("memento_bypass alone", ecc),
            &all,
            (2 * each, seed),
            filter::FAULT_CYCLES,
            |seed, fault| filter::verdict(&library, bus, seed, &fault),
        ));
    }
    kept("words_of_the_bypass", (each, seed), rows).keep("bypass");
    Ok(())
}

/// Resets of the whole system in the midst of a scenario, and surroundings that fail.
#[test]
fn resets_and_failing_surroundings() -> Result<(), Box<dyn Error>> {
    let (each, seed) = (setting("FAULTS", 1), setting("FAULTS_SEED", 1));
    let mut rows = Vec::new();
    for ecc in [Ecc::None, Ecc::Parity] {
        let config = checked_config(ecc);
        let design = SystemDesign::of_config(&config, OPTIONS)?;
        let (mut resets, mut failing) = (Tally::default(), Tally::default());
        for run in 0..12 * each {
            let mut random = Xoshiro256PlusPlus::seed_from_u64(seed.wrapping_mul(1 << 20) + run);
            let cycle = random.random_range(200..14_000);
            let verdict = system::reset(&config, &design, seed ^ run << 8, cycle);
            assert_eq!(
                verdict.fate,
                Fate::Harmless,
                "run {run}, cycle {cycle}: {}",
                verdict.why
            );
            resets.add(verdict.fate);
            let verdict = system::failing_surroundings(&config, &design, seed ^ run);
            assert_ne!(verdict.fate, Fate::Harmful, "run {run}: {}", verdict.why);
            failing.add(verdict.fate);
        }
        let name = format!("{ecc:?}").to_lowercase();
        rows.push(Row::new(
            "reset of memento_system and memento_bypass after 200 to 14,000 cycles of a scenario",
            &name,
            0,
            &resets,
        ));
        rows.push(Row::new(
            "up to 40 % of memory's answers are errors, buses stall, acknowledges are late: runs of 20,000 cycles",
            &name,
            0,
            &failing,
        ));
    }
    kept("resets_and_failing_surroundings", (each, seed), rows).keep("surroundings");
    Ok(())
}
