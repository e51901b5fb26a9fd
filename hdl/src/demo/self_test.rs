//! The self-test: `memento_demo`.

use super::checker::DemoChecker;
use super::decimal_counter::{DECIMALS, DecimalCounter};
use super::driver::DemoDriver;
use super::header_store::HeaderStore;
use super::image::{CYCLES, DIGITS, DemoImage, FAULT, FAULT_AT, OPERATIONS, SIGNATURE};
use super::page_grants::PageGrants;
use super::report::DemoReport;
use super::rom::DemoRom;
use super::states::TestState;
use crate::allocator::object_allocator::ObjectAllocator;
use crate::allocator::types::{Status, SwitchOp};
use crate::geometry::Geometry;
use crate::rtl::*;

/// Cycles without an answer after which the allocator counts as stuck, log2.
const PATIENCE_BITS: usize = 16;
/// Fault: answers whose signature isn't the golden model's.
const WRONG_SIGNATURE: usize = 1;
/// Fault: an allocator that gives no answer.
const STUCK: usize = 5;

bundle! {
    /// How an operation was answered: whether it went well, and its value without the region's base.
    pub struct Answer { ok: bool, low: Word }
}

fn answer(g: &Geometry) -> AnswerShape {
    AnswerShape {
        ok: (),
        low: g.region_bits(),
    }
}

module! {
    /// Self-test of an object allocator: executes a program that is part of it, goes over the answers,
    /// and tells what came of it.
    ///
    /// Serial line, 8 data bits, no parity, one stop bit, a line of text again and again:
    ///   memento NAME PASS: OPERATIONS operations in CYCLES cycles, signature S of EXPECTED
    ///   memento NAME FAIL, fault F at 0xOPERATION: ... as above
    /// with cycles from the first request to the last answer. Faults: 1 the answers aren't those of the
    /// golden model; 2 an address that isn't a slot of the class asked for; 3 a slot handed out while
    /// in use; 4 a slot taken back while free; 5 no answer for 2^16 cycles.
    ///
    /// Latency:    a cycle a slot before the program, some 20 cycles an operation behind it.
    /// Reset:      begins anew.
    pub module SelfTest(g: &Geometry, image: &DemoImage) = "memento_demo" {
        parameters {
            /// operations of the program
            operations = image.program.len(),
            /// bits, width of an operation's number
            index_bits = image.index_bits(),
            /// bits, width of an operation of the program
            word_bits = image.word_bits(g),
            /// signature of the answers that have to come
            expected = image.signature as usize,
            /// bits, width of an operand
            operand_bits = g.operand_bits,
            /// bits, width of a physical address
            physical_bits = g.physical_bits,
            /// bits, width of a context number
            context_bits = g.context_bits,
            /// bits of an address below the region's base
            region_bits = g.region_bits(),
        }
        derived {
            /// log2 of the cycles without an answer after which it is given up
            patience_bits = PATIENCE_BITS,
            /// fault: the signature isn't the expected one
            wrong_signature = WRONG_SIGNATURE,
            /// fault: no answer
            stuck = STUCK,
            /// bits of all digits of the report
            digits_bits = 4 * DIGITS,
            /// bits, width of the count that makes the beat
            beat_bits = image.pause_bits,
            /// where the operations' digits are
            operations_at = 4 * OPERATIONS.first,
            /// where the cycles' digits are
            cycles_at = 4 * CYCLES.first,
            /// where those of their ten thousands are
            more_cycles_at = cycles_at + 4 * DECIMALS,
            /// where the signature's digits are
            signature_at = 4 * SIGNATURE.first,
            /// where the fault's digit is
            fault_at = 4 * FAULT.first,
            /// where the digits of the operation that is wrong are
            number_at = 4 * FAULT_AT.first,
        }
        ports {
            "Serial line" {
                /// the line, high while idle
                output uart_tx: bool;
            }
            "Lamps" {
                /// the test is over, nothing is wrong
                output pass: bool;
                /// the test is over, something is wrong
                output fail: bool;
                /// the test runs
                output busy: bool;
                /// goes on and off as long as there is a clock
                output beat: bool;
            }
        }
        wires {
            /// the program runs
            running: bool;
            /// the answers are gone over
            checking: bool;
            /// there is something to tell
            telling: bool;
            /// what is wrong
            verdict: Word = 4;
            /// number of the operation that is wrong
            verdict_at: Word = index_bits + 1;
        }
        state {
            /// what is done
            state: TestState;
            /// makes the beat
            beats: Word = beat_bits;
            /// cycles without an answer
            waited: Word = patience_bits + 1;
            /// the program was given up
            gave_up: bool;
        }
        instances {
            /// what is tested
            core: ObjectAllocator = ObjectAllocator::new(g);
            /// what it needs of a page allocator
            grants: PageGrants = PageGrants::new(g, image);
            /// where its headers are
            headers: HeaderStore = HeaderStore::new(g, image);
            /// the program
            rom: DemoRom = DemoRom::new(
                Table::new("memento_demo_program",
                    "Operations: code, 0 alloc, 1 free, 2 free inside; size, or number of the operation that allocated.",
                    image.words(), word_bits),
                1 << index_bits, word_bits);
            /// its answers
            log: leaf::BlockRam<Answer> = leaf::BlockRam::new(1 << index_bits, answer(g));
            /// issues it
            driver: DemoDriver = DemoDriver::new(g, image);
            /// goes over the answers
            audit: DemoChecker = DemoChecker::new(g, image);
            /// counts answers
            answers: DecimalCounter = DecimalCounter::new();
            /// counts cycles
            cycles: DecimalCounter = DecimalCounter::new();
            /// counts ten thousands of them
            more_cycles: DecimalCounter = DecimalCounter::new();
            /// tells
            report: DemoReport = DemoReport::new(image);
        }
    }
}

