//! One instance of a design.
//!
//! Why access through handles is sound: the shim tells where the design's state
//! begins, and a handle holds the offset of a port in it, computed by the C++
//! compiler. The state is one C++ object on the heap that neither moves nor ends
//! before the [`Model`]; each model of a library has the same layout, and each
//! access compares the library of the handle with the model's. Only Rust code
//! that holds the model accesses it, and `set` and evaluation need `&mut`.

use std::cell::Cell;
use std::ffi::{CString, c_char, c_void};
use std::fs::File;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::build::Trace;
use crate::error::Error;
use crate::library::{Entry, Library, Start};
use crate::ports::{Clock, In, Out, Place, Scalar, Words, load_words, store_words};

/// Bits of the status that an evaluation returns; see `shim.cpp`.
const FINISHED: u32 = 1;
const HALTED: u32 = 2;

/// Verilator notes the last context made in a plain global.
static CONSTRUCTION: Mutex<()> = Mutex::new(());

static NEXT_ID: AtomicU64 = AtomicU64::new(1);

thread_local! {
    /// The model that Verilator's thread-local pointers of this thread refer to.
    static ATTACHED: Cell<u64> = const { Cell::new(0) };
}

/// The level at which a reset acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Acts while 1.
    High,
    /// Acts while 0.
    Low,
}

/// One instance of a design, with its own time, waveform and coverage.
///
/// A model may move to another thread, and models on different threads run
/// independently.
///
/// When the design stops itself by `$stop`, `$fatal` or a failed assertion, the
/// evaluation returns [`Error::Halted`], now and on every further call; ports can
/// still be read and a waveform closed. `$finish` only makes
/// [`finished`](Self::finished) true.
pub struct Model {
    raw: *mut c_void,
    state: *mut u8,
    entry: &'static Entry,
    library_id: u32,
    status: u32,
    id: u64,
    waveform: bool,
    /// `tick` may leave the falling edge out: the design has been through its
    /// initial blocks, which note the level of the clock, and no waveform is open.
    skip_falling_edge: bool,
    /// An input was set since the last evaluation, clocks under `tick` apart.
    inputs_set: bool,
    library: Arc<Library>,
}

// SAFETY: the C++ object is reached through this value alone. What Verilator
// keeps for each thread is set again by `attach` when the thread has changed.
unsafe impl Send for Model {}

impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Model")
            .field("top", &self.library.top())
            .field("time", &self.time())
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

impl Model {
    pub(crate) fn new(library: Arc<Library>, start: &Start) -> Result<Self, Error> {
        let entry = library.entry();
        // A plusarg with a zero byte cannot be passed, nor matched by Verilog.
        let arguments: Vec<CString> = std::iter::once("model")
            .chain(start.plusargs.iter().map(String::as_str))
            .filter_map(|argument| CString::new(argument).ok())
            .collect();
        let pointers: Vec<*const c_char> =
            arguments.iter().map(|argument| argument.as_ptr()).collect();
        let id = NEXT_ID.fetch_add(1, Ordering::Relaxed);
        let _one = CONSTRUCTION.lock().unwrap_or_else(PoisonError::into_inner);
        // SAFETY: the arguments outlive the call, which copies them.
        let raw = unsafe {
            (entry.create)(
                start.random.is_some().into(),
                start.random.unwrap_or_default(),
                pointers.len() as i32,
                pointers.as_ptr(),
            )
        };
        // Construction has taken over the thread-local pointers.
        ATTACHED.set(id);
        if raw.is_null() {
            return Err(Error::Load {
                path: library.top().into(),
                reason: "the constructor of the model failed".to_owned(),
            });
        }
        // SAFETY: just made.
        let state = unsafe { (entry.state)(raw) };
        let library_id = library.id();
        Ok(Self {
            raw,
            state,
            entry,
            library_id,
            status: 0,
            id,
            waveform: false,
            skip_falling_edge: false,
            inputs_set: true,
            library,
        })
    }

