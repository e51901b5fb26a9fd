//! [`SystemBench`]: machine and golden model in lock-step, programs on its cores.

use super::commands::{Command, address_of};
use super::core_driver::{CoreDriver, Order, Running, Stalls, Waits, execute};
use super::dram::FRAME_BYTES;
use super::error::SystemError;
use super::hardware::SystemDesign;
use super::machine::{Machine, Surroundings};
use super::program::{Object, Program};
use super::registers::RegisterAccess;
use super::snapshot::Snapshot;
use crate::lock_step::{LatencyCounts, Operation, expected_count};
use memento_config::Config;
use memento_hdl::Geometry;
use memento_hdl::allocator::object_allocator::COUNTERS;
use memento_hdl::pages::page_allocator::PAGE_COUNTERS;
use memento_sim::SystemModel;
use std::collections::VecDeque;

/// Cycles without progress after which a bench gives up.
const PATIENCE_CYCLES: u64 = 400_000;

/// Where the operating system keeps things: descriptors and the bypass's masks at the end of the
/// memory, frames to lend from its start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// First byte of the memory.
    pub base: u64,
    /// Frames that can be lent, from the first on.
    pub frames: u64,
    /// Address of the first process's descriptor.
    pub descriptors: u64,
    /// Bytes from one process's descriptor to the next.
    pub descriptor_bytes: u64,
    /// Address of the table of masks.
    pub mask_table: u64,
}

impl Layout {
    /// The layout for a configuration.
    ///
    /// # Errors
    /// [`SystemError::NoFrames`].
    pub fn new(config: &Config) -> Result<Layout, SystemError> {
        let (base, bytes) = (config.memory_base(), config.memory_bytes());
        let descriptor_bytes = Geometry::new(config).descriptor_frames() as u64 * FRAME_BYTES;
        let descriptors_bytes = descriptor_bytes * u64::from(config.processes());
        let masks_bytes = (bytes / FRAME_BYTES * 8).next_multiple_of(FRAME_BYTES);
        match bytes.checked_sub(descriptors_bytes + masks_bytes) {
            None | Some(0) => Err(SystemError::NoFrames { bytes }),
            Some(left) => Ok(Layout {
                base,
                frames: left / FRAME_BYTES,
                descriptors: base + left,
                descriptor_bytes,
                mask_table: base + left + descriptors_bytes,
            }),
        }
    }

    /// Where the descriptor of a process is.
    pub fn descriptor(&self, process: u32) -> u64 {
        self.descriptors + self.descriptor_bytes * u64::from(process)
    }
}

/// A command under way, and what the model answers.
struct Ordered {
    command: Command,
    expected: u8,
    since_cycle: u64,
}

/// Machine and model.
pub struct SystemBench {
    /// The hardware and what is around it.
    pub machine: Machine,
    /// The golden model.
    pub model: SystemModel,
    /// By process of the bench.
    pub objects: Vec<Vec<Object>>,
    pub(crate) cores: Vec<CoreDriver>,
    layout: Layout,
    order: Order,
    ordered: Option<Ordered>,
    /// The last command that ended: cycles that it took.
    command_cycles: u64,
    command_waits: u64,
    /// By core, its frees that other cores execute, oldest first.
    forwarded: Vec<VecDeque<usize>>,
    /// By core, arenas taken for the allocation that is decided next, and fetched ahead.
    fetched: Vec<u32>,
}

impl SystemBench {
    /// Hardware out of reset, set up by the operating system: no process, no frame, cores enabled.
    ///
    /// # Errors
    /// A configuration that a system can't be made of, or Verilator's.
    pub fn new(
        config: &Config,
        design: &SystemDesign,
        around: &Surroundings,
        order: Order,
    ) -> Result<SystemBench, SystemError> {
        let layout = Layout::new(config)?;
        let cores = config.cores() as usize;
        let mut bench = SystemBench {
            machine: Machine::new(config, design, around)?,
            model: SystemModel::new(config),
            objects: Vec::new(),
            cores: (0..cores)
                .map(|core| CoreDriver::new(core, order, config))
                .collect(),
            layout,
            order,
            ordered: None,
            command_cycles: 0,
            command_waits: 0,
            forwarded: vec![VecDeque::new(); cores],
            fetched: vec![0; cores],
        };
        let first_kept = layout.descriptors / FRAME_BYTES;
        let end = (config.memory_base() + config.memory_bytes()) / FRAME_BYTES;
        bench.machine.kept = first_kept..end;
        for core in 0..cores {
            bench.machine.inputs.cores[core].response_ready = true;
        }
        bench.write_registers(&[
            ("mask_table_lo", layout.mask_table as u32),
            ("mask_table_hi", (layout.mask_table >> 32) as u32),
            ("core_enable", (1 << cores) - 1),
            ("control", 1),
        ])?;
        if let Some(bypass) = &mut bench.machine.bypass {
            bypass.set_mask_table(bench.machine.system.mask_table());
        }
        Ok(bench)
    }

