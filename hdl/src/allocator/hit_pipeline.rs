//! The hardware object table with its hit pipeline.

use super::address_decode::AddressDecode;
use super::address_encode::AddressEncode;
use super::class_loop::ClassLoop;
use super::frees_under_way::FreesUnderWay;
use super::ready_table::ReadyTable;
use super::slot_divide::{SlotCheck, SlotProduct};
use super::standby_table::StandbyTable;
use super::types::{MissKind, Op, Status};
use super::word_loop::WordLoop;
use crate::geometry::Geometry;
use crate::rtl::*;

bundle! {
    /// An operation with its class and place known, and the class's reciprocal.
    pub struct Decoded { op: Op, inbox: bool, answered: bool, ready: bool, ready_place: Word, size_class: Word, arena: Word, place: Word, factor: Word, foreign: bool, status: Status }
}
bundle! {
    /// An operation with its place multiplied by the class's reciprocal, and whether the object table holds its arena.
    pub struct Multiplied { op: Op, inbox: bool, answered: bool, ready: bool, ready_place: Word, size_class: Word, arena: Word, product: Word, foreign: bool, bank: bool, tag_known: bool, tag_valid: bool, tag_matches: bool, status: Status }
}
bundle! {
    /// An operation with its slot known.
    pub struct Located { op: Op, inbox: bool, answered: bool, ready: bool, ready_place: Word, size_class: Word, arena: Word, slot: Word, foreign: bool, bank: bool, tag_known: bool, tag_valid: bool, tag_matches: bool, status: Status }
}
bundle! {
    /// An operation to decide upon; at most one of forward, load, alloc, in_table and off_table is set, and none if it
    /// has an error. An echo has a valid tag, its class and bank alone.
    pub struct Decision { op: Op, inbox: bool, answered: bool, ready: bool, size_class: Word, arena: Word, slot: Word, bank: bool, tag_valid: bool, forward: bool, load: bool, alloc: bool, in_table: bool, off_table: bool, status: Status }
}
bundle! {
    /// What a class's entry of the object table says of its arena, and in which bank it is; unknown until the class is
    /// loaded.
    pub struct Tag { known: bool, valid: bool, bank: bool, arena: Word }
}
bundle! {
    /// An operation on its way to its response.
    pub struct Outcome { echo: bool, gave: bool, inbox: bool, from_engine: bool, from_forward: bool, taken: bool, size_class: Word, bank: bool, word: Word, status: Status }
}
bundle! {
    /// Where the answer of an operation that leaves comes from, and what it is if from here.
    pub struct Leaving { inbox: bool, from_engine: bool, from_forward: bool, status: Status }
}
bundle! {
    /// An operation whose slot is known, ahead of its address.
    pub struct Placed { echo: bool, gave: bool, inbox: bool, from_engine: bool, from_forward: bool, taken: bool, size_class: Word, bank: bool, slot: Word, status: Status }
}

fn decoded(g: &Geometry) -> DecodedShape {
    DecodedShape {
        op: (),
        inbox: (),
        answered: (),
        ready: (),
        ready_place: g.ready_place_bits(),
        size_class: g.class_bits,
        arena: g.arena_bits,
        place: g.place_bits(),
        factor: g.reciprocal.factor_bits,
        foreign: (),
        status: (),
    }
}
fn multiplied(g: &Geometry) -> MultipliedShape {
    MultipliedShape {
        op: (),
        inbox: (),
        answered: (),
        ready: (),
        ready_place: g.ready_place_bits(),
        size_class: g.class_bits,
        arena: g.arena_bits,
        product: g.place_bits() + g.reciprocal.factor_bits,
        foreign: (),
        bank: (),
        tag_known: (),
        tag_valid: (),
        tag_matches: (),
        status: (),
    }
}
fn located(g: &Geometry) -> LocatedShape {
    LocatedShape {
        op: (),
        inbox: (),
        answered: (),
        ready: (),
        ready_place: g.ready_place_bits(),
        size_class: g.class_bits,
        arena: g.arena_bits,
        slot: g.slot_bits,
        foreign: (),
        bank: (),
        tag_known: (),
        tag_valid: (),
        tag_matches: (),
        status: (),
    }
}
fn decision(g: &Geometry) -> DecisionShape {
    DecisionShape {
        op: (),
        inbox: (),
        answered: (),
        ready: (),
        size_class: g.class_bits,
        arena: g.arena_bits,
        slot: g.slot_bits,
        bank: (),
        tag_valid: (),
        forward: (),
        load: (),
        alloc: (),
        in_table: (),
        off_table: (),
        status: (),
    }
}
fn tag(g: &Geometry) -> TagShape {
    TagShape {
        known: (),
        valid: (),
        bank: (),
        arena: g.arena_bits,
    }
}
fn outcome(g: &Geometry) -> OutcomeShape {
    OutcomeShape {
        echo: (),
        gave: (),
        inbox: (),
        from_engine: (),
        from_forward: (),
        taken: (),
        size_class: g.class_bits,
        bank: (),
        word: clog2(g.words),
        status: (),
    }
}
fn leaving() -> LeavingShape {
    LeavingShape {
        inbox: (),
        from_engine: (),
        from_forward: (),
        status: (),
    }
}
fn placed(g: &Geometry) -> PlacedShape {
    PlacedShape {
        echo: (),
        gave: (),
        inbox: (),
        from_engine: (),
        from_forward: (),
        taken: (),
        size_class: g.class_bits,
        bank: (),
        slot: g.slot_bits,
        status: (),
    }
}

