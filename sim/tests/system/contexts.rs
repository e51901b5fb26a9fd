//! Switching contexts, freeing for others, mailboxes.

use memento_sim::{AttachRefused, Header, NotAttached, Path, Record, Status};

use crate::machine::{
    MEMORY, OBJECTS, SIZE, address, arena, fill, frees, idle, running, sound, tiny,
};

#[test]
fn a_detached_context_is_in_memory() {
    let mut model = running(16);
    let objects = fill(&mut model, 0, 2 * OBJECTS + 5);
    frees(&mut model, 0, &objects[..3], Path::Push);
    let stale = Header::from_bytes(model.header_bytes(0, arena(0, 0, 2)).unwrap());
    assert_eq!(stale.count(), 0);
    assert_eq!(model.detach(0), Ok(Status::Ok));
    sound(&model);
    let saved = Header::from_bytes(model.header_bytes(0, arena(0, 0, 2)).unwrap());
    assert_eq!((saved.count(), saved.next(), saved.prev()), (5, None, None));
    let expected = Record {
        next_arena: 3,
        released: None,
        current: Some(2),
        head: Some(0),
    };
    assert_eq!(model.record(0, 0, 0), Some(expected));
    // A class that was never used has no state.
    assert_eq!(model.record(0, 1, 0), Some(Record::default()));
    assert_eq!(model.attach(1, 0, 0), Ok(Status::Ok));
    assert_eq!(model.hot(1, 0), None);
    let outcome = model.alloc(1, SIZE);
    assert_eq!(
        (outcome.path, outcome.response.value),
        (Path::Hit, objects[36] + 8)
    );
    assert_eq!(model.hot(1, 0).unwrap().list_head, Some(0));
    assert_eq!(model.free(1, objects[3]).path, Path::Miss);
    sound(&model);
}

#[test]
fn a_free_may_be_the_first_operation_of_a_class() {
    let mut model = running(16);
    let objects = fill(&mut model, 0, OBJECTS + 1);
    assert_eq!(model.detach(0), Ok(Status::Ok));
    assert_eq!(model.attach(0, 0, 0), Ok(Status::Ok));
    // Refusals that come first load nothing.
    for (address, status) in [
        (0, Status::NotInRegion),
        (objects[0] + 1, Status::BadPointer),
    ] {
        assert_eq!(model.free(0, address).response.status, status);
    }
    assert_eq!(model.alloc(0, 1 << 20).response.status, Status::TooLarge);
    assert_eq!(model.hot(0, 0), None);
    assert_eq!(model.free(0, objects[16]).path, Path::Hit);
    assert!(model.hot(0, 0).is_some());
    assert_eq!(
        model.free(0, objects[16]).response.status,
        Status::DoubleFree
    );
    sound(&model);
}

#[test]
fn a_context_runs_in_one_place() {
    let mut model = idle(&tiny(), 8);
    assert_eq!(model.detach(0), Err(NotAttached(0)));
    assert_eq!(model.discard(7), Err(NotAttached(7)));
    assert_eq!(model.attach(0, 0, 1), Ok(Status::Ok));
    assert_eq!(model.running(0), Some((0, 1)));
    let refused = [
        (model.attach(2, 0, 0), AttachRefused::NoSuchCore(2)),
        (model.attach(1, 2, 0), AttachRefused::NoSuchProcess(2)),
        (model.attach(1, 0, 2), AttachRefused::NoSuchContext(2)),
        (model.attach(1, 0, 1), AttachRefused::Running(0)),
        (model.attach(0, 1, 1), AttachRefused::Busy(0)),
    ];
    for (result, expected) in refused {
        assert_eq!(result, Err(expected));
    }
    // The same context of another process is another context.
    assert_eq!(model.attach(1, 1, 1), Ok(Status::Ok));
    assert_eq!(model.alloc(0, SIZE).response, model.alloc(1, SIZE).response);
    sound(&model);
}

#[test]
fn a_free_goes_to_the_core_that_runs_the_context() {
    let mut model = running(16);
    let objects = fill(&mut model, 0, OBJECTS + 1);
    assert_eq!(model.attach(1, 0, 1), Ok(Status::Ok));
    for (object, path) in [(objects[16], Path::Hit), (objects[0], Path::Miss)] {
        assert_eq!(model.free(1, object).path, path);
        assert_eq!(model.free(1, object).response.status, Status::DoubleFree);
    }
    let (source, target) = (model.switches(1).unwrap(), model.switches(0).unwrap());
    assert_eq!((source.forwarded, target.inbox), (4, 4));
    assert_eq!(model.detach(0), Ok(Status::Ok));
    assert_eq!(
        model.free(1, objects[1]).response.status,
        Status::ForeignContext
    );
    // Another process's context is nobody's here.
    assert_eq!(model.attach(0, 1, 0), Ok(Status::Ok));
    assert_eq!(
        model.free(1, objects[1]).response.status,
        Status::ForeignContext
    );
    sound(&model);
}

#[test]
fn a_mailbox_is_emptied_when_its_context_is_attached() {
    let mut model = running(16);
    let objects = fill(&mut model, 0, OBJECTS + 12);
    assert_eq!(model.detach(0), Ok(Status::Ok));
    let other = address(&model, arena(0, 1, 0), 0);
    let mut frees = objects[..16].to_vec();
    frees.extend([
        objects[20],
        objects[20],
        objects[3],
        other,
        objects[21] + 1,
        0,
    ]);
    assert_eq!(
        model.fill_mailbox(0, 0, MEMORY + 0x7_0000, &frees),
        Status::Ok
    );
    assert_eq!(model.fill_mailbox(2, 0, MEMORY, &[]), Status::NotEnabled);
    assert_eq!(model.attach(0, 0, 0), Ok(Status::Ok));
    let switches = model.switches(0).unwrap();
    assert_eq!((switches.mailbox_frees, switches.mailbox_failed), (17, 5));
    assert_eq!(model.record(0, 0, 0).unwrap().released, Some(0));
    sound(&model);
    let hot = model.hot(0, 0).unwrap().arena.unwrap();
    assert_eq!((hot.0, hot.1.count()), (1, 11));
    assert_eq!(model.detach(0), Ok(Status::Ok));
    assert_eq!(model.attach(0, 0, 0), Ok(Status::Ok));
    assert_eq!(
        model.switches(0),
        Some(memento_sim::Switches {
            attached: 3,
            ..switches
        })
    );
}

#[test]
fn discarded_state_is_lost() {
    let mut model = running(16);
    let first = fill(&mut model, 0, 1);
    assert_eq!(model.detach(0), Ok(Status::Ok));
    assert_eq!(model.attach(0, 0, 0), Ok(Status::Ok));
    let second = fill(&mut model, 0, 1);
    assert_ne!(first, second);
    model.discard(0).unwrap();
    assert_eq!(model.alloc(0, SIZE).response.status, Status::NotEnabled);
    assert_eq!(model.attach(0, 0, 0), Ok(Status::Ok));
    assert_eq!(fill(&mut model, 0, 1), second);
}
