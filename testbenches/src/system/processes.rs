//! [`Scheduler`]: programs as processes on the cores, in turn.

use super::bench::SystemBench;
use super::commands::Command;
use super::core_driver::Running;
use super::dram::FRAME_BYTES;
use super::error::SystemError;
use super::program::{Object, Program};
use memento_sim::{ClassUsage, ProcessUsage};
use std::collections::VecDeque;

/// How processes share cores and frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Steps that a process runs before another one's turn.
    pub quantum: u64,
    /// Frames lent at the start.
    pub pool_frames: u64,
    /// Frames lent whenever the pool is low.
    pub refill_frames: u64,
    /// Level of the pool that counts as low.
    pub low_mark: u32,
}

impl Default for Policy {
    fn default() -> Self {
        Policy {
            quantum: 10_000,
            pool_frames: 1024,
            refill_frames: 64,
            low_mark: 128,
        }
    }
}

/// What the operating system did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OsCounts {
    /// Contexts attached.
    pub attached: u64,
    /// Cycles of ATTACH.
    pub attach_cycles: u64,
    /// Contexts saved.
    pub detached: u64,
    /// Cycles of DETACH.
    pub detach_cycles: u64,
    /// Lines that DETACH wrote.
    pub detach_lines: u64,
    /// Most that one wrote.
    pub most_detach_lines: u64,
    /// Times that the pool was low and got frames.
    pub refills: u64,
    /// Frames lent, at the start and since.
    pub pushed: u64,
    /// Processes destroyed.
    pub destroyed: u64,
    /// Cycles of DESTROY.
    pub destroy_cycles: u64,
    /// Of these, cycles in which memory or an acknowledge was waited for.
    pub destroy_waits: u64,
    /// Frames of the pool that they had.
    pub destroyed_frames: u64,
}

/// Memory of processes at some moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Residence {
    /// The moment.
    pub cycle: u64,
    /// Frames of the pool that all processes have.
    pub frames: u64,
    /// By size class.
    pub classes: Vec<ClassUsage>,
}

/// What a process had when it exited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exited {
    /// Its number among the programs.
    pub process: usize,
    /// Its frames.
    pub usage: ProcessUsage,
}

/// A process that waits for a core.
struct Waiting {
    process: usize,
    number: u32,
    program: Box<dyn Program>,
}

/// Processes of one context each, in turn on the cores of a bench.
pub struct Scheduler {
    /// Hardware and model.
    pub bench: SystemBench,
    policy: Policy,
    queue: VecDeque<Waiting>,
    next_frame: u64,
    counts: OsCounts,
    finished: Vec<Box<dyn Program>>,
    exited: Vec<Exited>,
    fullest: Residence,
}

impl Scheduler {
    /// Lends frames, and creates a process for each program.
    ///
    /// # Errors
    /// The first difference from the model.
    pub fn new(
        bench: SystemBench,
        policy: Policy,
        programs: Vec<Box<dyn Program>>,
    ) -> Result<Scheduler, SystemError> {
        let mut scheduler = Scheduler {
            next_frame: bench.layout().base / FRAME_BYTES,
            bench,
            policy,
            queue: VecDeque::new(),
            counts: OsCounts::default(),
            finished: Vec::new(),
            exited: Vec::new(),
            fullest: Residence::default(),
        };
        for _ in 0..policy.pool_frames {
            scheduler.push()?;
        }
        scheduler
            .bench
            .write_registers(&[("pool_low_mark", policy.low_mark), ("interrupt_enable", 1)])?;
        scheduler.refill()?;
        for (process, program) in programs.into_iter().enumerate() {
            let number = process as u32;
            let descriptor = scheduler.bench.layout().descriptor(number);
            scheduler.bench.objects.push(Vec::<Object>::new());
            scheduler.bench.command(Command::Create {
                process: number,
                descriptor,
            })?;
            scheduler.queue.push_back(Waiting {
                process,
                number,
                program,
            });
        }
        Ok(scheduler)
    }

    /// What the operating system did.
    pub fn counts(&self) -> &OsCounts {
        &self.counts
    }

    /// Programs that have exited.
    pub fn finished(&self) -> &[Box<dyn Program>] {
        &self.finished
    }

    /// What processes had when they exited, in that order.
    pub fn exited(&self) -> &[Exited] {
        &self.exited
    }

    /// Memory by class when processes had most frames, of the moments looked at: whenever
    /// [`Scheduler::advance`] begins, and before a process is destroyed.
    pub fn fullest(&self) -> &Residence {
        &self.fullest
    }

    fn look_at_memory(&mut self) {
        let model = &self.bench.model;
        let frames = model.statistics().frames;
        if frames > self.fullest.frames {
            self.fullest = Residence {
                cycle: self.bench.machine.cycle(),
                frames,
                classes: model.class_usage(),
            };
        }
    }

