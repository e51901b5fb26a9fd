//! DRAM behind the filter: an AXI4 memory that is late, out of order between IDs, and fails at times.

use super::axi::{Burst, Draw};
use super::bench::MASKS;
use super::ports::{Inputs, Outputs};
use std::collections::{HashMap, HashSet, VecDeque};

/// How the memory behaves.
#[derive(Clone, Copy, Debug)]
pub struct Manner {
    /// percent of cycles in which a channel holds still
    pub stall: u64,
    /// cycles from a request to its answer, at least and at most
    pub latency: (u64, u64),
    /// percent of the filter's own accesses that fail
    pub mask_errors: u64,
    /// bursts of different IDs whose read data are sent at once, beat by beat at random
    pub interleaved: usize,
}

/// What memory holds at first: never zero.
pub fn poison(line: u64) -> [u8; 64] {
    std::array::from_fn(|i| (line >> 6) as u8 ^ (line >> 14) as u8 ^ i as u8 | 0x80)
}

/// Requests taken in a cycle.
#[derive(Default)]
pub struct Taken {
    pub read: Option<Burst>,
    pub write: Option<Burst>,
    /// address of a line of masks that the filter writes
    pub spill: Option<u64>,
}

/// The filter's own accesses are writes of lines of the table of masks, and reads of single masks.
fn check_own(burst: &Burst, bus: u64, write: bool) -> Result<(), String> {
    let table = MASKS..MASKS + (8 << 10);
    let line = (64 / bus - 1, bus.trailing_zeros().into(), 1);
    let (shape, bytes) = if write { (line, 64) } else { ((0, 3, 1), 8) };
    let right = (burst.length, burst.size, burst.kind) == shape;
    if right && burst.address.is_multiple_of(bytes) && table.contains(&burst.address) {
        Ok(())
    } else {
        Err(format!("the filter's own access {burst:x?}"))
    }
}

struct Pending {
    burst: Burst,
    data: Vec<(u128, u64)>,
    due: u64,
}

/// The memory.
pub struct Dram {
    bus: u64,
    own: u64,
    manner: Manner,
    draw: Draw,
    lines: HashMap<u64, [u8; 64]>,
    /// lines whose next write fails
    pub failing_writes: HashSet<u64>,
    /// lines whose next read fails
    pub failing_reads: HashSet<u64>,
    /// lines of masks that are never taken
    pub dead_masks: HashSet<u64>,
    /// fetches that failed
    pub failed_fetches: u64,
    /// spills that failed
    pub failed_spills: u64,
    /// reads and writes seen, but for the filter's own
    pub reads: u64,
    /// see `reads`
    pub writes: u64,
    cycle: u64,
    addresses: VecDeque<Burst>,
    beats: VecDeque<(u128, u64, bool)>,
    writing: Vec<Pending>,
    reading: Vec<Pending>,
    answer: Option<(u64, u64)>,
    /// beats of the bursts that are sent at once, each with its ID, data, response and last
    sending: Vec<VecDeque<(u64, u128, u64, bool)>>,
    /// the burst whose beat is offered
    shown: usize,
    before: Option<(Inputs, Outputs)>,
}

impl Dram {
    /// A memory of poison on a bus of `bus` bytes; the filter's own IDs have bit `own` set.
    pub fn new(bus: u64, own: u64, manner: Manner, seed: u64) -> Dram {
        Dram {
            bus,
            own,
            manner,
            draw: Draw::new(seed),
            lines: HashMap::new(),
            failing_writes: HashSet::new(),
            failing_reads: HashSet::new(),
            dead_masks: HashSet::new(),
            failed_fetches: 0,
            failed_spills: 0,
            reads: 0,
            writes: 0,
            cycle: 0,
            addresses: VecDeque::new(),
            beats: VecDeque::new(),
            writing: Vec::new(),
            reading: Vec::new(),
            answer: None,
            sending: Vec::new(),
            shown: 0,
            before: None,
        }
    }

    /// What it holds of a line.
    pub fn line(&self, line: u64) -> [u8; 64] {
        self.lines
            .get(&line)
            .copied()
            .unwrap_or_else(|| poison(line))
    }

