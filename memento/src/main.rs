//! Generates Memento's hardware and runs recorded programs through it: `memento --help`.

use clap::Parser;
use memento::cli::Arguments;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let stop = Arc::new(AtomicBool::new(false));
    let raised = Arc::clone(&stop);
    // Without the handler Ctrl-C ends the program at once, which leaves no more than a hidden folder.
    let _ = ctrlc::set_handler(move || raised.store(true, Ordering::Relaxed));
    match memento::run(&arguments, &stop) {
        Ok(status) => ExitCode::from(status),
        Err(error) => {
            eprintln!("memento: {error}");
            ExitCode::from(error.exit_status())
        }
    }
}
