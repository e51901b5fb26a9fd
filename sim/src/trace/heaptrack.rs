//! heaptrack's raw text, plain or zstd: one event a line, read as it comes.
//!
//! Read are `v version format` (the first line), `+ size trace pointer` and `- pointer`, numbers in hexadecimal.
//! Lines that begin otherwise (`X`, `I`, `c`, `t`, `R`, comments, ...) say nothing about allocations and are skipped.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::Path;

use super::errors::TraceError;

/// First bytes of a zstd frame: RFC 8878, section 3.1.1.
const ZSTD_MAGIC: [u8; 4] = [0x28, 0xB5, 0x2F, 0xFD];

/// Longest line taken into memory, in bytes. heaptrack's longest are paths and command lines; a file without line
/// ends must not fill the memory.
const MAX_LINE_BYTES: u64 = 1 << 20;

/// Longest first line taken into memory, in bytes: a version and a format number.
const MAX_FIRST_LINE_BYTES: u64 = 256;

/// Characters of a line that an error shows.
const SHOWN_CHARACTERS: usize = 80;

/// What the recorded program did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// It allocated `size` bytes and got `pointer`.
    Alloc {
        /// Bytes asked for.
        size: u64,
        /// Address in the recorded program.
        pointer: u64,
    },
    /// It freed what was at `pointer`.
    Free {
        /// Address in the recorded program.
        pointer: u64,
    },
}

/// A recording that is being read: an iterator over its events, in order. After an error it ends.
pub struct Recording {
    origin: String,
    reader: Box<dyn BufRead + Send>,
    /// Lines read so far.
    line: u64,
    text: Vec<u8>,
    ended: bool,
}

impl Recording {
    /// Opens a file.
    ///
    /// # Errors
    /// The file is missing, a directory, unreadable, or does not begin as heaptrack's raw text does.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, TraceError> {
        let path = path.as_ref();
        let open = || {
            let file = File::open(path)?;
            let is_directory = file.metadata()?.is_dir();
            Ok((file, is_directory))
        };
        match open() {
            Ok((_, true)) => Err(TraceError::Directory {
                path: path.to_owned(),
            }),
            Ok((file, false)) => Self::new(file, &path.display().to_string()),
            Err(source) => Err(TraceError::Open {
                path: path.to_owned(),
                source,
            }),
        }
    }

    /// Reads from anything; `origin` names it in errors.
    ///
    /// # Errors
    /// It cannot be read, or does not begin as heaptrack's raw text does.
    pub fn new(mut source: impl Read + Send + 'static, origin: &str) -> Result<Self, TraceError> {
        let mut start = Vec::new();
        let read = |source| TraceError::Read {
            origin: origin.to_owned(),
            line: 0,
            source,
        };
        source
            .by_ref()
            .take(ZSTD_MAGIC.len() as u64)
            .read_to_end(&mut start)
            .map_err(read)?;
        let compressed = start == ZSTD_MAGIC;
        let whole = Cursor::new(start).chain(source);
        let reader: Box<dyn BufRead + Send> = if compressed {
            Box::new(BufReader::new(zstd::Decoder::new(whole).map_err(read)?))
        } else {
            Box::new(BufReader::new(whole))
        };
        let mut recording = Recording {
            origin: origin.to_owned(),
            reader,
            line: 0,
            text: Vec::new(),
            ended: false,
        };
        recording.read_line(MAX_FIRST_LINE_BYTES)?;
        if recording.text.starts_with(b"v ") {
            Ok(recording)
        } else {
            Err(TraceError::NotHeaptrack {
                origin: recording.origin,
                line: shown(&recording.text),
            })
        }
    }

    /// Reads the next line into `text`, without its end, as far as `limit` bytes of it; the number of bytes read, 0
    /// at the end of the recording.
    fn read_line(&mut self, limit: u64) -> Result<u64, TraceError> {
        self.text.clear();
        let bytes = (&mut self.reader)
            .take(limit)
            .read_until(b'\n', &mut self.text)
            .map_err(|source| self.unreadable(source))?;
        if self.text.ends_with(b"\n") {
            self.text.pop();
        }
        self.line += u64::from(bytes > 0);
        Ok(bytes as u64)
    }

    fn next_event(&mut self) -> Result<Option<Event>, TraceError> {
        loop {
            match self.read_line(MAX_LINE_BYTES)? {
                0 => return Ok(None),
                MAX_LINE_BYTES => {
                    return Err(self.malformed("no line end", "a line of less than 1 MiB", ""));
                }
                _ => {}
            }
            match self.text.first() {
                Some(b'+') => return self.alloc().map(Some),
                Some(b'-') => return self.free().map(Some),
                _ => {}
            }
        }
    }

    fn alloc(&self) -> Result<Event, TraceError> {
        const FORM: &str = "`+ <size> <trace> <pointer>`, numbers in hexadecimal";
        match self.numbers(FORM)? {
            ([size, _, pointer], 3) => Ok(Event::Alloc { size, pointer }),
            (_, 1) => Err(self.malformed("1 number, not 3,", FORM, INTERPRETED)),
            (_, count) => Err(self.malformed(&format!("{count} numbers, not 3,"), FORM, "")),
        }
    }

    fn free(&self) -> Result<Event, TraceError> {
        const FORM: &str = "`- <pointer>`, the number in hexadecimal";
        match self.numbers(FORM)? {
            ([pointer, ..], 1) => Ok(Event::Free { pointer }),
            (_, count) => Err(self.malformed(&format!("{count} numbers, not 1,"), FORM, "")),
        }
    }

    /// The first three numbers after the line's first token, and how many there are.
    fn numbers(&self, form: &'static str) -> Result<([u64; 3], usize), TraceError> {
        if let Some(numbers) = plain_numbers(&self.text) {
            return Ok(numbers);
        }
        let mut numbers = [0; 3];
        let mut count = 0;
        let mut tokens = self
            .text
            .split(u8::is_ascii_whitespace)
            .filter(|token| !token.is_empty());
        if let Some(kind) = tokens.next().filter(|kind| kind.len() != 1) {
            return Err(self.malformed(&format!("`{}` is no kind of line", shown(kind)), form, ""));
        }
        for token in tokens {
            let Some(number) = hexadecimal(token) else {
                let problem = format!(
                    "`{}` is no hexadecimal number of at most 64 bits",
                    shown(token)
                );
                return Err(self.malformed(&problem, form, ""));
            };
            if let Some(place) = numbers.get_mut(count) {
                *place = number;
            }
            count += 1;
        }
        Ok((numbers, count))
    }

    fn malformed(&self, problem: &str, expected: &'static str, hint: &'static str) -> TraceError {
        TraceError::Malformed {
            origin: self.origin.clone(),
            line: self.line,
            text: shown(&self.text),
            problem: problem.to_owned(),
            expected,
            hint,
        }
    }

    fn unreadable(&self, source: io::Error) -> TraceError {
        let (origin, line) = (self.origin.clone(), self.line);
        // What the zstd decoder answers when its input ends within a frame.
        if source.kind() == io::ErrorKind::UnexpectedEof {
            TraceError::Truncated { origin, line }
        } else {
            TraceError::Read {
                origin,
                line,
                source,
            }
        }
    }
}

