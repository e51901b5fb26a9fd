//! [`Staging`]: files that appear in a folder whole or not at all.

use crate::error::Error;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A hidden folder in which files are completed before they are renamed to where they belong.
///
/// For a folder that does not exist yet it stands beside it and becomes it in one step. For one that
/// exists it stands in it, on the same file system, and file by file is renamed. Dropped before
/// [`Staging::publish`], it leaves nothing behind.
pub struct Staging {
    target: PathBuf,
    exists: bool,
    hidden: TempDir,
}

impl Staging {
    /// Prepares to write to `target`; folders above it are made.
    ///
    /// # Errors
    /// The folder, or one above it, can't be made or written to.
    pub fn new(target: &Path) -> Result<Staging, Error> {
        let unwritable = |source| Error::Folder {
            path: target.to_owned(),
            source,
        };
        // The operating system only says that something exists.
        if let Some(file) = target
            .ancestors()
            .find(|path| path.exists() && !path.is_dir())
        {
            let problem = format!("`{}` is not a folder", file.display());
            return Err(unwritable(io::Error::other(problem)));
        }
        let exists = target.is_dir();
        let place = if exists {
            target
        } else {
            // The parent of a bare name is the empty path, which names no folder.
            match target.parent() {
                Some(parent) if !parent.as_os_str().is_empty() => parent,
                _ => Path::new("."),
            }
        };
        fs::create_dir_all(place).map_err(unwritable)?;
        let hidden = tempfile::Builder::new()
            .prefix(".memento-")
            .tempdir_in(place)
            // Its own words contain the name of the hidden folder.
            .map_err(|error| unwritable(error.kind().into()))?;
        Ok(Staging {
            target: target.to_owned(),
            exists,
            hidden,
        })
    }

    /// Where a file is completed before it is published.
    pub fn path(&self, name: &str) -> PathBuf {
        self.hidden.path().join(name)
    }

    /// Writes a file, not yet to be seen.
    ///
    /// # Errors
    /// It can't be written: the disk is full, for instance.
    pub fn write(&self, name: &str, text: &str) -> Result<(), Error> {
        fs::write(self.path(name), text).map_err(Error::file("write", &self.target.join(name)))
    }

    /// Puts the files where they belong, in this order, over earlier ones of the same names.
    ///
    /// # Errors
    /// A file can't be put there; those before it are.
    pub fn publish(self, names: &[String]) -> Result<(), Error> {
        if !self.exists {
            readable_by_others(self.hidden.path());
            fs::rename(self.hidden.path(), &self.target).map_err(|source| Error::Folder {
                path: self.target.clone(),
                source,
            })?;
            // Nothing is left to remove.
            let _ = self.hidden.keep();
            return Ok(());
        }
        for name in names {
            let place = self.target.join(name);
            fs::rename(self.path(name), &place).map_err(Error::file("write", &place))?;
        }
        Ok(())
    }
}

/// Temporary folders are the user's alone; what is published is as any other folder.
#[cfg(unix)]
fn readable_by_others(folder: &Path) {
    use std::os::unix::fs::PermissionsExt;
    // The mode of a new folder tells the user's mask. A folder without it is still complete.
    let probe = folder.join(".mode");
    if fs::create_dir(&probe).is_ok() {
        if let Ok(wanted) = fs::metadata(&probe) {
            let mode = fs::Permissions::from_mode(wanted.permissions().mode() & 0o777);
            let _ = fs::set_permissions(folder, mode);
        }
        let _ = fs::remove_dir(&probe);
    }
}

#[cfg(not(unix))]
fn readable_by_others(_folder: &Path) {}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_new_folder_appears_whole() {
        let home = tempfile::tempdir().unwrap();
        let target = home.path().join("a/b");
        let staging = Staging::new(&target).unwrap();
        staging.write("x", "1").unwrap();
        assert!(!target.exists());
        staging.publish(&["x".to_owned()]).unwrap();
        assert_eq!(entries(&target), ["x"]);
        assert_eq!(entries(&home.path().join("a")), ["b"]);
    }

    #[test]
    fn what_is_not_published_leaves_no_trace() {
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join("theirs"), "").unwrap();
        let staging = Staging::new(home.path()).unwrap();
        staging.write("x", "1").unwrap();
        drop(staging);
        assert_eq!(entries(home.path()), ["theirs"]);
    }

    #[test]
    fn files_beside_are_kept() {
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join("theirs"), "").unwrap();
        fs::write(home.path().join("x"), "old").unwrap();
        let staging = Staging::new(home.path()).unwrap();
        staging.write("x", "new").unwrap();
        staging.publish(&["x".to_owned()]).unwrap();
        assert_eq!(entries(home.path()), ["theirs", "x"]);
        assert_eq!(fs::read_to_string(home.path().join("x")).unwrap(), "new");
    }
}
