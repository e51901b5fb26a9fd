//! Systems to start from.

use memento_config::Config;
use memento_sim::{Arena, Path, Slot, Status, SystemModel};

/// Base of the memory of the presets.
pub const MEMORY: u64 = 0x8000_0000;
/// First frame that is lent.
pub const LENT: u64 = MEMORY + 0x10_0000;
/// Where the descriptors of processes 0 and 1 are.
pub const MPTR: [u64; 2] = [MEMORY, MEMORY + 0x8000];
/// Class 0: objects of 8 bytes.
pub const SIZE: u64 = 8;
pub const OBJECTS: u32 = 16;

/// Two cores, two processes of two contexts.
pub fn tiny() -> Config {
    let mut settings = Config::preset("tiny").unwrap().settings().clone();
    settings.system.cores = 2;
    Config::new(&settings, "tiny with two cores").unwrap()
}

/// Both processes exist, so many frames are lent, nothing runs.
pub fn idle(config: &Config, frames: u64) -> SystemModel {
    let mut model = SystemModel::new(config);
    lend(&mut model, 0, frames);
    for (process, mptr) in (0..).zip(MPTR) {
        assert_eq!(model.create(process, mptr), Status::Ok);
    }
    model
}

pub fn lend(model: &mut SystemModel, first: u64, frames: u64) {
    for frame in first..first + frames {
        assert_eq!(model.push(LENT + frame * 4096), Status::Ok);
    }
}

/// As [`idle`], and core 0 runs context 0 of process 0.
pub fn running(frames: u64) -> SystemModel {
    let mut model = idle(&tiny(), frames);
    assert_eq!(model.attach(0, 0, 0), Ok(Status::Ok));
    model
}

pub fn arena(class: u32, context: u32, number: u32) -> Arena {
    Arena {
        class,
        context,
        number,
    }
}

pub fn address(model: &SystemModel, arena: Arena, index: u32) -> u64 {
    model.geometry().slot_address(Slot { arena, index })
}

/// So many objects of class 0.
pub fn fill(model: &mut SystemModel, core: usize, objects: u32) -> Vec<u64> {
    let one = |_| {
        let outcome = model.alloc(core, SIZE);
        assert_eq!(outcome.response.status, Status::Ok);
        outcome.response.value
    };
    (0..objects).map(one).collect()
}

#[track_caller]
pub fn frees(model: &mut SystemModel, core: usize, addresses: &[u64], last: Path) {
    let mut path = Path::Error;
    for address in addresses {
        let outcome = model.free(core, *address);
        assert_eq!(outcome.response.status, Status::Ok);
        path = outcome.path;
    }
    assert_eq!(path, last);
}

#[track_caller]
pub fn sound(model: &SystemModel) {
    if let Err(imbalance) = model.check_invariants() {
        panic!("{imbalance}");
    }
}
