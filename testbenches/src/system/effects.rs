//! What takes effect in a cycle, told by the hardware's traces: the model executes it in the same order.
//!
//! - Operations take effect where a core commits them; a free of another context's object on the core that runs the
//!   context, or, if none does, when it is refused.
//! - Arenas and pages are granted where the page allocator's trace says so, for it takes the frames: with several cores
//!   and a pool that runs dry, who gets the last frame is decided there. What is granted goes to the operation that
//!   asked, once it takes effect; releases and claims of arenas follow operations, and are held against them.
//! - Frames reach the pool one by one. A request gets what the pool has when frames are decided on, without those that
//!   return until its answer.

use super::bench::SystemBench;
use super::commands::Command;
use super::dram::FRAME_BYTES;
use super::error::SystemError;
use super::signals::{Commit, PageRecord};
use crate::lock_step::Operation;
use memento_hdl::pages::types_engine::PageOp;
use memento_sim::{Arena, Located, Served, Status, SystemModel, Translation};

/// How far the page allocator is with frames.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Frames {
    /// Frames are decided on for the request whose record is next.
    decided: bool,
    /// Frames that have returned since.
    returned: usize,
}

const ALLOC_ARENA: u32 = PageOp::AllocArena as u32;
const CLAIM_ARENA: u32 = PageOp::ClaimArena as u32;
const FREE_ARENA: u32 = PageOp::FreeArena as u32;
const TRANSLATE_BODY: u32 = PageOp::TranslateBody as u32;
const TAKE: u32 = PageOp::Take as u32;
const SET_QUOTA: u32 = PageOp::SetQuota as u32;

/// Operations.
impl SystemBench {
    /// Lets the model execute what takes effect in this cycle.
    #[inline]
    pub(crate) fn follow(&mut self) -> Result<(), SystemError> {
        self.follow_frames()?;
        for core in 0..self.cores.len() {
            self.fetched[core] += u32::from(self.machine.system.fetched(core));
            match self.machine.system.commit(core) {
                None => {}
                Some(Commit::Own) => self.commit_own(core)?,
                Some(Commit::Inbox { source }) => self.commit_inbox(core, source)?,
            }
        }
        Ok(())
    }

    /// A core decides the next of its operations.
    fn commit_own(&mut self, core: usize) -> Result<(), SystemError> {
        let mut pending = self.cores[core].pending.iter();
        // The core goes on behind a free that it has forwarded.
        let next = pending.position(|pending| pending.expected.is_none() && !pending.forwarded);
        let Some(at) = next else {
            return Err(self.unasked(core, "it decides an operation that it was not asked for"));
        };
        let operation = self.cores[core].pending[at].operation;
        if let Some((process, context)) = foreign(&self.model, core, operation) {
            // It takes effect elsewhere, or is refused.
            let runner = self.model.runner(process, context);
            let refusable = runner.is_none_or(|runner| self.switches(runner));
            let pending = &mut self.cores[core].pending[at];
            (pending.forwarded, pending.refusable) = (true, refusable);
            return Ok(());
        }
        let outcome = match operation {
            Operation::Alloc { size } => {
                let fetched = std::mem::take(&mut self.fetched[core]);
                self.model.set_fetched(core, fetched);
                let outcome = self.model.alloc(core, size);
                self.model.check_granted(core)?;
                outcome
            }
            Operation::Free { address } => self.model.free(core, address),
        };
        self.cores[core].pending[at].expected = Some(outcome);
        Ok(())
    }

    /// A core decides a free of another one's: the oldest that was forwarded and isn't refused. A refusal may be known to
    /// the source long before it is seen as a response.
    fn commit_inbox(&mut self, core: usize, source: usize) -> Result<(), SystemError> {
        let runs_here = |operation| {
            let owner = foreign(&self.model, source, operation);
            let runner = owner.and_then(|(process, context)| self.model.runner(process, context));
            runner == Some(core)
        };
        let sent = self.cores.get(source).and_then(|source| {
            let mut pending = source.pending.iter();
            pending.position(|pending| {
                pending.expected.is_none()
                    && pending.forwarded
                    && (!pending.refusable || runs_here(pending.operation))
            })
        });
        let Some(at) = sent else {
            return Err(self.unasked(core, "its inbox executes what no core has forwarded"));
        };
        let operation = self.cores[source].pending[at].operation;
        let Operation::Free { address } = operation else {
            return Err(self.unasked(core, "its inbox executes an allocation"));
        };
        if !runs_here(operation) {
            return Err(self.unasked(core, "its inbox executes a free of another core's object"));
        }
        let outcome = self.model.free(source, address);
        self.cores[source].pending[at].expected = Some(outcome);
        Ok(())
    }

    fn unasked(&self, core: usize, why: &'static str) -> SystemError {
        SystemError::Effect {
            core,
            why,
            cycle: self.machine.cycle(),
        }
    }

    /// Whether a core is being given a context, or loses it: frees of others may be refused meanwhile.
    fn switches(&self, core: usize) -> bool {
        match self.commanded() {
            Some(Command::Attach { core: switched, .. } | Command::Detach { core: switched }) => {
                switched as usize == core
            }
            _ => false,
        }
    }

    /// A core is about to lose its context: what was forwarded to it may be refused.
    pub(crate) fn let_refuse(&mut self, core: usize) {
        for source in 0..self.cores.len() {
            for pending in &mut self.cores[source].pending {
                let owner = foreign(&self.model, source, pending.operation);
                pending.refusable |= pending.forwarded
                    && owner.is_some_and(|(process, context)| {
                        self.model.runner(process, context) == Some(core)
                    });
            }
        }
    }
}

