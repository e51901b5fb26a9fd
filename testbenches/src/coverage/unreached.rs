//! What no program reaches, and why: `covers/unreached.toml`, an explanation for each place.

use super::tally::Way;
use memento_hdl::verilog::Design;
use serde::Deserialize;

/// An explanation.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unreached {
    /// The module; `*` for all that have such a line.
    pub module: String,
    /// The line on which the decision begins, without the space around it and without a comment.
    pub line: String,
    /// Which ways aren't taken: `if`, `else`, `elsif`, `case`, `cond_then`, `cond_else`.
    pub ways: Vec<String>,
    /// Why.
    pub reason: String,
}

/// All explanations.
///
/// # Errors
/// The file can't be read.
pub fn unreached() -> Result<Vec<Unreached>, String> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        #[serde(default)]
        unreached: Vec<Unreached>,
    }
    let file: File = toml::from_str(include_str!("../../covers/unreached.toml"))
        .map_err(|error| format!("covers/unreached.toml: {error}"))?;
    Ok(file.unreached)
}

impl Unreached {
    /// Whether it is about a way of a module's decision that stands on a line of this text.
    pub fn explains(&self, module: &str, way: &Way, text: &str) -> bool {
        (self.module == "*" || self.module == module)
            && self.ways.contains(&way.word)
            && self.line == code(text)
    }

    /// Whether a design has a line that it is about.
    pub fn stands_in(&self, design: &Design) -> bool {
        let modules = design.modules.iter();
        modules
            .filter(|module| self.module == "*" || self.module == module.name)
            .any(|module| module.text.lines().any(|line| code(line) == self.line))
    }
}

/// A line without the space around it, and without its comment.
pub fn code(line: &str) -> &str {
    line.split("//").next().unwrap_or_default().trim()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fuzz::two_cores;
    use crate::tops::Tops;

    /// An explanation of what is no longer there is stale.
    #[test]
    fn every_explanation_is_of_a_line_of_today() {
        let tops = Tops::emit(&two_cores()).unwrap();
        for known in unreached().unwrap() {
            assert!(known.stands_in(&tops.design), "stale: {known:?}");
            assert!(known.reason.ends_with('.'), "{known:?}");
        }
    }
}
