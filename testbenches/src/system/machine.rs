//! [`Machine`]: hardware, memory, cache and hosts, cycle by cycle.

use super::axi::{Manager, Subordinate};
use super::cache::{Cache, CacheShape, LineData};
use super::dram::{Dram, DramTiming};
use super::error::SystemError;
use super::hardware::SystemDesign;
use super::host::{Acknowledger, ForgetRequests, Tlb, Withheld};
use super::interconnect::Interconnect;
use super::protocol::{AxiRules, LiteRules};
use super::registers::{Console, LiteManager};
use super::signals::{BypassInputs, Grant, SystemInputs};
use super::stopped::StoppedPages;
use super::verilated_bypass::VerilatedBypass;
use super::verilated_system::VerilatedSystem;
use crate::coin::Coin;
use crate::lock_step::Issue;
use memento_config::Config;
use std::collections::BTreeSet;
use std::ops::Range;

/// Everything around the hardware that a run can choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Surroundings {
    /// The last-level cache.
    pub cache: CacheShape,
    /// Memory.
    pub dram: DramTiming,
    /// Entries of each core's TLB.
    pub tlb_entries: u32,
    /// How a core's operations follow each other.
    pub issue: Issue,
    /// Seed of the random values that registers and memories start with.
    pub seed: u32,
}

impl Default for Surroundings {
    fn default() -> Self {
        Surroundings {
            cache: CacheShape::default(),
            dram: DramTiming::default(),
            tlb_entries: 512,
            issue: Issue::InOrder,
            seed: 1,
        }
    }
}

/// The hardware with all that is around it but programs and operating system.
///
/// A cycle is [`Machine::settle`], after which outputs are those of the cycle, and
/// [`Machine::finish`], which gives the rising edge; in between programs look at what is accepted.
pub struct Machine {
    /// memento_system.
    pub system: VerilatedSystem,
    /// memento_bypass.
    pub bypass: Option<VerilatedBypass>,
    /// Memory.
    pub dram: Dram,
    /// The last-level cache.
    pub cache: Cache,
    /// By core.
    pub tlbs: Vec<Tlb>,
    /// The operating system's way to the registers.
    pub console: Console,
    /// What is put on memento_system; programs set `cores`.
    pub inputs: SystemInputs,
    /// Frames that are in the hardware's pool, as far as grants tell.
    pub pool: BTreeSet<u64>,
    /// Frames that the operating system keeps: descriptors are granted from there, not from the pool.
    pub kept: Range<u64>,
    acknowledger: Acknowledger,
    interconnect: Interconnect,
    filter: BypassInputs,
    /// Heads: a core's responses aren't taken in this cycle. None: they always are, unless a program says otherwise.
    response_stall: Option<Coin>,
    /// Heads: a host's translation isn't taken in this cycle.
    translation_stall: Coin,
    cycle: u64,
    /// The cycle that is not reached.
    end_cycle: u64,
    /// Something may happen on memory's side: it is looked at in this cycle.
    memory_active: bool,
    /// The first cycle in which memory may show something, if nothing is asked before; 0: something is shown.
    rest_end: u64,
    /// Nothing is shown on memory's side in this cycle.
    resting: bool,
    never_rests: bool,
    memory: Subordinate,
    cache_shown: Manager,
    bus: Manager,
    back: Subordinate,
    lite_shown: LiteManager,
    lite_active: bool,
    system_shown: Manager,
    rules: Rules,
    stopped_pages: StoppedPages,
}

/// Rules of each bus.
struct Rules {
    system: AxiRules,
    caches: AxiRules,
    memory: AxiRules,
    registers: LiteRules,
}

impl Machine {
    /// Hardware just out of reset.
    ///
    /// # Errors
    /// [`SystemError::NoIds`], [`SystemError::Verilator`].
    pub fn new(
        config: &Config,
        design: &SystemDesign,
        around: &Surroundings,
    ) -> Result<Machine, SystemError> {
        let hardware = (design.system(around.seed)?, design.bypass(around.seed)?);
        Self::of(config, hardware, around)
    }

