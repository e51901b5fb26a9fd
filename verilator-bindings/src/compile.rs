//! From sources to a loaded library, through the cache.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::build::{Build, Evaluation, Optimize, Trace};
use crate::cache::{Cache, Digest, Slot};
use crate::changes;
use crate::error::Error;
use crate::generated::{self, DeclaredPort, PREFIX};
use crate::library::Library;
use crate::ports::Direction;
use crate::tool::{self, Verilator, command_line, run};
use crate::verilate::{self, Inputs};

/// Declares the function that takes the place of `printf`.
const PRINT_HEADER: &str = "int verilator_bindings_print(const char* format, ...);\n";

/// The runtime is small and the same for all models.
const RUNTIME_OPTIMIZATION: &str = "-O2";

/// The runtime does not depend on what a model records, so it is compiled once.
const RUNTIME_FLAGS: [&str; 4] = [
    "-DVM_COVERAGE=0",
    "-DVM_TRACE=0",
    "-DVM_TRACE_VCD=0",
    "-DVM_TRACE_FST=0",
];

/// `-fno-gnu-unique` and hidden symbols keep the libraries in one process apart;
/// `-fcf-protection=none` is what Verilator's own makefile uses on x86.
const FLAGS: [&str; 15] = [
    "-std=c++17",
    "-fPIC",
    "-fvisibility=hidden",
    "-fvisibility-inlines-hidden",
    "-w",
    "-DVERILATOR=1",
    "-DVM_SC=0",
    "-DVM_TIMING=0",
    "-DVM_TRACE_SAIF=0",
    "-DVL_USER_FINISH",
    "-DVL_USER_STOP",
    "-DVL_USER_FATAL",
    "-DVL_PRINTF=verilator_bindings_print",
    "-include",
    "print.h",
];

/// An evaluation is one function of many thousand lines, run once a cycle. These passes of GCC move
/// code of branches to where it is always executed and keep many more values alive than there are
/// registers; without them a model has an eighth fewer instructions to execute.
const GCC_FLAGS: [&str; 4] = [
    "-fno-tree-pre",
    "-fno-code-hoisting",
    "-fno-if-conversion",
    "-fno-if-conversion2",
];

/// Compiles `build`, or finds it compiled, and loads it.
pub(crate) fn compile(
    build: &Build,
    verilator: &Verilator,
    compiler: &Path,
    cache: &Cache,
) -> Result<Arc<Library>, Error> {
    let inputs = Inputs::read(build)?;
    let job = Job {
        build,
        verilator,
        compiler,
        cache,
        tools: format!(
            "{}\n{}",
            verilator.digest()?,
            tool::compiler_version(compiler)?
        ),
    };
    let asked = job.key(&inputs)?;
    let slot = cache.model(&asked);
    let entry = match slot.find(|name| inputs.resolve(name)) {
        Some(entry) => entry,
        None => {
            let _lock = cache.lock(&asked)?;
            // Another thread or process may have made it meanwhile.
            match slot.find(|name| inputs.resolve(name)) {
                Some(entry) => entry,
                None => job.make(&inputs, &slot)?,
            }
        }
    };
    Library::load(
        &entry,
        &build.top,
        build.trace,
        build.coverage,
        inputs.into_paths(),
    )
}

struct Job<'a> {
    build: &'a Build,
    verilator: &'a Verilator,
    compiler: &'a Path,
    cache: &'a Cache,
    /// Digest and version of both tools.
    tools: String,
}

