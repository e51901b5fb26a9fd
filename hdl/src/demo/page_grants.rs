//! The least that an object allocator needs of a page allocator.

use super::image::DemoImage;
use super::states::GrantState;
use crate::allocator::types::Status;
use crate::geometry::Geometry;
use crate::rtl::*;

bundle! {
    /// Where a lane stands: the next never used arena number, and the one released last.
    pub struct Lane { unused: Word, released: Word }
}

fn lane(image: &DemoImage) -> LaneShape {
    LaneShape {
        unused: image.lane_bits() + 1,
        released: image.lane_bits() + 1,
    }
}

module! {
    /// Page grants: hands out a few arenas a class, the one released last first, and says where their
    /// headers are. All headers are mapped from the start; nothing is written into them, as nobody
    /// reads a header that its core hasn't written.
    ///
    /// Protocol:   valid/ready; one request at a time, claims first.
    /// Latency:    ALLOC_ARENA and peek: 3 cycles to the answer; FREE_ARENA 2; others 1.
    /// When full:  NO_MEMORY.
    /// Misuse:     the header of another context's arena, or of one beyond the lane, isn't mapped.
    /// Reset:      every lane is new, after a cycle a class.
    pub module PageGrants(g: &Geometry, image: &DemoImage) = "memento_demo_grants" {
        parameters {
            /// bits, width of an operand
            operand_bits = g.operand_bits,
            /// bits, width of a physical address
            physical_bits = g.physical_bits,
            /// bits, width of a frame number
            frame_bits = g.physical_bits - crate::geometry::PAGE_BITS,
            /// bits, width of a class number
            class_bits = g.class_bits,
            /// bits, width of a context number
            context_bits = g.context_bits,
            /// bits, width of an arena number
            arena_bits = g.arena_bits,
            /// log2 of the arenas a class
            lane_bits = image.lane_bits(),
        }
        derived {
            /// arenas a class
            lane_arenas = 1 << lane_bits,
            /// log2 of the bytes of a line
            line_bits = 6,
            /// log2 of the bytes of a page
            page_bits = crate::geometry::PAGE_BITS,
            /// bits, width of a link: an arena number and a bit for "none"
            link_bits = arena_bits + 1,
            /// bits, width of a link within a lane
            short_bits = lane_bits + 1,
            /// bits, width of an arena's number among all
            entry_bits = class_bits + lane_bits,
        }
        ports {
            "ALLOC_ARENA request: valid/ready" {
                /// an arena is asked for
                input alloc_request_valid: bool;
                /// accepted
                output alloc_request_ready: bool;
                /// class
                input alloc_request_class: Word = class_bits;
                /// only ask which it would be
                input alloc_request_peek: bool;
            }
            "ALLOC_ARENA response: valid/ready" {
                /// the answer is there
                output alloc_response_valid: bool;
                /// taken
                input alloc_response_ready: bool;
                /// Ok or NoMemory
                output alloc_response_status: Status;
                /// arena number
                output alloc_response_arena: Word = arena_bits;
                /// physical address of its header's line
                output alloc_response_line: Word = physical_bits;
                /// the next never used number, then
                output alloc_response_unused: Word = link_bits;
                /// the number released last, then
                output alloc_response_released: Word = link_bits;
            }
            "CLAIM_ARENA: valid/ready" {
                /// an arena that was asked about is taken
                input claim_request_valid: bool;
                /// accepted
                output claim_request_ready: bool;
                /// class
                input claim_request_class: Word = class_bits;
                /// the next never used number from now on
                input claim_request_unused: Word = link_bits;
                /// the number released last from now on
                input claim_request_released: Word = link_bits;
                /// done
                output claim_response_valid: bool;
                /// taken
                input claim_response_ready: bool;
            }
            "FREE_ARENA: valid/ready" {
                /// an arena is given back
                input free_request_valid: bool;
                /// accepted
                output free_request_ready: bool;
                /// class
                input free_request_class: Word = class_bits;
                /// arena number
                input free_request_arena: Word = arena_bits;
                /// done
                output free_response_valid: bool;
                /// taken
                input free_response_ready: bool;
            }
            "TRANSLATE: valid/ready" {
                /// a header's address is asked about
                input translate_request_valid: bool;
                /// accepted
                output translate_request_ready: bool;
                /// virtual address of the header
                input translate_request_address: Word = operand_bits;
                /// the answer is there
                output translate_response_valid: bool;
                /// taken
                input translate_response_ready: bool;
                /// not mapped
                output translate_response_fault: bool;
                /// frame number
                output translate_response_frame: Word = frame_bits;
            }
        }
        wires {
            /// nothing is under way
            idle: bool;
            /// there is a released arena
            reuse: bool;
            /// arena number within the lane
            granted: Word = lane_bits;
            /// where the lane stands after the grant
            after: Lane = lane(image);
            /// the lane to be written
            stored: Lane = lane(image);
            /// class of that
            stored_class: Word = class_bits;
            /// it is written
            store: bool;
            /// context and arena number of the header asked about
            asked_arena: Word = context_bits + arena_bits;
        }
        state {
            /// what is done
            state: GrantState;
            /// class that is swept
            sweep: Word = class_bits;
        }
        data {
            /// class
            size_class: Word = class_bits;
            /// only a question
            peek: bool;
            /// arena that is given back
            arena: Word = lane_bits;
            /// where the lane stands
            stands: Lane = lane(image);
            /// a header isn't mapped
            fault: bool;
        }
        instances {
            /// where each lane stands
            lanes: leaf::LutRam<Lane> = leaf::LutRam::new(1 << class_bits, lane(image));
            /// the number released before, by class and arena
            links: leaf::BlockRam = leaf::BlockRam::new(1 << entry_bits, short_bits);
        }
    }
}