    /// Lends one more frame; `false`: none is left.
    fn push(&mut self) -> Result<bool, SystemError> {
        let layout = self.bench.layout();
        if self.next_frame >= layout.base / FRAME_BYTES + layout.frames {
            return Ok(false);
        }
        let address = self.next_frame * FRAME_BYTES;
        self.next_frame += 1;
        self.counts.pushed += 1;
        self.bench.command(Command::Push { address })?;
        Ok(true)
    }

    /// Runs for so many cycles; `true`: all processes have exited.
    ///
    /// # Errors
    /// The first difference from the model.
    pub fn advance(&mut self, cycles: u64) -> Result<bool, SystemError> {
        self.look_at_memory();
        let end = self.bench.machine.cycle() + cycles;
        while self.bench.machine.cycle() < end {
            self.bench.cycle()?;
            if self.bench.machine.system.interrupt() && !self.bench.commanding() {
                self.refill()?;
            }
            for core in 0..self.bench.cores.len() {
                self.schedule(core)?;
            }
            let busy = self.bench.cores.iter().any(|core| core.running.is_some());
            if !busy && self.queue.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Lends frames until the pool is no longer low. The interrupt says that the level has come to its mark, not that it
    /// stays there, as it does if it falls faster than frames are lent.
    fn refill(&mut self) -> Result<(), SystemError> {
        loop {
            self.bench.write_registers(&[("interrupt_status", 1)])?;
            let level = self.bench.read_registers(&["pool_level"])?[0];
            if level > self.policy.low_mark {
                return Ok(());
            }
            self.counts.refills += 1;
            for _ in 0..self.policy.refill_frames {
                if !self.push()? {
                    // There is nothing more to lend: not to be asked again.
                    return self.bench.write_registers(&[("interrupt_enable", 0)]);
                }
            }
        }
    }

    /// Gives a core to another process if it is time.
    fn schedule(&mut self, core: usize) -> Result<(), SystemError> {
        let driver = &mut self.bench.cores[core];
        if driver.running.is_none() {
            return match self.queue.pop_front() {
                Some(waiting) => self.attach(core, waiting),
                None => Ok(()),
            };
        }
        let due = driver.steps >= self.policy.quantum && !self.queue.is_empty();
        if !due && !driver.ended {
            return Ok(());
        }
        driver.held = true;
        let (drained, ended) = (driver.is_drained(), driver.ended);
        if !drained || self.bench.commanding() {
            return Ok(());
        }
        let written = self.bench.machine.system_writes()[core];
        self.bench.command(Command::Detach { core: core as u32 })?;
        let lines = self.bench.machine.system_writes()[core] - written;
        self.counts.detach_lines += lines;
        self.counts.most_detach_lines = self.counts.most_detach_lines.max(lines);
        self.counts.detached += 1;
        self.counts.detach_cycles += self.bench.command_cycles();
        let Some(Running {
            process,
            number,
            program,
        }) = self.bench.cores[core].running.take()
        else {
            return Ok(());
        };
        if ended {
            self.finished.push(program);
            return self.exit(process, number);
        }
        self.queue.push_back(Waiting {
            process,
            number,
            program,
        });
        Ok(())
    }

    fn attach(&mut self, core: usize, waiting: Waiting) -> Result<(), SystemError> {
        self.bench.command(Command::Attach {
            core: core as u32,
            process: waiting.number,
            context: 0,
        })?;
        self.counts.attached += 1;
        self.counts.attach_cycles += self.bench.command_cycles();
        let cycle = self.bench.machine.cycle();
        let driver = &mut self.bench.cores[core];
        driver.running = Some(Running {
            process: waiting.process,
            number: waiting.number,
            program: waiting.program,
        });
        (driver.held, driver.ended, driver.steps) = (false, false, 0);
        driver.last_progress = cycle;
        Ok(())
    }

    /// A process is over: its memory is compared, then its frames come back, those of objects that it never freed too.
    fn exit(&mut self, process: usize, number: u32) -> Result<(), SystemError> {
        self.bench.compare_process(number)?;
        self.look_at_memory();
        if let Some(usage) = self.bench.model.process_usage(number) {
            self.counts.destroyed_frames += usage.frames;
            self.exited.push(Exited { process, usage });
        }
        self.bench.command(Command::Destroy { process: number })?;
        self.counts.destroyed += 1;
        self.counts.destroy_cycles += self.bench.command_cycles();
        self.counts.destroy_waits += self.bench.command_waits();
        for tlb in &mut self.bench.machine.tlbs {
            tlb.forget_process(number);
        }
        Ok(())
    }
}
