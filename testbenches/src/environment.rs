//! [`Environment`]: page allocator and header memory behind an object allocator's ports.

use crate::coin::Coin;
use crate::ports::{Inputs, Outputs};
use memento_config::Config;
use memento_sim::{Arena, HeaderMemory, Line, LineMemory, PageAllocator, Peeked, Status};
use std::collections::VecDeque;

/// Beats a header line.
const BEATS: usize = 8;
/// Writes that an object allocator may have unanswered.
const WRITES_UNDER_WAY: usize = 4;
/// Physical address of the process descriptor, below all header pages.
const DESCRIPTOR: u64 = 0x1_0000;

/// Cycles from the edge that accepts a request to the first edge that can take its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Latencies {
    /// ALLOC_ARENA.
    pub alloc_arena: u32,
    /// PEEK_ARENA: a cursor that is cached, and a page that is known to be mapped.
    pub peek_arena: u32,
    /// CLAIM_ARENA: a header that is written.
    pub claim_arena: u32,
    /// FREE_ARENA.
    pub free_arena: u32,
    /// TRANSLATE.
    pub translate: u32,
    /// A header read, to its first beat; the others follow, one a cycle.
    pub header_read: u32,
    /// A header write, from its last beat to its answer.
    pub header_write: u32,
}

impl Default for Latencies {
    /// An arena needs its header written and perhaps a page mapped (40 cycles), half of that if it
    /// is only asked about, and half of that if it was; a page walk reads
    /// three entries (30 cycles); a header is in the last-level cache (10 cycles). Choices of ours.
    fn default() -> Self {
        Latencies {
            alloc_arena: 40,
            peek_arena: 20,
            claim_arena: 20,
            free_arena: 40,
            translate: 30,
            header_read: 10,
            header_write: 10,
        }
    }
}

/// How often a channel makes the other side wait, beside latencies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stalls {
    /// Never.
    None,
    /// Each channel in each cycle with a probability of `percent`, drawn from `seed`.
    Random {
        /// Percent, 0 to 95.
        percent: u8,
        /// Where the draws start.
        seed: u64,
    },
}

/// A channel pair with at most one request under way.
#[derive(Clone, Copy, Debug)]
enum Channel<T> {
    Idle,
    /// Cycles left before the answer is on offer.
    Busy(u32, T),
    Offered(T),
}

impl<T: Copy> Channel<T> {
    /// Lets a cycle pass; the answer is offered once its time has come.
    fn advance(&mut self) {
        match *self {
            Channel::Busy(left, answer) if left <= 1 => *self = Channel::Offered(answer),
            Channel::Busy(left, answer) => *self = Channel::Busy(left - 1, answer),
            _ => {}
        }
    }

    fn offered(&self) -> Option<T> {
        match *self {
            Channel::Offered(answer) => Some(answer),
            _ => None,
        }
    }

