//! How the parts of the page allocator are joined.

use super::*;
use crate::pages::types_engine::LineCommand;

impl Logic for PageAllocator {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("Requests and claims.");
        self.requests.ready.next = self.page_counters.ready.val() & self.frame_map.ready.val();
        self.requests.request_valid.next = self.request_valid.val();
        self.request_ready.next = self.requests.request_ready.val();
        self.requests.request.next.op = self.request_op.val();
        self.requests.request.next.source = self.request_source.val();
        self.requests.request.next.process_id = self.request_process.val();
        self.requests.request.next.size_class = self.request_class.val();
        self.requests.request.next.context_id = self.request_context.val();
        self.requests.request.next.arena = self.request_arena.val();
        self.requests.request.next.address = self.request_address.val();
        self.requests.claim_valid.next = self.claim_valid.val();
        self.claim_ready.next = self.requests.claim_ready.val();
        self.requests.claim.next.op = PageOp::ClaimArena;
        self.requests.claim.next.source = self.claim_source.val();
        self.requests.claim.next.process_id = self.claim_process.val();
        self.requests.claim.next.size_class = self.claim_class.val();
        self.requests.claim.next.context_id = self.claim_context.val();
        self.requests.claim.next.arena = self.claim_arena.val();
        self.requests.claim.next.address = bits_to(self.claim_line.val(), self.address_bits);
        self.requests.claim_cursor.next.next_arena = self.claim_unused.val();
        self.requests.claim_cursor.next.released = self.claim_released.val();
        self.requests.returning.next = self.arena_returns.under_way.val();
        self.requests.return_waits.next = self.arena_returns.waits.val();
        self.requests.return_drains.next = self.arena_returns.drains.val();
        self.requests.returned.next = self.arena_returns.returned.val();
        self.requests.ending.next = self.process_steps.ending.val();
        self.requests.end_waits.next = self.process_steps.waits.val();
        self.requests.end_drains.next = self.process_steps.drains.val();
        self.requests.ended.next = self.process_steps.ended.val();

        comment!("The order, and what it is about.");
        self.order.next = self.requests.order.val();
        self.op.next = self.order.val().op;
        self.of_grant.next = (self.op.val() == PageOp::AllocArena)
            | (self.op.val() == PageOp::PeekArena)
            | (self.op.val() == PageOp::ClaimArena);
        self.of_translation.next =
            (self.op.val() == PageOp::TranslateHeader) | (self.op.val() == PageOp::TranslateBody);
        if self.of_grant.val() {
            self.target.next = self.arena_grants.target.val();
        } else if self.of_translation.val() {
            self.target.next = self.translations.target.val();
        } else {
            self.target.next = self.arena_returns.target.val();
        }
        self.order_frame.next = bits_to(self.order.val().address >> 12, self.frame_index_bits);
        self.in_memory.next =
            (bits_to(self.order.val().address >> self.memory_bits, self.tag_bits)
                == self.memory_tag)
                & !bits_to(self.order.val().address, 12).any();
        self.page_address.address.next = bits_to(self.order.val().address, self.operand_bits);
        self.page_address.target.next = self.target.val();
        self.process_table.process_id.next = self.order.val().process_id;
        self.arena_grants.begin_grant.next = self.requests.begin_grant.val();
        self.arena_grants.order.next = self.order.val();
        self.arena_grants.claimed.next = self.requests.claimed.val();
        self.arena_grants.live.next = self.process_table.process_state.val() == ProcessState::Live;
        self.arena_grants.barred.next = self.process_table.barred.val();
        self.translations.begin_translation.next = self.requests.begin_translation.val();
        self.translations.order.next = self.order.val();
        self.translations.live.next = self.process_table.process_state.val() == ProcessState::Live;
        self.translations.in_body.next = self.page_address.in_body.val();
        self.translations.body.next = self.page_address.body.val();
        self.translations.in_header_lane.next = self.page_address.in_header_lane.val();
        self.translations.header.next = self.page_address.header.val();
        self.arena_returns.begin_return.next = self.requests.begin_return.val();
        self.arena_returns.order.next = self.order.val();
        self.arena_returns.live.next = self.process_table.process_state.val() == ProcessState::Live;
        self.arena_returns.first_page.next = self.page_address.page_number.val();
        self.arena_returns.pages.next = self.page_address.body_pages.val();
        self.process_steps.begin_process.next = self.requests.begin_process.val();
        self.process_steps.order.next = self.order.val();
        self.process_steps.in_memory.next = self.in_memory.val();
        self.process_steps.order_frame.next = self.order_frame.val();
        self.frame_lending.begin_lending.next = self.requests.begin_lending.val();
        self.frame_lending.order.next = self.order.val();
        self.frame_lending.in_memory.next = self.in_memory.val();
        self.frame_lending.order_frame.next = self.order_frame.val();