module! {
    /// Hardware object table (HOT): the arena that serves each class, and the pipeline of its hits.
    ///
    /// Stages; a bracket is a register that exists from the depth that it names:
    ///   decode   size or address to class, arena number and place          [11: fields]
    ///   multiply place by the class's reciprocal                           [7: product]
    ///   locate   slot number, tag compare; the slot's bit is looked up     (register)
    ///   test     whether the slot is free                                  [8: test]
    ///   decide   hit or not; the class loop picks the word                 (register)
    ///   fetch    the word's mask                                           (register) [9: word]
    ///   update   the word loop takes the lowest free slot or gives one back (register)
    ///   encode   the bit taken becomes a number                            [10: address]
    ///   address  class, arena and slot become the value                    (register, outside)
    ///
    /// The pipeline never stalls. An operation that can't be decided is replayed: it and all behind
    /// it are dropped and come again from the request buffer. That is so while
    ///   - the class isn't known since the context was attached: the list engine loads it first;
    ///   - an allocation finds no free slot, and the class has no standby: the list engine refills
    ///     the entry first;
    ///   - the class's standby, an arena that was fetched ahead, has just taken a full one's place;
    ///     the allocation that needed it takes its slot there and isn't replayed;
    ///   - a free's slot looks free but operations on the class are still on their way (a program
    ///     that frees what it was given never sees this);
    ///   - a free outside the table finds the miss queue full.
    /// When an allocation leaves few free slots, the list engine is asked to fetch the next arena
    /// into the bank that doesn't serve the class.
    ///
    /// A free outside the table goes to the miss queue; a placeholder keeps its turn among the
    /// responses, and hits go on. A free of another context's object leaves a placeholder, too, and
    /// is handed on, but from the inbox it is refused.
    ///
    /// Operations come from the host and from the inbox, in any order; each is decided in its turn,
    /// and after a replay the one that was not decided must come first.
    ///
    /// An allocation whose class's next free slot is known, or one that fails for what it asks for,
    /// is answered at once if nothing that is to be answered is ahead; so is a free that needs no
    /// more than a look at its address. What is decided and needs no address from the pipeline's end,
    /// a free or an allocation of a ready slot, is answered a cycle after its decision, unless
    /// something behind the decision is to be answered first. Either goes down the pipeline all the
    /// same, and gives no outcome at its end. Behind an operation that has changed its class, an echo enters decide in the next
    /// cycle that nothing else does: it finds what the class's next allocation would take, takes
    /// nothing, and makes that slot the ready one. Whatever reaches the end and has changed its
    /// class makes its ready slot unknown.
    ///
    /// Latency:    from the edge that accepts an operation to the edge that takes its response
    ///             2 cycles if it is answered at once, prompt_cycles if it is answered behind its
    ///             decision, else depth cycles for a hit, with nothing ahead of it. A class's slot is ready for operations that are accepted depth + 1
    ///             cycles after the one before of the class, if none was close behind that.
    /// Throughput: one operation a cycle, of the same class too.
    /// Reset:      every entry is to be installed as unknown before the first operation.
    pub module HitPipeline(g: &Geometry) = "memento_hit_pipeline" {
        parameters {
            /// cycles from acceptance to response
            depth_cycles = g.depth_cycles,
            /// bits, width of an operand
            operand_bits = g.operand_bits,
            /// size classes
            classes = g.classes,
            /// bits, width of a class number
            class_bits = g.class_bits,
            /// bits, width of a context number
            context_bits = g.context_bits,
            /// bits, width of an arena number
            arena_bits = g.arena_bits,
            /// bits, width of a slot number
            slot_bits = g.slot_bits,
            /// words a bitmap
            words = g.words,
            /// slots a word
            word_bits = g.word_bits,
            /// log2 of the size step in bytes
            step_bits = g.step_bits,
            /// log2 of a lane's bytes
            lane_bits = g.lane_bits,
            /// region base above the class field
            region_tag = g.region_base >> g.region_bits(),
            /// bits, width of a physical address
            physical_bits = g.physical_bits,
            /// 1: arenas are fetched ahead
            prefetch = g.prefetch as usize,
            /// 1: the next free slot of every class is kept at hand
            ready_slots = g.ready_slots as usize,
        }
        derived {
            /// bits, width of a word number
            word_number_bits = clog2(words),
            /// bits, width of a bit number
            bit_bits = clog2(word_bits),
            /// bytes, largest size served
            largest = classes << step_bits,
            /// bits, width of a size up to the largest
            size_bits = clog2(largest + 1),
            /// 1: a register ahead of the multiplication by a reciprocal
            register_fields = g.registers().fields,
            /// 1: a register behind that multiplication
            register_product = g.registers().product,
            /// 1: a register behind the test of the freed bit
            register_test = g.registers().test,
            /// 1: a register behind the word loop's block RAM
            register_word = g.registers().word,
            /// 1: a register ahead of the address
            register_address = g.registers().address,
            /// operations ahead whose effect the tested word doesn't show
            window = 3 + register_test + register_word,
            /// cycles from decide to encode
            back_cycles = 3 + register_word,
            /// cycles from acceptance to response behind the decision
            prompt_cycles = depth_cycles - 2 - register_word - register_address,
            /// operations ahead of which one may change what an operation found in the ready table
            span = if ready_slots == 1 { depth_cycles - 2 } else { window },
            /// bits, width of a ready slot's place
            ready_place_bits = g.ready_place_bits(),
            /// bits of an address below the region base
            region_bits = class_bits + lane_bits,
            /// bits of an address below the context field
            low_bits = lane_bits - context_bits,
            /// bits, width of a link: an arena number and a bit for "none"
            link_bits = arena_bits + 1,
            /// bits, width of a number of cycles of up to the depth
            cycles_bits = clog2(depth_cycles + 1),
        }
        features {
            /// 1: words of tables and queues are checked by a parity bit
            parity = g.parity as usize,
        }
        ports {
            "Operation: at most one a cycle, from a request buffer" {
                /// an operation enters
                input enter: bool;
                /// it comes from the inbox
                input enter_inbox: bool;
                /// what it asks for
                input enter_op: Op;
                /// size in bytes, or address
                input enter_operand: Word = operand_bits;
                /// one more operation is decided, or answered at once
                output commit: bool;
                /// it came from the inbox
                output commit_inbox: bool;
                /// it is to be handed on to another core
                output commit_forward: bool;
                /// drop all undecided operations and offer them again
                output replay: bool;
                /// the inbox goes first: what could not be decided came from there
                output replay_inbox: bool;
                /// offer nothing while a refill is under way
                output refilling: bool;
            }
            "Rest" {
                /// no operation is on its way, answered or not
                output idle: bool;
            }
            "Setting: constant while operations are on their way" {
                /// operations are executed
                input enable: bool;
                /// a context runs
                input attached: bool;
                /// which
                input context_id: Word = context_bits;
            }
            "Miss: to the miss queue; accepted where miss_ready is high" {
                /// a free outside the table, a refill, a load or a displaced arena
                output miss: bool;
                /// the queue has room
                input miss_ready: bool;
                /// which of them
                output miss_kind: MissKind;
                /// the operation came from the inbox
                output miss_inbox: bool;
                /// class
                output miss_class: Word = class_bits;
                /// arena of the free
                output miss_arena: Word = arena_bits;
                /// slot of the free
                output miss_slot: Word = slot_bits;
            }
            "Refill: answer of the list engine" {
                /// the refill or load has ended
                input refilled: bool;
                /// how
                input refilled_status: Status;
                /// a free of the class that is installed is served
                input free_served: bool;
                /// nothing is on its way behind the decision: installing is safe
                output drained: bool;
            }
            "Question: an arena is to be fetched ahead" {
                /// one is asked for
                output asked: bool;
                /// for which class
                output asked_class: Word = class_bits;
                /// it is being fetched
                input fetching: bool;
                /// nothing is to be fetched
                input withdraw: bool;
            }
            "Claim: a standby that the page allocator has to grant is taken" {
                /// claim it
                output claim: bool;
                /// class
                output claim_class: Word = class_bits;
                /// its number
                output claim_arena: Word = arena_bits;
                /// physical address of its header's line
                output claim_line: Word = physical_bits;
                /// next never used number, once it is claimed
                output claim_unused: Word = link_bits;
                /// number released last, once it is claimed
                output claim_released: Word = link_bits;
                /// none is under way
                input claim_idle: bool;
            }
            "Install: a word's mask and count, or a tag, a cycle" {
                /// write a word
                input install_word: bool;
                /// it is written
                output install_ready: bool;
                /// it is a standby's
                input install_ahead: bool;
                /// the standby is complete
                input install_standby: bool;
                /// forget the class's standby
                input drop_standby: bool;
                /// the class has a standby
                output standby_ready: bool;
                /// write a tag
                input install_tag: bool;
                /// class
                input install_class: Word = class_bits;
                /// word number
                input install_number: Word = word_number_bits;
                /// free mask
                input install_mask: Word = word_bits;
                /// free slots in the word
                input install_count: Word = clog2(word_bits + 1);
                /// the class's state is known
                input install_known: bool;
                /// the tag is valid
                input install_valid: bool;
                /// arena number
                input install_arena: Word = arena_bits;
                /// the header in memory differs from the entry
                input install_dirty: bool;
                /// standby: it is to be claimed when it is taken
                input install_fresh: bool;
                /// standby: physical address of its header's line
                input install_line: Word = physical_bits;
                /// standby to be claimed: the next never used number after that
                input install_unused: Word = link_bits;
                /// standby to be claimed: the number released last after that
                input install_link: Word = link_bits;
                /// standby: lowest word with a free slot
                input install_lowest: Word = word_number_bits;
                /// standby: free slots of each word, the first's in the lowest bits
                input install_counts: Word = words * clog2(word_bits + 1);
            }
            "Look: for a switch, only while no operation is on its way" {
                /// look at a word
                input look: bool;
                /// class
                input look_class: Word = class_bits;
                /// word number
                input look_word: Word = word_number_bits;
                /// free mask of that word, one cycle later
                output look_mask: Word = word_bits;
                /// the class's header in memory differs from its entry, in the same cycle
                output look_dirty: bool;
            }
            "Check of the tables' words" {
                /// every class's entry was written since reset
                input swept[parity]: bool;
                /// a word was not what was written: what comes now is answered CORRUPT_HEADER
                input poisoned[parity]: bool;
                /// the mask that is looked at is used
                input look_used[parity]: bool;
                /// a word that is used is not what was written
                output wrong[parity]: bool;
            }
            "Outcome: in order" {
                /// an operation leaves
                output leave: bool;
                /// it came from the inbox
                output leave_inbox: bool;
                /// its status comes from the list engine
                output leave_from_engine: bool;
                /// its status comes from another core
                output leave_from_forward: bool;
                /// status, if from neither
                output leave_status: Status;
                /// address of the slot taken, else 0
                output leave_value: Word = operand_bits;
            }
            "Events: a pulse each" {
                /// an allocation hit
                output event_alloc_hit: bool;
                /// a free hit
                output event_free_hit: bool;
                /// a standby was taken that was a list's head
                output event_pop: bool;
                /// a standby was taken that is to be claimed
                output event_new: bool;
            }
        }
        wires {
            /// size, if it is small
            size: Word = size_bits;
            /// size less one, but 0 for 0
            size_less_one: Word = size_bits;
            /// size beyond the largest
            too_large: bool;
            /// status so far of an allocation
            alloc_status: Status;
            /// status so far of a free
            free_status: Status;
            /// operation in encode
            back_last: Outcome = outcome(g);
            /// class of the operation in decode
            decode_class: Word = class_bits;
            /// its status so far
            decode_status: Status;
            /// result of decode
            decode: Decoded = decoded(g);
            /// nothing that is to be answered is ahead of decode
            first: bool;
            /// the operation in decode is answered with its class's ready slot
            served: bool;
            /// it is answered, with that or an error
            answered: bool;
            /// into multiply
            multiply: Decoded = decoded(g);
            /// result of multiply
            multiply_result: Multiplied = multiplied(g);
            /// into locate
            locate: Multiplied = multiplied(g);
            /// an operation is in multiply
            multiply_valid: bool;
            /// an operation is in locate
            locate_valid: bool;
            /// the class's tag
            multiply_tag: Tag = tag(g);
            /// result of locate
            locate_result: Located = located(g);
            /// bit of the located slot, as the test sees it: the slot is free
            tested_free: bool;
            /// an operation goes into decide
            incoming_valid: bool;
            /// it
            incoming: Located = located(g);
            /// an echo goes there
            echo_enters: bool;
            /// class of either
            next_class: Word = class_bits;
            /// bank that serves it
            next_bank: bool;
            /// there is an operation to decide upon
            decide_live: bool;
            /// an echo finds a slot for its class's next allocation
            echo: bool;
            /// its slot was free when tested
            decide_free: bool;
            /// it is not the one whose refill or load failed
            clean: bool;
            /// its class's arena has a free slot
            arena_free: bool;
            /// the operation that goes into decide has no error so far
            faultless: bool;
            /// nor is it a free of another context's object
            own: bool;
            /// and its class is known
            own_known: bool;
            /// its class has to be loaded
            needs_load: bool;
            /// a free of another context's object
            forward: bool;
            /// an allocation that may take a slot
            wants: bool;
            /// it takes one
            take: bool;
            /// it needs another arena
            needs_refill: bool;
            /// the operation that goes into decide is of the class of the one there
            same_class: bool;
            /// the standby takes the full arena's place, and the allocation a slot there
            flip: bool;
            /// the allocation takes a slot, in either
            takes: bool;
            /// word that it takes one of
            take_word: Word = word_number_bits;
            /// bank that the operation goes to
            bank: bool;
            /// the list engine has to refill the entry
            refill: bool;
            /// a free goes to the list engine
            post_free: bool;
            /// a free within the table
            in_table: bool;
            /// a free outside the table
            off_table: bool;
            /// an operation ahead frees the same slot
            slot_given[window + 1]: bool;
            /// an operation ahead changes the same class
            class_changed[span + 1]: bool;
            /// the slot that the ready table had for the operation is its class's next
            at_hand: bool;
            /// the spare slot is
            spared: bool;
            /// the free leaves a spare slot
            spares: bool;
            /// place of the slot that a free names
            own_place: Word = ready_place_bits;
            /// something behind the decision is to be answered at the pipeline's end
            later_busy[back_cycles + 1]: bool;
            /// the operation is decided and has no answer yet
            unanswered_yet: bool;
            /// it is answered in the next cycle
            prompts: bool;
            /// too early to tell whether the slot is free
            undecided: bool;
            /// the slot is free: an error
            double_free: bool;
            /// the free gives its slot back
            give: bool;
            /// the operation is to come again
            again: bool;
            /// the operation is decided
            decided: bool;
            /// status as decided
            decided_status: Status;
            /// slot's word
            decide_word: Word = word_number_bits;
            /// slot's bit
            decide_bit: Word = bit_bits;
            /// the operation changes its class's entry
            changes: bool;
            /// some operation is between decide and encode
            busy[back_cycles + 1]: bool;
            /// an echo's slot becomes the ready one
            becomes_ready: bool;
            /// into the address
            encode: Placed = placed(g);
            /// there is one
            encode_valid: bool;
            /// it is to be answered
            late: bool;
            /// what leaves, unless it is answered at once
            leaving: Leaving = leaving();
            /// class of a ready slot that is handed out
            handed_class: Word = class_bits;
            /// place of that slot
            handed_place: Word = ready_place_bits;
            /// its address
            handed_address: Word = operand_bits;
            /// ahead of the address's register
            placed: Placed = placed(g);
            /// arena that serves the class
            encode_arena: Word = arena_bits;
            /// bank that is installed
            install_bank: bool;
            /// the list engine is asked to fetch an arena
            ask: bool;
            /// a word of the operation in decide, or of an echo, is not what was written
            decide_wrong[parity]: bool;
            /// the bit that is tested for a free may not be what was written
            test_wrong[parity]: bool;
            /// a word of a table that was swept is not what was written
            entry_wrong[parity]: bool;
        }
        state {
            /// an operation is in decode
            entered_valid: bool;
            /// an operation is behind decode
            fields_valid: bool;
            /// an operation is behind multiply
            product_valid: bool;
            /// an operation is behind locate
            located_valid: bool;
            /// an operation is in decide
            decide_valid: bool;
            /// last cycle's operation comes again
            replaying: bool;
            /// a refill is under way
            refill_pending: bool;
            /// the refill under way is a load
            load_pending: bool;
            /// the next operation has been refilled or loaded for
            after_refill: bool;
            /// it has been loaded for
            after_load: bool;
            /// that failed
            refill_failed: bool;
            /// cycles until everything ahead of decode has its answer
            unanswered: Word = cycles_bits;
            /// cycles until nothing is on its way
            settling: Word = cycles_bits;
            /// a class was changed, and no echo has followed
            echo_due: bool;
            /// an echo is in decide
            echo_valid: bool;
            /// an operation is between decide and encode
            back_valid[back_cycles]: bool;
            /// it is to be answered at the end
            later[back_cycles]: bool;
            /// an operation is ahead of the address
            placed_valid: bool;
            /// it is to be answered there
            placed_later: bool;
            /// last cycle's allocation took a slot, and its class has no standby
            took_unaided: bool;
            /// earlier operation: took a slot
            earlier_took[span]: bool;
            /// earlier operation: gave a slot
            earlier_gave[span]: bool;
            /// last cycle's operation is answered
            prompt: bool;
            /// behind a free, a class's next slot is known
            spare_valid: bool;
        }
        data {
            /// operation in decode
            entered_op: Op;
            /// it came from the inbox
            entered_inbox: bool;
            /// last cycle's operation came from the inbox
            replaying_inbox: bool;
            /// its operand
            entered_operand: Word = operand_bits;
            /// operation behind decode
            fields: Decoded = decoded(g);
            /// operation behind multiply
            product: Multiplied = multiplied(g);
            /// operation behind locate
            located: Located = located(g);
            /// operation to decide upon
            decide: Decision = decision(g);
            /// place of the slot that the ready table had for it
            decide_place: Word = ready_place_bits;
            /// class of the spare slot
            spare_class: Word = class_bits;
            /// its place
            spare_place: Word = ready_place_bits;
            /// it is of the class of the operation in decide
            spare_match: bool;
            /// last cycle's operation takes a slot that was ready
            prompt_taken: bool;
            /// that slot's place
            prompt_place: Word = ready_place_bits;
            /// its slot was free when tested
            tested_was_free: bool;
            /// how the refill ended
            refill_status: Status;
            /// class of the echo
            echo_class: Word = class_bits;
            /// bank that serves it
            echo_bank: bool;
            /// earlier operation: class
            earlier_class[span]: Word = class_bits;
            /// the class of the operation in decide has a standby
            has_standby: bool;
            /// a free of it may be under way
            free_ahead: bool;
            /// earlier operation: it is of the class of the operation in decide
            class_match[span]: bool;
            /// earlier operation: and names its slot
            slot_match[window]: bool;
            /// earlier operation: slot given
            earlier_slot[window]: Word = slot_bits;
            /// operations between decide and encode
            back[back_cycles]: Outcome = outcome(g);
            /// operation ahead of the address
            placed_ahead: Placed = placed(g);
        }
        instances {
            /// address to fields
            fields_of: AddressDecode = AddressDecode::new(g);
            /// place times reciprocal
            slot_product: SlotProduct = SlotProduct::new(g);
            /// product to slot
            slot_check: SlotCheck = SlotCheck::new(g);
            /// tags, for the compare
            tags: leaf::LutRam<Tag> = leaf::LutRam::protected(1 << class_bits, tag(g), parity == 1);
            /// arenas by class and bank, for the address
            arenas: leaf::LutRam = leaf::LutRam::protected(2 << class_bits, arena_bits, parity == 1);
            /// next free slots
            ready_slot: ReadyTable = ReadyTable::new(g);
            /// arenas fetched ahead
            standbys: StandbyTable = StandbyTable::new(g);
            /// frees that the list engine has yet to serve
            frees: FreesUnderWay = FreesUnderWay::new(g);
            /// which headers in memory differ from their entries
            dirty: leaf::LutRam<bool> = leaf::LutRam::protected(1 << class_bits, (), parity == 1);
            /// counts of free slots
            class_loop: ClassLoop = ClassLoop::new(g);
            /// bitmaps
            word_loop: WordLoop = WordLoop::new(g);
            /// one bit set to its number
            bit_encoder: leaf::OnehotEncoder = leaf::OnehotEncoder::new(word_bits);
            /// fields to address
            address_of: AddressEncode = AddressEncode::new(g);
        }
    }
}

