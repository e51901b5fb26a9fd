//! The page allocator: `memento_page_allocator`.

use super::arena_cursors::ArenaCursors;
use super::frame_map::FrameMap;
use super::line_switch::LineSwitch;
use super::line_unit::LineUnit;
use super::page_address::{PageAddress, page_bits};
use super::page_pool::PagePool;
use super::page_walker::PageWalker;
use super::process_table::ProcessTable;
use super::reach::Reach;
use super::reclaimer::{RUN_FRAMES, Reclaimer, page_count_bits};
use super::teardown::Teardown;
use super::types_engine::{FreeStage, LineCommand, PageOp, PageState, ProcessState, TearStage};
use crate::allocator::event_counters::EventCounters;
use crate::allocator::types::Status;
use crate::geometry::{BEAT_BITS, Geometry, LINE_BYTES, PAGE_BITS};
use crate::rtl::*;

/// The counters, in the order of their numbers: name and what is counted.
pub const PAGE_COUNTERS: [(&str, &str); 26] = [
    ("alloc_arenas", "arenas granted"),
    ("free_arenas", "arenas given back"),
    (
        "header_translations",
        "answers to TRANSLATE for a header page",
    ),
    (
        "body_translations",
        "answers to TRANSLATE for a page of objects",
    ),
    ("repairs", "pages of objects mapped"),
    ("header_pages", "header pages mapped"),
    ("table_frames", "page tables linked"),
    ("page_faults", "answers PAGE_FAULT to TRANSLATE"),
    ("no_memory", "answers NO_MEMORY"),
    (
        "bus_errors",
        "lines that the memory failed to read or write",
    ),
    ("cursor_lookups", "look-ups of an arena cursor"),
    ("cursor_hits", "of them, found in the cache"),
    ("cursor_conflicts", "of them, that displaced other cursors"),
    (
        "pool_refills",
        "lines of frames read from the list in memory",
    ),
    (
        "pool_spills",
        "lines of frames written to the list in memory",
    ),
    ("os_pushes", "frames lent by the operating system"),
    ("os_takes", "frames taken back by the operating system"),
    ("shootdowns", "shoot-downs offered and taken"),
    ("discards", "discards offered and taken"),
    ("created", "processes created"),
    ("destroyed", "processes destroyed"),
    (
        "busy_cycles",
        "cycles in which a request or a background step is under way",
    ),
    (
        "cursor_first_lookups",
        "look-ups of a class and context that had no arena before",
    ),
    ("cursor_first_hits", "of them, found in the cache"),
    ("peeks", "looks ahead at an arena"),
    ("claims", "arenas granted that were looked at ahead"),
];

module! {
    /// Memento's page allocator: arenas, translations, processes and the frames behind them.
    ///
    /// Serves one request at a time, all or nothing: the page tables that are missing on the way to
    /// a page are counted first, and the pool and the process' quota are asked for all frames at
    /// once; then tables are linked from the root down, so that memory holds a valid tree at every
    /// time. A frame is granted with all its lines reading as zero before anything names it.
    ///
    /// FREE_ARENA clears its entries, marks the header released, and then waits for the shoot-down
    /// and for its frames' discards while others are served; DESTROY works in the background, a line
    /// of entries between two requests. Both are answered when the last acknowledge has come.
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
    ///             and claim_arena 16 cycles, one line written; alloc_arena 27 for a released number,
    ///             one line read and one written; a translation of a mapped page of objects 14, one
    ///             line read, of a page of headers 3.
    /// Reset:      no process, empty pool; one cycle a frame to mark it not lent, requests wait.
    pub module PageAllocator(g: &Geometry) = "memento_page_allocator" {
        parameters {
            /// bits, width of a virtual or physical address in a request
            address_bits = g.operand_bits.max(g.physical_bits),
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
            source_bits = clog2(2 * g.cores + 1),
            /// bits, width of a frame index
            frame_index_bits = g.frame_index_bits,
            /// log2 of the memory's bytes
            memory_bits = g.memory_bits,
            /// first byte of the memory
            memory_base = g.memory_base,
            /// frames of a process descriptor
            descriptor_frames = g.descriptor_frames(),
            /// log2 of the entries a page table
            table_index_bits = g.table_index_bits,
            /// whether a fresh-line filter makes granted frames zero: 0 or 1
            filtered = (g.bypass_entries > 0) as usize,
            /// bits, width of a virtual page number
            page_number_bits = g.virtual_bits - PAGE_BITS,
            /// bits, width of a page's number in its arena
            page_bits = page_bits(g),
            /// bytes of a page-table entry
            entry_bytes = g.pte_bytes,
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
            link_bits = arena_bits + 1,
            /// the link that names no arena
            none = 1 << arena_bits,
            /// entries a line
            entries = LINE_BYTES / entry_bytes,
            /// bits, width of an entry's number in its line
            entry_bits = clog2(entries),
            /// bits, width of a count of an arena's pages
            pages_bits = page_bits + 1,
            /// bits, width of a sum of an entry's number and a count of pages
            end_bits = pages_bits.max(entry_bits) + 1,
            /// address bits above the memory
            tag_bits = address_bits - memory_bits,
            /// what they are inside it
            memory_tag = memory_base >> memory_bits,
            /// last frame index at which a descriptor fits
            last_descriptor = (1 << frame_index_bits) - descriptor_frames,
            /// bits, width of a number of a descriptor's frame
            step_bits = clog2(descriptor_frames).max(1),
            /// number of a descriptor's last frame
            last_step = descriptor_frames - 1,
            /// lowest bit of the index into a table of level 2
            second_index = 2 * table_index_bits,
            /// lowest bit of the index into a table of level 3
            third_index = 3 * table_index_bits,
            /// flags of an entry that names a table: V
            table_flags = 0x01,
            /// flags of a header page's entry: V R W A D
            header_flags = 0xC7,
            /// flags of an entry of a page of objects: V R W U A D
            body_flags = 0xD7,
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
            /// the sweeps after reset are over
            ready: bool;
            /// a request is accepted
            accept: bool;
            /// a claim is accepted
            claims: bool;
            /// the arena that is given back is of the claim's process, class and context
            claimed_lane: bool;
            /// a request must wait for what is under way
            blocked: bool;
            /// the arena that is given back is of the request's process, class and context
            same_lane: bool;
            /// a FREE_ARENA may begin
            free_begins: bool;
            /// a FREE_ARENA may end
            free_ends: bool;
            /// a DESTROY may begin: what is cached of the process is forgotten
            tear_begins: bool;
            /// its page table is taken down: the descriptor's frames may be lent again
            tear_releases: bool;
            /// DESTROY may end
            tear_ends: bool;
            /// the teardown's frame goes to the reclaimer
            torn: bool;
            /// the process is live
            live: bool;
            /// frame of the request's address is inside the memory and aligned
            in_memory: bool;
            /// its index
            address_frame: Word = frame_index_bits;
            /// frames needed
            need: Word = 3;
            /// frames needed and used
            demand: Word = frames_bits + 1;
            /// the quota doesn't allow them
            over_quota: bool;
            /// quota as asked for
            quota: Word = frames_bits;
            /// the header's page is meant; else the page of objects
            at_header: bool;
            /// virtual page number
            page_number: Word = page_number_bits;
            /// index of its entry at the level where the walk stopped
            link_index: Word = table_index_bits;
            /// flags of the entry to be written
            link_flags: Word = 10;
            /// the entry to be written
            link_entry: Word = BEAT_BITS;
            /// a frame is linked
            linked: bool;
            /// pages of the arena that is given back, from the line's first entry on
            pages_left: Word = pages_bits;
            /// number of its first entry in the line
            line_entry: Word = entry_bits;
            /// number behind its last, if that is in the line
            line_end: Word = end_bits;
            /// entries before the first
            entries_before: Word = entries;
            /// entries behind the last
            entries_behind: Word = entries;
            /// pages from the line's first entry to the next line
            line_pages: Word = end_bits;
            /// entries of the line that matter
            entry_mask: Word = entries;
            /// frame whose line is read or written
            line_frame: Word = frame_index_bits;
            /// index of the entry in it
            line_index: Word = table_index_bits;
            /// number of the line in it
            line_number: Word = 6;
            /// entry that is looked at
            looked_at: Word = entry_bits;
            /// what the line unit does
            line_command: LineCommand;
            /// it is to do it
            line_valid: bool;
            /// a frame is to be handed to the reclaimer
            hand_over: bool;
            /// it is
            handed_over: bool;
            /// no valid entry of the line follows the one looked at
            last_entry: bool;
            /// this entry is done with
            entry_done: bool;
            /// the engine's grant is on the port
            own_grant: bool;
            /// frame that is granted or dropped
            grant_index: Word = frame_index_bits;
            /// the operation grants an arena, or would
            grants: bool;
            /// the cursor changes
            settle: bool;
            /// next never used number of the changed cursor
            changed_next: Word = link_bits;
            /// released ones' link of the changed cursor
            changed_released: Word = link_bits;
            /// a claimed cursor can't be kept
            cursor_lost: bool;
            /// the answer is taken
            answered: bool;
            /// frame of the answer
            answer_frame: Word = frame_index_bits;
            /// line of the answer
            answer_line: Word = 6;
            /// one bit a counter
            pulses: Word = counters;
        }
        state {
            /// what the engine does
            state: PageState;
            /// how far a FREE_ARENA is
            free_stage: FreeStage;
            /// how far a DESTROY is
            tear_stage: TearStage;
            /// the teardown's frame was on offer, and not taken yet
            torn_offered: bool;
            /// a drop was offered to the filter, and not taken yet
            drop_offered: bool;
        }
        data {
            /// operation
            op: PageOp;
            /// who asks
            source: Word = source_bits;
            /// process
            process_id: Word = process_bits;
            /// class
            size_class: Word = class_bits;
            /// context
            context_id: Word = context_bits;
            /// arena number
            arena: Word = arena_bits;
            /// page in the arena
            page: Word = page_bits;
            /// address, or count
            address: Word = address_bits;
            /// how the request ended
            status: Status;
            /// the arena's number was released before
            reused: bool;
            /// next never used arena number of the cursor
            next_arena: Word = link_bits;
            /// head of the released ones, as the cursor has it
            released: Word = link_bits;
            /// what that is to become
            new_released: Word = link_bits;
            /// frame of the header's page
            header_frame: Word = frame_index_bits;
            /// table that lacks an entry, or has the arena's
            spot_table: Word = frame_index_bits;
            /// its level
            spot_level: Word = 2;
            /// frame that is granted or given back
            new_frame: Word = frame_index_bits;
            /// frame of the answer
            result_frame: Word = frame_index_bits;
            /// line that is zeroed
            zero_line: Word = 6;
            /// frame of a descriptor
            step: Word = step_bits;
            /// entry that is looked at
            scan: Word = entry_bits;
            /// FREE_ARENA: who asked
            free_source: Word = source_bits;
            /// FREE_ARENA: process
            free_process: Word = process_bits;
            /// FREE_ARENA: class
            free_class: Word = class_bits;
            /// FREE_ARENA: context
            free_context: Word = context_bits;
            /// FREE_ARENA: arena number
            free_arena: Word = arena_bits;
            /// FREE_ARENA: first virtual page number
            free_page: Word = page_number_bits;
            /// FREE_ARENA: pages of the arena
            free_pages: Word = pages_bits;
            /// FREE_ARENA: of them, mapped ones
            free_frames: Word = pages_bits;
            /// FREE_ARENA: how it ends
            free_status: Status;
            /// DESTROY: who asked
            tear_source: Word = source_bits;
            /// DESTROY: process
            tear_process: Word = process_bits;
            /// DESTROY: frame index of its root table
            tear_root: Word = frame_index_bits;
        }
        instances {
            /// addresses and pages
            page_address: PageAddress = PageAddress::new(g);
            /// bits that an arena number of the class may have
            arena_mask: Table = Table::new("memento_arena_mask",
                "The bits that an arena number of a class may have.",
                g.arena_masks(), arena_bits);
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
            /// counts of events
            event_counters: EventCounters = EventCounters::new(counters);
        }
    }
}