        comment!("Walks, to the header's page or to the page itself.");
        self.walks_header.next = self.arena_grants.walk.val()
            | self.translations.walk_header.val()
            | self.arena_returns.walk_header.val();
        if self.walks_header.val() | self.of_grant.val() {
            self.page_number.next = self.page_address.header_page_number.val();
        } else {
            self.page_number.next = self.page_address.page_number.val();
        }
        self.walker.walk.next = self.walks_header.val()
            | self.translations.walk_body.val()
            | self.arena_returns.walk_body.val();
        self.walker.process_id.next = self.order.val().process_id;
        self.walker.root.next = self.process_table.root.val();
        self.walker.page_number.next = self.page_number.val();
        self.walker.headers.next = self.walks_header.val();
        self.walker.drop.next = self.process_steps.drop_tables.val();
        self.arena_grants.walk_done.next = self.walker.done.val();
        self.arena_grants.walked.next = self.walker.found.val();
        self.translations.walk_done.next = self.walker.done.val();
        self.translations.walked.next = self.walker.found.val();
        self.arena_returns.walk_done.next = self.walker.done.val();
        self.arena_returns.walked.next = self.walker.found.val();
        self.arena_returns.last_table.next = self.walker.last_table.val();
        self.arena_returns.at_leaf.next = self.walker.last_level.val() == 0;

        comment!("Cursors.");
        self.arena_cursors.ask.next =
            self.arena_grants.cursor_ask.val() | self.arena_returns.cursor_ask.val();
        self.arena_cursors.claim.next = self.arena_grants.cursor_claim.val();
        self.arena_cursors.process_id.next = self.order.val().process_id;
        self.arena_cursors.size_class.next = self.order.val().size_class;
        self.arena_cursors.context_id.next = self.order.val().context_id;
        self.arena_cursors.descriptor.next = self.process_table.root.val();
        self.arena_cursors.update.next =
            self.arena_grants.cursor_update.val() | self.arena_returns.cursor_update.val();
        if self.of_grant.val() {
            self.arena_cursors.changed.next = self.arena_grants.changed.val();
        } else {
            self.arena_cursors.changed.next = self.arena_returns.changed.val();
        }
        self.arena_cursors.drop.next = self.process_steps.drop.val();
        self.arena_cursors.sync.next = self.process_steps.sync.val();
        self.arena_grants.cursor_answered.next = self.arena_cursors.answered.val();
        self.arena_grants.cursor.next = self.arena_cursors.cursor.val();
        self.arena_grants.cursor_error.next = self.arena_cursors.bus_error.val();
        self.arena_returns.cursor_answered.next = self.arena_cursors.answered.val();
        self.arena_returns.cursor.next = self.arena_cursors.cursor.val();
        self.arena_returns.cursor_error.next = self.arena_cursors.bus_error.val();
        self.process_steps.drop_done.next = self.arena_cursors.drop_done.val();
        self.process_steps.sync_done.next = self.arena_cursors.sync_done.val();
        self.process_steps.sync_error.next = self.arena_cursors.bus_error.val();

