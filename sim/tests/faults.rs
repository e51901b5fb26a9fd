//! Tampered headers, bus errors and refusals, case by case, on arenas of 16 objects with a threshold of 3.

use memento_config::Config;
use memento_sim::{
    Arena, Bitmap, Header, HotView, Mark, Model, Outcome, PageAllocator, Path, Slot, Status,
    Violation,
};

/// Class 0: objects of 8 bytes.
const SIZE: u64 = 8;
const OBJECTS: u32 = 16;

fn tiny() -> Config {
    Config::preset("tiny").unwrap()
}

/// A model whose class 0 has arenas 0 to `arenas - 1`, all full, the last one in the HOT.
fn full_arenas(arenas: u32) -> Model {
    let mut model = Model::new(&tiny());
    for _ in 0..arenas * OBJECTS {
        assert_eq!(model.alloc(SIZE).response.status, Status::Ok);
    }
    model
}

/// As [`full_arenas`], with the arenas before the last on the list, the last of them at its head.
fn listed_arenas(arenas: u32) -> Model {
    let mut model = full_arenas(arenas);
    for number in 0..arenas - 1 {
        for index in 0..3 {
            assert_eq!(free(&mut model, number, index).response.status, Status::Ok);
        }
    }
    model.check_invariants().unwrap();
    assert_eq!(model.hot(0).unwrap().list_head, arenas.checked_sub(2));
    model
}

fn address(model: &Model, number: u32, index: u32) -> u64 {
    model.geometry().slot_address(Slot {
        arena: Arena {
            class: 0,
            context: 0,
            number,
        },
        index,
    })
}

fn free(model: &mut Model, number: u32, index: u32) -> Outcome {
    model.free(address(model, number, index))
}

fn header(model: &Model, number: u32) -> Header {
    Header::from_bytes(model.header_bytes(0, number).unwrap())
}

/// Changes a header and makes its checksum right again.
fn tamper(model: &mut Model, number: u32, change: impl FnOnce(&mut Header)) {
    let line = model.header_line(0, number).unwrap();
    let mut header = header(model, number);
    change(&mut header);
    header.seal();
    model.memory_mut().poke(line, header.to_bytes());
}

fn tamper_byte(model: &mut Model, number: u32, at: usize, value: u8) {
    tamper(model, number, |header| {
        let mut bytes = header.to_bytes();
        bytes[at] = value;
        *header = Header::from_bytes(bytes);
    });
}

/// Everything that an error must leave alone.
#[derive(Debug, PartialEq)]
struct State {
    hot: Vec<Option<HotView>>,
    headers: Vec<Option<[u8; 64]>>,
    placement_hash: u64,
    live_arenas: u64,
    cursor: u32,
}

impl State {
    fn of(model: &Model) -> Self {
        let numbers = (0..4).flat_map(|class| (0..64).map(move |number| (class, number)));
        State {
            hot: (0..4).map(|class| model.hot(class)).collect(),
            headers: numbers
                .map(|(class, number)| model.header_bytes(class, number))
                .collect(),
            placement_hash: model.placement_hash(),
            live_arenas: model.counters().live_arenas(),
            cursor: model.pages().cursor(0, 0),
        }
    }
}

/// The operation is refused with this status and changes nothing.
#[track_caller]
fn refused(model: &mut Model, status: Status, operation: impl FnOnce(&mut Model) -> Outcome) {
    let before = State::of(model);
    let outcome = operation(model);
    assert_eq!(
        (
            outcome.response.status,
            outcome.response.value,
            outcome.path
        ),
        (status, 0, Path::Error)
    );
    assert_eq!(State::of(model), before);
}

#[test]
fn nothing_is_served_while_disabled() {
    let mut model = full_arenas(1);
    model.set_enabled(false);
    refused(&mut model, Status::NotEnabled, |model| model.alloc(SIZE));
    refused(&mut model, Status::NotEnabled, |model| model.alloc(1 << 40));
    refused(&mut model, Status::NotEnabled, |model| model.free(0));
    model.set_enabled(true);
    assert_eq!(free(&mut model, 0, 0).path, Path::Hit);
}

