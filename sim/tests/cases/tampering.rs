//! Headers that somebody else wrote.

use memento_config::Config;
use memento_sim::{Arena, Header, Model, Path, Status, Violation};

use crate::arenas::{
    SIZE, free, full_arenas, header, listed_arenas, nearly_empty, refused, tamper, tamper_byte,
};

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

/// The largest class of this preset has 16 arenas, and its page of headers room for 64: a forged header past the last
/// arena must not be followed.
#[test]
fn links_past_the_lane_are_corrupt_whatever_is_there() {
    let mut model = Model::new(&Config::preset("rv32").unwrap());
    let arena = |number| Arena {
        class: 63,
        context: 0,
        number,
    };
    let addresses: Vec<u64> = (0..2 * 256)
        .map(|_| model.alloc(512).response.value)
        .collect();
    addresses[..16]
        .iter()
        .for_each(|address| assert_eq!(model.free(*address).response.status, Status::Ok));
    assert_eq!(model.hot(63).unwrap().list_head, Some(0));
    let write = |model: &mut Model, number: u32, header: Header| {
        let line = model.header_line(63, number).unwrap();
        model.memory_mut().poke(line, header.to_bytes());
    };
    let mut head = Header::from_bytes(model.header_bytes(63, 0).unwrap());
    for (forged, status) in [(15, Status::Ok), (16, Status::CorruptHeader)] {
        let mut model = model.clone();
        head.set_next(Some(forged));
        write(&mut model, 0, head);
        let mut next = Header::new(arena(forged));
        next.set_prev(Some(0));
        write(&mut model, forged, next);
        assert_eq!(model.alloc(512).response.status, status);
    }
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
