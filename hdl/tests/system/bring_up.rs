//! The whole system from reset to reset: frames, processes, contexts, objects, and all given back.

use super::board::Board;
use super::setting;
use memento_config::Config;
use std::collections::{BTreeMap, BTreeSet};

// Commands and statuses, as the registers' documentation numbers them.
const CREATE: u64 = 1;
const DESTROY: u64 = 2;
const PUSH: u64 = 3;
const TAKE: u64 = 4;
const ATTACH: u64 = 7;
const DETACH: u64 = 8;
const OK: u64 = 0;
const BAD_POINTER: u64 = 4;
const DOUBLE_FREE: u64 = 5;
const FOREIGN_CONTEXT: u64 = 6;
const NOT_ENABLED: u64 = 8;

/// Frames that the operating system lends.
const FRAMES: u64 = 96;
/// Process that is used.
const PROCESS: u64 = 1;

fn board(preset: &str, cores: u32, data_bits: u32, entries: u32, seed: u64) -> Board {
    let preset = Config::preset(preset).unwrap_or_else(|errors| panic!("{errors}"));
    let mut settings = preset.settings().clone();
    settings.system.cores = cores;
    settings.system.data_bits = data_bits;
    settings.bypass.entries = entries;
    let config = Config::new(&settings, "board").unwrap_or_else(|errors| panic!("{errors}"));
    Board::new(&config, seed)
}

#[test]
fn one_core() {
    life(board("tiny", 1, 64, 4, setting("SYSTEM_SEED", 1)), 1);
}

#[test]
fn two_cores() {
    life(board("tiny", 2, 128, 4, setting("SYSTEM_SEED", 2)), 2);
}

#[test]
fn one_core_that_zeroes_frames() {
    life(board("tiny", 1, 64, 0, setting("SYSTEM_SEED", 3)), 1);
}

#[test]
fn three_cores_of_the_default_sizes() {
    life(board("default", 3, 64, 64, setting("SYSTEM_SEED", 4)), 3);
}

fn life(mut board: Board, cores: usize) {
    board.write("control", 1);
    board.write("core_enable", (1 << cores) - 1);
    assert_eq!(board.read("cores"), cores as u64);
    let base = board.geometry.memory_base as u64;
    assert_eq!(board.command(PUSH, 0, base + 1), BAD_POINTER);
    let first = base + 0x10_0000;
    for frame in 0..FRAMES {
        let address = first + (frame << 12);
        // Whatever the operating system had in it.
        board.poke(address + 64 * (frame % 64), !frame);
        assert_eq!(board.command(PUSH, 0, address), OK, "frame {frame}");
    }
    board.await_register("pool_level", |level| level == FRAMES);
    assert_eq!(board.command(PUSH, 0, first), BAD_POINTER, "lent already");
    println!("{FRAMES} frames pushed by cycle {}", board.cycle);
    for round in 0..2 {
        process(&mut board, cores, base + (round << 16), first);
        println!("round {round} ends in cycle {}", board.cycle);
    }
    assert_eq!(board.command(TAKE, 0, 0), OK);
    let taken = board.read("result_lo");
    assert!((first..first + (FRAMES << 12)).contains(&taken));
    assert_eq!(board.read("pool_level"), FRAMES - 1);
    assert_eq!(board.read("error_count"), 0);
}

