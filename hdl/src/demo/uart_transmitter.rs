//! The serial line.

use crate::rtl::*;

module! {
    /// UART transmitter: 8 data bits, the least significant first, no parity, one stop bit.
    ///
    /// Protocol:   valid/ready.
    /// Latency:    the start bit begins a cycle after the byte was taken.
    /// Throughput: a byte in ten bits' time.
    /// Reset:      the line is idle, which is high.
    pub module UartTransmitter(cycles: usize) = "memento_uart_transmitter" {
        parameters {
            /// clock cycles a bit
            bit_cycles = cycles,
        }
        derived {
            /// bits, width of a count of these
            timer_bits = clog2(bit_cycles),
        }
        ports {
            "Byte: valid/ready" {
                /// a byte is there
                input character_valid: bool;
                /// it is taken
                output character_ready: bool;
                /// the byte
                input character: Word = 8;
            }
            "Serial line" {
                /// the line, high while idle
                output line: bool;
            }
        }
        state {
            /// bits that are left to send, the stop bit included
            left: Word = 4;
            /// cycles of the present bit that have passed
            timer: Word = timer_bits;
        }
        data {
            /// start bit and data bits, the next one lowest; stop bits follow
            shift: Word = 9;
        }
    }
}

impl Logic for UartTransmitter {
    #[hdl_gen]
    fn update(&mut self) {
        self.character_ready.next = !self.left.val().any();
        self.line.next = !self.left.val().any() | self.shift.val().get_bit(0);
        if self.left.val().any() {
            if self.timer.val() == (self.bit_cycles - 1) {
                self.timer.next = bits(0, self.timer_bits);
                self.left.next = self.left.val() - 1;
                self.shift.next = (self.shift.val() >> 1) | (bits(1, 9) << 8);
            } else {
                self.timer.next = self.timer.val() + 1;
            }
        } else if self.character_valid.val() {
            self.left.next = bits(10, 4);
            self.shift.next = bits_to(self.character.val(), 9) << 1;
        }
    }
}
