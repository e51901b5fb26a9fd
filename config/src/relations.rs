//! Whether values that are each allowed fit together.

use crate::config::Config;
use crate::errors::ConfigError;
use crate::keys::hex;
use crate::read::Lines;
use crate::settings::Mode;

/// Narrowest arena number of the class with the most arenas: a header page holds 64 headers of one class and context,
/// and pages are not shared between them.
const MIN_MAX_ARENA_BITS: i64 = 6;
/// Widest arena number: links are 32 bits in a header, and one value means "none".
const MAX_ARENA_BITS: i64 = 31;

/// Everything that does not fit. `config` holds settings whose values are each allowed; of its derived values only
/// those may be asked for that the checks before have made sense of.
pub(crate) fn misfits(config: &Config, lines: &Lines) -> Vec<ConfigError> {
    let mut check = Check {
        config,
        lines,
        errors: Vec::new(),
    };
    check.physical_bits();
    check.memory();
    check.list_threshold();
    if check.lanes() {
        check.region_place();
        check.header_lane();
    }
    check
        .errors
        .sort_by_key(|error| error.line().unwrap_or(usize::MAX));
    check.errors
}

struct Check<'c> {
    config: &'c Config,
    lines: &'c Lines,
    errors: Vec<ConfigError>,
}

impl Check<'_> {
    fn refuse(
        &mut self,
        key: (&'static str, &'static str, &'static str),
        value: String,
        problem: String,
        remedy: String,
    ) {
        let (section, name, key) = key;
        self.errors.push(ConfigError::Misfit {
            line: self.lines.of(section, name),
            key,
            value,
            problem,
            remedy,
        });
    }

    fn physical_bits(&mut self) {
        let mode = self.config.mode();
        if self.config.physical_bits() > mode.max_physical_bits() {
            self.refuse(
                PHYSICAL_BITS,
                self.config.physical_bits().to_string(),
                format!("wider than the physical addresses of {}", mode_name(mode)),
                format!("at most {} would fit", mode.max_physical_bits()),
            );
        }
    }

    fn memory(&mut self) {
        let (base, bytes) = (self.config.memory_base(), self.config.memory_bytes());
        let bits = self.config.physical_bits();
        let limit = 1 << bits;
        if bytes > limit {
            self.refuse(
                MEMORY_BYTES,
                hex(bytes),
                format!("more than {bits} bits of physical address reach"),
                format!("at most {} would fit", hex(limit)),
            );
            return;
        }
        if !base.is_multiple_of(bytes) {
            self.refuse(
                MEMORY_BASE,
                hex(base),
                format!("not a multiple of {}, the memory's size", hex(bytes)),
                format!(
                    "{} would fit",
                    hex(base.next_multiple_of(bytes).min(limit - bytes))
                ),
            );
        }
        if base + bytes > limit {
            self.refuse(
                MEMORY_BASE,
                hex(base),
                format!(
                    "the memory of {} bytes ends above {}, the end of physical addresses of {bits} bits",
                    hex(bytes),
                    hex(limit)
                ),
                format!("at most {} would fit", hex(limit - bytes)),
            );
        }
    }

    fn list_threshold(&mut self) {
        let (threshold, objects) = (
            self.config.list_threshold(),
            self.config.objects_per_arena(),
        );
        if threshold >= objects {
            self.refuse(
                LIST_THRESHOLD,
                threshold.to_string(),
                format!(
                    "an arena of {objects} objects that is in use never has so many free slots"
                ),
                format!("allowed is 1 to {}", objects - 1),
            );
        }
    }

    /// Lane size and the width of arena numbers; whether the lanes make sense.
    fn lanes(&mut self) -> bool {
        let classes = u64::from(self.config.classes());
        let region = self.config.region_bytes();
        let context_bits = i64::from(self.config.context_bits());
        let (first, last) = (
            self.config.stride_log2(0),
            self.config.stride_log2(self.config.classes() - 1),
        );
        // The smallest lane with an arena bit for the largest class and a header page for the smallest.
        let lane_log2 =
            context_bits + i64::max(i64::from(first) + MIN_MAX_ARENA_BITS, i64::from(last) + 1);
        let smallest = classes << lane_log2;
        let fits = format!(
            "{} would do ({classes} lanes of {})",
            hex(smallest),
            hex(1 << lane_log2)
        );
        if !region.is_multiple_of(classes) || !(region / classes).is_power_of_two() {
            self.refuse(
                REGION_BYTES,
                hex(region),
                format!("not {classes} lanes (one a class) of a power of two"),
                format!("{classes} times a power of two is allowed; {fits}"),
            );
            return false;
        }
        let lane = i64::from((region / classes).ilog2());
        let arena_bits = |stride_log2: u32| lane - context_bits - i64::from(stride_log2);
        let lanes = format!(
            "the region is too small for its lanes: a lane of {} with {context_bits} context bits",
            hex(region / classes)
        );
        if arena_bits(last) < 1 {
            let class = classes - 1;
            let stride = hex(1 << last);
            self.refuse(
                REGION_BYTES,
                hex(region),
                format!("{lanes} leaves class {class}, whose arenas take {stride} bytes, fewer than 2 arenas a context"),
                fits,
            );
        } else if arena_bits(first) < MIN_MAX_ARENA_BITS {
            self.refuse(
                REGION_BYTES,
                hex(region),
                format!(
                    "{lanes} leaves class 0 with {} arenas a context, fewer than the 64 whose headers fill a page",
                    1i64 << arena_bits(first).max(0)
                ),
                fits,
            );
        } else if arena_bits(first) > MAX_ARENA_BITS {
            self.refuse(
                REGION_BYTES,
                hex(region),
                format!(
                    "arena numbers of {} bits, more than the {MAX_ARENA_BITS} that a link holds",
                    arena_bits(first)
                ),
                format!(
                    "{} would do",
                    hex(region >> (arena_bits(first) - MAX_ARENA_BITS))
                ),
            );
        } else {
            return true;
        }
        false
    }

    fn region_place(&mut self) {
        let (base, padded) = (self.config.region_base(), self.config.padded_region_bytes());
        let limit = self.config.mode().address_limit();
        if !base.is_multiple_of(padded) {
            self.refuse(
                REGION_BASE,
                hex(base),
                format!(
                    "not a multiple of {}, the region's size rounded up to a power of two",
                    hex(padded)
                ),
                format!(
                    "{} would fit",
                    hex((base.next_multiple_of(padded) % limit).max(padded))
                ),
            );
        }
        if base + padded > limit {
            self.refuse(
                REGION_BASE,
                hex(base),
                format!(
                    "the region (padded to {} bytes) ends above {}, the end of {} user addresses",
                    hex(padded),
                    hex(limit),
                    mode_name(self.config.mode())
                ),
                match limit.checked_sub(padded) {
                    Some(last) => format!("at most {} would fit", hex(last)),
                    None => "make the region smaller".to_owned(),
                },
            );
        }
    }

    fn header_lane(&mut self) {
        let (base, bytes) = (self.config.header_base(), self.config.header_lane_bytes());
        let limit = self.config.mode().address_limit();
        let (region, padded) = (self.config.region_base(), self.config.padded_region_bytes());
        if !base.is_multiple_of(bytes) {
            self.refuse(
                HEADER_BASE,
                hex(base),
                format!(
                    "not a multiple of {}, the size of the header lane",
                    hex(bytes)
                ),
                format!(
                    "{} would fit",
                    hex((region + padded).next_multiple_of(bytes))
                ),
            );
        }
        if base < region + padded && region < base + bytes {
            self.refuse(
                HEADER_BASE,
                hex(base),
                format!(
                    "the header lane of {} bytes overlaps the region (padded to {})",
                    hex(bytes),
                    hex(padded)
                ),
                format!(
                    "{} is the first address after the region",
                    hex(region + padded)
                ),
            );
        }
        if base + bytes > limit {
            self.refuse(
                HEADER_BASE,
                hex(base),
                format!(
                    "the header lane of {} bytes ends above {}, the end of {} user addresses",
                    hex(bytes),
                    hex(limit),
                    mode_name(self.config.mode())
                ),
                "put header lane or region lower".to_owned(),
            );
        }
    }
}

const PHYSICAL_BITS: (&str, &str, &str) = ("address", "physical_bits", "address.physical_bits");
const LIST_THRESHOLD: (&str, &str, &str) = ("objects", "list_threshold", "objects.list_threshold");
const REGION_BYTES: (&str, &str, &str) = ("address", "region_bytes", "address.region_bytes");
const REGION_BASE: (&str, &str, &str) = ("address", "region_base", "address.region_base");
const HEADER_BASE: (&str, &str, &str) = ("address", "header_base", "address.header_base");
const MEMORY_BASE: (&str, &str, &str) = ("memory", "base", "memory.base");
const MEMORY_BYTES: (&str, &str, &str) = ("memory", "bytes", "memory.bytes");

fn mode_name(mode: Mode) -> &'static str {
    match mode {
        Mode::Sv32 => "sv32",
        Mode::Sv39 => "sv39",
        Mode::Sv48 => "sv48",
    }
}
