//! Issues the program and keeps the answers.

use super::image::{CODE_BITS, DemoImage};
use crate::allocator::types::{Op, Status};
use crate::geometry::Geometry;
use crate::rtl::*;

/// What a signature is divided by, x^32 + x^26 + x^23 + x^22 + x^16 + x^12 + x^11 + x^10 + x^8 + x^7 + x^5
/// + x^4 + x^2 + x + 1: the polynomial of IEEE 802.3.
pub const POLYNOMIAL: usize = 0x04C1_1DB7;

module! {
    /// Demo driver: issues a program to an object allocator, as fast as this takes it, and keeps the
    /// answers in a log.
    ///
    /// A free waits until the allocation that it names is answered, so that its address is in the log.
    /// An answer adds to the signature: shifted left by one, with the polynomial where a one is lost,
    /// and the value's halves and the status, from bit 28 on, added modulo 2.
    ///
    /// Protocol:   go rises once and stays. Program and log: answered a cycle after they are asked;
    ///             valid/ready at the allocator.
    /// Throughput: one operation a cycle.
    /// Reset:      at the program's start.
    pub module DemoDriver(g: &Geometry, image: &DemoImage) = "memento_demo_driver" {
        parameters {
            /// operations of the program
            operations = image.program.len(),
            /// bits, width of an operation's number
            index_bits = image.index_bits(),
            /// bits, width of an operation of the program
            word_bits = image.word_bits(g),
            /// bits, width of an operand and of a value
            operand_bits = g.operand_bits,
            /// bits of an address below the region's base
            region_bits = g.region_bits(),
            /// region base above these
            region_tag = g.region_base >> g.region_bits(),
        }
        derived {
            /// bits of an operation's code
            code_bits = CODE_BITS,
            /// bits of an operation's argument
            argument_bits = word_bits - code_bits,
            /// bits, width of a count of operations
            count_bits = index_bits + 1,
            /// what a signature is divided by
            polynomial = POLYNOMIAL,
            /// 1: a value has more than 32 bits
            folded = (operand_bits > 32) as usize,
        }
        ports {
            "Control" {
                /// the program runs
                input go: bool;
                /// it is done
                output done: bool;
                /// an answer is taken
                output answer: bool;
                /// answers that came, which is the number of the next one
                output answered: Word = count_bits;
                /// signature of the answers
                output signature: Word = 32;
            }
            "Program: answered a cycle later" {
                /// number of an operation
                output program_address: Word = index_bits;
                /// the operation
                input program_word: Word = word_bits;
            }
            "Log: addresses without the region's base, by operation, answered a cycle later" {
                /// number of an allocation
                output log_address: Word = index_bits;
                /// its address
                input log_low: Word = region_bits;
                /// an answer is kept
                output log_write: bool;
                /// number of the operation
                output log_write_address: Word = index_bits;
                /// it went well
                output log_write_ok: bool;
                /// its value
                output log_write_low: Word = region_bits;
            }
            "Request: valid/ready" {
                /// an operation is on offer
                output request_valid: bool;
                /// it is accepted
                input request_ready: bool;
                /// 0 alloc, 1 free
                output request_op: Op;
                /// size or address
                output request_operand: Word = operand_bits;
            }
            "Response: valid/ready" {
                /// an answer is there
                input response_valid: bool;
                /// it is taken
                output response_ready: bool;
                /// status
                input response_status: Status;
                /// address, or 0
                input response_value: Word = operand_bits;
            }
        }
        wires {
            /// code of the next operation
            code: Word = code_bits;
            /// its argument
            argument: Word = argument_bits;
            /// the allocation that it names
            target: Word = index_bits;
            /// it can be offered
            known: bool;
            /// it is offered from the next cycle on
            move_on: bool;
            /// number of the next operation, then
            next_index: Word = count_bits;
            /// what an answer adds to the signature
            folded_value: Word = 32;
            /// the status as a number
            status_code: Word = 32;
            /// the signature, divided a step further
            shifted: Word = 32;
        }
        state {
            /// number of the next operation
            index: Word = count_bits;
            /// an operation is on offer
            offered: bool;
            /// answers that came
            came: Word = count_bits;
            /// their signature
            sum: Word = 32;
        }
        data {
            /// the operation on offer allocates
            allocates: bool;
            /// it frees a byte inside an object
            into_object: bool;
            /// size that it asks for
            size: Word = argument_bits;
            /// allocation that it names
            names: Word = index_bits;
        }
    }
}

