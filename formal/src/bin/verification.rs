//! Writes the page `docs/verification.md` and the table of `README.md` of the result files of the repository whose root
//! it is given: `verification ROOT`. With `--check` it writes nothing, and fails if they aren't what they should be.

use memento_formal::pages::{Page, pages};
use std::path::PathBuf;
use std::process::ExitCode;
use std::{env, fs};

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("verification: {error}");
            ExitCode::from(2)
        }
    }
}

/// Whether all is as it should be.
fn run() -> Result<bool, String> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let (check, root) =
        match &arguments[..] {
            [root] => (false, root),
            [check, root] if check == "--check" => (true, root),
            _ => return Err(
                "state the repository's root, and --check before it if nothing is to be written"
                    .to_owned(),
            ),
        };
    let mut good = true;
    for Page { path, text, found } in pages(&PathBuf::from(root))? {
        if text == found {
            continue;
        }
        if check {
            eprintln!(
                "verification: `{}` isn't what the result files say: `make verification` writes it anew",
                path.display()
            );
            good = false;
        } else {
            fs::write(&path, text)
                .map_err(|error| format!("cannot write `{}`: {error}", path.display()))?;
            println!("wrote {}", path.display());
        }
    }
    Ok(good)
}