        comment!("Pages that are mapped, and their frames.");
        self.page_mapper.stopped.next = self.walker.done.val() & !self.walker.found.val().mapped;
        self.page_mapper.last_table.next = self.walker.last_table.val();
        self.page_mapper.last_level.next = self.walker.last_level.val();
        self.page_mapper.map.next = self.arena_grants.map.val() | self.translations.map.val();
        self.page_mapper.page_number.next = self.page_number.val();
        self.page_mapper.of_headers.next = self.of_grant.val();
        self.page_mapper.quota.next = self.process_table.quota.val();
        self.page_mapper.used.next = self.process_table.used.val();
        self.page_mapper.take.next = self.frame_lending.take.val();
        self.arena_grants.map_done.next = self.page_mapper.done.val();
        self.arena_grants.map_status.next = self.page_mapper.status.val();
        self.arena_grants.map_frame.next = self.page_mapper.frame.val();
        self.translations.map_done.next = self.page_mapper.done.val();
        self.translations.map_status.next = self.page_mapper.status.val();
        self.translations.map_frame.next = self.page_mapper.frame.val();
        self.frame_lending.take_done.next = self.page_mapper.done.val();
        self.frame_lending.take_status.next = self.page_mapper.status.val();
        self.frame_lending.taken_frame.next = self.page_mapper.frame.val();
        self.page_pool.need.next = self.page_mapper.need.val();
        self.page_pool.retry.next = self.page_mapper.retry.val();
        self.page_pool.pop_ready.next = self.page_mapper.pop_ready.val();
        self.page_mapper.have.next = self.page_pool.have.val();
        self.page_mapper.dry.next = self.page_pool.dry.val();
        self.page_mapper.failed.next = self.page_pool.failed.val();
        self.page_mapper.pop_valid.next = self.page_pool.pop_valid.val();
        self.page_mapper.pop_frame.next = self.page_pool.pop_frame.val();
        self.frames_decided.next = self.page_mapper.decided.val();
        self.page_pool.low_mark.next = self.low_mark.val();
        self.page_pool.high_mark.next = self.high_mark.val();
        self.pool_level.next = self.page_pool.level.val();
        self.pool_low.next = self.page_pool.pool_low.val();
        self.pool_high.next = self.page_pool.pool_high.val();

        comment!("Frames that are made to read as zero.");
        if self.process_steps.zero.val() {
            self.zero_frame.next = self.process_steps.frame.val();
        } else {
            self.zero_frame.next = self.page_mapper.new_frame.val();
        }
        self.frame_zeroing.zero.next = self.page_mapper.zero.val() | self.process_steps.zero.val();
        self.frame_zeroing.frame.next = self.zero_frame.val();
        self.page_mapper.zero_done.next = self.frame_zeroing.done.val();
        self.page_mapper.zero_error.next = self.frame_zeroing.bus_error.val();
        self.process_steps.zero_done.next = self.frame_zeroing.done.val();
        self.process_steps.zero_error.next = self.frame_zeroing.bus_error.val();

        comment!("Grants go before drops, but what has been offered stays.");
        self.own_grant.next = self.frame_zeroing.grant_valid.val() & !self.drop_offered.val();
        if self.own_grant.val() {
            self.grant_index.next = self.zero_frame.val();
        } else {
            self.grant_index.next = self.reclaimer.drop_frame.val();
        }
        self.grant_frame.next = bits(self.first_frame, self.frame_bits)
            | bits_to(self.grant_index.val(), self.frame_bits);
        self.grant_fresh.next = self.own_grant.val();
        self.frame_zeroing.grant_ready.next = self.own_grant.val() & self.grant_ready.val();
        if self.filtered == 1 {
            if self.parity == 1 {
                self.grant_valid.next = (self.own_grant.val() | self.reclaimer.drop_valid.val())
                    & !self.found_parts[0].stopped.val();
            } else {
                self.grant_valid.next = self.own_grant.val() | self.reclaimer.drop_valid.val();
            }
            self.reclaimer.drop_ready.next = self.grant_ready.val() & !self.own_grant.val();
            self.drop_offered.next =
                !self.own_grant.val() & self.reclaimer.drop_valid.val() & !self.grant_ready.val();
        } else {
            self.grant_valid.next = false;
            self.reclaimer.drop_ready.next = true;
            self.drop_offered.next = false;
        }

