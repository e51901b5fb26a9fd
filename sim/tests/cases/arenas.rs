//! Arenas to start from, ways to tamper with them, and what a refusal is.

use memento_config::Config;
use memento_sim::{Arena, Header, HotView, Model, Outcome, Path, Slot, Status};

/// Class 0: objects of 8 bytes.
pub const SIZE: u64 = 8;
pub const OBJECTS: u32 = 16;

pub fn tiny() -> Config {
    Config::preset("tiny").unwrap()
}

/// A model whose class 0 has arenas 0 to `arenas - 1`, all full, the last one in the HOT.
pub fn full_arenas(arenas: u32) -> Model {
    let mut model = Model::new(&tiny());
    for _ in 0..arenas * OBJECTS {
        assert_eq!(model.alloc(SIZE).response.status, Status::Ok);
    }
    model
}

/// As [`full_arenas`], with the arenas before the last on the list, the last of them at its head.
pub fn listed_arenas(arenas: u32) -> Model {
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

pub fn address(model: &Model, number: u32, index: u32) -> u64 {
    model.geometry().slot_address(Slot {
        arena: Arena {
            class: 0,
            context: 0,
            number,
        },
        index,
    })
}

pub fn free(model: &mut Model, number: u32, index: u32) -> Outcome {
    model.free(address(model, number, index))
}

pub fn header(model: &Model, number: u32) -> Header {
    Header::from_bytes(model.header_bytes(0, number).unwrap())
}

/// Changes a header and makes its checksum right again.
pub fn tamper(model: &mut Model, number: u32, change: impl FnOnce(&mut Header)) {
    let line = model.header_line(0, number).unwrap();
    let mut header = header(model, number);
    change(&mut header);
    header.seal();
    model.memory_mut().poke(line, header.to_bytes());
}

pub fn tamper_byte(model: &mut Model, number: u32, at: usize, value: u8) {
    tamper(model, number, |header| {
        let mut bytes = header.to_bytes();
        bytes[at] = value;
        *header = Header::from_bytes(bytes);
    });
}

/// Everything that an error must leave alone.
#[derive(Debug, PartialEq)]
pub struct State {
    hot: Vec<Option<HotView>>,
    headers: Vec<Option<[u8; 64]>>,
    placement_hash: u64,
    live_arenas: u64,
    cursor: u32,
}

impl State {
    pub fn of(model: &Model) -> Self {
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
pub fn refused(model: &mut Model, status: Status, operation: impl FnOnce(&mut Model) -> Outcome) {
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

/// Four arenas listed 3, 2, 1, 0; arena `number` with one object left, in slot 15.
pub fn nearly_empty(number: u32) -> Model {
    let mut model = listed_arenas(5);
    for index in 3..15 {
        free(&mut model, number, index);
    }
    model
}
