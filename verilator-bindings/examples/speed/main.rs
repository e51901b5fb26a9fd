//! The cost of driving a model from Rust, beside a C++ harness on the same model.
//!
//! `cargo run --release -p verilator-bindings --example speed [cycles] [rounds]`
//!
//! Each round runs the C++ harness, then `Model::step`, then `Model::tick`, so
//! that a change of the machine's load meets all three. Medians are compared; the
//! checksums of all port values must agree.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;
use std::{env, fs};

use verilator_bindings::{Build, Clock, In, Level, Library, Model, Out, Verilator};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let mut arguments = env::args().skip(1);
    let cycles: u64 = arguments
        .next()
        .map_or(Ok(2_000_000), |text| text.parse())?;
    let rounds: usize = arguments.next().map_or(Ok(7), |text| text.parse())?;

    let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let source = crate_folder.join("tests/verilog/table_alloc.sv");
    let verilator = Verilator::find()?;
    let folder = tempfile::tempdir()?;
    let harness = compile_harness(&verilator, &source, crate_folder, folder.path())?;
    let library = Build::new("table_alloc").source(&source).compile()?;

    let mut seconds: [Vec<f64>; 3] = Default::default();
    for _ in 0..rounds {
        let (cpp, expected) = run_harness(&harness, cycles)?;
        let (step, step_sum) = run(&library, cycles, Model::step)?;
        let (tick, tick_sum) = run(&library, cycles, Model::tick)?;
        if step_sum != expected || tick_sum != expected {
            return Err(format!("checksums {expected:x}, {step_sum:x}, {tick_sum:x}").into());
        }
        for (all, one) in seconds.iter_mut().zip([cpp, step, tick]) {
            all.push(one);
        }
    }

    let [cpp, step, tick] = seconds.map(median);
    println!("Verilator {}", verilator.version()?);
    println!("{}", first_line(Command::new(cxx()).arg("--version"))?);
    println!("{cycles} cycles, median of {rounds} interleaved rounds");
    for (name, time) in [
        ("C++ harness", cpp),
        ("Model::step", step),
        ("Model::tick", tick),
    ] {
        let rate = cycles as f64 / time / 1e6;
        println!(
            "{name:12} {rate:6.2} Mcycles/s  {:5.2} x the time of C++",
            time / cpp
        );
    }
    Ok(())
}

/// The ports, in the order in which `harness.cpp` uses them.
struct Ports {
    clock: Clock,
    reset: In<bool>,
    bits: [In<bool>; 4],
    class_in: In<u8>,
    slot_in: In<u8>,
    tag: In<u16>,
    context_id: In<u32>,
    address: In<u64>,
    credits: [In<u8>; 2],
    data: [In<u64>; 2],
    flags: [Out<bool>; 4],
    bytes: [Out<u8>; 3],
    halves: [Out<u16>; 2],
    words: [Out<u32>; 4],
    doubles: [Out<u64>; 3],
    bitmap: Out<[u32; 8]>,
}

impl Ports {
    fn of(library: &Library) -> std::result::Result<Self, verilator_bindings::Error> {
        let l = library;
        Ok(Self {
            clock: l.clock("clk")?,
            reset: l.input("rst")?,
            bits: [
                l.input("valid")?,
                l.input("free")?,
                l.input("ready_a")?,
                l.input("ready_b")?,
            ],
            class_in: l.input("class_in")?,
            slot_in: l.input("slot_in")?,
            tag: l.input("tag")?,
            context_id: l.input("context_id")?,
            address: l.input("address")?,
            credits: [l.input("credit_a")?, l.input("credit_b")?],
            data: [l.input("data_a")?, l.input("data_b")?],
            flags: [
                l.output("done")?,
                l.output("full")?,
                l.output("double_free")?,
                l.output("ready_out")?,
            ],
            bytes: [
                l.output("class_out")?,
                l.output("slot_out")?,
                l.output("credit_out")?,
            ],
            halves: [l.output("tag_out")?, l.output("used")?],
            words: [
                l.output("context_out")?,
                l.output("allocs")?,
                l.output("frees")?,
                l.output("errors")?,
            ],
            doubles: [
                l.output("address_out")?,
                l.output("mix_a")?,
                l.output("mix_b")?,
            ],
            bitmap: l.output("bitmap")?,
        })
    }
}