        comment!("Frames on their way back, the teardown's behind others.");
        self.hands.next = self.page_mapper.back_valid.val()
            | self.frame_lending.frame_valid.val()
            | self.entry_clearing.frame_valid.val();
        self.torn.next =
            self.teardown.frame_valid.val() & (self.torn_offered.val() | !self.hands.val());
        self.torn_offered.next = self.torn.val() & !self.reclaimer.frame_ready.val();
        self.handed.next = self.hands.val() & !self.torn.val() & self.reclaimer.frame_ready.val();
        self.teardown.hold.next = self.arena_returns.under_way.val();
        self.teardown.frame_ready.next = self.torn.val() & self.reclaimer.frame_ready.val();
        self.page_mapper.back_ready.next = self.handed.val();
        self.frame_lending.frame_ready.next = self.handed.val();
        self.entry_clearing.frame_ready.next = self.handed.val();
        self.reclaimer.frame_valid.next = self.hands.val() | self.torn.val();
        if self.torn.val() {
            self.reclaimer.frame.next = self.teardown.frame.val();
            self.reclaimer.frame_discard.next = !self.teardown.frame_of_table.val();
        } else if self.page_mapper.back_valid.val() {
            self.reclaimer.frame.next = self.page_mapper.new_frame.val();
            self.reclaimer.frame_discard.next = false;
        } else if self.frame_lending.frame_valid.val() {
            self.reclaimer.frame.next = self.frame_lending.frame.val();
            self.reclaimer.frame_discard.next = true;
        } else {
            self.reclaimer.frame.next = self.line_unit.entry_frame.val();
            self.reclaimer.frame_discard.next = true;
        }
        self.reclaimer.hold.next = self.arena_returns.hold.val();
        self.arena_returns.drained.next = self.reclaimer.empty.val();
        self.process_steps.drained.next = self.reclaimer.empty.val();
        self.page_pool.push_valid.next = self.reclaimer.push_valid.val();
        self.reclaimer.push_ready.next = self.page_pool.push_ready.val();
        self.page_pool.push_frame.next = self.reclaimer.push_frame.val();
        self.frame_returned.next =
            self.reclaimer.push_valid.val() & self.page_pool.push_ready.val();
        if self.parity == 1 {
            self.discard_valid.next =
                self.reclaimer.discard_valid.val() & !self.found_parts[0].stopped.val();
        } else {
            self.discard_valid.next = self.reclaimer.discard_valid.val();
        }
        self.reclaimer.discard_ready.next = self.discard_ready.val();
        self.discard_frame.next = self.reclaimer.discard_frame.val();
        self.discard_count.next = self.reclaimer.discard_count.val();
        self.reclaimer.discard_done.next = self.discard_done.val();

        comment!("Shoot-downs: of an arena, or of the whole region.");
        self.arena_returns.others_shoot.next = self.process_steps.shoots.val();
        self.process_steps.returning.next = self.arena_returns.under_way.val();
        self.reclaimer.shoot_valid.next =
            self.arena_returns.shoot_valid.val() | self.process_steps.shoot_valid.val();
        if self.arena_returns.shoot_valid.val() {
            self.reclaimer.shoot_process.next = self.arena_returns.returned.val().process_id;
            self.reclaimer.shoot_address.next =
                bits_to(self.arena_returns.shoot_page.val(), self.operand_bits) << 12;
            self.reclaimer.shoot_pages.next =
                bits_to(self.arena_returns.shoot_pages.val(), self.page_count_bits);
        } else {
            self.reclaimer.shoot_process.next = self.process_steps.ended.val().process_id;
            self.reclaimer.shoot_address.next = bits(self.region_page, self.operand_bits) << 12;
            self.reclaimer.shoot_pages.next = bits(self.region_pages, self.page_count_bits);
        }
        self.arena_returns.shoot_ready.next = self.reclaimer.shoot_ready.val();
        self.arena_returns.shoot_done.next = self.reclaimer.shoot_done.val();
        self.process_steps.shoot_ready.next = self.reclaimer.shoot_ready.val();
        self.process_steps.shoot_done.next = self.reclaimer.shoot_done.val();
        if self.parity == 1 {
            self.shootdown_valid.next =
                self.reclaimer.shootdown_valid.val() & !self.found_parts[0].stopped.val();
        } else {
            self.shootdown_valid.next = self.reclaimer.shootdown_valid.val();
        }
        self.reclaimer.shootdown_ready.next = self.shootdown_ready.val();
        self.shootdown_process.next = self.reclaimer.shootdown_process.val();
        self.shootdown_address.next = self.reclaimer.shootdown_address.val();
        self.shootdown_pages.next = self.reclaimer.shootdown_pages.val();
        self.reclaimer.shootdown_done.next = self.shootdown_done.val();

