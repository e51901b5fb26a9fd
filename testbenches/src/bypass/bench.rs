//! The caches' side: random bursts, grants and drops, and the check of every answer.

use super::axi::{Burst, Draw};
use super::buses::Buses;
use super::dram::{Dram, Manner, poison};
use super::ports::{Filter, Inputs, Outputs};
use memento_sim::FreshFilter;
use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;
use verilator_bindings::Library;

/// Where the memory that frames are granted from begins.
pub const BASE: u64 = 0x8000_0000;
/// Where masks are spilled to.
pub const MASKS: u64 = BASE + 0x3e_8000;
/// Cycles without any answer after which the bench gives up.
const PATIENCE: u64 = 3000;

/// What a run is like.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// memory's manner
    pub manner: Manner,
    /// percent of cycles in which the caches' side holds still
    pub stall: u64,
    /// percent of cycles in which a burst is thought up
    pub rate: u64,
    /// percent of accesses of the caches that fail in memory
    pub errors: u64,
    /// whether a line may be accessed while another access of it is under way
    pub overlap: bool,
    /// frames in play
    pub frames: u64,
    /// percent of bursts that are those of a cache: whole lines
    pub cache_like: u64,
}

/// Groups of eight frames, those whose masks share a line of the table; the table lies behind them.
const GROUPS: u64 = 125;

fn frame(i: u64) -> u64 {
    let group = i / 4 * 37 % GROUPS;
    let member = [0, 1, 5, 7, 2, 3, 4, 6][(i % 4 + i / (4 * GROUPS) * 4) as usize];
    BASE + ((group * 8 + member) << 12)
}

struct Access {
    burst: Burst,
    /// beats of a write: data and strobes
    beats: Vec<(u128, u64)>,
    /// answers SLVERR, for what it is
    refused: bool,
    /// memory fails it
    fails: bool,
    /// asked of a filter whose table is lost
    doomed: bool,
    /// for each line the number of its oldest version that a read may see
    oldest: HashMap<u64, usize>,
    /// beats of a read that came
    seen: u64,
    failed: bool,
}

/// A filter between random caches and memory.
pub struct Bench {
    plan: Plan,
    bus: u64,
    ids: u64,
    filter: Filter,
    buses: Buses,
    /// memory
    pub dram: Dram,
    /// what must be seen
    pub model: FreshFilter,
    draw: Draw,
    /// what each line was, oldest first, and how many of them are past
    versions: HashMap<u64, (Vec<[u8; 64]>, usize)>,
    /// accesses under way of each line: reads, writes, and the writes' ID
    under_way: HashMap<u64, (u32, u32, u64)>,
    /// lines that no other access may touch meanwhile
    exclusive: HashSet<u64>,
    reads: VecDeque<Burst>,
    writes: VecDeque<Burst>,
    beats: VecDeque<(u128, u64, bool)>,
    reading: HashMap<u64, VecDeque<Access>>,
    writing: HashMap<u64, VecDeque<Access>>,
    /// frames in play of the group whose masks were spilled last, and when
    spilled: (Vec<u64>, u64),
    /// frame to be granted or dropped once it isn't in use
    reserved: Option<(u64, bool)>,
    grant: Option<(u64, bool)>,
    inputs: Inputs,
    seen: Outputs,
    /// cycles so far
    pub cycle: u64,
    silent: u64,
    /// accesses that were refused because a mask couldn't be fetched
    unfetched: u64,
    /// answers so far
    pub answers: u64,
    /// the filter has found a word of its tables wrong: it may refuse any burst
    stopped: bool,
}

impl Bench {
    /// A filter that serves.
    pub fn new(library: &Arc<Library>, bus: u64, id_bits: u64, plan: Plan, seed: u64) -> Bench {
        Self::faulty(library, bus, id_bits, plan, seed, &[])
    }