    /// Hardware just out of reset, which may have been anything before.
    ///
    /// # Errors
    /// [`SystemError::NoIds`].
    pub fn of(
        config: &Config,
        (system, bypass): (VerilatedSystem, Option<VerilatedBypass>),
        around: &Surroundings,
    ) -> Result<Machine, SystemError> {
        let first_id = Interconnect::first_cache_id(config);
        if first_id >= 1 << config.id_bits() {
            return Err(SystemError::NoIds {
                id_bits: config.id_bits(),
                cores: config.cores(),
            });
        }
        Ok(Machine {
            system,
            bypass,
            dram: Dram::new(config, around.dram),
            cache: Cache::new(config, around.cache, first_id),
            tlbs: vec![Tlb::new(around.tlb_entries); config.cores() as usize],
            console: Console::default(),
            inputs: SystemInputs::default(),
            pool: BTreeSet::new(),
            kept: 0..0,
            acknowledger: Acknowledger::default(),
            interconnect: Interconnect::new(config),
            filter: BypassInputs::default(),
            response_stall: None,
            translation_stall: Coin::tails(),
            cycle: 0,
            end_cycle: u64::MAX,
            memory_active: true,
            rest_end: 0,
            resting: false,
            never_rests: false,
            memory: Subordinate::default(),
            cache_shown: Manager::default(),
            bus: Manager::default(),
            back: Subordinate::default(),
            lite_shown: LiteManager::default(),
            lite_active: true,
            system_shown: Manager::default(),
            rules: Rules {
                system: AxiRules::new(config.data_bits(), config.id_bits()),
                caches: AxiRules::new(config.data_bits(), config.id_bits()),
                // The bypass has a number of its own beside those of its clients.
                memory: AxiRules::new(config.data_bits(), config.id_bits() + 1),
                registers: LiteRules::default(),
            },
            // Cores have the numbers below.
            stopped_pages: StoppedPages::new(config.cores(), config.data_bits()),
        })
    }

    /// The hardware, reset in the midst of whatever it is doing, without anything around it.
    ///
    /// # Errors
    /// [`SystemError::Verilator`].
    pub fn into_reset(mut self) -> Result<(VerilatedSystem, Option<VerilatedBypass>), SystemError> {
        self.system.reset()?;
        if let Some(bypass) = &mut self.bypass {
            bypass.reset()?;
        }
        Ok((self.system, self.bypass))
    }

    /// Rising edges since reset.
    #[inline]
    pub fn cycle(&self) -> u64 {
        self.cycle
    }

    /// Doesn't take responses in `percent` of the cycles, drawn from `seed` for each core.
    pub fn stall_responses(&mut self, percent: u64, seed: u64) {
        self.response_stall = Some(Coin::new(percent, seed));
    }

    /// Hosts take no answer and accept nothing in `percent` of the cycles, drawn from `seed`: registers' answers,
    /// translations, shoot-downs, discards.
    pub fn stall_hosts(&mut self, percent: u64, seed: u64) {
        self.console.stall(percent, seed ^ 0x1111);
        self.acknowledger.stall(percent, seed ^ 0x2222);
        self.translation_stall = Coin::new(percent, seed ^ 0x3333);
    }

    /// Goes through memory's side in cycles in which all wait, too: nothing is different, but for the time it takes.
    pub fn never_rest(&mut self) {
        self.never_rests = true;
    }

    /// Gives up at a cycle, or at an earlier one that was stated before, as if nothing went on: for hardware that may do
    /// nothing for ever.
    pub fn give_up_at(&mut self, cycle: u64) {
        self.end_cycle = self.end_cycle.min(cycle);
    }

    /// Goes on, if it has given up.
    pub fn go_on(&mut self) {
        self.end_cycle = u64::MAX;
    }

    /// Makes TLBs and cache forget.
    pub fn acknowledger(&self) -> &Acknowledger {
        &self.acknowledger
    }

    /// Which acknowledges hosts withhold from now on.
    pub fn withhold(&mut self, withheld: Withheld) {
        self.acknowledger.withhold(withheld);
    }

    /// Whether memory, or a host's acknowledge, is waited for.
    #[inline]
    pub fn waits(&self) -> bool {
        !(self.dram.is_idle() && self.acknowledger.is_idle())
    }

    /// Lines that memento_system asked to be written, by transaction number: core 0, 1, …, page allocator.
    pub fn system_writes(&self) -> &[u64] {
        self.interconnect.system_writes()
    }

    /// Whether nothing is on its way between hardware, cache, hosts and memory.
    pub fn is_quiet(&self) -> bool {
        !self.memory_active && self.acknowledger.is_idle() && self.console.is_idle()
    }

