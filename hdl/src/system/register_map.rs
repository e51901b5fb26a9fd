//! The register map: one description of every register, of which the hardware's decoder and
//! storage, the C header, the Rust constants and the Markdown page are made.
//!
//! A register more is a row more in `register_map!`'s call below, and its wiring in
//! `registers.rs`; one that is constant needs no wiring.

use crate::geometry::Geometry;
use crate::rtl::*;

/// Width of a register's byte address.
pub const ADDRESS_BITS: usize = 12;

/// Byte 0 to 3 read `MEMO`.
const MAGIC: usize = u32::from_le_bytes(*b"MEMO") as usize;

/// What software may do with a register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Read; the value is fixed at generation.
    Constant,
    /// Read.
    ReadOnly,
    /// Read and write; what was written is read back.
    ReadWrite,
    /// Read; writing a one clears the bit.
    WriteOneToClear,
    /// Write: an order.
    WriteOnly,
}

/// A value of a field that has a name.
#[derive(Clone, Copy, Debug)]
pub struct NamedValue {
    /// Name, in lower case.
    pub name: &'static str,
    /// The value.
    pub value: usize,
    /// Meaning.
    pub meaning: &'static str,
}

/// A part of a register.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Name, in lower case.
    pub name: &'static str,
    /// Its lowest bit.
    pub low: usize,
    /// Width.
    pub bits: usize,
    /// Meaning.
    pub meaning: &'static str,
    /// Values with names, if it has any.
    pub values: &'static [NamedValue],
}

impl Field {
    /// Ones in the field's bits.
    pub const fn mask(&self) -> u32 {
        (((1u64 << self.bits) - 1) << self.low) as u32
    }
}

/// A register.
#[derive(Clone, Copy, Debug)]
pub struct Register {
    /// Name, in lower case.
    pub name: &'static str,
    /// Byte address.
    pub offset: usize,
    /// What software may do with it.
    pub access: Access,
    /// Meaning.
    pub meaning: &'static str,
    /// Its parts; the other bits read as zero and ignore what is written.
    pub fields: &'static [Field],
    /// Value after reset.
    pub reset: fn(&Geometry, u64) -> u32,
}

impl Register {
    /// Ones in the bits that belong to a field.
    pub fn mask(&self) -> u32 {
        self.fields
            .iter()
            .fold(0, |mask, field| mask | field.mask())
    }
}

/// The register of this name.
pub fn register(name: &str) -> &'static Register {
    let found = REGISTERS.iter().find(|register| register.name == name);
    found.expect("a register of the map")
}

/// Lowest bit of a field.
pub(super) fn low(register_name: &str, field_name: &str) -> usize {
    let mut fields = register(register_name).fields.iter();
    let found = fields.find(|field| field.name == field_name);
    found.expect("a field of the register").low
}

/// Bits of a register up to its highest field's.
fn width(name: &str) -> usize {
    32 - register(name).mask().leading_zeros() as usize
}

const fn named(name: &'static str, value: usize, meaning: &'static str) -> NamedValue {
    NamedValue {
        name,
        value,
        meaning,
    }
}

/// What COMMAND orders; the operands are those of the registers named.
pub static COMMANDS: [NamedValue; 8] = [
    named(
        "create",
        1,
        "makes process COMMAND_PROCESS; its descriptor is at ARGUMENT",
    ),
    named(
        "destroy",
        2,
        "takes process COMMAND_PROCESS from the cores that run it and ends it in the background: see DESTROY_STATUS",
    ),
    named("push", 3, "lends the frame at address ARGUMENT to the pool"),
    named(
        "take",
        4,
        "takes a frame back from the pool: its address is in RESULT",
    ),
    named(
        "sync",
        5,
        "writes cached arena cursors back to the descriptors",
    ),
    named(
        "set_quota",
        6,
        "process COMMAND_PROCESS may use ARGUMENT frames; 0: any number",
    ),
    named(
        "attach",
        7,
        "core COMMAND_CORE runs context COMMAND_CONTEXT of process COMMAND_PROCESS",
    ),
    named(
        "detach",
        8,
        "core COMMAND_CORE saves its context and runs none",
    ),
];

