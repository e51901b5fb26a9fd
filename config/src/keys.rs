//! The table of keys: for each the values that are allowed by themselves. Reader, error texts and printer use it.

use toml::Value;

/// Values that a key allows, before it is seen beside the others.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Allowed {
    /// Integers, both ends included.
    Range(i64, i64),
    /// Powers of two, both ends included.
    PowerOfTwo(i64, i64),
    /// These integers.
    OneOf(&'static [i64]),
    /// These strings.
    Words(&'static [&'static str]),
    /// `true` or `false`.
    Bool,
}

impl Allowed {
    /// TOML's name of the type.
    pub(crate) fn type_name(self) -> &'static str {
        match self {
            Allowed::Range(..) | Allowed::PowerOfTwo(..) | Allowed::OneOf(_) => "integer",
            Allowed::Words(_) => "string",
            Allowed::Bool => "boolean",
        }
    }

    /// Whether `value` is allowed; false for another type.
    pub(crate) fn admits(self, value: &Value) -> bool {
        match (self, value) {
            (Allowed::Range(low, high), Value::Integer(n)) => (low..=high).contains(n),
            (Allowed::PowerOfTwo(low, high), Value::Integer(n)) => {
                (low..=high).contains(n) && n.count_ones() == 1
            }
            (Allowed::OneOf(list), Value::Integer(n)) => list.contains(n),
            (Allowed::Words(list), Value::String(s)) => list.contains(&s.as_str()),
            (Allowed::Bool, Value::Boolean(_)) => true,
            _ => false,
        }
    }

    /// The allowed values as the end of a sentence.
    pub(crate) fn in_words(self) -> String {
        let bound = |n: i64| {
            if n >= 1 << 20 {
                hex(n as u64)
            } else {
                n.to_string()
            }
        };
        match self {
            Allowed::Range(low, high) => format!(
                "allowed is an integer from {} to {}",
                bound(low),
                bound(high)
            ),
            Allowed::PowerOfTwo(low, high) => {
                format!(
                    "allowed is a power of two from {} to {}",
                    bound(low),
                    bound(high)
                )
            }
            Allowed::OneOf(list) => {
                format!(
                    "allowed is one of {}",
                    list.iter()
                        .map(i64::to_string)
                        .collect::<Vec<_>>()
                        .join(", ")
                )
            }
            Allowed::Words(list) => {
                format!(
                    "allowed is one of {}",
                    list.iter()
                        .map(|s| format!("\"{s}\""))
                        .collect::<Vec<_>>()
                        .join(", ")
                )
            }
            Allowed::Bool => "allowed is true or false".to_owned(),
        }
    }
}

/// What stands for a key that a file leaves out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Missing {
    /// Refused.
    Error,
    /// The value of the `default` preset.
    Preset,
    /// Follows from the other keys.
    Derived,
}

/// One key of the configuration file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Key {
    pub(crate) section: &'static str,
    pub(crate) name: &'static str,
    pub(crate) allowed: Allowed,
    pub(crate) missing: Missing,
    /// Written in hexadecimal: addresses, and sizes that place things in the address space.
    pub(crate) hex: bool,
}

const fn key(section: &'static str, name: &'static str, allowed: Allowed, missing: Missing) -> Key {
    Key {
        section,
        name,
        allowed,
        missing,
        hex: false,
    }
}

const fn address(name: &'static str, least: i64, missing: Missing) -> Key {
    // 2^47 is the largest address limit of any mode (Sv48); the limit of the mode at hand is checked later.
    let allowed = Allowed::Range(least, 1 << 47);
    Key {
        section: "address",
        name,
        allowed,
        missing,
        hex: true,
    }
}

/// An address or a size of section `[memory]`.
const fn memory(name: &'static str, allowed: Allowed) -> Key {
    Key {
        section: "memory",
        name,
        allowed,
        missing: Missing::Preset,
        hex: true,
    }
}

