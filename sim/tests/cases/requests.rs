//! Refusals that need no header, and memory that runs out.

use memento_config::Config;
use memento_sim::{Arena, Header, Model, PageAllocator, Path, Slot, Status};

use crate::arenas::{SIZE, address, free, full_arenas, listed_arenas, refused, tiny};

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
