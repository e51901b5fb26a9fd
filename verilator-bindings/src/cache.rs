//! The compile cache: keys by content, entries that appear complete or not at all.
//!
//! ```text
//! models/<what is asked>/files        files that Verilator read beside the sources
//! models/<what is asked>/<contents>/  one entry: model.so, warnings
//! runtime/<digest>.o                  Verilator's own files, compiled
//! locks/<digest>                      held while an entry is made
//! ```
//!
//! Which files are included is known only after Verilator ran. So the first key
//! covers what is known before, and the list of files of the last run gives the
//! second: an entry is valid when the same files have the same contents.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use std::{env, io};

use sha2::{Digest as _, Sha256};

use crate::error::Error;

/// What an entry is made by, beside the tools: a change of it makes all anew.
const LAYOUT: &str = concat!(
    include_str!("shim.cpp"),
    include_str!("generated.rs"),
    include_str!("verilate.rs"),
    include_str!("compile.rs"),
    include_str!("changes/guards.rs"),
    include_str!("changes/mod.rs"),
    include_str!("changes/statements.rs"),
    include_str!("changes/schedule.rs"),
    include_str!("changes/write.rs"),
);

/// Entries that were not used for this long are removed.
const UNUSED: Duration = Duration::from_secs(30 * 24 * 3600);

/// A running digest of things, each delimited by its length.
pub(crate) struct Digest(Sha256);

impl Digest {
    pub(crate) fn new(purpose: &str) -> Self {
        let mut digest = Self(Sha256::new());
        digest.text(purpose);
        digest
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.0.update((bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    pub(crate) fn file(&mut self, path: &Path) -> Result<(), Error> {
        self.bytes(&fs::read(path).map_err(Error::file("read", path))?);
        Ok(())
    }

    /// 32 hexadecimal digits.
    pub(crate) fn finish(self) -> String {
        self.0.finalize()[..16]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }
}

/// A folder of compiled models.
#[derive(Debug, Clone)]
pub(crate) struct Cache {
    root: PathBuf,
}

impl Cache {
    pub(crate) fn open(root: Option<&Path>) -> Result<Self, Error> {
        let root = root.map_or_else(default_root, Path::to_owned);
        for folder in ["models", "runtime", "locks"] {
            let folder = root.join(folder);
            fs::create_dir_all(&folder).map_err(Error::file("create", folder))?;
        }
        // Compilers run in other folders.
        let root = fs::canonicalize(&root).map_err(Error::file("open", &root))?;
        Ok(Self { root })
    }

    /// The digest that all keys of this version of the crate start from.
    pub(crate) fn key() -> Digest {
        Digest::new(LAYOUT)
    }

    pub(crate) fn runtime(&self, key: &str) -> PathBuf {
        self.root.join("runtime").join(format!("{key}.o"))
    }

    pub(crate) fn model(&self, asked: &str) -> Slot {
        Slot {
            folder: self.root.join("models").join(asked),
        }
    }

    /// Waits for the exclusive right to make what `key` stands for.
    /// The operating system takes it back when the process ends.
    pub(crate) fn lock(&self, key: &str) -> Result<File, Error> {
        let path = self.root.join("locks").join(key);
        let lock = File::options()
            .create(true)
            .append(true)
            .open(&path)
            .and_then(|file| file.lock().map(|()| file));
        lock.map_err(Error::file("lock", path))
    }

    /// Removes what has not been used for a month.
    pub(crate) fn prune(&self) {
        // Failing to tidy up is no reason to fail.
        let Some(limit) = SystemTime::now().checked_sub(UNUSED) else {
            return;
        };
        let models = fs::read_dir(self.root.join("models"))
            .into_iter()
            .flatten()
            .flatten();
        for folder in models.filter(|entry| last_use(&entry.path()) < limit) {
            let _ = fs::remove_dir_all(folder.path());
        }
    }
}

fn last_use(slot: &Path) -> SystemTime {
    fs::metadata(slot.join("files"))
        .and_then(|metadata| metadata.modified())
        .unwrap_or_else(|_| SystemTime::now())
}

/// The entries for one set of sources and options.
#[derive(Debug)]
pub(crate) struct Slot {
    folder: PathBuf,
}

impl Slot {
    /// The entry that fits the files as they are now. `resolve` turns a recorded
    /// name into a path.
    pub(crate) fn find(&self, resolve: impl Fn(&str) -> PathBuf) -> Option<PathBuf> {
        let list = fs::read_to_string(self.folder.join("files")).ok()?;
        let entry = self.folder.join(contents(&list, resolve));
        if !entry.is_dir() {
            return None;
        }
        // Marks the entry as used.
        let _ = File::options()
            .append(true)
            .open(self.folder.join("files"))
            .and_then(|file| file.set_modified(SystemTime::now()));
        Some(entry)
    }

    /// An empty folder on the same file system, to build in.
    pub(crate) fn scratch(&self) -> Result<tempfile::TempDir, Error> {
        fs::create_dir_all(&self.folder).map_err(Error::file("create", &self.folder))?;
        tempfile::Builder::new()
            .prefix(".build-")
            .tempdir_in(&self.folder)
            .map_err(Error::file("create a folder in", &self.folder))
    }

    /// Makes the finished folder `made` the entry for the files read.
    pub(crate) fn publish(
        &self,
        made: &Path,
        files: &[String],
        resolve: impl Fn(&str) -> PathBuf,
    ) -> Result<PathBuf, Error> {
        let list = files.join("\n");
        let entry = self.folder.join(contents(&list, resolve));
        match fs::rename(made, &entry) {
            Ok(()) => {}
            // Made before, for a list that another run has replaced since.
            Err(_) if entry.is_dir() => {}
            Err(source) => {
                return Err(Error::File {
                    action: "create",
                    path: entry,
                    source,
                });
            }
        }
        let path = self.folder.join("files");
        let write = || -> io::Result<()> {
            let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
            io::Write::write_all(&mut file, list.as_bytes())?;
            file.persist(&path)?;
            Ok(())
        };
        write().map_err(Error::file("write", &path))?;
        Ok(entry)
    }
}

/// Digest of the names and contents of the files; an absent one counts as such.
fn contents(list: &str, resolve: impl Fn(&str) -> PathBuf) -> String {
    let mut digest = Digest::new("files");
    for name in list.lines() {
        digest.text(name);
        let mut bytes = Vec::new();
        match File::open(resolve(name)).and_then(|mut file| file.read_to_end(&mut bytes)) {
            Ok(_) => digest.bytes(&bytes),
            Err(_) => digest.text("absent"),
        }
    }
    digest.finish()
}

fn default_root() -> PathBuf {
    let set = |name| {
        env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    set("VERILATOR_BINDINGS_CACHE").unwrap_or_else(|| {
        set("XDG_CACHE_HOME")
            .or_else(|| set("HOME").map(|home| home.join(".cache")))
            .unwrap_or_else(env::temp_dir)
            .join("verilator-bindings")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_rewrites_an_evaluation_makes_entries_anew() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/changes");
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let text = fs::read_to_string(&path).unwrap();
            assert!(LAYOUT.contains(&text), "{}", path.display());
        }
    }
}