impl Logic for PageAllocator {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("What may be done next: what is in the background goes on before requests.");
        self.ready.next = self.event_counters.ready.val() & self.frame_map.ready.val();
        self.free_begins.next = (self.free_stage.val() == FreeStage::Waiting)
            & self.reclaimer.empty.val()
            & (self.tear_stage.val() != TearStage::Shoot)
            & (self.tear_stage.val() != TearStage::Acknowledge);
        self.free_ends.next =
            (self.free_stage.val() == FreeStage::Finish) & self.reclaimer.empty.val();
        self.tear_begins.next = (self.tear_stage.val() == TearStage::Waiting)
            & (self.free_stage.val() == FreeStage::Quiet);
        self.tear_releases.next =
            (self.tear_stage.val() == TearStage::Scan) & self.teardown.done.val();
        self.tear_ends.next = (self.tear_stage.val() == TearStage::Drain)
            & (self.free_stage.val() == FreeStage::Quiet)
            & self.reclaimer.empty.val();
        self.same_lane.next = (self.request_process.val() == self.free_process.val())
            & (self.request_class.val() == self.free_class.val())
            & (self.request_context.val() == self.free_context.val());
        self.claimed_lane.next = (self.claim_process.val() == self.free_process.val())
            & (self.claim_class.val() == self.free_class.val())
            & (self.claim_context.val() == self.free_context.val());
        match self.request_op.val() {
            PageOp::AllocArena => {
                self.blocked.next =
                    self.same_lane.val() & (self.free_stage.val() != FreeStage::Quiet);
            }
            PageOp::PeekArena => {
                self.blocked.next =
                    self.same_lane.val() & (self.free_stage.val() != FreeStage::Quiet);
            }
            PageOp::FreeArena => {
                self.blocked.next = (self.free_stage.val() != FreeStage::Quiet)
                    | (self.tear_stage.val() == TearStage::Drain);
            }
            PageOp::Push => {
                self.blocked.next = (self.free_stage.val() == FreeStage::Waiting)
                    | (self.free_stage.val() == FreeStage::Finish)
                    | (self.tear_stage.val() == TearStage::Drain);
            }
            PageOp::Destroy => {
                self.blocked.next = self.tear_stage.val() != TearStage::Quiet;
            }
            _ => {
                self.blocked.next = false;
            }
        }
        self.claim_ready.next = self.ready.val()
            & (self.state.val() == PageState::Idle)
            & !(self.claimed_lane.val() & (self.free_stage.val() != FreeStage::Quiet));
        self.claims.next = self.claim_valid.val() & self.claim_ready.val();
        self.request_ready.next = self.ready.val()
            & (self.state.val() == PageState::Idle)
            & !self.claims.val()
            & !self.blocked.val()
            & !self.free_begins.val()
            & !self.free_ends.val()
            & !self.tear_begins.val()
            & !self.tear_releases.val()
            & !self.tear_ends.val();
        self.accept.next = self.request_valid.val()
            & self.ready.val()
            & (self.state.val() == PageState::Idle)
            & !self.claims.val()
            & !self.blocked.val()
            & !self.free_begins.val()
            & !self.free_ends.val()
            & !self.tear_begins.val()
            & !self.tear_releases.val()
            & !self.tear_ends.val();

        comment!("The request's address, arena and process.");
        self.page_address.address.next = bits_to(self.address.val(), self.operand_bits);
        self.page_address.size_class.next = self.size_class.val();
        self.page_address.context_id.next = self.context_id.val();
        self.page_address.arena.next = self.arena.val();
        self.page_address.page.next = self.page.val();
        self.arena_mask.address.next = self.size_class.val();
        self.address_frame.next = bits_to(self.address.val() >> 12, self.frame_index_bits);
        self.in_memory.next = (bits_to(self.address.val() >> self.memory_bits, self.tag_bits)
            == self.memory_tag)
            & !bits_to(self.address.val(), 12).any();
        self.process_table.process_id.next = self.process_id.val();
        self.process_table.read_process.next = self.process_select.val();
        self.process_frames.next = self.process_table.read_used.val();
        self.process_state.next = self.process_table.read_state.val();
        self.live.next = self.process_table.process_state.val() == ProcessState::Live;
        self.grants.next = (self.op.val() == PageOp::AllocArena)
            | (self.op.val() == PageOp::PeekArena)
            | (self.op.val() == PageOp::ClaimArena);

