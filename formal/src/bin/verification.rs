//! Writes `docs/verification.md` of what it is given: result files of proofs, then that of faults.

use memento_formal::Results;
use memento_formal::document::document;
use std::process::ExitCode;
use std::{env, fs};

fn main() -> ExitCode {
    match page(&env::args().skip(1).collect::<Vec<_>>()) {
        Ok(text) => {
            print!("{text}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("verification: {error}");
            ExitCode::from(2)
        }
    }
}

fn page(paths: &[String]) -> Result<String, String> {
    let mut results = Vec::new();
    for path in paths {
        let text =
            fs::read_to_string(path).map_err(|error| format!("cannot read `{path}`: {error}"))?;
        let read: Results = serde_json::from_str(&text).map_err(|error| {
            format!("`{path}` is not what `memento check --json` prints: {error}")
        })?;
        results.push(read);
    }
    let mutations = results
        .pop()
        .ok_or("state result files: those of proofs, then that of faults")?;
    Ok(document(&results, &mutations))
}
