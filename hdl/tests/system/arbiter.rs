//! The page arbiter between sources that stall and a page allocator that answers in any order.

use super::{Pace, geometry, setting};
use memento_hdl::allocator::types::Status;
use memento_hdl::pages::types_engine::PageOp;
use memento_hdl::rtl::{Simulation, Word};
use memento_hdl::system::page_arbiter::PageArbiter;

/// No request waits longer for the page allocator while that takes one every other cycle.
const PATIENCE: u64 = 1500;

/// What a source asks.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Asked {
    op: PageOp,
    /// Tells requests apart: travels as arena number, address or both.
    tag: u64,
    since: u64,
    /// The arbiter has accepted it.
    accepted: bool,
}

const TAGS: u64 = 64;

#[test]
fn one_core() {
    requests(1, setting("SYSTEM_SEED", 1));
}

#[test]
fn three_cores() {
    requests(3, setting("SYSTEM_SEED", 2));
}

/// The status with which a tag is answered.
fn status_of(tag: u64) -> Status {
    [
        Status::Ok,
        Status::NoMemory,
        Status::BusError,
        Status::BadPointer,
    ][tag as usize % 4]
}

fn requests(cores: usize, seed: u64) {
    let cycles = setting("SYSTEM_CYCLES", 20_000);
    let g = geometry(cores as u32, 64);
    let (sources, commands) = (2 * cores + 1, 2 * cores);
    let mut pace = Pace::new(seed);
    let mut simulation = Simulation::new(PageArbiter::new(&g));
    let mut asked: Vec<Option<Asked>> = vec![None; sources];
    let mut claims: Vec<Option<Asked>> = vec![None; cores];
    let mut sent_on = vec![false; cores];
    let (mut claimed, mut overtaken) = (vec![0u64; cores], 0);
    // At the page allocator: source, operation, tag.
    let mut inside: Vec<(usize, PageOp, u64)> = Vec::new();
    let mut chosen: Option<usize> = None;
    let mut answers = vec![0u64; sources];
    let mut out_of_order = 0;
    let word = |value: u64, bits: usize| Word::new(value.into(), bits);
    let address_bits = g.operand_bits.max(g.physical_bits);
    for cycle in 0..cycles {
        pace.cycle(cycle);
        for (source, slot) in asked.iter_mut().enumerate() {
            if slot.is_some() || !pace.moves() {
                continue;
            }
            let ops: &[PageOp] = match source {
                s if s < cores => &[
                    PageOp::AllocArena,
                    PageOp::PeekArena,
                    PageOp::FreeArena,
                    PageOp::TranslateHeader,
                ],
                s if s < commands => &[PageOp::TranslateBody],
                _ => &[PageOp::Create, PageOp::Push, PageOp::Take, PageOp::SetQuota],
            };
            *slot = Some(Asked {
                op: ops[pace.below(ops.len() as u64) as usize],
                tag: pace.below(TAGS),
                since: cycle,
                accepted: false,
            });
        }
        for slot in &mut claims {
            if slot.is_none() && pace.below(8) == 0 {
                *slot = Some(Asked {
                    op: PageOp::ClaimArena,
                    tag: pace.below(TAGS),
                    since: cycle,
                    accepted: false,
                });
            }
        }
        let m = &mut simulation.module;
        for i in 0..cores {
            let claim = claims[i].filter(|claim| !claim.accepted);
            let tag = claim.map_or(0, |claim| claim.tag);
            m.claim_arena_request_valid[i].next = claim.is_some();
            m.claim_arena_request_class[i].next = word(tag % 4, g.class_bits);
            m.claim_arena_request_context[i].next = word(tag / 4 % 2, g.context_bits);
            m.claim_arena_request_arena[i].next = word(tag, g.arena_bits);
            m.claim_arena_request_line[i].next = word(tag << 6, g.physical_bits);
            m.claim_arena_request_unused[i].next = word(tag, g.arena_bits + 1);
            m.claim_arena_request_released[i].next = word(tag + 1, g.arena_bits + 1);
            let core = asked[i].filter(|asked| !asked.accepted);
            let is = |op| core.is_some_and(|asked| asked.op == op);
            let tag = core.map_or(0, |asked| asked.tag);
            m.core_process[i].next = word(i as u64 % 2, g.process_bits);
            m.alloc_arena_request_valid[i].next = is(PageOp::AllocArena) || is(PageOp::PeekArena);
            m.alloc_arena_request_peek[i].next = is(PageOp::PeekArena);
            m.alloc_arena_request_class[i].next = word(tag % 4, g.class_bits);
            m.alloc_arena_request_context[i].next = word(tag / 4 % 2, g.context_bits);
            m.free_arena_request_valid[i].next = is(PageOp::FreeArena);
            m.free_arena_request_class[i].next = word(tag % 4, g.class_bits);
            m.free_arena_request_context[i].next = word(tag / 4 % 2, g.context_bits);
            m.free_arena_request_arena[i].next = word(tag, g.arena_bits);
            m.translate_request_valid[i].next = is(PageOp::TranslateHeader);
            m.translate_request_address[i].next = word(tag, g.operand_bits);
            let host = asked[cores + i].filter(|asked| !asked.accepted);
            m.host_translate_request_valid[i].next = host.is_some();
            let tag = host.map_or(0, |asked| asked.tag);
            m.host_translate_request_address[i].next = word(tag, g.operand_bits);
            m.host_translate_request_process[i].next = word(tag % 2, g.process_bits);
        }
        let command = asked[commands].filter(|asked| !asked.accepted);
        m.command_request_valid.next = command.is_some();
        if let Some(asked) = command {
            m.command_request_op.next = asked.op;
            m.command_request_process.next = word(asked.tag % 2, g.process_bits);
            m.command_request_address.next = word(asked.tag, address_bits);
        }
        let ready: Vec<bool> = (0..sources).map(|_| pace.moves()).collect();
        for i in 0..cores {
            m.alloc_arena_response_ready[i].next = ready[i];
            m.claim_arena_response_ready[i].next = ready[i];
            m.free_arena_response_ready[i].next = ready[i];
            m.translate_response_ready[i].next = ready[i];
            m.host_translate_response_ready[i].next = ready[cores + i];
        }
        m.command_response_ready.next = ready[commands];
        let takes = cycle % 2 == 0 || pace.moves();
        m.claim_ready.next = takes;
        m.request_ready.next = takes;
        if chosen.is_none() && !inside.is_empty() && pace.moves() {
            chosen = Some(pace.below(inside.len() as u64) as usize);
            out_of_order += usize::from(chosen != Some(0));
        }
        m.response_valid.next = chosen.is_some();
        if let Some(place) = chosen {
            let (source, op, tag) = inside[place];
            m.response_source.next = word(source as u64, m.response_source.val().bits());
            m.response_op.next = op;
            m.response_status.next = status_of(tag);
            m.response_arena.next = word(tag % 64, g.arena_bits);
            m.response_address.next = word(tag << 12, g.physical_bits);
            m.response_unused.next = word(tag, g.arena_bits + 1);
            m.response_released.next = word(tag + 1, g.arena_bits + 1);
        }
        simulation.eval();
        // As the page allocator has it: a claim goes first.
        let claiming = simulation.module.claim_valid.val();
        simulation.module.request_ready.next = takes && !claiming;
        simulation.eval();
        let m = &simulation.module;

        let waits = |i: &usize| claims[*i].is_some_and(|claim| claim.accepted) && !sent_on[*i];
        let waiting = (0..cores).filter(waits);
        assert!(claiming || waiting.count() == 0, "a claim isn't offered");
        if claiming && takes {
            let source = m.claim_source.val().index();
            let sent = claims[source].expect("a claim of somebody's");
            assert!(sent.accepted);
            let tag = sent.tag as usize;
            assert_eq!(m.claim_process.val(), source % 2);
            assert_eq!(m.claim_class.val(), tag % 4);
            assert_eq!(m.claim_context.val(), tag / 4 % 2);
            assert_eq!(m.claim_arena.val(), tag);
            assert_eq!(m.claim_line.val(), tag << 6);
            assert_eq!(m.claim_unused.val(), tag);
            assert_eq!(m.claim_released.val(), tag + 1);
            overtaken += usize::from(m.request_valid.val());
            inside.push((source, PageOp::ClaimArena, sent.tag));
            sent_on[source] = true;
        }
        if m.request_valid.val() && takes && !claiming {
            let source = m.request_source.val().index();
            let sent = asked[source].expect("a request of somebody's");
            assert!(sent.accepted);
            assert_eq!(m.request_op.val(), sent.op);
            let tag = sent.tag as usize;
            let process = if source < cores { source % 2 } else { tag % 2 };
            assert_eq!(m.request_process.val(), process);
            match sent.op {
                PageOp::AllocArena | PageOp::PeekArena | PageOp::FreeArena => {
                    assert_eq!(m.request_class.val(), tag % 4);
                    assert_eq!(m.request_context.val(), tag / 4 % 2);
                }
                _ => assert_eq!(m.request_address.val(), tag),
            }
            if sent.op == PageOp::FreeArena {
                assert_eq!(m.request_arena.val(), tag);
            }
            assert!(
                inside
                    .iter()
                    .all(|(other, op, _)| *other != source || *op == PageOp::ClaimArena),
                "one a source"
            );
            // A second one would wait for the first, and hold up others.
            assert!(
                ![PageOp::FreeArena, PageOp::Push].contains(&sent.op)
                    || inside.iter().all(|(_, op, _)| *op != PageOp::FreeArena),
                "a FREE_ARENA is under way"
            );
            inside.push((source, sent.op, sent.tag));
        }
        if m.response_valid.val() && m.response_ready.val() {
            inside.remove(chosen.take().expect("an answer on offer"));
        }
        // A source is answered on the channel that it asked on, and nowhere else.
        for source in 0..sources {
            let i = source % cores;
            let on = match source {
                s if s < cores => vec![
                    (
                        match asked[s] {
                            Some(Asked {
                                op: PageOp::PeekArena,
                                ..
                            }) => PageOp::PeekArena,
                            _ => PageOp::AllocArena,
                        },
                        m.alloc_arena_response_valid[i].val(),
                    ),
                    (PageOp::FreeArena, m.free_arena_response_valid[i].val()),
                    (PageOp::TranslateHeader, m.translate_response_valid[i].val()),
                ],
                s if s < commands => {
                    vec![(
                        PageOp::TranslateBody,
                        m.host_translate_response_valid[i].val(),
                    )]
                }
                _ => vec![(m.command_response_op.val(), m.command_response_valid.val())],
            };
            for (op, _) in on.into_iter().filter(|(_, valid)| *valid) {
                let sent = asked[source].expect("an answer to something");
                assert_eq!((op, true), (sent.op, sent.accepted));
                let (status, tag) = (status_of(sent.tag), sent.tag as usize);
                match op {
                    PageOp::AllocArena | PageOp::PeekArena => {
                        assert_eq!(m.alloc_arena_response_unused[i].val(), tag);
                        assert_eq!(m.alloc_arena_response_released[i].val(), tag + 1);
                        assert_eq!(m.alloc_arena_response_status[i].val(), status);
                        assert_eq!(m.alloc_arena_response_arena[i].val(), tag);
                        assert_eq!(m.alloc_arena_response_line[i].val(), tag << 12);
                    }
                    PageOp::FreeArena => {
                        assert_eq!(m.free_arena_response_status[i].val(), status)
                    }
                    PageOp::TranslateHeader => {
                        let error = status == Status::BusError;
                        assert_eq!(m.translate_response_error[i].val(), error);
                        let fault = !error && status != Status::Ok;
                        assert_eq!(m.translate_response_fault[i].val(), fault);
                        assert_eq!(m.translate_response_frame[i].val(), tag);
                    }
                    PageOp::TranslateBody => {
                        assert_eq!(m.host_translate_response_status[i].val(), status);
                        assert_eq!(m.host_translate_response_frame[i].val(), tag);
                        let permissions = if status == Status::Ok { 7 } else { 0 };
                        assert_eq!(m.host_translate_response_permissions[i].val(), permissions);
                    }
                    _ => {
                        assert_eq!(m.command_response_status.val(), status);
                        assert_eq!(m.command_response_address.val(), tag << 12);
                    }
                }
                if ready[source] {
                    asked[source] = None;
                    answers[source] += 1;
                }
            }
            let accepted = match source {
                s if s < cores => {
                    m.alloc_arena_request_valid[i].val() && m.alloc_arena_request_ready[i].val()
                        || m.free_arena_request_valid[i].val()
                            && m.free_arena_request_ready[i].val()
                        || m.translate_request_valid[i].val() && m.translate_request_ready[i].val()
                }
                s if s < commands => {
                    m.host_translate_request_valid[i].val()
                        && m.host_translate_request_ready[i].val()
                }
                _ => m.command_request_valid.val() && m.command_request_ready.val(),
            };
            if let Some(sent) = &mut asked[source] {
                sent.accepted |= accepted;
                assert!(
                    cycle - sent.since < PATIENCE,
                    "source {source} waits for ever"
                );
            }
        }
        for (i, slot) in claims.iter_mut().enumerate() {
            let Some(claim) = slot else { continue };
            assert!(cycle - claim.since < PATIENCE, "claim {i} waits for ever");
            if m.claim_arena_response_valid[i].val() {
                assert!(claim.accepted);
                let status = m.claim_arena_response_status[i].val();
                assert_eq!(status, status_of(claim.tag));
                if ready[i] {
                    *slot = None;
                    sent_on[i] = false;
                    claimed[i] += 1;
                    continue;
                }
            }
            claim.accepted |= m.claim_arena_request_ready[i].val();
        }
        simulation.tick();
    }
    println!("claims by core: {claimed:?}, {overtaken} went before a request");
    assert!(claimed.iter().all(|count| *count > cycles / 200) && overtaken > 100);
    println!("answers by source: {answers:?}, {out_of_order} out of order");
    assert!(answers.iter().all(|count| *count > cycles / 100));
    assert!(out_of_order > 100);
}
