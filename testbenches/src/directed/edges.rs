//! Limits: lanes that run out, arenas that never were, counters and cores that there are not, ends under way.

use super::os::{Os, allocs, bare_alloc, bare_free, frees};
use crate::system::dram::{FRAME_BYTES, Failing};
use crate::system::hardware::SystemDesign;
use memento_config::Config;
use memento_sim::{Arena, Slot, Status};

const PROCESS: u32 = 1;
/// Codes of commands, and of the status that refuses a DESTROY while another is under way.
const DESTROY: u32 = 2;
const ATTACH: u32 = 7;
const DETACH: u32 = 8;
const BUSY: u32 = 10;
/// More frames than any program here needs.
const FRAMES: u64 = 200;

/// Every arena of a class is allocated, and one more; then some are given back and are to be had again.
pub fn a_lane_that_runs_out(config: &Config, design: &SystemDesign) {
    let mut os = Os::new(config, design, FRAMES);
    os.create(PROCESS);
    os.attach(0, PROCESS, 0);
    let size = u64::from(config.size_step_bytes());
    let per_arena = config.objects_per_arena() as usize;
    let all = os.bench.model.geometry().arenas(0) as usize * per_arena;
    os.run(0, PROCESS, allocs(0..all, size));
    for refused in 1..=2 {
        os.run(0, PROCESS, bare_alloc(size));
        assert_eq!(os.answered(0, Status::NoMemory), refused);
    }
    os.compare();
    // The first arenas come back, and are all that there is.
    os.run(0, PROCESS, frees(0..3 * per_arena));
    os.run(0, PROCESS, allocs(all..all + 3 * per_arena, size));
    os.run(0, PROCESS, bare_alloc(size));
    assert_eq!(os.answered(0, Status::NoMemory), 3);
    os.compare();
    // Other classes are none the worse for it.
    os.run(0, PROCESS, allocs(2 * all..2 * all + 4, 2 * size));
    os.destroy(PROCESS);
    os.compare();
}

/// Slots of arenas that nobody was ever given are freed, with the page of their headers mapped, and without.
pub fn arenas_that_never_were(config: &Config, design: &SystemDesign) {
    let mut os = Os::new(config, design, FRAMES);
    os.create(PROCESS);
    os.attach(0, PROCESS, 0);
    os.run(0, PROCESS, allocs(0..40, config.size_step_bytes().into()));
    let mut refused = 0;
    for class in 0..config.classes() {
        let last = os.bench.model.geometry().arenas(class) - 1;
        for number in [last / 2, last] {
            let arena = Arena {
                class,
                context: 0,
                number,
            };
            let address = os
                .bench
                .model
                .geometry()
                .slot_address(Slot { arena, index: 3 });
            os.run(0, PROCESS, bare_free(address));
            refused += 1;
            assert_eq!(os.answered(0, Status::BadPointer), refused, "{arena:?}");
        }
    }
    os.compare();
    os.destroy(PROCESS);
}

/// A free of an object whose context another core runs finds its arena's header unreadable, tampered with, and another
/// arena's.
pub fn frees_elsewhere_of_bad_headers(config: &Config, design: &SystemDesign) {
    let mut os = Os::new(config, design, FRAMES);
    os.create(PROCESS);
    os.attach(0, PROCESS, 0);
    os.attach(1, PROCESS, 1);
    let size = u64::from(config.size_step_bytes());
    let per_arena = config.objects_per_arena() as usize;
    os.run(1, PROCESS, allocs(0..3 * per_arena, size));
    // Headers that are on chip aren't read again.
    os.detach(1);
    os.attach(1, PROCESS, 1);
    let arena = |number| Arena {
        class: 0,
        context: 1,
        number,
    };
    let (hardware, model) = os.headers(PROCESS, arena(0));
    let object = os.address(PROCESS, 7);
    os.fail(hardware, model.byte_address(), true, false);
    os.run(0, PROCESS, bare_free(object));
    assert_eq!(os.answered(0, Status::BusError), 1);
    os.fail(hardware, model.byte_address(), false, false);
    let was = os.poke(hardware, model.byte_address(), 0);
    os.poke(hardware, model.byte_address(), was ^ 1 << 9);
    os.run(0, PROCESS, bare_free(object));
    assert_eq!(os.answered(0, Status::CorruptHeader), 1);
    os.poke(hardware, model.byte_address(), was);
    // The header of the arena beside it, checksum and all.
    let (_, other) = os.headers(PROCESS, arena(1));
    let header = os.bench.model.memory().peek(other);
    let before: Vec<u64> = (0..8)
        .map(|word| {
            let bytes = std::array::from_fn(|byte| header[8 * word + byte]);
            let at = 8 * word as u64;
            os.poke(
                hardware + at,
                model.byte_address() + at,
                u64::from_le_bytes(bytes),
            )
        })
        .collect();
    os.run(0, PROCESS, bare_free(object));
    assert_eq!(os.answered(0, Status::CorruptHeader), 2);
    for (word, was) in (0..).zip(before) {
        os.poke(hardware + 8 * word, model.byte_address() + 8 * word, was);
    }
    os.run(0, PROCESS, bare_free(object));
    os.compare();
    os.destroy(PROCESS);
    os.compare();
}

