//! [`Cache`]: a last-level cache with data, for the program's accesses.

use super::axi::{Burst, LINE_BYTES, Manager, OKAY, Subordinate, WriteBeat};
use super::dram::{FRAME_BYTES, merge};
use memento_config::Config;
use std::collections::VecDeque;

/// Words of eight bytes a line.
pub const LINE_WORDS: usize = 8;
/// Lines that can be on their way in at once, if there are transaction numbers enough.
const MISS_REGISTERS: usize = 8;
/// Accesses that can wait for one line.
const WAITING: usize = 6;

/// A line's data.
pub type LineData = [u64; LINE_WORDS];

/// Shape of the cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CacheShape {
    /// Bytes, a power of two.
    pub bytes: u64,
    /// Ways, a power of two.
    pub ways: u32,
}

impl Default for CacheShape {
    /// The slice of the paper's simulated machine, 2 MiB, in 16 ways.
    fn default() -> Self {
        CacheShape {
            bytes: 2 << 20,
            ways: 16,
        }
    }
}

/// An access of the program to words of one line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Access {
    /// Physical address of the line.
    pub line: u64,
    /// First word of it.
    pub first: u8,
    /// Words.
    pub words: u8,
    /// What the words hold: see [`word_of`].
    pub stamp: u64,
    /// A store; else a load, which compares.
    pub store: bool,
}

/// The word that an object's stamp puts at a physical address.
#[inline]
pub fn word_of(stamp: u64, address: u64) -> u64 {
    stamp ^ address.wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// Data that are not what they must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DataFault {
    /// A line came from memory with what nobody wrote there since the frame was granted; else the
    /// program read back what it did not write.
    pub filled: bool,
    /// Physical address of the word.
    pub address: u64,
    /// What must be there.
    pub expected: u64,
    /// What was there.
    pub got: u64,
}

/// What the cache did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CacheCounts {
    /// Accesses served.
    pub accesses: u64,
    /// Lines filled.
    pub fills: u64,
    /// Lines written back.
    pub write_backs: u64,
    /// Dirty lines dropped because their frame was discarded.
    pub dropped: u64,
    /// Fills that memory answered with an error; the accesses that waited are void.
    pub failed_fills: u64,
    /// Write-backs that memory answered with an error.
    pub failed_write_backs: u64,
}

/// State of a way.
#[derive(Clone, Copy, Debug, Default)]
struct Way {
    /// Address of the line, with bit 0 set; 0: empty.
    tag: u64,
    dirty: bool,
    used: u64,
}

/// A line on its way in.
#[derive(Clone, Copy, Debug, Default)]
struct Miss {
    busy: bool,
    line: u64,
    waiting: [Access; WAITING],
    waits: u8,
    data: LineData,
    beat: u32,
    failed: bool,
    /// The frame is being discarded: the line isn't kept.
    discarded: bool,
    /// Asked for by [`Cache::read_around`].
    around: bool,
}

/// A line on its way out.
#[derive(Clone, Copy, Debug)]
struct WriteBack {
    line: u64,
    data: LineData,
    /// A bit for each byte to be written.
    strobe: u64,
    around: bool,
}

/// What must be in memory, as far as the program wrote it: frames that are not there are zero.
struct Shadow {
    base: u64,
    frames: Vec<Option<Box<[u64; FRAME_BYTES as usize / 8]>>>,
}

impl Shadow {
    fn line(&self, line: u64) -> LineData {
        let offset = line.wrapping_sub(self.base);
        match self.frames.get((offset / FRAME_BYTES) as usize) {
            Some(Some(words)) => {
                let first = (offset % FRAME_BYTES / 8) as usize;
                std::array::from_fn(|word| words[first + word])
            }
            _ => [0; LINE_WORDS],
        }
    }

    fn write(&mut self, line: u64, data: &LineData) {
        let offset = line.wrapping_sub(self.base);
        if let Some(frame) = self.frames.get_mut((offset / FRAME_BYTES) as usize) {
            let words = frame.get_or_insert_with(|| Box::new([0; FRAME_BYTES as usize / 8]));
            let first = (offset % FRAME_BYTES / 8) as usize;
            words[first..first + LINE_WORDS].copy_from_slice(data);
        }
    }

    fn clear(&mut self, frame: u64) {
        let index = frame.wrapping_sub(self.base / FRAME_BYTES) as usize;
        if let Some(Some(words)) = self.frames.get_mut(index) {
            words.fill(0);
        }
    }
}

