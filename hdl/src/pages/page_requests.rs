//! What the page allocator does next.

use super::channels::{ArenaCursor, PageOrder, arena_cursor, page_order};
use super::types_engine::{PageOp, RequestState};
use crate::geometry::Geometry;
use crate::rtl::*;

module! {
    /// Page requests: takes one request at a time, and says which part of the page allocator it is
    /// for. What goes on in the background comes back here for its next step, and goes before
    /// requests; a claim goes before everything that isn't begun.
    ///
    /// A request waits while it would disturb what is under way: an arena of the class and context
    /// of one that is given back, a second arena that is given back, a second process that ends,
    /// and, while the last frames of either are on their way to the pool, a frame that is lent.
    ///
    /// Protocol:   valid/ready; one begin_… pulses per order, which stays until done. done may be
    ///             high in the cycle of begin.
    /// Latency:    begin in the cycle after acceptance; the next acceptance in the cycle after done.
    /// Reset:      nothing is under way; waits for ready.
    pub module PageRequests(g: &Geometry) = "memento_page_requests" {
        ports {
            "Surroundings" {
                /// the sweeps after reset are over
                input ready: bool;
            }
            "Request: valid/ready" {
                /// a request is there
                input request_valid: bool;
                /// accepted
                output request_ready: bool;
                /// the request
                input request: PageOrder = page_order(g);
            }
            "Claim: valid/ready" {
                /// an arena is claimed
                input claim_valid: bool;
                /// accepted
                output claim_ready: bool;
                /// the claim, its address the header line's
                input claim: PageOrder = page_order(g);
                /// the cursor behind it
                input claim_cursor: ArenaCursor = arena_cursor(g);
            }
            "Arena that is given back" {
                /// there is one
                input returning: bool;
                /// it waits for its next step
                input return_waits: bool;
                /// its frames are on their way to the pool, or those of others before it
                input return_drains: bool;
                /// its order
                input returned: PageOrder = page_order(g);
            }
            "Process that ends" {
                /// there is one
                input ending: bool;
                /// it waits for its next step
                input end_waits: bool;
                /// its last frames are on their way to the pool
                input end_drains: bool;
                /// its order
                input ended: PageOrder = page_order(g);
            }
            "Order: stable until done" {
                /// pulse: an arena is asked for
                output begin_grant: bool;
                /// pulse: a translation is asked for
                output begin_translation: bool;
                /// pulse: an arena is given back, or goes on being so
                output begin_return: bool;
                /// pulse: something is done about a process
                output begin_process: bool;
                /// pulse: a frame is lent or taken back
                output begin_lending: bool;
                /// the order
                output order: PageOrder = page_order(g);
                /// a claim's cursor
                output claimed: ArenaCursor = arena_cursor(g);
                /// an order is under way
                output busy: bool;
                /// it is done, or goes on in the background
                input done: bool;
            }
        }
        wires {
            /// the request
            asked: PageOrder = page_order(g);
            /// the claim
            claims: PageOrder = page_order(g);
            /// the arena that is given back
            given: PageOrder = page_order(g);
            /// the request is of its process, class and context
            same_lane: bool;
            /// the claim is
            claimed_lane: bool;
            /// a request must wait for what is under way
            blocked: bool;
            /// an order may be taken
            idle: bool;
            /// a claim is accepted
            claim_accepted: bool;
            /// a request is accepted
            request_accepted: bool;
            /// an order begins
            begins: bool;
            /// the operation of the order under way
            op: PageOp;
        }
        state {
            /// how far the order is
            state: RequestState;
        }
        data {
            /// the order under way
            present: PageOrder = page_order(g);
            /// a claim's cursor
            present_cursor: ArenaCursor = arena_cursor(g);
        }
    }
}

impl Logic for PageRequests {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("What must wait.");
        self.asked.next = self.request.val();
        self.claims.next = self.claim.val();
        self.given.next = self.returned.val();
        self.same_lane.next = (self.asked.val().process_id == self.given.val().process_id)
            & (self.asked.val().size_class == self.given.val().size_class)
            & (self.asked.val().context_id == self.given.val().context_id);
        self.claimed_lane.next = (self.claims.val().process_id == self.given.val().process_id)
            & (self.claims.val().size_class == self.given.val().size_class)
            & (self.claims.val().context_id == self.given.val().context_id);
        if (self.asked.val().op == PageOp::AllocArena) | (self.asked.val().op == PageOp::PeekArena)
        {
            self.blocked.next = self.same_lane.val() & self.returning.val();
        } else if self.asked.val().op == PageOp::FreeArena {
            self.blocked.next = self.returning.val() | self.end_drains.val();
        } else if self.asked.val().op == PageOp::Push {
            self.blocked.next = self.return_drains.val() | self.end_drains.val();
        } else {
            self.blocked.next = (self.asked.val().op == PageOp::Destroy) & self.ending.val();
        }

        comment!("Who is next.");
        self.idle.next = self.ready.val() & (self.state.val() == RequestState::Idle);
        self.claim_ready.next = self.idle.val() & !(self.claimed_lane.val() & self.returning.val());
        self.claim_accepted.next = self.claim_valid.val() & self.claim_ready.val();
        self.request_ready.next = self.idle.val()
            & !self.claim_accepted.val()
            & !self.return_waits.val()
            & !self.end_waits.val()
            & !self.blocked.val();
        self.request_accepted.next = self.request_valid.val() & self.request_ready.val();
        match self.state.val() {
            RequestState::Idle => {
                self.present_cursor.next = self.claim_cursor.val();
                if self.claim_accepted.val() {
                    self.present.next = self.claims.val();
                } else if self.request_accepted.val() {
                    self.present.next = self.asked.val();
                } else if self.return_waits.val() {
                    self.present.next = self.given.val();
                } else {
                    self.present.next = self.ended.val();
                }
                if self.claim_accepted.val()
                    | self.request_accepted.val()
                    | (self.idle.val() & (self.return_waits.val() | self.end_waits.val()))
                {
                    self.state.next = RequestState::Begin;
                }
            }
            RequestState::Begin => {
                if self.done.val() {
                    self.state.next = RequestState::Idle;
                } else {
                    self.state.next = RequestState::Busy;
                }
            }
            RequestState::Busy => {
                if self.done.val() {
                    self.state.next = RequestState::Idle;
                }
            }
        }

        comment!("Whose it is.");
        self.order.next = self.present.val();
        self.claimed.next = self.present_cursor.val();
        self.busy.next = self.state.val() != RequestState::Idle;
        self.begins.next = self.state.val() == RequestState::Begin;
        self.op.next = self.present.val().op;
        self.begin_grant.next = self.begins.val()
            & ((self.op.val() == PageOp::AllocArena)
                | (self.op.val() == PageOp::PeekArena)
                | (self.op.val() == PageOp::ClaimArena));
        self.begin_translation.next = self.begins.val()
            & ((self.op.val() == PageOp::TranslateHeader)
                | (self.op.val() == PageOp::TranslateBody));
        self.begin_return.next = self.begins.val() & (self.op.val() == PageOp::FreeArena);
        self.begin_process.next = self.begins.val()
            & ((self.op.val() == PageOp::Create)
                | (self.op.val() == PageOp::Destroy)
                | (self.op.val() == PageOp::Sync)
                | (self.op.val() == PageOp::SetQuota));
        self.begin_lending.next =
            self.begins.val() & ((self.op.val() == PageOp::Push) | (self.op.val() == PageOp::Take));
    }
}