    /// Where the operating system keeps things.
    pub fn layout(&self) -> Layout {
        self.layout
    }

    /// Writes registers, while programs go on.
    ///
    /// # Errors
    /// As [`SystemBench::cycle`]; [`SystemError::Register`].
    pub fn write_registers(&mut self, values: &[(&str, u32)]) -> Result<(), SystemError> {
        self.wait_for_command()?;
        for (name, value) in values {
            self.machine.console.push(RegisterAccess::Write {
                address: address_of(name),
                value: *value,
            });
        }
        self.finish_accesses().map(|_| ())
    }

    /// Reads registers, while programs go on.
    ///
    /// # Errors
    /// As [`SystemBench::cycle`]; [`SystemError::Register`].
    pub fn read_registers(&mut self, names: &[&str]) -> Result<Vec<u32>, SystemError> {
        self.wait_for_command()?;
        for name in names {
            self.machine.console.push(RegisterAccess::Read {
                address: address_of(name),
            });
        }
        self.finish_accesses()
    }

    fn finish_accesses(&mut self) -> Result<Vec<u32>, SystemError> {
        while !self.machine.console.is_idle() {
            self.cycle()?;
        }
        let (mut values, mut refused) = (Vec::new(), false);
        for accessed in self.machine.console.take_results() {
            refused |= !accessed.okay;
            values.push(accessed.value);
        }
        match refused {
            true => Err(SystemError::Register { address: 0 }),
            false => Ok(values),
        }
    }

    /// Whether a command is under way.
    #[inline]
    pub fn commanding(&self) -> bool {
        self.ordered.is_some()
    }

    /// Cycles from the order to the end of the last command that ended.
    pub fn command_cycles(&self) -> u64 {
        self.command_cycles
    }

    /// Of these, cycles in which memory, or a host's acknowledge, was waited for.
    pub fn command_waits(&self) -> u64 {
        self.command_waits
    }

    /// Orders a command; none may be under way.
    pub fn order(&mut self, command: Command) {
        let expected = command.expected(&mut self.model);
        command.order(&mut self.machine);
        self.command_waits = 0;
        self.ordered = Some(Ordered {
            command,
            expected,
            since_cycle: self.machine.cycle(),
        });
    }

    /// Orders a command as soon as none is under way, waits for its end, and compares its status.
    ///
    /// # Errors
    /// As [`SystemBench::cycle`].
    pub fn command(&mut self, command: Command) -> Result<(), SystemError> {
        self.wait_for_command()?;
        self.order(command);
        self.wait_for_command()
    }

    /// Waits for the end of the command that is under way.
    ///
    /// # Errors
    /// As [`SystemBench::cycle`].
    pub fn wait_for_command(&mut self) -> Result<(), SystemError> {
        let begun = self.machine.cycle();
        while self.ordered.is_some() {
            self.cycle()?;
            self.watch(begun)?;
        }
        Ok(())
    }

    fn watch(&self, begun: u64) -> Result<(), SystemError> {
        let (cycle, waited) = (self.machine.cycle(), self.machine.cycle() - begun);
        // A DESTROY takes time in proportion to what there is to reclaim.
        if waited < 20 * PATIENCE_CYCLES {
            return Ok(());
        }
        let what = match &self.ordered {
            Some(ordered) => format!("command {:?}", ordered.command),
            None => "the system to be quiet".to_owned(),
        };
        Err(SystemError::Hang {
            cycle,
            waited,
            what,
        })
    }

    fn command_ended(&mut self) -> Result<(), SystemError> {
        let Some(ordered) = self.ordered.take() else {
            return Ok(());
        };
        let ended = ordered.command.ended(&mut self.machine)?;
        self.command_cycles = self.machine.cycle() - ordered.since_cycle;
        if ended.status != ordered.expected {
            return Err(SystemError::Command {
                command: format!("{:?}", ordered.command),
                expected: format!("status code {}", ordered.expected),
                status: ended.status,
                cycle: self.machine.cycle(),
            });
        }
        if ordered.command == Command::Take && ended.status == 0 {
            let frame = ended.result / FRAME_BYTES;
            let known = self.machine.pool.remove(&frame) || self.machine.bypass.is_none();
            if !(self.model.taken(ended.result) && known) {
                return Err(SystemError::Grant {
                    frame,
                    fresh: true,
                    why: "was not in the pool",
                    cycle: self.machine.cycle(),
                });
            }
        }
        Ok(())
    }