    /// The library that this is a model of.
    pub fn library(&self) -> &Arc<Library> {
        &self.library
    }

    /// Sets an input. Takes effect at the next evaluation. The port's low bits
    /// are kept, as in an assignment in Verilog.
    ///
    /// # Panics
    /// When the handle was made from another library.
    #[inline(always)]
    pub fn set<T: Scalar>(&mut self, port: In<T>, value: T) {
        let place = self.place(port.place);
        self.inputs_set = true;
        // SAFETY: see the head of this file; the width was checked for `T`.
        unsafe { value.store(place, port.place.width) }
    }

    /// Reads an output as of the last evaluation, or an input's value.
    ///
    /// # Panics
    /// When the handle was made from another library.
    #[inline(always)]
    pub fn get<T: Scalar>(&self, port: impl Into<Out<T>>) -> T {
        let port = port.into();
        let place = self.place(port.place);
        // SAFETY: see the head of this file; the width was checked for `T`.
        unsafe { T::load(place, port.place.width) }
    }

    /// Sets an input of any width, least significant word first; words that are
    /// missing are zero.
    ///
    /// # Panics
    /// When the handle was made from another library, or there are more words
    /// than the port has.
    pub fn set_words(&mut self, port: In<Words>, words: &[u32]) {
        let place = self.place(port.place);
        let mut whole = vec![0; port.place.width.div_ceil(32) as usize];
        assert!(
            words.len() <= whole.len(),
            "{} words for a port of {} bits",
            words.len(),
            port.place.width
        );
        whole[..words.len()].copy_from_slice(words);
        self.inputs_set = true;
        // SAFETY: see the head of this file; the length was made to fit.
        unsafe { store_words(place, port.place.width, &whole) }
    }

    /// Reads a port of any width, least significant word first.
    ///
    /// # Panics
    /// When the handle was made from another library.
    pub fn words(&self, port: impl Into<Out<Words>>) -> Vec<u32> {
        let port = port.into();
        let place = self.place(port.place);
        let mut words = vec![0; port.place.width.div_ceil(32) as usize];
        // SAFETY: see the head of this file; the length fits.
        unsafe { load_words(place, port.place.width, &mut words) };
        words
    }

    #[inline(always)]
    fn place(&self, place: Place) -> *mut u8 {
        if place.library != self.library_id {
            foreign_handle(self.library.top());
        }
        // SAFETY: a port of this library lies within its models' state.
        unsafe { self.state.add(place.offset as usize) }
    }

    /// Evaluates the design with the inputs as they are: combinational outputs
    /// follow, and so does what depends on the edges of clocks set by hand.
    /// Time stands still.
    ///
    /// # Errors
    /// [`Error::Halted`].
    #[inline]
    pub fn eval(&mut self) -> Result<(), Error> {
        self.eval_after(0)
    }

    /// Evaluates the design and lets time pass without an edge; an open waveform
    /// gets a point. For designs without a clock.
    ///
    /// # Errors
    /// [`Error::Halted`].
    pub fn advance(&mut self, half_cycles: u32) -> Result<(), Error> {
        self.eval_after(half_cycles)?;
        self.dump_if_open();
        Ok(())
    }

    /// One clock cycle: falling edge with the inputs as they are, then rising
    /// edge. An open waveform gets a point for each. Afterwards outputs are those
    /// after the rising edge, and the clock is high.
    ///
    /// # Errors
    /// [`Error::Halted`].
    #[inline]
    pub fn step(&mut self, clock: Clock) -> Result<(), Error> {
        self.half(clock, false)?;
        self.half(clock, true)
    }

