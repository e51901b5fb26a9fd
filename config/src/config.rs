//! A configuration that fits together, and what follows from it.

use std::fmt::Write as _;
use std::path::Path;

use sha2::{Digest, Sha256};
use toml::{Table, Value};

use crate::errors::{ConfigError, ConfigErrors};
use crate::keys::{self, KEYS};
use crate::presets;
use crate::read::read;
use crate::relations::misfits;
use crate::settings::{Ecc, Mode, Reset, Settings};

/// Bytes of a page and least stride of an arena, as a power of two.
const PAGE_LOG2: u32 = 12;
/// Bytes of an arena header, as a power of two.
const HEADER_LOG2: u32 = 6;

/// A checked configuration. An object's address is `| region base | class | context | arena number | offset |`, an
/// arena's header is at `| header base | class | context | arena number | 6 zero bits |`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    settings: Settings,
}

impl Config {
    /// Reads and checks a configuration. `origin` names the text in errors: a path, for instance.
    ///
    /// # Errors
    /// Everything that is wrong, each with key, value, allowed values and line. Keys that do not fit together are
    /// looked at once each key is allowed by itself.
    pub fn from_toml_str(text: &str, origin: &str) -> Result<Self, ConfigErrors> {
        let (settings, lines) = read(text).map_err(|errors| ConfigErrors::new(origin, errors))?;
        let config = Config { settings };
        let errors = misfits(&config, &lines);
        if errors.is_empty() {
            Ok(config)
        } else {
            Err(ConfigErrors::new(origin, errors))
        }
    }

    /// Reads and checks the configuration in a file.
    ///
    /// # Errors
    /// The file cannot be read, or as [`Config::from_toml_str`].
    pub fn load(path: impl AsRef<Path>) -> Result<Self, ConfigErrors> {
        let path = path.as_ref();
        let origin = path.display().to_string();
        match std::fs::read_to_string(path) {
            Ok(text) => Self::from_toml_str(&text, &origin),
            Err(source) => {
                let error = ConfigError::Unreadable {
                    path: path.to_owned(),
                    presets: presets::names(),
                    source,
                };
                Err(ConfigErrors::new(&origin, vec![error]))
            }
        }
    }

    /// A configuration that ships with the project; [`PRESETS`](crate::PRESETS) has the names.
    ///
    /// # Errors
    /// There is no preset of this name.
    pub fn preset(name: &str) -> Result<Self, ConfigErrors> {
        match presets::text(name) {
            Some(text) => Self::from_toml_str(text, &format!("preset {name}")),
            None => {
                let error = ConfigError::UnknownPreset {
                    name: name.to_owned(),
                    presets: presets::names(),
                };
                Err(ConfigErrors::new(name, vec![error]))
            }
        }
    }

    /// Checks settings made in the program, as [`Config::from_toml_str`] checks those of a text.
    ///
    /// # Errors
    /// As [`Config::from_toml_str`]; lines are those of [`Config::to_toml`].
    pub fn new(settings: &Settings, origin: &str) -> Result<Self, ConfigErrors> {
        match print(settings) {
            Ok(text) => Self::from_toml_str(&text, origin),
            Err(error) => {
                let error = ConfigError::Syntax {
                    line: None,
                    message: error.to_string(),
                };
                Err(ConfigErrors::new(origin, vec![error]))
            }
        }
    }

    /// The settings as stated; change a copy and give it to [`Config::new`] for a neighbouring configuration.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The configuration as TOML, with every key stated: reading it gives an equal configuration.
    pub fn to_toml(&self) -> String {
        let mut settings = self.settings.clone();
        settings.address.physical_bits = Some(self.physical_bits());
        settings.address.header_base = Some(self.header_base());
        // Only an integer beyond the 63 bits of TOML's cannot be printed, and the check has refused those.
        print(&settings).unwrap_or_default()
    }

