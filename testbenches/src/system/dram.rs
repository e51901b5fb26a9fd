//! [`Dram`]: the memory behind everything, an AXI4 subordinate.

use super::axi::{
    Burst, Cause, LINE_BYTES, Manager, OKAY, ReadBeat, SLAVE_ERROR, Subordinate, WriteAnswer,
};
use super::cache::{LINE_WORDS, LineData};
use crate::coin::Coin;
use memento_config::Config;
use std::collections::{HashMap, VecDeque};

/// Bytes of a frame.
pub const FRAME_BYTES: u64 = 4096;

/// How fast memory is. Both directions share one bus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DramTiming {
    /// Cycles from the edge that accepts a read to the first edge that can take its first beat, and
    /// from a write's last beat to its answer.
    pub latency: u32,
    /// Cycles a beat.
    pub cycles_per_beat: u32,
    /// Reads, and writes, that are under way at once.
    pub outstanding: u32,
}

impl Default for DramTiming {
    /// 60 cycles to the first beat, a beat of the bus a cycle, 16 bursts. Choices of ours.
    fn default() -> Self {
        DramTiming {
            latency: 60,
            cycles_per_beat: 1,
            outstanding: 16,
        }
    }
}

/// Which accesses of a line are answered with an error.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Failing {
    /// Reads.
    pub reads: bool,
    /// Writes; nothing is written.
    pub writes: bool,
}

/// Bursts that memory served, by [`Cause::index`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Reads.
    pub reads: [u64; Cause::ALL.len()],
    /// Writes.
    pub writes: [u64; Cause::ALL.len()],
    /// Of the reads, those of lines that were not written since their frame was granted.
    pub unwritten_reads: u64,
}

/// Why each transaction number's read, and write, that is under way was issued.
#[derive(Clone, Debug)]
pub struct Causes {
    /// Reads, by number.
    pub reads: Vec<Cause>,
    /// Writes, by number.
    pub writes: Vec<Cause>,
}

impl Causes {
    fn of(list: &[Cause], burst: &Burst) -> Cause {
        // Numbers that no client of the filter has are the filter's own.
        list.get(burst.id as usize).copied().unwrap_or(Cause::Mask)
    }
}

#[derive(Clone, Copy, Debug)]
struct Reading {
    burst: Burst,
    ready_cycle: u64,
    beat: u32,
    failed: bool,
}

#[derive(Clone, Copy, Debug)]
struct Writing {
    burst: Burst,
    beat: u32,
    failed: bool,
}

#[derive(Clone, Copy, Debug)]
struct Answering {
    answer: WriteAnswer,
    ready_cycle: u64,
}

type Frame = [u64; FRAME_BYTES as usize / 8];

/// Memory. Its bytes start as a pattern that nobody writes, and time passes from call to call of
/// [`Dram::begin`].
pub struct Dram {
    base: u64,
    /// Bytes of a beat that takes the whole bus.
    bus_bytes: u64,
    frames: Vec<Option<Box<Frame>>>,
    timing: DramTiming,
    stall: Coin,
    failing: HashMap<u64, Failing>,
    fails_at_random: Coin,
    now: u64,
    bus_free_cycle: u64,
    reads: VecDeque<Reading>,
    writes: VecDeque<Writing>,
    answers: VecDeque<Answering>,
    /// A beat of read data was offered and not taken.
    read_shown: bool,
    answer_shown: bool,
    wrote_last: bool,
    offered: Subordinate,
    traffic: Traffic,
    /// By frame, lines not written since it was granted, a bit each.
    unwritten: Vec<u64>,
}

/// What a word of memory holds before anyone writes it.
pub fn poison(address: u64) -> u64 {
    0xdead_0000_0000_0000 | (address & !7).wrapping_mul(0x9e37_79b9) & 0xffff_ffff_ffff | 1
}

impl Dram {
    /// The memory that a configuration lends frames from.
    pub fn new(config: &Config, timing: DramTiming) -> Dram {
        let frames = (config.memory_bytes() / FRAME_BYTES) as usize;
        Dram {
            base: config.memory_base(),
            bus_bytes: u64::from(config.data_bits() / 8),
            frames: (0..frames).map(|_| None).collect(),
            timing,
            stall: Coin::tails(),
            failing: HashMap::new(),
            fails_at_random: Coin::tails(),
            now: 0,
            bus_free_cycle: 0,
            reads: VecDeque::with_capacity(timing.outstanding as usize),
            writes: VecDeque::with_capacity(timing.outstanding as usize),
            answers: VecDeque::with_capacity(timing.outstanding as usize),
            read_shown: false,
            answer_shown: false,
            wrote_last: false,
            offered: Subordinate::default(),
            traffic: Traffic::default(),
            unwritten: vec![0; frames],
        }
    }

