//! Memory that answers with errors or was tampered with.

use memento_sim::{Header, Line, Mark, Path, Status, SystemModel};

use crate::machine::{MEMORY, OBJECTS, SIZE, arena, fill, frees, running, sound};

fn header_line(model: &SystemModel, number: u32) -> Line {
    model.header_line(0, arena(0, 0, number)).unwrap()
}

#[test]
fn a_class_that_cannot_be_loaded_stays_unknown() {
    let mut model = running(16);
    let objects = fill(&mut model, 0, OBJECTS + 1);
    assert_eq!(model.detach(0), Ok(Status::Ok));
    assert_eq!(model.attach(0, 0, 0), Ok(Status::Ok));
    let refused = |model: &mut SystemModel, status| {
        assert_eq!(model.alloc(0, SIZE).response.status, status);
        assert_eq!(model.free(0, objects[0]).response.status, status);
        assert_eq!(model.hot(0, 0), None);
    };
    let line = header_line(&model, 1);
    let intact = model.memory().peek(line);
    model.memory_mut().poke(line, [0x5A; 64]);
    refused(&mut model, Status::CorruptHeader);
    let released = Header::released(arena(0, 0, 1), None);
    model.memory_mut().poke(line, released.to_bytes());
    refused(&mut model, Status::CorruptHeader);
    model.memory_mut().poke(line, intact);
    let record = Line::of_byte_address(model.record_address(0, 0, 0).unwrap());
    for failing in [line, record] {
        model.memory_mut().fail_reads(failing, true);
        refused(&mut model, Status::BusError);
        model.memory_mut().fail_reads(failing, false);
    }
    // A record that names an arena past the lane.
    let at = record.byte_address() + 8;
    model
        .memory_mut()
        .poke_bytes(at, &(1u32 << 31 | 64).to_le_bytes());
    refused(&mut model, Status::CorruptHeader);
    model
        .memory_mut()
        .poke_bytes(at, &(1u32 << 31 | 1).to_le_bytes());
    assert_eq!(model.alloc(0, SIZE).path, Path::Hit);
    sound(&model);
}

/// What happens to a line behind the model's back.
type Tampering = fn(&mut SystemModel, Line);

#[test]
fn a_corrupt_head_of_the_released_arenas_is_left_alone() {
    let tamperings: [(Tampering, Status); 3] = [
        (
            |model, line| {
                model
                    .memory_mut()
                    .poke(line, Header::new(arena(0, 0, 0)).to_bytes())
            },
            Status::CorruptHeader,
        ),
        (
            |model, line| {
                model
                    .memory_mut()
                    .poke(line, Header::released(arena(0, 0, 1), None).to_bytes())
            },
            Status::CorruptHeader,
        ),
        (
            |model, line| model.memory_mut().fail_reads(line, true),
            Status::BusError,
        ),
    ];
    for (tampering, answer) in tamperings {
        let mut model = running(16);
        let objects = fill(&mut model, 0, 2 * OBJECTS);
        frees(&mut model, 0, &objects[..16], Path::Release);
        let line = header_line(&model, 0);
        tampering(&mut model, line);
        let before = (model.record(0, 0, 0), model.hot(0, 0));
        assert_eq!(model.alloc(0, SIZE).response.status, answer);
        assert_eq!((model.record(0, 0, 0), model.hot(0, 0)), before);
        model.memory_mut().fail_reads(line, false);
        model
            .memory_mut()
            .poke(line, Header::released(arena(0, 0, 0), None).to_bytes());
        assert_eq!(model.alloc(0, SIZE).response.value, objects[0]);
        sound(&model);
    }
    // The link of an intact one is looked at when its turn comes.
    let mut model = running(16);
    let objects = fill(&mut model, 0, 2 * OBJECTS);
    frees(&mut model, 0, &objects[..16], Path::Release);
    let line = header_line(&model, 0);
    model
        .memory_mut()
        .poke(line, Header::released(arena(0, 0, 0), Some(64)).to_bytes());
    fill(&mut model, 0, OBJECTS);
    assert_eq!(model.alloc(0, SIZE).response.status, Status::CorruptHeader);
}

#[test]
fn entries_that_cannot_be_written_take_no_frames() {
    let mut model = running(16);
    let root = model.entry_address(0, 1, 0x4000_0000).unwrap();
    model
        .memory_mut()
        .fail_writes(Line::of_byte_address(root), true);
    assert_eq!(model.alloc(0, SIZE).response.status, Status::BusError);
    assert_eq!(model.pool_level(), 16);
    model
        .memory_mut()
        .fail_writes(Line::of_byte_address(root), false);
    let object = fill(&mut model, 0, 1)[0];
    let leaf = Line::of_byte_address(model.entry_address(0, 0, object).unwrap());
    model.memory_mut().fail_writes(leaf, true);
    assert_eq!(model.translate(0, object).status, Status::BusError);
    assert_eq!(model.pool_level(), 14);
    model.memory_mut().fail_writes(leaf, false);
    model.memory_mut().fail_reads(leaf, true);
    assert_eq!(model.translate(0, object).status, Status::BusError);
    model.memory_mut().fail_reads(leaf, false);
    let header = header_line(&model, 0);
    model.memory_mut().fail_reads(header, true);
    assert_eq!(model.translate(0, object).status, Status::BusError);
    model.memory_mut().fail_reads(header, false);
    assert_eq!(model.translate(0, object).status, Status::Ok);
    sound(&model);
}

