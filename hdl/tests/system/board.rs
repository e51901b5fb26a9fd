//! A whole system as emitted Verilog, with memory, caches and hosts around it in plain Rust.

use super::Pace;
use super::common::{build, system};
use memento_config::Config;
use memento_hdl::Geometry;
use memento_hdl::system::register_map::REGISTERS;
use memento_hdl::verilog::Dialect;
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use verilator_bindings::{Clock, Direction, In, Level, Model, Out};

/// No answer of the system takes longer, in cycles.
const PATIENCE: u64 = 60_000;

/// A line of memory in beats of 64 bits.
type Line = [u64; 8];

/// A burst at the memory, and how many of its beats have moved.
struct Burst {
    id: u128,
    line: u64,
    beat: usize,
}

/// The system on its board.
pub struct Board {
    model: Model,
    clock: Clock,
    inputs: HashMap<String, In<u128>>,
    outputs: HashMap<String, Out<u128>>,
    pub geometry: Geometry,
    pace: Pace,
    pub cycle: u64,
    pub memory: BTreeMap<u64, Line>,
    reads: VecDeque<Burst>,
    /// A beat was on offer and not taken.
    read_offered: bool,
    writes: VecDeque<Burst>,
    /// Beats of write data: data, strobes, whether the last.
    data: VecDeque<(u128, u128, bool)>,
    responses: VecDeque<u128>,
    /// Accepted shoot-downs and discards that wait for their acknowledge.
    shootdowns: u32,
    discards: u32,
    /// Frame numbers granted and not yet dropped.
    pub granted: BTreeSet<u64>,
    /// Shoot-downs so far: process, address, pages.
    pub shot: Vec<(u64, u64, u64)>,
}

impl Board {
    /// A system just out of reset, its registers and memories random from `seed`.
    pub fn new(config: &Config, seed: u64) -> Board {
        let design = system(config, Dialect::SystemVerilog);
        let library = build(&design, Dialect::SystemVerilog)
            .compile()
            .unwrap_or_else(|error| panic!("{error}"));
        let (mut inputs, mut outputs) = (HashMap::new(), HashMap::new());
        for port in library.ports() {
            let name = port.name.clone();
            match port.direction {
                Direction::Input if name != "clock" => {
                    inputs.insert(name.clone(), library.input(&name).expect("an input"));
                }
                Direction::Output => {
                    outputs.insert(name.clone(), library.output(&name).expect("an output"));
                }
                Direction::Input => {}
            }
        }
        let start = verilator_bindings::Start {
            random: Some(seed as u32 | 1),
            ..Default::default()
        };
        let mut model = library.model_from(&start).expect("a model");
        let clock = library.clock("clock").expect("a clock");
        let reset = library.input("reset").expect("a reset");
        for input in inputs.values() {
            model.set(*input, 0);
        }
        let held = model.reset(clock, reset, Level::High, 2);
        held.unwrap_or_else(|error| panic!("{error}"));
        Board {
            model,
            clock,
            inputs,
            outputs,
            geometry: Geometry::new(config),
            pace: Pace::new(seed),
            cycle: 0,
            memory: BTreeMap::new(),
            reads: VecDeque::new(),
            read_offered: false,
            writes: VecDeque::new(),
            data: VecDeque::new(),
            responses: VecDeque::new(),
            shootdowns: 0,
            discards: 0,
            granted: BTreeSet::new(),
            shot: Vec::new(),
        }
    }

    /// Sets an input.
    pub fn set(&mut self, port: &str, value: u128) {
        let input = *self
            .inputs
            .get(port)
            .unwrap_or_else(|| panic!("no input {port}"));
        self.model.set(input, value);
    }

    /// An output's value.
    pub fn get(&self, port: &str) -> u128 {
        let output = *self
            .outputs
            .get(port)
            .unwrap_or_else(|| panic!("no output {port}"));
        self.model.get(output)
    }

    fn high(&self, port: &str) -> bool {
        self.get(port) == 1
    }

    /// A line's content.
    pub fn line(&self, address: u64) -> Line {
        self.memory
            .get(&(address & !63))
            .copied()
            .unwrap_or_default()
    }

    /// Writes 8 bytes.
    pub fn poke(&mut self, address: u64, value: u64) {
        let line = self.memory.entry(address & !63).or_default();
        line[(address >> 3 & 7) as usize] = value;
    }

