//! Memory that answers with errors.

use memento_sim::{Bitmap, Mark, Model, Outcome, Path, Response, Status};

use crate::arenas::{
    SIZE, address, free, full_arenas, header, listed_arenas, nearly_empty, refused,
};

#[test]
fn reads_that_fail_change_nothing() {
    let fail = |model: &mut Model, number: u32| {
        let line = model.header_line(0, number).unwrap();
        model.memory_mut().fail_reads(line, true);
    };
    let mut model = nearly_empty(2);
    fail(&mut model, 2);
    refused(&mut model, Status::BusError, |model| free(model, 2, 15));
    for neighbour in [1, 3] {
        let mut model = nearly_empty(2);
        fail(&mut model, neighbour);
        refused(&mut model, Status::BusError, |model| free(model, 2, 15));
    }
    for of_pop in [2, 3] {
        let mut model = nearly_empty(2);
        fail(&mut model, of_pop);
        refused(&mut model, Status::BusError, |model| model.alloc(SIZE));
    }
    let mut model = full_arenas(3);
    (0..3).for_each(|index| assert_eq!(free(&mut model, 0, index).response.status, Status::Ok));
    (0..2).for_each(|index| assert_eq!(free(&mut model, 1, index).response.status, Status::Ok));
    fail(&mut model, 0);
    refused(&mut model, Status::BusError, |model| free(model, 1, 2));
}

#[test]
fn writes_behind_an_arena_that_was_fetched_are_not_part_of_the_answer() {
    let fail = |model: &mut Model, number: u32, fail: bool| {
        let line = model.header_line(0, number).unwrap();
        model.memory_mut().fail_writes(line, fail);
    };
    // New: neither the displaced arena nor the new one can be written.
    let mut model = full_arenas(1);
    fail(&mut model, 0, true);
    fail(&mut model, 1, true);
    let outcome = model.alloc_fetched(SIZE, 1);
    assert_eq!(
        (outcome.response.status, outcome.path),
        (Status::Ok, Path::New)
    );
    assert_eq!(model.counters().new_arenas, 2);
    // Pop: the displaced arena and the new head can't be written.
    let mut model = full_arenas(3);
    for number in 0..2 {
        (0..3).for_each(|index| {
            assert_eq!(free(&mut model, number, index).response.status, Status::Ok);
        });
    }
    fail(&mut model, 0, true);
    fail(&mut model, 2, true);
    let outcome = model.alloc_fetched(SIZE, 1);
    assert_eq!(
        (outcome.response.status, outcome.path),
        (Status::Ok, Path::Pop)
    );
    assert_eq!(model.hot(0).unwrap().list_head, Some(0));
    // Only the arenas that were seen to be fetched.
    let mut model = full_arenas(1);
    fail(&mut model, 0, true);
    let outcome = model.alloc_fetched(SIZE, 0);
    assert_eq!(outcome.response.status, Status::BusError);
}

#[test]
fn writes_that_fail_are_reported_and_the_step_is_finished() {
    let fail = |model: &mut Model, number: u32, fail: bool| {
        let line = model.header_line(0, number).unwrap();
        model.memory_mut().fail_writes(line, fail);
    };
    // New: the displaced arena cannot be written back; the new one is installed without a slot taken.
    let mut model = full_arenas(1);
    fail(&mut model, 0, true);
    assert_eq!(
        model.alloc(SIZE),
        Outcome {
            response: refusal(Status::BusError),
            path: Path::Error
        }
    );
    assert_eq!(model.hot(0).unwrap().arena, Some((1, Bitmap::default())));
    assert_eq!(model.alloc(SIZE).path, Path::Hit);
    // New: the page allocator cannot write the header, and grants nothing.
    fail(&mut model, 2, true);
    (0..15).for_each(|_| assert_eq!(model.alloc(SIZE).path, Path::Hit));
    let before = model.hot(0);
    assert_eq!(model.alloc(SIZE).response.status, Status::BusError);
    assert_eq!(
        (model.hot(0), header(&model, 2).mark()),
        (before, Mark::NeverUsed)
    );
    fail(&mut model, 2, false);
    let expected = address(&model, 2, 0);
    assert_eq!(model.alloc(SIZE).response.value, expected);
    // Pop: the next one cannot be written; the head is installed, and the list goes on.
    let mut model = listed_arenas(4);
    fail(&mut model, 1, true);
    assert_eq!(model.alloc(SIZE).response.status, Status::BusError);
    let hot = model.hot(0).unwrap();
    assert_eq!(
        (hot.arena.map(|(number, _)| number), hot.list_head),
        (Some(2), Some(1))
    );
    assert_eq!(model.alloc(SIZE).response.value, address(&model, 2, 0));
    // Push: the old head cannot be written; the pushed one is.
    let mut model = full_arenas(3);
    (0..3).for_each(|index| assert_eq!(free(&mut model, 0, index).response.status, Status::Ok));
    (0..2).for_each(|index| assert_eq!(free(&mut model, 1, index).response.status, Status::Ok));
    fail(&mut model, 0, true);
    assert_eq!(free(&mut model, 1, 2).response.status, Status::BusError);
    assert_eq!(
        (model.hot(0).unwrap().list_head, header(&model, 1).next()),
        (Some(1), Some(0))
    );
    // Release: one neighbour cannot be written; the other is, and the arena is given back.
    let mut model = nearly_empty(2);
    fail(&mut model, 3, true);
    assert_eq!(free(&mut model, 2, 15).response.status, Status::BusError);
    assert_eq!(
        (header(&model, 1).prev(), header(&model, 2).mark()),
        (Some(3), Mark::Released)
    );
    assert_eq!(model.pages().released(0, 0), [2]);
    // A free without list change.
    let mut model = listed_arenas(2);
    let before = header(&model, 0);
    fail(&mut model, 0, true);
    assert_eq!(free(&mut model, 0, 3).response.status, Status::BusError);
    assert_eq!(header(&model, 0), before);
}

fn refusal(status: Status) -> Response {
    Response { status, value: 0 }
}