impl Logic for PageGrants {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("Requests: claims first.");
        self.idle.next = self.state.val() == GrantState::Idle;
        self.claim_request_ready.next = self.idle.val();
        self.alloc_request_ready.next = self.idle.val() & !self.claim_request_valid.val();
        self.free_request_ready.next =
            self.idle.val() & !self.claim_request_valid.val() & !self.alloc_request_valid.val();
        self.translate_request_ready.next = self.idle.val()
            & !self.claim_request_valid.val()
            & !self.alloc_request_valid.val()
            & !self.free_request_valid.val();

        comment!("The arena of a grant: the one released last, else the next never used one.");
        self.reuse.next = !self.stands.val().released.get_bit(self.lane_bits);
        if self.reuse.val() {
            self.granted.next = bits_to(self.stands.val().released, self.lane_bits);
            self.after.next.unused = self.stands.val().unused;
            self.after.next.released = self.links.read_data.val();
        } else {
            self.granted.next = bits_to(self.stands.val().unused, self.lane_bits);
            self.after.next.unused = self.stands.val().unused + 1;
            self.after.next.released = self.stands.val().released;
        }

        comment!("Answers.");
        self.alloc_response_valid.next = self.state.val() == GrantState::GrantAnswer;
        if !self.reuse.val() & (self.stands.val().unused == self.lane_arenas) {
            self.alloc_response_status.next = Status::NoMemory;
        } else {
            self.alloc_response_status.next = Status::Ok;
        }
        self.alloc_response_arena.next = bits_to(self.granted.val(), self.arena_bits);
        self.alloc_response_line.next = (bits(1, self.physical_bits)
            << (self.page_bits + self.class_bits))
            | (bits_to(self.size_class.val(), self.physical_bits) << self.page_bits)
            | (bits_to(self.granted.val(), self.physical_bits) << self.line_bits);
        self.alloc_response_unused.next = bits_to(self.after.val().unused, self.link_bits);
        self.alloc_response_released.next = bits_to(
            bits_to(self.after.val().released, self.lane_bits),
            self.link_bits,
        ) | (bits_from(
            self.after.val().released.get_bit(self.lane_bits),
            self.link_bits,
        ) << self.arena_bits);
        self.claim_response_valid.next = self.state.val() == GrantState::ClaimAnswer;
        self.free_response_valid.next = self.state.val() == GrantState::ReleaseAnswer;
        self.translate_response_valid.next = self.state.val() == GrantState::TranslateAnswer;
        self.translate_response_fault.next = self.fault.val();
        self.translate_response_frame.next = (bits(1, self.frame_bits) << self.class_bits)
            | bits_to(self.size_class.val(), self.frame_bits);
        self.asked_arena.next = bits_to(
            self.translate_request_address.val() >> self.line_bits,
            self.context_bits + self.arena_bits,
        );