    /// One cycle. `sample` sees the settled outputs before the edge.
    pub fn cycle<T>(&mut self, sample: impl FnOnce(&Board) -> T) -> T {
        self.pace.cycle(self.cycle);
        let beats = self.geometry.data_bits / 64;
        let moves: [bool; 10] = std::array::from_fn(|_| self.pace.moves());
        for (port, value) in [
            ("m_axi_arready", moves[0]),
            ("m_axi_awready", moves[1]),
            ("m_axi_wready", moves[2]),
            ("shootdown_ready", moves[3]),
            ("discard_ready", moves[4]),
            ("grant_ready", moves[5]),
        ] {
            self.set(port, value.into());
        }
        let reading = !self.reads.is_empty() && (moves[6] || self.read_offered);
        self.set("m_axi_rvalid", reading.into());
        if let Some(burst) = self.reads.front() {
            let (id, line, beat) = (burst.id, self.line(burst.line), burst.beat);
            let data = (0..beats).fold(0u128, |data, part| {
                data | u128::from(line[beat * beats + part]) << (64 * part)
            });
            self.set("m_axi_rid", id);
            self.set("m_axi_rdata", data);
            self.set("m_axi_rresp", 0);
            self.set("m_axi_rlast", ((beat + 1) * beats == 8).into());
        }
        let responding = !self.responses.is_empty();
        self.set("m_axi_bvalid", responding.into());
        if let Some(id) = self.responses.front().copied() {
            self.set("m_axi_bid", id);
            self.set("m_axi_bresp", 0);
        }
        let (shot, discarded) = (
            self.shootdowns > 0 && moves[8],
            self.discards > 0 && moves[9],
        );
        self.shootdowns -= u32::from(shot);
        self.discards -= u32::from(discarded);
        self.set("shootdown_done", shot.into());
        self.set("discard_done", discarded.into());

        self.model.eval().expect("it evaluates");
        let sampled = sample(self);
        if self.high("m_axi_arvalid") && moves[0] {
            let (id, line) = (self.get("m_axi_arid"), self.get("m_axi_araddr") as u64);
            self.reads.push_back(Burst { id, line, beat: 0 });
        }
        self.read_offered = reading && !self.high("m_axi_rready");
        if reading && !self.read_offered {
            let burst = self.reads.front_mut().expect("a burst");
            burst.beat += 1;
            if burst.beat * beats == 8 {
                self.reads.pop_front();
            }
        }
        if self.high("m_axi_awvalid") && moves[1] {
            let (id, line) = (self.get("m_axi_awid"), self.get("m_axi_awaddr") as u64);
            self.writes.push_back(Burst { id, line, beat: 0 });
        }
        self.write_beats(moves[2], beats);
        if responding && self.high("m_axi_bready") {
            self.responses.pop_front();
        }
        if self.high("shootdown_valid") && moves[3] {
            self.shootdowns += 1;
            let of = |port: &str| self.get(port) as u64;
            let what = (
                of("shootdown_process"),
                of("shootdown_address"),
                of("shootdown_pages"),
            );
            self.shot.push(what);
        }
        if self.high("discard_valid") && moves[4] {
            self.discards += 1;
        }
        if self.high("grant_valid") && moves[5] {
            let frame = self.get("grant_frame") as u64;
            if self.high("grant_fresh") {
                assert!(self.granted.insert(frame), "frame {frame:#x} granted twice");
                for line in 0..64 {
                    self.memory.remove(&(frame << 12 | line << 6));
                }
            } else {
                // Frames that the operating system pushes are dropped without a grant.
                self.granted.remove(&frame);
            }
        }
        self.model.step(self.clock).expect("it steps");
        self.cycle += 1;
        sampled
    }

    /// A beat of write data moves, perhaps ahead of its address.
    fn write_beats(&mut self, ready: bool, beats: usize) {
        if ready && self.high("m_axi_wvalid") {
            let strobe = self.get("m_axi_wstrb");
            let last = self.high("m_axi_wlast");
            self.data.push_back((self.get("m_axi_wdata"), strobe, last));
        }
        while let (Some(burst), Some((data, strobe, last))) =
            (self.writes.front_mut(), self.data.front().copied())
        {
            self.data.pop_front();
            let line = self.memory.entry(burst.line).or_default();
            for part in 0..beats {
                let (data, strobe) = ((data >> (64 * part)) as u64, strobe >> (8 * part));
                for byte in (0..8).filter(|byte| strobe >> byte & 1 == 1) {
                    let mask = 0xff << (8 * byte);
                    let beat = &mut line[burst.beat * beats + part];
                    *beat = *beat & !mask | data & mask;
                }
            }
            burst.beat += 1;
            assert_eq!(last, burst.beat * beats == 8, "the last beat says so");
            if last {
                let burst = self.writes.pop_front().expect("a burst");
                self.responses.push_back(burst.id);
            }
        }
    }

    /// A transfer on a channel into the system.
    fn send(&mut self, valid: &str, ready: &str) {
        self.set(valid, 1);
        let since = self.cycle;
        while !self.cycle(|board| board.high(ready)) {
            assert!(self.cycle - since < PATIENCE, "{ready} stays low");
        }
        self.set(valid, 0);
    }

