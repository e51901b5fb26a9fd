//! [`Os`]: a small operating system around a bench, and the configurations that it runs on.

use crate::lock_step::Operation;
use crate::system::bench::SystemBench;
use crate::system::commands::Command;
use crate::system::dram::{FRAME_BYTES, Failing};
use crate::system::error::SystemError;
use crate::system::hardware::SystemDesign;
use crate::system::machine::Surroundings;
use crate::system::program::{Program, Step};
use crate::verilated::CompileOptions;
use memento_config::Config;
use memento_sim::{Arena, Line};

/// The preset `tiny` with other cores, data bus and bypass, and a context for each core.
pub fn config(cores: u32, data_bits: u32, entries: u32) -> Config {
    let mut settings = Config::preset("tiny").unwrap().settings().clone();
    settings.system.cores = cores;
    settings.system.data_bits = data_bits;
    settings.bypass.entries = entries;
    settings.bypass.id_bits = 5;
    settings.address.context_bits = cores.max(2).ilog2();
    settings.address.region_bytes <<= settings.address.context_bits - 1;
    Config::new(&settings, "hard").unwrap_or_else(|errors| panic!("{errors}"))
}

/// The hardware of a configuration.
pub fn design(config: &Config) -> SystemDesign {
    let options = CompileOptions {
        quick: true,
        ..CompileOptions::default()
    };
    SystemDesign::of_config(config, options).unwrap()
}

/// No program takes half of that.
const GIVE_UP_CYCLE: u64 = 20_000_000;

/// The operating system; what differs from the model ends the test.
pub struct Os {
    /// The bench.
    pub bench: SystemBench,
    next_frame: u64,
}

fn right<T>(result: Result<T, SystemError>) -> T {
    result.unwrap_or_else(|error| panic!("{error}"))
}

impl Os {
    /// Hardware out of reset that has so many frames.
    pub fn new(config: &Config, design: &SystemDesign, frames: u64) -> Os {
        Os::among(&Surroundings::default(), config, design, frames)
    }

    /// As [`Os::new`], in other surroundings than the usual.
    pub fn among(around: &Surroundings, config: &Config, design: &SystemDesign, frames: u64) -> Os {
        let mut bench = right(SystemBench::new(config, design, around));
        // Hardware that never ends a command would be waited for as long.
        bench.machine.give_up_at(GIVE_UP_CYCLE);
        let next_frame = bench.layout().base;
        let mut os = Os { bench, next_frame };
        os.lend(frames);
        os
    }

    /// Lends so many frames more.
    pub fn lend(&mut self, frames: u64) {
        for _ in 0..frames {
            let address = self.next_frame;
            self.next_frame += FRAME_BYTES;
            self.command(Command::Push { address });
        }
    }

    /// Orders a command, and waits for its end.
    pub fn command(&mut self, command: Command) {
        right(self.bench.command(command));
    }

    /// The status of a command of a code, about a process.
    pub fn status(&mut self, code: u32, process: u32, argument: u64) -> u32 {
        right(self.bench.write_registers(&[
            ("command_process", process),
            ("argument_lo", argument as u32),
            ("argument_hi", (argument >> 32) as u32),
            ("command", code),
        ]));
        loop {
            let status = right(self.bench.read_registers(&["command_status"]))[0];
            if status & 2 != 0 {
                return status >> 8 & 15;
            }
        }
    }

    /// Makes a process.
    pub fn create(&mut self, process: u32) {
        let descriptor = self.bench.layout().descriptor(process);
        self.command(Command::Create {
            process,
            descriptor,
        });
    }

    /// Gives a core a context.
    pub fn attach(&mut self, core: u32, process: u32, context: u32) {
        self.command(Command::Attach {
            core,
            process,
            context,
        });
    }

    /// Takes a core's context away.
    pub fn detach(&mut self, core: u32) {
        self.command(Command::Detach { core });
    }

    /// Ends a process.
    pub fn destroy(&mut self, process: u32) {
        self.command(Command::Destroy { process });
        for tlb in &mut self.bench.machine.tlbs {
            tlb.forget_process(process);
        }
        if let Some(objects) = self.bench.objects.get_mut(process as usize) {
            objects.clear();
        }
    }

    /// Starts a program on a core.
    pub fn start(&mut self, core: usize, process: u32, program: Box<dyn Program>) {
        self.bench.start(core, process as usize, process, program);
    }

    /// Lets all programs come to their end.
    pub fn finish(&mut self) {
        right(self.bench.finish_programs());
    }

