//! Named covers: situations that a suite has to bring about, in the folder `covers`, a file for each part of the hardware.
//!
//! A cover is a condition on the signals of a module, at a rising edge. It is written into the module's text as a
//! `cover property`, ahead of `endmodule`: the lines above keep their numbers, and no port is needed.

use memento_config::{Config, Reset};
use memento_hdl::verilog::{Design, EmittedModule};
use serde::Deserialize;
use std::fmt::Write as _;

/// The files, by name.
const FILES: &[(&str, &str)] = &[
    ("core.toml", include_str!("../../covers/core.toml")),
    ("pages.toml", include_str!("../../covers/pages.toml")),
    ("bypass.toml", include_str!("../../covers/bypass.toml")),
    ("system.toml", include_str!("../../covers/system.toml")),
];

/// What stands ahead of a cover's name in Verilog, where signals have names too.
pub(super) const PREFIX: &str = "cover_";

/// A situation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cover {
    /// Its name.
    pub name: String,
    /// What it is, in a sentence.
    pub says: String,
    /// The module whose signals tell.
    pub module: String,
    /// A Verilog expression on them.
    pub when: String,
}

/// A row of a file: one cover, or one for each number of a range that stands for `{n}`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    name: String,
    says: String,
    module: String,
    when: String,
    /// First and last number.
    #[serde(default)]
    each: Option<(u32, u32)>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rows {
    cover: Vec<Row>,
}

/// All covers, in the order of the files.
///
/// # Errors
/// A file that can't be read, a name that stands twice.
pub fn covers() -> Result<Vec<Cover>, String> {
    let mut all: Vec<Cover> = Vec::new();
    for (file, text) in FILES {
        let rows: Rows = toml::from_str(text).map_err(|error| format!("covers/{file}: {error}"))?;
        all.extend(rows.cover.into_iter().flat_map(Row::expand));
    }
    let mut names: Vec<&str> = all.iter().map(|cover| cover.name.as_str()).collect();
    names.sort_unstable();
    match names.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(twice) => Err(format!("two covers are named `{}`", twice[0])),
        None => Ok(all),
    }
}

impl Row {
    fn expand(self) -> Vec<Cover> {
        let numbers = self.each.map_or(vec![None], |(first, last)| {
            (first..=last).map(Some).collect()
        });
        let with = |text: &str, number: Option<u32>| match number {
            None => text.to_owned(),
            Some(number) => text.replace("{n}", &number.to_string()),
        };
        let one = |number| Cover {
            name: with(&self.name, number),
            says: with(&self.says, number),
            module: with(&self.module, number),
            when: with(&self.when, number),
        };
        numbers.into_iter().map(one).collect()
    }
}

/// The design with the covers of its modules in their text.
pub fn with_covers(design: &Design, config: &Config, covers: &[Cover]) -> Design {
    let mut design = design.clone();
    for module in &mut design.modules {
        let its = covers.iter().filter(|cover| cover.module == module.name);
        let mut statements = String::new();
        for cover in its {
            let Cover { name, when, .. } = cover;
            // Writing to a string can't fail.
            let _ = writeln!(
                statements,
                "    {PREFIX}{name}: cover property (@(posedge clock) {}({when}));",
                outside_reset(module, config)
            );
        }
        if let Some(at) = module.text.rfind("endmodule") {
            module.text.insert_str(at, &statements);
        }
    }
    design
}

/// What keeps a condition from counting while the module is reset.
fn outside_reset(module: &EmittedModule, config: &Config) -> &'static str {
    let has = |name: &str| module.ports.iter().any(|port| port.name == name);
    match config.reset() {
        Reset::ActiveHigh if has("reset") => "!reset && ",
        Reset::ActiveLow if has("reset_n") => "reset_n && ",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cover_has_a_name_a_sentence_and_a_condition() {
        let all = covers().unwrap_or_else(|error| panic!("{error}"));
        for cover in &all {
            let name_is_one = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
            assert!(cover.name.chars().all(name_is_one), "{cover:?}");
            assert!(cover.says.ends_with('.'), "{cover:?}");
            assert!(!cover.when.is_empty(), "{cover:?}");
        }
    }

    #[test]
    fn a_range_is_a_cover_for_each_number() {
        let rows: Rows = toml::from_str(
            "[[cover]]\nname = \"at_{n}\"\nsays = \"At {n}.\"\nmodule = \"m\"\nwhen = \"a == {n}\"\neach = [0, 2]\n",
        )
        .unwrap();
        let all: Vec<Cover> = rows.cover.into_iter().flat_map(Row::expand).collect();
        let names: Vec<_> = all.iter().map(|cover| cover.name.as_str()).collect();
        assert_eq!(names, ["at_0", "at_1", "at_2"]);
        assert_eq!(all[2].when, "a == 2");
    }
}
