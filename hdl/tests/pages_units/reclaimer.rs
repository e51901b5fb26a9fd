//! The reclaimer: every frame once, in order, discarded before it is dropped, dropped before pushed.

use crate::common::{below, random, setting};
use crate::{geometry, set};
use memento_hdl::pages::reclaimer::{DISCARDS, Reclaimer};
use memento_hdl::rtl::Simulation;
use std::collections::VecDeque;

#[test]
fn frames_go_discard_drop_push() {
    let seed = setting("PAGES_SEED", 1);
    let cycles = setting("PAGES_CYCLES", 20_000);
    for preset in ["tiny", "default"] {
        println!("{preset}, PAGES_SEED={seed}");
        let g = geometry(preset);
        let mut random = random(seed);
        let mut reclaimer = Simulation::new(Reclaimer::new(&g));
        let base = (g.memory_base >> 12) as u64;
        let limit = 1u64 << g.frame_index_bits;
        // Frames that came in and are to be discarded, dropped, pushed; frames whose discard is done.
        let mut given: VecDeque<(u64, bool)> = VecDeque::new();
        let mut undiscarded: VecDeque<u64> = VecDeque::new();
        let mut discarded: VecDeque<u64> = VecDeque::new();
        let mut running: VecDeque<(u64, u64)> = VecDeque::new();
        let mut dropped: VecDeque<u64> = VecDeque::new();
        let (mut frame, mut discard, mut pending) = (0, false, false);
        let (mut pushed, mut longest, mut most) = (0u64, 0, 0);
        let (mut hold, mut mood) = (false, 8);
        let mut offer: Option<(u64, u64)> = None;
        for cycle in 0..cycles {
            if cycle % 100 == 0 {
                mood = below(&mut random, 16);
                hold = below(&mut random, 3) == 0;
            }
            let draining = cycles - cycle < 3000;
            if !pending && !draining && below(&mut random, 16) < mood {
                let jump = below(&mut random, 8) == 0;
                frame = if jump {
                    below(&mut random, limit)
                } else {
                    (frame + 1) % limit
                };
                discard = if jump {
                    below(&mut random, 4) > 0
                } else {
                    discard
                };
                pending = true;
            }
            let mut coin = || below(&mut random, 2) == 0;
            let done = !running.is_empty() && coin() && coin() && (draining || coin());
            let module = &mut reclaimer.module;
            module.frame_valid.next = pending;
            set(&mut module.frame, frame);
            module.frame_discard.next = discard;
            module.hold.next = hold && !draining;
            module.discard_ready.next = coin();
            module.discard_done.next = done;
            module.drop_ready.next = coin();
            module.push_ready.next = coin();
            reclaimer.eval();
            let module = &reclaimer.module;
            let none = given.is_empty() && dropped.is_empty();
            assert_eq!(module.empty.val(), none, "empty, cycle {cycle}");
            if module.push_valid.val() && module.push_ready.val() {
                let frame = module.push_frame.val().value() as u64;
                assert_eq!(dropped.pop_front(), Some(frame), "pushed");
                pushed += 1;
            }
            if module.drop_valid.val() && module.drop_ready.val() {
                let frame = module.drop_frame.val().value() as u64;
                let (next, was_discarded) = given.pop_front().expect("a frame to drop");
                assert_eq!(frame, next, "dropped");
                if was_discarded {
                    assert_eq!(
                        discarded.pop_front(),
                        Some(frame),
                        "dropped before its discard"
                    );
                }
                dropped.push_back(frame);
            }
            if done {
                let (first, count) = running.pop_front().expect("a discard");
                discarded.extend(first..first + count);
            }
            if module.discard_valid.val() {
                let first = module.discard_frame.val().value() as u64 - base;
                let count = module.discard_count.val().value() as u64;
                assert!(
                    offer.is_none_or(|offer| offer == (first, count)),
                    "an offer changed"
                );
                offer = Some((first, count));
                if module.discard_ready.val() {
                    offer = None;
                    assert!((1..=64).contains(&count) && first + count <= limit);
                    for frame in first..first + count {
                        assert_eq!(undiscarded.pop_front(), Some(frame), "discarded");
                    }
                    running.push_back((first, count));
                    longest = longest.max(count);
                    most = most.max(running.len());
                }
            } else {
                assert!(offer.is_none(), "an offer was taken back");
            }
            if module.frame_ready.val() && pending {
                given.push_back((frame, discard));
                if discard {
                    undiscarded.push_back(frame);
                }
                pending = false;
            }
            reclaimer.tick();
        }
        assert!(given.is_empty() && dropped.is_empty() && undiscarded.is_empty());
        assert!(most <= DISCARDS && most > 1, "{most} discards at once");
        assert!(
            pushed > 1000 && longest > 8,
            "an idle test: {pushed}, {longest}"
        );
    }
}

/// Cycles a frame when nobody waits, with frames this far apart.
fn rate(distance: u64) -> f64 {
    let g = geometry("default");
    let mut reclaimer = Simulation::new(Reclaimer::new(&g));
    let (mut frame, mut pushed, mut accepted) = (0, 0, 0);
    let module = &mut reclaimer.module;
    module.frame_valid.next = true;
    module.frame_discard.next = true;
    module.discard_ready.next = true;
    module.drop_ready.next = true;
    module.push_ready.next = true;
    for _ in 0..2000 {
        set(&mut reclaimer.module.frame, frame);
        reclaimer.module.discard_done.next = accepted > 0;
        reclaimer.eval();
        let module = &reclaimer.module;
        accepted -= i32::from(accepted > 0);
        accepted += i32::from(module.discard_valid.val());
        pushed += u32::from(module.push_valid.val());
        frame += u64::from(module.frame_ready.val()) * distance;
        reclaimer.tick();
    }
    2000.0 / f64::from(pushed)
}

#[test]
fn a_frame_a_cycle() {
    let (consecutive, apart) = (rate(1), rate(2));
    println!("consecutive {consecutive:.2}, apart {apart:.2} cycles a frame");
    assert!(consecutive < 1.1 && apart < 1.1, "{consecutive} {apart}");
}

#[test]
fn shoot_downs_one_at_a_time() {
    let g = geometry("default");
    let mut reclaimer = Simulation::new(Reclaimer::new(&g));
    let module = &mut reclaimer.module;
    module.shoot_valid.next = true;
    set(&mut module.shoot_process, 3);
    set(&mut module.shoot_address, 0x12_3000);
    set(&mut module.shoot_pages, 5);
    reclaimer.eval();
    assert!(reclaimer.module.shoot_ready.val());
    reclaimer.tick();
    set(&mut reclaimer.module.shoot_process, 1);
    for _ in 0..5 {
        reclaimer.eval();
        let module = &reclaimer.module;
        assert!(module.shootdown_valid.val() && !module.shoot_ready.val());
        assert_eq!(module.shootdown_process.val().value(), 3);
        assert_eq!(module.shootdown_address.val().value(), 0x12_3000);
        assert_eq!(module.shootdown_pages.val().value(), 5);
        reclaimer.tick();
    }
    reclaimer.module.shootdown_ready.next = true;
    reclaimer.tick();
    reclaimer.module.shootdown_ready.next = false;
    reclaimer.tick();
    assert!(!reclaimer.module.shootdown_valid.val() && !reclaimer.module.shoot_done.val());
    reclaimer.module.shootdown_done.next = true;
    reclaimer.eval();
    assert!(reclaimer.module.shoot_done.val());
    reclaimer.tick();
    assert!(reclaimer.module.shoot_ready.val());
}