#[test]
fn sizes_choose_classes() {
    let mut model = Model::new(&tiny());
    for (size, class) in [(0, 0), (1, 0), (8, 0), (9, 1), (25, 3), (32, 3)] {
        let address = model.alloc(size).response.value;
        let lane = Arena {
            class,
            context: 0,
            number: 0,
        };
        assert_eq!(
            address & !0xfff,
            model.geometry().arena_base(lane),
            "{size}"
        );
    }
    refused(&mut model, Status::TooLarge, |model| model.alloc(33));
    refused(&mut model, Status::TooLarge, |model| model.alloc(u64::MAX));
}

#[test]
fn addresses_that_are_no_objects() {
    let mut model = listed_arenas(3);
    let config = tiny();
    let end = config.region_base() + config.region_bytes();
    for outside in [
        0,
        config.region_base() - 8,
        end + config.header_lane_bytes(),
        1 << 40,
        u64::MAX,
    ] {
        refused(&mut model, Status::NotInRegion, |model| model.free(outside));
    }
    let inside = address(&model, 0, 4);
    for bad in [
        config.header_base(),
        config.header_base() + 64,
        inside + 1,
        inside + 4,
        address(&model, 0, 16),
    ] {
        refused(&mut model, Status::BadPointer, |model| model.free(bad));
    }
    let arena = Arena {
        class: 0,
        context: 1,
        number: 0,
    };
    let foreign = model.geometry().slot_address(Slot { arena, index: 0 });
    refused(&mut model, Status::ForeignContext, |model| {
        model.free(foreign)
    });
    // Not the start of a slot comes before whose slot it would be.
    refused(&mut model, Status::BadPointer, |model| {
        model.free(foreign + 1)
    });
    // A page of headers that is mapped, and one that is not.
    refused(&mut model, Status::BadPointer, |model| free(model, 3, 0));
    let unmapped = model.geometry().slot_address(Slot {
        arena: Arena {
            class: 1,
            context: 0,
            number: 0,
        },
        index: 0,
    });
    refused(&mut model, Status::BadPointer, |model| model.free(unmapped));
}

#[test]
fn the_context_is_part_of_the_place() {
    let mut model = Model::with(&tiny(), 1, PageAllocator::new(&tiny()));
    let address = model.alloc(SIZE).response.value;
    let arena = Arena {
        class: 0,
        context: 1,
        number: 0,
    };
    assert_eq!(address, model.geometry().arena_base(arena));
    assert_eq!(
        Header::from_bytes(model.header_bytes(0, 0).unwrap()).verify(arena),
        Ok(())
    );
    assert_eq!(model.free(address).path, Path::Hit);
    model.check_invariants().unwrap();
}

#[test]
fn a_padded_class_is_outside_the_region() {
    let mut settings = tiny().settings().clone();
    settings.objects.classes = 3;
    settings.address.region_bytes = 3 << 19;
    let config = Config::new(&settings, "three classes").unwrap();
    let mut model = Model::new(&config);
    refused(&mut model, Status::NotInRegion, |model| {
        model.free(config.region_base() + (3 << 19))
    });
    refused(&mut model, Status::BadPointer, |model| {
        model.free(config.header_base())
    });
}

#[test]
fn tampered_headers_are_refused_by_a_free() {
    type Tampering = (Status, fn(&mut Model));
    let cases: [Tampering; 10] = [
        (Status::CorruptHeader, |model| tamper_byte(model, 0, 32, 1)),
        (Status::CorruptHeader, |model| tamper_byte(model, 0, 35, 1)),
        (Status::CorruptHeader, |model| tamper_byte(model, 0, 36, 1)),
        (Status::CorruptHeader, |model| tamper_byte(model, 0, 37, 1)),
        (Status::CorruptHeader, |model| {
            tamper_byte(model, 0, 38, 0x42)
        }),
        (Status::CorruptHeader, |model| tamper_byte(model, 0, 48, 0)),
        (Status::CorruptHeader, |model| tamper_byte(model, 0, 48, 17)),
        (Status::CorruptHeader, |model| tamper_byte(model, 0, 49, 1)),
        (Status::BadPointer, |model| tamper_byte(model, 0, 38, 0x52)),
        (Status::DoubleFree, |model| tamper_byte(model, 0, 0, 0xF0)),
    ];
    for (i, (status, tampering)) in cases.into_iter().enumerate() {
        let mut model = listed_arenas(2);
        tampering(&mut model);
        println!("case {i}");
        refused(&mut model, status, |model| free(model, 0, 3));
    }
    // Mark 0: never used, whatever the checksum; released: only with the right checksum.
    let mut model = listed_arenas(2);
    let line = model.header_line(0, 0).unwrap();
    let mut bytes = header(&model, 0).to_bytes();
    bytes[38..40].copy_from_slice(&[0x52, 0x4D]);
    model.memory_mut().poke(line, bytes);
    refused(&mut model, Status::CorruptHeader, |model| free(model, 0, 3));
    bytes[38..40].fill(0);
    model.memory_mut().poke(line, bytes);
    refused(&mut model, Status::BadPointer, |model| free(model, 0, 3));
}