    /// Runs steps of a process on a core to their end, and lets freed frames arrive in the pool.
    pub fn run(&mut self, core: usize, process: u32, steps: Vec<Step>) {
        self.start(core, process, Box::new(steps.into_iter()));
        self.finish();
        right(self.bench.settle_pool());
    }

    /// How often the model answered a status on a core.
    pub fn answered(&self, core: usize, status: memento_sim::Status) -> u64 {
        self.bench.model.counters(core).unwrap().statuses[usize::from(status.code())]
    }

    /// Compares memory, pool and counters with the model's.
    pub fn compare(&mut self) {
        right(self.bench.compare());
    }

    /// The address of an object.
    pub fn address(&self, process: u32, object: usize) -> u64 {
        let object = self.bench.objects[process as usize][object];
        object.address.unwrap()
    }

    /// The word of eight bytes at a physical address, as any manager of the memory reads it.
    fn word(&mut self, address: u64) -> u64 {
        let lines = right(self.bench.machine.read_lines(&[address & !63]));
        lines[0].1[(address % 64 / 8) as usize]
    }

    /// Where the hardware has the entry of a virtual address in the table of a level. Sv32.
    pub fn hardware_entry(&mut self, process: u32, level: u32, address: u64) -> u64 {
        let mut table = self.bench.layout().descriptor(process);
        for above in (level..2).rev() {
            let at = table + (address >> (12 + 10 * above) & 0x3ff) * 4;
            if above == level {
                return at;
            }
            let entry = self.word(at) >> (8 * (at % 8)) & 0xffff_ffff;
            assert_eq!(entry & 1, 1, "no table of level {level} for {address:#x}");
            table = entry >> 10 << 12;
        }
        panic!("there is no level {level}");
    }

    /// Where hardware and model have the header of an arena.
    pub fn headers(&mut self, process: u32, arena: Arena) -> (u64, Line) {
        let address = self.bench.model.geometry().header_address(arena);
        let at = self.hardware_entry(process, 0, address);
        let entry = self.word(at) >> (8 * (at % 8)) & 0xffff_ffff;
        let line = (entry >> 10 << 12) + address % FRAME_BYTES;
        (line, self.bench.model.header_line(process, arena).unwrap())
    }

    /// Where hardware and model have the record of a class and context.
    pub fn records(&mut self, process: u32, class: u32, context: u32) -> (u64, u64) {
        let model = &self.bench.model;
        let at = model.record_address(process, class, context).unwrap();
        let root = model.entry_address(process, 1, 0).unwrap();
        let descriptor = self.bench.layout().descriptor(process);
        (descriptor + (at - root), at)
    }

    /// Reads and writes of a line fail from now on, or no longer, for hardware and model.
    pub fn fail(&mut self, hardware: u64, model: u64, reads: bool, writes: bool) {
        self.bench
            .machine
            .dram
            .fail(hardware, Failing { reads, writes });
        let memory = self.bench.model.memory_mut();
        memory.fail_reads(Line::of_byte_address(model), reads);
        memory.fail_writes(Line::of_byte_address(model), writes);
    }

    /// Overwrites a word behind the back of both; what was there.
    pub fn poke(&mut self, hardware: u64, model: u64, value: u64) -> u64 {
        let line = self.bench.model.memory().peek(Line::of_byte_address(model));
        let at = (model % 64) as usize;
        let was = u64::from_le_bytes(std::array::from_fn(|byte| line[at + byte]));
        assert_eq!(self.word(hardware), was, "memory agrees before");
        self.bench.machine.dram.poke(hardware, value);
        let memory = self.bench.model.memory_mut();
        memory.poke_bytes(model, &value.to_le_bytes());
        was
    }
}

/// Allocations of objects of a size.
pub fn allocs(objects: std::ops::Range<usize>, size: u64) -> Vec<Step> {
    objects.map(|object| Step::Alloc { object, size }).collect()
}

/// Frees of objects.
pub fn frees(objects: std::ops::Range<usize>) -> Vec<Step> {
    objects.map(|object| Step::Free { object }).collect()
}

/// An allocation that nobody uses if it goes well.
pub fn bare_alloc(size: u64) -> Vec<Step> {
    vec![Step::Bare(Operation::Alloc { size })]
}

/// A free whatever it answers.
pub fn bare_free(address: u64) -> Vec<Step> {
    vec![Step::Bare(Operation::Free { address })]
}