impl Logic for SelfTest {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("The order of things.");
        self.core.switch_request_valid.next =
            (self.state.val() == TestState::Attach) & self.audit.ready.val();
        self.core.switch_request_op.next = SwitchOp::Attach;
        self.core.switch_request_context.next = bits(0, self.context_bits);
        self.core.switch_request_records.next = bits(0, self.physical_bits);
        self.core.switch_request_mailbox.next = bits(0, self.physical_bits);
        self.core.switch_response_ready.next = self.state.val() == TestState::Attaching;
        self.running.next = self.state.val() == TestState::Run;
        self.checking.next = self.state.val() == TestState::Check;
        self.telling.next = self.state.val() == TestState::Tell;
        self.driver.go.next = self.running.val();
        self.audit.start.next = self.checking.val();
        match self.state.val() {
            TestState::Attach => {
                if self.audit.ready.val() & self.core.switch_request_ready.val() {
                    self.state.next = TestState::Attaching;
                }
            }
            TestState::Attaching => {
                if self.core.switch_response_valid.val() {
                    self.state.next = TestState::Run;
                }
            }
            TestState::Run => {
                if self.driver.done.val() {
                    self.state.next = TestState::Check;
                }
            }
            TestState::Check => {
                if self.audit.done.val() {
                    self.state.next = TestState::Tell;
                }
            }
            TestState::Tell => {}
        }
        if self.driver.answer.val() | !self.audit.ready.val() | self.checking.val() {
            self.waited.next = bits(0, self.patience_bits + 1);
        } else if self.waited.val().get_bit(self.patience_bits) {
            self.gave_up.next = !self.telling.val() | self.gave_up.val();
            self.state.next = TestState::Tell;
        } else if !self.telling.val() {
            self.waited.next = self.waited.val() + 1;
        }

        comment!("Program and log serve the driver, then the checker.");
        if self.checking.val() {
            self.rom.address.next = self.audit.program_address.val();
            self.log.read_address.next = self.audit.log_address.val();
        } else {
            self.rom.address.next = self.driver.program_address.val();
            self.log.read_address.next = self.driver.log_address.val();
        }
        self.driver.program_word.next = self.rom.word.val();
        self.audit.program_word.next = self.rom.word.val();
        self.driver.log_low.next = self.log.read_data.val().low;
        self.audit.log_low.next = self.log.read_data.val().low;
        self.audit.log_ok.next = self.log.read_data.val().ok;
        self.log.write.next = self.driver.log_write.val();
        self.log.write_address.next = self.driver.log_write_address.val();
        self.log.write_data.next.ok = self.driver.log_write_ok.val();
        self.log.write_data.next.low = self.driver.log_write_low.val();

        comment!("Operations and their answers.");
        self.core.enable.next = true;
        self.core.request_valid.next = self.driver.request_valid.val();
        self.driver.request_ready.next = self.core.request_ready.val();
        self.core.request_op.next = self.driver.request_op.val();
        self.core.request_operand.next = self.driver.request_operand.val();
        self.driver.response_valid.next = self.core.response_valid.val();
        self.core.response_ready.next = self.driver.response_ready.val();
        self.driver.response_status.next = self.core.response_status.val();
        self.driver.response_value.next = self.core.response_value.val();

        comment!("There are no other cores; counters and trace are of no interest.");
        self.core.forward_request_ready.next = false;
        self.core.forward_response_valid.next = false;
        self.core.forward_response_status.next = Status::Ok;
        self.core.inbox_request_valid.next = false;
        self.core.inbox_request_address.next = bits(0, self.operand_bits);
        self.core.inbox_response_ready.next = true;
        self.core.counter_select.next = bits(0, 5);