/// The mailbox of a context that is to run can't be read: it runs all the same, and that is told. The model has mailboxes
/// that can always be read, so it isn't asked.
pub fn a_mailbox_that_cannot_be_read(config: &Config, design: &SystemDesign) {
    let mut os = Os::new(config, design, FRAMES);
    os.create(PROCESS);
    os.attach(0, PROCESS, 0);
    os.run(0, PROCESS, allocs(0..4, config.size_step_bytes().into()));
    os.detach(0);
    let layout = os.bench.layout();
    let array = layout.base + (layout.frames - 1) * FRAME_BYTES;
    let freed = [os.address(PROCESS, 1)];
    let filled = os.bench.fill_mailbox((PROCESS, 0), array, &freed);
    filled.unwrap_or_else(|error| panic!("{error}"));
    let offset = os.bench.read_registers(&["mailboxes_offset"]);
    let offset = offset.unwrap_or_else(|error| panic!("{error}"))[0];
    let mailbox = layout.descriptor(PROCESS) + u64::from(offset);
    let mut attach = |reads: bool| {
        let failing = Failing {
            reads,
            writes: false,
        };
        os.bench.machine.dram.fail(mailbox, failing);
        let selected = [("command_core", 0), ("command_context", 0)];
        let written = os.bench.write_registers(&selected);
        written.unwrap_or_else(|error| panic!("{error}"));
        let status = os.status(ATTACH, PROCESS, 0);
        assert_eq!(os.status(DETACH, PROCESS, 0), 0);
        status
    };
    assert_eq!(attach(true), u32::from(Status::BusError.code()));
    assert_eq!(attach(false), 0);
}

/// Counters beyond the last, of blocks that there are not; states of cores that there are not.
pub fn counters_that_there_are_not(config: &Config, design: &SystemDesign) {
    let mut os = Os::new(config, design, FRAMES);
    os.create(PROCESS);
    os.attach(0, PROCESS, 0);
    os.run(0, PROCESS, allocs(0..40, config.size_step_bytes().into()));
    os.run(0, PROCESS, frees(0..20));
    let cores = config.cores();
    let mut read = |selected: &[(&str, u32)], name: &str| {
        let written = os.bench.write_registers(selected);
        written.unwrap_or_else(|error| panic!("{error}"));
        let read = os.bench.read_registers(&[name]);
        read.unwrap_or_else(|error| panic!("{error}"))[0]
    };
    for block in 0..16 {
        let mut counted = 0;
        for index in 0..64 {
            let selected = [("counter_block", block), ("counter_index", index)];
            let count = read(&selected, "counter_lo");
            counted += u32::from(count > 0);
            // As the lists in `docs/registers.md` have it.
            let last = match block {
                block if block < cores => 32,
                block if block == cores => 26,
                _ => 0,
            };
            assert!(
                index < last || count == 0,
                "block {block}, counter {index}: {count}"
            );
        }
        // The bypass's are another module's, which nobody connects here.
        assert_eq!(counted > 0, block == 0 || block == cores, "block {block}");
    }
    for mark in [0, 5, 150, 2047, 2048, u32::MAX] {
        let marks = [("pool_low_mark", mark), ("pool_high_mark", mark)];
        assert_eq!(read(&marks, "pool_high_mark"), mark);
    }
    for core in 0..8 {
        let state = read(&[("core_select", core)], "core_state");
        assert_eq!(state & 1, u32::from(core == 0), "core {core}");
        assert!(core < cores || state == 0, "core {core}: {state:#x}");
    }
    for process in 0..config.processes() + 2 {
        let state = read(&[("process_select", process)], "process_state");
        assert_eq!(state != 0, process == PROCESS, "process {process}");
    }
    os.compare();
}

/// A process is to be ended while another is being ended.
pub fn two_ends_at_once(config: &Config, design: &SystemDesign) {
    let mut os = Os::new(config, design, FRAMES);
    let other = 1 - PROCESS;
    os.create(other);
    os.create(PROCESS);
    os.attach(0, PROCESS, 0);
    for class in 0..config.classes() as usize {
        let size = u64::from(config.size_step_bytes()) * (class as u64 + 1);
        os.run(0, PROCESS, allocs(60 * class..60 * class + 60, size));
    }
    os.detach(0);
    os.bench.model.destroy(PROCESS);
    assert_eq!(os.status(DESTROY, PROCESS, 0), 0);
    assert_eq!(os.status(DESTROY, other, 0), BUSY);
    // Frames go to the pool from both sides.
    os.lend(40);
    loop {
        let read = os.bench.read_registers(&["destroy_status"]);
        let status = read.unwrap_or_else(|error| panic!("{error}"))[0];
        if status & 2 != 0 {
            assert_eq!(
                status >> 8 & 15,
                0,
                "the first ends as if nothing had been asked"
            );
            break;
        }
    }
    for tlb in &mut os.bench.machine.tlbs {
        tlb.forget_process(PROCESS);
    }
    os.destroy(other);
    os.compare();
}
