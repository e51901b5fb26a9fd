//! [`Tool`]: an external program, where it is found, how it is run and what it said.

use crate::error::FpgaError;
use std::env;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Lines of a log that are shown when a tool fails.
const LAST_WORDS: usize = 12;

/// An external program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tool {
    /// What it is called.
    pub name: &'static str,
    /// Its folder below `.tools`.
    pub folder: &'static str,
    /// Its program below `bin` of that folder.
    pub program: &'static str,
    /// What installs it.
    pub install: &'static str,
    /// Version that is known to work.
    pub version: &'static str,
}

/// Synthesis.
pub const YOSYS: Tool = Tool {
    name: "Yosys",
    folder: "yosys",
    program: "yosys",
    install: "make tools",
    version: "Yosys 0.70",
};

/// Place and route for ECP5.
pub const NEXTPNR_ECP5: Tool = Tool {
    name: "nextpnr-ecp5",
    folder: "nextpnr-ecp5",
    program: "nextpnr-ecp5",
    install: "make fpga-tools",
    version: "nextpnr 0.11",
};

/// Place and route for iCE40.
pub const NEXTPNR_ICE40: Tool = Tool {
    name: "nextpnr-ice40",
    folder: "nextpnr-ice40",
    program: "nextpnr-ice40",
    install: "make fpga-tools",
    version: "nextpnr 0.11",
};

/// Bitstreams of ECP5.
pub const ECPPACK: Tool = Tool {
    name: "ecppack",
    program: "ecppack",
    version: "Project Trellis 1.4",
    ..NEXTPNR_ECP5
};

/// Bitstreams of iCE40.
pub const ICEPACK: Tool = Tool {
    name: "icepack",
    program: "icepack",
    version: "icepack of nextpnr 0.11's package",
    ..NEXTPNR_ICE40
};

/// Place and route for Nexus.
pub const NEXTPNR_NEXUS: Tool = Tool {
    name: "nextpnr-nexus",
    folder: "nextpnr-nexus",
    program: "nextpnr-nexus",
    install: "make fpga-tools-nexus",
    version: "nextpnr 0.11",
};

/// Bitstreams of Nexus.
pub const PRJOXIDE: Tool = Tool {
    name: "prjoxide",
    program: "prjoxide",
    version: "prjoxide of nextpnr 0.11's package",
    ..NEXTPNR_NEXUS
};

/// Place and route for Gowin.
pub const NEXTPNR_GOWIN: Tool = Tool {
    name: "nextpnr-himbaechel for Gowin",
    folder: "nextpnr-gowin",
    program: "nextpnr-himbaechel-gowin",
    install: "make fpga-tools-gowin",
    version: "nextpnr 0.11",
};

/// Bitstreams of Gowin.
pub const GOWIN_PACK: Tool = Tool {
    name: "gowin_pack",
    program: "gowin_pack",
    version: "Apycula 0.32",
    ..NEXTPNR_GOWIN
};

/// A tool that was found.
#[derive(Clone, Debug)]
pub struct Installed {
    tool: Tool,
    path: PathBuf,
}

impl Tool {
    /// Finds the tool: in `.tools` of a folder or of one above it, else on PATH.
    ///
    /// # Errors
    /// [`FpgaError::Missing`].
    pub fn find(self, from: &Path) -> Result<Installed, FpgaError> {
        let installed = Path::new(".tools")
            .join(self.folder)
            .join("bin")
            .join(self.program);
        let beside = from.ancestors().map(|folder| folder.join(&installed));
        let paths = env::var_os("PATH").unwrap_or_default();
        let on_path = env::split_paths(&paths).map(|folder| folder.join(self.program));
        match beside.chain(on_path).find(|program| program.is_file()) {
            Some(path) => Ok(Installed { tool: self, path }),
            None => Err(FpgaError::Missing {
                name: self.name,
                folder: self.folder,
                program: self.program,
                from: from.to_owned(),
                install: self.install,
            }),
        }
    }
}

impl Installed {
    /// Runs the tool in a folder, all that it says into the file `log` there.
    ///
    /// # Errors
    /// [`FpgaError::Start`], [`FpgaError::Failed`], [`FpgaError::File`].
    pub fn run(&self, folder: &Path, arguments: &[String], log: &str) -> Result<(), FpgaError> {
        let log = folder.join(log);
        let out = File::create(&log).map_err(FpgaError::file("write", &log))?;
        let errors = out.try_clone().map_err(FpgaError::file("write", &log))?;
        let status = Command::new(&self.path)
            .args(arguments)
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(out)
            .stderr(errors)
            .status()
            .map_err(|source| FpgaError::Start {
                name: self.tool.name,
                program: self.path.clone(),
                source,
            })?;
        if status.success() {
            return Ok(());
        }
        let said = fs::read(&log).map_err(FpgaError::file("read", &log))?;
        let said = String::from_utf8_lossy(&said).into_owned();
        let lines: Vec<&str> = said.lines().collect();
        Err(FpgaError::Failed {
            name: self.tool.name,
            log,
            words: lines[lines.len().saturating_sub(LAST_WORDS)..].join("\n"),
        })
    }

    /// What the tool says of its version, on one line.
    ///
    /// # Errors
    /// [`FpgaError::Start`].
    pub fn version(&self) -> Result<String, FpgaError> {
        let output = Command::new(&self.path)
            .arg("--version")
            .stdin(Stdio::null())
            .output()
            .map_err(|source| FpgaError::Start {
                name: self.tool.name,
                program: self.path.clone(),
                source,
            })?;
        let mut said = String::from_utf8_lossy(&output.stdout).into_owned();
        said += &String::from_utf8_lossy(&output.stderr);
        let line = said.lines().find(|line| !line.trim().is_empty());
        let line = line.unwrap_or(self.tool.version).trim();
        // nextpnr says the path of its program ahead of its version.
        let version = line
            .split_once("(Version ")
            .map(|(_, rest)| rest.trim_end_matches(')'));
        Ok(version.unwrap_or(line).to_owned())
    }

    /// A file that came with the tool, in one of these folders beside that of its program.
    pub(crate) fn file(&self, folders: &[&str], name: &str) -> Result<PathBuf, FpgaError> {
        let home = self.path.parent().and_then(Path::parent);
        let home = home.unwrap_or(Path::new("."));
        let mut files = folders.iter().map(|folder| home.join(folder).join(name));
        files.find(|file| file.is_file()).ok_or_else(|| {
            let what = format!("there is no {name} below {}", folders.join(" or "));
            self.odd(home, what)
        })
    }

    /// A result isn't what the tool writes in the version that is known.
    pub(crate) fn odd(&self, file: &Path, what: impl Into<String>) -> FpgaError {
        FpgaError::Result {
            name: self.tool.name,
            file: file.to_owned(),
            what: what.into(),
            version: self.tool.version,
        }
    }
}
