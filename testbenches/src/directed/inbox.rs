//! Host and inbox at once: in the order that the hardware decides, each as the model has it.

use crate::core::Core;
use crate::environment::{Environment, Latencies, Stalls};
use crate::lock_step::Operation;
use crate::mismatch::BenchError;
use crate::ports::Inputs;
use memento_config::Config;
use memento_hdl::allocator::object_allocator::COUNTERS;
use memento_sim::{Located, Model, Status};
use std::collections::VecDeque;

/// Numbers drawn from a seed.
struct Draw(u64);

impl Draw {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(1);
        (self.0 >> 33) % end
    }
}

/// Runs host and inbox for `cycles`; the host's responses are refused in the middle third. The host
/// also frees other contexts' objects. What the model has otherwise ends it with a panic.
///
/// # Errors
/// The evaluation itself fails.
pub fn host_and_inbox(
    config: &Config,
    core: &mut impl Core,
    seed: u64,
    cycles: u64,
) -> Result<(), BenchError> {
    let mut draw = Draw(seed);
    let stalls = Stalls::Random { percent: 30, seed };
    let mut environment = Environment::new(config, Latencies::default(), stalls);
    environment.answer_forwards(seed);
    let mut model = Model::with(config, 0, environment.pages.clone());
    model.attach(0, environment.records(0));
    let mut inputs = Inputs {
        enable: true,
        switch_request_valid: true,
        switch_request_records: environment.records(0),
        switch_request_mailbox: environment.mailbox(0),
        switch_response_ready: true,
        ..Inputs::default()
    };
    let geometry = memento_sim::Geometry::new(config);
    let (mut attached, mut live) = (false, Vec::new());
    let (mut host, mut inbox) = (VecDeque::new(), VecDeque::new());
    let (mut host_expected, mut inbox_expected) = (VecDeque::new(), VecDeque::new());
    let (mut offered, mut offered_free) = (None, None);
    let (mut last_freed, mut served_meanwhile) = (0, 0);
    for cycle in 0..cycles {
        let seen = core.outputs();
        let refusing = (cycles / 3..2 * cycles / 3).contains(&cycle);
        if attached && offered.is_none() && draw.below(2) == 0 {
            offered = Some(match draw.below(8) {
                0..4 => Operation::Alloc {
                    size: draw.below(u64::from(geometry.size_bytes(geometry.classes() - 1))),
                },
                4 if !live.is_empty() => {
                    let address = live[draw.below(live.len() as u64) as usize];
                    let Located::Slot(mut slot) = geometry.locate(address) else {
                        unreachable!("a live object is a slot");
                    };
                    slot.arena.context ^= 1;
                    Operation::Free {
                        address: geometry.slot_address(slot),
                    }
                }
                _ if !live.is_empty() => {
                    let at = draw.below(live.len() as u64) as usize;
                    Operation::Free {
                        address: live.swap_remove(at),
                    }
                }
                _ => Operation::Alloc { size: 1 },
            });
        }
        // Other cores free twice now and then, and objects of contexts that don't run here.
        if attached && offered_free.is_none() && draw.below(12) == 0 {
            let mut address = last_freed;
            if !live.is_empty() && draw.below(4) > 0 {
                let at = draw.below(live.len() as u64) as usize;
                address = live.swap_remove(at);
            }
            last_freed = address;
            offered_free = Some(address ^ u64::from(draw.below(16) == 0));
        }
        inputs.request_valid = offered.is_some();
        match offered {
            Some(Operation::Alloc { size }) => {
                (inputs.request_free, inputs.request_operand) = (false, size);
            }
            Some(Operation::Free { address }) => {
                (inputs.request_free, inputs.request_operand) = (true, address);
            }
            None => {}
        }
        inputs.inbox_request_valid = offered_free.is_some();
        inputs.inbox_request_address = offered_free.unwrap_or(0);
        inputs.response_ready = !refusing && draw.below(4) > 0;
        inputs.inbox_response_ready = draw.below(4) > 0;
        environment.drive(&seen, &mut inputs);
        inputs.switch_response_ready = draw.below(4) == 0;
        if seen.switch_response_valid && inputs.switch_response_ready {
            attached = true;
        }
        if seen.trace_commit_valid && seen.trace_commit_inbox {
            let address = inbox.pop_front().expect("a free was accepted");
            inbox_expected.push_back(model.free(address).response);
        } else if seen.trace_commit_valid {
            let mut response = match host.pop_front().expect("a request was accepted") {
                Operation::Alloc { size } => model.alloc(size).response,
                Operation::Free { address } => {
                    let mut response = model.free(address).response;
                    if response.status == Status::ForeignContext {
                        response.status = environment.forward_status(address);
                    }
                    response
                }
            };
            if response.status != Status::Ok {
                response.value = 0;
            }
            host_expected.push_back(response);
        }
        if seen.response_valid && inputs.response_ready {
            let expected = host_expected.pop_front().expect("a decided request");
            assert_eq!(
                (seen.response_status, seen.response_value),
                (expected.status.code(), expected.value),
                "seed {seed:#x}, cycle {cycle}"
            );
            if expected.value != 0 {
                live.push(expected.value);
            }
        }
        if seen.inbox_response_valid && inputs.inbox_response_ready {
            let expected = inbox_expected.pop_front().expect("a decided free");
            assert_eq!(
                seen.inbox_response_status,
                expected.status.code(),
                "seed {seed:#x}, inbox, cycle {cycle}"
            );
            served_meanwhile += u64::from(refusing);
        }
        if seen.request_ready
            && let Some(operation) = offered.take_if(|_| inputs.request_valid)
        {
            host.push_back(operation);
        }
        if seen.inbox_request_ready
            && let Some(address) = offered_free.take_if(|_| inputs.inbox_request_valid)
        {
            inbox.push_back(address);
        }
        core.step(&inputs)?;
        if seen.switch_request_ready {
            inputs.switch_request_valid = false;
        }
    }
    for (name, expected) in [
        ("alloc_hits", model.counters().alloc_hits),
        ("free_hits", model.counters().free_hits),
    ] {
        let number = COUNTERS.iter().position(|(known, _)| *known == name);
        let got = core.counter(number.expect("a counter"))?;
        assert_eq!(got, expected, "seed {seed:#x}: {name}");
    }
    assert!(
        served_meanwhile >= cycles / 100,
        "seed {seed:#x}: {served_meanwhile} frees served while the host refused responses"
    );
    assert!(
        environment.forwards() > 20,
        "seed {seed:#x}: frees were forwarded"
    );
    Ok(())
}
