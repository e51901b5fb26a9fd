//! Where headers are in physical memory.

use super::types::TranslationState;
use crate::geometry::{Geometry, PAGE_BITS};
use crate::rtl::*;

bundle! {
    /// One header page: 64 arenas of a class and context.
    pub struct Translation { valid: bool, size_class: Word, context_id: Word, page: Word, frame: Word }
}

fn translation(g: &Geometry) -> TranslationShape {
    TranslationShape {
        valid: (),
        size_class: g.class_bits,
        context_id: g.context_bits,
        page: page_number_bits(g),
        frame: g.physical_bits - PAGE_BITS,
    }
}

/// Width of the part of an arena number that selects a header page, at least one bit.
fn page_number_bits(g: &Geometry) -> usize {
    (g.arena_bits - ARENAS_LOG2).max(1)
}

/// log2 of the headers a page.
const ARENAS_LOG2: usize = 6;

module! {
    /// Header-page translations: direct-mapped, an entry for 64 arenas of one class and context.
    ///
    /// A miss asks the page allocator (TRANSLATE) and keeps the answer, unless the page is not
    /// mapped. Header pages stay mapped as long as their process lives, so entries go stale only when
    /// another context, perhaps of another process, is to run: forget drops them all.
    ///
    /// Protocol:   ask and its operands are held until answered pulses; the answer is valid with
    ///             it. TRANSLATE: valid/ready on request and response.
    /// Latency:    1 cycle on a hit; else 3 cycles and the page allocator's own.
    /// Reset:      one cycle an entry to clear it; requests wait. Forget takes as long.
    pub module TranslationCache(g: &Geometry) = "memento_translation_cache" {
        parameters {
            /// entries, a power of two
            entries = g.translation_entries,
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
            /// header lane's base above the lane's width
            header_lane_tag = g.header_base >> g.header_lane_bits,
            /// log2 of the header lane's bytes
            header_lane_bits = g.header_lane_bits,
        }
        derived {
            /// bits, width of an entry number
            entry_bits = clog2(entries),
            /// bits, width of a header page's number within its class and context
            page_number_bits = page_number_bits(g),
            /// bits, width of a frame number
            frame_bits = physical_bits - PAGE_BITS,
            /// bits of a header's address below the context
            arena_field_bits = arena_bits + 6,
        }
        features {
            /// 1: words of tables and queues are checked by a parity bit
            parity = g.parity as usize,
        }
        ports {
            "Question: held until answered" {
                /// where is a header?
                input ask: bool;
                /// class
                input size_class: Word = class_bits;
                /// context
                input context_id: Word = context_bits;
                /// arena number
                input arena: Word = arena_bits;
                /// the answer is there
                output answered: bool;
                /// the page is mapped
                output mapped: bool;
                /// the page allocator met a bus error
                output bus_error: bool;
                /// physical address of the header's line
                output address: Word = physical_bits;
            }
            "Learn: from ALLOC_ARENA's answer, only while nothing is asked" {
                /// keep the translation of the header asked about
                input learn: bool;
                /// physical address of the header's line
                input learn_address: Word = physical_bits;
            }
            "Forget: only while nothing is asked" {
                /// drop every translation
                input forget: bool;
            }
            "TRANSLATE request: valid/ready" {
                /// an address is asked about
                output translate_request_valid: bool;
                /// accepted
                input translate_request_ready: bool;
                /// virtual address of the header
                output translate_request_address: Word = operand_bits;
            }
            "Check of the words kept" {
                /// the entry that is looked up is not what was kept
                output wrong[parity]: bool;
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
        }
        wires {
            /// header page that the arena's header is in
            page: Word = page_number_bits;
            /// entry that the page belongs to
            index: Word = entry_bits;
            /// that entry
            entry: Translation = translation(g);
            /// it is the page's
            hit: bool;
            /// frame to keep
            kept_frame: Word = frame_bits;
        }
        state {
            /// what the cache does
            state: TranslationState;
            /// entry that is cleared
            swept: Word = entry_bits;
            /// the answer is there
            answering: bool;
        }
        data {
            /// the page is mapped
            found: bool;
            /// the page allocator met a bus error
            failed: bool;
            /// frame number
            frame: Word = frame_bits;
        }
        instances {
            /// the entries
            translations: leaf::LutRam<Translation> = leaf::LutRam::protected(entries, translation(g), parity == 1);
        }
    }
}

impl Logic for TranslationCache {
    #[hdl_gen]
    fn update(&mut self) {
        self.page.next = bits_to(bits_to(self.arena.val(), 32) >> 6, self.page_number_bits);
        self.index.next = bits_to(self.size_class.val(), self.entry_bits)
            ^ bits_to(self.page.val(), self.entry_bits);
        self.translations.read_address.next = self.index.val();
        self.entry.next = self.translations.read_data.val();
        self.hit.next = self.entry.val().valid
            & (self.entry.val().size_class == self.size_class.val())
            & (self.entry.val().context_id == self.context_id.val())
            & (self.entry.val().page == self.page.val());

        self.answered.next = self.answering.val();
        self.mapped.next = self.found.val();
        self.bus_error.next = self.failed.val();
        self.address.next = (bits_to(self.frame.val(), self.physical_bits) << 12)
            | (bits_to(bits_to(self.arena.val(), 6), self.physical_bits) << 6);

        self.translate_request_valid.next = self.state.val() == TranslationState::Request;
        self.translate_request_address.next = (bits(self.header_lane_tag, self.operand_bits)
            << self.header_lane_bits)
            | (bits_to(self.size_class.val(), self.operand_bits)
                << (self.arena_field_bits + self.context_bits))
            | (bits_to(self.context_id.val(), self.operand_bits) << self.arena_field_bits)
            | (bits_to(self.arena.val(), self.operand_bits) << 6);
        self.translate_response_ready.next = self.state.val() == TranslationState::Answer;

        if self.parity == 1 {
            self.wrong[0].next = (self.state.val() == TranslationState::LookUp)
                & self.ask.val()
                & self.translations.wrong.val();
        }

        comment!("What is written: an answer, what was learnt, or nothing valid after reset.");
        if self.state.val() == TranslationState::Answer {
            self.kept_frame.next = self.translate_response_frame.val();
        } else {
            self.kept_frame.next = bits_to(self.learn_address.val() >> 12, self.frame_bits);
        }
        self.translations.write_data.next.valid = self.state.val() != TranslationState::Sweep;
        self.translations.write_data.next.size_class = self.size_class.val();
        self.translations.write_data.next.context_id = self.context_id.val();
        self.translations.write_data.next.page = self.page.val();
        self.translations.write_data.next.frame = self.kept_frame.val();
        if self.state.val() == TranslationState::Sweep {
            self.translations.write.next = true;
            self.translations.write_address.next = self.swept.val();
        } else {
            self.translations.write.next = self.learn.val()
                | ((self.state.val() == TranslationState::Answer)
                    & self.translate_response_valid.val()
                    & !self.translate_response_fault.val()
                    & !self.translate_response_error.val());
            self.translations.write_address.next = self.index.val();
        }

        self.answering.next = false;
        match self.state.val() {
            TranslationState::Sweep => {
                self.swept.next = self.swept.val() + 1;
                if self.swept.val().all() {
                    self.state.next = TranslationState::LookUp;
                }
            }
            TranslationState::LookUp => {
                if self.forget.val() {
                    self.state.next = TranslationState::Sweep;
                } else if self.ask.val() & !self.answering.val() {
                    if self.hit.val() {
                        self.found.next = true;
                        self.failed.next = false;
                        self.frame.next = self.entry.val().frame;
                        self.answering.next = true;
                    } else {
                        self.state.next = TranslationState::Request;
                    }
                }
            }
            TranslationState::Request => {
                if self.translate_request_ready.val() {
                    self.state.next = TranslationState::Answer;
                }
            }
            TranslationState::Answer => {
                if self.translate_response_valid.val() {
                    self.found.next = !self.translate_response_fault.val();
                    self.failed.next = self.translate_response_error.val();
                    self.frame.next = self.translate_response_frame.val();
                    self.answering.next = true;
                    self.state.next = TranslationState::LookUp;
                }
            }
        }
    }
}