#[test]
fn bits_past_the_last_slot_are_not_checked_and_written_zero() {
    let mut model = listed_arenas(2);
    tamper_byte(&mut model, 0, 31, 0xFF);
    tamper_byte(&mut model, 0, 63, 0xA5);
    assert_eq!(free(&mut model, 0, 3).path, Path::Miss);
    let bytes = header(&model, 0).to_bytes();
    assert_eq!(bytes[..32], [&[0xF0, 0xFF][..], &[0; 30]].concat());
    // A field that the step does not name stays as it was read.
    assert_eq!(bytes[63], 0xA5);
}

#[test]
fn a_corrupt_list_is_left_alone_by_an_allocation() {
    let cases: [fn(&mut Model); 9] = [
        |model| tamper(model, 1, |head| head.set_prev(Some(0))),
        |model| tamper_byte(model, 1, 48, 17),
        |model| tamper_byte(model, 1, 38, 0x52),
        |model| tamper_byte(model, 1, 38, 0x40),
        |model| tamper_byte(model, 1, 32, 3),
        |model| tamper(model, 1, |head| head.set_next(Some(64))),
        |model| tamper(model, 1, |head| head.set_next(Some(1))),
        |model| tamper(model, 0, |next| next.set_prev(None)),
        |model| tamper_byte(model, 0, 36, 2),
    ];
    for (i, tampering) in cases.into_iter().enumerate() {
        println!("case {i}");
        let mut model = listed_arenas(3);
        tampering(&mut model);
        refused(&mut model, Status::CorruptHeader, |model| model.alloc(SIZE));
        // Other classes go on.
        assert_eq!(model.alloc(2 * SIZE).path, Path::New);
    }
}

#[test]
fn links_into_unmapped_pages_are_corrupt() {
    // Class 3's arenas are as many as class 0's; with more than 64 a link can be in the lane and yet unmapped.
    let config = Config::preset("rv32").unwrap();
    let mut model = Model::new(&config);
    for _ in 0..3 * 256 {
        model.alloc(SIZE);
    }
    for number in 0..2 {
        for index in 0..16 {
            free(&mut model, number, index);
        }
    }
    assert_eq!(model.hot(0).unwrap().list_head, Some(1));
    tamper(&mut model, 1, |head| head.set_next(Some(64)));
    let before = model.hot(0);
    assert_eq!(model.alloc(SIZE).response.status, Status::CorruptHeader);
    assert_eq!(model.hot(0), before);
}

#[test]
fn a_push_onto_a_corrupt_list_is_refused() {
    let cases: [fn(&mut Model); 3] = [
        |model| tamper(model, 0, |head| head.set_prev(Some(1))),
        |model| tamper_byte(model, 0, 38, 0x52),
        |model| tamper_byte(model, 0, 37, 1),
    ];
    for (i, tampering) in cases.into_iter().enumerate() {
        println!("case {i}");
        let mut model = full_arenas(3);
        for index in 0..3 {
            free(&mut model, 0, index);
        }
        assert_eq!(free(&mut model, 1, 0).path, Path::Miss);
        assert_eq!(free(&mut model, 1, 1).path, Path::Miss);
        tampering(&mut model);
        refused(&mut model, Status::CorruptHeader, |model| free(model, 1, 2));
    }
}

/// Four arenas listed 3, 2, 1, 0; arena `number` with one object left, in slot 15.
fn nearly_empty(number: u32) -> Model {
    let mut model = listed_arenas(5);
    for index in 3..15 {
        free(&mut model, number, index);
    }
    model
}