    fn is_idle(&self) -> bool {
        matches!(self, Channel::Idle)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Grant {
    status: Status,
    arena: u32,
    line: u64,
    unused: u32,
    released: u32,
}

#[derive(Clone, Copy, Debug)]
struct Read {
    bytes: [u8; 64],
    beat: usize,
    error: bool,
    /// The beat is on offer and must stay so until it is taken.
    shown: bool,
}

/// A line whose beats come in.
#[derive(Clone, Copy, Debug)]
struct Write {
    line: Line,
    bytes: [u8; 64],
    /// Some byte is written.
    touched: bool,
    beat: usize,
}

/// A write that is to be answered, and shows in memory only then.
#[derive(Clone, Copy, Debug)]
struct Written {
    /// Cycles left before the answer may be on offer.
    left: u32,
    line: Line,
    bytes: [u8; 64],
}

/// Whether a header's checksum is right.
fn is_intact(bytes: &[u8; 64]) -> bool {
    let halfwords = bytes
        .chunks_exact(2)
        .map(|b| u16::from_le_bytes([b[0], b[1]]));
    halfwords.fold(0, u16::wrapping_add) == u16::MAX
}

/// Page allocator and header memory behind the ports of one object allocator.
pub struct Environment {
    /// The page allocator; faults and limits are set here.
    pub pages: PageAllocator,
    /// The memory that headers are in.
    pub memory: LineMemory,
    latencies: Latencies,
    stall: Coin,
    alloc: Channel<Grant>,
    claim: Channel<Status>,
    /// Header of the arena that is claimed: memory has it only when the claim is answered.
    claimed: Option<(Line, [u8; 64])>,
    /// The link that names no arena.
    none: u32,
    free: Channel<Status>,
    translate: Channel<Option<u64>>,
    forward: Channel<Status>,
    /// Answers of other cores, by address; without, nobody runs any other context.
    forward_answers: Option<u64>,
    forwards: u64,
    records: Vec<u64>,
    mailboxes: u64,
    read: Channel<Read>,
    write: Option<Write>,
    /// Oldest first.
    written: VecDeque<Written>,
    busy: bool,
}

impl Environment {
    /// An environment with memory that reads as zero and every frame free.
    pub fn new(config: &Config, latencies: Latencies, stalls: Stalls) -> Environment {
        let g = memento_hdl::Geometry::new(config);
        Environment {
            pages: PageAllocator::new(config),
            memory: LineMemory::new(),
            latencies,
            stall: match stalls {
                Stalls::None => Coin::tails(),
                Stalls::Random { percent, seed } => Coin::new(percent.into(), seed),
            },
            alloc: Channel::Idle,
            claim: Channel::Idle,
            claimed: None,
            none: 1 << g.arena_bits,
            free: Channel::Idle,
            translate: Channel::Idle,
            forward: Channel::Idle,
            forward_answers: None,
            forwards: 0,
            records: (0..1 << g.context_bits)
                .map(|context: u64| {
                    DESCRIPTOR + g.records_offset() as u64 + (context << (g.class_bits + 4))
                })
                .collect(),
            mailboxes: DESCRIPTOR + g.mailboxes_offset() as u64,
            read: Channel::Idle,
            write: None,
            written: VecDeque::new(),
            busy: true,
        }
    }

    /// From now on other cores answer forwarded frees, each address with a status drawn from `seed`.
    pub fn answer_forwards(&mut self, seed: u64) {
        self.forward_answers = Some(seed);
    }

    /// What the answer to a forwarded free is.
    pub fn forward_status(&self, address: u64) -> Status {
        let Some(seed) = self.forward_answers else {
            return Status::ForeignContext;
        };
        let drawn = (address ^ seed).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 61;
        [
            Status::Ok,
            Status::Ok,
            Status::BadPointer,
            Status::DoubleFree,
            Status::ForeignContext,
            Status::CorruptHeader,
            Status::NotEnabled,
            Status::BusError,
        ][drawn as usize]
    }

    /// Whether no request was on offer and none under way when it was last driven.
    pub fn is_quiet(&self) -> bool {
        !self.busy
    }

    /// Frees forwarded so far.
    pub fn forwards(&self) -> u64 {
        self.forwards
    }

    /// Physical address of a context's first record.
    pub fn records(&self, context: u32) -> u64 {
        self.records[context as usize]
    }

    /// Physical address of a context's mailbox.
    pub fn mailbox(&self, context: u32) -> u64 {
        self.mailboxes + 16 * u64::from(context)
    }

    /// Lines of the process descriptor that records and mailboxes are in.
    pub fn descriptor_lines(&self) -> impl Iterator<Item = Line> + use<> {
        let end = self.mailbox(self.records.len() as u32 - 1);
        (self.records[0] / 64..=end / 64).map(Line)
    }

    /// Puts this cycle's answers and readiness on the inputs; `seen` is what the allocator shows.
    /// Requests that are accepted at the coming edge are executed now.
    #[inline]
    pub fn drive(&mut self, seen: &Outputs, inputs: &mut Inputs) {
        let asked = seen.alloc_arena_request_valid
            | seen.claim_arena_request_valid
            | seen.forward_request_valid
            | seen.free_arena_request_valid
            | seen.translate_request_valid
            | seen.header_read_request_valid
            | seen.header_write_request_valid;
        // Most cycles are hits, which need nothing from here.
        if asked || self.busy {
            self.drive_channels(seen, inputs, asked);
        }
    }

    fn drive_channels(&mut self, seen: &Outputs, inputs: &mut Inputs, asked: bool) {
        self.drive_claim(seen, inputs);
        self.drive_alloc(seen, inputs);
        self.drive_free(seen, inputs);
        self.drive_translate(seen, inputs);
        self.drive_forward(seen, inputs);
        self.drive_read(seen, inputs);
        self.drive_write(seen, inputs);
        // One more round after the last answer takes its valid signal back.
        self.busy = asked
            || !self.alloc.is_idle()
            || !self.claim.is_idle()
            || !self.free.is_idle()
            || !self.translate.is_idle()
            || !self.forward.is_idle()
            || inputs.forward_response_valid
            || !self.read.is_idle()
            || self.write.is_some()
            || !self.written.is_empty()
            || inputs.alloc_arena_response_valid
            || inputs.claim_arena_response_valid
            || inputs.free_arena_response_valid
            || inputs.translate_response_valid
            || inputs.header_read_data_valid
            || inputs.header_write_response_valid;
    }

    fn drive_alloc(&mut self, seen: &Outputs, inputs: &mut Inputs) {
        self.alloc.advance();
        let offer = self.alloc.offered();
        inputs.alloc_arena_request_ready = self.alloc.is_idle() && !self.stall.heads();
        inputs.alloc_arena_response_valid = offer.is_some();
        if let Some(grant) = offer {
            inputs.alloc_arena_response_status = grant.status.code();
            inputs.alloc_arena_response_arena = grant.arena;
            inputs.alloc_arena_response_line = grant.line;
            inputs.alloc_arena_response_unused = grant.unused;
            inputs.alloc_arena_response_released = grant.released;
            if seen.alloc_arena_response_ready {
                self.alloc = Channel::Idle;
            }
        }
        if inputs.alloc_arena_request_ready && seen.alloc_arena_request_valid {
            let (class, context) = (
                seen.alloc_arena_request_class,
                seen.alloc_arena_request_context,
            );
            let refused = |status| Grant {
                status,
                arena: 0,
                line: 0,
                unused: 0,
                released: 0,
            };
            self.alloc = if seen.alloc_arena_request_peek {
                let peeked = self.pages.peek_arena(class, context);
                let grant = peeked.map(|peeked| self.peeked(peeked));
                Channel::Busy(
                    self.latencies.peek_arena,
                    grant.unwrap_or(refused(Status::NoMemory)),
                )
            } else {
                let granted = self.pages.alloc_arena(&mut self.memory, class, context);
                let grant = match granted {
                    Err(error) => refused(error.into()),
                    Ok(grant) => Grant {
                        arena: grant.arena.number,
                        line: grant.line.byte_address(),
                        ..refused(Status::Ok)
                    },
                };
                Channel::Busy(self.latencies.alloc_arena, grant)
            };
        }
    }

    fn peeked(&self, peeked: Peeked) -> Grant {
        Grant {
            status: Status::Ok,
            arena: peeked.grant.arena.number,
            line: peeked.grant.line.byte_address(),
            unused: peeked.unused,
            released: peeked.released.unwrap_or(self.none),
        }
    }

    fn drive_claim(&mut self, seen: &Outputs, inputs: &mut Inputs) {
        self.claim.advance();
        let offer = self.claim.offered();
        if offer.is_some()
            && let Some((line, bytes)) = self.claimed.take()
        {
            self.memory.poke(line, bytes);
        }
        inputs.claim_arena_request_ready = self.claim.is_idle() && !self.stall.heads();
        inputs.claim_arena_response_valid = offer.is_some();
        if let Some(status) = offer {
            inputs.claim_arena_response_status = status.code();
            if seen.claim_arena_response_ready {
                self.claim = Channel::Idle;
            }
        }
        if inputs.claim_arena_request_ready && seen.claim_arena_request_valid {
            let (class, context) = (
                seen.claim_arena_request_class,
                seen.claim_arena_request_context,
            );
            let claimed = Grant {
                status: Status::Ok,
                arena: seen.claim_arena_request_arena,
                line: seen.claim_arena_request_line,
                unused: seen.claim_arena_request_unused,
                released: seen.claim_arena_request_released,
            };
            let peeked = self.pages.peek_arena(class, context);
            assert_eq!(
                Some(claimed),
                peeked.map(|peeked| self.peeked(peeked)),
                "class {class}: the arena that is claimed (left) is the one that is next (right)"
            );
            let line = Line::of_byte_address(claimed.line);
            let before = self.memory.peek(line);
            let taken = self.pages.claim_arena(&mut self.memory, class, context);
            let written = taken.is_some_and(|(_, written)| written.is_ok());
            if written {
                self.claimed = Some((line, self.memory.peek(line)));
                self.memory.poke(line, before);
            }
            let status = if written {
                Status::Ok
            } else {
                Status::BusError
            };
            self.claim = Channel::Busy(self.latencies.claim_arena, status);
        }
    }

    fn drive_free(&mut self, seen: &Outputs, inputs: &mut Inputs) {
        self.free.advance();
        let offer = self.free.offered();
        inputs.free_arena_request_ready = self.free.is_idle() && !self.stall.heads();
        inputs.free_arena_response_valid = offer.is_some();
        if let Some(status) = offer {
            inputs.free_arena_response_status = status.code();
            if seen.free_arena_response_ready {
                self.free = Channel::Idle;
            }
        }
        if inputs.free_arena_request_ready && seen.free_arena_request_valid {
            let arena = Arena {
                class: seen.free_arena_request_class,
                context: seen.free_arena_request_context,
                number: seen.free_arena_request_arena,
            };
            let written = self.pages.free_arena(&mut self.memory, arena);
            let status = if written.is_ok() {
                Status::Ok
            } else {
                Status::BusError
            };
            self.free = Channel::Busy(self.latencies.free_arena, status);
        }
    }

    fn drive_translate(&mut self, seen: &Outputs, inputs: &mut Inputs) {
        self.translate.advance();
        let offer = self.translate.offered();
        inputs.translate_request_ready = self.translate.is_idle() && !self.stall.heads();
        inputs.translate_response_valid = offer.is_some();
        if let Some(frame) = offer {
            inputs.translate_response_fault = frame.is_none();
            inputs.translate_response_frame = frame.unwrap_or(0);
            if seen.translate_response_ready {
                self.translate = Channel::Idle;
            }
        }
        if inputs.translate_request_ready && seen.translate_request_valid {
            let line = self.pages.translate(seen.translate_request_address);
            let frame = line.map(|line| line.byte_address() >> 12);
            self.translate = Channel::Busy(self.latencies.translate, frame);
        }
    }

    fn drive_forward(&mut self, seen: &Outputs, inputs: &mut Inputs) {
        self.forward.advance();
        let offer = self.forward.offered();
        inputs.forward_request_ready = self.forward.is_idle() && !self.stall.heads();
        inputs.forward_response_valid = offer.is_some();
        if let Some(status) = offer {
            inputs.forward_response_status = status.code();
            if seen.forward_response_ready {
                self.forward = Channel::Idle;
            }
        }
        if inputs.forward_request_ready && seen.forward_request_valid {
            self.forwards += 1;
            let status = self.forward_status(seen.forward_request_address);
            self.forward = Channel::Busy(self.latencies.translate, status);
        }
    }

    fn drive_read(&mut self, seen: &Outputs, inputs: &mut Inputs) {
        self.read.advance();
        let offer = self.read.offered();
        inputs.header_read_request_ready = self.read.is_idle() && !self.stall.heads();
        inputs.header_read_data_valid = false;
        if let Some(mut read) = offer {
            read.shown |= !self.stall.heads();
            let at = read.beat * 8;
            let beat = read.bytes[at..at + 8]
                .try_into()
                .map_or(0, u64::from_le_bytes);
            inputs.header_read_data_valid = read.shown;
            inputs.header_read_data = beat;
            inputs.header_read_data_error = read.error;
            if read.shown && seen.header_read_data_ready {
                read.beat += 1;
                read.shown = false;
            }
            self.read = if read.beat == BEATS {
                Channel::Idle
            } else {
                Channel::Offered(read)
            };
        }
        if inputs.header_read_request_ready && seen.header_read_request_valid {
            let line = Line::of_byte_address(seen.header_read_request_address);
            let (bytes, error) = match self.memory.read(line) {
                Ok(bytes) => (bytes, false),
                Err(_) => ([0; 64], true),
            };
            let read = Read {
                bytes,
                beat: 0,
                error,
                shown: false,
            };
            self.read = Channel::Busy(self.latencies.header_read, read);
        }
    }

    fn drive_write(&mut self, seen: &Outputs, inputs: &mut Inputs) {
        inputs.header_write_response_valid = false;
        for written in &mut self.written {
            written.left = written.left.saturating_sub(1);
        }
        if let Some(oldest) = self.written.front()
            && oldest.left == 0
        {
            let (line, bytes) = (oldest.line, oldest.bytes);
            inputs.header_write_response_valid = true;
            inputs.header_write_response_error = self.memory.write(line, bytes).is_err();
            if seen.header_write_response_ready {
                self.written.pop_front();
            }
        }
        let descriptor_end = self.mailbox(self.records.len() as u32);
        let stalled = self.stall.heads();
        inputs.header_write_request_ready = self.write.is_none() && !stalled;
        inputs.header_write_data_ready = self.write.is_some() && !stalled;
        if inputs.header_write_request_ready && seen.header_write_request_valid {
            let line = Line::of_byte_address(seen.header_write_request_address);
            assert!(
                self.written.len() < WRITES_UNDER_WAY,
                "{} writes are unanswered, and one more is asked for",
                self.written.len()
            );
            self.write = Some(Write {
                line,
                bytes: self.memory.peek(line),
                touched: false,
                beat: 0,
            });
        } else if inputs.header_write_data_ready
            && seen.header_write_data_valid
            && let Some(write) = &mut self.write
        {
            write.touched |= seen.header_write_data_strobe != 0;
            let beat_bytes = seen.header_write_data.to_le_bytes();
            for (i, byte) in beat_bytes.into_iter().enumerate() {
                if seen.header_write_data_strobe >> i & 1 == 1 {
                    write.bytes[write.beat * 8 + i] = byte;
                }
            }
            write.beat += 1;
            assert_eq!(
                write.beat == BEATS,
                seen.header_write_data_last,
                "the eighth beat of a line, and no other, is the last"
            );
            if write.beat == BEATS {
                let line = write.line.byte_address();
                assert!(
                    line < descriptor_end || !write.touched || is_intact(&write.bytes),
                    "the header at {line:#x} is written as it was between two operations: {:02x?}",
                    write.bytes
                );
                self.written.push_back(Written {
                    left: self.latencies.header_write,
                    line: write.line,
                    bytes: write.bytes,
                });
                self.write = None;
            }
        }
    }
}
