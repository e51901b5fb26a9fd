//! [`SystemBench`]: machine and golden model in lock-step, programs on its cores.

use super::axi::LINE_BYTES;
use super::cache::LINE_WORDS;
use super::commands::{Command, address_of};
use super::core_driver::{CoreDriver, Running};
use super::dram::FRAME_BYTES;
use super::effects::Frames;
use super::error::SystemError;
use super::hardware::SystemDesign;
use super::layout::Layout;
use super::machine::{Machine, Surroundings};
use super::program::{Object, Program};
use super::registers::{Accessed, RegisterAccess};
use super::waits::{Stalls, Waits};
use crate::lock_step::LatencyCounts;
use memento_config::Config;
use memento_sim::{Serving, SystemModel};

/// Cycles without progress after which a bench gives up.
pub(crate) const PATIENCE_CYCLES: u64 = 400_000;

/// A command under way, and what the model answers.
struct Ordered {
    command: Command,
    /// `None`: the model hasn't executed it yet.
    expected: Option<u8>,
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
    ordered: Option<Ordered>,
    /// The last command that ended: cycles that it took.
    command_cycles: u64,
    command_waits: u64,
    /// By core, arenas taken for the allocation that is decided next, and fetched ahead.
    pub(crate) fetched: Vec<u32>,
    pub(crate) frames: Frames,
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
    ) -> Result<SystemBench, SystemError> {
        Self::of(config, Machine::new(config, design, around)?, around)
    }

    /// As [`SystemBench::new`], of a machine whose hardware is out of reset.
    ///
    /// # Errors
    /// A configuration that a system can't be made of, or Verilator's.
    pub fn of(
        config: &Config,
        machine: Machine,
        around: &Surroundings,
    ) -> Result<SystemBench, SystemError> {
        let layout = Layout::new(config)?;
        let cores = config.cores() as usize;
        let mut model = SystemModel::new(config);
        model.set_serving(Serving::Observed);
        let mut bench = SystemBench {
            machine,
            model,
            objects: Vec::new(),
            cores: (0..cores)
                .map(|core| CoreDriver::new(core, config, around.issue))
                .collect(),
            layout,
            ordered: None,
            command_cycles: 0,
            command_waits: 0,
            fetched: vec![0; cores],
            frames: Frames::default(),
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

    /// One access to any address of the registers, while programs go on; it may be refused.
    ///
    /// # Errors
    /// As [`SystemBench::cycle`].
    pub fn access(&mut self, access: RegisterAccess) -> Result<Accessed, SystemError> {
        self.wait_for_command()?;
        self.machine.console.push(access);
        while !self.machine.console.is_idle() {
            self.cycle()?;
        }
        let accessed = self.machine.console.take_results().next();
        Ok(accessed.unwrap_or_default())
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

    /// The command that is under way.
    #[inline]
    pub(crate) fn commanded(&self) -> Option<Command> {
        self.ordered.as_ref().map(|ordered| ordered.command)
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
        let expected = match command {
            // What they take or allow is decided between the requests of others: see `effects`.
            Command::Take | Command::SetQuota { .. } => None,
            // Frees of others take effect on the core until it has written all.
            Command::Detach { core } => {
                self.let_refuse(core as usize);
                None
            }
            _ => Some(command.expected(&mut self.model)),
        };
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

    /// Lets the model execute the command that is under way, if it hasn't yet: its status code.
    pub(crate) fn execute_command(&mut self) -> u8 {
        let Some(ordered) = &mut self.ordered else {
            return 0;
        };
        let model = &mut self.model;
        *ordered
            .expected
            .get_or_insert_with(|| ordered.command.expected(model))
    }

    fn command_ended(&mut self) -> Result<(), SystemError> {
        // A command that is refused at once never comes to the page allocator.
        let expected = self.execute_command();
        let Some(ordered) = self.ordered.take() else {
            return Ok(());
        };
        let ended = ordered.command.ended(&mut self.machine)?;
        self.command_cycles = self.machine.cycle() - ordered.since_cycle;
        if ended.status != expected {
            return Err(SystemError::Command {
                command: format!("{:?}", ordered.command),
                expected: format!("status code {expected}"),
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
            core.prepare(&mut self.machine, &self.model, &mut self.objects)?;
        }
        self.machine.settle()?;
        // The cycle is one for all, whatever differs first.
        let mut followed = self.follow();
        for core in &mut self.cores {
            let seen = core.observe(&mut self.machine, &mut self.model, &mut self.objects);
            followed = followed.and(seen);
        }
        if followed.is_err() {
            self.machine.finish()?;
            return followed;
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

    /// Whether a program has not ended, or something that it asked for is not answered.
    pub fn runs(&self) -> bool {
        let runs = |core: &CoreDriver| core.running.is_some() && !(core.ended && core.is_drained());
        self.cores.iter().any(runs)
    }

    /// Waits until the programs of all cores have ended and everything is answered; then no core has one.
    ///
    /// # Errors
    /// As [`SystemBench::cycle`].
    pub fn finish_programs(&mut self) -> Result<(), SystemError> {
        while self.runs() {
            self.cycle()?;
        }
        for core in &mut self.cores {
            core.running = None;
        }
        Ok(())
    }

    /// Takes a core's program away once everything that it asked for is answered, while others go on; `None`: it had
    /// none, or it has ended.
    ///
    /// # Errors
    /// As [`SystemBench::cycle`].
    pub fn stop(&mut self, core: usize) -> Result<Option<Box<dyn Program>>, SystemError> {
        self.cores[core].held = true;
        while !self.cores[core].is_drained() {
            self.cycle()?;
        }
        let driver = &mut self.cores[core];
        let running = driver.running.take();
        Ok(running
            .filter(|_| !driver.ended)
            .map(|running| running.program))
    }

    /// Processes and addresses of frees that were answered `FOREIGN_CONTEXT` since: for the mailboxes.
    pub fn take_refused(&mut self) -> impl Iterator<Item = (u32, u64)> + '_ {
        let cores = self.cores.iter_mut();
        cores.flat_map(|core| core.refused.drain(..))
    }

    /// Puts addresses to be freed into the mailbox of a context that does not run: an array at a physical address, a
    /// multiple of 64 in memory that is not lent, and array and count into the process's descriptor. Programs go on.
    ///
    /// # Errors
    /// As [`SystemBench::cycle`].
    pub fn fill_mailbox(
        &mut self,
        (process, context): (u32, u32),
        array: u64,
        addresses: &[u64],
    ) -> Result<(), SystemError> {
        self.store(array, addresses)?;
        let offset = self.read_registers(&["mailboxes_offset"])?[0];
        let mailbox = self.layout.descriptor(process) + u64::from(offset + 16 * context);
        self.store(mailbox, &[array, addresses.len() as u64])?;
        self.model.fill_mailbox(process, context, array, addresses);
        Ok(())
    }

    /// Writes words of eight bytes as any manager of the memory would.
    fn store(&mut self, address: u64, words: &[u64]) -> Result<(), SystemError> {
        let mut left = words;
        let mut here = address;
        while !left.is_empty() {
            let (line, first) = (here & !(LINE_BYTES - 1), (here % LINE_BYTES / 8) as usize);
            let (now, rest) = left.split_at(left.len().min(LINE_WORDS - first));
            let mut data = [0; LINE_WORDS];
            data[first..first + now.len()].copy_from_slice(now);
            let strobe =
                (0..8 * now.len()).fold(0, |strobe, byte| strobe | 1 << (8 * first + byte));
            while !self.machine.cache.write_around(line, data, strobe) {
                self.cycle()?;
            }
            while self.machine.cache.writes(line) {
                self.cycle()?;
            }
            (left, here) = (rest, line + LINE_BYTES);
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

    /// Counter `index` of a block: a core, the page allocator, the bypass.
    ///
    /// # Errors
    /// As [`SystemBench::cycle`].
    pub fn counter(&mut self, block: u32, index: u32) -> Result<u64, SystemError> {
        self.write_registers(&[("counter_block", block), ("counter_index", index)])?;
        let values = self.read_registers(&["counter_lo", "counter_hi"])?;
        Ok(u64::from(values[1]) << 32 | u64::from(values[0]))
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
        self.cores[core].accesses.translations
    }

    /// Pages that could not be had on a core, whose accesses were left out.
    pub fn untouched(&self, core: usize) -> u64 {
        self.cores[core].accesses.untouched
    }
}
