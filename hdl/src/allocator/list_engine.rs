//! Everything that the object table can't do alone: lists, headers, new and released arenas.

use super::header_judge::HeaderJudge;
use super::header_moves::HeaderMoves;
use super::header_store::HeaderStore;
use super::header_unit::arena_mask;
use super::standby_table::LINE_BITS;
use super::translation_cache::TranslationCache;
use super::types::{EngineState, EngineStep, MissKind, Status};
use super::word_install::WordInstall;
use crate::geometry::{BEAT_BITS, Geometry, LINE_BEATS, PAGE_BITS};
use crate::rtl::*;

bundle! {
    /// The part of a class's entry that only this engine needs.
    pub struct Entry { known: bool, valid: bool, arena: Word, line: Word, head: Word }
}

bundle! {
    /// What is to be known of a class's standby once it is taken: its number and line, and the list's head then.
    pub struct Kept { arena: Word, line: Word, head: Word }
}

fn kept(g: &Geometry) -> KeptShape {
    KeptShape {
        arena: g.arena_bits,
        line: g.physical_bits - LINE_BITS,
        head: g.arena_bits + 1,
    }
}
fn entry(g: &Geometry) -> EntryShape {
    EntryShape {
        known: (),
        valid: (),
        arena: g.arena_bits,
        line: g.physical_bits,
        head: g.arena_bits + 1,
    }
}

