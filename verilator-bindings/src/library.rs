//! A compiled design, loaded into the process.

use std::collections::HashMap;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use crate::build::{Coverage, Trace};
use crate::coverage::{Counted, Counts};
use crate::error::Error;
use crate::model::Model;
use crate::ports::{Clock, Direction, In, Out, Port, Value, resolve};
use crate::verilate::Paths;

/// The C interface of a model; mirrored by `Entry` in `shim.cpp`.
#[repr(C)]
pub(crate) struct Entry {
    ports: *const RawPort,
    pub(crate) create: unsafe extern "C" fn(c_int, u32, c_int, *const *const c_char) -> *mut c_void,
    pub(crate) destroy: unsafe extern "C" fn(*mut c_void),
    pub(crate) attach: unsafe extern "C" fn(*mut c_void),
    pub(crate) state: unsafe extern "C" fn(*mut c_void) -> *mut u8,
    pub(crate) eval: unsafe extern "C" fn(*mut c_void, u32) -> u32,
    pub(crate) edge: unsafe extern "C" fn(*mut c_void, u32) -> u32,
    pub(crate) last: unsafe extern "C" fn(*mut c_void) -> u32,
    pub(crate) time: unsafe extern "C" fn(*const c_void) -> u64,
    pub(crate) open_waveform: unsafe extern "C" fn(*mut c_void, *const c_char) -> u32,
    pub(crate) dump_waveform: unsafe extern "C" fn(*mut c_void),
    pub(crate) close_waveform: unsafe extern "C" fn(*mut c_void),
    pub(crate) write_coverage: unsafe extern "C" fn(*mut c_void, *const c_char),
    pub(crate) message: unsafe extern "C" fn(*const c_void) -> *const c_char,
    pub(crate) output: unsafe extern "C" fn(*const c_void, *mut *const u8) -> usize,
    pub(crate) clear_output: unsafe extern "C" fn(*mut c_void),
    follows_changes: u32,
}

#[repr(C)]
struct RawPort {
    name: *const c_char,
    input: u32,
    width: u32,
    offset: u32,
    edge_memory: u32,
}

/// A shared object. It stays loaded for the life of the process: Verilator's
/// runtime leaves thread-local objects behind whose destructors are its code.
struct Loaded {
    entry: &'static Entry,
    /// Tells the handles of libraries apart.
    id: u32,
}

// SAFETY: the table is constant, and what its functions access is reached
// through the model they are given.
unsafe impl Sync for Loaded {}
// SAFETY: as above.
unsafe impl Send for Loaded {}

static LOADED: LazyLock<Mutex<HashMap<PathBuf, &'static Loaded>>> = LazyLock::new(Mutex::default);

/// What a model starts with.
#[derive(Debug, Clone, Default)]
pub struct Start {
    /// Registers and memories without an initial value start as random bits
    /// drawn from this seed, in place of zeros, as real hardware may.
    pub random: Option<u32>,
    /// Arguments for `$test$plusargs` and `$value$plusargs`, with their `+`.
    pub plusargs: Vec<String>,
}

/// A compiled design: its ports, and the source of its models.
///
/// Libraries are shared between threads freely.
pub struct Library {
    loaded: &'static Loaded,
    top: String,
    ports: Vec<Port>,
    warnings: Vec<String>,
    trace: Trace,
    coverage: Coverage,
    counted: Mutex<Counted>,
    pub(crate) paths: Paths,
}

impl std::fmt::Debug for Library {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Library")
            .field("top", &self.top)
            .field("ports", &self.ports)
            .finish()
    }
}

impl Library {
    pub(crate) fn load(
        entry: &Path,
        top: &str,
        trace: Trace,
        coverage: Coverage,
        paths: Paths,
    ) -> Result<Arc<Self>, Error> {
        let loaded = open(&entry.join("model.so"))?;
        let warnings = entry.join("warnings");
        let warnings = fs::read_to_string(&warnings).map_err(Error::file("read", warnings))?;
        Ok(Arc::new(Self {
            loaded,
            top: top.to_owned(),
            ports: ports(loaded.entry),
            warnings: warnings
                .split_terminator('\0')
                .map(|warning| paths.restore(warning))
                .collect(),
            trace,
            coverage,
            counted: Mutex::default(),
            paths,
        }))
    }

    /// Whether only what reads something that has changed is evaluated; see
    /// [`Evaluation`](crate::Evaluation).
    pub fn follows_changes(&self) -> bool {
        self.loaded.entry.follows_changes != 0
    }

    /// Name of the top module.
    pub fn top(&self) -> &str {
        &self.top
    }

    /// The ports of the top module. Verilator sorts them by direction and width.
    pub fn ports(&self) -> &[Port] {
        &self.ports
    }