/// How a command ended; the first ten are the codes of the operations.
pub static STATUSES: [NamedValue; 12] = [
    named("ok", 0, "done, or accepted"),
    named("too_large", 1, "not an answer to a command"),
    named("no_memory", 2, "too few frames"),
    named("not_in_region", 3, "not an answer to a command"),
    named(
        "bad_pointer",
        4,
        "a process, context, core or address that there isn't, or an unfit address",
    ),
    named("double_free", 5, "not an answer to a command"),
    named("foreign_context", 6, "not an answer to a command"),
    named("corrupt_header", 7, "a header that can't be trusted"),
    named(
        "not_enabled",
        8,
        "no such process, or it exists already; the core is detached",
    ),
    named("bus_error", 9, "the memory reported an error"),
    named(
        "busy",
        10,
        "the core is attached, another core runs the context, or a DESTROY still runs",
    ),
    named("bad_command", 11, "no such command"),
];

static PROCESS_STATES: [NamedValue; 3] = [
    named("none", 0, "there is no such process"),
    named("live", 1, "it exists"),
    named("dying", 2, "it is being destroyed"),
];

static CAUSES: [NamedValue; 7] = [
    named("header", 0, "an arena's header"),
    named("page_table", 1, "a page table"),
    named("record", 2, "a record of a process descriptor"),
    named("pool_list", 3, "the list of free frames"),
    named("zeroing", 4, "zeroing of a granted frame"),
    named("mailbox", 5, "a context's mailbox"),
    named(
        "table",
        6,
        "an on-chip word that isn't what was written; ERROR_ADDRESS has a bit for each part that found it",
    ),
];

/// Number of a value that has a name.
pub(super) fn code(values: &[NamedValue], name: &str) -> usize {
    let found = values.iter().find(|value| value.name == name);
    found.expect("a value with this name").value
}

/// Cause of an error that isn't the memory's.
pub(super) fn table_cause() -> usize {
    code(&CAUSES, "table")
}

/// Major, minor and patch number, eight bits each.
fn version() -> usize {
    let numbers = env!("CARGO_PKG_VERSION").split('.');
    numbers.fold(0, |version, number| {
        version << 8 | number.parse().unwrap_or(0)
    })
}

fn low_half(number: usize) -> usize {
    number & 0xFFFF_FFFF
}

fn high_half(number: usize) -> usize {
    number >> 32
}

