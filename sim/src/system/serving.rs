//! Which requests of object allocators the page allocator has served: the order in which the hardware takes frames.

use std::collections::VecDeque;

use super::SystemModel;
use super::pages::Pages;
use crate::geometry::Arena;
use crate::page_allocator::Grant;
use crate::status::Status;

/// When the page allocator serves what operations ask of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Serving {
    /// With the operation; frames that it gives back are in the pool by then.
    #[default]
    AtOnce,
    /// When the hardware is seen to do so. An arena is granted before the operation that asked for it takes effect
    /// ([`SystemModel::serve_alloc_arena`]); claims and frees of arenas are answered after theirs
    /// ([`SystemModel::serve_claim_arena`], [`SystemModel::serve_free_arena`]); frames reach the pool one by one
    /// ([`SystemModel::reclaim`]), and an allocation in the meantime finds it that much emptier.
    Observed,
}

/// What the page allocator must answer to a request about an arena.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Served {
    /// The process.
    pub process: u32,
    /// The arena; `None`: there is none to claim.
    pub arena: Option<Arena>,
    /// The status.
    pub status: Status,
}

/// Operations and page allocator that do not belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unserved {
    /// The model was told `NO_MEMORY`, so what it answered means nothing.
    #[error(
        "an operation needs an arena of class {class} and context {context}, which the page allocator was not asked for"
    )]
    Missing {
        /// Its class.
        class: u32,
        /// Its context.
        context: u32,
    },
    /// Answers to ALLOC_ARENA that no operation needed.
    #[error("the page allocator served {0} requests for arenas that no operation needs")]
    Needless(usize),
    /// Claims and frees that the page allocator did not serve.
    #[error("the page allocator has not served {claims} claims and {frees} frees of arenas")]
    Owed {
        /// Claims.
        claims: usize,
        /// Frees.
        frees: usize,
    },
}

/// An answer to ALLOC_ARENA.
#[derive(Clone, Copy, Debug)]
struct Granted {
    class: u32,
    context: u32,
    answer: Result<Grant, Status>,
}

/// Requests of a core, with [`Serving::Observed`]; oldest first.
#[derive(Clone, Debug, Default)]
pub(super) struct Requests {
    /// Served, for operations that take effect later.
    granted: VecDeque<Granted>,
    /// Of operations that took effect, and are served later.
    claims: VecDeque<Served>,
    /// Likewise, with the frames that still count as the process's.
    frees: VecDeque<(Served, u64)>,
    /// Class and context of the first arena that an operation needed and that was not granted.
    missing: Option<(u32, u32)>,
}

impl Requests {
    /// ALLOC_ARENA of an operation that takes effect.
    pub(super) fn take(&mut self, class: u32, context: u32) -> Result<Grant, Status> {
        let oldest = self.granted.front();
        if oldest.is_some_and(|granted| (granted.class, granted.context) == (class, context))
            && let Some(granted) = self.granted.pop_front()
        {
            return granted.answer;
        }
        self.missing.get_or_insert((class, context));
        Err(Status::NoMemory)
    }

    /// CLAIM_ARENA of an operation that takes effect.
    pub(super) fn claimed(&mut self, claim: Served) {
        self.claims.push_back(claim);
    }

    /// FREE_ARENA of an operation that takes effect, with the frames that it gives back.
    pub(super) fn freed(&mut self, free: Served, frames: u64) {
        self.frees.push_back((free, frames));
    }
}

/// What the hardware's page allocator is seen to do, with [`Serving::Observed`].
impl SystemModel {
    /// When requests are served; at first at once.
    pub fn set_serving(&mut self, serving: Serving) {
        self.pages.serving = serving;
    }

    /// ALLOC_ARENA of a core is served now, by the pool as it is: what the answer must be. The core's operation that asked
    /// gets it.
    ///
    /// # Errors
    /// None may be granted: the status of the answer.
    ///
    /// # Panics
    /// There is no such core, class or context.
    pub fn serve_alloc_arena(
        &mut self,
        core: usize,
        class: u32,
        context: u32,
    ) -> Result<Grant, Status> {
        let running = self.cores[core].running;
        let answer = match running {
            Some((process, _)) => self.pages.alloc_arena(process, class, context),
            None => Err(Status::NotEnabled),
        };
        self.cores[core].requests.granted.push_back(Granted {
            class,
            context,
            answer,
        });
        answer
    }

    /// The oldest CLAIM_ARENA of a core is answered: what the answer must be. `None`: no operation has claimed one.
    ///
    /// # Panics
    /// There is no such core.
    pub fn serve_claim_arena(&mut self, core: usize) -> Option<Served> {
        self.cores[core].requests.claims.pop_front()
    }

    /// The oldest FREE_ARENA of a core is answered: what the answer must be; its frames no longer count as the process's.
    /// `None`: no operation has given one back.
    ///
    /// # Panics
    /// There is no such core.
    pub fn serve_free_arena(&mut self, core: usize) -> Option<Served> {
        let (served, frames) = self.cores[core].requests.frees.pop_front()?;
        self.pages.discount(served.process, frames);
        Some(served)
    }

    /// Whether the arenas that were granted to a core are those that its operations needed: after each allocation.
    ///
    /// # Errors
    /// They are not.
    ///
    /// # Panics
    /// There is no such core.
    #[inline]
    pub fn check_granted(&self, core: usize) -> Result<(), Unserved> {
        let requests = &self.cores[core].requests;
        match (requests.missing, requests.granted.len()) {
            (None, 0) => Ok(()),
            (Some((class, context)), _) => Err(Unserved::Missing { class, context }),
            (None, needless) => Err(Unserved::Needless(needless)),
        }
    }

    /// Whether all that operations asked for is served, once nothing is under way.
    ///
    /// # Errors
    /// It is not.
    pub fn check_served(&self) -> Result<(), Unserved> {
        for (number, core) in self.cores.iter().enumerate() {
            self.check_granted(number)?;
            let (claims, frees) = (core.requests.claims.len(), core.requests.frees.len());
            if claims + frees > 0 {
                return Err(Unserved::Owed { claims, frees });
            }
        }
        Ok(())
    }

    /// So many of the frames that are on their way reach the pool. `false`: fewer are, so the hardware is wrong; nothing has
    /// changed.
    pub fn reclaim(&mut self, frames: usize) -> bool {
        let pool = &mut self.pages.pool;
        let Some(left) = pool.reclaimed.len().checked_sub(frames) else {
            return false;
        };
        let arrived = pool.reclaimed.split_off(left);
        pool.free.extend(arrived);
        true
    }
}

impl Pages {
    /// Frames that were given back no longer count as the process's.
    pub(super) fn discount(&mut self, process: u32, frames: u64) {
        if let Some(Some(process)) = self.processes.get_mut(process as usize) {
            process.used -= frames;
        }
    }
}