    /// Puts all inputs of the cycle on and lets outputs follow.
    ///
    /// # Errors
    /// [`SystemError::Verilator`].
    #[inline]
    pub fn settle(&mut self) -> Result<(), SystemError> {
        self.inputs.forget = self.acknowledger.begin(&mut self.cache);
        if let Some(stall) = &mut self.response_stall {
            for core in 0..self.tlbs.len() {
                self.inputs.cores[core].response_ready = !stall.heads();
            }
        }
        for core in 0..self.tlbs.len() {
            self.inputs.cores[core].translate_stalled = self.translation_stall.heads();
        }
        if self.lite_active || !self.console.is_idle() {
            self.lite_shown = self.console.show();
            self.inputs.lite = self.lite_shown;
        }
        if self.memory_active || !self.cache.is_idle() {
            self.memory_active = true;
            self.resting = self.rests();
            if self.resting {
                self.system.apply(&self.inputs)?;
                self.resting = !self.system.asks_memory();
            }
            if !self.resting {
                self.settle_memory()?;
            }
        } else {
            self.system.apply(&self.inputs)?;
        }
        Ok(())
    }

    /// Whether all on memory's side go on waiting: half of a program's cycles. Whatever they show is as it was.
    #[inline]
    fn rests(&self) -> bool {
        let bypass = self.bypass.as_ref();
        self.cycle < self.rest_end
            && !self.never_rests
            && !self.cache.asks()
            && !self.system.asks_memory()
            && bypass.is_none_or(|bypass| {
                bypass.shows_nothing()
                    && bypass.grant_ready() == self.inputs.grant_ready
                    && bypass.stopped_parts() == self.inputs.bypass_stopped
            })
    }

    fn settle_memory(&mut self) -> Result<(), SystemError> {
        self.memory = self.dram.begin(self.cycle);
        self.cache_shown = self.cache.show();
        let mut system = self.system.manager();
        self.interconnect.choose(&system, &self.cache_shown);
        loop {
            self.back = match &self.bypass {
                Some(bypass) => bypass.subordinate(),
                None => self.memory,
            };
            self.bus = self
                .interconnect
                .manager(&system, &self.cache_shown, &self.back);
            self.inputs.memory = self.interconnect.to_system(&self.back);
            let mut changed = false;
            match &mut self.bypass {
                Some(bypass) => {
                    self.filter = BypassInputs {
                        caches: self.bus,
                        memory: self.memory,
                        grant: self.system.grant(),
                    };
                    changed |= bypass.apply(&self.filter)?;
                    self.inputs.grant_ready = bypass.grant_ready();
                    self.inputs.bypass_stopped = bypass.stopped_parts();
                }
                None => self.inputs.grant_ready = true,
            }
            changed |= self.system.apply(&self.inputs)?;
            if !changed {
                self.system_shown = system;
                return Ok(());
            }
            system = self.system.manager();
        }
    }

    /// Gives the rising edge: what is valid and ready takes place.
    ///
    /// # Errors
    /// [`SystemError::Grant`], [`SystemError::Data`], [`SystemError::Verilator`].
    #[inline]
    pub fn finish(&mut self) -> Result<(), SystemError> {
        let mut filter_ticks = false;
        if self.memory_active {
            let shown = !self.resting && self.finish_memory()?;
            let busy = self.bypass.as_ref().is_some_and(VerilatedBypass::busy);
            self.memory_active = shown | busy | !self.dram.is_idle() | !self.cache.is_idle();
            filter_ticks = true;
        }
        let forget = self.system.forget();
        if self.system.is_page_side_stopped() {
            let silent = StoppedPages::silence(&forget, self.system.grant().valid);
            silent.map_err(|why| self.page_side_broken(why))?;
        }
        if forget != ForgetRequests::default() || !self.acknowledger.is_idle() {
            self.acknowledger
                .end(&forget, &mut self.tlbs, &mut self.cache);
        }
        if self.lite_active || !self.console.is_idle() {
            let seen = self.system.lite();
            let rules = self.rules.registers.step(&self.lite_shown, &seen);
            rules.map_err(|why| SystemError::Protocol {
                bus: "memento_system, s_axil",
                why,
                cycle: self.cycle,
            })?;
            self.console.end(&self.lite_shown, &seen);
            // One more cycle takes the signals back.
            self.lite_active = self.lite_shown != LiteManager::default();
        }
        if let Some(fault) = self.cache.fault() {
            return Err(SystemError::Data {
                fault,
                cycle: self.cycle,
            });
        }
        self.system.tick()?;
        if let Some(bypass) = &mut self.bypass
            && filter_ticks
            && (self.filter.any_valid() || bypass.busy())
        {
            bypass.tick()?;
        }
        self.cycle += 1;
        if self.cycle >= self.end_cycle {
            return Err(SystemError::Hang {
                cycle: self.cycle,
                waited: self.cycle,
                what: "everything to come to its end".to_owned(),
            });
        }
        if !self.memory_active {
            self.memory_active = self.system.asks_memory();
        }
        Ok(())
    }