    /// Waits for an answer and takes it.
    fn receive(&mut self, valid: &str, ready: &str, ports: [&str; 2]) -> [u64; 2] {
        self.set(ready, 1);
        let since = self.cycle;
        loop {
            let answer = self.cycle(|board| {
                board
                    .high(valid)
                    .then(|| ports.map(|port| board.get(port) as u64))
            });
            if let Some(answer) = answer {
                self.set(ready, 0);
                return answer;
            }
            assert!(self.cycle - since < PATIENCE, "{valid} stays low");
        }
    }

    /// Writes a register.
    pub fn write(&mut self, register: &str, value: u64) {
        self.set("s_axil_awaddr", offset(register));
        self.set("s_axil_wdata", (value & 0xffff_ffff).into());
        self.set("s_axil_wstrb", 15);
        self.send("s_axil_awvalid", "s_axil_awready");
        self.send("s_axil_wvalid", "s_axil_wready");
        let [response, _] = self.receive("s_axil_bvalid", "s_axil_bready", ["s_axil_bresp", "irq"]);
        assert_eq!(response, 0, "a write of {register}");
    }

    /// Reads a register.
    pub fn read(&mut self, register: &str) -> u64 {
        self.set("s_axil_araddr", offset(register));
        self.send("s_axil_arvalid", "s_axil_arready");
        let ports = ["s_axil_rdata", "s_axil_rresp"];
        let [data, response] = self.receive("s_axil_rvalid", "s_axil_rready", ports);
        assert_eq!(response, 0, "a read of {register}");
        data
    }

    /// Reads a register until it is as wanted.
    pub fn await_register(&mut self, register: &str, wanted: impl Fn(u64) -> bool) -> u64 {
        let since = self.cycle;
        loop {
            let value = self.read(register);
            if wanted(value) {
                return value;
            }
            assert!(self.cycle - since < PATIENCE, "{register} stays {value:#x}");
        }
    }

    /// Orders a command whose registers are set, and waits for its status.
    pub fn command(&mut self, op: u64, process: u64, argument: u64) -> u64 {
        self.write("command_process", process);
        self.write("argument_lo", argument);
        self.write("argument_hi", argument >> 32);
        self.write("command", op);
        let status = self.await_register("command_status", |status| status >> 1 & 1 == 1);
        status >> 8 & 15
    }

    /// ATTACH or DETACH.
    pub fn switch(&mut self, op: u64, core: usize, process: u64, context: u64) -> u64 {
        self.write("command_core", core as u64);
        self.write("command_context", context);
        self.command(op, process, 0)
    }

    /// A counter.
    pub fn counter(&mut self, block: usize, index: usize) -> u64 {
        self.write("counter_block", block as u64);
        self.write("counter_index", index as u64);
        self.read("counter_lo")
    }

    /// Offers an operation to a core until it is accepted.
    pub fn request(&mut self, core: usize, op: u64, operand: u64) {
        self.set(&format!("request_op_{core}"), op.into());
        self.set(&format!("request_operand_{core}"), operand.into());
        self.send(
            &format!("request_valid_{core}"),
            &format!("request_ready_{core}"),
        );
    }

    /// Takes a core's response: status and value.
    pub fn response(&mut self, core: usize) -> [u64; 2] {
        let (status, value) = (
            format!("response_status_{core}"),
            format!("response_value_{core}"),
        );
        self.receive(
            &format!("response_valid_{core}"),
            &format!("response_ready_{core}"),
            [&status, &value],
        )
    }

    /// obj-alloc: status and address.
    pub fn alloc(&mut self, core: usize, size: u64) -> [u64; 2] {
        self.request(core, 0, size);
        self.response(core)
    }

    /// obj-free: status.
    pub fn free(&mut self, core: usize, address: u64) -> u64 {
        self.request(core, 1, address);
        self.response(core)[0]
    }

    /// A host's translation: status and frame number.
    pub fn translate(&mut self, host: usize, process: u64, address: u64) -> [u64; 2] {
        let port = |name: &str| format!("host_translate_{name}_{host}");
        self.set(&port("request_process"), process.into());
        self.set(&port("request_address"), address.into());
        self.send(&port("request_valid"), &port("request_ready"));
        let ports = [port("response_status"), port("response_frame")];
        let ports = [ports[0].as_str(), ports[1].as_str()];
        self.receive(&port("response_valid"), &port("response_ready"), ports)
    }

    /// A random number below `limit`.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.pace.below(limit)
    }
}

fn offset(register: &str) -> u128 {
    let found = REGISTERS.iter().find(|known| known.name == register);
    found
        .unwrap_or_else(|| panic!("no register {register}"))
        .offset as u128
}