#[allow(
    clippy::collapsible_if,
    reason = "what only a feature has is named inside its own branch"
)]
impl Logic for HitPipeline {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("Decode: the class, from the size or from the address.");
        self.entered_valid.next = self.enter.val();
        self.entered_op.next = self.enter_op.val();
        self.entered_inbox.next = self.enter_inbox.val();
        self.entered_operand.next = self.enter_operand.val();

        self.size.next = bits_to(self.entered_operand.val(), self.size_bits);
        self.too_large.next =
            (self.entered_operand.val() >> self.size_bits).any() | (self.size.val() > self.largest);
        self.size_less_one.next =
            self.size.val() - bits_from(self.size.val().any(), self.size_bits);
        self.fields_of.address.next = self.entered_operand.val();
        if self.too_large.val() {
            self.alloc_status.next = Status::TooLarge;
        } else {
            self.alloc_status.next = Status::Ok;
        }
        if self.fields_of.in_header_lane.val() {
            self.free_status.next = Status::BadPointer;
        } else if !self.fields_of.in_region.val() {
            self.free_status.next = Status::NotInRegion;
        } else if !self.fields_of.on_step.val() {
            self.free_status.next = Status::BadPointer;
        } else {
            self.free_status.next = Status::Ok;
        }
        self.decode.next.op = self.entered_op.val();
        self.decode.next.inbox = self.entered_inbox.val();
        self.decode.next.arena = self.fields_of.arena.val();
        self.decode.next.place = self.fields_of.place.val();
        self.slot_product.size_class.next = self.fields_of.size_class.val();
        self.decode.next.factor = self.slot_product.factor.val();
        self.decode.next.foreign = (self.entered_op.val() == Op::Free)
            & (self.fields_of.context_id.val() != self.context_id.val());
        if self.entered_op.val() == Op::Free {
            self.decode_class.next = self.fields_of.size_class.val();
        } else {
            self.decode_class.next =
                bits_to(self.size_less_one.val() >> self.step_bits, self.class_bits);
        }
        if self.entered_inbox.val() & !self.attached.val() {
            self.decode_status.next = Status::ForeignContext;
        } else if !self.enable.val() {
            self.decode_status.next = Status::NotEnabled;
        } else if self.entered_op.val() == Op::Free {
            self.decode_status.next = self.free_status.val();
        } else {
            self.decode_status.next = self.alloc_status.val();
        }

