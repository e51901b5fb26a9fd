//! [`Scopes`]: what the signals of a bound module and of all below it are for a run, read off the Verilog.

use crate::bind::Bound;
use std::collections::{BTreeMap, BTreeSet};

/// What introduces a value that is free: in all cycles the same, and in each another.
pub(crate) const FREE: [&str; 2] = ["(* anyconst *) wire", "(* anyseq *) wire"];

/// Where the bracket closes that a text begins with, and behind it.
pub(crate) fn closing(text: &str) -> usize {
    let mut depth = 0;
    for (at, c) in text.char_indices() {
        depth += match c {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        if depth == 0 {
            return at + 1;
        }
    }
    text.len()
}

/// What a signal is for a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signal {
    /// It holds its value from cycle to cycle.
    Register,
    /// It has any value.
    Free,
}

/// Modules below a bound one, by the paths of their instances.
pub(crate) struct Scopes<'a> {
    modules: BTreeMap<&'a str, Scope<'a>>,
    top: &'a str,
}

/// What is in a module.
struct Scope<'a> {
    signals: BTreeMap<String, Signal>,
    /// Modules of its instances.
    instances: BTreeMap<String, &'a str>,
}

impl<'a> Scopes<'a> {
    pub(crate) fn of(bound: &'a Bound) -> Scopes<'a> {
        let mut modules = BTreeMap::new();
        let mut texts: Vec<(&str, &str)> = Vec::new();
        for (_, text) in &bound.files {
            // A file of properties may have several modules.
            for part in text.split("\nmodule ").skip(1) {
                let name = identifier(part);
                texts.push((name, part));
            }
            if let Some(part) = text.strip_prefix("module ") {
                let part = part.split("\nmodule ").next().unwrap_or_default();
                texts.push((identifier(part), part));
            }
        }
        let names: BTreeSet<&str> = texts.iter().map(|(name, _)| *name).collect();
        for (name, text) in texts {
            let body = text.find(");\n").map_or(text, |at| &text[at..]);
            let scope = Scope {
                signals: signals(body),
                instances: instances(body, &names),
            };
            modules.insert(name, scope);
        }
        Scopes {
            modules,
            top: &bound.target.name,
        }
    }

    /// What the signal at a path is.
    pub(crate) fn kind(&self, path: &str) -> Option<Signal> {
        let mut module = self.modules.get(self.top)?;
        let mut rest = path;
        while let Some((instance, below)) = rest.split_once('.') {
            module = self.modules.get(module.instances.get(instance)?)?;
            rest = below;
        }
        let name = rest.split('[').next().unwrap_or(rest);
        module.signals.get(name).copied()
    }
}

/// The word that a text begins with.
fn identifier(text: &str) -> &str {
    let ends = text.find(|c: char| !c.is_alphanumeric() && c != '_');
    &text[..ends.unwrap_or(text.len())]
}

/// Signals of a module's text that are assigned at clock edges, and those that are free.
fn signals(text: &str) -> BTreeMap<String, Signal> {
    let mut signals = BTreeMap::new();
    for line in text.lines() {
        let code = line.split("//").next().unwrap_or_default();
        for free in FREE {
            if let Some((_, declared)) = code.split_once(free) {
                let names = match declared.trim_start().strip_prefix('[') {
                    Some(range) => range.split_once("] ").map_or("", |(_, names)| names),
                    None => declared,
                };
                let names = names.split(';').next().unwrap_or_default().split(',');
                signals.extend(names.map(|name| (name.trim().to_owned(), Signal::Free)));
            }
        }
        for (at, _) in code.match_indices("<=") {
            for name in assigned(code[..at].trim_end()) {
                signals.entry(name).or_insert(Signal::Register);
            }
        }
    }
    signals
}

/// Names that a statement assigns, of the text ahead of its `<=`; none if that is a comparison.
fn assigned(before: &str) -> Vec<String> {
    let begins_statement = |ahead: &str| {
        let ahead = ahead.trim_end();
        ahead.is_empty()
            || ahead.ends_with([')', ';', ':'])
            || ahead.ends_with("begin")
            || ahead.ends_with("else")
    };
    if let Some(list) = before.strip_suffix('}') {
        let Some((ahead, names)) = list.rsplit_once('{') else {
            return Vec::new();
        };
        if !begins_statement(ahead) {
            return Vec::new();
        }
        let names = names.split(',').map(|name| identifier(name.trim()));
        return names.map(str::to_owned).collect();
    }
    let mut rest = before;
    // Indices and fields of what is assigned.
    while let Some(inner) = rest.strip_suffix(']') {
        let Some(open) = inner.rfind('[') else {
            return Vec::new();
        };
        rest = &rest[..open];
    }
    let begins = rest
        .rfind(|c: char| !c.is_alphanumeric() && c != '_' && c != '.')
        .map_or(0, |at| at + 1);
    let (ahead, name) = rest.split_at(begins);
    let name = identifier(name);
    match begins_statement(ahead) && !name.is_empty() {
        true => vec![name.to_owned()],
        false => Vec::new(),
    }
}

/// Instances in a module's text: name and module.
fn instances<'a>(text: &str, modules: &BTreeSet<&'a str>) -> BTreeMap<String, &'a str> {
    let mut instances = BTreeMap::new();
    for line in text.match_indices('\n').map(|(at, _)| &text[at + 1..]) {
        let line = line.trim_start_matches(' ');
        let Some(module) = modules.get(identifier(line)) else {
            continue;
        };
        let mut rest = line[module.len()..].trim_start();
        if let Some(parameters) = rest.strip_prefix('#') {
            rest = parameters[closing(parameters)..].trim_start();
        }
        instances.insert(identifier(rest).to_owned(), *module);
    }
    instances
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registers_are_what_edges_assign() {
        let text = ");\n    (* anyseq *) wire [3:0] choose, other; // free\n    wire c = a <= 3;\n\
                    always @(posedge clock) begin\n        if (a <= b) d <= e;\n        else f[2][i+1] <= 0;\n        \
                    {g, h} <= {i, j <= 2};\n        l = ({2'd0, m} <= n);\n        case (s)\n            RUN: k.valid <= 1;\n        endcase\n    end\n";
        let of = |kind| {
            let signals = signals(text);
            let of = signals.into_iter().filter(|(_, is)| *is == kind);
            of.map(|(name, _)| name).collect::<Vec<_>>()
        };
        assert_eq!(of(Signal::Register), ["d", "f", "g", "h", "k"]);
        assert_eq!(of(Signal::Free), ["choose", "other"]);
    }

    #[test]
    fn instances_are_found_with_their_parameters() {
        let text = "(\n);\n    ram #(.WIDTH(4), .DEPTH(f(2))) words (\n    );\n    plain one (\n    );\n    other two (\n";
        let found = instances(text, &BTreeSet::from(["ram", "plain"]));
        let found: Vec<_> = found
            .iter()
            .map(|(name, of)| (name.as_str(), *of))
            .collect();
        assert_eq!(found, [("one", "plain"), ("words", "ram")]);
    }
}
