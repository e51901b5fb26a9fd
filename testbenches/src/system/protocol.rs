//! [`AxiRules`] and [`LiteRules`]: what AXI4 and AXI4-Lite ask of both sides, cycle by cycle.

use super::axi::{Burst, INCREMENTING, Manager, Subordinate, WRAPPING, WriteBeat};
use super::dram::FRAME_BYTES;
use super::registers::{LiteManager, LiteSubordinate};
use std::collections::VecDeque;

/// EXOKAY, which answers exclusive accesses alone.
const EXCLUSIVE_OKAY: u32 = 1;

/// What was offered on a channel and not accepted: it must be there in the next cycle too.
#[derive(Clone, Debug, Default)]
struct Held<T>(Option<T>);

impl<T: PartialEq + Copy + std::fmt::Debug> Held<T> {
    /// One cycle: what is offered, if it is valid, and whether it is accepted.
    #[inline]
    fn step(&mut self, channel: &str, valid: bool, offered: &T, ready: bool) -> Result<(), String> {
        if let Some(held) = &self.0
            && !(valid && held == offered)
        {
            return Err(match valid {
                false => format!("{channel}: {held:?} was withdrawn before it was accepted"),
                true => {
                    format!("{channel}: {held:?} became {offered:?} before it was accepted")
                }
            });
        }
        self.0 = (valid && !ready).then_some(*offered);
        Ok(())
    }
}

/// Rules of one AXI4 bus: what is valid stays as it is until it is ready; bursts are well-formed and
/// within 4 KiB; the last beat, and no other, is marked so; strobes are within a beat's lanes; nothing
/// is answered that was not asked, and each transaction number's reads in their order.
#[derive(Clone, Debug)]
pub struct AxiRules {
    bus_bytes: u64,
    aw: Held<Burst>,
    w: Held<WriteBeat>,
    ar: Held<Burst>,
    b: Held<super::axi::WriteAnswer>,
    r: Held<super::axi::ReadBeat>,
    /// Writes whose data are not all there, oldest first; beats of the oldest that are.
    awaited: VecDeque<Burst>,
    beats: u32,
    /// Beats that came ahead of their address, which AXI4 allows.
    early: VecDeque<WriteBeat>,
    /// By transaction number: writes that can be answered.
    answerable: Vec<u32>,
    /// By transaction number: reads under way, oldest first, with the beats that came.
    reads: Vec<VecDeque<(Burst, u32)>>,
}

impl AxiRules {
    /// No channel has anything that was offered and not accepted.
    fn holds_nothing(&self) -> bool {
        let requests = self.aw.0.is_none() && self.w.0.is_none() && self.ar.0.is_none();
        requests && self.b.0.is_none() && self.r.0.is_none()
    }

    /// A bus out of reset, of `data_bits` and `id_bits`.
    pub fn new(data_bits: u32, id_bits: u32) -> AxiRules {
        AxiRules {
            bus_bytes: u64::from(data_bits / 8),
            aw: Held(None),
            w: Held(None),
            ar: Held(None),
            b: Held(None),
            r: Held(None),
            awaited: VecDeque::new(),
            beats: 0,
            early: VecDeque::new(),
            answerable: vec![0; 1 << id_bits],
            reads: vec![VecDeque::new(); 1 << id_bits],
        }
    }