/// A process's life; afterwards everything is as before.
fn process(board: &mut Board, cores: usize, descriptor: u64, first: u64) {
    assert_eq!(board.switch(ATTACH, 0, PROCESS, 0), NOT_ENABLED);
    assert_eq!(board.alloc(0, 8)[0], NOT_ENABLED);
    assert_eq!(board.command(CREATE, PROCESS, descriptor + 64), BAD_POINTER);
    assert_eq!(board.command(CREATE, PROCESS, descriptor), OK);
    assert_eq!(board.command(CREATE, PROCESS, descriptor), NOT_ENABLED);
    for core in 0..cores {
        assert_eq!(board.switch(ATTACH, core, PROCESS, core as u64), OK);
    }
    println!("attached by cycle {}", board.cycle);

    // Objects come and go; each page of them has a frame of its own.
    let mut alive: Vec<(usize, u64, u64)> = Vec::new();
    let mut frames: BTreeMap<u64, u64> = BTreeMap::new();
    for step in 0..400 {
        let core = board.below(cores as u64) as usize;
        let shrinks = alive.len() > 120 || step > 300;
        if !alive.is_empty() && board.below(4) < if shrinks { 3 } else { 1 } {
            let place = board.below(alive.len() as u64) as usize;
            let (_, address, _) = alive.swap_remove(place);
            // By whichever core: the owner's own, or forwarded to it.
            assert_eq!(
                board.free(core, address),
                OK,
                "step {step}: {address:#x} by {core}"
            );
        } else {
            let size = 1 + board.below(32);
            let [status, address] = board.alloc(core, size);
            assert_eq!(status, OK, "step {step}: {size} bytes on {core}");
            let apart = |(_, other, bytes): &(usize, u64, u64)| {
                address + size <= *other || other + bytes <= address
            };
            assert!(
                alive.iter().all(apart),
                "step {step}: {address:#x} overlaps"
            );
            alive.push((core, address, size));
        }
    }
    println!("{} objects alive in cycle {}", alive.len(), board.cycle);
    for (core, address, _) in &alive {
        let [status, frame] = board.translate(*core, PROCESS, *address);
        assert_eq!(status, OK, "{address:#x}");
        let known = *frames.entry(address >> 12).or_insert(frame);
        assert_eq!(known, frame, "{address:#x}");
        assert!((first >> 12..(first >> 12) + FRAMES).contains(&frame));
        for line in 0..64 {
            assert_eq!(
                board.line(frame << 12 | line << 6),
                [0; 8],
                "frame {frame:#x}"
            );
        }
    }
    let distinct: BTreeSet<u64> = frames.values().copied().collect();
    assert_eq!(distinct.len(), frames.len(), "a frame of two pages");
    let [status, _] = board.translate(0, PROCESS, 0x100_0000);
    assert_ne!(status, OK, "outside of the region");

    // An object whose context runs nowhere, and its mailbox.
    let (owner, object, _) = *alive.last().expect("one that is alive");
    assert_eq!(board.switch(DETACH, owner, 0, 0), OK);
    let other = (owner + 1) % cores;
    if cores > 1 {
        assert_eq!(board.free(other, object), FOREIGN_CONTEXT);
    }
    assert_eq!(board.free(owner, object), NOT_ENABLED);
    let g = board.geometry.clone();
    let mailbox = descriptor + g.mailboxes_offset() as u64 + 16 * owner as u64;
    let letters = g.memory_base as u64 + 0x8_0000;
    board.poke(letters, object);
    board.poke(mailbox, letters);
    board.poke(mailbox + 8, 1);
    assert_eq!(board.switch(ATTACH, owner, PROCESS, owner as u64), OK);
    assert_eq!(
        board.line(mailbox)[(mailbox >> 3 & 7) as usize + 1],
        0,
        "drained"
    );
    assert_eq!(board.free(owner, object), DOUBLE_FREE);
    alive.pop();

    // Both at once, each an object of the other's.
    if cores > 1 {
        let of = |core| {
            alive
                .iter()
                .find(|(owner, ..)| *owner == core)
                .expect("one")
                .1
        };
        let (mine, yours) = (of(0), of(1));
        board.request(0, 1, yours);
        board.request(1, 1, mine);
        assert_eq!([board.response(0)[0], board.response(1)[0]], [OK, OK]);
        alive.retain(|(_, address, _)| ![mine, yours].contains(address));
        // Core 1's counters: frees of other cores.
        assert!(board.counter(1, 25) > 0, "inbox frees");
    }

    // The rest dies with the process; core 0 is still attached.
    for core in 1..cores {
        assert_eq!(board.switch(DETACH, core, 0, 0), OK);
    }
    assert!(board.read("pool_level") < FRAMES);
    assert_eq!(board.command(DESTROY, PROCESS, 0), OK);
    let done = board.await_register("destroy_status", |status| status >> 1 & 1 == 1);
    assert_eq!(done >> 8 & 15, OK);
    board.await_register("pool_level", |level| level == FRAMES);
    assert_eq!(board.alloc(0, 8)[0], NOT_ENABLED);
    board.write("process_select", PROCESS);
    assert_eq!(board.read("process_state"), 0);
}