/// Process and context of another context's object that a core frees.
fn foreign(model: &SystemModel, core: usize, operation: Operation) -> Option<(u32, u32)> {
    let Operation::Free { address } = operation else {
        return None;
    };
    let (process, running) = model.running(core)?;
    match model.geometry().locate(address) {
        Located::Slot(slot) if slot.arena.context != running => Some((process, slot.arena.context)),
        _ => None,
    }
}

/// Arenas, pages and frames.
impl SystemBench {
    #[inline]
    fn follow_frames(&mut self) -> Result<(), SystemError> {
        let frames = self.machine.system.page_frames();
        // What returns in the cycle of the decision is not counted yet.
        self.frames.decided |= frames.decided;
        self.frames.returned += usize::from(frames.returned);
        if let Some(record) = self.machine.system.page_record() {
            self.answered(&record)?;
            self.frames.decided = false;
        }
        if self.frames.returned > 0 && !self.frames.decided {
            if !self.model.reclaim(self.frames.returned) {
                return Err(SystemError::Returned {
                    on_their_way: self.model.in_reclaim(),
                    cycle: self.machine.cycle(),
                });
            }
            self.frames.returned = 0;
        }
        Ok(())
    }

    /// The page allocator answers a request, whose turn it was.
    fn answered(&mut self, record: &PageRecord) -> Result<(), SystemError> {
        let (source, cores) = (record.source as usize, self.cores.len());
        match record.op {
            ALLOC_ARENA | CLAIM_ARENA | FREE_ARENA if source < cores => {
                let served = match record.op {
                    ALLOC_ARENA => Some(self.serve_alloc_arena(record)?),
                    CLAIM_ARENA => self.model.serve_claim_arena(source),
                    _ => self.model.serve_free_arena(source),
                };
                compare(record, served, self.machine.cycle())
            }
            TRANSLATE_BODY if (cores..2 * cores).contains(&source) => {
                let core = source - cores;
                let Some((process, address)) = self.cores[core].translates() else {
                    return Err(self.unasked(core, "a page is translated that it did not ask for"));
                };
                let translation = self.model.translate(process, address);
                self.translated(record, (core, address), translation)
            }
            TAKE | SET_QUOTA => {
                self.execute_command();
                Ok(())
            }
            // Looks ahead and translations of headers change nothing; the other commands are executed when they are
            // ordered, since nothing that they take is shared.
            _ => Ok(()),
        }
    }

    fn serve_alloc_arena(&mut self, record: &PageRecord) -> Result<Served, SystemError> {
        let core = record.source as usize;
        let Some((process, _)) = self.model.running(core) else {
            return Err(self.unasked(core, "it gets an arena without a context"));
        };
        let granted = self
            .model
            .serve_alloc_arena(core, record.class, record.context);
        if let Ok(grant) = granted
            && record.status == Status::Ok.code()
        {
            let header = grant.arena;
            let address = self.model.geometry().header_address(header);
            let model = grant.line.byte_address() / FRAME_BYTES;
            self.adopt((core, address), model, record.address / FRAME_BYTES)?;
        }
        Ok(Served {
            process,
            arena: granted.ok().map(|grant| grant.arena),
            status: granted.err().unwrap_or(Status::Ok),
        })
    }

    /// A page was translated for a core's host: the answer, which it gets later.
    fn translated(
        &mut self,
        record: &PageRecord,
        (core, address): (usize, u64),
        expected: Translation,
    ) -> Result<(), SystemError> {
        if record.status != expected.status.code() {
            return Err(SystemError::Translation {
                core,
                process: record.process,
                address,
                expected: expected.status,
                status: record.status,
                cycle: self.machine.cycle(),
            });
        }
        if expected.status == Status::Ok {
            let frame = record.address / FRAME_BYTES;
            self.adopt((core, address), expected.frame, frame)?;
        }
        self.cores[core].accesses.translated = Some(expected.status);
        Ok(())
    }

    /// The hardware uses a frame for a page, from its grant to its return.
    fn adopt(
        &mut self,
        (core, address): (usize, u64),
        model: u64,
        frame: u64,
    ) -> Result<(), SystemError> {
        if self.model.adopt_frame(model, frame) {
            return Ok(());
        }
        Err(SystemError::Frame {
            core,
            process: self.model.running(core).map_or(0, |(process, _)| process),
            address,
            frame,
            why: "which is another page's, or was another one before, or was never lent",
        })
    }
}

/// An answer about an arena against the model's.
fn compare(record: &PageRecord, served: Option<Served>, cycle: u64) -> Result<(), SystemError> {
    let op = match record.op {
        ALLOC_ARENA => "ALLOC_ARENA",
        CLAIM_ARENA => "CLAIM_ARENA",
        _ => "FREE_ARENA",
    };
    let got = Arena {
        class: record.class,
        context: record.context,
        number: record.arena,
    };
    let agrees = served.is_some_and(|served| {
        let same_arena = match served.arena {
            Some(arena) => arena == got,
            // A refusal names none.
            None => record.op == ALLOC_ARENA,
        };
        served.process == record.process && served.status.code() == record.status && same_arena
    });
    if agrees {
        return Ok(());
    }
    Err(SystemError::Arena(Box::new(super::error::ArenaMismatch {
        op,
        core: record.source as usize,
        process: record.process,
        arena: got,
        status: record.status,
        expected: served,
        cycle,
    })))
}