module! {
    /// List engine: frees outside the object table, refills and loads of its entries, arenas
    /// fetched ahead of need.
    ///
    /// A free clears its slot's bit in its arena's header, and counts down; then
    ///   - an empty arena is unlinked from its list and given back (release);
    ///   - one whose free slots have just reached the threshold goes to the head of the list (push).
    /// Any other free is a plain one: the header store changes the header at hand, has it written
    /// while the next misses are served, and answers with memory. A free that finds more to do, or
    /// nothing, waits until everything before it is in memory and reads its header once more; so do
    /// all other misses before they begin.
    /// A refill takes the head of the class's list (pop) or asks for an arena (new); the full arena
    /// that it displaces is written back. A load reads the class's record in the process descriptor
    /// and the header of the arena that it names: the state in which the context left the class.
    ///
    /// While no miss waits, the next arena is fetched for a class that asks for one: the head of its
    /// list, or the one that the page allocator would grant (it is only asked, and changes nothing).
    /// Words and counts go into the bank that doesn't serve the class. A push or release of the
    /// class, or a free in the fetched arena, drops it again. When an allocation has taken it, the
    /// full arena and the new head's prev are still to be written (displace); the allocation doesn't
    /// wait for that, nor is it told of errors.
    ///
    /// All headers that a step touches are read and judged before the first is written, so a
    /// refusal changes nothing. A bus error on a write is reported and the step finished.
    ///
    /// Protocol:   valid/ready at the miss and at the page allocator's ports; answers are pulses.
    /// Latency:    from the edge that accepts the request to the edge that takes the response, in
    ///             the shortest pipeline, two words a bitmap, translations and headers at hand, every
    ///             port answering in one cycle: free 19, with a push onto an empty list 32, with the
    ///             release of the only listed arena 22; allocation that gets a new arena 18, 30 if
    ///             a full one is written back first, which one that takes a standby doesn't wait
    ///             for. A free whose header comes from memory takes 31; longer pipelines, more words
    ///             and slower ports take their own. An operation that has to load its class first takes 21
    ///             more if the class has no arena, else those of reading its header, too.
    /// Throughput: one miss at a time, a plain free whose header is at hand every four cycles, as
    ///             long as memory takes the lines; a fetch under way ends first.
    /// Reset:      one cycle a class to mark its entry unknown; misses wait. Forget takes as long.
    pub module ListEngine(g: &Geometry) = "memento_list_engine" {
        parameters {
            /// bits, width of an operand
            operand_bits = g.operand_bits,
            /// bits, width of a physical address
            physical_bits = g.physical_bits,
            /// bits, width of a class number
            class_bits = g.class_bits,
            /// bits, width of a context number
            context_bits = g.context_bits,
            /// bits, width of an arena number
            arena_bits = g.arena_bits,
            /// bits, width of a slot number
            slot_bits = g.slot_bits,
            /// bits, width of a count of 0..=objects
            count_bits = g.count_bits,
            /// words a bitmap
            words = g.words,
            /// slots a word
            word_bits = g.word_bits,
        }
        derived {
            /// bits, width of a link: an arena number and a bit for "none"
            link_bits = arena_bits + 1,
            /// the link that names no arena
            none = 1 << arena_bits,
            /// bits, width of a word number
            word_number_bits = clog2(words),
            /// bits, width of a count of a word's slots
            word_count_bits = clog2(word_bits + 1),
            /// bits, width of a frame number
            frame_bits = physical_bits - PAGE_BITS,
            /// bits, width of a line's number
            line_bits = physical_bits - LINE_BITS,
            /// bits, width of all words' counts
            counts_bits = words * clog2(word_bits + 1),
            /// log2 of the beats a line
            beat_number_bits = clog2(LINE_BEATS),
        }
        features {
            /// 1: words of tables and queues are checked by a parity bit
            parity = g.parity as usize,
        }
        ports {
            "Miss: valid/ready" {
                /// a miss is there
                input miss_valid: bool;
                /// it is taken
                output miss_ready: bool;
                /// what is asked for
                input miss_kind: MissKind;
                /// the operation came from the inbox
                input miss_inbox: bool;
                /// class
                input miss_class: Word = class_bits;
                /// arena of a free
                input miss_arena: Word = arena_bits;
                /// slot of a free
                input miss_slot: Word = slot_bits;
            }
            "Answer to a free: a pulse" {
                /// an answer is there
                output answer_valid: bool;
                /// the free came from the inbox
                output answer_inbox: bool;
                /// status
                output answer_status: Status;
            }
            "Refill" {
                /// the refill or load has ended
                output refilled: bool;
                /// how
                output refilled_status: Status;
                /// nothing is on its way through the object table: installing is safe
                input drained: bool;
            }
            "Fetch: an arena ahead of need" {
                /// one is asked for
                input asked: bool;
                /// for which class
                input asked_class: Word = class_bits;
                /// it is being fetched
                output fetching: bool;
                /// fetch nothing
                input closed: bool;
                /// the page allocator has yet to accept a claim: ask it nothing
                input claim_waiting: bool;
                /// nothing should enter the object table, so that a word can be installed
                output starving: bool;
                /// the miss that ends is a free
                output free_served: bool;
            }
            "Install: a word's mask and count, or a tag, a cycle" {
                /// write a word
                output install_word: bool;
                /// it is written
                input install_ready: bool;
                /// it is a standby's
                output install_ahead: bool;
                /// the standby is complete
                output install_standby: bool;
                /// forget the class's standby
                output drop_standby: bool;
                /// the class has a standby
                input standby_ready: bool;
                /// standby: it is to be claimed when it is taken
                output install_fresh: bool;
                /// standby: physical address of its header's line
                output install_line: Word = physical_bits;
                /// standby to be claimed: the next never used number after that
                output install_unused: Word = link_bits;
                /// standby to be claimed: the number released last after that
                output install_link: Word = link_bits;
                /// standby: lowest word with a free slot
                output install_lowest: Word = word_number_bits;
                /// standby: free slots of each word, the first's in the lowest bits
                output install_counts: Word = counts_bits;
                /// write a tag
                output install_tag: bool;
                /// class
                output install_class: Word = class_bits;
                /// word number
                output install_number: Word = word_number_bits;
                /// free mask
                output install_mask: Word = word_bits;
                /// free slots in the word
                output install_count: Word = word_count_bits;
                /// the class's state is known
                output install_known: bool;
                /// the tag is valid
                output install_valid: bool;
                /// the header in memory differs from the entry
                output install_dirty: bool;
                /// arena number
                output install_arena: Word = arena_bits;
            }
            "Setting: constant while misses are on their way" {
                /// context that runs
                input context_id: Word = context_bits;
                /// physical address of the context's first record
                input records: Word = physical_bits;
                /// the sweep after reset is over
                output ready: bool;
            }
            "Switch: only while no miss is on its way" {
                /// forget every class and translation
                input forget: bool;
                /// no miss is under way
                output idle: bool;
                /// look at a class's entry
                input view: bool;
                /// class
                input view_class: Word = class_bits;
                /// its state is known; this and the rest one cycle later
                output view_known: bool;
                /// an arena serves it
                output view_valid: bool;
                /// that arena
                output view_arena: Word = arena_bits;
                /// physical address of its header's line
                output view_line: Word = physical_bits;
                /// head of the class's list
                output view_head: Word = link_bits;
            }
            "Events: a pulse each" {
                /// an arena was taken from a list
                output event_pop: bool;
                /// an arena was asked for and granted
                output event_new: bool;
                /// an arena was put on a list
                output event_push: bool;
                /// an arena was given back
                output event_release: bool;
                /// a class was loaded
                output event_load: bool;
                /// a class's standby was forgotten
                output event_drop: bool;
                /// what a taken standby left to write could not be written
                output event_failure: bool;
            }
            "ALLOC_ARENA request: valid/ready" {
                /// an arena is asked for
                output alloc_arena_request_valid: bool;
                /// accepted
                input alloc_arena_request_ready: bool;
                /// class
                output alloc_arena_request_class: Word = class_bits;
                /// context
                output alloc_arena_request_context: Word = context_bits;
                /// only ask which arena would be granted, and change nothing
                output alloc_arena_request_peek: bool;
            }
            "ALLOC_ARENA response: valid/ready" {
                /// an answer is there
                input alloc_arena_response_valid: bool;
                /// taken
                output alloc_arena_response_ready: bool;
                /// Ok; else none is granted, and the allocation is answered so
                input alloc_arena_response_status: Status;
                /// arena number
                input alloc_arena_response_arena: Word = arena_bits;
                /// physical address of its header's line
                input alloc_arena_response_line: Word = physical_bits;
                /// asked only: the next never used number once the arena is granted
                input alloc_arena_response_unused: Word = link_bits;
                /// asked only: the number released last once the arena is granted
                input alloc_arena_response_released: Word = link_bits;
            }
            "FREE_ARENA request: valid/ready" {
                /// an arena is given back
                output free_arena_request_valid: bool;
                /// accepted
                input free_arena_request_ready: bool;
                /// class
                output free_arena_request_class: Word = class_bits;
                /// context
                output free_arena_request_context: Word = context_bits;
                /// arena number
                output free_arena_request_arena: Word = arena_bits;
            }
            "FREE_ARENA response: valid/ready" {
                /// an answer is there
                input free_arena_response_valid: bool;
                /// taken
                output free_arena_response_ready: bool;
                /// Ok or BusError
                input free_arena_response_status: Status;
            }
            "TRANSLATE request: valid/ready" {
                /// a header's address is asked about
                output translate_request_valid: bool;
                /// accepted
                input translate_request_ready: bool;
                /// virtual address of the header
                output translate_request_address: Word = operand_bits;
            }
            "TRANSLATE response: valid/ready" {
                /// an answer is there
                input translate_response_valid: bool;
                /// taken
                output translate_response_ready: bool;
                /// the page is not mapped
                input translate_response_fault: bool;
                /// the page allocator met a bus error
                input translate_response_error: bool;
                /// frame number
                input translate_response_frame: Word = frame_bits;
            }
            "Header read request: valid/ready" {
                /// a line is asked for
                output header_read_request_valid: bool;
                /// accepted
                input header_read_request_ready: bool;
                /// its physical address, a multiple of 64
                output header_read_request_address: Word = physical_bits;
                /// it is a record's
                output header_record: bool;
            }
            "Check of the tables' words" {
                /// a word that is used is not what was written
                output wrong[parity]: bool;
            }
            "Header read data: valid/ready, eight beats a line" {
                /// a beat is there
                input header_read_data_valid: bool;
                /// taken
                output header_read_data_ready: bool;
                /// eight bytes, the lowest address in the lowest bits
                input header_read_data: Word = BEAT_BITS;
                /// the memory failed
                input header_read_data_error: bool;
            }
            "Header write request: valid/ready" {
                /// a line is to be written
                output header_write_request_valid: bool;
                /// accepted
                input header_write_request_ready: bool;
                /// its physical address, a multiple of 64
                output header_write_request_address: Word = physical_bits;
            }
            "Header write data: valid/ready, eight beats a line" {
                /// a beat is on offer
                output header_write_data_valid: bool;
                /// accepted
                input header_write_data_ready: bool;
                /// eight bytes, the lowest address in the lowest bits
                output header_write_data: Word = BEAT_BITS;
                /// the line's eighth beat
                output header_write_data_last: bool;
            }
            "Header write response: valid/ready" {
                /// the line is written
                input header_write_response_valid: bool;
                /// taken
                output header_write_response_ready: bool;
                /// the memory failed
                input header_write_response_error: bool;
            }
        }
        wires {
            /// the class's entry as stored
            loaded: Entry = entry(g);
            /// the class's standby as kept
            kept: Kept = kept(g);
            /// class whose entry is looked up
            look_up_class: Word = class_bits;
            /// a miss is taken
            takes: bool;
            /// the address of the header that is fetched has come
            located: bool;
            /// a fetch begins
            begins_fetch: bool;
            /// what a taken standby left to write fails
            fails_behind: bool;
            /// the miss is a free
            freeing: bool;
            /// the miss ends
            ends: bool;
            /// the link that names the free's arena
            self_link: Word = link_bits;
            /// physical address of the class's record
            record_address: Word = physical_bits;
            /// current arena as the record has it
            record_arena: Word = 32;
            /// list head as the record has it
            record_head: Word = 32;
            /// the class may have an arena of either number, as far as they are links
            record_possible: bool;
        }
        state {
            /// what the engine does
            state: EngineState;
            /// entry that is swept
            swept: Word = class_bits;
        }
        data {
            /// the miss is a refill
            refill: bool;
            /// the miss is a load
            loading: bool;
            /// an arena is fetched ahead
            ahead: bool;
            /// the miss is what a taken standby left to write
            displacing: bool;
            /// arena of the class's standby, if there is one
            standby_arena: Word = arena_bits;
            /// next never used number once the fetched arena is granted
            next_unused: Word = link_bits;
            /// the operation came from the inbox
            inbox: bool;
            /// its class
            size_class: Word = class_bits;
            /// arena of the free; of a refill, the arena that is installed
            arena: Word = arena_bits;
            /// slot of the free
            slot: Word = slot_bits;
            /// which header is fetched
            step: EngineStep;
            /// its arena
            target: Word = arena_bits;
            /// physical address of the header last located
            line: Word = physical_bits;
            /// physical address of the line of the free's arena, or of the arena that is installed
            self_line: Word = physical_bits;
            /// physical address of the line of the previous neighbour, or of the old head
            prev_line: Word = physical_bits;
            /// physical address of the line of the next neighbour
            next_line: Word = physical_bits;
            /// next of the free's arena, or of the popped one
            after_arena: Word = link_bits;
            /// its next may name an arena
            after_possible: bool;
            /// prev of the free's arena
            before_arena: Word = link_bits;
            /// allocated slots of the free's arena, after the free
            count: Word = count_bits;
            /// the arena to install is new, with no slot taken
            fresh: bool;
            /// the table holds an arena of the class
            held: bool;
            /// its number
            held_arena: Word = arena_bits;
            /// physical address of its header's line
            held_line: Word = physical_bits;
            /// head of the class's list
            head: Word = link_bits;
            /// the free puts its arena on the list
            pushing: bool;
            /// all writes before it were answered when the header was read
            settled: bool;
            /// how the miss ended
            status: Status;
        }
        instances {
            /// entries of the classes
            entries: leaf::BlockRam<Entry> = leaf::BlockRam::protected(1 << class_bits, entry(g), parity == 1);
            /// the classes' standbys
            standbys: leaf::BlockRam<Kept> = leaf::BlockRam::protected(1 << class_bits, kept(g), parity == 1);
            /// where headers are
            translation: TranslationCache = TranslationCache::new(g);
            /// headers in and out, and at hand
            headers: HeaderStore = HeaderStore::new(g);
            /// what is moved in each state
            moves: HeaderMoves = HeaderMoves::new(g);
            /// what a header that was read leads to
            judge: HeaderJudge = HeaderJudge::new(g);
            /// an arena's words on their way into the object table
            words_in: WordInstall = WordInstall::new(g);
            /// bits that an arena number of the class may have
            arena_mask: Table = arena_mask(g);
        }
    }
}

