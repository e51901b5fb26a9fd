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
    /// Context that runs.
    pub context_id: u32,
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
    /// An arena is asked for.
    pub alloc_arena_request_valid: bool,
    /// Its class.
    pub alloc_arena_request_class: u32,
    /// Its context.
    pub alloc_arena_request_context: u32,
    /// ALLOC_ARENA's answer would be taken.
    pub alloc_arena_response_ready: bool,
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
