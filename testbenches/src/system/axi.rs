//! One AXI4 bus as plain values: what its manager shows in a cycle, and what its subordinate does.

/// Bytes of a line of caches and memory.
pub const LINE_BYTES: u64 = 64;

/// An address channel: a burst that is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Burst {
    /// Transaction number.
    pub id: u32,
    /// Address of the first byte.
    pub address: u64,
    /// Beats, less one.
    pub length: u32,
    /// log2 of a beat's bytes.
    pub size: u32,
    /// AxBURST.
    pub kind: u8,
    /// What it is for, by [`Cause::index`]; known of the system's own bursts alone.
    pub cause: u32,
}

/// AxBURST of INCR.
pub const INCREMENTING: u8 = 1;
/// AxBURST of WRAP.
pub const WRAPPING: u8 = 2;

impl Burst {
    /// A whole line on a bus of `data_bits`.
    pub fn line(id: u32, address: u64, data_bits: u32) -> Burst {
        let beat_bytes = data_bits / 8;
        Burst {
            id,
            address,
            length: LINE_BYTES as u32 / beat_bytes - 1,
            size: beat_bytes.trailing_zeros(),
            kind: INCREMENTING,
            cause: 0,
        }
    }
}

/// A beat of write data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WriteBeat {
    /// Data, the lowest address in the lowest bits.
    pub data: u128,
    /// A bit for each byte to be written.
    pub strobe: u32,
    /// The burst's last beat.
    pub last: bool,
}

/// A beat of read data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReadBeat {
    /// Transaction number.
    pub id: u32,
    /// Data, the lowest address in the lowest bits.
    pub data: u128,
    /// RRESP.
    pub response: u32,
    /// The burst's last beat.
    pub last: bool,
}

/// The answer to a write.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WriteAnswer {
    /// Transaction number.
    pub id: u32,
    /// BRESP.
    pub response: u32,
}

/// OKAY.
pub const OKAY: u32 = 0;
/// SLVERR.
pub const SLAVE_ERROR: u32 = 2;

/// What a manager shows. What goes along with a valid signal is zero while that is low.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Manager {
    /// A write is asked for.
    pub aw_valid: bool,
    /// It.
    pub aw: Burst,
    /// A beat is on offer.
    pub w_valid: bool,
    /// It.
    pub w: WriteBeat,
    /// The answer to a write would be taken.
    pub b_ready: bool,
    /// A read is asked for.
    pub ar_valid: bool,
    /// It.
    pub ar: Burst,
    /// A beat would be taken.
    pub r_ready: bool,
}

impl Manager {
    /// Whether anything is on offer.
    #[inline]
    pub fn asks(&self) -> bool {
        self.ar_valid | self.aw_valid | self.w_valid
    }
}

/// What a subordinate shows. What goes along with a valid signal is zero while that is low.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Subordinate {
    /// A write would be accepted.
    pub aw_ready: bool,
    /// A beat would be accepted.
    pub w_ready: bool,
    /// The answer to a write is there.
    pub b_valid: bool,
    /// It.
    pub b: WriteAnswer,
    /// A read would be accepted.
    pub ar_ready: bool,
    /// A beat is there.
    pub r_valid: bool,
    /// It.
    pub r: ReadBeat,
}

impl Subordinate {
    /// Whether anything is on offer.
    #[inline]
    pub fn answers(&self) -> bool {
        self.r_valid | self.b_valid
    }
}

/// Why a line of memory is read or written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Cause {
    /// An arena's header.
    Header,
    /// A page table.
    PageTable,
    /// A record of a process descriptor.
    Record,
    /// The list of free frames.
    PoolList,
    /// A granted frame is zeroed.
    Zeroing,
    /// A context's mailbox.
    Mailbox,
    /// A mask of the bypass.
    Mask,
    /// The program's data, by way of the cache.
    #[default]
    Data,
}

impl Cause {
    /// All, in the order of [`Cause::index`]; the first six have the codes of the ports.
    pub const ALL: [Cause; 8] = [
        Cause::Header,
        Cause::PageTable,
        Cause::Record,
        Cause::PoolList,
        Cause::Zeroing,
        Cause::Mailbox,
        Cause::Mask,
        Cause::Data,
    ];

    /// Number, from 0.
    pub fn index(self) -> usize {
        self as usize
    }

    /// The cause with a code of the system's ports.
    pub fn of_code(code: u32) -> Cause {
        Cause::ALL[(code as usize).min(Cause::ALL.len() - 1)]
    }

    /// Name, in lower case.
    pub fn name(self) -> &'static str {
        match self {
            Cause::Header => "header",
            Cause::PageTable => "page_table",
            Cause::Record => "record",
            Cause::PoolList => "pool_list",
            Cause::Zeroing => "zeroing",
            Cause::Mailbox => "mailbox",
            Cause::Mask => "mask",
            Cause::Data => "data",
        }
    }
}