    /// A frame was granted, or is back in the pool: from the former on lines count as not written.
    pub fn granted(&mut self, frame: u64, fresh: bool) {
        let (frame, _) = self.place(frame * FRAME_BYTES);
        if let Some(unwritten) = self.unwritten.get_mut(frame) {
            *unwritten = if fresh { u64::MAX } else { 0 };
        }
    }

    /// The frame of an address, and the bit of its line.
    fn line(&self, address: u64) -> (usize, u64) {
        let (frame, word) = self.place(address);
        (frame, 1 << (word / 8))
    }

    /// Lets each channel wait in `percent` of the cycles, drawn from `seed`.
    pub fn stall(&mut self, percent: u64, seed: u64) {
        self.stall = Coin::new(percent, seed);
    }

    /// Answers accesses of the line at an address with errors from now on, or no longer.
    pub fn fail(&mut self, address: u64, failing: Failing) {
        let line = address / LINE_BYTES;
        if failing == Failing::default() {
            self.failing.remove(&line);
        } else {
            self.failing.insert(line, failing);
        }
    }

    /// Answers `percent` of all bursts with errors from now on, drawn from `seed`.
    pub fn fail_at_random(&mut self, percent: u64, seed: u64) {
        self.fails_at_random = Coin::new(percent, seed);
    }

    /// Bursts served so far.
    pub fn traffic(&self) -> &Traffic {
        &self.traffic
    }

    /// Whether nothing is under way.
    pub fn is_idle(&self) -> bool {
        self.reads.is_empty() && self.writes.is_empty() && self.answers.is_empty()
    }

    /// The word of eight bytes at an address, whatever the bypass knows of it.
    pub fn peek(&self, address: u64) -> u64 {
        let (frame, word) = self.place(address);
        match self.frames.get(frame) {
            Some(Some(bytes)) => bytes[word],
            _ => poison(address),
        }
    }

    /// What a manager behind the bypass must read of a line: zeros if it was not written since its frame was granted.
    pub fn seen(&self, line: u64) -> LineData {
        let (frame, bit) = self.line(line);
        match self.unwritten.get(frame) {
            Some(unwritten) if unwritten & bit != 0 => [0; LINE_WORDS],
            _ => std::array::from_fn(|word| self.peek(line + 8 * word as u64)),
        }
    }

    /// Overwrites the word of eight bytes at an address behind everyone's back.
    pub fn poke(&mut self, address: u64, value: u64) {
        self.write_word(address, value, 0xff);
    }

    fn place(&self, address: u64) -> (usize, usize) {
        let offset = address.wrapping_sub(self.base);
        let frame = (offset / FRAME_BYTES) as usize;
        (frame, (offset % FRAME_BYTES / 8) as usize)
    }

    fn write_word(&mut self, address: u64, value: u64, strobe: u32) {
        let (frame, word) = self.place(address);
        let first = address & !(FRAME_BYTES - 1);
        let Some(frame) = self.frames.get_mut(frame) else {
            return;
        };
        let bytes = frame.get_or_insert_with(|| {
            Box::new(std::array::from_fn(|word| poison(first + word as u64 * 8)))
        });
        bytes[word] = merge(bytes[word], value, strobe);
    }

    fn fails(&mut self, address: u64) -> Failing {
        if self.fails_at_random.heads() {
            return Failing {
                reads: true,
                writes: true,
            };
        }
        if self.failing.is_empty() {
            return Failing::default();
        }
        let line = address / LINE_BYTES;
        self.failing.get(&line).copied().unwrap_or_default()
    }

    /// Begins a cycle: what memory shows in it.
    pub fn begin(&mut self, now: u64) -> Subordinate {
        self.now = now;
        let outstanding = self.timing.outstanding as usize;
        let bus_free = now >= self.bus_free_cycle;
        let mut offered = Subordinate {
            ar_ready: self.reads.len() < outstanding && !self.stall.heads(),
            aw_ready: self.writes.len() + self.answers.len() < outstanding && !self.stall.heads(),
            ..Subordinate::default()
        };
        if let Some(read) = self.reads.front() {
            let due = bus_free && now >= read.ready_cycle;
            // Beats of the two directions take turns.
            let turn = self.writes.is_empty() || self.wrote_last;
            if self.read_shown || (due && turn && !self.stall.heads()) {
                let address = read.burst.address + (u64::from(read.beat) << read.burst.size);
                offered.r_valid = true;
                offered.r = ReadBeat {
                    id: read.burst.id,
                    data: self.read_bus(address),
                    response: if read.failed { SLAVE_ERROR } else { OKAY },
                    last: read.beat == read.burst.length,
                };
            } else if due {
                self.wrote_last = true;
            }
        }
        offered.w_ready = bus_free
            && !self.writes.is_empty()
            && (!offered.r_valid || self.read_shown)
            && !self.stall.heads();
        if let Some(answering) = self.answers.front() {
            let due = now >= answering.ready_cycle;
            if self.answer_shown || (due && !self.stall.heads()) {
                offered.b_valid = true;
                offered.b = answering.answer;
            }
        }
        self.offered = offered;
        offered
    }