        self.lanes.read_address.next = self.size_class.val();
        self.links.read_address.next = (bits_to(self.size_class.val(), self.entry_bits)
            << self.lane_bits)
            | bits_to(
                bits_to(self.lanes.read_data.val().released, self.lane_bits),
                self.entry_bits,
            );
        self.links.write.next = self.state.val() == GrantState::Release;
        self.links.write_address.next = (bits_to(self.size_class.val(), self.entry_bits)
            << self.lane_bits)
            | bits_to(self.arena.val(), self.entry_bits);
        self.links.write_data.next = self.lanes.read_data.val().released;

        self.store.next = false;
        self.stored_class.next = self.size_class.val();
        self.stored.next = self.after.val();
        match self.state.val() {
            GrantState::Sweep => {
                self.store.next = true;
                self.stored_class.next = self.sweep.val();
                self.stored.next.unused = bits(0, self.short_bits);
                self.stored.next.released = bits(self.lane_arenas, self.short_bits);
                self.sweep.next = self.sweep.val() + 1;
                if self.sweep.val().all() {
                    self.state.next = GrantState::Idle;
                }
            }
            GrantState::Idle => {
                if self.claim_request_valid.val() {
                    self.store.next = true;
                    self.stored_class.next = self.claim_request_class.val();
                    self.stored.next.unused =
                        bits_to(self.claim_request_unused.val(), self.short_bits);
                    self.stored.next.released = bits_to(
                        bits_to(self.claim_request_released.val(), self.lane_bits),
                        self.short_bits,
                    ) | (bits_from(
                        self.claim_request_released.val().get_bit(self.arena_bits),
                        self.short_bits,
                    ) << self.lane_bits);
                    self.state.next = GrantState::ClaimAnswer;
                } else if self.alloc_request_valid.val() {
                    self.size_class.next = self.alloc_request_class.val();
                    self.peek.next = self.alloc_request_peek.val();
                    self.state.next = GrantState::Look;
                } else if self.free_request_valid.val() {
                    self.size_class.next = self.free_request_class.val();
                    self.arena.next = bits_to(self.free_request_arena.val(), self.lane_bits);
                    self.state.next = GrantState::Release;
                } else if self.translate_request_valid.val() {
                    self.size_class.next = bits_to(
                        self.translate_request_address.val()
                            >> (self.line_bits + self.arena_bits + self.context_bits),
                        self.class_bits,
                    );
                    self.fault.next = (self.asked_arena.val() >> self.lane_bits).any();
                    self.state.next = GrantState::TranslateAnswer;
                }
            }
            GrantState::Look => {
                self.stands.next = self.lanes.read_data.val();
                self.state.next = GrantState::Grant;
            }
            GrantState::Grant => {
                self.store.next =
                    !self.peek.val() & (self.alloc_response_status.val() == Status::Ok);
                self.state.next = GrantState::GrantAnswer;
            }
            GrantState::GrantAnswer => {
                if self.alloc_response_ready.val() {
                    self.state.next = GrantState::Idle;
                }
            }
            GrantState::ClaimAnswer => {
                if self.claim_response_ready.val() {
                    self.state.next = GrantState::Idle;
                }
            }
            GrantState::Release => {
                self.store.next = true;
                self.stored.next.unused = self.lanes.read_data.val().unused;
                self.stored.next.released = bits_to(self.arena.val(), self.short_bits);
                self.state.next = GrantState::ReleaseAnswer;
            }
            GrantState::ReleaseAnswer => {
                if self.free_response_ready.val() {
                    self.state.next = GrantState::Idle;
                }
            }
            GrantState::TranslateAnswer => {
                if self.translate_response_ready.val() {
                    self.state.next = GrantState::Idle;
                }
            }
        }
        self.lanes.write.next = self.store.val();
        self.lanes.write_address.next = self.stored_class.val();
        self.lanes.write_data.next = self.stored.val();
    }
}
