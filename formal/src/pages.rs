//! Pages that are made of result files: `docs/verification.md`, and the table of `README.md`.

use crate::age::Ages;
use crate::document::document;
use crate::evidence::Evidence;
use std::fs;
use std::path::{Path, PathBuf};

/// Lines of `README.md` between which the table stands.
const TABLE: (&str, &str) = (
    "<!-- of result files, by `make verification` -->",
    "<!-- end -->",
);

/// A page, as it should be and as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Its file.
    pub path: PathBuf,
    /// What should be in it.
    pub text: String,
    /// What is in it; empty if there is none.
    pub found: String,
}

/// The pages of the repository with this root.
///
/// # Errors
/// Result files that can't be read, or a `README.md` without a place for the table.
pub fn pages(root: &Path) -> Result<Vec<Page>, String> {
    let evidence = Evidence::read(root)?;
    let ages = Ages::default();
    let (proofs, mutations) = evidence.proofs();
    let page = root.join("docs/verification.md");
    let readme = root.join("README.md");
    let found = fs::read_to_string(&readme)
        .map_err(|error| format!("cannot read `{}`: {error}", readme.display()))?;
    Ok(vec![
        Page {
            text: document(proofs, mutations, &ages) + &evidence.sections(&ages),
            found: fs::read_to_string(&page).unwrap_or_default(),
            path: page,
        },
        Page {
            text: with_table(&found, &evidence.summary(&ages))
                .ok_or_else(|| format!("`{}` has no place for the table", readme.display()))?,
            found,
            path: readme,
        },
    ])
}

/// A text with another table between its marks.
fn with_table(text: &str, table: &str) -> Option<String> {
    let (before, rest) = text.split_once(TABLE.0)?;
    let (_, after) = rest.split_once(TABLE.1)?;
    Some(format!(
        "{before}{}\n\n{table}\n{}{after}",
        TABLE.0, TABLE.1
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_put_in_the_place_of_another() {
        let old = format!("a\n{}\nold\n{}\nb\n", TABLE.0, TABLE.1);
        let new = with_table(&old, "| new |\n").expect("a place");
        assert_eq!(
            new,
            format!("a\n{}\n\n| new |\n\n{}\nb\n", TABLE.0, TABLE.1)
        );
        assert_eq!(with_table(&new, "| new |\n"), Some(new));
        assert_eq!(with_table("a\n", "t"), None);
    }

    #[test]
    fn pages_are_what_result_files_say() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        for page in pages(&root).unwrap_or_else(|error| panic!("{error}")) {
            assert!(
                page.text == page.found,
                "{} isn't what the result files say: make verification",
                page.path.display()
            );
        }
    }
}
