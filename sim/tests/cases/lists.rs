//! Where arenas go, and what is then in their headers.

use memento_sim::{Arena, Bitmap, Header, Mark, Model, Path, Status};

use crate::arenas::{
    OBJECTS, SIZE, address, free, header, listed_arenas, nearly_empty, refused, tamper, tiny,
};

#[test]
fn a_release_unlinks_wherever_the_arena_is() {
    for (number, left) in [(0, [3, 2, 1]), (2, [3, 1, 0]), (3, [2, 1, 0])] {
        let mut model = nearly_empty(number);
        assert_eq!(free(&mut model, number, 15).path, Path::Release);
        model.check_invariants().unwrap();
        assert_eq!(header(&model, number).mark(), Mark::Released);
        let mut here = model.hot(0).unwrap().list_head;
        for expected in left {
            assert_eq!(here, Some(expected));
            here = header(&model, expected).next();
        }
        assert_eq!(here, None);
        refused(&mut model, Status::BadPointer, |model| {
            free(model, number, 15)
        });
        // The list serves before the released number does, and the released number before a new one.
        for _ in 0..3 {
            for _ in 0..3 {
                model.alloc(SIZE);
            }
        }
        assert_eq!(model.alloc(SIZE).response.value, address(&model, number, 0));
    }
}

#[test]
fn a_popped_arena_that_is_full_is_popped_over() {
    let mut model = listed_arenas(3);
    tamper(&mut model, 1, |head| {
        head.set_slots(Bitmap::full(OBJECTS), OBJECTS)
    });
    let outcome = model.alloc(SIZE);
    assert_eq!(
        (outcome.response.value, outcome.path),
        (address(&model, 0, 0), Path::Pop)
    );
    assert_eq!(
        (model.counters().list_pops, model.counters().alloc_hits),
        (2, 45)
    );
    model.check_invariants().unwrap();
}

/// An arena below the threshold is on no list, so whatever its links say is not looked at.
#[test]
fn a_push_writes_both_links() {
    let mut model = listed_arenas(3);
    (0..3).for_each(|_| assert_eq!(model.alloc(SIZE).response.status, Status::Ok));
    // The list is arena 0; arena 2 is full and on none, arena 1 is in the HOT.
    tamper(&mut model, 2, |header| {
        header.set_prev(Some(77));
        header.set_next(Some(77));
    });
    for (index, path) in [(0, Path::Miss), (1, Path::Miss), (2, Path::Push)] {
        assert_eq!(free(&mut model, 2, index).path, path);
    }
    assert_eq!(
        (header(&model, 2).prev(), header(&model, 2).next()),
        (None, Some(0))
    );
    assert_eq!(
        (header(&model, 0).prev(), header(&model, 0).next()),
        (Some(2), None)
    );
}

#[test]
fn the_header_of_the_arena_in_the_hot_is_stale() {
    let mut model = Model::new(&tiny());
    model.alloc(SIZE);
    model.alloc(SIZE);
    assert_eq!(
        header(&model, 0),
        Header::new(Arena {
            class: 0,
            context: 0,
            number: 0
        })
    );
    // After a pop the memory keeps the links of the time before.
    let mut model = listed_arenas(3);
    model.alloc(SIZE);
    assert_eq!(
        model.hot(0).unwrap().arena.map(|(number, _)| number),
        Some(1)
    );
    assert_eq!(
        (header(&model, 1).next(), header(&model, 1).count()),
        (Some(0), 13)
    );
    assert_eq!(header(&model, 0).prev(), None);
    (0..3).for_each(|_| assert_eq!(model.alloc(SIZE).response.status, Status::Ok));
    assert_eq!(
        (header(&model, 1).next(), header(&model, 1).count()),
        (None, 16)
    );
}