        comment!("The page that is looked for, and the entry that is missing.");
        self.at_header.next =
            (self.state.val() == PageState::HeaderWalk) | (self.op.val() == PageOp::AllocArena);
        if self.at_header.val() {
            self.page_number.next = self.page_address.header_page_number.val();
        } else {
            self.page_number.next = self.page_address.page_number.val();
        }
        if self.spot_level.val() == 0 {
            self.link_index.next = bits_to(self.page_number.val(), self.table_index_bits);
        } else if self.spot_level.val() == 1 {
            self.link_index.next = bits_to(
                self.page_number.val() >> self.table_index_bits,
                self.table_index_bits,
            );
        } else if self.spot_level.val() == 2 {
            self.link_index.next = bits_to(
                self.page_number.val() >> self.second_index,
                self.table_index_bits,
            );
        } else {
            self.link_index.next = bits_to(
                self.page_number.val() >> self.third_index,
                self.table_index_bits,
            );
        }
        if self.spot_level.val() != 0 {
            self.link_flags.next = bits(self.table_flags, 10);
        } else if self.at_header.val() {
            self.link_flags.next = bits(self.header_flags, 10);
        } else {
            self.link_flags.next = bits(self.body_flags, 10);
        }
        self.link_entry.next = ((bits(self.first_frame, 64) | bits_to(self.new_frame.val(), 64))
            << 10)
            | bits_to(self.link_flags.val(), 64);
        self.linked.next = (self.state.val() == PageState::Link)
            & self.line_unit.done.val()
            & !self.line_unit.bus_error.val();

        comment!("Entries of an arena that is given back, in their line.");
        self.pages_left.next =
            self.page_address.body_pages.val() - bits_to(self.page.val(), self.pages_bits);
        self.line_entry.next = bits_to(self.page_number.val(), self.entry_bits);
        self.line_end.next = bits_to(self.pages_left.val(), self.end_bits)
            + bits_to(self.line_entry.val(), self.end_bits);
        self.line_pages.next =
            bits(self.entries, self.end_bits) - bits_to(self.line_entry.val(), self.end_bits);
        self.entries_before.next = !(!bits(0, self.entries) << self.line_entry.val());
        if self.line_end.val() < self.entries {
            self.entries_behind.next =
                !bits(0, self.entries) << bits_to(self.line_end.val(), self.entry_bits);
        } else {
            self.entries_behind.next = bits(0, self.entries);
        }

        comment!("The line unit's work: each state's.");
        self.line_command.next = LineCommand::Read;
        self.line_valid.next = false;
        self.line_frame.next = self.spot_table.val();
        self.line_index.next = self.link_index.val();
        self.looked_at.next = bits_to(self.link_index.val(), self.entry_bits);
        self.entry_mask.next = !bits(0, self.entries);
        self.line_unit.command_cause.next = bits(1, 3);
        match self.state.val() {
            PageState::HeaderWalk => {
                self.line_valid.next = self.walker.line_read.val();
                self.line_frame.next = self.walker.line_table.val();
                self.line_index.next = self.walker.line_index.val();
                self.looked_at.next = bits_to(self.walker.line_index.val(), self.entry_bits);
            }
            PageState::BodyWalk => {
                self.line_valid.next = self.walker.line_read.val();
                self.line_frame.next = self.walker.line_table.val();
                self.line_index.next = self.walker.line_index.val();
                self.looked_at.next = bits_to(self.walker.line_index.val(), self.entry_bits);
            }
            PageState::Link => {
                self.line_valid.next = true;
                self.line_command.next = LineCommand::WriteEntry;
            }
            PageState::HeaderRead => {
                self.line_valid.next = true;
                self.line_unit.command_cause.next = bits(0, 3);
            }
            PageState::HeaderWrite => {
                self.line_valid.next = true;
                self.line_command.next = LineCommand::WriteHeader;
                self.line_unit.command_cause.next = bits(0, 3);
            }
            PageState::Zero => {
                self.line_valid.next = true;
                self.line_command.next = LineCommand::WriteZero;
                self.line_unit.command_cause.next = bits(4, 3);
            }
            PageState::ClearRead => {
                self.line_valid.next = true;
                self.entry_mask.next = !(self.entries_before.val() | self.entries_behind.val());
            }
            PageState::ClearWrite => {
                self.line_valid.next = true;
                self.line_command.next = LineCommand::ClearEntries;
                self.entry_mask.next = !(self.entries_before.val() | self.entries_behind.val());
            }
            PageState::ClearScan => {
                self.looked_at.next = self.scan.val();
                self.entry_mask.next = !(self.entries_before.val() | self.entries_behind.val());
            }
            _ => {}
        }
        self.line_number.next = bits_to(self.line_index.val() >> self.entry_bits, 6);
        self.line_unit.command_valid.next = self.line_valid.val();
        self.line_unit.command.next = self.line_command.val();
        if (self.state.val() == PageState::HeaderRead)
            | (self.state.val() == PageState::HeaderWrite)
        {
            self.line_unit.command_address.next = bits(self.memory_base, self.physical_bits)
                | (bits_to(self.header_frame.val(), self.physical_bits) << 12)
                | (bits_to(self.page_address.header_line.val(), self.physical_bits) << 6);
        } else if self.state.val() == PageState::Zero {
            self.line_unit.command_address.next = bits(self.memory_base, self.physical_bits)
                | (bits_to(self.new_frame.val(), self.physical_bits) << 12)
                | (bits_to(self.zero_line.val(), self.physical_bits) << 6);
        } else {
            self.line_unit.command_address.next = bits(self.memory_base, self.physical_bits)
                | (bits_to(self.line_frame.val(), self.physical_bits) << 12)
                | (bits_to(self.line_number.val(), self.physical_bits) << 6);
        }
        self.line_unit.command_entry.next = self.looked_at.val();
        self.line_unit.command_mask.next = self.entry_mask.val();
        self.line_unit.entry_value.next = self.link_entry.val();
        self.line_unit.header_class.next = self.size_class.val();
        self.line_unit.header_context.next = self.context_id.val();
        self.line_unit.header_arena.next = self.arena.val();
        self.line_unit.header_released.next = self.op.val() == PageOp::FreeArena;
        if self.op.val() == PageOp::FreeArena {
            self.line_unit.header_next.next = self.released.val();
        } else {
            self.line_unit.header_next.next = bits(self.none, self.link_bits);
        }

        comment!("Walks.");
        self.walker.walk.next =
            (self.state.val() == PageState::HeaderWalk) | (self.state.val() == PageState::BodyWalk);
        self.walker.process_id.next = self.process_id.val();
        self.walker.root.next = self.process_table.root.val();
        self.walker.page_number.next = self.page_number.val();
        self.walker.headers.next = self.state.val() == PageState::HeaderWalk;
        self.walker.line_done.next = self.line_unit.done.val();
        self.walker.line_error.next = self.line_unit.bus_error.val();
        self.walker.line_valid.next = self.line_unit.entry_valid.val();
        self.walker.line_frame.next = self.line_unit.entry_frame.val();