    /// What both sides show at a rising edge.
    ///
    /// # Errors
    /// The rule that is broken, by what.
    #[inline]
    pub fn step(&mut self, manager: &Manager, subordinate: &Subordinate) -> Result<(), String> {
        let (aw, w, ar) = (manager.aw_valid, manager.w_valid, manager.ar_valid);
        let (b, r) = (subordinate.b_valid, subordinate.r_valid);
        // Most cycles: nothing is offered, and nothing has to stay.
        if !(aw | w | ar | b | r) && self.holds_nothing() {
            return Ok(());
        }
        self.aw.step("AW", aw, &manager.aw, subordinate.aw_ready)?;
        self.w.step("W", w, &manager.w, subordinate.w_ready)?;
        self.ar.step("AR", ar, &manager.ar, subordinate.ar_ready)?;
        self.b.step("B", b, &subordinate.b, manager.b_ready)?;
        self.r.step("R", r, &subordinate.r, manager.r_ready)?;
        // Answers are of what was accepted before.
        if b {
            self.answer(subordinate, manager.b_ready)?;
        }
        if r {
            self.read_beat(subordinate, manager.r_ready)?;
        }
        if aw && subordinate.aw_ready {
            self.burst("AW", &manager.aw)?;
            self.awaited.push_back(manager.aw);
        }
        if w && subordinate.w_ready {
            self.early.push_back(manager.w);
        }
        while !self.awaited.is_empty()
            && let Some(beat) = self.early.pop_front()
        {
            self.write_beat(&beat)?;
        }
        if ar && subordinate.ar_ready {
            self.burst("AR", &manager.ar)?;
            self.reads[manager.ar.id as usize].push_back((manager.ar, 0));
        }
        Ok(())
    }

    fn burst(&self, channel: &str, burst: &Burst) -> Result<(), String> {
        let (beat_bytes, beats) = (1u64 << burst.size, u64::from(burst.length) + 1);
        let aligned = burst.address & !(beat_bytes - 1);
        let wrong = |why: &str| Err(format!("{channel}: {burst:?}: {why}"));
        if beat_bytes > self.bus_bytes {
            return wrong("a beat is wider than the bus");
        }
        if burst.id as usize >= self.reads.len() {
            return wrong("there is no such transaction number");
        }
        match burst.kind {
            INCREMENTING if beats > 256 => wrong("more than 256 beats"),
            INCREMENTING if aligned % FRAME_BYTES + beats * beat_bytes > FRAME_BYTES => {
                wrong("it crosses a boundary of 4 KiB")
            }
            WRAPPING if ![2, 4, 8, 16].contains(&beats) => wrong("it cannot wrap"),
            WRAPPING if aligned != burst.address => wrong("it wraps from an unaligned address"),
            INCREMENTING | WRAPPING => Ok(()),
            0 if beats > 16 => wrong("more than 16 beats at one address"),
            0 => Ok(()),
            _ => wrong("there is no such kind of burst"),
        }
    }

    fn write_beat(&mut self, beat: &WriteBeat) -> Result<(), String> {
        let Some(burst) = self.awaited.front() else {
            return Err(format!("W: {beat:?} belongs to no address"));
        };
        if beat.last != (self.beats == burst.length) {
            return Err(format!(
                "W: beat {} of {burst:?} says that it is {}the last",
                self.beats,
                if beat.last { "" } else { "not " }
            ));
        }
        let lanes = self.lanes(burst, self.beats);
        if beat.strobe & !lanes != 0 {
            return Err(format!(
                "W: beat {} of {burst:?} has strobes {:#x}, its lanes are {lanes:#x}",
                self.beats, beat.strobe
            ));
        }
        self.beats += 1;
        if beat.last {
            self.answerable[burst.id as usize] += 1;
            self.awaited.pop_front();
            self.beats = 0;
        }
        Ok(())
    }

    /// The lanes that a beat may write, a bit each.
    fn lanes(&self, burst: &Burst, beat: u32) -> u32 {
        let beat_bytes = 1u64 << burst.size;
        let aligned = burst.address & !(beat_bytes - 1);
        let address = match burst.kind {
            _ if beat == 0 => burst.address,
            0 => burst.address,
            WRAPPING => {
                let total = beat_bytes * (u64::from(burst.length) + 1);
                let first = burst.address / total * total;
                first + (burst.address - first + u64::from(beat) * beat_bytes) % total
            }
            _ => aligned + u64::from(beat) * beat_bytes,
        };
        let base = address & !(self.bus_bytes - 1);
        let end = (address & !(beat_bytes - 1)) + beat_bytes - base;
        (((1u64 << end) - 1) & !((1u64 << (address - base)) - 1)) as u32
    }

