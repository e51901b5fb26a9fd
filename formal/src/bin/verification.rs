//! Writes the page `docs/verification.md` and the table of `README.md` of the result files of the repository whose root
//! it is given: `verification ROOT`.

use memento_formal::pages::{Page, pages};
use std::path::PathBuf;
use std::process::ExitCode;
use std::{env, fs};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("verification: {error}");
            ExitCode::from(2)
        }
    }
}

fn run() -> Result<(), String> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [root] = &arguments[..] else {
        return Err("state the repository's root".to_owned());
    };
    for Page { path, text, found } in pages(&PathBuf::from(root))? {
        if text != found {
            fs::write(&path, text)
                .map_err(|error| format!("cannot write `{}`: {error}", path.display()))?;
            println!("wrote {}", path.display());
        }
    }
    Ok(())
}