    /// The same, of a model with arguments that place a fault.
    pub fn faulty(
        library: &Arc<Library>,
        bus: u64,
        id_bits: u64,
        plan: Plan,
        seed: u64,
        fault: &[String],
    ) -> Bench {
        let mut bench = Bench {
            plan,
            bus,
            ids: 1 << id_bits,
            filter: Filter::with(library, seed as u32 | 1, fault),
            buses: Buses::new(bus, id_bits),
            dram: Dram::new(bus, 1 << id_bits, plan.manner, seed ^ 0x55),
            model: FreshFilter::new(poison),
            draw: Draw::new(seed),
            versions: HashMap::new(),
            under_way: HashMap::new(),
            exclusive: HashSet::new(),
            reads: VecDeque::new(),
            writes: VecDeque::new(),
            beats: VecDeque::new(),
            reading: HashMap::new(),
            writing: HashMap::new(),
            spilled: (Vec::new(), 0),
            reserved: None,
            grant: None,
            inputs: Inputs {
                mask_table: MASKS.into(),
                ..Inputs::default()
            },
            seen: Outputs::default(),
            cycle: 0,
            silent: 0,
            unfetched: 0,
            answers: 0,
            stopped: false,
        };
        while bench.filter.eval(&bench.inputs).busy == 1 {
            bench.filter.tick();
        }
        bench
    }

    /// Address of the frame number `i` in play: four of a group of eight, groups apart.
    pub fn frame(&self, i: u64) -> u64 {
        frame(i)
    }

    fn version(&mut self, line: u64) -> &mut (Vec<[u8; 64]>, usize) {
        let now = self.model.read(line);
        self.versions.entry(line).or_insert_with(|| (vec![now], 0))
    }

    /// Thinks up a burst.
    fn burst(&mut self) -> Burst {
        let draw = &mut self.draw;
        let place = if draw.percent(5) {
            0x1000_0000 + draw.below(64) * 64
        } else {
            // Often of a frame whose mask is just being moved.
            let (moved, since) = &self.spilled;
            let frame = match moved.is_empty() || since + 40 < self.cycle || draw.percent(50) {
                true => frame(draw.below(self.plan.frames)),
                false => moved[draw.below(moved.len() as u64) as usize],
            };
            let lines = if draw.percent(50) { 4 } else { 64 };
            let line = draw.below(lines);
            frame + line * 64
        };
        let id = draw.below(self.ids);
        let rest = [draw.below(2), draw.below(16), draw.below(8), draw.below(16)];
        let full = self.bus.trailing_zeros() as u64;
        let mut burst = Burst {
            id,
            address: place,
            length: 64 / self.bus - 1,
            size: full,
            kind: 1,
            rest,
        };
        if draw.percent(self.plan.cache_like) {
            if draw.percent(40) {
                burst.kind = 2;
                burst.address += draw.below(64 / self.bus) * self.bus;
            }
            return burst;
        }
        burst.size = draw.below(full + 1);
        burst.kind = draw.below(3);
        let bytes = 1 << burst.size;
        match burst.kind {
            0 => {
                burst.length = draw.below(4);
                burst.address += draw.below(64);
            }
            1 => {
                burst.address += draw.below(64);
                let room = (64 - burst.address % 64).div_ceil(bytes);
                burst.length = draw.below(room.min(16));
                if draw.percent(15) {
                    let room = (4096 - burst.address % 4096).div_ceil(bytes);
                    burst.length = draw.below(room.min(40));
                }
            }
            _ => {
                burst.length = [1, 3, 7, 15][draw.below(4) as usize];
                burst.address += draw.below(64) / bytes * bytes;
            }
        }
        burst
    }