        comment!("A page table that is taken down, as far as pages reach.");
        self.teardown.start.next = self.process_steps.tear.val();
        self.teardown.root.next = self.process_steps.torn_root.val();
        self.process_steps.torn.next = self.teardown.done.val();
        self.process_steps.tear_error.next = self.teardown.bus_error.val();
        self.reach.process_id.next = self.order.val().process_id;
        self.reach.forget.next = self.process_steps.creates.val();
        self.reach.note.next = self.page_mapper.links.val();
        self.reach.note_class.next = self.target.val().size_class;
        self.reach.note_context.next = self.target.val().context_id;
        self.reach.note_arena.next = self.target.val().arena;
        self.reach.look.next = self.teardown.look.val();
        self.reach.page_process.next = self.process_steps.ended.val().process_id;
        self.reach.page.next = self.teardown.page.val();
        self.teardown.answered.next = self.reach.answered.val();
        self.teardown.beyond.next = self.reach.beyond.val();
        self.teardown.next_page.next = self.reach.next_page.val();

        comment!("Lent frames.");
        self.frame_map.set.next = self.process_steps.lend.val() | self.frame_lending.lend.val();
        self.frame_map.clear.next =
            self.process_steps.unlend.val() | self.frame_lending.unlend.val();
        self.frame_map.ask.next = self.process_steps.check.val()
            | self.process_steps.lend.val()
            | self.process_steps.unlend.val()
            | self.frame_lending.lend.val()
            | self.frame_lending.unlend.val();
        if self.frame_lending.lend.val() | self.frame_lending.unlend.val() {
            self.frame_map.frame.next = self.frame_lending.frame.val();
        } else {
            self.frame_map.frame.next = self.process_steps.frame.val();
        }
        self.process_steps.map_answered.next = self.frame_map.answered.val();
        self.process_steps.lent.next = self.frame_map.lent.val();
        self.frame_lending.map_answered.next = self.frame_map.answered.val();
        self.frame_lending.lent.next = self.frame_map.lent.val();

        comment!("The process: its state, root, quota and frames.");
        self.process_steps.process_state.next = self.process_table.process_state.val();
        self.process_steps.root.next = self.process_table.root.val();
        self.process_table.set_state.next = self.process_steps.set_state.val();
        self.process_table.new_state.next = self.process_steps.new_state.val();
        self.process_table.set_barred.next = self.arena_grants.cursor_lost.val();
        self.process_table.set_root.next = self.process_steps.creates.val();
        self.process_table.new_root.next = self.order_frame.val();
        self.process_table.set_quota.next = self.process_steps.set_quota.val();
        self.process_table.new_quota.next = self.process_steps.new_quota.val();
        if self.process_steps.creates.val() {
            self.new_used.next = bits(0, self.frames_bits);
        } else if self.arena_returns.settles.val() {
            self.new_used.next = self.process_table.used.val()
                - bits_to(self.arena_returns.settled_frames.val(), self.frames_bits);
        } else {
            self.new_used.next = self.process_table.used.val() + 1;
        }
        self.process_table.set_used.next = self.process_steps.creates.val()
            | self.arena_returns.settles.val()
            | self.page_mapper.table_linked.val()
            | self.page_mapper.page_linked.val();
        self.process_table.new_used.next = self.new_used.val();
        self.process_table.read_process.next = self.process_select.val();
        self.process_frames.next = self.process_table.read_used.val();
        self.process_state.next = self.process_table.read_state.val();