impl Iterator for Recording {
    type Item = Result<Event, TraceError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let event = self.next_event().transpose();
        self.ended = !matches!(event, Some(Ok(_)));
        event
    }
}

/// What a line `+ <index>` hints at.
const INTERPRETED: &str = ". This may be an interpreted recording, which has no addresses: \
                           record with `heaptrack --raw <program>`";

/// The same of a line as heaptrack writes it: a letter, then numbers, each behind one space. `None` for
/// any other line, well-formed or not.
fn plain_numbers(text: &[u8]) -> Option<([u64; 3], usize)> {
    let mut numbers = [0; 3];
    let mut count = 0;
    let mut digits = 0;
    let (_, text) = text.split_first()?;
    for byte in text {
        if *byte == b' ' {
            if count > 0 && digits == 0 {
                return None;
            }
            count += 1;
            digits = 0;
            continue;
        }
        let digit = char::from(*byte).to_digit(16)?;
        digits += 1;
        if count == 0 || digits > 16 {
            return None;
        }
        if let Some(number) = numbers.get_mut(count - 1) {
            *number = *number << 4 | u64::from(digit);
        }
    }
    (digits > 0).then_some((numbers, count))
}

/// `u64::from_str_radix` without the sign that it allows and without the detour over UTF-8.
fn hexadecimal(token: &[u8]) -> Option<u64> {
    if token.is_empty() || token.len() > 16 {
        return None;
    }
    token.iter().try_fold(0, |number, digit| {
        let digit = (*digit as char).to_digit(16)?;
        Some(number << 4 | u64::from(digit))
    })
}

/// Text for an error message: one line, not too long.
fn shown(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(&text[..text.len().min(4 * SHOWN_CHARACTERS)]);
    let mut shown: String = text
        .chars()
        .take(SHOWN_CHARACTERS)
        .flat_map(char::escape_default)
        .collect();
    if text.chars().nth(SHOWN_CHARACTERS).is_some() {
        shown.push_str("...");
    }
    shown
}