impl Job<'_> {
    fn key(&self, inputs: &Inputs) -> Result<String, Error> {
        let build = self.build;
        let mut digest = Cache::key();
        digest.text(&self.tools);
        digest.text(&self.compiler.to_string_lossy());
        digest.text(&FLAGS.join(" "));
        digest.text(&build.top);
        for (name, value) in build.parameters.iter().chain(&build.defines) {
            digest.text(name);
            digest.text(value);
        }
        digest.text(&format!(
            "{} {}",
            build.parameters.len(),
            build.defines.len()
        ));
        for flag in &build.flags {
            digest.text(flag);
        }
        digest.text(&format!(
            "{:?} {:?} {:?} {:?} {:?}",
            build.warnings, build.trace, build.coverage, build.optimize, build.evaluation
        ));
        inputs.digest(&mut digest)?;
        Ok(digest.finish())
    }

    fn make(&self, inputs: &Inputs, slot: &Slot) -> Result<PathBuf, Error> {
        self.cache.prune();
        let scratch = slot.scratch()?;
        let folder = scratch.path();
        let warnings = verilate::generate(self.build, inputs, self.verilator, folder)?;

        let out = folder.join("generated");
        let write =
            |path: PathBuf, text: &str| fs::write(&path, text).map_err(Error::file("write", path));
        let classes = generated::classes(&generated::read(&out, "_classes.mk")?);
        let ports = generated::ports(&generated::read(&out, ".h")?, &self.build.top)?;
        let checked = self.build.evaluation == Evaluation::Checked;
        let changes = self.build.follows_changes() && changes::rewrite(&out, checked)?;
        write(out.join("print.h"), PRINT_HEADER)?;
        let evaluation = sources(&out)?;
        let plain = generated::plain_evaluation(&generated::read(&out, ".cpp")?, &evaluation);
        write(
            out.join("verilator_bindings_ports.inc"),
            &port_table(&ports, &evaluation),
        )?;
        let edges_alone = plain && generated::edges_alone(&evaluation);
        write(
            out.join("verilator_bindings_evaluation.inc"),
            &format!(
                "#define PLAIN_EVALUATION {}\n#define EDGES_ALONE {}\n#define FOLLOWS_CHANGES {}\n",
                u8::from(plain),
                u8::from(edges_alone),
                u8::from(changes)
            ),
        )?;
        write(out.join("shim.cpp"), include_str!("shim.cpp"))?;

        let mut objects: Vec<PathBuf> = classes
            .runtime
            .iter()
            .map(|name| self.cache.runtime(&self.runtime_key(name)))
            .collect();
        let mut units: Vec<(String, &str)> = Vec::new();
        let fast = self.build.optimize.flag();
        let slow = Optimize::Quick.flag();
        if classes.split {
            units.extend(classes.fast.iter().map(|name| (name.clone(), fast)));
            units.extend(classes.slow.iter().map(|name| (name.clone(), slow)));
            units.push(("shim".to_owned(), fast));
        } else {
            // One unit saves reading the headers again and lets calls be inlined.
            let all = |names: &mut dyn Iterator<Item = &str>| {
                names.fold(String::new(), |mut text, name| {
                    let _ = writeln!(text, "#include \"{name}.cpp\"");
                    text
                })
            };
            let shim = ["shim"];
            let mut fast_names = classes.fast.iter().map(String::as_str).chain(shim);
            write(out.join("fast.cpp"), &all(&mut fast_names))?;
            write(
                out.join("slow.cpp"),
                &all(&mut classes.slow.iter().map(String::as_str)),
            )?;
            units.push(("fast".to_owned(), fast));
            units.push(("slow".to_owned(), slow));
        }
        let mut commands: Vec<Command> = units
            .iter()
            .map(|(name, optimization)| {
                let source = PathBuf::from(format!("{name}.cpp"));
                let object = out.join(format!("{name}.o"));
                let flags = self.feature_flags();
                let command = self.compile_command(&out, &source, optimization, &flags, &object);
                objects.push(object);
                command
            })
            .collect();

        // Verilator's own files are compiled once for all models.
        let missing = |objects: &[PathBuf]| -> Vec<(String, PathBuf)> {
            let names = classes.runtime.iter().cloned();
            names
                .zip(objects.iter().cloned())
                .filter(|(_, object)| !object.is_file())
                .collect()
        };
        let lock = if missing(&objects).is_empty() {
            None
        } else {
            Some(self.cache.lock(&self.runtime_key(""))?)
        };
        let runtime = missing(&objects);
        for (name, _) in &runtime {
            let source = self.verilator.include().join(format!("{name}.cpp"));
            let made = folder.join(format!("{name}.o"));
            let flags = RUNTIME_FLAGS.map(str::to_owned);
            commands.push(self.compile_command(&out, &source, RUNTIME_OPTIMIZATION, &flags, &made));
        }
        self.run_all(commands)?;
        for (name, object) in &runtime {
            fs::rename(folder.join(format!("{name}.o")), object)
                .map_err(Error::file("create", object))?;
        }
        drop(lock);

        let made = folder.join("entry");
        fs::create_dir(&made).map_err(Error::file("create", &made))?;
        self.run_compiler(&mut self.link_command(&out, &objects, &made.join("model.so")))?;
        // The caller's paths are not the entry's: the next caller has others.
        write(made.join("warnings"), &warnings.join("\0"))?;

        let rule = generated::read(&out, "__ver.d")?;
        let files: Vec<String> = generated::files_read(&rule)
            .filter(|file| !file.starts_with("sources/") && !self.verilator.owns(Path::new(file)))
            .map(str::to_owned)
            .collect();
        slot.publish(&made, &files, |name| inputs.resolve(name))
    }

    fn runtime_key(&self, name: &str) -> String {
        let mut digest = Digest::new("runtime");
        digest.text(&self.tools);
        digest.text(&self.compiler.to_string_lossy());
        digest.text(&FLAGS.join(" "));
        digest.text(include_str!("compile.rs"));
        digest.text(name);
        digest.finish()
    }

    fn feature_flags(&self) -> [String; 4] {
        let trace = self.build.trace;
        let coverage = self.build.coverage;
        [
            format!("-DVM_COVERAGE={}", u8::from(coverage.any())),
            format!("-DVM_TRACE={}", u8::from(trace != Trace::Off)),
            format!("-DVM_TRACE_VCD={}", u8::from(trace == Trace::Vcd)),
            format!("-DVM_TRACE_FST={}", u8::from(trace == Trace::Fst)),
        ]
    }

    fn compile_command(
        &self,
        folder: &Path,
        source: &Path,
        optimization: &str,
        features: &[String],
        object: &Path,
    ) -> Command {
        let include = self.verilator.include();
        let mut command = Command::new(self.compiler);
        command
            .current_dir(folder)
            .args(["-c", optimization])
            .args(FLAGS)
            .args(features)
            .arg("-I.")
            .arg("-I")
            .arg(&include)
            .arg("-I")
            .arg(include.join("vltstd"));
        let gcc = self.tools.contains("Free Software Foundation");
        if gcc {
            command.args(GCC_FLAGS);
        }
        if cfg!(target_arch = "x86_64") {
            command.arg("-fcf-protection=none");
            if gcc {
                // Verilator looks at thread-local state in each evaluation; this
                // makes it cheap from a shared object. Other machines and other
                // compilers do so by default, or do not know the flag.
                command.arg("-mtls-dialect=gnu2");
            }
        }
        if cfg!(target_os = "linux") {
            command.args(["-fno-gnu-unique", "-fno-plt"]);
        }
        command.arg("-o").arg(object).arg(source);
        command
    }

    fn link_command(&self, folder: &Path, objects: &[PathBuf], library: &Path) -> Command {
        let mut command = Command::new(self.compiler);
        command
            .current_dir(folder)
            .args(["-shared", "-o"])
            .arg(library)
            .args(objects);
        if self.build.trace == Trace::Fst {
            command.args(["-llz4", "-lz"]);
        }
        command.args(["-pthread", "-latomic"]);
        if cfg!(target_os = "linux") {
            // What is missing is missed here and not when the model is loaded.
            command.arg("-Wl,-z,defs");
        }
        command
    }

    /// Runs compilers side by side, one a processor.
    fn run_all(&self, commands: Vec<Command>) -> Result<(), Error> {
        let workers = thread::available_parallelism()
            .map_or(1, usize::from)
            .min(commands.len());
        let next = AtomicUsize::new(0);
        let commands: Vec<_> = commands.into_iter().map(std::sync::Mutex::new).collect();
        thread::scope(|scope| {
            let work = || -> Result<(), Error> {
                while let Some(command) = commands.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let mut command = command
                        .lock()
                        .unwrap_or_else(std::sync::PoisonError::into_inner);
                    self.run_compiler(&mut command)?;
                }
                Ok(())
            };
            let threads: Vec<_> = (1..workers).map(|_| scope.spawn(work)).collect();
            let own = work();
            threads.into_iter().fold(own, |result, thread| {
                let other = thread
                    .join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
                result.and(other)
            })
        })
    }

    fn run_compiler(&self, command: &mut Command) -> Result<(), Error> {
        let output = run(command)?;
        if output.status.success() {
            return Ok(());
        }
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        let fst = [
            ("lz4", "lz4.h", "liblz4-dev"),
            ("z", "zlib.h", "zlib1g-dev"),
        ];
        for (library, header, package) in fst {
            if text.contains(&format!("fatal error: {header}"))
                || text.contains(&format!("'{header}' file not found"))
                || text.contains(&format!("cannot find -l{library}:"))
            {
                return Err(Error::HeaderMissing {
                    header,
                    needed_for: "FST waveforms",
                    package,
                });
            }
        }
        Err(Error::Compiler {
            top: self.build.top.clone(),
            command: command_line(command),
            text,
        })
    }
}

