//! Tells over the serial line what came of the self-test.

use super::image::{DIGITS, DemoImage, LINE_CHARACTERS};
use super::rom::DemoRom;
use super::states::ReportState;
use super::uart_transmitter::UartTransmitter;
use crate::rtl::*;

module! {
    /// Demo report: sends one of two lines, with digits put in, again and again.
    ///
    /// Protocol:   once tell is high, all inputs stay as they are.
    /// Latency:    a line takes ten bits' time a character.
    /// Throughput: a line, then a pause of 2^pause_bits cycles.
    /// Reset:      the line is idle.
    pub module DemoReport(image: &DemoImage) = "memento_demo_report" {
        parameters {
            /// clock cycles a bit
            bit_cycles = image.bit_cycles,
            /// log2 of the clock cycles between two lines
            pause_bits = image.pause_bits,
        }
        derived {
            /// bits, width of the number of a character in its line
            character_bits = clog2(LINE_CHARACTERS),
            /// bits of all digits
            digits_bits = 4 * DIGITS,
        }
        ports {
            "What is told" {
                /// there is something
                input tell: bool;
                /// it is bad news
                input failed: bool;
                /// digits, four bits each, the least significant first
                input digits: Word = digits_bits;
            }
            "Serial line" {
                /// the line, high while idle
                output line: bool;
            }
        }
        wires {
            /// what the text has at this place
            entry: Word = 8;
            /// the digit that it names
            digit: Word = 8;
            /// the character to be sent
            character: Word = 8;
        }
        state {
            /// what is done
            state: ReportState;
            /// number of the character
            at: Word = character_bits;
            /// cycles of the pause
            waited: Word = pause_bits;
        }
        instances {
            /// the lines
            text: DemoRom = DemoRom::new(
                Table::new("memento_demo_text",
                    "Lines: characters, 128 and the number of a digit, or 0 for the end.", image.text(), 8),
                2 * LINE_CHARACTERS, 8);
            /// the serial line
            transmitter: UartTransmitter = UartTransmitter::new(bit_cycles);
        }
    }
}

impl Logic for DemoReport {
    #[hdl_gen]
    fn update(&mut self) {
        self.text.address.next = (bits_from(self.failed.val(), self.character_bits + 1)
            << self.character_bits)
            | bits_to(self.at.val(), self.character_bits + 1);
        self.entry.next = self.text.word.val();
        self.digit.next = bits_to(
            self.digits.val() >> (bits_to(bits_to(self.entry.val(), 5), 7) << 2),
            8,
        ) & 15;
        if !self.entry.val().get_bit(7) {
            self.character.next = self.entry.val();
        } else if self.digit.val() < 10 {
            self.character.next = self.digit.val() + 48;
        } else {
            self.character.next = self.digit.val() + 87;
        }
        self.transmitter.character.next = self.character.val();
        self.transmitter.character_valid.next =
            (self.state.val() == ReportState::Send) & self.entry.val().any();
        self.line.next = self.transmitter.line.val();

        match self.state.val() {
            ReportState::Idle => {
                if self.tell.val() {
                    self.state.next = ReportState::Fetch;
                }
            }
            ReportState::Fetch => {
                self.state.next = ReportState::Send;
            }
            ReportState::Send => {
                if !self.entry.val().any() {
                    self.at.next = bits(0, self.character_bits);
                    self.state.next = ReportState::Pause;
                } else if self.transmitter.character_ready.val() {
                    self.at.next = self.at.val() + 1;
                    self.state.next = ReportState::Fetch;
                }
            }
            ReportState::Pause => {
                self.waited.next = self.waited.val() + 1;
                if self.waited.val().all() {
                    self.state.next = ReportState::Fetch;
                }
            }
        }
    }
}