    /// One clock cycle, as [`step`](Self::step) and with the same result, by
    /// the fewest evaluations: one where the design depends on rising edges of
    /// this clock alone ([`Clock::rising_edge_only`]) and no waveform is open,
    /// else two. One is cheaper still when no input was set since the last.
    ///
    /// # Errors
    /// [`Error::Halted`].
    #[inline]
    pub fn tick(&mut self, clock: Clock) -> Result<(), Error> {
        match clock.edge_memory {
            Some(memory) if self.skip_falling_edge => {
                let level = self.place(clock.input.place);
                // SAFETY: the port of one bit and the offset of another byte of the
                // state, of the library that `place` has just checked.
                unsafe {
                    level.write(1);
                    self.state.add(memory as usize).write(0);
                }
                if self.inputs_set {
                    self.eval_after(2)
                } else {
                    self.evaluate(self.entry.edge, 2)
                }
            }
            _ => {
                self.step(clock)?;
                self.skip_falling_edge = !self.waveform;
                Ok(())
            }
        }
    }

    /// Holds `reset` at its level for some cycles of the clock, then takes it back.
    ///
    /// # Errors
    /// [`Error::Halted`].
    pub fn reset(
        &mut self,
        clock: Clock,
        reset: In<bool>,
        level: Level,
        cycles: u32,
    ) -> Result<(), Error> {
        self.set(reset, level == Level::High);
        for _ in 0..cycles {
            self.step(clock)?;
        }
        self.set(reset, level == Level::Low);
        Ok(())
    }

    #[inline(always)]
    fn half(&mut self, clock: Clock, level: bool) -> Result<(), Error> {
        self.set(clock.input, level);
        let result = self.eval_after(1);
        // The point at which the design stopped is the one to look at.
        self.dump_if_open();
        result
    }

    #[inline(always)]
    fn eval_after(&mut self, half_cycles: u32) -> Result<(), Error> {
        self.inputs_set = false;
        self.evaluate(self.entry.eval, half_cycles)
    }

    #[inline(always)]
    fn evaluate(
        &mut self,
        how: unsafe extern "C" fn(*mut c_void, u32) -> u32,
        half_cycles: u32,
    ) -> Result<(), Error> {
        if self.status & HALTED != 0 {
            return Err(self.halted());
        }
        self.attach();
        // SAFETY: the model is alive and attached to this thread.
        self.status = unsafe { how(self.raw, half_cycles) };
        if self.status & HALTED != 0 {
            return Err(self.halted());
        }
        Ok(())
    }

    #[inline(always)]
    fn attach(&self) {
        if ATTACHED.get() != self.id {
            self.attach_anew();
        }
    }

    #[cold]
    fn attach_anew(&self) {
        // SAFETY: the model is alive.
        unsafe { (self.entry.attach)(self.raw) };
        ATTACHED.set(self.id);
    }

    #[cold]
    fn halted(&self) -> Error {
        // SAFETY: the model is alive; its message is a string that only an
        // evaluation changes.
        let message = unsafe { std::ffi::CStr::from_ptr((self.entry.message)(self.raw)) };
        Error::Halted {
            time: self.time(),
            message: self.library.paths.restore(&message.to_string_lossy()),
        }
    }

    /// True once the design has executed `$finish`.
    pub fn finished(&self) -> bool {
        self.status & FINISHED != 0
    }

    /// Half clock cycles since the start, as `$time` sees them in units of the
    /// design's time precision.
    pub fn time(&self) -> u64 {
        // SAFETY: the model is alive.
        unsafe { (self.entry.time)(self.raw) }
    }

    /// Starts to record a waveform, in the format of [`Build::trace`](crate::Build::trace).
    /// One that is open is closed first.
    ///
    /// # Errors
    /// The model was built without waveforms, or the file cannot be written.
    pub fn open_waveform(&mut self, path: impl AsRef<Path>) -> Result<(), Error> {
        if self.library.trace() == Trace::Off {
            return Err(self.not_built("waveforms", "Build::trace"));
        }
        let path = path.as_ref();
        let name = writable(path)?;
        self.attach();
        // SAFETY: the model is alive, the name outlives the call.
        let opened = unsafe { (self.entry.open_waveform)(self.raw, name.as_ptr()) };
        if opened == 0 {
            let source = std::io::Error::other("Verilator could not open it");
            return Err(Error::File {
                action: "write",
                path: path.to_owned(),
                source,
            });
        }
        self.waveform = true;
        self.skip_falling_edge = false;
        Ok(())
    }

