//! What models have counted: the places of a design, and how often each was passed.
//!
//! Verilator's runtime writes them as lines `C '<fields>' <count>`, a field being `\x01<key>\x02<value>`. Keys that are
//! read here, as of Verilator 5.048 (`include/verilated_cov_key.h`): `f` file, `l` line, `n` column, `page` kind and
//! module, `o` which place, `S` lines that it stands for. Equal modules of one model are counted together.

use std::collections::BTreeMap;
use std::path::Path;

use crate::error::Error;

/// What a place is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PlaceKind {
    /// Statements that are executed one after the other.
    Line,
    /// One way of an `if`, of a `case` or of `? :`.
    Branch,
    /// A `cover` statement.
    User,
}

/// A place that is counted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Name of the module.
    pub module: String,
    /// Line of the file where it begins, from 1.
    pub line: u32,
    /// Column there. The two ways of an `if` differ in it by one, whatever stands there.
    pub column: u32,
    /// What it is.
    pub kind: PlaceKind,
    /// Verilator's word for it: `if`, `else`, `elsif`, `case`, `block`, `cond_then`, `cond_else`; of a `cover` its label.
    pub word: String,
    /// Source file, as it was given.
    pub file: String,
    /// First and last lines of its statements.
    pub lines: Vec<(u32, u32)>,
}

/// How often each place was passed.
pub type Counts = BTreeMap<Place, u64>;

/// What the models of a library have counted so far, those alive not included.
#[derive(Debug, Default)]
pub(crate) struct Counted {
    pub(crate) counts: Counts,
    /// What was lost, and why.
    pub(crate) lost: Option<String>,
}

impl Counted {
    /// Adds what a model counted; what can't be read is noted as lost.
    pub(crate) fn add(&mut self, written: Result<String, Error>) {
        match written {
            Ok(text) => {
                for line in text.lines() {
                    if !self.add_line(line) {
                        let line = line.replace(['\u{1}', '\u{2}'], " ");
                        self.lost.get_or_insert(format!("cannot read `{line}`"));
                    }
                }
            }
            Err(error) => drop(self.lost.get_or_insert(error.to_string())),
        }
    }

    /// False: the line isn't one that is known.
    fn add_line(&mut self, line: &str) -> bool {
        if line.is_empty() || line.starts_with('#') {
            return true;
        }
        let Some((place, count)) = read(line) else {
            return false;
        };
        *self.counts.entry(place).or_default() += count;
        true
    }
}

fn read(line: &str) -> Option<(Place, u64)> {
    let (fields, count) = line.strip_prefix("C '")?.rsplit_once("' ")?;
    let fields: BTreeMap<&str, &str> = fields
        .split('\u{1}')
        .filter_map(|field| field.split_once('\u{2}'))
        .collect();
    let number = |key| fields.get(key)?.parse().ok();
    let (kind, module) = fields.get("page")?.split_once('/')?;
    let lines = fields.get("S").into_iter().flat_map(|all| all.split(','));
    Some((
        Place {
            module: module.to_owned(),
            line: number("l")?,
            column: number("n")?,
            kind: match kind {
                "v_line" => PlaceKind::Line,
                "v_branch" => PlaceKind::Branch,
                "v_user" => PlaceKind::User,
                _ => return None,
            },
            word: (*fields.get("o")?).to_owned(),
            file: (*fields.get("f")?).to_owned(),
            lines: lines.map(span).collect::<Option<_>>()?,
        },
        count.parse().ok()?,
    ))
}

/// `12` or `12-14`.
fn span(text: &str) -> Option<(u32, u32)> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    Some((first.parse().ok()?, last.parse().ok()?))
}

/// Has a model's counts written to a file of its own, and reads it.
pub(crate) fn through_file(
    write: impl FnOnce(&Path) -> Result<(), Error>,
) -> Result<String, Error> {
    let folder =
        tempfile::tempdir().map_err(Error::file("create a folder in", std::env::temp_dir()))?;
    let path = folder.path().join("coverage.dat");
    write(&path)?;
    std::fs::read_to_string(&path).map_err(Error::file("read", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = "C '\u{1}f\u{2}a b.sv\u{1}l\u{2}12\u{1}n\u{2}9\u{1}page\u{2}v_branch/top\u{1}o\u{2}if\u{1}S\u{2}12-14,17\u{1}h\u{2}TOP.top' 3";

    #[test]
    fn a_line_is_read() {
        let (place, count) = read(LINE).unwrap();
        assert_eq!(
            (place.module.as_str(), place.line, place.column, count),
            ("top", 12, 9, 3)
        );
        assert_eq!(place.kind, PlaceKind::Branch);
        assert_eq!((place.word.as_str(), place.file.as_str()), ("if", "a b.sv"));
        assert_eq!(place.lines, [(12, 14), (17, 17)]);
    }

    #[test]
    fn models_add_up_and_what_cannot_be_read_is_not_forgotten() {
        let mut counted = Counted::default();
        counted.add(Ok(format!("# SystemC::Coverage-3\n{LINE}\n{LINE}\n")));
        assert_eq!(counted.counts.values().copied().collect::<Vec<_>>(), [6]);
        assert_eq!(counted.lost, None);
        counted.add(Ok("C 'page' 3".to_owned()));
        assert_eq!(counted.lost.as_deref(), Some("cannot read `C 'page' 3`"));
    }
}
