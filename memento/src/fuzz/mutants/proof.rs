//! Mutants that no run sees, held against the proofs of their module.

use crate::error::Error;
use memento_formal::groups::GROUPS;
use memento_formal::{Request, check};
use memento_hdl::verilog::Design;
use std::sync::atomic::AtomicBool;

/// The proof, and the properties of it, that hold of the sound hardware and not of the mutant. Invariants alone don't count:
/// they are how a proof is done, and not what is claimed.
///
/// # Errors
/// Tools that are missing or fail.
pub(super) fn disproved(
    sound: &Design,
    mutant: &Design,
    module: &str,
    stop: &AtomicBool,
) -> Result<Option<(String, String)>, Error> {
    let folder = tempfile::tempdir().map_err(Error::file("make", &std::env::temp_dir()))?;
    let fits = |name: &&str| {
        let group = GROUPS.iter().find(|group| group.name == *name);
        group.is_some_and(|group| {
            let found = group.find(sound);
            group.quick
                && found.is_ok_and(|found| found.name == module && group.misfit(found).is_none())
        })
    };
    for name in GROUPS.iter().map(|group| group.name).filter(fits) {
        let request = Request {
            property: Some(name.to_owned()),
            artifacts: folder.path().to_owned(),
            ..Request::default()
        };
        let proven = check(sound, &request, stop, &|_| {})?;
        if !proven.iter().all(|proof| proof.holds()) {
            continue;
        }
        let failed: Vec<String> = check(mutant, &request, stop, &|_| {})?
            .into_iter()
            .flat_map(|proof| proof.properties)
            .filter(|outcome| !outcome.holds)
            .map(|outcome| outcome.property)
            .collect();
        if !failed.is_empty() {
            return Ok(Some((name.to_owned(), failed.join(", "))));
        }
    }
    Ok(None)
}