/// A `///` comment without its leading blank.
const fn text(doc: &'static str) -> &'static str {
    doc.trim_ascii()
}

/// Makes [`REGISTERS`] and [`RegisterFile`] of the rows, which are sorted by what software may do.
macro_rules! register_map {
    (@values) => { &[] };
    (@values $values:expr) => { &$values };
    (@meaning $($doc:literal)*) => { text(concat!($($doc),*)) };
    (@row $access:ident, $name:ident, $offset:literal, [$($doc:literal)*], $reset:expr,
        $($field:ident: $low:literal, $bits:literal, [$($fdoc:literal)*] $(, $values:expr)?;)*) => {
        Register {
            name: stringify!($name),
            offset: $offset,
            access: Access::$access,
            meaning: register_map!(@meaning $($doc)*),
            fields: &[$(Field {
                name: stringify!($field),
                low: $low,
                bits: $bits,
                meaning: register_map!(@meaning $($fdoc)*),
                values: register_map!(@values $($values)?),
            }),*],
            reset: $reset,
        }
    };
    (
        configuration = $g:ident, $digest:ident;
        constants { $($(#[doc = $cdoc:literal])* $c:ident @ $ca:literal = $cv:expr;)* }
        read_only { $($(#[doc = $rdoc:literal])* $r:ident @ $ra:literal {
            $($(#[doc = $rfdoc:literal])* $rf:ident: $rfl:literal, $rfb:literal $(, $rfv:expr)?;)* })* }
        read_and_told { $($(#[doc = $tdoc:literal])* $t:ident @ $ta:literal {
            $($(#[doc = $tfdoc:literal])* $tf:ident: $tfl:literal, $tfb:literal $(, $tfv:expr)?;)* })* }
        read_write { $($(#[doc = $wdoc:literal])* $w:ident @ $wa:literal {
            $($(#[doc = $wfdoc:literal])* $wf:ident: $wfl:literal, $wfb:literal $(, $wfv:expr)?;)* })* }
        write_one_to_clear { $($(#[doc = $odoc:literal])* $o:ident @ $oa:literal {
            $($(#[doc = $ofdoc:literal])* $of:ident: $ofl:literal, $ofb:literal $(, $ofv:expr)?;)* })* }
        write_only { $($(#[doc = $xdoc:literal])* $x:ident @ $xa:literal {
            $($(#[doc = $xfdoc:literal])* $xf:ident: $xfl:literal, $xfb:literal $(, $xfv:expr)?;)* })* }
    ) => { pastey::paste! {
        /// Every register, sorted by what software may do with it.
        pub static REGISTERS: &[Register] = &[
            $(register_map!(@row Constant, $c, $ca, [$($cdoc)*],
                |$g, $digest| { let _ = ($g, $digest); ($cv) as u32 },
                value: 0, 32, [];),)*
            $(register_map!(@row ReadOnly, $r, $ra, [$($rdoc)*], |_, _| 0,
                $($rf: $rfl, $rfb, [$($rfdoc)*] $(, $rfv)?;)*),)*
            $(register_map!(@row ReadOnly, $t, $ta, [$($tdoc)*], |_, _| 0,
                $($tf: $tfl, $tfb, [$($tfdoc)*] $(, $tfv)?;)*),)*
            $(register_map!(@row ReadWrite, $w, $wa, [$($wdoc)*], |_, _| 0,
                $($wf: $wfl, $wfb, [$($wfdoc)*] $(, $wfv)?;)*),)*
            $(register_map!(@row WriteOneToClear, $o, $oa, [$($odoc)*], |_, _| 0,
                $($of: $ofl, $ofb, [$($ofdoc)*] $(, $ofv)?;)*),)*
            $(register_map!(@row WriteOnly, $x, $xa, [$($xdoc)*], |_, _| 0,
                $($xf: $xfl, $xfb, [$($xfdoc)*] $(, $xfv)?;)*),)*
        ];

        module! {
            /// The registers: decoder, storage and the choice of what is read.
            ///
            /// Protocol:   write and its operands for one cycle; read_data follows address, and read
            ///             says in the cycle in which it is taken. No write or read at once.
            /// Latency:    what is written is seen in the next cycle; reading is combinational.
            /// Misuse:     unmapped addresses, writes to what is read-only, reads of what is
            ///             write-only and refused orders are errors and change nothing.
            /// Reset:      every register that software writes is zero.
            pub module RegisterFile(g: &Geometry, digest: u64) = "memento_register_file" {
                parameters {
                    $($(#[doc = $cdoc])* [<$c _value>] = { let ($g, $digest) = (g, digest); let _ = ($g, $digest); $cv },)*
                }
                derived {
                    $([<$c _address>] = $ca,)*
                    $([<$r _address>] = $ra,)*
                    $([<$t _address>] = $ta,)*
                    $([<$w _address>] = $wa,)*
                    $([<$w _mask>] = register(stringify!($w)).mask() as usize,)*
                    $([<$w _bits>] = width(stringify!($w)),)*
                    $([<$o _address>] = $oa,)*
                    $([<$o _bits>] = width(stringify!($o)),)*
                    $([<$x _address>] = $xa,)*
                    $([<$x _bits>] = width(stringify!($x)),)*
                }
                ports {
                    "Access" {
                        /// byte address; the lowest two bits are not looked at
                        input address: Word = ADDRESS_BITS;
                        /// write
                        input write: bool;
                        /// what is written
                        input write_data: Word = 32;
                        /// which of its bytes
                        input write_strobe: Word = 4;
                        /// the write is an error; counts with write
                        output write_error: bool;
                        /// read_data is taken
                        input read: bool;
                        /// what is read; 0 without read
                        output read_data: Word = 32;
                        /// reading is an error; counts with read
                        output read_error: bool;
                    }
                    "Registers that software reads" {
                        $($(#[doc = $rdoc])* input $r: Word = 32;)*
                    }
                    "Registers whose reading is told" {
                        $($(#[doc = $tdoc])* input $t: Word = 32;
                        $(#[doc = $tdoc])* output [<$t _read>]: bool;)*
                    }
                    "Registers that software writes" {
                        $($(#[doc = $wdoc])* output $w: Word = [<$w _bits>];)*
                    }
                    "Registers that software clears" {
                        $($(#[doc = $odoc])* output $o: Word = [<$o _bits>];
                        $(#[doc = $odoc])* input [<$o _set>]: Word = [<$o _bits>];)*
                    }
                    "Orders: a pulse" {
                        $($(#[doc = $xdoc])* output [<$x _written>]: bool;
                        $(#[doc = $xdoc])* output $x: Word = [<$x _bits>];
                        $(#[doc = $xdoc])* input [<$x _refused>]: bool;)*
                    }
                }
                wires {
                    /// address of the word
                    word_address: Word = ADDRESS_BITS;
                    /// byte 0 of what may be written
                    strobe_0: Word = 32;
                    /// bytes 0 and 1
                    strobe_1: Word = 32;
                    /// bytes 0 to 2
                    strobe_2: Word = 32;
                    /// bits that are written
                    strobed: Word = 32;
                    /// those of them that are one
                    ones: Word = 32;
                    $($(#[doc = $cdoc])* [<at_ $c>]: bool;)*
                    $($(#[doc = $rdoc])* [<at_ $r>]: bool;)*
                    $($(#[doc = $tdoc])* [<at_ $t>]: bool;)*
                    $($(#[doc = $wdoc])* [<at_ $w>]: bool;)*
                    $($(#[doc = $odoc])* [<at_ $o>]: bool;)*
                    $($(#[doc = $xdoc])* [<at_ $x>]: bool;)*
                }
                state {
                    $($(#[doc = $wdoc])* [<$w _held>]: Word = [<$w _bits>];)*
                    $($(#[doc = $odoc])* [<$o _held>]: Word = [<$o _bits>];)*
                }
            }
        }

        impl Logic for RegisterFile {
            #[hdl_gen]
            fn update(&mut self) {
                comment!("Which register is meant.");
                self.word_address.next = self.address.val() & bits(0xFFC, 12);
                $(self.[<at_ $c>].next = self.word_address.val() == self.[<$c _address>];)*
                $(self.[<at_ $r>].next = self.word_address.val() == self.[<$r _address>];)*
                $(self.[<at_ $t>].next = self.word_address.val() == self.[<$t _address>];)*
                $(self.[<at_ $w>].next = self.word_address.val() == self.[<$w _address>];)*
                $(self.[<at_ $o>].next = self.word_address.val() == self.[<$o _address>];)*
                $(self.[<at_ $x>].next = self.word_address.val() == self.[<$x _address>];)*

                comment!("Which bits are written.");
                self.strobe_0.next = bits(0, 32);
                if self.write_strobe.val().get_bit(0) {
                    self.strobe_0.next = bits(0xFF, 32);
                }
                self.strobe_1.next = self.strobe_0.val();
                if self.write_strobe.val().get_bit(1) {
                    self.strobe_1.next = self.strobe_0.val() | bits(0xFF00, 32);
                }
                self.strobe_2.next = self.strobe_1.val();
                if self.write_strobe.val().get_bit(2) {
                    self.strobe_2.next = self.strobe_1.val() | bits(0xFF_0000, 32);
                }
                self.strobed.next = self.strobe_2.val();
                if self.write_strobe.val().get_bit(3) {
                    self.strobed.next = self.strobe_2.val() | !bits(0xFF_FFFF, 32);
                }
                self.ones.next = self.write_data.val() & self.strobed.val();

                comment!("What is read.");
                self.read_data.next = bits(0, 32);
                self.read_error.next = true;
                if self.read.val() {
                    $(if self.[<at_ $c>].val() {
                        self.read_data.next = bits(self.[<$c _value>], 32);
                        self.read_error.next = false;
                    })*
                    $(if self.[<at_ $r>].val() {
                        self.read_data.next = self.$r.val();
                        self.read_error.next = false;
                    })*
                    $(if self.[<at_ $t>].val() {
                        self.read_data.next = self.$t.val();
                        self.read_error.next = false;
                    })*
                    $(if self.[<at_ $w>].val() {
                        self.read_data.next = bits_to(self.[<$w _held>].val(), 32);
                        self.read_error.next = false;
                    })*
                    $(if self.[<at_ $o>].val() {
                        self.read_data.next = bits_to(self.[<$o _held>].val(), 32);
                        self.read_error.next = false;
                    })*
                }
                $(self.[<$t _read>].next = self.read.val() & self.[<at_ $t>].val();)*

                comment!("What is written.");
                self.write_error.next = true;
                if self.write.val() {
                    $(if self.[<at_ $w>].val() {
                        self.write_error.next = false;
                        self.[<$w _held>].next = (self.[<$w _held>].val()
                            & bits_to(!self.strobed.val(), self.[<$w _bits>]))
                            | bits_to(self.ones.val() & bits(self.[<$w _mask>], 32), self.[<$w _bits>]);
                    })*
                    $(if self.[<at_ $o>].val() {
                        self.write_error.next = false;
                    })*
                    $(if self.[<at_ $x>].val() {
                        self.write_error.next = self.[<$x _refused>].val();
                    })*
                }
                $(self.$w.next = self.[<$w _held>].val();)*

                comment!("What is cleared; what happens at the same time stays.");
                $(if self.write.val() & self.[<at_ $o>].val() {
                    self.[<$o _held>].next = (self.[<$o _held>].val()
                        & bits_to(!self.ones.val(), self.[<$o _bits>]))
                        | self.[<$o _set>].val();
                } else {
                    self.[<$o _held>].next = self.[<$o _held>].val() | self.[<$o _set>].val();
                })*
                $(self.$o.next = self.[<$o _held>].val();)*

                comment!("Orders.");
                $(self.[<$x _written>].next = self.write.val()
                    & self.[<at_ $x>].val()
                    & self.write_strobe.val().get_bit(0)
                    & !self.[<$x _refused>].val();
                self.$x.next = bits_to(self.ones.val(), self.[<$x _bits>]);)*
            }
        }
    } };
}

register_map! {
    configuration = g, digest;
    constants {
        /// reads MEMO in the order of bytes: this is a Memento
        identity @ 0x000 = MAGIC;
        /// version of the generator: major, minor and patch number, eight bits each
        version @ 0x004 = version();
        /// configuration's digest, the lower half of the first 64 bits of its SHA-256
        digest_lo @ 0x008 = low_half(digest as usize);
        /// the upper half
        digest_hi @ 0x00C = high_half(digest as usize);
        /// cores
        cores @ 0x010 = g.cores;
        /// processes that can exist at once
        processes @ 0x014 = g.processes;
        /// contexts a process
        contexts @ 0x018 = 1 << g.context_bits;
        /// size classes
        classes @ 0x01C = g.classes;
        /// bytes between the sizes of neighbouring classes
        step_bytes @ 0x020 = 1 << g.step_bits;
        /// objects an arena
        objects @ 0x024 = g.objects;
        /// free slots from which an arena is listed
        list_threshold @ 0x028 = g.list_threshold;
        /// cycles from an operation's acceptance to its response, if it hits
        depth_cycles @ 0x02C = g.depth_cycles;
        /// header pages whose translations a core caches
        translation_entries @ 0x030 = g.translation_entries;
        /// frees that miss and wait in a core
        miss_queue_entries @ 0x034 = g.miss_queue_entries;
        /// bits, width of an operand and of a value
        operand_bits @ 0x038 = g.operand_bits;
        /// bits, width of a virtual address
        virtual_bits @ 0x03C = g.virtual_bits;
        /// bits, width of a physical address
        physical_bits @ 0x040 = g.physical_bits;
        /// bits, width of the memory's data bus
        data_bits @ 0x044 = g.data_bits;
        /// bits, width of a transaction's number
        id_bits @ 0x048 = g.id_bits;
        /// levels of a page table
        levels @ 0x04C = g.levels;
        /// first address of the region, lower half
        region_base_lo @ 0x050 = low_half(g.region_base);
        /// upper half
        region_base_hi @ 0x054 = high_half(g.region_base);
        /// bytes of the region, lower half
        region_bytes_lo @ 0x058 = low_half(g.classes << g.lane_bits);
        /// upper half
        region_bytes_hi @ 0x05C = high_half(g.classes << g.lane_bits);
        /// first address of the header lane, lower half
        header_base_lo @ 0x060 = low_half(g.header_base);
        /// upper half
        header_base_hi @ 0x064 = high_half(g.header_base);
        /// bytes of the header lane, lower half
        header_bytes_lo @ 0x068 = low_half(1 << g.header_lane_bits);
        /// upper half
        header_bytes_hi @ 0x06C = high_half(1 << g.header_lane_bits);
        /// first physical address of the memory that frames are lent from, lower half
        memory_base_lo @ 0x070 = low_half(g.memory_base);
        /// upper half
        memory_base_hi @ 0x074 = high_half(g.memory_base);
        /// bytes of that memory, lower half
        memory_bytes_lo @ 0x078 = low_half(1 << g.memory_bits);
        /// upper half
        memory_bytes_hi @ 0x07C = high_half(1 << g.memory_bits);
        /// frames of a process descriptor
        descriptor_frames @ 0x080 = g.descriptor_frames();
        /// bytes from a process descriptor to its first record
        records_offset @ 0x084 = g.records_offset();
        /// bytes from a process descriptor to its first mailbox
        mailboxes_offset @ 0x088 = g.mailboxes_offset();
        /// frames of the pool that are queued on chip
        pool_entries @ 0x08C = g.pool_entries;
        /// arena cursors cached
        cursor_entries @ 0x090 = g.cursor_entries;
        /// addresses of leaf page tables cached
        walk_entries @ 0x094 = g.walk_entries;
        /// entries of the bypass's filter, masks of eight frames each; 0: there is no bypass
        filter_entries @ 0x098 = g.bypass_entries;
        /// bit 0: frames are tracked, double pushes refused; bit 1: the trace ports are driven
        features @ 0x09C = g.track_frames as usize | (g.trace_port as usize) << 1;
        /// arena headers that a core keeps on chip, outside the object table
        header_entries @ 0x0A0 = g.header_entries;
    }
    read_only {
        /// the last command
        command_status @ 0x13C {
            /// it is being carried out; COMMAND refuses another
            busy: 0, 1;
            /// it is done, status and RESULT are its own
            done: 1, 1;
            /// how it ended
            status: 8, 4, STATUSES;
        }
        /// result of the last command, lower half
        result_lo @ 0x140 {
            /// address of the frame that TAKE took, else 0
            value: 0, 32;
        }
        /// upper half
        result_hi @ 0x144 {
            /// bits 63 to 32
            value: 0, 32;
        }
        /// the last DESTROY that was accepted
        destroy_status @ 0x148 {
            /// it runs
            running: 0, 1;
            /// it is complete: its descriptor and process number can be used anew, but after corrupt_header
            done: 1, 1;
            /// how it ended
            status: 8, 4, STATUSES;
            /// its process
            process: 16, 16;
        }
        /// state of the core that CORE_SELECT selects
        core_state @ 0x184 {
            /// it runs a context
            attached: 0, 1;
            /// it is being attached or detached
            switching: 1, 1;
            /// its context
            running_context: 8, 8;
            /// its process
            running_process: 16, 16;
        }
        /// state of the process that PROCESS_SELECT selects
        process_state @ 0x194 {
            /// none, live or dying
            state: 0, 2, PROCESS_STATES;
        }
        /// frames that it uses, page tables among them
        process_frames @ 0x198 {
            /// number of frames
            frames: 0, 32;
        }
        /// physical address of its descriptor, lower half; 0 if it isn't live
        descriptor_lo @ 0x1A0 {
            /// bits 31 to 0
            value: 0, 32;
        }
        /// upper half
        descriptor_hi @ 0x1A4 {
            /// bits 63 to 32
            value: 0, 32;
        }
        /// free frames, on chip and in the memory's list
        pool_level @ 0x200 {
            /// number of frames
            frames: 0, 32;
        }
        /// where the level is
        pool_state @ 0x20C {
            /// at the low mark or below
            low: 0, 1;
            /// at the high mark or above
            high: 1, 1;
        }
        /// the error that ERROR_STATUS says was captured
        error_info @ 0x244 {
            /// it was a write
            write: 0, 1;
            /// what the line was for
            cause: 4, 3, CAUSES;
            /// who: number of a core; the number of cores for the page side; one more for the bypass
            source: 8, 4;
        }
        /// physical address of its line, of cause table a bit for each part that found the word; lower half
        error_address_lo @ 0x248 {
            /// bits 31 to 0
            value: 0, 32;
        }
        /// upper half
        error_address_hi @ 0x24C {
            /// bits 63 to 32
            value: 0, 32;
        }
        /// errors since reset, stops at the largest number
        error_count @ 0x250 {
            /// number of errors
            errors: 0, 32;
        }
        /// the selected counter when COUNTER_LO was last read, upper half
        counter_hi @ 0x28C {
            /// bits 63 to 32
            value: 0, 32;
        }
    }
    read_and_told {
        /// the selected counter, lower half; reading it keeps the upper half in COUNTER_HI
        counter_lo @ 0x288 {
            /// bits 31 to 0
            value: 0, 32;
        }
    }
    read_write {
        /// the whole system
        control @ 0x100 {
            /// cores execute operations, those that CORE_ENABLE names; else NOT_ENABLED
            enable: 0, 1;
        }
        /// which cores execute operations
        core_enable @ 0x104 {
            /// bit i: core i does; change it while the core has no operation under way
            cores: 0, 8;
        }
        /// which interrupts raise irq
        interrupt_enable @ 0x114 {
            /// as in INTERRUPT_STATUS
            pool_low: 0, 1;
            /// as in INTERRUPT_STATUS
            pool_high: 1, 1;
            /// as in INTERRUPT_STATUS
            command_done: 2, 1;
            /// as in INTERRUPT_STATUS
            destroy_done: 3, 1;
            /// as in INTERRUPT_STATUS
            error: 4, 1;
        }
        /// process that the next command is about
        command_process @ 0x120 {
            /// process number
            process: 0, 16;
        }
        /// context that the next command is about
        command_context @ 0x124 {
            /// context number
            number: 0, 16;
        }
        /// core that the next command is about
        command_core @ 0x128 {
            /// core number
            core: 0, 16;
        }
        /// argument of the next command, lower half
        argument_lo @ 0x130 {
            /// bits 31 to 0 of an address or a number of frames
            value: 0, 32;
        }
        /// upper half
        argument_hi @ 0x134 {
            /// bits 63 to 32
            value: 0, 32;
        }
        /// core that CORE_STATE is about
        core_select @ 0x180 {
            /// core number
            core: 0, 3;
        }
        /// process that PROCESS_STATE, PROCESS_FRAMES and DESCRIPTOR are about
        process_select @ 0x190 {
            /// process number
            process: 0, 6;
        }
        /// level of the pool that counts as low, and all below
        pool_low_mark @ 0x204 {
            /// number of frames
            frames: 0, 32;
        }
        /// level of the pool that counts as high, and all above; 0: none does
        pool_high_mark @ 0x208 {
            /// number of frames
            frames: 0, 32;
        }
        /// physical address of the bypass's table of masks, 8 bytes a frame of the memory; lower half
        mask_table_lo @ 0x220 {
            /// bits 31 to 12; set it before the first frame is pushed
            page: 12, 20;
        }
        /// upper half
        mask_table_hi @ 0x224 {
            /// bits 63 to 32
            value: 0, 32;
        }
        /// who counts
        counter_block @ 0x280 {
            /// number of a core; the number of cores: page allocator; one more: bypass
            block: 0, 4;
        }
        /// counter that COUNTER_LO is about
        counter_index @ 0x284 {
            /// number in the block's list; beyond its end, the count is 0
            index: 0, 6;
        }
    }
    write_one_to_clear {
        /// what has happened
        interrupt_status @ 0x110 {
            /// the pool's level has come to its low mark
            pool_low: 0, 1;
            /// the pool's level has come to its high mark
            pool_high: 1, 1;
            /// a command is done
            command_done: 2, 1;
            /// a DESTROY is complete
            destroy_done: 3, 1;
            /// the memory has reported an error, or an on-chip word was not what was written
            error: 4, 1;
        }
        /// capture of errors
        error_status @ 0x240 {
            /// the first error is in ERROR_INFO and ERROR_ADDRESS; cleared, the next one is
            captured: 0, 1;
        }
    }
    write_only {
        /// orders a command; refused with SLVERR while COMMAND_STATUS says busy
        command @ 0x138 {
            /// which one
            op: 0, 8, COMMANDS;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn offsets_and_names_are_used_once_and_fields_are_apart() {
        let (mut names, mut offsets) = (BTreeSet::new(), BTreeSet::new());
        for register in REGISTERS {
            assert!(names.insert(register.name), "{} twice", register.name);
            assert!(offsets.insert(register.offset), "{}", register.name);
            assert_eq!(register.offset % 4, 0, "{}", register.name);
            assert!(register.offset < 1 << ADDRESS_BITS, "{}", register.name);
            let mut used = 0;
            for field in register.fields {
                assert!(field.low + field.bits <= 32, "{}", register.name);
                assert_eq!(used & field.mask(), 0, "{}", register.name);
                used |= field.mask();
                for value in field.values {
                    assert!(value.value < 1 << field.bits, "{}", value.name);
                }
            }
        }
    }
}
