//! The comparison with hardware, on a copy of the model's memory with other frames: it must agree, and disagree once
//! anything is changed.

use std::collections::BTreeSet;

use memento_sim::{Difference, Line, LineMemory, Path, Status, SystemModel};

use crate::machine::{LENT, MPTR, OBJECTS, SIZE, arena, fill, frees, idle, running, tiny};

/// Sv32 alone, by arithmetic of its own.
pub struct Hardware {
    pub memory: LineMemory,
    pub pool: BTreeSet<u64>,
}

impl Hardware {
    /// The model's memory with frames from the last one lent downwards.
    pub fn of(model: &SystemModel, lent: u64) -> Self {
        let first = LENT >> 12;
        let mut hardware = Hardware {
            memory: LineMemory::new(),
            pool: (first..first + lent).collect(),
        };
        for (process, mptr) in (0..).zip(MPTR) {
            let Some(root) = model.entry_address(process, 1, 0) else {
                continue;
            };
            (0..3)
                .for_each(|frame| hardware.page(model, (root >> 12) + frame, (mptr >> 12) + frame));
            hardware.table(model, root >> 12, mptr >> 12, 1);
        }
        hardware
    }

    fn page(&mut self, model: &SystemModel, from: u64, to: u64) {
        for line in 0..64 {
            let bytes = model.memory().peek(Line(from * 64 + line));
            self.memory.poke(Line(to * 64 + line), bytes);
        }
    }

    fn table(&mut self, model: &SystemModel, from: u64, to: u64, level: u32) {
        self.page(model, from, to);
        for index in 0..1024 {
            let at = to * 4096 + index * 4;
            let entry = self.word(at);
            if entry & 1 == 0 {
                continue;
            }
            let frame = self.pool.pop_last().unwrap();
            self.memory
                .poke_bytes(at, &((frame as u32) << 10 | entry & 0x3FF).to_le_bytes());
            let below = u64::from(entry >> 10);
            if level > 0 {
                self.table(model, below, frame, 0);
            } else {
                self.page(model, below, frame);
            }
        }
    }

    pub fn word(&self, at: u64) -> u32 {
        let line = self.memory.peek(Line::of_byte_address(at));
        let at = (at % 64) as usize;
        u32::from_le_bytes(line[at..at + 4].try_into().unwrap())
    }

    fn flip(&mut self, at: u64) {
        let word = self.word(at) ^ 0x10;
        self.memory.poke_bytes(at, &word.to_le_bytes());
    }
}

fn busy() -> SystemModel {
    let mut model = running(32);
    let objects = fill(&mut model, 0, 2 * OBJECTS + 3);
    frees(&mut model, 0, &objects[..16], Path::Release);
    for object in [objects[16], objects[32]] {
        assert_eq!(model.translate(0, object).status, Status::Ok);
    }
    assert_eq!(model.attach(1, 1, 1), Ok(Status::Ok));
    fill(&mut model, 1, 1);
    assert_eq!(model.detach(1), Ok(Status::Ok));
    model
}

#[test]
fn other_frames_are_no_difference() {
    let model = busy();
    let hardware = Hardware::of(&model, 32);
    let frames = model
        .compare_with(&hardware.memory, &hardware.pool)
        .unwrap();
    // Two descriptors; table and headers of each process; two pages of objects.
    assert_eq!(frames.len(), 2 * 3 + 2 * 2 + 2);
    let line = model.header_line(0, arena(0, 0, 1)).unwrap().byte_address();
    let there = frames.hardware_address(line).unwrap();
    assert_eq!(frames.model_frame(there >> 12), Some(line >> 12));
    assert_eq!(there % 4096, line % 4096);
}

