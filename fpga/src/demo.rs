//! The program of a self-test and the answers that it must get, by the golden model.

use crate::error::FpgaError;
use memento_config::Config;
use memento_hdl::Geometry;
use memento_hdl::demo::driver::POLYNOMIAL;
use memento_hdl::demo::image::{DemoImage, DemoOperation};
use memento_sim::{Counters, Model, Response, SplitMix64, Status};

/// Arenas that a class of a self-test gets at most.
const MOST_ARENAS: u32 = 8;

/// log2 of the clock cycles between two lines of a report, and of a beat of the lamp: about a second.
const PAUSE_BITS: usize = 24;

/// Bits a second on the serial line.
pub const BAUD: u32 = 115_200;

/// What a self-test is to be.
#[derive(Clone, Debug)]
pub struct DemoPlan {
    /// What it calls itself in its lines, ASCII.
    pub name: String,
    /// Operations of its program.
    pub operations: usize,
    /// Where the draws of the program start.
    pub seed: u64,
    /// Frequency of its clock.
    pub clock_hz: u32,
}

/// A program, its answers, and how the golden model came to them.
#[derive(Clone, Debug)]
pub struct Demo {
    /// What the hardware is made with.
    pub image: DemoImage,
    /// Answers in order.
    pub answers: Vec<Response>,
    /// What the golden model counted.
    pub counters: Counters,
}

/// A program drawn from a seed. Most allocations are of one class, so that arenas fill; the first half of
/// the program allocates more than it frees, the second frees more. Among them are sizes that are too
/// large, frees of bytes inside objects, and frees of what is free.
///
/// # Errors
/// [`FpgaError::NoDemo`]: classes of the configuration have fewer than two arenas.
pub fn demo(config: &Config, plan: &DemoPlan) -> Result<Demo, FpgaError> {
    let g = Geometry::new(config);
    let mut model = Model::new(config);
    let fewest = (0..model.geometry().classes())
        .map(|class| model.geometry().arenas(class))
        .min()
        .unwrap_or(0);
    let lane_arenas = MOST_ARENAS.min(fewest);
    if lane_arenas < 2 {
        return Err(FpgaError::NoDemo {
            arenas: fewest,
            region_bytes: config.settings().address.region_bytes,
        });
    }
    let mut draw = SplitMix64::new(plan.seed);
    let step = 1 << g.step_bits;
    let busy = draw.below(g.classes);
    let mut program = Vec::with_capacity(plan.operations);
    let mut answers = Vec::with_capacity(plan.operations);
    let (mut live, mut freed): (Vec<usize>, Vec<usize>) = (Vec::new(), Vec::new());
    while program.len() < plan.operations {
        let growing = program.len() < plan.operations / 2;
        let number = program.len();
        let (operation, outcome) = match draw.below(100) {
            0 | 1 => {
                let bytes = g.classes * step + 1;
                (DemoOperation::Alloc { bytes }, model.alloc(bytes as u64))
            }
            2 | 3 if !live.is_empty() => {
                let allocation = live[draw.below(live.len())];
                let inside = value(&answers, allocation) | 1;
                (DemoOperation::FreeInside { allocation }, model.free(inside))
            }
            4 | 5 if !freed.is_empty() => {
                let allocation = freed[draw.below(freed.len())];
                let mut tried = model.clone();
                let outcome = tried.free(value(&answers, allocation));
                // The slot may be another object's by now, or its arena given back: the self-test's
                // page grants write no header.
                if outcome.response.status != Status::DoubleFree {
                    continue;
                }
                model = tried;
                (DemoOperation::Free { allocation }, outcome)
            }
            chance if live.is_empty() || (chance < 85) == growing => {
                let class = match draw.below(4) {
                    0 => draw.below(g.classes),
                    _ => busy,
                };
                let bytes = class * step + 1 + draw.below(step);
                let before = (!model.hits(bytes as u64)).then(|| model.clone());
                let outcome = model.alloc(bytes as u64);
                if let Some(before) = before
                    && model.pages().cursor(class as u32, 0) > lane_arenas
                {
                    model = before;
                    continue;
                }
                live.push(number);
                (DemoOperation::Alloc { bytes }, outcome)
            }
            _ => {
                let at = draw.below(live.len());
                let allocation = live.swap_remove(at);
                freed.push(allocation);
                let outcome = model.free(value(&answers, allocation));
                (DemoOperation::Free { allocation }, outcome)
            }
        };
        program.push(operation);
        answers.push(outcome.response);
    }
    Ok(Demo {
        image: DemoImage {
            name: plan.name.clone(),
            program,
            signature: signature(&answers),
            lane_arenas: 1 << lane_arenas.ilog2(),
            bit_cycles: (plan.clock_hz + BAUD / 2).div_euclid(BAUD) as usize,
            pause_bits: PAUSE_BITS,
        },
        answers,
        counters: model.counters().clone(),
    })
}

fn value(answers: &[Response], allocation: usize) -> u64 {
    answers[allocation].value
}

/// The signature of answers, as the driver of the self-test says it in its header.
pub fn signature(answers: &[Response]) -> u32 {
    answers.iter().fold(0u32, |sum, answer| {
        let lost = if sum >> 31 == 1 { POLYNOMIAL as u32 } else { 0 };
        let halves = answer.value as u32 ^ (answer.value >> 32) as u32;
        sum << 1 ^ lost ^ halves ^ u32::from(answer.status.code()) << 28
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use memento_config::PRESETS;

    /// A program that never leaves the object table would test little.
    #[test]
    fn programs_go_all_ways() {
        for (name, _) in PRESETS {
            let config = Config::preset(name).unwrap();
            let plan = DemoPlan {
                name: (*name).to_owned(),
                operations: if *name == "tiny" { 512 } else { 4096 },
                seed: 1,
                clock_hz: 25_000_000,
            };
            let demo = demo(&config, &plan).unwrap();
            let counters = &demo.counters;
            let ways = [
                counters.alloc_hits,
                counters.free_hits,
                counters.new_arenas,
                counters.list_pops,
                counters.list_pushes,
                counters.released_arenas,
                counters.statuses[usize::from(Status::TooLarge.code())],
                counters.statuses[usize::from(Status::BadPointer.code())],
                counters.statuses[usize::from(Status::DoubleFree.code())],
            ];
            println!("{name}: {ways:?}");
            assert!(ways.iter().all(|times| *times > 0), "{name}: {ways:?}");
            assert_eq!(counters.statuses[usize::from(Status::NoMemory.code())], 0);
        }
    }
}