        comment!("Cursors.");
        self.arena_cursors.ask.next = (self.state.val() == PageState::Cursor)
            | ((self.state.val() == PageState::Begin)
                & (self.op.val() == PageOp::AllocArena)
                & self.live.val()
                & !self.process_table.barred.val());
        self.arena_cursors.claim.next = self.op.val() == PageOp::ClaimArena;
        self.arena_cursors.process_id.next = self.process_id.val();
        self.arena_cursors.size_class.next = self.size_class.val();
        self.arena_cursors.context_id.next = self.context_id.val();
        self.arena_cursors.descriptor.next = self.process_table.root.val();
        self.cursor_lost.next = (self.state.val() == PageState::Cursor)
            & (self.op.val() == PageOp::ClaimArena)
            & self.arena_cursors.answered.val()
            & self.arena_cursors.bus_error.val();
        self.settle.next = ((self.state.val() == PageState::Settle)
            & (self.free_status.val() == Status::Ok))
            | ((self.state.val() == PageState::HeaderWrite)
                & (self.op.val() == PageOp::AllocArena)
                & self.line_unit.done.val()
                & !self.line_unit.bus_error.val())
            | ((self.state.val() == PageState::Cursor)
                & (self.op.val() == PageOp::ClaimArena)
                & self.arena_cursors.answered.val()
                & !self.arena_cursors.bus_error.val());
        if self.op.val() == PageOp::FreeArena {
            self.changed_next.next = self.next_arena.val();
            self.changed_released.next = bits_to(self.arena.val(), self.link_bits);
        } else if self.op.val() == PageOp::ClaimArena {
            self.changed_next.next = self.next_arena.val();
            self.changed_released.next = self.released.val();
        } else if self.reused.val() {
            self.changed_next.next = self.next_arena.val();
            self.changed_released.next = self.new_released.val();
        } else {
            self.changed_next.next = self.next_arena.val() + 1;
            self.changed_released.next = self.released.val();
        }
        self.arena_cursors.update.next = self.settle.val();
        self.arena_cursors.update_next.next = self.changed_next.val();
        self.arena_cursors.update_released.next = self.changed_released.val();
        self.response_unused.next = self.changed_next.val();
        self.response_released.next = self.changed_released.val();
        self.arena_cursors.sync.next = self.state.val() == PageState::Sync;

        comment!("Frames: from the pool, all or nothing, and back.");
        if self.op.val() == PageOp::Take {
            self.need.next = bits(1, 3);
        } else {
            self.need.next = bits_to(self.spot_level.val(), 3) + 1;
        }
        self.demand.next = bits_to(self.process_table.used.val(), self.frames_bits + 1)
            + bits_to(self.need.val(), self.frames_bits + 1);
        self.over_quota.next = (self.op.val() != PageOp::Take)
            & self.process_table.quota.val().any()
            & (self.demand.val() > bits_to(self.process_table.quota.val(), self.frames_bits + 1));
        self.page_pool.need.next = self.need.val();
        self.page_pool.retry.next = (self.state.val() == PageState::Reserve)
            & !self.over_quota.val()
            & !self.page_pool.have.val()
            & !self.page_pool.dry.val()
            & self.page_pool.failed.val();
        self.page_pool.pop_ready.next = self.state.val() == PageState::Pop;
        self.page_pool.low_mark.next = self.low_mark.val();
        self.page_pool.high_mark.next = self.high_mark.val();
        self.pool_level.next = self.page_pool.level.val();
        self.pool_low.next = self.page_pool.pool_low.val();
        self.pool_high.next = self.page_pool.pool_high.val();

        self.last_entry.next = !((self.line_unit.found.val() >> self.scan.val()) >> 1).any();
        self.hand_over.next = (self.state.val() == PageState::GiveBack)
            | (self.state.val() == PageState::PushFrame)
            | ((self.state.val() == PageState::ClearScan) & self.line_unit.entry_valid.val());
        self.torn.next =
            self.teardown.frame_valid.val() & (self.torn_offered.val() | !self.hand_over.val());
        self.torn_offered.next = self.torn.val() & !self.reclaimer.frame_ready.val();
        self.teardown.hold.next = self.free_stage.val() != FreeStage::Quiet;
        self.teardown.frame_ready.next = self.torn.val() & self.reclaimer.frame_ready.val();
        self.reclaimer.frame_valid.next = self.hand_over.val() | self.torn.val();
        if self.torn.val() {
            self.reclaimer.frame_discard.next = !self.teardown.frame_of_table.val();
            self.reclaimer.frame.next = self.teardown.frame.val();
        } else if (self.state.val() == PageState::GiveBack)
            | (self.state.val() == PageState::PushFrame)
        {
            self.reclaimer.frame_discard.next = self.state.val() != PageState::GiveBack;
            self.reclaimer.frame.next = self.new_frame.val();
        } else {
            self.reclaimer.frame_discard.next = true;
            self.reclaimer.frame.next = self.line_unit.entry_frame.val();
        }
        self.handed_over.next =
            self.hand_over.val() & !self.torn.val() & self.reclaimer.frame_ready.val();
        self.entry_done.next = !self.hand_over.val() | self.handed_over.val();
        self.reclaimer.hold.next = (self.free_stage.val() == FreeStage::Clearing)
            | (self.free_stage.val() == FreeStage::Shoot)
            | (self.free_stage.val() == FreeStage::Acknowledge);
        self.page_pool.push_valid.next = self.reclaimer.push_valid.val();
        self.reclaimer.push_ready.next = self.page_pool.push_ready.val();
        self.page_pool.push_frame.next = self.reclaimer.push_frame.val();

        comment!("Shoot-downs: of an arena, or of the whole region.");
        self.reclaimer.shoot_valid.next = (self.free_stage.val() == FreeStage::Shoot)
            | (self.tear_stage.val() == TearStage::Shoot);
        if self.free_stage.val() == FreeStage::Shoot {
            self.reclaimer.shoot_process.next = self.free_process.val();
            self.reclaimer.shoot_address.next =
                bits_to(self.free_page.val(), self.operand_bits) << 12;
            self.reclaimer.shoot_pages.next = bits_to(self.free_pages.val(), self.page_count_bits);
        } else {
            self.reclaimer.shoot_process.next = self.tear_process.val();
            self.reclaimer.shoot_address.next = bits(self.region_page, self.operand_bits) << 12;
            self.reclaimer.shoot_pages.next = bits(self.region_pages, self.page_count_bits);
        }
        self.shootdown_valid.next = self.reclaimer.shootdown_valid.val();
        self.reclaimer.shootdown_ready.next = self.shootdown_ready.val();
        self.shootdown_process.next = self.reclaimer.shootdown_process.val();
        self.shootdown_address.next = self.reclaimer.shootdown_address.val();
        self.shootdown_pages.next = self.reclaimer.shootdown_pages.val();
        self.reclaimer.shootdown_done.next = self.shootdown_done.val();
        self.discard_valid.next = self.reclaimer.discard_valid.val();
        self.reclaimer.discard_ready.next = self.discard_ready.val();
        self.discard_frame.next = self.reclaimer.discard_frame.val();
        self.discard_count.next = self.reclaimer.discard_count.val();
        self.reclaimer.discard_done.next = self.discard_done.val();

        comment!("Grants go before drops, but what has been offered stays.");
        self.own_grant.next = (self.state.val() == PageState::Grant) & !self.drop_offered.val();
        if self.own_grant.val() {
            self.grant_index.next = self.new_frame.val();
        } else {
            self.grant_index.next = self.reclaimer.drop_frame.val();
        }
        self.grant_frame.next = bits(self.first_frame, self.frame_bits)
            | bits_to(self.grant_index.val(), self.frame_bits);
        self.grant_fresh.next = self.own_grant.val();
        if self.filtered == 1 {
            self.grant_valid.next = self.own_grant.val() | self.reclaimer.drop_valid.val();
            self.reclaimer.drop_ready.next = self.grant_ready.val() & !self.own_grant.val();
            self.drop_offered.next =
                !self.own_grant.val() & self.reclaimer.drop_valid.val() & !self.grant_ready.val();
        } else {
            self.grant_valid.next = false;
            self.reclaimer.drop_ready.next = true;
            self.drop_offered.next = false;
        }