#[test]
fn every_change_is_a_difference() {
    let model = busy();
    let frames = {
        let hardware = Hardware::of(&model, 32);
        model
            .compare_with(&hardware.memory, &hardware.pool)
            .unwrap()
    };
    let there = |at| frames.hardware_address(at).unwrap();
    let header = |context, number| {
        let process = context;
        there(
            model
                .header_line(process, arena(0, context, number))
                .unwrap()
                .byte_address(),
        )
    };
    let body = there(model.entry_address(0, 0, 0x4000_1000).unwrap());
    let records = MPTR.map(|mptr| mptr + 4096);
    let compare = |change: &dyn Fn(&mut Hardware)| {
        let mut hardware = Hardware::of(&model, 32);
        change(&mut hardware);
        model
            .compare_with(&hardware.memory, &hardware.pool)
            .map(|_| ())
    };
    let differs = |change: &dyn Fn(&mut Hardware)| compare(change).unwrap_err();
    // Arena 2 is in the HOT of a core, and the saved half of its class's record is older still.
    assert_eq!(compare(&|hw| hw.flip(header(0, 2))), Ok(()));
    assert_eq!(compare(&|hw| hw.flip(records[0] + 12)), Ok(()));
    for number in [0, 1, 40] {
        assert!(matches!(
            differs(&|hw| hw.flip(header(0, number))),
            Difference::Header { process: 0, .. }
        ));
    }
    // Process 1 doesn't run, so its last arena is in memory.
    assert!(matches!(
        differs(&|hw| hw.flip(header(1, 0))),
        Difference::Header { process: 1, .. }
    ));
    assert!(matches!(
        differs(&|hw| hw.flip(records[0])),
        Difference::Record {
            process: 0,
            class: 0,
            ..
        }
    ));
    assert!(matches!(
        differs(&|hw| hw.flip(records[0] + 24)),
        Difference::Record {
            process: 0,
            class: 1,
            ..
        }
    ));
    // Context 1, class 0.
    assert!(matches!(
        differs(&|hw| hw.flip(records[1] + 64 + 8)),
        Difference::Record {
            process: 1,
            context: 1,
            ..
        }
    ));
    assert!(matches!(
        differs(&|hw| hw.flip(MPTR[1] + 0x2010)),
        Difference::Mailbox {
            process: 1,
            context: 1,
            ..
        }
    ));
    assert!(matches!(
        differs(&|hw| hw.flip(body)),
        Difference::Entry {
            process: 0,
            level: 0,
            ..
        }
    ));
    assert!(matches!(
        differs(&|hw| hw.flip(body + 128)),
        Difference::Entry {
            process: 0,
            level: 0,
            ..
        }
    ));
    assert!(matches!(
        differs(&|hw| hw.flip(MPTR[0])),
        Difference::Entry {
            process: 0,
            level: 1,
            ..
        }
    ));
    let point_to = |hw: &mut Hardware, frame: u64| {
        hw.memory
            .poke_bytes(body, &((frame as u32) << 10 | 0xD7).to_le_bytes());
    };
    assert!(matches!(
        differs(&|hw| {
            let pooled = *hw.pool.first().unwrap();
            point_to(hw, pooled)
        }),
        Difference::FrameNotGranted {
            why: "is in the pool",
            ..
        }
    ));
    assert!(matches!(
        differs(&|hw| point_to(hw, (LENT >> 12) - 1)),
        Difference::FrameNotGranted {
            why: "was never lent",
            ..
        }
    ));
    assert!(matches!(
        differs(&|hw| point_to(hw, MPTR[1] >> 12)),
        Difference::FrameTwice { process: 1, .. }
    ));
    assert_eq!(
        differs(&|hw| {
            hw.pool.pop_last();
        }),
        Difference::PoolLevel {
            expected: 26,
            found: 25
        }
    );
    let text = differs(&|hw| hw.flip(body)).to_string();
    assert!(
        text.starts_with(
            "process 0, address 0x40001000: the entry in the table of level 0 should be"
        ),
        "{text}"
    );
}

#[test]
fn one_process_is_compared_while_another_goes_on() {
    let model = busy();
    let frames = {
        let hardware = Hardware::of(&model, 32);
        let compared = model.compare_process(1, &hardware.memory, &hardware.pool);
        compared.unwrap()
    };
    // Descriptor, table and headers.
    assert_eq!(frames.len(), 3 + 2);
    let compare = |change: &dyn Fn(&mut Hardware)| {
        let mut hardware = Hardware::of(&model, 32);
        change(&mut hardware);
        let compared = model.compare_process(1, &hardware.memory, &hardware.pool);
        compared.map(|_| ())
    };
    let line = model.header_line(1, arena(0, 1, 0)).unwrap();
    let header = frames.hardware_address(line.byte_address()).unwrap();
    assert!(matches!(
        compare(&|hw| hw.flip(header)),
        Err(Difference::Header { process: 1, .. })
    ));
    // The record of context 1 and class 0: the cursor may not be written back yet, what the core saved is.
    let record = MPTR[1] + 4096 + 16 * u64::from(model.geometry().classes());
    assert_eq!(compare(&|hw| hw.flip(record)), Ok(()));
    assert!(matches!(
        compare(&|hw| hw.flip(record + 8)),
        Err(Difference::Record { process: 1, .. })
    ));
    // Neither the pool's level nor the other process.
    assert_eq!(compare(&|hw| hw.flip(MPTR[0])), Ok(()));
    assert_eq!(compare(&|hw| _ = hw.pool.pop_first()), Ok(()));
    let frame = header >> 12;
    assert!(matches!(
        compare(&|hw| _ = hw.pool.insert(frame)),
        Err(Difference::FrameNotGranted { process: 1, .. })
    ));
    // No process, no difference.
    let nobody = model.compare_process(9, &LineMemory::new(), &BTreeSet::new());
    assert!(nobody.unwrap().is_empty());
}