impl Logic for ListEngine {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("The miss, and the entry of its class; or the entry that a switch looks at.");
        self.idle.next = (self.state.val() == EngineState::Idle)
            & !self.miss_valid.val()
            & !self.headers.unanswered.val();
        self.miss_ready.next = !self.claim_waiting.val()
            & (((self.state.val() == EngineState::Idle)
                & ((self.miss_kind.val() == MissKind::Free) | !self.headers.unanswered.val()))
                | (self.headers.cleared.val() & (self.miss_kind.val() == MissKind::Free)));
        self.takes.next = self.miss_valid.val() & self.miss_ready.val();
        self.begins_fetch.next = (self.state.val() == EngineState::Idle)
            & !self.claim_waiting.val()
            & !self.headers.unanswered.val()
            & !self.miss_valid.val()
            & self.asked.val()
            & !self.closed.val();
        self.fetching.next = self.begins_fetch.val();
        if self.miss_valid.val() {
            self.look_up_class.next = self.miss_class.val();
        } else {
            self.look_up_class.next = self.asked_class.val();
        }
        if self.view.val() {
            self.entries.read_address.next = self.view_class.val();
        } else {
            self.entries.read_address.next = self.look_up_class.val();
        }
        self.loaded.next = self.entries.read_data.val();
        self.standbys.read_address.next = self.look_up_class.val();
        self.kept.next = self.standbys.read_data.val();
        self.view_known.next = self.loaded.val().known;
        self.view_valid.next = self.loaded.val().valid;
        self.view_arena.next = self.loaded.val().arena;
        self.view_line.next = self.loaded.val().line;
        self.view_head.next = self.loaded.val().head;
        if self.state.val() == EngineState::Sweep {
            self.entries.write.next = true;
            self.entries.write_address.next = self.swept.val();
            self.entries.write_data.next.known = false;
            self.entries.write_data.next.valid = false;
            self.entries.write_data.next.head = bits(self.none, self.link_bits);
        } else {
            self.entries.write.next = self.state.val() == EngineState::Store;
            self.entries.write_address.next = self.size_class.val();
            self.entries.write_data.next.known = true;
            self.entries.write_data.next.valid = self.held.val();
            self.entries.write_data.next.head = self.head.val();
        }
        self.entries.write_data.next.arena = self.held_arena.val();
        self.entries.write_data.next.line = self.held_line.val();
        self.ready.next = (self.state.val() != EngineState::Sweep) & self.headers.ready.val();