        if self.parity == 1 {
            if self.poisoned[0].val()
                & self.enable.val()
                & (self.attached.val() | !self.entered_inbox.val())
            {
                self.decode_status.next = Status::CorruptHeader;
            }
        }

        comment!(
            "Answered at once: nothing that is to be answered is ahead, and the answer is known."
        );
        self.ready_slot.look_class.next = self.decode_class.val();
        self.first.next =
            self.entered_valid.val() & !self.entered_inbox.val() & !self.unanswered.val().any();
        if self.ready_slots == 1 {
            self.served.next = self.first.val()
                & (self.entered_op.val() == Op::Alloc)
                & (self.decode_status.val() == Status::Ok)
                & self.ready_slot.ready.val();
            self.answered.next =
                self.served.val() | (self.first.val() & (self.decode_status.val() != Status::Ok));
        } else {
            self.served.next = false;
            self.answered.next = false;
        }
        self.decode.next.size_class = self.decode_class.val();
        self.decode.next.status = self.decode_status.val();
        self.decode.next.answered = self.answered.val();
        self.decode.next.ready = self.ready_slot.ready.val();

        comment!(
            "Behind a free of the class's arena the next slot is the lower one of its and the ready one."
        );
        self.own_place.next = bits_to(
            self.entered_operand.val() >> self.step_bits,
            self.ready_place_bits,
        );
        if (self.entered_op.val() == Op::Free)
            & (self.own_place.val() < self.ready_slot.place.val())
        {
            self.decode.next.ready_place = self.own_place.val();
        } else {
            self.decode.next.ready_place = self.ready_slot.place.val();
        }
        self.ready_slot.hand_out.next = self.served.val();
        if self.entered_valid.val() & !self.answered.val() {
            self.unanswered.next = (self.depth_cycles - 2).into();
        } else if self.unanswered.val().any() {
            self.unanswered.next = self.unanswered.val() - 1;
        }
        if self.entered_valid.val() {
            self.settling.next = self.depth_cycles.into();
        } else if self.settling.val().any() {
            self.settling.next = self.settling.val() - 1;
        }
        self.idle.next = !self.settling.val().any();

