//! The walk cache and the frame map.

use crate::common::{below, random, setting};
use crate::{geometry, set};
use memento_hdl::pages::{frame_map::FrameMap, walk_cache::WalkCache};
use memento_hdl::rtl::Simulation;
use std::collections::BTreeMap;

#[test]
fn walks_that_hit_are_right() {
    let seed = setting("PAGES_SEED", 1);
    let g = geometry("tiny");
    let mut random = random(seed);
    let mut cache = Simulation::new(WalkCache::new(&g, 20));
    let mut walks: BTreeMap<(u64, u64), u64> = BTreeMap::new();
    let (mut hits, mut drops, mut filled) = (0, 0, None);
    for _ in 0..setting("PAGES_CYCLES", 20_000) {
        let key = (
            below(&mut random, g.processes as u64),
            below(&mut random, 4),
        );
        let frame = below(&mut random, 1 << g.frame_index_bits);
        let module = &mut cache.module;
        set(&mut module.process_id, key.0);
        set(&mut module.range, key.1);
        set(&mut module.fill_frame, frame);
        module.fill.next = below(&mut random, 4) == 0;
        module.drop.next = !module.fill.next && below(&mut random, 16) == 0;
        cache.eval();
        let module = &cache.module;
        if module.hit.val() {
            hits += 1;
            let found = module.frame.val().value() as u64;
            assert_eq!(walks.get(&key), Some(&found), "{key:?}, PAGES_SEED={seed}");
        }
        assert!(
            filled != Some(key) || module.hit.val() || module.busy.val(),
            "a lost fill"
        );
        filled = None;
        if !module.busy.val() {
            if module.fill.val() {
                walks.insert(key, frame);
                filled = Some(key);
            } else if module.drop.val() {
                walks.retain(|(process, _), _| *process != key.0);
                drops += 1;
            }
        }
        cache.tick();
    }
    assert!(hits > 100 && drops > 100, "an idle test");
}

#[test]
fn frames_are_lent_once() {
    let seed = setting("PAGES_SEED", 1);
    let g = geometry("tiny");
    let mut random = random(seed);
    let mut map = Simulation::new(FrameMap::new(&g));
    let frames = 1u64 << g.frame_index_bits;
    let mut lent = vec![false; frames as usize];
    let mut sweep = 0;
    while !map.module.ready.val() {
        map.tick();
        sweep += 1;
    }
    assert_eq!(sweep, frames / 32);
    for _ in 0..setting("PAGES_CYCLES", 20_000) {
        let frame = below(&mut random, frames.min(100)) * (frames / 100).max(1) % frames;
        let action = below(&mut random, 3);
        let module = &mut map.module;
        module.ask.next = true;
        module.set.next = action == 1;
        module.clear.next = action == 2;
        set(&mut module.frame, frame);
        map.eval();
        assert!(!map.module.answered.val());
        map.tick();
        assert!(map.module.answered.val());
        let was = &mut lent[frame as usize];
        assert_eq!(map.module.lent.val(), *was, "{frame}, PAGES_SEED={seed}");
        *was = if action == 0 { *was } else { action == 1 };
        map.module.ask.next = below(&mut random, 2) == 0;
        map.tick();
    }
    assert!(lent.iter().any(|lent| *lent));
}