        if self.parity == 1 {
            self.headers.peek_used[0].next = ((self.state.val() == EngineState::InstallWords)
                & !self.fresh.val())
                | (self.state.val() == EngineState::CheckRecord);
            self.wrong[0].next = self.headers.wrong[0].val()
                | self.translation.wrong[0].val()
                | (((self.state.val() == EngineState::LoadEntry) | self.view.val())
                    & self.entries.wrong.val())
                | ((self.state.val() == EngineState::LoadEntry)
                    & (self.displacing.val() | self.standby_ready.val())
                    & self.standbys.wrong.val());
        }

        comment!("Where a header is.");
        self.translation.forget.next = self.forget.val();
        self.translation.ask.next = (self.state.val() == EngineState::Locate)
            | ((self.state.val() == EngineState::LoadEntry) & self.headers.elsewhere.val());
        self.translation.size_class.next = self.size_class.val();
        self.translation.context_id.next = self.context_id.val();
        self.translation.arena.next = self.target.val();
        self.translation.learn.next = ((self.state.val() == EngineState::InstallTag)
            & !self.displacing.val()
            | (self.state.val() == EngineState::KeepStandby))
            & self.fresh.val();
        self.translation.learn_address.next = self.self_line.val();
        self.translate_request_valid.next = self.translation.translate_request_valid.val();
        self.translation.translate_request_ready.next = self.translate_request_ready.val();
        self.translate_request_address.next = self.translation.translate_request_address.val();
        self.translation.translate_response_valid.next = self.translate_response_valid.val();
        self.translate_response_ready.next = self.translation.translate_response_ready.val();
        self.translation.translate_response_fault.next = self.translate_response_fault.val();
        self.translation.translate_response_error.next = self.translate_response_error.val();
        self.translation.translate_response_frame.next = self.translate_response_frame.val();

        comment!("Header reads and writes: each state's line, buffer and changes.");
        self.located.next = (self.state.val() == EngineState::Locate)
            & self.translation.answered.val()
            & self.translation.mapped.val()
            & !self.translation.bus_error.val();
        self.moves.located.next = self.located.val();
        self.record_address.next =
            self.records.val() + (bits_to(self.size_class.val(), self.physical_bits) << 4);
        self.self_link.next = bits_to(self.arena.val(), self.link_bits);
        self.moves.state.next = self.state.val();
        self.moves.step.next = self.step.val();
        self.moves.pushing.next = self.pushing.val();
        self.moves.target.next = self.target.val();
        self.moves.arena.next = self.arena.val();
        self.moves.held_arena.next = self.held_arena.val();
        self.moves.before_arena.next = self.before_arena.val();
        self.moves.after_arena.next = self.after_arena.val();
        self.moves.head.next = self.head.val();
        self.moves.line.next = self.line.val();
        self.moves.self_line.next = self.self_line.val();
        self.moves.prev_line.next = self.prev_line.val();
        self.moves.next_line.next = self.next_line.val();
        self.moves.held_line.next = self.held_line.val();
        self.moves.record_address.next = self.record_address.val();
        self.header_record.next = self.moves.record.val();
        self.headers.command_valid.next = self.moves.valid.val();
        self.headers.command_write.next = self.moves.write.val();
        self.headers.command_other.next = self.moves.record.val();
        self.headers.command_buffer.next = self.moves.buffer.val();
        self.headers.command_address.next = self.moves.address.val();
        self.headers.command_class.next = self.size_class.val();
        self.headers.command_context.next = self.context_id.val();
        self.headers.command_arena.next = self.moves.moved_arena.val();
        self.headers.command_slot.next = self.slot.val();
        self.headers.write_full.next = self.moves.write_full.val();
        self.headers.write_clear.next = self.moves.write_clear.val();
        self.headers.write_count.next = self.count.val();
        self.headers.write_next.next = self.moves.write_next.val();
        self.headers.next_link.next = self.moves.next_link.val();
        self.headers.write_prev.next = self.moves.write_prev.val();
        self.headers.prev_link.next = self.moves.prev_link.val();