/// The generated evaluation files, which say how a clock is used. Those that
/// record waveforms only look at it.
fn sources(folder: &Path) -> Result<Vec<String>, Error> {
    let mut texts = Vec::new();
    for entry in fs::read_dir(folder).map_err(Error::file("read", folder))? {
        let path = entry.map_err(Error::file("read", folder))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let evaluates =
            name.ends_with(".cpp") && name != format!("{PREFIX}.cpp") && !name.contains("__Trace");
        if evaluates {
            texts.push(fs::read_to_string(&path).map_err(Error::file("read", &path))?);
        }
    }
    Ok(texts)
}

/// The rows of the shim's port table.
fn port_table(ports: &[DeclaredPort], sources: &[String]) -> String {
    ports.iter().fold(String::new(), |mut table, port| {
        let DeclaredPort {
            member,
            name,
            direction,
            width,
        } = port;
        let input = *direction == Direction::Input;
        let memory = (input && *width == 1)
            .then(|| generated::rising_edge_only(member, sources))
            .flatten()
            .map_or("kNone".to_owned(), |memory| format!("OFFSET({memory})"));
        let name = name.replace('\\', "\\\\").replace('"', "\\\"");
        let _ = writeln!(
            table,
            "    {{\"{name}\", {}, {width}, OFFSET({member}), {memory}}},",
            u8::from(input)
        );
        table
    })
}