        comment!("Lent frames.");
        self.frame_map.ask.next = (self.state.val() == PageState::LentCheck)
            | (self.state.val() == PageState::LentSet)
            | (self.state.val() == PageState::LentClear);
        self.frame_map.set.next = self.state.val() == PageState::LentSet;
        self.frame_map.clear.next = self.state.val() == PageState::LentClear;
        self.frame_map.frame.next = self.new_frame.val();

        comment!("Changes of the process: its state, root, quota and frames.");
        self.process_table.set_state.next = false;
        self.process_table.new_state.next = ProcessState::Absent;
        self.process_table.set_root.next = false;
        self.process_table.new_root.next = self.address_frame.val();
        self.process_table.set_barred.next = self.cursor_lost.val();
        self.process_table.set_quota.next = false;
        self.process_table.set_used.next = false;
        self.process_table.new_used.next = self.process_table.used.val() + 1;
        if (self.address.val() >> self.frames_bits).any() {
            self.quota.next = !bits(0, self.frames_bits);
        } else {
            self.quota.next = bits_to(self.address.val(), self.frames_bits);
        }
        self.process_table.new_quota.next = self.quota.val();
        if (self.state.val() == PageState::LentSet)
            & (self.op.val() == PageOp::Create)
            & self.frame_map.answered.val()
            & (self.step.val() == self.last_step)
        {
            self.process_table.set_state.next = true;
            self.process_table.new_state.next = ProcessState::Live;
            self.process_table.set_root.next = true;
            self.process_table.set_quota.next = true;
            self.process_table.new_quota.next = bits(0, self.frames_bits);
            self.process_table.set_used.next = true;
            self.process_table.new_used.next = bits(0, self.frames_bits);
        } else if self.state.val() == PageState::TearEnd {
            self.process_table.set_state.next = true;
        } else if (self.state.val() == PageState::Begin)
            & (self.op.val() == PageOp::Destroy)
            & self.live.val()
        {
            self.process_table.set_state.next = true;
            self.process_table.new_state.next = ProcessState::Dying;
        } else if (self.state.val() == PageState::Begin)
            & (self.op.val() == PageOp::SetQuota)
            & self.live.val()
        {
            self.process_table.set_quota.next = true;
        } else if self.linked.val() {
            self.process_table.set_used.next = true;
        } else if self.state.val() == PageState::Settle {
            self.process_table.set_used.next = true;
            self.process_table.new_used.next =
                self.process_table.used.val() - bits_to(self.free_frames.val(), self.frames_bits);
        }

        comment!("Answer.");
        self.response_valid.next = self.state.val() == PageState::Answer;
        self.answered.next = (self.state.val() == PageState::Answer) & self.response_ready.val();
        self.response_source.next = self.source.val();
        self.response_op.next = self.op.val();
        self.response_process.next = self.process_id.val();
        self.response_status.next = self.status.val();
        self.response_arena.next = self.arena.val();
        if self.grants.val() {
            self.answer_frame.next = self.header_frame.val();
            self.answer_line.next = self.page_address.header_line.val();
        } else {
            self.answer_frame.next = self.result_frame.val();
            self.answer_line.next = bits(0, 6);
        }
        self.response_address.next = bits(self.memory_base, self.physical_bits)
            | (bits_to(self.answer_frame.val(), self.physical_bits) << 12)
            | (bits_to(self.answer_line.val(), self.physical_bits) << 6);

        comment!("Line ports: the pool's, the cursors', the engine's and the teardown's onto one.");
        self.line_switch.pool_ask.next = self.page_pool.line_ask.val();
        self.page_pool.line_answer.next = self.line_switch.pool_answer.val();
        self.line_switch.cursors_ask.next = self.arena_cursors.line_ask.val();
        self.arena_cursors.line_answer.next = self.line_switch.cursors_answer.val();
        self.line_switch.engine_ask.next = self.line_unit.line_ask.val();
        self.line_unit.line_answer.next = self.line_switch.engine_answer.val();
        self.line_switch.teardown_ask.next = self.teardown.line_ask.val();
        self.teardown.line_answer.next = self.line_switch.teardown_answer.val();
        self.line_cause.next = self.line_switch.line_cause.val();
        self.line_read_request_valid.next = self.line_switch.line_read_request_valid.val();
        self.line_read_request_address.next = self.line_switch.line_read_request_address.val();
        self.line_read_data_ready.next = self.line_switch.line_read_data_ready.val();
        self.line_write_request_valid.next = self.line_switch.line_write_request_valid.val();
        self.line_write_request_address.next = self.line_switch.line_write_request_address.val();
        self.line_write_data_valid.next = self.line_switch.line_write_data_valid.val();
        self.line_write_data.next = self.line_switch.line_write_data.val();
        self.line_write_data_strobe.next = self.line_switch.line_write_data_strobe.val();
        self.line_write_data_last.next = self.line_switch.line_write_data_last.val();
        self.line_write_response_ready.next = self.line_switch.line_write_response_ready.val();
        self.line_switch.line_read_request_ready.next = self.line_read_request_ready.val();
        self.line_switch.line_read_data_valid.next = self.line_read_data_valid.val();
        self.line_switch.line_read_data.next = self.line_read_data.val();
        self.line_switch.line_read_data_error.next = self.line_read_data_error.val();
        self.line_switch.line_write_request_ready.next = self.line_write_request_ready.val();
        self.line_switch.line_write_data_ready.next = self.line_write_data_ready.val();
        self.line_switch.line_write_response_valid.next = self.line_write_response_valid.val();
        self.line_switch.line_write_response_error.next = self.line_write_response_error.val();
        self.error_valid.next = self.line_switch.error_valid.val();
        self.error_address.next = self.line_switch.error_address.val();
        self.error_write.next = self.line_switch.error_write.val();

        comment!("Counters, numbered from the least significant bit.");
        self.event_counters.select.next = self.counter_select.val();
        self.counter_value.next = self.event_counters.value.val();
        self.pulses.next = (bits_from(
            self.answered.val()
                & (self.op.val() == PageOp::ClaimArena)
                & (self.status.val() != Status::NotEnabled),
            self.counters,
        ) << 25)
            | (bits_from(
                self.answered.val() & (self.op.val() == PageOp::PeekArena),
                self.counters,
            ) << 24)
            | (bits_from(self.arena_cursors.first_hit.val(), self.counters) << 23)
            | (bits_from(self.arena_cursors.first.val(), self.counters) << 22)
            | (bits_from(
                (self.state.val() != PageState::Idle)
                    | (self.free_stage.val() != FreeStage::Quiet)
                    | (self.tear_stage.val() != TearStage::Quiet),
                self.counters,
            ) << 21)
            | (bits_from(
                self.answered.val()
                    & (self.op.val() == PageOp::Destroy)
                    & ((self.status.val() == Status::Ok) | (self.status.val() == Status::BusError)),
                self.counters,
            ) << 20)
            | (bits_from(
                self.answered.val()
                    & (self.op.val() == PageOp::Create)
                    & (self.status.val() == Status::Ok),
                self.counters,
            ) << 19)
            | (bits_from(
                self.reclaimer.discard_valid.val() & self.discard_ready.val(),
                self.counters,
            ) << 18)
            | (bits_from(
                self.reclaimer.shootdown_valid.val() & self.shootdown_ready.val(),
                self.counters,
            ) << 17)
            | (bits_from(
                self.answered.val()
                    & (self.op.val() == PageOp::Take)
                    & (self.status.val() == Status::Ok),
                self.counters,
            ) << 16)
            | (bits_from(
                self.answered.val()
                    & (self.op.val() == PageOp::Push)
                    & (self.status.val() == Status::Ok),
                self.counters,
            ) << 15)
            | (bits_from(self.page_pool.spilled.val(), self.counters) << 14)
            | (bits_from(self.page_pool.refilled.val(), self.counters) << 13)
            | (bits_from(self.arena_cursors.conflict.val(), self.counters) << 12)
            | (bits_from(self.arena_cursors.hit.val(), self.counters) << 11)
            | (bits_from(
                self.arena_cursors.hit.val() | self.arena_cursors.miss.val(),
                self.counters,
            ) << 10)
            | (bits_from(self.line_switch.error_valid.val(), self.counters) << 9)
            | (bits_from(
                self.answered.val()
                    & (self.op.val() != PageOp::PeekArena)
                    & (self.status.val() == Status::NoMemory),
                self.counters,
            ) << 8)
            | (bits_from(
                self.answered.val()
                    & (self.status.val() == Status::BadPointer)
                    & ((self.op.val() == PageOp::TranslateHeader)
                        | (self.op.val() == PageOp::TranslateBody)),
                self.counters,
            ) << 7)
            | (bits_from(
                self.linked.val() & (self.spot_level.val() != 0),
                self.counters,
            ) << 6)
            | (bits_from(
                self.linked.val()
                    & (self.spot_level.val() == 0)
                    & (self.op.val() == PageOp::AllocArena),
                self.counters,
            ) << 5)
            | (bits_from(
                self.linked.val()
                    & (self.spot_level.val() == 0)
                    & (self.op.val() == PageOp::TranslateBody),
                self.counters,
            ) << 4)
            | (bits_from(
                self.answered.val() & (self.op.val() == PageOp::TranslateBody),
                self.counters,
            ) << 3)
            | (bits_from(
                self.answered.val() & (self.op.val() == PageOp::TranslateHeader),
                self.counters,
            ) << 2)
            | (bits_from(
                self.answered.val()
                    & (self.op.val() == PageOp::FreeArena)
                    & (self.status.val() == Status::Ok),
                self.counters,
            ) << 1)
            | bits_from(
                self.answered.val()
                    & (((self.op.val() == PageOp::AllocArena) & (self.status.val() == Status::Ok))
                        | ((self.op.val() == PageOp::ClaimArena)
                            & (self.status.val() != Status::NotEnabled))),
                self.counters,
            );
        self.event_counters.event_pulses.next = self.pulses.val();

