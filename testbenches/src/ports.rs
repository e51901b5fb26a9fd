//! The object allocator's ports as plain values.

/// What a bench drives in a cycle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Inputs {
    /// A request is there.
    pub request_valid: bool,
    /// It is a free; else an allocation.
    pub request_free: bool,
    /// Size in bytes, or address.
    pub request_operand: u64,
    /// The response is taken.
    pub response_ready: bool,
    /// Operations are executed.
    pub enable: bool,
    /// A switch is asked for.
    pub switch_request_valid: bool,
    /// 0 attach, 1 detach, 2 discard.
    pub switch_request_op: u8,
    /// Context to attach.
    pub switch_request_context: u32,
    /// Physical address of its first record.
    pub switch_request_records: u64,
    /// Physical address of its mailbox.
    pub switch_request_mailbox: u64,
    /// The switch's response is taken.
    pub switch_response_ready: bool,
    /// A free for another core is accepted.
    pub forward_request_ready: bool,
    /// It is answered.
    pub forward_response_valid: bool,
    /// Status code of the answer.
    pub forward_response_status: u8,
    /// A free from another core is there.
    pub inbox_request_valid: bool,
    /// Its address.
    pub inbox_request_address: u64,
    /// Its response is taken.
    pub inbox_response_ready: bool,
    /// ALLOC_ARENA is accepted.
    pub alloc_arena_request_ready: bool,
    /// ALLOC_ARENA is answered.
    pub alloc_arena_response_valid: bool,
    /// Status code of the answer.
    pub alloc_arena_response_status: u8,
    /// Arena number.
    pub alloc_arena_response_arena: u32,
    /// Physical address of its header's line.
    pub alloc_arena_response_line: u64,
    /// Asked only: the next never used number, once it is granted.
    pub alloc_arena_response_unused: u32,
    /// Asked only: the number released last, once it is granted.
    pub alloc_arena_response_released: u32,
    /// CLAIM_ARENA is accepted.
    pub claim_arena_request_ready: bool,
    /// CLAIM_ARENA is answered.
    pub claim_arena_response_valid: bool,
    /// Status code of the answer.
    pub claim_arena_response_status: u8,
    /// FREE_ARENA is accepted.
    pub free_arena_request_ready: bool,
    /// FREE_ARENA is answered.
    pub free_arena_response_valid: bool,
    /// Status code of the answer.
    pub free_arena_response_status: u8,
    /// TRANSLATE is accepted.
    pub translate_request_ready: bool,
    /// TRANSLATE is answered.
    pub translate_response_valid: bool,
    /// The page is not mapped.
    pub translate_response_fault: bool,
    /// The page walk met a bus error.
    pub translate_response_error: bool,
    /// Frame number.
    pub translate_response_frame: u64,
    /// A header read is accepted.
    pub header_read_request_ready: bool,
    /// A beat is there.
    pub header_read_data_valid: bool,
    /// Eight bytes.
    pub header_read_data: u64,
    /// The memory failed.
    pub header_read_data_error: bool,
    /// A header write is accepted.
    pub header_write_request_ready: bool,
    /// A beat is accepted.
    pub header_write_data_ready: bool,
    /// The line is written.
    pub header_write_response_valid: bool,
    /// The memory failed.
    pub header_write_response_error: bool,
}

/// What a bench sees in a cycle, before its rising edge. All of it follows registers alone. What goes
/// along with a valid signal is 0 while that is low.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outputs {
    /// A request would be accepted.
    pub request_ready: bool,
    /// A response is on offer.
    pub response_valid: bool,
    /// Its status code.
    pub response_status: u8,
    /// Its value.
    pub response_value: u64,
    /// A switch would be accepted.
    pub switch_request_ready: bool,
    /// A switch is done.
    pub switch_response_valid: bool,
    /// Its status code.
    pub switch_response_status: u8,
    /// A free for another core is on offer.
    pub forward_request_valid: bool,
    /// Context that owns the object.
    pub forward_request_context: u32,
    /// Its address.
    pub forward_request_address: u64,
    /// The answer to it would be taken.
    pub forward_response_ready: bool,
    /// A free from another core would be accepted.
    pub inbox_request_ready: bool,
    /// A response to one is on offer.
    pub inbox_response_valid: bool,
    /// Its status code.
    pub inbox_response_status: u8,
    /// An operation is decided.
    pub trace_commit_valid: bool,
    /// It is one of the inbox.
    pub trace_commit_inbox: bool,
    /// The allocation that is decided takes an arena that was fetched ahead.
    pub trace_fetched: bool,
    /// An arena is asked for.
    pub alloc_arena_request_valid: bool,
    /// Its class.
    pub alloc_arena_request_class: u32,
    /// Its context.
    pub alloc_arena_request_context: u32,
    /// It is only asked about.
    pub alloc_arena_request_peek: bool,
    /// ALLOC_ARENA's answer would be taken.
    pub alloc_arena_response_ready: bool,
    /// An arena that was asked about is claimed.
    pub claim_arena_request_valid: bool,
    /// Its class.
    pub claim_arena_request_class: u32,
    /// Its context.
    pub claim_arena_request_context: u32,
    /// Its number.
    pub claim_arena_request_arena: u32,
    /// Physical address of its header's line.
    pub claim_arena_request_line: u64,
    /// The next never used number.
    pub claim_arena_request_unused: u32,
    /// The number released last.
    pub claim_arena_request_released: u32,
    /// CLAIM_ARENA's answer would be taken.
    pub claim_arena_response_ready: bool,
    /// An arena is given back.
    pub free_arena_request_valid: bool,
    /// Its class.
    pub free_arena_request_class: u32,
    /// Its context.
    pub free_arena_request_context: u32,
    /// Its number.
    pub free_arena_request_arena: u32,
    /// FREE_ARENA's answer would be taken.
    pub free_arena_response_ready: bool,
    /// A header's address is asked about.
    pub translate_request_valid: bool,
    /// That virtual address.
    pub translate_request_address: u64,
    /// TRANSLATE's answer would be taken.
    pub translate_response_ready: bool,
    /// A line is asked for.
    pub header_read_request_valid: bool,
    /// Its physical address.
    pub header_read_request_address: u64,
    /// A beat would be taken.
    pub header_read_data_ready: bool,
    /// A line is to be written.
    pub header_write_request_valid: bool,
    /// Its physical address.
    pub header_write_request_address: u64,
    /// A beat is on offer.
    pub header_write_data_valid: bool,
    /// Eight bytes.
    pub header_write_data: u64,
    /// One bit a byte: it is written.
    pub header_write_data_strobe: u8,
    /// The line's eighth beat.
    pub header_write_data_last: bool,
    /// The write's answer would be taken.
    pub header_write_response_ready: bool,
}

/// One record of the trace port: an operation whose response is taken in this cycle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TraceRecord {
    /// Cycles since reset.
    pub cycle: u64,
    /// Context.
    pub context: u32,
    /// A free; else an allocation.
    pub free: bool,
    /// Size in bytes, or address.
    pub operand: u64,
    /// Status code.
    pub status: u8,
    /// Address, or 0.
    pub value: u64,
}
