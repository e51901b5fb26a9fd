//! The `memento` command as a user types it: texts, exit statuses, files.

mod bad_input;
mod build;
mod check;
mod coverage;
mod failure;
mod fpga;
mod fuzz;
mod generate;
mod help;
mod replay;
mod simulate;
mod system;

use clap::Parser;
use memento::cli::{Arguments, Command as Subcommand, Simulate};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The command, in a folder from which tools are found as everywhere in a checkout.
fn memento(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_memento"));
    command
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env_remove("COLUMNS")
        .stdin(Stdio::null());
    command
}

/// The words of a `simulate` as the command understands them.
fn parse(words: &[&str]) -> Simulate {
    match Arguments::try_parse_from(words).unwrap().command {
        Subcommand::Simulate(simulate) => simulate,
        other => panic!("{other:?}"),
    }
}

fn run(arguments: &[&str]) -> Output {
    memento(arguments).output().unwrap()
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn bundled(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../traces")
        .join(format!("{name}.heaptrack.zst"))
}

/// Exit status and everything that was printed.
fn said(output: &Output) -> String {
    let printed = [&output.stdout, &output.stderr]
        .map(|bytes| String::from_utf8(bytes.clone()).unwrap())
        .concat();
    format!("exit status {}\n{printed}", output.status.code().unwrap())
}

/// The same with `folder` as `FOLDER`.
fn said_in(folder: &Path, output: &Output) -> String {
    said(output).replace(text(folder), "FOLDER")
}

/// A heaptrack recording of `count` allocations of 1 to 32 bytes, two of three freed some time later.
fn recording(count: u64) -> String {
    let mut lines = "v 10400 3\n".to_owned();
    for number in 0..count {
        let size = 1 + number * 7 % 32;
        lines += &format!("+ {size:x} 0 {:x}\n", (number + 1) * 0x1000);
        if let Some(old) = number.checked_sub(40).filter(|old| old % 3 != 0) {
            lines += &format!("- {:x}\n", (old + 1) * 0x1000);
        }
    }
    lines
}