        comment!("Lines of headers and tables, one at a time.");
        self.header_valid.next = self.arena_grants.read_header.val()
            | self.arena_grants.write_header.val()
            | self.translations.read_header.val()
            | self.arena_returns.read_header.val()
            | self.arena_returns.write_header.val();
        if self.arena_grants.write_header.val() | self.arena_returns.write_header.val() {
            self.header_job.next.command = LineCommand::WriteHeader;
        } else {
            self.header_job.next.command = LineCommand::Read;
        }
        self.header_job.next.cause = bits(self.header_cause, 3);
        if self.of_grant.val() {
            self.header_job.next.frame = self.arena_grants.header_frame.val();
        } else if self.of_translation.val() {
            self.header_job.next.frame = self.translations.header_frame.val();
        } else {
            self.header_job.next.frame = self.arena_returns.header_frame.val();
        }
        self.header_job.next.line = self.page_address.header_line.val();
        self.header_job.next.entry = bits(0, self.entry_bits);
        self.header_job.next.mask = !bits(0, self.entries);
        if self.entry_clearing.line_valid.val() | self.entry_clearing.handing.val() {
            self.job.next = self.entry_clearing.job.val();
        } else if self.walker.line_read.val() {
            self.job.next = self.walker.line_job.val();
        } else if self.page_mapper.link.val() {
            self.job.next = self.page_mapper.link_job.val();
        } else if self.frame_zeroing.line_valid.val() {
            self.job.next = self.frame_zeroing.line_job.val();
        } else {
            self.job.next = self.header_job.val();
        }
        self.line_unit.command_valid.next = self.header_valid.val()
            | self.entry_clearing.line_valid.val()
            | self.walker.line_read.val()
            | self.page_mapper.link.val()
            | self.frame_zeroing.line_valid.val();
        self.line_unit.job.next = self.job.val();
        self.line_unit.entry_value.next = self.page_mapper.link_entry.val();
        self.line_unit.header.next = self.target.val();
        self.line_unit.header_released.next = self.op.val() == PageOp::FreeArena;
        if self.op.val() == PageOp::FreeArena {
            self.line_unit.header_next.next = self.arena_returns.header_next.val();
        } else {
            self.line_unit.header_next.next = bits(self.none, self.link_bits);
        }
        self.arena_grants.line_done.next = self.line_unit.done.val();
        self.arena_grants.found.next = self.line_unit.found.val();
        self.translations.line_done.next = self.line_unit.done.val();
        self.translations.found.next = self.line_unit.found.val();
        self.arena_returns.line_done.next = self.line_unit.done.val();
        self.arena_returns.found.next = self.line_unit.found.val();
        self.walker.line_done.next = self.line_unit.done.val();
        self.walker.line_error.next = self.line_unit.found.val().bus_error;
        self.walker.line_valid.next = self.line_unit.entry_valid.val();
        self.walker.line_frame.next = self.line_unit.entry_frame.val();
        self.page_mapper.line_done.next = self.line_unit.done.val();
        self.page_mapper.line_error.next = self.line_unit.found.val().bus_error;
        self.frame_zeroing.line_done.next = self.line_unit.done.val();
        self.frame_zeroing.line_error.next = self.line_unit.found.val().bus_error;
        self.entry_clearing.line_done.next = self.line_unit.done.val();
        self.entry_clearing.line_error.next = self.line_unit.found.val().bus_error;
        self.entry_clearing.line_found.next = self.line_unit.entries_found.val();
        self.entry_clearing.entry_valid.next = self.line_unit.entry_valid.val();
        self.entry_clearing.clear.next = self.arena_returns.clear.val();
        self.entry_clearing.leaf_table.next = self.arena_returns.leaf_table.val();
        self.entry_clearing.first_index.next =
            bits_to(self.page_number.val(), self.table_index_bits);
        self.entry_clearing.pages.next = self.page_address.body_pages.val();
        self.arena_returns.clear_done.next = self.entry_clearing.done.val();
        self.arena_returns.clear_frames.next = self.entry_clearing.frames.val();
        self.arena_returns.clear_error.next = self.entry_clearing.bus_error.val();