#[test]
fn a_frame_that_was_seen_stays_where_it_is() {
    let mut model = busy();
    let hardware = Hardware::of(&model, 32);
    let frames = model
        .compare_with(&hardware.memory, &hardware.pool)
        .unwrap();
    let page = |model: &mut SystemModel, object| model.translate(0, object).frame;
    let (here, there) = (page(&mut model, 0x4000_1000), page(&mut model, 0x4000_2000));
    let seen = frames.hardware_frame(here).unwrap();
    assert!(!model.adopt_frame(here, LENT / 4096 - 1));
    assert!(model.adopt_frame(here, seen) && model.adopt_frame(here, seen));
    assert!(!model.adopt_frame(there, seen) && !model.adopt_frame(here, seen - 1));
    assert!(model.compare_with(&hardware.memory, &hardware.pool).is_ok());
    let mut wrong = busy();
    assert!(wrong.adopt_frame(here, seen + 1));
    let difference = wrong
        .compare_with(&hardware.memory, &hardware.pool)
        .unwrap_err();
    assert!(difference.to_string().contains("seen here before"));
    // Once given back, it may be anywhere.
    assert_eq!(model.destroy(0), Status::Ok);
    assert!(model.adopt_frame(there, seen));
}

#[test]
fn invariants_can_fail() {
    let broken = |change: &dyn Fn(&mut SystemModel)| {
        let mut model = busy();
        model.check_invariants().unwrap();
        change(&mut model);
        model.check_invariants().unwrap_err().to_string()
    };
    let leaf = |model: &SystemModel| model.entry_address(0, 0, 0x4000_1000).unwrap();
    let texts = [
        broken(&|model| {
            let at = leaf(model);
            model.memory_mut().poke_bytes(at, &[0; 4])
        }),
        broken(&|model| {
            let at = leaf(model);
            model.memory_mut().poke_bytes(at, &[0xC7])
        }),
        broken(&|model| {
            let (at, other) = (
                leaf(model),
                model.physical(0, 0x4000_2000).unwrap() as u32 >> 12,
            );
            model
                .memory_mut()
                .poke_bytes(at, &(other << 10 | 0xD7).to_le_bytes())
        }),
        broken(&|model| {
            let line = model.header_line(0, arena(0, 0, 0)).unwrap();
            model.memory_mut().poke(line, [0; 64])
        }),
        broken(&|model| {
            let line = model.header_line(1, arena(0, 1, 0)).unwrap();
            model.memory_mut().poke_bytes(line.byte_address(), &[3])
        }),
    ];
    let expected = [
        "process 0 is said to have 4 frames, 3 found",
        "a page of objects has other flags",
        "and also",
        "its header is not a released one's",
        "in use, but: Checksum",
    ];
    for (text, expected) in texts.iter().zip(expected) {
        assert!(text.contains(expected), "{text}");
    }
}

#[test]
fn an_idle_system_is_its_descriptors() {
    let model = idle(&tiny(), 4);
    let hardware = Hardware::of(&model, 4);
    assert_eq!(
        model
            .compare_with(&hardware.memory, &hardware.pool)
            .unwrap()
            .len(),
        6
    );
    let mut model = model;
    assert_eq!(model.attach(0, 0, 0), Ok(Status::Ok));
    assert_eq!(model.alloc(0, SIZE).path, Path::New);
    assert!(
        model
            .compare_with(&hardware.memory, &hardware.pool)
            .is_err()
    );
}