#[test]
fn a_release_from_a_corrupt_list_is_refused() {
    let cases: [fn(&mut Model); 9] = [
        |model| tamper(model, 3, |prev| prev.set_next(Some(1))),
        |model| tamper(model, 3, |prev| prev.set_next(None)),
        |model| tamper(model, 1, |next| next.set_prev(Some(3))),
        |model| tamper(model, 2, |here| here.set_prev(None)),
        |model| tamper(model, 2, |here| here.set_prev(Some(64))),
        |model| tamper(model, 2, |here| here.set_next(Some(0xFFFF_FFFE))),
        |model| tamper(model, 2, |here| here.set_next(Some(9))),
        |model| tamper_byte(model, 3, 38, 0x52),
        |model| tamper_byte(model, 1, 33, 1),
    ];
    for (i, tampering) in cases.into_iter().enumerate() {
        println!("case {i}");
        let mut model = nearly_empty(2);
        tampering(&mut model);
        refused(&mut model, Status::CorruptHeader, |model| {
            free(model, 2, 15)
        });
    }
}

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
    // New: the page allocator cannot write the header.
    fail(&mut model, 2, true);
    (0..15).for_each(|_| assert_eq!(model.alloc(SIZE).path, Path::Hit));
    assert_eq!(model.alloc(SIZE).response.status, Status::BusError);
    assert_eq!(model.hot(0).unwrap().arena, Some((2, Bitmap::default())));
    assert_eq!(header(&model, 2).mark(), Mark::NeverUsed);
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

fn refusal(status: Status) -> memento_sim::Response {
    memento_sim::Response { status, value: 0 }
}

#[test]
fn without_frames_there_is_no_memory_until_frames_come() {
    let mut model = Model::with(&tiny(), 0, PageAllocator::with_frames(&tiny(), 1));
    assert_eq!(model.alloc(SIZE).path, Path::New);
    refused(&mut model, Status::NoMemory, |model| model.alloc(2 * SIZE));
    assert_eq!(model.alloc(SIZE).path, Path::Hit);
    model.pages_mut().add_frames(1);
    assert_eq!(model.alloc(2 * SIZE).path, Path::New);
}

#[test]
fn an_exhausted_lane_serves_again_after_a_free() {
    let mut model = full_arenas(64);
    refused(&mut model, Status::NoMemory, |model| model.alloc(SIZE));
    assert_eq!(free(&mut model, 63, 9).path, Path::Hit);
    assert_eq!(model.alloc(SIZE).response.value, address(&model, 63, 9));
    for index in 0..16 {
        free(&mut model, 5, index);
    }
    assert_eq!(model.pages().released(0, 0), [5]);
    assert_eq!(model.alloc(SIZE).response.value, address(&model, 5, 0));
    assert_eq!(model.counters().peak_arenas, 64);
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

#[test]
fn the_invariants_can_fail() {
    type Tampering = fn(&mut Model);
    let broken = |tampering: Tampering| {
        let mut model = listed_arenas(3);
        tampering(&mut model);
        model.check_invariants().unwrap_err()
    };
    assert!(matches!(
        broken(|model| tamper_byte(model, 0, 36, 1)),
        Violation::Header { .. }
    ));
    assert!(matches!(
        broken(|model| tamper_byte(model, 0, 48, 12)),
        Violation::Count { .. }
    ));
    assert!(matches!(
        broken(|model| tamper(model, 1, |head| head.set_next(Some(40)))),
        Violation::List { .. }
    ));
    assert!(matches!(
        broken(|model| tamper(model, 0, |tail| tail.set_next(Some(1)))),
        Violation::List { .. }
    ));
    assert!(matches!(
        broken(|model| tamper(model, 0, |tail| tail.set_prev(None))),
        Violation::List { .. }
    ));
    assert!(matches!(
        broken(|model| tamper(model, 1, |head| head.set_next(None))),
        Violation::Place { .. }
    ));
    let mut model = nearly_empty(2);
    free(&mut model, 2, 15);
    tamper(&mut model, 2, |released| released.set_next(Some(1)));
    assert!(matches!(
        model.check_invariants(),
        Err(Violation::Released { .. })
    ));
}