        if self.register_fields == 1 {
            self.fields_valid.next = self.entered_valid.val() & !self.replaying.val();
            self.fields.next = self.decode.val();
            self.multiply_valid.next = self.fields_valid.val();
            self.multiply.next = self.fields.val();
        } else {
            self.multiply_valid.next = self.entered_valid.val();
            self.multiply.next = self.decode.val();
        }

        comment!("Multiply: the place by the class's reciprocal; tag compare.");
        self.slot_product.place_factor.next = self.multiply.val().factor;
        self.slot_product.place.next = self.multiply.val().place;
        self.multiply_result.next.op = self.multiply.val().op;
        self.multiply_result.next.inbox = self.multiply.val().inbox;
        self.multiply_result.next.answered = self.multiply.val().answered;
        self.multiply_result.next.ready = self.multiply.val().ready;
        self.multiply_result.next.ready_place = self.multiply.val().ready_place;
        self.multiply_result.next.size_class = self.multiply.val().size_class;
        self.multiply_result.next.arena = self.multiply.val().arena;
        self.multiply_result.next.product = self.slot_product.product.val();
        if self.look.val() {
            self.tags.read_address.next = self.look_class.val();
        } else {
            self.tags.read_address.next = self.multiply.val().size_class;
        }
        self.multiply_tag.next = self.tags.read_data.val();
        self.multiply_result.next.bank = self.multiply_tag.val().bank;
        self.multiply_result.next.tag_known = self.multiply_tag.val().known;
        self.multiply_result.next.tag_valid = self.multiply_tag.val().valid;
        self.multiply_result.next.tag_matches = self.multiply_tag.val().valid
            & (self.multiply_tag.val().arena == self.multiply.val().arena);
        self.multiply_result.next.foreign = self.multiply.val().foreign;
        self.multiply_result.next.status = self.multiply.val().status;

        if self.register_product == 1 {
            self.product_valid.next = self.multiply_valid.val() & !self.replaying.val();
            self.product.next = self.multiply_result.val();
            self.locate_valid.next = self.product_valid.val();
            self.locate.next = self.product.val();
        } else {
            self.locate_valid.next = self.multiply_valid.val();
            self.locate.next = self.multiply_result.val();
        }

        comment!("Locate: slot number; the slot's bit is looked up.");
        self.slot_check.size_class.next = self.locate.val().size_class;
        self.slot_check.product.next = self.locate.val().product;
        self.word_loop.test_class.next = self.locate.val().size_class;
        self.word_loop.test_bank.next = self.locate.val().bank;
        self.word_loop.test_word.next = bits_to(
            self.slot_check.slot.val() >> self.bit_bits,
            self.word_number_bits,
        );
        self.locate_result.next.op = self.locate.val().op;
        self.locate_result.next.inbox = self.locate.val().inbox;
        self.locate_result.next.answered = self.locate.val().answered;
        self.locate_result.next.ready = self.locate.val().ready;
        self.locate_result.next.ready_place = self.locate.val().ready_place;
        self.locate_result.next.foreign = self.locate.val().foreign;
        self.locate_result.next.size_class = self.locate.val().size_class;
        self.locate_result.next.arena = self.locate.val().arena;
        self.locate_result.next.slot = self.slot_check.slot.val();
        self.locate_result.next.bank = self.locate.val().bank;
        self.locate_result.next.tag_known = self.locate.val().tag_known;
        self.locate_result.next.tag_valid = self.locate.val().tag_valid;
        self.locate_result.next.tag_matches = self.locate.val().tag_matches;
        if (self.locate.val().op == Op::Free)
            & (self.locate.val().status == Status::Ok)
            & !self.slot_check.exact.val()
        {
            self.locate_result.next.status = Status::BadPointer;
        } else if (self.locate.val().status == Status::Ok)
            & self.locate.val().foreign
            & self.locate.val().inbox
        {
            self.locate_result.next.status = Status::ForeignContext;
        } else {
            self.locate_result.next.status = self.locate.val().status;
        }

        comment!("Test: whether the slot is free, but for the operations still ahead.");
        if self.register_test == 1 {
            self.located_valid.next = self.locate_valid.val() & !self.replaying.val();
            self.located.next = self.locate_result.val();
            self.tested_free.next = self
                .word_loop
                .tested
                .val()
                .get_bit(bits_to(self.located.val().slot, self.bit_bits).index());
            self.tested_was_free.next = self.tested_free.val();
            self.decide_free.next = self.tested_was_free.val();
            self.incoming_valid.next = self.located_valid.val() & !self.replaying.val();
            self.incoming.next = self.located.val();
        } else {
            self.tested_free.next = self
                .word_loop
                .tested
                .val()
                .get_bit(bits_to(self.decide.val().slot, self.bit_bits).index());
            self.decide_free.next = self.tested_free.val();
            self.incoming_valid.next = self.locate_valid.val() & !self.replaying.val();
            self.incoming.next = self.locate_result.val();
        }

        comment!(
            "An echo enters decide where no operation does. Where another echo of its class follows,"
        );
        comment!(
            "no slot can be handed out between the two: an operation close ahead is to be answered."
        );
        self.decide_live.next = self.decide_valid.val() & !self.replaying.val();
        if self.ready_slots == 1 {
            self.echo_enters.next = self.echo_due.val() & !self.incoming_valid.val();
        } else {
            self.echo_enters.next = false;
        }
        if self.echo_enters.val() {
            self.next_class.next = self.echo_class.val();
            self.next_bank.next = self.echo_bank.val();
        } else {
            self.next_class.next = self.incoming.val().size_class;
            self.next_bank.next = self.incoming.val().bank;
        }
        self.decide_valid.next = self.incoming_valid.val();
        self.echo_valid.next = self.echo_enters.val();
        self.decide.next.op = self.incoming.val().op;
        self.decide.next.inbox = self.incoming.val().inbox;
        self.decide.next.answered = self.incoming.val().answered;
        self.decide.next.ready = self.incoming.val().ready;
        self.decide_place.next = self.incoming.val().ready_place;
        self.decide.next.size_class = self.next_class.val();
        self.decide.next.arena = self.incoming.val().arena;
        self.decide.next.slot = self.incoming.val().slot;
        self.decide.next.bank = self.next_bank.val();
        self.decide.next.tag_valid = self.incoming.val().tag_valid | self.echo_enters.val();
        self.decide.next.status = self.incoming.val().status;

        comment!("What is to be done with it, as far as it can be said ahead of the decision.");
        self.faultless.next = self.incoming.val().status == Status::Ok;
        self.own.next = self.faultless.val() & !self.incoming.val().foreign;
        self.own_known.next = self.own.val() & self.incoming.val().tag_known;
        self.decide.next.forward = self.faultless.val() & self.incoming.val().foreign;
        self.decide.next.load = self.own.val() & !self.incoming.val().tag_known;
        self.decide.next.alloc = self.own_known.val() & (self.incoming.val().op == Op::Alloc);
        self.decide.next.in_table = self.own_known.val()
            & (self.incoming.val().op == Op::Free)
            & self.incoming.val().tag_matches;
        self.decide.next.off_table = self.own_known.val()
            & (self.incoming.val().op == Op::Free)
            & !self.incoming.val().tag_matches;

        comment!("Whether its class has a standby, and a free of it may still drop that.");
        self.standbys.next_class.next = self.next_class.val();
        self.standbys.next_bank.next = self.next_bank.val();
        self.frees.next_class.next = self.next_class.val();
        if self.prefetch == 1 {
            self.has_standby.next = self.standbys.next_ready.val();
        } else {
            self.has_standby.next = false;
        }
        self.same_class.next = self.next_class.val() == self.decide.val().size_class;
        self.free_ahead.next = self.frees.under_way.val()
            | (self.decide_live.val() & self.decide.val().off_table & self.same_class.val());

