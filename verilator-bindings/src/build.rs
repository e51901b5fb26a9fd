//! What to compile, and how.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::cache::Cache;
use crate::error::Error;
use crate::library::Library;
use crate::tool::{self, Verilator};
use crate::{compile, verilate};

/// Which warnings of Verilator stop a build.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Warnings {
    /// Verilator's default set.
    #[default]
    Standard,
    /// All of them, style included (`-Wall`).
    Strict,
    /// None (`-Wno-fatal`); they are kept in [`Library::warnings`].
    Allow,
}

/// Which waveforms a model can record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Trace {
    /// None: the fastest model.
    #[default]
    Off,
    /// Value change dump, readable by anything. Costs compile time, a few per
    /// cent of speed while closed, most of the speed while open.
    Vcd,
    /// Fast signal trace, some fifty times smaller. Costs as `Vcd`, and needs
    /// the headers of lz4 and zlib (`apt-get install liblz4-dev zlib1g-dev`).
    Fst,
}

/// Which coverage a model counts; see [`Model::write_coverage`](crate::Model::write_coverage).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Coverage {
    /// Lines and branches executed; about a quarter of the speed.
    pub line: bool,
    /// `cover` statements; next to nothing.
    pub user: bool,
}

impl Coverage {
    /// Whether anything is counted.
    pub(crate) fn any(self) -> bool {
        self.line || self.user
    }
}

/// How hard the C++ compiler tries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Optimize {
    /// `-O0`: a build in a second or two, a model several times slower. For a
    /// test of a few hundred cycles.
    Quick,
    /// `-O3`: the fastest model.
    #[default]
    Full,
}

impl Optimize {
    pub(crate) fn flag(self) -> &'static str {
        match self {
            Optimize::Quick => "-O0",
            Optimize::Full => "-O3",
        }
    }
}

/// How much of a design is evaluated in a clock cycle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Evaluation {
    /// What reads something that has changed: the faster the more of the design is at rest. Designs of
    /// a form that isn't known, with more than one clock for instance, and models that record waveforms
    /// or count coverage are evaluated whole.
    #[default]
    Changes,
    /// All of it, as Verilator does.
    Whole,
    /// All of it, and stops where `Changes` would have left something out that changes: a test of it.
    Checked,
}

/// A Verilog file: on disk, or in memory.
#[derive(Debug, Clone)]
pub(crate) enum Source {
    Path(PathBuf),
    Text { name: String, text: String },
}

/// A design to compile.
///
/// Each option is part of the cache's key: another value is another library,
/// and each is compiled once.
#[derive(Debug, Clone)]
#[must_use]
pub struct Build {
    pub(crate) top: String,
    pub(crate) sources: Vec<Source>,
    pub(crate) includes: Vec<PathBuf>,
    pub(crate) parameters: Vec<(String, String)>,
    pub(crate) defines: Vec<(String, String)>,
    pub(crate) flags: Vec<String>,
    pub(crate) warnings: Warnings,
    pub(crate) trace: Trace,
    pub(crate) coverage: Coverage,
    pub(crate) optimize: Optimize,
    pub(crate) evaluation: Evaluation,
    cache: Option<PathBuf>,
    compiler: Option<PathBuf>,
    verilator: Option<Verilator>,
}

impl Build {
    /// A design whose top module is `top`, as yet without sources.
    pub fn new(top: impl Into<String>) -> Self {
        Self {
            top: top.into(),
            sources: Vec::new(),
            includes: Vec::new(),
            parameters: Vec::new(),
            defines: Vec::new(),
            flags: Vec::new(),
            warnings: Warnings::default(),
            trace: Trace::default(),
            coverage: Coverage::default(),
            optimize: Optimize::default(),
            evaluation: Evaluation::default(),
            cache: None,
            compiler: None,
            verilator: None,
        }
    }

    /// Adds a source file: Verilog, SystemVerilog or a `.vlt` file of waivers.
    /// Only its name and content count, so a copy elsewhere is found in the cache.
    pub fn source(mut self, path: impl Into<PathBuf>) -> Self {
        self.sources.push(Source::Path(path.into()));
        self
    }

    /// Adds source files in this order.
    pub fn sources<P: Into<PathBuf>>(mut self, paths: impl IntoIterator<Item = P>) -> Self {
        self.sources
            .extend(paths.into_iter().map(|path| Source::Path(path.into())));
        self
    }

    /// Adds a source that is not on disk, under the file name `name`.
    pub fn source_text(mut self, name: impl Into<String>, text: impl Into<String>) -> Self {
        self.sources.push(Source::Text {
            name: name.into(),
            text: text.into(),
        });
        self
    }

