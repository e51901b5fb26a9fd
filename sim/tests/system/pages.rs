//! Frames, page tables, arenas, commands.

use memento_config::Config;
use memento_sim::{Header, Mark, Path, Record, Status, SystemModel};

use crate::machine::{
    LENT, MEMORY, MPTR, OBJECTS, SIZE, address, arena, fill, frees, idle, running, sound, tiny,
};

#[test]
fn the_first_arena_takes_a_table_and_a_page_of_headers() {
    for frames in 0..2 {
        let mut model = running(frames);
        assert_eq!(model.alloc(0, SIZE).response.status, Status::NoMemory);
        assert_eq!(model.pool_level(), frames);
        assert_eq!(model.record(0, 0, 0), Some(Record::default()));
        sound(&model);
    }
    let mut model = running(2);
    assert_eq!(model.alloc(0, SIZE).path, Path::New);
    let usage = model.process_usage(0).unwrap();
    assert_eq!(
        (usage.frames, usage.table_frames, usage.header_pages),
        (2, 1, 1)
    );
    // The next of the same 64 arenas takes none, another class takes a page of headers.
    fill(&mut model, 0, OBJECTS);
    assert_eq!(model.alloc(0, 2 * SIZE).response.status, Status::NoMemory);
    sound(&model);
}

#[test]
fn entries_have_the_bits_of_the_privileged_specification() {
    let mut model = running(8);
    let object = fill(&mut model, 0, 1)[0];
    assert_eq!(model.translate(0, object).status, Status::Ok);
    let word = |at: u64| {
        let line = model.memory().peek(memento_sim::Line::of_byte_address(at));
        let at = (at % 64) as usize;
        u32::from_le_bytes(line[at..at + 4].try_into().unwrap())
    };
    let root = model.entry_address(0, 1, object).unwrap();
    assert_eq!(
        (root % 4096, word(root) & 0x3FF),
        ((object >> 22) * 4, 0x01)
    );
    let leaf = model.entry_address(0, 0, object).unwrap();
    assert_eq!(leaf >> 12, u64::from(word(root) >> 10));
    assert_eq!(
        (leaf % 4096, word(leaf) & 0x3FF),
        ((object >> 12 & 0x3FF) * 4, 0xD7)
    );
    assert_eq!(
        model.physical(0, object).unwrap() >> 12,
        u64::from(word(leaf) >> 10)
    );
    let header = model.geometry().header_address(arena(0, 0, 0));
    assert_eq!(
        word(model.entry_address(0, 0, header).unwrap()) & 0x3FF,
        0xC7
    );
}

#[test]
fn translations_map_what_is_in_use_and_nothing_else() {
    // Class 4 of the default has three pages in a stride of four.
    let mut model = idle(&Config::preset("default").unwrap(), 16);
    let base = address(&model, arena(4, 0, 0), 0);
    assert_eq!(model.translate(0, base).status, Status::BadPointer);
    assert_eq!(model.translate(9, base).status, Status::NotEnabled);
    let header = model.geometry().header_address(arena(4, 0, 0));
    assert_eq!(model.translate_header(0, header).status, Status::BadPointer);
    let grant = model.alloc_arena(0, 4, 0).unwrap();
    assert_eq!((model.pool_level(), grant.arena), (13, arena(4, 0, 0)));
    let page = model.translate_header(0, header);
    assert_eq!((page.status, page.permissions), (Status::Ok, 6));
    assert_eq!(
        grant.line.byte_address(),
        (page.frame << 12) + header % 4096
    );
    for page in 0..3 {
        let answer = model.translate(0, base + page * 4096 + 77);
        assert_eq!((answer.status, answer.permissions), (Status::Ok, 7));
        assert_eq!(model.translate(0, base + page * 4096), answer);
    }
    let statistics = model.statistics();
    assert_eq!(
        (
            statistics.repairs,
            statistics.header_pages,
            statistics.table_frames
        ),
        (3, 1, 4)
    );
    for fault in [base + 3 * 4096, base + 4 * 4096, header, 0, u64::MAX] {
        assert_eq!(model.translate(0, fault).status, Status::BadPointer);
    }
    assert_eq!(model.translate_header(0, base).status, Status::BadPointer);
    let usage = model.class_usage()[4];
    assert_eq!(
        (usage.arenas, usage.live_bytes, usage.resident_bytes),
        (1, 0, 3 * 4096)
    );
    model.check_frames().unwrap();
}

