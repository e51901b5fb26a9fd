//! Where masks are kept: what is spilled and when, and what happens if memory takes none.

use crate::{compile, count, emitted, grant, to_zeros};
use memento_testbenches::bypass::{BASE, Bench, MASKS, chase, line, prompt};

/// Frames of whole groups, eight of each.
pub fn groups(count: u64) -> Vec<u64> {
    (0..count * 8).map(|frame| BASE + (frame << 12)).collect()
}

/// Grants frames and writes a line of each: from then on each needs a mask.
fn grant_and_write(bench: &mut Bench, bus: u64, frames: &[u64]) {
    for frame in frames {
        grant(bench, *frame);
        bench.order_write(line(bus, *frame, 9, 1));
        bench.drain().unwrap_or_else(|error| panic!("{error}"));
    }
}

/// Reads a fresh line of each frame.
fn read_fresh(bench: &mut Bench, bus: u64, frames: &[u64]) {
    let reads = bench.dram.reads;
    for frame in frames {
        bench.order_read(line(bus, *frame, 8, 1));
        bench.drain().unwrap_or_else(|error| panic!("{error}"));
    }
    assert_eq!(bench.dram.reads, reads, "reads of fresh lines");
}

#[test]
fn frames_granted_need_no_mask_until_they_are_written() {
    let library = compile(&emitted(4, 64));
    let mut bench = prompt(&library, 8);
    // Many more than there are places.
    let frames = groups(100);
    for frame in &frames {
        grant(&mut bench, *frame);
    }
    read_fresh(&mut bench, 8, &frames);
    assert_eq!(count(&mut bench, "mask_spills"), 0);
    assert_eq!(count(&mut bench, "mask_fetches"), 0);
    assert_eq!(bench.dram.writes, 0);
}

#[test]
fn masks_that_memory_never_takes_stay_and_others_make_room() {
    let library = compile(&emitted(4, 64));
    let mut bench = prompt(&library, 8);
    // Five groups for places that hold four.
    let frames = groups(5);
    bench.dram.dead_masks.insert(MASKS);
    grant_and_write(&mut bench, 8, &frames);
    let (spills, errors) = (
        count(&mut bench, "mask_spills"),
        count(&mut bench, "mask_errors"),
    );
    assert!(spills > 0 && errors > 0, "{spills} spills, {errors} errors");
    read_fresh(&mut bench, 8, &frames[..8]);
    assert_eq!(count(&mut bench, "mask_fetches"), 0, "the first group left");
    read_fresh(&mut bench, 8, &frames);
    assert!(count(&mut bench, "mask_fetches") > 0, "no other left");
}

#[test]
fn a_write_that_finds_no_room_is_refused_and_blocks_nothing() {
    let library = compile(&emitted(4, 64));
    let mut bench = prompt(&library, 8);
    let frames = groups(6);
    for group in 0..6 {
        bench.dram.dead_masks.insert(MASKS + 64 * group);
    }
    grant_and_write(&mut bench, 8, &frames);
    let refused = count(&mut bench, "refused_writes");
    assert!(refused >= 16, "{refused} refused, 48 masks in 32 places");
    assert_eq!(count(&mut bench, "mask_errors"), 8 * refused);
    assert_eq!(count(&mut bench, "mask_spills"), 0);
    read_fresh(&mut bench, 8, &frames);
    bench.dram.dead_masks.clear();
    for frame in &frames {
        bench.order_write(line(8, *frame, 10, 1));
        bench.drain().unwrap_or_else(|error| panic!("{error}"));
    }
    assert_eq!(count(&mut bench, "refused_writes"), refused);
    assert_eq!(count(&mut bench, "whole_writes"), 48 - refused + 48);
}

#[test]
fn changed_masks_of_a_group_are_spilled_at_once_and_leave_unwritten_afterwards() {
    for data_bits in [64, 128] {
        let bus = u64::from(data_bits / 8);
        let library = compile(&emitted(4, data_bits));
        let mut bench = prompt(&library, bus);
        // Five groups take turns in places for four.
        let frames = groups(5);
        grant_and_write(&mut bench, bus, &frames);
        let rounds = |bench: &mut Bench| {
            (0..3).for_each(|_| read_fresh(bench, bus, &frames));
            count(bench, "mask_spills")
        };
        // Each group was written once at most, and none twice while nothing changes.
        let spills = rounds(&mut bench);
        assert!((1..=5).contains(&spills), "{spills} spills");
        assert_eq!(rounds(&mut bench), spills);
        let fetches = count(&mut bench, "mask_fetches");
        assert!(fetches >= 8 * 6, "{fetches} fetches");
        // A mask is on chip, or a victim leaves at once and memory delivers in two cycles.
        let mut cycles: Vec<u64> = frames
            .iter()
            .map(|f| to_zeros(&mut bench, bus, *f))
            .collect();
        cycles.sort();
        cycles.dedup();
        assert_eq!(cycles, [3, 12], "cycles from reads to zeros");
        // Changed masks are written once more.
        for frame in &frames {
            bench.order_write(line(bus, *frame, 10, 1));
        }
        bench.drain().unwrap_or_else(|error| panic!("{error}"));
        let changed = rounds(&mut bench);
        assert!(changed > spills, "{changed} spills");
        assert_eq!(rounds(&mut bench), changed);
    }
}

#[test]
fn a_frame_is_written_while_its_mask_leaves() {
    for data_bits in [64, 128] {
        let library = compile(&emitted(4, data_bits));
        let chased = chase(&library, u64::from(data_bits / 8)).unwrap_or_else(|e| panic!("{e}"));
        assert!(chased > 20, "{chased} chased");
    }
}