    /// Adds a folder in which `` `include `` files and missing modules are
    /// looked for. A source's own folder is not searched unless it is given here.
    pub fn include(mut self, folder: impl Into<PathBuf>) -> Self {
        self.includes.push(folder.into());
        self
    }

    /// Sets a parameter of the top module; `value` is a Verilog literal.
    pub fn parameter(mut self, name: impl Into<String>, value: impl ToString) -> Self {
        self.parameters.push((name.into(), value.to_string()));
        self
    }

    /// Defines a preprocessor macro; an empty value for one that is only tested.
    pub fn define(mut self, name: impl Into<String>, value: impl ToString) -> Self {
        self.defines.push((name.into(), value.to_string()));
        self
    }

    /// Adds a flag of Verilator's command line. Paths in it must be absolute.
    /// Flags that this crate sets itself, and those that it cannot work with
    /// (`--timing`, `--threads`, `--sc`, …), are refused by `compile`.
    pub fn flag(mut self, flag: impl Into<String>) -> Self {
        self.flags.push(flag.into());
        self
    }

    /// Which warnings stop the build; [`Warnings::Standard`] unless set.
    pub fn warnings(mut self, warnings: Warnings) -> Self {
        self.warnings = warnings;
        self
    }

    /// Which waveforms can be recorded; none unless set.
    pub fn trace(mut self, trace: Trace) -> Self {
        self.trace = trace;
        self
    }

    /// Which coverage is counted; none unless set.
    pub fn coverage(mut self, coverage: Coverage) -> Self {
        self.coverage = coverage;
        self
    }

    /// How hard the C++ compiler tries; [`Optimize::Full`] unless set.
    pub fn optimize(mut self, optimize: Optimize) -> Self {
        self.optimize = optimize;
        self
    }

    /// How much is evaluated in a clock cycle; [`Evaluation::Changes`] unless set. With
    /// [`Optimize::Quick`] that means [`Evaluation::Whole`], which is compiled sooner.
    pub fn evaluation(mut self, evaluation: Evaluation) -> Self {
        self.evaluation = evaluation;
        self
    }

    /// True if evaluation is to be rewritten: see `changes`.
    pub(crate) fn follows_changes(&self) -> bool {
        let whole = match self.evaluation {
            Evaluation::Changes => self.optimize == Optimize::Quick,
            Evaluation::Whole => true,
            Evaluation::Checked => false,
        };
        !whole && self.trace == Trace::Off && self.coverage == Coverage::default()
    }

    /// The folder of the compile cache. Unless set: the environment variable
    /// `VERILATOR_BINDINGS_CACHE`, else `verilator-bindings` in the user's cache
    /// folder. Entries unused for a month are removed.
    pub fn cache_dir(mut self, folder: impl Into<PathBuf>) -> Self {
        self.cache = Some(folder.into());
        self
    }

    /// The C++ compiler. Unless set: the environment variable `CXX`, else `c++`.
    pub fn compiler(mut self, program: impl Into<PathBuf>) -> Self {
        self.compiler = Some(program.into());
        self
    }

    /// The Verilator to use. Unless set: [`Verilator::find`].
    pub fn verilator(mut self, verilator: Verilator) -> Self {
        self.verilator = Some(verilator);
        self
    }

    /// Compiles the design, or takes it from the cache, and loads it.
    ///
    /// Any number of threads and processes may compile at once: equal designs
    /// are compiled by one of them, the others wait for it.
    ///
    /// # Errors
    /// A missing tool, sources that cannot be read, and what Verilator or the
    /// C++ compiler refused, in their own words.
    pub fn compile(&self) -> Result<Arc<Library>, Error> {
        let verilator = self.find_verilator()?;
        let compiler = tool::compiler(self.compiler.as_deref());
        let cache = Cache::open(self.cache.as_deref())?;
        compile::compile(self, &verilator, &compiler, &cache)
    }

    /// Runs Verilator's checks alone, all warnings on, and returns the warnings,
    /// one text each. [`Build::warnings`] is not looked at.
    ///
    /// # Errors
    /// A missing tool, sources that cannot be read, and errors of Verilator.
    pub fn lint(&self) -> Result<Vec<String>, Error> {
        verilate::lint(self, &self.find_verilator()?)
    }

    fn find_verilator(&self) -> Result<Verilator, Error> {
        self.verilator.clone().map_or_else(Verilator::find, Ok)
    }

    /// The caller's path of each source, for messages.
    pub(crate) fn source_paths(&self) -> impl Iterator<Item = &Path> {
        self.sources.iter().map(|source| match source {
            Source::Path(path) => path.as_path(),
            Source::Text { name, .. } => Path::new(name),
        })
    }
}