#[test]
fn a_released_arena_leaves_its_header_alone() {
    let mut model = running(16);
    let objects = fill(&mut model, 0, 3 * OBJECTS);
    let before = model.pool_level();
    for object in [0, 16, 32] {
        assert_eq!(model.translate(0, objects[object]).status, Status::Ok);
    }
    frees(&mut model, 0, &objects[..16], Path::Release);
    frees(&mut model, 0, &objects[16..32], Path::Release);
    assert_eq!(model.pool_level(), before - 1);
    assert_eq!(model.physical(0, objects[0]), None);
    let record = model.record(0, 0, 0).unwrap();
    assert_eq!((record.next_arena, record.released), (3, Some(1)));
    let header = Header::from_bytes(model.header_bytes(0, arena(0, 0, 1)).unwrap());
    assert_eq!(
        (header.mark(), header.next(), header.count()),
        (Mark::Released, Some(0), 0)
    );
    assert_eq!(model.translate(0, objects[0]).status, Status::BadPointer);
    sound(&model);
    let again = fill(&mut model, 0, 2 * OBJECTS);
    assert_eq!((again[0], again[16]), (objects[16], objects[0]));
    assert_eq!(model.record(0, 0, 0).unwrap().released, None);
    sound(&model);
}

/// The last page's frame had data of the program's; what is mapped in its place reads as zero.
#[test]
fn a_frame_that_is_granted_again_reads_as_zero() {
    let mut model = running(3);
    let objects = fill(&mut model, 0, 2 * OBJECTS);
    let at = |model: &SystemModel, object| {
        memento_sim::Line::of_byte_address(model.physical(0, object).unwrap())
    };
    assert_eq!(model.translate(0, objects[0]).status, Status::Ok);
    let line = at(&model, objects[0]);
    model.memory_mut().poke(line, [0xA5; 64]);
    assert_eq!(model.translate(0, objects[16]).status, Status::NoMemory);
    frees(&mut model, 0, &objects[..16], Path::Release);
    assert_eq!(model.translate(0, objects[16]).status, Status::Ok);
    assert_eq!(at(&model, objects[16]), line);
    assert_eq!(model.memory().peek(line), [0; 64]);
}

#[test]
fn a_quota_is_a_pool_of_ones_own() {
    let mut model = running(16);
    assert_eq!(model.set_quota(0, 2), Status::Ok);
    assert_eq!(model.set_quota(2, 2), Status::BadPointer);
    let object = fill(&mut model, 0, 1)[0];
    assert_eq!(model.translate(0, object).status, Status::NoMemory);
    assert_eq!(model.alloc(0, 2 * SIZE).response.status, Status::NoMemory);
    assert_eq!(model.set_quota(0, 3), Status::Ok);
    assert_eq!(model.translate(0, object).status, Status::Ok);
    assert_eq!(model.alloc(0, 2 * SIZE).response.status, Status::NoMemory);
    assert_eq!(model.set_quota(0, 0), Status::Ok);
    assert_eq!(model.alloc(0, 2 * SIZE).path, Path::New);
    sound(&model);
}

#[test]
fn commands_are_refused_by_the_rules() {
    let mut model = SystemModel::new(&tiny());
    for bad in [0, MEMORY - 4096, MEMORY + 0x40_0000, LENT + 64] {
        assert_eq!(model.push(bad), Status::BadPointer);
    }
    assert_eq!(model.push(LENT), Status::Ok);
    assert_eq!(model.push(LENT), Status::BadPointer);
    // Three frames a descriptor.
    for bad in [
        MEMORY + 64,
        MEMORY + 0x40_0000 - 2 * 4096,
        LENT - 2 * 4096,
        LENT,
        0,
    ] {
        assert_eq!(model.create(0, bad), Status::BadPointer, "{bad:#x}");
    }
    assert_eq!(model.create(0, LENT - 3 * 4096), Status::Ok);
    assert_eq!(model.create(0, MEMORY), Status::NotEnabled);
    assert_eq!(model.create(2, MEMORY), Status::BadPointer);
    assert_eq!(model.create(1, LENT - 5 * 4096), Status::BadPointer);
    assert_eq!(model.push(LENT - 4096), Status::BadPointer);
    assert_eq!(
        (model.take(), model.taken(LENT), model.taken(LENT)),
        (Status::Ok, true, false)
    );
    assert_eq!(model.take(), Status::NoMemory);
    assert_eq!(model.push(LENT), Status::Ok);
    assert_eq!(model.destroy(1), Status::NotEnabled);
    assert_eq!(model.destroy(0), Status::Ok);
    assert_eq!(model.destroy(0), Status::NotEnabled);
    assert_eq!(model.push(LENT - 4096), Status::Ok);
    sound(&model);
}