        comment!("Plain frees, and what keeps headers at hand.");
        self.freeing.next =
            !self.refill.val() & !self.loading.val() & !self.ahead.val() & !self.displacing.val();
        self.headers.clear_inbox.next = self.inbox.val();
        self.headers.forget.next = self.forget.val();

        comment!("Between header store and memory.");
        self.header_read_request_valid.next = self.headers.read_request_valid.val();
        self.headers.read_request_ready.next = self.header_read_request_ready.val();
        self.header_read_request_address.next = self.headers.read_request_address.val();
        self.headers.read_data_valid.next = self.header_read_data_valid.val();
        self.header_read_data_ready.next = self.headers.read_data_ready.val();
        self.headers.read_data.next = self.header_read_data.val();
        self.headers.read_data_error.next = self.header_read_data_error.val();
        self.header_write_request_valid.next = self.headers.write_request_valid.val();
        self.headers.write_request_ready.next = self.header_write_request_ready.val();
        self.header_write_request_address.next = self.headers.write_request_address.val();
        self.header_write_data_valid.next = self.headers.write_data_valid.val();
        self.headers.write_data_ready.next = self.header_write_data_ready.val();
        self.header_write_data.next = self.headers.write_data.val();
        self.header_write_data_last.next = self.headers.write_data_last.val();
        self.headers.write_response_valid.next = self.header_write_response_valid.val();
        self.header_write_response_ready.next = self.headers.write_response_ready.val();
        self.headers.write_response_error.next = self.header_write_response_error.val();

        comment!(
            "What the header just read is good for, and frees that need no more than what is at hand."
        );
        self.judge.step.next = self.step.val();
        self.judge.target.next = self.target.val();
        self.judge.arena.next = self.arena.val();
        self.judge.head.next = self.head.val();
        self.judge.after_arena.next = self.after_arena.val();
        self.judge.after_possible.next = self.after_possible.val();
        self.judge.before_arena.next = self.before_arena.val();
        self.judge.settled.next = self.settled.val();
        self.judge.ahead.next = self.ahead.val();
        self.judge.held.next = self.held.val();
        self.judge.at_hand.next = self.headers.at_hand.val();
        self.judge.sum_matches.next = self.headers.sum_matches.val();
        self.judge.never_used.next = self.headers.never_used.val();
        self.judge.released.next = self.headers.released.val();
        self.judge.in_use.next = self.headers.in_use.val();
        self.judge.tag_matches.next = self.headers.tag_matches.val();
        self.judge.count_fits.next = self.headers.count_fits.val();
        self.judge.count.next = self.headers.count.val();
        self.judge.slot_allocated.next = self.headers.slot_allocated.val();
        self.judge.next_valid.next = self.headers.next_valid.val();
        self.judge.found_next.next = self.headers.found_next.val();
        self.judge.prev_valid.next = self.headers.prev_valid.val();
        self.judge.found_prev.next = self.headers.found_prev.val();
        self.headers.clear.next = self.freeing.val()
            & ((self.state.val() == EngineState::LoadEntry)
                | (self.state.val() == EngineState::Clear)
                | ((self.state.val() == EngineState::Read)
                    & self.headers.done.val()
                    & !self.headers.bus_error.val()
                    & (self.step.val() == EngineStep::FreeSelf)
                    & self.judge.plain.val()));

        comment!("Page allocator.");
        self.alloc_arena_request_valid.next = self.state.val() == EngineState::AllocArenaRequest;
        self.alloc_arena_request_class.next = self.size_class.val();
        self.alloc_arena_request_context.next = self.context_id.val();
        self.alloc_arena_request_peek.next = self.ahead.val();
        self.alloc_arena_response_ready.next = self.state.val() == EngineState::AllocArenaAnswer;
        self.free_arena_request_valid.next = self.state.val() == EngineState::FreeArenaRequest;
        self.free_arena_request_class.next = self.size_class.val();
        self.free_arena_request_context.next = self.context_id.val();
        self.free_arena_request_arena.next = self.arena.val();
        self.free_arena_response_ready.next = self.state.val() == EngineState::FreeArenaAnswer;

        comment!("Install: an arena's words, its tag; and a look at the class's record.");
        self.words_in.start.next =
            (self.state.val() == EngineState::Idle) | self.headers.cleared.val();
        self.words_in.active.next = self.state.val() == EngineState::InstallWords;
        self.words_in.fresh.next = self.fresh.val();
        self.words_in.open.next = self.drained.val() | self.ahead.val();
        self.words_in.accept.next = self.install_ready.val();
        self.words_in.peek_data.next = self.headers.peek_data.val();
        if self.state.val() == EngineState::CheckRecord {
            self.headers.peek_beat.next =
                bits_to(self.record_address.val() >> 3, self.beat_number_bits)
                    | bits(1, self.beat_number_bits);
        } else {
            self.headers.peek_beat.next = self.words_in.peek_beat.val();
        }
        self.install_word.next = self.words_in.install.val();
        self.starving.next = self.words_in.starving.val();
        self.install_ahead.next = self.ahead.val();
        self.install_number.next = self.words_in.number.val();
        self.install_mask.next = self.words_in.mask.val();
        self.install_count.next = self.words_in.count.val();
        self.install_arena.next = self.arena.val();
        if self.state.val() == EngineState::Sweep {
            self.install_tag.next = true;
            self.install_class.next = self.swept.val();
            self.install_known.next = false;
            self.install_valid.next = false;
        } else {
            self.install_tag.next =
                (self.state.val() == EngineState::InstallTag) & !self.displacing.val();
            self.install_class.next = self.size_class.val();
            self.install_known.next = true;
            self.install_valid.next = self.held.val();
        }
        self.install_dirty.next = !self.loading.val();

