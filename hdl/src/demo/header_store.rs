//! Memory for the headers of the self-test's arenas.

use super::image::DemoImage;
use super::states::StoreState;
use crate::geometry::{BEAT_BITS, Geometry, LINE_BEATS, PAGE_BITS};
use crate::rtl::*;

module! {
    /// Header store: block RAM behind the header port, a line an arena.
    ///
    /// A class's headers are in the frame whose number is that of the class with the bit above set. All
    /// below that reads as zero, records and mailbox of a context that was never attached; writes
    /// there, which no self-test asks for, are lost.
    ///
    /// Protocol:   valid/ready; a write is answered before a further request is taken.
    /// Latency:    a read's first beat a cycle after its request, a write's answer a cycle after
    ///             its last beat.
    /// Throughput: one line at a time, a beat a cycle.
    /// Reset:      idle; contents are undefined until written.
    pub module HeaderStore(g: &Geometry, image: &DemoImage) = "memento_demo_headers" {
        parameters {
            /// bits, width of a physical address
            physical_bits = g.physical_bits,
            /// bits, width of a class number
            class_bits = g.class_bits,
            /// log2 of the arenas a class
            lane_bits = image.lane_bits(),
        }
        derived {
            /// log2 of the bytes of a line
            line_bits = 6,
            /// log2 of the bytes of a page
            page_bits = PAGE_BITS,
            /// log2 of the beats of a line
            beat_number_bits = clog2(LINE_BEATS),
            /// bits, width of a beat's number in the memory
            entry_bits = class_bits + lane_bits + beat_number_bits,
            /// bits, width of a beat
            beat_bits = BEAT_BITS,
        }
        ports {
            "Header read request: valid/ready" {
                /// a line is asked for
                input read_request_valid: bool;
                /// accepted
                output read_request_ready: bool;
                /// its physical address
                input read_request_address: Word = physical_bits;
            }
            "Header read data: valid/ready, lowest address first" {
                /// a beat is on offer
                output read_data_valid: bool;
                /// taken
                input read_data_ready: bool;
                /// the beat
                output read_data: Word = BEAT_BITS;
            }
            "Header write request: valid/ready" {
                /// a line is to be written
                input write_request_valid: bool;
                /// accepted
                output write_request_ready: bool;
                /// its physical address
                input write_request_address: Word = physical_bits;
            }
            "Header write data: valid/ready" {
                /// a beat is there
                input write_data_valid: bool;
                /// taken
                output write_data_ready: bool;
                /// the beat
                input write_data: Word = BEAT_BITS;
            }
            "Header write response: valid/ready" {
                /// it is written
                output write_response_valid: bool;
                /// taken
                input write_response_ready: bool;
            }
        }
        wires {
            /// address of the request that is taken
            address: Word = physical_bits;
            /// class and arena that it names
            named_line: Word = class_bits + lane_bits;
            /// beat that is asked for, or written
            next_beat: Word = beat_number_bits;
            /// line that is asked for
            next_line: Word = class_bits + lane_bits;
        }
        state {
            /// what is done
            state: StoreState;
        }
        data {
            /// class and arena
            line: Word = class_bits + lane_bits;
            /// it is a header's
            of_header: bool;
            /// beat
            beat: Word = beat_number_bits;
        }
        instances {
            /// beats
            beats: leaf::BlockRam = leaf::BlockRam::new(1 << entry_bits, BEAT_BITS);
        }
    }
}

impl Logic for HeaderStore {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("Writes go first, so that a read sees those that were asked for before it.");
        self.write_request_ready.next = self.state.val() == StoreState::Idle;
        self.read_request_ready.next =
            (self.state.val() == StoreState::Idle) & !self.write_request_valid.val();
        if self.write_request_valid.val() {
            self.address.next = self.write_request_address.val();
        } else {
            self.address.next = self.read_request_address.val();
        }
        self.named_line.next = (bits_to(
            bits_to(self.address.val() >> self.page_bits, self.class_bits),
            self.class_bits + self.lane_bits,
        ) << self.lane_bits)
            | bits_to(
                bits_to(self.address.val() >> self.line_bits, self.lane_bits),
                self.class_bits + self.lane_bits,
            );

        self.read_data_valid.next = self.state.val() == StoreState::Read;
        if self.of_header.val() {
            self.read_data.next = self.beats.read_data.val();
        } else {
            self.read_data.next = bits(0, self.beat_bits);
        }
        self.write_data_ready.next = self.state.val() == StoreState::Write;
        self.write_response_valid.next = self.state.val() == StoreState::WriteAnswer;

        self.next_beat.next = self.beat.val();
        self.next_line.next = self.line.val();
        match self.state.val() {
            StoreState::Idle => {
                self.next_beat.next = bits(0, self.beat_number_bits);
                self.next_line.next = self.named_line.val();
                self.of_header.next = self.address.val().get_bit(self.page_bits + self.class_bits);
                if self.write_request_valid.val() {
                    self.state.next = StoreState::Write;
                } else if self.read_request_valid.val() {
                    self.state.next = StoreState::Read;
                }
            }
            StoreState::Read => {
                if self.read_data_ready.val() {
                    self.next_beat.next = self.beat.val() + 1;
                    if self.beat.val().all() {
                        self.state.next = StoreState::Idle;
                    }
                }
            }
            StoreState::Write => {
                if self.write_data_valid.val() {
                    self.next_beat.next = self.beat.val() + 1;
                    if self.beat.val().all() {
                        self.state.next = StoreState::WriteAnswer;
                    }
                }
            }
            StoreState::WriteAnswer => {
                if self.write_response_ready.val() {
                    self.state.next = StoreState::Idle;
                }
            }
        }
        self.beat.next = self.next_beat.val();
        self.line.next = self.next_line.val();
        self.beats.read_address.next = (bits_to(self.next_line.val(), self.entry_bits)
            << self.beat_number_bits)
            | bits_to(self.next_beat.val(), self.entry_bits);
        self.beats.write.next = (self.state.val() == StoreState::Write)
            & self.write_data_valid.val()
            & self.of_header.val();
        self.beats.write_address.next = (bits_to(self.line.val(), self.entry_bits)
            << self.beat_number_bits)
            | bits_to(self.beat.val(), self.entry_bits);
        self.beats.write_data.next = self.write_data.val();
    }
}