impl Logic for DemoDriver {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("The next operation: known once the allocation that it names is answered.");
        self.code.next = bits_to(self.program_word.val(), self.code_bits);
        self.argument.next = bits_to(
            self.program_word.val() >> self.code_bits,
            self.argument_bits,
        );
        self.target.next = bits_to(self.argument.val(), self.index_bits);
        self.known.next = !self.code.val().any()
            | (bits_to(self.target.val(), self.count_bits) < self.came.val());
        self.move_on.next = self.go.val()
            & (self.index.val() != self.operations)
            & self.known.val()
            & (!self.offered.val() | self.request_ready.val());
        if self.move_on.val() {
            self.next_index.next = self.index.val() + 1;
            self.log_address.next = self.target.val();
            self.offered.next = true;
            self.allocates.next = !self.code.val().any();
            self.into_object.next = self.code.val().get_bit(1);
            self.size.next = self.argument.val();
            self.names.next = self.target.val();
        } else {
            self.next_index.next = self.index.val();
            self.log_address.next = self.names.val();
            if self.request_ready.val() {
                self.offered.next = false;
            }
        }
        self.index.next = self.next_index.val();
        self.program_address.next = bits_to(self.next_index.val(), self.index_bits);

        comment!("The operation on offer; the log has the address while it stands there.");
        self.request_valid.next = self.offered.val();
        if self.allocates.val() {
            self.request_op.next = Op::Alloc;
            self.request_operand.next = bits_to(self.size.val(), self.operand_bits);
        } else {
            self.request_op.next = Op::Free;
            self.request_operand.next = (bits(self.region_tag, self.operand_bits)
                << self.region_bits)
                | bits_to(self.log_low.val(), self.operand_bits)
                | bits_from(self.into_object.val(), self.operand_bits);
        }

        comment!("Answers.");
        self.response_ready.next = self.go.val();
        self.answer.next = self.go.val() & self.response_valid.val();
        self.answered.next = self.came.val();
        self.done.next = self.came.val() == self.operations;
        self.log_write.next = self.answer.val();
        self.log_write_address.next = bits_to(self.came.val(), self.index_bits);
        self.log_write_ok.next = self.response_status.val() == Status::Ok;
        self.log_write_low.next = bits_to(self.response_value.val(), self.region_bits);
        if self.folded == 1 {
            self.folded_value.next = bits_to(self.response_value.val(), 32)
                ^ bits_to(self.response_value.val() >> 32, 32);
        } else {
            self.folded_value.next = bits_to(self.response_value.val(), 32);
        }
        match self.response_status.val() {
            Status::Ok => {
                self.status_code.next = bits(0, 32);
            }
            Status::TooLarge => {
                self.status_code.next = bits(1, 32);
            }
            Status::NoMemory => {
                self.status_code.next = bits(2, 32);
            }
            Status::NotInRegion => {
                self.status_code.next = bits(3, 32);
            }
            Status::BadPointer => {
                self.status_code.next = bits(4, 32);
            }
            Status::DoubleFree => {
                self.status_code.next = bits(5, 32);
            }
            Status::ForeignContext => {
                self.status_code.next = bits(6, 32);
            }
            Status::CorruptHeader => {
                self.status_code.next = bits(7, 32);
            }
            Status::NotEnabled => {
                self.status_code.next = bits(8, 32);
            }
            Status::BusError => {
                self.status_code.next = bits(9, 32);
            }
        }
        if self.sum.val().get_bit(31) {
            self.shifted.next = (self.sum.val() << 1) ^ bits(self.polynomial, 32);
        } else {
            self.shifted.next = self.sum.val() << 1;
        }
        self.signature.next = self.sum.val();
        if self.answer.val() {
            self.came.next = self.came.val() + 1;
            self.sum.next =
                self.shifted.val() ^ self.folded_value.val() ^ (self.status_code.val() << 28);
        }
    }
}