    /// Whether anything was shown.
    fn finish_memory(&mut self) -> Result<bool, SystemError> {
        let shown = match &self.bypass {
            Some(bypass) => bypass.manager(),
            None => self.bus,
        };
        self.check_buses(&shown)?;
        let to_cache = self.interconnect.to_cache(&self.back);
        self.interconnect.end(&self.bus, &self.back);
        self.cache.end(&self.cache_shown, &to_cache);
        self.dram.end(&shown, &self.interconnect.causes);
        let grant = self.filter.grant;
        if grant.valid && self.inputs.grant_ready {
            self.take_grant(grant)?;
        }
        let asks = self.bus.asks() | shown.asks() | self.interconnect.expects_data();
        let active = asks | self.back.answers() | self.memory.answers() | grant.valid;
        self.rest_end = if active { 0 } else { self.dram.next_answer() };
        Ok(active)
    }

    /// Whether the buses are used as AXI4 wants it; what memory is shown among them.
    fn check_buses(&mut self, to_memory: &Manager) -> Result<(), SystemError> {
        let cycle = self.cycle;
        let broken = |bus| move |why| SystemError::Protocol { bus, why, cycle };
        let rules = &mut self.rules;
        let system = rules.system.step(&self.system_shown, &self.inputs.memory);
        system.map_err(broken("memento_system, m_axi"))?;
        let stopped = self.system.is_page_side_stopped();
        let pages = &mut self.stopped_pages;
        let pages = pages.step(&self.system_shown, &self.inputs.memory, stopped);
        pages.map_err(broken("memento_system, m_axi"))?;
        let caches = rules.caches.step(&self.bus, &self.back);
        caches.map_err(broken("the bus of memento_system and cache"))?;
        if self.bypass.is_some() {
            let memory = rules.memory.step(to_memory, &self.memory);
            memory.map_err(broken("memento_bypass, m_axi"))?;
        }
        Ok(())
    }

    fn page_side_broken(&self, why: String) -> SystemError {
        SystemError::Protocol {
            bus: "memento_system",
            why,
            cycle: self.cycle,
        }
    }

    /// What the hardware has printed since it was asked last.
    pub fn take_output(&mut self) -> String {
        let bypass = self.bypass.as_mut();
        self.system.take_output() + &bypass.map_or_else(String::new, VerilatedBypass::take_output)
    }

    fn take_grant(&mut self, grant: Grant) -> Result<(), SystemError> {
        self.dram.granted(grant.frame, grant.fresh);
        if self.kept.contains(&grant.frame) {
            return Ok(());
        }
        let right = match grant.fresh {
            true => self.pool.remove(&grant.frame),
            false => self.pool.insert(grant.frame),
        };
        if right {
            return Ok(());
        }
        Err(SystemError::Grant {
            frame: grant.frame,
            fresh: grant.fresh,
            why: match grant.fresh {
                true => "was not in the pool",
                false => "was there already",
            },
            cycle: self.cycle,
        })
    }

    /// A cycle in which no program does anything.
    ///
    /// # Errors
    /// As [`Machine::finish`].
    pub fn idle_cycle(&mut self) -> Result<(), SystemError> {
        self.settle()?;
        self.finish()
    }

    /// Reads lines as any manager of the memory would, past the cache.
    ///
    /// # Errors
    /// As [`Machine::finish`].
    pub fn read_lines(&mut self, lines: &[u64]) -> Result<Vec<(u64, LineData)>, SystemError> {
        let mut read = Vec::with_capacity(lines.len());
        let mut waiting = lines.iter().copied().peekable();
        while read.len() < lines.len() {
            if let Some(&line) = waiting.peek()
                && self.cache.read_around(line)
            {
                waiting.next();
            }
            self.idle_cycle()?;
            while let Some((line, data, _)) = self.cache.take_read_around() {
                read.push((line, data));
            }
        }
        Ok(read)
    }
}
