//! What a property file holds: the module's parameters and ports, and each property with its name
//! and its sentence.

use serde::Serialize;

/// What a property is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Proven.
    Assert,
    /// Proven, so that induction can prove others. Its name begins with `where_`.
    Invariant,
    /// Taken for granted: what the surroundings owe.
    Assume,
    /// Reached, so that a proof isn't vacuous.
    Cover,
    /// Proven or taken for granted, by the instance's parameter ASSUMED.
    Rule,
}

/// A property of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Property {
    /// Its label.
    pub name: String,
    /// Kind.
    pub kind: Kind,
    /// What it says.
    pub sentence: String,
}

/// A property file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PropertyFile {
    /// Name of the file's last module, the one that is bound.
    pub module: String,
    /// Names of its parameters.
    pub parameters: Vec<String>,
    /// Names of its ports, all inputs.
    pub ports: Vec<String>,
    /// Its properties.
    pub properties: Vec<Property>,
    /// The text.
    pub text: &'static str,
}

/// What introduces a property behind its label.
const KINDS: [(&str, Kind); 3] = [
    ("assert (", Kind::Assert),
    ("assume (", Kind::Assume),
    ("cover (", Kind::Cover),
];

impl PropertyFile {
    /// Reads a file.
    pub fn read(text: &'static str) -> PropertyFile {
        let mut file = PropertyFile {
            module: String::new(),
            parameters: Vec::new(),
            ports: Vec::new(),
            properties: Vec::new(),
            text,
        };
        let mut sentence = String::new();
        for line in text.lines().map(str::trim) {
            if let Some(comment) = line.strip_prefix("// ") {
                sentence = [sentence.as_str(), comment].join(" ").trim().to_owned();
                continue;
            }
            if line.starts_with("`define") {
                sentence.clear();
            } else if let Some(rest) = line.strip_prefix("module ") {
                file.module = word(rest);
                file.parameters.clear();
                file.ports.clear();
            } else if let Some(rest) = line.strip_prefix("parameter ") {
                file.parameters.push(word(rest));
            } else if let Some(rest) = line.strip_prefix("input wire") {
                let rest = rest.trim_start();
                let rest = match rest.strip_prefix('[') {
                    Some(range) => range.split_once(']').map_or("", |(_, name)| name),
                    None => rest,
                };
                file.ports.push(word(rest.trim_start()));
            } else if let Some((name, kind)) = property(line) {
                file.properties.push(Property {
                    name,
                    kind,
                    sentence: sentence.clone(),
                });
            }
            sentence.clear();
        }
        file
    }

    /// The property of a name.
    pub fn property(&self, name: &str) -> Option<&Property> {
        self.properties
            .iter()
            .find(|property| property.name == name)
    }
}

fn property(line: &str) -> Option<(String, Kind)> {
    if let Some(rest) = line.strip_prefix("`RULE(") {
        return Some((word(rest), Kind::Rule));
    }
    let (name, rest) = line.split_once(": ")?;
    let (_, kind) = KINDS.iter().find(|(text, _)| rest.starts_with(text))?;
    let invariant = *kind == Kind::Assert && name.starts_with("where_");
    Some((
        name.to_owned(),
        if invariant { Kind::Invariant } else { *kind },
    ))
}

fn word(text: &str) -> String {
    text.chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_sentences_are_read() {
        let file = PropertyFile::read(
            "// File.\nmodule a_properties #(\n    parameter BITS = 3, // bits\n) (\n    \
             input wire clock,\n    input wire [BITS-1:0] x\n);\n// One.\none: assert (x == 0);\n\
             where_x: assert (1);\n// A\n// rule.\n`RULE(two, x);\n// C.\nc: cover (x);\nendmodule\n",
        );
        assert_eq!(file.module, "a_properties");
        assert_eq!(file.parameters, ["BITS"]);
        assert_eq!(file.ports, ["clock", "x"]);
        let found: Vec<_> = file
            .properties
            .iter()
            .map(|p| (p.name.as_str(), p.kind, p.sentence.as_str()))
            .collect();
        assert_eq!(
            found,
            [
                ("one", Kind::Assert, "One."),
                ("where_x", Kind::Invariant, ""),
                ("two", Kind::Rule, "A rule."),
                ("c", Kind::Cover, "C."),
            ]
        );
    }
}
