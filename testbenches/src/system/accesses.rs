//! `Accesses`: a core's walks through the words of objects.

use super::cache::Access;
use super::dram::FRAME_BYTES;
use super::error::SystemError;
use super::machine::Machine;
use super::program::Object;
use memento_sim::Status;
use std::collections::VecDeque;

/// Objects whose words a core may have to write or read yet: its store buffer, and the load ahead of a free.
const MOST: usize = 16;

/// Walk through the words of an object.
#[derive(Clone, Copy, Debug)]
struct Walk {
    object: usize,
    here: u64,
    end: u64,
    store: bool,
}

/// What a core has to write or read, in order: a line a cycle, once its page is translated.
#[derive(Default)]
pub(crate) struct Accesses {
    walks: VecDeque<Walk>,
    /// The page of the first is being translated; whether the request was accepted.
    translating: Option<bool>,
    /// The cache took no access in this cycle.
    pub refused: bool,
    /// The model's answer to the translation under way, once the page allocator has served it.
    pub translated: Option<Status>,
    /// Pages translated.
    pub translations: u64,
    /// Pages that could not be had, whose accesses were left out.
    pub untouched: u64,
}

impl Accesses {
    pub fn is_empty(&self) -> bool {
        self.walks.is_empty()
    }

    /// No further object can be gone through.
    pub fn is_full(&self) -> bool {
        self.walks.len() >= MOST
    }

    /// A page is being translated.
    pub fn translates(&self) -> bool {
        self.translating.is_some()
    }

    /// Address of the page that is being translated.
    pub fn translated_address(&self) -> Option<u64> {
        self.translating?;
        Some(self.walks.front()?.here)
    }

    /// What is waited for, in words.
    pub fn waits_for(&self) -> String {
        match (self.walks.front(), self.translating) {
            (None, _) => String::new(),
            (Some(walk), None) => format!("; the cache, for {:#x}", walk.here),
            (Some(walk), Some(accepted)) => {
                format!("; translation of {:#x} (accepted: {accepted})", walk.here)
            }
        }
    }

    /// All of an object is to be written, or read.
    pub fn push(&mut self, object: usize, address: u64, known: &Object, store: bool) {
        self.walks.push_back(Walk {
            object,
            here: address,
            end: address + u64::from(known.bytes),
            store,
        });
    }

    /// Ahead of the cycle's outputs: a line of the first object, or its page's translation on offer. Whether a line was
    /// written or read.
    #[inline]
    pub fn prepare(
        &mut self,
        core: usize,
        process: u32,
        machine: &mut Machine,
        objects: &mut [Object],
    ) -> bool {
        self.refused = false;
        let Some(walk) = self.walks.front_mut() else {
            return false;
        };
        if self.translating.is_none() {
            let page = walk.here / FRAME_BYTES;
            if let Some(frame) = machine.tlbs[core].find(process, page) {
                let end = walk.end.min((walk.here & !63) + 64);
                let physical = frame * FRAME_BYTES + walk.here % FRAME_BYTES;
                let accepted = machine.cache.access(Access {
                    line: physical & !63,
                    first: (physical % 64 / 8) as u8,
                    words: ((end - walk.here) / 8) as u8,
                    stamp: objects[walk.object].stamp,
                    store: walk.store,
                });
                if accepted {
                    walk.here = end;
                    if end == walk.end {
                        self.leave(true, objects);
                    }
                }
                self.refused = !accepted;
                return accepted;
            }
            self.translating = Some(false);
        }
        if self.translating == Some(false) {
            let inputs = &mut machine.inputs.cores[core];
            inputs.translate_valid = true;
            inputs.translate_process = process;
            inputs.translate_address = walk.here;
        }
        false
    }

    /// The first object was gone through to its end, or had to be left.
    fn leave(&mut self, whole: bool, objects: &mut [Object]) {
        if let Some(walk) = self.walks.pop_front() {
            let object = &mut objects[walk.object];
            object.written = whole && walk.store;
            object.busy = false;
        }
    }

    /// Looks at the outputs of the cycle. Whether a translation was answered.
    #[inline]
    pub fn observe(
        &mut self,
        core: usize,
        process: u32,
        machine: &mut Machine,
        objects: &mut [Object],
    ) -> Result<bool, SystemError> {
        match self.translating {
            Some(false) if machine.system.translate_ready(core) => {
                machine.inputs.cores[core].translate_valid = false;
                self.translating = Some(true);
                Ok(false)
            }
            Some(true) => self.take_translation(core, process, machine, objects),
            _ => Ok(false),
        }
    }

    fn take_translation(
        &mut self,
        core: usize,
        process: u32,
        machine: &mut Machine,
        objects: &mut [Object],
    ) -> Result<bool, SystemError> {
        if machine.inputs.cores[core].translate_stalled {
            return Ok(false);
        }
        let got = machine.system.translated(core);
        let (Some(got), Some(walk)) = (got, self.walks.front().copied()) else {
            return Ok(false);
        };
        self.translating = None;
        self.translations += 1;
        let Some(expected) = self.translated.take() else {
            if got.status == Status::CorruptHeader.code() {
                // Refused in the page allocator's place: no model says so.
                return Err(SystemError::Translation {
                    core,
                    process,
                    address: walk.here,
                    expected: Status::Ok,
                    status: got.status,
                    cycle: machine.cycle(),
                });
            }
            return Err(SystemError::Effect {
                core,
                why: "a translation is answered that the page allocator has not served",
                cycle: machine.cycle(),
            });
        };
        if got.status != expected.code() {
            return Err(SystemError::Translation {
                core,
                process,
                address: walk.here,
                expected,
                status: got.status,
                cycle: machine.cycle(),
            });
        }
        if expected != Status::Ok {
            self.untouched += 1;
            self.leave(false, objects);
            return Ok(true);
        }
        let wrong = |why| SystemError::Frame {
            core,
            process,
            address: walk.here,
            frame: got.frame,
            why,
        };
        if machine.pool.contains(&got.frame) {
            return Err(wrong("which is in the pool"));
        }
        if got.permissions != 0b111 {
            return Err(wrong("without permission to read and write"));
        }
        machine.tlbs[core].learn(process, walk.here / FRAME_BYTES, got.frame);
        Ok(true)
    }
}
