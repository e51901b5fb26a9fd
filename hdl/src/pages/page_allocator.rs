//! The page allocator: `memento_page_allocator`.

use super::arena_cursors::ArenaCursors;
use super::arena_grants::ArenaGrants;
use super::arena_returns::ArenaReturns;
use super::channels::{
    ArenaPage, LineJob, PageAnswer, PageOrder, address_bits, arena_page, line_job, link_bits,
    page_answer, page_order, source_bits,
};
use super::entry_clearing::EntryClearing;
use super::frame_lending::FrameLending;
use super::frame_map::FrameMap;
use super::frame_zeroing::FrameZeroing;
use super::line_switch::LineSwitch;
use super::line_unit::LineUnit;
use super::page_address::PageAddress;
use super::page_counters::PageCounters;
use super::page_mapper::PageMapper;
use super::page_pool::PagePool;
use super::page_requests::PageRequests;
use super::page_walker::PageWalker;
use super::process_steps::ProcessSteps;
use super::process_table::ProcessTable;
use super::reach::Reach;
use super::reclaimer::{RUN_FRAMES, Reclaimer, page_count_bits};
use super::teardown::Teardown;
use super::translations::Translations;
use super::types::CAUSE_HEADER;
use super::types_engine::{PageOp, ProcessState};
use crate::allocator::found_parts::FoundParts;
use crate::allocator::types::Status;
use crate::geometry::{BEAT_BITS, Geometry, LINE_BYTES, PAGE_BITS};
use crate::rtl::*;

pub use super::page_counters::PAGE_COUNTERS;

mod wiring;

/// Parts of the page side that find words wrong, in the order of their bits in ERROR_ADDRESS.
pub const PAGE_PARTS: [(&str, &str); 10] = [
    ("line", "the line of a page table that was read last"),
    ("frame_map", "which frames are lent"),
    ("cursors", "arena cursors"),
    ("reach", "how far the pages of processes reach"),
    ("teardown", "tables and frames of a dying process"),
    ("processes", "roots, quotas and frames of processes"),
    ("reclaimer", "frames on their way back"),
    ("pool", "free frames"),
    (
        "mapper",
        "a frame that was granted and got lost in the pool",
    ),
    ("commands", "descriptors of processes"),
];

/// Number of the pool among them.
pub const POOL_PART: usize = 7;