        comment!("Which of the operations ahead of it are of its class, and which free its slot.");
        self.class_match[0].next = self.same_class.val();
        self.slot_match[0].next = (self.incoming.val().size_class == self.decide.val().size_class)
            & (self.incoming.val().slot == self.decide.val().slot);
        for i in 1..self.span {
            self.class_match[i].next = self.next_class.val() == self.earlier_class[i - 1].val();
        }
        for i in 1..self.window {
            self.slot_match[i].next = (self.incoming.val().size_class
                == self.earlier_class[i - 1].val())
                & (self.incoming.val().slot == self.earlier_slot[i - 1].val());
        }

        comment!("Decide: an allocation takes a slot of the class's lowest word that has any.");
        self.clean.next = self.decide_live.val() & !self.refill_failed.val();
        self.forward.next = self.decide_live.val() & self.decide.val().forward;
        self.needs_load.next = self.clean.val() & self.decide.val().load;
        self.wants.next = self.clean.val() & self.decide.val().alloc;
        self.arena_free.next = self.decide.val().tag_valid & self.class_loop.any_free.val();
        self.take.next = self.wants.val() & self.arena_free.val();
        self.needs_refill.next = self.wants.val() & !self.arena_free.val();
        self.echo.next = self.echo_valid.val() & self.class_loop.any_free.val();

        comment!(
            "Without a free slot: the class's standby takes the full arena's place, unless an"
        );
        comment!("earlier free of the class may still drop it.");
        self.standbys.decide_class.next = self.decide.val().size_class;
        self.standbys.decide_bank.next = self.decide.val().bank;
        self.frees.decide_class.next = self.decide.val().size_class;
        self.flip.next = self.needs_refill.val()
            & self.has_standby.val()
            & !self.free_ahead.val()
            & self.miss_ready.val()
            & self.claim_idle.val();
        comment!(
            "What is full may be an arena whose header the page allocator has yet to write: it has to"
        );
        comment!("do that before another arena displaces it, and is written full.");
        self.refill.next =
            self.needs_refill.val() & !self.has_standby.val() & self.claim_idle.val();
        self.takes.next = self.take.val() | self.flip.val();
        if self.arena_free.val() {
            self.take_word.next = self.class_loop.word.val();
        } else {
            self.take_word.next = self.standbys.word.val();
        }
        self.bank.next = self.decide.val().bank
            != ((self.decide.val().op == Op::Alloc) & !self.arena_free.val());
        self.standbys.take.next = self.flip.val();
        if self.parity == 1 {
            self.claim.next =
                self.flip.val() & self.standbys.fresh.val() & !self.standbys.wrong[0].val();
        } else {
            self.claim.next = self.flip.val() & self.standbys.fresh.val();
        }
        self.claim_class.next = self.decide.val().size_class;
        self.claim_arena.next = self.standbys.arena.val();
        self.claim_line.next = self.standbys.line.val();
        self.claim_unused.next = self.standbys.next_unused.val();
        self.claim_released.next = self.standbys.link.val();
        self.event_pop.next = self.flip.val() & !self.standbys.fresh.val();
        self.event_new.next = self.flip.val() & self.standbys.fresh.val();

        comment!("With few slots left, the next arena is to be fetched.");
        self.took_unaided.next = self.take.val() & !self.has_standby.val();
        if self.prefetch == 1 {
            self.ask.next = self.took_unaided.val() & self.class_loop.few.val();
        } else {
            self.ask.next = false;
        }
        self.standbys.ask.next = self.ask.val();
        self.standbys.ask_class.next = self.earlier_class[0].val();
        self.standbys.withdraw.next = self.withdraw.val();
        self.standbys.fetching.next = self.fetching.val();
        self.asked.next = self.standbys.asked.val();
        self.asked_class.next = self.standbys.asked_class.val();

        comment!("A free gives its slot back, unless the slot is free already.");
        self.in_table.next = self.clean.val() & self.decide.val().in_table;
        self.off_table.next = self.clean.val() & self.decide.val().off_table;
        self.slot_given[0].next = false;
        self.class_changed[0].next = false;
        for i in 0..self.window {
            self.slot_given[i + 1].next =
                self.slot_given[i].val() | (self.earlier_gave[i].val() & self.slot_match[i].val());
        }
        for i in 0..self.span {
            self.class_changed[i + 1].next = self.class_changed[i].val()
                | ((self.earlier_gave[i].val() | self.earlier_took[i].val())
                    & self.class_match[i].val());
        }
        self.undecided.next = self.in_table.val()
            & (self.slot_given[self.window].val()
                | (self.decide_free.val() & self.class_changed[self.window].val()));
        self.double_free.next =
            self.in_table.val() & !self.undecided.val() & self.decide_free.val();
        self.give.next = self.in_table.val() & !self.undecided.val() & !self.decide_free.val();

        self.changes.next = self.takes.val() | self.give.val();

        comment!("What can't be decided comes again.");
        self.again.next = self.undecided.val()
            | (self.needs_refill.val() & !self.flip.val())
            | self.needs_load.val()
            | (self.off_table.val() & !self.miss_ready.val());
        self.decided.next = self.decide_live.val() & !self.again.val();
        self.commit.next = self.answered.val() | (self.decided.val() & !self.decide.val().answered);
        self.commit_inbox.next = self.decide.val().inbox & !self.answered.val();
        self.commit_forward.next = self.forward.val();
        self.replaying.next = self.again.val() | self.flip.val();
        self.replaying_inbox.next = self.decide.val().inbox;
        self.replay.next = self.replaying.val();
        self.replay_inbox.next = self.replaying_inbox.val();
        if self.refilled.val() {
            self.refill_pending.next = false;
        } else if (self.refill.val() | self.needs_load.val()) & self.miss_ready.val() {
            self.refill_pending.next = true;
            self.load_pending.next = self.needs_load.val();
        }
        self.refilling.next = self.refill_pending.val();
        if self.refilled.val() {
            self.after_refill.next = true;
            self.after_load.next = self.load_pending.val();
            self.refill_status.next = self.refilled_status.val();
            self.refill_failed.next = self.refilled_status.val() != Status::Ok;
        } else if self.decide_live.val() {
            self.after_refill.next = false;
            self.refill_failed.next = false;
        }

        if self.parity == 1 {
            if self.poisoned[0].val() {
                self.refill_pending.next = false;
                self.after_refill.next = false;
                self.refill_failed.next = false;
            }
        }

        self.miss.next =
            self.off_table.val() | self.refill.val() | self.needs_load.val() | self.flip.val();
        self.post_free.next = self.off_table.val() & self.miss_ready.val();
        self.frees.post.next = self.post_free.val();
        if self.needs_load.val() {
            self.miss_kind.next = MissKind::Load;
        } else if self.refill.val() {
            self.miss_kind.next = MissKind::Refill;
        } else if self.flip.val() {
            self.miss_kind.next = MissKind::Displace;
        } else {
            self.miss_kind.next = MissKind::Free;
        }
        self.miss_inbox.next = self.decide.val().inbox;
        self.miss_class.next = self.decide.val().size_class;
        self.miss_arena.next = self.decide.val().arena;
        self.miss_slot.next = self.decide.val().slot;

        self.event_alloc_hit.next =
            self.take.val() & (!self.after_refill.val() | self.after_load.val());
        self.event_free_hit.next = self.give.val();

