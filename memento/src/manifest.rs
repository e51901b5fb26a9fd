//! The manifest: what was generated, from what, for programs to read.

use crate::design::{Chosen, VERSION};
use memento_config::Settings;
use memento_hdl::rtl::note::ParameterNote;
use memento_hdl::verilog::{Design, EmittedModule, InstanceDescription, PortDescription};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// File name of the manifest.
pub const MANIFEST: &str = "manifest.json";
/// What a manifest of ours says of its origin.
pub const GENERATOR: &str = "memento";

/// `manifest.json`.
#[derive(Debug, Serialize)]
pub struct Manifest<'a> {
    generator: &'static str,
    version: &'static str,
    /// Preset or file that the configuration came from.
    source: &'a str,
    configuration: Settings,
    configuration_sha256: String,
    dialect: &'static str,
    /// Modules that no other one instantiates, or that serve alone; the whole system is the last.
    tops: &'a [&'static str],
    /// In the order in which they are compiled: children before parents.
    modules: Vec<Module<'a>>,
    /// What is neither a module nor the manifest.
    files: Vec<FileEntry<'a>>,
    /// SHA-256 of the lines `<sha256>  <file>` of modules and files, as `sha256sum` prints them.
    pub sha256: String,
}

#[derive(Debug, Serialize)]
struct Module<'a> {
    name: &'a str,
    file: &'a str,
    sha256: String,
    parameters: &'a [ParameterNote],
    ports: &'a [PortDescription],
    instances: &'a [InstanceDescription],
}

#[derive(Debug, Serialize)]
struct FileEntry<'a> {
    file: &'a str,
    sha256: String,
}

impl<'a> Manifest<'a> {
    /// Describes `design` and the `files` (name, text) beside it.
    pub fn new(
        chosen: &'a Chosen,
        dialect: &'static str,
        tops: &'a [&'static str],
        design: &'a Design,
        files: &'a [(&'static str, String)],
    ) -> Manifest<'a> {
        let modules: Vec<Module<'a>> = design.modules.iter().map(Module::new).collect();
        let files: Vec<FileEntry<'a>> = files
            .iter()
            .map(|(file, text)| FileEntry {
                file,
                sha256: sha256(text),
            })
            .collect();
        let listed = modules
            .iter()
            .map(|module| (&module.sha256, module.file))
            .chain(files.iter().map(|entry| (&entry.sha256, entry.file)));
        let lines = listed.fold(String::new(), |mut lines, (sha256, file)| {
            // Writing to a string cannot fail.
            let _ = writeln!(lines, "{sha256}  {file}");
            lines
        });
        Manifest {
            generator: GENERATOR,
            version: VERSION,
            source: &chosen.origin,
            configuration: chosen.resolved(),
            configuration_sha256: chosen.config.digest(),
            dialect,
            tops,
            sha256: sha256(&lines),
            modules,
            files,
        }
    }
}

impl<'a> Module<'a> {
    fn new(module: &'a EmittedModule) -> Module<'a> {
        Module {
            name: &module.name,
            file: &module.file,
            sha256: sha256(&module.text),
            parameters: &module.parameters,
            ports: &module.ports,
            instances: &module.instances,
        }
    }
}

/// The files that an earlier manifest lists, with their digests; `None`: it is not one of ours.
pub fn listed(manifest: &str) -> Option<Vec<(String, String)>> {
    let manifest: serde_json::Value = serde_json::from_str(manifest).ok()?;
    if manifest.get("generator")? != GENERATOR {
        return None;
    }
    let mut files = Vec::new();
    for list in ["modules", "files"] {
        for entry in manifest.get(list)?.as_array()? {
            let file = entry.get("file")?.as_str()?;
            files.push((file.to_owned(), entry.get("sha256")?.as_str()?.to_owned()));
        }
    }
    Some(files)
}

/// SHA-256 in 64 hex digits.
pub fn sha256(text: impl AsRef<[u8]>) -> String {
    Sha256::digest(text)
        .iter()
        .fold(String::new(), |mut hex, byte| {
            // Writing to a string cannot fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        })
}