    /// One clock cycle.
    ///
    /// # Errors
    /// The first difference from the model, data that are not what they must be, or a hang.
    #[inline]
    pub fn cycle(&mut self) -> Result<(), SystemError> {
        for core in &mut self.cores {
            core.prepare(&mut self.machine, &mut self.model, &mut self.objects)?;
        }
        self.machine.settle()?;
        if self.order == Order::Commit {
            self.commit()?;
        }
        for core in &mut self.cores {
            core.observe(&mut self.machine, &mut self.model, &mut self.objects)?;
        }
        if self.ordered.is_some() {
            self.command_waits += u64::from(self.machine.waits());
        }
        self.machine.finish()?;
        if self.ordered.is_some() && self.machine.console.is_idle() {
            self.command_ended()?;
        }
        let cycle = self.machine.cycle();
        for core in &self.cores {
            if !core.is_drained() && cycle.saturating_sub(core.last_progress) > PATIENCE_CYCLES {
                return Err(SystemError::Hang {
                    cycle,
                    waited: cycle - core.last_progress,
                    what: core.waits_for(),
                });
            }
        }
        Ok(())
    }

    /// Lets the model execute what takes effect in this cycle.
    fn commit(&mut self) -> Result<(), SystemError> {
        for core in 0..self.cores.len() {
            self.fetched[core] += u32::from(self.machine.system.fetched(core));
            let Some(inbox) = self.machine.system.commit(core) else {
                continue;
            };
            let from = match inbox {
                true => match self.forwarded[core].pop_front() {
                    Some(from) => from,
                    None => {
                        return Err(SystemError::Unasked {
                            core,
                            status: 0,
                            value: 0,
                            cycle: self.machine.cycle(),
                            why: "its inbox executes what no core has forwarded",
                        });
                    }
                },
                false => core,
            };
            let mut pending = self.cores[from].pending.iter();
            // The core goes on behind a free that it has forwarded.
            let next = pending
                .position(|pending| pending.expected.is_none() && pending.forwarded == inbox);
            let Some(at) = next else {
                continue;
            };
            let operation = self.cores[from].pending[at].operation;
            // A free that goes to another core takes effect there.
            if !inbox
                && let Operation::Free { address } = operation
                && let Some(owner) = self.owner(core, address)
                && owner != core
            {
                self.cores[from].pending[at].forwarded = true;
                self.forwarded[owner].push_back(core);
                continue;
            }
            if let Operation::Alloc { .. } = operation {
                self.model
                    .set_fetched(core, std::mem::take(&mut self.fetched[core]));
            }
            let outcome = execute(&mut self.model, from, operation);
            self.cores[from].pending[at].expected = Some(outcome);
        }
        Ok(())
    }

    /// The core that executes a core's free of an address, if any does.
    fn owner(&self, core: usize, address: u64) -> Option<usize> {
        let (process, _) = self.model.running(core)?;
        match self.model.geometry().locate(address) {
            memento_sim::Located::Slot(slot) => self.model.runner(process, slot.arena.context),
            _ => None,
        }
    }

    /// Gives a core a program, whose objects are those of process `process` of the bench; in the hardware the process is
    /// `number`. Which context the core runs, commands say.
    pub fn start(&mut self, core: usize, process: usize, number: u32, program: Box<dyn Program>) {
        let known = self.objects.len().max(process + 1);
        self.objects.resize(known, Vec::new());
        let cycle = self.machine.cycle();
        let driver = &mut self.cores[core];
        driver.running = Some(Running {
            process,
            number,
            program,
        });
        (driver.held, driver.ended, driver.steps) = (false, false, 0);
        driver.last_progress = cycle;
    }

    /// Waits until the programs of all cores have ended and everything is answered; then no core has one.
    ///
    /// # Errors
    /// As [`SystemBench::cycle`].
    pub fn finish_programs(&mut self) -> Result<(), SystemError> {
        let runs = |core: &CoreDriver| core.running.is_some() && !(core.ended && core.is_drained());
        while self.cores.iter().any(runs) {
            self.cycle()?;
        }
        for core in &mut self.cores {
            core.running = None;
        }
        Ok(())
    }

    /// Begins no further step, and waits until all operations are answered.
    ///
    /// # Errors
    /// As [`SystemBench::cycle`].
    pub fn drain(&mut self) -> Result<(), SystemError> {
        for core in &mut self.cores {
            core.held = true;
        }
        self.wait_for_command()?;
        while self.cores.iter().any(|core| !core.is_drained()) {
            self.cycle()?;
        }
        Ok(())
    }

