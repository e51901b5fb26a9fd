//! Goes over the answers, without trust in anything that the allocator is made of.

use super::image::{CODE_BITS, DemoImage};
use super::states::CheckState;
use crate::geometry::Geometry;
use crate::rtl::*;

/// Fault: an address that isn't a slot of the class that was asked for.
const NO_SLOT: usize = 2;
/// Fault: a slot that was handed out while it was in use.
const HANDED_OUT_TWICE: usize = 3;
/// Fault: a slot that was taken back while it was free.
const TAKEN_BACK_TWICE: usize = 4;

module! {
    /// Demo checker: goes over the log of a program's answers with a bit for each slot of each arena.
    ///
    /// Every address that was handed out has to be a slot of the class that was asked for, and not in
    /// use; every free that was answered Ok, one of a slot in use. The slot's number comes from a
    /// division, a bit a cycle, where the allocator multiplies by reciprocals.
    ///
    /// Protocol:   start rises once ready is high, and stays. Program and log: answered a cycle after
    ///             they are asked.
    /// Latency:    some 20 cycles an operation.
    /// Misuse:     the first fault ends it.
    /// Reset:      every slot is free after a cycle a slot.
    pub module DemoChecker(g: &Geometry, image: &DemoImage) = "memento_demo_checker" {
        parameters {
            /// operations of the program
            operations = image.program.len(),
            /// bits, width of an operation's number
            index_bits = image.index_bits(),
            /// bits, width of an operation of the program
            word_bits = image.word_bits(g),
            /// size classes
            classes = g.classes,
            /// bits, width of a class number
            class_bits = g.class_bits,
            /// bits, width of a context number
            context_bits = g.context_bits,
            /// log2 of the bytes of a class's addresses
            span_bits = g.lane_bits,
            /// bits, width of an arena number
            arena_bits = g.arena_bits,
            /// log2 of the largest stride in bytes
            max_stride_bits = g.max_stride_bits,
            /// log2 of the size step in bytes
            step_bits = g.step_bits,
            /// objects an arena
            objects = g.objects,
            /// bits, width of a slot number
            slot_bits = g.slot_bits,
            /// log2 of the arenas a class
            lane_bits = image.lane_bits(),
        }
        derived {
            /// fault: the address isn't a slot's, or of another class
            not_a_slot = NO_SLOT,
            /// fault: a slot in use is handed out
            handed_out_twice = HANDED_OUT_TWICE,
            /// fault: a free slot is taken back
            taken_back_twice = TAKEN_BACK_TWICE,
            /// bits of an operation's code
            code_bits = CODE_BITS,
            /// bits of an operation's argument
            argument_bits = word_bits - code_bits,
            /// bits, width of a count of operations
            count_bits = index_bits + 1,
            /// bits of an address below the region's base
            region_bits = class_bits + span_bits,
            /// bits of an address below its context
            low_bits = span_bits - context_bits,
            /// bits of arena number and offset, left-aligned to the largest stride
            aligned_bits = arena_bits + max_stride_bits,
            /// bits of the largest stride in size steps
            place_bits = max_stride_bits - step_bits,
            /// bits, width of a count of these
            steps_bits = clog2(place_bits + 1),
            /// bits, width of a remainder, and of a size in steps
            remainder_bits = class_bits + 2,
            /// bits, width of a slot's number among all
            entry_bits = class_bits + lane_bits + slot_bits,
            /// bits, width of a stride's shortfall
            shortfall_bits = g.shortfall_bits(),
        }
        ports {
            "Control" {
                /// every slot is free: the program may run
                output ready: bool;
                /// the program is done
                input start: bool;
                /// its answers have been gone over
                output done: bool;
                /// what is wrong with them, 0: nothing
                output fault: Word = 4;
                /// number of the operation that is wrong
                output at: Word = count_bits;
            }
            "Program: answered a cycle later" {
                /// number of an operation
                output program_address: Word = index_bits;
                /// the operation
                input program_word: Word = word_bits;
            }
            "Log: answered a cycle later" {
                /// number of an operation
                output log_address: Word = index_bits;
                /// it went well
                input log_ok: bool;
                /// its address without the region's base
                input log_low: Word = region_bits;
            }
        }
        wires {
            /// code of the operation
            code: Word = code_bits;
            /// its argument
            argument: Word = argument_bits;
            /// class that an allocation asks for
            wanted: Word = argument_bits;
            /// remainder and the next bit of the offset
            brought: Word = remainder_bits;
            /// size in steps
            size: Word = remainder_bits;
            /// arena number
            arena: Word = arena_bits;
            /// number of the slot among all
            entry: Word = entry_bits;
            /// the address can't be one of the class's slots
            no_slot: bool;
        }
        state {
            /// what is done
            state: CheckState;
            /// operation, or while slots are made free the slot
            index: Word = count_bits;
            /// slot that is made free
            sweep: Word = entry_bits;
            /// what is wrong
            found: Word = 4;
        }
        data {
            /// it allocates
            allocates: bool;
            /// class that it asks for
            wanted_class: Word = argument_bits;
            /// address without the region's base
            low: Word = region_bits;
            /// its class
            size_class: Word = class_bits;
            /// context, or parts of a step, that no slot has
            odd: bool;
            /// arena number and offset
            aligned: Word = aligned_bits;
            /// bits by which these are still to be shifted
            left: Word = shortfall_bits;
            /// bits of the offset that are still to be divided
            steps: Word = steps_bits;
            /// offset in steps, the next bit highest
            place: Word = place_bits;
            /// remainder
            remainder: Word = remainder_bits;
            /// quotient
            quotient: Word = place_bits;
        }
        instances {
            /// by how many bits a class's stride falls short of the largest
            shortfall: Table = Table::new("memento_demo_shortfall",
                "By how many bits a class's stride falls short of the largest one.",
                g.stride_shortfall(), g.shortfall_bits());
            /// slots in use
            live: leaf::BlockRam = leaf::BlockRam::new(1 << entry_bits, 1);
        }
    }
}