        comment!("How far pages of a process reach, and DESTROY's way through them.");
        self.reach.process_id.next = self.process_id.val();
        self.reach.forget.next = (self.state.val() == PageState::LentSet)
            & (self.op.val() == PageOp::Create)
            & self.frame_map.answered.val()
            & (self.step.val() == self.last_step);
        self.reach.note.next = self.state.val() == PageState::Link;
        self.reach.note_class.next = self.size_class.val();
        self.reach.note_context.next = self.context_id.val();
        self.reach.note_arena.next = self.arena.val();
        self.reach.page_process.next = self.tear_process.val();
        self.reach.look.next = self.teardown.look.val();
        self.reach.page.next = self.teardown.page.val();
        self.teardown.answered.next = self.reach.answered.val();
        self.teardown.beyond.next = self.reach.beyond.val();
        self.teardown.next_page.next = self.reach.next_page.val();
        self.teardown.root.next = self.tear_root.val();
        self.teardown.start.next =
            (self.tear_stage.val() == TearStage::Acknowledge) & self.reclaimer.shoot_done.val();
        self.walker.drop.next =
            (self.state.val() == PageState::TearDrop) & self.arena_cursors.drop_done.val();
        self.arena_cursors.drop.next = self.state.val() == PageState::TearDrop;

        comment!("The background: shoot-downs and their acknowledges.");
        if (self.free_stage.val() == FreeStage::Shoot) & self.reclaimer.shoot_ready.val() {
            self.free_stage.next = FreeStage::Acknowledge;
        } else if (self.free_stage.val() == FreeStage::Acknowledge)
            & self.reclaimer.shoot_done.val()
        {
            self.free_stage.next = FreeStage::Finish;
        }
        if (self.tear_stage.val() == TearStage::Shoot) & self.reclaimer.shoot_ready.val() {
            self.tear_stage.next = TearStage::Acknowledge;
        } else if (self.tear_stage.val() == TearStage::Acknowledge)
            & self.reclaimer.shoot_done.val()
        {
            self.tear_stage.next = TearStage::Scan;
        }

