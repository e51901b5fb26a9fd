//! Finding Verilator and the C++ compiler, and telling their versions apart.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::{env, fs, io};

use crate::cache::Digest;
use crate::error::Error;

/// An installation of Verilator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verilator {
    binary: PathBuf,
    root: PathBuf,
}

impl Verilator {
    /// Finds Verilator. The first of these that has it is used:
    ///
    /// 1. the folder that the environment variable `VERILATOR_ROOT` names,
    /// 2. `.tools/verilator` in the working folder or a folder above it,
    ///    where `make tools` puts it,
    /// 3. `verilator` or `verilator_bin` on `PATH`.
    ///
    /// # Errors
    /// [`Error::ToolMissing`], with the places that were tried.
    pub fn find() -> Result<Self, Error> {
        let mut searched = Vec::new();
        if let Some(root) = env::var_os("VERILATOR_ROOT").filter(|root| !root.is_empty()) {
            if let Some(found) = Self::at(Path::new(&root)) {
                return Ok(found);
            }
            searched.push(format!("VERILATOR_ROOT ({})", Path::new(&root).display()));
        }
        let here = env::current_dir().map_err(Error::file("find", "."))?;
        for folder in here.ancestors() {
            if let Some(found) = Self::at(&folder.join(".tools/verilator")) {
                return Ok(found);
            }
        }
        searched.push(format!(".tools/verilator in {} and above", here.display()));
        if let Some(found) = Self::on_path(&env::var_os("PATH").unwrap_or_default()) {
            return Ok(found);
        }
        searched.push("PATH".to_owned());
        Err(Error::ToolMissing { searched })
    }

    /// The installation whose folder is `root`, the one with `bin` and `include`.
    pub fn at(root: &Path) -> Option<Self> {
        let root = fs::canonicalize(root).ok()?;
        // A distribution keeps the data in share/verilator and the program in bin.
        let binary = [
            root.join("bin/verilator_bin"),
            root.join("../../bin/verilator_bin"),
        ]
        .into_iter()
        .find_map(|binary| {
            fs::canonicalize(binary)
                .ok()
                .filter(|binary| binary.is_file())
        })?;
        root.join("include/verilated.h")
            .is_file()
            .then_some(Self { binary, root })
    }

    fn on_path(path: &OsStr) -> Option<Self> {
        env::split_paths(path).find_map(|folder| {
            ["verilator_bin", "verilator"].into_iter().find_map(|name| {
                let binary = fs::canonicalize(folder.join(name)).ok()?;
                let prefix = binary.parent()?.parent()?;
                Self::at(prefix).or_else(|| Self::at(&prefix.join("share/verilator")))
            })
        })
    }

    /// The folder that `VERILATOR_ROOT` names for this installation.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The program itself, `verilator_bin`. It is run with `VERILATOR_ROOT` set.
    pub fn binary(&self) -> &Path {
        &self.binary
    }

    /// What `--version` prints.
    ///
    /// # Errors
    /// [`Error::ProgramFailed`].
    pub fn version(&self) -> Result<String, Error> {
        let output = run(self.command().arg("--version"))?;
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    /// The folder of the runtime's headers and sources.
    pub(crate) fn include(&self) -> PathBuf {
        self.root.join("include")
    }

    /// True for a file that comes with this installation.
    pub(crate) fn owns(&self, file: &Path) -> bool {
        file.starts_with(&self.root) || file == self.binary
    }

    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(&self.binary);
        command.env("VERILATOR_ROOT", &self.root);
        command
    }

    /// Digest of the binary and of the runtime's sources, as the version that
    /// a wheel reports does not tell builds apart.
    pub(crate) fn digest(&self) -> Result<String, Error> {
        static KNOWN: LazyLock<Mutex<HashMap<PathBuf, String>>> = LazyLock::new(Mutex::default);
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(digest) = known.get(&self.binary) {
            return Ok(digest.clone());
        }
        let mut digest = Digest::new("verilator");
        digest.file(&self.binary)?;
        let include = self.include();
        let mut files = vec![];
        for entry in fs::read_dir(&include).map_err(Error::file("read", &include))? {
            let path = entry.map_err(Error::file("read", &include))?.path();
            if path.is_file() {
                files.push(path);
            }
        }
        files.sort();
        for file in files {
            digest.text(&file.file_name().unwrap_or_default().to_string_lossy());
            digest.file(&file)?;
        }
        let digest = digest.finish();
        known.insert(self.binary.clone(), digest.clone());
        Ok(digest)
    }
}

/// The C++ compiler's name as given, or `CXX`, or `c++`.
pub(crate) fn compiler(given: Option<&Path>) -> PathBuf {
    given.map(Path::to_owned).unwrap_or_else(|| {
        env::var_os("CXX")
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| "c++".into())
            .into()
    })
}

/// What the compiler says of itself; also the check that it is there.
pub(crate) fn compiler_version(program: &Path) -> Result<String, Error> {
    let output = run(Command::new(program).arg("--version")).map_err(|error| match error {
        Error::ProgramFailed { program, source } if source.kind() == io::ErrorKind::NotFound => {
            Error::CompilerMissing { program }
        }
        other => other,
    })?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs a program to its end.
pub(crate) fn run(command: &mut Command) -> Result<Output, Error> {
    command.output().map_err(|source| Error::ProgramFailed {
        program: command.get_program().into(),
        source,
    })
}

/// A command line that can be pasted into a shell in most cases.
pub(crate) fn command_line(command: &Command) -> String {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|argument| argument.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}
