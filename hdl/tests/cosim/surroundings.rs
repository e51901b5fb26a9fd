//! What the object allocator needs around it to get anywhere: a program, memory, page allocator.
//!
//! Every channel stalls at random, and now and then a request is wrong or the memory fails.

use crate::common::{below, random};
use crate::lockstep::Lockstep;
use memento_config::Config;
use memento_hdl::allocator::types::{Op, Status, SwitchOp};
use memento_sim::{Arena, Geometry};
use proptest::prelude::Rng;
use proptest::test_runner::TestRng;
use std::collections::{BTreeMap, VecDeque};

/// Physical address of the header lane's first byte.
const HEADERS: u64 = 0x1_0000;
/// Physical address of the context's first record.
const RECORDS: u64 = 0x400;
/// Physical address of the context's mailbox.
const MAILBOX: u64 = 0x800;

type Fields = Vec<(&'static str, u128)>;

/// A valid/ready channel into the allocator.
struct Source {
    valid: &'static str,
    ready: &'static str,
    waiting: VecDeque<Fields>,
    offered: bool,
}

impl Source {
    fn new(valid: &'static str, ready: &'static str) -> Source {
        Source {
            valid,
            ready,
            waiting: VecDeque::new(),
            offered: false,
        }
    }

    /// Offers what waits, once it may, until it is taken.
    fn offer(&mut self, lockstep: &mut Lockstep, may: bool) {
        self.offered |= may && !self.waiting.is_empty();
        lockstep.set(self.valid, self.offered.into());
        if self.offered {
            for (port, value) in &self.waiting[0] {
                lockstep.set(port, *value);
            }
        }
    }

    /// What the allocator takes at the coming edge.
    fn taken(&mut self, lockstep: &Lockstep) -> Option<Fields> {
        if !self.offered || lockstep.get(self.ready) == 0 {
            return None;
        }
        self.offered = false;
        self.waiting.pop_front()
    }
}

/// Program, memory and page allocator.
pub struct Surroundings {
    random: TestRng,
    geometry: Geometry,
    largest: u64,
    /// How likely a channel moves, in 1/8.
    pace: u64,
    cycles: u64,
    request: Source,
    switch: Source,
    forwarded: Source,
    inbox: Source,
    granted: Source,
    claimed: Source,
    released: Source,
    translated: Source,
    read: Source,
    written: Source,
    /// Requests without a response.
    asked: VecDeque<(Op, u64)>,
    /// Frees taken from the inbox, unanswered.
    inbox_asked: VecDeque<u64>,
    alive: Vec<u64>,
    /// Objects alive at which the program starts to free more than it allocates.
    most_alive: usize,
    growing: bool,
    last_freed: u64,
    /// Next number, and numbers given back, by class.
    arenas: Vec<(u32, Vec<u32>)>,
    memory: BTreeMap<u64, [u64; 8]>,
    write_line: u64,
    write_beats: Vec<(u64, u8)>,
}

impl Surroundings {
    /// The surroundings that a seed determines.
    pub fn new(seed: u64, config: &Config) -> Surroundings {
        let source = Source::new;
        Surroundings {
            random: random(seed),
            geometry: Geometry::new(config),
            largest: u64::from(config.classes() * config.size_step_bytes()),
            pace: 8,
            cycles: 0,
            request: source("request_valid", "request_ready"),
            switch: source("switch_request_valid", "switch_request_ready"),
            forwarded: source("forward_response_valid", "forward_response_ready"),
            inbox: source("inbox_request_valid", "inbox_request_ready"),
            granted: source("alloc_arena_response_valid", "alloc_arena_response_ready"),
            claimed: source("claim_arena_response_valid", "claim_arena_response_ready"),
            released: source("free_arena_response_valid", "free_arena_response_ready"),
            translated: source("translate_response_valid", "translate_response_ready"),
            read: source("header_read_data_valid", "header_read_data_ready"),
            written: source("header_write_response_valid", "header_write_response_ready"),
            asked: VecDeque::new(),
            inbox_asked: VecDeque::new(),
            alive: Vec::new(),
            // More than one arena a class holds, so that arenas leave the object table.
            most_alive: (config.classes() * config.objects_per_arena()) as usize * 7 / 4,
            growing: true,
            last_freed: 0,
            arenas: vec![(0, Vec::new()); config.classes() as usize],
            memory: BTreeMap::new(),
            write_line: 0,
            write_beats: Vec::new(),
        }
    }

    /// Once in so many times.
    fn once_in(&mut self, times: u64) -> bool {
        below(&mut self.random, times) == 0
    }

    fn moves(&mut self) -> bool {
        below(&mut self.random, 8) < self.pace
    }

    /// One cycle: inputs, comparison, and what comes of the transfers.
    pub fn cycle(&mut self, lockstep: &mut Lockstep) {
        if self.cycles.is_multiple_of(256) {
            self.pace = [2, 8, 8, 8][below(&mut self.random, 4) as usize];
        }
        self.cycles += 1;
        if self.request.waiting.is_empty() {
            self.next_request();
        }
        self.next_switch();
        self.next_free();
        lockstep.set("enable", 1);
        let may = [(); 10].map(|()| self.moves());
        self.request.offer(lockstep, may[0]);
        self.granted.offer(lockstep, may[1]);
        self.released.offer(lockstep, may[2]);
        self.translated.offer(lockstep, may[3]);
        self.read.offer(lockstep, may[4]);
        self.written.offer(lockstep, may[5]);
        self.switch.offer(lockstep, may[6]);
        self.forwarded.offer(lockstep, may[7]);
        self.inbox.offer(lockstep, may[8]);
        self.claimed.offer(lockstep, may[9]);
        let channels = [
            ("response_valid", "response_ready"),
            ("alloc_arena_request_valid", "alloc_arena_request_ready"),
            ("free_arena_request_valid", "free_arena_request_ready"),
            ("translate_request_valid", "translate_request_ready"),
            ("header_read_request_valid", "header_read_request_ready"),
            ("header_write_request_valid", "header_write_request_ready"),
            ("header_write_data_valid", "header_write_data_ready"),
            ("forward_request_valid", "forward_request_ready"),
            ("switch_response_valid", "switch_response_ready"),
            ("inbox_response_valid", "inbox_response_ready"),
            ("claim_arena_request_valid", "claim_arena_request_ready"),
        ];
        let ready = channels.map(|(_, port)| {
            let ready = self.moves();
            lockstep.set(port, ready.into());
            ready
        });

        lockstep.eval();
        let mut transfer = channels.iter().zip(ready);
        let mut transfer = || {
            let ((valid, _), ready) = transfer.next().expect("a channel");
            ready && lockstep.get(valid) == 1
        };
        if transfer() {
            self.response(lockstep);
        }
        if transfer() {
            self.grant(lockstep);
        }
        if transfer() {
            self.release(lockstep);
        }
        if transfer() {
            self.translate(lockstep);
        }
        if transfer() {
            self.read_line(lockstep);
        }
        if transfer() {
            self.write_line = lockstep.get("header_write_request_address") as u64;
        }
        if transfer() {
            self.write_beat(lockstep);
        }
        if transfer() {
            let status = Status::ForeignContext as u128;
            let fields = vec![("forward_response_status", status)];
            self.forwarded.waiting.push_back(fields);
        }
        // A switch's response asks for nothing.
        transfer();
        if transfer() {
            self.inbox_response(lockstep);
        }
        if transfer() {
            self.claim(lockstep);
        }
        if let Some(fields) = self.request.taken(lockstep) {
            let op = if fields[0].1 == 0 {
                Op::Alloc
            } else {
                Op::Free
            };
            self.asked.push_back((op, fields[1].1 as u64));
        }
        self.granted.taken(lockstep);
        self.claimed.taken(lockstep);
        self.released.taken(lockstep);
        self.translated.taken(lockstep);
        self.read.taken(lockstep);
        self.written.taken(lockstep);
        self.switch.taken(lockstep);
        self.forwarded.taken(lockstep);
        if let Some(fields) = self.inbox.taken(lockstep) {
            self.inbox_asked.push_back(fields[0].1 as u64);
        }
        lockstep.tick();
    }

    /// Reads the event counters, with nothing else going on.
    pub fn counters(&mut self, lockstep: &mut Lockstep, count: usize) -> Vec<u128> {
        let mut read = |i| {
            lockstep.set("counter_select", i as u128);
            lockstep.eval();
            lockstep.get("counter_value")
        };
        (0..count).map(&mut read).collect()
    }

    fn next_request(&mut self) {
        if self.alive.len() <= 3 {
            self.growing = true;
        } else if self.alive.len() >= self.most_alive {
            self.growing = false;
        }
        let wrong = self.once_in(12);
        let free = below(&mut self.random, 4) < if self.growing { 1 } else { 3 };
        let (op, operand) = if !free || self.alive.is_empty() {
            let above = if wrong { self.largest } else { 0 };
            (Op::Alloc, above + below(&mut self.random, self.largest + 1))
        } else if wrong {
            (Op::Free, self.wrong_address())
        } else {
            let place = below(&mut self.random, self.alive.len() as u64) as usize;
            self.last_freed = self.alive.swap_remove(place);
            (Op::Free, self.last_freed)
        };
        let fields = vec![
            ("request_op", op as u128),
            ("request_operand", operand.into()),
        ];
        self.request.waiting.push_back(fields);
    }

    /// Attaches the context at first, then saves it and attaches it again now and then.
    fn next_switch(&mut self) {
        let again = self.cycles > 1 && self.once_in(4000);
        if self.cycles > 1 && !again {
            return;
        }
        let ops = [SwitchOp::Detach, SwitchOp::Attach];
        for op in &ops[usize::from(!again)..] {
            self.switch.waiting.push_back(vec![
                ("switch_request_op", *op as u128),
                ("switch_request_context", 0),
                ("switch_request_records", RECORDS.into()),
                ("switch_request_mailbox", MAILBOX.into()),
            ]);
        }
    }

    /// Another core frees an object now and then.
    fn next_free(&mut self) {
        if self.alive.len() > 3 && self.inbox.waiting.is_empty() && self.once_in(200) {
            let place = below(&mut self.random, self.alive.len() as u64) as usize;
            let address = self.alive.swap_remove(place);
            let fields = vec![("inbox_request_address", address.into())];
            self.inbox.waiting.push_back(fields);
        }
    }

    fn wrong_address(&mut self) -> u64 {
        let arena = Arena {
            class: 0,
            context: 0,
            number: 0,
        };
        let one = self.alive[0];
        match below(&mut self.random, 6) {
            0 => self.last_freed,
            1 => one + 1,
            2 => one + u64::from(self.geometry.size_bytes(0)),
            3 => self.geometry.header_address(arena),
            4 => self.geometry.arena_base(Arena {
                context: 1,
                ..arena
            }),
            _ => self.random.next_u64() >> 32,
        }
    }

    fn response(&mut self, lockstep: &Lockstep) {
        let (op, operand) = self.asked.pop_front().expect("a response to a request");
        let (status, value) = (
            lockstep.get("response_status"),
            lockstep.get("response_value"),
        );
        if op == Op::Alloc && status == Status::Ok as u128 {
            self.alive.push(value as u64);
        }
        // Refused while contexts change: the object is to be freed again, or its arena never empties.
        if op == Op::Free && status == Status::NotEnabled as u128 {
            self.alive.push(operand);
        }
    }

    fn inbox_response(&mut self, lockstep: &Lockstep) {
        let address = self.inbox_asked.pop_front().expect("a response to a free");
        if lockstep.get("inbox_response_status") != Status::Ok as u128 {
            self.alive.push(address);
        }
    }

    fn grant(&mut self, lockstep: &Lockstep) {
        let class = lockstep.get("alloc_arena_request_class") as u32;
        let peeks = lockstep.get("alloc_arena_request_peek") == 1;
        let (next, free) = &mut self.arenas[class as usize];
        let number = free.pop().or_else(|| {
            let number = (*next < self.geometry.arenas(class)).then_some(*next)?;
            *next += 1;
            Some(number)
        });
        let refused = self.once_in(4);
        let mut status = Status::Ok;
        if refused || number.is_none() || peeks {
            self.arenas[class as usize].1.extend(number);
        }
        if refused || number.is_none() {
            status = Status::NoMemory;
        }
        // What these surroundings make of a cursor is of no account.
        let unused = self.arenas[class as usize].0;
        let number = number.unwrap_or(0);
        let line = self.line(class, number);
        self.granted.waiting.push_back(vec![
            ("alloc_arena_response_status", status as u128),
            ("alloc_arena_response_arena", number.into()),
            ("alloc_arena_response_line", line.into()),
            ("alloc_arena_response_unused", unused.into()),
            ("alloc_arena_response_released", 0),
        ]);
    }

    /// The arena that was peeked at last, unless another has been given back since, when nobody could claim it.
    fn claim(&mut self, lockstep: &Lockstep) {
        let class = lockstep.get("claim_arena_request_class") as usize;
        let number = lockstep.get("claim_arena_request_arena") as u32;
        assert_eq!(self.arenas[class].1.pop(), Some(number), "the next arena");
        let status = if self.once_in(100) {
            Status::BusError
        } else {
            Status::Ok
        };
        let fields = vec![("claim_arena_response_status", status as u128)];
        self.claimed.waiting.push_back(fields);
    }

    /// Physical address of an arena's header.
    fn line(&self, class: u32, number: u32) -> u64 {
        let context = 0;
        let arena = Arena {
            class,
            context,
            number,
        };
        self.physical(self.geometry.header_address(arena))
    }

    fn physical(&self, header_address: u64) -> u64 {
        let arena = Arena {
            class: 0,
            context: 0,
            number: 0,
        };
        HEADERS + (header_address - self.geometry.header_address(arena))
    }

    fn release(&mut self, lockstep: &Lockstep) {
        let class = lockstep.get("free_arena_request_class") as usize;
        let number = lockstep.get("free_arena_request_arena") as u32;
        self.arenas[class].1.push(number);
        let status = if self.once_in(100) {
            Status::BusError
        } else {
            Status::Ok
        };
        let fields = vec![("free_arena_response_status", status as u128)];
        self.released.waiting.push_back(fields);
    }

    fn translate(&mut self, lockstep: &Lockstep) {
        let address = lockstep.get("translate_request_address") as u64;
        let frame = self.physical(address) >> 12;
        let fields = vec![
            ("translate_response_fault", self.once_in(50).into()),
            ("translate_response_error", self.once_in(100).into()),
            ("translate_response_frame", frame.into()),
        ];
        self.translated.waiting.push_back(fields);
    }

    fn read_line(&mut self, lockstep: &Lockstep) {
        let address = lockstep.get("header_read_request_address") as u64;
        let line = self.memory.get(&address).copied().unwrap_or_default();
        for beat in line {
            // A wrong count of a mailbox would keep the switch busy for good.
            let flips = self.once_in(3000) && address >= HEADERS;
            let flipped = u64::from(flips) << below(&mut self.random, 64);
            let fields = vec![
                ("header_read_data", (beat ^ flipped).into()),
                ("header_read_data_error", self.once_in(3000).into()),
            ];
            self.read.waiting.push_back(fields);
        }
    }

    fn write_beat(&mut self, lockstep: &Lockstep) {
        self.write_beats.push((
            lockstep.get("header_write_data") as u64,
            lockstep.get("header_write_data_strobe") as u8,
        ));
        let last = lockstep.get("header_write_data_last") == 1;
        assert_eq!(
            last,
            self.write_beats.len() == 8,
            "the last of eight beats says so"
        );
        if last {
            let beats = std::mem::take(&mut self.write_beats);
            let line = self.memory.entry(self.write_line).or_default();
            for (word, (beat, strobe)) in line.iter_mut().zip(beats) {
                let bytes = (0..8).filter(|i| strobe >> i & 1 == 1);
                let mask = bytes.fold(0, |mask, i| mask | 0xff << (8 * i));
                *word = *word & !mask | beat & mask;
            }
            let fields = vec![("header_write_response_error", self.once_in(300).into())];
            self.written.waiting.push_back(fields);
        }
    }
}
