//! A memory of lines behind a line port, with stalls and bus errors.

use crate::common::{below, random};
use proptest::test_runner::TestRng;
use std::collections::{HashMap, VecDeque};

/// The memory, and the line that each direction moves.
pub struct Memory {
    pub lines: HashMap<u64, [u64; 8]>,
    random: TestRng,
    /// Likelihoods in 1/16: of a cycle without progress, of an error a line.
    pub stalls: u64,
    pub errors: u64,
    /// Reads accepted before the first is answered.
    pub outstanding: usize,
    /// Lines that are read, oldest first: next beat, beat that fails.
    read: VecDeque<(u64, usize, usize)>,
    /// Line that is written, its beats so far.
    write: Option<(u64, usize, [u64; 8])>,
    answer: Option<bool>,
    offered: [bool; 5],
    pub reads: u64,
    pub writes: u64,
    /// Every line read, and whether that failed.
    pub lines_read: Vec<(u64, bool)>,
    pub failed_reads: u64,
    pub failed_writes: u64,
}

/// What the memory offers in a cycle.
pub struct Offer {
    pub read_request_ready: bool,
    pub read_data: Option<(u64, bool)>,
    pub write_request_ready: bool,
    pub write_data_ready: bool,
    pub write_response: Option<bool>,
}

/// What the port offers in a cycle.
pub struct Port {
    pub read_request: Option<u64>,
    pub read_data_ready: bool,
    pub write_request: Option<u64>,
    pub write_data: Option<(u64, u8, bool)>,
    pub write_response_ready: bool,
}

impl Memory {
    pub fn new(seed: u64) -> Memory {
        Memory {
            lines: HashMap::new(),
            random: random(seed),
            stalls: 4,
            errors: 0,
            outstanding: 1,
            read: VecDeque::new(),
            write: None,
            answer: None,
            offered: [false; 5],
            reads: 0,
            writes: 0,
            lines_read: Vec::new(),
            failed_reads: 0,
            failed_writes: 0,
        }
    }

    fn chance(&mut self, sixteenths: u64) -> bool {
        below(&mut self.random, 16) < sixteenths
    }

    /// Draws what is offered; what was offered and not taken stays.
    pub fn offer(&mut self) -> Offer {
        for i in 0..self.offered.len() {
            self.offered[i] |= !self.chance(self.stalls);
        }
        let read_data = self.read.front().map(|&(line, beat, failing)| {
            let data = self.lines.get(&line).map_or(0, |beats| beats[beat]);
            (if beat == failing { !data } else { data }, beat == failing)
        });
        Offer {
            read_request_ready: self.read.len() < self.outstanding && self.offered[0],
            read_data: read_data.filter(|_| self.offered[1]),
            write_request_ready: self.write.is_none() && self.offered[2],
            write_data_ready: self.answer.is_none() && self.write.is_some() && self.offered[3],
            write_response: self.answer.filter(|_| self.offered[4]),
        }
    }

    /// What has been transferred at the end of the cycle.
    pub fn clock(&mut self, offer: &Offer, port: &Port) {
        if offer.read_data.is_some() && port.read_data_ready {
            self.offered[1] = false;
            let (line, beat, failing) = self.read.pop_front().expect("a read");
            if beat < 7 {
                self.read.push_front((line, beat + 1, failing));
            }
        }
        if let (true, Some(line)) = (offer.read_request_ready, port.read_request) {
            assert_eq!(line % 64, 0);
            self.offered[0] = false;
            self.reads += 1;
            let fails = self.chance(self.errors);
            self.failed_reads += u64::from(fails);
            let failing = if fails {
                below(&mut self.random, 8) as usize
            } else {
                8
            };
            self.lines_read.push((line, fails));
            self.read.push_back((line, 0, failing));
        }
        if offer.write_response.is_some() && port.write_response_ready {
            self.offered[4] = false;
            self.answer = None;
            self.write = None;
        }
        if let (true, Some((data, strobe, last))) = (offer.write_data_ready, port.write_data) {
            self.offered[3] = false;
            let (line, beat, mut beats) = self.write.expect("a write");
            assert_eq!(last, beat == 7, "last");
            let mask = (0..8)
                .filter(|i| strobe >> i & 1 == 1)
                .map(|i| 0xff << (8 * i));
            let mask: u64 = mask.sum();
            beats[beat] = beats[beat] & !mask | data & mask;
            self.write = Some((line, beat + 1, beats));
            if last {
                let fails = self.chance(self.errors);
                self.failed_writes += u64::from(fails);
                if !fails {
                    self.lines.insert(line, beats);
                }
                self.answer = Some(fails);
            }
        }
        if let (true, Some(line)) = (offer.write_request_ready, port.write_request) {
            assert_eq!(line % 64, 0);
            self.offered[2] = false;
            self.writes += 1;
            let beats = self.lines.get(&line).copied().unwrap_or_default();
            self.write = Some((line, 0, beats));
        }
    }
}

/// One cycle of a simulation whose module has a line port, without its rising edge: `$settle` runs
/// when the outputs have settled.
macro_rules! with_memory {
    ($simulation:expr, $memory:expr, $settled:block) => {{
        let offer = $memory.offer();
        let module = &mut $simulation.module;
        let (data, error) = offer.read_data.unwrap_or_default();
        module.line_answer.next = memento_hdl::pages::channels::LineAnswer {
            read_ready: offer.read_request_ready,
            beat_valid: offer.read_data.is_some(),
            beat: memento_hdl::rtl::Word::new(data.into(), 64),
            beat_error: error,
            write_ready: offer.write_request_ready,
            data_ready: offer.write_data_ready,
            response_valid: offer.write_response.is_some(),
            response_error: offer.write_response.unwrap_or_default(),
        };
        $simulation.eval();
        $settled
        let ask = $simulation.module.line_ask.val();
        let number = |word: memento_hdl::rtl::Word| word.value() as u64;
        let port = crate::memory::Port {
            read_request: ask.read_valid.then(|| number(ask.address)),
            read_data_ready: ask.beat_ready,
            write_request: ask.write_valid.then(|| number(ask.address)),
            write_data: ask
                .data_valid
                .then(|| (number(ask.data), number(ask.strobe) as u8, ask.last)),
            write_response_ready: ask.response_ready,
        };
        $memory.clock(&offer, &port);
        $simulation.tick();
    }};
}