    /// SHA-256 of [`Config::to_toml`], 64 hex digits: equal for texts that mean the same. `ecc = "none"` is left out,
    /// so that what has no checks has the digest that it had before there were any.
    pub fn digest(&self) -> String {
        Sha256::digest(
            self.to_toml()
                .replace("\n[protection]\necc = \"none\"\n", ""),
        )
        .iter()
        .fold(String::new(), |mut hex, byte| {
            // Writing to a string cannot fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        })
    }
}

/// What the settings say, with defaults resolved.
impl Config {
    /// Translation scheme of the host.
    pub fn mode(&self) -> Mode {
        self.settings.address.mode
    }

    /// Width of a physical address in bits.
    pub fn physical_bits(&self) -> u32 {
        self.settings
            .address
            .physical_bits
            .unwrap_or(match self.mode() {
                Mode::Sv32 => 34,
                Mode::Sv39 | Mode::Sv48 => 40,
            })
    }

    /// First byte address of the region.
    pub fn region_base(&self) -> u64 {
        self.settings.address.region_base
    }

    /// Size of the region in bytes.
    pub fn region_bytes(&self) -> u64 {
        self.settings.address.region_bytes
    }

    /// Width of the context field in bits.
    pub fn context_bits(&self) -> u32 {
        self.settings.address.context_bits
    }

    /// Class `c` serves objects of this many bytes times `c + 1`.
    pub fn size_step_bytes(&self) -> u32 {
        self.settings.objects.size_step_bytes
    }

    /// Number of size classes.
    pub fn classes(&self) -> u32 {
        self.settings.objects.classes
    }

    /// Slots of an arena.
    pub fn objects_per_arena(&self) -> u32 {
        self.settings.objects.objects_per_arena
    }

    /// Free slots from which an arena outside the HOT is on the available list.
    pub fn list_threshold(&self) -> u32 {
        self.settings.objects.list_threshold
    }

    /// Clock cycles from the edge that accepts an operation that hits to the edge that shows its response.
    pub fn depth_cycles(&self) -> u32 {
        self.settings.pipeline.depth_cycles
    }

    /// Whether the next free slot of every class is kept at hand.
    pub fn ready_slots(&self) -> bool {
        self.settings.pipeline.ready_slots
    }

    /// Level at which the synchronous reset resets.
    pub fn reset(&self) -> Reset {
        self.settings.core.reset
    }

    /// Header-page translations kept.
    pub fn translation_entries(&self) -> u32 {
        self.settings.core.translation_entries
    }

    /// Arena headers kept on chip, outside the HOT.
    pub fn header_entries(&self) -> u32 {
        self.settings.core.header_entries
    }

    /// Frees outside the HOT that can wait for the header engine.
    pub fn miss_queue_entries(&self) -> u32 {
        self.settings.core.miss_queue_entries
    }

    /// Whether the next arena of a class that has few free slots is fetched before it is needed.
    pub fn prefetch(&self) -> bool {
        self.settings.core.prefetch
    }

    /// Whether there is a port that gives one record an operation.
    pub fn trace_port(&self) -> bool {
        self.settings.core.trace_port
    }

    /// How words of on-chip memories are checked.
    pub fn ecc(&self) -> Ecc {
        self.settings.protection.ecc
    }

    /// Object allocators.
    pub fn cores(&self) -> u32 {
        self.settings.system.cores
    }

    /// Processes that can exist at once, a power of two.
    pub fn processes(&self) -> u32 {
        self.settings.system.processes
    }

    /// Width of the AXI4 data buses in bits.
    pub fn data_bits(&self) -> u32 {
        self.settings.system.data_bits
    }

    /// First byte address of the DRAM that frames may be lent from, a multiple of
    /// [`memory_bytes`](Config::memory_bytes).
    pub fn memory_base(&self) -> u64 {
        self.settings.memory.base
    }

    /// Size of the DRAM that frames may be lent from in bytes, a power of two.
    pub fn memory_bytes(&self) -> u64 {
        self.settings.memory.bytes
    }

    /// Whether a two-bit state a frame refuses double pushes.
    pub fn track_frames(&self) -> bool {
        self.settings.memory.track_frames
    }

    /// Frames of the pool that are queued on chip, a power of two.
    pub fn pool_entries(&self) -> u32 {
        self.settings.pages.pool_entries
    }

    /// Arena cursors cached, a power of two.
    pub fn cursor_entries(&self) -> u32 {
        self.settings.pages.cursor_entries
    }

    /// Addresses of leaf page tables cached, a power of two.
    pub fn walk_entries(&self) -> u32 {
        self.settings.pages.walk_entries
    }

    /// Entries of the fresh-line filter, masks of eight frames each, a power of two; 0: there is no filter, and a
    /// grant zeroes the page.
    pub fn bypass_entries(&self) -> u32 {
        self.settings.bypass.entries
    }

    /// Width of AXI IDs on the cache side in bits.
    pub fn id_bits(&self) -> u32 {
        self.settings.bypass.id_bits
    }
}

/// What follows from the settings.
impl Config {
    /// Width of a virtual address in bits.
    pub fn virtual_bits(&self) -> u32 {
        self.mode().virtual_bits()
    }

    /// Width of an operand and of a result in bits.
    pub fn operand_bits(&self) -> u32 {
        self.mode().operand_bits()
    }

    /// Width of the class field in bits; at least one, so that there is a field.
    pub fn class_bits(&self) -> u32 {
        self.classes().next_power_of_two().ilog2().max(1)
    }

    /// Size of the lane of one class in bytes, a power of two.
    pub fn lane_bytes(&self) -> u64 {
        self.region_bytes() / u64::from(self.classes())
    }

    /// Size of the address range that has the region's base in its upper bits: the region rounded up to
    /// 2^[`class_bits`](Config::class_bits) lanes. Addresses in it with a class field past the last class are outside
    /// the region.
    pub fn padded_region_bytes(&self) -> u64 {
        self.lane_bytes() << self.class_bits()
    }

    /// Width in bits of the arena number of the class with the most arenas, and so of arena numbers in the hardware.
    pub fn max_arena_bits(&self) -> u32 {
        self.arena_bits(0)
    }

    /// First byte address of the header lane.
    pub fn header_base(&self) -> u64 {
        let after_region = self.region_base() + self.padded_region_bytes();
        self.settings
            .address
            .header_base
            .unwrap_or(after_region.next_multiple_of(self.header_lane_bytes()))
    }

    /// Size of the header lane in bytes, a power of two.
    pub fn header_lane_bytes(&self) -> u64 {
        1 << (self.class_bits() + self.context_bits() + self.max_arena_bits() + HEADER_LOG2)
    }

    /// Distance of neighbouring arenas of a class in bytes, as a power of two. Private: model and hardware each derive
    /// it themselves, so that one does not inherit the other's mistake.
    pub(crate) fn stride_log2(&self, class: u32) -> u32 {
        let bytes = self.objects_per_arena() * self.size_step_bytes() * (class + 1);
        bytes.next_power_of_two().ilog2().max(PAGE_LOG2)
    }

    /// Width of the arena number of a class in bits. Private as [`Config::stride_log2`].
    fn arena_bits(&self, class: u32) -> u32 {
        self.lane_bytes().ilog2() - self.context_bits() - self.stride_log2(class)
    }
}

/// Settings as TOML in the order of the table of keys, addresses in hexadecimal.
fn print(settings: &Settings) -> Result<String, toml::ser::Error> {
    let table = Table::try_from(settings)?;
    let mut text = String::new();
    for section in keys::sections() {
        let separator = if text.is_empty() { "" } else { "\n" };
        let _ = writeln!(text, "{separator}[{section}]");
        for key in KEYS.iter().filter(|key| key.section == section) {
            let value = match table.get(section).and_then(|section| section.get(key.name)) {
                Some(Value::Integer(n)) if key.hex && *n >= 0 => keys::hex(*n as u64),
                Some(value) => value.to_string(),
                None => continue,
            };
            let _ = writeln!(text, "{} = {value}", key.name);
        }
    }
    Ok(text)
}