    fn think(&mut self) {
        let burst = self.burst();
        let write = self.draw.percent(50);
        let lines = burst.lines();
        let one = lines.len() == 1;
        let frame = burst.address >> 12;
        let reserved = self
            .reserved
            .is_some_and(|(address, _)| address >> 12 == frame);
        if reserved || self.grant.is_some_and(|(granted, _)| granted == frame) {
            return;
        }
        let errs = self.draw.percent(self.plan.errors);
        for line in &lines {
            let (reads, writes, id) = self.under_way.get(line).copied().unwrap_or((0, 0, 0));
            let alone = !self.plan.overlap || errs || !one;
            if (alone && reads + writes > 0) || (write && writes > 0 && id != burst.id) {
                return;
            }
            if self.exclusive.contains(line) {
                return;
            }
        }
        let fresh = lines.iter().filter(|l| self.model.is_fresh(**l)).count();
        let refused = if write {
            fresh > 0 && !one
        } else {
            fresh > 0 && fresh < lines.len()
        };
        let fails = errs && !refused && (write || fresh == 0) && one;
        let mut access = Access {
            burst,
            beats: Vec::new(),
            refused,
            fails,
            doomed: false,
            oldest: HashMap::new(),
            seen: 0,
            failed: false,
        };
        for line in &lines {
            let (_, past) = *self.version(*line);
            access.oldest.insert(*line, past);
            let entry = self.under_way.entry(*line).or_insert((0, 0, burst.id));
            if write {
                entry.1 += 1;
                entry.2 = burst.id;
            } else {
                entry.0 += 1;
            }
            if !one || errs {
                self.exclusive.insert(*line);
            }
            if fails && write {
                self.dram.failing_writes.insert(*line);
            } else if fails {
                self.dram.failing_reads.insert(*line);
            }
        }
        if !write {
            self.reads.push_back(burst);
            self.reading.entry(burst.id).or_default().push_back(access);
            return;
        }
        let full = self.draw.percent(60);
        let beats = burst.beats();
        for (i, address) in beats.iter().enumerate() {
            let lanes = burst.lanes(*address, self.bus);
            let allowed = (1u64 << lanes.end) - (1u64 << lanes.start);
            let strobe = if full {
                allowed
            } else {
                self.draw.any() & allowed
            };
            let data = u128::from(self.draw.any()) << 64 | u128::from(self.draw.any());
            let data = data ^ data << 31;
            let data = if self.bus == 8 {
                data as u64 as u128
            } else {
                data
            };
            access.beats.push((data, strobe));
            self.beats.push_back((data, strobe, i + 1 == beats.len()));
        }
        if !fails && !refused && self.plan.overlap {
            self.apply(&access);
        }
        self.writes.push_back(burst);
        self.writing.entry(burst.id).or_default().push_back(access);
    }

    /// Writes to the model, and notes the lines' new versions.
    fn apply(&mut self, access: &Access) {
        let mut written: HashMap<u64, ([u8; 64], u64)> = HashMap::new();
        for (address, (data, strobe)) in access.burst.beats().iter().zip(&access.beats) {
            let (bytes, strobes) = written.entry(address / 64 * 64).or_insert(([0; 64], 0));
            let base = address / self.bus * self.bus % 64;
            for lane in 0..self.bus {
                if strobe >> lane & 1 == 1 {
                    bytes[(base + lane) as usize] = (data >> (8 * lane)) as u8;
                    *strobes |= 1 << (base + lane);
                }
            }
        }
        for (line, (bytes, strobes)) in written {
            self.version(line);
            self.model.write(line, &bytes, strobes);
            let now = self.model.read(line);
            self.version(line).0.push(now);
        }
    }

    /// An access was refused for want of its frame's mask.
    fn unfetched(&mut self, what: &str, access: &Access) -> Result<(), String> {
        if self.stopped {
            return Ok(());
        }
        // A frame finds no room once memory has failed to take masks eight times in a row.
        if self.unfetched >= self.dram.failed_fetches + self.dram.failed_spills / 8 {
            return Err(format!(
                "{what} {:x?}: an error that nothing explains",
                access.burst
            ));
        }
        self.unfetched += 1;
        Ok(())
    }

    /// Drives its side of the bus.
    fn drive(&mut self) {
        let (stall, old, inputs) = (self.plan.stall, self.seen, &mut self.inputs);
        let draw = &mut self.draw;
        if inputs.s_axi_arvalid == 0 || old.s_axi_arready == 1 {
            let next = if draw.percent(stall) {
                None
            } else {
                self.reads.pop_front()
            };
            inputs.s_axi_arvalid = next.is_some().into();
            if let Some(b) = next {
                inputs.s_axi_arid = b.id.into();
                inputs.s_axi_araddr = b.address.into();
                inputs.s_axi_arlen = b.length.into();
                inputs.s_axi_arsize = b.size.into();
                inputs.s_axi_arburst = b.kind.into();
                [
                    inputs.s_axi_arlock,
                    inputs.s_axi_arcache,
                    inputs.s_axi_arprot,
                    inputs.s_axi_arqos,
                ] = b.rest.map(Into::into);
            }
        }
        if inputs.s_axi_awvalid == 0 || old.s_axi_awready == 1 {
            let next = if draw.percent(stall) {
                None
            } else {
                self.writes.pop_front()
            };
            inputs.s_axi_awvalid = next.is_some().into();
            if let Some(b) = next {
                inputs.s_axi_awid = b.id.into();
                inputs.s_axi_awaddr = b.address.into();
                inputs.s_axi_awlen = b.length.into();
                inputs.s_axi_awsize = b.size.into();
                inputs.s_axi_awburst = b.kind.into();
                [
                    inputs.s_axi_awlock,
                    inputs.s_axi_awcache,
                    inputs.s_axi_awprot,
                    inputs.s_axi_awqos,
                ] = b.rest.map(Into::into);
            }
        }
        if inputs.s_axi_wvalid == 0 || old.s_axi_wready == 1 {
            let next = if draw.percent(stall) {
                None
            } else {
                self.beats.pop_front()
            };
            inputs.s_axi_wvalid = next.is_some().into();
            if let Some((data, strobe, last)) = next {
                inputs.s_axi_wdata = data;
                inputs.s_axi_wstrb = strobe.into();
                inputs.s_axi_wlast = last.into();
            }
        }
        inputs.s_axi_bready = (!draw.percent(stall)).into();
        inputs.s_axi_rready = (!draw.percent(stall)).into();
        inputs.grant_valid = self.grant.is_some().into();
        if let Some((frame, fresh)) = self.grant {
            inputs.grant_frame = frame.into();
            inputs.grant_fresh = fresh.into();
        }
    }