        comment!("The line port.");
        self.line_switch.pool_ask.next = self.page_pool.line_ask.val();
        self.page_pool.line_answer.next = self.line_switch.pool_answer.val();
        self.line_switch.cursors_ask.next = self.arena_cursors.line_ask.val();
        self.arena_cursors.line_answer.next = self.line_switch.cursors_answer.val();
        self.line_switch.engine_ask.next = self.line_unit.line_ask.val();
        self.line_unit.line_answer.next = self.line_switch.engine_answer.val();
        self.line_switch.teardown_ask.next = self.teardown.line_ask.val();
        self.teardown.line_answer.next = self.line_switch.teardown_answer.val();
        self.line_cause.next = self.line_switch.line_cause.val();
        self.line_read_request_valid.next = self.line_switch.line_read_request_valid.val();
        self.line_read_request_address.next = self.line_switch.line_read_request_address.val();
        if self.parity == 1 {
            self.line_read_data_ready.next =
                self.line_switch.line_read_data_ready.val() | self.found_parts[0].stopped.val();
            self.line_write_response_ready.next = self.line_switch.line_write_response_ready.val()
                | self.found_parts[0].stopped.val();
        } else {
            self.line_read_data_ready.next = self.line_switch.line_read_data_ready.val();
            self.line_write_response_ready.next = self.line_switch.line_write_response_ready.val();
        }
        self.line_write_request_valid.next = self.line_switch.line_write_request_valid.val();
        self.line_write_request_address.next = self.line_switch.line_write_request_address.val();
        self.line_write_data_valid.next = self.line_switch.line_write_data_valid.val();
        self.line_write_data.next = self.line_switch.line_write_data.val();
        if self.parity == 1 {
            self.withheld[0].next =
                self.found_parts[0].stopped.val() | self.found_parts[0].wrong.val();
            if self.withheld[0].val() {
                self.line_write_data_strobe.next = bits(0, 8);
            } else {
                self.line_write_data_strobe.next = self.line_switch.line_write_data_strobe.val();
            }
        } else {
            self.line_write_data_strobe.next = self.line_switch.line_write_data_strobe.val();
        }
        self.line_write_data_last.next = self.line_switch.line_write_data_last.val();
        self.line_switch.line_read_request_ready.next = self.line_read_request_ready.val();
        self.line_switch.line_read_data_valid.next = self.line_read_data_valid.val();
        self.line_switch.line_read_data.next = self.line_read_data.val();
        self.line_switch.line_read_data_error.next = self.line_read_data_error.val();
        self.line_switch.line_write_request_ready.next = self.line_write_request_ready.val();
        self.line_switch.line_write_data_ready.next = self.line_write_data_ready.val();
        self.line_switch.line_write_response_valid.next = self.line_write_response_valid.val();
        self.line_switch.line_write_response_error.next = self.line_write_response_error.val();
        self.error_valid.next = self.line_switch.error_valid.val();
        self.error_address.next = self.line_switch.error_address.val();
        self.error_write.next = self.line_switch.error_write.val();