/// A last-level cache: write-back, write-allocate, least recently used, lines of 64 bytes, several
/// of them on their way at once.
///
/// Each line that comes in is compared with what the program wrote there since its frame was
/// granted: whatever else is in it has leaked from somewhere.
pub struct Cache {
    sets: u64,
    ways: usize,
    lines: Vec<Way>,
    data: Vec<LineData>,
    clock: u64,
    shadow: Shadow,
    data_bits: u32,
    first_id: u32,
    misses: Vec<Miss>,
    busy_misses: usize,
    /// Misses whose request isn't on the bus yet.
    asking: VecDeque<u8>,
    write_backs: VecDeque<WriteBack>,
    /// Write-backs on the bus at once.
    issued_limit: usize,
    /// The first of them, which were accepted by the bus.
    issued: usize,
    /// The next one was offered to the bus and not accepted.
    asked: bool,
    /// Beats that the write-back whose data are on the bus has sent; `None`: none's are.
    sending: Option<(usize, u32)>,
    /// Lines read past the cache: address, data, failure.
    read_around: VecDeque<(u64, LineData, bool)>,
    counts: CacheCounts,
    fault: Option<DataFault>,
}

impl Cache {
    /// An empty cache whose transactions have numbers from `first_id` on.
    pub fn new(config: &Config, shape: CacheShape, first_id: u32) -> Cache {
        let lines = (shape.bytes / LINE_BYTES) as usize;
        let ids = (1usize << config.id_bits()).saturating_sub(first_id as usize);
        let registers = ids.clamp(1, MISS_REGISTERS);
        Cache {
            sets: lines as u64 / u64::from(shape.ways),
            ways: shape.ways as usize,
            lines: vec![Way::default(); lines],
            data: vec![[0; LINE_WORDS]; lines],
            clock: 0,
            shadow: Shadow {
                base: config.memory_base(),
                frames: (0..config.memory_bytes() / FRAME_BYTES)
                    .map(|_| None)
                    .collect(),
            },
            data_bits: config.data_bits(),
            first_id,
            misses: vec![Miss::default(); registers],
            busy_misses: 0,
            asking: VecDeque::with_capacity(registers),
            write_backs: VecDeque::with_capacity(2 * registers),
            issued_limit: registers,
            issued: 0,
            asked: false,
            sending: None,
            read_around: VecDeque::with_capacity(registers),
            counts: CacheCounts::default(),
            fault: None,
        }
    }

    /// What it did so far.
    pub fn counts(&self) -> &CacheCounts {
        &self.counts
    }

    /// The first data fault, if there was any.
    #[inline]
    pub fn fault(&self) -> Option<DataFault> {
        self.fault
    }

    /// Whether nothing is on its way.
    #[inline]
    pub fn is_idle(&self) -> bool {
        self.busy_misses == 0 && self.write_backs.is_empty()
    }

    /// Serves an access, or keeps it until its line is there; `false`: the miss registers are full,
    /// and it must be tried again.
    #[inline]
    pub fn access(&mut self, access: Access) -> bool {
        if let Some(way) = self.find(access.line) {
            self.clock += 1;
            self.lines[way].used = self.clock;
            self.perform(way, &access);
            return true;
        }
        self.miss(access)
    }

    #[inline]
    fn set(&self, line: u64) -> usize {
        ((line / LINE_BYTES) % self.sets) as usize * self.ways
    }

    #[inline]
    fn find(&self, line: u64) -> Option<usize> {
        let set = self.set(line);
        let tag = line | 1;
        let ways = &self.lines[set..set + self.ways];
        ways.iter()
            .position(|way| way.tag == tag)
            .map(|way| set + way)
    }

    #[inline]
    fn perform(&mut self, way: usize, access: &Access) {
        self.counts.accesses += 1;
        let first = usize::from(access.first);
        let words = first..first + usize::from(access.words);
        let data = &mut self.data[way];
        if access.store {
            self.lines[way].dirty = true;
            for word in words {
                data[word] = word_of(access.stamp, access.line + 8 * word as u64);
            }
        } else {
            for word in words {
                let address = access.line + 8 * word as u64;
                let expected = word_of(access.stamp, address);
                if data[word] != expected && self.fault.is_none() {
                    self.fault = Some(DataFault {
                        filled: false,
                        address,
                        expected,
                        got: data[word],
                    });
                }
            }
        }
    }

    fn miss(&mut self, access: Access) -> bool {
        let mut free = None;
        for (number, miss) in self.misses.iter_mut().enumerate() {
            if !miss.busy {
                free = Some(number);
            } else if miss.line == access.line {
                let room = usize::from(miss.waits) < WAITING && !miss.around;
                if room {
                    miss.waiting[usize::from(miss.waits)] = access;
                    miss.waits += 1;
                }
                return room;
            }
        }
        let Some(number) = free else {
            return false;
        };
        if !self.may_read(access.line) {
            return false;
        }
        let miss = self.ask(number, access.line);
        miss.waiting[0] = access;
        miss.waits = 1;
        true
    }