    /// Whether any access of the frame is under way.
    fn in_use(&self, frame: u64) -> bool {
        self.under_way
            .iter()
            .any(|(line, (reads, writes, _))| line >> 12 == frame && reads + writes > 0)
    }

    /// Grants or drops the frame at the next opportunity.
    pub fn order_grant(&mut self, address: u64, fresh: bool) {
        assert!(self.grant.is_none() && !self.in_use(address >> 12));
        self.grant = Some((address >> 12, fresh));
    }

    /// Orders a burst with given beats; for measurements.
    pub fn order_read(&mut self, burst: Burst) {
        let mut oldest = HashMap::new();
        for line in burst.lines() {
            oldest.insert(line, self.version(line).1);
            self.under_way.entry(line).or_insert((0, 0, 0)).0 += 1;
        }
        let access = Access {
            burst,
            beats: Vec::new(),
            refused: false,
            fails: false,
            doomed: self.stopped,
            oldest,
            seen: 0,
            failed: false,
        };
        self.reads.push_back(burst);
        self.reading.entry(burst.id).or_default().push_back(access);
    }

    /// Orders a write of ones with every strobe set; for measurements.
    pub fn order_write(&mut self, burst: Burst) {
        self.ask_write(burst, false);
    }

    fn ask_write(&mut self, burst: Burst, fails: bool) {
        let all = (1u64 << self.bus) - 1;
        let ones = if self.bus == 8 {
            u64::MAX.into()
        } else {
            u128::MAX
        };
        let count = burst.length + 1;
        let access = Access {
            burst,
            beats: vec![(ones, all); count as usize],
            refused: false,
            fails,
            doomed: false,
            oldest: HashMap::new(),
            seen: 0,
            failed: false,
        };
        for i in 0..count {
            self.beats.push_back((ones, all, i + 1 == count));
        }
        for line in burst.lines() {
            let entry = self.under_way.entry(line).or_default();
            (entry.1, entry.2) = (entry.1 + 1, burst.id);
        }
        if fails {
            self.dram.failing_writes.insert(burst.address);
        } else if self.plan.overlap {
            self.apply(&access);
        }
        self.writes.push_back(burst);
        self.writing.entry(burst.id).or_default().push_back(access);
    }

