//! Memory, hosts and clock around a page allocator under Verilator.

use crate::common::{below, build, emitted, options, random};
use memento_config::Config;
use memento_hdl::Geometry;
use memento_hdl::pages::page_allocator::{PAGE_COUNTERS, PageAllocator};
use memento_hdl::verilog::{Design, Dialect};
use proptest::test_runner::TestRng;
use std::collections::{HashMap, VecDeque};
use verilator_bindings::{Clock, Direction, In, Level, Model, Out};

/// What has never been written, or what a frame holds when it is back in the pool.
const POISON: u8 = 0x5b;

/// An answer of the page allocator.
#[derive(Clone, Copy, Debug)]
pub struct Answer {
    pub source: u64,
    pub op: u64,
    pub status: u64,
    pub arena: u64,
    pub address: u64,
    /// Of a peek: the cursor once the arena is granted.
    pub cursor: [u64; 2],
}

fn design(config: &Config) -> Design {
    let top = PageAllocator::new(&Geometry::new(config));
    emitted(&top, &options(config, Dialect::SystemVerilog))
}

/// A line that is read.
struct Reading {
    address: u64,
    fails: bool,
    /// Its first half isn't what is in memory.
    torn: bool,
    /// Cycle in which its first beat may come.
    due: u64,
}

/// A page allocator, its memory and its hosts.
pub struct Surroundings {
    pub g: Geometry,
    pub random: TestRng,
    pub memory: HashMap<u64, [u8; 64]>,
    /// How likely a channel stalls, in 1/16.
    pub stalls: u64,
    /// Cycles from the acceptance of a read to its first beat, and of a write's last beat to its
    /// answer, less one.
    pub latency: u64,
    /// Reads that memory accepts before it has answered the first.
    pub outstanding: usize,
    /// Lines read.
    pub lines_read: Vec<u64>,
    /// Cycles in which memory had a line to move, or a host something to acknowledge.
    pub waits: u64,
    /// One line in so many fails; 0: none.
    pub failing: u64,
    pub failures: u64,
    /// A line, and how many more reads of it meet a write of somebody else's.
    pub torn: (u64, u32),
    pub cycle: u64,
    pub answers: Vec<(u64, Answer)>,
    /// Cycle in which the last claim was accepted.
    pub claimed: Option<u64>,
    model: Model,
    clock: Clock,
    inputs: HashMap<String, In<u64>>,
    outputs: HashMap<String, Out<u64>>,
    reading: VecDeque<Reading>,
    /// Next beat of the oldest of them.
    beat: usize,
    writing: Option<(u64, usize, [u8; 64])>,
    response: Option<bool>,
    /// Cycle in which a write's answer comes.
    answer_due: u64,
    shot: bool,
    discards: VecDeque<()>,
    /// A claim is on offer.
    pub claiming: bool,
}

impl Surroundings {
    pub fn new(config: &Config, seed: u64) -> Surroundings {
        Surroundings::of(config, seed, design(config))
    }

    /// With a fault in the emitted Verilog: in this module, that text becomes another.
    pub fn with_fault(
        config: &Config,
        seed: u64,
        [module, right, wrong]: [&str; 3],
    ) -> Surroundings {
        let mut design = design(config);
        let found = design.modules.iter_mut().find(|m| m.name == module);
        let emitted = found.unwrap_or_else(|| panic!("there is no {module}"));
        assert!(emitted.text.contains(right), "{module} has no `{right}`");
        emitted.text = emitted.text.replace(right, wrong);
        Surroundings::of(config, seed, design)
    }

    fn of(config: &Config, seed: u64, design: Design) -> Surroundings {
        let g = Geometry::new(config);
        let library = build(&design, Dialect::SystemVerilog)
            .compile()
            .unwrap_or_else(|error| panic!("{error}"));
        let (mut inputs, mut outputs) = (HashMap::new(), HashMap::new());
        for port in library.ports() {
            let name = port.name.clone();
            match port.direction {
                Direction::Input => {
                    inputs.insert(name, library.input(&port.name).expect("an input"));
                }
                Direction::Output => {
                    outputs.insert(name, library.output(&port.name).expect("an output"));
                }
            }
        }
        let clock = library.clock("clock").expect("a clock");
        let reset = library.input("reset").expect("a reset");
        let mut model = library.model().unwrap_or_else(|error| panic!("{error}"));
        model
            .reset(clock, reset, Level::High, 2)
            .unwrap_or_else(|error| panic!("{error}"));
        Surroundings {
            g,
            random: random(seed),
            memory: HashMap::new(),
            stalls: 0,
            latency: 0,
            outstanding: 4,
            lines_read: Vec::new(),
            waits: 0,
            answer_due: 0,
            failing: 0,
            failures: 0,
            torn: (0, 0),
            cycle: 0,
            answers: Vec::new(),
            claimed: None,
            model,
            clock,
            inputs,
            outputs,
            reading: VecDeque::new(),
            beat: 0,
            writing: None,
            response: None,
            shot: false,
            discards: VecDeque::new(),
            claiming: false,
        }
    }