    /// The first cycle in which it may show an answer that it doesn't show now, if nothing is asked before; 0: it
    /// may show or accept something else in any cycle.
    #[inline]
    pub fn next_answer(&self) -> u64 {
        if self.stall.may_be_heads() || !self.writes.is_empty() {
            return 0;
        }
        let read = self.reads.front();
        let read = read.map_or(u64::MAX, |read| read.ready_cycle.max(self.bus_free_cycle));
        let answer = self.answers.front().map(|answer| answer.ready_cycle);
        answer.map_or(read, |answer| answer.min(read))
    }

    /// What the whole bus shows for a beat at an address.
    fn read_bus(&self, address: u64) -> u128 {
        let address = address & !(self.bus_bytes - 1);
        let low = u128::from(self.peek(address));
        match self.bus_bytes {
            16 => low | u128::from(self.peek(address + 8)) << 64,
            _ => low,
        }
    }

    /// Ends the cycle: what is valid and ready at the coming edge takes place.
    pub fn end(&mut self, seen: &Manager, causes: &Causes) {
        let offered = self.offered;
        if offered.r_valid {
            self.read_shown = !seen.r_ready;
            if seen.r_ready {
                self.occupy_bus();
                self.wrote_last = false;
                if offered.r.last {
                    self.reads.pop_front();
                } else if let Some(read) = self.reads.front_mut() {
                    read.beat += 1;
                }
            }
        }
        if offered.b_valid {
            self.answer_shown = !seen.b_ready;
            if seen.b_ready {
                self.answers.pop_front();
            }
        }
        if offered.w_ready && seen.w_valid {
            self.occupy_bus();
            self.wrote_last = true;
            self.take_beat(seen);
        }
        if offered.ar_ready && seen.ar_valid {
            self.traffic.reads[Causes::of(&causes.reads, &seen.ar).index()] += 1;
            let (frame, line) = self.line(seen.ar.address);
            let unwritten = self.unwritten.get(frame).copied().unwrap_or(0);
            self.traffic.unwritten_reads += u64::from(unwritten & line != 0);
            let failed = self.fails(seen.ar.address).reads;
            self.reads.push_back(Reading {
                burst: seen.ar,
                ready_cycle: self.now + u64::from(self.timing.latency),
                beat: 0,
                failed,
            });
        }
        if offered.aw_ready && seen.aw_valid {
            self.traffic.writes[Causes::of(&causes.writes, &seen.aw).index()] += 1;
            let (frame, line) = self.line(seen.aw.address);
            if let Some(unwritten) = self.unwritten.get_mut(frame) {
                *unwritten &= !line;
            }
            let failed = self.fails(seen.aw.address).writes;
            self.writes.push_back(Writing {
                burst: seen.aw,
                beat: 0,
                failed,
            });
        }
    }

    fn occupy_bus(&mut self) {
        self.bus_free_cycle = self.now + u64::from(self.timing.cycles_per_beat);
    }

    fn take_beat(&mut self, seen: &Manager) {
        let Some(mut writing) = self.writes.front().copied() else {
            return;
        };
        let burst = writing.burst;
        let beat_bytes = 1u64 << burst.size;
        let address = (burst.address & !(beat_bytes - 1)) + u64::from(writing.beat) * beat_bytes;
        if !writing.failed {
            let first = address & !(self.bus_bytes - 1);
            for word in 0..self.bus_bytes / 8 {
                let data = (seen.w.data >> (64 * word)) as u64;
                let strobe = seen.w.strobe >> (8 * word) & 0xff;
                if strobe != 0 {
                    self.write_word(first + 8 * word, data, strobe);
                }
            }
        }
        assert_eq!(
            writing.beat == burst.length,
            seen.w.last,
            "the last beat of a burst of {} beats, and no other, is marked so",
            burst.length + 1
        );
        writing.beat += 1;
        if !seen.w.last {
            self.writes[0] = writing;
            return;
        }
        self.writes.pop_front();
        self.answers.push_back(Answering {
            answer: WriteAnswer {
                id: burst.id,
                response: if writing.failed { SLAVE_ERROR } else { OKAY },
            },
            ready_cycle: self.now + u64::from(self.timing.latency),
        });
    }
}

/// `old` with the bytes of `strobe` replaced by those of `new`.
pub fn merge(old: u64, new: u64, strobe: u32) -> u64 {
    if strobe == 0xff {
        return new;
    }
    let mask = (0..8).fold(0u64, |mask, byte| {
        mask | if strobe >> byte & 1 == 1 {
            0xff << (8 * byte)
        } else {
            0
        }
    });
    old & !mask | new & mask
}