    /// One cycle; says what it saw, for measurements.
    pub fn step(&mut self) -> Result<(Inputs, Outputs), String> {
        self.drive();
        self.dram.drive(&mut self.inputs);
        let seen = self.filter.eval(&self.inputs);
        self.seen = seen;
        self.stopped |= self.filter.table_error();
        let inputs = self.inputs;
        self.buses.step(&inputs, &seen)?;
        let taken = self.dram.take(&inputs, &seen)?;
        if let Some(read) = taken.read {
            if let Some(line) = read.lines().iter().find(|l| self.model.is_fresh(**l)) {
                return Err(format!(
                    "memory is read at {line:x}, which was never written"
                ));
            }
            let queue = self.reading.get(&read.id);
            if !queue.is_some_and(|q| q.iter().any(|access| access.burst == read)) {
                return Err(format!("nobody asked for {read:x?}"));
            }
        }
        if let Some(write) = taken.write {
            let queue = self.writing.get(&write.id);
            if !queue.is_some_and(|q| q.iter().any(|a| self.stands_for(&write, &a.burst))) {
                return Err(format!("nobody asked for {write:x?}"));
            }
        }
        if let Some(line) = taken.spill {
            let group = (BASE >> 15) + (line - MASKS) / 64;
            let frames = (0..self.plan.frames).map(frame);
            let moved = frames.filter(|frame| frame >> 15 == group).collect();
            self.spilled = (moved, self.cycle);
        }
        self.silent += 1;
        if seen.s_axi_bvalid == 1 && inputs.s_axi_bready == 1 {
            self.write_answered(seen.s_axi_bid as u64, seen.s_axi_bresp as u64)?;
        }
        if seen.s_axi_rvalid == 1 && inputs.s_axi_rready == 1 {
            self.beat_read(&seen)?;
        }
        if seen.grant_ready == 1
            && let Some((frame, fresh)) = self.grant.take()
        {
            if fresh {
                self.model.grant(frame);
            } else {
                self.model.drop_frame(frame);
            }
            self.versions.retain(|line, _| line >> 12 != frame);
            self.silent = 0;
        }
        self.filter.tick();
        self.cycle += 1;
        if self.silent > PATIENCE && self.waiting() {
            return Err("nothing is answered any more".into());
        }
        Ok((inputs, seen))
    }

    /// Whether a write to memory can be what the filter makes of a cache's: the same, or its line.
    fn stands_for(&self, write: &Burst, asked: &Burst) -> bool {
        let mut unlocked = *asked;
        unlocked.rest[0] = 0;
        let line = Burst {
            address: asked.address / 64 * 64,
            length: 64 / self.bus - 1,
            size: self.bus.trailing_zeros().into(),
            kind: 1,
            ..unlocked
        };
        write == asked || *write == unlocked || *write == line
    }

    fn finish(&mut self, access: &Access, write: bool) {
        for line in access.burst.lines() {
            self.exclusive.remove(&line);
            let entry = self.under_way.get_mut(&line).expect("an access under way");
            if write {
                entry.1 -= 1;
            } else {
                entry.0 -= 1;
            }
        }
        self.answers += 1;
        self.silent = 0;
    }

    fn write_answered(&mut self, id: u64, response: u64) -> Result<(), String> {
        let queue = self.writing.get_mut(&id);
        let Some(access) = queue.and_then(VecDeque::pop_front) else {
            return Err(format!("an answer to no write, ID {id}"));
        };
        if (response == 2) != (access.refused || access.fails) {
            if response != 2 {
                return Err(format!("write {:x?} is answered {response}", access.burst));
            }
            self.unfetched("write", &access)?;
        }
        if response == 0 && !self.plan.overlap {
            self.apply(&access);
        }
        self.finish(&access, true);
        if response == 0 {
            for line in access.burst.lines() {
                self.version(line).1 += 1;
            }
        }
        Ok(())
    }

    fn beat_read(&mut self, seen: &Outputs) -> Result<(), String> {
        let id = seen.s_axi_rid as u64;
        let Some(access) = self.reading.get_mut(&id).and_then(|q| q.front_mut()) else {
            return Err(format!("a beat of no read, ID {id}"));
        };
        let address = access.burst.beats()[access.seen as usize];
        let last = access.seen == access.burst.length;
        access.seen += 1;
        access.failed |= seen.s_axi_rresp == 2;
        let (burst, failed, doomed) = (access.burst, access.failed, access.doomed);
        let expected = access.refused || access.fails;
        let (line, oldest) = (address / 64 * 64, access.oldest[&(address / 64 * 64)]);
        if (seen.s_axi_rlast == 1) != last {
            return Err(format!("read {burst:x?}: rlast at beat {address:x}"));
        }
        if (expected || doomed) && !failed {
            return Err(format!("read {burst:x?}: no error"));
        }
        if !failed {
            let base = address / self.bus * self.bus;
            let versions = &self.versions[&line].0;
            let lanes = burst.lanes(address, self.bus);
            let got: Vec<u8> = lanes
                .clone()
                .map(|l| (seen.s_axi_rdata >> (8 * l)) as u8)
                .collect();
            let fits = |v: &[u8; 64]| {
                lanes
                    .clone()
                    .zip(&got)
                    .all(|(l, byte)| v[((base + l) % 64) as usize] == *byte)
            };
            if !versions[oldest..].iter().any(fits) {
                let should: Vec<_> = versions[oldest..]
                    .iter()
                    .map(|v| {
                        lanes
                            .clone()
                            .map(|l| v[((base + l) % 64) as usize])
                            .collect::<Vec<_>>()
                    })
                    .collect();
                return Err(format!(
                    "read {burst:x?}: at {address:x} {got:x?}, not {should:x?}"
                ));
            }
        }
        if last {
            let queue = self.reading.get_mut(&id).expect("a queue");
            let access = queue.pop_front().expect("an access");
            if failed && !expected {
                self.unfetched("read", &access)?;
            }
            self.finish(&access, false);
        }
        Ok(())
    }

