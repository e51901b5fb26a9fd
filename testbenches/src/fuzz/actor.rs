//! [`Actor`]: a context of a process with a program of its own, and [`ActorProgram`], which is that program to a core.

use super::system_event::ActorStep;
use crate::lock_step::Operation;
use crate::system::error::SystemError;
use crate::system::program::{Object, Program, Step};
use memento_sim::{Geometry, Located};
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

/// How often a free is put off if its object isn't there yet: its owner may be about to allocate it.
const PUT_OFF: u32 = 4;

/// What an actor has left to do.
#[derive(Default)]
pub(super) struct Actor {
    steps: VecDeque<(ActorStep, u32)>,
    /// Addresses of its own objects, freed or not, by number.
    addresses: FxHashMap<u32, u64>,
    /// The second half of a free that is done twice.
    again: Option<u64>,
}

impl Actor {
    pub fn push(&mut self, step: ActorStep) {
        self.steps.push_back((step, 0));
    }

    /// Whether it has something left to do.
    pub fn is_busy(&self) -> bool {
        self.again.is_some() || !self.steps.is_empty()
    }

    /// Its process ends: of its objects nothing is left.
    pub fn forget(&mut self) {
        self.addresses.clear();
        self.again = None;
    }
}

/// The program of an actor.
pub(super) struct ActorProgram {
    pub actor: Rc<RefCell<Actor>>,
    pub geometry: Rc<Geometry>,
    /// Nobody else frees the process's objects.
    pub alone: bool,
    /// Bytes of a request that is refused.
    pub too_large: u64,
}

impl Program for ActorProgram {
    fn next(&mut self, objects: &[Object]) -> Result<Option<Step>, SystemError> {
        let mut actor = self.actor.borrow_mut();
        if let Some(address) = actor.again.take() {
            return Ok(Some(Step::Bare(Operation::Free { address })));
        }
        while let Some((step, put_off)) = actor.steps.pop_front() {
            match self.step(&mut actor, step, objects) {
                Some(step) => return Ok(Some(step)),
                None if matches!(step, ActorStep::Free { .. }) && put_off < PUT_OFF => {
                    actor.steps.push_back((step, put_off + 1));
                    // Others need time for it: as much as an operation takes that changes nothing.
                    if actor.steps.len() == 1 {
                        let size = self.too_large;
                        return Ok(Some(Step::Bare(Operation::Alloc { size })));
                    }
                }
                None => {}
            }
        }
        Ok(None)
    }
}

impl ActorProgram {
    /// What a step comes to; `None`: its object isn't there.
    fn step(&self, actor: &mut Actor, step: ActorStep, objects: &[Object]) -> Option<Step> {
        let known = |object: u32| objects.get(object as usize).copied().unwrap_or_default();
        // An object that could not be written, for want of frames, stays: whoever frees it would read it.
        let written = |object: u32| known(object).address.filter(|_| known(object).written);
        let free = |address| Step::Bare(Operation::Free { address });
        Some(match step {
            ActorStep::Alloc { object, size } => Step::Alloc {
                object: object as usize,
                size: size.into(),
            },
            ActorStep::Free { object } => {
                let address = written(object)?;
                actor.addresses.insert(object, address);
                Step::Free {
                    object: object as usize,
                }
            }
            ActorStep::FreeTwice { object } => {
                let address = written(object)?;
                actor.addresses.insert(object, address);
                actor.again = Some(address);
                Step::Free {
                    object: object as usize,
                }
            }
            ActorStep::FreeAgain { object } => {
                let address = *actor.addresses.get(&object)?;
                // What is being allocated may come to lie there.
                let here = |object: &Object| object.address == Some(address) || object.busy;
                let lives = objects.iter().any(here);
                // With others it isn't known whose the slot is by now, and whose free of it is on its way.
                if !self.alone || lives {
                    return None;
                }
                free(address)
            }
            ActorStep::FreeInside { object, offset } => {
                free(known(object).address? + u64::from(offset))
            }
            ActorStep::FreeForeign { object, context } => {
                let Located::Slot(mut slot) = self.geometry.locate(known(object).address?) else {
                    return None;
                };
                slot.arena.context = context;
                free(self.geometry.slot_address(slot))
            }
            ActorStep::FreeAddress { address } => free(address | 1),
            ActorStep::TooLarge { size } => Step::Bare(Operation::Alloc { size }),
        })
    }
}