    /// Whether no write of the line is on its way, and there is room for the line that it displaces.
    fn may_read(&self, line: u64) -> bool {
        self.write_backs.len() + self.busy_misses < 2 * self.misses.len()
            && self.write_backs.iter().all(|leaving| leaving.line != line)
    }

    fn ask(&mut self, number: usize, line: u64) -> &mut Miss {
        self.busy_misses += 1;
        self.asking.push_back(number as u8);
        let miss = &mut self.misses[number];
        *miss = Miss {
            busy: true,
            line,
            ..Miss::default()
        };
        miss
    }

    /// Reads a line as any manager of the memory would, past the cache; `false`: not now.
    /// [`Cache::take_read_around`] has the answer.
    pub fn read_around(&mut self, line: u64) -> bool {
        let free = self.misses.iter().position(|miss| !miss.busy);
        let Some(number) = free.filter(|_| self.may_read(line)) else {
            return false;
        };
        self.ask(number, line).around = true;
        true
    }

    /// Address, data and failure of a line that was read past the cache.
    pub fn take_read_around(&mut self) -> Option<(u64, LineData, bool)> {
        self.read_around.pop_front()
    }

    /// Writes bytes of a line as any manager of the memory would, past the cache, which doesn't hold
    /// it; `false`: not now. Done once [`Cache::is_idle`].
    pub fn write_around(&mut self, line: u64, data: LineData, strobe: u64) -> bool {
        let room = self.write_backs.len() + self.busy_misses < 2 * self.misses.len();
        if room {
            self.write_backs.push_back(WriteBack {
                line,
                data,
                strobe,
                around: true,
            });
        }
        room
    }

    /// Whether a write of a line is on its way.
    pub fn writes(&self, line: u64) -> bool {
        self.write_backs.iter().any(|leaving| leaving.line == line)
    }

    /// Begins to forget a frame's lines, which are never written back.
    pub fn discard(&mut self, frame: u64) {
        let first = frame * FRAME_BYTES;
        for line in (first..first + FRAME_BYTES).step_by(LINE_BYTES as usize) {
            if let Some(way) = self.find(line) {
                self.counts.dropped += u64::from(self.lines[way].dirty);
                self.lines[way] = Way::default();
            }
        }
        for miss in &mut self.misses {
            miss.discarded |= miss.line / FRAME_BYTES == frame;
        }
        // What is on the bus, or was offered to it, stays so.
        let committed = self.issued + usize::from(self.asked);
        let (mut number, before) = (0, self.write_backs.len());
        self.write_backs.retain(|leaving| {
            number += 1;
            number <= committed || leaving.line / FRAME_BYTES != frame
        });
        self.counts.dropped += (before - self.write_backs.len()) as u64;
    }

    /// Whether a frame that is being discarded has nothing on its way any more. From then on it
    /// reads as zero.
    pub fn discarded(&mut self, frame: u64) -> bool {
        let line_in = |line: u64| line / FRAME_BYTES == frame;
        let coming = self
            .misses
            .iter()
            .any(|miss| miss.busy && line_in(miss.line));
        let leaving = self.write_backs.iter().any(|leaving| line_in(leaving.line));
        if coming || leaving {
            return false;
        }
        self.shadow.clear(frame);
        true
    }

    /// Whether it has anything to offer on its bus.
    #[inline]
    pub fn asks(&self) -> bool {
        !self.asking.is_empty()
            || self.sending.is_some()
            || self.issued < self.issued_limit.min(self.write_backs.len())
    }

    /// What it shows on its bus.
    #[inline]
    pub fn show(&self) -> Manager {
        if self.is_idle() {
            return Manager::default();
        }
        let mut shown = Manager {
            r_ready: true,
            b_ready: true,
            ..Manager::default()
        };
        if let Some(&number) = self.asking.front() {
            let id = self.first_id + u32::from(number);
            shown.ar_valid = true;
            shown.ar = Burst::line(id, self.misses[usize::from(number)].line, self.data_bits);
        }
        match self.sending {
            Some((at, beat)) => {
                let leaving = &self.write_backs[at];
                let beat_bytes = self.data_bits / 8;
                let word = (beat * beat_bytes / 8) as usize;
                let mut data = u128::from(leaving.data[word]);
                if beat_bytes == 16 {
                    data |= u128::from(leaving.data[word + 1]) << 64;
                }
                let strobe = leaving.strobe >> (beat * beat_bytes);
                shown.w_valid = true;
                shown.w = WriteBeat {
                    data,
                    strobe: (strobe & ((1 << beat_bytes) - 1)) as u32,
                    last: (beat + 1) * beat_bytes == LINE_BYTES as u32,
                };
            }
            None if self.issued < self.issued_limit => {
                if let Some(leaving) = self.write_backs.get(self.issued) {
                    shown.aw_valid = true;
                    // All writes have one number, so they are answered in order.
                    shown.aw = Burst::line(self.first_id, leaving.line, self.data_bits);
                }
            }
            None => {}
        }
        shown
    }