        comment!(
            "A standby is kept, and dropped by whatever changes what an allocation would get."
        );
        self.install_standby.next =
            (self.state.val() == EngineState::KeepStandby) & self.words_in.any_free.val();
        self.install_lowest.next = self.words_in.lowest.val();
        self.install_counts.next = self.words_in.counts.val();
        self.install_fresh.next = self.fresh.val();
        self.install_line.next = self.self_line.val();
        self.install_unused.next = self.next_unused.val();
        self.install_link.next = self.after_arena.val();
        self.standbys.write.next = self.install_standby.val();
        self.standbys.write_address.next = self.size_class.val();
        self.standbys.write_data.next.arena = self.arena.val();
        self.standbys.write_data.next.line = bits_to(self.self_line.val() >> 6, self.line_bits);
        if self.fresh.val() {
            self.standbys.write_data.next.head = bits(self.none, self.link_bits);
        } else {
            self.standbys.write_data.next.head = self.after_arena.val();
        }
        self.drop_standby.next = (((self.state.val() == EngineState::WriteSelf)
            | self.headers.cleared.val())
            & (self.pushing.val() | (self.standby_arena.val() == self.arena.val())))
            | (self.state.val() == EngineState::FreeArenaRequest);
        self.event_drop.next = self.drop_standby.val() & self.standby_ready.val();

        comment!("The class's record: its second half, a beat of line buffer 0.");
        self.record_arena.next = bits_to(self.headers.peek_data.val(), 32);
        self.record_head.next = bits_to(self.headers.peek_data.val() >> 32, 32);
        self.arena_mask.address.next = self.size_class.val();
        self.record_possible.next = (!self.record_arena.val().get_bit(31)
            | !(bits_to(self.record_arena.val(), 31) & !bits_to(self.arena_mask.data.val(), 31))
                .any())
            & (!self.record_head.val().get_bit(31)
                | !(bits_to(self.record_head.val(), 31)
                    & !bits_to(self.arena_mask.data.val(), 31))
                .any());

        comment!("Answers and events.");
        self.ends.next = (self.state.val() == EngineState::Answer) & !self.headers.unanswered.val();
        self.free_served.next = (self.ends.val() & self.freeing.val()) | self.headers.cleared.val();
        if self.headers.unanswered.val() {
            self.answer_valid.next = self.headers.answer_valid.val();
            self.answer_inbox.next = self.headers.answer_inbox.val();
            self.answer_status.next = self.headers.answer_status.val();
        } else {
            self.answer_valid.next = self.ends.val() & self.freeing.val();
            self.answer_inbox.next = self.inbox.val();
            self.answer_status.next = self.status.val();
        }
        self.refilled.next = self.ends.val() & (self.refill.val() | self.loading.val());
        self.refilled_status.next = self.status.val();
        self.event_pop.next =
            (self.state.val() == EngineState::InstallTag) & self.refill.val() & !self.fresh.val();
        self.event_new.next =
            (self.state.val() == EngineState::InstallTag) & self.refill.val() & self.fresh.val();
        self.event_load.next = (self.state.val() == EngineState::InstallTag) & self.loading.val();
        self.event_push.next = (self.state.val() == EngineState::Store) & self.pushing.val();
        self.event_release.next = (self.state.val() == EngineState::FreeArenaRequest)
            & self.free_arena_request_ready.val();
        self.fails_behind.next = false;

        comment!("What is taken, or would be; a free is taken as the one ahead of it ends.");
        if (self.state.val() == EngineState::Idle) | self.headers.cleared.val() {
            self.refill.next = self.miss_kind.val() == MissKind::Refill;
            self.loading.next = self.miss_kind.val() == MissKind::Load;
            self.displacing.next = self.miss_kind.val() == MissKind::Displace;
            self.ahead.next = false;
            if !self.miss_valid.val() {
                self.refill.next = false;
                self.loading.next = false;
                self.displacing.next = false;
                self.ahead.next = true;
            }
            self.inbox.next = self.miss_inbox.val();
            self.size_class.next = self.look_up_class.val();
            self.arena.next = self.miss_arena.val();
            self.target.next = self.miss_arena.val();
            self.slot.next = self.miss_slot.val();
            self.step.next = EngineStep::FreeSelf;
            self.status.next = Status::Ok;
            self.pushing.next = false;
        }

