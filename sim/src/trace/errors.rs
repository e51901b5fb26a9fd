//! What can be wrong with a recording.

use std::path::PathBuf;

/// A recording that cannot be read, or not to its end.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TraceError {
    /// The file cannot be opened.
    #[error("cannot open the recording `{}`: {source}", path.display())]
    Open {
        /// The path as stated.
        path: PathBuf,
        /// The operating system's answer.
        #[source]
        source: std::io::Error,
    },
    /// The path names a directory.
    #[error("`{}` is a directory; state one recording, a file of heaptrack's raw text, plain or zstd", path.display())]
    Directory {
        /// The path as stated.
        path: PathBuf,
    },
    /// The text does not begin as a recording does.
    #[error(
        "`{origin}` is not a heaptrack recording: its first line is `{line}`, expected is `v <version> <format>`; \
         record with `heaptrack --raw <program>`"
    )]
    NotHeaptrack {
        /// Where the text came from.
        origin: String,
        /// The first line, shortened, unprintable characters escaped.
        line: String,
    },
    /// Compressed data end before their end.
    #[error(
        "`{origin}` is cut off after line {line}: the zstd data end in the middle; copy or record it again"
    )]
    Truncated {
        /// Where the text came from.
        origin: String,
        /// Last whole line, from 1.
        line: u64,
    },
    /// Reading failed.
    #[error("cannot read `{origin}` after line {line}: {source}")]
    Read {
        /// Where the text came from.
        origin: String,
        /// Last whole line, from 1.
        line: u64,
        /// The operating system's or the decompressor's answer.
        #[source]
        source: std::io::Error,
    },
    /// A line that is an event's but cannot be understood.
    #[error("`{origin}` line {line}: {problem} in `{text}`; expected is {expected}{hint}")]
    Malformed {
        /// Where the text came from.
        origin: String,
        /// The line, from 1.
        line: u64,
        /// The line's text, shortened, unprintable characters escaped.
        text: String,
        /// What is wrong, with the offending token.
        problem: String,
        /// The form of such a line.
        expected: &'static str,
        /// What the reason may be; empty or beginning with a separator.
        hint: &'static str,
    },
}
