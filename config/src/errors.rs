//! What can be wrong with a configuration.

use std::fmt;
use std::path::PathBuf;

/// One thing wrong with a configuration.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The file could not be read.
    #[error("cannot read `{}`: {source}; state the path of a TOML file or one of the presets {presets}", path.display())]
    Unreadable {
        /// The path as stated.
        path: PathBuf,
        /// Names of the presets.
        presets: String,
        /// The operating system's answer.
        #[source]
        source: std::io::Error,
    },
    /// No preset of that name.
    #[error("no preset is named `{name}`; the presets are {presets}")]
    UnknownPreset {
        /// The name as stated.
        name: String,
        /// Names of the presets.
        presets: String,
    },
    /// Not TOML.
    #[error("{}not TOML: {message}", Line(*line))]
    Syntax {
        /// Line of the text, from 1.
        line: Option<usize>,
        /// The TOML parser's words.
        message: String,
    },
    /// A key or section that means nothing.
    #[error("{}unknown key `{key}`; known here: {known}", Line(*line))]
    UnknownKey {
        /// Line of the text, from 1.
        line: Option<usize>,
        /// Key with its section.
        key: String,
        /// The keys that would mean something in its place.
        known: String,
    },
    /// A key that must be stated and is not.
    #[error("`{key}` is missing: {allowed}")]
    MissingKey {
        /// Key with its section.
        key: String,
        /// Allowed values in words.
        allowed: String,
    },
    /// A value of another type than the key's.
    #[error("{}`{key}` = {value} is of type {got}: {allowed}", Line(*line))]
    WrongType {
        /// Line of the text, from 1.
        line: Option<usize>,
        /// Key with its section.
        key: String,
        /// The value as stated.
        value: String,
        /// TOML's name of its type.
        got: &'static str,
        /// Allowed values in words.
        allowed: String,
    },
    /// A value outside the key's allowed ones.
    #[error("{}`{key}` = {value}: {allowed}", Line(*line))]
    NotAllowed {
        /// Line of the text, from 1.
        line: Option<usize>,
        /// Key with its section.
        key: String,
        /// The value as stated.
        value: String,
        /// Allowed values in words.
        allowed: String,
    },
    /// A value that is allowed by itself but does not fit the others.
    #[error("{}`{key}` = {value}: {problem}; {remedy}", Line(*line))]
    Misfit {
        /// Line of the text, from 1.
        line: Option<usize>,
        /// Key with its section.
        key: &'static str,
        /// The value as stated, or as it follows from the others.
        value: String,
        /// What does not fit.
        problem: String,
        /// What would fit.
        remedy: String,
    },
}

impl ConfigError {
    /// Line of the text, from 1, for an error that has one.
    pub fn line(&self) -> Option<usize> {
        match self {
            ConfigError::Syntax { line, .. }
            | ConfigError::UnknownKey { line, .. }
            | ConfigError::WrongType { line, .. }
            | ConfigError::NotAllowed { line, .. }
            | ConfigError::Misfit { line, .. } => *line,
            ConfigError::MissingKey { .. }
            | ConfigError::Unreadable { .. }
            | ConfigError::UnknownPreset { .. } => None,
        }
    }
}

/// Prefix of an error that has a line.
struct Line(Option<usize>);

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(line) => write!(f, "line {line}: "),
            None => Ok(()),
        }
    }
}

/// Everything that is wrong with a configuration, in the order of the text where there is one.
#[derive(Debug)]
pub struct ConfigErrors {
    origin: String,
    errors: Vec<ConfigError>,
}

impl ConfigErrors {
    /// `errors` must not be empty.
    pub(crate) fn new(origin: &str, errors: Vec<ConfigError>) -> Self {
        debug_assert!(!errors.is_empty());
        ConfigErrors {
            origin: origin.to_owned(),
            errors,
        }
    }

    /// Where the configuration came from, as told to the reader: a path, the name of a preset.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The errors; at least one.
    pub fn errors(&self) -> &[ConfigError] {
        &self.errors
    }
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.errors.len();
        let plural = if count == 1 { "" } else { "s" };
        write!(
            f,
            "configuration `{}` has {count} error{plural}:",
            self.origin
        )?;
        for error in &self.errors {
            write!(f, "\n  {error}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigErrors {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.errors.first().and_then(|error| error.source())
    }
}