        match self.state.val() {
            EngineState::Sweep => {
                self.swept.next = self.swept.val() + 1;
                if self.swept.val().all() {
                    self.state.next = EngineState::Idle;
                }
            }
            EngineState::Idle => {
                if self.forget.val() {
                    self.state.next = EngineState::Sweep;
                } else if self.takes.val() | self.begins_fetch.val() {
                    self.state.next = EngineState::LoadEntry;
                }
            }
            EngineState::LoadEntry => {
                self.held.next = self.loaded.val().valid;
                self.held_arena.next = self.loaded.val().arena;
                self.held_line.next = self.loaded.val().line;
                self.head.next = self.loaded.val().head;
                self.fresh.next = false;
                self.standby_arena.next = self.kept.val().arena;
                if self.loading.val() {
                    self.state.next = EngineState::ReadRecord;
                } else if self.displacing.val() {
                    self.arena.next = self.kept.val().arena;
                    self.self_line.next = bits_to(self.kept.val().line, self.physical_bits) << 6;
                    self.after_arena.next = self.kept.val().head;
                    self.state.next = EngineState::WriteDisplaced;
                } else if self.freeing.val() & self.headers.elsewhere.val() {
                    self.state.next = EngineState::Locate;
                } else if self.freeing.val() {
                    self.state.next = EngineState::Clear;
                } else if self.standby_ready.val() | (self.ahead.val() & self.miss_valid.val()) {
                    comment!(
                        "The arena that is asked for stands by; or it has just been taken, and"
                    );
                    comment!("what that left to write comes first.");
                    self.state.next = EngineState::Answer;
                } else if self.loaded.val().head == self.none {
                    self.fresh.next = true;
                    self.state.next = EngineState::AllocArenaRequest;
                } else {
                    self.target.next = bits_to(self.loaded.val().head, self.arena_bits);
                    self.step.next = EngineStep::PopHead;
                    self.state.next = EngineState::Locate;
                }
            }
            EngineState::ReadRecord => {
                if self.headers.done.val() {
                    if self.headers.bus_error.val() {
                        self.status.next = Status::BusError;
                        self.state.next = EngineState::Answer;
                    } else {
                        self.state.next = EngineState::CheckRecord;
                    }
                }
            }
            EngineState::CheckRecord => {
                self.arena.next = bits_to(self.record_arena.val(), self.arena_bits);
                self.target.next = bits_to(self.record_arena.val(), self.arena_bits);
                self.step.next = EngineStep::LoadSelf;
                self.held.next = self.record_arena.val().get_bit(31);
                if self.record_head.val().get_bit(31) {
                    self.head.next = bits_to(
                        bits_to(self.record_head.val(), self.arena_bits),
                        self.link_bits,
                    );
                } else {
                    self.head.next = bits(self.none, self.link_bits);
                }
                if !self.record_possible.val() {
                    self.status.next = Status::CorruptHeader;
                    self.state.next = EngineState::Answer;
                } else if self.record_arena.val().get_bit(31) {
                    self.state.next = EngineState::Locate;
                } else {
                    self.state.next = EngineState::InstallTag;
                }
            }
            EngineState::Locate => {
                self.line.next = self.translation.address.val();
                if self.translation.answered.val() {
                    if self.displacing.val()
                        & (self.translation.bus_error.val() | !self.translation.mapped.val())
                    {
                        self.fails_behind.next = true;
                        self.state.next = EngineState::InstallTag;
                    } else if self.translation.bus_error.val() {
                        self.status.next = Status::BusError;
                        self.state.next = EngineState::Answer;
                    } else if self.translation.mapped.val() {
                        self.settled.next = !self.headers.unanswered.val();
                        self.state.next = EngineState::Read;
                    } else if self.step.val() == EngineStep::FreeSelf {
                        self.status.next = Status::BadPointer;
                        self.state.next = EngineState::Answer;
                    } else {
                        self.status.next = Status::CorruptHeader;
                        self.state.next = EngineState::Answer;
                    }
                }
            }
            EngineState::Read => {
                if self.headers.done.val() {
                    if self.headers.bus_error.val() & self.displacing.val() {
                        self.fails_behind.next = true;
                        self.state.next = EngineState::InstallTag;
                    } else if self.headers.bus_error.val() {
                        self.status.next = Status::BusError;
                        self.state.next = EngineState::Answer;
                    } else {
                        self.state.next = self.judge.next_state.val();
                        self.step.next = self.judge.next_step.val();
                        self.target.next = self.judge.next_target.val();
                        self.status.next = self.judge.status.val();
                        self.fails_behind.next = self.judge.fails_behind.val();
                        match self.step.val() {
                            EngineStep::FreeSelf => {
                                self.self_line.next = self.line.val();
                                self.after_possible.next = self.headers.next_valid.val();
                                self.after_arena.next = self.headers.found_next.val();
                                self.before_arena.next = self.headers.found_prev.val();
                                self.count.next = self.headers.count.val() - 1;
                                self.pushing.next = self.judge.pushes.val();
                                if self.judge.next_state.val() == EngineState::FreeArenaRequest {
                                    self.head.next = bits(self.none, self.link_bits);
                                }
                            }
                            EngineStep::FreePrev => {
                                self.prev_line.next = self.line.val();
                            }
                            EngineStep::FreeNext => {
                                self.next_line.next = self.line.val();
                                if self.before_arena.val() == self.none {
                                    self.head.next = self.after_arena.val();
                                }
                            }
                            EngineStep::PushHead => {
                                self.prev_line.next = self.line.val();
                            }
                            EngineStep::PopHead => {
                                self.self_line.next = self.line.val();
                                self.arena.next = self.target.val();
                                self.after_arena.next = self.headers.found_next.val();
                            }
                            EngineStep::LoadSelf => {
                                self.self_line.next = self.line.val();
                            }
                            EngineStep::PopNext => {
                                self.next_line.next = self.line.val();
                                self.before_arena.next = bits(self.none, self.link_bits);
                            }
                            EngineStep::NewHead => {
                                self.next_line.next = self.line.val();
                                self.before_arena.next = bits(self.none, self.link_bits);
                            }
                        }
                    }
                }
            }
            EngineState::Clear => {
                if self.takes.val() {
                    self.state.next = EngineState::LoadEntry;
                } else if self.headers.cleared.val() {
                    self.state.next = EngineState::Idle;
                } else if self.headers.refused.val() {
                    self.line.next = self.headers.refused_line.val();
                    self.settled.next = !self.headers.unanswered.val();
                    if self.headers.unanswered.val() {
                        self.state.next = EngineState::Settle;
                    } else {
                        self.state.next = EngineState::Read;
                    }
                } else if self.headers.elsewhere.val() {
                    self.state.next = EngineState::Locate;
                }
            }
            EngineState::Settle => {
                self.settled.next = true;
                if !self.headers.unanswered.val() {
                    self.state.next = EngineState::Read;
                }
            }
            EngineState::WritePrev => {
                if self.headers.done.val() {
                    if self.headers.bus_error.val() {
                        self.status.next = Status::BusError;
                    }
                    if self.after_arena.val() == self.none {
                        self.state.next = EngineState::FreeArenaRequest;
                    } else {
                        self.state.next = EngineState::WriteNext;
                    }
                }
            }
            EngineState::WriteNext => {
                if self.headers.done.val() {
                    if self.headers.bus_error.val() {
                        self.status.next = Status::BusError;
                        self.fails_behind.next = self.displacing.val();
                    }
                    if self.displacing.val() {
                        self.state.next = EngineState::InstallTag;
                    } else if self.refill.val() {
                        self.state.next = EngineState::InstallWords;
                    } else {
                        self.state.next = EngineState::FreeArenaRequest;
                    }
                }
            }
            EngineState::WriteHead => {
                if self.headers.done.val() {
                    if self.headers.bus_error.val() {
                        self.status.next = Status::BusError;
                    }
                    self.state.next = EngineState::WriteSelf;
                }
            }
            EngineState::WriteSelf => {
                if self.headers.done.val() {
                    if self.headers.bus_error.val() {
                        self.status.next = Status::BusError;
                    }
                    if self.pushing.val() {
                        self.head.next = self.self_link.val();
                        self.state.next = EngineState::Store;
                    } else {
                        self.state.next = EngineState::Answer;
                    }
                }
            }
            EngineState::WriteDisplaced => {
                if self.headers.done.val() {
                    if self.headers.bus_error.val() {
                        self.status.next = Status::BusError;
                        self.fails_behind.next = self.displacing.val();
                    }
                    if !self.fresh.val() & (self.after_arena.val() != self.none) {
                        if self.displacing.val() {
                            self.step.next = EngineStep::NewHead;
                            self.target.next = bits_to(self.after_arena.val(), self.arena_bits);
                            self.state.next = EngineState::Locate;
                        } else {
                            self.state.next = EngineState::WriteNext;
                        }
                    } else if self.displacing.val() {
                        self.state.next = EngineState::InstallTag;
                    } else {
                        self.state.next = EngineState::InstallWords;
                    }
                }
            }
            EngineState::FreeArenaRequest => {
                if self.free_arena_request_ready.val() {
                    self.state.next = EngineState::FreeArenaAnswer;
                }
            }
            EngineState::FreeArenaAnswer => {
                if self.free_arena_response_valid.val() {
                    if self.free_arena_response_status.val() != Status::Ok {
                        self.status.next = self.free_arena_response_status.val();
                    }
                    self.state.next = EngineState::Store;
                }
            }
            EngineState::AllocArenaRequest => {
                if self.alloc_arena_request_ready.val() {
                    self.state.next = EngineState::AllocArenaAnswer;
                }
            }
            EngineState::AllocArenaAnswer => {
                self.arena.next = self.alloc_arena_response_arena.val();
                self.target.next = self.alloc_arena_response_arena.val();
                self.self_line.next = self.alloc_arena_response_line.val();
                self.next_unused.next = self.alloc_arena_response_unused.val();
                self.after_arena.next = self.alloc_arena_response_released.val();
                if self.alloc_arena_response_valid.val() {
                    self.status.next = self.alloc_arena_response_status.val();
                    if self.alloc_arena_response_status.val() != Status::Ok {
                        self.state.next = EngineState::Answer;
                    } else if self.held.val() & !self.ahead.val() {
                        self.state.next = EngineState::WriteDisplaced;
                    } else {
                        self.state.next = EngineState::InstallWords;
                    }
                }
            }
            EngineState::InstallWords => {
                self.held.next = true;
                if self.words_in.complete.val() & self.ahead.val() {
                    self.state.next = EngineState::KeepStandby;
                } else if self.words_in.complete.val() {
                    self.state.next = EngineState::InstallTag;
                }
            }
            EngineState::InstallTag => {
                self.held_arena.next = self.arena.val();
                self.held_line.next = self.self_line.val();
                if self.refill.val() | self.displacing.val() {
                    if self.fresh.val() {
                        self.head.next = bits(self.none, self.link_bits);
                    } else {
                        self.head.next = self.after_arena.val();
                    }
                }
                self.state.next = EngineState::Store;
            }
            EngineState::KeepStandby => {
                self.state.next = EngineState::Answer;
            }
            EngineState::Store => {
                self.state.next = EngineState::Answer;
            }
            EngineState::Answer => {
                if self.ends.val() {
                    self.state.next = EngineState::Idle;
                }
            }
        }
        self.event_failure.next = self.fails_behind.val();

        comment!("A header that was refused, or is another's to write, isn't kept.");
        self.headers.drop.next = (self.state.val() == EngineState::FreeArenaRequest)
            | ((self.state.val() == EngineState::Answer) & (self.status.val() != Status::Ok))
            | self.fails_behind.val();
    }
}