fn run(
    library: &Arc<Library>,
    cycles: u64,
    cycle: impl Fn(&mut Model, Clock) -> std::result::Result<(), verilator_bindings::Error>,
) -> Result<(f64, u64)> {
    let ports = Ports::of(library)?;
    let mut model = library.model()?;
    model.reset(ports.clock, ports.reset, Level::High, 2)?;
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut sum = 0u64;
    let start = Instant::now();
    for _ in 0..cycles {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let bits = state;
        for (port, at) in ports.bits.into_iter().zip([0, 1, 3, 4]) {
            model.set(port, bits >> at & 1 != 0);
        }
        model.set(ports.class_in, (bits >> 2) as u8);
        model.set(ports.slot_in, (bits >> 8) as u8);
        model.set(ports.tag, (bits >> 16) as u16);
        model.set(ports.context_id, (bits >> 32) as u32);
        model.set(ports.address, bits >> 20);
        for (port, at) in ports.credits.into_iter().zip([5, 6]) {
            model.set(port, (bits >> at) as u8);
        }
        for (port, value) in ports.data.into_iter().zip([bits, !bits]) {
            model.set(port, value);
        }
        cycle(&mut model, ports.clock)?;
        sum = sum.wrapping_mul(31);
        for port in ports.flags {
            sum = sum.wrapping_add(u64::from(model.get(port)));
        }
        for port in ports.bytes {
            sum = sum.wrapping_add(u64::from(model.get(port)));
        }
        for port in ports.halves {
            sum = sum.wrapping_add(u64::from(model.get(port)));
        }
        for port in ports.words {
            sum = sum.wrapping_add(u64::from(model.get(port)));
        }
        for port in ports.doubles {
            sum = sum.wrapping_add(model.get(port));
        }
        for (index, word) in model.get(ports.bitmap).into_iter().enumerate() {
            sum ^= u64::from(word) << index;
        }
    }
    Ok((start.elapsed().as_secs_f64(), sum))
}

fn run_harness(harness: &Path, cycles: u64) -> Result<(f64, u64)> {
    let line = first_line(Command::new(harness).arg(cycles.to_string()))?;
    let (seconds, sum) = line
        .split_once(' ')
        .ok_or("the harness printed no result")?;
    Ok((seconds.parse()?, u64::from_str_radix(sum, 16)?))
}

fn compile_harness(
    verilator: &Verilator,
    source: &Path,
    crate_folder: &Path,
    folder: &Path,
) -> Result<PathBuf> {
    let mut verilate = Command::new(verilator.binary());
    verilate
        .env("VERILATOR_ROOT", verilator.root())
        .args([
            "--cc",
            "--prefix",
            "Vmodel",
            "--top-module",
            "table_alloc",
            "--Mdir",
        ])
        .arg(folder)
        .arg(source);
    first_line(&mut verilate)?;

    let include = verilator.root().join("include");
    let mut all = String::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.ends_with(".cpp") {
            all += &format!("#include \"{name}\"\n");
        }
    }
    fs::write(folder.join("all.cpp"), all)?;
    let harness = folder.join("harness");
    let mut compile = Command::new(cxx());
    compile.args([
        "-O3",
        "-std=c++17",
        "-w",
        "-DVERILATOR=1",
        "-DVM_SC=0",
        "-DVM_TIMING=0",
    ]);
    if cfg!(target_arch = "x86_64") {
        compile.arg("-fcf-protection=none");
    }
    compile
        .args(["-DVM_TRACE=0", "-DVM_COVERAGE=0", "-pthread", "-I"])
        .args([
            folder,
            Path::new("-I"),
            &include,
            Path::new("-I"),
            &include.join("vltstd"),
        ])
        .arg("-o")
        .arg(&harness)
        .arg(folder.join("all.cpp"))
        .arg(crate_folder.join("examples/speed/harness.cpp"))
        .args(["verilated.cpp", "verilated_threads.cpp"].map(|file| include.join(file)))
        .arg("-latomic");
    first_line(&mut compile)?;
    Ok(harness)
}

fn cxx() -> String {
    env::var("CXX").unwrap_or_else(|_| "c++".to_owned())
}

/// Runs a program; an error carries what it printed.
fn first_line(command: &mut Command) -> Result<String> {
    let output = command.output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    Ok(String::from_utf8_lossy(&output.stdout)
        .lines()
        .next()
        .unwrap_or_default()
        .to_owned())
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