    pub fn set(&mut self, name: &str, value: u64) {
        let port = *self
            .inputs
            .get(name)
            .unwrap_or_else(|| panic!("no input {name}"));
        self.model.set(port, value);
    }

    pub fn get(&self, name: &str) -> u64 {
        let port = *self
            .outputs
            .get(name)
            .unwrap_or_else(|| panic!("no output {name}"));
        self.model.get(port)
    }

    fn goes(&mut self) -> bool {
        below(&mut self.random, 16) >= self.stalls
    }

    fn fails(&mut self) -> bool {
        let fails = self.failing > 0 && below(&mut self.random, self.failing) == 0;
        self.failures += u64::from(fails);
        fails
    }

    pub fn line(&self, address: u64) -> [u8; 64] {
        self.memory.get(&address).copied().unwrap_or([POISON; 64])
    }

    pub fn word(&self, address: u64, bytes: usize) -> u64 {
        let line = self.line(address & !63);
        let start = (address & 63) as usize;
        line[start..start + bytes]
            .iter()
            .rev()
            .fold(0, |word, byte| word << 8 | u64::from(*byte))
    }

    /// One cycle; whether the request on offer was accepted.
    pub fn step(&mut self) -> bool {
        let memory_waits = !self.reading.is_empty() || self.writing.is_some();
        self.waits += u64::from(
            memory_waits || self.response.is_some() || self.shot || !self.discards.is_empty(),
        );
        let read_ready = self.reading.len() < self.outstanding && self.goes();
        self.set("line_read_request_ready", read_ready.into());
        let flows = self.goes();
        let oldest = self
            .reading
            .front()
            .filter(|read| flows && self.cycle >= read.due);
        let shown = oldest.map(|read| {
            let address = read.address + 8 * self.beat as u64;
            (address, read.fails, read.torn && self.beat < 4)
        });
        let beat = shown.is_some();
        if let Some((address, fails, torn)) = shown {
            let word = self.word(address, 8);
            self.set("line_read_data", if torn { !word } else { word });
            self.set("line_read_data_error", (fails && self.beat == 3).into());
        }
        self.set("line_read_data_valid", beat.into());
        let write_ready = self.writing.is_none() && self.response.is_none() && self.goes();
        self.set("line_write_request_ready", write_ready.into());
        let take = self.writing.is_some() && self.goes();
        self.set("line_write_data_ready", take.into());
        let respond = self.response.is_some() && self.goes() && self.cycle >= self.answer_due;
        self.set("line_write_response_valid", respond.into());
        self.set(
            "line_write_response_error",
            self.response.unwrap_or(false).into(),
        );
        let shoot_ready = !self.shot && self.goes();
        self.set("shootdown_ready", shoot_ready.into());
        let shot = self.shot && self.goes();
        self.set("shootdown_done", shot.into());
        let discard_ready = self.discards.len() < 8 && self.goes();
        self.set("discard_ready", discard_ready.into());
        let discarded = !self.discards.is_empty() && self.goes();
        self.set("discard_done", discarded.into());
        let grant_ready = self.goes();
        self.set("grant_ready", grant_ready.into());
        let response_ready = self.goes();
        self.set("response_ready", response_ready.into());
        self.model.eval().unwrap_or_else(|error| panic!("{error}"));

        if shot {
            self.shot = false;
        }
        if shoot_ready && self.get("shootdown_valid") == 1 {
            self.shot = true;
        }
        if discarded {
            self.discards.pop_front();
        }
        if discard_ready && self.get("discard_valid") == 1 {
            assert!(self.get("discard_count") > 0, "an empty discard");
            self.discards.push_back(());
        }
        if grant_ready && self.get("grant_valid") == 1 {
            let filler = if self.get("grant_fresh") == 1 {
                0
            } else {
                POISON
            };
            let frame = self.get("grant_frame") << 12;
            for line in 0..64 {
                self.memory.insert(frame + 64 * line, [filler; 64]);
            }
        }
        if beat && self.get("line_read_data_ready") == 1 {
            self.beat = (self.beat + 1) % 8;
            if self.beat == 0 {
                self.reading.pop_front();
            }
        }
        if read_ready && self.get("line_read_request_valid") == 1 {
            let address = self.get("line_read_request_address");
            let fails = self.fails();
            let due = self.cycle + self.latency;
            let torn = self.torn.0 == address && self.torn.1 > 0;
            self.torn.1 -= u32::from(torn);
            self.reading.push_back(Reading {
                address,
                fails,
                torn,
                due,
            });
            self.lines_read.push(address);
        }
        if respond && self.get("line_write_response_ready") == 1 {
            self.response = None;
        }
        if take && self.get("line_write_data_valid") == 1 {
            let (address, beat, mut line) = self.writing.expect("a write");
            let (data, strobe) = (
                self.get("line_write_data"),
                self.get("line_write_data_strobe"),
            );
            for byte in (0..8).filter(|byte| strobe >> byte & 1 == 1) {
                line[8 * beat + byte] = data.to_le_bytes()[byte];
            }
            assert_eq!(self.get("line_write_data_last") == 1, beat == 7);
            self.writing = Some((address, beat + 1, line));
            if beat == 7 {
                let error = self.fails();
                if !error {
                    self.memory.insert(address, line);
                }
                self.writing = None;
                self.response = Some(error);
                self.answer_due = self.cycle + self.latency;
            }
        }
        if write_ready && self.get("line_write_request_valid") == 1 {
            let address = self.get("line_write_request_address");
            self.writing = Some((address, 0, self.line(address)));
        }
        if response_ready && self.get("response_valid") == 1 {
            let answer = Answer {
                source: self.get("response_source"),
                op: self.get("response_op"),
                status: self.get("response_status"),
                arena: self.get("response_arena"),
                address: self.get("response_address"),
                cursor: [self.get("response_unused"), self.get("response_released")],
            };
            self.answers.push((self.cycle, answer));
        }
        let accepted = self.get("request_ready") == 1;
        let claimed = self.claiming && self.get("claim_ready") == 1;
        self.model
            .step(self.clock)
            .unwrap_or_else(|error| panic!("{error}"));
        if claimed {
            self.claiming = false;
            self.claimed = Some(self.cycle);
            self.set("claim_valid", 0);
        }
        self.cycle += 1;
        accepted
    }