module! {
    /// Memento's page allocator: arenas, translations, processes and the frames behind them.
    ///
    /// Serves one request at a time, all or nothing: the page tables that are missing on the way to
    /// a page are counted first, and the pool and the process' quota are asked for all frames at
    /// once; then tables are linked from the root down, so that memory holds a valid tree at every
    /// time. A frame is granted with all its lines reading as zero before anything names it.
    ///
    /// FREE_ARENA clears its entries, marks the header released, and then waits for the shoot-down
    /// and for its frames' discards while others are served; DESTROY takes the page table down in
    /// the background. Both are answered when the last acknowledge has come.
    ///
    /// An arena can be fetched ahead: peek_arena says what alloc_arena would grant, and changes
    /// nothing; claim_arena takes that arena, with the cursor that the peek foretold, if nothing of
    /// the class and context came between. A claim goes before all other requests, also before
    /// those that are offered longer. It needs no frame and reads nothing. It is granted whatever
    /// memory answers: the cursor moves on even if the header can't be written (bus_error). If it
    /// can't be kept, because the cursors in its place can't be written back, the process is
    /// granted no further arena (bus_error) until it is destroyed: so no number is granted twice.
    ///
    /// Protocol:   valid/ready on every channel: a transfer takes place at a rising edge that sees
    ///             both high; what is offered is held until taken. An acknowledge is a pulse.
    /// Operations: alloc_arena(process, class, context) = arena, physical address of its header;
    ///             any status but ok: not granted.
    ///             peek_arena(process, class, context) = what alloc_arena would answer, and the
    ///             cursor behind it; any status but ok: look again by alloc_arena. So it is too if
    ///             the arena needs a frame.
    ///             claim_arena(process, class, context, arena, line, cursor); bus_error: granted all
    ///             the same.
    ///             free_arena(process, class, context, arena).
    ///             translate_header, translate_body(process, virtual address) = physical address of
    ///             the page; bad_pointer is the page fault.
    ///             create(process, address of the descriptor); destroy(process).
    ///             push(address of a frame); take = address of a frame; sync.
    ///             set_quota(process, frames), 0 for no limit.
    /// Latency:    from the edge that accepts the request to the edge that takes the response, cursor,
    ///             leaf table and header page cached, memory answering in the next cycle: alloc_arena
    ///             15 cycles and claim_arena 14, one line written; alloc_arena 25 for a released
    ///             number, one line read and one written; a translation of a mapped page of objects
    ///             13, one line read, of a page of headers 3.
    /// Reset:      no process, empty pool; one cycle a frame to mark it not lent, requests wait.
    pub module PageAllocator(g: &Geometry) = "memento_page_allocator" {
        parameters {
            /// bits, width of a virtual or physical address in a request
            address_bits = address_bits(g),
            /// bits, width of a virtual address
            operand_bits = g.operand_bits,
            /// bits, width of a physical address
            physical_bits = g.physical_bits,
            /// bits, width of a class number
            class_bits = g.class_bits,
            /// bits, width of a context number
            context_bits = g.context_bits,
            /// bits, width of an arena number
            arena_bits = g.arena_bits,
            /// bits, width of a process number
            process_bits = g.process_bits,
            /// bits, width of a source: cores, their hosts, commands
            source_bits = source_bits(g),
            /// bits, width of a frame index
            frame_index_bits = g.frame_index_bits,
            /// log2 of the memory's bytes
            memory_bits = g.memory_bits,
            /// first byte of the memory
            memory_base = g.memory_base,
            /// log2 of the entries a page table
            table_index_bits = g.table_index_bits,
            /// whether a fresh-line filter makes granted frames zero: 0 or 1
            filtered = (g.bypass_entries > 0) as usize,
            /// bits, width of a virtual page number
            page_number_bits = g.virtual_bits - PAGE_BITS,
            /// virtual page number of the region's first page
            region_page = (g.region_base & ((1 << g.virtual_bits) - 1)) >> PAGE_BITS,
            /// pages of the region
            region_pages = g.classes << (g.lane_bits - PAGE_BITS),
        }
        derived {
            /// bits, width of a count of pages
            page_count_bits = page_count_bits(g),
            /// bits, width of a count of a discard's frames
            run_bits = clog2(RUN_FRAMES + 1),
            /// counters
            counters = PAGE_COUNTERS.len(),
            /// bits, width of a full frame number
            frame_bits = physical_bits - PAGE_BITS,
            /// frame number of the memory's first frame
            first_frame = memory_base >> PAGE_BITS,
            /// bits, width of a count of frames
            frames_bits = frame_index_bits + 1,
            /// bits, width of a link: an arena number and a bit for "none"
            link_bits = link_bits(g),
            /// the link that names no arena
            none = 1 << arena_bits,
            /// entries a line
            entries = LINE_BYTES / g.pte_bytes,
            /// bits, width of an entry's number in its line
            entry_bits = clog2(entries),
            /// address bits above the memory
            tag_bits = address_bits - memory_bits,
            /// what they are inside it
            memory_tag = memory_base >> memory_bits,
            /// cause of accesses to headers
            header_cause = CAUSE_HEADER,
        }
        features {
            /// 1: words of tables and queues are checked by a parity bit
            parity = g.parity as usize,
        }
        ports {
            "Request: valid/ready" {
                /// a request is there
                input request_valid: bool;
                /// accepted
                output request_ready: bool;
                /// operation
                input request_op: PageOp;
                /// who asks, given back with the answer
                input request_source: Word = source_bits;
                /// process
                input request_process: Word = process_bits;
                /// class
                input request_class: Word = class_bits;
                /// context
                input request_context: Word = context_bits;
                /// arena number
                input request_arena: Word = arena_bits;
                /// virtual or physical address, or a count of frames
                input request_address: Word = address_bits;
            }
            "Claim of an arena that was looked at: valid/ready, ahead of requests" {
                /// an arena is claimed
                input claim_valid: bool;
                /// accepted
                output claim_ready: bool;
                /// who asks, given back with the answer
                input claim_source: Word = source_bits;
                /// process
                input claim_process: Word = process_bits;
                /// class
                input claim_class: Word = class_bits;
                /// context
                input claim_context: Word = context_bits;
                /// arena number
                input claim_arena: Word = arena_bits;
                /// physical address of its header's line
                input claim_line: Word = physical_bits;
                /// next never used number, behind it
                input claim_unused: Word = link_bits;
                /// link to the released ones, behind it
                input claim_released: Word = link_bits;
            }
            "Response: valid/ready, in the order of completion" {
                /// an answer is there
                output response_valid: bool;
                /// taken
                input response_ready: bool;
                /// who asked
                output response_source: Word = source_bits;
                /// operation
                output response_op: PageOp;
                /// process
                output response_process: Word = process_bits;
                /// status
                output response_status: Status;
                /// arena number
                output response_arena: Word = arena_bits;
                /// physical address of a header's line or of a frame
                output response_address: Word = physical_bits;
                /// of a peek: next never used number, once the arena is granted
                output response_unused: Word = link_bits;
                /// of a peek: link to the released ones, once the arena is granted
                output response_released: Word = link_bits;
            }
            "Shoot-down: valid/ready, then an acknowledge; one at a time" {
                /// translations are to be forgotten
                output shootdown_valid: bool;
                /// accepted
                input shootdown_ready: bool;
                /// of this process
                output shootdown_process: Word = process_bits;
                /// from this virtual address on
                output shootdown_address: Word = operand_bits;
                /// so many pages
                output shootdown_pages: Word = page_count_bits;
                /// they are forgotten
                input shootdown_done: bool;
            }
            "Discard: valid/ready, then an acknowledge each, in order" {
                /// frames are to leave the caches unwritten
                output discard_valid: bool;
                /// accepted
                input discard_ready: bool;
                /// first frame number
                output discard_frame: Word = frame_bits;
                /// consecutive frames
                output discard_count: Word = run_bits;
                /// the oldest accepted discard is carried out
                input discard_done: bool;
            }
            "Grant: valid/ready, to the fresh-line filter" {
                /// a frame changes hands
                output grant_valid: bool;
                /// accepted
                input grant_ready: bool;
                /// its number
                output grant_frame: Word = frame_bits;
                /// granted: all lines read as zero; else back in the pool
                output grant_fresh: bool;
            }
            "Pool" {
                /// level at or below which it is low
                input low_mark: Word = frames_bits;
                /// level at or above which it is high
                input high_mark: Word = frames_bits;
                /// free frames
                output pool_level: Word = frames_bits;
                /// the level is at or below the low mark
                output pool_low: bool;
                /// the level is at or above the high mark
                output pool_high: bool;
            }
            "Processes: combinational" {
                /// process number
                input process_select: Word = process_bits;
                /// frames that it holds, its descriptor's not counted
                output process_frames: Word = frames_bits;
                /// 0 absent, 1 live, 2 dying
                output process_state: ProcessState;
            }
            "Frames: a pulse each, for the trace" {
                /// frames are decided on: those of the pool before this edge
                output frames_decided: bool;
                /// a frame reaches the pool
                output frame_returned: bool;
            }
            "Errors: a pulse each" {
                /// the memory failed
                output error_valid: bool;
                /// physical address of the line
                output error_address: Word = physical_bits;
                /// in a write
                output error_write: bool;
            }
            "Counters: combinational" {
                /// counter number
                input counter_select: Word = clog2(counters);
                /// its count
                output counter_value: Word = 64;
            }
            "Check of the words kept" {
                /// a word was not what was written: nothing is answered, granted or written any more, until reset
                output stopped[parity]: bool;
                /// parts that found one, a bit each; until reset
                output stopped_parts[parity]: Word = PAGE_PARTS.len();
                /// a frame of the pool is lost: a pulse
                output frame_lost[parity]: bool;
                /// a word beside the page allocator was not what was written
                input wrong_beside[parity]: bool;
            }
            "Line port: what a line is" {
                /// 0 header, 1 page table, 2 record, 3 pool list, 4 zeroing; stable with either request
                output line_cause: Word = 3;
            }
            "Line read request: valid/ready" {
                /// a line is asked for
                output line_read_request_valid: bool;
                /// accepted
                input line_read_request_ready: bool;
                /// its physical address, a multiple of 64
                output line_read_request_address: Word = physical_bits;
            }
            "Line read data: valid/ready, eight beats a line" {
                /// a beat is there
                input line_read_data_valid: bool;
                /// taken
                output line_read_data_ready: bool;
                /// eight bytes, the lowest address in the lowest bits
                input line_read_data: Word = BEAT_BITS;
                /// the memory failed
                input line_read_data_error: bool;
            }
            "Line write request: valid/ready" {
                /// a line is to be written
                output line_write_request_valid: bool;
                /// accepted
                input line_write_request_ready: bool;
                /// its physical address, a multiple of 64
                output line_write_request_address: Word = physical_bits;
            }
            "Line write data: valid/ready, eight beats a line" {
                /// a beat is on offer
                output line_write_data_valid: bool;
                /// accepted
                input line_write_data_ready: bool;
                /// eight bytes, the lowest address in the lowest bits
                output line_write_data: Word = BEAT_BITS;
                /// bytes that are written, a bit each
                output line_write_data_strobe: Word = 8;
                /// the line's eighth beat
                output line_write_data_last: bool;
            }
            "Line write response: valid/ready" {
                /// the line is written
                input line_write_response_valid: bool;
                /// taken
                output line_write_response_ready: bool;
                /// the memory failed
                input line_write_response_error: bool;
            }
        }
        wires {
            /// what is done
            order: PageOrder = page_order(g);
            /// its operation
            op: PageOp;
            /// it is about an arena that is granted
            of_grant: bool;
            /// it is a translation
            of_translation: bool;
            /// the page or arena that it is about
            target: ArenaPage = arena_page(g);
            /// its address is a frame's of the memory
            in_memory: bool;
            /// that frame's index
            order_frame: Word = frame_index_bits;
            /// the header's page is walked to
            walks_header: bool;
            /// virtual page number of the page that is walked to, or mapped
            page_number: Word = page_number_bits;
            /// a header is read or written
            header_valid: bool;
            /// its line
            header_job: LineJob = line_job(g);
            /// what the line unit does
            job: LineJob = line_job(g);
            /// a frame is handed to the reclaimer: by the mapper, a lender or the clearing
            hands: bool;
            /// the teardown's goes there
            torn: bool;
            /// theirs does
            handed: bool;
            /// a page that is made to read as zero is on the grant port
            own_grant: bool;
            /// frame that is granted or dropped
            grant_index: Word = frame_index_bits;
            /// frame that is made to read as zero
            zero_frame: Word = frame_index_bits;
            /// frames that the process holds after the order's step
            new_used: Word = frames_bits;
            /// the answer
            answer: PageAnswer = page_answer(g);
            /// it is there
            answer_valid: bool;
            /// it is taken
            answered: bool;
            /// line of the answer
            answer_line: Word = 6;
            /// of the line read last, the word looked at is needed
            line_used[parity]: bool;
            /// nothing is to be written to memory
            withheld[parity]: bool;
        }
        state {
            /// the teardown's frame was on offer, and not taken yet
            torn_offered: bool;
            /// a drop was offered to the filter, and not taken yet
            drop_offered: bool;
        }
        instances {
            /// what is done next
            requests: PageRequests = PageRequests::new(g);
            /// arenas granted, looked at, claimed
            arena_grants: ArenaGrants = ArenaGrants::new(g);
            /// translations
            translations: Translations = Translations::new(g);
            /// arenas given back
            arena_returns: ArenaReturns = ArenaReturns::new(g);
            /// their entries cleared
            entry_clearing: EntryClearing = EntryClearing::new(g);
            /// processes created and destroyed
            process_steps: ProcessSteps = ProcessSteps::new(g);
            /// frames lent and taken back
            frame_lending: FrameLending = FrameLending::new(g);
            /// pages mapped
            page_mapper: PageMapper = PageMapper::new(g);
            /// frames made to read as zero
            frame_zeroing: FrameZeroing = FrameZeroing::new(g);
            /// addresses and pages
            page_address: PageAddress = PageAddress::new(g);
            /// processes
            process_table: ProcessTable = ProcessTable::new(g);
            /// walks through page tables
            walker: PageWalker = PageWalker::new(g);
            /// lines of entries and headers
            line_unit: LineUnit = LineUnit::new(g);
            /// how far the pages of processes reach
            reach: Reach = Reach::new(g);
            /// takes page tables down
            teardown: Teardown = Teardown::new(g);
            /// where the next arenas come from
            arena_cursors: ArenaCursors = ArenaCursors::new(g);
            /// free frames
            page_pool: PagePool = PagePool::new(g);
            /// frames on their way back
            reclaimer: Reclaimer = Reclaimer::new(g);
            /// which frames are lent
            frame_map: FrameMap = FrameMap::new(g);
            /// one line port for all
            line_switch: LineSwitch = LineSwitch::new(g);
            /// words that are not what was written
            found_parts[parity]: FoundParts = FoundParts::new(PAGE_PARTS.len());
            /// counts of events
            page_counters: PageCounters = PageCounters::new(g);
        }
    }
}