impl Logic for DemoChecker {
    #[hdl_gen]
    fn update(&mut self) {
        self.ready.next =
            (self.state.val() != CheckState::Clear) & (self.state.val() != CheckState::Done);
        self.done.next = self.state.val() == CheckState::Done;
        self.fault.next = self.found.val();
        self.at.next = self.index.val();

        comment!("The operation, and what it asked for.");
        self.code.next = bits_to(self.program_word.val(), self.code_bits);
        self.argument.next = bits_to(
            self.program_word.val() >> self.code_bits,
            self.argument_bits,
        );
        self.wanted.next = (self.argument.val() - 1) >> self.step_bits;
        self.program_address.next = bits_to(self.index.val(), self.index_bits);
        if self.state.val() == CheckState::Entry {
            self.log_address.next = bits_to(self.argument.val(), self.index_bits);
        } else {
            self.log_address.next = bits_to(self.index.val(), self.index_bits);
        }

        comment!("The address: class, arena, and by division the slot.");
        self.shortfall.address.next = bits_to(self.low.val() >> self.span_bits, self.class_bits);
        self.size.next = bits_to(self.size_class.val(), self.remainder_bits) + 1;
        self.brought.next = (self.remainder.val() << 1)
            | bits_from(
                self.place.val().get_bit(self.place_bits - 1),
                self.remainder_bits,
            );
        self.arena.next = bits_to(self.aligned.val() >> self.max_stride_bits, self.arena_bits);
        self.entry.next = (bits_to(self.size_class.val(), self.entry_bits)
            << (self.lane_bits + self.slot_bits))
            | (bits_to(bits_to(self.arena.val(), self.lane_bits), self.entry_bits)
                << self.slot_bits)
            | bits_to(
                bits_to(self.quotient.val(), self.slot_bits),
                self.entry_bits,
            );
        self.no_slot.next = self.odd.val()
            | self.remainder.val().any()
            | (self.quotient.val() > (self.objects - 1))
            | (self.arena.val() >> self.lane_bits).any()
            | (self.size.val() > self.classes)
            | (self.allocates.val()
                & (self.wanted_class.val() != bits_to(self.size_class.val(), self.argument_bits)));

        self.live.read_address.next = self.entry.val();
        self.live.write_address.next = self.entry.val();
        self.live.write_data.next = bits_from(self.allocates.val(), 1);
        self.live.write.next = false;
        match self.state.val() {
            CheckState::Clear => {
                self.live.write.next = true;
                self.live.write_address.next = self.sweep.val();
                self.live.write_data.next = bits(0, 1);
                self.sweep.next = self.sweep.val() + 1;
                if self.sweep.val().all() {
                    self.state.next = CheckState::Wait;
                }
            }
            CheckState::Wait => {
                if self.start.val() {
                    self.state.next = CheckState::Fetch;
                }
            }
            CheckState::Fetch => {
                if self.index.val() == self.operations {
                    self.state.next = CheckState::Done;
                } else {
                    self.state.next = CheckState::Entry;
                }
            }
            CheckState::Entry => {
                self.allocates.next = !self.code.val().any();
                self.wanted_class.next = self.wanted.val();
                self.low.next = self.log_low.val();
                if !self.log_ok.val() {
                    self.index.next = self.index.val() + 1;
                    self.state.next = CheckState::Fetch;
                } else if self.code.val().any() {
                    self.state.next = CheckState::Target;
                } else {
                    self.state.next = CheckState::Unpack;
                }
            }
            CheckState::Target => {
                self.low.next = self.log_low.val();
                self.state.next = CheckState::Unpack;
            }
            CheckState::Unpack => {
                self.size_class.next = bits_to(self.low.val() >> self.span_bits, self.class_bits);
                self.odd.next = bits_to(self.low.val() >> self.low_bits, self.context_bits).any()
                    | bits_to(self.low.val(), self.step_bits).any();
                self.aligned.next =
                    bits_to(bits_to(self.low.val(), self.low_bits), self.aligned_bits);
                self.left.next = self.shortfall.data.val();
                self.steps.next = bits(self.place_bits, self.steps_bits)
                    - bits_to(self.shortfall.data.val(), self.steps_bits);
                self.state.next = CheckState::Align;
            }
            CheckState::Align => {
                self.place.next = bits_to(self.aligned.val() >> self.step_bits, self.place_bits);
                self.remainder.next = bits(0, self.remainder_bits);
                self.quotient.next = bits(0, self.place_bits);
                if self.left.val().any() {
                    self.aligned.next = self.aligned.val() << 1;
                    self.left.next = self.left.val() - 1;
                } else {
                    self.state.next = CheckState::Divide;
                }
            }
            CheckState::Divide => {
                if self.steps.val().any() {
                    self.steps.next = self.steps.val() - 1;
                    self.place.next = self.place.val() << 1;
                    if self.brought.val() < self.size.val() {
                        self.remainder.next = self.brought.val();
                        self.quotient.next = self.quotient.val() << 1;
                    } else {
                        self.remainder.next = self.brought.val() - self.size.val();
                        self.quotient.next = (self.quotient.val() << 1) | bits(1, self.place_bits);
                    }
                } else {
                    self.state.next = CheckState::Look;
                }
            }
            CheckState::Look => {
                self.state.next = CheckState::Decide;
            }
            CheckState::Decide => {
                if self.no_slot.val() {
                    self.found.next = bits(self.not_a_slot, 4);
                    self.state.next = CheckState::Done;
                } else if self.live.read_data.val().any() & self.allocates.val() {
                    self.found.next = bits(self.handed_out_twice, 4);
                    self.state.next = CheckState::Done;
                } else if !self.live.read_data.val().any() & !self.allocates.val() {
                    self.found.next = bits(self.taken_back_twice, 4);
                    self.state.next = CheckState::Done;
                } else {
                    self.live.write.next = true;
                    self.index.next = self.index.val() + 1;
                    self.state.next = CheckState::Fetch;
                }
            }
            CheckState::Done => {}
        }
    }
}
