//! Memories of an emitted design, and faults of them.

use super::{Fate, Verdict};
use memento_hdl::verilog::Design;
use rand::RngExt;
use rand::rngs::Xoshiro256PlusPlus;
use std::ops::Range;
use std::sync::Arc;
use verilator_bindings::{Library, Start};

/// Memories of which nothing is checked even with parity, by what their instances' paths end in: operands that only the
/// trace shows.
const UNCHECKED: [&str; 1] = ["buffer.operands"];

/// What a design prints as its bit flips: a fault whose cycle is behind the end of a run isn't one.
pub const FLIPPED: &str = "a bit flips";

/// Draws of the cycle of one fault, at most: each is earlier than the one before, which came too late.
const DRAWS: u32 = 12;

/// A memory of a design.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Memory {
    /// Its path in the design.
    pub instance: String,
    /// Bits of a word, parity and second copies included.
    pub bits: u32,
    /// Words.
    pub words: u32,
}

impl Memory {
    /// Whether parity covers it.
    pub fn is_checked(&self) -> bool {
        !UNCHECKED.iter().any(|end| self.instance.ends_with(end))
    }

    /// One bit of one word, flipped at the end of a cycle among these, as arguments of a model; `verdict` runs it. A
    /// run that ends ahead of the cycle is repeated with an earlier one, and so on. The verdicts, in order: all but the
    /// last one say that nothing was injected.
    ///
    /// # Errors
    /// The verdict's.
    pub fn inject<E>(
        &self,
        random: &mut Xoshiro256PlusPlus,
        cycles: Range<u32>,
        mut verdict: impl FnMut(&[String]) -> Result<Verdict, E>,
    ) -> Result<Vec<(Vec<String>, Verdict)>, E> {
        let (mut end, mut tried) = (cycles.end, Vec::new());
        for _ in 0..DRAWS {
            let cycle = random.random_range(cycles.start..end);
            let fault = vec![
                format!("+place={}", self.instance),
                format!("+cycle={cycle}"),
                format!("+word={}", random.random_range(0..self.words)),
                format!("+bit={}", random.random_range(0..self.bits)),
            ];
            let of = verdict(&fault)?;
            let late = of.fate == Fate::NotInjected;
            tried.push((fault, of));
            if !late || cycle == cycles.start {
                break;
            }
            end = cycle;
        }
        Ok(tried)
    }
}

/// Readies the memories of a design for faults that arguments of a model place.
pub fn make_faulty(design: &mut Design) {
    const WRITE: &str = "always @(posedge clock) begin : write_port\n";
    for module in &mut design.modules {
        if !module.text.contains(WRITE) {
            continue;
        }
        let twice = module.text.contains("twins [0:DEPTH-1]");
        let (bits, twin_flip) = match twice {
            true => (
                "$bits(words[0]) + $bits(twins[0])",
                "        if (fault_now == fault_cycle && fault_bit >= $bits(words[0]))
            twins[fault_word[ADDRESS_BITS-1:0]][fault_bit - $bits(words[0])] <= !twins[fault_word[ADDRESS_BITS-1:0]][fault_bit - $bits(words[0])];
",
            ),
            false => ("$bits(words[0])", ""),
        };
        let fault = format!(
            "integer fault_now = 0, fault_cycle = -1, fault_word = 0, fault_bit = 0;
    reg [2047:0] fault_place;
    reg [2047:0] here;
    initial begin
        $sformat(here, \"%m\");
        if ($test$plusargs(\"memories\")) $display(\"%m %0d %0d\", {bits}, DEPTH);
        if ($value$plusargs(\"place=%s\", fault_place) && fault_place == here) begin
            if (!$value$plusargs(\"cycle=%d\", fault_cycle)) fault_cycle = -1;
            if (!$value$plusargs(\"word=%d\", fault_word)) fault_cycle = -1;
            if (!$value$plusargs(\"bit=%d\", fault_bit)) fault_cycle = -1;
        end
    end

    {WRITE}        fault_now <= fault_now + 1;
        if (fault_now == fault_cycle) $display(\"{FLIPPED}\");
        if (fault_now == fault_cycle && fault_bit < $bits(words[0]))
            words[fault_word[ADDRESS_BITS-1:0]][fault_bit] <= !words[fault_word[ADDRESS_BITS-1:0]][fault_bit];
{twin_flip}"
        );
        module.text = module.text.replace(WRITE, &fault);
    }
}

/// All memories of a design that was made faulty, as it names them itself.
///
/// # Errors
/// Verilator's.
pub fn memories(library: &Arc<Library>) -> Result<Vec<Memory>, verilator_bindings::Error> {
    let mut model = library.model_from(&Start {
        random: Some(1),
        plusargs: vec!["+memories".to_owned()],
    })?;
    model.eval()?;
    let list = model.take_output();
    let memory = |line: &str| {
        let mut words = line.split_whitespace();
        let mut next = || words.next().expect("a line of the design");
        let instance = next().trim_end_matches(".unnamedblk1").to_owned();
        let mut number = || next().parse().expect("a number");
        Memory {
            instance,
            bits: number(),
            words: number(),
        }
    };
    Ok(list.lines().map(memory).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use std::convert::Infallible;

    #[test]
    fn a_fault_that_came_too_late_is_drawn_again_earlier() {
        let memory = Memory {
            instance: "TOP.words".to_owned(),
            bits: 8,
            words: 4,
        };
        for seed in 0..50 {
            let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
            let mut cycles = Vec::new();
            // A run of 300 cycles.
            let tried = memory.inject(&mut random, 100..20_000, |fault| {
                let cycle: u32 = fault[1].trim_start_matches("+cycle=").parse().unwrap_or(0);
                cycles.push(cycle);
                Ok::<_, Infallible>(match cycle < 300 {
                    true => Verdict::detected("x"),
                    false => Verdict::not_injected(),
                })
            });
            let Ok(tried) = tried;
            let fates: Vec<Fate> = tried.iter().map(|(_, verdict)| verdict.fate).collect();
            assert!(cycles.is_sorted_by(|a, b| a > b), "{cycles:?}");
            let (last, late) = fates.split_last().expect("one draw at least");
            assert!(late.iter().all(|fate| *fate == Fate::NotInjected));
            assert!(
                *last == Fate::Detected || fates.len() == DRAWS as usize,
                "{fates:?}"
            );
        }
    }
}