    fn answer(&mut self, seen: &Subordinate, taken: bool) -> Result<(), String> {
        let answer = seen.b;
        let wrong = |why: &str| Err(format!("B: {answer:?}: {why}"));
        match self.answerable.get_mut(answer.id as usize) {
            None | Some(0) => return wrong("no write awaits it"),
            Some(writes) => *writes -= u32::from(taken),
        }
        match answer.response {
            EXCLUSIVE_OKAY => wrong("the write was not exclusive"),
            _ => Ok(()),
        }
    }

    fn read_beat(&mut self, seen: &Subordinate, taken: bool) -> Result<(), String> {
        let beat = seen.r;
        let wrong = |why: &str| Err(format!("R: {beat:?}: {why}"));
        let reads = self.reads.get_mut(beat.id as usize);
        let Some((reads, (burst, beats))) = reads.and_then(|reads| {
            let oldest = *reads.front()?;
            Some((reads, oldest))
        }) else {
            return wrong("no read awaits it");
        };
        if beat.last != (beats == burst.length) {
            return wrong(&format!("beat {beats} of {burst:?}"));
        }
        if beat.response == EXCLUSIVE_OKAY {
            return wrong("the read was not exclusive");
        }
        if taken && beat.last {
            reads.pop_front();
        } else if taken {
            reads[0].1 += 1;
        }
        Ok(())
    }

    /// Whether everything that was asked is answered.
    pub fn is_quiet(&self) -> bool {
        self.awaited.is_empty()
            && self.early.is_empty()
            && self.answerable.iter().all(|writes| *writes == 0)
            && self.reads.iter().all(VecDeque::is_empty)
    }
}

/// Rules of AXI4-Lite at the registers: what is valid stays as it is until it is ready, and each
/// access is answered once, after it was accepted.
#[derive(Clone, Debug, Default)]
pub struct LiteRules {
    aw: Held<u32>,
    w: Held<u32>,
    ar: Held<u32>,
    b: Held<u32>,
    r: Held<(u32, u32)>,
    /// Accepted and not answered.
    addresses: u32,
    data: u32,
    reads: u32,
}