        comment!("Arenas.");
        self.grants.alloc_request_valid.next = self.core.alloc_arena_request_valid.val();
        self.core.alloc_arena_request_ready.next = self.grants.alloc_request_ready.val();
        self.grants.alloc_request_class.next = self.core.alloc_arena_request_class.val();
        self.grants.alloc_request_peek.next = self.core.alloc_arena_request_peek.val();
        self.core.alloc_arena_response_valid.next = self.grants.alloc_response_valid.val();
        self.grants.alloc_response_ready.next = self.core.alloc_arena_response_ready.val();
        self.core.alloc_arena_response_status.next = self.grants.alloc_response_status.val();
        self.core.alloc_arena_response_arena.next = self.grants.alloc_response_arena.val();
        self.core.alloc_arena_response_line.next = self.grants.alloc_response_line.val();
        self.core.alloc_arena_response_unused.next = self.grants.alloc_response_unused.val();
        self.core.alloc_arena_response_released.next = self.grants.alloc_response_released.val();
        self.grants.claim_request_valid.next = self.core.claim_arena_request_valid.val();
        self.core.claim_arena_request_ready.next = self.grants.claim_request_ready.val();
        self.grants.claim_request_class.next = self.core.claim_arena_request_class.val();
        self.grants.claim_request_unused.next = self.core.claim_arena_request_unused.val();
        self.grants.claim_request_released.next = self.core.claim_arena_request_released.val();
        self.core.claim_arena_response_valid.next = self.grants.claim_response_valid.val();
        self.grants.claim_response_ready.next = self.core.claim_arena_response_ready.val();
        self.core.claim_arena_response_status.next = Status::Ok;
        self.grants.free_request_valid.next = self.core.free_arena_request_valid.val();
        self.core.free_arena_request_ready.next = self.grants.free_request_ready.val();
        self.grants.free_request_class.next = self.core.free_arena_request_class.val();
        self.grants.free_request_arena.next = self.core.free_arena_request_arena.val();
        self.core.free_arena_response_valid.next = self.grants.free_response_valid.val();
        self.grants.free_response_ready.next = self.core.free_arena_response_ready.val();
        self.core.free_arena_response_status.next = Status::Ok;
        self.grants.translate_request_valid.next = self.core.translate_request_valid.val();
        self.core.translate_request_ready.next = self.grants.translate_request_ready.val();
        self.grants.translate_request_address.next = self.core.translate_request_address.val();
        self.core.translate_response_valid.next = self.grants.translate_response_valid.val();
        self.grants.translate_response_ready.next = self.core.translate_response_ready.val();
        self.core.translate_response_fault.next = self.grants.translate_response_fault.val();
        self.core.translate_response_error.next = false;
        self.core.translate_response_frame.next = self.grants.translate_response_frame.val();

        comment!("Headers.");
        self.headers.read_request_valid.next = self.core.header_read_request_valid.val();
        self.core.header_read_request_ready.next = self.headers.read_request_ready.val();
        self.headers.read_request_address.next = self.core.header_read_request_address.val();
        self.core.header_read_data_valid.next = self.headers.read_data_valid.val();
        self.headers.read_data_ready.next = self.core.header_read_data_ready.val();
        self.core.header_read_data.next = self.headers.read_data.val();
        self.core.header_read_data_error.next = false;
        self.headers.write_request_valid.next = self.core.header_write_request_valid.val();
        self.core.header_write_request_ready.next = self.headers.write_request_ready.val();
        self.headers.write_request_address.next = self.core.header_write_request_address.val();
        self.headers.write_data_valid.next = self.core.header_write_data_valid.val();
        self.core.header_write_data_ready.next = self.headers.write_data_ready.val();
        self.headers.write_data.next = self.core.header_write_data.val();
        self.core.header_write_response_valid.next = self.headers.write_response_valid.val();
        self.headers.write_response_ready.next = self.core.header_write_response_ready.val();
        self.core.header_write_response_error.next = false;

        comment!("What came of it.");
        if self.gave_up.val() {
            self.verdict.next = bits(self.stuck, 4);
            self.verdict_at.next = self.driver.answered.val();
        } else if self.audit.fault.val().any() {
            self.verdict.next = self.audit.fault.val();
            self.verdict_at.next = self.audit.at.val();
        } else {
            if self.driver.signature.val() == self.expected {
                self.verdict.next = bits(0, 4);
            } else {
                self.verdict.next = bits(self.wrong_signature, 4);
            }
            self.verdict_at.next = bits(0, self.index_bits + 1);
        }
        self.answers.step.next = self.driver.answer.val();
        self.cycles.step.next = self.running.val() & !self.driver.done.val();
        self.more_cycles.step.next = self.cycles.carry.val();
        self.report.tell.next = self.telling.val();
        self.report.failed.next = self.verdict.val().any();
        self.report.digits.next = (bits_to(self.answers.count.val(), self.digits_bits)
            << self.operations_at)
            | (bits_to(self.cycles.count.val(), self.digits_bits) << self.cycles_at)
            | (bits_to(self.more_cycles.count.val(), self.digits_bits) << self.more_cycles_at)
            | (bits_to(self.driver.signature.val(), self.digits_bits) << self.signature_at)
            | (bits_to(self.verdict.val(), self.digits_bits) << self.fault_at)
            | (bits_to(self.verdict_at.val(), self.digits_bits) << self.number_at);
        self.uart_tx.next = self.report.line.val();
        self.pass.next = self.telling.val() & !self.verdict.val().any();
        self.fail.next = self.telling.val() & self.verdict.val().any();
        self.busy.next = !self.telling.val();
        self.beats.next = self.beats.val() + 1;
        self.beat.next = self.beats.val().get_bit(self.beat_bits - 1);
    }
}
