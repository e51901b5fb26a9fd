//! Hardware against model while nothing is under way: memory, pool, counters.

use super::bench::{PATIENCE_CYCLES, SystemBench};
use super::commands::Command;
use super::error::SystemError;
use super::snapshot::{Glance, Snapshot};
use crate::lock_step::expected_count;
use memento_hdl::allocator::object_allocator::COUNTERS;
use memento_hdl::pages::page_allocator::PAGE_COUNTERS;
use memento_sim::Status;

impl SystemBench {
    /// Waits until all frames that were given back are in the pool, all requests about arenas are served, and nothing is
    /// on its way.
    ///
    /// # Errors
    /// As [`SystemBench::cycle`]; [`SystemError::Unserved`]; a hang if the pool's level never becomes the model's.
    pub fn settle_pool(&mut self) -> Result<(), SystemError> {
        let begun = self.machine.cycle();
        loop {
            let level = self.read_registers(&["pool_level"])?[0];
            let settled =
                u64::from(level) == self.model.pool_level() && self.model.in_reclaim() == 0;
            let served = self.model.check_served();
            if settled && served.is_ok() && self.machine.is_quiet() {
                return Ok(());
            }
            if self.machine.cycle() - begun > PATIENCE_CYCLES {
                served?;
                return Err(SystemError::Hang {
                    cycle: self.machine.cycle(),
                    waited: PATIENCE_CYCLES,
                    what: format!(
                        "the pool's level, {level} frames, to become the model's, {}, with {} on their way",
                        self.model.pool_level(),
                        self.model.in_reclaim()
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

    /// Compares descriptor, page table and headers of a process that no core runs with the model's, while others go on:
    /// no cycle passes. Cursors are left out: what they grant is compared whenever it is granted.
    ///
    /// # Errors
    /// The first difference.
    pub fn compare_process(&self, process: u32) -> Result<(), SystemError> {
        let memory = Glance(&self.machine.dram);
        self.model
            .compare_process(process, &memory, &self.machine.pool)?;
        Ok(())
    }

    fn compare_counters(&mut self) -> Result<(), SystemError> {
        for core in 0..self.cores.len() {
            let model = self.model.counters(core).cloned().unwrap_or_default();
            let switches = self.model.switches(core).unwrap_or_default();
            let refused = model.statuses[usize::from(Status::ForeignContext.code())];
            for (index, (name, _)) in COUNTERS.iter().enumerate() {
                let own = expected_count(&model, &model.statuses, name);
                let expected = match *name {
                    // Hits of a free for another core are those of the core that executes it; in the model, that asks.
                    "free_hits" => own.map(|hits| {
                        hits - switches.forwarded_hits + switches.inbox_hits + switches.mailbox_hits
                    }),
                    "forwards" => Some(switches.forwarded + refused),
                    "inbox_frees" => Some(switches.inbox),
                    "mailbox_frees" => Some(switches.mailbox_frees + switches.mailbox_failed),
                    "mailbox_failures" => Some(switches.mailbox_failed),
                    _ => own,
                };
                if let Some(expected) = expected {
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
        let processes = 0..self.model.processes() as u32;
        for process in processes {
            let Some(usage) = self.model.process_usage(process) else {
                continue;
            };
            self.write_registers(&[("process_select", process)])?;
            let got = u64::from(self.read_registers(&["process_frames"])?[0]);
            equal(format!("process {process}"), "frames", usage.frames, got)?;
        }
        Ok(())
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