        self.earlier_took[0].next = self.takes.val();
        self.earlier_gave[0].next = self.give.val();
        self.earlier_class[0].next = self.decide.val().size_class;
        self.earlier_slot[0].next = self.decide.val().slot;
        for i in 1..self.span {
            self.earlier_took[i].next = self.earlier_took[i - 1].val();
            self.earlier_gave[i].next = self.earlier_gave[i - 1].val();
            self.earlier_class[i].next = self.earlier_class[i - 1].val();
        }
        for i in 1..self.window {
            self.earlier_slot[i].next = self.earlier_slot[i - 1].val();
        }

        self.decide_word.next = bits_to(
            self.decide.val().slot >> self.bit_bits,
            self.word_number_bits,
        );
        self.decide_bit.next = bits_to(self.decide.val().slot, self.bit_bits);
        self.class_loop.enter_class.next = self.next_class.val();
        self.class_loop.take.next = self.wants.val() & self.decide.val().tag_valid;
        self.class_loop.free_here.next = self.decide.val().op == Op::Free;
        self.class_loop.give.next = self.give.val();
        self.class_loop.give_word.next = self.decide_word.val();
        self.class_loop.flip.next = self.flip.val();
        self.class_loop.flip_word.next = self.standbys.word.val();
        self.class_loop.flip_counts.next = self.standbys.counts.val();

        comment!("Fetch and update: the word loop.");
        self.word_loop.take.next = self.takes.val();
        self.word_loop.give.next = self.give.val();
        self.word_loop.size_class.next = self.decide.val().size_class;
        self.word_loop.bank.next = self.bank.val();
        self.word_loop.bit_number.next = self.decide_bit.val();
        if (self.decide.val().op == Op::Free) & !self.echo_valid.val() {
            self.word_loop.word.next = self.decide_word.val();
        } else {
            self.word_loop.word.next = self.take_word.val();
        }

        if self.refill_failed.val() & (self.decide.val().status == Status::Ok) {
            self.decided_status.next = self.refill_status.val();
        } else if self.double_free.val() {
            self.decided_status.next = Status::DoubleFree;
        } else {
            self.decided_status.next = self.decide.val().status;
        }
        comment!(
            "Answered promptly: nothing ahead has its answer at the end, and no address is missing."
        );
        comment!(
            "What the ready table had is the next slot yet if none ahead has changed the class."
        );
        comment!(
            "A free that knows the next slot leaves it as the spare one, until its class is changed."
        );
        if self.ready_slots == 1 {
            self.at_hand.next = self.decide.val().ready & !self.class_changed[self.span].val();
            self.spared.next = self.spare_valid.val() & self.spare_match.val();
            self.spares.next = self.give.val() & self.at_hand.val();
        } else {
            self.at_hand.next = false;
            self.spared.next = false;
            self.spares.next = false;
        }
        if self.install_tag.val() {
            self.spare_valid.next = false;
        } else if self.spares.val() {
            self.spare_valid.next = true;
        } else if self.changes.val() & self.spare_match.val() {
            self.spare_valid.next = false;
        }
        if self.spares.val() {
            self.spare_class.next = self.decide.val().size_class;
            self.spare_place.next = self.decide_place.val();
            self.spare_match.next = self.same_class.val();
        } else {
            self.spare_match.next = self.next_class.val() == self.spare_class.val();
        }
        self.later_busy[0].next = false;
        for i in 0..(self.back_cycles - 1 + self.register_address) {
            self.later_busy[i + 1].next = self.later_busy[i].val() | self.later[i].val();
        }
        self.unanswered_yet.next = self.decided.val() & !self.decide.val().answered;
        self.prompts.next = self.unanswered_yet.val()
            & !self.later_busy[self.back_cycles - 1 + self.register_address].val()
            & !(self.takes.val() & !self.at_hand.val() & !self.spared.val())
            & !self.flip.val();
        self.prompt.next = self.prompts.val();
        self.prompt_taken.next = self.takes.val();
        if self.at_hand.val() {
            self.prompt_place.next = self.decide_place.val();
        } else {
            self.prompt_place.next = self.spare_place.val();
        }

        comment!("What was answered has no outcome, but for the change that it makes.");
        self.back_valid[0].next = self.echo.val() | self.takes.val() | self.unanswered_yet.val();
        self.later[0].next = self.unanswered_yet.val() & !self.prompts.val();
        self.back[0].next.echo = self.echo_valid.val();
        self.back[0].next.gave = self.give.val();
        self.back[0].next.inbox = self.decide.val().inbox;
        self.back[0].next.from_engine = self.off_table.val();
        self.back[0].next.from_forward = self.forward.val();
        self.back[0].next.taken = self.takes.val();
        self.back[0].next.size_class = self.decide.val().size_class;
        self.back[0].next.bank = self.bank.val();
        self.back[0].next.word = self.take_word.val();
        self.back[0].next.status = self.decided_status.val();
        for i in 1..self.back_cycles {
            self.back_valid[i].next = self.back_valid[i - 1].val();
            self.later[i].next = self.later[i - 1].val();
            self.back[i].next = self.back[i - 1].val();
        }
        self.busy[0].next = false;
        for i in 0..self.back_cycles {
            self.busy[i + 1].next = self.busy[i].val() | self.back_valid[i].val();
        }
        self.drained.next = !self.busy[self.back_cycles].val();

        comment!("Behind a change comes an echo.");
        if self.changes.val() {
            self.echo_due.next = true;
            self.echo_class.next = self.decide.val().size_class;
            self.echo_bank.next = self.bank.val();
        } else if self.echo_enters.val() {
            self.echo_due.next = false;
        }

        comment!("Encode: the bit taken becomes a slot number, and with its arena an address.");
        self.back_last.next = self.back[self.back_cycles - 1].val();
        self.bit_encoder.onehot.next = self.word_loop.taken.val();
        self.placed.next.echo = self.back_last.val().echo;
        self.placed.next.gave = self.back_last.val().gave;
        self.placed.next.inbox = self.back_last.val().inbox;
        self.placed.next.from_engine = self.back_last.val().from_engine;
        self.placed.next.from_forward = self.back_last.val().from_forward;
        self.placed.next.taken = self.back_last.val().taken;
        self.placed.next.size_class = self.back_last.val().size_class;
        self.placed.next.bank = self.back_last.val().bank;
        self.placed.next.slot = (bits_to(self.back_last.val().word, self.slot_bits)
            << self.bit_bits)
            | bits_to(self.bit_encoder.position.val(), self.slot_bits);
        self.placed.next.status = self.back_last.val().status;
        if self.register_address == 1 {
            self.placed_valid.next = self.back_valid[self.back_cycles - 1].val();
            self.placed_later.next = self.later[self.back_cycles - 1].val();
            self.late.next = self.placed_later.val();
            self.placed_ahead.next = self.placed.val();
            self.encode_valid.next = self.placed_valid.val();
            self.encode.next = self.placed_ahead.val();
        } else {
            self.encode_valid.next = self.back_valid[self.back_cycles - 1].val();
            self.late.next = self.later[self.back_cycles - 1].val();
            self.encode.next = self.placed.val();
        }
        self.arenas.read_address.next =
            (bits_to(self.encode.val().size_class, self.class_bits + 1) << 1)
                | bits_from(self.encode.val().bank, self.class_bits + 1);
        self.encode_arena.next = self.arenas.read_data.val();
        self.address_of.size_class.next = self.encode.val().size_class;
        self.address_of.context_id.next = self.context_id.val();
        self.address_of.arena.next = self.encode_arena.val();
        self.address_of.slot.next = self.encode.val().slot;