    /// Completes the waveform's file; nothing if none is open. Also done when
    /// the model is dropped.
    pub fn close_waveform(&mut self) {
        if self.waveform {
            self.attach();
            // SAFETY: the model is alive and attached.
            unsafe { (self.entry.close_waveform)(self.raw) };
            self.waveform = false;
        }
    }

    #[inline(always)]
    fn dump_if_open(&mut self) {
        if self.waveform {
            self.dump();
        }
    }

    #[cold]
    fn dump(&mut self) {
        self.attach();
        // SAFETY: the model is alive and attached.
        unsafe { (self.entry.dump_waveform)(self.raw) };
    }

    /// Writes the coverage counted so far, as a `coverage.dat` that
    /// `verilator_coverage` reads, with the paths of the sources as given.
    ///
    /// # Errors
    /// The model was built without coverage, or the file cannot be written.
    pub fn write_coverage(&mut self, path: impl AsRef<Path>) -> Result<(), Error> {
        if !self.library.coverage().any() {
            return Err(self.not_built("coverage", "Build::coverage"));
        }
        let path = path.as_ref();
        let name = writable(path)?;
        self.attach();
        // SAFETY: the model is alive, the name outlives the call.
        unsafe { (self.entry.write_coverage)(self.raw, name.as_ptr()) };
        let text = std::fs::read_to_string(path).map_err(Error::file("read", path))?;
        std::fs::write(path, self.library.paths.restore(&text)).map_err(Error::file("write", path))
    }

    /// Takes what the design has printed with `$display` and the like since the
    /// last call. It is kept, not printed; beyond 1 MiB the oldest text is lost.
    pub fn take_output(&mut self) -> String {
        let mut text = std::ptr::null();
        // SAFETY: the model is alive; the text is copied before it is cleared.
        let output = unsafe {
            let length = (self.entry.output)(self.raw, &mut text);
            std::slice::from_raw_parts(text, length)
        };
        let output = String::from_utf8_lossy(output).into_owned();
        // SAFETY: the model is alive.
        unsafe { (self.entry.clear_output)(self.raw) };
        self.library.paths.restore(&output)
    }

    /// Runs the design's `final` blocks and closes the waveform. The model can
    /// then be read, but has nothing more to simulate.
    ///
    /// # Errors
    /// [`Error::Halted`], when the design has stopped or a `final` block stops it.
    pub fn finish(&mut self) -> Result<(), Error> {
        if self.status & HALTED != 0 {
            self.close_waveform();
            return Err(self.halted());
        }
        self.attach();
        // SAFETY: the model is alive and attached.
        self.status = unsafe { (self.entry.last)(self.raw) };
        self.close_waveform();
        if self.status & HALTED != 0 {
            Err(self.halted())
        } else {
            Ok(())
        }
    }

    fn not_built(&self, feature: &'static str, option: &'static str) -> Error {
        Error::NotBuilt {
            top: self.library.top().to_owned(),
            feature,
            option,
        }
    }
}

impl Drop for Model {
    fn drop(&mut self) {
        if self.library.coverage().any() {
            let written = crate::coverage::through_file(|path| self.write_coverage(path));
            self.library.add_counts(written);
        }
        let _one = CONSTRUCTION.lock().unwrap_or_else(PoisonError::into_inner);
        self.attach();
        // SAFETY: the model is alive, and this is the end of its only owner.
        unsafe { (self.entry.destroy)(self.raw) };
    }
}

#[cold]
#[inline(never)]
fn foreign_handle(top: &str) -> ! {
    panic!("this port handle was not made from the library of `{top}`")
}

/// The path for C++, after a check that says why a file cannot be written.
fn writable(path: &Path) -> Result<CString, Error> {
    File::create(path).map_err(Error::file("write", path))?;
    CString::new(path.as_os_str().as_encoded_bytes()).map_err(|error| Error::File {
        action: "write",
        path: path.to_owned(),
        source: error.into(),
    })
}