    /// The warnings that did not stop the build.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// A handle to set an input.
    ///
    /// # Errors
    /// No such port, an output, or a width that `T` does not hold.
    pub fn input<T: Value>(&self, name: &str) -> Result<In<T>, Error> {
        resolve::<T>(&self.top, &self.ports, self.id(), name, Direction::Input).map(In::new)
    }

    /// A handle to read an output.
    ///
    /// # Errors
    /// No such port, an input, or a width that `T` does not hold.
    pub fn output<T: Value>(&self, name: &str) -> Result<Out<T>, Error> {
        resolve::<T>(&self.top, &self.ports, self.id(), name, Direction::Output).map(Out::new)
    }

    /// A handle to step a clock.
    ///
    /// # Errors
    /// No such port, an output, or more than one bit.
    pub fn clock(&self, name: &str) -> Result<Clock, Error> {
        let input = self.input::<bool>(name)?;
        let edge_memory = self
            .ports
            .iter()
            .find(|port| port.name == name)
            .and_then(|port| port.edge_memory);
        Ok(Clock { input, edge_memory })
    }

    /// A new model, all inputs zero, not yet evaluated.
    ///
    /// # Errors
    /// [`Error::Load`] when the model cannot be constructed.
    pub fn model(self: &Arc<Self>) -> Result<Model, Error> {
        self.model_from(&Start::default())
    }

    /// A new model with random registers or with plusargs.
    ///
    /// # Errors
    /// [`Error::Load`] when the model cannot be constructed.
    pub fn model_from(self: &Arc<Self>, start: &Start) -> Result<Model, Error> {
        Model::new(Arc::clone(self), start)
    }

    pub(crate) fn id(&self) -> u32 {
        self.loaded.id
    }

    pub(crate) fn entry(&self) -> &'static Entry {
        self.loaded.entry
    }

    pub(crate) fn trace(&self) -> Trace {
        self.trace
    }

    pub(crate) fn coverage(&self) -> Coverage {
        self.coverage
    }

    /// What all models of this library together have counted that are no more; a model adds its own when it is dropped.
    ///
    /// # Errors
    /// [`Error::NotBuilt`] without coverage, [`Error::Coverage`] if what a model counted was lost.
    pub fn counts(&self) -> Result<Counts, Error> {
        if !self.coverage.any() {
            return Err(Error::NotBuilt {
                top: self.top.clone(),
                feature: "coverage",
                option: "Build::coverage",
            });
        }
        let counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        match &counted.lost {
            None => Ok(counted.counts.clone()),
            Some(reason) => Err(Error::Coverage {
                top: self.top.clone(),
                reason: reason.clone(),
            }),
        }
    }

    pub(crate) fn add_counts(&self, written: Result<String, Error>) {
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        counted.add(written);
    }
}

fn open(path: &Path) -> Result<&'static Loaded, Error> {
    let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(&known) = loaded.get(path) {
        return Ok(known);
    }
    // The loader's own words are in the source of the error.
    let failed = |error: libloading::Error| Error::Load {
        path: path.to_owned(),
        reason: std::error::Error::source(&error)
            .map_or_else(|| error.to_string(), |source| source.to_string()),
    };
    // SAFETY: the object was made by this crate from Verilator's output; its
    // initialisers are those of Verilator's runtime.
    let library = Box::leak(Box::new(
        unsafe { libloading::Library::new(path) }.map_err(failed)?,
    ));
    // SAFETY: the shim defines the function with this type.
    let function: libloading::Symbol<'_, unsafe extern "C" fn() -> *const Entry> =
        unsafe { library.get(b"verilator_bindings_entry") }.map_err(failed)?;
    // SAFETY: it returns the address of a constant of the leaked library.
    let entry = unsafe { &*function() };
    let id = loaded.len() as u32;
    let fresh: &'static Loaded = Box::leak(Box::new(Loaded { entry, id }));
    loaded.insert(path.to_owned(), fresh);
    Ok(fresh)
}

fn ports(entry: &Entry) -> Vec<Port> {
    let mut ports = Vec::new();
    let mut raw = entry.ports;
    loop {
        // SAFETY: the table ends with a row without a name, where this stops.
        let row = unsafe { &*raw };
        if row.name.is_null() {
            return ports;
        }
        // SAFETY: a string literal of the shim.
        let name = unsafe { CStr::from_ptr(row.name) };
        ports.push(Port {
            name: name.to_string_lossy().into_owned(),
            direction: if row.input != 0 {
                Direction::Input
            } else {
                Direction::Output
            },
            width: row.width,
            offset: row.offset,
            edge_memory: (row.edge_memory != u32::MAX).then_some(row.edge_memory),
        });
        // SAFETY: within the table, as its end has not been reached.
        raw = unsafe { raw.add(1) };
    }
}