        comment!("The outcome: of the operation here, or of one that is answered ahead of it.");
        self.leave.next = self.answered.val() | self.prompt.val() | self.late.val();
        if self.prompt.val() {
            self.leaving.next.inbox = self.back[0].val().inbox;
            self.leaving.next.from_engine = self.back[0].val().from_engine;
            self.leaving.next.from_forward = self.back[0].val().from_forward;
            self.leaving.next.status = self.back[0].val().status;
        } else {
            self.leaving.next.inbox = self.encode.val().inbox;
            self.leaving.next.from_engine = self.encode.val().from_engine;
            self.leaving.next.from_forward = self.encode.val().from_forward;
            self.leaving.next.status = self.encode.val().status;
        }
        self.leave_inbox.next = self.leaving.val().inbox & !self.answered.val();
        self.leave_from_engine.next = self.leaving.val().from_engine & !self.answered.val();
        self.leave_from_forward.next = self.leaving.val().from_forward & !self.answered.val();
        if self.answered.val() {
            self.leave_status.next = self.decode_status.val();
        } else {
            self.leave_status.next = self.leaving.val().status;
        }
        if self.prompt.val() {
            self.handed_class.next = self.back[0].val().size_class;
            self.handed_place.next = self.prompt_place.val();
        } else {
            self.handed_class.next = self.decode_class.val();
            self.handed_place.next = self.ready_slot.place.val();
        }
        self.handed_address.next = (bits(self.region_tag, self.operand_bits) << self.region_bits)
            | (bits_to(self.handed_class.val(), self.operand_bits) << self.lane_bits)
            | (bits_to(self.context_id.val(), self.operand_bits) << self.low_bits)
            | (bits_to(self.handed_place.val(), self.operand_bits) << self.step_bits);
        if self.served.val() | (self.prompt.val() & self.prompt_taken.val()) {
            self.leave_value.next = self.handed_address.val();
        } else if self.encode.val().taken & self.late.val() {
            self.leave_value.next = self.address_of.address.val();
        } else {
            self.leave_value.next = bits(0, self.operand_bits);
        }

        comment!("The ready slot: an echo's; unknown behind any other change, and in a new arena.");
        self.becomes_ready.next = self.encode_valid.val() & self.encode.val().echo;
        self.ready_slot.write_address.next = self.address_of.address.val();
        self.ready_slot.write.next = self.becomes_ready.val()
            | (self.encode_valid.val() & (self.encode.val().taken | self.encode.val().gave));
        self.ready_slot.write_ready.next = self.becomes_ready.val();
        self.ready_slot.clear.next = self.install_tag.val();
        if self.install_tag.val() {
            self.ready_slot.write_class.next = self.install_class.val();
        } else {
            self.ready_slot.write_class.next = self.encode.val().size_class;
        }

        comment!("An entry differs from its header from its first operation on.");
        if self.install_tag.val() {
            self.dirty.write.next = true;
            self.dirty.write_address.next = self.install_class.val();
            self.dirty.write_data.next = self.install_dirty.val();
        } else {
            self.dirty.write.next = self.takes.val() | self.give.val();
            self.dirty.write_address.next = self.decide.val().size_class;
            self.dirty.write_data.next = true;
        }
        self.dirty.read_address.next = self.look_class.val();
        self.look_dirty.next = self.dirty.read_data.val();
        self.word_loop.look.next = self.look.val();
        self.word_loop.look_class.next = self.look_class.val();
        self.word_loop.look_bank.next = self.multiply_tag.val().bank;
        self.word_loop.look_word.next = self.look_word.val();
        self.look_mask.next = self.word_loop.tested.val();

        comment!(
            "Install: masks and counts word by word, then the tag; a standby's, too, but for its"
        );
        comment!("tag. No operation on its bank is left: the full arena has been written since.");
        self.standbys.engine_class.next = self.install_class.val();
        self.frees.engine_class.next = self.install_class.val();
        self.standbys.keep.next = self.install_standby.val();
        self.standbys.keep_fresh.next = self.install_fresh.val();
        self.standbys.keep_arena.next = self.install_arena.val();
        self.standbys.keep_line.next = self.install_line.val();
        self.standbys.keep_unused.next = self.install_unused.val();
        self.standbys.keep_link.next = self.install_link.val();
        self.standbys.keep_word.next = self.install_lowest.val();
        self.standbys.keep_counts.next = self.install_counts.val();
        self.standbys.drop.next = self.drop_standby.val();
        self.standbys.clear.next = self.install_tag.val() & !self.install_known.val();
        self.frees.clear.next = self.install_tag.val() & !self.install_known.val();
        self.frees.served.next = self.free_served.val();
        self.standby_ready.next = self.standbys.engine_ready.val();
        self.install_bank.next = self.install_ahead.val() != self.standbys.engine_bank.val();
        self.class_loop.install.next = self.install_word.val() & !self.install_ahead.val();
        self.class_loop.install_class.next = self.install_class.val();
        self.class_loop.install_word.next = self.install_number.val();
        self.class_loop.install_count.next = self.install_count.val();
        self.word_loop.install.next = self.install_word.val();
        self.install_ready.next = self.word_loop.install_ready.val();
        self.word_loop.install_class.next = self.install_class.val();
        self.word_loop.install_bank.next = self.install_bank.val();
        self.word_loop.install_word.next = self.install_number.val();
        self.word_loop.install_mask.next = self.install_mask.val();
        if self.install_tag.val() {
            self.tags.write.next = true;
            self.tags.write_address.next = self.install_class.val();
            self.tags.write_data.next.known = self.install_known.val();
            self.tags.write_data.next.valid = self.install_valid.val();
            self.tags.write_data.next.bank =
                self.install_known.val() & self.standbys.engine_bank.val();
            self.tags.write_data.next.arena = self.install_arena.val();
        } else {
            self.tags.write.next = self.flip.val();
            self.tags.write_address.next = self.decide.val().size_class;
            self.tags.write_data.next.known = true;
            self.tags.write_data.next.valid = true;
            self.tags.write_data.next.bank = !self.decide.val().bank;
            self.tags.write_data.next.arena = self.standbys.arena.val();
        }
        self.arenas.write.next = self.install_tag.val() | self.install_standby.val();
        self.arenas.write_address.next = (bits_to(self.install_class.val(), self.class_bits + 1)
            << 1)
            | bits_from(self.install_bank.val(), self.class_bits + 1);
        self.arenas.write_data.next = self.install_arena.val();

        if self.parity == 1 {
            comment!("Words that are used and are not what was written.");
            self.entry_wrong[0].next = self.swept[0].val()
                & (self.tags.wrong.val()
                    | self.dirty.wrong.val()
                    | self.ready_slot.wrong[0].val()
                    | self.standbys.bank_wrong[0].val()
                    | self.frees.wrong[0].val());
            self.decide_wrong[0].next = (self.class_loop.wrong[0].val()
                & self.decide.val().tag_valid
                & (self.echo_valid.val()
                    | (self.clean.val() & (self.decide.val().alloc | self.decide.val().in_table))))
                | (self.standbys.wrong[0].val() & self.flip.val());
            if self.register_test == 1 {
                self.test_wrong[0].next = self.located_valid.val()
                    & (self.located.val().op == Op::Free)
                    & (self.located.val().status == Status::Ok)
                    & self.located.val().tag_matches
                    & self.word_loop.tested_wrong[0].val();
            } else {
                self.test_wrong[0].next = self.decide_live.val()
                    & self.decide.val().in_table
                    & self.word_loop.tested_wrong[0].val();
            }
            self.wrong[0].next = self.entry_wrong[0].val()
                | self.decide_wrong[0].val()
                | self.test_wrong[0].val()
                | (self.look_used[0].val() & self.word_loop.tested_wrong[0].val())
                | self.word_loop.wrong[0].val()
                | (self.encode_valid.val()
                    & (self.encode.val().taken | self.encode.val().echo)
                    & self.arenas.wrong.val());
        }
    }
}