    /// Drives its side of the bus.
    pub fn drive(&mut self, inputs: &mut Inputs) {
        let stall = self.manner.stall;
        inputs.m_axi_awready = (!self.draw.percent(stall)).into();
        inputs.m_axi_wready = (!self.draw.percent(stall)).into();
        inputs.m_axi_arready = (!self.draw.percent(stall)).into();
        if self.answer.is_none() && !self.draw.percent(stall) {
            self.answer = self.pick_write();
        }
        inputs.m_axi_bvalid = self.answer.is_some().into();
        let (id, response) = self.answer.unwrap_or((self.draw.any(), self.draw.any()));
        (inputs.m_axi_bid, inputs.m_axi_bresp) = (id.into(), response.into());
        if self.sending.len() < self.manner.interleaved.max(1) {
            self.pick_read();
        }
        let held =
            inputs.m_axi_rvalid == 1 && self.before.is_some_and(|(_, seen)| seen.m_axi_rready == 0);
        if !held && !self.sending.is_empty() {
            self.shown = self.draw.below(self.sending.len() as u64) as usize;
        }
        let on = !self.sending.is_empty() && (held || !self.draw.percent(stall));
        inputs.m_axi_rvalid = on.into();
        let offered = self.sending.get(self.shown).and_then(VecDeque::front);
        let (id, data, response, last) = match offered {
            Some(beat) if on => *beat,
            _ => (
                self.draw.any(),
                self.draw.any().into(),
                self.draw.any(),
                false,
            ),
        };
        inputs.m_axi_rid = id.into();
        inputs.m_axi_rdata = data;
        inputs.m_axi_rresp = response.into();
        inputs.m_axi_rlast = last.into();
    }

    /// The oldest of a random ID whose time has come, but for IDs that are busy.
    fn due(pending: &[Pending], cycle: u64, draw: &mut Draw, busy: &[u64]) -> Option<usize> {
        let ready: Vec<usize> = (0..pending.len())
            .filter(|i| {
                let id = pending[*i].burst.id;
                pending[*i].due <= cycle
                    && !busy.contains(&id)
                    && pending[..*i].iter().all(|p| p.burst.id != id)
            })
            .collect();
        (!ready.is_empty()).then(|| ready[draw.below(ready.len() as u64) as usize])
    }

    fn pick_write(&mut self) -> Option<(u64, u64)> {
        let chosen = Self::due(&self.writing, self.cycle, &mut self.draw, &[])?;
        let write = self.writing.remove(chosen);
        let own = write.burst.id & self.own != 0;
        let fails = if own {
            self.draw.percent(self.manner.mask_errors)
                || self.dead_masks.contains(&write.burst.address)
        } else {
            let lines = write.burst.lines();
            lines
                .iter()
                .filter(|l| self.failing_writes.remove(l))
                .count()
                > 0
        };
        if fails {
            self.failed_spills += u64::from(own);
            return Some((write.burst.id, 2));
        }
        for (address, (data, strobe)) in write.burst.beats().into_iter().zip(&write.data) {
            let mut line = self.line(address / 64 * 64);
            let base = (address / self.bus * self.bus % 64) as usize;
            for lane in 0..self.bus as usize {
                if strobe >> lane & 1 == 1 {
                    line[base + lane] = (data >> (8 * lane)) as u8;
                }
            }
            self.lines.insert(address / 64 * 64, line);
        }
        Some((write.burst.id, 0))
    }

    fn pick_read(&mut self) {
        let busy: Vec<u64> = self.sending.iter().map(|beats| beats[0].0).collect();
        let Some(chosen) = Self::due(&self.reading, self.cycle, &mut self.draw, &busy) else {
            return;
        };
        let read = self.reading.remove(chosen);
        let own = read.burst.id & self.own != 0;
        let fails = if own {
            let fails = self.draw.percent(self.manner.mask_errors);
            self.failed_fetches += u64::from(fails);
            fails
        } else {
            let lines = read.burst.lines();
            lines
                .iter()
                .filter(|l| self.failing_reads.remove(l))
                .count()
                > 0
        };
        let beats = read.burst.beats();
        let mut sent = VecDeque::new();
        for (i, address) in beats.iter().enumerate() {
            let line = self.line(address / 64 * 64);
            let base = (address / self.bus * self.bus % 64) as usize;
            let data = (0..self.bus as usize).fold(0, |data, lane| {
                data | u128::from(line[base + lane]) << (8 * lane)
            });
            let (data, response) = match fails {
                true => (self.draw.any().into(), 2),
                false => (data, 0),
            };
            sent.push_back((read.burst.id, data, response, i + 1 == beats.len()));
        }
        self.sending.push(sent);
    }