    /// Puts a request on offer.
    pub fn present(&mut self, op: u64, source: u64, process: u64, arena: [u64; 3], address: u64) {
        let fields = [
            ("request_op", op),
            ("request_source", source),
            ("request_process", process),
            ("request_class", arena[0]),
            ("request_context", arena[1]),
            ("request_arena", arena[2]),
            ("request_address", address),
            ("request_valid", 1),
        ];
        for (name, value) in fields {
            self.set(name, value);
        }
    }

    /// Offers a request until it is accepted; the cycle in which it was.
    pub fn request(
        &mut self,
        op: u64,
        source: u64,
        process: u64,
        arena: [u64; 3],
        address: u64,
    ) -> u64 {
        self.present(op, source, process, arena, address);
        let start = self.cycle;
        while !self.step() {
            assert!(self.cycle < start + 200_000, "op {op} is never accepted");
        }
        self.set("request_valid", 0);
        self.cycle - 1
    }

    /// Offers a claim of what a peek showed; it is accepted in one of the next cycles.
    pub fn offer_claim(&mut self, source: u64, process: u64, lane: (u64, u64), seen: Answer) {
        let fields = [
            ("claim_source", source),
            ("claim_process", process),
            ("claim_class", lane.0),
            ("claim_context", lane.1),
            ("claim_arena", seen.arena),
            ("claim_line", seen.address),
            ("claim_unused", seen.cursor[0]),
            ("claim_released", seen.cursor[1]),
            ("claim_valid", 1),
        ];
        for (name, value) in fields {
            self.set(name, value);
        }
        (self.claiming, self.claimed) = (true, None);
    }

    /// A claim and its status.
    pub fn claim(&mut self, process: u64, lane: (u64, u64), seen: Answer) -> u64 {
        self.offer_claim(1, process, lane, seen);
        let start = self.cycle;
        while self.answers.is_empty() {
            self.step();
            assert!(self.cycle < start + 200_000, "a claim is never answered");
        }
        let (_, answer) = self.answers.remove(0);
        assert_eq!(
            (answer.source, answer.op),
            (1, 11),
            "somebody else's answer"
        );
        answer.status
    }

    /// A request and its answer, with the cycles between them.
    pub fn ask(&mut self, op: u64, process: u64, arena: [u64; 3], address: u64) -> (Answer, u64) {
        let accepted = self.request(op, 1, process, arena, address);
        let start = self.cycle;
        while self.answers.is_empty() {
            self.step();
            assert!(self.cycle < start + 2_000_000, "op {op} is never answered");
        }
        let (at, answer) = self.answers.remove(0);
        assert_eq!(
            (answer.source, answer.op),
            (1, op),
            "somebody else's answer"
        );
        (answer, at - accepted)
    }

    /// Every counter with its name.
    pub fn counters(&mut self) -> Vec<(&'static str, u64)> {
        let mut counts = Vec::new();
        for (number, (name, _)) in PAGE_COUNTERS.iter().enumerate() {
            self.set("counter_select", number as u64);
            self.step();
            counts.push((*name, self.get("counter_value")));
        }
        counts
    }
}
