//! From TOML text to [`Settings`]: every key looked up in the table of keys, every fault kept with its line.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Deserialize;
use toml::de::{DeTable, DeValue};
use toml::{Table, Value};

use crate::errors::ConfigError;
use crate::keys::{self, KEYS, Key, Missing};
use crate::presets;
use crate::settings::Settings;

/// Line numbers, from 1, of the keys that the text states, by section and name.
#[derive(Debug, Default)]
pub(crate) struct Lines(BTreeMap<(&'static str, &'static str), usize>);

impl Lines {
    /// Line of a key, if the text states it.
    pub(crate) fn of(&self, section: &'static str, name: &'static str) -> Option<usize> {
        self.0.get(&(section, name)).copied()
    }
}

/// Reads settings whose values are each allowed by themselves.
pub(crate) fn read(text: &str) -> Result<(Settings, Lines), Vec<ConfigError>> {
    let (document, syntax) = DeTable::parse_recoverable(text);
    if !syntax.is_empty() {
        return Err(syntax
            .into_iter()
            .map(|error| not_toml(text, &error))
            .collect());
    }
    let mut reader = Reader {
        text,
        errors: Vec::new(),
        lines: Lines::default(),
        table: Table::new(),
    };
    reader.document(document.get_ref());
    reader.fill_in();
    if !reader.errors.is_empty() {
        reader
            .errors
            .sort_by_key(|error| error.line().unwrap_or(usize::MAX));
        return Err(reader.errors);
    }
    match Settings::deserialize(reader.table) {
        Ok(settings) => Ok((settings, reader.lines)),
        Err(error) => Err(vec![not_toml(text, &error)]),
    }
}

struct Reader<'t> {
    text: &'t str,
    errors: Vec<ConfigError>,
    lines: Lines,
    table: Table,
}

impl Reader<'_> {
    fn document(&mut self, document: &DeTable<'_>) {
        for (section, value) in document {
            let line = Some(line_at(self.text, section.span()));
            let section: &str = section.get_ref();
            let Some(known) = keys::sections().find(|known| *known == section) else {
                let known = keys::sections()
                    .map(|name| format!("[{name}]"))
                    .collect::<Vec<_>>()
                    .join(", ");
                self.errors.push(ConfigError::UnknownKey {
                    line,
                    key: section.to_owned(),
                    known,
                });
                continue;
            };
            match value.get_ref().as_table() {
                Some(table) => self.section(known, table),
                None => self.errors.push(ConfigError::WrongType {
                    line,
                    key: known.to_owned(),
                    value: self.text[value.span()].to_owned(),
                    got: value.get_ref().type_str(),
                    allowed: format!("allowed is a section [{known}]"),
                }),
            }
        }
    }

    fn section(&mut self, section: &'static str, table: &DeTable<'_>) {
        for (name, value) in table {
            let line = line_at(self.text, name.span());
            let Some(key) = keys::find(section, name.get_ref()) else {
                let known = KEYS
                    .iter()
                    .filter(|key| key.section == section)
                    .map(|key| key.name);
                self.errors.push(ConfigError::UnknownKey {
                    line: Some(line),
                    key: format!("{section}.{}", name.get_ref()),
                    known: known.collect::<Vec<_>>().join(", "),
                });
                continue;
            };
            self.lines.0.insert((key.section, key.name), line);
            self.value(key, line, value.get_ref(), value.span());
        }
    }

    fn value(&mut self, key: &'static Key, line: usize, value: &DeValue<'_>, span: Range<usize>) {
        let path = format!("{}.{}", key.section, key.name);
        let stated = self.text[span].to_owned();
        if value.type_str() != key.allowed.type_name() {
            self.errors.push(ConfigError::WrongType {
                line: Some(line),
                key: path,
                value: stated,
                got: value.type_str(),
                allowed: key.allowed.in_words(),
            });
            return;
        }
        match plain(value).filter(|value| key.allowed.admits(value)) {
            Some(value) => self.set(key, value),
            None => self.errors.push(ConfigError::NotAllowed {
                line: Some(line),
                key: path,
                value: stated,
                allowed: key.allowed.in_words(),
            }),
        }
    }

    fn set(&mut self, key: &Key, value: Value) {
        let section = self
            .table
            .entry(key.section)
            .or_insert_with(|| Value::Table(Table::new()));
        if let Value::Table(section) = section {
            section.insert(key.name.to_owned(), value);
        }
    }

    /// Keys that the text leaves out: from the `default` preset where there is a default, an error where there is none.
    fn fill_in(&mut self) {
        for key in KEYS.iter().filter(|key| key.missing != Missing::Derived) {
            if self.lines.of(key.section, key.name).is_some() {
                continue;
            }
            match (key.missing, preset_value(key)) {
                (Missing::Preset, Some(value)) => self.set(key, value),
                _ => self.errors.push(ConfigError::MissingKey {
                    key: format!("{}.{}", key.section, key.name),
                    allowed: key.allowed.in_words(),
                }),
            }
        }
    }
}

/// The value of a key in the `default` preset.
fn preset_value(key: &Key) -> Option<Value> {
    let table: Table = presets::text("default")?.parse().ok()?;
    table.get(key.section)?.get(key.name).cloned()
}

/// A TOML value without its place in the text. `None` for an integer beyond 64 bits and for types that no key has.
fn plain(value: &DeValue<'_>) -> Option<Value> {
    match value {
        DeValue::Integer(n) => i64::from_str_radix(n.as_str(), n.radix())
            .ok()
            .map(Value::Integer),
        DeValue::String(s) => Some(Value::String(s.to_string())),
        DeValue::Boolean(b) => Some(Value::Boolean(*b)),
        _ => None,
    }
}

fn not_toml(text: &str, error: &toml::de::Error) -> ConfigError {
    ConfigError::Syntax {
        line: error.span().map(|span| line_at(text, span)),
        message: error.message().to_owned(),
    }
}

fn line_at(text: &str, span: Range<usize>) -> usize {
    1 + text
        .bytes()
        .take(span.start)
        .filter(|byte| *byte == b'\n')
        .count()
}