    /// Waits until all frames that were given back are in the pool, and nothing is on its way.
    ///
    /// # Errors
    /// As [`SystemBench::cycle`]; a hang if the pool's level never becomes the model's.
    pub fn settle_pool(&mut self) -> Result<(), SystemError> {
        let begun = self.machine.cycle();
        loop {
            let level = self.read_registers(&["pool_level"])?[0];
            if u64::from(level) == self.model.pool_level() && self.machine.is_quiet() {
                return Ok(());
            }
            if self.machine.cycle() - begun > PATIENCE_CYCLES {
                return Err(SystemError::Hang {
                    cycle: self.machine.cycle(),
                    waited: PATIENCE_CYCLES,
                    what: format!(
                        "the pool's level, {level} frames, to become the model's, {}",
                        self.model.pool_level()
                    ),
                });
            }
            self.cycle()?;
        }
    }

    /// Waits for all that is under way, then compares descriptors, page tables, headers, pool and
    /// counters with the model's, and checks the model's invariants.
    ///
    /// # Errors
    /// The first difference.
    pub fn compare(&mut self) -> Result<(), SystemError> {
        let held: Vec<bool> = self.cores.iter().map(|core| core.held).collect();
        self.drain()?;
        self.command(Command::Sync)?;
        self.settle_pool()?;
        self.model.check_invariants()?;
        let pool = match &self.machine.bypass {
            Some(_) => self.machine.pool.clone(),
            // Without grants it isn't known which frames are in the pool.
            None => (0..self.model.pool_level())
                .map(|frame| u64::MAX - frame)
                .collect(),
        };
        let snapshot = Snapshot::new(&mut self.machine);
        let compared = self.model.compare_with(&snapshot, &pool);
        snapshot.finish()?;
        compared?;
        self.compare_counters()?;
        for (core, held) in self.cores.iter_mut().zip(held) {
            core.held = held;
        }
        Ok(())
    }

    /// Counter `index` of a block: a core, the page allocator, the bypass.
    ///
    /// # Errors
    /// As [`SystemBench::cycle`].
    pub fn counter(&mut self, block: u32, index: u32) -> Result<u64, SystemError> {
        self.write_registers(&[("counter_block", block), ("counter_index", index)])?;
        let values = self.read_registers(&["counter_lo", "counter_hi"])?;
        Ok(u64::from(values[1]) << 32 | u64::from(values[0]))
    }

    fn compare_counters(&mut self) -> Result<(), SystemError> {
        for core in 0..self.cores.len() {
            let model = self.model.counters(core).cloned().unwrap_or_default();
            let switches = self.model.switches(core).unwrap_or_default();
            for (index, (name, _)) in COUNTERS.iter().enumerate() {
                if let Some(mut expected) = expected_count(&model, &model.statuses, name) {
                    // Hits of a free for another core are those of the core that executes it; in the model, that asks.
                    if *name == "free_hits" {
                        expected = expected - switches.forwarded_hits + switches.inbox_hits;
                    }
                    let got = self.counter(core as u32, index as u32)?;
                    equal(format!("core {core}"), name, expected, got)?;
                }
            }
        }
        let pages = self.model.statistics().clone();
        for (index, (name, _)) in PAGE_COUNTERS.iter().enumerate() {
            let expected = match *name {
                "alloc_arenas" => pages.alloc_arenas,
                "free_arenas" => pages.free_arenas,
                "body_translations" => pages.body_translations,
                "repairs" => pages.repairs,
                "header_pages" => pages.header_pages,
                "table_frames" => pages.table_frames,
                "os_pushes" => pages.pushes,
                "os_takes" => pages.takes,
                "created" => pages.created,
                "destroyed" => pages.destroyed,
                // What caches spare, and cycles, are the hardware's alone.
                _ => continue,
            };
            let got = self.counter(self.cores.len() as u32, index as u32)?;
            equal("the page allocator".to_owned(), name, expected, got)?;
        }
        Ok(())
    }

    /// Operations issued on all cores.
    pub fn issued(&self) -> u64 {
        self.cores.iter().map(CoreDriver::issued).sum()
    }

    /// Stall cycles of a core.
    pub fn stalls(&self, core: usize) -> Stalls {
        self.cores[core].stalls
    }

    /// Latencies of a core's allocations and frees.
    pub fn latencies(&self, core: usize) -> (&LatencyCounts, &LatencyCounts) {
        (
            &self.cores[core].alloc_latency,
            &self.cores[core].free_latency,
        )
    }

    /// Which of a core's allocations waited, and for what.
    pub fn waits(&self, core: usize) -> &Waits {
        &self.cores[core].waits
    }

    /// Translations that a core's host asked for.
    pub fn translations(&self, core: usize) -> u64 {
        self.cores[core].translations
    }

    /// Pages that could not be had on a core, whose accesses were left out.
    pub fn untouched(&self, core: usize) -> u64 {
        self.cores[core].untouched
    }
}

fn equal(of: String, name: &'static str, expected: u64, got: u64) -> Result<(), SystemError> {
    if expected == got {
        return Ok(());
    }
    Err(SystemError::Counter {
        of,
        name,
        expected,
        got,
    })
}