    /// Whether anything is still to be answered.
    pub fn waiting(&self) -> bool {
        self.grant.is_some()
            || self
                .under_way
                .values()
                .any(|(reads, writes, _)| reads + writes > 0)
    }

    /// Runs until everything is answered and the filter is idle.
    pub fn drain(&mut self) -> Result<(), String> {
        for _ in 0..PATIENCE * 20 {
            let (_, seen) = self.step()?;
            if !self.waiting() && seen.busy == 0 {
                return Ok(());
            }
        }
        Err("it doesn't come to rest".into())
    }

    /// Grants every frame in play, and writes a line of each: more frames partly fresh than there are
    /// places for.
    fn fill(&mut self) -> Result<(), String> {
        for i in 0..self.plan.frames {
            self.order_grant(frame(i), true);
            while self.grant.is_some() {
                self.step()?;
            }
        }
        for i in 0..self.plan.frames {
            let fails = self.draw.percent(self.plan.errors);
            let burst = Burst {
                id: i % self.ids,
                address: frame(i) + i % 64 * 64,
                length: 64 / self.bus - 1,
                size: self.bus.trailing_zeros().into(),
                kind: 1,
                rest: [0; 4],
            };
            self.ask_write(burst, fails);
        }
        while !self.writes.is_empty() {
            self.step()?;
        }
        Ok(())
    }

    /// Random accesses and grants.
    pub fn run(&mut self, cycles: u64) -> Result<(), String> {
        let report =
            |cycle: u64, plan: &Plan, what: String| format!("cycle {cycle}, {plan:?}: {what}");
        self.fill()
            .map_err(|what| report(self.cycle, &self.plan, what))?;
        for _ in 0..cycles {
            let queued = self.reads.len() + self.writes.len();
            if queued < 8 && self.draw.percent(self.plan.rate) {
                self.think();
            }
            if self.grant.is_none() && self.reserved.is_none() && self.draw.percent(3) {
                let i = self.draw.below(self.plan.frames);
                let address = self.frame(i);
                self.reserved = Some((address, self.draw.percent(75)));
            }
            if let Some((address, fresh)) = self.reserved
                && !self.in_use(address >> 12)
            {
                self.order_grant(address, fresh);
                self.reserved = None;
            }
            self.step()
                .map_err(|what| report(self.cycle, &self.plan, what))?;
        }
        self.drain()
            .map_err(|what| report(self.cycle, &self.plan, what))?;
        self.settle()
            .map_err(|what| report(self.cycle, &self.plan, what))
    }

    /// At rest: memory holds what it should, and lines in play are read back, all of them if there
    /// aren't too many.
    fn settle(&mut self) -> Result<(), String> {
        let read_back = 100 * 48 / self.plan.frames;
        for i in 0..self.plan.frames {
            let read = self.draw.percent(read_back);
            for line in (frame(i)..frame(i) + 4096).step_by(64) {
                if !self.stopped && self.dram.line(line) != self.model.in_memory(line) {
                    return Err(format!("memory at {line:x} isn't what was written"));
                }
                if read {
                    self.order_read(Burst {
                        id: line / 64 % self.ids,
                        address: line,
                        length: 64 / self.bus - 1,
                        size: self.bus.trailing_zeros().into(),
                        kind: 1,
                        rest: [0; 4],
                    });
                }
            }
            self.drain()?;
        }
        Ok(())
    }

    /// Whether the filter has found a word of its tables wrong.
    pub fn is_stopped(&self) -> bool {
        self.stopped
    }

    /// What the filter has printed since it was asked last.
    pub fn take_output(&mut self) -> String {
        self.filter.take_output()
    }

    /// Counter by its place in the table.
    pub fn counter(&mut self, number: usize) -> u64 {
        let inputs = Inputs {
            counter_select: number as u128,
            ..self.inputs
        };
        self.filter.eval(&inputs).counter_value as u64
    }
}
