//! Generates Memento's hardware and runs recorded programs through it: `memento --help`.

use clap::Parser;
use memento::cli::Arguments;
use std::panic::resume_unwind;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

/// Bytes; the 8 MiB of a main thread are not for a library to count on.
const STACK_BYTES: usize = 64 << 20;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let stop = Arc::new(AtomicBool::new(false));
    let raised = Arc::clone(&stop);
    // Without the handler Ctrl-C ends the program at once, which leaves no more than a hidden folder.
    let _ = ctrlc::set_handler(move || raised.store(true, Ordering::Relaxed));
    // A design is a value with all its modules in it, and moves over the stack while it is put together.
    let running = thread::Builder::new()
        .stack_size(STACK_BYTES)
        .spawn(move || memento::run(&arguments, &stop));
    let ended = match running {
        Ok(running) => running.join(),
        Err(error) => {
            eprintln!("memento: cannot start a thread: {error}");
            return ExitCode::from(2);
        }
    };
    match ended {
        Ok(Ok(status)) => ExitCode::from(status),
        Ok(Err(error)) => {
            eprintln!("memento: {error}");
            ExitCode::from(error.exit_status())
        }
        Err(panicked) => resume_unwind(panicked),
    }
}
