//! Mutants that no run sees, held against the proofs of their module.

use crate::error::Error;
use memento_formal::groups::GROUPS;
use memento_formal::{Error as Refusal, Request, check};
use memento_hdl::verilog::Design;
use std::sync::atomic::AtomicBool;

/// What the proofs of a module say of a mutant of it.
#[derive(Debug, Default)]
pub(super) struct Verdict {
    /// The proof, and the properties of it, that hold of the sound hardware and not of the mutant.
    pub disproved: Option<(String, String)>,
    /// Proofs that couldn't be tried on the mutant, and why: Yosys refuses it, or a solver says nothing.
    pub untried: Vec<String>,
}

/// Tries the quick proofs of a module on a mutant of it, until one fails. Invariants alone don't count: they are how a proof
/// is done, and not what is claimed.
///
/// # Errors
/// Tools that are missing or fail; sound hardware that they refuse.
pub(super) fn verdict(
    sound: &Design,
    mutant: &Design,
    module: &str,
    stop: &AtomicBool,
) -> Result<Verdict, Error> {
    let mut verdict = Verdict::default();
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
        let tried = match check(mutant, &request, stop, &|_| {}) {
            Ok(tried) => tried,
            Err(error @ (Refusal::Refused { .. } | Refusal::NoResult { .. })) => {
                verdict.untried.push(error.to_string());
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        let failed: Vec<String> = tried
            .into_iter()
            .flat_map(|proof| proof.properties)
            .filter(|outcome| !outcome.holds)
            .map(|outcome| outcome.property)
            .collect();
        if !failed.is_empty() {
            verdict.disproved = Some((name.to_owned(), failed.join(", ")));
            break;
        }
    }
    Ok(verdict)
}

#[cfg(test)]
mod tests {
    use super::*;
    use memento_testbenches::fuzz::two_cores;
    use memento_testbenches::tops::Tops;

    /// The popcount with a text that becomes another.
    fn of_popcount(from: &str, to: &str) -> Verdict {
        let sound = Tops::emit(&two_cores()).unwrap_or_else(|error| panic!("{error}"));
        let mut mutant = sound.design.clone();
        let mut modules = mutant.modules.iter_mut();
        let popcount = modules.find(|module| module.name == "memento_popcount");
        let popcount = popcount.unwrap_or_else(|| panic!("there is one"));
        assert!(popcount.text.contains(from), "{}", popcount.text);
        popcount.text = popcount.text.replacen(from, to, 1);
        let stop = AtomicBool::new(false);
        verdict(&sound.design, &mutant, "memento_popcount", &stop)
            .unwrap_or_else(|error| panic!("{error}"))
    }

    #[test]
    fn a_mutant_that_yosys_cannot_read_is_told_and_ends_nothing() {
        let unread = of_popcount("fours = (twos", "fours = (nothing_there");
        assert_eq!(unread.disproved, None);
        assert!(
            unread.untried.len() == 1 && unread.untried[0].contains("Yosys refuses"),
            "{unread:?}"
        );
        let wrong = of_popcount("32'h33333333)", "32'h33333331)");
        assert_eq!(wrong.untried, [""; 0]);
        assert_eq!(
            wrong.disproved,
            Some(("popcount".to_owned(), "counts_ones".to_owned()))
        );
        let same = of_popcount("32'h33333333)", "32'h33333333 )");
        assert!(same.disproved.is_none() && same.untried.is_empty());
    }
}
