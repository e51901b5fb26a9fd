//! The page allocator serves in its own order, not in that of the operations.

use crate::machine::{OBJECTS, SIZE, arena, fill, frees, idle, lend, running, sound, tiny};
use memento_sim::{Path, Served, Serving, Status, SystemModel, Unserved};

/// A leaf table and a page of headers: what a process's first arena takes.
const FIRST_ARENA: u64 = 2;

/// Both processes run, and so many frames are in the pool.
fn observed(frames: u64) -> SystemModel {
    let mut model = idle(&tiny(), frames);
    for core in 0..2 {
        assert_eq!(model.attach(core, core as u32, 0), Ok(Status::Ok));
    }
    model.set_serving(Serving::Observed);
    model
}

#[test]
fn the_last_frames_are_taken_in_the_order_of_serving() {
    let mut model = observed(FIRST_ARENA + 1);
    assert_eq!(
        model.serve_alloc_arena(1, 0, 0).map(|grant| grant.arena),
        Ok(arena(0, 0, 0))
    );
    assert_eq!(model.serve_alloc_arena(0, 0, 0), Err(Status::NoMemory));
    // Core 0's operation takes effect first, and gets nothing all the same.
    assert_eq!(model.alloc(0, SIZE).response.status, Status::NoMemory);
    assert_eq!(model.check_granted(0), Ok(()));
    assert_eq!(model.alloc(1, SIZE).path, Path::New);
    assert_eq!(model.check_served(), Ok(()));
    sound(&model);
}

#[test]
fn arenas_are_those_that_operations_need() {
    let mut model = observed(4 * FIRST_ARENA);
    // Not asked for.
    let wanted = Unserved::Missing {
        class: 0,
        context: 0,
    };
    assert_eq!(model.alloc(0, SIZE).response.status, Status::NoMemory);
    assert_eq!(model.check_granted(0), Err(wanted));
    // Asked for another class, which no operation needs then.
    let mut model = observed(4 * FIRST_ARENA);
    assert!(model.serve_alloc_arena(0, 1, 0).is_ok());
    assert_eq!(model.alloc(0, SIZE).response.status, Status::NoMemory);
    assert_eq!(model.check_granted(0), Err(wanted));
    let mut model = observed(4 * FIRST_ARENA);
    assert!(model.serve_alloc_arena(0, 0, 0).is_ok());
    assert!(model.serve_alloc_arena(0, 0, 0).is_ok());
    assert_eq!(model.alloc(0, SIZE).path, Path::New);
    assert_eq!(model.check_granted(0), Err(Unserved::Needless(1)));
}

#[test]
fn claims_and_frees_are_served_after_their_operations() {
    let mut model = running(8);
    let objects = fill(&mut model, 0, OBJECTS);
    assert_eq!(model.translate(0, objects[0]).status, Status::Ok);
    model.set_serving(Serving::Observed);
    assert_eq!(model.serve_claim_arena(0), None);
    model.set_fetched(0, 1);
    assert_eq!(model.alloc(0, SIZE).path, Path::New);
    frees(&mut model, 0, &objects, Path::Release);
    let owed = Unserved::Owed {
        claims: 1,
        frees: 1,
    };
    assert_eq!(model.check_served(), Err(owed));
    let served = |number| Served {
        process: 0,
        arena: Some(arena(0, 0, number)),
        status: Status::Ok,
    };
    // The frame is on its way, and counts as the process's until the free is answered.
    assert_eq!((model.pool_level(), model.in_reclaim()), (5, 1));
    assert_eq!(model.process_usage(0).unwrap().frames, 3);
    assert_eq!(model.serve_free_arena(0), Some(served(0)));
    assert_eq!(model.process_usage(0).unwrap().frames, 2);
    assert_eq!(model.serve_claim_arena(0), Some(served(1)));
    assert_eq!(model.check_served(), Ok(()));
    assert!(model.reclaim(1));
    sound(&model);
}

#[test]
fn a_quota_is_exhausted_until_frees_are_answered() {
    let mut model = running(16);
    let objects = fill(&mut model, 0, OBJECTS + 1);
    assert_eq!(model.translate(0, objects[0]).status, Status::Ok);
    assert_eq!(model.set_quota(0, 3), Status::Ok);
    model.set_serving(Serving::Observed);
    let last = objects[OBJECTS as usize];
    assert_eq!(model.translate(0, last).status, Status::NoMemory);
    frees(&mut model, 0, &objects[..OBJECTS as usize], Path::Release);
    assert!(model.reclaim(1));
    assert_eq!(model.translate(0, last).status, Status::NoMemory);
    assert!(model.serve_free_arena(0).is_some());
    assert_eq!(model.translate(0, last).status, Status::Ok);
    sound(&model);
}

#[test]
fn an_arena_that_needs_a_frame_cannot_be_claimed() {
    let mut model = running(8);
    model.set_fetched(0, 1);
    assert_eq!(model.alloc(0, SIZE).response.status, Status::NoMemory);
    assert_eq!(model.pool_level(), 8);
    sound(&model);
}

#[test]
fn frames_on_their_way_are_not_in_the_pool() {
    let mut model = running(3);
    let objects = fill(&mut model, 0, 2 * OBJECTS);
    model.set_serving(Serving::Observed);
    assert_eq!(model.translate(0, objects[0]).status, Status::Ok);
    frees(&mut model, 0, &objects[..16], Path::Release);
    assert!(model.serve_free_arena(0).is_some());
    assert_eq!((model.pool_level(), model.in_reclaim()), (0, 1));
    assert_eq!(model.translate(0, objects[16]).status, Status::NoMemory);
    assert!(!model.reclaim(2));
    assert!(model.reclaim(1));
    assert_eq!(model.translate(0, objects[16]).status, Status::Ok);
    lend(&mut model, 3, 1);
    assert_eq!((model.pool_level(), model.in_reclaim()), (0, 1));
    sound(&model);
}