        comment!("The answer.");
        if self.of_grant.val() {
            self.answer.next = self.arena_grants.answer.val();
        } else if self.of_translation.val() {
            self.answer.next = self.translations.answer.val();
        } else if self.op.val() == PageOp::FreeArena {
            self.answer.next = self.arena_returns.answer.val();
        } else if (self.op.val() == PageOp::Push) | (self.op.val() == PageOp::Take) {
            self.answer.next = self.frame_lending.answer.val();
        } else {
            self.answer.next = self.process_steps.answer.val();
        }
        self.answer_valid.next = self.arena_grants.answer_valid.val()
            | self.translations.answer_valid.val()
            | self.arena_returns.answer_valid.val()
            | self.frame_lending.answer_valid.val()
            | self.process_steps.answer_valid.val();
        self.answered.next = self.answer_valid.val() & self.response_ready.val();
        self.arena_grants.answer_ready.next = self.response_ready.val();
        self.translations.answer_ready.next = self.response_ready.val();
        self.arena_returns.answer_ready.next = self.response_ready.val();
        self.frame_lending.answer_ready.next = self.response_ready.val();
        self.process_steps.answer_ready.next = self.response_ready.val();
        self.requests.done.next =
            self.answered.val() | self.arena_returns.leaves.val() | self.process_steps.leaves.val();
        if self.answer.val().of_header {
            self.answer_line.next = self.page_address.header_line.val();
        } else {
            self.answer_line.next = bits(0, 6);
        }
        if self.parity == 1 {
            self.response_valid.next = self.answer_valid.val() & !self.found_parts[0].stopped.val();
        } else {
            self.response_valid.next = self.answer_valid.val();
        }
        self.response_source.next = self.order.val().source;
        self.response_op.next = self.op.val();
        self.response_process.next = self.order.val().process_id;
        self.response_status.next = self.answer.val().status;
        self.response_arena.next = self.answer.val().arena;
        self.response_address.next = bits(self.memory_base, self.physical_bits)
            | (bits_to(self.answer.val().frame, self.physical_bits) << 12)
            | (bits_to(self.answer_line.val(), self.physical_bits) << 6);
        self.response_unused.next = self.arena_grants.changed.val().next_arena;
        self.response_released.next = self.arena_grants.changed.val().released;

        if self.parity == 1 {
            comment!(
                "A word that isn't what was written: what it led to goes no further than registers, and no part of it leaves."
            );
            self.line_used[0].next = self.entry_clearing.frame_valid.val()
                | (self.walker.line_read.val()
                    & self.line_unit.done.val()
                    & self.line_unit.entry_valid.val());
            self.found_parts[0].found[0].next =
                self.line_unit.wrong[0].val() & self.line_used[0].val();
            self.found_parts[0].found[1].next = self.frame_map.wrong[0].val();
            self.found_parts[0].found[2].next = self.arena_cursors.wrong[0].val();
            self.found_parts[0].found[3].next = self.reach.wrong[0].val();
            self.found_parts[0].found[4].next = self.teardown.wrong[0].val();
            self.found_parts[0].found[5].next = self.process_table.wrong[0].val();
            self.found_parts[0].found[6].next = self.reclaimer.wrong[0].val();
            self.found_parts[0].found[7].next = self.page_pool.wrong[0].val();
            self.found_parts[0].found[8].next = self.page_mapper.wrong[0].val();
            self.found_parts[0].found[9].next = self.wrong_beside[0].val();
            self.found_parts[0].clear.next = false;
            self.stopped[0].next = self.found_parts[0].stopped.val();
            self.stopped_parts[0].next = self.found_parts[0].parts.val();
            self.frame_lost[0].next = self.page_pool.lost[0].val();
        }

        comment!("Counters.");
        self.page_counters.answered.next = self.answered.val();
        self.page_counters.op.next = self.op.val();
        self.page_counters.status.next = self.answer.val().status;
        self.page_counters.table_linked.next = self.page_mapper.table_linked.val();
        self.page_counters.page_linked.next = self.page_mapper.page_linked.val();
        self.page_counters.shot.next =
            self.reclaimer.shootdown_valid.val() & self.shootdown_ready.val();
        self.page_counters.discarded.next =
            self.reclaimer.discard_valid.val() & self.discard_ready.val();
        self.page_counters.cursor_hit.next = self.arena_cursors.hit.val();
        self.page_counters.cursor_miss.next = self.arena_cursors.miss.val();
        self.page_counters.cursor_conflict.next = self.arena_cursors.conflict.val();
        self.page_counters.cursor_first.next = self.arena_cursors.first.val();
        self.page_counters.cursor_first_hit.next = self.arena_cursors.first_hit.val();
        self.page_counters.pool_refilled.next = self.page_pool.refilled.val();
        self.page_counters.pool_spilled.next = self.page_pool.spilled.val();
        self.page_counters.bus_error.next = self.line_switch.error_valid.val();
        self.page_counters.busy.next = self.requests.busy.val()
            | self.arena_returns.under_way.val()
            | self.process_steps.ending.val();
        self.page_counters.select.next = self.counter_select.val();
        self.counter_value.next = self.page_counters.value.val();
    }
}