    /// What takes place at the coming edge.
    pub fn end(&mut self, shown: &Manager, seen: &Subordinate) {
        if shown.ar_valid && seen.ar_ready {
            self.asking.pop_front();
        }
        self.asked = shown.aw_valid && !seen.aw_ready;
        if shown.aw_valid && seen.aw_ready {
            self.sending = Some((self.issued, 0));
            self.issued += 1;
        }
        if shown.w_valid && seen.w_ready {
            self.sending = match self.sending {
                Some((at, beat)) if !shown.w.last => Some((at, beat + 1)),
                _ => None,
            };
        }
        if seen.b_valid && shown.b_ready {
            self.answered(seen.b.response);
        }
        if seen.r_valid && shown.r_ready {
            self.beat(seen);
        }
    }

    /// The oldest write-back is answered.
    fn answered(&mut self, response: u32) {
        let Some(left) = self.write_backs.pop_front() else {
            return;
        };
        self.issued -= 1;
        self.sending = self.sending.map(|(at, beat)| (at - 1, beat));
        self.counts.failed_write_backs += u64::from(response != OKAY && !left.around);
    }

    fn beat(&mut self, seen: &Subordinate) {
        let number = (seen.r.id - self.first_id) as usize;
        let miss = &mut self.misses[number];
        let beat_bytes = self.data_bits / 8;
        let word = (miss.beat * beat_bytes / 8) as usize;
        miss.data[word] = seen.r.data as u64;
        if beat_bytes == 16 {
            miss.data[word + 1] = (seen.r.data >> 64) as u64;
        }
        miss.beat += 1;
        miss.failed |= seen.r.response != OKAY;
        if seen.r.last {
            self.fill(number);
        }
    }

    fn fill(&mut self, number: usize) {
        let miss = self.misses[number];
        self.misses[number].busy = false;
        self.busy_misses -= 1;
        if miss.around {
            self.read_around
                .push_back((miss.line, miss.data, miss.failed));
            return;
        }
        if miss.failed {
            self.counts.failed_fills += 1;
            return;
        }
        self.counts.fills += 1;
        let expected = self.shadow.line(miss.line);
        if expected != miss.data && self.fault.is_none() {
            let word = (0..LINE_WORDS).find(|word| expected[*word] != miss.data[*word]);
            let word = word.unwrap_or(0);
            self.fault = Some(DataFault {
                filled: true,
                address: miss.line + 8 * word as u64,
                expected: expected[word],
                got: miss.data[word],
            });
        }
        let way = self.make_room(miss.line);
        self.clock += 1;
        self.lines[way] = Way {
            tag: miss.line | 1,
            dirty: false,
            used: self.clock,
        };
        self.data[way] = miss.data;
        for access in &miss.waiting[..usize::from(miss.waits)] {
            self.perform(way, access);
        }
        if miss.discarded {
            self.lines[way] = Way::default();
        }
    }

    /// A way of the line's set, empty or emptied.
    fn make_room(&mut self, line: u64) -> usize {
        let set = self.set(line);
        let ways = &self.lines[set..set + self.ways];
        let oldest = (0..self.ways)
            .min_by_key(|way| ways[*way].used)
            .unwrap_or(0);
        let way = set + oldest;
        let displaced = self.lines[way];
        if displaced.tag != 0 && displaced.dirty {
            let line = displaced.tag & !1;
            let data = self.data[way];
            self.shadow.write(line, &data);
            self.counts.write_backs += 1;
            self.write_backs.push_back(WriteBack {
                line,
                data,
                strobe: u64::MAX,
                around: false,
            });
        }
        way
    }

    /// Changes bytes of what must be in memory at a line that the cache doesn't hold.
    pub fn expect(&mut self, line: u64, data: &LineData, strobe: u64) {
        let before = self.shadow.line(line);
        let after = std::array::from_fn(|word| {
            merge(
                before[word],
                data[word],
                (strobe >> (8 * word)) as u32 & 0xff,
            )
        });
        self.shadow.write(line, &after);
    }
}