/// All keys, by section, in the order in which they are printed.
pub(crate) const KEYS: &[Key] = &[
    key(
        "address",
        "mode",
        Allowed::Words(&["sv32", "sv39", "sv48"]),
        Missing::Error,
    ),
    // From 24 bits (16 MiB), so that header pages of every region size have frames to be in; to the 56 of Sv48.
    key(
        "address",
        "physical_bits",
        Allowed::Range(24, 56),
        Missing::Derived,
    ),
    // Not 0: the first slot's address would be the result that means "no memory".
    address("region_base", 1, Missing::Error),
    address("region_bytes", 1, Missing::Error),
    address("header_base", 0, Missing::Derived),
    key(
        "address",
        "context_bits",
        Allowed::Range(1, 8),
        Missing::Error,
    ),
    key(
        "objects",
        "size_step_bytes",
        Allowed::OneOf(&[8, 16, 32, 64]),
        Missing::Error,
    ),
    key("objects", "classes", Allowed::Range(1, 64), Missing::Error),
    key(
        "objects",
        "objects_per_arena",
        Allowed::OneOf(&[16, 32, 64, 128, 256]),
        Missing::Error,
    ),
    key(
        "objects",
        "list_threshold",
        Allowed::Range(1, 255),
        Missing::Error,
    ),
    key(
        "pipeline",
        "depth_cycles",
        Allowed::Range(6, 11),
        Missing::Preset,
    ),
    key("pipeline", "ready_slots", Allowed::Bool, Missing::Preset),
    key(
        "core",
        "reset",
        Allowed::Words(&["active_high", "active_low"]),
        Missing::Preset,
    ),
    key(
        "core",
        "translation_entries",
        Allowed::PowerOfTwo(2, 64),
        Missing::Preset,
    ),
    key(
        "core",
        "header_entries",
        Allowed::PowerOfTwo(4, 64),
        Missing::Preset,
    ),
    key(
        "core",
        "miss_queue_entries",
        Allowed::PowerOfTwo(2, 16),
        Missing::Preset,
    ),
    key("core", "prefetch", Allowed::Bool, Missing::Preset),
    key("core", "trace_port", Allowed::Bool, Missing::Preset),
    key("system", "cores", Allowed::Range(1, 8), Missing::Preset),
    key(
        "system",
        "processes",
        Allowed::PowerOfTwo(2, 64),
        Missing::Preset,
    ),
    key(
        "system",
        "data_bits",
        Allowed::OneOf(&[64, 128]),
        Missing::Preset,
    ),
    // 2^56 ends the physical addresses of Sv39 and Sv48; those of the width at hand are checked later.
    memory("base", Allowed::Range(0, 1 << 56)),
    memory("bytes", Allowed::PowerOfTwo(1 << 20, 1 << 40)),
    key("memory", "track_frames", Allowed::Bool, Missing::Preset),
    key(
        "pages",
        "pool_entries",
        Allowed::PowerOfTwo(16, 1024),
        Missing::Preset,
    ),
    key(
        "pages",
        "cursor_entries",
        Allowed::PowerOfTwo(4, 64),
        Missing::Preset,
    ),
    key(
        "pages",
        "walk_entries",
        Allowed::PowerOfTwo(2, 64),
        Missing::Preset,
    ),
    key(
        "bypass",
        "entries",
        Allowed::OneOf(&[0, 4, 8, 16, 32, 64, 128, 256]),
        Missing::Preset,
    ),
    key("bypass", "id_bits", Allowed::Range(1, 8), Missing::Preset),
    key(
        "protection",
        "ecc",
        Allowed::Words(&["none", "parity"]),
        Missing::Preset,
    ),
];

/// The key `section.name`, if there is one.
pub(crate) fn find(section: &str, name: &str) -> Option<&'static Key> {
    KEYS.iter()
        .find(|key| key.section == section && key.name == name)
}

/// The sections in the order in which they are printed.
pub(crate) fn sections() -> impl Iterator<Item = &'static str> {
    KEYS.iter()
        .enumerate()
        .filter(|(i, key)| *i == 0 || KEYS[i - 1].section != key.section)
        .map(|(_, key)| key.section)
}

/// `n` in hexadecimal with a mark every four digits: `0x10_0000_0000`.
pub(crate) fn hex(n: u64) -> String {
    let digits = format!("{n:x}");
    let mut text = String::from("0x");
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(4) {
            text.push('_');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_is_marked_every_four_digits() {
        assert_eq!(hex(0), "0x0");
        assert_eq!(hex(0xfff), "0xfff");
        assert_eq!(hex(0x1_0000), "0x1_0000");
        assert_eq!(hex(0x10_0000_0000), "0x10_0000_0000");
    }

    #[test]
    fn each_key_is_listed_once() {
        for (i, key) in KEYS.iter().enumerate() {
            let first = KEYS
                .iter()
                .position(|other| (other.section, other.name) == (key.section, key.name));
            assert_eq!(first, Some(i), "{}.{}", key.section, key.name);
        }
        assert_eq!(
            sections().collect::<Vec<_>>(),
            [
                "address",
                "objects",
                "pipeline",
                "core",
                "system",
                "memory",
                "pages",
                "bypass",
                "protection"
            ]
        );
    }
}