#[test]
fn an_arena_that_cannot_be_cleared_or_marked_keeps_its_number() {
    for marked in [false, true] {
        let mut model = running(16);
        let objects = fill(&mut model, 0, 2 * OBJECTS);
        assert_eq!(model.translate(0, objects[0]).status, Status::Ok);
        let leaf = Line::of_byte_address(model.entry_address(0, 0, objects[0]).unwrap());
        let header = header_line(&model, 0);
        let failing = if marked { header } else { leaf };
        let level = model.pool_level();
        model.memory_mut().fail_writes(failing, true);
        assert_eq!(model.free_arena(0, arena(0, 0, 0)), Status::BusError);
        model.memory_mut().fail_writes(failing, false);
        let freed = u64::from(marked);
        assert_eq!(model.pool_level(), level + freed);
        assert_eq!(model.record(0, 0, 0).unwrap().released, None);
        let found = Header::from_bytes(model.header_bytes(0, arena(0, 0, 0)).unwrap());
        assert_eq!(found.mark(), Mark::InUse);
        assert_eq!(model.destroy(0), Status::Ok);
        assert_eq!(
            (model.pool_level(), model.statistics().lost_frames),
            (16, 0)
        );
    }
}

#[test]
fn what_cannot_be_read_is_lost_when_a_process_ends() {
    let mut model = running(16);
    let object = fill(&mut model, 0, 1)[0];
    let leaf = Line::of_byte_address(model.entry_address(0, 0, object).unwrap());
    assert_eq!(model.translate(0, object).status, Status::Ok);
    model.memory_mut().fail_reads(leaf, true);
    assert_eq!(model.destroy(0), Status::BusError);
    // Table and page of headers come back, the page of objects does not.
    assert_eq!(
        (model.pool_level(), model.statistics().lost_frames),
        (15, 1)
    );
    sound(&model);
}

#[test]
fn what_no_page_reaches_is_not_read_when_a_process_ends() {
    for (line, status) in [(0, Status::BusError), (1, Status::Ok)] {
        let mut model = running(16);
        let object = fill(&mut model, 0, 1)[0];
        assert_eq!(model.translate(0, object).status, Status::Ok);
        let leaf = model.entry_address(0, 0, object).unwrap() & !63;
        let leaf = Line::of_byte_address(leaf + 64 * line);
        model.memory_mut().fail_reads(leaf, true);
        assert_eq!(model.destroy(0), status, "line {line}");
    }
}

#[test]
fn a_save_goes_on_after_an_error() {
    let mut model = running(16);
    fill(&mut model, 0, 1);
    assert_eq!(model.alloc(0, 2 * SIZE).path, Path::New);
    let line = header_line(&model, 0);
    model.memory_mut().fail_writes(line, true);
    assert_eq!(model.detach(0), Ok(Status::BusError));
    assert_eq!(model.running(0), None);
    assert_eq!(model.record(0, 1, 0).unwrap().current, Some(0));
    let header = Header::from_bytes(model.header_bytes(0, arena(1, 0, 0)).unwrap());
    assert_eq!(header.count(), 1);
}

#[test]
fn a_mailbox_that_cannot_be_read_keeps_no_context_from_running() {
    let mut model = running(16);
    let objects = fill(&mut model, 0, 12);
    assert_eq!(model.detach(0), Ok(Status::Ok));
    let array = MEMORY + 0x7_0000;
    assert_eq!(model.fill_mailbox(0, 0, array, &objects), Status::Ok);
    let mailbox = Line::of_byte_address(model.mailbox_address(0, 0).unwrap());
    model.memory_mut().fail_reads(mailbox, true);
    assert_eq!(model.attach(0, 0, 0), Ok(Status::BusError));
    assert_eq!(model.switches(0).unwrap().mailbox_frees, 0);
    assert_eq!(model.detach(0), Ok(Status::Ok));
    model.memory_mut().fail_reads(mailbox, false);
    // The second line of the array: eight are freed, the others never.
    let second = Line::of_byte_address(array + 64);
    model.software_memory_mut().fail_reads(second, true);
    assert_eq!(model.attach(0, 0, 0), Ok(Status::BusError));
    assert_eq!(model.switches(0).unwrap().mailbox_frees, 8);
    assert_eq!(model.memory().peek(mailbox)[8..16], [0; 8]);
    assert_eq!(model.free(0, objects[8]).path, Path::Hit);
    sound(&model);
}
