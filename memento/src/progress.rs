//! What a person sees while it lasts: on stderr, and on a terminal alone.

use indicatif::{ProgressBar, ProgressStyle};
use memento_formal::text::grouped;
use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// How often a spinner turns.
const TICK: Duration = Duration::from_millis(100);

/// Shows that something of unknown length is under way, until it is dropped.
pub struct Spinner(ProgressBar);

impl Spinner {
    /// Says what is under way.
    pub fn new(what: impl Into<Cow<'static, str>>) -> Spinner {
        let bar = ProgressBar::new_spinner().with_message(what);
        bar.enable_steady_tick(TICK);
        Spinner(bar)
    }

    /// Says something else.
    pub fn say(&self, what: impl Into<Cow<'static, str>>) {
        self.0.set_message(what);
    }
}

impl Drop for Spinner {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// A file whose reading is counted.
pub struct Counted {
    file: File,
    bytes: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.bytes.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// A bar for files that are being worked off, with operations a second.
pub struct Progress {
    bar: ProgressBar,
    bytes: Arc<AtomicU64>,
    started: Instant,
}

impl Progress {
    /// A bar without files.
    pub fn new() -> Progress {
        // The template is constant; without it the bar is only plainer.
        let style = ProgressStyle::with_template("{wide_bar} {percent:>3} %  {msg}")
            .unwrap_or_else(|_| ProgressStyle::default_bar());
        Progress {
            bar: ProgressBar::new(0).with_style(style),
            bytes: Arc::new(AtomicU64::new(0)),
            started: Instant::now(),
        }
    }

    /// Wraps a file of `length` bytes.
    pub fn add(&self, file: File, length: u64) -> Counted {
        self.bar.inc_length(length);
        Counted {
            file,
            bytes: Arc::clone(&self.bytes),
        }
    }

    /// The run itself begins.
    pub fn start(&mut self) {
        self.started = Instant::now();
    }

    /// Time since the run began.
    pub fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// So many operations are done.
    pub fn show(&self, operations: u64) {
        if self.bar.is_hidden() {
            return;
        }
        let rate = operations as f64 / self.elapsed().as_secs_f64().max(1e-3);
        self.bar.set_message(format!(
            "{} operations, {}/s",
            grouped(operations),
            grouped(rate as u64)
        ));
        self.bar.set_position(self.bytes.load(Ordering::Relaxed));
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