        comment!("The engine.");
        match self.state.val() {
            PageState::Idle => {
                self.page.next = bits(0, self.page_bits);
                self.step.next = bits(0, self.step_bits);
                self.zero_line.next = bits(0, 6);
                self.spot_level.next = bits(0, 2);
                if self.claims.val() {
                    self.op.next = PageOp::ClaimArena;
                    self.source.next = self.claim_source.val();
                    self.process_id.next = self.claim_process.val();
                    self.size_class.next = self.claim_class.val();
                    self.context_id.next = self.claim_context.val();
                    self.arena.next = self.claim_arena.val();
                    self.address.next = bits_to(self.claim_line.val(), self.address_bits);
                    self.next_arena.next = self.claim_unused.val();
                    self.released.next = self.claim_released.val();
                    self.state.next = PageState::Begin;
                } else if self.accept.val() {
                    self.op.next = self.request_op.val();
                    self.source.next = self.request_source.val();
                    self.process_id.next = self.request_process.val();
                    self.size_class.next = self.request_class.val();
                    self.context_id.next = self.request_context.val();
                    self.arena.next = self.request_arena.val();
                    self.address.next = self.request_address.val();
                    self.state.next = PageState::Begin;
                } else if self.free_begins.val() | self.free_ends.val() {
                    self.op.next = PageOp::FreeArena;
                    self.source.next = self.free_source.val();
                    self.process_id.next = self.free_process.val();
                    self.size_class.next = self.free_class.val();
                    self.context_id.next = self.free_context.val();
                    self.arena.next = self.free_arena.val();
                    if self.free_begins.val() {
                        self.free_frames.next = bits(0, self.pages_bits);
                        self.free_status.next = Status::Ok;
                        self.free_stage.next = FreeStage::Clearing;
                    }
                    self.state.next = PageState::Cursor;
                } else if self.tear_begins.val() | self.tear_releases.val() | self.tear_ends.val() {
                    self.op.next = PageOp::Destroy;
                    self.source.next = self.tear_source.val();
                    self.process_id.next = self.tear_process.val();
                    if self.tear_begins.val() {
                        self.tear_stage.next = TearStage::Shoot;
                        self.state.next = PageState::TearDrop;
                    } else if self.tear_releases.val() {
                        self.new_frame.next = self.tear_root.val();
                        self.state.next = PageState::LentClear;
                    } else {
                        self.tear_stage.next = TearStage::Quiet;
                        self.state.next = PageState::TearEnd;
                    }
                }
            }
            PageState::Begin => {
                self.new_frame.next = self.address_frame.val();
                self.status.next = Status::Ok;
                self.state.next = PageState::Answer;
                match self.op.val() {
                    PageOp::AllocArena => {
                        if !self.live.val() {
                            self.status.next = Status::NotEnabled;
                        } else if self.process_table.barred.val() {
                            self.status.next = Status::BusError;
                        } else {
                            self.state.next = PageState::Cursor;
                        }
                    }
                    PageOp::PeekArena => {
                        if !self.live.val() {
                            self.status.next = Status::NotEnabled;
                        } else if self.process_table.barred.val() {
                            self.status.next = Status::BusError;
                        } else {
                            self.state.next = PageState::Cursor;
                        }
                    }
                    PageOp::ClaimArena => {
                        self.header_frame.next = self.address_frame.val();
                        if self.live.val() {
                            self.state.next = PageState::Cursor;
                        } else {
                            self.status.next = Status::NotEnabled;
                        }
                    }
                    PageOp::FreeArena => {
                        self.free_source.next = self.source.val();
                        self.free_process.next = self.process_id.val();
                        self.free_class.next = self.size_class.val();
                        self.free_context.next = self.context_id.val();
                        self.free_arena.next = self.arena.val();
                        if self.live.val() {
                            self.free_stage.next = FreeStage::Waiting;
                            self.state.next = PageState::Idle;
                        } else {
                            self.status.next = Status::NotEnabled;
                        }
                    }
                    PageOp::TranslateHeader => {
                        self.size_class.next = self.page_address.header_class.val();
                        self.context_id.next = self.page_address.header_context.val();
                        self.arena.next = self.page_address.header_arena.val();
                        if !self.live.val() {
                            self.status.next = Status::NotEnabled;
                        } else if self.page_address.in_header_lane.val() {
                            self.state.next = PageState::HeaderWalk;
                        } else {
                            self.status.next = Status::BadPointer;
                        }
                    }
                    PageOp::TranslateBody => {
                        self.size_class.next = self.page_address.body_class.val();
                        self.context_id.next = self.page_address.body_context.val();
                        self.arena.next = self.page_address.body_arena.val();
                        self.page.next = self.page_address.body_page.val();
                        if !self.live.val() {
                            self.status.next = Status::NotEnabled;
                        } else if self.page_address.in_body.val() {
                            self.state.next = PageState::BodyWalk;
                        } else {
                            self.status.next = Status::BadPointer;
                        }
                    }
                    PageOp::Create => {
                        if self.process_table.process_state.val() != ProcessState::Absent {
                            self.status.next = Status::NotEnabled;
                        } else if self.in_memory.val()
                            & (self.address_frame.val() <= self.last_descriptor)
                        {
                            self.state.next = PageState::LentCheck;
                        } else {
                            self.status.next = Status::BadPointer;
                        }
                    }
                    PageOp::Destroy => {
                        self.tear_source.next = self.source.val();
                        self.tear_process.next = self.process_id.val();
                        self.tear_root.next = self.process_table.root.val();
                        if self.live.val() {
                            self.tear_stage.next = TearStage::Waiting;
                            self.state.next = PageState::Idle;
                        } else {
                            self.status.next = Status::NotEnabled;
                        }
                    }
                    PageOp::Push => {
                        if self.in_memory.val() {
                            self.state.next = PageState::LentSet;
                        } else {
                            self.status.next = Status::BadPointer;
                        }
                    }
                    PageOp::Take => {
                        self.state.next = PageState::Reserve;
                    }
                    PageOp::Sync => {
                        self.state.next = PageState::Sync;
                    }
                    PageOp::SetQuota => {
                        if !self.live.val() {
                            self.status.next = Status::NotEnabled;
                        }
                    }
                }
            }
            PageState::Cursor => {
                if self.arena_cursors.answered.val() {
                    if self.op.val() != PageOp::ClaimArena {
                        self.next_arena.next = self.arena_cursors.next_arena.val();
                        self.released.next = self.arena_cursors.released.val();
                    }
                    if self.op.val() == PageOp::ClaimArena {
                        if self.arena_cursors.bus_error.val() {
                            self.status.next = Status::BusError;
                        }
                        self.state.next = PageState::HeaderWrite;
                    } else if self.op.val() == PageOp::FreeArena {
                        self.free_page.next = self.page_number.val();
                        self.free_pages.next = self.page_address.body_pages.val();
                        if self.free_stage.val() == FreeStage::Finish {
                            if self.arena_cursors.bus_error.val() {
                                self.free_status.next = Status::BusError;
                            }
                            self.state.next = PageState::Settle;
                        } else if self.arena_cursors.bus_error.val() {
                            self.status.next = Status::BusError;
                            self.free_stage.next = FreeStage::Quiet;
                            self.state.next = PageState::Answer;
                        } else {
                            self.state.next = PageState::HeaderWalk;
                        }
                    } else if self.arena_cursors.bus_error.val() {
                        self.status.next = Status::BusError;
                        self.state.next = PageState::Answer;
                    } else if self.arena_cursors.released.val() != self.none {
                        self.reused.next = true;
                        self.arena.next =
                            bits_to(self.arena_cursors.released.val(), self.arena_bits);
                        self.state.next = PageState::HeaderWalk;
                    } else if self.arena_cursors.next_arena.val()
                        > bits_to(self.arena_mask.data.val(), self.link_bits)
                    {
                        self.status.next = Status::NoMemory;
                        self.state.next = PageState::Answer;
                    } else {
                        self.reused.next = false;
                        self.arena.next =
                            bits_to(self.arena_cursors.next_arena.val(), self.arena_bits);
                        self.state.next = PageState::HeaderWalk;
                    }
                }
            }
            PageState::HeaderWalk => {
                if self.walker.done.val() {
                    self.header_frame.next = self.walker.frame.val();
                    self.result_frame.next = self.walker.frame.val();
                    self.state.next = PageState::Answer;
                    if self.walker.bus_error.val() {
                        self.status.next = Status::BusError;
                    } else if self.walker.mapped.val() {
                        if self.op.val() == PageOp::TranslateHeader {
                            self.status.next = Status::Ok;
                        } else if (self.op.val() == PageOp::AllocArena) & !self.reused.val() {
                            self.state.next = PageState::HeaderWrite;
                        } else if (self.op.val() != PageOp::PeekArena) | self.reused.val() {
                            self.state.next = PageState::HeaderRead;
                        }
                    } else if self.op.val() == PageOp::AllocArena {
                        self.spot_table.next = self.walker.last_table.val();
                        self.spot_level.next = self.walker.last_level.val();
                        if self.reused.val() {
                            self.status.next = Status::CorruptHeader;
                        } else {
                            self.state.next = PageState::Reserve;
                        }
                    } else {
                        self.status.next = Status::BadPointer;
                    }
                    if (self.op.val() == PageOp::FreeArena)
                        & (self.walker.bus_error.val() | !self.walker.mapped.val())
                    {
                        self.free_stage.next = FreeStage::Quiet;
                    }
                }
            }
            PageState::HeaderRead => {
                if self.line_unit.done.val() {
                    self.new_released.next = self.line_unit.found_next.val();
                    self.state.next = PageState::Answer;
                    if self.line_unit.bus_error.val() {
                        self.status.next = Status::BusError;
                    } else if self.grants.val() {
                        if self.line_unit.sum_matches.val()
                            & self.line_unit.tag_matches.val()
                            & self.line_unit.released.val()
                            & self.line_unit.next_valid.val()
                        {
                            if self.op.val() == PageOp::AllocArena {
                                self.state.next = PageState::HeaderWrite;
                            }
                        } else {
                            self.status.next = Status::CorruptHeader;
                        }
                    } else if self.line_unit.sum_matches.val()
                        & self.line_unit.tag_matches.val()
                        & self.line_unit.in_use.val()
                    {
                        if self.op.val() == PageOp::FreeArena {
                            self.state.next = PageState::BodyWalk;
                        } else {
                            self.state.next = PageState::Reserve;
                        }
                    } else if (self.op.val() == PageOp::TranslateBody)
                        | self.line_unit.never_used.val()
                        | (self.line_unit.sum_matches.val() & self.line_unit.released.val())
                    {
                        self.status.next = Status::BadPointer;
                    } else {
                        self.status.next = Status::CorruptHeader;
                    }
                    if (self.op.val() == PageOp::FreeArena)
                        & (self.line_unit.bus_error.val()
                            | !self.line_unit.sum_matches.val()
                            | !self.line_unit.tag_matches.val()
                            | !self.line_unit.in_use.val())
                    {
                        self.free_stage.next = FreeStage::Quiet;
                    }
                }
            }
            PageState::BodyWalk => {
                if self.walker.done.val() {
                    self.spot_table.next = self.walker.last_table.val();
                    self.spot_level.next = self.walker.last_level.val();
                    self.result_frame.next = self.walker.frame.val();
                    if self.walker.bus_error.val() {
                        self.status.next = Status::BusError;
                        if self.op.val() == PageOp::FreeArena {
                            self.free_stage.next = FreeStage::Quiet;
                        }
                        self.state.next = PageState::Answer;
                    } else if self.op.val() == PageOp::FreeArena {
                        if self.walker.last_level.val() == 0 {
                            self.state.next = PageState::ClearRead;
                        } else {
                            self.state.next = PageState::HeaderWrite;
                        }
                    } else if self.walker.mapped.val() {
                        self.state.next = PageState::Answer;
                    } else {
                        self.state.next = PageState::HeaderWalk;
                    }
                }
            }
            PageState::Reserve => {
                if self.over_quota.val() {
                    self.status.next = Status::NoMemory;
                    self.state.next = PageState::Answer;
                } else if self.page_pool.have.val() {
                    self.state.next = PageState::Pop;
                } else if self.page_pool.dry.val() {
                    self.status.next = Status::NoMemory;
                    self.state.next = PageState::Answer;
                } else if self.page_pool.failed.val() {
                    self.status.next = Status::BusError;
                    self.state.next = PageState::Answer;
                }
            }
            PageState::Pop => {
                if self.page_pool.pop_valid.val() {
                    self.new_frame.next = self.page_pool.pop_frame.val();
                    self.result_frame.next = self.page_pool.pop_frame.val();
                    if self.op.val() == PageOp::Take {
                        self.state.next = PageState::LentClear;
                    } else if self.filtered == 1 {
                        self.state.next = PageState::Grant;
                    } else {
                        self.state.next = PageState::Zero;
                    }
                }
            }
            PageState::Grant => {
                if self.own_grant.val() & self.grant_ready.val() {
                    if self.op.val() != PageOp::Create {
                        self.state.next = PageState::Link;
                    } else if self.step.val() == self.last_step {
                        self.step.next = bits(0, self.step_bits);
                        self.new_frame.next = self.address_frame.val();
                        self.state.next = PageState::LentSet;
                    } else {
                        self.step.next = self.step.val() + 1;
                        self.new_frame.next = self.new_frame.val() + 1;
                    }
                }
            }
            PageState::Zero => {
                if self.line_unit.done.val() {
                    self.zero_line.next = self.zero_line.val() + 1;
                    if self.line_unit.bus_error.val() {
                        self.status.next = Status::BusError;
                        if self.op.val() == PageOp::Create {
                            self.state.next = PageState::Answer;
                        } else {
                            self.state.next = PageState::GiveBack;
                        }
                    } else if self.zero_line.val().all() {
                        if self.op.val() != PageOp::Create {
                            self.state.next = PageState::Link;
                        } else if self.step.val() == self.last_step {
                            self.step.next = bits(0, self.step_bits);
                            self.new_frame.next = self.address_frame.val();
                            self.state.next = PageState::LentSet;
                        } else {
                            self.step.next = self.step.val() + 1;
                            self.new_frame.next = self.new_frame.val() + 1;
                        }
                    }
                }
            }
            PageState::Link => {
                if self.line_unit.done.val() {
                    if self.line_unit.bus_error.val() {
                        self.status.next = Status::BusError;
                        self.state.next = PageState::GiveBack;
                    } else if self.spot_level.val() != 0 {
                        self.spot_table.next = self.new_frame.val();
                        self.spot_level.next = self.spot_level.val() - 1;
                        self.state.next = PageState::Pop;
                    } else if self.op.val() == PageOp::AllocArena {
                        self.header_frame.next = self.new_frame.val();
                        self.state.next = PageState::HeaderWrite;
                    } else {
                        self.state.next = PageState::Answer;
                    }
                }
            }
            PageState::GiveBack => {
                if self.handed_over.val() {
                    self.state.next = PageState::Answer;
                }
            }
            PageState::HeaderWrite => {
                if self.line_unit.done.val() {
                    if self.grants.val() {
                        if self.line_unit.bus_error.val() {
                            self.status.next = Status::BusError;
                        }
                        self.state.next = PageState::Answer;
                    } else {
                        if self.line_unit.bus_error.val() {
                            self.free_status.next = Status::BusError;
                        }
                        if self.free_frames.val().any() {
                            self.free_stage.next = FreeStage::Shoot;
                            self.state.next = PageState::Idle;
                        } else {
                            self.state.next = PageState::Settle;
                        }
                    }
                }
            }
            PageState::Settle => {
                self.status.next = self.free_status.val();
                self.free_stage.next = FreeStage::Quiet;
                self.state.next = PageState::Answer;
            }
            PageState::ClearRead => {
                self.scan.next = bits(0, self.entry_bits);
                if self.line_unit.done.val() {
                    if self.line_unit.bus_error.val() {
                        self.free_status.next = Status::BusError;
                        self.state.next = PageState::ClearStep;
                    } else if self.line_unit.found.val().any() {
                        self.state.next = PageState::ClearWrite;
                    } else {
                        self.state.next = PageState::ClearStep;
                    }
                }
            }
            PageState::ClearWrite => {
                if self.line_unit.done.val() {
                    if self.line_unit.bus_error.val() {
                        self.free_status.next = Status::BusError;
                        self.state.next = PageState::ClearStep;
                    } else {
                        self.state.next = PageState::ClearScan;
                    }
                }
            }
            PageState::ClearScan => {
                if self.entry_done.val() {
                    self.scan.next = self.scan.val() + 1;
                    if self.hand_over.val() {
                        self.free_frames.next = self.free_frames.val() + 1;
                    }
                    if self.last_entry.val() {
                        self.state.next = PageState::ClearStep;
                    }
                }
            }
            PageState::ClearStep => {
                self.page.next = self.page.val() + bits_to(self.line_pages.val(), self.page_bits);
                if self.line_end.val() > self.entries {
                    self.state.next = PageState::ClearRead;
                } else if self.free_status.val() == Status::Ok {
                    self.state.next = PageState::HeaderWrite;
                } else if self.free_frames.val().any() {
                    self.free_stage.next = FreeStage::Shoot;
                    self.state.next = PageState::Idle;
                } else {
                    self.state.next = PageState::Settle;
                }
            }
            PageState::LentCheck => {
                if self.frame_map.answered.val() {
                    if self.frame_map.lent.val() {
                        self.status.next = Status::BadPointer;
                        self.state.next = PageState::Answer;
                    } else if self.step.val() == self.last_step {
                        self.step.next = bits(0, self.step_bits);
                        self.new_frame.next = self.address_frame.val();
                        if self.filtered == 1 {
                            self.state.next = PageState::Grant;
                        } else {
                            self.state.next = PageState::Zero;
                        }
                    } else {
                        self.step.next = self.step.val() + 1;
                        self.new_frame.next = self.new_frame.val() + 1;
                    }
                }
            }
            PageState::LentSet => {
                if self.frame_map.answered.val() {
                    self.step.next = self.step.val() + 1;
                    self.new_frame.next = self.new_frame.val() + 1;
                    if self.op.val() == PageOp::Push {
                        self.new_frame.next = self.new_frame.val();
                        if self.frame_map.lent.val() {
                            self.status.next = Status::BadPointer;
                            self.state.next = PageState::Answer;
                        } else {
                            self.state.next = PageState::PushFrame;
                        }
                    } else if self.step.val() == self.last_step {
                        self.state.next = PageState::Answer;
                    }
                }
            }
            PageState::LentClear => {
                if self.frame_map.answered.val() {
                    self.step.next = self.step.val() + 1;
                    self.new_frame.next = self.new_frame.val() + 1;
                    if self.op.val() == PageOp::Take {
                        self.state.next = PageState::Answer;
                    } else if self.step.val() == self.last_step {
                        self.tear_stage.next = TearStage::Drain;
                        self.state.next = PageState::Idle;
                    }
                }
            }
            PageState::PushFrame => {
                if self.handed_over.val() {
                    self.state.next = PageState::Answer;
                }
            }
            PageState::Sync => {
                if self.arena_cursors.sync_done.val() {
                    if self.arena_cursors.bus_error.val() {
                        self.status.next = Status::BusError;
                    }
                    self.state.next = PageState::Answer;
                }
            }
            PageState::TearDrop => {
                if self.arena_cursors.drop_done.val() {
                    self.state.next = PageState::Idle;
                }
            }
            PageState::TearEnd => {
                if self.teardown.bus_error.val() {
                    self.status.next = Status::BusError;
                } else {
                    self.status.next = Status::Ok;
                }
                self.state.next = PageState::Answer;
            }
            PageState::Answer => {
                if self.response_ready.val() {
                    self.state.next = PageState::Idle;
                }
            }
        }
    }
}