impl LiteRules {
    /// What both sides show at a rising edge.
    ///
    /// # Errors
    /// The rule that is broken.
    pub fn step(&mut self, shown: &LiteManager, seen: &LiteSubordinate) -> Result<(), String> {
        self.aw
            .step("AW", shown.aw_valid, &shown.address, seen.aw_ready)?;
        self.w.step("W", shown.w_valid, &shown.data, seen.w_ready)?;
        self.ar
            .step("AR", shown.ar_valid, &shown.address, seen.ar_ready)?;
        self.b
            .step("B", seen.b_valid, &seen.b_response, shown.b_ready)?;
        let read = (seen.r_data, seen.r_response);
        self.r.step("R", seen.r_valid, &read, shown.r_ready)?;
        if seen.b_valid && (self.addresses == 0 || self.data == 0) {
            return Err("B: no write awaits it".to_owned());
        }
        if seen.r_valid && self.reads == 0 {
            return Err("R: no read awaits it".to_owned());
        }
        let written = u32::from(seen.b_valid && shown.b_ready);
        self.addresses += u32::from(shown.aw_valid && seen.aw_ready);
        self.addresses -= written;
        self.data += u32::from(shown.w_valid && seen.w_ready);
        self.data -= written;
        self.reads += u32::from(shown.ar_valid && seen.ar_ready);
        self.reads -= u32::from(seen.r_valid && shown.r_ready);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system::axi::{ReadBeat, WriteAnswer};

    const READY: Subordinate = Subordinate {
        aw_ready: true,
        w_ready: true,
        ar_ready: true,
        b_valid: false,
        b: WriteAnswer { id: 0, response: 0 },
        r_valid: false,
        r: ReadBeat {
            id: 0,
            data: 0,
            response: 0,
            last: false,
        },
    };

    fn asks(burst: Burst, write: bool) -> Manager {
        let mut manager = Manager {
            b_ready: true,
            r_ready: true,
            ..Manager::default()
        };
        match write {
            true => (manager.aw_valid, manager.aw) = (true, burst),
            false => (manager.ar_valid, manager.ar) = (true, burst),
        }
        manager
    }

    fn beat(strobe: u32, last: bool) -> Manager {
        Manager {
            w_valid: true,
            w: WriteBeat {
                data: 0,
                strobe,
                last,
            },
            b_ready: true,
            ..Manager::default()
        }
    }

    fn read(id: u32, last: bool) -> Subordinate {
        let mut seen = READY;
        seen.r_valid = true;
        (seen.r.id, seen.r.last) = (id, last);
        seen
    }

    fn run(steps: &[(Manager, Subordinate)]) -> Result<(), String> {
        let mut rules = AxiRules::new(64, 2);
        steps
            .iter()
            .try_for_each(|(manager, subordinate)| rules.step(manager, subordinate))
    }

    #[test]
    fn lawful_bursts_pass() {
        let line = Burst::line(1, 0x1fc0, 64);
        let mut steps = vec![(asks(line, true), READY), (asks(line, false), READY)];
        steps.extend((0..8).map(|i| (beat(0xff, i == 7), READY)));
        let mut answered = READY;
        (answered.b_valid, answered.b.id) = (true, 1);
        steps.push((beat(0, false), READY));
        steps.pop();
        let quiet = Manager {
            b_ready: true,
            r_ready: true,
            ..Manager::default()
        };
        steps.push((quiet, answered));
        steps.extend((0..8).map(|i| (quiet, read(1, i == 7))));
        run(&steps).expect("all is lawful");
    }

    #[test]
    fn each_rule_can_be_broken() {
        let line = Burst::line(1, 0x1fc0, 64);
        let quiet = Manager {
            r_ready: true,
            ..Manager::default()
        };
        let busy = Subordinate::default();
        let crossing = Burst {
            address: 0x1fc8,
            ..line
        };
        let wrapping = Burst {
            kind: WRAPPING,
            length: 2,
            ..line
        };
        let narrow = Burst {
            size: 1,
            length: 0,
            address: 2,
            ..line
        };
        let moved = Burst { id: 2, ..line };
        let answered = Subordinate {
            b_valid: true,
            ..READY
        };
        for (steps, rule) in [
            (vec![(asks(line, false), busy), (quiet, busy)], "withdrawn"),
            (
                vec![(asks(line, true), busy), (asks(moved, true), busy)],
                "became",
            ),
            (vec![(asks(crossing, false), READY)], "4 KiB"),
            (vec![(asks(wrapping, false), READY)], "cannot wrap"),
            (
                vec![(asks(line, true), READY), (beat(0xff, true), READY)],
                "the last",
            ),
            (
                vec![(asks(narrow, true), READY), (beat(0x3, true), READY)],
                "lanes are 0xc",
            ),
            (vec![(quiet, answered)], "no write awaits"),
            (vec![(quiet, read(1, false))], "no read awaits"),
            (
                vec![(asks(line, false), READY), (quiet, read(2, false))],
                "no read awaits",
            ),
            (
                vec![(asks(line, false), READY), (quiet, read(1, true))],
                "beat 0",
            ),
            (
                vec![(beat(0xff, true), READY), (asks(line, true), READY)],
                "the last",
            ),
        ] {
            let error = run(&steps).expect_err(rule);
            assert!(error.contains(rule), "{rule}: {error}");
        }
    }
}