#[test]
fn a_destroyed_process_leaves_nothing() {
    let mut model = running(64);
    let before = model.pool_level();
    for class in 1..=4 {
        for _ in 0..20 {
            let object = model.alloc(0, class * SIZE).response.value;
            assert_eq!(model.translate(0, object).status, Status::Ok);
        }
    }
    assert!(model.pool_level() < before - 8);
    sound(&model);
    assert_eq!(model.destroy(0), Status::Ok);
    assert_eq!((model.pool_level(), model.running(0)), (before, None));
    assert_eq!(model.alloc(0, SIZE).response.status, Status::NotEnabled);
    sound(&model);
    assert_eq!(model.create(0, MPTR[0]), Status::Ok);
    assert_eq!(model.attach(0, 0, 0), Ok(Status::Ok));
    assert_eq!(model.alloc(0, SIZE).path, Path::New);
    sound(&model);
}

#[test]
fn a_lane_ends() {
    let mut model = running(16);
    fill(&mut model, 0, 64 * OBJECTS);
    let level = model.pool_level();
    assert_eq!(model.alloc(0, SIZE).response.status, Status::NoMemory);
    assert_eq!(
        (
            model.pool_level(),
            model.record(0, 0, 0).unwrap().next_arena
        ),
        (level, 64)
    );
    sound(&model);
}

/// The same program with pools of every size: the frames that a step needs are counted from outside, and the step
/// fails exactly when there are fewer.
#[test]
fn memory_runs_out_exactly_when_it_does() {
    for config in [tiny(), Config::preset("default").unwrap()] {
        let classes = u64::from(config.classes().min(4));
        let mut refused = 0;
        for frames in 0..=18 {
            let mut model = idle(&config, frames);
            assert_eq!(model.attach(0, 0, 0), Ok(Status::Ok));
            for round in 0..3 * u64::from(config.objects_per_arena()) {
                for class in 0..classes {
                    let size = (class + 1) * SIZE;
                    let outcome = model.alloc(0, size);
                    let object = outcome.response.value;
                    if outcome.response.status != Status::Ok {
                        let record = model.record(0, class as u32, 0).unwrap();
                        let next = arena(class as u32, 0, record.next_arena);
                        let header = model.geometry().header_address(next);
                        assert_eq!(outcome.response.status, Status::NoMemory);
                        assert!(missing(&config, &model, header) > model.pool_level());
                        refused += 1;
                        continue;
                    }
                    let (need, level) = (missing(&config, &model, object), model.pool_level());
                    let status = model.translate(0, object).status;
                    assert_eq!(
                        status == Status::Ok,
                        need <= level,
                        "{frames} frames, round {round}"
                    );
                    let left = if status == Status::Ok {
                        level - need
                    } else {
                        level
                    };
                    assert_eq!(model.pool_level(), left);
                }
                if round % 16 == 0 {
                    sound(&model);
                }
            }
            assert_eq!(model.destroy(0), Status::Ok);
            assert_eq!(model.pool_level(), frames);
            sound(&model);
        }
        assert!(refused > 0);
    }
}

/// Frames that a page still needs: itself and the tables on the way.
fn missing(config: &Config, model: &SystemModel, address: u64) -> u64 {
    let levels = if config.virtual_bits() == 32 { 2 } else { 3 };
    let tables = (0..levels).filter(|level| model.entry_address(0, *level, address).is_none());
    tables.count() as u64 + u64::from(model.physical(0, address).is_none())
}