    /// Takes what was transferred in this cycle; says what requests it has.
    pub fn take(&mut self, inputs: &Inputs, seen: &Outputs) -> Result<Taken, String> {
        self.check_stable(inputs, seen)?;
        let mut taken = Taken::default();
        let due = |draw: &mut Draw, manner: &Manner, cycle: u64| {
            let (least, most) = manner.latency;
            cycle + least + draw.below(most - least + 1)
        };
        if seen.m_axi_arvalid == 1 && inputs.m_axi_arready == 1 {
            let burst = Burst {
                id: seen.m_axi_arid as u64,
                address: seen.m_axi_araddr as u64,
                length: seen.m_axi_arlen as u64,
                size: seen.m_axi_arsize as u64,
                kind: seen.m_axi_arburst as u64,
                rest: [
                    seen.m_axi_arlock,
                    seen.m_axi_arcache,
                    seen.m_axi_arprot,
                    seen.m_axi_arqos,
                ]
                .map(|v| v as u64),
            };
            if burst.id & self.own == 0 {
                self.reads += 1;
                taken.read = Some(burst);
            } else {
                check_own(&burst, self.bus, false)?;
            }
            let due = due(&mut self.draw, &self.manner, self.cycle);
            self.reading.push(Pending {
                burst,
                data: Vec::new(),
                due,
            });
        }
        if seen.m_axi_awvalid == 1 && inputs.m_axi_awready == 1 {
            let burst = Burst {
                id: seen.m_axi_awid as u64,
                address: seen.m_axi_awaddr as u64,
                length: seen.m_axi_awlen as u64,
                size: seen.m_axi_awsize as u64,
                kind: seen.m_axi_awburst as u64,
                rest: [
                    seen.m_axi_awlock,
                    seen.m_axi_awcache,
                    seen.m_axi_awprot,
                    seen.m_axi_awqos,
                ]
                .map(|v| v as u64),
            };
            if burst.id & self.own == 0 {
                self.writes += 1;
                taken.write = Some(burst);
            } else {
                check_own(&burst, self.bus, true)?;
                taken.spill = Some(burst.address);
            }
            self.addresses.push_back(burst);
        }
        if seen.m_axi_wvalid == 1 && inputs.m_axi_wready == 1 {
            let last = seen.m_axi_wlast == 1;
            self.beats
                .push_back((seen.m_axi_wdata, seen.m_axi_wstrb as u64, last));
        }
        while let Some(burst) = self.addresses.front().copied() {
            let beats = burst.length as usize + 1;
            if self.beats.len() < beats {
                break;
            }
            let data: Vec<_> = self.beats.drain(..beats).collect();
            for (i, (address, (_, strobe, last))) in burst.beats().iter().zip(&data).enumerate() {
                if *last != (i + 1 == beats) {
                    return Err(format!("beat {i} of {burst:x?}: wlast is {last}"));
                }
                let lanes = burst.lanes(*address, self.bus);
                let allowed = (1u64 << lanes.end) - (1u64 << lanes.start);
                if strobe & !allowed != 0 {
                    return Err(format!("beat {i} of {burst:x?}: strobes {strobe:x}"));
                }
            }
            self.addresses.pop_front();
            let due = due(&mut self.draw, &self.manner, self.cycle);
            let data = data
                .into_iter()
                .map(|(data, strobe, _)| (data, strobe))
                .collect();
            self.writing.push(Pending { burst, data, due });
        }
        if inputs.m_axi_bvalid == 1 && seen.m_axi_bready == 1 {
            self.answer = None;
        }
        if inputs.m_axi_rvalid == 1 && seen.m_axi_rready == 1 {
            self.sending[self.shown].pop_front();
            self.sending.retain(|beats| !beats.is_empty());
        }
        self.before = Some((*inputs, *seen));
        self.cycle += 1;
        Ok(taken)
    }

    /// What is offered stays until it is taken.
    fn check_stable(&self, _: &Inputs, seen: &Outputs) -> Result<(), String> {
        let Some((inputs, old)) = &self.before else {
            return Ok(());
        };
        macro_rules! stable {
            ($valid:ident, $ready:ident, $($payload:ident)*) => {
                if old.$valid == 1 && inputs.$ready == 0 {
                    $(if old.$payload != seen.$payload {
                        return Err(format!("{} changed while it waited", stringify!($payload)));
                    })*
                }
            };
        }
        stable!(m_axi_awvalid, m_axi_awready, m_axi_awvalid m_axi_awid m_axi_awaddr m_axi_awlen
            m_axi_awsize m_axi_awburst m_axi_awlock m_axi_awcache m_axi_awprot m_axi_awqos);
        stable!(m_axi_wvalid, m_axi_wready, m_axi_wvalid m_axi_wdata m_axi_wstrb m_axi_wlast);
        stable!(m_axi_arvalid, m_axi_arready, m_axi_arvalid m_axi_arid m_axi_araddr m_axi_arlen
            m_axi_arsize m_axi_arburst m_axi_arlock m_axi_arcache m_axi_arprot m_axi_arqos);
        stable!(s_axi_bvalid, s_axi_bready, s_axi_bvalid s_axi_bid s_axi_bresp);
        stable!(s_axi_rvalid, s_axi_rready, s_axi_rvalid s_axi_rid s_axi_rdata s_axi_rresp
            s_axi_rlast);
        Ok(())
    }
}
